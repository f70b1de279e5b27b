//! Tables whose cells blanks part: where they begin and end.

use super::*;
use crate::lines::split;

fn grids(text: &str) -> Vec<Vec<Vec<String>>> {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add_title("主动公开政府信息情况");
    for label in ["规范性文件", "行政许可", "其他对外管理服务事项"] {
        vocabulary.add_label(label);
    }
    let lines = split(text);
    let texts = |row: &Row| row.cells.iter().map(|cell| cell.text(text).into_owned()).collect();
    let found = find(text, &lines, &Notes::of(text), &vec![false; lines.len()], &vocabulary);
    found.iter().map(|grid| grid.rows.iter().map(texts).collect()).collect()
}

#[test]
fn known_labels_with_a_number_or_two_are_rows() {
    assert_eq!(
        grids("规范性文件    3    4\n行政许可    5"),
        [[&["规范性文件", "3", "4"][..], &["行政许可", "5"]].map(|row| row.to_vec())]
    );
}

#[test]
fn labels_that_nobody_knows_are_rows_where_several_come_in_succession() {
    let row = |label: &str| format!("{label}    7\n");
    let run: String = ["接待来访", "答复来信", "发放手册", "举办讲座"].map(row).concat();
    let found = grids(&run);
    assert_eq!((found.len(), found.first().map(Vec::len)), (1, Some(4)), "{found:?}");
    assert!(grids(&["接待来访", "答复来信", "发放手册"].map(row).concat()).is_empty(), "three may be chance");
}

/// All lines of a header are taken that may stand above a row, and no more.
#[test]
fn a_header_has_so_many_lines() {
    let head: String = (0..HEADER_LINES + 3).map(|at| format!("栏{at}    甲{at}\n")).collect();
    let found = grids(&format!("{head}规范性文件    3    4\n行政许可    5    6\n"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].len(), HEADER_LINES + 2);
    assert_eq!(found[0][0][0], "栏3");
}

/// 待统计 stands in the place of a number: behind the label, below the others.
#[test]
fn a_text_below_the_numbers_is_a_value() {
    let found = grids("规范性文件    3\n行政许可      5\n来访接待      待核\n");
    assert_eq!(found[0].last().unwrap(), &["来访接待", "待核"]);
}

/// *** in the place of a number: what begins with 四、 is a row of the table, and no heading in it.
#[test]
fn a_numbered_row_whose_number_is_covered_up_is_no_heading() {
    let found = grids(
        "规范性文件            3\n四、行政复议数量      ***\n其中：被依法纠错数    ***\n行政许可              5\n",
    );
    assert_eq!((found.len(), found[0].len()), (1, 4), "{found:?}");
    assert_eq!(found[0][1], ["四、行政复议数量", "***"]);
    assert_eq!(grids("规范性文件    3\n行政许可      5\n四、行政复议情况\n").concat().len(), 2);
}

/// Below a label that is broken over two lines, a code stands before the text.
#[test]
fn a_code_before_a_text_stands_in_a_row() {
    let rows = "规范性文件      01      3\n行政许可        02      5\n";
    let found = grids(&format!(
        "{rows}来访接待总次数\n（次）\n                03      待核\n其他对外管理服务事项    04      8\n"
    ));
    assert_eq!((found.len(), found[0].len()), (1, 6), "{found:?}");
    assert_eq!(found[0][4], ["03", "待核"]);
}

/// What stands below the last row without a number, beside another text, is no row.
#[test]
fn a_signature_below_is_not_part_of_the_table() {
    let found = grids("规范性文件    3    4\n行政许可      5    6\n经办人甲            审核人乙丙\n");
    assert_eq!((found.len(), found[0].len()), (1, 2), "{found:?}");
}

/// A sentence between rows is none of them, however short, and a title of a section neither.
#[test]
fn a_sentence_ends_the_table() {
    let rows = ["规范性文件    3    4\n行政许可      5    6\n", "其他对外管理服务事项    7    8\n"];
    for between in ["已经核对。无误", "主动公开政府信息情况"] {
        let found = grids(&format!("{}{between}\n{}", rows[0], rows[1]));
        let texts: Vec<&String> = found.iter().flatten().flatten().collect();
        assert!(texts.iter().all(|text| !text.contains(between)), "{found:?}");
        assert_eq!(found[0].len(), 2, "{found:?}");
    }
}

