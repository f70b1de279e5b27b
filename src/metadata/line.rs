//! The lines at the head and at the foot of a report.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::LazyLock;

use super::Input;
use super::contact;
use super::dates;
use super::labelled::doc_number;
use super::text::{Patterns, Traits, cap, leftmost, squeeze_known, tidy, tidy_known};
use crate::fold;
use crate::lines::{LineKind, Look};
use crate::outline::markup;
use crate::span::Span;

/// Lines before the first heading that are looked at.
const HEAD_LINES: usize = 200;
/// Lines at the end that are looked at.
const TAIL_LINES: usize = 15;
/// Characters of a line that are looked at.
const LINE_CHARS: usize = 2_000;
/// Cells of a line that are counted.
const MOST_CELLS: usize = 4;
/// A line of more cells at the end of a report is a row of its tables.
pub(super) const ROW_CELLS: usize = 3;
/// What text formats put around a title.
const MARKUP: &[char] = &['#', '*', '_', '=', ' '];
/// A shorter text stands there twice by chance, in bytes.
const SHORTEST_TWICE: usize = 36;

/// A line that holds something.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Index of the line.
    pub index: usize,
    /// Without the white space around it; of a row that nothing is read from, with it.
    pub span: Span,
    pub kind: LineKind,
    pub traits: Traits,
    /// How many of its cells hold something, [`MOST_CELLS`] at the most.
    pub cells: usize,
    /// The only cell, or the whole line.
    text: &'a str,
    squeezed: OnceCell<Cow<'a, str>>,
    /// Its title without the marks of Markdown inside it, where it has any.
    plain: OnceCell<Option<String>>,
}

impl<'a> Line<'a> {
    /// The only cell, or the whole line, [squeezed](super::squeeze).
    pub(super) fn squeezed(&self) -> &str {
        self.squeezed.get_or_init(|| squeeze_known(self.text, self.traits))
    }

    /// The date that it is, as [`dates::only_date`] gives it.
    pub(super) fn only_date(&self) -> Option<String> {
        if self.traits.any(Traits::TWO) { dates::only_date(self.squeezed()) } else { None }
    }

    /// The 文号 that it begins with, as [`doc_number`] gives it.
    pub(super) fn doc_number(&self) -> Option<&str> {
        if self.traits.any(Traits::DIGIT) { doc_number(self.squeezed()) } else { None }
    }

    /// The only cell, or the whole line, as printed.
    pub(super) fn text(&self) -> &str {
        self.text
    }

    /// The only cell, squeezed, markup and quotes around it gone.
    pub(super) fn title(&self) -> &str {
        if self.cells != 1 {
            return "";
        }
        let plain = self.plain.get_or_init(|| match markup::plain(self.squeezed().trim_matches(MARKUP)) {
            Cow::Owned(plain) => Some(plain),
            Cow::Borrowed(_) => None,
        });
        let title = plain.as_deref().unwrap_or_else(|| self.squeezed());
        once(title.trim_matches(MARKUP).trim_matches(['《', '》']))
    }

    /// The only cell as printed, white space folded, markup around it gone.
    pub(super) fn printed(&self) -> String {
        let printed = tidy_known(self.text, self.traits);
        match markup::plain(printed.trim_matches(MARKUP)) {
            Cow::Borrowed(plain) => once(plain.trim_end_matches(',')).to_owned(),
            // What was bold stands beside what is not, as a word of it.
            Cow::Owned(plain) => once(&tidy(&plain)).to_owned(),
        }
    }

    /// A text of the page rather than of the report begins here. `printed`: what it may begin with is printed in one
    /// piece, here or elsewhere.
    fn is_foot(&self, printed: bool) -> bool {
        let folded = self.traits.any(Traits::BLANK | Traits::WIDE);
        (if folded { FOOT_HINTS.is_match(self.text) } else { printed }) && FOOT.is_match(self.squeezed())
    }

