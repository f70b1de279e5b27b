//! What is to be known of the columns of the wide tables: for the codebook, and for the headers of a workbook.

use std::collections::HashMap;

use super::wide::Layouts;
use crate::form::{Form, Forms, Kind, Rate, Slot};

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name: `table.row.column`, or `derived.KEY`.
    pub name: String,
    /// Label of the row; none where reports print other labels under the same key, as rows of annexes do that are known
    /// by their place.
    pub row_label: Option<String>,
    /// Label of the column, where it is a cell.
    pub column_label: String,
    /// Key of the table.
    pub table: String,
    /// Key of the row; none for a rate.
    pub row: String,
    /// Key of the column.
    pub column: String,
    /// The unit of the form, and others that it allows; several editions may differ.
    pub units: Vec<String>,
    /// The editions that have it.
    pub editions: Vec<String>,
    /// The articles of law that ask for it.
    pub clauses: Vec<String>,
    /// The documents that lay it down.
    pub documents: Vec<String>,
    /// What stands in it; none for a rate.
    pub kind: Option<Kind>,
    /// How it is worked out, one for each way; empty for a cell.
    pub formulas: Vec<String>,
}

impl Column {
    /// `row label / column label`; the name of the row where its label varies.
    pub fn label(&self) -> String {
        let row = self.row_label.as_deref().unwrap_or(&self.row);
        let parts = [row, &self.column_label];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
    }

    fn slot(&mut self, form: &Form, slot: &Slot) {
        self.row_label = Some(slot.row_label.clone());
        self.column_label.clone_from(&slot.column_label);
        (self.table, self.row, self.column) = (slot.table.clone(), slot.row.clone(), slot.column.clone());
        self.kind = Some(slot.kind);
        slot.unit.iter().chain(&slot.other_units).for_each(|unit| add(&mut self.units, unit));
        form.clause(&slot.table, &slot.row).into_iter().for_each(|clause| add(&mut self.clauses, clause));
        add(&mut self.editions, &form.key);
        add(&mut self.documents, &form.document);
    }

    fn rate(&mut self, form: &Form, rate: &Rate) {
        self.row_label = Some(rate.title.clone());
        (self.table, self.column) = (rate.table.clone(), rate.key.clone());
        add(&mut self.editions, &form.key);
        add(&mut self.formulas, &rate.formula());
    }
}

fn add(all: &mut Vec<String>, one: &str) {
    if !all.iter().any(|known| known == one) {
        all.push(one.to_owned());
    }
}

/// The columns of a run, in the order of the wide table, with what `forms` say of them.
pub fn columns(layouts: &Layouts, forms: &Forms) -> Vec<Column> {
    let mut editions: HashMap<&str, Vec<&str>> = HashMap::new();
    for layout in layouts.iter() {
        for name in &layout.columns {
            let known = editions.entry(name).or_default();
            if !known.contains(&layout.edition.as_str()) {
                known.push(&layout.edition);
            }
        }
    }
    let mut slots: HashMap<String, Vec<(&Form, &Slot)>> = HashMap::new();
    let mut rates: HashMap<String, Vec<(&Form, &Rate)>> = HashMap::new();
    for form in forms.iter() {
        form.slots.iter().for_each(|slot| slots.entry(slot.path()).or_default().push((form, slot)));
        form.rates.iter().for_each(|rate| rates.entry(rate.column()).or_default().push((form, rate)));
    }
    let describe = |name: String| {
        let met = editions.get(name.as_str()).map(Vec::as_slice).unwrap_or(&[]);
        let mut column = Column { name, ..Column::default() };
        if let Some(known) = slots.get(&column.name) {
            // A table may be taken from an edition that no report is of otherwise.
            let any = known.iter().any(|(form, _)| met.contains(&form.key.as_str()));
            let of_run = |form: &Form| !any || met.contains(&form.key.as_str());
            known.iter().filter(|(form, _)| of_run(form)).for_each(|(form, slot)| column.slot(form, slot));
        } else if let Some(known) = rates.get(&column.name) {
            let any = known.iter().any(|(form, _)| met.contains(&form.key.as_str()));
            let of_run = |form: &Form| !any || met.contains(&form.key.as_str());
            known.iter().filter(|(form, _)| of_run(form)).for_each(|(form, rate)| column.rate(form, rate));
        } else {
            printed(&mut column, met, forms);
        }
        column
    };
    layouts.names(forms).into_iter().map(describe).collect()
}

/// A column that only reports print: its row may be one that a form knows, its key is the printed header.
fn printed(column: &mut Column, editions: &[&str], forms: &Forms) {
    column.editions = editions.iter().map(|&edition| edition.to_owned()).collect();
    let of_run = forms.iter().filter(|form| editions.contains(&form.key.as_str()));
    of_run.for_each(|form| add(&mut column.documents, &form.document));
    let table = forms.iter().flat_map(|form| &form.tables).find_map(|table| {
        let rest = column.name.strip_prefix(table.key.as_str())?.strip_prefix('.')?;
        Some((table.key.clone(), rest.to_owned()))
    });
    let Some((table, rest)) = table else { return };
    column.table = table;
    let rows = forms.iter().flat_map(|form| form.slots.iter().map(move |slot| (form, slot)));
    let known = rows
        .filter(|(_, slot)| slot.table == column.table)
        .filter(|(_, slot)| rest.strip_prefix(slot.row.as_str()).is_some_and(|rest| rest.starts_with('.')))
        .max_by_key(|(_, slot)| slot.row.len());
    let key = match known {
        Some((form, slot)) => {
            column.row_label = Some(slot.row_label.clone());
            column.kind = Some(slot.kind);
            column.units.extend(slot.unit.clone());
            if editions.contains(&form.key.as_str()) {
                column.clauses.extend(form.clause(&slot.table, &slot.row).map(str::to_owned));
            }
            slot.row.clone()
        }
        // `row.N`: the N-th row of an annex.
        None => {
            let digits =
                rest.strip_prefix("row.").map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
            column.kind = Some(Kind::Amount);
            rest.get(..digits + 4).filter(|_| digits > 0).unwrap_or("").to_owned()
        }
    };
    rest.get(key.len()..).unwrap_or("").trim_start_matches('.').clone_into(&mut column.column);
    column.column_label.clone_from(&column.column);
    column.row = key;
}
