//! Tables whose cells blanks part: padded into columns, as the text of a PDF is, or one blank between two, as what is copied out of a page.
//!
//! A field is what stands between two blanks or more; one blank parts cells only where it is clear that they are cells. A line is the seed of a table when it has a known label with a value behind it, or three
//! values; the lines around it that hold several fields, or a piece of a known label, belong to the table, until a heading or a
//! paragraph ends it. Labels stay broken over their lines here: which pieces belong together is a question of the whole table, and is
//! answered by [`align`](crate::form::align).

mod fields;
mod measure;
mod region;
mod shape;

use self::fields::{behind_visible, fields, last_word, parted, runs};
use self::measure::Measure;
use self::region::Region;
use self::shape::{Shape, are_pairs_below, pair};
use super::line::says_nothing;
use super::value::{self, Reading, has_unit, is_dash, is_unit};
use super::{Cell, Grid, Row, Vocabulary};
use crate::lines::{Line, Look, Notes, Wide};
use crate::outline::markup::unmarked;
use crate::outline::ordinal::{Style, ordinal};
use crate::span::Span;

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
/// The shortest drawn line, in characters.
const SHORTEST_RULE: usize = 6;
/// A line longer than this is no row, in bytes.
const LONGEST_LINE: usize = 4_000;

/// Finds the tables among the lines that no other layout has `taken`.
pub(super) fn find(text: &str, lines: &[Line], notes: &Notes, taken: &[bool], vocabulary: &Vocabulary) -> Vec<Grid> {
    if !has_seed(text, lines, notes, taken, vocabulary) {
        return Vec::new();
    }
    let mut finder = Finder {
        text,
        lines,
        taken,
        vocabulary,
        grids: Vec::new(),
        open: None,
        pending: Vec::new(),
        measure: Measure::of(text, lines, taken),
        page: 0,
        run: 0,
        paired: false,
    };
    (0..lines.len()).for_each(|at| finder.line(at));
    finder.close();
    finder.grids
}

/// The cells of a line between the rows of another layout, where one blank parts a label and its numbers: the first row of a page, which a
/// program took for no part of the table on it.
pub(super) fn lone_row(text: &str, line: Span, vocabulary: &Vocabulary) -> Option<Vec<Cell>> {
    let words = parted(line.of(text), vocabulary)?;
    let values = words.iter().filter(|(_, word)| is_value(word)).count();
    let cell = |(start, word): (usize, &str)| {
        let start = line.start as usize + start;
        Cell::new(Span::new(start, start + word.len()))
    };
    (values > 1).then(|| words.into_iter().map(cell).collect())
}

/// A line may make a table. No more of a text that has none is looked at.
fn has_seed(text: &str, lines: &[Line], notes: &Notes, taken: &[bool], vocabulary: &Vocabulary) -> bool {
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
    lines.iter().zip(taken).any(|(line, &taken)| {
        !taken && line.look == Look::Text && has_blank(line) && may_be_seed(line.text.of(text), notes.wide, vocabulary)
    })
}

/// Reads the lines one by one.
struct Finder<'a> {
    text: &'a str,
    lines: &'a [Line],
    taken: &'a [bool],
    vocabulary: &'a Vocabulary,
    grids: Vec<Grid>,
    /// The table that has begun.
    open: Option<Region>,
    /// Lines that belong to the next table, if one begins soon.
    pending: Vec<Row>,
    measure: Measure,
    page: usize,
    /// Lines in succession that are a text and a number.
    run: usize,
    /// The line above is a known label and its number.
    paired: bool,
}

