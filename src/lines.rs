//! Text → lines, each with what can be said of it alone.
//!
//! A line here is what a reader would call one: besides LF, CRLF and CR, the marks NEL, U+2028, U+2029, vertical tab
//! and form feed part text, though an editor does not count them. Every byte of the text belongs to exactly one
//! line, its end mark included. What a line is taken for in the end ([`LineKind`]) is decided later, by
//! [`grid`](crate::grid) and [`outline`](crate::outline), which see its neighbours.

use crate::fold::{is_blank, is_invisible, plain};
use crate::span::Span;

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
    let mut lines = Vec::with_capacity(bytes.len() / 60 + 1);
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let mark = end_mark(&bytes[at..]);
        if mark > 0 {
            lines.push(line(text, start, at, at + mark));
            start = at + mark;
            at = start;
        } else {
            at += 1;
        }
    }
    if start < bytes.len() {
        lines.push(line(text, start, bytes.len(), bytes.len()));
    }
    lines
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

fn line(text: &str, start: usize, end: usize, next: usize) -> Line {
    let span = Span::new(start, end);
    Line { whole: Span::new(start, next), text: span, look: look(span.of(text)) }
}

fn look(text: &str) -> Look {
    let tabs = text.bytes().filter(|&byte| byte == b'\t').count() as u32;
    if tabs > 0 {
        let filled = text.split('\t').filter(|field| !is_blank(field)).count() as u32;
        return if filled == 0 { Look::Blank } else { Look::Tabbed { tabs, filled } };
    }
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
    let folded: Vec<char> = visible(text).collect();
    let is_dash = |c: &char| matches!(c, '-' | '—' | '–' | '―' | '─' | '－' | '·' | '•' | '~');
    if let [first, middle @ .., last] = folded.as_slice()
        && is_dash(first)
        && is_dash(last)
    {
        let number: Vec<&char> = middle.iter().filter(|c| !is_dash(c)).collect();
        return (1..=4).contains(&number.len()) && number.iter().all(|c| c.is_ascii_digit());
    }
    let has_page = folded.contains(&'页');
    let digits = folded.iter().filter(|c| c.is_ascii_digit()).count();
    has_page
        && (1..=8).contains(&digits)
        && folded.iter().all(|c| c.is_ascii_digit() || matches!(c, '第' | '页' | '共' | '/' | ',' | '(' | ')' | '，'))
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

/// A line made of nothing but a web page's buttons: `字号：[大 中 小] 打印 关闭`.
fn is_button(text: &str) -> bool {
    if text.len() > FURNITURE_BYTES {
        return false;
    }
    let folded: String = visible(text).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
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
        for button in ["字号：大 中 小", "打印 关闭", "分享到：", "【字体：大 中 小】", "打印本页 | 关闭窗口"]
        {
            assert_eq!(look(button), Look::Furniture, "{button}");
        }
        for other in ["大中城市建设", "次", "关闭煤矿", "中"] {
            assert_eq!(look(other), Look::Text, "{other}");
        }
    }

    #[test]
    fn tabs_are_counted() {
        assert_eq!(look("规章\t0\t\t"), Look::Tabbed { tabs: 3, filled: 2 });
        assert_eq!(look("\t\u{3000}\t"), Look::Blank);
    }
}
