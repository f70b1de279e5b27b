//! A line of blanks and words → its fields, and where one blank is clear to part cells, these.

use unicode_width::UnicodeWidthChar;

use super::measure::Measure;
use super::{LONGEST_LINE, is_value};
use crate::grid::value::{self, Reading, is_unit};
use crate::grid::{Cell, Extent, Vocabulary};
use crate::lines::{Line, Look};
use crate::outline::ordinal::ordinal;
use crate::span::Span;

/// The fields of a line: what stands between two blanks or more, and what one blank parts where it is clear that these are cells.
pub(super) fn fields(text: &str, line: &Line, measure: Measure, vocabulary: &Vocabulary) -> Vec<Cell> {
    let printed = line.text.of(text);
    let mut cells = Vec::new();
    if line.look != Look::Text || printed.len() > LONGEST_LINE {
        return cells;
    }
    let runs = runs(printed, measure);
    cells.reserve(runs.len());
    let padded = runs.len() > 1;
    for (at, &Run { start, text: field, column, end }) in runs.iter().enumerate() {
        let before_value =
            || runs.get(at + 1).filter(|next| is_value(next.text)).and_then(|_| rest_and_numbers(field, vocabulary));
        let Some(words) = parted(field, vocabulary).or_else(before_value) else {
            cells.push(cell(line, start, field, (column, end)));
            continue;
        };
        // Where one blank parts all cells of a line, each stands wherever the one before it ends.
        let placed = padded || words.iter().all(|(_, word)| is_value(word));
        for (offset, word) in words {
            let column = column + measure.width(&field[..offset]);
            let cell = cell(line, start + offset, word, (column, column + measure.width(word)));
            cells.push(if placed { cell } else { Cell { columns: None, ..cell } });
        }
    }
    cells
}

/// A part of a field, and where in it it begins.
pub(super) type Word<'t> = (usize, &'t str);

/// As many words, or runs, as most lines of a table have at the most.
const USUAL_WORDS: usize = 10;

/// What blanks part in a field.
pub(super) fn words(field: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(USUAL_WORDS);
    let mut rest = field.trim_start();
    while !rest.is_empty() {
        let (start, mut behind) = (field.len() - rest.len(), behind_visible(rest));
        while let Some(c) = behind.chars().next().filter(|c| !c.is_whitespace()) {
            behind = behind_visible(&behind[c.len_utf8()..]);
        }
        words.push((start, &rest[..rest.len() - behind.len()]));
        rest = behind.trim_start();
    }
    words
}

/// What stands behind the last blank of `field`, all of it where there is none.
pub(super) fn last_word(field: &str) -> &str {
    let mut rest = field.as_bytes();
    loop {
        // Most characters are none: Chinese ones, full width ones, visible ASCII, 、 and 。.
        while let [before @ .., 0xE4..=0xE9 | 0xEF, _, _]
        | [before @ .., b'!'..=b'~']
        | [before @ .., 0xE3, 0x80, 0x81 | 0x82] = rest
        {
            rest = before;
        }
        let (head, behind) = field.split_at(rest.len());
        match head.chars().next_back() {
            None => return field,
            Some(c) if c.is_whitespace() => return behind,
            Some(c) => rest = &rest[..rest.len() - c.len_utf8()],
        }
    }
}

/// The cells of a field that one blank parts, where it is clear that it holds several: numbers alone; a label with a unit, or numbers, or both
/// behind it; labels of a header.
pub(super) fn parted<'t>(field: &'t str, vocabulary: &Vocabulary) -> Option<Vec<Word<'t>>> {
    let end = last_word(field);
    if end.len() == field.len() {
        return None;
    }
    // A sentence, as most lines with a blank in them are.
    if end.ends_with(SENTENCE) && !is_value(end) && !vocabulary.is_label(end) {
        return None;
    }
    let words = words(field);
    let is_text = |(_, word): &Word| value::ends_text(word) || (!is_value(word) && !is_unit(word));
    let behind = words.iter().rposition(is_text).map_or(0, |last| last + 1);
    // Without a number or a unit at its end, it can only be a header.
    let are_heads_or_pieces = || are_two_labels(&words, vocabulary) || are_pieces(&words, vocabulary);
    if behind == words.len() && !are_heads_or_pieces() && !are_levels(&words, vocabulary) {
        return None;
    }
    let (head, tail) = words.split_at(behind);
    let units = tail.iter().filter(|(_, word)| is_unit(word)).count();
    let values = tail.len() - units;
    let Some(&(_, last)) = head.last() else {
        // The unit and the numbers of a label that stands above.
        let measured = units == 1 && values > 0 && is_unit(tail[0].1);
        return (units == 0 || measured).then_some(words);
    };
    // The number of a row may stand before its label, and one blank inside it.
    let (number, head) = head.split_at(usize::from(head.len() > 1 && is_value(head[0].1)));
    let start = head.first()?.0;
    let end = tail.first().map_or(field.len(), |(offset, _)| *offset);
    let label = field[start..end].trim_end();
    let is_label = || vocabulary.is_label(label);
    let is_clear = match (values, units) {
        (0, 0) => {
            let parted = are_heads(head, vocabulary) || are_pieces(head, vocabulary) || are_levels(head, vocabulary);
            parted && !is_label()
        }
        // Its number is blank.
        (0, 1) => is_label(),
        (1, 0) => false,
        (_, 1) => !label.contains('。'),
        (_, 0) => is_label() || vocabulary.is_label(last) || (values > 2 && !label.contains(['。', '：'])),
        _ => false,
    };
    let cells = match (is_clear, values + units) {
        (false, _) => return None,
        (true, 0) => words,
        // The label of a group, or a piece of it, stands before that of its row.
        (true, _) if are_beside(head, vocabulary) && !is_label() => words,
        (true, _) => number.iter().copied().chain([(start, label)]).chain(tail.iter().copied()).collect(),
    };
    Some(cells)
}

