//! A line of the report with a place in it, made fit to be printed: tabs become spaces, control characters go,
//! a long line is cropped around the place, and everything is measured as a terminal shows it.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use crate::span::{LineIndex, Span};

/// Stands where a line was cropped. The ellipsis of Unicode is one column wide in some terminals and two in others, so
/// that the mark might miss its place.
const CROPPED: &str = "...";
/// A tab goes on to the next multiple of this.
const TAB: usize = 4;

/// A printable line and the marked parts of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The line, or the part of it around the place.
    pub line: String,
    /// What is marked in it, from left to right; the place itself is always among them.
    pub marks: Vec<Mark>,
}

/// A marked part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Columns of the terminal before it.
    pub before: usize,
    /// Columns that it takes, at least one.
    pub width: usize,
    /// It is the place itself, not something that belongs to it.
    pub place: bool,
}

/// A character as shown: where it begins on the line, and how wide it is.
struct Glyph {
    char: char,
    byte: usize,
    col: usize,
    width: usize,
}

/// The line of `text` that holds the start of `span`, in at most `columns` columns, with `span` marked in it and those of
/// `also` that are seen there.
pub fn snippet(text: &str, lines: &LineIndex, span: Span, also: &[Span], columns: usize) -> Snippet {
    let line = lines.content(text, lines.line_of(span.start));
    let (line_start, line_end) = (line.start as usize, line.end as usize);
    let start = (span.start as usize).clamp(line_start, line_end);
    let end = (span.end as usize).clamp(start, line_end);
    // A line may be megabytes long; what is shown stands near the mark. A character takes four bytes at most.
    let from = boundary(text, start.saturating_sub(columns * 4).max(line_start));
    let to = boundary(text, end.min(start + columns * 4).saturating_add(columns * 4).min(line_end));
    let glyphs = glyphs(text.get(from..to).unwrap_or(""), from);

    let total = glyphs.last().map_or(0, |glyph| glyph.col + glyph.width);
    let column = |byte: usize| glyphs.iter().find(|glyph| glyph.byte >= byte).map_or(total, |glyph| glyph.col);
    let (mark, mark_end) = (column(start), column(end).max(column(start) + 1));

    let (mut left, mut room) = (0, columns);
    if total.max(mark_end) > columns {
        room = columns.saturating_sub(2 * CROPPED.len()).max(1);
        left = mark.saturating_sub(room / 3).min(total.max(mark_end) - room);
    }
    let right = left + room;
    let shown = || glyphs.iter().filter(|glyph| glyph.col >= left && glyph.col + glyph.width <= right);
    let first = shown().next().map_or(left, |glyph| glyph.col);
    let mut shown_line: String = shown().map(|glyph| glyph.char).collect();
    shown_line.truncate(shown_line.trim_end().len());
    let cropped = if left > 0 || from > line_start { CROPPED } else { "" };
    shown_line.insert_str(0, cropped);
    if total > right || to < line_end {
        shown_line.push_str(CROPPED);
    }

    let marked = |from: usize, to: usize, place: bool| {
        let from = from.max(first);
        Mark { before: cropped.len() + from - first, width: to.min(right).saturating_sub(from).max(1), place }
    };
    let mut marks = vec![marked(mark, mark_end, true)];
    for other in also {
        let (other_start, other_end) = (other.start as usize, other.end as usize);
        if other_start < from || other_end > to || other_start >= other_end {
            continue;
        }
        let (other_from, other_to) = (column(other_start), column(other_end));
        let seen = first <= other_from && other_from < right;
        if seen && (other_to <= mark || other_from >= mark_end) {
            marks.push(marked(other_from, other_to, false));
        }
    }
    marks.sort_unstable();
    marks.dedup();
    Snippet { line: shown_line, marks }
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

    /// The line, and what stands above its marks.
    fn marked(text: &str, part: &str, also: &[&str], columns: usize) -> (String, Vec<(String, bool)>) {
        let span = |part: &str| {
            let start = text.find(part).unwrap();
            Span::new(start, start + part.len())
        };
        let also: Vec<Span> = also.iter().map(|part| span(part)).collect();
        let snippet = snippet(text, &LineIndex::new(text), span(part), &also, columns);
        assert!(width(&snippet.line) <= columns, "{snippet:?}");
        let above = |mark: &Mark| {
            let mut col = 0;
            let mut above = snippet.line.clone();
            above.retain(|char| {
                let at = col;
                col += width(char.to_string().as_str());
                at >= mark.before && at < mark.before + mark.width
            });
            (above, mark.place)
        };
        let marks = snippet.marks.iter().map(above).collect();
        (snippet.line, marks)
    }

    fn place(part: &str) -> Vec<(String, bool)> {
        vec![(part.to_owned(), true)]
    }

    #[test]
    fn the_mark_stands_under_wide_characters() {
        let (line, marks) = marked("前\n一、总计\t１２件 0\n后", "１２", &[], 100);
        assert_eq!((line.as_str(), marks), ("一、总计    １２件 0", place("１２")));
    }

    #[test]
    fn what_belongs_to_the_place_is_marked_where_it_is_seen() {
        let text = "总计\t３件\t4\t7\n甲\t9";
        let (_, marks) = marked(text, "7", &["３件", "4", "9", "7"], 100);
        assert_eq!(marks, [("３件".into(), false), ("4".into(), false), ("7".into(), true)]);
        let text = format!("3{}7", "　".repeat(100));
        let (line, marks) = marked(&text, "7", &["3"], 40);
        assert!(line.starts_with("..."));
        assert_eq!(marks, place("7"));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let (line, marks) = marked("\u{1b}[31m总\u{202e}计\u{7}\t5", "5", &[], 100);
        assert_eq!((line.as_str(), marks), ("[31m总计    5", place("5")));
        assert_eq!(clean("a\tb\u{1b}\nc"), "a b c");
    }

    #[test]
    fn a_long_line_is_cropped_around_the_mark() {
        let text = format!("{}靶{}", "甲".repeat(5000), "乙".repeat(5000));
        for columns in [20, 40, 41, 80] {
            let (line, marks) = marked(&text, "靶", &[], columns);
            assert!(line.starts_with("...甲") && line.ends_with("乙...") && width(&line) + 4 > columns, "{line}");
            assert_eq!(marks, place("靶"));
        }
        for text in [&text[15000..], &text[..15003]] {
            assert_eq!(marked(text, "靶", &[], 40).1, place("靶"));
        }
        let whole = snippet(&text, &LineIndex::new(&text), Span::new(0, text.len()), &[], 40);
        assert_eq!(whole.marks, [Mark { before: 0, width: 34, place: true }]);
    }

    #[test]
    fn an_empty_place_is_still_marked() {
        let lines = LineIndex::new("甲\n");
        assert_eq!(
            snippet("甲\n", &lines, Span::new(3, 3), &[], 40).marks,
            [Mark { before: 2, width: 1, place: true }]
        );
        assert_eq!(snippet("", &LineIndex::new(""), Span::default(), &[], 40).marks[0].width, 1);
    }
}
