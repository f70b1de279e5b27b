//! What stands in the folder of the outputs before a run, and must not be lost or mistaken: inputs, which no output may
//! replace, and outputs of an earlier run that this one does not write.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::convert::Formats;
use super::inputs::{Entries, Entry};
use super::sinks;
use crate::lang::Lang;
#[cfg(feature = "parquet")]
use crate::write::parquet;

/// The files and folders that a run is going to replace.
#[derive(Debug, Default)]
pub struct Standing {
    /// The folder of the outputs, without links.
    home: PathBuf,
    files: Vec<&'static str>,
    /// With all that is in them.
    folders: Vec<&'static str>,
}

impl Standing {
    /// What a run that writes `formats` into `out` is going to replace.
    pub fn of(out: &Path, formats: Formats) -> Standing {
        // Where there is no folder, nothing stands in it.
        let Ok(home) = fs::canonicalize(out) else { return Standing::default() };
        let stands = |name: &&str| fs::symlink_metadata(home.join(name)).is_ok();
        let files = sinks::outputs(formats).into_iter().filter(stands).collect();
        let folders = sinks::folders(formats).iter().copied().filter(stands).collect();
        Standing { home, files, folders }
    }

    /// A run is going to replace nothing.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    /// Whether the file at `path` is among it. A link to one of these files is not: it stays as it is.
    pub fn holds(&self, path: &Path) -> bool {
        let Some(name) = path.file_name().and_then(OsStr::to_str) else { return false };
        // Names are compared first: to look for the place of every input would cost more.
        let file = self.files.contains(&name);
        if !file && (self.folders.is_empty() || !is_part(name)) {
            return false;
        }
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let Ok(above) = fs::canonicalize(above) else { return false };
        let Ok(inside) = above.strip_prefix(&self.home) else { return false };
        match inside.components().next() {
            None => file,
            Some(first) => self.folders.iter().any(|folder| first.as_os_str() == *folder),
        }
    }

    /// The first of `entries` that is among it.
    pub fn input(&self, mut entries: Entries<'_>) -> io::Result<Option<PathBuf>> {
        if self.is_empty() {
            return Ok(None);
        }
        let held = |entry: io::Result<Entry>| match entry {
            Ok(Entry::Input(input)) => self.holds(&input.path).then_some(Ok(input.path)),
            Ok(Entry::Failure(_)) => None,
            Err(err) => Some(Err(err)),
        };
        entries.find_map(held).transpose()
    }
}

#[cfg(feature = "parquet")]
fn is_part(name: &str) -> bool {
    name == parquet::PART
}

#[cfg(not(feature = "parquet"))]
fn is_part(_: &str) -> bool {
    false
}

/// The outputs in `out` that a run which writes `formats` leaves as they are, by their names: an earlier run has written
/// them, of other reports it may be.
pub fn stale(out: &Path, formats: Formats) -> Vec<String> {
    let all = Formats { csv: true, jsonl: true, html: true, xlsx: true, parquet: true, by_year: false, ..formats };
    let written = sinks::outputs(formats);
    let files = sinks::outputs(all).into_iter().filter(|name| !written.contains(name) && out.join(name).is_file());
    let all = Formats { by_year: true, ..all };
    let written = sinks::folders(formats);
    let parted = |name: &&str| !written.contains(name) && is_parted(&out.join(name));
    let folders = sinks::folders(all).iter().copied().filter(parted).map(|name| format!("{name}/year=…"));
    files.map(str::to_owned).chain(folders).collect()
}

/// Whether there is a folder of years.
fn is_parted(folder: &Path) -> bool {
    let is_year = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(|name| name.starts_with("year=")))
    };
    fs::read_dir(folder).is_ok_and(|mut entries| entries.any(is_year))
}

/// That the outputs with these `names` in `out` are not of this run, as a sentence.
pub fn stale_message(out: &Path, names: &[String], lang: Lang) -> String {
    let dir = out.display();
    match lang {
        Lang::En => format!("{dir} also holds outputs that this run has not written: {}", names.join(", ")),
        Lang::Zh => format!("{dir} 中还有并非本次运行写出的结果文件：{}", names.join("、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The CSV tables alone.
    fn csv() -> Formats {
        Formats { jsonl: false, html: false, ..Formats::default() }
    }

    #[test]
    fn what_is_going_to_be_replaced_is_known_by_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("out");
        assert!(!Standing::of(&out, csv()).holds(&out.join("cells.csv")));
        fs::create_dir_all(out.join("sub")).unwrap();
        for name in ["out/cells.csv", "out/reports.jsonl", "out/sub/cells.csv", "cells.csv"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let standing = Standing::of(&out, csv());
        assert!(standing.holds(&out.join("cells.csv")) && standing.holds(&out.join("sub/../cells.csv")));
        // Another name, another folder, nothing there yet.
        for name in ["out/reports.jsonl", "out/sub/cells.csv", "cells.csv", "out/wide.csv", "-"] {
            assert!(!standing.holds(&dir.path().join(name)), "{name}");
        }
    }

    #[test]
    fn outputs_that_a_run_does_not_write_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        assert!(stale(out, csv()).is_empty());
        for name in ["cells.csv", "reports.jsonl", "summary.html", "mine.jsonl"] {
            fs::write(out.join(name), "").unwrap();
        }
        fs::create_dir(out.join("wide")).unwrap();
        assert_eq!(stale(out, csv()), ["reports.jsonl", "summary.html"]);
        assert_eq!(stale(out, Formats { csv: false, jsonl: true, html: true, ..csv() }), ["cells.csv"]);
        assert_eq!(
            stale_message(Path::new("out"), &stale(out, csv()), Lang::En),
            "out also holds outputs that this run has not written: reports.jsonl, summary.html"
        );
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn parquet_files_and_folders_of_years_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path();
        let year = out.join("cells/year=2023");
        fs::create_dir_all(&year).unwrap();
        fs::write(year.join(parquet::PART), "").unwrap();
        fs::write(out.join("wide.parquet"), "").unwrap();
        let formats = Formats { csv: false, parquet: true, ..csv() };
        assert_eq!(stale(out, formats), ["cells/year=…"]);
        let parted = Formats { by_year: true, ..formats };
        assert_eq!(stale(out, parted), ["wide.parquet"]);
        assert!(Standing::of(out, parted).holds(&year.join(parquet::PART)));
        assert!(!Standing::of(out, formats).holds(&year.join(parquet::PART)));
    }
}
