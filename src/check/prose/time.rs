//! Years and months of prose, told apart by the year that a report is about.
//!
//! ```text
//! time   = year [ "1月1日" ["起"] to [year] "12月31日" ["止"] | "1" ["月"] to "12月" ["份"]   still that year
//!               | "12月31日" | "12月底" | "底" | "末"                       its end: all up to then, where it is cumulative
//!               | month                                                    a part of it
//!               | to year ]                                                several years
//!        | the same without a year
//! year   = digit{4} "年" ["度"] | Chinese digit{4} "年" ["度"]
//! month  = digit{1,2} ["月"] ["份"] [digit{1,2} "日"] [to …]
//! to     = "至" | "到" | "-" | "—" | "~"
//! ```

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while_m_n};
use nom::character::complete::one_of;
use nom::combinator::{map, map_opt, opt, value, verify};
use nom::multi::many1;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use crate::numeral;

/// The word that stands for the time at the start of squeezed `text`, of a report about `year`, and the bytes that it takes.
pub(super) fn time(text: &str, year: Option<i32>) -> Option<(&'static str, usize)> {
    if !may_begin(text) {
        return None;
    }
    plain(text, year).or_else(|| {
        let (rest, (named, what)) = any(text).ok()?;
        Some((word(what, named, year), text.len() - rest.len()))
    })
}

/// The same where `text` begins with a [plain year](plain_year).
pub(super) fn plain(text: &str, year: Option<i32>) -> Option<(&'static str, usize)> {
    let (named, rest) = plain_year(text)?;
    Some((word(What::Whole, Some(named), year), text.len() - rest.len()))
}

/// The word for a time of the year that is `named`, in a report about `year`.
fn word(what: What, named: Option<i32>, year: Option<i32>) -> &'static str {
    match (what, named, year) {
        (What::Part, ..) => "某月",
        (What::Years, ..) => "某年",
        (What::Whole, None, _) => "本年",
        (What::End, None, _) => "截至本年",
        (What::Whole, Some(named), Some(year)) if named == year => "本年",
        (What::End, Some(named), Some(year)) if named == year => "截至本年",
        (_, Some(named), Some(year)) if named == year - 1 => "上年",
        (_, Some(named), Some(year)) if named == year + 1 => "下年",
        (_, Some(_), _) => "某年",
    }
}

/// Cheap: of the many numbers of prose, few have behind their digits what a time has.
fn may_begin(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return text[digits..].starts_with(['年', '月', '份', '至', '到', '-', '—', '~', '－', '〜', '～']);
    }
    text.starts_with("元月") || text.chars().nth(4) == Some('年')
}

