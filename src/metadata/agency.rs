//! The organ that reports: from a title, from a sentence of the preface, from the signature at the end.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::is_script_han;

/// How the names of organs end.
const ENDINGS: &[&str] = &[
    "政府",
    "局",
    "委员会",
    "管委会",
    "卫健委",
    "发改委",
    "办公室",
    "办公厅",
    "办事处",
    "厅",
    "委",
    "部",
    "院",
    "署",
    "会",
    "中心",
    "所",
    "站",
    "队",
    "社",
    "馆",
    "处",
    "公司",
    "集团",
    "大学",
    "学院",
    "学校",
    "中学",
    "小学",
    "医院",
    "银行",
    "镇",
    "乡",
    "街道",
    "市",
    "县",
    "区",
    "旗",
    "盟",
    "州",
    "省",
    "本级",
];

/// The endings that leave no doubt, even at the foot of a page.
const SURE: &[&str] = &[
    "人民政府",
    "政府",
    "局",
    "委员会",
    "管委会",
    "办公室",
    "办公厅",
    "办事处",
    "厅",
    "大学",
    "学院",
    "医院",
    "中心",
    "集团",
    "公司",
    "法院",
    "检察院",
    "支队",
    "大队",
    "总队",
];

/// It ends as organs do, with what it is in brackets behind it or without.
fn ends_as_organ(name: &str) -> bool {
    let ends = |name: &str| ENDINGS.iter().any(|ending| name.ends_with(ending));
    let bracketed = || {
        let inside = name.strip_suffix(['）', ')'])?;
        let start = inside.rfind(['（', '(', '）', ')'])?;
        let before = &inside[..start];
        let inside = inside[start..].strip_prefix(['（', '('])?;
        (1..=20).contains(&inside.chars().count()).then_some(before)
    };
    ends(name) || bracketed().is_some_and(ends)
}

static LEADING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"^\p{{Han}}{{1,28}}(?:{})", SURE.join("|"))).expect("constant pattern"));

/// No name is longer, in bytes: four a character at the most.
pub(super) const LONGEST: usize = 40 * 4;

/// Looks like the name of an organ or of a place.
pub(super) fn is_organ(name: &str) -> bool {
    name.len() <= LONGEST
        && ends_as_organ(name)
        && (2..=40).contains(&name.chars().count())
        && !name.contains(['。', '，', '：', ':', '；', '《', '》', '、', '“', '”', '>', '@', '/', '-'])
        && !name.contains(|c: char| c.is_ascii_digit())
        && !is_pronoun(name)
}

/// 我局, 本机关: an organ speaking of itself.
fn is_pronoun(name: &str) -> bool {
    ["我", "本", "全", "各", "该", "其"].iter().any(|word| name.starts_with(word)) && !name.starts_with("本溪")
}

/// The organ that an organ-like line at the end of a report signs with.
pub(super) fn signature(line: &str) -> Option<&str> {
    let is_name = |c: char| is_script_han(c) || matches!(c, '（' | '）' | '(' | ')');
    let before = |ending: &str| line.strip_suffix(ending).is_some_and(|name| (1..=28).contains(&name.chars().count()));
    // A sentence ends in a mark: most lines are told by their end.
    let ends_in_name = line.chars().next_back().is_some_and(is_name);
    let signs = || ends_in_name && SURE.iter().any(|ending| before(ending)) && line.chars().all(is_name);
    (line.len() <= LONGEST && signs() && is_organ(line)).then_some(line)
}

/// The organ that a text begins with.
pub(super) fn leading_organ(text: &str) -> Option<String> {
    let text = text.trim_start_matches("关于");
    let found = LEADING.find(text)?;
    is_organ(found.as_str()).then(|| found.as_str().to_owned())
}

const EDGES: &[char] = &[
    '（', '）', '(', ')', '《', '》', '“', '”', '"', '—', '-', '－', '：', ':', '·', '、', ',', '.', '#', '*', '_',
    '=', '〔', '〕', '[', ']', '【', '】', ' ',
];

