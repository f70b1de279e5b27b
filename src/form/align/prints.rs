//! A table that is printed more than once: last year's below this year's, or another organ's in an annex. The rows of one print
//! belong together, and none that is missing in one is taken from another.

use std::cell::LazyCell;
use std::ops::Range;

use super::own::Says;
use super::{Around, Kinds, Table};
use crate::form::rows::{Holds, Printed};
use crate::span::Span;

/// Fewer rows that stand a second time are lines printed twice.
const FEWEST_AGAIN: usize = 2;

impl Table<'_> {
    /// The parts of `region`, each with what one print of the table may have: mostly one part.
    pub(super) fn prints(
        &self,
        printed: &[Printed],
        kinds: &[Kinds],
        region: Range<usize>,
        around: &Around,
    ) -> Vec<Range<usize>> {
        let starts = if self.roles().is_unlabelled() {
            self.headers(printed, kinds, &region)
        } else {
            self.starts_again(printed, kinds, &region, around)
        };
        let mut from = region.start;
        let mut prints: Vec<Range<usize>> = Vec::with_capacity(starts.len() + 1);
        for start in starts.into_iter().filter(|start| *start > region.start) {
            prints.push(from..start);
            from = start;
        }
        prints.push(from..region.end);
        prints
    }

    /// Where a header stands below anything else. In a table whose rows have no labels it is all that parts two prints.
    fn headers(&self, printed: &[Printed], kinds: &[Kinds], region: &Range<usize>) -> Vec<usize> {
        let is_header = |at: usize| kinds[at].header & self.bit != 0 && self.is_header(&printed[at]);
        // A cell a line: the values stand behind the last label.
        let is_lone = |at: usize| {
            let row = printed.get(at).filter(|_| kinds[at].header & self.bit != 0);
            row.is_some_and(|row| row.loose && self.is_lone_header(row))
        };
        let begins = |at: &usize| match at.checked_sub(1) {
            _ if is_header(*at) => at.checked_sub(1).is_none_or(|above| !is_header(above)),
            _ if !is_lone(*at) || !is_lone(at + 1) => false,
            above => above.is_none_or(|above| !is_lone(above) || printed[above].has_values),
        };
        region.clone().filter(begins).collect()
    }

    /// Where rows begin that stood above already. A page may repeat some rows of the one before and go on; a print repeats half of
    /// the rows of the one above it, or half of its own, and not all with the same numbers; or it begins above the
    /// first of them and says anything else; or a caption says that it is of another year or organ.
    fn starts_again(&self, printed: &[Printed], kinds: &[Kinds], region: &Range<usize>, around: &Around) -> Vec<usize> {
        let named = region.clone().filter(|&at| kinds[at].labels & self.bit != 0);
        let known = || named.clone().filter_map(|at| Some((at, self.only_row(&printed[at])?)));
        // The rows of a table that was made from the print are all there once, though a label may stand in others of
        // them.
        if self.table.region.is_some() && named.clone().nth(self.table.rows.len()).is_none() {
            return Vec::new();
        }
        // Nearly all tables go down the rows of the form, once.
        if known().is_sorted_by(|(_, above), (_, row)| row > above) {
            return Vec::new();
        }
        let known: Vec<(usize, usize)> = known().collect();
        let mut starts = Vec::new();
        // The printed row of each row of the form.
        let mut seen: Vec<Option<usize>> = vec![None; self.table.rows.len()];
        let (mut count, mut above) = (0, None);
        for run in known.chunk_by(|(_, above), (_, row)| row > above) {
            let again = || run.iter().filter_map(|&(at, row)| Some((&printed[seen[row]?], &printed[at])));
            let repeated = again().count();
            if let (Some(above), Some(&(at, first))) = (above, run.first()) {
                let is_copy = LazyCell::new(|| again().all(|(a, b)| self.says_the_same(a, b)));
                let has_amount = || again().any(|(_, row)| self.has_amount(row));
                let is_half = repeated >= FEWEST_AGAIN && repeated * 2 >= run.len().min(count);
                let from_top = || repeated > 0 && seen[..first].iter().all(Option::is_none) && !*is_copy;
                let is_print = is_half && !(*is_copy && (first > 0 || has_amount())) || from_top();
                let is_said = || !(*is_copy && has_amount()) && self.is_said(printed, above, at, around);
                if is_print || is_said() {
                    starts.push(self.start(printed, kinds, above, at));
                    seen.fill(None);
                    count = 0;
                }
            }
            for &(at, row) in run {
                count += usize::from(seen[row].replace(at).is_none());
            }
            above = run.last().map(|&(at, _)| at);
        }
        starts
    }

    /// What stands between the row `above` and the row `at` says that this is of another year or another organ.
    fn is_said(&self, printed: &[Printed], above: usize, at: usize, around: &Around) -> bool {
        self.says(printed, above + 1, (at, 0), around).is_some_and(|caption| caption.says == Says::Other)
    }

    /// Both rows print the same numbers.
    pub(super) fn says_the_same(&self, a: &Printed, b: &Printed) -> bool {
        let are_one = |a: &[u8], b: &[u8]| if let ([a], [b]) = (a, b) { a == b } else { a == b };
        let mut pairs = self.numbers(a).zip(self.numbers(b));
        a.numbers == b.numbers && pairs.all(|(a, b)| are_one(a.bytes_of(self.text), b.bytes_of(self.text)))
    }

    /// Where the numbers of a row stand.
    fn numbers<'t>(&'t self, row: &'t Printed) -> impl Iterator<Item = Span> {
        row.cells.iter().filter(|cell| cell.holds == Holds::Number).map(|cell| cell.span)
    }

    /// The row prints a number other than zero.
    fn has_amount(&self, row: &Printed) -> bool {
        let is_amount = |number: &str| number.contains(|c: char| matches!(c, '1'..='9' | '１'..='９'));
        self.numbers(row).any(|number| is_amount(number.of(self.text)))
    }

    /// The row of the form whose label this one bears to the letter, where no other row of the form has the label too.
    fn only_row(&self, row: &Printed) -> Option<usize> {
        let only = |rows: &[u32]| if let &[row] = rows { Some(row as usize) } else { None };
        row.label_names()
            .rev()
            .find_map(|label| only(self.roles().rows(label.joined)).or_else(|| only(self.roles().rows(label.own))))
    }

    /// Where the print begins whose first known row stands at `at`, the last known one of the print before at `above`: with its grid, or its
    /// header.
    fn start(&self, printed: &[Printed], kinds: &[Kinds], above: usize, at: usize) -> usize {
        let grid = printed[at].at.0;
        let same = |row: &usize| printed[*row].at.0 == grid;
        if printed[above].at.0 != grid {
            return (above + 1..=at).find(same).unwrap_or(at);
        }
        let is_header = |row: &usize| kinds[*row].header & self.bit != 0;
        (above + 1..at).rev().take_while(is_header).last().unwrap_or(at)
    }
}
