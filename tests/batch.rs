//! Whole runs of `convert`: what any number of jobs, a second run at the same time, or a kill must not change.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

mod common;

fn nianbao(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command.args(args).current_dir(common::fixtures());
    command
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Every file in `dir` and below, hidden ones too; a folder that is empty, as if it were a file.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() && !name.starts_with('.') && fs::read_dir(&path).unwrap().next().is_some() {
            files.extend(self::files(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            files.insert(name, fs::read(&path).unwrap_or_default());
        }
    }
    files
}

/// That two runs gave the same; said without printing megabytes.
fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        let at = bytes.iter().zip(&b[name]).position(|(a, b)| a != b);
        assert!(*bytes == b[name], "{name} differs at byte {at:?} of {} and {}", bytes.len(), b[name].len());
    }
}

/// Every format that the program was built with.
const ALL: &[&str] = match (cfg!(feature = "xlsx"), cfg!(feature = "parquet")) {
    (true, true) => &["--derive", "--to", "csv,jsonl,html,xlsx,parquet"],
    (true, false) => &["--derive", "--to", "csv,jsonl,html,xlsx"],
    (false, true) => &["--derive", "--to", "csv,jsonl,html,parquet"],
    (false, false) => &["--derive", "--to", "csv,jsonl,html"],
};

fn convert(args: &[&str]) -> (BTreeMap<String, Vec<u8>>, Output) {
    let out = tempfile::tempdir().unwrap();
    let output = nianbao(&[&["convert", "-o", text(out.path())], args].concat()).output().unwrap();
    (files(out.path()), output)
}

#[test]
fn one_job_and_several_give_the_same_bytes() {
    let (one, output) = convert(&[&[".", "--jobs", "1"], ALL].concat());
    assert!(output.status.success(), "{output:?}");
    assert!(one.len() >= 9 && one.values().all(|bytes| !bytes.is_empty()), "{:?}", one.keys());
    let reports = common::cases("valid").len() + common::cases("invalid").len();
    assert!(one["reports.jsonl"].iter().filter(|&&byte| byte == b'\n').count() > reports);
    for jobs in ["2", "5"] {
        let (several, _) = convert(&[&[".", "--jobs", jobs], ALL].concat());
        assert_same(&one, &several);
    }
}

#[test]
fn check_prints_the_same_with_one_job_and_several() {
    for format in ["text", "json"] {
        let run = |jobs| nianbao(&["check", ".", "nothing.txt", "--format", format, "--jobs", jobs]).output().unwrap();
        let (one, several) = (run("1"), run("3"));
        assert_eq!(one.status.code(), Some(1));
        assert!(one.stdout.len() > 100_000);
        assert!(one.stdout == several.stdout && one.stderr == several.stderr, "{format} differs");
    }
}

/// A folder of `copies` of every fixture, 20 to a folder.
fn corpus(copies: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let cases: Vec<_> = ["valid", "invalid", "bytes"].into_iter().flat_map(common::cases).collect();
    for copy in 0..copies {
        for (at, case) in cases.iter().enumerate() {
            let folder = dir.path().join(format!("{copy}-{:02}", at / 20));
            fs::create_dir_all(&folder).unwrap();
            fs::copy(case.join("report.txt"), folder.join(format!("{}.txt", common::name(case)))).unwrap();
        }
    }
    dir
}

/// The size of a file of an unfinished run; 0 where it is not there.
fn size(out: &Path, name: &str) -> u64 {
    fs::metadata(out.join(".nianbao-run").join(name)).map_or(0, |metadata| metadata.len())
}

/// How many inputs the journal of an unfinished run says were done.
fn noted(out: &Path) -> u64 {
    let journal = fs::read_to_string(out.join(".nianbao-run/journal")).unwrap();
    let lines = journal.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    lines.filter_map(|line| line["done"]["inputs"].as_u64()).next_back().unwrap_or(0)
}

