//! The header of an annex: what heads its labels, its units, its codes and each of its number columns, whatever parts the cells.

use std::ops::Range;

use super::LONGEST_GAP;
use crate::fold::{key, with_key};
use crate::form::blank::UNIT_HEADS;
use crate::form::rows::{Field, Holds, Printed, Sheet};
use crate::grid::value::is_unit as is_unit_word;
use crate::outline::ordinal::{Style, ordinal};

/// Heads of a column of codes (01, 02 …): neither label nor number.
const CODE_HEADS: [&str; 5] = ["代码", "指标代码", "编码", "编号", "行次"];
/// Heads of columns that hold no number of the report's.
const OTHER_HEADS: [&str; 4] = ["序号", "备注", "说明", "项目代码"];
/// Those of them that may head the last column.
const REMARKS: [&str; 2] = ["备注", "说明"];
/// Heads that say nothing of a column and may stand over several.
const OVER_HEADS: [&str; 7] = ["统计数", "统计数据", "统计数量", "数量", "数值", "数据", "统计值"];
/// What the row under a header holds that gives each column a sign: 甲, 乙, 1, 2.
const STEMS: [&str; 12] = ["甲", "乙", "丙", "丁", "戊", "栏次", "a", "b", "c", "d", "e", "序"];
/// Rows that a header may take.
const MOST_ROWS: usize = 14;
/// Lines that may end inside of the heads of a row.
const MOST_BREAKS: usize = 4;
/// Rows that are looked at to see how many numbers a row has.
const SEEN: usize = 60;
/// The longest text that may be a piece of a head in a line of its own, in characters.
const PIECE: usize = 6;

/// The words that head columns.
pub(super) struct Words<'a> {
    /// Any of them.
    pub head: &'a dyn Fn(&str) -> bool,
    /// Those over the labels.
    pub label: &'a dyn Fn(&str) -> bool,
    /// The labels of rows, where a form knows them.
    pub row: &'a dyn Fn(&str) -> bool,
}

impl Words<'_> {
    fn known(&self, head: &str) -> bool {
        (self.head)(head) || is_unit(head) || is_code(head) || is_other(head)
    }
}

/// The columns that a header names.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Its rows.
    pub rows: Range<usize>,
    /// Folded text over the labels.
    pub label: String,
    /// Texts over the number columns.
    pub numbers: Vec<String>,
    /// There is a column of units, of codes.
    pub unit: bool,
    pub code: bool,
    /// And one of remarks behind the numbers.
    pub remarks: bool,
}

impl Header {
    /// The folded heads of its number columns: however they are printed, these are the same.
    pub(super) fn keys(&self) -> Vec<String> {
        self.numbers.iter().map(|head| key(head)).collect()
    }

    fn new(rows: Range<usize>, label: String, heads: &[String]) -> Header {
        let has = |is: fn(&str) -> bool| heads.iter().any(|head| is(&key(head)));
        let (unit, code) = (has(is_unit), has(is_code));
        let number = |head: &&String| {
            let head = key(head);
            !(is_unit(&head) || is_code(&head) || is_other(&head))
        };
        let remarks = heads.last().is_some_and(|head| REMARKS.contains(&key(head).as_str()));
        Header { rows, label, numbers: heads.iter().filter(number).cloned().collect(), unit, code, remarks }
    }

    /// A folded text is one of its heads.
    pub fn has(&self, text: &str, words: &Words<'_>) -> bool {
        words.known(text) || text == self.label || self.numbers.iter().any(|head| key(head) == text)
    }
}

pub(super) fn is_unit(head: &str) -> bool {
    UNIT_HEADS.contains(&head)
}

pub(super) fn is_code(head: &str) -> bool {
    CODE_HEADS.contains(&head)
}

fn is_other(head: &str) -> bool {
    OTHER_HEADS.contains(&head)
}

