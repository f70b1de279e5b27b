//! `wide.csv`: a row per report, a column per cell of every form that occurs in the run.
//!
//! Which forms occur is known only at the end. Until then a row waits in a file, as names and values in the order of its
//! own form, whose columns are a [`Layout`]; [`assemble`] puts the values where they belong. A report becomes a row
//! ([`Rows`]) on whatever thread read it; memory holds the layouts alone, of which there is one for each form, and one
//! for each way in which annexes print columns of their own.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, Write};
use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::dialect::Dialect;
use super::fields;
use crate::form::{Form, Forms, Slot};
use crate::record::{Report, Status};

/// What the names of rates begin with. No table can have such a key: its columns have two dots.
const DERIVED: &str = "derived.";

/// The columns that come before those of the cells.
pub const COLUMNS: [&str; 4] = ["report", "agency", "year", "edition"];

/// The columns of one form, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Layout {
    /// Its edition.
    pub edition: String,
    /// Their names.
    pub columns: Vec<String>,
}

impl Layout {
    /// By what a row names its layout: the same for the same columns, and never 0.
    pub fn key(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish().max(1)
    }
}

/// Makes rows of reports.
#[derive(Debug, Default)]
pub struct Rows {
    dialect: Dialect,
    /// Rates too.
    derive: bool,
    /// Forms of late.
    forms: Vec<Known>,
    /// Layouts that were told.
    told: HashSet<u64>,
    values: Vec<Option<Decimal>>,
}

/// A form that was met.
#[derive(Debug)]
struct Known {
    form: Arc<Form>,
    /// Key of its layout.
    layout: u64,
    /// The column of each of its slots, then of each of its rates. An annex may print two columns under one name: they are one here, and of two
    /// numbers the second counts.
    columns: Vec<usize>,
    /// How many columns there are.
    count: usize,
}

/// So many forms are remembered: those that the program carries are few, those that reports print are met once.
const REMEMBERED: usize = 8;

impl Rows {
    /// Rows as `dialect` writes them; with rates when `derive`.
    pub fn new(dialect: Dialect, derive: bool) -> Rows {
        Rows { dialect, derive, ..Rows::default() }
    }

    /// The values of the wide row of `report`, and the key of their layout, 0 where it has no form; a layout that was not told
    /// yet is added to `layouts`.
    pub fn values(&mut self, report: &Report, layouts: &mut Vec<Layout>) -> (u64, &[Option<Decimal>]) {
        self.values.clear();
        let Some(form) = &report.form else { return (0, &[]) };
        let Some(known) = known(&mut self.forms, &mut self.told, form, self.derive, layouts) else { return (0, &[]) };
        self.values.resize(known.count, None);
        for cell in report.cells.iter().filter(|cell| cell.status == Status::Ok) {
            let column = known.columns.get(cell.slot);
            if let Some(value) = column.and_then(|&column| self.values.get_mut(column)) {
                *value = cell.value;
            }
        }
        if self.derive {
            let columns = known.columns.iter().skip(known.form.slots.len());
            for (rate, &column) in known.form.rates.iter().zip(columns) {
                if let Some(value) = self.values.get_mut(column) {
                    *value = rate.value(report);
                }
            }
        }
        (known.layout, &self.values)
    }

    /// Adds the row of `report`, which the batch calls `id`, to `rows`; a layout that was not told yet, to `layouts`.
    pub fn report(&mut self, id: &str, report: &Report, rows: &mut Vec<u8>, layouts: &mut Vec<Layout>) {
        let layout = self.values(report, layouts).0;
        rows.extend_from_slice(&layout.to_le_bytes());
        let lengths = rows.len();
        rows.extend_from_slice(&[0; 8]);
        let metadata = &report.metadata;
        let year = metadata.year.map(|year| year.to_string()).unwrap_or_default();
        let names = [id, metadata.agency.as_deref().unwrap_or(""), &year, metadata.edition.as_deref().unwrap_or("")];
        let between = self.dialect.between();
        for (i, name) in names.into_iter().enumerate() {
            if i > 0 {
                rows.push(between);
            }
            field(&self.dialect.text(name), between, rows);
        }
        let names = rows.len() - lengths - 8;
        for value in &self.values {
            rows.push(between);
            if let Some(value) = value {
                fields::decimal(*value, rows);
            }
        }
        let values = rows.len() - lengths - 8 - names;
        // Neither can be so long: a report has less than 4 GiB.
        for (at, length) in [(lengths, names), (lengths + 4, values)] {
            let length = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
            rows.iter_mut().skip(at).zip(length).for_each(|(byte, length)| *byte = length);
        }
    }
}

