//! Lines → paragraphs: a line is a paragraph, unless a page break cut one in two.

use std::ops::Range;

use crate::lines::{Line, LineKind};
use crate::outline::ordinal::ordinal;
use crate::record::Paragraph;
use crate::span::{LineIndex, Span};

/// The paragraphs of the prose lines in `range`; `rest` is text behind a heading, which begins the first of them.
pub(super) fn paragraphs(
    text: &str,
    lines: &[Line],
    index: &LineIndex,
    kinds: &[LineKind],
    range: Range<usize>,
    rest: Span,
) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let place = |span: Span| index.number(span.start);
    if !rest.is_empty() {
        paragraphs.push(Paragraph { text: clean(rest.of(text)), line: place(rest), rejoined: false });
    }
    // What stands between the last paragraph and this line: a gap may be a page break, a row or a heading may not.
    let mut gap = false;
    let mut cut = !rest.is_empty();
    for at in range {
        match kinds[at] {
            LineKind::Blank | LineKind::Furniture => gap = true,
            LineKind::Row | LineKind::Heading => cut = false,
            LineKind::Prose => {
                let span = lines[at].text.trim(text);
                let printed = clean(span.of(text));
                match paragraphs.last_mut() {
                    Some(last) if gap && cut && goes_on(&last.text, &printed) => {
                        join(&mut last.text, &printed);
                        last.rejoined = true;
                    }
                    _ => paragraphs.push(Paragraph { text: printed, line: place(span), rejoined: false }),
                }
                (gap, cut) = (false, true);
            }
        }
    }
    paragraphs
}

/// Tabs and other odd blanks become one space.
fn clean(printed: &str) -> String {
    printed.trim().replace(['\t', '\u{a0}'], " ")
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
    if is_stop(last) || !next.ends_with(is_stop) || ordinal(next).is_some() || is_labelled(next) {
        return false;
    }
    if matches!(last, '，' | '、' | ',') {
        return true;
    }
    let long = text.len() >= SHORTEST_CUT * 3;
    let sentence = text.contains(['，', '、', '；', '。']);
    long && sentence && !is_labelled(text) && !text.ends_with("报告") && !text.ends_with("年报")
}

fn is_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '！' | '？' | '；' | '：' | '…' | '.' | '!' | '?' | ';' | ':' | '）' | ')' | '”' | '》' | '】' | '』'
    )
}

/// `电话：…`: a line of its own, whatever stands before it.
fn is_labelled(text: &str) -> bool {
    let label = text.chars().take(9).position(|c| matches!(c, '：' | ':'));
    label.is_some_and(|at| at > 0 && text.chars().take(at).all(|c| !matches!(c, '，' | '。' | '、')))
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
