//! The files of a run: its streams while it runs, its outputs at the end.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::sync::Arc;

use serde::Deserialize;

use super::convert::{ConvertError, Formats, Watch};
use super::inputs::{Entries, Entry};
use super::joined;
use super::journal::{Journal, Point, Whole};
#[cfg(feature = "parquet")]
use super::output::At;
use super::output::{Folder, OutputError, Part, Stopping, stopped, write};
use super::read;
use super::reports::{Mark, Reading};
use super::series::{Collector, Lines};
use super::sort::Scratch;
use super::streams::{Batch, Stream};
use crate::lang::Lang;
use crate::record::Summary;
use crate::write::codebook;
use crate::write::csv::{Csv, Table};
use crate::write::excel;
use crate::write::html::{Leaf, Page, Wants};
#[cfg(feature = "parquet")]
use crate::write::parquet;
use crate::write::summary::{self, Counts, Failure, Run};
use crate::write::wide::{self, Layouts};
#[cfg(feature = "xlsx")]
use crate::write::xlsx;

/// Outputs that are made at the end.
const WIDE: &str = "wide.csv";
const CODEBOOK: &str = "codebook.csv";
const PAGE: &str = "summary.html";
const SUMMARY: &str = "summary.json";

/// The files of a run, and what is known of all its reports.
pub struct Sinks {
    parts: Vec<(Stream, Part)>,
    /// What is made.
    pub formats: Formats,
    lang: Lang,
    layouts: Layouts,
    page: Option<Page>,
    /// Characters that the encoding of the tables does not have.
    lost: u64,
    /// Texts that no cell of Excel can hold.
    long: u64,
    /// Inputs that were done.
    pub done: u64,
    /// Counts.
    pub run: Run,
}

impl Sinks {
    /// Begins.
    pub fn new(folder: &Folder, formats: Formats, lang: Lang) -> Result<Sinks, ConvertError> {
        let mut parts = Vec::new();
        for stream in Stream::of(formats) {
            let header = match stream {
                Stream::Table(table) => Csv::new(table, lang, formats.dialect, Vec::new())?.finish()?,
                _ => Vec::new(),
            };
            parts.push((stream, Part::new(folder, stream.file(), &header)?));
        }
        let page = formats.html.then(|| Page::new(lang));
        let (layouts, run) = (Layouts::default(), Run::default());
        Ok(Sinks { parts, formats, lang, layouts, page, lost: 0, long: 0, done: 0, run })
    }

    /// Goes on from `point`. `entries` are the inputs from the first on, those that were done among them; they are read
    /// again only where the summary page keeps something of them.
    pub fn resume(
        folder: &Folder,
        formats: Formats,
        reading: &Reading<'_>,
        point: &Point,
        entries: Entries<'_>,
    ) -> Result<Sinks, ConvertError> {
        let mut parts = Vec::new();
        for stream in Stream::of(formats) {
            let length = point.lengths.get(stream.file()).ok_or_else(damaged)?;
            parts.push((stream, Part::reopen(folder, stream.file(), *length)?));
        }
        let run = point.counts.run().ok_or_else(damaged)?;
        let (layouts, lost, done, lang) = (Layouts::default(), point.lost, point.inputs, reading.lang);
        let mut sinks = Sinks { parts, formats, lang, layouts, page: None, lost, long: point.long, done, run };
        if let Some(lines) = sinks.read(Stream::Layouts)? {
            for line in lines.lines() {
                sinks.layouts.add(serde_json::from_str(&line?).map_err(io::Error::from)?);
            }
        }
        if formats.html {
            sinks.page = Some(sinks.page_again(reading, entries)?);
        }
        Ok(sinks)
    }

