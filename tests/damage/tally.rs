//! The counts of a run.

use std::collections::BTreeMap;
use std::fmt;

use super::document::Layout;
use super::judge::{Case, Outcome};

#[derive(Debug, Clone, Copy, Default)]
struct Kind {
    reports: usize,
    cells: usize,
    flagged: usize,
    silent: usize,
    panics: usize,
}

/// Reports with an operator, and those of them with wrong cells.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    reports: usize,
    wrong: usize,
    wrong_cells: usize,
    silent: usize,
}

/// The counts.
#[derive(Debug, Default)]
pub struct Tally {
    kinds: BTreeMap<(String, Layout), Kind>,
    operators: BTreeMap<&'static str, Share>,
    pub silent: usize,
    pub panics: usize,
    /// Seeds of the reports that fail.
    pub failed: Vec<u64>,
    /// Wrong cells and seed of each report that has any.
    pub wrong: Vec<(usize, u64)>,
}

impl Tally {
    pub fn add(&mut self, case: &Case, outcome: &Outcome) {
        let silent = outcome.silent().count();
        let kind = self.kinds.entry((case.form.key.clone(), case.layout)).or_default();
        kind.reports += 1;
        kind.cells += outcome.cells;
        kind.silent += silent;
        kind.flagged += outcome.wrong.len() - silent;
        kind.panics += usize::from(outcome.panic.is_some());
        self.silent += silent;
        self.panics += usize::from(outcome.panic.is_some());
        for operator in &case.operators {
            let share = self.operators.entry(operator.name).or_default();
            share.reports += 1;
            share.wrong += usize::from(!outcome.wrong.is_empty());
            share.wrong_cells += outcome.wrong.len();
            share.silent += usize::from(outcome.fails());
        }
        if !outcome.wrong.is_empty() {
            self.wrong.push((outcome.wrong.len(), case.seed));
        }
        if outcome.fails() {
            self.failed.push(case.seed);
        }
    }

    pub fn merge(&mut self, other: Tally) {
        for (key, kind) in other.kinds {
            let sum = self.kinds.entry(key).or_default();
            sum.reports += kind.reports;
            sum.cells += kind.cells;
            sum.flagged += kind.flagged;
            sum.silent += kind.silent;
            sum.panics += kind.panics;
        }
        for (name, share) in other.operators {
            let sum = self.operators.entry(name).or_default();
            sum.reports += share.reports;
            sum.wrong += share.wrong;
            sum.wrong_cells += share.wrong_cells;
            sum.silent += share.silent;
        }
        self.silent += other.silent;
        self.panics += other.panics;
        self.failed.extend(other.failed);
        self.wrong.extend(other.wrong);
    }

    /// The share of cells that are right, in percent.
    pub fn right(&self) -> f64 {
        let (cells, wrong) = self
            .kinds
            .values()
            .fold((0, 0), |(cells, wrong), kind| (cells + kind.cells, wrong + kind.flagged + kind.silent));
        100.0 * (cells - wrong) as f64 / cells.max(1) as f64
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "edition layout reports    cells  right %  flagged  silent  panics")?;
        for ((edition, layout), kind) in &self.kinds {
            let Kind { reports, cells, flagged, silent, panics } = *kind;
            let right = 100.0 * (cells - flagged - silent) as f64 / cells.max(1) as f64;
            writeln!(
                f,
                "{edition:7} {:6} {reports:7} {cells:8} {right:8.3} {flagged:8} {silent:7} {panics:7}",
                layout.name()
            )?;
        }
        writeln!(f, "all: {:.3} % right, {} silent, {} panics\n", self.right(), self.silent, self.panics)?;
        writeln!(f, "operator               reports  with wrong cells  wrong cells  with silent or panic")?;
        let mut operators: Vec<_> = self.operators.iter().collect();
        operators.sort_by_key(|(_, share)| std::cmp::Reverse((share.silent, share.wrong_cells)));
        for (name, share) in operators {
            let Share { reports, wrong, wrong_cells, silent } = *share;
            writeln!(f, "{name:22} {reports:7} {wrong:17} {wrong_cells:12} {silent:21}")?;
        }
        Ok(())
    }
}
