//! Fitting the rows of the grids to the rows of one table of a form: a monotone alignment of the whole table.
//!
//! Not row by row: `3.其他` and `2.重复申请` mean something only in their group, and a lost or misprinted label is settled by
//! its neighbours. A step of the alignment takes one printed row, or up to three that one label was broken over, for one row of the
//! form; or passes a printed row over; or passes a form row over. The sum of the gains is maximised.
//!
//! Only the neighbourhood of rows that print a label of the table exactly is aligned, so the time stays linear
//! in the text however long its tables are.

mod levels;
mod own;
mod plain;
mod prints;
mod shapes;
mod taken;
mod unlabelled;

use std::ops::Range;

use self::levels::{Levels, levels};
pub use self::own::{Aligned, Around, Doubt};
use self::taken::{End, Piece, Taken};
use super::names::{Name, Names, Roles, Tables};
use super::rows::{Field, Holds, LabelName, Printed, Sheet};
use super::{Columns, Form, FormTable};
use crate::fold::key;
use crate::grid::{MAX_LABEL_BYTES, value};
use crate::span::Span;

/// How the printed label came to stand for the form's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Label {
    /// As the form or a known variant prints it.
    Exact,
    /// Alike.
    Alike(f32),
    /// The form prints none, and neither does the row.
    None,
}

/// A row of the form with the printed rows that are taken for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Index into [`FormTable::rows`].
    pub row: usize,
    /// First of the printed rows.
    pub first: usize,
    /// How many there are.
    pub count: usize,
    /// Which of them holds the values.
    pub valued: usize,
    /// How well the label fits.
    pub label: Label,
    /// In the row of the values, the index of the first cell behind the label.
    pub values_from: usize,
    /// The label's cell ends in a number that belongs to the row: where it stands.
    pub glued: Option<Span>,
}

impl Match {
    /// The form has no label for the row, and its numbers stand in several printed ones.
    pub fn is_broken(&self) -> bool {
        self.label == Label::None && self.count > 1
    }
}

/// A step that the alignment may take, and what it gains.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// One behind the last printed row.
    end: usize,
    /// The row of the form.
    row: usize,
    /// How many printed rows.
    count: usize,
    gain: f32,
    label: Label,
    /// Which of the rows taken holds the values.
    valued: usize,
    values_from: usize,
    glued: Option<Span>,
}

impl Candidate {
    fn place(&self) -> (usize, usize, usize) {
        (self.end, self.row, self.count)
    }
}

const GAIN_EXACT: f32 = 10.0;
/// The label is exact without its group's before it.
const GAIN_ALONE: f32 = GAIN_EXACT - 1.0;
/// The label is exact without a number that is stuck to it.
const GAIN_GLUED: f32 = GAIN_EXACT - 0.5;
const GAIN_UNLABELLED: f32 = 6.0;
/// There are none in it, only cells for them.
const GAIN_BLANK: f32 = 1.0;
/// A row of numbers beside the label is what the form asks for: worth more than what it costs to join a label's pieces.
const GAIN_VALUES: f32 = 3.0;
/// Joining broken rows needs a better label than leaving them apart.
const COST_JOIN: f32 = 0.5;
/// Numbers that stand alone belong to the label above them rather than to the one below, if nothing else tells.
const COST_ABOVE: f32 = 0.125;
const COST_PASS_NUMBERS: f32 = 0.5;
const COST_PASS_FORM: f32 = 0.25;
/// Words in the column of units that no number is read with elsewhere.
const VAGUE: [&str; 2] = ["万", "亿"];
/// How far from an exactly printed label a row is still looked at.
const NEIGHBOURHOOD: usize = 40;
/// Rows that are aligned at once: several times the longest table, and a bound on the memory for a text that never ends.
const LONGEST_WINDOW: usize = 600;

/// What the labels of a printed row are to the tables of a form, a bit for each table as [`Tables`] has it. Most rows
/// are none of most tables', which is told by this alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kinds {
    /// A label with those before it is that of a row.
    rows: u64,
    /// Such a label, or one alone, is that of a row.
    labels: u64,
    /// One label heads a column.
    header: u64,
    /// Two of them do.
    headers: u64,
    /// A number is stuck to its label, or one or marks for none stand in front of a row without values.
    odd: bool,
}

