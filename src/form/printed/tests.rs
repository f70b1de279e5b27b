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

/// A line end in a cell, without quotes: the rest of each head stands first in the row below.
#[test]
fn heads_that_lines_break_are_joined() {
    let rows = "一、主动公开信息数\t条\t1\t2\t3\n其中：政府网站公开数\t条\t1\t1\t2\n新增的规范性文件数\t件\t0\t0\t0";
    let heads = |header: &str| -> Vec<String> {
        let report = read(&format!("{header}\n{rows}"));
        report.cells().map(|cell| cell.column_label.to_owned()).take(3).collect()
    };
    let all = ["区政府统计数", "区直单位统计数", "乡镇街道统计数"];
    assert_eq!(heads("指标名称\t单位\t区政府统计数\t区直单位统计数\t乡镇街道统计数"), all);
    assert_eq!(heads("指标名称\t单位\t区政府\n统计数\t区直单位统计数\t乡镇街\n道统计数"), all);
    assert_eq!(heads("指标名称\t单位\t区政府\n统计数\t区直单位\n统计数\t乡镇街道\n统计数"), all);
    assert_eq!(heads("指标名称\t单位\t区政府统计数\t区直单位统计数\t乡镇街\n道统计数"), all);
    // What stands over the columns, or below all of them, is no piece of one.
    assert_eq!(heads("指标名称\t单位\t统计数\n本级\t下级\t合计"), ["本级", "下级", "合计"]);
    assert_eq!(heads("指标名称\t单位\t2012年\n本级\t下级\t合计"), ["本级", "下级", "合计"]);
    assert_eq!(heads("指标名称\t单位\t本级\t下级\t合计\n数量"), ["本级", "下级", "合计"]);
}

/// All rows are indented by a tab, so that the first cell of the second line of heads is one of them.
#[test]
fn a_header_of_indented_rows_goes_on_below_a_blank_line() {
    let rows = "\n\t甲\t乙\t1\t2\t3\n\t主动公开信息数\t条\t1\t2\t3\n\t其中：政府网站公开数\t条\t1\t1\t2\n\t新增的规范性文件数\t件\t0\t0\t0";
    let report = read(&format!("\t统计项目\t计量单位\t统计数\n\n\t市本级\t县（区）\t合计{rows}"));
    assert_eq!(labels(&report), ["主动公开信息数", "其中：政府网站公开数", "新增的规范性文件数"]);
    assert_eq!(
        report.cells().map(|cell| cell.column_label).take(3).collect::<Vec<_>>(),
        ["市本级", "县（区）", "合计"]
    );
    assert_eq!(report.cells().filter(|cell| cell.value.is_some()).count(), 9);
    // Fewer texts than columns are no second line.
    let report = read(&format!("\t统计项目\t计量单位\t统计数\n\n\t市本级\t县（区）{rows}"));
    assert!(report.findings.iter().any(|finding| finding.rule == Rule::NumberUnplaced));
}

