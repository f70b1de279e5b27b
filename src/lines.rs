//! Text → lines, each with what can be said of it alone.
//!
//! A line here is what a reader would call one: besides LF, CRLF and CR, the marks NEL, U+2028, U+2029, vertical tab
//! and form feed part text, though an editor does not count them. Every byte of the text belongs to exactly one
//! line, its end mark included. What a line is taken for in the end ([`LineKind`]) is decided later, by
//! [`grid`](crate::grid) and [`outline`](crate::outline), which see its neighbours.

mod pages;

use crate::fold::{is_blank, is_invisible, plain};
use crate::span::{LineIndex, Span, spaces};

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

impl Line {
    /// Nothing stands on it, and what ends it is the end of a page: a form feed at the start of the next line makes such a line, which parts
    /// nothing.
    pub(crate) fn is_page_end(&self, text: &str) -> bool {
        self.text.is_empty() && self.whole.of(text) == "\u{c}"
    }
}

/// What a line looks like by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing visible.
    Blank,
    /// A page number or a web page's button.
    Furniture,
    /// Fields parted by tabs, or by commas or semicolons: how many of them, and how many fields with something in them.
    Tabbed {
        /// Tabs on the line, or what stands for them, those at its ends included.
        tabs: u32,
        /// Fields that hold something.
        filled: u32,
    },
    /// Anything else.
    Text,
}

/// What is seen of a text while its lines are split, and asked for later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notes {
    /// Where the fields of lines with tabs, or what stands for them, end: at each tab, and at the end of the line.
    ends: Vec<u32>,
    /// What parts them: a tab, or what stands for it.
    pub(crate) mark: u8,
    /// White space and drawn lines.
    pub(crate) wide: Wide,
    /// Lines that hold tabs, and nothing that can be seen.
    pub(crate) alone: usize,
    /// A line ends with a mark that an editor does not count.
    odd_ends: bool,
}

impl Notes {
    /// The notes of a text.
    pub(crate) fn of(text: &str) -> Notes {
        split_noted(text).1
    }

    /// The [`index`] of the lines.
    pub(crate) fn index(&self, text: &str, lines: &[Line]) -> LineIndex {
        if self.odd_ends {
            return index(text, lines);
        }
        LineIndex::from_starts(lines.iter().map(|line| line.whole.start).collect())
    }

    /// Adds where the fields of other lines end, which this mark parts, and how many lines hold nothing but marks.
    pub(crate) fn add_fields(&mut self, mark: u8, (ends, alone): (Vec<u32>, usize)) {
        self.mark = mark;
        self.alone += alone;
        self.ends.extend(ends);
        self.ends.sort_unstable();
    }

    /// The fields of one line.
    pub(crate) fn fields_of<'t>(&self, text: &'t str, line: &Line) -> impl Iterator<Item = &'t str> {
        let first = self.ends.partition_point(|&end| end < line.text.start);
        let mut start = line.text.start;
        let ends = Fields { ends: &self.ends[first..] }.ends(line).to_vec();
        ends.into_iter().map(move |end| Span { start: std::mem::replace(&mut start, end + 1), end }.of(text))
    }

    /// The fields of all lines.
    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields { ends: &self.ends }
    }
}

/// The fields of lines that are asked for in their order.
pub(crate) struct Fields<'a> {
    ends: &'a [u32],
}

impl<'a> Fields<'a> {
    /// Where the fields of `line` end, which stands below those that were asked for. A line without tabs is one field.
    #[inline]
    pub(crate) fn ends<'l>(&mut self, line: &'l Line) -> &'l [u32]
    where
        'a: 'l,
    {
        let Look::Tabbed { tabs, .. } = line.look else { return std::slice::from_ref(&line.text.end) };
        let above = self.ends.iter().take_while(|&&end| end < line.text.start).count();
        let (_, rest) = self.ends.split_at(above);
        let (ends, rest) = rest.split_at(rest.len().min(tabs as usize + 1));
        self.ends = rest;
        ends
    }
}

