//! Tables whose cells blanks part: padded into columns, as the text of a PDF is, or one blank between two, as what is copied out of a page.
//!
//! A field is what stands between two blanks or more; one blank parts cells only where it is clear that they are cells. A line is the seed of a table when it has a known label with a value behind it, or three
//! values; the lines around it that hold several fields, or a piece of a known label, belong to the table, until a heading or a
//! paragraph ends it. Labels stay broken over their lines here: which pieces belong together is a question of the whole table, and is
//! answered by [`align`](crate::form::align).

mod fields;
mod shape;

use self::fields::{behind_visible, fields, last_word, parted, runs};
use self::shape::{Shape, are_pairs_below, pair};
use super::line::says_nothing;
use super::value::{self, Reading, has_unit, is_dash, is_unit};
use super::{Cell, Grid, Layout, MAX_LABEL_BYTES, Row, Vocabulary};
use crate::lines::{Line, Look, Notes, Wide};
use crate::outline::ordinal::{Style, ordinal};
use unicode_width::UnicodeWidthChar;

/// What a line is to a table of this layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// A row that makes a table.
    Seed,
    /// A row, or a part of one, where a table is.
    Part,
    /// The rest of a label, below the row that it belongs to.
    Rest,
    /// A section begins here, if no row does.
    Heading,
    /// Nothing, or a page number: it ends no table.
    Pass,
    /// It ends a table.
    No,
}

/// The longest text that may be a piece of a label nobody knows, in characters.
const SHORT: usize = 12;
/// As many lines with a text and a number at the end are rows, whoever knows their labels.
const SURE_RUN: usize = 3;
/// More lines without a row than this end a table.
const LONGEST_GAP: usize = 12;
/// Lines above the first seed that may be its header.
const HEADER_LINES: usize = 24;
/// Lines of a header right above a row.
const HEADER_ROWS: usize = 4;
/// Rows that tell how wide the column of labels is.
const NEAR: usize = 40;
/// Lines over which a label is broken.
const MOST_PIECES: usize = 4;
/// A longer text between two rows is a paragraph, in bytes.
const LONGEST_NOTE: usize = 360;
/// A line longer than this is no row, in bytes.
const LONGEST_LINE: usize = 4_000;

