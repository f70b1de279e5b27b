//! The title: which lines it is printed on, and the organ and year that it names.
//!
//! A known report name (`政府信息公开工作年度报告` and its variants) marks the title. Its lines are joined upward and
//! downward only as long as the organ or the year is still to be found, so that the head of a web page stays out.

use std::sync::LazyLock;

use regex::Regex;

use super::agency::{is_organ, leading_organ, name_of};
use super::dates::{YEAR, only_date, years};
use super::{DOC_NUMBER, Line, squeeze};
use crate::span::Span;

/// The name of a disclosure report in all its printed variants, with the year inside or not.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "(?:政府|政务)?信息公开(?:工作)?(?:情况)?(?:{YEAR}年?度?)?的?(?:年度)?(?:工作)?(?:情况)?的?(?:年度报告|年度总结|年报|报告|总结)"
    ))
    .expect("constant pattern")
});

/// What may stand behind the name.
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "^(?:[》”\"*#_ ]|[（(][^（()）]{{0,20}}[）)]|[-—－]+{YEAR}年?度?|{YEAR}年?度?|的?(?:通知|公告|公示|函|报告)|全文|正文)*$"
    ))
    .expect("constant pattern")
});

/// Years with what belongs to them, brackets too.
static YEAR_PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!("[（(〔\\[]?(?:{YEAR}年?(?:[-—~至]|与|和))?{YEAR}(?:年度|年|度)?[）)〕\\]]?"))
        .expect("constant pattern")
});

static ATTACHED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^附件[0-9一二三四五六七八九十]{0,2}[：:]?").expect("constant pattern"));

static YEAR_LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("^[（(]?{YEAR}年?度?[）)]?$")).expect("constant pattern"));

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
    /// Where it stands.
    pub span: Span,
}

/// Where the name of a report stands in a squeezed text: the last place, the longest name there.
pub(super) fn report_name(text: &str, titles: &[&str]) -> Option<(usize, usize)> {
    let known = titles.iter().map(|title| squeeze(title)).filter(|title| title.chars().count() > 3);
    let known = known.filter_map(|title| text.rfind(&title).map(|at| (at, at + title.len())));
    let shaped = NAME.find_iter(text).last().map(|found| (found.start(), found.end()));
    known.chain(shaped).max_by_key(|(start, end)| (end - start, *end))
}

