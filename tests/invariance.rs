//! The same report in another encoding or with other line ends gives the same cells, sections and metadata.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::path::PathBuf;

use common::{assert_invariants, cases, cells, name, read_bytes};
use nianbao::Report;
use nianbao::record::Section;

/// All that must not change, as text.
fn essence(report: &Report) -> String {
    let mut sections = String::new();
    Section::walk(&report.sections, &mut |path, section| {
        let paragraphs: Vec<&str> = section.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        sections += &format!(
            "{path} {:?} {} {} {} {:?} {paragraphs:?}\n",
            section.key, section.number, section.title, section.line, section.tables
        );
    });
    let findings: Vec<String> = report
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {:?} {}",
                finding.rule,
                finding.span.map(|span| report.place(span)),
                finding.message(nianbao::lang::Lang::En)
            )
        })
        .collect();
    let tables: Vec<_> = report.tables.iter().flat_map(|table| report.rows(table)).collect();
    format!("{:?}\n{sections}{:?}\n{tables:?}\n{findings:#?}", report.metadata, cells(report))
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// The renderings of a text that an office or a download makes of it.
fn renderings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    let (gb18030, _, lossy) = encoding_rs::GB18030.encode(&plain);
    assert!(!lossy, "GB18030 holds every character");
    let with = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    vec![
        ("UTF-8", plain.clone().into_bytes()),
        ("UTF-8 with BOM", with(b"\xEF\xBB\xBF", plain.clone().into_bytes())),
        ("GB18030", gb18030.into_owned()),
        ("UTF-16LE", utf16(&plain, u16::to_le_bytes)),
        ("UTF-16BE", utf16(&plain, u16::to_be_bytes)),
        ("UTF-16LE with BOM", with(b"\xFF\xFE", utf16(&plain, u16::to_le_bytes))),
        ("UTF-16BE with BOM", with(b"\xFE\xFF", utf16(&plain, u16::to_be_bytes))),
        ("CRLF", plain.replace('\n', "\r\n").into_bytes()),
        ("CR", plain.replace('\n', "\r").into_bytes()),
        ("GB18030 with CRLF", encoding_rs::GB18030.encode(&plain.replace('\n', "\r\n")).0.into_owned()),
        ("no last line end", plain.trim_end_matches('\n').as_bytes().to_vec()),
    ]
}

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
