//! What the writers wrote, read back by other code than theirs, and compared with the report: every row, every field.

use std::borrow::Cow;
use std::collections::BTreeMap;

use nianbao::Report;
use nianbao::form::Forms;
use nianbao::lang::Lang;
use nianbao::record::{Paragraph, Section, Status};
use nianbao::write::csv::{Csv, Table};
use nianbao::write::dialect::Dialect;
use nianbao::write::json;
use nianbao::write::wide::{self, Layouts, Rows};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A dialect and what a reader must know of it.
#[derive(Debug, Clone, Copy)]
pub struct Spoken {
    pub dialect: Dialect,
    pub delimiter: u8,
    pub excel: bool,
    pub gb18030: bool,
}

impl Spoken {
    /// What is read where this was written. In GB18030, what has no code is `?`, and a few private characters that changed their codes
    /// come back as others.
    fn came_back(&self, text: &str) -> String {
        if self.gb18030 { through_gb18030(text) } else { text.to_owned() }
    }
}

/// The dialect with this number: any will do.
pub fn spoken(number: u8) -> Spoken {
    let delimiter = [b',', b'\t', b';', b'|'][usize::from(number & 3)];
    let (excel, gb18030) = (number & 4 != 0, number & 8 != 0);
    let mut dialect = Dialect::default().delimiter(delimiter);
    if excel {
        dialect = dialect.excel();
    }
    if gb18030 {
        dialect = dialect.encoding("gb18030").expect("it is known");
    }
    Spoken { dialect, delimiter, excel, gb18030 }
}

/// Every number of a dialect.
pub const DIALECTS: std::ops::Range<u8> = 0..16;

/// Writes every table of `report` in this dialect, reads it back and asserts that nothing was lost.
pub fn assert_csv(id: &str, report: &Report, lang: Lang, spoken: Spoken) {
    for table in Table::OF_REPORTS {
        let mut csv = Csv::new(table, lang, spoken.dialect, Vec::new()).unwrap();
        csv.report(id, report).unwrap();
        let mut expected = vec![table.columns().iter().map(|name| Plain((*name).to_owned())).collect()];
        expected.extend(meant(table, id, report, lang));
        assert_rows(table.file(), &csv.finish().unwrap(), &expected, spoken);
    }
    let wide = wide_table(id, report, spoken.dialect);
    assert_rows("wide.csv", &wide, &meant_wide(id, report, &wide, spoken), spoken);
}

fn wide_table(id: &str, report: &Report, dialect: Dialect) -> Vec<u8> {
    let (mut rows, mut told, mut layouts) = (Vec::new(), Vec::new(), Layouts::default());
    Rows::new(dialect, false).report(id, report, &mut rows, &mut told);
    told.into_iter().for_each(|layout| {
        layouts.add(layout);
    });
    let mut out = Vec::new();
    wide::assemble(&*rows, &layouts, &Forms::embedded(), dialect, &mut out).unwrap();
    out
}

/// A field before any guard: a text of the report, or one of the program that needs none.
#[derive(Debug)]
enum Field {
    Text(String),
    Plain(String),
}
use Field::{Plain, Text};

fn text(text: Option<&str>) -> Field {
    Text(text.unwrap_or("").to_owned())
}

/// A text that is mostly a number: with decimals it needs no guard, whatever digit they end with.
fn figure(said: Option<&str>) -> Field {
    let is_number = |said: &&str| said.len() < 16 && said.contains('.') && said.parse::<Decimal>().is_ok();
    said.filter(is_number).map_or_else(|| text(said), |said| Plain(said.to_owned()))
}

fn plain(value: Option<impl ToString>) -> Field {
    Plain(value.map(|value| value.to_string()).unwrap_or_default())
}

