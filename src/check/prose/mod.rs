//! `prose.table`: figures that prose names against the figures of the tables.
//!
//! A figure of the tables is named in sections one and six, or anywhere where the form leaves the sections free: 全年新收申请12件，予以公开5件. A warning
//! that a careful reader would not make is worse than none, so only what is understood word by word is compared:
//!
//! paragraph → `sentence` (those that can say something) → `squeeze` (blanks and quotes gone, years as words) → `token` (the words of
//! `src/form/data/words.toml`, numbers) → `grammar` (what a clause says) → `read` (whether it says it of the whole year and the whole organ) →
//! `compare` (what the tables say) → `locate` (where).

mod compare;
mod grammar;
mod itself;
mod locate;
mod number;
mod read;
mod sentence;
mod squeeze;
mod time;
mod token;
mod words;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use rust_decimal::Decimal;

use super::Subject;
use crate::finding::{Entered, Fact, Finding, Rule};
use crate::form::Slot;
use crate::form::fit::Fitted;
use crate::metadata::{Patterns, leftmost};
use crate::record::{Paragraph, Section};
use crate::span::Span;
use compare::{Stated, Tables, Verdict};
use itself::{Organ, Who};
use read::{About, Reading, State};
use words::Word;

/// Sections whose prose names figures of the tables.
const SECTIONS: [&str; 2] = ["overview", "other_matters"];
/// A sentence longer than this is quoted around its number, in characters.
const LONGEST_QUOTE: usize = 60;

/// Prose that is read as one.
struct Prose<'a> {
    paragraph: Cow<'a, Paragraph>,
    /// It stands under a heading about applications.
    topic: bool,
    /// It is an item, printed as a heading is, and goes on the item before it.
    item: Option<Item>,
}

/// Where an item stands among items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    First,
    Next,
}

/// A figure that prose names, and where.
struct Named<'a> {
    paragraph: &'a Paragraph,
    /// Number of the paragraph.
    at: usize,
    reading: Reading,
    /// What the tables say.
    verdict: Verdict,
    /// No table has such a figure.
    bare: bool,
}

impl Named<'_> {
    fn agrees(&self) -> bool {
        matches!(self.verdict, Verdict::Agrees)
    }

    /// What the tables say against it.
    fn stated(&self) -> &[Stated] {
        if let Verdict::Says(stated) = &self.verdict { stated } else { &[] }
    }
}

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(fitted) = subject.fitted else { return };
    let about =
        LazyCell::new(|| About { year: subject.metadata.year, organ: Organ::new(subject.metadata.agency.as_deref()) });
    let tables = Tables { text: subject.text, fitted };
    let mut all: Vec<Named<'_>> = Vec::new();
    let all_prose = prose(subject.sections, fitted);
    let mut items = State::new(false);
    for (at, prose) in all_prose.iter().enumerate() {
        // Most paragraphs say nothing of an amount.
        let paragraph = prose.paragraph.as_ref();
        let mut sentences = sentence::sentences(&paragraph.text).peekable();
        if sentences.peek().is_none() || !may_name(&paragraph.text) {
            continue;
        }
        let words = words::shared();
        let readings = match prose.item {
            None => read::read(&paragraph.text, sentences, &about, prose.topic, words),
            Some(item) => {
                match item {
                    Item::First => items = State::new(prose.topic),
                    Item::Next => items.topic |= prose.topic,
                }
                read::read_on(&paragraph.text, sentences, &about, &mut items, words)
            }
        };
        for reading in readings {
            let named: Option<Vec<&Word>> = reading.words.iter().map(|&word| words.word(word)).collect();
            let Some(words) = named else { continue };
            let verdict = tables.stated(&words, reading.money, reading.plainly, reading.value);
            let bare = words.iter().all(|word| word.names.is_empty());
            all.push(Named { paragraph, at, reading, verdict, bare });
        }
    }
    let wrong = wrong(&all);
    if wrong.is_empty() {
        return;
    }
    let places = Places::new(subject, &all, &wrong);
    findings.extend(wrong.iter().map(|wrong| match wrong.other {
        None => against_tables(&places, &tables, &all[wrong.at]),
        Some(other) => against_prose(&places, &all[wrong.at], &all[other]),
    }));
}

