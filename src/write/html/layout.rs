//! The form as a page shows it: the blank table with its merged cells, and the names of its slots.

use serde::Serialize;

use crate::form::merged::{MergedCell, merged};
use crate::form::{BlankCell, Form, FormTable};

/// A form, laid out.
#[derive(Debug, Serialize)]
pub(super) struct Layout<'a> {
    key: &'a str,
    document: &'a str,
    tables: Vec<Table<'a>>,
    /// Table, key and label of each row.
    rows: Vec<(&'a str, &'a str, &'a str)>,
    /// For each slot: its row in `rows`, key and label of its column, its unit.
    slots: Vec<(usize, &'a str, &'a str, Option<&'a str>)>,
}

#[derive(Debug, Serialize)]
struct Table<'a> {
    key: &'a str,
    title: &'a str,
    rows: Vec<Vec<Laid<'a>>>,
}

/// A cell of the page: what stands in it, and how many columns and rows it covers.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Laid<'a>(Holds<'a>, usize, usize);

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum Holds<'a> {
    /// A label.
    Label(&'a str),
    /// A slot of the form.
    Slot(usize),
    /// Nothing.
    Empty(()),
}

/// Lays out `form`.
pub(super) fn layout(form: &Form) -> Layout<'_> {
    let mut rows: Vec<(&str, &str, &str)> = Vec::new();
    let mut slots = Vec::new();
    for slot in &form.slots {
        let row = (slot.table.as_str(), slot.row.as_str(), slot.row_label.as_str());
        if rows.last() != Some(&row) {
            rows.push(row);
        }
        slots.push((rows.len() - 1, slot.column.as_str(), slot.column_label.as_str(), slot.unit.as_deref()));
    }
    let table = |table| match self::table(table) {
        rows if rows.is_empty() => plain(form, table),
        rows => rows,
    };
    let tables =
        form.tables.iter().map(|form| Table { key: &form.key, title: &form.title, rows: table(form) }).collect();
    Layout { key: &form.key, document: &form.document, tables, rows, slots }
}

/// The blank table with its merged cells.
fn table(table: &FormTable) -> Vec<Vec<Laid<'_>>> {
    let mut rows = vec![Vec::new(); table.blank.len()];
    for MergedCell { row, rows: down, columns, holds, .. } in merged(&table.blank).cells {
        let holds = match holds {
            BlankCell::Label(label) => Holds::Label(label),
            BlankCell::Slot(slot) => Holds::Slot(*slot),
            BlankCell::Empty | BlankCell::Closed => Holds::Empty(()),
        };
        rows[row].push(Laid(holds, columns, down));
    }
    rows
}

/// A table without a blank: its rows and columns are those that the report prints.
fn plain<'a>(form: &'a Form, table: &'a FormTable) -> Vec<Vec<Laid<'a>>> {
    let Some(slots) = form.slots.get(table.slots.clone()) else { return Vec::new() };
    let mut columns: Vec<&str> = Vec::new();
    for slot in slots {
        if !columns.contains(&slot.column.as_str()) {
            columns.push(&slot.column);
        }
    }
    let label = |column: &&str| {
        let slot = slots.iter().find(|slot| slot.column == **column);
        Laid(Holds::Label(slot.map_or("", |slot| &slot.column_label)), 1, 1)
    };
    let units = slots.iter().any(|slot| slot.unit.is_some());
    let one = |holds| Laid(holds, 1, 1);
    let mut head = vec![one(Holds::Empty(()))];
    if units {
        head.push(one(Holds::Empty(())));
    }
    head.extend(columns.iter().map(label));
    let mut rows = vec![head];
    let mut first = table.slots.start;
    for row in slots.chunk_by(|a, b| a.row == b.row) {
        let mut cells = vec![one(Holds::Label(&row[0].row_label))];
        if units {
            cells.push(one(row[0].unit.as_deref().map_or(Holds::Empty(()), Holds::Label)));
        }
        for column in &columns {
            let slot = row.iter().position(|slot| slot.column == *column);
            cells.push(one(slot.map_or(Holds::Empty(()), |at| Holds::Slot(first + at))));
        }
        first += row.len();
        rows.push(cells);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Forms;
    use crate::write::sample;

    fn shown(rows: &[Vec<Laid<'_>>]) -> String {
        let cell = |Laid(holds, cols, rows): &Laid<'_>| {
            let holds = match holds {
                Holds::Label(label) => label.chars().take(6).collect(),
                Holds::Slot(slot) => format!("#{slot}"),
                Holds::Empty(()) => String::new(),
            };
            let span = if (*cols, *rows) == (1, 1) { String::new() } else { format!(" {cols}x{rows}") };
            format!("[{holds}{span}]")
        };
        rows.iter().map(|row| row.iter().map(cell).collect::<String>() + "\n").collect()
    }

    #[test]
    fn every_form_covers_its_rectangle_once_and_shows_every_slot() {
        for form in Forms::embedded().iter() {
            let layout = layout(form);
            let mut slots = Vec::new();
            for table in &layout.tables {
                let width: usize = table.rows[0].iter().map(|Laid(_, cols, _)| cols).sum();
                let cells = table.rows.iter().flatten();
                let covered: usize = cells.clone().map(|Laid(_, cols, rows)| cols * rows).sum();
                assert_eq!(covered, width * table.rows.len(), "{} {}", form.key, table.key);
                slots.extend(cells.filter_map(|Laid(holds, ..)| match holds {
                    Holds::Slot(slot) => Some(*slot),
                    _ => None,
                }));
            }
            assert_eq!(slots, (0..form.slots.len()).collect::<Vec<_>>(), "{}", form.key);
        }
    }

    #[test]
    fn a_table_without_a_blank_has_the_columns_of_its_slots() {
        let mut form = (*sample::form("t", &["a", "b"])).clone();
        form.tables[0].blank.clear();
        let layout = layout(&form);
        assert_eq!(shown(&layout.tables[0].rows), "[][][a][b]\n[行政事业性收][万元][#0][#1]\n");
    }
}
