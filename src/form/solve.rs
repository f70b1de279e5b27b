//! Settling by the form's arithmetic what the layout leaves open.
//!
//! An open row has several readings. A reading is kept if the identities of the form hold with it, together with the rows that are
//! certain. If one combination of readings is left, it is taken; cells in which all that are left agree are taken too; the rest gets no value.
//! A blank counts as zero here, as in every sum of the form. Certain values are never touched.

mod search;
mod sums;

use rust_decimal::Decimal;

use self::search::Search;
use self::sums::{Sum, Sums, sum};
use super::Identity;

/// A row that can be read in several ways.
#[derive(Debug, Clone)]
pub struct Open {
    /// Its slots, left to right.
    pub slots: Vec<usize>,
    /// For each reading, what it has in each slot: a number, a blank, or what is unknown.
    pub readings: Vec<Vec<Known>>,
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

impl Known {
    /// What stands there: `Some(None)` is blank, `None` is unknown.
    fn value(&self) -> Option<Option<Decimal>> {
        match self {
            Known::Number(value) => Some(Some(*value)),
            Known::Blank => Some(None),
            Known::Open(_) | Known::Unknown => None,
        }
    }
}

/// What is known of each slot; `None` where there is no such slot.
pub trait Knows {
    /// What is known of this one.
    fn known(&self, slot: usize) -> Option<Known>;
}

impl Knows for [Known] {
    fn known(&self, slot: usize) -> Option<Known> {
        self.get(slot).copied()
    }
}

/// For each open row, the indices of the readings that remain in some combination that satisfies every identity. Empty lists: none was
/// found, or there are too many combinations to try.
pub fn solve(identities: &[Identity], known: &[Known], rows: &[Open]) -> Vec<Vec<usize>> {
    let sums = Sums::new(identities, known, rows);
    let open = sums.open();
    // What a single row decides comes first: it cuts the combinations.
    let mut kept: Vec<Vec<usize>> = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let own = || open.iter().filter(|(_, rows)| *rows == [index]);
        let holds =
            |reading: &usize| own().all(|(identity, _)| sums.holds_with(identity, &[(index, *reading)]) != Some(false));
        kept.push((0..row.readings.len()).filter(holds).collect());
    }
    let nothing = vec![Vec::new(); rows.len()];
    if kept.iter().any(Vec::is_empty) {
        return nothing;
    }
    let shared: Vec<(&Identity, Vec<usize>)> = open.into_iter().filter(|(_, rows)| rows.len() > 1).collect();
    let mut search = Search::new(&sums, &shared, &kept);
    if !search.run() {
        return nothing;
    }
    let indices = |found: Vec<bool>| found.iter().enumerate().filter(|(_, found)| **found).map(|(at, _)| at).collect();
    search.found.into_iter().map(indices).collect()
}

/// As [`solve`], but only if every sum that an open row enters could be checked and just one combination is left.
pub fn solve_surely(identities: &[Identity], known: &[Known], rows: &[Open]) -> Option<Vec<usize>> {
    let found = solve(identities, known, rows);
    let single = |found: &Vec<usize>| <[usize; 1]>::try_from(found.as_slice()).ok().map(|[reading]| reading);
    let readings: Vec<usize> = found.iter().map(single).collect::<Option<_>>()?;
    let chosen: Vec<(usize, usize)> = readings.iter().copied().enumerate().collect();
    let sums = Sums::new(identities, known, rows);
    let open = sums.open();
    // Sums over several rows confirm what a row's own total alone does not.
    let shared =
        |(identity, _): &&(&Identity, Vec<usize>)| identity.row.is_none() || identity.parts.len() > MOST_IN_A_ROW;
    let mut checked = open.iter().filter(shared).peekable();
    checked.peek()?;
    checked.all(|(identity, _)| sums.holds_with(identity, &chosen) == Some(true)).then_some(readings)
}

/// An identity with more parts than this is a sum down a column.
const MOST_IN_A_ROW: usize = 8;

/// Which identities each slot enters.
#[derive(Debug, Clone, Default)]
pub struct Entered {
    /// Where in `identities` those of each slot end.
    ends: Vec<usize>,
    identities: Vec<usize>,
}

