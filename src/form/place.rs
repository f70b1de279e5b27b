//! Putting the values of a printed row under the columns of its form row.
//!
//! As many values as columns are taken in their order: the run of values counts, not the header's field number. With
//! fewer values the blank cells matter, and a row whose tabs were lost looks much like one with other blanks. So a
//! blank is believed only where the row has the very shape of rows that leave no doubt, or of the header; what remains is
//! [`Placing::Open`], with every reading that is possible, for [`solve`](super::solve) to settle or to leave.

mod readings;

use std::borrow::Cow;

use self::readings::{readings, split_joined};
use super::rows::{Field, Holds};
use crate::finding::Shift;
use crate::span::Span;

/// The cells of a printed row behind its label.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    /// Index in the printed row of the first of them.
    pub from: usize,
    /// The cells.
    pub cells: Cow<'a, [Field]>,
    /// A number that was stuck to the label, standing before the cells.
    pub glued: bool,
    /// Each cell stands on a line of its own: the blank cells of merged labels look like any other.
    pub loose: bool,
    /// Blanks part the cells, so that one without anything in it leaves no mark.
    pub unmarked: bool,
    /// Where the label ends: a row without cells has its blanks there.
    pub label_end: u32,
}

impl Values<'_> {
    pub(super) fn filled(&self) -> impl Iterator<Item = usize> + '_ {
        self.cells.iter().enumerate().filter(|(_, cell)| cell.holds != Holds::Nothing).map(|(at, _)| at)
    }

    pub(super) fn ends(&self) -> Option<(usize, usize)> {
        Some((self.filled().next()?, self.filled().last()?))
    }

    /// Nothing but cells, as many as there are columns, each with its mark: no label or other text, and no place for one.
    fn is_bare(&self, columns: usize) -> bool {
        let marked = !self.loose && !self.unmarked && !self.glued;
        let is_text = |cell: &Field| cell.holds == Holds::Text;
        marked && self.from == 0 && self.cells.len() == columns && !self.cells.iter().any(is_text)
    }

    /// Fields of the whole printed row.
    fn width(&self) -> usize {
        self.from + self.cells.len()
    }

    /// The cells under `columns` columns that begin at `start` of the printed row.
    fn window(&self, start: usize, columns: usize) -> Vec<Field> {
        self.at(start..start + columns)
    }

    /// The cells in these fields of the printed row.
    fn at(&self, fields: impl IntoIterator<Item = usize>) -> Vec<Field> {
        let end = self.cells.last().map_or(self.label_end, |cell| cell.span.end);
        let lost = Field::lost(end);
        fields
            .into_iter()
            .map(|at| at.checked_sub(self.from).and_then(|at| self.cells.get(at)).copied().unwrap_or(lost))
            .collect()
    }

    fn into_owned(self) -> Values<'static> {
        Values { cells: Cow::Owned(self.cells.into_owned()), ..self }
    }
}

/// What is known of the columns of a table, from its rows that leave no doubt and from its header.
#[derive(Debug, Clone, Default)]
pub struct Geometry {
    sure: Vec<Shape>,
    /// How many rows have their label and their end in the same fields, and as many columns.
    sizes: Vec<((usize, usize, usize), usize)>,
    /// For each number of columns, the most cells of a row from its first value on.
    longest: Vec<(usize, usize)>,
    /// A header names all columns of a row.
    headed: bool,
    /// The values of each row that are no more than its columns.
    runs: Vec<Run>,
    /// No row ends in a blank cell, and some are shorter than others: trailing tabs were stripped.
    stripped: bool,
    /// The form merges cells of labels, so that they stand in different fields.
    merged: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    from: usize,
    width: usize,
    start: usize,
    columns: usize,
}

/// The first and the last field of a printed row that hold a value.
#[derive(Debug, Clone, Copy)]
struct Run {
    from: usize,
    columns: usize,
    first: usize,
    last: usize,
}

/// Where the header of a row puts its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Field of each column, the last where its label is printed in several; others may stand between them.
    pub fields: Vec<usize>,
    /// The first field of each, where the label of any is printed in several; else empty.
    pub firsts: Vec<usize>,
    /// Fields of the header row.
    pub width: usize,
}

