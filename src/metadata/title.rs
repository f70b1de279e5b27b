//! The title: which lines it is printed on, and the organ and year that it names.
//!
//! A known report name (`政府信息公开工作年度报告` and its variants) marks the title. Its lines are joined upward and
//! downward only as long as the organ or the year is still to be found, so that the head of a web page stays out.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use super::Line;
use super::agency::{is_cut_name, is_organ, is_place, leading_organ, name_of};
use super::dates::{YEAR, is_year, without_years, year_at, years};
use super::text::{Patterns, Traits, leftmost, squeeze};
use crate::span::Span;

/// The names that reports of the known forms go by.
#[derive(Debug, Clone, Default)]
pub struct Titles {
    /// Those that hold [`CORE`], squeezed, with its place in each.
    names: Vec<(String, usize)>,
    /// The others, squeezed.
    others: Vec<memmem::FinderRev<'static>>,
}

impl Titles {
    /// Of these names, such as 政府信息公开工作年度报告.
    pub fn new<'a>(titles: impl IntoIterator<Item = &'a str>) -> Titles {
        let mut known = Titles::default();
        for title in titles.into_iter().map(squeeze).filter(|title| title.chars().count() > 3) {
            match title.find(CORE) {
                Some(core) => known.names.push((title.into_owned(), core)),
                None => known.others.push(memmem::FinderRev::new(title.as_bytes()).into_owned()),
            }
        }
        known
    }

    /// The places of the names in a squeezed text; of a name that stands there several times, the last at the least. `cores` are those of [`CORE`].
    fn places<'a>(&'a self, text: &'a str, cores: &'a [usize]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let text = text.as_bytes();
        // Nearly all names hold the core, so they stand only where it does.
        let around = cores.iter().flat_map(move |at| {
            self.names.iter().filter_map(move |(name, core)| {
                let start = at.checked_sub(*core)?;
                text[start..].starts_with(name.as_bytes()).then_some((start, start + name.len()))
            })
        });
        let others = self.others.iter().filter_map(move |name| {
            let start = name.rfind(text)?;
            Some((start, start + name.needle().len()))
        });
        around.chain(others)
    }
}

/// What nearly every name of a report holds.
const CORE: &str = "信息公开";

static CORES: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(CORE));

/// What may follow the core of a name, in this order.
enum Part {
    Word(&'static str),
    /// A year, with 年 or 度 or both.
    Year,
}

const PARTS: [Part; 8] = [
    Part::Word("工作"),
    Part::Word("情况"),
    Part::Year,
    Part::Word("的"),
    Part::Word("年度"),
    Part::Word("工作"),
    Part::Word("情况"),
    Part::Word("的"),
];

/// The text behind the name of a disclosure report, whose core is read: its `parts`, each as printed or left out, and 年度报告 or the like.
fn behind_name<'a>(text: &'a str, parts: &[Part]) -> Option<&'a str> {
    let Some((part, rest)) = parts.split_first() else {
        return ["年度报告", "年度总结", "年报", "报告", "总结"].iter().find_map(|end| text.strip_prefix(end));
    };
    let printed = match part {
        Part::Word(word) => text.strip_prefix(word).and_then(|text| behind_name(text, rest)),
        Part::Year => year_at(text).and_then(|(_, text)| {
            let marks = ["年度", "年", "度", ""];
            marks.iter().filter_map(|mark| text.strip_prefix(mark)).find_map(|text| behind_name(text, rest))
        }),
    };
    printed.or_else(|| behind_name(text, rest))
}

/// The last name of a disclosure report in all its printed variants, with the year inside or not.
fn shaped_name(text: &str, cores: &[usize]) -> Option<(usize, usize)> {
    let (mut last, mut from) = (None, 0);
    for &core in cores.iter() {
        if core < from {
            continue;
        }
        let Some(behind) = behind_name(&text[core + CORE.len()..], &PARTS) else { continue };
        let before = &text[from..core];
        let government = ["政府", "政务"].iter().find_map(|word| before.strip_suffix(word));
        let start = from + government.unwrap_or(before).len();
        from = text.len() - behind.len();
        last = Some((start, from));
    }
    last
}

