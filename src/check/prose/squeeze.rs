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
        let mut squeezed = Squeezed::default();
        for (at, c) in paragraph.char_indices() {
            let c = fold::plain(c);
            if !c.is_whitespace() && !fold::is_invisible(c) && !is_quote(c) {
                squeezed.push(c, at);
            }
        }
        squeezed.at.push(paragraph.len() as u32);
        if squeezed.text.contains(['年', '月']) { squeezed.with_times(year) } else { squeezed }
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.at.resize(self.text.len(), at as u32);
    }

    /// Puts words for years and months.
    fn with_times(&self, year: Option<i32>) -> Squeezed {
        let mut out = Squeezed { text: String::with_capacity(self.text.len()), at: Vec::with_capacity(self.at.len()) };
        let mut skip = 0;
        let mut before = ' ';
        for (at, c) in self.text.char_indices() {
            if at < skip {
                continue;
            }
            let begins = c.is_ascii_digit() || crate::numeral::digit(c).is_some() || c == '元';
            let inside = before.is_ascii_digit() || matches!(before, '第' | '.');
            before = c;
            match Some(&self.text[at..]).filter(|_| begins && !inside).and_then(|text| time::time(text, year)) {
                Some((word, length)) => {
                    word.chars().for_each(|c| out.push(c, self.at[at] as usize));
                    skip = at + length;
                }
                None => out.push(c, self.at[at] as usize),
            }
        }
        out.at.push(self.at.last().copied().unwrap_or(0));
        out
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
