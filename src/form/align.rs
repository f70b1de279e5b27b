//! Fitting the rows of the grids to the rows of one table of a form: a monotone alignment of the whole table.
//!
//! Not row by row: `3.其他` and `2.重复申请` mean something only in their group, and a lost or misprinted label is settled by
//! its neighbours. A step of the alignment takes one printed row, or up to three that one label was broken over, for one row of the
//! form; or passes a printed row over; or passes a form row over. The sum of the gains is maximised.
//!
//! Only the neighbourhood of rows that print a label of the table exactly is aligned, so the time stays linear
//! in the text however long its tables are.

use super::label::{ALIKE, likeness};
use super::{Form, FormTable};
use crate::fold::{is_blank, push_key};
use crate::grid::value::{self, Reading};
use crate::grid::{Grid, Layout, MAX_LABEL_BYTES};
use crate::span::Span;

/// A printed row with its labels folded: what alignment looks at.
#[derive(Debug, Clone)]
pub struct Printed {
    /// Which grid, and which of its rows.
    pub at: (usize, usize),
    /// Index of its line.
    pub line: usize,
    /// The page that it stands on.
    pub page: usize,
    /// Each of its cells stands on a line of its own.
    pub loose: bool,
    /// Its cells.
    pub cells: Vec<Field>,
    /// Folded text of its leading text cells, up to each of them: index of the cell, key.
    pub labels: Vec<(usize, String)>,
}

/// A cell of a printed row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Where it is printed.
    pub span: Span,
    /// What it holds.
    pub holds: Holds,
    /// The display columns that it takes, where they part the cells.
    pub columns: Option<(u32, u32)>,
}

/// What a cell holds, as far as alignment cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing.
    Nothing,
    /// A number.
    Number,
    /// A mark for nothing: `/`, 无.
    Placeholder,
    /// Any other text.
    Text,
}

impl Printed {
    /// Reads the cells of a row of a grid.
    pub fn new(text: &str, grid: usize, row: usize, grids: &[Grid]) -> Printed {
        let row_printed = &grids[grid].rows[row];
        let cells: Vec<Field> = row_printed
            .cells
            .iter()
            .map(|cell| {
                let holds = match holds(&cell.text(text)) {
                    // Digits cut in two may be two numbers: a person must look.
                    Holds::Number if !cell.pieces.is_empty() => Holds::Text,
                    holds => holds,
                };
                Field { span: cell.span, holds, columns: cell.columns }
            })
            .collect();
        let mut labels = Vec::new();
        let mut joined = String::new();
        for (at, cell) in cells.iter().enumerate() {
            match cell.holds {
                Holds::Nothing => continue,
                // A leading number is a serial number (序号) if a label follows; a placeholder likewise.
                Holds::Number | Holds::Placeholder if labels.is_empty() => continue,
                Holds::Number | Holds::Placeholder => break,
                Holds::Text => {
                    let printed = row_printed.cells[at].text(text);
                    if printed.len() > MAX_LABEL_BYTES || labels.len() == 4 {
                        break;
                    }
                    let before = joined.len();
                    push_key(&printed, &mut joined);
                    if joined.len() == before {
                        // Marks alone (***) are no label.
                        if labels.is_empty() { continue } else { break }
                    }
                    labels.push((at, joined.clone()));
                }
            }
        }
        Printed {
            at: (grid, row),
            line: row_printed.line,
            page: row_printed.page,
            loose: grids[grid].layout == Layout::Line,
            cells,
            labels,
        }
    }

    /// The folded text of the label cell `at` alone, where other labels stand before it.
    pub fn own_label(&self, at: usize) -> Option<&str> {
        let index = self.labels.iter().position(|(label, _)| *label == at)?;
        let before = index.checked_sub(1)?;
        self.labels[index].1.get(self.labels[before].1.len()..)
    }

    /// It holds a number or a mark for none, behind its label if it has one.
    pub fn has_values(&self) -> bool {
        let from = self.labels.first().map_or(0, |(at, _)| *at);
        self.cells[from..].iter().any(|cell| matches!(cell.holds, Holds::Number | Holds::Placeholder))
    }

