//! A report id for each file: unique in the run, and found without holding the ids in memory.

use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom};
use std::path::Path;

use tempfile::SpooledTempFile;

use super::find::{Found, STDIN};
use crate::batch::sort::{self, Scratch, Sorted, Sorter};

/// The id of a file: the part of its path that counts, without extension.
pub fn plain(relative: &[u8]) -> String {
    let relative = String::from_utf8_lossy(relative);
    Path::new(&*relative).with_extension("").to_string_lossy().into_owned()
}

/// Learns from the files of a run whether two could share an id.
#[derive(Debug, Default)]
pub struct Sharing {
    /// Where the parts that count begin, and the extension, of all files so far.
    first: Option<(Vec<u8>, Vec<u8>)>,
    possible: bool,
}

impl Sharing {
    /// Looks at the record of a file.
    pub fn look(&mut self, record: &[u8]) {
        if self.possible {
            return;
        }
        let (base, relative) = match Found::read(record) {
            Some(Found::File { base, relative, .. }) => (base, relative),
            Some(Found::Stdin) => (&b""[..], STDIN.as_bytes()),
            _ => return,
        };
        // Paths that begin alike and end alike are told apart by what is between: by their ids.
        let Ok(text) = std::str::from_utf8(relative) else {
            self.possible = true;
            return;
        };
        let extension = Path::new(text).extension().map_or(&b""[..], |extension| extension.as_encoded_bytes());
        match &self.first {
            None => self.first = Some((base.to_vec(), extension.to_vec())),
            Some((first, ending)) => self.possible = first != base || ending != extension,
        }
    }

    /// Two files could share an id.
    pub fn possible(&self) -> bool {
        self.possible
    }
}

/// The ids that are not the [`plain`] ones, by the index of their files.
#[derive(Debug)]
pub struct Repairs(Option<SpooledTempFile>);

impl Repairs {
    /// Every file has its plain id.
    pub fn none() -> Repairs {
        Repairs(None)
    }

    /// Reads them from the start.
    pub fn reader(&mut self) -> io::Result<Reader<'_>> {
        let mut reader = Reader { spool: None, next: None, record: Vec::new() };
        if let Some(spool) = &mut self.0 {
            spool.seek(SeekFrom::Start(0))?;
            reader.spool = Some(BufReader::new(spool));
            reader.advance()?;
        }
        Ok(reader)
    }
}

/// Reads [`Repairs`] along with the files.
#[derive(Debug)]
pub struct Reader<'a> {
    spool: Option<BufReader<&'a mut SpooledTempFile>>,
    next: Option<u64>,
    record: Vec<u8>,
}

impl Reader<'_> {
    fn advance(&mut self) -> io::Result<()> {
        self.next = None;
        if let Some(spool) = &mut self.spool
            && sort::get(spool, &mut self.record)?
        {
            self.next = self.record.first_chunk().map(|index| u64::from_be_bytes(*index));
        }
        Ok(())
    }

    /// The id of the file with this index, if it is not the plain one. Asked for each index in turn.
    pub fn id(&mut self, index: u64) -> io::Result<Option<String>> {
        if self.next != Some(index) {
            return Ok(None);
        }
        let id = String::from_utf8_lossy(self.record.get(8..).unwrap_or_default()).into_owned();
        self.advance()?;
        Ok(Some(id))
    }
}

/// An id that a file would have, in a round of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    id: String,
    /// Length of the id before `~2`.
    stem: u32,
    /// The number behind it; 0 for the plain id of a file that shares it with no other, which nobody may take from it,
    /// and 1 for no number.
    number: u32,
    /// What is added to the number when the id is taken: more than there are files with this stem.
    step: u32,
    index: u64,
}

impl Candidate {
    /// Sorts by the id, then by who has the better right to it.
    fn record(&self) -> Vec<u8> {
        let mut record = self.id.clone().into_bytes();
        record.push(0);
        record.push(u8::from(self.number > 0));
        record.extend_from_slice(&self.index.to_be_bytes());
        for field in [self.stem, self.number, self.step] {
            record.extend_from_slice(&field.to_be_bytes());
        }
        record
    }

    fn read(record: &[u8]) -> Option<Candidate> {
        let (id, rest) = record.split_at_checked(record.len().checked_sub(22)?)?;
        let number = |at: usize| rest.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        Some(Candidate {
            id: std::str::from_utf8(id).ok()?.to_owned(),
            index: u64::from_be_bytes(rest.get(2..10)?.try_into().ok()?),
            stem: number(10)?,
            number: number(14)?,
            step: number(18)?,
        })
    }

    fn renumber(&mut self, number: u32) {
        self.id.truncate(self.stem as usize);
        self.number = number;
        if number > 1 {
            self.id.push_str(&format!("~{number}"));
        }
    }
}

/// Finds an id for each file of `records`; those that are not plain are written to `spool`.
///
/// Each round sorts all ids, and of files that want the same one all but the first try the next number. What a file
/// tries is never tried by another with the same stem, so that a search ends as soon as the numbers leave behind
/// those that files happen to have in their names.
pub fn repair(records: &mut impl BufRead, scratch: &Scratch, spool: SpooledTempFile) -> io::Result<Repairs> {
    let mut round = stems(records, scratch)?;
    loop {
        let mut next = Sorter::new(scratch);
        let mut repaired = Sorter::new(scratch);
        let mut changed = false;
        let mut last: Option<String> = None;
        while let Some(record) = round.pull()? {
            let Some(mut candidate) = Candidate::read(record) else { continue };
            if last.as_ref() == Some(&candidate.id) {
                changed = true;
                candidate.renumber(candidate.number.saturating_add(candidate.step));
                candidate.step = candidate.step.saturating_mul(2);
            } else {
                last = Some(candidate.id.clone());
            }
            if candidate.number > 0 {
                let mut record = candidate.index.to_be_bytes().to_vec();
                record.extend_from_slice(candidate.id.as_bytes());
                repaired.push(&record)?;
            }
            next.push(&candidate.record())?;
        }
        if !changed {
            let mut spool = BufWriter::new(spool);
            let mut repaired = repaired.sorted()?;
            while let Some(record) = repaired.pull()? {
                sort::put(&mut spool, record)?;
            }
            return Ok(Repairs(Some(spool.into_inner().map_err(|err| err.into_error())?)));
        }
        round = next.sorted()?;
    }
}

