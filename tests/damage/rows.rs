//! Damage to rows and tables.

use nianbao::fold::key;
use nianbao::form::{Forms, Slot};
use nianbao::record::Status;

use super::document::{Cell, Document, Layout, Row, Value};
use super::rng::Rng;

/// A table and one of its rows with values that is not its first.
fn inner_row(document: &Document, rng: &mut Rng) -> Option<(usize, usize)> {
    let rows: Vec<(usize, usize)> = document
        .tables()
        .enumerate()
        .flat_map(|(table, of)| of.data().into_iter().skip(1).map(move |row| (table, row)))
        .collect();
    (!rows.is_empty()).then(|| rng.pick(&rows))
}

/// A page number, with the blank lines around it that the layout allows.
fn page_number(layout: Layout, rng: &mut Rng) -> Vec<String> {
    let number = rng.range(2, 9);
    let line = match rng.below(5) {
        0 => format!("-{number}-"),
        1 => format!("- {number} -"),
        2 => format!("— {number} —"),
        3 => format!("第{number}页"),
        _ => format!("第 {number} 页 共 9 页"),
    };
    match layout {
        Layout::Space => vec![String::new(), format!("{}{line}", " ".repeat(rng.range(5, 60)))],
        // There a blank line may be a blank cell.
        Layout::Line => vec![line],
        _ if rng.chance(50) => vec![String::new(), line, String::new()],
        _ => vec![line],
    }
}

pub fn page_number_in_table(document: &mut Document, rng: &mut Rng) -> bool {
    let Some((table, row)) = inner_row(document, rng) else { return false };
    let lines = page_number(document.layout, rng);
    document.tables_mut()[table].rows[row].before = lines;
    true
}

pub fn form_feed(document: &mut Document, rng: &mut Rng) -> bool {
    let Some((table, row)) = inner_row(document, rng) else { return false };
    document.tables_mut()[table].rows[row].feed = true;
    true
}

/// The header once more in the middle of a table, with a page break before it or without.
pub fn header_repeated(document: &mut Document, rng: &mut Rng) -> bool {
    let Some((table, row)) = inner_row(document, rng) else { return false };
    let lines = if rng.chance(60) { page_number(document.layout, rng) } else { Vec::new() };
    let mut tables = document.tables_mut();
    let table = &mut tables[table];
    let mut header: Vec<Row> = table.header_of(row).into_iter().map(|at| table.rows[at].clone()).collect();
    let Some(first) = header.first_mut() else { return false };
    first.before = lines;
    table.rows.splice(row..row, header);
    true
}

/// The blocks of a table (第二十条第（五）项) with a blank line before each.
pub fn blocks_parted(document: &mut Document, rng: &mut Rng) -> bool {
    let mut changed = false;
    for table in document.tables_mut() {
        for at in 1..table.rows.len() {
            if table.rows[at - 1].is_data() && !table.rows[at].is_data() && rng.chance(70) {
                table.rows[at].before = vec![String::new()];
                changed = true;
            }
        }
    }
    changed
}

/// （六）其他处理 as one row, its numbers the sums of the rows that it stands for: a table as another edition has it.
pub fn foreign_row(document: &mut Document, _: &mut Rng) -> bool {
    let forms = Forms::embedded();
    let mut changed = false;
    for table in document.tables_mut() {
        let Some(places) = group(&table.rows) else { continue };
        let first = &table.rows[places.start];
        let own = first.last_label().unwrap_or_default();
        let Some(Cell::Label(label)) = first.cells[..own].iter().rfind(|cell| matches!(cell, Cell::Label(_))) else {
            continue;
        };
        // The row of another edition that prints the group's label, and numbers behind it.
        let others = forms.iter().flat_map(|form| form.tables.iter().map(move |of| (form, of)));
        let others = others.filter(|(_, of)| of.key == table.key).flat_map(|(form, of)| {
            of.rows.iter().filter(|row| row.keys.contains(&key(label))).map(move |row| (form, row))
        });
        let Some((form, row)) = others.into_iter().next() else { continue };
        let sums =
            row.slots.iter().enumerate().map(|(at, &slot)| sum(&table.rows[places.clone()], at, &form.slots[slot]));
        let Some(sums) = sums.collect::<Option<Vec<Value>>>() else { continue };
        let mut printed = first.clone();
        printed.cells[own] = Cell::Merged;
        printed.values_mut().zip(sums).for_each(|(value, sum)| *value = sum);
        table.rows.splice(places, [printed]);
        changed = true;
    }
    changed
}

/// The rows of （六）其他处理, where there are several and nothing stands between them.
fn group(rows: &[Row]) -> Option<std::ops::Range<usize>> {
    let in_group = |row: &Row| row.values().any(|value| value.path.starts_with("applications.other."));
    let start = rows.iter().position(in_group)?;
    let count = rows[start..].iter().take_while(|row| in_group(row)).count();
    (count > 1 && rows.iter().filter(|row| in_group(row)).count() == count).then_some(start..start + count)
}

/// The sum of the values at `at` of these rows; `None` where one is not a plain number, for nothing may be lost.
fn sum(rows: &[Row], at: usize, slot: &Slot) -> Option<Value> {
    let mut sum = 0;
    for row in rows {
        let value = row.values().nth(at)?;
        sum += if value.is_ok() { value.value.parse::<i64>().ok()? } else { return None };
    }
    let text = sum.to_string();
    Some(Value { path: slot.path(), unit: slot.unit.clone(), value: text.clone(), text, status: Status::Ok })
}

/// 序号: a number before each row of a table with one column of values.
pub fn serial_column(document: &mut Document, _: &mut Rng) -> bool {
    let mut changed = false;
    for table in document.tables_mut() {
        let data = table.data();
        // Only where each row has its label in the first cell.
        if table.key != "statistics" || data.len() < 3 {
            continue;
        }
        let headers: Vec<bool> = (0..table.rows.len()).map(|at| table.is_header(at)).collect();
        let (mut number, mut headed) = (0, false);
        for (row, header) in table.rows.iter_mut().zip(headers) {
            number += usize::from(!header);
            row.cells.insert(
                0,
                match header {
                    true if headed => Cell::Merged,
                    true => Cell::Label("序号".to_owned()),
                    false => Cell::Label(number.to_string()),
                },
            );
            headed = true;
        }
        table.label += 1;
        table.unit = table.unit.map(|unit| unit + 1);
        table.values = table.values.start + 1..table.values.end + 1;
        changed = true;
    }
    changed
}

/// A row is not printed. Its group's label stays with the next row of the group.
pub fn row_deleted(document: &mut Document, rng: &mut Rng) -> bool {
    let Some((table, at)) = inner_row(document, rng) else { return false };
    let mut tables = document.tables_mut();
    let table = &mut tables[table];
    let row = table.rows.remove(at);
    if let (Some(own), Some(next)) = (row.last_label(), table.rows.get_mut(at)) {
        for (cell, below) in row.cells.into_iter().zip(&mut next.cells).take(own) {
            if *below != Cell::Merged {
                break;
            }
            *below = cell;
        }
    }
    true
}

pub fn table_deleted(document: &mut Document, rng: &mut Rng) -> bool {
    let count = document.tables().count();
    // A report without any table is another matter.
    if count < 2 {
        return false;
    }
    let gone = rng.below(count);
    let mut at = 0;
    for section in &mut document.sections {
        section.tables.retain(|_| {
            at += 1;
            at - 1 != gone
        });
    }
    true
}
