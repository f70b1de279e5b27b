//! What stands above the rows of a table: where the header puts its columns, whether its labels are the form's, and its unit.

use std::sync::LazyLock;

use memchr::memmem;

use super::names::{Name, RowNames};
use super::place::Header;
use super::rows::{Holds, Printed};
use super::{Columns, FormTable};
use crate::fold::{is_invisible, key};
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
    /// The columns whose labels are not there, though others are, and nothing else stands in the header.
    pub(super) absent: Vec<usize>,
    /// Among the columns of the header one more stands that is strange: how many of the row's are left of it.
    pub(super) surplus: Option<usize>,
}

/// Finds what stands above the rows of a table, one after the other. Most rows have nothing right above them: for them holds what was found
/// before, and nothing is kept twice.
pub(super) struct HeaderFinder<'a> {
    text: &'a str,
    table: &'a FormTable,
    /// The row that the last one is about.
    row: &'a RowNames,
    /// The folded labels of its columns.
    labels: &'a [String],
    found: Vec<Above>,
    read: Read,
}

/// What the rows above say, as they are read: kept for the next.
#[derive(Default)]
struct Read {
    /// For each column, the first and the last field of its label, and how many fields the row has.
    at: Vec<Option<(usize, usize, usize)>>,
    swapped: Vec<(usize, Span)>,
    unknown: Vec<Span>,
    /// The columns that one row names.
    named: Vec<(usize, Span)>,
}