/// Finds the header that begins in row `at`.
pub(super) fn header(sheet: &Sheet<'_>, at: usize, words: &Words<'_>) -> Option<Header> {
    let row = &sheet.printed[at];
    let header = if row.loose {
        in_lines(sheet, at, words)
    } else if row.cells.iter().any(|cell| cell.columns.is_some()) {
        by_place(sheet, at, words)
    } else {
        in_rows(sheet, at, words)
    };
    header.filter(|header| !header.numbers.is_empty()).map(|mut header| {
        while sheet
            .printed
            .get(header.rows.end)
            .is_some_and(|_| is_numbering(sheet.text, sheet.printed, header.rows.end))
        {
            header.rows.end += 1;
        }
        header
    })
}

/// The row holds nothing but the signs of the columns: 甲, 乙, 1, 2.
pub(crate) fn is_numbering(text: &str, printed: &[Printed], at: usize) -> bool {
    let mut stems = 0;
    let mut next = 1u32;
    for field in printed[at].cells {
        let printed = field.span.of(text);
        // As it is written: no zero stands before it.
        let is_next = |key: &str| key.parse() == Ok(next) && !key.starts_with('0');
        match field.holds {
            Holds::Nothing => {}
            Holds::Text if with_key(printed, |key| STEMS.contains(&key)) => stems += 1,
            Holds::Number if with_key(printed, is_next) => next += 1,
            _ => return false,
        }
    }
    stems > 0 || (next > 1 && at > 0 && is_stem(&printed[at - 1]))
}

/// A cell a line: it is the sign of one column.
fn is_stem(row: &Printed) -> bool {
    row.loose && row.label_count() == 1 && row.labels().all(|label| label.at == 0 && STEMS.contains(&label.own))
}

/// The texts of a row, with the indices of their cells.
fn texts(sheet: &Sheet<'_>, at: usize) -> Vec<(usize, String)> {
    let cells = sheet.printed[at].cells.iter().enumerate().filter(|(_, cell)| cell.holds == Holds::Text);
    cells.map(|(cell, _)| (cell, super::clean(&sheet.cell(at, cell)))).collect()
}

/// How many numbers the rows below have, not counting a code.
fn numbers_below(sheet: &Sheet<'_>, from: usize, code: bool) -> usize {
    cells_below(sheet, from, code, true)
}

/// The same; whether blank cells count where a cell stands on each line.
fn cells_below(sheet: &Sheet<'_>, from: usize, code: bool, blank: bool) -> usize {
    let mut counts: Vec<usize> = Vec::new();
    for at in from..sheet.printed.len().min(from + SEEN) {
        let row = &sheet.printed[at];
        let Some(label) = row.label_names().next() else { continue };
        // A cell a line: what is blank is a cell, too.
        let is_value = |cell: &&Field| match cell.holds {
            Holds::Number | Holds::Placeholder => true,
            Holds::Nothing => row.loose && blank,
            Holds::Text => false,
        };
        let count = row.cells[label.at + 1..].iter().filter(is_value).count();
        if count > usize::from(code) && !is_numbering(sheet.text, sheet.printed, at) {
            counts.push(count - usize::from(code));
        }
    }
    let often = |count: usize| counts.iter().filter(|&&other| other == count).count() * 5 >= counts.len();
    counts.iter().copied().filter(|&count| often(count)).max().unwrap_or(0)
}

/// Most rows have a number before their label: a code that stands there is in no one's way.
fn are_numbered(sheet: &Sheet<'_>, from: usize) -> bool {
    let rows = &sheet.printed[from..sheet.printed.len().min(from + SEEN)];
    let labels = rows.iter().filter_map(|row| Some((row, row.labels().next()?.at)));
    let all = labels.clone().count();
    let numbered = |(row, at): &(&Printed, usize)| row.cells[..*at].iter().any(|cell| cell.holds == Holds::Number);
    labels.filter(numbered).count() * 2 > all
}

