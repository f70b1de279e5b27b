//! Texts that Excel takes for something else when it opens a CSV table: `1.10` for 1.1, `(1)` for -1, `3-5` for a day, `2E3` for 2000.
//! A number that it shows as it stands is none of them.

use crate::lang::Lang;
use crate::record::{Report, Section};

/// Characters that a cell of Excel holds, in units of UTF-16.
pub const CELL: usize = 32_767;

/// No text that Excel takes for a number or a day and spoils is longer, but for a row of digits.
const LONGEST: usize = 40;

/// Digits of a number that Excel keeps.
const KEPT: usize = 15;

/// Whether Excel would take `text` for a number, a day or a time, and show something else.
pub(super) fn is_spoilt(text: &str) -> bool {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        return bytes.len() > KEPT || bytes.len() > 1 && bytes.starts_with(b"0");
    }
    if bytes.len() > LONGEST {
        return false;
    }
    match bytes.first() {
        Some(b'(') => text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).is_some_and(is_number),
        Some(b'0'..=b'9' | b'.') => is_other_number(text) || is_day(text) || is_month_of_words(text),
        Some(b'A'..=b'Z' | b'a'..=b'z') => {
            is_month_of_words(text) || text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
        }
        _ => false,
    }
}

/// Digits with a point among them, and commas.
fn is_number(text: &str) -> bool {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    text.bytes().any(|byte| byte.is_ascii_digit()) && digits(&whole.replace(',', "")) && digits(decimals)
}

/// A number that Excel would show otherwise: `1.10`, `01.5`, `.5`, `2E3`.
fn is_other_number(text: &str) -> bool {
    if let Some((number, power)) = text.split_once(['e', 'E']) {
        let power = power.strip_prefix(['+', '-']).unwrap_or(power);
        return is_number(number) && !power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit());
    }
    if !is_number(text) {
        return false;
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "1"));
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let zeros = whole.len() > 1 && whole.starts_with('0');
    // Thousands are shown as they stand.
    let grouped = whole.split(',').skip(1).all(|group| group.len() == 3);
    whole.is_empty() || decimals.is_empty() || decimals.ends_with('0') || zeros || !grouped || digits > KEPT
}

/// A day, a month or a time: `3-5`, `1/2`, `2023-01`, `2023/1/15`, `12:30`, `3月5日`. Other numbers with such a mark
/// between them, as those of a telephone are, stay as they are.
fn is_day(text: &str) -> bool {
    if text.contains('月') {
        return text.chars().all(|c| c.is_ascii_digit() || matches!(c, '年' | '月' | '日'));
    }
    let Some(mark) = text.chars().find(|c| matches!(c, '-' | '/' | ':')) else { return false };
    let mut parts = [0_u32; 3];
    let mut count = 0;
    for part in text.split(mark) {
        let part = part.trim();
        let fits = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        match (parts.get_mut(count), part.parse()) {
            (Some(place), Ok(number)) if fits => *place = number,
            _ => return false,
        }
        count += 1;
    }
    let (month, day) = (|number: u32| (1..=12).contains(&number), |number: u32| (1..=31).contains(&number));
    // A year has four digits, or two.
    let year = |number: u32| (1900..=9999).contains(&number) || number <= 99;
    match (mark, count, parts) {
        (':', 2 | 3, _) => true,
        (_, 2, [a, b, _]) => month(a) && (day(b) || year(b)) || month(b) && (day(a) || year(a)),
        (_, 3, [a, b, c]) => year(a) && month(b) && day(c) || year(c) && (month(a) && day(b) || day(a) && month(b)),
        _ => false,
    }
}

/// The months as Excel knows them in English.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A month by its name with a day or a year: `Mar-5`, `MARCH1`, `1-May`.
fn is_month_of_words(text: &str) -> bool {
    let Some(at) = text.find(|c: char| c.is_ascii_alphabetic()) else { return false };
    let (before, rest) = text.split_at(at);
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    let word = word.to_ascii_lowercase();
    let known = MONTHS.iter().any(|month| *month == word || word.len() == 3 && month.starts_with(&word));
    let number = |part: &str| {
        let part = part.trim_matches(['-', '/', ' ', ',']);
        part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    known && before.len() + behind.len() > 0 && number(before) && number(behind)
}

/// The texts of a table for Excel that no cell of it can hold: those of sections are so long.
pub fn too_long(report: &Report) -> u64 {
    let mut count = 0;
    Section::walk(&report.sections, &mut |_, section| {
        let texts = || section.paragraphs.iter().map(|paragraph| &*paragraph.text);
        // A unit takes a byte at least.
        let bytes: usize = texts().map(|text| text.len() + 1).sum();
        if bytes > CELL {
            let units: usize = texts().map(|text| text.encode_utf16().count() + 1).sum();
            count += u64::from(units - 1 > CELL);
        }
    });
    count
}

/// That so many texts are longer, as a sentence.
pub fn long(count: u64, lang: Lang) -> String {
    match lang {
        Lang::En => {
            let texts = if count == 1 { "1 text is".to_owned() } else { format!("{count} texts are") };
            format!(
                "{texts} longer than the 32,767 characters that a cell of Excel holds, which breaks them off: \
                 --to xlsx lets them go on in further rows"
            )
        }
        Lang::Zh => {
            format!("{count} 段文字超出 Excel 单元格的 32,767 个字符，会被 Excel 截断：--to xlsx 可在后续行中接续")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_excel_would_change_is_known() {
        for text in [
            "012000",
            "1234567890123456",
            "1.10",
            "2.0",
            "1.",
            ".5",
            "01.5",
            "(1)",
            "(1.5)",
            "2E3",
            "1e-5",
            "3-5",
            "1/2",
            "12-31",
            "31/12",
            "2023-01",
            "1-2023",
            "2023/1/15",
            "2023-01-02",
            "1-2-23",
            "12:30",
            "1:02:03",
            "3月5日",
            "2023年1月",
            "Mar-5",
            "MARCH1",
            "1-May",
            "dec-2023",
            "may 5",
            "TRUE",
            "1,09",
            "1.2345678901234567",
        ] {
            assert!(is_spoilt(text), "{text}");
        }
        for text in [
            "",
            "0",
            "15",
            "1.1",
            "1.2",
            "0.5",
            "1,095",
            "12,345.6",
            "123456789012345",
            "225300",
            "0523-86839755",
            "0595-85681242",
            "13-45",
            "2023",
            "1.2.3",
            "a-1",
            "2023/a",
            "(一)",
            "()",
            "（1）",
            "march",
            "mayor5",
            "5月份",
            "3-5件",
            "1/2/3/4",
            "2023-01-02-03",
            "100%",
            "2E",
            "E3",
            "第3-5条",
            "年",
            "-",
            "/",
            "1101/2023",
        ] {
            assert!(!is_spoilt(text), "{text}");
        }
    }
}
