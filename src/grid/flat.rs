//! Lines on which a whole table stands, or a whole report: a program that takes the text of a page, one text behind the other with a blank or a
//! bar between them, leaves no line ends.
//!
//! Such a line is taken apart where the line ends were: around the labels and the numbers of tables, around headings, and behind sentences.
//! What comes of it is a cell a line, for [`line`](super::line) to read. The other blanks, those in `2023 年`, stand where they stood.

mod pieces;
mod sure;

use self::pieces::{Kind, Parted, Piece, is_cell, is_counter, is_short, pieces, texts};
use super::Vocabulary;
use crate::lines::{Line, look};
use crate::outline::ordinal::ordinal;
use crate::span::Span;

/// What may stand between two texts. A blank is the least sure: it stands in texts, too.
const MARKS: [u8; 5] = *b"\t|;, ";
/// Lines of fewer texts are the rows of tables.
const FEWEST_TEXTS: usize = 24;
/// The same, where other tables stand on one line.
const FEWEST_OF_SMALL: usize = 2;
/// So many texts that no form prints may head a table.
const MOST_HEADS: usize = 8;

/// Takes the lines apart on which a whole table stands. Where one of them may be anything else, all are left as they are: a table of which only
/// the end is read has lost its header.
pub(crate) fn take_apart(text: &str, lines: &mut Vec<Line>, vocabulary: &Vocabulary) {
    let find = |line: &Line| Flat::find(text, line, None, vocabulary);
    // Where one table stands on one line, so do the small ones.
    let Some(mark) = lines.iter().find_map(|line| Some(find(line).flat()?.mark)) else { return };
    let mut found: Vec<Found> = lines.iter().map(find).collect();
    for at in 0..lines.len() {
        let beside = |at: Option<usize>| at.and_then(|at| found.get(at)).is_some_and(|found| found.flat().is_some());
        if found[at].flat().is_none() {
            let is_rest = beside(at.checked_sub(1)) || beside(Some(at + 1));
            found[at] = Flat::find(text, &lines[at], Some(Known { mark, is_rest }), vocabulary);
        }
    }
    if found.iter().any(|found| matches!(found, Found::Doubt)) {
        return;
    }
    let mut parts = Vec::with_capacity(lines.len());
    for (line, found) in lines.iter().zip(&found) {
        match found.flat() {
            Some(flat) => flat.parts(text, line, &mut parts),
            None => parts.push(*line),
        }
    }
    *lines = parts;
}

/// What a line is.
enum Found {
    /// One like any other.
    Line,
    /// A table, but where its cells end is not sure.
    Doubt,
    /// A table.
    Flat(Flat),
}

impl Found {
    fn flat(&self) -> Option<&Flat> {
        if let Found::Flat(flat) = self { Some(flat) } else { None }
    }
}

/// What lines tell of another line of their text.
#[derive(Clone, Copy)]
struct Known {
    /// What parts their texts.
    mark: u8,
    /// It stands right above or below one of them: a page ended in a table.
    is_rest: bool,
}

/// A line with the cells of several rows, or a header and what stands below it.
struct Flat {
    pieces: Vec<Piece>,
    /// What stands between them.
    mark: u8,
    /// How many of them part two texts, where a bar stands before each cell and behind it.
    each: usize,
    /// Blanks stand for the line ends of the prose: no mark stands there.
    in_lines: bool,
}

impl Flat {
    /// Finds out whether a line is one. Of a text where others are, fewer cells will do.
    fn find(text: &str, line: &Line, known: Option<Known>, vocabulary: &Vocabulary) -> Found {
        let printed = line.text.bytes_of(text);
        let fewest = if known.is_some() { FEWEST_OF_SMALL } else { FEWEST_TEXTS };
        // Labels have more bytes than two; and most lines hold fewer marks, whichever.
        if printed.len() < fewest * 4 || !has_marks(printed, fewest - 1) {
            return Found::Line;
        }
        let mut doubt = false;
        for mark in MARKS.into_iter().filter(|mark| known.is_none_or(|known| known.mark == *mark)) {
            if memchr::memchr_iter(mark, printed).nth(fewest - 2).is_none() {
                continue;
            }
            let texts = texts(text, line.text, mark);
            // The blanks beside another mark part nothing, and columns have blanks enough, and few texts.
            let is_mark = |span: Span| matches!(span.bytes_of(text), [other] if MARKS.contains(other));
            if texts.len() < fewest || texts.iter().any(|printed| is_mark(printed.span)) {
                continue;
            }
            let pieces = pieces(text, &texts, vocabulary);
            let is_table = match known {
                None => sure::is_flat(&pieces),
                Some(known) => sure::is_small_table(&pieces) || known.is_rest && pieces.iter().any(is_cell),
            };
            if !is_table {
                continue;
            }
            match Flat::of(text, pieces, mark, vocabulary) {
                Some(flat) => return Found::Flat(flat),
                None => doubt = true,
            }
        }
        if doubt { Found::Doubt } else { Found::Line }
    }

