//! The run of `convert`: inputs in, the files of the contract out.

use std::path::{Path, PathBuf};

use super::inputs::Entry;
use super::output::{self, OutputError, Part, Whole};
use super::read;
use crate::Reader;
use crate::lang::Lang;
use crate::record::Report;
use crate::write::csv::{Csv, Table};
use crate::write::json;
use crate::write::summary::{Collector, Run};
use crate::write::wide::Wide;

/// Which files a run writes, and how. `failed.csv` and `summary.json` are always among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formats {
    /// The CSV tables.
    pub csv: bool,
    /// `reports.jsonl`.
    pub jsonl: bool,
    /// The language of messages.
    pub lang: Lang,
}

impl Default for Formats {
    fn default() -> Formats {
        Formats { csv: true, jsonl: true, lang: Lang::En }
    }
}

/// Reads `entries` in their order, one at a time, and writes the tables to the directory `dir`.
///
/// Inputs larger than `max` bytes are refused. `failed` hears of every input that could not be read, with the reason.
pub fn convert(
    reader: &Reader,
    entries: &[Entry],
    dir: &Path,
    formats: Formats,
    max: u64,
    mut failed: impl FnMut(&str, &str),
) -> Result<Run, OutputError> {
    let mut sinks = Sinks::new(dir, formats)?;
    for entry in entries {
        let (source, error) = match entry {
            Entry::Failure(failure) => (failure.source.clone(), failure.error.clone()),
            Entry::Input(input) => match read::report(reader, &input.path, max) {
                Ok(report) => {
                    sinks.report(&input.id, &report)?;
                    continue;
                }
                Err(error) => (input.path.to_string_lossy().into_owned(), error.message(formats.lang)),
            },
        };
        failed(&source, &error);
        sinks.failure(&source, &error)?;
    }
    sinks.finish(reader)
}

/// A writer with the place that its errors are about.
struct Sink<T> {
    path: PathBuf,
    inner: T,
}

impl<T> Sink<T> {
    fn new(path: &Path, inner: std::io::Result<T>) -> Result<Sink<T>, OutputError> {
        let path = path.to_owned();
        match inner {
            Ok(inner) => Ok(Sink { path, inner }),
            Err(error) => Err(OutputError { path, error }),
        }
    }

    fn write<R>(&mut self, write: impl FnOnce(&mut T) -> std::io::Result<R>) -> Result<R, OutputError> {
        write(&mut self.inner).map_err(|error| OutputError { path: self.path.clone(), error })
    }

    fn end<R>(self, end: impl FnOnce(T) -> std::io::Result<R>) -> Result<R, OutputError> {
        end(self.inner).map_err(|error| OutputError { path: self.path, error })
    }
}

/// Every file of the run.
struct Sinks {
    tables: Vec<Sink<Csv<Part>>>,
    wide: Option<(Part, Sink<Wide<std::fs::File>>)>,
    jsonl: Option<Sink<Part>>,
    lang: Lang,
    failed: Sink<Csv<Part>>,
    summary: (Part, Sink<Collector<std::fs::File>>),
}

impl Sinks {
    fn new(dir: &Path, formats: Formats) -> Result<Sinks, OutputError> {
        output::directory(dir)?;
        let table = |table: Table| {
            let part = Part::new(dir, table.file())?;
            Sink::new(&dir.join(table.file()), Csv::new(table, formats.lang, part))
        };
        let mut tables = Vec::new();
        let mut wide = None;
        if formats.csv {
            tables = Table::OF_REPORTS.into_iter().map(table).collect::<Result<_, _>>()?;
            wide = Some((Part::new(dir, "wide.csv")?, Sink::new(dir, Ok(Wide::new(output::spool(dir)?)))?));
        }
        let jsonl = match formats.jsonl {
            true => {
                let part = Part::new(dir, "reports.jsonl")?;
                Some(Sink::new(&dir.join("reports.jsonl"), Ok(part))?)
            }
            false => None,
        };
        let collector = Collector::new(output::spool(dir)?, formats.lang, false);
        Ok(Sinks {
            tables,
            wide,
            jsonl,
            lang: formats.lang,
            failed: table(Table::Failed)?,
            summary: (Part::new(dir, "summary.json")?, Sink::new(dir, Ok(collector))?),
        })
    }

