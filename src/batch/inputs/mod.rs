//! From the INPUTs of a command line to the files of a run: sorted, each once, each with a report id of its own.
//!
//! However many there are, few are held in memory: the paths are sorted through temporary files (`sort`),
//! and a [`Listing`] is read from one.

mod find;
mod ids;
mod list;
mod pick;

use std::io::{self, BufReader, BufWriter, Seek, SeekFrom};
use std::path::PathBuf;

use tempfile::SpooledTempFile;

use super::sort::{self, Scratch, Sorter};
use crate::lang::Lang;
use crate::write::summary::Failure;
use find::Found;
use ids::Repairs;

pub use list::{ListError, ListFault, named};
pub use pick::Pick;

/// An INPUT as the user named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// A file, a directory, or `-` for standard input.
    pub path: PathBuf,
    /// It stands in a list of files. A list names its files by their whole paths, and so do their ids.
    pub listed: bool,
}

/// A file of the run, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// To be read.
    Input(Input),
    /// Cannot be read, as is known before trying.
    Failure(Failure),
}

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its path; `-` for standard input.
    pub path: PathBuf,
    /// What its report is called in every table: unique in the run.
    pub id: String,
}

/// The files of a run, in order.
#[derive(Debug)]
pub struct Listing {
    records: SpooledTempFile,
    repairs: Repairs,
    count: u64,
}

/// So many bytes of a listing stay in memory.
const HELD: usize = 1 << 20;

impl Listing {
    /// The files that `named` stands for, sorted by the bytes of their paths. `found` hears now and then how many there
    /// are so far; where it says `false`, the search ends.
    ///
    /// A directory stands for the files in it and below that `pick` takes, hidden ones left out; symbolic links are
    /// followed, and no ignore file is obeyed. A file named twice is read once. Whatever cannot be found is a
    /// [`Failure`] in its place of the order, its reason in `lang`.
    ///
    /// An id is the path relative to the INPUT, without extension, parted by `/`. Where inputs would share one, they
    /// keep their extensions if that parts them, and get `~2`, `~3` in their order if not.
    ///
    /// # Errors
    ///
    /// Those of `named`, and those of the temporary files in `scratch`.
    pub fn new<E: From<io::Error>>(
        named: impl IntoIterator<Item = Result<Named, E>>,
        pick: &Pick,
        lang: Lang,
        scratch: &Scratch,
        mut found: impl FnMut(u64) -> bool,
    ) -> Result<Listing, E> {
        let mut sorter = Sorter::new(scratch);
        let mut count: u64 = 0;
        for (index, named) in named.into_iter().enumerate() {
            let mut went_on = true;
            find::find(&named?, index, pick, lang, |record| {
                sorter.push(record)?;
                count += 1;
                went_on = !count.is_multiple_of(1024) || found(count);
                Ok::<bool, io::Error>(went_on)
            })?;
            if !went_on {
                break;
            }
        }
        let spool = || scratch.spool(HELD);
        let mut records = BufWriter::new(spool());
        let mut sorted = sorter.sorted()?;
        let mut last = Vec::new();
        let mut count = 0;
        let mut sharing = ids::Sharing::default();
        while let Some(record) = sorted.pull()? {
            // Of a file named twice, the first INPUT gives the id. `./a` and `a` are the same; links are not looked into.
            if find::same(&last, record) {
                continue;
            }
            sharing.look(record);
            sort::put(&mut records, record)?;
            last.clear();
            last.extend_from_slice(record);
            count += 1;
        }
        let mut records = records.into_inner().map_err(|err| err.into_error())?;
        let repairs = if sharing.possible() {
            records.rewind()?;
            ids::repair(&mut BufReader::new(&mut records), scratch, spool())?
        } else {
            Repairs::none()
        };
        Ok(Listing { records, repairs, count })
    }

    /// How many files and failures there are.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// There is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Reads it from its start.
    pub fn entries(&mut self) -> io::Result<Entries<'_>> {
        self.records.seek(SeekFrom::Start(0))?;
        Ok(Entries {
            records: BufReader::with_capacity(1 << 16, &mut self.records),
            repairs: self.repairs.reader()?,
            index: 0,
            record: Vec::new(),
        })
    }
}

/// The files of a [`Listing`] in order.
#[derive(Debug)]
pub struct Entries<'a> {
    records: BufReader<&'a mut SpooledTempFile>,
    repairs: ids::Reader<'a>,
    index: u64,
    record: Vec<u8>,
}

impl Entries<'_> {
    /// Passes over `count` of them.
    pub fn pass(&mut self, count: u64) -> io::Result<()> {
        for _ in 0..count {
            if !sort::get(&mut self.records, &mut self.record)? {
                break;
            }
            self.repairs.id(self.index)?;
            self.index += 1;
        }
        Ok(())
    }
}

impl Iterator for Entries<'_> {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        match sort::get(&mut self.records, &mut self.record) {
            Ok(false) => None,
            Ok(true) => {
                let index = self.index;
                self.index += 1;
                Some(self.repairs.id(index).and_then(|repaired| entry(&self.record, repaired)))
            }
            Err(err) => Some(Err(err)),
        }
    }
}

fn entry(record: &[u8], repaired: Option<String>) -> io::Result<Entry> {
    let found = Found::read(record).ok_or_else(|| io::Error::other("the list of inputs was damaged"))?;
    Ok(match found {
        Found::Failure { source, error } => Entry::Failure(Failure { source, error }),
        Found::Stdin => Entry::Input(Input { path: "-".into(), id: repaired.unwrap_or_else(|| find::STDIN.into()) }),
        Found::File { path, relative, .. } => {
            let id = repaired.unwrap_or_else(|| ids::plain(relative));
            Entry::Input(Input { path: find::path(path)?, id })
        }
    })
}

impl Scratch {
    /// A file that is in memory while it has at most `held` bytes.
    fn spool(&self, held: usize) -> SpooledTempFile {
        match &self.dir {
            Some(dir) => tempfile::spooled_tempfile_in(held, dir),
            None => tempfile::spooled_tempfile(held),
        }
    }
}

#[cfg(test)]
mod tests;
