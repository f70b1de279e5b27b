//! The same report in another encoding or with other line ends gives the same cells, sections and metadata.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::path::PathBuf;

use common::renderings::{
    as_page_text, as_saved_sheet, essence, line_ends_in_quotes, merged_cells_printed_again, on_one_line,
    one_blank_between_cells, renderings, tables_on_one_line,
};
use common::{assert_invariants, cases, cells, differences, name, read_bytes, silently_wrong, truth};
use nianbao::Report;
use nianbao::finding::Rule;
use nianbao::grid::Layout;
use nianbao::record::Table;

fn assert_invariant(path: PathBuf) {
    let bytes = std::fs::read(&path).unwrap();
    let report = read_bytes(&bytes);
    let text = report.text.clone();
    let mut renderings = renderings(&text).into_iter();
    let (_, plain) = renderings.next().unwrap();
    let wanted = essence(&read_bytes(&plain));
    for (rendering, bytes) in renderings {
        let report = read_bytes(&bytes);
        assert_eq!(report.source.replaced, 0, "{} as {rendering}", path.display());
        assert!(
            essence(&report) == wanted,
            "{} reads otherwise as {rendering}:\n{}\n{wanted}",
            path.display(),
            essence(&report)
        );
        assert_invariants(&report, rendering);
    }
}

/// The texts of the valid fixtures, and of the published reports if there are any, each with its true cells.
fn texts() -> Vec<(PathBuf, PathBuf)> {
    let folder = common::published();
    let published =
        folder.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let published = published.filter(|path| path.extension().is_some_and(|ending| ending == "txt")).map(|path| {
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let report = stem.split('.').next().unwrap_or(&stem).to_owned();
        (path.clone(), path.with_file_name(format!("{report}.cells.csv")))
    });
    let fixtures = cases("valid").into_iter().map(|case| (case.join("report.txt"), case.join("cells.csv")));
    fixtures.chain(published).collect()
}

#[test]
fn encodings_and_line_ends_change_nothing() {
    for case in cases("valid").into_iter().chain(cases("bytes")) {
        // U+FFFD in place of broken bytes is text like any other here.
        if name(&case) != "utf-8-three-broken-bytes" {
            assert_invariant(case.join("report.txt"));
        }
    }
}

#[test]
fn encodings_and_line_ends_change_nothing_in_published_reports() {
    let Some(folder) = common::published() else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            assert_invariant(path);
        }
    }
}

/// NEL, U+2028 and a form feed part text as a line end does, though an editor does not count them.
#[test]
fn odd_line_ends_part_text() {
    let text = std::fs::read_to_string(common::fixtures().join("reports/valid/clean-rectangle/report.txt")).unwrap();
    let wanted = cells(&read_bytes(text.as_bytes()));
    for mark in ["\u{85}", "\u{2028}", "\u{2029}", "\u{c}", "\u{b}"] {
        let report = read_bytes(text.replace('\n', mark).as_bytes());
        assert_eq!(cells(&report), wanted, "{}", mark.escape_unicode());
        assert_eq!(report.source.lines, 1);
    }
}

/// The text of a page whose cells hold paragraphs: tabs on lines of their own say which cells are blank, as tabs in the rows do.
#[test]
fn the_text_of_a_page_reads_as_its_rows_do() {
    let mut read = 0;
    for (path, _) in texts() {
        let report = read_bytes(&std::fs::read(&path).unwrap());
        let in_lines = |table: &Table| table.layout == Layout::Tab && report.text.lines().all(|line| line != "\t");
        if report.tables.is_empty() || !report.tables.iter().all(in_lines) {
            continue;
        }
        for breaks in [1, 2] {
            let page = read_bytes(as_page_text(&report, breaks).as_bytes());
            assert_invariants(&page, &path.to_string_lossy());
            let differences = differences(&cells(&page), &cells(&report));
            assert!(differences.is_empty(), "{} {breaks}: {differences:#?}", path.display());
        }
        read += 1;
    }
    assert!(read > 15, "{read}");
}

