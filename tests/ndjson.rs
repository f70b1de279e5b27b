//! `parse --ndjson` as an engine drives it: one answer to a line, in order, without waiting for more.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

mod common;

fn filter(args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["parse", "--ndjson", "--lang", "en"])
        .args(args)
        .current_dir(common::fixtures())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn a_feeder_may_wait_for_each_answer() {
    let mut child = filter(&["--jobs", "2"]);
    let mut stdin = child.stdin.take().unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    // Lines come through a channel, so that a filter that keeps an answer back fails the test instead of hanging it.
    let (send, answers) = mpsc::channel();
    std::thread::spawn(move || stdout.lines().try_for_each(|line| send.send(line.unwrap())));
    for id in 0..20 {
        writeln!(stdin, "{{\"id\":{id},\"text\":\"甲局2021年政府信息公开工作年度报告\"}}").unwrap();
        let answer = answers.recv_timeout(Duration::from_secs(60)).unwrap();
        assert!(answer.starts_with(&format!("{{\"id\":{id},\"schema\":\"nianbao/1\",")), "{answer}");
    }
    drop(stdin);
    assert!(answers.recv_timeout(Duration::from_secs(60)).is_err());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_filter_ends_when_nobody_reads_its_answers() {
    let mut child = filter(&[]);
    drop(child.stdout.take());
    // It is still held open: the filter may not wait for its end.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"id\":1,\"text\":\"a\"}\n").unwrap();
    assert!(child.wait().unwrap().success());
    drop(stdin);
}

#[test]
fn documents_are_those_of_a_run_in_the_order_of_the_lines() {
    let cases: Vec<_> = ["valid", "invalid", "bytes"].into_iter().flat_map(common::cases).collect();
    let paths: Vec<String> = cases.iter().map(|case| case.join("report.txt").to_str().unwrap().to_owned()).collect();
    let answers = |jobs: &str| {
        let mut child = filter(&["--jobs", jobs]);
        let mut stdin = child.stdin.take().unwrap();
        let lines: String = paths.iter().map(|path| format!("{{\"id\":{path:?},\"path\":{path:?}}}\n")).collect();
        let feeder = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let one = answers("1");
    assert!(one == answers("4"), "one job and four differ");

    let out = tempfile::tempdir().unwrap();
    let list = out.path().join("list");
    fs::write(&list, paths.join("\n")).unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_nianbao"))
        .args(["convert", "--to", "jsonl", "--lang", "en", "--quiet", "--files-from"])
        .arg(&list)
        .arg("-o")
        .arg(out.path())
        .status()
        .unwrap();
    assert!(status.success());
    let documents = fs::read_to_string(out.path().join("reports.jsonl")).unwrap();
    let mut expected: Vec<&str> = documents.lines().collect();
    let mut given: Vec<String> = one
        .lines()
        .zip(&paths)
        .map(|(line, path)| format!("{{{}", line.strip_prefix(&format!("{{\"id\":{path:?},")).unwrap()))
        .collect();
    // A run sorts its inputs.
    expected.sort_unstable();
    given.sort_unstable();
    assert_eq!(given.len(), cases.len());
    assert!(given == expected, "the documents differ");
}
