//! Damage to the text around the tables, and to the whole text.

use super::document::{Document, Encoding, Layout};
use super::rng::Rng;

const BEFORE: &[&str] = &[
    "索引号：014200018/2024-00012",
    "发布机构：本机关办公室",
    "发布日期：2024-01-26",
    "首页 > 政务公开 > 政府信息公开年报",
    "字号：[大] [中] [小]",
    "打印本页 关闭窗口",
    "来源：本站 浏览次数：312",
    "分享到：",
];
const AFTER: &[&str] = &[
    "【打印】 【关闭】",
    "上一篇：没有了",
    "版权所有 网站地图 联系我们",
    "（此件公开发布）",
    "扫一扫在手机打开当前页",
];

fn some(of: &[&str], rng: &mut Rng) -> Vec<String> {
    rng.some(of.len(), 4).into_iter().map(|at| of[at].to_owned()).collect()
}

pub fn furniture_before(document: &mut Document, rng: &mut Rng) -> bool {
    document.before = some(BEFORE, rng);
    true
}

pub fn furniture_after(document: &mut Document, rng: &mut Rng) -> bool {
    document.after = some(AFTER, rng);
    true
}

fn with_table<'a>(document: &'a mut Document, rng: &mut Rng) -> Option<&'a mut super::document::Section> {
    let mut sections: Vec<_> = document.sections.iter_mut().filter(|section| !section.tables.is_empty()).collect();
    if sections.is_empty() {
        return None;
    }
    let at = rng.below(sections.len());
    Some(sections.swap_remove(at))
}

pub fn caption_above_table(document: &mut Document, rng: &mut Rng) -> bool {
    let caption = rng.pick(&["单位：件", "（单位：件）", "表格统计情况如下：", "具体数据见下表。"]);
    with_table(document, rng).map(|section| section.prose.push(caption.to_owned())).is_some()
}

pub fn note_below_table(document: &mut Document, rng: &mut Rng) -> bool {
    let note = rng.pick(&["注：以上数据由各股室报送。", "说明：本表数据截至年末。", "备注：无。"]);
    with_table(document, rng).map(|section| section.notes.push(note.to_owned())).is_some()
}

/// A page break in a paragraph.
pub fn page_break_in_prose(document: &mut Document, rng: &mut Rng) -> bool {
    let mut sections: Vec<_> = document.sections.iter_mut().filter(|section| !section.prose.is_empty()).collect();
    if sections.is_empty() {
        return false;
    }
    let at = rng.below(sections.len());
    let prose = &mut sections[at].prose;
    let at = rng.below(prose.len());
    let characters: Vec<char> = prose[at].chars().collect();
    if characters.len() < 12 {
        return false;
    }
    let cut = rng.range(6, characters.len() - 4);
    let (head, tail) = characters.split_at(cut);
    // A number cut in two is another number.
    if head.last().is_some_and(char::is_ascii_digit) && tail.first().is_some_and(char::is_ascii_digit) {
        return false;
    }
    let number = format!("-{}-", rng.range(2, 9));
    prose.splice(at..=at, [head.iter().collect(), number, tail.iter().collect::<String>()]);
    true
}

pub fn sections_swapped(document: &mut Document, rng: &mut Rng) -> bool {
    let count = document.sections.len();
    if count < 3 {
        return false;
    }
    let at = rng.range(1, count - 2);
    document.sections.swap(at, at + 1);
    true
}

pub fn no_blank_lines(document: &mut Document, _: &mut Rng) -> bool {
    // Where a blank line may be a blank cell there are none between paragraphs.
    let shown = document.layout != Layout::Line || !document.has_blank();
    std::mem::take(&mut document.blank_lines) && shown
}

pub fn crlf(document: &mut Document, _: &mut Rng) -> bool {
    document.line_end = "\r\n";
    true
}

pub fn other_line_ends(document: &mut Document, rng: &mut Rng) -> bool {
    document.line_end = rng.pick(&["\r", "\u{85}", "\u{2028}"]);
    true
}

fn encode(document: &mut Document, encoding: Encoding) -> bool {
    let plain = document.encoding == Encoding::Utf8;
    if plain {
        document.encoding = encoding;
    }
    plain
}

pub fn bom(document: &mut Document, _: &mut Rng) -> bool {
    encode(document, Encoding::Utf8Bom)
}

pub fn gb18030(document: &mut Document, _: &mut Rng) -> bool {
    encode(document, Encoding::Gb18030)
}

pub fn utf16le(document: &mut Document, _: &mut Rng) -> bool {
    encode(document, Encoding::Utf16Le)
}

pub fn utf16be(document: &mut Document, _: &mut Rng) -> bool {
    encode(document, Encoding::Utf16Be)
}
