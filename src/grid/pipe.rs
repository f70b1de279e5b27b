//! Tables whose cells are parted by `|`, with or without a bar at the ends of a row and a `|---|---|` rule below the header.
//!
//! A bar at the start of a line is the table's edge or parts an empty first cell from the second. The rows together tell
//! which: an edge stands on every one of them. `\|` is text. One line with a bar is no table (`打印本页 | 关闭窗口`).

use std::sync::LazyLock;

use memchr::memmem;

use super::boxed::holds_bar;
use super::space::lone_row;
use super::tab::{self, goes_on, is_data};
use super::{Cell, Grid, LONE_CELL, Layout, Row, Vocabulary};
use crate::fold::is_blank;
use crate::grid::value::{self, Reading};
use crate::lines::{Line, Look, Notes};
use crate::span::Span;

/// How sure it is that a line is a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// Two cells or more.
    Row,
    /// `|---|---|`.
    Rule,
    /// One cell, behind or before a bar: a row if rows stand beside it.
    Barred,
    /// A short text without a bar: a row only between rows.
    Bare,
    /// 二、依申请公开情况 without a bar: a row only where a row stands right above and one with numbers right below.
    Numbered,
    /// Nothing stands on it, or a page number: it does not end a table.
    Pass,
    /// It is none.
    No,
}

/// Lone cells in a row that still belong to a table.
const MOST_LONE: usize = 4;

/// Finds the tables of barred lines.
pub(super) fn find(text: &str, lines: &[Line], notes: &Notes, taken: &[bool], vocabulary: &Vocabulary) -> Vec<Grid> {
    // Without a bar no line is a row, and short texts are cells only beside rows.
    if !holds_bar(text, notes.wide) && FULL_WIDTH_BAR.find(text.as_bytes()).is_none() {
        return Vec::new();
    }
    // Without a row, one cell stands on each line: another layout.
    let may_be_row = |(line, &taken): (&Line, &bool)| !taken && has_bar_inside(line.text.of(text).trim());
    if !lines.iter().zip(taken).any(may_be_row) {
        return Vec::new();
    }
    let claim = |(line, &taken): (&Line, &bool)| if taken { Claim::No } else { claim(text, line, vocabulary) };
    let mut claims: Vec<Claim> = lines.iter().zip(taken).map(claim).collect();
    settle_lone(text, lines, &mut claims, vocabulary);
    let mut grids = Vec::new();
    let mut members: Vec<usize> = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        match claim {
            Claim::Row | Claim::Rule | Claim::Barred | Claim::Bare => members.push(index),
            Claim::Pass => {}
            Claim::No | Claim::Numbered => {
                grids.extend(stretch(text, lines, &claims, &std::mem::take(&mut members), vocabulary))
            }
        }
    }
    grids.extend(stretch(text, lines, &claims, &members, vocabulary));
    grids
}

/// A bar stands between its ends, as on every row.
fn has_bar_inside(printed: &str) -> bool {
    let is_inside = |at: usize, len: usize| at > 0 && at + len < printed.len();
    memchr::memchr2_iter(b'|', FULL_WIDTH[0], printed.as_bytes()).any(|at| match printed.as_bytes()[at] {
        b'|' => is_inside(at, 1),
        _ => printed.as_bytes()[at..].starts_with(FULL_WIDTH) && is_inside(at, FULL_WIDTH.len()),
    })
}

/// The bytes of `｜`.
const FULL_WIDTH: &[u8] = "｜".as_bytes();
static FULL_WIDTH_BAR: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(FULL_WIDTH));

/// The bars of a line that part cells: their places in bytes and how long each is.
fn bars(printed: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = printed.as_bytes();
    let escaped = |at: usize| at > 0 && bytes[at - 1] == b'\\';
    let bar = move |(at, byte): (usize, &u8)| match byte {
        b'|' if !escaped(at) => Some((at, 1)),
        0xEF if bytes[at..].starts_with(FULL_WIDTH) && !escaped(at) => Some((at, FULL_WIDTH.len())),
        _ => None,
    };
    bytes.iter().enumerate().filter_map(bar)
}

