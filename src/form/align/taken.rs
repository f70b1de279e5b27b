//! Printed rows that may be taken for one row of the form: every text in them that may be the label, and what each
//! gains.

use super::{
    COST_ABOVE, COST_JOIN, Candidate, GAIN_ALONE, GAIN_EXACT, GAIN_GLUED, GAIN_VALUES, Label, MOST_JOINED, Table,
    no_numbers, shapes,
};
use crate::fold::{is_invisible, key, push_key};
use crate::form::label::Misprint;
use crate::form::names::Name;
use crate::form::rows::{Holds, LabelCell, Printed};
use crate::grid::value;
use crate::span::Span;

/// Printed rows that may be taken together, with every text in them that may be the label.
#[derive(Default)]
pub(super) struct Taken<'a> {
    rows: &'a [Printed<'a>],
    /// What each gives to their label.
    pieces: [Piece<'a>; MOST_JOINED],
    /// Which of them holds the values.
    pub(super) valued: usize,
    pub(super) ends: Vec<End<'a>>,
    /// One of the texts is the label of some row, to the letter: then no other row of the form is meant.
    pub(super) exact: bool,
    /// Room to compare misprints in, and what was found.
    print: Misprint,
    found: Vec<(usize, usize, f32)>,
    /// Room for the rows whose label is printed to the letter.
    exact_rows: Vec<u32>,
}

/// A text that may be the label: what is printed up to some cell of the row of the values, and in the other rows.
pub(super) struct End<'a> {
    /// The first cell behind it.
    pub(super) values_from: usize,
    /// What the row of the values prints of it, folded.
    joined: &'a str,
    pub(super) joined_name: Option<Name>,
    /// Its last cell alone, where there are several: the group's label may be printed in front, or again after a page
    /// break. Of rows that are joined, the last cell of each.
    alone: Option<&'a str>,
    pub(super) alone_name: Option<Name>,
    /// The name of all of it without a number stuck to its end, and where that number stands.
    glued: Option<(Option<Name>, Span)>,
}

/// A folded text in the pieces that rows print of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Text<'a> {
    pieces: [&'a str; MOST_JOINED],
    count: usize,
}

/// What an [`End`] stands for, in all rows.
pub(super) struct Texts<'a> {
    pub(super) joined: Text<'a>,
    pub(super) alone: Option<Text<'a>>,
}

impl<'a> Text<'a> {
    /// Adds what one row prints.
    fn push(&mut self, piece: &'a str) {
        if let Some(place) = self.pieces.get_mut(self.count).filter(|_| !piece.is_empty()) {
            *place = piece;
            self.count += 1;
        }
    }

    pub(super) fn pieces(&self) -> &[&'a str] {
        &self.pieces[..self.count]
    }

    pub(super) fn len(&self) -> usize {
        self.pieces().iter().map(|piece| piece.len()).sum()
    }

    /// It has more characters than these.
    pub(super) fn is_longer(&self, characters: usize) -> bool {
        // None takes more than four bytes.
        self.len() > characters * 4 || self.pieces().iter().flat_map(|piece| piece.chars()).nth(characters).is_some()
    }
}

/// What a row gives to a label that is broken over several: its last one. A unit on a line of its own is no piece of the label.
#[derive(Clone, Copy, Default)]
pub(super) struct Piece<'a> {
    /// With those before it.
    joined: &'a str,
    own: &'a str,
    /// Characters of its own.
    pub(super) characters: usize,
    /// The row is such a unit.
    unit_alone: bool,
}

/// The text of rows of which the one that is valued prints `own`, the others their pieces, with what stands before them or
/// `alone`.
fn text<'a>(pieces: &[Piece<'a>], valued: usize, own: &'a str, alone: bool) -> Text<'a> {
    let mut text = Text::default();
    for (at, piece) in pieces.iter().enumerate() {
        text.push(match alone {
            _ if at == valued => own,
            true => piece.own,
            false => piece.joined,
        });
    }
    text
}

