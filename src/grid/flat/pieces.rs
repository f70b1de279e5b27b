//! The texts of a line, and what each is: a label that some form prints, a number, a unit, a heading, or any other.

use std::ops::Range;

use super::sure::{FEWEST_UNITS, pairs};
use crate::grid::value::{self, Reading, has_unit, is_unit};
use crate::grid::{LONE_CELL, MAX_LABEL_BYTES, Vocabulary};
use crate::lines::is_page_number;
use crate::outline::ordinal::{Style, ordinal};
use crate::span::Span;

/// The most texts that a label is broken into.
const MOST_PIECES: usize = 6;
/// More digits than the number of a page has.
const PAGE_DIGITS: usize = 4;
/// The texts of the number of a page between dashes.
const PAGE_TEXTS: usize = 3;
/// So far from a number of a table, in texts, one between two texts that no form prints is another.
const NEAR: usize = 4;

/// What is told of a text between two marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number, or a mark for none.
    Value,
    /// A label that some form prints, or one with its unit.
    Label,
    /// 条, behind a label or before a number.
    Unit,
    /// It begins with an ordinal, and is short; or the number of a page.
    Heading,
    /// Anything else.
    Text,
}

/// A text between two marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    /// Without the blanks around it.
    pub span: Span,
    /// What parts it from the next.
    pub parted: Parted,
}

/// What stands between two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parted {
    /// Nothing but blanks.
    Blank,
    /// The mark that parts the cells, where that is none.
    Mark,
}

/// A text, or several that are one label.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub text: Text,
    pub kind: Kind,
    /// A value that stands in a table.
    pub of_table: bool,
}

/// The texts of a line that are not looked at yet.
struct Rest<'a> {
    text: &'a str,
    texts: &'a [Text],
    vocabulary: &'a Vocabulary,
}

impl<'a> Rest<'a> {
    /// What stands from the text `first` to the text `last`; nothing where there are not as many.
    fn printed(&self, first: usize, last: usize) -> &'a str {
        let (Some(first), Some(last)) = (self.texts.get(first), self.texts.get(last)) else { return "" };
        Span { start: first.span.start, end: last.span.end }.of(self.text)
    }

    fn reading(&self, at: usize) -> Reading<'a> {
        value::read(self.printed(at, at))
    }

    /// Some form prints what stands from the one text to the other.
    fn is_known(&self, first: usize, last: usize) -> bool {
        let printed = self.printed(first, last);
        !printed.is_empty() && printed.len() <= MAX_LABEL_BYTES && is_known(printed, self.vocabulary)
    }

    /// How many of the texts are one label, or one heading, or the number of a page: 结果 维持, 第 3 页.
    fn first_piece(&self) -> usize {
        // `1.` is the ordinal of what stands behind it, and so is 三 before 、.
        let is_ordinal = self.printed(1, 1).starts_with(['、', '.', '．'])
            || self.printed(0, 0).ends_with(['.', '．']) && self.reading(1) == Reading::Text;
        if self.reading(0) != Reading::Text && !is_ordinal {
            return 1;
        }
        let joined = self.texts.iter().take(MOST_PIECES - 1).take_while(|printed| printed.parted == Parted::Blank);
        let most = (joined.count() + 1).min(self.texts.len());
        let is_cut = is_ordinal || self.printed(0, 0).ends_with("其中：");
        // A bracket is closed in the text that opens it.
        let closed = || (2..=most).find(|&count| is_closed(self.printed(0, count - 1)));
        let fewest = match self.printed(0, 0) {
            first if !is_closed(first) => closed().unwrap_or(1),
            _ => most.min(1 + usize::from(is_cut)),
        };
        (2..=most).rev().find(|&count| self.is_one(count)).unwrap_or(fewest)
    }

    /// The first texts are one.
    fn is_one(&self, count: usize) -> bool {
        let last = count - 1;
        // Between dashes stand values, too.
        let is_page = || self.printed(0, last).ends_with('页') && is_page_number(self.printed(0, last));
        // A key leaves out the marks for none behind a label, and between that of a group and its own.
        let is_label = || {
            self.reading(last) == Reading::Text
                && (1..last).all(|at| self.reading(at) != Reading::Placeholder)
                && !(self.is_known(0, 0) && self.is_known(1, last))
        };
        is_page() || self.is_known(0, last) && is_label()
    }
}

