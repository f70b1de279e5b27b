//! Findings: the one source of verdicts.
//!
//! A [`Finding`] says which [`Rule`] was met, how grave it is, where in the text it stands, which cell
//! it is about, and the [`Fact`] behind it. Whether a report is in order is worked out from its findings and
//! kept nowhere else. Places are byte spans until a writer renders them.

use std::fmt;

use rust_decimal::Decimal;
use serde::Serialize;

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
    /// `error`, `warning` or `note`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Declares the table of rules: one line a rule, in the order in which they are listed.
macro_rules! rules {
    ($($(#[doc = $says:literal])+ $name:ident = $id:literal, $severity:ident;)+) => {
        /// What a finding is an instance of. Ids are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule { $($(#[doc = $says])+ $name,)+ }

        impl Rule {
            /// Every rule, in the order of the documentation.
            pub const ALL: &[Rule] = &[$(Rule::$name,)+];

            /// The stable id, such as `sum.balance`.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$name => $id,)+ }
            }

            /// How grave a finding of this rule is.
            pub fn severity(self) -> Severity {
                match self { $(Rule::$name => Severity::$severity,)+ }
            }

            /// What the rule says, in a sentence or two.
            pub fn says(self) -> &'static str {
                match self { $(Rule::$name => concat!($($says,)+).trim_ascii(),)+ }
            }
        }
    };
}

rules! {
    /// Bytes that the encoding of the file does not explain.
    EncodingReplaced = "encoding.replaced", Warning;
    /// A section that the form demands is absent.
    SectionMissing = "section.missing", Warning;
    /// A section of the form is printed twice.
    SectionDuplicate = "section.duplicate", Warning;
    /// The sections do not stand in the order of the form.
    SectionOrder = "section.order", Warning;
    /// 一、 or 五、 has no content, or holds only 无.
    SectionEmpty = "section.empty", Warning;
    /// No form matches; sections and raw grids are given all the same.
    FormUnknown = "form.unknown", Note;
    /// A table is printed as another edition of the form has it.
    FormMixed = "form.mixed", Note;
    /// No title, agency or year was found.
    MetadataMissing = "metadata.missing", Warning;
    /// Title, period and prose name different years.
    MetadataYear = "metadata.year", Error;
    /// A section of the form has no table.
    TableMissing = "table.missing", Error;
    /// A row of the form is absent.
    RowMissing = "row.missing", Warning;
    /// A row with numbers is not in the form.
    RowUnknown = "row.unknown", Warning;
    /// A label was matched although it is not printed as in the form.
    RowLabel = "row.label", Warning;
    /// A column was taken by its place although its header is not printed as in the form.
    ColumnLabel = "column.label", Warning;
    /// Cells were realigned.
    RowShifted = "row.shifted", Note;
    /// Cells are printed but empty: one finding for each table and row.
    CellBlank = "cell.blank", Note;
    /// A cell holds something that is not a number.
    CellUnreadable = "cell.unreadable", Error;
    /// A count is negative.
    CellNegative = "cell.negative", Error;
    /// A count has decimals.
    CellFraction = "cell.fraction", Error;
    /// A cell prints another unit than the form.
    CellUnit = "cell.unit", Warning;
    /// A number printed in a table was taken by no cell: nothing is dropped in silence.
    NumberUnplaced = "number.unplaced", Warning;
    /// 第一项加第二项之和，等于第三项加第四项之和: received and carried in do not equal completed and carried out.
    SumBalance = "sum.balance", Error;
    /// The total of the outcomes is not the sum of the outcomes.
    SumOutcomes = "sum.outcomes", Error;
    /// The total of a row is not the sum of its columns.
    SumRow = "sum.row", Error;
    /// The total of reviews or lawsuits is not the sum of their outcomes.
    SumReview = "sum.review", Error;
    /// A total of the statistics annex is not the sum of its parts.
    SumStatistics = "sum.statistics", Error;
    /// An identity could not be checked: a cell that it needs is blank, unreadable or missing.
    SumUnchecked = "sum.unchecked", Note;
}

impl Rule {
    /// The rule with this id.
    pub fn from_id(id: &str) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
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
        let _ = lang;
        self.fact.to_string()
    }
}

