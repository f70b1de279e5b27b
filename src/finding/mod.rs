//! Findings: the one source of verdicts.
//!
//! A [`Finding`] says which [`Rule`] was met, how grave it is, where in the text it stands, which cell
//! it is about, and the [`Fact`] behind it. Whether a report is in order is worked out from its findings and
//! kept nowhere else. Places are byte spans until a writer renders them.

mod fact;
mod message;
mod policy;
mod rules;

use rust_decimal::Decimal;
use serde::Serialize;

pub use fact::{Addend, Elsewhere, Fact, Figured, MetadataField, Obstacle, Shift, Within, YearSource};
pub use policy::{Policy, Selector, UnknownRule};
pub use rules::{Doc, Example, Rule};

use crate::lang::Lang;
use crate::span::Span;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A person should look.
    Warning,
    /// The report contradicts itself or the form.
    Error,
}

impl Severity {
    /// All three, the gravest last.
    pub const ALL: [Severity; 3] = [Severity::Note, Severity::Warning, Severity::Error];

    /// The severity with this [name](Severity::name).
    pub fn from_name(name: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|severity| severity.name() == name)
    }

    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// Its name for a reader: in English the same as [`name`](Severity::name).
    pub fn word(self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.name(),
            Lang::Zh => match self {
                Severity::Note => "提示",
                Severity::Warning => "警告",
                Severity::Error => "错误",
            },
        }
    }
}

/// One thing to say about a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How grave.
    pub severity: Severity,
    /// Where, in the decoded text; `None` where the whole report is meant.
    pub span: Option<Span>,
    /// Key of the table it is about.
    pub table: Option<String>,
    /// Key of the row.
    pub row: Option<String>,
    /// Key of the column.
    pub column: Option<String>,
    /// Every number that the finding is about, where it is about several.
    pub covers: Vec<Span>,
    /// What the form or the arithmetic demands.
    pub expected: Option<String>,
    /// What the report prints.
    pub actual: Option<String>,
    /// Every cell that entered a sum, stated total first.
    pub entered: Vec<Entered>,
    /// What was found, as facts; the message is made from them.
    pub fact: Fact,
}

/// A cell that entered an identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Entered {
    /// `table.row.column`.
    pub cell: String,
    /// Its number; `None` for a blank cell, which counts as 0.
    pub value: Option<Decimal>,
    /// Where it is printed.
    pub span: Option<Span>,
    /// It stands on the stated side (a total), not among the parts.
    pub stated: bool,
}

impl Finding {
    /// A finding of `rule` with its usual severity, about the whole report until told otherwise.
    pub fn new(rule: Rule, fact: Fact) -> Finding {
        Finding {
            rule,
            severity: rule.severity(),
            span: None,
            table: None,
            row: None,
            column: None,
            covers: Vec::new(),
            expected: None,
            actual: None,
            entered: Vec::new(),
            fact,
        }
    }

    /// At this place of the text.
    pub fn at(mut self, span: Span) -> Finding {
        self.span = Some(span);
        self
    }

    /// At this place, where there is one.
    pub fn maybe_at(mut self, span: Option<Span>) -> Finding {
        self.span = span;
        self
    }

    /// About this table.
    pub fn table(mut self, table: &str) -> Finding {
        self.table = Some(table.to_owned());
        self
    }

    /// About this row.
    pub fn row(mut self, row: &str) -> Finding {
        self.row = Some(row.to_owned());
        self
    }

    /// About this column.
    pub fn column(mut self, column: &str) -> Finding {
        self.column = Some(column.to_owned());
        self
    }

    /// With what would be right and what is printed.
    pub fn expected(mut self, expected: impl ToString, actual: impl ToString) -> Finding {
        self.expected = Some(expected.to_string());
        self.actual = Some(actual.to_string());
        self
    }

    /// About all of these numbers.
    pub fn covering(mut self, covers: Vec<Span>) -> Finding {
        self.covers = covers;
        self
    }

    /// The sentence for a reader.
    pub fn message(&self, lang: Lang) -> String {
        self.fact.message(lang)
    }
}
