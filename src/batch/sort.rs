//! Sorting more records than memory should hold: sorted runs of bounded size wait in temporary files and are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::PathBuf;

/// So many bytes of records are sorted in memory at a time.
const RUN: usize = 4 << 20;

/// So many runs are merged at a time: each is an open file.
const FAN: usize = 64;

/// Where temporary files are made.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// The folder; that of the system where it is `None`.
    pub dir: Option<PathBuf>,
}

impl Scratch {
    /// A file without a name, which goes with the process.
    pub fn file(&self) -> io::Result<File> {
        match &self.dir {
            Some(dir) => tempfile::tempfile_in(dir),
            None => tempfile::tempfile(),
        }
    }
}

/// Takes records, which are bytes, in any order.
#[derive(Debug)]
pub struct Sorter {
    scratch: Scratch,
    limit: usize,
    held: Held,
    runs: Vec<File>,
}

/// Records in memory, one behind the other.
#[derive(Debug, Default)]
struct Held {
    bytes: Vec<u8>,
    /// Start and end of each.
    places: Vec<(u32, u32)>,
}

impl Held {
    fn size(&self) -> usize {
        self.bytes.len() + self.places.len() * size_of::<(u32, u32)>()
    }

    fn sort(&mut self) {
        let Held { bytes, places } = self;
        places.sort_unstable_by(|&a, &b| record(bytes, a).cmp(record(bytes, b)));
    }
}

fn record(bytes: &[u8], (start, end): (u32, u32)) -> &[u8] {
    bytes.get(start as usize..end as usize).unwrap_or_default()
}

impl Sorter {
    /// A sorter that spills to `scratch`.
    pub fn new(scratch: &Scratch) -> Sorter {
        Sorter::with_limit(scratch, RUN)
    }

    fn with_limit(scratch: &Scratch, limit: usize) -> Sorter {
        Sorter { scratch: scratch.clone(), limit, held: Held::default(), runs: Vec::new() }
    }

    /// Adds a record.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.held.places.is_empty() && self.held.size() + bytes.len() > self.limit {
            self.spill()?;
        }
        let start = u32::try_from(self.held.bytes.len()).map_err(|_| too_long())?;
        self.held.bytes.extend_from_slice(bytes);
        let end = u32::try_from(self.held.bytes.len()).map_err(|_| too_long())?;
        self.held.places.push((start, end));
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        self.held.sort();
        let mut out = BufWriter::with_capacity(1 << 16, self.scratch.file()?);
        for &place in &self.held.places {
            put(&mut out, record(&self.held.bytes, place))?;
        }
        self.runs.push(out.into_inner().map_err(|err| err.into_error())?);
        self.held.bytes.clear();
        self.held.places.clear();
        if self.runs.len() == FAN {
            let mut all = Merge::new(std::mem::take(&mut self.runs))?;
            let mut out = BufWriter::with_capacity(1 << 16, self.scratch.file()?);
            while let Some(bytes) = all.pull()? {
                put(&mut out, bytes)?;
            }
            self.runs.push(out.into_inner().map_err(|err| err.into_error())?);
        }
        Ok(())
    }

    /// The records in the order of their bytes.
    pub fn sorted(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            self.held.sort();
            return Ok(Sorted(Source::Held(self.held, 0)));
        }
        self.spill()?;
        drop(self.held);
        Ok(Sorted(Source::Merged(Merge::new(self.runs)?)))
    }
}

/// Records in order.
#[derive(Debug)]
pub struct Sorted(Source);

#[derive(Debug)]
enum Source {
    /// In memory, so many of them given.
    Held(Held, usize),
    Merged(Merge),
}

impl Sorted {
    /// The next record.
    pub fn pull(&mut self) -> io::Result<Option<&[u8]>> {
        match &mut self.0 {
            Source::Held(held, given) => {
                let place = held.places.get(*given);
                *given += 1;
                Ok(place.map(|&place| record(&held.bytes, place)))
            }
            Source::Merged(merge) => merge.pull(),
        }
    }
}

/// Sorted runs, read side by side.
#[derive(Debug)]
struct Merge {
    runs: Vec<BufReader<File>>,
    /// The next record of each run that has one.
    heads: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
    given: Vec<u8>,
}

impl Merge {
    fn new(files: Vec<File>) -> io::Result<Merge> {
        let mut merge = Merge { runs: Vec::new(), heads: BinaryHeap::new(), given: Vec::new() };
        for (at, mut file) in files.into_iter().enumerate() {
            file.rewind()?;
            merge.runs.push(BufReader::with_capacity(1 << 14, file));
            merge.refill(at, Vec::new())?;
        }
        Ok(merge)
    }

    fn refill(&mut self, at: usize, mut bytes: Vec<u8>) -> io::Result<()> {
        if get(&mut self.runs[at], &mut bytes)? {
            self.heads.push(Reverse((bytes, at)));
        }
        Ok(())
    }

    fn pull(&mut self) -> io::Result<Option<&[u8]>> {
        let Some(Reverse((bytes, at))) = self.heads.pop() else { return Ok(None) };
        let spare = std::mem::replace(&mut self.given, bytes);
        self.refill(at, spare)?;
        Ok(Some(&self.given))
    }
}

/// Writes a record behind its length.
pub fn put(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| too_long())?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(bytes)
}

/// Reads a record that [`put`] wrote; whether there was one.
pub fn get(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    if input.fill_buf()?.is_empty() {
        return Ok(false);
    }
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    bytes.resize(u32::from_le_bytes(length) as usize, 0);
    input.read_exact(bytes)?;
    Ok(true)
}

fn too_long() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a record is longer than 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut sorted: Sorted) -> Vec<Vec<u8>> {
        let mut records = Vec::new();
        while let Some(record) = sorted.pull().unwrap() {
            records.push(record.to_vec());
        }
        records
    }

    #[test]
    fn records_come_sorted_whether_they_spill_or_not() {
        // Numbers that jump about: 7919 has no factor in common with 10,000.
        let records: Vec<Vec<u8>> = (0..10_000u32).map(|i| (i * 7919 % 10_000).to_string().into_bytes()).collect();
        let mut expected = records.clone();
        expected.sort();
        for limit in [usize::MAX, 40_000, 1_000] {
            let mut sorter = Sorter::with_limit(&Scratch::default(), limit);
            records.iter().for_each(|record| sorter.push(record).unwrap());
            assert!(sorter.runs.len() < FAN, "{limit}");
            assert_eq!(all(sorter.sorted().unwrap()), expected, "{limit}");
        }
    }

    #[test]
    fn empty_records_and_none() {
        assert!(all(Sorter::new(&Scratch::default()).sorted().unwrap()).is_empty());
        let mut sorter = Sorter::with_limit(&Scratch::default(), 1);
        for record in [&b"b"[..], b"", b"a", b""] {
            sorter.push(record).unwrap();
        }
        assert_eq!(all(sorter.sorted().unwrap()), [&b""[..], b"", b"a", b"b"]);
    }
}
