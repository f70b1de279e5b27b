//! What one table cell holds: a number with its unit, nothing, a placeholder, or text.
//!
//! ```text
//! cell     = blank* amount blank* [unit | [escape] "（" unit [escape] "）"] blank*
//! amount   = [sign] number | Chinese numeral
//! sign     = [escape] "-" | ([escape] "+" | "↑" | "↓") blank*
//! number   = grouped [fraction] | digit+ [fraction]
//! grouped  = digit{1,3} ("," digit{3})+ | digit{1,3} (blank digit{3})+     no leading zero
//! fraction = [escape] "." digit+
//! escape   = "\"
//! ```
//!
//! Every sign, digit, comma, dot and bracket may be half or full width; marks that take no room may stand anywhere.
//! What programs print for the end of a line or for a blank (`<br>`, `&nbsp;`) may stand at the ends, and so may the
//! marks of bold print (`**3**`, `__3__`). A backslash may stand before a dot, a minus, a plus or a bracket (`3\.5`), as programs put
//! it that write Markdown. A number may stand between the quotes of a spreadsheet (`"1,095"`).
//! A notation that a reader could take for two numbers (`1 2`, `1,09`, `（12）`, `一百三`) is text: a cell that a
//! person must look at is better than a wrong number.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use nom::branch::alt;
use nom::bytes::complete::{take_while, take_while1};
use nom::character::complete::{char, one_of, satisfy};
use nom::combinator::{all_consuming, map_opt, not, opt, recognize, value, verify};
use nom::multi::many1_count;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

use crate::fold::{behind_radical, is_escaped_blank, is_invisible, is_radical, trim_escaped};
use crate::numeral;

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading<'a> {
    /// A number, exactly: as many decimals as printed.
    Number {
        /// The number; the unit is not multiplied in.
        value: Decimal,
        /// The unit as printed, such as `万元`.
        unit: Option<&'a str>,
    },
    /// Nothing that can be seen.
    Blank,
    /// A sign for "nothing here": `/`, `—`, `无`, `N/A`, `不适用`.
    Placeholder,
    /// Anything else, and every number that is not beyond doubt.
    Text,
}

/// The units that a number may be followed by; a number before any other word is text. Not 年, 月, 日 (a date), nor
/// 万 alone (a reader of the number without its unit would be wrong by 10,000).
const UNITS: &[&str] = &[
    "万元",
    "亿元",
    "千元",
    "百元",
    "百万元",
    "元",
    "人次",
    "件次",
    "条次",
    "场次",
    "期次",
    "批次",
    "户次",
    "件",
    "条",
    "个",
    "次",
    "篇",
    "人",
    "宗",
    "份",
    "项",
    "部",
    "期",
    "场",
    "家",
    "名",
    "台",
    "批",
    "户",
    "起",
    "例",
    "组",
    "类",
    "种",
    "处",
    "册",
    "本",
    "套",
    "张",
    "则",
    "位",
    "所",
    "栏",
    "页",
    "班",
];

/// Most digits that a [`Decimal`] holds exactly, whatever they are.
const MOST_DIGITS: usize = 28;

/// Reads a cell.
///
/// ```
/// use nianbao::grid::value::{Reading, read};
/// let Reading::Number { value, unit } = read("7,545万元") else { panic!() };
/// assert_eq!((value.to_string().as_str(), unit), ("7545", Some("万元")));
/// assert_eq!(read("——"), Reading::Placeholder);
/// assert_eq!(read("详见附表"), Reading::Text);
/// ```
pub fn read(raw: &str) -> Reading<'_> {
    if let Some(value) = ascii(raw.as_bytes()) {
        return Reading::Number { value, unit: None };
    }
    if raw.is_empty() {
        return Reading::Blank;
    }
    // Whole tables are filled with one of these.
    if let "/" | "-" | "—" | "——" | "无" = raw {
        return Reading::Placeholder;
    }
    if is_text(raw) {
        return Reading::Text;
    }
    if let Some((value, unit)) = usual(raw) {
        return Reading::Number { value, unit };
    }
    let seen = raw.trim_matches(is_blank);
    let (Some(first), Some(last)) = (seen.chars().next(), seen.chars().next_back()) else { return Reading::Blank };
    // Nearly every other cell is a label: no number begins or ends like it.
    if ends_number(last)
        && begins_number(first)
        && let Ok((_, (value, unit))) = all_consuming(cell).parse(seen)
    {
        return Reading::Number { value, unit };
    }
    // What a program prints for the end of a line is a blank.
    if (matches!(last, '>' | ';' | 'n' | 'r' | 't' | '*' | '_') || matches!(first, '<' | '&' | '\\'))
        && seen != trim_escaped(seen)
    {
        let inside = trim_escaped(seen);
        return if inside.is_empty() { Reading::Placeholder } else { read(inside) };
    }
    match quoted(seen) {
        // A program that quotes all cells quotes those that are empty, too.
        Some("") => return Reading::Placeholder,
        Some(inside) if matches!(read(inside), Reading::Number { .. }) => return read(inside),
        _ => {}
    }
    if is_placeholder(seen, first) { Reading::Placeholder } else { Reading::Text }
}

