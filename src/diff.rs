//! What changed between two reports of one organ: cells, sections, and how much of the prose is the former year's.
//!
//! [`Diff::new`] compares two [`Report`]s by their keys: cells by table, row and column, sections by the form's key or their
//! folded title, prose sentence by sentence. It decides nothing about right or wrong: that is what findings are for.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::iter;

use serde::Serialize;

use crate::fold;
use crate::record::{CellView, Report, Section, Status};
use crate::write::json::Number;

/// Name and version of the document, its `schema`.
pub const SCHEMA: &str = "nianbao-diff/1";

/// What changed from report `a` to report `b`.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Diff<'a> {
    /// Name and version of this document.
    pub schema: &'static str,
    /// The first report.
    pub a: Side<'a>,
    /// The second report.
    pub b: Side<'a>,
    /// Fields of the metadata that differ.
    pub metadata: Vec<FieldChange<'a>>,
    /// Cells that differ, in the order of the form; those that only one of the reports' forms has come last.
    pub cells: Vec<CellChange<'a>>,
    /// How many cells are the same in both.
    pub cells_same: usize,
    /// Sections that only one of them has, in the order of the text.
    pub sections: Vec<SectionChange<'a>>,
    /// How much of the prose of `b` stands in `a`.
    pub prose: Prose,
    /// The same for each section of level 1 of `b` that has prose.
    pub prose_of_sections: Vec<SectionProse<'a>>,
    /// How much of the prose of `a` stands in `b`.
    pub kept: Kept,
    /// The same for each section of level 1 of `a` that has prose.
    pub kept_of_sections: Vec<SectionKept<'a>>,
    /// The tables that have one column.
    #[serde(skip)]
    pub(crate) of_one_column: HashSet<&'a str>,
}

/// One of the reports.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Side<'a> {
    /// Its path.
    pub path: Option<&'a str>,
    /// The organ.
    pub agency: Option<&'a str>,
    /// The year that the figures are about.
    pub year: Option<i32>,
    /// The edition of its form.
    pub edition: Option<&'a str>,
}

/// A field of the metadata that differs.
#[derive(Debug, Clone, Serialize)]
pub struct FieldChange<'a> {
    /// Its name, such as `contact.phone`.
    pub field: &'static str,
    /// In the first report.
    pub a: Option<Cow<'a, str>>,
    /// In the second.
    pub b: Option<Cow<'a, str>>,
}

/// A cell that differs.
#[derive(Debug, Clone, Serialize)]
pub struct CellChange<'a> {
    /// Key of the table.
    pub table: &'a str,
    /// Key of the row.
    pub row: &'a str,
    /// Key of the column.
    pub column: &'a str,
    /// Label of the row.
    pub row_label: &'a str,
    /// Label of the column.
    pub column_label: &'a str,
    /// In the first report; null where its form has no such cell.
    pub a: Option<CellState<'a>>,
    /// In the second report; null where its form has no such cell.
    pub b: Option<CellState<'a>>,
    /// `b` less `a`, where both are numbers in one unit.
    pub change: Option<Number>,
}

/// A cell in one of the reports.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CellState<'a> {
    /// The number, exactly.
    pub value: Option<Number>,
    /// Its unit.
    pub unit: Option<&'a str>,
    /// What became of it.
    pub status: Status,
    /// Line that it is printed on.
    pub line: Option<u32>,
}

/// Which of the reports has something that the other has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Which {
    /// Only the first: it was dropped.
    Dropped,
    /// Only the second: it was added.
    Added,
}

/// A section that only one of the reports has.
#[derive(Debug, Clone, Serialize)]
pub struct SectionChange<'a> {
    /// Which of them.
    pub change: Which,
    /// Its path (`3.1`).
    pub path: String,
    /// The form's key, if it has one.
    pub key: Option<&'a str>,
    /// Its number as printed.
    pub number: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Line of its heading.
    pub line: u32,
}

