//! Tables whose cells are parted by tabs.
//!
//! A line with a tab between two filled fields, or with two tabs or more, is a row whatever stands around it, save
//! for an ordinal tabbed from its heading and for a paragraph set in a box. A line with one tab at an end, or
//! with none, is a row only if rows stand right above and below it (trailing tabs are lost easily) and nothing says
//! that it is a heading.

use super::delimited::unquoted;
use super::quoted::Joined;
use super::space::lone_row;
use super::{Cell, Grid, LONE_CELL, Layout, Row, Vocabulary};
use crate::fold::is_blank;
use crate::grid::value::{self, Reading};
use crate::lines::{Fields, Line, Look, Notes};
use crate::outline::markup::unmarked;
use crate::outline::ordinal::{Style, ordinal};
use crate::span::Span;

/// How sure it is that a line is a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// It is one.
    Row,
    /// It is one if its neighbours are.
    Perhaps,
    /// 二、依申请公开情况: the label of a group where a row stands right above and one with numbers right below, else a heading.
    Numbered,
    /// Nothing stands on it, or a page number: it does not end a table.
    Pass,
    /// It is not one.
    No,
}

/// Finds the tables of tabbed lines. A blank line ends a table unless what follows has its width and goes on with numbers.
pub(super) fn find(
    text: &str,
    lines: &[Line],
    notes: &Notes,
    taken: &[bool],
    joined: &Joined,
    vocabulary: &Vocabulary,
) -> Vec<Grid> {
    if !lines.iter().any(|line| matches!(line.look, Look::Tabbed { .. })) {
        return Vec::new();
    }
    let (mut claims, doubtful) = claims(text, lines, notes, taken, vocabulary);
    joined.all().for_each(|line| claims[line] = Claim::Row);
    settle_perhaps(text, lines, notes, &mut claims, &doubtful, vocabulary);
    let mut grids: Vec<Grid> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut fields = notes.fields();
    let mut row = |at: usize| match lines[at].look {
        _ if joined.lines(at).count() > 1 => joined.row(text, lines, at),
        Look::Blank => row(at, &lines[at], text, &blank_fields(text, &lines[at], notes.mark)),
        Look::Text => match lone_row(text, lines[at].text, vocabulary) {
            Some(cells) => Row { line: at, page: 0, cells },
            None => row(at, &lines[at], text, fields.ends(&lines[at])),
        },
        _ => row(at, &lines[at], text, fields.ends(&lines[at])),
    };
    let is_row = |claim: &Claim| matches!(claim, Claim::Row | Claim::Perhaps);
    // The line below the last row.
    let mut below = 0;
    while let Some(passed) = claims[below..].iter().position(is_row) {
        let between = below..below + passed;
        below = between.end + claims[between.end..].iter().take_while(|claim| is_row(claim)).count();
        let mut run: Vec<Row> = (between.end..below).filter(|&at| !joined.goes_on(at)).map(&mut row).collect();
        let ended = claims[between.clone()].iter().any(|claim| *claim != Claim::Pass);
        let parted = || lines[between].iter().any(|line| line.look == Look::Blank && !line.is_page_end(text));
        if !rows.is_empty() && !ended && (!parted() || goes_on(text, &rows, &run[0])) {
            rows.append(&mut run);
            continue;
        }
        let above = std::mem::replace(&mut rows, run);
        if !above.is_empty() {
            grids.push(grid(above, joined));
        }
    }
    if !rows.is_empty() {
        grids.push(grid(rows, joined));
    }
    grids
}

/// The claims of all lines, and the lines whose neighbours decide. Between two blank lines without a tab between them,
/// none is a row, whatever it looks like.
fn claims(
    text: &str,
    lines: &[Line],
    notes: &Notes,
    taken: &[bool],
    vocabulary: &Vocabulary,
) -> (Vec<Claim>, Vec<usize>) {
    let alone = |(line, &taken): (&Line, &bool)| match line.look {
        _ if taken => Claim::No,
        Look::Blank | Look::Furniture => Claim::Pass,
        Look::Tabbed { filled: SURE.., .. } => Claim::Row,
        _ => Claim::No,
    };
    let mut claims: Vec<Claim> = lines.iter().zip(taken).map(alone).collect();
    let mut doubtful = Vec::new();
    let mut fields = notes.fields();
    let is_blank = |line: &Line| line.look == Look::Blank;
    let mut from = 0;
    while let Some(tabbed) = lines[from..].iter().position(|line| matches!(line.look, Look::Tabbed { .. })) {
        let tabbed = from + tabbed;
        let start = lines[from..tabbed].iter().rposition(is_blank).map_or(from, |blank| from + blank + 1);
        let end = lines[tabbed..].iter().position(is_blank).map_or(lines.len(), |blank| tabbed + blank);
        for at in start..end {
            if claims[at] == Claim::Row {
                // Passed, they are not sought below.
                fields.ends(&lines[at]);
                continue;
            }
            if taken[at] {
                continue;
            }
            claims[at] = claim(text, &lines[at], &mut fields, vocabulary);
            if matches!(claims[at], Claim::Perhaps | Claim::Numbered) {
                doubtful.push(at);
            }
        }
        from = end;
    }
    // Most texts have no such line.
    for at in if notes.alone > 0 { 1..lines.len() } else { 0..0 } {
        if claims[at - 1] == Claim::Row && !taken[at] && is_blank_row(text, lines, notes, at, vocabulary) {
            claims[at] = Claim::Row;
        }
    }
    (claims, doubtful)
}

