//! The sentences of a paragraph as it was printed that can say something about a figure at all.
//!
//! Most sentences of a report hold neither a number that counts something nor a word for none. The signs of both are
//! sought many bytes at a time, so that the sentences around them alone are squeezed and taken apart. What they tell
//! is never less than what [`token`](super::token) finds.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::number;
use super::squeeze::is_dropped;
use crate::fold;
use crate::metadata::{Patterns, leftmost};
use crate::numeral;

/// The sentences of `paragraph` that may have a number, or a word for none: each with its mark, and with the blanks
/// and quotes behind it. A mark is neither folded from several characters nor part of a word or a time, so what one
/// sentence is squeezed to does not depend on the others.
pub(super) fn sentences(paragraph: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    // The next of both kinds of signs, from `from` on at the least. A sign of a sentence is one wherever the sentence
    // begins.
    let (mut words, mut zeros) = (Next::Unsought, Next::Unsought);
    std::iter::from_fn(move || {
        let word = words.at_or_behind(from, |from| word(paragraph, from));
        let zero = zeros.at_or_behind(from, |from| zero(paragraph, from));
        let sign = word.into_iter().chain(zero).min()?;
        let start = begin(paragraph, from..sign);
        from = end(paragraph, sign);
        Some(start..from)
    })
}

/// The first place of something behind the places that were asked about.
#[derive(Debug, Clone, Copy)]
enum Next {
    Unsought,
    At(usize),
    Nowhere,
}

impl Next {
    /// The first place from `from` on, as `seek` finds it. `from` never falls.
    fn at_or_behind(&mut self, from: usize, seek: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        match *self {
            Next::At(at) if at >= from => {}
            Next::Nowhere => {}
            _ => *self = seek(from).map_or(Next::Nowhere, Next::At),
        }
        if let Next::At(at) = *self { Some(at) } else { None }
    }
}

/// Each word for none has one of them.
const NONE: [char; 3] = ['没', '未', '无'];
/// Zeros, which need no count behind them, and what money is counted by.
const ZERO_OR_YUAN: [char; 3] = ['零', '〇', '元'];

/// The 0 of full width.
const WIDE_ZERO: char = '０';

/// All signs but the digit 0.
static SIGNS: LazyLock<Patterns> = LazyLock::new(|| {
    let all = NONE.into_iter().chain(ZERO_OR_YUAN).chain(number::COUNTS).chain([WIDE_ZERO]);
    leftmost(all.map(String::from))
});

/// Each number and each word for none, as [`token`](super::token) finds them in squeezed text, has such a character.
fn is_sign_char(c: char) -> bool {
    c == '0' || SIGN_BITS.get(c as usize / 64).is_some_and(|bits| bits >> (c as usize % 64) & 1 > 0)
}

/// The last such character of a squeezed text.
pub(super) fn last_sign(squeezed: &str) -> Option<usize> {
    let mut end = squeezed.len();
    loop {
        // Chinese characters, U+4000 to U+9FFF, in runs.
        let (_, threes) = squeezed.as_bytes()[..end].as_rchunks::<3>();
        end -= 3 * threes.iter().rev().take_while(|c| matches!(c[0], 0xE4..=0xE9) && !is_sign_of_three(c)).count();
        let c = squeezed[..end].chars().next_back()?;
        end -= c.len_utf8();
        if is_sign_char(c) {
            return Some(end);
        }
    }
}

/// As [`is_sign_char`], of the bytes of a character that takes three.
fn is_sign_of_three(&[first, second, third]: &[u8; 3]) -> bool {
    let place = usize::from(first & 15) * 64 + usize::from(second & 63);
    SIGN_BITS.get(place).is_some_and(|bits| bits >> (third & 63) & 1 > 0)
}

