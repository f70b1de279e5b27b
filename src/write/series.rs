//! A finding about the series of an organ as a line of JSON.
//!
//! It is found when all reports of a run are read, and its report is gone by then. So the line holds everything that a writer says of it, and waits
//! in a file from which each writer reads it.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::json;
use crate::check::series::Found;
use crate::finding::{Rule, Severity};
use crate::lang::Lang;
use crate::record::Summary;
use crate::span::Place;

/// A finding about a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Number of its report in the run, from 0.
    pub index: u64,
    /// What the run calls the report.
    pub report: String,
    /// Path of the report.
    pub source: Option<String>,
    /// The organ that the report names.
    pub agency: String,
    /// The year that it is about.
    pub year: i32,
    /// Edition of its form.
    pub edition: Option<String>,
    rule: String,
    severity: String,
    /// The sentence.
    pub message: String,
    /// Line of the report.
    pub line: Option<u32>,
    /// Column, in characters.
    pub col: Option<u32>,
    /// Key of the table.
    pub table: Option<String>,
    /// Key of the row.
    pub row: Option<String>,
    /// Key of the column.
    pub column: Option<String>,
    /// What would be right.
    pub expected: Option<String>,
    /// What is printed.
    pub actual: Option<String>,
    /// The cells of this report that enter the equation.
    pub cells: Vec<Entered>,
    /// The report that it is compared with.
    pub earlier: Earlier,
}

/// A cell that enters an equation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    /// `table.row.column`.
    pub cell: String,
    value: Option<String>,
    /// Line of the report.
    pub line: Option<u32>,
    /// Column, in characters.
    pub col: Option<u32>,
    /// Bytes that it takes in the text.
    pub length: usize,
    /// It states the result.
    pub stated: bool,
}

/// A place in another report of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Earlier {
    /// What the run calls it.
    pub report: String,
    /// Its path.
    pub source: Option<String>,
    /// A line of it.
    pub line: Option<u32>,
    /// Column, in characters.
    pub col: Option<u32>,
}

impl Entered {
    /// Its number; none for a blank cell.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

impl Line {
    /// The line of `found`, with its message in `lang`.
    pub fn of(found: Found, lang: Lang) -> Line {
        let Found { index, report, source, agency, year, edition, finding, place, places, earlier } = found;
        let line = |place: Option<Place>| place.map(|place| place.line);
        let col = |place: Option<Place>| place.map(|place| place.col);
        let message = finding.message(lang);
        let cells = finding.entered.into_iter().zip(places).map(|(entered, place)| Entered {
            cell: entered.cell,
            value: entered.value.map(|value| value.to_string()),
            line: line(place),
            col: col(place),
            length: entered.span.map_or(0, |span| span.len()),
            stated: entered.stated,
        });
        Line {
            index,
            report,
            source,
            agency,
            year,
            edition,
            rule: finding.rule.id().to_owned(),
            severity: finding.severity.name().to_owned(),
            message,
            line: line(place),
            col: col(place),
            table: finding.table,
            row: finding.row,
            column: finding.column,
            expected: finding.expected,
            actual: finding.actual,
            cells: cells.collect(),
            earlier: Earlier {
                report: earlier.report,
                source: earlier.source,
                line: line(earlier.place),
                col: col(earlier.place),
            },
        }
    }

    /// Appends it to a file of lines.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        serde_json::to_writer(&mut *out, self)?;
        out.write_all(b"\n")
    }

    /// Reads the next of a file of lines.
    pub fn read(lines: &mut impl BufRead) -> io::Result<Option<Line>> {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }

    /// Its rule.
    pub fn rule(&self) -> Rule {
        // It was written by this program.
        Rule::from_id(&self.rule).unwrap_or(Rule::SeriesUnchecked)
    }

    /// How grave it is.
    pub fn severity(&self) -> Severity {
        let all = [Severity::Note, Severity::Warning, Severity::Error];
        all.into_iter().find(|severity| severity.name() == self.severity).unwrap_or(Severity::Note)
    }

    /// Counts it.
    pub fn count(&self, summary: &mut Summary) {
        match self.severity() {
            Severity::Error => summary.errors += 1,
            Severity::Warning => summary.warnings += 1,
            Severity::Note => summary.notes += 1,
        }
    }

    /// As the findings of a report are given in JSON.
    pub fn json(&self) -> json::Finding<'_> {
        let number = |value: &String| value.parse::<Decimal>().ok().map(json::Number);
        json::Finding {
            rule: self.rule().id(),
            severity: self.severity(),
            message: self.message.clone(),
            line: self.line,
            col: self.col,
            table: self.table.as_deref(),
            row: self.row.as_deref(),
            column: self.column.as_deref(),
            expected: self.expected.as_deref(),
            actual: self.actual.as_deref(),
            cells: self
                .cells
                .iter()
                .map(|entered| json::Entered {
                    cell: &entered.cell,
                    value: entered.value.as_ref().and_then(number),
                    line: entered.line,
                    col: entered.col,
                    stated: entered.stated,
                })
                .collect(),
        }
    }

    /// The path of its report, or what the run calls that.
    pub fn path(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.source.as_deref().unwrap_or(&self.report))
    }
}
