//! Lines → paragraphs: a line is a paragraph, unless a page break cut one in two.

use std::ops::Range;

use crate::lines::{Line, LineKind, Look};
use crate::outline::ordinal::ordinal;
use crate::record::Paragraph;
use crate::span::{LineIndex, Span};

use super::wrap::Wrap;

/// The prose of a report, of which paragraphs are made.
pub(super) struct Prose<'a> {
    pub text: &'a str,
    pub lines: &'a [Line],
    pub index: &'a LineIndex,
    pub kinds: &'a [LineKind],
    pub wrap: Option<Wrap>,
    /// The text has other white space than that of ASCII.
    pub blanks: bool,
}

impl Prose<'_> {
    /// The paragraphs of the prose lines in `range`; `rest` is text behind a heading on the line before them, which begins
    /// the first.
    pub(super) fn paragraphs(&self, range: Range<usize>, rest: Span) -> Vec<Paragraph> {
        let &Prose { text, lines, index, kinds, wrap, blanks } = self;
        let prose = kinds[range.clone()].iter().filter(|kind| **kind == LineKind::Prose).count();
        let mut paragraphs: Vec<Paragraph> = Vec::with_capacity(prose + usize::from(!rest.is_empty()));
        // What stands in a line, without the blanks around it.
        let paragraph = |at: usize, span: Span| {
            let line = index.number_in(span.start, (at, lines.len()));
            // Lines without tabs are told from the others already.
            let is_odd = blanks || lines[at].look != Look::Text;
            let printed = span.of(text);
            Paragraph { text: if is_odd { clean(printed) } else { printed.to_owned() }, line, rejoined: false }
        };
        // The line that the last paragraph ends on, while nothing but blank lines and page furniture stands behind it.
        let mut open: Option<usize> = None;
        if let Some(above) = range.start.checked_sub(1)
            && !rest.is_empty()
        {
            paragraphs.push(paragraph(above, rest));
            open = Some(above);
        }
        for (at, (line, kind)) in range.clone().zip(lines[range.clone()].iter().zip(&kinds[range])) {
            match kind {
                LineKind::Blank | LineKind::Furniture => {}
                LineKind::Row | LineKind::Heading => open = None,
                LineKind::Prose => {
                    let piece = paragraph(at, line.text.trim(text));
                    let gap = open.is_some_and(|last| at - last > 1);
                    match (paragraphs.last_mut(), open) {
                        (Some(last), Some(above))
                            if is_one(text, lines, (above, at), (&last.text, &piece.text), wrap) =>
                        {
                            join(&mut last.text, &piece.text);
                            last.rejoined |= gap;
                        }
                        _ => paragraphs.push(piece),
                    }
                    open = Some(at);
                }
            }
        }
        paragraphs
    }
}

/// The lines `above` and `at`, with nothing of the report between them, are one paragraph.
fn is_one(
    text: &str,
    lines: &[Line],
    (above, at): (usize, usize),
    (before, piece): (&str, &str),
    wrap: Option<Wrap>,
) -> bool {
    let gap = at - above > 1;
    match wrap {
        Some(wrap) if wrap.is_full(text, &lines[above]) => {
            // A full stop at the margin of a page, or before a blank line, ends the paragraph.
            let ended = gap && before.ends_with(['。', '！', '？', '：']);
            !wrap.is_indented(text, &lines[at]) && !ended && !is_labelled(piece)
        }
        Some(_) => false,
        None => gap && goes_on(before, piece),
    }
}

/// The line goes on with the wrapped paragraph above it, whatever it begins with.
pub(super) fn is_inside(text: &str, lines: &[Line], kinds: &[LineKind], at: usize, wrap: Wrap) -> bool {
    let Some(above) = at.checked_sub(1).filter(|&above| kinds[above] == LineKind::Prose) else { return false };
    let ended = lines[above].text.of(text).trim_end().ends_with(is_stop);
    wrap.is_full(text, &lines[above]) && !wrap.is_indented(text, &lines[at]) && !ended
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

/// Joins two pieces of a sentence; a space is wanted only between two words of Latin letters.
fn join(text: &mut String, piece: &str) {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    if latin(text.chars().next_back()) && latin(piece.chars().next()) {
        text.push(' ');
    }
    text.push_str(piece);
}

/// A paragraph shorter than this that lacks its full stop is a line of an address or a signature, in characters.
const SHORTEST_CUT: usize = 16;

/// `text` stops in the middle of a sentence and `next` goes on with it.
fn goes_on(text: &str, next: &str) -> bool {
    let Some(last) = text.chars().next_back() else { return false };
    if is_stop(last) || !next.ends_with(is_stop) {
        return false;
    }
    // What takes longer to find out comes last.
    let cut = matches!(last, '，' | '、' | ',') || {
        let long = text.len() >= SHORTEST_CUT * 3;
        let sentence = || text.contains(['，', '、', '；', '。']);
        long && !text.ends_with("报告") && !text.ends_with("年报") && !is_labelled(text) && sentence()
    };
    cut && ordinal(next).is_none() && !is_labelled(next)
}

pub(super) fn is_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '！' | '？' | '；' | '：' | '…' | '.' | '!' | '?' | ';' | ':' | '）' | ')' | '”' | '》' | '】' | '』'
    )
}

/// `电话：…`: a line of its own, whatever stands before it.
fn is_labelled(text: &str) -> bool {
    // The label's end, or what no label holds.
    let end = text.chars().take(9).enumerate().find(|(_, c)| matches!(c, '：' | ':' | '，' | '。' | '、'));
    end.is_some_and(|(at, c)| at > 0 && matches!(c, '：' | ':'))
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
    }
}
