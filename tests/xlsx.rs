//! Workbooks, read back by another library: cell for cell what the CSV tables say, no formula but links, the same bytes
//! for the same reports.

#![cfg(feature = "xlsx")]
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;

use calamine::{Data, Range, Reader as _, Xlsx};
use common::{cases, name, read, read_bytes};
use nianbao::Report;
use nianbao::check::series::{self, Found};
use nianbao::form::Forms;
use nianbao::lang::Lang;
use nianbao::record::Status;
use nianbao::write::csv::{Csv, Table, guard};
use nianbao::write::dialect::Dialect;
use nianbao::write::series::Line;
use nianbao::write::wide::{self, Layouts, Rows};
use nianbao::write::xlsx;

/// A workbook that was read back.
struct Book {
    names: Vec<String>,
    sheets: BTreeMap<String, Range<Data>>,
    formulas: BTreeMap<String, Range<String>>,
    notices: Vec<String>,
    bytes: Vec<u8>,
}

/// How a test wants it.
#[derive(Clone, Copy)]
struct Options {
    lang: Lang,
    derive: bool,
    rows: Option<u32>,
}

fn options(lang: Lang) -> Options {
    Options { lang, derive: false, rows: None }
}

/// The layouts of the wide table of `reports`, and its rows.
fn wide(reports: &[(String, Report)], derive: bool) -> (Layouts, Vec<u8>) {
    let mut rows = Rows::new(Dialect::default(), derive);
    let (mut bytes, mut told, mut layouts) = (Vec::new(), Vec::new(), Layouts::default());
    reports.iter().for_each(|(id, report)| rows.report(id, report, &mut bytes, &mut told));
    told.into_iter().for_each(|layout| {
        layouts.add(layout);
    });
    (layouts, bytes)
}

fn book(reports: &[(String, Report)], options: Options) -> Book {
    book_of_series(reports, Vec::new(), options)
}

fn book_of_series(reports: &[(String, Report)], series: Vec<Found>, Options { lang, derive, rows }: Options) -> Book {
    let mut found = Vec::new();
    series.into_iter().for_each(|series| Line::of(series, lang).write(&mut found).unwrap());
    let series = found;
    let mut lines = Vec::new();
    reports.iter().for_each(|(id, report)| xlsx::line(id, report, lang, derive, &mut lines).unwrap());
    let failures = "{\"source\":\"缺.txt\",\"error\":\"there is no such file\"}\n".as_bytes();
    let (forms, dir) = (Forms::embedded(), std::env::temp_dir());
    let layouts = wide(reports, derive).0;
    let options = xlsx::Options { lang, forms: &forms, reports: reports.len(), dir: &dir, rows };
    let mut bytes = Vec::new();
    let notices = xlsx::assemble(&*lines, &*series, failures, &layouts, options, &mut bytes).unwrap();
    let mut read: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    let names = read.sheet_names();
    let sheets = names.iter().map(|name| (name.clone(), read.worksheet_range(name).unwrap())).collect();
    let formulas = names.iter().map(|name| (name.clone(), read.worksheet_formula(name).unwrap())).collect();
    Book { names, sheets, formulas, notices, bytes }
}

impl Book {
    /// Header of keys and rows of a sheet, and of those that it goes on in.
    fn rows(&self, name: &str) -> (Vec<String>, Vec<Vec<Data>>) {
        let mut header = Vec::new();
        let mut rows = Vec::new();
        for sheet in self.names.iter().filter(|sheet| *sheet == name || sheet.starts_with(&format!("{name} ("))) {
            let mut all = self.sheets[sheet].rows();
            let labels = all.next().unwrap();
            assert!(labels.iter().all(|label| *label != Data::Empty), "{sheet}: a column without a label");
            header = all.next().unwrap().iter().map(ToString::to_string).collect();
            rows.extend(all.map(<[Data]>::to_vec));
        }
        (header, rows)
    }
}

fn reports(kinds: &[&str]) -> Vec<(String, Report)> {
    kinds.iter().flat_map(|kind| cases(kind)).map(|case| (name(&case), read(&case))).collect()
}

