//! Rows that print no cell behind their label, or, a cell a line, fewer than they have columns. Blank these are only where no numbers are left
//! below or above that may be theirs: a program that takes a page apart by columns gives all labels first.

use std::ops::Range;

use super::{Fitter, Holds, Placing, Printed, Status};
use crate::finding::{Fact, Finding, Rule, Shift};
use crate::record::Cell;
use crate::span::Span;

/// The rows whose labels stand alone, and what tells whether they are blank.
#[derive(Default)]
pub(super) struct Bare {
    rows: Vec<Row>,
    /// The rows with fewer numbers than columns, a cell a line: their slots and numbers, and whether they print blank cells.
    short: Vec<(Vec<usize>, Vec<Span>, bool)>,
    /// Numbers of rows that can be read in several ways, so that none was taken.
    open: Vec<Span>,
    /// Those of rows that print more of them than they have columns.
    surplus: Vec<Span>,
}

struct Row {
    /// The printed row of its label.
    at: usize,
    slots: Vec<usize>,
    /// Where its cells would stand.
    place: Option<Span>,
    /// The numbers that it has, where they are fewer than its columns.
    values: Vec<Span>,
    /// If its cells are blank, nothing is to be said of it: it prints them so.
    printed: bool,
}

impl Bare {
    /// Takes a row of the form that was placed, if its label stands alone, or if, a cell a line (`loose`), some of its cells are blank lines, which
    /// may part the others.
    pub(super) fn placed(&mut self, at: usize, slots: &[usize], placing: &Placing, loose: bool) {
        let Placing::Placed { cells, shift, .. } = placing else { return };
        let alone = *shift == Some(Shift::NoCells);
        let values = || cells.iter().filter(|cell| cell.holds != Holds::Nothing).map(|cell| cell.span);
        if alone || (loose && values().count() < slots.len()) {
            let place = values().next().or(cells.first().map(|cell| cell.span));
            self.rows.push(Row { at, slots: slots.to_vec(), place, values: values().collect(), printed: !alone });
        }
    }

    /// Takes a row with fewer numbers than columns, a cell a line: blank lines are its blank cells, where they are `printed`, else the sums
    /// of the form say where its numbers belong.
    pub(super) fn short(&mut self, slots: &[usize], values: Vec<Span>, printed: bool) {
        if values.len() < slots.len() {
            self.short.push((slots.to_vec(), values, printed));
        }
    }

    /// Takes the numbers of a row of which none was taken.
    pub(super) fn open(&mut self, numbers: &[Span], columns: usize) {
        let of = if numbers.len() > columns { &mut self.surplus } else { &mut self.open };
        of.extend_from_slice(numbers);
    }
}

