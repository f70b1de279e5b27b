//! What a hostile report may do to whoever looks at what was made of it: nothing. One report with an attack in every place, through every output.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// For a browser, a spreadsheet, a terminal and whoever reads from left to right.
const MARKUP: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
const TERMINAL: &str = "\u{1b}[31m\u{1b}]0;owned\u{7}\u{9b}2J\u{8}\u{7f}";
const BIDI: &str = "\u{202e}\u{2066}\u{61c}\u{200f}";

/// All of it at every place of the text that an output may take something from.
fn report() -> String {
    let evil = format!("{MARKUP}{TERMINAL}{BIDI}");
    let clean = fs::read_to_string(common::fixtures().join("reports/valid/clean-rectangle/report.txt")).unwrap();
    let mut at = 0;
    let lines = clean.lines().map(|line| {
        at += 1;
        match line.split_once('\t') {
            // The title, and what names the organ and its address.
            None if at < 12 => format!("{line}{evil}"),
            None if at % 3 == 0 => format!("{line}{evil}"),
            None if at % 3 == 1 => format!("=1+1{line}"),
            Some((label, cells)) if at % 4 == 0 => format!("{label}{evil}\t{cells}"),
            Some((label, cells)) if at % 4 == 1 => format!("{label}\t=HYPERLINK(\"http://x\")\t{cells}"),
            Some((label, cells)) if at % 4 == 2 => format!("@SUM(1+9)*cmd|' /C calc'!A0{label}\t+1+1\t-{cells}{evil}"),
            _ => line.to_owned(),
        }
    });
    let mut text: String = lines.collect::<Vec<_>>().join("\n");
    text += &format!("\n七、{evil}\n={evil}\t1\t-2+3\n@{evil}\t+3\t4\n");
    text
}

fn nianbao(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nianbao"));
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.args(args).current_dir(dir).output().unwrap()
}

/// A folder with the report under a name that attacks too, where the system allows it.
fn folder() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let name = format!("=1+1{}{BIDI}<script>alert(3)<.txt", "\u{1b}[5m");
    fs::write(dir.path().join(&name), report()).unwrap();
    fs::write(
        dir.path().join("other.txt"),
        fs::read(common::fixtures().join("reports/valid/clean-rectangle/report.txt")).unwrap(),
    )
    .unwrap();
    (dir, name)
}

/// What is left of a colour that the program itself gave.
fn without_colours(shown: &str) -> String {
    let mut parts = shown.split("\u{1b}[");
    let mut left = parts.next().unwrap().to_owned();
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(part.len());
        assert_eq!(part.get(end..end + 1), Some("m"), "an escape that is no colour: {part:?}");
        left += &part[end + 1..];
    }
    left
}

#[test]
fn a_terminal_shows_text_and_nothing_acts() {
    let (dir, name) = folder();
    for lang in ["en", "zh"] {
        for colour in ["never", "always"] {
            for args in [
                &["show", &name][..],
                &["check", &name],
                &["check", ".", "nothing\u{1b}[31m.txt"],
                &["parse", "--format", "table", &name],
                &["diff", &name, "other.txt"],
                &["diff", "other.txt", &name],
                &["parse", "no\u{1b}]0;owned\u{7}file"],
                &["rules", "\u{1b}[31m"],
                &["forms", "\u{1b}[31m"],
                &["convert", "nothing\u{1b}[31m.txt", "-o", "out\u{1b}[31m"],
            ] {
                let output = nianbao(dir.path(), &[args, &["--lang", lang, "--color", colour]].concat());
                let shown = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
                assert!(!shown.is_empty(), "{args:?}");
                let left = without_colours(&shown);
                assert!(colour == "always" || left == shown, "{args:?}: colours that nobody wanted");
                let acts = |c: char| c.is_control() && c != '\n' || BIDI.contains(c);
                let found = left.find(acts).map(|at| left[at..].chars().take(30).collect::<String>());
                assert_eq!(found, None, "{args:?} {colour}");
            }
        }
    }
}

/// A spreadsheet would take this for a formula; a number with its sign is none.
fn runs(field: &str) -> bool {
    let number = field.trim_start_matches(['+', '-']).chars().all(|c| c.is_ascii_digit() || ",.".contains(c));
    field.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number
}