impl<'a> Taken<'a> {
    /// Takes these rows. `own`: one of them bears a label of the table of its own.
    pub(super) fn take(
        &mut self,
        table: &Table<'_>,
        rows: &'a [Printed<'a>],
        pieces: impl Iterator<Item = Piece<'a>>,
        own: bool,
    ) {
        self.rows = rows;
        self.pieces.iter_mut().zip(pieces).for_each(|(place, piece)| *place = piece);
        self.valued = rows.iter().position(|row| row.has_values).unwrap_or(rows.len() - 1);
        self.ends.clear();
        match rows {
            [row] => self.one_row(table, row),
            _ => self.joined_rows(table),
        }
        let knows = |name: Option<Name>| table.roles().is_row(name);
        self.exact = self.ends.iter().any(|end| {
            knows(end.joined_name) || knows(end.alone_name) || end.glued.is_some_and(|(name, _)| knows(name))
        });
        // A row that bears a label of its own is no piece of a misprinted one, but a remark may stand below it.
        if rows.len() > 1 && !self.exact && own && !table.is_above_remark(rows) {
            self.ends.clear();
        }
    }

    fn one_row(&mut self, table: &Table<'_>, row: &Printed<'a>) {
        let several = row.label_count() > 1;
        for label in row.labels() {
            let values_from = label.at + 1;
            let glued = table.glued_number(row, values_from, &[label.joined]);
            let (joined, joined_name) = (label.joined, label.joined_name);
            let (alone, alone_name) = if several { (Some(label.own), label.own_name) } else { (None, None) };
            self.ends.push(End { values_from, joined, joined_name, alone, alone_name, glued });
        }
    }

    fn joined_rows(&mut self, table: &Table<'_>) {
        let (rows, pieces, valued) = (self.rows, &self.pieces[..self.rows.len()], self.valued);
        let row = &rows[valued];
        let several = rows.iter().any(|row| row.label_count() > 1);
        let name = |own: &'a str, alone: bool| table.names.joined(text(pieces, valued, own, alone).pieces());
        let end = |values_from: usize, joined: &'a str, alone: Option<&'a str>| {
            let (joined_name, alone_name) = (name(joined, false), alone.and_then(|alone| name(alone, true)));
            End { values_from, joined, joined_name, alone, alone_name, glued: None }
        };
        // A unit beside the values is no piece of the label, nor is what should be a number.
        let beside = |label: &LabelCell| {
            table.is_unit(label.own) || row.may_be_glued && is_odd_value(row.cells[label.at].span.of(table.text))
        };
        let value = row.labels().next().filter(|label| row.label_count() == 1 && beside(label));
        if row.label_count() == 0 || value.is_some() {
            // Values on a line of their own beside a broken label.
            self.ends.push(end(value.map_or(0, |value| value.at), "", several.then_some("")));
        }
        for label in row.labels().filter(|_| value.is_none()) {
            let alone = (!label.is_first() || several).then_some(label.own);
            let mut end_here = end(label.at + 1, label.joined, alone);
            if valued + 1 == rows.len() {
                let joined = text(pieces, valued, label.joined, false);
                end_here.glued = table.glued_number(row, label.at + 1, joined.pieces());
            }
            self.ends.push(end_here);
            let between = 0 < valued && valued + 1 < rows.len();
            if between && self.ends.len() == 1 && row.label_count() == 1 && table.roles().is_group(label.own_name) {
                // The group's label stands beside the values, the row's own is broken above and below it.
                self.ends.push(end(label.at + 1, "", None));
            }
        }
    }

    /// Adds what is gained by taking these for each row of the form that prints a label.
    pub(super) fn candidates(&mut self, table: &Table<'_>, end: usize, candidates: &mut Vec<Candidate>) {
        let above = self.valued == 0 && self.rows.len() > 1 && self.rows[0].label_count() == 0;
        let pieces = &self.pieces[..self.rows.len()];
        let units = pieces.iter().filter(|piece| piece.unit_alone).count();
        let cost = COST_JOIN * (self.rows.len() - 1 - units.min(self.rows.len() - 1)) as f32
            + if above { COST_ABOVE } else { 0.0 };
        let (count, valued) = (self.rows.len(), self.valued);
        let row_of_values = &self.rows[valued];
        let mut offer = |row: usize, found: &End, gain: f32, label: Label, glued: Option<Span>| {
            let cells = row_of_values.cells.get(found.values_from..).unwrap_or_default();
            let values = glued.is_some() || cells.iter().any(|cell| cell.holds == Holds::Number) || no_numbers(cells);
            let gain = gain - cost + if values { GAIN_VALUES } else { 0.0 };
            let values_from = found.values_from;
            let offer = Candidate { end, row, count, gain, label, valued, values_from, glued };
            match candidates.last_mut().filter(|last| last.place() == offer.place()) {
                // Of two that gain the same, the later one.
                Some(last) if last.gain.total_cmp(&gain).is_gt() => {}
                Some(last) => *last = offer,
                None => candidates.push(offer),
            }
        };
        if self.exact {
            let mut rows = std::mem::take(&mut self.exact_rows);
            rows.clear();
            for end in &self.ends {
                for name in [end.joined_name, end.alone_name, end.glued.and_then(|glued| glued.0)] {
                    rows.extend_from_slice(table.roles().rows(name));
                }
            }
            if rows.len() > 1 {
                rows.sort_unstable();
                rows.dedup();
            }
            for &row in &rows {
                let is = |name: Option<Name>| table.roles().rows(name).contains(&row);
                for end in &self.ends {
                    match &end.glued {
                        _ if is(end.joined_name) => offer(row as usize, end, GAIN_EXACT, Label::Exact, None),
                        _ if is(end.alone_name) => offer(row as usize, end, GAIN_ALONE, Label::Exact, None),
                        Some((name, span)) if is(*name) => {
                            offer(row as usize, end, GAIN_GLUED, Label::Exact, Some(*span));
                        }
                        _ => {}
                    }
                }
            }
            self.exact_rows = rows;
            return;
        }
        self.found.clear();
        for (at, end) in self.ends.iter().enumerate() {
            let texts = Texts {
                joined: text(pieces, valued, end.joined, false),
                alone: end.alone.map(|alone| text(pieces, valued, alone, true)),
            };
            let found = |row, alike| self.found.push((row, at, alike));
            shapes::alike(table, self.rows, row_of_values, end, &texts, &mut self.print, found);
            let remarked = if valued + 1 == self.rows.len() { table.remarked(self.rows, end) } else { &[] };
            for &row in remarked {
                self.found.push((row as usize, at, REMARKED));
            }
        }
        // The best of each text for each row, in the order of the rows and the texts.
        self.found.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)));
        self.found.dedup_by_key(|(row, at, _)| (*row, *at));
        for &(row, at, alike) in &self.found {
            offer(row, &self.ends[at], GAIN_EXACT * alike - 2.0, Label::Alike(alike), None);
        }
    }
}

