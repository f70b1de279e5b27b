//! `nianbao check`: what is wrong in reports, on the terminal.

use std::io::{self, BufReader, BufWriter, IsTerminal, Seek, Write};
use std::sync::atomic::AtomicBool;

use super::args::{Check, CheckFormat, Global};
use super::progress::Progress;
use super::{Out, Stop, Verdict, named, pick, reading, style, with_agencies};
use crate::Reader;
use crate::batch::ordered::{Event, Weigh};
use crate::batch::reports::{Collect, Seen, Worker};
use crate::batch::series::{self, Collector, Lines};
use crate::batch::sort::Scratch;
use crate::batch::{ConvertError, Listing, Outcome, Watch};
use crate::record::Report;
use crate::write::html::{Leaf, Page};
use crate::write::sarif::{self, Sarif};
use crate::write::summary::{self, Failure, Run};
use crate::write::text;

pub(super) fn run(reader: &Reader, global: &Global, args: &Check, out: &mut Out) -> Result<Verdict, Stop> {
    let (reader, _) = &with_agencies(reader, global, &args.inputs)?;
    let run = match args.format {
        CheckFormat::Text => lines(reader, global, args, out)?,
        CheckFormat::Json => document(reader, global, args, out)?,
        CheckFormat::Html => page(reader, global, args, out)?,
        CheckFormat::Sarif => log(reader, global, args, out)?,
    };
    Ok(Verdict::errors_if(run.failed > 0 || run.total.errors > 0))
}

/// What is printed of some neighbouring inputs.
#[derive(Debug, Default)]
struct Batch {
    text: Vec<u8>,
    leaves: Vec<Leaf>,
    failures: Vec<Failure>,
    /// What the series of organs need of the reports.
    series: Vec<u8>,
    run: Run,
    inputs: u64,
    bytes: u64,
}

impl Weigh for Batch {
    fn weight(&self) -> usize {
        self.text.len() + self.series.len() + self.leaves.iter().map(Leaf::weight).sum::<usize>()
    }
}

impl Collect for Batch {
    fn is_full(&self) -> bool {
        self.weight() > 1 << 18
    }
}

/// Prints reports into batches.
struct Printer<'a, P>(&'a P);

impl<P: Fn(&str, &Report, &mut Batch) -> io::Result<()>> Worker<Batch> for Printer<'_, P> {
    fn add(&mut self, seen: Seen<'_>, batch: &mut Batch) -> io::Result<()> {
        batch.inputs += 1;
        batch.bytes += seen.bytes;
        match seen.outcome {
            Outcome::Report { id, report } => {
                batch.run.report(report);
                series::note(id, report, &mut batch.series)?;
                (self.0)(id, report, batch)
            }
            Outcome::Failure(failure) => {
                batch.run.failure();
                batch.failures.push(failure);
                Ok(())
            }
        }
    }
}

/// Puts each report into a batch by `print`, which any thread may run, and gives `write` the batches in the order of the inputs. Inputs
/// that fail are told at once. What is to be said of several reports together is counted in the run that `write` gives at last.
fn each(
    reader: &Reader,
    global: &Global,
    args: &Check,
    print: impl Fn(&str, &Report, &mut Batch) -> io::Result<()> + Sync,
    mut write: impl FnMut(Event<Batch>) -> Result<(), Stop>,
) -> Result<(Run, Lines), Stop> {
    let stop = AtomicBool::new(false);
    let reading = reading(reader, global, args.inputs.jobs, &stop);
    let system = |err: io::Error| Stop::error(ConvertError::System(err).message(reading.lang));
    let named = named(&args.inputs, reading.lang)?.map(|named| named.map_err(ConvertError::from));
    // Where findings run over a terminal there is no place for a bar.
    let mut progress = Progress::new(global, io::stdout().is_terminal()).telling_all();
    let found = |count| {
        progress.found(count);
        true
    };
    let listing = Listing::new(named, &pick(&args.inputs)?, reading.lang, &Scratch::default(), found);
    let mut listing = listing.map_err(|err| Stop::error(err.message(reading.lang)))?;
    let count = listing.len();
    progress.begin(count, 0, &Run::default());
    let entries = listing.entries().map_err(system)?;
    let scratch = Scratch::default();
    let mut collector = Collector::new(reader.forms(), reader.known_agencies(), &scratch);
    let mut run = Run::default();
    reading.each(
        entries,
        count,
        Batch::default,
        || Printer(&print),
        |event| match event {
            Event::Idle => write(Event::Idle),
            Event::Result(batch) => {
                let mut batch = batch.map_err(system)?;
                collector.add(&*batch.series).map_err(system)?;
                batch.failures.iter().for_each(|failure| progress.failed(failure));
                run.add(std::mem::take(&mut batch.run));
                progress.done(batch.inputs, batch.bytes, &run);
                write(Event::Result(batch))
            }
        },
    )?;
    progress.end();
    let lines = Lines::of(collector, reader, reading.lang, &scratch, &mut run).map_err(system)?;
    Ok((run, lines))
}

