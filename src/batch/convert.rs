//! The run of `convert`: inputs in, the files of the contract out.
//!
//! Threads read the inputs and make the bytes of every output ([`streams`](super::streams)); one appends them, in the
//! order of the inputs, to files in the folder of the run. When all are whole they are moved to their places.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::inputs::{ListError, Listing, Named, Pick};
use super::ordered::Event;
use super::output::{Folder, OutputError, Part};
use super::reports::Reading;
use super::series::{Collector, Lines};
use super::sort::Scratch;
use super::streams::{Batch, Encoder, Stream};
use crate::Reader;
use crate::lang::Lang;
use crate::write::codebook;
use crate::write::csv::{Csv, Table};
use crate::write::dialect::Dialect;
use crate::write::html::Page;
use crate::write::summary::{self, Failure, Run};
use crate::write::wide::{self, Layouts};
#[cfg(feature = "xlsx")]
use crate::write::xlsx;

/// Which files a run writes. `failed.csv` and `summary.json` are always among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// The CSV tables.
    pub csv: bool,
    /// `reports.jsonl`.
    pub jsonl: bool,
    /// `reports.xlsx`, where the program was built with the feature of that name.
    pub xlsx: bool,
    /// Rates stand in `wide.csv` and in the workbook.
    pub derive: bool,
    /// How the CSV tables are written.
    pub dialect: Dialect,
    /// `summary.html`.
    pub html: bool,
}

impl Default for Formats {
    fn default() -> Formats {
        Formats { csv: true, jsonl: true, xlsx: false, html: true, derive: false, dialect: Dialect::default() }
    }
}

/// Hears how a run goes.
pub trait Watch {
    /// So many inputs were found so far.
    fn found(&mut self, _inputs: u64) {}

    /// The search is over; there are so many inputs.
    fn begin(&mut self, _inputs: u64) {}

    /// An input could not be read.
    fn failed(&mut self, _failure: &Failure) {}

    /// What a person should know of the outputs, as a sentence.
    fn notice(&mut self, _notice: &str) {}

    /// So many inputs were done, of so many bytes, since the last time; the counts are those of the run so far.
    fn done(&mut self, _inputs: u64, _bytes: u64, _run: &Run) {}
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// All inputs were read, all outputs are in place.
    Whole(Run),
    /// It was told to stop, before any output.
    Stopped {
        /// Inputs that were done.
        done: u64,
        /// Inputs that there are.
        inputs: u64,
    },
}

/// Why a run could not go on.
#[derive(Debug)]
pub enum ConvertError {
    /// An output cannot be written.
    Output(OutputError),
    /// The list of inputs cannot be read.
    List(ListError),
    /// Anything else that the system refused.
    System(io::Error),
}

impl ConvertError {
    /// The whole sentence, in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        match (self, lang) {
            (ConvertError::Output(err), _) => err.message(lang),
            (ConvertError::List(err), _) => err.message(lang),
            (ConvertError::System(err), Lang::En) => format!("the run cannot go on: {err}"),
            (ConvertError::System(err), Lang::Zh) => format!("运行无法继续：{err}"),
        }
    }
}

impl fmt::Display for ConvertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for ConvertError {}

impl From<OutputError> for ConvertError {
    fn from(err: OutputError) -> ConvertError {
        ConvertError::Output(err)
    }
}

impl From<ListError> for ConvertError {
    fn from(err: ListError) -> ConvertError {
        ConvertError::List(err)
    }
}

impl From<io::Error> for ConvertError {
    fn from(err: io::Error) -> ConvertError {
        ConvertError::System(err)
    }
}

/// Reads what `named` stands for and writes the tables to the directory `out`.
pub fn convert(
    reading: &Reading<'_>,
    named: impl IntoIterator<Item = Result<Named, ListError>>,
    pick: &Pick,
    out: &Path,
    formats: Formats,
    watch: &mut dyn Watch,
) -> Result<Ended, ConvertError> {
    let folder = Folder::open(out)?;
    folder.clear()?;
    let ended = run(reading, named, pick, &folder, formats, watch);
    // Nothing of a run that ended badly stays.
    let removed = folder.remove();
    let ended = ended?;
    removed?;
    Ok(ended)
}

