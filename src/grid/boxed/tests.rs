use super::drawn::{is_upright, widths};
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
fn digits_that_go_on_where_the_unit_does_not_are_one_cell() {
    let row = |cells: &str| format!("┣━━━━╋━━━━╋━━━━━━┫\n{cells}\n");
    let rows = ["┃经费┃万元┃89.580┃\n┃投入┃    ┃1     ┃", "┃人数┃人  ┃2     ┃", "┃次数┃次  ┃3     ┃"];
    let text = format!("{}┗━━━━┻━━━━┻━━━━━━┛", rows.map(row).concat());
    let wrapped = [["经费投入", "万元", "89.5801"], ["人数", "人", "2"], ["次数", "次", "3"]];
    assert_eq!(grids(&text), [wrapped]);
    assert_eq!(grids(&text.replace("    ", "万元"))[0].len(), 4, "each line has all that a row has");
}

/// Narrow columns break the numbers of most rows; what goes on below the first line is fewer and fewer cells.
#[test]
fn numbers_that_are_broken_in_most_rows_are_still_one_row_between_two_rules() {
    let rule = "+----+----+----+---+\n";
    let rows = [
        "| 甲 | 12 | 3  | 1 |\n| 乙 | 5  |    | 5 |\n|    |    |    | 2 |\n",
        "| 丙 | 4  | 81 | 8 |\n|    |    |    | 5 |\n",
    ];
    let text = format!("{rule}{}{rule}{}{rule}", rows[0], rows[1]);
    assert_eq!(grids(&text), [[["甲乙", "125", "3", "152"], ["丙", "4", "81", "85"]]]);
    // As many numbers on each line are rows that no rule parts.
    let text = format!("{rule}{}{rule}{}{rule}", rows[0].replace("|    | 5 |", "| 7  | 5 |"), rows[1]);
    assert_eq!(grids(&text)[0][..2], [["甲", "12", "3", "1"], ["乙", "5", "7", "5"]]);
}

/// Where each label ends in its unit, a row ends there.
#[test]
fn digits_that_go_on_beside_the_rest_of_a_label_are_one_cell() {
    let row = |cells: &str| format!("├──────────┼──────┤\n{cells}\n");
    let rows = |second: &str| {
        let rows = [
            format!("│经费投{second}│89.580│\n│入（万元）│1     │"),
            "│人数（人）│2     │".to_owned(),
            "│会议（次）│3     │".to_owned(),
            "│培训数（人│4     │\n│次）      │      │".to_owned(),
        ];
        grids(&format!("{}└──────────┴──────┘", rows.map(|cells| row(&cells)).concat()))[0].clone()
    };
    assert_eq!(rows("    ")[0], ["经费投入（万元）", "89.5801"]);
    assert_eq!(rows("（次）")[..2], [["经费投（次）", "89.580"], ["入（万元）", "1"]], "a rule was lost");
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

/// A line is cut character by character.
fn slow(text: &str, drawn: Drawn) -> (Vec<[u32; 3]>, Vec<(&str, What)>) {
    let (mut bars, mut pieces, mut column, mut start) = (Vec::new(), Vec::new(), [0; 3], None);
    let printed = text.trim();
    let first = text.len() - text.trim_start().len();
    let chars: Vec<(usize, char)> = text[..first + printed.len()].char_indices().collect();
    for (nth, &(at, c)) in chars.iter().enumerate() {
        let before = nth.checked_sub(1).map(|before| chars[before]).filter(|(at, _)| *at >= first);
        let stroke = |beside: Option<&(usize, char)>| matches!(beside, Some((_, '-' | '=')));
        let parts = match drawn {
            Drawn::Box => is_upright(c) || (drawn.is_horizontal(c) && !is_stroke(c)),
            Drawn::Ascii => c == '|' || (c == '+' && (stroke(before.as_ref()) || stroke(chars.get(nth + 1)))),
        };
        if at >= first && parts {
            pieces.push(&text[start.unwrap_or(first)..at]);
            bars.push(column);
            start = Some(at + c.len_utf8());
        }
        for (column, width) in column.iter_mut().zip(widths(c)) {
            *column += width;
        }
    }
    pieces.push(&text[start.unwrap_or(first)..first + printed.len()]);
    let what = |piece: &str| {
        let seen = piece.trim();
        let long = drawn == Drawn::Box || seen.len() > 1;
        match value::read(seen) {
            _ if long && !seen.is_empty() && seen == piece && seen.chars().all(|c| drawn.is_horizontal(c)) => {
                What::Rule
            }
            _ if is_blank(seen) => What::Blank,
            Reading::Text => What::Text,
            _ => What::Value,
        }
    };
    (bars, pieces.into_iter().map(|piece| (piece.trim(), what(piece))).collect())
}

#[test]
fn a_line_is_cut_as_its_characters_are() {
    let pieces = [
        "│",
        "┃",
        "─",
        "━━━",
        "┄┄",
        "┼",
        "╪",
        "╱",
        " ",
        "   ",
        "\u{3000}",
        "甲",
        "丁乙",
        "第二十条",
        "1",
        "23",
        "+",
        "-",
        "--",
        "==",
        "|",
        ":",
        "“",
        "”",
        "é",
        "。",
        "\u{200b}",
        "①",
        "\u{4DFF}",
        "~",
    ];
    let mut state = 1usize;
    for count in 0..60_000 {
        let mut text = String::new();
        for _ in 0..count % 9 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) % pieces.len()]);
        }
        let Some(&line) = split(&text).first() else { continue };
        for drawn in [Drawn::Box, Drawn::Ascii] {
            let parsed = parse(&text, &[line], 0, drawn, 0);
            let found = parsed.between.iter().map(|between| (between.span.of(&text), between.what)).collect();
            assert_eq!((parsed.bars, found), slow(&text, drawn), "{text:?} {drawn:?}");
        }
    }
}

#[test]
fn bars_stand_in_columns_where_they_are_as_many_as_on_one_line() {
    let mut state = 1usize;
    for _ in 0..5_000 {
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut lines: Vec<Parsed> = Vec::new();
        for line in 0..1 + next(4) {
            let bars: Vec<[u32; 3]> = (0..6).filter(|_| next(4) > 0).map(|column| [column; 3]).collect();
            lines.push(Parsed { line, bars, between: Vec::new() });
        }
        let most = lines.iter().map(|line| line.bars.len()).max().unwrap_or(0);
        let mut all: Vec<u32> = lines.iter().flat_map(|line| &line.bars).map(|bar| bar[0]).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(columns(&lines, 0, most), (all.len() == most).then_some(all));
    }
}
