//! One report as the page shows it: cells, findings and the text, each place as line and columns of that text.
//!
//! Columns are counted in UTF-16 code units, as the strings of a browser are.

use std::collections::HashMap;

use serde::Serialize;

use crate::finding::{Entered, Finding, Rule};
use crate::lang::Lang;
use crate::lines::LineKind;
use crate::record::{self, CellView, Report, Status, Summary, Unit};
use crate::span::{LineIndex, Span};

/// A longer text is left out, as is a longer list of findings; the page says so.
const MOST_TEXT: usize = 1 << 20;
const MOST_FINDINGS: usize = 300;
/// Characters of a cell that holds no number.
const MOST_RAW: usize = 60;
/// Rows and columns of tables that no form knows.
const MOST_ROWS: usize = 400;
const MOST_COLUMNS: usize = 40;

/// A report in the list of the page.
#[derive(Debug, Serialize)]
pub(super) struct Row<'a>(
    &'a str,
    Option<&'a str>,
    Option<i32>,
    Option<&'a str>,
    /// Errors, warnings, notes.
    [usize; 3],
    /// Cells read, cells of the form.
    [usize; 2],
    /// The rules that were met, as indices of [`Rule::ALL`].
    Vec<usize>,
);

impl<'a> Row<'a> {
    pub(super) fn of(id: &'a str, report: &'a Report, summary: &Summary) -> Row<'a> {
        let metadata = &report.metadata;
        Row(
            id,
            metadata.agency.as_deref(),
            metadata.year,
            metadata.edition.as_deref(),
            [summary.errors, summary.warnings, summary.notes],
            [summary.ok, summary.cells_expected],
            rules(report),
        )
    }
}

/// The rules that `report` meets, in the order of [`Rule::ALL`].
pub(super) fn rules(report: &Report) -> Vec<usize> {
    let mut rules: Vec<usize> = report.findings.iter().map(|finding| number(finding.rule)).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The place of `rule` in [`Rule::ALL`].
pub(super) fn number(rule: Rule) -> usize {
    Rule::ALL.iter().position(|known| *known == rule).unwrap_or(0)
}

/// Everything that the page shows of one report.
#[derive(Debug, Serialize)]
pub(super) struct Detail<'a> {
    path: Option<&'a str>,
    title: Option<&'a str>,
    period: Option<(&'a str, &'a str)>,
    encoding: &'a str,
    bytes: usize,
    cells: Vec<Cell<'a>>,
    findings: Vec<Told<'a>>,
    /// Findings that are not listed.
    unlisted: usize,
    /// Printed tables, where no form knows them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    raw: Vec<RawTable>,
    /// The lines of the text; none where it is too long.
    text: Option<Vec<&'a str>>,
    /// A letter for each line: Heading, Row, Furniture, else a dot.
    kinds: String,
}

/// Line from 0, first column, column behind the last.
type At = (usize, usize, usize);

/// A cell, by the place of its slot: `3` where it is missing; else status (0 ok, 1 blank, 2 unreadable), what is shown,
/// where it is printed, and the unit that is printed.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Missing(u8),
    Read(u8, String, At),
    WithUnit(u8, String, At, &'a str),
}

#[derive(Debug, Serialize)]
struct RawTable {
    line: u32,
    rows: Vec<Vec<String>>,
    /// Not all of it is shown.
    cut: bool,
}

/// A finding.
#[derive(Debug, Serialize)]
struct Told<'a> {
    rule: usize,
    /// 0 error, 1 warning, 2 note.
    level: u8,
    says: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<At>,
    /// Slots that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cells: Vec<usize>,
    /// Key of the table that it is about, where it is about no cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a str>,
    /// Other numbers that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    covers: Vec<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entered: Vec<EnteredCell<'a>>,
}

/// A cell that entered a sum: name, slot, value, place, whether it is the stated total.
type EnteredCell<'a> = (&'a str, Option<usize>, Option<String>, Option<At>, bool);

