//! `cell.*`: what stands in the cells.

use std::ops::Range;

use super::Subject;
use crate::finding::{Fact, Finding, Rule};
use crate::form::fit::{Fitted, kind};
use crate::form::{Kind, Slot};
use crate::record::{Cell, Status};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(fitted) = subject.fitted else { return };
    let (cells, slots) = (fitted.cells.as_slice(), fitted.form.slots.as_slice());
    let mut from = 0;
    // Most rows hold nothing but plain numbers: where a row begins and ends is asked only of the others.
    while let Some(odd) = cells[from..].iter().position(|cell| !is_plain(cell)) {
        let row = row_around(&cells[from..], odd, slots);
        check_row(&cells[from + row.start..from + row.end], subject, fitted, findings);
        from += row.end;
    }
}

/// There is nothing to say about the cell, whatever stands beside it: it is missing, or a whole number that is not negative.
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
                (Rule::CellNegative, Fact::CellNegative { raw: raw() })
            }
            (Status::Ok, Some(value))
                if value.scale() > 0
                    && !value.fract().is_zero()
                    && kind(&fitted.form, cell.slot) != Kind::Amount =>
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
