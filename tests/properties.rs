//! What must hold of any report: of clean ones that are generated, of those that were damaged, and of soups of all that tables are made of.
//!
//! A case that fails is made smaller and printed. `PROPTEST_CASES=5000 cargo test --release --test properties` is a long run.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

#[allow(dead_code)] // tests/damage.rs uses all of it.
mod damage {
    pub mod annex;
    pub mod cells;
    pub mod document;
    pub mod generate;
    pub mod judge;
    pub mod labels;
    pub mod operators;
    pub mod prose;
    pub mod render;
    pub mod rng;
    pub mod rows;
    pub mod space;
    pub mod text;
}

use std::sync::{Arc, LazyLock};

use common::renderings::{essence, renderings};
use common::{assert_invariants, cases, cells, fixtures, read_bytes, readback};
use damage::document::{Document, Encoding, Layout};
use damage::generate::generate;
use damage::judge::{Case, Made, judge};
use damage::operators::ALL;
use damage::render;
use nianbao::check::series::{self, Agencies, Found, Record};
use nianbao::finding::Rule;
use nianbao::form::Form;
use nianbao::lang::Lang;
use nianbao::lines::LineKind;
use nianbao::record::{Paragraph, Section, Status};
use nianbao::{Reader, Report};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;

static READER: LazyLock<Reader> = LazyLock::new(Reader::default);

/// So many cases in a debug build.
fn some(cases: u32) -> ProptestConfig {
    // A failure is printed whole, and made a fixture; no file of seeds beside the tests.
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    // What a change did not cause must not stop it: the usual run draws the same cases, a long one its own.
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config,
        None => ProptestConfig { cases, rng_seed: RngSeed::Fixed(2008), ..config },
    }
}

fn form(at: Index) -> Arc<Form> {
    let forms: Vec<Arc<Form>> = READER.forms().iter().cloned().collect();
    Arc::clone(at.get(&forms))
}

/// The bytes of a report, shown as text where a case fails.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// A generated report in some layout with a few damages.
fn damaged() -> impl Strategy<Value = Bytes> {
    (any::<u64>(), any::<Index>(), select(Layout::ALL), 0..4_usize).prop_map(|(seed, at, layout, damages)| {
        let mut case = Case::new(seed, &form(at), layout);
        case.draw(damages, ALL);
        Bytes(case.make().bytes)
    })
}

