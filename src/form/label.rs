//! How alike a printed label and a form's label are.
//!
//! Both are folded [keys](crate::fold::key). Likeness is between 0 and 1; exact labels never come here.

use strsim::generic_levenshtein;

/// Below this, two labels are different labels.
pub const ALIKE: f32 = 0.6;

/// The longest label that is compared, in characters.
const LONGEST: usize = 80;

/// How alike the folded labels `printed` and `form` are.
///
/// ```
/// use nianbao::form::label::{ALIKE, likeness};
/// assert!(likeness("8属于行政查旬事项", "8属于行政查询事项") > ALIKE);
/// assert!(likeness("2其他法律行政止公开", "2其他法律行政法规禁止公开") > ALIKE);
/// assert!(likeness("2重复申请", "3其他") < ALIKE);
/// ```
pub fn likeness(printed: &str, form: &str) -> f32 {
    if printed == form {
        return 1.0;
    }
    // Four bytes a character at the most: no count of characters for what is far too long.
    if printed.is_empty() || form.is_empty() || printed.len() > LONGEST * 4 {
        return 0.0;
    }
    let printed: Vec<char> = printed.chars().collect();
    let form: Vec<char> = form.chars().collect();
    if printed.len() > LONGEST || common(&printed, &form) * 2 < printed.len().min(form.len()) {
        return 0.0;
    }
    let longest = printed.len().max(form.len()) as f32;
    let edits = generic_levenshtein(&printed, &form) as f32;
    let mut alike = 1.0 - edits / longest;
    // An abbreviation keeps the order of what it keeps; three characters could be chance.
    if printed.len() >= 4 && printed.len() < form.len() && is_subsequence(&printed, &form) {
        alike = alike.max(0.7);
    }
    // Another ordinal is another row, unless all else is the same.
    let ordinals = (printed[0], form[0]);
    if ordinals.0.is_ascii_digit() && ordinals.1.is_ascii_digit() && ordinals.0 != ordinals.1 {
        alike -= 0.15;
    }
    alike.max(0.0)
}

/// How many characters of `a` stand in `b` too.
fn common(a: &[char], b: &[char]) -> usize {
    a.iter().filter(|c| b.contains(c)).count()
}

fn is_subsequence(part: &[char], whole: &[char]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|c| rest.any(|other| other == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misprints_and_abbreviations_are_alike() {
        for (printed, form) in [
            ("3危及三安全一稳", "3危及三安全一稳定"),
            ("属于国家秘密", "1属于国家秘密"),
            ("1本机关不掌握", "1本机关不掌握相关政府信息"),
            ("四结转下年继续办理", "四结转下年度继续办理"),
            ("行政事业性收赞", "行政事业性收费"),
            ("二部份公开", "二部分公开"),
        ] {
            assert!(likeness(printed, form) >= ALIKE, "{printed} {form} {}", likeness(printed, form));
        }
    }

    #[test]
    fn other_labels_are_not() {
        for (printed, form) in [
            ("行政许可", "行政处罚"),
            ("行政强制", "行政处罚"),
            ("3其他", "3要求提供公开出版物"),
            ("一予以公开", "四无法提供"),
            ("七总计", "六其他处理"),
        ] {
            assert!(likeness(printed, form) < ALIKE, "{printed} {form} {}", likeness(printed, form));
        }
    }

    #[test]
    fn endless_labels_cost_nothing() {
        assert_eq!(likeness(&"政".repeat(1_000_000), "规章"), 0.0);
    }
}
