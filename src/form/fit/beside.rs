//! What stands between the label of a row and its values: units, the codes of the rows, and what a broken label left behind.

use crate::fold::key;
use crate::form::align::is_any_unit;
use crate::form::rows::{Field, Holds};
use crate::span::Span;

/// Digits of a code.
const MOST_CODE_DIGITS: usize = 4;
/// No annex has so many rows: as the first code it would be a value, or the number of a column that is too many.
const LARGE: u32 = 200;
/// Rows between two codes that are left out, or that are another table's.
const MOST_CODES_LEFT_OUT: u32 = 8;

/// Brackets that end a label.
const CLOSING: [char; 4] = ['）', ')', '】', '〕'];

/// What stands between the label of a row and its values, where a table has columns for it.
pub(super) struct Beside {
    /// Folded units.
    units: Vec<String>,
    /// There is a column of codes.
    code: bool,
    codes: Codes,
    /// The codes stand behind the units, if a row told.
    behind_units: Option<bool>,
    /// The unit that the last row prints.
    pub unit: Option<Span>,
    /// In which field of how many a unit stood last.
    unit_at: Option<(usize, usize)>,
}

impl Beside {
    pub fn new(units: Vec<String>, code: bool) -> Beside {
        Beside { units, code, codes: Codes::default(), behind_units: None, unit: None, unit_at: None }
    }

    /// The first cell behind them in a row of `columns` values whose label ends before the cell `from`; each that is passed over is
    /// handed to `used`.
    pub fn pass(
        &mut self,
        text: &str,
        cells: &[Field],
        mut from: usize,
        columns: usize,
        mut used: impl FnMut(Span),
    ) -> usize {
        let filled = |from: usize| cells[from..].iter().filter(|cell| cell.holds != Holds::Nothing).count();
        let (mut met, mut met_unit) = (false, false);
        // Blank cells stand before a unit or a code where cells were merged; those before the values are theirs.
        while let Some(at) = (from..cells.len()).find(|&at| cells[at].holds != Holds::Nothing) {
            let cell = &cells[at];
            // On the other side of the unit than the codes of the rows above stands none.
            let surplus = filled(at) > columns;
            let side = met_unit && self.behind_units == Some(false);
            let number = self.code && !met && !side && cell.holds == Holds::Number;
            let code = number && self.codes.is_next(cell.span.of(text), surplus);
            met |= code;
            let printed = cell.span.of(text);
            let unit = !met_unit && self.is_unit(cell.holds, printed, (at, cells.len()), surplus);
            // A label that is broken over lines may leave its last bracket alone before the code.
            let closing = cell.holds == Holds::Text && printed.chars().all(|c| CLOSING.contains(&c));
            if !code && !unit && !closing {
                break;
            }
            // A number behind a unit may be a value that was taken for the first code; one before it is none.
            if met && unit {
                self.behind_units = Some(false);
            } else if code && met_unit {
                self.behind_units.get_or_insert(true);
            }
            if unit {
                met_unit = true;
                self.unit = Some(bare(text, cell.span));
                self.unit_at = Some((at, cells.len()));
            }
            used(cell.span);
            from = at + 1;
        }
        // Before the only value they part nothing.
        while columns == 1 && from + 1 < cells.len() && cells[from].holds == Holds::Nothing {
            from += 1;
        }
        from
    }

    /// Where the values of such a row end: behind as many numbers as it has columns may stand a unit, and a remark where the table has a
    /// column for them.
    pub fn end(
        &mut self,
        text: &str,
        cells: &[Field],
        from: usize,
        (columns, remarks): (usize, bool),
        mut used: impl FnMut(Span),
    ) -> usize {
        let filled: Vec<usize> = (from..cells.len()).filter(|&at| cells[at].holds != Holds::Nothing).collect();
        let (values, behind) = filled.split_at(columns.min(filled.len()));
        let is_text = |&at: &usize| cells[at].holds == Holds::Text;
        let is_unit = |at: &usize| self.is_unit(cells[*at].holds, cells[*at].span.of(text), (*at, cells.len()), false);
        let is_behind = |at: &usize| is_text(at) && (remarks || is_unit(at));
        if behind.is_empty() || values.iter().any(is_text) || !behind.iter().all(is_behind) {
            return cells.len();
        }
        let unit = behind.iter().copied().find(|at| self.unit.is_none() && is_unit(at));
        behind.iter().for_each(|&at| used(cells[at].span));
        self.unit = unit.map(|at| bare(text, cells[at].span)).or(self.unit);
        behind[0]
    }

    /// A code and its unit, and no label behind the code.
    pub fn is_code_and_unit(&self, text: &str, cells: &[Field]) -> bool {
        let mut filled = cells.iter().filter(|cell| cell.holds != Holds::Nothing);
        let is_unit = |cell: &Field| is_any_unit(&self.units, cell.span.of(text));
        filled.next().is_some_and(|first| first.holds == Holds::Number)
            && filled.all(|cell| cell.holds != Holds::Text || is_unit(cell))
    }

    /// What stands in a field, `at` so many of so many, is a unit: one of the form's or any other; or a mark for none, where
    /// the row above has its unit and the row has a cell more than columns.
    fn is_unit(&self, holds: Holds, printed: &str, at: (usize, usize), surplus: bool) -> bool {
        match holds {
            _ if self.units.is_empty() => false,
            Holds::Text => is_any_unit(&self.units, printed),
            Holds::Placeholder => surplus && self.unit_at == Some(at),
            Holds::Nothing | Holds::Number => false,
        }
    }
}

