//! Fitting all grids of a report to a form: which edition, which rows, which cells.

mod apart;
mod bare;
mod beside;
mod left_out;
mod settle;
mod unit;
mod unplaced;
mod used;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use rust_decimal::Decimal;

use self::bare::Bare;
use self::beside::Beside;
use self::used::Used;
pub(crate) use super::align::Around;
use super::align::{self, Aligned, Doubt, Kinds, Label, Match};
use super::choose::Choice;
pub(crate) use super::choose::choose;
use super::columns;
use super::groups;
use super::header::{Above, HEADER_ROWS, HeaderFinder};
use super::names::Names;
use super::place::{self, Geometry, Likely, Placing, Values};
use super::rows::{Field, Holds, Print, Printed, Sheet};
use super::{Columns, Form, FormRow, FormTable, Kind};
use crate::finding::{Fact, Finding, Rule, Shift};
use crate::fold::key;
use crate::grid::Grid;
use crate::grid::value::{self, Reading};
use crate::record::{Cell, Status};
use crate::span::Span;

/// The grids of a report, fitted to a form.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The form.
    pub form: Arc<Form>,
    /// Every cell of it, in its order.
    pub cells: Vec<Cell>,
    /// For each row of each grid, the table of the form that it was taken for.
    pub rows: Vec<Vec<Option<usize>>>,
    /// Which tables of the form the report prints.
    pub printed: Vec<bool>,
    /// For each table of which it prints the header alone, where that stands.
    pub headed: Vec<Option<Span>>,
    /// For each table, which of its rows were found.
    pub found: Vec<Vec<bool>>,
    /// Slots whose row can be read in several ways: they have no value, and the row has its finding.
    pub open: HashSet<usize>,
    /// What is to be said about rows and labels.
    pub findings: Vec<Finding>,
}

/// A form that nothing was found for: every cell is missing.
pub fn nothing(form: &Arc<Form>, grids: &[Grid]) -> Fitted {
    Fitter::new(&Sheet { text: "", printed: &[], grids }, form, &Names::default()).finish()
}

/// Fits the print, whose labels were looked up in `names`, to the form that was chosen; `sheet` are its rows, and
/// `around` is what stands around them.
pub(crate) fn fit(sheet: &Sheet, print: &Print, names: &Names, choice: &Choice, around: &Around) -> Fitted {
    match &choice.names {
        Some(own) => {
            let print = print.renamed(sheet.text, sheet.grids, own);
            fit_named(&Sheet { printed: &print.rows(sheet.grids), ..*sheet }, own, choice, around)
        }
        None => {
            let fitted = fit_named(sheet, names, choice, around);
            let again = without_ordinals(&fitted, sheet, print, choice, around);
            again.unwrap_or(fitted)
        }
    }
}

/// The print, fitted to the labels of the form without their ordinals, where a table is found so that is not among the `fitted` ones. A few of
/// its rows are those of some other table, of which the form says nothing.
fn without_ordinals(fitted: &Fitted, sheet: &Sheet, print: &Print, choice: &Choice, around: &Around) -> Option<Fitted> {
    let lacking: Vec<usize> = (0..fitted.printed.len()).filter(|&table| !fitted.printed[table]).collect();
    if lacking.is_empty() {
        return None;
    }
    let own = choice.form.unnumbered()?;
    let print = print.renamed(sheet.text, sheet.grids, &own.names);
    let unnumbered = Choice { form: Arc::clone(&own.form), ..choice.clone() };
    let again = fit_named(&Sheet { printed: &print.rows(sheet.grids), ..*sheet }, &own.names, &unnumbered, around);
    let mut gained = lacking.into_iter().filter(|&table| again.printed[table]).peekable();
    gained.peek()?;
    let is_whole =
        |table: usize| again.found[table].iter().filter(|found| **found).count() * 2 > again.found[table].len();
    gained.all(is_whole).then(|| Fitted { form: Arc::clone(&choice.form), ..again })
}

