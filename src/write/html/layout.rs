//! The form as a page shows it: the blank table with its merged cells, and the names of its slots.

use serde::Serialize;

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

/// The blank table. In a header an empty cell is part of the merged cell above it, else of the one to its left; in a row
/// that is to be filled a label reaches to the right before a group above it reaches down. The last cell of a short
/// row reaches to the edge of the table.
fn table(table: &FormTable) -> Vec<Vec<Laid<'_>>> {
    let blank = &table.blank;
    let width = blank.iter().map(Vec::len).max().unwrap_or(0);
    let filled = |row: &[BlankCell]| row.iter().any(|cell| matches!(cell, BlankCell::Slot(_) | BlankCell::Closed));
    // The label that stands left of it in its row has a claim to an empty cell.
    let claimed = |row: usize, col: usize| {
        filled(&blank[row])
            && matches!(
                blank[row][..col].iter().rev().find(|cell| !matches!(cell, BlankCell::Empty)),
                Some(BlankCell::Label(_))
            )
    };
    let mut taken = vec![vec![false; width]; blank.len()];
    let mut laid: Vec<Vec<Laid<'_>>> = Vec::with_capacity(blank.len());
    for (at, row) in blank.iter().enumerate() {
        let mut cells = Vec::new();
        for (col, cell) in row.iter().enumerate() {
            if taken[at][col] {
                continue;
            }
            let empty =
                |row: usize, col: usize| matches!(blank[row].get(col), Some(BlankCell::Empty)) && !taken[row][col];
            let (holds, merges) = match cell {
                BlankCell::Label(label) => (Holds::Label(label), true),
                BlankCell::Slot(slot) => (Holds::Slot(*slot), false),
                BlankCell::Empty | BlankCell::Closed => (Holds::Empty(()), false),
            };
            let mut end = col + 1;
            while merges && end < row.len() && empty(at, end) {
                end += 1;
            }
            let mut below = at + 1;
            while merges
                && below < blank.len()
                && filled(&blank[below]) == filled(row)
                && (col..end).all(|col| empty(below, col) && !claimed(below, col))
            {
                below += 1;
            }
            if end == row.len() && below == at + 1 {
                end = width;
            }
            taken[at..below].iter_mut().for_each(|row| row[col..end].fill(true));
            cells.push(Laid(holds, end - col, below - at));
        }
        laid.push(cells);
    }
    laid
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

    fn rows(edition: &str, table: usize) -> String {
        let forms = Forms::embedded();
        let form = forms.get(edition).unwrap();
        shown(&super::table(&form.tables[table]))
    }

    #[test]
    fn merged_cells_of_a_header_are_one() {
        assert_eq!(
            rows("2021", 2).lines().take(3).collect::<Vec<_>>(),
            [
                "[行政复议 5x1][行政诉讼 10x1]",
                "[结果维持 1x2][结果纠正 1x2][其他结果 1x2][尚未审结 1x2][总计 1x2][未经复议直接 5x1][复议后起诉 5x1]",
                "[结果维持][结果纠正][其他结果][尚未审结][总计][结果维持][结果纠正][其他结果][尚未审结][总计]",
            ]
        );
    }

    #[test]
    fn group_labels_reach_down_and_short_rows_to_the_edge() {
        let rows = rows("2021", 0);
        let lines: Vec<&str> = rows.lines().collect();
        assert_eq!(lines[0], "[第二十条第（ 4x1]");
        assert_eq!(lines[5], "[信息内容][本年处理决定 3x1]");
        assert_eq!(lines[6], "[行政许可][#6 3x1]");
        let rows = super::tests::rows("2021", 1);
        let lines: Vec<&str> = rows.lines().collect();
        assert!(lines[0].ends_with("[申请人情况 7x1]") && lines[0].contains(" 3x3]"), "{}", lines[0]);
        assert_eq!(lines[1], "[自然人 1x2][法人或其他组 5x1][总计 1x2]");
        assert!(lines[3].starts_with("[一、本年新收 3x1]["), "{}", lines[3]);
        assert!(lines[5].starts_with("[三、本年度办 1x22][（一）予以公 2x1]["), "{}", lines[5]);
        assert!(lines[7].starts_with("[（三）不予公 1x8][1.属于国家]["), "{}", lines[7]);
    }

    #[test]
    fn a_label_reaches_to_the_right_before_the_one_above_reaches_down() {
        let rows = rows("2019", 1);
        let lines: Vec<&str> = rows.lines().collect();
        let at = lines.iter().position(|line| line.starts_with("[（六）其他处 2x1][#")).unwrap();
        assert!(lines[at - 1].starts_with("[5.要求行政][#"), "{}", lines[at - 1]);
        assert!(lines[at + 1].starts_with("[（七）总计 2x1][#"), "{}", lines[at + 1]);
        assert!(lines[at + 2].starts_with("[四、结转下年 3x1][#"), "{}", lines[at + 2]);
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
