//! `sum.*`: the arithmetic that the form itself demands (勾稽关系).
//!
//! A blank part counts as zero, and the finding says so. Where the stated total is blank, or a part is unreadable or missing, or a blank part is
//! itself a total whose own parts are printed and not zero, the identity says nothing: that is `sum.unchecked`, and nothing false is printed.

use std::cell::OnceCell;
use std::ops::Range;

use rust_decimal::Decimal;

use super::Subject;
use crate::finding::{Addend, Entered, Fact, Finding, Obstacle, Rule, Within};
use crate::form::fit::{Fitted, counted};
use crate::form::{Form, Identity};
use crate::record::{Cell, Status};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(fitted) = subject.fitted else { return };
    let sums = Sums::new(fitted);
    let tables = || fitted.form.tables.iter().zip(&fitted.printed);
    // An equation never leaves its table, and many a table holds nothing but zeros: then all hold.
    let others = tables().filter(|(table, _)| !sums.are_zeros(&table.slots)).map(|(table, _)| table.key.as_str());
    let is_printed = |key: &&str| tables().any(|(table, printed)| *printed && table.key == *key);
    let open: Vec<&str> = others.filter(is_printed).collect();
    if open.is_empty() {
        return;
    }
    let identities = fitted.form.identities.iter().filter(|identity| open.contains(&identity.table.as_str()));
    findings.extend(identities.filter_map(|identity| sums.check(identity)));
}

struct Sums<'a> {
    form: &'a Form,
    /// By slot.
    cells: &'a [Cell],
    /// Slots of blank totals whose parts add up to something: no zero. Where every sum plainly holds, none is asked
    /// for.
    blank_totals: OnceCell<Vec<usize>>,
}