fn fit_named(sheet: &Sheet, names: &Names, choice: &Choice, around: &Around) -> Fitted {
    let form = &choice.form;
    let mut fitter = Fitter::new(sheet, form, names);
    for table in 0..form.tables.len() {
        fitter.table(table, around);
    }
    fitter.mixed(&choice.mixed);
    fitter.findings.extend(choice.doubts.iter().cloned());
    fitter.settle();
    fitter.unplaced();
    fitter.bare_rows();
    fitter.finish()
}

struct Fitter<'a> {
    text: &'a str,
    printed: &'a [Printed<'a>],
    /// What each of them is to the tables of the form.
    kinds: Vec<Kinds>,
    form: &'a Arc<Form>,
    names: &'a Names,
    grids: &'a [Grid],
    /// By slot.
    cells: Vec<Cell>,
    /// For each printed row, the table that took it and the cells that are labels or were taken as values.
    taken: Vec<Option<usize>>,
    used: Used,
    open: Vec<OpenRow>,
    bare: Bare,
    unsettled: HashSet<usize>,
    printed_tables: Vec<bool>,
    headed: Vec<Option<Span>>,
    found: Vec<Vec<bool>>,
    rows: Vec<Vec<Option<usize>>>,
    /// For each table, the printed rows from the first to the last that it took.
    extents: Vec<Range<usize>>,
    /// The printed rows of which no cell is left: each is a label or was taken as a value.
    whole: Vec<bool>,
    findings: Vec<Finding>,
}

/// The rows of a table with one number of columns, and where their values stand.
struct ByPlace {
    /// How many columns they have.
    count: usize,
    /// Indices of the matches.
    rows: Vec<usize>,
    columns: columns::Columns,
}

impl ByPlace {
    fn place(&self, at: usize, values: &Values) -> Option<Vec<Field>> {
        let row = self.rows.iter().position(|row| *row == at)?;
        self.columns.place(row, &values.cells).filter(|_| !values.glued)
    }
}

/// A row whose values fit its columns in several ways.
struct OpenRow {
    slots: Vec<usize>,
    open: place::Open,
    /// The unit beside its label, or in its header.
    unit: Option<Span>,
}

impl<'a> Fitter<'a> {
    fn new(sheet: &Sheet<'a>, form: &'a Arc<Form>, names: &'a Names) -> Fitter<'a> {
        let Sheet { text, printed, grids } = *sheet;
        let missing = |slot| Cell { slot, value: None, unit: None, status: Status::Missing, span: None };
        Fitter {
            text,
            printed,
            kinds: Kinds::of(printed, form),
            form,
            names,
            grids,
            cells: (0..form.slots.len()).map(missing).collect(),
            taken: vec![None; printed.len()],
            used: Used::new(text),
            open: Vec::new(),
            bare: Bare::default(),
            unsettled: HashSet::new(),
            printed_tables: vec![false; form.tables.len()],
            headed: vec![None; form.tables.len()],
            found: form.tables.iter().map(|table| vec![false; table.rows.len()]).collect(),
            rows: grids.iter().map(|grid| vec![None; grid.rows.len()]).collect(),
            extents: vec![0..0; form.tables.len()],
            whole: vec![false; printed.len()],
            findings: Vec::new(),
        }
    }

    fn sheet(&self) -> Sheet<'a> {
        Sheet { text: self.text, printed: self.printed, grids: self.grids }
    }

    /// The columns of the pieces of these labels in the header above a row.
    fn heads(&self, first: usize, labels: &[String]) -> Vec<(u32, u32)> {
        let above = &self.printed[first.saturating_sub(HEADER_ROWS)..first];
        let piece = |cell: &&Field| {
            let printed = key(cell.span.of(self.text));
            cell.holds == Holds::Text && !printed.is_empty() && labels.iter().any(|label| label.contains(&printed))
        };
        above.iter().flat_map(|row| row.cells).filter(piece).filter_map(Field::extent).collect()
    }