/// Finds the tables among the lines that no other layout has `taken`.
pub(super) fn find(text: &str, lines: &[Line], notes: &Notes, taken: &[bool], vocabulary: &Vocabulary) -> Vec<Grid> {
    let mut grids = Vec::new();
    // Few lines hold a blank at all: the next one is sought below all lines that are passed over.
    let mut next = None;
    let mut has_blank = |line: &Line| {
        let (start, end) = (line.text.start as usize, line.text.end as usize);
        let space = || memchr::memchr(b' ', text.as_bytes().get(start..)?).map(|at| start + at);
        if !notes.wide.blanks && next.is_none_or(|next| next < start) {
            next = Some(space().unwrap_or(usize::MAX));
        }
        next.is_none_or(|next| next < end)
    };
    let mut seed = |(line, &taken): (&Line, &bool)| {
        !taken && line.look == Look::Text && has_blank(line) && may_be_seed(line.text.of(text), notes.wide, vocabulary)
    };
    if !lines.iter().zip(taken).any(&mut seed) {
        return grids;
    }
    let mut open: Option<Region> = None;
    // Lines that belong to the next table, if one begins soon.
    let mut pending: Vec<(usize, Row)> = Vec::new();
    let mut page = 0;
    // Lines in succession that are a text and a number.
    let mut run = 0;
    // The line above is a known label and its number.
    let mut paired = false;
    for (at, line) in lines.iter().enumerate() {
        if line.look == Look::Furniture || line.whole.of(text).ends_with('\u{c}') {
            page += 1;
        }
        let mut fields = if taken[at] { Vec::new() } else { fields(text, line, vocabulary) };
        if let Some(cells) = open.as_ref().and_then(|region| region.split(text, lines, at, &fields, vocabulary)) {
            fields = cells;
        }
        // One line of a known label and its number may be anything; several below one another are rows.
        paired =
            match pair(text, &fields, vocabulary).filter(|_| paired || are_pairs_below(text, lines, at, vocabulary)) {
                Some(cells) => {
                    fields = cells;
                    true
                }
                None => paired && matches!(line.look, Look::Blank | Look::Furniture),
            };
        let claim = if taken[at] { Claim::No } else { claim(text, line, &fields, vocabulary) };
        let is_data = claim != Claim::Pass && is_data(text, &fields);
        run = match claim {
            Claim::Pass => run,
            _ if is_data => run + 1,
            _ => 0,
        };
        let claim = match claim {
            // In a table that has begun, a label with numbers behind it is a row whoever knows it.
            Claim::Part if open.is_some() && is_data => Claim::Seed,
            // And so are several of them.
            Claim::Part if is_data && run >= SURE_RUN => Claim::Seed,
            // 二、依申请公开情况 right above such a row is the label of a group; *** behind it stands for a number.
            Claim::Heading
                if open.as_ref().is_some_and(|region| region.reaches(lines, at))
                    && (stands_for_number(text, &fields) || goes_on(text, lines, at, vocabulary)) =>
            {
                Claim::Part
            }
            // Or right below a header, and there without its ordinal too.
            Claim::No | Claim::Heading
                if (claim == Claim::Heading || is_short(&fields))
                    && open
                        .as_ref()
                        .map_or(pending.last().map(|(_, row)| row), |region| region.rows.last())
                        .is_some_and(|row| {
                            let mut between = lines[row.line + 1..at].iter();
                            between.all(|line| line.look == Look::Blank) && is_header(text, row, vocabulary)
                        })
                    && goes_on(text, lines, at, vocabulary) =>
            {
                Claim::Part
            }
            // What the label above had no room for is the rest of it.
            Claim::No | Claim::Heading | Claim::Part
                if open.as_ref().is_some_and(|region| region.goes_on(text, &fields, at)) =>
            {
                Claim::Rest
            }
            // Whatever stands between two rows of one shape ends no table: a note, the date of a print, the label of a group.
            Claim::No | Claim::Heading
                if is_short(&fields)
                    && open.as_ref().is_some_and(|region| {
                        region.reaches(lines, at)
                            && region
                                .shape(text)
                                .is_some_and(|shape| shape.unit && stands_below(text, lines, at, shape, vocabulary))
                    }) =>
            {
                Claim::Part
            }
            // Numbers alone, below others; or a text in place of one.
            Claim::Part if open.as_ref().is_some_and(|region| region.has_above(text, &fields)) => Claim::Seed,
            // So is the first piece of a long label that nobody knows.
            Claim::No if fields.len() == 1 && open.as_ref().is_some_and(|region| region.reaches(lines, at)) => {
                let indent = fields[0].columns.map_or(0, |(start, _)| start);
                let label = open.as_ref().is_some_and(|region| region.labels_at(text, indent, page));
                if label && is_piece(text, &fields[0], vocabulary) && goes_on(text, lines, at, vocabulary) {
                    Claim::Part
                } else {
                    Claim::No
                }
            }
            claim => claim,
        };
        match claim {
            Claim::Pass => {}
            Claim::No | Claim::Heading => {
                close(&mut open, &mut grids, text, vocabulary);
                pending.clear();
            }
            Claim::Part | Claim::Seed | Claim::Rest => {
                if open.as_ref().is_some_and(|region| at - region.last > LONGEST_GAP) {
                    close(&mut open, &mut grids, text, vocabulary);
                }
                let row = Row { line: at, page, cells: fields };
                match (&mut open, claim) {
                    (Some(region), _) => {
                        region.push(row, claim == Claim::Seed);
                        if claim == Claim::Rest {
                            region.seeded = region.rows.len();
                        }
                    }
                    (None, Claim::Seed) => {
                        pending.retain(|(line, _)| at - line <= HEADER_LINES);
                        let mut region = Region { rows: Vec::new(), seeds: 0, seeded: 0, last: at };
                        pending.drain(..).for_each(|(_, row)| region.push(row, false));
                        region.push(row, true);
                        // Right below a header each of them makes a table.
                        let header = region.rows.len().checked_sub(run + 1).map(|above| &region.rows[above]);
                        if run >= SURE_RUN && header.is_some_and(|row| is_header(text, row, vocabulary)) {
                            region.seeds = run;
                        }
                        open = Some(region);
                    }
                    (None, _) => {
                        pending.push((at, row));
                        if pending.len() > HEADER_LINES {
                            pending.remove(0);
                        }
                    }
                }
            }
        }
    }
    close(&mut open, &mut grids, text, vocabulary);
    grids
}

