//! The table of all rules.

use std::fmt;

use super::Severity;

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
    /// The prose names a figure of the tables otherwise than the tables do, or two places of it name the same fee differently.
    ProseTable = "prose.table", Warning;
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
