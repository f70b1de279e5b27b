//! What a run writes, as streams of bytes: each gets some for each report, in the order of the reports.
//!
//! A worker makes the bytes ([`Encoder`]), so that the one thread that writes only appends them. What depends on all
//! reports is made at the end from streams that are no output themselves. So all that a run has done is in its streams:
//! one that was broken off goes on from their length.

use std::io;
use std::sync::Arc;

use super::convert::Formats;
use super::joined::Lengths;
use super::ordered::Weigh;
use super::reports::{Collect, Outcome, Seen, Worker};
use super::series;
use crate::lang::Lang;
use crate::record::Report;
use crate::write::csv::{self, Csv, Table};
use crate::write::excel;
use crate::write::html::{Leaf, Wants};
use crate::write::json;
#[cfg(feature = "parquet")]
use crate::write::parquet;
use crate::write::summary::{self, Failure, Run};
use crate::write::wide::{Layout, Rows};
#[cfg(feature = "xlsx")]
use crate::write::xlsx;

/// One stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// A [mark](super::reports::Mark) for each input.
    Marks,
    /// A table.
    Table(Table),
    /// `reports.jsonl`.
    Documents,
    /// The rows of `wide.csv`.
    Wide,
    /// The layouts of these rows, a line of JSON each.
    Layouts,
    /// The files of the summary.
    Files,
    /// The failures of the summary.
    Failures,
    /// What the workbook needs of each report.
    Book,
    /// What the Parquet files need of each report.
    Records,
    /// What the series of organs need of each report.
    Series,
    /// How many bytes each report has in the tables that get its findings about series.
    Lengths,
    /// The places in the run of the inputs that `summary.html` keeps something of.
    Kept,
}

impl Stream {
    /// The streams of a run, in an order that the formats fix.
    pub fn of(formats: Formats) -> Vec<Stream> {
        let mut streams =
            vec![Stream::Marks, Stream::Table(Table::Failed), Stream::Files, Stream::Failures, Stream::Series];
        if formats.csv {
            streams.extend(Table::OF_REPORTS.map(Stream::Table));
            streams.push(Stream::Lengths);
        }
        if formats.csv || formats.xlsx {
            // The workbook has the same columns.
            streams.push(Stream::Wide);
        }
        if formats.csv || formats.xlsx || formats.parquet {
            streams.push(Stream::Layouts);
        }
        if formats.parquet {
            streams.push(Stream::Records);
        }
        if formats.xlsx {
            streams.push(Stream::Book);
        }
        if formats.jsonl {
            streams.push(Stream::Documents);
        }
        if formats.html {
            streams.push(Stream::Kept);
        }
        streams
    }

    /// The name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Stream::Marks => "inputs.marks",
            Stream::Table(Table::Reports) => "reports.rows",
            Stream::Table(Table::Findings) => "findings.rows",
            Stream::Table(table) => table.file(),
            Stream::Documents => "reports.jsonl",
            Stream::Wide => "wide.rows",
            Stream::Layouts => "wide.layouts",
            Stream::Files => "summary.files",
            Stream::Failures => "summary.failures",
            Stream::Book => "reports.book",
            Stream::Records => "reports.records",
            Stream::Series => "reports.series",
            Stream::Lengths => "reports.lengths",
            Stream::Kept => "summary.kept",
        }
    }

    /// It is an output as it stands.
    pub fn is_output(self) -> bool {
        match self {
            // What is found among several reports is put in at the end.
            Stream::Table(table) => !matches!(table, Table::Reports | Table::Findings),
            Stream::Documents => true,
            _ => false,
        }
    }
}

/// What becomes of some neighbouring inputs.
#[derive(Debug, Default)]
pub struct Batch {
    /// The bytes for each stream.
    pub bytes: Vec<Vec<u8>>,
    /// Layouts of wide rows that the worker met for the first time.
    pub layouts: Vec<Layout>,
    /// Characters that the encoding of the tables does not have.
    pub lost: u64,
    /// Texts that no cell of Excel can hold, where the tables are for it.
    pub long: u64,
    /// What `summary.html` takes of each input: a leaf, or why it could not be read.
    pub leaves: Vec<Result<Leaf, Failure>>,
    /// Counts.
    pub run: Run,
    /// Inputs that could not be read.
    pub failures: Vec<Failure>,
    /// How many inputs there were.
    pub inputs: u64,
    /// How many bytes they had.
    pub read: u64,
}

impl Batch {
    /// Empties it, and keeps the memory of its streams.
    pub fn clear(&mut self) {
        let mut bytes = std::mem::take(&mut self.bytes);
        for bytes in &mut bytes {
            bytes.clear();
            bytes.shrink_to(LARGE);
        }
        *self = Batch { bytes, ..Batch::default() };
    }
}