/// The line may make a table: blanks part it into fields, or it is a label and its value. Without such a line there is no table: what has but
/// one field is no [data](is_data), and a [seed](Claim::Seed) only as a label with its value.
fn may_be_seed(printed: &str, wide: Wide, vocabulary: &Vocabulary) -> bool {
    if printed.len() > LONGEST_LINE {
        return false;
    }
    let printed = printed.trim();
    let mut blank = false;
    // Where only ASCII is blank, no line with a tab comes here.
    if !wide.blanks {
        let bytes = printed.as_bytes();
        let mut blanks = memchr::memchr_iter(b' ', bytes).peekable();
        blank = blanks.peek().is_some();
        if blanks.any(|at| bytes.get(at + 1) == Some(&b' ')) {
            return true;
        }
    }
    let mut rest = if wide.blanks { printed } else { "" };
    loop {
        rest = behind_visible(rest);
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        if c.is_whitespace() {
            blank = true;
            if rest.starts_with(char::is_whitespace) {
                return true;
            }
        }
    }
    blank && (is_label_with_number(printed, vocabulary) || parted(printed, vocabulary).is_some())
}

/// A table that is being read.
struct Region {
    rows: Vec<Row>,
    seeds: usize,
    /// Rows up to and with the last seed.
    seeded: usize,
    /// Line of the last row.
    last: usize,
}

impl Region {
    /// A text stands right below a row whose label had no room for its first character.
    fn goes_on(&self, text: &str, fields: &[Cell], line: usize) -> bool {
        let [Cell { span, columns: Some((start, _)), .. }] = fields else { return false };
        let printed = span.of(text);
        let Some(first) = printed.chars().next().and_then(UnicodeWidthChar::width) else { return false };
        let end = |row: &Row| row.cells.first()?.columns.filter(|columns| columns.0 == *start).map(|(_, end)| end);
        // The numbers may stand on a line between the two.
        let mut rows = self.rows.iter().rev().zip(1..).take_while(|(row, lines)| row.line + lines == line);
        let above = rows.by_ref().take(2).find_map(|(row, _)| end(row));
        // Below a blank line, and where no label begins, stands who signs, and the date.
        let are_apart = |pair: &[Row]| pair[0].line + 1 < pair[1].line && pair[0].page == pair[1].page;
        let apart = self.rows[self.seeded.saturating_sub(1)..].windows(2).any(are_apart);
        let begins = |row: &Row| row.cells.len() > 1 && end(row).is_some();
        if apart && !self.rows.iter().rev().take(NEAR).any(begins) {
            return false;
        }
        let widest = self.rows.iter().rev().take(NEAR).filter_map(end).max();
        let full = above.is_some_and(|above| Some(above + first as u32) > widest);
        full && !printed.contains('。') && ordinal(printed).is_none() && !is_caption(printed)
    }

    /// The shape of the last row that has one, rather with a unit: it may be left out.
    fn shape(&self, text: &str) -> Option<Shape> {
        let mut shapes = self.rows.iter().rev().take(NEAR).filter_map(|row| Shape::of(text, &row.cells));
        let last = shapes.next()?;
        if last.unit { Some(last) } else { shapes.find(|shape| shape.unit).or(Some(last)) }
    }

    /// The cells of a line right below, read by the shape of the rows above: its label is strange, and one blank parts its cells.
    fn split(
        &self,
        text: &str,
        lines: &[Line],
        line: usize,
        fields: &[Cell],
        vocabulary: &Vocabulary,
    ) -> Option<Vec<Cell>> {
        let [field] = fields else { return None };
        let printed = field.span.of(text);
        if printed.len() > MAX_LABEL_BYTES || last_word(printed).len() == printed.len() || !self.reaches(lines, line) {
            return None;
        }
        let shape = self.shape(text).filter(|shape| shape.tells())?;
        let below = || stands_below(text, lines, line, shape, vocabulary);
        match shape.split(text, field) {
            // 电话 0513 8683 is a row only among others.
            Some(cells) => {
                let label = cells.iter().map(|cell| cell.span.of(text)).find(|cell| !is_value(cell));
                let sure = Shape::of(text, &cells) == Some(shape) && shape.unit || label.is_some_and(begins_row);
                (sure || below()).then_some(cells)
            }
            None => shape.numbered(text, field).filter(|_| below()),
        }
    }

