//! The short ways of the alignment find what the long ones do.

use super::*;
use crate::form::Forms;
use crate::form::rows::Print;
use crate::form::tests::damaged;
use crate::{grid, lines};

/// Calls `with` with the rows of many texts that are made of a form, and the form.
fn each(text_of: fn(&Form, u64) -> String, mut with: impl FnMut(&str, &[Printed], &Form, &Names)) {
    let forms = Forms::embedded();
    for (form, seed) in forms.iter().flat_map(|form| (0..150).map(move |seed| (form, seed))) {
        let text = text_of(form, seed);
        let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
        let print = Print::new(&text, &grids, forms.names());
        with(&text, &print.rows(), form, forms.names());
    }
}

#[test]
fn what_a_row_is_to_the_tables_spares_looks_and_changes_nothing() {
    let all = |odd| Kinds { rows: u64::MAX, labels: u64::MAX, header: u64::MAX, headers: u64::MAX, odd };
    each(damaged, |text, printed, form, names| {
        let kinds = Kinds::of(printed, form);
        let all: Vec<Kinds> = kinds.iter().map(|kinds| all(kinds.odd)).collect();
        for index in 0..form.tables.len() {
            let found = |kinds: &[Kinds]| align(text, printed, kinds, form, index, names);
            assert_eq!(found(&kinds), found(&all), "{text}");
        }
    });
}

/// The tables of a form to the letter. Some rows have no numbers, or marks for none, and the label of a group may stand
/// above them.
fn bare(form: &Form, seed: u64) -> String {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let often = [6, 20, 60][next(3)];
    let mut text = String::new();
    for table in &form.tables {
        for row in &table.rows {
            let mut labels: Vec<&str> = row.label.split(' ').collect();
            let mut values = vec!["0"; row.slots.len()];
            match next(often) {
                0 | 1 => values.fill(""),
                2 => values.fill("/"),
                3 => values.iter_mut().for_each(|value| *value = ["", "/", "0"][next(3)]),
                4 if labels.len() > 1 => text.push_str(&[labels.remove(0), "\n"].concat()),
                5 => text.push_str(&[labels.join("\t").as_str(), "\n"].concat()),
                _ => {}
            }
            labels.extend(values);
            text.push_str(&[labels.join("\t").as_str(), "\n"].concat());
        }
        text.push('\n');
    }
    text
}

#[test]
fn a_table_to_the_letter_is_found_as_by_comparing() {
    for text_of in [damaged as fn(&Form, u64) -> String, bare] {
        let mut count = 0;
        each(text_of, |text, printed, form, names| {
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
}
