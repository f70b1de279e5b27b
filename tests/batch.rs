//! Whole runs of `convert`: what any number of jobs, a second run at the same time, or a kill must not change.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

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

/// Every file in `dir`, hidden ones too.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap_or_default()))
        .collect()
}

/// That two runs gave the same; said without printing megabytes.
fn assert_same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in a {
        let at = bytes.iter().zip(&b[name]).position(|(a, b)| a != b);
        assert!(*bytes == b[name], "{name} differs at byte {at:?} of {} and {}", bytes.len(), b[name].len());
    }
}

fn convert(args: &[&str]) -> (BTreeMap<String, Vec<u8>>, Output) {
    let out = tempfile::tempdir().unwrap();
    let output = nianbao(&[&["convert", "-o", text(out.path())], args].concat()).output().unwrap();
    (files(out.path()), output)
}

#[test]
fn one_job_and_several_give_the_same_bytes() {
    let (one, output) = convert(&[".", "--jobs", "1"]);
    assert!(output.status.success(), "{output:?}");
    assert!(one.len() >= 9 && one.values().all(|bytes| !bytes.is_empty()), "{:?}", one.keys());
    let reports = common::cases("valid").len() + common::cases("invalid").len();
    assert!(one["reports.jsonl"].iter().filter(|&&byte| byte == b'\n').count() > reports);
    for jobs in ["2", "5"] {
        let (several, _) = convert(&[".", "--jobs", jobs]);
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
