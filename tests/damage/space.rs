//! The layout of a PDF's text: columns of as many characters (`pdftotext -layout`) or as wide as they are drawn, labels and header cut over
//! lines, the label of a vertically merged cell on a line of its own at the middle of its rows.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::document::{Cell, Measure, Row, Table};
use super::render::{Align, Line, Role, between, padded, pieces};
use super::rng::Rng;

/// A paragraph, indented and cut at `width` columns; no number is cut.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec!["    ".to_owned()];
    for c in text.chars() {
        let last = lines.last_mut().expect("there is one");
        // A full stop hangs out; a word of Latin letters and digits stays whole.
        let inside = c.is_ascii_alphanumeric() && last.ends_with(|c: char| c.is_ascii_alphanumeric());
        let stop = "，。；：、）”".contains(c);
        if last.width() + c.width().unwrap_or(0) > width && !inside && !stop {
            lines.push(c.to_string());
        } else {
            last.push(c);
        }
    }
    lines
}

/// Where the values of a row stand that has its label on several lines.
#[derive(Debug, Clone, Copy)]
enum At {
    First,
    Last,
    Middle,
    Behind,
}

/// What is the same in a whole table.
struct Habit {
    align: Align,
    at: At,
    gap: usize,
    measure: Measure,
    /// Of a hundred rows, how many have a blank line before them.
    blank: usize,
    indent: usize,
    /// Widest label.
    most: usize,
    /// The column of the rows' own labels, where units, codes and serial numbers stand beside it: only they are cut over lines.
    own: Option<usize>,
}

/// Adds the lines of a table.
pub fn table(table: &Table, measure: Measure, lines: &mut Vec<Line>, rng: &mut Rng) {
    let habit = Habit {
        align: rng.pick(&[Align::Centre, Align::Centre, Align::Right, Align::Left]),
        at: rng.pick(&[At::First, At::Last, At::Middle, At::Behind]),
        gap: rng.range(2, 4),
        measure,
        blank: rng.pick(&[0, 0, 10, 30]),
        indent: rng.pick(&[0, 0, 2, 5]),
        most: rng.pick(&[30, 36, 44]),
        own: (table.key == "statistics").then_some(table.label),
    };
    let starts = blocks(table);
    for (at, &start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(table.rows.len());
        block(&table.rows[start..end], &habit, lines, rng);
    }
}

/// First rows of the blocks that have columns of their own: at each header, and the captions above it.
fn blocks(table: &Table) -> Vec<usize> {
    let mut starts = vec![0];
    for at in 1..table.rows.len() {
        if table.is_header(at) && !table.is_header(at - 1) {
            let captions = (0..at).rev().take_while(|&above| !table.rows[above].is_data()).last().unwrap_or(at);
            if captions > 0 {
                starts.push(captions);
            }
        }
    }
    starts
}

/// A text at a column of a line.
type Put = (usize, String);

fn block(rows: &[Row], habit: &Habit, lines: &mut Vec<Line>, rng: &mut Rng) {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let labels = rows.iter().filter_map(Row::first_value).min().unwrap_or(columns);
    // Page by page: each has its own measure.
    let mut start = 0;
    let mut indent = habit.indent;
    for end in 1..=rows.len() {
        let breaks = |row: &Row| row.feed || row.before.iter().any(|text| !text.trim().is_empty());
        if end < rows.len() && !breaks(&rows[end]) {
            continue;
        }
        let geometry = Geometry::new(rows, labels, columns, habit, indent);
        geometry.page(&rows[start..end], habit, lines, rng);
        indent = rng.below(6);
        start = end;
    }
}

struct Geometry {
    labels: usize,
    /// Left edge of each column, and of what would stand behind the last.
    edges: Vec<usize>,
    gap: usize,
}

