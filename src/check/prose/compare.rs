//! What prose says of a figure against what the tables say.
//!
//! Where a word can mean several things, any of them will do: 收到 is what was received, or that and what was carried in. A total that is
//! blank, or that its own parts contradict, may also be what its parts add up to. Nothing is compared with a cell that is missing or unreadable.

use rust_decimal::Decimal;

use super::words::Word;
use crate::finding::Figured;
use crate::form::fit::{Fitted, counted};
use crate::form::{Columns, Figure, Form};
use crate::record::{Cell, Status, Unit};

/// A sum of figures as the tables have it.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub value: Decimal,
    /// The number that the parts of its cells add up to, where that differs.
    computed: Decimal,
    /// Cells that are blank and have no parts.
    blank: usize,
    /// A blank total was summed up from its parts.
    summed: bool,
    /// The slots of its cells.
    pub slots: Vec<usize>,
    /// Where the slots of each of its figures end.
    ends: Vec<usize>,
}

impl Stated {
    /// Prose that says `value` agrees.
    pub(super) fn is(&self, value: Decimal) -> bool {
        self.value == value || self.computed == value
    }
}

/// The cells of a report, for looking figures up.
pub(super) struct Tables<'a> {
    pub text: &'a str,
    pub fitted: &'a Fitted,
}

impl Tables<'_> {
    /// Everything that `words`, taken together, may mean. None where the tables do not say it.
    pub(super) fn stated(&self, words: &[&Word], money: bool) -> Vec<Stated> {
        // Sums of what each word may mean: of several words, only the first meaning counts.
        let meanings: Vec<Vec<&str>> = match words {
            [word] => word.names.iter().map(|names| names.iter().map(String::as_str).collect()).collect(),
            _ => {
                let first = words.iter().filter_map(|word| word.names.first());
                let names: Vec<&str> = first.flatten().map(String::as_str).collect();
                if words.iter().all(|word| !word.names.is_empty()) { vec![names] } else { Vec::new() }
            }
        };
        meanings.iter().flat_map(|names| self.sums(names, money)).collect()
    }

    /// The sum of these figures: one for each printed column where the columns are the report's.
    fn sums(&self, names: &[&str], money: bool) -> Vec<Stated> {
        let form = &*self.fitted.form;
        let figures: Option<Vec<&Figure>> =
            names.iter().map(|name| form.figures.iter().find(|figure| figure.key == *name)).collect();
        let Some(figures) = figures else { return Vec::new() };
        let Some(table) = figures.first().and_then(|first| form.tables.iter().find(|table| table.key == first.table))
        else {
            return Vec::new();
        };
        if table.columns == Columns::Form {
            return self.sum(&figures, None, money).into_iter().collect();
        }
        let first = table.rows.first().map(|row| row.slots.as_slice()).unwrap_or_default();
        let columns = first.iter().map(|&slot| form.slots[slot].column.as_str());
        columns.filter_map(|column| self.sum(&figures, Some(column), money)).collect()
    }

    fn sum(&self, figures: &[&Figure], column: Option<&str>, money: bool) -> Option<Stated> {
        let form = &*self.fitted.form;
        let mut slots = Vec::new();
        let mut ends = Vec::with_capacity(figures.len());
        for figure in figures {
            slots.extend(slots_of(form, figure, column)?);
            ends.push(slots.len());
        }
        let (mut stated, mut computed, mut blank, mut summed, mut known) =
            (Decimal::ZERO, Decimal::ZERO, 0, false, false);
        for &slot in &slots {
            let cell = self.cell(slot)?;
            let scale = self.scale(slot, cell, money)?;
            let parts = self.parts(slot);
            let printed = match cell.status {
                Status::Ok => cell.value,
                Status::Blank => None,
                Status::Unreadable | Status::Missing => return None,
            };
            blank += usize::from(printed.is_none() && parts.is_none());
            summed |= printed.is_none() && parts.is_some();
            known |= printed.or(parts).is_some();
            stated = stated.checked_add(printed.or(parts).unwrap_or_default().checked_mul(scale)?)?;
            computed = computed.checked_add(parts.or(printed).unwrap_or_default().checked_mul(scale)?)?;
        }
        // Where nothing is printed there is nothing to agree with.
        known.then(|| Stated { value: stated.normalize(), computed, blank, summed, slots, ends })
    }

    /// What a finding tells of it. Most prose agrees, and none is told of.
    pub(super) fn figured(&self, stated: &Stated) -> Figured {
        let starts = std::iter::once(0).chain(stated.ends.iter().copied());
        let parts = starts.zip(&stated.ends).map(|(start, &end)| &stated.slots[start..end]);
        let labels = parts.map(|slots| label(&self.fitted.form, slots)).collect();
        Figured { labels, value: stated.value, blank: stated.blank, summed: stated.summed, line: None }
    }

    pub(super) fn cell(&self, slot: usize) -> Option<&Cell> {
        let at = self.fitted.cells.binary_search_by_key(&slot, |cell| cell.slot).ok()?;
        self.fitted.cells.get(at)
    }

    /// What the parts of a total add up to, where they are printed.
    fn parts(&self, slot: usize) -> Option<Decimal> {
        let sums = self.fitted.form.identities.iter().filter(|identity| identity.total == [slot]);
        sums.into_iter().find_map(|identity| {
            let cells: Option<Vec<&Cell>> = identity.parts.iter().map(|&part| self.cell(part)).collect();
            let cells = cells?;
            let any = cells.iter().any(|cell| cell.status == Status::Ok);
            let sum = cells.iter().try_fold(Decimal::ZERO, |sum, cell| sum.checked_add(counted(cell)?));
            sum.filter(|_| any)
        })
    }

    /// How many 元 the unit of a cell is; 1 where things are counted. `None` where prose and cell count different things.
    fn scale(&self, slot: usize, cell: &Cell, money: bool) -> Option<Decimal> {
        let unit = match cell.unit {
            Some(Unit::Printed(span)) => span.of(self.text),
            _ => self.fitted.form.slots[slot].unit.as_deref().unwrap_or(""),
        };
        match (unit.contains('元'), money) {
            (true, true) if unit.contains(['万', '萬']) => Some(Decimal::from(10_000)),
            (true, true) | (false, false) => Some(Decimal::ONE),
            _ => None,
        }
    }
}

