//! Damage as a test tool: clean reports with known cells, damaged by operators drawn at random, must give the same cells
//! or a finding.
//!
//! `NIANBAO_DAMAGE=10000 cargo test --release --test damage` is the full run; `NIANBAO_DAMAGE_SEED=4711` makes that one
//! report and prints it; `NIANBAO_DAMAGE_FROM=S` draws others, from that seed on, and `NIANBAO_DAMAGE_ONLY="2008 tab"` (or `2008`,
//! or `tab`) only such ones; `NIANBAO_DAMAGE_WORST=5` prints the five with the most wrong cells. A report that fails is made smaller, printed, and written to `target/damage/<seed>/` as a fixture:
//! `report.txt` and `cells.csv`, ready for `fixtures/reports/valid/`.
#![allow(clippy::unwrap_used)] // A test may panic.

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
    pub mod tally;
    pub mod text;
}

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};

use damage::document::Layout;
use damage::judge::{Case, Made, Outcome, judge};
use damage::operators::{ALL, named};
use damage::rng::Rng;
use damage::tally::Tally;
use nianbao::Reader;
use nianbao::finding::Severity;
use nianbao::form::{Columns, Form, Forms};
use nianbao::record::Status;

/// Layouts that the crate reads.
const LAYOUTS: &[Layout] = &[Layout::Tab, Layout::Pipe, Layout::Box, Layout::Line, Layout::Space];
/// Editions that are not yet held to this.
const EDITIONS_OFF: &[&str] = &[];
/// Reports where `NIANBAO_DAMAGE` does not say how many.
const REPORTS: u64 = if cfg!(debug_assertions) { 600 } else { 10_000 };
/// Operators on a report.
const FEWEST: usize = 2;
const MOST: usize = 6;
/// The least share of cells that must be right, in percent.
const RIGHT: f64 = 99.5;
const RIGHT_AMONG_COMMAS: f64 = 99.0;
/// Wrong cells and findings that are printed of a failing report.
const SHOWN: usize = 12;
/// Failing reports that are printed whole.
const PRINTED: usize = 3;

/// The editions × layouts that are switched on.
fn kinds() -> Vec<(Arc<Form>, Layout)> {
    let forms = Forms::embedded();
    let forms = forms.iter().filter(|form| !EDITIONS_OFF.contains(&form.key.as_str()));
    let only = std::env::var("NIANBAO_DAMAGE_ONLY").unwrap_or_default();
    let kinds = forms.flat_map(|form| LAYOUTS.iter().map(|&layout| (form.clone(), layout)));
    let kinds: Vec<_> =
        kinds.filter(|(form, layout)| format!("{} {}", form.key, layout.name()).contains(&only)).collect();
    assert!(!kinds.is_empty(), "no form is embedded");
    kinds
}

fn case(seed: u64, kinds: &[(Arc<Form>, Layout)], mark: char) -> Case {
    let mut rng = Rng::of(seed, "case");
    let (form, layout) = &kinds[rng.below(kinds.len())];
    let mut case = Case { mark, ..Case::new(seed, form, *layout) };
    case.draw(rng.range(FEWEST, MOST), ALL);
    case
}

/// Panics of the reader are counted, not printed.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let in_tests = info.location().is_some_and(|place| place.file().contains("tests"));
            if std::thread::current().name() != Some("damage") || in_tests {
                loud(info);
            }
        }));
    });
}

#[test]
fn damaged_reports_give_the_same_cells_or_a_finding() {
    let kinds = kinds();
    if let Some(seed) = number("NIANBAO_DAMAGE_SEED") {
        let case = case(seed, &kinds, '\t');
        let made = case.make();
        let outcome = judge(&Reader::default(), &made);
        println!("{}", shown(&case, &made, &outcome));
        assert!(!outcome.fails());
        return;
    }
    let right = damaged(&kinds, '\t', number("NIANBAO_DAMAGE").unwrap_or(REPORTS), &folder());
    assert!(right >= RIGHT, "{right:.3} % of the cells are right, {RIGHT} % must be");
}

/// The same, as a spreadsheet writes them. Where commas part cells and thousands, the tables are told and not read.
#[test]
fn damaged_reports_among_commas_and_semicolons_give_the_same_cells_or_a_finding() {
    let kinds: Vec<_> = kinds().into_iter().filter(|(_, layout)| *layout == Layout::Tab).collect();
    for (mark, name, least) in [(',', "commas", RIGHT_AMONG_COMMAS), (';', "semicolons", RIGHT)] {
        // None are tables of other layouts, where NIANBAO_DAMAGE_ONLY asks for these.
        if kinds.is_empty() {
            return;
        }
        let reports = number("NIANBAO_DAMAGE").unwrap_or(REPORTS) / 5;
        let right = damaged(&kinds, mark, reports, &folder().with_file_name(format!("damage-{name}")));
        assert!(right >= least, "{right:.3} % of the cells among {name} are right, {least} % must be");
    }
}

