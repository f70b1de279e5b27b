//! Where something stands: byte spans in the decoded text, and the line and column an editor shows.
//!
//! Everything read from a report keeps its [`Span`]; a [`Place`] is worked out from it as late as
//! possible, by the one [`LineIndex`] of the report.

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// A range of bytes in the decoded text, end excluded. Inputs are bounded far below 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span of `start..end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The text it covers; empty where it does not fit the text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    /// The bytes it covers; empty where it does not fit the text. What it shows of a broken character is none of any
    /// digit or label.
    #[inline]
    pub(crate) fn bytes_of(self, text: &str) -> &[u8] {
        text.as_bytes().get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Covers nothing.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The span without the white space at its ends.
    #[inline]
    pub fn trim(self, text: &str) -> Span {
        // What is trimmed does not begin or end inside a character.
        let bytes = self.bytes_of(text);
        if is_trimmed(bytes) {
            return Span { start: self.start, end: self.start + bytes.len() as u32 };
        }
        self.trim_blanks(text)
    }

    fn trim_blanks(self, text: &str) -> Span {
        let printed = self.of(text);
        // In columns, cells stand between spaces: cheaper to pass over than blanks of any width.
        let first = spaces(printed.as_bytes());
        if first == printed.len() {
            return Span { start: self.end, end: self.end };
        }
        let end = printed.len() - spaces_at_end(printed.as_bytes());
        if is_trimmed(&printed.as_bytes()[first..end]) {
            return Span::new(self.start as usize + first, self.start as usize + end);
        }
        let start = self.start as usize + (printed.len() - printed.trim_start().len());
        Span::new(start, start + printed.trim().len())
    }
}

