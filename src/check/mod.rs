//! What is wrong with a report, and where the reader was unsure.
//!
//! One plain function for each family of rules; the table of all rules is in [`finding`](crate::finding). What is found while
//! decoding and fitting comes from there; here the finished record is looked at.

mod cells;
mod private;
mod prose;
mod sections;
pub mod series;
mod sums;
mod tables;

use crate::finding::Finding;
use crate::form::fit::Fitted;
use crate::grid::Vocabulary;
use crate::lines::{Line, LineKind};
use crate::record::{Metadata, Section, Table};
use crate::span::{LineIndex, Span};

/// What the checks look at.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The decoded text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a [Line],
    /// What each line was taken for.
    pub kinds: &'a [LineKind],
    /// Where the lines start, as an editor counts them.
    pub index: &'a LineIndex,
    /// What the forms print.
    pub vocabulary: &'a Vocabulary,
    /// What the report says about itself.
    pub metadata: &'a Metadata,
    /// The sections, with their keys.
    pub sections: &'a [Section],
    /// The tables as printed.
    pub tables: &'a [Table],
    /// The form and its cells, if one matches.
    pub fitted: Option<&'a Fitted>,
    /// The first row whose commas may part cells or the thousands of numbers, where all such rows are left as they are.
    pub commas: Option<Span>,
}

/// Runs every check. The findings come in the order of the text.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for family in [private::check, sections::check, tables::check, cells::check, sums::check, prose::check] {
        family(subject, &mut findings);
    }
    findings
}

/// Puts findings in the order of the text: those about the whole report first, then by place, then by rule.
pub fn sort(findings: &mut [Finding]) {
    let place = |finding: &Finding| finding.span.map(|Span { start, .. }| start + 1).unwrap_or(0);
    findings.sort_by_key(|finding| (place(finding), finding.rule));
}

#[cfg(test)]
mod tests;