fn meant(table: Table, id: &str, report: &Report, lang: Lang) -> Vec<Vec<Field>> {
    let metadata = &report.metadata;
    let head = || vec![text(Some(id)), text(metadata.agency.as_deref()), plain(metadata.year)];
    let mut rows = Vec::new();
    match table {
        Table::Reports => {
            let (contact, summary, period) = (&metadata.contact, report.summary(), metadata.period.as_ref());
            let mut row = vec![text(Some(id)), text(report.source.path.as_deref()), text(metadata.agency.as_deref())];
            row.extend([plain(metadata.year), text(metadata.edition.as_deref()), text(metadata.title.as_deref())]);
            row.extend([plain(period.map(|period| &period.from)), plain(period.map(|period| &period.to))]);
            row.push(Plain(report.source.encoding.to_owned()));
            let reached = [&contact.address, &contact.phone, &contact.fax, &contact.postcode, &contact.email];
            row.extend(reached.into_iter().chain([&contact.website]).map(|given| text(given.as_deref())));
            let cells = [summary.ok, summary.blank, summary.unreadable, summary.missing];
            row.extend(
                cells.into_iter().chain([summary.errors, summary.warnings, summary.notes]).map(|n| plain(Some(n))),
            );
            // Digits alone would be a number to a spreadsheet: it is a text like any other.
            row.push(Text(report.source.sha256.clone()));
            rows.push(row);
        }
        Table::Cells => {
            for cell in report.cells() {
                let mut row = head();
                row.extend([text(metadata.edition.as_deref()), text(Some(cell.table)), text(Some(cell.row))]);
                row.extend([text(Some(cell.column)), plain(cell.value), text(cell.unit)]);
                row.extend([
                    plain(Some(cell.status.name())),
                    text(cell.raw),
                    plain(cell.place.map(|place| place.line)),
                ]);
                rows.push(row);
            }
        }
        Table::Sections => Section::walk(&report.sections, &mut |path, section| {
            let paragraphs: Vec<&str> = section.paragraphs.iter().map(|paragraph| &*paragraph.text).collect();
            let mut row = head();
            row.extend([text(Some(path)), plain(Some(section.level)), text(section.key.as_deref())]);
            row.extend([text(Some(&section.number)), text(Some(&section.title)), plain(Some(section.line))]);
            row.push(Text(paragraphs.join("\n")));
            rows.push(row);
        }),
        Table::Tables => {
            for (at, table) in report.tables.iter().enumerate() {
                for (row_no, row) in table.rows.iter().enumerate() {
                    for (col_no, cell) in row.cells.iter().enumerate() {
                        let line = if cell.span.is_empty() { row.line } else { report.line(cell.span) };
                        rows.push(vec![
                            text(Some(id)),
                            plain(Some(at + 1)),
                            text(table.section.as_deref()),
                            text(table.form.as_deref()),
                            plain(Some(table.layout.name())),
                            plain(Some(row_no + 1)),
                            plain(Some(col_no + 1)),
                            figure(Some(&cell.text(&report.text))),
                            plain(Some(line)),
                        ]);
                    }
                }
            }
        }
        Table::Findings => {
            for finding in &report.findings {
                let mut row = head();
                row.extend([plain(Some(finding.rule)), plain(Some(finding.severity.name()))]);
                row.extend([&finding.table, &finding.row, &finding.column].map(|key| text(key.as_deref())));
                row.push(plain(finding.span.map(|span| report.line(span))));
                row.push(Text(finding.message(lang)));
                row.extend([&finding.expected, &finding.actual].map(|said| figure(said.as_deref())));
                rows.push(row);
            }
        }
        Table::Failed => {}
    }
    rows
}

/// The header and the one row of `wide.csv`, the columns of cells in the order in which they were `written`: a table of another edition has
/// its columns where that edition has them.
fn meant_wide(id: &str, report: &Report, written: &[u8], spoken: Spoken) -> Vec<Vec<Field>> {
    let metadata = &report.metadata;
    let mut names: Vec<String> = wide::COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    let mut row = vec![text(Some(id)), text(metadata.agency.as_deref()), plain(metadata.year)];
    row.push(text(metadata.edition.as_deref()));
    let mut cells: BTreeMap<String, Field> = BTreeMap::new();
    for cell in report.cells() {
        let value = plain(cell.value.filter(|_| cell.status == Status::Ok));
        let name = format!("{}.{}.{}", cell.table, cell.row, cell.column);
        // A table that prints two columns under one name has one column here: of two numbers the second counts.
        let blank = matches!(&value, Plain(value) if value.is_empty());
        if !(blank && cells.contains_key(&name)) {
            cells.insert(name, value);
        }
    }
    let written = decoded("wide.csv", written, spoken);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(spoken.delimiter).from_reader(&*written);
    let header = reader.records().next().expect("wide.csv has a header").expect("wide.csv can be read");
    for name in header.iter().skip(names.len()) {
        let cell = match cells.contains_key(name) {
            true => Some(name.to_owned()),
            false => cells.keys().find(|key| spoken.came_back(key) == name).cloned(),
        };
        let cell =
            cell.and_then(|key| cells.remove_entry(&key)).unwrap_or_else(|| panic!("wide.csv: no cell is {name}"));
        names.push(cell.0);
        row.push(cell.1);
    }
    assert!(cells.is_empty(), "wide.csv lacks columns: {:?}", cells.keys());
    vec![names.into_iter().map(Plain).collect(), row]
}

