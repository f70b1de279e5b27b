//! What the tables of the form print beside its cells: numbers that no cell took, texts that are no label, and tables printed again.

use super::{Field, Fitter, Holds, Printed};
use crate::finding::{Fact, Finding, Rule};
use crate::fold::key;
use crate::form::printed::is_numbering;
use crate::form::rows::LabelCell;
use crate::form::{Columns, FormTable, align};
use crate::grid::value::{self, Reading};
use crate::span::Span;

impl Fitter<'_> {
    /// The numbers that stand before the labels of the rows go on by little, or begin anew.
    fn numbers_are_serial(&self) -> bool {
        let before = |printed: &Printed| {
            let first = printed.labels().next()?.at;
            let number = printed.cells[..first].iter().find(|cell| cell.holds == Holds::Number)?.span;
            Some(key(number.of(self.text)).parse::<u32>().ok())
        };
        let taken = self.printed.iter().zip(&self.taken).filter(|(_, taken)| taken.is_some());
        let (mut last, mut strange, mut all) = (None, 0, 0);
        for number in taken.filter_map(|(printed, _)| before(printed)) {
            let begins = last.is_none() || number == Some(1);
            let next = number.zip(last).is_some_and(|(number, last)| number > last && number - last <= LONGEST_STEP);
            all += 1;
            strange += usize::from(!begins && !next);
            last = number;
        }
        // A number may be misprinted, or a row stand elsewhere.
        strange * 4 <= all
    }

    /// Every number in a grid of the form that is neither a value nor part of a label, and the rows that hold them.
    pub(super) fn unplaced(&mut self) {
        let mut are_serial = None;
        let repeated = self.repeated();
        for (at, printed) in self.printed.iter().enumerate() {
            if let Some(table) = self.taken[at].or(repeated[at]) {
                self.rows[printed.at.0][printed.at.1] = Some(table);
            }
        }
        // The first table of each grid, and the numbers of the rows that are far from any.
        let first = |rows: &Vec<Option<usize>>| Some((rows.iter().flatten().next().copied()?, Vec::new()));
        let mut far: Vec<Option<(usize, Vec<Span>)>> = self.rows.iter().map(first).collect();
        for (at, printed) in self.printed.iter().enumerate() {
            // Of the table that took a row whole, nothing is left in it, and it is no strange one.
            if repeated[at].is_some() || self.whole[at] {
                continue;
            }
            let Some((_, numbers)) = &mut far[printed.at.0] else { continue };
            let Some(table) = self.table_around(at) else {
                self.push_left(printed, numbers);
                continue;
            };
            let mut left = self.left(printed);
            left.extend(self.behind_texts(at, table));
            let before = if self.taken[at].is_some() { before_label(printed) } else { Vec::new() };
            if !before.is_empty() && !*are_serial.get_or_insert_with(|| self.numbers_are_serial()) {
                left.extend(before);
            }
            let Some(&first) = left.first() else {
                self.strange(at, table);
                continue;
            };
            if self.is_numbering(at) {
                continue;
            }
            let key = &self.form.tables[table].key;
            if self.taken[at].is_none() {
                let texts =
                    printed.cells.iter().filter(|cell| cell.holds == Holds::Text).map(|cell| cell.span.of(self.text));
                let printed_label = texts.collect::<Vec<_>>().join(" ");
                if !printed_label.is_empty() {
                    let fact = Fact::RowUnknown { printed: printed_label };
                    self.findings.push(Finding::new(Rule::RowUnknown, fact).at(first).table(key));
                }
            }
            self.findings.push(self.unplaced_numbers(&left, key));
        }
        // Rows of a grid of the form that are far from any row of it: one finding for all of them, however many they are.
        for (table, numbers) in far.into_iter().flatten().filter(|(_, numbers)| !numbers.is_empty()) {
            self.findings.push(self.unplaced_numbers(&numbers, &self.form.tables[table].key));
        }
    }

    /// The signs of the columns (甲, 乙, 1, 2) belong to the header.
    fn is_numbering(&self, at: usize) -> bool {
        self.taken[at].is_none() && (is_numbering(self.text, self.printed, at) || self.counts_columns(at))
    }

    /// The first row of a grid counts its columns from 0, as a program does that prints a table without a header;
    /// below it stand labels.
    fn counts_columns(&self, at: usize) -> bool {
        let row = &self.printed[at];
        let (Some(below), true) = (self.printed.get(at + 1), row.at.1 == 0) else { return false };
        let cells = row.cells.iter().skip_while(|cell| cell.holds == Holds::Nothing);
        let counts = |(at, cell): (usize, &Field)| cell.span.of(self.text).parse() == Ok(at);
        row.cells.len() > 2
            && below.at.0 == row.at.0
            && below.cells.len() == row.cells.len()
            && below.label_count() > 0
            && !below.has_values
            && cells.clone().next().is_some()
            && cells.enumerate().all(counts)
    }

    /// A text between the rows of a table that is no part of any of its labels: it may stand where a number belongs.
    fn strange(&mut self, at: usize, table: usize) {
        // None of its rows stands above, or none below.
        if !self.extents[table].contains(&at) {
            return;
        }
        let reach = align_reach();
        let taken = |other: &Option<usize>| *other == Some(table);
        let above = &self.taken[at.saturating_sub(reach)..at];
        let below = &self.taken[at + 1..(at + 1 + reach).min(self.printed.len())];
        if self.taken[at].is_some() || !above.iter().rev().any(taken) || !below.iter().any(taken) {
            return;
        }
        let form = &self.form.tables[table];
        // A form made from the print knows every text that is a label; one that ends in a number may have swallowed it.
        let ends_in_number = |cell: &Field| cell.span.of(self.text).trim_end().ends_with(|c: char| c.is_numeric());
        if form.region.is_some() && !self.printed[at].cells.iter().any(ends_in_number) {
            return;
        }
        let cells = self.printed[at].cells;
        // Marks for no numbers in a row of their own stand in the place of some row's numbers.
        let marks = cells.iter().find(|cell| cell.holds == Holds::Placeholder).map(|cell| cell.span);
        let marks = marks.filter(|_| {
            align::no_numbers(cells) && self.printed[at].label_count() == 0 && !self.is_in_group_label(at, form)
        });
        // A label to the letter is known without a search; marks alone (***), whose text folds to nothing, are none.
        let nothing = self.names.get("");
        let named = |cell: &&Field| {
            let is_label = form.roles.is_row(cell.name)
                || form.roles.header(cell.name).is_some()
                || form.roles.is_group(cell.name);
            is_label && cell.name != nothing
        };
        let texts = cells.iter().filter(|cell| cell.holds == Holds::Text && !named(cell));
        let strange = texts
            .map(|cell| (cell.span, key(cell.span.of(self.text))))
            .find(|(_, key)| key.is_empty() || !form.roles.is_part(key));
        if let Some(span) = strange.map(|(span, _)| span).or(marks).filter(|_| !self.is_numbering(at)) {
            let fact = Fact::RowUnknown { printed: span.of(self.text).to_owned() };
            self.findings.push(Finding::new(Rule::RowUnknown, fact).at(span).table(&form.key));
        }
    }

    /// The label of a group is broken over the lines around a row.
    fn is_in_group_label(&self, at: usize, form: &FormTable) -> bool {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
        let free = beside.filter(|&beside| self.taken.get(beside).is_some_and(Option::is_none));
        let mut pieces = free.flat_map(|beside| self.printed[beside].labels());
        let holds = |label: &String, piece: &str| label.contains(piece);
        pieces.any(|piece| {
            form.header.keys().any(|label| holds(label, piece.own))
                && !form.exact.keys().any(|label| holds(label, piece.own))
        })
    }

    /// One finding for all numbers of a row that no cell took.
    pub(super) fn unplaced_numbers(&self, numbers: &[Span], table: &str) -> Finding {
        let (raw, more) = Fact::some_of(self.text, numbers);
        let fact = Fact::NumberUnplaced { raw, more };
        let finding = Finding::new(Rule::NumberUnplaced, fact).maybe_at(numbers.first().copied());
        finding.table(table).covering(numbers.to_vec())
    }

    /// The numbers of a row that nothing took.
    fn left(&self, printed: &Printed) -> Vec<Span> {
        let mut left = Vec::new();
        self.push_left(printed, &mut left);
        left
    }

    /// Adds to `left` the numbers of a row that nothing took.
    fn push_left(&self, printed: &Printed, left: &mut Vec<Span>) {
        let may_be_left =
            |cell: &Field| matches!(cell.holds, Holds::Number | Holds::Text) && !self.used.holds(cell.span);
        if !printed.cells.iter().any(may_be_left) {
            return;
        }
        // Digits that are broken over lines are held to be a text, but they are a number all the same. A whole cell that is a text is none.
        let is_number = |printed: &str| matches!(value::read(printed), Reading::Number { .. });
        let (grid, row) = printed.at;
        let whole = |at: usize| self.grids[grid].rows[row].cells[at].text(self.text);
        let holds_number = |(at, field): &(usize, &Field)| match field.holds {
            Holds::Number => true,
            // A sign may stand on a line of its own.
            Holds::Text => field.broken && (is_number(field.span.of(self.text)) || is_number(&whole(*at))),
            Holds::Nothing | Holds::Placeholder => false,
        };
        // A number before the first label is the row's own; digits that are broken over lines are no label, though held to be a text.
        let digits = |label: &LabelCell| matches!(value::read(label.own), Reading::Number { .. });
        let serial = || printed.labels().find(|label| !digits(label)).map_or(0, |label| label.at);
        let last = printed.label_names().next_back().map_or(0, |label| label.at);
        for (at, field) in printed.cells.iter().enumerate().filter(holds_number) {
            if !self.used.holds(field.span) && (at >= last || at >= serial()) {
                left.push(field.span);
            }
        }
    }

    /// The numbers at the ends of the texts of a row that no row of an annex is: one blank parts them, so that they are no cells.
    fn behind_texts(&self, at: usize, table: usize) -> Vec<Span> {
        let form = &self.form.tables[table];
        if form.columns == Columns::Form || self.taken[at].is_some() || !self.extents[table].contains(&at) {
            return Vec::new();
        }
        let cells = self.printed[at].cells.iter();
        let strange = cells.filter(|cell| cell.holds == Holds::Text && form.roles.header(cell.name).is_none());
        let mut left = Vec::new();
        for cell in strange.map(|cell| cell.span) {
            let printed = cell.of(self.text);
            let first = left.len();
            left.extend(value::numbers_behind(printed).map(|number| {
                let start = cell.start as usize + (number.as_ptr() as usize - printed.as_ptr() as usize);
                Span::new(start, start + number.len())
            }));
            left[first..].reverse();
        }
        left
    }

    /// The rows of a table that is printed a second time: they bear labels of the form, but the form's rows are taken. One finding for each
    /// such table.
    fn repeated(&mut self) -> Vec<Option<usize>> {
        let tables = &self.form.tables;
        let table_of = |printed: &Printed| {
            let named = |table: &FormTable| printed.label_names().any(|label| table.roles.is_row(label.joined));
            (0..tables.len()).find(|&table| self.printed_tables[table] && named(&tables[table]))
        };
        let repeated: Vec<Option<usize>> = self
            .printed
            .iter()
            .zip(&self.taken)
            .map(|(printed, taken)| if taken.is_none() && printed.numbers > 0 { table_of(printed) } else { None })
            .collect();
        let named: Vec<usize> = (0..repeated.len()).filter(|&at| repeated[at].is_some()).collect();
        let place = |at: usize| (self.printed[at].at.0, repeated[at]);
        for rows in named.chunk_by(|&a, &b| place(a) == place(b)) {
            let mut numbers = Vec::with_capacity(rows.iter().map(|&at| self.printed[at].numbers).sum());
            rows.iter().for_each(|&at| self.push_left(&self.printed[at], &mut numbers));
            let (Some(table), Some(&first)) = (repeated[rows[0]], numbers.first()) else { continue };
            let title = tables[table].title.clone();
            let fact = Fact::TableRepeated { title, rows: rows.len(), numbers: numbers.len() };
            let finding = Finding::new(Rule::NumberUnplaced, fact).at(first).table(&tables[table].key);
            self.findings.push(finding.covering(numbers));
        }
        repeated
    }

    /// The table that a printed row stands in: its own, or that of the rows above or below it in the same grid, printed for the first
    /// time or again.
    fn table_around(&self, at: usize) -> Option<usize> {
        let grid = self.printed[at].at.0;
        let same = |other: &usize| self.printed[*other].at.0 == grid;
        let table = |other: usize| self.rows[grid][self.printed[other].at.1];
        let above = || (0..at).rev().take_while(same).take(align_reach()).find_map(table);
        let below = || (at + 1..self.printed.len()).take_while(same).take(align_reach()).find_map(table);
        table(at).or_else(above).or_else(below)
    }
}

/// The numbers before the label of a row that has none behind it.
fn before_label(printed: &Printed) -> Vec<Span> {
    let label = printed.labels().next().map_or(0, |label| label.at);
    let (before, behind) = printed.cells.split_at(label);
    if behind.iter().any(|cell| matches!(cell.holds, Holds::Number | Holds::Placeholder)) {
        return Vec::new();
    }
    before.iter().filter(|cell| cell.holds == Holds::Number).map(|cell| cell.span).collect()
}

/// Serial numbers of rows in succession are not farther apart: some rows are another table's.
const LONGEST_STEP: u32 = 8;

/// How far a row looks for a table that it may belong to: bounded, so that a grid of a million foreign rows stays cheap.
const fn align_reach() -> usize {
    60
}
