//! What is kept of a report for the series of its organ: some hundred bytes, which wait in a file until all reports are read.
//!
//! ```text
//! record  = index year agency report source edition explicit count entry*
//! entry   = edition number flag [cell] count cell*
//! cell    = state [decimal] [line column] [start end]
//! ```
//!
//! Numbers are little-endian, texts stand behind their length.

use rust_decimal::Decimal;

use super::organ::Member;
use crate::form::Form;
use crate::record::{Cell, Report, Status, Unit};
use crate::span::{Place, Span};

/// A report, as far as the series of its organ is concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Number of the report in the run, from 0.
    pub index: u64,
    /// The year that it is about.
    pub year: i32,
    /// The organ that it names.
    pub agency: String,
    /// What the run calls it.
    pub report: String,
    /// Its path.
    pub source: Option<String>,
    /// Edition of its form.
    pub edition: Option<String>,
    pub(super) entries: Vec<Entry>,
}

/// What a report says to one equation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    /// The form that has the equation.
    pub edition: String,
    /// Its number in [`Form::series`].
    pub number: u16,
    /// What the report carries on.
    pub earlier: Option<Noted>,
    /// What it states, adds and takes away.
    pub later: Vec<Noted>,
}

/// A cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Noted {
    pub state: State,
    pub value: Option<Decimal>,
    pub place: Option<Place>,
    pub span: Option<Span>,
}

/// What became of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Ok,
    Blank,
    Unreadable,
    Missing,
    /// Blank, but the total of parts that are not zero: no zero is meant.
    BlankTotal,
}

/// A record that cannot be read: its file was cut or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl Record {
    /// The record of `report`, the number `index` of a run that calls it `id`; `None` where it names no organ or no year.
    pub fn of(report: &Report, id: &str, index: u64) -> Option<Record> {
        let (agency, year) = (report.metadata.agency.as_ref()?, report.metadata.year?);
        let entries = report.form.as_deref().map_or_else(Vec::new, |form| entries(report, form));
        Some(Record {
            index,
            year,
            agency: agency.clone(),
            report: id.to_owned(),
            source: report.source.path.clone(),
            edition: report.metadata.edition.clone(),
            entries,
        })
    }

    /// The numbers that it carries to other years, without their places: the same bytes where they are the same.
    pub fn carried(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for entry in self.entries.iter() {
            text(&mut out, &entry.edition);
            out.extend(entry.number.to_le_bytes());
            out.push(u8::from(entry.earlier.is_some()));
            length(&mut out, entry.later.len());
            for cell in entry.earlier.iter().chain(&entry.later) {
                // 1.0 is 1.
                let value = cell.value.map(|value| value.normalize());
                write_cell(&mut out, &Noted { value, place: None, span: None, ..*cell });
            }
        }
        out
    }

    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.index.to_le_bytes());
        out.extend(self.year.to_le_bytes());
        text(out, &self.agency);
        text(out, &self.report);
        for optional in [&self.source, &self.edition] {
            out.push(u8::from(optional.is_some()));
            optional.iter().for_each(|print| text(out, print));
        }
        length(out, self.entries.len());
        for entry in self.entries.iter() {
            text(out, &entry.edition);
            out.extend(entry.number.to_le_bytes());
            out.push(u8::from(entry.earlier.is_some()));
            entry.earlier.iter().for_each(|cell| write_cell(out, cell));
            length(out, entry.later.len());
            entry.later.iter().for_each(|cell| write_cell(out, cell));
        }
    }

    /// Reads the record that `bytes` begin with, and what follows it.
    pub fn read(bytes: &[u8]) -> Result<(Record, &[u8]), Broken> {
        let mut input = Input(bytes);
        let record = Record {
            index: u64::from_le_bytes(input.take()?),
            year: i32::from_le_bytes(input.take()?),
            agency: input.text()?.to_owned(),
            report: input.text()?.to_owned(),
            source: input.optional_text()?.map(str::to_owned),
            edition: input.optional_text()?.map(str::to_owned),
            entries: input.many(|input| {
                Ok(Entry {
                    edition: input.text()?.to_owned(),
                    number: u16::from_le_bytes(input.take()?),
                    earlier: if input.flag()? { Some(input.cell()?) } else { None },
                    later: input.many(Input::cell)?,
                })
            })?,
        };
        Ok((record, input.0))
    }
}

