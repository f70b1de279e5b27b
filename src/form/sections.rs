//! Which section of a report is which section of the form.

use std::collections::HashSet;

use super::Form;
use super::label::likeness;
use crate::fold::{key, with_key};
use crate::grid::value::is_unit;
use crate::grid::{MAX_LABEL_BYTES, Vocabulary};
use crate::lines::Line;
use crate::record::Section;

/// A title this alike is the form's, if its number says so too.
const ALIKE_WITH_NUMBER: f32 = 0.45;
/// Without the number it must be this alike.
const ALIKE: f32 = 0.75;

/// How many of the form's sections the report has, by title.
pub fn known(sections: &[Section], form: &Form) -> usize {
    let titles: Vec<String> = first_level(sections).map(|section| key(&section.title)).collect();
    form.sections.iter().filter(|wanted| titles.iter().any(|title| wanted.keys.contains(title))).count()
}

/// How many lines of the text begin with a label of the rows of an annex, each with its own: 1.当面申请数：5件, 1.当面申请数,件,5.
pub fn labels_in_lines(text: &str, lines: &[Line], vocabulary: &Vocabulary, form: &Form) -> usize {
    let mut found: HashSet<String> = HashSet::new();
    let annexes = || form.tables.iter().filter(|table| table.section.is_none() && !table.exact.is_empty());
    if annexes().next().is_none() {
        return 0;
    }
    for line in lines.iter().map(|line| line.text.of(text)).filter(|line| line.len() <= MAX_LABEL_BYTES) {
        for label in std::iter::successors(Some(line.trim()), |label| shorter(label)).take(MOST_ENDS) {
            if !vocabulary.is_label(label) {
                continue;
            }
            let folded = key(label);
            if annexes().any(|table| table.exact.contains_key(&folded)) {
                found.insert(folded);
                break;
            }
        }
    }
    found.len()
}

/// A line without the number, the unit or the sign at its end.
fn shorter(line: &str) -> Option<&str> {
    let number = line.trim_end_matches(|c: char| c.is_numeric() || matches!(c, '.' | '—' | '-'));
    let short = if number.len() < line.len() { number } else { without_word(line)? };
    Some(short.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '：' | ':' | ',' | '，')))
}

/// A line without the unit at its end.
fn without_word(line: &str) -> Option<&str> {
    let starts = line.char_indices().rev().take(LONGEST_UNIT).map(|(at, _)| at);
    starts.filter(|&at| is_unit(&line[at..])).last().map(|at| &line[..at])
}

/// Number, unit and sign may stand behind a label.
const MOST_ENDS: usize = 4;
/// The longest unit, in characters.
const LONGEST_UNIT: usize = 3;

/// Sections of level 1, also those inside a part (第一部分).
pub fn first_level(sections: &[Section]) -> impl Iterator<Item = &Section> {
    sections.iter().flat_map(|section| {
        if section.level == 0 { section.sections.iter() } else { std::slice::from_ref(section).iter() }
    })
}

/// Where the sections of level 1 begin, and whether each is the one of the form with this index.
pub fn starts(sections: &[Section], form: &Form, index: usize) -> Vec<(u32, bool)> {
    let key = form.sections.get(index).map(|section| section.key.as_str());
    let is_own = |section: &Section| key.is_some() && section_key(section, form) == key;
    first_level(sections).map(|section| (section.span.start, is_own(section))).collect()
}

/// Gives each section of level 1 that the form knows its key, and its subsections `key/1`, `key/2` by their own numbers.
pub fn name(sections: &mut [Section], form: &Form) {
    for section in sections {
        if section.level == 0 {
            name(&mut section.sections, form);
            continue;
        }
        if let Some(key) = section_key(section, form) {
            name_below(&mut section.sections, key);
            section.key = Some(key.to_owned());
        }
    }
}

fn name_below(sections: &mut [Section], above: &str) {
    for section in sections.iter_mut().filter(|section| section.ordinal > 0) {
        let key = [above, itoa::Buffer::new().format(section.ordinal)].join("/");
        name_below(&mut section.sections, &key);
        section.key = Some(key);
    }
}

fn section_key<'a>(section: &Section, form: &'a Form) -> Option<&'a str> {
    with_key(&section.title, |title| {
        // 2023年总体情况
        let year = title.get(..4).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
        let bare = year.and_then(|_| title[4..].strip_prefix('年'));
        let bare = bare.map(|bare| bare.strip_prefix('度').unwrap_or(bare));
        key_of(bare.unwrap_or(title), section.ordinal, form)
    })
}

/// The key of the section with this folded title and this number.
fn key_of<'a>(title: &str, number: u32, form: &'a Form) -> Option<&'a str> {
    if let Some(exact) = form.sections.iter().find(|wanted| wanted.keys.iter().any(|key| key == title)) {
        return Some(&exact.key);
    }
    let alike = |wanted: &super::FormSection| wanted.keys.iter().map(|key| likeness(title, key)).fold(0.0, f32::max);
    let best = form.sections.iter().map(|wanted| (alike(wanted), wanted)).max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((likeness, wanted)) if likeness >= ALIKE => Some(&wanted.key),
        Some((likeness, wanted)) if likeness >= ALIKE_WITH_NUMBER && wanted.number == number => Some(&wanted.key),
        _ => None,
    }
}
