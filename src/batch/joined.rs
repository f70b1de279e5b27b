//! Findings about series, put into the tables of reports. They are found when the rows of all reports are written: so
//! these wait in streams, and the tables are made of them at the end, in the order of the reports. How many bytes the rows
//! of each report take was noted with them: all that has no finding about a series is copied as it stands.

use std::io::{self, BufRead, Read, Write};

use crate::lang::Lang;
use crate::record::Summary;
use crate::write::csv::{Csv, Table};
use crate::write::dialect::Dialect;
use crate::write::series::Line;

/// How many bytes the rows of a report take in tables that wait for the findings about series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lengths {
    /// In `reports.csv`.
    pub reports: u64,
    /// In `findings.csv`.
    pub findings: u64,
}

impl Lengths {
    /// Its bytes in a stream.
    pub fn bytes(self) -> [u8; 16] {
        (u128::from(self.reports) << 64 | u128::from(self.findings)).to_le_bytes()
    }

    fn read(stream: &mut impl Read) -> io::Result<Lengths> {
        let mut bytes = [0; 16];
        stream.read_exact(&mut bytes)?;
        let both = u128::from_le_bytes(bytes);
        Ok(Lengths { reports: (both >> 64) as u64, findings: both as u64 })
    }
}

/// Writes `reports.csv`: `rows`, each with its findings about series counted.
pub fn reports(
    rows: impl BufRead,
    lengths: impl Read,
    series: impl BufRead,
    (dialect, lang): (Dialect, Lang),
    out: impl Write,
) -> io::Result<()> {
    let place = |name: &str| Table::Reports.columns().iter().position(|column| *column == name);
    let counted = [place("errors"), place("warnings"), place("notes")];
    let mut lines = Following::new(series)?;
    let mut copy = Copy { rows, lengths, out, waiting: header(Table::Reports, lang, dialect)?, next: 0 };
    let mut row = Vec::new();
    while let Some(index) = lines.next_report() {
        let mut more = Summary::default();
        lines.of(index, |line| {
            line.count(&mut more);
            Ok(())
        })?;
        let length = copy.before(index, |lengths| lengths.reports)?.reports;
        copy.copy()?;
        row.clear();
        (&mut copy.rows).take(length).read_to_end(&mut row)?;
        let more = [more.errors, more.warnings, more.notes];
        let mut again = dialect.rewriter(&mut copy.out);
        for record in dialect.reader(&*row).into_byte_records() {
            again.write_record(record?.iter().enumerate().map(|(at, field)| {
                match counted.iter().zip(more).find(|(place, _)| **place == Some(at)) {
                    Some((_, more)) => sum(field, more).into_bytes(),
                    None => field.to_vec(),
                }
            }))?;
        }
        again.flush()?;
    }
    copy.rest()
}

/// Writes `findings.csv`: `rows`, behind those of each report its findings about series. How many characters the encoding
/// does not have.
pub fn findings(
    rows: impl BufRead,
    lengths: impl Read,
    series: impl BufRead,
    (dialect, lang): (Dialect, Lang),
    out: impl Write,
) -> io::Result<u64> {
    let mut lines = Following::new(series)?;
    let mut copy = Copy { rows, lengths, out, waiting: header(Table::Findings, lang, dialect)?, next: 0 };
    let mut lost = 0;
    while let Some(index) = lines.next_report() {
        copy.waiting += copy.before(index, |lengths| lengths.findings)?.findings;
        copy.copy()?;
        let mut more = Csv::rows(Table::Findings, lang, dialect, &mut copy.out);
        lines.of(index, |line| more.series(line))?;
        lost += more.finish_counted()?.1;
    }
    copy.rest()?;
    Ok(lost)
}

/// How many bytes the header of `table` takes.
fn header(table: Table, lang: Lang, dialect: Dialect) -> io::Result<u64> {
    Ok(Csv::new(table, lang, dialect, Vec::new())?.finish()?.len() as u64)
}

/// Copies the rows of a table, up to where something is to be put in.
struct Copy<R, L, W> {
    rows: R,
    lengths: L,
    out: W,
    /// So many bytes are to be copied before anything else is written.
    waiting: u64,
    /// The report that the next length is of.
    next: u64,
}

impl<R: BufRead, L: Read, W: Write> Copy<R, L, W> {
    /// Goes to the report at `index`, whose lengths it gives.
    fn before(&mut self, index: u64, of: impl Fn(&Lengths) -> u64) -> io::Result<Lengths> {
        loop {
            let lengths = Lengths::read(&mut self.lengths)?;
            self.next += 1;
            if self.next > index {
                return Ok(lengths);
            }
            self.waiting += of(&lengths);
        }
    }

    fn copy(&mut self) -> io::Result<()> {
        let copied = io::copy(&mut (&mut self.rows).take(self.waiting), &mut self.out)?;
        if copied != std::mem::take(&mut self.waiting) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the temporary files of the run are damaged"));
        }
        Ok(())
    }

    fn rest(mut self) -> io::Result<()> {
        io::copy(&mut self.rows, &mut self.out)?;
        self.out.flush()
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

    /// The place in the run of the next report that has any.
    fn next_report(&self) -> Option<u64> {
        self.next.as_ref().map(|line| line.index)
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
