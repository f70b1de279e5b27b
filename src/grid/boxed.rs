//! Tables that are drawn: `│`, `┃`, `║` between the cells and `─`, `━`, `═`, `┼` between the rows, or `+---+` and `|`.
//!
//! Between two rules a cell may run over several lines; a rule that spans only some columns leaves the cells beside it open, so that a
//! label standing before several rows counts once. Where the bars of all lines stand in the same display columns,
//! a cell spanning several of them leaves blank cells behind it; how wide a drawn line or a quote is depends on the font that it was drawn
//! with, so three widths are tried. Where bars stand askew, cells are counted instead.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use unicode_width::UnicodeWidthChar;

use super::{Cell, Grid, Layout, Row, Vocabulary};
use crate::fold::is_blank;
use crate::grid::value::{self, Reading, is_unit};
use crate::lines::{Line, Look};
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

/// What a table is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Drawn {
    /// U+2500 to U+257F.
    Box,
    /// `+`, `-`, `=`, `|`.
    Ascii,
}

impl Drawn {
    /// It is a piece of a rule, with or without a bar through it.
    fn is_horizontal(self, c: char) -> bool {
        match self {
            Drawn::Box => is_box(c) && !is_upright(c) && !matches!(c, '╱' | '╲' | '╳'),
            Drawn::Ascii => matches!(c, '-' | '=' | '+' | ':'),
        }
    }

    /// It parts two cells. `+3` is a number: in ASCII a plus parts only pieces of rules.
    fn parts(self, before: Option<char>, c: char, after: Option<char>) -> bool {
        match self {
            Drawn::Box => is_upright(c) || (self.is_horizontal(c) && !is_stroke(c)),
            Drawn::Ascii => {
                let stroke = |c: Option<char>| matches!(c, Some('-' | '='));
                c == '|' || (c == '+' && (stroke(before) || stroke(after)))
            }
        }
    }
}

fn is_box(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257F}')
}

fn is_upright(c: char) -> bool {
    const UPRIGHT: u128 = bits(&['│', '┃', '║', '┆', '┇', '┊', '┋', '╎', '╏', '╵', '╷', '╹', '╻', '╽', '╿']);
    is_box(c) && UPRIGHT >> (c as u32 - FIRST) & 1 > 0
}

/// A rule that no bar meets.
fn is_stroke(c: char) -> bool {
    const STROKES: u128 = bits(&['─', '━', '═', '┄', '┅', '┈', '┉', '╌', '╍', '╴', '╶', '╸', '╺', '╼', '╾']);
    is_box(c) && STROKES >> (c as u32 - FIRST) & 1 > 0
}

/// The first of the 128 [drawn](is_box) characters.
const FIRST: u32 = 0x2500;

/// A bit for each of some drawn characters.
const fn bits(drawn: &[char]) -> u128 {
    let (mut bits, mut at) = (0, 0);
    while at < drawn.len() {
        bits |= 1 << (drawn[at] as u32 - FIRST);
        at += 1;
    }
    bits
}

