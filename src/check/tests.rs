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
    let mut rules = [Rule::CellBlank, Rule::RowUnknown];
    rules.sort();
    let [low, high] = rules;
    // Its rule comes last, and yet it stands before what is said of the first byte.
    let whole = Finding::new(high, Fact::SectionMissing { number: String::new(), title: String::new() });
    let mut findings = vec![at(1, low), at(0, high), whole.clone(), at(0, low)];
    sort(&mut findings);
    assert_eq!(findings, [whole, at(0, low), at(0, high), at(1, low)]);
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
    // The first sum of the last table, too, whose neighbours in the form are those of a table that is not there.
    let (_, alone) = CLEAN.split_once("四、政府信息公开行政复议、行政诉讼情况").unwrap();
    let row = "1\t0\t1\t0\t2\t0\t0";
    assert!(alone.contains(row));
    let report = read(&alone.replace(row, "1\t0\t1\t0\t9\t0\t0"));
    assert_eq!(report.tables.len(), 1);
    assert_eq!(rules(&report).iter().filter(|rule| rule.id().starts_with("sum.")).count(), 1);
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

fn against_tables(report: &Report) -> Vec<String> {
    let quote = |finding: &Finding| match &finding.fact {
        Fact::ProseTable { quote, .. } => Some(quote.clone()),
        _ => None,
    };
    report.findings.iter().filter_map(quote).collect()
}

/// What an office has received may be a part of what the table says; more than that is a mistake.
#[test]
fn a_part_is_no_contradiction() {
    let office = |number: u32| {
        changed("本年新收政府信息公开申请16件，", &format!("县政府收到政府信息公开申请{number}件，"))
            .text
            .replace("青棠县水利局", "青棠县人民政府")
    };
    assert!(against_tables(&read(&office(4))).is_empty());
    assert_eq!(against_tables(&read(&office(61))).len(), 1);
    // Where the figure of the table is named, a smaller number elsewhere is a part of it, a greater one is not.
    let elsewhere = |number: u32| {
        let said = format!("本年新收政府信息公开申请{number}件。局党组听取公开工作汇报两次");
        against_tables(&changed("局党组听取公开工作汇报两次", &said)).len()
    };
    assert_eq!((elsewhere(4), elsewhere(61)), (0, 1));
}

/// Only the overview and the last section speak of the figures of the whole year; those of problems and plans do not, at whatever depth.
#[test]
fn figures_are_looked_for_in_the_sections_that_have_them() {
    let said = |before: &str| {
        let report = changed(before, &format!("{before}\n\n本年新收政府信息公开申请61件。"));
        against_tables(&report).len()
    };
    assert_eq!(said("六、其他需要报告的事项"), 1);
    assert_eq!(said("五、存在的主要问题及改进情况"), 0);
    let below = |above: &str| {
        let part = format!("{above}\n\n（一）办理情况\n\n本年新收政府信息公开申请61件。\n\n（二）其余情况\n");
        against_tables(&changed(above, &part)).len()
    };
    assert_eq!(below("六、其他需要报告的事项"), 1);
    assert_eq!(below("五、存在的主要问题及改进情况"), 0);
}

/// A sentence is quoted whole where it is short, else its clause, with what was left out marked.
#[test]
fn the_quote_is_the_sentence_or_its_clause() {
    let quotes = |sentence: &str| {
        against_tables(&changed("本年新收政府信息公开申请16件，上年结转3件，结转下年度继续办理1件。", sentence))
    };
    let short = "本年新收政府信息公开申请61件，上年结转3件，结转下年度继续办理1件";
    assert_eq!(quotes(&format!("{short}。")), [short]);
    let filler = "各股室都在规定时限内作了答复并且逐件登记在册，";
    let [first, last] = ["本年新收政府信息公开申请61件", "件件有回音"];
    let long = format!("{first}，{}{last}。", filler.repeat(3));
    assert_eq!(quotes(&long), [format!("{first}…")]);
    let long = format!("{}{first}。", filler.repeat(3));
    assert_eq!(quotes(&long), [format!("…{first}…")], "the full stop is left out too");
}
