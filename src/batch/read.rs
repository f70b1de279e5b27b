//! Bytes of an input, with a bound: a regular file or standard input, never a device or a pipe without an end.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::Reader;
use crate::decode::DecodeError;
use crate::lang::Lang;
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
    #[error("it is larger than {max} bytes, {}", if *max == MAX_BYTES { "which no report is; --max-bytes raises the limit" } else { "the limit that --max-bytes sets" })]
    TooLarge {
        /// The limit.
        max: u64,
    },
    /// A directory that holds no report.
    #[error("there is no .txt file in this directory")]
    Bare,
    /// A directory that holds no file that `--glob` takes.
    #[error("there is no file in this directory that --glob takes")]
    NoneTaken,
    /// A link to a directory that it stands in.
    #[error("this link leads back to a directory that holds it")]
    Loop,
    /// A link to nothing.
    #[error("this link leads to no file")]
    Dangling,
    /// Not permitted.
    #[error("it may not be read: permission denied")]
    Denied,
    /// The system failed.
    #[error("it cannot be read: {0}")]
    Io(io::Error),
    /// Not a text.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The program is at fault.
    #[error("reading it failed by a fault of this program, please report it: {0}")]
    Fault(String),
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

/// What goes wrong on a walk is a loop of links, or an error of the system.
impl From<walkdir::Error> for InputError {
    fn from(err: walkdir::Error) -> InputError {
        err.into_io_error().map_or(InputError::Loop, InputError::from)
    }
}

impl InputError {
    /// The end of a sentence that begins with the path, in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, InputError::Missing) => "没有这个文件或目录".to_owned(),
            (Lang::Zh, InputError::Directory) => "这是目录，不是文件".to_owned(),
            (Lang::Zh, InputError::Special) => "这不是普通文件，也不是目录；只读取普通文件，标准输入写作 -".to_owned(),
            (Lang::Zh, InputError::TooLarge { max: MAX_BYTES }) => {
                format!("超过 {MAX_BYTES} 字节，报告不会这么大；可用 --max-bytes 放宽")
            }
            (Lang::Zh, InputError::TooLarge { max }) => format!("超过 --max-bytes 所限的 {max} 字节"),
            (Lang::Zh, InputError::Bare) => "这个目录里没有 .txt 文件".to_owned(),
            (Lang::Zh, InputError::NoneTaken) => "这个目录里没有 --glob 选中的文件".to_owned(),
            (Lang::Zh, InputError::Loop) => "这个链接指回它所在的目录".to_owned(),
            (Lang::Zh, InputError::Dangling) => "这个链接没有指向任何文件".to_owned(),
            (Lang::Zh, InputError::Denied) => "无法读取：没有权限".to_owned(),
            (Lang::Zh, InputError::Io(err)) => format!("无法读取：{err}"),
            (Lang::Zh, InputError::Decode(err)) => err.message(lang),
            (Lang::Zh, InputError::Fault(why)) => format!("本程序有缺陷，未能读取，请报告：{why}"),
        }
    }
}

/// Reads one report from the file at `path`, or from standard input where it is `-`.
pub fn report(reader: &Reader, path: &Path, max: u64) -> Result<Report, InputError> {
    let mut bytes = Vec::new();
    read(path, max, &mut bytes)?;
    parse(reader, &bytes, Some(&shown(path)))
}

/// A path as text. Two paths do not look alike in it: bytes that are not Unicode are written as `\xB1`.
pub fn shown(path: &Path) -> Cow<'_, str> {
    if let Some(text) = path.to_str() {
        return Cow::Borrowed(text);
    }
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    Cow::Owned(text)
}

/// Reads the report in `bytes`, which came from `path`. A fault of the program is an error of this input alone.
pub fn parse(reader: &Reader, bytes: &[u8], path: Option<&str>) -> Result<Report, InputError> {
    match catch_unwind(AssertUnwindSafe(|| reader.read(bytes, path))) {
        Ok(report) => Ok(report?),
        Err(panic) => {
            let why = panic.downcast_ref::<String>().map(String::as_str);
            let why = why.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("panic");
            Err(InputError::Fault(why.to_owned()))
        }
    }
}

/// What a file was like when it was looked at: another size or another time gives another stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp(u64);

impl Stamp {
    /// Of the file at `path`, as it is now. Standard input has a new one each time: it cannot be read twice.
    pub fn now(path: &Path) -> Stamp {
        if path == Path::new("-") {
            return Stamp(RandomState::new().build_hasher().finish());
        }
        Stamp::of(&fs::metadata(path))
    }