/// How much prose there is, in characters, blanks and punctuation left out, and how much of it stands in the other report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Prose {
    /// Characters of the first report's prose; none for a section of the second, which is compared with all of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characters_a: Option<usize>,
    /// Characters of the second report's prose.
    pub characters_b: usize,
    /// Characters of those sentences of `b` that stand in `a` word for word.
    pub repeated: usize,
    /// Characters of those sentences of `b` that stand in `a` but for their figures.
    pub repeated_but_figures: usize,
    /// `repeated` over `characters_b`, to four decimals; null where there is no prose.
    pub share: Option<f64>,
    /// `repeated_but_figures` over `characters_b`.
    pub share_but_figures: Option<f64>,
}

impl Prose {
    fn with_shares(self) -> Prose {
        let share = |part: usize| {
            (self.characters_b > 0).then(|| (part as f64 / self.characters_b as f64 * 10_000.0).round() / 10_000.0)
        };
        Prose { share: share(self.repeated), share_but_figures: share(self.repeated_but_figures), ..self }
    }
}

/// How much of the prose of the first report stands in the second, in characters as in [`Prose`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Kept {
    /// Characters of the prose of `a`.
    pub characters_a: usize,
    /// Characters of those sentences of `a` that stand in `b` word for word.
    pub kept: usize,
    /// Characters of those sentences of `a` that stand in `b` but for their figures.
    pub kept_but_figures: usize,
    /// `kept` over `characters_a`, to four decimals; null where there is no prose.
    pub share: Option<f64>,
    /// `kept_but_figures` over `characters_a`.
    pub share_but_figures: Option<f64>,
}

impl From<Prose> for Kept {
    /// The prose of `a`, as it was looked up in `b`.
    fn from(prose: Prose) -> Kept {
        Kept {
            characters_a: prose.characters_b,
            kept: prose.repeated,
            kept_but_figures: prose.repeated_but_figures,
            share: prose.share,
            share_but_figures: prose.share_but_figures,
        }
    }
}

/// How much is kept of the prose of a section of the first report.
#[derive(Debug, Clone, Serialize)]
pub struct SectionKept<'a> {
    /// The form's key, if it has one.
    pub key: Option<&'a str>,
    /// Its number as printed.
    pub number: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Line of its heading in the first report.
    pub line: u32,
    /// Its prose.
    #[serde(flatten)]
    pub kept: Kept,
}

/// The prose of a section.
#[derive(Debug, Clone, Serialize)]
pub struct SectionProse<'a> {
    /// The form's key, if it has one.
    pub key: Option<&'a str>,
    /// Its number as printed.
    pub number: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Line of its heading in the second report.
    pub line: u32,
    /// Its prose.
    #[serde(flatten)]
    pub prose: Prose,
}

impl<'a> Diff<'a> {
    /// Compares `a` with `b`.
    pub fn new(a: &'a Report, b: &'a Report) -> Diff<'a> {
        let (cells, cells_same) = cells(a, b);
        let (kept, kept_of_sections) = prose(b, a);
        let kept_of = |SectionProse { key, number, title, line, prose }| SectionKept {
            key,
            number,
            title,
            line,
            kept: prose.into(),
        };
        let (prose, prose_of_sections) = prose(a, b);
        Diff {
            schema: SCHEMA,
            a: side(a),
            b: side(b),
            metadata: metadata(a, b),
            cells,
            cells_same,
            sections: sections(a, b),
            prose,
            prose_of_sections,
            kept: kept.into(),
            kept_of_sections: kept_of_sections.into_iter().map(kept_of).collect(),
            of_one_column: of_one_column(a, b),
        }
    }

    /// Nothing changed.
    pub fn is_same(&self) -> bool {
        let (prose, kept) = (&self.prose, &self.kept);
        self.metadata.is_empty()
            && self.cells.is_empty()
            && self.sections.is_empty()
            && prose.characters_a == Some(prose.characters_b)
            && prose.repeated == prose.characters_b
            && kept.kept == kept.characters_a
    }
}

fn side(report: &Report) -> Side<'_> {
    let metadata = &report.metadata;
    Side {
        path: report.source.path.as_deref(),
        agency: metadata.agency.as_deref(),
        year: metadata.year,
        edition: metadata.edition.as_deref(),
    }
}

