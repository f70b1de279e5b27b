//! What a report says about itself: title, organ, reporting year, period, contact.
//!
//! Only the lines before the first heading and the last few lines are looked at, each up to a bound, so that the
//! size of a report does not matter. Patterns run on squeezed text (no blanks, letters and digits in half width);
//! what is kept is what was printed, but for numbers, codes and addresses of the net. What stands in nearly every report (dates, labels,
//! names of organs) is matched by hand, what is rare by a regular expression; each text is asked first whether it can hold it.
//!
//! A year is believed in this order: title, period, preface, first words of the overview. A day of publication is
//! never a reporting year. The name of the file is not evidence either: it mostly carries the year of publication.

mod agency;
mod contact;
mod dates;
mod labels;
mod line;
mod phone;
mod text;
mod title;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::Regex;

use crate::finding::{Fact, Finding, MetadataField, Rule, YearSource};
use crate::fold;
use crate::lines::{self, LineKind};
use crate::record::{Metadata, Paragraph, Period};
use crate::span::Span;
use contact::Fields;
use labels::Label;
use line::{Line, Tail};
pub(crate) use text::{Patterns, leftmost};
use text::{Traits, cap, squeeze, squeeze_known, tidy};
pub use title::Titles;

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
    pub lines: &'a [lines::Line],
    /// What each line was taken for.
    pub kinds: &'a [LineKind],
    /// Index of the line of the first section heading; the number of lines if there is none.
    pub first_heading: usize,
    /// First paragraph of the first section.
    pub overview: Option<&'a str>,
    /// Paragraphs before the first section, their pieces joined.
    pub preface: &'a [Paragraph],
    /// Names of reports that the forms know, such as 政府信息公开工作年度报告.
    pub titles: &'a Titles,
    /// Name of the file. Nothing is read from it today: neither its year nor its organ is printed in the report.
    pub file_name: Option<&'a str>,
}

/// A paragraph before the first section.
struct Preface<'a> {
    /// Its line, from 1.
    line: u32,
    text: &'a str,
    traits: Traits,
    /// The line of the head that it is.
    own: Option<&'a Line<'a>>,
    squeezed: OnceCell<Cow<'a, str>>,
    fields: Fields<'a>,
}

