use super::*;
use crate::lines::split;

fn found(text: &str) -> Vec<Grid> {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add_title("政府信息公开行政复议、行政诉讼情况");
    vocabulary.add_title("其他需要报告的事项");
    let labels = [
        "自然人",
        "总计",
        "规章",
        "行政许可",
        "行政处罚",
        "一、新收",
        "三、办理结果",
        "（一）予以公开",
        "四、结转",
        "第二十条第（五）项",
    ];
    labels.iter().for_each(|label| vocabulary.add_label(label));
    let lines = split(text);
    find(text, &lines, &vec![false; lines.len()], &vocabulary)
}

fn rows(text: &str) -> Vec<String> {
    let texts = |row: &Row| row.cells.iter().map(|cell| cell.text(text).into_owned()).collect::<Vec<_>>().join(",");
    found(text).iter().flat_map(|grid| grid.rows.iter().map(texts)).collect()
}

#[test]
fn a_label_opens_a_row() {
    let text = "三、收到申请情况。\n自然人\n总计\n一、新收\n1\n2\n三、办理结果\n（一）予以公开\n3\n4\n四、结转\n5\n6\n四、政府信息公开行政复议、行政诉讼情况\n总计\n7\n8\n9\n/\n六、其他需要报告的事项\n无";
    assert_eq!(
        rows(text),
        ["自然人", "总计", "一、新收,1,2", "三、办理结果", "（一）予以公开,3,4", "四、结转,5,6", "总计,7,8,9,/"]
    );
    assert_eq!(found(text).len(), 2);
}

#[test]
fn bars_are_no_part_of_a_cell() {
    assert_eq!(rows("| 规章\n| 3402\n|\n| 0\n| 行政许可\n| 5"), ["规章,3402,,0", "行政许可,5"]);
    assert_eq!(rows("规章 |\n3402 |\n\n0 |\n行政许可 |\n5 |"), ["规章,3402,0", "行政许可,5"]);
}

#[test]
fn empty_lines_are_blank_cells() {
    assert_eq!(
        rows("规章\n1\n\n2\n行政许可\n\n行政处罚\n3\n4\n\n第二十条第（五）项\n总计\n5\n"),
        ["规章,1,,2", "行政许可,", "行政处罚,3,4,", "第二十条第（五）项", "总计,5"]
    );
    // Where nothing inside a row is blank, one above the next block is spacing.
    assert_eq!(rows("规章\n1\n2\n\n第二十条第（五）项\n总计\n5\n6"), ["规章,1,2", "第二十条第（五）项", "总计,5,6"]);
}

#[test]
fn empty_lines_between_all_cells_are_spacing() {
    assert_eq!(
        rows("规章\n\n1\n\n2\n\n行政许可\n\n3\n\n4\n\n行政处罚\n\n5"),
        ["规章,1,2", "行政许可,3,4", "行政处罚,5"]
    );
    assert_eq!(
        rows("规章\n\n1\n\n\n\n2\n\n行政许可\n\n3\n\n4\n\n行政处罚\n\n5"),
        ["规章,1,,2", "行政许可,3,4", "行政处罚,5"]
    );
}

#[test]
fn empty_lines_below_the_last_row_are_blank_cells_but_for_those_above_any_heading() {
    let text = |blanks: &str| {
        format!(
            "正文。\n\n四、政府信息公开行政复议、行政诉讼情况\n总计\n1\n\n2\n3\n4\n{blanks}六、其他需要报告的事项\n"
        )
    };
    assert_eq!(rows(&text("\n")), ["总计,1,,2,3,4"]);
    assert_eq!(rows(&text("\n\n\n")), ["总计,1,,2,3,4,,"]);
}

#[test]
fn page_numbers_are_passed_over() {
    assert_eq!(rows("规章\n1\n\n-3-\n\n2\n行政许可\n3\n"), ["规章,1,2", "行政许可,3"]);
}

#[test]
fn the_end_of_a_page_is_no_blank_cell() {
    let text = |end: &str| format!("规章\n1\n\n2\n行政许可\n3\n{end}行政处罚\n4\n5\n6\n");
    let row = |end: &str| rows(&text(end))[1].clone();
    assert_eq!(
        [row(""), row("\u{c}"), row("\n"), row("\n\u{c}")],
        ["行政许可,3", "行政许可,3", "行政许可,3,", "行政许可,3,"]
    );
}

#[test]
fn a_number_that_is_counted_in_a_unit_opens_no_section() {
    let above = "统计指标\n主动公开数（条）\n12\n申请数（件）\n3\n答复数（件）\n3\n";
    let rows = rows(&format!("{above}四、行政复议数量（件）\n\n其中：被依法纠错数（件）\n\n举报投诉数量（件）\n7"));
    assert_eq!(rows.last().map(String::as_str), Some("举报投诉数量（件）,7"));
}

#[test]
fn a_mark_in_a_column_of_its_own_is_no_part_of_a_label() {
    let text = "规章        ***\n行政许可\n1\n行政处罚  \n2\n总计（  ）\n3\n4\n";
    assert_eq!(rows(text), ["规章,***", "行政许可,1", "行政处罚,2", "总计（  ）,3,4"]);
}

