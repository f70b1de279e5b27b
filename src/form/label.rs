//! How alike a printed label and a form's label are.
//!
//! Both are folded [keys](crate::fold::key). Likeness is between 0 and 1; exact labels never come here. A misprint is compared with every
//! label of a table, of which nearly all are quite other: the characters that they have in common tell, and spare the edit distance ([`Labels`]).

use std::ops::Range;

/// Below this, two labels are different labels.
pub const ALIKE: f32 = 0.6;

/// Labels of two or three characters, which leave little to compare, are alike that are so much so; the least that is asked for.
pub(super) const LEAST: f32 = 0.5;

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
    /// The shortest first.
    labels: Vec<Known>,
    /// Labels of one length.
    lengths: Vec<(usize, Range<usize>)>,
    alphabet: Alphabet,
    /// The letters of all labels, one behind the other.
    letters: Vec<u32>,
    /// For each letter, where in `holders` the words begin that tell which labels hold it: first those that hold it at
    /// all, then those that hold it twice, and so on.
    held: Vec<Range<usize>>,
    holders: Vec<u64>,
}

/// A label of a row.
#[derive(Debug, Clone)]
struct Known {
    row: usize,
    /// Its letters in [`Labels::letters`].
    letters: Range<usize>,
    first: char,
}

/// A printed text as the labels see it; kept for the next one, so that none needs room of its own.
#[derive(Debug)]
pub struct Misprint {
    letters: [u32; LONGEST],
    length: usize,
    first: char,
    /// For each character that some label holds as often as the text does, where the words begin that tell which.
    known: [usize; LONGEST],
    known_count: usize,
    /// Where each letter stands in it, a bit for each place: made when the first label is compared.
    places: Vec<u64>,
    /// The letters that stand anywhere in `places`: that of the print before, till it is asked for.
    placed: Vec<u32>,
    has_places: bool,
    promising: Vec<Promising>,
    /// Rows, and how much their best label is alike.
    best: Vec<(usize, f32)>,
}

/// A label that may be alike.
#[derive(Debug, Clone, Copy)]
struct Promising {
    /// No more than this: as much as it is if each character in common is in its place.
    most: f32,
    /// Its index.
    at: usize,
    /// All characters of the print stand in it, and it is longer.
    whole: bool,
}

impl Default for Misprint {
    fn default() -> Misprint {
        Misprint {
            letters: [Alphabet::NONE; LONGEST],
            length: 0,
            first: ' ',
            known: [0; LONGEST],
            known_count: 0,
            places: Vec::new(),
            placed: Vec::new(),
            has_places: false,
            promising: Vec::new(),
            best: Vec::new(),
        }
    }
}

impl Misprint {
    fn letters(&self) -> &[u32] {
        &self.letters[..self.length]
    }

    /// Notes where its letters stand; it is no longer than a word.
    fn place(&mut self, letters: usize) {
        if std::mem::replace(&mut self.has_places, true) {
            return;
        }
        for letter in self.placed.drain(..) {
            self.places[letter as usize] = 0;
        }
        self.places.resize(letters, 0);
        for (place, &letter) in self.letters[..self.length].iter().enumerate() {
            if let Some(places) = self.places.get_mut(letter as usize) {
                *places |= 1 << place;
                self.placed.push(letter);
            }
        }
    }
}

/// Binary digits of a count of characters, up to [`LONGEST`].
const DIGITS: usize = 7;
/// Letters that are counted each by itself: as many as the labels of nearly any table have.
const COUNTS: usize = 256;

