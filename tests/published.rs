//! Published reports, where `NIANBAO_REPORTS` names a folder of them with the true cells beside them.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use common::{assert_invariants, cells, differences, published, read_bytes, truth};
use nianbao::finding::Severity;
use nianbao::record::Section;

/// The report that this program was first written for: read whole.
#[test]
fn jinjiang_2023_is_read_whole() {
    let Some(folder) = published() else { return };
    let bytes = std::fs::read(folder.join("jinjiang-kjj-2023.txt")).unwrap();
    let report = read_bytes(&bytes);
    assert_invariants(&report, "jinjiang-kjj-2023");
    let metadata = &report.metadata;
    assert_eq!(metadata.title.as_deref().unwrap().replace(' ', ""), "晋江市科学技术局2023年政府信息公开工作年度报告");
    assert_eq!(metadata.agency.as_deref(), Some("晋江市科学技术局"));
    assert_eq!((metadata.year, metadata.edition.as_deref()), (Some(2023), Some("2021")));
    let period = metadata.period.as_ref().unwrap();
    assert_eq!((period.from.as_str(), period.to.as_str()), ("2023-01-01", "2023-12-31"));
    let contact = &metadata.contact;
    assert_eq!(contact.address.as_deref(), Some("晋江市青阳街道崇德路 283 号"));
    assert_eq!(contact.phone.as_deref(), Some("0595-85681242"));
    assert_eq!(contact.fax.as_deref(), Some("0595-85684144"));
    assert_eq!(contact.postcode.as_deref(), Some("362200"));
    assert_eq!(contact.website.as_deref(), Some("http://www.jinjiang.gov.cn/"));
    let mut sections = Vec::new();
    Section::walk(&report.sections, &mut |path, section| {
        sections.push(format!("{path} {} {}", section.key.as_deref().unwrap_or("-"), section.line));
    });
    assert_eq!(
        sections,
        [
            "1 overview 21",
            "1.1 overview/1 25",
            "1.2 overview/2 29",
            "1.3 overview/3 33",
            "1.4 overview/4 39",
            "1.5 overview/5 43",
            "2 proactive 47",
            "3 applications 65",
            "4 review_litigation 97",
            "5 problems 104",
            "6 other_matters 112",
        ]
    );
    let rejoined: Vec<u32> = [&report.sections[0].sections[2], &report.sections[4]]
        .iter()
        .flat_map(|section| {
            section.paragraphs.iter().filter(|paragraph| paragraph.rejoined).map(|paragraph| paragraph.line)
        })
        .collect();
    assert_eq!(rejoined, [35, 108]);
    assert!(differences(&cells(&report), &truth(&folder.join("jinjiang-kjj-2023.cells.csv"))).is_empty());
    let summary = report.summary();
    assert_eq!((summary.cells_expected, summary.ok, summary.blank), (200, 195, 5));
    let findings: Vec<(&str, Severity)> =
        report.findings.iter().map(|finding| (finding.rule.id(), finding.severity)).collect();
    assert_eq!(findings, [("cell.blank", Severity::Note)]);
}

/// One 0 made 1 by hand: exactly the identities that this breaks are found, on the right line.
#[test]
fn a_changed_cell_breaks_just_its_identities() {
    let Some(folder) = published() else { return };
    let text = std::fs::read_to_string(folder.join("jinjiang-kjj-2023.txt")).unwrap();
    let report = read_bytes(text.as_bytes());
    let zeros: Vec<usize> = (0..report.cells.len()).filter(|&at| report.cells[at].value.is_some()).collect();
    let mut checked = 0;
    for at in zeros {
        let cell = report.cells[at].span.unwrap();
        let slot = &report.form.as_ref().unwrap().slots[report.cells[at].slot];
        let changed = format!("{}1{}", &text[..cell.start as usize], &text[cell.end as usize..]);
        let report = read_bytes(changed.as_bytes());
        let mut found: Vec<String> = report
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| {
                assert!(
                    finding.entered.iter().any(|entered| entered.cell == slot.path()),
                    "the changed cell enters {}",
                    finding.message(nianbao::lang::Lang::En)
                );
                let column = finding.column.as_deref().unwrap_or("-");
                format!(
                    "{} {} {column} @{}",
                    finding.rule,
                    finding.row.as_deref().unwrap_or("-"),
                    report.place(finding.span.unwrap()).line
                )
            })
            .collect();
        found.sort();
        assert_eq!(
            found,
            broken_by(&slot.table, &slot.row, &slot.column, report.cells[at].span.map(|span| report.place(span).line)),
            "{}",
            slot.path()
        );
        checked += 1;
    }
    assert_eq!(checked, 195);
}

/// The identities of edition 2021 that one cell takes part in, worked out from the form's own words.
fn broken_by(table: &str, row: &str, column: &str, line: Option<u32>) -> Vec<String> {
    const OUTCOMES_LINE: u32 = 94;
    const REVIEW_LINE: u32 = 102;
    let mut broken = match table {
        "applications" => {
            let mut broken = vec![format!("sum.row {row} total @{}", line.unwrap())];
            match row {
                "received" | "carried_in" | "carried_out" => {
                    broken.push(format!("sum.balance - {column} @{OUTCOMES_LINE}"))
                }
                "outcomes_total" => {
                    broken.push(format!("sum.balance - {column} @{OUTCOMES_LINE}"));
                    broken.push(format!("sum.outcomes outcomes_total {column} @{OUTCOMES_LINE}"));
                }
                _ => broken.push(format!("sum.outcomes outcomes_total {column} @{OUTCOMES_LINE}")),
            }
            broken
        }
        "review_litigation" => vec![format!("sum.review {row} total @{REVIEW_LINE}")],
        _ => Vec::new(),
    };
    broken.sort();
    broken
}

/// Every published report against its truth: right, or flagged; never silently wrong. The figures are printed, file by file.
#[test]
fn published_cells_are_right_or_flagged() {
    let Some(folder) = published() else { return };
    let mut texts: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    texts.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    texts.sort();
    let mut failures = Vec::new();
    for path in texts {
        let stem = path.file_name().unwrap().to_string_lossy();
        let cells_file = folder.join(format!("{}.cells.csv", stem.split('.').next().unwrap()));
        if !cells_file.exists() {
            println!("{stem}: no truth beside it");
            continue;
        }
        let report = read_bytes(&std::fs::read(&path).unwrap());
        assert_invariants(&report, &stem);
        let truth = truth(&cells_file);
        let silent = common::silently_wrong(&report, &truth);
        let wrong = differences(&cells(&report), &truth).len();
        let right = truth.len() - wrong.min(truth.len());
        let share = 100.0 * right as f64 / truth.len() as f64;
        let layouts: std::collections::BTreeSet<&str> =
            report.tables.iter().filter(|table| table.form.is_some()).map(|table| table.layout.name()).collect();
        println!(
            "{stem}: {layouts:?} {right} of {} cells right ({share:.2} %), {} silently wrong",
            truth.len(),
            silent.len()
        );
        let bar = if layouts.contains("space") || layouts.contains("line") { 99.0 } else { 100.0 };
        if share < bar || !silent.is_empty() {
            failures.push(format!("{stem}: {share:.2} % right, bar {bar} %; silently wrong: {silent:?}"));
        }
        let errors: Vec<String> = report
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| format!("{} {}", finding.rule, finding.row.as_deref().unwrap_or("-")))
            .collect();
        let known: &[&str] = match &*stem {
            "hongze-2023.txt" => &["sum.review review", "sum.review litigation_after_review"],
            _ => &[],
        };
        if errors != known {
            failures.push(format!("{stem}: errors {errors:?}, true {known:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
