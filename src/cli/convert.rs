//! `nianbao convert`: many reports in, tables out, one line said at the end.

use std::path::Path;

use super::args::{Convert, ConvertFormat, Global};
use super::{Stop, Verdict, entries, note};
use crate::Reader;
use crate::batch::{self, Formats};

/// So many failed inputs are told one by one; all of them stand in `failed.csv`.
const TOLD: usize = 20;

pub(super) fn run(reader: &Reader, global: &Global, args: &Convert) -> Result<Verdict, Stop> {
    if args.output == Path::new("-") {
        return Err(Stop::error(
            "-o -: a run writes several files; name a folder, or use nianbao parse for one report",
        ));
    }
    let entries = entries(&args.inputs)?;
    let formats =
        Formats { csv: args.to.contains(&ConvertFormat::Csv), jsonl: args.to.contains(&ConvertFormat::Jsonl) };
    let mut failed = 0;
    let run = batch::convert(reader, &entries, &args.output, formats, global.max_bytes, |source, error| {
        failed += 1;
        if failed <= TOLD {
            note(format_args!("nianbao: {source}: {error}"));
        }
    })
    .map_err(Stop::error)?;
    let dir = args.output.display().to_string();
    let dir = dir.trim_end_matches('/');
    if failed > TOLD {
        note(format_args!("nianbao: and {} more inputs failed; {dir}/failed.csv lists all", failed - TOLD));
    }
    if !global.quiet {
        note(format_args!("{run} → {dir}/"));
    }
    Ok(Verdict::errors_if(failed > 0 || args.strict && run.total.errors > 0))
}