/// What the page shows of `report`, with its `text` or without.
pub(super) fn detail(report: &Report, lang: Lang, text: bool) -> Detail<'_> {
    let mut places = Places { text: &report.text, index: &report.index, line: usize::MAX, byte: 0, units: 0 };
    let slots: HashMap<String, usize> = match &report.form {
        Some(form) if report.findings.iter().any(|finding| !finding.entered.is_empty()) => {
            form.slots.iter().enumerate().map(|(at, slot)| (slot.path(), at)).collect()
        }
        _ => HashMap::new(),
    };
    let shown = text && report.text.len() <= MOST_TEXT;
    let findings: Vec<Told<'_>> = report
        .findings
        .iter()
        .take(MOST_FINDINGS)
        .map(|finding| told(report, finding, lang, &slots, &mut places))
        .collect();
    Detail {
        path: report.source.path.as_deref(),
        title: report.metadata.title.as_deref(),
        period: report.metadata.period.as_ref().map(|period| (period.from.as_str(), period.to.as_str())),
        encoding: report.source.encoding,
        bytes: report.source.bytes,
        cells: cells(report, &mut places),
        unlisted: report.findings.len() - findings.len(),
        findings,
        raw: if report.cells.is_empty() { raw(report) } else { Vec::new() },
        text: shown.then(|| {
            (0..report.index.len()).map(|line| report.index.content(&report.text, line).of(&report.text)).collect()
        }),
        kinds: if shown { kinds(report) } else { String::new() },
    }
}

fn cells<'a>(report: &'a Report, places: &mut Places<'_>) -> Vec<Cell<'a>> {
    let count = report.form.as_ref().map_or(0, |form| form.slots.len());
    let mut cells = vec![Cell::Missing(3); count];
    for (cell, view) in report.cells.iter().zip(report.cells()) {
        let (Some(span), Some(slot)) = (cell.span, cells.get_mut(cell.slot)) else { continue };
        let at = places.at(span);
        let shown = shown(&view);
        *slot = match (cell.status, cell.unit, view.unit) {
            (Status::Missing, ..) => continue,
            (status, Some(Unit::Printed(_)), Some(unit)) => Cell::WithUnit(status_number(status), shown, at, unit),
            (status, ..) => Cell::Read(status_number(status), shown, at),
        };
    }
    cells
}

fn status_number(status: Status) -> u8 {
    match status {
        Status::Ok => 0,
        Status::Blank => 1,
        Status::Unreadable => 2,
        Status::Missing => 3,
    }
}

/// The number, or what is printed in its place.
fn shown(cell: &CellView<'_>) -> String {
    match cell.value {
        Some(value) => value.to_string(),
        None => cell.raw.unwrap_or("").trim().chars().take(MOST_RAW).collect(),
    }
}

fn told<'a>(
    report: &Report,
    finding: &'a Finding,
    lang: Lang,
    slots: &HashMap<String, usize>,
    places: &mut Places<'_>,
) -> Told<'a> {
    // A balance names its column only: the cells that are wrong are those that enter it, not all that stand there.
    let entered = |entered: &Entered| slots.get(&entered.cell).copied();
    let cells = match (&finding.row, &finding.column) {
        (Some(_), Some(_)) => about(report, finding),
        _ if !finding.entered.is_empty() => finding.entered.iter().filter_map(entered).collect(),
        _ => about(report, finding),
    };
    Told {
        rule: number(finding.rule),
        level: level(finding),
        says: finding.message(lang),
        at: finding.span.map(|span| places.at(span)),
        table: if cells.is_empty() { finding.table.as_deref() } else { None },
        cells,
        covers: finding.covers.iter().take(MOST_FINDINGS).map(|span| places.at(*span)).collect(),
        expected: finding.expected.as_deref(),
        actual: finding.actual.as_deref(),
        entered: finding
            .entered
            .iter()
            .map(|Entered { cell, value, span, stated }| {
                let place = span.map(|span| places.at(span));
                (cell.as_str(), slots.get(cell).copied(), value.map(|value| value.to_string()), place, *stated)
            })
            .collect(),
    }
}

/// 0 error, 1 warning, 2 note.
pub(super) fn level(finding: &Finding) -> u8 {
    match finding.severity {
        crate::finding::Severity::Error => 0,
        crate::finding::Severity::Warning => 1,
        crate::finding::Severity::Note => 2,
    }
}

/// The slots that a finding names by table, row and column; all of a row where it names no column, and all of a column
/// where it names no row.
fn about(report: &Report, finding: &Finding) -> Vec<usize> {
    let (Some(form), Some(table)) = (&report.form, &finding.table) else { return Vec::new() };
    if finding.row.is_none() && finding.column.is_none() {
        return Vec::new();
    }
    let named = |asked: &Option<String>, key: &str| asked.as_deref().is_none_or(|asked| asked == key);
    let slots = form.slots.iter().enumerate().filter(|(_, slot)| {
        slot.table == *table && named(&finding.row, &slot.row) && named(&finding.column, &slot.column)
    });
    slots.map(|(at, _)| at).collect()
}

