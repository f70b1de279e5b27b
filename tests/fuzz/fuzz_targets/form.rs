//! A folder of a form: it is refused in words, or it is sound and reads any report.
//!
//! The input is the files of the folder, each behind a line `=== NAME`. They go through a folder in memory or on disk, as those of `--form`
//! do, so that no other door into the library is needed.
#![no_main]

#[path = "../../common/mod.rs"]
mod common;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::{Corpus, fuzz_target};
use nianbao::form::{Form, Forms};
use nianbao::{Reader, Report};
use tempfile::TempDir;

/// The texts that each form must read; the second is of no form.
const REPORTS: [&str; 2] = [
    include_str!("../../../fixtures/reports/valid/ragged-rows/report.txt"),
    "甲局2021年政府信息公开工作年度报告\n一、总体情况\n甲\t1\t2\n乙\t3\n",
];

static DIR: LazyLock<TempDir> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder can be made")
});

fuzz_target!(|input: &str| -> Corpus {
    let dir = DIR.path();
    let mut written: Vec<String> = Vec::new();
    for part in input.split("=== ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap_or((part, ""));
        let plain = !name.is_empty() && name.len() < 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        if !plain || name.starts_with('.') || written.len() == 6 {
            return Corpus::Reject;
        }
        fs::write(dir.join(name), text).expect("a file can be written");
        written.push(name.to_owned());
    }
    let mut forms = Forms::embedded();
    let added = common::cost::bounded(input.len(), "loading", || forms.add_dir(dir));
    written.iter().for_each(|name| drop(fs::remove_file(dir.join(name))));
    match added {
        Err(err) => assert!(!err.file.is_empty() && !err.what.is_empty(), "{err:?}"),
        Ok(()) => {
            forms.iter().for_each(|form| assert_sound(form));
            let reader = Reader::new(forms);
            for text in REPORTS {
                let report: Report = reader.read(text.as_bytes(), None).expect("a text");
                common::assert_invariants(&report, "read by a fuzzed form");
            }
        }
    }
    Corpus::Keep
});

/// No cell twice, and whatever is named by number is there.
fn assert_sound(form: &Form) {
    let mut paths = HashSet::new();
    for slot in &form.slots {
        assert!(paths.insert((&slot.table, &slot.row, &slot.column)), "{} twice", slot.path());
    }
    let there = |slot: &usize| *slot < form.slots.len();
    for identity in &form.identities {
        assert!(identity.total.iter().chain(&identity.parts).all(there), "{identity:?}");
        assert!(!identity.total.is_empty() && !identity.parts.is_empty(), "{identity:?}");
    }
    for series in &form.series {
        assert!(series.of_later().all(|slot| there(&slot)) && there(&series.earlier), "{series:?}");
    }
}