impl Kinds {
    /// What each printed row is to the tables of `form`.
    pub fn of(printed: &[Printed], form: &Form) -> Vec<Kinds> {
        let of_row = |row: &Printed| {
            let odd = row.may_be_glued || (!row.has_values && gains_values(row));
            let mut kinds = Kinds { odd, ..Kinds::default() };
            for label in row.label_names() {
                let own = form.tables_of(label.own);
                let joined = if label.first { own } else { form.tables_of(label.joined) };
                kinds.rows |= joined.rows;
                kinds.labels |= joined.rows | own.rows;
                kinds.headers |= kinds.header & own.headers;
                kinds.header |= own.headers;
            }
            kinds
        };
        printed.iter().map(of_row).collect()
    }
}

/// Aligns all printed rows to the rows of a table of `form`; `kinds` are what they are to its tables. Each row of the form is matched once; where the table is printed more than once, what stands
/// `around` it tells which print is read.
pub fn align(sheet: &Sheet, kinds: &[Kinds], form: &Form, index: usize, names: &Names, around: &Around) -> Aligned {
    let (printed, units) = (sheet.printed, units(form, index));
    let table = Table::new(sheet.text, form, index, names, &units);
    let find = |window: Range<usize>| {
        let (rows, kinds) = (&printed[window.clone()], &kinds[window.clone()]);
        let mut matches = table.plain(rows, kinds).unwrap_or_else(|| table.align(rows, kinds));
        for step in &mut matches {
            step.first += window.start;
            step.valued += window.start;
        }
        matches
    };
    let region = table.table.region.clone().unwrap_or(0..printed.len());
    let prints = table.prints(printed, kinds, region.clone(), around).into_iter();
    let mut windows: Vec<_> = prints.map(|print| table.windows(printed, kinds, print)).collect();
    if windows.iter().all(Vec::is_empty) {
        windows = vec![table.below_pieces(printed, region)];
    }
    let found = windows.into_iter().map(|windows| table.one_print(windows.into_iter().map(find)));
    table.own_print(printed, found.collect(), around)
}

/// Where the header of a table stands whose rows bear no label: most of its labels, in a few rows of one grid.
pub fn header(sheet: &Sheet, kinds: &[Kinds], form: &Form, index: usize, names: &Names) -> Option<Span> {
    let (printed, table) = (sheet.printed, Table::new(sheet.text, form, index, names, &[]));
    if !table.roles().is_unlabelled() {
        return None;
    }
    let columns = table.table.rows.first()?.slots.len();
    let heads = |row: &Printed| row.label_names().filter(|label| table.roles().header(label.own).is_some()).count();
    let is_header = |at: usize| {
        let rows = printed[at..].iter().take(NEIGHBOURHOOD).take_while(|row| row.at.0 == printed[at].at.0);
        rows.map(heads).sum::<usize>() * 2 > columns
    };
    let of_table = |at: &usize| kinds[*at].header & table.bit != 0 && heads(&printed[*at]) > 0;
    let first = (0..printed.len()).filter(of_table).find(|&at| is_header(at))?;
    printed[first].cells.iter().find(|cell| cell.holds != Holds::Nothing).map(|cell| cell.span)
}

/// The table of the form that is looked for, and what it takes to know its labels.
#[derive(Clone, Copy)]
struct Table<'a> {
    text: &'a str,
    form: &'a Form,
    index: usize,
    table: &'a FormTable,
    names: &'a Names,
    units: &'a [String],
    /// Its bit in [`Kinds`].
    bit: u64,
}

/// The folded units of a table that has a column for them.
pub(super) fn units(form: &Form, index: usize) -> Vec<String> {
    let table = &form.tables[index];
    if table.columns == Columns::Form {
        return Vec::new();
    }
    let mut units: Vec<&str> = form.slots[table.slots.clone()].iter().filter_map(|slot| slot.unit.as_deref()).collect();
    units.sort_unstable();
    units.dedup();
    units.into_iter().map(key).collect()
}