/// The share of cells that is right in so many reports, in percent. None is wrong without a finding.
fn damaged(kinds: &[(Arc<Form>, Layout)], mark: char, reports: u64, folder: &Path) -> f64 {
    hush();
    let reader = Reader::default();
    let _ = fs::remove_dir_all(folder);
    let first = number("NIANBAO_DAMAGE_FROM").unwrap_or(0);
    let last = first + reports;
    let (next, tally) = (AtomicU64::new(first), Mutex::new(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let work = || {
                let mut own = Tally::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last {
                        break;
                    }
                    let case = case(seed, kinds, mark);
                    own.add(&case, &judge(&reader, &case.make()));
                }
                tally.lock().unwrap().merge(own);
            };
            std::thread::Builder::new().name("damage".to_owned()).spawn_scoped(scope, work).unwrap();
        }
    });
    let mut tally = tally.into_inner().unwrap();
    tally.failed.sort_unstable();
    println!("{tally}");
    tally.wrong.sort_unstable_by(|a, b| b.cmp(a));
    for &(_, seed) in tally.wrong.iter().take(number("NIANBAO_DAMAGE_WORST").unwrap_or(0) as usize) {
        let least = tally.wrong.iter().find(|(_, other)| *other == seed).map_or(0, |(count, _)| count / 2 + 1);
        let small = case(seed, kinds, mark).shrink(|case| judge(&reader, &case.make()).wrong.len() >= least);
        let made = small.make();
        println!("{}", shown(&small, &made, &judge(&reader, &made)));
    }
    // Reader's panics while shrinking are no news either.
    let failed = tally.failed.clone();
    let printed: Vec<String> = std::thread::scope(|scope| {
        let shrink = || {
            failed.iter().enumerate().map(|(at, &seed)| keep(&case(seed, kinds, mark), at, &reader, folder)).collect()
        };
        let thread = std::thread::Builder::new().name("damage".to_owned()).spawn_scoped(scope, shrink).unwrap();
        thread.join().unwrap()
    });
    printed.iter().for_each(|text| println!("{text}"));
    assert_eq!((tally.silent, tally.panics), (0, 0), "silently wrong cells, panics; see {}", folder.display());
    tally.right()
}

/// Shrinks a failing report, writes it as a fixture, and says what is wrong with it.
fn keep(case: &Case, at: usize, reader: &Reader, folder: &Path) -> String {
    let small = case.shrink(|case| judge(reader, &case.make()).fails());
    let made = small.make();
    let outcome = judge(reader, &made);
    let folder = folder.join(case.seed.to_string());
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("report.txt"), &made.bytes).unwrap();
    let mut cells = "table,row,column,value,status\n".to_owned();
    for (path, (value, status)) in &made.truth {
        let (table, rest) = path.split_once('.').unwrap_or_default();
        let (row, column) = rest.rsplit_once('.').unwrap_or_default();
        cells += &format!("{table},{row},{column},{value},{}\n", status.name());
    }
    fs::write(folder.join("cells.csv"), cells).unwrap();
    let shown = shown(&small, &made, &outcome);
    if at < PRINTED { shown } else { shown.split("\n\n").next().unwrap_or_default().to_owned() }
}

/// A report for a person: what was done to it, which cells are wrong, a blank line, its text.
fn shown(case: &Case, made: &Made, outcome: &Outcome) -> String {
    let operators: Vec<&str> = case.operators.iter().map(|operator| operator.name).collect();
    let mut shown = format!("seed {}: {} {}, {}\n", case.seed, case.form.key, case.layout.name(), operators.join(" "));
    if let Some(panic) = &outcome.panic {
        shown += &format!("  panic: {panic}\n");
    }
    for wrong in outcome
        .wrong
        .iter()
        .filter(|wrong| !wrong.flagged)
        .chain(outcome.wrong.iter().filter(|wrong| wrong.flagged))
        .take(SHOWN)
    {
        let mark = if wrong.flagged { "flagged" } else { "SILENT" };
        let [read, truth] = [&wrong.read, &wrong.truth].map(|(value, status)| format!("{value:?} {}", status.name()));
        shown += &format!("  {mark} {}: read {read}, true {truth}\n", wrong.cell);
    }
    if outcome.wrong.len() > SHOWN {
        shown += &format!("  and {} more\n", outcome.wrong.len() - SHOWN);
    }
    for finding in outcome.findings.iter().take(SHOWN) {
        shown += &format!("  {finding}\n");
    }
    format!("{shown}\n{}", made.text)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// `target/damage`, whatever the target folder is.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("damage")
}

