//! What the columns of a text are counted in. Programs that lay out a page pad with blanks, some to as many characters (`pdftotext`, Lynx, the
//! text of a data frame), some to as much room as the characters take when they are drawn, where Chinese ones are two columns wide.

use unicode_width::UnicodeWidthChar;

use super::LONGEST_LINE;
use super::fields::{Next, next};
use crate::lines::{Line, Look};

/// What a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Measure {
    /// Room for a narrow character.
    #[default]
    Display,
    /// A character of any width.
    Characters,
}

/// Where a number stands, by both measures: from, to.
type Place = [(usize, usize); 2];

impl Measure {
    /// That by which numbers stand below one another on the lines that no other layout has `taken`; the first where neither is clearly better.
    pub(super) fn of(text: &str, lines: &[Line], taken: &[bool]) -> Measure {
        // The last line with one number, with two …
        let mut above: Vec<Vec<Place>> = vec![Vec::new(); MOST_NUMBERS + 1];
        let mut aligned = [0usize; 2];
        let free = lines.iter().zip(taken).filter(|(line, taken)| line.look == Look::Text && !**taken);
        for printed in free.map(|(line, _)| line.text.of(text)).filter(|printed| printed.len() <= LONGEST_LINE) {
            let numbers = numbers(printed);
            let Some(above) = above.get_mut(numbers.len()).filter(|_| !numbers.is_empty()) else { continue };
            for (measure, aligned) in aligned.iter_mut().enumerate() {
                let places = numbers.iter().zip(above.iter()).map(|(number, above)| (number[measure], above[measure]));
                *aligned += places.filter(|(a, b)| are_aligned(*a, *b)).count();
            }
            *above = numbers;
        }
        let [display, characters] = aligned;
        if characters > display + display / 4 { Measure::Characters } else { Measure::Display }
    }

    /// How many columns a text takes.
    pub(super) fn width(self, printed: &str) -> usize {
        printed.chars().map(|c| self.width_of(c)).sum()
    }

    /// How many columns a character takes.
    pub(super) fn width_of(self, c: char) -> usize {
        match self {
            Measure::Display => c.width().unwrap_or(0),
            Measure::Characters => 1,
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

/// Both begin or end in one column, or one stands above the middle of the other.
fn are_aligned(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 == b.0 || a.1 == b.1 || (a.0 + a.1).abs_diff(b.0 + b.1) <= 1
}

/// Lines with more numbers are not compared.
const MOST_NUMBERS: usize = 20;

/// The numbers of a line that blanks stand around, each with its unit.
fn numbers(printed: &str) -> Vec<Place> {
    let mut numbers: Vec<Place> = Vec::new();
    let (mut at, mut columns, mut characters) = (0, 0, 0);
    let mut word: Option<(usize, usize, usize)> = None;
    loop {
        let next = next(&printed[at..]);
        if next.is_none_or(|next| next.blanks > 0) {
            let number = word.take().filter(|(start, ..)| is_number(&printed[*start..at]));
            numbers.extend(number.map(|(_, from, first)| [(from, columns), (first, characters)]));
        } else {
            word = word.or(Some((at, columns, characters)));
        }
        let Some(next) = next else { return numbers };
        at += next.bytes;
        columns += next.columns;
        characters += next.characters;
    }
}

/// Digits, commas and points, and a unit perhaps: no `1.` that begins a label.
fn is_number(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_numeric() || matches!(c, ',' | '.' | '，' | '．'));
    word.starts_with(char::is_numeric)
        && word[..word.len() - rest.len()].ends_with(char::is_numeric)
        && rest.chars().nth(LONGEST_UNIT).is_none()
}

/// The longest unit behind a number, in characters.
const LONGEST_UNIT: usize = 4;

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
