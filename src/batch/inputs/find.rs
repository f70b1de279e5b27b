//! The files that an INPUT stands for, as records whose order is that of the run.
//!
//! A record is a key, a NUL, a letter for its kind, and what belongs to that kind. The key is the path with its parts
//! joined by `/` and without `.`, so that records of one file are neighbours.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::list::os_string;
use super::{Named, Pick};
use crate::batch::read::{InputError, shown};
use crate::lang::Lang;

/// The id of standard input.
pub const STDIN: &str = "stdin";

/// What a record says.
#[derive(Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// Standard input.
    Stdin,
    /// A file.
    File {
        /// Its path, as the INPUT began it.
        path: &'a [u8],
        /// What stands in the key before `relative`.
        base: &'a [u8],
        /// The part of the key that counts for the id.
        relative: &'a [u8],
    },
    /// No file.
    Failure {
        /// Its path.
        source: String,
        /// Why.
        error: String,
    },
}

impl Found<'_> {
    /// Reads a record.
    pub fn read(record: &[u8]) -> Option<Found<'_>> {
        let end = record.iter().position(|&byte| byte == 0)?;
        let (key, rest) = (record.get(..end)?, record.get(end + 1..)?);
        match rest.split_first()? {
            (b'-', _) => Some(Found::Stdin),
            (b'f', rest) => {
                let rest = rest.get(8..)?;
                let (skip, path) = rest.split_first_chunk::<4>()?;
                let (base, relative) = key.split_at_checked(u32::from_be_bytes(*skip) as usize)?;
                Some(Found::File { path: if path.is_empty() { key } else { path }, base, relative })
            }
            (b'x', rest) => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let end = rest.iter().position(|&byte| byte == 0)?;
                Some(Found::Failure { error: text(rest.get(..end)?), source: text(rest.get(end + 1..)?) })
            }
            _ => None,
        }
    }
}

/// Whether two records are of one file, or of one failure.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    fn whose(record: &[u8]) -> Option<&[u8]> {
        let end = record.iter().position(|&byte| byte == 0)?;
        match record.get(end + 1)? {
            b'x' => Some(record),
            _ => record.get(..end + 2),
        }
    }
    whose(a).is_some_and(|a| Some(a) == whose(b))
}

/// The path of a record.
pub fn path(bytes: &[u8]) -> io::Result<PathBuf> {
    match os_string(bytes.to_vec()) {
        Some(path) => Ok(path.into()),
        None => Err(io::Error::new(io::ErrorKind::InvalidData, "the name of a file is not Unicode")),
    }
}

/// The parts of `path` joined by `/`, without `.`.
fn key(path: &Path) -> Vec<u8> {
    let mut key: Vec<u8> = Vec::with_capacity(path.as_os_str().len());
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::RootDir => key.push(b'/'),
            part => {
                if !key.is_empty() && !key.ends_with(b"/") {
                    key.push(b'/');
                }
                key.extend_from_slice(part.as_os_str().as_encoded_bytes());
            }
        }
    }
    key
}

fn file(path: &Path, index: usize, base: usize) -> Vec<u8> {
    let mut record = key(path);
    let same = record == path.as_os_str().as_encoded_bytes();
    record.extend_from_slice(b"\0f");
    record.extend_from_slice(&(index as u64).to_be_bytes());
    record.extend_from_slice(&u32::try_from(base).unwrap_or(0).to_be_bytes());
    if !same {
        record.extend_from_slice(path.as_os_str().as_encoded_bytes());
    }
    record
}

fn failure(path: &Path, error: InputError, lang: Lang) -> Vec<u8> {
    let mut record = key(path);
    record.retain(|&byte| byte != 0);
    record.extend_from_slice(b"\0x");
    record.extend(error.message(lang).bytes().filter(|&byte| byte != 0));
    record.push(0);
    record.extend_from_slice(shown(path).as_bytes());
    record
}

/// Gives `push` the records of `named`, which is the INPUT with this index, until it says `false`; reasons of failures are
/// in `lang`.
pub fn find<E>(
    named: &Named,
    index: usize,
    pick: &Pick,
    lang: Lang,
    mut push: impl FnMut(&[u8]) -> Result<bool, E>,
) -> Result<(), E> {
    let path = &named.path;
    if path == Path::new("-") {
        return push(b"-\0-").map(|_| ());
    }
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(err) => return push(&failure(path, err.into(), lang)).map(|_| ()),
    };
    let key = key(path);
    // The whole path counts for the id, but for a root.
    let whole = usize::from(key.starts_with(b"/"));
    if !metadata.is_dir() {
        let name = path.file_name().map_or(key.len(), OsStr::len);
        return push(&file(path, index, if named.listed { whole } else { key.len() - name })).map(|_| ());
    }
    let below = if key.is_empty() || key.ends_with(b"/") { key.len() } else { key.len() + 1 };
    let base = if named.listed { whole } else { below };
    let mut any = false;
    let hidden = |name: &OsStr| name.as_encoded_bytes().starts_with(b".");
    let taken = |file: &Path| pick.takes(file.strip_prefix(path).unwrap_or(file));
    let walk = WalkDir::new(path).follow_links(true).into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name())) {
        let record = match entry {
            Ok(entry) if entry.file_type().is_dir() || !taken(entry.path()) => continue,
            Ok(entry) => file(entry.path(), index, base),
            Err(err) => {
                let at = err.path().unwrap_or(path).to_owned();
                // A link that leads nowhere matters only where a report is expected.
                let dangling = err.io_error().is_some_and(|err| err.kind() == io::ErrorKind::NotFound);
                if at.file_name().is_some_and(hidden) || dangling && !taken(&at) {
                    continue;
                }
                failure(&at, if dangling { InputError::Dangling } else { err.into() }, lang)
            }
        };
        any = true;
        if !push(&record)? {
            return Ok(());
        }
    }
    if !any {
        let error = if pick.by_ending() { InputError::Bare } else { InputError::NoneTaken };
        push(&failure(path, error, lang))?;
    }
    Ok(())
}
