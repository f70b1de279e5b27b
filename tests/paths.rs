//! Names and kinds of files that nobody sends on purpose, and some who do: each input that cannot be read is a line of `failed.csv`, nothing hangs,
//! nothing is written outside of the folder that was named, and no two reports share an id.
#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Read as _;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A run that takes longer hangs.
const MOST: Duration = Duration::from_secs(60);

/// What a run is given.
struct Run {
    command: Command,
}

impl Run {
    fn new(dir: &Path, args: &[&OsStr]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
        for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
            command.env_remove(name);
        }
        command.args(args).current_dir(dir).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Run { command }
    }

    /// Starts it, waits, and kills it where it hangs.
    fn ended(mut self) -> Output {
        let mut child = self.command.spawn().unwrap();
        let read = |pipe: Option<Box<dyn std::io::Read + Send>>| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                pipe.unwrap().read_to_end(&mut bytes).unwrap();
                bytes
            })
        };
        let stdout = read(child.stdout.take().map(|pipe| Box::new(pipe) as _));
        let stderr = read(child.stderr.take().map(|pipe| Box::new(pipe) as _));
        let status = within(&mut child);
        Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
    }
}

fn within(child: &mut Child) -> std::process::ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > MOST {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn os<'a>(args: &[&'a str]) -> Vec<&'a OsStr> {
    args.iter().map(|&arg| OsStr::new(arg)).collect()
}

/// The rows of a table in `out` behind its header, the fields of each.
fn rows(out: &Path, table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(out.join(table)).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// source → error.
fn failed(out: &Path) -> BTreeMap<String, String> {
    let rows = rows(out, "failed.csv");
    let failed: BTreeMap<String, String> = rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(failed.len(), rows.len(), "an input failed twice: {rows:?}");
    failed
}

/// The ids of the reports, each of them once, in all tables that have a row for each report.
fn ids(out: &Path) -> Vec<String> {
    let of = |table| rows(out, table).into_iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    let ids = of("reports.csv");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "two reports share an id: {ids:?}");
    assert_eq!(of("wide.csv"), ids);
    ids
}

fn report(organ: &str) -> String {
    format!("{organ}2023年政府信息公开工作年度报告\n一、总体情况\n一年来，主动公开工作有序推进。\n")
}

/// Everything below `dir` with what it holds; links are not followed.
fn everything(dir: &Path) -> BTreeMap<PathBuf, (i64, Vec<u8>)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let kind = fs::symlink_metadata(&path).unwrap();
        if kind.is_dir() {
            all.extend(everything(&path));
        }
        let bytes = if kind.is_file() { fs::read(&path).unwrap_or_default() } else { Vec::new() };
        let changed = if kind.is_dir() { 0 } else { kind.mtime_nsec() };
        all.insert(path, (changed, bytes));
    }
    all
}

fn pipe(at: &Path) {
    assert!(Command::new("mkfifo").arg(at).status().unwrap().success(), "mkfifo");
}