impl Geometry {
    fn new(rows: &[Row], labels: usize, columns: usize, habit: &Habit, indent: usize) -> Geometry {
        let mut edges = vec![indent];
        let is_label = |cell: &Cell| matches!(cell, Cell::Label(_));
        let data = || rows.iter().filter(|row| row.is_data());
        for column in 0..labels {
            // A label with another one behind it makes its column as wide as it is; the last may go on to the values.
            let narrow = data().filter(|row| row.cells[column + 1..].iter().any(is_label));
            let narrow = narrow.filter_map(|row| label(row, column)).map(|label| label.width() + 2).max().unwrap_or(0);
            let narrow = if habit.own == Some(column) { narrow.min(habit.most) } else { narrow };
            edges.push(edges[column] + narrow);
        }
        let wide = |row: &Row, at: usize| {
            let width = label(row, at)?.width();
            Some(edges[at] + if habit.own == Some(at) { width.min(habit.most) } else { width })
        };
        let ends = data().flat_map(|row| (0..labels).filter_map(|at| wide(row, at)));
        let furthest = edges.last().copied().unwrap_or(0) + habit.most;
        let wanted = ends.max().unwrap_or(0).min(furthest) + habit.gap;
        if labels > 0 {
            let last = edges.len() - 1;
            edges[last] = wanted.max(edges[last - 1] + 8);
        }
        // Many columns are narrow, and their labels cut over lines.
        let narrow = if columns - labels > 4 { 4 } else { 26 };
        for column in labels..columns {
            let values = rows.iter().filter_map(|row| row.cells.get(column));
            let width = values.map(|cell| match cell {
                Cell::Value(value) => value.text.width().max(4),
                // Wider ones are cut over lines.
                Cell::Label(label) => label.width().min(narrow),
                Cell::Merged => 0,
            });
            let width = width.max().unwrap_or(0);
            edges.push(edges[column] + width + if width > 0 { habit.gap } else { 0 });
        }
        Geometry { labels, edges, gap: habit.gap }
    }

