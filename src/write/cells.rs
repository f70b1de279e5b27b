//! The rows of `cells.csv` and `tables.csv`: nearly all bytes of a run. They are put together from pieces that are ready, quoted and parted:
//! what all rows of a report begin with, the keys of a slot, the number of a line.

use rust_decimal::Decimal;

use super::csv::year;
use super::dialect::Dialect;
use super::fields::{self, Fields};
use super::per_form::PerForm;
use super::room::Room;
use crate::form::Form;
use crate::grid;
use crate::record::{Cell, Report, Status, Unit};
use crate::span::Cursor;

/// Makes the rows of cells.
#[derive(Debug)]
pub(super) struct Cells {
    dialect: Dialect,
    forms: PerForm<Vec<Slot>>,
}

/// Pieces of the rows of a slot.
#[derive(Debug)]
struct Slot {
    /// Table, row and column, a delimiter behind each.
    keys: Box<[u8]>,
    /// The unit of the form and that a number was read, between delimiters.
    read: Box<[u8]>,
}

impl Slot {
    fn new(slot: &crate::form::Slot, dialect: Dialect) -> Slot {
        let keys = parted(dialect, |out| {
            out.text(&slot.table);
            out.text(&slot.row);
            out.text(&slot.column);
        });
        let read = parted(dialect, |out| {
            out.key("");
            out.maybe(slot.unit.as_deref());
            out.key(Status::Ok.name());
        });
        Slot { keys: keys.into(), read: read.into() }
    }
}

impl Cells {
    pub(super) fn new(dialect: Dialect) -> Cells {
        Cells { dialect, forms: PerForm::new() }
    }

    /// Adds the rows of `report`, which the batch calls `id`, to `out`.
    pub(super) fn report(&mut self, id: &str, report: &Report, out: &mut Vec<u8>) {
        let Some(form) = &report.form else { return };
        let (metadata, dialect) = (&report.metadata, self.dialect);
        let head = parted(dialect, |out| {
            out.text(id);
            out.maybe(metadata.agency.as_deref());
            year(metadata.year, out);
            out.maybe(metadata.edition.as_deref());
        });
        let mut row = Row::new(dialect, report, out);
        let slots = self.forms.get(form, |form| form.slots.iter().map(|slot| Slot::new(slot, dialect)).collect());
        for cell in &report.cells {
            match slots.map(|slots| slots.get(cell.slot)) {
                Some(Some(slot)) => row.cell(&head, slot, cell, form),
                Some(None) => {}
                None => {
                    if let Some(slot) = form.slots.get(cell.slot) {
                        row.cell(&head, &Slot::new(slot, dialect), cell, form);
                    }
                }
            }
        }
    }
}

/// Adds the rows of the tables of `report`, which the batch calls `id`, to `out`.
pub(super) fn tables(id: &str, report: &Report, dialect: Dialect, out: &mut Vec<u8>) {
    let mut row = Row::new(dialect, report, out);
    let mut number = Vec::new();
    for (table_no, table) in report.tables.iter().enumerate() {
        let mut head = parted(dialect, |out| {
            out.text(id);
            out.count(Some(table_no + 1));
            out.maybe(table.section.as_deref());
            out.maybe(table.form.as_deref());
            out.text(table.layout.name());
        });
        let common = head.len();
        for (row_no, printed) in table.rows.iter().enumerate() {
            head.truncate(common);
            number.clear();
            Fields::new(dialect, &mut number).count(Some(row_no + 1));
            head.extend_from_slice(&number);
            head.push(dialect.between());
            for (col_no, cell) in printed.cells.iter().enumerate() {
                row.printed(&head, col_no as u64 + 1, cell, printed.line);
            }
        }
    }
}

/// The fields that `make` makes, a delimiter behind each.
fn parted(dialect: Dialect, make: impl FnOnce(&mut Fields<'_>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut fields = Fields::new(dialect, &mut bytes);
    make(&mut fields);
    fields.key("");
    bytes
}

/// Puts rows together.
struct Row<'a> {
    dialect: Dialect,
    between: u8,
    report: &'a Report,
    places: Cursor<'a>,
    out: Room<'a>,
    /// A line, and its number as the last field of a row: neighbours stand on the same.
    last: (u32, Vec<u8>),
    /// The last brief cell, and what was written of it behind its keys: its neighbours often hold the same.
    brief: (Option<Brief>, Vec<u8>),
    /// A text that is not written as it is.
    odd: Vec<u8>,
}

/// All that the end of a row tells, of a cell that holds a digit or nothing, as most do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Brief {
    /// None where it is blank.
    digit: Option<u8>,
    line: u32,
}

/// The digit that is all that stands there; `None` where nothing does.
#[inline]
fn digit(text: &[u8]) -> Option<Option<u8>> {
    match text {
        [] => Some(None),
        &[digit @ b'0'..=b'9'] => Some(Some(digit)),
        _ => None,
    }
}

