//! The folded labels that forms print, each with a number.
//!
//! A printed label is folded and looked up once; from then on its [`Name`] is compared, and what it means to a table is read from
//! an array ([`Roles`]).

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::OnceLock;

use rustc_hash::FxBuildHasher;

use super::groups::{Group, groups};
use super::header::may_name_unit;
use super::label::Labels;
use super::{BlankCell, FormRow, FormTable};
use crate::fold::key;
use crate::grid::MAX_LABEL_BYTES;
use crate::grid::value::{self, Reading};

/// The number of a folded label that some form prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(NonZeroU32);

impl Name {
    /// From 0, below [`Names::len`].
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The folded labels of forms, by number. Only what forms print enters it, never what a report does, so that a fast hash is safe.
#[derive(Debug, Clone, Default)]
pub struct Names {
    by_text: HashMap<Box<str>, Name, FxBuildHasher>,
    /// A bit for each length, first and last character that some of them has: most texts that are none are told by it.
    shapes: Vec<u64>,
    /// Labels letter by letter as blank tables and most reports print them: folded, and their names.
    by_print: HashMap<Box<str>, (Box<str>, Name), FxBuildHasher>,
    /// The name of what folds to nothing. It is asked for often, and comparing empty texts, which point nowhere, is slow on some processors.
    nothing: Option<Name>,
}

impl Names {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_text.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.by_text.is_empty()
    }

    /// The name of a folded label.
    pub fn get(&self, key: &str) -> Option<Name> {
        if key.is_empty() {
            return self.nothing;
        }
        if self.may_be(key.len(), key, key) { self.by_text.get(key).copied() } else { None }
    }

    /// The name of a folded label that is put together from pieces.
    pub fn joined(&self, pieces: &[&str]) -> Option<Name> {
        let mut filled = pieces.iter().filter(|piece| !piece.is_empty());
        let first = filled.next().copied().unwrap_or_default();
        let last = filled.next_back().copied().unwrap_or(first);
        let may_be = self.may_be(pieces.iter().map(|piece| piece.len()).sum(), first, last);
        if may_be { self.by_text.get(pieces.concat().as_str()).copied() } else { None }
    }

    /// Some label is as long as a text, and begins and ends with the same characters; never false where the text is
    /// one.
    fn may_be(&self, length: usize, first: &str, last: &str) -> bool {
        let shape = shape(length, first, last);
        self.shapes.get(shape / 64).is_some_and(|bits| bits >> (shape % 64) & 1 > 0)
    }

    /// The folded label and the name of a text that is known letter by letter, and that [reads](value::read) as text.
    #[inline]
    pub fn printed(&self, print: &str) -> Option<(&str, Name)> {
        if print.len() > MAX_LABEL_BYTES {
            return None;
        }
        self.by_print.get(print).map(|(key, name)| (&**key, *name))
    }

    /// Learns the labels of a blank table, so that a report that prints them as most do needs no folding. Only what
    /// folding would give is written down, and a name never changes.
    pub(super) fn learn(&mut self, blank: &[Vec<BlankCell>]) {
        for cell in blank.iter().flatten() {
            let BlankCell::Label(label) = cell else { continue };
            for print in prints(label.trim()) {
                let key = key(&print);
                let Some(name) = self.get(&key) else { continue };
                if print.len() <= MAX_LABEL_BYTES && !key.is_empty() && value::read(&print) == Reading::Text {
                    self.by_print.insert(print.into(), (key.into(), name));
                }
            }
        }
    }

    pub(super) fn add(&mut self, key: &str) -> Name {
        if let Some(&name) = self.by_text.get(key) {
            return name;
        }
        let name = Name(NonZeroU32::MIN.saturating_add(self.by_text.len() as u32));
        let shape = shape(key.len(), key, key);
        self.shapes.resize(SHAPES / 64, 0);
        self.shapes[shape / 64] |= 1 << (shape % 64);
        self.by_text.insert(key.into(), name);
        if key.is_empty() {
            self.nothing = Some(name);
        }
        name
    }

    fn row(&mut self, row: &FormRow) -> RowNames {
        RowNames {
            labels: row.keys.iter().map(|key| self.add(key)).collect(),
            columns: row.columns.iter().map(|column| self.add(column)).collect(),
            first_alike: 0,
        }
    }

