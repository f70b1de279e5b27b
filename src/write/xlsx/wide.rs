//! The sheet of the wide table. Which columns it has is known only at the end, so its rows wait in a spool, as short CSV
//! records: the names of the report, then pairs of column and value.

use std::io::{self, Read, Seek, Write};

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, XlsxError};

use super::names::{Holds, WIDE};
use super::sheet::{Head, Shared, Sheet};
use super::style::shade;
use crate::form::Forms;
use crate::lang::Lang;
use crate::record::{Report, Status};
use crate::span::width;
use crate::write::columns::Columns;
use crate::write::csv::failed;

/// Columns that a sheet of Excel has.
const COLUMNS: usize = 16_384;

/// Rows that wait.
pub(super) struct Wide<S: Read + Write + Seek> {
    spool: ::csv::Writer<S>,
    columns: Columns,
}

/// A sheet, and how many columns it had no room for.
pub(super) struct Made {
    pub sheet: Sheet,
    pub left_out: usize,
}

impl<S: Read + Write + Seek> Wide<S> {
    pub(super) fn new(spool: S, derive: bool) -> Wide<S> {
        let spool = ::csv::WriterBuilder::new().flexible(true).buffer_capacity(1 << 16).from_writer(spool);
        Wide { spool, columns: Columns::new(derive) }
    }

    pub(super) fn report(&mut self, id: &str, report: &Report) -> io::Result<()> {
        let derive = self.columns.derives();
        let placed = self.columns.report(report);
        let metadata = &report.metadata;
        let spool = &mut self.spool;
        let mut field = |text: &str| spool.write_field(text).map_err(failed);
        field(id)?;
        field(metadata.agency.as_deref().unwrap_or(""))?;
        field(&metadata.year.map(|year| year.to_string()).unwrap_or_default())?;
        field(metadata.edition.as_deref().unwrap_or(""))?;
        field(&placed.map(|placed| placed.edition.to_string()).unwrap_or_default())?;
        if let (Some(placed), Some(form)) = (placed, &report.form) {
            for cell in &report.cells {
                let Some(column) = placed.columns.get(cell.slot) else { continue };
                field(&column.to_string())?;
                match (cell.status, cell.value) {
                    (Status::Ok, Some(value)) => field(&value.to_string())?,
                    (status, _) => field(status.name())?,
                }
            }
            if derive {
                for (rate, column) in form.rates.iter().zip(placed.columns.iter().skip(form.slots.len())) {
                    if let Some(value) = rate.value(report) {
                        field(&column.to_string())?;
                        field(&value.to_string())?;
                    }
                }
            }
        }
        spool.write_record(None::<&[u8]>).map_err(failed)
    }

    /// The sheet `name`.
    pub(super) fn finish(
        self,
        name: &str,
        lang: Lang,
        limit: u32,
        forms: &Forms,
        shared: &mut Shared<'_>,
        failure: impl Fn(XlsxError) -> io::Error,
    ) -> io::Result<Made> {
        let ordered = self.columns.finish(forms);
        let mut heads: Vec<Head> = WIDE.iter().map(|column| Head::of(column, lang)).collect();
        let room = COLUMNS - heads.len();
        let left_out = ordered.columns.len().saturating_sub(room);
        for column in ordered.columns.iter().take(room) {
            let label = column.label();
            // A label may take four lines.
            let narrow = (width(&label).div_ceil(4) + 1).clamp(11, 22);
            heads.push(Head { label, key: column.name.clone(), holds: Holds::Number, width: (narrow, narrow.max(20)) });
        }
        let mut sheet = Sheet::new(name, heads, limit).heights(66.0, 48.0).frozen(3);
        sheet.open(shared).map_err(&failure)?;
        let shades: Vec<(&str, Format)> = [Status::Blank, Status::Unreadable, Status::Missing]
            .into_iter()
            .map(|status| (status.name(), shade(shared.styles.whole.clone(), status)))
            .collect();

        let mut spool = self.spool.into_inner().map_err(|err| err.into_error())?;
        spool.rewind()?;
        let mut rows = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(spool);
        let mut record = ::csv::StringRecord::new();
        let names = WIDE.len();
        while rows.read_record(&mut record).map_err(failed)? {
            let places = record.get(names).and_then(|edition| ordered.places.get(edition.parse::<usize>().ok()?));
            let mut write = || -> Result<(), XlsxError> {
                let mut row = sheet.row(shared)?;
                for (column, name) in (0u16..).zip(record.iter().take(names)) {
                    match WIDE.get(usize::from(column)) {
                        Some(head) if head.holds == Holds::Whole => row.whole(column, name.parse::<i32>().ok())?,
                        _ => row.text(column, name)?,
                    }
                }
                for at in (names + 1..record.len()).step_by(2) {
                    let known = record.get(at).and_then(|known| places?.get(known.parse::<usize>().ok()?)).copied();
                    let Some(known) = known.filter(|known| *known < room) else { continue };
                    let Ok(column) = u16::try_from(known + names) else { continue };
                    let text = record.get(at + 1).unwrap_or("");
                    let is_rate = ordered.columns.get(known).is_some_and(|column| column.kind.is_none());
                    match text.parse::<Decimal>() {
                        Ok(value) if is_rate => row.rate(column, value)?,
                        Ok(value) => row.number(column, value).map(|_| ())?,
                        Err(_) => match shades.iter().find(|(status, _)| *status == text) {
                            Some((_, shade)) => row.shaded(column, shade)?,
                            None => {}
                        },
                    }
                }
                row.end()
            };
            write().map_err(&failure)?;
        }
        Ok(Made { sheet, left_out })
    }
}
