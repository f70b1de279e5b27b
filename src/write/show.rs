//! One report at a glance, for a terminal of 80 columns: what it is, its sections, its tables as the form has them, its findings.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};

use unicode_width::UnicodeWidthChar;

use super::grid::{self, cut};
use super::snippet::clean;
use super::text::{self, Style};
use crate::finding::{Rule, Severity};
use crate::lang::Lang;
use crate::record::{CellView, Report, Section, Status};
use crate::span::{Span, width};

/// Columns of the terminal that a line may take.
const COLUMNS: usize = 80;
/// A header of a column of numbers is wrapped to something between these, as the room allows.
const HEADER: (usize, usize) = (4, 16);
/// Columns between two columns.
const GAP: usize = 2;
/// Columns that a label has at least, however wide the numbers beside it are; and that it is to have beside headers.
const LABEL: (usize, usize) = (20, 30);

/// Writes `report`.
pub fn write(out: &mut impl Write, report: &Report, style: Style, lang: Lang) -> io::Result<()> {
    head(out, report, style, lang)?;
    if !report.sections.is_empty() {
        writeln!(out, "\n{}", style.bold(lang.pick("Sections", "章节")))?;
        report.sections.iter().try_for_each(|section| self::section(out, section, 1, style))?;
    }
    tables(out, report, style, lang)?;
    // A blank cell is seen in its table.
    let mut findings = report.findings.iter().filter(|finding| finding.rule != Rule::CellBlank).peekable();
    if findings.peek().is_some() {
        writeln!(out, "\n{}", style.bold(lang.pick("Findings", "校验结果")))?;
    }
    findings.try_for_each(|finding| {
        writeln!(out)?;
        text::finding(out, report, finding, style)
    })
}

fn head(out: &mut impl Write, report: &Report, style: Style, lang: Lang) -> io::Result<()> {
    let metadata = &report.metadata;
    let contact = &metadata.contact;
    let title = metadata.title.as_deref().unwrap_or(lang.pick("(no title)", "（无标题）"));
    writeln!(out, "{}", style.bold(clean(title)))?;
    let period = metadata.period.as_ref().map(|period| format!("{} – {}", period.from, period.to));
    let edition = match &report.form {
        Some(form) => Cow::Owned(format!("{} {}", form.key, form.document)),
        None => Cow::Borrowed(lang.pick("no known form", "未知格式")),
    };
    let fields: [(&str, Option<Cow<'_, str>>); 10] = [
        (lang.pick("agency", "机关"), metadata.agency.as_deref().map(Cow::Borrowed)),
        (lang.pick("year", "年度"), metadata.year.map(|year| year.to_string().into())),
        (lang.pick("period", "起止"), period.map(Cow::Owned)),
        (lang.pick("form", "格式"), Some(edition)),
        (lang.pick("address", "地址"), contact.address.as_deref().map(Cow::Borrowed)),
        (lang.pick("phone", "电话"), contact.phone.as_deref().map(Cow::Borrowed)),
        (lang.pick("fax", "传真"), contact.fax.as_deref().map(Cow::Borrowed)),
        (lang.pick("postcode", "邮编"), contact.postcode.as_deref().map(Cow::Borrowed)),
        (lang.pick("email", "邮箱"), contact.email.as_deref().map(Cow::Borrowed)),
        (lang.pick("website", "网址"), contact.website.as_deref().map(Cow::Borrowed)),
    ];
    let rows: Vec<Vec<grid::Cell<'_>>> = fields
        .into_iter()
        .filter_map(|(name, text)| {
            let text = cut(&clean(&text?), COLUMNS - 10).into_owned();
            Some(vec![grid::Cell::left(name), grid::Cell::left(text)])
        })
        .collect();
    grid::write(out, "", &rows)
}

/// A heading with the line that it stands on, and how its text begins.
fn section(out: &mut impl Write, section: &Section, depth: usize, style: Style) -> io::Result<()> {
    let indent = "  ".repeat(depth.min(6));
    let number = clean(&section.number);
    let part = if number.ends_with(['）', ')', '.']) || section.level == 0 { "" } else { "、" };
    let heading = format!("{indent}{number}{part}{}", clean(&section.title));
    let line = format!("{:>5}", section.line);
    let heading = cut(&heading, COLUMNS - line.len());
    let blank = " ".repeat(COLUMNS.saturating_sub(width(&heading) + line.len()));
    writeln!(out, "{heading}{blank}{}", style.dim(line))?;
    if let Some(paragraph) = section.paragraphs.first() {
        // A paragraph may be as long as the input; only its beginning is shown.
        let from: String = paragraph.text.chars().take(COLUMNS).collect();
        let first = clean(&from).into_owned();
        writeln!(out, "{indent}  {}", style.dim(cut(&first, COLUMNS - indent.len() - 2)))?;
    }
    section.sections.iter().try_for_each(|section| self::section(out, section, depth + 1, style))
}

/// The gravest finding on each number.
fn marks(report: &Report) -> HashMap<Span, Severity> {
    let mut marks: HashMap<Span, Severity> = HashMap::new();
    for finding in report.findings.iter().filter(|finding| finding.severity > Severity::Note) {
        for span in finding.span.iter().chain(&finding.covers) {
            let mark = marks.entry(*span).or_insert(finding.severity);
            *mark = finding.severity.max(*mark);
        }
    }
    marks
}

fn tables(out: &mut impl Write, report: &Report, style: Style, lang: Lang) -> io::Result<()> {
    let marks = marks(report);
    let Some(form) = &report.form else { return text::raw_tables(out, report, style) };
    let cells: Vec<Shown<'_>> = report
        .cells
        .iter()
        .zip(report.cells())
        .map(|(cell, view)| Shown { view, mark: cell.span.and_then(|span| marks.get(&span).copied()) })
        .collect();
    for cells in cells.chunk_by(|a, b| a.view.table == b.view.table) {
        let table = form.tables.iter().find(|table| table.key == cells[0].view.table);
        let title = table.map_or(cells[0].view.table, |table| &table.title);
        writeln!(out, "\n{}", style.bold(clean(title)))?;
        let rows: Vec<&[Shown<'_>]> = cells.chunk_by(|a, b| a.view.row == b.view.row).collect();
        let mut groups: Vec<&str> = Vec::new();
        for block in rows.chunk_by(|a, b| columns(a).eq(columns(b))) {
            self::block(out, block, &mut groups, style)?;
        }
    }
    let legend: Vec<String> = [Status::Blank, Status::Unreadable, Status::Missing]
        .into_iter()
        .filter(|status| cells.iter().any(|cell| cell.view.status == *status))
        .map(|status| format!("{} {}", sign(status), status_name(status, lang)))
        .chain(
            cells
                .iter()
                .any(|cell| cell.mark.is_some())
                .then(|| format!("! {}", lang.pick("see the findings", "见校验结果"))),
        )
        .collect();
    if !legend.is_empty() {
        writeln!(out, "\n{}", style.dim(legend.join("   ")))?;
    }
    Ok(())
}

struct Shown<'a> {
    view: CellView<'a>,
    mark: Option<Severity>,
}

impl Shown<'_> {
    fn text(&self) -> String {
        let text = match (self.view.value, self.view.status) {
            (Some(value), _) => value.to_string(),
            (None, Status::Unreadable) => {
                format!("{}{}", sign(Status::Unreadable), cut(&clean(self.view.raw.unwrap_or("")), 6))
            }
            (None, status) => sign(status).to_owned(),
        };
        if self.mark.is_some() { format!("{text}!") } else { text }
    }

    fn paint<'t>(&self, text: &'t str, style: Style) -> Cow<'t, str> {
        match (self.mark, self.view.status) {
            (Some(severity), _) => style.severity(severity, text),
            (None, Status::Unreadable) => style.severity(Severity::Error, text),
            (None, Status::Missing) => style.severity(Severity::Warning, text),
            (None, Status::Blank) => style.dim(text),
            (None, Status::Ok) if self.view.value.is_some_and(|value| value.is_zero()) => style.dim(text),
            (None, Status::Ok) => Cow::Borrowed(text),
        }
    }
}

