//! Years, dates and periods as reports print them: in digits, in Chinese numerals, or in a mixture.
//!
//! Every function takes [`squeezed`](super::squeeze) text, so that no blank stands inside a date.
//!
//! ```text
//! year   = (2 | 二) zero digit digit | 2100        2000 to 2100
//! number = 0-9{1,2} | Chinese{1,4}                 a month or a day
//! day    = number (月 | - | . | /) number [日 | 号]
//! date   = year (年 | - | . | /) day
//! range  = date ["（"] [开始 | 起 | 始] ["）"] ["，"] to [year (年 | - | . | /) | 同年 | 当年 | 本年] day
//! to     = 截至 | 截止 [到] | 至 | 到 | dash+
//! ```

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::text::ER;
use crate::record::Period;

/// A year from 2000 to 2100; 二〇二三, 二○二三 and 二0二三 are all printed.
pub(super) const YEAR: &str = "(?:[2二][0〇○◯Oo零][0-9〇○◯Oo零一二三四五六七八九]{2}|2100)";

static COMPACT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(20[0-9]{2})([0-9]{2})([0-9]{2})(?:[^0-9]|$)").expect("constant pattern"));

/// A year at the start of `text`, and what follows it.
pub(super) fn year_at(text: &str) -> Option<(i32, &str)> {
    let mut chars = text.chars();
    let first = chars.next().filter(|c| matches!(c, '2' | '二'))?;
    let second = chars.next()?;
    let zero = matches!(second, '0' | '〇' | '○' | '◯' | 'O' | 'o' | '零');
    let (tens, ones) = (digit(chars.next()?)?, digit(chars.next()?)?);
    if zero {
        return Some((2000 + (tens * 10 + ones) as i32, chars.as_str()));
    }
    (first == '2' && text.starts_with("2100")).then_some((2100, chars.as_str()))
}

/// The first year from byte `from` on: where it begins, what it is, and where it ends.
fn next_year(text: &str, from: usize) -> Option<(usize, i32, usize)> {
    let bytes = text.as_bytes();
    // A 2, or the byte in the middle of 二, which few other characters hold.
    memchr::memchr2_iter(b'2', ER[1], &bytes[from..]).find_map(|found| {
        let at = from + found;
        let start = if bytes[at] == b'2' { at } else { at.checked_sub(1).filter(|&start| start >= from)? };
        let starts = bytes[at] == b'2' || bytes[start..].starts_with(&ER);
        let (year, behind) = year_at(text.get(start..).filter(|_| starts)?)?;
        Some((start, year, text.len() - behind.len()))
    })
}

/// Where years begin and end in `text`, also inside longer numbers.
pub(super) fn all_years(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let (start, _, end) = next_year(text, from)?;
        from = end;
        Some((start, end))
    })
}

/// `text` without its years and what belongs to them, brackets too: `（2023年度）`, `2022至2023年`.
pub(super) fn without_years(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut from = 0;
    while let Some((start, _, _)) = next_year(text, from) {
        let bracket = text[from..start].chars().next_back().filter(|c| matches!(c, '（' | '(' | '〔' | '['));
        kept.push_str(&text[from..start - bracket.map_or(0, char::len_utf8)]);
        let behind = |text| year_at(text).map_or(text, |(_, behind)| behind);
        let mut rest = behind(&text[start..]);
        // Another year right behind: from one to the other.
        let second = rest.strip_prefix('年').unwrap_or(rest);
        let second = second.strip_prefix(['-', '—', '~', '至', '与', '和']).and_then(year_at);
        rest = second.map_or(rest, |(_, behind)| behind);
        rest = ["年度", "年年度", "年", "度"].iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(rest);
        rest = rest.strip_prefix(['）', ')', '〕', ']']).unwrap_or(rest);
        from = text.len() - rest.len();
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[from..]);
    Cow::Owned(kept)
}

/// The text is a year and nothing else: `（2023年度）`.
pub(super) fn is_year(text: &str) -> bool {
    let text = text.strip_prefix(['（', '(']).unwrap_or(text);
    let Some((_, rest)) = year_at(text) else { return false };
    let rest = ["年年度", "年度", "年", "度"].iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(rest);
    rest.strip_prefix(['）', ')']).unwrap_or(rest).is_empty()
}

/// The one year that a text without blanks names: with 年 or 度 behind it, or as all of the text. Another is named
/// nowhere in it.
pub(crate) fn only_year(text: &str) -> Option<i32> {
    let mut named = years(text).filter(|named| named.marked || is_year(text)).map(|named| named.year);
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}

