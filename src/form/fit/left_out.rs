//! A column of the form that a report leaves out: its label stands in no header, and no row has a value for it.

use rust_decimal::Decimal;

use super::{Fitter, Holds, Values};
use crate::finding::{Fact, Finding, Rule};
use crate::form::header::Above;
use crate::form::{Columns, FormRow, FormTable};
use crate::grid::value::{self, Reading};

/// Fewer columns leave too much to chance.
const FEWEST_COLUMNS: usize = 4;
/// Rows with values that must speak for it.
const FEWEST_ROWS: usize = 3;
/// Some sums of the report may be wrong: one in so many rows.
const MOST_WRONG: usize = 4;

impl Fitter<'_> {
    /// The table without the column that `head` leaves out, if the rows with these values, each with its number in the
    /// form, do so too and have no blank cell in its place.
    pub(super) fn without_column<'v>(
        &mut self,
        table: &FormTable,
        head: Option<&Above>,
        rows: impl Iterator<Item = (usize, &'v Values<'v>)> + Clone,
    ) -> Option<FormTable> {
        let column = head?.absent?;
        let columns = &table.rows.first()?.columns;
        let alike = table.columns == Columns::Form && table.rows.iter().all(|row| row.columns == *columns);
        if !alike || columns.len() < FEWEST_COLUMNS {
            return None;
        }
        let in_place = self.leave_out(table, column, rows)?;
        let slot = &self.form.slots[table.rows[0].slots[column]];
        let fact = Fact::ColumnLeftOut { label: slot.column_label.clone() };
        self.findings.push(Finding::new(Rule::ColumnLabel, fact).table(&table.key).column(&slot.column));
        if in_place {
            return None;
        }
        let mut table = table.clone();
        for row in &mut table.rows {
            row.slots.remove(column);
            row.columns.remove(column);
        }
        Some(table)
    }

    /// Each row with values has one less than columns, none but this column is blank between them, and they add up
    /// without it. Whether all have the blank cell in its place.
    fn leave_out<'v>(
        &self,
        table: &FormTable,
        column: usize,
        rows: impl Iterator<Item = (usize, &'v Values<'v>)>,
    ) -> Option<bool> {
        let (mut valued, mut right, mut counts, mut blank) = (0, 0, 0, 0);
        for (row, values) in rows {
            let filled: Vec<usize> =
                (0..values.cells.len()).filter(|&at| values.cells[at].holds != Holds::Nothing).collect();
            let (Some(first), Some(last)) = (filled.first(), filled.last()) else { continue };
            let columns = table.rows[row].slots.len();
            let side_by_side = last + 1 - first == filled.len();
            let in_place = last + 1 - first == columns && !filled.contains(&(first + column));
            if filled.len() + 1 != columns || !(side_by_side || in_place) {
                return None;
            }
            let numbers: Vec<Decimal> = filled.iter().map(|&at| self.number(values, at)).collect();
            let (sum, zero) = self.adds_up(&table.rows[row], column, &numbers)?;
            valued += 1;
            blank += usize::from(in_place);
            right += usize::from(sum);
            counts += usize::from(sum && !zero);
        }
        let enough = valued >= FEWEST_ROWS && counts > 0 && (valued - right) * MOST_WRONG <= valued;
        enough.then_some(blank == valued)
    }

    fn number(&self, values: &Values, at: usize) -> Decimal {
        match value::read(values.cells[at].span.of(self.text)) {
            Reading::Number { value, .. } => value,
            _ => Decimal::ZERO,
        }
    }

    /// Whether the values add up by the sums that lie in the row, without that column, and whether all totals are zero;
    /// `None` where the row has no sum.
    fn adds_up(&self, row: &FormRow, column: usize, numbers: &[Decimal]) -> Option<(bool, bool)> {
        let left_out = row.slots.get(column)?;
        let number = |slot: &usize| {
            let at = row.slots.iter().filter(|other| *other != left_out).position(|other| other == slot);
            at.and_then(|at| numbers.get(at)).copied().unwrap_or_default()
        };
        let add = |slots: &[usize]| slots.iter().try_fold(Decimal::ZERO, |sum, slot| sum.checked_add(number(slot)));
        let own = |slots: &[usize]| slots.iter().all(|slot| row.slots.contains(slot));
        let sums = self.form.identities.iter().filter(|identity| own(&identity.total) && own(&identity.parts));
        let mut all = sums.map(|identity| Some((add(&identity.total)?, add(&identity.parts)?))).peekable();
        all.peek()?;
        let (mut right, mut zero) = (true, true);
        for sum in all {
            let (total, parts) = sum?;
            right &= total == parts;
            zero &= total.is_zero();
        }
        Some((right, zero))
    }
}