/// Room for the numbers of a row, which have some twenty digits at most, its delimiters, status and end.
const NUMBERS: usize = 128;

impl<'a> Row<'a> {
    fn new(dialect: Dialect, report: &'a Report, out: &'a mut Vec<u8>) -> Row<'a> {
        Row {
            dialect,
            between: dialect.between(),
            report,
            places: Cursor::new(&report.index, &report.text),
            out: Room::new(out),
            last: (0, Vec::new()),
            brief: (None, Vec::new()),
            odd: Vec::new(),
        }
    }

    /// The row of a cell of a form.
    fn cell(&mut self, head: &[u8], slot: &Slot, cell: &Cell, form: &Form) {
        self.out.reserve(head.len() + slot.keys.len() + NUMBERS);
        self.out.put(head);
        self.out.put(&slot.keys);
        let brief = self.brief(cell);
        self.once(brief, |row| row.read(slot, cell, form));
    }

    /// The row of a printed cell, which stands in a row that begins on `line`.
    fn printed(&mut self, head: &[u8], col_no: u64, cell: &grid::Cell, line: u32) {
        self.out.reserve(head.len() + NUMBERS);
        self.out.put(head);
        self.out.count(col_no);
        self.out.byte(self.between);
        // A row may be printed over several lines; an empty cell has no place of its own.
        let line = if cell.span.is_empty() { line } else { self.places.number(cell.span.start) };
        let digit = if cell.is_broken() { None } else { digit(cell.span.bytes_of(&self.report.text)) };
        self.once(digit.map(|digit| Brief { digit, line }), |row| {
            row.figure(&cell.text(&row.report.text));
            row.line(line);
        });
    }

    /// What the end of a cell's row is made of, where it holds a digit that was read as it stands, or is blank.
    #[inline]
    fn brief(&mut self, cell: &Cell) -> Option<Brief> {
        let span = cell.span.filter(|_| cell.unit.is_none())?;
        let digit = digit(span.bytes_of(&self.report.text))?;
        let read = match (digit, cell.value) {
            (None, None) => cell.status == Status::Blank,
            (Some(digit), Some(value)) => {
                cell.status == Status::Ok && value.scale() == 0 && value.mantissa() == i128::from(digit - b'0')
            }
            _ => false,
        };
        read.then(|| Brief { digit, line: self.places.number(span.start) })
    }

    /// Ends a row as the last one of which `brief` tells the same, or by `end`.
    #[inline]
    fn once(&mut self, brief: Option<Brief>, end: impl FnOnce(&mut Row<'a>)) {
        if brief.is_some() && brief == self.brief.0 {
            return self.out.put(&self.brief.1);
        }
        let start = self.out.len();
        end(self);
        if brief.is_some() {
            self.brief.0 = brief;
            self.brief.1.clear();
            self.brief.1.extend_from_slice(self.out.since(start));
        }
    }

    /// What was read in a cell, and where.
    fn read(&mut self, slot: &Slot, cell: &Cell, form: &Form) {
        if let Some(value) = cell.value {
            self.decimal(value);
        }
        let unit = match cell.unit {
            None => None,
            Some(Unit::Form) => form.slots.get(cell.slot).and_then(|slot| slot.unit.as_deref()),
            Some(Unit::Printed(span)) => Some(span.of(&self.report.text)),
        };
        if cell.unit == Some(Unit::Form) && cell.status == Status::Ok {
            self.out.put(&slot.read);
        } else {
            self.out.byte(self.between);
            self.text(unit.unwrap_or(""));
            self.out.byte(self.between);
            self.out.put(cell.status.name().as_bytes());
            self.out.byte(self.between);
        }
        match cell.span {
            None => {
                self.out.byte(self.between);
                self.out.put(self.dialect.end());
            }
            Some(span) => {
                self.text(span.of(&self.report.text));
                self.line_at(span.start);
            }
        }
    }

    /// A text of a raw table, which nothing but its print tells to be a number: such a one stays a number in Excel.
    #[inline]
    fn figure(&mut self, text: &str) {
        if self.dialect.is_for_excel() && fields::is_figure(text) {
            self.out.put(text.as_bytes());
        } else {
            self.text(text);
        }
    }

    /// Any text: guarded, and quoted where it must be.
    #[inline]
    fn text(&mut self, text: &str) {
        if fields::is_plain(text, self.dialect) {
            self.out.put(text.as_bytes());
        } else {
            self.odd(text);
        }
    }

    #[cold]
    fn odd(&mut self, text: &str) {
        self.odd.clear();
        Fields::new(self.dialect, &mut self.odd).text(text);
        self.out.put(&self.odd);
    }

    /// A number with the decimals that it has.
    #[inline]
    fn decimal(&mut self, number: Decimal) {
        match u64::try_from(number.mantissa()) {
            Ok(count) if number.scale() == 0 && !number.is_sign_negative() => self.out.count(count),
            _ => {
                self.odd.clear();
                fields::decimal(number, &mut self.odd);
                self.out.put(&self.odd);
            }
        }
    }

    /// Ends the row with the line of the byte at `offset`.
    fn line_at(&mut self, offset: u32) {
        let line = self.places.number(offset);
        self.line(line);
    }

    /// Ends the row with a line.
    fn line(&mut self, line: u32) {
        let (known, bytes) = &mut self.last;
        if *known != line || bytes.is_empty() {
            *known = line;
            bytes.clear();
            let mut fields = Fields::new(self.dialect, bytes);
            fields.key("");
            fields.count(Some(line));
            fields.end();
        }
        self.out.put(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::write::per_form::REMEMBERED;
    use crate::write::sample;

    /// What was written, without the mark before it.
    fn rows(written: Vec<u8>) -> Vec<u8> {
        written.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(written)
    }

    /// The rows of cells, field by field, as the `csv` crate writes them.
    fn expected_cells(id: &str, report: &Report, dialect: Dialect) -> Vec<u8> {
        let mut out = dialect.writer(Vec::new()).unwrap();
        let metadata = &report.metadata;
        let or_empty = |text: Option<&str>| dialect.text(text.unwrap_or("")).into_owned();
        for cell in report.cells() {
            let row = [
                or_empty(Some(id)),
                or_empty(metadata.agency.as_deref()),
                metadata.year.map(|year| year.to_string()).unwrap_or_default(),
                or_empty(metadata.edition.as_deref()),
                or_empty(Some(cell.table)),
                or_empty(Some(cell.row)),
                or_empty(Some(cell.column)),
                cell.value.map(|value| value.to_string()).unwrap_or_default(),
                or_empty(cell.unit),
                cell.status.name().to_owned(),
                or_empty(cell.raw),
                cell.place.map(|place| place.line.to_string()).unwrap_or_default(),
            ];
            out.write_record(row).unwrap();
        }
        rows(out.into_inner().unwrap().into_inner())
    }

    fn expected_tables(id: &str, report: &Report, dialect: Dialect) -> Vec<u8> {
        let mut out = dialect.writer(Vec::new()).unwrap();
        let or_empty = |text: Option<&str>| dialect.text(text.unwrap_or("")).into_owned();
        let figure = |text: &str| if fields::is_figure(text) { text.to_owned() } else { or_empty(Some(text)) };
        for (table_no, table) in report.tables.iter().enumerate() {
            for (row_no, printed) in table.rows.iter().enumerate() {
                for (col_no, cell) in printed.cells.iter().enumerate() {
                    let line = if cell.span.is_empty() { printed.line } else { report.line(cell.span) };
                    let row = [
                        or_empty(Some(id)),
                        (table_no + 1).to_string(),
                        or_empty(table.section.as_deref()),
                        or_empty(table.form.as_deref()),
                        table.layout.name().to_owned(),
                        (row_no + 1).to_string(),
                        (col_no + 1).to_string(),
                        figure(&cell.text(&report.text)),
                        line.to_string(),
                    ];
                    out.write_record(row).unwrap();
                }
            }
        }
        rows(out.into_inner().unwrap().into_inner())
    }

    /// A report whose cells hold what a row must guard, quote or write otherwise.
    fn odd() -> Report {
        let text = "某县财政局2023年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n\
             \t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n\
             一、本年新收政府信息公开申请数量\t=1\t-2\t\"3\"\t1,234\t012\t/\t99件\n\
             二、上年结转政府信息公开申请数量\t1.50\t;\t@a\t1234567890123456\t+7\t\t100\n";
        crate::Reader::default().read(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn rows_are_those_of_the_csv_crate_when_a_form_is_met_again_and_among_many_others() {
        let plain = Dialect::default();
        for dialect in [plain, plain.excel(), plain.delimiter(b';'), plain.delimiter(b'\t').excel()] {
            let mut cells = Cells::new(dialect);
            for met in 0..4 {
                for report in [sample::report(), odd()] {
                    for id in ["甲/2021", "=甲;\"2\",\t"] {
                        let mut out = b"before".to_vec();
                        cells.report(id, &report, &mut out);
                        let expected = expected_cells(id, &report, dialect);
                        assert!(!expected.is_empty());
                        assert_eq!(out.strip_prefix(b"before"), Some(&*expected), "{met}");
                        let mut out = b"before".to_vec();
                        tables(id, &report, dialect, &mut out);
                        assert_eq!(out.strip_prefix(b"before"), Some(&*expected_tables(id, &report, dialect)));
                    }
                }
                // Forms that are met once.
                for _ in 0..met * REMEMBERED / 2 {
                    let mut other = sample::report();
                    other.form = other.form.map(|form| Arc::new((*form).clone()));
                    let mut out = Vec::new();
                    cells.report("乙", &other, &mut out);
                    assert_eq!(out, expected_cells("乙", &other, dialect));
                }
            }
            assert_eq!(cells.forms.len(), REMEMBERED);
        }
    }
}
