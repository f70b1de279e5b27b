//! What labels announce: contact, 文号, day of publication, organ, title.

use super::contact::{self, Fields};
use super::labels::{self, Label};
use super::line::{self, Line};
use super::text::{COLON, COMMA, OPEN_TITLE, STOP, Traits, squeeze, squeeze_known, tidy};
use super::{Page, agency, dates};
use crate::fold;
use crate::lines::LineKind;
use crate::record::Contact;
use crate::span::Span;

/// The value that ranks best, the first of its rank.
#[derive(Debug)]
pub(super) struct Ranked<T>(Option<(u8, T)>);

impl<T> Ranked<T> {
    pub(super) fn offer(&mut self, rank: u8, value: Option<T>) {
        if let Some(value) = value
            && self.0.as_ref().is_none_or(|(best, _)| rank < *best)
        {
            self.0 = Some((rank, value));
        }
    }

    pub(super) fn take(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

impl<T> Default for Ranked<T> {
    fn default() -> Ranked<T> {
        Ranked(None)
    }
}

/// Characters before the bracket of a 文号.
const DOC_NAME_CHARS: usize = 16;

/// 文号 at the start of `text`: 晋科〔2024〕3号.
///
/// ```text
/// number = Han (Han | letter){0,15} "〔" (1 | 2) 0-9{3} [年] "〕" [第] 0-9{1,5} 号
/// ```
pub(super) fn doc_number(text: &str) -> Option<&str> {
    if !may_begin_doc_number(text.as_bytes()) {
        return None;
    }
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

/// Cheap: behind the Chinese characters that most texts begin with seldom stands a bracket, as behind the name, or what may be
/// a part of it.
fn may_begin_doc_number(text: &[u8]) -> bool {
    const OTHERS: [[u8; 3]; 4] = [COLON, COMMA, STOP, OPEN_TITLE];
    let run = fold::chinese_run_while(text, |_| true);
    let goes_on = match text[run..] {
        [first @ 0x00..=0x7F, ..] => first.is_ascii_alphabetic() || matches!(first, b'(' | b'['),
        [first, second, third, ..] => !OTHERS.contains(&[first, second, third]),
        _ => false,
    };
    goes_on && run <= (1 + DOC_NAME_CHARS) * '号'.len_utf8()
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

/// What is printed behind labels, or in the place of what has one.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    pub contact: Contact,
    pub published: Ranked<String>,
    pub doc_number: Ranked<String>,
    pub organ: Ranked<String>,
    /// A title, and where it stands.
    pub title: Ranked<(String, Span)>,
}

impl Labelled {
    pub(super) fn of(page: &Page) -> Labelled {
        let mut labelled = Labelled::default();
        // The contact from the preface first, where its lines are whole again.
        for paragraph in page.preface {
            contact::take(&paragraph.fields, &mut labelled.contact);
        }
        for (at, line) in page.head.iter().enumerate() {
            labelled.in_head(page, at, line);
        }
        labelled.in_tail(page);
        for paragraph in page.preface {
            contact::take_unlabelled(paragraph.text, paragraph.traits, &paragraph.fields, &mut labelled.contact);
        }
        // An address of the net at the end is the organ's where the line says so: `电子邮箱xxgk@example.gov.cn`.
        for line in page.tail.own_with(Traits::AT).filter(|line| line.squeezed().contains("邮箱")) {
            contact::take_unlabelled(line.text(), line.traits, &Fields::default(), &mut labelled.contact);
        }
        contact::take_from_overview(page.overview(), &mut labelled.contact);
        labelled
    }

    /// Reads line `at` of the head.
    fn in_head<'a>(&mut self, page: &Page<'_, 'a>, at: usize, line: &Line<'a>) {
        let behind = |found: &str| line.squeezed().get(found.len()..);
        let alone = |found: &&str| behind(found).is_some_and(|text| text.is_empty() || text.starts_with("签发"));
        self.doc_number.offer(2, line.doc_number().filter(alone).map(str::to_owned));
        self.published.offer(9, line.only_date());
        if may_have_fields(line) {
            with_fields(page, line, page.head.get(at + 1), |fields, anew| self.take(fields, anew, Some(line.span)));
        }
    }

    /// Reads the lines at the foot, as far as they are the report's own.
    fn in_tail(&mut self, page: &Page) {
        let lines = page.tail.all();
        for (at, line) in lines.iter().enumerate() {
            if line.cells > line::ROW_CELLS || line.kind == LineKind::Heading {
                continue;
            }
            self.published.offer(10, printed_on(line));
            if !may_have_fields(line) {
                continue;
            }
            let mut foreign = false;
            with_fields(page, line, lines.get(at + 1), |fields, anew| {
                foreign = at >= page.tail.own().len();
                if !foreign {
                    self.take(fields, anew, None);
                }
            });
            if foreign {
                break;
            }
        }
    }

    /// Takes the values of `fields`; `anew`: the preface does not hold them too. `head`: the line, where a title may stand on it.
    fn take(&mut self, fields: &Fields, anew: bool, head: Option<Span>) {
        if anew {
            contact::take(fields, &mut self.contact);
        }
        for field in fields.iter() {
            let squeezed = || squeeze(field.folded);
            match field.label {
                Label::DocNumber => self.doc_number.offer(1, doc_number(&squeezed()).map(str::to_owned)),
                Label::Published(rank) => self.published.offer(rank, dates::date(&squeezed())),
                Label::Agency(rank) => self.organ.offer(rank, agency::from_label(field.folded)),
                Label::Title => {
                    let printed = tidy(field.printed.split('；').next().unwrap_or(""));
                    let title = head.filter(|_| !printed.is_empty()).map(|span| (printed.into_owned(), span));
                    self.title.offer(1, title);
                }
                _ => {}
            }
        }
    }
}

/// A line of one cell without a colon or a digit announces nothing.
fn may_have_fields(line: &Line) -> bool {
    line.cells != 1 || line.traits.any(Traits::COLON | Traits::DIGIT)
}

/// Calls `with` with the labelled values of a line, if it has any, the value of a label that stands alone being that of the `next` line,
/// and with whether they are no paragraph of the preface, which has been read.
fn with_fields<'a>(page: &Page<'_, 'a>, line: &Line<'a>, next: Option<&Line>, with: impl FnOnce(&Fields, bool)) {
    let row = match line.cells {
        1 => next.and_then(|next| line::with_value_below(line, next)),
        _ => Some(line::row_as_text(line.span.of(page.input.text))),
    };
    let (text, traits) = match &row {
        Some(row) => (row.as_str(), Traits::of(row)),
        None => (line.whole(page.input), line.traits),
    };
    if let Some(paragraph) = page.preface.iter().find(|paragraph| paragraph.text == text) {
        if !paragraph.fields.is_empty() {
            with(&paragraph.fields, false);
        }
        return;
    }
    let fields = contact::fields(text, traits, || squeeze_known(text, traits));
    if !fields.is_empty() {
        with(&fields, true);
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::metadata::tests::mixtures;

    #[test]
    fn document_numbers_are_found_as_the_grammar_says() {
        let pattern =
            Regex::new(r"^\p{Han}[\p{Han}A-Za-z]{0,15}[〔\[【［（(﹝][12][0-9]{3}年?[〕\]】］）)﹞]第?[0-9]{1,5}号")
                .unwrap();
        let mut count = 0;
        for text in mixtures(
            "晋科 晋 一二三四五六七八九十一二三 A 〔 （ 〔2024〕 〔2024〕 (2023年) 〕 2024 年 第 3 12号 3号 号 3号 ， 签发",
        ) {
            let wanted = pattern.find(&text).map(|found| found.as_str());
            count += usize::from(wanted.is_some());
            assert_eq!(doc_number(&text), wanted, "{text}");
        }
        assert!(count > 50, "{count}");
    }
}
