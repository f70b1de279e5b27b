//! Annexes that no form knows: what damage leaves of their headers and labels.

use crate::Reader;
use crate::finding::Rule;
use crate::record::Report;

/// A report with this annex.
fn read(annex: &str) -> Report {
    let text = format!(
        "青石县档案馆2012年政府信息公开工作年度报告\n一、概述\n本报告根据条例编制。\n附表：政府信息公开情况统计表\n{annex}\n"
    );
    Reader::default().read(text.as_bytes(), None).unwrap()
}

/// The labels of the rows, in their order.
fn labels(report: &Report) -> Vec<String> {
    let mut labels: Vec<String> = report.cells().map(|cell| cell.row_label.to_owned()).collect();
    labels.dedup();
    labels
}

/// The texts that are told to be no rows.
fn unknown(report: &Report) -> Vec<&str> {
    let unknown = report.findings.iter().filter(|finding| finding.rule == Rule::RowUnknown);
    unknown.filter_map(|finding| Some(finding.span?.of(&report.text))).collect()
}

#[test]
fn a_header_goes_on_below_a_blank_line() {
    let report = read(
        "指标名称\t代码\t计量单位\t统计数\t\t\n\n\t\t\t市本级\t县（区）\t合计\n\
         主动公开信息数\t01\t条\t1\t2\t3\n其中：政府网站公开数\t02\t条\t1\t1\t2\n新增的规范性文件数\t03\t件\t0\t0\t0",
    );
    assert_eq!(labels(&report), ["主动公开信息数", "其中：政府网站公开数", "新增的规范性文件数"]);
    assert_eq!(report.cells().filter(|cell| cell.value.is_some()).count(), 9);
    assert_eq!(report.cells().nth(1).unwrap().column_label, "县（区）");
}

#[test]
fn an_ordinal_that_blanks_part_from_its_label_is_none_itself() {
    let report = read(
        "                指标          单位      本年度\n\
         主动公开信息数                条        4\n\
         其中：政府网站公开数          条        3\n\
         一、  依申请公开情况\n\
         收到申请数                    件        2\n\
         同意公开答复数                件        1",
    );
    assert_eq!(labels(&report), ["主动公开信息数", "其中：政府网站公开数", "收到申请数", "同意公开答复数"]);
}

#[test]
fn what_no_table_has_taken_between_rows_is_told() {
    let annex = |between: &str| {
        format!(
            "| 指标 | 单位 | 本年度 |\n| 主动公开信息数 | 条 | 4 |\n| 其中：政府网站公开数 | 条 | 3 |\n{between}\
             | 收到申请数 | 件 | 2 |\n| 同意公开答复数 | 件 | 1 |"
        )
    };
    let report = read(&annex("此处原有一行，扫描时未能识别。\n"));
    assert_eq!(unknown(&report), ["此处原有一行，扫描时未能识别。"]);
    assert_eq!(unknown(&read(&annex("其中：\n"))), ["其中："]);
    // A group heads the rows below, and a page is numbered.
    for between in ["", "\n- 3 -\n\n", "二、依申请公开情况\n"] {
        let report = read(&annex(between));
        assert_eq!(labels(&report).len(), 4, "{between}");
        assert!(unknown(&report).is_empty(), "{between}");
    }
}

#[test]
fn a_row_whose_number_is_a_text_keeps_its_place_behind_its_code() {
    let report = read(
        "              指标            代码      本年度\n\
         主动公开信息数                01        4\n\
         其中：政府网站公开数          02        3\n\
         新增的行政规范性文件总数（件\n\
         ）\n\
         \x20                             03        若干\n\
         收到申请数                    04        2\n\
         同意公开答复数                05        1",
    );
    let rows: Vec<(String, bool)> =
        report.cells().map(|cell| (cell.row_label.to_owned(), cell.value.is_some())).collect();
    let wanted = [
        ("主动公开信息数", true),
        ("其中：政府网站公开数", true),
        ("新增的行政规范性文件总数（件）", false),
        ("收到申请数", true),
        ("同意公开答复数", true),
    ];
    assert_eq!(rows, wanted.map(|(label, number)| (label.to_owned(), number)));
    assert!(unknown(&report).contains(&"若干"), "{:?}", report.findings);
}

#[test]
fn rows_with_units_far_below_an_annex_are_told() {
    let annex = "指标名称\t单位\t统计数\n主动公开信息数\t条\t1\n受理申请总数\t件\t2\n行政复议数\t件\t0\n";
    let far = "行政诉讼数\t件\t\n行政申诉数\t件\t\n";
    let prose = "以上各项均按月登记。\n".repeat(8);
    let report = read(&format!("{annex}{prose}{far}"));
    assert_eq!((labels(&report).len(), unknown(&report)), (3, vec!["行政诉讼数"]));
    // Under a header of its own it is another table.
    let other = read(&format!("{annex}{prose}项目\t单位\t数量\n{far}"));
    assert!(unknown(&other).is_empty());
}
