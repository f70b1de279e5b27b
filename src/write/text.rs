//! Reports for a person at a terminal: the findings with the lines that they are about, and the cells as a table.
//!
//! Everything that was printed in a report passes [`clean`] or [`snippet`] first: a report must not be able to act
//! on the terminal that shows it.

use std::borrow::Cow;
use std::io::{self, Write};

use super::grid::{self, Cell, cut};
use super::series::Line;
use super::snippet::{Mark, clean, snippet};
use super::summary::{Run, counts};
use crate::finding::{Entered, Finding, Rule, Severity};
use crate::lang::Lang;
use crate::record::{CellView, Report, Status};
use crate::span::Span;

/// So many parts of a sum that are zero are told one by one; more are only counted.
const ZEROS_TOLD: usize = 2;

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
    let (metadata, lang) = (&report.metadata, style.lang);
    let mut about: Vec<Cow<'_, str>> = Vec::new();
    about.extend(metadata.agency.as_deref().map(clean));
    about.extend(metadata.year.map(|year| match lang {
        Lang::En => year.to_string().into(),
        Lang::Zh => format!("{year} 年度").into(),
    }));
    about.push(match &metadata.edition {
        Some(edition) => format!("{} {edition}", lang.pick("form", "格式")).into(),
        None => lang.pick("no known form", "未知格式").into(),
    });
    about.push(counts(&report.summary(), lang).into());
    let about = about.join(lang.pick(", ", "，"));
    writeln!(out, "{}: {about}", style.bold(path(report)))?;
    if !report.findings.is_empty() {
        writeln!(out)?;
    }
    findings(out, report, style)
}

/// Writes the findings of `report`, each with the line of the report that it is about, and a blank line behind each.
pub fn findings(out: &mut impl Write, report: &Report, style: Style) -> io::Result<()> {
    report.findings.iter().try_for_each(|finding| {
        self::finding(out, report, finding, style)?;
        writeln!(out)
    })
}

/// Writes what stands before the findings about series: the counts beside the reports have come before them.
pub fn series_head(out: &mut impl Write, style: Style) -> io::Result<()> {
    let head = style.lang.pick(
        "Between the years of one organ (not counted with the reports above, but in the total):",
        "同一机关各年之间（未计入上面各报告，计入合计）：",
    );
    writeln!(out, "{}\n", style.bold(head))
}

/// Writes a finding about the series of an organ, and a blank line behind it. Its report is gone, so no line of that is quoted.
pub fn series(out: &mut impl Write, line: &Line, style: Style) -> io::Result<()> {
    let lang = style.lang;
    head(out, line.severity(), line.rule(), &line.message, style)?;
    let number = line.line.map(|line| line.to_string()).unwrap_or_default();
    let gutter = " ".repeat(number.len().max(1));
    write!(out, "{gutter}{} {}", style.dim("-->"), clean(&line.path()))?;
    match line.line.zip(line.col) {
        Some((line, col)) => writeln!(out, ":{line}:{col}")?,
        None => writeln!(out)?,
    }
    if let (Some(expected), Some(actual)) = (&line.expected, &line.actual) {
        told(out, &gutter, &clean(expected), &clean(actual), style)?;
    }
    let rows: Vec<Vec<Cell<'_>>> = line
        .cells
        .iter()
        .map(|entered| {
            let name = match entered.stated {
                true => lang.pick("total", "合计"),
                false => lang.pick("part", "分项"),
            };
            let value = entered.value().unwrap_or(lang.pick("blank", "空白"));
            let place = entered.line.map(|line| lined(line, lang)).unwrap_or_default();
            vec![Cell::left(name), Cell::right(value), Cell::left(clean(&entered.cell)), Cell::left(place)]
        })
        .collect();
    grid::write(out, &format!("{gutter} {} ", style.dim("=")), &rows)?;
    writeln!(out)
}

