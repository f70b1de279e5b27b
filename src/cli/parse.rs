//! `nianbao parse`: one report in, one document out.

use std::io::{self, IsTerminal};
use std::path::Path;

use super::args::{Global, Parse, ParseFormat};
use super::{Out, Stop, Verdict, style};
use crate::Reader;
use crate::batch::{self, InputError};
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
