//! The columns of the wide tables: one for each cell of every form that occurs in a run, in the order of the forms, and
//! what is to be known of each. `wide.csv` has the same columns in the same order.

use std::collections::HashMap;
use std::sync::Arc;

use crate::form::{Form, Forms, Kind, Slot};
use crate::record::Report;

/// Collects the columns of the reports of a run. Memory holds their names alone.
#[derive(Debug, Default)]
pub struct Columns {
    derive: bool,
    editions: Vec<Edition>,
    /// The form of the last report, and its columns.
    last: Option<(Arc<Form>, Placed)>,
}

/// Where the cells of a form stand.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its edition.
    pub edition: usize,
    /// The column of each slot of the form, then of each rate, among those of the edition.
    pub columns: Vec<usize>,
}

/// A column of one edition, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name: `table.row.column`, or `derived.KEY`.
    pub name: String,
    /// Label of the row.
    pub row_label: String,
    /// Label of the column, where it is a cell.
    pub column_label: String,
    /// Key of the table.
    pub table: String,
    /// Key of the row; none for a rate.
    pub row: String,
    /// Key of the column.
    pub column: String,
    /// The unit of the form; several editions may differ.
    pub units: Vec<String>,
    /// The editions that have it.
    pub editions: Vec<String>,
    /// The articles of law that ask for it.
    pub clauses: Vec<String>,
    /// The documents that lay it down.
    pub documents: Vec<String>,
    /// What stands in it; none for a rate.
    pub kind: Option<Kind>,
    /// How it is worked out, for each edition; empty for a cell.
    pub formulas: Vec<String>,
    /// Reports print other labels under the same key, as rows of annexes that are known by their place.
    pub varies: bool,
}

impl Column {
    /// `row label / column label`.
    pub fn label(&self) -> String {
        let parts = [&self.row_label, &self.column_label];
        let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        parts.join(" / ")
    }

    fn of_slot(form: &Form, slot: &Slot) -> Column {
        Column {
            name: slot.path(),
            row_label: slot.row_label.clone(),
            column_label: slot.column_label.clone(),
            table: slot.table.clone(),
            row: slot.row.clone(),
            column: slot.column.clone(),
            units: slot.unit.iter().chain(&slot.other_units).cloned().collect(),
            editions: vec![form.key.clone()],
            clauses: form.clause(&slot.table, &slot.row).map(str::to_owned).into_iter().collect(),
            documents: vec![form.document.clone()],
            kind: Some(slot.kind),
            formulas: Vec::new(),
            varies: false,
        }
    }

    fn of_rate(form: &Form, rate: &crate::form::Rate) -> Column {
        Column {
            name: rate.column(),
            row_label: rate.title.clone(),
            column_label: String::new(),
            table: rate.table.clone(),
            row: String::new(),
            column: rate.key.clone(),
            units: Vec::new(),
            editions: vec![form.key.clone()],
            clauses: Vec::new(),
            documents: Vec::new(),
            kind: None,
            formulas: vec![rate.formula()],
            varies: false,
        }
    }

    /// What a later edition says of the same column.
    fn join(&mut self, other: &Column) {
        let join = |all: &mut Vec<String>, more: &[String]| {
            more.iter().for_each(|one| {
                if !all.contains(one) {
                    all.push(one.clone())
                }
            });
        };
        self.row_label.clone_from(&other.row_label);
        self.column_label.clone_from(&other.column_label);
        self.table.clone_from(&other.table);
        self.kind = other.kind;
        self.varies |= other.varies;
        join(&mut self.units, &other.units);
        join(&mut self.editions, &other.editions);
        join(&mut self.clauses, &other.clauses);
        join(&mut self.documents, &other.documents);
        join(&mut self.formulas, &other.formulas);
    }
}

/// The columns of one edition.
#[derive(Debug, Default)]
struct Edition {
    key: String,
    columns: Vec<Column>,
    index: HashMap<String, usize>,
}

impl Edition {
    fn add(&mut self, column: Column) -> usize {
        if let Some(&at) = self.index.get(&column.name) {
            let known = &mut self.columns[at];
            known.varies |= known.row_label != column.row_label;
            return at;
        }
        self.index.insert(column.name.clone(), self.columns.len());
        self.columns.push(column);
        self.columns.len() - 1
    }
}

/// All columns, in the order of the table.
#[derive(Debug, Default)]
pub struct Ordered {
    /// The columns.
    pub columns: Vec<Column>,
    /// For each edition, where its columns stand.
    pub places: Vec<Vec<usize>>,
}

impl Columns {
    /// Collects columns; those of rates too when `derive`.
    pub fn new(derive: bool) -> Columns {
        Columns { derive, ..Columns::default() }
    }

    /// Rates are among the columns.
    pub fn derives(&self) -> bool {
        self.derive
    }

    /// Adds the columns of `report`; where its cells stand, if a form knows it.
    pub fn report(&mut self, report: &Report) -> Option<&Placed> {
        let form = report.form.as_ref()?;
        if self.last.as_ref().is_none_or(|(last, _)| !Arc::ptr_eq(last, form)) {
            let known = self.editions.iter().position(|edition| edition.key == form.key);
            let edition = known.unwrap_or_else(|| {
                self.editions.push(Edition { key: form.key.clone(), ..Edition::default() });
                self.editions.len() - 1
            });
            let columns = &mut self.editions[edition];
            let mut placed: Vec<usize> =
                form.slots.iter().map(|slot| columns.add(Column::of_slot(form, slot))).collect();
            if self.derive {
                placed.extend(form.rates.iter().map(|rate| columns.add(Column::of_rate(form, rate))));
            }
            self.last = Some((form.clone(), Placed { edition, columns: placed }));
        }
        self.last.as_ref().map(|(_, placed)| placed)
    }

    /// The columns in the order of `forms`: their cells, then what only reports print, then rates. A column that two
    /// editions share is one column: theirs have the same meaning.
    pub fn finish(&self, forms: &Forms) -> Ordered {
        let mut all = Edition::default();
        let mut editions: Vec<(usize, &Edition)> = self.editions.iter().enumerate().collect();
        editions
            .sort_by_key(|(_, edition)| forms.iter().position(|form| form.key == edition.key).unwrap_or(usize::MAX));
        let known =
            |name: &str| editions.iter().find_map(|(_, edition)| Some(&edition.columns[*edition.index.get(name)?]));
        for name in forms.iter().flat_map(|form| &form.slots).map(Slot::path) {
            if let Some(column) = known(&name) {
                all.add(column.clone());
            }
        }
        let is_rate = |column: &&Column| column.kind.is_none();
        for rates in [false, true] {
            for (_, edition) in &editions {
                edition.columns.iter().filter(|column| is_rate(column) == rates).for_each(|column| {
                    all.add(column.clone());
                });
            }
        }
        let mut places = vec![Vec::new(); self.editions.len()];
        for (i, edition) in editions {
            for column in &edition.columns {
                let Some(&at) = all.index.get(&column.name) else { continue };
                all.columns[at].join(column);
                places[i].push(at);
            }
        }
        Ordered { columns: all.columns, places }
    }
}
