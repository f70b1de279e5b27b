//! Labels that are printed otherwise than the form does, compared with its labels.

use super::{End, Table};
use crate::form::label::{ALIKE, Shape};
use crate::form::names::Name;
use crate::form::rows::{Holds, Printed};

/// A text that is no label to the letter, for being compared with those of the form.
pub(super) struct Shapes {
    joined: Shape,
    alone: Option<Shape>,
    /// It must be this much alike.
    enough: f32,
    /// The most cells of a row that it may be the label of.
    filled: Option<usize>,
}

impl Shapes {
    pub(super) fn new(table: &Table<'_>, rows: &[Printed], valued: &Printed, end: &End) -> Shapes {
        let header = |name: Option<Name>| table.roles().header(name).is_some();
        let headed = header(end.joined_name) || end.alone.as_ref().is_some_and(|alone| header(alone.1));
        let filled = || valued.cells.iter().skip(end.values_from).filter(|cell| cell.holds != Holds::Nothing).count();
        // A header's label is no misprint of a row's; a text without cells behind it is no row.
        // Unless it has the numbers of a row: 总计 that lost its （七）.
        let filled = headed.then(filled);
        let bare = end.values_from >= valued.cells.len() && rows.len() == 1;
        if bare || filled == Some(0) {
            return Shapes { joined: Shape::default(), alone: None, enough: f32::INFINITY, filled };
        }
        // Two or three characters leave little to compare.
        let enough = if end.joined.chars().nth(3).is_none() { 0.5 } else { ALIKE };
        let alone = end.alone.as_ref().map(|alone| Shape::printed(&alone.0));
        Shapes { joined: Shape::printed(&end.joined), alone, enough, filled }
    }

    /// How well the text fits as the label of a row, if well enough.
    pub(super) fn alike(&self, table: &Table<'_>, row: usize) -> Option<f32> {
        if self.enough.is_infinite() || self.filled.is_some_and(|filled| filled > table.table.rows[row].slots.len()) {
            return None;
        }
        let alike = |form: &Shape| {
            let alone = self.alone.as_ref().map_or(0.0, |alone| alone.likeness(form, self.enough) - 0.05);
            self.joined.likeness(form, self.enough).max(alone)
        };
        let alike = table.roles().row(row).shapes.iter().map(alike).fold(0.0, f32::max);
        (alike >= self.enough).then_some(alike)
    }
}
