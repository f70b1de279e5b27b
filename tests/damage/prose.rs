//! Prose of invented organs. No figure in it disagrees with the tables.

use super::rng::Rng;

/// Sections of the editions that leave them free.
pub const FREE_SECTIONS: &[&str] = &[
    "概述",
    "主动公开政府信息的情况",
    "依申请公开政府信息的情况",
    "复议、诉讼和申诉的情况",
    "存在的主要问题及改进措施",
];

const PLACES: &[&str] = &["云溪市", "青石县", "霁州市", "柳塘区", "北澜县", "松岭市", "禾川区", "白渡县", "砚山市"];
const BODIES: &[&str] = &[
    "人民政府",
    "财政局",
    "水务局",
    "教育局",
    "卫生健康局",
    "档案馆",
    "人民政府办公室",
    "市场监督管理局",
    "应急管理局",
    "文化和旅游局",
    "统计局",
    "自然资源局",
];

const OVERVIEW: &[&str] = &[
    "本机关坚持以公开为常态、不公开为例外，把公开贯穿于决策、执行、管理、服务和结果的全过程。",
    "一年来，各股室分工负责，信息员逐件登记，公开目录按季更新。",
    "公开内容以政策文件、财政资金、民生项目为主，群众关心的事项优先发布。",
    "加强门户网站与政务新媒体的协同，避免同一信息口径不一。",
];
const SUBSECTIONS: &[&str] = &["主动公开情况", "依申请公开情况", "政府信息管理情况", "平台建设情况", "监督保障情况"];
const DETAILS: &[&str] = &[
    "修订公开指南，明确受理渠道和办理流程，指定专人负责解答。",
    "建立发布前审核和发布后巡查制度，错字、断链当日改正。",
    "把公开工作列入年度考核，开展业务培训，听取社会评议。",
    "对历史文件逐件清理，废止和失效的及时标注。",
    "线下查阅点与政务服务窗口合并设置，方便群众就近查阅。",
];
const PROBLEMS: &[&str] = &[
    "一是政策解读形式较为单一；二是部分信息更新不够及时；三是基层公开力量不足。",
    "下一步，将充实专职人员，丰富解读方式，完善督办机制。",
    "针对上年提出的问题，已完成栏目调整，其余事项正在推进。",
];
const OTHER: &[&str] = &["本年度没有其他需要报告的事项。", "本机关未收取信息处理费。", "无其他需要报告的事项。"];

/// 一 to 九.
pub fn numeral(number: usize) -> char {
    ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'][number]
}

/// The name of an organ that does not exist.
pub fn organ(rng: &mut Rng) -> String {
    format!("{}{}", rng.pick(PLACES), rng.pick(BODIES))
}

/// Writes the prose of one report.
pub struct Writer<'a> {
    pub organ: &'a str,
    pub year: i32,
    /// Applications received, where the form counts them.
    pub received: Option<&'a str>,
}

impl Writer<'_> {
    /// The preface: what the report covers, and whom to ask.
    pub fn preface(&self, rng: &mut Rng) -> Vec<String> {
        let Writer { organ, year, .. } = self;
        let mut preface = vec![format!(
            "本报告由{organ}根据《中华人民共和国政府信息公开条例》编制。所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
        )];
        let (street, phone) = (rng.range(1, 300), rng.range(2_000_000, 8_999_999));
        if rng.chance(50) {
            preface.push(format!(
                "如对本报告有疑问，请与{organ}联系（地址：兴学路{street}号；邮编：3{:05}；电话：0571-{phone}）。",
                rng.below(100_000)
            ));
        } else {
            preface.push(format!("地址：兴学路{street}号"));
            preface.push(format!("电话：0571-{phone}"));
        }
        preface
    }

    /// The prose of section `at`, from 0.
    pub fn section(&self, at: usize, rng: &mut Rng) -> Vec<String> {
        let Writer { organ, year, received } = self;
        match at {
            0 => {
                let mut prose = vec![format!("{year}年，{organ}严格落实条例要求。{}", rng.pick(OVERVIEW))];
                if rng.chance(70) {
                    for (at, title) in SUBSECTIONS.iter().enumerate() {
                        let mut text = format!("（{}）{title}。{}", numeral(at + 1), rng.pick(DETAILS));
                        if let (1, Some(received)) = (at, received) {
                            text.push_str(&format!("{year}年新收政府信息公开申请{received}件。"));
                        }
                        prose.push(text);
                    }
                }
                prose
            }
            4 => rng.some(PROBLEMS.len(), PROBLEMS.len()).into_iter().map(|at| PROBLEMS[at].to_owned()).collect(),
            5 => vec![rng.pick(OTHER).to_owned()],
            _ => rng.some(DETAILS.len(), 2).into_iter().map(|at| DETAILS[at].to_owned()).collect(),
        }
    }
}