    /// The summary page of the inputs that are done.
    fn page_again(&mut self, reading: &Reading<'_>, mut entries: Entries<'_>) -> Result<Page, ConvertError> {
        #[derive(Deserialize)]
        struct Line {
            year: Option<i32>,
            errors: usize,
            warnings: usize,
            notes: usize,
        }
        let mut stream = |stream| self.read(stream)?.ok_or_else(|| ConvertError::from(damaged()));
        let (mut marks, mut kept) = (stream(Stream::Marks)?, stream(Stream::Kept)?);
        let (mut files, mut failures) = (stream(Stream::Files)?, stream(Stream::Failures)?);
        let mut next_kept = number(&mut kept)?;
        let mut page = Page::new(reading.lang);
        let (mut line, mut bytes) = (String::new(), Vec::new());
        for index in 0..self.done {
            let mark = Mark::read(number(&mut marks)?.ok_or_else(damaged)?.to_le_bytes());
            let entry = entries.next().ok_or_else(damaged)??;
            line.clear();
            if mark.failed() {
                failures.read_line(&mut line)?;
                let failure: Failure = serde_json::from_str(&line).map_err(io::Error::from)?;
                page.failure(&failure)?;
                continue;
            }
            files.read_line(&mut line)?;
            let Line { year, errors, warnings, notes } = serde_json::from_str(&line).map_err(io::Error::from)?;
            let mut leaf = Leaf::counted(year, &Summary { errors, warnings, notes, ..Summary::default() });
            if next_kept == Some(index) {
                next_kept = number(&mut kept)?;
                if let Entry::Input(input) = &entry
                    && read::read(&input.path, reading.max, &mut bytes).is_ok()
                    && let Ok(report) = read::parse(reading.reader, &bytes, Some(&read::shown(&input.path)))
                {
                    leaf = page.wants().leaf(&input.id, &report)?;
                }
            }
            page.add(leaf)?;
        }
        Ok(page)
    }

    /// A stream from its start.
    fn read(&mut self, wanted: Stream) -> Result<Option<BufReader<File>>, OutputError> {
        let Some((_, part)) = self.parts.iter_mut().find(|(stream, _)| *stream == wanted) else { return Ok(None) };
        part.read().map(Some)
    }

    /// What the summary page has room for.
    pub fn wants(&self) -> Option<Arc<Wants>> {
        self.page.as_ref().map(Page::wants)
    }

    /// Adds `batch`.
    pub fn add(&mut self, batch: &mut Batch) -> Result<(), ConvertError> {
        let mut layouts = Vec::new();
        for layout in batch.layouts.drain(..) {
            let line = serde_json::to_vec(&layout).map_err(io::Error::from)?;
            if self.layouts.add(layout) {
                layouts.extend(line);
                layouts.push(b'\n');
            }
        }
        let mut kept = Vec::new();
        if let Some(page) = &mut self.page {
            for (index, seen) in (self.done..).zip(batch.leaves.drain(..)) {
                match seen {
                    Err(failure) => page.failure(&failure)?,
                    Ok(leaf) => {
                        if page.add(leaf)? {
                            kept.extend(index.to_le_bytes());
                        }
                    }
                }
            }
        }
        for ((stream, part), bytes) in self.parts.iter_mut().zip(&batch.bytes) {
            part.put(match stream {
                Stream::Layouts => &layouts,
                Stream::Kept => &kept,
                _ => bytes,
            })?;
        }
        self.done += batch.inputs;
        self.lost += batch.lost;
        self.long += batch.long;
        self.run.add(std::mem::take(&mut batch.run));
        Ok(())
    }

    /// Notes in `journal` how far it came.
    pub fn note(&mut self, journal: &mut Journal) -> Result<(), OutputError> {
        let mut lengths = BTreeMap::new();
        for (stream, part) in &mut self.parts {
            lengths.insert(stream.file().to_owned(), part.flush()?);
        }
        let counts = Counts::from(&self.run);
        let point = Point { inputs: self.done, synced: false, lengths, counts, lost: self.lost, long: self.long };
        journal.note(point, self.parts.iter().map(|(_, part)| part.file()))
    }