/// What the bytes of a record begin with: all that tells which reports belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head<'a> {
    /// As [`Record::index`].
    pub index: u64,
    /// As [`Record::year`].
    pub year: i32,
    /// As [`Record::agency`].
    pub agency: &'a str,
    report: &'a str,
    source: Option<&'a str>,
}

impl<'a> Head<'a> {
    /// Reads that of the record that `bytes` begin with.
    pub fn read(bytes: &'a [u8]) -> Result<Head<'a>, Broken> {
        let mut input = Input(bytes);
        Ok(Head {
            index: u64::from_le_bytes(input.take()?),
            year: i32::from_le_bytes(input.take()?),
            agency: input.text()?,
            report: input.text()?,
            source: input.optional_text()?,
        })
    }

    /// The folder that the report lies in.
    pub fn folder(&self) -> &'a str {
        folder(self.source, self.report)
    }

    /// Writes `index` over that of a record, which `record` begins with.
    pub fn renumber(record: &mut [u8], index: u64) -> Result<(), Broken> {
        *record.first_chunk_mut().ok_or(Broken)? = index.to_le_bytes();
        Ok(())
    }
}

fn folder<'a>(source: Option<&'a str>, report: &'a str) -> &'a str {
    source.unwrap_or(report).rsplit_once(['/', '\\']).map_or("", |(folder, _)| folder)
}

impl Member for Record {
    fn index(&self) -> u64 {
        self.index
    }

    fn year(&self) -> i32 {
        self.year
    }

    fn agency(&self) -> &str {
        &self.agency
    }

    fn folder(&self) -> &str {
        folder(self.source.as_deref(), &self.report)
    }

    fn carries_as(&self, other: &Record) -> bool {
        self.carried() == other.carried()
    }
}

fn entries(report: &Report, form: &Form) -> Vec<Entry> {
    let cell = |slot: usize| {
        let at = report.cells.binary_search_by_key(&slot, |cell| cell.slot).ok();
        at.and_then(|at| report.cells.get(at))
    };
    let noted = |slot: usize| note(report, form, slot, &cell);
    let entry = |series: &crate::form::Series| Entry {
        edition: series.origin.0.clone(),
        number: u16::try_from(series.origin.1).unwrap_or(u16::MAX),
        earlier: Some(noted(series.earlier)),
        later: series.of_later().map(noted).collect(),
    };
    form.series.iter().map(entry).collect()
}

fn note<'a>(report: &Report, form: &Form, slot: usize, cell: &impl Fn(usize) -> Option<&'a Cell>) -> Noted {
    let Some(found) = cell(slot) else { return Noted { state: State::Missing, value: None, place: None, span: None } };
    let state = match found.status {
        // A number in another unit is not the same number.
        Status::Ok if matches!(found.unit, Some(Unit::Printed(_))) && form.slots[slot].unit.is_some() => {
            State::Unreadable
        }
        Status::Ok => State::Ok,
        Status::Unreadable => State::Unreadable,
        Status::Missing => State::Missing,
        Status::Blank => {
            let parts = form.identities.iter().filter(|identity| identity.total == [slot]).flat_map(|sum| &sum.parts);
            let any = parts.filter_map(|&part| cell(part)?.value).any(|value| !value.is_zero());
            if any { State::BlankTotal } else { State::Blank }
        }
    };
    let value = found.value.filter(|_| state == State::Ok);
    Noted { state, value, place: found.span.map(|span| report.place(span)), span: found.span }
}

fn text(out: &mut Vec<u8>, text: &str) {
    length(out, text.len());
    out.extend(text.as_bytes());
}

fn length(out: &mut Vec<u8>, length: usize) {
    // Texts of a report are bounded far below 4 GiB.
    out.extend((length as u32).to_le_bytes());
}

fn write_cell(out: &mut Vec<u8>, cell: &Noted) {
    out.push(cell.state as u8);
    out.push(u8::from(cell.value.is_some()) | u8::from(cell.place.is_some()) << 1 | u8::from(cell.span.is_some()) << 2);
    if let Some(value) = cell.value {
        out.extend(value.serialize());
    }
    if let Some(place) = cell.place {
        out.extend(place.line.to_le_bytes());
        out.extend(place.col.to_le_bytes());
    }
    if let Some(span) = cell.span {
        out.extend(span.start.to_le_bytes());
        out.extend(span.end.to_le_bytes());
    }
}

