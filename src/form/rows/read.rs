//! The cells of one row, read: what each holds, and which of them are the labels in front of the values.

use std::borrow::Cow;

use super::{Field, Holds, LabelAt, Part, Print, RowAt};
use crate::fold::{push_key, with_key};
use crate::form::names::{Name, Names};
use crate::grid::value::{self, Reading};
use crate::grid::{Cell, Grid, MAX_LABEL_BYTES};
use crate::outline::ordinal::{Style, ordinal};
use crate::span::Span;

/// The most cells that a label is made of, its groups' before it.
const MOST_LABELS: usize = 4;

impl Print {
    /// Adds a row.
    pub(super) fn row(&mut self, text: &str, at: (usize, usize), grid: &Grid, names: &Names) {
        let row = &grid.rows[at.1];
        let (first_field, first_label, first_folded) = (self.fields.len(), self.labels.len(), self.folded.len());
        let mut texts = Texts {
            text,
            names,
            labels: &mut self.labels,
            folded: &mut self.folded,
            first_label,
            first_folded,
            open: true,
            has_values: false,
            may_be_glued: false,
            has_strays: false,
        };
        let brief = |cell: &Cell| {
            let (holds, broken) = (brief(text, cell), cell.is_broken());
            Field { span: cell.span, holds, broken, columns: cell.columns, name: None }
        };
        self.fields.extend(row.cells.iter().map(brief));
        let mut numbers = 0;
        for (at, field) in self.fields[first_field..].iter_mut().enumerate() {
            if field.holds == Holds::Text {
                // The end of a label that was broken above the row, and stands behind its values.
                texts.open &= numbers <= MOST_LEADING || texts.labels.len() > first_label;
                (field.holds, field.name) = texts.cell(at, &row.cells[at]);
            }
            if field.holds == Holds::Number {
                numbers += 1;
                texts.has_values = true;
            }
        }
        let Texts { has_values, may_be_glued, mut has_strays, .. } = texts;
        let several = self.labels.len() > first_label + 1;
        // A header prints its labels again, too: but no blank cells behind them.
        let is_blank = || {
            let behind = self.labels.last().map_or(0, |label| label.cell as usize + 1);
            let behind = self.fields.get(first_field + behind..).unwrap_or_default();
            behind.len() >= FEWEST_BLANK && behind.iter().all(|field| field.holds == Holds::Nothing)
        };
        // Nor ordinals before them.
        let is_numbered = || {
            let last = self.labels.last().map(|label| self.fields[first_field + label.cell as usize].span.of(text));
            last.and_then(ordinal).is_some_and(|ordinal| ordinal.style != Style::Article)
        };
        if several && (has_values || is_blank() || is_numbered()) {
            has_strays |= self.merge_repeated(text, first_field, first_label, first_folded, names);
        }
        self.rows.push(RowAt {
            at: (at.0 as u32, at.1 as u32),
            fields: Part::new(first_field, self.fields.len()),
            labels: Part::new(first_label, self.labels.len()),
            folded: Part::new(first_folded, self.folded.len()),
            numbers,
            has_values,
            may_be_glued,
            has_strays,
        });
    }
}

/// As many blank cells behind labels are those of a row.
const FEWEST_BLANK: usize = 3;

/// Numbers that may stand before a label: a serial number and a code.
const MOST_LEADING: u32 = 2;

impl Print {
    /// Takes labels of the last row that stand twice, side by side, for one merged cell, printed again in each column that it takes. Whether
    /// there are any that some form knows: they are labels no more.
    fn merge_repeated(
        &mut self,
        text: &str,
        first_field: usize,
        first_label: usize,
        first_folded: usize,
        names: &Names,
    ) -> bool {
        let fields = &self.fields[first_field..];
        let repeats = |above: &LabelAt, label: &LabelAt| {
            let printed = |label: &LabelAt| fields[label.cell as usize].span.of(text);
            // 条 may be the end of a label, and the unit behind it.
            above.cell + 1 == label.cell && printed(above) == printed(label) && !value::is_unit(printed(label))
        };
        let labels = &self.labels[first_label..];
        if !labels.windows(2).any(|pair| repeats(&pair[0], &pair[1])) {
            return false;
        }
        let labels = self.labels.split_off(first_label);
        let folded = self.folded.split_off(first_folded);
        let mut known = false;
        for label in labels {
            match self.labels[first_label..].last_mut().filter(|above| repeats(above, &label)) {
                Some(above) => {
                    above.cell = label.cell;
                    known |= label.own.is_some();
                }
                None => {
                    let start = self.folded.len() - first_folded;
                    self.folded.push_str(label.own_of(&folded));
                    let folded = Part::new(start, self.folded.len() - first_folded);
                    let joined = if start == 0 { label.own } else { names.get(&self.folded[first_folded..]) };
                    self.labels.push(LabelAt { folded, joined, ..label });
                }
            }
        }
        known
    }
}