    /// Adds every label of `table` and writes down what each is there.
    pub(super) fn enter(&mut self, table: &mut FormTable) {
        let mut roles = Roles::default();
        for (label, rows) in &table.exact {
            let start = roles.rows.len() as u32;
            roles.rows.extend(rows.iter().map(|&row| row as u32));
            let rows = start..roles.rows.len() as u32;
            roles.role(self.add(label)).rows = rows;
        }
        for (print, label) in &table.header {
            let (print, label) = (self.add(print), self.add(label));
            roles.role(print).header = Some(label);
            match roles.headers.iter_mut().find(|(known, _)| *known == label) {
                Some((_, prints)) => prints.push(print),
                None => roles.headers.push((label, vec![print])),
            }
        }
        for label in &table.groups {
            roles.role(self.add(label)).group = true;
        }
        for label in table.exact.keys().chain(table.header.keys()).chain(&table.groups) {
            roles.role(self.add(label)).unitless = !may_name_unit(label);
            roles.texts.push_str(label);
            // No folded label holds a blank.
            roles.texts.push(' ');
        }
        if roles.is_unlabelled() {
            roles.column_groups = groups(&table.blank, |label| self.add(&key(label)));
        }
        for (at, row) in table.rows.iter().enumerate() {
            roles.longest = row.keys.iter().map(|key| key.chars().count()).fold(roles.longest, usize::max);
            let row = self.row(row);
            let above = roles.of_rows.last().filter(|above| above.columns == row.columns);
            let first_alike = above.map_or(at, |above| above.first_alike);
            roles.of_rows.push(RowNames { first_alike, ..row });
        }
        table.roles = roles;
    }
}

/// How many shapes of labels are told apart: many more than forms have labels.
const SHAPES: usize = 8192;

/// A number below [`SHAPES`] for the length of a text, its first and its last character.
fn shape(length: usize, first: &str, last: &str) -> usize {
    let first = first.chars().next().unwrap_or_default() as usize;
    let last = last.chars().next_back().unwrap_or_default() as usize;
    (length.wrapping_mul(1031) ^ first.wrapping_mul(61) ^ last.wrapping_mul(7)) % SHAPES
}

/// What reports print for a label of the blank table: the same, or half-width brackets, or a blank behind the ordinal,
/// or a break in the middle of a label that heads a narrow column.
fn prints(label: &str) -> Vec<String> {
    let mut prints = vec![label.to_owned(), label.replace('（', "(").replace('）', ")")];
    for at in 0..prints.len() {
        let print = &prints[at];
        let end = print.char_indices().take(ORDINAL).find(|(_, c)| matches!(c, '）' | ')' | '.' | '、'));
        if let Some((head, rest)) = end.and_then(|(at, c)| print.split_at_checked(at + c.len_utf8())) {
            prints.push([head, rest].join(" "));
        }
    }
    let middle = label.char_indices().nth(NARROW / 2).filter(|_| label.chars().count() == NARROW);
    prints.extend(middle.map(|(middle, _)| [&label[..middle], &label[middle..]].join(" ")));
    prints
}

/// Characters in which an ordinal ends.
const ORDINAL: usize = 3;
/// Characters of a label that is broken in the middle.
const NARROW: usize = 4;

/// What the labels of one table are there, by their names.
#[derive(Debug, Clone, Default)]
pub struct Roles {
    by_name: Vec<Role>,
    rows: Vec<u32>,
    /// Each label of the header, and what is printed for it.
    headers: Vec<(Name, Vec<Name>)>,
    of_rows: Vec<RowNames>,
    /// In each row of the header the labels that stand over several columns, where no row has a label.
    column_groups: Vec<Vec<Group>>,
    /// All labels, one behind the other.
    texts: String,
    /// Characters of the longest label of a row.
    longest: usize,
    /// Made when the first misprint is met: most forms that are made from a report never need it.
    labels: OnceLock<Labels>,
}

/// The labels of one row of a form.
#[derive(Debug, Clone, Default)]
pub struct RowNames {
    /// Every text that the row may print as its label.
    pub labels: Vec<Name>,
    /// The label over each column.
    pub columns: Vec<Name>,
    /// The first of the rows right above that all have these columns, or the row itself.
    pub first_alike: usize,
}

#[derive(Debug, Clone, Default)]
struct Role {
    /// The rows that print it exactly so: a range of [`Roles::rows`].
    rows: Range<u32>,
    /// The label of the header that it stands for.
    header: Option<Name>,
    /// It stands before the rows of a group.
    group: bool,
    /// It names no unit.
    unitless: bool,
}

/// The tables of a form in which a name is a label, a bit for each table; all behind the 63rd share the last bit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tables {
    /// Those in which it is the label of a row.
    pub rows: u64,
    /// Those in whose header it stands.
    pub headers: u64,
}

impl Tables {
    /// The bit that several tables may share.
    pub const SHARED: u64 = 1 << 63;

    /// The bit of the table with this index.
    pub fn bit(table: usize) -> u64 {
        1 << table.min(63)
    }