/// How many bars part cells, and whether one stands at each end of the row.
fn count(printed: &str) -> (usize, (bool, bool)) {
    let printed = printed.trim();
    let next = |(count, _), (at, len)| (count + 1, at + len == printed.len());
    let (count, last) = bars(printed).fold((0, false), next);
    (count, (printed.starts_with(['|', '｜']), last))
}

fn claim(text: &str, line: &Line, vocabulary: &Vocabulary) -> Claim {
    let printed = line.text.of(text).trim();
    let tabs = match line.look {
        Look::Blank | Look::Furniture => return Claim::Pass,
        Look::Tabbed { tabs, .. } => tabs as usize,
        Look::Text => 0,
    };
    let (count, (first, last)) = count(printed);
    if count == 0 {
        return match tab::lone(printed, vocabulary) {
            tab::Claim::Perhaps if tabs == 0 => Claim::Bare,
            tab::Claim::Numbered if tabs == 0 => Claim::Numbered,
            _ => Claim::No,
        };
    }
    if tabs > count && !first {
        return Claim::No;
    }
    if is_rule(printed) {
        return Claim::Rule;
    }
    let (first, last) = (usize::from(first), usize::from(last));
    if count + 1 - (first + last).min(count + 1) < 2 {
        let cell = printed.trim_matches(|c: char| matches!(c, '|' | '｜') || c.is_whitespace());
        // With a bar beside it, 二、依申请公开情况 is no heading.
        let row = matches!(tab::lone(cell, vocabulary), tab::Claim::Perhaps | tab::Claim::Numbered);
        let lone = cell.is_empty() || row || is_value(cell);
        return if lone { Claim::Barred } else { Claim::No };
    }
    // A paragraph beside its heading, set in a box.
    if !printed.contains('。') {
        return Claim::Row;
    }
    let sentences = |field: &str| field.len() > LONE_CELL && field.chars().count() > LONE_CELL && field.contains('。');
    let mut filled = printed.split(['|', '｜']).filter(|field| !is_blank(field));
    let few: Vec<&str> = filled.by_ref().take(2).collect();
    if filled.next().is_none() && few.into_iter().any(sentences) {
        return Claim::No;
    }
    Claim::Row
}

fn is_value(cell: &str) -> bool {
    matches!(value::read(cell), Reading::Number { .. } | Reading::Placeholder)
}

/// `|---|:--:|`, `---+---|---`. A row of single dashes holds placeholders.
fn is_rule(printed: &str) -> bool {
    let drawn = |c: char| matches!(c, '-' | '=' | ':' | '+' | '|' | '｜' | '—') || c.is_whitespace();
    if !printed.chars().all(drawn) {
        return false;
    }
    let mut cells = printed.split(['|', '｜', '+']).map(str::trim).filter(|cell| !cell.is_empty()).peekable();
    cells.peek().is_some()
        && cells.all(|cell| cell.starts_with(":-") || cell.ends_with("-:") || cell.len() >= 3 && !cell.contains('—'))
}

/// Keeps lone cells only beside rows: bare ones between two, barred ones and known labels beside one.
fn settle_lone(text: &str, lines: &[Line], claims: &mut [Claim], vocabulary: &Vocabulary) {
    for at in 1..claims.len().saturating_sub(1) {
        let between = claims[at - 1] == Claim::Row && claims[at + 1] == Claim::Row;
        if claims[at] == Claim::Numbered && between && is_data(lines[at + 1].text.of(text).split(['|', '｜'])) {
            claims[at] = Claim::Row;
        }
    }
    let is_lone = |claim: Claim| matches!(claim, Claim::Barred | Claim::Bare);
    let mut index = 0;
    while index < claims.len() {
        if !is_lone(claims[index]) {
            index += 1;
            continue;
        }
        let start = index;
        while index < claims.len() && is_lone(claims[index]) {
            index += 1;
        }
        let run = start..index;
        let barred = claims[run.clone()].iter().all(|&claim| claim == Claim::Barred);
        let prints = |at: &usize| match lines[*at].look {
            Look::Furniture => false,
            Look::Blank => !barred,
            _ => true,
        };
        let is_row = |at: usize| matches!(claims[at], Claim::Row | Claim::Rule);
        let above = (0..run.start).rev().find(prints).is_some_and(is_row);
        let below = (run.end..claims.len()).find(prints).is_some_and(is_row);
        let short = run.len() <= MOST_LONE;
        // The first piece of a label that a break cut off: its rest and its numbers stand right below, other rows above a blank line.
        let cut = || {
            let above = (0..run.start).rev().find(|&at| !matches!(lines[at].look, Look::Blank | Look::Furniture));
            run.len() == 1
                && claims.get(run.end) == Some(&Claim::Row)
                && above.is_some_and(is_row)
                && is_data(lines[run.end].text.of(text).split(['|', '｜']))
        };
        let sure = short
            && run.clone().all(|at| claims[at] == Claim::Barred || vocabulary.is_label(lines[at].text.of(text).trim()));
        if !(short && above && below || sure && (above || below) || cut()) {
            claims[run].fill(Claim::No);
        }
    }
}