/// Splits `text` into its lines.
pub fn split(text: &str) -> Vec<Line> {
    split_noted(text).0
}

/// As [`split`], with notes of the text.
pub(crate) fn split_noted(text: &str) -> (Vec<Line>, Notes) {
    let bytes = text.as_bytes();
    let wide = Wide::of(bytes);
    let lines = Vec::with_capacity(bytes.len() / 48 + 1);
    let ends = Vec::with_capacity(bytes.len() / 16 + 1);
    let (start, above, says, alone, odd_ends) = (0, 0, 0, 0, false);
    let mut splitter = Splitter { text, lines, ends, start, above, says, alone, odd_ends };
    let from = if wide.marks { 0 } else { splitter.blocks() };
    splitter.marks(from);
    if splitter.start < bytes.len() {
        splitter.line(bytes.len(), bytes.len());
    }
    pages::mark(text, &mut splitter.lines);
    let Splitter { lines, ends, alone, odd_ends, .. } = splitter;
    (lines, Notes { ends, mark: b'\t', wide, alone, odd_ends })
}

/// Where the lines start that an editor counts: as [`LineIndex::new`] finds them, but for less.
pub fn index(text: &str, lines: &[Line]) -> LineIndex {
    let mut starts = Vec::with_capacity(lines.len());
    // The other end marks end otherwise.
    let mut last = b'\n';
    for line in lines {
        if matches!(last, b'\n' | b'\r') {
            starts.push(line.whole.start);
        }
        last = text.as_bytes().get((line.whole.end as usize).wrapping_sub(1)).copied().unwrap_or_default();
    }
    LineIndex::from_starts(starts)
}

/// A bit for each byte of a block that is a tab, LF, VT, FF or CR.
fn tabs_to_returns(block: &[u8; 32]) -> u32 {
    let (words, _) = block.as_chunks();
    words.iter().rev().fold(0, |bits, word| bits << 8 | u32::from(tab_to_return(u64::from_le_bytes(*word))))
}

/// A bit for each byte of a word that is one: all eight are asked at once.
fn tab_to_return(word: u64) -> u8 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Below 0x80 no sum carries into the next byte: its highest bit says that the byte is not below 9, or above 13.
    let low = word & (EACH * 0x7F);
    let from_tab = low + EACH * (0x80 - b'\t' as u64);
    let behind_return = low + EACH * (0x7F - b'\r' as u64);
    let highest = from_tab & !(behind_return | word) & (EACH * 0x80);
    // Moves the highest bits of all bytes side by side; no two meet.
    (highest.wrapping_mul(0x0002_0408_1020_4081) >> 56) as u8
}

/// What a text holds of some characters that few texts hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wide {
    /// White space, such as U+3000.
    pub(crate) blanks: bool,
    /// A mark that [ends](end_mark) a line.
    marks: bool,
    /// Drawn lines, U+2500 to U+257F.
    pub(crate) drawn: bool,
    /// A sign of tables in text, or of headings and bold print in Markdown: `|`, `#`, `*`.
    pub(crate) signs: bool,
}

