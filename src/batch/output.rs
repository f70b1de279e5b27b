//! The files of a run: written in a folder of the run inside that of the output, and moved to their places when whole. A
//! run that is broken off leaves the files of the run before as they were.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

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
            io::ErrorKind::IsADirectory => {
                &lang.pick("there is a directory where a file is needed", "这里应是文件，却有同名目录")
            }
            io::ErrorKind::NotFound if self.path.is_symlink() => {
                &lang.pick("the link there leads to no folder", "这个链接没有指向任何目录")
            }
            io::ErrorKind::DirectoryNotEmpty => &lang.pick(
                "it would replace files that this program has not written",
                "这里有不是本程序写出的文件，不能替换",
            ),
            io::ErrorKind::PermissionDenied => &lang.pick("permission denied", "没有权限"),
            io::ErrorKind::ResourceBusy => &lang.pick(
                "another run is writing there; wait for it, or name another folder",
                "另一个运行正在写这个目录；请等它结束，或换一个目录",
            ),
            io::ErrorKind::StorageFull => &lang.pick("the disk is full", "磁盘已满"),
            io::ErrorKind::QuotaExceeded => &lang.pick("the disk quota is used up", "磁盘配额已用完"),
            io::ErrorKind::ReadOnlyFilesystem => &lang.pick("the file system is read-only", "文件系统只读"),
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

/// Adds the path that an error of the system is about.
pub trait At<T> {
    /// As an error about `path`.
    fn at(self, path: &Path) -> Result<T, OutputError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, path: &Path) -> Result<T, OutputError> {
        self.map_err(|error| OutputError { path: path.to_owned(), error })
    }
}

/// The folder of a run, inside that of the output.
pub const FOLDER: &str = ".nianbao-run";

/// What keeps other runs out of the folder.
const LOCK: &str = "lock";

/// The folder that a run writes in; no other run can have it at the same time.
#[derive(Debug)]
pub struct Folder {
    /// That of the output.
    out: PathBuf,
    /// That of the run.
    path: PathBuf,
    /// The folder of the output was not there before.
    made: bool,
    /// The lock goes with the process, however it ends.
    _lock: File,
}