/// Finds the drawn tables.
pub(super) fn find(text: &str, lines: &[Line], taken: &[bool], vocabulary: &Vocabulary) -> Vec<Grid> {
    let mut grids = Vec::new();
    if !may_be_drawn(text) {
        return grids;
    }
    let mut open: Vec<(usize, Claim)> = Vec::new();
    let mut drawn = None;
    let mut blank_before = false;
    for (index, line) in lines.iter().enumerate() {
        let claim = if taken[index] { Claim::No } else { claim(text, line) };
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

/// The text holds a drawn line, a `|`, or a `+` that a line may begin with: without any, no line is part of a drawing.
fn may_be_drawn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize| text[..at].chars().next_back().is_none_or(char::is_whitespace);
    memchr::memchr(b'|', bytes).is_some()
        || memchr::memchr_iter(b'+', bytes).any(begins)
        || [&b"\xE2\x94"[..], b"\xE2\x95"].iter().any(|lead| memchr::memmem::find(bytes, lead).is_some())
}

/// Some character of it is [drawn](is_box): U+2500 to U+257F are `E2 94` and `E2 95` with any third byte.
fn holds_drawn(printed: &[u8]) -> bool {
    memchr::memchr_iter(0xE2, printed).any(|at| matches!(printed.get(at + 1), Some(0x94 | 0x95)))
}

fn claim(text: &str, line: &Line) -> Claim {
    if matches!(line.look, Look::Blank | Look::Furniture) {
        return Claim::Pass;
    }
    let printed = line.text.of(text).trim();
    let edge = |byte: Option<&u8>| matches!(byte, Some(b'|' | b'+'));
    let ascii = printed.len() > 1 && edge(printed.as_bytes().first()) && edge(printed.as_bytes().last());
    if !ascii && !holds_drawn(printed.as_bytes()) {
        return Claim::No;
    }
    let (mut bars, mut strokes, mut other, mut blanks) = (false, false, false, false);
    for c in printed.chars() {
        match c {
            _ if is_box(c) => {
                strokes |= Drawn::Box.is_horizontal(c);
                bars |= !is_stroke(c);
            }
            _ if c.is_whitespace() => blanks = true,
            _ => other = true,
        }
    }
    if strokes && !other && (!blanks || !bars) {
        return Claim::Rule(Drawn::Box, printed.starts_with(['┌', '┍', '┎', '┏', '╒', '╓', '╔', '╭']));
    }
    if bars {
        return Claim::Cells(Drawn::Box);
    }
    if ascii {
        let rule = printed.chars().all(|c| matches!(c, '+' | '-' | '=' | ':'));
        let drawn = printed.contains("--") || printed.contains("==");
        return if rule && drawn { Claim::Rule(Drawn::Ascii, false) } else { Claim::Cells(Drawn::Ascii) };
    }
    Claim::No
}

/// A line between two bars of a table.
struct Parsed {
    line: usize,
    /// Where its bars stand, in each of the [widths](offsets).
    bars: Vec<[u32; 3]>,
    /// What stands between them, one more than bars.
    between: Vec<Between>,
}

/// What stands between two bars.
#[derive(Clone, Copy)]
struct Between {
    span: Span,
    rule: bool,
    blank: bool,
}

/// How wide a character is, in each of the ways of [`advance`].
fn widths(c: char) -> [u32; 3] {
    let wide = c.width_cjk().unwrap_or(0) as u32;
    [c.width().unwrap_or(0) as u32, wide, if is_box(c) { 1 } else { wide }]
}

/// The display column behind `c`: everything ambiguous narrow, all of it wide, or all but drawn lines wide.
fn advance(column: &mut [u32; 3], c: char) {
    static DRAWN: LazyLock<[[u32; 3]; 128]> =
        LazyLock::new(|| std::array::from_fn(|at| widths(char::from_u32(FIRST + at as u32).unwrap_or(' '))));
    let widths = match c {
        // Nearly all.
        ' '..='~' => [1; 3],
        '\u{4E00}'..='\u{9FFF}' => [2; 3],
        _ if is_box(c) => DRAWN[(c as u32 - FIRST) as usize],
        _ => widths(c),
    };
    column.iter_mut().zip(widths).for_each(|(column, width)| *column += width);
}

fn parse(text: &str, lines: &[Line], line: usize, drawn: Drawn) -> Parsed {
    let whole = lines[line].text.trim(text);
    let printed = whole.of(text);
    let base = whole.start as usize;
    let mut parsed = Parsed { line, bars: Vec::new(), between: Vec::new() };
    let mut column = [0; 3];
    let indent = Span { start: lines[line].text.start, end: whole.start };
    indent.of(text).chars().for_each(|c| advance(&mut column, c));
    let mut start = 0;
    let mut before = None;
    let mut chars = printed.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if drawn.parts(before, c, chars.peek().map(|(_, after)| *after)) {
            parsed.between.push(between(text, base + start, base + at, drawn));
            parsed.bars.push(column);
            start = at + c.len_utf8();
        }
        advance(&mut column, c);
        before = Some(c);
    }
    parsed.between.push(between(text, base + start, base + printed.len(), drawn));
    parsed
}

fn between(text: &str, start: usize, end: usize, drawn: Drawn) -> Between {
    let whole = Span::new(start, end);
    let span = whole.trim(text);
    let printed = span.of(text);
    // A rule goes from bar to bar; a dash with blanks beside it is a placeholder.
    let long = drawn == Drawn::Box || printed.len() > 1;
    let rule = long && whole == span && !printed.is_empty() && printed.chars().all(|c| drawn.is_horizontal(c));
    Between { span, rule, blank: is_blank(printed) }
}

