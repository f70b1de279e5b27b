//! Where the numbers of a row stand that lost a tab or its label.

use crate::finding::{Fact, Finding, Rule, Shift};
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

/// A report with the annex of edition 2014, each row as `row` prints it: its label, its unit, its number; a group has neither.
fn annex(head: &str, row: impl Fn(&str, &str, &str) -> String) -> Report {
    let blank = include_str!("../data/2014/statistics.txt").lines().skip(1);
    let cells = blank.map(|line| line.split('\t').collect::<Vec<_>>());
    let mut text = format!("青石县档案馆2016年政府信息公开工作年度报告\n\n附表：\n政府信息公开情况统计表\n\n{head}\n");
    for (at, cells) in cells.enumerate() {
        let number = (at * at % 53).to_string();
        text.push_str(&match cells[..] {
            [label, unit, "{}"] => row(label, unit, "——"),
            [label, unit, _] => row(label, unit, &number),
            _ => String::new(),
        });
        text.push('\n');
    }
    Reader::default().read(text.as_bytes(), None).unwrap()
}

/// All numbers of the annex were read from the lines of their rows, and nothing is said but of its sums.
fn is_whole(report: &Report) {
    let read: Vec<_> = report.cells().filter_map(|cell| Some((cell.row, cell.value?.to_string()))).collect();
    let usual = annex("统计指标\t单位\t统计数", |label, unit, number| format!("{label}\t{unit}\t{number}"));
    let wanted: Vec<_> = usual.cells().filter_map(|cell| Some((cell.row, cell.value?.to_string()))).collect();
    assert_eq!((read.len(), &read), (58, &wanted));
    let strange = report.findings.iter().filter(|finding| finding.rule != Rule::SumStatistics);
    assert_eq!(strange.collect::<Vec<_>>(), Vec::<&Finding>::new());
}

#[test]
fn a_unit_may_stand_in_brackets_behind_its_label() {
    let with_unit = |label: &str, unit: &str, number: &str| match number {
        "——" => format!("{label}\t{number}"),
        _ => format!("{label}（{unit}）\t{number}"),
    };
    let report = annex("统计指标\t统计数", with_unit);
    is_whole(&report);
    assert_eq!(report.cells().find(|cell| cell.row == "requests.received").unwrap().unit, Some("件"));
    let report =
        annex("统计指标\t统计数", |label, unit, number| with_unit(label, &unit.replace("万元", "元"), number));
    let cell = report.cells().find(|cell| cell.row == "fees.amount").unwrap();
    assert_eq!(cell.unit, Some("元"));
    assert_eq!(report.findings.iter().filter(|finding| finding.rule == Rule::CellUnit).count(), 2);
}

#[test]
fn one_blank_parts_known_labels_from_their_numbers() {
    is_whole(&annex("统计指标 统计数", |label, _, number| format!("{label} {number}")));
}

#[test]
fn a_unit_may_stand_behind_the_number() {
    is_whole(&annex("统计指标\t统计数\t单位", |label, unit, number| format!("{label}\t{number}\t{unit}")));
}

#[test]
fn numbers_before_the_labels_are_told() {
    let report = annex("统计数\t统计指标\t单位", |label, unit, number| format!("{number}\t{label}\t{unit}"));
    let unplaced = report.findings.iter().filter(|finding| finding.rule == Rule::NumberUnplaced);
    assert_eq!(unplaced.count(), report.cells().filter(|cell| cell.value.is_none()).count());
}

#[test]
fn serial_numbers_before_the_labels_are_none() {
    let serial = std::cell::Cell::new(0);
    is_whole(&annex("序号\t统计指标\t单位\t统计数", |label, unit, number| {
        serial.set(serial.get() + 1);
        format!("{}\t{label}\t{unit}\t{number}", serial.get())
    }));
}

#[test]
fn the_label_of_a_group_may_be_broken_in_a_box() {
    let rule = format!("├{}┼{}┼{}┤", "─".repeat(80), "─".repeat(6), "─".repeat(8));
    is_whole(&annex(&format!("{rule}\n│统计指标│单位│统计数│"), |label, unit, number| {
        let (first, rest) = label.split_at(label.char_indices().nth_back(1).map_or(0, |(at, _)| at));
        format!("{rule}\n│{first}│{unit}│{number}│\n│{rest}│      │        │")
    }));
}

#[test]
fn an_annex_that_is_no_table_is_missed() {
    for (mark, unit) in [("：", true), (",", false), ("", true)] {
        let report = annex("", |label, of, number| {
            if unit { format!("{label}{mark}{number}{of}") } else { format!("{label}{mark}{of}{mark}{number}") }
        });
        assert_eq!(report.form.as_ref().map(|form| form.key.as_str()), Some("2014"), "{mark}");
        assert!(report.findings.iter().any(|finding| finding.rule == Rule::TableMissing), "{mark}");
    }
}
