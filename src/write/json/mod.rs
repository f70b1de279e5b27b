//! The JSON document of one report, and its schema.
//!
//! A [`Document`] borrows everything from the [`Report`]; its fields, in their order, are the document, and their
//! doc comments are the descriptions of the schema, so that the two cannot drift apart. Every key is always there:
//! what is absent is `null`.

mod lines;

use std::io::{self, Write};

pub use lines::Lines;
use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;

use crate::finding::{self, Severity};
use crate::grid::{self, Layout};
use crate::lang::Lang;
use crate::record::{self, Metadata, Paragraph, Report, Source, Status, Summary};

/// Name and version of the document, its `schema`.
pub const SCHEMA: &str = "nianbao/1";

/// One report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "nianbao/1")]
pub struct Document<'a> {
    /// Name and version of this document.
    #[schemars(extend("const" = SCHEMA))]
    pub schema: &'static str,
    /// The input.
    pub source: &'a Source,
    /// What the report says about itself.
    pub metadata: &'a Metadata,
    /// Paragraphs before the first section.
    pub preface: &'a [Paragraph],
    /// The sections of level 1, holding the deeper ones.
    pub sections: Vec<Section<'a>>,
    /// Every table as printed, whether a form knows it or not.
    pub tables: Vec<Table<'a>>,
    /// Every cell of the form, in the form's order; empty where no form matches.
    #[schemars(with = "Vec<Cell<'a>>")]
    pub cells: Cells<'a>,
    /// Everything there is to say, in the order of the text.
    pub findings: Vec<Finding<'a>>,
    /// Counts of cells and findings.
    pub summary: Summary,
}

/// A numbered section.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Section<'a> {
    /// The form's key, such as `overview` or `overview/1`; null where the form knows no such section.
    pub key: Option<&'a str>,
    /// The ordinal as printed: `一`, `（二）`, `1`.
    pub number: &'a str,
    /// 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, 5 for ①; 0 for a part that holds 一、 sections.
    pub level: u8,
    /// The title without its ordinal.
    pub title: &'a str,
    /// Line of the heading, from 1.
    pub line: u32,
    /// Its own paragraphs, without those of its subsections.
    pub paragraphs: &'a [Paragraph],
    /// Indices, from 0, of its tables in `tables`.
    pub tables: &'a [usize],
    /// Its subsections.
    pub sections: Vec<Section<'a>>,
}

/// A table as printed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Table<'a> {
    /// Path of the section that holds it, such as `3`; null before the first section.
    pub section: Option<&'a str>,
    /// A caption that stands right above it.
    pub caption: Option<&'a str>,
    /// The official table that it is, as `edition/table`; null where no form knows it.
    pub form: Option<&'a str>,
    /// How its cells are parted in the text.
    pub layout: Layout,
    /// Line of its first row, from 1.
    pub line: u32,
    /// Its rows: the text of each cell, as printed; they may differ in length.
    #[schemars(with = "Vec<Vec<&'a str>>")]
    pub rows: Rows<'a>,
}

/// The rows of a table, made while they are written: they are most of a document, and nothing needs all at once.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    report: &'a Report,
    table: &'a record::Table,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.table.rows.iter().map(|row| Texts { report: self.report, cells: &row.cells }))
    }
}

/// The texts of some cells.
struct Texts<'a> {
    report: &'a Report,
    cells: &'a [grid::Cell],
}

impl Serialize for Texts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.cells.iter().map(|cell| cell.text(&self.report.text)))
    }
}

/// The cells of the form, made while they are written, as [`Rows`] are.
#[derive(Debug, Clone, Copy)]
pub struct Cells<'a>(Origin<'a>);

#[derive(Debug, Clone, Copy)]
enum Origin<'a> {
    Report(&'a Report),
    /// They are written already; [`Lines`] knows what to do with them.
    Ready(&'a [u8]),
}

impl Serialize for Cells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Origin::Report(report) => serializer.collect_seq(report.cells().map(cell)),
            Origin::Ready(json) => serializer.serialize_bytes(json),
        }
    }
}