/// A text in the column of units is one: of these, folded, or any other.
pub(super) fn is_any_unit(units: &[String], printed: &str) -> bool {
    let folded = key(printed);
    units.contains(&folded) || VAGUE.contains(&folded.as_str()) || value::is_unit(printed)
}

impl<'a> Table<'a> {
    fn new(text: &'a str, form: &'a Form, index: usize, names: &'a Names, units: &'a [String]) -> Table<'a> {
        Table { text, form, index, table: &form.tables[index], names, units, bit: Tables::bit(index) }
    }
}

impl Table<'_> {
    fn roles(&self) -> &Roles {
        &self.table.roles
    }

    fn is_unit(&self, printed: &str) -> bool {
        !self.units.is_empty() && is_any_unit(self.units, printed)
    }

    /// To the letter a label of a row of another table.
    fn is_elsewhere(&self, name: Option<Name>) -> bool {
        let others = self.form.tables.iter().enumerate().filter(|(other, _)| *other != self.index);
        name.is_some() && others.into_iter().any(|(_, other)| other.roles.is_row(name))
    }

    /// A row of another table to the letter, with its numbers, or a header of one: no piece of a label of this one.
    fn is_foreign(&self, row: &Printed, kinds: &Kinds) -> bool {
        // A label of this table's own.
        if kinds.labels & self.bit & !Tables::SHARED != 0 {
            return false;
        }
        let of_row = row.has_values && (kinds.labels & !self.bit != 0 || self.bit == Tables::SHARED);
        if !of_row && kinds.headers == 0 {
            return false;
        }
        let Some(label) = row.label_names().next_back() else { return false };
        let here = |name: Option<Name>| self.roles().is_row(name) || self.roles().header(name).is_some();
        if row.label_names().any(|label| here(label.own) || here(label.joined)) {
            return false;
        }
        of_row && (self.is_elsewhere(label.joined) || self.is_elsewhere(label.own))
            || self.form.tables.iter().any(|other| is_header(&other.roles, row))
    }

    fn row_of<'p>(&self, row: &Printed<'p>, kinds: &Kinds) -> RowOf<'p> {
        let knows = |name: Option<Name>| self.roles().is_row(name);
        let bears = |label: LabelName| knows(label.joined) || !label.first && knows(label.own);
        let own = kinds.labels & self.bit != 0 && row.label_names().next_back().is_some_and(bears);
        RowOf { foreign: self.is_foreign(row, kinds), piece: self.is_piece(row, kinds), own, gives: self.piece(row) }
    }

    /// All that stands in the windows of one print of the table.
    fn one_print(&self, mut windows: impl ExactSizeIterator<Item = Vec<Match>>) -> Vec<Match> {
        let first = windows.next().unwrap_or_default();
        // One alignment matches no row of the form twice, and goes down the text.
        if windows.len() == 0 {
            return first;
        }
        let mut found: Vec<Vec<Match>> = std::iter::once(first).chain(windows).collect();
        // Half of the table, far away, yields to the place that matches more of the form.
        found.sort_by_key(|matches| std::cmp::Reverse(matches.len()));
        let mut taken = vec![false; self.table.rows.len()];
        let mut matches: Vec<Match> = Vec::with_capacity(taken.len());
        for step in found.into_iter().flatten() {
            if !std::mem::replace(&mut taken[step.row], true) {
                matches.push(step);
            }
        }
        matches.sort_by_key(|step| step.first);
        matches
    }

    /// The stretches of rows in `region` that lie near an exactly printed label of the table.
    fn windows(&self, printed: &[Printed], kinds: &[Kinds], region: Range<usize>) -> Vec<Range<usize>> {
        let mut windows: Vec<Range<usize>> = Vec::new();
        let unlabelled = self.roles().is_unlabelled();
        for (at, kinds) in kinds.iter().enumerate().take(region.end).skip(region.start) {
            let may_be_row = kinds.rows & self.bit != 0;
            if !may_be_row && !unlabelled {
                continue;
            }
            // The last one goes on to the end.
            if windows.last().is_some_and(|last| last.end >= region.end) {
                break;
            }
            let row = &printed[at];
            let hit = (may_be_row && row.label_names().any(|label| self.roles().is_row(label.joined)))
                || (unlabelled && kinds.header & self.bit != 0)
                    && (self.is_header(row) || self.is_header_in_lines(&printed[..=at]));
            if !hit {
                continue;
            }
            let near = at.saturating_sub(NEIGHBOURHOOD).max(region.start)..(at + NEIGHBOURHOOD + 1).min(region.end);
            match windows.last_mut() {
                Some(last) if last.end >= near.end => {}
                Some(last) if last.end >= near.start && near.end - last.start <= LONGEST_WINDOW => last.end = near.end,
                last => {
                    let start = last.map_or(near.start, |last| near.start.max(last.end));
                    windows.push(start..near.end);
                }
            }
        }
        windows
    }

    /// The rows of `region` below a header that no row prints whole, where the rows of the table have no labels.
    fn below_pieces(&self, printed: &[Printed], mut region: Range<usize>) -> Vec<Range<usize>> {
        if !self.roles().is_unlabelled() {
            return Vec::new();
        }
        let end = region.end;
        let header = region.find(|&at| self.is_header_of_pieces(&printed[..=at]));
        header.map(|at| at..(at + NEIGHBOURHOOD + 1).min(end)).into_iter().collect()
    }

    /// The last row, or that and the one above it, is a header that a page breaks in two: most of what stands one below the other is a label of
    /// it, 结果 and 维持, or what stands in the last row alone.
    fn is_header_of_pieces(&self, printed: &[Printed]) -> bool {
        let Some((row, above)) = printed.split_last() else { return false };
        let columns = self.table.rows.first().map_or(usize::MAX, |row| row.slots.len());
        if row.cells.len() * 2 <= columns || row.numbers > 0 {
            return false;
        }
        let above = above.last().filter(|above| above.at.0 == row.at.0 && above.numbers == 0);
        let is_label = |(at, cell): (usize, &Field)| {
            let alone = || self.roles().header(cell.name).is_some();
            let joined = || {
                let above = above.and_then(|above| above.cells.get(at)).map_or("", |cell| cell.span.of(self.text));
                let joined = [above, cell.span.of(self.text)].concat();
                joined.len() <= MAX_LABEL_BYTES && self.roles().header(self.names.get(&key(&joined))).is_some()
            };
            alone() || joined()
        };
        row.cells.iter().enumerate().filter(|&cell| is_label(cell)).count() * 2 > columns
    }

    /// At least two of its cells are header labels of the table.
    fn is_header(&self, row: &Printed) -> bool {
        is_header(self.roles(), row)
    }

    /// The row has one label, in its first cell, and that is one of the table's header: a cell a line.
    fn is_lone_header(&self, row: &Printed) -> bool {
        row.label_count() == 1
            && row.labels().all(|label| label.at == 0 && self.roles().header(label.own_name).is_some())
    }

    /// The last row and the one above it each hold one header label of the table: a cell a line.
    fn is_header_in_lines(&self, printed: &[Printed]) -> bool {
        let lone = |row: &Printed| self.is_lone_header(row);
        matches!(printed, [.., above, row] if above.at.0 == row.at.0 && lone(above) && lone(row))
    }

    /// A row that a label may go on in: it has a text, or one for each of the groups that it stands in, and is no header.
    fn is_piece(&self, row: &Printed, kinds: &Kinds) -> bool {
        let is_header = || kinds.headers & self.bit != 0 && self.is_header(row);
        row.label_count() <= MOST_LEVELS && !is_header() && row.cells.iter().any(|cell| cell.holds != Holds::Nothing)
    }
}