impl Header {
    /// Field of the first column, where the columns stand side by side.
    fn start(&self) -> Option<usize> {
        let start = *self.fields.first()?;
        self.fields.iter().zip(start..).all(|(&field, at)| field == at).then_some(start)
    }
}

/// A likely reading of a row.
#[derive(Debug, Clone)]
pub struct Likely {
    /// A cell for each column.
    pub cells: Vec<Field>,
    /// How it is placed; `None` by plain position.
    pub shift: Option<Shift>,
}

impl Likely {
    /// Its position is evidence by itself: only the row's own sums speak against it, not a sum over several rows, which may be wrong for
    /// another row's sake.
    pub fn is_sound(&self) -> bool {
        matches!(self.shift, None | Some(Shift::Columns))
    }
}

/// The values of a row, placed.
#[derive(Debug, Clone)]
pub enum Placing<'a> {
    /// In one way.
    Placed {
        /// A cell for each column.
        cells: Cow<'a, [Field]>,
        /// How, if not by plain position.
        shift: Option<Shift>,
        /// Numbers that are left over.
        extra: Vec<Span>,
    },
    /// In several ways that the layout cannot tell apart for sure.
    Open(Open),
}

/// A row whose values fit its columns in several ways. There may be thousands of them, so they are made only where they are asked for.
#[derive(Debug, Clone)]
pub struct Open {
    values: Values<'static>,
    columns: usize,
    /// Blanks between two values are kept: only where the columns begin is open.
    windows: bool,
    /// Blanks may stand anywhere.
    spread: bool,
    /// Which columns the cells of all rows of the table are for is not said: they are fewer.
    few: bool,
    /// It has just the cells of its columns: only the likeliest reading keeps each in its place.
    bare: bool,
    /// The likeliest reading, to be taken unless the arithmetic of the form speaks against it.
    pub likely: Option<Likely>,
}

impl Open {
    /// Each cell stands on a line of its own.
    pub fn is_loose(&self) -> bool {
        self.values.loose
    }

    /// The readings that lose no blank cell between two values: a cell for each column.
    pub fn windows(&self) -> Vec<Vec<Field>> {
        match self.values.ends() {
            _ if self.bare => self.likely.iter().map(|likely| likely.cells.clone()).collect(),
            Some(ends) if self.windows => windows(&self.values, ends, self.columns),
            _ => Vec::new(),
        }
    }

    /// All readings.
    pub fn readings(&self, text: &str) -> Vec<Vec<Field>> {
        if self.spread { readings(text, &self.values, self.columns) } else { self.windows() }
    }

    /// Which columns the cells of all rows of the table are for is not said: they are fewer.
    pub fn is_few(&self) -> bool {
        self.few
    }

    /// It has just the cells of its columns, each with its mark.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// The readings of a row that has just the cells of its columns, most of them filled, where one cell was lost and a
    /// blank one gained: those that move all cells by as many fields, and those with the few blanks anywhere.
    pub fn moved(&self) -> (Vec<Vec<Field>>, Vec<Vec<Field>>) {
        let filled = self.values.filled().count();
        let (mut moved, mut spread) = (Vec::new(), Vec::new());
        if let Some(ends) = self.values.ends().filter(|_| filled * 2 > self.columns) {
            moved = windows(&self.values, ends, self.columns);
            if filled + MOST_GAINED >= self.columns {
                let filled: Vec<Field> = self.values.filled().map(|at| self.values.cells[at]).collect();
                readings::spread(&filled, self.columns, &mut Vec::new(), &mut spread);
            }
        }
        (moved, spread)
    }

    /// What is printed in the row: its values, without blank cells.
    pub fn filled(&self) -> impl Iterator<Item = Span> + '_ {
        self.values.filled().map(|at| self.values.cells[at].span)
    }
}

/// Rows of the same width, or of the same shape, that show what is usual.
const FEWEST_ALIKE: usize = 3;
/// Blank cells that a row may have gained for as many others that it lost.
const MOST_GAINED: usize = 2;