/// The facts of a finding; [`Display`](fmt::Display) makes the sentence.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // The sentence that Display makes of a fact says what its fields are.
pub enum Fact {
    /// Undecodable bytes, in hexadecimal, and how many places follow that are not listed one by one.
    Replaced { bytes: String, encoding: &'static str, unlisted: usize },
    /// A section of the form that is not there.
    SectionMissing { number: String, title: String },
    /// A section printed again.
    SectionDuplicate { title: String, first_line: u32 },
    /// A section printed before one that should precede it.
    SectionOrder { title: String, after: String },
    /// A section with nothing in it but this.
    SectionEmpty { title: String, text: String },
    /// No form knows the tables (of the report, or of the place given).
    FormUnknown { tables: usize },
    /// A table of another edition.
    FormMixed { title: String, edition: String, form: String },
    /// Metadata not found; `empty` where the input has no text at all.
    MetadataMissing { what: &'static str, empty: bool },
    /// The years that the report names, and where.
    MetadataYear { readings: Vec<(&'static str, i32)> },
    /// A table of the form that is not there.
    TableMissing { title: String },
    /// A row of the form that is not there.
    RowMissing { label: String },
    /// A printed row that the form does not have.
    RowUnknown { printed: String },
    /// A label that differs from the form's.
    RowLabel { printed: String, label: String },
    /// A header that differs from the form's.
    ColumnLabel { printed: String, label: String },
    /// How the cells of a row were placed.
    RowShifted(Shift),
    /// Blank cells of a row.
    CellBlank { blank: usize, of: usize },
    /// Not a number.
    CellUnreadable { raw: String },
    /// A negative count.
    CellNegative { raw: String },
    /// A count with decimals.
    CellFraction { raw: String },
    /// Another unit than the form's.
    CellUnit { raw: String, printed: String, form: String },
    /// Numbers without a cell.
    NumberUnplaced { raw: Vec<String>, more: usize },
    /// Rows of a table that is printed a second time.
    TableRepeated { title: String, rows: usize, numbers: usize },
    /// Numbers of a row that fit its columns in more than one way, so that none was taken.
    RowAmbiguous { raw: Vec<String>, columns: usize },
    /// An identity that does not hold.
    Sum { stated: String, parts: String, blank: usize },
    /// An identity that cannot be checked, and why.
    SumUnchecked { stated: String, parts: String, cell: String, why: &'static str },
}

/// How cells came to their columns when not by plain position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// As many numbers as columns, with blank cells between them that belong to no column.
    BlanksBetween,
    /// Only one placement agrees with the arithmetic of the form.
    Arithmetic,
    /// Two or more numbers stood in one cell.
    Split,
    /// Blank cells at an end of the row were lost, and the columns of the other rows tell where it begins.
    Neighbours,
    /// Nothing stands behind the label.
    NoCells,
    /// By plain position, against the sums of the form.
    Plain,
    /// Blank cells stand where the columns of the other rows leave room.
    Columns,
}

impl fmt::Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Shift::BlanksBetween => {
                "blank cells between the numbers belong to no column; the numbers were taken in their order"
            }
            Shift::Arithmetic => {
                "blank cells were lost or added; this is the only placement that agrees with the sums of the form"
            }
            Shift::Split => "several numbers stand in one cell; they were taken in their order",
            Shift::Neighbours => {
                "blank cells leave it open where the row begins; it was placed under the columns that its neighbours use"
            }
            Shift::NoCells => "the row prints no cell behind its label; its cells were taken for blank",
            Shift::Plain => "the row was read by the position of its cells, but the sums of the form speak against it",
            Shift::Columns => "the numbers were placed under the columns that the rows around them use",
        })
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::Replaced { bytes, encoding, unlisted: 0 } => {
                write!(f, "the bytes {bytes} are not {encoding}; they were read as U+FFFD")
            }
            Fact::Replaced { bytes, encoding, unlisted } => write!(
                f,
                "the bytes {bytes} are not {encoding}; they were read as U+FFFD, and so were {unlisted} later places that are not listed"
            ),
            Fact::SectionMissing { number, title } => write!(f, "the section {number}、{title} is missing"),
            Fact::SectionDuplicate { title, first_line } => {
                write!(f, "the section {title} is printed again; it first stands on line {first_line}")
            }
            Fact::SectionOrder { title, after } => {
                write!(f, "the section {title} stands after {after}, which follows it in the form")
            }
            Fact::SectionEmpty { title, text } if text.is_empty() => write!(f, "the section {title} has no content"),
            Fact::SectionEmpty { title, text } => write!(f, "the section {title} holds nothing but {text}"),
            Fact::FormUnknown { tables: 0 } => {
                f.write_str("no known form matches this report: it has no table and none of the form's sections")
            }
            Fact::FormUnknown { tables } => {
                write!(
                    f,
                    "no known form matches ({tables} table{}); the cells are given as a raw grid",
                    plural(*tables)
                )
            }
            Fact::FormMixed { title, edition, form } => write!(
                f,
                "the table {title} is printed as edition {edition} of the form has it, the others as edition {form}; it was read as printed"
            ),
            Fact::MetadataMissing { what, empty: true } => write!(f, "no {what} was found: the input has no text"),
            Fact::MetadataMissing { what, empty: false } => write!(f, "no {what} was found"),
            Fact::MetadataYear { readings } => {
                f.write_str("the report names different years: ")?;
                for (i, (source, year)) in readings.iter().enumerate() {
                    write!(f, "{}{source} {year}", if i == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Fact::TableMissing { title } => write!(f, "the table of the section {title} is missing, or is not text"),
            Fact::RowMissing { label } => write!(f, "the row {label} is missing"),
            Fact::RowUnknown { printed } => write!(f, "the row {printed} is not in the form"),
            Fact::RowLabel { printed, label } => write!(f, "the label {printed} was read as {label}"),
            Fact::ColumnLabel { printed, label } => {
                write!(f, "the header prints {printed} where the form has {label}; the column was taken by its place")
            }
            Fact::RowShifted(shift) => shift.fmt(f),
            Fact::CellBlank { blank, of } if blank == of => match of {
                1 => f.write_str("the cell is blank; blank is not zero"),
                _ => write!(f, "all {of} cells of the row are blank; blank is not zero"),
            },
            Fact::CellBlank { blank, of } => write!(f, "{blank} of {of} cells of the row are blank; blank is not zero"),
            Fact::CellUnreadable { raw } => write!(f, "{raw} is not a number"),
            Fact::CellNegative { raw } => write!(f, "{raw} is negative; a count is zero or more"),
            Fact::CellFraction { raw } => write!(f, "{raw} has decimals; a count is a whole number"),
            Fact::CellUnit { raw, printed, form } => {
                write!(f, "{raw} is printed in {printed}; the form asks for {form}. The number was not converted")
            }
            Fact::NumberUnplaced { raw, more } => {
                let (stand, belong) = if raw.len() == 1 { ("stands", "belongs") } else { ("stand", "belong") };
                let more = if *more > 0 { format!(" and {more} more numbers") } else { String::new() };
                write!(f, "{}{more} {stand} in a table, but {belong} to no cell of the form", raw.join(", "))
            }
            Fact::TableRepeated { title, rows, numbers } => write!(
                f,
                "{rows} row{} of the table {title} stand{} here again with {numbers} number{} that no cell took; the form has each row once",
                plural(*rows),
                if *rows == 1 { "s" } else { "" },
                plural(*numbers)
            ),
            Fact::RowAmbiguous { raw, columns } => write!(
                f,
                "the row prints {} ({}) for {columns} columns and can be read in more than one way; no number was taken",
                if raw.len() == 1 { "one number".to_owned() } else { format!("{} numbers", raw.len()) },
                raw.join(", ")
            ),
            Fact::Sum { stated, parts, blank } => {
                write!(f, "{stated} does not equal {parts}")?;
                if *blank > 0 {
                    write!(f, " ({blank} blank cell{} counted as 0)", plural(*blank))?;
                }
                Ok(())
            }
            Fact::SumUnchecked { stated, parts, cell, why } => {
                write!(f, "{stated} = {parts} cannot be checked: {cell} is {why}")
            }
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_found_again() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_id(rule.id()), Some(*rule));
            assert!(!rule.says().is_empty() && rule.says().ends_with(['.', '!']), "{rule}");
        }
        assert_eq!(Rule::from_id("sum"), None);
    }
}