    fn report(&mut self, id: &str, report: &Report) -> Result<(), OutputError> {
        for table in &mut self.tables {
            table.write(|table| table.report(id, report))?;
        }
        if let Some((_, wide)) = &mut self.wide {
            wide.write(|wide| wide.report(id, report))?;
        }
        if let Some(jsonl) = &mut self.jsonl {
            jsonl.write(|jsonl| json::write(report, self.lang, jsonl, false))?;
        }
        self.summary.1.write(|summary| summary.report(id, report))
    }

    fn failure(&mut self, source: &str, error: &str) -> Result<(), OutputError> {
        self.summary.1.inner.failure(source, error);
        self.failed.write(|failed| failed.failure(source, error))
    }

    /// Every file is whole before the first gets its name.
    fn finish(self, reader: &Reader) -> Result<Run, OutputError> {
        let mut whole: Vec<Whole> = Vec::new();
        for table in self.tables.into_iter().chain([self.failed]) {
            whole.push(table.end(Csv::finish)?.close()?);
        }
        if let Some((part, wide)) = self.wide {
            whole.push(wide.end(|wide| wide.finish(part, reader.forms()))?.close()?);
        }
        if let Some(jsonl) = self.jsonl {
            whole.push(jsonl.end(Ok)?.close()?);
        }
        let (mut part, summary) = self.summary;
        let run = summary.end(|summary| summary.finish(&mut part))?;
        whole.push(part.close()?);
        whole.into_iter().try_for_each(Whole::publish)?;
        Ok(run)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::form::Forms;
    use crate::write::sample;
    use crate::write::summary::Failure;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn files_appear_when_whole_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("a/out");
        let mut sinks = Sinks::new(&out, Formats::default()).unwrap();
        sinks.report("甲", &sample::report()).unwrap();
        sinks.report("乙", &sample::report()).unwrap();
        assert!(names(&out).iter().all(|name| name.starts_with('.')));
        let run = sinks.finish(&Reader::new(Forms::embedded())).unwrap();
        assert_eq!(run.reports, 2);
        assert_eq!(
            names(&out),
            [
                "cells.csv",
                "failed.csv",
                "findings.csv",
                "reports.csv",
                "reports.jsonl",
                "sections.csv",
                "summary.json",
                "tables.csv",
                "wide.csv",
            ]
        );
        assert_eq!(fs::read_to_string(out.join("reports.jsonl")).unwrap().lines().count(), 2);
        assert_eq!(fs::read_to_string(out.join("failed.csv")).unwrap(), "source,error\n");
    }

    #[test]
    fn a_run_that_is_broken_off_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("cells.csv"), "old").unwrap();
        let mut sinks = Sinks::new(dir.path(), Formats::default()).unwrap();
        sinks.report("甲", &sample::report()).unwrap();
        drop(sinks);
        assert_eq!(names(dir.path()), ["cells.csv"]);
        assert_eq!(fs::read_to_string(dir.path().join("cells.csv")).unwrap(), "old");
    }

    #[test]
    fn failures_are_rows_and_the_choice_of_formats_holds() {
        let dir = tempfile::tempdir().unwrap();
        let entries = [Entry::Failure(Failure { source: "=a.txt".into(), error: "there is no such file".into() })];
        let formats = Formats { csv: false, ..Formats::default() };
        let mut heard = Vec::new();
        let run = convert(&Reader::new(Forms::embedded()), &entries, dir.path(), formats, 9, |source, error| {
            heard.push(format!("{source}: {error}"));
        })
        .unwrap();
        assert_eq!((run.reports, run.failures.len()), (0, 1));
        assert_eq!(heard, ["=a.txt: there is no such file"]);
        assert_eq!(names(dir.path()), ["failed.csv", "reports.jsonl", "summary.json"]);
        let failed = fs::read_to_string(dir.path().join("failed.csv")).unwrap();
        assert_eq!(failed, "source,error\n'=a.txt,there is no such file\n");
    }

    #[test]
    fn a_file_in_the_place_of_the_directory_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("out");
        fs::write(&file, "").unwrap();
        let err = Sinks::new(&file, Formats::default()).err().unwrap().to_string();
        assert!(
            err.ends_with("out: the output cannot be written: there is a file where a directory is needed"),
            "{err}"
        );
    }
}
