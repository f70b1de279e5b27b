//! Settling by the form's arithmetic what the layout leaves open.
//!
//! An open row has several readings. A reading is kept if the identities of the form hold with it, together with the rows that are
//! certain. If one combination of readings is left, it is taken; cells in which all that are left agree are taken too; the rest gets no value.
//! A blank counts as zero here, as in every sum of the form. Certain values are never touched.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::Identity;

/// A row that can be read in several ways.
#[derive(Debug, Clone)]
pub struct Open {
    /// Its slots, left to right.
    pub slots: Vec<usize>,
    /// For each reading, the value of each slot; `None` is blank.
    pub readings: Vec<Vec<Option<Decimal>>>,
}

/// What is known of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A number.
    Number(Decimal),
    /// Blank.
    Blank,
    /// It belongs to the open row with this index.
    Open(usize),
    /// Missing, or not a number: no identity with it can be checked.
    Unknown,
}

/// The most combinations that are tried.
const MOST_STEPS: usize = 200_000;

/// For each open row, the indices of the readings that remain in some combination that satisfies every identity. Empty lists: none was
/// found, or there are too many combinations to try.
pub fn solve(identities: &[Identity], known: &HashMap<usize, Known>, rows: &[Open]) -> Vec<Vec<usize>> {
    let looks: Vec<&Identity> = identities.iter().filter(|identity| touches(identity, known)).collect();
    // What a single row decides comes first: it cuts the combinations.
    let mut kept: Vec<Vec<usize>> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let own: Vec<&&Identity> = looks.iter().filter(|identity| open_rows(identity, known) == [index]).collect();
        let holds = |reading: &usize| {
            own.iter().all(|identity| holds(identity, known, rows, &[(index, *reading)]) != Some(false))
        };
        kept.push((0..row.readings.len()).filter(holds).collect());
    }
    let shared: Vec<&Identity> = looks.into_iter().filter(|identity| open_rows(identity, known).len() > 1).collect();
    let mut search =
        Search { known, rows, shared, kept: &kept, chosen: Vec::new(), found: vec![Vec::new(); rows.len()], steps: 0 };
    if kept.iter().any(Vec::is_empty) || !search.run() {
        return vec![Vec::new(); rows.len()];
    }
    for found in &mut search.found {
        found.sort_unstable();
        found.dedup();
    }
    search.found
}

/// For each open row, whether its one assumed reading (the first; none is no assumption) breaks an identity together with the other assumed
/// rows and what is certain.
pub fn contradicted(identities: &[Identity], known: &HashMap<usize, Known>, rows: &[Open]) -> Vec<bool> {
    let chosen: Vec<(usize, usize)> =
        (0..rows.len()).filter(|&row| !rows[row].readings.is_empty()).map(|row| (row, 0)).collect();
    let mut doubted = vec![false; rows.len()];
    for identity in identities {
        let open = open_rows(identity, known);
        if !open.is_empty() && holds(identity, known, rows, &chosen) == Some(false) {
            for row in open {
                doubted[row] = true;
            }
        }
    }
    doubted
}

struct Search<'a> {
    known: &'a HashMap<usize, Known>,
    rows: &'a [Open],
    shared: Vec<&'a Identity>,
    kept: &'a [Vec<usize>],
    chosen: Vec<(usize, usize)>,
    found: Vec<Vec<usize>>,
    steps: usize,
}

impl Search<'_> {
    /// Tries every combination; false when there are too many.
    fn run(&mut self) -> bool {
        let row = self.chosen.len();
        if row == self.rows.len() {
            for &(row, reading) in &self.chosen {
                self.found[row].push(reading);
            }
            return true;
        }
        for &reading in &self.kept[row] {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return false;
            }
            self.chosen.push((row, reading));
            let possible =
                self.shared.iter().all(|identity| holds(identity, self.known, self.rows, &self.chosen) != Some(false));
            let go_on = !possible || self.run();
            self.chosen.pop();
            if !go_on {
                return false;
            }
        }
        true
    }
}

