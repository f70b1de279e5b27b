//! `reports.xlsx`: a run as one workbook, for Excel, WPS and LibreOffice.
//!
//! Its sheets are a cover, 报告, 指标, the tables, 章节 and 校验. The tables of a single report are laid out as the official
//! form; those of many are long, a row a cell. Rows go to disk as they come, so that memory does not grow with the run;
//! the first report waits until it is known whether there is a second.
//!
//! No text of a report can become a formula: the only formulas of a workbook lead from a finding to its cell, and nothing
//! in them comes from a report.

mod cover;
mod form;
mod names;
mod sheet;
mod style;
mod wide;

use std::io::{self, Read, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::finding::Finding;
use crate::form::Forms;
use crate::lang::Lang;
use crate::record::{Report, Section, Status, Summary};
use cover::{Cover, Entry};
use form::{Notes, Page};
use names::Fixed;
use sheet::{Row, Shared, Sheet, Target};
use style::{Styles, shade};
use wide::{Made, Wide};

/// The name of the file.
pub const FILE: &str = "reports.xlsx";

/// Notes of a workbook: the library holds them in memory.
const NOTES: usize = 2_000;

/// How a workbook is written.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The language of headers and messages.
    pub lang: Lang,
    /// Rates stand in the wide sheet.
    pub derive: bool,
    /// Rows that a sheet has at most: those of Excel, unless in a test.
    pub rows: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options { lang: Lang::En, derive: false, rows: sheet::ROWS }
    }
}

/// A workbook in the making.
pub struct Xlsx<S: Read + Write + Seek> {
    options: Options,
    book: Workbook,
    styles: Styles,
    shades: [Format; 3],
    /// Names of sheets.
    taken: Vec<String>,
    reports: Sheet,
    tables: Vec<Table>,
    sections: Sheet,
    findings: Sheet,
    failed: Sheet,
    wide: Wide<S>,
    /// The first report, until there is a second.
    first: Option<Box<(String, Report)>>,
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

impl<S: Read + Write + Seek> Xlsx<S> {
    /// Begins a workbook. `spool` is an empty file or buffer; rows wait in files without a name in the folder `dir`.
    pub fn new(spool: S, dir: &Path, options: Options) -> io::Result<Xlsx<S>> {
        let lang = options.lang;
        let mut book = Workbook::new();
        book.set_tempdir(dir).map_err(failure)?;
        let styles = Styles::new();
        let sheet = |fixed: Fixed, columns: &[names::Column]| Sheet::of(fixed.name(lang), columns, lang, options.rows);
        let fixed = [Fixed::Cover, Fixed::Reports, Fixed::Wide, Fixed::Sections, Fixed::Findings, Fixed::Failed];
        Ok(Xlsx {
            shades: [Status::Blank, Status::Unreadable, Status::Missing]
                .map(|status| shade(styles.whole.clone(), status)),
            styles,
            book,
            // Those that are made later, so that no table takes their names.
            taken: [Fixed::Cover, Fixed::Wide].into_iter().map(|fixed| fixed.name(lang).to_owned()).collect(),
            reports: sheet(fixed[1], &names::REPORTS).frozen(1).pages(2),
            tables: Vec::new(),
            sections: sheet(fixed[3], &names::SECTIONS).pages(1),
            findings: sheet(fixed[4], &names::FINDINGS).pages(1),
            failed: sheet(fixed[5], &names::FAILED).pages(1),
            wide: Wide::new(spool, options.derive),
            first: None,
            summary: Summary::default(),
            notes: Notes { left: NOTES, missed: 0 },
            continued: 0,
            options,
        })
    }

    /// Adds `report`, which the batch calls `id`.
    pub fn report(&mut self, id: &str, report: &Report) -> io::Result<()> {
        if self.summary_is_empty() && self.first.is_none() {
            self.first = Some(Box::new((id.to_owned(), report.clone())));
            return Ok(());
        }
        unpanicked(|| {
            if let Some(first) = self.first.take() {
                self.long(&first.0, &first.1)?;
            }
            self.long(id, report)
        })
    }

