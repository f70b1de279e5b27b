//! `convert` for spreadsheets and data tools: dialects of CSV, the codebook, rates, and the workbook of a whole run.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

mod common;

fn convert(args: &[&str], out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command.arg("convert").args(args).arg("-o").arg(out).current_dir(common::fixtures()).output().unwrap()
}

/// The files of a run that went well, and what it said.
fn files(args: &[&str]) -> (BTreeMap<String, Vec<u8>>, String) {
    let out = tempfile::tempdir().unwrap();
    let output = convert(args, out.path());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    let file = |path: std::path::PathBuf| (common::name(&path), fs::read(&path).unwrap());
    (fs::read_dir(out.path()).unwrap().map(|entry| file(entry.unwrap().path())).collect(), said)
}

fn records(bytes: &[u8], between: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(between).flexible(true).from_reader(bytes);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// A row as its columns name it.
fn rows(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let all = records(bytes, b',');
    let (header, rows) = all.split_first().unwrap();
    rows.iter().map(|row| header.iter().cloned().zip(row.iter().cloned()).collect()).collect()
}

const TABLES: [&str; 8] = [
    "reports.csv",
    "cells.csv",
    "wide.csv",
    "codebook.csv",
    "sections.csv",
    "tables.csv",
    "findings.csv",
    "failed.csv",
];

#[test]
fn dialects_say_the_same() {
    let (plain, _) = files(&["reports/valid", "--to", "csv", "--derive"]);
    let (excel, _) = files(&["reports/valid", "--to", "csv", "--derive", "--excel"]);
    let (chinese, said) = files(&["reports/valid", "--to", "csv", "--derive", "--csv-encoding", "gb18030"]);
    let (tab, _) = files(&["reports/valid", "--to", "csv", "--derive", "--delimiter", "tab"]);
    assert!(!said.contains("GB18030") && !said.contains("gb18030"), "{said}");
    for table in TABLES {
        let expected = records(&plain[table], b',');
        assert!(expected.len() > 1 || table == "failed.csv", "{table}");
        let text = excel[table].strip_prefix(b"\xEF\xBB\xBF").unwrap_or_else(|| panic!("{table} has no mark"));
        // Excel keeps the leading zero of a postcode only where it takes it for a text, and so the (1) of a section and the 1.10
        // of a path. A number is a number there too.
        let kept = |cell: &String, number: bool| {
            let zeros = cell.len() > 1 && cell.starts_with('0') && cell.bytes().all(|b| b.is_ascii_digit());
            match !number && (zeros || ["(1)", "(2)", "(3)", "1.10"].contains(&cell.as_str())) {
                true => format!("'{cell}"),
                false => cell.clone(),
            }
        };
        let texts = ["report", "path", "number", "title", "text", "raw", "agency", "postcode", "phone", "fax", "unit"];
        let is_number = |at: usize| !texts.contains(&expected[0][at].as_str());
        for (row, kept_row) in expected.iter().zip(records(text, b',')) {
            for ((at, cell), got) in row.iter().enumerate().zip(kept_row) {
                // A guard is the only change, and stands before texts alone that a number or a day could be read in.
                let guarded = !is_number(at) && got.strip_prefix('\'') == Some(cell) && cell.contains(char::is_numeric);
                assert!(got == kept(cell, is_number(at)) || guarded, "{table} for Excel: {cell} became {got}");
            }
        }
        assert_eq!(records(text, b',').len(), expected.len(), "{table}");
        let rows = plain[table].iter().filter(|byte| **byte == b'\n').count();
        assert!(text.windows(2).filter(|pair| *pair == b"\r\n").count() >= expected.len().min(rows), "{table}");
        let (text, _, broken) = encoding_rs::GB18030.decode(&chinese[table]);
        assert!(!broken && text.as_bytes() == plain[table], "{table} in GB18030");
        assert!(records(&tab[table], b'\t') == expected, "{table} with tabs says something else");
    }
}

#[test]
fn texts_that_no_cell_of_excel_holds_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("甲.txt");
    let said = |characters: usize, more: &[&str]| {
        let title = "某县2023年政府信息公开工作年度报告";
        let text = format!("{title}\n一、总体情况\n{}。\n二、其他\n无。\n", "开".repeat(characters - 1));
        fs::write(&input, text).unwrap();
        files(&[&[input.to_str().unwrap(), "--to", "csv", "--lang", "en"], more].concat()).1
    };
    let sentence = "1 text is longer than the 32,767 characters that a cell of Excel holds";
    assert!(said(32_768, &["--excel"]).contains(sentence));
    assert!(!said(32_767, &["--excel"]).contains(sentence));
    assert!(!said(32_768, &[]).contains(sentence));
}

