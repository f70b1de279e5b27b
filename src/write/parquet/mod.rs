//! The tables of a run as Parquet: typed columns, for DuckDB, polars, pandas and Spark.
//!
//! The columns are those of the CSV tables, by the same names. Texts that repeat are dictionaries, numbers of cells exact
//! decimals, days dates; where the CSV has an empty field there is null. A text is never guarded: nothing runs it.
//!
//! A report becomes a record on the thread that read it ([`Records`]); when all are read, [`assemble`] goes
//! through the records once and writes every file. Memory holds a part of each file that is to become a row group; where
//! they are many, as parted by year they may be, the largest is written when all together take too much.

mod record;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead};
use std::path::Path;

use record::{Kind, Put, Take, Value, damaged};

use super::csv;
use super::series::Line;
use super::wide::{self, Layout, Layouts, Rows};
use crate::form::Forms;
use crate::lang::Lang;
use crate::record::{Report, Section, Summary};

/// A table that becomes a file, or a folder of files where years are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Reports,
    Cells,
    Wide,
    Sections,
    Findings,
}

const TABLES: [Table; 5] = [Table::Reports, Table::Cells, Table::Wide, Table::Sections, Table::Findings];

/// The files.
pub const FILES: [&str; 5] =
    ["reports.parquet", "cells.parquet", "wide.parquet", "sections.parquet", "findings.parquet"];

/// The folders that stand for them where years are parted.
pub const FOLDERS: [&str; 5] = ["reports", "cells", "wide", "sections", "findings"];

/// The file of a year, in a folder `year=2023`.
pub const PART: &str = "data_0.parquet";

/// What the folder of the reports without a year is called: so Hive does, and all that read its folders.
const NO_YEAR: &str = "__HIVE_DEFAULT_PARTITION__";

/// At most about so many bytes of rows wait.
const WAITING: usize = 32 << 20;

impl Table {
    /// Its columns; those of the wide table that are cells come behind them.
    fn columns(self) -> &'static [&'static str] {
        match self {
            Table::Reports => csv::Table::Reports.columns(),
            Table::Cells => csv::Table::Cells.columns(),
            Table::Wide => &wide::COLUMNS,
            Table::Sections => csv::Table::Sections.columns(),
            Table::Findings => csv::Table::Findings.columns(),
        }
    }
}

/// What a column of this name holds.
fn kind(name: &str) -> Kind {
    match name {
        "year" | "level" | "line" | "cells_ok" | "cells_blank" | "cells_unreadable" | "cells_missing" | "errors"
        | "warnings" | "notes" => Kind::Integer,
        "period_from" | "period_to" => Kind::Date,
        "value" => Kind::Decimal,
        "source" | "title" | "text" | "message" | "sha256" => Kind::Text,
        _ => Kind::Key,
    }
}

/// Makes records of reports.
#[derive(Debug)]
pub struct Records {
    lang: Lang,
    wide: Rows,
}

impl Records {
    /// Records with messages in `lang`; with rates when `derive`.
    pub fn new(lang: Lang, derive: bool) -> Records {
        Records { lang, wide: Rows::new(super::dialect::Dialect::default(), derive) }
    }

    /// Adds the record of `report`, which the run calls `id`, to `out`; a layout of its wide row that was not told yet, to
    /// `layouts`.
    pub fn report(&mut self, id: &str, report: &Report, out: &mut Vec<u8>, layouts: &mut Vec<Layout>) {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        let mut put = Put(out);
        reports(id, report, &mut put);
        let (layout, values) = self.wide.values(report, layouts);
        put.key(layout);
        put.count(values.len());
        values.iter().for_each(|value| put.decimal(*value));
        for cell in report.cells() {
            put.row(true);
            put.text(Some(cell.table));
            put.text(Some(cell.row));
            put.text(Some(cell.column));
            put.decimal(cell.value);
            put.text(cell.unit);
            put.text(Some(cell.status.name()));
            put.text(cell.raw);
            put.integer(cell.place.map(|place| place.line));
        }
        put.row(false);
        Section::walk(&report.sections, &mut |path, section| {
            put.row(true);
            put.text(Some(path));
            put.integer(Some(section.level));
            put.text(section.key.as_deref());
            put.text(Some(&section.number));
            put.text(Some(&section.title));
            put.integer(Some(section.line));
            let texts: Vec<&str> = section.paragraphs.iter().map(|paragraph| &*paragraph.text).collect();
            put.text(Some(&texts.join("\n")));
        });
        put.row(false);
        for finding in &report.findings {
            put.row(true);
            put.text(Some(finding.rule.id()));
            put.text(Some(finding.severity.name()));
            put.text(finding.table.as_deref());
            put.text(finding.row.as_deref());
            put.text(finding.column.as_deref());
            put.integer(finding.span.map(|span| report.line(span)));
            put.text(Some(&finding.message(self.lang)));
            put.text(finding.expected.as_deref());
            put.text(finding.actual.as_deref());
        }
        put.row(false);
        // A report has less than 4 GiB, and so has what comes of it.
        let length = u32::try_from(out.len() - start - 4).unwrap_or(u32::MAX).to_le_bytes();
        out.iter_mut().skip(start).zip(length).for_each(|(byte, length)| *byte = length);
    }
}