/// How much a label to the letter with a remark behind it is alike: more than a misprint.
const REMARKED: f32 = 0.95;

impl Table<'_> {
    /// What a row gives to a label that is broken over several.
    pub(super) fn piece<'p>(&self, row: &Printed<'p>) -> Piece<'p> {
        let unit_alone = self.is_unit_alone(row);
        match row.labels().next_back().filter(|_| !unit_alone) {
            Some(LabelCell { joined, own, .. }) => Piece { joined, own, characters: own.chars().count(), unit_alone },
            None => Piece { unit_alone, ..Piece::default() },
        }
    }

    /// The row holds nothing but a unit: the label stands above it, its number below.
    fn is_unit_alone(&self, row: &Printed) -> bool {
        !self.units.is_empty() && row.cells.len() == 1 && row.labels().any(|label| self.is_unit(label.own))
    }

    /// Two rows: a label without values, and values beside nothing but a remark in brackets.
    fn is_above_remark(&self, rows: &[Printed]) -> bool {
        let [above, row] = rows else { return false };
        let printed = row.labels().next().map_or("", |label| row.cells[label.at].span.of(self.text).trim());
        let whole = || printed.starts_with(['（', '(', '【', '[']) && value::without_remark(printed).is_none();
        !above.has_values && row.has_values && row.label_count() == 1 && ends_in_bracket(printed) && whole()
    }

    /// The rows whose label a text is to the letter but for the remark in brackets at its end: 行政许可（含备案）. The remark
    /// may go on in a second row, or stand there.
    fn remarked(&self, rows: &[Printed], end: &End) -> &[u32] {
        let Some((last, above)) = rows.split_last() else { return &[] };
        let cell = end.values_from.checked_sub(1).and_then(|at| last.cells.get(at));
        let Some(printed) = cell.map(|cell| cell.span.of(self.text)) else { return &[] };
        // Without cells behind it, it is a text that names a row.
        if above.len() > 1 || last.cells.len() == end.values_from || !ends_in_bracket(printed) {
            return &[];
        }
        let above = above.first().and_then(|row| row.labels().next_back().map(|label| (row, label)));
        let begin = above.as_ref().map_or("", |(row, label)| row.cells[label.at].span.of(self.text));
        let whole = [begin, printed].concat();
        let Some(label) = value::without_remark(&whole).filter(|label| above.is_none() || label.len() <= begin.len())
        else {
            return &[];
        };
        let remark = key(&whole[label.len()..]);
        let rows = |before: &str, own: &str| {
            let whole = [before, own].concat();
            let label = whole.strip_suffix(remark.as_str()).filter(|_| !remark.is_empty());
            label.map_or(&[][..], |label| self.roles().rows(self.names.get(label)))
        };
        match rows(above.as_ref().map_or("", |(_, label)| label.joined), end.joined) {
            [] => end.alone.map_or(&[], |alone| rows(above.as_ref().map_or("", |(_, label)| label.own), alone)),
            rows => rows,
        }
    }

    /// A label whose last tab was lost: `1.属于国家秘密0`. The name of the label without the number, and where the number
    /// stands, with its sign and whatever else stands between the two. A cell that holds no label beside that, such as
    /// `.85` or `- 3`, is one of the values by itself.
    fn glued_number(&self, row: &Printed, values_from: usize, joined: &[&str]) -> Option<(Option<Name>, Span)> {
        if !row.may_be_glued {
            return None;
        }
        let cell = row.cells.get(values_from.checked_sub(1)?)?;
        let printed = cell.span.of(self.text);
        let number = value::numbers(printed).last().filter(|number| number.end == printed.len())?;
        let start = stuck_from(printed, number.start);
        if start == 0 {
            return None;
        }
        let mut digits = String::new();
        push_key(&printed[number], &mut digits);
        let joined = joined.concat();
        let label = joined.strip_suffix(digits.as_str())?;
        let span = Span::new(cell.span.start as usize + start, cell.span.end as usize);
        Some((self.names.get(label), span))
    }
}

