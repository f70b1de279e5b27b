//! What a report says about itself: title, organ, reporting year, period, contact.
//!
//! Only the lines before the first heading and the last few lines are looked at, each up to a bound, so that the
//! size of a report does not matter. Patterns run on squeezed text (no blanks, letters and digits in half width);
//! what is kept is what was printed, but for numbers, codes and addresses of the net.
//!
//! A year is believed in this order: title, period, preface, first words of the overview. A day of publication is
//! never a reporting year. The name of the file is not evidence either: it mostly carries the year of publication.

mod agency;
mod contact;
mod dates;
mod title;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::finding::{Fact, Finding, MetadataField, Rule, YearSource};
use crate::fold;
use crate::lines::LineKind;
use crate::record::{Metadata, Paragraph, Period};
use crate::span::{LineIndex, Span};
use contact::{Field, Label};

/// Lines before the first heading that are looked at.
const HEAD_LINES: usize = 200;
/// Lines at the end that are looked at.
const TAIL_LINES: usize = 15;
/// Characters of a line that are looked at.
const LINE_CHARS: usize = 2_000;
/// Paragraphs of the preface that are looked at.
const PARAGRAPHS: usize = 60;
/// Characters of a paragraph that are looked at.
const PARAGRAPH_CHARS: usize = 4_000;

/// What the metadata are read from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The decoded text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a LineIndex,
    /// What each line was taken for.
    pub kinds: &'a [LineKind],
    /// Index of the line of the first section heading; the number of lines if there is none.
    pub first_heading: usize,
    /// First paragraph of the first section.
    pub overview: Option<&'a str>,
    /// Paragraphs before the first section, their pieces joined.
    pub preface: &'a [Paragraph],
    /// Names of reports that the forms know, such as 政府信息公开工作年度报告.
    pub titles: &'a [&'a str],
    /// Name of the file. Nothing is read from it today: neither its year nor its organ is printed in the report.
    pub file_name: Option<&'a str>,
}

/// A line, or what a form feed or the like parts of one.
#[derive(Debug, Clone)]
struct Line {
    /// Index of the line.
    index: usize,
    /// Without the white space around it.
    span: Span,
    kind: LineKind,
    /// Its cells that hold something, [`tidy`].
    cells: Vec<String>,
    /// The only cell, or the whole line, [`squeeze`]d.
    squeezed: String,
    /// The only cell, squeezed, markup and quotes around it gone.
    title: String,
}

impl Line {
    /// The only cell as printed, markup around it gone.
    fn printed(&self) -> &str {
        self.cells.first().map_or("", |cell| cell.trim_matches(MARKUP))
    }
}

/// What text formats put around a title.
const MARKUP: &[char] = &['#', '*', '_', ' '];

/// A text for finding labels in.
#[derive(Debug, Clone, Default)]
struct Flat {
    /// White space folded.
    printed: String,
    /// The same, full-width letters and digits folded: as many characters.
    folded: String,
}

/// Chinese characters and their punctuation: print that needs no blank.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '“' | '”' | '‘' | '’' | '—' | '…')
}

fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{301F}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '︰' | '∶')
}

/// The parts of a text between its white space, marks that cannot be seen left out.
fn words(text: &str) -> impl Iterator<Item = String> {
    let seen = |word: &str| word.chars().filter(|c| !fold::is_invisible(*c)).collect::<String>();
    text.split(char::is_whitespace).map(seen).filter(|word| !word.is_empty())
}

