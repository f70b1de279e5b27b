//! Reports for a person at a terminal: the findings with the lines that they are about, and the cells as a table.
//!
//! Everything that was printed in a report passes [`clean`] or [`snippet`] first: a report must not be able to act
//! on the terminal that shows it.

use std::borrow::Cow;
use std::io::{self, Write};

use super::grid::{self, Cell};
use super::series::Line;
use super::snippet::{clean, snippet};
use super::summary::{Run, counts};
use crate::finding::{Finding, Severity};
use crate::lang::Lang;
use crate::record::{CellView, Report, Status};

/// Columns that a quoted line may take.
const COLUMNS: usize = 100;

/// How the reader wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Write ANSI colours.
    pub colour: bool,
    /// The language of messages and headings.
    pub lang: Lang,
    /// The width of the terminal; a longer line of a report is cropped around the place that is shown.
    pub columns: usize,
}

impl Default for Style {
    /// Plain English for a file.
    fn default() -> Style {
        Style { colour: false, lang: Lang::En, columns: 100 }
    }
}

impl Style {
    pub(crate) fn paint<'a>(self, code: &str, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let text = text.into();
        if self.colour { Cow::Owned(format!("\u{1b}[{code}m{text}\u{1b}[0m")) } else { text }
    }

    pub(crate) fn bold<'a>(self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        self.paint("1", text)
    }

    pub(crate) fn dim<'a>(self, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        self.paint("2", text)
    }

    pub(crate) fn severity<'a>(self, severity: Severity, text: impl Into<Cow<'a, str>>) -> Cow<'a, str> {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Note => "1;36",
        };
        self.paint(code, text)
    }
}

/// Writes a line about `report`, then its findings, each with the line of the report that it is about.
pub fn report(out: &mut impl Write, report: &Report, style: Style) -> io::Result<()> {
    let metadata = &report.metadata;
    let mut about = String::new();
    if let Some(agency) = &metadata.agency {
        about.push_str(&clean(agency));
        about.push_str(", ");
    }
    if let Some(year) = metadata.year {
        about.push_str(&format!("{year}, "));
    }
    match &metadata.edition {
        Some(edition) => about.push_str(&format!("form {edition}, ")),
        None => about.push_str("no known form, "),
    }
    about.push_str(&counts(&report.summary(), style.lang));
    writeln!(out, "{}: {about}", style.bold(path(report)))?;
    findings(out, report, style)
}

/// Writes the findings of `report`, each with the line of the report that it is about.
pub fn findings(out: &mut impl Write, report: &Report, style: Style) -> io::Result<()> {
    report.findings.iter().try_for_each(|finding| self::finding(out, report, finding, style))
}

/// Writes a finding about the series of an organ: its report is gone, so no line of that is quoted.
pub fn series(out: &mut impl Write, line: &Line, style: Style) -> io::Result<()> {
    write!(out, "{}", style.bold(clean(&line.path())))?;
    if let (Some(row), Some(col)) = (line.line, line.col) {
        write!(out, ":{row}:{col}")?;
    }
    let head = format!("{}[{}]", line.severity().name(), line.rule());
    writeln!(out, ": {} {}", style.severity(line.severity(), head), clean(&line.message))?;
    if let (Some(expected), Some(actual)) = (&line.expected, &line.actual) {
        writeln!(out, " {} expected {}, printed {}", style.dim("="), clean(expected), clean(actual))?;
    }
    Ok(())
}

/// Writes the line that ends a run.
pub fn totals(out: &mut impl Write, run: &Run, style: Style) -> io::Result<()> {
    writeln!(out, "{}", style.bold(run.line(style.lang)))
}

fn path(report: &Report) -> Cow<'_, str> {
    match report.source.path.as_deref() {
        None | Some("-") => Cow::Borrowed("<stdin>"),
        Some(path) => clean(path),
    }
}

pub(super) fn finding(out: &mut impl Write, report: &Report, finding: &Finding, style: Style) -> io::Result<()> {
    let place = finding.span.map(|span| (span, report.place(span)));
    write!(out, "{}", style.bold(path(report)))?;
    if let Some((_, place)) = place {
        write!(out, ":{}:{}", place.line, place.col)?;
    }
    let head = format!("{}[{}]", finding.severity.name(), finding.rule);
    writeln!(out, ": {} {}", style.severity(finding.severity, head), clean(&finding.message(style.lang)))?;

    let number = place.map(|(_, place)| place.line.to_string()).unwrap_or_default();
    let gutter = " ".repeat(number.len());
    if let Some((span, _)) = place {
        let snippet = snippet(&report.text, &report.index, span, COLUMNS);
        let mark = "^".repeat(snippet.marked);
        writeln!(out, "{gutter} {}", style.dim("|"))?;
        writeln!(out, "{} {}", style.dim(format!("{number} |")), snippet.line)?;
        writeln!(
            out,
            "{gutter} {} {}{}",
            style.dim("|"),
            " ".repeat(snippet.before),
            style.severity(finding.severity, mark)
        )?;
    }
    if let (Some(expected), Some(actual)) = (&finding.expected, &finding.actual) {
        let bar = style.dim("=");
        writeln!(out, "{gutter} {bar} expected {}, printed {}", clean(expected), clean(actual))?;
    }
    let entered: Vec<Vec<Cell<'_>>> = finding
        .entered
        .iter()
        .map(|entered| {
            vec![
                Cell::left(if entered.stated { "= total" } else { "= part" }),
                Cell::right(entered.value.map_or("blank".into(), |value| value.to_string())),
                Cell::left(&*entered.cell),
                Cell::left(entered.span.map_or(String::new(), |span| format!("line {}", report.line(span)))),
            ]
        })
        .collect();
    grid::write(out, &format!("{gutter} "), &entered)?;
    Ok(())
}