/// A field of a line: the columns of the table that it takes, from and to.
#[derive(Clone, Copy)]
struct Field {
    from: usize,
    to: usize,
    what: Between,
}

/// A line as fields.
struct Fields {
    line: usize,
    fields: Vec<Field>,
    /// A rule from side to side.
    rule: bool,
}

impl Fields {
    /// No rule stands on it.
    fn is_text(&self) -> bool {
        !self.fields.iter().any(|field| field.what.rule)
    }
}

fn grid(text: &str, lines: &[Line], open: &[(usize, Claim)], drawn: Drawn, vocabulary: &Vocabulary) -> Option<Grid> {
    let cells = open.iter().filter(|(_, claim)| matches!(claim, Claim::Cells(_))).count();
    let rules = open.len() - cells;
    // Without a rule, bars in ASCII are another layout, and one line with bars is a menu.
    if cells == 0 || (rules == 0 && (drawn == Drawn::Ascii || cells < 2)) {
        return None;
    }
    let parsed: Vec<Parsed> = open.iter().map(|(line, _)| parse(text, lines, *line, drawn)).collect();
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
        end.is_some_and(|end| end.blank)
    };
    let sides =
        [false, true].map(|last| parsed.iter().filter(|line| side(line, last)).count() * 10 >= parsed.len() * 9);
    let most = parsed.iter().map(|line| line.bars.len()).max().unwrap_or(0);
    let mut columns: Option<(usize, Vec<u32>)> = None;
    for width in (0..3).filter(|_| most <= MOST_COLUMNS) {
        let mut all: Vec<u32> = parsed.iter().flat_map(|line| &line.bars).map(|bar| bar[width]).collect();
        all.sort_unstable();
        all.dedup();
        if all.len() == most {
            columns = Some((width, all));
            break;
        }
    }
    let aligned = columns.is_some();
    let fields = |line: &Parsed| {
        let bar = |at: usize| match &columns {
            // Column 0 lies before the first bar.
            Some((width, all)) => all.binary_search(&line.bars[at][*width]).map_or(at, |column| column) + 1,
            None => at + 1,
        };
        let last = line.between.len() - 1;
        let kept = |at: usize| {
            !(at == 0 && sides[0] && line.between[0].blank || at == last && sides[1] && line.between[last].blank)
        };
        let fields: Vec<Field> = (0..=last)
            .filter(|&at| kept(at))
            .map(|at| Field {
                from: at.checked_sub(1).map_or(0, bar),
                to: if at == last { most + 1 } else { bar(at) },
                what: line.between[at],
            })
            .collect();
        let rule = !fields.is_empty() && fields.iter().all(|field| field.what.rule);
        Fields { line: line.line, fields, rule }
    };
    (parsed.iter().map(fields).collect(), aligned)
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
    let bearing = |line: &Fields| values(text, line) > 0;
    let named = |chunk: &[Fields]| rows_by_name(text, chunk, vocabulary);
    let framed = lines.first().is_some_and(|line| line.rule) && lines.last().is_some_and(|line| line.rule);
    let chunks: Vec<&[Fields]> = lines.chunk_by(|a, b| a.is_text() && b.is_text()).collect();
    let texts = chunks.iter().filter(|chunk| chunk[0].is_text()).count();
    let count = |chunk: &&&[Fields]| chunk.iter().filter(|line| bearing(line)).count().max(named(chunk));
    let counts = chunks.iter().filter(|chunk| chunk[0].is_text()).map(|chunk| count(&chunk));
    let (mut one, mut several) = (0, 0);
    for count in counts {
        one += usize::from(count == 1);
        several += usize::from(count > 1);
    }
    let band = |chunk: &'a [Fields]| {
        if !chunk[0].is_text() {
            return Band::Rule(&chunk[0]);
        }
        let bearing: Vec<&Fields> = chunk.iter().filter(|line| bearing(line)).collect();
        let labelled = |line: &&Fields| line.fields.iter().any(|field| !field.what.blank && is_text(text, field));
        let alike = |pair: &[&Fields]| values(text, pair[0]) == values(text, pair[1]);
        let whole = bearing.len() > 1
            && bearing.windows(2).all(alike)
            && (values(text, bearing[0]) >= ROW_NUMBERS || bearing.len() * 2 > chunk.len())
            && bearing.iter().all(labelled);
        let shapes = chunk.windows(2).any(|pair| pair[0].fields.len() != pair[1].fields.len());
        // A box around a single row.
        let single =
            || framed && texts < 2 && bearing.len() == 1 && chunk.iter().all(|line| goes_on(text, bearing[0], line));
        let rows =
            (texts < 2 && !single()) || shapes || whole || named(chunk) > 1 || (bearing.len() > 1 && several >= one);
        if rows { Band::Rows(chunk) } else { Band::Wrapped(chunk) }
    };
    chunks.into_iter().map(band).collect()
}

