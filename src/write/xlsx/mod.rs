//! `reports.xlsx`: a run as one workbook, for Excel, WPS and LibreOffice.
//!
//! Its sheets are a cover, 报告, 指标, the tables, 章节 and 校验. The tables of a single report are laid out as the official
//! form; those of many are long, a row a cell. What it needs of a report is a [`line()`], made where the report is read; when
//! all are known, [`assemble`] makes the workbook of the lines. Its rows go to disk as they come: memory does not grow with
//! the run.
//!
//! No text of a report can become a formula: the only formulas of a workbook lead from a finding to its cell, and nothing
//! in them comes from a report.

mod cover;
mod form;
mod names;
mod record;
mod sheet;
mod style;
mod wide;

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use serde::Deserialize;

use crate::finding::Severity;
use crate::form::Forms;
use crate::lang::Lang;
use crate::record::{Status, Summary};
use crate::write::columns::columns;
use crate::write::series::Line;
use crate::write::wide::Layouts;
use cover::{Cover, Entry};
use form::{Notes, Page};
use names::Fixed;
pub use record::line;
use record::{FindingRecord, Record};
use sheet::{Row, Shared, Sheet, Target};
use style::{Styles, shade};
use wide::Wide;

/// The name of the file.
pub const FILE: &str = "reports.xlsx";

/// Notes of a workbook: the library holds them in memory.
const NOTES: usize = 2_000;

/// How a workbook is made.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The language of headers and messages.
    pub lang: Lang,
    /// The forms that the reports were read with.
    pub forms: &'a Forms,
    /// How many reports there are: the tables of one are laid out as the form.
    pub reports: usize,
    /// A folder for files without a name, in which rows wait.
    pub dir: &'a Path,
    /// Rows that a sheet has at most; none for those of Excel.
    pub rows: Option<u32>,
}

/// Makes the workbook of a run and writes it to `out`. `lines` are those of its reports, `series` those of what is found
/// among them, in their order, `failures` those of the inputs that could not be read, each a JSON object with `source`
/// and `error`; `layouts` are those of its wide table. What a person should know of the workbook, in sentences.
pub fn assemble<W: Write + Send>(
    mut lines: impl BufRead,
    mut series: impl BufRead,
    mut failures: impl BufRead,
    layouts: &Layouts,
    options: Options<'_>,
    out: W,
) -> io::Result<Vec<String>> {
    let work = || {
        let mut book = Book::new(layouts, options)?;
        let mut line = String::new();
        let mut next = Line::read(&mut series)?;
        for index in 0u64.. {
            if !read_line(&mut lines, &mut line)? {
                break;
            }
            let mut more = Vec::new();
            while let Some(found) = next.take_if(|found| found.index <= index) {
                more.push(found);
                next = Line::read(&mut series)?;
            }
            book.report(serde_json::from_str(&line)?, &more)?;
        }
        while read_line(&mut failures, &mut line)? {
            let Failure { source, error } = serde_json::from_str(&line)?;
            book.failure(&source, &error).map_err(failure)?;
        }
        book.save(out)
    };
    // The library panics where its temporary files cannot be written, as on a full disk; a run must end in a sentence.
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(io::Error::other("the rows of the workbook cannot be written; the disk may be full")))
}

fn read_line(lines: &mut impl BufRead, line: &mut String) -> io::Result<bool> {
    line.clear();
    Ok(lines.read_line(line)? > 0)
}

#[derive(Deserialize)]
struct Failure {
    source: String,
    error: String,
}

/// A workbook in the making.
struct Book<'a> {
    options: Options<'a>,
    limit: u32,
    book: Workbook,
    styles: Styles,
    /// Blank, unreadable, missing.
    shades: [Format; 3],
    /// Names of sheets.
    taken: Vec<String>,
    reports: Sheet,
    wide: Wide,
    tables: Vec<Table>,
    /// The tables of the one report.
    laid: Vec<(Entry, Worksheet)>,
    /// Its title.
    title: Option<String>,
    sections: Sheet,
    findings: Sheet,
    failed: Sheet,
    summary: Summary,
    notes: Notes,
    /// Texts of sections that go on in further rows.
    continued: u64,
}

/// The long table of one table of the forms.
struct Table {
    key: String,
    /// Those of sections come before annexes.
    order: (bool, u32),
    title: String,
    sheet: Sheet,
}