impl Labels {
    /// Takes the folded labels of rows apart.
    pub fn new<'a>(labels: impl Iterator<Item = (usize, &'a str)>) -> Labels {
        let mut texts: Vec<(usize, &str, usize)> = labels.map(|(row, key)| (row, key, key.chars().count())).collect();
        texts.sort_by_key(|(_, _, length)| *length);
        let mut all = Labels::default();
        for &(row, key, length) in &texts {
            let (at, start) = (all.labels.len(), all.letters.len());
            match all.lengths.last_mut() {
                Some((known, range)) if *known == length => range.end = at + 1,
                _ => all.lengths.push((length, at..at + 1)),
            }
            all.letters.extend(key.chars().map(|c| all.alphabet.add(c)));
            let first = key.chars().next().unwrap_or_default();
            all.labels.push(Known { row, letters: start..all.letters.len(), first });
        }
        all.hold();
        all
    }

    /// Writes down which labels hold each letter.
    fn hold(&mut self) {
        // For each letter of each label, how many of its kind stand before it; what is compared with them has no more
        // characters than this.
        let mut nths: Vec<u32> = Vec::with_capacity(self.letters.len());
        let mut most = vec![0u32; self.alphabet.count as usize];
        let mut seen = vec![(usize::MAX, 0u32); most.len()];
        for (at, label) in self.labels.iter().enumerate() {
            for &letter in &self.letters[label.letters.clone()] {
                let (last, count) = &mut seen[letter as usize];
                if *last != at {
                    (*last, *count) = (at, 0);
                }
                nths.push((*count).min(LONGEST as u32));
                *count += 1;
                most[letter as usize] = most[letter as usize].max((*count).min(LONGEST as u32 + 1));
            }
        }
        let words = self.labels.len().div_ceil(64);
        let mut end = 0;
        for count in most {
            let start = end;
            end += count as usize * words;
            self.held.push(start..end);
        }
        self.holders = vec![0; end];
        for (at, label) in self.labels.iter().enumerate() {
            for place in label.letters.clone() {
                let first = self.held[self.letters[place] as usize].start + nths[place] as usize * words;
                self.holders[first + at / 64] |= 1 << (at % 64);
            }
        }
    }

    /// Calls `found` with each row that has a label at least so much alike the printed pieces of a text together, and
    /// how much: last with the best. `least` is a half or more: then half of the characters are the same, which
    /// [`likeness`] asks for besides. `print` is room to work in.
    pub fn alike(&self, print: &mut Misprint, printed: &[&str], least: f32, found: impl FnMut(usize, f32)) {
        if !self.take_apart(printed, least, print) {
            return;
        }
        // No label needs fewer characters in common than one that is no longer than the print.
        let fewest_of_all = fewest(print.length, least);
        let labels = self.of_lengths(print, fewest_of_all, least);
        if labels.is_empty() {
            return;
        }
        for word in labels.start / 64..labels.end.div_ceil(64) {
            let known = print.known[..print.known_count].iter();
            let count = Count::new(known.filter_map(|&first| self.holders.get(first + word)));
            let here = labels.start.max(word * 64)..labels.end.min((word + 1) * 64);
            let mut enough = count.at_least(fewest_of_all) & bits(here, word);
            while enough != 0 {
                let bit = enough.trailing_zeros();
                enough &= enough - 1;
                let at = word * 64 + bit as usize;
                let (label, common) = (&self.labels[at], count.of(bit));
                let longest = print.length.max(label.letters.len());
                // Only what is wholly in it may be an abbreviation.
                let whole = common == print.length && may_abbreviate(print.length, label.letters.len());
                let other = is_other_ordinal(print.first, label.first);
                let most = alike_by(longest - common.min(longest), longest, || whole, other);
                if most >= least {
                    print.promising.push(Promising { most, at, whole });
                }
            }
        }
        self.best(print, least, found);
    }

    /// Compares the labels that may be so much alike, the most promising first: of each row only the best counts.
    fn best(&self, print: &mut Misprint, least: f32, mut found: impl FnMut(usize, f32)) {
        let mut promising = std::mem::take(&mut print.promising);
        promising.sort_unstable_by(|a, b| b.most.total_cmp(&a.most).then(a.at.cmp(&b.at)));
        print.best.clear();
        for Promising { most, at, whole } in promising.drain(..) {
            let label = &self.labels[at];
            let known = print.best.iter().position(|(row, _)| *row == label.row);
            if known.is_some_and(|known| print.best[known].1 >= most) {
                continue;
            }
            let alike = self.closeness(print, label, whole);
            match known {
                _ if alike < least => continue,
                Some(known) if print.best[known].1 >= alike => continue,
                Some(known) => print.best[known].1 = alike,
                None => print.best.push((label.row, alike)),
            }
            found(label.row, alike);
        }
        print.promising = promising;
    }

    /// The labels that are not too short or too long to have enough characters in common with the print: none that has
    /// fewer itself, and none that needs more than are known.
    fn of_lengths(&self, print: &Misprint, fewest_of_all: usize, least: f32) -> Range<usize> {
        let start = self.lengths.partition_point(|(length, _)| *length < fewest_of_all);
        // All characters are known: it may abbreviate a label of any length.
        let all = print.known_count == print.length && may_abbreviate(print.length, usize::MAX);
        let few = |length: usize| fewest(length, least) <= print.known_count;
        let end = if all { self.lengths.len() } else { self.lengths.partition_point(|(length, _)| few(*length)) };
        let lengths = self.lengths.get(start..end).unwrap_or_default();
        lengths.first().zip(lengths.last()).map_or(0..0, |(first, last)| first.1.start..last.1.end)
    }

    /// Takes a print apart into letters; false where it is too long to be compared, or so many of its characters are
    /// strange that it is like none.
    fn take_apart(&self, printed: &[&str], least: f32, print: &mut Misprint) -> bool {
        // Four bytes a character at the most: what is far too long is not even counted.
        if printed.iter().map(|piece| piece.len()).sum::<usize>() > LONGEST * 4 {
            return false;
        }
        let length: usize = printed.iter().map(|piece| piece.chars().count()).sum();
        let fewest = fewest(length, least);
        // No label has so many characters.
        if !(1..=LONGEST).contains(&length) || self.lengths.last().is_none_or(|(longest, _)| *longest < fewest) {
            return false;
        }
        let mut may_be_strange = length - fewest.min(length);
        (print.length, print.has_places) = (length, false);
        print.first = printed.iter().find_map(|piece| piece.chars().next()).unwrap_or_default();
        let words = self.labels.len().div_ceil(64);
        let mut counts = [0u8; COUNTS];
        let (mut place, mut known_count) = (0, 0);
        for piece in printed {
            for c in piece.chars() {
                let letter = self.alphabet.get(c);
                print.letters[place] = letter;
                place += 1;
                if let Some(held) = self.held.get(letter as usize) {
                    let count = &mut counts[letter as usize % COUNTS];
                    let nth = match *count {
                        0 => 0,
                        exact if self.held.len() <= COUNTS => usize::from(exact),
                        // Other letters may have been counted here.
                        _ => print.letters[..place - 1].iter().filter(|&&other| other == letter).count(),
                    };
                    *count += 1;
                    let first = held.start + nth * words;
                    if first < held.end {
                        print.known[known_count] = first;
                        known_count += 1;
                        continue;
                    }
                }
                if may_be_strange == 0 {
                    return false;
                }
                may_be_strange -= 1;
            }
        }
        print.known_count = known_count;
        true
    }

    /// How alike the print and a label are that have so much in common that they may be compared. `whole`: all
    /// characters of the print stand in the label.
    fn closeness(&self, print: &mut Misprint, label: &Known, whole: bool) -> f32 {
        let form = &self.letters[label.letters.clone()];
        let edits = if print.length <= 64 {
            print.place(self.held.len());
            edits_by(print.length, form.iter().map(|&letter| print.places[letter as usize]))
        } else {
            edits(print.letters(), form)
        };
        closeness(edits, (print.letters(), print.first), (form, label.first), whole)
    }
}

