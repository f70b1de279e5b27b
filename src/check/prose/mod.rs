//! `prose.table`: figures that prose names against the figures of the tables.
//!
//! A figure of the tables is named in sections one and six, or anywhere where the form leaves the sections free: 全年新收申请12件，予以公开5件. A warning
//! that a careful reader would not make is worse than none, so only what is understood word by word is compared:
//!
//! paragraph → `squeeze` (blanks and quotes gone, years as words) → `token` (the words of `src/form/data/words.toml`, numbers) → `grammar` (what a
//! clause says) → `read` (whether it says it of the whole year and the whole organ) → `compare` (what the tables say) → `locate` (where).

mod compare;
mod grammar;
mod itself;
mod locate;
mod number;
mod read;
mod squeeze;
mod time;
mod token;
mod words;

use std::ops::Range;

use super::Subject;
use crate::finding::{Entered, Fact, Finding, Rule};
use crate::form::fit::Fitted;
use crate::record::{Paragraph, Section};
use compare::{Stated, Tables};
use itself::{Organ, Who};
use read::{About, Reading};
use words::Word;

/// Sections whose prose names figures of the tables.
const SECTIONS: [&str; 2] = ["overview", "other_matters"];
/// A sentence longer than this is quoted around its number, in characters.
const LONGEST_QUOTE: usize = 60;

/// A figure that prose names, and where.
struct Named<'a> {
    paragraph: &'a Paragraph,
    /// Number of the paragraph.
    at: usize,
    reading: Reading,
    words: Vec<&'static Word>,
    /// What the tables say: nothing where they do not say it.
    stated: Vec<Stated>,
}

impl Named<'_> {
    fn agrees(&self) -> bool {
        self.stated.iter().any(|stated| stated.is(self.reading.value))
    }

    /// Both name the same figure.
    fn same(&self, other: &Named<'_>) -> bool {
        let first = |named: &Named<'_>| named.stated.first().map(|stated| stated.slots.clone());
        first(self).is_some() && first(self) == first(other)
    }
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(fitted) = subject.fitted else { return };
    let paragraphs = paragraphs(subject.sections, fitted);
    if paragraphs.is_empty() {
        return;
    }
    let about = About { year: subject.metadata.year, organ: Organ::new(subject.metadata.agency.as_deref()) };
    let tables = Tables { text: subject.text, fitted };
    let words = words::shared();
    let mut all: Vec<Named<'_>> = Vec::new();
    for (at, (paragraph, topic)) in paragraphs.into_iter().enumerate() {
        for reading in read::read(&paragraph.text, &about, topic, words) {
            let named: Option<Vec<&Word>> = reading.words.iter().map(|&word| words.word(word)).collect();
            let Some(words) = named else { continue };
            let stated = tables.stated(&words, reading.money);
            all.push(Named { paragraph, at, reading, words, stated });
        }
    }
    let mut wrong: Vec<(usize, Finding)> = Vec::new();
    for (index, named) in all.iter().enumerate() {
        if is_warning(named, &all) {
            wrong.push((index, finding(subject, &tables, named)));
        }
    }
    wrong.extend(fees(subject, &all));
    findings.extend(wrong.into_iter().map(|(_, finding)| finding));
}

/// The paragraphs to be read, each with whether its heading is about applications. None without a word or a mark of a figure is among them.
fn paragraphs<'a>(sections: &'a [Section], fitted: &Fitted) -> Vec<(&'a Paragraph, bool)> {
    let free = fitted.form.sections.is_empty();
    let mut found = Vec::new();
    let mut inside = false;
    Section::walk(sections, &mut |_, section| {
        let key = section.key.as_deref().and_then(|key| key.split('/').next());
        inside = free || key.is_some_and(|key| SECTIONS.contains(&key)) || section.level > 1 && key.is_none() && inside;
        if inside {
            let topic = section.title.contains("申请");
            let may = section.paragraphs.iter().filter(|paragraph| may_name(&paragraph.text));
            found.extend(may.map(|paragraph| (paragraph, topic)));
        }
    });
    found
}

/// Cheap: the paragraph has a word that figures are named with.
fn may_name(text: &str) -> bool {
    ["申请", "复议", "诉讼", "规范性文件", "处理费", "公开"]
        .iter()
        .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
}