/// The row of `reports`.
fn reports(id: &str, report: &Report, put: &mut Put<'_>) {
    let (source, metadata, summary) = (&report.source, &report.metadata, report.summary());
    let contact = &metadata.contact;
    put.text(Some(id));
    put.text(source.path.as_deref());
    put.text(metadata.agency.as_deref());
    put.integer(metadata.year);
    put.text(metadata.edition.as_deref());
    put.text(metadata.title.as_deref());
    put.date(metadata.period.as_ref().map(|period| &*period.from));
    put.date(metadata.period.as_ref().map(|period| &*period.to));
    put.text(Some(source.encoding));
    for text in [&contact.address, &contact.phone, &contact.fax, &contact.postcode, &contact.email, &contact.website] {
        put.text(text.as_deref());
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
        put.integer(Some(count));
    }
    put.text(Some(&source.sha256));
}

/// What every row of a report begins with.
#[derive(Debug, Clone, Copy)]
struct Head<'a> {
    report: Option<Value<'a>>,
    agency: Option<Value<'a>>,
    year: Option<Value<'a>>,
    edition: Option<Value<'a>>,
}

impl<'a> Head<'a> {
    /// The value of the column of this name.
    fn get(&self, name: &str) -> Option<Value<'a>> {
        match name {
            "report" => self.report,
            "agency" => self.agency,
            "year" => self.year,
            "edition" => self.edition,
            _ => None,
        }
    }

    fn of(row: &[(&str, Option<Value<'a>>)]) -> Head<'a> {
        let get = |wanted| row.iter().find(|(name, _)| *name == wanted).and_then(|(_, value)| *value);
        Head { report: get("report"), agency: get("agency"), year: get("year"), edition: get("edition") }
    }
}

/// The files that are being written.
struct Files<'a> {
    dir: &'a Path,
    by_year: bool,
    /// Names of the columns of the wide table that are cells.
    cells: Vec<String>,
    tables: BTreeMap<(Table, Option<i32>), table::Table>,
}

impl Files<'_> {
    /// The file of a table where the rows of a report stand. A file of a year has no column of it.
    fn of(&mut self, table: Table, head: &Head<'_>) -> io::Result<&mut table::Table> {
        let year = match head.year {
            Some(Value::Integer(year)) if self.by_year => Some(year),
            _ => None,
        };
        match self.tables.entry((table, year)) {
            std::collections::btree_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let named = table.columns().iter().map(|name| (*name, kind(name)));
                let mut columns: Vec<(&str, Kind)> =
                    named.filter(|(name, _)| !self.by_year || *name != "year").collect();
                if table == Table::Wide {
                    columns.extend(self.cells.iter().map(|name| (name.as_str(), Kind::Decimal)));
                }
                let path = match (self.by_year, year) {
                    (false, _) => self.dir.join(FILES[table as usize]),
                    (true, Some(year)) => {
                        self.dir.join(FOLDERS[table as usize]).join(format!("year={year}")).join(PART)
                    }
                    (true, None) => self.dir.join(FOLDERS[table as usize]).join(format!("year={NO_YEAR}")).join(PART),
                };
                Ok(entry.insert(table::Table::create(&path, &columns)?))
            }
        }
    }

    /// Adds a row: what of `head` the table has, and the `rest` of its columns.
    fn row<'r>(
        &mut self,
        table: Table,
        head: &Head<'r>,
        rest: impl FnMut(&str) -> io::Result<Option<Value<'r>>>,
    ) -> io::Result<()> {
        self.begin_row(table, head, rest)?.end_row()
    }

    /// As [`Files::row`], but the row may go on.
    fn begin_row<'r>(
        &mut self,
        table: Table,
        head: &Head<'r>,
        mut rest: impl FnMut(&str) -> io::Result<Option<Value<'r>>>,
    ) -> io::Result<&mut table::Table> {
        let by_year = self.by_year;
        let file = self.of(table, head)?;
        let names = table.columns().iter();
        for (at, name) in names.filter(|name| !by_year || **name != "year").enumerate() {
            let value = match *name {
                "report" | "agency" | "year" | "edition" => head.get(name),
                name => rest(name)?,
            };
            file.put(at, value);
        }
        Ok(file)
    }

    /// Writes out the largest while all together take too much.
    fn bound(&mut self) -> io::Result<()> {
        while self.tables.values().map(|table| table.bytes).sum::<usize>() > WAITING {
            let largest = self.tables.values_mut().max_by_key(|table| table.bytes);
            largest.map_or(Ok(()), table::Table::flush)?;
        }
        Ok(())
    }
}

