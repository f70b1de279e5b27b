//! What was read against what is true: right, wrong and said so, or wrong in silence.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use nianbao::finding::{Finding, Rule};
use nianbao::fold::key;
use nianbao::form::Form;
use nianbao::record::Status;
use nianbao::{Reader, Report};

use super::annex::{self, labelled};
use super::document::Layout;
use super::generate::generate;
use super::operators::{Act, Operator, together};
use super::render;
use super::rng::Rng;

/// `table.row.column` → (value, status).
pub type Truth = BTreeMap<String, (String, Status)>;

/// A report to make: the same one whenever it is made.
#[derive(Clone)]
pub struct Case {
    pub seed: u64,
    pub form: Arc<Form>,
    pub layout: Layout,
    /// What stands for its tabs.
    pub mark: char,
    pub operators: Vec<&'static Operator>,
}

/// A report that was made.
pub struct Made {
    pub bytes: Vec<u8>,
    pub text: String,
    pub truth: Truth,
    /// Some value is printed as nothing at all.
    pub blank: bool,
    /// Its rows are its own: a reading of a cell is its number and its row's label.
    pub own_rows: bool,
    /// The operators that found something to do.
    pub applied: Vec<&'static Operator>,
}

impl Case {
    /// A case of this seed; its operators are drawn when it is made the first time, see [`Case::draw`].
    pub fn new(seed: u64, form: &Arc<Form>, layout: Layout) -> Case {
        Case { seed, form: form.clone(), layout, mark: '\t', operators: Vec::new() }
    }

    /// Draws operators until `count` of them have something to do.
    pub fn draw(&mut self, count: usize, all: &'static [Operator]) {
        let mut rng = Rng::of(self.seed, "operators");
        let can: Vec<&Operator> = all
            .iter()
            .filter(|operator| operator.layouts.contains(&self.layout))
            .flat_map(|operator| std::iter::repeat_n(operator, operator.weight))
            .collect();
        for _ in 0..30 {
            let operator = rng.pick(&can);
            if !self.operators.iter().all(|drawn| together(drawn, operator)) {
                continue;
            }
            self.operators.push(operator);
            self.operators = self.make().applied;
            if self.operators.len() == count {
                break;
            }
        }
    }

    /// Makes the report.
    pub fn make(&self) -> Made {
        let mut document = generate(&self.form, self.layout, self.seed);
        document.mark = self.mark;
        let mut applied = Vec::new();
        // Each has numbers of its own, so that the others do the same when one is left out.
        for operator in &self.operators {
            if let Act::Document(act) = operator.act
                && act(&mut document, &mut Rng::of(self.seed, operator.name))
            {
                applied.push(*operator);
            }
        }
        let mut lines = render::lines(&document);
        for operator in &self.operators {
            if let Act::Lines(act) = operator.act
                && act(&mut lines, &mut Rng::of(self.seed, operator.name))
            {
                applied.push(*operator);
            }
        }
        let bytes = render::bytes(&document, &lines);
        let plain = super::document::Document { encoding: super::document::Encoding::Utf8, ..document.clone() };
        let text = String::from_utf8(render::bytes(&plain, &lines)).expect("UTF-8");
        Made { bytes, text, truth: document.truth(), blank: document.has_blank(), own_rows: document.own_rows, applied }
    }

    /// Leaves out every operator without which it still `fails`.
    pub fn shrink(&self, fails: impl Fn(&Case) -> bool) -> Case {
        let mut case = self.clone();
        let mut at = 0;
        while at < case.operators.len() {
            let mut smaller = case.clone();
            smaller.operators.remove(at);
            if fails(&smaller) {
                case = smaller;
            } else {
                at += 1;
            }
        }
        case
    }
}

/// A cell that was not read as it is.
#[derive(Debug, Clone)]
pub struct Wrong {
    pub cell: String,
    pub read: (String, Status),
    pub truth: (String, Status),
    /// A finding says so.
    pub flagged: bool,
}

/// What became of a report.
pub struct Outcome {
    /// Cells that are printed, or that the reader lists.
    pub cells: usize,
    pub wrong: Vec<Wrong>,
    /// What a panic said.
    pub panic: Option<String>,
    /// The findings that may tell of a wrong cell, a line each.
    pub findings: Vec<String>,
}

impl Outcome {
    pub fn silent(&self) -> impl Iterator<Item = &Wrong> {
        self.wrong.iter().filter(|wrong| !wrong.flagged)
    }

