//! The reporting year, and whether all that names it names the same.

use std::borrow::Cow;

use super::line::{self, Line};
use super::period::Period;
use super::preface::Named;
use super::text::{cap, is_plain, narrow, squeeze};
use super::title::Title;
use super::{Input, Page, dates};
use crate::finding::{Fact, Finding, Rule, YearSource};
use crate::fold;
use crate::span::Span;

/// All that names the reporting year.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sources<'s> {
    pub title: Option<&'s Title>,
    pub period: &'s Period,
    /// Of the sentences before the first section, with their lines, the first that names the report.
    pub named: Option<&'s (u32, Named)>,
}

impl Sources<'_> {
    /// `metadata.year` where they do not all name `year`.
    pub(super) fn contradiction(&self, page: &Page, year: i32) -> Option<Finding> {
        if self.title.is_some_and(|title| title.several_years) {
            return None;
        }
        let readings = self.readings(page, year);
        let &(source, actual) = readings.iter().find(|(_, found)| *found != year)?;
        let naming = |line: u32| line_naming(page.head, line, actual);
        let title = || self.title.filter(|title| title.year.is_some()).map(|title| title.span);
        let span = match source {
            YearSource::Title => title(),
            YearSource::Period => self.period.place().and_then(naming),
            YearSource::Preface => self.named.and_then(|(line, _)| naming(*line)),
            YearSource::Overview => overview_span(page.input, actual),
        };
        let fact = Fact::MetadataYear { readings };
        Some(Finding::new(Rule::MetadataYear, fact).maybe_at(span.or_else(title)).expected(year, actual))
    }

    /// The year that each of them names.
    fn readings(&self, page: &Page, year: i32) -> Vec<(YearSource, i32)> {
        let mut readings = Vec::new();
        readings.extend(self.title.and_then(|title| title.year).map(|found| (YearSource::Title, found)));
        readings.extend(self.period.other_year(year).map(|found| (YearSource::Period, found)));
        readings.extend(self.named.map(|(_, named)| (YearSource::Preface, named.year)));
        if let Some((found, true)) = of_overview(page.overview()) {
            let named_there = || dates::years(&squeeze(page.overview())).any(|other| other.year == year);
            if found == year || found.abs_diff(year) <= 5 && !named_there() {
                readings.push((YearSource::Overview, found));
            }
        }
        readings
    }
}

/// The year that the first words of the overview name, and whether a comma stands behind it: `2023年，我局…`.
pub(super) fn of_overview(overview: &str) -> Option<(i32, bool)> {
    // As many characters as the pattern takes, which mostly are printed one behind the other.
    let head = cap(overview, 8);
    let first: Cow<'_, str> = if is_plain(head) {
        Cow::Borrowed(head)
    } else {
        let seen = overview.chars().filter(|c| !c.is_whitespace() && !fold::is_invisible(*c));
        Cow::Owned(seen.map(narrow).take(8).collect())
    };
    let (year, rest) = dates::year_at(first.strip_prefix('在').unwrap_or(&first))?;
    let rest = rest.strip_prefix('年')?;
    Some((year, rest.strip_prefix('度').unwrap_or(rest).starts_with(['，', ','])))
}

/// The first line from `from` (counted from 1) on that names the year; else that line itself.
fn line_naming(head: &[Line], from: u32, year: i32) -> Option<Span> {
    let mut later = head.iter().filter(|line| line.index as u32 + 1 >= from);
    let first = later.clone().next();
    later.find(|line| dates::years(line.squeezed()).any(|named| named.year == year)).or(first).map(|line| line.span)
}

/// The line of the overview that names the year: among the first lines from the first heading on.
fn overview_span(input: &Input<'_>, year: i32) -> Option<Span> {
    let mut lines = Vec::new();
    let end = input.lines.len().min(input.first_heading.saturating_add(6));
    (input.first_heading..end).for_each(|index| line::push_line(input, index, false, &mut lines));
    lines.iter().find(|line| dates::years(line.squeezed()).any(|named| named.year == year)).map(|line| line.span)
}
