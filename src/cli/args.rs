//! The words of the command line.

use std::ffi::OsStr;
use std::num::NonZero;
use std::path::PathBuf;

use clap::builder::{EnumValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::batch::MAX_BYTES;
use crate::lang::Lang;

const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

const EXAMPLES: &str = "\
Examples:
  nianbao parse report.txt                 one report as JSON
  nianbao parse report.txt --format table  its tables, to look at
  nianbao convert reports/ -o out/         a folder as CSV and JSON lines
  nianbao check reports/                   what is wrong in them, and where
  nianbao rules sum.balance                what a finding means
  nianbao forms 2021                       the blank form with its keys";

const EXIT: &str = "\
Data goes to standard output, everything else to standard error. Exit status: 0 when all went well; 1 when inputs failed \
or, as each command says, reports hold errors; 2 when nothing could be done. No input is ever changed.";

const PARSE_EXAMPLES: &str = "\
Examples:
  nianbao parse report.txt                 the JSON document (nianbao schema)
  nianbao parse report.txt --format csv    one line per cell
  curl -s https://… | nianbao parse --strict
                                           exit status 1 where it is wrong
  nianbao parse --ndjson < lines > documents
                                           a filter for engines
                                           (nianbao schema --ndjson)";

const CONVERT_EXAMPLES: &str = "\
Examples:
  nianbao convert reports/ -o out/                    every .txt below reports/
  nianbao convert reports/ -o out/ --to xlsx          for Excel: reports.xlsx
  nianbao convert 1.txt 2.txt -o out/ --to csv        the CSV tables alone
  nianbao convert reports/ -o out/ --to csv --excel   CSV for a double click
  find . -name '*.txt' -print0 | nianbao convert --files-from - -0 -o out/

Files in DIR: reports.csv, cells.csv (a line per cell), wide.csv (a line per report), codebook.csv (a line per column of \
wide.csv), sections.csv, tables.csv, findings.csv, reports.jsonl, reports.xlsx, *.parquet, summary.json, summary.html (to \
look at), failed.csv. They get their names when all are whole. A run that was broken off, by Ctrl-C or a power cut, goes \
on with --resume.";

const CHECK_EXAMPLES: &str = "\
Examples:
  nianbao check report.txt
  nianbao check reports/ --select sum,table --severity sum.row=warning
  nianbao check reports/ --format html > summary.html
  nianbao check reports/ --format json |
    jq '.files[] | select(.errors > 0) | .source'";

const SHOW_EXAMPLES: &str = "\
Examples:
  nianbao show report.txt
  nianbao show report.txt --color always | less -R";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  nianbao completions bash > ~/.local/share/bash-completion/completions/nianbao
  nianbao completions zsh  > ~/.zfunc/_nianbao
  nianbao completions fish > ~/.config/fish/completions/nianbao.fish";

const DIFF_EXAMPLES: &str = "\
Examples:
  nianbao diff 2022.txt 2023.txt
  nianbao diff 2022.txt 2023.txt --format json |
    jq '.cells[] | select(.change > 100)'";

const FORMS_EXAMPLES: &str = "\
Examples:
  nianbao forms         the forms that are known
  nianbao forms 2021    one of them as a blank table, with its keys";

const RULES_EXAMPLES: &str = "\
Examples:
  nianbao rules                 all rules, one a line
  nianbao rules sum             those whose ids begin with sum
  nianbao rules sum.balance     what one says, its clause, and an example";

/// Reads Chinese government information disclosure annual reports (政府信息公开工作年度报告) as checked data.
#[derive(Debug, Parser)]
#[command(
    name = "nianbao",
    version,
    help_template = TEMPLATE,
    before_help = EXAMPLES,
    after_help = EXIT,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// A folder that describes a form of your own, beside those that the program carries; may be repeated
    #[arg(long = "form", value_name = "DIR", global = true)]
    pub forms: Vec<PathBuf>,
    /// Decode every input by this encoding instead of guessing, such as gb18030
    #[arg(long, value_name = "NAME", global = true)]
    pub encoding: Option<String>,
    /// Refuse inputs larger than this; K, M and G are understood
    #[arg(long, value_name = "N", global = true, default_value = "64M", value_parser = size)]
    pub max_bytes: u64,
    /// The language of messages, en or zh; by default that of the locale. Ids, keys and columns stay the same
    #[arg(long, value_name = "LANG", global = true, hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["en", "zh"]).try_map(|code| Lang::from_code(&code).ok_or("en or zh")))]
    pub lang: Option<Lang>,
    /// Keep only the findings of these rules: ids, or families such as sum; parted by commas
    #[arg(long, value_name = "RULES", global = true, value_delimiter = ',')]
    pub select: Vec<String>,
    /// Leave out the findings of these rules; an id wins over its family, whichever option names it
    #[arg(long, value_name = "RULES", global = true, value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Take a rule or a family for as grave as this: error, warning or note. Cells are never changed by it
    #[arg(long, value_name = "RULE=LEVEL", global = true, value_delimiter = ',')]
    pub severity: Vec<String>,
    /// When to colour; NO_COLOR is respected
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub color: Color,
    /// Say nothing but data and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say every few seconds how a run goes, where no terminal shows it
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

impl Global {
    /// The language asked for, or that of the locale.
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or_else(|| Lang::of_locale(|name| std::env::var(name).ok()))
    }
}