/// What a cell holds that is empty or has nothing but digits, as nearly all do; any other is a text till it is
/// [read](Texts::cell).
#[inline]
fn brief(text: &str, cell: &Cell) -> Holds {
    let Span { start, end } = cell.span;
    if cell.is_broken() {
        return Holds::Text;
    }
    if start == end {
        return Holds::Nothing;
    }
    match text.as_bytes().get(start as usize) {
        Some(b'0'..=b'9') if start + 1 == end || value::is_ascii_number(cell.span.bytes_of(text)) => Holds::Number,
        _ => Holds::Text,
    }
}

/// The other cells of a row while they are read: the labels in front of its values above all.
struct Texts<'a> {
    text: &'a str,
    names: &'a Names,
    /// As in [`Print`], of all rows.
    labels: &'a mut Vec<LabelAt>,
    folded: &'a mut String,
    /// Where those of the row begin.
    first_label: usize,
    first_folded: usize,
    /// No text has ended the labels.
    open: bool,
    /// A value stands behind the first label, or anywhere where there is none yet.
    has_values: bool,
    may_be_glued: bool,
    has_strays: bool,
}

impl Texts<'_> {
    /// Reads a cell that is not brief: what it holds, and the name of its text.
    fn cell(&mut self, at: usize, cell: &Cell) -> (Holds, Option<Name>) {
        let whole = (!cell.is_broken()).then(|| cell.span.of(self.text));
        if let Some((key, name)) = whole.and_then(|printed| self.names.printed(printed)) {
            let start = self.folded.len();
            self.folded.push_str(key);
            self.label(at, cell, start, Some(name));
            return (Holds::Text, Some(name));
        }
        let holds = whole.map_or_else(|| holds_of_pieces(self.text, cell), holds);
        match holds {
            Holds::Nothing | Holds::Number => return (holds, None),
            Holds::Placeholder => {
                self.has_values = true;
                return (holds, None);
            }
            Holds::Text if whole.is_some_and(are_numbers) => {
                self.has_values = true;
                return (holds, None);
            }
            Holds::Text => {}
        }
        let printed = whole.map_or_else(|| cell.text(self.text), Cow::Borrowed);
        let short = printed.len() <= MAX_LABEL_BYTES;
        let start = self.folded.len();
        if short {
            push_key(&printed, self.folded);
        }
        self.open &= short;
        let mut own = self.names.get(&self.folded[start..]);
        if own.is_none() && whole.is_some() && short {
            // Where no column is for units, they stand in brackets behind the labels.
            own = value::without_unit(&printed).and_then(|label| with_key(label, |key| self.names.get(key)));
        }
        self.label(at, cell, start, own);
        (Holds::Text, own)
    }

    /// Takes a text, folded from `start`, for a label if none but labels stand before it; `own` is the name of what is
    /// folded.
    #[inline]
    fn label(&mut self, at: usize, cell: &Cell, start: usize, own: Option<Name>) {
        let count = self.labels.len() - self.first_label;
        // Marks alone (***) are no label.
        let marks = self.folded.len() == start;
        // A leading number is a serial number (序号) if a label follows, a placeholder likewise; behind a label, both
        // end it.
        self.open &= count < MOST_LABELS && (count == 0 || !self.has_values && !marks);
        if !self.open || marks {
            self.has_strays |= own.is_some();
            self.folded.truncate(start);
            return;
        }
        if count == 0 {
            // What stands before the label is no value.
            self.has_values = false;
        }
        let joined = if count == 0 { own } else { self.names.get(&self.folded[self.first_folded..]) };
        let folded = Part::new(start - self.first_folded, self.folded.len() - self.first_folded);
        self.may_be_glued |= ends_in_digit(cell.span.bytes_of(self.text));
        self.labels.push(LabelAt { cell: at as u32, folded, joined, own });
    }
}

/// Its last character is a digit, of half or full width.
fn ends_in_digit(printed: &[u8]) -> bool {
    matches!(printed, [.., b'0'..=b'9'] | [.., 0xEF, 0xBC, 0x90..=0x99])
}

/// Several numbers, parted by blanks.
pub(in crate::form) fn are_numbers(printed: &str) -> bool {
    let is_number = |piece: &str| matches!(value::read(piece), Reading::Number { .. });
    let mut pieces = printed.split_whitespace();
    ends_in_digit(printed.as_bytes()) && pieces.next().is_some_and(is_number) && pieces.all(is_number)
}

/// The name of what a cell says.
pub(super) fn name_of(text: &str, cell: &Cell, names: &Names) -> Option<Name> {
    let printed = cell.text(text);
    if printed.len() > MAX_LABEL_BYTES {
        return None;
    }
    with_key(&printed, |key| names.get(key))
}

/// What a cell holds that is broken over lines.
fn holds_of_pieces(text: &str, cell: &Cell) -> Holds {
    match holds(&cell.text(text)) {
        // Digits cut in two may be two numbers: a person must look.
        Holds::Number => Holds::Text,
        holds => holds,
    }
}

fn holds(printed: &str) -> Holds {
    match value::read(printed) {
        Reading::Number { .. } => Holds::Number,
        Reading::Placeholder if value::is_void(printed) => Holds::Nothing,
        Reading::Placeholder => Holds::Placeholder,
        Reading::Blank => Holds::Nothing,
        Reading::Text => Holds::Text,
    }
}
