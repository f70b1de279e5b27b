//! Text → lines, each with what can be said of it alone.
//!
//! A line here is what a reader would call one: besides LF, CRLF and CR, the marks NEL, U+2028, U+2029, vertical tab
//! and form feed part text, though an editor does not count them. Every byte of the text belongs to exactly one
//! line, its end mark included. What a line is taken for in the end ([`LineKind`]) is decided later, by
//! [`grid`](crate::grid) and [`outline`](crate::outline), which see its neighbours.

use crate::fold::{is_blank, is_invisible, plain};
use crate::span::{LineIndex, Span};

/// What a line of the report was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// Nothing to be seen on it.
    Blank,
    /// The heading of a section.
    Heading,
    /// Part of a paragraph.
    Prose,
    /// A row of a table.
    Row,
    /// What the page put there, not the report: page numbers, buttons and labels of a web page.
    Furniture,
}

/// A line and what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// All of it, with its end mark.
    pub whole: Span,
    /// Its text, without end mark; blanks at its ends are kept.
    pub text: Span,
    /// What it looks like.
    pub look: Look,
}

/// What a line looks like by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing visible.
    Blank,
    /// A page number or a web page's button.
    Furniture,
    /// Fields parted by tabs: how many tabs, and how many fields with something in them.
    Tabbed {
        /// Tabs on the line, those at its ends included.
        tabs: u32,
        /// Fields that hold something.
        filled: u32,
    },
    /// Anything else.
    Text,
}

/// Splits `text` into its lines.
pub fn split(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(bytes.len() / 48 + 1);
    let mut open = Open::default();
    if has_other_marks(bytes) {
        let mut at = 0;
        while at < bytes.len() {
            let mark = end_mark(&bytes[at..]);
            if mark > 0 {
                lines.push(open.line(text, at, at + mark));
            } else if bytes[at] == b'\t' {
                open.tab(text, at);
            }
            at += mark.max(1);
        }
    } else {
        let mut at = 0;
        while let Some(length) = bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\t')) {
            at += length;
            if bytes[at] == b'\t' {
                open.tab(text, at);
            } else {
                lines.push(open.line(text, at, at + 1));
            }
            at += 1;
            // The paragraphs between tables are long, the cells of a table are short.
            if open.tabs == 0 {
                at = memchr::memchr2(b'\n', b'\t', &bytes[at..]).map_or(bytes.len(), |length| at + length);
            }
        }
    }
    if open.start < bytes.len() {
        lines.push(open.line(text, bytes.len(), bytes.len()));
    }
    lines
}

/// Where the lines start that an editor counts: as [`LineIndex::new`] finds them, but for less.
pub fn index(text: &str, lines: &[Line]) -> LineIndex {
    let bytes = text.as_bytes();
    let mut starts = Vec::with_capacity(lines.len());
    // The other end marks end otherwise.
    let mut counts = true;
    for line in lines {
        if counts {
            starts.push(line.whole.start);
        }
        counts = matches!(bytes[..line.whole.end as usize].last(), Some(b'\n' | b'\r'));
    }
    LineIndex::from_starts(starts)
}

/// Some line may end otherwise than by LF.
fn has_other_marks(bytes: &[u8]) -> bool {
    memchr::memchr3(b'\r', 0x0B, 0x0C, bytes).is_some()
        || memchr::memchr2_iter(0xC2, 0xE2, bytes).any(|at| end_mark(&bytes[at..]) > 0)
}

/// Length in bytes of the mark that ends a line at the start of `bytes`; 0 where there is none.
fn end_mark(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r' | 0x0B | 0x0C, ..] => 1,
        [0xC2, 0x85, ..] => 2,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => 3,
        _ => 0,
    }
}

/// The line that is being read.
#[derive(Default)]
struct Open {
    start: usize,
    /// Where the field begins that no tab has ended.
    field: usize,
    tabs: u32,
    filled: u32,
}

impl Open {
    fn tab(&mut self, text: &str, at: usize) {
        self.filled += u32::from(!is_blank(&text[self.field..at]));
        self.tabs += 1;
        self.field = at + 1;
    }

    /// Ends the line; its mark stands at `end`, the next line begins at `next`.
    fn line(&mut self, text: &str, end: usize, next: usize) -> Line {
        let Open { start, field, tabs, filled } = *self;
        *self = Open { start: next, field: next, ..Open::default() };
        let look = if tabs > 0 {
            match filled + u32::from(!is_blank(&text[field..end])) {
                0 => Look::Blank,
                filled => Look::Tabbed { tabs, filled },
            }
        } else {
            look(&text[start..end])
        };
        Line { whole: Span::new(start, next), text: Span::new(start, end), look }
    }
}

/// What a line without tabs looks like.
fn look(text: &str) -> Look {
    if is_blank(text) {
        Look::Blank
    } else if is_page_number(text) || is_button(text) {
        Look::Furniture
    } else {
        Look::Text
    }
}

/// The longest line that can be furniture, in bytes.
const FURNITURE_BYTES: usize = 120;

