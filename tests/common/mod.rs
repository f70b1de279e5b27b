//! What the tests share: fixture folders, the truth beside them, and the invariants that every report must keep.
#![allow(dead_code)] // Each test binary uses its part.

pub mod cost;
pub mod lexed;
pub mod readback;
pub mod renderings;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use nianbao::finding::Rule;
use nianbao::grid::value;
use nianbao::lines::LineKind;
use nianbao::record::Status;
use nianbao::span::Span;
use nianbao::{Reader, Report};

/// The folder of fixtures.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The case folders below `fixtures/reports/<kind>`, sorted. None is a failure: a test that ran on nothing proves nothing.
pub fn cases(kind: &str) -> Vec<PathBuf> {
    let folder = fixtures().join("reports").join(kind);
    let mut cases: Vec<PathBuf> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "{} holds no case", folder.display());
    cases
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Reads a report of a fixture folder.
pub fn read(case: &Path) -> Report {
    let bytes = fs::read(case.join("report.txt")).unwrap();
    read_bytes(&bytes)
}

/// Reads bytes with the embedded forms.
pub fn read_bytes(bytes: &[u8]) -> Report {
    Reader::default().read(bytes, None).unwrap()
}

/// `table.row.column` → (value, status).
pub type Cells = BTreeMap<String, (String, String)>;

/// The truth of a `cells.csv`: table, row, column, value, status.
pub fn truth(path: &Path) -> Cells {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header: Vec<&str> = vec!["table", "row", "column", "value", "status"];
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), header, "{}", path.display());
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            (format!("{}.{}.{}", &record[0], &record[1], &record[2]), (record[3].to_owned(), record[4].to_owned()))
        })
        .collect()
}

/// The cells that were read, `missing` ones left out: the truth lists what is printed.
pub fn cells(report: &Report) -> Cells {
    report
        .cells()
        .filter(|cell| cell.status != Status::Missing)
        .map(|cell| {
            let value = cell.value.map(|value| value.to_string()).unwrap_or_default();
            (format!("{}.{}.{}", cell.table, cell.row, cell.column), (value, cell.status.name().to_owned()))
        })
        .collect()
}

/// Where the cells read differ from the truth, a line a cell.
pub fn differences(read: &Cells, truth: &Cells) -> Vec<String> {
    let keys: BTreeSet<&String> = read.keys().chain(truth.keys()).collect();
    keys.into_iter()
        .filter(|key| read.get(*key) != truth.get(*key))
        .map(|key| format!("{key}: read {:?}, true {:?}", read.get(key), truth.get(key)))
        .collect()
}

/// The invariants of the crate's first page, on one report.
pub fn assert_invariants(report: &Report, whose: &str) {
    // No gaps: the lines cover the text.
    let mut end = 0;
    for line in &report.lines {
        assert_eq!(line.span.start, end, "{whose}: a gap before byte {}", line.span.start);
        end = line.span.end;
    }
    assert_eq!(end as usize, report.text.len(), "{whose}: the text goes on behind the last line");
    // Every row stands on a line that was taken for one, and no line of cells is in no table.
    let is_row = |text: &&nianbao::record::TextLine| text.kind == LineKind::Row;
    let rows: BTreeSet<u32> = report.lines.iter().filter(is_row).map(|text| report.line(text.span)).collect();
    for row in report.tables.iter().flat_map(|table| &table.rows) {
        assert!(rows.contains(&row.line), "{whose}: the row on line {} is in a table, its line is not", row.line);
    }
    assert_in_bounds(report, whose);
    let in_tables: String = report.tables.iter().flat_map(|table| report.rows(table)).flatten().collect();
    let in_tables = count(&in_tables);
    let on_lines: String =
        report.lines.iter().filter(|line| line.kind == LineKind::Row).map(|line| line.span.of(&report.text)).collect();
    assert_eq!(in_tables, count(&on_lines), "{whose}: letters and digits in tables and on their lines");
    // No text of prose is lost.
    let mut paragraphs: String = report.preface.iter().map(|paragraph| paragraph.text.as_str()).collect();
    nianbao::record::Section::walk(&report.sections, &mut |_, section| {
        paragraphs.extend(section.paragraphs.iter().map(|paragraph| paragraph.text.as_str()));
        paragraphs.push_str(&section.title);
    });
    // The marks of Markdown are print, no text.
    let unmarked = |text: &str| visible(text).replace(['*', '#', '_', '=', '\\'], "");
    let paragraphs = unmarked(&paragraphs);
    for line in report.lines.iter().filter(|line| line.kind == LineKind::Prose) {
        let printed = unmarked(line.span.of(&report.text));
        // What parts a text from the next, where both stand on one line, is no part of it.
        let parted = printed.trim_end_matches(['|', ';', ',']);
        // Nor is what fills up the lines of a sheet, and the quotes around its cells.
        let alone = printed.trim_matches([';', ',']).trim_matches('"');
        let mut prints = [printed.as_str(), parted, alone, printed.trim_start_matches(['-', '+'])].into_iter();
        let found = prints.any(|printed| paragraphs.contains(printed));
        assert!(found, "{whose}: lost prose {printed}");
    }
    // Raw stays, spans are in bounds and places agree with the text.
    for cell in report.cells() {
        match (cell.status, cell.value) {
            (Status::Ok, Some(_)) => assert!(cell.raw.is_some_and(|raw| !raw.is_empty()) && cell.place.is_some()),
            (Status::Ok, None) => panic!("{whose}: an ok cell without a value"),
            (_, Some(value)) => panic!("{whose}: {value} in a cell that is {}", cell.status.name()),
            _ => {}
        }
        assert_eq!(cell.status == Status::Missing, cell.raw.is_none(), "{whose}: raw of {}.{}", cell.row, cell.column);
    }
    // No number is lost in a table of the form.
    for table in report.tables.iter().filter(|table| table.form.is_some()) {
        assert_numbers(report, table, whose);
    }
    assert_numbers_between(report, whose);
}