/// Starts a run into `out` and waits until the stream `name` has at least `length` bytes and the journal a note.
fn started(input: &Path, out: &Path, name: &str, length: u64) -> Child {
    let args = [&["convert", text(input), "-o", text(out), "--resume", "--quiet"], ALL].concat();
    let mut child = nianbao(&args).spawn().unwrap();
    while size(out, name) < length || size(out, "journal") < 400 {
        assert!(child.try_wait().unwrap().is_none(), "the run was over before it could be disturbed");
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

#[test]
fn a_killed_run_goes_on_and_gives_the_same_bytes() {
    let corpus = corpus(2);
    let (whole, output) = convert(&[&[text(corpus.path())], ALL].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    // Findings about series are among them: they come of all reports together.
    assert!(String::from_utf8_lossy(&whole["findings.csv"]).contains("series."));
    let total = whole["reports.jsonl"].len() as u64;
    let out = tempfile::tempdir().unwrap();
    let mut noted = 0;
    for part in [20, 45, 70] {
        fs::write(out.path().join("cells.csv"), "old").unwrap();
        let mut child = started(corpus.path(), out.path(), "reports.jsonl", total * part / 100);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(fs::read(out.path().join("cells.csv")).unwrap(), b"old");
        assert!(self::noted(out.path()) >= noted, "the run went back");
        noted = self::noted(out.path());
    }
    let args = [&["convert", text(corpus.path()), "-o", text(out.path()), "--resume"], ALL].concat();
    let output = nianbao(&args).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let done = said.strip_prefix("nianbao: going on after ").and_then(|rest| rest.split(' ').next());
    // Nothing that was noted is done again.
    assert!(noted > 0);
    assert_eq!(done, Some(noted.to_string().as_str()), "{said}");
    assert_same(&whole, &self::files(out.path()));
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_where_the_run_can_go_on() {
    let corpus = corpus(2);
    let out = tempfile::tempdir().unwrap();
    let mut command = nianbao(&["convert", text(corpus.path()), "-o", text(out.path()), "--to", "jsonl,html"]);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    while size(out.path(), "reports.jsonl") == 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.starts_with("nianbao: stopped after ") && said.ends_with("--resume goes on\n"), "{said}");
    assert_eq!(files(out.path()).keys().collect::<Vec<_>>(), [".nianbao-run"]);

    let args = ["convert", text(corpus.path()), "-o", text(out.path()), "--to", "html,jsonl", "--resume"];
    assert_eq!(nianbao(&args).output().unwrap().status.code(), Some(0));
    let (whole, _) = convert(&[text(corpus.path()), "--to", "jsonl,html"]);
    assert_same(&whole, &files(out.path()));
}

#[test]
fn a_second_run_into_the_same_folder_says_so() {
    let out = tempfile::tempdir().unwrap();
    let args = ["convert", "--files-from", "-", "-o", text(out.path()), "--to", "csv"];
    // It waits for the list.
    let mut first = nianbao(&args).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    while !out.path().join(".nianbao-run").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_millis(100));
    let second = nianbao(&["convert", ".", "-o", text(out.path())]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("another run is writing there"), "{said}");

    let mut list = first.stdin.take().unwrap();
    list.write_all(b"reports/valid\n").unwrap();
    drop(list);
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert!(files(out.path()).keys().all(|name| !name.starts_with('.')) && out.path().join("cells.csv").exists());
}

/// A disk that is full, a folder that may not be written, an input that is gone: each is told, with the status of the contract.
#[cfg(unix)]
#[test]
fn what_cannot_be_written_or_read_is_told() {
    let corpus = corpus(1);
    let out = tempfile::tempdir().unwrap();
    let (input, dir) = (text(corpus.path()), text(out.path()));
    fs::write(out.path().join("cells.csv"), "old").unwrap();
    // A limit on the size of files stands for a full disk: a write fails in the middle of the run.
    let limited = |limit: &str, resume: &str| {
        let script =
            "trap '' XFSZ; ulimit -f \"$3\"; exec \"$0\" convert \"$1\" -o \"$2\" --to csv,jsonl --lang en --quiet $4";
        let program = env!("CARGO_BIN_EXE_nianbao");
        Command::new("sh").args(["-c", script, program, input, dir, limit, resume]).output().unwrap()
    };
    let output = limited("600", "");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("the output cannot be written: "), "{said}");
    assert_eq!(fs::read(out.path().join("cells.csv")).unwrap(), b"old");
    let output = limited("unlimited", "--resume");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let (whole, _) = convert(&[input, "--to", "csv,jsonl", "--lang", "en"]);
    assert_same(&whole, &files(out.path()));

    // Not a folder; the same for who may write anywhere.
    let file = out.path().join("summary.json/out");
    let output = nianbao(&["convert", input, "-o", text(&file), "--lang", "en"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the output cannot be written: there is a file where a directory is needed"), "{said}");

    // Gone between the listing and the reading: a link to nothing is listed, and cannot be read.
    std::os::unix::fs::symlink("nowhere", corpus.path().join("gone.txt")).unwrap();
    let (with_gone, output) = convert(&[input, "--to", "csv", "--lang", "en"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(with_gone["failed.csv"].clone()).unwrap().contains("gone.txt,"));
    assert_same(
        &BTreeMap::from([("cells.csv".to_owned(), whole["cells.csv"].clone())]),
        &BTreeMap::from([("cells.csv".to_owned(), with_gone["cells.csv"].clone())]),
    );
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_is_parted_by_year() {
    let (out, more) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // A report that names no year.
    fs::write(more.path().join("none.txt"), "一、总体情况\n全年无事。\n").unwrap();
    let (dir, more) = (text(out.path()), text(more.path()));
    let args = |jobs| ["convert", ".", more, "-o", dir, "--to", "parquet", "--partition-by", "year", "--jobs", jobs];
    assert_eq!(nianbao(&args("1")).output().unwrap().status.code(), Some(0));
    let one = files(out.path());
    for name in ["cells/year=2023", "wide/year=2021", "reports/year=__HIVE_DEFAULT_PARTITION__"] {
        let file = &one[&format!("{name}/data_0.parquet")];
        assert!(file.starts_with(b"PAR1") && file.ends_with(b"PAR1"), "{name}");
    }
    // In the place of the former folders, and the same.
    assert_eq!(nianbao(&args("3")).output().unwrap().status.code(), Some(0));
    assert_same(&one, &files(out.path()));

    // What is not of this program is not replaced.
    fs::write(out.path().join("cells/year=2023/mine.txt"), "mine").unwrap();
    let output = nianbao(&[&args("2")[..], &["--lang", "en"]].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("cells/year=2023: the output cannot be written: it would replace files that"), "{said}");
    assert_eq!(fs::read(out.path().join("cells/year=2023/mine.txt")).unwrap(), b"mine");

    let output = nianbao(&["convert", ".", "-o", text(out.path()), "--partition-by", "year", "--lang", "en"]).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
}
