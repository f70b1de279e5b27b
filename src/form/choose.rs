//! Which form a report is of: the tables decide, each for itself.
//!
//! Organs use an old form in a new year, and mix them. So every table of every form is scored by its labels that are printed; the form
//! with the best sum is the report's, and a table of it that another edition fits clearly better is taken from there.

use std::ops::Range;
use std::sync::Arc;

use super::mixed::Parts;
use super::names::{Name, Names};
use super::printed::{Made, with_printed_columns};
use super::rows::{Field, Holds, Printed, Sheet};
use super::{Columns, Form, Forms};
use crate::finding::Finding;
use crate::grid::MAX_LABEL_BYTES;

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

/// What each name is a label of in the tables of all forms: by it a report is scored with one look at each of its
/// labels. [`Forms`] makes it.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    tables: Vec<TableOf>,
    /// How many rows and labels of the header all tables have.
    lines: usize,
    /// For each name, which of the lines print it: a range of `by_name`.
    of_name: Vec<Range<u32>>,
    by_name: Vec<LineOf>,
}

/// A table of a form.
#[derive(Debug, Clone)]
struct TableOf {
    /// Rows of the form.
    rows: usize,
    /// It is an annex, of which some part must be printed.
    annex: bool,
    /// The tables of other forms that have its key.
    others: Vec<Other>,
}

/// A table of another form: which form, which of its tables, and which of all tables.
#[derive(Debug, Clone, Copy)]
struct Other {
    form: usize,
    table: usize,
    at: usize,
}

/// A row or a label of the header: its number among those of all tables.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LineOf {
    line: u32,
    table: u32,
    header: bool,
}

impl Index {
    /// The index of all tables of these forms, in their order.
    pub(super) fn new(forms: &[Arc<Form>], names: usize) -> Index {
        let mut index = Index::default();
        let mut of_name: Vec<Vec<LineOf>> = vec![Vec::new(); names];
        let tables = || {
            let tables = |(form, of): (usize, &Arc<Form>)| (0..of.tables.len()).map(move |table| (form, table));
            forms.iter().enumerate().flat_map(tables).enumerate().map(|(at, (form, table))| Other { form, table, at })
        };
        for Other { form, table, at } in tables() {
            let table = &forms[form].tables[table];
            let rows = (0..table.rows.len()).map(|row| (false, table.roles.row(row).labels.as_slice()));
            for (header, labels) in rows.chain(table.roles.headers().map(|prints| (true, prints))) {
                let line = LineOf { line: index.lines as u32, table: at as u32, header };
                labels.iter().for_each(|name| of_name[name.index()].push(line));
                index.lines += 1;
            }
            let is_like = |other: &Other| other.form != form && forms[other.form].tables[other.table].key == table.key;
            let others = tables().filter(is_like).collect();
            index.tables.push(TableOf { rows: table.rows.len(), annex: table.columns != Columns::Form, others });
        }
        for mut lines in of_name {
            lines.dedup();
            let start = index.by_name.len() as u32;
            index.by_name.append(&mut lines);
            index.of_name.push(start..index.by_name.len() as u32);
        }
        index
    }

    /// How well each table fits what is printed.
    fn scores(&self, printed: &[Printed]) -> Vec<Score> {
        let mut tally = Tally {
            index: self,
            names: vec![Seen::No; self.of_name.len()],
            seen: vec![Seen::No; self.lines],
            scores: vec![Score::default(); self.tables.len()],
        };
        for (at, row) in printed.iter().enumerate() {
            for label in row.label_names() {
                let is_row = match row.cells.get(label.at + 1) {
                    Some(behind) => behind.holds != Holds::Text,
                    None => has_values_below(printed, at),
                };
                tally.see(label.joined, if is_row { Seen::Row } else { Seen::Label });
                if is_row {
                    tally.see(label.own, Seen::Row);
                }
                // Where the cell is broken, its first piece is looked up.
                let cell = &row.cells[label.at];
                if !is_row || cell.name != label.own {
                    tally.see_cell(cell);
                }
            }
            if row.has_strays {
                row.cells.iter().for_each(|cell| tally.see_cell(cell));
            }
        }
        for (score, table) in tally.scores.iter_mut().zip(&self.tables) {
            if table.annex && score.rows * FEWEST_OF_ANNEX < table.rows {
                *score = Score::default();
            }
        }
        tally.scores
    }
}

/// The cells of the row stand on the line below it: numbers without a label.
fn has_values_below(printed: &[Printed], at: usize) -> bool {
    let grid = printed[at].at.0;
    printed.get(at + 1).is_some_and(|below| below.at.0 == grid && below.numbers > 0 && below.label_count() == 0)
}

/// What the tables of a report print: of each row of a form, how the label that is printed best of all its labels is
/// printed.
struct Tally<'a> {
    index: &'a Index,
    /// How each name is printed.
    names: Vec<Seen>,
    /// By line.
    seen: Vec<Seen>,
    /// By table.
    scores: Vec<Score>,
}

impl Tally<'_> {
    #[inline]
    fn see(&mut self, name: Option<Name>, how: Seen) {
        let Some(name) = name.map(Name::index) else { return };
        if let Some(known) = self.names.get_mut(name).filter(|known| **known < how) {
            *known = how;
            self.see_lines(name, how);
        }
    }

    fn see_cell(&mut self, cell: &Field) {
        if cell.span.len() < MAX_LABEL_BYTES {
            self.see(cell.name, Seen::Label);
        }
    }

    /// Notes how the lines are printed that have this name.
    fn see_lines(&mut self, name: usize, how: Seen) {
        let lines = &self.index.of_name[name];
        for &LineOf { line, table, header } in &self.index.by_name[lines.start as usize..lines.end as usize] {
            let seen = &mut self.seen[line as usize];
            if *seen >= how {
                continue;
            }
            let score = &mut self.scores[table as usize];
            let first = usize::from(*seen == Seen::No);
            score.headers += if header { first } else { 0 };
            score.rows += if header { 0 } else { first };
            score.sum += if header { first } else { weight(how) - weight(*seen) };
            *seen = how;
        }
    }
}