/// How many spaces `bytes` begin with.
pub(crate) fn spaces(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    let mut count = 0;
    for word in words {
        // Eight are asked at once: the lowest bit that is another is in the first byte that is none.
        let others = u64::from_le_bytes(*word) ^ SPACES;
        if others > 0 {
            return count + others.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
    count + rest.iter().take_while(|byte| **byte == b' ').count()
}

/// How many spaces `bytes` end with.
fn spaces_at_end(bytes: &[u8]) -> usize {
    let (rest, words) = bytes.as_rchunks();
    let mut count = 0;
    for word in words.iter().rev() {
        let others = u64::from_le_bytes(*word) ^ SPACES;
        if others > 0 {
            return count + others.leading_zeros() as usize / 8;
        }
        count += 8;
    }
    count + rest.iter().rev().take_while(|byte| **byte == b' ').count()
}

const SPACES: u64 = u64::from_le_bytes([b' '; 8]);

/// `printed` is empty, or begins and ends with visible ASCII, a Chinese character or its punctuation, as nearly all texts and cells do.
fn is_trimmed(printed: &[u8]) -> bool {
    let plain = |byte: &u8| matches!(byte, b'!'..=b'~');
    // No white space stands from U+3001 to U+FFFF: 。 and ）, and by their lead bytes all characters from U+4000.
    let wide = |lead: &u8, second: &u8, third: &u8| match lead {
        0xE4..=0xEF => true,
        0xE3 => (*second, *third) != (0x80, 0x80),
        _ => false,
    };
    match printed {
        [] => true,
        [only] => plain(only),
        [first, .., last] if plain(first) && plain(last) => true,
        [first, second, third, ..] if plain(first) || wide(first, second, third) => match printed {
            [.., last] if plain(last) => true,
            [.., lead, second, third] => wide(lead, second, third),
            _ => false,
        },
        _ => false,
    }
}

/// Line and column, both counted from 1; the column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Line; LF, CRLF and CR end one.
    pub line: u32,
    /// Column in characters.
    pub col: u32,
}

/// Characters that part lines, counted by an editor or not.
const END_MARKS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Where each line of a text starts.
#[derive(Debug, Clone, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`. LF, CRLF and CR end a line; a final line end starts no further line.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = Vec::with_capacity(bytes.len() / 48 + 1);
        if !bytes.is_empty() {
            starts.push(0);
        }
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let ends = bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
            if ends && at + 1 < bytes.len() {
                starts.push((at + 1) as u32);
            }
        }
        LineIndex { starts }
    }

    /// An index of lines that start where given, whatever ends them.
    pub fn from_starts(starts: Vec<u32>) -> LineIndex {
        LineIndex { starts }
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// The text has no line.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The whole line numbered `index` from 0, with its line end.
    pub fn line(&self, text: &str, index: usize) -> Span {
        let Some(&start) = self.starts.get(index) else { return Span::default() };
        let end = self.starts.get(index + 1).map_or(text.len(), |&end| end as usize);
        Span::new(start as usize, end)
    }

    /// The line numbered `index` from 0, without its line end.
    pub fn content(&self, text: &str, index: usize) -> Span {
        let whole = self.line(text, index);
        let printed = whole.of(text);
        let marks = printed.bytes().rev().take_while(|byte| matches!(byte, b'\n'..=b'\r')).count();
        let mut kept = printed.len() - marks;
        // The marks of several bytes end so, as some characters do.
        if let Some(0x85 | 0xA8 | 0xA9) = printed.as_bytes()[..kept].last() {
            kept = printed.trim_end_matches(END_MARKS).len();
        }
        Span::new(whole.start as usize, whole.start as usize + kept)
    }

    /// Index from 0 of the line that holds the byte at `offset`.
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Number of the line, from 1, that holds the byte at `offset`. Cheap on the longest line, unlike [`LineIndex::place`].
    pub fn number(&self, offset: u32) -> u32 {
        self.line_of(offset) as u32 + 1
    }

    /// As [`LineIndex::number`], of a byte in the line `at` of `count`. Those lines part the text wherever these do: as many are the same.
    pub(crate) fn number_in(&self, offset: u32, (at, count): (usize, usize)) -> u32 {
        if count == self.len() { at as u32 + 1 } else { self.number(offset) }
    }

    /// The place of the byte at `offset`.
    pub fn place(&self, text: &str, offset: u32) -> Place {
        let line = self.line_of(offset);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = Span { start, end: offset.max(start) }.of(text);
        Place { line: line as u32 + 1, col: before.chars().count() as u32 + 1 }
    }
}

/// The places of bytes that are asked for more or less in the order of the text: cheap, where each lies near the one before.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    index: &'a LineIndex,
    text: &'a str,
    /// Index of the line, and where it and the next begin.
    line: usize,
    bytes: std::ops::Range<u32>,
    /// A place in that line, and its column.
    known: (u32, u32),
}

impl<'a> Cursor<'a> {
    /// A cursor over `text`, of which `index` knows the lines.
    pub(crate) fn new(index: &'a LineIndex, text: &'a str) -> Cursor<'a> {
        Cursor { index, text, line: 0, bytes: 0..0, known: (0, 1) }
    }

    /// As [`LineIndex::number`].
    pub(crate) fn number(&mut self, offset: u32) -> u32 {
        if !self.bytes.contains(&offset) {
            self.line = self.index.line_of(offset);
            let start = self.index.starts.get(self.line).copied().unwrap_or(0);
            let next = self.index.starts.get(self.line + 1).copied().unwrap_or(u32::MAX);
            (self.bytes, self.known) = (start..next, (start, 1));
        }
        self.line as u32 + 1
    }

    /// As [`LineIndex::place`].
    pub(crate) fn place(&mut self, offset: u32) -> Place {
        let line = self.number(offset);
        let (from, col) = if self.known.0 <= offset { self.known } else { (self.bytes.start, 1) };
        let between = Span { start: from, end: offset.max(from) }.of(self.text);
        self.known = (offset.max(from), col + between.chars().count() as u32);
        Place { line, col: self.known.1 }
    }
}

