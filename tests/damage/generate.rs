//! Clean reports: an invented organ, prose of our own, and figures that satisfy every identity of the form.
//!
//! Nothing here knows an edition: the blank tables, the identities and the kinds of the cells come from the form, so a
//! new edition joins by itself.

use std::collections::HashMap;
use std::sync::Arc;

use nianbao::form::{BlankCell, Columns, Form, FormTable, Kind};
use nianbao::record::Status;

use super::annex;
use super::document::{Cell, Document, Encoding, Layout, Row, Section, Table, Value};
use super::prose;
use super::rng::Rng;

/// How many tables of a hundred reports leave zeros blank, as some organs do.
const BLANK_ZEROS: usize = 8;

/// The clean report of a seed.
pub fn generate(form: &Arc<Form>, layout: Layout, seed: u64) -> Document {
    let mut rng = Rng::of(seed, "generate");
    let edition = form;
    let form = &annex::printed(edition, &mut rng);
    let last = form.to.unwrap_or(form.from + 4).min(form.from + 5);
    let year = form.from + rng.below((last - form.from + 1) as usize) as i32;
    let organ = prose::organ(&mut rng);
    let figures = figures(form, &mut rng);
    let blank_zeros = rng.chance(BLANK_ZEROS);
    let mut tables = Vec::new();
    for table in &form.tables {
        let mut rows: Vec<Row> = table.blank.iter().map(|row| fill(row, form, &figures)).collect();
        if blank_zeros {
            // Every zero, or some of them.
            let percent = rng.pick(&[100, 100, 50, 15]);
            for value in rows.iter_mut().flat_map(Row::values_mut).filter(|value| value.is_zero()) {
                if rng.chance(percent) {
                    value.no_number("", Status::Blank);
                }
            }
        }
        tables.push((table.section, table.title.clone(), as_table(table, rows, !Arc::ptr_eq(form, edition))));
    }
    let received = form.slots.iter().position(|slot| slot.path() == "applications.received.total");
    let writer = prose::Writer { organ: &organ, year, received: received.map(|slot| figures[slot].as_str()) };
    let mut sections = Vec::new();
    // The older editions leave the sections free and print one table behind them.
    let free = form.sections.is_empty();
    if free {
        for (at, title) in prose::FREE_SECTIONS.iter().enumerate() {
            let heading = format!("{}、{title}", prose::numeral(at + 1));
            sections.push(Section {
                heading,
                prose: writer.section(at, &mut rng),
                tables: Vec::new(),
                notes: Vec::new(),
            });
        }
    }
    for (at, section) in form.sections.iter().enumerate() {
        let tables: Vec<Table> =
            tables.iter().filter(|(of, ..)| *of == Some(at)).map(|(.., table)| table.clone()).collect();
        let heading = format!("{}、{}", prose::numeral(at + 1), section.title);
        let prose = if tables.is_empty() { writer.section(at, &mut rng) } else { Vec::new() };
        sections.push(Section { heading, prose, tables, notes: Vec::new() });
    }
    // The annex has its title over it, alone or with its year.
    for (_, title, table) in tables.into_iter().filter(|(of, ..)| of.is_none()) {
        let heading = match rng.below(3) {
            0 => format!("附件：{title}"),
            1 => format!("{title}（{year}年度）"),
            _ => title,
        };
        sections.push(Section { heading, prose: Vec::new(), tables: vec![table], notes: Vec::new() });
    }
    let title = match rng.below(4) {
        0 => vec![format!("{year}年{organ}{}", form.title)],
        1 => vec![organ.clone(), format!("{year}年{}", form.title)],
        _ => vec![format!("{organ}{year}年{}", form.title)],
    };
    Document {
        layout,
        mark: '\t',
        style: rng.next(),
        before: Vec::new(),
        title,
        preface: writer.preface(&mut rng),
        sections,
        after: Vec::new(),
        blank_lines: if layout == Layout::Line { rng.chance(30) } else { rng.chance(80) },
        line_end: "\n",
        encoding: Encoding::Utf8,
        own_rows: matches!(form.tables.first().map(|table| &table.columns), Some(Columns::AllPrinted { .. })),
    }
}

fn as_table(table: &FormTable, rows: Vec<Row>, printed: bool) -> Table {
    let data = rows.iter().find(|row| row.is_data());
    let values = data.and_then(Row::first_value).unwrap_or_default();
    let end = data.map_or(0, |row| row.cells.len());
    let head = |of: &[&str]| {
        let is = |cell: &Cell| matches!(cell, Cell::Label(label) if of.contains(&label.as_str()));
        rows.first().and_then(|row| row.cells.iter().position(is))
    };
    let (unit, code) = (head(&["单位", "计量单位"]), head(&["代码", "指标代码"]).is_some());
    Table { key: table.key.clone(), rows, printed, label: 0, unit, code, values: values..end }
}

