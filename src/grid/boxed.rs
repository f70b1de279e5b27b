//! Tables that are drawn: `│`, `┃`, `║` between the cells and `─`, `━`, `═`, `┼` between the rows, or `+---+` and `|`.
//!
//! Between two rules a cell may run over several lines; a rule that spans only some columns leaves the cells beside it open, so that a
//! label standing before several rows counts once. Where the bars of all lines stand in the same display columns,
//! a cell spanning several of them leaves blank cells behind it; how wide a drawn line or a quote is depends on the font that it was drawn
//! with, so three widths are tried. Where bars stand askew, cells are counted instead.

mod drawn;

use std::cell::LazyCell;
use std::collections::BTreeMap;

use self::drawn::{Drawn, advance, holds_drawn, is_box, is_stroke, pass_plain, stroke_run};
use super::{Cell, Grid, Layout, Row, Vocabulary};
use crate::fold::is_blank;
use crate::grid::value::{self, Reading, has_unit, is_unit};
use crate::lines::{Line, Look, Notes, Wide};
use crate::span::Span;

/// What a line is to a table of this layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// A rule from side to side; the kind of drawing, and whether it opens a table.
    Rule(Drawn, bool),
    /// Cells between bars, rules beside them perhaps.
    Cells(Drawn),
    /// Nothing stands on it, or a page number: it does not end a table.
    Pass,
    /// It is none of it.
    No,
}

/// Finds the drawn tables.
pub(super) fn find(text: &str, lines: &[Line], notes: &Notes, taken: &[bool], vocabulary: &Vocabulary) -> Vec<Grid> {
    let mut grids = Vec::new();
    if !notes.wide.drawn && !may_be_drawn(text, notes.wide) {
        return grids;
    }
    let mut open: Vec<(usize, Claim)> = Vec::new();
    let mut drawn = None;
    let mut blank_before = false;
    for (index, line) in lines.iter().enumerate() {
        let claim = if taken[index] { Claim::No } else { claim(text, line, notes.wide.drawn) };
        let kind = match claim {
            Claim::Pass => {
                blank_before = true;
                continue;
            }
            Claim::No => None,
            Claim::Rule(kind, _) | Claim::Cells(kind) => Some(kind),
        };
        let after_rule = matches!(open.last(), Some((_, Claim::Rule(..))));
        let next_table = match claim {
            Claim::Rule(_, opens) => after_rule && (blank_before || opens),
            _ => false,
        };
        if kind != drawn || next_table {
            grids.extend(drawn.and_then(|drawn| grid(text, lines, &open, drawn, vocabulary)));
            open.clear();
            drawn = kind;
        }
        if kind.is_some() {
            open.push((index, claim));
        }
        blank_before = false;
    }
    grids.extend(drawn.and_then(|drawn| grid(text, lines, &open, drawn, vocabulary)));
    grids
}

/// Without a drawn character, the text holds a `|`, or a `+` that a line may begin with: without any, no line is part of a drawing.
fn may_be_drawn(text: &str, wide: Wide) -> bool {
    let begins = |at: usize| text[..at].chars().next_back().is_none_or(char::is_whitespace);
    holds_bar(text, wide) || memchr::memchr_iter(b'+', text.as_bytes()).any(begins)
}

/// A `|` stands in the text.
pub(super) fn holds_bar(text: &str, wide: Wide) -> bool {
    wide.signs && memchr::memchr(b'|', text.as_bytes()).is_some()
}

fn claim(text: &str, line: &Line, drawn: bool) -> Claim {
    if matches!(line.look, Look::Blank | Look::Furniture) {
        return Claim::Pass;
    }
    let printed = line.text.trim(text).of(text);
    let edge = |byte: Option<&u8>| matches!(byte, Some(b'|' | b'+'));
    let ascii = printed.len() > 1 && edge(printed.as_bytes().first()) && edge(printed.as_bytes().last());
    if drawn && holds_drawn(printed.as_bytes()) {
        let claim = claim_of_drawn(printed);
        if claim != Claim::No {
            return claim;
        }
    }
    if ascii {
        let rule = printed.chars().all(|c| matches!(c, '+' | '-' | '=' | ':'));
        let drawn = printed.contains("--") || printed.contains("==");
        return if rule && drawn { Claim::Rule(Drawn::Ascii, false) } else { Claim::Cells(Drawn::Ascii) };
    }
    Claim::No
}