#[test]
fn each_hostile_file_is_a_line_of_failed_csv_and_the_others_are_read() {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("out"));
    fs::create_dir_all(input.join("a/b")).unwrap();
    fs::write(input.join("a/b/good.txt"), report("甲县档案馆")).unwrap();
    symlink("..", input.join("a/b/up")).unwrap();
    symlink("self.txt", input.join("self.txt")).unwrap();
    symlink("two.txt", input.join("one.txt")).unwrap();
    symlink("one.txt", input.join("two.txt")).unwrap();
    symlink("nothing.txt", input.join("dangling.txt")).unwrap();
    symlink("/dev/zero", input.join("zero.txt")).unwrap();
    symlink("/dev/tty", input.join("tty.txt")).unwrap();
    pipe(&input.join("pipe.txt"));
    let _socket = std::os::unix::net::UnixListener::bind(input.join("socket.txt")).unwrap();
    fs::write(input.join("picture.txt"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde")
        .unwrap();
    // A hole of a terabyte: larger than allowed, and never read.
    fs::File::create(input.join("hole.txt")).unwrap().set_len(1 << 40).unwrap();
    fs::write(input.join("zzz.txt"), report("乙县档案馆")).unwrap();
    let before = everything(&input);

    let output = Run::new(dir.path(), &os(&["convert", "in", "-o", "out", "--lang", "en"])).ended();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(ids(&out), ["a/b/good", "zzz"]);
    let failed = failed(&out);
    let wanted = [
        ("in/a/b/up", "leads back to a directory"),
        ("in/dangling.txt", "leads to no file"),
        ("in/hole.txt", "larger than 67108864 bytes"),
        ("in/one.txt", ""),
        ("in/picture.txt", "PNG"),
        ("in/pipe.txt", "only regular files"),
        ("in/self.txt", ""),
        ("in/socket.txt", "only regular files"),
        ("in/tty.txt", "only regular files"),
        ("in/two.txt", ""),
        ("in/zero.txt", "only regular files"),
    ];
    assert_eq!(failed.keys().map(String::as_str).collect::<Vec<_>>(), wanted.map(|(source, _)| source));
    for (source, says) in wanted {
        assert!(!failed[source].is_empty() && failed[source].contains(says), "{source}: {}", failed[source]);
    }
    // No input was changed, nothing stands beside what was asked for.
    assert_eq!(everything(&input), before);
    let beside: Vec<OsString> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside.len(), 2, "{beside:?}");
}

#[test]
fn a_device_or_pipe_that_is_named_is_refused_at_once() {
    let dir = tempfile::tempdir().unwrap();
    pipe(&dir.path().join("pipe"));
    for path in ["/dev/zero", "/dev/stdin/x", "pipe", "/dev/full", "\n", "a\0b".split('\0').next().unwrap(), ""] {
        for command in [&["parse"][..], &["show"], &["check"]] {
            let output = Run::new(dir.path(), &os(&[command, &["--lang", "en", "--", path]].concat())).ended();
            // `check` goes on without an input, the others have nothing else.
            let wanted = if command == ["check"] && !path.is_empty() { 1..=1 } else { 2..=2 };
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                output.status.code().is_some_and(|code| wanted.contains(&code)),
                "{command:?} {path:?}: {output:?}"
            );
            assert!(!said.is_empty() && !said.contains("fault of this program"), "{command:?} {path:?}: {said}");
        }
    }
}

#[test]
fn names_that_are_alike_are_reports_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    fs::create_dir(&input).unwrap();
    let names: &[&[u8]] = &[
        b"Report.txt",
        b"report.txt",
        b"REPORT.TXT",
        "caf\u{e9}.txt".as_bytes(),
        "cafe\u{301}.txt".as_bytes(),
        // Not UTF-8: two names that look the same once they are shown.
        b"\xB1\xA8.txt",
        b"\xB1\xA9.txt",
        "\u{fffd}\u{fffd}.txt".as_bytes(),
        b"report~2.txt",
        b"-.txt",
        b"--help.txt",
        b"=1+1.txt",
        b"a,\"b\".txt",
        b"line\nend.txt",
        b" .txt",
        b"...txt",
        "\u{202e}txt.exe.txt".as_bytes(),
        b"\x1b[31mred.txt",
        b"<script>alert(1)<.txt",
    ];
    for (at, name) in names.iter().enumerate() {
        let path = input.join(OsString::from_vec(name.to_vec()));
        fs::write(&path, report(&format!("第{at}县档案馆"))).unwrap();
    }
    let there = fs::read_dir(&input).unwrap().count();
    assert!(there >= names.len() - 3, "the file system knows no case: {there}");
    let output = Run::new(dir.path(), &os(&["convert", "in", "-o", "out", "--glob", "*", "--lang", "en"])).ended();
    let out = dir.path().join("out");
    assert_eq!(failed(&out), BTreeMap::new());
    assert_eq!(output.status.code(), Some(0));
    // `...txt` is hidden.
    assert_eq!(ids(&out).len(), there - 1);
    // Each leads back to its file.
    let sources: BTreeSet<String> = rows(&out, "reports.csv").into_iter().map(|mut row| row.swap_remove(1)).collect();
    assert_eq!(sources.len(), there - 1, "{sources:?}");
    assert!(sources.contains(r"in/\xB1\xA8.txt") && sources.contains("in/\u{fffd}\u{fffd}.txt"), "{sources:?}");
    // As a list names them, each ended by NUL.
    let mut list = Vec::new();
    for entry in fs::read_dir(&input).unwrap() {
        list.extend(entry.unwrap().path().as_os_str().as_bytes());
        list.push(0);
    }
    fs::write(dir.path().join("list"), list).unwrap();
    let args = ["convert", "--files-from", "list", "-0", "-o", "listed", "--lang", "en"];
    let output = Run::new(dir.path(), &os(&args)).ended();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(ids(&dir.path().join("listed")).len(), there);
    // What a terminal shows of them does not act on it.
    let output = Run::new(dir.path(), &os(&["check", "in", "--glob", "*", "--lang", "en", "--color", "never"])).ended();
    let shown = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(shown.contains("[31mred.txt"), "{shown}");
    assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
}