impl Geometry {
    /// Learns from the rows of a table: the values of each, the number of its columns, and the header above it.
    /// `merged`: the form merges cells of labels.
    pub fn learn<'a>(
        rows: impl Iterator<Item = (&'a Values<'a>, usize, Option<&'a Header>)>,
        merged: bool,
    ) -> Geometry {
        let (mut sure, mut runs) = (Vec::new(), Vec::new());
        let mut sizes: Vec<((usize, usize, usize), usize)> = Vec::new();
        let mut most: Vec<(usize, usize)> = Vec::new();
        // Values that span just the columns, with blanks between them; under a header of as many fields, or of fewer.
        let mut doubtful: Vec<(Shape, bool, bool)> = Vec::new();
        let (mut ends_blank, mut shortest, mut longest) = (false, usize::MAX, 0);
        let mut headed = false;
        for (values, columns, header) in rows {
            headed |= header.is_some();
            ends_blank |= values.cells.last().is_some_and(|cell| cell.holds == Holds::Nothing);
            shortest = shortest.min(values.width());
            longest = longest.max(values.width());
            let size = (values.from, values.width(), columns);
            match sizes.iter_mut().find(|(other, _)| *other == size) {
                Some((_, count)) => *count += 1,
                None => sizes.push((size, 1)),
            }
            let Some((first, last)) = values.ends() else { continue };
            let cells = values.cells.len() - first;
            match most.iter_mut().find(|(other, _)| *other == columns) {
                Some((_, most)) => *most = cells.max(*most),
                None => most.push((columns, cells)),
            }
            if values.glued || last + 1 - first > columns {
                continue;
            }
            let from = values.from;
            runs.push(Run { from, columns, first: from + first, last: from + last });
            if last + 1 - first != columns {
                continue;
            }
            let shape = Shape { from: values.from, width: values.width(), start: values.from + first, columns };
            if values.filled().count() == columns {
                sure.push(shape);
            } else {
                let under =
                    header.is_some_and(|header| header.width == shape.width && header.start() == Some(shape.start));
                doubtful.push((shape, under, header.is_some_and(|header| header.width < shape.width)));
            }
        }
        // They are believed under a header that says so, or where other rows agree.
        for (shape, under, wider) in &doubtful {
            let alike = doubtful.iter().filter(|(other, ..)| other == shape).count();
            let like = |sure: &Shape| (sure.from, sure.start, sure.width) == (shape.from, shape.start, shape.width);
            // Not where it is wider or narrower than the others with their label in the same field, though those keep their trailing tabs: two
            // rows may have gained the same blank.
            let count = |is: &dyn Fn(usize) -> bool| {
                let like =
                    sizes.iter().filter(|(size, _)| (size.0, size.2) == (shape.from, shape.columns) && is(size.1));
                like.map(|(_, count)| count).sum::<usize>()
            };
            let outnumbered = ends_blank && count(&|width| width != shape.width) > count(&|width| width == shape.width);
            let agreed = (*under || alike > 1 && !wider) && !outnumbered || alike >= FEWEST_ALIKE;
            if agreed || sure.iter().any(like) {
                sure.push(*shape);
            }
        }
        Geometry { sure, sizes, longest: most, headed, runs, stripped: !ends_blank && shortest < longest, merged }
    }

    /// The sure rows with their label in this field begin in one field, or no row is sure.
    fn agrees(&self, from: usize, columns: usize) -> bool {
        let of_size = || self.sure.iter().filter(|shape| shape.columns == columns);
        let mut starts = of_size().filter(|shape| shape.from == from).map(|shape| shape.start);
        match starts.next() {
            Some(first) => starts.all(|other| other == first),
            // All have their labels elsewhere: where none are merged, a tab lost before this one is made good by another behind it.
            None => self.merged || of_size().next().is_none(),
        }
    }

    /// The values of some row with its label in this field do not stand where columns that begin at `start` are.
    fn speaks_against(&self, start: usize, from: usize, columns: usize) -> bool {
        let mut runs = self.runs.iter().filter(|run| (run.from, run.columns) == (from, columns));
        runs.any(|run| run.first < start || run.last >= start + columns)
    }

