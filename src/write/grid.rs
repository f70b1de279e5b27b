//! Columns of text for a person: aligned by the width that a terminal gives them, a Chinese character taking two.

use std::borrow::Cow;
use std::io::{self, Write};

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
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (i, cell) in row.iter().enumerate() {
            widths[i] = widths[i].max(width(&cell.text));
        }
    }
    let mut line = String::new();
    for row in rows {
        line.clear();
        line.push_str(indent);
        for (i, cell) in row.iter().enumerate() {
            let blank = " ".repeat(widths[i] - width(&cell.text));
            if i > 0 {
                line.push_str("  ");
            }
            let (before, behind) = if cell.right { (&*blank, "") } else { ("", &*blank) };
            line.extend([before, &cell.text, behind]);
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