/// Nothing stands on the line in a column in which the line of the values holds one, unless it is that line.
fn goes_on(text: &str, values: &Fields, line: &Fields) -> bool {
    let value = |field: &&Field| !field.what.blank && !is_text(text, field);
    let columns = || values.fields.iter().filter(value).map(|field| field.from);
    line.line == values.line
        || line.fields.iter().all(|field| field.what.blank || columns().all(|column| column != field.from))
}

/// Values on a line.
fn values(text: &str, line: &Fields) -> usize {
    line.fields.iter().filter(|field| !field.what.blank && !is_text(text, field)).count()
}

/// The most lines with what a row has but one of, in one column: a unit, the end of a label that names its unit, the label of a form.
fn rows_by_name(text: &str, chunk: &[Fields], vocabulary: &Vocabulary) -> usize {
    let mut counts: BTreeMap<(usize, u8), usize> = BTreeMap::new();
    for line in chunk {
        let texts = || line.fields.iter().filter(|field| !field.what.blank && is_text(text, field));
        let cell = |field: &Field| field.what.span.of(text);
        let unit = texts().find(|field| is_unit(cell(field))).map(|field| (field.from, 0));
        let end = texts().find(|field| ends_in_unit(cell(field))).map(|field| (field.from, 1));
        let labels = texts().filter(|field| vocabulary.is_label(cell(field))).map(|field| (field.from, 2));
        for mark in [unit, end].into_iter().flatten().chain(labels) {
            *counts.entry(mark).or_insert(0) += 1;
        }
    }
    counts.into_values().max().unwrap_or(0)
}

/// 主动公开信息数（条）
fn ends_in_unit(printed: &str) -> bool {
    let Some(inside) = printed.strip_suffix(['）', ')']) else { return false };
    inside.rsplit_once(['（', '(']).is_some_and(|(_, unit)| is_unit(unit))
}

fn is_text(text: &str, field: &Field) -> bool {
    matches!(value::read(field.what.span.of(text)), Reading::Text)
}

/// Rows that are being read.
#[derive(Default)]
struct Build {
    aligned: bool,
    rows: Vec<(usize, Vec<Drawing>)>,
    /// Cells that no rule has ended: first column → row, index in the row.
    open: BTreeMap<usize, (usize, usize)>,
    /// A row was begun and no rule has ended it.
    begun: bool,
}

/// A cell that is being read.
struct Drawing {
    from: usize,
    to: usize,
    place: Span,
    pieces: Vec<Span>,
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
            if field.what.rule {
                while let Some((&from, _)) = self.open.range(field.from..field.to.max(field.from)).next() {
                    self.open.remove(&from);
                }
            } else {
                self.text(line.line, field, false);
            }
        }
        self.begun = false;
    }

    fn wrapped(&mut self, lines: &[Fields]) {
        for line in lines {
            let first = !self.begun;
            if first {
                self.rows.push((line.line, Vec::new()));
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
        let drawing = |pieces| Drawing { from: field.from, to: field.to, place: field.what.span, pieces };
        let piece = (!field.what.blank).then_some(field.what.span);
        match self.open.get(&field.from) {
            Some(&(row, at)) => {
                self.rows[row].1[at].pieces.extend(piece);
                if first && row != last {
                    self.rows[last].1.push(drawing(Vec::new()));
                }
            }
            None => {
                self.open.insert(field.from, (last, self.rows[last].1.len()));
                self.rows[last].1.push(drawing(piece.into_iter().collect()));
            }
        }
    }

    fn finish(self) -> Vec<Row> {
        let aligned = self.aligned;
        let row = |(line, mut cells): (usize, Vec<Drawing>)| {
            cells.sort_by_key(|cell| cell.from);
            let mut printed = Vec::new();
            for cell in cells {
                let end = Span { start: cell.place.start, end: cell.place.start };
                let whole = if cell.pieces.is_empty() { Cell::new(end) } else { Cell::broken(cell.pieces) };
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
