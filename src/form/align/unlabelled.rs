//! Rows for which the form prints no label: a table of one row, below its header.

use super::{Candidate, GAIN_BLANK, GAIN_UNLABELLED, Label, Table};
use crate::form::rows::{self, Field, Holds, LabelCell, LabelName, Printed};

/// Such a row is broken over at most so many printed rows.
const MOST_BROKEN: usize = 3;
/// Fewer columns find room in one row, and fewer numbers may come to as many by chance.
const FEWEST_COLUMNS: usize = 6;

/// All columns of a row that is broken have a number: worth more than one of its pieces, which leaves columns blank.
const GAIN_BROKEN: f32 = GAIN_UNLABELLED + GAIN_BLANK;

impl Table<'_> {
    /// Serial numbers stand before the header above and before the row.
    fn goes_on(&self, above: &Printed, printed: &Printed) -> bool {
        let serial = |row: &Printed| row.cells.first()?.span.of(self.text).parse::<u32>().ok();
        above.cells.len() == printed.cells.len()
            && self.is_header(above)
            && serial(above).is_some_and(|above| serial(printed) == above.checked_add(1))
    }

    /// A row for which the form prints no label is one without a label, or behind a label of the header (one cell a line), with about as many
    /// cells as the form has columns.
    pub(super) fn unlabelled(&self, rows: &[Printed], first: usize, row: usize) -> Option<Candidate> {
        let columns = self.table.rows[row].slots.len();
        let (above, printed) = (first.checked_sub(1).map(|above| &rows[above]), &rows[first]);
        if printed.cells.len() * 2 < columns {
            return None;
        }
        let is_head = |label: &LabelName| self.roles().header(label.own).is_some();
        let serial = printed.cells.len() == columns + 1 && above.is_some_and(|above| self.goes_on(above, printed));
        let behind = |label: LabelName| label.at + 1;
        let values_from = match printed.label_names().next_back() {
            None => usize::from(serial),
            Some(label) if is_head(&label) && printed.has_values => behind(label),
            Some(_) if self.is_below_rest_of_head(printed, columns) => 1,
            Some(label) if are_numbers(&printed.cells[label.at + 1..], columns) && !self.is_listed(rows, first) => {
                behind(label)
            }
            // A text among so many numbers stands where a number belongs.
            Some(_) if printed.numbers * 2 > columns => printed.label_names().rfind(is_head).map_or(0, behind),
            Some(_) => return None,
        };
        let values = &printed.cells[values_from..];
        let filled = values.iter().filter(|cell| cell.holds != Holds::Nothing).count();
        // A row of blank cells, as many as there are columns, is one only right below the header.
        let blank = || values.len() == columns && above.is_some_and(|above| self.is_header(above));
        if values.len() * 2 < columns || (filled == 0 && !blank()) {
            return None;
        }
        let off = values.len().abs_diff(columns) as f32 / columns as f32;
        let gain = if filled == 0 { GAIN_BLANK } else { GAIN_UNLABELLED - 4.0 * off.min(1.0) };
        Some(Candidate { end: first + 1, row, count: 1, gain, label: Label::None, valued: 0, values_from, glued: None })
    }

    /// Beside the row stands another with a label and numbers: each is of another organ or year, and none is the table's for sure.
    fn is_listed(&self, rows: &[Printed], at: usize) -> bool {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|beside| rows.get(beside));
        beside.filter(|row| row.at.0 == rows[at].at.0).any(|row| row.label_count() > 0 && row.numbers > 0)
    }

    /// A cell a line: the rest of a label of the header, broken over lines, stands above all the numbers that the row has.
    fn is_below_rest_of_head(&self, printed: &Printed, columns: usize) -> bool {
        let mut labels = printed.labels();
        let is_rest = |label: LabelCell| label.at == 0 && self.roles().is_part(label.own);
        // Numbers that stood close by each other stand on one line.
        let numbers = |cell: &Field| match cell.holds {
            Holds::Nothing => 0,
            Holds::Text if rows::are_numbers(cell.span.of(self.text)) => {
                cell.span.of(self.text).split_whitespace().count()
            }
            Holds::Number | Holds::Placeholder => 1,
            // No row has as many.
            Holds::Text => columns + 1,
        };
        printed.loose
            && labels.len() == 1
            && labels.all(is_rest)
            && printed.cells.iter().skip(1).map(numbers).sum::<usize>() == columns
    }

    /// The numbers of a row that is broken over several printed ones, all right below the header: as many in all as the form has columns, and
    /// nothing but numbers.
    pub(super) fn broken(&self, printed: &[Printed], first: usize, row: usize) -> Option<Candidate> {
        let columns = self.table.rows[row].slots.len();
        let above = printed.get(first.checked_sub(1)?)?;
        if columns < FEWEST_COLUMNS || !self.is_header(above) || above.at.0 != printed[first].at.0 {
            return None;
        }
        let rows = printed[first..].iter().take(MOST_BROKEN).take_while(|row| row.at.0 == above.at.0);
        let mut numbers = 0;
        for (count, row_below) in (1..).zip(rows) {
            if row_below.cells.iter().any(|cell| cell.holds == Holds::Text) {
                return None;
            }
            numbers += row_below.filled().count();
            if numbers == columns && count > 1 {
                let (end, valued, gain, label) = (first + count, count - 1, GAIN_BROKEN, Label::None);
                return Some(Candidate { end, row, count, gain, label, valued, values_from: 0, glued: None });
            }
            if row_below.filled().next().is_none() || numbers >= columns {
                return None;
            }
        }
        None
    }
}

