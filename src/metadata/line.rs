//! The lines at the head and at the foot of a report.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::Input;
use super::contact;
use super::text::{BREAKS, Traits, cap, leftmost, squeeze_known, tidy_known};
use crate::fold;
use crate::lines::LineKind;
use crate::span::Span;

/// Lines before the first heading that are looked at.
const HEAD_LINES: usize = 200;
/// Lines at the end that are looked at.
const TAIL_LINES: usize = 15;
/// Characters of a line that are looked at.
const LINE_CHARS: usize = 2_000;
/// Cells of a line that are counted.
const MOST_CELLS: usize = 4;
/// What parts the cells of a row.
const CELL_MARKS: [char; 5] = ['\t', '|', '｜', '│', '┃'];
/// What text formats put around a title.
const MARKUP: &[char] = &['#', '*', '_', ' '];

/// A line, or what a form feed or the like parts of one.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Index of the line.
    pub index: usize,
    /// Without the white space around it.
    pub span: Span,
    pub kind: LineKind,
    pub traits: Traits,
    /// How many of its cells hold something, [`MOST_CELLS`] at the most.
    pub cells: usize,
    /// The only cell, or the whole line.
    text: &'a str,
    squeezed: OnceCell<Cow<'a, str>>,
}

impl<'a> Line<'a> {
    /// The only cell, or the whole line, [squeezed](super::squeeze).
    pub(super) fn squeezed(&self) -> &str {
        self.squeezed.get_or_init(|| squeeze_known(self.text, self.traits))
    }

    /// The only cell, or the whole line, as printed.
    pub(super) fn text(&self) -> &str {
        self.text
    }

    /// The only cell, squeezed, markup and quotes around it gone.
    pub(super) fn title(&self) -> &str {
        if self.cells == 1 { self.squeezed().trim_matches(MARKUP).trim_matches(['《', '》']) } else { "" }
    }

    /// The only cell as printed, white space folded, markup around it gone.
    pub(super) fn printed(&self) -> String {
        tidy_known(self.text, self.traits).trim_matches(MARKUP).to_owned()
    }

    /// A text of the page rather than of the report begins here. `printed`: what it may begin with is printed in one piece, here or elsewhere.
    fn is_foot(&self, printed: bool) -> bool {
        let folded = self.traits.any(Traits::BLANK | Traits::WIDE);
        (if folded { FOOT_HINTS.is_match(self.text) } else { printed }) && FOOT.is_match(self.squeezed())
    }

    /// What its labels are looked for in, where it is no row.
    pub(super) fn whole(&self, input: &Input<'a>) -> &'a str {
        cap(self.span.of(input.text), LINE_CHARS).trim_matches(['|', '｜', '│', '┃'])
    }
}

/// The foot of a web page: what follows is about the site, not about the report.
static FOOT: LazyLock<AhoCorasick> = LazyLock::new(|| {
    leftmost(["版权所有", "主办单位", "承办单位", "主办：", "ICP备", "网站标识码", "公网安备", "技术支持"])
});

/// A character of each, for texts in which blanks may part them.
static FOOT_HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| leftmost(["版", "办", "备", "识", "持"]));

pub(super) fn push_line<'a>(input: &Input<'a>, index: usize, out: &mut Vec<Line<'a>>) {
    let content = input.lines.content(input.text, index);
    if content.is_empty() {
        return;
    }
    let start = content.start as usize;
    let span = Span::new(start, start + cap(content.of(input.text), LINE_CHARS).len()).trim(input.text);
    let printed = span.of(input.text);
    if fold::is_blank(printed) {
        return;
    }
    let kind = input.kinds.get(index).copied().unwrap_or(LineKind::Prose);
    let traits = Traits::of(printed);
    if traits.any(Traits::BREAK) {
        let mut at = span.start as usize;
        for piece in printed.split_inclusive(BREAKS) {
            let span = Span::new(at, at + piece.len()).trim(input.text);
            out.extend(line(index, kind, span, span.of(input.text), Traits::of(piece)));
            at += piece.len();
        }
    } else {
        out.extend(line(index, kind, span, printed, traits));
    }
}

/// What stands at `span`, where any of its cells holds something.
fn line(index: usize, kind: LineKind, span: Span, printed: &str, traits: Traits) -> Option<Line<'_>> {
    let (mut cells, mut text) = (usize::from(!fold::is_blank(printed)), printed);
    if traits.any(Traits::CELLS) {
        let mut filled = printed.split(CELL_MARKS).filter(|cell| !fold::is_blank(cell));
        let only = filled.next();
        cells = usize::from(only.is_some()) + filled.take(MOST_CELLS - 1).count();
        text = only.filter(|_| cells == 1).unwrap_or(printed);
    }
    (cells > 0).then(|| Line { index, span, kind, traits, cells, text, squeezed: OnceCell::new() })
}

/// The lines before the first heading, and the index of the first line that was not looked at.
pub(super) fn head<'a>(input: &Input<'a>) -> (Vec<Line<'a>>, usize) {
    let mut out = Vec::new();
    let end = input.first_heading.min(input.lines.len());
    for index in 0..end {
        if out.len() >= HEAD_LINES {
            return (out, index);
        }
        push_line(input, index, &mut out);
    }
    (out, end)
}

/// The last lines, none of which is before `from`, up to the foot of a web page.
pub(super) fn tail<'a>(input: &Input<'a>, from: usize) -> Vec<Line<'a>> {
    let mut found: Vec<Line<'a>> = Vec::with_capacity(TAIL_LINES);
    for index in (from..input.lines.len()).rev() {
        if found.len() >= TAIL_LINES {
            break;
        }
        let first = found.len();
        push_line(input, index, &mut found);
        found[first..].reverse();
    }
    found.reverse();
    if let (Some(first), Some(last)) = (found.first(), found.last()) {
        // One look at all lines tells of nearly every report that it has no such foot.
        let printed = FOOT.is_match(Span { start: first.span.start, end: last.span.end }.of(input.text));
        let end = found.iter().position(|line| line.is_foot(printed)).unwrap_or(found.len());
        found.truncate(end);
    }
    found
}

/// A row as one text: a cell that is nothing but a label announces the next cell.
pub(super) fn row_as_text(printed: &str) -> String {
    let mut text = String::with_capacity(printed.len() + 8);
    for cell in printed.split(CELL_MARKS).map(str::trim).filter(|cell| !fold::is_blank(cell)) {
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