/// The prose to be read: paragraphs, and items that stand where titles do.
fn prose<'a>(sections: &'a [Section], fitted: &Fitted) -> Vec<Prose<'a>> {
    let free = fitted.form.sections.is_empty();
    let mut found = Vec::with_capacity(16);
    let mut inside = false;
    // The levels of the sections that this one lies in, and whether they are about applications.
    let mut above: Vec<(u8, bool)> = Vec::new();
    let mut item = Item::First;
    Section::each(sections, &mut |section| {
        inside = free || section.key.as_deref().map_or(section.level > 1 && inside, is_of_sections);
        if !inside {
            return;
        }
        while above.pop_if(|(level, _)| *level >= section.level).is_some() {}
        let is_item = sentence::may_say(&section.title)
            && may_name(&section.title)
            && sentence::sentences(&section.title).next().is_some();
        // A paragraph that has a number but no title is about what the heading above it is about.
        let untitled = is_item || section.title.is_empty();
        let outer = untitled && above.last().is_some_and(|&(_, topic)| topic);
        let topic = outer || is_about_applications(&section.title);
        above.push((section.level, topic));
        let mut paragraphs = section.paragraphs.iter().peekable();
        if is_item {
            let behind = paragraphs.next_if(|paragraph| paragraph.line == section.line);
            found.push(Prose { paragraph: Cow::Owned(item_of(section, behind)), topic, item: Some(item) });
        }
        item = if is_item { Item::Next } else { Item::First };
        for paragraph in paragraphs {
            // An item of a list that stands as a paragraph does.
            let listed = paragraph.text.ends_with(['；', ';']);
            found.push(Prose { paragraph: Cow::Borrowed(paragraph), topic, item: listed.then_some(item) });
            item = match (listed, is_item) {
                (true, _) => Item::Next,
                (false, true) => item,
                (false, false) => Item::First,
            };
        }
    });
    found
}

/// The title names applications.
fn is_about_applications(title: &str) -> bool {
    static WORD: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("申请"));
    WORD.find(title.as_bytes()).is_some()
}

/// The key of a section, up to its first `/`, is one of [`SECTIONS`].
fn is_of_sections(key: &str) -> bool {
    let behind = SECTIONS.iter().find_map(|section| key.strip_prefix(section));
    behind.is_some_and(|behind| behind.is_empty() || behind.starts_with('/'))
}

/// An item as a paragraph: the title, and what goes on `behind` it on its line.
fn item_of(section: &Section, behind: Option<&Paragraph>) -> Paragraph {
    let mut text = section.title.clone();
    if let Some(behind) = behind {
        text.push('。');
        text.push_str(&behind.text);
    }
    Paragraph { text, line: section.line, rejoined: behind.is_some_and(|behind| behind.rejoined) }
}

/// The paragraph has a word that figures are named with.
fn may_name(text: &str) -> bool {
    static NAMES: LazyLock<Patterns> =
        LazyLock::new(|| leftmost(["申请", "复议", "诉讼", "规范性文件", "规章", "处理费", "公开", "举报"]));
    NAMES.is_match(text)
}

/// A figure of the prose that something speaks against.
struct Wrong {
    at: usize,
    /// The prose that does; `None` where it is the tables.
    other: Option<usize>,
}

/// What is to be warned of, each number once for a paragraph.
fn wrong(all: &[Named<'_>]) -> Vec<Wrong> {
    // Mostly the tables agree, or do not say it, and nothing else names the amount.
    if all.iter().all(|named| !named.bare && named.stated().is_empty()) {
        return Vec::new();
    }
    // For each word, the paragraphs in which it agrees with the tables.
    let mut agreeing: HashMap<&[u16], HashSet<usize>> = HashMap::new();
    for named in all.iter().filter(|named| named.agrees()) {
        agreeing.entry(&named.reading.words).or_default().insert(named.at);
    }
    let mut first: HashMap<&[u16], usize> = HashMap::new();
    let mut told: HashSet<(usize, &[u16], Decimal)> = HashSet::new();
    let mut wrong = Vec::new();
    for (at, named) in all.iter().enumerate() {
        let words = named.reading.words.as_slice();
        let other = if named.bare {
            let known = *first.entry(words).or_insert(at);
            Some(known).filter(|&known| differ(named, &all[known]))
        } else {
            None
        };
        let against = other.is_some() || is_against_tables(named, agreeing.get(words));
        if against && told.insert((named.at, words, named.reading.value)) {
            wrong.push(Wrong { at, other });
        }
    }
    wrong
}

/// Two places name one amount differently. In one paragraph the second may be a part of the first.
fn differ(named: &Named<'_>, known: &Named<'_>) -> bool {
    known.reading.value != named.reading.value && known.at != named.at && known.reading.who == named.reading.who
}

/// The tables say otherwise, and nothing in the prose explains it.
fn is_against_tables(named: &Named<'_>, agreeing: Option<&HashSet<usize>>) -> bool {
    if named.stated().is_empty() {
        return false;
    }
    let value = named.reading.value;
    let part = named.stated().iter().all(|stated| value < stated.value);
    let more = named.stated().iter().all(|stated| value > stated.value);
    match named.reading.who {
        Who::Government if part => return false,
        Who::Wider if more => return false,
        _ => {}
    }
    // 收到30件，受理28件: one of them is the figure of the table. Elsewhere in the prose, a smaller number is a part of it.
    !agreeing.is_some_and(|paragraphs| part || paragraphs.contains(&named.at))
}

/// Where the numbers that are warned of stand in the text.
struct Places<'a> {
    subject: &'a Subject<'a>,
    /// For each paragraph, its places in order, and their spans.
    spans: HashMap<usize, (Vec<Range<usize>>, Vec<Span>)>,
}