/// A bit for each character of the Basic Multilingual Plane that is one of [`SIGNS`].
static SIGN_BITS: [u64; 1024] = {
    let mut bits = [0; 1024];
    let all: [&[char]; 3] = [&NONE, &ZERO_OR_YUAN, &number::COUNTS];
    let (mut list, mut at) = (0, 0);
    while list < all.len() {
        if at < all[list].len() {
            bits[all[list][at] as usize / 64] |= 1 << (all[list][at] as usize % 64);
            at += 1;
        } else {
            (list, at) = (list + 1, 0);
        }
    }
    bits
};

/// Cheap, for short texts: some of its characters is one of [`SIGNS`], or a digit 0.
pub(super) fn may_say(text: &str) -> bool {
    let mut rest = text.as_bytes();
    loop {
        rest = &rest[fold::chinese_run_while(rest, |c| !is_sign_of_three(c))..];
        rest = match rest {
            // A sign; 〇 and the 0 of full width.
            [0xE4..=0xE9, ..] | [b'0', ..] | [0xE3, 0x80, 0x87, ..] | [0xEF, 0xBC, 0x90, ..] => return true,
            [_, behind @ ..] => behind,
            [] => return false,
        };
    }
}

/// The first sign from `from` on but a digit 0: a character of a word for none, a zero, or a count with the end of a
/// number before it.
fn word(paragraph: &str, from: usize) -> Option<usize> {
    let bytes = paragraph.as_bytes().get(from..)?;
    SIGNS.find_iter(bytes).map(|found| from + found).find(|&at| is_sign(paragraph, at))
}

/// The character at `at`, one of [`SIGNS`], is a sign there.
fn is_sign(paragraph: &str, at: usize) -> bool {
    let (before, behind) = paragraph.split_at(at);
    let sign = behind.chars().next();
    if sign == Some(WIDE_ZERO) {
        return may_end_zero(paragraph, at + WIDE_ZERO.len_utf8());
    }
    if !sign.is_some_and(number::is_count) {
        return true;
    }
    if let Some(c @ [0xE4..=0xE9, _, _]) = before.as_bytes().last_chunk() {
        // As nearly all: U+4000 to U+9FFF, of which none is dropped or folded.
        return numeral::is_numeral_of_three(c);
    }
    let before = before.chars().rev().find(|&c| !is_dropped(c)).map(fold::plain);
    before.is_some_and(|c| c.is_ascii_digit() || numeral::is_numeral(c))
}

/// The first digit 0 from `from` on that a bare zero may end with.
fn zero(paragraph: &str, from: usize) -> Option<usize> {
    let bytes = paragraph.as_bytes().get(from..)?;
    memchr::memchr_iter(b'0', bytes).map(|found| from + found).find(|&at| may_end_zero(paragraph, at + 1))
}

/// A bare zero may end before the character at `at`.
fn may_end_zero(paragraph: &str, at: usize) -> bool {
    // Most zeros stand inside a number.
    let behind = paragraph.get(at..).unwrap_or("");
    !behind.starts_with(|c: char| c.is_ascii_digit())
        && behind.chars().find(|&c| !is_dropped(c)).map(fold::plain).is_none_or(number::ends_zero)
}

/// Where the sentence begins that goes on to the end of `before`, a part of `paragraph` that begins with a sentence.
fn begin(paragraph: &str, before: Range<usize>) -> usize {
    let mut at = before.end;
    loop {
        // Chinese characters, U+4000 to U+9FFF, in runs.
        let bytes = &paragraph.as_bytes()[before.start..at];
        let (_, threes) = bytes.as_rchunks::<3>();
        at -= 3 * threes.iter().rev().take_while(|c| matches!(c[0], 0xE4..=0xE9)).count();
        let Some(c) = paragraph[before.start..at].chars().next_back() else { return before.start };
        if is_mark(c) {
            return behind_dropped(paragraph, at);
        }
        at -= c.len_utf8();
    }
}

