//! Whether a line is sure to hold a table, or several: what is not is left as it is, and told.

use std::ops::Range;

use super::pieces::{Kind, Parted, Piece, Text, rows};
use crate::grid::Vocabulary;
use crate::grid::value::without_unit;
use crate::span::Span;

/// Units with their numbers that make a table of labels that no form prints.
pub(super) const FEWEST_UNITS: usize = 6;
/// Of so many pairs of numbers in columns, fewer than one has one blank between them.
const PADDED: usize = 4;
/// A row has no more labels, those of its groups before it.
const MOST_LABELS: usize = 3;
/// Labels that stand behind the numbers of a row. One or two may be those of groups, or of a table beside it.
const FEWEST_ROWS: usize = 3;
/// Labels of a header, and the numbers behind them, that make a table of one row.
const FEWEST_HEADS: usize = 8;
/// A greater share is all but a few that are damaged.
pub(super) const MOST: f32 = 0.9;
/// Digits between two marks that part the thousands of a number.
const THOUSANDS: usize = 3;
/// Digits of a number that would have a comma, if any had. A year has none.
const UNPARTED: usize = 5;
/// So many marks stand between numbers for a blank that does, as in `1 095`.
const MARKS_TO_BLANKS: usize = 4;
/// So many known labels stand in a table for one that is not.
const KNOWN_TO_OTHERS: usize = 4;

/// No comma can be taken for one that parts the thousands of a number: three digits stand behind none, or other numbers have theirs unparted.
pub(super) fn parts_no_thousands(text: &str, pieces: &[Piece]) -> bool {
    !pieces.windows(2).any(|pair| may_go_on(text, &pair[0].text, &pair[1].text))
        || pieces.iter().any(|piece| digits(text, &piece.text) >= UNPARTED)
}

/// Two numbers may be one, whose thousands are parted.
fn may_go_on(text: &str, above: &Text, below: &Text) -> bool {
    (1..=THOUSANDS).contains(&digits(text, above))
        && !above.span.of(text).starts_with('0')
        && digits(text, below) == THOUSANDS
        && above.span.end + 1 == below.span.start
}

/// How many digits it is printed with, if nothing else.
fn digits(text: &str, printed: &Text) -> usize {
    let bytes = printed.span.bytes_of(text);
    if bytes.iter().all(u8::is_ascii_digit) { bytes.len() } else { 0 }
}

/// Blanks part the thousands of numbers as they part cells: no number has more digits, and rows with three digits behind others are as long as
/// no other row is.
pub(super) fn parts_thousands(text: &str, pieces: &[Piece]) -> bool {
    let is_open = |pair: &[Piece]| may_go_on(text, &pair[0].text, &pair[1].text);
    let (open, others): (Vec<_>, Vec<_>) =
        rows(pieces).into_iter().partition(|row| pieces[row.clone()].windows(2).any(is_open));
    let is_unparted = |piece: &Piece| piece.of_table && digits(text, &piece.text) > THOUSANDS;
    if pieces.iter().any(is_unparted) {
        return false;
    }
    // A total behind its parts, each as it stands.
    let is_sum = |row: &Range<usize>| {
        let number = |piece: &Piece| piece.text.span.of(text).parse::<u64>().ok();
        let (last, parts) = pieces[row.clone()].split_last()?;
        let sum = parts.iter().try_fold(0, |sum: u64, part| sum.checked_add(number(part)?))?;
        (row.len() > 2 && Some(sum) == number(last)).then_some(())
    };
    if open.iter().any(|row| is_sum(row).is_some()) {
        return false;
    }
    let is_odd = |row: &&Range<usize>| others.iter().all(|other| other.len() != row.len());
    open.iter().filter(is_odd).nth(1).is_some()
}

/// The texts are the cells of several rows.
pub(super) fn is_flat(pieces: &[Piece]) -> bool {
    pairs(pieces, Kind::Value, Kind::Label) >= FEWEST_ROWS
        || count(pieces, Kind::Label) >= FEWEST_HEADS && count(pieces, Kind::Value) >= FEWEST_HEADS
        || pairs(pieces, Kind::Unit, Kind::Value) >= FEWEST_UNITS
}

/// They are a header and the row below it, or two rows.
pub(super) fn is_small_table(pieces: &[Piece]) -> bool {
    let labels = count(pieces, Kind::Label);
    labels > MOST_LABELS && count(pieces, Kind::Value) > 0
        || labels > 1 && pairs(pieces, Kind::Value, Kind::Label) > 0
        || pairs(pieces, Kind::Unit, Kind::Value) > 1
}

/// The numbers stand behind labels that some form prints, but for a few that may be misprinted.
pub(super) fn is_known_table(text: &str, pieces: &[Piece], vocabulary: &Vocabulary) -> bool {
    let of_table = |row: &Range<usize>| pieces[row.start].of_table;
    let is_known = |row: &Range<usize>| {
        let above = pieces[..row.start].iter().rfind(|piece| piece.kind != Kind::Unit);
        above.is_some_and(|above| {
            let printed = above.text.span.of(text);
            vocabulary.is_label(printed) || without_unit(printed).is_some_and(|label| vocabulary.is_label(label))
        })
    };
    let (known, others): (Vec<_>, Vec<_>) = rows(pieces).into_iter().filter(of_table).partition(is_known);
    others.len() * KNOWN_TO_OTHERS <= known.len()
}

/// The mark, and not blanks, parts the numbers of a row.
pub(super) fn parts_values(pieces: &[Piece]) -> bool {
    let within = pieces.windows(2).filter(|pair| pair.iter().all(|piece| piece.kind == Kind::Value));
    let (marks, blanks): (Vec<_>, Vec<_>) =
        within.map(|pair| pair[0].text.parted).partition(|parted| *parted == Parted::Mark);
    blanks.len() * MARKS_TO_BLANKS <= marks.len()
}

/// The share of values that two bars part from what stands behind them, of those that stand before this.
pub(super) fn doubled(text: &str, pieces: &[Piece], behind: Kind) -> f32 {
    let pairs = pieces.windows(2).filter(|pair| (pair[0].kind, pair[1].kind) == (Kind::Value, behind));
    let gaps = pairs.map(|pair| Span { start: pair[0].text.span.end, end: pair[1].text.span.start });
    let (doubled, single): (Vec<_>, Vec<_>) =
        gaps.partition(|gap| memchr::memchr_iter(b'|', gap.bytes_of(text)).nth(1).is_some());
    doubled.len() as f32 / (doubled.len() + single.len()).max(1) as f32
}

/// The numbers stood in columns, as wide as blanks make them.
pub(super) fn is_padded(pieces: &[Piece]) -> bool {
    let within = pieces.windows(2).filter(|pair| pair.iter().all(|piece| piece.kind == Kind::Value));
    let gaps = within.map(|pair| pair[1].text.span.start - pair[0].text.span.end);
    let (single, wide): (Vec<_>, Vec<_>) = gaps.partition(|gap| *gap == 1);
    single.len() * (PADDED - 1) < wide.len()
}

fn count(pieces: &[Piece], kind: Kind) -> usize {
    pieces.iter().filter(|piece| piece.kind == kind).count()
}

/// How often the one stands right before the other.
pub(super) fn pairs(pieces: &[Piece], above: Kind, below: Kind) -> usize {
    pieces.windows(2).filter(|pair| (pair[0].kind, pair[1].kind) == (above, below)).count()
}
