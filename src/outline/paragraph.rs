//! Lines → paragraphs: a line is a paragraph, unless a page break or the width of the page cut one in two.

use std::ops::Range;

use crate::lines::{Line, LineKind, Look};
use crate::outline::ordinal::ordinal;
use crate::record::Paragraph;
use crate::span::{LineIndex, Span, width};

use super::markup;
use super::wrap::{LONGEST_LINE, SHORTEST_FULL, SLACK, WIDTHS, Wrap, end, indent};

/// The prose of a report, of which paragraphs are made.
pub(super) struct Prose<'a> {
    pub text: &'a str,
    pub lines: &'a [Line],
    pub index: &'a LineIndex,
    pub kinds: &'a [LineKind],
    pub wrap: Option<Wrap>,
    /// It has the marks of Markdown.
    pub marked: bool,
    /// The text has other white space than that of ASCII.
    pub blanks: bool,
}

impl Prose<'_> {
    /// The paragraphs of the prose lines in `range`; `rest` is text behind a heading on the line before them, which begins
    /// the first.
    pub(super) fn paragraphs(&self, range: Range<usize>, rest: Span) -> Vec<Paragraph> {
        let &Prose { text, lines, index, kinds, wrap, marked, blanks } = self;
        let prose = kinds[range.clone()].iter().filter(|kind| **kind == LineKind::Prose).count();
        if prose == 0 && rest.is_empty() {
            return Vec::new();
        }
        let mut paragraphs: Vec<Paragraph> = Vec::with_capacity(prose + usize::from(!rest.is_empty()));
        // What stands in a line, without the blanks around it.
        let paragraph = |at: usize, span: Span| {
            let line = index.number_in(span.start, (at, lines.len()));
            // Lines without tabs are told from the others already.
            let is_odd = blanks || lines[at].look != Look::Text;
            let span = if marked { markup::bare(text, span) } else { span };
            let printed = span.of(text);
            let mut text = if is_odd { clean(printed) } else { printed.to_owned() };
            if marked {
                text = markup::plain(&text).trim_matches('*').trim().to_owned();
            }
            Paragraph { text, line, rejoined: false }
        };
        // The line that the last paragraph ends on, while nothing but blank lines and page furniture stands behind it.
        let mut open: Option<usize> = None;
        // The line that it begins on.
        let mut first = 0;
        // Nothing but a few lines stands before the first heading: too few to tell that all of the text is wrapped.
        let preface = range.start == 0;
        let own_wrap = if preface { Wrap::of_preface(text, lines, &kinds[range.clone()]) } else { None };
        if let Some(above) = range.start.checked_sub(1)
            && !rest.is_empty()
        {
            paragraphs.push(paragraph(above, rest));
            (open, first) = (Some(above), above);
        }
        for at in range {
            match kinds[at] {
                LineKind::Blank | LineKind::Furniture => {}
                LineKind::Row | LineKind::Heading => open = None,
                LineKind::Prose => {
                    let piece = paragraph(at, lines[at].text.trim(text));
                    let gap = open.is_some_and(|last| at - last > 1);
                    match (paragraphs.last_mut(), open) {
                        (Some(last), Some(above))
                            if is_one(text, lines, (first, above, at), (&last.text, &piece.text), wrap)
                                || preface
                                    && is_cut_off(text, lines, (above, at), (&last.text, &piece.text), own_wrap) =>
                        {
                            join(&mut last.text, &piece.text);
                            last.rejoined |= gap;
                        }
                        _ => {
                            paragraphs.push(piece);
                            first = at;
                        }
                    }
                    open = Some(at);
                }
            }
        }
        paragraphs
    }
}

/// The lines `above` and `at`, with nothing of the report between them, are of one paragraph, which begins on the line `first`.
fn is_one(
    text: &str,
    lines: &[Line],
    (first, above, at): (usize, usize, usize),
    (before, piece): (&str, &str),
    wrap: Option<Wrap>,
) -> bool {
    let gap = at - above > 1;
    match wrap {
        Some(wrap) if wrap.parts_sentences() => {
            let full = || wrap.is_full(text, &lines[above]) && !wrap.is_indented(text, &lines[at]);
            // A title may be as wide by chance.
            let cut = || above > first || is_open(lines[above].text.of(text).trim());
            gap && goes_on(before, piece)
                || !gap
                    && (goes_back(text, lines, (first, above, at), (before, piece))
                        || full() && cut() && runs_on(before, piece))
        }
        Some(wrap) if wrap.is_full(text, &lines[above]) => {
            // A full stop at the margin of a page, or before a blank line, ends the paragraph.
            let ended = gap && before.ends_with(['。', '！', '？', '：']);
            // A sentence that goes on may have a colon, where no address would.
            let labelled = is_labelled(piece) && (before.ends_with(is_stop) || is_address(piece));
            !wrap.is_indented(text, &lines[at]) && !ended && !labelled
        }
        Some(_) => false,
        None if gap => goes_on(before, piece),
        None => goes_back(text, lines, (first, above, at), (before, piece)),
    }
}