/// Programs that know no merged cells print their labels again in each cell that they take, and `None` where a cell is empty.
#[test]
fn merged_cells_that_are_printed_again_change_nothing() {
    for name in ["clean-rectangle", "2019-clean-rectangle", "blank-cells", "header-off-columns"] {
        let text =
            std::fs::read_to_string(common::fixtures().join(format!("reports/valid/{name}/report.txt"))).unwrap();
        let again = merged_cells_printed_again(&text);
        let report = read_bytes(again.as_bytes());
        assert_invariants(&report, name);
        let differences = differences(&cells(&report), &cells(&read_bytes(text.as_bytes())));
        assert!(differences.is_empty(), "{name}: {differences:#?}\n{again}");
        assert!(
            again.contains("一、本年新收政府信息公开申请数量\t一、本年新收政府信息公开申请数量\t"),
            "{name}: {again}"
        );
    }
}

/// A line end inside a cell parts no rows where quotes say that it is the cell's.
#[test]
fn line_ends_in_quoted_cells_change_nothing() {
    let mut read = 0;
    for (path, _) in texts() {
        let report = read_bytes(&std::fs::read(&path).unwrap());
        if !report.text.contains('\t') {
            continue;
        }
        let quoted = line_ends_in_quotes(&report.text);
        let broken = read_bytes(quoted.as_bytes());
        assert_invariants(&broken, &path.to_string_lossy());
        let differences = differences(&cells(&broken), &cells(&report));
        assert!(differences.is_empty(), "{}: {differences:#?}\n{quoted}", path.display());
        read += 1;
    }
    assert!(read > 25, "{read}");
}

/// Rows whose cells are copied one behind the other. What is blank is lost, and nobody can tell where it stood: then the row says so. Where nothing
/// is blank, nothing is lost.
#[test]
fn one_blank_between_cells_reads_the_same_or_is_told() {
    let (mut alike, mut told) = (0, 0);
    for (path, wanted) in texts() {
        let report = read_bytes(&std::fs::read(&path).unwrap());
        if !report.text.contains('\t') {
            continue;
        }
        let wanted = truth(&wanted);
        let report = read_bytes(one_blank_between_cells(&report.text).as_bytes());
        assert_invariants(&report, &path.to_string_lossy());
        let wrong = silently_wrong(&report, &wanted);
        assert!(wrong.is_empty(), "{}: {wrong:?}", path.display());
        let read = cells(&report);
        // A number is the true one or none.
        for (key, (value, status)) in &read {
            let is_true = wanted.get(key).is_some_and(|(other, _)| other == value);
            assert!(is_true || status != "ok", "{}: {key} is {value}", path.display());
        }
        if read == wanted {
            alike += 1;
        } else {
            told += 1;
        }
    }
    assert!(alike > 25 && told > 2, "{alike} read alike, {told} told");
}

/// A program that takes the text of a page may leave no line ends. What is blank is lost, and told; nothing else is.
#[test]
fn a_report_on_one_line_reads_the_same_or_is_told() {
    let titles = |report: &Report| -> Vec<String> {
        report.sections.iter().map(|section| format!("{} {}", section.number, section.title)).collect()
    };
    for mark in [" ", "|", " | ", ";", "\t", ", "] {
        let (mut alike, mut told, mut titled) = (0, 0, 0);
        for (path, wanted) in texts() {
            let report = read_bytes(&std::fs::read(&path).unwrap());
            if !report.text.contains('\t') {
                continue;
            }
            let wanted = truth(&wanted);
            for text in [on_one_line(&report.text, mark), tables_on_one_line(&report.text, mark)] {
                let flat = read_bytes(text.as_bytes());
                let whose = format!("{} by {mark:?}", path.display());
                assert_invariants(&flat, &whose);
                // The labels of most annexes of 2008 are in no form.
                if flat.form.is_none() {
                    assert!(flat.findings.iter().any(|finding| finding.rule == Rule::FormUnknown), "{whose}");
                    told += 1;
                    continue;
                }
                let wrong = silently_wrong(&flat, &wanted);
                assert!(wrong.is_empty(), "{whose}: {wrong:?}");
                if cells(&flat) == wanted {
                    alike += 1;
                    titled += usize::from(titles(&flat) == titles(&report));
                    assert_eq!(flat.metadata.agency, report.metadata.agency, "{whose}");
                    assert_eq!(flat.metadata.year, report.metadata.year, "{whose}");
                } else {
                    told += 1;
                }
            }
        }
        assert!(alike > 40 && told > 2, "by {mark:?}: {alike} read alike, {told} told");
        // Of one report the lines cut titles in two.
        assert!(titled + 1 >= alike, "by {mark:?}: {titled} of {alike} have all titles");
    }
}