impl<'a> Sums<'a> {
    fn new(fitted: &'a Fitted) -> Sums<'a> {
        Sums { form: &fitted.form, cells: &fitted.cells, blank_totals: OnceCell::new() }
    }

    /// The number of a cell that holds a whole one: nearly all sums are sums of these.
    fn whole(&self, slot: usize) -> Option<i64> {
        let cell = self.cells.get(slot)?;
        let value = cell.value.filter(|value| cell.status == Status::Ok && value.scale() == 0)?;
        i64::try_from(value.mantissa()).ok()
    }

    fn is_blank_total(&self, slot: usize) -> bool {
        let of = |identity: &Identity| match identity.total.as_slice() {
            &[total] if self.status(total) == Some(Status::Blank) => {
                let mut parts = identity.parts.iter().filter_map(|&part| counted(self.cells.get(part)?));
                parts.any(|value| !value.is_zero()).then_some(total)
            }
            _ => None,
        };
        self.blank_totals.get_or_init(|| self.form.identities.iter().filter_map(of).collect()).contains(&slot)
    }

    fn status(&self, slot: usize) -> Option<Status> {
        self.cells.get(slot).map(|cell| cell.status)
    }

    /// The slots hold nothing but whole zeros.
    fn are_zeros(&self, slots: &Range<usize>) -> bool {
        let is_zero = |cell: &Cell| {
            cell.status == Status::Ok && cell.value.is_some_and(|value| value.scale() == 0 && value.is_zero())
        };
        self.cells.get(slots.clone()).is_some_and(|cells| cells.iter().all(is_zero))
    }

    /// Every slot of it holds a whole number, and it holds.
    fn plainly_holds(&self, identity: &Identity) -> bool {
        let sum = |slots: &[usize]| slots.iter().try_fold(0i64, |sum, &slot| sum.checked_add(self.whole(slot)?));
        sum(&identity.total).is_some_and(|stated| sum(&identity.parts) == Some(stated))
    }

    fn check(&self, identity: &Identity) -> Option<Finding> {
        if self.plainly_holds(identity) {
            return None;
        }
        let parts = &identity.parts;
        let all = || identity.total.iter().chain(parts);
        if all().all(|&slot| matches!(self.status(slot), Some(Status::Blank | Status::Missing) | None)) {
            // Nothing is stated and nothing is printed.
            return None;
        }
        if identity.row.is_some() && all().all(|&slot| self.status(slot) == Some(Status::Unreadable)) {
            // The whole row could not be read, and has its own finding.
            return None;
        }
        let stated_blank = identity.total.iter().all(|&slot| self.status(slot) == Some(Status::Blank));
        let obstacle = all().find_map(|&slot| match self.status(slot) {
            None | Some(Status::Missing) => Some((slot, Obstacle::Missing)),
            Some(Status::Unreadable) => Some((slot, Obstacle::Unreadable)),
            Some(Status::Blank) if stated_blank && identity.total.contains(&slot) => Some((slot, Obstacle::Blank)),
            Some(Status::Blank) if self.is_blank_total(slot) => Some((slot, Obstacle::BlankTotal)),
            _ => None,
        });
        let along = self.along_row(identity);
        if let Some((slot, obstacle)) = obstacle {
            let fact = Fact::SumUnchecked {
                within: self.within(along, identity),
                totals: self.labels(along, &identity.total),
                parts: self.labels(along, parts),
                cell: self.label(along, slot).to_owned(),
                obstacle,
            };
            let span = identity.total.iter().chain([&slot]).find_map(|slot| self.cells.get(*slot)?.span);
            return Some(self.about(identity, Rule::SumUnchecked, fact).maybe_at(span));
        }
        let sum = |slots: &[usize]| {
            slots.iter().try_fold(Decimal::ZERO, |sum, slot| sum.checked_add(counted(self.cells.get(*slot)?)?))
        };
        let (stated, computed) = (sum(&identity.total)?, sum(parts)?);
        if stated == computed {
            return None;
        }
        let blank = all().filter(|&&slot| self.status(slot) == Some(Status::Blank)).count();
        let fact = Fact::Sum {
            within: self.within(along, identity),
            totals: self.labels(along, &identity.total),
            stated,
            computed,
            addends: self.addends(along, parts),
            blank,
        };
        let span = identity.total.first().and_then(|slot| self.cells.get(*slot)?.span);
        let mut finding = self.about(identity, identity.rule, fact).maybe_at(span).expected(computed, stated);
        finding.entered = all()
            .filter_map(|slot| {
                let cell = self.cells.get(*slot)?;
                let stated = identity.total.contains(slot);
                Some(Entered { cell: self.form.slots[*slot].path(), value: cell.value, span: cell.span, stated })
            })
            .collect();
        Some(finding)
    }

    fn about(&self, identity: &Identity, rule: Rule, fact: Fact) -> Finding {
        let mut finding = Finding::new(rule, fact).table(&identity.table);
        finding.row.clone_from(&identity.row);
        finding.column.clone_from(&identity.column);
        finding
    }

    /// The identity lies in one row, and its slots differ in their columns.
    fn along_row(&self, identity: &Identity) -> bool {
        let row = identity.row.as_ref();
        row.is_some_and(|row| identity.parts.iter().all(|&part| self.form.slots[part].row == *row))
    }

    /// What the labels of the identity's slots have in common. `along`: it lies [along a row](Sums::along_row).
    fn within(&self, along: bool, identity: &Identity) -> Within {
        let Some(slot) = identity.parts.first().map(|&part| &self.form.slots[part]) else { return Within::Table };
        if along {
            return Within::Row(slot.row_label.clone());
        }
        let mut others = self.form.slots.iter().filter(|other| other.table == slot.table);
        match others.any(|other| other.column != slot.column) {
            true => Within::Column(slot.column_label.clone()),
            false => Within::Table,
        }
    }

    /// What tells a slot from the others of its identity: the last of its labels, below those of its groups.
    fn label(&self, along: bool, slot: usize) -> &'a str {
        let slot = &self.form.slots[slot];
        let label = if along { &slot.column_label } else { &slot.row_label };
        label.rsplit(' ').next().unwrap_or(label)
    }

    fn labels(&self, along: bool, slots: &[usize]) -> Vec<String> {
        slots.iter().map(|&slot| self.label(along, slot).to_owned()).collect()
    }

    /// The addends that are not zero, each with its number.
    fn addends(&self, along: bool, slots: &[usize]) -> Vec<Addend> {
        let addend = |&slot: &usize| {
            let value = self.cells.get(slot)?.value.filter(|value| !value.is_zero())?;
            Some(Addend { label: self.label(along, slot).to_owned(), value })
        };
        slots.iter().filter_map(addend).collect()
    }
}
