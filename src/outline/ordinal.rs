//! The ordinal at the start of a line: 一、 （二） 1. （1） ① 第一章 第一条.
//!
//! ```text
//! ordinal   = skip (part | article | enclosed | bracketed | half | separated)
//! part      = "第" number ("部分" | "章" | "编" | "篇" | "节") [sep]
//! article   = "第" number "条"                       not before 第, 款, 规定, 、 and the like: that cites a law
//! enclosed  = ㈠ | ⑴ | ⒈ | ① | ㊀ …  [sep]
//! bracketed = "（" number "）" [sep] | "〔" Chinese "〕" [sep]
//! half      = number "）"
//! separated = Chinese ("、" | "." | "," | ":") | Arabic ("、" | ".")
//! number    = Chinese up to 999 | digit{1,3}
//! ```
//!
//! Blanks and marks that take no room may stand between any two of these. Brackets, digits and separators may be
//! half or full width. What only looks like an ordinal (`1.5万元`, `1，808`, `（2023年）`, `第二十条第（一）项`,
//! `一、二季度`) is none: a paragraph taken for a heading tears its section apart.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::{anychar, char, one_of, satisfy};
use nom::combinator::{map_opt, opt, recognize, rest, success, verify};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use crate::fold::is_invisible;
use crate::numeral;

/// How an ordinal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// 第一部分, 第一编, 第一章, 第一节.
    Part,
    /// 第一条.
    Article,
    /// `一、`
    Chinese,
    /// `（一）`, `㈠`, `一）`
    ChineseBracketed,
    /// `1.`, `1、`, `⒈`
    Arabic,
    /// `（1）`, `⑴`, `1）`
    ArabicBracketed,
    /// `①`, `㊀`
    Circled,
}

impl Style {
    /// Depth that the style usually has: 0 for a part, 1 for `一、` and 第一条, 2 for `（一）`, 3 for `1.`, 4 for
    /// `（1）`, 5 for `①`.
    pub fn level(self) -> u8 {
        match self {
            Style::Part => 0,
            Style::Chinese | Style::Article => 1,
            Style::ChineseBracketed => 2,
            Style::Arabic => 3,
            Style::ArabicBracketed => 4,
            Style::Circled => 5,
        }
    }
}

/// The ordinal that a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordinal<'a> {
    /// How it is written.
    pub style: Style,
    /// Its number, from 1.
    pub value: u32,
    /// As printed, without the separator: `一`, `（二）`, `1`, `①`, `第一条`.
    pub printed: &'a str,
    /// The text behind it, without leading blanks and marks that take no room.
    pub rest: &'a str,
}

/// Style and value.
type Numbered = (Style, u32);

/// The ordinal at the start of `line`, if there is one.
///
/// ```
/// use nianbao::outline::ordinal::{Style, ordinal};
/// let found = ordinal("\u{3000}（二）依申请公开").unwrap();
/// assert_eq!((found.style, found.value), (Style::ChineseBracketed, 2));
/// assert_eq!((found.printed, found.rest), ("（二）", "依申请公开"));
/// assert_eq!(ordinal("1.5万元"), None);
/// ```
pub fn ordinal(line: &str) -> Option<Ordinal<'_>> {
    if begins_text(line) {
        return None;
    }
    let line = line.trim_start_matches(is_skipped);
    if let Some(found) = usual(line) {
        return Some(found);
    }
    // The first character decides which it may be; most lines begin otherwise.
    let (behind, ((style, value), printed)) = match line.chars().next()? {
        '第' => alt((part, article)).parse(line).ok()?,
        c if is_digit(c) || numeral::is_numeral(c) => half_or_separated(line).ok()?,
        '\u{4E00}'..='\u{9FFF}' => return None,
        c if is_one_of(c, ROUND.0) || is_one_of(c, SQUARE.0) => bracketed(line).ok()?,
        c => sign(c).and_then(|_| enclosed(line).ok())?,
    };
    Some(Ordinal { style, value, printed, rest: behind.trim_start_matches(is_skipped) })
}

