//! A table of one report, laid out as the official form: merged headers and labels, each cell shaded by what became of
//! it, what is printed there in a note.

use rust_xlsxwriter::{Format, Note, Worksheet, XlsxError};

use super::record::{Cell, Record, SlotRecord, Table};
use super::sheet::{A4, Target, exact};
use super::style::{Styles, shade};
use crate::form::merged::{Merged, MergedCell, merged};
use crate::form::{BlankCell, Forms};
use crate::lang::Lang;
use crate::record::Status;
use crate::span::width;

/// Rows above the table: its title, and whose it is.
const TOP: u32 = 2;

/// Columns of text that a column of labels has at most.
const LABEL: usize = 34;

/// Columns of text that a column of numbers has at least and at most.
const NUMBER: (usize, usize) = (9, 15);

/// Points of a line.
const POINTS: f64 = 15.0;

/// Notes that may still be made: the library holds them in memory.
#[derive(Debug)]
pub(super) struct Notes {
    pub left: usize,
    /// Those that were not made.
    pub missed: u64,
}

impl Notes {
    /// Whether another may be made.
    pub(super) fn take(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => {
                self.missed += 1;
                return false;
            }
        }
        true
    }
}

/// A table as a sheet, and where its cells stand: those of the record, in their order.
pub(super) struct Laid {
    pub sheet: Worksheet,
    pub cells: Vec<Option<Target>>,
}

/// What a sheet is made of.
pub(super) struct Page<'a> {
    pub record: &'a Record<'a>,
    pub table: &'a Table<'a>,
    pub forms: &'a Forms,
    pub name: &'a str,
    pub styles: &'a Styles,
    pub lang: Lang,
}

/// Lays out one table.
pub(super) fn lay(page: &Page<'_>, notes: &mut Notes) -> Result<Laid, XlsxError> {
    let all: Vec<Cell<'_>> = page.table.cells(page.forms).collect();
    let blank = match page.table.known(page.forms) {
        Some((_, table)) => of_form(&table.blank, table.slots.start),
        None => as_printed(&all, page.lang),
    };
    let blank = blank.as_slice();
    let merged = merged(blank);
    let mut sheet = Worksheet::new();
    sheet.set_name(page.name)?;
    let rows = Rows::of(blank, &merged);
    let keys = keys(&all, blank, &merged);
    let right = u16::try_from(merged.columns).unwrap_or(u16::MAX - 1);
    let widths = widths(&merged);
    for (column, wide) in (0u16..).zip(&widths) {
        sheet.set_column_width(column, *wide)?;
    }
    let key = keys.rows.iter().map(|(_, key)| width(key)).max().unwrap_or(0);
    sheet.set_column_width(right, (key as f64 * 0.85 + 3.0).max(8.0))?;
    head(&mut sheet, page, right)?;
    heights(&mut sheet, &merged, &widths, &rows)?;

    let mut cells = vec![None; all.len()];
    for cell in &merged.cells {
        let header = merged.headers.get(cell.row) == Some(&true);
        if let Some((at, target)) = put(&mut sheet, page, &all, cell, header, &rows, notes)?
            && let Some(place) = cells.get_mut(at)
        {
            *place = Some(target);
        }
    }
    for (row, keys) in &keys.columns {
        for (at, keys) in (rows.key(*row)..).zip(keys) {
            let tight = keys.iter().any(|key| width(&key.text) > 11 * usize::from(key.columns));
            sheet.set_row_height(at, if tight { 24.0 } else { 13.0 })?;
            for key in keys {
                range(&mut sheet, (at, key.column, 1, key.columns), &key.text, &page.styles.form.key)?;
            }
        }
    }
    for (row, key) in &keys.rows {
        sheet.write_string_with_format(rows.at(*row), right, key, &page.styles.form.row_key)?;
    }
    let header = merged.headers.iter().take_while(|header| **header).count();
    if header < merged.headers.len() && merged.headers.iter().skip(header).all(|header| !header) {
        let labels =
            merged.cells.iter().filter(|cell| matches!(cell.holds, BlankCell::Slot(_))).map(|cell| cell.column);
        let labels = u16::try_from(labels.min().unwrap_or(0)).unwrap_or(0);
        sheet.set_freeze_panes(rows.at(header), labels)?;
        sheet.set_repeat_rows(0, rows.at(header).saturating_sub(1))?;
    }
    if merged.columns > 5 {
        sheet.set_landscape();
    }
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_print_center_horizontally(true).set_footer("&L&8&A&R&8&P / &N").set_screen_gridlines(false);
    Ok(Laid { sheet, cells })
}