fn metadata<'a>(a: &'a Report, b: &'a Report) -> Vec<FieldChange<'a>> {
    fn fields(report: &Report) -> [(&'static str, Option<Cow<'_, str>>); 14] {
        let metadata = &report.metadata;
        let contact = &metadata.contact;
        let text = |field: &'_ Option<String>| field.clone().map(Cow::Owned);
        let period = metadata.period.as_ref();
        [
            ("title", text(&metadata.title)),
            ("agency", text(&metadata.agency)),
            ("year", metadata.year.map(|year| year.to_string().into())),
            ("edition", text(&metadata.edition)),
            ("period.from", period.map(|period| period.from.as_str().into())),
            ("period.to", period.map(|period| period.to.as_str().into())),
            ("doc_number", text(&metadata.doc_number)),
            ("published", text(&metadata.published)),
            ("contact.address", text(&contact.address)),
            ("contact.phone", text(&contact.phone)),
            ("contact.fax", text(&contact.fax)),
            ("contact.postcode", text(&contact.postcode)),
            ("contact.email", text(&contact.email)),
            ("contact.website", text(&contact.website)),
        ]
    }
    iter::zip(fields(a), fields(b))
        .filter(|((_, a), (_, b))| a != b)
        .map(|((field, a), (_, b))| FieldChange { field, a, b })
        .collect()
}

/// The tables that have one column alone in both reports.
fn of_one_column<'a>(a: &'a Report, b: &'a Report) -> HashSet<&'a str> {
    let mut first: HashMap<&str, &str> = HashMap::new();
    let mut several: HashSet<&str> = HashSet::new();
    for cell in a.cells().chain(b.cells()) {
        if *first.entry(cell.table).or_insert(cell.column) != cell.column {
            several.insert(cell.table);
        }
    }
    first.into_keys().filter(|table| !several.contains(table)).collect()
}

/// The cells that differ, and how many do not.
fn cells<'a>(a: &'a Report, b: &'a Report) -> (Vec<CellChange<'a>>, usize) {
    fn key<'a>(cell: &CellView<'a>) -> (&'a str, &'a str, &'a str) {
        (cell.table, cell.row, cell.column)
    }
    let of_a: HashMap<_, CellView<'a>> = a.cells().map(|cell| (key(&cell), cell)).collect();
    let mut same = 0;
    let (mut both, mut alone) = (Vec::new(), Vec::new());
    let mut met = HashSet::new();
    for cell in b.cells() {
        met.insert(key(&cell));
        match of_a.get(&key(&cell)) {
            Some(former) => {
                let (old, new) = (state(former), state(&cell));
                if (old.value, old.unit, old.status) == (new.value, new.unit, new.status) {
                    same += 1;
                } else {
                    both.push(change(&cell, Some(old), Some(new)));
                }
            }
            None => alone.push(change(&cell, None, Some(state(&cell)))),
        }
    }
    let dropped =
        a.cells().filter(|cell| !met.contains(&key(cell))).map(|cell| change(&cell, Some(state(&cell)), None));
    both.extend(dropped.chain(alone));
    (both, same)
}

fn change<'a>(cell: &CellView<'a>, a: Option<CellState<'a>>, b: Option<CellState<'a>>) -> CellChange<'a> {
    let change = match (a, b) {
        (Some(CellState { value: Some(a), unit: from, .. }), Some(CellState { value: Some(b), unit: to, .. }))
            if from == to =>
        {
            b.0.checked_sub(a.0).map(Number)
        }
        _ => None,
    };
    CellChange {
        table: cell.table,
        row: cell.row,
        column: cell.column,
        row_label: cell.row_label,
        column_label: cell.column_label,
        a,
        b,
        change,
    }
}

fn state<'a>(cell: &CellView<'a>) -> CellState<'a> {
    let CellView { value, unit, status, place, .. } = *cell;
    CellState { value: value.map(Number), unit, status, line: place.map(|place| place.line) }
}