/// The texts between the marks and blanks of a line.
pub(super) fn texts(text: &str, line: Span, mark: u8) -> Vec<Text> {
    let printed = line.bytes_of(text);
    let mut texts: Vec<Text> = Vec::new();
    let mut from = 0;
    for end in memchr::memchr2_iter(mark, b' ', printed).chain(std::iter::once(printed.len())) {
        let start = line.start as usize;
        let span = Span::new(start + std::mem::replace(&mut from, end + 1), start + end).trim(text);
        if !span.is_empty() {
            texts.push(Text { span, parted: Parted::Blank });
        }
        if let Some(last) = texts.last_mut()
            && mark != b' '
            && printed.get(end) == Some(&mark)
        {
            last.parted = Parted::Mark;
        }
    }
    texts
}

/// What these texts are, those of a label or a heading joined.
pub(super) fn pieces(text: &str, texts: &[Text], vocabulary: &Vocabulary) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(texts.len());
    let mut rest = Rest { text, texts, vocabulary };
    while let Some(first) = rest.texts.first() {
        let (piece, behind) = rest.texts.split_at(rest.first_piece());
        let last = piece.last().unwrap_or(first);
        let span = Span { start: first.span.start, end: last.span.end };
        rest.texts = behind;
        let is_measured =
            pieces.last().is_some_and(|above| above.kind == Kind::Label) || rest.reading(0) != Reading::Text;
        let kind = kind(span.of(text), is_measured, vocabulary);
        pieces.push(Piece { text: Text { span, ..*last }, kind, of_table: false });
    }
    mark_units(text, &mut pieces);
    let mut pieces = join_pages(text, pieces);
    mark_tables(text, &mut pieces);
    pieces
}

/// It closes as many brackets as it opens.
fn is_closed(printed: &str) -> bool {
    let count = |brackets: [char; 2]| printed.matches(brackets).count();
    count(['（', '(']) <= count(['）', ')'])
}

/// Some form prints it, as a label or, with its ordinal, as the title of a section.
fn is_known(printed: &str, vocabulary: &Vocabulary) -> bool {
    vocabulary.is_label(printed) || ordinal(printed).is_some_and(|ordinal| vocabulary.is_title(ordinal.rest))
}

/// `is_measured`: it stands where a unit does.
fn kind(printed: &str, is_measured: bool, vocabulary: &Vocabulary) -> Kind {
    if value::read(printed) != Reading::Text {
        return Kind::Value;
    }
    if vocabulary.is_label(printed) || has_unit(printed) {
        return Kind::Label;
    }
    if is_measured && is_unit(printed) {
        return Kind::Unit;
    }
    match ordinal(printed) {
        Some(ordinal)
            if vocabulary.is_title(ordinal.rest)
                || matches!(ordinal.style, Style::Chinese | Style::ChineseBracketed) && is_short(ordinal.rest) =>
        {
            Kind::Heading
        }
        None if vocabulary.is_title(printed) || is_page_number(printed) => Kind::Heading,
        _ => Kind::Text,
    }
}

/// It may be a title or a label: short, and no sentence.
pub(super) fn is_short(printed: &str) -> bool {
    !printed.is_empty()
        && printed.len() <= LONE_CELL * 4
        && printed.chars().count() <= LONE_CELL
        && !printed.contains(['，', '。', '；'])
        && !printed.ends_with('：')
}

/// In a table with a column of units, every text that is one is.
fn mark_units(text: &str, pieces: &mut [Piece]) {
    if pairs(pieces, Kind::Unit, Kind::Value) >= FEWEST_UNITS {
        let is_one = |piece: &&mut Piece| piece.kind == Kind::Text && is_unit(piece.text.span.of(text));
        pieces.iter_mut().filter(is_one).for_each(|piece| piece.kind = Kind::Unit);
    }
}

/// The values that stand one behind the other, each such row by its range.
pub(super) fn rows(pieces: &[Piece]) -> Vec<Range<usize>> {
    let chunks = pieces.chunk_by(|a, b| (a.kind == Kind::Value) == (b.kind == Kind::Value));
    let ends = chunks.scan(0, |end, chunk| {
        *end += chunk.len();
        Some(*end - chunk.len()..*end)
    });
    ends.filter(|row| pieces[row.start].kind == Kind::Value).collect()
}