    /// It holds a number.
    pub fn has_number(&self) -> bool {
        self.cells.iter().any(|cell| cell.holds == Holds::Number)
    }
}

fn holds(printed: &str) -> Holds {
    match value::read(printed) {
        _ if is_blank(printed) => Holds::Nothing,
        Reading::Blank => Holds::Nothing,
        Reading::Number { .. } => Holds::Number,
        Reading::Placeholder => Holds::Placeholder,
        Reading::Text => Holds::Text,
    }
}

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

/// What one step of the alignment gains.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    gain: f32,
    label: Label,
    /// Which of the rows taken holds the values.
    valued: usize,
    values_from: usize,
    glued: Option<Span>,
}

const GAIN_EXACT: f32 = 10.0;
const GAIN_UNLABELLED: f32 = 6.0;
/// A row of numbers beside the label is what the form asks for: worth more than what it costs to join a label's pieces.
const GAIN_VALUES: f32 = 3.0;
/// Joining broken rows needs a better label than leaving them apart.
const COST_JOIN: f32 = 0.5;
const COST_PASS_NUMBERS: f32 = 0.5;
const COST_PASS_FORM: f32 = 0.25;
/// How far from an exactly printed label a row is still looked at.
const NEIGHBOURHOOD: usize = 40;
/// Rows that are aligned at once: several times the longest table, and a bound on the memory for a text that never ends.
const LONGEST_WINDOW: usize = 600;

/// Aligns `printed`, all printed rows in the order of the text, to the rows of `table`. Each row of the form is matched once.
pub fn align(text: &str, printed: &[Printed], form: &Form, index: usize) -> Vec<Match> {
    let table = &form.tables[index];
    let elsewhere = |label: &str| {
        let others = form.tables.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
        others.into_iter().any(|other| other.exact.contains_key(label))
    };
    let mut found: Vec<Vec<Match>> = Vec::new();
    for window in windows(printed, table) {
        let matches = align_window(text, &printed[window.clone()], table, &elsewhere);
        found.push(
            matches
                .into_iter()
                .map(|step| Match { first: step.first + window.start, valued: step.valued + window.start, ..step })
                .collect(),
        );
    }
    // A table printed again elsewhere (or half of it, far away) yields to the place that matches more of the form.
    found.sort_by_key(|matches| std::cmp::Reverse(matches.len()));
    let mut taken = vec![false; table.rows.len()];
    let mut matches: Vec<Match> = Vec::new();
    for step in found.into_iter().flatten() {
        if !std::mem::replace(&mut taken[step.row], true) {
            matches.push(step);
        }
    }
    matches.sort_by_key(|step| step.first);
    matches
}

