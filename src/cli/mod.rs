//! The command line: the only module that knows all others.
//!
//! A command returns whether all was well, or why it stopped; this page turns that into an exit status. Data goes
//! to standard output; a reader of it that hung up (`| head`) is a success in silence. Everything else
//! goes to standard error through `note`, which never fails.

mod args;
mod check;
mod convert;
mod diff;
mod forms;
mod man;
mod parse;
mod progress;
mod rules;
mod show;
mod signals;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::thread;

use clap::{CommandFactory, Parser};

use crate::Reader;
use crate::batch::{self, ListError, Named, Pick, Reading, ndjson};
use crate::check::series::Agencies;
use crate::decode::Encoding;
use crate::finding::{Policy, Selector, Severity};
use crate::form::Forms;
use crate::lang::Lang;
use crate::write::json;
use crate::write::snippet::clean;
use crate::write::text::Style;
use args::{Cli, Color, Command, Global, Inputs};

/// Runs the program with `args`, the first of which is its name.
pub fn run(args: impl Iterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(err) => {
            // Help and version are data: only then may a reader hang up. clap colours by the terminal.
            let _ = err.print();
            return ExitCode::from(u8::try_from(err.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(&cli) {
        Ok(Verdict::Well) | Err(Stop::HungUp) => ExitCode::SUCCESS,
        Ok(Verdict::Errors) => ExitCode::from(1),
        Err(stop) => {
            let status = if let Stop::Signal { status, .. } = stop { status } else { 2 };
            note(format_args!("nianbao: {}", stop.message(cli.global.lang())));
            ExitCode::from(status)
        }
    }
}

fn dispatch(cli: &Cli) -> Result<Verdict, Stop> {
    let reader = reader(&cli.global)?;
    let mut out: Out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let verdict = match &cli.command {
        Command::Parse(args) => parse::run(&reader, &cli.global, args, &mut out),
        Command::Convert(args) => convert::run(&reader, &cli.global, args),
        Command::Check(args) => check::run(&reader, &cli.global, args, &mut out),
        Command::Show(args) => show::run(&reader, &cli.global, args, &mut out),
        Command::Diff(args) => diff::run(&reader, &cli.global, args, &mut out),
        Command::Forms(args) => forms::run(&reader, &cli.global, args, &mut out),
        Command::Rules(args) => rules::run(&reader, &cli.global, args, &mut out),
        Command::Completions(args) => {
            // The generator panics where its writer fails: it gets one that cannot.
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "nianbao", &mut script);
            out.write_all(&script)?;
            Ok(Verdict::Well)
        }
        Command::Man => {
            man::write(&mut out)?;
            Ok(Verdict::Well)
        }
        Command::Schema(args) => {
            let schema = if args.ndjson { ndjson::schema() } else { json::schema() };
            serde_json::to_writer_pretty(&mut out, &schema).map_err(io::Error::from)?;
            writeln!(out)?;
            Ok(Verdict::Well)
        }
    }?;
    out.flush()?;
    Ok(verdict)
}

/// How a command that ran to its end went: exit status 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Well,
    Errors,
}

impl Verdict {
    fn errors_if(errors: bool) -> Verdict {
        if errors { Verdict::Errors } else { Verdict::Well }
    }
}

/// Why a command did not run to its end.
#[derive(Debug)]
enum Stop {
    /// Nobody reads standard output any more.
    HungUp,
    /// Standard output cannot be written.
    Output(io::Error),
    /// The sentence to print, in the language of the reader.
    Error(String),
    /// A signal has ended the run.
    Signal {
        /// The sentence to print, in the language of the reader.
        message: String,
        /// The exit status that tells the signal.
        status: u8,
    },
}

impl Stop {
    fn error(message: impl Display) -> Stop {
        Stop::Error(message.to_string())
    }

    fn message(self, lang: Lang) -> String {
        match (self, lang) {
            (Stop::Error(message) | Stop::Signal { message, .. }, _) => message,
            (Stop::Output(err), Lang::En) => format!("standard output cannot be written: {err}"),
            (Stop::Output(err), Lang::Zh) => format!("无法写入标准输出：{err}"),
            (Stop::HungUp, _) => String::new(),
        }
    }
}

/// Only writing to standard output gives a bare I/O error: inputs and output files have errors of their own.
impl From<io::Error> for Stop {
    fn from(err: io::Error) -> Stop {
        match err.kind() {
            io::ErrorKind::BrokenPipe => Stop::HungUp,
            _ => Stop::Output(err),
        }
    }
}

/// No terminal is taken to be narrower than this.
const NARROWEST: usize = 40;

/// Standard output, buffered as a file even on a terminal: a report is written in one go.
type Out = BufWriter<StdoutLock<'static>>;

/// Prints a line on standard error. That it cannot be printed is no reason to stop. Names of files may hold anything,
/// what would act on the terminal too: that is left out.
fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{}", clean(&line.to_string()));
}

