//! Numbers of prose with their units: 12件, 1,095 件, 一百零三宗, 2950元, 1.2万元.
//!
//! ```text
//! number  = figure ["万"] "元" | whole count ["(次)"] | "0" | "零"      (a bare zero only where nothing is counted behind it)
//! figure  = digits ["." digits]
//! digits  = digit{1,3} ("," digit{3})+ | digit+
//! whole   = digits | Chinese numeral
//! count   = "件" | "宗" | "份" | "条" | "起" | "次" | "例" | "项" | "封" | "笔"
//! ```
//!
//! What is not exact is no number: 18万余条, 近百件, 12件以上, 3-5件, 5%.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n, take_while1};
use nom::character::complete::one_of;
use nom::combinator::{map, map_opt, not, opt, peek, recognize, value, verify};
use nom::multi::{many_m_n, many1};
use nom::sequence::{pair, preceded, terminated};
use nom::{IResult, Parser};
use rust_decimal::Decimal;

use crate::numeral;

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Things: 件, 宗, 份.
    Things,
    /// 元; what was printed in 万元 is converted.
    Yuan,
    /// None is printed: a bare zero.
    Nothing,
}

/// The most groups of three digits behind the first comma of a number.
const MOST_GROUPS: usize = 6;

/// The number at the start of squeezed text, its unit, and how many bytes it takes.
pub(super) fn number(text: &str) -> Option<(Decimal, Unit, usize)> {
    let (rest, (value, unit)) = plain(text).map_or_else(|| any(text), Ok).ok()?;
    Some((value, unit, text.len() - rest.len()))
}

/// Digits with a count behind them and nothing that changes it, as most numbers are.
fn plain(text: &str) -> Option<(&str, (Decimal, Unit))> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(digits).filter(|(digits, _)| digits.len() <= 18)?;
    let rest = rest.strip_prefix(COUNTS)?;
    let value: u64 = digits.parse().ok()?;
    (!rest.starts_with('(') && !rest.starts_with(INEXACT)).then_some((rest, (Decimal::from(value), Unit::Things)))
}

/// The bytes that a run of digits takes, with what belongs to them but is no exact count.
pub(super) fn digits_run(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'%')).count()
}

/// A number may end before it: it is a count, or 元.
pub(super) fn is_count(c: char) -> bool {
    COUNTS.contains(&c) || c == '元'
}

/// What may stand behind a bare zero.
const ZERO_ENDS: [char; 9] = [',', ';', ':', '(', ')', '、', '。', '!', '?'];

/// A bare zero may end before it.
pub(super) fn ends_zero(c: char) -> bool {
    ZERO_ENDS.contains(&c)
}

/// What things are counted by.
pub(super) const COUNTS: [char; 10] = ['件', '宗', '份', '条', '起', '次', '例', '项', '封', '笔'];

/// What changes a count before it: 件次 counts something else, 件以上 is not exact, 件事 is no case.
const INEXACT: [char; 8] = ['次', '以', '余', '多', '左', '数', '事', '套'];

fn any(text: &str) -> IResult<&str, (Decimal, Unit)> {
    // What stands behind the digits tells which of them it can be.
    match unit(text) {
        Some('元' | '万') => alt((money, zero)).parse(text),
        Some(c) if COUNTS.contains(&c) => alt((count, zero)).parse(text),
        _ => zero(text),
    }
}

/// The first character that belongs to no number.
fn unit(text: &str) -> Option<char> {
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.'));
    let behind = if behind.len() < text.len() { behind } else { text.trim_start_matches(numeral::is_numeral) };
    behind.chars().next()
}

fn money(text: &str) -> IResult<&str, (Decimal, Unit)> {
    let ten_thousand = Decimal::from(10_000);
    let scale = map(opt(tag("万")), |wan| if wan.is_some() { ten_thousand } else { Decimal::ONE });
    let value = map_opt((alt((figure, chinese)), scale), |(value, scale)| value.checked_mul(scale));
    map(terminated(value, (tag("元"), not(one_of("以余多左")))), |value| (value.normalize(), Unit::Yuan)).parse(text)
}

