//! Texts as the metadata are looked for in them: white space folded, letters and digits in half width.
//!
//! Most lines hold none of what is folded, and a look at their bytes says so: they are read where they stand.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind, packed};

use crate::fold;
use crate::span::spaces;

/// What a text holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Traits(u16);

impl Traits {
    /// White space, or a mark that cannot be seen.
    pub(super) const BLANK: Traits = Traits(1);
    /// A character that [`narrow`] changes.
    pub(super) const WIDE: Traits = Traits(1 << 1);
    /// A bar or a tab, which parts cells.
    pub(super) const CELLS: Traits = Traits(1 << 2);
    /// A colon of any kind.
    pub(super) const COLON: Traits = Traits(1 << 3);
    /// 2 or 二, which every year begins with.
    pub(super) const TWO: Traits = Traits(1 << 4);
    /// @ of any width.
    pub(super) const AT: Traits = Traits(1 << 5);
    /// A slash of any width, or w.
    pub(super) const NET: Traits = Traits(1 << 6);
    /// 《.
    pub(super) const QUOTE: Traits = Traits(1 << 7);
    /// 。，；！？, or > and |, which no title holds.
    pub(super) const SENTENCE: Traits = Traits(1 << 8);
    /// A digit of any width.
    pub(super) const DIGIT: Traits = Traits(1 << 9);
    /// A colon that is neither : nor ：.
    pub(super) const ODD_COLON: Traits = Traits(1 << 10);

    /// What `text` holds.
    pub(super) fn of(text: &str) -> Traits {
        let mut rest = text.as_bytes();
        let mut found = 0;
        loop {
            // Chinese characters seldom stand alone.
            while let [0xE5..=0xE9, _, _, 0xE5..=0xE9, _, _, behind @ ..] = rest {
                rest = behind;
            }
            rest = match rest {
                [0xE5..=0xE9, _, _, rest @ ..] => rest,
                [0xE4, second, third, rest @ ..] => {
                    found |= if [*second, *third] == ER[1..] { Traits::TWO.0 } else { 0 };
                    rest
                }
                // Between columns stand many.
                [b' ', b' ', ..] => {
                    found |= Traits::BLANK.0;
                    &rest[spaces(rest)..]
                }
                [byte @ 0x00..=0x7F, rest @ ..] => {
                    found |= ASCII[usize::from(*byte)];
                    rest
                }
                [first @ (0xE2 | 0xE3 | 0xEF), second, third, rest @ ..] => {
                    let code = (u32::from(first & 15) << 12) | (u32::from(second & 63) << 6) | u32::from(third & 63);
                    found |= Traits::of_mark(code);
                    rest
                }
                [] => return Traits(found),
                _ => {
                    let c = text.get(text.len() - rest.len()..).and_then(|text| text.chars().next());
                    found |= c.map_or(0, Traits::of_char);
                    rest.get(c.map_or(1, char::len_utf8)..).unwrap_or_default()
                }
            };
        }
    }

    /// [`Traits::of_char`] of the character with this code, looked up where many texts have it.
    fn of_mark(code: u32) -> u16 {
        static MARKS: LazyLock<Vec<u16>> = LazyLock::new(|| COMMON_MARKS.map(Traits::of_char).collect());
        static WIDE: LazyLock<Vec<u16>> = LazyLock::new(|| ('\u{FF00}'..='\u{FFFF}').map(Traits::of_char).collect());
        const FIRST: u32 = *COMMON_MARKS.start() as u32;
        let known = match code {
            FIRST..0xFF00 => MARKS.get((code - FIRST) as usize),
            0xFF00.. => WIDE.get((code - 0xFF00) as usize),
            _ => None,
        };
        known.copied().unwrap_or_else(|| char::from_u32(code).map_or(0, Traits::of_char))
    }

    fn of_char(c: char) -> u16 {
        let mut found = 0;
        let mut add = |holds: bool, what: Traits| found |= if holds { what.0 } else { 0 };
        let narrowed = narrow(c);
        add(c.is_whitespace() || fold::is_invisible(c), Traits::BLANK);
        add(narrowed != c, Traits::WIDE);
        add(matches!(c, '\t' | '|' | '｜' | '│' | '┃'), Traits::CELLS);
        add(matches!(c, ':' | '：' | '︰' | '∶'), Traits::COLON);
        add(matches!(narrowed, '2' | '二'), Traits::TWO);
        add(narrowed == '@', Traits::AT);
        add(matches!(narrowed, '/' | 'w' | 'W'), Traits::NET);
        add(c == '《', Traits::QUOTE);
        add(matches!(c, '。' | '，' | '；' | '！' | '？' | '>' | '|'), Traits::SENTENCE);
        add(narrowed.is_ascii_digit(), Traits::DIGIT);
        add(matches!(c, '︰' | '∶'), Traits::ODD_COLON);
        found
    }

