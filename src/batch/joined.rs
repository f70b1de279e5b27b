//! Findings about series, put into the tables of reports. They are found when the rows of all reports are written: so
//! these wait in streams, and the tables are made of them at the end, in the order of the reports.

use std::io::{self, BufRead, Read, Write};

use csv::ByteRecord;

use crate::lang::Lang;
use crate::record::Summary;
use crate::write::csv::{Csv, Table};
use crate::write::dialect::Dialect;
use crate::write::series::Line;

/// Writes `reports.csv`: `rows`, each with its findings about series counted.
pub fn reports(mut rows: impl Read, series: impl BufRead, dialect: Dialect, mut out: impl Write) -> io::Result<()> {
    let place = |name: &str| Table::Reports.columns().iter().position(|column| *column == name);
    let counted = [place("errors"), place("warnings"), place("notes")];
    let (mut lines, mut row) = (Following::new(series)?, ByteRecord::new());
    if lines.next.is_none() {
        return io::copy(&mut rows, &mut out).map(|_| ());
    }
    let (mut rows, mut out) = (dialect.reader(rows), dialect.rewriter(out)?);
    for index in Row::places() {
        if !rows.read_byte_record(&mut row)? {
            break;
        }
        let mut more = Summary::default();
        if let Row::Report(index) = index {
            lines.of(index, |line| {
                line.count(&mut more);
                Ok(())
            })?;
        }
        let more = [more.errors, more.warnings, more.notes];
        if more == [0; 3] {
            out.write_byte_record(&row)?;
            continue;
        }
        let sums = row.iter().enumerate().map(|(at, field)| {
            match counted.iter().zip(more).find(|(place, _)| **place == Some(at)) {
                Some((_, more)) => sum(field, more).into_bytes(),
                None => field.to_vec(),
            }
        });
        out.write_record(sums)?;
    }
    out.flush()
}

/// Writes `findings.csv`: `rows`, behind those of each report its findings about series; `reports` are the rows of the
/// reports, which tell their order. How many characters the encoding does not have.
pub fn findings(
    mut rows: impl Read,
    reports: impl Read,
    series: impl BufRead,
    (dialect, lang): (Dialect, Lang),
    mut out: impl Write,
) -> io::Result<u64> {
    let mut lines = Following::new(series)?;
    if lines.next.is_none() {
        return io::copy(&mut rows, &mut out).map(|_| 0);
    }
    let (mut rows, mut out) = (dialect.reader(rows), dialect.rewriter(out)?);
    let (mut reports, mut report, mut row) = (dialect.reader(reports), ByteRecord::new(), ByteRecord::new());
    let mut lost = 0;
    let mut there = rows.read_byte_record(&mut row)?;
    for index in Row::places() {
        if !reports.read_byte_record(&mut report)? {
            break;
        }
        // The header is the first row of both.
        let header = matches!(index, Row::Header);
        while there && (header || row.get(0) == report.get(0)) {
            out.write_byte_record(&row)?;
            there = rows.read_byte_record(&mut row)?;
            if header {
                break;
            }
        }
        if let Row::Report(index) = index {
            let mut more = Csv::rows(Table::Findings, lang, dialect, Vec::new());
            lines.of(index, |line| more.series(line))?;
            let (bytes, without) = more.finish_counted()?;
            lost += without;
            dialect.reader(&*bytes).into_byte_records().try_for_each(|row| out.write_byte_record(&row?))?;
        }
    }
    out.flush()?;
    Ok(lost)
}

/// Of what a row of a table speaks.
enum Row {
    Header,
    /// The report at this place of the run.
    Report(u64),
}

impl Row {
    fn places() -> impl Iterator<Item = Row> {
        std::iter::once(Row::Header).chain((0..).map(Row::Report))
    }
}

fn sum(field: &[u8], more: usize) -> String {
    let count = std::str::from_utf8(field).ok().and_then(|field| field.parse::<usize>().ok());
    (count.unwrap_or(0) + more).to_string()
}

/// The findings about series, which stand in the order of the reports.
struct Following<R> {
    lines: R,
    next: Option<Line>,
}

impl<R: BufRead> Following<R> {
    fn new(mut lines: R) -> io::Result<Following<R>> {
        let next = Line::read(&mut lines)?;
        Ok(Following { lines, next })
    }

    /// Does `each` with those of the report at `index`.
    fn of(&mut self, index: u64, mut each: impl FnMut(&Line) -> io::Result<()>) -> io::Result<()> {
        while let Some(line) = self.next.take_if(|line| line.index <= index) {
            each(&line)?;
            self.next = Line::read(&mut self.lines)?;
        }
        Ok(())
    }
}