impl Wide {
    /// Looks for them. But for U+3000 all begin with C2, E1 or E2, as little else does in Chinese text.
    fn of(bytes: &[u8]) -> Wide {
        // E3 80 80: E3 80 is the head of 、 and 。 too, but few characters end in 80 80.
        let is_blank = |at: usize| at > 0 && bytes[at - 1] == 0xE3;
        let blanks = memchr::memmem::find_iter(bytes, &[0x80, 0x80]).any(is_blank);
        let signs = memchr::memchr3(b'|', b'#', b'*', bytes).is_some();
        let mut wide = Wide { blanks, marks: false, drawn: false, signs };
        let mut rest = bytes;
        loop {
            rest = match rest {
                // There may be thousands.
                [0xE2, 0x94 | 0x95, _, behind @ ..] => {
                    wide.drawn = true;
                    behind
                }
                [0xE2, 0x80, third, behind @ ..] => {
                    wide.blanks |= matches!(third, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF);
                    wide.marks |= matches!(third, 0xA8 | 0xA9);
                    behind
                }
                [0xC2, second, behind @ ..] => {
                    wide.blanks |= matches!(second, 0x85 | 0xA0);
                    wide.marks |= *second == 0x85;
                    behind
                }
                [first @ (0xE1 | 0xE2), second, third, behind @ ..] => {
                    wide.blanks |= matches!((first, second, third), (0xE1, 0x9A, 0x80) | (0xE2, 0x81, 0x9F));
                    behind
                }
                _ => match memchr::memchr3(0xC2, 0xE1, 0xE2, rest) {
                    // At 0 stands half a character, which no text holds.
                    Some(at) if at > 0 => &rest[at..],
                    _ => return wide,
                },
            }
        }
    }
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

/// Makes lines of the marks of a text.
struct Splitter<'t> {
    text: &'t str,
    lines: Vec<Line>,
    /// As in [`Notes`]; of the line that is being read, its tabs.
    ends: Vec<u32>,
    /// Where that line begins, and how many `ends` are of lines above it.
    start: usize,
    above: usize,
    /// What the first bytes of the fields behind its tabs [say](says), added up.
    says: u64,
    /// As in [`Notes`].
    alone: usize,
    odd_ends: bool,
}

impl Splitter<'_> {
    /// Takes the tabs and the marks of one byte in all whole blocks, and gives where these end.
    fn blocks(&mut self) -> usize {
        let (blocks, _) = self.text.as_bytes().as_chunks::<32>();
        let mut start = 0;
        for block in blocks {
            // In prose, most hold none: all bytes are asked at once.
            if block.iter().fold(false, |low, &byte| low | (byte <= b'\r')) {
                let mut marks = tabs_to_returns(block);
                while marks > 0 {
                    let at = marks.trailing_zeros() as usize;
                    marks &= marks - 1;
                    let (mark, place) = (block[at & 31], start + at);
                    match mark {
                        b'\t' => self.tab(place),
                        b'\n' if place >= self.start => self.line(place, place + 1),
                        _ => self.mark(place),
                    }
                }
            }
            start += 32;
        }
        start
    }

    /// Takes all tabs and marks from there on, byte by byte.
    fn marks(&mut self, from: usize) {
        let bytes = self.text.as_bytes();
        let places = bytes.iter().enumerate().skip(from);
        let places = places.filter(|(_, byte)| matches!(byte, b'\t'..=b'\r' | 0xC2 | 0xE2));
        let is_mark = |&(at, &byte): &(usize, &u8)| byte == b'\t' || end_mark(&bytes[at..]) > 0;
        places.filter(is_mark).for_each(|(at, _)| self.mark(at));
    }

    /// Takes the next tab or mark that ends a line.
    #[inline]
    fn mark(&mut self, at: usize) {
        match self.text.as_bytes().get(at) {
            Some(b'\t') => self.tab(at),
            // The LF of a CRLF ended its line already.
            _ if at < self.start => {}
            Some(b'\n') => self.line(at, at + 1),
            Some(byte) => {
                self.odd_ends |= *byte != b'\r';
                self.line(at, at + end_mark(&self.text.as_bytes()[at..]));
            }
            None => {}
        }
    }

    /// Takes a tab.
    #[inline]
    fn tab(&mut self, at: usize) {
        self.ends.push(at as u32);
        self.says += says(self.text, at + 1);
    }

    /// Ends the line; its mark stands at `end`, the next line begins at `next`.
    fn line(&mut self, end: usize, next: usize) {
        let start = std::mem::replace(&mut self.start, next);
        let look = if start == end {
            Look::Blank
        } else if self.ends.len() > self.above {
            self.tabbed(start, end)
        } else {
            look(self.text.get(start..end).unwrap_or_default())
        };
        self.lines.push(Line { whole: Span::new(start, next), text: Span::new(start, end), look });
    }

    /// What the line with tabs looks like that begins at `start` and ends at `end`.
    fn tabbed(&mut self, start: usize, end: usize) -> Look {
        self.ends.push(end as u32);
        let ends = &self.ends[self.above..];
        let says = std::mem::take(&mut self.says) + says(self.text, start);
        let others = if says < OTHER { 0 } else { others_filled(self.text, start, ends) };
        let (tabs, filled) = (ends.len() as u32 - 1, (says % OTHER) as u32 + others);
        self.above = self.ends.len();
        if filled > 0 {
            return Look::Tabbed { tabs, filled };
        }
        self.alone += 1;
        Look::Blank
    }
}