fn run(
    reading: &Reading<'_>,
    named: impl IntoIterator<Item = Result<Named, ListError>>,
    pick: &Pick,
    folder: &Folder,
    formats: Formats,
    watch: &mut dyn Watch,
) -> Result<Ended, ConvertError> {
    let scratch = Scratch { dir: Some(folder.path().to_owned()) };
    let named = named.into_iter().map(|named| named.map_err(ConvertError::from));
    let mut listing = Listing::new(named, pick, reading.lang, &scratch, |found| {
        watch.found(found);
        !reading.is_stopped()
    })?;
    let inputs = listing.len();
    watch.begin(inputs);
    let mut sinks = Sinks::new(folder, formats, reading.lang)?;
    let wants = sinks.page.as_ref().map(Page::wants);
    let mut done = 0;
    if !reading.is_stopped() {
        let spare: Mutex<Vec<Batch>> = Mutex::new(Vec::new());
        let lock = || spare.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || lock().pop().unwrap_or_default();
        reading.each(
            listing.entries()?,
            inputs,
            fresh,
            || Encoder::new(formats, reading.lang, wants.clone()),
            |event| {
                let Event::Result(batch) = event else { return Ok(()) };
                let mut batch = batch?;
                sinks.add(&mut batch)?;
                done += batch.inputs;
                batch.failures.iter().for_each(|failure| watch.failed(failure));
                watch.done(batch.inputs, batch.read, &sinks.run);
                batch.clear();
                lock().push(batch);
                Ok::<(), ConvertError>(())
            },
        )?;
    }
    if reading.is_stopped() {
        return Ok(Ended::Stopped { done, inputs });
    }
    Ok(Ended::Whole(sinks.finish(reading.reader, folder, &scratch, watch)?))
}

/// The files of a run.
struct Sinks {
    /// One for each stream.
    parts: Vec<(Stream, Part)>,
    formats: Formats,
    lang: Lang,
    layouts: Layouts,
    /// Characters that the encoding of the tables does not have.
    lost: u64,
    page: Option<Page>,
    run: Run,
}

impl Sinks {
    fn new(folder: &Folder, formats: Formats, lang: Lang) -> Result<Sinks, OutputError> {
        let part = |stream: Stream| {
            let mut part = Part::new(folder, stream.file())?;
            if let Stream::Table(table) = stream {
                part.with(|file| Csv::new(table, lang, formats.dialect, file)?.finish().map(|_| ()))?;
            }
            Ok((stream, part))
        };
        let parts = Stream::of(formats).into_iter().map(part).collect::<Result<_, _>>()?;
        let page = formats.html.then(|| Page::new(lang));
        Ok(Sinks { parts, formats, lang, layouts: Layouts::default(), lost: 0, page, run: Run::default() })
    }

    fn add(&mut self, batch: &mut Batch) -> Result<(), ConvertError> {
        for ((_, part), bytes) in self.parts.iter_mut().zip(&batch.bytes) {
            part.put(bytes)?;
        }
        for layout in batch.layouts.drain(..) {
            self.layouts.add(layout);
        }
        self.lost += batch.lost;
        if let Some(page) = &mut self.page {
            batch.leaves.drain(..).try_for_each(|leaf| page.add(leaf))?;
            batch.failures.iter().try_for_each(|failure| page.failure(failure))?;
        }
        self.run.add(std::mem::take(&mut batch.run));
        Ok(())
    }

