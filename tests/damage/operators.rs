//! The library of damage: named operators, each what some tool or some clerk does to a report.
//!
//! An operator says whether it changed anything; one that finds nothing to do (no zero to blank, no number above 999) says so
//! and another is drawn. The truth changes with the text, see [`super::document`].

use nianbao::record::Status;

use super::document::{Document, Layout, Value};
use super::render::Line;
use super::rng::Rng;
use super::{cells, labels, rows, text};

/// An operator.
#[derive(Clone, Copy)]
pub struct Operator {
    pub name: &'static str,
    /// The layouts that it can happen to.
    pub layouts: &'static [Layout],
    /// How often it is drawn.
    pub weight: usize,
    pub act: Act,
}

/// On what an operator works.
#[derive(Clone, Copy)]
pub enum Act {
    Document(fn(&mut Document, &mut Rng) -> bool),
    /// On the lines that were made of it, for what only a layout has.
    Lines(fn(&mut Vec<Line>, &mut Rng) -> bool),
}

const ANY: &[Layout] = Layout::ALL;
/// A mark parts the cells of a line.
const MARKED: &[Layout] = &[Layout::Tab, Layout::Pipe];
const TAB: &[Layout] = &[Layout::Tab];
/// A row is one line.
const ROWS: &[Layout] = &[Layout::Tab, Layout::Pipe, Layout::Box];
const BREAKABLE: &[Layout] = &[Layout::Tab, Layout::Pipe, Layout::Line];

const USUAL: usize = 4;
/// What no reader can put right: it can only be said. These are rare in print, too.
const LOST: usize = 1;

const fn on(
    layouts: &'static [Layout],
    weight: usize,
    name: &'static str,
    act: fn(&mut Document, &mut Rng) -> bool,
) -> Operator {
    Operator { name, layouts, weight, act: Act::Document(act) }
}

const fn lines(
    layouts: &'static [Layout],
    weight: usize,
    name: &'static str,
    act: fn(&mut Vec<Line>, &mut Rng) -> bool,
) -> Operator {
    Operator { name, layouts, weight, act: Act::Lines(act) }
}