fn csv(table: Table, lang: Lang, reports: &[(String, Report)]) -> Vec<Vec<String>> {
    let mut out = Csv::new(table, lang, Dialect::default(), Vec::new()).unwrap();
    reports.iter().for_each(|(id, report)| out.report(id, report).unwrap());
    records(&out.finish().unwrap())
}

fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A cell says what a CSV field says: a number the same number, a text the same text.
fn agrees(cell: Option<&Data>, field: &str) -> bool {
    match cell {
        None | Some(Data::Empty) => field.is_empty(),
        Some(Data::Float(number)) => field.parse::<f64>() == Ok(*number),
        Some(Data::Int(number)) => field.parse::<i64>() == Ok(*number),
        Some(Data::String(text)) => guard(text) == field,
        Some(_) => false,
    }
}

/// Asserts that the columns of `rows` that CSV has too agree with it, row for row.
fn assert_same(sheet: &str, (header, rows): (Vec<String>, Vec<Vec<Data>>), csv: &[Vec<String>], left_out: &[&str]) {
    let (fields, records) = csv.split_first().unwrap();
    assert_eq!(rows.len(), records.len(), "{sheet}: rows");
    for (at, field) in fields.iter().enumerate().filter(|(_, field)| !left_out.contains(&field.as_str())) {
        let column = header.iter().position(|key| key == field).unwrap_or_else(|| panic!("{sheet} has no {field}"));
        for (row, record) in rows.iter().zip(records) {
            assert!(
                agrees(row.get(column), &record[at]),
                "{sheet}.{field}: {:?} for {:?}",
                row.get(column),
                record[at]
            );
        }
    }
}

#[test]
fn a_workbook_of_many_reports_says_what_the_csv_tables_say() {
    let reports = reports(&["valid", "invalid", "bytes"]);
    let lang = Lang::Zh;
    let book = book(&reports, options(lang));
    assert_eq!(book.names, ["说明", "报告", "指标", "表二", "表三", "表四", "统计表", "章节", "校验", "未读入"]);
    assert_eq!(book.notices, [""; 0]);

    assert_same("报告", book.rows("报告"), &csv(Table::Reports, lang, &reports), &[]);
    assert_same("章节", book.rows("章节"), &csv(Table::Sections, lang, &reports), &[]);
    assert_same("校验", book.rows("校验"), &csv(Table::Findings, lang, &reports), &[]);
    assert_same(
        "未读入",
        book.rows("未读入"),
        &records("source,error\n缺.txt,there is no such file\n".as_bytes()),
        &[],
    );

    let cells = csv(Table::Cells, lang, &reports);
    let (header, body) = cells.split_first().unwrap();
    let table = header.iter().position(|field| field == "table").unwrap();
    let mut counted = 0;
    for (key, sheet) in
        [("proactive", "表二"), ("applications", "表三"), ("review_litigation", "表四"), ("statistics", "统计表")]
    {
        let mut of_table = vec![header.clone()];
        of_table.extend(body.iter().filter(|record| record[table] == key).cloned());
        counted += of_table.len() - 1;
        assert_same(sheet, book.rows(sheet), &of_table, &["table"]);
    }
    assert_eq!(counted, body.len());

    let (layouts, rows) = wide(&reports, false);
    let mut wide = Vec::new();
    wide::assemble(&*rows, &layouts, &Forms::embedded(), Dialect::default(), &mut wide).unwrap();
    let wide = records(&wide);
    let rows = book.rows("指标");
    assert_eq!(rows.0, wide[0], "the same columns in the same order");
    assert_same("指标", rows, &wide, &[]);
}

#[test]
fn a_workbook_of_one_report_is_laid_out_as_the_form() {
    let mut printed = 0;
    for (id, report) in reports(&["valid", "invalid"]) {
        let one = [(id.clone(), report)];
        let book = book(&one, options(Lang::En));
        let report = &one[0].1;
        for cell in report.cells() {
            let sheet = match cell.table {
                "proactive" => "Table 2",
                "applications" => "Table 3",
                "review_litigation" => "Table 4",
                _ => "Statistics",
            };
            // An annex in several tables has a sheet for each.
            let mut sheets = book.sheets.iter().filter(|(name, _)| name.starts_with(sheet));
            let found = sheets.find_map(|(_, sheet)| by_keys(sheet, cell.row, cell.column));
            let value = cell.value.map(|value| value.to_string()).unwrap_or_default();
            assert!(agrees(found, &value), "{id} {}.{}: {found:?} for {value:?}", cell.row, cell.column);
            printed += usize::from(cell.status == Status::Ok);
        }
        assert_same("Findings", book.rows("Findings"), &csv(Table::Findings, Lang::En, &one), &[]);
        assert_same("Sections", book.rows("Sections"), &csv(Table::Sections, Lang::En, &one), &[]);
        assert_links(&book, report);
    }
    assert!(printed > 10_000, "{printed}");
}