    fn page(&self, rows: &[Row], habit: &Habit, lines: &mut Vec<Line>, rng: &mut Rng) {
        // Lines with the row that they belong to; groups are put between them at last.
        let mut page: Vec<(usize, Vec<Put>)> = Vec::new();
        let mut groups: Vec<(usize, usize, Put)> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            // The label of a group stands among those of the rows.
            let group = habit.own.is_some_and(|own| {
                let heads = |(column, cell): (usize, &Cell)| column >= self.labels && matches!(cell, Cell::Label(_));
                matches!(row.cells.get(own), Some(Cell::Label(_))) && !row.cells.iter().enumerate().any(heads)
            });
            let puts = if row.is_data() || group { self.data(rows, at, habit, &mut groups) } else { self.header(row) };
            page.extend(puts.into_iter().map(|puts| (at, puts)));
        }
        for (first, last, put) in groups.into_iter().rev() {
            let of: Vec<usize> = (0..page.len()).filter(|&line| (first..=last).contains(&page[line].0)).collect();
            // Between two rows, not inside of one.
            let middle = (1..of.len()).map(|i| of[i]).filter(|&line| page[line].0 != page[line - 1].0);
            let wanted = of[of.len() / 2];
            let line = middle.min_by_key(|line| line.abs_diff(wanted)).unwrap_or(of[0]);
            let row = page[line].0;
            page.insert(line, (row, vec![put]));
        }
        let mut row_before = usize::MAX;
        for (row, mut puts) in page {
            let starts = row != row_before;
            if starts {
                if row > 0 && row_before != usize::MAX && rng.chance(habit.blank) {
                    lines.push(Line::new("", Role::Between));
                }
                between(&rows[row], lines);
                row_before = row;
            }
            puts.sort();
            let mut text = String::new();
            for (column, put) in puts {
                let gap = column.saturating_sub((habit.measure)(&text)).max(if text.trim().is_empty() { 0 } else { 2 });
                text.push_str(&" ".repeat(gap));
                text.push_str(&put);
            }
            let text = text.trim_end().to_owned();
            let role = match (starts, rows[row].is_data()) {
                (false, _) => Role::Continued,
                (true, true) => Role::Values(0),
                (true, false) => Role::Labels,
            };
            lines.push(Line::new(text, role));
        }
    }

    /// A row of a header: labels over their columns, cut to their width.
    fn header(&self, row: &Row) -> Vec<Vec<Put>> {
        let mut lines: Vec<Vec<Put>> = vec![Vec::new()];
        let alone = row.cells.iter().filter(|cell| **cell != Cell::Merged).count() == 1;
        for (column, cell) in row.cells.iter().enumerate() {
            let Cell::Label(label) = cell else { continue };
            let span = row.cells[column + 1..].iter().take_while(|cell| **cell == Cell::Merged).count();
            let end = if alone { self.edges.len() - 1 } else { (column + 1 + span).min(self.edges.len() - 1) };
            let width = self.edges[end].saturating_sub(self.edges[column] + self.gap).max(4);
            let width = if alone && label.chars().count() < 12 { width.max(label.width()) } else { width };
            for (at, piece) in pieces(label, width).into_iter().enumerate() {
                lines.resize(lines.len().max(at + 1), Vec::new());
                let text = padded(&piece, width, Align::Centre);
                let indent = text.len() - text.trim_start().len();
                lines[at].push((self.edges[column] + indent, piece));
            }
        }
        lines
    }

    fn data(&self, rows: &[Row], at: usize, habit: &Habit, groups: &mut Vec<(usize, usize, Put)>) -> Vec<Vec<Put>> {
        let row = &rows[at];
        let mut labels: Vec<Vec<Put>> = Vec::new();
        let mut beside: Vec<Put> = Vec::new();
        let mut values: Vec<Put> = Vec::new();
        let last = row.cells.iter().take(self.labels).rposition(|cell| matches!(cell, Cell::Label(_)));
        for column in 0..self.labels {
            let Some(label) = label(row, column) else { continue };
            let put = (self.edges[column], label.replace('\n', ""));
            if habit.own.is_some_and(|own| own != column) {
                values.push(put);
                continue;
            }
            if Some(column) == last || habit.own == Some(column) {
                let end = if habit.own.is_some() { column + 1 } else { self.labels };
                let width = self.edges[end].saturating_sub(self.edges[column] + self.gap).max(8);
                labels = pieces(label, width).into_iter().map(|piece| vec![(put.0, piece)]).collect();
                continue;
            }
            let ends = |row: &Row| !row.is_data() || (0..=column).any(|column| self::label(row, column).is_some());
            let until = (at + 1..rows.len()).find(|&below| ends(&rows[below])).unwrap_or(rows.len()) - 1;
            if until == at {
                beside.push(put);
            } else {
                groups.push((at, until, put));
            }
        }
        if let Some(first) = labels.first_mut() {
            first.extend(beside);
        }
        for (column, cell) in row.cells.iter().enumerate() {
            if let Cell::Value(value) = cell {
                let width = self.edges[column + 1].saturating_sub(self.edges[column] + self.gap);
                let text = padded(&value.text, width, habit.align);
                let indent = text.len() - text.trim_start().len();
                if !value.text.is_empty() {
                    values.push((self.edges[column] + indent, value.text.clone()));
                }
            }
        }
        match (labels.len(), habit.at) {
            (0, _) => return vec![values],
            (1, _) | (_, At::First) => labels[0].extend(values),
            (_, At::Last) => labels.last_mut().expect("there are two").extend(values),
            (many, At::Middle) => labels.insert(many / 2, values),
            (_, At::Behind) => labels.push(values),
        }
        labels
    }
}

fn label(row: &Row, column: usize) -> Option<&str> {
    match row.cells.get(column) {
        Some(Cell::Label(label)) => Some(label),
        _ => None,
    }
}
