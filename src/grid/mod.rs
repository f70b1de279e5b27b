//! Lines → grids: the tables of a report as rows of cells, whatever parts the cells.
//!
//! A [`Grid`] keeps what is printed: rows stay ragged, blank cells stay cells. It knows nothing of forms but their
//! [`Vocabulary`], which settles the one thing that no layout can: whether `四、结转下年度继续办理` on a line of its own,
//! between two rows, is a row that lost its cells or the heading of the next section.

pub mod boxed;
pub(crate) mod delimited;
pub(crate) mod flat;
pub mod line;
mod lone;
pub mod pipe;
mod quoted;
pub mod space;
pub mod tab;
pub mod value;

use std::borrow::Cow;
use std::collections::HashSet;
use std::num::NonZeroU32;
use std::sync::OnceLock;

use rustc_hash::FxBuildHasher;

use crate::fold::{key, plain, with_key, with_key_up_to};
use crate::lines::{Line, Notes};
use crate::span::Span;

/// How the cells of a table are parted in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Layout {
    /// By tabs, in their row or on lines of their own; or by the commas or semicolons of CSV.
    Tab,
    /// By `|`.
    Pipe,
    /// By blanks, in columns or one between two cells.
    Space,
    /// Each on a line of its own.
    Line,
    /// By drawn lines: `│`, `─`, `+---+`.
    Box,
}

impl Layout {
    /// The name in JSON and CSV.
    pub fn name(self) -> &'static str {
        match self {
            Layout::Tab => "tab",
            Layout::Pipe => "pipe",
            Layout::Space => "space",
            Layout::Line => "line",
            Layout::Box => "box",
        }
    }

    /// Its cells may stand in columns of text.
    pub(crate) fn has_columns(self) -> bool {
        self == Layout::Space
    }
}

/// A table as printed.
#[derive(Debug, Clone)]
pub struct Grid {
    /// How its cells are parted.
    pub layout: Layout,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Indices of all its lines, in order: those of its rows, and rules and broken pieces between them.
    pub lines: Vec<usize>,
}

/// A row as printed.
#[derive(Debug, Clone)]
pub struct Row {
    /// Index of its first line.
    pub line: usize,
    /// The page that it stands on, as far as page numbers and form feeds tell: on another, columns may stand elsewhere.
    pub page: usize,
    /// Its cells, left to right.
    pub cells: Vec<Cell>,
}

/// A cell as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Where it stands, blanks around it left out; an empty cell is an empty span at its place. A cell that is broken over lines
    /// stands where its first piece does.
    pub span: Span,
    /// The columns of text that it takes, where they part the cells.
    pub columns: Option<Extent>,
    /// Its pieces, where it is broken over lines. Nearly no cell is, and there are many cells.
    broken: Option<Box<Broken>>,
}

/// A cell that is broken over lines.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Broken {
    pieces: Vec<Span>,
}

/// Columns of text, from 0: characters, or the room that narrow ones take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    start: u32,
    end: NonZeroU32,
}

impl Extent {
    /// The columns from `start`, `end` excluded. What has no width stands in no column.
    pub fn new(start: u32, end: u32) -> Option<Extent> {
        NonZeroU32::new(end).filter(|_| start < end).map(|end| Extent { start, end })
    }

    /// The first, and the one behind the last.
    pub fn pair(self) -> (u32, u32) {
        (self.start, self.end.get())
    }
}

impl Cell {
    /// A cell that stands in one piece.
    pub fn new(span: Span) -> Cell {
        Cell { span, columns: None, broken: None }
    }

    /// A cell that is broken into pieces.
    pub fn broken(pieces: Vec<Span>) -> Cell {
        match pieces.as_slice() {
            [whole] => Cell::new(*whole),
            [] => Cell::new(Span::default()),
            [first, ..] => Cell { span: *first, columns: None, broken: Some(Box::new(Broken { pieces })) },
        }
    }

    /// The columns of text that it takes, from 0, end excluded, where they part the cells.
    pub fn extent(&self) -> Option<(u32, u32)> {
        self.columns.map(Extent::pair)
    }

    /// It is broken over lines.
    #[inline]
    pub fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// The pieces of a cell that is broken over lines, in the order in which they are read; none where it stands in one.
    pub fn pieces(&self) -> &[Span] {
        self.broken.as_ref().map_or(&[], |broken| &broken.pieces)
    }

    /// What it says, its pieces joined.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match &self.broken {
            None => Cow::Borrowed(self.span.of(text)),
            Some(broken) => Cow::Owned(broken.pieces.iter().map(|piece| piece.of(text)).collect()),
        }
    }
}

/// Folded labels and section titles that the known forms print.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    labels: Folded,
    /// All labels, a line each.
    all: String,
    /// The characters that stand side by side in labels.
    pairs: Pairs,
    /// Where each of these pairs stands in `all`: its bit in `pairs` and a byte, in order. Made when the first piece is asked for.
    places: OnceLock<Vec<(u32, u32)>>,
    titles: Folded,
}