/// A line of tabs alone is the only row of a table where a header stands right above it, and no row below.
fn is_blank_row(text: &str, lines: &[Line], notes: &Notes, at: usize, vocabulary: &Vocabulary) -> bool {
    let is_tabbed = |line: &Line| matches!(line.look, Look::Tabbed { .. });
    let (line, above) = (&lines[at], &lines[at - 1]);
    if line.look != Look::Blank || line.text.len() < FEWEST_BLANK || lines.get(at + 1).is_some_and(is_tabbed) {
        return false;
    }
    let filled = || notes.fields_of(text, above).filter(|field| !is_blank(field));
    blank_fields(text, line, notes.mark).len() > filled().count().max(FEWEST_BLANK)
        && filled().all(|field| vocabulary.is_label(field.trim()))
}

/// Where the fields of a line end that holds nothing but tabs, or what stands for them.
fn blank_fields(text: &str, line: &Line, mark: u8) -> Vec<u32> {
    let tabs = memchr::memchr_iter(mark, line.text.of(text).as_bytes());
    tabs.map(|tab| line.text.start + tab as u32).chain([line.text.end]).collect()
}

/// Tabs that may be left of nothing but a row's indent.
const FEWEST_BLANK: usize = 3;

/// A table of these rows, each on its line or its lines.
fn grid(rows: Vec<Row>, joined: &Joined) -> Grid {
    let lines = rows.iter().flat_map(|row| joined.lines(row.line)).collect();
    tabbed(rows, lines)
}

/// A table of these rows, on these lines. A tab that stands before every row parts nothing.
pub(super) fn tabbed(mut rows: Vec<Row>, lines: Vec<usize>) -> Grid {
    let leading = |row: &Row| row.cells.iter().take_while(|cell| cell.span.is_empty()).count().min(row.cells.len() - 1);
    // Most tables have a row that begins with a label.
    let indented = rows.iter().all(|row| row.cells.first().is_some_and(|cell| cell.span.is_empty()));
    let common = if indented { rows.iter().map(leading).min().unwrap_or(0) } else { 0 };
    if common > 0 {
        rows.iter_mut().for_each(|row| drop(row.cells.drain(..common)));
    }
    Grid { layout: Layout::Tab, rows, lines }
}

/// A row behind a blank line goes on with the table above it when it has the usual width there and holds a number.
pub(super) fn goes_on(text: &str, rows: &[Row], row: &Row) -> bool {
    let width = row.cells.len();
    let alike = rows.iter().rev().take(5).any(|above| above.cells.len() == width);
    let holds = |row: &Row| {
        let is_value = |cell: &Cell| !matches!(value::read(&cell.text(text)), Reading::Text | Reading::Blank);
        row.cells.iter().any(is_value)
    };
    // A label and its only value go on below another such row.
    let narrow = || width == 2 && rows.last().is_some_and(|above| above.cells.len() == width && holds(above));
    alike && holds(row) && (width > 2 || narrow())
}

/// The row of a line whose fields end there.
fn row(index: usize, line: &Line, text: &str, ends: &[u32]) -> Row {
    let bytes = text.as_bytes();
    let mut start = line.text.start;
    let cell = move |&end: &u32| {
        let field = Span { start: std::mem::replace(&mut start, end + 1), end };
        // Most cells hold one digit, or nothing, and nearly all others end in Chinese characters.
        let is_trimmed = match end.wrapping_sub(field.start) {
            0 => true,
            1 => matches!(bytes.get(field.start as usize), Some(b'!'..=b'~')),
            _ => matches!(field.bytes_of(text), [0xE4..=0xE9, _, _, .., 0xE4..=0xE9, _, _]),
        };
        Cell::new(if is_trimmed { field } else { unquoted(field.trim(text), text) })
    };
    Row { line: index, page: 0, cells: ends.iter().map(cell).collect() }
}

/// A line with so many fields that hold something is a row.
const SURE: u32 = 3;