impl Entered {
    /// Of all slots of these identities.
    pub fn new(identities: &[Identity]) -> Entered {
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (at, identity) in identities.iter().enumerate() {
            pairs.extend(identity.total.iter().chain(&identity.parts).map(|&slot| (slot, at)));
        }
        pairs.sort_unstable();
        let mut ends = Vec::new();
        for (at, &(slot, _)) in pairs.iter().enumerate() {
            ends.resize(ends.len().max(slot), at);
            ends.resize(slot + 1, at);
            ends[slot] = at + 1;
        }
        Entered { ends, identities: pairs.into_iter().map(|(_, identity)| identity).collect() }
    }

    /// The indices of the identities that one of the slots enters, in their order.
    fn by(&self, slots: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut entered = Vec::new();
        for slot in slots {
            let start = slot.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or_default());
            let own = self.ends.get(slot).and_then(|&end| self.identities.get(start..end));
            entered.extend_from_slice(own.unwrap_or_default());
        }
        entered.sort_unstable();
        entered.dedup();
        entered
    }
}

/// For each open row, whether its one assumed reading (the first; none is no assumption) breaks an identity together with the other assumed
/// rows and what is certain. Rows that are `sound` are doubted only for an identity that lies in them alone: a sum over several rows may
/// be wrong for another row's sake. `entered` is of these identities.
pub fn contradicted(
    identities: &[Identity],
    entered: &Entered,
    known: &impl Knows,
    rows: &[Open],
    sound: &[bool],
) -> Vec<bool> {
    let sums = Sums::new(identities, known, rows);
    let mut doubted = vec![false; rows.len()];
    let open = entered.by(rows.iter().flat_map(|row| row.slots.iter().copied()));
    for identity in open.into_iter().filter_map(|at| identities.get(at)).filter(|identity| sums.is_open(identity)) {
        if sums.holds(identity, |slot| sums.value(slot, |_| Some(0))) == Some(false) {
            let inside =
                |row: usize| identity.total.iter().chain(&identity.parts).all(|slot| rows[row].slots.contains(slot));
            for row in sums.open_rows(identity) {
                doubted[row] |= !sound[row] || inside(row);
            }
        }
    }
    doubted
}

/// No sum of the row confirms its first reading, but one confirms another: a total that is printed, and no zero, with its parts, where no sum of
/// that reading is broken.
pub fn is_rivalled(identities: &[Identity], row: &Open) -> bool {
    let own = |identity: &&Identity| identity.total.iter().chain(&identity.parts).all(|slot| row.slots.contains(slot));
    let own: Vec<&Identity> = identities.iter().filter(own).collect();
    let is_confirmed = |reading: &Vec<Known>| {
        let value = |slot: usize| reading.get(row.slots.iter().position(|other| *other == slot)?)?.value();
        let sums = || own.iter().filter_map(|identity| sum(identity, value)).filter(|sum| sum.stated);
        sums().all(|sum| sum.equal) && sums().any(|sum| !sum.total.is_zero())
    };
    let mut readings = row.readings.iter();
    readings.next().is_some_and(|first| !is_confirmed(first)) && readings.any(is_confirmed)
}

/// A sum of the row is broken by its first reading, or has a blank total above parts that are no zeros.
pub fn is_doubtful(identities: &[Identity], row: &Open) -> bool {
    let sums = row.readings.first().and_then(|first| own_sums(identities, row, first));
    sums.is_some_and(|sums| sums.iter().any(|sum| !sum.equal))
}

/// The readings of a row that agree with all of its own sums, where that is no chance: two totals that are no zeros are
/// what their parts add up to, or one is and the first reading, that of the print, breaks two sums. `whole`: no total
/// is blank.
pub fn agreed(identities: &[Identity], row: &Open, whole: bool) -> Vec<usize> {
    let Some((first, sums)) = row.readings.first().and_then(|first| Some((first, own_sums(identities, row, first)?)))
    else {
        return Vec::new();
    };
    let is_broken = |sum: &Sum| sum.stated && !sum.equal;
    let broken = sums.iter().filter(|sum| is_broken(sum)).count();
    let agrees = |reading: &Vec<Known>| {
        let Some(sums) = own_sums(identities, row, reading).filter(|_| reading != first) else { return false };
        let confirmed = sums.iter().filter(|sum| sum.stated && sum.equal && !sum.total.is_zero()).count();
        let whole = !whole || sums.iter().all(|sum| sum.stated);
        whole && !sums.iter().any(is_broken) && (confirmed > 1 || confirmed > 0 && broken > 1)
    };
    (1..row.readings.len()).filter(|&at| agrees(&row.readings[at])).collect()
}

