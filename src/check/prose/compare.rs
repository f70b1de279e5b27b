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
    /// The number that the parts of its cells add up to, where that differs, and where the prose says another than
    /// `value`.
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

/// What the tables say to a figure of the prose.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    Agrees,
    /// They say all of this, or nothing.
    Says(Vec<Stated>),
}

/// The cells of a report, for looking figures up.
pub(super) struct Tables<'a> {
    pub text: &'a str,
    pub fitted: &'a Fitted,
}

impl Tables<'_> {
    /// What the tables say against `value` where prose says it of all of `words`, taken together: nothing where
    /// anything that they may mean agrees. `plainly`: only the first of these counts.
    pub(super) fn stated(&self, words: &[&Word], money: bool, plainly: bool, value: Decimal) -> Verdict {
        let mut stated = Vec::new();
        let mut agrees = |sums: Vec<Stated>| {
            let agrees = sums.iter().any(|stated| stated.is(value));
            stated.extend(sums);
            agrees
        };
        let agree = match words {
            [word] => {
                let meanings = if plainly { 1 } else { word.names.len() };
                word.names.iter().take(meanings).any(|names| agrees(self.sums(names, money, value)))
            }
            // Sums of what each word may mean: of several words, only the first meaning counts.
            _ if words.iter().all(|word| !word.names.is_empty()) => {
                let first = words.iter().filter_map(|word| word.names.first());
                let names: Vec<&str> = first.flatten().map(String::as_str).collect();
                agrees(self.sums(&names, money, value))
            }
            _ => false,
        };
        if agree { Verdict::Agrees } else { Verdict::Says(stated) }
    }

    /// The sum of these figures: one for each printed column where the columns are the report's. The prose says `value`.
    fn sums(&self, names: &[impl AsRef<str>], money: bool, value: Decimal) -> Vec<Stated> {
        let form = &*self.fitted.form;
        let figure = |name: &str| form.figures.iter().find(|figure| figure.key == name);
        let figures: Option<Vec<&Figure>> = names.iter().map(|name| figure(name.as_ref())).collect();
        let Some(figures) = figures else { return Vec::new() };
        let Some(table) = figures.first().and_then(|first| form.tables.iter().find(|table| table.key == first.table))
        else {
            return Vec::new();
        };
        if table.columns == Columns::Form {
            return self.sum(&figures, None, money, value).into_iter().collect();
        }
        let first = table.rows.first().map(|row| row.slots.as_slice()).unwrap_or_default();
        let columns = first.iter().map(|&slot| form.slots[slot].column.as_str());
        columns.filter_map(|column| self.sum(&figures, Some(column), money, value)).collect()
    }

    fn sum(&self, figures: &[&Figure], column: Option<&str>, money: bool, value: Decimal) -> Option<Stated> {
        let form = &*self.fitted.form;
        let mut slots = Vec::new();
        let mut ends = Vec::with_capacity(figures.len());
        for figure in figures {
            slots_of(form, figure, column, &mut slots)?;
            ends.push(slots.len());
        }
        let (mut stated, mut blank, mut summed, mut known) = (Decimal::ZERO, 0, false, false);
        for &slot in &slots {
            let (printed, scale) = self.printed(slot, money)?;
            let parts = || printed.is_none().then(|| self.parts(slot)).flatten();
            let said = printed.or_else(parts);
            blank += usize::from(said.is_none());
            summed |= printed.is_none() && said.is_some();
            known |= said.is_some();
            stated = stated.checked_add(said.unwrap_or_default().checked_mul(scale)?)?;
        }
        // Where nothing is printed there is nothing to agree with. Where the prose agrees, as most does, the parts are not asked.
        let computed = if !known || stated == value { stated } else { self.computed(&slots, money)? };
        known.then(|| Stated { value: stated.normalize(), computed, blank, summed, slots, ends })
    }

    /// The number of a cell, if one is printed, and how many of what prose counts its unit is; `None` where it is not
    /// to be compared.
    fn printed(&self, slot: usize, money: bool) -> Option<(Option<Decimal>, Decimal)> {
        let cell = self.cell(slot)?;
        let scale = self.scale(slot, cell, money)?;
        match cell.status {
            Status::Ok => Some((cell.value, scale)),
            Status::Blank => Some((None, scale)),
            Status::Unreadable | Status::Missing => None,
        }
    }

    /// What the parts of cells add up to, or the cells themselves where they have none.
    fn computed(&self, slots: &[usize], money: bool) -> Option<Decimal> {
        slots.iter().try_fold(Decimal::ZERO, |sum, &slot| {
            let (printed, scale) = self.printed(slot, money)?;
            sum.checked_add(self.parts(slot).or(printed).unwrap_or_default().checked_mul(scale)?)
        })
    }

    /// What a finding tells of it. Most prose agrees, and none is told of.
    pub(super) fn figured(&self, stated: &Stated) -> Figured {
        let starts = std::iter::once(0).chain(stated.ends.iter().copied());
        let parts = starts.zip(&stated.ends).map(|(start, &end)| &stated.slots[start..end]);
        let (labels, without) = parts.map(|slots| label(&self.fitted.form, slots)).unzip::<_, _, _, Vec<_>>();
        let mut without: Vec<String> = without.into_iter().flatten().collect();
        // The same may be left out of each.
        without.dedup();
        Figured { labels, without, value: stated.value, blank: stated.blank, summed: stated.summed, line: None }
    }

    pub(super) fn cell(&self, slot: usize) -> Option<&Cell> {
        let cells = &self.fitted.cells;
        // Where all slots have a cell, it stands at its number.
        let at = cells.get(slot).filter(|cell| cell.slot == slot);
        at.or_else(|| cells.get(cells.binary_search_by_key(&slot, |cell| cell.slot).ok()?))
    }

    /// What the parts of a total add up to, where they are printed.
    fn parts(&self, slot: usize) -> Option<Decimal> {
        let mut sums =
            self.fitted.form.identities.iter().filter(|identity| matches!(*identity.total, [total] if total == slot));
        sums.find_map(|identity| {
            let (mut sum, mut any) = (Decimal::ZERO, false);
            for &part in &identity.parts {
                let cell = self.cell(part)?;
                any |= cell.status == Status::Ok;
                sum = sum.checked_add(counted(cell)?)?;
            }
            any.then_some(sum)
        })
    }

    /// How many 元 the unit of a cell is; 1 where things are counted. `None` where prose and cell count different things.
    fn scale(&self, slot: usize, cell: &Cell, money: bool) -> Option<Decimal> {
        let own = self.fitted.form.slots[slot].unit.as_deref().unwrap_or("");
        let unit = match cell.unit {
            Some(Unit::Printed(span)) => span.of(self.text),
            // Money in a unit that nothing says.
            None if own.contains('元') => return None,
            _ => own,
        };
        match (unit.contains('元'), money) {
            (true, true) if unit.contains(['万', '萬']) => Some(Decimal::from(10_000)),
            (true, true) | (false, false) => Some(Decimal::ONE),
            _ => None,
        }
    }
}

