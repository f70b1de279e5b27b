//! The short ways of the alignment find what the long ones do.

use super::*;
use crate::form::Forms;
use crate::form::rows::Print;
use crate::form::tests::damaged;
use crate::{grid, lines};

/// Calls `with` with the rows of many damaged texts, and the form that they print.
fn each(mut with: impl FnMut(&str, &[Printed], &Form, &Names)) {
    let forms = Forms::embedded();
    for (form, seed) in forms.iter().flat_map(|form| (0..150).map(move |seed| (form, seed))) {
        let text = damaged(form, seed);
        let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
        let print = Print::new(&text, &grids, forms.names());
        with(&text, &print.rows(), form, forms.names());
    }
}

#[test]
fn what_a_row_is_to_the_tables_spares_looks_and_changes_nothing() {
    let all = |odd| Kinds { rows: u64::MAX, labels: u64::MAX, header: u64::MAX, headers: u64::MAX, odd };
    each(|text, printed, form, names| {
        let kinds = Kinds::of(printed, form);
        let all: Vec<Kinds> = kinds.iter().map(|kinds| all(kinds.odd)).collect();
        for index in 0..form.tables.len() {
            let found = |kinds: &[Kinds]| align(text, printed, kinds, form, index, names);
            assert_eq!(found(&kinds), found(&all), "{text}");
        }
    });
}

#[test]
fn a_table_to_the_letter_is_found_as_by_comparing() {
    let mut count = 0;
    each(|text, printed, form, names| {
        let kinds = Kinds::of(printed, form);
        for (index, own) in form.tables.iter().enumerate() {
            let units = units(form, index);
            let table = Table { text, form, index, table: own, names, units: &units, bit: Tables::bit(index) };
            for window in table.windows(printed, &kinds) {
                let (rows, kinds) = (&printed[window.clone()], &kinds[window]);
                if let Some(plain) = table.plain(rows, kinds) {
                    count += 1;
                    assert_eq!(plain, table.align(rows, kinds), "{text}");
                }
            }
        }
    });
    assert!(count > 50, "{count}");
}