/// A year in digits with nothing behind it that goes on with a time, and what stands there: most times are one.
fn plain_year(text: &str) -> Option<(i32, &str)> {
    let (digits, rest) =
        text.split_at_checked(4).filter(|(digits, _)| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let rest = rest.strip_prefix('年')?;
    let rest = rest.strip_prefix('度').unwrap_or(rest);
    let goes_on = |c: char| c.is_ascii_digit() || TO.contains(&c) || matches!(c, '元' | '底' | '末' | '的');
    let year = digits.parse().ok().filter(is_known)?;
    (!rest.starts_with(goes_on)).then_some((year, rest))
}

fn is_known(year: &i32) -> bool {
    (1949..2100).contains(year)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Whole,
    /// Its end: what is cumulative there is over several years.
    End,
    Part,
    Years,
}

fn any(text: &str) -> IResult<&str, (Option<i32>, What)> {
    let of_year = map((year, opt(alt((years, whole, part)))), |(year, what)| (Some(year), what.unwrap_or(What::Whole)));
    alt((map(years_short, |what| (None, what)), of_year, map(alt((bare_whole, bare_part)), |what| (None, what))))
        .parse(text)
}

fn year(text: &str) -> IResult<&str, i32> {
    let digits = map_opt(take_while_m_n(4, 4, |c: char| c.is_ascii_digit()), |year: &str| year.parse().ok());
    let chinese = map_opt(take_while_m_n(4, 4, |c| numeral::digit(c).is_some()), |year: &str| {
        numeral::chinese(year).and_then(|year| i32::try_from(year).ok())
    });
    let known = verify(alt((digits, chinese)), is_known);
    terminated(known, (tag("年"), opt(tag("度")))).parse(text)
}

/// What parts the beginning of a time from its end.
const TO: [char; 7] = ['至', '到', '-', '—', '~', '－', '〜'];

fn to(text: &str) -> IResult<&str, ()> {
    value((), many1(one_of(&TO[..]))).parse(text)
}

/// `2021-2023年`.
fn years_short(text: &str) -> IResult<&str, What> {
    let digits = take_while_m_n(4, 4, |c: char| c.is_ascii_digit());
    value(What::Years, (digits, to, year)).parse(text)
}

/// What a year goes on to.
fn years(text: &str) -> IResult<&str, What> {
    value(What::Years, (to, year)).parse(text)
}

fn whole(text: &str) -> IResult<&str, What> {
    alt((bare_whole, value(What::End, alt((tag("底"), tag("末")))))).parse(text)
}

fn bare_whole(text: &str) -> IResult<&str, What> {
    let first = (alt((tag("1月"), tag("01月"), tag("元月"))), alt((tag("1日"), tag("01日"))), opt(one_of("起始")));
    let last = (tag("12月31日"), opt(one_of("止底")), opt(tag("期间")));
    let from_first = (first, opt(tag(",")), to, opt(year));
    let period = map((opt(from_first), last), |(first, _)| if first.is_some() { What::Whole } else { What::End });
    let months = value(
        What::Whole,
        (alt((tag("1"), tag("01"))), opt(tag("月")), opt(tag("份")), to, tag("12月"), opt(tag("份"))),
    );
    let end = value(What::End, (tag("12月"), opt(tag("份")), one_of("底末")));
    alt((period, months, end)).parse(text)
}

fn part(text: &str) -> IResult<&str, What> {
    bare_part(text)
}

fn bare_part(text: &str) -> IResult<&str, What> {
    let number = || take_while_m_n(1, 2, |c: char| c.is_ascii_digit());
    let day = || value((), (number(), tag("日")));
    let month = || value((), (number(), tag("月"), opt(tag("份")), opt(day())));
    let range = value((), (number(), to, month()));
    let months = value((), (month(), opt(preceded(to, (opt(year), alt((month(), day())))))));
    value(What::Part, delimited(opt(tag("的")), alt((range, months)), opt(one_of("底末初起止")))).parse(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_a_time_may_begin_one() {
        const CHARS: [char; 13] = ['1', '2', '0', '年', '月', '日', '至', '-', '份', '元', '一', '〇', '底'];
        for number in 0..CHARS.len().pow(5) {
            let text: String = (0..5).map(|place| CHARS[number / CHARS.len().pow(place) % CHARS.len()]).collect();
            let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '元' || numeral::digit(c).is_some());
            assert!(!begins || any(&text).is_err() || may_begin(&text), "{text}");
            let taken = any(&text).map_or("年", |(rest, _)| &text[..text.len() - rest.len()]);
            assert!(taken.contains(['年', '月']), "{text}");
        }
        for to in ['至', '到', '-', '—', '~', '～', '－', '〜'] {
            assert!(may_begin(&format!("2021{to}2023年")), "{to}");
        }
    }

    #[test]
    fn a_plain_year_is_read_as_any_time() {
        const CHARS: [char; 20] = [
            '1', '2', '0', '年', '度', '月', '日', '至', '到', '-', '—', '~', '－', '〜', '份', '元', '底', '末', '的',
            '共',
        ];
        let mut count = 0;
        for year in ["2023年", "2023", "1949年", "1948年", "0123年", "2100年", "20230年"] {
            for number in 0..CHARS.len().pow(3) {
                let tail: String = (0..3).map(|place| CHARS[number / CHARS.len().pow(place) % CHARS.len()]).collect();
                let text = format!("{year}{tail}");
                let Some((year, rest)) = plain_year(&text) else { continue };
                assert_eq!(any(&text), Ok((rest, (Some(year), What::Whole))), "{text}");
                count += 1;
            }
        }
        assert!(count > 1000, "{count}");
    }

    #[test]
    fn times_are_told_apart() {
        for (text, word, taken) in [
            ("2023年全区", "本年", "2023年"),
            ("2023年度", "本年", "2023年度"),
            ("二〇二三年", "本年", "二〇二三年"),
            ("二○二三年", "本年", "二○二三年"),
            ("2022年收到", "上年", "2022年"),
            ("2024年办理", "下年", "2024年"),
            ("2019年", "某年", "2019年"),
            ("2021-2023年", "某年", "2021-2023年"),
            ("2021年至2023年", "某年", "2021年至2023年"),
            ("2023年1月1日至2023年12月31日期间", "本年", "2023年1月1日至2023年12月31日期间"),
            ("2023年1月1日至12月31日,", "本年", "2023年1月1日至12月31日"),
            ("2023年1-12月", "本年", "2023年1-12月"),
            ("2023年12月31日", "截至本年", "2023年12月31日"),
            ("2023年底", "截至本年", "2023年底"),
            ("12月底", "截至本年", "12月底"),
            ("1月1日至12月31日", "本年", "1月1日至12月31日"),
            ("2023年3月", "某月", "2023年3月"),
            ("2023年1-6月", "某月", "2023年1-6月"),
            ("2023年1月至11月", "某月", "2023年1月至11月"),
            ("6月底", "某月", "6月底"),
            ("11月30日", "某月", "11月30日"),
        ] {
            let read = time(text, Some(2023)).map(|(word, length)| (word, &text[..length]));
            assert_eq!(read, Some((word, taken)), "{text}");
        }
        assert_eq!(time("2023年", None), Some(("某年", 7)));
        for text in ["12件", "年", "2023", "12", "第2023年", "0123年"] {
            assert_eq!(time(text, Some(2023)), None, "{text}");
        }
    }
}
