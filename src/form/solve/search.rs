//! The search through the combinations of readings: those with which the identities over several open rows hold. The sums are kept as rows are
//! chosen, so that a combination costs what its last row adds.

use super::sums::{Partial, Sums, sides};
use super::{Known, Knows};
use crate::form::Identity;

/// The most combinations that are tried.
const MOST_STEPS: usize = 200_000;

/// The search, one row after the other.
pub(super) struct Search<'a> {
    sums: &'a Sums<'a, [Known]>,
    /// The identities over several open rows, with these rows.
    shared: &'a [(&'a Identity, Vec<usize>)],
    /// For each row, those of which it is the last: above it they cannot be checked, below it they need not.
    decided: Vec<Vec<usize>>,
    /// For each row, where its slots enter them.
    places: Vec<Vec<Place>>,
    /// Their sums: of what is certain, then with the first row chosen, the second, and so on.
    partial: Vec<Partial>,
    kept: &'a [Vec<usize>],
    /// The readings of the first rows.
    chosen: Vec<usize>,
    /// For each row, whether a reading stands in a combination that was found.
    pub(super) found: Vec<Vec<bool>>,
    steps: usize,
}

/// A slot of an open row enters an identity.
struct Place {
    /// Which of the shared identities.
    identity: usize,
    /// Which of the row's slots; `None` where it has no such slot, so that nothing is known of it.
    at: Option<usize>,
    /// It is a total.
    total: bool,
}

impl<'a> Search<'a> {
    /// Among the readings that are `kept` of each row, those with which the `shared` identities hold.
    pub(super) fn new(
        sums: &'a Sums<'a, [Known]>,
        shared: &'a [(&'a Identity, Vec<usize>)],
        kept: &'a [Vec<usize>],
    ) -> Search<'a> {
        let mut decided = vec![Vec::new(); sums.rows.len()];
        for (at, (_, rows)) in shared.iter().enumerate() {
            rows.last().into_iter().for_each(|&last| decided[last].push(at));
        }
        Search {
            sums,
            shared,
            decided,
            places: places(sums, shared),
            partial: shared.iter().map(|(identity, _)| sums.certain(identity)).collect(),
            kept,
            chosen: Vec::new(),
            found: sums.rows.iter().map(|row| vec![false; row.readings.len()]).collect(),
            steps: 0,
        }
    }

    /// Tries every combination; false when there are too many.
    pub(super) fn run(&mut self) -> bool {
        let row = self.chosen.len();
        if row == self.kept.len() {
            for (found, &reading) in self.found.iter_mut().zip(&self.chosen) {
                found[reading] = true;
            }
            return true;
        }
        for &reading in &self.kept[row] {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return false;
            }
            self.choose(row, reading);
            let go_on = !self.is_possible(row) || self.run();
            self.chosen.pop();
            self.partial.truncate(self.partial.len() - self.shared.len());
            if !go_on {
                return false;
            }
        }
        true
    }

    /// Adds the numbers of a reading of the next row to the sums.
    fn choose(&mut self, row: usize, reading: usize) {
        let above = self.partial.len() - self.shared.len();
        self.partial.extend_from_within(above..);
        let now = self.partial.len() - self.shared.len();
        let reading_of_row = &self.sums.rows[row].readings[reading];
        for place in &self.places[row] {
            let known = place.at.and_then(|at| reading_of_row.get(at)).unwrap_or(&Known::Unknown);
            self.partial[now + place.identity].add(known.value(), place.total);
        }
        self.chosen.push(reading);
    }

    /// None of the identities of which the row is the last is broken.
    fn is_possible(&self, row: usize) -> bool {
        let now = self.partial.len() - self.shared.len();
        let holds = |&at: &usize| {
            let sum = self.partial[now + at].sum();
            sum.and_then(|sum| self.sums.says(self.shared[at].0, &sum)) != Some(false)
        };
        self.decided[row].iter().all(holds)
    }
}

/// For each open row, where its slots enter these identities.
fn places(sums: &Sums<[Known]>, shared: &[(&Identity, Vec<usize>)]) -> Vec<Vec<Place>> {
    let mut places: Vec<Vec<Place>> = sums.rows.iter().map(|_| Vec::new()).collect();
    for (at, (identity, _)) in shared.iter().enumerate() {
        for (slot, total) in sides(identity) {
            if let Some(Known::Open(row)) = sums.known.known(slot) {
                let own = sums.rows[row].slots.iter().position(|other| *other == slot);
                places[row].push(Place { identity: at, at: own, total });
            }
        }
    }
    places
}