/// What stands between the quotes that a spreadsheet puts around a cell with a comma, when it saves a sheet as text: `"1,095"`. Some
/// programs put them around every cell.
fn quoted(seen: &str) -> Option<&str> {
    let inside = seen.strip_prefix('"')?.strip_suffix('"')?;
    Some(inside).filter(|inside| !inside.contains('"'))
}

/// Reads a change that is printed in words: 增加3, 减少2件, 增：3. Text where any doubt is left, as of `增3/减1`.
pub fn read_change(raw: &str) -> Reading<'_> {
    let seen = raw.trim_matches(is_blank);
    let behind = |words: &[&str]| words.iter().find_map(|word| seen.strip_prefix(word));
    let (less, number) = match (behind(&["增加", "增"]), behind(&["减少", "减"])) {
        (Some(number), _) => (false, number),
        (None, Some(number)) => (true, number),
        (None, None) => return Reading::Text,
    };
    let number = number.trim_start_matches(|c| is_blank(c) || matches!(c, ':' | '：'));
    match read(number) {
        // A sign of its own, or a number in words: a person must look.
        Reading::Number { value, unit } if number.starts_with(is_digit) => {
            Reading::Number { value: if less && !value.is_zero() { -value } else { value }, unit }
        }
        _ => Reading::Text,
    }
}

/// 条, 万元, （件）: what a number is counted in, and nothing else. Blanks may stand in it, and radicals for characters.
///
/// ```
/// use nianbao::grid::value::is_unit;
/// assert!(is_unit("万 元") && is_unit("（⼈次）"));
/// assert!(!is_unit("⼈⼈") && !is_unit("⺀") && !is_unit("总数（条）"));
/// ```
pub fn is_unit(printed: &str) -> bool {
    // Nearly all that is asked for are numbers and labels.
    match printed.as_bytes() {
        [] | [b'0'..=b'9', ..] => return false,
        [.., 0xE5..=0xE9, _, _] if !printed.ends_with(ends_unit) => return false,
        _ => {}
    }
    let seen = printed.trim_matches(is_blank);
    let inside = seen.strip_prefix(['（', '(']).and_then(|rest| rest.strip_suffix(['）', ')'])).unwrap_or(seen);
    if inside.len() > LONGEST_UNIT {
        return false;
    }
    let folded: String;
    let mut inside = inside;
    if inside.contains(is_radical) {
        folded = inside.chars().map(behind_radical).collect();
        inside = &folded;
    }
    if !inside.ends_with(ends_unit) {
        return false;
    }
    is_word_of_unit(inside) || (inside.contains(is_blank) && is_word_of_unit(&inside.replace(is_blank, "")))
}

/// It is one of [`UNITS`].
fn is_word_of_unit(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str, FxBuildHasher>> = LazyLock::new(|| UNITS.iter().copied().collect());
    WORDS.contains(word)
}

/// 主动公开信息数（条）: a label that ends in what is counted.
pub fn has_unit(label: &str) -> bool {
    without_unit(label).is_some()
}

/// What stands before the unit in brackets that a label ends in.
pub(crate) fn without_unit(label: &str) -> Option<&str> {
    let (label, unit) = label.trim_end().strip_suffix(['）', ')'])?.rsplit_once(['（', '('])?;
    is_unit(unit).then_some(label)
}