/// A unit without the brackets and blanks around it.
fn bare(text: &str, span: Span) -> Span {
    let printed = span.of(text);
    let unit = printed.trim_matches(|c: char| matches!(c, '（' | '）' | '(' | ')') || c.is_whitespace());
    let start = span.start as usize + printed.find(unit).unwrap_or(0);
    Span::new(start, start + unit.len())
}

/// The codes of the rows of a table: 01, 02 …
#[derive(Default)]
struct Codes {
    last: Option<u32>,
}

impl Codes {
    /// A number is the code of the next row: it is a little more than the last one. `surplus`: the row has more cells than columns, so
    /// that one of them is no number of a column, and may be the code with which another table begins.
    fn is_next(&mut self, printed: &str, surplus: bool) -> bool {
        let folded = key(printed);
        // The point of 0.36 is not there any more in the folded text.
        let digits = printed.trim().chars().all(|c| matches!(c, '0'..='9' | '０'..='９'));
        if !digits {
            return false;
        }
        let Some(code) = folded.parse::<u32>().ok().filter(|_| folded.len() <= MOST_CODE_DIGITS) else { return false };
        // A number of a column has no zero before it; and the codes of another table may begin anew.
        let padded = folded.len() > 1 && folded.starts_with('0');
        let reach = |last: u32| (last + 1..=last + MOST_CODES_LEFT_OUT).contains(&code);
        let follows = padded || self.last.map_or(code < LARGE, reach);
        // No row has the code 0. What is less than the code above, but not 1, may be a number of a column that is too many.
        let is_next = code > 0 && (follows || surplus && code == 1);
        if is_next {
            self.last = Some(code);
        }
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many cells are passed over in a row of two values.
    fn passed(beside: &mut Beside, row: &[(&str, Holds)]) -> usize {
        let mut text = String::new();
        let mut cells = Vec::new();
        for (printed, holds) in row {
            let start = text.len();
            text.push_str(printed);
            cells.push(Field::new(Span::new(start, text.len()), *holds));
            text.push('\t');
        }
        beside.pass(&text, &cells, 0, 2, |_| ())
    }

    #[test]
    fn units_codes_and_the_last_bracket_of_a_label_are_no_values() {
        use Holds::{Nothing, Number, Text};
        let mut beside = Beside::new(vec!["件".to_owned()], true);
        assert_eq!(passed(&mut beside, &[("01", Number), ("件", Text), ("5", Number), ("6", Number)]), 2);
        assert_eq!(passed(&mut beside, &[("）", Text), ("02", Number)]), 2, "both values are left out");
        assert_eq!(passed(&mut beside, &[("", Nothing), ("03", Number), ("", Nothing), ("6", Number)]), 2);
        assert_eq!(passed(&mut beside, &[("若干", Text), ("04", Number)]), 0, "a text stands in the place of a value");
        assert_eq!(
            passed(&mut beside, &[("5", Number), ("6", Number), ("7", Number)]),
            1,
            "the code may go on without 0"
        );
        assert_eq!(passed(&mut beside, &[("90", Number), ("6", Number)]), 0, "90 does not follow 5");
        for amount in ["0.36", "0,012", "０．７", "-06", "06件"] {
            assert_eq!(passed(&mut beside, &[(amount, Number)]), 0, "{amount} is an amount");
        }
        assert_eq!(passed(&mut beside, &[(" ０６　", Number), ("6", Number)]), 1);
        // 26 is no code behind 06, though a number is too many, nor is 7 behind the unit.
        assert_eq!(passed(&mut beside, &[("26", Number), ("6", Number), ("8", Number)]), 0);
        assert_eq!(passed(&mut beside, &[("07", Number), ("件", Text), ("6", Number), ("8", Number)]), 2);
        assert_eq!(passed(&mut beside, &[("件", Text), ("8", Number), ("6", Number), ("9", Number)]), 1);
        // A large number is no first code, though a number is too many.
        for (row, codes) in [
            (&[("1846", Number)][..], 0),
            (&[("件", Text), ("1846", Number)], 1),
            (&[("件", Text), ("958", Number)], 1),
            (&[("1", Number), ("件", Text)], 2),
            (&[("21", Number), ("件", Text)], 2),
            (&[("1846", Number), ("6", Number), ("7", Number)], 0),
            (&[("12", Number), ("6", Number), ("7", Number)], 1),
        ] {
            assert_eq!(passed(&mut Beside::new(vec!["件".to_owned()], true), row), codes, "{row:?}");
        }
        // The first code was lost, and its value taken for it: the rows below say where the codes stand.
        let mut lost = Beside::new(vec!["件".to_owned()], true);
        assert_eq!(passed(&mut lost, &[("件", Text), ("1", Number)]), 2);
        assert_eq!(passed(&mut lost, &[("02", Number), ("件", Text), ("6", Number), ("8", Number)]), 2);
        assert_eq!(passed(&mut lost, &[("件", Text), ("4", Number), ("36", Number), ("9", Number)]), 1);
        // The codes of another table begin with 1.
        assert_eq!(passed(&mut beside, &[("3", Number), ("6", Number), ("9", Number)]), 0);
        assert_eq!(passed(&mut beside, &[("1", Number), ("件", Text), ("6", Number), ("9", Number)]), 2);
    }
}