fn fill(row: &[BlankCell], form: &Form, figures: &[String]) -> Row {
    let cell = |cell: &BlankCell| match cell {
        BlankCell::Empty | BlankCell::Closed => Cell::Merged,
        BlankCell::Label(label) => Cell::Label(label.clone()),
        BlankCell::Slot(slot) => {
            let text = figures[*slot].clone();
            let slot = &form.slots[*slot];
            Cell::Value(Value {
                path: slot.path(),
                unit: slot.unit.clone(),
                value: text.clone(),
                text,
                status: Status::Ok,
            })
        }
    };
    Row { cells: row.iter().map(cell).collect(), ..Row::default() }
}

/// How a slot that an identity names is worked out.
enum Definition {
    Sum(Vec<usize>),
    /// What is left of the sum of the first for it, the second taken away.
    Rest(Vec<usize>, Vec<usize>),
    /// A share of the sum of these, so that the rest is not negative.
    Share(Vec<usize>, i64),
}

/// A figure for each slot.
fn figures(form: &Form, rng: &mut Rng) -> Vec<String> {
    let size = rng.below(100);
    let free: Vec<i64> = form.slots.iter().map(|slot| figure(slot.kind, size, rng)).collect();
    let mut definitions: HashMap<usize, Definition> = HashMap::new();
    for identity in form.identities.iter().filter(|identity| identity.total.len() == 1) {
        definitions.entry(identity.total[0]).or_insert_with(|| Definition::Sum(identity.parts.clone()));
    }
    for identity in form.identities.iter().filter(|identity| identity.total.len() > 1) {
        let parts = identity.parts.clone();
        // A column of totals follows from the columns that it adds up.
        if parts.iter().any(|part| definitions.contains_key(part)) {
            continue;
        }
        let (first, others) = parts.split_first().expect("an identity has parts");
        for other in others {
            definitions.insert(*other, Definition::Share(identity.total.clone(), others.len() as i64));
        }
        definitions.insert(*first, Definition::Rest(identity.total.clone(), others.to_vec()));
    }
    let mut known: Vec<Option<i64>> = vec![None; form.slots.len()];
    for slot in 0..form.slots.len() {
        work_out(slot, &definitions, &free, &mut known, 0);
    }
    let known: Vec<i64> = known.into_iter().map(Option::unwrap_or_default).collect();
    for identity in &form.identities {
        let sum = |slots: &[usize]| slots.iter().map(|&slot| known[slot]).sum::<i64>();
        assert_eq!(sum(&identity.total), sum(&identity.parts), "{} of {} cannot be met", identity.rule, form.key);
    }
    let print = |(slot, &number): (&nianbao::form::Slot, &i64)| {
        match slot.kind {
            // Amounts enter no identity: their decimals are free.
            Kind::Amount if number > 0 => match rng.below(4) {
                0 => number.to_string(),
                1 => format!("{number}.{:04}", rng.below(10_000)),
                2 => format!("{number}.{}", rng.below(10)),
                _ => format!("{number}.{:02}", rng.below(100)),
            },
            _ => number.to_string(),
        }
    };
    form.slots.iter().zip(&known).map(print).collect()
}

fn work_out(
    slot: usize,
    definitions: &HashMap<usize, Definition>,
    free: &[i64],
    known: &mut [Option<i64>],
    depth: usize,
) -> i64 {
    assert!(depth < 10, "the identities define a slot by itself");
    if let Some(number) = known[slot] {
        return number;
    }
    let mut sum = |slots: &[usize]| -> i64 {
        slots.iter().map(|&part| work_out(part, definitions, free, known, depth + 1)).sum()
    };
    let number = match definitions.get(&slot) {
        None => free[slot],
        Some(Definition::Sum(parts)) => sum(parts),
        Some(Definition::Rest(all, others)) => sum(all) - sum(others),
        Some(Definition::Share(all, among)) => free[slot].min(sum(all) / among),
    };
    known[slot] = Some(number);
    number
}

/// A figure of a report of this size (0 to 99): nothing at all, a few, many, millions.
fn figure(kind: Kind, size: usize, rng: &mut Rng) -> i64 {
    let (filled, most) = match size {
        0..8 => (0, 1),
        8..38 => (8, 30),
        38..65 => (45, 20),
        65..85 => (70, 2_000),
        _ => (85, 3_000_000),
    };
    if !rng.chance(filled) {
        return 0;
    }
    // Small ones are more frequent.
    let most = rng.pick(&[most, most, most / 10 + 1, most / 100 + 1]);
    let number = rng.range(1, most) as i64;
    if kind == Kind::Change && rng.chance(40) { -number.min(40) } else { number }
}
