//! Rows that print no cell behind their label. Blank they are only where no numbers are left below that may be theirs: a program that takes a
//! page apart by columns gives all labels first.

use super::{Fitter, Holds, Status};
use crate::finding::{Fact, Finding, Rule, Shift};
use crate::record::Cell;
use crate::span::Span;

/// The rows whose labels stand alone, and what tells whether they are blank.
#[derive(Default)]
pub(super) struct Bare {
    rows: Vec<Row>,
    /// Numbers of rows that can be read in several ways, so that none was taken.
    open: Vec<Span>,
    /// Those of rows that print more of them than they have columns.
    surplus: Vec<Span>,
}

struct Row {
    /// The printed row of its label.
    at: usize,
    slots: Vec<usize>,
    /// Where its cells would stand.
    place: Option<Span>,
}

impl Bare {
    /// Takes a row of the form whose label stands alone.
    pub(super) fn row(&mut self, at: usize, slots: &[usize], place: Option<Span>) {
        self.rows.push(Row { at, slots: slots.to_vec(), place });
    }

    /// Takes the numbers of a row of which none was taken.
    pub(super) fn open(&mut self, numbers: &[Span], columns: usize) {
        let of = if numbers.len() > columns { &mut self.surplus } else { &mut self.open };
        of.extend_from_slice(numbers);
    }
}

impl Fitter<'_> {
    /// Tells which of the rows without cells are blank, once it is known which numbers no row has taken.
    pub(super) fn bare_rows(&mut self) {
        let Bare { mut rows, mut open, surplus: mut left } = std::mem::take(&mut self.bare);
        if rows.is_empty() {
            return;
        }
        let unplaced = |finding: &&Finding| matches!(finding.fact, Fact::NumberUnplaced { .. });
        left.extend(self.findings.iter().filter(unplaced).flat_map(|finding| &finding.covers));
        for numbers in [&mut left, &mut open] {
            numbers.sort_unstable_by_key(|number| number.start);
            numbers.dedup();
        }
        let is_among =
            |numbers: &[Span], number: Span| numbers.binary_search_by_key(&number.start, |other| other.start).is_ok();
        // From the last: where the next two rows that have cells begin, and from where on they were sought.
        rows.sort_by_key(|row| row.at);
        let ((mut next, mut second), mut sought) = ((u32::MAX, u32::MAX), self.printed.len());
        for row in rows.into_iter().rev() {
            let start = |at: usize| self.printed[at].cells.first().map_or(0, |cell| cell.span.start);
            let has_cells = |&at: &usize| {
                let is_taken = |number: Span| !is_among(&left, number) && !is_among(&open, number);
                let mut numbers = self.printed[at].cells.iter().filter(|cell| cell.holds == Holds::Number);
                self.taken[at].is_some() && numbers.any(|cell| is_taken(cell.span))
            };
            let mut with_cells = (row.at + 1..sought).filter(has_cells).map(start);
            (next, second) = match (with_cells.next(), with_cells.next()) {
                (Some(first), Some(second)) => (first, second),
                (Some(first), None) => (first, next),
                (None, _) => (next, second),
            };
            sought = row.at + 1;
            // The last of the labels may have taken as many numbers as it has columns, and left the others.
            let above = |end: u32| left.partition_point(|number| number.start < end);
            let numbers = above(second).saturating_sub(above(start(row.at)));
            let finding = if numbers < row.slots.len().max(FEWEST) {
                self.about_slots(&row.slots, Rule::RowShifted, Fact::RowShifted(Shift::NoCells), row.place)
            } else {
                for &slot in &row.slots {
                    self.unsettled.insert(slot);
                    self.cells[slot] =
                        Cell { slot, value: None, unit: None, status: Status::Unreadable, span: row.place };
                }
                self.about_slots(&row.slots, Rule::NumberUnplaced, Fact::RowBare { numbers }, row.place)
            };
            self.findings.push(finding);
        }
    }
}

/// The number of a page, or a stray one, is none of a row without cells.
const FEWEST: usize = 2;
