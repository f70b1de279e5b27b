//! The table of all rules, and what is told of each: title, explanation, what it rests on, an example.
//!
//! A rule is a line here and a page, `rules/<id>.toml`, which this file embeds: without the page it does not compile. Its
//! example is an excerpt of a fixture report and what a mistake makes of it; `tests/rules.rs` reads both.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Severity;
use crate::lang::Lang;

/// Declares the table of rules: one line a rule, in the order in which they are listed.
macro_rules! rules {
    ($($name:ident = $id:literal, $severity:ident;)+) => {
        /// What a finding is an instance of. Ids are stable. What a rule says is told by its [`Doc`], or by `nianbao rules`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule { $(#[doc = concat!("`", $id, "`")] $name,)+ }

        impl Rule {
            /// Every rule, in the order of the documentation.
            pub const ALL: &[Rule] = &[$(Rule::$name,)+];

            /// The stable id, such as `sum.balance`.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$name => $id,)+ }
            }

            /// How grave a finding of this rule is, unless a [`Policy`](super::Policy) says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Rule::$name => Severity::$severity,)+ }
            }
        }

        /// The page of each rule, in the order of [`Rule::ALL`].
        const PAGES: &[&str] = &[$(include_str!(concat!("rules/", $id, ".toml")),)+];
    };
}

rules! {
    EncodingReplaced = "encoding.replaced", Warning;
    EncodingPrivate = "encoding.private", Warning;
    SectionMissing = "section.missing", Warning;
    SectionDuplicate = "section.duplicate", Warning;
    SectionOrder = "section.order", Warning;
    SectionEmpty = "section.empty", Warning;
    FormUnknown = "form.unknown", Note;
    FormMixed = "form.mixed", Note;
    MetadataMissing = "metadata.missing", Warning;
    MetadataYear = "metadata.year", Error;
    TableMissing = "table.missing", Error;
    TableElsewhere = "table.elsewhere", Warning;
    TableRepeated = "table.repeated", Warning;
    TableCaption = "table.caption", Warning;
    RowMissing = "row.missing", Warning;
    RowUnknown = "row.unknown", Warning;
    RowLabel = "row.label", Warning;
    ColumnLabel = "column.label", Warning;
    RowShifted = "row.shifted", Note;
    CellBlank = "cell.blank", Note;
    CellUnreadable = "cell.unreadable", Error;
    CellNegative = "cell.negative", Error;
    CellFraction = "cell.fraction", Error;
    CellUnit = "cell.unit", Warning;
    NumberUnplaced = "number.unplaced", Warning;
    SumBalance = "sum.balance", Error;
    SumOutcomes = "sum.outcomes", Error;
    SumRow = "sum.row", Error;
    SumReview = "sum.review", Error;
    SumStatistics = "sum.statistics", Error;
    SumUnchecked = "sum.unchecked", Note;
    ProseTable = "prose.table", Warning;
    SeriesCarried = "series.carried", Error;
    SeriesInForce = "series.in_force", Error;
    SeriesGap = "series.gap", Note;
    SeriesDuplicate = "series.duplicate", Warning;
    SeriesUnchecked = "series.unchecked", Note;
}

/// What is told of a rule, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doc {
    /// What is wrong, in a few words: it fits a line beside the id.
    pub title: String,
    /// What that means, and what can be done about it. Paragraphs are parted by a blank line, and are one line each.
    pub explanation: String,
    /// The clause that the rule rests on, or that it is the program's own.
    pub basis: String,
}

/// How a rule is kept and how it is broken, in the notation of the input.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The folder in `fixtures/reports/invalid` that shows it whole.
    pub case: String,
    /// An excerpt of a report that keeps the rule; a line `…` stands for what was left out.
    pub good: String,
    /// What makes the report break the rule where it stands in the place of [`good`](Example::good). Where it has as many `…`,
    /// what they stand for stays; otherwise that goes too. `\xNN` is a byte that is no text.
    pub bad: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    en: Doc,
    zh: Doc,
    example: Example,
}

static PARSED: LazyLock<Vec<Page>> = LazyLock::new(|| {
    // A page is part of the program, and a broken one fails every test that asks for one.
    let parse = |page: &&str| toml::from_str(page).expect("the pages of the rules are well-formed");
    let mut pages: Vec<Page> = PAGES.iter().map(parse).collect();
    for page in &mut pages {
        for doc in [&mut page.en, &mut page.zh] {
            doc.explanation = unwrapped(&doc.explanation);
            doc.basis = unwrapped(&doc.basis);
        }
        for excerpt in [&mut page.example.good, &mut page.example.bad] {
            excerpt.truncate(excerpt.trim_end_matches('\n').len());
        }
    }
    pages
});

/// `text` with each paragraph on one line. Lines are joined by a space, unless Chinese stands on both sides.
fn unwrapped(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.trim_end().lines() {
        match (joined.chars().next_back(), line.chars().next()) {
            (None | Some('\n'), _) => {}
            (_, None) => joined.push_str("\n\n"),
            (Some(before), Some(behind)) if before.is_ascii() || behind.is_ascii() => joined.push(' '),
            _ => {}
        }
        joined.push_str(line);
    }
    joined
}

impl Rule {
    /// What is told of it in `lang`.
    pub fn doc(self, lang: Lang) -> &'static Doc {
        let page = &PARSED[self.index()];
        lang.pick(&page.en, &page.zh)
    }

    /// How it is kept and how it is broken.
    pub fn example(self) -> &'static Example {
        &PARSED[self.index()].example
    }

    /// The part of its id before the dot, which related rules share.
    pub fn family(self) -> &'static str {
        self.id().split('.').next().unwrap_or("")
    }

    /// Its number from 0 in [`Rule::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }
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
    use crate::span::width;

    #[test]
    fn ids_are_unique_and_found_again() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_id(rule.id()), Some(*rule));
            assert_eq!(Rule::ALL[rule.index()], *rule);
        }
        assert_eq!(Rule::from_id("sum"), None);
    }

    #[test]
    fn every_rule_is_told_in_both_languages() {
        for rule in Rule::ALL {
            let (en, zh) = (rule.doc(Lang::En), rule.doc(Lang::Zh));
            for doc in [en, zh] {
                let texts = [&doc.title, &doc.explanation, &doc.basis];
                assert!(texts.iter().all(|text| !text.is_empty() && text.trim() == **text), "{rule}: {doc:?}");
                // Beside the id and the severity, in 80 columns.
                assert!(width(&doc.title) <= 52, "{rule}: {} is too wide", doc.title);
                assert!(!doc.title.ends_with(['.', '。']), "{rule}");
                assert!(doc.explanation.ends_with(['.', '。']) && doc.basis.ends_with(['.', '。']), "{rule}");
            }
            let chinese = |text: &str| text.chars().filter(|char| ('\u{4e00}'..='\u{9fff}').contains(char)).count();
            for (en, zh) in [(&en.title, &zh.title), (&en.explanation, &zh.explanation), (&en.basis, &zh.basis)] {
                assert!(
                    chinese(en) * 3 < en.chars().count() && chinese(zh) * 5 > 2 * zh.chars().count(),
                    "{rule}: {en} / {zh}"
                );
            }
        }
    }

    #[test]
    fn paragraphs_are_unwrapped_without_blanks_between_chinese() {
        assert_eq!(unwrapped("one\ntwo\n\nthree\n"), "one two\n\nthree");
        assert_eq!(unwrapped("甲，\n乙 2021\n年。\n\n丙\n"), "甲，乙 2021 年。\n\n丙");
    }
}
