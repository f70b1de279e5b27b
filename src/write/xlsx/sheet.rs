//! A long table over one sheet, or over several where Excel's rows do not suffice. Rows go to disk as they come.

use std::borrow::Cow;

use rust_decimal::Decimal;
use rust_xlsxwriter::{Format, Formula, IgnoreError, Workbook, Worksheet, XlsxError};

use super::names::{self, Column, Holds};
use super::style::{self, Styles};
use crate::finding::Severity;
use crate::lang::Lang;
use crate::span::width;

/// Rows of the header: labels, then keys.
pub(super) const HEADER: u32 = 2;

/// Rows that a sheet of Excel has.
pub(super) const ROWS: u32 = 1_048_576;

/// UTF-16 units that a cell of Excel holds.
pub(super) const UNITS: usize = 32_767;

/// Digits that a number of Excel has.
const DIGITS: usize = 15;

/// Rows whose texts decide how wide a column is: enough to know, and no reason to measure millions.
const MEASURED: u64 = 20_000;

/// Where a cell stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub sheet: String,
    pub row: u32,
    pub column: u16,
}

/// A column as it is written.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub label: String,
    pub key: String,
    pub holds: Holds,
    /// Columns of text that it has at least and at most.
    pub width: (usize, usize),
}

impl Head {
    pub(super) fn of(column: &Column, lang: Lang) -> Head {
        let label = lang.pick(column.en, column.zh).to_owned();
        Head {
            width: (width(&label).min(column.most) + 2, column.most),
            label,
            key: column.key.into(),
            holds: column.holds,
        }
    }
    /// A column of numbers that is so wide, or a little wider.
    pub(super) fn number(label: String, key: String, narrow: usize) -> Head {
        Head { label, key, holds: Holds::Number, width: (narrow, narrow.max(20)) }
    }
}

/// A table.
pub(super) struct Sheet {
    name: String,
    heads: Vec<Head>,
    /// Height of the two rows of the header.
    heights: (f64, f64),
    /// Columns to the left that stay when the others are moved.
    frozen: u16,
    /// Rows that a sheet may have.
    limit: u32,
    /// Pages that it takes from left to right; none as many as it needs.
    pages: Option<u16>,
    /// Texts are broken over lines; each row is as high as it needs.
    wrapped: bool,
    sheets: Vec<(String, Worksheet)>,
    next: u32,
    rows: u64,
    widths: Vec<usize>,
    /// Texts that were longer than a cell can hold.
    pub cut: u64,
}

/// What sheets of a workbook share.
pub(super) struct Shared<'a> {
    pub book: &'a mut Workbook,
    pub styles: &'a Styles,
    pub taken: &'a mut Vec<String>,
}

impl Sheet {
    pub(super) fn new(name: impl Into<String>, heads: Vec<Head>, limit: u32) -> Sheet {
        Sheet {
            name: name.into(),
            widths: heads.iter().map(|head| head.width.0).collect(),
            heads,
            heights: (24.0, 15.0),
            frozen: 0,
            limit: limit.max(HEADER + 1),
            pages: None,
            wrapped: false,
            sheets: Vec::new(),
            next: 0,
            rows: 0,
            cut: 0,
        }
    }

    pub(super) fn of(name: impl Into<String>, columns: &[Column], lang: Lang, limit: u32) -> Sheet {
        Sheet::new(name, columns.iter().map(|column| Head::of(column, lang)).collect(), limit)
    }

    pub(super) fn heights(mut self, labels: f64, keys: f64) -> Sheet {
        self.heights = (labels, keys);
        self
    }

    pub(super) fn frozen(mut self, columns: u16) -> Sheet {
        self.frozen = columns;
        self
    }

    /// Printed on so many pages from left to right.
    pub(super) fn pages(mut self, pages: u16) -> Sheet {
        self.pages = Some(pages);
        self
    }

    /// From now on texts are broken over lines.
    pub(super) fn wrap(&mut self) {
        self.wrapped = true;
    }

