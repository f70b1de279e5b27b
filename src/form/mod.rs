//! stub
use std::ops::Range;

/// One edition of an official form.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Form {
    /// Its key, such as `2021`.
    pub key: String,
    /// What a report of this form is called: 政府信息公开工作年度报告.
    pub title: String,
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
}

/// A table of the form.
#[derive(Debug, Clone)]
pub struct FormTable {
    /// Its key, such as `applications`.
    pub key: String,
    /// Index of its section in [`Form::sections`].
    pub section: usize,
    /// The blank table, row by row.
    pub blank: Vec<Vec<BlankCell>>,
    /// Its slots in [`Form::slots`].
    pub slots: Range<usize>,
}

/// A cell of the blank table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlankCell {
    /// Part of a merged cell.
    Empty,
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
    /// What may stand in it.
    pub kind: Kind,
}

/// What may stand in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number, zero or more.
    Count,
    /// A whole number that may be negative.
    Change,
    /// A number that may have decimals.
    Amount,
}
/// The forms that a reader knows, embedded or loaded.
#[derive(Debug, Clone)]
pub struct Forms {
    forms: Vec<std::sync::Arc<Form>>,
}

/// Why a form was refused.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct FormError(String);

impl Forms {
    /// The forms that the program carries.
    pub fn embedded() -> Forms {
        Forms { forms: Vec::new() }
    }

    /// Adds the form in the folder `dir`, as described in CONTRIBUTING.md.
    pub fn add_dir(&mut self, dir: &std::path::Path) -> Result<(), FormError> {
        let _ = dir;
        Ok(())
    }

    /// All forms, oldest edition first.
    pub fn iter(&self) -> impl Iterator<Item = &std::sync::Arc<Form>> {
        self.forms.iter()
    }

    /// The form with this key.
    pub fn get(&self, key: &str) -> Option<&std::sync::Arc<Form>> {
        self.forms.iter().find(|form| form.key == key)
    }
}