    /// Adds an input that could not be read.
    pub fn failure(&mut self, source: &str, error: &str) -> io::Result<()> {
        unpanicked(|| {
            let mut shared = Shared { book: &mut self.book, styles: &self.styles, taken: &mut self.taken };
            let mut write = || {
                let mut row = self.failed.row(&mut shared)?;
                row.text(0, source)?;
                row.text(1, error)?;
                row.end()
            };
            write().map_err(failure)
        })
    }

    /// Writes the workbook to `out`; what a person should know of it, in sentences.
    pub fn finish<W: Write + Send>(mut self, forms: &Forms, out: W) -> io::Result<(W, Vec<String>)> {
        unpanicked(move || {
            let single = self.first.take();
            let mut sheets = Vec::new();
            if let Some(first) = &single {
                self.single(&first.0, &first.1, &mut sheets)?;
            }
            self.save(forms, single.as_deref(), sheets, out)
        })
    }

    fn summary_is_empty(&self) -> bool {
        self.reports.rows() == 0
    }

    /// Adds a report to the long tables.
    fn long(&mut self, id: &str, report: &Report) -> io::Result<()> {
        self.wide.report(id, report)?;
        let cells = self.cells(id, report).map_err(failure)?;
        self.rest(id, report, &cells).map_err(failure)
    }

    /// Lays out the tables of the one report as its form has them.
    fn single(&mut self, id: &str, report: &Report, sheets: &mut Vec<(Entry, Worksheet)>) -> io::Result<()> {
        self.wide.report(id, report)?;
        let mut cells = vec![None; report.cells.len()];
        if let Some(form) = &report.form {
            let filled = |table: &&crate::form::FormTable| !table.slots.is_empty();
            for table in form.tables.iter().filter(filled) {
                let name = names::unique(&names::table(form, &table.key, self.options.lang), "", &self.taken);
                self.taken.push(name.clone());
                let page = Page { report, form, table, name: &name, styles: &self.styles, lang: self.options.lang };
                let laid = form::lay(&page, &mut self.notes).map_err(failure)?;
                for (at, target) in laid.cells {
                    if let Some(cell) = cells.get_mut(at) {
                        *cell = Some(target);
                    }
                }
                let about = Entry { sheet: name, about: table.title.clone(), rows: None };
                sheets.push((about, laid.sheet));
            }
        }
        self.sections.wrap();
        self.findings.wrap();
        self.rest(id, report, &cells).map_err(failure)
    }

    /// The cells of a report as rows; where each stands.
    fn cells(&mut self, id: &str, report: &Report) -> Result<Vec<Option<Target>>, XlsxError> {
        let (lang, limit) = (self.options.lang, self.options.rows);
        let mut targets = Vec::with_capacity(report.cells.len());
        let Some(form) = &report.form else { return Ok(targets) };
        let wanted = !report.findings.is_empty();
        let mut at = 0;
        for cell in report.cells() {
            if self.tables.get(at).is_none_or(|table| table.key != cell.table) {
                at = self.tables.iter().position(|table| table.key == cell.table).unwrap_or(self.tables.len());
                if at == self.tables.len() {
                    let known = form.tables.iter().find(|table| table.key == cell.table);
                    let section = known.and_then(|table| form.sections.get(table.section?));
                    let known = known.map_or_else(|| cell.table.to_owned(), |table| table.title.clone());
                    let name = names::table(form, cell.table, lang);
                    self.tables.push(Table {
                        key: cell.table.to_owned(),
                        order: (section.is_none(), section.map_or(0, |section| section.number)),
                        title: known,
                        sheet: Sheet::of(name, &names::CELLS, lang, limit).frozen(1).pages(1),
                    });
                }
            }
            let Some(table) = self.tables.get_mut(at) else { continue };
            let mut shared = Shared { book: &mut self.book, styles: &self.styles, taken: &mut self.taken };
            let mut row = table.sheet.row(&mut shared)?;
            owner(&mut row, id, report)?;
            row.maybe(3, report.metadata.edition.as_deref())?;
            row.text(4, cell.row)?;
            row.text(5, cell.row_label)?;
            row.text(6, cell.column)?;
            row.text(7, cell.column_label)?;
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
            row.whole(12, cell.place.map(|place| place.line))?;
            row.end()?;
            targets.push(if wanted { table.sheet.target(8) } else { None });
        }
        Ok(targets)
    }

