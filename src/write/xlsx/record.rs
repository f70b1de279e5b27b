//! What a workbook needs of a report, as a line of JSON: made where the report was read, and put into the workbook when
//! all are known.
//!
//! Labels of a table that a form prints stay with the form; a cell is its place in the table, what was read, and what is
//! printed where that is something else.

use std::borrow::Cow;
use std::io::{self, Write};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Severity};
use crate::form::{Form, FormTable, Forms, Slot};
use crate::lang::Lang;
use crate::record::{CellView, Report, Section, Status};
use crate::span::Span;
use crate::write::series::Line;

/// A text of the line.
type Text<'a> = Cow<'a, str>;

/// A report.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub agency: Option<Text<'a>>,
    pub year: Option<i32>,
    #[serde(borrow)]
    pub edition: Option<Text<'a>>,
    /// What laid its form down.
    #[serde(borrow)]
    pub document: Option<Text<'a>>,
    /// The other texts of its row, in the order of the columns.
    #[serde(borrow)]
    pub texts: Vec<Option<Text<'a>>>,
    /// Its counts, in the order of the columns.
    pub counts: [usize; 7],
    #[serde(borrow)]
    pub tables: Vec<Table<'a>>,
    #[serde(borrow)]
    pub sections: Vec<SectionRecord<'a>>,
    #[serde(borrow)]
    pub findings: Vec<FindingRecord<'a>>,
    /// Names of columns, and rates.
    #[serde(borrow)]
    pub rates: Vec<(Text<'a>, Text<'a>)>,
}

/// A table of its form.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Table<'a> {
    #[serde(borrow)]
    pub key: Text<'a>,
    /// The edition that it comes from.
    #[serde(borrow)]
    pub edition: Text<'a>,
    #[serde(borrow)]
    pub title: Text<'a>,
    /// Number of its section.
    pub section: Option<u32>,
    /// Its slots, where the report prints rows or columns of its own; else they are those of the form.
    #[serde(borrow)]
    pub printed: Option<Vec<SlotRecord<'a>>>,
    #[serde(borrow)]
    pub cells: Vec<CellRecord<'a>>,
}

/// Where a cell stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SlotRecord<'a> {
    #[serde(borrow)]
    pub row: Text<'a>,
    #[serde(borrow)]
    pub column: Text<'a>,
    #[serde(borrow)]
    pub row_label: Text<'a>,
    #[serde(borrow)]
    pub column_label: Text<'a>,
    #[serde(borrow)]
    pub unit: Option<Text<'a>>,
}

/// What became of a cell: status, value, unit, what is printed where it is not the value, line, the gravest finding.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CellRecord<'a>(
    pub Became,
    #[serde(borrow)] pub Option<Text<'a>>,
    #[serde(borrow)] pub Option<Text<'a>>,
    #[serde(borrow)] pub Option<Text<'a>>,
    pub u32,
    pub Option<Grave>,
);

/// [`Status`], short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Became {
    #[serde(rename = "o")]
    Ok,
    #[serde(rename = "b")]
    Blank,
    #[serde(rename = "u")]
    Unreadable,
    #[serde(rename = "m")]
    Missing,
}

/// [`Severity`], short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Grave {
    #[serde(rename = "n")]
    Note,
    #[serde(rename = "w")]
    Warning,
    #[serde(rename = "e")]
    Error,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SectionRecord<'a> {
    #[serde(borrow)]
    pub path: Text<'a>,
    pub level: u8,
    #[serde(borrow)]
    pub key: Option<Text<'a>>,
    #[serde(borrow)]
    pub number: Text<'a>,
    #[serde(borrow)]
    pub title: Text<'a>,
    pub line: u32,
    #[serde(borrow)]
    pub text: Text<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FindingRecord<'a> {
    #[serde(borrow)]
    pub rule: Text<'a>,
    pub severity: Grave,
    #[serde(borrow)]
    pub table: Option<Text<'a>>,
    #[serde(borrow)]
    pub row: Option<Text<'a>>,
    #[serde(borrow)]
    pub column: Option<Text<'a>>,
    pub line: Option<u32>,
    #[serde(borrow)]
    pub message: Text<'a>,
    #[serde(borrow)]
    pub expected: Option<Text<'a>>,
    #[serde(borrow)]
    pub actual: Option<Text<'a>>,
}

impl From<Status> for Became {
    fn from(status: Status) -> Became {
        match status {
            Status::Ok => Became::Ok,
            Status::Blank => Became::Blank,
            Status::Unreadable => Became::Unreadable,
            Status::Missing => Became::Missing,
        }
    }
}

