//! The text of a paragraph as the words are looked for in it: without blanks and quotes, in half width, years as words.

use super::time;
use crate::fold;

/// A squeezed text, and where each of its bytes stood.
#[derive(Debug, Default)]
pub(super) struct Squeezed {
    pub text: String,
    /// For each byte, and one past the last, the byte of the paragraph.
    at: Vec<u32>,
}

impl Squeezed {
    /// Squeezes `paragraph`, of a report about `year`.
    pub(super) fn new(paragraph: &str, year: Option<i32>) -> Squeezed {
        let mut squeezed =
            Squeezed { text: String::with_capacity(paragraph.len()), at: Vec::with_capacity(paragraph.len() + 1) };
        let bytes = paragraph.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            // Chinese characters, in runs: U+4000 to U+9FFF.
            let run = bytes[at..].chunks_exact(3).take_while(|c| matches!(c[0], 0xE4..=0xE9)).count();
            if run > 0 {
                let end = at + run * 3;
                squeezed.text.push_str(&paragraph[at..end]);
                squeezed.at.extend((at..end).step_by(3).flat_map(|at| [at as u32; 3]));
                at = end;
                continue;
            }
            let Some(printed) = paragraph[at..].chars().next() else { break };
            let c = if byte.is_ascii() { printed } else { fold::plain(printed) };
            if !c.is_whitespace() && !fold::is_invisible(c) && !is_quote(c) {
                squeezed.push(c, at);
            }
            at += printed.len_utf8();
        }
        squeezed.at.push(paragraph.len() as u32);
        if squeezed.text.contains('年') || squeezed.text.contains('月') {
            squeezed.with_times(year)
        } else {
            squeezed
        }
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.at.resize(self.text.len(), at as u32);
    }

    /// Puts words for years and months.
    fn with_times(&self, year: Option<i32>) -> Squeezed {
        let mut out = Squeezed { text: String::with_capacity(self.text.len()), at: Vec::with_capacity(self.at.len()) };
        // What was not taken over yet begins at `from`.
        let (mut from, mut before) = (0, ' ');
        for (at, c) in self.text.char_indices() {
            if at < from {
                continue;
            }
            let last = std::mem::replace(&mut before, c);
            let numeral = crate::numeral::is_numeral(c) && crate::numeral::digit(c).is_some();
            if !c.is_ascii_digit() && c != '元' && !numeral {
                continue;
            }
            let inside = last.is_ascii_digit() || matches!(last, '第' | '.');
            if let Some((word, length)) =
                Some(()).filter(|()| !inside).and_then(|()| time::time(&self.text[at..], year))
            {
                out.take(self, from..at);
                word.chars().for_each(|c| out.push(c, self.at[at] as usize));
                from = at + length;
            }
        }
        out.take(self, from..self.text.len());
        out.at.push(self.at.last().copied().unwrap_or(0));
        out
    }

    /// Takes over a part of `other`.
    fn take(&mut self, other: &Squeezed, part: std::ops::Range<usize>) {
        self.text.push_str(&other.text[part.clone()]);
        self.at.extend_from_slice(&other.at[part]);
    }

    /// The bytes of the paragraph that `start..end` of the squeezed text stand for.
    pub(super) fn source(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let at = |byte: usize| self.at.get(byte).or(self.at.last()).map_or(0, |&at| at as usize);
        at(start)..at(end)
    }
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
            let squeezed = Squeezed::new(&printed, None);
            let kept = |&(_, c): &(usize, char)| !c.is_whitespace() && !fold::is_invisible(c) && !is_quote(c);
            let wanted: Vec<(usize, char)> =
                printed.char_indices().map(|(at, c)| (at, fold::plain(c))).filter(kept).collect();
            assert_eq!(squeezed.text, wanted.iter().map(|(_, c)| c).collect::<String>(), "{c:?}");
            let places: Vec<usize> = squeezed.text.char_indices().map(|(at, _)| squeezed.at[at] as usize).collect();
            assert_eq!(places, wanted.iter().map(|(at, _)| *at).collect::<Vec<_>>(), "{c:?}");
        }
    }

    #[test]
    fn what_was_squeezed_is_found_again() {
        let printed = "2023 年，全区“受理” 申请\u{3000}２１ 件，２０２４年办理";
        let squeezed = Squeezed::new(printed, Some(2023));
        assert_eq!(squeezed.text, "本年,全区受理申请21件,下年办理");
        let at = squeezed.text.find("21件").unwrap();
        assert_eq!(&printed[squeezed.source(at, at + "21件".len())], "２１ 件");
        let at = squeezed.text.find("下年").unwrap();
        assert_eq!(&printed[squeezed.source(at, squeezed.text.len())], "２０２４年办理");
        assert_eq!(Squeezed::new("", Some(2023)).source(0, 0), 0..0);
    }
}
