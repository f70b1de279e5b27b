//! Reads 政府信息公开工作年度报告, the annual reports on information disclosure that every Chinese government organ
//! publishes, from the plain text that some tool flattened them to: into sections, tables, the cells of the official
//! form with their numbers, and a list of findings.
//!
//! ```
//! use nianbao::{Reader, finding::Severity};
//!
//! let text = "青石县档案馆2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n\
//!             信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n行政规范性文件\t2\t1\t1,095件\n\
//!             信息内容\t本年处理决定数量\n行政许可\t\n";
//! let report = Reader::default().read(text.as_bytes(), None)?;
//!
//! assert_eq!(report.metadata.agency.as_deref(), Some("青石县档案馆"));
//! let cell = report.cell("proactive", "normative_documents", "in_force").unwrap();
//! assert_eq!((cell.value.unwrap().to_string().as_str(), cell.place.unwrap().line), ("1095", 5));
//! // Blank is not zero, and what is missing is said.
//! assert_eq!(report.cell("proactive", "licensing", "decisions").unwrap().value, None);
//! assert!(report.findings.iter().any(|finding| finding.severity == Severity::Error));
//! # Ok::<(), nianbao::decode::DecodeError>(())
//! ```
//!
//! # The pipeline
//!
//! bytes → text → lines → grids and outline → form → record → checks → writers. Each arrow is one module, and none
//! reaches back:
//!
//! | module | takes | gives |
//! |---|---|---|
//! | [`decode`] | bytes | text, its encoding, the places that no encoding explains |
//! | [`lines`] | text | lines, each with what can be said of it alone |
//! | [`grid`] | lines | tables as rows of cells, whatever parts the cells; [`grid::value`] reads a cell |
//! | [`outline`] | the other lines | the tree of sections with their paragraphs; [`outline::ordinal`] reads 一、 and （一） |
//! | [`metadata`] | the head and the tail of the text | title, agency, year, period, contact |
//! | [`form`] | grids | which official table each is, and which cell is which |
//! | [`record`] | all of these | a [`Report`] |
//! | [`check`] | the record | [`finding`]s: the only source of verdicts |
//! | [`diff`] | two reports | what changed between them |
//! | [`mod@write`] | reports | JSON, CSV, text |
//!
//! `batch` and `cli` (feature `cli`) stand on top: inputs, files, arguments, exit codes.
//!
//! # What always holds
//!
//! 1. No gaps: every byte of the text belongs to one line, and every line to one [kind](lines::LineKind).
//! 2. No number is lost: each number printed in a table of the form, or on a line of its own between their rows, is the value of a
//!    cell, part of a label, or has a [`number.unplaced`](finding::Rule::NumberUnplaced) finding.
//! 3. Raw stays: what was printed is kept beside what was read, as a [span](span::Span) of the text.
//! 4. The same report in another encoding or with other line ends gives the same cells.
//! 5. Time is linear in the input.
//! 6. No input panics, and no `unsafe`.

pub mod check;
pub mod decode;
pub mod diff;
pub mod finding;
pub mod fold;
pub mod form;
pub mod grid;
pub mod lang;
pub mod lines;
pub mod metadata;
pub mod numeral;
pub mod outline;
pub mod record;
pub mod span;
pub mod write;

#[cfg(feature = "cli")]
pub mod batch;
#[cfg(feature = "cli")]
pub mod cli;

mod tables;

use sha2::{Digest, Sha256};

use check::Subject;
use check::series::Agencies;
use decode::DecodeError;
use finding::{Fact, Finding, Policy, Rule};
use form::Forms;
use form::fit::{self, Around, Fitted};
use form::rows::{Print, Sheet};
use lines::Line;
pub use record::Report;
use record::{Source, TextLine};

/// Reads reports with the forms that it knows.
#[derive(Debug, Clone)]
pub struct Reader {
    forms: Forms,
    titles: metadata::Titles,
    encoding: Option<decode::Encoding>,
    policy: Policy,
    agencies: Agencies,
}

impl Default for Reader {
    /// A reader with the forms that the program carries.
    fn default() -> Reader {
        Reader::new(Forms::embedded())
    }
}

impl Reader {
    /// A reader with these forms.
    pub fn new(forms: Forms) -> Reader {
        let titles = metadata::Titles::new(forms.titles());
        Reader { forms, titles, encoding: None, policy: Policy::default(), agencies: Agencies::default() }
    }

    /// Decodes every input by `encoding`, whatever it looks like.
    pub fn encoding(mut self, encoding: decode::Encoding) -> Reader {
        self.encoding = Some(encoding);
        self
    }

    /// Keeps the findings that `policy` wants, as grave as it says. Cells are the same under any policy.
    pub fn policy(mut self, policy: Policy) -> Reader {
        self.policy = policy;
        self
    }

    /// Takes the names that `agencies` lists for those of one organ, where several years of one are compared.
    pub fn agencies(mut self, agencies: Agencies) -> Reader {
        self.agencies = agencies;
        self
    }

    /// Which names are of one organ.
    pub fn known_agencies(&self) -> &Agencies {
        &self.agencies
    }

    /// The policy that it applies to findings. Whatever is found later, between several reports, should pass it too.
    pub fn findings_policy(&self) -> &Policy {
        &self.policy
    }

    /// The forms that it knows.
    pub fn forms(&self) -> &Forms {
        &self.forms
    }

