//! Other cells than the printed ones: fields that hold several numbers, numbers that ran together, blanks that were lost.

use std::borrow::Cow;

use super::Values;
use crate::fold::is_blank;
use crate::form::rows::{Field, Holds};
use crate::grid::value::{self, Reading};
use crate::span::Span;

/// The most readings that are tried for one row.
const MOST_READINGS: usize = 3000;

/// Cells that hold several numbers parted by blanks, where a tab became a space: taken apart if that gives as many values as columns.
pub(super) fn split_joined(text: &str, values: &Values, columns: usize) -> Option<Values<'static>> {
    if !values.cells.iter().any(|cell| cell.holds == Holds::Text) || values.filled().count() >= columns {
        return None;
    }
    let mut cells = Vec::new();
    for cell in values.cells.iter() {
        let parts = if cell.holds == Holds::Text { parts(text, cell.span) } else { None };
        match parts {
            Some(parts) => cells.extend(parts),
            None => cells.push(*cell),
        }
    }
    let split = Values { cells: Cow::Owned(cells), ..*values };
    (split.filled().count() == columns).then_some(split)
}

/// The numbers and placeholders of a cell that holds nothing else.
fn parts(text: &str, span: Span) -> Option<Vec<Field>> {
    let printed = span.of(text);
    let mut parts = Vec::new();
    let mut start = 0;
    for piece in printed.split(char::is_whitespace) {
        if !is_blank(piece) {
            let at = span.start as usize + start;
            let holds = match value::read(piece) {
                Reading::Number { .. } => Holds::Number,
                Reading::Placeholder => Holds::Placeholder,
                Reading::Blank | Reading::Text => return None,
            };
            parts.push(Field::new(Span::new(at, at + piece.len()), holds));
        }
        start += piece.len() + printed[start + piece.len()..].chars().next().map_or(0, char::len_utf8);
    }
    (parts.len() > 1).then_some(parts)
}

/// Every way in which fewer values than columns can stand: in order, with the blanks anywhere; or with two numbers run together where
/// their tab was lost, or with one blank between them.
pub(super) fn readings(text: &str, values: &Values, columns: usize) -> Vec<Vec<Field>> {
    let filled: Vec<Field> = values.filled().map(|at| values.cells[at]).collect();
    let mut readings = Vec::new();
    // So many that they would be thrown away.
    let ways =
        (0..filled.len()).try_fold(1usize, |ways, at| Some(ways.checked_mul(columns.checked_sub(at)?)? / (at + 1)));
    if ways.is_none_or(|ways| ways > MOST_READINGS) {
        return readings;
    }
    spread(&filled, columns, &mut Vec::new(), &mut readings);
    // `82 842` is one number by itself, and may be two.
    for (at, cell) in filled.iter().enumerate().filter(|(_, cell)| cell.holds == Holds::Number) {
        let parts = parts(text, cell.span).filter(|parts| filled.len() - 1 + parts.len() == columns);
        readings.extend(parts.map(|parts| [&filled[..at], &parts, &filled[at + 1..]].concat()));
    }
    if filled.len() + 1 == columns {
        for (at, cell) in filled.iter().enumerate() {
            for cut in cuts(cell.span.of(text)) {
                let cut = cell.span.start + cut as u32;
                let halves = [Span { start: cell.span.start, end: cut }, Span { start: cut, end: cell.span.end }];
                let mut reading = filled[..at].to_vec();
                reading.extend(halves.map(|span| Field::new(span, Holds::Number)));
                reading.extend_from_slice(&filled[at + 1..]);
                readings.push(reading);
            }
        }
    }
    if readings.len() > MOST_READINGS { Vec::new() } else { readings }
}

/// Where a run of digits may be two numbers: neither may begin with a zero unless it is one.
fn cuts(printed: &str) -> Vec<usize> {
    let number = |digits: &str| digits == "0" || !digits.starts_with('0');
    if !printed.bytes().all(|byte| byte.is_ascii_digit()) || printed.len() > 18 {
        return Vec::new();
    }
    (1..printed.len()).filter(|&cut| number(&printed[..cut]) && number(&printed[cut..])).collect()
}

/// Puts the rest of the values into the columns that are left, in every way.
pub(super) fn spread(rest: &[Field], columns: usize, reading: &mut Vec<Field>, readings: &mut Vec<Vec<Field>>) {
    if reading.len() == columns {
        if rest.is_empty() {
            readings.push(reading.clone());
        }
        return;
    }
    let left = columns - reading.len();
    if let Some((next, rest)) = rest.split_first() {
        reading.push(*next);
        spread(rest, columns, reading, readings);
        reading.pop();
    }
    if left > rest.len() {
        let end =
            rest.first().map(|next| next.span.start).or_else(|| reading.last().map(|last| last.span.end)).unwrap_or(0);
        reading.push(Field::lost(end));
        spread(rest, columns, reading, readings);
        reading.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_cut_only_into_numbers() {
        assert_eq!(cuts("00"), [1]);
        assert_eq!(cuts("270"), [1, 2]);
        assert_eq!(cuts("1005"), [3]);
        assert_eq!(cuts("1.5"), [] as [usize; 0]);
    }
}
