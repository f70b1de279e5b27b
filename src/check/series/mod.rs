//! `series.*`: several years of one organ.
//!
//! What is carried out of one year is carried into the next, and the documents in force are those of the year before with what was issued and
//! without what was repealed. The equations are those of the forms (`Series` of the form). Reports of a run are brought together by
//! their [`organ`]s; of each, a small [`Record`] is kept, so that nothing here needs a report again.
//!
//! A finding of a series belongs to the later report and names the earlier one. It is no finding of that report alone: it stands in the summary of
//! a run and in its table of findings, and in no document of a report.

mod agencies;
mod equation;
pub mod organ;
mod record;

pub use agencies::{Agencies, AgenciesError, AgenciesFault};
use equation::{Equation, Unread};
pub use organ::Member;
use record::Noted;
pub use record::{Broken, Head, Record};

use std::collections::BTreeMap;

use crate::finding::{Elsewhere, Fact, Finding, Rule};
use crate::form::Forms;
use crate::span::Place;

/// A finding about the series of an organ, with all that is said of it once the report is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Number of the report in the run, from 0.
    pub index: u64,
    /// What the run calls it.
    pub report: String,
    /// Its path.
    pub source: Option<String>,
    /// The organ that it names.
    pub agency: String,
    /// The year that it is about.
    pub year: i32,
    /// Edition of its form.
    pub edition: Option<String>,
    /// The finding. Its spans are places of the report's text.
    pub finding: Finding,
    /// Where it stands.
    pub place: Option<Place>,
    /// Where the cells stand that entered it.
    pub places: Vec<Option<Place>>,
    /// The earlier report.
    pub earlier: Earlier,
}

/// The report that a finding of a series compares with.
#[derive(Debug, Clone, PartialEq)]
pub struct Earlier {
    /// What the run calls it.
    pub report: String,
    /// Its path.
    pub source: Option<String>,
    /// Where the number stands that is carried on.
    pub place: Option<Place>,
}

/// Two reports of one organ that have to do with each other.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a, R = Record> {
    /// What they have to do with each other.
    pub kind: Kind,
    /// The report of the later year; of two about one year, that which was given later.
    pub later: &'a R,
    /// The other.
    pub earlier: &'a R,
}

/// What two reports of one organ have to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Their years follow each other.
    Years,
    /// Years between them are missing.
    Gap,
    /// They are about one year, and carry on the same.
    Alike,
    /// They are about one year, and carry on different numbers.
    Unlike,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Years, Kind::Gap, Kind::Alike, Kind::Unlike];

    /// Its number, for keeping it in a file.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind with this number.
    pub fn from_number(number: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// Everything to be said about the series in `records`, in the order of the reports and of their text.
pub fn check(records: Vec<Record>, agencies: &Agencies, forms: &Forms) -> Vec<Found> {
    let mut sharing: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in records {
        sharing.entry(organ::shared(agencies.organ(&record.agency).0)).or_default().push(record);
    }
    let organs = sharing.into_values().flat_map(|records| organ::organs(records, agencies));
    let mut found: Vec<Found> = Vec::new();
    for organ in organs {
        found.extend(links(&organ).iter().flat_map(|link| link.found(forms)));
    }
    found.sort_by_key(|found| (found.index, found.place, found.finding.rule));
    found
}

/// The links among the reports of one organ, in the order of the reports that they are findings of.
pub fn links<R: Member>(records: &[R]) -> Vec<Link<'_, R>> {
    let mut years: Vec<&R> = records.iter().collect();
    years.sort_by_key(|record| (record.year(), record.index()));
    let mut links = Vec::new();
    // The year before the one at hand: its year, its first report, and whether all its reports carry on the same.
    let mut before: Option<(&R, bool)> = None;
    for same in years.chunk_by(|a, b| a.year() == b.year()) {
        let Some((&first, others)) = same.split_first() else { continue };
        let alike = others.iter().all(|other| other.carries_as(first));
        let kind = if alike { Kind::Alike } else { Kind::Unlike };
        links.extend(others.iter().map(|&other| Link { kind, later: other, earlier: first }));
        if let Some((earlier, earlier_alike)) = before {
            if i64::from(first.year()) - i64::from(earlier.year()) > 1 {
                links.push(Link { kind: Kind::Gap, later: first, earlier });
            } else if alike && earlier_alike {
                links.push(Link { kind: Kind::Years, later: first, earlier });
            }
        }
        before = Some((first, alike));
    }
    links.sort_by_key(|link| link.later.index());
    links
}