/// What a row counts.
fn weight(seen: Seen) -> usize {
    match seen {
        Seen::No => 0,
        Seen::Label => 1,
        Seen::Row => ROW_WITH_CELLS,
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
pub(crate) fn choose(sheet: &Sheet, forms: &Forms, year: Option<i32>, family: &dyn Fn() -> bool) -> Option<Choice> {
    let all = forms.index().scores(sheet.printed);
    let mut rest = all.as_slice();
    let mut of_form = |form: &Form| {
        let (own, behind) = rest.split_at(form.tables.len().min(rest.len()));
        rest = behind;
        own
    };
    let scored: Vec<(&Arc<Form>, &[Score])> = forms.iter().map(|form| (form, of_form(form))).collect();
    let qualified = scored.iter().enumerate().filter(|(_, (_, scores))| {
        let total = |part: fn(&Score) -> usize| scores.iter().map(part).sum::<usize>();
        total(|score| score.rows) >= FEWEST_ROWS || total(|score| score.headers) >= FEWEST_HEADERS
    });
    let best = qualified.max_by_key(|(_, (form, scores))| {
        let sum: usize = scores.iter().map(|score| score.sum).sum();
        (sum, year.is_some_and(|year| form.covers(year)), form.from)
    });
    let Some((main_at, (main, scores))) = best else {
        let annex =
            |form: &&Arc<Form>| form.tables.iter().any(|table| matches!(table.columns, Columns::AllPrinted { .. }));
        let mut annexes = forms.iter().filter(annex).filter(|_| family());
        let Made { form, names, doubts } = annexes.find_map(|form| with_printed_columns(sheet, form, forms))?;
        return Some(Choice { form: Arc::new(form), mixed: Vec::new(), names: Some(names), doubts });
    };
    let mut tables: Vec<(usize, usize)> = Vec::new();
    let mut mixed = Vec::new();
    let first: usize = forms.iter().take(main_at).map(|form| form.tables.len()).sum();
    let of_main = forms.index().tables.iter().skip(first);
    for (index, (own, table)) in scores.iter().zip(of_main).enumerate() {
        match table.others.iter().max_by_key(|other| all[other.at].sum) {
            Some(other) if all[other.at].sum >= own.sum + CLEARLY => {
                tables.push((other.form, other.table));
                mixed.push(index);
            }
            _ => tables.push((main_at, index)),
        }
    }
    let form = if mixed.is_empty() { Arc::clone(main) } else { forms.mixed(Parts { main: main_at, tables }) };
    Some(match with_printed_columns(sheet, &form, forms) {
        Some(Made { form, names, doubts }) => Choice { form: Arc::new(form), mixed, names: Some(names), doubts },
        None => Choice { form, mixed, names: None, doubts: Vec::new() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::FormTable;
    use crate::form::rows::Print;
    use crate::form::tests::damaged;
    use crate::{grid, lines};

    /// How each name is printed.
    fn seen(printed: &[Printed], names: &Names) -> Vec<Seen> {
        let mut seen = vec![Seen::No; names.len()];
        let mut see = |name: Option<Name>, how: Seen| {
            if let Some(name) = name {
                seen[name.index()] = how.max(seen[name.index()]);
            }
        };
        for (at, row) in printed.iter().enumerate() {
            for label in row.labels() {
                see(label.joined_name, Seen::Label);
                let behind = row.cells.get(label.at + 1);
                if behind.map_or_else(|| has_values_below(printed, at), |behind| behind.holds != Holds::Text) {
                    see(label.joined_name, Seen::Row);
                    see(label.own_name, Seen::Row);
                }
            }
            let short = row.cells.iter().filter(|cell| cell.span.len() < MAX_LABEL_BYTES);
            short.for_each(|cell| see(cell.name, Seen::Label));
        }
        seen
    }

    /// The score of a table, row by row.
    fn score(seen: &[Seen], table: &FormTable) -> (usize, usize, usize) {
        let most = |labels: &[Name]| labels.iter().map(|name| seen[name.index()]).max().unwrap_or(Seen::No);
        let rows: Vec<Seen> = (0..table.rows.len()).map(|row| most(&table.roles.row(row).labels)).collect();
        let count = rows.iter().filter(|seen| **seen != Seen::No).count();
        let headers = table.roles.headers().filter(|prints| most(prints) != Seen::No).count();
        if table.columns != Columns::Form && count * FEWEST_OF_ANNEX < table.rows.len() {
            return (0, 0, 0);
        }
        (count, headers, headers + rows.into_iter().map(weight).sum::<usize>())
    }

    #[test]
    fn the_index_scores_each_table_as_its_rows_do() {
        let forms = Forms::embedded();
        for (form, seed) in forms.iter().flat_map(|form| (0..60).map(move |seed| (form, seed))) {
            let text = damaged(form, seed);
            let grids = grid::find(&text, &lines::split(&text), forms.vocabulary());
            let print = Print::new(&text, &grids, forms.names());
            let seen = seen(&print.rows(&grids), forms.names());
            let tables = forms.iter().flat_map(|form| &form.tables);
            let slow: Vec<_> = tables.map(|table| score(&seen, table)).collect();
            let scores = forms.index().scores(&print.rows(&grids));
            let fast: Vec<_> = scores.iter().map(|score| (score.rows, score.headers, score.sum)).collect();
            assert_eq!(fast, slow, "{text}");
        }
    }
}