    /// For each name, the tables in which it is a label.
    pub(super) fn by_name(tables: &[FormTable]) -> Vec<Tables> {
        let names = tables.iter().map(|table| table.roles.by_name.len()).max().unwrap_or(0);
        let mut by_name = vec![Tables::default(); names];
        for (at, table) in tables.iter().enumerate() {
            for (name, role) in by_name.iter_mut().zip(&table.roles.by_name) {
                name.rows |= if role.rows.is_empty() { 0 } else { Tables::bit(at) };
                name.headers |= if role.header.is_none() { 0 } else { Tables::bit(at) };
            }
        }
        by_name
    }
}

impl Roles {
    fn role(&mut self, name: Name) -> &mut Role {
        let at = name.index();
        if self.by_name.len() <= at {
            self.by_name.resize_with(at + 1, Role::default);
        }
        &mut self.by_name[at]
    }

    fn get(&self, name: Option<Name>) -> Option<&Role> {
        self.by_name.get(name?.index())
    }

    /// The rows that print this label exactly so.
    pub fn rows(&self, name: Option<Name>) -> &[u32] {
        let rows = self.get(name).map(|role| role.rows.start as usize..role.rows.end as usize);
        rows.and_then(|rows| self.rows.get(rows)).unwrap_or_default()
    }

    /// Some row prints this label exactly so.
    pub fn is_row(&self, name: Option<Name>) -> bool {
        self.get(name).is_some_and(|role| !role.rows.is_empty())
    }

    /// The labels of a row.
    pub fn row(&self, row: usize) -> &RowNames {
        static NONE: RowNames = RowNames { labels: Vec::new(), columns: Vec::new(), first_alike: 0 };
        self.of_rows.get(row).unwrap_or(&NONE)
    }

    /// The labels of the rows, for comparing misprints.
    pub(super) fn labels<'a>(&self, rows: &'a [FormRow]) -> &Labels {
        let keys = |(at, row): (usize, &'a FormRow)| row.keys.iter().map(move |key| (at, key.as_str()));
        self.labels.get_or_init(|| Labels::new(rows.iter().enumerate().flat_map(keys)))
    }

    /// A folded text is a part of some label.
    pub fn is_part(&self, text: &str) -> bool {
        memchr::memmem::find(self.texts.as_bytes(), text.as_bytes()).is_some()
    }

    /// A folded text of so many characters is [like](super::label::ALIKE) the label of no row.
    pub fn is_too_long(&self, characters: usize) -> bool {
        super::label::fewest(characters, super::label::LEAST) > self.longest
    }

    /// No row prints a label.
    pub fn is_unlabelled(&self) -> bool {
        self.rows.is_empty()
    }

    /// In each row of the header the labels that stand over several columns, where no row has a label.
    pub(super) fn column_groups(&self) -> &[Vec<Group>] {
        &self.column_groups
    }

    /// The label of the header that this one stands for.
    pub fn header(&self, name: Option<Name>) -> Option<Name> {
        self.get(name)?.header
    }

    /// For each label of the header, everything that is printed for it.
    pub fn headers(&self) -> impl Iterator<Item = &[Name]> {
        self.headers.iter().map(|(_, prints)| prints.as_slice())
    }

    /// A label of the table that names no unit.
    pub(super) fn is_unitless(&self, name: Option<Name>) -> bool {
        self.get(name).is_some_and(|role| role.unitless)
    }

    /// It stands before the rows of a group.
    pub fn is_group(&self, name: Option<Name>) -> bool {
        self.get(name).is_some_and(|role| role.group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Forms;

    #[test]
    fn no_label_is_lost_by_its_shape() {
        let forms = Forms::embedded();
        let names = forms.names();
        for (text, &name) in &names.by_text {
            assert_eq!(names.get(text), Some(name));
            for (at, _) in text.char_indices() {
                let (head, tail) = text.split_at(at);
                assert_eq!(names.joined(&[head, "", tail]), Some(name), "{head} {tail}");
                for piece in [head, tail] {
                    assert_eq!(names.get(piece), names.by_text.get(piece).copied(), "{piece}");
                }
            }
        }
        assert_eq!(names.joined(&[]), names.get(""));
    }

    #[test]
    fn what_is_known_to_the_letter_is_what_folding_gives() {
        let forms = Forms::embedded();
        let names = forms.names();
        for print in ["（一）予以公开", "(一) 予以公开", "1.属于国家秘密", "1. 属于国家秘密", "结果 维持"]
        {
            let (folded, name) = names.printed(print).unwrap();
            assert_eq!((folded, Some(name)), (key(print).as_str(), names.get(&key(print))));
        }
        for (print, (folded, name)) in &names.by_print {
            assert_eq!((&**folded, Some(*name)), (key(print).as_str(), names.get(&key(print))));
            assert_eq!(value::read(print), Reading::Text);
        }
    }
}
