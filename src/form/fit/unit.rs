//! What a cell holds, and in what unit: printed beside the number, beside the label or in the header, or by the form.

use super::{Field, Fitter, Holds};
use crate::finding::{Fact, Finding, Rule, Severity};
use crate::fold::key;
use crate::form::header::names_unit;
use crate::form::{Columns, Kind, Slot};
use crate::grid::value::{self, Reading};
use crate::record::{Cell, Status, Unit};
use crate::span::Span;

impl Fitter<'_> {
    /// Records what a printed cell holds. `beside` is the unit that stands beside its label or in its header.
    pub(super) fn cell(&mut self, slot: usize, field: Field, beside: Option<Span>) {
        let form = self.form;
        let form_slot = &form.slots[slot];
        let raw = field.span.of(self.text);
        // Only the first piece of what is broken over lines is looked at here.
        let reading = match field.holds {
            Holds::Text if form_slot.kind == Kind::Change && !field.broken => value::read_change(raw),
            Holds::Text => Reading::Text,
            Holds::Nothing => Reading::Blank,
            Holds::Number | Holds::Placeholder => value::read(raw),
        };
        let (value, own, status) = match reading {
            Reading::Blank | Reading::Placeholder => (None, None, Status::Blank),
            Reading::Text => (None, None, Status::Unreadable),
            Reading::Number { value, unit } => (Some(value), unit, Status::Ok),
        };
        let own = own.map(|unit| {
            let start = field.span.start as usize + raw.find(unit).unwrap_or(0);
            Span::new(start, start + unit.len())
        });
        let printed = own.or(beside.filter(|_| form_slot.unit.is_some()));
        // A mark for none in the column of units.
        let none = printed.is_some_and(|span| value::read(span.of(self.text)) == Reading::Placeholder);
        let unit = match printed.filter(|_| !none) {
            Some(span) => {
                let same = is_unit_of(form_slot, span.of(self.text), own.is_none());
                if !same && status == Status::Ok {
                    self.other_unit(form_slot, field, span);
                }
                // What a count counts is no unit of the form's.
                (form_slot.unit.is_some() || !same).then(|| self.printed_unit(form_slot, span))
            }
            None if !none && (form_slot.unit.is_none() || self.is_in_form(form_slot)) => {
                form_slot.unit.as_ref().map(|_| Unit::Form)
            }
            None => {
                let money = form_slot.unit.as_deref().is_some_and(|unit| !is_counted(unit));
                if money && value.is_some_and(|value| !value.is_zero()) {
                    self.no_unit(form_slot, field);
                }
                None
            }
        };
        self.cells[slot] = Cell { slot, value, unit, status, span: Some(field.span) };
    }

    /// The form itself prints the unit of a cell: in a column of units, or in the header.
    fn is_in_form(&self, slot: &Slot) -> bool {
        let in_column = || {
            let table = self.form.tables.iter().find(|table| table.key == slot.table);
            table.is_some_and(|table| table.columns != Columns::Form)
        };
        names_unit(&slot.column_label) || in_column()
    }

    /// A unit as it is printed; that of the form where only the blanks in it differ.
    fn printed_unit(&self, slot: &Slot, span: Span) -> Unit {
        let printed = span.of(self.text);
        let differs = |unit: &str| unit != printed && key(unit) == key(printed);
        if slot.unit.as_deref().is_some_and(differs) { Unit::Form } else { Unit::Printed(span) }
    }

    /// A number is printed with another unit than the form's.
    fn other_unit(&mut self, slot: &Slot, field: Field, span: Span) {
        let (raw, printed) = (field.span.of(self.text), span.of(self.text));
        let form = slot.unit.clone().unwrap_or_else(|| "a count".to_owned());
        let fact = Fact::CellUnit { raw: raw.to_owned(), printed: printed.to_owned(), form: form.clone() };
        let finding = Finding::new(Rule::CellUnit, fact).at(field.span).expected(form, printed);
        self.findings.push(finding.table(&slot.table).row(&slot.row).column(&slot.column));
    }

    /// Neither the report nor the form says in which unit a number is.
    fn no_unit(&mut self, slot: &Slot, field: Field) {
        let raw = field.span.of(self.text).to_owned();
        let units = slot.unit.iter().chain(&slot.other_units).cloned().collect();
        let finding = Finding::new(Rule::CellUnit, Fact::CellUnitUnknown { raw, units }).at(field.span);
        let finding = finding.table(&slot.table).row(&slot.row).column(&slot.column);
        self.findings.push(Finding { severity: Severity::Note, ..finding });
    }
}

/// A printed unit is one that a cell may have. `apart`: it stands beside the label or in the header, where one word of
/// counting is as good as another.
fn is_unit_of(slot: &Slot, printed: &str, apart: bool) -> bool {
    match &slot.unit {
        Some(unit) => {
            unit == printed
                || key(unit) == key(printed)
                || slot.other_units.iter().any(|other| key(other) == key(printed))
                || apart && is_counted(unit) && is_counted(printed)
        }
        // A count may be printed with whatever it counts, but not with money.
        None => !printed.ends_with('元'),
    }
}

/// A word of counting such as 件: no money, and no number of ten thousands.
fn is_counted(unit: &str) -> bool {
    !unit.ends_with(['元', '万', '亿'])
}
