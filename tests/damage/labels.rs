//! Damage to labels.

use super::document::{Cell, Document, Layout, Row};
use super::rng::Rng;

const NUMERALS: &str = "一二三四五六七八九十";

/// The ordinal that a label begins with, in bytes, and its number as printed: `（三）`, `1.`, `一、`.
fn ordinal(label: &str) -> Option<(usize, &str)> {
    let numeral = |text: &str| !text.is_empty() && text.chars().all(|c| NUMERALS.contains(c));
    if let Some(rest) = label.strip_prefix('（') {
        let (number, _) = rest.split_once('）')?;
        return numeral(number).then_some(("（".len() + number.len() + "）".len(), number));
    }
    if let Some((number, _)) = label.split_once('、')
        && numeral(number)
    {
        return Some((number.len() + "、".len(), number));
    }
    let (number, _) = label.split_once('.')?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some((number.len() + 1, number))
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Runs `change` on up to `most` of the labels that `wanted` holds for.
fn change(
    document: &mut Document,
    rng: &mut Rng,
    most: usize,
    wanted: impl Fn(&str) -> bool,
    mut change: impl FnMut(&mut String, &mut Rng),
) -> bool {
    let mut labels = document.labels_mut();
    labels.retain(|label| wanted(label));
    for at in rng.some(labels.len(), most) {
        change(labels[at], rng);
    }
    !labels.is_empty()
}

fn insert(label: &mut String, at: usize, what: &str) {
    let at = label.char_indices().nth(at).map_or(label.len(), |(at, _)| at);
    label.insert_str(at, what);
}

/// Blanks inside of labels.
pub fn broken_label(document: &mut Document, rng: &mut Rng) -> bool {
    // Two blanks part columns where blanks part them at all.
    let blanks: &[&str] = match document.layout {
        Layout::Space => &[" ", "\u{200b}"],
        _ => &[" ", " ", "  ", "\u{3000}", "\u{a0}", "\u{200b}"],
    };
    let most = if rng.chance(20) { 100 } else { 6 };
    change(
        document,
        rng,
        most,
        // Digits, a code or a serial number, would be two numbers.
        |label| label.chars().count() > 1 && !label.bytes().all(|byte| byte.is_ascii_digit()),
        |label, rng| {
            let count = label.chars().count();
            let at = rng.range(1, count - 1);
            insert(label, at, rng.pick(blanks));
        },
    )
}

/// A character of a label lost or wrong; short labels are left alone, for they might become another one.
pub fn misprinted_label(document: &mut Document, rng: &mut Rng) -> bool {
    let rest = |label: &str| label[ordinal(label).map_or(0, |(end, _)| end)..].to_owned();
    let long = |label: &str| rest(label).chars().filter(|&c| is_han(c)).count() >= 5;
    change(document, rng, 3, long, |label, rng| {
        let start = ordinal(label).map_or(0, |(end, _)| end);
        let places: Vec<(usize, char)> =
            label.char_indices().filter(|&(at, c)| at >= start && is_han(c) && !NUMERALS.contains(c)).collect();
        let (at, c) = rng.pick(&places);
        let put = rng.pick(&["", "某", "的", "与", "并"]);
        label.replace_range(at..at + c.len_utf8(), put);
    })
}

pub fn lost_ordinal(document: &mut Document, rng: &mut Rng) -> bool {
    change(
        document,
        rng,
        3,
        |label| ordinal(label).is_some(),
        |label, _| {
            if let Some((end, _)) = ordinal(label) {
                label.drain(..end);
            }
        },
    )
}

/// Abbreviations that stand in published reports.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "（二）部分公开"),
    ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
    ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.逾期不补正"),
    ("1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.申请人无正当理由逾期不补正"),
    ("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "2.逾期不缴费"),
    (
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "2.申请人逾期未按收费通知要求缴纳费用",
    ),
    ("行政规范性文件", "规范性文件"),
    ("1.专职人员数（不包括政府公报及政府网站工作人员数）", "1.专职人员数"),
    (
        "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
        "（四）政府信息公开专项经费",
    ),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "（一）主动公开政府信息数"),
];