/// The year that a text without blanks begins with, and what stands behind it and its 年 or 年度: a reporting year, no date.
/// Another is named nowhere in it.
pub(crate) fn leading_year(text: &str) -> Option<(i32, &str)> {
    let first = years(text).next().filter(|named| named.start == 0 && !named.dated)?;
    let rest = &text[first.end..];
    let rest = ["年度", "年", "度"].iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(rest);
    (only_year(text)? == first.year).then_some((first.year, rest))
}

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
pub(super) fn years(text: &str) -> impl Iterator<Item = Named> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let (start, year, end) = next_year(text, from)?;
            from = end;
            let (before, after) = (&text[..start], &text[end..]);
            if before.ends_with(|c: char| c.is_ascii_digit()) || after.starts_with(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let marked = after.starts_with(['年', '度']);
            let next = after.strip_prefix('年').or_else(|| after.strip_prefix(['-', '.', '/']));
            let dated = next.is_some_and(|next| {
                let month = next.trim_start_matches(|c| digit(c).is_some() || c == '十');
                month.len() < next.len() && month.starts_with(['月', '-', '.', '/'])
            });
            return Some(Named { year, start, end, marked, dated });
        }
    })
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
    (1..=days).contains(&day).then(|| {
        let mut date = String::with_capacity("2023-01-01".len());
        for (number, tens) in [(year.unsigned_abs(), 1000), (month, 10), (day, 10)] {
            if !date.is_empty() {
                date.push('-');
            }
            let places = std::iter::successors(Some(tens), |place| Some(place / 10).filter(|&place| place > 0));
            date.extend(places.filter_map(|place| char::from_digit(number / place % 10, 10)));
        }
        date
    })
}

/// A month or a day at the start of `text`, as printed, and what follows it.
fn number_at(text: &str) -> Option<(&str, &str)> {
    let run = |is: fn(char) -> bool, most: usize| {
        let end = text.char_indices().take(most).take_while(|(_, c)| is(*c)).last();
        end.map(|(at, c)| text.split_at(at + c.len_utf8()))
    };
    let chinese =
        |c: char| matches!(c, '〇' | '○' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十');
    run(|c| c.is_ascii_digit(), 2).or_else(|| run(chinese, 4))
}

/// A month and a day as printed, and what follows them.
fn day_at(text: &str) -> Option<((&str, &str), &str)> {
    let (month, rest) = number_at(text)?;
    let (day, rest) = number_at(rest.strip_prefix(['月', '-', '.', '/'])?)?;
    Some(((month, day), rest.strip_prefix(['日', '号']).unwrap_or(rest)))
}

/// A year with the mark that parts it from its month.
fn year_of_date_at(text: &str) -> Option<(i32, &str)> {
    let (year, rest) = year_at(text)?;
    Some((year, rest.strip_prefix(['年', '-', '.', '/'])?))
}

/// A day, as printed.
#[derive(Debug, Clone, Copy)]
struct Date<'a> {
    year: i32,
    month: &'a str,
    day: &'a str,
}

impl Date<'_> {
    fn iso(self) -> Option<String> {
        iso(self.year, number(self.month)?, number(self.day)?)
    }
}

/// A date at the start of `text`, and what follows it.
fn date_at(text: &str) -> Option<(Date<'_>, &str)> {
    let (year, rest) = year_of_date_at(text)?;
    let ((month, day), rest) = day_at(rest)?;
    Some((Date { year, month, day }, rest))
}

/// Two dates and what parts them at the start of `text`, and what follows.
fn range_at(text: &str) -> Option<(Date<'_>, Date<'_>, &str)> {
    let (first, rest) = date_at(text)?;
    let rest = rest.strip_prefix(['（', '(']).unwrap_or(rest);
    let rest = ["开始", "起", "始"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let rest = rest.strip_prefix(['）', ')']).unwrap_or(rest);
    let rest = rest.strip_prefix(['，', ',']).unwrap_or(rest);
    let word = ["截至", "截止到", "截止", "至", "到"].iter().find_map(|word| rest.strip_prefix(word));
    let dashes = || {
        let behind = rest.trim_start_matches(['-', '—', '–', '―', '─', '~', '～', '〜', '－']);
        (behind.len() < rest.len()).then_some(behind)
    };
    let rest = word.or_else(dashes)?;
    let same = ["同年", "当年", "本年"].iter().find_map(|word| Some((first.year, rest.strip_prefix(word)?)));
    let second = |(year, rest)| {
        let ((month, day), rest) = day_at(rest)?;
        Some((first, Date { year, month, day }, rest))
    };
    // The second date may leave its year out.
    year_of_date_at(rest).or(same).and_then(second).or_else(|| second((first.year, rest)))
}

/// The date that `text` begins with.
pub(super) fn date(text: &str) -> Option<String> {
    let end = text.char_indices().nth(40).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    if let Some((date, _)) = date_at(text) {
        return date.iso();
    }
    // A date further on: then the text does not begin with one.
    let mut from = 0;
    while let Some((start, _, _)) = next_year(text, from) {
        if date_at(&text[start..]).is_some() {
            return None;
        }
        from = start + text[start..].chars().next().map_or(1, char::len_utf8);
    }
    let found = COMPACT.captures(text)?;
    let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
    Date { year: year_at(part(1))?.0, month: part(2), day: part(3) }.iso()
}

/// The date that `text` is, brackets and the time of day aside: a line that holds nothing else.
pub(super) fn only_date(text: &str) -> Option<String> {
    // Brackets and 。 aside, it begins with 2 or 二: most lines are told by their first byte.
    let (b'2' | b'(' | b')' | b'[' | b']' | 0xE3 | 0xE4 | 0xEF) = *text.as_bytes().first()? else { return None };
    let text = text.trim_matches(['（', '）', '(', ')', '[', ']', '。']);
    let (date, rest) = date_at(text)?;
    let time = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '：'));
    if time { date.iso() } else { None }
}

