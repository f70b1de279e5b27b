//! The tables of a batch as CSV: RFC 4180, LF, UTF-8, always with a header.
//!
//! [`Table`] holds the names and columns, which are the contract; [`Csv`] writes one of them, a report at a time.
//! `wide.csv` is in [`wide`](super::wide), because its columns are known only at the end.
//!
//! A text that a spreadsheet would run as a formula is written with a leading `'`. Plain numbers, negative ones
//! too, stay as they are: a guard that spoils numbers is worse than none.

use std::borrow::Cow;
use std::io::{self, Write};

use super::cells::Cells;
use super::dialect::{Dialect, Encoded};
use super::fields::{FORMULA, Fields};
use super::series::Line;
use crate::lang::Lang;
use crate::record::{Report, Section};

/// A table that a batch writes: a file of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// A row per report.
    Reports,
    /// A row per cell of a form.
    Cells,
    /// A row per section.
    Sections,
    /// A row per cell of a raw table, whether a form knows it or not.
    Tables,
    /// A row per finding.
    Findings,
    /// A row per input that could not be read.
    Failed,
}

impl Table {
    /// Every table that has rows from reports.
    pub const OF_REPORTS: [Table; 5] = [Table::Reports, Table::Cells, Table::Sections, Table::Tables, Table::Findings];

    /// Name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Table::Reports => "reports.csv",
            Table::Cells => "cells.csv",
            Table::Sections => "sections.csv",
            Table::Tables => "tables.csv",
            Table::Findings => "findings.csv",
            Table::Failed => "failed.csv",
        }
    }

    /// Its columns.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Table::Reports => &[
                "report",
                "source",
                "agency",
                "year",
                "edition",
                "title",
                "period_from",
                "period_to",
                "encoding",
                "address",
                "phone",
                "fax",
                "postcode",
                "email",
                "website",
                "cells_ok",
                "cells_blank",
                "cells_unreadable",
                "cells_missing",
                "errors",
                "warnings",
                "notes",
                "sha256",
            ],
            Table::Cells => &[
                "report", "agency", "year", "edition", "table", "row", "column", "value", "unit", "status", "raw",
                "line",
            ],
            Table::Sections => &["report", "agency", "year", "path", "level", "key", "number", "title", "line", "text"],
            Table::Tables => &["report", "table_no", "section", "form", "layout", "row_no", "col_no", "text", "line"],
            Table::Findings => &[
                "report", "agency", "year", "rule", "severity", "table", "row", "column", "line", "message",
                "expected", "actual",
            ],
            Table::Failed => &["source", "error"],
        }
    }
}

/// Writes one [`Table`].
#[derive(Debug)]
pub struct Csv<W: Write> {
    table: Table,
    dialect: Dialect,
    out: Encoded<W>,
    make: Rows,
    /// The rows of a report.
    rows: Vec<u8>,
}

impl<W: Write> Csv<W> {
    /// Starts `table` with its header; messages will be in `lang`.
    pub fn new(table: Table, lang: Lang, dialect: Dialect, out: W) -> io::Result<Csv<W>> {
        let mut csv = Csv::rows(table, lang, dialect, out);
        dialect.mark(&mut csv.out)?;
        let mut row = Fields::new(dialect, &mut csv.rows);
        table.columns().iter().for_each(|name| row.key(name));
        row.end();
        csv.put()?;
        Ok(csv)
    }

    /// Goes on with `table`, whose header was written.
    pub fn rows(table: Table, lang: Lang, dialect: Dialect, out: W) -> Csv<W> {
        Csv { table, dialect, out: dialect.encoded(out), make: Rows::new(lang, dialect), rows: Vec::new() }
    }

    /// Adds the rows of `report`, which the batch calls `id`. [`Table::Failed`] has none.
    pub fn report(&mut self, id: &str, report: &Report) -> io::Result<()> {
        self.make.plain(self.table, id, report, &mut self.rows);
        self.put()
    }

    /// Adds an input that could not be read to [`Table::Failed`].
    pub fn failure(&mut self, source: &str, error: &str) -> io::Result<()> {
        let mut row = Fields::new(self.dialect, &mut self.rows);
        row.text(source);
        row.text(error);
        row.end();
        self.put()
    }

    /// Adds a finding about a series to [`Table::Findings`].
    pub fn series(&mut self, line: &Line) -> io::Result<()> {
        let mut row = Fields::new(self.dialect, &mut self.rows);
        row.text(&line.report);
        row.text(&line.agency);
        row.integer(line.year);
        row.key(line.rule().id());
        row.key(line.severity().name());
        row.maybe(line.table.as_deref());
        row.maybe(line.row.as_deref());
        row.maybe(line.column.as_deref());
        row.count(line.line);
        row.text(&line.message);
        row.figure(line.expected.as_deref());
        row.figure(line.actual.as_deref());
        row.end();
        self.put()
    }