impl<'a> HeaderFinder<'a> {
    pub(super) fn new(text: &'a str, table: &'a FormTable) -> HeaderFinder<'a> {
        HeaderFinder { text, table, row: table.roles.row(0), labels: &[], found: Vec::new(), read: Read::default() }
    }

    /// Looks at the rows between the row before and a row of the form; the index of what is found, in the list that
    /// [`finish`](HeaderFinder::finish) gives.
    pub(super) fn look(&mut self, above: &[Printed], row: usize) -> usize {
        self.labels = self.table.rows.get(row).map_or(&[], |row| &row.columns);
        let row = self.table.roles.row(row);
        let same =
            !self.found.is_empty() && (row.first_alike == self.row.first_alike || row.columns == self.row.columns);
        match self.found.last() {
            Some(last) if same && above.is_empty() && last.misread.is_empty() => {}
            last => {
                let before = last.filter(|_| same).map(|last| {
                    let Above { header, unit, surplus, .. } = last;
                    Above { header: header.clone(), unit: *unit, surplus: *surplus, ..Above::default() }
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
        // How many strange labels stand below the rows of the table above, and the field of the last.
        let (mut strange, mut strange_at) = (0, 0);
        for printed in &above[above.len().saturating_sub(HEADER_ROWS)..] {
            named.clear();
            let before = strange;
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
                    // A PDF breaks the labels of a header into pieces, which are strange to all. Before a mark for no number stands the
                    // label of a group of an annex.
                    let group = self.table.columns != Columns::Form && printed.has_values && printed.numbers == 0;
                    if !printed.unmarked && !group {
                        unknown.push(cell.span);
                        (strange, strange_at) = (strange + 1, field);
                    }
                    continue;
                };
                for (column, name) in self.row.columns.iter().enumerate() {
                    if *name == label {
                        // What stands left of all columns heads the labels.
                        if named.is_empty() {
                            strange = before;
                        }
                        // A merged cell that is printed in each of its fields.
                        let first = match at[column] {
                            Some((first, last, _)) if last + 1 == field && is_last(named, column) => first,
                            _ => field,
                        };
                        at[column] = Some((first, field, printed.cells.len()));
                        named.push((column, cell.span));
                    }
                }
            }
            swapped.extend(out_of_order(named, &self.row.columns));
            if printed.numbers > 0 {
                strange = 0;
            }
        }
        // As many strange labels as are missing, in a header that has others of them or is wholly strange: they stand for each other.
        let missing = at.iter().filter(|place| place.is_none()).count();
        if missing == unknown.len() && !are_pieces(self.text, unknown, self.labels) {
            let missing = (0..at.len()).filter(|&column| at[column].is_none());
            known.misread.extend(missing.zip(unknown.iter().copied()));
        }
        known.misread.extend_from_slice(swapped);
        if missing < at.len() && strange == 0 && swapped.is_empty() {
            known.absent = (0..at.len()).filter(|&column| at[column].is_none()).collect();
        }
        let width = at.iter().flatten().map(|(_, _, width)| *width).max();
        // Each column has its label, and they stand in order.
        let field = |place: &Option<(usize, usize, usize)>| place.map(|(_, field, _)| field);
        let ordered = !at.contains(&None) && at.is_sorted_by(|a, b| field(a) < field(b));
        if let Some(width) = width.filter(|_| ordered) {
            let fields: Vec<usize> = at.iter().flatten().map(|(_, field, _)| *field).collect();
            let merged = at.iter().flatten().any(|(first, last, _)| first < last);
            let firsts = at.iter().flatten().map(|(first, _, _)| *first).filter(|_| merged).collect();
            let before = fields.iter().filter(|field| **field < strange_at).count();
            known.surplus = (strange == 1 && before > 0 && !fields.contains(&strange_at)).then_some(before);
            known.header = Some(Header { fields, firsts, width });
        }
        known
    }
}

/// The column is the last of those that a row has named.
fn is_last(named: &[(usize, Span)], column: usize) -> bool {
    named.last().is_some_and(|(last, _)| *last == column)
}

/// Each of these texts makes up a label with another: they are labels that were broken over lines, `结果` and `维持`.
fn are_pieces(text: &str, unknown: &[Span], labels: &[String]) -> bool {
    let keys: Vec<String> = unknown.iter().map(|span| key(span.of(text))).collect();
    let makes = |a: &str, b: &str| labels.iter().any(|label| label.strip_prefix(a) == Some(b));
    let completes =
        |at: usize, other: usize| at != other && (makes(&keys[at], &keys[other]) || makes(&keys[other], &keys[at]));
    (0..keys.len()).all(|at| (0..keys.len()).any(|other| completes(at, other)))
}

/// The labels of one header row, with the columns that they name, from left to right → each column whose place another's label takes.
fn out_of_order(named: &[(usize, Span)], columns: &[Name]) -> Vec<(usize, Span)> {
    if named.is_sorted_by(|a, b| a.0 < b.0) {
        return Vec::new();
    }
    // A label that heads several columns says nothing of their order.
    let unique = |at: usize, (column, span): &(usize, Span)| {
        named[..at].iter().all(|(other, place)| other != column && place != span)
    };
    if !named.iter().enumerate().all(|(at, name)| unique(at, name)) {
        return groups_out_of_order(named, columns);
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

/// The same where several groups have columns of the same labels, in a row that prints all labels of one group or more.
fn groups_out_of_order(named: &[(usize, Span)], columns: &[Name]) -> Vec<(usize, Span)> {
    let mut printed: Vec<(Name, Span)> = named.iter().map(|(column, span)| (columns[*column], *span)).collect();
    printed.dedup_by_key(|(_, span)| *span);
    let group = columns.iter().skip(1).position(|name| *name == columns[0]).map_or(columns.len(), |at| at + 1);
    if group == 0 || !printed.len().is_multiple_of(group) {
        return Vec::new();
    }
    let sorted = |names: &mut dyn Iterator<Item = Name>| {
        let mut names: Vec<Name> = names.collect();
        names.sort_unstable();
        names
    };
    let mut wrong = Vec::new();
    for (start, printed) in printed.chunks(group).enumerate().map(|(at, printed)| (at * group, printed)) {
        let Some(own) = columns.get(start..start + group) else { return Vec::new() };
        if own.iter().eq(printed.iter().map(|(name, _)| name)) {
            continue;
        }
        if sorted(&mut own.iter().copied()) != sorted(&mut printed.iter().map(|(name, _)| *name)) {
            return Vec::new();
        }
        let places = own.iter().zip(printed).enumerate().filter(|(_, (own, (name, _)))| *own != name);
        wrong.extend(places.map(|(at, (_, (_, span)))| (start + at, *span)));
    }
    wrong
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

/// The unit in `（单位：万元）` or `（万元）`: its byte range. What follows in `填报单位：某某局` is an organ.
fn unit(label: &str) -> Option<(usize, usize)> {
    // Most labels have neither 单, which ends in 0x95, nor 元, which ends in 0x83.
    memchr::memchr2(0x95, 0x83, label.as_bytes())?;
    let mut named = UNIT.find_iter(label.as_bytes()).map(|at| at + "单位".len()).peekable();
    if named.peek().is_some() {
        return named.find_map(|behind| named_unit(label, behind));
    }
    // A bare bracket may hold anything; a unit of money is one.
    if !label.contains('元') {
        return None;
    }
    let start = label.find(['（', '(']).map(|at| at + label[at..].chars().next().map_or(0, char::len_utf8))?;
    let is_money = |unit: &str| MONEY.iter().any(|money| money.chars().eq(unit.chars().filter(|&c| !is_gap(c))));
    word(label, start).filter(|&(from, to)| is_money(&label[from..to]))
}

/// The unit behind 单位, which a colon or a blank parts from it. Where several stand side by side (件/条) none holds for all.
fn named_unit(label: &str, behind: usize) -> Option<(usize, usize)> {
    let (from, to) = word(label, behind).filter(|(from, _)| *from > behind)?;
    let unit = &label[from..to];
    let money = unit.ends_with(['元', '币']) && unit.len() <= LONGEST_MONEY;
    // A strange unit is told of, too: so short is no name of an organ.
    let is_strange = || {
        let before = label[..behind].trim_end_matches("单位").trim_end();
        let bare = before.is_empty() || before.ends_with(['（', '(', '【', '[']) || before.ends_with("计量");
        bare && unit.chars().count() <= 2 && !unit.starts_with(['本', '我', '各'])
    };
    let several = label[to..].starts_with(['/', '／', '、', '，', ',']);
    ((money || is_unit(unit) || is_strange()) && !several).then_some((from, to))
}

/// The longest unit of money, 人民币百万元, in bytes.
const LONGEST_MONEY: usize = 18;

/// The word that begins at `start`, behind colons and blanks.
fn word(label: &str, start: usize) -> Option<(usize, usize)> {
    let rest = label.get(start..)?;
    let word = rest.trim_start_matches(|c: char| matches!(c, '：' | ':') || c.is_whitespace());
    let from = label.len() - word.len();
    // 万 元: blanks stand between its characters, and nothing behind them.
    let spaced = &word[..word.find(|c: char| !c.is_alphabetic() && !is_gap(c)).unwrap_or(word.len())];
    let end = match is_unit(spaced) {
        true => spaced.trim_end_matches(is_gap).len(),
        false => word.find(|c: char| !c.is_alphabetic()).unwrap_or(word.len()),
    };
    (end > 0).then_some((from, from + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_labels() {
        let labels = ["结果维持", "其他结果", "总计"].map(str::to_owned);
        let pieces = |text: &str| {
            let mut start = 0;
            let span = |piece: &str| {
                let span = Span::new(start, start + piece.len());
                start += piece.len() + 1;
                span
            };
            are_pieces(text, &text.split('|').map(span).collect::<Vec<_>>(), &labels)
        };
        assert!(pieces("结果|维 持|总|计") && pieces("维持|结果"));
        assert!(!pieces("结果|维持|合计") && !pieces("结果") && !pieces("结果|纠正"));
    }

    #[test]
    fn a_group_whose_columns_are_swapped_is_told() {
        let mut names = crate::form::names::Names::default();
        let [a, b, c] = ["结果维持", "结果纠正", "总计"].map(|label| names.add(label));
        let columns = [a, b, c, a, b, c];
        let wrong = |printed: &[Name]| -> Vec<usize> {
            let named = printed.iter().enumerate().flat_map(|(at, name)| {
                let of = columns.iter().enumerate().filter(move |(_, column)| *column == name);
                of.map(move |(column, _)| (column, Span::new(at * 10, at * 10 + 1)))
            });
            out_of_order(&named.collect::<Vec<_>>(), &columns).into_iter().map(|(column, _)| column).collect()
        };
        assert_eq!(wrong(&[a, b, c]), [0; 0]);
        assert_eq!(wrong(&[a, b, c, a, b, c]), [0; 0]);
        assert_eq!(wrong(&[b, a, c]), [0, 1]);
        assert_eq!(wrong(&[a, b, c, a, c, b]), [4, 5]);
        // One was lost.
        assert_eq!(wrong(&[b, c, a, b, c]), [0; 0]);
    }

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
    fn the_organ_that_fills_in_a_form_is_no_unit() {
        let found = |label: &'static str| unit(label).map(|(from, to)| &label[from..to]);
        for label in [
            "填报单位：某县水务局",
            "填表单位: 某县水务局",
            "报送单位　某县水务局",
            "单位名称：某县水务局",
            "单位（盖章）：某县水务局",
            "单位：元氏县水务局",
            "单位：本局",
            "填报单位：某县水务局（万元）",
            "单位：件/条",
        ] {
            assert_eq!(found(label), None, "{label}");
        }
        assert_eq!(found("填报单位：某县水务局    单位：万元"), Some("万元"));
        assert_eq!(found("单位：件　填报单位：某县水务局"), Some("件"));
        assert_eq!(found("金额（单位：百万美元）"), Some("百万美元"));
        assert_eq!(found("金额（单位：万元人民币）"), Some("万元人民币"));
        assert_eq!(found("（单位：笔）"), Some("笔"));
        assert_eq!(found("金额（万元）"), Some("万元"));
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
