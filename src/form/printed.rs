//! Annexes whose columns, or rows too, are those that the report prints.
//!
//! Before 2014 each province had an annex of its own, and some of the national one print several number columns (本级, 汇总). Their form is
//! made from the report: columns by the printed header, rows by their printed labels; a label that an edition of the form knows takes
//! its key there. Nothing is guessed.

use super::blank::{Blank, UNIT_HEADS};
use super::names::Names;
use super::rows::{Holds, Printed};
use super::{BlankCell, Columns, Figure, Form, FormRow, FormTable, Forms, Identity, Kind, Slot};
use crate::fold::key;

/// Heads of a column of codes (01, 02 …): neither label nor number.
const CODE_HEADS: [&str; 5] = ["代码", "指标代码", "编码", "编号", "行次"];
/// Heads of columns that hold no number of the report's.
const OTHER_HEADS: [&str; 4] = ["序号", "备注", "说明", "项目代码"];
/// Rows above the first known label in which the header is looked for.
const HEADER_ROWS: usize = 8;
/// The longest unit, in characters.
const LONGEST_UNIT: usize = 4;
/// The most rows of an annex: a longer table is another thing.
const MOST_ROWS: usize = 200;

/// The columns that a header row names.
struct Header {
    /// Index of the row.
    at: usize,
    /// Folded text over the labels.
    label: String,
    /// Texts over the number columns.
    numbers: Vec<String>,
    /// There is a column of codes.
    code: bool,
}

/// `form` with the columns (and rows) that the report prints, and the names of its labels; `None` where it prints those of the form.
pub(super) fn with_printed_columns(
    text: &str,
    printed: &[Printed],
    form: &Form,
    forms: &Forms,
) -> Option<(Form, Names)> {
    let index = form.tables.iter().position(|table| table.columns != Columns::Form)?;
    let table = &form.tables[index];
    let mut made = match &table.columns {
        Columns::Form => return None,
        Columns::Printed => {
            let known = |row: &Printed| row.labels().any(|label| table.roles.is_row(label.joined_name));
            let first = printed.iter().position(|row| known(row) && row.has_number)?;
            let labels = |label: &str| table.header.get(label).is_some_and(|head| head == first_head(table));
            let header = header(text, printed, first.saturating_sub(HEADER_ROWS)..first, &labels)?;
            if header.numbers.len() < 2 && !header.code {
                return None;
            }
            columns(form, index, &header)
        }
        Columns::AllPrinted { headers, like } => {
            let labels = |label: &str| headers.iter().any(|head| head == label);
            let header = header(text, printed, 0..printed.len(), &labels)?;
            let like = like.as_ref().and_then(|key| forms.get(key));
            rows(
                text,
                printed,
                form,
                index,
                &header,
                like.and_then(|like| like.tables.first().map(|table| (&**like, table))),
            )?
        }
    };
    let mut names = Names::default();
    made.tables.iter_mut().for_each(|table| names.enter(table));
    Some((made, names))
}

/// Folded head of the column of labels in a blank table.
fn first_head(table: &FormTable) -> &str {
    let heads = table.blank.iter().flatten().filter_map(|cell| match cell {
        BlankCell::Label(label) => Some(label),
        _ => None,
    });
    let first = heads.map(|head| key(head)).next();
    table.header.keys().find(|known| Some(*known) == first.as_ref()).map_or("", String::as_str)
}

/// Finds the header among `rows`: it has no number, and two or more heads that are known, the first of them over the labels.
fn header(
    text: &str,
    printed: &[Printed],
    rows: std::ops::Range<usize>,
    is_head: &dyn Fn(&str) -> bool,
) -> Option<Header> {
    let found = |at: usize| -> Option<Header> {
        let row = &printed[at];
        if row.has_number {
            return None;
        }
        let texts = row.cells.iter().filter(|cell| cell.holds == Holds::Text);
        let heads: Vec<(String, String)> =
            texts.map(|cell| (key(cell.span.of(text)), clean(cell.span.of(text)))).collect();
        let label =
            heads.iter().position(|(head, _)| is_head(head) && !is_other(head) && !is_unit(head) && !is_code(head))?;
        let known = heads.iter().filter(|(head, _)| is_head(head) || is_unit(head) || is_code(head)).count();
        let behind = heads[label + 1..].iter();
        let numbers: Vec<String> = behind
            .filter(|(head, _)| !is_unit(head) && !is_code(head) && !is_other(head))
            .map(|(_, print)| print.clone())
            .collect();
        let code = heads.iter().any(|(head, _)| is_code(head));
        let label = heads[label].0.clone();
        (known >= 2 && !numbers.is_empty()).then_some(Header { at, label, numbers, code })
    };
    rows.rev().find_map(found)
}

fn is_unit(head: &str) -> bool {
    UNIT_HEADS.contains(&head)
}

fn is_code(head: &str) -> bool {
    CODE_HEADS.contains(&head)
}

fn is_other(head: &str) -> bool {
    OTHER_HEADS.contains(&head)
}

/// A printed text without blanks: the key of a column that has no other.
fn clean(printed: &str) -> String {
    printed.chars().filter(|c| !c.is_whitespace() && !crate::fold::is_invisible(*c)).collect()
}

/// Keys of the number columns: `value` for a single one.
fn column_keys(header: &Header) -> Vec<String> {
    match header.numbers.as_slice() {
        [_] => vec!["value".to_owned()],
        several => several.to_vec(),
    }
}

