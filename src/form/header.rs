//! What stands above the rows of a table: where the header puts its columns, whether its labels are the form's, and its unit.

use std::sync::LazyLock;

use memchr::memmem;

use super::FormTable;
use super::names::RowNames;
use super::place::Header;
use super::rows::{Holds, Printed};
use crate::fold::is_invisible;
use crate::grid::MAX_LABEL_BYTES;
use crate::grid::value::is_unit;
use crate::span::Span;

/// Rows above the first row of a table in which its header may stand.
pub(super) const HEADER_ROWS: usize = 8;

/// What the header above a row says.
#[derive(Debug, Default, Clone)]
pub(super) struct Above {
    /// Where it puts the columns of the row.
    pub(super) header: Option<Header>,
    /// The unit that it prints.
    pub(super) unit: Option<Span>,
    /// Columns whose label is not there, though other labels stand in the header.
    pub(super) misread: Vec<(usize, Span)>,
}

/// Finds what stands above the rows of a table, one after the other. Most rows have nothing right above them: for them holds what was found
/// before, and nothing is kept twice.
pub(super) struct HeaderFinder<'a> {
    text: &'a str,
    table: &'a FormTable,
    /// The row that the last one is about.
    row: &'a RowNames,
    found: Vec<Above>,
    read: Read,
}

/// What the rows above say, as they are read: kept for the next.
#[derive(Default)]
struct Read {
    /// For each column, the field of its label, and how many fields the row has.
    at: Vec<Option<(usize, usize)>>,
    swapped: Vec<(usize, Span)>,
    unknown: Vec<Span>,
    /// The columns that one row names.
    named: Vec<(usize, Span)>,
}

impl<'a> HeaderFinder<'a> {
    pub(super) fn new(text: &'a str, table: &'a FormTable) -> HeaderFinder<'a> {
        HeaderFinder { text, table, row: table.roles.row(0), found: Vec::new(), read: Read::default() }
    }

    /// Looks at the rows between the row before and a row of the form; the index of what is found, in the list that
    /// [`finish`](HeaderFinder::finish) gives.
    pub(super) fn look(&mut self, above: &[Printed], row: usize) -> usize {
        let row = self.table.roles.row(row);
        let same =
            !self.found.is_empty() && (row.first_alike == self.row.first_alike || row.columns == self.row.columns);
        match self.found.last() {
            Some(last) if same && above.is_empty() && last.misread.is_empty() => {}
            last => {
                let before = last.filter(|_| same).map(|last| {
                    let Above { header, unit, misread: _ } = last;
                    Above { header: header.clone(), unit: *unit, misread: Vec::new() }
                });
                self.row = row;
                let now = self.read(before.unwrap_or_default(), above);
                self.found.push(now);
            }
        }
        self.found.len() - 1
    }

    pub(super) fn finish(self) -> Vec<Above> {
        self.found
    }

    /// Adds what these rows say to what was known before.
    fn read(&mut self, mut known: Above, above: &[Printed]) -> Above {
        if above.is_empty() {
            return known;
        }
        let Read { at, swapped, unknown, named } = &mut self.read;
        at.clear();
        at.resize(self.row.columns.len(), None);
        swapped.clear();
        unknown.clear();
        for printed in &above[above.len().saturating_sub(HEADER_ROWS)..] {
            named.clear();
            for (field, cell) in printed.cells.iter().enumerate() {
                if cell.holds != Holds::Text || cell.span.len() > MAX_LABEL_BYTES {
                    continue;
                }
                if self.table.has_units && !self.table.roles.is_unitless(cell.name) {
                    let start = cell.span.start as usize;
                    let unit = unit(cell.span.of(self.text));
                    known.unit = unit.map(|(from, to)| Span::new(start + from, start + to)).or(known.unit);
                }
                let Some(label) = self.table.roles.header(cell.name) else {
                    // A PDF breaks the labels of a header into pieces, which are strange to all.
                    if !printed.unmarked {
                        unknown.push(cell.span);
                    }
                    continue;
                };
                for (column, name) in self.row.columns.iter().enumerate() {
                    if *name == label {
                        at[column] = Some((field, printed.cells.len()));
                        named.push((column, cell.span));
                    }
                }
            }
            swapped.extend(out_of_order(named));
        }
        // As many strange labels as are missing, in a header that has others of them or is wholly strange: they stand for each other.
        let missing = at.iter().filter(|place| place.is_none()).count();
        if missing == unknown.len() {
            let missing = (0..at.len()).filter(|&column| at[column].is_none());
            known.misread.extend(missing.zip(unknown.iter().copied()));
        }
        known.misread.extend_from_slice(swapped);
        let width = at.iter().flatten().map(|(_, width)| *width).max();
        // Each column has its label, and they stand in order.
        let field = |place: &Option<(usize, usize)>| place.map(|(field, _)| field);
        let ordered = !at.contains(&None) && at.is_sorted_by(|a, b| field(a) < field(b));
        if let Some(width) = width.filter(|_| ordered) {
            known.header = Some(Header { fields: at.iter().flatten().map(|(field, _)| *field).collect(), width });
        }
        known
    }
}