fn count(text: &str) -> IResult<&str, (Decimal, Unit)> {
    let unit = (one_of(&COUNTS[..]), opt(alt((tag("(次)"), tag("(件)"), tag("(起)")))));
    let exact = not(one_of(&INEXACT[..]));
    map(terminated(alt((whole, chinese)), (unit, exact)), |value| (value, Unit::Things)).parse(text)
}

fn zero(text: &str) -> IResult<&str, (Decimal, Unit)> {
    let zero = alt((recognize((tag("0"), opt((tag("."), many1(tag("0")))))), tag("零"), tag("〇")));
    let end = peek(alt((value((), one_of(&ZERO_ENDS[..])), value((), nom::combinator::eof))));
    map(terminated(zero, end), |_| (Decimal::ZERO, Unit::Nothing)).parse(text)
}

fn figure(text: &str) -> IResult<&str, Decimal> {
    let decimals = opt(preceded(tag("."), take_while1(|c: char| c.is_ascii_digit())));
    map_opt((digits, decimals), |(whole, decimals)| {
        let text = format!("{whole}.{}", decimals.unwrap_or("0"));
        text.parse().ok().map(|value: Decimal| value.normalize())
    })
    .parse(text)
}

fn whole(text: &str) -> IResult<&str, Decimal> {
    map_opt(digits, |digits| digits.parse().ok()).parse(text)
}

/// Digits without the commas that part thousands.
fn digits(text: &str) -> IResult<&str, String> {
    let digit = |c: char| c.is_ascii_digit();
    let group = preceded(tag(","), terminated(take_while_m_n(3, 3, digit), not(one_of("0123456789"))));
    // More groups than a number has: a list would be read again from each of its places.
    let grouped = recognize(pair(take_while_m_n(1, 3, digit), many_m_n(1, MOST_GROUPS, group)));
    map(alt((grouped, take_while1(digit))), |digits: &str| digits.replace(',', "")).parse(text)
}

/// Chinese numerals up to 9999: a number in 万 is mostly a round one.
fn chinese(text: &str) -> IResult<&str, Decimal> {
    let numerals = verify(take_while1(numeral::is_numeral), |run: &str| !run.contains(['万', '萬', '亿', '億']));
    map_opt(numerals, |run: &str| numeral::chinese(run).map(Decimal::from)).parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_are_read() {
        for (text, value, unit, length) in [
            ("12件", "12", Unit::Things, "12件"),
            ("1,095件,", "1095", Unit::Things, "1,095件"),
            ("1,808,595条", "1808595", Unit::Things, "1,808,595条"),
            ("一百零三宗;", "103", Unit::Things, "一百零三宗"),
            ("两起", "2", Unit::Things, "两起"),
            ("零件,", "0", Unit::Things, "零件"),
            ("3件(次),", "3", Unit::Things, "3件(次)"),
            ("2950元", "2950", Unit::Yuan, "2950元"),
            ("0.00元", "0", Unit::Yuan, "0.00元"),
            ("1.07万元", "10700", Unit::Yuan, "1.07万元"),
            ("0,", "0", Unit::Nothing, "0"),
            ("零", "0", Unit::Nothing, "零"),
        ] {
            let read = number(text).map(|(value, unit, length)| (value.to_string(), unit, &text[..length]));
            assert_eq!(read, Some((value.to_owned(), unit, length)), "{text}");
        }
    }

    #[test]
    fn the_unit_tells_what_it_can_be() {
        const CHARS: [char; 13] = ['1', '0', ',', '.', '件', '元', '万', '三', '零', '余', '次', '(', ')'];
        for code in 0..CHARS.len().pow(5) {
            let text: String = (0..5).map(|place| CHARS[code / CHARS.len().pow(place) % CHARS.len()]).collect();
            let wanted = alt((money, count, zero)).parse(text.as_str()).ok();
            assert_eq!(any(&text).ok(), wanted, "{text}");
            assert_eq!(
                number(&text),
                wanted.map(|(rest, (value, unit))| (value, unit, text.len() - rest.len())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_not_exact_is_no_number() {
        for text in [
            "18万余条",
            "3万件",
            "12余件",
            "12件以上",
            "12件次",
            "12件左右",
            "12件多",
            "5%",
            "12",
            "12个百分点",
            "1.5件",
            "三件事",
            "十余件",
            "百件",
            "2023年",
            "12人次",
            "1,09件",
            "3-5件",
            "",
            "件",
            "99999999999999999999999999999999件",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