/// The marks that say that a group has no numbers stand on a line of their own.
#[test]
fn the_marks_of_a_group_whose_label_is_broken_are_those_of_no_row() {
    let annex = |group: &str| {
        format!(
            "           指标            计量      本年数      累计数\n                         单位\n\
             {group}\
             （一）收到申请数            件         1        14\n\
             其中：公民申请             件         0        0\n\
             法人申请               件         0        6\n\
             行政复议数               件         13       3\n\
             行政诉讼数               件         0        1\n\
             行政申诉数               件         12       0"
        )
    };
    let wanted = labels(&read(&annex("二、依申请公开情况\n")));
    assert_eq!(wanted.len(), 6);
    let marks = "                         —         —\n";
    for group in [format!("二、依申请公开情\n况\n{marks}"), format!("二、依申请公开情\n{marks}况\n")]
    {
        let report = read(&annex(&group));
        assert_eq!(labels(&report), wanted, "{group}");
        assert_eq!(report.cells().filter(|cell| cell.value.is_some()).count(), 12, "{group}");
    }
    // A row of that kind is blank.
    let report = read(&annex(&format!("信息公开目录编\n制总数\n{marks}")));
    assert_eq!(labels(&report).len(), 7);
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

/// The values of the rows, in their order.
fn values(report: &Report) -> Vec<String> {
    report.cells().map(|cell| cell.value.map_or_else(String::new, |value| value.to_string())).collect()
}

/// What is said of the rule, by its texts.
fn told(report: &Report, rule: Rule) -> Vec<&str> {
    let told = report.findings.iter().filter(|finding| finding.rule == rule);
    told.filter_map(|finding| Some(finding.span?.of(&report.text))).collect()
}

#[test]
fn who_fills_in_an_annex_is_no_unit() {
    let report = read("填报单位：青石县档案馆\n指标名称\t单位\t统计数\n主动公开信息数\t条\t1\n行政复议数\t件\t0");
    let units: Vec<_> = report.cells().map(|cell| cell.unit.map(str::to_owned)).collect();
    assert_eq!(units, [Some("条".to_owned()), Some("件".to_owned())]);
    assert!(told(&report, Rule::CellUnit).is_empty());
}

#[test]
fn a_strange_line_between_rows_of_one_shape_ends_no_table() {
    for (between, strange) in [
        ("主动公开情况", false),
        ("注：以上数据不含下属单位。", true),
        ("2013/3/5 10:23", true),
        ("青石县档案馆2012年度政府信息公开工作年度报告", true),
    ] {
        let report = read(&format!(
            "指标名称 单位 本年度 历年累计\n1、当面申请 件 4 11\n2、信函申请 件 7 76\n{between}\n3、传真申请 件 0 5"
        ));
        assert_eq!(labels(&report), ["1、当面申请", "2、信函申请", "3、传真申请"], "{between}");
        assert_eq!(values(&report), ["4", "11", "7", "76", "0", "5"], "{between}");
        assert_eq!(unknown(&report).len(), usize::from(strange), "{between}");
    }
    // Without a row below it, it ends the table.
    let report =
        read("指标名称 单位 本年度\n1、当面申请 件 4\n2、信函申请 件 7\n注：以上数据不含下属单位。\n联系电话 83868390");
    assert_eq!(labels(&report).len(), 2);
    assert_eq!(report.tables[0].rows.len(), 3);
}

#[test]
fn rows_are_read_by_the_shape_of_those_above() {
    let report = read(
        "指标名称 单位 本年度 历年累计 备注\n一、主动公开信息总数 条 732 848\n1、政府网站公开信息数 160 1618\n\
         2、政府公报公开信息数 条 0 27 见说明\n三、答复总数 件 0 82",
    );
    assert_eq!(
        labels(&report),
        ["一、主动公开信息总数", "1、政府网站公开信息数", "2、政府公报公开信息数", "三、答复总数"]
    );
    assert_eq!(values(&report), ["732", "848", "160", "1618", "0", "27", "0", "82"]);
    let serials = read(
        "序号 指标名称 单位 本年度 历年累计\n1 主动公开信息总数 条 12 40\n2 依申请公开总数 件 3 5\n\
         3 接受公民、法人及其他组织政府信息公开\n方面的咨询数 人次 8 17\n4 公共查阅点数 个 6 7",
    );
    assert_eq!(labels(&serials)[2..], ["接受公民、法人及其他组织政府信息公开方面的咨询数", "公共查阅点数"]);
    assert_eq!(values(&serials)[4..], ["8", "17", "6", "7"]);
    // The telephone below is no row.
    let below = read("指标名称 单位 本年度 历年累计\n公开总数 条 732 848\n答复总数 件 0 82\n电话 0513 86839755");
    assert_eq!(labels(&below), ["公开总数", "答复总数"]);
}

#[test]
fn the_unit_and_the_numbers_may_stand_below_the_label() {
    let report = read(
        "指标名称 单位 本年度 历年累计\n主动公开信息总数 条 12 40\n接受公民、法人及其他组织政府信息公开\n方面的咨询数\n人次 8 34\n\
         公共查阅点数 个 76 89",
    );
    let long = "接受公民、法人及其他组织政府信息公开方面的咨询数";
    assert_eq!(labels(&report), ["主动公开信息总数", long, "公共查阅点数"]);
    assert_eq!(values(&report), ["12", "40", "8", "34", "76", "89"]);
    // What names a count itself may have lost its numbers.
    let report = read("指标名称 单位 本年度\n主动公开信息总数 条 12\n答复总数\n申诉总数\n件 8\n公共查阅点数 个 76");
    assert_eq!(told(&report, Rule::RowLabel), ["答复总数"]);
}

#[test]
fn a_label_that_says_nothing_is_told() {
    // Its first piece looks like the heading of a section.
    let report = read(
        "统计指标 | 计量单位 | 数值\n--- | --- | ---\n主动公开文件数 | 条 | 7\n受理申请总数 | 件 | 9\n\n第2页\n\n\
         四、行政复议\n数量 | 件 | 3\n其中：被依法纠错数 | 件 | 1",
    );
    assert_eq!(values(&report), ["7", "9", "3", "1"]);
    let found = report.findings.iter().find(|finding| finding.rule == Rule::RowLabel).unwrap();
    assert_eq!(found.span.map(|span| span.of(&report.text)), Some("数量"));
}

#[test]
fn what_stands_below_a_page_of_the_net_is_no_piece_of_a_label() {
    let report = read(
        "指标名称            单位   本年度   历年累计\n主动公开信息总数    条     12       40\n答复总数            件     0        82\n\
         “申请内容不明确”数  件     0        0\n上一篇：没有了",
    );
    assert_eq!(labels(&report), ["主动公开信息总数", "答复总数", "“申请内容不明确”数"]);
    assert_eq!(unknown(&report), [""; 0]);
}

#[test]
fn a_number_in_a_text_that_is_no_row_is_told() {
    let report = read(
        "指标名称 单位 本年度 历年累计\n主动公开信息总数 条 12 40\n1、政府网站公开信息数 160\n三、答复总数 件 0 82",
    );
    assert_eq!(values(&report), ["12", "40", "0", "82"]);
    assert_eq!(told(&report, Rule::NumberUnplaced), ["160"]);
    // So is a row with its serial number that lost the others.
    let report = read(
        "序号 指标名称 单位 本年度 历年累计\n1 撤销 件 0 82\n2 行政诉讼总数 件 9 12\n\
         3 六、接受公民、法人及其他组织政府信息公开\n4 七、公共查阅点数 个 0 0",
    );
    assert_eq!(unknown(&report), ["六、接受公民、法人及其他组织政府信息公开"]);
}

#[test]
fn the_caption_of_the_next_table_is_no_part_of_a_label() {
    for caption in ["附表三：申请情况统计", "（续）", "申请情况统计"] {
        let report = read(&format!(
            "    指标                      单位    2012年度   历年累计\n    政府公报公开政府信息数    条      0          66\n\
             \x20   其他方式公开政府信息数    条      0          8\n\n    {caption}\n\n\
             \x20   指标                      单位    2012年度   历年累计\n    申请总数                  件      4          4\n\
             \x20   其中：1.当面申请数        件      0          0"
        ));
        let wanted = ["政府公报公开政府信息数", "其他方式公开政府信息数", "申请总数", "其中：1.当面申请数"];
        assert_eq!(labels(&report), wanted, "{caption}");
        assert!(report.findings.iter().all(|finding| finding.span.is_none()), "{caption}: {:?}", report.findings);
    }
}

#[test]
fn a_small_table_without_units_is_one() {
    let report = read(
        "    指标                         2012年度   历年累计\n    对申请的答复总数                9         129\n\
         \x20   其中：1.同意公开答复数          44         53\n    2.同意部分公开答复数           114        847\n\
         \x20   3.不予公开答复总数              2          2\n\n附表五：复议、诉讼、申诉情况统计\n\n\
         \x20   指标         2012年度   历年累计\n    行政复议数      0          28\n    行政诉讼数     115        116\n\
         \x20   行政申诉数      48        127\n\n青石县档案馆\n2013年3月6日",
    );
    assert_eq!(values(&report)[8..], ["0", "28", "115", "116", "48", "127"]);
    assert!(unknown(&report).is_empty(), "{:?}", unknown(&report));
}

#[test]
fn a_group_may_stand_right_below_the_header() {
    let rows = ["主动公开信息数 条 12 40", "公开网站数 条 3 5"];
    let lines = |row: &str| row.replace(' ', "\n");
    let annex = format!("指标名称 单位 本年度 历年累计\n主动公开情况\n{}\n{}", rows[0], rows[1]);
    for annex in [annex.clone(), lines(&format!("{annex}\n依申请公开情况\n收到申请数 件 8 9"))] {
        let report = read(&annex);
        assert_eq!(labels(&report)[..2], ["主动公开信息数", "公开网站数"], "{annex}");
        assert_eq!(values(&report)[..4], ["12", "40", "3", "5"], "{annex}");
    }
}

/// An empty line in some rows makes as many cells of them as there are columns with it.
#[test]
fn a_group_below_heads_on_lines_of_their_own_is_no_column() {
    let rows = ["其中：公民申请（件）", "按时答复数（件）", "延期答复数（件）", "同意公开数（件）", "行政复议数（件）"];
    let rows = rows.map(|label| format!("{label}\n4\n5\n6\n")).concat();
    let head = "统计项目\n统计数\n市本级\n县（区）\n合计\n二、依申请公开情况\n";
    let report = read(&format!("{head}（一）收到申请数（件）\n\n\n1\n2\n3\n{rows}不予公开数（件）\n\n\n7\n8\n9"));
    let heads: Vec<&str> = report.cells().take(3).map(|cell| cell.column_label).collect();
    assert_eq!(heads, ["市本级", "县（区）", "合计"]);
    assert_eq!(values(&report).len(), 21);
    // Nor is what stands over all columns one.
    let rows = rows.replacen("5\n", "\n5\n", 2);
    let report = read(&format!("{}{rows}", head.replace("二、依申请公开情况\n", "")));
    assert_eq!(report.cells().next().unwrap().column_label, "市本级");
    assert_eq!(values(&report).concat(), "456".repeat(5));
}

/// On a page whose labels are all short, each of them fills its column.
#[test]
fn a_label_that_says_what_is_counted_does_not_go_on() {
    let head = "            项目                          数量\n";
    let row = |label: &str, value: &str| format!("{label}{}{value}\n", " ".repeat(40 - 2 * label.chars().count()));
    let rows =
        ["主动公开信息数（条）", "网站公开数（条）", "公开栏公开数（条）", "新闻媒体公开数（条）", "网站访问量（次）"];
    let united = rows.map(|label| row(label, "5")).concat();
    let bare = |text: &str| text.replace("（条）", "").replace("（次）", "").replace("（件）", "");
    let group = format!(
        "{head}{united}{}依申请公开情况\n{}",
        row("召开新闻发布会次数（次）", "3"),
        row("收到申请数（件）", "2")
    );
    let all = [&rows[..], &["召开新闻发布会次数（次）", "收到申请数（件）"]].concat();
    assert_eq!(labels(&read(&group)), all);
    assert_eq!(labels(&read(&bare(&group))), all.iter().map(|label| bare(label)).collect::<Vec<_>>());
    // What is below is a row of its own, whose number was lost.
    let blank =
        format!("{head}{united}{}提供服务类信息数（条）\n{}", row("文件数（条）", "3"), row("收到申请数（件）", "2"));
    let report = read(&blank);
    assert_eq!(labels(&report)[5..], ["文件数（条）", "收到申请数（件）"]);
    assert_eq!(unknown(&report), ["提供服务类信息数（条）"]);
    // The rest of a label whose brackets stand within it.
    let rest = format!("{head}{united}公开的政府网站（页）\n{}{}", row("数（个）", "3"), row("收到申请数（件）", "2"));
    assert_eq!(labels(&read(&rest))[5..], ["公开的政府网站（页）数（个）", "收到申请数（件）"]);
}

#[test]
fn a_row_below_a_known_header_is_a_table() {
    let report = read(
        "            统计指标          市本级   县（区）   合计\n     收到申请数（件）               1       2      3\n\
              答复申请数（件）               1       2      3\n附表2：政府信息公开复议诉讼统计表\n\n\
              单位：件\n\n            统计指标          市本级   县（区）   合计\n     四、行政复议数量（件）\n     其中：被依法纠错数（件）\n\
              五、行政诉讼数量（件）                         3\n     举报投诉数量（件）",
    );
    assert!(report.cells().any(|cell| cell.raw == Some("3") && cell.row_label.contains("行政诉讼数量")));
}

/// The last row, with its code.
#[test]
fn a_text_in_place_of_the_last_number_ends_no_table() {
    let report = read(
        "                   指标名称                        代码       数值\n\
\x20 主动公开信息数（条）                                  01      详见附表\n\
\x20 新增的行政规范性文件数(件)                              05             0\n\
\x20 举报投诉数量（件）                                   24      详见附表",
    );
    assert_eq!(labels(&report).len(), 3);
    assert_eq!(report.cells().last().unwrap().status, crate::record::Status::Unreadable);
}

#[test]
fn codes_before_the_labels_are_no_numbers() {
    for head in ["编号", "代码", "行次", "编码", "序号", "行号"] {
        let report = read(&format!(
            "{head}\t指标\t单位\t2012年度\t历年累计\n01\t主动公开信息数\t条\t7\t17\n02\t其中：政府网站\t条\t5\t9\n\
             03\t政府公报\t条\t2\t8"
        ));
        assert_eq!(values(&report), ["7", "17", "5", "9", "2", "8"], "{head}");
    }
}

#[test]
fn codes_and_units_on_the_line_below_a_label_are_no_numbers() {
    let rows = ["主动公开信息数\t01\t条\t958", "其中：网站公开数\t02\t条\t901", "收到申请数\t10\t件\t2"];
    for broken in 0..rows.len() {
        for indent in ["\t", ""] {
            let mut rows = rows.map(str::to_owned);
            rows[broken] = rows[broken].replacen('\t', &format!("\n{indent}"), 1);
            let report = read(&format!("指标名称\t代码\t计量单位\t统计数\n{}", rows.join("\n")));
            assert_eq!(values(&report), ["958", "901", "2"], "{rows:?}");
            assert_eq!(told(&report, Rule::NumberUnplaced), [""; 0], "{rows:?}");
        }
    }
}

#[test]
fn the_number_of_a_page_between_lines_of_a_cell_each_is_told() {
    let report = read(
        "指标名称\n单位\n统计数\n主动公开信息数\n条\n12\n政府网站公开数\n条\n7\n\n5\n\n政府公报公开数\n条\n4\n\
         行政复议数\n件\n1",
    );
    assert_eq!(values(&report), ["12", "7", "4", "1"]);
    assert_eq!(told(&report, Rule::NumberUnplaced), ["5"]);
}

#[test]
fn serial_numbers_begin_anew_below_another_header() {
    let head = "序号\n指标名称\n单位\n本年度\n历年累计";
    let report = read(&format!(
        "{head}\n1\n主动公开信息数\n条\n12\n40\n2\n政府网站公开数\n条\n7\n9\n\n附表二：复议情况\n\n{head}\n\
         1\n行政复议数\n件\n1\n3\n2\n行政诉讼数\n件\n0\n2"
    ));
    assert_eq!(labels(&report), ["主动公开信息数", "政府网站公开数", "行政复议数", "行政诉讼数"]);
    assert_eq!(values(&report), ["12", "40", "7", "9", "1", "3", "0", "2"]);
}