/// Joins words by one space, or by none where `glue` says so of the words on both sides.
fn join(text: &str, glue: impl Fn(&str, char, char, &str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = String::new();
    for word in words(text) {
        if let (Some(before), Some(after)) = (last.chars().next_back(), word.chars().next())
            && !glue(&last, before, after, &word)
        {
            out.push(' ');
        }
        out.push_str(&word);
        last = word;
    }
    out
}

/// White space folded to one space, and to none between Chinese characters.
fn tidy(text: &str) -> String {
    join(text, |_, before, after, _| is_wide_mark(before) || is_wide_mark(after) || is_wide(before) && is_wide(after))
}

/// As [`tidy`], but two whole words stay apart: `某某局 发布日期：` are two things, `电 话` is one.
fn flat(text: &str) -> Flat {
    let single = |word: &str| word.chars().nth(1).is_none();
    let printed = join(text, |left, before, after, right| {
        is_wide_mark(before)
            || is_wide_mark(after)
            || is_wide(before) && is_wide(after) && (single(left) || single(right))
    });
    let folded = printed.chars().map(narrow).collect();
    Flat { printed, folded }
}

/// Letters, digits and the marks inside numbers and net addresses in half width; radicals as the characters they stand for.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＠' | '．' | '－' | '／' | '＿' | '＋' | '＃' => {
            fold::plain(c)
        }
        '\u{2010}' | '\u{2011}' | '\u{2012}' => '-',
        '\u{2E80}'..='\u{2FDF}' => std::iter::once(c).nfkc().next().unwrap_or(c),
        _ => c,
    }
}

/// For matching: no white space, nothing invisible, [`narrow`].
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !fold::is_invisible(*c)).map(narrow).collect()
}

/// The first `chars` characters.
fn cap(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at])
}

/// 文号: 晋科〔2024〕3号.
static DOC_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\p{Han}[\p{Han}A-Za-z]{0,15}[〔\[【［（(﹝][12][0-9]{3}年?[〕\]】］）)﹞]第?[0-9]{1,5}号")
        .expect("constant pattern")
});

/// The foot of a web page: what follows is about the site, not about the report.
const SITE_FOOT: &[&str] =
    &["版权所有", "主办单位", "承办单位", "主办：", "ICP备", "网站标识码", "公网安备", "技术支持"];

fn push_line(input: &Input<'_>, index: usize, out: &mut Vec<Line>) {
    let content = input.lines.content(input.text, index);
    let capped = cap(content.of(input.text), LINE_CHARS);
    let kind = input.kinds.get(index).copied().unwrap_or(LineKind::Prose);
    let mut at = content.start as usize;
    for piece in capped.split_inclusive(['\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}']) {
        let span = Span::new(at, at + piece.len()).trim(input.text);
        at += piece.len();
        let cells: Vec<String> =
            piece.split(['\t', '|', '｜', '│', '┃']).map(tidy).filter(|cell| !cell.is_empty()).collect();
        if cells.is_empty() {
            continue;
        }
        let title = match cells.as_slice() {
            [only] => squeeze(only).trim_matches(MARKUP).trim_matches(['《', '》']).to_owned(),
            _ => String::new(),
        };
        let squeezed = if let [only] = cells.as_slice() { squeeze(only) } else { squeeze(piece) };
        out.push(Line { index, span, kind, cells, squeezed, title });
    }
}

/// The lines before the first heading, and the index of the first line that was not looked at.
fn head(input: &Input<'_>) -> (Vec<Line>, usize) {
    let mut out = Vec::new();
    let end = input.first_heading.min(input.lines.len());
    for index in 0..end {
        if out.len() >= HEAD_LINES {
            return (out, index);
        }
        push_line(input, index, &mut out);
    }
    (out, end)
}

/// The last lines, none of which is before `from`, up to the foot of a web page.
fn tail(input: &Input<'_>, from: usize) -> Vec<Line> {
    let mut found: Vec<Vec<Line>> = Vec::new();
    let mut count = 0;
    for index in (from..input.lines.len()).rev() {
        if count >= TAIL_LINES {
            break;
        }
        let mut lines = Vec::new();
        push_line(input, index, &mut lines);
        if !lines.is_empty() {
            count += lines.len();
            found.push(lines);
        }
    }
    let lines = found.into_iter().rev().flatten();
    lines.take_while(|line| !SITE_FOOT.iter().any(|mark| line.squeezed.contains(mark))).collect()
}