/// The stretches of rows that lie near an exactly printed label of the table.
fn windows(printed: &[Printed], table: &FormTable) -> Vec<std::ops::Range<usize>> {
    let mut windows: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, row) in printed.iter().enumerate() {
        let hit = row.labels.iter().any(|(_, key)| table.exact.contains_key(key))
            || (table.exact.is_empty() && (is_header(row, table) || is_header_in_lines(&printed[..=at], table)));
        if !hit {
            continue;
        }
        let near = at.saturating_sub(NEIGHBOURHOOD)..(at + NEIGHBOURHOOD + 1).min(printed.len());
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

/// At least two of its cells are header labels of the table.
fn is_header(row: &Printed, table: &FormTable) -> bool {
    row.labels.len() >= 2 && {
        let mut own = String::new();
        let mut hits = 0;
        let mut before = 0;
        for (_, joined) in &row.labels {
            own.clear();
            own.push_str(&joined[before..]);
            before = joined.len();
            hits += usize::from(table.header.contains_key(&own));
        }
        hits >= 2
    }
}

/// The last row and the one above it each hold one header label of the table: a cell a line.
fn is_header_in_lines(printed: &[Printed], table: &FormTable) -> bool {
    let lone = |row: &Printed| matches!(row.labels.as_slice(), [(0, label)] if table.header.contains_key(label));
    matches!(printed, [.., above, row] if above.at.0 == row.at.0 && lone(above) && lone(row))
}

fn align_window(text: &str, printed: &[Printed], table: &FormTable, elsewhere: &dyn Fn(&str) -> bool) -> Vec<Match> {
    let rows: Vec<usize> = (0..table.rows.len()).collect();
    let (height, width) = (printed.len() + 1, rows.len() + 1);
    let mut best = vec![0.0f32; height * width];
    // 0: nothing yet, 1: form row passed, 2: printed row passed, 3..: that many minus 2 printed rows taken.
    let mut step = vec![0u8; height * width];
    let candidates = Candidates::new(text, printed, table, &rows, elsewhere);
    for i in 0..height {
        for j in 0..width {
            let at = i * width + j;
            let (mut gain, mut how) = (f32::NEG_INFINITY, 0);
            if i == 0 && j == 0 {
                gain = 0.0;
            }
            if j > 0 && best[at - 1] - COST_PASS_FORM > gain {
                (gain, how) = (best[at - 1] - COST_PASS_FORM, 1);
            }
            if i > 0 {
                let pass = if printed[i - 1].has_number() { COST_PASS_NUMBERS } else { 0.0 };
                if best[at - width] - pass > gain {
                    (gain, how) = (best[at - width] - pass, 2);
                }
            }
            for count in 1..=MOST_JOINED.min(i) {
                if j == 0 {
                    break;
                }
                if let Some(candidate) = candidates.get(i - count, count, j - 1) {
                    let sum = best[at - count * width - 1] + candidate.gain;
                    if sum > gain {
                        (gain, how) = (sum, count as u8 + 2);
                    }
                }
            }
            best[at] = gain;
            step[at] = how;
        }
    }
    let mut matches = Vec::new();
    let (mut i, mut j) = (printed.len(), rows.len());
    while i > 0 || j > 0 {
        match step[i * width + j] {
            1 => j -= 1,
            2 => i -= 1,
            0 => break,
            taken => {
                let count = taken as usize - 2;
                if let Some(candidate) = candidates.get(i - count, count, j - 1) {
                    matches.push(Match {
                        row: rows[j - 1],
                        first: i - count,
                        count,
                        valued: i - count + candidate.valued,
                        label: candidate.label,
                        values_from: candidate.values_from,
                        glued: candidate.glued,
                    });
                }
                i -= count;
                j -= 1;
            }
        }
    }
    matches.reverse();
    matches
}

/// A label is broken over at most this many printed rows.
const MOST_JOINED: usize = 6;

/// Every step that may be taken, worked out once: for each first row, count and form row.
struct Candidates {
    width: usize,
    gains: Vec<Option<Candidate>>,
}

impl Candidates {
    fn get(&self, first: usize, count: usize, row: usize) -> Option<Candidate> {
        self.gains.get((first * MOST_JOINED + count - 1) * self.width + row).copied().flatten()
    }

    fn new(
        text: &str,
        printed: &[Printed],
        table: &FormTable,
        rows: &[usize],
        elsewhere: &dyn Fn(&str) -> bool,
    ) -> Candidates {
        let width = rows.len();
        let mut gains = vec![None; printed.len() * MOST_JOINED * width];
        for first in 0..printed.len() {
            for count in 1..=MOST_JOINED.min(printed.len() - first) {
                let taken = &printed[first..first + count];
                // Only the last of joined rows holds values, and none of them is a whole row by itself.
                if count > 1 && !joinable(taken, table) {
                    break;
                }
                let Some(taken) = Taken::new(text, taken, table) else { break };
                // To the letter a label of another table: no misprint of one here.
                let known = |end: &End| elsewhere(&end.joined) || end.alone.as_deref().is_some_and(elsewhere);
                if !taken.exact && !table.exact.is_empty() && taken.ends.iter().any(known) {
                    continue;
                }
                let base = (first * MOST_JOINED + count - 1) * width;
                for (at, &row) in rows.iter().enumerate() {
                    gains[base + at] = taken.candidate(table, row);
                }
            }
        }
        Candidates { width, gains }
    }
}

/// One label may have been broken over these rows: they stand in one grid, one of them at most holds values, and none is a header.
fn joinable(taken: &[Printed], table: &FormTable) -> bool {
    let valued = taken.iter().filter(|row| row.has_values()).count();
    let texts = |row: &Printed| row.labels.len() <= 2 && !is_header(row, table);
    taken.windows(2).all(|pair| pair[0].at.0 == pair[1].at.0)
        && valued <= 1
        && taken.iter().all(|row| texts(row) && (row.has_values() || !row.labels.is_empty()))
        && taken.iter().any(|row| !row.labels.is_empty())
}

/// Printed rows that may be taken together, with every text in them that may be the label.
struct Taken<'a> {
    rows: &'a [Printed],
    /// Which of them holds the values.
    valued: usize,
    ends: Vec<End>,
    /// One of the texts is the label of some row, to the letter: then no other row of the form is meant.
    exact: bool,
}