impl Finder<'_> {
    fn line(&mut self, at: usize) {
        let line = &self.lines[at];
        if line.look == Look::Furniture || line.whole.of(self.text).ends_with('\u{c}') {
            self.page += 1;
        }
        let fields = self.fields(at);
        match self.claim(at, &fields) {
            Claim::Pass => {}
            Claim::No | Claim::Heading => {
                self.close();
                self.pending.clear();
            }
            claim => self.take(Row { line: at, page: self.page, cells: fields }, claim),
        }
    }

    /// The cells of a line.
    fn fields(&mut self, at: usize) -> Vec<Cell> {
        let (text, lines, vocabulary) = (self.text, self.lines, self.vocabulary);
        let mut cells = if self.taken[at] { Vec::new() } else { fields(text, &lines[at], self.measure, vocabulary) };
        if let Some(split) = self.open.as_ref().and_then(|region| region.split(text, lines, at, &cells, vocabulary)) {
            cells = split;
        }
        // One line of a known label and its number may be anything; several below one another are rows.
        let is_pair = |_: &Vec<Cell>| self.paired || are_pairs_below(text, lines, at, vocabulary);
        match pair(text, &cells, vocabulary).filter(is_pair) {
            Some(pair) => {
                self.paired = true;
                pair
            }
            None => {
                self.paired &= matches!(lines[at].look, Look::Blank | Look::Furniture);
                cells
            }
        }
    }

    /// What a line of these cells is, here.
    fn claim(&mut self, at: usize, fields: &[Cell]) -> Claim {
        let taken = self.taken[at];
        let alone = if taken { Claim::No } else { claim(self.text, &self.lines[at], fields, self.vocabulary) };
        if alone == Claim::Pass {
            return Claim::Pass;
        }
        let is_data = is_data(self.text, fields);
        self.run = if is_data { self.run + 1 } else { 0 };
        let open = self.open.as_ref();
        match alone {
            // In a table that has begun, a label with numbers behind it is a row whoever knows it; and so are several of them.
            Claim::Part if is_data && (open.is_some() || self.run >= SURE_RUN) => Claim::Seed,
            Claim::Heading if self.is_group(at, fields) => Claim::Part,
            // Without its ordinal too.
            Claim::No | Claim::Heading
                if (alone == Claim::Heading || is_short(fields)) && self.is_group_below_header(at) =>
            {
                Claim::Part
            }
            // What the label above had no room for is the rest of it.
            Claim::No | Claim::Heading | Claim::Part
                if open.is_some_and(|region| region.goes_on(self.text, fields, at)) =>
            {
                Claim::Rest
            }
            Claim::No | Claim::Heading if is_short(fields) && self.is_between_rows(at) => Claim::Part,
            // Numbers alone, below others; or a text in place of one.
            Claim::Part if open.is_some_and(|region| region.has_above(self.text, fields)) => Claim::Seed,
            Claim::No | Claim::Part if self.is_worded(at, fields) => Claim::Seed,
            Claim::No if self.begins_label(at, fields) => Claim::Part,
            alone => alone,
        }
    }

    /// 二、依申请公开情况 right above a row of the table is the label of a group; *** behind it stands for a number.
    fn is_group(&self, at: usize, fields: &[Cell]) -> bool {
        self.open.as_ref().is_some_and(|region| region.reaches(self.lines, at))
            && (stands_for_number(self.text, fields) || self.goes_on(at))
    }

    /// So is one right below a header.
    fn is_group_below_header(&self, at: usize) -> bool {
        let above = self.open.as_ref().map_or(self.pending.last(), |region| region.rows.last());
        let is_right_below = |row: &&Row| {
            let mut between = self.lines[row.line + 1..at].iter();
            between.all(|line| line.look == Look::Blank)
        };
        above.filter(is_right_below).is_some_and(|row| is_header(self.text, row, self.vocabulary)) && self.goes_on(at)
    }

    /// Whatever stands between two rows of one shape ends no table: a note, the date of a print, the label of a group.
    fn is_between_rows(&self, at: usize) -> bool {
        let open = self.open.as_ref().filter(|region| region.reaches(self.lines, at));
        let shape = open.and_then(|region| region.shape(self.text)).filter(|shape| shape.unit);
        shape.is_some_and(|shape| stands_below(self.text, self.lines, at, shape, self.vocabulary))
    }

    /// A label that says what is counted, and a text below what stands behind others, whoever knows either: 举报投诉数量（件）   详见附表.
    fn is_worded(&self, at: usize, fields: &[Cell]) -> bool {
        let (Some(first), Some(region)) = (fields.first(), &self.open) else { return false };
        fields.len() > 1
            && has_unit(first.span.of(self.text))
            && region.reaches(self.lines, at)
            && fields.last().is_some_and(|last| region.has_column(last))
    }

    /// The first piece of a long label that nobody knows: a row of the table stands below.
    fn begins_label(&self, at: usize, fields: &[Cell]) -> bool {
        let ([field], Some(region)) = (fields, &self.open) else { return false };
        let indent = field.extent().map_or(0, |(start, _)| start);
        region.reaches(self.lines, at)
            && region.labels_at(self.text, indent, self.page)
            && is_piece(self.text, field, self.vocabulary)
            && self.goes_on(at)
    }

    fn goes_on(&self, at: usize) -> bool {
        goes_on(self.text, self.lines, at, self.vocabulary)
    }

    /// Takes a line into the table that has begun, or begins one with it, or keeps it till one begins.
    fn take(&mut self, row: Row, claim: Claim) {
        let at = row.line;
        if self.open.as_ref().is_some_and(|region| at - region.last > LONGEST_GAP) {
            self.close();
        }
        match &mut self.open {
            Some(region) => {
                region.push(row, claim == Claim::Seed);
                if claim == Claim::Rest {
                    region.seeded = region.rows.len();
                }
            }
            None if claim == Claim::Seed => self.open = Some(self.begin(row)),
            None => {
                self.pending.push(row);
                if self.pending.len() > HEADER_LINES {
                    self.pending.remove(0);
                }
            }
        }
    }

    /// A table whose first seed is `seed`.
    fn begin(&mut self, seed: Row) -> Region {
        let mut region = Region { rows: Vec::new(), seeds: 0, seeded: 0, last: seed.line };
        let near = self.pending.drain(..).filter(|row| seed.line - row.line <= HEADER_LINES);
        near.for_each(|row| region.push(row, false));
        region.push(seed, true);
        // Right below a header each of them makes a table.
        let header = region.rows.len().checked_sub(self.run + 1).map(|above| &region.rows[above]);
        if self.run >= SURE_RUN && header.is_some_and(|row| is_header(self.text, row, self.vocabulary)) {
            region.seeds = self.run;
        }
        region
    }

    /// Ends the table that has begun.
    fn close(&mut self) {
        let grid = self.open.take().and_then(|region| region.close(self.text, self.vocabulary));
        self.grids.extend(grid);
    }
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
    if is_rule(printed) {
        return Claim::Pass;
    }
    let values = fields.iter().filter(|cell| is_value(cell.span.of(text))).count();
    // A row of numbers is none, however its label begins.
    if fields.is_empty() {
        return Claim::No;
    }
    // Behind a heading stands no number, but that of its page in a table of contents.
    // A dash behind it says that the label of a group has no number.
    let dashed = fields.len() > 1 && fields.last().is_some_and(|cell| is_dash(cell.span.of(text)));
    let heading = unmarked(printed);
    if !dashed && is_heading(heading, vocabulary) {
        let first = fields.first().map_or(printed, |cell| cell.span.of(text));
        let title = |text: &str| {
            vocabulary.is_title(ordinal(text).map_or(text, |ordinal| ordinal.rest)) && !vocabulary.is_label(text)
        };
        if title(heading) || (fields.len() == 2 && title(first)) {
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
        && ordinal(printed).is_none_or(|ordinal| ordinal.style != Style::Chinese || is_bare(ordinal.rest))
    {
        Claim::Part
    } else {
        Claim::No
    }
}

/// `-------  -----`: a line below a header or below the last row, drawn above each column. Shorter ones are marks for no number.
fn is_rule(printed: &str) -> bool {
    printed.bytes().all(|byte| matches!(byte, b'-' | b'=' | b' '))
        && printed.split(' ').any(|run| run.len() >= SHORTEST_RULE)
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
        let fields = fields(text, line, Measure::default(), vocabulary);
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
        let fields = fields(text, line, Measure::default(), vocabulary);
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

/// `三、`: nothing stands behind the ordinal of a label that is broken over lines.
fn is_bare(rest: &str) -> bool {
    rest.trim().is_empty()
}

/// A section begins here, not a row.
fn is_heading(printed: &str, vocabulary: &Vocabulary) -> bool {
    match ordinal(printed) {
        Some(ordinal) if is_bare(ordinal.rest) => false,
        Some(ordinal) => {
            vocabulary.is_title(ordinal.rest)
                || (matches!(ordinal.style, Style::Chinese | Style::Part | Style::Article)
                    && !vocabulary.is_piece(printed)
                    && !runs(printed, Measure::default()).first().is_some_and(|first| vocabulary.is_piece(first.text)))
        }
        None => vocabulary.is_title(printed),
    }
}

#[cfg(test)]
mod tests;