    /// What its labels are looked for in, where it is no row.
    pub(super) fn whole(&self, input: &Input<'a>) -> &'a str {
        let whole = cap(self.span.of(input.text), LINE_CHARS);
        if self.traits.any(Traits::CELLS) { whole.trim_matches(['|', '｜', '│', '┃']) } else { whole }
    }
}

/// A text that stands there twice, as the title of a page and its heading do side by side, once.
fn once(text: &str) -> &str {
    if text.len() < SHORTEST_TWICE {
        return text;
    }
    match text.split_at_checked(text.len() / 2) {
        Some((first, second)) if first.trim() == second.trim() => first.trim(),
        _ => text,
    }
}

/// The foot of a web page: what follows is about the site, not about the report.
static FOOT: LazyLock<Patterns> = LazyLock::new(|| {
    leftmost(["版权所有", "主办单位", "承办单位", "主办：", "ICP备", "网站标识码", "公网安备", "技术支持"])
});

/// A character of each, for texts in which blanks may part them.
static FOOT_HINTS: LazyLock<Patterns> = LazyLock::new(|| leftmost(["版", "办", "备", "识", "持"]));

/// Pushes what stands on a line. `told`: nothing is read from rows of many cells.
pub(super) fn push_line<'a>(input: &Input<'a>, index: usize, told: bool, out: &mut Vec<Line<'a>>) {
    let kind = input.kinds.get(index).copied().unwrap_or(LineKind::Prose);
    let Some(printed) = input.lines.get(index).filter(|_| kind != LineKind::Blank) else { return };
    let (content, look) = (printed.text, printed.look);
    if told && kind == LineKind::Row && content.len() <= LINE_CHARS {
        let printed = content.of(input.text);
        if is_row_of_most_cells(printed.as_bytes(), look) {
            // It is taken for a row with blanks, as it mostly is: that changes nothing but the way to its squeezed text.
            let traits = Traits::BLANK | Traits::WIDE | Traits::CELLS | Traits::TWO;
            let (squeezed, plain) = Default::default();
            out.push(Line { index, span: content, kind, traits, cells: MOST_CELLS, text: printed, squeezed, plain });
            return;
        }
    }
    let start = content.start as usize;
    let span = Span::new(start, start + cap(content.of(input.text), LINE_CHARS).len()).trim(input.text);
    let printed = span.of(input.text);
    if fold::is_blank(printed) {
        return;
    }
    let traits = Traits::of(printed);
    let (mut cells, mut text) = (1, printed);
    if traits.any(Traits::CELLS) {
        let (only, count) = count_cells(printed);
        cells = count;
        text = only.filter(|_| count == 1).unwrap_or(printed);
    }
    if cells > 0 {
        let (squeezed, plain) = Default::default();
        out.push(Line { index, span, kind, traits, cells, text, squeezed, plain });
    }
}

/// The first cell of a row that holds something, and how many do, [`MOST_CELLS`] at the most.
fn count_cells(row: &str) -> (Option<&str>, usize) {
    let mut filled = Cells { rest: Some(row) }.filter(|cell| !fold::is_blank(cell));
    let only = filled.next();
    let others = filled.clone().take(MOST_CELLS - 1).count();
    // The title of a page, and its heading.
    let mut is_again =
        |only: &str| only.len() >= SHORTEST_TWICE && filled.next().is_some_and(|cell| cell.trim() == only.trim());
    match only {
        None => (None, 0),
        Some(cell) if others == 1 && is_again(cell) => (only, 1),
        Some(_) => (only, 1 + others),
    }
}

/// The row has [`MOST_CELLS`] cells with something in them; it may have them where this says no.
fn is_row_of_most_cells(row: &[u8], look: Look) -> bool {
    match look {
        // The first bytes of all bars: where none of them stands there, the tabs part all cells, and these were counted.
        Look::Tabbed { filled, .. } if filled as usize >= MOST_CELLS => {
            memchr::memchr3(b'|', 0xE2, 0xEF, row).is_none() || has_most_cells(row)
        }
        Look::Tabbed { .. } => false,
        _ => memchr::memchr2(b'|', 0xE2, row).is_some() && has_most_cells(row),
    }
}