/// Digits on a line of their own between the rows of the form's tables, which no table took in, have their finding.
fn assert_numbers_between(report: &Report, whose: &str) {
    let rows = report.tables.iter().filter(|table| table.form.is_some()).flat_map(|table| &table.rows);
    let printed = rows.flat_map(|row| &row.cells).filter(|cell| !cell.span.is_empty());
    let (first, last) =
        printed.fold((u32::MAX, 0), |(first, last), cell| (first.min(cell.span.start), last.max(cell.span.start)));
    let unplaced = report.findings.iter().filter(|finding| finding.rule == Rule::NumberUnplaced);
    let told: BTreeSet<u32> = unplaced.flat_map(|finding| &finding.covers).map(|span| report.line(*span)).collect();
    for line in report.lines.iter().filter(|line| line.kind == LineKind::Prose) {
        let digits = line.span.of(&report.text).trim();
        let alone = (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if alone && first < line.span.start && line.span.end <= last {
            assert!(told.contains(&report.line(line.span)), "{whose}: {digits}, between rows, is lost");
        }
    }
}

/// More digits are no number.
const MOST_DIGITS: usize = 28;

/// Each number of a table is a value, or has its finding; the number of a row, its code and the signs of the columns are neither.
fn assert_numbers(report: &Report, table: &nianbao::record::Table, whose: &str) {
    let rows: Vec<Vec<String>> =
        report.rows(table).map(|row| row.into_iter().map(|cell| nianbao::fold::key(&cell)).collect()).collect();
    // An annex may have a column of codes, which rise from row to row: 01, 02. Which number is one is the reader's to say: a small number
    // that it takes for a code by mistake is seen where the true cells are known, in tests/damage.rs.
    let form = report.form.iter().flat_map(|form| &form.tables);
    let annex = form.filter(|known| known.columns != nianbao::form::Columns::Form);
    let coded = annex.into_iter().any(|known| table.form.as_ref().is_some_and(|form| form.ends_with(&known.key)));
    let mut last_code = None;
    for (row, texts) in table.rows.iter().zip(&rows) {
        let is_sign = |text: &String| text.is_empty() || text.len() < 3 && text.parse::<u8>().is_ok() || is_stem(text);
        if texts.iter().all(is_sign) && texts.iter().any(|text| is_stem(text)) {
            continue;
        }
        for (at, cell) in row.cells.iter().enumerate() {
            let printed = cell.text(&report.text);
            if !matches!(value::read(&printed), value::Reading::Number { .. }) {
                continue;
            }
            let inside = |span: Span| span.start < cell.span.end && cell.span.start < span.end;
            let value = report.cells.iter().filter_map(|read| read.span).any(inside);
            let found = report.findings.iter().any(|finding| {
                finding.rule == Rule::NumberUnplaced
                    && (finding.span.is_some_and(inside) || finding.covers.iter().copied().any(inside))
            });
            // A number in front of a label is a serial number.
            let behind = row.cells[at + 1..].iter().map(|cell| cell.text(&report.text));
            let serial = behind.into_iter().any(|other| matches!(value::read(&other), value::Reading::Text));
            let line = report.line(cell.span);
            // Two annexes may stand in one table: the codes of the second begin anew.
            let rises = |code: &u16| coded && *code < 1000 && (*code == 1 || Some(*code) > last_code);
            let code = printed.parse::<u16>().ok().filter(rises);
            assert!(value || found || serial || code.is_some(), "{whose}: {printed} on line {line} is lost");
            if !(value || found || serial) {
                last_code = code;
            }
        }
    }
}

/// What gives a column its sign, in the row below the header: 甲, 乙, 1, 2.
fn is_stem(text: &str) -> bool {
    ["甲", "乙", "丙", "丁", "戊", "栏次"].contains(&text)
}

/// Every span lies in the text, on the bounds of its characters, and every line number is one of the text's.
fn assert_in_bounds(report: &Report, whose: &str) {
    let cells = report.tables.iter().flat_map(|table| &table.rows).flat_map(|row| &row.cells);
    let spans = cells
        .flat_map(|cell| std::iter::once(cell.span).chain(cell.pieces().iter().copied()))
        .chain(report.cells.iter().filter_map(|cell| cell.span))
        .chain(report.lines.iter().map(|line| line.span));
    for finding in &report.findings {
        for span in finding.span.into_iter().chain(finding.covers.clone()) {
            let fits = report.text.get(span.start as usize..span.end as usize).is_some();
            assert!(fits, "{whose}: {span:?} of {} does not fit a text of {} bytes", finding.rule, report.text.len());
        }
    }
    for Span { start, end } in spans {
        let fits = report.text.get(start as usize..end as usize).is_some();
        assert!(fits, "{whose}: the span {start}..{end} does not fit a text of {} bytes", report.text.len());
    }
    let mut lines: Vec<u32> = report.preface.iter().map(|paragraph| paragraph.line).collect();
    nianbao::record::Section::walk(&report.sections, &mut |_, section| {
        lines.push(section.line);
        lines.extend(section.paragraphs.iter().map(|paragraph| paragraph.line));
    });
    lines.extend(report.tables.iter().map(|table| table.line));
    for line in lines {
        assert!(line >= 1 && line as usize <= report.source.lines, "{whose}: there is no line {line}");
    }
}

/// How often each letter and digit stands in a text.
fn count(text: &str) -> BTreeMap<char, usize> {
    let mut count = BTreeMap::new();
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        *count.entry(c).or_insert(0) += 1;
    }
    count
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The folder of published reports, if the environment names one. Named but empty is a failure.
pub fn published() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("NIANBAO_REPORTS") else {
        println!("skipped: NIANBAO_REPORTS does not name a folder of published reports");
        return None;
    };
    let folder = PathBuf::from(folder);
    let texts = fs::read_dir(&folder).map(|entries| {
        entries
            .filter_map(Result::ok)
            .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "txt"))
            .count()
    });
    assert!(texts.is_ok_and(|count| count > 0), "NIANBAO_REPORTS names {}, which holds no report", folder.display());
    Some(folder)
}

/// The cells that differ from the truth although no finding speaks of the cell, of its row or of its table.
pub fn silently_wrong(report: &Report, truth: &Cells) -> Vec<String> {
    let read = cells(report);
    let keys: BTreeSet<&String> = read.keys().chain(truth.keys()).collect();
    let spoken = |key: &str| {
        report.findings.iter().any(|finding| {
            let Some(table) = &finding.table else { return false };
            // That a cell is blank, or a table another edition's, does not say that it may be wrong.
            if matches!(finding.rule, Rule::CellBlank | Rule::FormMixed) || !key.starts_with(&format!("{table}.")) {
                return false;
            }
            let rest = &key[table.len() + 1..];
            let (row, column) = rest.rsplit_once('.').unwrap_or((rest, ""));
            finding.row.as_deref().is_none_or(|named| named == row)
                && finding.column.as_deref().is_none_or(|named| named == column)
        })
    };
    keys.into_iter().filter(|key| read.get(*key) != truth.get(*key) && !spoken(key)).cloned().collect()
}
