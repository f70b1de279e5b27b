//! Tables whose cells are parted by tabs that stand alone on their lines.
//!
//! So a browser gives the text of a page whose cells hold paragraphs (`innerText`): a tab between two cells of a row, the line ends of
//! the paragraphs around each, and one more between two rows. A blank cell stands between two such tabs; in other
//! layouts of one cell a line it would be lost.

use std::collections::BTreeMap;

use super::space::lone_row;
use super::tab::{Claim, lone, tabbed};
use super::{Cell, Grid, LONE_CELL, Row, Vocabulary};
use crate::grid::value::{self, Reading};
use crate::lines::{Line, Look, Notes};
use crate::outline::markup::unmarked;
use crate::outline::ordinal::ordinal;
use crate::span::Span;

/// Fewer tabs than these that stand alone, or fewer texts beside them, are chance.
const FEWEST: usize = 4;
/// So many times as many lines hold nothing but tabs as hold tabs beside a text: rows that are lines are parted by empty rows too.
const ALONE: usize = 4;
/// For so many tabs that stand alone, a table may have one cell more that is in pieces, or a tab beside a text.
const DOUBTS: usize = 2;
/// Rows of a single cell between two that have several: more of them are no part of a table.
const MOST_SINGLE: usize = 4;
/// The most pieces of a cell that are looked at to see whether a tab follows.
const MOST_PIECES: usize = 12;
/// A longer row is no row: nothing says where one ends.
const WIDEST: usize = 100;

/// What stands in the text, and on how many lines below the one before it.
#[derive(Debug, Clone, Copy)]
struct Mark {
    kind: Kind,
    line: usize,
    below: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What a line or a field of it holds; nothing, where there are but blanks.
    Text(Span),
    /// Between two cells, at this place; whether nothing else stands on its line.
    Tab { at: u32, alone: bool },
    /// A line of another table.
    End,
}

impl Mark {
    fn is_tab(&self) -> bool {
        matches!(self.kind, Kind::Tab { .. })
    }

    fn is_alone(&self) -> bool {
        matches!(self.kind, Kind::Tab { alone: true, .. })
    }
}

/// Finds these tables among the lines that no other layout has taken.
pub(super) fn find(text: &str, lines: &[Line], notes: &Notes, taken: &[bool], vocabulary: &Vocabulary) -> Vec<Grid> {
    if notes.alone < FEWEST {
        return Vec::new();
    }
    let free = || lines.iter().zip(taken).filter(|(_, taken)| !**taken).map(|(line, _)| line);
    let is_alone =
        |line: &&Line| line.look == Look::Blank && !line.text.is_empty() && line.text.of(text).contains('\t');
    let alone = free().filter(is_alone).count();
    if alone < FEWEST || free().filter(|line| matches!(line.look, Look::Tabbed { .. })).count() * ALONE > alone {
        return Vec::new();
    }
    let marks = marks(text, lines, taken);
    let Some(spacing) = spacing(&marks) else { return Vec::new() };
    let tables = Tables { text, vocabulary, marks: &marks, spacing };
    let mut grids = Vec::new();
    let mut from = 0;
    while let Some(tab) = marks[from..].iter().position(Mark::is_alone).map(|at| from + at) {
        let start = tables.start(from, tab);
        let (end, rows) = tables.rows(start);
        grids.extend(tables.grid(start..end, rows));
        from = end.max(tab + 1);
    }
    grids
}

/// The marks of all lines but blank ones.
fn marks(text: &str, lines: &[Line], taken: &[bool]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut last = 0;
    let mut mark = |kind, line| marks.push(Mark { kind, line, below: line - std::mem::replace(&mut last, line) });
    for (at, line) in lines.iter().enumerate() {
        match line.look {
            _ if taken[at] => mark(Kind::End, at),
            Look::Furniture => {}
            Look::Blank if line.text.is_empty() => {}
            look => {
                let mut start = line.text.start as usize;
                for (field, printed) in line.text.of(text).split('\t').enumerate() {
                    if field > 0 {
                        mark(Kind::Tab { at: start as u32 - 1, alone: look == Look::Blank }, at);
                    }
                    let span = Span::new(start, start + printed.len()).trim(text);
                    start += printed.len() + 1;
                    // Beside a tab, blanks are no cell of their own.
                    if !span.is_empty() || !line.text.of(text).contains('\t') {
                        mark(Kind::Text(span), at);
                    }
                }
            }
        }
    }
    marks
}