/// The labelled values of a line. In a row, a cell that is nothing but a label announces the next cell.
fn fields_of(input: &Input<'_>, line: &Line) -> Vec<Field> {
    let printed = line.span.of(input.text);
    if line.cells.len() == 1 {
        return contact::fields(cap(printed, LINE_CHARS).trim_matches(['|', '｜', '│', '┃']));
    }
    let mut text = String::with_capacity(printed.len() + 8);
    for cell in printed.split(['\t', '|', '｜', '│', '┃']).map(str::trim).filter(|cell| !fold::is_blank(cell)) {
        text.push_str(cell);
        let colon = cell.ends_with(['：', ':', '︰', '∶']);
        text.push_str(if colon {
            ""
        } else if contact::is_label(cell) {
            "："
        } else {
            "；"
        });
    }
    contact::fields(&text)
}

/// The value that ranks best, the first of its rank.
struct Ranked<T>(Option<(u8, T)>);

impl<T> Ranked<T> {
    fn offer(&mut self, rank: u8, value: Option<T>) {
        if let Some(value) = value
            && self.0.as_ref().is_none_or(|(best, _)| rank < *best)
        {
            self.0 = Some((rank, value));
        }
    }

    fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

static QUOTED: LazyLock<Regex> = LazyLock::new(|| Regex::new("《[^《》]*》").expect("constant pattern"));

/// `编制本机关2022年度报告`, `现将某局2022年政府信息公开工作年度报告公布如下`.
static PROSE_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "(编制|编写|公布|发布|形成|起草|撰写|制作|现将|特将|兹将)(?:了|完成)?([^，。；：]*?)({})年?度?的?([^，。；：]*?)(?:年度报告|年报|报告)",
        dates::YEAR
    ))
    .expect("constant pattern")
});

/// The year, and the organ if one is named, of a sentence that names this very report.
struct Named {
    agency: Option<String>,
    year: i32,
}

fn named_report(text: &str) -> Option<Named> {
    let text = &agency::veil(text);
    PROSE_YEAR.captures_iter(text).find_map(|found| {
        let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
        let whole = found.get(0)?;
        let (before, rest) = (&text[..whole.start()], text[whole.end()..].trim_start_matches('的'));
        // Another document's name, or another year's report.
        let cited = ["通知", "要求", "格式", "有关", "编制", "函", "部署", "工作", "相比"]
            .iter()
            .any(|word| rest.starts_with(word));
        let other = ["关于", "上年", "去年", "相比"].iter().any(|word| part(2).contains(word))
            || part(2).ends_with(['与', '和', '比', '较', '于']);
        let other = other || !part(4).is_empty() && !part(4).contains("信息公开");
        let short = part(2).chars().count() <= 40 && part(4).chars().count() <= 40;
        if cited || other || !short || before.ends_with("关于") || before.ends_with("关于做好") {
            return None;
        }
        let subject = part(4);
        let name = title::report_name(subject, &[]).map_or(subject, |(start, _)| &subject[..start]);
        let name =
            name.trim_end_matches("政府信息公开工作").trim_end_matches("政府信息公开").trim_end_matches("信息公开");
        let organ =
            |name: &str| agency::name_of(name).filter(|name| agency::is_organ(name) && name.chars().count() >= 3);
        let agency = organ(part(2)).or_else(|| organ(name)).map(|name| agency::unveil(&name));
        Some(Named { agency, year: dates::year_of(part(3))? })
    })
}

/// Paragraphs whose first lines go on as prose: a line inside one is no title.
fn in_sentence(preface: &[Paragraph], line: &Line) -> bool {
    let number = line.index as u32 + 1;
    let holds = |paragraph: &&Paragraph| paragraph.line < number;
    let Some(paragraph) = preface.iter().take(PARAGRAPHS).take_while(holds).last() else { return false };
    let text = squeeze(cap(&paragraph.text, PARAGRAPH_CHARS));
    // An organ on the line before, joined to the title, does not make a sentence of it.
    text.contains(['。', '，']) && text.find(&line.squeezed).is_some_and(|at| !agency::is_organ(&text[..at]))
}

