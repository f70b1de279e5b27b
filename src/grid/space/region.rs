//! A table whose cells blanks part, while it is read.

use unicode_width::UnicodeWidthChar;

use super::fields::last_word;
use super::shape::Shape;
use super::{HEADER_ROWS, LONGEST_GAP, NEAR, begins_row, is_caption, is_data, is_value, lone_pair, stands_below};
use crate::grid::value::is_unit;
use crate::grid::{Cell, Grid, Layout, MAX_LABEL_BYTES, Row, Vocabulary};
use crate::lines::{Line, Look};
use crate::outline::ordinal::ordinal;
use crate::span::width;

/// Rows of a label and a unit that make a table without a number.
const FEWEST_MEASURED: usize = 3;

/// Two words side by side are no header yet.
const FEW_HEADS: usize = 2;

/// A table that is being read.
pub(super) struct Region {
    pub rows: Vec<Row>,
    pub seeds: usize,
    /// Rows up to and with the last seed.
    pub seeded: usize,
    /// Line of the last row.
    pub last: usize,
}

impl Region {
    /// A text stands right below a row whose label had no room for its first character.
    pub(super) fn goes_on(&self, text: &str, fields: &[Cell], line: usize) -> bool {
        let [cell @ Cell { columns: Some(_), .. }] = fields else { return false };
        let start = cell.extent().map(|(start, _)| start);
        let printed = cell.span.of(text);
        let Some(first) = printed.chars().next().and_then(UnicodeWidthChar::width) else { return false };
        // The room of a label on the page is as wide as what is drawn in it, whatever the columns of the text are.
        let label = |row: &Row| {
            let cell = row.cells.first()?;
            cell.extent().filter(|columns| Some(columns.0) == start).map(|_| width(cell.span.of(text)))
        };
        // The numbers may stand on a line between the two.
        let mut rows = self.rows.iter().rev().zip(1..).take_while(|(row, lines)| row.line + lines == line);
        let above = rows.by_ref().take(2).find_map(|(row, _)| label(row));
        // Below a blank line, and where no label begins, stands who signs, and the date.
        let are_apart = |pair: &[Row]| pair[0].line + 1 < pair[1].line && pair[0].page == pair[1].page;
        let apart = self.rows[self.seeded.saturating_sub(1)..].windows(2).any(are_apart);
        let begins = |row: &Row| row.cells.len() > 1 && label(row).is_some();
        if apart && !self.rows.iter().rev().take(NEAR).any(begins) {
            return false;
        }
        let widest = self.rows.iter().rev().take(NEAR).filter_map(label).max();
        let full = above.is_some_and(|above| Some(above + first) > widest);
        full && !printed.contains('。') && ordinal(printed).is_none() && !is_caption(printed)
    }

    /// The shape of the last row that has one, rather with a unit: it may be left out.
    pub(super) fn shape(&self, text: &str) -> Option<Shape> {
        let near = || self.rows.iter().rev().take(NEAR);
        let with_unit = || near().find_map(|row| Shape::with_unit(text, &row.cells));
        let last = near().find_map(|row| Shape::of(text, &row.cells))?;
        if last.unit { Some(last) } else { with_unit().or(Some(last)) }
    }

    /// The cells of a line right below, read by the shape of the rows above: its label is strange, and one blank parts its cells.
    pub(super) fn split(
        &self,
        text: &str,
        lines: &[Line],
        line: usize,
        fields: &[Cell],
        vocabulary: &Vocabulary,
    ) -> Option<Vec<Cell>> {
        let [field] = fields else { return None };
        let printed = field.span.of(text);
        if printed.len() > MAX_LABEL_BYTES || last_word(printed).len() == printed.len() || !self.reaches(lines, line) {
            return None;
        }
        let shape = self.shape(text).filter(|shape| shape.tells())?;
        let below = || stands_below(text, lines, line, shape, vocabulary);
        match shape.split(text, field) {
            // 电话 0513 8683 is a row only among others.
            Some(cells) => {
                let label = cells.iter().map(|cell| cell.span.of(text)).find(|cell| !is_value(cell));
                let sure = Shape::of(text, &cells) == Some(shape) && shape.unit || label.is_some_and(begins_row);
                (sure || below()).then_some(cells)
            }
            None => shape.numbered(text, field).filter(|_| below()),
        }
    }

    /// Numbers or units alone that stand below others, or a text that stands below numbers, behind a label or a code.
    pub(super) fn has_above(&self, text: &str, fields: &[Cell]) -> bool {
        let is_number = |cell: &Cell| is_value(cell.span.of(text));
        let alone = fields.iter().all(|cell| is_number(cell) || is_unit(cell.span.of(text)));
        let Some((last, before)) = fields.split_last() else { return false };
        let below = |cell: &Cell| {
            let Some((start, end)) = cell.extent() else { return false };
            let overlaps = |cell: &Cell| cell.extent().is_some_and(|columns| columns.0 < end && start < columns.1);
            let mut above = self.rows.iter().rev().take(NEAR).flat_map(|row| &row.cells);
            above.any(|cell| is_number(cell) && overlaps(cell))
        };
        let labelled = || fields[0].extent().is_some_and(|(start, _)| self.labels_at(text, start, usize::MAX));
        // The label may stand on the line above.
        let coded = || before.iter().all(|cell| is_number(cell) && below(cell));
        (alone || !before.is_empty() && (labelled() || coded())) && below(last)
    }

    /// What stands behind the first cell of some row, the header's too, stands above this cell.
    pub(super) fn has_column(&self, cell: &Cell) -> bool {
        let Some((start, end)) = cell.extent() else { return false };
        let mut above = self.rows.iter().rev().flat_map(|row| row.cells.iter().skip(1)).filter_map(Cell::extent);
        above.any(|(from, to)| from < end && start < to)
    }

