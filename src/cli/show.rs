//! `nianbao show`: one report at a glance.

use super::args::{Global, Show as Args};
use super::{Out, Stop, Verdict, style};
use crate::Reader;
use crate::batch;
use crate::lang::Lang;
use crate::write::show;

pub(super) fn run(reader: &Reader, global: &Global, args: &Args, out: &mut Out) -> Result<Verdict, Stop> {
    let report = batch::report(reader, &args.file, global.max_bytes)
        .map_err(|err| Stop::error(format_args!("{}: {err}", args.file.display())))?;
    show::write(out, &report, style(global.color), Lang::En)?;
    Ok(Verdict::Well)
}