/// The ranges of dates that `text` prints, whether or not the calendar has them, each with the byte that it begins at.
fn ranges(text: &str) -> impl Iterator<Item = (usize, Date<'_>, Date<'_>)> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let (start, _, _) = next_year(text, from)?;
            let Some((first, last, rest)) = range_at(&text[start..]) else {
                from = start + text[start..].chars().next().map_or(1, char::len_utf8);
                continue;
            };
            from = text.len() - rest.len();
            if !text[..start].ends_with(|c: char| c.is_ascii_digit()) {
                return Some((start, first, last));
            }
        }
    })
}

/// The periods that `text` names, each with the byte that it begins at. One with a day that the calendar lacks, or that
/// ends before it begins, is none.
pub(super) fn periods(text: &str) -> impl Iterator<Item = (usize, Period)> + '_ {
    ranges(text).filter_map(|(start, first, last)| {
        let (from, to) = (first.iso()?, last.iso()?);
        (from <= to).then_some((start, Period { from, to }))
    })
}

/// The years of the first range of dates in `text`, where it is none of the [`periods`].
pub(super) fn broken_period(text: &str) -> Option<(i32, i32)> {
    let (_, first, last) = ranges(text).next()?;
    let sound = matches!((first.iso(), last.iso()), (Some(from), Some(to)) if from <= to);
    (!sound).then_some((first.year, last.year))
}

/// Months that a period may touch and still be a year's: `2022年12月31日至2023年12月31日`.
const MONTHS_OF_A_YEAR: i32 = 13;

