//! Where the values of single rows are put.

use super::*;
use crate::grid::value::{self, Reading};

/// A row after its label, a cell a field; `_` is blank. Texts are laid out in `text` so that spans are real.
fn values(text: &str, from: usize) -> Values<'static> {
    let mut at = 0;
    let cells = text
        .split('\t')
        .map(|cell| {
            let span = Span::new(at, at + cell.len());
            at += cell.len() + 1;
            let holds = match value::read(cell) {
                Reading::Blank => Holds::Nothing,
                Reading::Number { .. } => Holds::Number,
                Reading::Placeholder => Holds::Placeholder,
                Reading::Text => Holds::Text,
            };
            Field::new(span, holds)
        })
        .collect();
    Values { from, cells, glued: false, loose: false, unmarked: false, label_end: 0 }
}

fn placed(
    text: &str,
    from: usize,
    columns: usize,
    peers: &[(&str, usize)],
    header: Option<Header>,
) -> Option<Vec<String>> {
    let row = values(text, from);
    let peers: Vec<Values> = peers.iter().map(|(text, from)| values(text, *from)).collect();
    let geometry = Geometry::learn(peers.iter().chain([&row]).map(|row| (row, columns, header.as_ref())), true);
    let texts = |cells: &[Field]| Some(cells.iter().map(|cell| cell.span.of(text).to_owned()).collect());
    match direct(text, &row, columns).unwrap_or_else(|| place(row.clone(), columns, &geometry, header.as_ref())) {
        Placing::Placed { cells, .. } => texts(&cells),
        Placing::Open(Open { likely: Some(Likely { cells, shift: None }), .. }) => texts(&cells),
        Placing::Open(_) => None,
    }
}

#[test]
fn a_full_run_of_values_is_taken_wherever_it_stands() {
    assert_eq!(placed("\t1\t2\t3\t", 1, 3, &[], None).unwrap(), ["1", "2", "3"]);
    assert_eq!(placed("1\t\t2\t3", 1, 3, &[], None).unwrap(), ["1", "2", "3"]);
}

#[test]
fn blanks_are_believed_in_the_shape_of_a_full_row() {
    assert_eq!(placed("\t\t2\t", 1, 3, &[("\t7\t8\t9", 1)], None).unwrap(), ["", "2", ""]);
    // One field less than its peers: a blank was lost, nobody knows which.
    assert_eq!(placed("\t2\t", 1, 3, &[("\t7\t8\t9", 1)], None), None);
}

#[test]
fn two_rows_alike_are_no_proof_where_most_are_of_another_width() {
    let alike = ("3\t\t5\t", 2);
    assert_eq!(placed("1\t\t18\t", 2, 3, &[alike], None).unwrap(), ["1", "", "18"]);
    // Both may have gained the same blank.
    let others = [alike, ("\t\t", 2), ("\t7\t", 2), ("8\t\t", 2)];
    assert_eq!(placed("1\t\t18\t", 2, 3, &others, None), None);
}

#[test]
fn blanks_are_believed_under_a_header_of_the_same_width() {
    let header = Some(Header { fields: vec![1, 2, 3], firsts: vec![], width: 4 });
    assert_eq!(placed("\t5\t", 1, 3, &[], header).unwrap(), ["", "5", ""]);
    assert_eq!(placed("5\t\t6\t", 1, 3, &[], Some(Header { fields: vec![1, 2, 3], firsts: vec![], width: 6 })), None);
}

#[test]
fn a_header_with_gaps_places_the_cells_below_it() {
    let header = Some(Header { fields: vec![1, 2, 4], firsts: vec![], width: 5 });
    assert_eq!(placed("31\t\t\t385", 1, 3, &[], header).unwrap(), ["31", "", "385"]);
}

#[test]
fn rows_with_labels_elsewhere_are_no_proof_where_a_tab_may_be_lost() {
    let placed = |start| {
        placed(
            "\t\t2\t",
            1,
            3,
            &[("7\t8\t9", 2)],
            Some(Header { fields: (start..start + 3).collect(), firsts: vec![], width: start + 3 }),
        )
    };
    assert_eq!((placed(2).unwrap(), placed(3)), (["", "2", ""].map(str::to_owned).to_vec(), None));
}

#[test]
fn the_last_blank_of_a_cell_a_line_may_stand_for_the_label_below() {
    let shift = |peers: &[&str]| {
        let row = Values { loose: true, ..values("5\t6\t", 1) };
        let peers: Vec<Values> = peers.iter().map(|text| values(text, 1)).collect();
        let geometry = Geometry::learn(peers.iter().chain([&row]).map(|row| (row, 3, None)), true);
        match place(row.clone(), 3, &geometry, None) {
            Placing::Open(Open { likely: Some(likely), .. }) => likely.shift,
            _ => panic!("the row has a likely reading"),
        }
    };
    assert_eq!(shift(&["7\t8\t9", "1\t2\t3"]), None, "rows end in their values");
    assert_eq!(
        shift(&["7\t8\t9", "1\t2\t3\t", "4\t5\t6\t\t"]),
        Some(Shift::Neighbours),
        "blanks stand behind most values"
    );
}

#[test]
fn several_numbers_in_one_cell_are_parted() {
    assert_eq!(placed("1 2\t3", 1, 3, &[], None).unwrap(), ["1", "2", "3"]);
    assert_eq!(placed("1 甲类\t3", 1, 3, &[], None), None);
}

#[test]
fn a_number_too_many_is_left_over_only_beside_known_columns() {
    assert_eq!(placed("1\t2\t3\t4", 1, 3, &[("7\t8\t9", 1)], None).unwrap(), ["1", "2", "3"]);
    assert_eq!(placed("1\t2\t3\t4", 1, 3, &[], None), None);
}