/// The tables among lines with nothing but blank lines and page numbers between them.
fn stretch(text: &str, lines: &[Line], claims: &[Claim], members: &[usize], vocabulary: &Vocabulary) -> Vec<Grid> {
    let edges = edges(text, lines, claims, members);
    // Blank lines between all rows are the spacing of the text; more of them part two tables.
    let spacing = members.windows(2).map(|pair| gap(text, lines, pair[0], pair[1])).min().unwrap_or(0).min(3);
    let mut grids = Vec::new();
    let mut part = Part::default();
    let mut before: Option<usize> = None;
    for &index in members {
        let rule = claims[index] == Claim::Rule;
        let bare = claims[index] == Claim::Bare;
        let cells = bare.then(|| lone_row(text, lines[index].text, vocabulary)).flatten();
        let row = match cells {
            Some(cells) => Row { line: index, page: 0, cells },
            None => row(text, index, &lines[index], edges),
        };
        let parted = before.is_some_and(|before| gap(text, lines, before, index) > spacing);
        // A rule begins a table, unless it stands below the only row, which then is the header.
        let goes_on = || if rule { part.is_header_of(&row) } else { goes_on(text, &part.rows, &row) };
        if parted && !goes_on() {
            let grid = std::mem::take(&mut part).grid(text, edges, grids.last(), vocabulary);
            grids.extend(grid);
        }
        part.lines.push(index);
        if rule {
            part.ruled = true;
        } else {
            part.rows.push(row);
        }
        before = Some(index);
    }
    let grid = part.grid(text, edges, grids.last(), vocabulary);
    grids.extend(grid);
    grids
}

/// Blank lines between two lines.
fn gap(text: &str, lines: &[Line], above: usize, below: usize) -> usize {
    lines[above + 1..below].iter().filter(|line| line.look == Look::Blank && !line.is_page_end(text)).count()
}

/// Whether bars at the start and at the end of a line are the table's edges: nine in ten rows have them, and those without
/// have fewer bars than the rest. With as many, the bar of the others parts a blank cell from those beside it.
fn edges(text: &str, lines: &[Line], claims: &[Claim], members: &[usize]) -> (bool, bool) {
    let rows = members.iter().filter(|&&index| claims[index] == Claim::Row);
    let rows: Vec<_> = rows.map(|&index| count(lines[index].text.of(text))).collect();
    let edge = |stands: fn((bool, bool)) -> bool| {
        let (with, without): (Vec<_>, Vec<_>) = rows.iter().partition(|(_, ends)| stands(*ends));
        if without.is_empty() || with.len() * 10 < rows.len() * 9 {
            return without.is_empty();
        }
        let mut counts: Vec<usize> = with.iter().map(|(count, _)| *count).collect();
        counts.sort_unstable();
        let usual = counts.chunk_by(usize::eq).max_by_key(|alike| alike.len()).map(|alike| alike[0]);
        without.iter().filter(|(count, _)| Some(*count) == usual).count() * 2 <= without.len()
    };
    (edge(|(first, _)| first), edge(|(_, last)| last))
}