impl<'a> Book<'a> {
    fn new(layouts: &Layouts, options: Options<'a>) -> io::Result<Book<'a>> {
        let Options { lang, forms, .. } = options;
        let limit = options.rows.unwrap_or(sheet::ROWS);
        let mut book = Workbook::new();
        book.set_tempdir(options.dir).map_err(failure)?;
        let styles = Styles::new();
        let shades = [Status::Blank, Status::Unreadable, Status::Missing];
        let sheet = |fixed: Fixed, columns: &[names::Column]| Sheet::of(fixed.name(lang), columns, lang, limit);
        let mut sections = sheet(Fixed::Sections, &names::SECTIONS).pages(1);
        let mut findings = sheet(Fixed::Findings, &names::FINDINGS).pages(1);
        if options.reports == 1 {
            sections.wrap();
            findings.wrap();
        }
        let mut new = Book {
            options,
            limit,
            shades: shades.map(|status| shade(styles.whole.clone(), status)),
            styles,
            book,
            taken: vec![Fixed::Cover.name(lang).to_owned()],
            reports: sheet(Fixed::Reports, &names::REPORTS).frozen(1).pages(2),
            wide: Wide::new(Fixed::Wide.name(lang), &columns(layouts, forms), lang, limit),
            tables: Vec::new(),
            laid: Vec::new(),
            title: None,
            sections,
            findings,
            failed: sheet(Fixed::Failed, &names::FAILED).pages(1),
            summary: Summary::default(),
            notes: Notes { left: NOTES, missed: 0 },
            continued: 0,
        };
        // They are there even without a row, and no table takes their names.
        let mut shared = Shared { book: &mut new.book, styles: &new.styles, taken: &mut new.taken };
        for sheet in [&mut new.reports, &mut new.wide.sheet, &mut new.sections, &mut new.findings] {
            sheet.open(&mut shared).map_err(failure)?;
        }
        Ok(new)
    }

    /// Adds a report, and what was found between it and those of other years.
    fn report<'r>(&mut self, mut record: Record<'r>, series: &'r [Line]) -> io::Result<()> {
        for line in series {
            record.counts[match line.severity() {
                Severity::Error => 4,
                Severity::Warning => 5,
                Severity::Note => 6,
            }] += 1;
            record.findings.push(FindingRecord::of_series(line));
        }
        let record = &record;
        let write = |book: &mut Book<'_>| {
            let cells = if book.options.reports == 1 { book.form(record)? } else { book.cells(record)? };
            let mut shared = Shared { book: &mut book.book, styles: &book.styles, taken: &mut book.taken };
            book.wide.report(record, book.options.forms, &book.shades, &mut shared)?;
            book.rest(record, &cells)
        };
        write(self).map_err(failure)
    }

    fn failure(&mut self, source: &str, error: &str) -> Result<(), XlsxError> {
        let mut shared = Shared { book: &mut self.book, styles: &self.styles, taken: &mut self.taken };
        let mut row = self.failed.row(&mut shared)?;
        row.text(0, source)?;
        row.text(1, error)?;
        row.end()
    }

    /// Lays out the tables of the one report as its form has them; where each cell stands.
    fn form(&mut self, record: &Record<'_>) -> Result<Vec<Option<Target>>, XlsxError> {
        let Options { lang, forms, .. } = self.options;
        let mut targets = Vec::new();
        for table in &record.tables {
            let name = names::table(&table.key, table.section, &table.title, lang);
            let name = names::unique(&name, "", &self.taken);
            self.taken.push(name.clone());
            let page = Page { record, table, forms, name: &name, styles: &self.styles, lang };
            let laid = form::lay(&page, &mut self.notes)?;
            targets.extend(laid.cells);
            self.laid.push((Entry { sheet: name, about: table.title.to_string(), rows: None }, laid.sheet));
        }
        self.title = record.texts.get(1).and_then(|title| title.as_deref().map(str::to_owned));
        Ok(targets)
    }

    /// The cells of a report as rows; where each stands.
    fn cells(&mut self, record: &Record<'_>) -> Result<Vec<Option<Target>>, XlsxError> {
        let Options { lang, forms, .. } = self.options;
        let wanted = !record.findings.is_empty();
        let mut targets = Vec::new();
        for table in &record.tables {
            let known = self.tables.iter().position(|known| known.key == *table.key);
            let at = known.unwrap_or_else(|| {
                let name = names::table(&table.key, table.section, &table.title, lang);
                self.tables.push(Table {
                    key: table.key.to_string(),
                    order: (table.section.is_none(), table.section.unwrap_or(0)),
                    title: table.title.to_string(),
                    sheet: Sheet::of(name, &names::CELLS, lang, self.limit).frozen(1).pages(1),
                });
                self.tables.len() - 1
            });
            let Some(Table { sheet, .. }) = self.tables.get_mut(at) else { continue };
            let mut shared = Shared { book: &mut self.book, styles: &self.styles, taken: &mut self.taken };
            for cell in table.cells(forms) {
                let mut row = sheet.row(&mut shared)?;
                owner(&mut row, record)?;
                row.maybe(3, record.edition.as_deref())?;
                row.text(4, &cell.slot.row)?;
                row.text(5, &cell.slot.row_label)?;
                row.text(6, &cell.slot.column)?;
                row.text(7, &cell.slot.column_label)?;
                match (cell.status, cell.value) {
                    (Status::Ok, Some(value)) => {
                        if !row.number(8, value)? && self.notes.take() {
                            row.note(8, &form::note(form::inexact(lang)))?;
                        }
                    }
                    (Status::Blank, _) => row.shaded(8, &self.shades[0])?,
                    (Status::Unreadable, _) => row.shaded(8, &self.shades[1])?,
                    (Status::Missing | Status::Ok, _) => row.shaded(8, &self.shades[2])?,
                }
                row.maybe(9, cell.unit)?;
                row.text(10, cell.status.name())?;
                row.maybe(11, cell.raw)?;
                row.whole(12, cell.line)?;
                row.end()?;
                targets.push(if wanted { sheet.target(8) } else { None });
            }
        }
        Ok(targets)
    }

    /// All but the cells, which stand where `cells` says.
    fn rest(&mut self, record: &Record<'_>, cells: &[Option<Target>]) -> Result<(), XlsxError> {
        let total = &mut self.summary;
        let [ok, blank, unreadable, missing, errors, warnings, notes] = record.counts;
        for (total, count) in [
            (&mut total.cells_expected, ok + blank + unreadable + missing),
            (&mut total.ok, ok),
            (&mut total.blank, blank),
            (&mut total.unreadable, unreadable),
            (&mut total.missing, missing),
            (&mut total.errors, errors),
            (&mut total.warnings, warnings),
            (&mut total.notes, notes),
        ] {
            *total += count;
        }
        let mut shared = Shared { book: &mut self.book, styles: &self.styles, taken: &mut self.taken };
        let mut row = self.reports.row(&mut shared)?;
        about(&mut row, record)?;
        row.end()?;
        let own = self.reports.target(0);
        let sections = sections(&mut self.sections, &mut shared, record, &mut self.continued)?;
        for finding in &record.findings {
            let mut row = self.findings.row(&mut shared)?;
            owner(&mut row, record)?;
            row.text(3, &finding.rule)?;
            row.severity(4, finding.severity.severity())?;
            if let Some(target) = target(record, self.options.forms, finding, cells, &sections).or(own.as_ref()) {
                row.link(5, target)?;
            }
            row.text(6, &finding.message)?;
            row.number_or_text(7, finding.expected.as_deref())?;
            row.number_or_text(8, finding.actual.as_deref())?;
            row.maybe(9, finding.table.as_deref())?;
            row.maybe(10, finding.row.as_deref())?;
            row.maybe(11, finding.column.as_deref())?;
            row.whole(12, finding.line)?;
            row.end()?;
        }
        Ok(())
    }

    fn save<W: Write + Send>(mut self, out: W) -> io::Result<Vec<String>> {
        let lang = self.options.lang;
        self.tables.sort_by(|a, b| (a.order, &a.key).cmp(&(b.order, &b.key)));

        let reports = self.reports.rows();
        let mut notices = Vec::new();
        let mut contents = Vec::new();
        let mut sheets: Vec<Worksheet> = Vec::new();
        let mut cut = 0;
        let mut add = |sheet: Sheet, about: &str, contents: &mut Vec<Entry>| -> io::Result<Vec<Worksheet>> {
            cut += sheet.cut;
            let names: Vec<String> = sheet.names().map(str::to_owned).collect();
            if let [first, .., last] = names.as_slice() {
                notices.push(match lang {
                    Lang::En => {
                        format!("{} rows are more than a sheet of Excel has: {first} goes on to {last}", sheet.rows())
                    }
                    Lang::Zh => format!("{} 行超出 Excel 单个工作表的行数，“{first}”续至“{last}”", sheet.rows()),
                });
            }
            let mut rows = Some(sheet.rows());
            for sheet in names {
                contents.push(Entry { sheet, about: about.to_owned(), rows: rows.take() });
            }
            sheet.finish().map_err(failure)
        };
        sheets.extend(add(self.reports, Fixed::Reports.about(lang), &mut contents)?);
        sheets.extend(add(self.wide.sheet, Fixed::Wide.about(lang), &mut contents)?);
        for (entry, sheet) in self.laid {
            contents.push(entry);
            sheets.push(sheet);
        }
        for table in self.tables {
            sheets.extend(add(table.sheet, &table.title, &mut contents)?);
        }
        sheets.extend(add(self.sections, Fixed::Sections.about(lang), &mut contents)?);
        sheets.extend(add(self.findings, Fixed::Findings.about(lang), &mut contents)?);
        let failures = self.failed.rows();
        if failures > 0 {
            sheets.extend(add(self.failed, Fixed::Failed.about(lang), &mut contents)?);
        }
        // Of one, of several, in Chinese.
        let counted = [
            (
                self.continued,
                [
                    "text is longer than a cell of Excel: it goes on in further rows of the sheet Sections (column Part)",
                    "texts are longer than a cell of Excel: they go on in further rows of the sheet Sections (column Part)",
                    "段正文超出 Excel 单元格长度，在“章节”表后续行中接续（见“分段”列）",
                ],
            ),
            (
                cut,
                [
                    "text was cut at the 32,767 characters that a cell of Excel holds; the other formats have it whole",
                    "texts were cut at the 32,767 characters that a cell of Excel holds; the other formats have them whole",
                    "段文字超出 Excel 单元格的 32,767 个字符而被截断，其他格式中完整",
                ],
            ),
            (
                self.wide.left_out as u64,
                [
                    "column found no room in the sheet Wide: Excel has 16,384; wide.csv has them all",
                    "columns found no room in the sheet Wide: Excel has 16,384; wide.csv has them all",
                    "列超出 Excel 的 16,384 列，未能列入“指标”表，wide.csv 中完整",
                ],
            ),
            (
                self.notes.missed,
                [
                    "cell has no note, since a workbook gets 2,000 of them at most",
                    "cells have no note, since a workbook gets 2,000 of them at most",
                    "个单元格未加批注：每个工作簿最多 2,000 条批注",
                ],
            ),
        ];
        notices.extend(counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, [one, several, chinese])| {
            format!("{count} {}", lang.pick(if count == 1 { one } else { several }, chinese))
        }));

        let cover = Cover {
            title: self.title.unwrap_or_else(|| {
                lang.pick("Annual reports on government information disclosure", "政府信息公开工作年度报告数据")
                    .to_owned()
            }),
            lines: vec![counts(lang, reports, failures, &self.summary), made(lang)],
            contents,
            notices: &notices,
            lang,
        };
        self.book.push_worksheet(cover::make(&cover, &self.styles).map_err(failure)?);
        sheets.into_iter().for_each(|sheet| self.book.push_worksheet(sheet));
        self.book.set_properties(&properties(&cover.title).map_err(failure)?);
        self.book.save_to_writer(out).map_err(failure)?;
        Ok(notices)
    }
}