impl Folder {
    /// Makes the folder of a run in `out`, which is made too, and those above it.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::ResourceBusy`] where another run has it.
    pub fn open(out: &Path) -> Result<Folder, OutputError> {
        let path = out.join(FOLDER);
        let made = !out.exists();
        if made && out.is_symlink() {
            return Err(io::ErrorKind::NotFound.into()).at(out);
        }
        loop {
            fs::create_dir_all(out).at(out)?;
            match fs::create_dir(&path) {
                Err(err) if err.kind() != io::ErrorKind::AlreadyExists => return Err(err).at(out),
                _ => {}
            }
            let lock_path = path.join(LOCK);
            let lock = match OpenOptions::new().create(true).truncate(false).write(true).open(&lock_path) {
                Ok(lock) => lock,
                // The run that had it ends just now, and takes it away.
                Err(err) if err.kind() == io::ErrorKind::NotFound => continue,
                Err(err) => return Err(err).at(out),
            };
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()).at(out),
                // A file system without locks: better without one than not at all.
                Err(TryLockError::Error(err)) if err.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(err)) => return Err(err).at(&lock_path),
            }
            if same(&lock, &lock_path) {
                return Ok(Folder { out: out.to_owned(), path, made, _lock: lock });
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file of the run.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Removes what a run before has left of the folder `name`.
    pub fn remove_folder(&self, name: &str) -> Result<(), OutputError> {
        let path = self.file(name);
        match fs::remove_dir_all(&path) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => Err(err).at(&path),
            _ => Ok(()),
        }
    }

    /// Removes all that a run before has left.
    pub fn clear(&self) -> Result<(), OutputError> {
        for entry in fs::read_dir(&self.path).at(&self.path)? {
            let path = entry.at(&self.path)?.path();
            if path.file_name().is_some_and(|name| name != LOCK) {
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }.at(&path)?;
            }
        }
        Ok(())
    }

    /// That the place of the file `name` is not taken by a directory. Better told before a run than after it.
    pub fn check(&self, name: &str) -> Result<(), OutputError> {
        let place = self.out.join(name);
        if place.is_dir() { Err(io::ErrorKind::IsADirectory.into()).at(&place) } else { Ok(()) }
    }

    /// That in the place of the folder `name`, which will hold a folder `year=…` with a file `part` for each year, there is
    /// nothing else: what stands there is going to be replaced.
    pub fn check_years(&self, name: &str, part: &str) -> Result<(), OutputError> {
        let place = self.out.join(name);
        let entries = |path: &Path| match fs::read_dir(path) {
            Ok(entries) => entries.collect::<io::Result<Vec<_>>>(),
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(err) => Err(err),
        };
        for year in entries(&place).at(&place)? {
            let path = year.path();
            let ours = year.file_name().to_str().is_some_and(|name| name.starts_with("year="))
                && entries(&path).at(&path)?.iter().all(|file| file.file_name() == part);
            if !ours {
                return Err(io::ErrorKind::DirectoryNotEmpty.into()).at(&path);
            }
        }
        Ok(())
    }

    /// Moves the file or folder `name` to its place; whether it was still here.
    pub fn publish(&self, name: &str) -> Result<bool, OutputError> {
        let place = self.out.join(name);
        if self.file(name).is_dir() && place.is_dir() {
            // Only an empty folder can be replaced. The former one goes with the folder of the run.
            let former = self.file(&format!("{name}.former"));
            if former.exists() {
                fs::remove_dir_all(&former).at(&former)?;
            }
            fs::rename(&place, &former).at(&place)?;
        }
        match fs::rename(self.file(name), &place) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(false),
            result => result.at(&place).map(|()| true),
        }
    }

    /// Waits until the files with these `names` are on the disk.
    pub fn sync<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<(), OutputError> {
        for name in names {
            let path = self.file(name);
            sync_all(&path).at(&path)?;
        }
        Ok(())
    }

    /// Waits until it is on the disk which files are in place.
    pub fn sync_places(&self) -> Result<(), OutputError> {
        // Elsewhere a directory cannot be opened.
        if cfg!(unix) { File::open(&self.out).and_then(|dir| dir.sync_all()).at(&self.out) } else { Ok(()) }
    }

    /// Removes the folder; that of the output too, if it was made for this run and nothing is in it.
    pub fn remove(self) -> Result<(), OutputError> {
        self.clear()?;
        // With the lock held: who opens the lock before this sees afterwards that it is not that of the folder.
        if cfg!(unix) {
            fs::remove_dir_all(&self.path).at(&self.path)?;
            if self.made {
                let _ = fs::remove_dir(&self.out);
            }
        }
        Ok(())
    }
}

/// Waits until a file, or everything in a folder, is on the disk.
fn sync_all(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        fs::read_dir(path)?.try_for_each(|entry| sync_all(&entry?.path()))?;
        // Elsewhere a directory cannot be opened.
        if !cfg!(unix) {
            return Ok(());
        }
    }
    File::open(path)?.sync_all()
}

/// Whether the open file is still the one at `path`.
#[cfg(unix)]
fn same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

/// Elsewhere the lock is never removed.
#[cfg(not(unix))]
fn same(_: &File, _: &Path) -> bool {
    true
}

/// A file being written in the folder of a run.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    file: BufWriter<File>,
    /// Bytes so far, those that wait too.
    length: u64,
}

/// So much waits before it is written.
const BUFFER: usize = 1 << 16;

impl Part {
    /// Starts the file `name`, with `start` in it.
    pub fn new(folder: &Folder, name: &str, start: &[u8]) -> Result<Part, OutputError> {
        let path = folder.file(name);
        // As any new file, not private as a temporary one: the umask applies.
        let file = OpenOptions::new().create(true).truncate(true).read(true).write(true).open(&path).at(&path)?;
        let mut part = Part { path, file: BufWriter::with_capacity(BUFFER, file), length: 0 };
        part.put(start)?;
        Ok(part)
    }

    /// Goes on with the file `name` behind its first `length` bytes.
    pub fn reopen(folder: &Folder, name: &str, length: u64) -> Result<Part, OutputError> {
        let path = folder.file(name);
        let mut file = OpenOptions::new().read(true).write(true).open(&path).at(&path)?;
        file.set_len(length).at(&path)?;
        file.seek(SeekFrom::End(0)).at(&path)?;
        Ok(Part { path, file: BufWriter::with_capacity(BUFFER, file), length })
    }

