//! `cell.*`: what stands in the cells.

use super::Subject;
use crate::finding::{Fact, Finding, Rule};
use crate::form::fit::kind;
use crate::form::{Kind, Slot};
use crate::record::{Cell, Status};

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(fitted) = subject.fitted else { return };
    let slots = &fitted.form.slots;
    for row in fitted
        .cells
        .chunk_by(|a, b| slots[a.slot].row == slots[b.slot].row && slots[a.slot].table == slots[b.slot].table)
    {
        blank(row, slots, findings);
        for cell in row {
            let raw = || cell.span.map(|span| span.of(subject.text).to_owned()).unwrap_or_default();
            let fact = match (cell.status, cell.value) {
                (Status::Unreadable, _) if !fitted.open.contains(&cell.slot) => {
                    (Rule::CellUnreadable, Fact::CellUnreadable { raw: raw() })
                }
                (Status::Ok, Some(value))
                    if value.is_sign_negative()
                        && !value.is_zero()
                        && kind(&fitted.form, cell.slot) != Kind::Change =>
                {
                    (Rule::CellNegative, Fact::CellNegative { raw: raw() })
                }
                (Status::Ok, Some(value))
                    if value.scale() > 0
                        && !value.fract().is_zero()
                        && kind(&fitted.form, cell.slot) != Kind::Amount =>
                {
                    (Rule::CellFraction, Fact::CellFraction { raw: raw() })
                }
                _ => continue,
            };
            let slot = &slots[cell.slot];
            let finding = Finding::new(fact.0, fact.1).table(&slot.table).row(&slot.row).column(&slot.column);
            findings.push(finding.maybe_at(cell.span));
        }
    }
}

/// One note for all blank cells of a row.
fn blank(row: &[Cell], slots: &[Slot], findings: &mut Vec<Finding>) {
    let mut blank = row.iter().filter(|cell| cell.status == Status::Blank);
    let Some(first) = blank.next() else { return };
    let slot = &slots[first.slot];
    let fact = Fact::CellBlank { blank: 1 + blank.count(), of: row.len() };
    findings.push(Finding::new(Rule::CellBlank, fact).table(&slot.table).row(&slot.row).maybe_at(first.span));
}