    /// Finds the rows of one table of the form and places their values.
    fn table(&mut self, index: usize, around: &Around) {
        let form = self.form;
        let table = &form.tables[index];
        let Aligned { matches, doubt } = align::align(&self.sheet(), &self.kinds, form, index, self.names, around);
        // One row of a long table is chance; a table of one row has nothing else to show.
        let exact =
            matches.iter().filter(|step| step.label != Label::None && !matches!(step.label, Label::Alike(_))).count();
        if matches.is_empty() || (table.rows.len() > 3 && exact < 2) {
            self.headed[index] = align::header(&self.sheet(), &self.kinds, form, index, self.names);
            return;
        }
        self.printed_tables[index] = true;
        self.doubt(table, &matches, doubt, around.year);
        let below = matches.last().map_or(0, |step| step.first + step.count);
        self.extents[index] = matches.first().map_or(0, |step| step.first)..below;
        let mut beside = Beside::new(align::units(form, index), table.code);
        let (values, units): (Vec<Values>, Vec<Option<Span>>) =
            matches.iter().map(|step| (self.values(step, table, &mut beside), beside.unit.take())).unzip();
        let (headers, header_of) = self.headers(&matches, table);
        let above = |at: usize| &headers[header_of[at]];
        let valued = matches.iter().map(|step| step.row).zip(&values);
        let left_out = self.without_columns(table, &headers, valued);
        let table = left_out.as_ref().unwrap_or(table);
        let columns = |step: &Match| table.rows[step.row].slots.len();
        let geometry = LazyCell::new(|| {
            let rows = matches.iter().zip(&values).enumerate();
            let rows = rows.map(|(at, (step, values))| (values, columns(step), above(at).header.as_ref()));
            Geometry::learn(rows, table.columns == Columns::Form)
        });
        let by_columns = self.by_place(&matches, &values, table);
        let widest = LazyCell::new(|| table.rows.iter().map(|row| row.slots.len()).max().unwrap_or(0));
        for (at, step) in matches.iter().enumerate() {
            let (values, head) = (&values[at], above(at));
            let row = self.as_printed(step, table);
            let row = row.as_ref();
            let of_label = || if table.has_units { self.label_unit(step) } else { None };
            let unit = units[at].or_else(of_label).or(head.unit);
            self.found[index][step.row] = true;
            self.taken[step.first..step.first + step.count].fill(Some(index));
            if let Label::Alike(_) = step.label {
                self.misprint(index, step, row);
            }
            self.misread(index, row, &head.misread);
            // A blank parts `行政许可 550`; the 1 of `行政许可1` may be the number of a note.
            let parted = |span: &Span| {
                self.text.get(..span.start as usize).is_some_and(|text| text.ends_with(char::is_whitespace))
            };
            if let Some(glued) = step.glued.filter(|span| !parted(span)) {
                self.shifted(row, Shift::Glued, Some(glued));
            }
            if step.is_broken() {
                self.shifted(row, Shift::Rows, values.cells.first().map(|cell| cell.span));
            } else if step.label == Label::None && self.has_own_label(step, table) {
                self.shifted(row, Shift::Labelled, self.printed[step.valued].cells.first().map(|cell| cell.span));
            }
            if self.stands_apart(step, &matches, table) {
                self.shifted(row, Shift::Apart, self.printed[step.valued].cells.first().map(|cell| cell.span));
            }
            if let Some(cells) = place::plain(values, columns(step)) {
                self.whole[step.first..step.first + step.count].fill(true);
                self.cells(&row.slots, cells, unit, table.has_units);
                continue;
            }
            let labels = label_cells(self.printed, step);
            labels.for_each(|cell| self.used.mark(cell.span));
            let merged = head.header.as_ref().and_then(|header| place::merged(self.text, values, header));
            let values = merged.as_ref().map_or(values, |(values, again)| {
                again.iter().for_each(|span| self.used.mark(*span));
                values
            });
            let direct = || place::direct(self.text, values, columns(step));
            let repeated = || place::repeated(self.text, values, columns(step), *widest);
            let surplus = || place::surplus(values, columns(step), head.surplus?);
            let placing = direct().or_else(repeated).or_else(surplus).unwrap_or_else(|| {
                let placing = place::place(values.clone(), columns(step), &geometry, head.header.as_ref());
                let by_place = by_columns.iter().find(|by_place| by_place.count == row.slots.len());
                match (placing, by_place.and_then(|by_place| by_place.place(at, values))) {
                    (Placing::Open(mut open), Some(cells)) => {
                        open.likely = Some(Likely { cells, shift: Some(Shift::Columns) });
                        Placing::Open(open)
                    }
                    (placing, _) => placing,
                }
            });
            self.bare.placed(step.valued, &row.slots, &placing, values.loose);
            self.row(table, row, placing, unit);
        }
    }

