//! Annexes whose columns, or rows too, are those that the report prints.
//!
//! Before 2014 each province had an annex of its own, and some of the national one print several number columns (本级, 汇总). Their form is
//! made from the report: columns by the printed header ([`heads`]), rows by their printed labels ([`annex`]); a label that an edition of the
//! form knows takes its key there. Nothing is guessed.

mod annex;
mod heads;
mod piece;
mod rows;

use super::blank::Blank;
use super::names::Names;
use super::rows::{Printed, Sheet};
use super::{BlankCell, Columns, Form, FormRow, FormTable, Forms, Identity, Slot};
use crate::finding::Finding;
use crate::fold::key;
pub(super) use heads::is_numbering;
use heads::{Header, Words};

/// Rows above the first known label in which the header is looked for.
const HEADER_ROWS: usize = 14;

impl Made {
    fn new(mut form: Form, doubts: Vec<Finding>) -> Made {
        let mut names = Names::default();
        form.enter(&mut names);
        Made { form, names, doubts }
    }
}

/// More lines than these between two tables, and the second is no part of the first.
const LONGEST_GAP: usize = 6;

/// A form that was made from the print.
pub(super) struct Made {
    pub form: Form,
    /// The names of its labels.
    pub names: Names,
    /// What is to be said about its labels.
    pub doubts: Vec<Finding>,
}

/// `form` with the columns (and rows) that the report prints; `None` where it prints those of the form.
pub(super) fn with_printed_columns(sheet: &Sheet<'_>, form: &Form, forms: &Forms) -> Option<Made> {
    let index = form.tables.iter().position(|table| table.columns != Columns::Form)?;
    let table = &form.tables[index];
    match &table.columns {
        Columns::Form => None,
        Columns::Printed => {
            let known = |row: &Printed| row.labels().any(|label| table.roles.is_row(label.joined_name));
            let first = sheet.printed.iter().position(known)?;
            let heads = known_heads(table);
            let label = heads.first().cloned().unwrap_or_default();
            let is = |printed: &str, head: &String| table.header.get(printed) == Some(head);
            let words = Words {
                head: &|printed| heads.iter().any(|head| is(printed, head)),
                label: &|printed| is(printed, &label),
                row: &|printed| {
                    let header = || table.header.get(printed).is_some_and(|head| !heads.contains(head));
                    table.exact.contains_key(printed) || header()
                },
            };
            let rows = first.saturating_sub(HEADER_ROWS)..first;
            let header = rows.rev().find_map(|at| heads::header(sheet, at, &words))?;
            if header.numbers.len() < 2 && !header.code || header.numbers.len() > MOST_COLUMNS {
                return None;
            }
            Some(Made::new(columns(form, index, &header), Vec::new()))
        }
        Columns::AllPrinted { headers, like } => {
            let like = like.as_ref().and_then(|key| forms.get(key));
            annex::made(sheet, form, index, headers, like.map(|like| &**like))
        }
    }
}

/// The most number columns of an annex. Each row has a cell in each of them, printed or not: a header of a megabyte would be gigabytes of cells.
const MOST_COLUMNS: usize = 100;

/// Folded heads of the columns in a blank table.
fn known_heads(table: &FormTable) -> Vec<String> {
    let heads = table.blank.first().into_iter().flatten().filter_map(|cell| match cell {
        BlankCell::Label(label) => Some(key(label)),
        _ => None,
    });
    heads.collect()
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
    let mut made = form.without_tables();
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
        (table.code, table.remarks) = (header.code, header.remarks);
        // The blank of the form has one number column; it does not show these.
        table.blank = Vec::new();
    }
    let mut row_of: Vec<Option<usize>> = vec![None; form.slots.len()];
    for (row, form_row) in table.rows.iter().enumerate() {
        form_row.slots.iter().for_each(|&slot| row_of[slot] = Some(row));
    }
    for (at, column) in keys.iter().enumerate() {
        let moved = |slot: &usize| row_of[*slot].map(|row| row * keys.len() + at);
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

#[cfg(test)]
mod tests;