/// Rows that one label may have been broken over: they stand in one grid, one of them at most holds values, and one has
/// a label.
struct Run {
    grid: usize,
    valued: bool,
    labelled: bool,
}

impl Run {
    fn new(first: &Printed) -> Run {
        Run { grid: first.at.0, valued: first.has_values, labelled: first.label_count() > 0 }
    }

    /// The label may go on in this row, the next below.
    fn goes_on(&mut self, row: &Printed) -> bool {
        let twice = self.valued && row.has_values;
        self.valued |= row.has_values;
        self.labelled |= row.label_count() > 0;
        row.at.0 == self.grid && !twice && self.labelled
    }
}

/// What a row is to the table when others are joined to it.
struct RowOf<'a> {
    /// It is whole by itself, and another table's.
    foreign: bool,
    /// A label may go on in it.
    piece: bool,
    /// It bears a label of the table of its own.
    own: bool,
    /// What it gives to that label.
    gives: Piece<'a>,
}

/// At least two cells of the row are header labels of the table that has these roles.
fn is_header(roles: &Roles, row: &Printed) -> bool {
    row.label_count() >= 2 && row.label_names().filter(|label| roles.header(label.own).is_some()).nth(1).is_some()
}

impl Table<'_> {
    /// The best alignment of these rows.
    fn align(&self, printed: &[Printed], kinds: &[Kinds]) -> Vec<Match> {
        let candidates = self.candidates(printed, kinds);
        let Levels { passed, rows } = levels(printed, &candidates);
        let width = self.table.rows.len() + 1;
        let mut best = vec![0.0f32; (rows.len() + 1) * width];
        let mut step = vec![Step::PassForm; best.len()];
        for (at, gain) in best.iter_mut().take(width).enumerate() {
            *gain = -passed - COST_PASS_FORM * at as f32;
        }
        let mut next = candidates.as_slice();
        for (level, row) in rows.iter().enumerate() {
            let ends = next.iter().take_while(|candidate| candidate.end == row.end).count();
            let (mut here, behind) = next.split_at(ends);
            next = behind;
            let (above, now) = best.split_at_mut((level + 1) * width);
            let (now, step) = (&mut now[..width], &mut step[(level + 1) * width..(level + 2) * width]);
            let (mut from, mut passed_form) = (0, f32::NEG_INFINITY);
            while from < width {
                // As far as the next row of the form that may be taken.
                let to = here.first().map_or(width, |next| next.row + 2);
                let cells = now[from..to].iter_mut().zip(&mut step[from..to]);
                for ((now, step), above) in cells.zip(&above[level * width + from..]) {
                    let passed = above - row.pass;
                    // Of what gains the same, a row of the form is passed over rather than a printed one, and both
                    // rather than one is taken.
                    (*now, *step) =
                        if passed > passed_form { (passed, Step::PassPrinted) } else { (passed_form, Step::PassForm) };
                    passed_form = *now - COST_PASS_FORM;
                }
                while let Some((candidate, rest)) = here.split_first().filter(|(first, _)| first.row + 2 == to) {
                    let sum = above[(level + 1 - candidate.count) * width + to - 2] + candidate.gain;
                    if sum > now[to - 1] {
                        (now[to - 1], step[to - 1]) = (sum, Step::Take(candidate.count as u8));
                        passed_form = sum - COST_PASS_FORM;
                    }
                    here = rest;
                }
                from = to;
            }
        }
        let mut matches = Vec::new();
        let (mut level, mut j) = (rows.len(), width - 1);
        while let Some(row) = level.checked_sub(1).map(|level| &rows[level]) {
            match step[level * width + j] {
                Step::PassForm => j -= 1,
                Step::PassPrinted => level -= 1,
                Step::Take(count) => {
                    let count = usize::from(count);
                    let place = (row.end, j - 1, count);
                    if let Ok(found) = candidates.binary_search_by_key(&place, Candidate::place) {
                        let Candidate { row: form_row, label, valued, values_from, glued, .. } = candidates[found];
                        let first = row.end - count;
                        let valued = first + valued;
                        matches.push(Match { row: form_row, first, count, valued, label, values_from, glued });
                    }
                    level -= count;
                    j -= 1;
                }
            }
        }
        matches.reverse();
        matches
    }

    /// Every step that may be taken, in the order of the last printed row, the form's row, and the number of printed rows.
    fn candidates(&self, printed: &[Printed], kinds: &[Kinds]) -> Vec<Candidate> {
        let mut candidates = Vec::with_capacity(printed.len());
        let unlabelled: Vec<usize> =
            (0..self.table.rows.len()).filter(|&row| self.table.rows[row].keys.is_empty()).collect();
        let lone = |first: usize, row: usize| self.unlabelled(printed, first, row);
        if self.roles().is_unlabelled() {
            for first in 0..printed.len() {
                candidates.extend(unlabelled.iter().filter_map(|&row| lone(first, row)));
                candidates.extend(unlabelled.iter().filter_map(|&row| self.broken(printed, first, row)));
            }
            candidates.sort_unstable_by_key(Candidate::place);
            return candidates;
        }
        self.runs(printed, kinds, true, |first, count, taken| {
            if count == 1 {
                candidates.extend(unlabelled.iter().filter_map(|&row| lone(first, row)));
            }
            taken.candidates(self, first + count, &mut candidates);
        });
        candidates.sort_unstable_by_key(Candidate::place);
        candidates
    }

    /// Calls `with` with the printed rows that may be taken together, the first of them and how many they are. Those of
    /// which none holds values are left out but for `all`.
    fn runs<'p>(
        &self,
        printed: &'p [Printed<'p>],
        kinds: &[Kinds],
        all: bool,
        mut with: impl FnMut(usize, usize, &mut Taken<'p>),
    ) {
        let rows_of: Vec<RowOf> = printed.iter().zip(kinds).map(|(row, kinds)| self.row_of(row, kinds)).collect();
        let mut taken = Taken::default();
        for (first, above) in rows_of.iter().enumerate() {
            let mut run = Run::new(&printed[first]);
            let mut own = false;
            // Characters of what the rows give to their label, and of that of the one that is valued.
            let (mut characters, mut of_values) = (0, 0);
            for count in 1..=MOST_JOINED.min(printed.len() - first) {
                let (row, last) = (&printed[first + count - 1], &rows_of[first + count - 1]);
                own |= last.own;
                // Only the last of joined rows holds values, and none of them is a whole row by itself, of this table or another.
                if count > 1 {
                    let pieces = above.piece && last.piece && !above.foreign && !last.foreign;
                    if !pieces || !run.goes_on(row) {
                        break;
                    }
                }
                characters += last.gives.characters;
                if row.has_values || !run.valued {
                    of_values = last.gives.characters;
                }
                // However the row of the values is labelled; behind a single label a remark of any length may stand.
                if count > 2 && self.roles().is_too_long(characters - of_values) {
                    break;
                }
                if !run.valued && !all {
                    continue;
                }
                let gives = rows_of[first..first + count].iter().map(|row| row.gives);
                taken.take(self, &printed[first..first + count], gives, own);
                // To the letter what another table prints: no misprint of what this one does.
                let known = |end: &End| self.is_elsewhere(end.joined_name) || self.is_elsewhere(end.alone_name);
                if !taken.exact && (above.foreign || taken.ends.iter().any(known)) {
                    continue;
                }
                with(first, count, &mut taken);
            }
        }
    }
}

/// How the best sum up to a place comes about.
#[derive(Clone, Copy)]
enum Step {
    PassForm,
    PassPrinted,
    /// So many printed rows.
    Take(u8),
}

/// A mark for no number in each of several columns: as good as numbers. One alone may stand beside a group.
pub(super) fn no_numbers(cells: &[Field]) -> bool {
    cells.iter().filter(|cell| cell.holds == Holds::Placeholder).nth(1).is_some()
}

/// It may have the gain of a row with numbers, and costs something to pass over.
fn gains_values(row: &Printed) -> bool {
    row.numbers > 0 || no_numbers(row.cells)
}

/// Labels that may stand side by side in a row: that of a group, that of a group in it, and its own.
const MOST_LEVELS: usize = 3;
/// A label is broken over at most this many printed rows.
const MOST_JOINED: usize = 9;

#[cfg(test)]
mod tests;