    /// How many rows it has, without headers.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Names of its sheets.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.sheets.iter().map(|(name, _)| name.as_str())
    }

    /// Where the cell in `column` of the last row stands.
    pub(super) fn target(&self, column: u16) -> Option<Target> {
        let (sheet, _) = self.sheets.last()?;
        Some(Target { sheet: sheet.clone(), row: self.next.checked_sub(1)?, column })
    }

    /// Starts a sheet even where there is no row.
    pub(super) fn open(&mut self, shared: &mut Shared<'_>) -> Result<(), XlsxError> {
        if self.sheets.is_empty() { self.start(shared) } else { Ok(()) }
    }

    /// Begins a row.
    pub(super) fn row<'s, 'a: 's>(&'s mut self, shared: &mut Shared<'a>) -> Result<Row<'s>, XlsxError> {
        if self.sheets.is_empty() || self.next >= self.limit {
            self.start(shared)?;
        }
        let at = self.next;
        self.next += 1;
        self.rows += 1;
        let Some((_, sheet)) = self.sheets.last_mut() else {
            return Err(XlsxError::ParameterError("a table has no sheet".to_owned()));
        };
        Ok(Row {
            sheet,
            styles: shared.styles,
            heads: &self.heads,
            widths: if self.rows <= MEASURED { Some(&mut self.widths) } else { None },
            wrapped: self.wrapped,
            cut: &mut self.cut,
            at,
            lines: 1,
        })
    }

    fn start(&mut self, shared: &mut Shared<'_>) -> Result<(), XlsxError> {
        let suffix = if self.sheets.is_empty() { String::new() } else { format!(" ({})", self.sheets.len() + 1) };
        let name = names::unique(&self.name, &suffix, shared.taken);
        let mut sheet = shared.book.new_worksheet_with_constant_memory()?;
        sheet.set_name(&name)?;
        shared.taken.push(name.clone());
        sheet.set_row_height(0, self.heights.0)?.set_row_height(1, self.heights.1)?;
        for (column, head) in (0u16..).zip(&self.heads) {
            let format = match head.holds {
                Holds::Text => &shared.styles.text,
                Holds::Whole | Holds::Number => &shared.styles.whole,
            };
            // What is written without a format has that of its column: formats are dear to look up.
            sheet.set_column_format(column, format)?;
        }
        for (column, head) in (0u16..).zip(&self.heads) {
            let format = if head.holds == Holds::Text { &shared.styles.head } else { &shared.styles.head_number };
            sheet.write_string_with_format(0, column, &head.label, format)?;
        }
        for (column, head) in (0u16..).zip(&self.heads) {
            sheet.write_string_with_format(1, column, &head.key, &shared.styles.key)?;
        }
        self.sheets.push((name, sheet));
        self.next = HEADER;
        Ok(())
    }

    /// Its sheets, whole.
    pub(super) fn finish(self) -> Result<Vec<Worksheet>, XlsxError> {
        let Sheet { sheets, heads, widths, frozen, pages, next, limit, .. } = self;
        let last = sheets.len().saturating_sub(1);
        let mut whole = Vec::new();
        for (i, (_, mut sheet)) in sheets.into_iter().enumerate() {
            let end = (if i == last { next } else { limit }).saturating_sub(1).max(HEADER - 1);
            for (column, (head, width)) in (0u16..).zip(heads.iter().zip(&widths)) {
                let width = (*width).clamp(head.width.0, head.width.1.max(head.width.0));
                sheet.set_column_width(column, width as f64 * 1.05 + 1.0)?;
            }
            sheet.set_freeze_panes(HEADER, frozen)?;
            if let Some(right) = heads.len().checked_sub(1).and_then(|right| u16::try_from(right).ok()) {
                sheet.autofilter(1, 0, end, right)?;
                // Keys, years of editions, postcodes: they are texts, and no mistake.
                sheet.ignore_error_range(0, 0, end, right, IgnoreError::NumberStoredAsText)?;
                sheet.set_repeat_rows(0, HEADER - 1)?;
            }
            if let Some(pages) = pages {
                sheet.set_print_fit_to_pages(pages, 0);
            } else if frozen > 0 {
                sheet.set_repeat_columns(0, 0)?.set_print_scale(50);
            }
            sheet.set_landscape().set_paper_size(A4).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
            sheet.set_footer("&L&8&A&R&8&P / &N");
            whole.push(sheet);
        }
        Ok(whole)
    }
}

