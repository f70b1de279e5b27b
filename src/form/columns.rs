//! Putting values under columns by where they stand on the page, for layouts that part cells by blanks.
//!
//! A column is where the values of the rows around stand: on one page, as on another the columns may stand elsewhere.

use super::rows::{Field, Holds};

/// The values of the rows of one table that share their columns: page, and the columns of text that each value takes.
#[derive(Debug, Default)]
pub struct Columns {
    rows: Vec<(usize, Vec<(u32, u32)>)>,
    /// The pieces of the labels over them.
    heads: Vec<(u32, u32)>,
    count: usize,
}

impl Columns {
    /// Learns from the rows that have `count` columns, the page of each and its values, and from the pieces of the labels over them.
    pub fn learn<'a>(
        count: usize,
        rows: impl Iterator<Item = (usize, &'a [Field])>,
        heads: Vec<(u32, u32)>,
    ) -> Columns {
        let places = |cells: &[Field]| {
            cells.iter().filter(|cell| cell.holds != Holds::Nothing).filter_map(Field::extent).collect()
        };
        Columns { rows: rows.map(|(page, cells)| (page, places(cells))).collect(), heads, count }
    }

    /// Puts the values of the row with index `row` under the columns; `None` where they do not tell.
    pub fn place(&self, row: usize, cells: &[Field]) -> Option<Vec<Field>> {
        let (page, _) = self.rows.get(row)?;
        let columns = self.clusters(*page).or_else(|| self.nearest(row))?;
        let end = cells.last().map_or(0, |cell| cell.span.end);
        let mut placed = vec![Field::lost(end); self.count];
        let mut next = 0;
        for cell in cells.iter().filter(|cell| cell.holds != Holds::Nothing) {
            let at = under(&columns, cell.extent()?)?;
            if at < next {
                return None;
            }
            placed[at] = *cell;
            next = at + 1;
        }
        Some(placed)
    }

    /// The columns of a page, where the values on it stand in just as many places as there are columns; or they and the labels together,
    /// where a column is blank all the way.
    fn clusters(&self, page: usize) -> Option<Vec<(u32, u32)>> {
        let on_page = self.rows.iter().filter(|(other, _)| *other == page);
        let values: Vec<(u32, u32)> = on_page.flat_map(|(_, places)| places.clone()).collect();
        let with_heads = || clusters(values.iter().chain(&self.heads).copied().collect());
        [clusters(values.clone()), with_heads()].into_iter().find(|clusters| clusters.len() == self.count)
    }

    /// The values of the nearest full row on the page.
    fn nearest(&self, row: usize) -> Option<Vec<(u32, u32)>> {
        let page = self.rows.get(row)?.0;
        let full =
            self.rows.iter().enumerate().filter(|(_, (other, places))| *other == page && places.len() == self.count);
        full.min_by_key(|(at, _)| at.abs_diff(row)).map(|(_, (_, places))| places.clone())
    }
}

/// Joins what overlaps or touches.
fn clusters(mut places: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    places.sort_unstable();
    let mut clusters: Vec<(u32, u32)> = Vec::new();
    for (start, end) in places {
        match clusters.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => clusters.push((start, end)),
        }
    }
    clusters
}

/// The one column that a value stands under: nearest by its middle, and clearly nearer than the next.
fn under(columns: &[(u32, u32)], value: (u32, u32)) -> Option<usize> {
    // Twice the middle, to stay with whole numbers.
    let distance = |column: &(u32, u32)| {
        if value.0 < column.1 && column.0 < value.1 { 0 } else { (column.0 + column.1).abs_diff(value.0 + value.1) }
    };
    let mut by_distance: Vec<(u32, usize)> =
        columns.iter().enumerate().map(|(at, column)| (distance(column), at)).collect();
    by_distance.sort_unstable();
    match by_distance.as_slice() {
        [(near, at), (next, _), ..] if near * 2 < *next => Some(*at),
        [(_, at)] => Some(*at),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Extent;
    use crate::span::Span;

    fn row(places: &[(u32, u32)]) -> Vec<Field> {
        places
            .iter()
            .map(|&(start, end)| Field {
                columns: Extent::new(start, end),
                ..Field::new(Span::new(start as usize, end as usize), Holds::Number)
            })
            .collect()
    }

    fn place(rows: &[Vec<Field>], at: usize, count: usize) -> Option<Vec<u32>> {
        let columns = Columns::learn(count, rows.iter().map(|row| (0, row.as_slice())), Vec::new());
        let placed = columns.place(at, &rows[at])?;
        Some(placed.iter().map(|cell| if cell.holds == Holds::Nothing { 0 } else { cell.span.start }).collect())
    }

    #[test]
    fn values_stand_under_the_columns_of_their_page() {
        let rows = [row(&[(10, 12), (20, 21), (30, 33)]), row(&[(10, 11), (31, 32)])];
        assert_eq!(place(&rows, 1, 3), Some(vec![10, 0, 31]));
    }

    #[test]
    fn a_value_between_two_columns_stands_under_neither() {
        let rows = [row(&[(10, 12), (20, 22), (30, 32)]), row(&[(15, 17)]), row(&[(11, 24)])];
        assert_eq!(place(&rows, 1, 3), None);
    }

    #[test]
    fn without_a_full_row_the_places_of_all_rows_tell() {
        let rows = [row(&[(10, 12), (30, 32)]), row(&[(20, 22)]), row(&[(30, 31)])];
        assert_eq!(place(&rows, 2, 3), Some(vec![0, 0, 30]));
    }
}