/// The claim of a line that holds drawn characters.
fn claim_of_drawn(printed: &str) -> Claim {
    let (mut bars, mut strokes, mut other, mut blanks) = (false, false, false, false);
    let mut rest = printed;
    while let Some(c) = rest.chars().next() {
        // Most of a rule is runs of a stroke.
        let count = stroke_run(rest.as_bytes()).map_or(1, |(_, count)| count);
        rest = &rest[c.len_utf8() * count..];
        match c {
            _ if is_box(c) => {
                strokes |= Drawn::Box.is_horizontal(c);
                bars |= !is_stroke(c);
            }
            _ if c.is_whitespace() => blanks = true,
            _ => other = true,
        }
        // No rule has anything beside its bars.
        if bars && (other || blanks) {
            return Claim::Cells(Drawn::Box);
        }
    }
    if strokes && !other && (!blanks || !bars) {
        return Claim::Rule(Drawn::Box, printed.starts_with(['┌', '┍', '┎', '┏', '╒', '╓', '╔', '╭']));
    }
    if bars { Claim::Cells(Drawn::Box) } else { Claim::No }
}

/// A line, cut at its bars.
struct Parsed {
    line: usize,
    /// Where its bars stand, in each of the [widths](drawn::widths).
    bars: Vec<[u32; 3]>,
    /// What stands between them, one more than bars.
    between: Vec<Between>,
}

/// What stands between two bars.
#[derive(Clone, Copy)]
struct Between {
    span: Span,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Rule,
    Blank,
    Text,
    /// A number or a sign for nothing.
    Value,
}

/// Cuts a line at its bars, of which the line above had `above`.
fn parse(text: &str, lines: &[Line], line: usize, drawn: Drawn, above: usize) -> Parsed {
    let whole = lines[line].text.trim(text);
    let printed = whole.of(text);
    let (bytes, base) = (printed.as_bytes(), whole.start as usize);
    let mut parsed = Parsed { line, bars: Vec::with_capacity(above), between: Vec::with_capacity(above + 1) };
    let mut column = [0; 3];
    let indent = Span { start: lines[line].text.start, end: whole.start };
    indent.of(text).chars().for_each(|c| advance(&mut column, c));
    let (mut start, mut at) = (0, 0);
    loop {
        at += pass_plain(&bytes[at..], &mut column);
        let Some(c) = printed[at..].chars().next() else { break };
        let behind = at + c.len_utf8();
        if drawn.parts(bytes[..at].last(), c, bytes.get(behind)) {
            parsed.between.push(between(text, base + start, base + at, drawn));
            parsed.bars.push(column);
            start = behind;
        }
        advance(&mut column, c);
        at = behind;
    }
    parsed.between.push(between(text, base + start, base + printed.len(), drawn));
    parsed
}

fn between(text: &str, start: usize, end: usize, drawn: Drawn) -> Between {
    let whole = Span::new(start, end);
    if drawn.is_rule(whole.of(text)) {
        return Between { span: whole, what: What::Rule };
    }
    let span = whole.trim(text);
    let printed = span.of(text);
    let what = match value::read(printed) {
        _ if is_blank(printed) => What::Blank,
        Reading::Text => What::Text,
        _ => What::Value,
    };
    Between { span, what }
}

/// A field of a line: the columns of the table that it takes, from and to.
#[derive(Clone, Copy)]
struct Field {
    from: usize,
    to: usize,
    between: Between,
}

/// A line as fields.
struct Fields {
    line: usize,
    fields: Vec<Field>,
    /// A rule from side to side.
    rule: bool,
    /// No rule stands on it.
    is_text: bool,
    /// How many values.
    values: usize,
}

impl Fields {
    fn texts(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.between.what == What::Text)
    }
}

fn grid(text: &str, lines: &[Line], open: &[(usize, Claim)], drawn: Drawn, vocabulary: &Vocabulary) -> Option<Grid> {
    let cells = open.iter().filter(|(_, claim)| matches!(claim, Claim::Cells(_))).count();
    let rules = open.len() - cells;
    // Without a rule, bars in ASCII are another layout, and one line with bars is a menu.
    if cells == 0 || (rules == 0 && (drawn == Drawn::Ascii || cells < 2)) {
        return None;
    }
    let mut parsed: Vec<Parsed> = Vec::with_capacity(open.len());
    for (line, _) in open {
        let above = parsed.last().map_or(0, |above| above.bars.len());
        parsed.push(parse(text, lines, *line, drawn, above));
    }
    let (lines, aligned) = fields(&parsed);
    // A paragraph in a box.
    if lines.iter().all(|line| line.fields.len() < 2) {
        return None;
    }
    let mut build = Build { aligned, ..Build::default() };
    for band in bands(text, &lines, vocabulary) {
        match band {
            Band::Rule(line) => build.rule(line),
            Band::Wrapped(lines) => build.wrapped(lines),
            Band::Rows(lines) => lines.iter().for_each(|line| {
                build.wrapped(std::slice::from_ref(line));
                build.close();
            }),
        }
    }
    let rows = build.finish();
    (!rows.is_empty()).then(|| Grid { layout: Layout::Box, rows, lines: open.iter().map(|(line, _)| *line).collect() })
}