static OVERVIEW_YEAR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!("^在?({})(年度?)([，,]?)", dates::YEAR)).expect("constant pattern"));

/// The text says that a period is the one that the figures cover.
fn speaks_of_figures(text: &str) -> bool {
    ["统计", "期限", "时限", "数据", "报告期"].iter().any(|word| text.contains(word))
}

/// The signature at the end: the organ, and the date alone on a line.
fn sign(lines: &[Line]) -> (Option<String>, Option<String>) {
    let (mut organ, mut date) = (None, None);
    let prose = |line: &&Line| matches!(line.kind, LineKind::Prose | LineKind::Furniture) && line.cells.len() == 1;
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| prose(line)) {
        let day = dates::only_date(&line.squeezed);
        let next_day = || lines[at + 1..].iter().take(2).any(|next| dates::only_date(&next.squeezed).is_some());
        if let Some(named) = dates::years(&line.squeezed).first().filter(|_| day.is_none()) {
            // Organ and date on one line.
            let (before, after) = line.squeezed.split_at(named.start);
            if let (Some(name), Some(day)) = (agency::signature(before), dates::only_date(after)) {
                (organ, date) = (Some(name.to_owned()), Some(day));
            }
        } else if let Some(name) = agency::signature(&line.squeezed) {
            let last = lines[at + 1..]
                .iter()
                .all(|later| later.kind == LineKind::Furniture || later.squeezed.starts_with(['（', '(']));
            if last || next_day() {
                organ = Some(name.to_owned());
            }
        }
        date = day.or(date);
    }
    (organ, date)
}

