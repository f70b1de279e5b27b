//! Forms: which official table a grid is, and which of its cells is which.
//!
//! An edition is data: a folder with the authority's blank tables and a small description, read by `load` and
//! checked there once, in a test. [`rows`] looks the printed labels up by [`names`], [`label`] says how alike a misprint and the form's label are, [`align`] fits
//! the rows of the grids to the rows of the form, [`place`] puts the values of a row under its columns (`columns` where blanks
//! part the cells, with what `header` finds above them), [`solve`] settles by the form's own arithmetic what the layout leaves open,
//! and [`fit`] runs them in this order for the form that `choose` names. `printed` makes the form of an annex from its print.

pub mod align;
mod blank;
mod choose;
mod columns;
pub mod fit;
mod groups;
mod header;
pub mod label;
mod load;
pub mod merged;
mod mixed;
pub mod names;
pub mod place;
mod printed;
mod rate;
pub mod rows;
pub mod sections;
pub mod solve;
mod unnumbered;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

pub use load::FormError;
pub use rate::Rate;

use crate::finding::Rule;
use crate::grid::Vocabulary;
use names::{Name, Names, Roles, Tables};
use solve::Entered;

/// One edition of an official form.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Form {
    /// Its key, such as `2021`.
    pub key: String,
    /// What a report of this form is called: 政府信息公开工作年度报告.
    pub title: String,
    /// Other names of such a report.
    pub titles: Vec<String>,
    /// The document that lays it down.
    pub document: String,
    /// First reporting year.
    pub from: i32,
    /// Last reporting year; `None` while it is in force.
    pub to: Option<i32>,
    /// The sections that it demands, in order.
    pub sections: Vec<FormSection>,
    /// Its tables, in order.
    pub tables: Vec<FormTable>,
    /// Every cell that is to be filled, in the order of the form.
    pub slots: Vec<Slot>,
    /// The arithmetic that it demands.
    pub identities: Vec<Identity>,
    /// What is worked out of its cells, on demand.
    pub rates: Vec<Rate>,
    /// The articles of law that ask for its rows.
    pub clauses: Vec<Clause>,
    /// The figures that prose names.
    pub figures: Vec<Figure>,
    /// What it carries from one year to the next.
    pub series: Vec<Series>,
    /// For each name, the tables in which it is a label.
    pub(crate) by_name: Vec<Tables>,
    /// Which identities each slot enters: made when it is first asked for.
    pub(crate) entered: OnceLock<Entered>,
    /// The form with labels that have no ordinals: made when a report lacks one of its tables.
    pub(crate) unnumbered: OnceLock<Option<Box<unnumbered::Unnumbered>>>,
}

/// A section that the form demands.
#[derive(Debug, Clone)]
pub struct FormSection {
    /// Its key, such as `applications`.
    pub key: String,
    /// Its number: 1 for 一、.
    pub number: u32,
    /// Its official title.
    pub title: String,
    /// Folded keys of its title and of every variant.
    pub keys: Vec<String>,
    /// It must hold more than 无.
    pub content: bool,
}

/// A table of the form.
#[derive(Debug, Clone)]
pub struct FormTable {
    /// Its key, such as `applications`.
    pub key: String,
    /// The edition that it comes from: another than the form's where a report mixes them.
    pub edition: String,
    /// Its title, or that of its section.
    pub title: String,
    /// Index of its section in [`Form::sections`].
    pub section: Option<usize>,
    /// Where its columns come from.
    pub columns: Columns,
    /// A column of codes stands between the labels and the numbers.
    pub code: bool,
    /// A column of remarks stands behind the numbers.
    pub remarks: bool,
    /// The printed rows that it was made from, where it was made from the print.
    pub region: Option<Range<usize>>,
    /// The blank table, row by row.
    pub blank: Vec<Vec<BlankCell>>,
    /// Its rows that are to be filled.
    pub rows: Vec<FormRow>,
    /// Its slots in [`Form::slots`].
    pub slots: Range<usize>,
    /// Some of them has a unit.
    pub has_units: bool,
    /// Folded labels of its header and its groups, as printed → as the form prints them.
    pub header: HashMap<String, String>,
    /// Folded labels of the groups of its rows.
    pub groups: HashSet<String>,
    /// Folded label → the rows that print it exactly so.
    pub exact: HashMap<String, Vec<usize>>,
    /// The same by name: what is looked at while a report is read. [`Forms`] fills it.
    pub roles: Roles,
}