/// Puts what stands between the bars into columns: by where the bars stand if they do so alike on all lines, else by counting; and whether the
/// former.
fn fields(parsed: &[Parsed]) -> (Vec<Fields>, bool) {
    // Bars at the ends of nine lines in ten are the table's sides.
    let side = |line: &&Parsed, last: bool| {
        let end = if last { line.between.last() } else { line.between.first() };
        end.is_some_and(|end| end.what == What::Blank)
    };
    let sides =
        [false, true].map(|last| parsed.iter().filter(|line| side(line, last)).count() * 10 >= parsed.len() * 9);
    let most = parsed.iter().map(|line| line.bars.len()).max().unwrap_or(0);
    let few = most <= MOST_COLUMNS;
    let columns = (0..3).filter(|_| few).find_map(|width| Some((width, columns(parsed, width, most)?)));
    let aligned = columns.is_some();
    let fields = |line: &Parsed| {
        let last = line.between.len() - 1;
        let is_blank = |at: usize| line.between[at].what == What::Blank;
        let mut fields = Vec::with_capacity(line.between.len());
        // Column 0 lies before the first bar.
        let mut from = 0;
        for (at, &between) in line.between.iter().enumerate() {
            let to = match (&columns, line.bars.get(at)) {
                (_, None) => most + 1,
                (Some((width, all)), Some(bar)) => column_of(all, from, bar[*width]).unwrap_or(at) + 1,
                (None, Some(_)) => at + 1,
            };
            if !(at == 0 && sides[0] && is_blank(0) || at == last && sides[1] && is_blank(last)) {
                fields.push(Field { from, to, between });
            }
            from = to;
        }
        let count = |what: What| fields.iter().filter(|field| field.between.what == what).count();
        let rules = count(What::Rule);
        let rule = !fields.is_empty() && rules == fields.len();
        Fields { line: line.line, rule, is_text: rules == 0, values: count(What::Value), fields }
    };
    (parsed.iter().map(fields).collect(), aligned)
}

/// The columns of one of the [widths](drawn::widths) in which the bars of all lines stand, in order, if they are `most`.
fn columns(parsed: &[Parsed], width: usize, most: usize) -> Option<Vec<u32>> {
    let mut columns: Vec<u32> = Vec::with_capacity(most);
    for line in parsed {
        let mut next = 0;
        for bar in &line.bars {
            let at = match column_of(&columns, next, bar[width]) {
                Ok(at) => at,
                Err(_) if columns.len() == most => return None,
                Err(at) => {
                    columns.insert(at, bar[width]);
                    at
                }
            };
            next = at + 1;
        }
    }
    (columns.len() == most).then_some(columns)
}

/// Where `column` stands in `columns`, or would. Mostly it is the one at `likely`: the next that has a bar.
fn column_of(columns: &[u32], likely: usize, column: u32) -> Result<usize, usize> {
    if columns.get(likely) == Some(&column) { Ok(likely) } else { columns.binary_search(&column) }
}

/// A drawing with more bars on a line is no table: the blank cells of merged ones would be without number.
const MOST_COLUMNS: usize = 200;