/// Folded texts, asked for by lines of prose above all, of which few begin like any of them. Only what forms print enters, never
/// what a report does, so that a fast hash is safe.
#[derive(Debug, Clone, Default)]
struct Folded {
    texts: HashSet<String, FxBuildHasher>,
    /// The first and the last character of each, and its first two.
    ends: Pairs,
    starts: Pairs,
    /// The bytes of the longest.
    longest: usize,
}

/// Pairs of characters, each a bit, which it may share with others.
#[derive(Debug, Clone, Default)]
struct Pairs(Vec<u64>);

impl Pairs {
    const BITS: usize = 1 << 16;

    fn at(a: char, b: char) -> usize {
        (a as usize * 131 + b as usize) % Pairs::BITS
    }

    fn insert(&mut self, a: char, b: char) {
        self.0.resize(Pairs::BITS / 64, 0);
        let at = Pairs::at(a, b);
        self.0[at / 64] |= 1 << (at % 64);
    }

    /// False only of pairs that were not inserted.
    fn may_hold(&self, a: char, b: char) -> bool {
        let at = Pairs::at(a, b);
        self.0.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 > 0)
    }
}

impl Folded {
    fn insert(&mut self, text: String) -> bool {
        if let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) {
            self.ends.insert(first, last);
        }
        if let Some((first, second)) = pairs(&text).next() {
            self.starts.insert(first, second);
        }
        self.longest = self.longest.max(text.len());
        self.texts.insert(text)
    }

    fn holds(&self, text: &str) -> bool {
        let contains = |key: &str| self.texts.contains(key);
        // What is a key is its own key.
        text.len() < MAX_LABEL_BYTES
            && self.may_hold(text)
            && (contains(text) || with_key_up_to(self.longest, text, contains))
    }

    /// False only of texts that it does not hold.
    fn may_hold(&self, text: &str) -> bool {
        let mut chars = text.chars();
        let (Some(first), Some(last)) = (next_kept(&mut chars), next_kept(&mut text.chars().rev())) else {
            return true;
        };
        self.ends.may_hold(first, last)
            && next_kept(&mut chars).is_none_or(|second| self.starts.may_hold(first, second))
    }
}

/// The next of these characters that a key keeps; none where that cannot be told of one character alone.
#[inline]
fn next_kept(chars: &mut impl Iterator<Item = char>) -> Option<char> {
    match chars.next()? {
        // As most do; it is folded to itself.
        c @ '\u{4E00}'..='\u{9FFF}' => Some(c),
        c => kept_from(c, chars),
    }
}

/// The same, where `c` is the next.
fn kept_from(c: char, chars: &mut impl Iterator<Item = char>) -> Option<char> {
    for c in std::iter::once(c).chain(chars) {
        // It may be of a mark such as `<br>` or `\n`, which a key leaves out as a whole.
        if matches!(c, '<' | '>' | '&' | ';' | '\\' | 'n' | 'r' | 't') {
            return None;
        }
        match plain(c) {
            c @ ('0'..='9' | 'a'..='z' | '\u{4E00}'..='\u{9FFF}') => return Some(c),
            // What a key leaves out.
            '\u{0}'..='/' | ':'..='@' | '['..='`' | '{'..='\u{7F}' | '\u{2000}'..='\u{206F}' | '、' | '。' => {}
            // A character that is folded in some other way.
            _ => return None,
        }
    }
    None
}

/// Each two characters that stand side by side.
fn pairs(key: &str) -> impl Iterator<Item = (char, char)> {
    key.chars().zip(key.chars().skip(1))
}

impl Vocabulary {
    /// Adds a label of a table, as a form prints it.
    pub fn add_label(&mut self, label: &str) {
        let label = key(label);
        if !label.is_empty() && self.labels.insert(label.clone()) {
            self.all.push('\n');
            self.all.push_str(&label);
            pairs(&label).for_each(|(a, b)| self.pairs.insert(a, b));
            self.places.take();
        }
    }

    /// Adds the title of a section, without its ordinal.
    pub fn add_title(&mut self, title: &str) {
        self.titles.insert(key(title));
    }

    /// Some form prints this as a label in a table.
    pub fn is_label(&self, text: &str) -> bool {
        self.labels.holds(text)
    }

    /// This is a label of some form, or two characters or more of one.
    pub fn is_piece(&self, text: &str) -> bool {
        text.len() < MAX_LABEL_BYTES
            && with_key(text, |piece| {
                let Some((first, second)) = pairs(piece).next() else { return false };
                let is_at =
                    |at: usize| self.all.as_bytes().get(at..).is_some_and(|all| all.starts_with(piece.as_bytes()));
                pairs(piece).all(|(a, b)| self.pairs.may_hold(a, b)) && self.places(first, second).any(is_at)
            })
    }

