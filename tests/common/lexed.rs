//! What holds of lines and grids before any form is asked.

use std::collections::BTreeMap;

use nianbao::grid::{self, Vocabulary, value};
use nianbao::lines;
use nianbao::span::Span;

/// Reads `text` into lines and grids and asserts what must hold of them.
pub fn assert_grids(text: &str, vocabulary: &Vocabulary, whose: &str) {
    let lines = lines::split(text);
    let mut end = 0;
    for line in &lines {
        assert_eq!(line.whole.start, end, "{whose}: a gap between two lines");
        assert!(line.text.start == line.whole.start && line.text.end <= line.whole.end, "{whose}: {line:?}");
        end = line.whole.end;
    }
    assert_eq!(end as usize, text.len(), "{whose}: the last line");

    let fits = |span: Span| text.get(span.start as usize..span.end as usize).is_some();
    // Each line is in one grid at most, and grids come in the order of the text.
    let mut behind = 0;
    for grid in grid::find(text, &lines, vocabulary) {
        assert!(!grid.rows.is_empty() && !grid.lines.is_empty(), "{whose}: a grid of nothing");
        let first = grid.lines[0];
        assert!(first >= behind, "{whose}: line {first} is in two grids");
        for pair in grid.lines.windows(2) {
            assert!(pair[0] < pair[1], "{whose}: the lines of a grid are out of order");
        }
        behind = grid.lines[grid.lines.len() - 1] + 1;
        assert!(behind <= lines.len(), "{whose}: a grid behind the text");

        let mut printed: BTreeMap<char, usize> = BTreeMap::new();
        let count = |text: &str, counts: &mut BTreeMap<char, usize>| {
            text.chars().filter(|c| c.is_alphanumeric()).for_each(|c| *counts.entry(c).or_insert(0) += 1);
        };
        grid.lines.iter().for_each(|&line| count(lines[line].text.of(text), &mut printed));
        let mut kept: BTreeMap<char, usize> = BTreeMap::new();
        for row in &grid.rows {
            assert!(grid.lines.binary_search(&row.line).is_ok(), "{whose}: a row on a line that is not the grid's");
            for cell in &row.cells {
                assert!(fits(cell.span) && cell.pieces().iter().all(|&piece| fits(piece)), "{whose}: {cell:?}");
                let said = cell.text(text);
                count(&said, &mut kept);
                assert_value(&said, whose);
            }
        }
        assert_eq!(kept, printed, "{whose}: letters and digits in the cells of a grid and on its lines");
    }
}

/// A number has the digits that are printed, and no others.
pub fn assert_value(printed: &str, whose: &str) {
    let value::Reading::Number { value, .. } = value::read(printed) else { return };
    let digits = |text: &str| -> String {
        let folded: String = nianbao::fold::key(text).chars().filter(char::is_ascii_digit).collect();
        folded.trim_start_matches('0').to_owned()
    };
    let (read, shown) = (digits(&value.to_string()), digits(printed));
    // Chinese numerals have their own tests.
    let numerals = shown.is_empty() && !value.is_zero();
    assert!(numerals || shown.contains(&read), "{whose}: {read} was read where {printed} is printed");
}