fn row(text: &str, index: usize, line: &Line, (first, last): (bool, bool)) -> Row {
    let whole = line.text.trim(text);
    let printed = whole.of(text);
    let base = whole.start as usize;
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, len) in bars(printed) {
        // The edge of the table: no cell stands before it.
        if at > 0 || !first {
            cells.push(cell(text, base + start, base + at));
        }
        start = at + len;
    }
    if start < printed.len() || !last || cells.is_empty() {
        cells.push(cell(text, base + start, base + printed.len()));
    }
    Row { line: index, page: 0, cells }
}

/// The cell between two bars, without blanks and without the `**` of bold print.
fn cell(text: &str, start: usize, end: usize) -> Cell {
    let span = Span::new(start, end).trim(text);
    let bold = span.of(text).strip_prefix("**").and_then(|rest| rest.strip_suffix("**"));
    match bold {
        Some(inner) if !inner.is_empty() => {
            Cell::new(Span::new(span.start as usize + 2, span.end as usize - 2).trim(text))
        }
        _ => Cell::new(span),
    }
}

/// Rows that may be a table.
#[derive(Default)]
struct Part {
    rows: Vec<Row>,
    lines: Vec<usize>,
    ruled: bool,
}

impl Part {
    /// Nothing but a row of as many cells was printed so far.
    fn is_header_of(&self, rule: &Row) -> bool {
        !self.ruled && matches!(self.rows.as_slice(), [header] if header.cells.len() == rule.cells.len())
    }