/// How many lines below a text its tab mostly stands, and a text below its tab: more part two rows.
fn spacing(marks: &[Mark]) -> Option<usize> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for pair in marks.windows(2).filter(|pair| pair[0].is_tab() != pair[1].is_tab() && pair[1].below > 0) {
        *counts.entry(pair[1].below).or_insert(0) += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map(|(below, _)| below)
}

/// It is neither a number nor a mark for none.
fn is_text(text: &str, span: Span) -> bool {
    value::read(span.of(text)) == Reading::Text
}

/// A text that is being read as tables.
struct Tables<'a> {
    text: &'a str,
    vocabulary: &'a Vocabulary,
    marks: &'a [Mark],
    spacing: usize,
}

/// A row that is being read.
struct Open {
    line: usize,
    cells: Vec<OpenCell>,
    tabs: Tabs,
}

/// Where a cell begins, and its pieces.
struct OpenCell {
    at: u32,
    pieces: Vec<Span>,
}

impl OpenCell {
    fn new(at: u32) -> OpenCell {
        OpenCell { at, pieces: Vec::new() }
    }

    /// It holds all that it can: a number, a mark for none, or nothing but blanks.
    fn is_filled(&self, text: &str) -> bool {
        matches!(self.pieces.as_slice(), [whole] if !is_text(text, *whole))
    }

    fn cell(self) -> Cell {
        let pieces: Vec<Span> = self.pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        if pieces.is_empty() { Cell::new(Span { start: self.at, end: self.at }) } else { Cell::broken(pieces) }
    }
}

/// How many tabs part its cells, and how many of them stand alone.
#[derive(Debug, Clone, Copy, Default)]
struct Tabs {
    alone: usize,
    all: usize,
}

impl Open {
    fn new(line: usize, at: u32) -> Open {
        Open { line, cells: vec![OpenCell::new(at)], tabs: Tabs::default() }
    }

    fn is_single(&self) -> bool {
        self.tabs.all == 0
    }
}

