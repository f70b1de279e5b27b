//! What stands between the label of a row and its values: units, and the codes of the rows.

use crate::fold::key;
use crate::form::rows::{Field, Holds};
use crate::span::Span;

/// Digits of a code.
const MOST_CODE_DIGITS: usize = 4;
/// Rows between two codes that are left out, or that are another table's.
const MOST_CODES_LEFT_OUT: u32 = 8;

/// What stands between the label of a row and its values, where a table has columns for it.
pub(super) struct Beside {
    /// Folded units.
    units: Vec<String>,
    /// There is a column of codes.
    code: bool,
    codes: Codes,
}

impl Beside {
    pub fn new(units: Vec<String>, code: bool) -> Beside {
        Beside { units, code, codes: Codes::default() }
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
        let mut met = false;
        // Blank cells stand before a unit or a code where cells were merged; those before the values are theirs.
        while let Some(at) = (from..cells.len()).find(|&at| cells[at].holds != Holds::Nothing) {
            let cell = &cells[at];
            let number = self.code && !met && cell.holds == Holds::Number;
            let code = number && self.codes.is_next(cell.span.of(text), filled(at) > columns);
            met |= code;
            let unit = cell.holds == Holds::Text && self.units.contains(&key(cell.span.of(text)));
            if !code && !unit {
                break;
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
}

/// The codes of the rows of a table: 01, 02 …
#[derive(Default)]
struct Codes {
    last: Option<u32>,
}

impl Codes {
    /// A number is the code of the next row: it is a little more than the last one. `surplus`: the row has more cells than columns, so
    /// that one of them is no number of a column.
    fn is_next(&mut self, printed: &str, surplus: bool) -> bool {
        let folded = key(printed);
        let Some(code) = folded.parse::<u32>().ok().filter(|_| folded.len() <= MOST_CODE_DIGITS) else { return false };
        // A number of a column has no zero before it; and the codes of another table may begin anew.
        let padded = folded.len() > 1 && folded.starts_with('0');
        let follows = padded || self.last.is_none_or(|last| (last + 1..=last + MOST_CODES_LEFT_OUT).contains(&code));
        if follows || surplus {
            self.last = Some(code);
        }
        follows || surplus
    }
}
