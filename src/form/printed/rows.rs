//! The rows of an annex that no form knows: their labels, put together where they are broken over lines, and their units.
//!
//! A label is what stands before the unit and the numbers. Text that stands alone between two rows is the label of a group, or a piece of
//! the label of the row beside it. In columns of blanks a piece goes on where the next character would not have fitted; elsewhere
//! an ordinal or the last word says which, and where nothing says it, the label carries a finding.

use unicode_width::UnicodeWidthChar;

use super::heads::{Header, Words, header, is_numbering};
use super::piece::{Piece, is_rest};
use super::{LONGEST_GAP, clean};
use crate::fold::key;
use crate::form::rows::{Holds, Sheet};
use crate::grid::MAX_LABEL_BYTES;
use crate::grid::value::{is_unit as is_unit_word, numbers_behind};
use crate::lines::is_page_number;
use crate::outline::ordinal::ordinal;
use crate::span::{Span, width};

/// Display columns of a character.
const WIDEST: u32 = 2;
/// The longest unit, in characters.
const LONGEST_UNIT: usize = 4;
/// Fewer labels than these do not tell how wide their column is.
const FEW_LABELS: usize = 6;

/// A row of an annex.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub label: String,
    pub unit: Option<String>,
    /// It prints numbers, marks for none, or a text in place of one.
    valued: bool,
    /// Nothing but marks for none, on a line of their own.
    marked: bool,
    pub span: Option<Span>,
    /// The pieces of its label, where nothing says for sure that they belong together, or that one before it does not.
    pub doubt: Option<String>,
}

/// What the lines below a header say: its rows, and the labels that stand alone.
#[derive(Default)]
pub(super) struct Labels {
    pub rows: Vec<Row>,
    pub groups: Vec<String>,
    /// Texts that may be anything: the label of a group, the rest of the label above, a row that lost its numbers.
    pub strange: Vec<Piece>,
}

impl Labels {
    /// Takes a label that no numbers stand beside.
    fn alone(&mut self, piece: Piece) {
        // It is told with its numbers, which no cell takes; and what is below a page of the net is no row.
        if piece.numbered || piece.is_foot() {
            return;
        }
        // 其中 heads a row, never a group: its numbers were lost, or stand behind the rest of it.
        if (piece.is_group() && !piece.is_among())
            || (ordinal(&piece.printed).is_some() && !piece.counts() && !piece.serial)
        {
            self.groups.push(piece.printed);
        } else {
            self.strange.push(piece);
        }
    }
}

/// What a printed row is to the annex.
struct Item {
    /// Index of the row.
    at: usize,
    label: Option<Piece>,
    unit: Option<String>,
    valued: bool,
    /// By marks for none alone, without a label or a unit beside them: those of a group, if the label above or around them is one's.
    marked: bool,
    page: usize,
    /// A header stands above it: no label goes on from there.
    below_header: bool,
}

impl Item {
    /// A text alone, apart from the row above, that names nothing that is counted.
    fn is_caption(&self, sheet: &Sheet<'_>) -> bool {
        let line = |at: usize| sheet.printed[at].line;
        let alone = !self.valued && self.unit.is_none();
        let apart = self.at.checked_sub(1).is_some_and(|above| line(self.at) > line(above) + 1);
        alone && apart && self.label.as_ref().is_some_and(|label| !label.counts() && !label.numbered)
    }
}

/// What stands below a header.
pub(super) struct Below {
    /// The rows of the annex end there.
    pub end: usize,
    /// No header above says more, where no row was found.
    pub looked: usize,
    pub labels: Labels,
}

