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
struct Piece<'a> {
    table: Option<usize>,
    layout: Layout,
    rows: Vec<&'a Row>,
}

/// Builds the tables and enters each into the section that it stands in.
pub(crate) fn build(
    text: &str,
    lines: &[Line],
    index: &LineIndex,
    grids: &[Grid],
    outline: &mut Outline,
    fitted: Option<&Fitted>,
) -> Vec<Table> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for (at, grid) in grids.iter().enumerate() {
        let none = vec![None; grid.rows.len()];
        for piece in part(grid, fitted.map_or(&none, |fitted| &fitted.rows[at])) {
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
    let tables: Vec<Table> = pieces
        .iter()
        .filter_map(|piece| {
            let first = piece.rows.first()?.line;
            let row =
                |row: &&Row| TableRow { line: index.number(lines[row.line].text.start), cells: row.cells.clone() };
            let rows: Vec<TableRow> = piece.rows.iter().map(row).collect();
            let form = fitted
                .zip(piece.table)
                .map(|(fitted, table)| &fitted.form.tables[table])
                .map(|table| format!("{}/{}", table.edition, table.key));
            let caption = caption(text, lines, &outline.kinds, first);
            Some(Table { section: None, caption, form, layout: piece.layout, line: rows.first()?.line, rows })
        })
        .collect();
    enter(tables, &mut outline.sections)
}

/// Parts a grid where the official table changes: the header rows above a table's first row are its own.
fn part<'a>(grid: &'a Grid, tables: &[Option<usize>]) -> Vec<Piece<'a>> {
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    let mut pending: Vec<&Row> = Vec::new();
    for (row, table) in grid.rows.iter().zip(tables) {
        pending.push(row);
        let Some(table) = table else { continue };
        match pieces.last_mut() {
            Some(last) if last.table == Some(*table) => last.rows.append(&mut pending),
            _ => pieces.push(Piece { table: Some(*table), layout: grid.layout, rows: std::mem::take(&mut pending) }),
        }
    }
    match pieces.last_mut() {
        Some(last) => last.rows.append(&mut pending),
        None => pieces.push(Piece { table: None, layout: grid.layout, rows: pending }),
    }
    pieces
}

/// Only blank lines and what the page put there stand between the two.
fn goes_on(kinds: &[LineKind], above: &Piece<'_>, below: &Piece<'_>) -> bool {
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
fn enter(mut tables: Vec<Table>, sections: &mut [Section]) -> Vec<Table> {
    let mut starts: Vec<(u32, String)> = Vec::new();
    Section::walk(sections, &mut |path, section| starts.push((section.line, path.to_owned())));
    let mut by_section: Vec<Vec<usize>> = vec![Vec::new(); starts.len()];
    for (at, table) in tables.iter_mut().enumerate() {
        let Some(section) = starts.partition_point(|(line, _)| *line <= table.line).checked_sub(1) else { continue };
        table.section = Some(starts[section].1.clone());
        by_section[section].push(at);
    }
    fn give(sections: &mut [Section], by_section: &mut std::vec::IntoIter<Vec<usize>>) {
        for section in sections {
            section.tables = by_section.next().unwrap_or_default();
            give(&mut section.sections, by_section);
        }
    }
    give(sections, &mut by_section.into_iter());
    tables
}
