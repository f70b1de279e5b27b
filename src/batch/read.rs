//! Bytes of an input, with a bound: a regular file or standard input, never a device or a pipe without an end.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::Reader;
use crate::decode::DecodeError;
use crate::record::Report;

/// The largest input that is read unless told otherwise: 64 MiB. A report has some ten kilobytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// Why an input was not read; each is the end of a sentence that begins with the path.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// Nothing is there.
    #[error("there is no such file or directory")]
    Missing,
    /// A directory where a file is asked for.
    #[error("this is a directory, not a file")]
    Directory,
    /// A device, pipe or socket.
    #[error("this is neither a file nor a directory; only regular files are read, and standard input as -")]
    Special,
    /// Larger than allowed.
    #[error("it is larger than {max} bytes, which no report is; --max-bytes raises the limit")]
    TooLarge {
        /// The limit.
        max: u64,
    },
    /// Not permitted.
    #[error("it may not be read: permission denied")]
    Denied,
    /// The system failed.
    #[error("it cannot be read: {0}")]
    Io(io::Error),
    /// Not a text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl From<io::Error> for InputError {
    fn from(err: io::Error) -> InputError {
        match err.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => InputError::Missing,
            io::ErrorKind::PermissionDenied => InputError::Denied,
            io::ErrorKind::IsADirectory => InputError::Directory,
            _ => InputError::Io(err),
        }
    }
}

/// Reads one report from the file at `path`, or from standard input where it is `-`.
pub fn report(reader: &Reader, path: &Path, max: u64) -> Result<Report, InputError> {
    let bytes = bytes(path, max)?;
    Ok(reader.read(&bytes, Some(&path.to_string_lossy()))?)
}

/// The bytes of the file at `path`, or of standard input where it is `-`; at most `max`.
pub fn bytes(path: &Path, max: u64) -> Result<Vec<u8>, InputError> {
    if path == Path::new("-") {
        return bounded(io::stdin().lock(), 0, max);
    }
    // Asked before it is opened: opening a pipe waits for someone to write to it.
    regular(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    regular(&metadata)?;
    if metadata.len() > max {
        return Err(InputError::TooLarge { max });
    }
    bounded(file, metadata.len(), max)
}

/// The bytes of a list of paths, or of standard input where `path` is `-`; at most 1 GiB. Unlike a report, a list may
/// come from a pipe, as `<(find …)` makes one.
pub fn list_bytes(path: &Path) -> Result<Vec<u8>, InputError> {
    const MAX: u64 = 1 << 30;
    if path == Path::new("-") {
        return bounded(io::stdin().lock(), 0, MAX);
    }
    bounded(File::open(path)?, 0, MAX)
}

fn regular(metadata: &fs::Metadata) -> Result<(), InputError> {
    if metadata.is_dir() {
        Err(InputError::Directory)
    } else if metadata.is_file() {
        Ok(())
    } else {
        Err(InputError::Special)
    }
}

/// The size that a file states may be wrong (`/proc`), or it may grow: the bound holds for what is read.
fn bounded(input: impl Read, stated: u64, max: u64) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::with_capacity(usize::try_from(stated.min(max)).unwrap_or(0));
    input.take(max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max { Err(InputError::TooLarge { max }) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_holds_for_what_is_read() {
        assert_eq!(bounded(&b"abc"[..], 0, 3).unwrap(), b"abc");
        assert!(matches!(bounded(io::repeat(0), 0, 1000), Err(InputError::TooLarge { max: 1000 })));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        fs::write(&path, "abcd").unwrap();
        assert!(matches!(bytes(&path, 3), Err(InputError::TooLarge { .. })));
        assert_eq!(bytes(&path, 4).unwrap(), b"abcd");
    }

    #[test]
    fn only_files_are_read() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(bytes(dir.path(), 9), Err(InputError::Directory)));
        assert!(matches!(bytes(&dir.path().join("a"), 9), Err(InputError::Missing)));
        #[cfg(unix)]
        {
            assert!(matches!(bytes(Path::new("/dev/zero"), 9), Err(InputError::Special)));
            let pipe = dir.path().join("pipe.txt");
            if std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
                assert!(matches!(bytes(&pipe, 9), Err(InputError::Special)));
            }
        }
    }
}
