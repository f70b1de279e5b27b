//! `nianbao convert`: many reports in, tables out, one line said at the end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

use super::args::{Color, Convert, ConvertFormat, Global, Inputs, PartitionBy};
use super::progress::Progress;
use super::signals::Signals;
use super::{Stop, Verdict, named, note, pick, reading, with_agencies};
use crate::Reader;
use crate::batch::convert::replaced;
use crate::batch::standing::Standing;
use crate::batch::{self, Ended, Formats, Output};
use crate::lang::Lang;
use crate::write::dialect::Dialect;

pub(super) fn run(reader: &Reader, global: &Global, args: &Convert) -> Result<Verdict, Stop> {
    let lang = global.lang();
    if args.output == Path::new("-") {
        return Err(Stop::error(lang.pick(
            "-o -: a run writes several files; name a folder, or use nianbao parse for one report",
            "-o -：一次运行要写多个文件；请给出目录，单份报告可用 nianbao parse",
        )));
    }
    let formats = formats(args, lang)?;
    let (reader, agencies) = &with_agencies(reader, global, &args.inputs)?;
    let standing = Standing::of(&args.output, formats);
    let lists = args.inputs.files_from.iter().chain(&args.inputs.agencies).find(|path| standing.holds(path));
    if let Some(list) = lists {
        return Err(Stop::error(replaced(list, lang)));
    }
    let options = options(global, args, agencies).map_err(|err| Stop::error(format_args!("--form: {err}")))?;
    let signals = Signals::listen().map_err(Stop::error)?;
    let reading = reading(reader, global, args.inputs.jobs, signals.stop());
    let mut progress = Progress::new(global, false);
    let (named, pick) = (named(&args.inputs, lang)?, pick(&args.inputs)?);
    let output = Output { dir: &args.output, formats, options: &options, resume: args.resume };
    let ended = batch::convert(&reading, named, &pick, output, &mut progress);
    progress.end();
    let run = match ended.map_err(|err| Stop::error(err.message(lang)))? {
        Ended::Whole(run) => run,
        Ended::Unread(inputs) => {
            note(format_args!("nianbao: {}", unread(inputs, lang)));
            return Ok(Verdict::Errors);
        }
        Ended::Stopped { done, inputs, kept } => {
            return Err(Stop::Signal { message: stopped(done, inputs, kept, lang), status: signals.status() });
        }
    };
    let dir = args.output.display().to_string();
    let dir = dir.trim_end_matches('/');
    let more = run.failed - progress.told().min(run.failed);
    if more > 0 {
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
    let parquet = args.to.contains(&ConvertFormat::Parquet);
    if parquet && cfg!(not(feature = "parquet")) {
        return Err(Stop::error(lang.pick(
            "--to parquet: this program was built without Parquet; build it with the feature parquet, or use --to csv",
            "--to parquet：本程序编译时未包含 Parquet 功能；请启用 parquet 特性重新编译，或改用 --to csv",
        )));
    }
    if args.partition_by.is_some() && !parquet {
        return Err(Stop::error(lang.pick(
            "--partition-by is of Parquet files; add --to parquet",
            "--partition-by 只用于 Parquet 文件；请加上 --to parquet",
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
        parquet,
        by_year: args.partition_by == Some(PartitionBy::Year),
        html: args.to.contains(&ConvertFormat::Html),
        derive: args.derive,
        dialect,
    })
}

/// Each was told before.
fn unread(inputs: u64, lang: Lang) -> String {
    match lang {
        Lang::En if inputs == 1 => {
            "the input could not be read; what a run before has written stays as it is".to_owned()
        }
        Lang::En => format!("none of the {inputs} inputs could be read; what a run before has written stays as it is"),
        Lang::Zh => format!("{inputs} 个输入都未能读取；上一次运行写出的文件保持原样"),
    }
}

fn stopped(done: u64, inputs: u64, kept: bool, lang: Lang) -> String {
    match (kept, lang) {
        (false, Lang::En) => "stopped; nothing was written".to_owned(),
        (false, Lang::Zh) => "已停止；没有写出任何文件".to_owned(),
        (true, Lang::En) if done == 0 => "stopped; the same command with --resume goes on".to_owned(),
        (true, Lang::Zh) if done == 0 => "已停止；同一命令加 --resume 可继续".to_owned(),
        (true, Lang::En) => {
            format!("stopped after {done} of {inputs} files; the same command with --resume goes on")
        }
        (true, Lang::Zh) => format!("已停止，完成 {done}/{inputs} 个文件；同一命令加 --resume 可继续"),
    }
}

/// All that the outputs depend on beside the inputs, as a hash: the program, its forms, its `agencies` and its options, but for
/// those that only say where, how fast and how loud. An option that is new here counts as one that matters.
fn options(global: &Global, args: &Convert, agencies: &[u8]) -> io::Result<String> {
    let mut global = global.clone();
    (global.color, global.quiet, global.verbose) = (Color::Auto, false, false);
    global.lang = Some(global.lang());
    let mut args = args.clone();
    (args.inputs, args.output) = (Inputs::default(), PathBuf::new());
    (args.strict, args.resume) = (false, false);
    args.to.sort_by_key(|format| format!("{format:?}"));
    args.to.dedup();
    let mut hash = Sha256::new();
    hash.update(format!("{} {:?} {global:?} {args:?}", env!("CARGO_PKG_VERSION"), build()));
    hash.update(Sha256::digest(agencies));
    for dir in &global.forms {
        let mut files: Vec<PathBuf> =
            fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            hash.update(format!("\0{}\0", file.display()));
            hash.update(Sha256::digest(fs::read(file)?));
        }
    }
    Ok(crate::hexadecimal(&hash.finalize()))
}

/// What tells this build of the program from another of the same version: its size and its time.
fn build() -> Option<(u64, u128)> {
    let metadata = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let time = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some((metadata.len(), time.as_nanos()))
}
