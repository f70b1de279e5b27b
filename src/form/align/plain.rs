//! The alignment of a table that prints all rows of the form to the letter, found without comparing anything.

use super::{GAIN_ALONE, GAIN_EXACT, GAIN_VALUES, Kinds, Label, Match, Run, Table, gains_values, no_numbers};
use crate::form::rows::{Holds, Printed};

/// A row whose label is exact, and what is gained by taking it for a row of the form.
#[derive(Clone, Copy)]
struct Plain {
    row: usize,
    gain: f32,
    values_from: usize,
}

impl Table<'_> {
    /// The alignment of a table that prints every row of the form to the letter, in the order of the form; `None` for any
    /// other. It is the one that [`align`](Table::align) finds.
    ///
    /// For whatever row of the form: an exact label beside numbers gains more than anything else can for that row, a
    /// misprint, or a label that is joined from pieces, so that the best sum takes one of those for every row; and where
    /// they are printed several times, all for the same gain, the alignment passes over what it can from the end of the
    /// text and so takes the earliest.
    ///
    /// An exact label without numbers gains more than anything else without numbers. Where rows are printed so, the
    /// printed rows with numbers that may be taken for any row of the form must be no more than the rows that have their
    /// exact labels beside numbers. Each gives its numbers to one row of the form, and nothing gains more of it than the
    /// row whose label it bears: the same sum is the best again.
    pub(super) fn plain(&self, printed: &[Printed], kinds: &[Kinds]) -> Option<Vec<Match>> {
        if self.roles().is_unlabelled() {
            return None;
        }
        let mut gains = vec![0.0f32; self.table.rows.len()];
        let mut matches: Vec<Match> = Vec::with_capacity(gains.len());
        let (mut alone, mut bare, mut valued) = (false, false, 0);
        // Of one printed row.
        let mut found: Vec<Plain> = Vec::new();
        // A number that is stuck to the label, or one in front of a row without values, changes what is gained.
        if kinds.iter().any(|kinds| kinds.odd) {
            return None;
        }
        let labelled = kinds.iter().enumerate().filter(|(_, kinds)| kinds.labels & self.bit != 0);
        for (at, _) in labelled {
            let row = &printed[at];
            found.clear();
            for label in row.label_names() {
                let values_from = label.at + 1;
                let own = if label.first { &[] } else { self.roles().rows(label.own) };
                let joined = self.roles().rows(label.joined);
                if joined.is_empty() && own.is_empty() {
                    continue;
                }
                let joined = joined.iter().map(|&row| (GAIN_EXACT, row));
                for (gain, row) in joined.chain(own.iter().map(|&row| (GAIN_ALONE, row))) {
                    let plain = Plain { row: row as usize, gain, values_from };
                    match found.iter_mut().find(|found| found.row == plain.row) {
                        Some(found) if found.gain > gain => {}
                        Some(found) => *found = plain,
                        None => found.push(plain),
                    }
                }
            }
            for plain in &found {
                let cells = &row.cells[plain.values_from..];
                let has_values = cells.iter().any(|cell| cell.holds == Holds::Number) || no_numbers(cells);
                let gained = plain.gain + if has_values { GAIN_VALUES } else { 0.0 };
                let gain = &mut gains[plain.row];
                // All rows that may be taken for one cost the same to pass over.
                if (*gain != 0.0 && *gain != gained) || (!has_values && gains_values(row)) {
                    return None;
                }
                *gain = gained;
                bare |= !has_values;
                alone |= plain.gain == GAIN_ALONE;
                let row = matches.len();
                if plain.row == row && matches.last().is_none_or(|last| last.first < at) {
                    let (label, values_from) = (Label::Exact, plain.values_from);
                    valued += usize::from(has_values);
                    matches.push(Match { row, first: at, count: 1, valued: at, label, values_from, glued: None });
                }
            }
        }
        // A label alone, its group's before it, gains less than one that is joined from two rows may.
        let joinable = |at: usize| {
            let (above, row) = (&printed[at - 1], &printed[at]);
            Run::new(above).goes_on(row) && self.is_piece(above, &kinds[at - 1]) && self.is_piece(row, &kinds[at])
        };
        let joined = || (1..printed.len()).any(joinable);
        if matches.len() < gains.len() || matches.is_empty() || (alone && joined()) {
            return None;
        }
        (!bare || self.valued_rows(printed, kinds) == valued).then_some(matches)
    }

    /// How many of the printed rows whose numbers may be gained stand in anything that may be taken for a row of the
    /// form.
    fn valued_rows(&self, printed: &[Printed], kinds: &[Kinds]) -> usize {
        let mut valued: Vec<usize> = Vec::new();
        self.runs(printed, kinds, false, |first, _, taken| {
            let at = first + taken.valued;
            if !taken.ends.is_empty() && gains_values(&printed[at]) {
                valued.push(at);
            }
        });
        valued.sort_unstable();
        valued.dedup();
        valued.len()
    }
}
