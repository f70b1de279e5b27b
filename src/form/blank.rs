//! A blank table, as a form's folder holds it → the rows to be filled, with the labels that lead to each of their cells.
//!
//! A line a row, cells parted by tabs: a literal cell is a label, an empty one continues the merged cell above it or to its left,
//! `{row.column}` is to be filled, `{}` stays empty. A column headed by 单位 holds units, not labels.

use std::collections::{HashMap, HashSet};

use super::header::{MONEY, without_unit};
use super::{BlankCell, FormRow, Kind, Slot};
use crate::fold::key;
use crate::outline::ordinal::ordinal;

/// What is known of a table besides its blank.
pub(super) struct Known<'a> {
    /// Key of the table.
    pub table: &'a str,
    /// Label → what organs also print for it.
    pub variants: HashMap<&'a str, Vec<&'a str>>,
    /// `row.column` → what may stand in it, and its unit.
    pub kinds: HashMap<String, (Kind, Option<String>, Vec<String>)>,
}

/// A blank table, read.
pub(super) struct Blank {
    pub cells: Vec<Vec<BlankCell>>,
    pub rows: Vec<FormRow>,
    pub slots: Vec<Slot>,
    /// Folded labels of groups of rows.
    pub groups: HashSet<String>,
    /// Folded label of a header or a group, as printed → as the form prints it.
    pub header: HashMap<String, String>,
}

/// Heads of a column of units.
pub(super) const UNIT_HEADS: [&str; 2] = ["单位", "计量单位"];

/// Reads a blank table. An error is the line, from 1, and what is wrong there.
pub(super) fn read(text: &str, known: &Known<'_>) -> Result<Blank, (usize, String)> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut names: HashSet<String> = HashSet::new();
    let mut cells: Vec<Vec<BlankCell>> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mut row = Vec::new();
        for cell in line.split('\t').map(str::trim) {
            row.push(match cell.strip_prefix('{').and_then(|cell| cell.strip_suffix('}')) {
                None if cell.is_empty() => BlankCell::Empty,
                None => BlankCell::Label(cell.to_owned()),
                Some("") => BlankCell::Closed,
                Some(name) => {
                    let Some((row, column)) = name.rsplit_once('.') else {
                        return Err((index + 1, format!("the slot {{{name}}} must be {{row.column}}")));
                    };
                    if !names.insert(name.to_owned()) {
                        return Err((index + 1, format!("the slot {{{name}}} stands twice")));
                    }
                    let (kind, unit, other_units) =
                        known.kinds.get(name).cloned().unwrap_or((Kind::Count, None, Vec::new()));
                    slots.push(Slot {
                        table: known.table.to_owned(),
                        row: row.to_owned(),
                        column: column.to_owned(),
                        row_label: String::new(),
                        column_label: String::new(),
                        unit,
                        other_units,
                        kind,
                    });
                    BlankCell::Slot(slots.len() - 1)
                }
            });
        }
        cells.push(row);
    }
    let mut rows = rows(&cells, &mut slots, known);
    tell_apart(&cells, &mut rows, &mut slots);
    for (index, pair) in rows.windows(2).enumerate() {
        if !pair[0].label.is_empty() && pair[0].label == pair[1].label {
            return Err((index + 1, format!("two rows in succession have the label {}", pair[0].label)));
        }
    }
    let mut header = HashMap::new();
    let filled = |row: &[BlankCell]| row.iter().any(|cell| matches!(cell, BlankCell::Slot(_)));
    for cell in cells.iter().filter(|row| !filled(row)).flatten() {
        if let BlankCell::Label(label) = cell {
            header.insert(key(label), key(label));
            for print in known.variants.get(label.as_str()).into_iter().flatten() {
                header.insert(key(print), key(label));
            }
        }
    }
    money_headers(&slots, &mut header);
    let groups = groups(&cells);
    Ok(Blank { cells, rows, slots, header, groups })
}

/// The header of a column of money may print any unit of it, in a bracket of its own or as the form does; not where
/// units have a column.
fn money_headers(slots: &[Slot], header: &mut HashMap<String, String>) {
    if UNIT_HEADS.iter().any(|&head| header.contains_key(head)) {
        return;
    }
    let is_money = |slot: &&Slot| slot.unit.as_deref().is_some_and(|unit| MONEY.contains(&unit));
    for slot in slots.iter().filter(is_money) {
        let label = key(&slot.column_label);
        if header.get(&label) != Some(&label) {
            continue;
        }
        let base = key(without_unit(&slot.column_label));
        for unit in MONEY {
            for print in [format!("{base}{unit}"), format!("{base}单位{unit}")] {
                header.entry(print).or_insert_with(|| label.clone());
            }
        }
    }
}

