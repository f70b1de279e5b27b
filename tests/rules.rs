//! What is told of the rules, against the reports: the example of each rule is an excerpt of a report that keeps it, and breaks the
//! rule where it is put in its place.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use common::{cases, fixtures, name, read_bytes};
use nianbao::Reader;
use nianbao::check::series::{self, Agencies, Record};
use nianbao::finding::{Example, Policy, Rule, Selector, Severity};
use nianbao::span::Span;

/// Stands in an excerpt for lines that were left out.
const ELLIPSIS: &str = "…";

/// The pieces of an excerpt, which stand in this order in its report.
fn pieces(excerpt: &str) -> Vec<String> {
    let lines: Vec<&str> = excerpt.lines().collect();
    lines.split(|line| *line == ELLIPSIS).map(|piece| piece.join("\n")).collect()
}

/// Where each piece stands in `report`, each behind the one before it.
fn find(report: &str, pieces: &[String]) -> Result<Vec<Span>, String> {
    let mut from = 0;
    let mut places = Vec::new();
    for piece in pieces {
        let start = from + report[from..].find(piece).ok_or_else(|| format!("the report does not hold:\n{piece}"))?;
        from = start + piece.len();
        places.push(Span::new(start, from));
    }
    Ok(places)
}

/// `report` with the mistake of `example` in it, and where the mistake stands.
fn broken(report: &str, example: &Example) -> Result<(Vec<u8>, Span), String> {
    let (good, bad) = (pieces(&example.good), pieces(&example.bad));
    let places = find(report, &good)?;
    let (first, last) = (places[0], places[places.len() - 1]);
    let mut text = report[..first.start as usize].to_owned();
    if good.len() == bad.len() {
        let mut from = first.start;
        for (place, bad) in places.iter().zip(&bad) {
            text.push_str(&report[from as usize..place.start as usize]);
            text.push_str(bad);
            from = place.end;
        }
    } else {
        assert_eq!(bad.len(), 1, "as many … as in the good example, or none");
        text.push_str(&example.bad);
    }
    let mistake = Span::new(first.start as usize, text.len());
    text.push_str(&report[last.end as usize..]);
    Ok((bytes(&text), mistake))
}

/// `\xNN` in an example is that byte.
fn bytes(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    bytes
}

fn check(rule: Rule) -> Result<(), String> {
    let example = rule.example();
    let folder = fixtures().join("reports/invalid").join(&example.case);
    if !example.case.starts_with(&format!("{rule}-")) || !folder.is_dir() {
        return Err(format!("{} is no case of it", example.case));
    }
    let case: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("case.json")).unwrap()).unwrap();
    let parent = fixtures().join("reports/valid").join(case["parent"].as_str().unwrap());
    let report = std::fs::read_to_string(parent.join("report.txt")).unwrap();
    if read_bytes(report.as_bytes()).findings.iter().any(|finding| finding.rule == rule) {
        return Err("the good example breaks it".to_owned());
    }
    let (text, mistake) = broken(&report, example)?;
    let report = read_bytes(&text);
    let mut found = report.findings.iter().filter(|finding| finding.rule == rule).peekable();
    if found.peek().is_none() {
        return Err("the bad example does not break it".to_owned());
    }
    let lines = report.line(mistake)..=report.line(Span { start: mistake.end, end: mistake.end });
    match found.any(|finding| finding.span.is_none_or(|span| lines.contains(&report.line(span))))
        || stands_elsewhere(rule)
    {
        true => Ok(()),
        false => Err("it is found, but not where the bad example stands".to_owned()),
    }
}

/// A rule about the reports of one organ: the case breaks it, the bad example stands in one of its reports, and with the good
/// example in the place of the bad one nothing breaks it.
fn check_series(rule: Rule) -> Result<(), String> {
    let example = rule.example();
    let folder = fixtures().join("series").join(&example.case);
    if !example.case.starts_with(&format!("{rule}-")) || !folder.is_dir() {
        return Err(format!("{} is no case of it", example.case));
    }
    let mut texts: Vec<String> = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "txt")) {
        texts.push(std::fs::read_to_string(file).unwrap());
    }
    let breaks = |texts: &[String]| {
        let reader = nianbao::Reader::default();
        let record = |(at, text): (usize, &String)| {
            let name = format!("{at}.txt");
            Record::of(&reader.read(text.as_bytes(), Some(&name)).unwrap(), &name, at as u64).unwrap()
        };
        let records = texts.iter().enumerate().map(record).collect();
        series::check(records, &Agencies::default(), reader.forms()).iter().any(|found| found.finding.rule == rule)
    };
    if !breaks(&texts) {
        return Err("the case does not break it".to_owned());
    }
    let turned = Example { case: example.case.clone(), good: example.bad.clone(), bad: example.good.clone() };
    let mended = (0..texts.len()).rev().find_map(|at| {
        let (text, _) = broken(&texts[at], &turned).ok()?;
        let mut mended = texts.clone();
        mended[at] = String::from_utf8(text).unwrap();
        Some(mended)
    });
    match mended {
        None => Err("no report of the case holds the bad example".to_owned()),
        Some(texts) if breaks(&texts) => Err("the good example breaks it too".to_owned()),
        Some(_) => Ok(()),
    }
}

/// What is missing is told at a heading that is there; the edition of a table, and that it stands elsewhere, where the table begins.
fn stands_elsewhere(rule: Rule) -> bool {
    matches!(rule, Rule::TableMissing | Rule::TableElsewhere | Rule::MetadataMissing | Rule::FormMixed)
}

#[test]
fn the_good_example_keeps_the_rule_and_the_bad_one_breaks_it() {
    let of = |rule: Rule| if rule.id().starts_with("series.") { check_series } else { check };
    let wrong: Vec<String> =
        Rule::ALL.iter().filter_map(|&rule| Some(format!("{rule}: {}", of(rule)(rule).err()?))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A page of a rule that is not in the table would be told to nobody.
#[test]
fn every_page_belongs_to_a_rule() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/finding/rules");
    let pages: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(pages, Rule::ALL.iter().map(|rule| rule.id().to_owned()).collect());
}

/// A policy decides what is said, never what is read.
#[test]
fn cells_are_the_same_under_any_policy() {
    let all = || vec![Selector::parse("all").unwrap()];
    let severity = |severity| vec![(Selector::parse("all").unwrap(), severity)];
    let silent = Reader::default().policy(Policy::new(&[], &all(), &[]));
    let grave = Reader::default().policy(Policy::new(&all(), &[], &severity(Severity::Error)));
    let mut found = 0;
    for kind in ["valid", "invalid", "bytes"] {
        for case in cases(kind) {
            let bytes = std::fs::read(case.join("report.txt")).unwrap();
            let report = read_bytes(&bytes);
            found += report.findings.len();

            let unsaid = silent.read(&bytes, None).unwrap();
            assert_eq!(unsaid.findings, []);
            assert_eq!(unsaid.cells, report.cells, "{}", name(&case));
            assert_eq!(unsaid.metadata, report.metadata, "{}", name(&case));

            let weighed = grave.read(&bytes, None).unwrap();
            assert_eq!(weighed.cells, report.cells, "{}", name(&case));
            assert_eq!(weighed.summary().errors, report.findings.len(), "{}", name(&case));
        }
    }
    assert!(found > 100, "the fixtures hold findings");
}