impl Link<'_> {
    /// What is to be said of the later report, in the order of its text.
    pub fn found(&self, forms: &Forms) -> Vec<Found> {
        let mut found = match self.kind {
            Kind::Years => self.years(forms),
            Kind::Gap => {
                let of = self.elsewhere(None);
                let fact = Fact::SeriesGap {
                    from: self.earlier.year.saturating_add(1),
                    to: self.later.year.saturating_sub(1),
                    of,
                };
                vec![self.about(Finding::new(Rule::SeriesGap, fact), None, None)]
            }
            Kind::Alike | Kind::Unlike => {
                let fact = Fact::SeriesDuplicate { of: self.elsewhere(None), alike: self.kind == Kind::Alike };
                vec![self.about(Finding::new(Rule::SeriesDuplicate, fact), None, None)]
            }
        };
        found.sort_by_key(|found| (found.place, found.finding.rule));
        found
    }

    /// What the equations say of two years that follow each other.
    fn years(&self, forms: &Forms) -> Vec<Found> {
        let mut found = Vec::new();
        // The first of each rule that cannot be checked, and how many there are.
        let mut unchecked: Vec<(Rule, usize, Found)> = Vec::new();
        for equation in self.later.entries.iter().filter_map(|entry| Equation::of(forms, entry, &self.earlier.entries))
        {
            match (equation.obstacle(), unchecked.iter_mut().find(|(rule, ..)| *rule == equation.series.rule)) {
                (None, _) => found.extend(self.broken(&equation)),
                (Some(_), Some((_, count, _))) => *count += 1,
                (Some(obstacle), None) => {
                    unchecked.push((equation.series.rule, 1, self.unchecked(&equation, obstacle)));
                }
            }
        }
        found.extend(unchecked.into_iter().map(|(_, count, mut found)| {
            if let Fact::SeriesUnchecked { equations, .. } = &mut found.finding.fact {
                *equations = count;
            }
            found
        }));
        found
    }

    /// An equation cannot be checked.
    fn unchecked(&self, equation: &Equation, Unread { obstacle, here, row, column }: Unread) -> Found {
        let of = self.elsewhere(equation.earlier.place);
        let fact = Fact::SeriesUnchecked { equations: 1, row, column, obstacle, here, of };
        let finding = equation.place(Finding::new(Rule::SeriesUnchecked, fact));
        self.about(finding, Some(equation.stated()), Some(&equation.earlier))
    }

    /// What is to be said if the equation does not hold.
    fn broken(&self, equation: &Equation) -> Option<Found> {
        let (computed, printed) = (equation.computed()?, equation.stated().number());
        if computed == printed {
            return None;
        }
        let fact = equation.fact(computed, self.elsewhere(equation.earlier.place));
        let mut finding = equation.place(Finding::new(equation.series.rule, fact)).expected(computed, printed);
        finding.covers = equation.later.iter().filter_map(|cell| cell.span).collect();
        finding.entered = equation.entered();
        let mut told = self.about(finding, Some(equation.stated()), Some(&equation.earlier));
        told.places = equation.later.iter().map(|cell| cell.place).collect();
        Some(told)
    }

    fn elsewhere(&self, place: Option<Place>) -> Elsewhere {
        let file = self.earlier.source.clone().unwrap_or_else(|| self.earlier.report.clone());
        Elsewhere { year: self.earlier.year, file, line: place.map(|place| place.line) }
    }

    fn about(&self, finding: Finding, stated: Option<&Noted>, earlier: Option<&Noted>) -> Found {
        let later = self.later;
        Found {
            index: later.index,
            report: later.report.clone(),
            source: later.source.clone(),
            agency: later.agency.clone(),
            year: later.year,
            edition: later.edition.clone(),
            finding: finding.maybe_at(stated.and_then(|cell| cell.span)),
            place: stated.and_then(|cell| cell.place),
            places: Vec::new(),
            earlier: Earlier {
                report: self.earlier.report.clone(),
                source: self.earlier.source.clone(),
                place: earlier.and_then(|cell| cell.place),
            },
        }
    }
}

#[cfg(test)]
mod tests;