    /// What no reader may do.
    pub fn fails(&self) -> bool {
        self.panic.is_some() || self.silent().next().is_some()
    }
}

/// What was read of a cell, and what is true.
type Both = ((String, Status), (String, Status));

/// Reads a report and compares.
pub fn judge(reader: &Reader, made: &Made) -> Outcome {
    let read = catch_unwind(AssertUnwindSafe(|| reader.read(&made.bytes, None)));
    let report = match read {
        Ok(report) => report.expect("a text"),
        Err(panic) => {
            let said = panic.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panic.downcast_ref::<&str>().map(|said| (*said).to_owned()));
            return Outcome {
                cells: 0,
                wrong: Vec::new(),
                panic: Some(said.unwrap_or_default()),
                findings: Vec::new(),
            };
        }
    };
    compare(&report, made)
}

fn compare(report: &Report, made: &Made) -> Outcome {
    let truth = &made.truth;
    let missing = || (String::new(), Status::Missing);
    // Cell → what was read, what is true.
    let mut cells: BTreeMap<String, Both> =
        truth.iter().map(|(path, truth)| (path.clone(), (missing(), truth.clone()))).collect();
    for cell in report.cells() {
        let path = annex::cell(cell.table, cell.row, cell.column);
        let value = cell.value.map(|value| value.to_string()).unwrap_or_default();
        let value = if made.own_rows && cell.status != Status::Missing {
            labelled(&value, &key(cell.row_label))
        } else {
            value
        };
        let read = (value, cell.status);
        cells.entry(path).or_insert_with(|| (missing(), missing())).0 = read;
    }
    let count = cells.len();
    let listed: BTreeSet<String> = report.cells().map(|cell| annex::cell(cell.table, cell.row, cell.column)).collect();
    let wrong = cells.into_iter().filter(|(_, (read, truth))| read != truth).map(|(cell, (read, truth))| {
        let told = |finding: &Finding| {
            // Where rows are told by their place, a table that is given as a raw grid moves those of the next one.
            (made.own_rows && finding.rule == Rule::FormUnknown)
                || tells(finding, &cell, listed.contains(&cell), read.1)
        };
        let flagged = report.findings.iter().any(told);
        Wrong { cell, read, truth, flagged }
    });
    let wrong: Vec<Wrong> = wrong.collect();
    // Few reports are shown.
    let findings = if wrong.is_empty() {
        Vec::new()
    } else {
        report.findings.iter().filter(|finding| !UNTELLING.contains(&finding.rule)).map(said).collect()
    };
    Outcome { cells: count, wrong, panic: None, findings }
}

fn said(finding: &Finding) -> String {
    let keys = [&finding.table, &finding.row, &finding.column];
    let keys: Vec<&str> = keys.into_iter().flatten().map(String::as_str).collect();
    format!("{} {}: {}", finding.rule, keys.join("."), finding.message(nianbao::lang::Lang::En))
}

/// Rules that do not say that a cell may be wrong.
const UNTELLING: &[Rule] = &[Rule::CellBlank, Rule::FormMixed, Rule::SumUnchecked];

/// Rules that say that the rows of a table are not those of the form.
const ROWS: &[Rule] = &[Rule::TableMissing, Rule::RowMissing, Rule::RowUnknown, Rule::RowLabel, Rule::NumberUnplaced];

/// Whether a finding warns the reader of this cell.
fn tells(finding: &Finding, cell: &str, listed: bool, status: Status) -> bool {
    // A row's key may hold dots, the others hold none.
    let (table, rest) = cell.split_once('.').unwrap_or_default();
    let (row, column) = rest.rsplit_once('.').unwrap_or_default();
    // The status says itself that there is no number; any finding nearby shows that the reader knew of a loss.
    let gap = matches!(status, Status::Missing | Status::Unreadable);
    if UNTELLING.contains(&finding.rule) && !gap {
        return false;
    }
    if gap && finding.rule == Rule::FormUnknown {
        return true;
    }
    // The table was read as another edition's, which has no such row: then any word on the rows of the table will do.
    if !listed && ROWS.contains(&finding.rule) && finding.table.as_deref() == Some(table) {
        return true;
    }
    if finding.entered.iter().any(|entered| entered.cell == cell) {
        return true;
    }
    finding.table.as_deref() == Some(table)
        && finding.row.as_deref().is_none_or(|of| of == row)
        && (gap || finding.column.as_deref().is_none_or(|of| of == column))
}