/// A cell of the form.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Cell<'a> {
    /// Key of the table.
    pub table: &'a str,
    /// Key of the row.
    pub row: &'a str,
    /// Key of the column.
    pub column: &'a str,
    /// Label of the row in the form, its group's before it.
    pub row_label: &'a str,
    /// Label of the column in the form, its group's before it.
    pub column_label: &'a str,
    /// The number in its printed digits, never rounded; null unless `status` is `ok`.
    pub value: Option<Number>,
    /// Its unit, where the form or the cell gives one.
    pub unit: Option<&'a str>,
    /// What is printed; null where the cell is missing.
    pub raw: Option<&'a str>,
    /// `ok`: a number was read; `blank`: printed, but empty or a placeholder; `unreadable`: not a number;
    /// `missing`: the report prints no such cell.
    pub status: Status,
    /// Line that it is printed on, from 1.
    pub line: Option<u32>,
    /// Column, in characters from 1.
    pub col: Option<u32>,
}

/// One thing to say about the report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Finding<'a> {
    /// Id of the rule, such as `sum.balance`.
    pub rule: &'static str,
    /// `error`: the report contradicts itself or the form; `warning`: a person should look; `note`: worth knowing.
    pub severity: Severity,
    /// The finding as a sentence.
    pub message: String,
    /// Line that it is about, from 1; null where the whole report is meant.
    pub line: Option<u32>,
    /// Column, in characters from 1.
    pub col: Option<u32>,
    /// Key of the table that it is about.
    pub table: Option<&'a str>,
    /// Key of the row.
    pub row: Option<&'a str>,
    /// Key of the column.
    pub column: Option<&'a str>,
    /// What would be right.
    pub expected: Option<&'a str>,
    /// What the report prints.
    pub actual: Option<&'a str>,
    /// Every cell that entered a sum, the stated total first.
    pub cells: Vec<Entered<'a>>,
}

/// A cell that entered a sum.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entered<'a> {
    /// `table.row.column`.
    pub cell: &'a str,
    /// Its number; null for a blank cell, which counts as 0.
    pub value: Option<Number>,
    /// Line that it is printed on, from 1.
    pub line: Option<u32>,
    /// Column, in characters from 1.
    pub col: Option<u32>,
    /// It is the stated total, or stands on its side; the others are the parts.
    pub stated: bool,
}

/// A number written with exactly the digits that were printed: `59237.2449`, `0.00`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(pub Decimal);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Most are counts; what has a sign or decimals keeps them as a text that is checked to be a number.
        match u64::try_from(self.0.mantissa()) {
            Ok(count) if self.0.scale() == 0 && !self.0.is_sign_negative() => serializer.serialize_u64(count),
            _ => RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?.serialize(serializer),
        }
    }
}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number" })
    }
}

/// The document of `report`, with messages in `lang`.
pub fn document(report: &Report, lang: Lang) -> Document<'_> {
    Document {
        schema: SCHEMA,
        source: &report.source,
        metadata: &report.metadata,
        preface: &report.preface,
        sections: report.sections.iter().map(section).collect(),
        tables: report.tables.iter().map(|table| self::table(report, table)).collect(),
        cells: Cells(Origin::Report(report)),
        findings: findings(report, lang),
        summary: report.summary(),
    }
}

/// The findings of `report`, as they stand in its document, with messages in `lang`.
pub fn findings(report: &Report, lang: Lang) -> Vec<Finding<'_>> {
    report.findings.iter().map(|finding| self::finding(report, finding, lang)).collect()
}

/// Writes the document of `report` and a line end: indented when `pretty`, else all on one line. Of many reports, [`Lines`] writes the lines
/// faster.
pub fn write(report: &Report, lang: Lang, out: &mut impl Write, pretty: bool) -> io::Result<()> {
    let document = document(report, lang);
    if pretty {
        serde_json::to_writer_pretty(&mut *out, &document)?;
    } else {
        serde_json::to_writer(&mut *out, &document)?;
    }
    out.write_all(b"\n")
}

/// The JSON Schema (draft 2020-12) of the document.
pub fn schema() -> serde_json::Value {
    // For serialising: a key that is always written is required, even where it may be null.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Document<'static>>().into()
}

fn section(section: &record::Section) -> Section<'_> {
    Section {
        key: section.key.as_deref(),
        number: &section.number,
        level: section.level,
        title: &section.title,
        line: section.line,
        paragraphs: &section.paragraphs,
        tables: &section.tables,
        sections: section.sections.iter().map(self::section).collect(),
    }
}

