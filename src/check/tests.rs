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

#[test]
fn the_source_of_a_web_page_is_called_so() {
    let is_source = |text: &str| read(text).findings.iter().any(|finding| finding.fact == Fact::SourceOfPage);
    let page = format!(
        "<html><head><title>年报</title></head><body><p>{}</p></body></html>",
        CLEAN.replace(['\t', '\n'], "</td><td>")
    );
    for page in [&page, &format!("\n<!DOCTYPE html>\n{page}"), "<!doctype HTML>", "<div class=\"a\">某局</div>"] {
        assert!(is_source(page), "{page}");
    }
    for text in ["", "某局年报", "<某局>年报", "<p>某局", "<", "1 < 2 </p>", CLEAN] {
        assert!(!is_source(text), "{text}");
    }
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

/// What is doubtful, where, and what would be right.
#[test]
fn commas_that_may_part_thousands_are_told() {
    let told = |text: &str| -> Vec<u32> {
        let report = read(text);
        let unread = report.findings.iter().filter(|finding| finding.fact == Fact::CommasUnread);
        unread.map(|finding| report.line(finding.span.unwrap())).collect()
    };
    let row = "行政许可\t46\t\t";
    let line = CLEAN.lines().take_while(|line| *line != row).count() as u32 + 1;
    assert_ne!(CLEAN.lines().count() as u32, line - 1);
    let commas = CLEAN.replace('\t', ",");
    let with = |number: &str| commas.replace("行政许可,46,,", &format!("行政许可,{number}"));
    assert_eq!((told(CLEAN), told(&commas)), (vec![], vec![]));
    assert_eq!(told(&with("1,046")), [line]);
    assert_eq!((told(&with("\"1,046\"")), told(&with("1046"))), (vec![], vec![]));
    assert!(told(&with("1,046").replace(',', ";")).is_empty());
}

const ANNEX: &str = include_str!("../../fixtures/reports/valid/2008-code-column/report.txt");

/// A part of the annex without any number is no table: its rows are not among the cells, and that is told.
#[test]
fn labels_of_an_annex_in_lines_of_text_are_told() {
    let unread = |block: &str| -> Vec<(usize, u32)> {
        let report = read(&ANNEX.replace("政府信息公开情况统计表\n", &format!("{block}\n政府信息公开情况统计表\n")));
        let lines = |finding: &Finding| match finding.fact {
            Fact::LabelsUnread { lines } => Some((lines, report.line(finding.span.unwrap()))),
            _ => None,
        };
        report.findings.iter().filter_map(lines).collect()
    };
    let first = ANNEX.lines().take_while(|line| *line != "政府信息公开情况统计表").count() as u32 + 1;
    assert_eq!(unread(""), []);
    let units = "公开栏公开数\n条\n召开发布会数\n次\n接待人数\n人次\n发放资料数\n份\n";
    assert_eq!(unread(units), [(4, first + 1)]);
    let brackets =
        "公开栏公开数（条） |\n/ |\n召开发布会数（次） |\n/ |\n接待人数（人次） |\n/ |\n发放资料数（份） |\n/ |\n";
    assert_eq!(unread(brackets), [(4, first)]);
    assert_eq!(unread("公开栏公开数\n条\n召开发布会数\n次\n"), [], "two may be chance");
}

/// A cell a line: where a number has got a tab before it, the value on the line below belongs to no row.
#[test]
fn numbers_on_lines_between_rows_are_told() {
    const LINES: &str = include_str!("../../fixtures/reports/valid/line-double-spaced/report.txt");
    let alone = |row: &str| -> Vec<Fact> {
        let (from, to) = ("行政许可\n\n1,808,595\n", format!("行政许可{row}\n"));
        assert_eq!(LINES.matches(from).count(), 1);
        let findings = read(&LINES.replace(from, &to)).findings.into_iter();
        let alone = findings.filter(|finding| matches!(finding.fact, Fact::NumberAlone { .. }));
        alone
            .map(|finding| {
                assert_eq!(finding.table.as_deref(), Some("proactive"));
                finding.fact
            })
            .collect()
    };
    let fact = |raw: &[&str]| Fact::NumberAlone { raw: raw.iter().map(|raw| (*raw).to_owned()).collect(), more: 0 };
    assert_eq!(alone("\n\n1,808,595"), []);
    assert_eq!(alone("\t27"), []);
    assert_eq!(alone("\t27\n\n1,808,595"), [fact(&["1,808,595"])]);
    assert_eq!(alone("\t27\n\n1,808,595\n3 4"), [fact(&["1,808,595", "3 4"])]);
    assert_eq!(alone("\t27\n\n- 3 -"), [], "a page number");
}

/// Two rows that are wider than their header gained a blank each, and nothing says which of theirs it is.
#[test]
fn rows_that_are_wider_than_their_header_do_not_agree_on_a_blank() {
    let rows = |first: &str, second: &str| {
        let (from, to) = (CLEAN.find("规章\t").unwrap(), CLEAN.find("行政规范性文件\t").unwrap());
        let end = to + CLEAN[to..].find('\n').unwrap();
        read(&[&CLEAN[..from], first, "\n", second, &CLEAN[end..]].concat())
    };
    let of = |report: &Report, row: &str| -> Vec<Option<String>> {
        report.cells().filter(|cell| cell.row == row).map(|cell| cell.value.map(|value| value.to_string())).collect()
    };
    let report = rows("规章\t3\t\t1\t", "行政规范性文件\t4\t\t2\t");
    assert_eq!(of(&report, "regulations"), [None, None, None]);
    assert!(rules(&report).contains(&Rule::NumberUnplaced));
    let report = rows("规章\t3\t\t1", "行政规范性文件\t4\t\t2");
    assert_eq!(of(&report, "regulations"), [Some("3".into()), None, Some("1".into())], "as wide as the header");
}

#[test]
fn thousands_with_a_blank_are_told_where_others_have_none() {
    let told = |first: &str, second: &str| {
        let (from, to) = (CLEAN.find("行政许可\t").unwrap(), CLEAN.find("行政处罚\t").unwrap());
        let ends = [from, to].map(|at| at + CLEAN[at..].find('\n').unwrap());
        let (first, second) = (format!("行政许可\t{first}"), format!("行政处罚\t{second}"));
        let text = [&CLEAN[..from], &first, &CLEAN[ends[0]..to], &second, &CLEAN[ends[1]..]].concat();
        let spaced = Fact::RowShifted(crate::finding::Shift::Spaced);
        read(&text).findings.iter().filter(|finding| finding.fact == spaced).count()
    };
    assert_eq!(told("82 842", "1095"), 1);
    assert_eq!(told("82 842", "1 095"), 0);
    assert_eq!(told("82842", "1,095"), 0);
}
