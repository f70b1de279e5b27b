//! The run of `convert`: inputs in, the files of the contract out.
//!
//! Threads read the inputs and make the bytes of every output ([`streams`](super::streams)); one appends them, in the
//! order of the inputs, to files in the folder of the run ([`sinks`]). When all are whole they are moved to
//! their places. A run that ends before that leaves its files, and a [`journal`] of how far it came.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::inputs::{ListError, Listing, Named, Pick};
use super::journal::{self, Journal, Left, Whole};
use super::ordered::Event;
use super::output::{Folder, OutputError};
use super::reports::Reading;
use super::sinks::{self, Sinks};
use super::sort::Scratch;
use super::streams::{Batch, Encoder};
use crate::lang::Lang;
use crate::write::dialect::Dialect;
#[cfg(feature = "parquet")]
use crate::write::parquet;
use crate::write::summary::{Failure, Run};

/// Which files a run writes. `failed.csv` and `summary.json` are always among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// The CSV tables.
    pub csv: bool,
    /// `reports.jsonl`.
    pub jsonl: bool,
    /// `reports.xlsx`, where the program was built with the feature of that name.
    pub xlsx: bool,
    /// Parquet files, where the program was built with the feature of that name.
    pub parquet: bool,
    /// The Parquet files are parted by year.
    pub by_year: bool,
    /// `summary.html`.
    pub html: bool,
    /// Rates stand in `wide.csv` and in the workbook.
    pub derive: bool,
    /// How the CSV tables are written.
    pub dialect: Dialect,
}

impl Default for Formats {
    fn default() -> Formats {
        Formats {
            csv: true,
            jsonl: true,
            xlsx: false,
            parquet: false,
            by_year: false,
            html: true,
            derive: false,
            dialect: Dialect::default(),
        }
    }
}

/// What a run writes, and whether it goes on from another.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// The directory of the outputs.
    pub dir: &'a Path,
    /// Which there are.
    pub formats: Formats,
    /// Everything that they depend on beside the inputs: the program and its options.
    pub options: &'a str,
    /// Go on with an unfinished run.
    pub resume: bool,
}

/// Hears how a run goes.
pub trait Watch {
    /// So many inputs were found so far.
    fn found(&mut self, _inputs: u64) {}

    /// An unfinished run was thrown away, which could have been gone on with.
    fn discarded(&mut self) {}

    /// The search is over: there are so many inputs, of which a run before has done some, with these counts.
    fn begin(&mut self, _inputs: u64, _done: u64, _run: &Run) {}

    /// An input could not be read.
    fn failed(&mut self, _failure: &Failure) {}

    /// What a person should know of the outputs, as a sentence.
    fn notice(&mut self, _notice: &str) {}

    /// So many inputs were done, of so many bytes, since the last time; the counts are those of the run so far.
    fn done(&mut self, _inputs: u64, _bytes: u64, _run: &Run) {}

    /// All inputs were read; what depends on all is written.
    fn finish(&mut self) {}
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// All inputs were read, all outputs are in place.
    Whole(Run),
    /// It was told to stop. No output has changed; another run may go on from there.
    Stopped {
        /// Inputs that were done.
        done: u64,
        /// Inputs that there are, as far as it is known.
        inputs: u64,
        /// There is something to go on with.
        kept: bool,
    },
}