impl Tables<'_> {
    fn is_title(&self, printed: &str) -> bool {
        let printed = unmarked(printed);
        let title = |text: &str| self.vocabulary.is_title(text);
        ordinal(printed).map_or_else(|| title(printed), |ordinal| title(ordinal.rest))
            && !self.vocabulary.is_label(printed)
    }

    /// A paragraph, or the title of a section.
    fn is_prose(&self, span: Span) -> bool {
        let printed = span.of(self.text);
        let long = || printed.len() > LONE_CELL && printed.chars().count() > LONE_CELL && printed.contains('。');
        self.is_title(printed) || long()
    }

    /// The line that begins with this mark holds a paragraph, or the title of a section.
    fn has_prose(&self, at: usize) -> bool {
        let line = self.marks[at].line;
        let mut marks = self.marks[at..].iter().take_while(|mark| mark.line == line);
        marks.any(|mark| matches!(mark.kind, Kind::Text(span) if self.is_prose(span)))
    }

    /// The text of a mark that may stand in a table.
    fn cell(&self, at: usize) -> Option<Span> {
        match self.marks[at].kind {
            Kind::Text(span) if !self.is_prose(span) => Some(span),
            _ => None,
        }
    }

    /// Two rows are parted above this mark.
    fn is_parted(&self, at: usize) -> bool {
        self.marks[at].below > self.spacing
    }

    /// The row that begins with this text has more than one cell.
    fn has_tab(&self, at: usize) -> bool {
        let row = self.marks[at + 1..].iter().take_while(|mark| mark.below <= self.spacing).take(MOST_PIECES);
        row.take_while(|mark| mark.kind != Kind::End).any(Mark::is_tab)
    }

    /// Where the table begins whose first tab stands at `tab`, not above `from`: at the cell before the tab, or at a label above that.
    fn start(&self, from: usize, tab: usize) -> usize {
        let mut start = tab;
        if start > from && !self.is_parted(start) && self.cell(start - 1).is_some() {
            start -= 1;
            let mut label = self.cell(start).map_or("", |span| span.of(self.text)).to_owned();
            while start > from
                && tab - start < MOST_PIECES
                && !self.is_parted(start)
                && let Some(above) = self.cell(start - 1)
            {
                label.insert_str(0, above.of(self.text));
                if !self.vocabulary.is_piece(&label) {
                    break;
                }
                start -= 1;
            }
        }
        let is_label = |at: usize| self.cell(at).is_some_and(|span| self.vocabulary.is_label(span.of(self.text)));
        while start > from && self.is_parted(start) && is_label(start - 1) {
            start -= 1;
        }
        // A line belongs to the table as a whole, or not at all.
        let goes_on = |at: usize| at > 0 && at < self.marks.len() && self.marks[at - 1].line == self.marks[at].line;
        while goes_on(start) {
            start += 1;
        }
        start
    }

    /// The rows from `start` on, and the mark behind them.
    fn rows(&self, start: usize) -> (usize, Vec<Open>) {
        let mut rows: Vec<Open> = Vec::new();
        // Behind the last row of several cells: marks, and rows.
        let mut sure = (start, 0);
        for (at, mark) in self.marks.iter().enumerate().skip(start) {
            // A line belongs to the table as a whole, or not at all.
            if (at == start || self.marks[at - 1].line != mark.line) && self.has_prose(at) {
                break;
            }
            let opens = at == start || self.is_parted(at);
            let place = match mark.kind {
                Kind::End => break,
                Kind::Tab { at, .. } => at,
                Kind::Text(span) => {
                    let begins = !opens || self.has_tab(at) || lone(span.of(self.text), self.vocabulary) != Claim::No;
                    if !begins {
                        break;
                    }
                    span.start
                }
            };
            if opens {
                rows.push(Open::new(mark.line, place));
            }
            let count = rows.len();
            let Some(row) = rows.last_mut() else { break };
            match (mark.kind, row.cells.last_mut()) {
                (Kind::Tab { alone, .. }, _) => {
                    row.cells.push(OpenCell::new(place + 1));
                    row.tabs.all += 1;
                    row.tabs.alone += usize::from(alone);
                }
                // What follows a number as closely as a piece of its cell would stands below the table; a second number is told.
                (Kind::Text(span), Some(cell)) if cell.is_filled(self.text) && is_text(self.text, span) => break,
                (Kind::Text(span), Some(cell)) => cell.pieces.push(span),
                _ => break,
            }
            if !row.is_single() {
                sure = (at + 1, count);
            } else if count > sure.1 + MOST_SINGLE {
                break;
            }
        }
        rows.truncate(sure.1);
        (sure.0, rows)
    }

    /// The table of these marks, which hold the rows; none where too few of its tabs stand alone between texts that may be cells.
    fn grid(&self, marks: std::ops::Range<usize>, rows: Vec<Open>) -> Option<Grid> {
        let (alone, all) = rows.iter().fold((0, 0), |(alone, all), row| (alone + row.tabs.alone, all + row.tabs.all));
        let cells = || rows.iter().filter(|row| !row.is_single()).flat_map(|row| &row.cells);
        let filled = cells().filter(|cell| cell.pieces.iter().any(|piece| !piece.is_empty())).count();
        let joined: usize = cells().map(|cell| cell.pieces.len().saturating_sub(1)).sum();
        // A row whose cells are parted by blanks.
        let spaced = cells().flat_map(|cell| &cell.pieces).filter(|piece| piece.of(self.text).contains("  ")).count();
        let sure = alone.min(filled) >= FEWEST && (joined + spaced + all - alone) * DOUBTS <= alone;
        if !sure || rows.iter().any(|row| row.cells.len() > WIDEST) {
            return None;
        }
        let lone = |row: &Open| match row.cells.as_slice() {
            [OpenCell { pieces, .. }] if pieces.len() == 1 => lone_row(self.text, pieces[0], self.vocabulary),
            _ => None,
        };
        let row = |row: Open| {
            let cells = lone(&row).unwrap_or_else(|| row.cells.into_iter().map(OpenCell::cell).collect());
            Row { line: row.line, page: 0, cells }
        };
        let mut lines: Vec<usize> = self.marks[marks].iter().map(|mark| mark.line).collect();
        lines.dedup();
        Some(tabbed(rows.into_iter().map(row).collect(), lines))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split;

    fn grids(text: &str) -> Vec<Vec<Vec<String>>> {
        let mut vocabulary = Vocabulary::default();
        for title in ["主动公开政府信息情况", "收到和处理政府信息公开申请情况"] {
            vocabulary.add_title(title);
        }
        for label in ["规章", "行政许可", "第二十条第（一）项", "三、本年度办理结果"] {
            vocabulary.add_label(label);
        }
        let lines = split(text);
        let grids = find(text, &lines, &Notes::of(text), &vec![false; lines.len()], &vocabulary);
        let texts = |row: &Row| row.cells.iter().map(|cell| cell.text(text).into_owned()).collect();
        grids.iter().map(|grid| grid.rows.iter().map(texts).collect()).collect()
    }

    /// Rows of cells as a browser prints them, `breaks` line ends around each that holds something.
    fn page(rows: &[&[&str]], breaks: usize) -> String {
        let around = "\n".repeat(breaks);
        let cell = |cell: &&str| if cell.is_empty() { around.clone() } else { format!("{around}{cell}{around}") };
        let row = |row: &&[&str]| row.iter().map(cell).collect::<Vec<_>>().join("\t");
        rows.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_blank_cell_stands_between_two_tabs() {
        let rows: &[&[&str]] =
            &[&["第二十条第（一）项"], &["信息内容", "制发", "废止"], &["规章", "", "2"], &["甲", "1", ""]];
        for breaks in [1, 2] {
            let text = format!(
                "二、主动公开政府信息情况{}{}三、收到和处理政府信息公开申请情况\n\n正文。",
                "\n".repeat(breaks),
                page(rows, breaks)
            );
            assert_eq!(grids(&text), [rows], "{text}");
        }
    }

    #[test]
    fn a_label_of_several_paragraphs_is_one_cell() {
        let row = "三、本年度\n\n办理结果\n\n\t\n\n（一）予以公开\n\n\t\n\n1\n\n\t\n\n2\n\n\t\n\n3\n";
        assert_eq!(grids(row), [[["三、本年度办理结果", "（一）予以公开", "1", "2", "3"]]]);
    }

    #[test]
    fn what_stands_below_the_last_number_is_no_cell() {
        let row = page(&[&["规章", "1", "2", "3", "4"]], 2);
        assert_eq!(grids(&format!("{row}注：另有两件待定\n\n")), [[["规章", "1", "2", "3", "4"]]]);
        // A second number is told from the first by nothing: a person must look.
        assert_eq!(grids(&format!("{row}5\n")), [[["规章", "1", "2", "3", "45"]]]);
    }

    #[test]
    fn a_table_begins_and_ends_with_a_whole_line() {
        let rows: &[&[&str]] = &[&["规章", "1", "2", "3"], &["行政许可", "4", "5", "6"]];
        let prose = "本报告由青石县档案馆编制，如有疑问，请与办公室联系。全文在门户网站上可以查阅。".repeat(2);
        for text in [
            ["按照条例要求全面推进\t其他\t", page(rows, 2).trim_start()].concat(),
            format!("{}\n\n行政强制\n\n\t{prose}\n", page(rows, 2).trim_end()),
        ] {
            let lines = split(&text);
            let found = find(&text, &lines, &Notes::of(&text), &vec![false; lines.len()], &Vocabulary::default());
            assert_eq!(found.len(), 1, "{text}");
            for grid in found {
                let cells: String = grid.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.text(&text)).collect();
                let printed: String = grid.lines.iter().map(|&line| lines[line].text.of(&text).trim()).collect();
                assert_eq!(cells, printed.replace('\t', ""));
            }
        }
    }

    #[test]
    fn tabs_that_indent_part_nothing() {
        let cells = ["规章", "1", "2", "3", "行政许可", "4", "5", "6"];
        let indented: String = cells.iter().map(|cell| format!("\t\t{cell}\n\t\n")).collect();
        assert!(grids(&indented).is_empty());
        assert!(grids("正文。\n\t\n正文。\n\t\n").is_empty());
        // Empty rows between rows that are lines.
        let rows = "规章\t1\t2\n\t\t\n\t\t\n行政许可\t3\t4\n\t\t\n\t\t\n";
        assert!(grids(&rows.repeat(3)).is_empty());
    }
}