/// When colours are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[value(help = None)]
    Auto,
    /// Always.
    #[value(help = None)]
    Always,
    /// Never.
    #[value(help = None)]
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read one report and print it
    Parse(Parse),
    /// Read many reports into tables
    Convert(Convert),
    /// Say what is wrong in reports
    Check(Check),
    /// Show one report: sections, tables as the form has them, findings
    Show(Show),
    /// Say what changed between two reports of one organ
    Diff(Diff),
    /// List the rules of findings, or explain one
    Rules(Rules),
    /// List the forms known, or print one as a blank table
    Forms(Forms),
    /// Print the JSON Schema of the document that parse prints
    Schema(Schema),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// `schema`.
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE)]
pub struct Schema {
    /// That of an answer of parse --ndjson
    #[arg(long)]
    pub ndjson: bool,
}

/// `parse`.
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = PARSE_EXAMPLES)]
pub struct Parse {
    /// The report; - or nothing for standard input
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// json: the whole report; csv: its cells, one a line, as in cells.csv; table: its cells to look at
    #[arg(long, value_name = "FORMAT", default_value = "json")]
    pub format: ParseFormat,
    /// Exit with 1 if the report has findings of severity error
    #[arg(long)]
    pub strict: bool,
    /// Read lines of JSON, {"id", "text"}, {"id", "path"} or {"id", "bytes"} in base64, and answer each, in order, with a
    /// document on a line
    #[arg(long, conflicts_with_all = ["format", "strict"])]
    pub ndjson: bool,
    /// With --ndjson, how many lines to read at a time; by default as many as there are processors
    #[arg(short, long, value_name = "N", requires = "ndjson")]
    pub jobs: Option<NonZero<usize>>,
}

/// What `parse` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ParseFormat {
    /// The whole report, as one document
    #[value(help = None)]
    Json,
    /// The cells, one a line, as in cells.csv
    #[value(help = None)]
    Csv,
    /// The cells as tables, to look at
    #[value(help = None)]
    Table,
}