    /// Writes out what is buffered and gives back the writer.
    pub fn finish(self) -> io::Result<W> {
        Ok(self.finish_counted()?.0)
    }

    /// As [`Csv::finish`], with how many characters the encoding of the dialect did not have.
    pub fn finish_counted(self) -> io::Result<(W, u64)> {
        let lost = self.out.lost();
        Ok((self.out.into_inner(), lost))
    }

    fn put(&mut self) -> io::Result<()> {
        self.out.write_all(&self.rows)?;
        self.rows.clear();
        Ok(())
    }
}

/// Makes the rows of reports.
#[derive(Debug)]
pub struct Rows {
    lang: Lang,
    dialect: Dialect,
    cells: Cells,
    /// Rows that are to be encoded.
    plain: Vec<u8>,
}

impl Rows {
    /// Rows as `dialect` writes them; messages will be in `lang`.
    pub fn new(lang: Lang, dialect: Dialect) -> Rows {
        Rows { lang, dialect, cells: Cells::new(dialect), plain: Vec::new() }
    }

    /// Adds the rows of `report`, which the batch calls `id`, to those of `table` in `out`; how many characters the encoding of
    /// the dialect did not have.
    pub fn append(&mut self, table: Table, id: &str, report: &Report, out: &mut Vec<u8>) -> io::Result<u64> {
        if self.dialect.is_utf8() {
            self.plain(table, id, report, out);
            return Ok(0);
        }
        let mut rows = std::mem::take(&mut self.plain);
        rows.clear();
        self.plain(table, id, report, &mut rows);
        let mut out = self.dialect.encoded(out);
        out.write_all(&rows)?;
        self.plain = rows;
        Ok(out.lost())
    }

    /// Adds these rows in UTF-8.
    fn plain(&mut self, table: Table, id: &str, report: &Report, out: &mut Vec<u8>) {
        match table {
            Table::Reports => reports(id, report, &mut Fields::new(self.dialect, out)),
            Table::Cells => self.cells.report(id, report, out),
            Table::Sections => sections(id, report, &mut Fields::new(self.dialect, out)),
            Table::Tables => super::cells::tables(id, report, self.dialect, out),
            Table::Findings => findings(id, report, self.lang, &mut Fields::new(self.dialect, out)),
            Table::Failed => {}
        }
    }
}

fn reports(id: &str, report: &Report, out: &mut Fields<'_>) {
    let (source, metadata, summary) = (&report.source, &report.metadata, report.summary());
    let contact = &metadata.contact;
    out.text(id);
    out.maybe(source.path.as_deref());
    out.maybe(metadata.agency.as_deref());
    year(metadata.year, out);
    out.maybe(metadata.edition.as_deref());
    out.maybe(metadata.title.as_deref());
    // Days are to be days in Excel too.
    out.key(metadata.period.as_ref().map_or("", |period| &*period.from));
    out.key(metadata.period.as_ref().map_or("", |period| &*period.to));
    out.text(source.encoding);
    for text in [&contact.address, &contact.phone, &contact.fax, &contact.postcode, &contact.email, &contact.website] {
        out.maybe(text.as_deref());
    }
    for count in [
        summary.ok,
        summary.blank,
        summary.unreadable,
        summary.missing,
        summary.errors,
        summary.warnings,
        summary.notes,
    ] {
        out.count(Some(count));
    }
    out.text(&source.sha256);
    out.end();
}

fn sections(id: &str, report: &Report, out: &mut Fields<'_>) {
    let metadata = &report.metadata;
    let head = out.once(|out| {
        out.text(id);
        out.maybe(metadata.agency.as_deref());
        year(metadata.year, out);
    });
    Section::walk(&report.sections, &mut |path, section| {
        out.again(&head);
        out.text(path);
        out.count(Some(section.level));
        out.maybe(section.key.as_deref());
        out.text(&section.number);
        out.text(&section.title);
        out.count(Some(section.line));
        out.lines(section.paragraphs.iter().map(|paragraph| &*paragraph.text));
        out.end();
    });
}

fn findings(id: &str, report: &Report, lang: Lang, out: &mut Fields<'_>) {
    let metadata = &report.metadata;
    let head = out.once(|out| {
        out.text(id);
        out.maybe(metadata.agency.as_deref());
        year(metadata.year, out);
    });
    for finding in &report.findings {
        out.again(&head);
        out.key(finding.rule.id());
        out.key(finding.severity.name());
        out.maybe(finding.table.as_deref());
        out.maybe(finding.row.as_deref());
        out.maybe(finding.column.as_deref());
        out.count(finding.span.map(|span| report.line(span)));
        out.text(&finding.message(lang));
        out.figure(finding.expected.as_deref());
        out.figure(finding.actual.as_deref());
        out.end();
    }
}

