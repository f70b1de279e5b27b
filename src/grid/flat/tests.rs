use super::*;
use crate::form::Forms;
use crate::lines::split;

/// The lines that a text is taken apart into.
fn apart(text: &str) -> Vec<String> {
    let forms = Forms::embedded();
    let mut lines = split(text);
    take_apart(text, &mut lines, forms.vocabulary());
    let mut end = 0;
    for line in &lines {
        assert!(line.whole.start == end && line.text.start == end && line.text.end <= line.whole.end, "{line:?}");
        end = line.whole.end;
    }
    assert_eq!(end as usize, text.len());
    lines.iter().map(|line| line.text.of(text).trim().to_owned()).collect()
}

/// The first table of a report.
const PROACTIVE: &str = "信息内容 本年制发件数 本年废止件数 现行有效件数 规章 0 0 0 行政规范性文件 7 0 12 \
                         信息内容 本年处理决定数量 行政许可 550 信息内容 本年处理决定数量 行政处罚 3 行政强制 0 \
                         信息内容 本年收费金额（单位：万元） 行政事业性收费 0";

#[test]
fn the_cells_of_a_table_stand_on_lines_of_their_own() {
    let cells: Vec<&str> = PROACTIVE.split(' ').filter(|cell| !cell.is_empty()).collect();
    assert_eq!(apart(PROACTIVE), cells);
    for mark in ["|", ";", "\t", ", ", " | "] {
        assert_eq!(apart(&cells.join(mark)), cells, "{mark:?}");
    }
    // The line above and the one below are what they were.
    let cells: Vec<&str> = ["2024 年", "", "二、甲"].into_iter().chain(cells).chain(["完 毕"]).collect();
    assert_eq!(apart(&format!("2024 年\n\n二、甲\n{PROACTIVE}\n完 毕\n")), cells);
}

#[test]
fn marks_with_nothing_between_them_part_blank_cells() {
    let text = PROACTIVE.replace("规章 0 0 0", "规章 0  0");
    let lines = apart(&text.split(' ').collect::<Vec<_>>().join("|"));
    let row = lines.iter().position(|line| line == "规章").unwrap();
    assert_eq!(lines[row..row + 5], ["规章", "0", "", "0", "行政规范性文件"]);
    // A bar before each cell and behind it parts no blank ones.
    let barred: String = PROACTIVE.split(' ').map(|cell| format!("| {cell} |")).collect();
    assert!(apart(&barred).iter().all(|line| !line.is_empty()));
}

#[test]
fn headings_and_sentences_begin_lines_and_dates_do_not() {
    let before = "甲县水利局 2023 年政府信息公开工作年度报告 地址：甲路 12 号 一、总体情况 （一）主动公开情况 2023 年，发布 3 条。 （二）依申请公开 无。";
    let lines = apart(&format!("{before} 二、主动公开政府信息情况 {PROACTIVE} 三、其他需要报告的事项 没有。"));
    let first = lines.iter().position(|line| line == "信息内容").unwrap();
    let prose = [
        "甲县水利局 2023 年政府信息公开工作年度报告",
        "地址：甲路 12 号",
        "一、总体情况",
        "（一）主动公开情况",
        "2023 年，发布 3 条。",
        "（二）依申请公开",
        "无。",
        "二、主动公开政府信息情况",
    ];
    assert_eq!(lines[..first], prose);
    assert_eq!(lines[lines.len() - 2..], ["三、其他需要报告的事项", "没有。"]);
}

#[test]
fn a_label_that_blanks_break_is_one() {
    let lines = apart(&PROACTIVE.replace("行政规范性文件", "行政 规范性 文件"));
    assert!(lines.iter().any(|line| line == "行政 规范性 文件"), "{lines:?}");
    // A mark for none in front of another label is a cell, and so is one behind it.
    let lines = apart(&PROACTIVE.replace("规章 0 0 0", "规章 / / /"));
    assert_eq!(lines.iter().filter(|line| *line == "/").count(), 3);
}

#[test]
fn the_number_of_a_page_is_no_value() {
    for page in ["- 3 -", "第 3 页 共 9 页"] {
        let text = PROACTIVE.replace("行政规范性文件 7 0 12", &format!("行政规范性文件 7 0 12 {page}"));
        assert!(apart(&text).iter().any(|line| line == page), "{page}");
    }
}

#[test]
fn what_is_not_sure_stays_on_its_line() {
    let whole = |text: &str| assert_eq!(apart(text), [text.trim()]);
    // Blanks or commas that part the thousands of numbers.
    whole(&PROACTIVE.replace("7 0 12", "7 125 0 1 612").replace("规章 0 0 0", "规章 1 095 0 1 808 595"));
    whole(&PROACTIVE.replace("550", "5,550").split(' ').collect::<Vec<_>>().join(","));
    // Labels that no form prints.
    whole(
        "甲数 1 乙数 2 丙数 3 丁数 4 戊数 5 己数 6 庚数 7 辛数 8 壬数 9 癸数 10 子数 11 丑数 12 行政许可 5 规章 3 2 1",
    );
    // Columns.
    whole(&PROACTIVE.replace(' ', "      "));
    // A bar before each row and behind it.
    let rows = PROACTIVE.replace(' ', " | ").replace("| 行政", "| | 行政").replace("| 信息", "| | 信息");
    whole(&format!("| {rows} |"));
    // What goes on, at the end.
    assert_eq!(apart(&format!("{PROACTIVE} 其中：")).last().map(String::as_str), Some("其中："));
    assert_eq!(apart(&format!("{PROACTIVE} （甲")).last().map(String::as_str), Some("（甲"));
    // A sentence, and a row.
    whole(&"2023 年 12 月，甲、乙 3 家 单位 办理 申请 5 件 。 ".repeat(6));
    whole(&format!("总计{}", " 0".repeat(40)));
}

#[test]
fn a_page_that_is_not_sure_leaves_all_as_they_are() {
    let unknown = "甲数（件） 1 乙数（件） 2 丙数（件） 3 丁数（件） 4 戊数（件） 5 己数（件） 6 庚数（件） 7 辛数（件） 8 壬数（件） 9 \
                   癸数（件） 10 子数（件） 11 丑数（件） 12";
    let text = format!("{unknown}\u{c}{PROACTIVE}");
    assert_eq!(apart(&text).len(), 2);
    // The end of a table behind the end of a page is taken apart with it.
    assert_eq!(apart(&format!("{PROACTIVE}\u{c}规章 5")).iter().rev().take(2).collect::<Vec<_>>(), ["5", "规章"]);
}
