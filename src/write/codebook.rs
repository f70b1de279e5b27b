//! `codebook.csv`: a row per column of `wide.csv`, with all that a statistician needs to know of it.

use std::io::{self, Write};

use super::columns::{Column, columns};
use super::csv::failed;
use super::dialect::Dialect;
use super::wide::Layouts;
use crate::form::{Forms, Kind};

/// The columns of the codebook.
pub const COLUMNS: [&str; 11] =
    ["column", "label", "table", "row", "column_key", "unit", "edition", "clause", "document", "kind", "formula"];

/// The columns that come before those of the cells: name, label, kind.
const NAMES: [(&str, &str, &str); 4] =
    [("report", "报告", "text"), ("agency", "机关", "text"), ("year", "年度", "year"), ("edition", "格式版本", "text")];

/// Stands for a label that reports print otherwise under the same key.
const VARIES: &str = "（各报告自定，见 tables.csv）";

/// Parts what several editions say.
const AND: &str = "；";

/// Writes the codebook of a run to `out`. How many characters the encoding of `dialect` did not have.
pub fn write(layouts: &Layouts, forms: &Forms, dialect: Dialect, out: impl Write) -> io::Result<u64> {
    let mut out = dialect.writer(out)?;
    out.write_record(COLUMNS).map_err(failed)?;
    for (name, label, kind) in NAMES {
        out.write_record([name, label, "", "", "", "", "", "", "", kind, ""]).map_err(failed)?;
    }
    for column in columns(layouts, forms) {
        let label = match column.row_label {
            Some(_) => column.label(),
            None => format!("{VARIES} / {}", column.column_label),
        };
        let several = |parts: &[String]| parts.join(AND);
        let fields = [
            &column.name,
            &label,
            &column.table,
            &column.row,
            &column.column,
            &several(&column.units),
            &several(&column.editions),
            &several(&column.clauses),
            &several(&column.documents),
            kind(&column),
            &several(&column.formulas),
        ];
        for field in fields {
            out.write_field(&*dialect.text(field)).map_err(failed)?;
        }
        out.write_record(None::<&[u8]>).map_err(failed)?;
    }
    Ok(out.into_inner().map_err(|err| err.into_error())?.lost())
}

/// What stands in a column.
fn kind(column: &Column) -> &'static str {
    match column.kind {
        Some(Kind::Count) => "count",
        Some(Kind::Change) => "change",
        Some(Kind::Amount) => "amount",
        None => "rate",
    }
}
