//! One mutation of a sound report must yield its parent's findings and those that its `case.json` names: no other error or warning.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::{cases, cells, fixtures, name, read};
use nianbao::Report;
use nianbao::finding::{Rule, Severity};
use serde_json::Value;

/// rule, line, table, row, column; the line is `None` where the case leaves it open.
type Key = (String, Option<u64>, Option<String>, Option<String>, Option<String>);

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn named(list: &Value) -> Vec<Key> {
    let key = |found: &Value| {
        let rule = text(&found["rule"]).expect("a finding names its rule");
        (rule, found["line"].as_u64(), text(&found["table"]), text(&found["row"]), text(&found["column"]))
    };
    list.as_array().into_iter().flatten().map(key).collect()
}

fn found(report: &Report, grave: bool) -> Vec<Key> {
    report
        .findings
        .iter()
        .filter(|finding| !grave || finding.severity > Severity::Note)
        .map(|finding| {
            let line = finding.span.map(|span| u64::from(report.place(span).line));
            (finding.rule.id().to_owned(), line, finding.table.clone(), finding.row.clone(), finding.column.clone())
        })
        .collect()
}

/// `wanted` describes `found`: what it leaves open may be anything.
fn describes(wanted: &Key, found: &Key) -> bool {
    let open = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
    wanted.0 == found.0
        && (wanted.1.is_none() || wanted.1 == found.1)
        && open(&wanted.2, &found.2)
        && open(&wanted.3, &found.3)
        && open(&wanted.4, &found.4)
}

fn check(case: &Path, wrong: &mut Vec<String>) {
    let text = std::fs::read_to_string(case.join("case.json")).unwrap();
    let expected: Value = serde_json::from_str(&text).unwrap();
    let report = read(case);
    let parent = read(&fixtures().join("reports/valid").join(expected["parent"].as_str().unwrap()));
    let inherited: BTreeSet<String> = found(&parent, true).into_iter().map(|key| key.0).collect();
    let mut wanted = named(&expected["finds"]);
    let may = named(&expected["may"]);
    let grave = found(&report, true);
    for key in &grave {
        if let Some(at) = wanted.iter().position(|wanted| describes(wanted, key)) {
            wanted.remove(at);
        } else if !may.iter().any(|may| describes(may, key)) && !inherited.contains(&key.0) {
            wrong.push(format!("{}: found {key:?}", name(case)));
        }
    }
    // A note that the case names is looked for among the notes.
    let all = found(&report, false);
    wanted.retain(|wanted| {
        Rule::from_id(&wanted.0).is_none_or(|rule| rule.severity() > Severity::Note)
            || !all.iter().any(|key| describes(wanted, key))
    });
    wrong.extend(wanted.into_iter().map(|key| format!("{}: not found {key:?}", name(case))));
    let rule = expected["rule"].as_str().unwrap();
    if !all.iter().any(|key| key.0 == rule) {
        wrong.push(format!("{}: the rule {rule} did not fire", name(case)));
    }
    // Only the cells that the case names differ from the parent.
    let (before, after) = (cells(&parent), cells(&report));
    let mut differs: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (key, cell) in after.iter().filter(|(key, cell)| before.get(*key) != Some(cell)) {
        differs.insert(key.clone(), cell.clone());
    }
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        differs.insert(key.clone(), (String::new(), "missing".to_owned()));
    }
    if let Some(cells) = expected.get("cells").and_then(Value::as_array) {
        for cell in cells {
            let part = |field: &str| cell[field].as_str().unwrap_or("").to_owned();
            let key = format!("{}.{}.{}", part("table"), part("row"), part("column"));
            let wanted = (part("value"), part("status"));
            match differs.remove(&key) {
                Some(read) if read == wanted => {}
                read => wrong.push(format!("{}: cell {key} read {read:?}, true {wanted:?}", name(case))),
            }
        }
        wrong.extend(
            differs
                .into_iter()
                .map(|(key, cell)| format!("{}: cell {key} read {cell:?}, unchanged in truth", name(case))),
        );
    }
}

#[test]
fn each_mutation_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for case in cases("invalid") {
        check(&case, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every rule that a report can break has a case that breaks it.
#[test]
fn every_rule_has_a_case() {
    let mut cases: BTreeSet<String> = cases("invalid").iter().map(|case| name(case)).collect();
    // What speaks of several reports has a folder of them.
    let series = std::fs::read_dir(fixtures().join("series")).unwrap();
    cases.extend(series.map(|case| name(&case.unwrap().path())));
    let bare: Vec<&str> = Rule::ALL
        .iter()
        .map(|rule| rule.id())
        .filter(|id| !cases.iter().any(|case| case.starts_with(&format!("{id}-"))))
        .collect();
    assert!(bare.is_empty(), "rules without a case in fixtures/reports/invalid or fixtures/series: {bare:?}");
}