/// The rows of the annex below a header, and where they stand.
pub(super) fn rows(sheet: &Sheet<'_>, of: &Header, words: &Words<'_>, most: usize) -> Below {
    let mut items: Vec<Item> = Vec::new();
    let mut end = of.rows.end;
    let mut at = of.rows.end;
    let mut last_header = None;
    let mut below_header = false;
    let mut between: Vec<(usize, Piece)> = Vec::new();
    let mut lost = None;
    while at < sheet.printed.len() && items.len() < most * 3 {
        if sheet.gap(at) > LONGEST_GAP {
            // So far away a row with a unit and without a header of its own may still be one of these.
            let far = item(sheet, at, of);
            if !items.is_empty() && far.unit.is_some() && header(sheet, at, words).is_none() {
                lost = far.label;
            }
            break;
        }
        if let Some(again) = header(sheet, at, words) {
            // The header of the next page, or that of another annex.
            if again.keys() != of.keys() || titled(sheet, at) {
                break;
            }
            // What stands apart right above a header is the caption of its table.
            items.pop_if(|item| item.at + 1 == at && item.is_caption(sheet));
            last_header = Some(at);
            at = again.rows.end;
            below_header = true;
            continue;
        }
        if is_numbering(sheet.text, sheet.printed, at) || is_piece_of_header(sheet, at, of, words) {
            below_header = true;
        } else {
            if !items.is_empty() {
                between.extend(left_out(sheet, at).into_iter().map(|piece| (at, piece)));
            }
            let below_header = std::mem::take(&mut below_header);
            items.push(Item { below_header, ..item(sheet, at, of) });
        }
        at += 1;
    }
    // What ended the search would end it below any of these headers. Where it was its length, the last of them may head more rows.
    let is_long = at < sheet.printed.len() && items.len() >= most * 3;
    let looked = last_header.filter(|_| is_long).unwrap_or(at);
    let by_place = sheet.printed[of.rows.start].cells.iter().any(|cell| cell.columns.is_some());
    if by_place {
        right_of_labels(&mut items);
    }
    // Foreign rows behind the last one with a label are none of its.
    if let Some(last) = items.iter().rposition(|item| item.valued || item.unit.is_some()) {
        let last = items[last].at;
        let grid = sheet.printed[last].at.0;
        end = (last + 1..at).take_while(|&row| sheet.printed[row].at.0 == grid).last().unwrap_or(last) + 1;
        items.retain(|item| item.at < end);
    }
    let mut labels = if by_place { chained(items) } else { joined(items) };
    between.into_iter().filter(|(below, _)| *below < end).for_each(|(_, piece)| labels.alone(piece));
    labels.strange.extend(lost);
    labels.rows.retain(|row| !row.label.is_empty() && row.label.len() <= MAX_LABEL_BYTES);
    labels.rows.truncate(most);
    Below { end, looked, labels }
}

/// A text alone on its line that begins where no label ends any more stands in the place of a number: 待统计.
fn right_of_labels(items: &mut [Item]) {
    let beside = items.iter().filter(|item| item.valued).filter_map(|item| item.label.as_ref()?.columns);
    let Some(end) = beside.map(|(_, end)| end).max() else { return };
    for item in items.iter_mut().filter(|item| !item.valued && item.unit.is_none()) {
        let right = |label: &mut Piece| label.columns.is_some_and(|(start, _)| start >= end);
        item.valued = item.label.take_if(right).is_some();
    }
}

/// Lines between the row and the one above it that no table has taken, page numbers left out: rows may be lost there.
fn left_out(sheet: &Sheet<'_>, at: usize) -> Vec<Piece> {
    if sheet.gap(at) == 0 {
        return Vec::new();
    }
    let spans = |at: usize| {
        let (grid, row) = sheet.printed[at].at;
        sheet.grids[grid].rows[row].cells.iter().flat_map(|cell| cell.pieces().iter().chain([&cell.span]))
    };
    let ends = spans(at - 1).map(|span| span.end).max().unwrap_or(0);
    let begins = spans(at).map(|span| span.start).min().unwrap_or(0);
    let mut lines: Vec<Span> = Vec::new();
    let mut start = ends;
    for line in (Span { start, end: begins.max(ends) }).of(sheet.text).split(['\n', '\r']) {
        lines.push(Span { start, end: start + line.len() as u32 }.trim(sheet.text));
        start += line.len() as u32 + 1;
    }
    // The first is the end of the row above, the last the beginning of this one.
    let inner = lines.get(1..lines.len() - 1).unwrap_or_default();
    let says = |printed: &str| printed.contains(char::is_alphanumeric) && !is_page_number(printed);
    let pieces = inner.iter().filter(|span| says(span.of(sheet.text)));
    let bare = |span: Span| clean(span.of(sheet.text)).trim_matches(['|', '｜', '│', '┃', '║']).to_owned();
    pieces
        .map(|&span| Piece { printed: bare(span), span, columns: None, width: 0, numbered: false, serial: false })
        .collect()
}

