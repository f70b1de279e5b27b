//! What a run notes of how far it came, so that another can go on from there.
//!
//! The journal is a file of JSON lines in the folder of the run: first what run this is, then, several times a second, how
//! many inputs are done and how long each [stream](super::streams) is then. After a kill the streams are cut to the length
//! of the last note that still holds. A note holds if the streams are that long, and
//!
//! - the machine has not been started again since: what was written is what was written, or
//! - the streams were synced to the disk before it was noted, which a thread of its own does now and then.
//!
//! The last line says that every output is whole: from there on they are only moved to their places.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::output::{At, Folder, OutputError};
use crate::write::summary::Counts;

/// The name of its file.
const FILE: &str = "journal";

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// A run begins, or goes on.
    Run(Header),
    /// So far it came.
    Done(Point),
    /// All outputs are whole.
    Whole(Whole),
}

/// What run this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    /// All that the outputs depend on beside the inputs: the program and its options.
    options: String,
    /// What the machine was called since its last start; `None` where it does not say.
    boot: Option<String>,
}

/// How far a run came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Inputs that were done.
    pub inputs: u64,
    /// The streams are on the disk.
    pub synced: bool,
    /// The length of each stream.
    pub lengths: BTreeMap<String, u64>,
    /// The counts of the run.
    pub counts: Counts,
    /// Characters that the encoding of the tables does not have.
    pub lost: u64,
    /// Texts that no cell of Excel can hold.
    #[serde(default)]
    pub long: u64,
}

/// A run whose outputs are whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// The outputs that are to be moved to their places, or were.
    pub outputs: Vec<String>,
    /// The counts of the run.
    pub counts: Counts,
}

/// What was left of a run before.
#[derive(Debug)]
pub enum Left {
    /// Nothing that could be used.
    Nothing,
    /// A run with other options, or of another version.
    Other,
    /// Outputs that wait for their places.
    Whole(Whole),
    /// The beginning of a run.
    Part,
}

/// A note is made so often.
const EVERY: Duration = Duration::from_millis(100);

/// The streams are synced so often.
const SYNC_EVERY: Duration = Duration::from_secs(10);

/// The journal of a run.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    noted: Instant,
    synced: Instant,
    began: Instant,
    syncer: Option<Syncer>,
}

impl Journal {
    /// Begins a journal, from `point` on where the run goes on.
    pub fn begin(folder: &Folder, options: &str, point: Option<&Point>) -> Result<Journal, OutputError> {
        let path = folder.file(FILE);
        let fresh = folder.file("journal.new");
        let mut lines = Vec::new();
        let header = Header { options: options.to_owned(), boot: boot() };
        put(&mut lines, &Line::Run(header)).at(&path)?;
        if let Some(point) = point {
            put(&mut lines, &Line::Done(point.clone())).at(&path)?;
        }
        fs::write(&fresh, lines).at(&fresh)?;
        fs::rename(&fresh, &path).at(&path)?;
        let file = OpenOptions::new().append(true).open(&path).at(&path)?;
        let now = Instant::now();
        Ok(Journal { path, file, noted: now, synced: now, began: now, syncer: None })
    }

    /// What is left in `folder` of a run with these `options`.
    pub fn left(folder: &Folder, options: &str) -> Result<Left, OutputError> {
        let mut left = Left::Nothing;
        for line in Lines::open(folder)? {
            match line {
                Line::Run(header) if header.options != options => return Ok(Left::Other),
                Line::Run(_) => {}
                Line::Done(_) => left = Left::Part,
                Line::Whole(whole) => left = Left::Whole(whole),
            }
        }
        Ok(left)
    }

    /// It is time for a note.
    pub fn is_due(&self) -> bool {
        self.noted.elapsed() >= EVERY
    }

    /// Notes `point`; `files` are the streams, which have been flushed.
    pub fn note(&mut self, mut point: Point, files: impl Iterator<Item = io::Result<File>>) -> Result<(), OutputError> {
        self.put(&Line::Done(point.clone()))?;
        self.noted = Instant::now();
        if let Some(err) = self.syncer.as_ref().and_then(Syncer::failed) {
            return Err(err).at(&self.path);
        }
        if self.synced.elapsed() >= SYNC_EVERY {
            let files = files.collect::<io::Result<Vec<File>>>().at(&self.path)?;
            let journal = self.file.try_clone().at(&self.path)?;
            if self.syncer.is_none() {
                self.syncer = Some(Syncer::start(journal).at(&self.path)?);
            }
            point.synced = true;
            if self.syncer.as_ref().is_some_and(|syncer| syncer.sync(files, point)) {
                self.synced = Instant::now();
            }
        }
        Ok(())
    }