/// Nothing in it may depend on when or where it was made: two runs give the same bytes.
fn properties(title: &str) -> Result<DocProperties, XlsxError> {
    let date = ExcelDateTime::from_ymd(2008, 5, 1)?;
    Ok(DocProperties::new().set_title(title).set_author("nianbao").set_creation_datetime(&date))
}

fn counts(lang: Lang, reports: u64, failures: u64, total: &Summary) -> String {
    let Summary { cells_expected, ok, blank, unreadable, missing, errors, warnings, notes } = total;
    match lang {
        Lang::En => {
            let failed = if failures > 0 { format!(" ({failures} inputs could not be read)") } else { String::new() };
            format!(
                "Reports: {reports}{failed}.  Cells: {cells_expected}; read {ok}, blank {blank}, unreadable {unreadable}, \
                 missing {missing}.  Findings: errors {errors}, warnings {warnings}, notes {notes}."
            )
        }
        Lang::Zh => {
            let failed =
                if failures > 0 { format!("（另有 {failures} 个输入未能读取）") } else { String::new() };
            format!(
                "报告 {reports} 份{failed}；数据 {cells_expected} 格：读出 {ok}，空白 {blank}，无法识别 {unreadable}，缺失 {missing}；\
                 校验：错误 {errors}，警告 {warnings}，提示 {notes}。"
            )
        }
    }
}

