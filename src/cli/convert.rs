//! `nianbao convert`: many reports in, tables out, one line said at the end.

use std::path::Path;

use super::args::{Convert, ConvertFormat, Global};
use super::{Stop, Verdict, entries, note};
use crate::Reader;
use crate::batch::{self, Formats};
use crate::lang::Lang;

/// So many failed inputs are told one by one; all of them stand in `failed.csv`.
const TOLD: usize = 20;

pub(super) fn run(reader: &Reader, global: &Global, args: &Convert) -> Result<Verdict, Stop> {
    let lang = global.lang();
    if args.output == Path::new("-") {
        return Err(Stop::error(lang.pick(
            "-o -: a run writes several files; name a folder, or use nianbao parse for one report",
            "-o -：一次运行要写多个文件；请给出目录，单份报告可用 nianbao parse",
        )));
    }
    let entries = entries(&args.inputs, lang)?;
    let formats =
        Formats { csv: args.to.contains(&ConvertFormat::Csv), jsonl: args.to.contains(&ConvertFormat::Jsonl), lang };
    let mut failed = 0;
    let run = batch::convert(reader, &entries, &args.output, formats, global.max_bytes, |source, error| {
        failed += 1;
        if failed <= TOLD {
            note(format_args!("nianbao: {source}: {error}"));
        }
    })
    .map_err(|err| Stop::error(err.message(lang)))?;
    let dir = args.output.display().to_string();
    let dir = dir.trim_end_matches('/');
    if failed > TOLD {
        let more = failed - TOLD;
        note(match lang {
            Lang::En => format!("nianbao: and {more} more inputs failed; {dir}/failed.csv lists all"),
            Lang::Zh => format!("nianbao: 另有 {more} 个输入未能读取，全部列在 {dir}/failed.csv"),
        });
    }
    if !global.quiet {
        note(format_args!("{} → {dir}/", run.line(lang)));
    }
    Ok(Verdict::errors_if(failed > 0 || args.strict && run.total.errors > 0))
}
