//! Findings as SARIF 2.1.0, the format that code hosts and editors load.
//!
//! The rules stand at the head, all of them, so that a result names its rule by place; results follow as the reports
//! come, a line each, and what could not be read stands behind them. So nothing is kept but the failures. The few keys
//! around the results are written by hand for that reason; everything else are structs of our own.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::series::Line;
use crate::finding::{Entered, Finding, Rule, Severity};
use crate::lang::Lang;
use crate::record::Report;
use crate::span::{LineIndex, Span};

/// Where the schema of the format is published.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// So many inputs that failed are told one by one: they are kept until the end.
const MOST_FAILURES: usize = 1000;

/// Writes a log of one run.
#[derive(Debug)]
pub struct Sarif<W: Write> {
    out: W,
    lang: Lang,
    /// A result was written.
    any: bool,
    failures: Vec<Notification>,
    failed: usize,
}

impl<W: Write> Sarif<W> {
    /// Begins the log in `out`, with messages in `lang`.
    pub fn new(mut out: W, lang: Lang) -> io::Result<Sarif<W>> {
        let rules = Rule::ALL.iter().map(|&rule| Descriptor::of(rule, lang)).collect();
        let driver = Driver {
            name: "nianbao",
            semantic_version: env!("CARGO_PKG_VERSION"),
            language: lang.pick("en", "zh-CN"),
            rules,
        };
        write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":")?;
        serde_json::to_writer(&mut out, &Tool { driver })?;
        // Lines and columns as `LineIndex` counts them.
        write!(out, ",\"columnKind\":\"unicodeCodePoints\",\"newlineSequences\":[\"\\r\\n\",\"\\n\",\"\\r\"]")?;
        write!(out, ",\"results\":[")?;
        Ok(Sarif { out, lang, any: false, failures: Vec::new(), failed: 0 })
    }

    /// Adds [`results`], in the order in which they come.
    pub fn add(&mut self, results: &[u8]) -> io::Result<()> {
        // The first one has nothing before it that a comma would part it from.
        let from = usize::from(!self.any && !results.is_empty());
        self.any |= !results.is_empty();
        self.out.write_all(&results[from..])
    }

    /// Adds an input that could not be read.
    pub fn failure(&mut self, source: &str, error: &str) {
        self.failed += 1;
        if self.failed > MOST_FAILURES {
            return;
        }
        let location = Location {
            id: None,
            physical_location: Physical { artifact_location: Artifact::at(Some(source)), region: None },
            message: None,
        };
        self.failures.push(Notification {
            level: Level::Error,
            message: Message::new(&format!("{source}: {error}")),
            locations: vec![location],
        });
    }

    /// Ends the log.
    pub fn finish(mut self) -> io::Result<W> {
        let more = self.failed - self.failures.len();
        if more > 0 {
            let text = match self.lang {
                Lang::En => format!("{more} more inputs could not be read"),
                Lang::Zh => format!("另有 {more} 个输入无法读取"),
            };
            let message = Message::new(&text);
            self.failures.push(Notification { level: Level::Error, message, locations: Vec::new() });
        }
        let invocation =
            Invocation { execution_successful: self.failed == 0, tool_execution_notifications: self.failures };
        self.out.write_all(b"\n],\"invocations\":")?;
        serde_json::to_writer(&mut self.out, &[invocation])?;
        self.out.write_all(b"}]}\n")?;
        Ok(self.out)
    }
}

/// Appends the findings of `report` to `out`, with messages in `lang`: the results of a log, each with a comma and a line end
/// before it.
pub fn results(report: &Report, lang: Lang, out: &mut Vec<u8>) -> io::Result<()> {
    let artifact = Artifact::at(report.source.path.as_deref());
    let mut seen = HashMap::new();
    for finding in &report.findings {
        out.extend_from_slice(b",\n");
        serde_json::to_writer(&mut *out, &result(report, finding, &artifact, lang, &mut seen))?;
    }
    Ok(())
}