impl Fitter<'_> {
    /// Tells which of the rows without cells are blank, once it is known which numbers no row has taken.
    pub(super) fn bare_rows(&mut self) {
        let Bare { mut rows, short, mut open, surplus: mut left } = std::mem::take(&mut self.bare);
        rows.extend(short.into_iter().filter_map(|(slots, values, printed)| {
            let first = values.iter().map(|value| value.start).min()?;
            let starts = |row: &Printed| row.cells.first().is_some_and(|cell| cell.span.start <= first);
            let at = self.printed.iter().rposition(starts)?;
            let end = values.iter().map(|value| value.end).max()?;
            Some(Row { at, slots, place: Some(Span { start: first, end }), values, printed })
        }));
        if rows.is_empty() {
            return;
        }
        let unplaced = |finding: &&Finding| matches!(finding.fact, Fact::NumberUnplaced { .. });
        left.extend(self.findings.iter().filter(unplaced).flat_map(|finding| &finding.covers));
        for numbers in [&mut left, &mut open] {
            numbers.sort_unstable_by_key(|number| number.start);
            numbers.dedup();
        }
        let is_among =
            |numbers: &[Span], number: Span| numbers.binary_search_by_key(&number.start, |other| other.start).is_ok();
        let strewn = self.strewn(&rows, &left);
        // From the last: which are the next two rows that have cells, and from where on they were sought.
        rows.sort_by_key(|row| row.at);
        let (mut next, mut second, mut sought) = (None, None, self.printed.len());
        for row in rows.into_iter().rev() {
            let has_cells = |&at: &usize| {
                let is_taken = |number: Span| !is_among(&left, number) && !is_among(&open, number);
                let mut numbers = self.printed[at].cells.iter().filter(|cell| cell.holds == Holds::Number);
                self.taken[at].is_some() && numbers.any(|cell| is_taken(cell.span))
            };
            let mut with_cells = (row.at + 1..sought).filter(has_cells);
            (next, second) = match (with_cells.next(), with_cells.next()) {
                (Some(first), Some(second)) => (Some(first), Some(second)),
                (Some(first), None) => (Some(first), next),
                (None, _) => (next, second),
            };
            sought = row.at + 1;
            // The last of the labels may have taken as many numbers as it has columns, and left the others.
            let start = |at: usize| self.printed[at].cells.first().map_or(0, |cell| cell.span.start);
            let above = |end: u32| left.partition_point(|number| number.start < end);
            let below = above(second.map_or(u32::MAX, start)).saturating_sub(above(start(row.at)));
            // Or its label stands below them.
            let last = (0..row.at).rev().find(has_cells).map_or(0, start);
            let beside = below.max(above(start(row.at)).saturating_sub(above(last)));
            let numbers = strewn.get(self.table_of(&row)).copied().flatten().unwrap_or(0).max(beside);
            let taken =
                next.filter(|_| row.values.is_empty()).and_then(|next| self.taken_for(row.at, next, &row.slots, &left));
            if let Some((slot, number)) = taken {
                let raw = vec![number.of(self.text).to_owned()];
                let fact = Fact::RowAmbiguous { raw, columns: 1 };
                let finding = self.about_slots(&[slot], Rule::NumberUnplaced, fact, Some(number));
                self.findings.push(finding);
                self.unread(slot, Some(number));
            }
            let columns = row.slots.len();
            let (rule, fact) = if taken.is_none() && numbers < columns.saturating_sub(row.values.len()).max(FEWEST) {
                if row.printed {
                    continue;
                }
                let shift = if row.values.is_empty() { Shift::NoCells } else { Shift::Arithmetic };
                (Rule::RowShifted, Fact::RowShifted(shift))
            } else {
                row.slots.iter().for_each(|&slot| self.unread(slot, row.place));
                let raw: Vec<String> = row.values.iter().map(|value| value.of(self.text).to_owned()).collect();
                let bare = raw.is_empty();
                let fact = if bare { Fact::RowBare { numbers } } else { Fact::RowAmbiguous { raw, columns } };
                (Rule::NumberUnplaced, fact)
            };
            self.findings.push(self.about_slots(&row.slots, rule, fact, row.place));
        }
    }

    /// For each table that is printed a cell a line, how many numbers no row took, if they are as many as its rows lack.
    fn strewn(&self, rows: &[Row], left: &[Span]) -> Vec<Option<usize>> {
        let mut lacking = vec![0; self.form.tables.len()];
        for row in rows.iter().filter(|row| self.printed.get(row.at).is_some_and(|row| row.loose)) {
            if let Some(lacking) = lacking.get_mut(self.table_of(row)) {
                *lacking += row.slots.len().saturating_sub(row.values.len());
            }
        }
        let start = |at: usize| self.printed.get(at).and_then(|row| row.cells.first()).map(|cell| cell.span.start);
        let numbers = |extent: &Range<usize>| {
            let (from, to) = (start(extent.start).unwrap_or(0), start(extent.end).unwrap_or(u32::MAX));
            left.iter().filter(|number| number.start >= from && number.start < to).count()
        };
        let strewn = |(&lacking, extent): (&usize, &Range<usize>)| {
            Some(numbers(extent)).filter(|&numbers| lacking > 0 && numbers >= lacking)
        };
        lacking.iter().zip(&self.extents).map(strewn).collect()
    }

    /// The table of the form that a row is of.
    fn table_of(&self, row: &Row) -> usize {
        let of = |slot: usize| self.form.tables.iter().position(|table| table.slots.contains(&slot));
        row.slots.first().and_then(|&slot| of(slot)).unwrap_or(usize::MAX)
    }

    fn unread(&mut self, slot: usize, span: Option<Span>) {
        self.unsettled.insert(slot);
        self.cells[slot] = Cell { slot, value: None, unit: None, status: Status::Unreadable, span };
    }

    /// A row of one column whose label stands right above that of the `next` one, which took a number, and one of those
    /// that are `left` stands right below: the slot and the number that may be that of the first label.
    fn taken_for(&self, at: usize, next: usize, slots: &[usize], left: &[Span]) -> Option<(usize, Span)> {
        let [own] = slots else { return None };
        let table = &self.form.slots[*own].table;
        let printed = self.printed.get(next).filter(|row| row.loose)?;
        let mut numbers = printed.cells.iter().filter(|cell| cell.holds == Holds::Number).map(|cell| cell.span);
        let number = numbers.next()?;
        let below = left.get(left.partition_point(|other| other.start < number.end))?;
        let between = self.text.get(number.end as usize..below.start as usize)?;
        let right_below = between.chars().all(|c| c.is_whitespace() && c != '\u{c}');
        let of = |cell: &Cell| cell.span == Some(number) && cell.value.is_some();
        let slot = self.cells.iter().position(of).filter(|&slot| self.form.slots[slot].table == *table)?;
        let stacked = (at + 1..next).all(|row| !self.printed[row].has_values);
        (right_below && stacked).then_some((slot, number))
    }
}

