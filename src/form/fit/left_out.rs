//! Columns of the form that a report leaves out: their labels stand in no header, and no row has a value for them.

use rust_decimal::Decimal;

use super::{Fitter, Values};
use crate::finding::{Fact, Finding, Rule};
use crate::form::header::Above;
use crate::form::{Columns, FormRow, FormTable};
use crate::grid::value::{self, Reading};

/// Fewer columns leave too much to chance.
const FEWEST_COLUMNS: usize = 4;
/// Rows with values that must speak for it.
const FEWEST_ROWS: usize = 3;
/// Some sums of the report may be wrong: one in so many rows.
const MOST_WRONG: usize = 4;

impl Fitter<'_> {
    /// The table without the columns that its headers leave out, if the rows with these values, each with its number in
    /// the form, do so too and have no blank cell in their place.
    pub(super) fn without_columns<'v>(
        &mut self,
        table: &FormTable,
        headers: &[Above],
        rows: impl Iterator<Item = (usize, &'v Values<'v>)> + Clone,
    ) -> Option<FormTable> {
        let absent = headers.first()?.absent.as_slice();
        let columns = &table.rows.first()?.columns;
        let alike = table.columns == Columns::Form && table.rows.iter().all(|row| row.columns == *columns);
        // A header lower down that has other labels, or strange ones, says otherwise of its rows.
        let same = |head: &Above| head.absent.is_empty() || head.absent == absent;
        let agree = headers.iter().all(|head| same(head) && head.header.is_none() && head.misread.is_empty());
        if absent.is_empty() || !alike || !agree || columns.len() < FEWEST_COLUMNS {
            return None;
        }
        let added_up = match *absent {
            [column] => self.leave_out(table, column, rows.clone()),
            _ => None,
        };
        let in_place = added_up.or_else(|| leave_all_out(table, absent.len(), rows).then_some(false))?;
        for &column in absent {
            let slot = &self.form.slots[table.rows[0].slots[column]];
            let fact = Fact::ColumnLeftOut { label: slot.column_label.clone() };
            self.findings.push(Finding::new(Rule::ColumnLabel, fact).table(&table.key).column(&slot.column));
        }
        if in_place {
            return None;
        }
        let mut table = table.clone();
        for row in &mut table.rows {
            let mut kept = (0..row.slots.len()).map(|column| !absent.contains(&column));
            row.slots.retain(|_| kept.next().unwrap_or(true));
            let mut kept = (0..row.columns.len()).map(|column| !absent.contains(&column));
            row.columns.retain(|_| kept.next().unwrap_or(true));
        }
        Some(table)
    }

    /// Each row with values has one less than columns, none but this column is blank between them, and they add up
    /// without it. Whether all have the blank cell in its place.
    fn leave_out<'v>(
        &self,
        table: &FormTable,
        column: usize,
        rows: impl Iterator<Item = (usize, &'v Values<'v>)>,
    ) -> Option<bool> {
        let (mut valued, mut right, mut counts, mut blank) = (0, 0, 0, 0);
        for (row, values) in rows {
            let filled: Vec<usize> = values.filled().collect();
            let (Some(first), Some(last)) = (filled.first(), filled.last()) else { continue };
            let columns = table.rows[row].slots.len();
            let side_by_side = last + 1 - first == filled.len();
            let in_place = last + 1 - first == columns && !filled.contains(&(first + column));
            if filled.len() + 1 != columns || !(side_by_side || in_place) {
                return None;
            }
            let numbers: Vec<Decimal> = filled.iter().map(|&at| self.number(values, at)).collect();
            let (sum, zero) = self.adds_up(&table.rows[row], column, &numbers)?;
            valued += 1;
            blank += usize::from(in_place);
            right += usize::from(sum);
            counts += usize::from(sum && !zero);
        }
        let enough = valued >= FEWEST_ROWS && counts > 0 && (valued - right) * MOST_WRONG <= valued;
        enough.then_some(blank == valued)
    }

    fn number(&self, values: &Values, at: usize) -> Decimal {
        match value::read(values.cells[at].span.of(self.text)) {
            Reading::Number { value, .. } => value,
            _ => Decimal::ZERO,
        }
    }

    /// Whether the values add up by the sums that lie in the row, without that column, and whether all totals are zero;
    /// `None` where the row has no sum.
    fn adds_up(&self, row: &FormRow, column: usize, numbers: &[Decimal]) -> Option<(bool, bool)> {
        let left_out = row.slots.get(column)?;
        let number = |slot: &usize| {
            let at = row.slots.iter().filter(|other| *other != left_out).position(|other| other == slot);
            at.and_then(|at| numbers.get(at)).copied().unwrap_or_default()
        };
        let add = |slots: &[usize]| slots.iter().try_fold(Decimal::ZERO, |sum, slot| sum.checked_add(number(slot)));
        let own = |slots: &[usize]| slots.iter().all(|slot| row.slots.contains(slot));
        let sums = self.form.identities.iter().filter(|identity| own(&identity.total) && own(&identity.parts));
        let mut all = sums.map(|identity| Some((add(&identity.total)?, add(&identity.parts)?))).peekable();
        all.peek()?;
        let (mut right, mut zero) = (true, true);
        for sum in all {
            let (total, parts) = sum?;
            right &= total == parts;
            zero &= total.is_zero();
        }
        Some((right, zero))
    }
}