/// The bytes of a table as UTF-8 without a mark.
fn decoded<'a>(file: &str, bytes: &'a [u8], spoken: Spoken) -> Cow<'a, [u8]> {
    if spoken.gb18030 {
        let (decoded, broken) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
        assert!(!broken, "{file}: not GB18030");
        Cow::Owned(decoded.into_owned().into_bytes())
    } else if spoken.excel {
        let mark = bytes.strip_prefix(b"\xEF\xBB\xBF");
        Cow::Borrowed(mark.unwrap_or_else(|| panic!("{file} has no byte order mark")))
    } else {
        Cow::Borrowed(bytes)
    }
}

fn assert_rows(file: &str, bytes: &[u8], expected: &[Vec<Field>], spoken: Spoken) {
    let written = decoded(file, bytes, spoken);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(spoken.delimiter).from_reader(&*written);
    let mut records = reader.records();
    for (at, fields) in expected.iter().enumerate() {
        let record = records.next().unwrap_or_else(|| panic!("{file} has but {at} rows of {}", expected.len()));
        let record = record.unwrap_or_else(|err| panic!("{file}, row {at}: {err}"));
        assert_eq!(record.len(), fields.len(), "{file}, row {at}: {record:?}");
        for (read, field) in record.iter().zip(fields) {
            let meant = match field {
                Plain(text) => text.clone(),
                Text(text) => spoken.dialect.text(text).into_owned(),
            };
            assert_eq!(read, spoken.came_back(&meant), "{file}, row {at}");
            if let Text(_) = field {
                assert!(!runs(read), "{file}, row {at}: a spreadsheet runs {read:?}");
            }
        }
    }
    assert!(records.next().is_none(), "{file} has more than {} rows", expected.len());
    let end: &[u8] = if spoken.excel { b"\r\n" } else { b"\n" };
    assert!(bytes.ends_with(end), "{file}: its last line has no end");
}

/// What comes back of a text through GB18030.
fn through_gb18030(text: &str) -> String {
    let mut encoder = encoding_rs::GB18030.new_encoder();
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len() * 4 + 16), text);
    loop {
        bytes.reserve(rest.len() * 4 + 16);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = &rest[read..];
        match result {
            encoding_rs::EncoderResult::InputEmpty => break,
            encoding_rs::EncoderResult::Unmappable(_) => bytes.push(b'?'),
            encoding_rs::EncoderResult::OutputFull => {}
        }
    }
    encoding_rs::GB18030.decode_without_bom_handling(&bytes).0.into_owned()
}

/// A spreadsheet would take this field for a formula. A number with its sign is none.
fn runs(field: &str) -> bool {
    let number = field.trim_start_matches(['+', '-']);
    let is_number = field.len() - number.len() <= 1
        && number.starts_with(|c: char| c.is_ascii_digit())
        && number.chars().all(|c| c.is_ascii_digit() || c == ',' || c == '.');
    field.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number
}

#[derive(Deserialize)]
struct Document<'a> {
    schema: String,
    source: Value,
    metadata: Value,
    preface: Vec<ReadParagraph>,
    sections: Vec<ReadSection>,
    tables: Vec<ReadTable>,
    #[serde(borrow)]
    cells: Vec<ReadCell<'a>>,
    findings: Vec<ReadFinding>,
    summary: Value,
}

#[derive(Deserialize)]
struct ReadParagraph {
    text: String,
    line: u32,
    rejoined: bool,
}

#[derive(Deserialize)]
struct ReadSection {
    key: Option<String>,
    number: String,
    level: u8,
    title: String,
    line: u32,
    paragraphs: Vec<ReadParagraph>,
    tables: Vec<usize>,
    sections: Vec<ReadSection>,
}

#[derive(Deserialize)]
struct ReadTable {
    section: Option<String>,
    caption: Option<String>,
    form: Option<String>,
    layout: String,
    line: u32,
    rows: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct ReadCell<'a> {
    table: String,
    row: String,
    column: String,
    row_label: String,
    column_label: String,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    unit: Option<String>,
    raw: Option<String>,
    status: String,
    line: Option<u32>,
    col: Option<u32>,
}