    /// Tells `each` of the inputs that could not be read, from the first on.
    pub fn failures(&mut self, mut each: impl FnMut(&Failure)) -> Result<(), ConvertError> {
        let Some(lines) = self.read(Stream::Failures)? else { return Ok(()) };
        for line in lines.lines() {
            each(&serde_json::from_str(&line?).map_err(io::Error::from)?);
        }
        Ok(())
    }

    /// Makes the outputs, in the folder of the run; an error where it is told to stop. What the streams hold stays, so that
    /// another run can make them anew.
    pub fn make(
        self,
        folder: &Folder,
        reading: &Reading<'_>,
        scratch: &Scratch,
        watch: &mut dyn Watch,
    ) -> Result<Run, ConvertError> {
        let Sinks { mut parts, formats, lang, layouts, mut lost, long, mut page, mut run, .. } = self;
        let Reading { reader, stop, .. } = *reading;
        let forms = reader.forms();
        let at = |wanted: Stream, parts: &[(Stream, Part)]| parts.iter().position(|(stream, _)| *stream == wanted);
        let mut collector = Collector::new(forms, reader.known_agencies(), scratch).until(stop);
        if let Some(at) = at(Stream::Series, &parts) {
            let file = Stopping::new(parts.swap_remove(at).1.close()?, stop);
            collector.add(BufReader::with_capacity(1 << 16, file))?;
        }
        let mut series = Lines::of(collector, reader, lang, scratch, &mut run)?;
        if let Some(page) = &mut page {
            page.series(series.read()?)?;
        }
        let mut read = Vec::new();
        for (stream, part) in parts {
            let file = part.close()?;
            if !stream.is_output() {
                read.push((stream, BufReader::with_capacity(1 << 16, Stopping::new(file, stop))));
            }
        }
        let mut take = |wanted: Stream| {
            let at = read.iter().position(|(stream, _)| *stream == wanted)?;
            Some(read.swap_remove(at).1)
        };
        let waiting = [Stream::Table(Table::Reports), Stream::Table(Table::Findings), Stream::Lengths].map(&mut take);
        if let [Some(reports), Some(findings), Some(mut lengths)] = waiting {
            let how = (formats.dialect, lang);
            write(folder, Table::Reports.file(), stop, |out| {
                joined::reports(reports, &mut lengths, series.read()?, how, out)
            })?;
            lengths.rewind()?;
            lost += write(folder, Table::Findings.file(), stop, |out| {
                joined::findings(findings, lengths, series.read()?, how, out)
            })?;
        }
        if let (Some(rows), true) = (take(Stream::Wide), formats.csv) {
            lost += write(folder, WIDE, stop, |out| wide::assemble(rows, &layouts, forms, formats.dialect, out))?;
            lost += write(folder, CODEBOOK, stop, |out| codebook::write(&layouts, forms, formats.dialect, out))?;
        }
        // A workbook reads them first.
        #[cfg_attr(not(feature = "xlsx"), allow(unused_mut))]
        let mut failures = take(Stream::Failures);
        #[cfg(feature = "xlsx")]
        if let (Some(lines), Some(failures)) = (take(Stream::Book), &mut failures) {
            watch.workbook();
            let options = xlsx::Options { lang, forms, reports: run.reports, dir: folder.path(), rows: None };
            let notices = write(folder, xlsx::FILE, stop, |out| {
                xlsx::assemble(lines, series.read()?, &mut *failures, &layouts, options, out)
            })?;
            notices.iter().for_each(|notice| watch.notice(notice));
            failures.rewind()?;
        }
        #[cfg(feature = "parquet")]
        if let Some(records) = take(Stream::Records) {
            // A run that was stopped here may have had other years.
            folders(formats).iter().try_for_each(|name| folder.remove_folder(name))?;
            let unheld = parquet::assemble(records, series.read()?, &layouts, forms, formats.by_year, folder.path());
            match unheld.at(folder.path())? {
                0 => {}
                unheld => watch.notice(&parquet::unheld(unheld, lang)),
            }
        }
        if let (Some(failures), Some(files)) = (failures, take(Stream::Files)) {
            write(folder, SUMMARY, stop, |out| summary::write(&run, failures, files, series.read()?, out))?;
        }
        if lost > 0 {
            watch.notice(&formats.dialect.lost(lost, lang));
        }
        if long > 0 {
            watch.notice(&excel::long(long, lang));
        }
        if let Some(page) = page {
            write(folder, PAGE, stop, |out| page.finish(&run, out))?;
        }
        if reading.is_stopped() { Err(stopped().into()) } else { Ok(run) }
    }
}