impl<'a> Preface<'a> {
    /// Of a paragraph, which mostly is one of the lines of the `head`.
    fn new(paragraph: &'a Paragraph, head: &'a [Line<'a>]) -> Preface<'a> {
        let text = cap(&paragraph.text, PARAGRAPH_CHARS);
        let at = head.partition_point(|line| line.index as u64 + 1 < u64::from(paragraph.line));
        let own = head.get(at).filter(|line| line.text() == text);
        let traits = own.map_or_else(|| Traits::of(text), |line| line.traits);
        let squeezed = OnceCell::new();
        let mut preface = Preface { line: paragraph.line, text, traits, own, squeezed, fields: Fields::default() };
        preface.fields = contact::fields(text, traits, || preface.squeezed());
        preface
    }

    /// It [squeezed](squeeze).
    fn squeezed(&self) -> &str {
        match self.own {
            Some(line) => line.squeezed(),
            None => self.squeezed.get_or_init(|| squeeze_known(self.text, self.traits)),
        }
    }

    /// The same, quotations taken out.
    fn unquoted(&self) -> Cow<'_, str> {
        if self.traits.any(Traits::QUOTE) { unquote(self.squeezed()) } else { Cow::Borrowed(self.squeezed()) }
    }
}

/// Takes out what stands between 《 and 》, unless another of these marks stands there.
fn unquote(text: &str) -> Cow<'_, str> {
    static OPEN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("《"));
    static CLOSE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("》"));
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = OPEN.find(rest.as_bytes()) {
        let (before, behind) = rest.split_at(open + "《".len());
        kept.push_str(before);
        let end = OPEN.find(behind.as_bytes()).unwrap_or(behind.len());
        rest = CLOSE.find(&behind.as_bytes()[..end]).map_or(behind, |close| &behind[close..]);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
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

/// Characters before the bracket of a 文号.
const DOC_NAME_CHARS: usize = 16;
/// No 文号 takes more bytes: four for each character of its name, its brackets, and what stands between and behind them.
const DOC_NUMBER_BYTES: usize = 4 * DOC_NAME_CHARS + "〔2024年〕第12345号".len();

/// 文号 at the start of `text`: 晋科〔2024〕3号.
///
/// ```text
/// number = Han (Han | letter){0,15} "〔" (1 | 2) 0-9{3} [年] "〕" [第] 0-9{1,5} 号
/// ```
fn doc_number(text: &str) -> Option<&str> {
    static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("号"));
    MARK.find(&text.as_bytes()[..text.len().min(DOC_NUMBER_BYTES)])?;
    text.chars().next().filter(|c| labels::is_script_han(*c))?;
    // A bracket stands among the first characters, or none of use.
    let mut behind = text.char_indices().skip(1).take(DOC_NAME_CHARS);
    let (end, _) = behind.find(|(_, c)| !labels::is_script_han(*c) && !c.is_ascii_alphabetic())?;
    let rest = text[end..].strip_prefix(['〔', '[', '【', '［', '（', '(', '﹝'])?;
    let (year, rest) = rest.split_at_checked(4)?;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = rest.strip_prefix('年').unwrap_or(rest).strip_prefix(['〕', ']', '】', '］', '）', ')', '﹞'])?;
    let rest = rest.strip_prefix('第').unwrap_or(rest);
    let rest = Some(digits(rest)).filter(|count| (1..=5).contains(count)).map(|count| &rest[count..])?;
    let rest = rest.strip_prefix('号')?;
    let fits = year.starts_with(['1', '2']) && digits(year) == 4;
    fits.then(|| &text[..text.len() - rest.len()])
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

/// A report is spoken of.
fn names_some_report(text: &str) -> bool {
    text.contains("报告") || text.contains("年报")
}

/// Between two marks of a sentence, the text names a year, behind a verb and before a report: without this it matches no [`PROSE_YEAR`].
fn may_name_report(text: &str) -> bool {
    static VERBS: LazyLock<Patterns> = LazyLock::new(|| {
        leftmost(["编制", "编写", "公布", "发布", "形成", "起草", "撰写", "制作", "现将", "特将", "兹将"])
    });
    dates::all_years(text).any(|(start, end)| {
        let after = text[end..].split(['，', '。', '；', '：']).next().unwrap_or("");
        names_some_report(after) && {
            let before = text[..start].rsplit(['，', '。', '；', '：']).next().unwrap_or("");
            VERBS.is_match(before)
        }
    })
}

fn named_report(text: &str) -> Option<Named> {
    if !may_name_report(text) {
        return None;
    }
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
        let name = title::report_name(subject, &Titles::default()).map_or(subject, |(start, _)| &subject[..start]);
        let name =
            name.trim_end_matches("政府信息公开工作").trim_end_matches("政府信息公开").trim_end_matches("信息公开");
        let name = title::with_government(subject, name);
        let organ =
            |name: &str| agency::name_of(name).filter(|name| agency::is_organ(name) && name.chars().count() >= 3);
        let agency = organ(part(2)).or_else(|| organ(name)).map(|name| agency::unveil(&name));
        Some(Named { agency, year: dates::year_at(part(3))?.0 })
    })
}

/// Paragraphs whose first lines go on as prose: a line inside one is no title.
fn in_sentence(preface: &[Preface], line: &Line) -> bool {
    let number = line.index as u32 + 1;
    let Some(paragraph) = preface.iter().take_while(|paragraph| paragraph.line < number).last() else { return false };
    let text = paragraph.squeezed();
    // An organ on the line before, joined to the title, does not make a sentence of it.
    paragraph.traits.any(Traits::SENTENCE)
        && text.contains(['。', '，'])
        && text.find(line.squeezed()).is_some_and(|at| !agency::is_organ(&text[..at]))
}