/// What is left of a title once the name of the report and the year are gone, if it can name an organ.
pub(super) fn name_of(rest: &str) -> Option<String> {
    let mut name = rest;
    loop {
        let before = name.len();
        // A closing bracket belongs to the name where its opening one does: 某局（某中心）.
        let closed = name.ends_with(['）', ')']) && name.trim_start_matches(EDGES).contains(['（', '(']);
        name = name.trim_start_matches(EDGES);
        if !closed {
            name = name.trim_end_matches(EDGES);
        }
        name = without_remains(name);
        for word in ["附件", "关于", "印发", "公布", "发布", "的", "年度", "度"] {
            name = name.strip_prefix(word).unwrap_or(name);
        }
        for word in ["关于", "印发", "公布", "发布", "报送", "做好", "的"] {
            name = name.strip_suffix(word).unwrap_or(name);
        }
        if name.len() == before {
            break;
        }
    }
    let length = name.chars().count();
    let clean = !name.contains(['>', '|', '：', ':', '，', '。', '《', '》', '_', '*', '=', '#', ';', '；']);
    let spoken = is_pronoun(name) && length <= 4;
    let ordinal = name.chars().all(|c| c.is_ascii_digit());
    ((2..=50).contains(&length) && clean && !spoken && !ordinal).then(|| name.to_owned())
}

/// `name` without what is left of a year that is none, as `222年`, or whose digits stand elsewhere, as `某局年`: no organ is called so.
fn without_remains(name: &str) -> &str {
    let is_remains = |c: char| c.is_ascii_digit() || c == '.';
    let before = name.strip_suffix('度').unwrap_or(name).strip_suffix('年');
    let before = before.map(|before| (before.trim_end_matches(is_remains), before));
    let is_year = |(name, before): &(&str, &str)| name.len() < before.len() || ends_as_organ(before);
    let name = before.filter(is_year).map_or(name, |(name, _)| name);
    let behind = name.trim_start_matches(is_remains);
    let marked = if behind.len() < name.len() { behind.strip_prefix('年') } else { None };
    marked.unwrap_or(name)
}

/// Characters that name a kind of place.
const PLACES: &[char] = &['省', '市', '县', '區', '区', '旗', '州', '盟', '镇', '乡'];

/// `above` and `below`, a line each, are one organ's name that a line end cut, though nothing else says so: the first line has
/// the place, the second the rest.
pub(super) fn is_cut_name(above: &str, below: &str) -> bool {
    const PAGES: [&str; 11] = ["网", "网站", "站", "栏", "页", "公开", "目录", "文件", "部门", "单位", "信息"];
    let ends = above.ends_with(PLACES) || !is_organ(above);
    // 县直部门 names no place.
    let placed = above.char_indices().skip(1).any(|(_, c)| PLACES.contains(&c));
    ends && placed
        && !below.contains(PLACES)
        && above.chars().count() <= 20
        && above.chars().all(is_script_han)
        && !PAGES.iter().any(|end| above.ends_with(end))
        && is_organ(&[above, below].concat())
}

/// The name is that of a place, which 政府 may follow.
pub(super) fn is_place(name: &str) -> bool {
    name.ends_with(PLACES) || name.ends_with("街道")
}

/// `本报告由某局编制`, `…由某局根据…`.
static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "报告(?:系|是|全文)?由([^，。；：《》]*?)(?:根据|依据|按照|依照|遵照|负责|组织|编制|编写|起草|撰写|汇总|制作|发布)",
    )
    .expect("constant pattern")
});

/// `某局根据…`, at the beginning of a sentence.
static BASED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:^|。)([^，。；：《》]*?)(?:根据|依据|按照|依照|遵照)").expect("constant pattern"));

/// `，某局编制…`.
static MAKES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:^|[，。；])(?:现由|特由|由|现)?([^，。；：《》]*?)(?:组织|负责)?(?:编制|编写|起草|撰写|制作|汇总)")
        .expect("constant pattern")
});