impl Became {
    pub(super) fn status(self) -> Status {
        match self {
            Became::Ok => Status::Ok,
            Became::Blank => Status::Blank,
            Became::Unreadable => Status::Unreadable,
            Became::Missing => Status::Missing,
        }
    }
}

impl From<Severity> for Grave {
    fn from(severity: Severity) -> Grave {
        match severity {
            Severity::Note => Grave::Note,
            Severity::Warning => Grave::Warning,
            Severity::Error => Grave::Error,
        }
    }
}

impl Grave {
    pub(super) fn severity(self) -> Severity {
        match self {
            Grave::Note => Severity::Note,
            Grave::Warning => Severity::Warning,
            Grave::Error => Severity::Error,
        }
    }
}

impl<'a> SlotRecord<'a> {
    pub(super) fn of(slot: &'a Slot) -> SlotRecord<'a> {
        SlotRecord {
            row: slot.row.as_str().into(),
            column: slot.column.as_str().into(),
            row_label: slot.row_label.as_str().into(),
            column_label: slot.column_label.as_str().into(),
            unit: slot.unit.as_deref().map(Cow::Borrowed),
        }
    }
}

/// A cell with its names.
pub(super) struct Cell<'r> {
    pub slot: SlotRecord<'r>,
    pub status: Status,
    pub value: Option<Decimal>,
    pub unit: Option<&'r str>,
    /// What is printed; none where the cell is missing.
    pub raw: Option<&'r str>,
    pub line: Option<u32>,
    pub found: Option<Severity>,
}

impl Table<'_> {
    /// The table of the form, where the report prints none of its own.
    pub(super) fn known<'f>(&self, forms: &'f Forms) -> Option<(&'f Form, &'f FormTable)> {
        if self.printed.is_some() {
            return None;
        }
        let form = forms.get(&self.edition)?;
        Some((form, form.tables.iter().find(|table| table.key == self.key)?))
    }

    /// Its cells.
    pub(super) fn cells<'r>(&'r self, forms: &'r Forms) -> impl Iterator<Item = Cell<'r>> {
        let known = self.known(forms).and_then(|(form, table)| form.slots.get(table.slots.clone())).unwrap_or(&[]);
        let printed = self.printed.as_deref().unwrap_or(&[]);
        let slots = known.iter().map(SlotRecord::of).chain(printed.iter().cloned());
        slots.zip(&self.cells).map(|(slot, CellRecord(status, value, unit, raw, line, found))| Cell {
            slot,
            status: status.status(),
            value: value.as_deref().and_then(|value| value.parse().ok()),
            unit: unit.as_deref(),
            raw: raw.as_deref().or(value.as_deref()),
            line: (*line > 0).then_some(*line),
            found: found.map(Grave::severity),
        })
    }
}

/// Writes what a workbook needs of `report`, which the batch calls `id`, as a line; with its rates when `derive`.
pub fn line(id: &str, report: &Report, lang: Lang, derive: bool, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &record(id, report, lang, derive))?;
    out.write_all(b"\n")
}

fn record<'a>(id: &'a str, report: &'a Report, lang: Lang, derive: bool) -> Record<'a> {
    let (source, metadata, summary) = (&report.source, &report.metadata, report.summary());
    let contact = &metadata.contact;
    let text = |text: Option<&'a str>| text.map(Cow::Borrowed);
    let texts = [
        source.path.as_deref(),
        metadata.title.as_deref(),
        metadata.period.as_ref().map(|period| &*period.from),
        metadata.period.as_ref().map(|period| &*period.to),
        Some(source.encoding),
        contact.address.as_deref(),
        contact.phone.as_deref(),
        contact.fax.as_deref(),
        contact.postcode.as_deref(),
        contact.email.as_deref(),
        contact.website.as_deref(),
        Some(&*source.sha256),
    ];
    let rates = report.form.iter().filter(|_| derive).flat_map(|form| &form.rates);
    Record {
        id: id.into(),
        agency: text(metadata.agency.as_deref()),
        year: metadata.year,
        edition: text(metadata.edition.as_deref()),
        document: text(report.form.as_ref().map(|form| form.document.as_str())),
        texts: texts.map(text).to_vec(),
        counts: [
            summary.ok,
            summary.blank,
            summary.unreadable,
            summary.missing,
            summary.errors,
            summary.warnings,
            summary.notes,
        ],
        tables: tables(report),
        sections: sections(report),
        findings: report
            .findings
            .iter()
            .map(|finding| FindingRecord::of(finding, finding.span.map(|span| report.line(span)), lang))
            .collect(),
        rates: rates.filter_map(|rate| Some((rate.column().into(), rate.value(report)?.to_string().into()))).collect(),
    }
}

