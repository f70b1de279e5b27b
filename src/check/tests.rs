//! What the checks say of a whole report in which little was changed.

use super::*;
use crate::finding::{Fact, Rule};
use crate::{Reader, Report};

const CLEAN: &str = include_str!("../../fixtures/reports/valid/clean-rectangle/report.txt");

fn read(text: &str) -> Report {
    Reader::default().read(text.as_bytes(), None).unwrap()
}

/// The clean report with one place changed.
fn changed(from: &str, to: &str) -> Report {
    assert_eq!(CLEAN.matches(from).count(), 1, "{from}");
    read(&CLEAN.replace(from, to))
}

fn rules(report: &Report) -> Vec<Rule> {
    report.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn findings_come_in_the_order_of_the_text_and_those_about_the_whole_first() {
    let at = |start: usize, rule: Rule| {
        Finding::new(rule, Fact::SectionMissing { number: String::new(), title: String::new() })
            .at(Span::new(start, start + 1))
    };
    let whole = Finding::new(Rule::RowMissing, Fact::SectionMissing { number: String::new(), title: String::new() });
    let mut findings = vec![at(1, Rule::CellBlank), at(0, Rule::RowUnknown), whole.clone(), at(0, Rule::CellBlank)];
    sort(&mut findings);
    let mut alike = [at(0, Rule::RowUnknown), at(0, Rule::CellBlank)];
    alike.sort_by_key(|finding| finding.rule);
    let [first, second] = alike;
    assert_eq!(findings, [whole, first, second, at(1, Rule::CellBlank)]);
}

/// The sums of a table are checked where it stands alone, too.
#[test]
fn sums_are_those_of_the_tables_that_are_printed() {
    let (_, alone) = CLEAN.split_once("三、收到和处理政府信息公开申请情况").unwrap();
    let (alone, _) = alone.split_once("四、政府信息公开行政复议").unwrap();
    let report = read(
        &alone.replace("二、上年结转政府信息公开申请数量\t\t\t2\t1\t", "二、上年结转政府信息公开申请数量\t\t\t9\t1\t"),
    );
    assert_eq!(report.tables.len(), 1);
    let sums: Vec<Rule> = rules(&report).into_iter().filter(|rule| rule.id().starts_with("sum.")).collect();
    // The row, the balance of the column; and nothing about a table that is not there.
    assert_eq!(sums.len(), 2, "{sums:?}");
    assert!(!sums.contains(&Rule::SumUnchecked));
}

/// A number of prose that the tables contradict is told with the line on which they say otherwise.
#[test]
fn prose_against_a_table_names_the_line_of_the_table() {
    let row = CLEAN.lines().position(|line| line.starts_with("一、本年新收政府信息公开申请数量")).unwrap() + 1;
    let report = changed("本年新收政府信息公开申请16件", "本年新收政府信息公开申请61件");
    let lines: Vec<Option<u32>> = report
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::ProseTable { figured, .. } => Some(figured[0].line),
            _ => None,
        })
        .collect();
    assert_eq!(lines, [Some(row as u32)]);
}

/// A number of a wider circle may be more than that of the organ, and one of its own office less; not the other way round.
#[test]
fn the_prose_of_others_contradicts_the_tables_where_it_cannot_hold_them() {
    let said = |who: &str, number: u32| {
        let report = changed("本年新收政府信息公开申请16件", &format!("{who}新收政府信息公开申请{number}件"));
        rules(&report).contains(&Rule::ProseTable)
    };
    assert!(said("本年", 61) && said("本年", 6));
    assert!(!said("全县", 61), "the county may have more");
    assert!(said("全县", 6), "the county cannot have less");
}