fn raw(report: &Report) -> Vec<RawTable> {
    let mut left = MOST_ROWS;
    let mut tables = Vec::new();
    for table in &report.tables {
        if left == 0 {
            break;
        }
        let wide = |row: &record::TableRow| row.cells.len() > MOST_COLUMNS;
        let cut = table.rows.len() > left || table.rows.iter().any(wide);
        let text = |cell: &crate::grid::Cell| cell.text(&report.text).chars().take(MOST_RAW * 4).collect();
        let row = |row: &record::TableRow| row.cells.iter().take(MOST_COLUMNS).map(text).collect();
        let rows: Vec<Vec<String>> = table.rows.iter().take(left).map(row).collect();
        left -= rows.len();
        tables.push(RawTable { line: table.line, rows, cut });
    }
    tables
}

/// A letter for each line that an editor counts.
fn kinds(report: &Report) -> String {
    let mut kinds = vec!['.'; report.index.len()];
    for line in &report.lines {
        let letter = match line.kind {
            LineKind::Heading => 'H',
            LineKind::Row => 'R',
            LineKind::Furniture => 'F',
            LineKind::Blank | LineKind::Prose => continue,
        };
        if let Some(kind) = kinds.get_mut(report.index.line_of(line.span.start)) {
            *kind = letter;
        }
    }
    kinds.into_iter().collect()
}

/// Turns spans into places. Spans mostly come in the order of the text: counting goes on from the last one where it
/// can, so that a long line is not counted from its start for each of its cells.
struct Places<'a> {
    text: &'a str,
    index: &'a LineIndex,
    line: usize,
    byte: usize,
    units: usize,
}

impl Places<'_> {
    /// The place of `span`, cut at the end of its first line.
    fn at(&mut self, span: Span) -> At {
        let line = self.index.line_of(span.start);
        let content = self.index.content(self.text, line);
        if line != self.line || (span.start as usize) < self.byte {
            (self.line, self.byte, self.units) = (line, content.start as usize, 0);
        }
        let start = self.units_to(span.start.min(content.end));
        let end = self.units_to(span.end.min(content.end));
        (line, start, end)
    }

    /// Counts on to the byte at `offset` of the same line.
    fn units_to(&mut self, offset: u32) -> usize {
        let offset = offset as usize;
        if offset > self.byte {
            let between = self.text.get(self.byte..offset).unwrap_or("");
            self.units += between.chars().map(char::len_utf16).sum::<usize>();
            self.byte = offset;
        }
        self.units
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    #[test]
    fn places_count_utf16_units_in_any_order() {
        let text = "甲\n𠮷5 12\r\n丙";
        let index = LineIndex::new(text);
        let mut places = Places { text, index: &index, line: usize::MAX, byte: 0, units: 0 };
        let mut at = |part: &str| {
            let start = text.find(part).unwrap();
            places.at(Span::new(start, start + part.len()))
        };
        assert_eq!(at("5"), (1, 2, 3));
        assert_eq!(at("12"), (1, 4, 6));
        assert_eq!(at("𠮷5"), (1, 0, 3));
        assert_eq!(at("12\r\n丙"), (1, 4, 6));
        assert_eq!(at("丙"), (2, 0, 1));
        assert_eq!(at("甲"), (0, 0, 1));
    }

    #[test]
    fn a_report_is_told_by_slots_and_places() {
        let report = sample::report();
        let value = serde_json::to_value(detail(&report, Lang::En, true)).unwrap();
        let cells =
            serde_json::json!([[0, "59237.2449", [3, 8, 18]], [0, "0.00", [3, 19, 23]], [1, "/", [3, 24, 25]], 3]);
        assert_eq!(value["cells"], cells);
        let sum = &value["findings"][0];
        assert_eq!((&sum["cells"], &sum["at"]), (&serde_json::json!([0]), &serde_json::json!([3, 8, 18])));
        assert_eq!(sum["entered"][2], serde_json::json!(["money.fees.waived", 2, null, [3, 24, 25], false]));
        assert_eq!(value["kinds"], ".H.RH");
        assert_eq!(value["text"][3], "行政事业性收费\t59237.2449\t0.00\t/");
        let row = serde_json::to_value(Row::of("甲", &report, &report.summary())).unwrap();
        let rules = [number(Rule::SectionMissing), number(Rule::SumRow)];
        assert_eq!(row, serde_json::json!(["甲", "某市", 2021, "t1", [1, 1, 0], [2, 4], rules]));
    }

    #[test]
    fn what_is_too_long_is_left_out_and_said() {
        let mut report = sample::report();
        report.findings = vec![report.findings[1].clone(); MOST_FINDINGS + 5];
        report.text.push_str(&"长".repeat(MOST_TEXT));
        let value = serde_json::to_value(detail(&report, Lang::En, true)).unwrap();
        assert_eq!(value["unlisted"], 5);
        assert!(value["text"].is_null());
    }
}
