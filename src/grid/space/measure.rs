//! What the columns of a text are counted in. Programs that lay out a page pad with blanks, some to as many characters (`pdftotext`, Lynx, the
//! text of a data frame), some to as much room as the characters take when they are drawn, where Chinese ones are two columns wide.

use std::collections::VecDeque;

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
        // Cells may be blank: where one is, the column is told by a line farther above.
        let mut above: VecDeque<Vec<Place>> = VecDeque::with_capacity(LINES_ABOVE + 1);
        let mut aligned = [0usize; 2];
        let free = lines.iter().zip(taken).filter(|(line, taken)| line.look == Look::Text && !**taken);
        for printed in free.map(|(line, _)| line.text.of(text)).filter(|printed| is_padded(printed)) {
            let words = words(printed);
            if words.is_empty() || words.len() > MOST_WORDS {
                continue;
            }
            for (measure, aligned) in aligned.iter_mut().enumerate() {
                let is_below =
                    |word: &&Place| above.iter().flatten().any(|above| are_aligned(word[measure], above[measure]));
                *aligned += words.iter().filter(is_below).count();
            }
            above.push_back(words);
            if above.len() > LINES_ABOVE {
                above.pop_front();
            }
        }
        let [display, characters] = aligned;
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

/// Several blanks stand inside the line, as in no line of prose.
fn is_padded(printed: &str) -> bool {
    printed.len() <= LONGEST_LINE && memchr::memmem::find(printed.trim_start().as_bytes(), b"  ").is_some()
}

/// Both begin or end in one column, or one stands above the middle of the other.
fn are_aligned(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 == b.0 || a.1 == b.1 || (a.0 + a.1).abs_diff(b.0 + b.1) <= 1
}

/// Lines with more of them are not compared.
const MOST_WORDS: usize = 20;
/// Lines with which a line is compared.
const LINES_ABOVE: usize = 3;

/// The short words of a line that blanks stand around, but for a label that it begins with.
fn words(printed: &str) -> Vec<Place> {
    let mut words: Vec<Place> = Vec::new();
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
        let Some(next) = next else { return words };
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