fn claim(text: &str, line: &Line, fields: &mut Fields, vocabulary: &Vocabulary) -> Claim {
    match line.look {
        Look::Blank | Look::Furniture => Claim::Pass,
        Look::Text => lone(line.text.of(text), vocabulary),
        Look::Tabbed { filled: SURE.., .. } => Claim::Row,
        Look::Tabbed { tabs, filled } => {
            let ends = fields.ends(line);
            let mut start = line.text.start;
            let field = |&end: &u32| Span { start: std::mem::replace(&mut start, end + 1), end }.of(text);
            let mut fields = ends.iter().map(field).filter(|field| !is_blank(field));
            let first = fields.next().unwrap_or("");
            if filled == 1 {
                return match lone(first, vocabulary) {
                    // Two tabs and one short text: a label whose cells are empty.
                    Claim::Perhaps if tabs > 1 => Claim::Row,
                    claim => claim,
                };
            }
            let second = fields.next().unwrap_or("");
            if filled == 2 && is_heading_in_two(first, second, vocabulary) {
                return Claim::No;
            }
            if filled == 2 && is_boxed(first, second) {
                return Claim::No;
            }
            Claim::Row
        }
    }
}

/// `一、⇥总体情况`: the numbering of a word processor, copied with its tab.
fn is_heading_in_two(first: &str, second: &str, vocabulary: &Vocabulary) -> bool {
    match ordinal(first) {
        Some(ordinal) if ordinal.rest.is_empty() => {
            vocabulary.is_title(second)
                || (!vocabulary.is_label(&format!("{first}{second}"))
                    && matches!(ordinal.style, Style::Chinese | Style::Part | Style::ChineseBracketed)
                    && matches!(value::read(second), Reading::Text))
        }
        _ => false,
    }
}

/// A preface in a box of two cells, the second holding sentences.
fn is_boxed(first: &str, second: &str) -> bool {
    let sentences = |field: &str| field.len() > LONE_CELL && field.chars().count() > LONE_CELL && field.contains('。');
    sentences(first) || sentences(second)
}

/// What a single text on a line may be.
pub(super) fn lone(printed: &str, vocabulary: &Vocabulary) -> Claim {
    let printed = printed.trim();
    // A heading of Markdown, with # or in bold.
    if printed.starts_with('#') && printed.trim_start_matches('#').starts_with(' ') {
        return Claim::No;
    }
    let printed = unmarked(printed);
    let printed = printed.strip_prefix("**").unwrap_or(printed);
    // Bytes first: a line of ten million characters is not counted.
    if printed.len() > LONE_CELL * 4 || printed.len() > LONE_CELL && printed.chars().count() > LONE_CELL {
        return Claim::No;
    }
    if vocabulary.is_label(printed) {
        return Claim::Perhaps;
    }
    if printed.ends_with(['。', '；', '：', ':', '！', '？']) {
        return Claim::No;
    }
    if let Some(ordinal) = ordinal(printed) {
        return match ordinal.style {
            _ if vocabulary.is_title(ordinal.rest) => Claim::No,
            Style::Chinese => Claim::Numbered,
            Style::Part | Style::Article => Claim::No,
            _ => Claim::Perhaps,
        };
    }
    if vocabulary.is_title(printed) { Claim::No } else { Claim::Perhaps }
}

/// A label, and a number behind it, or a unit whose number may be blank.
pub(super) fn is_data<'a>(fields: impl Iterator<Item = &'a str>) -> bool {
    let mut filled = fields.filter(|field| !is_blank(field));
    filled.next().is_some_and(|label| value::read(label) == Reading::Text)
        && filled.any(|field| matches!(value::read(field), Reading::Number { .. }) || value::is_unit(field))
}

