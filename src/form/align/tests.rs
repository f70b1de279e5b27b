//! The short ways of the alignment find what the long ones do.

use super::*;
use crate::form::rows::Print;
use crate::form::tests::damaged;
use crate::form::{FormRow, Forms};
use crate::{grid, lines};

/// Calls `with` with the rows of many texts that are made of a form, and the form.
fn each(text_of: fn(&Form, u64) -> String, mut with: impl FnMut(&str, &[Printed], &Form, &Names)) {
    let forms = Forms::embedded();
    for (form, seed) in forms.iter().flat_map(|form| (0..150).map(move |seed| (form, seed))) {
        let text = text_of(form, seed);
        let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
        let print = Print::new(&text, &grids, forms.names());
        with(&text, &print.rows(&grids), form, forms.names());
    }
}

#[test]
fn what_a_row_is_to_the_tables_spares_looks_and_changes_nothing() {
    let all = |odd| Kinds { rows: u64::MAX, labels: u64::MAX, header: u64::MAX, headers: u64::MAX, odd };
    each(damaged, |text, printed, form, names| {
        let kinds = Kinds::of(printed, form);
        let all: Vec<Kinds> = kinds.iter().map(|kinds| all(kinds.odd)).collect();
        for index in 0..form.tables.len() {
            let found = |kinds: &[Kinds]| {
                align(&Sheet { text, printed, grids: &[] }, kinds, form, index, names, &Around::default())
            };
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
            for index in 0..form.tables.len() {
                let units = units(form, index);
                let table = Table::new(text, form, index, names, &units);
                for window in table.windows(printed, &kinds, 0..printed.len()) {
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

#[test]
fn a_second_print_fills_no_gap_of_the_first() {
    let forms = Forms::embedded();
    let mut count = 0;
    for form in forms.iter() {
        for (index, table) in form.tables.iter().enumerate().filter(|(_, table)| table.rows.len() > 4) {
            let print = |value: &str| -> Vec<String> {
                let line = |row: &FormRow| [row.label.replace(' ', "\t"), value.repeat(row.slots.len())].concat();
                table.rows.iter().map(line).collect()
            };
            let (lines, all) = (print("\t7"), print("\t8").join("\n"));
            for lost in 0..lines.len() {
                let first = [&lines[..lost], &lines[lost + 1..]].concat().join("\n");
                // An annex, and a table that goes on without a line between.
                for between in ["\n\n附件：所属单位情况。\n\n", "\n\n", "\n"] {
                    let text = [&first, between, &all].concat();
                    let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
                    let print = Print::new(&text, &grids, forms.names());
                    let printed = print.rows(&grids);
                    let kinds = Kinds::of(&printed, form);
                    let around = Around::default();
                    let found = align(
                        &Sheet { text: &text, printed: &printed, grids: &[] },
                        &kinds,
                        form,
                        index,
                        forms.names(),
                        &around,
                    )
                    .matches;
                    let below = printed.len() - lines.len();
                    assert!(found.iter().all(|step| step.first < below && step.row != lost), "{lost} of {text}");
                    count += found.len();
                }
            }
        }
    }
    assert!(count > 10_000, "{count}");
}

#[test]
fn rows_that_a_page_prints_again_are_one_print() {
    let forms = Forms::embedded();
    let form = forms.iter().find(|form| form.key == "2021").unwrap();
    let table = &form.tables[1];
    let line = |(at, row): (usize, &FormRow)| [row.label.replace(' ', "\t"), format!("\t{at}").repeat(7)].concat();
    let lines: Vec<String> = table.rows.iter().enumerate().map(line).collect();
    for (end, again) in [(9, 2), (9, 0), (20, 1), (25, 18)] {
        let text = [&lines[..end], &lines[again..]].concat().join("\n");
        let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
        let print = Print::new(&text, &grids, forms.names());
        let printed = print.rows(&grids);
        let kinds = Kinds::of(&printed, form);
        let found = align(
            &Sheet { text: &text, printed: &printed, grids: &[] },
            &kinds,
            form,
            1,
            forms.names(),
            &Around::default(),
        )
        .matches;
        assert_eq!(found.len(), lines.len(), "{end} {again}");
    }
}
