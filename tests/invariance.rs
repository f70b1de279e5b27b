//! The same report in another encoding or with other line ends gives the same cells, sections and metadata.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::path::PathBuf;

use common::renderings::{essence, renderings};
use common::{assert_invariants, cases, cells, name, read_bytes};

fn assert_invariant(path: PathBuf) {
    let bytes = std::fs::read(&path).unwrap();
    let report = read_bytes(&bytes);
    let text = report.text.clone();
    let mut renderings = renderings(&text).into_iter();
    let (_, plain) = renderings.next().unwrap();
    let wanted = essence(&read_bytes(&plain));
    for (rendering, bytes) in renderings {
        let report = read_bytes(&bytes);
        assert_eq!(report.source.replaced, 0, "{} as {rendering}", path.display());
        assert!(
            essence(&report) == wanted,
            "{} reads otherwise as {rendering}:\n{}\n{wanted}",
            path.display(),
            essence(&report)
        );
        assert_invariants(&report, rendering);
    }
}

#[test]
fn encodings_and_line_ends_change_nothing() {
    for case in cases("valid").into_iter().chain(cases("bytes")) {
        // U+FFFD in place of broken bytes is text like any other here.
        if name(&case) != "utf-8-three-broken-bytes" {
            assert_invariant(case.join("report.txt"));
        }
    }
}

#[test]
fn encodings_and_line_ends_change_nothing_in_published_reports() {
    let Some(folder) = common::published() else { return };
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "txt") {
            assert_invariant(path);
        }
    }
}

/// NEL, U+2028 and a form feed part text as a line end does, though an editor does not count them.
#[test]
fn odd_line_ends_part_text() {
    let text = std::fs::read_to_string(common::fixtures().join("reports/valid/clean-rectangle/report.txt")).unwrap();
    let wanted = cells(&read_bytes(text.as_bytes()));
    for mark in ["\u{85}", "\u{2028}", "\u{2029}", "\u{c}", "\u{b}"] {
        let report = read_bytes(text.replace('\n', mark).as_bytes());
        assert_eq!(cells(&report), wanted, "{}", mark.escape_unicode());
        assert_eq!(report.source.lines, 1);
    }
}