    /// Behind the values of most full rows stand blank cells.
    fn has_blanks_behind(&self, columns: usize) -> bool {
        let of_size = || self.sure.iter().filter(|shape| shape.columns == columns);
        of_size().filter(|shape| shape.width > shape.start + columns).count() * 2 > of_size().count()
    }

    /// The row is as wide as most rows with their label in the same field: it lost no cell, or gained as many.
    fn is_whole(&self, values: &Values, columns: usize) -> bool {
        let size = (values.from, values.width(), columns);
        let own = self.sizes.iter().find(|(other, _)| *other == size).map_or(0, |(_, count)| *count);
        let mut others = self.sizes.iter().filter(|((from, _, other), _)| (*from, *other) == (values.from, columns));
        own >= FEWEST_ALIKE && others.all(|(_, other)| *other <= own)
    }

    /// All rows have cells for a few of the columns alone, or for some below no header that names all: which of the columns these are is not said.
    fn has_few(&self, columns: usize) -> bool {
        let is_few = |cells: usize| cells * 2 <= columns || cells < columns && !self.headed;
        self.longest.iter().all(|(other, cells)| *other != columns || is_few(*cells))
    }

    /// The one start that all sure rows for which `like` holds agree on.
    fn start(&self, like: impl Fn(&Shape) -> bool) -> Option<usize> {
        let mut starts = self.sure.iter().filter(|shape| like(shape)).map(|shape| shape.start);
        let start = starts.next()?;
        starts.all(|other| other == start).then_some(start)
    }
}

/// The cells under `columns` columns of a row that holds as many values side by side, and nothing else.
pub fn plain<'a>(values: &'a Values, columns: usize) -> Option<&'a [Field]> {
    let filled = |cell: &Field| cell.holds != Holds::Nothing;
    let first = values.cells.iter().position(filled)?;
    let (cells, behind) = values.cells[first..].split_at_checked(columns)?;
    (cells.iter().all(filled) && !behind.iter().any(filled)).then_some(cells)
}

/// The values of a row whose header has merged cells that are printed again in each of their fields, and the values
/// too: each of them once, and what is left out. Only where the fields of a column say the same.
pub fn merged<'a>(text: &str, values: &Values<'a>, header: &Header) -> Option<(Values<'a>, Vec<Span>)> {
    let is_merged = !header.firsts.is_empty() && header.width == values.width() && !values.loose;
    if !is_merged || values.unmarked || values.glued || header.firsts.first()? < &values.from {
        return None;
    }
    let mut cells = values.cells.to_vec();
    let mut again = Vec::new();
    for (&first, &last) in header.firsts.iter().zip(&header.fields) {
        let (head, rest) = cells.get_mut(first - values.from..=last - values.from)?.split_first_mut()?;
        for cell in rest {
            if cell.holds != head.holds || cell.span.of(text) != head.span.of(text) {
                return None;
            }
            if !cell.span.is_empty() {
                again.push(cell.span);
            }
            *cell = Field::lost(cell.span.start);
        }
    }
    Some((Values { cells: Cow::Owned(cells), ..*values }, again))
}

/// Places the values of a row under `columns` columns where that takes no look at the other rows: as many values as columns, or none.
pub fn direct<'a>(text: &str, values: &'a Values, columns: usize) -> Option<Placing<'a>> {
    if let Some(cells) = plain(values, columns) {
        return Some(Placing::Placed { cells: Cow::Borrowed(cells), shift: None, extra: Vec::new() });
    }
    let split = split_joined(text, values, columns);
    let joined = split.is_some();
    if values.ends().is_none() {
        let shift = values.cells.is_empty().then_some(Shift::NoCells);
        let cells = Cow::Owned(values.window(values.from, columns));
        return Some(Placing::Placed { cells, shift, extra: Vec::new() });
    }
    let values = split.as_ref().unwrap_or(values);
    let (first, last) = values.ends()?;
    if values.filled().count() != columns {
        return None;
    }
    let cells = values.filled().map(|at| values.cells[at]).collect();
    let between = (last + 1 - first > columns).then_some(Shift::BlanksBetween);
    let shift = if joined { Some(Shift::Split) } else { between };
    Some(Placing::Placed { cells, shift, extra: Vec::new() })
}

