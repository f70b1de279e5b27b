//! A report as a structure, with the truth in it: each value carries what a right reading of it gives.
//!
//! Operators that change what is printed change the truth with it, for the truth is nothing but the values that are still there.

use std::collections::BTreeMap;

use nianbao::record::Status;
use unicode_width::UnicodeWidthStr;

/// How the cells of a table are parted in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The names say it.
pub enum Layout {
    Tab,
    Pipe,
    Space,
    Line,
    Box,
}

impl Layout {
    /// Every layout.
    pub const ALL: &[Layout] = &[Layout::Tab, Layout::Pipe, Layout::Space, Layout::Line, Layout::Box];

    /// The name that the crate gives it.
    pub fn name(self) -> &'static str {
        match self {
            Layout::Tab => "tab",
            Layout::Pipe => "pipe",
            Layout::Space => "space",
            Layout::Line => "line",
            Layout::Box => "box",
        }
    }
}

/// How the text becomes bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Encoding {
    Utf8,
    Utf8Bom,
    Gb18030,
    Utf16Le,
    Utf16Be,
}

/// A report.
#[derive(Debug, Clone)]
pub struct Document {
    pub layout: Layout,
    /// What parts the cells of a row, where they are parted by tabs, or by what a spreadsheet writes instead.
    pub mark: char,
    /// Seed of what a layout leaves open: alignment, rules, ragged rows.
    pub style: u64,
    /// Furniture of a web page before the title.
    pub before: Vec<String>,
    pub title: Vec<String>,
    pub preface: Vec<String>,
    pub sections: Vec<Section>,
    /// Furniture behind the report.
    pub after: Vec<String>,
    /// A blank line between paragraphs.
    pub blank_lines: bool,
    pub line_end: &'static str,
    pub encoding: Encoding,
    /// The rows of its tables are its own: told by their place, not by the form.
    pub own_rows: bool,
}

/// A section.
#[derive(Debug, Clone)]
pub struct Section {
    pub heading: String,
    pub prose: Vec<String>,
    pub tables: Vec<Table>,
    /// Lines behind the table.
    pub notes: Vec<String>,
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    pub key: String,
    pub rows: Vec<Row>,
    /// The columns are those that its header names.
    pub printed: bool,
    /// Cell of the rows' own labels, of their units, and of their values, where they stand in the same cells of all rows.
    pub label: usize,
    pub unit: Option<usize>,
    /// It has a column of codes.
    pub code: bool,
    pub values: std::ops::Range<usize>,
}

/// A row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub cells: Vec<Cell>,
    /// Lines that stand before it: blank ones, page numbers.
    pub before: Vec<String>,
    /// A form feed stands right before it.
    pub feed: bool,
    /// It has lost a cell: nothing pads it, for then it would be a row with a blank cell, which is another truth.
    pub bare: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Part of a merged cell.
    Merged,
    /// A label.
    Label(String),
    /// A value.
    Value(Value),
}

/// A value as printed, and what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Of its cell: `table.row.column`.
    pub path: String,
    /// The unit that the form prints.
    pub unit: Option<String>,
    pub text: String,
    /// The number, its digits as printed; empty where there is none.
    pub value: String,
    pub status: Status,
}

impl Value {
    /// Prints it otherwise; it stays the same number.
    pub fn print(&mut self, text: String) {
        self.text = text;
    }

    /// Prints what is no number.
    pub fn no_number(&mut self, text: &str, status: Status) {
        self.text = text.to_owned();
        self.value = String::new();
        self.status = status;
    }

    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    /// It is 0, printed plainly.
    pub fn is_zero(&self) -> bool {
        self.is_ok() && self.text == "0"
    }
}

impl Row {
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.cells.iter().filter_map(|cell| if let Cell::Value(value) = cell { Some(value) } else { None })
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.cells.iter_mut().filter_map(|cell| if let Cell::Value(value) = cell { Some(value) } else { None })
    }

    pub fn labels_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.cells.iter_mut().filter_map(|cell| if let Cell::Label(label) = cell { Some(label) } else { None })
    }

    pub fn first_value(&self) -> Option<usize> {
        self.cells.iter().position(|cell| matches!(cell, Cell::Value(_)))
    }

    pub fn last_label(&self) -> Option<usize> {
        self.cells.iter().rposition(|cell| matches!(cell, Cell::Label(_)))
    }

    pub fn is_data(&self) -> bool {
        self.first_value().is_some()
    }
}

impl Table {
    /// Whether row `at` is a header: it prints no value, and a label over a column that holds values somewhere.
    pub fn is_header(&self, at: usize) -> bool {
        let row = &self.rows[at];
        if row.is_data() {
            return false;
        }
        let holds = |column: usize| self.rows.iter().any(|row| matches!(row.cells.get(column), Some(Cell::Value(_))));
        // A table without a column of labels, such as that of reviews, has nothing but a header before its values.
        let unlabelled = holds(0) && !self.rows[..at].iter().any(Row::is_data);
        unlabelled || (1..row.cells.len()).any(|column| matches!(row.cells[column], Cell::Label(_)) && holds(column))
    }

    /// The rows with values.
    pub fn data(&self) -> Vec<usize> {
        (0..self.rows.len()).filter(|&at| self.rows[at].is_data()).collect()
    }

    /// The header that row `at` stands under.
    pub fn header_of(&self, at: usize) -> Vec<usize> {
        let Some(last) = (0..at).rev().find(|&above| self.is_header(above)) else { return Vec::new() };
        let first = (0..last).rev().take_while(|&above| self.is_header(above)).last().unwrap_or(last);
        (first..=last).collect()
    }
}

/// How many columns a text takes.
pub type Measure = fn(&str) -> usize;

impl Document {
    /// What the columns of its tables are counted in, where blanks part the cells: half of the documents in characters.
    pub fn measure(&self) -> Measure {
        if self.style >> 63 > 0 { |text| text.chars().count() } else { |text| text.width() }
    }

    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.sections.iter().flat_map(|section| &section.tables)
    }

    pub fn tables_mut(&mut self) -> Vec<&mut Table> {
        self.sections.iter_mut().flat_map(|section| &mut section.tables).collect()
    }

    pub fn rows_mut(&mut self) -> Vec<&mut Row> {
        self.sections.iter_mut().flat_map(|section| &mut section.tables).flat_map(|table| &mut table.rows).collect()
    }

    pub fn labels_mut(&mut self) -> Vec<&mut String> {
        self.rows_mut().into_iter().flat_map(Row::labels_mut).collect()
    }

    pub fn values_mut(&mut self) -> Vec<&mut Value> {
        self.rows_mut().into_iter().flat_map(Row::values_mut).collect()
    }

    /// Some value is printed as nothing at all.
    pub fn has_blank(&self) -> bool {
        self.tables().flat_map(|table| &table.rows).flat_map(Row::values).any(|value| value.text.is_empty())
    }

    /// `table.row.column` → (value, status) of every cell that is printed.
    pub fn truth(&self) -> BTreeMap<String, (String, Status)> {
        if self.tables().any(|table| table.printed) {
            return super::annex::truth(self);
        }
        let values = self.tables().flat_map(|table| &table.rows).flat_map(Row::values);
        values.map(|value| (value.path.clone(), (value.value.clone(), value.status))).collect()
    }
}
