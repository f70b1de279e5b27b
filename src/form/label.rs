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
    if is_comparable(&printed) { compared(&printed, &form, common(&printed, &form)) } else { 0.0 }
}

fn characters(key: &str) -> Box<[char]> {
    // Four bytes a character at the most: what is far too long is not even taken apart.
    if key.len() > LONGEST * 4 { Box::default() } else { key.chars().collect() }
}

fn is_comparable(printed: &[char]) -> bool {
    (1..=LONGEST).contains(&printed.len())
}

/// The labels of the rows of a table, for finding those that a misprint is like.
///
/// Which of them hold a character is looked up, so that a label is compared only if it has enough characters in common with the print.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    /// Each label, and the row that prints it; those of a row side by side.
    labels: Vec<(usize, Box<[char]>)>,
    /// For each character, and the how many-th it is of its kind in a label, its stretch of `holders`.
    by_char: HashMap<(char, u8), Range<u32>, FxBuildHasher>,
    /// Indices of labels.
    holders: Vec<u32>,
}

/// What a printed label has in common with one of the form's.
#[derive(Clone, Copy, Default)]
struct Shared {
    /// How many of its characters stand in the other label too.
    known: u8,
    /// How many characters both have: one that stands twice in only one of them counts once.
    common: u8,
}

impl Labels {
    /// Takes the folded labels of rows apart.
    pub fn new<'a>(labels: impl Iterator<Item = (usize, &'a str)>) -> Labels {
        let labels: Vec<(usize, Box<[char]>)> = labels.map(|(row, key)| (row, key.chars().collect())).collect();
        let mut held: Vec<((char, u8), u32)> = Vec::new();
        for (at, (_, label)) in labels.iter().enumerate() {
            // A printed label is no longer than this, and so no character stands more often in it.
            let nth = |place: usize| (label[place], earlier(label, place).min(LONGEST) as u8);
            held.extend((0..label.len()).map(|place| (nth(place), at as u32)));
        }
        held.sort_unstable();
        held.dedup();
        let mut by_char: HashMap<(char, u8), Range<u32>, FxBuildHasher> = HashMap::default();
        for (at, &(nth, _)) in held.iter().enumerate() {
            let at = at as u32;
            by_char.entry(nth).or_insert(at..at).end = at + 1;
        }
        Labels { labels, by_char, holders: held.into_iter().map(|(_, label)| label).collect() }
    }

    /// Calls `found` with each row of which a label is at least so much alike, and how much the most alike of them is.
    pub fn alike(&self, printed: &str, least: f32, mut found: impl FnMut(usize, f32)) {
        let printed = characters(printed);
        if !is_comparable(&printed) {
            return;
        }
        let shared = self.shared(&printed);
        let mut best = (usize::MAX, 0.0);
        for ((row, label), shared) in self.labels.iter().zip(shared) {
            if *row != best.0 {
                best = (*row, 0.0);
            }
            let most = most(&printed, label, shared);
            // Another label of the row is at least as much alike.
            if most < least || most <= best.1 {
                continue;
            }
            let alike = compared(&printed, label, shared.known.into());
            if alike >= least && alike > best.1 {
                best.1 = alike;
                found(*row, alike);
            }
        }
    }

    /// For each label, what the print shares with it.
    fn shared(&self, printed: &[char]) -> Vec<Shared> {
        let mut shared = vec![Shared::default(); self.labels.len()];
        for (place, &c) in printed.iter().enumerate() {
            let nth = earlier(printed, place) as u8;
            for &label in self.holders((c, 0)) {
                let shared = &mut shared[label as usize];
                shared.known += 1;
                shared.common += u8::from(nth == 0);
            }
            if nth > 0 {
                self.holders((c, nth)).iter().for_each(|&label| shared[label as usize].common += 1);
            }
        }
        shared
    }

    fn holders(&self, nth: (char, u8)) -> &[u32] {
        let range = self.by_char.get(&nth).map(|range| range.start as usize..range.end as usize);
        range.and_then(|range| self.holders.get(range)).unwrap_or_default()
    }
}

/// How often the character at this place stands before it.
fn earlier(label: &[char], place: usize) -> usize {
    label[..place].iter().filter(|&&other| other == label[place]).count()
}

/// How alike two labels may be at the most that share so much.
#[inline]
fn most(printed: &[char], form: &[char], shared: Shared) -> f32 {
    let (shorter, longer) = (printed.len().min(form.len()), printed.len().max(form.len()));
    let (known, common) = (usize::from(shared.known), usize::from(shared.common));
    if known * 2 < shorter {
        return 0.0;
    }
    // Each character of the longer one that the other lacks takes an edit.
    let most = 1.0 - (longer - common) as f32 / longer as f32;
    if known == printed.len() && may_abbreviate(printed, form) { most.max(ABBREVIATED) } else { most }
}

#[inline]
fn may_abbreviate(printed: &[char], form: &[char]) -> bool {
    printed.len() >= 4 && printed.len() < form.len()
}

/// How alike two labels are that have so much in [`common`].
fn compared(printed: &[char], form: &[char], common: usize) -> f32 {
    if form.is_empty() || common * 2 < printed.len().min(form.len()) {
        return 0.0;
    }
    if printed == form {
        return 1.0;
    }
    let longest = printed.len().max(form.len()) as f32;
    let mut alike = 1.0 - edits(printed, form) as f32 / longest;
    // An abbreviation keeps the order of what it keeps; three characters could be chance.
    if common == printed.len() && may_abbreviate(printed, form) && is_subsequence(printed, form) {
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
                labels.alike(printed, least, |row, alike| found[row] = alike);
                let all = texts.chunks(3).map(|row| row.iter().map(|form| likeness(printed, form)).fold(0.0, f32::max));
                let all = all.map(|alike| if alike < least { 0.0 } else { alike });
                assert!(all.eq(found[..texts.len().div_ceil(3)].iter().copied()), "{printed}");
            }
        }
    }
}
