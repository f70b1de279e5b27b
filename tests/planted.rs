//! Planted errors: generated reports are clean, and an arithmetic mistake put into one is found on the very cells that it breaks.
//!
//! The reports are those of `tests/damage`, of every edition that has arithmetic, in every layout. A mistake changes one cell that enters an
//! equation of the form. Each equation that this cell enters must then have its finding, which names the equation's table, row and column and
//! holds the cell as it is printed; no other cell may be read otherwise.
//!
//! `NIANBAO_PLANTED=10000 cargo test --release --test planted -- --nocapture` plants more than 1,000 and prints the figures.
#![allow(clippy::unwrap_used)] // A test may panic.
#![allow(dead_code)] // The reports are those of another test, which damages them too.

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

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use damage::document::{Document, Layout};
use damage::generate::generate;
use damage::render;
use damage::rng::Rng;
use nianbao::finding::{Finding, Severity};
use nianbao::form::{Form, Forms, Identity};
use nianbao::lang::Lang;
use nianbao::{Reader, Report};

/// Reports where `NIANBAO_PLANTED` does not say how many.
const REPORTS: usize = 1000;
/// The least share of mistakes that must be found, in percent.
const FOUND: f64 = 99.0;

fn reports() -> usize {
    std::env::var("NIANBAO_PLANTED").map_or(REPORTS, |count| count.parse().unwrap())
}

/// The editions with arithmetic × the layouts.
fn kinds() -> Vec<(Arc<Form>, Layout)> {
    let forms = Forms::embedded();
    let forms = forms.iter().filter(|form| !form.identities.is_empty());
    let kinds: Vec<_> = forms.flat_map(|form| Layout::ALL.iter().map(|&layout| (form.clone(), layout))).collect();
    assert!(kinds.len() >= 3 * Layout::ALL.len());
    kinds
}

/// A clean report. Those that leave zeros blank are passed over: where a blank cell is lost, a row may have more than one reading, and says so.
/// So are those with several number columns of their own, which are no cells of the form.
fn clean(seed: &mut u64, form: &Arc<Form>, layout: Layout) -> Document {
    loop {
        *seed += 1;
        let mut document = generate(form, layout, *seed);
        let cell = form.slots[0].path();
        if !document.has_blank() && document.values_mut().iter().any(|value| value.path == cell) {
            return document;
        }
    }
}

fn read(reader: &Reader, document: &Document) -> Report {
    reader.read(&render::bytes(document, &render::lines(document)), None).unwrap()
}

fn said(finding: &Finding) -> String {
    let keys = [&finding.table, &finding.row, &finding.column];
    let keys: Vec<&str> = keys.into_iter().flatten().map(String::as_str).collect();
    format!("{} {}: {}", finding.rule, keys.join("."), finding.message(Lang::En))
}

