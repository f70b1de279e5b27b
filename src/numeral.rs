//! Chinese numerals: 二〇二三, 一百零三, 壹拾贰.
//!
//! ```text
//! numeral    = positional | quantity
//! positional = digit+                          二〇二三, 〇, 两 (alone)
//! quantity   = [below 万 亿] [below 万 万] [below 万]
//! below 万   = [digit 千] [digit 百] [[digit] 十] [digit], 零 where a place is skipped
//! ```
//!
//! What a reader could take for two numbers is none: 一百三 is 130 in speech and 103 in a careless table.

/// The value of one Chinese digit: plain, formal (壹), round zeros (〇 ○ ◯), the Kangxi radicals that PDF copies
/// contain. 两 is 2. Tens and hundreds are no digits.
pub fn digit(c: char) -> Option<u8> {
    Some(match c {
        '〇' | '零' | '○' | '◯' => 0,
        '一' | '壹' | '⼀' => 1,
        '二' | '贰' | '貳' | '两' | '兩' | '⼆' => 2,
        '三' | '叁' | '參' | '叄' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' | '陸' => 6,
        '七' | '柒' => 7,
        '八' | '捌' | '⼋' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// 十, 百 or 千.
fn unit(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' | '⼗' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

fn is_wan(c: char) -> bool {
    matches!(c, '万' | '萬')
}

fn is_yi(c: char) -> bool {
    matches!(c, '亿' | '億')
}

/// The character is part of Chinese numerals: a digit, or 十 百 千 万 亿.
pub fn is_numeral(c: char) -> bool {
    NUMERALS.get(c as usize / 64).is_some_and(|bits| bits >> (c as usize % 64) & 1 > 0)
}

/// As [`is_numeral`], of the bytes of a character that takes three.
pub(crate) fn is_numeral_of_three(&[first, second, third]: &[u8; 3]) -> bool {
    let place = usize::from(first & 15) * 64 + usize::from(second & 63);
    NUMERALS.get(place).is_some_and(|bits| bits >> (third & 63) & 1 > 0)
}

/// A bit for each character of the Basic Multilingual Plane that is part of numerals: whole paragraphs are asked for them.
static NUMERALS: [u64; 1024] = {
    let all = [
        '〇', '零', '○', '◯', '一', '壹', '⼀', '二', '贰', '貳', '两', '兩', '⼆', '三', '叁', '參', '叄', '四', '肆',
        '五', '伍', '六', '陆', '陸', '七', '柒', '八', '捌', '⼋', '九', '玖', '十', '拾', '⼗', '百', '佰', '千',
        '仟', '万', '萬', '亿', '億',
    ];
    let mut bits = [0; 1024];
    let mut at = 0;
    while at < all.len() {
        bits[all[at] as usize / 64] |= 1 << (all[at] as usize % 64);
        at += 1;
    }
    bits
};

/// The number that all of `text` writes in Chinese numerals; nothing else may stand in it, blanks included.
///
/// ```
/// use nianbao::numeral::chinese;
/// assert_eq!(chinese("二〇二三"), Some(2023));
/// assert_eq!(chinese("一百零三"), Some(103));
/// assert_eq!(chinese("一百三"), None);
/// ```
pub fn chinese(text: &str) -> Option<u64> {
    if text.chars().all(|c| digit(c).is_some()) {
        return positional(text);
    }
    match text.rsplit_once(is_yi) {
        None => below_yi(text, true),
        Some((high, low)) => Some(below_yi(high, true)? * 100_000_000 + below_yi_or_nothing(low)?),
    }
}

fn below_yi_or_nothing(text: &str) -> Option<u64> {
    if text.is_empty() { Some(0) } else { below_yi(text, false) }
}

/// Digits read by their place. 〇〇 stands for something left out, not for zero.
fn positional(text: &str) -> Option<u64> {
    let (mut value, mut count) = (0u64, 0);
    for c in text.chars() {
        value = value * 10 + u64::from(digit(c)?);
        count += 1;
        if count > 18 {
            return None;
        }
    }
    match count {
        0 => None,
        1 => Some(value),
        _ => (value > 0 && !text.contains(['两', '兩'])).then_some(value),
    }
}

/// `first`: nothing stands before it, so no 零 may lead and a lone digit is what it says.
fn below_yi(text: &str, first: bool) -> Option<u64> {
    match text.split_once(is_wan) {
        None => below_wan(text, first),
        Some((high, "")) => Some(below_wan(high, first)? * 10_000),
        Some((high, low)) => Some(below_wan(high, first)? * 10_000 + below_wan(low, false)?),
    }
}

fn below_wan(text: &str, first: bool) -> Option<u64> {
    let (mut total, mut place, mut zero) = (0, 10_000, false);
    let mut open: Option<char> = None;
    for c in text.chars() {
        if let Some(size) = unit(c) {
            // Places fall; 零 stands only for a skipped one; only 十 may do without its digit.
            if size >= place || (zero && size * 10 == place) {
                return None;
            }
            let times = match open.take() {
                None if size == 10 => 1,
                Some('两' | '兩') if size == 10 => return None,
                Some(c) => u64::from(digit(c)?),
                None => return None,
            };
            total += times * size;
            (place, zero) = (size, false);
            continue;
        }
        if open.is_some() {
            return None;
        }
        if digit(c)? > 0 {
            open = Some(c);
        } else if zero || place == 10 || (first && total == 0) {
            return None;
        } else {
            zero = true;
        }
    }
    let Some(last) = open else {
        return (!zero && total > 0).then_some(total);
    };
    let alone = first && total == 0;
    if !alone && (matches!(last, '两' | '兩') || (place > 10 && !zero)) {
        return None;
    }
    Some(total + u64::from(digit(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_digits_and_units() {
        for c in (0..=0x2FFFF).filter_map(char::from_u32) {
            let numeral = digit(c).is_some() || unit(c).is_some() || is_wan(c) || is_yi(c);
            assert_eq!(is_numeral(c), numeral, "{c}");
        }
    }

    #[test]
    fn reads_what_is_clear() {
        for (text, value) in [
            ("零", 0),
            ("○", 0),
            ("一", 1),
            ("两", 2),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("九十九", 99),
            ("一百", 100),
            ("一百零三", 103),
            ("一百一十", 110),
            ("一百十", 110),
            ("两百", 200),
            ("二百五十", 250),
            ("一千零五十", 1050),
            ("一千零五", 1005),
            ("三千二百零一", 3201),
            ("一万", 10_000),
            ("十二万三千", 123_000),
            ("三万零五", 30_005),
            ("两万", 20_000),
            ("一亿零三百万", 103_000_000),
            ("一亿三千万", 130_000_000),
            ("二万亿", 2_000_000_000_000),
            ("二〇二三", 2023),
            ("二○一九", 2019),
            ("一二", 12),
            ("壹佰贰拾叁", 123),
            ("⼀", 1),
            ("⼗⼆", 12),
            ("〇五", 5),
        ] {
            assert_eq!(chinese(text), Some(value), "{text}");
        }
    }

    #[test]
    fn leaves_what_is_not() {
        for text in [
            "",
            "百",
            "万",
            "亿",
            "万一",
            "一百三",
            "三万五",
            "一亿三",
            "二十零三",
            "一百零三十",
            "一百零",
            "零一百",
            "零十",
            "十十",
            "十百",
            "一十二十",
            "两十",
            "十两",
            "二两",
            "一 二",
            "12",
            "一2",
            "○○",
            "一年",
            "一二百",
            "一万二万",
            "二〇二三二〇二三二〇二三二〇二三二〇二三",
        ] {
            assert_eq!(chinese(text), None, "{text}");
        }
    }

    #[test]
    fn every_number_is_found_again() {
        let digits: Vec<char> = "零一二三四五六七八九".chars().collect();
        for n in 1..10_000usize {
            let (mut text, mut skipped) = (String::new(), false);
            for (size, unit) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
                let d = n / size % 10;
                if d == 0 {
                    skipped = !text.is_empty();
                    continue;
                }
                if std::mem::take(&mut skipped) {
                    text.push('零');
                }
                text.push(digits[d]);
                text.push_str(unit);
            }
            assert_eq!(chinese(&text), Some(n as u64), "{text}");
            let skips = if n < 1000 { "零" } else { "" };
            assert_eq!(chinese(&format!("七万{skips}{text}")), Some(70_000 + n as u64), "七万{skips}{text}");
        }
    }
}