/// What a section is known by: the form's key, or its folded title under that of the section above it. A numbered
/// paragraph without a title is known by nothing.
fn names<'a>(report: &'a Report) -> Vec<(String, SectionChange<'a>)> {
    fn below<'a>(sections: &'a [Section], above: &str, path: &str, out: &mut Vec<(String, SectionChange<'a>)>) {
        for (i, section) in sections.iter().enumerate() {
            let path = if path.is_empty() { (i + 1).to_string() } else { format!("{path}.{}", i + 1) };
            let folded = fold::key(&section.title);
            // The key of a subsection is its number alone, and says nothing of what it is about.
            let known = section.key.as_deref().filter(|_| section.level <= 1);
            let name = format!("{above}/{}", known.unwrap_or(&folded));
            if known.is_some() || !folded.is_empty() {
                let key = section.key.as_deref();
                let (number, title, line) = (&*section.number, &*section.title, section.line);
                out.push((
                    name.clone(),
                    SectionChange { change: Which::Added, path: path.clone(), key, number, title, line },
                ));
            }
            below(&section.sections, &name, &path, out);
        }
    }
    let mut out = Vec::new();
    below(&report.sections, "", "", &mut out);
    out
}

fn sections<'a>(a: &'a Report, b: &'a Report) -> Vec<SectionChange<'a>> {
    let (of_a, of_b) = (names(a), names(b));
    let known = |names: &[(String, SectionChange<'a>)]| -> HashSet<String> {
        names.iter().map(|(name, _)| name.clone()).collect()
    };
    let (in_a, in_b) = (known(&of_a), known(&of_b));
    let dropped = of_a.into_iter().filter(|(name, _)| !in_b.contains(name));
    let added = of_b.into_iter().filter(|(name, _)| !in_a.contains(name));
    dropped
        .map(|(_, section)| SectionChange { change: Which::Dropped, ..section })
        .chain(added.map(|(_, section)| section))
        .collect()
}

/// The sentences of a report that are known again.
#[derive(Default)]
struct Sentences {
    exact: HashSet<String>,
    but_figures: HashSet<String>,
    characters: usize,
}

fn prose<'a>(a: &Report, b: &'a Report) -> (Prose, Vec<SectionProse<'a>>) {
    let mut known = Sentences::default();
    let mut learn = |text: &str| {
        for sentence in sentences(text) {
            known.characters += sentence.chars().count();
            known.but_figures.insert(without_figures(&sentence));
            known.exact.insert(sentence);
        }
    };
    a.preface.iter().for_each(|paragraph| learn(&paragraph.text));
    a.sections.iter().for_each(|section| paragraphs(section, &mut learn));

    let mut total = Prose { characters_a: Some(known.characters), ..Prose::default() };
    b.preface.iter().for_each(|paragraph| recognise(&known, &paragraph.text, &mut total));
    let mut of_sections = Vec::new();
    for section in &b.sections {
        let mut prose = Prose::default();
        paragraphs(section, &mut |text| recognise(&known, text, &mut prose));
        total.characters_b += prose.characters_b;
        total.repeated += prose.repeated;
        total.repeated_but_figures += prose.repeated_but_figures;
        if prose.characters_b > 0 {
            let key = section.key.as_deref();
            of_sections.push(SectionProse {
                key,
                number: &section.number,
                title: &section.title,
                line: section.line,
                prose: prose.with_shares(),
            });
        }
    }
    (total.with_shares(), of_sections)
}

fn paragraphs(section: &Section, visit: &mut impl FnMut(&str)) {
    section.paragraphs.iter().for_each(|paragraph| visit(&paragraph.text));
    section.sections.iter().for_each(|section| paragraphs(section, visit));
}

fn recognise(known: &Sentences, text: &str, prose: &mut Prose) {
    for sentence in sentences(text) {
        let characters = sentence.chars().count();
        prose.characters_b += characters;
        if known.exact.contains(&sentence) {
            prose.repeated += characters;
        }
        if known.but_figures.contains(&without_figures(&sentence)) {
            prose.repeated_but_figures += characters;
        }
    }
}

/// The sentences of a paragraph, folded: what is not a letter or a digit does not count.
fn sentences(text: &str) -> impl Iterator<Item = String> {
    text.split(['。', '；', '！', '？', ';', '!', '?']).map(fold::key).filter(|sentence| !sentence.is_empty())
}

/// Every run of digits as one mark.
fn without_figures(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len());
    for c in sentence.chars() {
        match c {
            '0'..='9' if out.ends_with('#') => {}
            '0'..='9' => out.push('#'),
            _ => out.push(c),
        }
    }
    out
}
