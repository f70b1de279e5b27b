//! Reading a form from its folder: `form.toml` and the blank tables beside it.
//!
//! What a blank table may hold is told in [`blank`](super::blank). Whatever is wrong with a form is said here, with the file and
//! the line, and nowhere later.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;

use super::blank::{self, Blank};
use super::{BlankCell, Clause, Columns, Figure, Form, FormSection, Identity, Kind, Rate, Series, Slot};
use crate::finding::Rule;
use crate::fold::key;

/// Why a form was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {what}", line.map(|line| format!(":{line}")).unwrap_or_default())]
pub struct FormError {
    /// The file at fault.
    pub file: String,
    /// Its line, from 1.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub what: String,
}

/// `form.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    key: String,
    title: String,
    document: String,
    from: i32,
    to: Option<i32>,
    #[serde(default)]
    titles: Vec<String>,
    #[serde(default)]
    section: Vec<SectionDescription>,
    #[serde(default)]
    label: Vec<LabelVariant>,
    #[serde(default)]
    slot: Vec<SlotDescription>,
    #[serde(default)]
    table: Vec<TableDescription>,
    #[serde(default)]
    identity: Vec<IdentityDescription>,
    #[serde(default)]
    rate: Vec<Rate>,
    #[serde(default)]
    clause: Vec<Clause>,
    #[serde(default)]
    figure: Vec<FigureDescription>,
    #[serde(default)]
    series: Vec<SeriesDescription>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionDescription {
    key: String,
    title: String,
    table: Option<String>,
    #[serde(default)]
    content: bool,
    #[serde(default)]
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Variant {
    print: String,
    /// Why it is known: for the next reader of the file.
    #[serde(rename = "why")]
    _why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelVariant {
    of: String,
    print: String,
    #[serde(rename = "why")]
    _why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotDescription {
    table: String,
    row: String,
    column: String,
    kind: Kind,
    unit: Option<String>,
    #[serde(default)]
    other_units: Vec<String>,
}

/// A table that belongs to no section of its own, such as an annex.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableDescription {
    key: String,
    title: String,
    /// What heads its columns: the form's own, or whatever the report prints.
    #[serde(default)]
    columns: Source,
    /// Where its rows come from: the blank table, or the report.
    #[serde(default)]
    rows: Source,
    /// Words that head the columns of a table whose rows are those of the report.
    #[serde(default)]
    headers: Vec<String>,
    /// The edition whose row keys such a table takes over, where its labels are the same.
    like: Option<String>,
}

#[derive(Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Source {
    #[default]
    Form,
    Printed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityDescription {
    rule: String,
    table: String,
    each: Each,
    total: Vec<String>,
    parts: Vec<String>,
}

/// A figure that prose names: the sum of the cells in these rows and columns.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FigureDescription {
    key: String,
    table: String,
    rows: Vec<String>,
    /// None for a table whose columns are printed: each is a figure of its own.
    #[serde(default)]
    columns: Vec<String>,
}

/// An equation between the reports of two years: `earlier` of the one + `plus` − `minus` of the other = `later` of the other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesDescription {
    rule: String,
    table: String,
    each: Each,
    earlier: String,
    #[serde(default)]
    plus: Vec<String>,
    #[serde(default)]
    minus: Vec<String>,
    later: String,
}

/// What an identity is repeated for.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Each {
    /// Every row; `total` and `parts` are columns.
    Row,
    /// Every column; `total` and `parts` are rows.
    Column,
}

/// Files of a form: name → text.
type Files<'a> = &'a dyn Fn(&str) -> Result<String, String>;

macro_rules! embed {
    ($($edition:literal: $($file:literal),+;)+) => {
        &[$(($edition, &[$(($file, include_str!(concat!("data/", $edition, "/", $file)))),+])),+]
    };
}

/// The folders that the program carries.
#[allow(clippy::type_complexity)]
const EMBEDDED: &[(&str, &[(&str, &str)])] = embed! {
    "2008": "form.toml";
    "2014": "form.toml", "statistics.txt";
    "2019": "form.toml", "proactive.txt", "applications.txt", "review_litigation.txt";
    "2021": "form.toml", "proactive.txt", "applications.txt", "review_litigation.txt";
};

