//! Findings about series, put into what the page keeps of their reports. They are found when all reports were added.

use std::io;

use serde_json::{Value, json};

use super::{detail, embed};
use crate::finding::Severity;
use crate::write::series::Line;

/// 0 error, 1 warning, 2 note.
fn level(line: &Line) -> usize {
    match line.severity() {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    }
}

/// The line of a report in the list, with these findings counted.
pub(super) fn row(row: &[u8], lines: &[Line]) -> io::Result<Vec<u8>> {
    let mut row: Value = serde_json::from_slice(row)?;
    for line in lines {
        if let Some(count) = row.get_mut(4).and_then(|counts| counts.get_mut(level(line))) {
            *count = json!(count.as_u64().unwrap_or(0) + 1);
        }
        let rule = json!(detail::number(line.rule()));
        if let Some(rules) = row.get_mut(6).and_then(Value::as_array_mut)
            && !rules.contains(&rule)
        {
            rules.push(rule);
            rules.sort_by_key(Value::as_u64);
        }
    }
    embed::json(&row)
}

/// The details of a report with these findings. `slots` gives the number of a cell of its form by its path.
pub(super) fn details(details: &[u8], lines: &[Line], slots: impl Fn(&str) -> Option<usize>) -> io::Result<Vec<u8>> {
    let mut details: Value = serde_json::from_slice(details)?;
    let text = details.get("text").and_then(Value::as_array).cloned().unwrap_or_default();
    let at = |line: Option<u32>, col: Option<u32>, length: usize| {
        let (line, col) = (line? as usize - 1, col? as usize - 1);
        place(text.get(line)?.as_str()?, line, col, length)
    };
    for line in lines {
        let stated = line.cells.iter().find(|cell| cell.stated);
        let mut told = json!({
            "rule": detail::number(line.rule()),
            "level": level(line),
            "says": line.message,
        });
        if let Some(at) = at(line.line, line.col, stated.map_or(0, |cell| cell.length)) {
            told["at"] = at;
        }
        let cells: Vec<usize> = stated.and_then(|cell| slots(&cell.cell)).into_iter().collect();
        match (cells.is_empty(), &line.table) {
            (false, _) => told["cells"] = json!(cells),
            (true, Some(table)) => told["table"] = json!(table),
            (true, None) => {}
        }
        if let (Some(expected), Some(actual)) = (&line.expected, &line.actual) {
            told["expected"] = json!(expected);
            told["actual"] = json!(actual);
        }
        let entered: Vec<Value> = line
            .cells
            .iter()
            .map(|cell| {
                json!([cell.cell, slots(&cell.cell), cell.value(), at(cell.line, cell.col, cell.length), cell.stated])
            })
            .collect();
        if !entered.is_empty() {
            told["entered"] = json!(entered);
        }
        if let Some(findings) = details.get_mut("findings").and_then(Value::as_array_mut) {
            findings.push(told);
        }
    }
    embed::json(&details)
}

/// Line from 0, first column, column behind the last, in UTF-16 code units.
fn place(text: &str, line: usize, col: usize, length: usize) -> Option<Value> {
    let start = text.char_indices().nth(col).map_or(text.len(), |(at, _)| at);
    let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    let first = units(text.get(..start)?);
    let printed = text.get(start..(start + length).min(text.len())).unwrap_or("");
    Some(json!([line, first, first + units(printed)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_utf16_units() {
        assert_eq!(place("甲𠀀12\t3", 4, 2, 2), Some(json!([4, 3, 5])));
        assert_eq!(place("", 0, 7, 2), Some(json!([0, 0, 0])));
    }
}
