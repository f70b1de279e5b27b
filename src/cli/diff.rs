//! `nianbao diff`: what changed between two reports of one organ.

use std::io::{self, Write};
use std::path::Path;

use super::args::{Diff as Args, DiffFormat, Global};
use super::{Out, Stop, Verdict, note, style};
use crate::Reader;
use crate::batch;
use crate::diff::Diff;
use crate::fold;
use crate::lang::Lang;
use crate::write::diff;

pub(super) fn run(reader: &Reader, global: &Global, args: &Args, out: &mut Out) -> Result<Verdict, Stop> {
    let lang = global.lang();
    let stdin = Path::new("-");
    if args.a == stdin && args.b == stdin {
        return Err(Stop::error(lang.pick(
            "standard input holds one report; the other must be a file",
            "标准输入只能是一份报告，另一份应为文件",
        )));
    }
    let read = |path: &Path| {
        batch::report(reader, path, global.max_bytes)
            .map_err(|err| Stop::error(format_args!("{}: {}", path.display(), err.message(lang))))
    };
    let (a, b) = (read(&args.a)?, read(&args.b)?);
    let diff = Diff::new(&a, &b);
    if let (Some(one), Some(other)) = (diff.a.agency, diff.b.agency)
        && !global.quiet
        && !same_organ(one, other)
    {
        note(match lang {
            Lang::En => format!("nianbao: the reports are of different organs: {one} and {other}"),
            Lang::Zh => format!("nianbao: 两份报告的机关不同：{one}、{other}"),
        });
    }
    match args.format {
        DiffFormat::Text => diff::write(out, &diff, style(global), lang)?,
        DiffFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &diff).map_err(io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(Verdict::errors_if(!diff.is_same()))
}

/// One name may leave out the place that the other leads with.
fn same_organ(one: &str, other: &str) -> bool {
    let (one, other) = (fold::key(one), fold::key(other));
    one.ends_with(&other) || other.ends_with(&one)
}