pub fn abbreviated_label(document: &mut Document, rng: &mut Rng) -> bool {
    let known = |label: &str| ABBREVIATIONS.iter().any(|(whole, _)| *whole == label);
    change(document, rng, 4, known, |label, rng| {
        let short: Vec<&str> =
            ABBREVIATIONS.iter().filter(|(whole, _)| whole == label).map(|(_, short)| *short).collect();
        *label = rng.pick(&short).to_owned();
    })
}

/// Ordinals in the shapes that extractors and typists give them.
pub fn ordinal_shape(document: &mut Document, rng: &mut Rng) -> bool {
    let shape = rng.below(5);
    let most = if rng.chance(50) { 100 } else { 5 };
    change(
        document,
        rng,
        most,
        |label| ordinal(label).is_some(),
        |label, _| {
            let Some((end, number)) = ordinal(label) else { return };
            let value = number
                .parse()
                .unwrap_or_else(|_| NUMERALS.chars().position(|c| number.starts_with(c)).map_or(0, |at| at as u32 + 1));
            let circled = |base: u32| char::from_u32(base + value - 1).map(String::from).unwrap_or_default();
            let full = |text: &str| -> String {
                text.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap_or(c)).collect()
            };
            let printed = if label.starts_with('（') {
                match shape {
                    0 => circled(0x3220), // ㈠
                    1 => format!("({number})"),
                    2 => format!("( {number} )"),
                    3 => format!("（{number}） "),
                    _ => format!("﹙{number}﹚"),
                }
            } else if number.bytes().all(|b| b.is_ascii_digit()) {
                match shape {
                    0 => circled(0x2460), // ①
                    1 => format!("{}．", full(number)),
                    2 => format!("{number}、"),
                    3 => circled(0x2474), // ⑴
                    _ => format!("{number}. "),
                }
            } else {
                match shape {
                    0 => format!("{number}."),
                    1 => format!("{number}．"),
                    2 => format!("{number} 、"),
                    3 => format!("{number}，"),
                    _ => format!("{number}、 "),
                }
            };
            label.replace_range(..end, &printed);
        },
    )
}

pub fn half_width_brackets(document: &mut Document, rng: &mut Rng) -> bool {
    change(
        document,
        rng,
        100,
        |label| label.contains('（'),
        |label, _| {
            *label = label.replace('（', "(").replace('）', ")");
        },
    )
}

/// The label of a group, merged over rows, is gone, as behind a page break.
pub fn dropped_group_label(document: &mut Document, rng: &mut Rng) -> bool {
    let mut groups: Vec<&mut Cell> = Vec::new();
    for table in document.tables_mut() {
        // A label that the next row has none beside, and that is not the row's own.
        let heads = |row: &Row, below: Option<&Row>, column: usize| {
            row.is_data()
                && row.last_label().is_some_and(|last| last > column)
                && matches!(row.cells[column], Cell::Label(_))
                && below.is_some_and(|below| below.is_data() && below.cells.get(column) == Some(&Cell::Merged))
        };
        let heading: Vec<Vec<bool>> = (0..table.rows.len())
            .map(|at| {
                let (row, below) = (&table.rows[at], table.rows.get(at + 1));
                (0..row.cells.len()).map(|column| heads(row, below, column)).collect()
            })
            .collect();
        for (row, heading) in table.rows.iter_mut().zip(heading) {
            groups.extend(row.cells.iter_mut().zip(heading).filter(|(_, heads)| *heads).map(|(cell, _)| cell));
        }
    }
    for at in rng.some(groups.len(), 2) {
        *groups[at] = Cell::Merged;
    }
    !groups.is_empty()
}

/// A label is broken by a line end.
pub fn row_split(document: &mut Document, rng: &mut Rng) -> bool {
    let mut labels: Vec<&mut String> =
        document.rows_mut().into_iter().filter(|row| row.is_data()).flat_map(Row::labels_mut).collect();
    labels.retain(|label| label.chars().count() >= 8 && !label.contains('\n'));
    for at in rng.some(labels.len(), 2) {
        let count = labels[at].chars().count();
        let place = rng.range(4, count - 2);
        insert(labels[at], place, "\n");
    }
    !labels.is_empty()
}