/// The cell of a form's table with these keys: its row's stands behind it, or over it, its column's over it.
fn by_keys<'a>(sheet: &'a Range<Data>, row: &str, column: &str) -> Option<&'a Data> {
    let is = |cell: &Data, text: &str| matches!(cell, Data::String(printed) if printed == text);
    let rows: Vec<&[Data]> = sheet.rows().collect();
    // The keys of rows stand behind the table, in its last column.
    if let Some(at) = rows.iter().position(|cells| cells.last().is_some_and(|cell| is(cell, row))) {
        let over = rows[..at].iter().rev().find_map(|cells| cells.iter().position(|cell| is(cell, column)));
        return rows[at].get(over?);
    }
    let (at, first) =
        rows.iter().enumerate().find_map(|(at, cells)| Some((at, cells.iter().position(|cell| is(cell, row))?)))?;
    let behind = rows.get(at + 1)?.iter().skip(first).position(|cell| is(cell, column))?;
    rows.get(at + 2)?.get(first + behind)
}

/// Every finding has a link, and one that names a cell leads to a place of its table.
fn assert_links(book: &Book, report: &Report) {
    let mut links = 0;
    for (sheet, formulas) in &book.formulas {
        for (_, _, formula) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
            assert_eq!(sheet, "Findings", "{formula}");
            let target = formula.strip_prefix("HYPERLINK(\"#'").and_then(|rest| rest.split_once("'!")).unwrap();
            let cell = target.1.split_once('"').unwrap().0;
            let range = book.sheets.get(target.0).unwrap_or_else(|| panic!("{formula} leads to no sheet"));
            let letters = cell.find(|c: char| c.is_ascii_digit()).unwrap();
            let row: u32 = cell[letters..].parse().unwrap();
            // A last row whose cells are all blank is there, but not among what was read.
            assert!(range.end().is_some_and(|(last, _)| row <= last + 2), "{formula} leads below the sheet");
            links += 1;
        }
    }
    assert_eq!(links, report.findings.len());
}

#[test]
fn links_lead_to_the_cell() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports/invalid/cell.negative-received");
    let report = read(&case);
    let finding = report.findings.iter().find(|finding| finding.rule.id() == "cell.negative").unwrap().clone();
    let (row, column) = (finding.row.unwrap(), finding.column.unwrap());
    let link = |book: &Book| {
        let (header, rows) = book.rows("校验");
        let at = |key: &str| header.iter().position(|known| known == key).unwrap();
        let found = rows.iter().rev().find(|row| row[at("rule")] == "cell.negative").unwrap();
        found[at("link")].to_string()
    };
    let place = |link: &str| {
        let (sheet, cell) = link.split_once('!').unwrap();
        let letters = cell.find(|c: char| c.is_ascii_digit()).unwrap();
        let column = cell[..letters].bytes().fold(0, |at, byte| at * 26 + u32::from(byte - b'A') + 1) - 1;
        (sheet.to_owned(), cell[letters..].parse::<u32>().unwrap() - 1, column)
    };
    let one = book(&[("甲".into(), report.clone())], options(Lang::Zh));
    let (sheet, at, across) = place(&link(&one));
    let range = &one.sheets[&sheet];
    let negative = by_keys(range, &row, &column).unwrap();
    assert!(matches!(negative, Data::Float(number) if *number < 0.0), "{negative:?}");
    assert_eq!(range.get_value((at, across)), Some(negative));

    let two = book(&[("甲".into(), report.clone()), ("乙".into(), report)], options(Lang::Zh));
    let (sheet, at, across) = place(&link(&two));
    let range = &two.sheets[&sheet];
    assert_eq!(range.get_value((at, 0)).unwrap().to_string(), "乙");
    assert_eq!(range.get_value((at, 4)).unwrap().to_string(), row);
    assert_eq!(range.get_value((at, 6)).unwrap().to_string(), column);
    assert_eq!(range.get_value((at, across)), Some(negative));
}