/// Why a run could not go on.
#[derive(Debug)]
pub enum ConvertError {
    /// An output cannot be written.
    Output(OutputError),
    /// The same; what was done is kept, and another run may go on from there.
    Kept(OutputError),
    /// The unfinished run that was to be gone on with had other options, or was of another version.
    Other(PathBuf),
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
            (ConvertError::Kept(err), Lang::En) => {
                format!("{}; what was done is kept: the same command with --resume goes on", err.message(lang))
            }
            (ConvertError::Kept(err), Lang::Zh) => {
                format!("{}；已完成的部分保留：同一命令加 --resume 可继续", err.message(lang))
            }
            (ConvertError::Other(dir), Lang::En) => format!(
                "{}: the unfinished run there had other options or was of another version: \
                 go on with those, or start anew without --resume",
                dir.display()
            ),
            (ConvertError::Other(dir), Lang::Zh) => format!(
                "{}：其中未完成的运行用的是别的选项或别的版本：请用原来的继续，或去掉 --resume 重新开始",
                dir.display()
            ),
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

/// Reads what `named` stands for and writes the outputs to a directory.
pub fn convert(
    reading: &Reading<'_>,
    named: impl IntoIterator<Item = Result<Named, ListError>>,
    pick: &Pick,
    output: Output<'_>,
    watch: &mut dyn Watch,
) -> Result<Ended, ConvertError> {
    let folder = Folder::open(output.dir)?;
    let mut kept = false;
    match Journal::left(&folder, output.options)? {
        Left::Other if output.resume => return Err(ConvertError::Other(output.dir.to_owned())),
        Left::Whole(whole) if output.resume => return publish(folder, &whole),
        Left::Part if output.resume => kept = true,
        left => {
            if !matches!(left, Left::Nothing) {
                watch.discarded();
            }
            folder.clear()?;
        }
    }
    let ended = run(reading, named, pick, &folder, output, &mut kept, watch);
    // What could be gone on with stays.
    let removed = if kept { Ok(()) } else { folder.remove() };
    match ended {
        Err(ConvertError::Output(err)) if kept => Err(ConvertError::Kept(err)),
        ended => removed.map_err(ConvertError::from).and(ended),
    }
}

/// Ends a run that was broken off when its outputs were whole.
fn publish(folder: Folder, whole: &Whole) -> Result<Ended, ConvertError> {
    let run = whole.counts.run().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
    sinks::publish(&folder, &whole.outputs)?;
    folder.remove()?;
    Ok(Ended::Whole(run))
}

/// Runs in `folder`; `kept` becomes true while there is something to go on with.
fn run(
    reading: &Reading<'_>,
    named: impl IntoIterator<Item = Result<Named, ListError>>,
    pick: &Pick,
    folder: &Folder,
    output: Output<'_>,
    kept: &mut bool,
    watch: &mut dyn Watch,
) -> Result<Ended, ConvertError> {
    sinks::outputs(output.formats).into_iter().try_for_each(|name| folder.check(name))?;
    #[cfg(feature = "parquet")]
    if output.formats.parquet && output.formats.by_year {
        parquet::FOLDERS.into_iter().try_for_each(|name| folder.check_years(name, parquet::PART))?;
    }
    let scratch = Scratch { dir: Some(folder.path().to_owned()) };
    let named = named.into_iter().map(|named| named.map_err(ConvertError::from));
    let mut listing = Listing::new(named, pick, reading.lang, &scratch, |found| {
        watch.found(found);
        !reading.is_stopped()
    })?;
    let inputs = listing.len();
    let unchanged =
        if output.resume { sinks::unchanged(folder, listing.entries()?, || reading.is_stopped())? } else { 0 };
    if reading.is_stopped() {
        // Before anything is changed: it is not known how much of a run before still holds.
        return Ok(Ended::Stopped { done: 0, inputs, kept: *kept });
    }
    let point = journal::last(folder, unchanged)?;
    let formats = output.formats;
    let mut sinks = match &point {
        Some(point) => Sinks::resume(folder, formats, reading, point, listing.entries()?)?,
        None => Sinks::new(folder, formats, reading.lang)?,
    };
    let mut journal = Journal::begin(folder, output.options, point.as_ref())?;
    *kept = point.is_some();
    watch.begin(inputs, sinks.done, &sinks.run);

    let mut entries = listing.entries()?;
    entries.pass(sinks.done)?;
    let wants = sinks.wants();
    let spare: Mutex<Vec<Batch>> = Mutex::new(Vec::new());
    let lock = || spare.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh = || lock().pop().unwrap_or_default();
    let encoder = || Encoder::new(formats, reading.lang, wants.clone());
    reading.each(entries, inputs - sinks.done, fresh, encoder, |event| {
        let Event::Result(batch) = event else { return Ok(()) };
        let mut batch = batch?;
        sinks.add(&mut batch)?;
        if journal.is_due() {
            sinks.note(&mut journal)?;
            *kept = true;
        }
        batch.failures.iter().for_each(|failure| watch.failed(failure));
        watch.done(batch.inputs, batch.read, &sinks.run);
        let mut spare = lock();
        // What piled up while the disk was slow is not needed again.
        if spare.len() <= reading.jobs.get() {
            batch.clear();
            spare.push(batch);
        }
        Ok::<(), ConvertError>(())
    })?;
    if reading.is_stopped() {
        *kept = sinks.done > 0;
        if *kept {
            sinks.note(&mut journal)?;
        }
        return Ok(Ended::Stopped { done: sinks.done, inputs, kept: *kept });
    }
    if *kept {
        sinks.note(&mut journal)?;
    }
    watch.finish();
    let run = sinks.finish(folder, journal, reading.reader, &scratch, watch)?;
    *kept = false;
    Ok(Ended::Whole(run))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::num::NonZero;
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::Reader;

    const REPORT: &str = "青石县档案馆2023年政府信息公开工作年度报告\n一、总体情况\n全年无事。\n";

    #[derive(Default)]
    struct Heard {
        failures: Vec<String>,
        done: u64,
        before: u64,
        discarded: bool,
    }

    /// The files in `dir`, without the folder of a run.
    fn files(dir: &Path) -> Vec<(String, String)> {
        let mut files: Vec<(String, String)> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
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

    /// How a test runs.
    #[derive(Clone, Copy)]
    struct How {
        formats: Option<Formats>,
        jobs: usize,
        /// Ends the run after so many inputs.
        stop: Option<u64>,
        resume: bool,
        options: &'static str,
    }

    const HOW: How = How { formats: None, jobs: 2, stop: None, resume: false, options: "a" };

    fn try_run(input: &Path, out: &Path, how: How) -> (Result<Ended, ConvertError>, Heard) {
        struct Stopping<'a>(Heard, Option<u64>, &'a AtomicBool);
        impl Stopping<'_> {
            fn stop(&self) {
                if self.1.is_some_and(|stop| self.0.done >= stop) {
                    self.2.store(true, Ordering::Relaxed);
                }
            }
        }
        impl Watch for Stopping<'_> {
            fn begin(&mut self, _: u64, done: u64, _: &Run) {
                self.0.before = done;
                self.stop();
            }

            fn discarded(&mut self) {
                self.0.discarded = true;
            }

            fn failed(&mut self, failure: &Failure) {
                self.0.failures.push(failure.error.clone());
            }

            fn done(&mut self, inputs: u64, _: u64, _: &Run) {
                self.0.done += inputs;
                self.stop();
            }
        }
        let reader = Reader::default();
        let stop = AtomicBool::new(false);
        let jobs = NonZero::new(how.jobs).unwrap();
        let reading = Reading { reader: &reader, max: 1 << 20, jobs, lang: Lang::En, stop: &stop };
        let mut watch = Stopping(Heard::default(), how.stop, &stop);
        let named = [Ok(Named { path: PathBuf::from(input), listed: false })];
        let output =
            Output { dir: out, formats: how.formats.unwrap_or_default(), options: how.options, resume: how.resume };
        let ended = convert(&reading, named, &Pick::default(), output, &mut watch);
        (ended, watch.0)
    }

    fn run(input: &Path, out: &Path, how: How) -> (Ended, Heard) {
        let (ended, heard) = try_run(input, out, how);
        (ended.unwrap(), heard)
    }

    /// The outputs of a run that nothing disturbs.
    fn whole(input: &Path) -> Vec<(String, String)> {
        let out = tempfile::tempdir().unwrap();
        run(input, out.path(), HOW);
        files(out.path())
    }

    #[test]
    fn files_appear_when_whole_and_nothing_else_is_left() {
        let dir = tree(40);
        let out = tempfile::tempdir().unwrap();
        let (ended, heard) = run(dir.path(), out.path(), How { jobs: 3, ..HOW });
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
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), files.len());
        assert_eq!(files[5].1.lines().count(), 40);
        assert_eq!(files[2].1, "source,error\n");
        assert!(files[10].1.starts_with("report,agency,year,edition\n000,青石县档案馆,2023,\n001,"), "{}", files[10].1);
    }

    #[test]
    fn any_number_of_jobs_gives_the_same_bytes() {
        let dir = tree(100);
        let expected = whole(dir.path());
        for jobs in [1, 7] {
            let out = tempfile::tempdir().unwrap();
            run(dir.path(), out.path(), How { jobs, ..HOW });
            assert!(files(out.path()) == expected, "{jobs} jobs");
        }
    }

    #[test]
    fn a_run_that_is_stopped_changes_nothing_and_another_goes_on() {
        let dir = tree(300);
        fs::write(dir.path().join("100.txt"), [0u8; 64]).unwrap();
        fs::write(dir.path().join("250.txt"), [0u8; 64]).unwrap();
        let out = tempfile::tempdir().unwrap();
        fs::write(out.path().join("cells.csv"), "old").unwrap();
        let (ended, before) = run(dir.path(), out.path(), How { stop: Some(150), ..HOW });
        let Ended::Stopped { done, inputs: 300, kept: true } = ended else { panic!("{ended:?}") };
        // Threads may have read on meanwhile, to the end even.
        assert!((150..=300).contains(&done), "{done}");
        assert_eq!(files(out.path()), [("cells.csv".to_owned(), "old".to_owned())]);

        let (ended, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
        assert!(matches!(ended, Ended::Whole(run) if (run.reports, run.failed) == (298, 2)));
        assert_eq!((heard.before, heard.done), (done, 300 - done));
        assert_eq!(before.failures.len() + heard.failures.len(), 2);
        assert!(files(out.path()) == whole(dir.path()));
        assert!(!out.path().join(crate::batch::output::FOLDER).exists());
    }

    #[test]
    fn inputs_that_changed_meanwhile_are_read_again() {
        let dir = tree(300);
        let out = tempfile::tempdir().unwrap();
        run(dir.path(), out.path(), How { stop: Some(150), ..HOW });
        fs::write(dir.path().join("140.txt"), REPORT.repeat(5)).unwrap();
        fs::write(dir.path().join("200a.txt"), REPORT).unwrap();
        let (ended, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
        assert!(matches!(ended, Ended::Whole(run) if run.reports == 301));
        assert!(heard.before <= 140, "{}", heard.before);
        assert!(files(out.path()) == whole(dir.path()));
    }

    #[test]
    fn a_run_goes_on_with_its_own_options_alone() {
        let dir = tree(300);
        let out = tempfile::tempdir().unwrap();
        run(dir.path(), out.path(), How { stop: Some(100), ..HOW });
        let (other, _) = try_run(dir.path(), out.path(), How { options: "b", resume: true, ..HOW });
        let err = other.unwrap_err().to_string();
        assert!(err.contains("the unfinished run there had other options"), "{err}");
        // It is still there; to begin anew throws it away.
        let (_, heard) = run(dir.path(), out.path(), How { stop: Some(0), resume: true, ..HOW });
        assert!(heard.before >= 100 && !heard.discarded);
        let (ended, heard) = run(dir.path(), out.path(), HOW);
        assert!(heard.discarded && heard.before == 0 && matches!(ended, Ended::Whole(_)));
        // With nothing left there is nothing to throw away, nor to go on with.
        let (_, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
        assert!(!heard.discarded && heard.before == 0);
    }

    #[test]
    fn outputs_that_were_whole_are_only_moved() {
        let dir = tree(20);
        let out = tempfile::tempdir().unwrap();
        run(dir.path(), out.path(), HOW);
        let expected = files(out.path());
        // As after a kill between the last output and its place.
        let folder = Folder::open(out.path()).unwrap();
        for name in ["cells.csv", "summary.json"] {
            fs::rename(out.path().join(name), folder.file(name)).unwrap();
        }
        fs::write(out.path().join("cells.csv"), "old").unwrap();
        let counts = crate::write::summary::Counts::from(&Run { reports: 20, ..Run::default() });
        let outputs = expected.iter().map(|(name, _)| name.clone()).collect();
        Journal::begin(&folder, "a", None).unwrap().whole(Whole { outputs, counts }).unwrap();
        drop(folder);
        let (ended, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
        assert!(matches!(ended, Ended::Whole(run) if run.reports == 20) && heard.done == 0);
        assert_eq!(files(out.path()), expected);
    }

    #[test]
    fn an_output_that_cannot_be_written_is_told_and_changes_nothing() {
        let dir = tree(3);
        let out = tempfile::tempdir().unwrap();
        // A directory where a file should go.
        fs::create_dir_all(out.path().join("wide.csv/x")).unwrap();
        let (ended, _) = try_run(dir.path(), out.path(), HOW);
        let err = ended.unwrap_err().to_string();
        assert!(
            err.ends_with("wide.csv: the output cannot be written: there is a directory where a file is needed"),
            "{err}"
        );
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
    }

    #[test]
    fn failures_are_rows_and_the_choice_of_formats_holds() {
        let dir = tree(1);
        fs::write(dir.path().join("=a.txt"), [0u8; 64]).unwrap();
        let out = tempfile::tempdir().unwrap();
        let formats = Some(Formats { csv: false, html: false, ..Formats::default() });
        let (ended, heard) = run(dir.path(), out.path(), How { formats, ..HOW });
        assert!(matches!(ended, Ended::Whole(run) if (run.reports, run.failed) == (1, 1)));
        let files = files(out.path());
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["failed.csv", "reports.jsonl", "summary.json"]);
        assert_eq!(files[0].1, format!("source,error\n{}/=a.txt,\"{}\"\n", dir.path().display(), heard.failures[0]));
    }
}
