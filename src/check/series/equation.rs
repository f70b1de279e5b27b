//! An equation between the reports of two years, with its cells.

use rust_decimal::Decimal;

use super::record::{Entry, Noted, State};
use crate::finding::{Addend, Elsewhere, Entered, Fact, Finding, Obstacle};
use crate::form::{Form, Forms, Series};

/// What was carried on + what came in − what went out = what the later report states.
pub(super) struct Equation<'a> {
    /// As the form of the later report has it.
    pub series: &'a Series,
    form: &'a Form,
    /// As that of the earlier one has it.
    before: (&'a Form, &'a Series),
    /// What the earlier report carries on.
    pub earlier: Noted,
    /// What the later one states, adds and takes away.
    pub later: &'a [Noted],
    /// Their slots.
    slots: Vec<usize>,
}

/// A cell that keeps an equation from being checked.
pub(super) struct Unread {
    pub obstacle: Obstacle,
    /// It is one of the later report.
    pub here: bool,
    pub row: String,
    pub column: String,
}

impl<'a> Equation<'a> {
    /// That of an `entry` of the later report, if the earlier one has `entries` of the same, and one of them says anything.
    pub(super) fn of(forms: &'a Forms, entry: &'a Entry, entries: &[Entry]) -> Option<Equation<'a>> {
        let (form, series) = series_of(forms, entry)?;
        let is_same = |(_, other): &(&Form, &Series)| {
            (other.rule, &other.table, &other.each) == (series.rule, &series.table, &series.each)
        };
        let same = |other: &Entry| Some((series_of(forms, other).filter(is_same)?, other.earlier));
        let (before, earlier) = entries.iter().find_map(same)?;
        let (earlier, later, slots) = (earlier?, entry.later.as_slice(), series.of_later().collect::<Vec<usize>>());
        let says = !earlier.is_nothing() || later.iter().any(|cell| !cell.is_nothing());
        (says && later.len() == slots.len()).then_some(Equation { series, form, before, earlier, later, slots })
    }

    /// What the later report states.
    pub(super) fn stated(&self) -> &'a Noted {
        &self.later[0]
    }

    /// What the later report adds, and what it takes away.
    fn parts(&self) -> (&'a [Noted], &'a [Noted]) {
        let parts = self.later.get(1..).unwrap_or_default();
        parts.split_at(self.series.plus.len().min(parts.len()))
    }

    /// The first cell that keeps it from being checked.
    pub(super) fn obstacle(&self) -> Option<Unread> {
        let unread = |cell: &Noted, here: bool, form: &Form, slot: usize| {
            let obstacle = cell.obstacle()?;
            let (row, column) = labels(form, slot);
            Some(Unread { obstacle, here, row: row.to_owned(), column: column.to_owned() })
        };
        let (old_form, old) = self.before;
        let mut later = self.later.iter().zip(&self.slots);
        later
            .find_map(|(cell, &slot)| unread(cell, true, self.form, slot))
            .or_else(|| unread(&self.earlier, false, old_form, old.earlier))
    }

    /// What the stated cell should hold; `None` where that is too large for any number.
    pub(super) fn computed(&self) -> Option<Decimal> {
        let (plus, minus) = self.parts();
        let sum = plus.iter().try_fold(self.earlier.number(), |sum, cell| sum.checked_add(cell.number()))?;
        minus.iter().try_fold(sum, |sum, cell| sum.checked_sub(cell.number()))
    }

    /// It does not hold; the earlier report stands `of`.
    pub(super) fn fact(&self, computed: Decimal, of: Elsewhere) -> Fact {
        let addends = |cells: &[Noted], slots: &[usize]| {
            let addend = |(cell, &slot): (&Noted, &usize)| Addend {
                label: labels(self.form, slot).1.to_owned(),
                value: cell.number(),
            };
            cells.iter().zip(slots).map(addend).collect()
        };
        let ((old_form, old), (plus, minus)) = (self.before, self.parts());
        let cells = self.later.iter().chain([&self.earlier]);
        Fact::Series {
            label: named(self.form, self.series.later),
            printed: self.stated().number(),
            computed,
            earlier: Addend { label: named(old_form, old.earlier), value: self.earlier.number() },
            of,
            plus: addends(plus, &self.series.plus),
            minus: addends(minus, &self.series.minus),
            blank: cells.filter(|cell| cell.state == State::Blank).count(),
        }
    }

    /// The cells of the later report that entered it.
    pub(super) fn entered(&self) -> Vec<Entered> {
        let entered = |(cell, &slot): (&Noted, &usize)| Entered {
            cell: self.form.slots[slot].path(),
            value: cell.value,
            span: cell.span,
            stated: slot == self.series.later,
        };
        self.later.iter().zip(&self.slots).map(entered).collect()
    }

    /// The finding is about the stated cell.
    pub(super) fn place(&self, finding: Finding) -> Finding {
        let stated = &self.form.slots[self.series.later];
        finding.table(&stated.table).row(&stated.row).column(&stated.column)
    }
}

/// The equation of an entry, and the form that it is of.
fn series_of<'a>(forms: &'a Forms, entry: &Entry) -> Option<(&'a Form, &'a Series)> {
    let form = forms.get(&entry.edition)?;
    let series = form.series.get(usize::from(entry.number))?;
    Some((form, series))
}

/// The last labels of the row and the column of a slot, without those of their groups.
fn labels(form: &Form, slot: usize) -> (&str, &str) {
    let slot = &form.slots[slot];
    let row = slot.row_label.rsplit(' ').next().unwrap_or_default();
    let column = slot.column_label.rsplit(' ').next().unwrap_or_default();
    (row, column)
}

fn named(form: &Form, slot: usize) -> String {
    let (row, column) = labels(form, slot);
    format!("{row} / {column}")
}

impl Noted {
    /// Its number; where it is blank, zero.
    pub(super) fn number(&self) -> Decimal {
        self.value.unwrap_or_default()
    }

    /// Why it keeps an equation from being checked.
    fn obstacle(&self) -> Option<Obstacle> {
        match self.state {
            State::Ok | State::Blank => None,
            State::Unreadable => Some(Obstacle::Unreadable),
            State::Missing => Some(Obstacle::Missing),
            State::BlankTotal => Some(Obstacle::BlankTotal),
        }
    }

    /// It says nothing.
    fn is_nothing(&self) -> bool {
        matches!(self.state, State::Blank | State::Missing)
    }
}
