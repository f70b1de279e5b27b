//! `cell.*`: what stands in the cells; `row.shifted`: numbers that may be two.

use std::ops::Range;

use rust_decimal::Decimal;

use super::Subject;
use crate::finding::{Fact, Finding, Rule, Shift};
use crate::form::fit::{Fitted, kind};
use crate::form::{Kind, Slot};
use crate::grid::Layout;
use crate::record::{Cell, Status};
use crate::span::Span;

/// Smaller numbers are not parted.
const THOUSAND: Decimal = Decimal::ONE_THOUSAND;
const DIGITS_OF_A_GROUP: usize = 3;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(fitted) = subject.fitted else { return };
    for row in odd_rows(&fitted.cells, &fitted.form.slots) {
        check_row(row, subject, fitted, findings);
    }
    spaced(subject, fitted, findings);
}

/// Thousands that a blank parts (`82 842`), where the report prints others without one: two numbers of which one lost its cell look alike.
fn spaced(subject: &Subject<'_>, fitted: &Fitted, findings: &mut Vec<Finding>) {
    let (cells, slots) = (&fitted.cells, &fitted.form.slots);
    let is_spaced = |cell: &Cell| {
        let printed = cell.span.map_or("", |span| span.of(subject.text));
        printed.split_whitespace().filter(|group| group.starts_with(char::is_numeric)).count() > 1
    };
    let (mut spaced, mut others) = (Vec::new(), false);
    // Most numbers are short.
    let is_long = |cell: &Cell| cell.span.is_some_and(|span| span.len() > DIGITS_OF_A_GROUP);
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| is_long(cell)) {
        if cell.value.is_some_and(|value| value.abs() >= THOUSAND) {
            match is_spaced(cell) {
                true => spaced.push(at),
                false => others = true,
            }
        }
    }
    if spaced.is_empty() || !others {
        return;
    }
    // A drawn cell holds one number, if its row has all others.
    let drawn = subject.tables.iter().filter(|table| table.layout == Layout::Box).flat_map(|table| &table.rows);
    let mut drawn: Vec<Span> = drawn.flat_map(|row| &row.cells).map(|cell| cell.span).collect();
    drawn.sort_unstable_by_key(|span| span.start);
    let is_drawn = |place: Span| {
        let last = drawn.partition_point(|span| span.start <= place.start).checked_sub(1);
        last.is_some_and(|last| place.end <= drawn[last].end)
    };
    let is_full = |at: usize| cells[row_around(cells, at, slots)].iter().all(|cell| cell.status == Status::Ok);
    for at in spaced {
        if is_full(at) && cells[at].span.is_some_and(is_drawn) {
            continue;
        }
        let slot = &slots[cells[at].slot];
        let finding = Finding::new(Rule::RowShifted, Fact::RowShifted(Shift::Spaced)).maybe_at(cells[at].span);
        findings.push(finding.table(&slot.table).row(&slot.row).column(&slot.column));
    }
}

/// The rows that have a cell which is not [plain](is_plain). Most rows have none: where a row begins and ends is asked
/// only of the others.
fn odd_rows<'a>(cells: &'a [Cell], slots: &'a [Slot]) -> impl Iterator<Item = &'a [Cell]> {
    let mut rest = cells;
    std::iter::from_fn(move || {
        let odd = rest.iter().position(|cell| !is_plain(cell))?;
        let row = row_around(rest, odd, slots);
        let (row, behind) = (rest.get(row.clone())?, rest.get(row.end..)?);
        rest = behind;
        Some(row)
    })
}

/// There is nothing to say about the cell, whatever stands beside it: it is missing, or a whole number that is not
/// negative.
fn is_plain(cell: &Cell) -> bool {
    match cell.status {
        Status::Ok => cell.value.is_none_or(|value| value.scale() == 0 && !value.is_sign_negative()),
        Status::Missing => true,
        Status::Blank | Status::Unreadable => false,
    }
}

