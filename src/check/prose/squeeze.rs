//! The text of a paragraph as the words are looked for in it: without blanks and quotes, in half width, years as words.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::time;
use crate::fold;
use crate::numeral;

/// A squeezed text, and where its characters stood.
#[derive(Debug, Default)]
pub(super) struct Squeezed {
    pub text: String,
    /// Where a run of characters begins that stood one behind the other, in the text and in the paragraph.
    runs: Vec<(u32, u32)>,
    /// Where the part of the paragraph ends that was squeezed.
    end: usize,
}

impl Squeezed {
    /// Squeezes a part of `paragraph`, of a report about `year`.
    pub(super) fn new(paragraph: &str, part: Range<usize>, year: Option<i32>) -> Squeezed {
        let text = String::with_capacity(part.len());
        let mut squeezed = Squeezed { text, runs: Vec::with_capacity(64), end: part.end };
        // Where times may begin in the squeezed text.
        let mut times: Vec<usize> = Vec::with_capacity(16);
        let paragraph = &paragraph[..part.end];
        let bytes = paragraph.as_bytes();
        let last_time = part.start + last_time(&bytes[part.start..]);
        let mut at = part.start;
        while let Some(&byte) = bytes.get(at) {
            let run = match byte {
                b'0'..=b'9' => {
                    // Behind what may begin another time, the year may belong to that.
                    let year =
                        Some(at).filter(|_| times.is_empty()).and_then(|at| squeezed.plain_year(paragraph, at, year));
                    if let Some((word, length)) = year {
                        squeezed.word(word, at);
                        at += length;
                        continue;
                    }
                    times.push(squeezed.text.len());
                    bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
                }
                _ if at < last_time => kept_run(&bytes[at..], |c| !may_begin_time(c)),
                _ => kept_run(&bytes[at..], |_| true),
            };
            if run > 0 {
                squeezed.begin(at);
                squeezed.text.push_str(&paragraph[at..at + run]);
                at += run;
                continue;
            }
            if let [0xEF, 0xBC, third @ (0x88 | 0x89 | 0x8C | 0x9A | 0x9B), ..] = bytes[at..] {
                // The marks of every sentence, （），：；, in half width.
                squeezed.begin(at);
                squeezed.text.push(char::from(third - 0x60));
                at += 3;
                continue;
            }
            let Some(printed) = paragraph[at..].chars().next() else { break };
            let c = if byte.is_ascii() { printed } else { fold::plain(printed) };
            if begins_time(c) {
                times.push(squeezed.text.len());
            }
            if !is_dropped(printed) {
                squeezed.begin(at);
                squeezed.text.push(c);
            }
            at += printed.len_utf8();
        }
        squeezed.with_times(&times, year)
    }

    /// What is pushed next stood at `at`.
    fn begin(&mut self, at: usize) {
        let here = (self.text.len() as u32, at as u32);
        if self.runs.last().is_none_or(|last| here.0 - last.0 != here.1.wrapping_sub(last.1)) {
            self.runs.push(here);
        }
    }

    /// Pushes the word for a time that stood at `at`.
    fn word(&mut self, word: &str, at: usize) {
        for c in word.chars() {
            self.begin(at);
            self.text.push(c);
        }
    }

    /// The word for the plain year at `at`, which is pushed next, and its bytes. Nothing may be folded or left out in it
    /// or behind it.
    fn plain_year(&self, paragraph: &str, at: usize, year: Option<i32>) -> Option<(&'static str, usize)> {
        let printed = &paragraph[at..];
        let (word, length) = time::plain(printed, year)?;
        let stays = matches!(
            printed.as_bytes()[length..],
            [] | [0xE4..=0xE9, ..] | [0xE3, 0x80, 0x81 | 0x82, ..] | [0xEF, 0xBC, 0x8C | 0x9A | 0x9B, ..]
        );
        (stays && !goes_on_number(&self.text)).then_some((word, length))
    }

    /// Puts words for years and months, which begin nowhere but at `places`.
    fn with_times(self, places: &[usize], year: Option<i32>) -> Squeezed {
        let mut out = Squeezed { end: self.end, ..Squeezed::default() };
        // What was not taken over yet begins at `from`.
        let mut from = 0;
        for &at in places {
            let (before, behind) = self.text.split_at(at);
            if at < from || goes_on_number(before) {
                continue;
            }
            let Some((word, length)) = time::time(behind, year) else { continue };
            if from == 0 {
                out.text.reserve(self.text.len());
                out.runs.reserve(2 * self.runs.len() + 16);
            }
            out.take(&self, from..at);
            out.word(word, self.place(at));
            from = at + length;
        }
        if from == 0 {
            return self;
        }
        out.take(&self, from..self.text.len());
        out
    }

    /// Takes over a part of `other`.
    fn take(&mut self, other: &Squeezed, part: Range<usize>) {
        if part.is_empty() {
            return;
        }
        self.begin(other.place(part.start));
        let moved = self.text.len() as i64 - part.start as i64;
        let first = other.runs.partition_point(|run| run.0 as usize <= part.start);
        let inside = other.runs[first..].iter().take_while(|run| (run.0 as usize) < part.end);
        self.runs.extend(inside.map(|&(here, there)| ((i64::from(here) + moved) as u32, there)));
        self.text.push_str(&other.text[part]);
    }

    /// Where the character stood that begins at `byte` of the text.
    fn place(&self, byte: usize) -> usize {
        let behind = self.runs.partition_point(|run| run.0 as usize <= byte);
        match behind.checked_sub(1).and_then(|at| self.runs.get(at)) {
            Some(&(here, there)) if byte < self.text.len() => there as usize + (byte - here as usize),
            _ => self.end,
        }
    }

