//! How alike a printed label and a form's label are.
//!
//! Both are folded [keys](crate::fold::key). Likeness is between 0 and 1; exact labels never come here. A misprint is compared with every
//! label of a table, of which nearly all are quite other: the characters that they have in common tell, and spare the edit distance ([`Labels`]).

use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

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
    let (printed, form) = (characters(printed), characters(form));
    if is_comparable(&printed) { compared(&printed, &form) } else { 0.0 }
}

fn characters(key: &str) -> Vec<char> {
    let mut characters = Vec::new();
    // Four bytes a character at the most: what is far too long is not even taken apart.
    if key.len() <= LONGEST * 4 {
        characters.reserve(key.len() / 2);
        characters.extend(key.chars());
    }
    characters
}

fn is_comparable(printed: &[char]) -> bool {
    (1..=LONGEST).contains(&printed.len())
}

/// The labels of the rows of a table, for finding those that a misprint is like.
///
/// Each label is a bit of some words. The characters that it has in common with the print are counted for all labels of a word at once, and
/// only a label with enough of them is compared.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Each label, and the row that prints it; the shortest first.
    labels: Vec<(usize, Box<[char]>)>,
    /// Labels of one length.
    lengths: Vec<(usize, Range<usize>)>,
    /// For each character, and the how many-th it is of its kind in a label: where the words begin that tell which labels hold it.
    by_char: HashMap<(char, u8), usize, FxBuildHasher>,
    holders: Vec<u64>,
}

/// Binary digits of a count of characters, up to [`LONGEST`].
const DIGITS: usize = 7;

impl Labels {
    /// Takes the folded labels of rows apart.
    pub fn new<'a>(labels: impl Iterator<Item = (usize, &'a str)>) -> Labels {
        let mut labels: Vec<(usize, Box<[char]>)> = labels.map(|(row, key)| (row, key.chars().collect())).collect();
        labels.sort_by_key(|(_, label)| label.len());
        let mut lengths: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, (_, label)) in labels.iter().enumerate() {
            match lengths.last_mut() {
                Some((length, range)) if *length == label.len() => range.end = at + 1,
                _ => lengths.push((label.len(), at..at + 1)),
            }
        }
        let words = labels.len().div_ceil(64);
        let mut by_char: HashMap<(char, u8), usize, FxBuildHasher> = HashMap::default();
        let mut holders: Vec<u64> = Vec::new();
        for (at, (_, label)) in labels.iter().enumerate() {
            for (place, &c) in label.iter().enumerate() {
                // What is compared with them has no more characters than this.
                let nth = earlier(label, place).min(LONGEST) as u8;
                let first = *by_char.entry((c, nth)).or_insert(holders.len());
                holders.resize(holders.len().max(first + words), 0);
                holders[first + at / 64] |= 1 << (at % 64);
            }
        }
        Labels { labels, lengths, by_char, holders }
    }

    /// Calls `found` with the row of each label that is at least so much alike, and how much. `least` is a half or more: then
    /// half of the characters are the same, which [`likeness`] asks for besides.
    pub fn alike(&self, printed: &str, least: f32, mut found: impl FnMut(usize, f32)) {
        let printed = characters(printed);
        if !is_comparable(&printed) {
            return;
        }
        let known = self.known(&printed);
        // No label needs fewer characters in common than one that is no longer than the print.
        if known.len() < fewest(printed.len(), least) {
            return;
        }
        let mut lengths = self.lengths.as_slice();
        for word in 0..self.labels.len().div_ceil(64) {
            let count = Count::new(known.iter().filter_map(|first| self.holders.get(first + word)));
            let labels = word * 64..self.labels.len().min((word + 1) * 64);
            if count.at_least(fewest(printed.len(), least)) == 0 {
                continue;
            }
            while let Some(((length, of_length), behind)) = lengths.split_first() {
                if of_length.end <= labels.start {
                    lengths = behind;
                    continue;
                }
                if of_length.start >= labels.end {
                    break;
                }
                let mut needed = fewest(printed.len().max(*length), least);
                if may_abbreviate(&printed, *length) {
                    needed = needed.min(printed.len());
                }
                let mut enough = count.at_least(needed) & bits(of_length.start.max(labels.start)..of_length.end, word);
                while enough != 0 {
                    let (row, label) = &self.labels[word * 64 + enough.trailing_zeros() as usize];
                    let alike = closeness(&printed, label);
                    if alike >= least {
                        found(*row, alike);
                    }
                    enough &= enough - 1;
                }
                if of_length.end > labels.end {
                    break;
                }
                lengths = behind;
            }
        }
    }
}

impl Labels {
    /// For each character of the print that some label holds, where the words begin that tell which.
    fn known(&self, printed: &[char]) -> Vec<usize> {
        let mut known = Vec::with_capacity(printed.len());
        let mut seen = 0u64;
        for (place, &c) in printed.iter().enumerate() {
            // Most characters stand but once in a label.
            let bit = 1 << (u32::from(c) % 64);
            let nth = if seen & bit == 0 { 0 } else { earlier(printed, place) as u8 };
            seen |= bit;
            known.extend(self.by_char.get(&(c, nth)));
        }
        known
    }
}