    /// Adds `bytes`.
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.length += bytes.len() as u64;
        self.file.write_all(bytes).at(&self.path)
    }

    /// Adds what `write` writes.
    pub fn with<T>(&mut self, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>) -> Result<T, OutputError> {
        let written = write(&mut self.file).at(&self.path)?;
        self.length = self.file.stream_position().at(&self.path)?;
        Ok(written)
    }

    /// Writes out what waits; the length of the file.
    pub fn flush(&mut self) -> Result<u64, OutputError> {
        self.file.flush().at(&self.path)?;
        Ok(self.length)
    }

    /// Writes out what waits, and reads the file from its start. Nothing is to be added before that is over.
    pub fn read(&mut self) -> Result<BufReader<File>, OutputError> {
        self.flush()?;
        let read = || File::open(&self.path).map(|file| BufReader::with_capacity(BUFFER, file));
        read().at(&self.path)
    }

    /// The file, to be synced.
    pub fn file(&self) -> io::Result<File> {
        self.file.get_ref().try_clone()
    }

    /// Writes out what waits, and gives the file, to be read from its start.
    pub fn close(self) -> Result<File, OutputError> {
        let mut file = self.file.into_inner().map_err(|err| err.into_error()).at(&self.path)?;
        file.rewind().at(&self.path)?;
        Ok(file)
    }
}

/// A file that is written and read no further once a run is told to stop: whatever works on it ends with an error.
#[derive(Debug)]
pub struct Stopping<'a> {
    file: File,
    stop: &'a AtomicBool,
    /// A write has ended with an error. What is written behind it goes nowhere: a writer that tidies up when it is dropped,
    /// as that of a workbook does, would complain on standard error.
    told: bool,
}

impl<'a> Stopping<'a> {
    /// `file`, until `stop`.
    pub fn new(file: File, stop: &'a AtomicBool) -> Stopping<'a> {
        Stopping { file, stop, told: false }
    }

    fn check(&self) -> io::Result<()> {
        if self.stop.load(Ordering::Relaxed) { Err(stopped()) } else { Ok(()) }
    }
}

/// The run was told to stop. Not `Interrupted`: what is interrupted is tried again.
pub fn stopped() -> io::Error {
    io::Error::other("the run was stopped")
}

impl Read for Stopping<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.file.read(bytes)
    }
}

impl Write for Stopping<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.told {
            return Ok(bytes.len());
        }
        self.check().inspect_err(|_| self.told = true)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Stopping<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// Writes the file `name` of a run in one go, unless it is told to `stop`.
pub fn write<'a, T>(
    folder: &Folder,
    name: &str,
    stop: &'a AtomicBool,
    write: impl FnOnce(&mut BufWriter<Stopping<'a>>) -> io::Result<T>,
) -> Result<T, OutputError> {
    let path = folder.file(name);
    let file = Stopping::new(File::create(&path).at(&path)?, stop);
    let mut out = BufWriter::with_capacity(BUFFER, file);
    let written = write(&mut out).at(&path)?;
    out.into_inner().map_err(|err| err.into_error()).at(&path)?;
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_had_by_one_run_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("a/out");
        let first = Folder::open(&out).unwrap();
        let err = Folder::open(&out).unwrap_err();
        assert!(
            err.to_string().ends_with(
                "out: the output cannot be written: another run is writing there; wait for it, or name another folder"
            ),
            "{err}"
        );
        first.remove().unwrap();
        assert!(!out.exists());
        fs::create_dir(&out).unwrap();
        Folder::open(&out).unwrap().remove().unwrap();
        assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_in_the_place_of_the_directory_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("out");
        std::os::unix::fs::symlink("nowhere", &link).unwrap();
        let err = Folder::open(&link).unwrap_err().to_string();
        assert!(err.ends_with("out: the output cannot be written: the link there leads to no folder"), "{err}");
        assert!(!dir.path().join("nowhere").exists());
    }

    #[test]
    fn a_file_in_the_place_of_the_directory_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("out");
        fs::write(&file, "").unwrap();
        let err = Folder::open(&file).unwrap_err().to_string();
        assert!(
            err.ends_with("out: the output cannot be written: there is a file where a directory is needed"),
            "{err}"
        );
    }
}
