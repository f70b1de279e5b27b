//! Damage to the marks between cells.
#![allow(clippy::ptr_arg)] // The operators share one type; some add lines.

use std::collections::HashSet;

use super::document::{Cell, Document};
use super::render::{Line, Role};
use super::rng::Rng;

/// The lines with values, with the place of the first.
fn with_values(lines: &mut [Line]) -> Vec<(&mut Line, usize)> {
    lines
        .iter_mut()
        .filter_map(|line| match line.role {
            Role::Values(first) => Some((line, first)),
            _ => None,
        })
        .collect()
}

fn some_rows(lines: &mut [Line], rng: &mut Rng, wanted: impl Fn(&Line, usize) -> bool) -> Vec<(usize, usize)> {
    let rows: Vec<(usize, usize)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| match line.role {
            // A row whose trailing blanks are lost may end before its first value.
            Role::Values(first) if first < line.cells.len() && wanted(line, first) => Some((at, first)),
            _ => None,
        })
        .collect();
    let most = rng.pick(&[2, 2, 6, 100]);
    rng.some(rows.len(), most).into_iter().map(|at| rows[at]).collect()
}

/// An empty cell before the values is gone.
pub fn lost_tab(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let rows = some_rows(lines, rng, |line, first| line.cells[..first].iter().any(String::is_empty));
    for &(at, first) in &rows {
        let empty: Vec<usize> = (0..first).filter(|&cell| lines[at].cells[cell].is_empty()).collect();
        let lost = rng.pick(&empty);
        lines[at].cells.remove(lost);
        lines[at].role = Role::Values(first - 1);
    }
    !rows.is_empty()
}

/// One more empty cell before the values. Not where it makes a row with blank cells as wide as a header: that is the print of another
/// truth, whose first cell is blank.
pub fn extra_tab(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let others = lines.iter().filter(|line| !matches!(line.role, Role::Values(_)));
    let widths: HashSet<usize> = others.map(|line| line.cells.len()).collect();
    let rows = some_rows(lines, rng, |line, first| {
        line.cells[first..].iter().all(|cell| !cell.is_empty()) || !widths.contains(&(line.cells.len() + 1))
    });
    for &(at, first) in &rows {
        let place = rng.range(0, first);
        lines[at].cells.insert(place, String::new());
        lines[at].role = Role::Values(first + 1);
    }
    !rows.is_empty()
}

/// One more empty cell among the values.
pub fn tab_between_values(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let mut rows =
        some_rows(lines, rng, |line, first| line.cells[first..].iter().filter(|cell| !cell.is_empty()).count() > 1);
    rows.truncate(2);
    for &(at, first) in &rows {
        let last = lines[at].cells.iter().rposition(|cell| !cell.is_empty()).unwrap_or(first);
        let place = rng.range(first + 1, last.max(first + 1));
        lines[at].cells.insert(place, String::new());
    }
    !rows.is_empty()
}

pub fn lost_trailing_tabs(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let percent = rng.pick(&[20, 50, 100]);
    let mut changed = false;
    for line in lines.iter_mut().filter(|line| line.in_table()) {
        while line.cells.len() > 1 && line.cells.last().is_some_and(String::is_empty) && rng.chance(percent) {
            line.cells.pop();
            changed = true;
        }
    }
    changed
}

pub fn extra_trailing_tabs(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let percent = rng.pick(&[20, 50, 100]);
    let mut changed = false;
    for line in lines.iter_mut().filter(|line| line.in_table()) {
        if rng.chance(percent) {
            let count = line.cells.len() + rng.range(1, 3);
            line.cells.resize(count, String::new());
            changed = true;
        }
    }
    changed
}