pub(super) fn year(year: Option<i32>, out: &mut Fields<'_>) {
    match year {
        Some(year) => out.integer(year),
        None => out.key(""),
    }
}

/// `text` with a leading `'` where a spreadsheet would run it as a formula.
pub fn guard(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) && !plain_number(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A sign or none, digits with or without commas between thousands, decimals or none.
fn plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, decimals) = match digits.split_once('.') {
        Some((whole, decimals)) => (whole, Some(decimals)),
        None => (digits, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let mut groups = groups.peekable();
    let grouped = groups.peek().is_some();
    all_digits(first)
        && (!grouped || first.len() <= 3)
        && groups.all(|group| group.len() == 3 && all_digits(group))
        && decimals.is_none_or(all_digits)
}

/// The I/O error inside a CSV error, so that its kind is not lost.
pub(crate) fn failed(err: ::csv::Error) -> io::Error {
    match err.into_kind() {
        ::csv::ErrorKind::Io(err) => err,
        other => io::Error::other(format!("a row of the table is malformed: {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    fn written(table: Table) -> String {
        let mut csv = Csv::new(table, Lang::En, Dialect::default(), Vec::new()).unwrap();
        csv.report("甲/2021", &sample::report()).unwrap();
        String::from_utf8(csv.finish().unwrap()).unwrap()
    }

    #[test]
    fn columns_are_the_contract() {
        let expected = [
            "report,source,agency,year,edition,title,period_from,period_to,encoding,address,phone,fax,postcode,email,website,cells_ok,cells_blank,cells_unreadable,cells_missing,errors,warnings,notes,sha256",
            "report,agency,year,edition,table,row,column,value,unit,status,raw,line",
            "report,agency,year,path,level,key,number,title,line,text",
            "report,table_no,section,form,layout,row_no,col_no,text,line",
            "report,agency,year,rule,severity,table,row,column,line,message,expected,actual",
        ];
        for (table, columns) in Table::OF_REPORTS.into_iter().zip(expected) {
            assert_eq!(written(table).lines().next(), Some(columns));
        }
        let mut failures = Csv::new(Table::Failed, Lang::En, Dialect::default(), Vec::new()).unwrap();
        failures.failure("甲.txt", "there is no such file").unwrap();
        assert_eq!(failures.finish().unwrap(), "source,error\n甲.txt,there is no such file\n".as_bytes());
    }

    #[test]
    fn rows_of_a_report() {
        let body = |table| written(table).split_once('\n').unwrap().1.to_owned();
        assert_eq!(
            body(Table::Reports),
            "甲/2021,甲/2021.txt,某市,2021,t1,某市2021年政府信息公开工作年度报告,2021-01-01,2021-12-31,UTF-8,,'+86 523,,,,,2,1,0,1,1,1,0,00\n"
        );
        assert_eq!(
            body(Table::Cells),
            "甲/2021,某市,2021,t1,money,fees,amount,59237.2449,万元,ok,59237.2449,4\n\
             甲/2021,某市,2021,t1,money,fees,refunded,0.00,万元,ok,0.00,4\n\
             甲/2021,某市,2021,t1,money,fees,waived,,万元,blank,/,4\n\
             甲/2021,某市,2021,t1,money,fees,written_off,,,missing,,\n"
        );
        assert_eq!(
            body(Table::Sections),
            "甲/2021,某市,2021,1,1,overview,一,总体情况,2,'=全年无事。\n甲/2021,某市,2021,1.1,2,,（一）,其他,5,\n"
        );
        assert_eq!(
            body(Table::Tables),
            "甲/2021,1,1,t1/money,tab,1,1,行政事业性收费,4\n\
             甲/2021,1,1,t1/money,tab,1,2,59237.2449,4\n\
             甲/2021,1,1,t1/money,tab,1,3,0.00,4\n\
             甲/2021,1,1,t1/money,tab,1,4,/,4\n"
        );
        assert!(body(Table::Findings).starts_with("甲/2021,某市,2021,sum.row,error,money,fees,amount,4,"));
    }

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        for formula in ["=1+1", "+86 523", "-", "--1", "@SUM(A1)", "\t=1", "\r1", "-1-1", "+1,2", "-1e5", "-.5", "+"] {
            assert_eq!(guard(formula), format!("'{formula}"), "{formula:?}");
        }
        for text in ["", "-12", "+3", "-0.50", "-1,808,595", "+1,095.5", "12", "/", "无", "0523-86839755", "'=1"] {
            assert_eq!(guard(text), text);
        }
    }
}
