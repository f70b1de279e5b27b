//! The printed rows of all grids as alignment looks at them: what each cell holds, and the labels in front of the values, folded and
//! looked up.
//!
//! All rows share the three lists of a [`Print`], so that a table of a hundred rows takes no more allocations than one of two.

mod read;

use std::borrow::Cow;
use std::ops::Range;

pub(super) use self::read::are_numbers;
use self::read::name_of;
use super::names::{Name, Names};
use crate::grid::{Extent, Grid, Layout, Row};
use crate::span::Span;

/// The printed rows of all grids.
#[derive(Debug, Clone, Default)]
pub struct Print {
    fields: Vec<Field>,
    labels: Vec<LabelAt>,
    /// The folded labels of each row, one behind the other.
    folded: String,
    rows: Vec<RowAt>,
}

/// Where a row of a [`Print`] has its parts. There may be many rows: no text has as many of anything as a `u32` tells.
#[derive(Debug, Clone)]
struct RowAt {
    /// Which grid, and which of its rows.
    at: (u32, u32),
    fields: Part,
    labels: Part,
    folded: Part,
    numbers: u32,
    has_values: bool,
    may_be_glued: bool,
    has_strays: bool,
}

/// A part of a list.
#[derive(Debug, Clone, Copy)]
struct Part {
    start: u32,
    end: u32,
}

impl Part {
    fn new(start: usize, end: usize) -> Part {
        Part { start: start as u32, end: end as u32 }
    }

    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A label of a row: which cell, where in the folded text of the row, and the names of what is printed up to it and of itself.
#[derive(Debug, Clone, Copy)]
struct LabelAt {
    cell: u32,
    folded: Part,
    joined: Option<Name>,
    own: Option<Name>,
}

impl LabelAt {
    /// No other label stands before it.
    fn is_first(&self) -> bool {
        self.folded.start == 0
    }

    /// Its text, of the `folded` one of the row.
    fn own_of<'a>(&self, folded: &'a str) -> &'a str {
        &folded[self.folded.range()]
    }

    /// That of the labels up to it.
    fn joined_of<'a>(&self, folded: &'a str) -> &'a str {
        &folded[..self.folded.end as usize]
    }
}

/// A printed row.
#[derive(Debug, Clone, Copy)]
pub struct Printed<'a> {
    /// Which grid, and which of its rows.
    pub at: (usize, usize),
    /// Index of its line.
    pub line: usize,
    /// The page that it stands on.
    pub page: usize,
    /// Each of its cells stands on a line of its own.
    pub loose: bool,
    /// Blanks part its cells: one without anything in it leaves no mark.
    pub unmarked: bool,
    /// Its cells.
    pub cells: &'a [Field],
    /// It holds a number or a mark for none, behind its label if it has one.
    pub has_values: bool,
    /// How many of its cells hold a number.
    pub numbers: usize,
    /// A label of it ends in a digit.
    pub may_be_glued: bool,
    /// A cell that is none of its labels holds what some form prints as one.
    pub has_strays: bool,
    labels: &'a [LabelAt],
    folded: &'a str,
}

/// The rows of a report, with what their cells say.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// The text of the report.
    pub text: &'a str,
    /// All rows, in the order of the text.
    pub printed: &'a [Printed<'a>],
    /// The grids that they are the rows of.
    pub grids: &'a [Grid],
}

impl<'a> Sheet<'a> {
    /// What a cell of a row says, its pieces joined.
    pub(super) fn cell(&self, row: usize, cell: usize) -> Cow<'a, str> {
        let (grid, at) = self.printed[row].at;
        self.grids[grid].rows[at].cells[cell].text(self.text)
    }

    /// Lines between the table of a row and that of the row above it.
    pub(super) fn gap(&self, row: usize) -> usize {
        let Some(above) = row.checked_sub(1).map(|above| self.printed[above].at.0) else { return 0 };
        let own = self.printed[row].at.0;
        match (self.grids[above].lines.last(), self.grids[own].lines.first()) {
            (Some(last), Some(first)) if own != above => first.saturating_sub(last + 1),
            _ => 0,
        }
    }
}

