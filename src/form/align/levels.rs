//! Which printed rows the alignment looks at, and what it costs to pass over the others.

use super::{COST_PASS_NUMBERS, Candidate, gains_values};
use crate::form::rows::Printed;

/// The printed rows that the alignment looks at.
pub(super) struct Levels {
    /// What it costs to pass over those in front of the first that may be taken. Sums of quarters are exact, and so are the same at once.
    pub(super) passed: f32,
    pub(super) rows: Vec<Level>,
}

pub(super) struct Level {
    /// One behind the row.
    pub(super) end: usize,
    /// What it costs to pass over it.
    pub(super) pass: f32,
}

/// Leaves out each row that no candidate takes and that costs nothing to pass over. It changes no sum, nor any choice: where the row above it
/// would pass over a row of the form, the row itself does the same, and else it is passed over.
pub(super) fn levels(printed: &[Printed], candidates: &[Candidate]) -> Levels {
    let mut taken = vec![false; printed.len()];
    candidates.iter().for_each(|candidate| taken[candidate.end - candidate.count..candidate.end].fill(true));
    let first = taken.iter().position(|&taken| taken).unwrap_or(printed.len());
    let pass = |row: &Printed| if gains_values(row) { COST_PASS_NUMBERS } else { 0.0 };
    let passed = if first < printed.len() { printed[..first].iter().map(pass).sum() } else { 0.0 };
    let rows = printed.iter().zip(taken).enumerate().skip(first).map(|(at, (row, taken))| (at, pass(row), taken));
    let rows = rows.filter(|(_, pass, taken)| *taken || *pass > 0.0).map(|(at, pass, _)| Level { end: at + 1, pass });
    Levels { passed, rows: rows.collect() }
}
