//! Groups of columns that a header prints in another order than the form: the numbers stand under the labels that are
//! printed.

use std::ops::Range;

use super::BlankCell;
use super::names::{Name, Roles};
use super::rows::Printed;
use crate::span::Span;

/// A label of a header that stands over several columns.
#[derive(Debug, Clone)]
pub(super) struct Group {
    name: Name,
    label: String,
    /// Which slots of the row they are.
    columns: Range<usize>,
}

/// Rows above the values in which the labels of the groups may stand, a cell a line.
const HEADER_ROWS: usize = 24;

/// The groups in each row of the header of a blank table, where there are several; `name` gives the name of a label.
pub(super) fn groups(blank: &[Vec<BlankCell>], mut name: impl FnMut(&str) -> Name) -> Vec<Vec<Group>> {
    let is_slot = |cell: &BlankCell| matches!(cell, BlankCell::Slot(_));
    let is_header = |row: &&Vec<BlankCell>| !row.iter().any(is_slot);
    let filled = blank.iter().find(|row| row.iter().any(is_slot));
    let slots = |end: usize| filled.map_or(0, |row| row.iter().take(end).filter(|cell| is_slot(cell)).count());
    let mut rows = Vec::new();
    for row in blank.iter().take_while(is_header) {
        let labels = || row.iter().enumerate().filter(|(_, cell)| matches!(cell, BlankCell::Label(_)));
        let ends = labels().skip(1).map(|(at, _)| at).chain([row.len()]);
        let groups: Vec<Group> = labels()
            .zip(ends)
            .filter(|((start, _), end)| end - start > 1)
            .filter_map(|((start, cell), end)| match cell {
                BlankCell::Label(label) => {
                    Some(Group { name: name(label), label: label.clone(), columns: slots(start)..slots(end) })
                }
                _ => None,
            })
            .collect();
        if groups.len() > 1 {
            rows.push(groups);
        }
    }
    rows
}

/// The columns of the form in the order in which a header has them, and what it prints where the form has another
/// group.
pub(super) struct Order<'a> {
    pub(super) columns: Vec<usize>,
    pub(super) moved: Vec<(Span, &'a str)>,
}

/// The order in which the rows above print the groups, if it is not that of the form: all groups of a row of the blank
/// table stand in one printed row, or on a line each.
pub(super) fn order<'a>(roles: &'a Roles, above: &[Printed], columns: usize) -> Option<Order<'a>> {
    let found: Vec<_> = roles.column_groups().iter().map(|groups| (groups, printed(roles, groups, above))).collect();
    if found.iter().all(|(_, printed)| printed.iter().enumerate().all(|(at, (group, _))| *group == at)) {
        return None;
    }
    let mut ranks = vec![Vec::new(); columns];
    let mut moved = Vec::new();
    for (groups, printed) in found {
        for (at, (group, span)) in printed.into_iter().enumerate() {
            ranks.get_mut(groups[group].columns.clone())?.iter_mut().for_each(|ranks| ranks.push(at));
            if group != at {
                moved.push((span, groups[at].label.as_str()));
            }
        }
    }
    let mut columns: Vec<usize> = (0..columns).collect();
    // A stable sort: within a group the columns stand as in the form.
    columns.sort_by(|a, b| ranks[*a].cmp(&ranks[*b]));
    Some(Order { columns, moved })
}

/// The indices of the groups in the order of the print, with their places; empty where one of them is missing or stands
/// twice.
fn printed(roles: &Roles, groups: &[Group], above: &[Printed]) -> Vec<(usize, Span)> {
    let rows = above.iter().rev().take(HEADER_ROWS).enumerate();
    let mut found: Vec<(usize, Span)> = Vec::new();
    // Above another row with numbers stands the header of another table. A cell a line, the last label has the values
    // behind it.
    for (_, row) in rows.take_while(|(at, row)| *at == 0 || row.numbers == 0) {
        let before = found.len();
        for cell in row.cells.iter().rev() {
            let header = roles.header(cell.name);
            let group = header.and_then(|header| groups.iter().position(|group| group.name == header));
            found.extend(group.map(|group| (group, cell.span)));
        }
        if found.len() == before {
            continue;
        }
        if found.len() >= groups.len() || !row.loose {
            break;
        }
    }
    found.reverse();
    let all = (0..groups.len()).all(|group| found.iter().filter(|(other, _)| *other == group).count() == 1);
    if all && found.len() == groups.len() { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use crate::Reader;
    use crate::finding::Rule;

    const CLEAN: &str = include_str!("../../fixtures/reports/valid/clean-rectangle/report.txt");

    /// The raw cells of a row of the table of reviews in a report that prints this table, and how many labels are told.
    fn read(table: &str) -> ([Vec<String>; 3], usize) {
        let from = CLEAN.find("行政复议\t").unwrap();
        let to = from + CLEAN[from..].find("\n\n").unwrap();
        let text = [&CLEAN[..from], table, &CLEAN[to..]].concat();
        let report = Reader::default().read(text.as_bytes(), None).unwrap();
        let raws = |row: &str| {
            let cells = report.cells().filter(|cell| cell.row == row);
            cells.map(|cell| cell.raw.unwrap_or("-").to_owned()).collect()
        };
        let told = report.findings.iter().filter(|finding| finding.rule == Rule::ColumnLabel).count();
        (["review", "litigation_direct", "litigation_after_review"].map(raws), told)
    }

    #[test]
    fn groups_of_columns_are_read_in_the_order_of_the_print() {
        let own = "结果维持\t结果纠正\t其他结果\t尚未审结\t总计";
        let blank = "\t".repeat(4);
        let (a, b, c) = ("1\t0\t1\t0\t2", "0\t0\t0\t4\t4", "2\t0\t0\t1\t3");
        let wanted = || [a, b, c].map(|row| row.split('\t').map(str::to_owned).collect::<Vec<_>>());
        let usual = format!(
            "行政复议{blank}\t行政诉讼{blank}\t{blank}\n{own}\t未经复议直接起诉{blank}\t复议后起诉{blank}\n{blank}\t{own}\t{own}\n{a}\t{b}\t{c}"
        );
        assert_eq!(read(&usual), (wanted(), 0));
        let inner = format!(
            "行政复议{blank}\t行政诉讼{blank}\t{blank}\n{own}\t复议后起诉{blank}\t未经复议直接起诉{blank}\n{blank}\t{own}\t{own}\n{a}\t{c}\t{b}"
        );
        let outer = format!(
            "行政诉讼{blank}\t{blank}\t行政复议{blank}\n未经复议直接起诉{blank}\t复议后起诉{blank}\t{own}\n{own}\t{own}\n{b}\t{c}\t{a}"
        );
        let both = format!(
            "行政诉讼{blank}\t{blank}\t行政复议{blank}\n复议后起诉{blank}\t未经复议直接起诉{blank}\t{own}\n{own}\t{own}\n{c}\t{b}\t{a}"
        );
        for (print, told) in [(&inner, 2), (&outer, 2), (&both, 4)] {
            assert_eq!(read(print), (wanted(), told), "{print}");
            let lines = print.split(['\t', '\n']).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\n");
            assert_eq!(read(&lines), (wanted(), told), "{lines}");
        }
        // A label is lost: in what order the others stand says nothing.
        let lost = inner.replace("未经复议直接起诉", "");
        assert_eq!(read(&lost).1, 0);
    }
}
