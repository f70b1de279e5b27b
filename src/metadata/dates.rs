//! Years, dates and periods as reports print them: in digits, in Chinese numerals, or in a mixture.
//!
//! Every function takes [`squeezed`](super::squeeze) text, so that no blank stands inside a date.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::record::Period;

/// A year from 2000 to 2100; 二〇二三, 二○二三 and 二0二三 are all printed.
pub(super) const YEAR: &str = "(?:[2二][0〇○◯Oo零][0-9〇○◯Oo零一二三四五六七八九]{2}|2100)";

/// A month or a day.
const NUMBER: &str = "(?:[0-9]{1,2}|[〇○零一二三四五六七八九十]{1,4})";

static YEARS: LazyLock<Regex> = LazyLock::new(|| Regex::new(YEAR).expect("constant pattern"));

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!("({YEAR})(?:年|[-./])({NUMBER})(?:月|[-./])({NUMBER})[日号]?")).expect("constant pattern")
});

static COMPACT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(20[0-9]{2})([0-9]{2})([0-9]{2})(?:[^0-9]|$)").expect("constant pattern"));

/// The second date may leave its year out; between the two stands 至, 起至, 到 or a dash.
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        "({YEAR})(?:年|[-./])({NUMBER})(?:月|[-./])({NUMBER})[日号]?[（(]?(?:开始|起|始)?[）)]?[，,]?\
         (?:截至|截止到?|至|到|[-—–―─~～〜－]+)(?:({YEAR})(?:年|[-./])|同年|当年|本年)?({NUMBER})(?:月|[-./])({NUMBER})[日号]?"
    ))
    .expect("constant pattern")
});

/// A year that a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    /// The year.
    pub year: i32,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// 年 or 度 follows.
    pub marked: bool,
    /// A month follows: a date, not a reporting year.
    pub dated: bool,
}

/// All years that `text` names, in order. Digits inside a longer number name none.
pub(super) fn years(text: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for printed in YEARS.find_iter(text) {
        let (before, after) = (&text[..printed.start()], &text[printed.end()..]);
        if before.ends_with(|c: char| c.is_ascii_digit()) || after.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let Some(year) = year_of(printed.as_str()) else { continue };
        let marked = after.starts_with(['年', '度']);
        let next = after.strip_prefix('年').or_else(|| after.strip_prefix(['-', '.', '/']));
        let dated = next.is_some_and(|next| {
            let month = next.trim_start_matches(|c| digit(c).is_some() || c == '十');
            month.len() < next.len() && month.starts_with(['月', '-', '.', '/'])
        });
        found.push(Named { year, start: printed.start(), end: printed.end(), marked, dated });
    }
    found
}

/// The value of one digit, Chinese or not.
fn digit(c: char) -> Option<u32> {
    Some(match c {
        '0'..='9' => u32::from(c) - u32::from('0'),
        '〇' | '○' | '◯' | '零' | 'O' | 'o' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// A printed year, digit by digit.
pub(super) fn year_of(printed: &str) -> Option<i32> {
    let mut year: i32 = 0;
    for c in printed.chars() {
        year = year.checked_mul(10)?.checked_add(i32::try_from(digit(c)?).ok()?)?;
    }
    (2000..=2100).contains(&year).then_some(year)
}

/// A printed month or day: `08`, 八, 十二, 二十, 三十一, 〇一.
fn number(printed: &str) -> Option<u32> {
    let Some((tens, ones)) = printed.split_once('十') else {
        return printed.chars().try_fold(0_u32, |value, c| value.checked_mul(10)?.checked_add(digit(c)?));
    };
    let part = |text: &str, none: u32| match text.chars().next() {
        None => Some(none),
        Some(c) if text.chars().count() == 1 => digit(c),
        Some(_) => None,
    };
    Some(part(tens, 1)? * 10 + part(ones, 0)?)
}

/// The ISO 8601 date, if the calendar has it.
fn iso(year: i32, month: u32, day: u32) -> Option<String> {
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn group<'t>(found: &Captures<'t>, index: usize) -> &'t str {
    found.get(index).map_or("", |part| part.as_str())
}

fn iso_of(found: &Captures<'_>) -> Option<String> {
    iso(year_of(group(found, 1))?, number(group(found, 2))?, number(group(found, 3))?)
}

/// The date that `text` begins with.
pub(super) fn date(text: &str) -> Option<String> {
    let text: String = text.chars().take(40).collect();
    if let Some(found) = DATE.captures(&text) {
        let whole = found.get(0)?;
        return if whole.start() == 0 { iso_of(&found) } else { None };
    }
    iso_of(&COMPACT.captures(&text)?)
}

/// The date that `text` is, brackets and the time of day aside: a line that holds nothing else.
pub(super) fn only_date(text: &str) -> Option<String> {
    let text = text.trim_matches(['（', '）', '(', ')', '[', ']', '。']);
    let found = DATE.captures(text)?;
    let whole = found.get(0)?;
    let time = text[whole.end()..].chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '：'));
    if whole.start() == 0 && time { iso_of(&found) } else { None }
}

