//! `nianbao parse`: one report in, one document out.

use std::io::{self, IsTerminal};
use std::path::Path;

use super::args::{Global, Parse, ParseFormat};
use super::{Out, Stop, Verdict, style};
use crate::Reader;
use crate::batch::{self, InputError};
use crate::write::csv::{Csv, Table};
use crate::write::{json, text};

pub(super) fn run(reader: &Reader, global: &Global, args: &Parse, out: &mut Out) -> Result<Verdict, Stop> {
    let stdin = Path::new("-");
    if args.file.is_none() && io::stdin().is_terminal() {
        return Err(Stop::error("no FILE is given and nothing is piped in; try nianbao parse report.txt"));
    }
    let path = args.file.as_deref().unwrap_or(stdin);
    let report = batch::report(reader, path, global.max_bytes).map_err(|err| {
        let path = path.display();
        match err {
            InputError::Directory => Stop::error(format_args!(
                "{path}: {err}; for the reports in it use nianbao convert {path} -o OUT, or nianbao check {path}"
            )),
            err => Stop::error(format_args!("{path}: {err}")),
        }
    })?;
    match args.format {
        ParseFormat::Json => json::write(&report, out, true)?,
        ParseFormat::Table => text::cells(out, &report, style(global.color))?,
        ParseFormat::Csv => {
            // There is no batch to name the report, so its path does; `-` would look like a formula.
            let id =
                if path == stdin { "stdin".into() } else { path.with_extension("").to_string_lossy().into_owned() };
            let mut csv = Csv::new(Table::Cells, out)?;
            csv.report(&id, &report)?;
            csv.finish()?;
        }
    }
    Ok(Verdict::errors_if(args.strict && report.summary().errors > 0))
}