fn cell(line: &Line, start: usize, printed: &str, (column, end): (usize, usize)) -> Cell {
    let start = line.text.start as usize + start;
    Cell { columns: Extent::new(column as u32, end as u32), ..Cell::new(Span::new(start, start + printed.len())) }
}

/// A part of a line between two blanks or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run<'t> {
    /// The byte that it begins at.
    start: usize,
    pub(super) text: &'t str,
    /// The columns that it takes.
    column: usize,
    end: usize,
}

/// The runs of text that are parted by two blanks or more.
pub(super) fn runs(printed: &str, measure: Measure) -> Vec<Run<'_>> {
    let mut runs: Vec<Run> = Vec::with_capacity(USUAL_WORDS);
    // As if blanks stood before the line.
    let (mut at, mut blanks, mut column) = (0, 2, 0);
    while let Some(next) = next(&printed[at..]) {
        let (from, from_column) = (at, column);
        at += next.bytes;
        column += measure.of_next(&next);
        if next.blanks > 0 {
            blanks += next.blanks;
            continue;
        }
        match runs.last_mut().filter(|_| blanks < 2) {
            Some(run) => (run.text, run.end) = (&printed[run.start..at], column),
            None => runs.push(Run { start: from, text: &printed[from..at], column: from_column, end: column }),
        }
        blanks = 0;
    }
    runs
}

/// Blanks or visible characters that a text begins with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub bytes: usize,
    /// How many blanks; none where they are visible.
    pub blanks: usize,
    /// How many columns they take when they are drawn.
    pub columns: usize,
    pub characters: usize,
}

/// All the spaces, visible ASCII or usual Chinese characters that `printed` begins with, or else one character.
pub(super) fn next(printed: &str) -> Option<Next> {
    let bytes = printed.as_bytes();
    match bytes {
        [b' ', ..] => {
            let spaces = bytes.iter().position(|&byte| byte != b' ').unwrap_or(bytes.len());
            Some(Next { bytes: spaces, blanks: spaces, columns: spaces, characters: spaces })
        }
        [b'!'..=b'~', ..] => {
            let visible = bytes.iter().position(|byte| !matches!(byte, b'!'..=b'~')).unwrap_or(bytes.len());
            Some(Next { bytes: visible, blanks: 0, columns: visible, characters: visible })
        }
        // U+4E00 to U+9FFF.
        [0xE5..=0xE9, ..] | [0xE4, 0xB8..=0xBF, ..] => {
            let mut rest = bytes;
            while let [0xE5..=0xE9, _, _, behind @ ..] | [0xE4, 0xB8..=0xBF, _, behind @ ..] = rest {
                rest = behind;
            }
            let wide = bytes.len() - rest.len();
            Some(Next { bytes: wide, blanks: 0, columns: wide / 3 * 2, characters: wide / 3 })
        }
        _ => printed.chars().next().map(|c| Next {
            bytes: c.len_utf8(),
            blanks: usize::from(c.is_whitespace()),
            columns: c.width().unwrap_or(0),
            characters: 1,
        }),
    }
}

/// Marks of a sentence.
const SENTENCE: [char; 4] = ['，', '。', '；', '：'];

/// `信息公开申请 5`: a piece of a label that is broken over lines, and the first numbers of its row.
fn rest_and_numbers<'t>(field: &'t str, vocabulary: &Vocabulary) -> Option<Vec<Word<'t>>> {
    let is_number = |word: &str| matches!(value::read(word), Reading::Number { .. });
    let last = last_word(field);
    if last.len() == field.len() || !is_number(last) {
        return None;
    }
    let mut words = words(field);
    let numbers = words.iter().rev().take_while(|(_, word)| is_number(word)).count();
    let numbers = words.split_off(words.len() - numbers);
    let (&(first, _), &(_, last)) = (words.first()?, words.last()?);
    let &(end, _) = numbers.first()?;
    let is_rest = |text: &str| text.len() >= SHORTEST_REST && vocabulary.is_piece(text);
    let label = field[first..end].trim_end();
    if is_rest(label) {
        return Some([vec![(first, label)], numbers].concat());
    }
    (is_rest(last) && are_beside(&words, vocabulary)).then(|| [words, numbers].concat())
}