/// What may stand behind the name.
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "^(?:[》”\"*#_ ]|[（(][^（()）]{{0,20}}[）)]|[-—－]+{YEAR}年?度?|{YEAR}年?度?|的?(?:通知|公告|公示|函|报告)|全文|正文)*$"
    ))
    .expect("constant pattern")
});

/// `text` without 附件1： at its start.
fn without_attached(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("附件") else { return text };
    let number = |c: &char| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c);
    let end: usize = rest.chars().take(2).take_while(number).map(char::len_utf8).sum();
    let rest = &rest[end..];
    rest.strip_prefix(['：', ':']).unwrap_or(rest)
}

static ENDING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:报告|年报|说明|公告|公示|总结|情况|预算|决算|计划|方案|办法|规定|通知)[》”]?(?:[（(][^（()）]{0,20}[）)])?$")
        .expect("constant pattern")
});

/// Lines that may hold the title of an unknown report: below them stands its text.
const OTHER_LINES: usize = 20;

/// What a title says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Title {
    /// As printed, its lines joined.
    pub text: String,
    /// The organ.
    pub agency: Option<String>,
    /// The reporting year.
    pub year: Option<i32>,
    /// It names another year too.
    pub several_years: bool,
    /// A 政府 that stands behind the organ may be a part of its name.
    pub governs: bool,
    /// Where it stands.
    pub span: Span,
}

/// Where the name of a report stands in a squeezed text: the last place, the longest name there.
pub(super) fn report_name(text: &str, titles: &Titles) -> Option<(usize, usize)> {
    let cores: Vec<usize> = CORES.find_iter(text.as_bytes()).collect();
    let names = titles.places(text, &cores).chain(shaped_name(text, &cores));
    names.max_by_key(|(start, end)| (end - start, *end))
}

/// `name`, with which `text` begins, and the 政府 behind it where it belongs to the name: 某县人民政府信息公开.
pub(super) fn with_government<'a>(text: &'a str, name: &'a str) -> &'a str {
    let government = "政府";
    let owns = name.ends_with("人民") && text[name.len()..].starts_with(government);
    if owns { &text[..name.len() + government.len()] } else { name }
}

/// In a squeezed title, a 政府 behind the organ may be its own, or a word of 政府信息公开: 某区政府信息公开年报.
pub(super) fn may_govern(text: &str, agency: Option<&str>) -> bool {
    agency.is_some_and(|name| {
        is_place(name) && text.find(name).is_some_and(|at| text[at + name.len()..].starts_with("政府信息公开"))
    })
}

/// The organ that the brackets behind a title hold: `2016年政府信息公开工作年度报告（某县水利局）`.
fn bracketed_organ(behind: &str) -> Option<String> {
    let inside = behind.strip_prefix(['（', '('])?.strip_suffix(['）', ')'])?;
    (inside.chars().count() >= 4 && is_organ(inside)).then(|| inside.to_owned())
}

/// Organ and year of a squeezed title; `name` is where the name of the report stands, if it is known.
pub(super) fn parse(text: &str, name: Option<(usize, usize)>) -> Parsed {
    let named: Vec<_> = years(text).filter(|year| !year.dated).collect();
    let year = named.iter().find(|year| year.marked).or(named.first()).map(|year| year.year);
    let several = named.iter().any(|other| Some(other.year) != year);
    let agency = match name {
        Some((start, end)) => {
            let behind = || {
                let behind = without_years(&text[end..]);
                if AFTER.is_match(&behind) { bracketed_organ(&behind) } else { name_of(&behind) }
            };
            let mut before = with_government(text, &text[..start]);
            // The title of the page, and that of the report behind it.
            while let Some((start, _)) = shaped_name(before, &CORES.find_iter(before.as_bytes()).collect::<Vec<_>>()) {
                before = with_government(before, &before[..start]);
            }
            name_of(without_attached(&without_years(before))).or_else(behind)
        }
        None => {
            let (before, after) = match named.first() {
                Some(first) => (&text[..first.start], &text[first.end..]),
                None => ("", text),
            };
            let after = after.trim_start_matches("年").trim_start_matches('度');
            name_of(before)
                .filter(|name| is_organ(name))
                .or_else(|| leading_organ(after))
                .or_else(|| leading_organ(before))
        }
    };
    (agency, year, several)
}

