//! Tables that have one cell on each line, blank cells being empty lines or lost, with or without a `|` before or behind the cell.
//!
//! Nothing but its content tells such a table from prose: numbers that stand alone on their lines, between labels that some form prints. A
//! label opens a row, and the values below it are its cells. Where every two cells have as many empty lines between them that is the
//! spacing of the text, and what is empty beyond it is a blank cell. A page number is passed over, but a bare number is a value here.

mod between;
mod labels;
mod odd;

use std::collections::BTreeMap;

use self::between::{heads_units, is_group, stands_apart};
pub(super) use self::odd::says_nothing;
use self::odd::{is_odd_number, without_mark};
use super::space::is_caption;
use super::{Cell, Grid, LONE_CELL, Layout, Row, Vocabulary};
use crate::fold::key;
use crate::grid::value::{self, Reading, has_unit, is_dash, is_unit};
use crate::lines::{Line, Look};
use crate::outline::markup::unmarked;
use crate::outline::ordinal::{Style, ordinal};
use crate::span::Span;

/// What a line is to a table of this layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An empty line.
    Blank,
    /// A page number.
    Pass,
    /// A number or a sign for nothing.
    Value,
    /// A number.
    Number,
    /// It stands where a number belongs, and is none beyond doubt.
    Odd,
    /// A bar with nothing beside it: a blank cell for certain.
    Empty,
    /// A label that some form prints.
    Label,
    /// A short text.
    Short,
    /// 条, 万元: a short text that may be the unit of the number below.
    Unit,
    /// A short text that begins with 一、: a row, or a section.
    Numbered,
    /// The title of a section.
    Title,
    /// A paragraph, or a row of another table.
    Prose,
}

/// A line that holds something.
#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    line: usize,
    span: Span,
    barred: bool,
    /// Empty lines above it.
    above: usize,
    /// A page ends above it.
    page: bool,
    /// A number that stands apart between two rows that are whole without it, as that of a page does: no cell of either.
    apart: bool,
}

impl Token {
    fn is_value(&self) -> bool {
        matches!(self.kind, Kind::Value | Kind::Number | Kind::Empty | Kind::Odd)
    }

    fn ends_table(&self) -> bool {
        matches!(self.kind, Kind::Title | Kind::Prose)
    }
}

/// Without this many values there must be labels to know a table by.
const FEWEST_VALUES: usize = 4;
/// Labels that make a table of few values.
const FEWEST_LABELS: usize = 2;
/// Short texts in a row that are neither labels of a form nor followed by a value: more of them are no part of a table.
const MOST_SHORT: usize = 5;
/// So many rows without a number, labels and units, may stand between rows that have one.
const MOST_BETWEEN: usize = 60;
/// Lines below the label of a group on which a number or a unit must stand.
const BELOW_GROUP: usize = 3;
/// Cells of the first row among which 序号 is looked for.
const FIRST_HEADS: usize = 3;

/// Finds the tables among the lines that no other layout has taken.
pub(super) fn find(text: &str, lines: &[Line], taken: &[bool], vocabulary: &Vocabulary) -> Vec<Grid> {
    if !may_be_table(text, lines, taken, vocabulary) {
        return Vec::new();
    }
    let tokens = tokens(text, lines, taken, vocabulary);
    let heading = above_headings(&tokens);
    let mut grids = Vec::new();
    let mut start = 0;
    for end in 0..=tokens.len() {
        if tokens.get(end).is_none_or(Token::ends_table) {
            let mut stretch = Stretch::default();
            // Each with whether it is a table, once that was asked.
            let mut found: Vec<((usize, usize), Option<bool>)> = Vec::new();
            let is_table = |(first, last): (usize, usize)| is_table(&tokens[first..=last]);
            for range in (start..=end)
                .filter_map(|at| if at < end { stretch.push(text, &tokens, at, vocabulary) } else { stretch.close() })
            {
                // What is no table by itself goes on with the one above, whose rows between them have no number.
                if let Some((last, asked)) = found.last_mut()
                    && goes_on(text, &tokens, *last, range)
                    && *asked.get_or_insert_with(|| is_table(*last))
                    && !is_table(range)
                {
                    last.1 = range.1;
                } else {
                    found.push((range, None));
                }
            }
            let found = found.into_iter().map(|(range, _)| range).filter(|&range| is_table(range));
            grids.extend(found.map(|range| grid(text, lines, &tokens, range, heading, vocabulary)));
            start = end + 1;
        }
    }
    grids
}