/// The row has [`MOST_CELLS`] cells with something in them that is seen at a glance: a character of ASCII, or a Chinese
/// one. Where other marks than the usual part them, it has no fewer. Read from its end, where the numbers stand.
fn has_most_cells(row: &[u8]) -> bool {
    let (mut cells, mut seen, mut parted) = (0, false, false);
    for (at, byte) in row.iter().enumerate().rev() {
        match byte {
            b'\t' | b'|' => (cells, seen, parted) = (cells + usize::from(seen), false, true),
            0xE2 if matches!(row[at..], [_, 0x94, 0x82 | 0x83, ..]) => {
                (cells, seen, parted) = (cells + usize::from(seen), false, true);
            }
            b'!'..=b'~' | 0xE4..=0xE9 => seen = true,
            _ => {}
        }
        if cells == MOST_CELLS {
            return true;
        }
    }
    parted && cells + usize::from(seen) == MOST_CELLS
}

/// The cells of a row, parted by tabs and bars: `\t`, `|`, `｜`, `│` and `┃`.
#[derive(Clone)]
struct Cells<'a> {
    rest: Option<&'a str>,
}

impl<'a> Iterator for Cells<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let mut from = 0;
        while let Some(found) = rest[from..].bytes().position(|byte| matches!(byte, b'\t' | b'|' | 0xE2 | 0xEF)) {
            let at = from + found;
            let length = match rest.as_bytes()[at..] {
                [b'\t' | b'|', ..] => 1,
                [0xE2, 0x94, 0x82 | 0x83, ..] | [0xEF, 0xBD, 0x9C, ..] => 3,
                _ => {
                    from = at + 3;
                    continue;
                }
            };
            self.rest = Some(&rest[at + length..]);
            return Some(&rest[..at]);
        }
        self.rest = None;
        Some(rest)
    }
}

/// The lines before the first heading, and the index of the first line that was not looked at.
pub(super) fn head<'a>(input: &Input<'a>) -> (Vec<Line<'a>>, usize) {
    let mut out = Vec::with_capacity(24);
    let end = input.first_heading.min(input.lines.len());
    for index in 0..end {
        if out.len() >= HEAD_LINES {
            return (out, index);
        }
        push_line(input, index, false, &mut out);
    }
    (out, end)
}

/// The last lines of a report.
pub(super) struct Tail<'a> {
    text: &'a str,
    lines: Vec<Line<'a>>,
    /// How many of them stand before the foot of a web page.
    own: OnceCell<usize>,
}