/// Words of running text.
const SPOKEN: [&str; 5] = ["根据", "依据", "编制", "现将", "按照"];

/// The last character of each of [`SPOKEN`].
static SPOKEN_HINTS: LazyLock<Patterns> = LazyLock::new(|| {
    let last = SPOKEN.iter().filter_map(|word| word.char_indices().next_back().map(|(at, _)| &word[at..]));
    leftmost(last)
});

/// Running text, not a title. `traits` are those of the line that `text` is squeezed from.
fn is_sentence(text: &str, traits: Traits) -> bool {
    if traits.any(Traits::SENTENCE) && text.contains(['。', '，', '；', '！', '？', '>', '|']) {
        return true;
    }
    // Whatever is taken out: a word is there only if its characters are.
    if !SPOKEN_HINTS.is_match(text) {
        return false;
    }
    // The 机构编制委员会 is an organ.
    let organ = "机构编制";
    let text = if text.contains(organ) { Cow::Owned(text.replace(organ, "")) } else { Cow::Borrowed(text) };
    SPOKEN.iter().any(|word| text.contains(word))
}

/// The line may hold a title or a part of one.
fn usable(line: &Line) -> bool {
    // Most lines are sentences, or begin with a label.
    if line.cells != 1 || (line.traits.any(Traits::SENTENCE) && !line.traits.any(Traits::CELLS)) {
        return false;
    }
    let text = line.squeezed();
    let labelled = line.traits.any(Traits::COLON) && without_attached(text).contains(['：', ':']);
    !labelled
        && (2..=80).contains(&text.chars().count())
        && !is_sentence(text, line.traits)
        && !text.ends_with("文件")
        && line.doc_number().is_none_or(|found| found.len() < text.len())
        && line.only_date().is_none()
}

/// The line is a year, an organ, or both: what a title is broken into.
fn is_part(text: &str) -> bool {
    if is_year(text) {
        return true;
    }
    let rest = without_years(text);
    let rest = rest.trim_start_matches("关于").trim_end_matches('的').trim_end_matches("关于");
    rest.chars().count() <= 40 && is_organ(rest)
}

/// An organ whose beginning is missing.
fn is_headless(agency: &str) -> bool {
    ["人民政府", "办公室", "办公厅", "管理委员会", "委员会"].iter().any(|start| agency.starts_with(start))
}

fn squeezed(lines: &[Line]) -> String {
    lines.iter().map(Line::title).collect()
}

/// Organ and year of a title, and whether it names another year, as [`parse`] gives them.
type Parsed = (Option<String>, Option<i32>, bool);

fn parse_lines(lines: &[Line], titles: &Titles) -> Parsed {
    let text = squeezed(lines);
    parse(&text, report_name(&text, titles))
}

/// The digits of a year stand at the end of one line and at the beginning of the next: `20` and `16年`.
fn is_cut_year(above: &str, below: &str) -> bool {
    let digits = |c: &char| c.is_ascii_digit();
    let (first, last): (Vec<char>, Vec<char>) =
        (above.chars().rev().take_while(digits).take(4).collect(), below.chars().take_while(digits).take(4).collect());
    let year: String = first.iter().rev().chain(&last).collect();
    let marked = || below.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('年');
    !first.is_empty() && !last.is_empty() && year.chars().count() == 4 && is_year(&year) && marked()
}