/// Columns that `text` takes on a terminal: a Chinese character takes two.
pub fn width(text: &str) -> usize {
    plain_width(text).unwrap_or_else(|| text.width())
}

/// `text` takes more columns than these. Cheap where they are few and the text is long.
pub(crate) fn is_wider(text: &str, columns: usize) -> bool {
    // Behind the plain head, no character takes less than nothing, and it changes the last of the head at the most, which takes two. A
    // head may be a few characters longer than it need be.
    let head = columns.saturating_add(2);
    // No character takes more columns than it has bytes.
    text.len() > columns
        && (2 * wide_chars(text, head.saturating_mul(3)) > columns
            || plain_head(text, head).unwrap_or_else(|| text.width()) > columns)
}

/// How many characters of U+5000 to U+9FFF, each of which takes two columns whatever stands beside it, begin in the first `most` bytes.
fn wide_chars(text: &str, most: usize) -> usize {
    let bytes = text.as_bytes();
    let in_chunk = |chunk: &[u8]| {
        usize::from(chunk.iter().fold(0u8, |count, byte| count.wrapping_add(u8::from((0xE5..=0xE9).contains(byte)))))
    };
    // No chunk holds more than a byte can count.
    bytes[..bytes.len().min(most)].chunks(255).map(in_chunk).sum()
}

/// The width of a text of nothing but what reports are printed in: Chinese characters and their punctuation, ASCII. None of it changes
/// the width of its neighbours.
fn plain_width(text: &str) -> Option<usize> {
    plain_head(text, usize::MAX)
}

