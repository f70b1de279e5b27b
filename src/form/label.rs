//! How alike a printed label and a form's label are.
//!
//! Both are folded [keys](crate::fold::key). Likeness is between 0 and 1; exact labels never come here. A misprint is compared with every
//! label of a table, of which nearly all are quite other: what [`Shape`]s tell at a glance spares the edit distance.

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
    Shape::printed(printed).likeness(&Shape::new(form), 0.0)
}

/// A folded label, taken apart for being compared with many others.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    chars: Box<[char]>,
    /// A bit for each of its characters; others may share it.
    bits: u64,
}

impl Shape {
    /// Takes a label of a form apart.
    pub fn new(key: &str) -> Shape {
        let chars: Box<[char]> = key.chars().collect();
        let bits = chars.iter().fold(0, |bits, &c| bits | bit(c));
        Shape { chars, bits }
    }

    /// Takes a printed label apart. One that is far too long to be compared is like none.
    pub fn printed(key: &str) -> Shape {
        // Four bytes a character at the most: no count of characters for what is far too long.
        if key.len() > LONGEST * 4 { Shape::default() } else { Shape::new(key) }
    }

    /// How alike this printed label and the form's are. Where they are less alike than `least`, any smaller number may be given.
    #[inline]
    pub fn likeness(&self, form: &Shape, least: f32) -> f32 {
        // Nearly all pairs end here.
        if self.most(form) < least { 0.0 } else { self.compared(form) }
    }

    /// How alike they may be at the most.
    #[inline]
    fn most(&self, form: &Shape) -> f32 {
        // Each character that only one of them has takes an edit, and so does each by which one is longer.
        let (only_printed, only_form) = (self.bits & !form.bits, form.bits & !self.bits);
        let (printed, longest) = (self.chars.len(), self.chars.len().max(form.chars.len()));
        let fewest = only_printed.count_ones().max(only_form.count_ones()) as usize;
        let fewest = fewest.max(printed.abs_diff(form.chars.len()));
        let most = 1.0 - fewest as f32 / longest as f32;
        if only_printed == 0 && self.may_abbreviate(form) { most.max(ABBREVIATED) } else { most }
    }

    #[inline]
    fn may_abbreviate(&self, form: &Shape) -> bool {
        self.chars.len() >= 4 && self.chars.len() < form.chars.len()
    }

    fn compared(&self, form: &Shape) -> f32 {
        let (printed, form_chars) = (&self.chars, &form.chars);
        if printed.is_empty() || form_chars.is_empty() || printed.len() > LONGEST {
            return 0.0;
        }
        if printed == form_chars {
            return 1.0;
        }
        if common(printed, form_chars) * 2 < printed.len().min(form_chars.len()) {
            return 0.0;
        }
        let longest = printed.len().max(form_chars.len()) as f32;
        let mut alike = 1.0 - edits(printed, form_chars) as f32 / longest;
        // An abbreviation keeps the order of what it keeps; three characters could be chance.
        if self.may_abbreviate(form) && is_subsequence(printed, form_chars) {
            alike = alike.max(ABBREVIATED);
        }
        // Another ordinal is another row, unless all else is the same.
        let ordinals = (printed[0], form_chars[0]);
        if ordinals.0.is_ascii_digit() && ordinals.1.is_ascii_digit() && ordinals.0 != ordinals.1 {
            alike -= 0.15;
        }
        alike.max(0.0)
    }
}

/// An abbreviation is this much alike at the least.
const ABBREVIATED: f32 = 0.7;

fn bit(c: char) -> u64 {
    1 << (u32::from(c).wrapping_mul(0x9E37_79B9) >> 26)
}

/// The edit distance of Levenshtein (insertions, deletions, substitutions), a column of its table at a time as the bits of a word
/// (Myers 1999, as simplified by Hyyrö 2003).
fn edits(a: &[char], b: &[char]) -> usize {
    let (pattern, text) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if !(1..=64).contains(&pattern.len()) {
        return strsim::generic_levenshtein(&Chars(a), &Chars(b));
    }
    let last = 1u64 << (pattern.len() - 1);
    // Where the distance grows by one from row to row of the column, and where it falls.
    let (mut grows, mut falls) = (u64::MAX, 0u64);
    let mut distance = pattern.len();
    for &c in text {
        let same = pattern.iter().rev().fold(0u64, |bits, &other| bits << 1 | u64::from(other == c));
        let diagonal = (((same & grows).wrapping_add(grows)) ^ grows) | same | falls;
        let mut across_grows = falls | !(diagonal | grows);
        let mut across_falls = grows & diagonal;
        distance += usize::from(across_grows & last != 0);
        distance -= usize::from(across_falls & last != 0);
        across_grows = across_grows << 1 | 1;
        across_falls <<= 1;
        grows = across_falls | !(diagonal | across_grows);
        falls = across_grows & diagonal;
    }
    distance
}

/// A slice that [`strsim`] iterates over.
struct Chars<'a>(&'a [char]);

impl<'b> IntoIterator for &'b Chars<'_> {
    type Item = &'b char;
    type IntoIter = std::slice::Iter<'b, char>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
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

    /// Texts over a few characters, so that they have much in common.
    fn texts() -> Vec<Vec<char>> {
        let (mut seed, mut texts) = (1u64, Vec::new());
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % below
        };
        for at in 0..300 {
            let (length, kinds) = (next(if at % 10 == 0 { 100 } else { 20 }), 2 + next(6));
            texts.push(
                (0..length).map(|_| ['一', '1', '二', '2', '申', '请', '公', '开'][next(kinds) as usize]).collect(),
            );
        }
        texts
    }

    #[test]
    fn edits_are_those_of_levenshtein() {
        let texts = texts();
        for a in &texts {
            for b in &texts {
                assert_eq!(edits(a, b), strsim::generic_levenshtein(&Chars(a), &Chars(b)), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn what_is_spared_is_less_alike() {
        let shapes: Vec<Shape> = texts().iter().map(|text| Shape::new(&String::from_iter(text))).collect();
        for a in &shapes {
            for b in &shapes {
                let alike = a.likeness(b, 0.0);
                for least in [0.5, ALIKE, 0.65, 0.75] {
                    let spared = a.likeness(b, least);
                    assert!(spared == alike || (alike < least && spared < least), "{a:?} {b:?} {alike} {spared}");
                }
            }
        }
    }
}