/// Appends a finding about the series of an organ to `out`, as [`results`] does.
pub fn series(line: &Line, out: &mut Vec<u8>) -> io::Result<()> {
    let place = |path: Option<&str>, line: Option<u32>, col: Option<u32>| Physical {
        artifact_location: Artifact::at(path),
        // How long the place is, is not known any more; an end at its start would make it empty.
        region: line.zip(col).map(|(line, col)| Region {
            start_line: line,
            start_column: col,
            end_line: None,
            end_column: None,
        }),
    };
    let earlier = &line.earlier;
    let related = Location {
        id: Some(1),
        physical_location: place(earlier.source.as_deref(), earlier.line, earlier.col),
        message: Some(Message::new(&earlier.report)),
    };
    // The report that it is compared with is part of what it says.
    let mut hash = Sha256::new();
    hash.update(line.rule().id());
    for part in [&line.table, &line.row, &line.column, &Some(earlier.report.clone())] {
        hash.update([0]);
        hash.update(part.as_deref().unwrap_or(""));
    }
    let result = Res {
        rule_id: line.rule().id(),
        rule_index: Rule::ALL.iter().position(|rule| *rule == line.rule()),
        level: line.severity().into(),
        message: Message::new(&line.message),
        locations: [Location {
            id: None,
            physical_location: place(line.source.as_deref(), line.line, line.col),
            message: None,
        }],
        related_locations: vec![related],
        partial_fingerprints: BTreeMap::from([("finding/v1", crate::hexadecimal(&hash.finalize()[..16]))]),
        properties: Properties {
            agency: Some(&line.agency),
            year: Some(line.year),
            table: line.table.as_deref(),
            row: line.row.as_deref(),
            column: line.column.as_deref(),
            expected: line.expected.as_deref(),
            actual: line.actual.as_deref(),
        },
    };
    out.extend_from_slice(b",\n");
    serde_json::to_writer(&mut *out, &result)?;
    Ok(())
}

fn result<'a>(
    report: &'a Report,
    finding: &'a Finding,
    artifact: &Artifact,
    lang: Lang,
    seen: &mut HashMap<[u8; 32], u32>,
) -> Res<'a> {
    let place = |span: Option<Span>| Physical {
        artifact_location: artifact.clone(),
        region: span.map(|span| Region::of(&report.text, &report.index, span)),
    };
    let related = finding.entered.iter().enumerate().filter_map(|(i, entered)| {
        let span = entered.span?;
        Some(Location {
            id: Some(i + 1),
            physical_location: place(Some(span)),
            message: Some(Message::new(&said(entered, lang))),
        })
    });
    Res {
        rule_id: finding.rule.id(),
        rule_index: Rule::ALL.iter().position(|rule| *rule == finding.rule),
        level: finding.severity.into(),
        message: Message::new(&finding.message(lang)),
        locations: [Location { id: None, physical_location: place(finding.span), message: None }],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("finding/v1", fingerprint(report, finding, seen))]),
        properties: Properties {
            agency: report.metadata.agency.as_deref(),
            year: report.metadata.year,
            table: finding.table.as_deref(),
            row: finding.row.as_deref(),
            column: finding.column.as_deref(),
            expected: finding.expected.as_deref(),
            actual: finding.actual.as_deref(),
        },
    }
}

/// What a cell brought to a sum: `applications.received.total = 16`.
fn said(entered: &Entered, lang: Lang) -> String {
    match entered.value {
        Some(value) => format!("{} = {value}", entered.cell),
        None => format!("{}{}", entered.cell, lang.pick(": blank", "：空白")),
    }
}

/// What stays the same when lines above the finding come or go: the rule with the cell, or with the printed text where
/// it is about no cell; the second of two that are alike in this is told by its number.
fn fingerprint(report: &Report, finding: &Finding, seen: &mut HashMap<[u8; 32], u32>) -> String {
    let printed = finding.span.map_or("", |span| span.of(&report.text));
    let (table, row, column) = (finding.table.as_deref(), finding.row.as_deref(), finding.column.as_deref());
    let mut hash = Sha256::new();
    hash.update(finding.rule.id());
    for part in [table, row, column] {
        hash.update([0]);
        hash.update(part.unwrap_or(""));
    }
    if row.is_none() && column.is_none() {
        hash.update([0]);
        hash.update(printed);
    }
    let mut digest: [u8; 32] = hash.finalize().into();
    let count = seen.entry(digest).or_default();
    *count += 1;
    if *count > 1 {
        let mut hash = Sha256::new();
        hash.update(digest);
        hash.update(count.to_be_bytes());
        digest = hash.finalize().into();
    }
    crate::hexadecimal(&digest[..16])
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    language: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
}