/// The first period that `text` names. One with a day that the calendar lacks, or that ends before it begins, is none.
pub(super) fn period(text: &str) -> Option<Period> {
    RANGE.captures_iter(text).find_map(|found| {
        let start = found.get(0)?.start();
        if text[..start].ends_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let first = year_of(group(&found, 1))?;
        let last = found.get(4).map_or(Some(first), |printed| year_of(printed.as_str()))?;
        let from = iso(first, number(group(&found, 2))?, number(group(&found, 3))?)?;
        let to = iso(last, number(group(&found, 5))?, number(group(&found, 6))?)?;
        (from <= to).then_some(Period { from, to })
    })
}

/// The year of a period that lies in one.
pub(super) fn year_of_period(period: &Period) -> Option<i32> {
    let (from, to) = (period.from.get(..4)?, period.to.get(..4)?);
    if from == to { from.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::squeeze;
    use crate::metadata::tests::cases;

    #[test]
    fn periods() {
        let cases = cases("metadata-periods.tsv", 3);
        assert!(cases.len() >= 25, "{}", cases.len());
        for case in &cases {
            let found = period(&squeeze(&case[0])).map_or((String::new(), String::new()), |p| (p.from, p.to));
            assert_eq!((found.0.as_str(), found.1.as_str()), (case[1].as_str(), case[2].as_str()), "{}", case[0]);
        }
    }

    #[test]
    fn dates() {
        for (text, expected) in [
            ("2020-01-31", Some("2020-01-31")),
            ("2020/1/31 10:22", Some("2020-01-31")),
            ("２０２４年１月１５日", Some("2024-01-15")),
            ("二〇二四年十二月三十一日", Some("2024-12-31")),
            ("二O二四年十月二十日", Some("2024-10-20")),
            ("20240115", Some("2024-01-15")),
            ("2024年2月29日", Some("2024-02-29")),
            ("2023年2月29日", None),
            ("2024年13月1日", None),
            ("2024年0月1日", None),
            ("2024年一十一十月1日", None),
            ("于2024年1月15日", None),
            ("1999-01-01", None),
            ("", None),
        ] {
            assert_eq!(date(&squeeze(text)).as_deref(), expected, "{text}");
        }
        assert_eq!(only_date("（2024年1月15日）").as_deref(), Some("2024-01-15"));
        assert_eq!(only_date("2024-01-15").as_deref(), Some("2024-01-15"));
        assert_eq!(only_date("2024年1月15日起施行"), None);
    }

    #[test]
    fn years_stand_alone() {
        let named = |text: &str| years(&squeeze(text)).iter().map(|y| y.year).collect::<Vec<_>>();
        assert_eq!(named("2023年、二〇二四年度、２０２５"), [2023, 2024, 2025]);
        assert_eq!(named("12023年 20231 1999年"), [0_i32; 0]);
        let dated = years("2024年1月15日公布2023年");
        assert_eq!((dated[0].dated, dated[1].dated, dated[1].marked), (true, false, true));
    }
}