/// Writes the cells of `report`, a table of the form after the other; the raw tables where no form matches.
pub fn cells(out: &mut impl Write, report: &Report, style: Style) -> io::Result<()> {
    let metadata = &report.metadata;
    let mut head: Vec<Vec<Cell<'_>>> = Vec::new();
    let mut field = |name: &'static str, text: Cow<'static, str>| head.push(vec![Cell::left(name), Cell::left(text)]);
    let shown = |text: &str| Cow::Owned(clean(text).into_owned());
    if let Some(title) = &metadata.title {
        field("title", shown(title));
    }
    if let Some(agency) = &metadata.agency {
        field("agency", shown(agency));
    }
    if let Some(year) = metadata.year {
        field("year", year.to_string().into());
    }
    field("form", metadata.edition.as_deref().map_or("no known form".into(), shown));
    field("found", counts(&report.summary(), style.lang).into());
    grid::write(out, "", &head)?;

    if report.cells.is_empty() {
        return raw_tables(out, report, style);
    }
    let cells: Vec<CellView<'_>> = report.cells().collect();
    for table in cells.chunk_by(|a, b| a.table == b.table) {
        writeln!(out, "\n{}", style.bold(table[0].table))?;
        grid::write(out, "", &form_table(table))?;
    }
    Ok(())
}

/// The cells of one table of the form as rows and columns, under their keys, the label of each row at its end.
fn form_table<'a>(cells: &[CellView<'a>]) -> Vec<Vec<Cell<'a>>> {
    let mut columns: Vec<&str> = Vec::new();
    for cell in cells {
        if !columns.contains(&cell.column) {
            columns.push(cell.column);
        }
    }
    let mut rows = vec![
        std::iter::once(Cell::left("row"))
            .chain(columns.iter().map(|column| Cell::right(*column)))
            .chain([Cell::left("label")])
            .collect(),
    ];
    for row in cells.chunk_by(|a, b| a.row == b.row) {
        let mut line = vec![Cell::left(row[0].row)];
        for column in &columns {
            let cell = row.iter().find(|cell| cell.column == *column);
            line.push(Cell::right(cell.map_or(Cow::Borrowed(""), value)));
        }
        line.push(Cell::left(clean(row[0].row_label)));
        rows.push(line);
    }
    rows
}

/// A cell in a few characters.
fn value<'a>(cell: &CellView<'a>) -> Cow<'a, str> {
    match (cell.status, cell.value) {
        (_, Some(value)) => format!("{value}{}", cell.unit.map(clean).unwrap_or_default()).into(),
        (Status::Unreadable, None) => format!("\"{}\"?", short(cell.raw.unwrap_or(""), 12)).into(),
        (status, None) => status.name().into(),
    }
}

/// `text` on one line, cut after `most` characters: one long cell must not widen a whole column.
fn short(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}...", clean(&text[..end]))),
        None => clean(text),
    }
}

pub(super) fn raw_tables(out: &mut impl Write, report: &Report, style: Style) -> io::Result<()> {
    for table in &report.tables {
        let caption = table.caption.as_deref().map(|caption| format!(": {}", clean(caption))).unwrap_or_default();
        writeln!(out, "\n{}{caption}", style.bold(format!("table on line {}", table.line)))?;
        let rows: Vec<Vec<Cell<'_>>> = report
            .rows(table)
            .map(|row| row.into_iter().map(|text| Cell::left(short(&text, 40).into_owned())).collect())
            .collect();
        grid::write(out, "", &rows)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    fn shown(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn findings_underline_the_place_and_list_the_sum() {
        let text = shown(|out| report(out, &sample::report(), Style::default()));
        assert_eq!(
            text,
            "\
甲/2021.txt: 某市, 2021, form t1, 4 cells: 2 read, 1 blank, 1 missing; 1 error, 1 warning, 0 notes
甲/2021.txt:4:9: error[sum.row] amount (59237.2449) does not equal 0.00, the sum of zeros (1 blank cell counted as 0)
  |
4 | 行政事业性收费  59237.2449  0.00    /
  |                 ^^^^^^^^^^
  = expected 0.00, printed 59237.2449
  = total  59237.2449  money.fees.amount    line 4
  = part         0.00  money.fees.refunded  line 4
  = part        blank  money.fees.waived    line 4
甲/2021.txt: warning[section.missing] the section 二、主动公开 is missing
"
        );
    }

    #[test]
    fn cells_form_a_table() {
        let text = shown(|out| cells(out, &sample::report(), Style::default()));
        assert_eq!(
            text,
            "\
title   某市2021年政府信息公开工作年度报告
agency  某市
year    2021
form    t1
found   4 cells: 2 read, 1 blank, 1 missing; 1 error, 1 warning, 0 notes

money
row           amount  refunded  waived  written_off  label
fees  59237.2449万元  0.00万元   blank      missing  行政事业性收费
"
        );
    }

    #[test]
    fn without_a_form_the_raw_tables_are_shown() {
        let mut bare = sample::report();
        (bare.form, bare.cells, bare.metadata.edition) = (None, Vec::new(), None);
        let text = shown(|out| cells(out, &bare, Style::default()));
        assert!(text.ends_with("\ntable on line 4\n行政事业性收费  59237.2449  0.00  /\n"), "{text}");
    }

    #[test]
    fn colour_only_when_asked_for() {
        let plain = shown(|out| report(out, &sample::report(), Style::default()));
        let coloured = shown(|out| report(out, &sample::report(), Style { colour: true, ..Style::default() }));
        assert!(!plain.contains('\u{1b}'));
        assert!(coloured.contains("\u{1b}[1;31merror[sum.row]\u{1b}[0m"));
    }
}