/// What stands for a cell without a number.
fn sign(status: Status) -> &'static str {
    match status {
        Status::Ok => "",
        Status::Blank => "·",
        Status::Unreadable => "?",
        Status::Missing => "×",
    }
}

fn status_name(status: Status, lang: Lang) -> &'static str {
    match status {
        Status::Ok => lang.pick("a number", "数值"),
        Status::Blank => lang.pick("blank", "空白"),
        Status::Unreadable => lang.pick("not a number", "不是数字"),
        Status::Missing => lang.pick("not printed", "未列出"),
    }
}

fn columns<'a>(row: &'a [Shown<'_>]) -> impl Iterator<Item = &'a str> {
    row.iter().map(|cell| cell.view.column)
}

/// Rows that have the same columns: their header, then each row with its label, under the labels of its groups.
fn block<'a>(out: &mut impl Write, rows: &[&[Shown<'a>]], groups: &mut Vec<&'a str>, style: Style) -> io::Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let room = (COLUMNS - LABEL.1) / first.len().max(1);
    let mut widths: Vec<usize> = vec![0; first.len()];
    for row in rows {
        for (i, cell) in row.iter().enumerate() {
            widths[i] = widths[i].max(width(&cell.text()));
        }
    }
    let header = |cell: &Shown<'a>| last(cell.view.column_label).1;
    let headers: Vec<Vec<String>> = first
        .iter()
        .zip(&widths)
        .map(|(cell, width)| {
            let most = room.saturating_sub(GAP).clamp(HEADER.0, HEADER.1).max(*width);
            wrap(&clean(header(cell)), most)
        })
        .collect();
    for (width, header) in widths.iter_mut().zip(&headers) {
        *width = header.iter().map(|line| self::width(line)).chain([*width, HEADER.0]).max().unwrap_or(0);
    }
    let unit = unit(rows);
    let taken: usize = widths.iter().map(|width| width + GAP).sum::<usize>() + unit;
    let most = COLUMNS.saturating_sub(taken).max(LABEL.0);

    if let Some(line) = column_groups(first, &widths) {
        writeln!(out, "{}{}", " ".repeat(most), style.dim(line))?;
    }
    let height = headers.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..height {
        let mut line = " ".repeat(most);
        for (header, width) in headers.iter().zip(&widths) {
            // Set to the bottom, as over a column of numbers.
            let text = (at + header.len()).checked_sub(height).map_or("", |at| &header[at]);
            line.push_str(&" ".repeat(GAP + width.saturating_sub(self::width(text))));
            line.push_str(text);
        }
        writeln!(out, "{}", style.dim(line.trim_end()))?;
    }

    for row in rows {
        let parts: Vec<&str> = row[0].view.row_label.split(' ').collect();
        let known = groups.iter().zip(&parts).take_while(|(a, b)| a == b).count().min(parts.len() - 1);
        for (depth, part) in parts.iter().enumerate().take(parts.len() - 1).skip(known) {
            label(part, depth, COLUMNS).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        }
        let depth = parts.len() - 1;
        groups.clear();
        groups.extend(&parts);
        let lines = label(parts[depth], depth, most);
        let (last, before) = lines.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
        before.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        write!(out, "{last}{}", " ".repeat(most.saturating_sub(width(last))))?;
        for (cell, width) in row.iter().zip(&widths) {
            let text = cell.text();
            write!(out, "{}{}", " ".repeat(GAP + width.saturating_sub(self::width(&text))), cell.paint(&text, style))?;
        }
        if let (1.., Some(unit)) = (unit, row.first().and_then(|cell| cell.view.unit)) {
            write!(out, " {}", style.dim(clean(unit)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The groups of a label, and its own part.
fn last(label: &str) -> (&str, &str) {
    label.rsplit_once(' ').unwrap_or(("", label))
}

/// Columns that the units take behind the numbers; 0 where the header says what they are, or there are many.
fn unit(rows: &[&[Shown<'_>]]) -> usize {
    let unit = |row: &&[Shown<'_>]| match row {
        [cell] => cell.view.unit.filter(|unit| !cell.view.column_label.contains(unit)).map(|unit| width(unit) + 1),
        _ => None,
    };
    rows.iter().filter_map(unit).max().unwrap_or(0)
}

/// A line with the group of columns that have one, such as 法人或其他组织, over them.
fn column_groups(row: &[Shown<'_>], widths: &[usize]) -> Option<String> {
    let mut line = String::new();
    let groups: Vec<(&str, usize)> =
        row.iter().zip(widths).map(|(cell, width)| (last(cell.view.column_label).0, width + GAP)).collect();
    for run in groups.chunk_by(|a, b| a.0 == b.0) {
        let room: usize = run.iter().map(|(_, width)| width).sum();
        let text = cut(run[0].0, room.saturating_sub(GAP)).into_owned();
        if text.is_empty() {
            line.push_str(&" ".repeat(room));
            continue;
        }
        let rule = room.saturating_sub(GAP + width(&text));
        line.push_str(&" ".repeat(GAP));
        line.push_str(&"─".repeat(rule / 2));
        line.push_str(&text);
        line.push_str(&"─".repeat(rule - rule / 2));
    }
    let line = line.trim_end();
    (!line.is_empty()).then(|| line.to_owned())
}

/// A label over as many lines as it needs, indented by its depth.
fn label(text: &str, depth: usize, most: usize) -> Vec<String> {
    let indent = "  ".repeat(depth);
    let mut lines = wrap(&clean(text), most.saturating_sub(indent.len() + 2).max(2));
    for (i, line) in lines.iter_mut().enumerate() {
        // Where a label goes on is set in, so that it does not look like the next one.
        line.insert_str(0, if i > 0 { "  " } else { "" });
        line.insert_str(0, &indent);
    }
    lines
}

/// `text` in lines of at most `columns` columns.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut taken = 0;
    for c in text.chars().filter(|c| *c != ' ') {
        let width = c.width().unwrap_or(0);
        if taken + width > columns && taken > 0 {
            lines.push(String::new());
            taken = 0;
        }
        taken += width;
        if let Some(line) = lines.last_mut() {
            line.push(c);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    #[test]
    fn a_report_is_shown_as_the_form() {
        let mut out = Vec::new();
        write(&mut out, &sample::report(), Style::default(), Lang::En).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("某市2021年政府信息公开工作年度报告\nagency  某市\n"), "{text}");
        assert!(text.contains("行政事业性收费"), "{text}");
        assert!(text.contains("59237.2449!"), "{text}");
        assert!(text.contains("· blank   × not printed   ! see the findings"), "{text}");
        assert!(text.lines().all(|line| width(line) <= COLUMNS || line.contains("error[")), "{text}");
    }

    #[test]
    fn texts_are_wrapped_by_display_width() {
        assert_eq!(wrap("社会公益组织", 4), ["社会", "公益", "组织"]);
        assert_eq!(wrap("其他", 4), ["其他"]);
        assert_eq!(label("总计", 1, 10), ["  总计"]);
    }
}