/// Each finding with its line, and the counts at the end.
fn lines(reader: &Reader, global: &Global, args: &Check, out: &mut Out) -> Result<Run, Stop> {
    let style = style(global);
    let terminal = io::stdout().is_terminal();
    let print = |_: &str, report: &Report, Batch { text, .. }: &mut Batch| {
        if global.quiet {
            return text::findings(text, report, style);
        }
        text::report(text, report, style)
    };
    // Behind the findings of a report there is a blank line, behind the line of one without any there is none.
    let mut apart = true;
    let (run, mut series) = each(reader, global, args, print, |event| {
        match event {
            Event::Result(batch) => {
                out.write_all(&batch.text)?;
                apart = batch.text.is_empty() && apart || batch.text.ends_with(b"\n\n");
            }
            // A person watches: a pipe may wait for a full buffer, they should not.
            Event::Idle if terminal => out.flush()?,
            Event::Idle => {}
        }
        Ok(())
    })?;
    let mut headed = global.quiet;
    series.each(|line| {
        if !std::mem::replace(&mut apart, true) {
            writeln!(out)?;
        }
        if !std::mem::replace(&mut headed, true) {
            text::series_head(out, style)?;
        }
        text::series(out, line, style)
    })?;
    if !global.quiet {
        text::totals(out, &run, style)?;
    }
    Ok(run)
}

/// The summary of the run, with the findings.
fn document(reader: &Reader, global: &Global, args: &Check, out: &mut Out) -> Result<Run, Stop> {
    let lang = global.lang();
    let system = |err: io::Error| Stop::error(ConvertError::System(err).message(lang));
    let temporary = || tempfile::tempfile().map(BufWriter::new).map_err(system);
    let (mut files, mut failures) = (temporary()?, temporary()?);
    let print = |id: &str, report: &Report, batch: &mut Batch| summary::file(id, report, Some(lang), &mut batch.text);
    let (run, mut series) = each(reader, global, args, print, |event| {
        if let Event::Result(batch) = event {
            files.write_all(&batch.text).map_err(system)?;
            batch.failures.iter().try_for_each(|failure| summary::failure(failure, &mut failures)).map_err(system)?;
        }
        Ok(())
    })?;
    let read = |file: BufWriter<std::fs::File>| {
        let mut file = file.into_inner().map_err(|err| err.into_error())?;
        file.rewind()?;
        Ok(BufReader::new(file))
    };
    let (failures, files) = (read(failures).map_err(system)?, read(files).map_err(system)?);
    summary::write(&run, failures, files, series.read().map_err(system)?, out)?;
    Ok(run)
}

/// The summary of the run as a page.
fn page(reader: &Reader, global: &Global, args: &Check, out: &mut Out) -> Result<Run, Stop> {
    let mut page = Page::new(global.lang());
    let wants = page.wants();
    let print = |id: &str, report: &Report, batch: &mut Batch| {
        batch.leaves.push(wants.leaf(id, report)?);
        Ok(())
    };
    let (run, mut series) = each(reader, global, args, print, |event| {
        if let Event::Result(batch) = event {
            for leaf in batch.leaves {
                page.add(leaf)?;
            }
            batch.failures.iter().try_for_each(|failure| page.failure(failure))?;
        }
        Ok(())
    })?;
    page.series(series.read()?)?;
    page.finish(&run, out)?;
    Ok(run)
}

/// The findings as SARIF.
fn log(reader: &Reader, global: &Global, args: &Check, out: &mut Out) -> Result<Run, Stop> {
    let lang = global.lang();
    let mut log = Sarif::new(out, lang)?;
    let print = |_: &str, report: &Report, batch: &mut Batch| sarif::results(report, lang, &mut batch.text);
    let (run, mut series) = each(reader, global, args, print, |event| {
        if let Event::Result(batch) = event {
            log.add(&batch.text)?;
            batch.failures.iter().for_each(|failure| log.failure(&failure.source, &failure.error));
        }
        Ok(())
    })?;
    series.each(|line| {
        let mut result = Vec::new();
        sarif::series(line, &mut result)?;
        log.add(&result)
    })?;
    log.finish()?;
    Ok(run)
}