/// Every operator.
pub const ALL: &[Operator] = &[
    // Merged cells and tabs.
    lines(MARKED, USUAL, "lost_tab", cells::lost_tab),
    lines(MARKED, USUAL, "extra_tab", cells::extra_tab),
    lines(MARKED, LOST, "tab_between_values", cells::tab_between_values),
    lines(TAB, USUAL, "lost_trailing_tabs", cells::lost_trailing_tabs),
    lines(TAB, USUAL, "extra_trailing_tabs", cells::extra_trailing_tabs),
    lines(MARKED, USUAL, "moved_tabs", cells::moved_tabs),
    on(BREAKABLE, LOST, "value_lost", cells::value_lost),
    lines(MARKED, USUAL, "padded_cells", cells::padded_cells),
    lines(&[Layout::Tab, Layout::Pipe, Layout::Line], USUAL, "blank_line_in_table", cells::blank_line_in_table),
    lines(MARKED, USUAL, "header_shifted", cells::header_shifted),
    on(MARKED, USUAL, "ordinal_split", cells::ordinal_split),
    // Labels.
    on(ANY, USUAL, "broken_label", labels::broken_label),
    on(ANY, USUAL, "misprinted_label", labels::misprinted_label),
    on(ANY, USUAL, "lost_ordinal", labels::lost_ordinal),
    on(ANY, USUAL, "abbreviated_label", labels::abbreviated_label),
    on(ANY, USUAL, "ordinal_shape", labels::ordinal_shape),
    on(ANY, USUAL, "half_width_brackets", labels::half_width_brackets),
    on(ANY, USUAL, "dropped_group_label", labels::dropped_group_label),
    on(BREAKABLE, USUAL, "row_split", labels::row_split),
    // Values.
    on(ANY, USUAL, "full_width_digits", full_width_digits),
    on(ANY, USUAL, "thousand_separators", thousand_separators),
    on(ANY, USUAL, "units_in_cells", units_in_cells),
    on(ROWS, USUAL / 2, "spaced_thousands", spaced_thousands),
    on(ANY, USUAL / 2, "chinese_numerals", chinese_numerals),
    on(ANY, USUAL, "placeholder_for_zero", placeholder_for_zero),
    on(ANY, USUAL / 2, "blank_for_zero", blank_for_zero),
    on(ANY, USUAL, "value_to_text", value_to_text),
    on(ANY, USUAL, "digit_changed", digit_changed),
    // Rows and tables.
    on(ANY, USUAL, "page_number_in_table", rows::page_number_in_table),
    on(ANY, USUAL, "header_repeated", rows::header_repeated),
    on(ANY, USUAL, "form_feed", rows::form_feed),
    on(ROWS, USUAL, "blocks_parted", rows::blocks_parted),
    on(ANY, USUAL, "foreign_row", rows::foreign_row),
    on(MARKED, USUAL, "serial_column", rows::serial_column),
    on(ANY, USUAL, "row_deleted", rows::row_deleted),
    on(ANY, LOST, "table_deleted", rows::table_deleted),
    // The text around them.
    on(ANY, USUAL, "furniture_before", text::furniture_before),
    on(ANY, USUAL, "furniture_after", text::furniture_after),
    on(ANY, USUAL, "caption_above_table", text::caption_above_table),
    on(ANY, USUAL, "note_below_table", text::note_below_table),
    on(ANY, USUAL, "page_break_in_prose", text::page_break_in_prose),
    on(ANY, USUAL, "sections_swapped", text::sections_swapped),
    on(ANY, USUAL, "no_blank_lines", text::no_blank_lines),
    on(ANY, USUAL, "crlf", text::crlf),
    on(ANY, USUAL / 2, "other_line_ends", text::other_line_ends),
    on(ANY, USUAL, "bom", text::bom),
    on(ANY, USUAL, "gb18030", text::gb18030),
    on(ANY, USUAL, "utf16le", text::utf16le),
    on(ANY, USUAL / 2, "utf16be", text::utf16be),
];

/// Together these make a row that is printed exactly as another truth would be: a lost value with a blank cell for it.
const NOT_TOGETHER: &[(&str, &[&str])] = &[
    ("value_lost", &["extra_tab", "extra_trailing_tabs", "tab_between_values", "moved_tabs", "blank_for_zero"]),
    // One tab more between the values and one less at the end of a row with a blank cell: the print of another truth.
    ("tab_between_values", &["lost_trailing_tabs"]),
    // A header with an empty cell more fits a row with an empty cell more, and blank cells in it then stand under other columns.
    ("extra_tab", &["header_shifted", "extra_trailing_tabs"]),
];

/// Whether the two may happen to one report.
pub fn together(a: &Operator, b: &Operator) -> bool {
    let excludes = |a: &Operator, b: &Operator| {
        NOT_TOGETHER.iter().any(|(one, others)| *one == a.name && others.contains(&b.name))
    };
    a.name != b.name && !excludes(a, b) && !excludes(b, a)
}

/// The operator of this name.
pub fn named(name: &str) -> &'static Operator {
    ALL.iter().find(|operator| operator.name == name).expect("an operator of this name")
}

/// Some of the values that `wanted` holds for: those of one row, a few, or all.
fn values<'a>(document: &'a mut Document, rng: &mut Rng, wanted: impl Fn(&Value) -> bool) -> Vec<&'a mut Value> {
    let mut values: Vec<&mut Value> = document.values_mut().into_iter().filter(|value| wanted(value)).collect();
    if values.is_empty() {
        return values;
    }
    match rng.below(3) {
        0 => values,
        1 => {
            let start = rng.below(values.len());
            values.drain(start..).take(7).collect()
        }
        _ => {
            let chosen = rng.some(values.len(), 12);
            let mut at = 0;
            values.retain(|_| {
                at += 1;
                chosen.contains(&(at - 1))
            });
            values
        }
    }
}

fn full_width(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c }).collect()
}