/// A text that may be the label: what is printed up to some cell of the row of the values, and in the other rows.
struct End {
    /// The first cell behind it.
    values_from: usize,
    /// All of it, folded.
    joined: String,
    /// Its last cell alone, where there are several: the group's label may be printed in front, or again after a page break. Of rows
    /// that are joined, the last cell of each.
    alone: Option<String>,
    /// All of it without a number stuck to its end, and that number.
    glued: Option<(String, Span)>,
}

impl<'a> Taken<'a> {
    fn new(text: &str, rows: &'a [Printed], table: &FormTable) -> Option<Taken<'a>> {
        let valued = rows.iter().position(Printed::has_values).unwrap_or(rows.len() - 1);
        let row = &rows[valued];
        let whole = |row: &'a Printed| row.labels.last().map_or("", |(_, joined)| joined.as_str());
        let alone = |row: &'a Printed| match row.labels.last() {
            Some((at, joined)) => row.own_label(*at).unwrap_or(joined),
            None => "",
        };
        let joined = |of: &dyn Fn(&'a Printed) -> &'a str, own: &str| {
            let before: String = rows[..valued].iter().map(of).collect();
            let after: String = rows[valued + 1..].iter().map(of).collect();
            format!("{before}{own}{after}")
        };
        let several = rows.iter().any(|row| row.labels.len() > 1);
        let mut ends = Vec::new();
        if row.labels.is_empty() && rows.len() > 1 {
            // Values on a line of their own beside a broken label.
            let alone = several.then(|| joined(&alone, ""));
            ends.push(End { values_from: 0, joined: joined(&whole, ""), alone, glued: None });
        }
        for (at, own) in &row.labels {
            let values_from = at + 1;
            let all = joined(&whole, own);
            let glued = Some(()).filter(|()| valued + 1 == rows.len());
            let glued = glued.and_then(|()| glued_number(text, row, values_from, &all));
            let glued = glued.map(|(label, span)| (label.to_owned(), span));
            let last = row.own_label(*at);
            let alone = (last.is_some() || several).then(|| joined(&alone, last.unwrap_or(own)));
            ends.push(End { values_from, joined: all, alone, glued });
            if rows.len() > 1 && ends.len() == 1 && row.labels.len() == 1 && table.groups.contains(own) {
                // The group's label stands beside the values, the row's own is broken above and below it.
                ends.push(End { values_from, joined: joined(&whole, ""), alone: None, glued: None });
            }
        }
        let knows = |label: &str| table.exact.contains_key(label);
        let exact = ends.iter().any(|end| {
            knows(&end.joined)
                || end.alone.as_deref().is_some_and(knows)
                || end.glued.as_ref().is_some_and(|(label, _)| knows(label))
        });
        // A row that bears a label of its own is no piece of a misprinted one.
        let own = |row: &Printed| {
            row.labels.last().is_some_and(|(at, joined)| knows(joined) || row.own_label(*at).is_some_and(knows))
        };
        if rows.len() > 1 && !exact && rows.iter().any(own) {
            ends.clear();
        }
        Some(Taken { rows, valued, ends, exact })
    }

    /// What is gained by taking these for `row`.
    fn candidate(&self, table: &FormTable, row: usize) -> Option<Candidate> {
        let form_row = &table.rows[row];
        if form_row.keys.is_empty() {
            return unlabelled(self.rows, table, form_row.slots.len());
        }
        let cost = COST_JOIN * (self.rows.len() - 1) as f32;
        let valued = &self.rows[self.valued];
        let offers = self.ends.iter().filter_map(|end| {
            let (gain, label, glued) = self.label(end, table, row)?;
            let cells = valued.cells.get(end.values_from..).unwrap_or_default();
            let values = glued.is_some() || cells.iter().any(|cell| cell.holds == Holds::Number);
            let gain = gain - cost + if values { GAIN_VALUES } else { 0.0 };
            Some(Candidate { gain, label, valued: self.valued, values_from: end.values_from, glued })
        });
        offers.max_by(|a, b| a.gain.total_cmp(&b.gain))
    }

    /// How well a text fits as the label of a row.
    fn label(&self, end: &End, table: &FormTable, row: usize) -> Option<(f32, Label, Option<Span>)> {
        let is = |label: &str| table.exact.get(label).is_some_and(|rows| rows.contains(&row));
        if self.exact {
            return match &end.glued {
                _ if is(&end.joined) => Some((GAIN_EXACT, Label::Exact, None)),
                _ if end.alone.as_deref().is_some_and(is) => Some((GAIN_EXACT - 1.0, Label::Exact, None)),
                Some((label, span)) if is(label) => Some((GAIN_EXACT - 0.5, Label::Exact, Some(*span))),
                _ => None,
            };
        }
        // A header's label is no misprint of a row's; a text without cells behind it is no row.
        let header = |label: &str| table.header.contains_key(label);
        let valued = &self.rows[self.valued];
        let bare = end.values_from >= valued.cells.len() && self.rows.len() == 1;
        let headed = header(&end.joined) || end.alone.as_deref().is_some_and(header);
        let filled = valued.cells.iter().skip(end.values_from).filter(|cell| cell.holds != Holds::Nothing).count();
        // Unless it has the numbers of a row: 总计 that lost its （七）.
        if bare || (headed && (filled == 0 || filled > table.rows[row].slots.len())) {
            return None;
        }
        let alike = |form: &String| {
            let alone = end.alone.as_deref().map_or(0.0, |alone| likeness(alone, form) - 0.05);
            likeness(&end.joined, form).max(alone)
        };
        let alike = table.rows[row].keys.iter().map(alike).fold(0.0, f32::max);
        // Two or three characters leave little to compare.
        let enough = if end.joined.chars().count() <= 3 { 0.5 } else { ALIKE };
        (alike >= enough).then_some((GAIN_EXACT * alike - 2.0, Label::Alike(alike), None))
    }
}

/// A label whose last tab was lost: `1.属于国家秘密0`. The label without the number, and where the number stands.
fn glued_number<'a>(text: &str, row: &Printed, values_from: usize, joined: &'a str) -> Option<(&'a str, Span)> {
    let cell = row.cells.get(values_from.checked_sub(1)?)?;
    let printed = cell.span.of(text);
    let number = value::numbers(printed).last().filter(|number| number.end == printed.len() && number.start > 0)?;
    let mut digits = String::new();
    push_key(&printed[number.clone()], &mut digits);
    let label = joined.strip_suffix(digits.as_str())?;
    Some((label, Span::new(cell.span.start as usize + number.start, cell.span.end as usize)))
}

/// A row for which the form prints no label is one without a label, or behind a label of the header (one cell a line), with about as many
/// cells as the form has columns.
fn unlabelled(rows: &[Printed], table: &FormTable, columns: usize) -> Option<Candidate> {
    let [row] = rows else { return None };
    let values_from = match row.labels.last() {
        None => 0,
        Some((at, joined)) if table.header.contains_key(row.own_label(*at).unwrap_or(joined)) => at + 1,
        // A text among so many numbers stands where a number belongs.
        Some(_) if row.cells.iter().filter(|cell| cell.holds == Holds::Number).count() * 2 > columns => 0,
        Some(_) => return None,
    };
    let values = &row.cells[values_from..];
    let filled = values.iter().filter(|cell| cell.holds != Holds::Nothing).count();
    if filled == 0 || values.len() * 2 < columns {
        return None;
    }
    let off = values.len().abs_diff(columns) as f32 / columns as f32;
    let gain = GAIN_UNLABELLED - 4.0 * off.min(1.0);
    Some(Candidate { gain, label: Label::None, valued: 0, values_from, glued: None })
}