/// The line above the title, which begins with `text`, holds the beginning of its first word: of the year, or of the organ.
fn is_cut(above: &Line, first: &Line, text: &str, known: &Known) -> bool {
    if above.index + 1 != first.index {
        return false;
    }
    if is_cut_year(above.title(), first.title()) {
        return true;
    }
    let start = report_name(text, known.titles).map_or(text.len(), |(start, _)| start);
    let rest = without_years(with_government(text, &text[..start]));
    let rest = rest.trim_start_matches("关于").trim_end_matches('的').trim_end_matches("关于");
    let before = without_years(above.title());
    let before = before.trim_start_matches("关于");
    let is_name = || (known.is_told)(&[before, rest].concat()) || is_cut_name(before, rest);
    !rest.is_empty() && first.title().contains(rest) && is_name()
}

/// What helps to read a title.
pub(super) struct Known<'a> {
    pub titles: &'a Titles,
    /// The line goes on with a sentence.
    pub in_sentence: &'a dyn Fn(&Line) -> bool,
    /// The report names this organ elsewhere.
    pub is_told: &'a dyn Fn(&str) -> bool,
}

/// The title made of `lines[from..to]`, which say what `now` has, joined upward and downward while something is
/// missing.
fn assemble(lines: &[Line], mut from: usize, mut to: usize, mut now: Parsed, known: &Known) -> Title {
    let read = |from: usize, to: usize| parse_lines(&lines[from..to], known.titles);
    for _ in 0..3 {
        let wanting = now.0.as_deref().is_none_or(is_headless) || now.1.is_none();
        let Some(above) = from.checked_sub(1).map(|above| &lines[above]).filter(|above| usable(above)) else { break };
        let is_wanted = wanting && is_part(above.title());
        if !is_wanted && !is_cut(above, &lines[from], &squeezed(&lines[from..to]), known) {
            break;
        }
        let next = read(from - 1, to);
        if next.0 == now.0 && next.1 == now.1 || next.2 {
            break;
        }
        from -= 1;
        now = next;
    }
    let names_organ = |line: &Line| {
        let behind = line.title().trim_start_matches(['—', '―', '－', '-']);
        behind.len() < line.title().len() && is_organ(&without_years(behind))
    };
    if let Some(next) = lines.get(to)
        && (now.1.is_none() && is_year(next.title()) || now.0.is_none() && usable(next) && names_organ(next))
    {
        to += 1;
        now = read(from, to);
    }
    let text = lines[from..to].iter().map(Line::printed).collect();
    let span = match (lines.get(from), lines.get(to - 1)) {
        (Some(first), Some(last)) => Span { start: first.span.start, end: last.span.end },
        _ => Span::default(),
    };
    let governs = may_govern(&squeezed(&lines[from..to]), now.0.as_deref());
    Title { text, agency: now.0, year: now.1, several_years: now.2, governs, span }
}

/// Finds the title among the lines before the first heading.
pub(super) fn find(lines: &[Line], known: &Known) -> Option<Title> {
    let mut best: Option<(u8, Title)> = None;
    let mut keep = |score: u8, title: Title| {
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, title));
        }
    };
    let usable: Vec<bool> = lines.iter().map(usable).collect();
    let mut joined = String::new();
    for from in 0..lines.len() {
        joined.clear();
        for to in from + 1..=lines.len().min(from + 3) {
            // The last character of a title that is too wide for its line: below, it is taken only where the name needs it.
            let is_end = || to - 1 > from && lines[to - 1].title().chars().count() == 1;
            if !usable[to - 1] && !is_end() {
                break;
            }
            joined.push_str(lines[to - 1].title());
            let Some((start, end)) = report_name(&joined, known.titles) else { continue };
            // A window is taken only if it is the smallest around the name.
            if start >= lines[from].title().len() || end + lines[to - 1].title().len() <= joined.len() {
                continue;
            }
            if (end == joined.len() || AFTER.is_match(&joined[end..])) && !(known.in_sentence)(&lines[from]) {
                let now = parse(&joined, Some((start, end)));
                let title = assemble(lines, from, to, now, known);
                keep(u8::from(title.agency.is_some()) + u8::from(title.year.is_some()) + 1, title);
            }
            break;
        }
    }
    best.map(|(_, title)| title).or_else(|| other_family(lines, known))
}

