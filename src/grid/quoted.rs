//! Rows with cells in which lines end, as a spreadsheet or a data tool writes them among tabs or commas: in quotes, from the line on which the cell
//! begins to that on which it ends.

use std::ops::RangeInclusive;

use super::delimited::{fields, unquoted};
use super::{Cell, Row};
use crate::lines::Line;
use crate::span::Span;

/// No cell has more lines.
const MOST_LINES: usize = 12;

/// The rows of a text that reach over several lines, for the sake of such cells.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// The lines of each, in order.
    rows: Vec<RangeInclusive<usize>>,
    /// What parts their cells.
    mark: u8,
}

impl Joined {
    /// Finds those of the lines that no table has taken.
    pub(super) fn find(text: &str, lines: &[Line], taken: &[bool], mark: u8) -> Joined {
        let mut rows = Vec::new();
        // Most texts have no such quotes.
        let mut quotes = memchr::memchr_iter(b'"', text.as_bytes()).map(|at| at as u32).peekable();
        let mut at = 0;
        while let Some(&quote) = quotes.peek() {
            at = at.max(lines.partition_point(|line| line.whole.end <= quote));
            let last = last_line(text, lines, taken, at, mark);
            rows.extend(last.map(|last| at..=last));
            at = last.unwrap_or_else(|open| open) + 1;
            let below = lines.get(at).map_or(u32::MAX, |line| line.whole.start);
            while quotes.next_if(|&quote| quote < below).is_some() {}
        }
        Joined { rows, mark }
    }

    /// The lines of the row that begins on this one; itself, where it is none of these.
    pub(super) fn lines(&self, first: usize) -> RangeInclusive<usize> {
        let row = self.rows.binary_search_by_key(&first, |row| *row.start()).ok().and_then(|at| self.rows.get(at));
        row.cloned().unwrap_or(first..=first)
    }

    /// The lines of all rows.
    pub(super) fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().cloned().flatten()
    }

    /// A row begins above this line, and goes on there.
    pub(super) fn goes_on(&self, line: usize) -> bool {
        let above = self.rows.partition_point(|row| *row.start() < line).checked_sub(1);
        above.and_then(|at| self.rows.get(at)).is_some_and(|row| line <= *row.end())
    }

    /// The row that begins on this line.
    pub(super) fn row(&self, text: &str, lines: &[Line], first: usize) -> Row {
        let mut cells = Vec::new();
        // The pieces of the cell that is open.
        let mut pieces: Option<Vec<Span>> = None;
        for line in &lines[self.lines(first)] {
            let mut start = line.text.start;
            for field in fields(line.text.of(text), self.mark) {
                let span = Span { start, end: start + field.len() as u32 };
                start = span.end + 1;
                let whole = span.trim(text);
                match &mut pieces {
                    None if span.end == line.text.end && opens(field) => {
                        pieces = Some(vec![Span { start: whole.start + 1, ..whole }.trim(text)]);
                    }
                    None => cells.push(Cell::new(unquoted(whole, text))),
                    Some(open) if closes(field) => {
                        open.push(Span { end: whole.end - 1, ..whole }.trim(text));
                        cells.extend(pieces.take().map(cell));
                    }
                    Some(open) => open.push(whole),
                }
            }
        }
        cells.extend(pieces.map(cell));
        Row { line: first, page: 0, cells }
    }
}

/// The last line of the row that begins on the line `first` and has a cell that ends on a later one; the line of the cell that does not
/// end, where there is no such row: none begins above it.
fn last_line(text: &str, lines: &[Line], taken: &[bool], first: usize, mark: u8) -> Result<usize, usize> {
    let printed = |at: usize| lines.get(at).filter(|_| !taken[at]).map(|line| line.text.of(text));
    let (mut at, mut tabs) = (first, false);
    let mut last = printed(first).ok_or(first)?;
    loop {
        let field = fields(last, mark).last().unwrap_or(last);
        tabs |= field.len() < last.len();
        if !opens(field) {
            return if tabs && at > first { Ok(at) } else { Err(at) };
        }
        let open = at;
        loop {
            at += 1;
            let line = printed(at).filter(|_| at <= open + MOST_LINES).ok_or(open)?;
            let field = fields(line, mark).next().unwrap_or(line);
            let behind = field.len() < line.len();
            if closes(field) {
                // What stands behind its last tab may open the next one.
                last = if behind { line } else { "" };
                tabs |= behind;
                break;
            }
            // Neither a quote nor a tab stands inside.
            if behind || field.contains('"') {
                return Err(open);
            }
        }
    }
}

