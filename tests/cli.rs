//! The command line, a directory a case: `tests/cli/<case>/` holds `args` (one a line), `stdin`, `stdout`, `stderr` and
//! `exit`, all of them. The program runs in `fixtures/`, and what it prints must be exactly that.
//!
//! `{out}` in `args`, `stdout` and `stderr` stands for a new directory of the case. Where the case has a directory `out`,
//! each file in it must have been written there, byte for byte. A missing file, or one that means nothing, fails the case.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FILES: [&str; 5] = ["args", "exit", "stderr", "stdin", "stdout"];

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root.join("tests/cli")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "tests/cli holds no case");
    let mut report = String::new();
    for case in &cases {
        if let Err(failure) = run(root, case) {
            let name = case.file_name().unwrap().to_string_lossy();
            write!(report, "\n== {name}\n{failure}").unwrap();
        }
    }
    assert!(report.is_empty(), "{report}");
}

fn run(root: &Path, case: &Path) -> Result<(), String> {
    let names: BTreeSet<String> =
        fs::read_dir(case).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for name in FILES {
        if !names.contains(name) {
            return Err(format!("the file {name} is missing\n"));
        }
    }
    if let Some(name) = names.iter().find(|name| !FILES.contains(&name.as_str()) && *name != "out") {
        return Err(format!("the file {name} means nothing here\n"));
    }

    let out = tempfile::tempdir().unwrap();
    let dir = out.path().to_str().unwrap();
    let read = |name: &str| fs::read_to_string(case.join(name)).unwrap().replace("{out}", dir);
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES", "TERM", "LC_ALL", "LC_MESSAGES", "LANG"]
    {
        command.env_remove(name);
    }
    let mut child = command
        .args(read("args").lines())
        .current_dir(root.join("fixtures"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdin = fs::read(case.join("stdin")).unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // A thread of its own: a child that prints before it has read all must not wait for us, nor we for it.
    let feeder = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();

    let mut failure = String::new();
    let mut compare = |name: &str, expected: &[u8], got: &[u8]| {
        if expected != got {
            let (expected, got) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(got));
            write!(failure, "-- {name}, expected:\n{expected}\n-- {name}, got:\n{got}\n").unwrap();
        }
    };
    compare("stdout", read("stdout").as_bytes(), &output.stdout);
    compare("stderr", read("stderr").as_bytes(), &output.stderr);
    let exit = output.status.code().map_or_else(|| "by a signal".to_owned(), |code| code.to_string());
    compare("exit", read("exit").trim().as_bytes(), exit.as_bytes());
    if names.contains("out") {
        for entry in fs::read_dir(case.join("out")).unwrap() {
            let expected = entry.unwrap().path();
            let name = expected.file_name().unwrap().to_string_lossy().into_owned();
            let got = fs::read(out.path().join(&name)).unwrap_or_default();
            compare(&format!("out/{name}"), &fs::read(&expected).unwrap(), &got);
        }
    }
    if failure.is_empty() { Ok(()) } else { Err(failure) }
}