    /// Numbers or units alone that stand below others, or a text that stands below numbers, behind a label or a code.
    fn has_above(&self, text: &str, fields: &[Cell]) -> bool {
        let is_number = |cell: &Cell| is_value(cell.span.of(text));
        let alone = fields.iter().all(|cell| is_number(cell) || is_unit(cell.span.of(text)));
        let Some((last, before)) = fields.split_last() else { return false };
        let below = |cell: &Cell| {
            let Some((start, end)) = cell.columns else { return false };
            let overlaps = |cell: &Cell| cell.columns.is_some_and(|columns| columns.0 < end && start < columns.1);
            let mut above = self.rows.iter().rev().take(NEAR).flat_map(|row| &row.cells);
            above.any(|cell| is_number(cell) && overlaps(cell))
        };
        let labelled = || fields[0].columns.is_some_and(|(start, _)| self.labels_at(text, start, usize::MAX));
        // The label may stand on the line above.
        let coded = || before.iter().all(|cell| is_number(cell) && below(cell));
        (alone || !before.is_empty() && (labelled() || coded())) && below(last)
    }

    /// Nothing but blank lines and page numbers stands between its last row and a line.
    fn reaches(&self, lines: &[Line], line: usize) -> bool {
        let between = &lines[self.last + 1..line];
        between.len() <= LONGEST_GAP && between.iter().all(|line| matches!(line.look, Look::Blank | Look::Furniture))
    }

    /// Rows of it begin in this display column; on another page, and below a header, they may begin in another.
    fn labels_at(&self, text: &str, column: u32, page: usize) -> bool {
        // A header may take several lines.
        let mut above = self.rows.iter().rev().take(HEADER_ROWS).take_while(|row| !is_data(text, &row.cells));
        let other_page = self.rows.last().is_some_and(|row| row.page != page);
        if page != usize::MAX && (other_page || above.any(|row| row.cells.len() > 1)) {
            return true;
        }
        let starts = self.rows.iter().rev().take(8).filter_map(|row| row.cells.first()?.columns);
        starts.into_iter().any(|(start, _)| start == column)
    }

    /// The numbers of the rows above `at` end in the display column where this cell does.
    fn numbers_end_with(&self, text: &str, at: usize, cell: &Cell) -> bool {
        let above = self.rows[..at].iter().rev().take(8).flat_map(|row| row.cells.iter().skip(1));
        let Some((start, end)) = cell.columns else { return false };
        let mut numbers = above.filter(|cell| is_value(cell.span.of(text))).filter_map(|cell| cell.columns);
        start > 0 && numbers.any(|(_, other)| other == end)
    }

    fn push(&mut self, row: Row, seed: bool) {
        self.last = row.line;
        self.rows.push(row);
        if seed {
            self.seeds += 1;
            self.seeded = self.rows.len();
        }
    }
}

/// Rows of a label and a unit that make a table without a number.
const FEWEST_MEASURED: usize = 3;

/// Ends a table. What stands below its last seed stays only where it is a piece of a known label, or stands right there among the labels.
fn close(open: &mut Option<Region>, grids: &mut Vec<Grid>, text: &str, vocabulary: &Vocabulary) {
    let Some(mut region) = open.take() else { return };
    let mut kept = region.seeded;
    while let Some(row) = region.rows.get(kept) {
        let known = row.cells.iter().all(|cell| vocabulary.is_piece(cell.span.of(text)));
        let start = row.cells[0].columns.map_or(0, |(start, _)| start);
        let below = kept > 0 && region.rows[kept - 1].line + 1 == row.line;
        let among_labels = below && row.cells.len() == 1 && region.labels_at(text, start, usize::MAX);
        // A label and its unit: the number is blank.
        let measured = row.cells.len() > 1 && is_data(text, &row.cells);
        // 待统计, in the column of the numbers.
        let among_numbers = below && row.cells.len() == 1 && region.numbers_end_with(text, kept, &row.cells[0]);
        if !known && !among_labels && !measured && !among_numbers {
            break;
        }
        kept += 1;
    }
    region.rows.truncate(kept);
    let lines = region.rows.iter().map(|row| row.line).collect();
    let wide = region.rows.iter().any(|row| row.cells.len() > 4);
    // Where every cell has a line of its own, a label with blanks in it looks like a header.
    let beside = |row: &Row| row.cells.len() > 1 && row.cells.iter().any(|cell| is_value(cell.span.of(text)));
    // All numbers may be blank: then the units say that these are rows.
    let measured = |row: &&Row| row.cells.len() > 1 && row.cells.last().is_some_and(|cell| is_unit(cell.span.of(text)));
    let measured = region.rows.iter().filter(measured).count() >= FEWEST_MEASURED;
    let parted = wide || measured || region.rows.iter().any(|row| beside(row) || lone_pair(text, row));
    // 电话 0513 8683 9755: one blank alone parts the cells of a table only where some form knows a label of it, or rows have units.
    let placed = |row: &Row| row.cells.iter().any(|cell| row.cells.len() > 1 && cell.columns.is_some());
    let known = |row: &Row| row.cells.iter().any(|cell| vocabulary.is_label(cell.span.of(text)));
    let with_unit = |row: &&Row| Shape::of(text, &row.cells).is_some_and(|shape| shape.unit);
    let vague = || {
        region.rows.iter().any(|row| row.cells.len() > 1)
            && !region.rows.iter().any(|row| placed(row) || known(row))
            && region.rows.iter().filter(with_unit).nth(1).is_none()
    };
    if parted && (region.seeds > 1 || wide || (measured && region.seeds > 0)) && !vague() {
        grids.push(Grid { layout: Layout::Space, rows: region.rows, lines });
    }
}