/// The labels of one header row, with the columns that they name, from left to right → each column whose place another's label takes.
fn out_of_order(named: &[(usize, Span)]) -> Vec<(usize, Span)> {
    if named.is_sorted_by(|a, b| a.0 < b.0) {
        return Vec::new();
    }
    // A label that heads several columns says nothing of their order, nor does one that is printed several times.
    let unique = |at: usize, (column, span): &(usize, Span)| {
        named[..at].iter().all(|(other, place)| other != column && place != span)
    };
    if !named.iter().enumerate().all(|(at, name)| unique(at, name)) {
        return Vec::new();
    }
    let mut columns: Vec<usize> = named.iter().map(|(column, _)| *column).collect();
    columns.sort_unstable();
    columns
        .into_iter()
        .zip(named)
        .filter(|(column, (own, _))| column != own)
        .map(|(column, (_, span))| (column, *span))
        .collect()
}

static UNIT: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("单位"));

/// False only of what folds to a label in which no [unit] is found: neither 元 nor 单位 is folded to anything else.
pub(super) fn may_name_unit(label: &str) -> bool {
    label.contains('元') || label.contains("单位")
}

/// Units of money.
pub(super) const MONEY: [&str; 6] = ["元", "百元", "千元", "万元", "百万元", "亿元"];

/// A label of a header prints a unit.
pub(super) fn names_unit(label: &str) -> bool {
    unit(label).is_some()
}

/// The label of a header without the unit in its last bracket.
pub(super) fn without_unit(label: &str) -> &str {
    let bracket = unit(label).and_then(|_| label.rfind(['（', '(']));
    bracket.map_or(label, |at| label[..at].trim_end())
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// The unit in `（单位：万元）` or `（万元）`: its byte range.
fn unit(label: &str) -> Option<(usize, usize)> {
    // Most labels have neither 单, which ends in 0x95, nor 元, which ends in 0x83.
    memchr::memchr2(0x95, 0x83, label.as_bytes())?;
    let named = UNIT.find(label.as_bytes()).map(|at| at + "单位".len());
    // A bare bracket may hold anything; a unit of money is one.
    if named.is_none() && !label.contains('元') {
        return None;
    }
    let start = named
        .or_else(|| label.find(['（', '(']).map(|at| at + label[at..].chars().next().map_or(0, char::len_utf8)))?;
    let rest = label.get(start..)?;
    let skipped = rest.len() - rest.trim_start_matches(|c: char| matches!(c, '：' | ':') || c.is_whitespace()).len();
    let end = rest[skipped..].find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len() - skipped);
    // 万 元: blanks stand between its characters, and nothing behind them.
    let spaced = rest[skipped..].find(|c: char| !c.is_alphabetic() && !is_gap(c)).unwrap_or(rest.len() - skipped);
    let end = if is_unit(&rest[skipped..skipped + spaced]) {
        rest[skipped..skipped + spaced].trim_end_matches(is_gap).len()
    } else {
        end
    };
    let unit = &rest[skipped..skipped + end];
    let money = || MONEY.iter().any(|money| money.chars().eq(unit.chars().filter(|&c| !is_gap(c))));
    let sure = if named.is_some() { skipped > 0 } else { money() };
    (end > 0 && sure).then_some((start + skipped, start + skipped + end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::key;

    #[test]
    fn what_names_a_unit_may_name_one() {
        for label in ["本年收费金额（单位：万元）", "金额(元)", "（单位 ：件）", "计量单位:件", "金额 【单位：亿元】"]
        {
            assert!(may_name_unit(&key(label)), "{label}");
            assert!(unit(label).is_some(), "{label}");
        }
        assert!(!may_name_unit(&key("本年制发件数")));
    }

    #[test]
    fn blanks_may_stand_in_a_unit() {
        let printed = |label: &'static str| unit(label).map(|(from, to)| &label[from..to]);
        assert_eq!(printed("本年收费金额（单位：万 元）"), Some("万 元"));
        assert_eq!(printed("本年收费金额（ 万　元 ）"), Some("万　元"));
        assert_eq!(printed("单位：万元 数量"), Some("万元"));
        assert_eq!(printed("金额（单位：万元）"), Some("万元"));
        assert_eq!(without_unit("本年收费金额（单位：万元）"), "本年收费金额");
        assert_eq!(without_unit("采购总金额"), "采购总金额");
    }
}