fn reader(global: &Global) -> Result<Reader, Stop> {
    let lang = global.lang();
    let mut forms = Forms::embedded();
    for dir in &global.forms {
        forms.add_dir(dir).map_err(|err| Stop::error(format_args!("--form {}: {err}", dir.display())))?;
    }
    let reader = Reader::new(forms).policy(policy(global)?);
    match &global.encoding {
        None => Ok(reader),
        Some(name) => {
            let encoding = Encoding::named(name)
                .map_err(|err| Stop::error(format_args!("--encoding {name}: {}", err.message(lang))))?;
            Ok(reader.encoding(encoding))
        }
    }
}

/// What `--select`, `--ignore` and `--severity` ask for.
fn policy(global: &Global) -> Result<Policy, Stop> {
    let lang = global.lang();
    let selector = |option: &str, name: &str| {
        Selector::parse(name).map_err(|err| Stop::error(format_args!("{option} {name}: {}", err.message(lang))))
    };
    let selectors =
        |option: &str, names: &[String]| names.iter().map(|name| selector(option, name)).collect::<Result<Vec<_>, _>>();
    let severity = |given: &String| {
        let refused = || {
            Stop::Error(match lang {
                Lang::En => {
                    format!("--severity {given}: a rule and error, warning or note are needed, as in sum.row=warning")
                }
                Lang::Zh => {
                    format!("--severity {given}：应写作规则=级别，级别为 error、warning 或 note，如 sum.row=warning")
                }
            })
        };
        let (name, severity) = given.split_once('=').ok_or_else(refused)?;
        Ok((selector("--severity", name)?, Severity::from_name(severity.trim()).ok_or_else(refused)?))
    };
    let severities = global.severity.iter().map(severity).collect::<Result<Vec<_>, Stop>>()?;
    Ok(Policy::new(&selectors("--select", &global.select)?, &selectors("--ignore", &global.ignore)?, &severities))
}

/// The style of standard output.
fn style(global: &Global) -> Style {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let terminal = io::stdout().is_terminal();
    let columns = match terminal_size::terminal_size_of(io::stdout()) {
        Some((terminal_size::Width(columns), _)) if terminal => usize::from(columns).max(NARROWEST),
        _ => Style::default().columns,
    };
    let colour = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb") && terminal,
    };
    Style { colour, lang: global.lang(), columns }
}

/// How the reports of a run are read; `stop` ends it.
fn reading<'a>(reader: &'a Reader, global: &Global, jobs: Option<NonZero<usize>>, stop: &'a AtomicBool) -> Reading<'a> {
    let jobs = jobs.or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZero::<usize>::MIN);
    Reading { reader, max: global.max_bytes, jobs, lang: global.lang(), stop }
}

/// `reader` with the list of agencies that was given.
fn with_agencies(reader: &Reader, global: &Global, args: &Inputs) -> Result<(Reader, Vec<u8>), Stop> {
    let Some(path) = &args.agencies else { return Ok((reader.clone(), Vec::new())) };
    let failed = |why: &str| Stop::error(format_args!("--agencies {}: {why}", path.display()));
    let lang = global.lang();
    let mut bytes = Vec::new();
    batch::read::read(path, MOST_AGENCIES, &mut bytes).map_err(|err| failed(&err.message(lang)))?;
    let agencies = Agencies::parse(&bytes).map_err(|err| failed(&err.message(lang)))?;
    Ok((reader.clone().agencies(agencies), bytes))
}

/// No list of agencies is longer, in bytes.
const MOST_AGENCIES: u64 = 64 << 20;

/// The INPUTs of a run.
fn named(args: &Inputs, lang: Lang) -> Result<impl Iterator<Item = Result<Named, ListError>>, Stop> {
    batch::named(&args.inputs, args.files_from.as_deref(), args.null).map_err(|err| Stop::error(err.message(lang)))
}

/// Which files of folders are read.
fn pick(args: &Inputs) -> Result<Pick, Stop> {
    Pick::new(&args.globs).map_err(|(glob, err)| Stop::error(format_args!("--glob {glob}: {}", err.kind())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_hangs_up_is_no_error() {
        assert!(matches!(Stop::from(io::Error::from(io::ErrorKind::BrokenPipe)), Stop::HungUp));
        let json = serde_json::Error::io(io::ErrorKind::BrokenPipe.into());
        assert!(matches!(Stop::from(io::Error::from(json)), Stop::HungUp));
        assert!(matches!(Stop::from(io::Error::other("full")), Stop::Output(_)));
    }
}
