//! What the columns of a text are counted in. Programs that lay out a page pad with blanks, some to as many characters (`pdftotext`, Lynx, the
//! text of a data frame), some to as much room as the characters take when they are drawn, where Chinese ones are two columns wide.

use memchr::memmem::Finder;

use super::LONGEST_LINE;
use super::fields::{Next, next};
use crate::lines::{Line, Look};
use crate::span::width;

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Measure {
    /// Room for a narrow character.
    #[default]
    Display,
    /// A character of any width.
    Characters,
}

/// Where a word stands, by both measures: from, to.
type Place = [(usize, usize); 2];

impl Measure {
    /// That by which numbers and units stand below one another on the lines that no other layout has `taken`; the first where neither is
    /// clearly better.
    pub(super) fn of(text: &str, lines: &[Line], taken: &[bool]) -> Measure {
        let mut above: [Above; 2] = Default::default();
        let mut words = Vec::new();
        let free = lines.iter().zip(taken).filter(|(line, taken)| line.look == Look::Text && !**taken);
        let blanks = Finder::new("  ");
        // Several blanks stand inside the line, as in no line of prose.
        let is_padded = |printed: &&str| {
            let indent = printed.bytes().take_while(|&byte| byte == b' ').count();
            printed.len() <= LONGEST_LINE && blanks.find(printed[indent..].trim_start().as_bytes()).is_some()
        };
        for printed in free.map(|(line, _)| line.text.of(text)).filter(is_padded) {
            push_words(printed, &mut words);
            if !words.is_empty() && words.len() <= MOST_WORDS {
                for (measure, above) in above.iter_mut().enumerate() {
                    above.line(words.iter().map(|word: &Place| word[measure]));
                }
            }
            words.clear();
        }
        let [display, characters] = above.map(|above| above.aligned);
        if characters > display + display / 4 { Measure::Characters } else { Measure::Display }
    }

    /// How many columns a text takes.
    pub(super) fn width(self, printed: &str) -> usize {
        match self {
            Measure::Display => width(printed),
            Measure::Characters => printed.chars().count(),
        }
    }

    /// How many columns these characters take.
    pub(super) fn of_next(self, next: &Next) -> usize {
        match self {
            Measure::Display => next.columns,
            Measure::Characters => next.characters,
        }
    }
}

/// Where words stand in the lines above, by one measure.
#[derive(Default)]
struct Above {
    lines: usize,
    /// For each column, the last line in which a word begins there, and in which one ends.
    starts: Vec<usize>,
    ends: Vec<usize>,
    /// And for each sum of both columns: it tells where the middle is.
    sums: Vec<usize>,
    /// Words that stand below others.
    aligned: usize,
}

impl Above {
    /// Counts those words of the next line that begin or end in one column with one above, or have their middle there. Cells may be blank:
    /// where one is, the column is told by a line farther above.
    fn line(&mut self, words: impl Iterator<Item = (usize, usize)> + Clone) {
        // Lines are counted from one: none is 0.
        self.lines += 1;
        let now = self.lines;
        let near =
            |lines: &[usize], at: usize| lines.get(at).is_some_and(|&line| line > 0 && now - line <= LINES_ABOVE);
        let is_below = |&(start, end): &(usize, usize)| {
            let sums = (start + end).saturating_sub(1)..=start + end + 1;
            near(&self.starts, start) || near(&self.ends, end) || sums.into_iter().any(|sum| near(&self.sums, sum))
        };
        self.aligned += words.clone().filter(is_below).count();
        for (start, end) in words {
            for (lines, at) in [(&mut self.starts, start), (&mut self.ends, end), (&mut self.sums, start + end)] {
                if lines.len() <= at {
                    lines.resize(at + 1, 0);
                }
                lines[at] = now;
            }
        }
    }
}

/// Lines with more of them are not compared.
const MOST_WORDS: usize = 20;
/// Lines with which a line is compared.
const LINES_ABOVE: usize = 3;

/// Adds the short words of a line that blanks stand around, but for a label that it begins with.
fn push_words(printed: &str, words: &mut Vec<Place>) {
    let (mut at, mut columns, mut characters) = (0, 0, 0);
    let mut open: Option<(usize, usize, usize)> = None;
    let mut first = true;
    loop {
        let next = next(&printed[at..]);
        if next.is_some_and(|next| next.blanks == 0) {
            open = open.or(Some((at, columns, characters)));
        } else if let Some((start, from, from_character)) = open.take() {
            let is_label = std::mem::take(&mut first) && !printed[start..at].starts_with(char::is_numeric);
            if !is_label && characters - from_character <= LONGEST_WORD {
                words.push([(from, columns), (from_character, characters)]);
            }
        }
        let Some(next) = next else { return };
        at += next.bytes;
        columns += next.columns;
        characters += next.characters;
    }
}

/// The longest word that may be a number with its unit, in characters.
const LONGEST_WORD: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split;

    fn measure(text: &str) -> Measure {
        let lines = split(text);
        Measure::of(text, &lines, &vec![false; lines.len()])
    }

    #[test]
    fn numbers_stand_below_one_another_by_one_measure() {
        let rows = [("行政规范性文件", [3, 1, 8]), ("规章", [0, 0, 12]), ("行政许可", [46, 0, 7])];
        for (expected, room) in [(Measure::Display, 16), (Measure::Characters, 9)] {
            let line = |(label, numbers): &(&str, [u32; 3])| {
                let pad = " ".repeat(room - expected.width(label));
                format!("{label}{pad}{:<5}{:<5}{}\n", numbers[0], numbers[1], numbers[2])
            };
            let text: String = rows.iter().map(line).collect();
            assert_eq!(measure(&text), expected, "{text}");
        }
    }

    #[test]
    fn without_numbers_below_one_another_columns_are_as_wide_as_drawn() {
        assert_eq!(measure(""), Measure::Display);
        assert_eq!(measure("规章 1 2\n行政规范性文件 3 4\n"), Measure::Display);
        assert_eq!(measure("  1   2\n  3   4\n"), Measure::Display);
    }
}