#[test]
fn clean_reports_are_clean() {
    let reader = Reader::default();
    for (form, layout) in kinds() {
        for seed in 0..40 {
            let case = Case::new(seed, &form, layout);
            let made = case.make();
            let outcome = judge(&reader, &made);
            let report = reader.read(&made.bytes, None).unwrap();
            assert!(!outcome.fails(), "{}", shown(&case, &made, &outcome));
            // With blank cells a row may have more than one reading; then it must say so, which is an error.
            if made.blank {
                continue;
            }
            let errors: Vec<String> = report
                .findings
                .iter()
                .filter(|finding| finding.severity == Severity::Error)
                .map(|finding| format!("{}: {}", finding.rule, finding.message(nianbao::lang::Lang::En)))
                .collect();
            assert!(outcome.wrong.is_empty() && errors.is_empty(), "{errors:#?}\n{}", shown(&case, &made, &outcome));
        }
    }
}

/// Which operator costs how much: `cargo test --release --test damage each_operator_alone -- --ignored --nocapture`.
#[test]
#[ignore = "a table for a person, not a check"]
fn each_operator_alone() {
    let reader = Reader::default();
    for operator in std::iter::once(None).chain(ALL.iter().map(Some)) {
        let mut tally = Tally::default();
        for (form, layout) in kinds() {
            for seed in 0..200 {
                let mut case = Case::new(seed, &form, layout);
                case.operators.extend(operator.filter(|operator| operator.layouts.contains(&layout)));
                let made = case.make();
                if made.applied.len() == case.operators.len() && case.operators.is_empty() == operator.is_none() {
                    tally.add(&case, &judge(&reader, &made));
                }
            }
        }
        let name = operator.map_or("(none)", |operator| operator.name);
        println!("{name:22} {:8.3} % right, {} silent, {} panics", tally.right(), tally.silent, tally.panics);
    }
}

/// An operator that says that it did something has changed the bytes, and each has something to do somewhere.
/// Those that change what the report says change the truth, the others do not.
#[test]
fn operators_do_what_they_say() {
    const CHANGE_THE_TRUTH: &[&str] = &[
        "placeholder_for_zero",
        "blank_for_zero",
        "value_to_text",
        "value_lost",
        "digit_changed",
        "foreign_row",
        "row_deleted",
        "table_deleted",
    ];
    let forms = Forms::embedded();
    for operator in ALL {
        let mut acted = 0;
        for (form, layout) in forms.iter().flat_map(|form| operator.layouts.iter().map(move |&layout| (form, layout))) {
            for seed in 0..15 {
                let clean = Case::new(seed, form, layout);
                let damaged = Case { operators: vec![named(operator.name)], ..clean.clone() };
                let (before, after) = (clean.make(), damaged.make());
                let acts = !after.applied.is_empty();
                acted += usize::from(acts);
                let whose = format!("{} on {} {} {seed}", operator.name, form.key, layout.name());
                assert_eq!(before.bytes != after.bytes, acts, "{whose}");
                let changes = acts && CHANGE_THE_TRUTH.contains(&operator.name);
                // Labels that are printed name the rows and columns of an annex; what was done to them changes no number.
                let own = form.tables.iter().any(|table| table.columns != Columns::Form);
                let changed = if own { numbers(&before) != numbers(&after) } else { before.truth != after.truth };
                assert_eq!(changed, changes, "{whose}: the truth");
            }
        }
        // Where no edition has a table of one column, that operator has nothing to do.
        let idle = operator.name == "serial_column" && Forms::embedded().iter().all(|form| form.tables.len() > 1);
        assert!(acted > 0 || idle, "{} never does anything", operator.name);
    }
}

/// What the cells of a report hold, whatever they are called.
fn numbers(made: &Made) -> Vec<(&str, Status)> {
    let mut numbers: Vec<(&str, Status)> =
        made.truth.values().map(|(value, status)| (value.split(' ').next().unwrap_or(""), *status)).collect();
    numbers.sort_unstable_by_key(|(value, status)| (*value, status.name()));
    numbers
}

#[test]
fn a_seed_is_a_report() {
    let kinds = kinds();
    for seed in 0..20 {
        let (a, b) = (case(seed, &kinds, '\t'), case(seed, &kinds, '\t'));
        assert_eq!(a.make().bytes, b.make().bytes, "{seed}");
        assert!(a.operators.len() >= FEWEST, "{seed}");
    }
}