    /// Every file is whole before the first gets its name.
    fn finish(
        self,
        reader: &Reader,
        folder: &Folder,
        scratch: &Scratch,
        watch: &mut dyn Watch,
    ) -> Result<Run, ConvertError> {
        let Sinks { mut parts, formats, lang, layouts, mut lost, mut page, mut run } = self;
        let forms = reader.forms();
        // What is said of several reports together stands behind what is said of each.
        let at = |wanted: Stream, parts: &[(Stream, Part)]| parts.iter().position(|(stream, _)| *stream == wanted);
        let mut collector = Collector::new(forms, reader.known_agencies(), scratch);
        if let Some(at) = at(Stream::Series, &parts) {
            let mut notes = parts.swap_remove(at).1.close()?;
            notes.rewind()?;
            collector.add(BufReader::with_capacity(1 << 16, notes))?;
        }
        let mut series = Lines::of(collector, reader, lang, scratch, &mut run)?;
        if let Some((_, part)) = at(Stream::Table(Table::Findings), &parts).and_then(|at| parts.get_mut(at)) {
            lost += part.with(|file| {
                let mut csv = Csv::rows(Table::Findings, lang, formats.dialect, file);
                series.each(|line| csv.series(line))?;
                Ok(csv.finish_counted()?.1)
            })?;
        }
        if let Some(page) = &mut page {
            page.series(series.read()?)?;
        }
        let mut outputs: Vec<&str> = Vec::new();
        let mut read = Vec::new();
        for (stream, part) in parts {
            let mut file = part.close()?;
            if stream.is_output() {
                outputs.push(stream.file());
            } else {
                file.rewind()?;
                read.push((stream, BufReader::with_capacity(1 << 16, file)));
            }
        }
        let mut take = |wanted: Stream| {
            let at = read.iter().position(|(stream, _)| *stream == wanted)?;
            Some(read.swap_remove(at).1)
        };
        if let (Some(rows), true) = (take(Stream::Wide), formats.csv) {
            outputs.extend(["wide.csv", "codebook.csv"]);
            lost += write(folder, "wide.csv", |out| wide::assemble(rows, &layouts, forms, formats.dialect, out))?;
            lost += write(folder, "codebook.csv", |out| codebook::write(&layouts, forms, formats.dialect, out))?;
        }
        // A workbook reads them first.
        #[cfg_attr(not(feature = "xlsx"), allow(unused_mut))]
        let mut failures = take(Stream::Failures);
        #[cfg(feature = "xlsx")]
        if let (Some(lines), Some(failures)) = (take(Stream::Book), &mut failures) {
            outputs.push(xlsx::FILE);
            let options = xlsx::Options { lang, forms, reports: run.reports, dir: folder.path(), rows: None };
            let notices = write(folder, xlsx::FILE, |out| {
                xlsx::assemble(lines, series.read()?, &mut *failures, &layouts, options, out)
            })?;
            notices.iter().for_each(|notice| watch.notice(notice));
            failures.rewind()?;
        }
        if let (Some(failures), Some(files)) = (failures, take(Stream::Files)) {
            outputs.push("summary.json");
            write(folder, "summary.json", |out| summary::write(&run, failures, files, series.read()?, out))?;
        }
        if lost > 0 {
            watch.notice(&formats.dialect.lost(lost, lang));
        }
        if let Some(page) = page {
            outputs.push("summary.html");
            write(folder, "summary.html", |out| page.finish(&run, out))?;
        }
        outputs.into_iter().try_for_each(|name| folder.publish(name))?;
        Ok(run)
    }
}