/// Below the table `above`, with nothing but short texts between them, stand labels with numbers: several, or one whose label has its unit.
fn goes_on(text: &str, tokens: &[Token], above: (usize, usize), below: (usize, usize)) -> bool {
    let is_text = |token: &Token| matches!(token.kind, Kind::Short | Kind::Label);
    let between = &tokens[above.1 + 1..below.0];
    let pairs = || {
        let pairs = tokens[below.0..=below.1].windows(2);
        pairs.filter(|pair| is_text(&pair[0]) && pair[1].kind == Kind::Number)
    };
    between.len() <= MOST_BETWEEN
        && between.iter().all(|token| is_text(token) || token.kind == Kind::Unit)
        && (pairs().nth(1).is_some() || pairs().any(|pair| has_unit(pair[0].span.of(text))))
}

/// Between two lines that are no part of a table stand as many values and labels as the smallest table has.
fn may_be_table(text: &str, lines: &[Line], taken: &[bool], vocabulary: &Vocabulary) -> bool {
    let (mut values, mut labels) = (0, 0);
    for (line, taken) in lines.iter().zip(taken).filter(|(line, _)| line.look != Look::Blank) {
        let content = || {
            let (span, barred) = unbarred(text, line.text);
            content(text, line, span, barred, vocabulary)
        };
        match if *taken { Some(Kind::Prose) } else { content() } {
            Some(Kind::Number | Kind::Value) => values += 1,
            Some(Kind::Label) => labels += 1,
            Some(Kind::Prose) => (values, labels) = (0, 0),
            _ => {}
        }
        if values >= FEWEST_VALUES || labels >= FEWEST_LABELS {
            return true;
        }
    }
    false
}

fn tokens(text: &str, lines: &[Line], taken: &[bool], vocabulary: &Vocabulary) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let (mut above, mut page) = (0, false);
    for (index, line) in lines.iter().enumerate() {
        let (span, barred) = if taken[index] { (line.text, false) } else { unbarred(text, line.text) };
        let kind = if taken[index] { Kind::Prose } else { kind(text, line, span, barred, vocabulary) };
        match kind {
            Kind::Blank => above += usize::from(!line.is_page_end(text)),
            Kind::Pass => page = true,
            kind => {
                tokens.push(Token { kind, line: index, span, barred, above, page, apart: false });
                (above, page) = (0, false);
            }
        }
    }
    // A dash below it says that the label of a group has no number: no section begins so.
    for at in 1..tokens.len() {
        if tokens[at].kind == Kind::Value && tokens[at - 1].kind == Kind::Title && is_dash(tokens[at].span.of(text)) {
            tokens[at - 1].kind = Kind::Short;
        }
    }
    // Among rows with units a title heads some of them.
    for at in 1..tokens.len() {
        if tokens[at].kind == Kind::Title && heads_units(&tokens, at) {
            tokens[at].kind = Kind::Short;
        }
    }
    for at in 1..tokens.len() {
        if stands_apart(text, &tokens, at) {
            (tokens[at].apart, tokens[at].page, tokens[at + 1].page) = (true, true, true);
        }
    }
    // What stands below decides whether 一、 opens a row or a section.
    for at in (0..tokens.len()).rev().filter(|&at| tokens[at].kind == Kind::Numbered).collect::<Vec<_>>() {
        let row = tokens.get(at + 1).is_some_and(|below| {
            below.is_value()
                || below.kind == Kind::Unit
                || (below.kind == Kind::Short && says_nothing(below.span.of(text)))
                || (below.kind == Kind::Label && is_bracketed(text, below.span))
                || (below.kind == Kind::Short && labels::are_one(text, tokens[at].span, below.span, vocabulary))
                || is_group(text, &tokens, at)
                || value::has_unit(tokens[at].span.of(text))
        });
        tokens[at].kind = if row { Kind::Short } else { Kind::Title };
    }
    tokens
}