    /// The run has taken so long that it should not be lost to a failing power.
    pub fn is_long(&self) -> bool {
        self.began.elapsed() >= SYNC_EVERY
    }

    /// Notes that all outputs are whole.
    pub fn whole(mut self, whole: Whole) -> Result<(), OutputError> {
        if let Some(err) = self.syncer.take().and_then(Syncer::end) {
            return Err(err).at(&self.path);
        }
        self.put(&Line::Whole(whole))?;
        if self.is_long() { self.file.sync_data().at(&self.path) } else { Ok(()) }
    }

    fn put(&mut self, line: &Line) -> Result<(), OutputError> {
        let mut bytes = Vec::new();
        put(&mut bytes, line).at(&self.path)?;
        // In one go: a line is there or not.
        self.file.write_all(&bytes).at(&self.path)
    }
}

/// The last note in `folder` that holds, if at most `inputs` inputs were done then.
pub fn last(folder: &Folder, inputs: u64) -> Result<Option<Point>, OutputError> {
    let boot = boot();
    let mut same_boot = false;
    let mut last: Option<Point> = None;
    let mut known: HashMap<String, Option<u64>> = HashMap::new();
    let mut long = |(name, length): (&String, &u64)| {
        let known = match known.get(name) {
            Some(known) => *known,
            None => {
                let length = fs::metadata(folder.file(name)).map(|metadata| metadata.len()).ok();
                *known.entry(name.clone()).or_insert(length)
            }
        };
        known.is_some_and(|known| known >= *length)
    };
    for line in Lines::open(folder)? {
        match line {
            Line::Run(header) => same_boot = boot.is_some() && header.boot == boot,
            Line::Done(point) => {
                let later = last.as_ref().is_none_or(|last| last.inputs <= point.inputs);
                if later && point.inputs <= inputs && (point.synced || same_boot) && point.lengths.iter().all(&mut long)
                {
                    last = Some(point);
                }
            }
            Line::Whole(_) => {}
        }
    }
    Ok(last)
}

fn put(out: &mut Vec<u8>, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.push(b'\n');
    Ok(())
}

/// What the machine is called since its last start.
fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// The lines of a journal, up to the first that is none: the last one may be torn.
struct Lines(Option<BufReader<File>>);

impl Lines {
    fn open(folder: &Folder) -> Result<Lines, OutputError> {
        let path = folder.file(FILE);
        match File::open(&path) {
            Ok(file) => Ok(Lines(Some(BufReader::new(file)))),
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(Lines(None)),
            Err(err) => Err(err).at(&path),
        }
    }
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let mut line = Vec::new();
        self.0.as_mut()?.read_until(b'\n', &mut line).ok()?;
        serde_json::from_slice(line.strip_suffix(b"\n")?).ok()
    }
}

/// A thread that syncs streams, and notes it when that is done.
#[derive(Debug)]
struct Syncer {
    send: SyncSender<(Vec<File>, Point)>,
    thread: JoinHandle<()>,
    failed: Arc<Mutex<Option<io::Error>>>,
}

impl Syncer {
    fn start(mut journal: File) -> io::Result<Syncer> {
        let (send, receive) = mpsc::sync_channel::<(Vec<File>, Point)>(0);
        let failed = Arc::new(Mutex::new(None));
        let slot = failed.clone();
        let mut sync = move |files: Vec<File>, point| {
            files.iter().try_for_each(File::sync_data)?;
            let mut line = Vec::new();
            put(&mut line, &Line::Done(point))?;
            journal.write_all(&line)?;
            journal.sync_data()
        };
        let work = move || {
            for (files, point) in receive {
                if let Err(err) = sync(files, point) {
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(err);
                }
            }
        };
        Ok(Syncer { send, thread: thread::Builder::new().spawn(work)?, failed })
    }

    /// Begins to sync, unless it is still at it.
    fn sync(&self, files: Vec<File>, point: Point) -> bool {
        !matches!(self.send.try_send((files, point)), Err(TrySendError::Full(_)))
    }

    /// What went wrong.
    fn failed(&self) -> Option<io::Error> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits until it is done.
    fn end(self) -> Option<io::Error> {
        let Syncer { send, thread, failed } = self;
        drop(send);
        let _ = thread.join();
        failed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
