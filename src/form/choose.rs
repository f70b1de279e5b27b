//! Which form a report is of: the tables decide, each for itself.
//!
//! Organs use an old form in a new year, and mix them. So every table of every form is scored by its labels that are printed; the form
//! with the best sum is the report's, and a table of it that another edition fits clearly better is taken from there.

use std::collections::HashSet;
use std::sync::Arc;

use super::align::{Holds, Printed};
use super::printed::with_printed_columns;
use super::{Columns, Form, FormTable, Forms};
use crate::fold::key;
use crate::grid::MAX_LABEL_BYTES;

/// The form of a report.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The form, with the tables that the report prints.
    pub form: Arc<Form>,
    /// Tables that come from another edition.
    pub mixed: Vec<usize>,
}

/// Rows of a form that must stand in a report before it is taken for that form.
const FEWEST_ROWS: usize = 3;
/// Or as many labels of a header.
const FEWEST_HEADERS: usize = 4;
/// Of a long annex, whose single labels stand in other annexes too, this part of the rows.
const FEWEST_OF_ANNEX: usize = 3;
/// A row with cells of its own counts more than a label that may be a group's.
const ROW_WITH_CELLS: usize = 2;
/// Another edition must fit a table better by as much as one row.
const CLEARLY: usize = 2;

/// What the tables of a report print, folded.
struct Seen {
    /// Every label.
    labels: HashSet<String>,
    /// Labels with cells behind them.
    rows: HashSet<String>,
}

impl Seen {
    fn new(text: &str, printed: &[Printed]) -> Seen {
        let mut seen = Seen { labels: HashSet::new(), rows: HashSet::new() };
        for row in printed {
            for (at, joined) in &row.labels {
                let behind = row.cells.get(at + 1);
                if behind.is_some_and(|cell| cell.holds != Holds::Text) {
                    seen.rows.insert(joined.clone());
                    seen.rows.extend(row.own_label(*at).map(str::to_owned));
                }
                seen.labels.insert(joined.clone());
            }
            for cell in row.cells.iter().filter(|cell| cell.holds == Holds::Text && cell.span.len() < MAX_LABEL_BYTES) {
                seen.labels.insert(key(cell.span.of(text)));
            }
        }
        seen
    }

    fn score(&self, table: &FormTable) -> Score {
        let mut score = Score::default();
        for row in &table.rows {
            if row.keys.iter().any(|label| self.rows.contains(label)) {
                score.rows += 1;
                score.sum += ROW_WITH_CELLS;
            } else if row.keys.iter().any(|label| self.labels.contains(label)) {
                score.rows += 1;
                score.sum += 1;
            }
        }
        let headers: HashSet<&String> =
            table.header.iter().filter(|(print, _)| self.labels.contains(*print)).map(|(_, label)| label).collect();
        score.headers = headers.len();
        score.sum += headers.len();
        if table.columns != Columns::Form && score.rows * FEWEST_OF_ANNEX < table.rows.len() {
            return Score::default();
        }
        score
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Score {
    rows: usize,
    headers: usize,
    sum: usize,
}

/// Chooses the form that the tables speak for. `year` decides between forms that fit equally well; `family` says that the report calls itself
/// by a name that the forms know.
pub(crate) fn choose(
    text: &str,
    printed: &[Printed],
    forms: &Forms,
    year: Option<i32>,
    family: bool,
) -> Option<Choice> {
    let seen = Seen::new(text, printed);
    let scored: Vec<(&Arc<Form>, Vec<Score>)> =
        forms.iter().map(|form| (form, form.tables.iter().map(|table| seen.score(table)).collect())).collect();
    let qualified = scored.iter().filter(|(_, scores)| {
        let total = |part: fn(&Score) -> usize| scores.iter().map(part).sum::<usize>();
        total(|score| score.rows) >= FEWEST_ROWS || total(|score| score.headers) >= FEWEST_HEADERS
    });
    let best = qualified.max_by_key(|(form, scores)| {
        let sum: usize = scores.iter().map(|score| score.sum).sum();
        (sum, year.is_some_and(|year| form.covers(year)), form.from)
    });
    let Some((main, scores)) = best else {
        let annex =
            |form: &&Arc<Form>| form.tables.iter().any(|table| matches!(table.columns, Columns::AllPrinted { .. }));
        let mut annexes = forms.iter().filter(annex).filter(|_| family);
        let form = annexes.find_map(|form| with_printed_columns(text, printed, form, forms))?;
        return Some(Choice { form: Arc::new(form), mixed: Vec::new() });
    };
    let mut tables: Vec<(&Form, usize)> = Vec::new();
    let mut mixed = Vec::new();
    for (index, (table, own)) in main.tables.iter().zip(scores).enumerate() {
        let others = scored.iter().filter(|(form, _)| form.key != main.key).flat_map(|(form, scores)| {
            let same = move |(at, _): &(usize, &Score)| form.tables[*at].key == table.key;
            scores.iter().enumerate().filter(same).map(move |(at, score)| (form, at, score.sum))
        });
        match others.max_by_key(|(_, _, sum)| *sum) {
            Some((form, at, sum)) if sum >= own.sum + CLEARLY => {
                tables.push((form, at));
                mixed.push(index);
            }
            _ => tables.push((main, index)),
        }
    }
    let form = if mixed.is_empty() { Arc::clone(main) } else { Arc::new(main.compose(&tables)) };
    let form = with_printed_columns(text, printed, &form, forms).map_or(form, Arc::new);
    Some(Choice { form, mixed })
}