fn touches(identity: &Identity, known: &HashMap<usize, Known>) -> bool {
    !open_rows(identity, known).is_empty()
}

fn open_rows(identity: &Identity, known: &HashMap<usize, Known>) -> Vec<usize> {
    let mut rows: Vec<usize> = identity
        .total
        .iter()
        .chain(&identity.parts)
        .filter_map(|slot| match known.get(slot) {
            Some(Known::Open(row)) => Some(*row),
            _ => None,
        })
        .collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Whether the identity holds with the chosen readings; `None` where that cannot be said (yet).
fn holds(identity: &Identity, known: &HashMap<usize, Known>, rows: &[Open], chosen: &[(usize, usize)]) -> Option<bool> {
    let value = |slot: &usize| -> Option<Option<Decimal>> {
        match known.get(slot)? {
            Known::Number(value) => Some(Some(*value)),
            Known::Blank => Some(None),
            Known::Unknown => None,
            Known::Open(row) => {
                let (_, reading) = chosen.iter().find(|(chosen, _)| chosen == row)?;
                let at = rows[*row].slots.iter().position(|other| other == slot)?;
                rows[*row].readings[*reading].get(at).copied()
            }
        }
    };
    let mut total = Decimal::ZERO;
    let mut stated = false;
    for slot in &identity.total {
        let value = value(slot)?;
        stated |= value.is_some();
        total = total.checked_add(value.unwrap_or_default())?;
    }
    if !stated {
        return None;
    }
    let mut parts = Decimal::ZERO;
    for slot in &identity.parts {
        parts = parts.checked_add(value(slot)?.unwrap_or_default())?;
    }
    Some(total == parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Rule;

    fn identity(total: &[usize], parts: &[usize]) -> Identity {
        Identity {
            rule: Rule::SumRow,
            table: String::new(),
            row: None,
            column: None,
            total: total.to_vec(),
            parts: parts.to_vec(),
        }
    }

    fn number(n: i64) -> Option<Decimal> {
        Some(Decimal::from(n))
    }

    #[test]
    fn the_row_total_singles_out_one_reading() {
        let row = Open {
            slots: vec![0, 1, 2],
            readings: vec![vec![number(2), number(3), None], vec![number(2), None, number(2)]],
        };
        let known = (0..3).map(|slot| (slot, Known::Open(0))).collect();
        assert_eq!(solve(&[identity(&[2], &[0, 1])], &known, &[row]), [[1]]);
    }

    #[test]
    fn two_rows_settle_each_other_through_a_column() {
        // Columns 0 and 1 of two rows; column totals in slots 4 and 5.
        let rows = [
            Open { slots: vec![0, 1], readings: vec![vec![number(5), None], vec![None, number(5)]] },
            Open { slots: vec![2, 3], readings: vec![vec![number(7), None], vec![None, number(7)]] },
        ];
        let mut known: HashMap<usize, Known> =
            [(0, Known::Open(0)), (1, Known::Open(0)), (2, Known::Open(1)), (3, Known::Open(1))].into();
        known.insert(4, Known::Number(Decimal::from(5)));
        known.insert(5, Known::Number(Decimal::from(7)));
        let identities = [identity(&[4], &[0, 2]), identity(&[5], &[1, 3])];
        assert_eq!(solve(&identities, &known, &rows), [[0], [1]]);
    }

    #[test]
    fn what_arithmetic_cannot_tell_stays_open() {
        let row = Open { slots: vec![0, 1], readings: vec![vec![number(0), None], vec![None, number(0)]] };
        let known = [(0, Known::Open(0)), (1, Known::Open(0)), (2, Known::Number(Decimal::ZERO))].into();
        assert_eq!(solve(&[identity(&[2], &[0, 1])], &known, &[row])[0].len(), 2);
    }
}
