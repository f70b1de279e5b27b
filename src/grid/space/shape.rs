//! What the rows of a table have in common: a number before the label, a unit behind it, so many numbers. By it a line is read whose cells one
//! blank parts, though nobody knows its label.

use super::fields::{Word, last_word, words};
use super::{LONGEST_GAP, SURE_RUN, is_label_with_number, is_value};
use crate::grid::value::is_unit;
use crate::grid::{Cell, MAX_LABEL_BYTES, Vocabulary};
use crate::lines::{Line, Look};
use crate::span::Span;

/// The shape of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// A number stands before the label.
    serial: bool,
    /// A unit stands behind the label.
    pub(super) unit: bool,
    /// Numbers at the end.
    values: usize,
}

impl Shape {
    /// The shape of a row that is a label with numbers behind it, and nothing else.
    pub(super) fn of(text: &str, cells: &[Cell]) -> Option<Shape> {
        Shape::of_rows(text, cells, false)
    }

    /// That of a row with a unit.
    pub(super) fn with_unit(text: &str, cells: &[Cell]) -> Option<Shape> {
        Shape::of_rows(text, cells, true)
    }

    fn of_rows(text: &str, cells: &[Cell], only_with_unit: bool) -> Option<Shape> {
        let printed = |cell: &Cell| cell.span.of(text);
        let serial = cells.len() > 2 && is_value(printed(&cells[0]));
        let (label, behind) = cells[usize::from(serial)..].split_first()?;
        let unit = behind.first().is_some_and(|cell| is_unit(printed(cell)));
        if only_with_unit && !unit {
            return None;
        }
        let values = behind.len() - usize::from(unit);
        let is_label = !is_value(printed(label)) && !is_unit(printed(label));
        let all = behind.iter().skip(usize::from(unit)).all(|cell| is_value(printed(cell)));
        (is_label && all && values > 0).then_some(Shape { serial, unit, values })
    }

    /// It says enough to read by: a text and a number alone may be anything.
    pub(super) fn tells(self) -> bool {
        self.unit || self.values > 1
    }

    /// The rows have the same unit and numbers behind their labels.
    pub(super) fn is_like(self, other: Shape) -> bool {
        (self.unit, self.values) == (other.unit, other.values)
    }

    /// The unit and the numbers of a row of this shape, whose label stands above.
    pub(super) fn is_behind(self, text: &str, cells: &[Cell]) -> bool {
        let Some((unit, values)) = cells.split_first().filter(|_| self.unit) else { return false };
        let all = values.iter().all(|cell| is_value(cell.span.of(text)));
        all && values.len() == self.values && is_unit(unit.span.of(text))
    }

    /// The cells of a field that is a row of this shape: its unit may be left out, and a remark may stand behind its numbers.
    pub(super) fn split(self, text: &str, field: &Cell) -> Option<Vec<Cell>> {
        let printed = field.span.of(text);
        // No label is longer, and a sentence is none.
        if printed.len() > MAX_LABEL_BYTES || printed.contains('。') {
            return None;
        }
        let words = words(printed);
        let first = self.first(&words);
        let end = self.numbers_end(&words, first)?;
        let values = end - self.values;
        let unit = values - usize::from(values > first + 1 && is_unit(words[values - 1].1));
        let remark = (end < words.len()).then_some((end, words.len()));
        let label = (first, unit);
        let whole = |(from, to): (usize, usize)| cell(field, printed, &words[from..to]);
        let mut cells: Vec<Cell> = (0..first).map(|at| whole((at, at + 1))).collect();
        cells.push(whole(label));
        cells.extend((unit..end).map(|at| whole((at, at + 1))));
        cells.extend(remark.map(whole));
        Some(cells)
    }

    /// The number before a label and the label, of a field that is nothing else.
    pub(super) fn numbered(self, text: &str, field: &Cell) -> Option<Vec<Cell>> {
        let printed = field.span.of(text);
        if !self.serial || printed.len() > MAX_LABEL_BYTES {
            return None;
        }
        let words = words(printed);
        (self.first(&words) > 0).then(|| vec![cell(field, printed, &words[..1]), cell(field, printed, &words[1..])])
    }

    /// The word with which the label begins.
    fn first(self, words: &[Word]) -> usize {
        usize::from(self.serial && words.len() > 1 && is_value(words[0].1))
    }

    /// Behind which word its numbers end: as many as it has, behind a text. Where a remark follows a single number, a unit must stand before
    /// it, as none does in a sentence.
    fn numbers_end(self, words: &[Word], first: usize) -> Option<usize> {
        let is_value = |at: usize| is_value(words[at].1);
        let start = (first + 1..words.len()).find(|&at| is_value(at))?;
        let end = (start..words.len()).find(|&at| !is_value(at)).unwrap_or(words.len());
        let unit = start > first + 1 && is_unit(words[start - 1].1);
        let remark = end == words.len() || ((unit || self.values > 1) && (end..words.len()).all(|at| !is_value(at)));
        (!is_value(first) && end - start == self.values && remark).then_some(end)
    }
}

/// The cell of these words, which stand side by side. Where it stands says nothing of its column.
fn cell(field: &Cell, printed: &str, words: &[Word]) -> Cell {
    let start = words.first().map_or(0, |(start, _)| *start);
    let end = words.last().map_or(printed.len(), |(start, word)| start + word.len());
    let from = field.span.start as usize;
    Cell::new(Span::new(from + start, from + end))
}

/// The known label and the number of a field that is all of its line.
pub(super) fn pair(text: &str, fields: &[Cell], vocabulary: &Vocabulary) -> Option<Vec<Cell>> {
    let [Cell { span, .. }] = fields else { return None };
    let printed = span.of(text);
    if !is_label_with_number(printed, vocabulary) {
        return None;
    }
    let number = span.end as usize - last_word(printed).len();
    let label = Span::new(span.start as usize, number).trim(text);
    Some(vec![Cell::new(label), Cell::new(Span::new(number, span.end as usize))])
}

/// The next lines that hold anything are known labels and their numbers, so that there are enough of them.
pub(super) fn are_pairs_below(text: &str, lines: &[Line], at: usize, vocabulary: &Vocabulary) -> bool {
    let below = lines[at + 1..].iter().take(LONGEST_GAP);
    let mut next = below.filter(|line| !matches!(line.look, Look::Blank | Look::Furniture));
    let mut is_pair = || {
        let next = next.next().filter(|line| line.look == Look::Text);
        next.is_some_and(|line| is_label_with_number(line.text.of(text).trim(), vocabulary))
    };
    (1..SURE_RUN).all(|_| is_pair())
}
