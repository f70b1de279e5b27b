//! The paragraphs before the first section, and what their sentences say of the report: its organ and its year.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::Regex;

use super::agency;
use super::contact::{self, Fields};
use super::dates;
use super::line::Line;
use super::text::{
    COLON, COMMA, OPEN_TITLE, Patterns, SEMICOLON, STOP, Traits, cap, first_mark, last_mark, leftmost, squeeze_known,
};
use super::title::{self, Titles};
use crate::record::Paragraph;

/// Characters of a paragraph that are looked at.
pub(super) const PARAGRAPH_CHARS: usize = 4_000;

/// A paragraph before the first section.
pub(super) struct Preface<'a> {
    /// Its line, from 1.
    pub line: u32,
    /// As printed, its pieces joined.
    pub text: &'a str,
    pub traits: Traits,
    /// The line of the head that it is.
    own: Option<&'a Line<'a>>,
    squeezed: OnceCell<Cow<'a, str>>,
    /// Its labelled values.
    pub fields: Fields<'a>,
}

impl<'a> Preface<'a> {
    /// Of a paragraph, which mostly is one of the lines of the `head`.
    pub(super) fn new(paragraph: &'a Paragraph, head: &'a [Line<'a>]) -> Preface<'a> {
        let text = cap(&paragraph.text, PARAGRAPH_CHARS);
        let at = head.partition_point(|line| line.index as u64 + 1 < u64::from(paragraph.line));
        let own = head.get(at).filter(|line| line.text() == text);
        let traits = own.map_or_else(|| Traits::of(text), |line| line.traits);
        let squeezed = OnceCell::new();
        let mut preface = Preface { line: paragraph.line, text, traits, own, squeezed, fields: Fields::default() };
        preface.fields = contact::fields(text, traits, || preface.squeezed());
        preface
    }

    /// It [squeezed](super::squeeze).
    pub(super) fn squeezed(&self) -> &str {
        match self.own {
            Some(line) => line.squeezed(),
            None => self.squeezed.get_or_init(|| squeeze_known(self.text, self.traits)),
        }
    }

    /// The report that it names, if that is this very one.
    pub(super) fn names_report(&self) -> Option<Named> {
        let may =
            self.traits.any(Traits::TWO) && names_some_report(self.squeezed()) && may_name_unquoted(self.squeezed());
        may.then(|| named_report(&self.unquoted())).flatten()
    }

    /// It squeezed, quotations taken out.
    pub(super) fn unquoted(&self) -> Cow<'_, str> {
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
#[derive(Debug)]
pub(super) struct Named {
    pub agency: Option<String>,
    pub year: i32,
}

/// A report is spoken of.
fn names_some_report(text: &str) -> bool {
    static NAMES: LazyLock<Patterns> = LazyLock::new(|| leftmost(["报告", "年报"]));
    NAMES.is_match(text)
}

/// The verbs that [`PROSE_YEAR`] begins with.
static VERBS: LazyLock<Patterns> = LazyLock::new(|| {
    leftmost(["编制", "编写", "公布", "发布", "形成", "起草", "撰写", "制作", "现将", "特将", "兹将"])
});

/// What parts clauses.
const MARKS: [[u8; 3]; 4] = [STOP, COMMA, SEMICOLON, COLON];

/// Between two marks of a sentence, the text names a year, behind a verb and before a report: without this it matches no [`PROSE_YEAR`].
fn may_name_report(text: &str) -> bool {
    dates::all_years(text).any(|(start, end)| {
        let after = &text[end..];
        let after = first_mark(after, &MARKS).map_or(after, |mark| &after[..mark]);
        names_some_report(after) && {
            let before = &text[..start];
            let before = last_mark(before, &MARKS).map_or(before, |mark| &before[mark + MARKS[0].len()..]);
            VERBS.is_match(before)
        }
    })
}

/// With its quotations taken out, the text may [name a report](may_name_report). That adds no word to it, and what
/// stands behind a year up to a mark, or to a quotation, stays as it is.
fn may_name_unquoted(text: &str) -> bool {
    const ENDS: [[u8; 3]; 5] = [STOP, COMMA, SEMICOLON, COLON, OPEN_TITLE];
    let goes_on = |(_, end): (usize, usize)| {
        let after = &text[end..];
        first_mark(after, &ENDS).is_none_or(|mark| {
            let (clause, behind) = after.split_at(mark);
            behind.as_bytes().starts_with(&OPEN_TITLE) || names_some_report(clause)
        })
    };
    dates::all_years(text).any(goes_on) && VERBS.is_match(text)
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
pub(super) fn in_sentence(preface: &[Preface], line: &Line) -> bool {
    let number = line.index as u32 + 1;
    let Some(paragraph) = preface.iter().take_while(|paragraph| paragraph.line < number).last() else { return false };
    let text = paragraph.squeezed();
    // An organ on the line before, joined to the title, does not make a sentence of it.
    paragraph.traits.any(Traits::SENTENCE)
        && text.contains(['。', '，'])
        && text.find(line.squeezed()).is_some_and(|at| !agency::is_organ(&text[..at]))
}

/// Organ and year of the report's own title where a sentence quotes it: `现公布《某局2023年政府信息公开工作年度报告》`.
pub(super) fn own_title(preface: &[Preface], titles: &Titles) -> Option<(Option<String>, Option<i32>)> {
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
pub(super) fn loose_year(text: &str, titles: &Titles) -> Option<i32> {
    text.split(['，', '。', '；']).find_map(|clause| {
        let (start, end) = title::report_name(clause, titles)?;
        let cited = ["关于", "通知", "要求", "格式"].iter().any(|word| clause.contains(word));
        let year = dates::years(&clause[..end]).filter(|year| year.start < start || year.end < end).last()?;
        (!cited && !year.dated).then_some(year.year)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::mixtures;

    #[test]
    fn what_may_name_a_report_is_told_before_quotations_are_taken_out() {
        let mut count = 0;
        for text in mixtures("《 》 《条例》 《2023年报告》 ， 。 ： 2023年 二〇二二 编制 现将 报告 年报 某局 的 2")
        {
            let may = may_name_report(&unquote(&text));
            count += usize::from(may);
            assert!(!may || may_name_unquoted(&text), "{text}");
        }
        assert!(count > 50, "{count}");
    }

    #[test]
    fn quotations_are_taken_out_as_the_pattern_says() {
        for text in mixtures("《 》 《 》 条例 ， a 《》") {
            assert_eq!(unquote(&text), QUOTED.replace_all(&text, "《》"), "{text}");
        }
    }
}
