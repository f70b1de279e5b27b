use super::*;
use crate::lines::split;

fn found(text: &str) -> Vec<Grid> {
    let lines = split(text);
    find(text, &lines, &Notes::of(text), &vec![false; lines.len()], &Vocabulary::default())
}

fn grids(text: &str) -> Vec<Vec<Vec<String>>> {
    let texts = |row: &Row| row.cells.iter().map(|cell| cell.text(text).into_owned()).collect();
    found(text).iter().map(|grid| grid.rows.iter().map(texts).collect()).collect()
}

#[test]
fn rules_belong_to_the_table_but_are_no_rows() {
    let text = "┌──┬─┐\n│甲│1│\n├──┼─┤\n│乙│ │\n└──┴─┘";
    assert_eq!(grids(text), [[["甲", "1"], ["乙", ""]]]);
    assert_eq!(found(text)[0].lines, [0, 1, 2, 3, 4]);
    assert_eq!(grids("+----+---+\n| 甲 | 1 |\n+====+===+\n| 乙 | - |\n+----+---+"), [[["甲", "1"], ["乙", "-"]]]);
}

#[test]
fn a_cell_may_run_over_lines_between_two_rules() {
    let text =
        "┏━━━━━━━━━━┳━━━┓\n┃5.要求确认┃ 4 ┃\n┃或重新出具┃   ┃\n┣━━━━━━━━━━╋━━━┫\n┃3.其他    ┃ 0 ┃\n┗━━━━━━━━━━┻━━━┛";
    assert_eq!(grids(text), [[["5.要求确认或重新出具", "4"], ["3.其他", "0"]]]);
}

#[test]
fn a_label_beside_several_rows_counts_once() {
    let text = "╔══════╤══════╤═╗\n║结果  │予以  │1║\n║      ├──────┼─╢\n║（三）│不予  │2║\n╠══════╧══════╪═╣\n║总计         │3║\n╚═════════════╧═╝";
    assert_eq!(grids(text), [[["结果（三）", "予以", "1"], ["", "不予", "2"], ["总计", "", "3"]]]);
    let beside =
        "+------+------+---+\n|      | 予以 | 1 |\n| 结果 +------+---+\n|      | 不予 | 2 |\n+------+------+---+";
    assert_eq!(grids(beside), [[["结果", "予以", "1"], ["", "不予", "2"]]]);
}

#[test]
fn wide_drawn_lines_stand_in_columns_too() {
    let text = "┌───┬─┐\n│甲　乙│１│\n├─┬─┼─┤\n│丙│丁│２│\n└─┴─┴─┘";
    assert_eq!(grids(text)[0][1], ["丙", "丁", "２"]);
}

#[test]
fn without_rules_each_line_is_a_row() {
    assert_eq!(grids("甲 │ 1\n乙 │ 2"), [[["甲", "1"], ["乙", "2"]]]);
    assert_eq!(grids("│ 甲 │ 1 │\n│ 乙 │   │"), [[["甲", "1"], ["乙", ""]]]);
    let below_header = "┌──┬──┐\n│项│数│\n├──┼──┤\n│甲│1 │\n│乙│2 │\n└──┴──┘";
    assert_eq!(grids(below_header), [[["项", "数"], ["甲", "1"], ["乙", "2"]]]);
}

#[test]
fn two_drawings_are_two_tables() {
    let one = "┌──┬─┐\n│甲│1│\n└──┴─┘\n";
    assert_eq!(grids(&format!("{one}{one}")).len(), 2);
    assert_eq!(grids(&format!("{one}\n{one}")).len(), 2);
    assert_eq!(grids("+--+-+\n|甲|1|\n\n-3-\n\n|乙|2|\n+--+-+").len(), 1);
}

#[test]
fn a_drawn_line_or_a_paragraph_in_a_box_is_no_table() {
    for text in [
        "────────",
        "首页 │ 公开",
        "2020─2023年",
        "┌────┐\n│正文│\n└────┘",
        "| 甲 | 1 |\n| 乙 | 2 |",
        "+86",
        "||",
        "│",
        "│\n│",
        "+--+",
    ] {
        assert!(grids(text).is_empty(), "{text}");
    }
}

#[test]
fn a_dash_between_blanks_is_a_placeholder() {
    assert_eq!(
        grids("┌──┬───┬───┐\n│甲│ ─ │ 1 │\n├──┼───┼───┤\n│乙│ ─ │ ─ │\n└──┴───┴───┘"),
        [[["甲", "─", "1"], ["乙", "─", "─"]]]
    );
}

#[test]
fn askew_bars_are_counted() {
    let text = "┌──┬──┐\n│甲 │ 1│\n├──┼──┤\n│乙│    2│\n└──┴──┘";
    assert_eq!(grids(text), [[["甲", "1"], ["乙", "2"]]]);
}