/// The sums that lie in the row alone, with this reading of it; `None` where a part of one is unknown.
fn own_sums(identities: &[Identity], row: &Open, reading: &[Known]) -> Option<Vec<Sum>> {
    let place = |slot: &usize| row.slots.iter().position(|other| other == slot);
    // Nearly all sums have a slot that is far from those of the row.
    let ends = row.slots.iter().min().copied()?..=row.slots.iter().max().copied()?;
    let is_own = |slot: &usize| ends.contains(slot) && place(slot).is_some();
    let own = |identity: &&Identity| identity.total.iter().chain(&identity.parts).all(is_own);
    let value = |slot: usize| reading.get(place(&slot)?)?.value();
    identities.iter().filter(own).map(|identity| sum(identity, value)).collect()
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

    fn number(n: i64) -> Known {
        Known::Number(Decimal::from(n))
    }

    #[test]
    fn the_row_total_singles_out_one_reading() {
        let row = Open {
            slots: vec![0, 1, 2],
            readings: vec![vec![number(2), number(3), Known::Blank], vec![number(2), Known::Blank, number(2)]],
        };
        let mut known = vec![Known::Open(0); 3];
        let identities = [identity(&[2], &[0, 1]), identity(&[4], &[3])];
        // Another row leaves its total blank: then this one may.
        known.extend([Known::Number(Decimal::ONE), Known::Blank]);
        assert_eq!(solve(&identities, &known, std::slice::from_ref(&row)), [[0, 1]]);
        known[4] = Known::Number(Decimal::ONE);
        assert_eq!(solve(&identities, &known, &[row]), [[1]]);
    }

    #[test]
    fn a_sum_may_speak_for_another_reading() {
        let row = |readings: Vec<Vec<Known>>| Open { slots: vec![0, 1, 2], readings };
        let identities = [identity(&[2], &[0, 1]), identity(&[3], &[2])];
        let rivalled =
            |first: [Known; 3], other: [Known; 3]| is_rivalled(&identities, &row(vec![first.to_vec(), other.to_vec()]));
        let blank = Known::Blank;
        assert!(rivalled([number(4), number(4), blank], [blank, number(4), number(4)]));
        assert!(!rivalled([blank, number(4), number(4)], [number(4), number(4), blank]), "its own sum confirms it");
        assert!(!rivalled([number(4), number(3), blank], [blank, number(4), number(3)]), "the other is broken");
        assert!(!rivalled([number(0), number(0), blank], [blank, number(0), number(0)]), "zeros confirm nothing");
    }

    #[test]
    fn one_reading_may_agree_with_all_sums_of_a_row() {
        let blank = Known::Blank;
        let identities = [identity(&[2], &[0, 1]), identity(&[5], &[3, 4])];
        let row = |readings: Vec<Vec<Known>>| Open { slots: (0..6).collect(), readings };
        let numbers = |numbers: [i64; 5]| numbers.map(number).to_vec();
        let printed = [vec![blank], numbers([1, 2, 3, 3, 0])].concat();
        let moved = [numbers([1, 2, 3, 3, 0]), vec![blank]].concat();
        let full = [numbers([1, 2, 3, 3, 0]), vec![number(3)]].concat();
        let doubted = row(vec![printed.clone(), moved.clone(), printed.clone()]);
        assert!(
            is_doubtful(&identities, &doubted) && !is_doubtful(&identities, &row(vec![full.clone(), moved.clone()]))
        );
        // One total that is a number, and two sums that the print breaks.
        assert_eq!(agreed(&identities, &doubted, false), [1]);
        assert_eq!(agreed(&identities, &doubted, true), [0; 0], "a total is blank");
        let once = [numbers([1, 2, 3, 3, 0]), vec![number(4)]].concat();
        assert_eq!(agreed(&identities, &row(vec![once.clone(), moved.clone()]), false), [0; 0], "one sum is broken");
        assert_eq!(agreed(&identities, &row(vec![once, full.clone()]), true), [1]);
        assert_eq!(agreed(&identities, &row(vec![printed, full.clone(), full]), true), [1, 2]);
    }

    #[test]
    fn identities_are_found_by_their_slots() {
        let entered = Entered::new(&[identity(&[4], &[0, 2]), identity(&[5], &[1, 3]), identity(&[], &[0, 5])]);
        assert_eq!(entered.by([0, 2].into_iter()), [0, 2]);
        assert_eq!(entered.by([5, 1, 9].into_iter()), [1, 2]);
    }

    #[test]
    fn two_rows_settle_each_other_through_a_column() {
        // Columns 0 and 1 of two rows; column totals in slots 4 and 5.
        let rows = [
            Open { slots: vec![0, 1], readings: vec![vec![number(5), Known::Blank], vec![Known::Blank, number(5)]] },
            Open { slots: vec![2, 3], readings: vec![vec![number(7), Known::Blank], vec![Known::Blank, number(7)]] },
        ];
        let mut known = vec![Known::Open(0), Known::Open(0), Known::Open(1), Known::Open(1)];
        known.extend([number(5), number(7)]);
        let identities = [identity(&[4], &[0, 2]), identity(&[5], &[1, 3])];
        assert_eq!(solve(&identities, &known, &rows), [[0], [1]]);
    }

    /// The sums are kept as the rows are chosen; here each combination is added up anew.
    #[test]
    fn the_search_finds_what_trying_all_combinations_finds() {
        let mut state = 5u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut settled = 0;
        for _ in 0..3_000 {
            let mut value = |most: u64| match next(most) {
                0 => Known::Blank,
                1 if most > 4 => Known::Unknown,
                n => number((n % 3) as i64),
            };
            // Three open rows of two slots, and two slots that are certain.
            let readings: Vec<Vec<Vec<Known>>> =
                (0..3).map(|_| (0..2).map(|_| vec![value(4), value(4)]).collect()).collect();
            let certain = [value(9), value(9)];
            let rows: Vec<Open> = readings
                .into_iter()
                .enumerate()
                .map(|(row, readings)| Open { slots: vec![row * 2, row * 2 + 1], readings })
                .collect();
            let mut known: Vec<Known> = (0..6).map(|slot| Known::Open(slot / 2)).collect();
            known.extend(certain);
            let identities = [identity(&[6], &[0, 2, 4]), identity(&[1], &[3, 7]), identity(&[5], &[4])];
            let sums = Sums::new(&identities, known.as_slice(), &rows);
            let mut wanted = [[false; 2]; 3];
            for combination in 0..8usize {
                let chosen: Vec<(usize, usize)> = (0..3).map(|row| (row, combination >> row & 1)).collect();
                if identities.iter().all(|identity| sums.holds_with(identity, &chosen) != Some(false)) {
                    chosen.iter().for_each(|&(row, reading)| wanted[row][reading] = true);
                }
            }
            let wanted: Vec<Vec<usize>> =
                wanted.iter().map(|found| (0..2).filter(|&reading| found[reading]).collect()).collect();
            settled += usize::from(wanted.iter().all(|found| found.len() == 1));
            assert_eq!(solve(&identities, &known, &rows), wanted, "{rows:?} {known:?}");
        }
        assert!(settled > 100, "{settled}");
    }

    #[test]
    fn what_arithmetic_cannot_tell_stays_open() {
        let row =
            Open { slots: vec![0, 1], readings: vec![vec![number(0), Known::Blank], vec![Known::Blank, number(0)]] };
        let known = [Known::Open(0), Known::Open(0), Known::Number(Decimal::ZERO)];
        assert_eq!(solve(&[identity(&[2], &[0, 1])], &known, &[row])[0].len(), 2);
    }
}
