//! Rows whose numbers stand in a printed row of their own: whether they may be those of another row.

use super::{Fitter, Match, Printed};
use crate::form::FormTable;
use crate::grid::value;

impl Fitter<'_> {
    /// The numbers stand in a row of their own above or below the label, and may be another row's, or none's: the row of the form that should
    /// stand there is missing, the label has blank cells of its own, numbers stand on its other side too, or the number stands alone as
    /// that of a page does.
    pub(super) fn stands_apart(&self, step: &Match, matches: &[Match], table: &FormTable) -> bool {
        if self.is_between_numbers(step) || self.is_where_labels_meet_numbers(step) {
            return true;
        }
        let valued = &self.printed[step.valued];
        if step.count == 1 || valued.label_count() > 0 {
            return false;
        }
        if valued.cells.len() == 1 && !valued.unmarked && !valued.loose {
            return true;
        }
        let beside = match step.valued {
            valued if valued == step.first => step.row.checked_sub(1),
            valued if valued + 1 == step.first + step.count => Some(step.row + 1),
            _ => None,
        };
        let missing = |row: usize| row < table.rows.len() && matches.iter().all(|other| other.row != row);
        let columns = table.rows[step.row].slots.len();
        let has_cells = |row: &Printed| {
            let label = row.label_names().next_back().filter(|_| !row.unmarked && !row.loose);
            label.is_some_and(|label| row.cells.len() > label.at + columns)
        };
        beside.is_some_and(missing) || self.printed[step.first..step.first + step.count].iter().any(has_cells)
    }

    /// The numbers were taken from above the label, and others stand right below it.
    fn is_between_numbers(&self, step: &Match) -> bool {
        let below = || self.beside(step, step.first + step.count);
        step.count > 1
            && step.valued == step.first
            && self.is_unlabelled(&self.printed[step.valued])
            && below().is_some_and(|row| self.is_unlabelled(row))
    }

    /// Labels alone stand on one side of it and numbers alone on the other: a page that was taken apart by columns, or by blocks. Its label
    /// is the last of several above several numbers, or the first below them.
    fn is_where_labels_meet_numbers(&self, step: &Match) -> bool {
        let (Some(above), below) = (step.first.checked_sub(1), step.first + step.count) else { return false };
        let is_label = |row: &Printed| !row.has_values && row.label_count() > 0;
        let meet = |labels: usize, numbers: usize| {
            self.beside(step, numbers).is_some_and(|row| self.is_unlabelled(row))
                && self.beside(step, labels).is_some_and(is_label)
        };
        self.is_unlabelled(&self.printed[step.valued]) && (meet(above, below) || meet(below, above))
    }

    /// A printed row, if it is of the same grid as those of a step.
    fn beside(&self, step: &Match, at: usize) -> Option<&Printed<'_>> {
        self.printed.get(at).filter(|row| row.at.0 == self.printed[step.valued].at.0)
    }

    /// The row holds values and perhaps their unit, but no label.
    fn is_unlabelled(&self, row: &Printed) -> bool {
        row.has_values && row.label_names().all(|label| value::is_unit(row.cells[label.at].span.of(self.text)))
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::{Fact, Shift};
    use crate::{Reader, Report};

    const ANNEX: &str = include_str!("../../../fixtures/reports/valid/2014-clean-annex/report.txt");

    /// A report whose annex is printed so; and its values, with the rows that are doubted.
    fn read(print: impl Fn(&[Vec<&str>]) -> String) -> (Report, Vec<String>) {
        let rows: Vec<Vec<&str>> =
            ANNEX.lines().map(|line| line.split('\t').collect()).filter(|row: &Vec<&str>| row.len() > 1).collect();
        let start = ANNEX.split(&rows[0].join("\t")).next().unwrap();
        let report = Reader::default().read([start, &print(&rows)].concat().as_bytes(), None).unwrap();
        let apart = report.findings.iter().filter(|finding| finding.fact == Fact::RowShifted(Shift::Apart));
        let apart = apart.filter_map(|finding| finding.row.clone()).collect();
        (report, apart)
    }

    fn values(report: &Report) -> Vec<(String, Option<String>)> {
        report.cells().map(|cell| (cell.row.to_owned(), cell.value.map(|value| value.to_string()))).collect()
    }

    /// Two heads on one line, so that it is a table in columns; its units stand between the labels and the numbers.
    #[test]
    fn a_unit_on_a_line_of_its_own_is_no_piece_of_the_label_above_it() {
        let print = |rows: &[Vec<&str>]| {
            let rows = rows[1..].iter().map(|row| row.join("\n\n"));
            std::iter::once("统计指标\n\n单位 统计数".to_owned()).chain(rows).collect::<Vec<_>>().join("\n\n")
        };
        let (report, apart) = read(print);
        assert_eq!(values(&report), values(&Reader::default().read(ANNEX.as_bytes(), None).unwrap()));
        assert!(apart.is_empty(), "{apart:?}");
    }

    /// A page in blocks: some labels, then their numbers; which is whose, nobody can say.
    #[test]
    fn a_number_where_labels_meet_numbers_is_told() {
        let clean = values(&Reader::default().read(ANNEX.as_bytes(), None).unwrap());
        for labels_first in [true, false] {
            let (report, apart) = read(|rows| {
                let mut text = "统计指标\n\n单位 统计数\n\n".to_owned();
                for block in rows[1..].chunks(7) {
                    let labels = block.iter().map(|row| row[0]).collect::<Vec<_>>().join("\n\n");
                    let numbers = block.iter().map(|row| row[1..].join(" ")).collect::<Vec<_>>().join("\n\n");
                    let parts = if labels_first { [labels, numbers] } else { [numbers, labels] };
                    text.extend([&parts[0], "\n\n", &parts[1], "\n\n"]);
                }
                text
            });
            let wrong =
                values(&report).into_iter().zip(&clean).filter(|(read, clean)| read.1.is_some() && read != *clean);
            let told = |row: &str| {
                apart.iter().any(|other| other == row)
                    || report.findings.iter().any(|finding| finding.row.as_deref() == Some(row))
            };
            let silent: Vec<_> = wrong.filter(|(read, _)| !told(&read.0)).collect();
            assert!(silent.is_empty(), "{labels_first}: {silent:?}");
        }
    }
}