/// As `.csv`: the rows of the tables, or the whole sheet. Where no field stands in quotes, three digits behind a comma may be thousands.
#[test]
fn a_sheet_saved_as_csv_reads_the_same_or_is_told() {
    for (mark, whole) in [(',', false), (',', true), (';', false), (';', true)] {
        let (mut alike, mut told) = (0, 0);
        for (path, wanted) in texts() {
            let report = read_bytes(&std::fs::read(&path).unwrap());
            // Of the text of a page the tabs stand on lines of their own: those are no rows.
            let tabbed = || report.text.lines().filter(|line| line.contains('\t'));
            let is_row = |line: &&str| line.split('\t').filter(|cell| !cell.trim().is_empty()).nth(1).is_some();
            let rows = tabbed().filter(is_row).count();
            let is_other = |table: &Table| table.layout != Layout::Tab;
            if rows * 2 <= tabbed().count() || report.tables.iter().any(is_other) {
                continue;
            }
            let whose = format!("{} among {mark:?}, {}", path.display(), if whole { "a sheet" } else { "tables" });
            let saved = read_bytes(as_saved_sheet(&report.text, mark, whole).as_bytes());
            assert_invariants(&saved, &whose);
            let wanted = truth(&wanted);
            let wrong = silently_wrong(&saved, &wanted);
            assert!(wrong.is_empty(), "{whose}: {wrong:?}");
            if cells(&saved) != cells(&report) {
                assert!(saved.findings.iter().any(|finding| finding.rule == Rule::TableMissing), "{whose}");
                told += 1;
                continue;
            }
            alike += 1;
            let titles = |report: &Report| -> Vec<String> {
                report.sections.iter().map(|section| format!("{} {}", section.number, section.title)).collect()
            };
            assert_eq!(titles(&saved), titles(&report), "{whose}");
            assert_eq!(saved.metadata.title, report.metadata.title, "{whose}");
            assert_eq!(saved.metadata.agency, report.metadata.agency, "{whose}");
            assert_eq!(saved.metadata.year, report.metadata.year, "{whose}");
            assert_eq!(saved.metadata.contact.phone, report.metadata.contact.phone, "{whose}");
        }
        println!("among {mark:?}, whole {whole}: {alike} read alike, {told} told");
        assert!(alike > 30 && told < 3, "among {mark:?}, whole {whole}: {alike} read alike, {told} told");
    }
}

/// Where blanks part the thousands too, a row has more numbers than columns: it is told, and none of them is taken.
#[test]
fn one_blank_between_cells_and_thousands_gives_no_wrong_number() {
    let case = common::fixtures().join("reports/valid/one-blank-between-cells");
    let text = std::fs::read_to_string(case.join("report.txt")).unwrap();
    let wanted = truth(&case.join("cells.csv"));
    let spaced: Vec<String> = text
        .split('\n')
        .map(|line| if line.contains('。') { line.to_owned() } else { line.replace(',', " ") })
        .collect();
    let report = read_bytes(spaced.join("\n").as_bytes());
    assert!(silently_wrong(&report, &wanted).is_empty());
    let untrue = cells(&report).into_iter().filter(|(key, cell)| cell.1 == "ok" && wanted.get(key) != Some(cell));
    assert_eq!(untrue.count(), 0);
    assert!(report.summary().unreadable > 0);
}

/// A PDF whose digits stand a little lower than its characters: the year of the title is on a line of its own.
#[test]
fn a_year_inside_the_name_of_the_report_hides_no_annex() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reports/valid/2008-code-column/report.txt");
    let text = std::fs::read_to_string(path).expect(path);
    let moved = text.replacen("2010年度政府信息公开工作年度报告", "年度政府信息公开工作\n2010\n年度报告", 1);
    assert_ne!(moved, text);
    let cells = |text: &str| cells(&read_bytes(text.as_bytes()));
    assert!(!cells(&text).is_empty());
    assert_eq!(cells(&moved), cells(&text));
}