/// The title of a report that no form knows: a short line that ends as titles end, or names a year; best both.
fn other_family(lines: &[Line], known: &Known) -> Option<Title> {
    let mut best: Option<(u8, Title)> = None;
    for (at, line) in lines.iter().enumerate().take(OTHER_LINES) {
        let title = line.title();
        let length = title.chars().count();
        if !usable(line) || !(6..=60).contains(&length) || (known.in_sentence)(line) {
            continue;
        }
        let ends = ENDING.is_match(title);
        let named = years(title).any(|year| year.marked && !year.dated);
        if !ends && (!named || is_year(title)) {
            continue;
        }
        // `清河县财政局2024年` and, on the next line, `部门预算公开说明`.
        let next = lines.get(at + 1).filter(|next| !ends && usable(next) && ENDING.is_match(next.title()));
        let score = 2 * u8::from(ends || next.is_some()) + u8::from(named);
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            let to = at + 1 + usize::from(next.is_some());
            best = Some((score, assemble(lines, at, to, parse_lines(&lines[at..to], known.titles), known)));
        }
    }
    best.map(|(_, title)| title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::{cases, read_text};

    #[test]
    fn titles() {
        let cases = cases("metadata-titles.tsv", 4);
        assert!(cases.len() >= 60, "{}", cases.len());
        let mut wrong = Vec::new();
        for case in &cases {
            let found = read_text(&case[0].replace("⏎", "\n"), &[]).0;
            let year = found.year.map(|year| year.to_string()).unwrap_or_default();
            let read = [found.title.unwrap_or_default(), found.agency.unwrap_or_default(), year];
            if read.as_slice() != &case[1..] {
                wrong.push(format!("{}: {read:?}", case[0]));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn names() {
        let text = "宿迁市2023年政府信息公开工作年度报告";
        let none = Titles::default();
        assert_eq!(report_name(text, &none).map(|(start, _)| &text[start..]), Some("政府信息公开工作年度报告"));
        assert_eq!(report_name("关于部门预算的说明", &none), None);
        assert!(report_name("云州市行政执法统计年报", &Titles::new(["行政执法统计年报"])).is_some());
    }

    #[test]
    fn names_are_found_as_the_grammar_says() {
        let name = Regex::new(&format!(
            "(?:政府|政务)?信息公开(?:工作)?(?:情况)?(?:{YEAR}年?度?)?的?(?:年度)?(?:工作)?(?:情况)?的?(?:年度报告|年度总结|年报|报告|总结)"
        ))
        .unwrap();
        let attached = Regex::new("^附件[0-9一二三四五六七八九十]{0,2}[：:]?").unwrap();
        let known = ["政府信息公开工作年度报告", "信息公开年度报告", "行政执法统计年报"];
        let titles = Titles::new(known);
        let words = "政府 政务 信息公开 工作 情况 2023 2023年 年 度 年度 的 报告 年报 总结 年度报告 某局 附件 1 十 ： 行政执法统计年报 信息公开年度报告"
            .split(' ')
            .collect::<Vec<_>>();
        let mut seed = 3u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % below
        };
        for _ in 0..40_000 {
            let text: String = (0..1 + next(10)).map(|_| words[next(words.len())]).collect();
            let shaped = name.find_iter(&text).last().map(|found| (found.start(), found.end()));
            let cores: Vec<usize> = text.match_indices(CORE).map(|(at, _)| at).collect();
            assert_eq!(shaped_name(&text, &cores), shaped, "{text}");
            let places = known.iter().filter_map(|title| text.rfind(title).map(|at| (at, at + title.len())));
            let wanted = places.chain(shaped).max_by_key(|(start, end)| (end - start, *end));
            assert_eq!(report_name(&text, &titles), wanted, "{text}");
            assert_eq!(without_attached(&text), attached.replace(&text, ""), "{text}");
        }
    }
}