pub(super) const A4: u8 = 9;

/// A row being written.
pub(super) struct Row<'s> {
    sheet: &'s mut Worksheet,
    styles: &'s Styles,
    heads: &'s [Head],
    widths: Option<&'s mut Vec<usize>>,
    wrapped: bool,
    cut: &'s mut u64,
    at: u32,
    lines: usize,
}

impl Row<'_> {
    fn measure(&mut self, column: u16, columns: usize) {
        if let Some(known) = self.widths.as_mut().and_then(|widths| widths.get_mut(usize::from(column))) {
            *known = columns.max(*known);
        }
    }

    /// A text; nothing where it is empty.
    pub(super) fn text(&mut self, column: u16, text: &str) -> Result<(), XlsxError> {
        self.text_as(column, text, None)
    }

    /// A text, in its own format.
    pub(super) fn text_as(&mut self, column: u16, text: &str, format: Option<&Format>) -> Result<(), XlsxError> {
        if text.is_empty() {
            return Ok(());
        }
        let fitting = fitting(text);
        if fitting.len() < text.len() {
            *self.cut += 1;
        }
        let most = self.heads.get(usize::from(column)).map_or(20, |head| head.width.1);
        let mut several = false;
        if self.widths.is_some() || self.wrapped {
            let lines = fitting.lines().map(|line| width(line).div_ceil(most).max(1)).sum::<usize>();
            several = self.wrapped && lines > 1;
            self.lines = self.lines.max(lines);
            let columns = fitting.lines().map(width).max().unwrap_or(0);
            self.measure(column, columns);
        }
        let quoted = is_formula(&fitting);
        let format = format.or(match (several, quoted) {
            (true, false) => Some(&self.styles.wrapped),
            (true, true) => Some(&self.styles.wrapped_quoted),
            (false, true) => Some(&self.styles.quoted),
            (false, false) => None,
        });
        match format {
            Some(format) => self.sheet.write_string_with_format(self.at, column, &*fitting, format)?,
            None => self.sheet.write_string(self.at, column, &*fitting)?,
        };
        Ok(())
    }

    pub(super) fn maybe(&mut self, column: u16, text: Option<&str>) -> Result<(), XlsxError> {
        self.text(column, text.unwrap_or(""))
    }

    /// A whole number below 2^53.
    pub(super) fn whole(&mut self, column: u16, number: Option<impl Into<f64>>) -> Result<(), XlsxError> {
        if let Some(number) = number {
            self.sheet.write_number(self.at, column, number)?;
        }
        Ok(())
    }

    /// A count of things in memory.
    pub(super) fn count(&mut self, column: u16, count: usize) -> Result<(), XlsxError> {
        self.whole(column, Some(u32::try_from(count).unwrap_or(u32::MAX)))
    }

    /// A number as printed; whether Excel can hold it.
    pub(super) fn number(&mut self, column: u16, value: Decimal) -> Result<bool, XlsxError> {
        let number = exact(value);
        if let Some(number) = number {
            if value.scale() == 0 {
                self.sheet.write_number(self.at, column, number)?;
            } else {
                self.sheet.write_number_with_format(self.at, column, number, self.styles.number(value.scale()))?;
            }
        } else {
            let text = value.to_string();
            self.measure(column, text.len());
            self.sheet.write_string_with_format(self.at, column, text, &self.styles.inexact)?;
        }
        Ok(number.is_some())
    }

    /// A share of one.
    pub(super) fn rate(&mut self, column: u16, value: Decimal) -> Result<(), XlsxError> {
        match exact(value) {
            Some(number) => self.sheet.write_number_with_format(self.at, column, number, &self.styles.rate)?,
            None => self.sheet.write_string(self.at, column, value.to_string())?,
        };
        Ok(())
    }

    /// A number where it is one, else a text.
    pub(super) fn number_or_text(&mut self, column: u16, text: Option<&str>) -> Result<(), XlsxError> {
        match text.map(str::parse::<Decimal>) {
            Some(Ok(value)) => self.number(column, value).map(|_| ()),
            _ => self.maybe(column, text),
        }
    }

    /// A cell without a value.
    pub(super) fn shaded(&mut self, column: u16, format: &Format) -> Result<(), XlsxError> {
        self.sheet.write_blank(self.at, column, format)?;
        Ok(())
    }

    pub(super) fn severity(&mut self, column: u16, severity: Severity) -> Result<(), XlsxError> {
        let format = style::severity(self.styles.text.clone(), Some(severity));
        self.text_as(column, severity.name(), Some(&format))
    }

    /// Leads to `target`, as a formula that stays right when the rows are sorted. Nothing of it comes from a report.
    pub(super) fn link(&mut self, column: u16, target: &Target) -> Result<(), XlsxError> {
        let (formula, text) = link(target);
        self.measure(column, width(&text));
        self.sheet.write_formula_with_format(self.at, column, formula, &self.styles.link)?;
        Ok(())
    }

    /// A note on a cell.
    pub(super) fn note(&mut self, column: u16, note: &rust_xlsxwriter::Note) -> Result<(), XlsxError> {
        self.sheet.insert_note(self.at, column, note)?;
        Ok(())
    }

    /// Ends it; as high as its texts need, where they are broken over lines.
    pub(super) fn end(self) -> Result<(), XlsxError> {
        if self.wrapped && self.lines > 1 {
            // Excel's rows have no more than 409 points.
            let height = (self.lines.min(26) * 15 + 2) as f64;
            self.sheet.set_row_height(self.at, height)?;
        }
        Ok(())
    }
}

