//! Inputs that are no reports: a clear answer, no panic, and time in proportion to the input.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::time::{Duration, Instant};

use common::{assert_invariants, read_bytes};
use nianbao::Reader;
use nianbao::finding::Rule;

#[test]
fn an_empty_input_is_a_report_of_nothing() {
    for empty in ["", "\u{feff}", "\n", "\r\n\r\n", " \t\u{3000}\n"] {
        let report = read_bytes(empty.as_bytes());
        assert!(report.cells.is_empty() && report.sections.is_empty() && report.tables.is_empty());
        let rules: Vec<Rule> = report.findings.iter().map(|finding| finding.rule).collect();
        assert!(rules.contains(&Rule::MetadataMissing) && rules.contains(&Rule::FormUnknown), "{rules:?}");
        assert_invariants(&report, "empty");
    }
}

#[test]
fn what_is_no_text_is_refused_with_a_sentence() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde";
    let error = Reader::default().read(png, None).unwrap_err().to_string();
    assert!(error.contains("PNG") && error.contains("text"), "{error}");
    let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n";
    let error = Reader::default().read(pdf, None).unwrap_err().to_string();
    assert!(error.contains("PDF") && error.contains("pdftotext"), "{error}");
}

/// Texts that grow: a part, repeated.
const PARTS: &[(&str, &str)] = &[
    ("one line", "政府信息公开"),
    ("blank lines", "\n"),
    ("one row", "0\t"),
    ("rows", "规章\t0\t0\t0\n"),
    ("unknown rows", "某某事项\t1\t2\t3\n"),
    ("headings", "一、总体情况\n"),
    ("nested headings", "一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\n"),
    ("lone cells", "规章\t0\t0\t0\n短行\n-3-\n"),
    ("padded rows", "行政许可      550\n规章     1    2    3\n"),
    ("pipes", "| 规章 | 0 | 0 | 0 |\n"),
    ("one cell a line", "规章\n0\n0\n0\n"),
    ("boxes", "│规章│0│0│0│\n├──┼──┼──┼──┤\n"),
    ("wrapped prose", "一是全面落实政务公开标准化规范化制度，依法依规扩大公众参与，积极\n"),
    ("misprinted rows", "2.其他法律行政止\t0\t0\t0\t0\t0\t0\t0\n一、本年新收政府信息公开申请数\t0\n"),
    ("nothing but marks", "　\u{200b}\u{feff}、（。\n"),
    ("line ends", "甲\r乙\u{85}丙\u{2028}丁\u{c}"),
];

#[test]
fn time_grows_with_the_input_and_no_faster() {
    let once = |text: &str| {
        let start = Instant::now();
        let report = read_bytes(text.as_bytes());
        assert_eq!(report.lines.last().map_or(0, |line| line.span.end as usize), report.text.len());
        start.elapsed()
    };
    for (name, part) in PARTS {
        let small = part.repeat(24_000 / part.len());
        let large = small.repeat(8);
        // The better of two, so that a pause of the machine is not taken for growth; and room for all but a square.
        let least = |text: &str| once(text).min(once(text));
        let (short, long) = (least(&small), least(&large));
        assert!(
            long < short * 40 + Duration::from_millis(200),
            "{name}: {short:?} for {} bytes, {long:?} for {}",
            small.len(),
            large.len()
        );
    }
}

/// A report cut off anywhere, or with a byte changed anywhere, is read without a panic, and what is lost is said.
#[test]
fn a_damaged_report_is_still_read() {
    let bytes = std::fs::read(common::fixtures().join("reports/valid/ragged-rows/report.txt")).unwrap();
    for cut in (0..bytes.len()).step_by(191) {
        assert_invariants(&read_bytes(&bytes[..cut]), "cut");
        let mut changed = bytes.clone();
        changed[cut] = changed[cut].wrapping_add(cut as u8 | 1);
        if let Ok(report) = Reader::default().read(&changed, None) {
            assert_invariants(&report, "changed");
        }
    }
}