fn is_bracketed(text: &str, span: Span) -> bool {
    ordinal(span.of(text)).is_some_and(|ordinal| ordinal.style == Style::ChineseBracketed)
}

/// The text of a line without a bar before and behind it, and whether there was one.
fn unbarred(text: &str, line: Span) -> (Span, bool) {
    let is_bar = |c: char| matches!(c, '|' | '｜' | '│' | '┃');
    if is_plain(line.bytes_of(text)) {
        return (line, false);
    }
    let whole = line.trim(text);
    let printed = whole.of(text);
    let rest = printed.strip_prefix(is_bar).unwrap_or(printed);
    let start = whole.start as usize + printed.len() - rest.len();
    let inner = rest.strip_suffix(is_bar).unwrap_or(rest);
    (Span::new(start, start + inner.len()).trim(text), inner.len() < printed.len())
}

/// It begins and ends with a Chinese character, 。, full width punctuation from ！ to ？ or visible ASCII, but no bar: so do most lines.
fn is_plain(printed: &[u8]) -> bool {
    let ascii = |byte: &u8| matches!(byte, b'!'..=b'{' | b'}' | b'~');
    let begins = match printed {
        [0xE4..=0xE9, ..] | [0xEF, 0xBC, ..] => true,
        [first, ..] => ascii(first),
        [] => false,
    };
    begins
        && match printed {
            [.., 0xE4..=0xE9, _, _] | [.., 0xE3, 0x80, 0x82] | [.., 0xEF, 0xBC, _] => true,
            [.., last] => ascii(last),
            [] => false,
        }
}

/// What a line is, if its text alone says so.
fn content(text: &str, line: &Line, span: Span, barred: bool, vocabulary: &Vocabulary) -> Option<Kind> {
    match line.look {
        Look::Blank => return Some(Kind::Blank),
        Look::Furniture => return Some(Kind::Pass),
        Look::Tabbed { filled, .. } if filled > 1 => return Some(Kind::Prose),
        Look::Tabbed { .. } | Look::Text => {}
    }
    let printed = span.of(text);
    // Bytes first: a line of ten million characters is not counted.
    if printed.len() > LONE_CELL * 4 || (barred && printed.contains(['|', '｜', '│', '┃'])) {
        return Some(Kind::Prose);
    }
    match value::read(printed) {
        Reading::Number { .. } => Some(Kind::Number),
        Reading::Placeholder => Some(Kind::Value),
        Reading::Blank => Some(Kind::Empty),
        Reading::Text => (vocabulary.is_label(printed) || labels::is_glued(printed, vocabulary)).then_some(Kind::Label),
    }
}

fn kind(text: &str, line: &Line, span: Span, barred: bool, vocabulary: &Vocabulary) -> Kind {
    if let Some(kind) = content(text, line, span, barred, vocabulary) {
        return kind;
    }
    let printed = unmarked(span.of(text));
    let prose = printed.contains('。')
        || printed.ends_with(['；', '：', ':', '！', '？', '，'])
        || printed.chars().count() > LONE_CELL;
    match ordinal(printed) {
        Some(ordinal) if vocabulary.is_title(ordinal.rest) => Kind::Title,
        Some(ordinal) if matches!(ordinal.style, Style::Chinese | Style::Part | Style::Article) => {
            if prose {
                Kind::Prose
            } else {
                Kind::Numbered
            }
        }
        None if vocabulary.is_title(printed) => Kind::Title,
        _ if is_odd_number(printed) && !vocabulary.is_piece(printed) => Kind::Odd,
        _ if prose => Kind::Prose,
        _ if is_unit(printed) => Kind::Unit,
        _ => Kind::Short,
    }
}

/// Empty lines that stand above the titles of sections, where no table ends there: one, if nothing tells.
fn above_headings(tokens: &[Token]) -> usize {
    let between = tokens.windows(2).filter(|pair| pair[0].kind == Kind::Prose && pair[1].kind == Kind::Title);
    between.map(|pair| pair[1].above).max().unwrap_or(1)
}

/// Lines that may be a table: from a first label to a last label or value.
#[derive(Default)]
struct Stretch {
    /// First and last token.
    found: Option<(usize, usize)>,
    /// Short texts since.
    short: usize,
    /// The token above, if it is a text.
    above: Option<usize>,
}