/// The cells beside `at` that are of its row.
fn row_around(cells: &[Cell], at: usize, slots: &[Slot]) -> Range<usize> {
    let is_beside = |a: &Cell, b: &Cell| {
        let (a, b) = (&slots[a.slot], &slots[b.slot]);
        a.row == b.row && a.table == b.table
    };
    let before = cells[..=at].windows(2).rev().take_while(|pair| is_beside(&pair[0], &pair[1])).count();
    let behind = cells[at..].windows(2).take_while(|pair| is_beside(&pair[0], &pair[1])).count();
    at - before..at + behind + 1
}

/// The findings about a row.
fn check_row(row: &[Cell], subject: &Subject<'_>, fitted: &Fitted, findings: &mut Vec<Finding>) {
    let slots = &fitted.form.slots;
    blank(row, slots, findings);
    for cell in row {
        let raw = || cell.span.map(|span| span.of(subject.text).to_owned()).unwrap_or_default();
        let fact = match (cell.status, cell.value) {
            (Status::Unreadable, _) if !fitted.open.contains(&cell.slot) => {
                (Rule::CellUnreadable, Fact::CellUnreadable { raw: raw() })
            }
            (Status::Ok, Some(value))
                if value.is_sign_negative() && !value.is_zero() && kind(&fitted.form, cell.slot) != Kind::Change =>
            {
                let amount = kind(&fitted.form, cell.slot) == Kind::Amount;
                (Rule::CellNegative, Fact::CellNegative { raw: raw(), amount })
            }
            (Status::Ok, Some(value))
                if value.scale() > 0 && !value.fract().is_zero() && kind(&fitted.form, cell.slot) != Kind::Amount =>
            {
                (Rule::CellFraction, Fact::CellFraction { raw: raw() })
            }
            _ => continue,
        };
        let slot = &slots[cell.slot];
        let finding = Finding::new(fact.0, fact.1).table(&slot.table).row(&slot.row).column(&slot.column);
        findings.push(finding.maybe_at(cell.span));
    }
}

/// One note for all blank cells of a row.
fn blank(row: &[Cell], slots: &[Slot], findings: &mut Vec<Finding>) {
    let mut blank = row.iter().filter(|cell| cell.status == Status::Blank);
    let Some(first) = blank.next() else { return };
    let slot = &slots[first.slot];
    let fact = Fact::CellBlank { blank: 1 + blank.count(), of: row.len() };
    findings.push(Finding::new(Rule::CellBlank, fact).table(&slot.table).row(&slot.row).maybe_at(first.span));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_an_odd_cell_are_found() {
        let mut seed = 3u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let mut found = 0;
        for _ in 0..5_000 {
            let count = next(12);
            let slot = |table: usize, row: usize| Slot {
                table: table.to_string(),
                row: row.to_string(),
                column: String::new(),
                row_label: String::new(),
                column_label: String::new(),
                unit: None,
                other_units: Vec::new(),
                kind: Kind::Count,
            };
            let slots: Vec<Slot> = (0..count).map(|_| slot(next(2), next(2))).collect();
            let cell = |slot: usize| {
                let value = [None, Some("0"), Some("12"), Some("1.0"), Some("-1"), Some("-0")][next(6)];
                let status = [Status::Ok, Status::Ok, Status::Missing, Status::Blank, Status::Unreadable][next(5)];
                let value = value.and_then(|value| value.parse().ok());
                Cell { slot, value, unit: None, status, span: None }
            };
            let cells: Vec<Cell> = (0..count).map(cell).collect();
            let of = |cell: &Cell| (&slots[cell.slot].table, &slots[cell.slot].row);
            let rows = cells.chunk_by(|a, b| of(a) == of(b));
            let wanted: Vec<&[Cell]> = rows.filter(|row| !row.iter().all(is_plain)).collect();
            assert_eq!(odd_rows(&cells, &slots).collect::<Vec<_>>(), wanted);
            found += wanted.len();
        }
        assert!(found > 1000, "{found}");
    }
}