/// Where the sentence ends that goes on at `at`.
fn end(paragraph: &str, at: usize) -> usize {
    let mut rest = paragraph.as_bytes().get(at..).unwrap_or_default();
    loop {
        rest = match rest {
            // Mostly Chinese characters, U+4000 to U+9FFF.
            [0xE4..=0xE9, _, _, behind @ ..] => behind,
            // 。!? and ！？, as [`is_mark`] knows them.
            [0xE3, 0x80, 0x82, behind @ ..] | [b'!' | b'?', behind @ ..] | [0xEF, 0xBC, 0x81 | 0x9F, behind @ ..] => {
                return behind_dropped(paragraph, paragraph.len() - behind.len());
            }
            [0x00..=0x7F, behind @ ..]
            | [0xC0..=0xDF, _, behind @ ..]
            | [0xE0..=0xEF, _, _, behind @ ..]
            | [_, _, _, _, behind @ ..] => behind,
            _ => return paragraph.len(),
        };
    }
}

/// It ends a sentence.
fn is_mark(printed: char) -> bool {
    matches!(fold::plain(printed), '。' | '!' | '?')
}

fn behind_dropped(paragraph: &str, at: usize) -> usize {
    let behind = &paragraph[at..];
    at + (behind.len() - behind.trim_start_matches(is_dropped).len())
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
            assert!(word.contains(NONE), "{word}");
        }
    }

    /// What [`sentences`] must give: every sentence, and whether it may say something, character by character.
    fn all(paragraph: &str) -> Vec<(Range<usize>, bool)> {
        let mut found = Vec::new();
        let (mut start, mut at) = (0, 0);
        let (mut may_say, mut zero) = (false, false);
        while let Some(printed) = paragraph[at..].chars().next() {
            let c = fold::plain(printed);
            if !is_dropped(printed) {
                let before = paragraph[..at].chars().rev().find(|&c| !is_dropped(c)).map(fold::plain);
                let number = before.is_some_and(|c| c.is_ascii_digit() || numeral::is_numeral(c));
                let none = NONE.contains(&printed) || matches!(c, '零' | '〇');
                may_say |= none || number::is_count(c) && number || zero && number::ends_zero(c);
                zero = c == '0';
            }
            at += printed.len_utf8();
            if matches!(c, '。' | '!' | '?') {
                at += paragraph[at..].len() - paragraph[at..].trim_start_matches(is_dropped).len();
                found.push((start..at, may_say));
                (start, may_say, zero) = (at, false, false);
            }
        }
        if start < at {
            found.push((start..at, may_say || zero));
        }
        found
    }

    #[test]
    fn sentences_that_may_say_something_are_found() {
        let words: Vec<&str> = "2023年 10 0 ０ ０３ 〇 零 三 万 件 条 条例 元 项 没有 未 无 收到 公开 申请 。 。 ！ ! ？ ? ， 、 ： （ ) “ ” 『 * \u{200b} \u{3000} Ａ a é 🏛 \u{3010} 千"
            .split(' ')
            .chain([" ", "\u{a0}"])
            .collect();
        let mut seed = 5u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let mut count = 0;
        for _ in 0..60_000 {
            let text: String = (0..1 + next(24)).map(|_| words[next(words.len())]).collect();
            let every = all(&text);
            let wanted: Vec<Range<usize>> =
                every.iter().filter(|(_, may_say)| *may_say).map(|(place, _)| place.clone()).collect();
            assert_eq!(sentences(&text).collect::<Vec<_>>(), wanted, "{text}");
            assert!(wanted.is_empty() || may_say(&text), "{text}");
            count += usize::from(wanted.len() < every.len());
        }
        assert!(count > 1000, "{count}");
    }

    #[test]
    fn sentences_are_parted() {
        let read = |text: &'static str| sentences(text).map(|place| &text[place]).collect::<Vec<_>>();
        assert_eq!(read("2023年公开。” 收到12 件！三是没有？"), ["收到12 件！", "三是没有？"]);
        assert_eq!(read("收费０，下"), ["收费０，下"]);
        assert_eq!(read("收费0"), ["收费0"]);
        assert_eq!(read("10374人，文件"), [""; 0]);
        assert_eq!(read(""), [""; 0]);
        assert!(names_applications("依申 “请"));
        assert!(!names_applications("申、请"));
    }
}
