//! The merged cells of a blank table, as the authority draws them.
//!
//! In a blank table an empty cell belongs to the label to its left or to the one above it. A label of a header reaches
//! down first, as 总计 does beside a group of columns; in the rows below, the label of a group reaches down beside its
//! rows, and a row's own label reaches right, to its numbers. A row with fewer cells than the table is wide gives the
//! rest to its last cell.

use super::BlankCell;

/// A table of merged cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged<'a> {
    /// How many columns it has.
    pub columns: usize,
    /// For each row: it is a header.
    pub headers: Vec<bool>,
    /// Its cells, row by row.
    pub cells: Vec<MergedCell<'a>>,
}

/// A cell that may span several rows and columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MergedCell<'a> {
    /// Its first row, from 0.
    pub row: usize,
    /// Its first column, from 0.
    pub column: usize,
    /// How many rows it spans.
    pub rows: usize,
    /// How many columns it spans.
    pub columns: usize,
    /// What stands in it.
    pub holds: &'a BlankCell,
}

/// The merged cells of `blank`.
pub fn merged(blank: &[Vec<BlankCell>]) -> Merged<'_> {
    let columns = blank.iter().map(Vec::len).max().unwrap_or(0);
    let headers: Vec<bool> = blank.iter().map(|row| !row.iter().any(is_filled)).collect();
    let cell = |row: usize, column: usize| blank.get(row).and_then(|row| row.get(column)).unwrap_or(&BlankCell::Empty);
    let mut taken = vec![vec![false; columns]; blank.len()];
    let mut cells = Vec::new();
    for row in 0..blank.len() {
        for column in 0..columns {
            let holds = cell(row, column);
            if taken[row][column] || *holds == BlankCell::Empty && column > 0 {
                continue;
            }
            let is_free = |at: usize, column: usize, taken: &[Vec<bool>]| {
                *cell(at, column) == BlankCell::Empty && !taken[at][column]
            };
            let mut end = column + 1;
            while end < columns && is_free(row, end, &taken) {
                end += 1;
            }
            let is_label = matches!(holds, BlankCell::Label(_));
            // The last label before the numbers is the row's own.
            let own = !headers[row]
                && !(end..columns)
                    .map(|at| cell(row, at))
                    .take_while(|cell| !is_filled(cell))
                    .any(|cell| matches!(cell, BlankCell::Label(_)));
            let mut below = row + 1;
            while is_label
                && !own
                && below < blank.len()
                && headers[below] == headers[row]
                && (column..end).all(|at| is_free(below, at, &taken))
            {
                below += 1;
            }
            taken[row..below].iter_mut().for_each(|row| row[column..end].fill(true));
            cells.push(MergedCell { row, column, rows: below - row, columns: end - column, holds });
        }
    }
    Merged { columns, headers, cells }
}

fn is_filled(cell: &BlankCell) -> bool {
    matches!(cell, BlankCell::Slot(_) | BlankCell::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Form, Forms};

    /// The first row and column of the cell with `label`, and how many it spans.
    fn spans(form: &Form, table: &str, label: &str) -> Vec<(usize, usize, usize, usize)> {
        let table = form.tables.iter().find(|known| known.key == table).unwrap();
        let merged = merged(&table.blank);
        let of = |cell: &&MergedCell<'_>| matches!(cell.holds, BlankCell::Label(text) if text.starts_with(label));
        merged.cells.iter().filter(of).map(|cell| (cell.row, cell.column, cell.rows, cell.columns)).collect()
    }

    #[test]
    fn cells_are_merged_as_the_authority_draws_them() {
        let forms = Forms::embedded();
        let form = forms.get("2021").unwrap();
        let applications = |label| spans(form, "applications", label);
        assert_eq!(applications("（本列数据"), [(0, 0, 3, 3)]);
        assert_eq!(applications("申请人情况"), [(0, 3, 1, 7)]);
        assert_eq!(applications("法人或其他组织"), [(1, 4, 1, 5)]);
        assert_eq!(applications("总计"), [(1, 9, 2, 1)]);
        assert_eq!(applications("其他"), [(2, 8, 1, 1)]);
        assert_eq!(applications("一、"), [(3, 0, 1, 3)]);
        assert_eq!(applications("三、"), [(5, 0, 22, 1)]);
        assert_eq!(applications("（一）"), [(5, 1, 1, 2)]);
        assert_eq!(applications("（三）"), [(7, 1, 8, 1)]);
        assert_eq!(applications("3.其他"), [(25, 2, 1, 1)]);
        assert_eq!(applications("（七）"), [(26, 1, 1, 2)]);
        assert_eq!(spans(form, "proactive", "本年处理决定数量"), [(5, 1, 1, 3), (8, 1, 1, 3)]);
        assert_eq!(spans(form, "proactive", "第二十条第（五）项"), [(4, 0, 1, 4)]);
        assert_eq!(spans(form, "review_litigation", "总计"), [(1, 4, 2, 1), (2, 9, 1, 1), (2, 14, 1, 1)]);
        assert_eq!(spans(form, "review_litigation", "未经复议直接起诉"), [(1, 5, 1, 5)]);
    }

    #[test]
    fn every_place_of_every_form_belongs_to_one_cell() {
        for form in Forms::embedded().iter() {
            for table in &form.tables {
                let merged = merged(&table.blank);
                let mut places = vec![vec![0; merged.columns]; table.blank.len()];
                for cell in &merged.cells {
                    for row in &mut places[cell.row..cell.row + cell.rows] {
                        row[cell.column..cell.column + cell.columns].iter_mut().for_each(|place| *place += 1);
                    }
                }
                assert!(places.iter().flatten().all(|&count| count == 1), "{} {}: {places:?}", form.key, table.key);
            }
        }
    }
}