/// The characters of some labels, numbered. Pages of them are looked up by place, so that nothing printed makes that
/// slow.
#[derive(Debug, Clone, Default)]
struct Alphabet {
    /// For each run of 64 characters, where its page begins; those at 0 are of no label.
    pages: Vec<u32>,
    /// The numbers of the characters, page behind page.
    letters: Vec<u32>,
    count: u32,
}

impl Alphabet {
    /// No label holds the character.
    const NONE: u32 = u32::MAX;
    /// Characters of a page.
    const PAGE: usize = 64;

    fn get(&self, c: char) -> u32 {
        let page = self.pages.get(c as usize / Alphabet::PAGE).map_or(0, |&page| page as usize);
        self.letters.get(page + c as usize % Alphabet::PAGE).copied().unwrap_or(Alphabet::NONE)
    }

    fn add(&mut self, c: char) -> u32 {
        let run = c as usize / Alphabet::PAGE;
        if self.pages.len() <= run {
            self.pages.resize(run + 1, 0);
        }
        if self.pages[run] == 0 {
            // The first page is that of no label.
            let start = self.letters.len().max(Alphabet::PAGE);
            self.letters.resize(start + Alphabet::PAGE, Alphabet::NONE);
            self.pages[run] = start as u32;
        }
        let letter = &mut self.letters[self.pages[run] as usize + c as usize % Alphabet::PAGE];
        if *letter == Alphabet::NONE {
            *letter = self.count;
            self.count += 1;
        }
        *letter
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
        let mut words = words.copied();
        // Four at a time: what they carry to the third digit is one word.
        while let Some(first) = words.next() {
            let mut next = || words.next().unwrap_or(0);
            let (second, third, fourth) = (next(), next(), next());
            let (ones, twos) = sum(digits[0], first, second);
            let (ones, more_twos) = sum(ones, third, fourth);
            let (twos, mut carry) = sum(digits[1], twos, more_twos);
            (digits[0], digits[1]) = (ones, twos);
            for digit in &mut digits[2..] {
                (*digit, carry) = (*digit ^ carry, *digit & carry);
            }
        }
        Count { digits }
    }

