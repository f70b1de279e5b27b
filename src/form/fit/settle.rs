//! Settling the rows whose values fit their columns in several ways: by what is likely, by the arithmetic of the form, or not at all.

use super::{Field, Fitter, Holds, OpenRow};
use crate::finding::{Fact, Rule, Shift};
use crate::form::place::Likely;
use crate::form::solve::{self, Entered, Known, Knows, Open};
use crate::grid::value::{self, Reading};
use crate::record::{Cell, Status};
use crate::span::Span;

/// What is known of every slot while rows are open.
struct Settled<'a> {
    cells: &'a [Cell],
    /// The slots of the open rows, in order, and the index of each row.
    open: Vec<(usize, usize)>,
}

impl<'a> Settled<'a> {
    fn new(cells: &'a [Cell], open: &[OpenRow]) -> Settled<'a> {
        let slots = open.iter().enumerate().flat_map(|(row, open)| open.slots.iter().map(move |&slot| (slot, row)));
        let mut open: Vec<(usize, usize)> = slots.collect();
        open.sort_unstable();
        Settled { cells, open }
    }

    fn all(&self) -> Vec<Known> {
        (0..self.cells.len()).filter_map(|slot| self.known(slot)).collect()
    }
}

impl Knows for Settled<'_> {
    fn known(&self, slot: usize) -> Option<Known> {
        let cell = self.cells.get(slot)?;
        let below = self.open.partition_point(|(other, _)| *other <= slot);
        if let Some((other, row)) = self.open[..below].last()
            && *other == slot
        {
            return Some(Known::Open(*row));
        }
        Some(match (cell.status, cell.value) {
            (Status::Ok, Some(value)) => Known::Number(value),
            (Status::Blank, _) => Known::Blank,
            _ => Known::Unknown,
        })
    }
}