/// What stands before the brackets that a label ends in, and whatever stands in them: 行政许可（含备案）.
pub(crate) fn without_remark(label: &str) -> Option<&str> {
    let mut depth = 0;
    for (at, c) in label.trim_end().char_indices().rev() {
        match c {
            '）' | ')' | '】' | ']' => depth += 1,
            '（' | '(' | '【' | '[' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return label.get(..at).filter(|_| matches!(c, '（' | '(' | '【' | '[')).filter(|label| !label.is_empty());
        }
    }
    None
}

/// The numbers at the end of a text that blanks part from it and from each other, the last first.
pub(crate) fn numbers_behind(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim_end();
    std::iter::from_fn(move || {
        // Before a number stands a text, or another number.
        let (before, word) = rest.rsplit_once(char::is_whitespace)?;
        rest = before.trim_end();
        matches!(read(word), Reading::Number { .. }).then_some(word).filter(|_| !rest.is_empty())
    })
}

/// ——: a sign for nothing that is no word.
pub fn is_dash(printed: &str) -> bool {
    let seen = printed.trim_matches(is_blank);
    !seen.is_empty() && seen.chars().all(is_stroke)
}

/// `None`, `NaN`, `null`, `<br>`: what programs print where a cell is empty, be it one of a merged label's.
pub fn is_void(printed: &str) -> bool {
    ["none", "nan", "null", "<na>", "\"\""].iter().any(|word| printed.eq_ignore_ascii_case(word))
        || is_escaped_blank(printed)
}

/// A longer text is no unit, whatever blanks stand in it; in bytes.
const LONGEST_UNIT: usize = 24;

/// It begins or ends as nothing does that [`read`] takes for a number, a blank or a placeholder; so no word of it that stands there is one
/// either.
#[inline]
pub(crate) fn is_text(raw: &str) -> bool {
    begins_text(raw) || ends_text(raw)
}

/// It begins with a Chinese character that no number and no placeholder begins with, as a label does; or with 一、, as no number goes on.
fn begins_text(raw: &str) -> bool {
    if let [0xE4..=0xE9, _, _, 0xE3, 0x80, 0x81, ..] = raw.as_bytes() {
        return true;
    }
    matches!(raw.as_bytes(), [0xE5..=0xE9, ..])
        && raw.chars().next().is_some_and(|c| !numeral::is_numeral(c) && !matches!(c, '无' | '無' | '空' | '不'))
}

/// It ends with a Chinese character, or the end of a sentence, with which no number, no unit and no placeholder ends.
pub(super) fn ends_text(raw: &str) -> bool {
    match raw.as_bytes() {
        [.., 0xE4..=0xE9, _, _] => {
            raw.chars().next_back().is_some_and(|c| !ends_number(c) && !matches!(c, '无' | '無' | '空' | '据' | '用'))
        }
        // 。 ， ： ；
        [.., 0xE3, 0x80, 0x82] | [.., 0xEF, 0xBC, 0x8C | 0x9A | 0x9B] => true,
        _ => false,
    }
}

/// What [`amount`] may begin with; an [`escape`] too.
fn begins_number(c: char) -> bool {
    match c {
        '0'..='9' => true,
        '\u{4E00}'..='\u{9FFF}' => numeral::is_numeral(c),
        _ => is_digit(c) || numeral::is_numeral(c) || begins_sign(c) || c == '\\',
    }
}

/// It is in [`NEGATIVE`], [`DOWN`] or [`UP`].
fn begins_sign(c: char) -> bool {
    matches!(c, '-' | '－' | '−' | '–' | '‑' | '﹣' | '↓' | '⬇' | '▼' | '+' | '＋' | '↑' | '⬆' | '▲')
}

/// What a [`cell`] may end with: the last of its digits, of its unit, or the bracket around that.
fn ends_number(c: char) -> bool {
    is_digit(c) || matches!(c, ')' | '）') || numeral::is_numeral(c) || ends_unit(c)
}

/// The last characters of all [`UNITS`].
#[rustfmt::skip]
fn ends_unit(c: char) -> bool {
    matches!(
        c,
        '元' | '次' | '件' | '条' | '个' | '篇' | '人' | '宗' | '份' | '项' | '部' | '期' | '场' | '家' | '名' | '台'
            | '批' | '户' | '起' | '例' | '组' | '类' | '种' | '处' | '册' | '本' | '套' | '张' | '则' | '位' | '所' | '栏'
            | '页' | '班'
    )
}

