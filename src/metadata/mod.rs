//! What a report says about itself: title, organ, reporting year, period, contact.
//!
//! Only the lines before the first heading and the last few lines are looked at, each up to a bound, so that the
//! size of a report does not matter. Patterns run on squeezed text (no blanks, letters and digits in half width);
//! what is kept is what was printed, but for numbers, codes and addresses of the net. What stands in nearly every report (dates, labels,
//! names of organs) is matched by hand, what is rare by a regular expression; each text is asked first whether it can hold it.
//!
//! A year is believed in this order: title, period, preface, first words of the overview. A day of publication is
//! never a reporting year. The name of the file is not evidence either: it mostly carries the year of publication.

mod agency;
mod contact;
mod dates;
mod labelled;
mod labels;
mod line;
mod period;
mod phone;
mod preface;
mod signature;
mod text;
mod title;
mod year;

#[cfg(test)]
mod tests;

use std::cell::OnceCell;

pub(crate) use self::dates::{leading_year, only_year};
use self::labelled::Labelled;
use self::line::{Line, Tail};
use self::period::Period;
use self::preface::{Named, PARAGRAPH_CHARS, Preface};
pub(crate) use self::text::{Patterns, leftmost};
use self::text::{cap, squeeze};
use self::title::Title;
pub use self::title::Titles;
use crate::finding::{Fact, Finding, MetadataField, Rule};
use crate::fold;
use crate::lines::{self, LineKind};
use crate::record::{Metadata, Paragraph};
use crate::span::Span;

/// Paragraphs of the preface that are looked at.
const PARAGRAPHS: usize = 60;

/// What the metadata are read from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The decoded text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a [lines::Line],
    /// What each line was taken for.
    pub kinds: &'a [LineKind],
    /// Index of the line of the first section heading; the number of lines if there is none.
    pub first_heading: usize,
    /// First paragraph of the first section.
    pub overview: Option<&'a str>,
    /// Paragraphs before the first section, their pieces joined.
    pub preface: &'a [Paragraph],
    /// Names of reports that the forms know, such as 政府信息公开工作年度报告.
    pub titles: &'a Titles,
    /// Name of the file. Nothing is read from it today: neither its year nor its organ is printed in the report.
    pub file_name: Option<&'a str>,
}

/// What is looked at of a report.
struct Page<'p, 'a> {
    input: &'p Input<'a>,
    /// The lines before the first heading.
    head: &'a [Line<'a>],
    /// The last lines.
    tail: &'p Tail<'a>,
    /// The paragraphs before the first section.
    preface: &'p [Preface<'a>],
}

impl Page<'_, '_> {
    /// The first paragraph of the first section.
    fn overview(&self) -> &str {
        cap(self.input.overview.unwrap_or(""), PARAGRAPH_CHARS)
    }

    /// Where the report begins.
    fn first(&self) -> Option<Span> {
        let Input { text, lines, first_heading, .. } = *self.input;
        let heading = || lines.get(first_heading).map(|line| line.text.trim(text)).filter(|span| !span.is_empty());
        let last = || self.tail.own().first().map(|line| line.span.trim(text));
        self.head.first().map(|line| line.span).or_else(heading).or_else(last)
    }

    /// The sentences of the preface that name this very report, with their lines.
    fn named(&self) -> Vec<(u32, Named)> {
        self.preface.iter().filter_map(|paragraph| Some((paragraph.line, paragraph.names_report()?))).collect()
    }
}

/// The organs that a report names outside of its title.
struct Organs<'p, 'a> {
    preface: &'p [Preface<'a>],
    /// Behind a label.
    labelled: Option<String>,
    /// At its end.
    signed: Option<String>,
    told: OnceCell<Vec<String>>,
}

impl Organs<'_, '_> {
    /// In a sentence of the preface.
    fn spoken(&self) -> impl Iterator<Item = String> {
        self.preface.iter().filter_map(|paragraph| agency::from_preface(&paragraph.unquoted()))
    }

    /// The report calls itself this.
    fn hold(&self, name: &str) -> bool {
        let told =
            self.told.get_or_init(|| self.spoken().chain(self.labelled.clone()).chain(self.signed.clone()).collect());
        told.iter().any(|organ| organ == name)
    }
}