    fn of(metadata: &io::Result<fs::Metadata>) -> Stamp {
        let mut hasher = DefaultHasher::new();
        match metadata {
            Ok(metadata) => {
                (metadata.len(), metadata.modified().ok()).hash(&mut hasher);
                // The time of the last change of any kind: a file may be replaced by an older one, or become readable.
                #[cfg(unix)]
                {
                    use std::os::unix::fs::MetadataExt;
                    (metadata.ctime(), metadata.ctime_nsec()).hash(&mut hasher);
                }
            }
            Err(err) => err.kind().hash(&mut hasher),
        }
        Stamp(hasher.finish())
    }
}

/// Puts the bytes of the file at `path`, or of standard input where it is `-`, into `bytes`; at most `max`.
pub fn read(path: &Path, max: u64, bytes: &mut Vec<u8>) -> Result<(), InputError> {
    stamped(path, max, bytes).1
}

/// As [`read`], with what the file was like before.
pub fn stamped(path: &Path, max: u64, bytes: &mut Vec<u8>) -> (Stamp, Result<(), InputError>) {
    bytes.clear();
    if path == Path::new("-") {
        return (Stamp::now(path), bounded(io::stdin().lock(), 0, max, bytes));
    }
    // Asked before it is opened: opening a pipe waits for someone to write to it.
    let metadata = fs::metadata(path);
    let mut stamp = Stamp::of(&metadata);
    let open = || {
        regular(&metadata?)?;
        let file = File::open(path)?;
        let metadata = file.metadata();
        stamp = Stamp::of(&metadata);
        let metadata = metadata?;
        regular(&metadata)?;
        if metadata.len() > max {
            return Err(InputError::TooLarge { max });
        }
        bounded(file, metadata.len(), max, bytes)
    };
    let result = open();
    (stamp, result)
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
fn bounded(input: impl Read, stated: u64, max: u64, bytes: &mut Vec<u8>) -> Result<(), InputError> {
    // One more: that nothing follows is seen without asking for more room.
    bytes.reserve(usize::try_from(stated.min(max)).unwrap_or(0) + 1);
    input.take(max.saturating_add(1)).read_to_end(bytes)?;
    if bytes.len() as u64 > max { Err(InputError::TooLarge { max }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_of_the_user_is_called_theirs() {
        let said = |max, lang| InputError::TooLarge { max }.message(lang);
        assert_eq!(
            said(MAX_BYTES, Lang::En),
            "it is larger than 67108864 bytes, which no report is; --max-bytes raises the limit"
        );
        assert_eq!(said(1024, Lang::En), "it is larger than 1024 bytes, the limit that --max-bytes sets");
        assert_eq!(said(1024, Lang::Zh), "超过 --max-bytes 所限的 1024 字节");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_unicode_do_not_look_alike() {
        use std::os::unix::ffi::OsStrExt;
        let shown = |bytes: &[u8]| super::shown(Path::new(std::ffi::OsStr::from_bytes(bytes))).into_owned();
        assert_eq!(shown("年/a.txt".as_bytes()), "年/a.txt");
        assert_eq!(shown(b"\xB1\xA8/a.txt"), r"\xB1\xA8/a.txt");
        assert_eq!(shown(b"\xB1\xA9/a.txt"), r"\xB1\xA9/a.txt");
    }

    #[test]
    fn the_bound_holds_for_what_is_read() {
        let mut got = Vec::new();
        bounded(&b"abc"[..], 0, 3, &mut got).unwrap();
        assert_eq!(got, b"abc");
        assert!(matches!(bounded(io::repeat(0), 0, 1000, &mut got), Err(InputError::TooLarge { max: 1000 })));
        let bytes = |path: &Path, max| read(path, max, &mut Vec::new());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        fs::write(&path, "abcd").unwrap();
        assert!(matches!(bytes(&path, 3), Err(InputError::TooLarge { .. })));
        bytes(&path, 4).unwrap();
    }

    #[test]
    fn a_stamp_tells_when_a_file_changes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        let missing = Stamp::now(&path);
        assert_eq!(missing, stamped(&path, 9, &mut Vec::new()).0);
        fs::write(&path, "abcd").unwrap();
        let first = Stamp::now(&path);
        assert_eq!(first, stamped(&path, 9, &mut Vec::new()).0);
        assert_ne!(first, missing);
        fs::write(&path, "abcde").unwrap();
        assert_ne!(first, Stamp::now(&path));
        assert_ne!(Stamp::now(Path::new("-")), Stamp::now(Path::new("-")));
    }

    #[test]
    fn only_files_are_read() {
        let bytes = |path: &Path, max| read(path, max, &mut Vec::new());
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
