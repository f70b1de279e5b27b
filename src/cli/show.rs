//! `nianbao show`: one report at a glance.

use super::args::{Global, Show as Args};
use super::{Out, Stop, Verdict, style};
use crate::Reader;
use crate::batch;
use crate::write::show;

pub(super) fn run(reader: &Reader, global: &Global, args: &Args, out: &mut Out) -> Result<Verdict, Stop> {
    let report = batch::report(reader, &args.file, global.max_bytes)
        .map_err(|err| Stop::error(format_args!("{}: {}", args.file.display(), err.message(global.lang()))))?;
    show::write(out, &report, style(global), global.lang())?;
    Ok(Verdict::Well)
}