#[test]
fn characters_that_an_encoding_lacks_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("甲.txt");
    fs::write(&input, "𠀀县2023年政府信息公开工作年度报告\n一、总体情况\n无。\n").unwrap();
    let input = input.to_str().unwrap();
    let (files, said) = files(&[input, "--to", "csv", "--csv-encoding", "gbk"]);
    // The title, the organ; in four tables.
    let lost = files
        .iter()
        .filter(|(name, _)| name.ends_with(".csv"))
        .map(|(_, bytes)| bytes.windows(3).filter(|three| *three == [b'?', 0xCF, 0xD8]).count());
    let lost: usize = lost.sum();
    assert!(lost > 2, "{lost}");
    assert!(said.contains(&format!("{lost} characters are not in GBK and were written as ?")), "{said}");
}

#[test]
fn the_codebook_tells_every_column_of_the_wide_table() {
    let (files, _) = files(&["reports/valid", "--to", "csv", "--derive"]);
    let wide = records(&files["wide.csv"], b',');
    let book = rows(&files["codebook.csv"]);
    let names: Vec<&String> = book.iter().map(|row| &row["column"]).collect();
    assert_eq!(names, wide[0].iter().collect::<Vec<_>>());
    assert!(book.iter().all(|row| !row["label"].is_empty() && !row["kind"].is_empty()));
    let of = |name: &str| book.iter().find(|row| row["column"] == name).unwrap_or_else(|| panic!("{name} is missing"));

    let fees = of("proactive.fees.amount");
    assert_eq!(fees["label"], "行政事业性收费 / 本年收费金额（单位：万元）");
    assert_eq!((&*fees["unit"], &*fees["kind"], &*fees["edition"]), ("万元", "amount", "2021"));
    assert_eq!(fees["clause"], "《中华人民共和国政府信息公开条例》（2019年修订）第二十条第（八）项");
    let received = of("applications.received.total");
    assert_eq!((&*received["edition"], &*received["kind"]), ("2019；2021", "count"));
    assert_eq!(received["document"], "国办公开办函〔2019〕60号；国办公开办函〔2021〕30号");
    assert_eq!((&*received["row"], &*received["column_key"]), ("received", "total"));
    let change = of("proactive.licensing.change");
    assert_eq!((&*change["kind"], &*change["edition"]), ("change", "2019"));
    let printed = of("statistics.proactive.total.区直单位统计数");
    assert_eq!((&*printed["row"], &*printed["column_key"]), ("proactive.total", "区直单位统计数"));
    assert_eq!((&*printed["unit"], &*printed["edition"]), ("条", "2014"));
    let own = book.iter().find(|row| row["column"].starts_with("statistics.row.")).unwrap();
    assert!(own["label"].starts_with("（各报告自定"), "{own:?}");
    assert_eq!(own["edition"], "2008");
    let rate = of("derived.review_correction");
    assert_eq!((&*rate["label"], &*rate["kind"]), ("复议纠错率", "rate"));
    assert_eq!(
        rate["formula"],
        "statistics.review.corrected.value / statistics.review.total.value；\
         review_litigation.review.corrected / review_litigation.review.total"
    );
}