    /// The table that these pieces are, where it is sure that the mark parts them.
    fn of(text: &str, pieces: Vec<Piece>, mark: u8, vocabulary: &Vocabulary) -> Option<Flat> {
        let doubled = |behind: Kind| if mark == b'|' { sure::doubled(text, &pieces, behind) } else { 0.0 };
        let each = if doubled(Kind::Value) > sure::MOST { 2 } else { 1 };
        let is_sure = sure::is_known_table(text, &pieces, vocabulary)
            && match mark {
                b' ' => !sure::is_padded(&pieces) && !sure::parts_thousands(text, &pieces),
                b',' => sure::parts_values(&pieces) && sure::parts_no_thousands(text, &pieces),
                _ => sure::parts_values(&pieces),
            }
            // A bar before each row and behind it: the two of them part rows, or what is between them is a blank cell.
            && (each > 1 || doubled(Kind::Label) < sure::MOST);
        if !is_sure {
            return None;
        }
        let preface = || pieces[..first_heading(&pieces)].iter().map(|piece| piece.text.parted);
        // Who joins texts by a mark seldom takes a tab.
        let unmarked = || preface().len() > 0 && !preface().any(|parted| parted == Parted::Mark);
        let in_lines = matches!(mark, b' ' | b'\t') || unmarked();
        Some(Flat { pieces, mark, each, in_lines })
    }

    /// Adds the lines that it stands for.
    fn parts(&self, text: &str, line: &Line, parts: &mut Vec<Line>) {
        let mut push = |whole: Span, end: u32| {
            let printed = Span { start: whole.start, end: end.max(whole.start) };
            parts.push(Line { whole, text: printed, look: look(printed.of(text)) });
        };
        let preface = first_heading(&self.pieces);
        let mut start = line.whole.start;
        for (at, pair) in self.pieces.windows(2).enumerate() {
            let is_end = match pair[0].text.parted {
                Parted::Mark => true,
                Parted::Blank => self.is_end(text, at, at < preface),
            };
            if !is_end {
                continue;
            }
            let gap = Span { start: pair[0].text.span.end, end: pair[1].text.span.start };
            let mut ends = self.ends(text, gap);
            // Blanks alone part two rows among tabs.
            let first = || memchr::memchr2(self.mark, b' ', gap.bytes_of(text)).map(|at| gap.start + at as u32 + 1);
            let end = ends.next().or_else(first).unwrap_or(gap.end);
            push(Span { start, end }, gap.start);
            start = end;
            // Marks with nothing between them part blank cells.
            for end in ends {
                push(Span { start, end }, start);
                start = end;
            }
        }
        let last = self.pieces.last().map_or(line.text, |last| last.text.span).end;
        for end in self.ends(text, Span { start: last, end: line.text.end }) {
            push(Span { start, end }, last);
            start = end;
        }
        if start < line.whole.end {
            push(Span { start, end: line.whole.end }, last);
        }
    }

    /// Where the marks end that stand in a gap between two texts. How many blanks it has says nothing.
    fn ends(&self, text: &str, gap: Span) -> impl Iterator<Item = u32> {
        let marks = memchr::memchr_iter(self.mark, gap.bytes_of(text));
        let most = if self.mark == b' ' { 1 } else { usize::MAX };
        marks.skip(self.each - 1).step_by(self.each).take(most).map(move |at| gap.start + at as u32 + 1)
    }

    /// A line ended between the text `at` and the next, which blanks part.
    fn is_end(&self, text: &str, at: usize, preface: bool) -> bool {
        let (above, below) = (&self.pieces[at], &self.pieces[at + 1]);
        let apart = |piece: &Piece| is_cell(piece) || piece.kind == Kind::Heading;
        if apart(above) || apart(below) {
            // Among other marks, blanks may part the thousands of a number.
            return self.mark == b' ' || !(above.kind == Kind::Value && below.kind == Kind::Value);
        }
        if !self.in_lines {
            return false;
        }
        let (printed, next) = (above.text.span.of(text), below.text.span.of(text));
        // Cells of a header, or pieces of a label, that no form prints.
        let pieces = || self.pieces[at..].iter().take(MOST_HEADS);
        let is_text = |piece: &&Piece| piece.kind == Kind::Text && is_short(piece.text.span.of(text));
        let texts = pieces().take_while(is_text).count();
        if texts > 1 && pieces().nth(texts).is_some_and(is_cell) {
            return true;
        }
        let is_digit = |c: char| c.is_ascii_digit();
        if next.starts_with(is_digit) || printed.ends_with(is_digit) && next.starts_with(is_counter) {
            return false;
        }
        preface || printed.ends_with(STOPS) || ordinal(next).is_some()
    }
}

/// At least `fewest` bytes are one of the marks.
fn has_marks(printed: &[u8], fewest: usize) -> bool {
    // Less is asked of each byte, and most lines of Chinese text have too few of ASCII.
    count(printed, |byte| byte.is_ascii()) >= fewest
        && count(printed, |byte| MARKS.iter().fold(false, |found, mark| found | (byte == *mark))) >= fewest
}

/// How many bytes are so: many are asked at once.
fn count(printed: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let in_chunk = |bytes: &[u8]| bytes.iter().fold(0u8, |count, &byte| count.wrapping_add(u8::from(is(byte))));
    printed.chunks(128).map(|bytes| usize::from(in_chunk(bytes))).sum()
}

/// Before it stands the preface of a report.
fn first_heading(pieces: &[Piece]) -> usize {
    let first = pieces.iter().position(|piece| matches!(piece.kind, Kind::Heading | Kind::Label));
    first.unwrap_or(pieces.len())
}

/// What ends a paragraph.
const STOPS: [char; 5] = ['。', '！', '？', '；', '：'];

#[cfg(test)]
mod tests;
