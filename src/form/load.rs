//! Reading a form from its folder: `form.toml` and the blank tables beside it.
//!
//! A blank table is written in the input's own notation, a line a row, cells parted by tabs: a literal cell is a label,
//! an empty one continues the merged cell above it or to its left, `{row.column}` is to be filled. Whatever is wrong with a form is said here,
//! with the file and the line, and nowhere later.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;

use super::{BlankCell, Foreign, Form, FormRow, FormSection, FormTable, Identity, Kind, Slot};
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
    foreign: Vec<ForeignDescription>,
    #[serde(default)]
    identity: Vec<IdentityDescription>,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ForeignDescription {
    edition: String,
    table: String,
    row: String,
    label: String,
    instead: Vec<String>,
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

/// What an identity is repeated for.
#[derive(Deserialize)]
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
            key: description.key,
            title: description.title,
            titles: description.titles,
            document: description.document,
            from: description.from,
            to: description.to,
            sections: Vec::new(),
            tables: Vec::new(),
            slots: Vec::new(),
            identities: Vec::new(),
        };
        let mut titles = HashSet::new();
        for (index, section) in description.section.iter().enumerate() {
            let prints = std::iter::once(&section.title).chain(section.variants.iter().map(|variant| &variant.print));
            let keys: Vec<String> = prints.map(|title| key(title)).collect();
            for title in &keys {
                if !titles.insert(title.clone()) {
                    return Err(self.error(
                        "form.toml",
                        None,
                        format!("two section titles are alike after folding: {title}"),
                    ));
                }
            }
            form.sections.push(FormSection {
                key: section.key.clone(),
                number: index as u32 + 1,
                title: section.title.clone(),
                keys,
                content: section.content,
            });
            if let Some(table) = &section.table {
                let file = format!("{table}.txt");
                let text = read(&file).map_err(|what| self.error(&file, None, what))?;
                let variants: Vec<&LabelVariant> = description.label.iter().collect();
                self.table(&mut form, index, table, &text, &variants, &description.foreign, &description.slot)?;
            }
        }
        for variant in &description.label {
            let known = form.tables.iter().flat_map(|table| &table.blank).flatten();
            if !known.into_iter().any(|cell| matches!(cell, BlankCell::Label(label) if *label == variant.of)) {
                return Err(self.error(
                    "form.toml",
                    None,
                    format!("the variant {} is of no label of a table: {}", variant.print, variant.of),
                ));
            }
        }
        for slot in &description.slot {
            if !form
                .slots
                .iter()
                .any(|known| known.table == slot.table && known.row == slot.row && known.column == slot.column)
            {
                let path = format!("{}.{}.{}", slot.table, slot.row, slot.column);
                return Err(self.error("form.toml", None, format!("[[slot]] names {path}, which no table holds")));
            }
        }
        for identity in &description.identity {
            self.identities(&mut form, identity)?;
        }
        Ok(form)
    }

    #[allow(clippy::too_many_arguments)]
    fn table(
        &self,
        form: &mut Form,
        section: usize,
        name: &str,
        text: &str,
        variants: &[&LabelVariant],
        foreign: &[ForeignDescription],
        details: &[SlotDescription],
    ) -> Result<(), FormError> {
        let file = format!("{name}.txt");
        let first = form.slots.len();
        let mut blank: Vec<Vec<BlankCell>> = Vec::new();
        let mut names: HashSet<String> = HashSet::new();
        for (index, line) in text.lines().enumerate() {
            let mut cells = Vec::new();
            for cell in line.split('\t') {
                let cell = cell.trim();
                cells.push(match cell.strip_prefix('{').and_then(|cell| cell.strip_suffix('}')) {
                    None if cell.is_empty() => BlankCell::Empty,
                    None => BlankCell::Label(cell.to_owned()),
                    Some(slot) => {
                        let Some((row, column)) = slot.rsplit_once('.') else {
                            return Err(self.error(
                                &file,
                                Some(index + 1),
                                format!("the slot {{{slot}}} must be {{row.column}}"),
                            ));
                        };
                        if !names.insert(slot.to_owned()) {
                            return Err(self.error(
                                &file,
                                Some(index + 1),
                                format!("the slot {{{slot}}} stands twice"),
                            ));
                        }
                        form.slots.push(new_slot(name, row, column, details, false));
                        BlankCell::Slot(form.slots.len() - 1)
                    }
                });
            }
            blank.push(cells);
        }
        if names.is_empty() {
            return Err(self.error(&file, None, "the table has no slot; write {row.column} where a number belongs"));
        }
        let mut rows = rows(&blank, &mut form.slots, variants);
        for row in foreign.iter().filter(|row| row.table == name) {
            let row = self.foreign(form, &rows, row)?;
            rows.push(row);
        }
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, row) in rows.iter().enumerate() {
            for label in &row.keys {
                exact.entry(label.clone()).or_default().push(index);
            }
            // Two rows may share a short label only where their ordinals or groups tell them apart.
            let twin = rows[..index].iter().find(|other| {
                !row.keys.is_empty() && other.keys.first() == row.keys.first() && other.label == row.label
            });
            if twin.is_some() {
                return Err(self.error(&file, None, format!("two rows have the label {}", row.label)));
            }
        }
        let mut header: Vec<String> = Vec::new();
        for row in blank.iter().filter(|row| !row.iter().any(|cell| matches!(cell, BlankCell::Slot(_)))) {
            for cell in row {
                if let BlankCell::Label(label) = cell {
                    let prints = variants.iter().filter(|variant| variant.of == *label).map(|variant| &variant.print);
                    header.extend(std::iter::once(label).chain(prints).map(|label| key(label)));
                }
            }
        }
        let slots = first..form.slots.len();
        form.tables.push(FormTable { key: name.to_owned(), section, blank, rows, slots, header, exact });
        Ok(())
    }

    /// The row of another edition, with columns like those of the first row that it stands for.
    fn foreign(&self, form: &mut Form, rows: &[FormRow], row: &ForeignDescription) -> Result<FormRow, FormError> {
        let mut instead = Vec::new();
        for name in &row.instead {
            match rows.iter().position(|known| known.slots.iter().any(|&slot| form.slots[slot].row == *name)) {
                Some(index) => instead.push(index),
                None => {
                    return Err(self.error(
                        "form.toml",
                        None,
                        format!("[[foreign]] stands for {name}, which is no row of {}", row.table),
                    ));
                }
            }
        }
        let Some(model) = instead.first().map(|&index| rows[index].clone()) else {
            return Err(self.error(
                "form.toml",
                None,
                format!("[[foreign]] {} must say which rows it stands for", row.row),
            ));
        };
        let mut slots = Vec::new();
        for &slot in &model.slots {
            let like = form.slots[slot].clone();
            form.slots.push(Slot { row: row.row.clone(), row_label: row.label.clone(), optional: true, ..like });
            slots.push(form.slots.len() - 1);
        }
        let edition = row.edition.clone();
        Ok(FormRow {
            label: row.label.clone(),
            keys: vec![key(&row.label)],
            slots,
            columns: model.columns,
            foreign: Some(Foreign { edition, instead }),
        })
    }

    fn identities(&self, form: &mut Form, identity: &IdentityDescription) -> Result<(), FormError> {
        let Some(rule) = Rule::from_id(&identity.rule) else {
            return Err(self.error(
                "form.toml",
                None,
                format!("[[identity]] names the rule {}, which does not exist", identity.rule),
            ));
        };
        let Some(table) = form.tables.iter().find(|table| table.key == identity.table) else {
            return Err(self.error(
                "form.toml",
                None,
                format!("[[identity]] names the table {}, which does not exist", identity.table),
            ));
        };
        let slots = table.slots.clone();
        let name = |slot: &Slot| match identity.each {
            Each::Row => (slot.row.clone(), slot.column.clone()),
            Each::Column => (slot.column.clone(), slot.row.clone()),
        };
        let mut repeated: Vec<String> = Vec::new();
        for slot in &form.slots[slots.clone()] {
            let (each, _) = name(slot);
            if !repeated.contains(&each) {
                repeated.push(each);
            }
        }
        // A foreign row enters beside the rows that it stands for: either is blank where the other is printed.
        let mut parts = identity.parts.clone();
        if matches!(identity.each, Each::Column) {
            for row in table.rows.iter().filter(|row| row.foreign.is_some()) {
                let stands_for =
                    row.foreign.iter().flat_map(|foreign| &foreign.instead).flat_map(|&index| &table.rows[index].slots);
                if stands_for.into_iter().any(|&slot| parts.contains(&form.slots[slot].row)) {
                    parts.extend(row.slots.first().map(|&slot| form.slots[slot].row.clone()));
                }
            }
        }
        let mut found = 0;
        for each in repeated {
            let find =
                |wanted: &String| slots.clone().find(|&slot| name(&form.slots[slot]) == (each.clone(), wanted.clone()));
            let total: Option<Vec<usize>> = identity.total.iter().map(find).collect();
            let parts: Option<Vec<usize>> = parts.iter().map(find).collect();
            let (Some(total), Some(parts)) = (total, parts) else { continue };
            found += 1;
            let (row, column) = match identity.each {
                Each::Row => (Some(each), identity.total.first().cloned()),
                Each::Column => (identity.total.first().filter(|_| identity.total.len() == 1).cloned(), Some(each)),
            };
            form.identities.push(Identity { rule, table: identity.table.clone(), row, column, total, parts });
        }
        if found == 0 {
            let what = format!(
                "the identity {} of {} holds no slot: check the names in total and parts",
                identity.rule, identity.table
            );
            return Err(self.error("form.toml", None, what));
        }
        Ok(())
    }
}