impl Stretch {
    /// Takes the next token; gives the table that it ends.
    fn push(&mut self, text: &str, tokens: &[Token], at: usize, vocabulary: &Vocabulary) -> Option<(usize, usize)> {
        let kind = tokens[at].kind;
        let above = std::mem::take(&mut self.above);
        // Right below a label or a value of the table, as close as that stands to the one above.
        let follows = self.found.is_some_and(|(_, last)| last + 1 == at && tokens[at].above <= tokens[last].above);
        match kind {
            Kind::Label => {
                self.found = Some((self.found.map_or(at, |(first, _)| first), at));
                self.short = 0;
                self.above = Some(at);
            }
            Kind::Value | Kind::Number | Kind::Empty => {
                // A number opens no table, but the label right above it does.
                let first = self.found.map(|(first, _)| first).or(above.filter(|_| kind == Kind::Number))?;
                self.found = Some((first, at));
                self.short = 0;
            }
            Kind::Unit if above.is_some() => {
                // A label with its unit is a row; the number of the last one may be blank.
                self.short = 0;
                self.found = self.found.map(|(first, _)| (first, at));
                self.above = above;
            }
            Kind::Odd if follows => {
                self.found = self.found.map(|(first, _)| (first, at));
                self.short = 0;
            }
            // Below a label, or beside a bar, a text that says so stands for a number.
            Kind::Short
                if (above.is_some() || follows && tokens[at].barred) && says_nothing(tokens[at].span.of(text)) =>
            {
                self.found = self.found.map(|(first, _)| (first, at));
                self.short = 0;
            }
            _ => {
                self.above = Some(at);
                // A header whose labels are broken has many.
                self.short += usize::from(!vocabulary.is_piece(tokens[at].span.of(text)));
                if self.short > MOST_SHORT {
                    self.short = 0;
                    return self.found.take();
                }
            }
        }
        None
    }

    fn close(&mut self) -> Option<(usize, usize)> {
        self.found.take()
    }
}

/// Enough of the tokens are values and labels.
fn is_table(table: &[Token]) -> bool {
    let count = |is: &dyn Fn(&Token) -> bool| table.iter().filter(|token| is(token)).count();
    let values = count(&|token| matches!(token.kind, Kind::Value | Kind::Number));
    let labels = count(&|token| token.kind == Kind::Label);
    let blanks = Blanks::new(table);
    // Labels with nothing between them may be a table of contents.
    let cells = || values > 0 || table.iter().skip(1).any(|token| token.kind == Kind::Empty || blanks.count(token) > 0);
    // A bar with nothing beside it is a cell, and so is the unit behind a label.
    let beside = (1..table.len()).filter(|&at| table[at].kind == Kind::Empty || stands_as_unit(table, at)).count();
    (values >= FEWEST_VALUES && values * 10 >= table.len() * 3)
        || (labels >= 4 && (labels + values + beside) * 10 >= table.len() * 6 && cells())
        || (labels >= FEWEST_LABELS && values >= 2)
}

/// The table of the tokens `first..=last`.
fn grid(
    text: &str,
    lines: &[Line],
    tokens: &[Token],
    (first, last): (usize, usize),
    heading: usize,
    vocabulary: &Vocabulary,
) -> Grid {
    let table = &tokens[first..=last];
    let blanks = Blanks::new(table);
    let texts = text_cells(text, table, &blanks, vocabulary);
    let serials = serials(text, table);
    let mut rows: Vec<Row> = Vec::new();
    for (at, token) in table.iter().enumerate() {
        let opens = match at.checked_sub(1) {
            None => true,
            Some(above) if serials[above] => false,
            Some(above) => {
                table[above].apart
                    || token.apart
                    || serials[at]
                    || !(token.is_value() || texts[at] || stands_as_unit(table, at))
            }
        };
        if let Some(row) = rows.last_mut() {
            let block = opens && table.get(at + 1).is_some_and(|next| !next.is_value());
            let doubtful = block && !blanks.inside && table[at - 1].is_value();
            let count = if doubtful { 0 } else { blanks.count(token) };
            row.cells.extend(blank_cells(lines, token, count));
        }
        let (own, mark) = without_mark(text, token.span);
        let cells = std::iter::once(own).chain(mark).map(Cell::new);
        match rows.last_mut() {
            Some(row) if !opens => row.cells.extend(cells),
            _ => rows.push(Row { line: token.line, page: 0, cells: cells.collect() }),
        }
    }
    // Empty lines below the last row are blank cells if cells are left blank here, but for those that stand above any heading.
    if let (Some(next), Some(row)) = (tokens.get(last + 1), rows.last_mut())
        && blanks.inside
    {
        let spacing = Token { above: next.above.saturating_sub(heading.saturating_sub(blanks.spacing)), ..*next };
        row.cells.extend(blank_cells(lines, next, blanks.count(&spacing)));
    }
    Grid { layout: Layout::Line, rows, lines: table.iter().map(|token| token.line).collect() }
}

