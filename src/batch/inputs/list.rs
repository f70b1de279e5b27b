//! A list of paths, as `--files-from` takes it: one a line, or each ended by NUL.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::Named;
use crate::batch::read::InputError;
use crate::lang::Lang;

/// A longer path is none, and would be kept in memory.
const LONGEST: usize = 1 << 16;

/// Why a list cannot be read on.
#[derive(Debug)]
pub struct ListError {
    /// The list.
    pub list: PathBuf,
    /// What is wrong with it.
    pub fault: ListFault,
}

/// What is wrong with a list.
#[derive(Debug)]
pub enum ListFault {
    /// The path with this number is longer than any system allows.
    TooLong(u64),
    /// The line with this number holds a NUL.
    Nul(u64),
    /// The path with this number is none that the system knows.
    NotUnicode(u64),
    /// It is standard input, and so is an INPUT.
    Twice,
    /// It names no file, and nothing else does.
    Empty,
    /// It cannot be read.
    Unreadable(InputError),
}

impl ListError {
    /// The whole sentence, in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        let why = match (lang, &self.fault) {
            (_, ListFault::Unreadable(err)) => err.message(lang),
            (Lang::En, ListFault::TooLong(number)) => {
                format!("path {number} in it is longer than {LONGEST} bytes; is this a list of paths?")
            }
            (Lang::Zh, ListFault::TooLong(number)) => {
                format!("其中第 {number} 个路径超过 {LONGEST} 字节；这是路径清单吗？")
            }
            (Lang::En, ListFault::Nul(number)) => {
                format!("path {number} in it holds a NUL byte; -0 reads a list whose paths end with NUL")
            }
            (Lang::Zh, ListFault::Nul(number)) => {
                format!("其中第 {number} 个路径含有 NUL 字节；以 NUL 结尾的清单请加 -0")
            }
            (Lang::En, ListFault::NotUnicode(number)) => format!("path {number} in it is not UTF-8"),
            (Lang::Zh, ListFault::NotUnicode(number)) => format!("其中第 {number} 个路径不是 UTF-8"),
            (Lang::En, ListFault::Twice) => {
                "standard input is the list already, and cannot also be a report".to_owned()
            }
            (Lang::Zh, ListFault::Twice) => "标准输入已用作清单，不能同时用作报告".to_owned(),
            (Lang::En, ListFault::Empty) => "the list names no file".to_owned(),
            (Lang::Zh, ListFault::Empty) => "清单里没有文件".to_owned(),
        };
        format!("--files-from {}: {why}", self.list.display())
    }
}

/// The INPUTs of a run: `inputs`, then those in the list at the path `list`, which is parted by NUL when `nul`.
///
/// # Errors
///
/// That the list cannot be opened, or that it would be read from standard input twice.
pub fn named(
    inputs: &[PathBuf],
    list: Option<&Path>,
    nul: bool,
) -> Result<impl Iterator<Item = Result<Named, ListError>>, ListError> {
    let mut paths = list.map(|list| Paths::open(list, nul)).transpose()?;
    if let Some(paths) = &mut paths {
        let stdin = inputs.iter().any(|input| input == Path::new("-"));
        if stdin && paths.path == Path::new("-") {
            return Err(ListError { list: paths.path.clone(), fault: ListFault::Twice });
        }
        paths.empty = inputs.is_empty();
    }
    let inputs = inputs.iter().map(|path| Ok(Named { path: path.clone(), listed: false }));
    Ok(inputs.chain(paths.into_iter().flatten()))
}

/// Reads the paths of a list one by one. Empty ones are left out.
struct Paths {
    path: PathBuf,
    list: Box<dyn BufRead>,
    /// They end with NUL, not with a line.
    nul: bool,
    /// So many were read.
    number: u64,
    /// None was given, nor is there another INPUT.
    empty: bool,
}

impl Paths {
    /// Opens the list at `path`, or on standard input where it is `-`: one path a line, or each ended by NUL when `nul`.
    /// Unlike a report, a list may come from a pipe, as `<(find …)` makes one.
    fn open(path: &Path, nul: bool) -> Result<Paths, ListError> {
        let list: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(BufReader::new(io::stdin()))
        } else {
            match File::open(path) {
                Ok(file) => Box::new(BufReader::new(file)),
                Err(err) => return Err(ListError { list: path.to_owned(), fault: ListFault::Unreadable(err.into()) }),
            }
        };
        Ok(Paths::new(path, list, nul))
    }

    fn new(path: &Path, list: Box<dyn BufRead>, nul: bool) -> Paths {
        Paths { path: path.to_owned(), list, nul, number: 0, empty: false }
    }

    fn read(&mut self) -> Result<Option<Named>, ListFault> {
        loop {
            let end = if self.nul { 0 } else { b'\n' };
            let mut path = Vec::new();
            let mut bounded = (&mut self.list).take(LONGEST as u64 + 2);
            if bounded.read_until(end, &mut path).map_err(|err| ListFault::Unreadable(err.into()))? == 0 {
                return if std::mem::take(&mut self.empty) { Err(ListFault::Empty) } else { Ok(None) };
            }
            self.number += 1;
            if path.last() == Some(&end) {
                path.pop();
            }
            if !self.nul && path.last() == Some(&b'\r') {
                path.pop();
            }
            if self.number == 1 && path.starts_with(b"\xEF\xBB\xBF") {
                path.drain(..3);
            }
            if path.len() > LONGEST {
                return Err(ListFault::TooLong(self.number));
            }
            if path.contains(&0) {
                return Err(ListFault::Nul(self.number));
            }
            if path == b"-" && self.path == Path::new("-") {
                return Err(ListFault::Twice);
            }
            if !path.is_empty() {
                let path = os_string(path).ok_or(ListFault::NotUnicode(self.number))?;
                self.empty = false;
                return Ok(Some(Named { path: path.into(), listed: true }));
            }
        }
    }
}

impl Iterator for Paths {
    type Item = Result<Named, ListError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().map_err(|fault| ListError { list: self.path.clone(), fault }).transpose()
    }
}

#[cfg(unix)]
pub(super) fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(bytes))
}

#[cfg(not(unix))]
pub(super) fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    String::from_utf8(bytes).ok().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], nul: bool) -> Paths {
        Paths::new(Path::new("-"), Box::new(io::Cursor::new(text.to_vec())), nul)
    }

    fn paths(text: &[u8], nul: bool) -> Vec<String> {
        read(text, nul).map(|named| named.unwrap().path.display().to_string()).collect()
    }

    fn error(text: &[u8]) -> String {
        read(text, false).find_map(Result::err).unwrap().message(Lang::En)
    }

    #[test]
    fn lines_and_nul() {
        assert_eq!(paths("\u{feff}甲.txt\r\n\nb c.txt".as_bytes(), false), ["甲.txt", "b c.txt"]);
        assert_eq!(paths(b"a\nb\0c\r\0", true), ["a\nb", "c\r"]);
        assert!(paths(b"", false).is_empty());
        assert_eq!(paths(&vec![b'x'; LONGEST], false).len(), 1);
    }

    #[test]
    fn what_is_no_list_is_told() {
        let nul = "--files-from -: path 2 in it holds a NUL byte; -0 reads a list whose paths end with NUL";
        assert_eq!(error(b"a\nb\0c\0"), nul);
        assert!(error(&vec![b'x'; LONGEST + 1]).contains("path 1 in it is longer than 65536 bytes"));
        assert!(error(b"a\n-\n").ends_with("standard input is the list already, and cannot also be a report"));
    }
}