/// A caption stands between the row and the one above it, so that its header begins another annex.
fn titled(sheet: &Sheet<'_>, at: usize) -> bool {
    let (row, above) = (&sheet.printed[at], &sheet.printed[at - 1]);
    row.at.0 != above.at.0
}

/// Heads once more, behind a page break: a row of several, or what a line of its own holds of one.
fn is_piece_of_header(sheet: &Sheet<'_>, at: usize, of: &Header, words: &Words<'_>) -> bool {
    let row = &sheet.printed[at];
    if row.has_values {
        return false;
    }
    let mut texts = row.cells.iter().enumerate().filter(|(_, cell)| cell.holds == Holds::Text).peekable();
    texts.peek().is_some() && texts.all(|(cell, _)| of.has(&key(&sheet.cell(at, cell)), words))
}

/// Parts the cells of a row into label, unit and values.
fn item(sheet: &Sheet<'_>, at: usize, of: &Header) -> Item {
    let row = &sheet.printed[at];
    let filled: Vec<usize> = (0..row.cells.len()).filter(|&cell| row.cells[cell].holds != Holds::Nothing).collect();
    let holds = |cell: usize| row.cells[cell].holds;
    let text = |cell: usize| clean(&sheet.cell(at, cell));
    // Numbers before the first text are serial numbers, if a text follows.
    let first = filled.iter().position(|&cell| holds(cell) == Holds::Text);
    let behind = &filled[first.unwrap_or(0)..];
    let texts: Vec<usize> = behind.iter().copied().take_while(|&cell| holds(cell) == Holds::Text).collect();
    // 一、 that blanks part from its label.
    let lead = texts.len() > 1 && ordinal(&text(texts[0])).is_some_and(|ordinal| ordinal.rest.is_empty());
    let (lead, behind, texts) =
        if lead { (text(texts[0]), &behind[1..], &texts[1..]) } else { (String::new(), behind, &texts[..]) };
    let numbers = behind.len() - texts.len();
    let word =
        (0..behind.len()).find(|&at| holds(behind[at]) == Holds::Text && at > 0 && is_unit_word(&text(behind[at])));
    let alone = (!behind.is_empty() && word.is_none() && is_unit_word(&text(behind[0])) && of.unit).then_some(0);
    let word = word.or(alone);
    let unit = word.or_else(|| {
        let short = texts.len() > 1 && text(texts[1]).chars().count() <= LONGEST_UNIT;
        (of.unit && short).then_some(1)
    });
    let own = match unit {
        Some(unit) if unit < texts.len() => unit.checked_sub(1),
        Some(_) => texts.len().checked_sub(1),
        None => {
            // As many of the last texts as numbers are lacking stand where numbers belong.
            let lacking = of.numbers.len().saturating_sub(numbers.saturating_sub(usize::from(of.code)));
            texts.len().checked_sub(1).map(|last| last.saturating_sub(lacking))
        }
    };
    // A unit in brackets is the end of a label, where no column is for units.
    let bracketed = |cell: usize| !of.unit && text(cell).starts_with(['（', '(']);
    let tail = unit.map(|unit| behind[unit]).filter(|&cell| bracketed(cell)).map_or_else(String::new, text);
    let label = own.and_then(|own| texts.get(own)).map(|&cell| Piece {
        printed: format!("{lead}{}{tail}", text(cell)),
        span: row.cells[cell].span,
        columns: row.cells[cell].extent(),
        width: row.cells[cell].extent().map_or(0, |_| width(row.cells[cell].span.of(sheet.text)) as u32),
        numbered: numbers_behind(&sheet.cell(at, cell)).next().is_some(),
        serial: first.is_some_and(|first| first > 0),
    });
    let after = unit.or(own).map_or(0, |last| last + 1);
    let rest = behind.get(after..).unwrap_or_default();
    // A mark for nothing under the units is that of a group, which has none; its label may be broken over the lines beside it.
    let alone = label.is_some() || rest.len() == 1;
    let marks = of.unit && unit.is_none() && rest.iter().all(|&cell| holds(cell) == Holds::Placeholder);
    let valued = !(rest.is_empty() || marks && alone);
    Item {
        at,
        label,
        unit: unit.filter(|_| tail.is_empty()).map(|unit| text(behind[unit])),
        valued,
        marked: valued && marks,
        page: row.page,
        below_header: false,
    }
}