/// Which short texts stand where a number belongs (详见附表): with them, and not without, the row has as many cells as other rows have.
fn text_cells(text: &str, table: &[Token], blanks: &Blanks, vocabulary: &Vocabulary) -> Vec<bool> {
    let opens = |token: &Token| token.kind == Kind::Label;
    // What heads a column above the first row, and again behind a page break, stands for no number.
    let header = table.iter().position(|token| token.is_value()).unwrap_or(table.len());
    let mut heads: Vec<&str> = table[..header].iter().map(|token| token.span.of(text)).collect();
    heads.sort_unstable();
    let is_head = |token: &Token| heads.binary_search(&token.span.of(text)).is_ok();
    let is_text = |token: &Token| {
        let printed = token.span.of(text);
        let group = || ordinal(printed).is_some_and(|ordinal| ordinal.style == Style::Chinese);
        // A label that lost its ordinal is no value of the row above it.
        let label = value::without_remark(printed).unwrap_or(printed);
        let is_label = || vocabulary.is_piece(label) || vocabulary.is_misprint(label);
        !group() && !is_head(token) && !is_label() && !is_caption(printed)
    };
    let strange: Vec<bool> = table.iter().map(|token| token.kind == Kind::Short && is_text(token)).collect();
    let mut texts = behind_units(text, table, blanks);
    if !strange.contains(&true) {
        return texts;
    }
    // Each row, how many cells stand behind its label, and how many of these are texts.
    let mut start = 0;
    let rows: Vec<(&[Token], usize, usize)> = table
        .chunk_by(|_, next| !opens(next))
        .map(|row| {
            let strange = strange[start + 1..start + row.len()].iter().filter(|strange| **strange).count();
            let values = row[1..].iter().filter(|token| token.is_value()).count();
            start += row.len();
            (row, values + strange + row[1..].iter().map(|token| blanks.count(token)).sum::<usize>(), strange)
        })
        .collect();
    // How many cells stand behind a label, and how often.
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, all, _) in rows.iter().filter(|(row, _, strange)| opens(&row[0]) && *strange == 0) {
        *counts.entry(*all).or_insert(0) += 1;
    }
    let often = |count: usize| counts.get(&count).copied().unwrap_or(0);
    let mut start = 0;
    for (row, all, texts_in_row) in rows {
        let range = start + 1..start + row.len();
        start += row.len();
        if opens(&row[0])
            && !is_head(&row[0])
            && texts_in_row > 0
            && often(all) > 1
            && often(all) > 2 * often(all - texts_in_row)
        {
            texts[range.clone()].copy_from_slice(&strange[range]);
        }
    }
    texts
}

