//! `nianbao check`: what is wrong in reports, on the terminal.

use std::io::{self, IsTerminal, Write};

use super::args::{Check, CheckFormat, Global};
use super::{Out, Stop, Verdict, entries, note, style};
use crate::Reader;
use crate::batch::{self, Entry};
use crate::record::Report;
use crate::write::summary::{Collector, Run};
use crate::write::text;

pub(super) fn run(reader: &Reader, global: &Global, args: &Check, out: &mut Out) -> Result<Verdict, Stop> {
    let entries = entries(&args.inputs, global.lang())?;
    let run = match args.format {
        CheckFormat::Text => lines(reader, global, &entries, out)?,
        CheckFormat::Json => document(reader, global, &entries, out)?,
    };
    Ok(Verdict::errors_if(!run.failures.is_empty() || run.total.errors > 0))
}

/// Each finding with its line, and the counts at the end.
fn lines(reader: &Reader, global: &Global, entries: &[Entry], out: &mut Out) -> Result<Run, Stop> {
    let style = style(global);
    let terminal = io::stdout().is_terminal();
    let mut run = Run::default();
    for entry in entries {
        match read(reader, global, entry) {
            Err((source, error)) => run.failure(&source, &error),
            Ok((_, report)) => {
                run.report(&report);
                if global.quiet {
                    text::findings(out, &report, style)?;
                } else {
                    text::report(out, &report, style)?;
                    if !report.findings.is_empty() {
                        writeln!(out)?;
                    }
                }
                if terminal {
                    // A person watches: a pipe may wait for a full buffer, they should not.
                    out.flush()?;
                }
            }
        }
    }
    if !global.quiet {
        text::totals(out, &run, style)?;
    }
    Ok(run)
}

/// The summary of the run, with the findings.
fn document(reader: &Reader, global: &Global, entries: &[Entry], out: &mut Out) -> Result<Run, Stop> {
    let lang = global.lang();
    let spooled = |err: io::Error| {
        let what = lang.pick("the temporary file of the run failed: ", "运行所用的临时文件出错：");
        Stop::error(format_args!("{what}{err}"))
    };
    let mut collector = Collector::new(tempfile::tempfile().map_err(spooled)?, lang, true);
    for entry in entries {
        match read(reader, global, entry) {
            Ok((id, report)) => collector.report(id, &report).map_err(spooled)?,
            Err((source, error)) => collector.failure(&source, &error),
        }
    }
    Ok(collector.finish(out)?)
}

/// The id and the report of `entry`; or its path and why it cannot be read, which is told at once.
fn read<'a>(reader: &Reader, global: &Global, entry: &'a Entry) -> Result<(&'a str, Report), (String, String)> {
    let (source, error) = match entry {
        Entry::Failure(failure) => (failure.source.clone(), failure.error.clone()),
        Entry::Input(input) => match batch::report(reader, &input.path, global.max_bytes) {
            Ok(report) => return Ok((&input.id, report)),
            Err(error) => (input.path.to_string_lossy().into_owned(), error.message(global.lang())),
        },
    };
    note(format_args!("nianbao: {source}: {error}"));
    Err((source, error))
}
