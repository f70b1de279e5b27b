//! The form of the annexes that no edition knows: which tables they are, and the keys of their rows and columns.

use std::ops::Range;

use super::heads::{self, Header, Words, header};
use super::piece::{self, Piece};
use super::rows::{Below, Labels, Row, rows};
use super::{MOST_COLUMNS, Made, column_keys};
use crate::finding::{Fact, Finding, Rule};
use crate::fold::key;
use crate::form::blank::Blank;
use crate::form::rows::Sheet;
use crate::form::{Figure, Form, FormRow, FormTable, Kind, Slot};

/// The most rows of an annex: a longer table is another thing.
const MOST_ROWS: usize = 200;
/// Words of which the labels of an annex speak.
const SUBJECTS: [&str; 8] = ["公开", "申请", "答复", "复议", "诉讼", "申诉", "信息", "公文"];

/// A table under one header.
struct Annex {
    header: Header,
    region: Range<usize>,
    rows: Vec<Row>,
    groups: Vec<String>,
    strange: Vec<Piece>,
}

impl Annex {
    /// 项目, 单位, 数量 head many a table: an annex says 指标, or its labels are those of the subject.
    fn is_sure(&self, like: Option<&Form>) -> bool {
        let of_subject = |row: &&Row| SUBJECTS.iter().any(|word| row.label.contains(word));
        let of_edition = |row: &&Row| known(like, &key(&row.label)).is_some();
        self.rows.len() > 1
            && (self.header.label.contains("指标")
                || self.rows.iter().filter(of_edition).nth(1).is_some()
                || self.rows.iter().filter(of_subject).count() * 2 >= self.rows.len())
    }

    /// It is headed as the other one is.
    fn is_headed_as(&self, other: &Header) -> bool {
        self.header.label == other.label && self.header.numbers == other.numbers
    }
}

/// The form of the annexes that the report prints under headers of these words.
pub(super) fn made(
    sheet: &Sheet<'_>,
    form: &Form,
    index: usize,
    headers: &[String],
    like: Option<&Form>,
) -> Option<Made> {
    let mut annexes = printed(sheet, headers);
    let sure = annexes.iter().find(|annex| annex.is_sure(like))?.header.clone();
    // What is headed as an annex is, is one.
    annexes.retain(|annex| annex.is_sure(like) || annex.is_headed_as(&sure));
    let table = &form.tables[index];
    let mut made = form.without_tables();
    if let Some(like) = like {
        // Those whose rows the report does not print are compared with nothing.
        made.figures =
            like.figures.iter().map(|figure| Figure { table: table.key.clone(), ..figure.clone() }).collect();
    }
    let mut maker = Maker { table, like, made, doubts: Vec::new(), taken: Vec::new() };
    annexes.into_iter().for_each(|annex| maker.annex(annex));
    Some(Made::new(maker.made, maker.doubts))
}

/// All tables under headers of these words.
fn printed(sheet: &Sheet<'_>, headers: &[String]) -> Vec<Annex> {
    let is_head = |head: &str| headers.iter().any(|known| known == head);
    let is_label = |head: &str| {
        is_head(head)
            && ["指标", "项目"].iter().any(|word| head.contains(word))
            && !heads::is_code(head)
            && head != "项目代码"
    };
    let words = Words { head: &is_head, label: &is_label, row: &|_| false };
    let mut annexes: Vec<Annex> = Vec::new();
    let (mut at, mut count) = (0, 0);
    while at < sheet.printed.len() {
        let Some(mut header) = header(sheet, at, &words).filter(|header| header.numbers.len() <= MOST_COLUMNS) else {
            at += 1;
            continue;
        };
        let Below { end, looked, labels } = rows(sheet, &header, &words, MOST_ROWS - count);
        let Labels { rows, groups, strange } = labels;
        if rows.is_empty() {
            at = looked.max(at + 1);
            continue;
        }
        count += rows.len();
        let region = header.rows.start..end;
        at = end.max(at + 1);
        // The same heads, printed otherwise, are the same columns.
        if let Some(same) = annexes.iter().find(|annex| annex.header.keys() == header.keys()) {
            header.numbers.clone_from(&same.header.numbers);
        }
        annexes.push(Annex { header, region, rows, groups, strange });
    }
    annexes
}

