//! Reading many reports at once, what comes of them in the order of the inputs.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};

use super::inputs::{Entries, Entry, Input};
use super::ordered::{Event, Outlet, Weigh, ordered};
use super::read::{self, Stamp};
use crate::Reader;
use crate::lang::Lang;
use crate::record::Report;
use crate::write::summary::Failure;

/// How reports are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// What reads them.
    pub reader: &'a Reader,
    /// Larger inputs are refused, in bytes.
    pub max: u64,
    /// So many are read at a time.
    pub jobs: NonZero<usize>,
    /// The language of reasons why one cannot be read.
    pub lang: Lang,
    /// Ends the run before the next input.
    pub stop: &'a AtomicBool,
}

/// An input that was read, or not.
#[derive(Debug)]
pub struct Seen<'a> {
    /// What became of it.
    pub outcome: Outcome<'a>,
    /// Its size in bytes.
    pub bytes: u64,
    /// What it was like.
    pub mark: Mark,
}

/// What became of an input.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// It was read.
    Report {
        /// What the batch calls it.
        id: &'a str,
        /// The report.
        report: &'a Report,
    },
    /// It could not be read.
    Failure(Failure),
}

/// Which input it was, what the run called it, and what it was like: the same as long as reading it again would give
/// the same. One bit tells whether it could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

impl Mark {
    /// Bytes of a mark.
    pub const SIZE: usize = 8;

    fn new(entry: &Entry, stamp: Option<Stamp>, failed: bool) -> Mark {
        let mut hasher = DefaultHasher::new();
        match entry {
            Entry::Input(Input { path, id }) => (path, id, stamp).hash(&mut hasher),
            Entry::Failure(Failure { source, error }) => (source, error).hash(&mut hasher),
        }
        Mark(hasher.finish() << 1 | u64::from(failed))
    }

    /// Its bytes.
    pub fn bytes(self) -> [u8; Mark::SIZE] {
        self.0.to_le_bytes()
    }

    /// The mark with these bytes.
    pub fn read(bytes: [u8; Mark::SIZE]) -> Mark {
        Mark(u64::from_le_bytes(bytes))
    }

    /// The input could not be read.
    pub fn failed(self) -> bool {
        self.0 & 1 == 1
    }

    /// `entry` is still what it was.
    pub fn is_of(self, entry: &Entry) -> bool {
        let stamp = match entry {
            Entry::Input(input) => Some(Stamp::now(&input.path)),
            Entry::Failure(_) => None,
        };
        Mark::new(entry, stamp, self.failed()) == self
    }
}

/// Something that inputs are collected in.
pub trait Collect: Send + Weigh {
    /// It has enough.
    fn is_full(&self) -> bool;
}

impl<B: Weigh> Weigh for io::Result<B> {
    fn weight(&self) -> usize {
        self.as_ref().map_or(0, Weigh::weight)
    }
}

/// Turns what became of inputs into parts of a batch, on a thread of its own.
pub trait Worker<B> {
    /// Adds what became of an input.
    fn add(&mut self, seen: Seen<'_>, batch: &mut B) -> io::Result<()>;
}

/// At most so many neighbouring inputs are read by one thread, which spares them waiting for each other.
const CHUNK: u64 = 16;

/// At most about so many bytes of results wait for those before them.
const WAITING: usize = 8 << 20;

impl Reading<'_> {
    /// It was told to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Reads `entries`, which are `count`. `worker` makes, for each thread, what turns the outcome of an input into
    /// part of a batch, of which `fresh` makes a new one; `sink` gets the batches in the order of the inputs.
    ///
    /// # Errors
    ///
    /// That of `sink`; what goes wrong with a list of inputs or in a worker, `sink` is told.
    pub fn each<B, W, E>(
        &self,
        mut entries: Entries<'_>,
        count: u64,
        fresh: impl Fn() -> B + Sync,
        worker: impl Fn() -> W + Sync,
        sink: impl FnMut(Event<io::Result<B>>) -> Result<(), E>,
    ) -> Result<(), E>
    where
        B: Collect,
        W: Worker<B>,
        E: From<io::Error>,
    {
        // Few inputs are dealt out one by one, so that no thread is left without.
        let size = (count / (self.jobs.get() as u64 * 4)).clamp(1, CHUNK) as usize;
        let next = || {
            if self.is_stopped() {
                return None;
            }
            let chunk: Vec<io::Result<Entry>> = entries.by_ref().take(size).collect();
            (!chunk.is_empty()).then_some(chunk)
        };
        let worker = || {
            let mut worker = worker();
            let mut bytes = Vec::new();
            let fresh = &fresh;
            move |chunk: Vec<io::Result<Entry>>, outlet: &Outlet<'_, io::Result<B>>| {
                let mut batch = fresh();
                for entry in chunk {
                    let result = entry.and_then(|entry| self.one(&entry, &mut bytes, &mut worker, &mut batch));
                    if let Err(err) = result {
                        outlet.put(Err(err));
                        return;
                    }
                    if batch.is_full() && !outlet.put(Ok(std::mem::replace(&mut batch, fresh()))) {
                        return;
                    }
                }
                outlet.put(Ok(batch));
            }
        };
        ordered(self.jobs, WAITING, next, worker, sink)
    }

    fn one<B>(&self, entry: &Entry, bytes: &mut Vec<u8>, worker: &mut impl Worker<B>, batch: &mut B) -> io::Result<()> {
        let mut seen = |outcome: Outcome<'_>, stamp, bytes| {
            let mark = Mark::new(entry, stamp, matches!(outcome, Outcome::Failure(_)));
            worker.add(Seen { outcome, bytes, mark }, batch)
        };
        let (path, id) = match entry {
            Entry::Failure(failure) => return seen(Outcome::Failure(failure.clone()), None, 0),
            Entry::Input(Input { path, id }) => (path, id),
        };
        let (stamp, read) = read::stamped(path, self.max, bytes);
        let source = read::shown(path);
        let report = read.and_then(|()| read::parse(self.reader, bytes, Some(&source)));
        let length = bytes.len() as u64;
        // The memory of a giant is not kept for the small ones after it.
        bytes.clear();
        bytes.shrink_to(LARGE);
        match report {
            Ok(report) => seen(Outcome::Report { id, report: &report }, Some(stamp), length),
            Err(err) => {
                let failure = Failure { error: err.message(self.lang), source: source.into_owned() };
                seen(Outcome::Failure(failure), Some(stamp), length)
            }
        }
    }
}

/// More memory than this is given back.
const LARGE: usize = 1 << 20;