#[test]
fn a_way_up_is_read_and_nothing_is_written_there() {
    let dir = tempfile::tempdir().unwrap();
    let (deep, outer) = (dir.path().join("a/b/c"), dir.path().join("outer"));
    fs::create_dir_all(&deep).unwrap();
    fs::create_dir_all(&outer).unwrap();
    fs::write(outer.join("r.txt"), report("甲县档案馆")).unwrap();
    fs::write(dir.path().join("a/r.txt"), report("乙县档案馆")).unwrap();
    fs::write(
        deep.join("list"),
        "../../../outer/r.txt\n../../r.txt\n../../../outer/../outer/r.txt\n/../../nothing.txt\n",
    )
    .unwrap();
    let before = everything(dir.path());
    let formats: &[&str] = match cfg!(all(feature = "xlsx", feature = "parquet")) {
        true => &["--to", "csv,jsonl,html,xlsx,parquet"],
        false => &[],
    };
    let args =
        [&["convert", "../../r.txt", "../../../outer", "--files-from", "list", "-o", "out/deeper"], formats].concat();
    let output = Run::new(&deep, &os(&args)).ended();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let out = deep.join("out/deeper");
    assert!(ids(&out).len() >= 2, "{:?}", ids(&out));
    assert_eq!(failed(&out).len(), 1);
    let mut after = everything(dir.path());
    after.retain(|path, _| !path.starts_with(deep.join("out")));
    assert_eq!(after, before);
}

#[test]
fn a_file_that_may_not_be_read_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    fs::create_dir_all(input.join("closed")).unwrap();
    fs::write(input.join("closed/r.txt"), report("甲县档案馆")).unwrap();
    fs::write(input.join("secret.txt"), report("乙县档案馆")).unwrap();
    fs::write(input.join("open.txt"), report("丙县档案馆")).unwrap();
    fs::set_permissions(input.join("secret.txt"), fs::Permissions::from_mode(0o0)).unwrap();
    fs::set_permissions(input.join("closed"), fs::Permissions::from_mode(0o0)).unwrap();
    // Who runs this may read whatever the mode says (root).
    let mut one = [0];
    let all_may = fs::File::open(input.join("secret.txt")).is_ok_and(|mut file| file.read(&mut one).is_ok());
    let output = Run::new(dir.path(), &os(&["convert", "in", "-o", "out", "--lang", "en"])).ended();
    fs::set_permissions(input.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    let out = dir.path().join("out");
    if all_may {
        println!("skipped: modes bind nobody here (root)");
        assert_eq!((output.status.code(), ids(&out).len()), (Some(0), 3));
        return;
    }
    assert_eq!((output.status.code(), ids(&out)), (Some(1), vec!["open".to_owned()]));
    let failed = failed(&out);
    assert_eq!(failed.keys().collect::<Vec<_>>(), ["in/closed", "in/secret.txt"]);
    assert!(failed.values().all(|error| error.contains("permission denied")), "{failed:?}");
}