#[test]
fn what_is_found_among_the_years_of_an_organ_stands_with_its_report() {
    let case = common::fixtures().join("series/series.carried-total");
    let mut files: Vec<_> = std::fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    let reports: Vec<(String, Report)> =
        files.iter().map(|path| (name(path), read_bytes(&std::fs::read(path).unwrap()))).collect();
    let records = (0u64..).zip(&reports).filter_map(|(at, (id, report))| series::Record::of(report, id, at)).collect();
    let found = series::check(records, &series::Agencies::default(), &Forms::embedded());
    assert!(!found.is_empty());
    let book = book_of_series(&reports, found.clone(), options(Lang::Zh));
    let (header, rows) = book.rows("校验");
    let at = |key: &str| header.iter().position(|known| known == key).unwrap();
    for found in found {
        let is = |row: &&Vec<Data>| {
            row[at("report")].to_string() == found.report
                && row[at("rule")] == *found.finding.rule.id()
                && row[at("message")].to_string() == found.finding.message(Lang::Zh)
        };
        let row = rows.iter().find(is).unwrap_or_else(|| panic!("{} is missing", found.finding.rule));
        assert!(!row[at("link")].to_string().is_empty());
    }
}

#[test]
fn rows_beyond_a_sheet_go_on_in_the_next() {
    let reports = reports(&["valid"]);
    let whole = book(&reports, options(Lang::Zh));
    let split = book(&reports, Options { rows: Some(1000), ..options(Lang::Zh) });
    assert!(split.names.contains(&"表三 (2)".to_owned()), "{:?}", split.names);
    assert!(split.sheets.values().all(|sheet| sheet.height() <= 1000));
    for sheet in ["报告", "指标", "表二", "表三", "表四", "统计表", "章节"] {
        assert_eq!(split.rows(sheet), whole.rows(sheet), "{sheet}");
    }
    let notice = split.notices.iter().find(|notice| notice.contains("表三")).unwrap();
    let cover: Vec<String> = split.sheets["说明"].rows().flatten().map(ToString::to_string).collect();
    assert!(cover.contains(notice), "{cover:?}");
    assert!(whole.notices.is_empty());
}

#[test]
fn the_same_reports_give_the_same_bytes() {
    let reports = reports(&["valid"]);
    for reports in [&reports[..1], &reports[..9]] {
        let first = book(reports, options(Lang::Zh)).bytes;
        std::thread::sleep(std::time::Duration::from_millis(2100));
        assert!(first == book(reports, options(Lang::Zh)).bytes, "two runs differ");
    }
}

/// A report whose texts try to be formulas, or hold what XML cannot.
fn hostile() -> Report {
    let case = common::fixtures().join("reports/valid/clean-large-counts/report.txt");
    let text = std::fs::read_to_string(case).unwrap();
    let changes = [
        ("澜州市人民政府2024年", "=1+1市人民政府2024年"),
        (
            "一、总体情况\n",
            "一、总体情况\n=HYPERLINK(\"http://a\",\"b\")\n\u{1}\u{b}_x0041_\u{fffe}]]>&<。\n（六）@SUM(A1)\n-2+3\n",
        ),
        ("59237.2449", "1234567890123456.78"),
        ("1,808,595", "=1+1"),
        ("316800", "012000"),
    ];
    let text = changes.into_iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "the fixture has no {from}");
        text.replacen(from, to, 1)
    });
    read_bytes(text.as_bytes())
}