/// Numbers, or marks for none, as many as there are columns, and nothing else but blank cells.
fn are_numbers(cells: &[Field], columns: usize) -> bool {
    let is_number = |cell: &&Field| matches!(cell.holds, Holds::Number | Holds::Placeholder);
    cells.iter().filter(is_number).count() == columns && !cells.iter().any(|cell| cell.holds == Holds::Text)
}

#[cfg(test)]
mod tests {
    use crate::Reader;
    use crate::finding::{Fact, Rule, Shift};
    use crate::record::Status;

    const CLEAN: &str = include_str!("../../../fixtures/reports/valid/clean-rectangle/report.txt");
    const ROW: &str = "1\t0\t1\t0\t2\t0\t0\t0\t1\t1\t2\t0\t0\t1\t3";

    /// The values of the table of reviews in a report that prints `rows` below its header, and what is said of them.
    fn read(rows: &str) -> (Vec<String>, Vec<Fact>) {
        assert!(CLEAN.contains(ROW));
        let report = Reader::default().read(CLEAN.replace(ROW, rows).as_bytes(), None).unwrap();
        let of_table = report.cells().filter(|cell| cell.table == "review_litigation");
        let value = |value: Option<rust_decimal::Decimal>| value.map_or("-".to_owned(), |value| value.to_string());
        let values = of_table.map(|cell| if cell.status == Status::Ok { value(cell.value) } else { "-".to_owned() });
        let rules = [Rule::RowShifted, Rule::NumberUnplaced, Rule::RowUnknown];
        let facts = report.findings.iter().filter(|finding| rules.contains(&finding.rule));
        (values.collect(), facts.map(|finding| finding.fact.clone()).collect())
    }

    fn whole() -> Vec<String> {
        ROW.split('\t').map(str::to_owned).collect()
    }

    #[test]
    fn numbers_in_several_rows_are_those_of_one() {
        assert_eq!(read(ROW), (whole(), vec![]));
        let told = vec![Fact::RowShifted(Shift::Rows)];
        for cuts in [&[5][..], &[10], &[5, 10], &[8], &[2], &[13]] {
            let mut cells: Vec<String> = whole();
            cuts.iter().for_each(|&cut| cells[cut].insert(0, '\n'));
            assert_eq!(read(&cells.join("\t").replace("\t\n", "\n")), (whole(), told.clone()), "{cuts:?}");
        }
        // Each below its own columns, and behind blank cells.
        let (head, tail) = ROW.split_at(10);
        assert_eq!(read(&format!("{}\n{}{}", head.trim_end(), "\t".repeat(5), tail)), (whole(), told));
    }

    #[test]
    fn numbers_that_are_more_or_less_than_one_row_are_none() {
        for rows in [ROW.replacen("\t2\t0", "\t2\n", 1), ROW.replacen("\t2\t0", "\t2\n0\t0", 1)] {
            let (values, facts) = read(&rows);
            assert!(values != whole() && !facts.is_empty(), "{rows}: {values:?} {facts:?}");
        }
    }

    #[test]
    fn a_label_before_the_numbers_is_told() {
        let told = vec![Fact::RowShifted(Shift::Labelled)];
        assert_eq!(read(&format!("数量（件）\t{ROW}")), (whole(), told));
        // Two of them are of two organs.
        let (values, facts) = read(&format!("县教育局\t{ROW}\n县公安局\t{}", ROW.replace('1', "4")));
        assert!(values.iter().all(|value| value == "-"), "{values:?}");
        assert!(facts.iter().any(|fact| matches!(fact, Fact::NumberUnplaced { .. })), "{facts:?}");
    }
}