/// The number of a page, or a stray one, is none of a row without cells.
const FEWEST: usize = 2;

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::record::Status;
    use crate::{Reader, Report};

    const CLEAN: &str = include_str!("../../../fixtures/reports/valid/clean-rectangle/report.txt");

    /// A report with a cell a line whose rows from the label `first` to the label `last`, which stays, are these lines.
    fn read(first: &str, last: &str, lines: &str) -> Report {
        let cells = CLEAN.split(['\t', '\n']).filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join("\n");
        let (start, rest) = cells.split_once(&format!("\n{first}\n")).unwrap();
        let end = rest.find(&format!("\n{last}\n")).unwrap();
        Reader::default().read(format!("{start}\n{lines}{}", &rest[end..]).as_bytes(), None).unwrap()
    }

    fn statuses(report: &Report, row: &str) -> Vec<Status> {
        report.cells().filter(|cell| cell.row == row).map(|cell| cell.status).collect()
    }

    fn values(report: &Report, row: &str) -> Vec<String> {
        let cells = report.cells().filter(|cell| cell.row == row);
        cells.filter_map(|cell| cell.value).map(|value| value.to_string()).collect()
    }

    /// Which of two labels one above the other a number is for is not said by its standing below the second.
    #[test]
    fn a_number_below_two_labels_is_neither_row_s_where_another_stands_below_it() {
        let two = |lines: &str| read("行政处罚", "第二十条第（八）项", lines);
        let both = two("行政处罚\n行政强制\n12\n2");
        for row in ["penalties", "coercion"] {
            assert_eq!(statuses(&both, row), [Status::Unreadable], "{row}");
            assert!(both.findings.iter().any(|finding| finding.row.as_deref() == Some(row)), "{row}");
        }
        let one = two("行政处罚\n行政强制\n2");
        assert_eq!(
            (statuses(&one, "penalties"), values(&one, "coercion")),
            (vec![Status::Blank], vec!["2".to_owned()])
        );
    }

    #[test]
    fn numbers_above_a_label_without_any_may_be_its_own() {
        let above = "1\n2\n3\n0\n0\n0\n6\n三、本年度办理结\n果\n（三）不予公\n1.属于国家秘密";
        let report = read("1.属于国家秘密", "2.其他法律行政法规禁止公开", above);
        assert_eq!(statuses(&report, "refused.state_secret"), [Status::Unreadable; 7]);
        let bare = |fact: &Fact| matches!(fact, Fact::RowBare { numbers: 7 });
        assert!(report.findings.iter().any(|finding| bare(&finding.fact)));
        let report = read("1.属于国家秘密", "2.其他法律行政法规禁止公开", "1.属于国家秘密");
        assert_eq!(statuses(&report, "refused.state_secret"), [Status::Blank; 7]);
    }

    /// A page that is taken apart by columns: beside a few rows stands a number, the others stand somewhere below.
    #[test]
    fn a_row_with_fewer_numbers_than_columns_has_no_blank_cell_where_they_stand_elsewhere() {
        let labels = ["1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”"];
        let lines =
            |left: usize| format!("{}\n4\n{}\n{}\n{}", labels[0], labels[1], labels[2], vec!["7"; left].join("\n"));
        let report = read(labels[0], "4.保护第三方合法权益", &lines(27));
        for row in ["refused.state_secret", "refused.prohibited_by_law"] {
            assert_eq!(statuses(&report, row), [Status::Unreadable; 7], "{row}");
        }
    }
}