/// Keeps a [`Claim::Perhaps`] only where rows stand right above and right below it; page numbers between them are passed over,
/// and so is one run of blank lines below where the text is a label that opens a table. The `doubtful` are the lines
/// that claim this, or to be [`Claim::Numbered`].
fn settle_perhaps(
    text: &str,
    lines: &[Line],
    notes: &Notes,
    claims: &mut [Claim],
    doubtful: &[usize],
    vocabulary: &Vocabulary,
) {
    for &at in doubtful {
        if claims[at] != Claim::Numbered || at == 0 || at + 1 == claims.len() {
            continue;
        }
        let data = |at: usize| claims.get(at) == Some(&Claim::Row) && is_data(notes.fields_of(text, &lines[at]));
        // The label of the first row below may be broken.
        let above_data = data(at + 1) || (claims[at + 1] == Claim::Perhaps && data(at + 2));
        let tabbed = matches!(lines[at].look, Look::Tabbed { .. });
        let below_row = claims[at - 1] == Claim::Row
            || (tabbed
                && (0..at)
                    .rev()
                    .find(|&above| claims[above] != Claim::Pass)
                    .is_some_and(|above| claims[above] == Claim::Row));
        if above_data && below_row {
            claims[at] = Claim::Row;
        }
    }
    let mut below = 0;
    for &start in doubtful {
        if start < below || claims[start] != Claim::Perhaps {
            continue;
        }
        below = start + claims[start..].iter().take_while(|claim| **claim == Claim::Perhaps).count();
        let run = start..below;
        let is_row = |at: usize| claims[at] == Claim::Row;
        let prints = |at: &usize| lines[*at].look != Look::Furniture;
        let above = (0..run.start).rev().find(prints).is_some_and(is_row);
        let below = (run.end..claims.len()).find(prints).is_some_and(is_row);
        // A block's own title (第二十条第（五）项) stands above its rows only, a label whose cells are gone below them only.
        let sure = lines[run.clone()]
            .iter()
            .all(|line| matches!(line.look, Look::Tabbed { .. }) || vocabulary.is_label(line.text.of(text)));
        // The first piece of a label that a break cut off: its rest and its numbers stand right below, other rows above a blank line.
        let cut = || {
            let above = (0..run.start).rev().find(|&at| !matches!(lines[at].look, Look::Blank | Look::Furniture));
            run.len() == 1
                && claims[run.end..].first() == Some(&Claim::Row)
                && above.is_some_and(is_row)
                && is_data(notes.fields_of(text, &lines[run.end]))
        };
        let keep = run.len() <= 4 && ((above && below) || (sure && (above || below)) || cut());
        for at in run {
            if !keep {
                claims[at] = Claim::No;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split;

    fn grids(text: &str) -> Vec<Vec<Vec<String>>> {
        let mut vocabulary = Vocabulary::default();
        for title in ["总体情况", "政府信息公开行政复议、行政诉讼情况"] {
            vocabulary.add_title(title);
        }
        for label in ["四、结转下年度继续办理", "第二十条第（五）项", "一、本年新收"] {
            vocabulary.add_label(label);
        }
        let lines = split(text);
        find(text, &lines, &Notes::of(text), &vec![false; lines.len()], &Joined::default(), &vocabulary)
            .iter()
            .map(|grid| {
                let texts = |row: &Row| row.cells.iter().map(|cell| cell.text(text).into_owned()).collect();
                grid.rows.iter().map(texts).collect()
            })
            .collect()
    }

    #[test]
    fn quotes_around_a_cell_are_no_part_of_it() {
        let rows = [["规章", "/", "", "1,095"], ["行政\"许可\"", "\"甲\"、\"乙\"", "丙", "2"]];
        let text = "\"规章\"\t\"/\"\t\"\"\t \"1,095\" \n行政\"许可\"\t\"甲\"、\"乙\"\t丙\t2\n";
        assert_eq!(grids(text), [rows]);
    }

    #[test]
    fn rows_stay_ragged_and_blank_cells_stay() {
        assert_eq!(grids("\t\t甲\t 1 \t\n乙\t2"), [vec![vec!["", "", "甲", "1", ""], vec!["乙", "2"]]]);
    }

    #[test]
    fn a_blank_line_parts_tables_unless_the_rows_go_on() {
        assert_eq!(grids("甲\t1\t2\n\n乙\t3\t4").len(), 1);
        assert_eq!(grids("甲\t1\t2\n\n项目\t数量\n乙\t3").len(), 2);
    }

    #[test]
    fn a_page_number_does_not_end_a_table() {
        assert_eq!(grids("甲\t1\t2\n—3—\n乙\t3\t4").len(), 1);
        // Nor does the end of a page, whatever stands below it.
        assert_eq!(grids("甲\t1\n\u{c}乙\t详见附表").len(), 1);
    }

    #[test]
    fn headings_and_paragraphs_are_no_rows() {
        assert!(grids("一、\t总体情况\n正文。").is_empty());
        assert!(grids("\t2023年，我局公开信息8条。\n\t全年无申请。").is_empty());
        let compact = "一、本年新收\t0\t0\n四、政府信息公开行政复议、行政诉讼情况\n行政复议\t\t行政诉讼";
        assert_eq!(grids(compact).len(), 2);
    }

    #[test]
    fn a_label_that_lost_its_tabs_is_a_row() {
        assert_eq!(grids("规章\t0\t0\n第二十条第（五）项\n行政许可\t0").len(), 1);
        assert_eq!(grids("（七）总计\t0\t0\n四、结转下年度继续办理\n合计\t0\t0")[0].len(), 3);
        assert_eq!(grids("甲\t1\t2\n三、经费情况\n乙\t3\t4")[0].len(), 3);
        assert_eq!(grids("甲\t1\t2\n三、经费情况\n项目\t数\t数").len(), 2);
        assert_eq!(grids("一、\t本年新收\t0\t0\n二、\t上年结转\t0\t0")[0].len(), 2);
    }
}