/// For each bit of a word, a count: the n-th digits of all of them are a word.
struct Count {
    digits: [u64; DIGITS],
}

impl Count {
    /// How many of the words have each bit.
    fn new<'a>(words: impl Iterator<Item = &'a u64>) -> Count {
        let mut digits = [0; DIGITS];
        for &word in words {
            let mut carry = word;
            for digit in &mut digits {
                let sum = *digit ^ carry;
                carry &= *digit;
                *digit = sum;
                if carry == 0 {
                    break;
                }
            }
        }
        Count { digits }
    }

    /// The bits that are counted at least so often.
    fn at_least(&self, least: usize) -> u64 {
        if least >> DIGITS != 0 {
            return 0;
        }
        let (mut more, mut same) = (0, u64::MAX);
        for (at, digit) in self.digits.iter().enumerate().rev() {
            if least >> at & 1 == 1 {
                same &= digit;
            } else {
                more |= same & digit;
            }
        }
        more | same
    }
}

/// The bits of a word for the labels of a range that begins in it.
fn bits(labels: Range<usize>, word: usize) -> u64 {
    let (start, end) = (labels.start - word * 64, (labels.end - word * 64).min(64));
    (u64::MAX >> (64 - (end - start))) << start
}

/// How often the character at this place stands before it.
fn earlier(label: &[char], place: usize) -> usize {
    label[..place].iter().filter(|&&other| other == label[place]).count()
}

/// The fewest characters that two labels must have in common to be so much alike, where the longer one has so many. Each other character of it
/// takes an edit. One less than that may be told, never one more, however the likeness is rounded.
fn fewest(longer: usize, least: f32) -> usize {
    (longer as f32 * least + 0.98) as usize
}

#[inline]
fn may_abbreviate(printed: &[char], form: usize) -> bool {
    printed.len() >= 4 && printed.len() < form
}

fn compared(printed: &[char], form: &[char]) -> f32 {
    if common(printed, form) * 2 < printed.len().min(form.len()) { 0.0 } else { closeness(printed, form) }
}

/// The same for labels with so much in common that they may be compared.
fn closeness(printed: &[char], form: &[char]) -> f32 {
    if form.is_empty() {
        return 0.0;
    }
    if printed == form {
        return 1.0;
    }
    let longest = printed.len().max(form.len()) as f32;
    let mut alike = 1.0 - edits(printed, form) as f32 / longest;
    // An abbreviation keeps the order of what it keeps; three characters could be chance.
    if may_abbreviate(printed, form.len()) && is_subsequence(printed, form) {
        alike = alike.max(ABBREVIATED);
    }
    // Another ordinal is another row, unless all else is the same.
    let ordinals = (printed[0], form[0]);
    if ordinals.0.is_ascii_digit() && ordinals.1.is_ascii_digit() && ordinals.0 != ordinals.1 {
        alike -= 0.15;
    }
    alike.max(0.0)
}

/// An abbreviation is this much alike at the least.
const ABBREVIATED: f32 = 0.7;

/// The edit distance of Levenshtein: what both begin and end with takes no edit.
fn edits(a: &[char], b: &[char]) -> usize {
    let alike = |pair: &(&char, &char)| pair.0 == pair.1;
    let begin = a.iter().zip(b).take_while(alike).count();
    let (a, b) = (&a[begin..], &b[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(alike).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    match (a.len().min(b.len()), a.len().max(b.len())) {
        (0, longer) => longer,
        // One character and another.
        (1, 1) => 1,
        _ => edits_between(a, b),
    }
}

/// The edit distance of Levenshtein (insertions, deletions, substitutions), a column of its table at a time as the bits of a word
/// (Myers 1999, as simplified by Hyyrö 2003).
fn edits_between(a: &[char], b: &[char]) -> usize {
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
    fn all_labels_that_are_alike_are_found() {
        let texts: Vec<String> = texts().into_iter().map(String::from_iter).collect();
        let labels = Labels::new(texts.iter().enumerate().map(|(at, text)| (at / 3, text.as_str())));
        for printed in texts.iter().map(String::as_str).chain(["8属于行政查旬事项", "公开二的三", "的"]) {
            for least in [0.5, ALIKE, 0.65, 0.75] {
                let mut found = vec![0.0; texts.len()];
                labels.alike(printed, least, |row, alike| found[row] = alike.max(found[row]));
                let all = texts.chunks(3).map(|row| row.iter().map(|form| likeness(printed, form)).fold(0.0, f32::max));
                let all = all.map(|alike| if alike < least { 0.0 } else { alike });
                assert!(all.eq(found[..texts.len().div_ceil(3)].iter().copied()), "{printed}");
            }
        }
    }
}
