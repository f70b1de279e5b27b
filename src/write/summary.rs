//! The validation summary of a run: counts over all reports, and a line for each of them.
//!
//! [`Run`] holds the counts, whose size does not depend on the number of reports; the lines of the reports wait in
//! a spool (a temporary file) until the counts that stand before them are final.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};

use serde::ser::{Error as _, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{counted, json};
use crate::finding::{Rule, Severity};
use crate::lang::Lang;
use crate::record::{Report, Summary};

/// Name and version of the summary, its `schema`.
pub const SCHEMA: &str = "nianbao-summary/1";

/// Counts over the reports of a run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Reports that were read.
    pub reports: usize,
    /// Inputs that could not be read, each with the reason.
    pub failures: Vec<Failure>,
    /// Cells and findings of all reports together.
    pub total: Summary,
    /// For each rule met and its severity: how many findings, in how many reports.
    pub rules: BTreeMap<(Rule, Severity), (usize, usize)>,
    /// How many reports are of each edition; `None` where no form matches.
    pub editions: BTreeMap<Option<String>, usize>,
    /// How many reports are about each year; `None` where it is unknown.
    pub years: BTreeMap<Option<i32>, usize>,
}

/// An input that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its path.
    pub source: String,
    /// Why, as a sentence.
    pub error: String,
}

impl Run {
    /// Counts `report`.
    pub fn report(&mut self, report: &Report) {
        self.reports += 1;
        let summary = report.summary();
        let total = &mut self.total;
        total.cells_expected += summary.cells_expected;
        total.ok += summary.ok;
        total.blank += summary.blank;
        total.unreadable += summary.unreadable;
        total.missing += summary.missing;
        total.errors += summary.errors;
        total.warnings += summary.warnings;
        total.notes += summary.notes;
        *self.editions.entry(report.metadata.edition.clone()).or_default() += 1;
        *self.years.entry(report.metadata.year).or_default() += 1;
        let mut met: BTreeMap<(Rule, Severity), usize> = BTreeMap::new();
        for finding in &report.findings {
            *met.entry((finding.rule, finding.severity)).or_default() += 1;
        }
        for (rule, count) in met {
            let (findings, reports) = self.rules.entry(rule).or_default();
            *findings += count;
            *reports += 1;
        }
    }

    /// Counts an input that could not be read.
    pub fn failure(&mut self, source: &str, error: &str) {
        self.failures.push(Failure { source: source.to_owned(), error: error.to_owned() });
    }
}

impl Run {
    /// The run in one line: `3 reports, 600 cells: 598 read, 2 blank; 0 errors, 1 warning, 2 notes`.
    pub fn line(&self, lang: Lang) -> String {
        let failed = self.failures.len();
        let mut line = match lang {
            Lang::En if failed == 0 => counted(self.reports, "report") + ", ",
            Lang::En => format!("{}, {} failed, ", counted(self.reports, "report"), counted(failed, "input")),
            Lang::Zh if failed == 0 => format!("{} 份报告，", self.reports),
            Lang::Zh => format!("{} 份报告，{failed} 个输入未能读取，", self.reports),
        };
        line.push_str(&counts(&self.total, lang));
        line
    }
}

/// `600 cells: 598 read, 2 blank; 0 errors, 1 warning, 2 notes`.
pub(super) fn counts(summary: &Summary, lang: Lang) -> String {
    let others = [
        (summary.blank, lang.pick("blank", "空白")),
        (summary.unreadable, lang.pick("unreadable", "无法识别")),
        (summary.missing, lang.pick("missing", "缺失")),
    ];
    let others = others.into_iter().filter(|(count, _)| *count > 0);
    let Summary { cells_expected, ok, errors, warnings, notes, .. } = *summary;
    match lang {
        Lang::En => {
            let others: String = others.map(|(count, name)| format!(", {count} {name}")).collect();
            let [errors, warnings, notes] =
                [(errors, "error"), (warnings, "warning"), (notes, "note")].map(|(count, noun)| counted(count, noun));
            format!("{}: {ok} read{others}; {errors}, {warnings}, {notes}", counted(cells_expected, "cell"))
        }
        Lang::Zh => {
            let others: String = others.map(|(count, name)| format!("，{name} {count}")).collect();
            format!("{cells_expected} 个单元格：已读 {ok}{others}；错误 {errors}，警告 {warnings}，提示 {notes}")
        }
    }
}