/// A formula that leads to `target`, and what is shown.
pub(super) fn link(target: &Target) -> (Formula, String) {
    let cell = rust_xlsxwriter::utility::row_col_to_cell(target.row, target.column);
    // The name of a sheet has no quotation mark of either kind.
    let text = format!("{}!{cell}", target.sheet);
    let formula = format!("=HYPERLINK(\"#'{}'!{cell}\",\"{text}\")", target.sheet.replace('"', ""));
    (Formula::new(formula).set_result(&text), text)
}

/// `value` as Excel holds it: every printed digit must come back.
pub(super) fn exact(value: Decimal) -> Option<f64> {
    let digits = value.normalize().mantissa().unsigned_abs().to_string();
    if digits.trim_end_matches('0').len() > DIGITS { None } else { value.to_string().parse().ok() }
}

/// A spreadsheet would take it for a formula when it is edited.
pub(super) fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// What a cell can hold of `text`.
pub(super) fn fitting(text: &str) -> Cow<'_, str> {
    let (first, rest) = split(text, UNITS);
    if rest.is_empty() { Cow::Borrowed(first) } else { Cow::Owned(format!("{}…", split(text, UNITS - 1).0)) }
}

/// The beginning of `text` that has at most so many UTF-16 units, and the rest.
pub(super) fn split(text: &str, units: usize) -> (&str, &str) {
    if text.len() <= units {
        return (text, "");
    }
    let mut room = units;
    for (at, c) in text.char_indices() {
        match room.checked_sub(c.len_utf16()) {
            Some(left) => room = left,
            None => return text.split_at(at),
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact_or_texts() {
        let exact = |text: &str| super::exact(text.parse().unwrap());
        assert_eq!(exact("59237.2449"), Some(59237.2449));
        assert_eq!(exact("999999999999999"), Some(999_999_999_999_999.0));
        assert_eq!(exact("-0.50"), Some(-0.5));
        // 16 digits: Excel would show another number.
        assert_eq!(exact("1234567890123456"), None);
        assert_eq!(exact("0.1234567890123456"), None);
        // Zeros at the end are no digits.
        assert_eq!(exact("1000000000000000000"), Some(1e18));
    }

    #[test]
    fn texts_are_split_by_utf_16() {
        assert_eq!(split("甲乙", 2), ("甲乙", ""));
        assert_eq!(split("甲乙丙", 2), ("甲乙", "丙"));
        assert_eq!(split("甲𠀀", 2), ("甲", "𠀀"));
        assert_eq!(split("abc", 2), ("ab", "c"));
        let long = "长".repeat(UNITS + 1);
        assert_eq!(fitting(&long).encode_utf16().count(), UNITS);
        assert!(fitting(&long).ends_with('…'));
    }
}