#[test]
fn texts_stay_texts() {
    let report = hostile();
    for count in [1, 2] {
        let reports: Vec<(String, Report)> = (0..count).map(|n| (format!("={n}"), report.clone())).collect();
        let book = book(&reports, options(Lang::Zh));
        for (sheet, formulas) in &book.formulas {
            for (_, _, formula) in formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()) {
                assert!(
                    sheet == "校验" && formula.starts_with("HYPERLINK(\"#'") && !formula.contains("http"),
                    "{formula}"
                );
            }
        }
        assert_same("报告", book.rows("报告"), &csv(Table::Reports, Lang::Zh, &reports), &[]);
        assert_same("章节", book.rows("章节"), &csv(Table::Sections, Lang::Zh, &reports), &[]);
        let (header, rows) = book.rows("报告");
        let at = |key: &str| header.iter().position(|known| known == key).unwrap();
        assert_eq!(rows[0][at("report")], Data::String("=0".into()));
        assert_eq!(rows[0][at("postcode")], Data::String("012000".into()));
        assert_eq!(rows[0][at("year")], Data::Float(2024.0));
    }
}

#[test]
fn a_number_that_excel_cannot_hold_is_a_text() {
    let report = hostile();
    let two = book(&[("甲".into(), report.clone()), ("乙".into(), report.clone())], options(Lang::Zh));
    let (header, rows) = two.rows("表二");
    let at = |key: &str| header.iter().position(|known| known == key).unwrap();
    let fees = rows.iter().find(|row| row[at("row")] == "fees").unwrap();
    assert_eq!(fees[at("value")], Data::String("1234567890123456.78".into()));
    let one = book(&[("甲".into(), report)], options(Lang::Zh));
    assert_eq!(by_keys(&one.sheets["表二"], "fees", "amount"), Some(&Data::String("1234567890123456.78".into())));
}

#[test]
fn a_long_text_goes_on_in_further_rows() {
    let long = "政府信息公开。".repeat(12_000);
    let text = format!("某市2023年政府信息公开工作年度报告\n一、总体情况\n{long}\n二、其他\n无\n");
    let report = read_bytes(text.as_bytes());
    let book = book(&[("甲".into(), report)], options(Lang::Zh));
    let (header, rows) = book.rows("章节");
    let at = |key: &str| header.iter().position(|known| known == key).unwrap();
    let parts: Vec<&Vec<Data>> = rows.iter().filter(|row| row[at("path")] == "1").collect();
    assert_eq!(parts.iter().map(|row| row[at("part")].to_string()).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!(parts.iter().map(|row| row[at("text")].to_string()).collect::<String>(), long);
    assert_eq!(book.notices.len(), 1, "{:?}", book.notices);
    assert!(book.notices[0].contains("接续"), "{:?}", book.notices);
}

#[test]
fn rates_stand_behind_the_cells() {
    let reports = reports(&["valid"]);
    let book = book(&reports, Options { derive: true, ..options(Lang::Zh) });
    let (header, rows) = book.rows("指标");
    let derived: Vec<&str> = header.iter().filter_map(|key| key.strip_prefix("derived.")).collect();
    assert_eq!(derived, ["substantive_disclosure", "review_correction", "litigation_correction"]);
    assert!(header[header.len() - 3].starts_with("derived."));
    let mut found = 0;
    for ((id, report), row) in reports.iter().zip(&rows) {
        for rate in report.form.iter().flat_map(|form| &form.rates) {
            let at = header.iter().position(|key| *key == rate.column()).unwrap();
            let value = rate.value(report).map(|value| value.to_string()).unwrap_or_default();
            assert!(agrees(row.get(at), &value), "{id} {}: {:?} for {value}", rate.key, row.get(at));
            found += usize::from(!value.is_empty());
        }
    }
    assert!(found > 20, "{found}");
}

/// A disk that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let (forms, dir) = (Forms::embedded(), std::env::temp_dir());
    let options = xlsx::Options { lang: Lang::En, forms: &forms, reports: 0, dir: &dir, rows: None };
    assert!(xlsx::assemble(&b""[..], &b""[..], &b""[..], &Layouts::default(), options, Full).is_err());
    let nowhere = dir.join("nianbao-no-such-folder");
    let options = xlsx::Options { dir: &nowhere, ..options };
    assert!(xlsx::assemble(&b""[..], &b""[..], &b""[..], &Layouts::default(), options, Vec::new()).is_err());
}

#[test]
fn a_run_without_reports_is_a_workbook() {
    let book = book(&[], options(Lang::En));
    assert_eq!(book.names, ["About", "Reports", "Wide", "Sections", "Findings", "Failed"]);
}