/// The last character is the end of a remark.
fn ends_in_bracket(printed: &str) -> bool {
    printed.trim_end().ends_with(['）', ')', '】', ']'])
}

/// Where begins what is stuck to a label, of which the digits at the end begin at `digits`: behind the last letter, the
/// last closing mark of a label, or the colon that parts the two. A sign or a point is no part of a label.
fn stuck_from(printed: &str, digits: usize) -> usize {
    let of_label = |c: char| c.is_alphanumeric() || ends_label(c);
    let start = printed[..digits].char_indices().rfind(|&(_, c)| of_label(c)).map_or(0, |(at, c)| at + c.len_utf8());
    let stuck = &printed[start..];
    start + stuck.len() - stuck.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c)).len()
}

/// A mark that closes a label, such as `）`, or a colon behind it.
fn ends_label(c: char) -> bool {
    matches!(c, ')' | '）' | ']' | '］' | '】' | '〕' | '〉' | '》' | '」' | '』' | '”' | '’' | '"' | '\'' | ':' | '：')
}

/// A cell without a letter that is no number for certain, such as `- 3` or `.85`: no label, but a value that a person must
/// look at.
fn is_odd_value(printed: &str) -> bool {
    printed.ends_with(|c: char| c.is_numeric())
        && value::numbers(printed).last().is_some_and(|number| stuck_from(printed, number.start) == 0)
}