/// Reads the metadata; `edition` is left to the forms.
///
/// The findings are `metadata.missing` for a title, organ or year that is not to be found, and `metadata.year` where the
/// report names different ones.
pub fn read(input: &Input<'_>) -> (Metadata, Vec<Finding>) {
    let (head, seen) = head(input);
    let tail = tail(input, seen);
    let mut metadata = Metadata::default();

    let preface: Vec<(u32, &str)> =
        input.preface.iter().take(PARAGRAPHS).map(|p| (p.line, cap(&p.text, PARAGRAPH_CHARS))).collect();
    let squeezed: Vec<(u32, String)> = preface.iter().map(|(line, text)| (*line, squeeze(text))).collect();

    // Labelled values: contact from the preface first, where its lines are whole again.
    for (_, text) in &preface {
        contact::take(&contact::fields(text), &mut metadata.contact);
    }
    let (mut published, mut number, mut organ, mut name) = (Ranked(None), Ranked(None), Ranked(None), Ranked(None));
    let foot = head.len();
    for (at, line) in head.iter().chain(&tail).enumerate() {
        let row = at >= foot && line.cells.len() > 3;
        if row || line.kind == LineKind::Heading && at >= foot {
            continue;
        }
        if at < foot {
            let found = DOC_NUMBER.find(&line.squeezed);
            let alone =
                found.filter(|f| f.end() == line.squeezed.len() || line.squeezed[f.end()..].starts_with("签发"));
            number.offer(2, alone.map(|found| found.as_str().to_owned()));
            published.offer(9, dates::only_date(&line.squeezed));
        }
        let fields = fields_of(input, line);
        contact::take(&fields, &mut metadata.contact);
        for field in &fields {
            let value = squeeze(&field.folded);
            match field.label {
                Label::DocNumber => number.offer(1, DOC_NUMBER.find(&value).map(|found| found.as_str().to_owned())),
                Label::Published(rank) => published.offer(rank, dates::date(&value)),
                Label::Agency(rank) => organ.offer(rank, agency::from_label(&field.folded)),
                Label::Title if at < foot => {
                    let title = tidy(field.printed.split('；').next().unwrap_or(""));
                    name.offer(1, (!title.is_empty()).then_some((title, line.span)));
                }
                _ => {}
            }
        }
    }
    for (_, text) in &preface {
        contact::take_unlabelled(text, &mut metadata.contact);
    }
    let (signed, dated) = sign(&tail);
    published.offer(8, dated);
    metadata.published = published.take();
    metadata.doc_number = number.take();

    let mut title = title::find(&head, input.titles, &|line| in_sentence(input.preface, line));
    if title.is_none() {
        title = name.take().map(|(text, span)| {
            let key = squeeze(&text);
            let (agency, year, several_years) = title::parse(&key, title::report_name(&key, input.titles));
            title::Title { text, agency, year, several_years, span }
        });
    }
    let named: Vec<(u32, Named)> = squeezed
        .iter()
        .filter_map(|(line, text)| {
            let plain = QUOTED.replace_all(text, "《》");
            Some((*line, named_report(&plain)?))
        })
        .collect();

    // The organ.
    metadata.agency = title
        .as_ref()
        .and_then(|title| title.agency.clone())
        .or_else(|| squeezed.iter().find_map(|(_, text)| agency::from_preface(&QUOTED.replace_all(text, "《》"))))
        .or_else(|| named.iter().find_map(|(_, named)| named.agency.clone()))
        .or_else(|| own_title(&squeezed, input.titles).and_then(|(agency, _)| agency))
        .or_else(|| organ.take())
        .or(signed);

    // The period: before the first section, or where the overview says that its figures are counted so.
    let overview = squeeze(cap(input.overview.unwrap_or(""), PARAGRAPH_CHARS));
    let heads: Vec<(u32, &str)> = head.iter().map(|line| (line.index as u32 + 1, line.squeezed.as_str())).collect();
    let texts = squeezed.iter().map(|(line, text)| (*line, text.as_str())).chain(heads);
    let mut period: Option<(bool, u32, Period)> = None;
    for (line, text) in texts {
        let spoken = speaks_of_figures(text);
        if period.as_ref().is_none_or(|(best, _, _)| spoken && !best) {
            period = dates::period(text).map(|found| (spoken, line, found)).or(period);
        }
    }
    if period.is_none() && speaks_of_figures(&overview) {
        period = dates::period(&overview).map(|found| (true, 0, found));
    }
    let period_year = period.as_ref().and_then(|(_, _, found)| dates::year_of_period(found));

    // The year.
    let title_year = title.as_ref().and_then(|title| title.year);
    let overview_year = OVERVIEW_YEAR.captures(&overview).and_then(|found| {
        Some((dates::year_of(found.get(1)?.as_str())?, found.get(3).is_some_and(|comma| !comma.is_empty())))
    });
    let loose = || squeezed.iter().find_map(|(_, text)| loose_year(text, input.titles));
    metadata.year = title_year
        .or(period_year)
        .or_else(|| named.first().map(|(_, named)| named.year))
        .or_else(|| own_title(&squeezed, input.titles).and_then(|(_, year)| year))
        .or_else(loose)
        .or_else(|| overview_year.map(|(year, _)| year));

    let mut findings = Vec::new();
    if let (Some(year), false) = (metadata.year, title.as_ref().is_some_and(|title| title.several_years)) {
        let title_span = title.as_ref().filter(|title| title.year.is_some()).map(|title| title.span);
        let mut readings: Vec<(YearSource, i32, Option<Span>)> = Vec::new();
        readings.extend(title_year.map(|year| (YearSource::Title, year, title_span)));
        let naming = |from: u32, year: i32| line_naming(&head, from, year);
        if let (Some(found), Some((_, line, _))) = (period_year, &period) {
            readings.push((YearSource::Period, found, naming(*line, found)));
        }
        readings
            .extend(named.first().map(|(line, named)| (YearSource::Preface, named.year, naming(*line, named.year))));
        if let Some((found, true)) = overview_year {
            let named_there = dates::years(&overview).iter().any(|other| other.year == year);
            if found == year || !named_there && found.abs_diff(year) <= 5 {
                readings.push((YearSource::Overview, found, overview_span(input, found)));
            }
        }
        if let Some((_, actual, span)) = readings.iter().find(|(_, found, _)| *found != year).copied() {
            let fact = Fact::MetadataYear { readings: readings.iter().map(|(what, year, _)| (*what, *year)).collect() };
            findings.push(Finding::new(Rule::MetadataYear, fact).maybe_at(span.or(title_span)).expected(year, actual));
        }
    }

    metadata.period = period.map(|(_, _, found)| found);
    let heading = input.lines.content(input.text, input.first_heading).trim(input.text);
    let first = head.first().map(|line| line.span).or(Some(heading).filter(|span| !span.is_empty()));
    let first = first.or(tail.first().map(|line| line.span));
    let place = title.as_ref().map(|title| title.span).or(first);
    metadata.title = title.map(|title| title.text);
    let found = [
        (MetadataField::Title, metadata.title.is_some()),
        (MetadataField::Agency, metadata.agency.is_some()),
        (MetadataField::Year, metadata.year.is_some()),
    ];
    for (what, _) in found.into_iter().filter(|(_, there)| !there) {
        let empty = place.is_none() && fold::is_blank(input.text);
        findings.push(Finding::new(Rule::MetadataMissing, Fact::MetadataMissing { what, empty }).maybe_at(place));
    }
    (metadata, findings)
}