/// The value of one column that takes all `widest` columns of its table, and is printed again in each of them.
pub fn repeated<'a>(text: &str, values: &Values, columns: usize, widest: usize) -> Option<Placing<'a>> {
    let mut cells = values.filled().map(|at| values.cells[at]);
    // A cell a line: those of rows below that lost their labels may be the same by chance.
    let first = cells.next().filter(|first| columns == 1 && !values.loose && first.holds == Holds::Number)?;
    let rest: Vec<Span> = cells.map(|cell| cell.span).collect();
    let same = rest.iter().all(|span| span.of(text) == first.span.of(text));
    let whole = rest.len() + 1 == widest;
    (same && whole).then(|| Placing::Placed { cells: Cow::Owned(vec![first]), shift: None, extra: rest })
}

/// The values of a row that has one more, side by side: that of the column which the header has beside those of the
/// form, behind `before` of them.
pub fn surplus<'a>(values: &Values, columns: usize, before: usize) -> Option<Placing<'a>> {
    let (first, last) = values.ends().filter(|_| !values.glued && !values.loose && !values.unmarked)?;
    let whole = last - first == columns && values.filled().count() == columns + 1;
    let mut cells = values.cells.get(first..=last).filter(|_| whole && before <= columns)?.to_vec();
    let extra = vec![cells.remove(before).span];
    Some(Placing::Placed { cells: Cow::Owned(cells), shift: None, extra })
}

/// Places the values of a row under `columns` columns where [`direct`] does not.
pub fn place<'a>(values: Values<'a>, columns: usize, geometry: &Geometry, header: Option<&Header>) -> Placing<'a> {
    let open = |values: Values<'a>, windows: bool, spread: bool, likely: Option<Likely>| {
        let few = geometry.has_few(columns);
        Placing::Open(Open {
            values: values.into_owned(),
            columns,
            windows,
            spread: spread || windows && few,
            few,
            bare: false,
            likely,
        })
    };
    let Some((first, last)) = values.ends() else { return open(values, false, false, None) };
    if values.filled().count() > columns {
        // Where one blank parts all cells, it may part the digits of a number too: no place says which number is one too many.
        let placed = !values.unmarked || values.cells.iter().any(|cell| cell.columns.is_some());
        return match overfull(&values, columns, geometry).filter(|_| placed) {
            Some(placed) => placed,
            None => open(values, false, false, None),
        };
    }
    if values.unmarked {
        // The number of a field says nothing where blank cells leave no mark.
        return open(values, false, true, None);
    }
    let under = header.filter(|header| header.width == values.width() && header.start().is_none());
    if let Some(header) = under.filter(|header| values.filled().all(|at| header.fields.contains(&(values.from + at)))) {
        // The header leaves the same gaps between its columns.
        let likely = Likely { cells: values.at(header.fields.iter().copied()), shift: None };
        return open(values, false, true, Some(likely));
    }
    // Where rows with their label in the same field begin differently, the shape of one is no proof.
    let agreed = if values.loose {
        // Its last blank cell may stand for the merged label before the row below, where those leave one.
        let ends_blank = values.cells.last().is_some_and(|cell| cell.holds == Holds::Nothing);
        values.width() == values.from + columns && !(ends_blank && geometry.has_blanks_behind(columns))
    } else {
        geometry.agrees(values.from, columns)
    };
    let plain = believed(&values, (first, last), columns, geometry, header).map(|start| {
        // Where only the header says where columns begin, and tabs behind them make up the width, a cell that a merged label left out is not missed.
        let by_chance = geometry.sure.is_empty() && start != values.from && values.width() > start + columns;
        // Nor do rows with their labels in other fields tell where one begins that is narrower than its header: a tab is lost.
        let elsewhere = || geometry.sure.iter().all(|shape| (shape.from, shape.columns) != (values.from, columns));
        let lost = header.is_some_and(|header| header.width > values.width()) && elsewhere();
        let doubtful = by_chance || lost || geometry.speaks_against(start, values.from, columns);
        (start, if agreed && !doubtful { None } else { Some(Shift::Neighbours) })
    });
    let likely = plain.or_else(|| {
        let start = likely(&values, (first, last), columns, geometry, header)?;
        Some((start, Some(Shift::Neighbours)))
    });
    let likely = likely.map(|(start, shift)| Likely { cells: values.window(start, columns), shift });
    if values.is_bare(columns) && likely.as_ref().is_some_and(Likely::is_sound) {
        // A cell lost and another gained is less likely than a sum that the report has wrong.
        let values = values.into_owned();
        return Placing::Open(Open { values, columns, windows: true, spread: false, few: false, bare: true, likely });
    }
    let spread = !geometry.is_whole(&values, columns);
    open(values, true, spread, likely)
}