/// The blank table of a form, whose slots begin with `first`: counted from the table's own first.
fn of_form(blank: &[Vec<BlankCell>], first: usize) -> Vec<Vec<BlankCell>> {
    let own = |cell: &BlankCell| match cell {
        BlankCell::Slot(slot) => BlankCell::Slot(slot.saturating_sub(first)),
        other => other.clone(),
    };
    blank.iter().map(|row| row.iter().map(own).collect()).collect()
}

/// The blank table of an annex whose columns, or rows too, are those that the report prints.
fn as_printed(cells: &[Cell<'_>], lang: Lang) -> Vec<Vec<BlankCell>> {
    let label = |text: &str| BlankCell::Label(if text.is_empty() { "—" } else { text }.to_owned());
    let mut blank = Vec::new();
    let mut at = 0;
    for row in cells.chunk_by(|a, b| a.slot.row == b.slot.row) {
        if blank.is_empty() {
            let mut header = vec![label(lang.pick("Item", "统计指标")), label(lang.pick("Unit", "单位"))];
            header.extend(row.iter().map(|cell| label(&cell.slot.column_label)));
            blank.push(header);
        }
        let Some(first) = row.first() else { continue };
        let mut cells = vec![label(&first.slot.row_label), label(first.slot.unit.as_deref().unwrap_or(""))];
        cells.extend((at..at + row.len()).map(BlankCell::Slot));
        at += row.len();
        blank.push(cells);
    }
    blank
}

/// A row that begins with its numbers holds several rows of the form: their keys stand over those of the columns.
fn begins_with_numbers(row: Option<&Vec<BlankCell>>) -> bool {
    row.is_some_and(|row| matches!(row.first(), Some(BlankCell::Slot(_))))
}

/// Where the rows of the blank table stand in the sheet: below each header are its keys.
struct Rows(Vec<u32>);

impl Rows {
    fn of(blank: &[Vec<BlankCell>], merged: &Merged<'_>) -> Rows {
        let mut at = TOP;
        let mut rows = Vec::new();
        for (row, header) in merged.headers.iter().enumerate() {
            rows.push(at);
            at += 1;
            if *header && merged.headers.get(row + 1) == Some(&false) {
                at += if begins_with_numbers(blank.get(row + 1)) { 2 } else { 1 };
            }
        }
        rows.push(at);
        Rows(rows)
    }

    fn at(&self, row: usize) -> u32 {
        self.0.get(row).or(self.0.last()).copied().unwrap_or(TOP)
    }

    /// The row of keys below the header row `row`.
    fn key(&self, row: usize) -> u32 {
        self.at(row) + 1
    }
}

/// A key over columns.
struct Key {
    column: u16,
    columns: u16,
    text: String,
}

/// Keys of rows and columns.
#[derive(Default)]
struct Keys {
    /// Below the header that ends in this row: a row of keys, or two.
    columns: Vec<(usize, Vec<Vec<Key>>)>,
    rows: Vec<(usize, String)>,
}

fn keys(all: &[Cell<'_>], blank: &[Vec<BlankCell>], merged: &Merged<'_>) -> Keys {
    let mut keys = Keys::default();
    let mut header = None;
    for (row, cells) in blank.iter().enumerate() {
        if merged.headers.get(row) == Some(&true) {
            header = Some(row);
            continue;
        }
        let slots: Vec<(&MergedCell<'_>, &SlotRecord<'_>)> = merged
            .cells
            .iter()
            .filter(|cell| cell.row == row)
            .filter_map(|cell| match cell.holds {
                BlankCell::Slot(slot) => Some((cell, &all.get(*slot)?.slot)),
                _ => None,
            })
            .collect();
        let Some((_, first)) = slots.first() else { continue };
        let several = begins_with_numbers(Some(cells));
        if !several {
            keys.rows.push((row, first.row.to_string()));
        }
        // The first row below a header stands for all of its block.
        let Some(header) = header.take() else { continue };
        let small = |number: usize| u16::try_from(number).unwrap_or(u16::MAX);
        let mut lines = Vec::new();
        if several {
            let rows = slots.chunk_by(|(_, a), (_, b)| a.row == b.row).map(|run| Key {
                column: small(run[0].0.column),
                columns: small(run.iter().map(|(cell, _)| cell.columns).sum()),
                text: run[0].1.row.to_string(),
            });
            lines.push(rows.collect());
        }
        let columns = slots.iter().map(|(cell, slot)| Key {
            column: small(cell.column),
            columns: small(cell.columns),
            text: slot.column.to_string(),
        });
        lines.push(columns.collect());
        keys.columns.push((header, lines));
    }
    keys
}

/// How wide the columns are.
fn widths(merged: &Merged<'_>) -> Vec<f64> {
    let mut columns = vec![(0, false); merged.columns];
    for cell in merged.cells.iter().filter(|cell| cell.columns == 1) {
        let Some((wide, slots)) = columns.get_mut(cell.column) else { continue };
        match cell.holds {
            // A label over several rows may be broken as often.
            BlankCell::Label(label) => *wide = width(label).div_ceil(cell.rows.min(3)).min(LABEL).max(*wide),
            BlankCell::Slot(_) => *slots = true,
            BlankCell::Empty | BlankCell::Closed => {}
        }
    }
    let wide = |(wide, slots): &(usize, bool)| {
        (if *slots { (wide + 2).clamp(NUMBER.0, NUMBER.1) } else { (*wide).max(8) + 3 }) as f64
    };
    columns.iter().map(wide).collect()
}

fn head(sheet: &mut Worksheet, page: &Page<'_>, right: u16) -> Result<(), XlsxError> {
    let title = match page.table.section {
        Some(_) => format!("{}　{}", page.name, page.table.title),
        None => page.table.title.to_string(),
    };
    let record = page.record;
    let document = page.table.known(page.forms).map(|(form, _)| form.document.as_str()).or(record.document.as_deref());
    let edition = format!("{} {}", page.table.edition, document.unwrap_or("")).trim().to_owned();
    let whose = [record.agency.as_deref().map(str::to_owned), record.year.map(|year| year.to_string()), Some(edition)];
    let whose: Vec<String> = whose.into_iter().flatten().collect();
    sheet.set_row_height(0, 30)?.set_row_height(1, 20)?;
    range(sheet, (0, 0, 1, right + 1), &title, &page.styles.title)?;
    range(sheet, (1, 0, 1, right + 1), &whose.join("　·　"), &page.styles.subtitle)?;
    Ok(())
}

/// As high as the labels need: Excel does not see to merged cells.
fn heights(sheet: &mut Worksheet, merged: &Merged<'_>, widths: &[f64], rows: &Rows) -> Result<(), XlsxError> {
    let mut lines = vec![1.0_f64; merged.headers.len()];
    for cell in &merged.cells {
        let BlankCell::Label(label) = cell.holds else { continue };
        let room: f64 = widths.iter().skip(cell.column).take(cell.columns).sum();
        let needed = (width(label) as f64 / (room - 1.0).max(2.0)).ceil();
        let each = (needed / cell.rows as f64).ceil();
        lines.iter_mut().skip(cell.row).take(cell.rows).for_each(|lines| *lines = lines.max(each));
    }
    for (row, lines) in lines.iter().enumerate() {
        sheet.set_row_height(rows.at(row), lines * POINTS + 5.0)?;
    }
    Ok(())
}

/// Writes `text` over `rows` and `columns` cells.
fn range(
    sheet: &mut Worksheet,
    (row, column, rows, columns): (u32, u16, u32, u16),
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    if rows <= 1 && columns <= 1 {
        sheet.write_string_with_format(row, column, text, format)?;
    } else {
        sheet.merge_range(row, column, row + rows.max(1) - 1, column + columns.max(1) - 1, text, format)?;
    }
    Ok(())
}

/// Writes a cell; the index of the record's cell that stands there, and where.
fn put(
    sheet: &mut Worksheet,
    page: &Page<'_>,
    all: &[Cell<'_>],
    cell: &MergedCell<'_>,
    header: bool,
    rows: &Rows,
    notes: &mut Notes,
) -> Result<Option<(usize, Target)>, XlsxError> {
    let column = u16::try_from(cell.column).unwrap_or(u16::MAX);
    let row = rows.at(cell.row);
    let last = rows.at(cell.row + cell.rows - 1);
    let place = (row, column, last - row + 1, u16::try_from(cell.columns).unwrap_or(1));
    let styles = &page.styles.form;
    match cell.holds {
        BlankCell::Empty => {}
        BlankCell::Closed => range(sheet, place, "—", &styles.closed)?,
        BlankCell::Label(label) => range(sheet, place, label, if header { &styles.head } else { &styles.label })?,
        BlankCell::Slot(slot) => {
            let Some(cell) = all.get(*slot) else { return Ok(None) };
            number(sheet, page, place, cell, notes)?;
            return Ok(Some((*slot, Target { sheet: page.name.to_owned(), row, column })));
        }
    }
    Ok(None)
}

fn number(
    sheet: &mut Worksheet,
    page: &Page<'_>,
    place: (u32, u16, u32, u16),
    cell: &Cell<'_>,
    notes: &mut Notes,
) -> Result<(), XlsxError> {
    let (row, column, ..) = place;
    let found = cell.found;
    let styles = &page.styles.form;
    let lang = page.lang;
    let mut note = None;
    match (cell.status, cell.value) {
        (Status::Ok, Some(value)) => {
            let format = styles.number(value.scale(), found);
            match exact(value) {
                Some(number) => {
                    range(sheet, place, "", format)?;
                    sheet.write_number_with_format(row, column, number, format)?;
                }
                None => {
                    range(sheet, place, &value.to_string(), &styles.text)?;
                    note = Some(inexact(lang).to_owned());
                }
            }
        }
        (status, _) => {
            range(sheet, place, "", &shade(styles.number(0, found).clone(), status))?;
            note = Some(about(cell, lang));
        }
    }
    if let Some(note) = note.filter(|_| notes.take()) {
        sheet.insert_note(row, column, &self::note(&note))?;
    }
    Ok(())
}

/// A note that says `text`, as large as it needs.
pub(super) fn note(text: &str) -> Note {
    let lines: usize = text.lines().map(|line| width(line).div_ceil(24).max(1)).sum();
    let height = u32::try_from(lines.min(20) * 18 + 14).unwrap_or(74);
    Note::new(text).add_author_prefix(false).set_width(190).set_height(height)
}

/// That a number has more digits than Excel.
pub(super) fn inexact(lang: Lang) -> &'static str {
    lang.pick("Written as text: Excel would keep only the first 15 digits.", "以文本写入：Excel 只能保留前15位数字。")
}

/// What stands in a cell without a number.
fn about(cell: &Cell<'_>, lang: Lang) -> String {
    let raw = super::sheet::split(cell.raw.unwrap_or(""), 500).0;
    let what = match (cell.status, lang) {
        (Status::Missing, _) => return lang.pick("The report prints no such cell.", "原文没有这一格。").to_owned(),
        (_, Lang::En) if raw.is_empty() => "Empty in the report.".to_owned(),
        (_, Lang::Zh) if raw.is_empty() => "原文为空。".to_owned(),
        (_, Lang::En) => format!("Printed: {raw}"),
        (_, Lang::Zh) => format!("原文：{raw}"),
    };
    match (cell.line, lang) {
        (Some(line), Lang::En) => format!("{what}\nLine {line}"),
        (Some(line), Lang::Zh) => format!("{what}\n第{line}行"),
        (None, _) => what,
    }
}