impl Fitter<'_> {
    /// Settles the open rows by arithmetic; what stays open gets no value and a finding.
    pub(super) fn settle(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        self.settle_likely(&mut open);
        open.retain(|row| match &self.moved(row)[..] {
            [only] => {
                self.settled(row, std::iter::once(only));
                false
            }
            _ => true,
        });
        // Where all rows of a table have but a few cells, sums down the columns hold in whatever columns these are.
        let (few, open): (Vec<OpenRow>, Vec<OpenRow>) = open.into_iter().partition(|row| row.open.is_few());
        if !self.settle_surely(&open) {
            self.settle_by_sums(&open);
        }
        self.settle_by_sums(&few);
    }

    /// Settles the open rows if all sums confirm the readings that keep every blank between the values. Whether they do.
    fn settle_surely(&mut self, open: &[OpenRow]) -> bool {
        if open.is_empty() {
            return true;
        }
        let known = Settled::new(&self.cells, open).all();
        // If all sums confirm them, none was lost.
        let windows: Vec<Vec<Vec<Field>>> = open.iter().map(|row| row.open.windows()).collect();
        let rows: Vec<Open> = open.iter().zip(&windows).map(|(row, windows)| self.all_readings(row, windows)).collect();
        let Some(sure) = solve::solve_surely(&self.form.identities, &known, &rows) else { return false };
        for ((row, windows), reading) in open.iter().zip(&windows).zip(sure) {
            self.settled(row, windows.get(reading).into_iter());
        }
        true
    }

    /// Settles the open rows as far as one reading of each agrees with the sums.
    fn settle_by_sums(&mut self, open: &[OpenRow]) {
        if open.is_empty() {
            return;
        }
        let known = Settled::new(&self.cells, open).all();
        let readings: Vec<Vec<Vec<Field>>> = open.iter().map(|row| row.open.readings(self.text)).collect();
        let rows: Vec<Open> =
            open.iter().zip(&readings).map(|(row, readings)| self.all_readings(row, readings)).collect();
        let mut found = solve::solve(&self.form.identities, &known, &rows);
        if found.iter().all(Vec::is_empty) && rows.len() > 1 {
            // One row may contradict the form by itself; the others are then settled without it, each alone.
            for (index, row) in rows.iter().enumerate() {
                let alone = known.iter().map(|&known| match known {
                    Known::Open(other) if other == index => Known::Open(0),
                    Known::Open(_) => Known::Unknown,
                    known => known,
                });
                let alone: Vec<Known> = alone.collect();
                found[index] = solve::solve(&self.form.identities, &alone, std::slice::from_ref(row)).swap_remove(0);
            }
        }
        for ((row, readings), remain) in open.iter().zip(&readings).zip(found) {
            match &row.open.likely {
                // No reading agrees with the row's sums: the report's own mistake, most likely, which the sums will say.
                Some(likely) if remain.is_empty() && likely.is_sound() => {
                    self.shift(row, Shift::Plain);
                    self.take(row, &likely.cells);
                }
                _ => self.settled(row, remain.iter().filter_map(|&reading| readings.get(reading))),
            }
        }
    }

    /// The readings that agree with the sums of a row where they speak against the print: a cell was lost, and a blank
    /// one gained.
    fn moved(&self, row: &OpenRow) -> Vec<Vec<Field>> {
        let Some(printed) = row.open.likely.as_ref().filter(|_| row.open.is_bare()) else { return Vec::new() };
        if !solve::is_doubtful(&self.form.identities, &self.readings(row, [&*printed.cells])) {
            return Vec::new();
        }
        let agreed = |readings: Vec<Vec<Field>>, whole: bool| -> Vec<Vec<Field>> {
            let all = std::iter::once(&*printed.cells).chain(readings.iter().map(Vec::as_slice));
            let agreed = solve::agreed(&self.form.identities, &self.readings(row, all), whole);
            agreed.into_iter().map(|at| readings[at - 1].clone()).collect()
        };
        let (moved, spread) = row.open.moved();
        let moved = agreed(moved, false);
        if moved.is_empty() { agreed(spread, true) } else { moved }
    }

    /// Notes how a row was placed.
    fn shift(&mut self, row: &OpenRow, shift: Shift) {
        let first = row.open.filled().next();
        let finding = self.about_slots(&row.slots, Rule::RowShifted, Fact::RowShifted(shift), first);
        self.findings.push(finding);
    }

    /// Takes the likely readings that no identity speaks against, the others being open; what is taken leaves `open`.
    fn settle_likely(&mut self, open: &mut Vec<OpenRow>) {
        if open.iter().all(|row| row.open.likely.is_none()) {
            return;
        }
        let assumed = |row: &OpenRow| self.readings(row, row.open.likely.iter().map(|likely| &*likely.cells));
        let rows: Vec<Open> = open.iter().map(assumed).collect();
        let sound: Vec<bool> = open.iter().map(|row| row.open.likely.as_ref().is_some_and(Likely::is_sound)).collect();
        let doubted = {
            let entered = self.form.entered.get_or_init(|| Entered::new(&self.form.identities));
            solve::contradicted(&self.form.identities, entered, &Settled::new(&self.cells, open), &rows, &sound)
        };
        let mut kept = Vec::new();
        for (row, doubted) in std::mem::take(open).into_iter().zip(doubted) {
            let Some(Likely { cells, shift }) = row.open.likely.as_ref().filter(|_| !doubted) else {
                kept.push(row);
                continue;
            };
            let rivalled = || self.is_rivalled(&row, cells).then_some(Shift::Neighbours);
            // A total is blank that would have its number in another reading.
            let moved = || (!self.moved(&row).is_empty()).then_some(Shift::Plain);
            if let Some(shift) = shift.or_else(rivalled).or_else(moved) {
                self.shift(&row, shift);
            }
            self.take(&row, cells);
        }
        *open = kept;
    }

    /// The sums of the row speak for another place of its values than that of `cells`.
    fn is_rivalled(&self, row: &OpenRow, cells: &[Field]) -> bool {
        // A total and a part of it.
        let counts = |field: &&Field| field.holds == Holds::Number && field.span.of(self.text) != "0";
        if cells.iter().filter(counts).nth(1).is_none() {
            return false;
        }
        let windows = row.open.windows();
        let readings = std::iter::once(cells).chain(windows.iter().map(Vec::as_slice));
        solve::is_rivalled(&self.form.identities, &self.readings(row, readings))
    }

    /// Records the cells of a row.
    fn take(&mut self, row: &OpenRow, cells: &[Field]) {
        cells.iter().for_each(|cell| self.used.mark(cell.span));
        if row.open.is_loose() {
            self.bare.short(&row.slots, row.open.filled().collect(), true);
        }
        self.cells(&row.slots, cells, row.unit, true);
    }

    fn all_readings(&self, row: &OpenRow, readings: &[Vec<Field>]) -> Open {
        self.readings(row, readings.iter().map(Vec::as_slice))
    }

    fn readings<'r>(&self, row: &OpenRow, readings: impl IntoIterator<Item = &'r [Field]>) -> Open {
        let known = |field: &Field| match value::read(field.span.of(self.text)) {
            _ if field.holds == Holds::Text => Known::Unknown,
            Reading::Number { value, .. } => Known::Number(value),
            Reading::Blank | Reading::Placeholder => Known::Blank,
            Reading::Text => Known::Unknown,
        };
        Open {
            slots: row.slots.clone(),
            readings: readings.into_iter().map(|reading| reading.iter().map(known).collect()).collect(),
        }
    }

    /// Takes over what all remaining readings of a row agree on.
    fn settled<'r>(&mut self, row: &OpenRow, remain: impl Iterator<Item = &'r Vec<Field>>) {
        let readings: Vec<&Vec<Field>> = remain.collect();
        let values: Vec<Span> = row.open.filled().collect();
        // The cells of a drawn row may begin on several lines, the first of them below the last.
        let start = values.iter().map(|value| value.start).min();
        let end = values.iter().map(|value| value.end).max();
        let whole = start.zip(end).map(|(start, end)| Span { start, end });
        values.iter().for_each(|&value| self.used.mark(value));
        // A blank is a blank wherever the reading puts it; a number is told by where it is printed.
        let same = |first: &Field, other: &Field| {
            first.holds == other.holds && (first.holds == Holds::Nothing || first.span == other.span)
        };
        let common = |at: usize| {
            let mut fields = readings.iter().filter_map(|reading| reading.get(at));
            let first = fields.next().copied();
            first.filter(|first| fields.all(|other| same(first, other)))
        };
        let agreed = (0..row.slots.len()).all(|at| common(at).is_some());
        for (at, &slot) in row.slots.iter().enumerate() {
            // While a number of the row has no place, no cell of it is blank for certain.
            match common(at).filter(|field| agreed || field.holds != Holds::Nothing) {
                Some(field) => self.cell(slot, field, row.unit),
                None => {
                    self.unsettled.insert(slot);
                    self.cells[slot] = Cell { slot, value: None, unit: None, status: Status::Unreadable, span: whole };
                }
            }
        }
        let finding = if agreed {
            if row.open.is_loose() && values.len() < row.slots.len() {
                self.bare.short(&row.slots, values, false);
                return;
            }
            self.about_slots(&row.slots, Rule::RowShifted, Fact::RowShifted(Shift::Arithmetic), whole)
        } else {
            self.bare.open(&values, row.slots.len());
            let raw = values.iter().map(|span| span.of(self.text).to_owned()).collect();
            self.about_slots(
                &row.slots,
                Rule::NumberUnplaced,
                Fact::RowAmbiguous { raw, columns: row.slots.len() },
                whole,
            )
        };
        self.findings.push(finding);
    }
}
