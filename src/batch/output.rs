//! The files of a run: written under a temporary name beside their place, renamed when whole. A run that is broken
//! off leaves the files of the run before as they were.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::lang::Lang;

/// An output that cannot be written.
#[derive(Debug)]
pub struct OutputError {
    /// The file or directory.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

impl OutputError {
    /// The whole sentence, in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        let why: &dyn fmt::Display = match self.error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
                &lang.pick("there is a file where a directory is needed", "这里应是目录，却有同名文件")
            }
            io::ErrorKind::PermissionDenied => &lang.pick("permission denied", "没有权限"),
            _ => &self.error,
        };
        let path = self.path.display();
        match lang {
            Lang::En => format!("{path}: the output cannot be written: {why}"),
            Lang::Zh => format!("{path}：无法写入输出：{why}"),
        }
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// A file being written.
#[derive(Debug)]
pub struct Part {
    /// Its final place.
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl Part {
    /// Starts the file `name` of the directory `dir`.
    pub fn new(dir: &Path, name: &str) -> Result<Part, OutputError> {
        let path = dir.join(name);
        let prefix = format!(".{name}.");
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        // As any new file, not private as a temporary one: the umask still applies.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        match builder.tempfile_in(dir) {
            Ok(file) => Ok(Part { path, file: BufWriter::with_capacity(1 << 16, file) }),
            Err(error) => Err(OutputError { path, error }),
        }
    }

    /// Writes out what is buffered; the file is whole.
    pub fn close(self) -> Result<Whole, OutputError> {
        let Part { path, file } = self;
        match file.into_inner() {
            Ok(file) => Ok(Whole { path, file }),
            Err(err) => Err(OutputError { path, error: err.into_error() }),
        }
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A file that waits for its name.
#[derive(Debug)]
pub struct Whole {
    path: PathBuf,
    file: NamedTempFile,
}

impl Whole {
    /// Renames it.
    pub fn publish(self) -> Result<(), OutputError> {
        match self.file.persist(&self.path) {
            Ok(_) => Ok(()),
            Err(err) => Err(OutputError { path: self.path, error: err.error }),
        }
    }
}

/// Makes the directory `dir`, and those above it.
pub fn directory(dir: &Path) -> Result<(), OutputError> {
    fs::create_dir_all(dir).map_err(|error| OutputError { path: dir.to_owned(), error })
}

/// A file without a name in `dir`, for rows that wait; it goes with the process.
pub fn spool(dir: &Path) -> Result<File, OutputError> {
    tempfile::tempfile_in(dir).map_err(|error| OutputError { path: dir.to_owned(), error })
}