fn new_slot(table: &str, row: &str, column: &str, details: &[SlotDescription], optional: bool) -> Slot {
    let detail = details.iter().find(|detail| detail.table == table && detail.row == row && detail.column == column);
    Slot {
        table: table.to_owned(),
        row: row.to_owned(),
        column: column.to_owned(),
        row_label: String::new(),
        column_label: String::new(),
        unit: detail.and_then(|detail| detail.unit.clone()),
        kind: detail.map_or(Kind::Count, |detail| detail.kind),
        optional,
    }
}

/// The rows to be filled of a blank table, with the labels that lead to each of their slots.
fn rows(blank: &[Vec<BlankCell>], slots: &mut [Slot], variants: &[&LabelVariant]) -> Vec<FormRow> {
    let mut rows = Vec::new();
    let mut chain: Vec<String> = Vec::new();
    let mut header: Vec<&Vec<BlankCell>> = Vec::new();
    let mut header_ended = false;
    for cells in blank {
        let Some(first_slot) = cells.iter().position(|cell| matches!(cell, BlankCell::Slot(_))) else {
            if header_ended {
                header.clear();
                header_ended = false;
            }
            header.push(cells);
            continue;
        };
        header_ended = true;
        extend_chain(&mut chain, &cells[..first_slot]);
        let mut row = FormRow {
            label: chain.join(" "),
            keys: label_keys(&chain, variants),
            slots: Vec::new(),
            columns: Vec::new(),
            foreign: None,
        };
        let paths: Vec<(usize, Vec<&str>)> = cells
            .iter()
            .enumerate()
            .filter_map(|(at, cell)| match cell {
                BlankCell::Slot(slot) => Some((*slot, column_path(&header, at))),
                _ => None,
            })
            .collect();
        // A header cell that stands over every column of the row says nothing about one of them.
        let shared =
            |depth: usize| paths.iter().all(|(_, path)| path.len() > depth + 1 && path[depth] == paths[0].1[depth]);
        let skip = (0..).take_while(|&depth| shared(depth)).count();
        for (slot, path) in &paths {
            let path = &path[skip.min(path.len())..];
            row.slots.push(*slot);
            row.columns.push(path.last().map(|label| key(label)).unwrap_or_default());
            if chain.is_empty() {
                // A row without a label of its own is named by the groups in its header.
                slots[*slot].row_label = path[..path.len().saturating_sub(1)].join(" ");
                slots[*slot].column_label = path.last().map(|&label| label.to_owned()).unwrap_or_default();
            } else {
                slots[*slot].row_label = row.label.clone();
                slots[*slot].column_label = path.join(" ");
            }
        }
        rows.push(row);
    }
    rows
}