/// Collects a run and writes it as JSON.
#[derive(Debug)]
pub struct Collector<S: Read + Write + Seek> {
    run: Run,
    spool: BufWriter<S>,
    lang: Lang,
    findings: bool,
}

#[derive(Serialize)]
struct File<'a> {
    report: &'a str,
    source: Option<&'a str>,
    agency: Option<&'a str>,
    year: Option<i32>,
    edition: Option<&'a str>,
    errors: usize,
    warnings: usize,
    notes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<json::Finding<'a>>>,
}

impl<S: Read + Write + Seek> Collector<S> {
    /// Collects in `spool`, an empty file or buffer; with the findings of each report, in `lang`, when `findings`.
    pub fn new(spool: S, lang: Lang, findings: bool) -> Collector<S> {
        Collector { run: Run::default(), spool: BufWriter::new(spool), lang, findings }
    }

    /// The counts so far.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Adds `report`, which the batch calls `id`.
    pub fn report(&mut self, id: &str, report: &Report) -> io::Result<()> {
        self.run.report(report);
        let (metadata, summary) = (&report.metadata, report.summary());
        let file = File {
            report: id,
            source: report.source.path.as_deref(),
            agency: metadata.agency.as_deref(),
            year: metadata.year,
            edition: metadata.edition.as_deref(),
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            findings: self.findings.then(|| json::findings(report, self.lang)),
        };
        serde_json::to_writer(&mut self.spool, &file)?;
        self.spool.write_all(b"\n")
    }

    /// Adds an input that could not be read.
    pub fn failure(&mut self, source: &str, error: &str) {
        self.run.failure(source, error);
    }

    /// Writes the summary to `out` and gives back the counts.
    pub fn finish(self, out: &mut impl Write) -> io::Result<Run> {
        let mut spool = self.spool.into_inner().map_err(|err| err.into_error())?;
        spool.rewind()?;
        let (run, total) = (&self.run, &self.run.total);
        let document = Document {
            schema: SCHEMA,
            reports: run.reports,
            failed: run.failures.len(),
            cells: Cells {
                expected: total.cells_expected,
                ok: total.ok,
                blank: total.blank,
                unreadable: total.unreadable,
                missing: total.missing,
            },
            findings: Findings { error: total.errors, warning: total.warnings, note: total.notes },
            rules: run
                .rules
                .iter()
                .map(|(&(rule, severity), &(count, reports))| RuleCount { rule: rule.id(), severity, count, reports })
                .collect(),
            editions: known_first(&run.editions)
                .map(|(edition, reports)| EditionCount { edition: edition.as_deref(), reports })
                .collect(),
            years: known_first(&run.years).map(|(year, reports)| YearCount { year: *year, reports }).collect(),
            failures: &run.failures,
            files: Files(RefCell::new(BufReader::new(spool))),
        };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        out.write_all(b"\n")?;
        Ok(self.run)
    }
}

/// In order, what is unknown last.
fn known_first<K>(counts: &BTreeMap<Option<K>, usize>) -> impl Iterator<Item = (&Option<K>, usize)> {
    let of = |known| counts.iter().filter(move |(key, _)| key.is_some() == known).map(|(key, &count)| (key, count));
    of(true).chain(of(false))
}