#[test]
fn a_spreadsheet_runs_nothing() {
    let (dir, _) = folder();
    for dialect in [&[][..], &["--excel"], &["--csv-encoding", "gb18030"], &["--delimiter", "tab"], &["--derive"]] {
        let output = nianbao(dir.path(), &[&["convert", ".", "-o", "out", "--to", "csv"], dialect].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut guarded = 0;
        for entry in fs::read_dir(dir.path().join("out")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|ending| ending != "csv") {
                continue;
            }
            let delimiter = if dialect.contains(&"tab") { b'\t' } else { b',' };
            let bytes = fs::read(&path).unwrap();
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
            for record in reader.byte_records() {
                for field in &record.unwrap() {
                    let field = String::from_utf8_lossy(field);
                    assert!(!runs(&field), "{}: {field:?}", path.display());
                    guarded += usize::from(field.starts_with('\'') && runs(&field[1..]));
                }
            }
        }
        assert!(guarded > 20, "{dialect:?}: the attack did not reach the tables ({guarded})");
        fs::remove_dir_all(dir.path().join("out")).unwrap();
    }
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_holds_no_formula_but_links_to_its_own_sheets() {
    use calamine::Reader as _;
    let (dir, name) = folder();
    for inputs in [&[name.as_str()][..], &["."]] {
        let output = nianbao(dir.path(), &[&["convert", "-o", "out", "--to", "xlsx"], inputs].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(dir.path().join("out/reports.xlsx")).unwrap();
        let mut texts = 0;
        for sheet in book.sheet_names() {
            for (_, _, formula) in book.worksheet_formula(&sheet).unwrap().used_cells() {
                assert!(formula.starts_with("HYPERLINK(\"#"), "{sheet}: {formula}");
            }
            let cells = book.worksheet_range(&sheet).unwrap();
            texts += cells.used_cells().filter(|(_, _, cell)| runs(&cell.to_string())).count();
        }
        // They are there, as texts.
        assert!(texts > 5, "the attack did not reach the workbook ({texts})");
        fs::remove_dir_all(dir.path().join("out")).unwrap();
    }
}

#[test]
fn a_page_runs_its_own_script_alone() {
    let (dir, _) = folder();
    let output = nianbao(dir.path(), &["convert", ".", "-o", "out", "--to", "html,jsonl"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = fs::read_to_string(dir.path().join("out/summary.html")).unwrap();
    assert!(page.contains("alert(1)"), "the attack did not reach the page");
    assert!(!page.contains("<script>alert") && !page.contains("<img") && !page.contains("<!--"));
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    let tags = page.match_indices("<script").map(|(at, _)| &page[at..page[at..].find('>').unwrap() + at + 1]);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    tags.for_each(|tag| *kinds.entry(if tag.contains("application/json") { "data" } else { tag }).or_insert(0) += 1);
    assert_eq!(kinds.remove("<script type=\"module\">"), Some(1));
    assert!(kinds.keys().eq([&"data"]), "{kinds:?}");
    // The policy stands before anything that a report could say, and allows one script, by its hash.
    let policy = page.split_once("Content-Security-Policy\" content=\"").unwrap().1.split_once('"').unwrap().0;
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
    let scripts = policy.split("; ").find(|part| part.starts_with("script-src ")).unwrap();
    assert!(scripts.matches("'sha256-").count() == 1 && scripts.split(' ').count() == 2, "{scripts}");
    assert!(page.find("Content-Security-Policy") < page.find("<title>"));

    // JSON of any kind is data: whatever stands in it is escaped by the format itself.
    let lines = fs::read_to_string(dir.path().join("out/reports.jsonl")).unwrap();
    for line in lines.lines() {
        assert!(!line.contains(|c: char| c < ' '), "a bare control character");
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn what_is_too_large_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("r.txt"), "甲县2023年政府信息公开工作年度报告\n").unwrap();
    let size = fs::metadata(dir.path().join("r.txt")).unwrap().len();
    for (max, fits) in [(size, true), (size - 1, false)] {
        let max = max.to_string();
        let of = |args: &[&str]| nianbao(dir.path(), &[args, &["--max-bytes", &max, "--lang", "en"]].concat());
        for args in [&["parse", "r.txt"][..], &["show", "r.txt"]] {
            let output = of(args);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(if fits { 0 } else { 2 }), "{said}");
            let sentence = format!("r.txt: it is larger than {max} bytes, the limit that --max-bytes sets");
            assert_eq!(said.contains(&sentence), !fits, "{said}");
        }
        // It is told, and a line of the table, alone and beside one that fits.
        let output = of(&["convert", "r.txt", "-o", "out"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(if fits { 0 } else { 1 }), "{said}");
        assert!(dir.path().join("out/failed.csv").exists());
        assert_eq!(said.contains("r.txt: it is larger than"), !fits, "{said}");
        fs::write(dir.path().join("small.txt"), "甲县2023年\n").unwrap();
        let both = of(&["convert", "r.txt", "small.txt", "-o", "both"]);
        assert_eq!(both.status.code(), Some(if fits { 0 } else { 1 }));
        let failed = fs::read_to_string(dir.path().join("both/failed.csv")).unwrap();
        assert_eq!(
            failed.contains("r.txt,\"it is larger than") || failed.contains("r.txt,it is larger"),
            !fits,
            "{failed}"
        );
    }
}