    /// It holds any of these.
    pub(super) fn any(self, of: Traits) -> bool {
        self.0 & of.0 > 0
    }
}

impl std::ops::BitOr for Traits {
    type Output = Traits;

    fn bitor(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }
}

/// The bytes of 二.
pub(super) const ER: [u8; 3] = [0xE4, 0xBA, 0x8C];

/// Punctuation, lines of boxes, blanks, radicals.
const COMMON_MARKS: RangeInclusive<char> = '\u{2000}'..='\u{303F}';

/// [`Traits::of_char`] for each character of ASCII.
const ASCII: [u16; 128] = {
    let mut traits = [0; 128];
    let mut at = 0;
    while at < 128 {
        traits[at] = match at as u8 {
            b'\t' => Traits::BLANK.0 | Traits::CELLS.0,
            b'\n'..=b'\r' | b' ' => Traits::BLANK.0,
            b'|' => Traits::CELLS.0 | Traits::SENTENCE.0,
            b'>' => Traits::SENTENCE.0,
            b':' => Traits::COLON.0,
            b'2' => Traits::TWO.0 | Traits::DIGIT.0,
            b'0'..=b'9' => Traits::DIGIT.0,
            b'@' => Traits::AT.0,
            b'/' | b'w' | b'W' => Traits::NET.0,
            _ => 0,
        };
        at += 1;
    }
    traits
};

/// A text for finding labels in.
#[derive(Debug, Clone, Default)]
pub(super) struct Flat<'a> {
    /// White space folded.
    pub(super) printed: Cow<'a, str>,
    /// The same, full-width letters and digits folded: as many characters. `None` where it is the same.
    pub(super) narrowed: Option<String>,
}

impl Flat<'_> {
    /// White space, full-width letters and digits folded.
    pub(super) fn folded(&self) -> &str {
        self.narrowed.as_deref().unwrap_or(&self.printed)
    }
}

/// Chinese characters and their punctuation: print that needs no blank.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FFEF}' | '“' | '”' | '‘' | '’' | '—' | '…')
}

fn is_wide_mark(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{301F}' | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '︰' | '∶')
}

/// The length of what stays as it is at the start of `text`: neither white space, nor unseen, nor for [`narrow`] to change. It may end early.
fn plain_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            // U+4000 to U+9FFF, visible ASCII.
            0xE4..=0xE9 => 3,
            b'!'..=b'~' => 1,
            // 。、《》, ，：；（） and “”.
            _ => match bytes[at..] {
                [0xE3, 0x80, 0x81 | 0x82 | 0x8A | 0x8B, ..]
                | [0xEF, 0xBC, 0x88 | 0x89 | 0x8C | 0x9A | 0x9B, ..]
                | [0xE2, 0x80, 0x9C | 0x9D, ..] => 3,
                _ => return at,
            },
        };
    }
    bytes.len()
}

/// All of `text` stays as it is. It may be so where this says no.
pub(super) fn is_plain(text: &str) -> bool {
    plain_run(text) == text.len()
}

/// A word, and what is behind the blank that ends it.
struct Word<'a> {
    printed: &'a str,
    /// A mark that cannot be seen stands in it.
    unseen: bool,
    behind: Option<&'a str>,
}

/// The next of the words of a text, which white space parts. As [`str::split`].
fn next_word(text: &str) -> Word<'_> {
    let (mut at, mut unseen) = (0, false);
    loop {
        at += plain_run(&text[at..]);
        let Some(c) = text[at..].chars().next() else { return Word { printed: text, unseen, behind: None } };
        if c.is_whitespace() {
            return Word { printed: &text[..at], unseen, behind: Some(&text[at + c.len_utf8()..]) };
        }
        unseen |= fold::is_invisible(c);
        at += c.len_utf8();
    }
}

/// Joins the words of a text, marks that cannot be seen left out, by one space, or by none where `glue` says so of the words on both sides.
fn join(text: &str, glue: impl Fn(&str, char, char, &str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    // Where the word before begins.
    let mut last = 0;
    let mut rest = Some(text);
    while let Some(text) = rest {
        let Word { printed, unseen, behind } = next_word(text);
        rest = behind;
        let seen: Cow<'_, str> = match unseen {
            true => Cow::Owned(printed.chars().filter(|c| !fold::is_invisible(*c)).collect()),
            false => Cow::Borrowed(printed),
        };
        let before = &out[last..];
        let Some(right) = seen.chars().next() else { continue };
        let glued = before.chars().next_back().map(|left| glue(before, left, right, &seen));
        // Without a word before, there is nothing to part.
        if glued == Some(false) {
            out.push(' ');
        }
        last = out.len();
        out.push_str(&seen);
    }
    out
}

