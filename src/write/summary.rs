//! The validation summary of a run: counts over all reports, and a line for each of them.
//!
//! [`Run`] holds the counts, whose size does not depend on the number of reports. The lines of the reports and of the
//! inputs that failed ([`file()`], [`failure()`]) wait in files until the counts that stand before them are final; then
//! [`write()`] makes one document of all.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use serde::ser::{Error as _, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::series::Line;
use super::{counted, json};
use crate::finding::{Rule, Severity};
use crate::lang::Lang;
use crate::record::{Report, Summary};

/// Name and version of the summary, its `schema`.
pub const SCHEMA: &str = "nianbao-summary/1";

/// Counts over the reports of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// Reports that were read.
    pub reports: usize,
    /// Inputs that could not be read.
    pub failed: usize,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        self.total.add(&report.summary());
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

    /// Counts a finding about a series; `first` where it is the first of its rule that its report has.
    pub fn series(&mut self, line: &Line, first: bool) {
        line.count(&mut self.total);
        let (findings, reports) = self.rules.entry((line.rule(), line.severity())).or_default();
        *findings += 1;
        *reports += usize::from(first);
    }

    /// Counts an input that could not be read.
    pub fn failure(&mut self) {
        self.failed += 1;
    }

    /// Adds the counts of `other`.
    pub fn add(&mut self, other: Run) {
        self.reports += other.reports;
        self.failed += other.failed;
        self.total.add(&other.total);
        for (rule, (findings, reports)) in other.rules {
            let known = self.rules.entry(rule).or_default();
            known.0 += findings;
            known.1 += reports;
        }
        for (edition, reports) in other.editions {
            *self.editions.entry(edition).or_default() += reports;
        }
        for (year, reports) in other.years {
            *self.years.entry(year).or_default() += reports;
        }
    }
}

impl Run {
    /// The run in one line: `3 reports, 600 cells: 598 read, 2 blank; 0 errors, 1 warning, 2 notes`.
    pub fn line(&self, lang: Lang) -> String {
        let failed = self.failed;
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

/// Writes the line of `report`, which the batch calls `id`; with its findings, in the language, where one is given.
pub fn file(id: &str, report: &Report, findings: Option<Lang>, out: &mut impl Write) -> io::Result<()> {
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
        findings: findings.map(|lang| json::findings(report, lang)),
    };
    serde_json::to_writer(&mut *out, &file)?;
    out.write_all(b"\n")
}

/// Writes the line of an input that could not be read.
pub fn failure(failure: &Failure, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, failure)?;
    out.write_all(b"\n")
}

/// Writes the summary of `run` to `out`; `failures` and `files` are the lines of its inputs, `series` those of its findings about series.
pub fn write(
    run: &Run,
    failures: impl BufRead,
    files: impl BufRead,
    series: impl BufRead,
    out: &mut impl Write,
) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        counts: Counts::from(run),
        failures: Lines(RefCell::new(failures)),
        files: Files(RefCell::new((files, series))),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

#[derive(Serialize)]
#[serde(bound = "")]
struct Document<E: BufRead, F: BufRead, S: BufRead> {
    schema: &'static str,
    #[serde(flatten)]
    counts: Counts,
    failures: Lines<E>,
    files: Files<F, S>,
}