    /// The bytes of the paragraph that `start..end` of the squeezed text stand for.
    pub(super) fn source(&self, start: usize, end: usize) -> Range<usize> {
        self.place(start)..self.place(end)
    }
}

/// What stands behind `before` is a part of a number, or of an ordinal: no time.
fn goes_on_number(before: &str) -> bool {
    before.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '第' | '.'))
}

/// No time begins in `text` from this byte on: each has a 年 or a 月, and begins before it.
fn last_time(text: &[u8]) -> usize {
    static YEAR: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("年"));
    static MONTH: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("月"));
    let last = |finder: &Finder<'_>| finder.find_iter(text).last().unwrap_or(0);
    last(&YEAR).max(last(&MONTH))
}

/// The length of what is kept as it is at the start of `bytes`: 、 and 。, and the Chinese characters, U+4000 to U+9FFF,
/// up to the first that `goes_on` refuses.
fn kept_run(bytes: &[u8], goes_on: impl Fn(&[u8; 3]) -> bool) -> usize {
    let mut rest = bytes;
    loop {
        rest = match rest {
            [first @ 0xE4..=0xE9, second, third, behind @ ..] if goes_on(&[*first, *second, *third]) => behind,
            [0xE3, 0x80, 0x81 | 0x82, behind @ ..] => behind,
            _ => return bytes.len() - rest.len(),
        };
    }
}

/// Cheap: no for nearly all Chinese characters that [begin no time](begins_time).
fn may_begin_time(c: &[u8; 3]) -> bool {
    numeral::is_numeral_of_three(c) || c == b"\xE5\x85\x83"
}

/// A time may begin with this character.
fn begins_time(c: char) -> bool {
    c.is_ascii_digit() || c == '元' || numeral::is_numeral(c) && numeral::digit(c).is_some()
}

/// It is left out: blanks, quotes, and what cannot be seen.
pub(super) fn is_dropped(printed: char) -> bool {
    // Most of what is no Chinese character.
    if matches!(printed, '0'..='9' | 'a'..='z' | '，' | '、' | '。' | '；' | '：' | '（' | '）') {
        return false;
    }
    let c = fold::plain(printed);
    c.is_whitespace() || fold::is_invisible(c) || is_quote(c)
}

fn is_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '"' | '\'' | '「' | '」' | '『' | '』' | '*' | '＂')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_squeezed_as_their_characters_are() {
        for c in (0..=0xFFFF).filter_map(char::from_u32) {
            let printed = format!("申{c}a {c}请");
            let squeezed = Squeezed::new(&printed, 0..printed.len(), None);
            let kept = |&(_, c): &(usize, char)| !c.is_whitespace() && !fold::is_invisible(c) && !is_quote(c);
            let wanted: Vec<(usize, char)> =
                printed.char_indices().map(|(at, c)| (at, fold::plain(c))).filter(kept).collect();
            assert_eq!(squeezed.text, wanted.iter().map(|(_, c)| c).collect::<String>(), "{c:?}");
            let places: Vec<usize> = squeezed.text.char_indices().map(|(at, _)| squeezed.place(at)).collect();
            assert_eq!(places, wanted.iter().map(|(at, _)| *at).collect::<Vec<_>>(), "{c:?}");
        }
    }

    #[test]
    fn what_begins_a_time_is_seen() {
        for c in ('\u{4000}'..='\u{9FFF}').filter(|&c| begins_time(c)) {
            assert!(c.to_string().as_bytes().first_chunk().is_some_and(may_begin_time), "{c}");
        }
    }

    #[test]
    fn plain_years_are_words_at_once() {
        let pieces: Vec<&str> =
            "2023年 2023年度 2022年 2 20 年 年度 至 到 - — 底 的 月 1月 12月31日 ， 。 ； （ “ 第 . 、 一 〇 元 共 收到 度 12件 １"
                .split(' ')
                .chain([" "])
                .collect();
        let mut seed = 3u64;
        for _ in 0..60_000 {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) as usize
            };
            let text: String = (0..1 + next() % 9).map(|_| pieces[next() % pieces.len()]).collect();
            let squeezed = Squeezed::new(&text, 0..text.len(), Some(2023));
            // What may begin a time stands before all: none is a word at once.
            const BEFORE: &str = "元；";
            let later = format!("{BEFORE}{text}");
            let later = Squeezed::new(&later, 0..later.len(), Some(2023));
            let moved = "元;".len();
            assert_eq!(later.text[moved..], squeezed.text, "{text}");
            for (at, _) in squeezed.text.char_indices() {
                assert_eq!(later.place(moved + at) - BEFORE.len(), squeezed.place(at), "{text}");
            }
        }
    }

    #[test]
    fn what_was_squeezed_is_found_again() {
        let printed = "2023 年，全区“受理” 申请\u{3000}２１ 件，２０２４年办理";
        let squeezed = Squeezed::new(printed, 0..printed.len(), Some(2023));
        assert_eq!(squeezed.text, "本年,全区受理申请21件,下年办理");
        let at = squeezed.text.find("21件").unwrap();
        assert_eq!(&printed[squeezed.source(at, at + "21件".len())], "２１ 件");
        let at = squeezed.text.find("下年").unwrap();
        assert_eq!(&printed[squeezed.source(at, squeezed.text.len())], "２０２４年办理");
        assert_eq!(&printed[squeezed.source(at, at + "下年".len())], "２０２４年");
        assert_eq!(&printed[squeezed.source(0, "本年,".len())], "2023 年，");
        assert_eq!(Squeezed::new("", 0..0, Some(2023)).source(0, 0), 0..0);
    }
}