/// The line `above` is as wide as those of a PDF are, and stops in the middle of a sentence: the one below goes on with it, to its full stop or
/// to the same width, whether or not the rest of the text is wrapped. Where several lines are as `wrap` says, a label may stand before what is
/// cut.
fn is_cut_off(
    text: &str,
    lines: &[Line],
    (above, at): (usize, usize),
    (before, piece): (&str, &str),
    wrap: Option<Wrap>,
) -> bool {
    // Digits that go on are no ordinal: 0743-82551 and 60）.
    let digits = before.ends_with(|c: char| c.is_ascii_digit()) && piece.starts_with(|c: char| c.is_ascii_digit());
    if is_address(piece) || !digits && !is_plain(piece) {
        return false;
    }
    let (full, next) = (end(text, &lines[above]), width(piece));
    let cut = WIDTHS.contains(&full) && next <= full + SLACK && (piece.ends_with(is_stop) || next + SLACK >= full);
    let wrapped = |wrap: Wrap| {
        wrap.is_full(text, &lines[above])
            && !wrap.is_indented(text, &lines[at])
            && !before.ends_with(['。', '！', '？'])
    };
    cut && (is_cut(before) || wrap.is_some_and(wrapped))
}

/// `piece` is nothing of its own.
fn runs_on(before: &str, piece: &str) -> bool {
    !before.ends_with(is_stop) && is_plain(piece)
}

/// It begins neither an item nor a line of an address.
fn is_plain(piece: &str) -> bool {
    ordinal(piece).is_none() && !is_address(piece)
}

/// The paragraph begins to the right of the line `at`, which the line above it leaves its sentence to: a hanging line goes on, whether or
/// not the rest of the text is wrapped.
fn goes_back(
    text: &str,
    lines: &[Line],
    (first, above, at): (usize, usize, usize),
    (before, piece): (&str, &str),
) -> bool {
    let ended = before.ends_with(is_stop);
    // One line that ends with a full stop is a paragraph, whatever its width.
    if ended && above == first || indent(text, &lines[first]) < indent(text, &lines[at]) + 2 {
        return false;
    }
    // The last line of a paragraph tells its end by its full stop; those between are as wide as the first.
    let full = end(text, &lines[first]);
    let wrapped = || {
        (SHORTEST_FULL..=LONGEST_LINE).contains(&full)
            && end(text, &lines[above]) + SLACK >= full
            && end(text, &lines[at]) <= full + SLACK
            && (piece.ends_with(is_stop) || end(text, &lines[at]) + SLACK >= full)
    };
    let open = || above > first || is_open(lines[above].text.of(text).trim());
    open() && is_plain(piece) && (wrapped() || goes_on(before, piece))
}

/// The line ends the sentence of the line above it, and so is no title: `无` and `其他需要报告的事项。`.
pub(super) fn ends_sentence(text: &str, lines: &[Line], kinds: &[LineKind], at: usize) -> bool {
    let Some(above) = at.checked_sub(1).filter(|&above| kinds[above] == LineKind::Prose) else { return false };
    let printed = lines[at].text.of(text).trim_end();
    let before = lines[above].text.of(text).trim();
    printed.ends_with('。') && is_open(before)
}

/// The line goes on with the wrapped paragraph above it, whatever it begins with.
pub(super) fn is_inside(text: &str, lines: &[Line], kinds: &[LineKind], at: usize, wrap: Wrap) -> bool {
    let Some(above) = at.checked_sub(1).filter(|&above| kinds[above] == LineKind::Prose) else { return false };
    let before = lines[above].text.of(text).trim();
    let open = if wrap.parts_sentences() { is_open(before) } else { !before.ends_with(is_stop) };
    wrap.is_full(text, &lines[above]) && !wrap.is_indented(text, &lines[at]) && open
}

/// Tabs and other odd blanks become one space.
fn clean(printed: &str) -> String {
    let bytes = printed.as_bytes();
    // Few lines hold any. The no-break space is 0xC2 0xA0.
    let is_odd = |at: usize| bytes[at] == b'\t' || bytes.get(at + 1) == Some(&0xA0);
    if !memchr::memchr2_iter(b'\t', 0xC2, bytes).any(is_odd) {
        return printed.to_owned();
    }
    printed.replace(['\t', '\u{a0}'], " ")
}