/// Texts in place of numbers where rows are told by their units: behind a unit with fewer values than others have, and before no unit. And
/// those that say themselves that they are none (详见附表).
fn behind_units(text: &str, table: &[Token], blanks: &Blanks) -> Vec<bool> {
    let values = |from: usize| {
        let run = table[from..].iter().take_while(|token| token.is_value());
        run.map(|token| (1, blanks.count(token))).fold((0, 0), |(all, blank), (one, more)| (all + one, blank + more))
    };
    let units: Vec<usize> = (1..table.len()).filter(|&at| stands_as_unit(table, at)).collect();
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for unit in &units {
        let (run, blank) = values(unit + 1);
        *counts.entry(run + blank).or_insert(0) += 1;
    }
    let usual = counts.into_iter().max_by_key(|&(count, times)| (times, count)).map_or(0, |(count, _)| count);
    let mut texts: Vec<bool> = (0..table.len())
        .map(|at| at > 0 && table[at].kind == Kind::Short && says_nothing(table[at].span.of(text)))
        .collect();
    for unit in units {
        let (mut at, mut count) = (unit + 1, 0);
        loop {
            let (run, blank) = values(at);
            (at, count) = (at + run, count + run + blank);
            let is_text = |token: &Token| {
                let printed = token.span.of(text);
                token.kind == Kind::Short && ordinal(printed).is_none() && !is_caption(printed)
            };
            // The unit of the next row, or its code and its unit, stand below its label.
            let unit = |at: usize| table.get(at).is_some_and(|below| below.kind == Kind::Unit);
            let labels = unit(at + 1) || unit(at + 2);
            if count >= usual || labels || !table.get(at).is_some_and(is_text) {
                break;
            }
            texts[at] = true;
            (at, count) = (at + 1, count + 1);
        }
    }
    texts
}

/// Which numbers are serial numbers, where 序号 heads the table: each one more than the last, and right above a label.
fn serials(text: &str, table: &[Token]) -> Vec<bool> {
    let mut serials = vec![false; table.len()];
    let headed = table.iter().take(FIRST_HEADS).any(|token| key(token.span.of(text)) == "序号");
    let mut next = 1;
    // Below another header they may begin anew.
    let mut anew = false;
    for (at, pair) in table.windows(2).enumerate().filter(|_| headed) {
        let label = matches!(pair[1].kind, Kind::Label | Kind::Short);
        anew |= at > 0 && key(pair[0].span.of(text)) == "序号";
        if anew && pair[0].kind == Kind::Number && label {
            anew = false;
            next = if key(pair[0].span.of(text)) == "1" { 1 } else { next };
        }
        if pair[0].kind == Kind::Number && label && key(pair[0].span.of(text)) == next.to_string() {
            serials[at] = true;
            next += 1;
        }
    }
    serials
}

/// A unit stands behind the label of its row, a code perhaps between them.
fn stands_as_unit(table: &[Token], at: usize) -> bool {
    let label = |at: usize| matches!(table[at].kind, Kind::Label | Kind::Short);
    let value = table.get(at + 1).is_some_and(Token::is_value);
    table[at].kind == Kind::Unit
        && at.checked_sub(1).is_some_and(|above| {
            label(above) || (value && table[above].is_value() && above.checked_sub(1).is_some_and(label))
        })
}

/// `count` blank cells on the empty lines above a token.
fn blank_cells(lines: &[Line], token: &Token, count: usize) -> impl Iterator<Item = Cell> {
    let place = lines[token.line.saturating_sub(1)].text.start as usize;
    (0..count).map(move |_| Cell::new(Span::new(place, place)))
}

/// How empty lines are to be read in a table.
struct Blanks {
    /// Empty lines between any two cells.
    spacing: usize,
    /// Cells are left blank inside rows: empty lines at their ends are blank cells too.
    inside: bool,
    /// Bars stand where cells are, so that an empty line is none.
    barred: bool,
}

impl Blanks {
    fn new(table: &[Token]) -> Blanks {
        let barred = table.iter().filter(|token| token.barred).count() * 2 > table.len();
        let mut gaps: Vec<usize> = table.iter().skip(1).filter(|token| !token.page).map(|token| token.above).collect();
        gaps.sort_unstable();
        // One pair of cells in ten may stand closer than the spacing.
        let spacing = gaps.get(gaps.len() / 10).copied().unwrap_or(0);
        let mut blanks = Blanks { spacing, inside: false, barred };
        blanks.inside = table.iter().skip(1).any(|token| token.is_value() && blanks.count(token) > 0);
        blanks
    }

    /// Blank cells above a token. A blank cell is spaced like any other.
    fn count(&self, token: &Token) -> usize {
        let count = token.above.saturating_sub(self.spacing).div_ceil(self.spacing + 1);
        if self.barred || token.page { 0 } else { count.min(MOST_BLANK) }
    }
}

/// More blank cells in a row are no cells.
const MOST_BLANK: usize = 40;

#[cfg(test)]
mod tests;