impl Descriptor {
    fn of(rule: Rule, lang: Lang) -> Descriptor {
        let doc = rule.doc(lang);
        Descriptor {
            id: rule.id(),
            short_description: Message::new(&doc.title),
            full_description: Message::new(&doc.explanation),
            help: Message::new(&doc.basis),
            default_configuration: Configuration { level: rule.severity().into() },
        }
    }
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: Level,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
enum Level {
    Error,
    Warning,
    Note,
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Level {
        match severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        }
    }
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

impl Message {
    /// In a message of SARIF, braces are placeholders unless they are doubled (§ 3.11.5).
    fn new(text: &str) -> Message {
        Message { text: text.replace('{', "{{").replace('}', "}}") }
    }
}

/// A `result`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Res<'a> {
    rule_id: &'static str,
    rule_index: Option<usize>,
    level: Level,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: Properties<'a>,
}

#[derive(Debug, Serialize)]
struct Properties<'a> {
    agency: Option<&'a str>,
    year: Option<i32>,
    table: Option<&'a str>,
    row: Option<&'a str>,
    column: Option<&'a str>,
    expected: Option<&'a str>,
    actual: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Clone, Serialize)]
struct Artifact {
    uri: String,
}

impl Artifact {
    /// The input at `path`; standard input where it is `-` or none.
    fn at(path: Option<&str>) -> Artifact {
        Artifact { uri: path.filter(|path| *path != "-").map_or_else(|| "stdin".to_owned(), uri) }
    }
}