/// The tables say otherwise, and nothing in the prose explains it.
fn is_warning(named: &Named<'_>, all: &[Named<'_>]) -> bool {
    if named.stated.is_empty() || named.agrees() {
        return false;
    }
    let value = named.reading.value;
    let part = named.stated.iter().all(|stated| value < stated.figured.value);
    let more = named.stated.iter().all(|stated| value > stated.figured.value);
    match named.reading.who {
        Who::Government if part => return false,
        Who::Wider if more => return false,
        _ => {}
    }
    // 收到30件，受理28件: one of them is the figure of the table. Elsewhere in the prose, a smaller number is a part of it.
    let explained = |other: &&Named<'_>| other.same(named) && other.agrees() && (other.at == named.at || part);
    !all.iter().any(|other| explained(&other))
}

fn finding(subject: &Subject<'_>, tables: &Tables<'_>, named: &Named<'_>) -> Finding {
    let place = locate::locate(subject, named.paragraph, std::slice::from_ref(&named.reading.number));
    let mut figured: Vec<_> = named.stated.iter().map(|stated| stated.figured.clone()).collect();
    let slots = named.stated.first().map(|stated| stated.slots.as_slice()).unwrap_or_default();
    for (figured, stated) in figured.iter_mut().zip(&named.stated) {
        let first = stated.slots.iter().find_map(|&slot| tables.cell(slot)?.span);
        figured.line = first.map(|span| subject.index.number(span.start));
    }
    let expected = figured.first().map(|figured| figured.value).unwrap_or_default();
    let fact =
        Fact::ProseTable { quote: quote(&named.paragraph.text, &named.reading), said: named.reading.value, figured };
    let mut finding =
        Finding::new(Rule::ProseTable, fact).maybe_at(place.first().copied()).expected(expected, named.reading.value);
    let form = &tables.fitted.form;
    finding.entered = slots
        .iter()
        .filter_map(|&slot| {
            let cell = tables.cell(slot)?;
            Some(Entered { cell: form.slots[slot].path(), value: cell.value, span: cell.span, stated: true })
        })
        .collect();
    finding.covers = place.into_iter().chain(finding.entered.iter().filter_map(|entered| entered.span)).collect();
    if let Some(first) = slots.first().map(|&slot| &form.slots[slot]) {
        finding = finding.table(&first.table);
        // A sum of several cells has no row of its own.
        let same = |of: fn(&crate::form::Slot) -> &str| slots.iter().all(|&slot| of(&form.slots[slot]) == of(first));
        if same(|slot| &slot.row) {
            finding = finding.row(&first.row);
        }
        if same(|slot| &slot.column) {
            finding = finding.column(&first.column);
        }
    }
    finding
}

/// Figures that no table has, named differently at two places: each that differs from the first.
fn fees(subject: &Subject<'_>, all: &[Named<'_>]) -> Vec<(usize, Finding)> {
    let mut found = Vec::new();
    let bare = |named: &&Named<'_>| named.words.iter().all(|word| word.names.is_empty());
    let mut first: Vec<&Named<'_>> = Vec::new();
    for (index, named) in all.iter().enumerate().filter(|(_, named)| bare(named)) {
        let Some(known) = first.iter().find(|known| known.reading.words == named.reading.words) else {
            first.push(named);
            continue;
        };
        if known.reading.value == named.reading.value || known.at == named.at || known.reading.who != named.reading.who
        {
            continue;
        }
        let place = |named: &Named<'_>| {
            locate::locate(subject, named.paragraph, std::slice::from_ref(&named.reading.number)).first().copied()
        };
        let (here, there) = (place(named), place(known));
        let line = there.map(|span| subject.index.number(span.start));
        let fact = Fact::ProseProse {
            quote: quote(&named.paragraph.text, &named.reading),
            said: named.reading.value,
            other: known.reading.value,
            line: line.unwrap_or(known.paragraph.line),
        };
        let finding =
            Finding::new(Rule::ProseTable, fact).maybe_at(here).expected(known.reading.value, named.reading.value);
        found.push((index, finding.covering(here.into_iter().chain(there).collect())));
    }
    found
}

/// The sentence, shortened around the clause.
fn quote(paragraph: &str, reading: &Reading) -> String {
    let sentence: Range<usize> = reading.sentence.clone();
    let whole = paragraph.get(sentence.clone()).unwrap_or("").trim();
    if whole.chars().count() <= LONGEST_QUOTE {
        return whole.trim_end_matches('。').to_owned();
    }
    let clause = paragraph.get(reading.clause.clone()).unwrap_or("").trim();
    let cut: String = clause.chars().take(LONGEST_QUOTE).collect();
    let before = if reading.clause.start > sentence.start { "…" } else { "" };
    let behind = if reading.clause.end < sentence.end || cut.len() < clause.len() { "…" } else { "" };
    format!("{before}{cut}{behind}")
}

#[cfg(test)]
mod tests;
