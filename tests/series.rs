//! Several years of one organ: the cases in `fixtures/series`, and many organs at once.
//!
//! A case is a folder with reports, perhaps `agencies.csv`, and `case.json`: every finding of a series that must be found, and no other.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{fixtures, name};
use nianbao::Reader;
use nianbao::check::series::{self, Agencies, Found, Record};
use serde_json::Value;

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(fixtures().join("series")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    cases
}

fn agencies(case: &Path) -> Agencies {
    match fs::read(case.join("agencies.csv")) {
        Ok(list) => Agencies::parse(&list).unwrap(),
        Err(_) => Agencies::default(),
    }
}

/// The reports of a case, by the names of their files.
fn records(case: &Path) -> Vec<Record> {
    let reader = Reader::default();
    let mut files: Vec<PathBuf> = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    let record = |(index, file): (usize, &PathBuf)| {
        let report = reader.read(&fs::read(file).unwrap(), Some(&file.to_string_lossy())).unwrap();
        let id = file.file_stem().unwrap().to_string_lossy();
        Record::of(&report, &id, index as u64).unwrap()
    };
    files.iter().enumerate().map(record).collect()
}

fn keys(found: &[Found]) -> Vec<Value> {
    let key = |found: &Found| {
        serde_json::json!({
            "report": found.report,
            "rule": found.finding.rule.id(),
            "line": found.place.map(|place| place.line),
            "table": found.finding.table,
            "row": found.finding.row,
            "column": found.finding.column,
        })
    };
    found.iter().map(key).collect()
}

#[test]
fn each_series_has_its_findings_and_no_other() {
    let forms = Reader::default();
    let mut wrong = Vec::new();
    for case in cases() {
        let expected: Value = serde_json::from_str(&fs::read_to_string(case.join("case.json")).unwrap()).unwrap();
        let (records, agencies) = (records(&case), agencies(&case));
        assert!(records.len() > 1, "{}", name(&case));
        let found = series::check(records.clone(), &agencies, forms.forms());
        if keys(&found) != *expected["finds"].as_array().unwrap() {
            wrong.push(format!("{}: found {:#?}", name(&case), keys(&found)));
        }
        for found in &found {
            // It speaks of the earlier report by its file, and of a line of it where it has one.
            let earlier = found.earlier.source.as_deref().unwrap();
            for lang in [nianbao::lang::Lang::En, nianbao::lang::Lang::Zh] {
                let message = found.finding.message(lang);
                assert!(message.contains(earlier), "{message}");
                let line = found
                    .earlier
                    .place
                    .filter(|_| found.finding.expected.is_some())
                    .map(|place| place.line.to_string());
                assert!(line.is_none_or(|line| message.contains(&line)), "{message}");
            }
        }
        // Whatever the order in which they come.
        for turn in 1..records.len() {
            let mut turned = records.clone();
            turned.rotate_left(turn);
            assert_eq!(series::check(turned, &agencies, forms.forms()), found, "{}", name(&case));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// 1,000 organs of five years each: every break is found, and nothing else.
#[test]
fn many_organs() {
    let report = |organ: usize, year: i32, carried_in: usize, carried_out: usize| {
        format!(
            "第{organ}县财政局{year}年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n\
             \t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n\
             一、本年新收政府信息公开申请数量\t9\t0\t0\t0\t0\t0\t9\n\
             二、上年结转政府信息公开申请数量\t{carried_in}\t0\t0\t0\t0\t0\t{carried_in}\n\
             （七）总计\t9\t0\t0\t0\t0\t0\t9\n\
             四、结转下年度继续办理\t{carried_out}\t0\t0\t0\t0\t0\t{carried_out}\n"
        )
    };
    let reader = Reader::default();
    let mut records = Vec::new();
    let mut broken = Vec::new();
    for organ in 0..1000usize {
        for year in 2019..2024 {
            let carried = |year: i32| organ % 7 + year as usize % 3;
            let breaks = organ.is_multiple_of(100) && year == 2022;
            let text = report(organ, year, carried(year - 1) + usize::from(breaks), carried(year));
            let id = format!("{organ}/{year}");
            let index = records.len() as u64;
            records.push(Record::of(&reader.read(text.as_bytes(), None).unwrap(), &id, index).unwrap());
            if breaks {
                broken.extend([id.clone(), id]);
            }
        }
    }
    let found = series::check(records, &Agencies::default(), reader.forms());
    let reports: Vec<String> = found.iter().map(|found| found.report.clone()).collect();
    assert_eq!(reports, broken, "{:?}", found.first());
    assert!(found.iter().all(|found| found.finding.rule == nianbao::finding::Rule::SeriesCarried));
}