/// The inputs are gone when their turn comes: while the list of files is still being read, they are removed.
#[test]
fn an_input_that_vanishes_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join("in");
    fs::create_dir(&input).unwrap();
    for at in 0..3 {
        fs::write(input.join(format!("{at}.txt")), report("甲县档案馆")).unwrap();
    }
    pipe(&dir.path().join("list"));
    let args = ["convert", "in", "--files-from", "list", "-o", "out", "--lang", "en"];
    let run = std::thread::spawn({
        let dir = dir.path().to_owned();
        move || Run::new(&dir, &os(&args)).ended()
    });
    // Opening waits for the run to open the list; the folder is walked before the list is read.
    let mut list = fs::OpenOptions::new().write(true).open(dir.path().join("list")).unwrap();
    std::io::Write::write_all(&mut list, b"in/0.txt\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    fs::remove_file(input.join("1.txt")).unwrap();
    fs::remove_file(input.join("2.txt")).unwrap();
    fs::create_dir(input.join("2.txt")).unwrap();
    drop(list);
    let output = run.join().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let out = dir.path().join("out");
    assert_eq!(ids(&out), ["0"]);
    let failed = failed(&out);
    assert_eq!(failed.keys().collect::<Vec<_>>(), ["in/1.txt", "in/2.txt"]);
    assert!(failed["in/1.txt"].contains("no such file") && failed["in/2.txt"].contains("directory"), "{failed:?}");
}

/// Whoever may write into a folder could have put a link there: what a run writes replaces the link, not what it leads to.
#[test]
fn links_in_the_output_folder_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let (out, precious) = (dir.path().join("out"), dir.path().join("precious"));
    fs::create_dir(&out).unwrap();
    fs::write(&precious, "mine").unwrap();
    fs::write(dir.path().join("r.txt"), report("甲县档案馆")).unwrap();
    for name in ["cells.csv", "reports.jsonl", "summary.html", "failed.csv", "wide.csv"] {
        symlink(&precious, out.join(name)).unwrap();
    }
    let output = Run::new(dir.path(), &os(&["convert", "r.txt", "-o", "out"])).ended();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_to_string(&precious).unwrap(), "mine");
    assert!(fs::symlink_metadata(out.join("cells.csv")).unwrap().is_file());
}

/// An input, a list of inputs or of agencies that has the name of an output and stands in its place stays as it is.
#[test]
fn what_is_read_is_not_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(dir.path().join("r.txt"), report("甲县档案馆")).unwrap();
    fs::write(out.join("cells.csv"), report("乙县档案馆")).unwrap();
    fs::write(out.join("wide.csv"), "name,organ\n").unwrap();
    fs::write(out.join("failed.csv"), "r.txt\n").unwrap();
    symlink("out", dir.path().join("link")).unwrap();
    let before = everything(&out);
    for args in [
        &["out", "--glob", "*", "-o", "out"][..],
        &["out/cells.csv", "-o", "link"],
        &["r.txt", "link/../out/cells.csv", "-o", "out/"],
        &["r.txt", "--agencies", "out/wide.csv", "-o", "out"],
        &["--files-from", "out/failed.csv", "-o", "out"],
    ] {
        let output = Run::new(dir.path(), &os(&[&["convert", "--lang", "en"], args].concat())).ended();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(".csv: an output of this name would replace this input"), "{args:?}: {said}");
        assert_eq!(everything(&out), before, "{args:?}");
    }
    // Tables are not written here: no output has that name.
    let args = ["convert", "out/cells.csv", "-o", "out", "--to", "jsonl"];
    assert_eq!(Run::new(dir.path(), &os(&args)).ended().status.code(), Some(0));
}