    /// Where two characters stand side by side in `all`, and others perhaps.
    fn places(&self, first: char, second: char) -> impl Iterator<Item = usize> {
        let places = self.places.get_or_init(|| {
            let starts = self.all.char_indices().zip(self.all.chars().skip(1));
            let mut places: Vec<_> = starts.map(|((at, a), b)| (Pairs::at(a, b) as u32, at as u32)).collect();
            places.sort_unstable();
            places
        });
        let pair = Pairs::at(first, second) as u32;
        let behind = &places[places.partition_point(|place| place.0 < pair)..];
        behind.iter().take_while(move |place| place.0 == pair).map(|place| place.1 as usize)
    }

    /// This may be a label with one character misprinted: nearly all characters stand side by side as they do in labels.
    pub fn is_misprint(&self, text: &str) -> bool {
        text.len() < MAX_LABEL_BYTES
            && with_key(text, |label| {
                let known = pairs(label).filter(|&(a, b)| self.pairs.may_hold(a, b)).count();
                known >= FEWEST_PAIRS && pairs(label).count() - known <= 2
            })
    }

    /// Some form prints this, without its ordinal, as the title of a section.
    pub fn is_title(&self, text: &str) -> bool {
        self.titles.holds(text)
    }
}

/// Fewer pairs of characters are those of a label by chance.
const FEWEST_PAIRS: usize = 4;

/// No label is longer; what is longer is not looked up.
pub const MAX_LABEL_BYTES: usize = 400;

/// The longest text of a cell that may stand alone on a line, in characters.
const LONE_CELL: usize = 60;

/// Finds every table of the text, in its order. A line belongs to one table at the most: the layouts that leave the least doubt choose first.
pub fn find(text: &str, lines: &[Line], vocabulary: &Vocabulary) -> Vec<Grid> {
    find_noted(text, lines, &Notes::of(text), vocabulary)
}

/// As [`find`], with the notes of the text.
pub(crate) fn find_noted(text: &str, lines: &[Line], notes: &Notes, vocabulary: &Vocabulary) -> Vec<Grid> {
    let mut taken = vec![false; lines.len()];
    let mut grids = Vec::new();
    for layout in [Layout::Box, Layout::Pipe, Layout::Tab, Layout::Space, Layout::Line] {
        let found = match layout {
            Layout::Box => boxed::find(text, lines, notes, &taken, vocabulary),
            Layout::Pipe => pipe::find(text, lines, notes, &taken, vocabulary),
            Layout::Tab => {
                // What stands in quotes is not taken apart by the tabs around it.
                let joined = quoted::Joined::find(text, lines, &taken, notes.mark);
                joined.all().for_each(|line| taken[line] = true);
                let mut grids = lone::find(text, lines, notes, &taken, vocabulary);
                joined.all().for_each(|line| taken[line] = false);
                grids.iter().flat_map(|grid| &grid.lines).for_each(|&line| taken[line] = true);
                grids.extend(tab::find(text, lines, notes, &taken, &joined, vocabulary));
                grids
            }
            Layout::Space => space::find(text, lines, notes, &taken, vocabulary),
            Layout::Line => line::find(text, lines, &taken, vocabulary),
        };
        found.iter().flat_map(|grid| &grid.lines).for_each(|&line| taken[line] = true);
        grids.extend(found);
    }
    grids.sort_by_key(|grid| grid.lines.first().copied());
    grids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_a_part_of_a_label() {
        let mut vocabulary = Vocabulary::default();
        let labels = ["规章", "1.其他", "总计A", "（一）予以公开", "予以办理"];
        labels.into_iter().for_each(|label| vocabulary.add_label(label));
        let chars: Vec<char> = "规章1其他总计a一予以公开办理".chars().collect();
        for (a, b) in chars.iter().flat_map(|a| chars.iter().map(move |b| (a, b))) {
            for c in &chars {
                for piece in [format!("{a}"), format!("{a}{b}"), format!("{a} {b}{c}")] {
                    let key = key(&piece);
                    let known = labels.into_iter().any(|label| super::key(label).contains(&key));
                    assert_eq!(vocabulary.is_piece(&piece), known && key.chars().count() > 1, "{piece:?}");
                }
            }
        }
    }

    #[test]
    fn what_no_label_begins_or_ends_with_is_none() {
        let mut vocabulary = Vocabulary::default();
        for label in ["规章", "1.其他", "总计A", "（一）予以公开", "〇"] {
            vocabulary.add_label(label);
        }
        for c in ('\u{0}'..='\u{FFFF}').chain('\u{1F100}'..='\u{1F1FF}') {
            for label in ["", "规章", "规章<br>", "\\n规章", "1.其他", "总计a", "一予以公开"] {
                for text in [format!("{c}{label}"), format!("{label}{c}"), format!(" {label}{c}）")] {
                    let known = vocabulary.labels.texts.contains(&key(&text));
                    assert_eq!(vocabulary.is_label(&text), known, "{text:?}");
                }
            }
        }
    }
}