/// The year that the first words of the overview name, and whether a comma stands behind it: `2023年，我局…`.
fn overview_year(overview: &str) -> Option<(i32, bool)> {
    // As many characters as the pattern takes.
    let seen = overview.chars().filter(|c| !c.is_whitespace() && !fold::is_invisible(*c));
    let first: String = seen.map(text::narrow).take(8).collect();
    let (year, rest) = dates::year_at(first.strip_prefix('在').unwrap_or(&first))?;
    let rest = rest.strip_prefix('年')?;
    Some((year, rest.strip_prefix('度').unwrap_or(rest).starts_with(['，', ','])))
}

/// The text says that a period is the one that the figures cover.
fn speaks_of_figures(text: &str) -> bool {
    ["统计", "期限", "时限", "数据", "报告期"].iter().any(|word| text.contains(word))
}

/// The day of a colophon at the end: `某市人民政府办公室 2014年4月13日印发`.
fn printed_on(line: &Line) -> Option<String> {
    if !line.traits.any(Traits::TWO) {
        return None;
    }
    let dated = line.squeezed().strip_suffix("印发")?;
    let year = dates::years(dated).last()?;
    dates::only_date(&dated[year.start..])
}

/// The period that a text names: that of a sentence about the figures before any other.
fn period_of(text: &str) -> Option<Period> {
    let about = text.split(['。', '；']).filter(|sentence| speaks_of_figures(sentence));
    about.filter_map(dates::period).next().or_else(|| dates::period(text))
}

/// The signature at the end: the organ, and the date alone on a line.
fn sign(tail: &Tail) -> (Option<String>, Option<String>) {
    let (mut organ, mut date) = (None, None);
    // A sentence without a year is neither an organ nor a date.
    let spoken = |line: &Line| line.traits.any(Traits::SENTENCE) && !line.traits.any(Traits::TWO | Traits::CELLS);
    let prose =
        |line: &&Line| matches!(line.kind, LineKind::Prose | LineKind::Furniture) && line.cells == 1 && !spoken(line);
    for (at, line) in tail.all().iter().enumerate().filter(|(_, line)| prose(line)) {
        let text = line.squeezed();
        let day = line.only_date();
        let years = line.traits.any(Traits::TWO).then(|| dates::years(text));
        let year = years.and_then(|mut years| years.next()).filter(|_| day.is_none());
        let (signing, dated) = match year {
            // Organ and date on one line.
            Some(named) => {
                let (before, after) = text.split_at(named.start);
                let signed = agency::signature(before).and_then(|name| Some((name, dates::only_date(after)?)));
                signed.map_or((None, None), |(name, day)| (Some(name), Some(day)))
            }
            None => (agency::signature(text), day),
        };
        if signing.is_none() && dated.is_none() {
            continue;
        }
        let Some(behind) = tail.own().get(at + 1..) else { break };
        let alone = |_: &&str| {
            let next_day = || behind.iter().take(2).any(|next| next.only_date().is_some());
            let is_aside =
                |later: &Line| later.kind == LineKind::Furniture || later.squeezed().starts_with(['（', '(']);
            year.is_some() || behind.iter().all(is_aside) || next_day()
        };
        organ = signing.filter(alone).map(str::to_owned).or(organ);
        date = dated.or(date);
    }
    (organ, date)
}