/// The rows to be filled of a blank table, with the labels that lead to each of their slots.
fn rows(blank: &[Vec<BlankCell>], slots: &mut [Slot], known: &Known<'_>) -> Vec<FormRow> {
    let mut rows = Vec::new();
    let mut chain: Vec<String> = Vec::new();
    let mut header: Vec<&Vec<BlankCell>> = Vec::new();
    let mut header_ended = false;
    for cells in blank {
        if cells.contains(&BlankCell::Closed) {
            continue;
        }
        let Some(first_slot) = cells.iter().position(|cell| matches!(cell, BlankCell::Slot(_))) else {
            if header_ended {
                header.clear();
                header_ended = false;
            }
            header.push(cells);
            continue;
        };
        header_ended = true;
        let is_unit = |at: &usize| matches!(column_path(&header, *at).last(), Some(head) if UNIT_HEADS.contains(head));
        let unit_at = (0..first_slot).find(is_unit);
        extend_chain(&mut chain, &cells[..unit_at.unwrap_or(first_slot)]);
        let mut row =
            FormRow { label: chain.join(" "), keys: label_keys(&chain, known), slots: Vec::new(), columns: Vec::new() };
        let paths: Vec<(usize, Vec<&str>)> = cells
            .iter()
            .enumerate()
            .filter_map(|(at, cell)| match cell {
                BlankCell::Slot(slot) => Some((*slot, column_path(&header, at))),
                _ => None,
            })
            .collect();
        // A header cell that stands over every column of the row says nothing about one of them.
        let shared =
            |depth: usize| paths.iter().all(|(_, path)| path.len() > depth + 1 && path[depth] == paths[0].1[depth]);
        let skip = (0..).take_while(|&depth| shared(depth)).count();
        for (slot, path) in &paths {
            let path = &path[skip.min(path.len())..];
            row.slots.push(*slot);
            row.columns.push(path.last().map(|label| key(label)).unwrap_or_default());
            if chain.is_empty() {
                // A row without a label of its own is named by the groups in its header.
                slots[*slot].row_label = path[..path.len().saturating_sub(1)].join(" ");
                slots[*slot].column_label = path.last().map(|&label| label.to_owned()).unwrap_or_default();
            } else {
                slots[*slot].row_label = row.label.clone();
                slots[*slot].column_label = path.join(" ");
            }
            if let Some(BlankCell::Label(unit)) = unit_at.and_then(|at| cells.get(at)) {
                slots[*slot].unit = Some(unit.clone());
            }
        }
        rows.push(row);
    }
    rows
}

/// The labels in front of the rows' own.
fn groups(cells: &[Vec<BlankCell>]) -> HashSet<String> {
    let mut groups = HashSet::new();
    for row in cells {
        let Some(slot) = row.iter().position(|cell| matches!(cell, BlankCell::Slot(_))) else { continue };
        let labels = row[..slot].iter().filter_map(|cell| match cell {
            BlankCell::Label(label) => Some(key(label)),
            _ => None,
        });
        let labels: Vec<String> = labels.collect();
        groups.extend(labels.split_last().map(|(_, groups)| groups.to_vec()).into_iter().flatten());
    }
    groups
}

/// Puts the label of the group before the labels that several rows share, such as （二）被依法纠错数: the nearest label above with an outer ordinal.
fn tell_apart(cells: &[Vec<BlankCell>], rows: &mut [FormRow], slots: &mut [Slot]) {
    let level = |label: &str| ordinal(label).map(|ordinal| ordinal.style.level());
    let labels: Vec<&str> = cells
        .iter()
        .filter_map(|row| match row.first() {
            Some(BlankCell::Label(label)) => Some(label.as_str()),
            _ => None,
        })
        .collect();
    let all: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
    let mut from = 0;
    for row in rows {
        let Some(at) = labels[from..].iter().position(|label| *label == row.label).map(|at| from + at) else {
            continue;
        };
        from = at + 1;
        let shared = all.iter().filter(|label| **label == row.label).count() > 1;
        let outer = || {
            labels[..at].iter().rev().find(|label| level(label).is_some_and(|outer| Some(outer) < level(&row.label)))
        };
        if let Some(outer) = Some(()).filter(|()| shared).and_then(|()| outer()) {
            row.label = format!("{outer} {}", row.label);
            for &slot in &row.slots {
                slots[slot].row_label.clone_from(&row.label);
            }
        }
    }
}

/// Puts the labels of a row behind those of the merged cells that still hold from above.
fn extend_chain(chain: &mut Vec<String>, cells: &[BlankCell]) {
    let last = cells.iter().rposition(|cell| matches!(cell, BlankCell::Label(_)));
    let mut next = Vec::new();
    for (at, cell) in cells.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
        match cell {
            BlankCell::Label(label) => next.push(label.clone()),
            _ => next.extend(chain.get(at).cloned()),
        }
    }
    *chain = next;
}

/// The labels that stand over column `at`, from the top.
fn column_path<'a>(header: &[&'a Vec<BlankCell>], at: usize) -> Vec<&'a str> {
    let mut path = Vec::new();
    for (depth, row) in header.iter().enumerate() {
        let label_at = |at: usize| match row.get(at) {
            Some(BlankCell::Label(label)) => Some(label.as_str()),
            _ => None,
        };
        let below = header[depth + 1..].iter().any(|row| matches!(row.get(at), Some(BlankCell::Label(_))));
        let label = label_at(at).or_else(|| if below { (0..at).rev().find_map(label_at) } else { None });
        path.extend(label);
    }
    path
}

/// Every folded text that the row may print as its label: alone, behind its own group, behind all its groups.
fn label_keys(chain: &[String], known: &Known<'_>) -> Vec<String> {
    let prints = |label: &String| -> Vec<String> {
        let variants = known.variants.get(label.as_str()).into_iter().flatten();
        std::iter::once(key(label)).chain(variants.map(|print| key(print))).collect()
    };
    let Some((own, groups)) = chain.split_last() else { return Vec::new() };
    let mut keys = prints(own);
    let mut prefix = String::new();
    for group in groups.iter().rev() {
        prefix.insert_str(0, &key(group));
        keys.extend(prints(own).into_iter().map(|own| format!("{prefix}{own}")));
    }
    // An outer group may stand right before the label where the inner one was lost.
    if let [outer, _, ..] = groups {
        keys.extend(prints(own).into_iter().map(|own| format!("{}{own}", key(outer))));
    }
    keys
}