    /// The grid, if there is enough of it: a menu or the head of a web page has bars too. What stands below blank lines is as wide as
    /// rows of the table `above` them if it goes on with it.
    fn grid(
        self,
        text: &str,
        (first, last): (bool, bool),
        above: Option<&Grid>,
        vocabulary: &Vocabulary,
    ) -> Option<Grid> {
        let wide: Vec<&Row> = self.rows.iter().filter(|row| row.cells.len() > 1).collect();
        let widest = wide.iter().map(|row| row.cells.len()).max()?;
        let bounded =
            (first && last) || above.is_some_and(|above| above.rows.iter().any(|row| row.cells.len() == widest));
        let mut cells = wide.iter().flat_map(|row| &row.cells).map(|cell| cell.text(text));
        // Two are enough to know.
        let telling = cells
            .by_ref()
            .filter(|cell| matches!(value::read(cell), Reading::Number { .. }) || vocabulary.is_label(cell))
            .take(2)
            .count();
        let is_table = match wide.len() {
            1 => self.ruled || widest > 2 && (bounded || telling > 1),
            2 => self.ruled || bounded || telling > 1,
            _ => self.ruled || bounded || telling > 0,
        };
        is_table.then_some(Grid { layout: Layout::Pipe, rows: self.rows, lines: self.lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split;

    fn found(text: &str) -> Vec<Grid> {
        let mut vocabulary = Vocabulary::default();
        vocabulary.add_title("主动公开政府信息情况");
        for label in ["第二十条第（五）项", "四、结转下年度继续办理", "行政许可"] {
            vocabulary.add_label(label);
        }
        let lines = split(text);
        find(text, &lines, &Notes::of(text), &vec![false; lines.len()], &vocabulary)
    }

    fn grids(text: &str) -> Vec<Vec<Vec<String>>> {
        let texts = |row: &Row| row.cells.iter().map(|cell| cell.text(text).into_owned()).collect();
        found(text).iter().map(|grid| grid.rows.iter().map(texts).collect()).collect()
    }

    #[test]
    fn bars_at_both_ends_make_no_cells() {
        assert_eq!(grids("| 甲 |  | 1 | \n|  | 乙 | 2 |"), [[["甲", "", "1"], ["", "乙", "2"]]]);
        assert_eq!(grids("｜甲｜1｜\n｜乙｜2｜"), [[["甲", "1"], ["乙", "2"]]]);
    }

    #[test]
    fn the_end_of_a_page_parts_no_rows() {
        assert_eq!(grids("| 甲 | 1 |\n\u{c}| 乙 | 详见附表 |"), [[["甲", "1"], ["乙", "详见附表"]]]);
    }

    #[test]
    fn a_bar_before_a_blank_last_cell_is_no_edge() {
        let rows = "甲 | 1 | \n".repeat(10);
        for (header, row) in
            [("项 | 数 | 比", ["甲", "1", ""].as_slice()), ("项 | 数", &["甲", "1"]), ("项 | 数 |", &["甲", "1"])]
        {
            let found = grids(&format!("{header}\n{rows}"));
            assert_eq!(found[0][5], row, "below {header}");
        }
        let found = grids(&format!("项 | 数\n{}", "| 甲 | 1\n".repeat(10)));
        assert_eq!(found[0][5], ["甲", "1"], "a header that lost its bar");
        let found = grids(&format!("项 | 数 | 比\n{}", "| 甲 | 1\n".repeat(10)));
        assert_eq!(found[0][5], ["", "甲", "1"]);
    }

    #[test]
    fn a_paragraph_beside_its_heading_in_a_box_is_no_table() {
        let sentence = "全年通过政府网站主动公开各类信息，做到应公开尽公开，方便群众查阅。".repeat(4);
        assert!(grids(&format!("| 一、概述 | {sentence} |\n| 二、其他 | {sentence} |")).is_empty());
    }

    #[test]
    fn without_bars_at_the_ends_they_part_blank_cells() {
        assert_eq!(grids("甲 | 子 | 1 |\n | 丑 | 2 | 3\n乙 | | 4 | 5")[0][1], ["", "丑", "2", "3"]);
        assert_eq!(grids("甲 | 子 | 1 |\n | 丑 | 2 | 3\n乙 | | 4 | 5")[0][0], ["甲", "子", "1", ""]);
    }

    #[test]
    fn rules_belong_to_the_table_but_are_no_rows() {
        let grid = &found("| 项目 | 数量 |\n|:---|---:|\n| **甲** | 1 |")[0];
        assert_eq!((grid.rows.len(), grid.lines.as_slice()), (2, &[0, 1, 2][..]));
        assert_eq!(grids("项目 | 数量\n--- | ---\n**甲** | 1\\|2"), [[["项目", "数量"], ["甲", "1\\|2"]]]);
        assert_eq!(grids("| 甲 | 1 | 2 |\n| - | - | - |")[0].len(), 2);
        // Below a blank line it is still that of the only row above.
        assert_eq!(grids("| 项目 | 数量 |\n\n| --- | --- |\n| 甲 | 1 |\n| 乙 | 2 |")[0].len(), 3);
        assert_eq!(grids("|子|1|\n|丑|2|\n\n| --- | --- |\n|甲|1|\n|乙|2|").len(), 2);
    }

    #[test]
    fn menus_and_prose_are_no_tables() {
        for text in [
            "打印本页 | 关闭窗口",
            "首页 | 政务公开 | 年报",
            "首页 | 公开\n来源 | 本站",
            "甲|乙。",
            "|",
            "||",
            "\\|",
            "| 3402\n| 99\n| 0",
        ] {
            assert!(grids(text).is_empty(), "{text}");
        }
        let sentences = "全面落实政务公开标准化规范化制度。".repeat(5);
        assert!(grids(&format!("| 序 | {sentences} |\n| 跋 | {sentences} |")).is_empty());
    }

    #[test]
    fn lone_cells_beside_rows_are_rows() {
        assert_eq!(grids("| 第二十条第（五）项 |\n| 甲 | 1 |\n| 乙 | 2 |")[0].len(), 3);
        assert_eq!(grids("甲 | 1\n第二十条第（五）项\n行政许可 | 2")[0].len(), 3);
        assert_eq!(grids("甲 | 1 | 2\n乙 | 1 | 2\n四、结转下年度继续办理\n")[0].len(), 3);
        assert_eq!(grids("二、主动公开政府信息情况\n甲 | 1 | 2\n乙 | 1 | 2")[0].len(), 2);
    }

    #[test]
    fn blank_lines_part_tables_unless_all_rows_are_spaced() {
        assert_eq!(grids("|甲|1|\n\n|乙|2|\n\n|丙|3|").len(), 1);
        assert_eq!(grids("|甲|乙|\n|丙|1|\n\n|丁|戊|\n|己|2|").len(), 2);
        assert_eq!(grids("|甲|1|2|\n|乙|1|2|\n\n-3-\n\n|丙|1|2|").len(), 1);
    }
}
