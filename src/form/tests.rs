//! What the embedded forms say.

use super::*;

#[test]
fn embedded_forms_are_sound() {
    for form in load::embedded() {
        if let Err(error) = form {
            panic!("{error}");
        }
    }
}

/// Table → how many cells it has.
fn counts(edition: &str) -> Vec<(String, usize)> {
    let forms = Forms::embedded();
    forms.get(edition).unwrap().tables.iter().map(|table| (table.key.clone(), table.slots.len())).collect()
}

#[test]
fn editions_have_as_many_cells_as_they_were_laid_down_with() {
    let of = |counts: &[(&str, usize)]| -> Vec<(String, usize)> {
        counts.iter().map(|(table, count)| ((*table).to_owned(), *count)).collect()
    };
    assert_eq!(counts("2021"), of(&[("proactive", 10), ("applications", 25 * 7), ("review_litigation", 15)]));
    assert_eq!(counts("2019"), of(&[("proactive", 22), ("applications", 23 * 7), ("review_litigation", 15)]));
    assert_eq!(counts("2014"), of(&[("statistics", 58)]));
    // Its rows are those that each report prints.
    assert_eq!(counts("2008"), of(&[("statistics", 0)]));
}

#[test]
fn slots_are_named_by_their_groups() {
    let forms = Forms::embedded();
    let form = forms.get("2021").unwrap();
    let slot = form.slots.iter().find(|slot| slot.path() == "applications.refused.duplicate.business");
    assert!(slot.is_none());
    let slot = form.slots.iter().find(|slot| slot.path() == "applications.not_processed.duplicate.business").unwrap();
    assert_eq!(slot.row_label, "三、本年度办理结果 （五）不予处理 2.重复申请");
    assert_eq!(slot.column_label, "法人或其他组织 商业企业");
    let slot = form.slots.iter().find(|slot| slot.path() == "review_litigation.litigation_direct.upheld").unwrap();
    assert_eq!((slot.row_label.as_str(), slot.column_label.as_str()), ("行政诉讼 未经复议直接起诉", "结果维持"));
}