/// Lines that go together.
enum Band<'a> {
    /// A rule, with text beside it perhaps.
    Rule(&'a Fields),
    /// One row, its cells wrapped.
    Wrapped(&'a [Fields]),
    /// A row each.
    Rows(&'a [Fields]),
}

/// Numbers from this on in one line are a row's.
const ROW_NUMBERS: usize = 2;

/// Parts the lines at the rules, and tells whether what stands between two rules is one row or many.
fn bands<'a>(text: &str, lines: &'a [Fields], vocabulary: &Vocabulary) -> Vec<Band<'a>> {
    let framed = lines.first().is_some_and(|line| line.rule) && lines.last().is_some_and(|line| line.rule);
    let chunks: Vec<&[Fields]> = lines.chunk_by(|a, b| a.is_text && b.is_text).collect();
    let named = chunks.iter().map(|chunk| if chunk[0].is_text { rows_by_name(text, chunk, vocabulary) } else { 0 });
    let named: Vec<usize> = named.collect();
    let bearing = |chunk: &'a [Fields]| chunk.iter().filter(|line| line.values > 0);
    let (mut texts, mut one, mut several) = (0, 0, 0);
    for (&chunk, &named) in chunks.iter().zip(&named).filter(|(chunk, _)| chunk[0].is_text) {
        let lines = if tapers(chunk) { 1 } else { bearing(chunk).count() };
        let count = lines.max(named);
        texts += 1;
        one += usize::from(count == 1);
        several += usize::from(count > 1);
    }
    // Every row names its unit, and of these lines one does.
    let every = LazyCell::new(|| {
        let rows = chunks.iter().filter(|chunk| chunk[0].is_text && bearing(chunk).count() == 1);
        let named = rows.clone().filter(|chunk| names_unit(text, chunk)).count();
        let rows = rows.count();
        rows > 2 && named * 10 >= rows * 9
    });
    let one_unit = |chunk: &[Fields]| {
        let lines = chunk.iter().map(std::slice::from_ref).filter(|line| names_unit(text, line));
        lines.count() < 2 && names_unit(text, chunk) && *every
    };
    let band = |(chunk, named): (&'a [Fields], usize)| {
        if !chunk[0].is_text {
            return Band::Rule(&chunk[0]);
        }
        let count = bearing(chunk).count();
        let values = bearing(chunk).next().map_or(0, |line| line.values);
        let whole = count > 1
            && bearing(chunk).all(|line| line.values == values && line.texts().next().is_some())
            && (values >= ROW_NUMBERS
                || count * 2 > chunk.len() && have_same_texts(bearing(chunk)) && !one_unit(chunk));
        let shapes = chunk.windows(2).any(|pair| pair[0].fields.len() != pair[1].fields.len());
        // A box around a single row.
        let single = || {
            let bearing = bearing(chunk).next();
            let goes_on = |bearing: &Fields| chunk.iter().all(|line| goes_on(bearing, line));
            framed && texts < 2 && count == 1 && bearing.is_some_and(goes_on)
        };
        let rows = (texts < 2 && !single()) || shapes || whole || named > 1 || (count > 1 && several >= one);
        if rows { Band::Rows(chunk) } else { Band::Wrapped(chunk) }
    };
    chunks.iter().copied().zip(named).map(band).collect()
}

/// Below the first line the cells are those of the line above that go on, fewer and fewer: one row whose numbers are broken
/// over lines, too.
fn tapers(chunk: &[Fields]) -> bool {
    let filled = |line: &Fields, column: usize| {
        line.fields.iter().any(|field| field.from == column && field.between.what != What::Blank)
    };
    let goes_on = |above: &Fields, line: &Fields| {
        line.fields.iter().all(|field| field.between.what == What::Blank || filled(above, field.from))
    };
    chunk
        .split_first()
        .is_some_and(|(first, rest)| first.values >= ROW_NUMBERS && rest.iter().all(|line| line.values < first.values))
        && chunk.windows(2).all(|pair| goes_on(&pair[0], &pair[1]))
}

/// All lines have texts in the same columns: where one has a unit and the next has none, its number goes on there.
fn have_same_texts<'a>(mut lines: impl Iterator<Item = &'a Fields>) -> bool {
    let columns = |line: &'a Fields| line.texts().map(|field| field.from);
    lines.next().is_none_or(|first| lines.all(|line| columns(line).eq(columns(first))))
}

/// Nothing stands on the line in a column in which the line of the values holds one, unless it is that line.
fn goes_on(values: &Fields, line: &Fields) -> bool {
    let columns = || values.fields.iter().filter(|field| field.between.what == What::Value).map(|field| field.from);
    line.line == values.line
        || line
            .fields
            .iter()
            .all(|field| field.between.what == What::Blank || columns().all(|column| column != field.from))
}

/// The most lines with what a row has but one of, in one column: a unit, the end of a label that names its unit, the label of a form. Of
/// one line it is told only where no value makes a row of it.
fn rows_by_name(text: &str, chunk: &[Fields], vocabulary: &Vocabulary) -> usize {
    if let [Fields { values: 1.., .. }] = chunk {
        return 1;
    }
    // For each column, how many lines have one, by kind.
    let columns = chunk.iter().filter_map(|line| line.fields.last()).map(|last| last.from + 1).max().unwrap_or(0);
    let mut counts: Vec<[usize; 3]> = vec![[0; 3]; columns];
    for line in chunk {
        let (mut unit, mut end) = (false, false);
        for field in line.texts() {
            let cell = field.between.span.of(text);
            let marks = &mut counts[field.from];
            if !unit && is_unit(cell) {
                (unit, marks[0]) = (true, marks[0] + 1);
            }
            if !end && has_unit(cell) {
                (end, marks[1]) = (true, marks[1] + 1);
            }
            marks[2] += usize::from(vocabulary.is_label(cell));
        }
    }
    counts.into_iter().flatten().max().unwrap_or(0)
}