fn tables(report: &Report) -> Vec<Table<'_>> {
    let Some(form) = &report.form else { return Vec::new() };
    let views: Vec<CellView<'_>> = report.cells().collect();
    let graves = graves(report);
    form.tables
        .iter()
        .filter(|table| !table.slots.is_empty())
        .map(|table| of(report, form, table, &views, &graves))
        .collect()
}

fn of<'a>(
    report: &'a Report,
    form: &'a Form,
    table: &'a FormTable,
    views: &[CellView<'a>],
    graves: &[(Span, Severity)],
) -> Table<'a> {
    let cell = |slot: usize| {
        // The cells of a report are those of its form, in its order.
        let at = report.cells.get(slot).filter(|cell| cell.slot == slot).map(|_| slot);
        let at = at.or_else(|| report.cells.iter().position(|cell| cell.slot == slot));
        let Some((view, cell)) = at.and_then(|at| views.get(at).zip(report.cells.get(at))) else {
            return CellRecord(Became::Missing, None, None, None, 0, None);
        };
        let value = view.value.map(|value| value.to_string());
        let raw = view.raw.filter(|raw| value.as_deref() != Some(raw));
        let about = |span| graves.iter().filter(move |(known, _)| *known == span).map(|(_, severity)| *severity);
        CellRecord(
            view.status.into(),
            value.map(Cow::Owned),
            view.unit.map(Cow::Borrowed),
            raw.map(Cow::Borrowed),
            view.place.map_or(0, |place| place.line),
            cell.span.and_then(|span| about(span).max()).map(Grave::from),
        )
    };
    let slots = || form.slots.get(table.slots.clone()).unwrap_or(&[]).iter().map(SlotRecord::of).collect();
    Table {
        key: table.key.as_str().into(),
        edition: table.edition.as_str().into(),
        title: table.title.as_str().into(),
        section: table.section.and_then(|section| form.sections.get(section)).map(|section| section.number),
        // Only a table of the form itself has its blank.
        printed: table.blank.is_empty().then(slots),
        cells: table.slots.clone().map(cell).collect(),
    }
}

/// The cells that findings are about, and how grave these are.
fn graves(report: &Report) -> Vec<(Span, Severity)> {
    let of = |finding: &Finding| {
        let spans: Vec<_> = finding.span.iter().chain(&finding.covers).copied().collect();
        let severity = finding.severity;
        spans.into_iter().map(move |span| (span, severity))
    };
    report.findings.iter().flat_map(of).collect()
}

fn sections(report: &Report) -> Vec<SectionRecord<'_>> {
    let mut sections = Vec::new();
    Section::walk(&report.sections, &mut |path, section| {
        let texts: Vec<&str> = section.paragraphs.iter().map(|paragraph| &*paragraph.text).collect();
        sections.push(SectionRecord {
            path: Cow::Owned(path.to_owned()),
            level: section.level,
            key: section.key.as_deref().map(Cow::Borrowed),
            number: section.number.as_str().into(),
            title: section.title.as_str().into(),
            line: section.line,
            text: Cow::Owned(texts.join("\n")),
        });
    });
    sections
}

impl<'a> FindingRecord<'a> {
    pub(super) fn of(finding: &'a Finding, line: Option<u32>, lang: Lang) -> FindingRecord<'a> {
        let text = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        FindingRecord {
            rule: finding.rule.id().into(),
            severity: finding.severity.into(),
            table: text(&finding.table),
            row: text(&finding.row),
            column: text(&finding.column),
            line,
            message: Cow::Owned(finding.message(lang)),
            expected: text(&finding.expected),
            actual: text(&finding.actual),
        }
    }

    /// What was found between the report and others of its organ.
    pub(super) fn of_series(line: &'a Line) -> FindingRecord<'a> {
        let text = |text: &'a Option<String>| text.as_deref().map(Cow::Borrowed);
        FindingRecord {
            rule: line.rule().id().into(),
            severity: line.severity().into(),
            table: text(&line.table),
            row: text(&line.row),
            column: text(&line.column),
            line: line.line,
            message: Cow::Borrowed(&line.message),
            expected: text(&line.expected),
            actual: text(&line.actual),
        }
    }
}