    /// Nothing but blank lines and page numbers stands between its last row and a line.
    pub(super) fn reaches(&self, lines: &[Line], line: usize) -> bool {
        let between = &lines[self.last + 1..line];
        between.len() <= LONGEST_GAP && between.iter().all(|line| matches!(line.look, Look::Blank | Look::Furniture))
    }

    /// Rows of it begin in this column; on another page, and below a header, they may begin in another.
    pub(super) fn labels_at(&self, text: &str, column: u32, page: usize) -> bool {
        // A header may take several lines.
        let mut above = self.rows.iter().rev().take(HEADER_ROWS).take_while(|row| !is_data(text, &row.cells));
        let other_page = self.rows.last().is_some_and(|row| row.page != page);
        if page != usize::MAX && (other_page || above.any(|row| row.cells.len() > 1)) {
            return true;
        }
        let starts = self.rows.iter().rev().take(8).filter_map(|row| row.cells.first()?.extent());
        starts.into_iter().any(|(start, _)| start == column)
    }

    /// The numbers of the rows above `at` end in the column where this cell does.
    fn numbers_end_with(&self, text: &str, at: usize, cell: &Cell) -> bool {
        let above = self.rows[..at].iter().rev().take(8).flat_map(|row| row.cells.iter().skip(1));
        let Some((start, end)) = cell.extent() else { return false };
        let mut numbers = above.filter(|cell| is_value(cell.span.of(text))).filter_map(Cell::extent);
        start > 0 && numbers.any(|(_, other)| other == end)
    }

    pub(super) fn push(&mut self, row: Row, seed: bool) {
        self.last = row.line;
        self.rows.push(row);
        if seed {
            self.seeds += 1;
            self.seeded = self.rows.len();
        }
    }

    /// Ends a table. What stands below its last seed stays only where it is a piece of a known label, or stands right there among the labels.
    pub(super) fn close(mut self, text: &str, vocabulary: &Vocabulary) -> Option<Grid> {
        let mut kept = self.seeded;
        while let Some(row) = self.rows.get(kept) {
            let known = row.cells.iter().all(|cell| vocabulary.is_piece(cell.span.of(text)));
            let start = row.cells[0].extent().map_or(0, |(start, _)| start);
            let below = kept > 0 && self.rows[kept - 1].line + 1 == row.line;
            let among_labels = below && row.cells.len() == 1 && self.labels_at(text, start, usize::MAX);
            // A label and its unit: the number is blank.
            let measured = row.cells.len() > 1 && is_data(text, &row.cells);
            // 待统计, in the column of the numbers.
            let among_numbers = below && row.cells.len() == 1 && self.numbers_end_with(text, kept, &row.cells[0]);
            // A label and its code; a text stands in place of the number.
            let in_column = |cell: &Cell| is_value(cell.span.of(text)) && self.numbers_end_with(text, kept, cell);
            let coded = below && self.labels_at(text, start, usize::MAX) && row.cells[1..].iter().any(in_column);
            if !known && !among_labels && !measured && !among_numbers && !coded {
                break;
            }
            kept += 1;
        }
        self.rows.truncate(kept);
        let lines = self.rows.iter().map(|row| row.line).collect();
        let wide = self.rows.iter().any(|row| row.cells.len() > 4);
        // Where every cell has a line of its own, a label with blanks in it looks like a header.
        let beside = |row: &Row| row.cells.len() > 1 && row.cells.iter().any(|cell| is_value(cell.span.of(text)));
        // All numbers may be blank: then the units say that these are rows.
        let measured =
            |row: &&Row| row.cells.len() > 1 && row.cells.last().is_some_and(|cell| is_unit(cell.span.of(text)));
        let measured = self.rows.iter().filter(measured).count() >= FEWEST_MEASURED;
        let parted = wide || measured || self.rows.iter().any(|row| beside(row) || lone_pair(text, row));
        // 电话 0513 8683 9755: one blank alone parts the cells of a table only where some form knows a label of it, or rows have units.
        let placed = |row: &Row| row.cells.iter().any(|cell| row.cells.len() > 1 && cell.columns.is_some());
        let known = |row: &Row| row.cells.iter().any(|cell| vocabulary.is_label(cell.span.of(text)));
        let with_unit = |row: &&Row| Shape::of(text, &row.cells).is_some_and(|shape| shape.unit);
        let vague = || {
            self.rows.iter().any(|row| row.cells.len() > 1)
                && !self.rows.iter().any(|row| placed(row) || known(row))
                && self.rows.iter().filter(with_unit).nth(1).is_none()
        };
        // A row with a number below heads, one of which is known.
        let is_head = |row: &&Row| row.cells.len() > FEW_HEADS && !is_data(text, &row.cells) && known(row);
        let headed = || self.rows[..self.seeded].iter().any(|row| is_head(&row));
        // A cell a line; numbers that stood close by stand on one line here and there.
        let lone = self.rows.iter().filter(|row| row.cells.len() == 1).count();
        let most = if wide { lone * 10 > self.rows.len() * 9 } else { lone * 4 > self.rows.len() * 3 };
        let labelled = |row: &Row| beside(row) && !row.cells.iter().all(|cell| is_value(cell.span.of(text)));
        let alone = self.rows.iter().filter(|row| row.cells.len() == 1 && is_value(row.cells[0].span.of(text))).count();
        let loose = most && alone > self.rows.len() - lone && !self.rows.iter().any(labelled);
        let is_table =
            parted && !loose && (self.seeds > 1 || wide || (self.seeds > 0 && (measured || headed()))) && !vague();
        is_table.then_some(Grid { layout: Layout::Space, rows: self.rows, lines })
    }
}