/// What is known of `form`; its layout is added to `layouts` where it was not told yet.
fn known<'a>(
    forms: &'a mut Vec<Known>,
    told: &mut HashSet<u64>,
    form: &Arc<Form>,
    derive: bool,
    layouts: &mut Vec<Layout>,
) -> Option<&'a Known> {
    if let Some(at) = forms.iter().position(|known| Arc::ptr_eq(&known.form, form)) {
        return forms.get(at);
    }
    let mut names = HashMap::new();
    let mut layout = Layout { edition: form.key.clone(), columns: Vec::new() };
    let rates = form.rates.iter().filter(|_| derive).map(crate::form::Rate::column);
    let columns = form.slots.iter().map(Slot::path).chain(rates).map(|name| {
        *names.entry(name).or_insert_with_key(|name| {
            layout.columns.push(name.clone());
            layout.columns.len() - 1
        })
    });
    let columns = columns.collect();
    let (key, count) = (layout.key(), layout.columns.len());
    if told.insert(key) {
        layouts.push(layout);
    }
    if forms.len() == REMEMBERED {
        forms.remove(0);
    }
    forms.push(Known { form: form.clone(), layout: key, columns, count });
    forms.last()
}

/// A field of a CSV record.
fn field(text: &str, between: u8, out: &mut Vec<u8>) {
    if text.contains(['"', char::from(between), '\n', '\r']) {
        out.push(b'"');
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

/// The layouts of a run, in the order of their first rows.
#[derive(Debug, Default)]
pub struct Layouts {
    layouts: Vec<Layout>,
    known: HashMap<u64, usize>,
}

impl Layouts {
    /// Adds `layout`; whether it was not there yet.
    pub fn add(&mut self, layout: Layout) -> bool {
        let key = layout.key();
        if self.known.contains_key(&key) {
            return false;
        }
        self.known.insert(key, self.layouts.len());
        self.layouts.push(layout);
        true
    }

    /// The layouts.
    pub fn iter(&self) -> impl Iterator<Item = &Layout> {
        self.layouts.iter()
    }

    /// The names of all columns, in their order.
    pub fn names(&self, forms: &Forms) -> Vec<String> {
        let columns = self.columns(forms);
        let mut names = vec![String::new(); columns.len()];
        for (name, at) in columns {
            if let Some(place) = names.get_mut(at) {
                *place = name;
            }
        }
        names
    }

    /// For the key of each layout, where its columns stand among [all](Layouts::names).
    pub fn places(&self, forms: &Forms) -> HashMap<u64, Vec<usize>> {
        let columns = self.columns(forms);
        let places = |layout: &Layout| layout.columns.iter().filter_map(|name| columns.get(name).copied()).collect();
        self.layouts.iter().map(|layout| (layout.key(), places(layout))).collect()
    }

    /// The names of all columns: first those of `forms`, then those that only reports print, then rates.
    ///
    /// A column that two editions share is one column: theirs have the same meaning. The newest edition of the run leads:
    /// its columns stand in its order, and those that it has not are put in where their own edition has them. So a run of
    /// one edition has the order of that edition. A table taken from another edition has its columns where that edition
    /// has them.
    fn columns(&self, forms: &Forms) -> HashMap<String, usize> {
        let printed: HashSet<&String> = self.layouts.iter().flat_map(|layout| &layout.columns).collect();
        let met: HashSet<&str> = self.layouts.iter().map(|layout| layout.edition.as_str()).collect();
        let mut newest: Vec<_> = forms.iter().collect();
        newest.reverse();
        // Editions of which no report is come behind: only tables are taken from them.
        newest.sort_by_key(|form| !met.contains(form.key.as_str()));
        let (mut cells, mut rates) = (Vec::new(), Vec::new());
        for form in newest {
            let of_run =
                |names: &mut dyn Iterator<Item = String>| names.filter(|name| printed.contains(name)).collect();
            cells = merged(cells, of_run(&mut form.slots.iter().map(Slot::path)));
            rates = merged(rates, of_run(&mut form.rates.iter().map(crate::form::Rate::column)));
        }
        let mut columns: HashMap<String, usize> = HashMap::with_capacity(printed.len());
        let mut add = |name: String| {
            let next = columns.len();
            columns.entry(name).or_insert(next);
        };
        let mut order: Vec<&Layout> = self.layouts.iter().collect();
        order.sort_by_key(|layout| forms.iter().position(|form| form.key == layout.edition).unwrap_or(usize::MAX));
        let others = || order.iter().flat_map(|layout| &layout.columns).cloned();
        cells.into_iter().for_each(&mut add);
        others().filter(|name| !name.starts_with(DERIVED)).for_each(&mut add);
        rates.into_iter().for_each(&mut add);
        others().filter(|name| name.starts_with(DERIVED)).for_each(&mut add);
        columns
    }
}

/// `order` with those names of `more` that it has not, each behind the one that stands before it in `more`. Those before
/// the first that both have are put before that one; where they share none, `more` comes behind.
fn merged(order: Vec<String>, more: Vec<String>) -> Vec<String> {
    let known: HashSet<&str> = order.iter().map(String::as_str).collect();
    let (mut first, mut before) = (None, Vec::new());
    let mut behind: HashMap<&str, Vec<String>> = HashMap::new();
    let mut last = None;
    let mut met: HashSet<&str> = HashSet::new();
    for name in &more {
        if !met.insert(name) {
            continue;
        }
        match (known.get(name.as_str()), last) {
            (Some(&name), _) => {
                first = first.or(Some(name));
                last = Some(name);
            }
            (None, None) => before.push(name.clone()),
            (None, Some(last)) => behind.entry(last).or_default().push(name.clone()),
        }
    }
    let mut all = Vec::with_capacity(order.len() + more.len());
    for name in &order {
        if first == Some(name) {
            all.append(&mut before);
        }
        all.push(name.clone());
        all.extend(behind.remove(name.as_str()).unwrap_or_default());
    }
    all.append(&mut before);
    all
}

/// Values of a row that stand beside each other in the table too: their places in the row, and the column of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    values: Range<usize>,
    column: usize,
}

/// The blocks of a row, in the order of the columns that `places` gives.
fn blocks(places: &[usize]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for (value, &column) in places.iter().enumerate() {
        match blocks.last_mut() {
            Some(last) if last.column + last.values.len() == column => last.values.end += 1,
            _ => blocks.push(Block { values: value..value + 1, column }),
        }
    }
    blocks.sort_by_key(|block| block.column);
    blocks
}

/// Writes the table to `out`: the columns in the order that [`Layouts::names`] gives them with `forms`, the rows as they stand in `rows`, written in `dialect`.
/// How many characters the encoding did not have.
pub fn assemble(
    mut rows: impl BufRead,
    layouts: &Layouts,
    forms: &Forms,
    dialect: Dialect,
    out: impl Write,
) -> io::Result<u64> {
    let mut out = dialect.start(out)?;
    let between = dialect.between();
    let columns = layouts.columns(forms);
    let mut names: Vec<&str> = vec![""; columns.len()];
    columns.iter().for_each(|(name, &at)| names[at] = name);
    let mut line: Vec<u8> = Vec::new();
    for (i, name) in COLUMNS.into_iter().chain(names).enumerate() {
        if i > 0 {
            line.push(between);
        }
        field(name, between, &mut line);
    }
    line.extend_from_slice(dialect.end());
    out.write_all(&line)?;

    let blocks: Vec<Vec<Block>> = layouts
        .layouts
        .iter()
        .map(|layout| blocks(&layout.columns.iter().filter_map(|name| columns.get(name).copied()).collect::<Vec<_>>()))
        .collect();
    let mut head = Head::default();
    let (mut row, mut fields) = (Vec::new(), Vec::new());
    while head.read(&mut rows)? {
        row.resize(head.names + head.values, 0);
        rows.read_exact(&mut row)?;
        let (names, values) = row.split_at(head.names);
        line.clear();
        line.extend_from_slice(names);
        // The delimiter stands before each value: where the fields begin, and where the last ends.
        fields.clear();
        fields.extend(values.iter().enumerate().filter(|(_, byte)| **byte == between).map(|(at, _)| at));
        fields.push(values.len());
        let mut column = 0;
        let blocks = layouts.known.get(&head.layout).and_then(|&layout| blocks.get(layout));
        for block in blocks.into_iter().flatten() {
            let (Some(&start), Some(&end)) = (fields.get(block.values.start), fields.get(block.values.end)) else {
                return Err(io::Error::other("a file of the run was damaged: the rows of wide.csv"));
            };
            line.extend(std::iter::repeat_n(between, block.column - column));
            line.extend_from_slice(&values[start..end]);
            column = block.column + block.values.len();
        }
        line.extend(std::iter::repeat_n(between, columns.len() - column));
        line.extend_from_slice(dialect.end());
        out.write_all(&line)?;
    }
    Ok(out.lost())
}

/// What stands before each row in its file.
#[derive(Debug, Default)]
struct Head {
    layout: u64,
    /// Bytes of the first columns.
    names: usize,
    /// Bytes of the values, each behind a delimiter.
    values: usize,
}

impl Head {
    fn read(&mut self, rows: &mut impl BufRead) -> io::Result<bool> {
        if rows.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let (mut layout, mut names, mut values) = ([0; 8], [0; 4], [0; 4]);
        rows.read_exact(&mut layout)?;
        rows.read_exact(&mut names)?;
        rows.read_exact(&mut values)?;
        self.layout = u64::from_le_bytes(layout);
        self.names = u32::from_le_bytes(names) as usize;
        self.values = u32::from_le_bytes(values) as usize;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Cell;
    use crate::write::sample;

    /// The table of `reports`, each read by another worker than the one before.
    fn table(reports: &[(&str, Report)]) -> String {
        let mut workers = [Rows::default(), Rows::default()];
        let (mut rows, mut layouts) = (Vec::new(), Layouts::default());
        for (at, (id, report)) in reports.iter().enumerate() {
            let mut told = Vec::new();
            workers[at % 2].report(id, report, &mut rows, &mut told);
            for layout in told {
                layouts.add(layout);
            }
        }
        let mut out = Vec::new();
        assemble(&*rows, &layouts, &Forms::embedded(), Dialect::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_the_union_and_rows_keep_their_order() {
        let mut other = sample::report();
        other.form = Some(sample::form("t2", &["extra", "amount"]));
        other.metadata.edition = Some("t2".into());
        other.metadata.year = None;
        other.cells.truncate(2);

        let mut none = sample::report();
        (none.form, none.cells) = (None, Vec::<Cell>::new());
        none.metadata.edition = None;
        none.metadata.agency = Some("a \"b\", c".into());

        assert_eq!(
            table(&[("=甲", sample::report()), ("乙", other), ("丙", none), ("丁", sample::report())]),
            "report,agency,year,edition,money.fees.amount,money.fees.refunded,money.fees.waived,money.fees.written_off,money.fees.extra\n\
             '=甲,某市,2021,t1,59237.2449,0.00,,,\n\
             乙,某市,,t2,0.00,,,,59237.2449\n\
             丙,\"a \"\"b\"\", c\",2021,,,,,,\n\
             丁,某市,2021,t1,59237.2449,0.00,,,\n"
        );
    }

    #[test]
    fn columns_of_one_name_are_one() {
        let mut report = sample::report();
        report.form = Some(sample::form("t2", &["value", "other", "value"]));
        report.cells.truncate(3);
        report.cells[2].value = report.cells[0].value;
        report.cells[2].status = Status::Ok;
        assert_eq!(
            table(&[("甲", report)]),
            "report,agency,year,edition,money.fees.value,money.fees.other\n甲,某市,2021,t1,59237.2449,0.00\n"
        );
    }

    #[test]
    fn a_run_of_one_edition_has_its_order_and_the_newest_leads_where_there_are_several() {
        let forms = Forms::embedded();
        let order = |editions: &[&str]| {
            let mut layouts = Layouts::default();
            let mut told = Vec::new();
            let (mut known_forms, mut keys) = (Vec::new(), HashSet::new());
            for form in forms.iter().filter(|form| editions.contains(&form.key.as_str())) {
                known(&mut known_forms, &mut keys, form, true, &mut told);
            }
            told.into_iter().for_each(|layout| {
                layouts.add(layout);
            });
            layouts.names(&forms)
        };
        let own = |edition: &str| {
            let form = forms.iter().find(|form| form.key == edition).unwrap();
            let rates = form.rates.iter().map(crate::form::Rate::column);
            form.slots.iter().map(Slot::path).chain(rates).collect::<Vec<_>>()
        };
        for form in forms.iter().filter(|form| !form.slots.is_empty()) {
            assert_eq!(order(&[&form.key]), own(&form.key), "{}", form.key);
        }
        // Of two, the newer keeps its order, and what the older one has besides stands behind its neighbour.
        let both = order(&["2019", "2021"]);
        let (new, old) = (own("2021"), own("2019"));
        let kept: Vec<_> = both.iter().filter(|name| new.contains(name)).cloned().collect();
        assert_eq!(kept, new);
        assert_eq!(both.len(), new.iter().chain(&old).collect::<HashSet<_>>().len());
        let at = |name: &str| both.iter().position(|known| known == name).unwrap();
        assert_eq!(at("proactive.penalties.previous_items"), at("proactive.other_services.decisions") + 1);
        assert_eq!(at("proactive.procurement.amount") + 1, at("proactive.fees.amount"));
        assert!(at("proactive.regulations.produced") < at("proactive.licensing.decisions"));
        // What shares nothing comes behind the cells of the newest.
        let all = order(&["2014", "2021"]);
        assert_eq!(all.first(), new.first());
    }

    #[test]
    fn orders_are_merged_where_their_names_meet() {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (order, more, all) in [
            ("a b c", "x b y c z", "a x b y c z"),
            ("a b c", "c x a y", "a y b c x"),
            ("a b", "x y", "a b x y"),
            ("", "x y x", "x y"),
            ("a b", "", "a b"),
        ] {
            assert_eq!(merged(names(order), names(more)), names(all), "{order} and {more}");
        }
    }

    #[test]
    fn a_run_without_reports_has_a_header() {
        assert_eq!(table(&[]), "report,agency,year,edition\n");
    }
}