/// Every maximal run of digits in any text, ASCII or full width, with the commas and dots inside it.
///
/// ```
/// use nianbao::grid::value::numbers;
/// let text = "新收1,095件、结转２件";
/// let found: Vec<&str> = numbers(text).map(|at| &text[at]).collect();
/// assert_eq!(found, ["1,095", "２"]);
/// ```
pub fn numbers(raw: &str) -> impl Iterator<Item = Range<usize>> {
    let mut chars = raw.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.find(|&(_, c)| is_digit(c))?;
        let mut end = start + first.len_utf8();
        // A comma, dot or invisible mark belongs to the run only when a digit follows it.
        let mut separators = 0;
        while let Some(&(at, c)) = chars.peek() {
            if is_digit(c) {
                end = at + c.len_utf8();
                separators = 0;
            } else if matches!(c, ',' | '，' | '.' | '．') && separators == 0 {
                separators = 1;
            } else if !is_invisible(c) {
                break;
            }
            chars.next();
        }
        Some(start..end)
    })
}

/// The usual cell: up to 18 ASCII digits and nothing else.
#[inline]
pub(crate) fn ascii(bytes: &[u8]) -> Option<Decimal> {
    if let [only @ b'0'..=b'9'] = bytes {
        return Some(Decimal::from(only - b'0'));
    }
    is_ascii_number(bytes)
        .then(|| Decimal::from(bytes.iter().fold(0u64, |value, byte| value * 10 + u64::from(byte - b'0'))))
}

/// Digits in ASCII, commas between thousands or none, then a fraction and a unit perhaps: what [`cell`] makes of them, for less. Anything
/// else is left to it, and so is what has too many digits for certain.
fn usual(raw: &str) -> Option<(Decimal, Option<&str>)> {
    let bytes = raw.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    if (1..=3).contains(&end) && bytes[0] != b'0' {
        while bytes.get(end) == Some(&b',') && digits(end + 1) == 3 {
            end += 4;
        }
    }
    let mut scale = 0;
    if bytes.get(end) == Some(&b'.') {
        scale = digits(end + 1);
        end += 1 + scale;
    }
    let unit = Some(raw.get(end..)?).filter(|unit| !unit.is_empty());
    let bare = bytes.first()?.is_ascii_digit() && bytes.get(end - 1)?.is_ascii_digit();
    if !bare || end > LONGEST_USUAL || !unit.is_none_or(is_word_of_unit) {
        return None;
    }
    let number = bytes[..end].iter().filter(|byte| byte.is_ascii_digit());
    let number = number.fold(0i128, |value, byte| value * 10 + i128::from(byte - b'0'));
    Some((Decimal::try_from_i128_with_scale(number, scale as u32).ok()?, unit))
}

/// So many bytes hold no more than [`MOST_DIGITS`].
const LONGEST_USUAL: usize = 24;

/// It is the usual cell, of which [`read`] makes a number without a unit.
#[inline]
pub(crate) fn is_ascii_number(bytes: &[u8]) -> bool {
    match bytes {
        // Most cells of most tables.
        [only] => only.is_ascii_digit(),
        _ => (2..=18).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_digit),
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

fn is_digit(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９')
}

fn is_stroke(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '─' | '━' | '－' | '﹣' | '﹘' | 'ー' | 'ｰ' | '_' | '＿')
}

/// A run of one kind of stroke, or one of the few words.
fn is_placeholder(seen: &str, first: char) -> bool {
    // Each of the words begins with one of these.
    let word = || matches!(crate::fold::plain(first), '无' | '無' | '空' | '(' | '不' | 'n' | 'N' | '<' | '.');
    let kind = |c: char| match c {
        _ if is_stroke(c) => 1,
        '/' | '／' => 2,
        '\\' | '＼' => 3,
        '…' | '⋯' => 4,
        _ => 0,
    };
    let stroke = kind(first);
    if stroke > 0 {
        return seen.chars().filter(|&c| !is_blank(c)).map(kind).all(|next| next == stroke);
    }
    let letters = || seen.chars().filter(|&c| !is_blank(c));
    if !word() || letters().nth(4).is_some() {
        return false;
    }
    let word: String = letters().map(|c| crate::fold::plain(c).to_ascii_lowercase()).collect();
    matches!(
        word.as_str(),
        "无" | "無"
            | "空"
            | "(无)"
            | "无数据"
            | "不适用"
            | "n/a"
            | "na"
            | "n\\a"
            | "nan"
            | "null"
            | "none"
            | "<na>"
            | "..."
    )
}

