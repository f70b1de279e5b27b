//! The sheet of the wide table: a row per report, a column per cell of every form that occurs in the run.

use std::collections::HashMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, XlsxError};

use super::names::WIDE;
use super::record::{Record, Table};
use super::sheet::{Head, Shared, Sheet};
use crate::form::Forms;
use crate::lang::Lang;
use crate::record::Status;
use crate::span::width;
use crate::write::columns::Column;

/// Columns that a sheet of Excel has.
const COLUMNS: usize = 16_384;

/// The sheet, and where its columns stand.
pub(super) struct Wide {
    pub sheet: Sheet,
    /// Columns that it had no room for.
    pub left_out: usize,
    places: HashMap<String, u16>,
    /// Edition and key of a table of a form → the column of each of its cells.
    known: HashMap<(String, String), Vec<Option<u16>>>,
}

impl Wide {
    pub(super) fn new(name: &str, columns: &[Column], lang: Lang, limit: u32) -> Wide {
        let mut heads: Vec<Head> = WIDE.iter().map(|column| Head::of(column, lang)).collect();
        let room = COLUMNS - heads.len();
        let mut places = HashMap::new();
        for column in columns.iter().take(room) {
            let label = column.label();
            // A label may take four lines.
            let narrow = (width(&label).div_ceil(4) + 1).clamp(11, 22);
            places.insert(column.name.clone(), u16::try_from(heads.len()).unwrap_or(u16::MAX));
            heads.push(Head::number(label, column.name.clone(), narrow));
        }
        let left_out = columns.len().saturating_sub(room);
        let sheet = Sheet::new(name, heads, limit).heights(66.0, 48.0).frozen(3);
        Wide { sheet, left_out, places, known: HashMap::new() }
    }

    pub(super) fn report(
        &mut self,
        record: &Record<'_>,
        forms: &Forms,
        shades: &[Format; 3],
        shared: &mut Shared<'_>,
    ) -> Result<(), XlsxError> {
        let Wide { sheet, places, known, .. } = self;
        let mut row = sheet.row(shared)?;
        row.text(0, &record.id)?;
        row.maybe(1, record.agency.as_deref())?;
        row.whole(2, record.year)?;
        row.maybe(3, record.edition.as_deref())?;
        for table in &record.tables {
            let of_table;
            let columns = if table.printed.is_none() {
                let key = (table.edition.to_string(), table.key.to_string());
                known.entry(key).or_insert_with(|| columns(table, forms, places))
            } else {
                of_table = columns(table, forms, places);
                &of_table
            };
            for (cell, column) in table.cells.iter().zip(columns) {
                let Some(column) = *column else { continue };
                let value = cell.1.as_deref().and_then(|value| value.parse::<Decimal>().ok());
                match (cell.0.status(), value) {
                    (Status::Ok, Some(value)) => row.number(column, value).map(|_| ())?,
                    (Status::Blank, _) => row.shaded(column, &shades[0])?,
                    (Status::Unreadable, _) => row.shaded(column, &shades[1])?,
                    (Status::Missing | Status::Ok, _) => row.shaded(column, &shades[2])?,
                }
            }
        }
        for (name, value) in &record.rates {
            if let (Some(&column), Ok(value)) = (places.get(&**name), value.parse()) {
                row.rate(column, value)?;
            }
        }
        row.end()
    }
}

/// The columns of the cells of a table.
fn columns(table: &Table<'_>, forms: &Forms, places: &HashMap<String, u16>) -> Vec<Option<u16>> {
    let name = |cell: super::record::Cell<'_>| format!("{}.{}.{}", table.key, cell.slot.row, cell.slot.column);
    table.cells(forms).map(|cell| places.get(&name(cell)).copied()).collect()
}