#[derive(Deserialize)]
struct ReadFinding {
    rule: String,
    severity: String,
    message: String,
    line: Option<u32>,
    col: Option<u32>,
    table: Option<String>,
    row: Option<String>,
    column: Option<String>,
    expected: Option<String>,
    actual: Option<String>,
    cells: Vec<Value>,
}

/// Writes the document of `report`, on one line and indented, reads it back and asserts that nothing was lost.
pub fn assert_json(report: &Report, lang: Lang) {
    let mut line = Vec::new();
    json::write(report, lang, &mut line, false).unwrap();
    assert_eq!(line.iter().position(|&byte| byte == b'\n'), Some(line.len() - 1), "one line");
    let mut indented = Vec::new();
    json::write(report, lang, &mut indented, true).unwrap();
    for bytes in [line, indented] {
        assert_document(&serde_json::from_slice(&bytes).unwrap(), report, lang);
    }
}

fn assert_document(read: &Document<'_>, report: &Report, lang: Lang) {
    assert_eq!(read.schema, json::SCHEMA);
    assert_eq!(read.source, serde_json::to_value(&report.source).unwrap());
    assert_eq!(read.metadata, serde_json::to_value(&report.metadata).unwrap());
    assert_eq!(read.summary, serde_json::to_value(report.summary()).unwrap());
    assert_paragraphs(&read.preface, &report.preface);
    assert_sections(&read.sections, &report.sections);

    assert_eq!(read.tables.len(), report.tables.len());
    for (read, table) in read.tables.iter().zip(&report.tables) {
        assert_eq!((&read.section, &read.caption, &read.form), (&table.section, &table.caption, &table.form));
        assert_eq!((&*read.layout, read.line), (table.layout.name(), table.line));
        assert!(read.rows.iter().map(Vec::len).eq(table.rows.iter().map(|row| row.cells.len())), "cells of a row");
        for (read, row) in read.rows.iter().zip(report.rows(table)) {
            assert!(read.iter().eq(row.iter()), "{read:?} for {row:?}");
        }
    }

    assert_eq!(read.cells.len(), report.cells().count());
    for (read, cell) in read.cells.iter().zip(report.cells()) {
        assert_eq!((&*read.table, &*read.row, &*read.column), (cell.table, cell.row, cell.column));
        assert_eq!((&*read.row_label, &*read.column_label), (cell.row_label, cell.column_label));
        // The digits as printed: no parser of JSON may have rounded them.
        let value = cell.value.map(|value| value.to_string());
        assert_eq!(read.value.map(RawValue::get), value.as_deref(), "{}.{}", cell.row, cell.column);
        assert_eq!(
            (read.unit.as_deref(), read.raw.as_deref(), &*read.status),
            (cell.unit, cell.raw, cell.status.name())
        );
        let place = cell.place.map(|place| (place.line, place.col));
        assert_eq!(read.line.zip(read.col), place);
    }

    assert_eq!(read.findings.len(), report.findings.len());
    for (read, finding) in read.findings.iter().zip(&report.findings) {
        assert_eq!((&*read.rule, &*read.severity), (finding.rule.id(), finding.severity.name()));
        assert_eq!(read.message, finding.message(lang));
        assert_eq!((&read.table, &read.row, &read.column), (&finding.table, &finding.row, &finding.column));
        assert_eq!((&read.expected, &read.actual), (&finding.expected, &finding.actual));
        let place = finding.span.map(|span| report.place(span)).map(|place| (place.line, place.col));
        assert_eq!(read.line.zip(read.col), place);
        assert_eq!(read.cells.len(), finding.entered.len());
    }
}

fn assert_paragraphs(read: &[ReadParagraph], paragraphs: &[Paragraph]) {
    assert_eq!(read.len(), paragraphs.len());
    for (read, paragraph) in read.iter().zip(paragraphs) {
        assert_eq!(read.text, paragraph.text);
        assert_eq!((read.line, read.rejoined), (paragraph.line, paragraph.rejoined));
    }
}

fn assert_sections(read: &[ReadSection], sections: &[Section]) {
    assert_eq!(read.len(), sections.len());
    for (read, section) in read.iter().zip(sections) {
        assert_eq!((&read.key, &read.number, &read.title), (&section.key, &section.number, &section.title));
        assert_eq!((read.level, read.line, &read.tables), (section.level, section.line, &section.tables));
        assert_paragraphs(&read.paragraphs, &section.paragraphs);
        assert_sections(&read.sections, &section.sections);
    }
}