/// A unit stands in a cell of its own, or behind a label, on these lines of one row.
fn names_unit(text: &str, lines: &[Fields]) -> bool {
    let mut columns: BTreeMap<usize, String> = BTreeMap::new();
    for field in lines.iter().flat_map(Fields::texts) {
        columns.entry(field.from).or_default().push_str(field.between.span.of(text));
    }
    columns.values().any(|cell| is_unit(cell) || has_unit(cell))
}

/// Rows that are being read.
#[derive(Default)]
struct Build {
    aligned: bool,
    rows: Vec<(usize, Vec<Drawing>)>,
    /// Cells that no rule has ended, by their first column: row, index in the row. It is no longer than it must be.
    open: Vec<Option<(usize, usize)>>,
    /// A row was begun and no rule has ended it.
    begun: bool,
}

/// A cell that is being read.
struct Drawing {
    from: usize,
    to: usize,
    place: Span,
    piece: Option<Span>,
    /// Pieces after the first.
    others: Vec<Span>,
}

impl Build {
    fn close(&mut self) {
        self.open.clear();
        self.begun = false;
    }

    /// Ends the cells above the rule; what stands beside it belongs to cells that go on.
    fn rule(&mut self, line: &Fields) {
        if line.rule {
            self.close();
            return;
        }
        for field in &line.fields {
            if field.between.what != What::Rule {
                self.text(line.line, field, false);
            } else if field.to >= self.open.len() {
                self.open.truncate(field.from);
            } else if let Some(open) = self.open.get_mut(field.from..field.to) {
                open.fill(None);
            }
        }
        self.begun = false;
    }

    fn wrapped(&mut self, lines: &[Fields]) {
        for line in lines {
            let first = !self.begun;
            if first {
                self.rows.push((line.line, Vec::with_capacity(line.fields.len())));
                self.begun = true;
            }
            for field in &line.fields {
                self.text(line.line, field, first);
            }
        }
    }

    /// Adds a piece to the cell that is open in its column, or opens one. A cell that goes on from the row above is blank in this one.
    fn text(&mut self, line: usize, field: &Field, first: bool) {
        if self.rows.is_empty() {
            self.rows.push((line, Vec::new()));
        }
        let last = self.rows.len() - 1;
        let Between { span, what } = field.between;
        let drawing = |piece| Drawing { from: field.from, to: field.to, place: span, piece, others: Vec::new() };
        let piece = Some(span).filter(|_| what != What::Blank);
        match self.open.get(field.from).copied().flatten() {
            Some((row, at)) => {
                let cell = &mut self.rows[row].1[at];
                match cell.piece {
                    None => cell.piece = piece,
                    Some(_) => cell.others.extend(piece),
                }
                if first && row != last {
                    self.rows[last].1.push(drawing(None));
                }
            }
            None => {
                if self.open.len() <= field.from {
                    self.open.resize(field.from + 1, None);
                }
                self.open[field.from] = Some((last, self.rows[last].1.len()));
                self.rows[last].1.push(drawing(piece));
            }
        }
    }

    fn finish(self) -> Vec<Row> {
        let aligned = self.aligned;
        let row = |(line, mut cells): (usize, Vec<Drawing>)| {
            cells.sort_by_key(|cell| cell.from);
            let mut printed = Vec::with_capacity(cells.len());
            for cell in cells {
                let end = Span { start: cell.place.start, end: cell.place.start };
                let whole = match cell.piece {
                    None => Cell::new(end),
                    Some(piece) if cell.others.is_empty() => Cell::new(piece),
                    Some(piece) => Cell::broken([&[piece][..], &cell.others].concat()),
                };
                let end = Span { start: cell.place.end, end: cell.place.end };
                printed.push(whole);
                let spanned = if aligned { cell.to - cell.from } else { 1 };
                printed.extend((1..spanned).map(|_| Cell::new(end)));
            }
            Row { line, page: 0, cells: printed }
        };
        self.rows.into_iter().filter(|(_, cells)| !cells.is_empty()).map(row).collect()
    }
}

#[cfg(test)]
mod tests;