    /// Reads one report. `path` is recorded, and never opened.
    ///
    /// # Errors
    ///
    /// Only where the bytes are no text at all, such as an image. Whatever is wrong with a text is a finding.
    pub fn read(&self, bytes: &[u8], path: Option<&str>) -> Result<Report, DecodeError> {
        let decoded = decode::decode(bytes, self.encoding)?;
        let mut findings = replaced(&decoded);
        let text = decoded.text;
        let (mut lines, mut notes) = lines::split_noted(&text);
        let index = notes.index(&text, &lines);
        let vocabulary = self.forms.vocabulary();
        grid::flat::take_apart(&text, &mut lines, vocabulary);
        let commas = grid::delimited::find(&text, &mut lines, &mut notes, vocabulary);
        let grids = grid::find_noted(&text, &lines, &notes, vocabulary);
        let mut outline = outline::outline_noted(&text, &lines, &notes, &index, &grids, vocabulary);
        let (mut metadata, about) = self.metadata(&text, &lines, &outline, path);
        findings.extend(about);
        let fitted = self.fit(&text, &lines, &grids, &outline, &metadata);
        if let Some(fitted) = &fitted {
            metadata.edition = Some(fitted.form.key.clone());
            form::sections::name(&mut outline.sections, &fitted.form);
        }
        let tables = tables::build(&text, &lines, &index, grids, &mut outline, fitted.as_ref());
        let subject = Subject {
            text: &text,
            lines: &lines,
            kinds: &outline.kinds,
            index: &index,
            vocabulary,
            metadata: &metadata,
            sections: &outline.sections,
            tables: &tables,
            fitted: fitted.as_ref(),
            commas,
        };
        findings.extend(check::check(&subject));
        let (form, cells) = match fitted {
            Some(fitted) => {
                findings.extend(fitted.findings);
                (Some(fitted.form), fitted.cells)
            }
            None => (None, Vec::new()),
        };
        self.policy.apply(&mut findings);
        check::sort(&mut findings);
        let source = Source {
            path: path.map(str::to_owned),
            bytes: bytes.len(),
            encoding: decoded.encoding,
            bom: decoded.bom,
            replaced: decoded.replaced,
            lines: index.len(),
            sha256: hexadecimal(&Sha256::digest(bytes)),
        };
        let lines = lines.iter().zip(&outline.kinds).map(|(line, &kind)| TextLine { span: line.whole, kind }).collect();
        Ok(Report {
            source,
            metadata,
            preface: outline.preface,
            sections: outline.sections,
            tables,
            form,
            cells,
            findings,
            text,
            index,
            lines,
        })
    }

    fn metadata(
        &self,
        text: &str,
        lines: &[Line],
        outline: &outline::Outline,
        path: Option<&str>,
    ) -> (record::Metadata, Vec<Finding>) {
        let overview = outline.sections.first().and_then(|section| section.paragraphs.first());
        metadata::read(&metadata::Input {
            text,
            lines,
            kinds: &outline.kinds,
            first_heading: outline.first_heading,
            overview: overview.map(|paragraph| paragraph.text.as_str()),
            preface: &outline.preface,
            titles: &self.titles,
            file_name: path,
        })
    }

    /// Fits the grids to the form that they speak for. Without a table that a form knows, the titles of the sections decide, and the year.
    fn fit(
        &self,
        text: &str,
        lines: &[Line],
        grids: &[grid::Grid],
        outline: &outline::Outline,
        metadata: &record::Metadata,
    ) -> Option<Fitted> {
        let names = self.forms.names();
        let print = Print::new(text, grids, names);
        let printed = print.rows(grids);
        let family = || {
            // A year may stand inside the name: 政府信息公开工作2010年度报告.
            let title = fold::key(metadata.title.as_deref().unwrap_or("")).replace(|c: char| c.is_ascii_digit(), "");
            self.forms.titles().iter().any(|known| title.contains(&fold::key(known)))
        };
        let sheet = Sheet { text, printed: &printed, grids };
        if let Some(choice) = fit::choose(&sheet, &self.forms, metadata.year, &family) {
            let (year, agency) = (metadata.year, metadata.agency.as_deref());
            let around = Around { lines, kinds: &outline.kinds, sections: &outline.sections, year, agency };
            return Some(fit::fit(&sheet, &print, names, &choice, &around));
        }
        let known = |form: &&std::sync::Arc<form::Form>| {
            let known = form::sections::known(&outline.sections, form);
            known >= FEWEST_SECTIONS && metadata.year.is_none_or(|year| form.covers(year))
        };
        // An annex that is no table is one that was not read.
        let annex = |form: &&std::sync::Arc<form::Form>| {
            form::sections::labels_in_lines(text, lines, self.forms.vocabulary(), form) >= FEWEST_LABELS
        };
        let form = self.forms.iter().filter(known).last().or_else(|| self.forms.iter().filter(annex).last());
        form.map(|form| fit::nothing(form, grids))
    }
}

/// Section titles of a form that must stand in a report without tables before it is taken for that form.
const FEWEST_SECTIONS: usize = 4;

/// Labels of an annex that must stand in the lines of a report without tables before it is taken for that form.
const FEWEST_LABELS: usize = 10;

/// A finding for each undecodable place; the last of those that are listed says how many more there are.
fn replaced(decoded: &decode::Decoded) -> Vec<Finding> {
    let listed = decoded.broken.len();
    let finding = |(at, broken): (usize, &decode::Broken)| {
        let bytes = broken.bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
        let unlisted = if at + 1 == listed { decoded.replaced.saturating_sub(listed) } else { 0 };
        let fact = Fact::Replaced { bytes, encoding: decoded.encoding, unlisted };
        Finding::new(Rule::EncodingReplaced, fact).at(broken.span)
    };
    decoded.broken.iter().enumerate().map(finding).collect()
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)]);
        text.push(DIGITS[usize::from(byte & 15)]);
    }
    text
}