/// The URI of a path: relative as it is, absolute with `file://`. A path of Windows has a drive and backslashes.
fn uri(path: &str) -> String {
    let drive = matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    let network = path.starts_with(r"\\");
    let path = if drive || network || cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    let (head, rest) = match &path {
        path if drive => (format!("file:///{}", &path[..2]), &path[2..]),
        path if network => ("file:".to_owned(), path.as_str()),
        path if path.starts_with('/') => ("file://".to_owned(), path.as_str()),
        path => (String::new(), path.trim_start_matches("./").trim_start_matches('/')),
    };
    let mut uri = head;
    for byte in rest.bytes() {
        match byte {
            // A colon would make the first part of a relative path a scheme.
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

impl Region {
    /// The column of the end is that of the character behind the last.
    fn of(text: &str, index: &LineIndex, span: Span) -> Region {
        let start = index.place(text, span.start);
        // The end of a line belongs to it, not to the next.
        let kept = span.of(text).trim_end_matches(['\r', '\n']).len() as u32;
        let last = span.of(text).get(..kept as usize).and_then(|kept| kept.chars().next_back());
        let end = match last {
            None => start,
            Some(last) => {
                let place = index.place(text, span.start + kept - last.len_utf8() as u32);
                crate::span::Place { line: place.line, col: place.col + 1 }
            }
        };
        Region { start_line: start.line, start_column: start.col, end_line: Some(end.line), end_column: Some(end.col) }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Debug, Serialize)]
struct Notification {
    level: Level,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    fn log(reports: &[Report], failures: &[(&str, &str)]) -> serde_json::Value {
        let mut sarif = Sarif::new(Vec::new(), Lang::En).unwrap();
        for report in reports {
            let mut bytes = Vec::new();
            results(report, Lang::En, &mut bytes).unwrap();
            sarif.add(&bytes).unwrap();
        }
        failures.iter().for_each(|(source, error)| sarif.failure(source, error));
        serde_json::from_slice(&sarif.finish().unwrap()).unwrap()
    }

    #[test]
    fn a_finding_leads_to_its_place_and_to_the_cells_of_its_sum() {
        let log = log(&[sample::report()], &[]);
        let run = &log["runs"][0];
        let result = &run["results"][0];
        assert_eq!(result["ruleId"], "sum.row");
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "sum.row");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "%E7%94%B2/2021.txt");
        let region = serde_json::json!({"startLine": 4, "startColumn": 9, "endLine": 4, "endColumn": 19});
        assert_eq!(place["region"], region);
        let related = result["relatedLocations"].as_array().unwrap();
        assert_eq!(related.len(), 3);
        assert_eq!(related[0]["message"]["text"], "money.fees.amount = 59237.2449");
        assert_eq!(related[2]["message"]["text"], "money.fees.waived: blank");
        assert_eq!(related[2]["physicalLocation"]["region"]["startColumn"], 25);
        assert_eq!(result["properties"]["expected"], "0.00");
        // The other is about the whole report: the file, without a region.
        let whole = &run["results"][1]["locations"][0]["physicalLocation"];
        assert!(whole["artifactLocation"]["uri"].is_string() && whole["region"].is_null());
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    }

    #[test]
    fn a_finding_about_a_series_has_a_place_without_an_end() {
        let line: Line = serde_json::from_value(serde_json::json!({
            "index": 1, "report": "b", "source": "b.txt", "agency": "某市", "year": 2023, "edition": "2021",
            "rule": "series.carried", "severity": "error", "message": "m", "line": 7, "col": 3, "table": "t", "row": "r",
            "column": "c", "expected": "2", "actual": "3", "cells": [],
            "earlier": {"report": "a", "source": "a.txt", "line": null, "col": null},
        }))
        .unwrap();
        let mut bytes = Vec::new();
        series(&line, &mut bytes).unwrap();
        let result: serde_json::Value = serde_json::from_slice(&bytes[1..]).unwrap();
        // An end at the start would be an empty region.
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"], serde_json::json!({"startLine": 7, "startColumn": 3}));
        assert!(result["relatedLocations"][0]["physicalLocation"]["region"].is_null());
    }

    #[test]
    fn inputs_that_failed_are_notifications() {
        let log = log(&[], &[("甲 乙.txt", "there is no such file {a}")]);
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        let notification = &invocation["toolExecutionNotifications"][0];
        assert_eq!(notification["message"]["text"], "甲 乙.txt: there is no such file {{a}}");
        assert_eq!(
            notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "%E7%94%B2%20%E4%B9%99.txt"
        );
        assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    }

    #[test]
    fn a_log_of_many_failures_stays_small() {
        let many = vec![("a", "b"); MOST_FAILURES + 5];
        let log = log(&[sample::report(), sample::report()], &many);
        let invocation = &log["runs"][0]["invocations"][0];
        let told = invocation["toolExecutionNotifications"].as_array().unwrap();
        assert_eq!(told.len(), MOST_FAILURES + 1);
        assert_eq!(told[MOST_FAILURES]["message"]["text"], "5 more inputs could not be read");
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 4);
    }

    #[test]
    fn paths_are_uris() {
        for (path, expected) in [
            ("a/b.txt", "a/b.txt"),
            ("./a b.txt", "a%20b.txt"),
            ("../a%20b#?.txt", "../a%2520b%23%3F.txt"),
            ("file:a.txt", "file%3Aa.txt"),
            ("/srv/年报.txt", "file:///srv/%E5%B9%B4%E6%8A%A5.txt"),
            (r"C:\报\a.txt", "file:///C:/%E6%8A%A5/a.txt"),
            (r"\\server\a.txt", "file://server/a.txt"),
            ("a\u{1}\"<b>.txt", "a%01%22%3Cb%3E.txt"),
        ] {
            assert_eq!(uri(path), expected, "{path}");
        }
        if !cfg!(windows) {
            assert_eq!(uri(r"a\b.txt"), "a%5Cb.txt");
        }
        assert_eq!(Artifact::at(Some("-")).uri, "stdin");
    }

    #[test]
    fn a_region_ends_behind_its_last_character() {
        let text = "甲乙\r\n丙丁\n戊";
        let index = LineIndex::new(text);
        let region = |part: &str| {
            let start = text.find(part).unwrap();
            let region = Region::of(text, &index, Span::new(start, start + part.len()));
            (region.start_line, region.start_column, region.end_line.unwrap(), region.end_column.unwrap())
        };
        assert_eq!(region("乙"), (1, 2, 1, 3));
        assert_eq!(region("甲乙\r\n"), (1, 1, 1, 3));
        assert_eq!(region("乙\r\n丙"), (1, 2, 2, 2));
        assert_eq!(region("戊"), (3, 1, 3, 2));
        assert_eq!(region(""), (1, 1, 1, 1));
    }

    #[test]
    fn fingerprints_outlast_a_shift_of_lines_and_part_what_is_alike() {
        let reader = crate::Reader::default();
        let text = "青石县档案馆2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n\
                    信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t-1\t0\t0\n行政规范性文件\t-1\t1\t1.5\n";
        let prints = |text: &str| {
            let log = log(&[reader.read(text.as_bytes(), None).unwrap()], &[]);
            let results = log["runs"][0]["results"].as_array().unwrap().clone();
            let prints = results.iter().map(|result| result["partialFingerprints"]["finding/v1"].to_string());
            prints.collect::<Vec<_>>()
        };
        let before = prints(text);
        assert!(before.len() > 3);
        assert_eq!(before, prints(&text.replacen('\n', "\n\n\n", 1)));
        let mut unique = before.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), before.len());
    }
}