/// Organ and year of a squeezed title; `name` is where the name of the report stands, if it is known.
pub(super) fn parse(text: &str, name: Option<(usize, usize)>) -> (Option<String>, Option<i32>, bool) {
    let named: Vec<_> = years(text).into_iter().filter(|year| !year.dated).collect();
    let year = named.iter().find(|year| year.marked).or(named.first()).map(|year| year.year);
    let several = named.iter().any(|other| Some(other.year) != year);
    let agency = match name {
        Some((start, end)) => {
            let before = YEAR_PART.replace_all(&text[..start], "");
            name_of(&ATTACHED.replace(&before, ""))
                .or_else(|| name_of(&AFTER.replace(&YEAR_PART.replace_all(&text[end..], ""), "")))
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

/// Running text, not a title.
fn is_sentence(text: &str) -> bool {
    // The 机构编制委员会 is an organ.
    let text = text.replace("机构编制", "");
    text.contains(['。', '，', '；', '！', '？', '>', '|'])
        || ["根据", "依据", "编制", "现将", "按照"].iter().any(|word| text.contains(word))
}

/// The line may hold a title or a part of one.
fn usable(line: &Line) -> bool {
    let text = line.squeezed.as_str();
    let length = text.chars().count();
    line.cells.len() == 1
        && (2..=80).contains(&length)
        && !is_sentence(text)
        && !ATTACHED.replace(text, "").contains(['：', ':'])
        && !text.ends_with("文件")
        && DOC_NUMBER.find(text).is_none_or(|found| found.len() < text.len())
        && only_date(text).is_none()
}

/// The line is a year, an organ, or both: what a title is broken into.
fn is_part(text: &str) -> bool {
    if YEAR_LINE.is_match(text) {
        return true;
    }
    let rest = YEAR_PART.replace_all(text, "");
    let rest = rest.trim_start_matches("关于").trim_end_matches('的').trim_end_matches("关于");
    rest.chars().count() <= 40 && is_organ(rest)
}

/// An organ whose beginning is missing.
fn is_headless(agency: &str) -> bool {
    ["人民政府", "办公室", "办公厅", "管理委员会", "委员会"].iter().any(|start| agency.starts_with(start))
}

fn squeezed(lines: &[Line]) -> String {
    lines.iter().map(|line| line.title.as_str()).collect()
}

/// The title made of `lines[from..to]`, joined upward and downward while something is missing.
fn assemble(lines: &[Line], mut from: usize, mut to: usize, titles: &[&str]) -> Title {
    let read = |from: usize, to: usize| {
        let text = squeezed(&lines[from..to]);
        parse(&text, report_name(&text, titles))
    };
    let mut now = read(from, to);
    for _ in 0..3 {
        let wanting = now.0.as_deref().is_none_or(is_headless);
        if !(wanting || now.1.is_none()) || from == 0 || !usable(&lines[from - 1]) || !is_part(&lines[from - 1].title) {
            break;
        }
        let next = read(from - 1, to);
        if next.0 == now.0 && next.1 == now.1 || next.2 {
            break;
        }
        from -= 1;
        now = next;
    }
    if now.1.is_none() && lines.get(to).is_some_and(|line| YEAR_LINE.is_match(&line.title)) {
        to += 1;
        now = read(from, to);
    }
    let text = lines[from..to].iter().map(|line| line.printed()).collect();
    let span = match (lines.get(from), lines.get(to - 1)) {
        (Some(first), Some(last)) => Span { start: first.span.start, end: last.span.end },
        _ => Span::default(),
    };
    Title { text, agency: now.0, year: now.1, several_years: now.2, span }
}

/// Finds the title among the lines before the first heading. `in_sentence` tells whether a line goes on with a sentence.
pub(super) fn find(lines: &[Line], titles: &[&str], in_sentence: &dyn Fn(&Line) -> bool) -> Option<Title> {
    let mut best: Option<(u8, Title)> = None;
    let mut keep = |score: u8, title: Title| {
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, title));
        }
    };
    for from in 0..lines.len() {
        for to in from + 1..=lines.len().min(from + 3) {
            if !usable(&lines[to - 1]) {
                break;
            }
            let joined = squeezed(&lines[from..to]);
            let Some((start, end)) = report_name(&joined, titles) else { continue };
            // A window is taken only if it is the smallest around the name.
            if start >= lines[from].title.len() || end + lines[to - 1].title.len() <= joined.len() {
                continue;
            }
            if AFTER.is_match(&joined[end..]) && !in_sentence(&lines[from]) {
                let title = assemble(lines, from, to, titles);
                keep(u8::from(title.agency.is_some()) + u8::from(title.year.is_some()) + 1, title);
            }
            break;
        }
    }
    best.map(|(_, title)| title).or_else(|| other_family(lines, titles, in_sentence))
}

/// The title of a report that no form knows: a short line that ends as titles end, or names a year; best both.
fn other_family(lines: &[Line], titles: &[&str], in_sentence: &dyn Fn(&Line) -> bool) -> Option<Title> {
    let mut best: Option<(u8, Title)> = None;
    for (at, line) in lines.iter().enumerate().take(OTHER_LINES) {
        let length = line.title.chars().count();
        if !usable(line) || !(6..=60).contains(&length) || in_sentence(line) {
            continue;
        }
        let ends = ENDING.is_match(&line.title);
        let named = years(&line.title).iter().any(|year| year.marked && !year.dated);
        if !ends && (!named || YEAR_LINE.is_match(&line.title)) {
            continue;
        }
        // `清河县财政局2024年` and, on the next line, `部门预算公开说明`.
        let next = lines.get(at + 1).filter(|next| !ends && usable(next) && ENDING.is_match(&next.title));
        let score = 2 * u8::from(ends || next.is_some()) + u8::from(named);
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, assemble(lines, at, at + 1 + usize::from(next.is_some()), titles)));
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
        assert_eq!(report_name(text, &[]).map(|(start, _)| &text[start..]), Some("政府信息公开工作年度报告"));
        assert_eq!(report_name("关于部门预算的说明", &[]), None);
        assert!(report_name("云州市行政执法统计年报", &["行政执法统计年报"]).is_some());
    }
}