/// Joins two pieces of a sentence; a space is wanted only between two words of Latin letters, and not inside of an address of the net.
fn join(text: &mut String, piece: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if latin(text.chars().next_back()) && latin(piece.chars().next()) {
        let is_end = |c: char| !c.is_ascii_graphic();
        let above = text.rsplit(is_end).next().unwrap_or_default();
        let below = piece.split(is_end).next().unwrap_or_default();
        if !(above.contains(NET) || below.contains(NET)) {
            text.push(' ');
        }
    }
    text.push_str(piece);
}

/// What stands inside of an address of the net, and of no other word.
const NET: [char; 3] = ['@', '.', '/'];

/// A paragraph shorter than this that lacks its full stop is a line of an address or a signature, in characters.
const SHORTEST_CUT: usize = 16;

/// `text` stops in the middle of a sentence and `next` goes on with it.
fn goes_on(text: &str, next: &str) -> bool {
    // What takes longer to find out comes last.
    next.ends_with(is_stop) && is_cut(text) && ordinal(next).is_none() && !is_labelled(next)
}

/// `text` stops in the middle of a sentence, and no label stands before it.
fn is_cut(text: &str) -> bool {
    stops_short(text) && (text.ends_with(['，', '、', ',']) || !is_labelled(text))
}

/// `text` stops in the middle of a sentence, and is no line of an address.
pub(super) fn is_open(text: &str) -> bool {
    stops_short(text) && !is_address(text)
}

fn stops_short(text: &str) -> bool {
    let Some(last) = text.chars().next_back() else { return false };
    if is_stop(last) {
        return false;
    }
    // What takes longer to find out comes last.
    matches!(last, '，' | '、' | ',') || {
        let long = text.len() >= SHORTEST_CUT * 3;
        let sentence = || text.contains(['，', '、', '；', '。']);
        long && !text.ends_with("报告") && !text.ends_with("年报") && sentence()
    }
}

pub(super) fn is_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '！' | '？' | '；' | '：' | '…' | '.' | '!' | '?' | ';' | ':' | '）' | ')' | '”' | '》' | '】' | '』'
    )
}

/// `电话：…`: a line of its own, whatever stands before it.
fn is_labelled(text: &str) -> bool {
    label(text).is_some_and(|label| !label.is_empty())
}

/// What stands before a colon at the start of `text`.
fn label(text: &str) -> Option<&str> {
    // The label's end, or what no label holds.
    let end = text.char_indices().take(9).find(|(_, c)| matches!(c, '：' | ':' | '，' | '。' | '、' | '；' | ';'));
    end.filter(|(_, c)| matches!(c, '：' | ':')).map(|(at, _)| &text[..at])
}

/// `电话：…` as a line of an address or of a page, and not a sentence with a colon: `还存在一些不足：…`.
fn is_address(text: &str) -> bool {
    const WORDS: [&str; 16] = [
        "电话", "传真", "地址", "邮", "网", "联系", "附件", "注", "来源", "日期", "时间", "机构", "单位", "部门",
        "方式", "人",
    ];
    label(text).is_some_and(|label| WORDS.iter().any(|word| label.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_cut_sentence_goes_on() {
        assert!(goes_on("一是全面落实政务公开标准化规范化制度，依法依规扩大", "公众参与，积极回应社会关切。"));
        assert!(goes_on("一是公开，", "二是服务。"));
        assert!(!goes_on("一是全面落实政务公开标准化规范化制度，依法依规扩大公众参与。", "二是落实审查机制。"));
        assert!(!goes_on("电话：0595-85681242、0595-85681243", "传真：0595-85684144。"));
        assert!(!goes_on("清河县、云州县财政局2023年政府信息公开工作年度报告", "本报告根据条例编制。"));
        assert!(!goes_on("一是全面落实政务公开标准化规范化制度，依法依规扩大", "（二）依申请公开情况。"));
        assert!(!goes_on("清河县财政局", "2024年1月15日印发。"));
    }

    #[test]
    fn latin_words_keep_their_space() {
        let mut text = "Open".to_owned();
        join(&mut text, "Data");
        join(&mut text, "平台");
        assert_eq!(text, "Open Data平台");
        for (above, below) in [("邮箱：zw", "gk@lz.gov.cn"), ("邮箱：zwgk@lz.g", "ov.cn。"), ("网址www.l", "z.gov.cn")]
        {
            let mut text = above.to_owned();
            join(&mut text, below);
            assert_eq!(text, [above, below].concat());
        }
    }
}
