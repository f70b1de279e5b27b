//! The period that the figures cover.

use std::sync::LazyLock;

use super::line::Line;
use super::text::{Patterns, SEMICOLON, STOP, Traits, first_mark, last_mark, leftmost, squeeze};
use super::{Page, dates};
use crate::finding::{Fact, Finding, MetadataField, Rule};
use crate::record;

/// The text says that a period is the one that the figures cover.
fn speaks_of_figures(text: &str) -> bool {
    static WORDS: LazyLock<Patterns> = LazyLock::new(|| leftmost(["统计", "期限", "时限", "数据", "报告期"]));
    WORDS.is_match(text)
}

/// The period that a text names, that of a sentence about the figures before any other, and whether that sentence is
/// about them.
fn period_of(text: &str) -> Option<(record::Period, bool)> {
    const MARKS: [[u8; 3]; 2] = [STOP, SEMICOLON];
    let (mut first, mut passed) = (None, 0);
    for (at, period) in dates::periods(text) {
        // No period has such a mark in it. Of several in one sentence the first is asked alone.
        if at >= passed {
            let (before, behind) = text.split_at(at);
            let start = last_mark(before, &MARKS).map_or(0, |mark| mark + MARKS[0].len());
            passed = first_mark(behind, &MARKS).map_or(text.len(), |length| at + length);
            if speaks_of_figures(&text[start..passed]) {
                return Some((period, true));
            }
        }
        first = first.or(Some((period, false)));
    }
    first
}

/// The period of a report.
#[derive(Debug)]
pub(super) struct Period {
    /// The period that is printed.
    pub printed: Option<record::Period>,
    /// The line that it stands on, from 1; 0 where that is the overview.
    pub line: Option<u32>,
    /// Where a period is printed that is none, while no other is, and its years.
    pub broken: Option<(u32, [i32; 2])>,
}

impl Period {
    /// Looks for it before the first section, and where the overview says that its figures are counted so.
    pub(super) fn of(page: &Page) -> Period {
        let found = in_front(page).or_else(|| {
            let overview = squeeze(page.overview());
            let (period, _) = period_of(&overview).filter(|(_, speaks)| *speaks || speaks_of_figures(&overview))?;
            Some((0, period))
        });
        let broken = if found.is_none() { broken_period(page) } else { None };
        let (line, printed) = found.unzip();
        Period { printed, line, broken }
    }

    /// The year that it covers.
    pub(super) fn year(&self) -> Option<i32> {
        self.printed.as_ref().and_then(dates::year_of_period)
    }

    /// The line that it stands on, or what was printed in its stead.
    pub(super) fn place(&self) -> Option<u32> {
        self.line.or(self.broken.map(|(line, _)| line))
    }

    /// `metadata.missing` where a period is printed that is none.
    pub(super) fn finding(&self, head: &[Line]) -> Option<Finding> {
        let (from, _) = self.broken?;
        let place = head.iter().find(|line| line.index as u32 + 1 >= from).map(|line| line.span);
        let fact = Fact::MetadataMissing { what: MetadataField::Period, empty: false };
        Some(Finding::new(Rule::MetadataMissing, fact).maybe_at(place))
    }

    /// A year that it names beside `year`.
    pub(super) fn other_year(&self, year: i32) -> Option<i32> {
        let of_broken = || self.broken.and_then(|(_, years)| years.into_iter().find(|found| *found != year));
        self.year().or_else(|| dates::other_year(self.printed.as_ref()?, year)).or_else(of_broken)
    }
}

/// The first period before the first section that a text about figures names, else the first of all.
fn in_front(page: &Page) -> Option<(u32, record::Period)> {
    let mut other = None;
    for (line, text) in yearly(page) {
        let Some((period, speaks)) = period_of(text) else { continue };
        if speaks || speaks_of_figures(text) {
            return Some((line, period));
        }
        other = other.or(Some((line, period)));
    }
    other
}

/// The paragraphs and lines before the first section that may name a year, each with its line, from 1.
fn yearly<'p>(page: &'p Page) -> impl Iterator<Item = (u32, &'p str)> {
    let may = |traits: Traits| traits.any(Traits::TWO);
    let paragraphs = page.preface.iter().filter(move |paragraph| may(paragraph.traits));
    let lines = page.head.iter().filter(move |line| may(line.traits));
    paragraphs
        .map(|paragraph| (paragraph.line, paragraph.squeezed()))
        .chain(lines.map(|line| (line.index as u32 + 1, line.squeezed())))
}

/// Where a text that speaks of the figures prints a period that is none, and its years: a day that no calendar has, or an end
/// before the beginning.
fn broken_period(page: &Page) -> Option<(u32, [i32; 2])> {
    yearly(page).filter(|(_, text)| speaks_of_figures(text)).find_map(|(line, text)| {
        let (first, last) = dates::broken_period(text)?;
        Some((line, [first, last]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::mixtures;

    #[test]
    fn the_period_of_a_sentence_about_figures_comes_first() {
        let (mut count, mut later) = (0, 0);
        let words = "2023年1月1日至12月31日 2022年1月1日至2022年12月31日 2021年3月 至 。 ； ， 统计 期限 数据 报告期 报告 截至 2";
        for text in mixtures(words) {
            let first = |text: &str| dates::periods(text).next().map(|(_, period)| period);
            let mut about = text.split(['。', '；']).filter(|sentence| speaks_of_figures(sentence));
            let wanted = about.find_map(first).map(|period| (period, true));
            let wanted = wanted.or_else(|| first(&text).map(|period| (period, false)));
            count += usize::from(wanted.is_some());
            later += usize::from(wanted.as_ref().is_some_and(|(period, _)| first(&text).as_ref() != Some(period)));
            assert_eq!(period_of(&text), wanted, "{text}");
        }
        assert!(count > 1000 && later > 50, "{count} {later}");
    }
}