/// White space folded to one space, and to none between Chinese characters.
pub(super) fn tidy(text: &str) -> Cow<'_, str> {
    tidy_known(text, Traits::of(text))
}

/// The same for a text that has no other traits than these.
pub(super) fn tidy_known(text: &str, traits: Traits) -> Cow<'_, str> {
    let text = text.trim();
    if !traits.any(Traits::BLANK) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(join(text, |_, before, after, _| {
        is_wide_mark(before) || is_wide_mark(after) || is_wide(before) && is_wide(after)
    }))
}

/// As [`tidy`], but two whole words stay apart: `某某局 发布日期：` are two things, `电 话` is one.
pub(super) fn flat(text: &str, traits: Traits) -> Flat<'_> {
    // Up to the next mark: 邮编：223300；电 话：.
    let is_one = |mut word: std::str::Chars, next: fn(&mut std::str::Chars) -> Option<char>| {
        next(&mut word).is_some() && next(&mut word).is_none_or(|c| !c.is_alphanumeric())
    };
    let printed = if traits.any(Traits::BLANK) {
        Cow::Owned(join(text, |left, before, after, right| {
            is_wide_mark(before)
                || is_wide_mark(after)
                || is_wide(before)
                    && is_wide(after)
                    && (is_one(left.chars(), |word| word.next_back()) || is_one(right.chars(), |word| word.next()))
        }))
    } else {
        Cow::Borrowed(text)
    };
    let narrowed = traits.any(Traits::WIDE).then(|| printed.chars().map(narrow).collect());
    Flat { printed, narrowed }
}

/// Letters, digits and the marks inside numbers and net addresses in half width; radicals as the characters they stand for.
pub(super) fn narrow(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＠' | '．' | '－' | '／' | '＿' | '＋' | '＃' => {
            fold::plain(c)
        }
        '\u{2010}' | '\u{2011}' | '\u{2012}' => '-',
        _ => fold::behind_radical(c),
    }
}

/// For matching: no white space, nothing invisible, [`narrow`].
pub(super) fn squeeze(text: &str) -> Cow<'_, str> {
    squeeze_known(text, Traits::of(text))
}

/// The same for a text whose traits are known.
pub(super) fn squeeze_known(text: &str, traits: Traits) -> Cow<'_, str> {
    if !traits.any(Traits::BLANK | Traits::WIDE) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let (plain, behind) = rest.split_at(plain_run(rest));
        out.push_str(plain);
        let Some(c) = behind.chars().next() else { return Cow::Owned(out) };
        if !c.is_whitespace() && !fold::is_invisible(c) {
            out.push(narrow(c));
        }
        rest = &behind[c.len_utf8()..];
    }
}

/// Words that are sought all at once, many bytes at a time.
pub(crate) enum Patterns {
    Packed(Box<packed::Searcher>),
    /// Where the processor has no means for it.
    Automaton(AhoCorasick),
}

/// The patterns; where several begin at one place, the first of them is found.
pub(crate) fn leftmost(patterns: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Patterns {
    let patterns: Vec<_> = patterns.into_iter().collect();
    let mut builder = packed::Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder();
    match builder.extend(&patterns).build() {
        Some(searcher) => Patterns::Packed(Box::new(searcher)),
        None => {
            let builder = &mut AhoCorasick::builder();
            let automaton = builder.match_kind(MatchKind::LeftmostFirst).build(&patterns);
            Patterns::Automaton(automaton.expect("constant patterns"))
        }
    }
}

impl Patterns {
    /// One of them stands in `text`.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.find(text.as_bytes(), 0).is_some()
    }

    /// Where they begin in `text`, one behind the other.
    pub(crate) fn find_iter<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            let found = self.find(text, from)?;
            from = found.end();
            Some(found.start())
        })
    }

    fn find(&self, text: &[u8], from: usize) -> Option<aho_corasick::Match> {
        match self {
            Patterns::Packed(searcher) => searcher.find_in(text, (from..text.len()).into()),
            Patterns::Automaton(automaton) => automaton.find(aho_corasick::Input::new(text).range(from..)),
        }
    }
}

