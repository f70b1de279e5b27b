//! Labels that are printed otherwise than the form does, compared with its labels.

use super::Table;
use super::taken::{End, Texts};
use crate::form::label::{ALIKE, LEAST, Misprint};
use crate::form::names::Name;
use crate::form::rows::{Holds, Printed};

/// What the text of a cell alone counts less than that of all cells up to it.
const ALONE: f32 = 0.05;

/// Calls `found` with the rows whose labels a text that is none to the letter is like, and how much; a row may be found
/// several times. `texts` are those of `end`; `print` is room to work in.
pub(super) fn alike(
    table: &Table<'_>,
    rows: &[Printed],
    valued: &Printed,
    end: &End,
    texts: &Texts,
    print: &mut Misprint,
    mut found: impl FnMut(usize, f32),
) {
    // A text without cells behind it is no row.
    if end.values_from >= valued.cells.len() && rows.len() == 1 {
        return;
    }
    let header = |name: Option<Name>| table.roles().header(name).is_some();
    let headed = header(end.joined_name) || header(end.alone_name);
    let filled = || valued.cells.iter().skip(end.values_from).filter(|cell| cell.holds != Holds::Nothing).count();
    // A header's label is no misprint of a row's, unless it has the numbers of a row: 总计 that lost its （七）.
    let filled = headed.then(filled);
    if filled == Some(0) {
        return;
    }
    let form_rows = &table.table.rows;
    let fits = |row: usize| filled.is_none_or(|filled| filled <= form_rows[row].slots.len());
    // Two or three characters leave little to compare.
    let enough = if texts.joined.is_longer(3) { ALIKE } else { LEAST };
    let labels = table.roles().labels(form_rows);
    let mut offer = |row: usize, alike: f32| {
        if alike >= enough && fits(row) {
            found(row, alike);
        }
    };
    labels.alike(print, texts.joined.pieces(), enough, &mut offer);
    // The same text, where nothing stands before it, gains less alone.
    if let Some(alone) = texts.alone.as_ref().filter(|alone| alone.len() < texts.joined.len()) {
        labels.alike(print, alone.pieces(), enough, |row, alike| offer(row, alike - ALONE));
    }
}