/// Appends the slots of a figure; `None` where it has none, or the form lacks one of them.
fn slots_of(form: &Form, figure: &Figure, column: Option<&str>, slots: &mut Vec<usize>) -> Option<()> {
    let table = form.tables.iter().find(|table| table.key == figure.table)?;
    let first = slots.len();
    for wanted in &figure.rows {
        let row = table.rows.iter().find(|row| row.slots.first().is_some_and(|&slot| form.slots[slot].row == *wanted));
        for column in figure.columns.iter().map(String::as_str).chain(column) {
            let is_it = |slot: &usize| form.slots[*slot].row == *wanted && form.slots[*slot].column == column;
            // The cells of a row may stand in several printed rows, as those of section four stand in one.
            slots.push(match row {
                Some(row) => row.slots.iter().copied().find(is_it)?,
                None => table.slots.clone().find(is_it)?,
            });
        }
    }
    (slots.len() > first).then_some(())
}

/// What several cells have in common: the last part of the labels of their rows that all share. With it, what else
/// these labels take in.
fn label(form: &Form, slots: &[usize]) -> (String, Vec<String>) {
    let Some(first) = slots.first().map(|&slot| form.slots[slot].row_label.as_str()) else {
        return (String::new(), Vec::new());
    };
    let parts: Vec<&str> = first.split(' ').collect();
    let shared = |count: &usize| {
        let head = parts[..*count].join(" ");
        slots.iter().all(|&slot| {
            form.slots[slot].row_label.strip_prefix(&head).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        })
    };
    let count = (1..=parts.len()).rev().find(shared);
    match count {
        Some(count) => {
            let label = parts[count - 1].to_owned();
            match column(form, slots) {
                Some(column) => (format!("{label} / {column}"), Vec::new()),
                None => (label, without(form, slots, &parts[..count].join(" "))),
            }
        }
        None => {
            let own = slots.iter().map(|&slot| form.slots[slot].row_label.rsplit(' ').next().unwrap_or_default());
            let mut own: Vec<&str> = own.collect();
            own.dedup();
            (own.join("、"), Vec::new())
        }
    }
}

/// The label of the one column that all slots stand in, where a row has several and this is not their total.
fn column<'a>(form: &'a Form, slots: &[usize]) -> Option<&'a str> {
    let first = &form.slots[*slots.first()?];
    let table = form.tables.iter().find(|table| table.key == first.table)?;
    let several = table.columns == Columns::Form
        && form.slots[table.slots.clone()].iter().any(|slot| slot.row == first.row && slot.column != first.column);
    let is_part = |slot: &usize| {
        form.slots[*slot].column == first.column && !form.identities.iter().any(|sum| *sum.total == [*slot])
    };
    let label = first.column_label.rsplit(' ').next().unwrap_or_default();
    (several && slots.iter().all(is_part)).then_some(label)
}

/// The labels of the cells whose rows begin with `head` but that are none of `slots`, nor a total of theirs: 尚未审结
/// where the other results of 行政复议 are added up.
fn without(form: &Form, slots: &[usize], head: &str) -> Vec<String> {
    let table = slots.first().and_then(|first| form.tables.iter().find(|table| table.slots.contains(first)));
    let (Some(&first), Some(table)) = (slots.first(), table) else { return Vec::new() };
    let of = |slot: usize| &form.slots[slot];
    let one_column = slots.iter().all(|&slot| of(slot).column == of(first).column);
    let is_left_out = |&slot: &usize| {
        let rest = of(slot).row_label.strip_prefix(head);
        let is_total = |total: usize, part: usize| {
            form.identities.iter().any(|sum| *sum.total == [total] && sum.parts.contains(&part))
        };
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            && (!one_column || of(slot).column == of(first).column)
            && !slots.contains(&slot)
            && !slots.iter().any(|&own| is_total(slot, own) || is_total(own, slot))
    };
    let label = |slot: usize| {
        // The group below `head` that it belongs to, or the last part of the label of its column.
        let group = of(slot).row_label[head.len()..].trim_start().split(' ').next().unwrap_or_default();
        let column = of(slot).column_label.rsplit(' ').next().unwrap_or_default();
        if one_column { group } else { column }.to_owned()
    };
    let mut labels: Vec<String> = Vec::new();
    for label in table.slots.clone().filter(is_left_out).map(label) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}