    /// All but the cells, which stand where `cells` says.
    fn rest(&mut self, id: &str, report: &Report, cells: &[Option<Target>]) -> Result<(), XlsxError> {
        let summary = report.summary();
        let total = &mut self.summary;
        for (total, count) in [
            (&mut total.cells_expected, report.cells.len()),
            (&mut total.ok, summary.ok),
            (&mut total.blank, summary.blank),
            (&mut total.unreadable, summary.unreadable),
            (&mut total.missing, summary.missing),
            (&mut total.errors, summary.errors),
            (&mut total.warnings, summary.warnings),
            (&mut total.notes, summary.notes),
        ] {
            *total += count;
        }
        let mut shared = Shared { book: &mut self.book, styles: &self.styles, taken: &mut self.taken };
        let mut row = self.reports.row(&mut shared)?;
        about(&mut row, id, report, &summary)?;
        row.end()?;
        let own = self.reports.target(0);
        let sections = sections(&mut self.sections, &mut shared, id, report, &mut self.continued)?;
        for finding in &report.findings {
            let mut row = self.findings.row(&mut shared)?;
            owner(&mut row, id, report)?;
            row.text(3, finding.rule.id())?;
            row.severity(4, finding.severity)?;
            if let Some(target) = target(report, finding, cells, &sections).or(own.as_ref()) {
                row.link(5, target)?;
            }
            row.text(6, &finding.message(self.options.lang))?;
            row.number_or_text(7, finding.expected.as_deref())?;
            row.number_or_text(8, finding.actual.as_deref())?;
            row.maybe(9, finding.table.as_deref())?;
            row.maybe(10, finding.row.as_deref())?;
            row.maybe(11, finding.column.as_deref())?;
            row.whole(12, finding.span.map(|span| report.line(span)))?;
            row.end()?;
        }
        Ok(())
    }