/// A row of heads, the labels' first, and perhaps a second one below it for the columns under 统计数.
fn in_rows(sheet: &Sheet<'_>, at: usize, words: &Words<'_>) -> Option<Header> {
    let row = &sheet.printed[at];
    if row.has_values {
        return None;
    }
    let heads: Vec<String> = texts(sheet, at).into_iter().map(|(_, text)| text).collect();
    let keys: Vec<String> = heads.iter().map(|head| key(head)).collect();
    let label = keys.iter().position(|head| (words.label)(head))?;
    let known = keys.iter().filter(|head| words.known(head)).count();
    // What stands before the labels' head is no number's.
    let mut header = Header::new(at..at + 1, keys[label].clone(), &heads[label + 1..]);
    header.code |= keys[..label].iter().any(|head| is_code(head)) && !are_numbered(sheet, at + 1);
    let below = at + 1;
    let second = || texts(sheet, below).into_iter().map(|(_, text)| text).collect::<Vec<String>>();
    let columns = || numbers_below(sheet, below + 1, header.code);
    let goes_on = |second_row: &Printed<'_>| {
        // Behind a blank line no label stands below the labels' head; where rows are indented, that cell is none.
        let blank = || second_row.cells.first().is_some_and(|cell| cell.holds == Holds::Nothing);
        let over = || header.numbers.iter().all(|head| OVER_HEADS.contains(&key(head).as_str()));
        let near = || sheet.gap(below) <= LONGEST_GAP && (blank() || over() && second().len() == columns());
        !second_row.has_values && (second_row.at.0 == row.at.0 || near())
    };
    if let Some(broken) = broken_over_rows(sheet, at, words, &heads[label..]) {
        return Some(broken);
    }
    if header.numbers.len() == 1 && sheet.printed.get(below).is_some_and(goes_on) {
        let (second, columns) = (second(), columns());
        let is_head = |head: &String| !is_unit_word(head) && !is_unit(&key(head)) && !(words.label)(&key(head));
        // Columns may be blank all the way; then a known word must tell.
        let all =
            second.len() == columns || (second.len() > columns && second.iter().any(|head| words.known(&key(head))));
        if second.len() > 1 && all && second.iter().all(is_head) {
            header.numbers = second;
            header.rows.end += 1;
        }
    }
    let sure = known > 1 || header.numbers.len() == numbers_below(sheet, header.rows.end, header.code);
    sure.then_some(header)
}

/// A row of heads whose lines end inside of them, so that the rest of each stands first in the row below: 区政府 and 统计数, 乡镇街 and 道统计数. Then
/// 统计数 stands beside heads of columns, or the last rest alone.
fn broken_over_rows(sheet: &Sheet<'_>, at: usize, words: &Words<'_>, heads: &[String]) -> Option<Header> {
    let is_over = |head: &String| OVER_HEADS.contains(&key(head).as_str());
    let (label, mut joined) = (key(heads.first()?), heads.to_vec());
    let mut is_broken = false;
    // What heads several columns is whole.
    if joined.last().is_none_or(|last| is_over(last) || words.known(&key(last))) {
        return None;
    }
    for below in at + 1..sheet.printed.len().min(at + 1 + MOST_BREAKS) {
        let row = &sheet.printed[below];
        let texts: Vec<String> = texts(sheet, below).into_iter().map(|(_, text)| text).collect();
        let is_row = |text: &String| (words.row)(&key(text)) || ordinal(text).is_some();
        if row.has_values || row.at.0 != sheet.printed[at].at.0 || texts.iter().any(is_row) {
            break;
        }
        let (rest, others) = texts.split_first()?;
        // 数量 alone below heads that are as many as the numbers may stand below all of them.
        if others.is_empty() && is_over(rest) && below == at + 1 {
            return None;
        }
        is_broken |= others.is_empty() || is_over(rest);
        joined.last_mut()?.push_str(rest);
        joined.extend_from_slice(others);
        let header = Header::new(at..below + 1, label.clone(), &joined[1..]);
        if is_broken && header.numbers.len() > 1 && header.numbers.len() == numbers_below(sheet, below + 1, header.code)
        {
            // Another rest may stand alone.
            let next = sheet.printed.get(below + 1).filter(|next| next.at.0 == row.at.0 && !next.has_values);
            if next.is_none_or(|_| self::texts(sheet, below + 1).iter().any(|(_, text)| is_row(text))) {
                return Some(header);
            }
        }
    }
    None
}