/// One of the leading text cells of a row.
#[derive(Debug, Clone, Copy)]
pub struct LabelCell<'a> {
    /// Index of the cell.
    pub at: usize,
    /// Folded text of the leading text cells up to it.
    pub joined: &'a str,
    /// The name of that text.
    pub joined_name: Option<Name>,
    /// Folded text of the cell alone.
    pub own: &'a str,
    /// The name of that.
    pub own_name: Option<Name>,
}

/// A label of a row by its names, where its text does not matter.
#[derive(Debug, Clone, Copy)]
pub struct LabelName {
    /// Index of the cell.
    pub at: usize,
    /// No other label stands before it.
    pub first: bool,
    /// The name of the text of the leading text cells up to it.
    pub joined: Option<Name>,
    /// The name of the text of the cell alone.
    pub own: Option<Name>,
}

impl LabelCell<'_> {
    /// No other label stands before it.
    pub fn is_first(&self) -> bool {
        self.own.len() == self.joined.len()
    }
}

/// A cell of a printed row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Where it is printed.
    pub span: Span,
    /// What it holds.
    pub holds: Holds,
    /// It is broken over lines.
    pub broken: bool,
    /// The columns of text that it takes, where they part the cells.
    pub columns: Option<Extent>,
    /// The name of its text, if some form prints it as a label.
    pub name: Option<Name>,
}

impl Field {
    /// A cell that holds no label.
    pub fn new(span: Span, holds: Holds) -> Field {
        Field { span, holds, broken: false, columns: None, name: None }
    }

    /// The columns of text that it takes, from 0, end excluded, where they part the cells.
    pub fn extent(&self) -> Option<(u32, u32)> {
        self.columns.map(Extent::pair)
    }

    /// A blank cell that is not printed, at a place.
    pub fn lost(at: u32) -> Field {
        Field::new(Span { start: at, end: at }, Holds::Nothing)
    }
}

/// What a cell holds, as far as alignment cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing.
    Nothing,
    /// A number.
    Number,
    /// A mark for nothing: `/`, 无.
    Placeholder,
    /// Any other text.
    Text,
}

impl Print {
    /// Reads the cells of all grids.
    pub fn new(text: &str, grids: &[Grid], names: &Names) -> Print {
        let mut print = Print::default();
        let rows = grids.iter().map(|grid| grid.rows.len()).sum();
        print.rows.reserve(rows);
        // Most rows have one label or two.
        print.labels.reserve(rows * 2);
        print.folded.reserve(rows * 48);
        print.fields.reserve(grids.iter().flat_map(|grid| &grid.rows).map(|row| row.cells.len()).sum());
        for (at, grid) in grids.iter().enumerate() {
            for row in 0..grid.rows.len() {
                print.row(text, (at, row), grid, names);
            }
        }
        print
    }

    /// The same rows, whose labels are looked up in other names: what the cells hold and how they are folded is no
    /// matter of names.
    pub(super) fn renamed(&self, text: &str, grids: &[Grid], names: &Names) -> Print {
        let mut print = self.clone();
        for row in &mut print.rows {
            row.has_strays = false;
            let cells = &grids[row.at.0 as usize].rows[row.at.1 as usize].cells;
            let fields = &mut print.fields[row.fields.range()];
            let (labels, folded) = (&mut print.labels[row.labels.range()], &print.folded[row.folded.range()]);
            for label in labels.iter_mut() {
                label.own = names.get(label.own_of(folded));
                label.joined = if label.is_first() { label.own } else { names.get(label.joined_of(folded)) };
            }
            let mut labels = labels.iter().peekable();
            for (at, (field, cell)) in (0..).zip(fields.iter_mut().zip(cells)) {
                let label = labels.next_if(|label| label.cell == at);
                field.name = match label {
                    _ if field.holds != Holds::Text => None,
                    Some(label) => label.own,
                    None => name_of(text, cell, names),
                };
                row.has_strays |= label.is_none() && field.name.is_some();
            }
        }
        print
    }

