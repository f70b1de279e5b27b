//! What a report is, once read: metadata, the tree of sections, raw tables, the cells of the form, findings.
//!
//! Nothing here decides anything. Texts that are printed in the report stay spans of [`Report::text`];
//! labels and keys stay with the [`Form`]; both are put together when a [`CellView`] is asked for or a writer runs.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::form::Form;
use crate::grid::{self, Layout};
use crate::lines::LineKind;
use crate::span::{Cursor, LineIndex, Place, Span};

/// One report, read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report {
    /// The input.
    pub source: Source,
    /// Title, agency, year, contact.
    pub metadata: Metadata,
    /// Paragraphs before the first section.
    pub preface: Vec<Paragraph>,
    /// The numbered sections of level 1, holding the deeper ones.
    pub sections: Vec<Section>,
    /// Every table as printed, whether a form knows it or not.
    pub tables: Vec<Table>,
    /// The form that the tables were fitted to.
    pub form: Option<Arc<Form>>,
    /// Every cell of the form, in the form's order; empty where no form matches.
    pub cells: Vec<Cell>,
    /// Everything there is to say, in the order of the text.
    pub findings: Vec<Finding>,
    /// The decoded text.
    pub text: String,
    /// Where its lines start, as an editor counts them.
    pub index: LineIndex,
    /// What each line was taken for. The lines cover the text without a gap.
    pub lines: Vec<TextLine>,
}

/// A line of the text and what it was taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLine {
    /// All of it, with its end mark.
    pub span: Span,
    /// What it was taken for.
    pub kind: LineKind,
}

/// The input that a report was read from.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Source {
    /// Path as given; `-` for standard input; null when read from memory.
    pub path: Option<String>,
    /// Size in bytes.
    pub bytes: usize,
    /// Name of the encoding that it was decoded by.
    pub encoding: &'static str,
    /// It began with a byte order mark.
    pub bom: bool,
    /// Count of undecodable places.
    pub replaced: usize,
    /// Count of lines.
    pub lines: usize,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// What the report says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Metadata {
    /// The title, its parts joined where it was broken over lines.
    pub title: Option<String>,
    /// The organ that reports.
    pub agency: Option<String>,
    /// The year that the figures are about.
    pub year: Option<i32>,
    /// Edition of the form, such as `2021`.
    pub edition: Option<String>,
    /// First and last day that the figures cover.
    pub period: Option<Period>,
    /// 文号.
    pub doc_number: Option<String>,
    /// Day of publication, ISO 8601.
    pub published: Option<String>,
    /// How to reach the organ.
    pub contact: Contact,
}

/// First and last day, ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Period {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// How to reach the organ, as printed, but for digits, letters and dashes, which are folded to half width.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Contact {
    /// 地址.
    pub address: Option<String>,
    /// 电话; several are parted by 、.
    pub phone: Option<String>,
    /// 传真.
    pub fax: Option<String>,
    /// 邮编: a text, its leading zero kept.
    pub postcode: Option<String>,
    /// 电子邮箱.
    pub email: Option<String>,
    /// 网址.
    pub website: Option<String>,
}

/// A numbered section.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The form's key, `overview/1` for a numbered subsection of one; `None` where the form knows no such section.
    pub key: Option<String>,
    /// The ordinal as printed: `一`, `（二）`, `1`.
    pub number: String,
    /// 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, 5 for ①; 0 for a part (第一部分) or chapter that holds 一、 sections.
    pub level: u8,
    /// The title without its ordinal; empty where a numbered paragraph has none.
    pub title: String,
    /// Line of the heading, from 1.
    pub line: u32,
    /// Its own paragraphs, without those of its subsections.
    pub paragraphs: Vec<Paragraph>,
    /// Indices of its tables in [`Report::tables`].
    pub tables: Vec<usize>,
    /// Its subsections.
    pub sections: Vec<Section>,
    /// Value of the ordinal.
    pub ordinal: u32,
    /// Where the heading stands.
    pub span: Span,
}

impl Section {
    /// These sections and all below them, in the order of the text, each with its path (`1.2`).
    pub fn walk<'a>(sections: &'a [Section], visit: &mut dyn FnMut(&str, &'a Section)) {
        fn below<'a>(sections: &'a [Section], path: &mut String, visit: &mut dyn FnMut(&str, &'a Section)) {
            for (i, section) in sections.iter().enumerate() {
                let kept = step(path, i + 1);
                visit(path, section);
                below(&section.sections, path, visit);
                path.truncate(kept);
            }
        }
        below(sections, &mut String::new(), visit);
    }

    /// Visits each of `sections` and their subsections, in order, where no path is asked for.
    pub(crate) fn each<'a>(sections: &'a [Section], visit: &mut dyn FnMut(&'a Section)) {
        for section in sections {
            visit(section);
            Section::each(&section.sections, visit);
        }
    }

    /// As [`Section::walk`], for changing them.
    pub(crate) fn walk_mut(sections: &mut [Section], visit: &mut dyn FnMut(&str, &mut Section)) {
        fn below(sections: &mut [Section], path: &mut String, visit: &mut dyn FnMut(&str, &mut Section)) {
            for (i, section) in sections.iter_mut().enumerate() {
                let kept = step(path, i + 1);
                visit(path, section);
                below(&mut section.sections, path, visit);
                path.truncate(kept);
            }
        }
        below(sections, &mut String::new(), visit);
    }
}