#[test]
fn what_may_be_no_seed_is_none() {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add_label("甲");
    let slow = |printed: &str| {
        let printed = printed.trim();
        let chars: Vec<char> = printed.chars().collect();
        let blank = chars.iter().any(|c| c.is_whitespace());
        chars.windows(2).any(|pair| pair[0].is_whitespace() && pair[1].is_whitespace())
            || blank && (is_label_with_number(printed, &vocabulary) || parted(printed, &vocabulary).is_some())
    };
    let pieces = [
        " ", " ", "\u{3000}", "\u{a0}", "\u{2002}", "甲", "甲", "、", "。", "“", "㈠", "（", "1", "2", "件", "a",
        "\u{feff}", "𠂇",
    ];
    let mut state = 1usize;
    for count in 0..40_000 {
        let mut text = String::new();
        for _ in 0..count % 9 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) % pieces.len()]);
        }
        let may_be = may_be_seed(&text, Notes::of(&text).wide, &vocabulary);
        assert_eq!(may_be, slow(&text), "{text:?}");
        let Some(line) = split(&text).first().copied().filter(|_| !may_be) else { continue };
        let fields = fields(&text, &line, Measure::default(), &vocabulary);
        assert!(!is_data(&text, &fields), "{text:?}");
        assert_ne!(claim(&text, &line, &fields, &vocabulary), Claim::Seed, "{text:?}");
    }
}

#[test]
fn one_blank_parts_the_cells_of_a_row_where_they_are_clear() {
    let mut vocabulary = Vocabulary::default();
    for label in ["规范性文件", "行政许可", "（一）收到申请数", "统计指标", "单位", "其他处理"]
    {
        vocabulary.add_label(label);
    }
    let cells = |field: &str| -> Vec<String> {
        let words = parted(field, &vocabulary);
        words
            .into_iter()
            .flatten()
            .map(|(at, word)| {
                assert_eq!(&field[at..at + word.len()], word);
                word.to_owned()
            })
            .collect()
    };
    let parts = |field: &str, expected: &[&str]| assert_eq!(cells(field), expected, "{field}");
    parts("3 4 /", &["3", "4", "/"]);
    parts("规范性文件 3 4", &["规范性文件", "3", "4"]);
    parts("规范性 文件 3 4", &["规范性 文件", "3", "4"]);
    parts("三、办理结果 行政许可 3 4", &["三、办理结果 行政许可", "3", "4"]);
    // Three numbers in succession are a row, whatever its label is.
    parts("甲乙丙 3 4 5", &["甲乙丙", "3", "4", "5"]);
    parts("甲乙丙 3 4", &[]);
    parts("会议于下午召开。 3 4 5", &[]);
    parts("电话： 0513 8888 6666", &[]);
    // So is a unit before a number, and a known label before a unit, whose number is blank.
    parts("甲乙丙 件 5", &["甲乙丙", "件", "5"]);
    parts("（一）收到申请数 件", &["（一）收到申请数", "件"]);
    parts("甲乙丙 件", &[]);
    parts("7 （一）收到申请数 件 3", &["7", "（一）收到申请数", "件", "3"]);
    // Labels of a header; one blank inside a label is none between two.
    parts("统计指标 单位 区政府统计数", &["统计指标", "单位", "区政府统计数"]);
    parts("其他 处理", &[]);
    parts("统计指标 单位 是怎样的，说明如下", &[]);
    parts("行政许可 5", &[]);
    parts("", &[]);
}