/// Writes what ends a run: how often each rule was met, the gravest first, and the counts.
pub fn totals(out: &mut impl Write, run: &Run, style: Style) -> io::Result<()> {
    let lang = style.lang;
    let mut met: Vec<_> = run.rules.iter().map(|(&(rule, severity), &counts)| (severity, rule, counts)).collect();
    met.sort_by_key(|&(severity, rule, _)| (std::cmp::Reverse(severity), rule));
    if !met.is_empty() {
        let mut rows = vec![vec![
            Cell::right(lang.pick("findings", "问题")),
            Cell::right(lang.pick("reports", "报告")),
            Cell::left(lang.pick("severity", "级别")),
            Cell::left(lang.pick("rule", "规则")),
        ]];
        rows.extend(met.into_iter().map(|(severity, rule, (findings, reports))| {
            vec![
                Cell::right(findings.to_string()),
                Cell::right(reports.to_string()),
                Cell::left(severity.word(lang)),
                Cell::left(rule.id()),
                Cell::left(rule.doc(lang).title.as_str()),
            ]
        }));
        let mut table = Vec::new();
        grid::write(&mut table, "", &rows)?;
        String::from_utf8_lossy(&table).lines().try_for_each(|line| writeln!(out, "{}", cut(line, style.columns)))?;
        let hint = lang.pick("nianbao rules RULE explains a rule.", "nianbao rules 规则 可查看该规则的说明。");
        writeln!(out, "\n{}", style.dim(hint))?;
    }
    writeln!(out, "{}", style.bold(run.line(lang)))
}

fn path(report: &Report) -> Cow<'_, str> {
    match report.source.path.as_deref() {
        None | Some("-") => Cow::Borrowed("<stdin>"),
        Some(path) => clean(path),
    }
}

fn colon(lang: Lang) -> &'static str {
    lang.pick(": ", "：")
}

/// Rule and sentence.
fn head(out: &mut impl Write, severity: Severity, rule: Rule, message: &str, style: Style) -> io::Result<()> {
    let head = format!("{}[{rule}]", severity.word(style.lang));
    writeln!(out, "{}{}{}", style.severity(severity, head), style.bold(colon(style.lang)), style.bold(clean(message)))
}

/// What would be right, and what is printed.
fn told(out: &mut impl Write, gutter: &str, expected: &str, actual: &str, style: Style) -> io::Result<()> {
    match style.lang {
        Lang::En => writeln!(out, "{gutter} {} expected {expected}, printed {actual}", style.dim("=")),
        Lang::Zh => writeln!(out, "{gutter} {} 应为 {expected}，实为 {actual}", style.dim("=")),
    }
}

/// A line of a report.
fn lined(line: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("line {line}"),
        Lang::Zh => format!("第 {line} 行"),
    }
}

/// The finding as compilers show an error: rule and sentence, the place, its line with the place underlined, the numbers.
pub(super) fn finding(out: &mut impl Write, report: &Report, finding: &Finding, style: Style) -> io::Result<()> {
    let lang = style.lang;
    head(out, finding.severity, finding.rule, &finding.message(lang), style)?;
    let place = finding.span.map(|span| (span, report.place(span)));
    let number = place.map(|(_, place)| place.line.to_string()).unwrap_or_default();
    let gutter = " ".repeat(number.len().max(1));
    write!(out, "{gutter}{} {}", style.dim("-->"), path(report))?;
    match place {
        Some((_, place)) => writeln!(out, ":{}:{}", place.line, place.col)?,
        None => writeln!(out)?,
    }
    if let Some((span, _)) = place {
        let also: Vec<Span> =
            finding.entered.iter().filter_map(|entered| entered.span).chain(finding.covers.iter().copied()).collect();
        let columns = style.columns.saturating_sub(gutter.len() + " | ".len());
        let snippet = snippet(&report.text, &report.index, span, &also, columns);
        let bar = style.dim("|");
        writeln!(out, "{gutter} {bar}")?;
        writeln!(out, "{} {}", style.dim(format!("{number} |")), snippet.line)?;
        write!(out, "{gutter} {bar} ")?;
        let mut column = 0;
        for Mark { before, width, place } in snippet.marks {
            write!(out, "{}", " ".repeat(before.saturating_sub(column)))?;
            match place {
                true => write!(out, "{}", style.severity(finding.severity, "^".repeat(width)))?,
                false => write!(out, "{}", style.dim("-".repeat(width)))?,
            }
            column = before + width;
        }
        writeln!(out)?;
    }
    if let (Some(expected), Some(actual)) = (&finding.expected, &finding.actual) {
        told(out, &gutter, &clean(expected), &clean(actual), style)?;
    }
    entered(out, report, finding, &gutter, style)
}