/// Joins what is the number of a page behind a row, `- 3 -`, and no values: with it, the row has three more than the one above, or marks for
/// none that it has nowhere else.
fn join_pages(text: &str, pieces: Vec<Piece>) -> Vec<Piece> {
    let is_page = |pages: &[Piece]| {
        let [first, number, last] = pages else { return false };
        let printed = Span { start: first.text.span.start, end: last.text.span.end }.of(text);
        let digits = number.text.span.bytes_of(text);
        digits.len() < PAGE_DIGITS && digits.iter().all(u8::is_ascii_digit) && is_page_number(printed)
    };
    let is_mark = |piece: &Piece| value::read(piece.text.span.of(text)) == Reading::Placeholder;
    let mut joined = Vec::new();
    // How many values stand in the row above.
    let mut above = None;
    for row in rows(&pieces) {
        let page = row.len().checked_sub(PAGE_TEXTS).map(|own| row.start + own);
        let joins = |page: &usize| {
            let own = page - row.start;
            is_page(&pieces[*page..row.end])
                && above.is_some_and(|above| {
                    own == above
                        || own == 0 && above != row.len()
                        || own > 0 && !pieces[row.start..*page].iter().any(is_mark)
                })
        };
        match page.filter(joins) {
            Some(page) => joined.push(page),
            None => above = Some(row.len()),
        }
    }
    let mut whole = Vec::with_capacity(pieces.len());
    let mut from = 0;
    for first in joined {
        let last = pieces[first + PAGE_TEXTS - 1].text;
        let span = Span { start: pieces[first].text.span.start, end: last.span.end };
        whole.extend_from_slice(&pieces[from..first]);
        whole.push(Piece { text: Text { span, ..last }, kind: Kind::Heading, of_table: false });
        from = first + PAGE_TEXTS;
    }
    whole.extend_from_slice(&pieces[from..]);
    whole
}

/// Tells the values of tables from the numbers in prose: several stand side by side, or one beside a label, or between two short texts near
/// such a one.
fn mark_tables(text: &str, pieces: &mut [Piece]) {
    let is_beside = |piece: Option<&Piece>| piece.is_some_and(is_cell);
    for row in rows(pieces) {
        let behind = pieces.get(row.end);
        let beside = is_beside(pieces[..row.start].last()) || is_beside(behind);
        let of_table = row.len() > 1 || beside && !behind.is_some_and(|behind| goes_on(text, behind));
        pieces[row].iter_mut().for_each(|piece| piece.of_table = of_table);
    }
    mark_near(text, pieces, 0..pieces.len());
    mark_near(text, pieces, (0..pieces.len()).rev());
}

/// It goes on with a number: 年，发布 3 条 behind 2023.
fn goes_on(text: &str, piece: &Piece) -> bool {
    let printed = piece.text.span.of(text);
    piece.kind == Kind::Text && printed.starts_with(is_counter) && !is_unit(printed)
}

/// Goes over the pieces in this order, and takes the numbers between two short texts for values of the table that it comes from.
fn mark_near(text: &str, pieces: &mut [Piece], order: impl Iterator<Item = usize>) {
    let is_cell = |piece: Option<&Piece>| {
        piece.is_none_or(|piece| {
            let printed = piece.text.span.of(text);
            piece.kind == Kind::Heading || is_short(printed) && !goes_on(text, piece)
        })
    };
    let mut since = usize::MAX;
    for at in order {
        let near = since < NEAR;
        since = since.saturating_add(1);
        if pieces[at].kind == Kind::Value
            && (pieces[at].of_table || near && is_cell(pieces[..at].last()) && is_cell(pieces.get(at + 1)))
        {
            pieces[at].of_table = true;
            since = 0;
        }
    }
}

/// It stands in a table for certain.
pub(super) fn is_cell(piece: &Piece) -> bool {
    piece.of_table || matches!(piece.kind, Kind::Label | Kind::Unit)
}

/// What is counted, measured or dated by it stands before it: 2023 年, 12 件, 283 号.
pub(super) fn is_counter(c: char) -> bool {
    "年月日时分秒号楼室层栋幢座弄份件条个人次元万亿余多项起部家户期篇名场批".contains(c)
}