fn is_value(printed: &str) -> bool {
    matches!(value::read(printed), Reading::Number { .. } | Reading::Placeholder)
}

fn claim(text: &str, line: &Line, fields: &[Cell], vocabulary: &Vocabulary) -> Claim {
    match line.look {
        Look::Blank | Look::Furniture => return Claim::Pass,
        Look::Tabbed { .. } => return Claim::No,
        Look::Text => {}
    }
    let printed = line.text.of(text).trim();
    let values = fields.iter().filter(|cell| is_value(cell.span.of(text))).count();
    // A row of numbers is none, however its label begins.
    if fields.is_empty() {
        return Claim::No;
    }
    // Behind a heading stands no number, but that of its page in a table of contents.
    // A dash behind it says that the label of a group has no number.
    let dashed = fields.len() > 1 && fields.last().is_some_and(|cell| is_dash(cell.span.of(text)));
    if !dashed && is_heading(printed, vocabulary) {
        let first = fields.first().map_or(printed, |cell| cell.span.of(text));
        let title = |text: &str| {
            vocabulary.is_title(ordinal(text).map_or(text, |ordinal| ordinal.rest)) && !vocabulary.is_label(text)
        };
        if title(printed) || (fields.len() == 2 && title(first)) {
            return Claim::No;
        }
        if values == 0 {
            return Claim::Heading;
        }
    }
    let texts: Vec<&str> = fields.iter().map(|cell| cell.span.of(text)).filter(|field| !is_value(field)).collect();
    let known = |field: &&str| vocabulary.is_label(field) || is_label_with_number(field, vocabulary);
    let heads = texts.len() > 1
        && values == 0
        && texts.iter().any(|field| vocabulary.is_label(field))
        && texts.iter().all(|field| vocabulary.is_piece(field));
    // 其中：公民申请（件）, or 公民申请 and 件: it is counted in a unit, and the number stands behind.
    let measured = values > 0
        && fields.iter().skip(texts.len()).all(|cell| is_value(cell.span.of(text)))
        && match texts.as_slice() {
            [label] => has_unit(label),
            [_, unit] => is_unit(unit),
            _ => false,
        };
    if values > 2
        || heads
        || measured
        || (values > 0 && texts.iter().any(known))
        || (fields.len() == 1 && is_label_with_number(printed, vocabulary))
    {
        return Claim::Seed;
    }
    let sentence = printed.ends_with(['。', '；', '！', '？']) || texts.iter().any(|field| field.contains('。'));
    let piece = |field: &&str| vocabulary.is_piece(field);
    if texts.iter().all(piece) || (fields.len() > 1 && !sentence) {
        return Claim::Part;
    }
    let short = printed.len() <= SHORT * 4 && printed.chars().count() <= SHORT;
    if short
        && !sentence
        && !is_caption(printed)
        && ordinal(printed).is_none_or(|ordinal| ordinal.style != Style::Chinese)
    {
        Claim::Part
    } else {
        Claim::No
    }
}

/// A text and a number at the end, or a text and a unit: the number may be blank.
fn is_data(text: &str, fields: &[Cell]) -> bool {
    let is_value = |cell: &Cell| is_value(cell.span.of(text));
    let is_unit = |cell: &Cell| is_unit(cell.span.of(text));
    !fields.iter().all(is_value)
        && (fields.last().is_some_and(is_value) || fields.iter().skip(usize::from(fields.len() == 1)).any(is_unit))
}

