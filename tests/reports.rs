//! The fixture reports: cells against their truth, metadata and outline against theirs, the whole document as a snapshot.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::path::Path;

use common::{assert_invariants, cases, cells, differences, name, read, truth};
use nianbao::Report;
use serde_json::Value;

#[test]
fn cells_are_true() {
    let mut wrong = Vec::new();
    for case in cases("valid").into_iter().chain(cases("bytes")) {
        for difference in differences(&cells(&read(&case)), &truth(&case.join("cells.csv"))) {
            wrong.push(format!("{}: {difference}", name(&case)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn metadata_and_outline_are_true() {
    let mut wrong = Vec::new();
    for case in cases("valid").into_iter().chain(cases("bytes")) {
        let text = std::fs::read_to_string(case.join("expect.json")).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        compare(&case, &read(&case), &expected, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(case: &Path, report: &Report, expected: &Value, wrong: &mut Vec<String>) {
    let metadata = serde_json::to_value(&report.metadata).unwrap();
    let mut equal = |what: &str, read: Value, wanted: &Value| {
        if read != *wanted {
            wrong.push(format!("{}: {what} read {read}, true {wanted}", name(case)));
        }
    };
    for field in ["title", "agency", "year", "edition", "doc_number", "published"] {
        if let Some(wanted) = expected.get(field) {
            equal(field, metadata[field].clone(), wanted);
        }
    }
    if let Some(wanted) = expected.get("period") {
        let period = report.metadata.period.as_ref().map(|period| vec![period.from.clone(), period.to.clone()]);
        equal("period", serde_json::to_value(period).unwrap(), wanted);
    }
    for (field, wanted) in expected.get("contact").and_then(Value::as_object).into_iter().flatten() {
        equal(field, metadata["contact"][field].clone(), wanted);
    }
    if let Some(wanted) = expected.get("sections") {
        let level_one: Vec<_> = report.sections.iter().filter(|section| section.level == 1).collect();
        let keyed: Vec<(Option<&str>, u32)> =
            level_one.iter().map(|section| (section.key.as_deref(), section.line)).collect();
        equal("sections", serde_json::to_value(keyed).unwrap(), wanted);
    }
    if let Some(wanted) = expected.get("subsections_of_overview") {
        let overview = report.sections.iter().find(|section| section.key.as_deref() == Some("overview"));
        equal("subsections", overview.map(|section| section.sections.len()).into(), wanted);
    }
    if let Some(wanted) = expected.get("rejoined") {
        let mut rejoined = report.preface.iter().filter(|paragraph| paragraph.rejoined).count();
        nianbao::record::Section::walk(&report.sections, &mut |_, section| {
            rejoined += section.paragraphs.iter().filter(|paragraph| paragraph.rejoined).count();
        });
        equal("rejoined", rejoined.into(), wanted);
    }
    for (field, read) in [
        ("encoding", report.source.encoding.to_owned().into()),
        ("bom", report.source.bom.into()),
        ("replaced", report.source.replaced.into()),
    ] {
        if let Some(wanted) = expected.get(field) {
            equal(field, read, wanted);
        }
    }
}

#[test]
fn invariants_hold() {
    for kind in ["valid", "bytes", "invalid"] {
        for case in cases(kind) {
            assert_invariants(&read(&case), &name(&case));
        }
    }
}

/// The whole document, beside the report. `scripts/bless` accepts what changed.
#[test]
fn documents_are_as_reviewed() {
    for case in cases("valid").into_iter().chain(cases("bytes")) {
        let mut document = Vec::new();
        nianbao::write::json::write(&read(&case), nianbao::lang::Lang::En, &mut document, true).unwrap();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("report", String::from_utf8(document).unwrap()));
    }
}