fn slots_of(form: &Form, figure: &Figure, column: Option<&str>) -> Option<Vec<usize>> {
    let table = form.tables.iter().find(|table| table.key == figure.table)?;
    let mut slots = Vec::new();
    for wanted in &figure.rows {
        let row = table.rows.iter().find(|row| row.slots.first().is_some_and(|&slot| form.slots[slot].row == *wanted));
        // The cells of a row may stand in several printed rows, as those of section four stand in one.
        let row = row.map_or_else(|| table.slots.clone().collect(), |row| row.slots.clone());
        let columns = figure.columns.iter().map(String::as_str).chain(column);
        for column in columns {
            slots
                .push(*row.iter().find(|&&slot| form.slots[slot].row == *wanted && form.slots[slot].column == column)?);
        }
    }
    (!slots.is_empty()).then_some(slots)
}

/// What several cells have in common: the last part of the labels of their rows that all share.
fn label(form: &Form, slots: &[usize]) -> String {
    let Some(first) = slots.first().map(|&slot| form.slots[slot].row_label.as_str()) else { return String::new() };
    let parts: Vec<&str> = first.split(' ').collect();
    let shared = |count: &usize| {
        let head = parts[..*count].join(" ");
        slots.iter().all(|&slot| {
            form.slots[slot].row_label.strip_prefix(&head).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    let count = (1..=parts.len()).rev().find(shared);
    match count {
        Some(count) => parts[count - 1].to_owned(),
        None => {
            let own = slots.iter().map(|&slot| form.slots[slot].row_label.rsplit(' ').next().unwrap_or_default());
            let mut own: Vec<&str> = own.collect();
            own.dedup();
            own.join("、")
        }
    }
}