    /// How often a bit is counted.
    fn of(&self, bit: u32) -> usize {
        self.digits.iter().rev().fold(0, |count, digit| count << 1 | (digit >> bit & 1) as usize)
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

/// For each bit, the sum of three: its last digit, and the one before.
fn sum(a: u64, b: u64, c: u64) -> (u64, u64) {
    (a ^ b ^ c, a & b | c & (a ^ b))
}

/// The bits of a word for the labels of a range that begins in it.
fn bits(labels: Range<usize>, word: usize) -> u64 {
    let (start, end) = (labels.start - word * 64, (labels.end - word * 64).min(64));
    (u64::MAX >> (64 - (end - start))) << start
}

/// The fewest characters that two labels must have in common to be so much alike, where the longer one has so many. Each other character of it
/// takes an edit. One less than that may be told, never one more, however the likeness is rounded.
pub(super) fn fewest(longer: usize, least: f32) -> usize {
    (longer as f32 * least + 0.98) as usize
}

#[inline]
fn may_abbreviate(printed: usize, form: usize) -> bool {
    printed >= 4 && printed < form
}

fn compared(printed: &[char], form: &[char]) -> f32 {
    match (printed, form) {
        ([first, ..], [of_form, ..]) if common(printed, form) * 2 >= printed.len().min(form.len()) => {
            closeness(edits(printed, form), (printed, *first), (form, *of_form), true)
        }
        _ => 0.0,
    }
}

/// How alike two labels are that are so many edits apart and have so much in common that they may be compared, each
/// with its first character. `whole`: all characters of the print may stand in the form's label.
fn closeness<T: PartialEq>(edits: usize, printed: (&[T], char), form: (&[T], char), whole: bool) -> f32 {
    let ((printed, first), (form, first_of_form)) = (printed, form);
    // An abbreviation keeps the order of what it keeps; three characters could be chance.
    let abbreviated = || whole && may_abbreviate(printed.len(), form.len()) && is_subsequence(printed, form);
    alike_by(edits, printed.len().max(form.len()), abbreviated, is_other_ordinal(first, first_of_form))
}

/// How alike two labels are that are so many edits apart, of which the longer one has so many characters. More edits
/// never make it more, however it is rounded.
fn alike_by(edits: usize, longest: usize, abbreviated: impl FnOnce() -> bool, other_ordinal: bool) -> f32 {
    let mut alike = 1.0 - edits as f32 / longest as f32;
    if alike < ABBREVIATED && abbreviated() {
        alike = ABBREVIATED;
    }
    // Another ordinal is another row, unless all else is the same.
    if other_ordinal {
        alike -= OTHER_ORDINAL;
    }
    alike.max(0.0)
}

/// What another ordinal counts less.
const OTHER_ORDINAL: f32 = 0.15;

fn is_other_ordinal(printed: char, form: char) -> bool {
    printed.is_ascii_digit() && form.is_ascii_digit() && printed != form
}

/// An abbreviation is this much alike at the least.
const ABBREVIATED: f32 = 0.7;

/// The edit distance of Levenshtein: what both begin and end with takes no edit.
fn edits<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let alike = |pair: &(&T, &T)| pair.0 == pair.1;
    let begin = a.iter().zip(b).take_while(alike).count();
    let (a, b) = (&a[begin..], &b[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(alike).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let (pattern, text) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    match (pattern.len(), text.len()) {
        (0, longer) => longer,
        // One character and another.
        (1, 1) => 1,
        (2..=64, _) | (1, _) => {
            let places = |c: &T| pattern.iter().rev().fold(0u64, |bits, other| bits << 1 | u64::from(other == c));
            edits_by(pattern.len(), text.iter().map(places))
        }
        _ => strsim::generic_levenshtein(&Letters(a), &Letters(b)),
    }
}

/// The edit distance of Levenshtein (insertions, deletions, substitutions), a column of its table at a time as the bits
/// of a word (Myers 1999, as simplified by Hyyrö 2003): of a pattern of 1 to 64 characters, and a text that is given by
/// where each character of it stands in the pattern, a bit for each place.
fn edits_by(pattern: usize, text: impl Iterator<Item = u64>) -> usize {
    let last = 1u64 << (pattern - 1);
    // Where the distance grows by one from row to row of the column, and where it falls.
    let (mut grows, mut falls) = (u64::MAX, 0u64);
    let mut distance = pattern;
    for same in text {
        let diagonal = (((same & grows).wrapping_add(grows)) ^ grows) | same | falls;
        let mut across_grows = falls | !(diagonal | grows);
        let mut across_falls = grows & diagonal;
        // A distance is never below 0 nor above the longer of both: neither wraps.
        distance = distance.wrapping_add(usize::from(across_grows & last != 0));
        distance = distance.wrapping_sub(usize::from(across_falls & last != 0));
        across_grows = across_grows << 1 | 1;
        across_falls <<= 1;
        grows = across_falls | !(diagonal | across_grows);
        falls = across_grows & diagonal;
    }
    distance
}

/// A slice that [`strsim`] iterates over.
struct Letters<'a, T>(&'a [T]);

impl<'b, T> IntoIterator for &'b Letters<'_, T> {
    type Item = &'b T;
    type IntoIter = std::slice::Iter<'b, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// How many characters of `a` stand in `b` too.
fn common(a: &[char], b: &[char]) -> usize {
    a.iter().filter(|c| b.contains(c)).count()
}

fn is_subsequence<T: PartialEq>(part: &[T], whole: &[T]) -> bool {
    let mut rest = whole.iter();
    part.iter().all(|c| rest.any(|other| other == c))
}

#[cfg(test)]
mod tests;