impl<'a> Tail<'a> {
    /// The last lines, none of which is before `from`.
    pub(super) fn new(input: &Input<'a>, from: usize) -> Tail<'a> {
        let mut lines: Vec<Line<'a>> = Vec::with_capacity(TAIL_LINES);
        for index in (from..input.lines.len()).rev() {
            if lines.len() >= TAIL_LINES {
                break;
            }
            push_line(input, index, true, &mut lines);
        }
        lines.reverse();
        Tail { text: input.text, lines, own: OnceCell::new() }
    }

    /// All of them, those of the foot too.
    pub(super) fn all(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// Those before the foot of a web page. Mostly none of all has anything to read, and the foot is not looked for.
    pub(super) fn own(&self) -> &[Line<'a>] {
        &self.lines[..*self.own.get_or_init(|| self.count_own())]
    }

    /// Those before the foot that have any of these traits. Where no line has, the foot is not looked for.
    pub(super) fn own_with(&self, traits: Traits) -> impl Iterator<Item = &Line<'a>> {
        let has = move |line: &&Line| line.traits.any(traits);
        let own = if self.lines.iter().any(|line| has(&line)) { self.own() } else { &[] };
        own.iter().filter(has)
    }

    fn count_own(&self) -> usize {
        let (Some(first), Some(last)) = (self.lines.first(), self.lines.last()) else { return 0 };
        // One look at all lines tells of nearly every report that it has no such foot.
        let printed = FOOT.is_match(Span { start: first.span.start, end: last.span.end }.of(self.text));
        self.lines.iter().position(|line| line.is_foot(printed)).unwrap_or(self.lines.len())
    }
}

/// No label is longer, in bytes, with its colon and the blanks inside it.
const LONGEST_LABEL: usize = 60;

/// A label that stands alone on a line, as `地址：`, and its value on the next, as one text.
pub(super) fn with_value_below(label: &Line, value: &Line) -> Option<String> {
    let ends = |text: &str| text.ends_with(['：', ':', '︰', '∶']);
    let announces = label.text.len() <= LONGEST_LABEL && label.traits.any(Traits::COLON) && ends(label.text);
    if !announces || value.cells != 1 || value.traits.any(Traits::COLON) || value.index - label.index > 2 {
        return None;
    }
    let name = label.squeezed().trim_end_matches(['：', ':', '︰', '∶']);
    contact::is_label(name).then(|| [label.text, value.text].concat())
}

/// A row as one text: a cell that is nothing but a label announces the next cell.
pub(super) fn row_as_text(printed: &str) -> String {
    let mut text = String::with_capacity(printed.len() + 8);
    for cell in (Cells { rest: Some(printed) }).map(str::trim).filter(|cell| !fold::is_blank(cell)) {
        text.push_str(cell);
        let colon = cell.ends_with(['：', ':', '︰', '∶']);
        text.push_str(if colon {
            ""
        } else if contact::is_label(cell) {
            "："
        } else {
            "；"
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines;
    use crate::metadata::Titles;

    /// Cells, blanks and marks of all kinds, in any order.
    fn rows() -> impl Iterator<Item = String> {
        let pieces: Vec<&str> = "总计 0 12 － ── “ ” ｜ │ ┃ ┆ \t \t | | \u{3000} \u{b} \u{c} \u{85} \u{2028} \u{2029} \u{a0} · ２ 版权所有 主 办 单位"
            .split(' ')
            .chain([" ", "\t\t", "\t0", "\t12", "|3", "| 1,095", "│4", "\t件", "\t予以公开", "｜ 5"])
            .collect();
        let mut seed = 3u64;
        let mut next = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize
        };
        (0..60_000).map(move |_| (0..1 + next() % 14).map(|_| pieces[next() % pieces.len()]).collect())
    }

    #[test]
    fn cells_are_parted_at_tabs_and_bars() {
        for row in rows() {
            let wanted: Vec<&str> = row.split(['\t', '|', '｜', '│', '┃']).collect();
            assert_eq!(Cells { rest: Some(&row) }.collect::<Vec<_>>(), wanted, "{row:?}");
            assert!(!has_most_cells(row.as_bytes()) || count_cells(&row).1 == MOST_CELLS, "{row:?}");
        }
    }

    #[test]
    fn wide_rows_are_lines_as_any() {
        let mut wide = 0;
        for row in rows() {
            let lines = lines::split(&row);
            let titles = Titles::default();
            let input = Input {
                text: &row,
                lines: &lines,
                kinds: &vec![LineKind::Row; lines.len()],
                first_heading: 0,
                overview: None,
                preface: &[],
                titles: &titles,
                file_name: None,
            };
            let (mut told, mut all) = (Vec::new(), Vec::new());
            for index in 0..lines.len() {
                push_line(&input, index, true, &mut told);
                push_line(&input, index, false, &mut all);
            }
            let known = |line: &Line| {
                (line.span.trim(&row), line.kind, line.cells, line.squeezed().to_owned(), line.is_foot(true))
            };
            assert!(told.iter().map(known).eq(all.iter().map(known)), "{row:?}");
            wide += usize::from(told.iter().zip(&all).any(|(a, b)| a.traits != b.traits));
        }
        assert!(wide > 1000, "{wide}");
    }
}
