//! `wide.csv`: a row per report, a column per cell of every form that occurs in the run.
//!
//! Which forms occur is known only at the end, so rows wait in a spool (a temporary file) as short CSV records:
//! the names of the report, then pairs of column and value for the cells that hold a number. Memory holds the
//! names of the columns alone.

use std::collections::HashMap;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;

use super::csv::{failed, guard};
use crate::form::{Form, Forms};
use crate::record::{Report, Status};

/// The columns that come before those of the cells.
pub const COLUMNS: [&str; 4] = ["report", "agency", "year", "edition"];

/// Collects rows in a spool and writes `wide.csv` from it.
#[derive(Debug)]
pub struct Wide<S: Read + Write + Seek> {
    spool: ::csv::Writer<S>,
    /// In order of their first report.
    editions: Vec<Edition>,
    /// The form of the last report, its edition, and the column of each of its slots.
    last: Option<(Arc<Form>, usize, Vec<usize>)>,
}

/// The columns of one edition, in form order.
#[derive(Debug, Default)]
struct Edition {
    key: String,
    columns: Columns,
    /// Which columns to write: those of rows of another edition only where a report prints them.
    used: Vec<bool>,
}

/// Names, each once, in the order in which they came.
#[derive(Debug, Default)]
struct Columns {
    names: Vec<String>,
    index: HashMap<String, usize>,
}

impl Columns {
    fn add(&mut self, name: String) -> usize {
        *self.index.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            self.names.len() - 1
        })
    }
}

impl<S: Read + Write + Seek> Wide<S> {
    /// Collects rows in `spool`, an empty file or buffer.
    pub fn new(spool: S) -> Wide<S> {
        let spool = ::csv::WriterBuilder::new().flexible(true).buffer_capacity(1 << 16).from_writer(spool);
        Wide { spool, editions: Vec::new(), last: None }
    }

    /// Adds the row of `report`, which the batch calls `id`.
    pub fn report(&mut self, id: &str, report: &Report) -> io::Result<()> {
        let edition = report.form.as_ref().map(|form| self.edition(form));
        let metadata = &report.metadata;
        let spool = &mut self.spool;
        let mut field = |text: &str| spool.write_field(text).map_err(failed);
        field(id)?;
        field(metadata.agency.as_deref().unwrap_or(""))?;
        field(&metadata.year.map(|year| year.to_string()).unwrap_or_default())?;
        field(metadata.edition.as_deref().unwrap_or(""))?;
        field(&edition.map(|edition| edition.to_string()).unwrap_or_default())?;
        if let (Some(edition), Some((_, _, columns))) = (edition, &self.last) {
            let used = &mut self.editions[edition].used;
            for cell in &report.cells {
                let Some(&column) = columns.get(cell.slot) else { continue };
                used[column] = true;
                if let (Status::Ok, Some(value)) = (cell.status, cell.value) {
                    field(&column.to_string())?;
                    field(&value.to_string())?;
                }
            }
        }
        spool.write_record(None::<&[u8]>).map_err(failed)
    }

    /// Makes `form` the last one; its edition.
    fn edition(&mut self, form: &Arc<Form>) -> usize {
        if let Some((last, edition, _)) = &self.last
            && Arc::ptr_eq(last, form)
        {
            return *edition;
        }
        let edition = self.editions.iter().position(|edition| edition.key == form.key).unwrap_or_else(|| {
            self.editions.push(Edition { key: form.key.clone(), ..Edition::default() });
            self.editions.len() - 1
        });
        let known = &mut self.editions[edition];
        let columns: Vec<usize> = form.slots.iter().map(|slot| known.columns.add(slot.path())).collect();
        known.used.resize(known.columns.names.len(), false);
        columns.iter().for_each(|&column| known.used[column] = true);
        self.last = Some((form.clone(), edition, columns));
        edition
    }

    /// Writes the table to `out`: the columns in the order of `forms`, the rows in the order in which they came.
    pub fn finish<W: Write>(self, out: W, forms: &Forms) -> io::Result<W> {
        // A column that two editions share is one column: theirs have the same meaning.
        let mut order: Vec<usize> = (0..self.editions.len()).collect();
        order.sort_by_key(|&i| forms.iter().position(|form| form.key == self.editions[i].key).unwrap_or(usize::MAX));
        let mut all = Columns::default();
        // A table taken from another edition has its columns where that edition has them.
        let printed = |name: &String| self.editions.iter().any(|edition| edition.columns.names.contains(name));
        for name in forms.iter().flat_map(|form| &form.slots).map(crate::form::Slot::path).filter(printed) {
            all.add(name);
        }
        let mut places: Vec<Vec<Option<usize>>> = vec![Vec::new(); self.editions.len()];
        for i in order {
            let edition = &self.editions[i];
            let columns = edition.columns.names.iter().zip(&edition.used);
            places[i] = columns.map(|(name, used)| used.then(|| all.add(name.clone()))).collect();
        }
        let names = COLUMNS.len();

        let mut out = ::csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out);
        out.write_record(COLUMNS.into_iter().chain(all.names.iter().map(|name| &**name))).map_err(failed)?;

        let mut spool = self.spool.into_inner().map_err(|err| err.into_error())?;
        spool.rewind()?;
        let mut rows = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(spool);
        let mut record = ::csv::StringRecord::new();
        while rows.read_record(&mut record).map_err(failed)? {
            let places = record.get(names).and_then(|edition| places.get(edition.parse::<usize>().ok()?));
            let mut values = vec![""; all.names.len()];
            for at in (names + 1..record.len()).step_by(2) {
                let column = record[at].parse::<usize>().ok().and_then(|column| *places?.get(column)?);
                if let (Some(place), Some(value)) = (column, record.get(at + 1)) {
                    values[place] = value;
                }
            }
            for name in record.iter().take(names) {
                out.write_field(&*guard(name)).map_err(failed)?;
            }
            out.write_record(&values).map_err(failed)?;
        }
        out.into_inner().map_err(|err| err.into_error())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::record::Cell;
    use crate::write::sample;

    #[test]
    fn columns_are_the_union_and_rows_keep_their_order() {
        let mut wide = Wide::new(Cursor::new(Vec::new()));
        wide.report("=甲", &sample::report()).unwrap();

        let mut other = sample::report();
        other.form = Some(sample::form("t2", &["extra", "amount"]));
        other.metadata.edition = Some("t2".into());
        other.metadata.year = None;
        other.cells.truncate(2);
        wide.report("乙", &other).unwrap();

        let mut none = sample::report();
        (none.form, none.cells) = (None, Vec::<Cell>::new());
        none.metadata.edition = None;
        wide.report("丙", &none).unwrap();
        wide.report("丁", &sample::report()).unwrap();

        let text = wide.finish(Vec::new(), &Forms::embedded()).unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "report,agency,year,edition,money.fees.amount,money.fees.refunded,money.fees.waived,money.fees.written_off,money.fees.extra\n\
             '=甲,某市,2021,t1,59237.2449,0.00,,,\n\
             乙,某市,,t2,0.00,,,,59237.2449\n\
             丙,某市,2021,,,,,,\n\
             丁,某市,2021,t1,59237.2449,0.00,,,\n"
        );
    }

    #[test]
    fn a_run_without_reports_has_a_header() {
        let wide = Wide::new(Cursor::new(Vec::new()));
        assert_eq!(wide.finish(Vec::new(), &Forms::embedded()).unwrap(), b"report,agency,year,edition\n");
    }
}