/// Bytes that are read from the front.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        let (taken, rest) = self.0.split_first_chunk::<N>().ok_or(Broken)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn length(&mut self) -> Result<usize, Broken> {
        Ok(u32::from_le_bytes(self.take()?) as usize)
    }

    fn flag(&mut self) -> Result<bool, Broken> {
        Ok(self.take::<1>()? != [0])
    }

    fn text(&mut self) -> Result<&'a str, Broken> {
        let length = self.length()?;
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Broken)?;
        self.0 = rest;
        std::str::from_utf8(taken).map_err(|_| Broken)
    }

    fn optional_text(&mut self) -> Result<Option<&'a str>, Broken> {
        if self.flag()? { self.text().map(Some) } else { Ok(None) }
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T, Broken>) -> Result<Vec<T>, Broken> {
        // Each takes a byte at least: a length that cannot be true makes no room.
        let count = self.length()?;
        if count > self.0.len() {
            return Err(Broken);
        }
        (0..count).map(|_| one(self)).collect()
    }

    fn cell(&mut self) -> Result<Noted, Broken> {
        let state = match self.take::<1>()? {
            [0] => State::Ok,
            [1] => State::Blank,
            [2] => State::Unreadable,
            [3] => State::Missing,
            [4] => State::BlankTotal,
            _ => return Err(Broken),
        };
        let [flags] = self.take()?;
        let number = |input: &mut Self| Ok::<u32, Broken>(u32::from_le_bytes(input.take()?));
        Ok(Noted {
            state,
            value: if flags & 1 != 0 { Some(Decimal::deserialize(self.take()?)) } else { None },
            place: if flags & 2 != 0 { Some(Place { line: number(self)?, col: number(self)? }) } else { None },
            span: if flags & 4 != 0 { Some(Span { start: number(self)?, end: number(self)? }) } else { None },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let cell = |state, value: Option<&str>| Noted {
            state,
            value: value.map(|value| value.parse().unwrap()),
            place: value.map(|_| Place { line: 81, col: 3 }),
            span: Some(Span { start: 7, end: 9 }),
        };
        Record {
            index: 1 << 40,
            year: 2023,
            agency: "云溪市财政局".into(),
            report: "云溪/2023".into(),
            source: None,
            edition: Some("2021".into()),
            entries: [
                Entry {
                    edition: "2021".into(),
                    number: 3,
                    earlier: Some(cell(State::Ok, Some("1.50"))),
                    later: vec![],
                },
                Entry {
                    edition: String::new(),
                    number: 0,
                    earlier: None,
                    later: vec![cell(State::BlankTotal, None); 3],
                },
            ]
            .into(),
        }
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let mut bytes = Vec::new();
        record().write(&mut bytes);
        bytes.extend(b"more");
        assert_eq!(Record::read(&bytes), Ok((record(), &b"more"[..])));
    }

    #[test]
    fn the_head_of_a_record_is_that_of_the_whole() {
        for source in [None, Some("a/b/2023.txt".to_owned()), Some("2023.txt".to_owned())] {
            let mut record = Record { source, ..record() };
            let mut bytes = Vec::new();
            record.write(&mut bytes);
            Head::renumber(&mut bytes, 7).unwrap();
            record.index = 7;
            assert_eq!(Record::read(&bytes), Ok((record.clone(), &b""[..])));
            let head = Head::read(&bytes).unwrap();
            assert_eq!((head.index, head.year, head.agency), (record.index, record.year, &*record.agency));
            assert_eq!(head.folder(), record.folder());
        }
        assert_eq!((Head::read(&[0; 9]), Head::renumber(&mut [0; 7], 0)), (Err(Broken), Err(Broken)));
    }

    #[test]
    fn a_cut_or_changed_record_is_none() {
        let mut bytes = Vec::new();
        record().write(&mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(Record::read(&bytes[..end]), Err(Broken), "{end}");
        }
        // Whatever a byte becomes, nothing panics and no memory is asked for that the bytes do not bear out.
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0xFF;
            let _ = Record::read(&changed);
        }
    }
}
