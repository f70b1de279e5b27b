//! What stands above the rows of a table: where the header puts its columns, whether its labels are the form's, and its unit.

use super::align::{Holds, Printed};
use super::place::Header;
use super::{FormRow, FormTable};
use crate::fold::key;
use crate::grid::MAX_LABEL_BYTES;
use crate::span::Span;

/// Rows above the first row of a table in which its header may stand.
pub(super) const HEADER_ROWS: usize = 8;

/// Finds where the header above a row puts its columns, and the unit that it prints.
#[derive(Default, Clone)]
pub(super) struct HeaderFinder {
    columns: Vec<String>,
    header: Option<Header>,
    pub(super) unit: Option<Span>,
    /// Columns of the row looked at last whose label is not there, though other labels stand in its header.
    pub(super) misread: Vec<(usize, Span)>,
}

impl HeaderFinder {
    /// Looks at the rows between the row before and `row`.
    pub(super) fn look(&mut self, text: &str, above: &[Printed], row: &FormRow, table: &FormTable) {
        if row.columns != self.columns {
            *self = HeaderFinder { columns: row.columns.clone(), ..HeaderFinder::default() };
        }
        let mut at: Vec<Option<(usize, usize)>> = vec![None; row.columns.len()];
        let mut swapped: Vec<(usize, Span)> = Vec::new();
        let mut unknown: Vec<Span> = Vec::new();
        for printed in &above[above.len().saturating_sub(HEADER_ROWS)..] {
            let mut named: Vec<(usize, Span)> = Vec::new();
            for (field, cell) in printed.cells.iter().enumerate() {
                if cell.holds != Holds::Text || cell.span.len() > MAX_LABEL_BYTES {
                    continue;
                }
                let label = cell.span.of(text);
                let start = cell.span.start as usize;
                self.unit = unit(label).map(|(from, to)| Span::new(start + from, start + to)).or(self.unit);
                let label = key(label);
                let Some(label) = table.header.get(&label) else {
                    // A PDF breaks the labels of a header into pieces, which are strange to all.
                    if cell.columns.is_none() {
                        unknown.push(cell.span);
                    }
                    continue;
                };
                for (column, _) in row.columns.iter().enumerate().filter(|(_, column)| *column == label) {
                    at[column] = Some((field, printed.cells.len()));
                    named.push((column, cell.span));
                }
            }
            swapped.extend(out_of_order(&named));
        }
        let missing: Vec<usize> = (0..at.len()).filter(|&column| at[column].is_none()).collect();
        // As many strange labels as are missing, in a header that has others of them or is wholly strange: they stand for each other.
        self.misread =
            if missing.len() == unknown.len() { missing.into_iter().zip(unknown).collect() } else { Vec::new() };
        self.misread.extend(swapped);
        let width = at.iter().flatten().map(|(_, width)| *width).max();
        let fields: Option<Vec<usize>> = at.iter().map(|place| place.map(|(field, _)| field)).collect();
        if let (Some(fields), Some(width)) = (fields, width)
            && fields.is_sorted_by(|a, b| a < b)
        {
            self.header = Some(Header { fields, width });
        }
    }

    pub(super) fn place(&self, row: &FormRow) -> Option<&Header> {
        self.header.as_ref().filter(|_| self.columns == row.columns)
    }
}

/// The labels of one header row, with the columns that they name, from left to right → each column whose place another's label takes.
fn out_of_order(named: &[(usize, Span)]) -> Vec<(usize, Span)> {
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

/// The unit in `（单位：万元）` or `（万元）`: its byte range.
fn unit(label: &str) -> Option<(usize, usize)> {
    let named = label.find("单位").map(|at| at + "单位".len());
    let start = named
        .or_else(|| label.find(['（', '(']).map(|at| at + label[at..].chars().next().map_or(0, char::len_utf8)))?;
    let rest = label.get(start..)?;
    let skipped = rest.len() - rest.trim_start_matches(|c: char| matches!(c, '：' | ':') || c.is_whitespace()).len();
    let end = rest[skipped..].find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len() - skipped);
    let unit = &rest[skipped..skipped + end];
    // A bare bracket may hold anything; a unit of money is one.
    let sure = if named.is_some() { skipped > 0 } else { matches!(unit, "元" | "万元" | "亿元" | "千元") };
    (end > 0 && sure).then_some((start + skipped, start + skipped + end))
}