/// The form's rows under the columns that are printed.
fn columns(form: &Form, index: usize, header: &Header) -> Form {
    let table = &form.tables[index];
    let keys = column_keys(header);
    let mut made =
        Form { tables: Vec::new(), slots: Vec::new(), identities: Vec::new(), series: Vec::new(), ..form.clone() };
    let mut slots = Vec::new();
    let mut rows = Vec::new();
    for row in &table.rows {
        let Some(&slot) = row.slots.first() else { continue };
        let first = slots.len();
        for (column, label) in keys.iter().zip(&header.numbers) {
            slots.push(Slot { column: column.clone(), column_label: label.clone(), ..form.slots[slot].clone() });
        }
        let columns = header.numbers.iter().map(|label| key(label)).collect();
        rows.push(FormRow { slots: (first..slots.len()).collect(), columns, ..row.clone() });
    }
    let mut heads = table.header.clone();
    heads.extend(header.numbers.iter().map(|head| (key(head), key(head))));
    let blank = Blank { cells: table.blank.clone(), rows, slots, header: heads, groups: Default::default() };
    made.add_table(&table.key, &table.title, table.section, Columns::Printed, blank);
    for table in &mut made.tables {
        table.code = header.code;
        // The blank of the form has one number column; it does not show these.
        table.blank = Vec::new();
    }
    for (at, column) in keys.iter().enumerate() {
        let moved = |slot: &usize| {
            form.tables[index].rows.iter().position(|row| row.slots.contains(slot)).map(|row| row * keys.len() + at)
        };
        for identity in &form.identities {
            let total: Option<Vec<usize>> = identity.total.iter().map(moved).collect();
            let parts: Option<Vec<usize>> = identity.parts.iter().map(moved).collect();
            if let (Some(total), Some(parts)) = (total, parts) {
                made.identities.push(Identity { column: Some(column.clone()), total, parts, ..identity.clone() });
            }
        }
    }
    made
}

/// The printed rows under the printed columns.
fn rows(
    text: &str,
    printed: &[Printed],
    form: &Form,
    index: usize,
    header: &Header,
    like: Option<(&Form, &FormTable)>,
) -> Option<Form> {
    let table = &form.tables[index];
    let keys = column_keys(header);
    let grid = printed[header.at].at.0;
    let mut slots: Vec<Slot> = Vec::new();
    let mut rows: Vec<FormRow> = Vec::new();
    let below = printed[header.at + 1..].iter().take_while(|row| row.at.0 == grid).take(MOST_ROWS);
    for row in below {
        let Some(first) = row.labels().next() else { continue };
        let (at, label) = (first.at, first.own);
        let printed_label = clean(row.cells[at].span.of(text));
        let behind = &row.cells[at + 1..];
        let unit =
            behind.iter().find(|cell| cell.holds == Holds::Text && cell.span.of(text).chars().count() <= LONGEST_UNIT);
        if matches!(label, "甲" | "a" | "栏次") {
            // The row that numbers the columns.
            continue;
        }
        if !row.has_number && unit.is_none() {
            // The label of a group.
            continue;
        }
        let known = like.and_then(|(form, table)| {
            let row = table.exact.get(label)?.first()?;
            Some((&form.slots[*table.rows[*row].slots.first()?], ()))
        });
        let taken = |key: &str| slots.iter().any(|slot: &Slot| slot.row == key);
        let known = known.map(|(slot, ())| slot).filter(|slot| !taken(&slot.row));
        let key = known.map_or_else(|| format!("row.{}", rows.len() + 1), |slot| slot.row.clone());
        let first = slots.len();
        for (column, head) in keys.iter().zip(&header.numbers) {
            slots.push(Slot {
                table: table.key.clone(),
                row: key.clone(),
                column: column.clone(),
                row_label: printed_label.clone(),
                column_label: head.clone(),
                unit: unit.map(|cell| clean(cell.span.of(text))),
                other_units: Vec::new(),
                kind: match known {
                    Some(slot) if unit.is_none_or(|cell| !cell.span.of(text).ends_with('元')) => slot.kind,
                    _ => Kind::Amount,
                },
            });
        }
        rows.push(FormRow {
            label: printed_label,
            keys: vec![label.to_owned()],
            slots: (first..slots.len()).collect(),
            columns: header.numbers.iter().map(|head| crate::fold::key(head)).collect(),
        });
    }
    // 项目, 单位, 数量 head many a table: an annex says 指标, or has labels that an edition knows.
    let is_annex =
        header.label.contains("指标") || slots.iter().filter(|slot| !slot.row.starts_with("row.")).count() > 1;
    if rows.len() < 2 || !is_annex {
        return None;
    }
    let mut made =
        Form { tables: Vec::new(), slots: Vec::new(), identities: Vec::new(), series: Vec::new(), ..form.clone() };
    if let Some((like, _)) = like {
        // Those whose rows the report does not print are compared with nothing.
        made.figures =
            like.figures.iter().map(|figure| Figure { table: table.key.clone(), ..figure.clone() }).collect();
    }
    let blank = Blank { cells: Vec::new(), rows, slots, header: Default::default(), groups: Default::default() };
    made.add_table(&table.key, &table.title, table.section, table.columns.clone(), blank);
    made.tables.iter_mut().for_each(|table| table.code = header.code);
    Some(made)
}
