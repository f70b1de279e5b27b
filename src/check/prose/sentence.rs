//! The sentences of a paragraph as it was printed, and which of them can say something about a figure at all.
//!
//! Most sentences of a report hold neither a number that counts something nor a word for none. One pass over the bytes tells, so that the others alone
//! are squeezed and taken apart. What it tells is never less than what [`token`](super::token) finds.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::number;
use super::squeeze::is_dropped;
use crate::fold;
use crate::numeral;

/// A sentence with its mark, and with the blanks and quotes behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    pub place: Range<usize>,
    /// It may have a number, or a word for none.
    pub may_say: bool,
}

/// All sentences of `paragraph`. A mark is neither folded from several characters nor part of a word or a time, so what one sentence
/// is squeezed to does not depend on the others.
pub(super) fn sentences(paragraph: &str) -> impl Iterator<Item = Sentence> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let sentence = Some(start).filter(|&start| start < paragraph.len()).map(|start| sentence(paragraph, start))?;
        start = sentence.place.end;
        Some(sentence)
    })
}

/// Each word for none has one of them.
const NONE: &str = "没未无";
/// Zeros, which need no count behind them, and what money is counted by.
const ZERO_OR_YUAN: &str = "零元";

/// The sentence that begins at `start`.
fn sentence(paragraph: &str, start: usize) -> Sentence {
    let bytes = paragraph.as_bytes();
    let (mut may_say, mut zero) = (false, false);
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        if is_chinese(byte) {
            zero = false;
            let (all, _) = bytes[at..].as_chunks();
            // Where the sentence may say something already, only its end is looked for.
            let plain = if may_say {
                all.iter().take_while(|c| is_chinese(c[0])).count()
            } else {
                all.iter().take_while(|c| is_chinese(c[0]) && !may_be_sign(c)).count()
            };
            at += plain * 3;
            if !may_say && all.get(plain).is_some_and(|c| is_chinese(c[0])) {
                may_say = is_sign(paragraph, at);
                at += 3;
            }
            continue;
        }
        let Some(printed) = paragraph[at..].chars().next() else { break };
        at += printed.len_utf8();
        if is_dropped(printed) {
            continue;
        }
        let c = fold::plain(printed);
        may_say = may_say || c == '〇' || zero && number::ends_zero(c);
        zero = c == '0';
        if matches!(c, '。' | '!' | '?') {
            let behind = &paragraph[at..];
            let end = at + (behind.len() - behind.trim_start_matches(is_dropped).len());
            return Sentence { place: start..end, may_say };
        }
    }
    Sentence { place: start..paragraph.len(), may_say: may_say || zero }
}

/// It leads one of the characters U+4000 to U+9FFF, of three bytes, which are never folded.
fn is_chinese(byte: u8) -> bool {
    matches!(byte, 0xE4..=0xE9)
}

/// The second and third bytes of all signs, a bit each: few other characters have a second and a third byte of theirs.
const SIGNS: (u64, u64) = {
    let all = [NONE.as_bytes(), ZERO_OR_YUAN.as_bytes(), number::COUNTS.as_bytes()];
    let mut bits = (0, 0);
    let mut list = 0;
    while list < all.len() {
        let mut at = 0;
        while at < all[list].len() {
            bits.0 |= 1 << (all[list][at + 1] & 63);
            bits.1 |= 1 << (all[list][at + 2] & 63);
            at += 3;
        }
        list += 1;
    }
    bits
};

/// Cheap: no for nearly all Chinese characters that are no sign.
fn may_be_sign(&[_, second, third]: &[u8; 3]) -> bool {
    (SIGNS.0 >> (second & 63)) & (SIGNS.1 >> (third & 63)) & 1 > 0
}

/// The character at `at` is of a word for none, a zero, or a count with the end of a number before it.
fn is_sign(paragraph: &str, at: usize) -> bool {
    let Some(c) = paragraph[at..].chars().next() else { return false };
    if NONE.contains(c) || c == '零' {
        return true;
    }
    let before = || paragraph[..at].chars().rev().find(|&c| !is_dropped(c)).map(fold::plain);
    number::is_count(c) && before().is_some_and(|c| c.is_ascii_digit() || numeral::is_numeral(c))
}

/// 申请 stands in `text`, whatever is dropped between its characters: the word for what prose is about once it has named it.
pub(super) fn names_applications(text: &str) -> bool {
    static FIRST: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("申"));
    let mut all = FIRST.find_iter(text.as_bytes());
    all.any(|at| text[at..].chars().skip(1).find(|&c| !is_dropped(c)) == Some('请'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::prose::words::{self, Class};

    #[test]
    fn every_word_for_none_has_a_sign() {
        let words = words::shared().prints(Class::None);
        assert!(words.len() > 5);
        for word in words {
            assert!(word.contains(|c| NONE.contains(c)), "{word}");
        }
    }

    #[test]
    fn every_sign_is_seen() {
        let seen = |c: char| c.to_string().as_bytes().first_chunk().is_some_and(may_be_sign);
        for c in format!("{NONE}{ZERO_OR_YUAN}{}", number::COUNTS).chars() {
            assert!(seen(c), "{c}");
        }
        for c in ('\u{4000}'..='\u{9FFF}').filter(|&c| number::is_count(c)) {
            assert!(seen(c), "{c}");
        }
    }

    #[test]
    fn sentences_are_parted() {
        let read = |text: &str| -> Vec<(String, bool)> {
            let all = sentences(text);
            all.map(|sentence| (text[sentence.place].to_owned(), sentence.may_say)).collect()
        };
        let of = |all: &[(&str, bool)]| -> Vec<(String, bool)> {
            all.iter().map(|&(text, says)| (text.to_owned(), says)).collect()
        };
        assert_eq!(
            read("2023年公开。” 收到12 件！三是没有？"),
            of(&[("2023年公开。” ", false), ("收到12 件！", true), ("三是没有？", true)])
        );
        assert_eq!(read("收费０，下"), of(&[("收费０，下", true)]));
        assert_eq!(read("收费0"), of(&[("收费0", true)]));
        assert_eq!(read("10374人，文件"), of(&[("10374人，文件", false)]));
        assert_eq!(read(""), of(&[]));
        assert!(names_applications("依申 “请"));
        assert!(!names_applications("申、请"));
    }
}