/// Labels that stand in one cell, or are broken into rows of their own.
fn joined(items: Vec<Item>) -> Labels {
    let mut labels = Labels::default();
    let mut above: Option<Piece> = None;
    // The pieces of what stands above, if the first of them may be a row that lost its numbers.
    let mut doubt = None;
    for item in items {
        let is_row = item.valued || item.unit.is_some();
        // What goes on, goes on in the row below, unless that begins a label, or a header stands between.
        let begins = item.below_header || item.label.as_ref().is_some_and(Piece::begins);
        if is_row || item.label.is_some() {
            // 其中 alone heads the row below.
            let ends = |above: &Piece| {
                !(above.is_among() && is_row)
                    && (begins || above.is_note() || (item.label.is_some() && above.is_group()))
            };
            above.take_if(|above| ends(above)).into_iter().for_each(|above| labels.alone(above));
            doubt.take_if(|_| above.is_none());
        }
        match item.label {
            Some(label) if !is_row => {
                above = Some(match above.take() {
                    Some(above) => {
                        let goes_on = label.printed.starts_with(['（', '(', '）', ')']);
                        doubt = (above.counts() && !goes_on).then(|| format!("{} {}", above.printed, label.printed));
                        Piece { printed: format!("{}{}", above.printed, label.printed), ..above }
                    }
                    None => label,
                });
            }
            Some(label) => {
                let mut row = Row { unit: item.unit, valued: item.valued, span: Some(label.span), ..Row::default() };
                match above.take() {
                    Some(above) => {
                        row.label = format!("{}{}", above.printed, label.printed);
                        row.doubt = Some(format!("{} {}", above.printed, label.printed));
                    }
                    None => row.label = label.printed,
                }
                labels.rows.push(row);
            }
            None if is_row => {
                let Some(label) = above.take() else { continue };
                if item.marked && label.is_group() {
                    labels.alone(label);
                    continue;
                }
                let span = Some(label.span);
                let doubt = doubt.take();
                let Item { unit, valued, .. } = item;
                labels.rows.push(Row { label: label.printed, unit, valued, span, doubt, ..Row::default() });
            }
            None => {}
        }
    }
    // Below the last row stands a note, or a row that lost its numbers.
    match above {
        Some(above) if above.counts() => labels.alone(above),
        Some(above) => labels.groups.push(above.printed),
        None => {}
    }
    labels
}

