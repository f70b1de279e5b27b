//! `form.unknown`, `table.missing`, `table.elsewhere`, `row.missing`: presence of the form's tables and rows; `number.unplaced`: numbers
//! between their rows.

use super::Subject;
use crate::finding::{Fact, Finding, Rule};
use crate::form::FormTable;
use crate::form::fit::Fitted;
use crate::form::sections::first_level;
use crate::grid::MAX_LABEL_BYTES;
use crate::grid::value::{self, Reading};
use crate::lines::LineKind;
use crate::record::{Section, Table, TableRow};
use crate::span::Span;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    findings.extend(subject.commas.map(|row| Finding::new(Rule::FormUnknown, Fact::CommasUnread).at(row)));
    let Some(fitted) = subject.fitted else {
        let fact = match is_source(subject.text) {
            true => Fact::SourceOfPage,
            false => Fact::FormUnknown { tables: subject.tables.len() },
        };
        findings.push(Finding::new(Rule::FormUnknown, fact));
        return;
    };
    for (index, table) in fitted.form.tables.iter().enumerate() {
        if fitted.printed[index] {
            rows(fitted, index, findings);
        } else if let Some(header) = fitted.headed[index] {
            let fact = Fact::TableEmpty { title: table.title.clone() };
            findings.push(Finding::new(Rule::RowMissing, fact).table(&table.key).at(header));
        } else {
            let section = table.section.map(|section| fitted.form.sections[section].key.as_str());
            let printed =
                first_level(subject.sections).find(|printed| section.is_some() && printed.key.as_deref() == section);
            let fact = Fact::TableMissing { title: table.title.clone() };
            findings.push(
                Finding::new(Rule::TableMissing, fact).table(&table.key).maybe_at(printed.map(|printed| printed.span)),
            );
        }
    }
    elsewhere(subject, fitted, findings);
    alone(subject, fitted, findings);
    unread(subject, fitted, findings);
    for table in subject.tables.iter().filter(|table| table.form.is_none() && holds_numbers(subject.text, table)) {
        let first =
            table.rows.first().and_then(|row| row.cells.iter().map(|cell| cell.span).find(|cell| !cell.is_empty()));
        findings.push(Finding::new(Rule::FormUnknown, Fact::FormUnknown { tables: 1 }).maybe_at(first));
    }
}

fn rows(fitted: &Fitted, index: usize, findings: &mut Vec<Finding>) {
    let table = &fitted.form.tables[index];
    for (at, row) in table.rows.iter().enumerate() {
        if fitted.found[index][at] {
            continue;
        }
        let Some(slot) = row.slots.first().map(|&slot| &fitted.form.slots[slot]) else { continue };
        let label = if row.label.is_empty() { slot.row_label.clone() } else { row.label.clone() };
        findings.push(Finding::new(Rule::RowMissing, Fact::RowMissing { label }).table(&table.key).row(&slot.row));
    }
}

/// Tables that stand outside of their sections, where these have none: an annex may print those of another organ. Where all stand
/// in one other place, that is where this report prints its tables.
fn elsewhere(subject: &Subject<'_>, fitted: &Fitted, findings: &mut Vec<Finding>) {
    let sections: Vec<&Section> = first_level(subject.sections).collect();
    // The section that a place is in, as an index; none above the first.
    let section_at = |span: Span| sections.partition_point(|section| section.span.start <= span.start).checked_sub(1);
    let mut out: Vec<(usize, &Section, Span)> = Vec::new();
    let mut printed = 0;
    for (index, table) in fitted.form.tables.iter().enumerate() {
        let Some(key) = table.section.map(|section| fitted.form.sections[section].key.as_str()) else { continue };
        let Some(first) = fitted.cells[table.slots.clone()].iter().find_map(|cell| cell.span) else { continue };
        printed += 1;
        let is_of = |section: &&Section| section.key.as_deref() == Some(key);
        let own = sections.iter().copied().find(is_of);
        if let Some(own) = own.filter(|_| !section_at(first).is_some_and(|at| is_of(&sections[at]))) {
            out.push((index, own, first));
        }
    }
    let one_place = out.iter().all(|(.., place)| section_at(*place) == section_at(out[0].2));
    if out.len() > 1 && out.len() == printed && one_place {
        return;
    }
    findings.extend(out.into_iter().map(|(index, section, first)| {
        let form = &fitted.form.tables[index];
        let heading = subject.index.number(section.span.start);
        let fact = Fact::TableElsewhere { title: form.title.clone(), heading };
        Finding::new(Rule::TableElsewhere, fact).table(&form.key).at(first)
    }));
}