/// The readings that keep every blank between the values: only where the columns begin is open.
fn windows(values: &Values, (first, last): (usize, usize), columns: usize) -> Vec<Vec<Field>> {
    let (first, last) = (values.from + first, values.from + last);
    let starts = values.from.max((last + 1).saturating_sub(columns))..=first;
    if values.glued { Vec::new() } else { starts.map(|start| values.window(start, columns)).collect() }
}

/// Where the values begin, if the shape of the row leaves no doubt.
fn believed(
    values: &Values,
    (first, last): (usize, usize),
    columns: usize,
    geometry: &Geometry,
    header: Option<&Header>,
) -> Option<usize> {
    if values.glued {
        return None;
    }
    let (from, width) = (values.from, values.width());
    let (first, last) = (from + first, from + last);
    let fits = |start: &usize| *start >= from && *start <= first && last < start + columns;
    let of_size = |shape: &Shape| shape.columns == columns;
    // The very shape of a row that leaves no doubt.
    if let Some(start) = geometry.start(|shape| of_size(shape) && shape.from == from && shape.width == width) {
        return Some(start).filter(fits);
    }
    let peers = geometry.sure.iter().any(of_size);
    let same_label = geometry.sure.iter().any(|shape| of_size(shape) && shape.from == from);
    let agreed = geometry.start(|shape| of_size(shape) && shape.width == width).filter(&fits);
    if !same_label && let Some(start) = agreed {
        // Rows of this width all begin here, and no row with the label in this place says otherwise.
        return Some(start)
            .filter(|_| header.is_none_or(|header| header.start() == Some(start) || header.width != width));
    }
    let under = header.filter(|header| !peers && header.width == width).and_then(Header::start);
    if let Some(start) = under.filter(&fits) {
        return Some(start);
    }
    if !peers && width == from + columns {
        return Some(from).filter(fits);
    }
    None
}

/// Where the values of a row begin whose trailing tabs were stripped: where its neighbours' do, or the header's.
fn likely(
    values: &Values,
    (first, last): (usize, usize),
    columns: usize,
    geometry: &Geometry,
    header: Option<&Header>,
) -> Option<usize> {
    let ends_filled = values.cells.last().is_some_and(|cell| cell.holds != Holds::Nothing);
    if values.glued || !geometry.stripped || !ends_filled {
        return None;
    }
    let of_size = |shape: &Shape| shape.columns == columns;
    let same_label = geometry.start(|shape| of_size(shape) && shape.from == values.from);
    let start = same_label.or_else(|| geometry.start(of_size)).or(header.and_then(Header::start))?;
    let fits = start >= values.from && start <= values.from + first && values.from + last < start + columns;
    fits.then_some(start)
}

/// More values than columns: only where the columns are known and full are the others left over.
fn overfull<'a>(values: &Values, columns: usize, geometry: &Geometry) -> Option<Placing<'a>> {
    let start = geometry.start(|shape| shape.columns == columns && shape.from == values.from);
    let start = start.filter(|_| !values.glued)?;
    let cells = values.window(start, columns);
    if cells.iter().any(|cell| cell.holds == Holds::Nothing) {
        return None;
    }
    let inside = |at: usize| (start..start + columns).contains(&(values.from + at));
    let extra = values.filled().filter(|&at| !inside(at)).map(|at| values.cells[at].span).collect();
    Some(Placing::Placed { cells: Cow::Owned(cells), shift: None, extra })
}

#[cfg(test)]
mod tests;
