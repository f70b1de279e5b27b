//! Where the numbers of a row stand that lost a tab.

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