/// Reads the metadata; `edition` is left to the forms.
///
/// The findings are `metadata.missing` for a title, organ or year that is not to be found, or a period that is printed but is
/// none, and `metadata.year` where the report names different years.
pub fn read(input: &Input<'_>) -> (Metadata, Vec<Finding>) {
    let (head, seen) = line::head(input);
    let tail = Tail::new(input, seen);
    let preface: Vec<Preface> =
        input.preface.iter().take(PARAGRAPHS).map(|paragraph| Preface::new(paragraph, &head)).collect();
    let page = Page { input, head: &head, tail: &tail, preface: &preface };
    let mut labelled = Labelled::of(&page);
    let (signed, dated) = signature::sign(&tail);
    labelled.published.offer(8, dated);
    let organs = Organs { preface: &preface, labelled: labelled.organ.take(), signed, told: OnceCell::new() };
    let title = find_title(&page, labelled.title, &organs);
    let (named, period) = (page.named(), Period::of(&page));
    let sources = year::Sources { title: title.as_ref(), period: &period, named: named.first() };
    let year = find_year(&page, &sources);
    let agency = find_agency(&page, title.as_ref(), &named, &organs);
    let mut findings: Vec<Finding> = year.and_then(|year| sources.contradiction(&page, year)).into_iter().collect();
    if findings.is_empty() {
        findings.extend(period.finding(&head));
    }
    findings.extend(missing(&page, title.as_ref(), agency.is_some(), year.is_some()));
    let metadata = Metadata {
        title: title.map(|title| title.text),
        agency,
        year,
        period: period.printed,
        published: labelled.published.take(),
        doc_number: labelled.doc_number.take(),
        contact: labelled.contact,
        edition: None,
    };
    (metadata, findings)
}

/// The title in the lines of the head, else the one that a label announces.
fn find_title(page: &Page, labelled: labelled::Ranked<(String, Span)>, organs: &Organs) -> Option<Title> {
    let titles = page.input.titles;
    let in_sentence = |line: &Line| preface::in_sentence(page.preface, line);
    let is_told = |name: &str| organs.hold(name);
    let known = title::Known { titles, in_sentence: &in_sentence, is_told: &is_told };
    title::find(page.head, &known).or_else(|| {
        let (text, span) = labelled.take()?;
        let key = squeeze(&text);
        let (agency, year, several_years) = title::parse(&key, title::report_name(&key, titles));
        let governs = title::may_govern(&key, agency.as_deref());
        Some(Title { text, agency, year, several_years, governs, span })
    })
}

/// The organ: that of the title, else one that the preface, a label or the signature names.
fn find_agency(page: &Page, title: Option<&Title>, named: &[(u32, Named)], organs: &Organs) -> Option<String> {
    let of_title = title.and_then(|title| {
        let name = title.agency.clone()?;
        if !title.governs {
            return Some(name);
        }
        // 某区政府信息公开: what else the report calls itself tells whether the 政府 is the organ's.
        let full = ["人民政府", "政府"].map(|end| format!("{name}{end}"));
        Some(full.into_iter().find(|full| organs.hold(full)).unwrap_or(name))
    });
    of_title
        .or_else(|| organs.spoken().next())
        .or_else(|| named.iter().find_map(|(_, named)| named.agency.clone()))
        .or_else(|| preface::own_title(page.preface, page.input.titles).and_then(|(agency, _)| agency))
        .or_else(|| organs.labelled.clone())
        .or_else(|| organs.signed.clone())
}

/// The year: that of the title, else the period's, else one that the preface or the overview names.
fn find_year(page: &Page, sources: &year::Sources) -> Option<i32> {
    let titles = page.input.titles;
    let loose = |paragraph: &Preface| preface::loose_year(&paragraph.unquoted(), titles);
    sources
        .title
        .and_then(|title| title.year)
        .or_else(|| sources.period.year())
        .or_else(|| sources.named.map(|(_, named)| named.year))
        .or_else(|| preface::own_title(page.preface, titles).and_then(|(_, year)| year))
        .or_else(|| page.preface.iter().find_map(loose))
        .or_else(|| year::of_overview(page.overview()).map(|(year, _)| year))
}

/// A finding for each of title, organ and year that is not to be found.
fn missing(page: &Page, title: Option<&Title>, has_agency: bool, has_year: bool) -> impl Iterator<Item = Finding> {
    let found =
        [(MetadataField::Title, title.is_some()), (MetadataField::Agency, has_agency), (MetadataField::Year, has_year)];
    found.into_iter().filter(|(_, there)| !there).map(move |(what, _)| {
        let place = title.map(|title| title.span).or_else(|| page.first());
        let empty = place.is_none() && fold::is_blank(page.input.text);
        Finding::new(Rule::MetadataMissing, Fact::MetadataMissing { what, empty }).maybe_at(place)
    })
}
