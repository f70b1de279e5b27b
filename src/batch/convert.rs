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
use super::standing::{self, Standing};
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

    /// An unfinished run was to be gone on with; there is none, or nothing of it holds.
    fn anew(&mut self) {}

    /// The search is over: there are so many inputs, of which a run before has done some, with these counts.
    fn begin(&mut self, _inputs: u64, _done: u64, _run: &Run) {}

    /// An input could not be read.
    fn failed(&mut self, _failure: &Failure) {}

    /// Not one input could be read. All of them are told, one by one, those too that [`Watch::failed`] has heard of.
    fn unread(&mut self, _nth: u64, _failure: &Failure) {}

    /// What a person should know of the outputs, as a sentence.
    fn notice(&mut self, _notice: &str) {}

    /// So many inputs were done, of so many bytes, since the last time; the counts are those of the run so far.
    fn done(&mut self, _inputs: u64, _bytes: u64, _run: &Run) {}

    /// All inputs were read; what depends on all is written.
    fn finish(&mut self) {}

    /// The workbook is written, which takes longer than all other tables.
    fn workbook(&mut self) {}
}

/// How a run ended.
#[derive(Debug)]
pub enum Ended {
    /// All inputs were read, all outputs are in place.
    Whole(Run),
    /// Not one of the inputs could be read, so many as there are, and the outputs of a run before stay as they are.
    Unread(u64),
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
    /// An output would replace this input.
    Input(PathBuf),
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
            (ConvertError::Input(path), lang) => replaced(path, lang),
            (ConvertError::List(err), _) => err.message(lang),
            (ConvertError::System(err), Lang::En) => format!("the run cannot go on: {err}"),
            (ConvertError::System(err), Lang::Zh) => format!("运行无法继续：{err}"),
        }
    }
}

/// That an output would replace the input at `path`, as a sentence.
pub fn replaced(path: &Path, lang: Lang) -> String {
    let path = path.display();
    match lang {
        Lang::En => format!("{path}: an output of this name would replace this input; name another folder with -o"),
        Lang::Zh => format!("{path}：同名的输出会覆盖这个输入；请用 -o 指定另一个目录"),
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
        Left::Whole(whole) if output.resume => {
            let ended = publish(folder, &whole)?;
            tell_stale(reading, output, watch);
            return Ok(ended);
        }
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
    if matches!(ended, Ok(Ended::Whole(_))) {
        tell_stale(reading, output, watch);
    }
    match ended {
        Err(ConvertError::Output(err)) if kept => Err(ConvertError::Kept(err)),
        ended => removed.map_err(ConvertError::from).and(ended),
    }
}

/// Tells what is in the folder of the outputs that is not of this run.
fn tell_stale(reading: &Reading<'_>, output: Output<'_>, watch: &mut dyn Watch) {
    let stale = standing::stale(output.dir, output.formats);
    if !stale.is_empty() {
        watch.notice(&standing::stale_message(output.dir, &stale, reading.lang));
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
    let standing = Standing::of(output.dir, output.formats);
    if let Some(input) = standing.input(listing.entries()?)? {
        return Err(ConvertError::Input(input));
    }
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
    if output.resume && !*kept {
        watch.anew();
    }
    watch.begin(inputs, sinks.done, &sinks.run);

    read_all(reading, &mut listing, &mut sinks, &mut journal, kept, watch)?;
    if reading.is_stopped() {
        *kept = sinks.done > 0;
        if *kept {
            sinks.note(&mut journal)?;
        }
        return Ok(Ended::Stopped { done: sinks.done, inputs, kept: *kept });
    }
    let done = sinks.done;
    if sinks.run.reports == 0 && sinks.run.failed > 0 && !standing.is_empty() {
        let mut nth = 0;
        sinks.failures(|failure| {
            watch.unread(nth, failure);
            nth += 1;
        })?;
        *kept = false;
        return Ok(Ended::Unread(done));
    }
    // It may be told to stop while the outputs are made.
    sinks.note(&mut journal)?;
    watch.finish();
    let run = match sinks.make(folder, reading, &scratch, watch) {
        Err(_) if reading.is_stopped() => {
            *kept = true;
            return Ok(Ended::Stopped { done, inputs, kept: true });
        }
        made => made?,
    };
    sinks::place(folder, formats, journal, &run)?;
    *kept = false;
    Ok(Ended::Whole(run))
}

/// Reads the inputs that the sinks do not have yet, and puts what comes of them in; notes in the journal, at times, how far it is.
fn read_all(
    reading: &Reading<'_>,
    listing: &mut Listing,
    sinks: &mut Sinks,
    journal: &mut Journal,
    kept: &mut bool,
    watch: &mut dyn Watch,
) -> Result<(), ConvertError> {
    let left = listing.len() - sinks.done;
    let mut entries = listing.entries()?;
    entries.pass(sinks.done)?;
    let wants = sinks.wants();
    let spare: Mutex<Vec<Batch>> = Mutex::new(Vec::new());
    let lock = || spare.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh = || lock().pop().unwrap_or_default();
    let formats = sinks.formats;
    let encoder = || Encoder::new(formats, reading.lang, wants.clone());
    reading.each(entries, left, fresh, encoder, |event| {
        let Event::Result(batch) = event else { return Ok(()) };
        let mut batch = batch?;
        sinks.add(&mut batch)?;
        if journal.is_due() {
            sinks.note(journal)?;
            *kept = true;
        }
        batch.failures.iter().for_each(|failure| watch.failed(failure));
        watch.done(batch.inputs, batch.read, &sinks.run);
        // Their memory is used again, all of it: never more batches are about than may wait, and what is made anew each
        // time lies in other places each time.
        batch.clear();
        lock().push(batch);
        Ok(())
    })
}

#[cfg(test)]
mod tests;