/// The first candidate of each file, sorted.
fn stems(records: &mut impl BufRead, scratch: &Scratch) -> io::Result<Sorted> {
    // Plain id, extension, index: files that share an id are neighbours, those that share the extension too more so.
    let mut all = Sorter::new(scratch);
    let mut record = Vec::new();
    let mut index: u64 = 0;
    while sort::get(records, &mut record)? {
        let relative = match Found::read(&record) {
            Some(Found::File { relative, .. }) => Some(String::from_utf8_lossy(relative).into_owned()),
            Some(Found::Stdin) => Some(STDIN.to_owned()),
            _ => None,
        };
        if let Some(relative) = relative {
            let id = plain(relative.as_bytes());
            let extension = Path::new(&relative).extension().map(|extension| extension.to_string_lossy());
            let mut record = id.into_bytes();
            record.push(0);
            record.extend_from_slice(extension.as_deref().unwrap_or("").as_bytes());
            record.push(0);
            record.extend_from_slice(&index.to_be_bytes());
            all.push(&record)?;
        }
        index += 1;
    }
    let mut all = all.sorted()?;
    let mut candidates = Sorter::new(scratch);
    let mut group = Group::default();
    while let Some(record) = all.pull()? {
        let mut parts = record.splitn(3, |&byte| byte == 0);
        let mut part = || parts.next().unwrap_or_default();
        let (id, extension, index) = (part(), part(), part());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let index = index.first_chunk().map_or(0, |index| u64::from_be_bytes(*index));
        group.add(text(id), text(extension), index, &mut candidates)?;
    }
    group.end(&mut candidates)?;
    candidates.sorted()
}

/// Files that share an id, while it is not known whether their extensions differ; then those that share both.
#[derive(Debug, Default)]
struct Group {
    id: String,
    extension: String,
    /// Files of this id and extension.
    files: Vec<u64>,
    /// Another extension was met before.
    parted: bool,
}

impl Group {
    fn add(&mut self, id: String, extension: String, index: u64, to: &mut Sorter) -> io::Result<()> {
        if self.files.is_empty() || id != self.id {
            self.end(to)?;
            *self = Group { id, extension, files: vec![index], parted: false };
        } else if extension != self.extension {
            self.parted = true;
            self.flush(to)?;
            self.extension = extension;
            self.files.push(index);
        } else {
            self.files.push(index);
        }
        Ok(())
    }

    fn end(&mut self, to: &mut Sorter) -> io::Result<()> {
        match self.files.as_slice() {
            [index] if !self.parted => {
                let id = std::mem::take(&mut self.id);
                let candidate = Candidate { stem: 0, number: 0, step: 0, index: *index, id };
                self.files.clear();
                to.push(&candidate.record())
            }
            _ => self.flush(to),
        }
    }

    fn flush(&mut self, to: &mut Sorter) -> io::Result<()> {
        let stem = match self.parted && !self.extension.is_empty() {
            true => format!("{}.{}", self.id, self.extension),
            false => self.id.clone(),
        };
        let count = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        for (number, index) in (1..).zip(self.files.drain(..)) {
            let mut candidate = Candidate { id: stem.clone(), stem: stem.len() as u32, number: 1, step: count, index };
            candidate.renumber(number);
            to.push(&candidate.record())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids of files whose paths count whole.
    fn ids(paths: &[&str]) -> Vec<String> {
        let mut records = Vec::new();
        for path in paths {
            let record = [path.as_bytes(), b"\0f", &[0; 12]].concat();
            sort::put(&mut records, &record).unwrap();
        }
        let mut repairs = repair(&mut &*records, &Scratch::default(), tempfile::spooled_tempfile(99)).unwrap();
        let mut reader = repairs.reader().unwrap();
        let id =
            |(index, path): (usize, &&str)| reader.id(index as u64).unwrap().unwrap_or_else(|| plain(path.as_bytes()));
        paths.iter().enumerate().map(id).collect()
    }

    #[test]
    fn no_two_files_share_an_id() {
        assert_eq!(ids(&["a.txt", "b.txt"]), ["a", "b"]);
        assert_eq!(ids(&["a.TXT", "a.txt", "c"]), ["a.TXT", "a.txt", "c"]);
        assert_eq!(ids(&["a", "a.txt"]), ["a", "a.txt"]);
        assert_eq!(ids(&["a.txt", "a.txt", "a.txt"]), ["a", "a~2", "a~3"]);
        // An id that a file has by its name is not taken from it.
        assert_eq!(ids(&["a.txt", "a.txt", "a~2.txt"]), ["a", "a~4", "a~2"]);
        assert_eq!(ids(&["a.txt", "a.md", "a.md.txt"]), ["a.txt", "a.md~2", "a.md"]);
        let mut ids = ids(&[
            "a~2",
            "a",
            "a",
            "a.txt",
            "a.txt.txt",
            "x/a",
            "b~2.txt",
            "b~4.txt",
            "b~8.txt",
            "b.txt",
            "b.txt",
            "b.txt",
        ]);
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "{ids:?}");
    }
}