/// A label that fills its column, its first numbers one blank behind it, and the others in their columns.
#[test]
fn numbers_behind_a_piece_of_a_label_are_cells_and_so_are_the_labels_before_it() {
    let mut vocabulary = Vocabulary::default();
    for label in [
        "三、本年度办理结果",
        "（四）无法提供",
        "2.没有现成信息需要另行制作",
        "（五）不予处理",
        "4.无正当理由大量反复申请",
    ] {
        vocabulary.add_label(label);
    }
    let cells = |text: &str| -> Vec<String> {
        let cells = fields(text, &split(text)[0], Measure::default(), &vocabulary);
        cells.iter().map(|cell| cell.span.of(text).to_owned()).collect()
    };
    assert_eq!(cells("2.没有现成信息需要另行 26 2   0   0"), ["2.没有现成信息需要另行", "26", "2", "0", "0"]);
    assert_eq!(
        cells("三、本年度 （四）无法 2.没有现成信息需要另行 26 2   0"),
        ["三、本年度", "（四）无法", "2.没有现成信息需要另行", "26", "2", "0"]
    );
    assert_eq!(cells("理 4.无正当理由大量反复申请 58 0 3"), ["理", "4.无正当理由大量反复申请", "58", "0", "3"]);
    // Neither has a number.
    assert_eq!(cells("（五） 4.无正当理由"), ["（五）", "4.无正当理由"]);
    assert_eq!(cells("全年 4.无正当理由"), ["全年 4.无正当理由"]);
    // No number stands in the columns behind it.
    assert_eq!(cells("2.没有现成信息需要另行 26 2").len(), 1);
}

/// The first row of a page is none of its table for a program that finds the tables by their lines.
#[test]
fn a_row_with_one_blank_between_its_cells_stands_between_rows_of_another_layout() {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add_label("行政许可");
    let cells = |text: &str| {
        let cells = lone_row(text, split(text)[0].text, &vocabulary)?;
        Some(cells.iter().map(|cell| cell.span.of(text).to_owned()).collect::<Vec<_>>())
    };
    assert_eq!(cells("行政许可 3 4"), Some(["行政许可", "3", "4"].map(str::to_owned).to_vec()));
    for other in ["行政许可 3", "行政许可", "全年 3 4", "3"] {
        assert_eq!(cells(other), None, "{other}");
    }
}

#[test]
fn where_one_blank_parts_the_cells_their_places_say_nothing() {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add_label("规范性文件");
    let placed = |text: &str| -> Vec<bool> {
        let lines = split(text);
        fields(text, &lines[0], Measure::default(), &vocabulary).iter().map(|cell| cell.columns.is_some()).collect()
    };
    assert_eq!(placed("规范性文件 3 4"), [false; 3]);
    assert_eq!(placed("规范性文件 3 4   5"), [true; 4]);
    assert_eq!(placed("3 4"), [true; 2]);
}

#[test]
fn numbers_behind_strange_labels_with_one_blank_between_are_no_table() {
    let phones = "电话 0513 8683 9755\n传真 0513 8683 9756\n";
    assert!(grids(phones).is_empty());
    assert_eq!(grids("电话  0513  8683  9755\n传真  0513  8683  9756\n").len(), 1, "in columns they are");
    assert_eq!(
        grids("规范性文件 3 4 5\n甲乙丙 6 7 8\n")[0],
        [["规范性文件", "3", "4", "5"], ["甲乙丙", "6", "7", "8"]]
    );
}

#[test]
fn a_text_in_place_of_the_last_number_is_a_row_whoever_knows_its_label() {
    // The text stands beside the numbers, below another one and the header.
    let rows = "\
\u{20}             统计指标                       本年度\n\
主动公开信息数（条）                                     0\n\
其中：1.政府网站（条）                                   0\n\
2.政府公报（条）                                      0\n\
3.其他形式（条）                                      0\n\
新增的行政规范性文件数（件）                                 0\n\
主动公开政府信息总数（条）                           详见附表\n\
四、行政复议数量（件）                                    0\n\
五、行政诉讼数量（件）                                    0\n\
举报投诉数量（件）                               详见附表\n\
";
    let grids = grids(rows);
    assert_eq!(grids[0].last().map(Vec::as_slice), Some(&["举报投诉数量（件）", "详见附表"].map(str::to_owned)[..]));
}