/// The last of several fields says that there is no number.
fn stands_for_number(text: &str, fields: &[Cell]) -> bool {
    matches!(fields, [_, .., last] if says_nothing(last.span.of(text)))
}

/// Several texts, one of them a label that some form prints.
fn is_header(text: &str, row: &Row, vocabulary: &Vocabulary) -> bool {
    let known = |cell: &Cell| vocabulary.is_label(cell.span.of(text));
    row.cells.len() > 1 && row.cells.iter().any(known) && !row.cells.iter().any(|cell| is_value(cell.span.of(text)))
}

/// The next line that holds anything is a row, or the rest of this one: numbers, perhaps behind another piece of its label.
fn goes_on(text: &str, lines: &[Line], at: usize, vocabulary: &Vocabulary) -> bool {
    let printed = lines[at + 1..].iter().take(6).filter(|line| !matches!(line.look, Look::Blank | Look::Furniture));
    for line in printed.take(MOST_PIECES) {
        let fields = fields(text, line, vocabulary);
        let ends = |cell: &Cell| is_value(cell.span.of(text)) || is_unit(cell.span.of(text));
        // A code before a text is a value, too.
        if is_data(text, &fields) || fields.last().is_some_and(ends) || fields.len() > 1 && fields.iter().any(ends) {
            return true;
        }
        if fields.len() != 1 {
            return false;
        }
    }
    false
}

/// Below lines of one text each stands a row of this shape.
fn stands_below(text: &str, lines: &[Line], at: usize, shape: Shape, vocabulary: &Vocabulary) -> bool {
    let printed = lines[at + 1..].iter().take(LONGEST_GAP);
    let printed = printed.filter(|line| !matches!(line.look, Look::Blank | Look::Furniture));
    for line in printed.take(MOST_PIECES) {
        let fields = fields(text, line, vocabulary);
        if Shape::of(text, &fields).is_some_and(|below| below.is_like(shape)) || shape.is_behind(text, &fields) {
            return true;
        }
        if fields.len() != 1 {
            return false;
        }
    }
    false
}

/// A single text that is no long paragraph.
fn is_short(fields: &[Cell]) -> bool {
    matches!(fields, [field] if field.span.len() <= LONGEST_NOTE)
}

/// A label that begins so is a row's.
fn begins_row(label: &str) -> bool {
    ordinal(label).is_some() || label.starts_with("其中")
}

/// 附表三：申请情况统计, （续）: it stands above another table, or above the rest of one.
pub(super) fn is_caption(printed: &str) -> bool {
    let bare = printed.trim_matches(|c: char| matches!(c, '（' | '(' | '）' | ')') || c.is_whitespace());
    matches!(bare, "续" | "续表" | "续上表") || ["附表", "附件", "续表"].iter().any(|word| bare.starts_with(word))
}

/// It may be a piece of a label: no sentence, and no title of a section.
fn is_piece(text: &str, field: &Cell, vocabulary: &Vocabulary) -> bool {
    let printed = field.span.of(text);
    let title = ordinal(printed).map_or(printed, |ordinal| ordinal.rest);
    !printed.contains('。') && !vocabulary.is_title(title)
}

/// The only cell of a row is a label and its number, one blank between them.
fn lone_pair(text: &str, row: &Row) -> bool {
    let pair = |cell: &Cell| {
        let printed = cell.span.of(text);
        let value = last_word(printed);
        value.len() < printed.len() && is_value(value)
    };
    row.cells.len() == 1 && row.cells.iter().all(pair)
}

/// `行政许可 550`: one blank between the label and its only value.
fn is_label_with_number(field: &str, vocabulary: &Vocabulary) -> bool {
    if value::ends_text(field) {
        return false;
    }
    let number = last_word(field);
    let mut label = field[..field.len() - number.len()].chars();
    label.next_back().is_some() && is_value(number) && vocabulary.is_label(label.as_str())
}

/// A section begins here, not a row.
fn is_heading(printed: &str, vocabulary: &Vocabulary) -> bool {
    match ordinal(printed) {
        Some(ordinal) => {
            vocabulary.is_title(ordinal.rest)
                || (matches!(ordinal.style, Style::Chinese | Style::Part | Style::Article)
                    && !vocabulary.is_piece(printed)
                    && !runs(printed).first().is_some_and(|(_, first, _)| vocabulary.is_piece(first)))
        }
        None => vocabulary.is_title(printed),
    }
}

#[cfg(test)]
mod tests;