/// A row that is to be filled.
#[derive(Debug, Clone)]
pub struct FormRow {
    /// Its label as the form prints it, its group's before it; empty where the form prints none.
    pub label: String,
    /// Folded labels that it may print, variants included, each without and with its groups.
    pub keys: Vec<String>,
    /// Its slots, left to right.
    pub slots: Vec<usize>,
    /// Folded header label of each slot.
    pub columns: Vec<String>,
}

/// Where the columns and rows of a table come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Columns {
    /// The form prints them.
    Form,
    /// The form prints one number column; a report may print several under headers of its own.
    Printed,
    /// The report prints rows and columns of its own.
    AllPrinted {
        /// Folded words that head its columns.
        headers: Vec<String>,
        /// The edition whose row keys it takes over.
        like: Option<String>,
    },
}

/// A cell of the blank table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlankCell {
    /// Part of a merged cell.
    Empty,
    /// It stays empty.
    Closed,
    /// A printed label.
    Label(String),
    /// To be filled: an index into [`Form::slots`].
    Slot(usize),
}

/// A cell to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Key of its table.
    pub table: String,
    /// Key of its row.
    pub row: String,
    /// Key of its column.
    pub column: String,
    /// Label of its row, its group's before it.
    pub row_label: String,
    /// Label of its column, its group's before it.
    pub column_label: String,
    /// Unit that the form prints, such as 万元.
    pub unit: Option<String>,
    /// Other units that it allows; which one holds is printed.
    pub other_units: Vec<String>,
    /// What may stand in it.
    pub kind: Kind,
}

impl Slot {
    /// `table.row.column`.
    pub fn path(&self) -> String {
        format!("{}.{}.{}", self.table, self.row, self.column)
    }

    /// It is the cell `row.column` of `table`.
    pub fn is_at(&self, table: &str, cell: &str) -> bool {
        let column = cell.strip_prefix(self.row.as_str()).and_then(|rest| rest.strip_prefix('.'));
        self.table == table && column == Some(self.column.as_str())
    }
}

/// What may stand in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A whole number, zero or more.
    Count,
    /// A whole number that may be negative.
    Change,
    /// A number that may have decimals.
    Amount,
}

/// An equation of the form (勾稽关系): the stated slots add up to the same as the parts.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The rule that a break of it is reported under.
    pub rule: Rule,
    /// Key of its table.
    pub table: String,
    /// Key of the row that it lies in, if one.
    pub row: Option<String>,
    /// Key of the column that it lies in, if one.
    pub column: Option<String>,
    /// Slots on the stated side.
    pub total: Vec<usize>,
    /// Slots that are added up.
    pub parts: Vec<usize>,
}

/// The article of law that asks for rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Key of the table.
    pub table: String,
    /// Keys of the rows, or what they begin with before a dot; none for all rows that no other clause names.
    #[serde(default)]
    pub rows: Vec<String>,
    /// The article, with the name of the law.
    pub text: String,
}

impl Clause {
    /// It names this row.
    fn names(&self, row: &str) -> bool {
        let begins = |name: &String| {
            row.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.rows.iter().any(begins)
    }
}

/// An equation between the reports of two years that follow each other: `earlier` of the one, with `plus` and without `minus` of the other, is `later`
/// of the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The rule that a break of it is reported under.
    pub rule: Rule,
    /// Key of its table.
    pub table: String,
    /// Key of the row or the column that it lies in.
    pub each: String,
    /// The edition that says so, and the number of the equation in it.
    pub origin: (String, usize),
    /// A slot of the earlier report.
    pub earlier: usize,
    /// Slots of the later report that are added.
    pub plus: Vec<usize>,
    /// Slots of the later report that are taken away.
    pub minus: Vec<usize>,
    /// The slot of the later report that states the result.
    pub later: usize,
}