/// Heads on lines of their own, up to the first row with numbers.
fn in_lines(sheet: &Sheet<'_>, at: usize, words: &Words<'_>) -> Option<Header> {
    let alone = |at: usize| -> Option<String> {
        let row = sheet.printed.get(at)?;
        let mut filled = row.cells.iter().enumerate().filter(|(_, cell)| cell.holds != Holds::Nothing);
        let (cell, first) = filled.next()?;
        (filled.next().is_none() && first.holds == Holds::Text).then(|| super::clean(&sheet.cell(at, cell)))
    };
    let first = alone(at).map(|text| key(&text))?;
    if !((words.label)(&first) || is_other(&first) || is_code(&first)) {
        return None;
    }
    let mut heads: Vec<String> = Vec::new();
    for row in at..at + MOST_ROWS {
        if sheet.printed.get(row).is_none_or(|row| row.at.0 != sheet.printed[at].at.0) {
            break;
        }
        let is_head = |text: &String| !is_stem(&sheet.printed[row]) && !is_unit_word(text) && !(words.row)(&key(text));
        let Some(text) = alone(row).filter(is_head) else { break };
        heads.push(text);
    }
    // The label of a row that a form knows ends the header.
    let below = sheet.printed.get(at + heads.len()).and_then(|row| row.labels().next());
    let sure = below.is_some_and(|label| (words.row)(label.own));
    let label = heads.iter().position(|head| (words.label)(&key(head)))?;
    if heads[..label].iter().any(|head| !words.known(&key(head))) || heads.len() < label + 2 {
        return None;
    }
    let mut header = Header::new(at..at, key(&heads[label]), &heads[label + 1..]);
    header.code |= heads[..label].iter().any(|head| is_code(&key(head)));
    let mut columns = numbers_below(sheet, at + heads.len(), header.code);
    // Without the empty lines in rows, which may be no cells.
    let printed = cells_below(sheet, at + heads.len(), header.code, false);
    let numbers = &mut header.numbers;
    // 二、依申请公开情况 heads rows. Where it was held to be a column, blank lines were held to be cells.
    let group = |head: &String| ordinal(head).is_some_and(|ordinal| ordinal.style == Style::Chinese);
    while !sure && numbers.len() > 1 && numbers.last().is_some_and(group) && heads.last() == numbers.last() {
        numbers.pop();
        heads.pop();
        if numbers.len() < columns {
            columns = printed;
        }
    }
    let over = numbers.first().is_some_and(|head| OVER_HEADS.contains(&key(head).as_str()));
    if over && printed > 1 && numbers.len() == printed + 1 {
        columns = printed;
    }
    if over && columns > 1 && numbers.len() > columns {
        numbers.remove(0);
    }
    // The labels of a group, and that of the first row, whose number may be blank.
    let of_row = |head: &String| ordinal(head).is_some() || !words.known(&key(head));
    while !sure && numbers.len() > columns.max(1) && numbers.last().is_some_and(of_row) {
        if heads.last() != numbers.last() {
            return None;
        }
        numbers.pop();
        heads.pop();
    }
    let known = heads.iter().filter(|head| words.known(&key(head))).count();
    header.rows.end = at + heads.len();
    // A column may be blank all the way, but no number stands without one.
    let all = if sure || columns == 0 { header.numbers.len() >= columns } else { header.numbers.len() == columns };
    (all && known > 1).then_some(header)
}