/// 。，；： and 《.
pub(super) const STOP: [u8; 3] = [0xE3, 0x80, 0x82];
pub(super) const COMMA: [u8; 3] = [0xEF, 0xBC, 0x8C];
pub(super) const SEMICOLON: [u8; 3] = [0xEF, 0xBC, 0x9B];
pub(super) const COLON: [u8; 3] = [0xEF, 0xBC, 0x9A];
pub(super) const OPEN_TITLE: [u8; 3] = [0xE3, 0x80, 0x8A];

/// Where the first of these marks stands. Their first bytes, which few other characters have, are sought many at a time.
pub(super) fn first_mark(text: &str, marks: &[[u8; 3]]) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(STOP[0], COMMA[0], bytes).find(|&at| is_mark(&bytes[at..], marks))
}

/// Where the last of them stands.
pub(super) fn last_mark(text: &str, marks: &[[u8; 3]]) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memrchr2_iter(STOP[0], COMMA[0], bytes).find(|&at| is_mark(&bytes[at..], marks))
}

fn is_mark(bytes: &[u8], marks: &[[u8; 3]]) -> bool {
    bytes.first_chunk().is_some_and(|c| marks.contains(c))
}

/// The first `chars` characters.
pub(super) fn cap(text: &str, chars: usize) -> &str {
    // A character takes a byte at the least.
    if text.len() <= chars {
        return text;
    }
    text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::mixtures;

    #[test]
    fn traits_are_those_of_the_characters() {
        for c in (0..=0xFFFF).filter_map(char::from_u32) {
            for text in [format!("一{c}a"), format!("{c}一之"), format!("甲一{c}"), format!("  {c}")] {
                let blanks = if text.starts_with(' ') { Traits::BLANK.0 } else { 0 };
                assert_eq!(Traits::of(&text).0, Traits::of_char(c) | blanks, "{text:?}");
            }
        }
    }

    #[test]
    fn patterns_are_found_by_any_means() {
        let words = ["号", "信息", "信息公开", "公开", "报告"];
        let packed = leftmost(words);
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).unwrap();
        let automaton = Patterns::Automaton(automaton);
        let text = "公开信信息公开指南（第3号）报告信息公开报".repeat(3);
        for (from, _) in text.char_indices() {
            let text = &text[from..];
            let found: Vec<usize> = packed.find_iter(text.as_bytes()).collect();
            assert_eq!(found, automaton.find_iter(text.as_bytes()).collect::<Vec<_>>(), "{text}");
            assert_eq!(packed.is_match(text), !found.is_empty(), "{text}");
        }
    }

    #[test]
    fn marks_are_found_from_both_ends() {
        let marks = [STOP, COMMA, SEMICOLON, COLON, OPEN_TITLE];
        let printed = marks.map(|mark| String::from_utf8(mark.to_vec()).unwrap());
        assert_eq!(printed.concat(), "。，；：《");
        for text in mixtures("。 ， ； ： 《 》 、 ！ 甲 a ﹐ 〇 报告") {
            assert_eq!(first_mark(&text, &marks), text.find(['。', '，', '；', '：', '《']), "{text}");
            assert_eq!(last_mark(&text, &[STOP, COLON]), text.rfind(['。', '：']), "{text}");
        }
    }

    #[test]
    fn runs_are_squeezed_as_their_characters_are() {
        let one = |c: char| Some(c).filter(|c| !c.is_whitespace() && !fold::is_invisible(*c)).map(narrow);
        for c in (0..=0xFFFF).filter_map(char::from_u32) {
            let printed = format!("申{c}a {c}");
            assert_eq!(squeeze(&printed), printed.chars().filter_map(one).collect::<String>(), "{c:?}");
        }
    }

    #[test]
    fn blanks_stay_only_between_words() {
        for (text, tidied, flattened) in [
            ("", "", ""),
            (" \u{3000} ", "", ""),
            ("青石县 档案馆", "青石县档案馆", "青石县 档案馆"),
            ("电 话 ：0523 8683", "电话：0523 8683", "电话：0523 8683"),
            ("青 石\u{200b} 县", "青石县", "青石县"),
            ("Open \t Data\u{200b} 平台", "Open Data 平台", "Open Data 平台"),
            ("某某局 发布日期：2024", "某某局发布日期：2024", "某某局 发布日期：2024"),
            (" a \u{200b} 一 二三 四五", "a 一二三四五", "a 一二三 四五"),
        ] {
            assert_eq!(tidy(text), tidied, "{text:?}");
            assert_eq!(flat(text, Traits::of(text)).printed, flattened, "{text:?}");
        }
        assert_eq!(flat("电话：０５２３", Traits::of("电话：０５２３")).folded(), "电话：0523");
    }
}