/// `convert`.
#[derive(Debug, Clone, Args)]
#[command(help_template = TEMPLATE, before_help = CONVERT_EXAMPLES)]
pub struct Convert {
    /// What to read.
    #[command(flatten)]
    pub inputs: Inputs,
    /// The folder to write to; it is made where there is none
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// csv: the tables; jsonl: the documents, one a line; html: the summary as a page; xlsx: a workbook for Excel;
    /// parquet: typed tables for DuckDB, polars, Spark.
    /// failed.csv and summary.json always come
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "csv,jsonl,html", ignore_case = true,
        value_parser = Trimmed(EnumValueParser::new()))]
    pub to: Vec<ConvertFormat>,
    /// Part the Parquet files by year: cells/year=2023/data_0.parquet, as engines read them
    #[arg(long, value_name = "COLUMN")]
    pub partition_by: Option<PartitionBy>,
    /// Add rates to wide.csv and the workbook, such as 实质公开率; codebook.csv has their formulas
    #[arg(long)]
    pub derive: bool,
    /// Write the CSV tables so that Excel opens them right: with a byte order mark and CRLF
    #[arg(long)]
    pub excel: bool,
    /// Write the CSV tables in this encoding, such as gb18030; utf-8 by default
    #[arg(long, value_name = "NAME")]
    pub csv_encoding: Option<String>,
    /// What stands between the fields of the CSV tables: comma, semicolon or tab
    #[arg(long, value_name = "C", default_value = ",", value_parser = delimiter)]
    pub delimiter: u8,
    /// Exit with 1 also if a report has findings of severity error
    #[arg(long)]
    pub strict: bool,
    /// Go on where a run that was broken off has come to; where there is none, begin
    #[arg(long)]
    pub resume: bool,
}

/// What `convert` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConvertFormat {
    /// The tables
    #[value(help = None)]
    Csv,
    /// reports.jsonl: the JSON document of each report on a line
    #[value(help = None)]
    Jsonl,
    /// reports.xlsx: a workbook
    #[value(help = None)]
    Xlsx,
    /// Parquet files of the tables, typed
    #[value(help = None)]
    Parquet,
    /// summary.html: the validation summary as a page
    #[value(help = None)]
    Html,
}

/// What the Parquet files are parted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PartitionBy {
    /// The reporting year
    #[value(help = None)]
    Year,
}

/// `check`.
#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE,
    before_help = CHECK_EXAMPLES,
    after_help = "Exit status: 0 without findings of severity error; 1 with some, or if inputs failed; 2 for bad use."
)]
pub struct Check {
    /// What to read.
    #[command(flatten)]
    pub inputs: Inputs,
    /// text: each finding with its line; json: the summary of the run with all findings; html: a page to look at;
    /// sarif: SARIF 2.1.0, for code hosts and editors
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: CheckFormat,
}

/// What `check` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// Each finding with the line that it is about
    #[value(help = None)]
    Text,
    /// The summary of the run with all findings, as one document
    #[value(help = None)]
    Json,
    /// A page to look at
    #[value(help = None)]
    Html,
    /// SARIF 2.1.0
    #[value(help = None)]
    Sarif,
}

/// `completions`.
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = COMPLETIONS_EXAMPLES)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// `show`.
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = SHOW_EXAMPLES)]
pub struct Show {
    /// The report; - for standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `diff`.
#[derive(Debug, Args)]
#[command(
    help_template = TEMPLATE,
    before_help = DIFF_EXAMPLES,
    after_help = "Exit status: 0 when nothing differs; 1 when something does; 2 when a report cannot be read."
)]
pub struct Diff {
    /// The former report; - for standard input
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// The latter report
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// text: to read; json: one document, all cells that differ listed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: DiffFormat,
}

/// What `diff` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// To read
    #[value(help = None)]
    Text,
    /// One document
    #[value(help = None)]
    Json,
}

/// What `convert` and `check` read.
#[derive(Debug, Clone, Default, Args)]
pub struct Inputs {
    /// Files, folders (every .txt in and below them), or - for standard input
    #[arg(value_name = "INPUT", required_unless_present = "files_from")]
    pub inputs: Vec<PathBuf>,
    /// In folders, read the files that match this instead of *.txt; may be repeated, and !GLOB leaves files out
    #[arg(short, long = "glob", value_name = "GLOB")]
    pub globs: Vec<String>,
    /// Read more paths from this file, one a line; - for standard input
    #[arg(long, value_name = "LIST")]
    pub files_from: Option<PathBuf>,
    /// The paths in LIST end with NUL, as find -print0 writes them
    #[arg(short = '0', long = "null", requires = "files_from")]
    pub null: bool,
    /// A CSV file with the columns name and organ: names of one organ, where several years of it are compared
    #[arg(long, value_name = "FILE.csv")]
    pub agencies: Option<PathBuf>,
    /// How many files to read at a time; by default as many as there are processors
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<NonZero<usize>>,
}

