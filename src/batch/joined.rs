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
        count(&row, dialect.between(), &more, &mut copy.out)?;
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

    /// Copies what waits: some hundred bytes, for which `io::copy` asks the system several times where both ends are files.
    fn copy(&mut self) -> io::Result<()> {
        while self.waiting > 0 {
            let ready = self.rows.fill_buf()?;
            if ready.is_empty() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "the temporary files of the run are damaged"));
            }
            let wanted = usize::try_from(self.waiting).unwrap_or(usize::MAX);
            let piece = ready.get(..wanted).unwrap_or(ready);
            self.out.write_all(piece)?;
            let copied = piece.len();
            self.rows.consume(copied);
            self.waiting -= copied as u64;
        }
        Ok(())
    }

    fn rest(mut self) -> io::Result<()> {
        io::copy(&mut self.rows, &mut self.out)?;
        self.out.flush()
    }
}

/// Writes a row of `reports.csv` with the counts of its findings raised. From these fields to the end of the row nothing is quoted: they are numbers
/// and a hash. And no encoding of tables has the delimiter, which is ASCII, inside another character.
fn count(row: &[u8], delimiter: u8, more: &Summary, out: &mut impl Write) -> io::Result<()> {
    let behind = Table::Reports.columns().iter().rev().take_while(|column| **column != "errors").count();
    let start = memchr::memrchr_iter(delimiter, row).nth(behind).map_or(0, |at| at + 1);
    let (before, counts) = row.split_at(start);
    out.write_all(before)?;
    let mut rest = counts;
    for more in [more.errors, more.warnings, more.notes] {
        let end = memchr::memchr(delimiter, rest).unwrap_or(rest.len());
        let (field, behind) = rest.split_at(end);
        let count = std::str::from_utf8(field).ok().and_then(|field| field.parse::<usize>().ok());
        out.write_all(itoa::Buffer::new().format(count.unwrap_or(0) + more).as_bytes())?;
        let (mark, behind) = behind.split_at(behind.len().min(1));
        out.write_all(mark)?;
        rest = behind;
    }
    out.write_all(rest)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_raised_whatever_stands_before_them() {
        let more = Summary { errors: 2, warnings: 0, notes: 10, ..Summary::default() };
        let columns = Table::Reports.columns();
        let first = columns.iter().position(|column| *column == "errors").unwrap();
        for dialect in [Dialect::default(), Dialect::default().excel(), Dialect::default().delimiter(b';')] {
            for text in ["", "甲", "a,b;c", "\"", "两\n行\r\n", "1,2,3"] {
                let row = |counts: [usize; 3]| {
                    let mut row = dialect.writer(Vec::new()).unwrap();
                    let fields = (0..columns.len()).map(|at| match at.checked_sub(first) {
                        None => text.to_owned(),
                        Some(at) => counts.get(at).map_or("0a9f".to_owned(), usize::to_string),
                    });
                    row.write_record(fields).unwrap();
                    row.into_inner().unwrap().into_inner()
                };
                let mut raised = Vec::new();
                count(&row([1, 0, 995]), dialect.between(), &more, &mut raised).unwrap();
                assert_eq!(raised, row([3, 0, 1005]), "{text:?}");
            }
        }
    }
}