/// Moves the outputs of a `run` to their places. Every one is whole before the first is moved.
pub fn place(folder: &Folder, formats: Formats, journal: Journal, run: &Run) -> Result<(), ConvertError> {
    let mut outputs = outputs(formats);
    let long = journal.is_long();
    if long {
        folder.sync(outputs.iter().copied())?;
    }
    outputs.extend(folders(formats));
    let outputs: Vec<String> = outputs.into_iter().map(str::to_owned).collect();
    journal.whole(Whole { outputs: outputs.clone(), counts: Counts::from(run) })?;
    publish(folder, &outputs)?;
    if long {
        folder.sync_places()?;
    }
    Ok(())
}

/// The folders of files that a run makes.
pub fn folders(formats: Formats) -> &'static [&'static str] {
    #[cfg(feature = "parquet")]
    if formats.parquet && formats.by_year {
        return &parquet::FOLDERS;
    }
    let _ = formats;
    &[]
}

/// The files that a run makes; folders of files are not among them.
pub fn outputs(formats: Formats) -> Vec<&'static str> {
    #[cfg(feature = "parquet")]
    let parquet: &[&str] = if formats.parquet && !formats.by_year { &parquet::FILES } else { &[] };
    #[cfg(not(feature = "parquet"))]
    let parquet: &[&str] = &[];
    let streams = Stream::of(formats).into_iter().filter(|stream| stream.is_output()).map(Stream::file);
    let made = [
        (formats.csv, Table::Reports.file()),
        (formats.csv, Table::Findings.file()),
        (formats.csv, WIDE),
        (formats.csv, CODEBOOK),
        #[cfg(feature = "xlsx")]
        (formats.xlsx, xlsx::FILE),
        (formats.html, PAGE),
        (true, SUMMARY),
    ];
    streams
        .chain(made.into_iter().filter(|(wanted, _)| *wanted).map(|(_, name)| name))
        .chain(parquet.iter().copied())
        .collect()
}

/// Moves `outputs` to their places, those that are not there yet.
pub fn publish(folder: &Folder, outputs: &[String]) -> Result<(), OutputError> {
    outputs.iter().try_for_each(|name| folder.publish(name).map(|_| ()))
}

/// How many of `entries`, from the first on, are as they were when a run before read them; as far as was counted when
/// `stopped` said so.
pub fn unchanged(folder: &Folder, mut entries: Entries<'_>, stopped: impl Fn() -> bool) -> io::Result<u64> {
    let marks = match File::open(folder.file(Stream::Marks.file())) {
        Ok(marks) => marks,
        Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(err) => return Err(err),
    };
    let mut marks = BufReader::new(marks);
    let mut count = 0;
    while !stopped()
        && let Some(mark) = number(&mut marks)?
        && let Some(entry) = entries.next()
        && Mark::read(mark.to_le_bytes()).is_of(&entry?)
    {
        count += 1;
    }
    Ok(count)
}

/// The next number of a stream of numbers; `None` at its end, where a torn one may stand.
fn number(stream: &mut impl Read) -> io::Result<Option<u64>> {
    let mut bytes = [0; 8];
    match stream.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(u64::from_le_bytes(bytes))),
        Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(err) => Err(err),
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the files of the unfinished run are damaged")
}