    /// Says why the print of `table` that was read may not be the report's own.
    fn doubt(&mut self, table: &FormTable, matches: &[Match], doubt: Option<Doubt>, year: Option<i32>) {
        let title = table.title.clone();
        let finding = match doubt {
            None => return,
            Some(Doubt::Contested) => {
                let first = matches.first().and_then(|step| self.printed[step.first].cells.first());
                let finding = Finding::new(Rule::TableRepeated, Fact::TableContested { title });
                finding.maybe_at(first.map(|cell| cell.span))
            }
            Some(Doubt::Caption(span)) => {
                let raw = span.of(self.text).trim().to_owned();
                Finding::new(Rule::TableCaption, Fact::TableCaption { title, raw, year }).at(span)
            }
        };
        self.findings.push(finding.table(&table.key));
    }

    /// The row of the form, with its slots in the order in which the header has the groups of its columns.
    fn as_printed<'t>(&mut self, step: &Match, table: &'t FormTable) -> Cow<'t, FormRow> {
        let row = &table.rows[step.row];
        if table.roles.column_groups().is_empty() {
            return Cow::Borrowed(row);
        }
        let above = &self.printed[..step.first + usize::from(step.values_from > 0)];
        let Some(order) = groups::order(&table.roles, above, row.slots.len()) else { return Cow::Borrowed(row) };
        for (span, label) in order.moved {
            let printed = span.of(self.text).to_owned();
            let fact = Fact::ColumnsMoved { printed: printed.clone(), label: label.to_owned() };
            let finding = Finding::new(Rule::ColumnLabel, fact).at(span).table(&table.key);
            self.findings.push(finding.expected(label, printed));
        }
        Cow::Owned(FormRow { slots: order.columns.iter().map(|&column| row.slots[column]).collect(), ..row.clone() })
    }

    /// Before the numbers of a row for which the form has no label stands one that no header has.
    fn has_own_label(&self, step: &Match, table: &FormTable) -> bool {
        let row = &self.printed[step.valued];
        let mut before = row.label_names().take_while(|label| label.at < step.values_from);
        !row.loose && before.any(|label| table.roles.header(label.own).is_none())
    }

    /// What the header above each matched row says, and which row has which.
    fn headers(&self, matches: &[Match], table: &FormTable) -> (Vec<Above>, Vec<usize>) {
        let mut finder = HeaderFinder::new(self.text, table);
        let mut before = matches.first().map_or(0, |step| step.first.saturating_sub(HEADER_ROWS));
        let look = |step: &Match| {
            let found = finder.look(&self.printed[before..step.first], step.row);
            before = step.first + step.count;
            found
        };
        let of = matches.iter().map(look).collect();
        (finder.finish(), of)
    }

    /// For layouts that part cells by blanks: where the values of the rows stand, for each number of columns.
    fn by_place(&self, matches: &[Match], values: &[Values], table: &FormTable) -> Vec<ByPlace> {
        let mut counts: Vec<ByPlace> = Vec::new();
        let placed = |values: &Values| values.cells.iter().any(|cell| cell.columns.is_some());
        if !self.grids.iter().any(|grid| grid.layout.has_columns()) || !values.iter().any(placed) {
            return counts;
        }
        for (at, step) in matches.iter().enumerate() {
            let count = table.rows[step.row].slots.len();
            match counts.iter_mut().find(|by_place| by_place.count == count) {
                Some(by_place) => by_place.rows.push(at),
                None => counts.push(ByPlace { count, rows: vec![at], columns: columns::Columns::default() }),
            }
        }
        for by_place in &mut counts {
            let rows = by_place.rows.iter().map(|&at| (self.printed[matches[at].valued].page, &values[at].cells[..]));
            let first = by_place.rows.first().map_or(0, |&at| matches[at].first);
            let labels = by_place.rows.first().map_or(&[][..], |&at| &table.rows[matches[at].row].columns);
            by_place.columns = columns::Columns::learn(by_place.count, rows, self.heads(first, labels));
        }
        counts
    }

    /// The cells behind the label of a matched row, without a unit or a code of their own.
    fn values(&mut self, step: &Match, table: &FormTable, beside: &mut Beside) -> Values<'a> {
        let last = self.printed[step.valued];
        if step.is_broken() {
            let rows = &self.printed[step.first..step.first + step.count];
            let cells = rows.iter().flat_map(Printed::filled).copied().collect();
            let label_end = rows[0].cells.first().map_or(0, |cell| cell.span.start);
            return Values { from: 0, cells, glued: false, loose: last.loose, unmarked: last.unmarked, label_end };
        }
        let (mut from, mut end) = (step.values_from.min(last.cells.len()), last.cells.len());
        // The bracket that ends a label may be cut off it, and is no value.
        let closes = |cell: &Field| {
            cell.holds == Holds::Text && cell.span.of(self.text).trim_matches(['）', ')', '”', '》']).is_empty()
        };
        from += last.cells[from..].iter().take_while(|cell| closes(cell)).count();
        // Nor is the rest of a group's label that stands beside it, nor that of its own, before as many cells as the row has columns.
        let columns = table.rows[step.row].slots.len();
        let is_text = |cell: &&Field| cell.holds == Holds::Text;
        let is_rest = |cell: &Field| {
            let printed = key(cell.span.of(self.text));
            // A cell that is broken may be a number.
            cell.name.is_none() && !cell.broken && !printed.is_empty() && table.roles.is_part(&printed)
        };
        let rest = from + last.cells[from..].iter().take_while(is_text).count();
        if table.columns == Columns::Form
            && from < rest
            && end - rest >= columns
            && !last.cells[rest..].iter().take(columns).any(|cell| is_text(&cell))
            && last.cells[from..rest].iter().all(is_rest)
        {
            self.shifted(&table.rows[step.row], Shift::Rest, Some(last.cells[from].span));
            from = rest;
        }
        // It may stand behind a number for each column, too.
        if table.columns == Columns::Form && end - from > columns {
            let (values, behind) = last.cells[from..end].split_at(columns);
            let filled = values.iter().all(|cell| matches!(cell.holds, Holds::Number | Holds::Placeholder));
            if filled && behind.iter().all(|cell| is_text(&cell) && is_rest(cell)) {
                end = from + columns;
                self.shifted(&table.rows[step.row], Shift::Rest, behind.first().map(|cell| cell.span));
            }
        }
        if table.columns != Columns::Form {
            // The label stands in another row: what looks like one here is the unit behind a code.
            if table.code && step.count > 1 && beside.is_code_and_unit(self.text, &last.cells[..from]) {
                from = 0;
            }
            from = beside.pass(self.text, last.cells, from, columns, |span| self.used.mark(span));
            // Most rows end in a number.
            if last.cells.last().is_some_and(|cell| matches!(cell.holds, Holds::Text | Holds::Nothing)) {
                let columns = (columns, table.remarks);
                end = beside.end(self.text, last.cells, from, columns, |span| self.used.mark(span));
            }
        }
        let behind = &last.cells[from..end];
        let cells = match step.glued {
            Some(span) => std::iter::once(self.glued(span)).chain(behind.iter().copied()).collect(),
            None => Cow::Borrowed(behind),
        };
        let before = last.cells[..from].iter().rev().find(|cell| cell.holds != Holds::Nothing);
        let label_end = before.or(last.cells.last()).map_or(0, |cell| cell.span.end);
        Values { from, cells, glued: step.glued.is_some(), loose: last.loose, unmarked: last.unmarked, label_end }
    }

    /// The unit in brackets behind the label of a matched row.
    fn label_unit(&self, step: &Match) -> Option<Span> {
        let last = label_cells(self.printed, step).filter(|cell| cell.holds == Holds::Text).last()?.span;
        let printed = last.of(self.text);
        let start = last.start as usize + value::without_unit(printed)?.len();
        let bracket = Span::new(start, last.start as usize + printed.trim_end().len()).of(self.text);
        let unit = bracket.trim_matches(['（', '(', '）', ')']);
        let start = start + bracket.find(unit)?;
        Some(Span::new(start, start + unit.len()))
    }

    /// What is stuck to a label: a number, or what is none for certain, such as `.85`.
    fn glued(&self, span: Span) -> Field {
        let is_number = matches!(value::read(span.of(self.text)), Reading::Number { .. });
        Field::new(span, if is_number { Holds::Number } else { Holds::Text })
    }

    /// One note for each table that another edition of the form prints so.
    fn mixed(&mut self, tables: &[usize]) {
        for &index in tables.iter().filter(|&&index| self.printed_tables[index]) {
            let table = &self.form.tables[index];
            let first =
                self.taken.iter().position(|taken| *taken == Some(index)).and_then(|at| self.printed[at].cells.first());
            let fact = Fact::FormMixed {
                title: table.title.clone(),
                edition: table.edition.clone(),
                form: self.form.key.clone(),
            };
            self.findings
                .push(Finding::new(Rule::FormMixed, fact).table(&table.key).maybe_at(first.map(|cell| cell.span)));
        }
    }

    /// Says that a label is printed otherwise than the form does.
    fn misprint(&mut self, table: usize, step: &Match, row: &FormRow) {
        let texts = || label_cells(self.printed, step).filter(|cell| cell.holds == Holds::Text).map(|cell| cell.span);
        let printed = texts().map(|span| span.of(self.text)).collect::<Vec<_>>().join(" ");
        let fact = Fact::RowLabel { printed: printed.clone(), label: row.label.clone() };
        let slot = &self.form.slots[row.slots[0]];
        let finding = Finding::new(Rule::RowLabel, fact).table(&self.form.tables[table].key).row(&slot.row);
        self.findings.push(finding.maybe_at(texts().next()).expected(&row.label, printed));
    }

    /// Columns whose header is not the form's.
    fn misread(&mut self, table: usize, row: &FormRow, columns: &[(usize, Span)]) {
        for &(column, span) in columns {
            let slot = &self.form.slots[row.slots[column]];
            let printed = span.of(self.text).to_owned();
            let label = slot.column_label.clone();
            let fact = Fact::ColumnLabel { printed: printed.clone(), label: label.clone() };
            let finding = Finding::new(Rule::ColumnLabel, fact).at(span).table(&self.form.tables[table].key);
            self.findings.push(finding.column(&slot.column).expected(label, printed));
        }
    }

    /// Records the values of a row, or keeps them for later.
    fn row(&mut self, table: &FormTable, row: &FormRow, placing: Placing, unit: Option<Span>) {
        match placing {
            Placing::Placed { cells, shift, extra } => {
                // Of a row without cells it is told last whether it is blank.
                if let Some(shift) = shift.filter(|&shift| shift != Shift::NoCells) {
                    self.shifted(row, shift, cells.first().map(|cell| cell.span));
                }
                if !extra.is_empty() {
                    let slot = &self.form.slots[row.slots[0]];
                    let finding = self.unplaced_numbers(&extra, &slot.table);
                    self.findings.push(Finding { row: Some(slot.row.clone()), ..finding });
                    extra.into_iter().for_each(|number| self.used.mark(number));
                }
                cells.iter().for_each(|cell| self.used.mark(cell.span));
                self.cells(&row.slots, &cells, unit, table.has_units);
            }
            Placing::Open(open) => self.open.push(OpenRow { slots: row.slots.clone(), open, unit }),
        }
    }

    /// A finding about a row of the form.
    fn about_row(&self, row: &FormRow, rule: Rule, fact: Fact, span: Option<Span>) -> Finding {
        self.about_slots(&row.slots, rule, fact, span)
    }

    fn about_slots(&self, slots: &[usize], rule: Rule, fact: Fact, span: Option<Span>) -> Finding {
        let finding = Finding::new(rule, fact).maybe_at(span);
        let Some(first) = slots.first().map(|&slot| &self.form.slots[slot]) else { return finding };
        let finding = finding.table(&first.table);
        // A printed row that holds several rows of the form is named by its table alone.
        if slots.iter().all(|&slot| self.form.slots[slot].row == first.row) { finding.row(&first.row) } else { finding }
    }

    fn shifted(&mut self, row: &FormRow, shift: Shift, span: Option<Span>) {
        let finding = self.about_row(row, Rule::RowShifted, Fact::RowShifted(shift), span);
        self.findings.push(finding);
    }

    /// Records what the printed cells of a row hold. `has_units`: the form may ask for a unit in some of these slots.
    fn cells(&mut self, slots: &[usize], cells: &[Field], unit: Option<Span>, has_units: bool) {
        for (&slot, field) in slots.iter().zip(cells) {
            // Where no unit is asked for, digits and blanks have none, whatever the header says.
            let (value, status) = match field.holds {
                _ if has_units && self.form.slots[slot].unit.is_some() => (None, Status::Ok),
                Holds::Number => (value::ascii(field.span.bytes_of(self.text)), Status::Ok),
                Holds::Nothing => (None, Status::Blank),
                _ => (None, Status::Ok),
            };
            if value.is_none() && status == Status::Ok {
                self.cell(slot, *field, unit);
                continue;
            }
            self.cells[slot] = Cell { slot, value, unit: None, status, span: Some(field.span) };
        }
    }

    fn finish(self) -> Fitted {
        Fitted {
            form: Arc::clone(self.form),
            cells: self.cells,
            rows: self.rows,
            printed: self.printed_tables,
            headed: self.headed,
            found: self.found,
            open: self.unsettled,
            findings: self.findings,
        }
    }
}

/// The cells of a matched row, or of several, that its label takes.
fn label_cells<'a>(printed: &[Printed<'a>], step: &Match) -> impl Iterator<Item = &'a Field> {
    let (valued, from) = (step.valued, step.values_from);
    let rows = printed.iter().enumerate().skip(step.first).take(step.count);
    rows.flat_map(move |(at, row)| &row.cells[..if at == valued { from.min(row.cells.len()) } else { row.cells.len() }])
}

/// A value as a sum takes it: blank counts as zero.
pub fn counted(cell: &Cell) -> Option<Decimal> {
    match cell.status {
        Status::Ok => cell.value,
        Status::Blank => Some(Decimal::ZERO),
        Status::Unreadable | Status::Missing => None,
    }
}

/// What may stand in a slot, for the checks.
pub fn kind(form: &Form, slot: usize) -> Kind {
    form.slots.get(slot).map_or(Kind::Count, |slot| slot.kind)
}

#[cfg(test)]
mod tests;
