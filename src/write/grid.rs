//! Columns of text for a person: aligned by the width that a terminal gives them, a Chinese character taking two.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthChar;

use crate::span::width;

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell<'a> {
    /// What is printed.
    pub text: Cow<'a, str>,
    /// It is a number: set to the right.
    pub right: bool,
}

impl<'a> Cell<'a> {
    /// A text, set to the left.
    pub fn left(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        Cell { text: text.into(), right: false }
    }

    /// A number, set to the right.
    pub fn right(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        Cell { text: text.into(), right: true }
    }
}

/// Writes `rows`, each behind `indent`, with two spaces between columns and none at the end of a line.
pub fn write(out: &mut impl Write, indent: &str, rows: &[Vec<Cell<'_>>]) -> io::Result<()> {
    lines(rows).iter().try_for_each(|line| writeln!(out, "{}", format!("{indent}{line}").trim_end()))
}

/// The lines of `rows`, with two spaces between columns and none at the end.
pub fn lines(rows: &[Vec<Cell<'_>>]) -> Vec<String> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (i, cell) in row.iter().enumerate() {
            widths[i] = widths[i].max(width(&cell.text));
        }
    }
    let line = |row: &Vec<Cell<'_>>| {
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            let blank = " ".repeat(widths[i] - width(&cell.text));
            if i > 0 {
                line.push_str("  ");
            }
            let (before, behind) = if cell.right { (&*blank, "") } else { ("", &*blank) };
            line.extend([before, &cell.text, behind]);
        }
        line.truncate(line.trim_end().len());
        line
    };
    rows.iter().map(line).collect()
}

/// `text` in at most `columns` columns of the terminal; what is cut off its end is shown by an ellipsis.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken >= columns {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_by_display_width() {
        assert_eq!(cut("总计", 4), "总计");
        assert_eq!(cut("总计数", 5), "总计…");
        assert_eq!(cut("总计数", 4), "总…");
        assert_eq!(cut("总", 0), "…");
    }

    #[test]
    fn columns_align_by_display_width() {
        let mut out = Vec::new();
        let rows = vec![
            vec![Cell::left("总计"), Cell::right("1095"), Cell::left("件")],
            vec![Cell::left("a"), Cell::right("2")],
        ];
        write(&mut out, " ", &rows).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), " 总计  1095  件\n a        2\n");
    }
}