/// The tabs before a label now stand behind it: `3.要求提供公开出版物\t\t0`.
pub fn moved_tabs(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let rows = some_rows(lines, rng, |line, first| first > 1 && line.cells[0].is_empty());
    for &(at, first) in &rows {
        let cells = &mut lines[at].cells;
        let empty = cells[..first].iter().take_while(|cell| cell.is_empty()).count();
        let (empty, kept) = if empty == first { (0, 0) } else { (empty, first - empty) };
        cells.drain(..empty);
        if empty > 0 {
            cells.insert(kept, String::new());
            lines[at].role = Role::Values(kept + 1);
        }
    }
    !rows.is_empty()
}

/// A value is gone with its cell: those behind it move up.
pub fn value_lost(document: &mut Document, rng: &mut Rng) -> bool {
    let mut rows = document.rows_mut();
    // In a row with a blank cell nobody could tell the lost one from that.
    rows.retain(|row| row.values().count() > 1 && row.values().all(|value| !value.text.is_empty()));
    if rows.is_empty() {
        return false;
    }
    let at = rng.below(rows.len());
    let row = rows.swap_remove(at);
    row.bare = true;
    let cells = &mut row.cells;
    let values: Vec<usize> = (0..cells.len()).filter(|&at| matches!(cells[at], Cell::Value(_))).collect();
    cells.remove(rng.pick(&values));
    true
}

/// Blanks around what a cell holds.
pub fn padded_cells(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let blank = rng.pick(&[" ", "  ", "\u{3000}", "\u{a0}"]);
    let mut changed = false;
    for (line, _) in with_values(lines) {
        for cell in line.cells.iter_mut().filter(|cell| !cell.is_empty()) {
            match rng.below(4) {
                0 => cell.insert_str(0, blank),
                1 => cell.push_str(blank),
                _ => continue,
            }
            changed = true;
        }
    }
    changed
}

/// Blank lines between two rows, or between two cells where each has a line; not where a blank line is a blank cell.
pub fn blank_line_in_table(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    if lines.iter().any(|line| line.in_table() && line.cells.len() == 1 && line.cells[0].is_empty()) {
        return false;
    }
    let places: Vec<usize> = (1..lines.len()).filter(|&at| lines[at].in_table() && lines[at - 1].in_table()).collect();
    let chosen = rng.some(places.len(), 4);
    for &at in chosen.iter().rev() {
        for _ in 0..rng.range(1, 2) {
            lines.insert(places[at], Line::new("", Role::Between));
        }
    }
    !chosen.is_empty()
}

/// The last label of a header, such as 总计, stands one field off.
pub fn header_shifted(lines: &mut Vec<Line>, rng: &mut Rng) -> bool {
    let last = |line: &Line| line.cells.iter().rposition(|cell| !cell.is_empty());
    let labels = |line: &Line| line.cells.iter().filter(|cell| !cell.is_empty()).count();
    let rows: Vec<usize> =
        (0..lines.len()).filter(|&at| lines[at].role == Role::Labels && labels(&lines[at]) > 1).collect();
    let chosen = rng.some(rows.len(), 2);
    for &at in &chosen {
        let line = &mut lines[rows[at]];
        let Some(last) = last(line) else { continue };
        if last > 0 && line.cells[last - 1].is_empty() && rng.chance(50) {
            line.cells.remove(last - 1);
        } else {
            line.cells.insert(last, String::new());
        }
    }
    !chosen.is_empty()
}

/// An ordinal in a cell of its own: `一、\t本年新收政府信息公开申请数量`.
pub fn ordinal_split(document: &mut Document, rng: &mut Rng) -> bool {
    let mut rows = document.rows_mut();
    let end = |row: &super::document::Row| match row.cells.first() {
        Some(Cell::Label(label)) => label.find('、').map(|at| at + '、'.len_utf8()),
        _ => None,
    };
    rows.retain(|row| row.is_data() && end(row).is_some() && row.cells.get(1) == Some(&Cell::Merged));
    for at in rng.some(rows.len(), 3) {
        let Some(end) = end(rows[at]) else { continue };
        if let Cell::Label(label) = &mut rows[at].cells[0] {
            let rest = label.split_off(end);
            rows[at].cells[1] = Cell::Label(rest);
        }
    }
    !rows.is_empty()
}