/// The year that a period names beside `year`, which it should be about: that of a day in another year, where it does not
/// touch `year`, or is longer than a year.
pub(super) fn other_year(period: &Period, year: i32) -> Option<i32> {
    let part = |date: &str, range: std::ops::Range<usize>| date.get(range)?.parse::<i32>().ok();
    let (first, last) = (part(&period.from, 0..4)?, part(&period.to, 0..4)?);
    let months = (last - first) * 12 + part(&period.to, 5..7)? - part(&period.from, 5..7)? + 1;
    let touched = first == year || last == year;
    let other = if first == year { last } else { first };
    (first != last && (!touched || months > MONTHS_OF_A_YEAR)).then_some(other)
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

    /// The first of the [`periods`].
    fn period(text: &str) -> Option<Period> {
        super::periods(text).next().map(|(_, period)| period)
    }

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
    fn periods_of_another_year() {
        for (from, to, expected) in [
            ("2022-01-01", "2023-12-31", Some(2022)),
            ("2023-01-01", "2024-12-31", Some(2024)),
            ("2022-12-31", "2023-12-31", None),
            ("2022-11-01", "2023-10-31", None),
            ("2023-01-01", "2024-01-01", None),
            ("2021-11-01", "2022-10-31", Some(2021)),
            ("2022-01-01", "2022-12-31", None),
        ] {
            let period = Period { from: from.to_owned(), to: to.to_owned() };
            assert_eq!(other_year(&period, 2023), expected, "{from} {to}");
        }
        for (text, expected) in [
            ("自2023年1月1日起至2022年12月31日止", Some((2023, 2022))),
            ("自2023年1月1日至12月32日", Some((2023, 2023))),
            ("自2023年1月1日至12月31日", None),
            ("2023年1月1日", None),
        ] {
            assert_eq!(broken_period(text), expected, "{text}");
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
        let named = |text: &str| years(&squeeze(text)).map(|y| y.year).collect::<Vec<_>>();
        assert_eq!(named("2023年、二〇二四年度、２０２５"), [2023, 2024, 2025]);
        assert_eq!(named("12023年 20231 1999年"), [0_i32; 0]);
        let dated: Vec<Named> = years("2024年1月15日公布2023年").collect();
        assert_eq!((dated[0].dated, dated[1].dated, dated[1].marked), (true, false, true));
    }

    /// Dates and what stands around them, in any order.
    fn mixtures() -> Vec<String> {
        let words: Vec<&str> = "2023 二〇二三 二○二0 2100 20 2 二 12023 20231 年 度 年度 月 日 号 - . / — ~ 至 到 截至 截止 截止到 起 始 开始 （ ） ( ) [ ] 〔 〕 ， 和 与             1 01 12 31 十二 三十一 二十 〇一 一 十一二三四 同年 当年 本年 公布 2023年1月1日 2022年12月31日 2020.1.5 二〇二三年一月一日 至12月31日 - - 。 : 10:22"
            .split(' ')
            .collect();
        let mut seed = 11u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % below
        };
        (0..40_000).map(|_| (0..1 + next(10)).map(|_| words[next(words.len())]).collect()).collect()
    }

    const NUMBER: &str = "(?:[0-9]{1,2}|[〇○零一二三四五六七八九十]{1,4})";

    #[test]
    fn years_and_dates_are_found_as_the_grammar_says() {
        let year = Regex::new(YEAR).unwrap();
        let line = Regex::new(&format!("^[（(]?{YEAR}(?:年?度|年年度|年)?[）)]?$")).unwrap();
        let part =
            Regex::new(&format!("[（(〔\\[]?(?:{YEAR}年?(?:[-—~至]|与|和))?{YEAR}(?:年度|年年度|年|度)?[）)〕\\]]?"))
                .unwrap();
        let date = Regex::new(&format!("({YEAR})(?:年|[-./])({NUMBER})(?:月|[-./])({NUMBER})[日号]?")).unwrap();
        let iso_of = |found: &regex::Captures| {
            let text = |index: usize| found.get(index).unwrap().as_str();
            iso(year_at(text(1))?.0, number(text(2))?, number(text(3))?)
        };
        for text in mixtures() {
            let found: Vec<(usize, usize)> = all_years(&text).collect();
            let wanted: Vec<(usize, usize)> = year.find_iter(&text).map(|found| (found.start(), found.end())).collect();
            assert_eq!(found, wanted, "{text}");
            assert_eq!(is_year(&text), line.is_match(&text), "{text}");
            assert_eq!(without_years(&text), part.replace_all(&text, ""), "{text}");
            let first = date.captures(&text);
            if let Some(found) = &first {
                let at_start = found.get(0).unwrap().start() == 0;
                let head: String = text.chars().take(40).collect();
                if head == text {
                    assert_eq!(super::date(&text), if at_start { iso_of(found) } else { None }, "{text}");
                }
                let rest = &text[found.get(0).unwrap().end()..];
                let time = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '：'));
                if !text.contains(['（', '）', '(', ')', '[', ']', '。']) {
                    assert_eq!(only_date(&text), if at_start && time { iso_of(found) } else { None }, "{text}");
                }
            } else {
                assert_eq!(only_date(&text), None, "{text}");
            }
        }
    }

    #[test]
    fn periods_are_found_as_the_grammar_says() {
        let range = Regex::new(&format!(
            "({YEAR})(?:年|[-./])({NUMBER})(?:月|[-./])({NUMBER})[日号]?[（(]?(?:开始|起|始)?[）)]?[，,]?\
             (?:截至|截止到?|至|到|[-—–―─~～〜－]+)(?:({YEAR})(?:年|[-./])|同年|当年|本年)?({NUMBER})(?:月|[-./])({NUMBER})[日号]?"
        ))
        .unwrap();
        let mut count = 0;
        for text in mixtures() {
            let wanted = range.captures_iter(&text).find_map(|found| {
                let part = |index: usize| found.get(index).map_or("", |part| part.as_str());
                if text[..found.get(0)?.start()].ends_with(|c: char| c.is_ascii_digit()) {
                    return None;
                }
                let first = year_at(part(1))?.0;
                let last = found.get(4).map_or(Some(first), |printed| Some(year_at(printed.as_str())?.0))?;
                let from = iso(first, number(part(2))?, number(part(3))?)?;
                let to = iso(last, number(part(5))?, number(part(6))?)?;
                (from <= to).then_some(Period { from, to })
            });
            count += usize::from(wanted.is_some());
            assert_eq!(period(&text), wanted, "{text}");
        }
        assert!(count > 100, "{count}");
    }
}
