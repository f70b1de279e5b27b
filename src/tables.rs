//! Grids → the tables of the record: parted where one official table ends and the next begins, joined where a blank line cut one.

use crate::form::fit::Fitted;
use crate::grid::{Grid, Layout, Row};
use crate::lines::{Line, LineKind};
use crate::outline::Outline;
use crate::record::{Section, Table, TableRow};
use crate::span::LineIndex;

/// The longest line that is a table's caption, in characters.
const LONGEST_CAPTION: usize = 40;

/// Rows of a grid that belong together.
struct Piece {
    table: Option<usize>,
    layout: Layout,
    rows: Vec<Row>,
}

/// Builds the tables and enters each into the section that it stands in.
pub(crate) fn build(
    text: &str,
    lines: &[Line],
    index: &LineIndex,
    grids: Vec<Grid>,
    outline: &mut Outline,
    fitted: Option<&Fitted>,
) -> Vec<Table> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(grids.len());
    for (at, grid) in grids.into_iter().enumerate() {
        let tables = fitted.map_or(&[][..], |fitted| &fitted.rows[at]);
        for piece in part(grid, tables) {
            match pieces.last_mut() {
                Some(last)
                    if last.table == piece.table && last.table.is_some() && goes_on(&outline.kinds, last, &piece) =>
                {
                    last.rows.extend(piece.rows);
                }
                _ => pieces.push(piece),
            }
        }
    }
    let table = |piece: Piece| {
        let first = piece.rows.first()?.line;
        let form = fitted
            .zip(piece.table)
            .map(|(fitted, table)| &fitted.form.tables[table])
            .map(|table| [table.edition.as_str(), table.key.as_str()].join("/"));
        let caption = caption(text, lines, &outline.kinds, first);
        let row = |row: Row| TableRow {
            line: index.number_in(lines[row.line].text.start, (row.line, lines.len())),
            cells: row.cells,
        };
        let rows: Vec<TableRow> = piece.rows.into_iter().map(row).collect();
        Some(Table { section: None, caption, form, layout: piece.layout, line: rows.first()?.line, rows })
    };
    let mut tables: Vec<Table> = pieces.into_iter().filter_map(table).collect();
    enter(&mut tables, &mut outline.sections);
    tables
}

/// Parts a grid where the official table changes: the header rows above a table's first row are its own.
fn part(grid: Grid, tables: &[Option<usize>]) -> impl Iterator<Item = Piece> {
    let table_of = move |row: usize| tables.get(row).copied().flatten();
    // Where each piece ends, and its table.
    let mut ends: Vec<(usize, Option<usize>)> = Vec::new();
    for (at, table) in (0..grid.rows.len()).filter_map(|at| Some((at, table_of(at)?))) {
        match ends.last_mut() {
            Some((end, last)) if *last == Some(table) => *end = at + 1,
            _ => ends.push((at + 1, Some(table))),
        }
    }
    match ends.last_mut() {
        Some((end, _)) => *end = grid.rows.len(),
        None => ends.push((grid.rows.len(), None)),
    }
    let (layout, all) = (grid.layout, grid.rows.len());
    let mut rest = grid.rows.into_iter();
    let mut from = 0;
    ends.into_iter().map(move |(end, table)| {
        let count = end - std::mem::replace(&mut from, end);
        // The last piece, mostly the only one, keeps the list.
        let rows = if end == all { std::mem::take(&mut rest).collect() } else { rest.by_ref().take(count).collect() };
        Piece { table, layout, rows }
    })
}

/// Only blank lines and what the page put there stand between the two.
fn goes_on(kinds: &[LineKind], above: &Piece, below: &Piece) -> bool {
    let (Some(last), Some(first)) = (above.rows.last(), below.rows.first()) else { return false };
    (last.line + 1..first.line).all(|line| matches!(kinds[line], LineKind::Blank | LineKind::Furniture))
}

/// A short line of prose right above the table, or one blank line above it.
fn caption(text: &str, lines: &[Line], kinds: &[LineKind], first: usize) -> Option<String> {
    let mut above = (0..first).rev().take(2).skip_while(|&at| kinds[at] == LineKind::Blank);
    let line = above.next().filter(|&at| kinds[at] == LineKind::Prose)?;
    let printed = lines[line].text.of(text).trim();
    let short = printed.len() <= LONGEST_CAPTION * 4 && printed.chars().count() <= LONGEST_CAPTION;
    (short && !printed.ends_with(['。', '；', '！'])).then(|| printed.to_owned())
}

/// Enters each table into the last section that begins above it.
fn enter(tables: &mut [Table], sections: &mut [Section]) {
    let mut starts: Vec<u32> = Vec::with_capacity(16);
    Section::each(sections, &mut |section| starts.push(section.line));
    let section_of = |table: &Table| starts.partition_point(|line| *line <= table.line).checked_sub(1);
    let mut entries: Vec<(usize, usize)> =
        tables.iter().enumerate().filter_map(|(at, table)| Some((section_of(table)?, at))).collect();
    entries.sort_unstable();
    let mut entries = entries.into_iter().peekable();
    let mut at = 0;
    Section::walk_mut(sections, &mut |path, section| {
        while let Some((_, table)) = entries.next_if(|(of, _)| *of == at) {
            tables[table].section = Some(path.to_owned());
            section.tables.push(table);
        }
        at += 1;
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Cell;
    use crate::span::Span;

    /// A table printed over and over in one grid: lists that kept room for all rows of the grid would take its square.
    #[test]
    fn a_part_has_no_room_for_other_parts() {
        let row = |line| Row { line, page: 0, cells: vec![Cell::new(Span::default())] };
        let grid = Grid { layout: Layout::Tab, rows: (0..1_000).map(row).collect(), lines: (0..1_000).collect() };
        let tables: Vec<Option<usize>> = (0..1_000).map(|row| Some(row / 10 % 2)).collect();
        let parts: Vec<Piece> = part(grid, &tables).collect();
        assert_eq!(parts.len(), 100);
        assert!(parts.iter().flat_map(|part| &part.rows).map(|row| row.line).eq(0..1_000));
        assert!(parts.iter().all(|part| part.rows.capacity() <= 2 * part.rows.len()));
    }
}