fn cell(input: &str) -> IResult<&str, (Decimal, Option<&str>)> {
    (amount, preceded(blanks, opt(alt((unit, delimited((escape, one_of("（(")), unit, (escape, one_of("）)"))))))))
        .parse(input)
}

fn amount(input: &str) -> IResult<&str, Decimal> {
    alt((signed, chinese)).parse(input)
}

fn signed(input: &str) -> IResult<&str, Decimal> {
    let (input, negative) = opt(sign).parse(input)?;
    let (input, value) = number(input)?;
    Ok((input, if negative == Some(true) && !value.is_zero() { -value } else { value }))
}

/// Signs of a number.
const NEGATIVE: &str = "-－−–‑﹣";
const DOWN: &str = "↓⬇▼";
const UP: &str = "+＋↑⬆▲";

/// A minus must touch its number (`- 3` may be a placeholder and a number); 增减 arrows and plus may stand off.
/// An em dash is no minus.
fn sign(input: &str) -> IResult<&str, bool> {
    alt((
        value(true, (escape, one_of(NEGATIVE), marks)),
        value(true, (one_of(DOWN), blanks)),
        value(false, (escape, one_of(UP), blanks)),
    ))
    .parse(input)
}

fn number(input: &str) -> IResult<&str, Decimal> {
    map_opt(recognize((alt((grouped, plain)), opt(fraction))), decimal).parse(input)
}

fn grouped(input: &str) -> IResult<&str, &str> {
    let by_comma = many1_count((one_of(",，"), marks, three));
    let by_blank = many1_count((satisfy(|c| c.is_whitespace() && !matches!(c, '\t' | '\n' | '\r')), marks, three));
    recognize((not(one_of("0０")), digit, opt(digit), opt(digit), alt((by_comma, by_blank)))).parse(input)
}

fn plain(input: &str) -> IResult<&str, &str> {
    recognize(many1_count(digit)).parse(input)
}

fn fraction(input: &str) -> IResult<&str, &str> {
    recognize((escape, one_of(".．"), marks, many1_count(digit))).parse(input)
}

/// What Markdown puts before a mark that it would take for one of its own.
fn escape(input: &str) -> IResult<&str, Option<char>> {
    opt(char('\\')).parse(input)
}

fn three(input: &str) -> IResult<&str, &str> {
    recognize((digit, digit, digit, not(digit))).parse(input)
}

fn digit(input: &str) -> IResult<&str, char> {
    terminated(satisfy(is_digit), marks).parse(input)
}

fn chinese(input: &str) -> IResult<&str, Decimal> {
    map_opt(take_while1(numeral::is_numeral), |text| numeral::chinese(text).map(Decimal::from)).parse(input)
}

/// The whole word behind the number, so that 人次 is not read as 人.
fn unit(input: &str) -> IResult<&str, &str> {
    verify(take_while1(|c: char| c.is_alphabetic() && !c.is_ascii()), |word: &str| is_word_of_unit(word)).parse(input)
}

fn blanks(input: &str) -> IResult<&str, &str> {
    take_while(is_blank).parse(input)
}

fn marks(input: &str) -> IResult<&str, &str> {
    take_while(is_invisible).parse(input)
}

/// The value of a recognised number; none where it has more digits than can be held exactly.
fn decimal(printed: &str) -> Option<Decimal> {
    let (mut digits, mut total, mut scale) = (0i128, 0usize, None);
    for c in printed.chars() {
        let digit = match c {
            '0'..='9' => c as u32 - '0' as u32,
            '０'..='９' => c as u32 - '０' as u32,
            '.' | '．' => {
                scale = Some(0u32);
                continue;
            }
            _ => continue,
        };
        total += 1;
        if total > MOST_DIGITS {
            return None;
        }
        digits = digits * 10 + i128::from(digit);
        scale = scale.map(|scale| scale + 1);
    }
    Decimal::try_from_i128_with_scale(digits, scale.unwrap_or(0)).ok()
}

#[cfg(test)]
mod tests;