impl Series {
    /// Its slots in the later report, the stated one first.
    pub fn of_later(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.later).chain(self.plus.iter().copied()).chain(self.minus.iter().copied())
    }
}

/// A figure that prose names: the sum of some cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Its key; the words that name it say the same.
    pub key: String,
    /// Key of its table.
    pub table: String,
    /// Keys of its rows.
    pub rows: Vec<String>,
    /// Keys of its columns; none where each printed column is a figure of its own.
    pub columns: Vec<String>,
}

impl Form {
    /// The article of law that asks for a row.
    pub fn clause(&self, table: &str, row: &str) -> Option<&str> {
        let of_table = || self.clauses.iter().filter(|clause| clause.table == table);
        let named = of_table().find(|clause| clause.names(row));
        named.or_else(|| of_table().find(|clause| clause.rows.is_empty())).map(|clause| clause.text.as_str())
    }

    /// It was in force for the reporting year.
    pub fn covers(&self, year: i32) -> bool {
        self.from <= year && self.to.is_none_or(|to| year <= to)
    }

    /// The tables in which a name is a label.
    fn tables_of(&self, name: Option<Name>) -> Tables {
        name.and_then(|name| self.by_name.get(name.index())).copied().unwrap_or_default()
    }

    /// Enters the labels of all tables.
    fn enter(&mut self, names: &mut Names) {
        self.tables.iter_mut().for_each(|table| names.enter(table));
        self.by_name = Tables::by_name(&self.tables);
    }

    /// The form as it is without its tables, their slots, and the equations between these.
    fn without_tables(&self) -> Form {
        Form {
            key: self.key.clone(),
            title: self.title.clone(),
            titles: self.titles.clone(),
            document: self.document.clone(),
            from: self.from,
            to: self.to,
            sections: self.sections.clone(),
            rates: self.rates.clone(),
            clauses: self.clauses.clone(),
            figures: self.figures.clone(),
            ..Form::default()
        }
    }

    /// Appends a table with its slots.
    fn add_table(&mut self, key: &str, title: &str, section: Option<usize>, columns: Columns, blank: blank::Blank) {
        let first = self.slots.len();
        let move_slot = |slot: usize| slot + first;
        let mut rows = blank.rows;
        rows.iter_mut().for_each(|row| row.slots.iter_mut().for_each(|slot| *slot = move_slot(*slot)));
        let mut cells = blank.cells;
        for cell in cells.iter_mut().flatten() {
            if let BlankCell::Slot(slot) = cell {
                *slot = move_slot(*slot);
            }
        }
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            row.keys.iter().for_each(|label| exact.entry(label.clone()).or_default().push(index));
        }
        let has_units = blank.slots.iter().any(|slot| slot.unit.is_some());
        self.slots.extend(blank.slots);
        self.tables.push(FormTable {
            key: key.to_owned(),
            edition: self.key.clone(),
            title: title.to_owned(),
            section,
            columns,
            code: false,
            remarks: false,
            region: None,
            blank: cells,
            rows,
            slots: first..self.slots.len(),
            has_units,
            header: blank.header,
            groups: blank.groups,
            exact,
            roles: Roles::default(),
        });
    }

    /// The form with some tables taken from elsewhere: for each of its tables, the form and the index of the table that stands there.
    fn compose(&self, tables: &[(&Form, usize)]) -> Form {
        let mut form = Form {
            key: self.key.clone(),
            title: self.title.clone(),
            titles: self.titles.clone(),
            document: self.document.clone(),
            from: self.from,
            to: self.to,
            sections: self.sections.clone(),
            ..Form::default()
        };
        for ((source, index), own) in tables.iter().zip(&self.tables) {
            let mut table = source.tables[*index].clone();
            let first = form.slots.len();
            let from = table.slots.start;
            let moved = |slot: usize| slot - from + first;
            form.slots.extend_from_slice(&source.slots[table.slots.clone()]);
            table.rows.iter_mut().flat_map(|row| &mut row.slots).for_each(|slot| *slot = moved(*slot));
            for cell in table.blank.iter_mut().flatten() {
                if let BlankCell::Slot(slot) = cell {
                    *slot = moved(*slot);
                }
            }
            for identity in source.identities.iter().filter(|identity| identity.table == table.key) {
                let mut identity = identity.clone();
                identity.total.iter_mut().chain(&mut identity.parts).for_each(|slot| *slot = moved(*slot));
                form.identities.push(identity);
            }
            form.rates.extend(source.rates.iter().filter(|rate| rate.table == table.key).cloned());
            form.clauses.extend(source.clauses.iter().filter(|clause| clause.table == table.key).cloned());
            for series in source.series.iter().filter(|series| series.table == table.key) {
                let mut series = series.clone();
                series.plus.iter_mut().chain(&mut series.minus).for_each(|slot| *slot = moved(*slot));
                (series.earlier, series.later) = (moved(series.earlier), moved(series.later));
                form.series.push(series);
            }
            form.figures.extend(source.figures.iter().filter(|figure| figure.table == table.key).cloned());
            table.slots = first..form.slots.len();
            table.section = own.section;
            form.tables.push(table);
        }
        form.by_name = Tables::by_name(&form.tables);
        form
    }
}