fn made(lang: Lang) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match lang {
        Lang::En => format!("Made by nianbao {version} from the text of the reports."),
        Lang::Zh => format!("由 nianbao {version} 从报告文本生成。"),
    }
}

/// The first three columns of a row.
fn owner(row: &mut Row<'_>, record: &Record<'_>) -> Result<(), XlsxError> {
    row.text(0, &record.id)?;
    row.maybe(1, record.agency.as_deref())?;
    row.whole(2, record.year)
}

/// The row of a report.
fn about(row: &mut Row<'_>, record: &Record<'_>) -> Result<(), XlsxError> {
    row.text(0, &record.id)?;
    row.maybe(2, record.agency.as_deref())?;
    row.whole(3, record.year)?;
    row.maybe(4, record.edition.as_deref())?;
    let columns = [1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 22];
    for (column, text) in columns.into_iter().zip(&record.texts) {
        row.maybe(column, text.as_deref())?;
    }
    for (column, count) in (15u16..).zip(record.counts) {
        row.count(column, count)?;
    }
    Ok(())
}

/// The sections of a report as rows; the line of each heading, and where it stands.
fn sections(
    sheet: &mut Sheet,
    shared: &mut Shared<'_>,
    record: &Record<'_>,
    continued: &mut u64,
) -> Result<Vec<(u32, Target)>, XlsxError> {
    let mut targets = Vec::new();
    for section in &record.sections {
        let mut rest = &*section.text;
        for part in 1u32.. {
            let (first, more) = sheet::split(rest, sheet::UNITS);
            rest = more;
            let mut row = sheet.row(shared)?;
            owner(&mut row, record)?;
            row.text(3, &section.path)?;
            row.whole(4, Some(section.level))?;
            row.maybe(5, section.key.as_deref())?;
            row.text(6, &section.number)?;
            row.text(7, &section.title)?;
            row.whole(8, Some(section.line))?;
            if part > 1 || !rest.is_empty() {
                row.whole(9, Some(part))?;
            }
            row.text(10, first)?;
            row.end()?;
            if part == 1 {
                targets.extend(sheet.target(7).map(|target| (section.line, target)));
                *continued += u64::from(!rest.is_empty());
            }
            if rest.is_empty() {
                break;
            }
        }
    }
    Ok(targets)
}

/// Where the cell that a finding is about stands: the first of several; else the section around it.
fn target<'t>(
    record: &Record<'_>,
    forms: &Forms,
    finding: &FindingRecord<'_>,
    cells: &'t [Option<Target>],
    sections: &'t [(u32, Target)],
) -> Option<&'t Target> {
    let Some(key) = finding.table.as_deref() else {
        let line = finding.line?;
        return sections.iter().rev().find(|(first, _)| *first <= line).map(|(_, target)| target);
    };
    let about = |named: Option<&str>, key: &str| named.is_none_or(|named| named == key);
    let mut at = 0;
    for table in &record.tables {
        let own = cells.get(at..at + table.cells.len())?;
        at += table.cells.len();
        if table.key == key {
            let mut all = table.cells(forms);
            let exact = all.position(|cell| {
                about(finding.row.as_deref(), &cell.slot.row) && about(finding.column.as_deref(), &cell.slot.column)
            });
            return own.get(exact.unwrap_or(0))?.as_ref();
        }
    }
    None
}

/// An error of the library as one of the system.
fn failure(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error,
        other => io::Error::other(format!("the workbook cannot be made: {other}")),
    }
}
