//! `nianbao convert`: many reports in, tables out, one line said at the end.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::args::{Convert, ConvertFormat, Global};
use super::{Stop, Verdict, named, note, pick, reading, with_agencies};
use crate::Reader;
use crate::batch::{self, Ended, Formats, Watch};
use crate::lang::Lang;
use crate::write::dialect::Dialect;
use crate::write::summary::Failure;

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
    let formats = formats(args, lang)?;
    let reader = &with_agencies(reader, global, &args.inputs)?;
    let stop = AtomicBool::new(false);
    let reading = reading(reader, global, &args.inputs, &stop);
    let mut teller = Teller { failed: 0 };
    let (named, pick) = (named(&args.inputs, lang)?, pick(&args.inputs)?);
    let ended = batch::convert(&reading, named, &pick, &args.output, formats, &mut teller)
        .map_err(|err| Stop::error(err.message(lang)))?;
    let run = match ended {
        Ended::Whole(run) => run,
        Ended::Stopped { done, inputs } => return Err(Stop::error(format_args!("stopped after {done} of {inputs}"))),
    };
    let dir = args.output.display().to_string();
    let dir = dir.trim_end_matches('/');
    if teller.failed > TOLD {
        let more = teller.failed - TOLD;
        note(match lang {
            Lang::En => format!("nianbao: and {more} more inputs failed; {dir}/failed.csv lists all"),
            Lang::Zh => format!("nianbao: 另有 {more} 个输入未能读取，全部列在 {dir}/failed.csv"),
        });
    }
    if !global.quiet {
        note(format_args!("{} → {dir}/", run.line(lang)));
    }
    Ok(Verdict::errors_if(run.failed > 0 || args.strict && run.total.errors > 0))
}

/// Which outputs are asked for, and how they are written.
fn formats(args: &Convert, lang: Lang) -> Result<Formats, Stop> {
    let xlsx = args.to.contains(&ConvertFormat::Xlsx);
    if xlsx && cfg!(not(feature = "xlsx")) {
        return Err(Stop::error(lang.pick(
            "--to xlsx: this program was built without workbooks; build it with the feature xlsx, or use --to csv --excel",
            "--to xlsx：本程序编译时未包含工作簿功能；请启用 xlsx 特性重新编译，或改用 --to csv --excel",
        )));
    }
    let mut dialect = Dialect::default().delimiter(args.delimiter);
    if args.excel {
        dialect = dialect.excel();
    }
    if let Some(name) = &args.csv_encoding {
        dialect = dialect
            .encoding(name)
            .map_err(|err| Stop::error(format_args!("--csv-encoding {name}: {}", err.message(lang))))?;
    }
    Ok(Formats {
        csv: args.to.contains(&ConvertFormat::Csv),
        jsonl: args.to.contains(&ConvertFormat::Jsonl),
        xlsx,
        html: args.to.contains(&ConvertFormat::Html),
        derive: args.derive,
        dialect,
    })
}

/// Tells how the run goes.
struct Teller {
    failed: usize,
}

impl Watch for Teller {
    fn notice(&mut self, notice: &str) {
        note(format_args!("nianbao: {notice}"));
    }

    fn failed(&mut self, failure: &Failure) {
        self.failed += 1;
        if self.failed <= TOLD {
            note(format_args!("nianbao: {}: {}", failure.source, failure.error));
        }
    }
}