/// The line begins as no ordinal does: with a Chinese character that is no numeral, as most lines, or behind one (一是); with four digits
/// (2023).
fn begins_text(line: &str) -> bool {
    let chinese = |bytes: &[u8; 3]| matches!(bytes, [0xE4..=0xE9, _, _]) && !numeral::is_numeral_of_three(bytes);
    match line.as_bytes().split_first_chunk::<3>() {
        Some((first @ [0xE4..=0xE9, _, _], behind)) => {
            let parts = |second: &[u8; 3]| !chinese(second) || second == "丶".as_bytes();
            let numeral = !chinese(first);
            first != "第".as_bytes() && !(numeral && behind.first_chunk().is_none_or(parts))
        }
        Some(([b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'], [b'0'..=b'9', ..])) => true,
        _ => false,
    }
}

/// `一、` or `（一）`, and behind it a Chinese character that neither goes on with a number nor cites a law: what the grammar makes of nearly
/// all ordinals, for less. Anything else is left to it.
fn usual(line: &str) -> Option<Ordinal<'_>> {
    let (style, numeral, printed, end) = match line.as_bytes() {
        [0xE4..=0xE9, _, _, 0xE3, 0x80, 0x81, ..] => (Style::Chinese, 0..3, 3, 6),
        [0xEF, 0xBC, 0x88, 0xE4..=0xE9, _, _, 0xEF, 0xBC, 0x89, ..] => (Style::ChineseBracketed, 3..6, 9, 9),
        _ => return None,
    };
    let value = match line.get(numeral)?.chars().next()? {
        '十' => 10,
        digit => numeral::digit(digit).map(u32::from).filter(|&value| value > 0)?,
    };
    let (printed, rest) = (line.get(..printed)?, line.get(end..)?);
    let next = rest.chars().next().filter(|next| matches!(next, '\u{4E00}'..='\u{9FFF}'))?;
    let goes_on = numeral::is_numeral(next) || matches!(next, '项' | '款' | '至' | '和' | '及' | '或' | '与' | '到');
    (!goes_on).then_some(Ordinal { style, value, printed, rest })
}

fn is_skipped(c: char) -> bool {
    // Nearly all characters first: no blank stands there, and no mark that takes no room.
    !matches!(c, '!'..='~' | '\u{3001}'..='\u{FEFE}') && (c.is_whitespace() || is_invisible(c))
}

fn skip(input: &str) -> IResult<&str, &str> {
    take_while(is_skipped).parse(input)
}

/// Runs `parser` and gives what it read together with the text that it read it from.
fn printed<'a, P>(parser: P) -> impl Parser<&'a str, Output = (Numbered, &'a str), Error = nom::error::Error<&'a str>>
where
    P: Parser<&'a str, Output = Numbered, Error = nom::error::Error<&'a str>>,
{
    nom::combinator::consumed(parser).map(|(text, numbered)| (numbered, text))
}

fn part(input: &str) -> IResult<&str, (Numbered, &str)> {
    let name = alt((tag("部分"), tag("章"), tag("编"), tag("編"), tag("篇"), tag("节"), tag("節")));
    let (behind, found) = printed(delimited((char('第'), skip), number, (skip, name))).parse(input)?;
    cites(behind)?;
    let (behind, _) = opt((skip, one_of("、：:"))).parse(behind)?;
    Ok((behind, ((Style::Part, found.0.1), found.1)))
}

fn article(input: &str) -> IResult<&str, (Numbered, &str)> {
    let (behind, found) = printed(delimited((char('第'), skip), number, (skip, char('条')))).parse(input)?;
    cites(behind)?;
    verify(rest, |behind: &str| !behind.starts_with(['、', '：', ':'])).parse(behind)?;
    Ok((behind, ((Style::Article, found.0.1), found.1)))
}

/// Fails where the text behind 第N条 or 第N章 goes on as a citation does, or closes one that the line before opened.
fn cites(behind: &str) -> IResult<&str, &str> {
    const GOES_ON: &[&str] = &[
        "第", "款", "项", "规定", "所", "的", "和", "至", "之", "及", "或", "与", "到", "中", "是", "、第", "，", ",",
        "。", "；", ";", "）", ")", "》", "”", "」",
    ];
    verify(rest, |behind: &str| {
        let next = behind.trim_start_matches(is_skipped);
        // Behind a blank, only another number goes on; `第三条　所称政府信息` is an article.
        !GOES_ON.iter().any(|word| behind.starts_with(word))
            && !next.starts_with('第')
            && bracketed_number(next).is_err()
    })
    .parse(behind)
}

fn enclosed(input: &str) -> IResult<&str, (Numbered, &str)> {
    terminated(printed(map_opt(anychar, sign)), behind_brackets).parse(input)
}

/// The numbers that are one character.
fn sign(c: char) -> Option<Numbered> {
    let (style, first) = match c {
        '㈠'..='㈩' => (Style::ChineseBracketed, '㈠'),
        '⑴'..='⒇' => (Style::ArabicBracketed, '⑴'),
        '⒈'..='⒛' => (Style::Arabic, '⒈'),
        '①'..='⑳' => (Style::Circled, '①'),
        '㊀'..='㊉' => (Style::Circled, '㊀'),
        '❶'..='❿' => (Style::Circled, '❶'),
        '➀'..='➉' => (Style::Circled, '➀'),
        '➊'..='➓' => (Style::Circled, '➊'),
        '⓵'..='⓾' => (Style::Circled, '⓵'),
        '㉑'..='㉟' => return Some((Style::Circled, c as u32 - '㉑' as u32 + 21)),
        '㊱'..='㊿' => return Some((Style::Circled, c as u32 - '㊱' as u32 + 36)),
        _ => return None,
    };
    Some((style, c as u32 - first as u32 + 1))
}

fn bracketed(input: &str) -> IResult<&str, (Numbered, &str)> {
    terminated(bracketed_number, behind_brackets).parse(input)
}

/// As `str::contains`, for a few characters.
fn is_one_of(c: char, few: &str) -> bool {
    few.chars().any(|one| one == c)
}

/// Brackets that open and close a number.
const ROUND: (&str, &str) = ("（(﹙", "）)﹚");
/// Those around Chinese numerals alone.
const SQUARE: (&str, &str) = ("〔[［【", "〕]］】");

fn bracketed_number(input: &str) -> IResult<&str, (Numbered, &str)> {
    let round = delimited((one_of(ROUND.0), skip), number, (skip, one_of(ROUND.1)));
    let square = delimited((one_of(SQUARE.0), skip), chinese, (skip, one_of(SQUARE.1)));
    printed(alt((round, square)).map(in_brackets)).parse(input)
}

/// Both begin with a number; what stands behind it decides.
fn half_or_separated(input: &str) -> IResult<&str, (Numbered, &str)> {
    let (behind, (numbered, printed)) = printed(number).parse(input)?;
    let (behind, next) = preceded(skip, anychar).parse(behind)?;
    if is_one_of(next, ROUND.1) {
        let printed = &input[..input.len() - behind.len()];
        return Ok((behind, (in_brackets(numbered), printed)));
    }
    separated(behind, numbered, next).map(|(behind, _)| (behind, (numbered, printed)))
}

fn in_brackets((style, value): Numbered) -> Numbered {
    (if style == Style::Chinese { Style::ChineseBracketed } else { Style::ArabicBracketed }, value)
}

/// Behind `（一）`: a separator that is dropped, but not 项, 款, 至, 、（二）, as where a law is cited.
fn behind_brackets(input: &str) -> IResult<&str, &str> {
    let another = |text: &str| {
        let text = text.trim_start_matches(is_skipped);
        bracketed_number(text).is_ok() || text.chars().next().is_some_and(|c| sign(c).is_some())
    };
    let behind = input.trim_start_matches(is_skipped);
    let cites = match behind.chars().next() {
        Some('项') => !behind.starts_with("项目"),
        Some('款') => !behind.starts_with("款项"),
        Some(c @ ('至' | '和' | '、' | '及' | '或' | '与' | '到' | '-' | '—' | '～')) => {
            another(&behind[c.len_utf8()..])
        }
        _ => false,
    };
    verify(recognize(opt((skip, one_of("、丶﹑､.．:："), skip))), |_: &str| !cites).parse(input)
}

/// Fails where what stands between a number and the text behind it does not part them.
fn separated(behind: &str, (style, value): Numbered, separator: char) -> IResult<&str, ()> {
    let parts = match separator {
        '、' | '丶' | '﹑' | '､' => !enumerates(value, behind),
        '.' | '．' => !runs_on(style, behind),
        '，' | ',' | '：' | ':' => style == Style::Chinese && !runs_on(style, behind),
        _ => false,
    };
    verify(success(()), |()| parts).parse(behind)
}

/// `一、二季度`, `1、2、3号`, `七、八两个月`: the next number stands right behind, and no text of a heading.
fn enumerates(value: u32, behind: &str) -> bool {
    let mut chars = behind.chars();
    let next = chars.next().and_then(numeral::digit);
    if next.is_some_and(|next| u32::from(next) == value + 1) && chars.next() == Some('两') {
        return true;
    }
    const COUNTED: &[char] = &['、', '和', '及', '季', '级', '類', '类', '线', '楼', '期', '月', '号', '是'];
    let next: IResult<&str, Numbered> = number(behind);
    next.is_ok_and(|(behind, (_, next))| next == value + 1 && behind.starts_with(COUNTED))
}

/// A number goes on behind the dot, comma or colon (`3.14`, `1.1`, `一,5`), or dots lead to a page number. A year
/// may follow a dot: `1.2023年，我局…`.
fn runs_on(style: Style, behind: &str) -> bool {
    let digits: String =
        behind.chars().take(5).map_while(|c| crate::fold::plain(c).to_digit(10)).map(|d| d.to_string()).collect();
    let year = style == Style::Arabic
        && digits.len() == 4
        && (digits.starts_with("19") || digits.starts_with("20"))
        && behind.chars().nth(4) == Some('年');
    (!digits.is_empty() && !year) || behind.starts_with(['.', '．', '…', ',', '，', '、'])
}

fn number(input: &str) -> IResult<&str, Numbered> {
    alt((chinese, arabic)).parse(input)
}

fn chinese(input: &str) -> IResult<&str, Numbered> {
    let value = |text: &str| numeral::chinese(text).and_then(|value| u32::try_from(value).ok());
    map_opt(take_while1(numeral::is_numeral), value)
        .map(|value| (Style::Chinese, value))
        .parse(input)
        .and_then(in_range)
}

fn arabic(input: &str) -> IResult<&str, Numbered> {
    let value = |text: &str| {
        text.chars().try_fold(0u32, |sum, c| (sum < 1000).then_some(sum * 10 + crate::fold::plain(c).to_digit(10)?))
    };
    map_opt(recognize((satisfy(is_digit), take_while(is_digit))), value)
        .map(|value| (Style::Arabic, value))
        .parse(input)
        .and_then(in_range)
}

fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９')
}

fn in_range((behind, numbered): (&str, Numbered)) -> IResult<&str, Numbered> {
    verify(success(numbered), |(_, value): &Numbered| (1..=999).contains(value)).parse(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that a case file writes with `\t` and `\u{200b}`.
    fn unescape(text: &str) -> String {
        let text = text.replace("\\t", "\t");
        let mut parts = text.split("\\u{");
        let mut out = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let (code, rest) = part.split_once('}').expect("a closed escape");
            out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
            out.push_str(rest);
        }
        out
    }

    #[test]
    fn cases() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lines/ordinals.tsv");
        let table = std::fs::read_to_string(path).expect(path);
        let (mut count, mut wrong) = (0, String::new());
        for (i, case) in table.lines().enumerate() {
            if case.is_empty() || case.starts_with("# ") {
                continue;
            }
            count += 1;
            let (input, expected) = case.split_once('\t').unwrap_or((case, "no tab"));
            let actual = match ordinal(&unescape(input)) {
                None => "none".to_owned(),
                Some(Ordinal { style, value, printed, rest }) => format!("{style:?}\t{value}\t{printed}\t{rest}"),
            };
            if actual != unescape(expected) {
                wrong += &format!("{}: {input} is {actual:?}, expected {expected:?}\n", i + 1);
            }
        }
        assert!(count >= 80, "{count} cases in {path}");
        assert!(wrong.is_empty(), "\n{wrong}");
    }

    /// Every kind in its turn, whatever the line begins with.
    fn slow(line: &str) -> Option<Ordinal<'_>> {
        fn half(input: &str) -> IResult<&str, (Numbered, &str)> {
            printed(terminated(number, (skip, one_of("）)﹚"))).map(in_brackets)).parse(input)
        }
        fn number_separated(input: &str) -> IResult<&str, (Numbered, &str)> {
            let (behind, ((style, value), printed)) = printed(number).parse(input)?;
            let separators = if style == Style::Chinese { "、丶﹑､.．，,：:" } else { "、丶﹑､.．" };
            let (behind, separator) = preceded(skip, one_of(separators)).parse(behind)?;
            let lists = matches!(separator, '、' | '丶' | '﹑' | '､');
            verify(rest, |behind: &str| if lists { !enumerates(value, behind) } else { !runs_on(style, behind) })
                .parse(behind)?;
            Ok((behind, ((style, value), printed)))
        }
        let skipped = |c: char| c.is_whitespace() || is_invisible(c);
        let line = line.trim_start_matches(skipped);
        let (behind, ((style, value), printed)) =
            alt((part, article, enclosed, bracketed, half, number_separated)).parse(line).ok()?;
        Some(Ordinal { style, value, printed, rest: behind.trim_start_matches(skipped) })
    }

    #[test]
    fn the_first_character_decides() {
        let words: Vec<&str> = "第 一 十 二 1 ２ 2023 （ ( 〔 ﹙ ） ) 〕 ﹚ 、 丶 . ． ， : 条 章 部分 款 项目 年 季 ① ㈠ ⑴ ⒈ \u{3000} \u{200b} 甲 a"
            .split(' ')
            .collect();
        let mut seed = 1u32;
        let mut found = 0;
        for _ in 0..200_000 {
            let mut line = String::new();
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            for _ in 0..1 + (seed >> 16) % 6 {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                line.push_str(words[(seed >> 16) as usize % words.len()]);
            }
            assert_eq!(ordinal(&line), slow(&line), "{line:?}");
            found += usize::from(ordinal(&line).is_some());
        }
        assert!(found > 5_000, "{found}");
        for c in (0..=0x2FFFF).filter_map(char::from_u32) {
            assert_eq!(is_skipped(c), c.is_whitespace() || is_invisible(c), "{c:?}");
            let line = format!("{c}、甲");
            assert_eq!(ordinal(&line), slow(&line), "{line:?}");
        }
    }

    #[test]
    fn printed_and_rest_are_parts_of_the_line() {
        let line = " （ 三 ） 政府信息管理 ";
        let found = ordinal(line).unwrap();
        assert_eq!(found.printed, "（ 三 ）");
        assert!(line.ends_with(found.rest));
    }

    #[test]
    fn levels_deepen() {
        let lines = ["第一章 总则", "一、甲", "（一）甲", "1.甲", "（1）甲", "①甲"];
        let levels: Vec<u8> = lines.iter().filter_map(|line| ordinal(line)).map(|found| found.style.level()).collect();
        assert_eq!(levels, [0, 1, 2, 3, 4, 5]);
    }
}