/// What the first byte says of the field that begins there: nearly always all that is asked of it.
#[inline]
fn says(text: &str, start: usize) -> u64 {
    text.as_bytes().get(start).map_or(0, |&first| FIRST[usize::from(first)])
}

/// How many of the fields hold something whose first byte does not tell. The first begins at `start`, each other behind the end of the one
/// before it.
fn others_filled(text: &str, start: usize, ends: &[u32]) -> u32 {
    let starts = std::iter::once(start).chain(ends.iter().map(|&end| end as usize + 1));
    let others = starts.zip(ends).filter(|(start, _)| says(text, *start) == OTHER);
    let is_filled = |&(start, &end): &(usize, &u32)| !is_blank(text.get(start..end as usize).unwrap_or_default());
    others.filter(is_filled).count() as u32
}

/// The byte that a field begins with says that something stands in it: see [`is_blank`].
const SEEN: u64 = 1;
/// It says nothing for certain. Any other byte is a tab, or a mark that ends the line: nothing stands in the field. Of both, a line has
/// fewer than this: what its fields say can be added up.
const OTHER: u64 = 1 << 32;

/// What a byte says of the field that it begins.
static FIRST: [u64; 256] = {
    let mut first = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        match byte as u8 {
            b'\t'..=b'\r' => first[byte] = 0,
            b'!'..=b'~' | 0xE4..=0xE9 => first[byte] = SEEN,
            _ => {}
        }
        byte += 1;
    }
    first
};

/// What a line without tabs looks like.
pub(crate) fn look(text: &str) -> Look {
    // As most lines begin; neither is it blank.
    if !may_be_furniture(text) {
        return Look::Text;
    }
    let is_short = text.len() <= FURNITURE_BYTES;
    // In columns, there are many, and nothing asks for them here.
    let text = &text[spaces(text.as_bytes())..];
    if text.is_empty() || is_blank(text) {
        Look::Blank
    } else if is_short && may_be_furniture(text) && (is_page_number(text) || is_button(text)) {
        Look::Furniture
    } else {
        Look::Text
    }
}

/// The longest line that can be furniture, in bytes.
const FURNITURE_BYTES: usize = 120;

/// False only of what begins with a Chinese character that neither a page number nor a button begins with, as most lines do. Such a text is
/// not blank.
fn may_be_furniture(text: &str) -> bool {
    // Before （一） or （此件公开发布） stands a bracket, which decides nothing.
    match text.strip_prefix('（').unwrap_or(text).chars().next() {
        Some(c @ '\u{4E00}'..='\u{9FFF}') => begins_button(c) || is_part_of_number(c),
        _ => true,
    }
}

/// A digit, or what stands beside those of a page number.
fn is_part_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '第' | '页' | '共' | '/' | ',' | '(' | ')' | '，')
}