    /// The rows, in the order of the text; `grids` are those that it was read from.
    pub fn rows(&self, grids: &[Grid]) -> Vec<Printed<'_>> {
        let printed = |row: &RowAt| {
            let at = (row.at.0 as usize, row.at.1 as usize);
            let grid = &grids[at.0];
            let Row { line, page, .. } = grid.rows[at.1];
            Printed {
                at,
                line,
                page,
                loose: grid.layout == Layout::Line,
                unmarked: grid.layout == Layout::Space,
                cells: &self.fields[row.fields.range()],
                has_values: row.has_values,
                numbers: row.numbers as usize,
                may_be_glued: row.may_be_glued,
                has_strays: row.has_strays,
                labels: &self.labels[row.labels.range()],
                folded: &self.folded[row.folded.range()],
            }
        };
        self.rows.iter().map(printed).collect()
    }
}

impl<'a> Printed<'a> {
    /// How many of its leading cells are labels.
    pub fn label_count(&self) -> usize {
        self.labels.len()
    }

    /// Its cells that hold anything.
    pub fn filled(&self) -> impl Iterator<Item = &'a Field> + use<'a> {
        self.cells.iter().filter(|cell| cell.holds != Holds::Nothing)
    }

    /// Its leading text cells, by their names.
    pub fn label_names(&self) -> impl DoubleEndedIterator<Item = LabelName> + use<'a> {
        self.labels.iter().map(|label| LabelName {
            at: label.cell as usize,
            first: label.is_first(),
            joined: label.joined,
            own: label.own,
        })
    }

    /// Its leading text cells.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = LabelCell<'a>> + ExactSizeIterator + use<'a> {
        let folded = self.folded;
        self.labels.iter().map(move |label| LabelCell {
            at: label.cell as usize,
            joined: label.joined_of(folded),
            joined_name: label.joined,
            own: label.own_of(folded),
            own_name: label.own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Forms;
    use crate::form::tests::damaged;
    use crate::{grid, lines};

    #[test]
    fn rows_in_other_names_are_those_that_are_read_with_them() {
        let forms = Forms::embedded();
        for form in forms.iter() {
            let mut own = Names::default();
            (**form).clone().enter(&mut own);
            for seed in 0..60 {
                let text = damaged(form, seed);
                let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
                let print = Print::new(&text, &grids, forms.names());
                let renamed = print.renamed(&text, &grids, &own);
                assert_eq!(format!("{renamed:?}"), format!("{:?}", Print::new(&text, &grids, &own)), "{text}");
            }
        }
    }

    #[test]
    fn a_merged_label_that_is_printed_in_each_of_its_cells_is_one_where_the_row_is_blank() {
        let forms = Forms::embedded();
        let labels = |text: &str| -> Vec<usize> {
            let grids = grid::find(text, &lines::split(text), forms.vocabulary());
            let print = Print::new(text, &grids, forms.names());
            print.rows(&grids).iter().map(Printed::label_count).collect()
        };
        let above = "（三）不予公开\t1.属于国家秘密\t0\t3\n";
        assert_eq!(labels(&format!("{above}三、本年度办理结果\t（一）予以公开\t（一）予以公开\n")), [2, 2]);
        assert_eq!(labels(&format!("{above}总计\t总计\t\t\t\n")), [2, 1]);
        // The labels of a header.
        assert_eq!(labels(&format!("{above}结果维持\t总计\t总计\t\n")), [2, 3]);
    }

    #[test]
    fn values_stand_behind_the_first_label() {
        let forms = Forms::embedded();
        for (form, seed) in forms.iter().flat_map(|form| (0..60).map(move |seed| (form, seed))) {
            let text = damaged(form, seed);
            let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
            for row in Print::new(&text, &grids, forms.names()).rows(&grids) {
                let behind = row.labels().next().map_or(0, |label| label.at);
                let is_value = |field: &Field| {
                    matches!(field.holds, Holds::Number | Holds::Placeholder) || are_numbers(field.span.of(&text))
                };
                assert_eq!(row.has_values, row.cells[behind..].iter().any(is_value), "{text}");
                let numbers = row.cells.iter().filter(|field| field.holds == Holds::Number).count();
                assert_eq!(row.numbers, numbers, "{text}");
            }
        }
    }
}