impl<'a> Places<'a> {
    fn new(subject: &'a Subject<'a>, all: &[Named<'a>], wrong: &[Wrong]) -> Places<'a> {
        let mut places: BTreeMap<usize, (&Paragraph, Vec<Range<usize>>)> = BTreeMap::new();
        for named in wrong.iter().flat_map(|wrong| [Some(wrong.at), wrong.other]).flatten().map(|at| &all[at]) {
            let (_, of) = places.entry(named.at).or_insert((named.paragraph, Vec::new()));
            of.push(named.reading.number.clone());
        }
        let located = places.into_iter().map(|(at, (paragraph, mut places))| {
            places.sort_by_key(|place| (place.start, place.end));
            places.dedup();
            let spans = locate::locate(subject, paragraph, &places);
            (at, (places, spans))
        });
        Places { subject, spans: located.collect() }
    }

    fn of(&self, named: &Named<'_>) -> Option<Span> {
        let (places, spans) = self.spans.get(&named.at)?;
        let number = &named.reading.number;
        let at = places.binary_search_by_key(&(number.start, number.end), |place| (place.start, place.end)).ok()?;
        spans.get(at).copied()
    }

    fn line(&self, span: Span) -> u32 {
        self.subject.index.number(span.start)
    }
}

fn against_tables(places: &Places<'_>, tables: &Tables<'_>, named: &Named<'_>) -> Finding {
    let place = places.of(named);
    let mut figured: Vec<_> = named.stated().iter().map(|stated| tables.figured(stated)).collect();
    for (figured, stated) in figured.iter_mut().zip(named.stated()) {
        let first = stated.slots.iter().find_map(|&slot| tables.cell(slot)?.span);
        figured.line = first.map(|span| places.line(span));
    }
    let expected = figured.first().map(|figured| figured.value).unwrap_or_default();
    let said = named.reading.value;
    let fact = Fact::ProseTable { quote: quote(&named.paragraph.text, &named.reading), said, figured };
    let mut finding = Finding::new(Rule::ProseTable, fact).maybe_at(place).expected(expected, said);
    let slots = named.stated().first().map(|stated| stated.slots.as_slice()).unwrap_or_default();
    let form = &tables.fitted.form;
    let entered = slots.iter().filter_map(|&slot| {
        let cell = tables.cell(slot)?;
        Some(Entered { cell: form.slots[slot].path(), value: cell.value, span: cell.span, stated: true })
    });
    finding.entered = entered.collect();
    finding.covers = place.into_iter().chain(finding.entered.iter().filter_map(|entered| entered.span)).collect();
    if let Some(first) = slots.first().map(|&slot| &form.slots[slot]) {
        finding = finding.table(&first.table);
        // A sum of several cells has no row or column of its own.
        let same = |of: fn(&Slot) -> &str| slots.iter().all(|&slot| of(&form.slots[slot]) == of(first));
        if same(|slot| &slot.row) {
            finding = finding.row(&first.row);
        }
        if same(|slot| &slot.column) {
            finding = finding.column(&first.column);
        }
    }
    finding
}

/// An amount that no table has, named differently before.
fn against_prose(places: &Places<'_>, named: &Named<'_>, known: &Named<'_>) -> Finding {
    let (here, there) = (places.of(named), places.of(known));
    let (said, other) = (named.reading.value, known.reading.value);
    let line = there.map_or(known.paragraph.line, |span| places.line(span));
    let fact = Fact::ProseProse { quote: quote(&named.paragraph.text, &named.reading), said, other, line };
    let finding = Finding::new(Rule::ProseTable, fact).maybe_at(here).expected(other, said);
    finding.covering(here.into_iter().chain(there).collect())
}

/// The sentence; its clause where it is long.
fn quote(paragraph: &str, reading: &Reading) -> String {
    let whole = paragraph.get(reading.sentence.clone()).unwrap_or("");
    // A character takes at most four bytes: a longer sentence need not be counted.
    if whole.len() <= LONGEST_QUOTE * 4 && whole.trim().chars().count() <= LONGEST_QUOTE {
        return whole.trim().trim_end_matches('。').to_owned();
    }
    let clause = paragraph.get(reading.clause.clone()).unwrap_or("").trim();
    let cut: String = clause.chars().take(LONGEST_QUOTE).collect();
    let before = if reading.clause.start > reading.sentence.start { "…" } else { "" };
    let behind = if reading.clause.end < reading.sentence.end || cut.len() < clause.len() { "…" } else { "" };
    format!("{before}{cut}{behind}")
}

#[cfg(test)]
mod tests;