#[test]
fn rates_come_only_when_they_are_asked_for() {
    let (plain, _) = files(&["reports/valid", "--to", "csv"]);
    let (derived, _) = files(&["reports/valid", "--to", "csv", "--derive"]);
    let (plain, derived) = (records(&plain["wide.csv"], b','), records(&derived["wide.csv"], b','));
    assert!(plain[0].iter().all(|name| !name.starts_with("derived.")));
    let more = derived[0].len() - plain[0].len();
    assert_eq!(more, 3);
    for (row, with) in plain.iter().zip(&derived) {
        assert_eq!(row[..], with[..row.len()]);
    }
    let rates: Vec<&String> =
        derived[1..].iter().flat_map(|row| &row[row.len() - more..]).filter(|rate| !rate.is_empty()).collect();
    assert!(rates.len() > 20, "{}", rates.len());
    assert!(rates.iter().all(|rate| rate.len() == 8 && rate[1..2] == *"."), "{rates:?}");
}

#[cfg(feature = "xlsx")]
#[test]
fn a_run_is_a_workbook_whatever_the_number_of_jobs() {
    use calamine::{Reader as _, Xlsx};

    let (one, _) = files(&["reports/valid", "--to", "xlsx", "--jobs", "1"]);
    let (four, _) = files(&["reports/valid", "--to", "xlsx", "--jobs", "4"]);
    assert!(one["reports.xlsx"] == four["reports.xlsx"], "the number of jobs changes the workbook");
    assert!(!one.contains_key("cells.csv"));
    let book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(one["reports.xlsx"].clone())).unwrap();
    assert_eq!(
        book.sheet_names(),
        ["About", "Reports", "Wide", "Table 2", "Table 3", "Table 4", "Statistics", "Sections", "Findings"]
    );

    // One report among inputs that cannot be read is laid out as the form.
    let out = tempfile::tempdir().unwrap();
    let args = ["reports/valid/clean-rectangle/report.txt", "missing.txt", "--to", "xlsx", "--lang", "zh"];
    assert_eq!(convert(&args, out.path()).status.code(), Some(1));
    let mut book: Xlsx<_> =
        Xlsx::new(std::io::Cursor::new(fs::read(out.path().join("reports.xlsx")).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["说明", "报告", "指标", "表二", "表三", "表四", "章节", "校验", "未读入"]);
    let table = book.worksheet_range("表三").unwrap();
    assert_eq!(table.get_value((2, 3)).unwrap().to_string(), "申请人情况");
    assert!(book.worksheet_range("未读入").unwrap().rows().nth(2).unwrap()[0].to_string().ends_with("missing.txt"));
}

#[test]
fn what_is_found_among_years_stands_with_its_report() {
    for dialect in [&[][..], &["--excel"], &["--csv-encoding", "gb18030"], &["--delimiter", "semicolon"]] {
        let (files, _) = files(&[&["series", "--to", "csv", "--lang", "zh"], dialect].concat());
        let between = if dialect.contains(&"semicolon") { b';' } else { b',' };
        let text = |table: &str| match dialect.contains(&"gb18030") {
            true => encoding_rs::GB18030.decode(&files[table]).0.into_owned().into_bytes(),
            false => files[table].strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&files[table]).to_vec(),
        };
        let (reports, findings) = (records(&text("reports.csv"), between), records(&text("findings.csv"), between));
        let at = |header: &[String], name: &str| header.iter().position(|known| known == name).unwrap();
        let order: Vec<&str> = reports[1..].iter().map(|row| row[0].as_str()).collect();
        let places: Vec<usize> =
            findings[1..].iter().map(|row| order.iter().position(|id| *id == row[0]).unwrap()).collect();
        assert!(places.is_sorted(), "{dialect:?}: {places:?}");
        let (rule, severity) = (at(&findings[0], "rule"), at(&findings[0], "severity"));
        assert!(findings.iter().any(|row| row[rule].starts_with("series.")));
        for row in &reports[1..] {
            for (column, name) in [("errors", "error"), ("warnings", "warning"), ("notes", "note")] {
                let found = findings.iter().filter(|finding| finding[0] == row[0] && finding[severity] == name).count();
                assert_eq!(row[at(&reports[0], column)], found.to_string(), "{}: {column}", row[0]);
            }
        }
    }
}