/// The cells of a sum, a line each. Of many parts that are zero only the count is told: a column has more than twenty.
fn entered(out: &mut impl Write, report: &Report, finding: &Finding, gutter: &str, style: Style) -> io::Result<()> {
    let lang = style.lang;
    let zero = |entered: &&Entered| !entered.stated && entered.value.is_some_and(|value| value.is_zero());
    let zeros: Vec<&Entered> = finding.entered.iter().filter(zero).collect();
    let many = zeros.len() > ZEROS_TOLD;
    let told = finding.entered.iter().filter(|entered| !many || !zero(entered));
    let row = |name: &'static str, value: Cow<'static, str>, cell: Cow<'static, str>, lines: Option<(u32, u32)>| {
        let lines = lines.map(|(first, last)| match lang {
            _ if first == last => lined(first, lang),
            Lang::En => format!("lines {first} to {last}"),
            Lang::Zh => format!("第 {first} 至 {last} 行"),
        });
        vec![Cell::left(name), Cell::right(value), Cell::left(cell), Cell::left(lines.unwrap_or_default())]
    };
    let mut rows: Vec<Vec<Cell<'_>>> = told
        .map(|entered| {
            let name = match entered.stated {
                true => lang.pick("total", "合计"),
                false => lang.pick("part", "分项"),
            };
            let value = entered.value.map_or(lang.pick("blank", "空白").into(), |value| value.to_string().into());
            let line = entered.span.map(|span| report.line(span));
            row(name, value, entered.cell.clone().into(), line.map(|line| (line, line)))
        })
        .collect();
    if many {
        let lines = || zeros.iter().filter_map(|entered| entered.span).map(|span| report.line(span));
        let cells = match lang {
            Lang::En => format!("({} cells)", zeros.len()),
            Lang::Zh => format!("（{} 个单元格）", zeros.len()),
        };
        rows.push(row(lang.pick("parts", "分项"), "0".into(), cells.into(), lines().min().zip(lines().max())));
    }
    grid::write(out, &format!("{gutter} {} ", style.dim("=")), &rows)
}

/// Writes the cells of `report`, a table of the form after the other; the raw tables where no form matches.
pub fn cells(out: &mut impl Write, report: &Report, style: Style) -> io::Result<()> {
    let (metadata, lang) = (&report.metadata, style.lang);
    let mut head: Vec<Vec<Cell<'_>>> = Vec::new();
    let mut field = |name: &'static str, text: Cow<'static, str>| head.push(vec![Cell::left(name), Cell::left(text)]);
    let shown = |text: &str| Cow::Owned(clean(text).into_owned());
    if let Some(title) = &metadata.title {
        field(lang.pick("title", "标题"), shown(title));
    }
    if let Some(agency) = &metadata.agency {
        field(lang.pick("agency", "机关"), shown(agency));
    }
    if let Some(year) = metadata.year {
        field(lang.pick("year", "年度"), year.to_string().into());
    }
    field(
        lang.pick("form", "格式"),
        metadata.edition.as_deref().map_or(lang.pick("no known form", "未知格式").into(), shown),
    );
    field(lang.pick("found", "结果"), counts(&report.summary(), style.lang).into());
    grid::write(out, "", &head)?;

    if report.cells.is_empty() {
        return raw_tables(out, report, style);
    }
    let cells: Vec<CellView<'_>> = report.cells().collect();
    for table in cells.chunk_by(|a, b| a.table == b.table) {
        writeln!(out, "\n{}", style.bold(table[0].table))?;
        grid::write(out, "", &form_table(table, lang))?;
    }
    Ok(())
}

/// The cells of one table of the form as rows and columns, under their keys, the label of each row at its end.
fn form_table<'a>(cells: &[CellView<'a>], lang: Lang) -> Vec<Vec<Cell<'a>>> {
    let mut columns: Vec<&str> = Vec::new();
    for cell in cells {
        if !columns.contains(&cell.column) {
            columns.push(cell.column);
        }
    }
    let mut rows = vec![
        std::iter::once(Cell::left(lang.pick("row", "行")))
            .chain(columns.iter().map(|column| Cell::right(*column)))
            .chain([Cell::left(lang.pick("label", "项目名"))])
            .collect(),
    ];
    for row in cells.chunk_by(|a, b| a.row == b.row) {
        let mut line = vec![Cell::left(row[0].row)];
        for column in &columns {
            let cell = row.iter().find(|cell| cell.column == *column);
            line.push(Cell::right(cell.map_or(Cow::Borrowed(""), |cell| value(cell, lang))));
        }
        line.push(Cell::left(clean(row[0].row_label)));
        rows.push(line);
    }
    rows
}