#[derive(Serialize)]
#[serde(bound = "")]
struct Document<'a, R: BufRead> {
    schema: &'static str,
    reports: usize,
    failed: usize,
    cells: Cells,
    findings: Findings,
    rules: Vec<RuleCount>,
    editions: Vec<EditionCount<'a>>,
    years: Vec<YearCount>,
    failures: &'a [Failure],
    files: Files<R>,
}

#[derive(Serialize)]
struct Cells {
    expected: usize,
    ok: usize,
    blank: usize,
    unreadable: usize,
    missing: usize,
}

#[derive(Serialize)]
struct Findings {
    error: usize,
    warning: usize,
    note: usize,
}

#[derive(Serialize)]
struct RuleCount {
    rule: &'static str,
    severity: Severity,
    count: usize,
    reports: usize,
}

#[derive(Serialize)]
struct EditionCount<'a> {
    edition: Option<&'a str>,
    reports: usize,
}

#[derive(Serialize)]
struct YearCount {
    year: Option<i32>,
    reports: usize,
}

/// The lines of a spool as an array, one read at a time.
struct Files<R>(RefCell<R>);

impl<R: BufRead> Serialize for Files<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut spool = self.0.borrow_mut();
        let mut array = serializer.serialize_seq(None)?;
        let mut line = String::new();
        loop {
            line.clear();
            if spool.read_line(&mut line).map_err(S::Error::custom)? == 0 {
                return array.end();
            }
            let file: &RawValue = serde_json::from_str(&line).map_err(S::Error::custom)?;
            array.serialize_element(file)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::write::sample;

    #[test]
    fn counts_and_files() {
        let mut collector = Collector::new(Cursor::new(Vec::new()), Lang::En, false);
        collector.report("甲", &sample::report()).unwrap();
        let mut other = sample::report();
        (other.metadata.edition, other.metadata.year) = (None, None);
        other.findings.truncate(1);
        collector.report("乙", &other).unwrap();
        collector.failure("丙.txt", "there is no such file");

        let mut out = Vec::new();
        let run = collector.finish(&mut out).unwrap();
        assert_eq!(
            run.line(Lang::En),
            "2 reports, 1 input failed, 8 cells: 4 read, 2 blank, 2 missing; 2 errors, 1 warning, 0 notes"
        );
        assert_eq!(
            run.line(Lang::Zh),
            "2 份报告，1 个输入未能读取，8 个单元格：已读 4，空白 2，缺失 2；错误 2，警告 1，提示 0"
        );
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("\n    {\"report\":\"甲\",\"source\":\"甲/2021.txt\""), "{text}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value,
            serde_json::json!({
                "schema": SCHEMA,
                "reports": 2,
                "failed": 1,
                "cells": {"expected": 8, "ok": 4, "blank": 2, "unreadable": 0, "missing": 2},
                "findings": {"error": 2, "warning": 1, "note": 0},
                "rules": [
                    {"rule": "section.missing", "severity": "warning", "count": 1, "reports": 1},
                    {"rule": "sum.row", "severity": "error", "count": 2, "reports": 2},
                ],
                "editions": [{"edition": "t1", "reports": 1}, {"edition": null, "reports": 1}],
                "years": [{"year": 2021, "reports": 1}, {"year": null, "reports": 1}],
                "failures": [{"source": "丙.txt", "error": "there is no such file"}],
                "files": [
                    {"report": "甲", "source": "甲/2021.txt", "agency": "某市", "year": 2021, "edition": "t1",
                     "errors": 1, "warnings": 1, "notes": 0},
                    {"report": "乙", "source": "甲/2021.txt", "agency": "某市", "year": null, "edition": null,
                     "errors": 1, "warnings": 0, "notes": 0},
                ],
            })
        );
    }

    #[test]
    fn findings_come_with_the_files_on_demand() {
        let mut collector = Collector::new(Cursor::new(Vec::new()), Lang::En, true);
        collector.report("甲", &sample::report()).unwrap();
        let mut out = Vec::new();
        collector.finish(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["files"][0]["findings"][0]["rule"], "sum.row");
    }
}