/// Heads, and pieces of them, above the columns in which the numbers stand.
fn by_place(sheet: &Sheet<'_>, at: usize, words: &Words<'_>) -> Option<Header> {
    let row = &sheet.printed[at];
    if row.has_values {
        return None;
    }
    let (label_cell, label) = texts(sheet, at).into_iter().find(|(_, text)| (words.label)(&key(text)))?;
    let label_end = row.cells[label_cell].extent()?.1;
    let mut known = 0;
    // From the bottom: the lowest heads are those of the columns, one above several of them is none.
    let same = |row: &usize| sheet.printed[*row].at.0 == sheet.printed[at].at.0;
    let below = (at + 1..sheet.printed.len().min(at + 4)).take_while(same);
    let is_head = |&row: &usize| {
        // 位 is the rest of 计量单位.
        !sheet.printed[row].has_values && texts(sheet, row).iter().all(|(_, text)| text == "位" || !is_unit_word(text))
    };
    let below: Vec<usize> = below.take_while(is_head).collect();
    let above: Vec<usize> = (at.saturating_sub(2)..at).rev().take_while(same).take_while(is_head).collect();
    let next = row.cells.iter().filter(|cell| cell.holds == Holds::Text).filter_map(Field::extent);
    let left = next.map(|columns| columns.0).filter(|&start| start >= label_end).min();
    // Where the line of the labels' head has no other, all stand above or below it.
    let left = left.unwrap_or(label_end);
    // 统计数 stands in the middle above its columns, which may begin left of it.
    let over = texts(sheet, at).iter().any(|(_, text)| OVER_HEADS.contains(&key(text).as_str()));
    let starts = below.first().map_or(&[][..], |&row| sheet.printed[row].cells).iter().filter_map(Field::extent);
    let left = match starts.clone().map(|(start, _)| start).min() {
        Some(start) if over && start > label_end && start < left && starts.count() > 1 => start,
        _ => left,
    };
    let mut heads: Vec<((u32, u32), String)> = Vec::new();
    let mut end = at + 1;
    for line in below.iter().rev().copied().chain([at]).chain(above) {
        let pieces = texts(sheet, line).into_iter().filter_map(|(cell, text)| {
            let columns = sheet.printed[line].cells[cell].extent()?;
            (columns.0 + 2 >= left && columns.0 >= label_end).then_some((columns, text))
        });
        let pieces: Vec<((u32, u32), String)> = pieces.collect();
        let alone =
            sheet.printed[line].cells.iter().all(|cell| cell.extent().is_some_and(|columns| columns.0 + 2 >= left));
        if line != at && !(alone && pieces.iter().all(|(_, text)| text.chars().count() <= PIECE)) {
            continue;
        }
        let number = |text: &str| !is_unit(&key(text)) && !is_code(&key(text)) && !is_other(&key(text));
        let lone = pieces.iter().filter(|(_, text)| number(text)).count() == 1;
        let several = heads.iter().filter(|(_, text)| number(text)).count() > 1;
        for (columns, text) in pieces {
            // One head above several stands for all of them, wherever it stands.
            let over = OVER_HEADS.contains(&key(&text).as_str()) || (lone && text.chars().count() > 2);
            if over && several && number(&text) {
                continue;
            }
            // A piece of one character may stand just beside the middle of the others.
            let near = |room: u32| -> Vec<usize> {
                let meets = |place: (u32, u32)| place.0 < columns.1 + room && columns.0 < place.1 + room;
                (0..heads.len()).filter(|&head| meets(heads[head].0)).collect()
            };
            let single = text.chars().nth(1).is_none();
            let over = Some(near(0)).filter(|over| !over.is_empty() || !single).unwrap_or_else(|| near(1));
            match over.as_slice() {
                [head] => {
                    let (place, below) = &mut heads[*head];
                    *place = (place.0.min(columns.0), place.1.max(columns.1));
                    below.insert_str(0, &text);
                }
                [] => heads.push((columns, text)),
                _ => {}
            }
            end = end.max(line + 1);
        }
    }
    heads.sort();
    let heads: Vec<String> = heads.into_iter().map(|(_, head)| head).collect();
    known += heads.iter().filter(|head| words.known(&key(head))).count();
    let mut header = Header::new(at..end, key(&label), &heads);
    let before = texts(sheet, at).into_iter().filter(|(cell, _)| *cell < label_cell);
    header.code |= before.into_iter().any(|(_, head)| is_code(&key(&head))) && !are_numbered(sheet, end);
    let columns = numbers_below(sheet, end, header.code);
    let over = header.numbers.first().is_some_and(|head| OVER_HEADS.contains(&key(head).as_str()));
    if columns > 1 && header.numbers.len() == columns + 1 && over {
        header.numbers.remove(0);
    }
    // Heads that nobody knows are as many as the numbers below them.
    (known > 0 || header.numbers.len() == columns).then_some(header)
}