/// What stands close by each other on the page, a program puts on one line.
#[test]
fn several_numbers_on_a_line_stand_where_numbers_belong() {
    let text = "规章\n1\n1621 6555 2555\n行政许可\n3\n2102 3465\n17771\n行政处罚\n4\n5\n6\n";
    assert_eq!(rows(text), ["规章,1,1621 6555 2555", "行政许可,3,2102 3465,17771", "行政处罚,4,5,6"]);
    let taken = crate::grid::find(text, &split(text), &Vocabulary::default());
    assert!(taken.iter().all(|grid| grid.layout != Layout::Space), "{taken:?}");
    // All of a row on one line, too; but where no number has a line of its own, cells do not have one each.
    let lines = "规章\n1\n行政处罚\n4\n行政许可\n5\n".repeat(5);
    let layouts = |text: &str| {
        let grids = crate::grid::find(text, &split(text), &Vocabulary::default());
        grids.iter().map(|grid| grid.layout).collect::<Vec<_>>()
    };
    assert_eq!(layouts(&format!("{lines}总计\n1 2 3 4 5\n")), [Layout::Line]);
    assert_eq!(
        layouts("结果\n维持\n结果\n纠正\n其他\n尚未\n审结\n总计\n结果\n维持\n结果\n1 2 3 4 5 6\n"),
        [Layout::Space]
    );
}

#[test]
fn unknown_labels_and_units_stand_in_a_table_of_numbers() {
    assert_eq!(
        rows("统计指标\n主动公开数\n条\n12\n申请数\n件\n3\n答复数\n3\n其中\n2"),
        ["主动公开数,条,12", "申请数,件,3", "答复数,3", "其中,2"]
    );
}

#[test]
fn a_text_in_place_of_a_number_is_a_cell() {
    assert_eq!(
        rows("规章\n1\n2\n3\n行政许可\n4\n详见附表\n5\n行政处罚\n6\n7\n8\n总计\n9\n待统计\n0"),
        ["规章,1,2,3", "行政许可,4,详见附表,5", "行政处罚,6,7,8", "总计,9,待统计,0"]
    );
    // A label with a misprint is none.
    let rows_of = |text: &str| rows(&format!("规章\n1\n2\n行政许可\n4\n{text}\n行政处罚\n6\n7\n总计\n9\n0"));
    assert_eq!(rows_of("详见附表")[1], "行政许可,4,详见附表");
    assert_eq!(rows_of("第二十的第（五）项")[1], "行政许可,4");
    // The last one, below a blank cell.
    assert_eq!(rows("| 规章\n| 1\n| 2\n| 行政许可\n| \n| ***\n本表到此。"), ["规章,1,2", "行政许可,,***"]);
}

#[test]
fn prose_is_no_table() {
    for text in [
        "六、其他需要报告的事项\n无",
        "无\n行政许可\n3",
        "规章\n行政许可\n正文。",
        "一、新收\n二、规章\n三、办理结果\n四、结转\n规章\n总计",
        "1\n2\n3\n4\n5",
        "青石县档案馆\n2024年1月20日\n电话\n12345\n",
        "目录\n甲\n1\n正文。\n乙\n2\n丙。\n3",
    ] {
        assert!(rows(text).is_empty(), "{text}: {:?}", rows(text));
    }
    let text = "规章\n1\n行政许可\n2\n本年度没有收取信息处理费。\n清河县\n财政局\n2024年";
    assert_eq!(found(text)[0].lines, [0, 1, 2, 3]);
}

/// Rows whose numbers are all blank part a table, but what stands below them goes on with it.
#[test]
fn numbers_below_rows_without_any_are_of_the_same_table() {
    let blank: String = (0..9).map(|at| format!("事项{at}（件）\n")).collect();
    let found = rows(&format!("规章\n1\n行政许可\n2\n行政处罚\n3\n{blank}走访人数（人次）\n28\n"));
    assert!(found.contains(&"走访人数（人次）,28".to_owned()), "{found:?}");
    // Two pairs need no unit; one without a unit may be what a page counts of itself.
    let blank: String = (0..9).map(|at| format!("事项{at}\n")).collect();
    let table = format!("规章\n1\n行政许可\n2\n行政处罚\n3\n{blank}");
    assert!(rows(&format!("{table}走访人数\n28\n接访人数\n9\n")).contains(&"接访人数,9".to_owned()));
    assert_eq!(rows(&format!("{table}浏览次数\n28\n")), ["规章,1", "行政许可,2", "行政处罚,3"]);
    // A section ends it.
    let section = "\n其他需要报告的事项\n走访人数（人次）\n28\n";
    assert_eq!(rows(&format!("{table}{section}")), ["规章,1", "行政许可,2", "行政处罚,3"]);
}

/// 五、 opens a row, and no section, where the text below it stands for its number.
#[test]
fn a_numbered_label_above_a_text_for_its_number_is_a_row() {
    let found = rows("规章\n1\n行政许可\n2\n行政处罚\n3\n五、投诉数量（件）\n待统计\n走访人数（人次）\n28\n");
    assert_eq!(found[3..], ["五、投诉数量（件）,待统计", "走访人数（人次）,28"], "{found:?}");
}