/// A page number as a page prints it: `-3-`, `— 3 —`, `第3页`, `第 3 页 共 5 页`, `3 / 5 页`. A bare number is not: it may be a cell.
pub fn is_page_number(text: &str) -> bool {
    if text.len() > FURNITURE_BYTES {
        return false;
    }
    let is_dash = |c: &char| matches!(c, '-' | '—' | '–' | '―' | '─' | '－' | '·' | '•' | '~');
    let is_part = |c: &char| c.is_ascii_digit() || matches!(c, '第' | '页' | '共' | '/' | ',' | '(' | ')' | '，');
    // Most lines begin otherwise.
    if !visible(text).next().is_some_and(|first| is_dash(&first) || is_part(&first)) {
        return false;
    }
    let folded: Vec<char> = visible(text).collect();
    if let [first, middle @ .., last] = folded.as_slice()
        && is_dash(first)
        && is_dash(last)
    {
        let number: Vec<&char> = middle.iter().filter(|c| !is_dash(c)).collect();
        return (1..=4).contains(&number.len()) && number.iter().all(|c| c.is_ascii_digit());
    }
    let has_page = folded.contains(&'页');
    let digits = folded.iter().filter(|c| c.is_ascii_digit()).count();
    has_page && (1..=8).contains(&digits) && folded.iter().all(is_part)
}

/// Buttons and notices that a web page puts around a text.
const BUTTONS: &[&str] = &[
    "字号",
    "字体",
    "大",
    "中",
    "小",
    "打印本页",
    "打印",
    "关闭窗口",
    "关闭本页",
    "关闭",
    "分享到",
    "分享",
    "收藏本页",
    "收藏",
    "返回顶部",
    "返回列表",
    "返回",
    "上一篇",
    "下一篇",
    "扫一扫在手机打开当前页",
    "扫一扫",
    "微信",
    "微博",
    "qq空间",
    "我要纠错",
    "纠错",
    "朗读",
    "默认",
    "超大",
    "下载",
    "繁体",
    "简体",
    "无障碍",
    "首页",
    "当前位置",
    "视力保护色",
    "责任编辑",
    "浏览次数",
    "阅读次数",
    "点击数",
    "次",
];

/// The first letters of [`BUTTONS`].
fn begins_button(c: char) -> bool {
    "字大中小打关分收返上下扫微q我纠朗默超繁简无首当视责浏阅点次".contains(c)
}

/// A line made of nothing but a web page's buttons: `字号：[大 中 小] 打印 关闭`.
fn is_button(text: &str) -> bool {
    if text.len() > FURNITURE_BYTES {
        return false;
    }
    let letters = || visible(text).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    // Most lines begin otherwise.
    if !letters().next().is_some_and(begins_button) {
        return false;
    }
    let folded: String = letters().collect();
    // A lone 大, 小 or 次 is more likely part of a broken table.
    if folded.chars().count() < 2 {
        return false;
    }
    let mut rest = folded.as_str();
    while !rest.is_empty() {
        match BUTTONS.iter().filter_map(|button| rest.strip_prefix(button)).min_by_key(|rest| rest.len()) {
            Some(shorter) => rest = shorter,
            None => return false,
        }
    }
    true
}

/// The characters of `text` that can be seen, width folded.
fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(plain).filter(|&c| !c.is_whitespace() && !is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_belongs_to_one_line() {
        let text = "甲\r\n乙\r丙\u{85}丁\u{2028}戊\u{c}己\n\n\t\n庚";
        let lines = split(text);
        let mut end = 0;
        for line in &lines {
            assert_eq!(line.whole.start, end);
            end = line.whole.end;
        }
        assert_eq!(end as usize, text.len());
        let texts: Vec<&str> = lines.iter().map(|line| line.text.of(text)).collect();
        assert_eq!(texts, ["甲", "乙", "丙", "丁", "戊", "己", "", "\t", "庚"]);
        assert!(split("").is_empty());
        for text in [text, "", "\n", "甲", "甲\r\n\r乙\u{c}\n\u{2029}", "\r\r\n", "\u{c}甲\r"] {
            let (counted, found) = (index(text, &split(text)), LineIndex::new(text));
            assert_eq!(counted.len(), found.len(), "{text:?}");
            assert!((0..found.len()).all(|at| counted.line(text, at) == found.line(text, at)), "{text:?}");
        }
    }

    #[test]
    fn page_numbers() {
        for page in ["-3-", "— 3 —", "－ 12 －", "第3页", "第 3 页 共 5 页", " - 3 - ", "第３页", "—3—", "3/5页"]
        {
            assert!(is_page_number(page), "{page}");
        }
        for other in ["3", "-", "--", "第三页", "0", "-3", "3.要求", "第20条", "页", "— —"] {
            assert!(!is_page_number(other), "{other}");
        }
    }

    #[test]
    fn buttons() {
        assert!(BUTTONS.iter().all(|button| button.starts_with(begins_button)));
        for button in ["字号：大 中 小", "打印 关闭", "分享到：", "【字体：大 中 小】", "打印本页 | 关闭窗口"]
        {
            assert_eq!(split(button)[0].look, Look::Furniture, "{button}");
        }
        for other in ["大中城市建设", "次", "关闭煤矿", "中"] {
            assert_eq!(split(other)[0].look, Look::Text, "{other}");
        }
    }

    #[test]
    fn tabs_are_counted() {
        assert_eq!(split("规章\t0\t\t")[0].look, Look::Tabbed { tabs: 3, filled: 2 });
        assert_eq!(split("规章\r\t0\t\t1")[1].look, Look::Tabbed { tabs: 3, filled: 2 });
        assert_eq!(split("\t\u{3000}\t")[0].look, Look::Blank);
    }
}