/// A quote stands before the field, and none behind it; quotes inside it are doubled.
fn opens(field: &str) -> bool {
    let inner = field.trim_start().strip_prefix('"');
    inner.is_some_and(|inner| !inner.replace("\"\"", "").contains('"'))
}

/// A quote stands behind the field, which began above.
fn closes(field: &str) -> bool {
    let single = field.trim_end().replace("\"\"", "");
    single.strip_suffix('"').is_some_and(|inner| !inner.contains('"'))
}

fn cell(pieces: Vec<Span>) -> Cell {
    let place = pieces.first().map_or(0, |first| first.start);
    let pieces: Vec<Span> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
    if pieces.is_empty() { Cell::new(Span { start: place, end: place }) } else { Cell::broken(pieces) }
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, Vocabulary, find};
    use crate::lines;

    /// The rows of all tables among tabs, `,` between the cells.
    fn rows(text: &str) -> Vec<String> {
        let grids = find(text, &lines::split(text), &Vocabulary::default());
        let rows = grids.iter().filter(|grid| grid.layout == Layout::Tab).flat_map(|grid| &grid.rows);
        rows.map(|row| row.cells.iter().map(|cell| cell.text(text)).collect::<Vec<_>>().join(",")).collect()
    }

    #[test]
    fn lines_may_end_inside_quotes() {
        let table = "甲\t\"乙\n丙\"\t\"丁\"\n\"规\n\n章\"\t\"1\n\"\t\"\n2\"\n总计\t3\t4\n";
        let read = ["甲,乙丙,丁", "规章,1,2", "总计,3,4"];
        for end in ["\n", "\r\n", "\r"] {
            assert_eq!(rows(&table.replace('\n', end)), read, "{end:?}");
        }
        assert_eq!(rows(&format!("正文。\n{table}正文。")), read);
        let text = &format!("正文。\n{table}正文。");
        let grids = find(text, &lines::split(text), &Vocabulary::default());
        assert_eq!(grids[0].lines, (1..=8).collect::<Vec<_>>());
        assert_eq!(grids[0].rows.iter().map(|row| row.line).collect::<Vec<_>>(), [1, 3, 8]);
    }

    #[test]
    fn quotes_inside_are_doubled() {
        assert_eq!(rows("\"\"\"三安全\"\"\n一稳定\"\t1\t2\n规章\t3\t\"\"\n"), ["\"\"三安全\"\"一稳定,1,2", "规章,3,"]);
    }

    #[test]
    fn what_does_not_close_is_read_by_its_lines() {
        let plain = ["\"规章,1,2", "行政许可,3,4"];
        assert_eq!(rows("\"规章\t1\t2\n行政许可\t3\t4\n"), plain, "a tab stands inside");
        let far = "行政处罚\n".repeat(super::MOST_LINES);
        for inside in ["", "甲\t1\n", "见\"附件\n", &far] {
            let text = format!("规章\t1\t\"2\n{inside}行政许可\t3\t4\n总计\t5\t6\"\n");
            assert!(rows(&text).contains(&"规章,1,\"2".to_owned()), "{inside}: {:?}", rows(&text));
        }
        // One cell after the other, of which the last does not close.
        let chain = format!("\"规章\t\"1\n{}", "\"\t\"2\n".repeat(100_000));
        assert_eq!(rows(&chain).len(), 100_001);
        // Without a tab they are no row.
        assert_eq!(rows("\"正\n文\"\n规章\t1\t2\n总计\t5\t6\n"), ["规章,1,2", "总计,5,6"]);
    }
}