/// Loads the forms that the program carries.
pub(super) fn embedded() -> impl Iterator<Item = Result<Form, FormError>> {
    EMBEDDED.iter().map(|(edition, files)| {
        let read = |name: &str| {
            let file = files.iter().find(|(file, _)| *file == name);
            file.map(|(_, text)| (*text).to_owned())
                .ok_or_else(|| "the file is not embedded; add it to form/load.rs".to_owned())
        };
        load(&format!("src/form/data/{edition}"), &read)
    })
}

/// Loads the form in a folder.
pub(super) fn from_dir(dir: &Path) -> Result<Form, FormError> {
    let read = |name: &str| std::fs::read_to_string(dir.join(name)).map_err(|error| format!("cannot be read: {error}"));
    load(&dir.display().to_string(), &read)
}

fn load(folder: &str, read: Files<'_>) -> Result<Form, FormError> {
    let loader = Loader { folder };
    let text = read("form.toml").map_err(|what| loader.error("form.toml", None, what))?;
    let description: Description = toml::from_str(&text).map_err(|error| {
        let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        loader.error("form.toml", line, error.message().to_owned())
    })?;
    loader.build(description, read)
}

struct Loader<'a> {
    folder: &'a str,
}

impl Loader<'_> {
    fn error(&self, file: &str, line: Option<usize>, what: impl Into<String>) -> FormError {
        FormError { file: format!("{}/{file}", self.folder), line, what: what.into() }
    }

    fn build(&self, description: Description, read: Files<'_>) -> Result<Form, FormError> {
        let mut form = Form {
            key: description.key.clone(),
            title: description.title.clone(),
            titles: description.titles.clone(),
            document: description.document.clone(),
            from: description.from,
            to: description.to,
            sections: Vec::new(),
            tables: Vec::new(),
            slots: Vec::new(),
            identities: Vec::new(),
            rates: Vec::new(),
            clauses: Vec::new(),
            figures: Vec::new(),
            series: Vec::new(),
            by_name: Vec::new(),
            entered: Default::default(),
            unnumbered: Default::default(),
        };
        self.sections(&mut form, &description, read)?;
        for table in &description.table {
            self.annex(&mut form, table, &description, read)?;
        }
        self.labels(&form, &description.label)?;
        self.slots(&form, &description.slot)?;
        for identity in &description.identity {
            self.identities(&mut form, identity)?;
        }
        for rate in &description.rate {
            self.rate(&mut form, rate)?;
        }
        for clause in &description.clause {
            self.clause(&mut form, clause)?;
        }
        for figure in &description.figure {
            self.figure(&mut form, figure)?;
        }
        for series in &description.series {
            self.series(&mut form, series)?;
        }
        Ok(form)
    }

    /// `what` is wrong in `form.toml`.
    fn wrong<T>(&self, what: impl Into<String>) -> Result<T, FormError> {
        Err(self.error("form.toml", None, what))
    }

    fn sections(&self, form: &mut Form, description: &Description, read: Files<'_>) -> Result<(), FormError> {
        let mut titles = HashSet::new();
        for (index, section) in description.section.iter().enumerate() {
            let prints = std::iter::once(&section.title).chain(section.variants.iter().map(|variant| &variant.print));
            let keys: Vec<String> = prints.map(|title| key(title)).collect();
            if let Some(title) = keys.iter().find(|title| !titles.insert((*title).clone())) {
                return self.wrong(format!("two section titles are alike after folding: {title}"));
            }
            form.sections.push(FormSection {
                key: section.key.clone(),
                number: index as u32 + 1,
                title: section.title.clone(),
                keys,
                content: section.content,
            });
            if let Some(table) = &section.table {
                let blank = self.blank(table, description, read)?;
                form.add_table(table, &section.title, Some(index), Columns::Form, blank);
            }
        }
        Ok(())
    }

    /// Each variant must be of a label that a table prints.
    fn labels(&self, form: &Form, variants: &[LabelVariant]) -> Result<(), FormError> {
        for variant in variants {
            let mut cells = form.tables.iter().flat_map(|table| &table.blank).flatten();
            if !cells.any(|cell| matches!(cell, BlankCell::Label(label) if *label == variant.of)) {
                return self.wrong(format!("the variant {} is of no label of a table: {}", variant.print, variant.of));
            }
        }
        Ok(())
    }

    /// Each must be one of a table.
    fn slots(&self, form: &Form, slots: &[SlotDescription]) -> Result<(), FormError> {
        for SlotDescription { table, row, column, .. } in slots {
            let is_it = |known: &Slot| known.table == *table && known.row == *row && known.column == *column;
            if !form.slots.iter().any(is_it) {
                return self.wrong(format!("[[slot]] names {table}.{row}.{column}, which no table holds"));
            }
        }
        Ok(())
    }

    fn rate(&self, form: &mut Form, rate: &Rate) -> Result<(), FormError> {
        let known = |cell: &String| form.slots.iter().any(|slot| slot.is_at(&rate.table, cell));
        if let Some(cell) = rate.parts.iter().chain(&rate.of).find(|cell| !known(cell)) {
            return self.wrong(format!("[[rate]] {}: the table {} has no cell {cell}", rate.key, rate.table));
        }
        if rate.parts.is_empty() || rate.of.is_empty() {
            return self.wrong(format!("[[rate]] {} needs cells in parts and in of", rate.key));
        }
        if form.rates.iter().any(|known| known.key == rate.key) {
            return self.wrong(format!("there are two [[rate]] with the key {}", rate.key));
        }
        form.rates.push(rate.clone());
        Ok(())
    }

    fn clause(&self, form: &mut Form, clause: &Clause) -> Result<(), FormError> {
        let of_table = || form.slots.iter().filter(|slot| slot.table == clause.table);
        let unknown = clause.rows.iter().find(|row| {
            let named = Clause { rows: vec![(*row).clone()], ..clause.clone() };
            !of_table().any(|slot| named.names(&slot.row))
        });
        if let Some(row) = unknown {
            return self
                .wrong(format!("[[clause]] names the row {row}, which the table {} does not have", clause.table));
        }
        if !form.tables.iter().any(|table| table.key == clause.table) {
            return self.wrong(format!("[[clause]] names the table {}, which does not exist", clause.table));
        }
        form.clauses.push(clause.clone());
        Ok(())
    }

    /// Reads a blank table.
    fn blank(&self, table: &str, description: &Description, read: Files<'_>) -> Result<Blank, FormError> {
        let file = format!("{table}.txt");
        let text = read(&file).map_err(|what| self.error(&file, None, what))?;
        let mut variants: HashMap<&str, Vec<&str>> = HashMap::new();
        for variant in &description.label {
            variants.entry(&variant.of).or_default().push(&variant.print);
        }
        let here = description.slot.iter().filter(|slot| slot.table == table);
        let kinds = here
            .map(|slot| {
                (format!("{}.{}", slot.row, slot.column), (slot.kind, slot.unit.clone(), slot.other_units.clone()))
            })
            .collect();
        let blank = blank::read(&text, &blank::Known { table, variants, kinds });
        let blank = blank.map_err(|(line, what)| self.error(&file, Some(line), what))?;
        if blank.slots.is_empty() {
            return Err(self.error(&file, None, "the table has no slot; write {row.column} where a number belongs"));
        }
        Ok(blank)
    }

    fn annex(
        &self,
        form: &mut Form,
        table: &TableDescription,
        description: &Description,
        read: Files<'_>,
    ) -> Result<(), FormError> {
        if table.rows == Source::Form {
            let blank = self.blank(&table.key, description, read)?;
            let columns = if table.columns == Source::Form { Columns::Form } else { Columns::Printed };
            form.add_table(&table.key, &table.title, None, columns, blank);
            return Ok(());
        }
        if table.headers.len() < 2 {
            return self.wrong(format!(
                "[[table]] {} takes its rows from the report: it needs headers to be known by",
                table.key
            ));
        }
        let blank = Blank {
            cells: Vec::new(),
            rows: Vec::new(),
            slots: Vec::new(),
            header: HashMap::new(),
            groups: HashSet::new(),
        };
        let headers = table.headers.iter().map(|head| key(head)).collect();
        let columns = Columns::AllPrinted { headers, like: table.like.clone() };
        form.add_table(&table.key, &table.title, None, columns, blank);
        Ok(())
    }

    fn figure(&self, form: &mut Form, figure: &FigureDescription) -> Result<(), FormError> {
        let error = |what: String| self.wrong(format!("[[figure]] {}: {what}", figure.key));
        let Some(table) = form.tables.iter().find(|table| table.key == figure.table) else {
            return error(format!("the table {} does not exist", figure.table));
        };
        if figure.columns.is_empty() == (table.columns == Columns::Form) {
            return error(
                "it needs columns where the form prints them, and may name none where the report does".to_owned(),
            );
        }
        let slots = &form.slots[table.slots.clone()];
        for row in &figure.rows {
            let column = |slot: &&Slot| figure.columns.is_empty() || figure.columns.contains(&slot.column);
            let found = slots.iter().filter(|slot| slot.row == *row).filter(column).count();
            if found < figure.columns.len().max(1) {
                return error(format!("the row {row} does not exist, or lacks a column of the figure"));
            }
        }
        if form.figures.iter().any(|known| known.key == figure.key) {
            return error("there are two of this key".to_owned());
        }
        form.figures.push(Figure {
            key: figure.key.clone(),
            table: figure.table.clone(),
            rows: figure.rows.clone(),
            columns: figure.columns.clone(),
        });
        Ok(())
    }

    fn series(&self, form: &mut Form, series: &SeriesDescription) -> Result<(), FormError> {
        let error = |what: String| self.wrong(format!("[[series]] {}: {what}", series.rule));
        let Some(rule) = Rule::from_id(&series.rule) else { return error("the rule does not exist".to_owned()) };
        let Some(table) = form.tables.iter().find(|table| table.key == series.table) else {
            return error(format!("the table {} does not exist", series.table));
        };
        let places = Places::of(&form.slots, table.slots.clone(), series.each);
        let mut found = Vec::new();
        for each in places.each() {
            let (earlier, later) = (places.find(each, &series.earlier), places.find(each, &series.later));
            let (plus, minus) = (places.all(each, &series.plus), places.all(each, &series.minus));
            if let (Some(earlier), Some(later), Some(plus), Some(minus)) = (earlier, later, plus, minus) {
                let origin = (form.key.clone(), form.series.len() + found.len());
                let (table, each) = (series.table.clone(), each.to_owned());
                found.push(Series { rule, table, each, origin, earlier, plus, minus, later });
            }
        }
        if found.is_empty() {
            return error("it holds no slot: check the names in earlier, plus, minus and later".to_owned());
        }
        form.series.extend(found);
        Ok(())
    }

    fn identities(&self, form: &mut Form, identity: &IdentityDescription) -> Result<(), FormError> {
        let Some(rule) = Rule::from_id(&identity.rule) else {
            return self.wrong(format!("[[identity]] names the rule {}, which does not exist", identity.rule));
        };
        let Some(table) = form.tables.iter().find(|table| table.key == identity.table) else {
            return self.wrong(format!("[[identity]] names the table {}, which does not exist", identity.table));
        };
        let places = Places::of(&form.slots, table.slots.clone(), identity.each);
        let mut found = Vec::new();
        for each in places.each() {
            let parts = (places.all(each, &identity.total), places.all(each, &identity.parts));
            let (Some(total), Some(parts)) = parts else { continue };
            let (each, first) = (Some(each.to_owned()), identity.total.first().cloned());
            let (row, column) = match identity.each {
                Each::Row => (each, first),
                Each::Column => (first.filter(|_| identity.total.len() == 1), each),
            };
            found.push(Identity { rule, table: identity.table.clone(), row, column, total, parts });
        }
        if found.is_empty() {
            return self.wrong(format!(
                "the identity {} of {} holds no slot: check the names in total and parts",
                identity.rule, identity.table
            ));
        }
        form.identities.extend(found);
        Ok(())
    }
}

/// The slots of a table, by what an equation is repeated for and by what it names.
struct Places<'a> {
    each: Vec<&'a str>,
    slots: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> Places<'a> {
    fn of(slots: &'a [Slot], of_table: Range<usize>, each: Each) -> Places<'a> {
        let mut places = Places { each: Vec::new(), slots: HashMap::new() };
        for at in of_table {
            let (row, column) = (slots[at].row.as_str(), slots[at].column.as_str());
            let (each, named) = match each {
                Each::Row => (row, column),
                Each::Column => (column, row),
            };
            if !places.each.contains(&each) {
                places.each.push(each);
            }
            places.slots.entry((each, named)).or_insert(at);
        }
        places
    }

    /// The rows, or the columns, that it is repeated for.
    fn each(&self) -> impl Iterator<Item = &'a str> {
        self.each.iter().copied()
    }

    fn find(&self, each: &str, named: &str) -> Option<usize> {
        self.slots.get(&(each, named)).copied()
    }

    fn all(&self, each: &str, named: &[String]) -> Option<Vec<usize>> {
        named.iter().map(|named| self.find(each, named)).collect()
    }
}