/// Writes a file of the run as a whole.
fn write<T>(
    folder: &Folder,
    name: &str,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> Result<T, OutputError> {
    let mut part = Part::new(folder, name)?;
    let written = part.with(write)?;
    part.close()?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::num::NonZero;
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    const REPORT: &str = "青石县档案馆2023年政府信息公开工作年度报告\n一、总体情况\n全年无事。\n";

    struct Heard {
        failures: Vec<String>,
        done: u64,
        /// Ends the run after so many inputs.
        stop: Option<u64>,
    }

    fn files(dir: &Path) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn tree(count: usize) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for i in 0..count {
            fs::write(dir.path().join(format!("{i:03}.txt")), REPORT.repeat(1 + i % 3)).unwrap();
        }
        dir
    }

    fn run(input: &Path, out: &Path, formats: Formats, jobs: usize, stop: Option<u64>) -> (Ended, Heard) {
        struct Stopping<'a>(Heard, &'a AtomicBool);
        impl Watch for Stopping<'_> {
            fn failed(&mut self, failure: &Failure) {
                self.0.failures.push(failure.error.clone());
            }

            fn done(&mut self, inputs: u64, _: u64, _: &Run) {
                self.0.done += inputs;
                if self.0.stop.is_some_and(|stop| self.0.done >= stop) {
                    self.1.store(true, Ordering::Relaxed);
                }
            }
        }
        let reader = Reader::default();
        let stop_flag = AtomicBool::new(false);
        let reading = Reading {
            reader: &reader,
            max: 1 << 20,
            jobs: NonZero::new(jobs).unwrap(),
            lang: Lang::En,
            stop: &stop_flag,
        };
        let mut watch = Stopping(Heard { failures: Vec::new(), done: 0, stop }, &stop_flag);
        let named = [Ok(Named { path: PathBuf::from(input), listed: false })];
        let ended = convert(&reading, named, &Pick::default(), out, formats, &mut watch).unwrap();
        (ended, watch.0)
    }

    #[test]
    fn files_appear_when_whole_and_nothing_else_is_left() {
        let dir = tree(40);
        let out = tempfile::tempdir().unwrap();
        let (ended, heard) = run(dir.path(), out.path(), Formats::default(), 3, None);
        assert!(matches!(ended, Ended::Whole(run) if run.reports == 40));
        assert_eq!((heard.done, heard.failures.len()), (40, 0));
        let files = files(out.path());
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "cells.csv",
                "codebook.csv",
                "failed.csv",
                "findings.csv",
                "reports.csv",
                "reports.jsonl",
                "sections.csv",
                "summary.html",
                "summary.json",
                "tables.csv",
                "wide.csv",
            ]
        );
        assert_eq!(files[5].1.lines().count(), 40);
        assert_eq!(files[2].1, "source,error\n");
        assert!(files[10].1.starts_with("report,agency,year,edition\n000,青石县档案馆,2023,\n001,"), "{}", files[10].1);
    }

    #[test]
    fn any_number_of_jobs_gives_the_same_bytes() {
        let dir = tree(100);
        let outputs: Vec<_> = [1, 2, 7]
            .map(|jobs| {
                let out = tempfile::tempdir().unwrap();
                run(dir.path(), out.path(), Formats::default(), jobs, None);
                files(out.path())
            })
            .into();
        assert_eq!(outputs[0], outputs[1]);
        assert_eq!(outputs[0], outputs[2]);
    }

    #[test]
    fn a_run_that_is_stopped_changes_nothing() {
        let dir = tree(200);
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("cells.csv"), "old").unwrap();
        let (ended, _) = run(dir.path(), out.path(), Formats::default(), 2, Some(20));
        let Ended::Stopped { done, inputs: 200 } = ended else { panic!("{ended:?}") };
        assert!((20..200).contains(&done), "{done}");
        assert_eq!(files(out.path()), [("cells.csv".to_owned(), "old".to_owned())]);
    }

    #[test]
    fn failures_are_rows_and_the_choice_of_formats_holds() {
        let dir = tree(1);
        fs::write(dir.path().join("=a.txt"), [0u8; 64]).unwrap();
        let out = tempfile::tempdir().unwrap();
        let formats = Formats { csv: false, html: false, ..Formats::default() };
        let (ended, heard) = run(dir.path(), out.path(), formats, 2, None);
        assert!(matches!(ended, Ended::Whole(run) if (run.reports, run.failed) == (1, 1)));
        let files = files(out.path());
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["failed.csv", "reports.jsonl", "summary.json"]);
        assert_eq!(files[0].1, format!("source,error\n{}/=a.txt,\"{}\"\n", dir.path().display(), heard.failures[0]));
    }
}