/// Writes the files into `dir`, or folders of files when `by_year`: `records` are those of the reports, `series` the lines of
/// findings about several reports. How many numbers the columns have no room for, with more than ten decimals or 28 digits
/// before them; they are null.
pub fn assemble(
    mut records: impl BufRead,
    mut series: impl BufRead,
    layouts: &Layouts,
    forms: &Forms,
    by_year: bool,
    dir: &Path,
) -> io::Result<u64> {
    let places: HashMap<u64, Vec<usize>> = layouts.places(forms);
    let mut files = Files { dir, by_year, cells: layouts.names(forms), tables: BTreeMap::new() };
    let nobody = Head { report: None, agency: None, year: None, edition: None };
    for table in TABLES {
        // Without a row there is a table all the same.
        if by_year {
            std::fs::create_dir_all(dir.join(FOLDERS[table as usize]))?;
        } else {
            files.of(table, &nobody)?;
        }
    }
    let mut unheld = 0;
    let mut record = Vec::new();
    let mut next = Line::read(&mut series)?;
    let mut index = 0;
    while record::next(&mut records, &mut record)? {
        let mut take = Take { rest: &record, unheld: 0 };
        let mut row: Vec<(&str, Option<Value<'_>>)> = Vec::with_capacity(Table::Reports.columns().len());
        // What is found in several reports together stands with the one that it is said of, and is counted there.
        let mut of_report: Vec<Line> = Vec::new();
        while let Some(line) = next.take_if(|line| line.index <= index) {
            of_report.push(line);
            next = Line::read(&mut series)?;
        }
        index += 1;
        let mut more = Summary::default();
        of_report.iter().for_each(|line| line.count(&mut more));
        for name in Table::Reports.columns() {
            let more = match *name {
                "errors" => more.errors,
                "warnings" => more.warnings,
                "notes" => more.notes,
                _ => 0,
            };
            let value = match take.value(kind(name))? {
                Some(Value::Integer(count)) => {
                    Some(Value::Integer(count.saturating_add(i32::try_from(more).unwrap_or(i32::MAX))))
                }
                value => value,
            };
            row.push((name, value));
        }
        let head = Head::of(&row);
        files.row(Table::Reports, &head, |name| {
            Ok(row.iter().find(|(known, _)| *known == name).and_then(|(_, value)| *value))
        })?;
        report(&mut files, &head, &mut take, &places)?;
        unheld += take.unheld;
        of_report.iter().try_for_each(|line| finding(&mut files, line))?;
        files.bound()?;
    }
    std::mem::take(&mut files.tables).into_values().try_for_each(table::Table::close)?;
    Ok(unheld)
}

/// Adds the rows of a report but that of `reports`.
fn report<'a>(
    files: &mut Files<'_>,
    head: &Head<'a>,
    take: &mut Take<'a>,
    places: &HashMap<u64, Vec<usize>>,
) -> io::Result<()> {
    let layout = take.key()?;
    let values = take.count()?;
    let first = Table::Wide.columns().len() - usize::from(files.by_year);
    let file = files.begin_row(Table::Wide, head, |_| Ok(None))?;
    let places = places.get(&layout).map(Vec::as_slice).unwrap_or_default();
    for at in 0..values {
        let value = take.value(Kind::Decimal)?;
        let place = places.get(at).ok_or_else(damaged)?;
        file.put(first + place, value);
    }
    file.end_row()?;
    for table in [Table::Cells, Table::Sections, Table::Findings] {
        while take.row()? {
            files.row(table, head, |name| take.value(kind(name)))?;
        }
    }
    Ok(())
}

/// Adds the row of a finding about several reports.
fn finding(files: &mut Files<'_>, line: &Line) -> io::Result<()> {
    fn text(text: Option<&str>) -> Option<Value<'_>> {
        text.filter(|text| !text.is_empty()).map(|text| Value::Text(text.as_bytes()))
    }
    let head = Head {
        report: text(Some(&line.report)),
        agency: text(Some(&line.agency)),
        year: Some(Value::Integer(line.year)),
        edition: text(line.edition.as_deref()),
    };
    files.row(Table::Findings, &head, |name| {
        Ok(match name {
            "rule" => text(Some(line.rule().id())),
            "severity" => text(Some(line.severity().name())),
            "table" => text(line.table.as_deref()),
            "row" => text(line.row.as_deref()),
            "column" => text(line.column.as_deref()),
            "line" => line.line.and_then(|line| i32::try_from(line).ok()).map(Value::Integer),
            "message" => text(Some(&line.message)),
            "expected" => text(line.expected.as_deref()),
            "actual" => text(line.actual.as_deref()),
            _ => None,
        })
    })
}

/// That so many numbers have no room, as a sentence.
pub fn unheld(count: u64, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "{count} numbers have more digits than decimal(38, 10) holds: they are null in the Parquet files; raw has them"
        ),
        Lang::Zh => format!("{count} 个数的位数超出 decimal(38, 10)，在 Parquet 文件中为 null；原文见 raw"),
    }
}