/// The counts of a [`Run`] as they are written, and read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    reports: usize,
    failed: usize,
    cells: Cells,
    findings: Findings,
    rules: Vec<RuleCount>,
    editions: Vec<EditionCount>,
    years: Vec<YearCount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cells {
    expected: usize,
    ok: usize,
    blank: usize,
    unreadable: usize,
    missing: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Findings {
    error: usize,
    warning: usize,
    note: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RuleCount {
    rule: String,
    severity: String,
    count: usize,
    reports: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct EditionCount {
    edition: Option<String>,
    reports: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct YearCount {
    year: Option<i32>,
    reports: usize,
}

impl From<&Run> for Counts {
    fn from(run: &Run) -> Counts {
        let total = &run.total;
        Counts {
            reports: run.reports,
            failed: run.failed,
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
                .map(|(&(rule, severity), &(count, reports))| RuleCount {
                    rule: rule.id().to_owned(),
                    severity: severity.name().to_owned(),
                    count,
                    reports,
                })
                .collect(),
            editions: known_first(&run.editions)
                .map(|(edition, reports)| EditionCount { edition: edition.clone(), reports })
                .collect(),
            years: known_first(&run.years).map(|(year, reports)| YearCount { year: *year, reports }).collect(),
        }
    }
}

impl Counts {
    /// The run that they were made from; `None` where a rule is not known.
    pub fn run(&self) -> Option<Run> {
        let (cells, findings) = (&self.cells, &self.findings);
        let severities = [Severity::Note, Severity::Warning, Severity::Error];
        let rules = self.rules.iter().map(|counted| {
            let severity = severities.into_iter().find(|severity| severity.name() == counted.severity)?;
            Some(((Rule::from_id(&counted.rule)?, severity), (counted.count, counted.reports)))
        });
        Some(Run {
            reports: self.reports,
            failed: self.failed,
            total: Summary {
                cells_expected: cells.expected,
                ok: cells.ok,
                blank: cells.blank,
                unreadable: cells.unreadable,
                missing: cells.missing,
                errors: findings.error,
                warnings: findings.warning,
                notes: findings.note,
            },
            rules: rules.collect::<Option<_>>()?,
            editions: self.editions.iter().map(|counted| (counted.edition.clone(), counted.reports)).collect(),
            years: self.years.iter().map(|counted| (counted.year, counted.reports)).collect(),
        })
    }
}

/// In order, what is unknown last.
fn known_first<K>(counts: &BTreeMap<Option<K>, usize>) -> impl Iterator<Item = (&Option<K>, usize)> {
    let of = |known| counts.iter().filter(move |(key, _)| key.is_some() == known).map(|(key, &count)| (key, count));
    of(true).chain(of(false))
}

/// Lines that are JSON as an array, one read at a time.
struct Lines<R>(RefCell<R>);

impl<R: BufRead> Serialize for Lines<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut spool = self.0.borrow_mut();
        let mut array = serializer.serialize_seq(None)?;
        let mut line = String::new();
        loop {
            line.clear();
            if spool.read_line(&mut line).map_err(S::Error::custom)? == 0 {
                return array.end();
            }
            let value: &RawValue = serde_json::from_str(&line).map_err(S::Error::custom)?;
            array.serialize_element(value)?;
        }
    }
}

/// The lines of reports as an array, each with the findings about its series, read side by side.
struct Files<F, S>(RefCell<(F, S)>);

/// A line of a report that there is more to say of.
#[derive(Serialize, Deserialize)]
struct Known<'a> {
    #[serde(borrow)]
    report: &'a RawValue,
    #[serde(borrow)]
    source: &'a RawValue,
    #[serde(borrow)]
    agency: &'a RawValue,
    #[serde(borrow)]
    year: &'a RawValue,
    #[serde(borrow)]
    edition: &'a RawValue,
    errors: usize,
    warnings: usize,
    notes: usize,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<&'a RawValue>>,
}

impl<F: BufRead, S: BufRead> Serialize for Files<F, S> {
    fn serialize<W: Serializer>(&self, serializer: W) -> Result<W::Ok, W::Error> {
        let (files, series) = &mut *self.0.borrow_mut();
        let mut array = serializer.serialize_seq(None)?;
        let mut next = Line::read(series).map_err(W::Error::custom)?;
        let mut line = String::new();
        for index in 0.. {
            line.clear();
            if files.read_line(&mut line).map_err(W::Error::custom)? == 0 {
                break;
            }
            let mut more: Vec<Line> = Vec::new();
            while let Some(found) = next.take_if(|found| found.index == index) {
                more.push(found);
                next = Line::read(series).map_err(W::Error::custom)?;
            }
            if more.is_empty() {
                let value: &RawValue = serde_json::from_str(&line).map_err(W::Error::custom)?;
                array.serialize_element(value)?;
                continue;
            }
            let mut known: Known<'_> = serde_json::from_str(&line).map_err(W::Error::custom)?;
            let mut counts = Summary::default();
            more.iter().for_each(|found| found.count(&mut counts));
            known.errors += counts.errors;
            known.warnings += counts.warnings;
            known.notes += counts.notes;
            let more: Result<Vec<Box<RawValue>>, _> =
                more.iter().map(|found| serde_json::value::to_raw_value(&found.json())).collect();
            let more = more.map_err(W::Error::custom)?;
            if let Some(findings) = &mut known.findings {
                findings.extend(more.iter().map(|found| &**found));
            }
            array.serialize_element(&known)?;
        }
        array.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    #[test]
    fn counts_and_files() {
        let mut files = Vec::new();
        let (mut run, mut second) = (Run::default(), Run::default());
        run.report(&sample::report());
        file("甲", &sample::report(), None, &mut files).unwrap();
        let mut other = sample::report();
        (other.metadata.edition, other.metadata.year) = (None, None);
        other.findings.truncate(1);
        second.report(&other);
        file("乙", &other, None, &mut files).unwrap();
        second.failure();
        run.add(second);
        let mut failures = Vec::new();
        failure(&Failure { source: "丙.txt".into(), error: "there is no such file".into() }, &mut failures).unwrap();

        let counts: Counts = serde_json::from_str(&serde_json::to_string(&Counts::from(&run)).unwrap()).unwrap();
        assert_eq!(counts.run().as_ref(), Some(&run));

        let mut out = Vec::new();
        write(&run, &*failures, &*files, io::empty(), &mut out).unwrap();
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
        let mut line = Vec::new();
        file("甲", &sample::report(), Some(Lang::En), &mut line).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(value["findings"][0]["rule"], "sum.row");
    }
}
