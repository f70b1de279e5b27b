//! What stands on a line where a number belongs, and is none beyond doubt: `3*`, `25.1万`, `4（注）`, `- 3`, `3 12`.

use crate::outline::ordinal::ordinal;
use crate::span::Span;

/// A number with something beside it is no longer, in bytes.
const LONGEST: usize = 36;
/// More digits are a date or a phone number.
const MOST_DIGITS: usize = 7;

/// A short number with marks, a unit or a remark beside it, and nothing else. Neither a date nor the number of a row
/// is one.
pub(super) fn is_odd_number(printed: &str) -> bool {
    // O and l for 0 and 1.
    if let [letter] = printed.as_bytes() {
        return letter.is_ascii_alphabetic();
    }
    if printed.len() > LONGEST || !printed.bytes().any(|byte| byte.is_ascii_digit() || byte == 0xEF) {
        return false;
    }
    if are_numbers(printed) {
        return true;
    }
    let (mut digits, mut depth, mut strokes) = (0, 0i32, 0);
    // 10:23 is a time, but not 增：3.
    if printed.contains([':', '：']) && !printed.contains(is_beside_number) {
        return false;
    }
    for c in printed.chars() {
        match c {
            '0'..='9' | '０'..='９' => digits += 1,
            '（' | '(' | '[' | '【' | '〔' => depth += 1,
            '）' | ')' | ']' | '】' | '〕' => depth -= 1,
            '/' | '-' | ':' | '：' => strokes += 1,
            c if c.is_alphanumeric() && !is_beside_number(c) => return false,
            _ => {}
        }
        // The end of a label that a line end has cut.
        if depth < 0 {
            return false;
        }
    }
    let is_row = ordinal(printed).is_some_and(|ordinal| !ordinal.rest.contains(|c: char| c.is_ascii_digit()));
    (1..=MOST_DIGITS).contains(&digits) && depth == 0 && strokes < 2 && !is_row
}

/// Several numbers that stood close by each other on the page. A word of more digits is a phone number.
fn are_numbers(printed: &str) -> bool {
    let is_number = |word: &str| word.len() <= MOST_DIGITS && word.bytes().all(|byte| byte.is_ascii_digit());
    printed.contains(' ') && printed.split(' ').all(|word| !word.is_empty() && is_number(word))
}

/// What may stand beside a number: a word of measure, or one that says how exact it is, or that it has a remark.
#[rustfmt::skip]
fn is_beside_number(c: char) -> bool {
    matches!(
        c,
        '约' | '近' | '超' | '余' | '多' | '左' | '右' | '以' | '内' | '不' | '足' | '万' | '亿' | '千' | '百' | '十' | '元'
            | '人' | '次' | '件' | '条' | '个' | '篇' | '宗' | '份' | '项' | '部' | '期' | '场' | '家' | '名' | '批' | '户' | '起'
            | '例' | '类' | '种' | '处' | '注' | '含' | '重' | '复' | '估' | '增' | '减' | '加' | '少' | '共'
    )
}

/// `2.重复申请      ***`: a label, and a mark in a column of its own that folds to nothing, and would be lost in the label.
pub(super) fn without_mark(text: &str, span: Span) -> (Span, Option<Span>) {
    let printed = span.of(text);
    let is_mark =
        |mark: &str| !mark.contains(|c: char| c.is_alphanumeric() || matches!(c, '）' | ')' | '】' | ']' | '”' | '》'));
    let Some((label, mark)) = printed.rsplit_once("  ").filter(|(_, mark)| is_mark(mark)) else {
        return (span, None);
    };
    let end = span.start as usize + printed.len();
    let parts = [Span::new(span.start as usize, span.start as usize + label.len()), Span::new(end - mark.len(), end)];
    let [label, mark] = parts.map(|part| part.trim(text));
    if label.is_empty() || mark.is_empty() { (span, None) } else { (label, Some(mark)) }
}

/// It stands where a number belongs and says that there is none: 详见附表, ***.
pub(in crate::grid) fn says_nothing(printed: &str) -> bool {
    let begins = [
        "详见",
        "见附",
        "见下",
        "另见",
        "待统计",
        "待核",
        "待定",
        "待补",
        "持平",
        "不变",
        "无变",
        "若干",
        "暂无",
        "暂未",
        "未统计",
        "不详",
        "尚未",
    ];
    !printed.contains(char::is_alphanumeric) || begins.iter().any(|word| printed.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::is_odd_number;

    #[test]
    fn an_odd_number_is_no_label_and_no_date() {
        for odd in [
            "25.1万",
            "3*",
            "4（注）",
            "- 3",
            "约5件",
            "3、4",
            "12/3",
            "6[1]",
            "1.095，",
            "３。",
            "减少2",
            "增：3",
            "O",
            "1621 6555 2555",
        ] {
            assert!(is_odd_number(odd), "{odd}");
        }
        let others = [
            "3.",
            "（3）",
            "3.其他",
            "计1条）",
            "（1",
            "2023年",
            "2023-01-05",
            "0713-5550126",
            "0713 85550126",
            "待定",
            "规章",
            "",
            "*",
            "12345热线",
            "3月",
            "①",
        ];
        for other in others {
            assert!(!is_odd_number(other), "{other}");
        }
    }
}