/// A page number as a page prints it: `-3-`, `— 3 —`, `第3页`, `第 3 页 共 5 页`, `3 / 5 页`, `Page 3 of 5`. A bare number
/// is not: it may be a cell.
pub fn is_page_number(text: &str) -> bool {
    if text.len() > FURNITURE_BYTES {
        return false;
    }
    if text.as_bytes().first_chunk().is_some_and(|first: &[u8; 4]| first.eq_ignore_ascii_case(b"page")) {
        return is_english(&text[4..]);
    }
    let is_dash = |c: char| matches!(c, '-' | '—' | '–' | '―' | '─' | '－' | '·' | '•' | '~');
    // Most lines begin otherwise, and most of the others go on otherwise.
    let Some(first) = first_visible(text).filter(|&first| is_dash(first) || is_part_of_number(first)) else {
        return false;
    };
    let dashes = is_dash(first);
    // 3, 0, 1,095: no 页 stands there. Nor does a heading end in one.
    if !dashes && (text.is_ascii() || text.ends_with(|c| matches!(c, '\u{4E00}'..='\u{9FFF}') && !is_part_of_number(c)))
    {
        return false;
    }
    let (mut digits, mut has_page, mut last) = (0, false, first);
    for c in visible(text) {
        if !(if dashes { is_dash(c) || c.is_ascii_digit() } else { is_part_of_number(c) }) {
            return false;
        }
        digits += u32::from(c.is_ascii_digit());
        has_page |= c == '页';
        last = c;
    }
    if dashes { is_dash(last) && (1..=4).contains(&digits) } else { has_page && (1..=8).contains(&digits) }
}

/// What stands behind the word page: a number, and how many there are perhaps.
fn is_english(text: &str) -> bool {
    let mut words =
        text.split(|c: char| c.is_whitespace() || c == '/').filter(|word| !word.is_empty() && *word != "of");
    let is_number = |word: &str| word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.next().is_some_and(is_number) && words.next().is_none_or(is_number) && words.next().is_none()
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
#[rustfmt::skip]
fn begins_button(c: char) -> bool {
    matches!(
        c,
        '字' | '大' | '中' | '小' | '打' | '关' | '分' | '收' | '返' | '上' | '下' | '扫' | '微' | 'q' | '我' | '纠' | '朗' | '默'
            | '超' | '繁' | '简' | '无' | '首' | '当' | '视' | '责' | '浏' | '阅' | '点' | '次'
    )
}

/// It is alphanumeric. Chinese characters are, and what lines are drawn with is not: no need to look them up.
fn is_letter(c: char) -> bool {
    match c {
        '\u{4E00}'..='\u{9FFF}' => true,
        '\u{2500}'..='\u{257F}' => false,
        _ => c.is_alphanumeric(),
    }
}

/// The first of what it is in lower case.
fn lower(c: char) -> char {
    match c {
        '\u{4E00}'..='\u{9FFF}' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// A line made of nothing but a web page's buttons: `字号：[大 中 小] 打印 关闭`.
fn is_button(text: &str) -> bool {
    // Most lines begin otherwise.
    let first = match first_visible(text) {
        Some(first @ ('0'..='9' | 'a'..='z' | '\u{4E00}'..='\u{9FFF}')) => Some(first),
        // What cannot be seen is no letter.
        _ => text.chars().map(plain).find(|&c| is_letter(c)).map(lower),
    };
    if !first.is_some_and(begins_button) {
        return false;
    }
    let folded: String = visible(text).filter(|&c| is_letter(c)).flat_map(char::to_lowercase).collect();
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

/// The first of the characters of `text` that can be [seen](visible).
fn first_visible(text: &str) -> Option<char> {
    match text.chars().next()? {
        // Nearly all, and nothing is folded.
        first @ ('!'..='~' | '\u{4E00}'..='\u{9FFF}') => Some(first),
        _ => visible(text).next(),
    }
}

/// The characters of `text` that can be seen, width folded.
fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(plain).filter(|&c| !c.is_whitespace() && !is_invisible(c))
}

#[cfg(test)]
mod tests;