/// `rules`.
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = RULES_EXAMPLES)]
pub struct Rules {
    /// An id to explain, or a family to list, such as sum
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
    /// text: to read; json: all that is told of each
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: RulesFormat,
}

/// What `rules` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// To read
    #[value(help = None)]
    Text,
    /// All that is told of each rule, as one document
    #[value(help = None)]
    Json,
}

/// `forms`.
#[derive(Debug, Args)]
#[command(help_template = TEMPLATE, before_help = FORMS_EXAMPLES)]
pub struct Forms {
    /// The form to print
    #[arg(value_name = "EDITION")]
    pub edition: Option<String>,
}

/// More would overflow the offsets that places are kept in, once decoded.
const MOST_BYTES: u64 = 1 << 30;

/// Takes the values of a list with blanks around them: `csv, jsonl`.
#[derive(Debug, Clone)]
struct Trimmed(EnumValueParser<ConvertFormat>);

impl TypedValueParser for Trimmed {
    type Value = ConvertFormat;

    fn parse_ref(
        &self,
        cmd: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<ConvertFormat, clap::Error> {
        let value = value.to_str().map_or(value, |text| OsStr::new(text.trim()));
        self.0.parse_ref(cmd, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        self.0.possible_values()
    }
}

fn size(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1 << 10),
        Some((at, 'm' | 'M')) => (&text[..at], 1 << 20),
        Some((at, 'g' | 'G')) => (&text[..at], 1 << 30),
        _ => (text, 1),
    };
    match digits.parse::<u64>().ok().and_then(|count| count.checked_mul(unit)) {
        Some(bytes) if (1..=MOST_BYTES).contains(&bytes) => Ok(bytes),
        Some(_) => Err("it must be between 1 and 1G".to_owned()),
        None => Err(format!("a number of bytes is needed, such as {MAX_BYTES} or 64M")),
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "," | "comma" => Ok(b','),
        // A shell takes the sign for the end of a command.
        ";" | "semicolon" => Ok(b';'),
        "\t" | "tab" | "\\t" => Ok(b'\t'),
        _ => Err("it must be a comma, a semicolon or tab".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn examples_are_no_wider_than_a_terminal() {
        let mut command = Cli::command();
        command.build();
        let all = std::iter::once(&command).chain(command.get_subcommands());
        for text in all.filter_map(clap::Command::get_before_help) {
            let text = text.to_string();
            let examples = text.split("\n\n").next().unwrap_or_default();
            for line in examples.lines() {
                assert!(textwrap::core::display_width(line) < 80, "{line}");
            }
            // What stands below is broken where the terminal ends.
            assert!(text.lines().skip(examples.lines().count() + 1).count() < 2, "{text}");
        }
    }

    #[test]
    fn formats_are_taken_in_any_case_and_with_blanks() {
        let to = |list: &str| match Cli::try_parse_from(["nianbao", "convert", "a", "-o", "b", "--to", list]) {
            Ok(Cli { command: super::Command::Convert(args), .. }) => args.to,
            other => panic!("{other:?}"),
        };
        assert_eq!(to("csv, JSONL ,Html"), [ConvertFormat::Csv, ConvertFormat::Jsonl, ConvertFormat::Html]);
        assert!(Cli::try_parse_from(["nianbao", "convert", "a", "-o", "b", "--to", "csv,,html"]).is_err());
    }

    #[test]
    fn delimiters() {
        let known = [(",", b','), (";", b';'), ("\t", b'\t'), ("tab", b'\t'), ("\\t", b'\t')];
        for (text, byte) in known {
            assert_eq!(delimiter(text), Ok(byte));
        }
        for bad in ["", "|", ",,", "\"", "中"] {
            assert!(delimiter(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size("64M"), Ok(MAX_BYTES));
        assert_eq!(size("512"), Ok(512));
        for bad in ["", "M", "0", "2G", "-1", "1.5M", "99999999999999999999", "1兆"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