/// Each row with values has so many less than columns, side by side: no column of them is blank.
fn leave_all_out<'v>(table: &FormTable, absent: usize, rows: impl Iterator<Item = (usize, &'v Values<'v>)>) -> bool {
    let mut valued = 0;
    for (row, values) in rows {
        let Some((first, last)) = values.ends() else { continue };
        let filled = values.filled().count();
        if filled + absent != table.rows[row].slots.len() || last + 1 - first != filled {
            return false;
        }
        valued += 1;
    }
    valued >= FEWEST_ROWS
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::finding::{Fact, Finding, Rule};
    use crate::record::Status;
    use crate::{Reader, Report};

    const CLEAN: &str = include_str!("../../../fixtures/reports/valid/clean-rectangle/report.txt");
    const HEADS: [&str; 7] = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"];

    /// A report whose table of applications has this header, and rows that `row` makes of their labels and numbers.
    fn read(header: &[&str], row: impl Fn(&[&str]) -> Vec<String>) -> Report {
        let (start, rest) = CLEAN.split_once("（本列数据").unwrap();
        let end = rest.find("\n\n四、").unwrap();
        let rows = rest[..end].lines().skip(3).map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            [cells[..3].iter().map(|label| (*label).to_owned()).collect(), row(&cells[3..])].concat().join("\t")
        });
        let table: Vec<String> = std::iter::once(header.join("\t")).chain(rows).collect();
        Reader::default().read(format!("{start}{}{}", table.join("\n"), &rest[end..]).as_bytes(), None).unwrap()
    }

    /// The values of the columns, row by row, and how many are told to be left out.
    fn of(report: &Report, column: &str) -> (Vec<Option<String>>, usize) {
        let cells = report.cells().filter(|cell| cell.table == "applications" && cell.column == column);
        let told = report.findings.iter().filter(|finding| finding.rule == Rule::ColumnLabel);
        (cells.map(|cell| cell.value.map(|value| value.to_string())).collect(), told.count())
    }

    fn owned(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn some_columns_are_those_that_the_header_names() {
        let clean = Reader::default().read(CLEAN.as_bytes(), None).unwrap();
        let (people, total) = (of(&clean, "natural_person").0, of(&clean, "total").0);
        for label in ["", "项目"] {
            let some = read(&[label, "", "", "自然人", "总计"], |cells| owned(&[cells[0], cells[6]]));
            assert_eq!((of(&some, "natural_person"), of(&some, "total")), ((people.clone(), 5), (total.clone(), 5)));
            assert!(of(&some, "business").0.iter().all(Option::is_none));
            let one = read(&[label, "", "", "总计"], |cells| owned(&cells[6..]));
            assert_eq!(of(&one, "total"), (total.clone(), 6));
        }
    }

    /// Sums down the columns hold in whatever columns the numbers are put.
    #[test]
    fn some_columns_that_no_header_names_are_not_read() {
        for few in [1, 2, 3] {
            let report = read(&[], |cells| owned(&cells[7 - few..]));
            let of_table = |report: &Report| -> Vec<_> {
                let cells = report.cells().filter(|cell| cell.table == "applications");
                cells.map(|cell| (cell.status, cell.value)).collect()
            };
            // The sums of a row may tell which number is its total.
            let (read, clean) = (of_table(&report), of_table(&Reader::default().read(CLEAN.as_bytes(), None).unwrap()));
            let right = read.iter().zip(&clean).filter(|(read, clean)| read == clean).count();
            assert!(right * 4 < read.len(), "{few}: {right}");
            assert!(
                read.iter().zip(&clean).all(|(read, clean)| read == clean || read.0 == Status::Unreadable),
                "{few}"
            );
            let told = report.findings.iter().filter(|finding| finding.rule == Rule::NumberUnplaced).count();
            assert_eq!(told, read.len() / 7);
        }
    }

    /// The rows below it may have a blank cell where those above lack a column.
    #[test]
    fn a_header_lower_down_that_names_the_column_speaks_against_leaving_it_out() {
        let left_out = |lower: &[&str]| {
            let again = format!("\n\t\t\t{}", lower.join("\t"));
            let row = Cell::new(0);
            let report = read(&[&["", "", ""], &HEADS[1..]].concat(), |cells| {
                let mut cells = owned(&cells[1..]);
                row.set(row.get() + 1);
                if row.get() == 4 {
                    cells[5].push_str(&again);
                }
                cells
            });
            let said = |finding: &&Finding| matches!(finding.fact, Fact::ColumnLeftOut { .. });
            report.findings.iter().filter(said).count()
        };
        let strange = [&HEADS[..6], &["一共"]].concat();
        assert_eq!((left_out(&HEADS[1..]), left_out(&HEADS), left_out(&strange)), (1, 0, 0));
    }

    #[test]
    fn a_column_more_than_the_form_has_is_told_beside_the_head_of_the_labels() {
        let wanted = of(&Reader::default().read(CLEAN.as_bytes(), None).unwrap(), "total").0;
        let header = [&["项目", "", ""], &HEADS[..], &["占比"]].concat();
        let report = read(&header, |cells| owned(&[cells, &["12.5%"]].concat()));
        assert_eq!(of(&report, "total").0, wanted);
        assert!(report.findings.iter().any(|finding| finding.rule == Rule::NumberUnplaced));
    }
}
