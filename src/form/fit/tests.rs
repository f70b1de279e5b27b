//! Where the numbers of a row stand that lost a tab or its label.

use crate::finding::{Fact, Shift};
use crate::{Reader, Report};

const CLEAN: &str = include_str!("../../../fixtures/reports/valid/clean-rectangle/report.txt");

fn raws(report: &Report, row: &str) -> Vec<String> {
    report.cells().filter(|cell| cell.row == row).map(|cell| cell.raw.unwrap_or("-").to_owned()).collect()
}

/// The tab between the label and its first number was lost: the number is still there, and still the row's first.
#[test]
fn a_number_that_is_stuck_to_its_label_is_read_where_it_stands() {
    let row = "1.属于国家秘密\t0\t0\t0\t0\t0\t0\t0";
    assert_eq!(CLEAN.matches(row).count(), 1);
    let text = CLEAN.replace(row, "1.属于国家秘密17\t0\t0\t0\t0\t0\t17");
    let report = Reader::default().read(text.as_bytes(), None).unwrap();
    assert_eq!(raws(&report, "refused.state_secret"), ["17", "0", "0", "0", "0", "0", "17"]);
    let glued = report.cells().find(|cell| cell.row == "refused.state_secret").unwrap().place.unwrap();
    let line = text.lines().nth(glued.line as usize - 1).unwrap();
    assert_eq!(line.chars().skip(glued.col as usize - 1).collect::<String>(), "17\t0\t0\t0\t0\t0\t17");
}

/// A label was lost, and the row beside it is blank: its numbers may be those of either row, and that is said.
#[test]
fn numbers_beside_a_blank_row_whose_neighbour_lost_its_label_are_doubted() {
    let apart = |text: &str| {
        let report = Reader::default().read(text.as_bytes(), None).unwrap();
        let findings = report.findings.iter().filter(|finding| finding.fact == Fact::RowShifted(Shift::Apart));
        let rows: Vec<_> = findings.map(|finding| finding.row.clone().unwrap_or_default()).collect();
        (rows, raws(&report, "penalties"), raws(&report, "coercion"))
    };
    let rows = "行政处罚\t12\t\t\n行政强制\t2\t\t\n";
    assert_eq!(CLEAN.matches(rows).count(), 1);
    let above = CLEAN.replace(rows, "\t12\t\t\n行政强制\t\t\t\n");
    assert_eq!(apart(&above), (vec!["coercion".to_owned()], vec!["-".to_owned()], vec!["12".to_owned()]));
    let below = CLEAN.replace(rows, "行政处罚\t\t\t\n\t2\t\t\n");
    assert_eq!(apart(&below), (vec!["penalties".to_owned()], vec!["2".to_owned()], vec!["-".to_owned()]));
    // A number on a line of its own may be that of a page.
    let page = CLEAN.replace(rows, "行政处罚\t12\t\t\n行政强制\t\t\t\n68\n");
    assert_eq!(apart(&page), (vec!["coercion".to_owned()], vec!["12".to_owned()], vec!["68".to_owned()]));
    let stripped = CLEAN.replace(rows, "行政处罚\t12\t\t\n行政强制\n3\n");
    assert_eq!(apart(&stripped), (vec!["coercion".to_owned()], vec!["12".to_owned()], vec!["3".to_owned()]));
    // A label that is broken off its numbers, with all rows there, is no doubt.
    let broken = CLEAN.replace(rows, "行政处罚\n\t12\t\t\n行政强制\t2\t\t\n");
    assert_eq!(apart(&broken), (vec![], vec!["12".to_owned()], vec!["2".to_owned()]));
}