/// Reads the metadata; `edition` is left to the forms.
///
/// The findings are `metadata.missing` for a title, organ or year that is not to be found, or a period that is printed but is
/// none, and `metadata.year` where the report names different years.
pub fn read(input: &Input<'_>) -> (Metadata, Vec<Finding>) {
    let (head, seen) = line::head(input);
    let tail = Tail::new(input, seen);
    let mut metadata = Metadata::default();
    let preface: Vec<Preface> =
        input.preface.iter().take(PARAGRAPHS).map(|paragraph| Preface::new(paragraph, &head)).collect();

    // Labelled values: contact from the preface first, where its lines are whole again.
    for paragraph in &preface {
        contact::take(&paragraph.fields, &mut metadata.contact);
    }
    let (mut published, mut number, mut organ, mut name) = (Ranked(None), Ranked(None), Ranked(None), Ranked(None));
    let foot = head.len();
    for (at, line) in head.iter().chain(tail.all()).enumerate() {
        let row = at >= foot && line.cells > 3;
        if row || line.kind == LineKind::Heading && at >= foot {
            continue;
        }
        if at < foot {
            let behind = |found: &str| line.squeezed().get(found.len()..);
            let alone = |found: &&str| behind(found).is_some_and(|text| text.is_empty() || text.starts_with("签发"));
            number.offer(2, line.doc_number().filter(alone).map(str::to_owned));
            published.offer(9, line.only_date());
        } else {
            published.offer(10, printed_on(line));
        }
        if line.cells == 1 && !line.traits.any(Traits::COLON | Traits::DIGIT) {
            continue;
        }
        let next = if at < foot { head.get(at + 1) } else { tail.all().get(at + 1 - foot) };
        let row = match line.cells {
            1 => next.and_then(|next| line::with_value_below(line, next)),
            _ => Some(line::row_as_text(line.span.of(input.text))),
        };
        let (text, traits) = match &row {
            Some(row) => (row.as_str(), Traits::of(row)),
            None => (line.whole(input), line.traits),
        };
        // What the preface holds too has been read.
        let read = preface.iter().find(|paragraph| paragraph.text == text).map(|paragraph| &paragraph.fields);
        let own = match read {
            None => contact::fields(text, traits, || squeeze_known(text, traits)),
            Some(_) => Fields::default(),
        };
        let fields = read.unwrap_or(&own);
        if fields.is_empty() {
            continue;
        }
        if at >= foot && at - foot >= tail.own().len() {
            break;
        }
        contact::take(&own, &mut metadata.contact);
        for field in fields.iter() {
            match field.label {
                Label::DocNumber => number.offer(1, doc_number(&squeeze(field.folded)).map(str::to_owned)),
                Label::Published(rank) => published.offer(rank, dates::date(&squeeze(field.folded))),
                Label::Agency(rank) => organ.offer(rank, agency::from_label(field.folded)),
                Label::Title if at < foot => {
                    let title = tidy(field.printed.split('；').next().unwrap_or(""));
                    name.offer(1, (!title.is_empty()).then(|| (title.into_owned(), line.span)));
                }
                _ => {}
            }
        }
    }
    for paragraph in &preface {
        contact::take_unlabelled(paragraph.text, paragraph.traits, &paragraph.fields, &mut metadata.contact);
    }
    // An address of the net at the end is the organ's where the line says so: `电子邮箱xxgk@example.gov.cn`.
    for line in tail.own().iter().filter(|line| line.traits.any(Traits::AT) && line.squeezed().contains("邮箱")) {
        contact::take_unlabelled(line.text(), line.traits, &Fields::default(), &mut metadata.contact);
    }
    let (signed, dated) = sign(&tail);
    published.offer(8, dated);
    metadata.published = published.take();
    metadata.doc_number = number.take();

    let organ = organ.take();
    // The organs that the report names outside of its title.
    let told = OnceCell::new();
    let told = || -> &[String] {
        told.get_or_init(|| {
            let spoken = preface.iter().filter_map(|paragraph| agency::from_preface(&paragraph.unquoted()));
            spoken.chain(organ.clone()).chain(signed.clone()).collect::<Vec<String>>()
        })
    };
    let is_told = |name: &str| told().iter().any(|organ| organ == name);
    let in_sentence = |line: &Line| in_sentence(&preface, line);
    let known = title::Known { titles: input.titles, in_sentence: &in_sentence, is_told: &is_told };
    let mut title = title::find(&head, &known);
    if title.is_none() {
        title = name.take().map(|(text, span)| {
            let key = squeeze(&text);
            let (agency, year, several_years) = title::parse(&key, title::report_name(&key, input.titles));
            let governs = title::may_govern(&key, agency.as_deref());
            title::Title { text, agency, year, several_years, governs, span }
        });
    }
    let yearly = preface.iter().filter(|paragraph| paragraph.traits.any(Traits::TWO));
    // What is taken out of a text, a quotation, adds no word to it.
    let yearly = yearly.filter(|paragraph| names_some_report(paragraph.squeezed()));
    let named: Vec<(u32, Named)> =
        yearly.filter_map(|paragraph| Some((paragraph.line, named_report(&paragraph.unquoted())?))).collect();

    // The organ.
    metadata.agency = title
        .as_ref()
        .and_then(|title| title.agency.clone())
        .map(|name| match title.as_ref().is_some_and(|title| title.governs) {
            // 某区政府信息公开: what else the report calls itself tells whether the 政府 is the organ's.
            true => ["人民政府", "政府"]
                .map(|end| format!("{name}{end}"))
                .into_iter()
                .find(|full| is_told(full))
                .unwrap_or(name),
            false => name,
        })
        .or_else(|| preface.iter().find_map(|paragraph| agency::from_preface(&paragraph.unquoted())))
        .or_else(|| named.iter().find_map(|(_, named)| named.agency.clone()))
        .or_else(|| own_title(&preface, input.titles).and_then(|(agency, _)| agency))
        .or_else(|| organ.clone())
        .or_else(|| signed.clone());

    // The period: before the first section, or where the overview says that its figures are counted so.
    let overview = cap(input.overview.unwrap_or(""), PARAGRAPH_CHARS);
    contact::take_from_overview(overview, &mut metadata.contact);
    let yearly = |traits: Traits| traits.any(Traits::TWO);
    let in_preface = preface.iter().filter(|paragraph| yearly(paragraph.traits));
    let in_preface = in_preface.map(|paragraph| (paragraph.line, paragraph.squeezed()));
    let in_head = head.iter().filter(|line| yearly(line.traits));
    let in_head = in_head.map(|line| (line.index as u32 + 1, line.squeezed()));
    let mut period: Option<(bool, u32, Period)> = None;
    for (line, text) in in_preface.chain(in_head) {
        match &period {
            None => period = period_of(text).map(|found| (speaks_of_figures(text), line, found)),
            Some((true, _, _)) => break,
            Some((false, _, _)) => {
                let better = period_of(text).filter(|_| speaks_of_figures(text));
                period = better.map(|found| (true, line, found)).or(period);
            }
        }
    }
    if period.is_none() {
        let overview = squeeze(overview);
        period = period_of(&overview).filter(|_| speaks_of_figures(&overview)).map(|found| (true, 0, found));
    }
    let period_year = period.as_ref().and_then(|(_, _, found)| dates::year_of_period(found));
    // A period that is printed, but is none.
    let broken = if period.is_none() { broken_period(&preface, &head) } else { None };

    // The year.
    let title_year = title.as_ref().and_then(|title| title.year);
    let overview_year = overview_year(overview);
    let loose = || preface.iter().find_map(|paragraph| loose_year(&paragraph.unquoted(), input.titles));
    metadata.year = title_year
        .or(period_year)
        .or_else(|| named.first().map(|(_, named)| named.year))
        .or_else(|| own_title(&preface, input.titles).and_then(|(_, year)| year))
        .or_else(loose)
        .or_else(|| overview_year.map(|(year, _)| year));

    let mut findings = Vec::new();
    if let (Some(year), false) = (metadata.year, title.as_ref().is_some_and(|title| title.several_years)) {
        let title_span = title.as_ref().filter(|title| title.year.is_some()).map(|title| title.span);
        let mut readings: Vec<(YearSource, i32)> = Vec::new();
        readings.extend(title_year.map(|year| (YearSource::Title, year)));
        let found = period.as_ref().map(|(_, _, found)| found);
        let other = period_year.or_else(|| dates::other_year(found?, year));
        let other = other.or_else(|| broken.and_then(|(_, years)| years.into_iter().find(|found| *found != year)));
        readings.extend(other.map(|year| (YearSource::Period, year)));
        readings.extend(named.first().map(|(_, named)| (YearSource::Preface, named.year)));
        if let Some((found, true)) = overview_year {
            let named_there = || dates::years(&squeeze(overview)).any(|other| other.year == year);
            if found == year || found.abs_diff(year) <= 5 && !named_there() {
                readings.push((YearSource::Overview, found));
            }
        }
        if let Some(&(source, actual)) = readings.iter().find(|(_, found)| *found != year) {
            let naming = |line: Option<u32>| line_naming(&head, line?, actual);
            let span = match source {
                YearSource::Title => title_span,
                YearSource::Period => {
                    let line = period.as_ref().map(|(_, line, _)| *line);
                    naming(line.or(broken.map(|(line, _)| line)))
                }
                YearSource::Preface => naming(named.first().map(|(line, _)| *line)),
                YearSource::Overview => overview_span(input, actual),
            };
            let fact = Fact::MetadataYear { readings };
            findings.push(Finding::new(Rule::MetadataYear, fact).maybe_at(span.or(title_span)).expected(year, actual));
        }
    }

    if let Some((line, _)) = broken.filter(|_| findings.is_empty()) {
        let at = head.iter().find(|found| found.index as u32 + 1 >= line).map(|line| line.span);
        let fact = Fact::MetadataMissing { what: MetadataField::Period, empty: false };
        findings.push(Finding::new(Rule::MetadataMissing, fact).maybe_at(at));
    }

    metadata.period = period.map(|(_, _, found)| found);
    let heading = input.lines.get(input.first_heading).map(|line| line.text.trim(input.text)).unwrap_or_default();
    let first = head.first().map(|line| line.span).or(Some(heading).filter(|span| !span.is_empty()));
    let first = first.or_else(|| tail.own().first().map(|line| line.span.trim(input.text)));
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
fn own_title(preface: &[Preface], titles: &Titles) -> Option<(Option<String>, Option<i32>)> {
    preface.iter().filter(|paragraph| paragraph.traits.any(Traits::QUOTE)).find_map(|paragraph| {
        QUOTED.find_iter(paragraph.squeezed()).find_map(|quoted| {
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
fn loose_year(text: &str, titles: &Titles) -> Option<i32> {
    text.split(['，', '。', '；']).find_map(|clause| {
        let (start, end) = title::report_name(clause, titles)?;
        let cited = ["关于", "通知", "要求", "格式"].iter().any(|word| clause.contains(word));
        let year = dates::years(&clause[..end]).filter(|year| year.start < start || year.end < end).last()?;
        (!cited && !year.dated).then_some(year.year)
    })
}

/// Where a text that speaks of the figures prints a period that is none, and its years: a day that no calendar has, or an end
/// before the beginning.
fn broken_period(preface: &[Preface], head: &[Line]) -> Option<(u32, [i32; 2])> {
    let paragraphs = preface.iter().filter(|paragraph| paragraph.traits.any(Traits::TWO));
    let paragraphs = paragraphs.map(|paragraph| (paragraph.line, paragraph.squeezed()));
    let lines = head.iter().filter(|line| line.traits.any(Traits::TWO));
    let lines = lines.map(|line| (line.index as u32 + 1, line.squeezed()));
    paragraphs.chain(lines).filter(|(_, text)| speaks_of_figures(text)).find_map(|(line, text)| {
        let (first, last) = dates::broken_period(text)?;
        Some((line, [first, last]))
    })
}

/// The first line from `from` (counted from 1) on that names the year; else that line itself.
fn line_naming(head: &[Line], from: u32, year: i32) -> Option<Span> {
    let mut later = head.iter().filter(|line| line.index as u32 + 1 >= from);
    let first = later.clone().next();
    later.find(|line| dates::years(line.squeezed()).any(|named| named.year == year)).or(first).map(|line| line.span)
}

/// The line of the overview that names the year: among the first lines from the first heading on.
fn overview_span(input: &Input<'_>, year: i32) -> Option<Span> {
    let mut lines = Vec::new();
    let end = input.lines.len().min(input.first_heading.saturating_add(6));
    (input.first_heading..end).for_each(|index| line::push_line(input, index, false, &mut lines));
    lines.iter().find(|line| dates::years(line.squeezed()).any(|named| named.year == year)).map(|line| line.span)
}
