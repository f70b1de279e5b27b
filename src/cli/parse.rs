//! `nianbao parse`: one report in, one document out.

use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read};
use std::path::Path;
use std::process;
use std::sync::atomic::AtomicBool;

use super::args::{Global, Parse, ParseFormat};
use super::{Out, Stop, Verdict, note, reading, style};
use crate::Reader;
use crate::batch::{self, InputError, ndjson};
use crate::lang::Lang;
use crate::write::csv::{Csv, Table};
use crate::write::dialect::Dialect;
use crate::write::{json, text};

pub(super) fn run(reader: &Reader, global: &Global, args: &Parse, out: &mut Out) -> Result<Verdict, Stop> {
    let lang = global.lang();
    let stdin = Path::new("-");
    if args.file.is_none() && io::stdin().is_terminal() {
        return Err(Stop::error(lang.pick(
            "no FILE is given and nothing is piped in; try nianbao parse report.txt",
            "没有给出文件，也没有管道输入；可试 nianbao parse report.txt",
        )));
    }
    let path = args.file.as_deref().unwrap_or(stdin);
    if args.ndjson {
        return lines(reader, global, args, path, out);
    }
    let report = batch::report(reader, path, global.max_bytes).map_err(|err| {
        let (path, why) = (path.display(), err.message(lang));
        Stop::Error(match (err, lang) {
            (InputError::Directory, Lang::En) => format!(
                "{path}: {why}; for the reports in it use nianbao convert {path} -o OUT, or nianbao check {path}"
            ),
            (InputError::Directory, Lang::Zh) => {
                format!("{path}: {why}；读取其中的报告请用 nianbao convert {path} -o OUT 或 nianbao check {path}")
            }
            _ => format!("{path}: {why}"),
        })
    })?;
    match args.format {
        ParseFormat::Json => json::write(&report, lang, out, true)?,
        ParseFormat::Table => text::cells(out, &report, style(global))?,
        ParseFormat::Csv => {
            // There is no batch to name the report, so its path does; `-` would look like a formula.
            let id =
                if path == stdin { "stdin".into() } else { path.with_extension("").to_string_lossy().into_owned() };
            let mut csv = Csv::new(Table::Cells, lang, Dialect::default(), out)?;
            csv.report(&id, &report)?;
            csv.finish()?;
        }
    }
    Ok(Verdict::errors_if(args.strict && report.summary().errors > 0))
}

/// Answers every line of the file at `path`.
fn lines(reader: &Reader, global: &Global, args: &Parse, path: &Path, out: &mut Out) -> Result<Verdict, Stop> {
    let stop = AtomicBool::new(false);
    let reading = reading(reader, global, args.jobs, &stop);
    let input: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        let open = File::open(path).map_err(InputError::from);
        Box::new(open.map_err(|err| Stop::error(format_args!("{}: {}", path.display(), err.message(reading.lang))))?)
    };
    let lang = reading.lang;
    let answered = ndjson::answer(&reading, &mut BufReader::with_capacity(1 << 18, input), out, |err| {
        // A thread may wait for a line that never comes: the program ends here.
        match Stop::from(err) {
            Stop::HungUp => process::exit(0),
            stop => {
                note(format_args!("nianbao: {}", stop.message(lang)));
                process::exit(2)
            }
        }
    });
    let unreadable = |err| Stop::error(format_args!("{}: {}", path.display(), InputError::from(err).message(lang)));
    answered.map_err(unreadable)?;
    Ok(Verdict::Well)
}