fn full_width_digits(document: &mut Document, rng: &mut Rng) -> bool {
    let values = values(document, rng, |value| value.is_ok() && value.text.contains(|c: char| c.is_ascii_digit()));
    let changed = !values.is_empty();
    for value in values {
        let text = full_width(&value.text);
        value.print(text);
    }
    changed
}

fn thousand_separators(document: &mut Document, rng: &mut Rng) -> bool {
    let comma = rng.pick(&[",", ",", "，"]);
    grouped(document, rng, comma)
}

/// Not in columns of blanks, where a blank parts two numbers.
fn spaced_thousands(document: &mut Document, rng: &mut Rng) -> bool {
    let space = rng.pick(&[" ", "\u{a0}", "\u{2009}"]);
    grouped(document, rng, space)
}

/// 二 for 2: small numbers, written out.
fn chinese_numerals(document: &mut Document, rng: &mut Rng) -> bool {
    let small = |value: &Value| value.is_ok() && value.text.len() == 1 && value.text == value.value;
    let values = values(document, rng, small);
    let changed = !values.is_empty();
    for value in values {
        let digit: usize = value.text.parse().unwrap_or(0);
        let text = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"][digit % 10];
        value.print(text.to_owned());
    }
    changed
}

/// Whole numbers from a thousand on, `comma` between their groups of three digits.
fn grouped(document: &mut Document, rng: &mut Rng, comma: &str) -> bool {
    let plain = |value: &Value| {
        value.is_ok() && value.text == value.value && value.value.split('.').next().is_some_and(|whole| whole.len() > 3)
    };
    let values: Vec<_> = values(document, rng, plain);
    let mut changed = false;
    for value in values {
        let (whole, fraction) = value.value.split_once('.').map_or((value.value.as_str(), None), |(a, b)| (a, Some(b)));
        if !whole.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let mut text = String::new();
        for (at, c) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                text.push_str(comma);
            }
            text.push(c);
        }
        if let Some(fraction) = fraction {
            text.push('.');
            text.push_str(fraction);
        }
        value.print(text);
        changed = true;
    }
    changed
}

fn units_in_cells(document: &mut Document, rng: &mut Rng) -> bool {
    let values = values(document, rng, |value| value.is_ok() && value.text.ends_with(char::is_numeric));
    let changed = !values.is_empty();
    for value in values {
        let unit = value.unit.as_deref().unwrap_or("件");
        let text = format!("{}{unit}", value.text);
        value.print(text);
    }
    changed
}

fn placeholder_for_zero(document: &mut Document, rng: &mut Rng) -> bool {
    let sign = rng.pick(&["/", "-", "—", "无", "――", "－", "N/A", "不适用"]);
    let values = values(document, rng, Value::is_zero);
    let changed = !values.is_empty();
    values.into_iter().for_each(|value| value.no_number(sign, Status::Blank));
    changed
}

fn blank_for_zero(document: &mut Document, rng: &mut Rng) -> bool {
    let values = values(document, rng, Value::is_zero);
    let changed = !values.is_empty();
    values.into_iter().for_each(|value| value.no_number("", Status::Blank));
    changed
}

fn value_to_text(document: &mut Document, rng: &mut Rng) -> bool {
    let text = rng.pick(&["详见附表", "见附件", "若干", "待统计", "***"]);
    let mut values = document.values_mut();
    for at in rng.some(values.len(), 2) {
        values[at].no_number(text, Status::Unreadable);
    }
    !values.is_empty()
}

fn digit_changed(document: &mut Document, rng: &mut Rng) -> bool {
    let mut values = document.values_mut();
    values.retain(|value| value.is_ok() && value.text == value.value && !value.value.starts_with('-'));
    for at in rng.some(values.len(), 2) {
        // What is printed is true, though the sums no longer hold.
        let last = values[at].value.pop().and_then(|c| c.to_digit(10)).unwrap_or_default();
        let digit = (last + rng.range(1, 9) as u32) % 10;
        values[at].value.push(char::from_digit(digit, 10).expect("a digit"));
        values[at].text = values[at].value.clone();
    }
    !values.is_empty()
}