/// A cell in a few characters.
fn value<'a>(cell: &CellView<'a>, lang: Lang) -> Cow<'a, str> {
    match (cell.status, cell.value) {
        (_, Some(value)) => format!("{value}{}", cell.unit.map(clean).unwrap_or_default()).into(),
        (Status::Unreadable, None) => format!("\"{}\"?", short(cell.raw.unwrap_or(""), 12)).into(),
        (Status::Blank, None) => lang.pick("blank", "空白").into(),
        (Status::Missing, None) => lang.pick("missing", "缺失").into(),
        (Status::Ok, None) => "".into(),
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
        let caption = table
            .caption
            .as_deref()
            .map(|caption| format!("{}{}", colon(style.lang), clean(caption)))
            .unwrap_or_default();
        let head = match style.lang {
            Lang::En => format!("table on line {}", table.line),
            Lang::Zh => format!("第 {} 行的表格", table.line),
        };
        writeln!(out, "\n{}{caption}", style.bold(head))?;
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

error[sum.row]: amount (59237.2449) does not equal 0.00, the sum of zeros (1 blank cell counted as 0)
 --> 甲/2021.txt:4:9
  |
4 | 行政事业性收费  59237.2449  0.00    /
  |                 ^^^^^^^^^^  ----    -
  = expected 0.00, printed 59237.2449
  = total  59237.2449  money.fees.amount    line 4
  = part         0.00  money.fees.refunded  line 4
  = part        blank  money.fees.waived    line 4

warning[section.missing]: the section 二、主动公开 is missing
 --> 甲/2021.txt

"
        );
    }

    #[test]
    fn findings_are_told_in_chinese() {
        let text = shown(|out| report(out, &sample::report(), Style { lang: Lang::Zh, ..Style::default() }));
        assert_eq!(
            text,
            "\
甲/2021.txt: 某市，2021 年度，格式 t1，4 个单元格：已读 2，空白 1，缺失 1；错误 1，警告 1，提示 0

错误[sum.row]：amount应为 0.00，实为 59237.2449，勾稽关系不符：各项均为 0（1 个空白单元格按 0 计）
 --> 甲/2021.txt:4:9
  |
4 | 行政事业性收费  59237.2449  0.00    /
  |                 ^^^^^^^^^^  ----    -
  = 应为 0.00，实为 59237.2449
  = 合计  59237.2449  money.fees.amount    第 4 行
  = 分项        0.00  money.fees.refunded  第 4 行
  = 分项        空白  money.fees.waived    第 4 行

警告[section.missing]：缺少“二、主动公开”部分
 --> 甲/2021.txt

"
        );
    }

    #[test]
    fn of_many_zeros_only_the_count_is_told() {
        let mut report = sample::report();
        let zero = report.findings[0].entered[1].clone();
        report.findings[0].entered.extend([zero.clone(), zero]);
        let text = shown(|out| finding(out, &report, &report.findings[0], Style::default()));
        assert!(text.ends_with("  = parts           0  (3 cells)          line 4\n"), "{text}");
        assert_eq!(text.matches("money.fees.refunded").count(), 0);
    }

    #[test]
    fn totals_tell_how_often_each_rule_was_met() {
        let mut run = Run::default();
        run.report(&sample::report());
        run.report(&sample::report());
        assert_eq!(
            shown(|out| totals(out, &run, Style { columns: 60, ..Style::default() })),
            "\
findings  reports  severity  rule
       2        2  error     sum.row          The total of …
       2        2  warning   section.missing  A section of …

nianbao rules RULE explains a rule.
2 reports, 8 cells: 4 read, 2 blank, 2 missing; 2 errors, 2 warnings, 0 notes
"
        );
        let quiet = Run { reports: 1, ..Run::default() };
        assert_eq!(
            shown(|out| totals(out, &quiet, Style { lang: Lang::Zh, ..Style::default() })),
            "1 份报告，0 个单元格：已读 0；错误 0，警告 0，提示 0\n"
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