/// Labels in columns of blanks: a piece goes on where the next character would not have fitted.
fn chained(items: Vec<Item>) -> Labels {
    // Each page has its own measure, and so has what stands below another header.
    let (mut widest, mut counts): (Vec<u32>, Vec<usize>) = (vec![0], vec![0]);
    for (at, item) in items.iter().enumerate() {
        if at > 0 && (item.below_header || item.page != items[at - 1].page) {
            widest.push(0);
            counts.push(0);
        }
        let width = item.label.as_ref().map_or(0, |label| label.width);
        widest.last_mut().into_iter().for_each(|widest| *widest = width.max(*widest));
        counts.last_mut().into_iter().for_each(|count| *count += usize::from(width > 0));
    }
    // A few labels tell nothing of the room that they had.
    let all = widest.iter().copied().max().unwrap_or(0);
    widest.iter_mut().zip(&counts).filter(|(_, count)| **count < FEW_LABELS).for_each(|(widest, _)| *widest = all);
    let sure = counts.into_iter().map(|count| count >= FEW_LABELS);
    // Where the labels end in their units, one that does is whole: what is below is the rest of it only where it can be nothing else.
    let valued = || items.iter().filter(|item| item.valued).filter_map(|item| item.label.as_ref());
    let united = valued().filter(|label| label.without_unit().is_some()).count() * 4 > valued().count() * 3;
    let mut measures = widest.into_iter().zip(sure);
    let ((mut measure, mut sure), mut page) =
        (measures.next().unwrap_or((0, false)), items.first().map(|item| item.page));
    let mut labels = Labels::default();
    // The label that is being put together: its pieces, and whether the line of its values was met.
    let mut open = Row::default();
    let mut last: Option<Piece> = None;
    let mut close = |open: &mut Row, last: Option<&Piece>| {
        let (numbered, serial) = last.map_or((false, false), |last| (last.numbered, last.serial));
        let row = std::mem::take(open);
        if row.valued || row.unit.is_some() {
            labels.rows.push(row);
            return;
        }
        let (Some(span), false) = (row.span, row.label.is_empty()) else { return };
        let piece = Piece { printed: row.label, span, columns: None, width: 0, numbered, serial };
        if row.marked && !piece.is_group() {
            labels.rows.push(Row { label: piece.printed, ..row });
        } else {
            labels.alone(piece);
        }
    };
    let mut items = items.into_iter().enumerate().peekable();
    while let Some((at, item)) = items.next() {
        let is_row = item.valued || item.unit.is_some();
        let met = open.valued || open.marked || open.unit.is_some();
        let above = measure;
        if at > 0 && (item.below_header || Some(item.page) != page) {
            (measure, sure) = measures.next().unwrap_or((0, false));
        }
        page = Some(item.page);
        match item.label {
            Some(label) => {
                let next = label.printed.chars().next().and_then(UnicodeWidthChar::width).unwrap_or(0) as u32;
                let whole = |last: &Piece| {
                    let rest = label.without_unit().unwrap_or(&label.printed);
                    // What is counted is named, and below it stands 依申请公开情况.
                    let group = last.counts() && label.is_group() && !is_row;
                    group || (united && last.without_unit().is_some() && !is_rest(rest))
                };
                let full = last.as_ref().is_some_and(|last| last.width + next > above && !last.ends() && !whole(last));
                let ends = item.below_header || label.begins() || (met && is_row);
                let may_go_on = last.is_some() && !ends;
                let goes_on = full && may_go_on;
                // What stands below the values may go on in the row below as well, or head it.
                let below = items.peek().map(|(_, below)| below);
                let above_row = met
                    && !is_row
                    && below.is_some_and(|below| {
                        let is_row = below.valued || below.unit.is_some();
                        let begins = below.below_header || below.label.as_ref().is_some_and(Piece::begins);
                        is_row && !begins && (label.is_group() || label.width + WIDEST > measure)
                    });
                let unsure = !full && !sure && !met && last.as_ref().is_some_and(|last| !last.ends());
                if may_go_on && (unsure || (full && above_row)) {
                    open.doubt = Some(format!("{} {}", open.label, label.printed));
                } else if !goes_on {
                    close(&mut open, last.as_ref());
                    open.span = Some(label.span);
                }
                open.label.push_str(&label.printed);
                last = Some(label);
            }
            // Values on a line of their own belong to the label that they interrupt, or that stands above.
            None if is_row && met => {
                close(&mut open, last.as_ref());
                last = None;
            }
            None => {}
        }
        if is_row {
            open.valued |= item.valued && !item.marked;
            open.marked |= item.marked;
            open.unit = open.unit.take().or(item.unit);
        }
    }
    close(&mut open, last.as_ref());
    labels
}