/// What reports, tables and attacks on their readers are made of.
fn pieces() -> impl Strategy<Value = String> {
    let labels: Vec<String> = READER
        .forms()
        .iter()
        .flat_map(|form| &form.tables)
        .flat_map(|table| &table.blank)
        .flatten()
        .filter_map(|cell| match cell {
            nianbao::form::BlankCell::Label(label) => Some(label.clone()),
            _ => None,
        })
        .collect();
    let titles: Vec<String> =
        READER.forms().iter().flat_map(|form| &form.sections).map(|section| section.title.clone()).collect();
    prop_oneof![
        4 => select(labels),
        2 => select(titles),
        4 => (0..20_000_u32).prop_map(|number| number.to_string()),
        4 => select(vec!["\t", "\n", "\n", " ", "|", "│", "　", ""]).prop_map(str::to_owned),
        2 => select(vec!["一、", "（二）", "3.", "（4）", "⑤", "第一部分"]).prop_map(str::to_owned),
        2 => select(vec![
            "=1+1", "+86 523", "-5", "@SUM(A1)", "'=", "\"", "\"\"", ",", ";", "'", "012000", "1234567890123456789",
            "\r", "\r\n", "\u{85}", "\u{2028}", "\u{c}", "\0", "\u{1b}[31m", "\u{202e}", "\u{200b}", "\u{feff}",
            "\u{301}", "\u{e5e5}", "\u{e81e}", "\u{20000}", "\u{fffd}", "<script>", "&amp;", "１２３", "〇", "99.50万元",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

/// Texts that no organ prints.
fn soup() -> impl Strategy<Value = Bytes> {
    proptest::collection::vec(pieces(), 0..120).prop_map(|pieces| Bytes(pieces.concat().into_bytes()))
}

fn anything() -> impl Strategy<Value = Bytes> {
    prop_oneof![3 => damaged(), 2 => soup()]
}

fn lang() -> impl Strategy<Value = Lang> {
    select(vec![Lang::En, Lang::Zh])
}

/// Some soups are taken for a binary file.
fn report(bytes: &[u8]) -> Option<Report> {
    READER.read(bytes, Some("甲/乙.txt")).ok()
}

proptest! {
    #![proptest_config(some(160))]

    #[test]
    fn tables_are_read_back_as_they_were_meant(bytes in anything(), lang in lang(), dialect in readback::DIALECTS) {
        let Some(report) = report(&bytes.0) else { return Ok(()) };
        readback::assert_csv("甲,\"乙\"", &report, lang, readback::spoken(dialect));
    }

    #[test]
    fn documents_are_read_back_as_they_were_meant(bytes in anything(), lang in lang()) {
        let Some(report) = report(&bytes.0) else { return Ok(()) };
        readback::assert_json(&report, lang);
    }

    #[test]
    fn invariants_hold(bytes in anything()) {
        let Some(report) = report(&bytes.0) else { return Ok(()) };
        assert_invariants(&report, "any text");
        common::lexed::assert_grids(&report.text, READER.forms().vocabulary(), "any text");
    }

    #[test]
    fn encodings_and_line_ends_change_nothing(bytes in damaged()) {
        // What another encoding cannot tell apart is tested by tests/invariance.rs: a text of its own mark, or without Chinese.
        let text = READER.read(&bytes.0, None).unwrap().text;
        let mut wanted = None;
        for (rendering, bytes) in renderings(&text) {
            let read = essence(&read_bytes(&bytes));
            let wanted = wanted.get_or_insert_with(|| read.clone());
            prop_assert!(read == *wanted, "as {rendering}:\n{read}\n{wanted}");
        }
    }
}

/// A clean document as bytes, in a layout.
fn made(document: &Document, layout: Layout, widen: bool) -> Made {
    let document = Document { layout, encoding: Encoding::Utf8, ..document.clone() };
    let lines = render::lines(&document);
    let mut text = String::from_utf8(render::bytes(&document, &lines)).unwrap();
    if widen {
        text = text.chars().map(wide).collect();
    }
    Made {
        bytes: text.clone().into_bytes(),
        text,
        truth: document.truth(),
        blank: document.has_blank(),
        own_rows: document.own_rows,
        applied: Vec::new(),
    }
}

/// Digits and brackets as wide as Chinese.
fn wide(c: char) -> char {
    match c {
        '0'..='9' | '(' | ')' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
        _ => c,
    }
}

proptest! {
    #![proptest_config(some(96))]

    #[test]
    fn layouts_and_widths_give_the_same_cells(seed in any::<u64>(), at in any::<Index>()) {
        let document = generate(&form(at), Layout::Tab, seed);
        for &layout in Layout::ALL {
            for widen in [false, true] {
                // Columns parted by blanks stand at their place on the line, which wider digits move.
                if widen && matches!(layout, Layout::Space | Layout::Box) {
                    continue;
                }
                let made = made(&document, layout, widen);
                let outcome = judge(&READER, &made);
                let silent = outcome.silent().count();
                // Without a form's own rows, a label broken in columns of blanks may leave its number in doubt, which is said. And a province's
                // own annex under heads that any table may have (统计项目, 数量) is known by its labels alone: the rows that were drawn may hold
                // too few of the subject's, and then all that can be said of it is that no form knows it.
                let unknown = || {
                    let report = READER.read(&made.bytes, None).unwrap();
                    report.findings.iter().any(|finding| finding.rule == Rule::FormUnknown)
                };
                let doubtful = made.blank || made.own_rows && (layout == Layout::Space || unknown());
                prop_assert!(
                    silent == 0 && (doubtful || outcome.wrong.is_empty()),
                    "{} {widen}: {:#?}\n{}", layout.name(), outcome.wrong, made.text
                );
            }
        }
    }

    #[test]
    fn a_report_is_read_the_same_when_it_is_rejoined(bytes in damaged()) {
        assert_rejoined(&READER.read(&bytes.0, None).unwrap())?;
    }
}

/// The text of a report with its paragraphs on one line each, as they were read.
fn rejoined(report: &Report) -> String {
    let mut paragraphs: Vec<&Paragraph> = report.preface.iter().collect();
    let mut headings: Vec<(u32, u32)> = Vec::new();
    Section::walk(&report.sections, &mut |_, section| {
        paragraphs.extend(&section.paragraphs);
        headings.push((section.span.start, section.span.end));
    });
    let starting = |line: u32| paragraphs.iter().find(|paragraph| paragraph.line == line).filter(|it| it.rejoined);
    let mut text = String::new();
    // Lines that are part of the paragraph above.
    let mut within = false;
    for line in &report.lines {
        let number = report.line(line.span);
        match (line.kind, starting(number)) {
            (LineKind::Prose, Some(paragraph)) => {
                text += &paragraph.text;
                text += "\n";
                within = true;
            }
            (LineKind::Prose, None) if within && !paragraphs.iter().any(|other| other.line == number) => {}
            (LineKind::Furniture | LineKind::Blank, _) if within => {}
            _ => {
                within = false;
                text += line.span.of(&report.text);
            }
        }
    }
    text
}

/// Titles and paragraphs, without their lines.
fn told(report: &Report) -> String {
    let mut told = format!("{:?}\n", report.preface.iter().map(|paragraph| &paragraph.text).collect::<Vec<_>>());
    Section::walk(&report.sections, &mut |path, section| {
        let paragraphs: Vec<&String> = section.paragraphs.iter().map(|paragraph| &paragraph.text).collect();
        told += &format!("{path} {:?} {} {} {paragraphs:?}\n", section.key, section.number, section.title);
    });
    told
}

fn assert_rejoined(report: &Report) -> Result<(), TestCaseError> {
    let text = rejoined(report);
    let again = read_bytes(text.as_bytes());
    prop_assert!(cells(&again) == cells(report), "other cells:\n{}\n{text}", report.text);
    prop_assert!(told(&again) == told(report), "other prose:\n{}\n{}\n{text}", told(report), told(&again));
    prop_assert!(rejoined(&again) == text, "rejoined once more it is another text:\n{text}\n{}", rejoined(&again));
    Ok(())
}

#[test]
fn fixtures_are_read_the_same_when_they_are_rejoined() {
    let mut any = false;
    for case in cases("valid") {
        let report = common::read(&case);
        any |= rejoined(&report) != report.text;
        assert_rejoined(&report).unwrap_or_else(|err| panic!("{}: {err}", common::name(&case)));
    }
    assert!(any, "no fixture has a paragraph that was rejoined");
}

/// The reports of all series in the fixtures, each with its case before its name.
static RECORDS: LazyLock<Vec<Record>> = LazyLock::new(|| {
    let mut files: Vec<std::path::PathBuf> = std::fs::read_dir(fixtures().join("series"))
        .unwrap()
        .flat_map(|case| std::fs::read_dir(case.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    let record = |(index, file): (usize, &std::path::PathBuf)| {
        let report = READER.read(&std::fs::read(file).unwrap(), Some(&file.to_string_lossy())).unwrap();
        Record::of(&report, &file.to_string_lossy(), index as u64).unwrap()
    };
    files.iter().enumerate().map(record).collect()
});

/// What was found, without the numbers that the run gave to the reports.
fn said(found: &[Found]) -> Vec<String> {
    let said = |found: &Found| {
        format!("{} {} {:?} {:?} {:?}", found.report, found.year, found.finding, found.place, found.earlier)
    };
    let mut all: Vec<String> = found.iter().map(said).collect();
    all.sort();
    all
}

proptest! {
    #![proptest_config(some(48))]

    #[test]
    fn the_order_of_the_inputs_does_not_matter_to_series(order in Just((0..RECORDS.len()).collect::<Vec<_>>()).prop_shuffle()) {
        let agencies = Agencies::default();
        let wanted = series::check(RECORDS.clone(), &agencies, READER.forms());
        prop_assert!(wanted.len() > 5, "the fixtures say little: {}", wanted.len());
        // As they come, with the numbers that they have: threads finish in any order.
        let shuffled: Vec<Record> = order.iter().map(|&at| RECORDS[at].clone()).collect();
        prop_assert_eq!(&series::check(shuffled, &agencies, READER.forms()), &wanted);
        // Given in another order. Of two reports about one year, which is the second one is then another.
        let mut years = std::collections::BTreeSet::new();
        let single: Vec<&Record> =
            RECORDS.iter().filter(|record| years.insert((record.agency.clone(), record.year))).collect();
        let plain: Vec<Record> = single.iter().map(|record| (*record).clone()).collect();
        let mut moved = plain.clone();
        moved.sort_by_key(|record| order[record.index as usize]);
        moved.iter_mut().enumerate().for_each(|(index, record)| record.index = index as u64);
        prop_assert_eq!(
            said(&series::check(moved, &agencies, READER.forms())),
            said(&series::check(plain, &agencies, READER.forms()))
        );
    }
}

#[cfg(feature = "cli")]
mod lines {
    use std::io::BufReader;
    use std::num::NonZero;
    use std::sync::atomic::AtomicBool;

    use nianbao::batch::{Reading, ndjson};
    use nianbao::write::json;

    use super::*;

    proptest! {
        #![proptest_config(some(48))]

        /// A line in, a line out, in order, whatever the number of threads: the id as it was, then the document.
        #[test]
        fn a_filter_answers_with_the_documents(
            texts in proptest::collection::vec((any::<Option<String>>(), anything()), 1..5), jobs in 1..4_usize
        ) {
            let mut input = Vec::new();
            for (id, bytes) in &texts {
                let text = String::from_utf8_lossy(&bytes.0);
                input.extend(serde_json::to_vec(&serde_json::json!({"id": id, "text": text})).unwrap());
                input.push(b'\n');
            }
            let stop = AtomicBool::new(false);
            let jobs = NonZero::new(jobs).unwrap();
            let reading = Reading { reader: &READER, max: 1 << 20, jobs, lang: Lang::Zh, stop: &stop };
            let mut out = Vec::new();
            ndjson::answer(&reading, &mut BufReader::new(&*input), &mut out, |err| err).unwrap();
            let mut answers = out.split_inclusive(|&byte| byte == b'\n');
            for (id, bytes) in &texts {
                let answer = answers.next().unwrap();
                let head = format!("{{\"id\":{},", serde_json::to_string(id).unwrap());
                prop_assert!(answer.starts_with(head.as_bytes()), "{}", String::from_utf8_lossy(answer));
                let text = String::from_utf8_lossy(&bytes.0);
                let utf8 = nianbao::decode::Encoding::named("utf-8").unwrap();
                if let Ok(report) = READER.clone().encoding(utf8).read(text.as_bytes(), None) {
                    let mut document = Vec::new();
                    json::write(&report, Lang::Zh, &mut document, false).unwrap();
                    prop_assert!(answer[head.len()..] == document[1..], "{}", String::from_utf8_lossy(answer));
                } else {
                    prop_assert!(answer[head.len()..].starts_with(b"\"schema\":\"nianbao-error/1\""));
                }
            }
            prop_assert!(answers.next().is_none());
        }
    }
}

/// The strategies reach what the properties are about.
#[test]
fn the_cases_are_worth_running() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut read, mut formulas, mut joined) = (0, 0, 0);
    for _ in 0..120 {
        let bytes = anything().new_tree(&mut runner).unwrap().current();
        let Some(report) = report(&bytes.0) else { continue };
        read += usize::from(report.cells().any(|cell| cell.status == Status::Ok));
        formulas += usize::from(report.text.contains("=1+1") && !report.tables.is_empty());
        joined += usize::from(rejoined(&report) != report.text);
    }
    assert!(read > 50 && formulas > 5 && joined > 0, "{read} {formulas} {joined}");
}