    fn save<W: Write + Send>(
        mut self,
        forms: &Forms,
        single: Option<&(String, Report)>,
        laid: Vec<(Entry, Worksheet)>,
        mut out: W,
    ) -> io::Result<(W, Vec<String>)> {
        let Options { lang, rows: limit, .. } = self.options;
        let mut shared = Shared { book: &mut self.book, styles: &self.styles, taken: &mut self.taken };
        for sheet in [&mut self.reports, &mut self.sections, &mut self.findings] {
            sheet.open(&mut shared).map_err(failure)?;
        }
        // The name waits for it.
        shared.taken.retain(|name| name != Fixed::Wide.name(lang));
        let Made { sheet: wide, left_out } =
            self.wide.finish(Fixed::Wide.name(lang), lang, limit, forms, &mut shared, failure)?;
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
        sheets.extend(add(wide, Fixed::Wide.about(lang), &mut contents)?);
        for (entry, sheet) in laid {
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
        let counted = [
            (self.continued, lang.pick("texts are longer than a cell of Excel: they go on in further rows of the sheet Sections (column Part)",
                "段正文超出 Excel 单元格长度，在“章节”表后续行中接续（见“分段”列）")),
            (cut, lang.pick("texts were cut at the 32,767 characters that a cell of Excel holds; the other formats have them whole",
                "段文字超出 Excel 单元格的 32,767 个字符而被截断，其他格式中完整")),
            (left_out as u64, lang.pick("columns found no room in the sheet Wide: Excel has 16,384; wide.csv has them all",
                "列超出 Excel 的 16,384 列，未能列入“指标”表，wide.csv 中完整")),
            (self.notes.missed, lang.pick("cells have no note, since a workbook gets 2,000 of them at most",
                "个单元格未加批注：每个工作簿最多 2,000 条批注")),
        ];
        notices.extend(counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| match lang {
            Lang::En => format!("{count} {what}"),
            Lang::Zh => format!("{count} {what}"),
        }));

        let cover = Cover {
            title: match single.and_then(|(_, report)| report.metadata.title.clone()) {
                Some(title) => title,
                None => lang
                    .pick("Annual reports on government information disclosure", "政府信息公开工作年度报告数据")
                    .to_owned(),
            },
            lines: vec![counts(lang, reports, failures, &self.summary), made(lang)],
            contents,
            notices: &notices,
            lang,
        };
        self.book.push_worksheet(cover::make(&cover, &self.styles).map_err(failure)?);
        sheets.into_iter().for_each(|sheet| self.book.push_worksheet(sheet));
        self.book.set_properties(&properties(&cover.title).map_err(failure)?);
        self.book.save_to_writer(&mut out).map_err(failure)?;
        Ok((out, notices))
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
fn owner(row: &mut Row<'_>, id: &str, report: &Report) -> Result<(), XlsxError> {
    row.text(0, id)?;
    row.maybe(1, report.metadata.agency.as_deref())?;
    row.whole(2, report.metadata.year)
}

/// The row of a report.
fn about(row: &mut Row<'_>, id: &str, report: &Report, summary: &Summary) -> Result<(), XlsxError> {
    let (source, metadata) = (&report.source, &report.metadata);
    let contact = &metadata.contact;
    row.text(0, id)?;
    row.maybe(1, source.path.as_deref())?;
    row.maybe(2, metadata.agency.as_deref())?;
    row.whole(3, metadata.year)?;
    let texts = [
        metadata.edition.as_deref(),
        metadata.title.as_deref(),
        metadata.period.as_ref().map(|period| &*period.from),
        metadata.period.as_ref().map(|period| &*period.to),
        Some(source.encoding),
        contact.address.as_deref(),
        contact.phone.as_deref(),
        contact.fax.as_deref(),
        contact.postcode.as_deref(),
        contact.email.as_deref(),
        contact.website.as_deref(),
    ];
    for (column, text) in (4u16..).zip(texts) {
        row.maybe(column, text)?;
    }
    let counts = [
        summary.ok,
        summary.blank,
        summary.unreadable,
        summary.missing,
        summary.errors,
        summary.warnings,
        summary.notes,
    ];
    for (column, count) in (15u16..).zip(counts) {
        row.count(column, count)?;
    }
    row.text(22, &source.sha256)
}

/// The sections of a report as rows; the line of each heading, and where it stands.
fn sections(
    sheet: &mut Sheet,
    shared: &mut Shared<'_>,
    id: &str,
    report: &Report,
    continued: &mut u64,
) -> Result<Vec<(u32, Target)>, XlsxError> {
    let mut targets = Vec::new();
    let mut result = Ok(());
    Section::walk(&report.sections, &mut |path, section| {
        if result.is_err() {
            return;
        }
        let mut write = || -> Result<(), XlsxError> {
            let texts: Vec<&str> = section.paragraphs.iter().map(|paragraph| &*paragraph.text).collect();
            let text = texts.join("\n");
            let mut rest = text.as_str();
            for part in 1u32.. {
                let (first, more) = sheet::split(rest, sheet::UNITS);
                rest = more;
                let mut row = sheet.row(shared)?;
                owner(&mut row, id, report)?;
                row.text(3, path)?;
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
            Ok(())
        };
        result = write();
    });
    result.map(|()| targets)
}

/// Where the cell that a finding is about stands: the first of several; else the section around it.
fn target<'t>(
    report: &Report,
    finding: &Finding,
    cells: &'t [Option<Target>],
    sections: &'t [(u32, Target)],
) -> Option<&'t Target> {
    let about = |named: &Option<String>, key: &str| named.as_deref().is_none_or(|named| named == key);
    if let Some(table) = &finding.table {
        let all = || report.cells().zip(cells).filter(|(cell, _)| cell.table == table);
        let exact = all().find(|(cell, _)| about(&finding.row, cell.row) && about(&finding.column, cell.column));
        return exact.or_else(|| all().next()).and_then(|(_, target)| target.as_ref());
    }
    let line = report.line(finding.span?);
    sections.iter().rev().find(|(first, _)| *first <= line).map(|(_, target)| target)
}

/// An error of the library as one of the system.
fn failure(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error,
        other => io::Error::other(format!("the workbook cannot be made: {other}")),
    }
}

/// The library panics where its temporary files cannot be written, as on a full disk; a run must end in a sentence.
fn unpanicked<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(_) => Err(io::Error::other("the rows of the workbook cannot be written; the disk may be full")),
    }
}