/// Adds a step to the path of a section; the length that it had before.
fn step(path: &mut String, number: usize) -> usize {
    let kept = path.len();
    if kept > 0 {
        path.push('.');
    }
    path.push_str(itoa::Buffer::new().format(number));
    kept
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Paragraph {
    /// Its text; the lines that it was cut into are joined.
    pub text: String,
    /// Line of its first character, from 1.
    pub line: u32,
    /// It was joined again from pieces that a page break had cut.
    pub rejoined: bool,
}

/// A table as printed: rows of cells, ragged as they are.
#[derive(Debug, Clone)]
pub struct Table {
    /// Path of the section that holds it (`3`), or `None` before the first section.
    pub section: Option<String>,
    /// Text of a caption line that stands right above it.
    pub caption: Option<String>,
    /// The official table that it is, as `edition/table`; `None` where no form knows it.
    pub form: Option<String>,
    /// How its cells are parted.
    pub layout: Layout,
    /// Line of its first row, from 1.
    pub line: u32,
    /// Its rows.
    pub rows: Vec<TableRow>,
}

/// A row of a [`Table`].
#[derive(Debug, Clone)]
pub struct TableRow {
    /// Line that it is printed on, from 1.
    pub line: u32,
    /// Its cells, as printed, without the white space around them.
    pub cells: Vec<grid::Cell>,
}

/// What became of a cell of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// A number was read.
    Ok,
    /// The cell is printed but empty, or holds a placeholder such as `/` or 无.
    Blank,
    /// It holds something that is not a number, or numbers that could be read in more than one way; or nothing stands beside its label, and
    /// numbers that belong to no row stand below.
    Unreadable,
    /// The report prints no such cell.
    Missing,
}

impl Status {
    /// `ok`, `blank`, `unreadable` or `missing`.
    pub fn name(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Blank => "blank",
            Status::Unreadable => "unreadable",
            Status::Missing => "missing",
        }
    }
}

/// A cell of the form; its keys and labels stand in [`Form::slots`] at `slot`.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Index into [`Form::slots`].
    pub slot: usize,
    /// The number, exactly as printed.
    pub value: Option<Decimal>,
    /// Its unit, where the print or the form gives one.
    pub unit: Option<Unit>,
    /// What became of it.
    pub status: Status,
    /// Where it is printed; `None` where it is missing.
    pub span: Option<Span>,
}

/// A unit, from the form or from the print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The form's own.
    Form,
    /// Printed in the cell, beside its label, or in its column header.
    Printed(Span),
}

/// A [`Cell`] with its names.
#[derive(Debug, Clone, Copy)]
pub struct CellView<'a> {
    /// Key of the table.
    pub table: &'a str,
    /// Key of the row.
    pub row: &'a str,
    /// Key of the column.
    pub column: &'a str,
    /// Label of the row in the form, its group's before it.
    pub row_label: &'a str,
    /// Label of the column in the form.
    pub column_label: &'a str,
    /// The number, exactly as printed.
    pub value: Option<Decimal>,
    /// Its unit.
    pub unit: Option<&'a str>,
    /// What is printed; `None` where the cell is missing.
    pub raw: Option<&'a str>,
    /// What became of it.
    pub status: Status,
    /// Where it is printed.
    pub place: Option<Place>,
}

/// Counts over one report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Cells that the form has.
    pub cells_expected: usize,
    /// Cells with a number.
    pub ok: usize,
    /// Blank cells.
    pub blank: usize,
    /// Cells that hold no number.
    pub unreadable: usize,
    /// Cells that the report does not print.
    pub missing: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity note.
    pub notes: usize,
}

impl Summary {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: &Summary) {
        self.cells_expected += other.cells_expected;
        self.ok += other.ok;
        self.blank += other.blank;
        self.unreadable += other.unreadable;
        self.missing += other.missing;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.notes += other.notes;
    }
}

impl Report {
    /// The cells of the form with their names, in the form's order.
    pub fn cells(&self) -> impl Iterator<Item = CellView<'_>> {
        let mut places = Cursor::new(&self.index, &self.text);
        self.cells.iter().filter_map(move |cell| {
            let slot = self.form.as_ref()?.slots.get(cell.slot)?;
            Some(CellView {
                table: &slot.table,
                row: &slot.row,
                column: &slot.column,
                row_label: &slot.row_label,
                column_label: &slot.column_label,
                value: cell.value,
                unit: match cell.unit {
                    None => None,
                    Some(Unit::Form) => slot.unit.as_deref(),
                    Some(Unit::Printed(span)) => Some(span.of(&self.text)),
                },
                raw: cell.span.map(|span| span.of(&self.text)),
                status: cell.status,
                place: cell.span.map(|span| places.place(span.start)),
            })
        })
    }

    /// The cell with these keys.
    pub fn cell(&self, table: &str, row: &str, column: &str) -> Option<CellView<'_>> {
        self.cells().find(|cell| cell.table == table && cell.row == row && cell.column == column)
    }

    /// Line and column of a span.
    pub fn place(&self, span: Span) -> Place {
        self.index.place(&self.text, span.start)
    }

    /// Line of a span, from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.index.number(span.start)
    }

    /// Counts of cells and findings.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { cells_expected: self.cells.len(), ..Summary::default() };
        for cell in &self.cells {
            match cell.status {
                Status::Ok => summary.ok += 1,
                Status::Blank => summary.blank += 1,
                Status::Unreadable => summary.unreadable += 1,
                Status::Missing => summary.missing += 1,
            }
        }
        for finding in &self.findings {
            match finding.severity {
                Severity::Error => summary.errors += 1,
                Severity::Warning => summary.warnings += 1,
                Severity::Note => summary.notes += 1,
            }
        }
        summary
    }

    /// The rows of a table as texts.
    pub fn rows<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = Vec<Cow<'a, str>>> {
        table.rows.iter().map(|row| row.cells.iter().map(|cell| cell.text(&self.text)).collect())
    }
}