#[test]
fn clean_reports_have_no_error() {
    let (reader, kinds) = (Reader::default(), kinds());
    let mut seed = 1_000_000;
    let mut wrong = Vec::new();
    for at in 0..reports() {
        let (form, layout) = &kinds[at % kinds.len()];
        let report = read(&reader, &clean(&mut seed, form, *layout));
        let grave = report.findings.iter().filter(|finding| {
            finding.severity == Severity::Error || finding.rule == nianbao::finding::Rule::ProseTable
        });
        wrong.extend(grave.map(|finding| format!("{} {} seed {seed}: {}", form.key, layout.name(), said(finding))));
    }
    println!("{} clean reports, {} errors", reports(), wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A mistake: a cell, and the number that it prints instead of its own.
struct Planted {
    cell: String,
    printed: String,
}

/// Makes a mistake in a cell that an equation of `rule` holds; the equations that it breaks are those that hold the cell.
fn plant(document: &mut Document, form: &Form, identity: &Identity, rng: &mut Rng) -> Planted {
    let slots: Vec<usize> = identity.total.iter().chain(&identity.parts).copied().collect();
    let cell = form.slots[rng.pick(&slots)].path();
    let value = document.values_mut().into_iter().find(|value| value.path == cell).unwrap();
    let number: i64 = value.text.parse().unwrap();
    // One too many, one too few, a digit more, two digits that change places.
    let digits = value.text.trim_start_matches('-').len() as u32;
    let printed = match rng.below(4) {
        0 if number > 0 => number - 1,
        1 => number * 10 + rng.range(1, 9) as i64,
        2 if digits > 1 && number % 10 != number / 10 % 10 => number + 9 * (number % 10 - number / 10 % 10),
        _ => number + 1,
    };
    assert_ne!(printed, number);
    value.print(printed.to_string());
    value.value = printed.to_string();
    Planted { cell, printed: printed.to_string() }
}

/// What is wrong with how the mistake was found; nothing where it was found as it should be.
fn judge(report: &Report, form: &Form, document: &Document, planted: &Planted) -> Vec<String> {
    let mut wrong = Vec::new();
    let paths = |slots: &[usize]| slots.iter().map(|&slot| form.slots[slot].path()).collect::<BTreeSet<String>>();
    let slot = form.slots.iter().position(|slot| slot.path() == planted.cell).unwrap();
    let broken =
        form.identities.iter().filter(|identity| identity.total.contains(&slot) || identity.parts.contains(&slot));
    for identity in broken {
        let cells = paths(&[identity.total.as_slice(), identity.parts.as_slice()].concat());
        let found = report.findings.iter().any(|finding| {
            let place = (finding.rule, finding.table.as_ref(), finding.row.as_ref(), finding.column.as_ref());
            let entered: BTreeSet<String> = finding.entered.iter().map(|entered| entered.cell.clone()).collect();
            let holds = finding.entered.iter().any(|entered| {
                entered.cell == planted.cell && entered.value.is_some_and(|value| value.to_string() == planted.printed)
            });
            place == (identity.rule, Some(&identity.table), identity.row.as_ref(), identity.column.as_ref())
                && entered == cells
                && holds
        });
        if !found {
            wrong.push(format!("{} of {:?} {:?} is not found", identity.rule, identity.row, identity.column));
        }
    }
    let read: BTreeMap<String, String> = report
        .cells()
        .map(|cell| {
            (
                format!("{}.{}.{}", cell.table, cell.row, cell.column),
                cell.value.map(|value| value.to_string()).unwrap_or_default(),
            )
        })
        .collect();
    for (cell, (value, _)) in document.truth() {
        if read.get(&cell) != Some(&value) {
            wrong.push(format!("{cell} read {:?}, printed {value}", read.get(&cell)));
        }
    }
    wrong
}

#[test]
fn planted_mistakes_are_found_on_their_cells() {
    let (reader, kinds) = (Reader::default(), kinds());
    let mut seed = 2_000_000;
    // Edition, rule and layout → planted, found.
    let mut tally: BTreeMap<(String, &str), (usize, usize)> = BTreeMap::new();
    let mut layouts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missed = Vec::new();
    for at in 0..reports() {
        let (form, layout) = &kinds[at % kinds.len()];
        let mut document = clean(&mut seed, form, *layout);
        let mut rng = Rng::of(seed, "planted");
        let rules: Vec<_> =
            form.identities.iter().map(|identity| identity.rule).collect::<BTreeSet<_>>().into_iter().collect();
        let rule = rng.pick(&rules);
        let identities: Vec<&Identity> = form.identities.iter().filter(|identity| identity.rule == rule).collect();
        let identity = rng.pick(&identities);
        let planted = plant(&mut document, form, identity, &mut rng);
        let report = read(&reader, &document);
        let wrong = judge(&report, form, &document, &planted);
        for (count, found) in
            [tally.entry((form.key.clone(), rule.id())).or_default(), layouts.entry(layout.name()).or_default()]
        {
            *count += 1;
            *found += usize::from(wrong.is_empty());
        }
        if !wrong.is_empty() {
            let whose =
                format!("{} {} seed {seed}: {} printed {}", form.key, layout.name(), planted.cell, planted.printed);
            missed.push(format!("{whose}\n    {}", wrong.join("\n    ")));
        }
    }
    let share = 100.0 * (reports() - missed.len()) as f64 / reports() as f64;
    for ((edition, rule), (count, found)) in &tally {
        println!("{edition} {rule:16} {found:5} of {count:5} found");
    }
    for (layout, (count, found)) in &layouts {
        println!("     {layout:16} {found:5} of {count:5} found");
    }
    println!("all: {share:.2} % of {} mistakes found on their cells", reports());
    assert!(share >= FOUND, "{share:.2} % were found, {FOUND} % must be:\n{}", missed.join("\n"));
    // Every kind of equation had its turn.
    let rules: BTreeSet<&str> =
        Forms::embedded().iter().flat_map(|form| form.identities.clone()).map(|identity| identity.rule.id()).collect();
    let planted: BTreeSet<&str> = tally.keys().map(|(_, rule)| *rule).collect();
    assert_eq!(planted, rules);
}