/// More memory than this is given back.
const LARGE: usize = 1 << 19;

/// Inputs of so many bytes together fill a batch: what comes of them is some ten times as much.
const FULL: u64 = 128 << 10;

impl Collect for Batch {
    fn is_full(&self) -> bool {
        self.read >= FULL
    }
}

impl Weigh for Batch {
    /// With the memory that it keeps for more.
    fn weight(&self) -> usize {
        self.bytes.iter().map(Vec::capacity).sum::<usize>()
            + self.leaves.iter().flatten().map(Leaf::weight).sum::<usize>()
    }
}

/// Turns reports into the bytes of streams.
#[derive(Debug)]
pub struct Encoder {
    streams: Vec<Stream>,
    formats: Formats,
    lang: Lang,
    rows: csv::Rows,
    wide: Rows,
    documents: json::Lines,
    #[cfg(feature = "parquet")]
    records: parquet::Records,
    /// For `summary.html`.
    wants: Option<Arc<Wants>>,
}

impl Encoder {
    /// An encoder for the streams of a run, with messages in `lang`, and for the page that has these `wants`.
    pub fn new(formats: Formats, lang: Lang, wants: Option<Arc<Wants>>) -> Encoder {
        let wide = Rows::new(formats.dialect, formats.derive);
        Encoder {
            streams: Stream::of(formats),
            formats,
            lang,
            rows: csv::Rows::new(lang, formats.dialect),
            wide,
            documents: json::Lines::new(lang),
            #[cfg(feature = "parquet")]
            records: parquet::Records::new(lang, formats.derive),
            wants,
        }
    }

    fn report(&mut self, id: &str, report: &Report, batch: &mut Batch) -> io::Result<()> {
        batch.run.report(report);
        if self.formats.csv && self.formats.dialect.is_for_excel() {
            batch.long += excel::too_long(report);
        }
        let mut lengths = Lengths::default();
        for (stream, bytes) in self.streams.iter().zip(&mut batch.bytes) {
            match stream {
                Stream::Table(table) => {
                    let before = bytes.len();
                    batch.lost += self.rows.append(*table, id, report, bytes)?;
                    let length = (bytes.len() - before) as u64;
                    match table {
                        Table::Reports => lengths.reports = length,
                        Table::Findings => lengths.findings = length,
                        _ => {}
                    }
                }
                Stream::Documents => self.documents.write(report, bytes)?,
                Stream::Wide => self.wide.report(id, report, bytes, &mut batch.layouts),
                Stream::Files => summary::file(id, report, None, bytes)?,
                #[cfg(feature = "parquet")]
                Stream::Records => self.records.report(id, report, bytes, &mut batch.layouts),
                #[cfg(not(feature = "parquet"))]
                Stream::Records => {}
                Stream::Series => series::note(id, report, bytes)?,
                // It stands behind the tables.
                Stream::Lengths => bytes.extend(lengths.bytes()),
                #[cfg(feature = "xlsx")]
                Stream::Book => xlsx::line(id, report, self.lang, self.formats.derive, bytes)?,
                #[cfg(not(feature = "xlsx"))]
                Stream::Book => {}
                Stream::Marks | Stream::Layouts | Stream::Failures | Stream::Kept => {}
            }
        }
        if let Some(wants) = &self.wants {
            batch.leaves.push(Ok(wants.leaf(id, report)?));
        }
        Ok(())
    }

    fn failure(&mut self, failure: Failure, batch: &mut Batch) -> io::Result<()> {
        batch.run.failure();
        for (stream, bytes) in self.streams.iter().zip(&mut batch.bytes) {
            match stream {
                Stream::Table(Table::Failed) => {
                    let mut csv = Csv::rows(Table::Failed, self.lang, self.formats.dialect, bytes);
                    csv.failure(&failure.source, &failure.error)?;
                    batch.lost += csv.finish_counted()?.1;
                }
                Stream::Failures => summary::failure(&failure, bytes)?,
                _ => {}
            }
        }
        if self.wants.is_some() {
            batch.leaves.push(Err(failure.clone()));
        }
        batch.failures.push(failure);
        Ok(())
    }
}

impl Worker<Batch> for Encoder {
    fn add(&mut self, seen: Seen<'_>, batch: &mut Batch) -> io::Result<()> {
        batch.bytes.resize_with(self.streams.len(), Vec::new);
        batch.inputs += 1;
        batch.read += seen.bytes;
        let marks = self.streams.iter().position(|stream| *stream == Stream::Marks);
        if let Some(bytes) = marks.and_then(|at| batch.bytes.get_mut(at)) {
            bytes.extend_from_slice(&seen.mark.bytes());
        }
        match seen.outcome {
            Outcome::Report { id, report } => self.report(id, report, batch),
            Outcome::Failure(failure) => self.failure(failure, batch),
        }
    }
}
