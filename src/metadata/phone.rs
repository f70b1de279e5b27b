//! Phone numbers, as a value prints them behind its label.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::labels::is_script_han;

static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<area>(?:[（(]?\+?86[）)]? ?-? ?)?(?:[（(]0[0-9]{2,3}[）)]|0[0-9]{2,3}))?(?P<gap> ?[-—–―−]{0,2} ?)(?P<number>1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}|[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}|[0-9]{7,8}|[0-9]{3,4}[ -][0-9]{4}|[0-9]{5,6})(?P<ext> ?(?:转|-|—) ?[0-9]{1,5})?",
    )
    .expect("constant pattern")
});

/// A number with the code of the country, behind which the 0 of the area is left out: `+86-595-85550126`. A number
/// may begin with 86 itself: without a sign before it, something must part the two.
static ABROAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[（(]?(?:\+|00)86[）)]?|[（(]86[）)]|86 ?-)[ -]{0,3}(?:1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}|[（(]?[1-9][0-9]{1,2}[）)]?[ -]{0,3}[0-9]{4} ?[0-9]{3,4})(?: ?(?:转|-) ?[0-9]{1,5})?",
    )
    .expect("constant pattern")
});

/// Such a number in print: as it is, without blanks beside a dash, and brackets in half width.
fn print_abroad(found: &str) -> String {
    let parts: Vec<&str> = found.split('-').map(str::trim).collect();
    parts.join("-").replace('（', "(").replace('）', ")")
}

/// One number in print: no blanks but the one that parts an area code, dashes and brackets in half width.
fn print_phone(found: &Captures<'_>) -> String {
    let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
    let mut out: String = part("area").chars().filter(|c| *c != ' ').collect();
    if part("gap").contains(['-', '—', '–', '―', '−']) {
        out.push('-');
    } else if part("gap").contains(' ') && out.ends_with(|c: char| c.is_ascii_digit()) {
        out.push(' ');
    }
    out.extend(part("number").chars().filter(|c| *c != ' '));
    out.extend(part("ext").chars().filter(|c| *c != ' '));
    out.chars()
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '—' => '-',
            _ => c,
        })
        .collect()
}

/// The length of what may stand before a number, such as the name of an office, with a colon: `（办公室）：`.
fn before_phone(value: &str) -> usize {
    let office = |text: &str| {
        let end = text.char_indices().take(8).take_while(|(_, c)| is_script_han(*c)).last();
        end.map_or(0, |(at, c)| at + c.len_utf8())
    };
    let bracketed = value.strip_prefix(['（', '(']).and_then(|inside| {
        let name = Some(office(inside)).filter(|&name| name > 0)?;
        inside[name..].strip_prefix(['）', ')'])
    });
    let rest = bracketed.unwrap_or_else(|| &value[office(value)..]);
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let rest = rest.strip_prefix(['：', ':']).unwrap_or(rest);
    value.len() - rest.strip_prefix(' ').unwrap_or(rest).len()
}

/// An area code, a dash and a number, and nothing else: what most values are.
fn is_plain_phone(value: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    value.split_once('-').is_some_and(|(area, number)| {
        (3..=4).contains(&area.len())
            && area.starts_with('0')
            && (7..=8).contains(&number.len())
            && digits(area)
            && digits(number)
    })
}

/// The number at the start of a text: where it ends, and in print.
fn number(text: &str) -> Option<(usize, String)> {
    let abroad = text.starts_with(['+', '0', '8', '（', '(']);
    if let Some(found) = Some(text).filter(|_| abroad).and_then(|text| ABROAD.find(text)) {
        return Some((found.end(), print_abroad(found.as_str())));
    }
    let found = PHONE.captures(text)?;
    Some((found.get(0)?.end(), print_phone(&found)))
}

/// The numbers that a value begins with, parted by 、. Without a colon, or behind a name, a short number such as 12345
/// is a hotline that the sentence mentions.
pub(super) fn phones(value: &str, colon: bool) -> Option<String> {
    if is_plain_phone(value) {
        return Some(value.to_owned());
    }
    if !value.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let skipped = before_phone(value);
    let mut rest = &value[skipped..];
    if rest.starts_with(['-', '—', '–', '―', '−']) {
        return None;
    }
    let least = if colon && value[..skipped].trim().is_empty() { 5 } else { 7 };
    let mut out = String::new();
    while let Some((end, printed)) = number(rest) {
        let digits = rest[..end].bytes().filter(u8::is_ascii_digit).count();
        let enough = if out.is_empty() { digits >= least } else { digits >= 7 };
        // A digit or a letter more: it is misprinted.
        if !enough || rest[end..].starts_with(|c: char| c.is_ascii_alphanumeric()) || is_count(&rest[end..]) {
            break;
        }
        if !out.is_empty() {
            out.push('、');
        }
        out.push_str(&printed);
        rest = rest[end..].trim_start();
        if let Some((short, behind)) = short_number(rest) {
            out.push('、');
            out.push_str(short);
            rest = behind;
        }
        rest = rest.trim_start_matches([' ', '、', '，', ',', '；', ';', '/', '或', '和', '及']);
    }
    (!out.is_empty()).then_some(out)
}

/// What stands behind a number counts something: 接听电话12345678余次 speaks of calls. 余 alone may be a name, as in 余先生.
fn is_count(behind: &str) -> bool {
    let behind = behind.trim_start();
    let behind = behind.strip_prefix(['余', '多']).unwrap_or(behind);
    ["次", "人次", "个", "件", "起"].iter().any(|unit| behind.starts_with(unit))
}

/// The last digits of a second number, the 2590 of `87222589/2590`, and what stands behind them.
fn short_number(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix(['、', '/'])?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (short, behind) = rest.split_at_checked(digits)?;
    let goes_on = behind.starts_with(|c: char| matches!(c, '-' | '—' | ' ') || c.is_ascii_alphabetic());
    ((2..=4).contains(&digits) && !goes_on).then_some((short, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_number() {
        let pattern = Regex::new(r"^(?:[（(]\p{Han}{1,8}[）)]|\p{Han}{0,8}) ?[：:]? ?").unwrap();
        for text in [
            "",
            "0523",
            "（办公室）：0523",
            "(办公室) 0523",
            "（办公室 0523",
            "（）0523",
            "办公室: 0523",
            "政府信息公开办公室电话0523",
            "为 ： 0523",
            "：：",
            "（一二三四五六七八九）1",
        ] {
            assert_eq!(before_phone(text), pattern.find(text).unwrap().end(), "{text}");
        }
    }

    #[test]
    fn what_is_counted_is_no_number() {
        for text in ["86839755余次", "86839755 余次，办结", "86839755次", "86839755件", "86839755多人次"] {
            assert_eq!(phones(text, false), None, "{text}");
        }
        for text in ["86839755 余先生", "86839755（次日）", "86839755，起草", "86839755 人事科", "86839755"]
        {
            assert_eq!(phones(text, false).as_deref(), Some("86839755"), "{text}");
        }
    }

    #[test]
    fn plain_numbers_are_read_as_any_other() {
        for text in ["0595-85681242", "010-1234567", "0800-40012345", "0100-4001234"] {
            let found = PHONE.captures(text).unwrap();
            assert!(is_plain_phone(text) && found.get(0).unwrap().end() == text.len(), "{text}");
            assert_eq!(print_phone(&found), text);
        }
        for text in ["0595-856812429", "595-85681242", "0595-856812", "0595-8568124转2", "0595 85681242", "05-85681242"]
        {
            assert!(!is_plain_phone(text), "{text}");
        }
    }
}
