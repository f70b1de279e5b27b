//! Which form a report is of: the tables decide, each for itself.
//!
//! Organs use an old form in a new year, and mix them. So every table of every form is scored by its labels that are printed; the form
//! with the best sum is the report's, and a table of it that another edition fits clearly better is taken from there.

use std::sync::Arc;

use super::names::{Name, Names};
use super::printed::{Made, Sheet, with_printed_columns};
use super::rows::{Holds, Printed};
use super::{Columns, Form, FormTable, Forms};
use crate::finding::Finding;
use crate::grid::{Grid, MAX_LABEL_BYTES};

/// The form of a report.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The form, with the tables that the report prints.
    pub form: Arc<Form>,
    /// Tables that come from another edition.
    pub mixed: Vec<usize>,
    /// The names of its labels, where it prints others than the known forms.
    pub names: Option<Names>,
    /// What is to be said about labels that no form knows.
    pub doubts: Vec<Finding>,
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

/// How a label is printed in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// Not at all.
    No,
    /// As a text.
    Label,
    /// With cells behind it.
    Row,
}

/// What the tables of a report print, by name.
struct Print {
    seen: Vec<Seen>,
}

impl Print {
    fn new(printed: &[Printed], names: &Names) -> Print {
        let mut print = Print { seen: vec![Seen::No; names.len()] };
        for row in printed {
            for label in row.labels() {
                print.see(label.joined_name, Seen::Label);
                if row.cells.get(label.at + 1).is_some_and(|behind| behind.holds != Holds::Text) {
                    print.see(label.joined_name, Seen::Row);
                    print.see(label.own_name, Seen::Row);
                }
            }
            for cell in row.cells.iter().filter(|cell| cell.span.len() < MAX_LABEL_BYTES) {
                print.see(cell.name, Seen::Label);
            }
        }
        print
    }

    fn see(&mut self, name: Option<Name>, how: Seen) {
        if let Some(seen) = name.and_then(|name| self.seen.get_mut(name.index())) {
            *seen = how.max(*seen);
        }
    }

    fn seen(&self, name: Name) -> Seen {
        self.seen.get(name.index()).copied().unwrap_or(Seen::No)
    }

    /// How the label that is printed best of these is printed.
    fn most(&self, labels: &[Name]) -> Seen {
        let mut most = Seen::No;
        for &label in labels {
            most = most.max(self.seen(label));
            if most == Seen::Row {
                break;
            }
        }
        most
    }

    fn score(&self, table: &FormTable) -> Score {
        let mut score = Score::default();
        for row in 0..table.rows.len() {
            let seen = self.most(&table.roles.row(row).labels);
            score.rows += usize::from(seen != Seen::No);
            score.sum += match seen {
                Seen::No => 0,
                Seen::Label => 1,
                Seen::Row => ROW_WITH_CELLS,
            };
        }
        let headers = table.roles.headers();
        score.headers = headers.filter(|prints| prints.iter().any(|&name| self.seen(name) != Seen::No)).count();
        score.sum += score.headers;
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
    grids: &[Grid],
    forms: &Forms,
    year: Option<i32>,
    family: &dyn Fn() -> bool,
) -> Option<Choice> {
    let sheet = Sheet { text, printed, grids };
    let print = Print::new(printed, forms.names());
    let scored: Vec<(&Arc<Form>, Vec<Score>)> =
        forms.iter().map(|form| (form, form.tables.iter().map(|table| print.score(table)).collect())).collect();
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
        let mut annexes = forms.iter().filter(annex).filter(|_| family());
        let Made { form, names, doubts } = annexes.find_map(|form| with_printed_columns(&sheet, form, forms))?;
        return Some(Choice { form: Arc::new(form), mixed: Vec::new(), names: Some(names), doubts });
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
    Some(match with_printed_columns(&sheet, &form, forms) {
        Some(Made { form, names, doubts }) => Choice { form: Arc::new(form), mixed, names: Some(names), doubts },
        None => Choice { form, mixed, names: None, doubts: Vec::new() },
    })
}
