//! A line of the report with a place in it, made fit to be printed: tabs become spaces, control characters go,
//! a long line is cropped around the place, and everything is measured as a terminal shows it.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use crate::span::{LineIndex, Span};

/// Stands where a line was cropped.
const CROPPED: &str = "...";
/// A tab goes on to the next multiple of this.
const TAB: usize = 4;

/// A printable line and the marked part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The line, or the part of it around the mark.
    pub line: String,
    /// Columns of the terminal before the mark.
    pub before: usize,
    /// Columns that the mark takes, at least one.
    pub marked: usize,
}

/// A character as shown: where it begins on the line, and how wide it is.
struct Glyph {
    char: char,
    byte: usize,
    col: usize,
    width: usize,
}

/// The line of `text` that holds the start of `span`, in at most `columns` columns.
pub fn snippet(text: &str, lines: &LineIndex, span: Span, columns: usize) -> Snippet {
    let line = lines.content(text, lines.line_of(span.start));
    let (line_start, line_end) = (line.start as usize, line.end as usize);
    let start = (span.start as usize).clamp(line_start, line_end);
    let end = (span.end as usize).clamp(start, line_end);
    // A line may be megabytes long; what is shown stands near the mark. A character takes four bytes at most.
    let from = boundary(text, start.saturating_sub(columns * 4).max(line_start));
    let to = boundary(text, end.min(start + columns * 4).saturating_add(columns * 4).min(line_end));
    let glyphs = glyphs(text.get(from..to).unwrap_or(""), from);

    let total = glyphs.last().map_or(0, |glyph| glyph.col + glyph.width);
    let mark = glyphs.iter().find(|glyph| glyph.byte >= start).map_or(total, |glyph| glyph.col);
    let mark_end = glyphs.iter().find(|glyph| glyph.byte >= end).map_or(total, |glyph| glyph.col).max(mark + 1);

    let mut left = 0;
    if total.max(mark_end) > columns {
        left = mark.saturating_sub(columns / 3).min(total.max(mark_end) - columns);
    }
    let right = left + columns;
    let shown = || glyphs.iter().filter(|glyph| glyph.col >= left && glyph.col + glyph.width <= right);
    let first = shown().next().map_or(left, |glyph| glyph.col);
    let mut shown_line: String = shown().map(|glyph| glyph.char).collect();
    shown_line.truncate(shown_line.trim_end().len());
    let mut before = mark - first.min(mark);
    if left > 0 || from > line_start {
        shown_line.insert_str(0, CROPPED);
        before += CROPPED.len();
    }
    if total > right || to < line_end {
        shown_line.push_str(CROPPED);
    }
    Snippet { line: shown_line, before, marked: mark_end.min(right).saturating_sub(mark).max(1) }
}

fn glyphs(text: &str, from: usize) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = Vec::with_capacity(text.len());
    let mut col = 0;
    for (at, char) in text.char_indices() {
        let byte = from + at;
        if char == '\t' {
            for _ in 0..TAB - col % TAB {
                glyphs.push(Glyph { char: ' ', byte, col, width: 1 });
                col += 1;
            }
        } else if let Some(char) = printable(char) {
            let width = char.width().unwrap_or(0);
            glyphs.push(Glyph { char, byte, col, width });
            col += width;
        }
    }
    glyphs
}

/// The nearest character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// What may be shown for `char`: a control character could move the cursor or colour the terminal, a mark of
/// direction could turn the line around; those are left out.
fn printable(char: char) -> Option<char> {
    match char {
        '\u{85}' | '\u{2028}' | '\u{2029}' | '\n' | '\r' | '\t' | '\u{c}' => Some(' '),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        char if char.is_control() => None,
        char => Some(char),
    }
}

/// `text` on one line, without the characters that would act on a terminal.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|char| printable(char) == Some(char)) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().filter_map(printable).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::width;

    fn marked(text: &str, part: &str, columns: usize) -> (Snippet, String) {
        let start = text.find(part).unwrap();
        let lines = LineIndex::new(text);
        let snippet = snippet(text, &lines, Span::new(start, start + part.len()), columns);
        let mut col = 0;
        let under: String = snippet
            .line
            .chars()
            .filter(|char| {
                let at = col;
                col += width(char.to_string().as_str());
                at >= snippet.before && at < snippet.before + snippet.marked
            })
            .collect();
        (snippet, under)
    }

    #[test]
    fn the_mark_stands_under_wide_characters() {
        let (snippet, under) = marked("前\n一、总计\t１２件 0\n后", "１２", 100);
        assert_eq!(snippet, Snippet { line: "一、总计    １２件 0".into(), before: 12, marked: 4 });
        assert_eq!(under, "１２");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let (snippet, under) = marked("\u{1b}[31m总\u{202e}计\u{7}\t5", "5", 100);
        assert_eq!(snippet.line, "[31m总计    5");
        assert_eq!(under, "5");
        assert_eq!(clean("a\tb\u{1b}\nc"), "a b c");
    }

    #[test]
    fn a_long_line_is_cropped_around_the_mark() {
        let text = format!("{}靶{}", "甲".repeat(5000), "乙".repeat(5000));
        let (snippet, under) = marked(&text, "靶", 40);
        assert_eq!(under, "靶");
        assert!(width(&snippet.line) <= 46 && snippet.line.starts_with("...甲") && snippet.line.ends_with("乙..."));

        let (snippet, under) = marked(&text[15000..], "靶", 40);
        assert_eq!((under.as_str(), snippet.before), ("靶", 0));
        let (_, under) = marked(&text[..15003], "靶", 40);
        assert_eq!(under, "靶");
        let (snippet, _) = marked(&text, &text, 40);
        assert_eq!((snippet.before, snippet.marked), (0, 40));
    }

    #[test]
    fn an_empty_place_is_still_marked() {
        let lines = LineIndex::new("甲\n");
        assert_eq!(snippet("甲\n", &lines, Span::new(3, 3), 40).marked, 1);
        assert_eq!(snippet("", &LineIndex::new(""), Span::default(), 40).marked, 1);
    }
}