/// The forms that a reader knows, embedded or loaded.
#[derive(Debug, Clone, Default)]
pub struct Forms {
    forms: Vec<Arc<Form>>,
    vocabulary: Vocabulary,
    names: Names,
    index: choose::Index,
    mixed: mixed::Mixed,
}

static EMBEDDED: LazyLock<Forms> = LazyLock::new(|| {
    let mut forms = Forms::default();
    // A broken embedded form is caught by the tests below, never by a user.
    load::embedded().flatten().for_each(|form| forms.add(form));
    forms
});

impl Forms {
    /// The forms that the program carries.
    pub fn embedded() -> Forms {
        EMBEDDED.clone()
    }

    /// Adds the form in the folder `dir`: `form.toml` and a blank table for each section that has one, as described in
    /// CONTRIBUTING.md. It takes the place of a form with the same key.
    pub fn add_dir(&mut self, dir: &Path) -> Result<(), FormError> {
        self.add(load::from_dir(dir)?);
        Ok(())
    }

    fn add(&mut self, mut form: Form) {
        form.enter(&mut self.names);
        form.tables.iter().for_each(|table| self.names.learn(&table.blank));
        for section in &form.sections {
            for title in &section.keys {
                self.vocabulary.add_title(title);
            }
        }
        for table in &form.tables {
            for label in table.exact.keys().chain(table.header.keys()).chain(&table.groups) {
                self.vocabulary.add_label(label);
            }
            if let Columns::AllPrinted { headers, .. } = &table.columns {
                headers.iter().for_each(|head| self.vocabulary.add_label(head));
            }
        }
        self.forms.retain(|known| known.key != form.key);
        self.forms.push(Arc::new(form));
        self.forms.sort_by(|a, b| (a.from, &a.key).cmp(&(b.from, &b.key)));
        self.mixed = mixed::Mixed::default();
        self.index = choose::Index::new(&self.forms, self.names.len());
    }

    /// All forms, oldest edition first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Form>> {
        self.forms.iter()
    }

    /// The form with this key.
    pub fn get(&self, key: &str) -> Option<&Arc<Form>> {
        self.forms.iter().find(|form| form.key == key)
    }

    /// Labels and titles of all forms.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// What each name is a label of, in the order of the forms and their tables.
    fn index(&self) -> &choose::Index {
        &self.index
    }

    /// The form that is put together from tables of several.
    fn mixed(&self, parts: mixed::Parts) -> Arc<Form> {
        self.mixed.form(self, parts)
    }

    /// The names of the labels of all forms.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Every name that a report of one of the forms goes by.
    pub fn titles(&self) -> Vec<&str> {
        let mut titles: Vec<&str> = Vec::new();
        for form in &self.forms {
            for title in std::iter::once(&form.title).chain(&form.titles) {
                if !titles.contains(&title.as_str()) {
                    titles.push(title);
                }
            }
        }
        titles
    }
}

#[cfg(test)]
mod tests;