/// A report may print one table of another edition: what is said about a table comes with it, and nothing of the one in whose place it
/// stands is left.
#[test]
fn a_table_of_another_edition_brings_all_that_is_said_about_it() {
    let forms = Forms::embedded();
    let (new, old) = (forms.get("2021").unwrap(), forms.get("2019").unwrap());
    for foreign in ["proactive", "applications", "review_litigation"] {
        let source = |key: &str| if key == foreign { old } else { new };
        let place = |key: &str| source(key).tables.iter().position(|table| table.key == key).unwrap();
        let tables: Vec<(&Form, usize)> =
            new.tables.iter().map(|table| (&**source(&table.key), place(&table.key))).collect();
        let mixed = new.compose(&tables);
        let mut told = [0; 6];
        for table in &mixed.tables {
            let (of, key) = (source(&table.key), &table.key);
            let paths = |form: &Form, slots: &[usize]| -> Vec<String> {
                slots.iter().map(|&slot| form.slots[slot].path()).collect()
            };
            let cells = |form: &Form, table: &FormTable| -> Vec<(String, Vec<String>)> {
                table.rows.iter().map(|row| (row.label.clone(), paths(form, &row.slots))).collect()
            };
            let own = &of.tables[place(key)];
            assert_eq!(cells(&mixed, table), cells(of, own), "{foreign} {key}");
            assert_eq!(
                paths(&mixed, &table.slots.clone().collect::<Vec<_>>()),
                paths(of, &own.slots.clone().collect::<Vec<_>>())
            );
            let identities = |form: &Form| -> Vec<_> {
                let here = form.identities.iter().filter(|identity| &identity.table == key);
                here.map(|it| (it.rule, paths(form, &it.total), paths(form, &it.parts))).collect()
            };
            assert_eq!(identities(&mixed), identities(of), "{foreign} {key}");
            let series = |form: &Form| -> Vec<_> {
                let here = form.series.iter().filter(|series| &series.table == key);
                here.map(|it| (it.rule, paths(form, &it.of_later().collect::<Vec<_>>()), paths(form, &[it.earlier])))
                    .collect()
            };
            assert_eq!(series(&mixed), series(of), "{foreign} {key}");
            let rates = |form: &Form| -> Vec<String> {
                form.rates.iter().filter(|rate| &rate.table == key).map(|rate| rate.key.clone()).collect()
            };
            assert_eq!(rates(&mixed), rates(of), "{foreign} {key}");
            let clauses = |form: &Form| -> Vec<Clause> {
                form.clauses.iter().filter(|clause| &clause.table == key).cloned().collect()
            };
            assert_eq!(clauses(&mixed), clauses(of), "{foreign} {key}");
            let figures = |form: &Form| -> Vec<Figure> {
                form.figures.iter().filter(|figure| &figure.table == key).cloned().collect()
            };
            assert_eq!(figures(&mixed), figures(of), "{foreign} {key}");
            let counts = [
                table.slots.len(),
                identities(of).len(),
                series(of).len(),
                rates(of).len(),
                clauses(of).len(),
                figures(of).len(),
            ];
            told.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        let all = [
            mixed.slots.len(),
            mixed.identities.len(),
            mixed.series.len(),
            mixed.rates.len(),
            mixed.clauses.len(),
            mixed.figures.len(),
        ];
        assert_eq!(all, told, "{foreign}");
    }
}

#[test]
fn a_row_has_the_article_that_names_it_and_else_that_of_its_table() {
    let forms = Forms::embedded();
    let form = forms.get("2021").unwrap();
    let named = form.clauses.iter().find(|clause| !clause.rows.is_empty()).unwrap();
    let row = &named.rows[0];
    assert_eq!(form.clause(&named.table, row), Some(named.text.as_str()));
    assert_eq!(form.clause(&named.table, &format!("{row}.total")), Some(named.text.as_str()));
    assert_ne!(form.clause(&named.table, &format!("{row}x")), Some(named.text.as_str()));
    assert_eq!(form.clause("no_table", row), None);
}

/// The tables of a form in tabs with numbers, more or less damaged: short ways of reading must give the same for all of
/// these as long ones.
pub(super) fn damaged(form: &Form, seed: u64) -> String {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let mut next = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let often = [2, 12, 1000][next(3)];
    let mut text = String::new();
    for table in &form.tables {
        let mut heads: Vec<&String> = table.header.keys().collect();
        heads.sort_unstable();
        for row in &table.rows {
            let mut labels: Vec<String> = row.label.split(' ').map(str::to_owned).collect();
            if next(3) > 0 {
                labels.drain(..labels.len() - 1);
            }
            let mut values: Vec<&str> = row.slots.iter().map(|_| ["0", "7", "12", "1,095", "3.5"][next(5)]).collect();
            let (mut above, mut again) = (String::new(), 1);
            let own = labels.last_mut().unwrap();
            let some = |place: usize| own.char_indices().nth(place % 20).map_or(0, |(at, _)| at);
            match next(9 * often) {
                0 => *own = own.chars().filter(|_| next(4) > 0).collect(),
                1 => values.clear(),
                2 => values.fill(""),
                3 => values.fill("/"),
                4 => own.push_str("15"),
                5 | 6 => {
                    let rest = own.split_off(some(next(20)));
                    above = std::mem::replace(own, rest);
                }
                7 => again = 2,
                8 if !heads.is_empty() => {
                    above = (0..3).map(|_| heads[next(heads.len())].as_str()).collect::<Vec<_>>().join("\t")
                }
                _ => {}
            }
            if !above.is_empty() {
                text.push_str(&[above.as_str(), "\n"].concat());
            }
            let cells: Vec<&str> = labels.iter().map(String::as_str).chain(values).collect();
            (0..again).for_each(|_| text.push_str(&[cells.join("\t").as_str(), "\n"].concat()));
        }
        text.push('\n');
    }
    text
}