/// Puts the labels of a row behind those of the merged cells that still hold from above.
fn extend_chain(chain: &mut Vec<String>, cells: &[BlankCell]) {
    let last = cells.iter().rposition(|cell| matches!(cell, BlankCell::Label(_)));
    let mut next = Vec::new();
    for (at, cell) in cells.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
        match cell {
            BlankCell::Label(label) => next.push(label.clone()),
            _ => next.extend(chain.get(at).cloned()),
        }
    }
    *chain = next;
}

/// The labels that stand over column `at`, from the top.
fn column_path<'a>(header: &[&'a Vec<BlankCell>], at: usize) -> Vec<&'a str> {
    let mut path = Vec::new();
    for (depth, row) in header.iter().enumerate() {
        let label_at = |at: usize| match row.get(at) {
            Some(BlankCell::Label(label)) => Some(label.as_str()),
            _ => None,
        };
        let below = header[depth + 1..].iter().any(|row| matches!(row.get(at), Some(BlankCell::Label(_))));
        let label = label_at(at).or_else(|| if below { (0..at).rev().find_map(label_at) } else { None });
        path.extend(label);
    }
    path
}

/// Every folded text that the row may print as its label: alone, behind its own group, behind all its groups.
fn label_keys(chain: &[String], variants: &[&LabelVariant]) -> Vec<String> {
    let prints = |label: &String| -> Vec<String> {
        let variants = variants.iter().filter(|variant| variant.of == *label).map(|variant| key(&variant.print));
        std::iter::once(key(label)).chain(variants).collect()
    };
    let Some((own, groups)) = chain.split_last() else { return Vec::new() };
    let mut keys = prints(own);
    let mut prefix = String::new();
    for group in groups.iter().rev() {
        prefix.insert_str(0, &key(group));
        keys.extend(prints(own).into_iter().map(|own| format!("{prefix}{own}")));
    }
    // An outer group may stand right before the label where the inner one was lost.
    if let [outer, _, ..] = groups {
        keys.extend(prints(own).into_iter().map(|own| format!("{}{own}", key(outer))));
    }
    keys
}