/// Organ and year of the report's own title where a sentence quotes it: `现公布《某局2023年政府信息公开工作年度报告》`.
fn own_title(preface: &[(u32, String)], titles: &[&str]) -> Option<(Option<String>, Option<i32>)> {
    preface.iter().find_map(|(_, text)| {
        QUOTED.find_iter(text).find_map(|quoted| {
            let inside = quoted.as_str().trim_matches(['《', '》']);
            let cited =
                ["关于做好", "关于印发", "通知", "条例", "意见", "格式"].iter().any(|word| inside.contains(word));
            let name = title::report_name(inside, titles).filter(|_| !cited)?;
            let (agency, year, _) = title::parse(inside, Some(name));
            (agency.is_some() || year.is_some()).then_some((agency, year))
        })
    })
}

/// A year right before the name of the report, in any sentence; too weak to be compared, good enough if nothing else is.
fn loose_year(text: &str, titles: &[&str]) -> Option<i32> {
    let text = QUOTED.replace_all(text, "《》");
    text.split(['，', '。', '；']).find_map(|clause| {
        let (start, end) = title::report_name(clause, titles)?;
        let cited = ["关于", "通知", "要求", "格式"].iter().any(|word| clause.contains(word));
        let year = dates::years(&clause[..end]).into_iter().rfind(|year| year.start < start || year.end < end)?;
        (!cited && !year.dated).then_some(year.year)
    })
}

/// The first line from `from` (counted from 1) on that names the year; else that line itself.
fn line_naming(head: &[Line], from: u32, year: i32) -> Option<Span> {
    let mut later = head.iter().filter(|line| line.index as u32 + 1 >= from);
    let first = later.clone().next();
    later
        .find(|line| dates::years(&line.squeezed).iter().any(|named| named.year == year))
        .or(first)
        .map(|line| line.span)
}

/// The line of the overview that names the year: among the first lines from the first heading on.
fn overview_span(input: &Input<'_>, year: i32) -> Option<Span> {
    let mut lines = Vec::new();
    let end = input.lines.len().min(input.first_heading.saturating_add(6));
    (input.first_heading..end).for_each(|index| push_line(input, index, &mut lines));
    lines.iter().find(|line| dates::years(&line.squeezed).iter().any(|named| named.year == year)).map(|line| line.span)
}