/// Makes the tables of a form, one for each annex.
struct Maker<'a> {
    /// The table of the form that they stand for.
    table: &'a FormTable,
    /// An edition whose keys rows with its labels take.
    like: Option<&'a Form>,
    made: Form,
    doubts: Vec<Finding>,
    /// The keys of the rows so far.
    taken: Vec<String>,
}

impl Maker<'_> {
    fn annex(&mut self, Annex { header, region, rows, groups, strange }: Annex) {
        for piece in &strange {
            let fact = Fact::RowUnknown { printed: piece.printed.clone() };
            self.doubts.push(Finding::new(Rule::RowUnknown, fact).table(&self.table.key).at(piece.span));
        }
        // Labels of groups are known, and head nothing.
        let strange = strange.iter().map(|piece| &piece.printed);
        let heads = header.numbers.iter().chain(&groups).chain(strange).map(|head| (key(head), key(head))).collect();
        let (mut slots, mut form_rows) = (Vec::new(), Vec::new());
        for row in rows {
            form_rows.push(self.row(row, &header, &mut slots));
        }
        let blank = Blank { cells: Vec::new(), rows: form_rows, slots, header: heads, groups: Default::default() };
        let FormTable { key, title, section, columns, .. } = self.table;
        self.made.add_table(key, title, *section, columns.clone(), blank);
        if let Some(table) = self.made.tables.last_mut() {
            (table.code, table.remarks) = (header.code, header.remarks);
            table.region = Some(region);
        }
    }

    /// The row of the form for a printed one, whose slots go behind `slots`.
    fn row(&mut self, row: Row, header: &Header, slots: &mut Vec<Slot>) -> FormRow {
        let label = key(&row.label);
        let same = known(self.like, &label).filter(|slot| !self.taken.contains(&slot.row));
        let row_key = same.map_or_else(|| format!("row.{}", self.taken.len() + 1), |slot| slot.row.clone());
        self.taken.push(row_key.clone());
        if let Some(pieces) = row.doubt {
            let fact = Fact::RowLabel { printed: pieces.clone(), label: row.label.clone() };
            // If it is none of the label, it may be a row that lost its numbers: then the places of those below are wrong, too.
            let finding = Finding::new(Rule::RowLabel, fact).table(&self.table.key).maybe_at(row.span);
            self.doubts.push(finding.expected(&row.label, pieces));
        } else if piece::is_rest(&row.label) {
            let fact = Fact::RowLabelRest { printed: row.label.clone() };
            self.doubts.push(Finding::new(Rule::RowLabel, fact).table(&self.table.key).maybe_at(row.span));
        }
        let kind = match same {
            Some(slot) if row.unit.as_ref().is_none_or(|unit| !unit.ends_with('元')) => slot.kind,
            _ => Kind::Amount,
        };
        let first = slots.len();
        slots.extend(column_keys(header).into_iter().zip(&header.numbers).map(|(column, head)| Slot {
            table: self.table.key.clone(),
            row: row_key.clone(),
            column,
            row_label: row.label.clone(),
            column_label: head.clone(),
            unit: row.unit.clone(),
            other_units: Vec::new(),
            kind,
        }));
        let slots = (first..slots.len()).collect();
        FormRow { keys: vec![label], slots, columns: header.keys(), label: row.label }
    }
}

/// The slot of an edition whose label this is; none where several rows there have it.
fn known<'a>(edition: Option<&'a Form>, label: &str) -> Option<&'a Slot> {
    let form = edition?;
    let table: &FormTable = form.tables.first()?;
    match table.exact.get(label)?.as_slice() {
        [row] => table.rows[*row].slots.first().map(|&slot| &form.slots[slot]),
        _ => None,
    }
}