/// A shorter text may be a piece of a label by chance, in bytes.
const SHORTEST_REST: usize = 12;

/// Texts that head columns: two of them at least are labels that some form prints, and the others are no sentence.
fn are_heads(texts: &[Word], vocabulary: &Vocabulary) -> bool {
    let is_label = |(_, text): &&Word| vocabulary.is_label(text);
    let strange = || texts.iter().filter(|text| !is_label(text));
    texts.iter().filter(is_label).count() > 1 && !strange().any(|(_, text)| text.contains(SENTENCE))
}

/// A label, or a piece of one, and before it those of the groups that it is in: pieces of labels, single characters of them, or
/// their ordinals.
fn are_beside(texts: &[Word], vocabulary: &Vocabulary) -> bool {
    let Some(((_, last), groups @ [_, ..])) = texts.split_last() else { return false };
    let is_bare = |text: &str| ordinal(text).is_some_and(|ordinal| ordinal.rest.is_empty());
    let is_group = |text: &str| is_single(text) || vocabulary.is_piece(text) || is_bare(text);
    vocabulary.is_piece(last) && groups.iter().all(|(_, text)| is_group(text))
}

/// `（四） 2.没有现成`: a label that is broken over lines begins beside that of its group.
fn are_levels(texts: &[Word], vocabulary: &Vocabulary) -> bool {
    texts.last().is_some_and(|(_, last)| ordinal(last).is_some()) && are_beside(texts, vocabulary)
}

/// One Chinese character.
fn is_single(text: &str) -> bool {
    text.chars().nth(1).is_none() && text.starts_with(|c| matches!(c, '\u{4E00}'..='\u{9FFF}'))
}

/// `结果 结果 其他 尚未 总`: a line of a header whose labels are broken, each in its column. Pieces of labels, two at least, and single
/// characters.
fn are_pieces(texts: &[Word], vocabulary: &Vocabulary) -> bool {
    let pieces = texts.iter().filter(|(_, text)| !is_single(text));
    texts.len() >= FEWEST_PIECES
        && pieces.clone().nth(1).is_some()
        && pieces.into_iter().all(|(_, text)| vocabulary.is_piece(text))
}

/// Fewer pieces of labels may be words of a text.
const FEWEST_PIECES: usize = 3;

/// Two of the texts at least are labels that some form prints.
fn are_two_labels(texts: &[Word], vocabulary: &Vocabulary) -> bool {
    let mut most = texts.len();
    let mut may_be = texts.iter().map(|(_, text)| {
        most -= usize::from(!vocabulary.is_label(text));
        most > 1
    });
    texts.len() > 1 && may_be.all(|may_be| may_be)
}

/// What stands behind the characters that most lines are made of and that are no blanks: Chinese ones, U+4000 to U+9FFF, full width
/// ones, visible ASCII, 、 and 。.
pub(super) fn behind_visible(printed: &str) -> &str {
    let mut rest = printed.as_bytes();
    loop {
        while let [0xE4..=0xE9, _, _, behind @ ..] = rest {
            rest = behind;
        }
        match rest {
            [0xEF, _, _, behind @ ..] | [0xE3, 0x80, 0x81 | 0x82, behind @ ..] | [b'!'..=b'~', behind @ ..] => {
                rest = behind
            }
            _ => return &printed[printed.len() - rest.len()..],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The runs, character by character.
    fn slow(printed: &str, measure: Measure) -> Vec<Run<'_>> {
        let mut runs: Vec<Run> = Vec::new();
        let (mut blanks, mut column) = (2, 0);
        for (at, c) in printed.char_indices() {
            let (behind, end) =
                (at + c.len_utf8(), column + if measure == Measure::Display { c.width().unwrap_or(0) } else { 1 });
            match runs.last_mut().filter(|_| blanks < 2) {
                _ if c.is_whitespace() => {}
                Some(run) => (run.text, run.end) = (&printed[run.start..behind], end),
                None => runs.push(Run { start: at, text: &printed[at..behind], column, end }),
            }
            blanks = if c.is_whitespace() { blanks + 1 } else { 0 };
            column = end;
        }
        runs
    }

    #[test]
    fn runs_are_those_of_their_characters() {
        let marks: Vec<char> = "  ab1总计䶿䷀一鿿、。（Ａ\u{3000}\u{A0}\u{200B}\u{7F}\té\u{10FFFF}".chars().collect();
        let mut seed = 7u64;
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..seed % 13 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push(marks[(seed >> 33) as usize % marks.len()]);
            }
            seed = seed.wrapping_add(1);
            for measure in [Measure::Display, Measure::Characters] {
                assert_eq!(runs(&text, measure), slow(&text, measure), "{text:?}");
            }
        }
    }
}