/// Lines that hold nothing but numbers, between the rows of the form's tables, where no table took them in: a cell may have lost its
/// value, though it has another number.
fn alone(subject: &Subject<'_>, fitted: &Fitted, findings: &mut Vec<Finding>) {
    let tables = || subject.tables.iter().filter(|table| table.form.is_some());
    let start = |row: &TableRow| row.cells.iter().map(|cell| cell.span.start).min();
    let first = tables().next().and_then(|table| table.rows.iter().find_map(start));
    let last = tables().next_back().and_then(|table| table.rows.iter().rev().find_map(start));
    let (Some(first), Some(last)) = (first, last) else { return };
    let at = |place: u32| subject.lines.partition_point(|line| line.whole.end <= place);
    let between = at(first)..at(last);
    let mut numbers: Vec<Span> = Vec::new();
    for (line, kind) in subject.lines[between.clone()].iter().zip(&subject.kinds[between]) {
        match kind {
            LineKind::Blank | LineKind::Furniture => {}
            LineKind::Prose if is_numbers(line.text.of(subject.text)) => numbers.push(line.text.trim(subject.text)),
            _ => tell(subject, fitted, &mut numbers, findings),
        }
    }
    tell(subject, fitted, &mut numbers, findings);
}

/// One finding for lines that follow each other, about the table that begins above them.
fn tell(subject: &Subject<'_>, fitted: &Fitted, numbers: &mut Vec<Span>, findings: &mut Vec<Finding>) {
    let Some(&first) = numbers.first() else { return };
    let line = subject.index.number(first.start);
    let mut above = subject.tables.iter().rev().skip_while(|table| table.line > line);
    let form = above.find_map(|table| table.form.as_deref());
    let is_named = |table: &&FormTable| form.is_some_and(|form| form.rsplit('/').next() == Some(&table.key));
    let (raw, more) = Fact::some_of(subject.text, numbers);
    let mut finding = Finding::new(Rule::NumberUnplaced, Fact::NumberAlone { raw, more }).at(first);
    if let Some(table) = fitted.form.tables.iter().find(is_named) {
        finding = finding.table(&table.key);
    }
    findings.push(finding.covering(std::mem::take(numbers)));
}

/// Labels of an annex, and units, in lines of text: a table without any number, or in a layout that nobody knows. Its rows are not among the
/// cells, and where keys tell rows by their place, those of the next table are others.
fn unread(subject: &Subject<'_>, fitted: &Fitted, findings: &mut Vec<Finding>) {
    if fitted.form.tables.iter().all(|table| table.section.is_some()) {
        return;
    }
    let is_of_table =
        |printed: &str| subject.vocabulary.is_label(printed) || value::is_unit(printed) || value::has_unit(printed);
    let mut labels: Vec<Span> = Vec::new();
    let mut tell = |labels: &mut Vec<Span>| {
        if labels.len() >= FEWEST_UNREAD {
            let fact = Fact::LabelsUnread { lines: labels.len() };
            findings.push(Finding::new(Rule::FormUnknown, fact).at(labels[0]));
        }
        labels.clear();
    };
    for (line, kind) in subject.lines.iter().zip(subject.kinds) {
        match kind {
            LineKind::Row => tell(&mut labels),
            LineKind::Prose => {
                // Bars may stand at the ends of the lines of a table that is no table in bars.
                let printed = line.text.of(subject.text).trim_matches(|c: char| c.is_whitespace() || c == '|');
                if printed.len() >= MAX_LABEL_BYTES {
                    tell(&mut labels);
                } else if is_of_table(printed) {
                    labels.push(line.text.trim(subject.text));
                }
            }
            _ => {}
        }
    }
    tell(&mut labels);
}

/// Fewer lines that are labels of an annex or units are chance.
const FEWEST_UNREAD: usize = 4;

/// A line holds nothing but numbers.
fn is_numbers(printed: &str) -> bool {
    // Most lines are sentences, of one word that is as long as they are.
    if value::is_text(printed.trim()) {
        return false;
    }
    let mut words = printed.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| matches!(value::read(word), Reading::Number { .. }))
}

/// A table of texts alone (a web page's header, say) needs no form.
fn holds_numbers(text: &str, table: &Table) -> bool {
    let mut cells = table.rows.iter().flat_map(|row| &row.cells);
    cells.any(|cell| matches!(value::read(&cell.text(text)), Reading::Number { .. }))
}

/// The text is the source of a web page: it begins as one, or with a mark that is closed further down.
fn is_source(text: &str) -> bool {
    let Some(mark) = text.trim_start().strip_prefix('<') else { return false };
    let name = mark.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let begins = |word: &str| mark.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    begins("!doctype html") || !name.is_empty() && text.contains(&format!("</{name}>"))
}