fn table<'a>(report: &'a Report, table: &'a record::Table) -> Table<'a> {
    Table {
        section: table.section.as_deref(),
        caption: table.caption.as_deref(),
        form: table.form.as_deref(),
        layout: table.layout,
        line: table.line,
        rows: Rows { report, table },
    }
}

fn cell(cell: record::CellView<'_>) -> Cell<'_> {
    Cell {
        table: cell.table,
        row: cell.row,
        column: cell.column,
        row_label: cell.row_label,
        column_label: cell.column_label,
        value: cell.value.map(Number),
        unit: cell.unit,
        raw: cell.raw,
        status: cell.status,
        line: cell.place.map(|place| place.line),
        col: cell.place.map(|place| place.col),
    }
}

fn finding<'a>(report: &'a Report, finding: &'a finding::Finding, lang: Lang) -> Finding<'a> {
    let place = finding.span.map(|span| report.place(span));
    Finding {
        rule: finding.rule.id(),
        severity: finding.severity,
        message: finding.message(lang),
        line: place.map(|place| place.line),
        col: place.map(|place| place.col),
        table: finding.table.as_deref(),
        row: finding.row.as_deref(),
        column: finding.column.as_deref(),
        expected: finding.expected.as_deref(),
        actual: finding.actual.as_deref(),
        cells: finding.entered.iter().map(|entered| self::entered(report, entered)).collect(),
    }
}

fn entered<'a>(report: &'a Report, entered: &'a finding::Entered) -> Entered<'a> {
    let place = entered.span.map(|span| report.place(span));
    Entered {
        cell: &entered.cell,
        value: entered.value.map(Number),
        line: place.map(|place| place.line),
        col: place.map(|place| place.col),
        stated: entered.stated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    fn text(pretty: bool) -> String {
        let mut out = Vec::new();
        write(&sample::report(), Lang::En, &mut out, pretty).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn decimals_keep_every_printed_digit() {
        let text = text(false);
        assert!(text.contains(r#""value":59237.2449,"unit":"万元""#), "{text}");
        assert!(text.contains(r#""value":0.00,"#), "{text}");
        assert_eq!(text.matches('\n').count(), 1);
    }

    #[test]
    fn the_keys_are_the_contract() {
        let text = text(true);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        // serde_json sorts the keys of a `Value`; their order is read off the text instead.
        let top: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix("  \"")?.split_once('"')).map(|(key, _)| key).collect();
        let expected = "schema source metadata preface sections tables cells findings summary";
        assert_eq!(top.join(" "), expected);
        let keys = |value: &serde_json::Value| {
            let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys.join(" ")
        };
        assert_eq!(keys(&value["source"]), "bom bytes encoding lines path replaced sha256");
        assert_eq!(keys(&value["metadata"]), "agency contact doc_number edition period published title year");
        assert_eq!(keys(&value["sections"][0]), "key level line number paragraphs sections tables title");
        assert_eq!(keys(&value["tables"][0]), "caption form layout line rows section");
        assert_eq!(keys(&value["cells"][0]), "col column column_label line raw row row_label status table unit value");
        assert_eq!(
            keys(&value["findings"][0]),
            "actual cells col column expected line message row rule severity table"
        );
        assert_eq!(keys(&value["findings"][0]["cells"][0]), "cell col line stated value");
        assert_eq!(keys(&value["summary"]), "blank cells_expected errors missing notes ok unreadable warnings");
        assert!(value["cells"][3]["value"].is_null() && value["cells"][3]["raw"].is_null());
    }

    #[test]
    fn the_schema_requires_every_key_and_describes_it() {
        let schema = schema();
        assert_eq!(schema["properties"]["schema"]["const"], SCHEMA);
        let mut objects = vec![&schema];
        objects.extend(schema["$defs"].as_object().unwrap().values());
        for object in objects {
            let Some(properties) = object["properties"].as_object() else { continue };
            assert_eq!(object["required"].as_array().unwrap().len(), properties.len(), "{object}");
            for (key, property) in properties {
                assert!(property["description"].is_string(), "{key} of {object}");
            }
        }
        let value = &schema["$defs"]["Cell"]["properties"]["value"];
        assert_eq!(value["type"], serde_json::json!(["number", "null"]));
    }
}
