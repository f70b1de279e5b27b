//! The sums of a form: both sides of an identity, over what is known and what is assumed.

use std::cell::OnceCell;

use rust_decimal::Decimal;

use super::{Known, Knows, Open};
use crate::finding::Rule;
use crate::form::Identity;

/// The two sides of an identity, as far as they are added up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Partial {
    total: Decimal,
    parts: Decimal,
    /// A total is printed.
    stated: bool,
    /// A slot is unknown, or a side is too large.
    unknown: bool,
}

impl Partial {
    /// Adds what stands in a slot, as [`Known::value`] has it, to the side of the totals or to the other.
    pub(super) fn add(&mut self, value: Option<Option<Decimal>>, total: bool) {
        let side = if total { &mut self.total } else { &mut self.parts };
        let sum = value.and_then(|value| side.checked_add(value.unwrap_or_default()));
        self.unknown |= sum.is_none();
        *side = sum.unwrap_or(*side);
        self.stated |= total && value.flatten().is_some();
    }

    /// `None` where something is unknown.
    pub(super) fn sum(&self) -> Option<Sum> {
        let Partial { total, parts, stated, unknown } = *self;
        (!unknown).then_some(Sum { stated, equal: total == parts, total })
    }
}

/// The identities, over what is known and what is assumed.
pub(super) struct Sums<'a, K: Knows + ?Sized> {
    identities: &'a [Identity],
    pub(super) known: &'a K,
    pub(super) rows: &'a [Open],
    always_stated: OnceCell<Vec<Rule>>,
}

/// The two sides of an identity.
pub(super) struct Sum {
    /// A total is printed.
    pub(super) stated: bool,
    /// Both sides are the same, blanks counting as zero.
    pub(super) equal: bool,
    pub(super) total: Decimal,
}

impl<'a, K: Knows + ?Sized> Sums<'a, K> {
    pub(super) fn new(identities: &'a [Identity], known: &'a K, rows: &'a [Open]) -> Sums<'a, K> {
        Sums { identities, known, rows, always_stated: OnceCell::new() }
    }

    /// The identities that an open row enters, with those rows.
    pub(super) fn open(&self) -> Vec<(&'a Identity, Vec<usize>)> {
        let open = self.identities.iter().filter(|identity| self.is_open(identity));
        open.map(|identity| (identity, self.open_rows(identity))).collect()
    }

    /// The rules whose totals the report never leaves blank where there is something to add up: a reading with a blank total is none then.
    fn always_stated(&self) -> &[Rule] {
        self.always_stated.get_or_init(|| {
            let mut stated: Vec<(Rule, bool)> = Vec::new();
            for identity in self.identities.iter().filter(|identity| !self.is_open(identity)) {
                // A blank total over blank or zero parts says nothing of what the report does otherwise.
                let sum = sum(identity, |slot| self.value(slot, |_| None)).filter(|sum| sum.stated || !sum.equal);
                let Some(sum) = sum else { continue };
                match stated.iter_mut().find(|(rule, _)| *rule == identity.rule) {
                    Some((_, always)) => *always &= sum.stated,
                    None => stated.push((identity.rule, sum.stated)),
                }
            }
            stated.into_iter().filter(|(_, always)| *always).map(|(rule, _)| rule).collect()
        })
    }

    pub(super) fn is_open(&self, identity: &Identity) -> bool {
        let is_open = |slot: &usize| matches!(self.known.known(*slot), Some(Known::Open(_)));
        identity.total.iter().any(is_open) || identity.parts.iter().any(is_open)
    }

    pub(super) fn open_rows(&self, identity: &Identity) -> Vec<usize> {
        let slots = identity.total.iter().chain(&identity.parts);
        let mut rows: Vec<usize> = slots
            .filter_map(|slot| match self.known.known(*slot) {
                Some(Known::Open(row)) => Some(row),
                _ => None,
            })
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Whether the identity holds with the chosen readings; `None` where that cannot be said (yet).
    pub(super) fn holds_with(&self, identity: &Identity, chosen: &[(usize, usize)]) -> Option<bool> {
        let reading = |row: usize| chosen.iter().find(|(chosen, _)| *chosen == row).map(|(_, reading)| *reading);
        self.holds(identity, |slot| self.value(slot, reading))
    }

    /// Whether the identity holds with these values of the slots.
    pub(super) fn holds(&self, identity: &Identity, value: impl Fn(usize) -> Option<Option<Decimal>>) -> Option<bool> {
        self.says(identity, &sum(identity, value)?)
    }

    /// Whether the identity holds with these sides; `None` where a blank total says nothing.
    pub(super) fn says(&self, identity: &Identity, sum: &Sum) -> Option<bool> {
        (sum.stated || sum.equal || self.always_stated().contains(&identity.rule)).then_some(sum.equal)
    }

    /// The sides of the identity without what belongs to an open row.
    pub(super) fn certain(&self, identity: &Identity) -> Partial {
        let mut partial = Partial::default();
        for (slot, total) in sides(identity) {
            match self.known.known(slot) {
                Some(Known::Open(_)) => {}
                known => partial.add(known.and_then(|known| known.value()), total),
            }
        }
        partial
    }

    /// What stands in a slot, as [`Known::value`] has it, with the reading that is chosen of a row.
    pub(super) fn value(&self, slot: usize, reading: impl Fn(usize) -> Option<usize>) -> Option<Option<Decimal>> {
        let known = self.known.known(slot)?;
        let Known::Open(row) = known else { return known.value() };
        let reading = reading(row)?;
        let at = self.rows[row].slots.iter().position(|other| *other == slot)?;
        self.rows[row].readings.get(reading)?.get(at)?.value()
    }
}

/// The slots of an identity, each with whether it is a total.
pub(super) fn sides(identity: &Identity) -> impl Iterator<Item = (usize, bool)> + '_ {
    let totals = identity.total.iter().map(|&slot| (slot, true));
    totals.chain(identity.parts.iter().map(|&slot| (slot, false)))
}

/// The two sides of an identity with these values of the slots; `None` where one is unknown.
pub(super) fn sum(identity: &Identity, value: impl Fn(usize) -> Option<Option<Decimal>>) -> Option<Sum> {
    let mut partial = Partial::default();
    for (slot, total) in sides(identity) {
        partial.add(Some(value(slot)?), total);
    }
    partial.sum()
}