/// The organ that a squeezed paragraph of the preface, quotations taken out, names as the one that reports.
pub(super) fn from_preface(text: &str) -> Option<String> {
    let text = &veil(text);
    let makes = ["编制", "编写", "起草", "撰写", "制作", "汇总", "公布", "发布"].iter().any(|verb| text.contains(verb));
    for (pattern, allowed) in [(&*BY, true), (&*BASED, makes), (&*MAKES, true)] {
        if !allowed {
            continue;
        }
        for found in pattern.captures_iter(text) {
            let name = found.get(1).map_or("", |name| name.as_str());
            if is_organ(name) && name.chars().count() >= 3 {
                return Some(unveil(name));
            }
        }
    }
    None
}

/// The 编制 of 机构编制委员会 is no verb: a private character stands for it while verbs are looked for.
pub(super) fn veil(text: &str) -> String {
    text.replace("机构编制", "机构\u{E000}")
}

/// Undoes [`veil`].
pub(super) fn unveil(name: &str) -> String {
    name.replace('\u{E000}', "编制")
}

/// The organ in the value of 发布机构 or 来源: never a web site, never what the page prints beside it.
pub(super) fn from_label(value: &str) -> Option<String> {
    let value = value.split([' ', '；', '。', '，', '【', '[']).next().unwrap_or("");
    let name = value.trim_matches(EDGES);
    (is_organ(name) && !["网站", "网", "本站"].iter().any(|end| name.ends_with(end))).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefaces() {
        for (text, expected) in [
            (
                "本报告由淮安市洪泽区人民政府办公室根据《》（国令第711号）要求编制此报告。",
                Some("淮安市洪泽区人民政府办公室"),
            ),
            ("本年度报告由云州市卫生健康委员会编制。", Some("云州市卫生健康委员会")),
            ("云州市水利局根据《》的规定，编制本报告。", Some("云州市水利局")),
            ("根据《》要求，青河县教育局编制了2023年度报告。", Some("青河县教育局")),
            ("根据《》规定，现由青河县司法局组织编制本报告。", Some("青河县司法局")),
            ("本报告由青河县委机构编制委员会办公室编制。", Some("青河县委机构编制委员会办公室")),
            ("本报告由我局编制。", None),
            ("本年度报告根据《》的要求编制，全文包括总体情况。", None),
            ("根据《》要求，编制本机关2022年度报告。", None),
            ("本报告系根据《》规定起草，所列数据。", None),
        ] {
            assert_eq!(from_preface(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn organs() {
        assert!(is_organ("云州市财政局") && is_organ("云州市") && is_organ("自贸区管委会（临港）"));
        assert!(!is_organ("我局") && !is_organ("2023年局") && !is_organ("如下报告"));
        assert_eq!(signature("云州市财政局"), Some("云州市财政局"));
        assert_eq!(signature("总计"), None);
        assert_eq!(from_label("云州市门户网站"), None);
    }

    #[test]
    fn endings_are_those_of_the_patterns() {
        let organ = Regex::new(&format!("(?:{})(?:[（(][^（()）]{{1,20}}[）)])?$", ENDINGS.join("|"))).unwrap();
        let sign = Regex::new(&format!(r"^[\p{{Han}}（）()]{{1,28}}(?:{})$", SURE.join("|"))).unwrap();
        let words = [
            "云州市",
            "财政局",
            "局",
            "（",
            "）",
            "(",
            ")",
            "某中心",
            "一二三四五六七八九十一二三四五六七",
            "a",
            "",
            "人民",
            "政府",
            "本级",
        ];
        for a in words {
            for b in words {
                for c in words {
                    for d in words {
                        let text = format!("{a}{b}{c}{d}");
                        assert_eq!(ends_as_organ(&text), organ.is_match(&text), "{text}");
                        assert_eq!(signature(&text).is_some(), sign.is_match(&text) && is_organ(&text), "{text}");
                    }
                }
            }
        }
    }
}