/// The [`plain_width`] of `text`, or of a head of it that takes more than `most` columns.
fn plain_head(text: &str, most: usize) -> Option<usize> {
    let mut bytes = text.as_bytes();
    let mut width = 0;
    while width <= most {
        let (behind, columns) = match bytes {
            [] => break,
            // U+5000 to U+9FFF first: nearly all, and seldom alone.
            [0xE5..=0xE9, _, _, behind @ ..] => {
                let (mut behind, mut columns) = (behind, 2);
                while let [0xE5..=0xE9, _, _, next @ ..] = behind {
                    (behind, columns) = (next, columns + 2);
                }
                (behind, columns)
            }
            [b' '..=b'~', behind @ ..] => (behind, 1),
            // From U+4E00; 、 and 。; 《 to 】; ！ to ｀.
            [0xE4, 0xB8..=0xBF, _, behind @ ..]
            | [0xE3, 0x80, 0x81 | 0x82 | 0x8A..=0x91, behind @ ..]
            | [0xEF, 0xBC, 0x81..=0xBF, behind @ ..] => (behind, 2),
            // Quotes, dashes and ellipses; the dot of names, ·.
            [0xE2, 0x80, 0x93 | 0x94 | 0x98 | 0x99 | 0x9C | 0x9D | 0xA6, behind @ ..] | [0xC2, 0xB7, behind @ ..] => {
                (behind, 1)
            }
            _ => return None,
        };
        width += columns;
        bytes = behind;
    }
    Some(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_gives_the_places_of_the_index_in_any_order() {
        let text = "一 甲\t乙\n\n二\r\nabc 三。\n末";
        let index = LineIndex::new(text);
        let offsets: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
        let mut cursor = Cursor::new(&index, text);
        let orders = [1, 3, 5, 7].map(|step| (0..offsets.len()).map(move |at| at * step));
        for offset in orders.into_iter().flatten().map(|at| offsets[at % offsets.len()]) {
            assert_eq!(cursor.place(offset), index.place(text, offset), "{offset}");
            assert_eq!(cursor.number(offset), index.number(offset), "{offset}");
        }
        for offset in offsets.into_iter().rev() {
            assert_eq!(cursor.place(offset), index.place(text, offset), "{offset}");
        }
    }

    #[test]
    fn every_line_end_counts_once() {
        let text = "甲\r\n乙\r丙\n\n丁";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (0..index.len()).map(|i| index.content(text, i).of(text)).collect();
        assert_eq!(lines, ["甲", "乙", "丙", "", "丁"]);
        let whole: String = (0..index.len()).map(|i| index.line(text, i).of(text)).collect();
        assert_eq!(whole, text);
    }

    #[test]
    fn what_stands_at_the_ends_is_trimmed() {
        for a in (0..=0xFFFF).filter_map(char::from_u32) {
            for text in ["{}", "{}一", "1{}", "一一{}", "{}1{}", " {} ", "  {}一 ", " 1{}", "   ", " {} {} "]
                .map(|at| at.replace("{}", &a.to_string()))
            {
                let span = Span::new(0, text.len()).trim(&text);
                assert_eq!(span.of(&text), text.trim(), "{text:?}");
            }
        }
    }

    #[test]
    fn spaces_are_counted_from_both_ends() {
        for (before, after) in (0..40).flat_map(|before| (0..40).map(move |after| (before, after))) {
            for cell in ["甲 乙", "0", ""] {
                let text = format!("{}{cell}{}", " ".repeat(before), " ".repeat(after));
                let all = before + after;
                let (first, last) = if cell.is_empty() { (all, all) } else { (before, after) };
                assert_eq!((spaces(text.as_bytes()), spaces_at_end(text.as_bytes())), (first, last), "{text:?}");
                let trimmed = Span::new(0, text.len()).trim(&text);
                assert_eq!(trimmed.of(&text), cell, "{text:?}");
            }
        }
    }

    #[test]
    fn columns_count_characters() {
        let text = "一二\n三\t四";
        let index = LineIndex::new(text);
        let at = text.find('四').unwrap() as u32;
        assert_eq!(index.place(text, at), Place { line: 2, col: 3 });
    }

    #[test]
    fn an_empty_text_has_no_line() {
        assert!(LineIndex::new("").is_empty());
        assert_eq!(LineIndex::new("\n").len(), 1);
        assert_eq!(LineIndex::new("").place("", 0), Place { line: 1, col: 1 });
        assert_eq!(Cursor::new(&LineIndex::new(""), "").place(0), Place { line: 1, col: 1 });
    }

    #[test]
    fn chinese_is_two_wide() {
        assert_eq!(width("年报ab"), 6);
    }

    #[test]
    fn what_is_wider_is_so_by_its_width() {
        let odd = "\u{fe0f}\u{fe0e}\u{fe01}\u{200d}\u{301}\u{338}\u{1F468}\u{1F3FD}1#“”一。…a\t\u{a0}\u{17D2}\u{1780}\u{644}\u{627}";
        let odd: Vec<char> = odd.chars().collect();
        for head in ["", "一二三四", "12345678", "一“2”三。", "一…\u{fe01}"] {
            for (a, b) in odd.iter().flat_map(|a| odd.iter().map(move |b| (a, b))) {
                for c in &odd {
                    let text = format!("{head}{a}{b}{c}");
                    for columns in 0..14 {
                        assert_eq!(is_wider(&text, columns), text.width() > columns, "{text:?} {columns}");
                    }
                }
            }
        }
        for c in (0..=0x2FFFF).filter_map(char::from_u32) {
            assert!(c.to_string().width() <= c.len_utf8(), "{c:?}");
        }
    }

    #[test]
    fn plain_widths_are_those_of_unicode() {
        let mut plain = String::new();
        for c in (0..=0xFFFF).filter_map(char::from_u32) {
            let text = format!("一{c}1“{c}。");
            if let Some(width) = plain_width(&text) {
                assert_eq!(width, text.width(), "{c:?}");
                plain.push(c);
            }
        }
        assert!(plain.chars().count() > 20_000);
        assert_eq!(plain_width(&plain), Some(plain.width()));
        assert_eq!(plain_width(&plain.chars().rev().collect::<String>()), Some(plain.width()));
    }
}
