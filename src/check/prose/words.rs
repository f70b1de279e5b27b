//! The words that prose is made of, as far as it speaks of figures: `src/form/data/words.toml`, and how to find them in a text.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::numeral;

/// The file of words.
const WORDS: &str = include_str!("../../form/data/words.toml");

/// What a word may do in a sentence. The grammar is written over the letters of these classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Class {
    ThisYear,
    OtherTime,
    PartYear,
    Cumulative,
    Until,
    Comparison,
    Itself,
    OfItself,
    Among,
    None,
    Application,
    Modifier,
    Disclosure,
    Filler,
    Besides,
    Further,
    And,
    For,
    Channel,
    Cause,
    Happens,
    Document,
    Charge,
    Other,
    Intake,
    Part,
    Done,
    Issue,
    Case,
    Fee,
    Plain,
    Thing,
    Behalf,
    Share,
    Outcome,
    Standing,
}

impl Class {
    /// Its letter in the grammar.
    pub(super) fn letter(self) -> u8 {
        match self {
            Class::ThisYear => b't',
            Class::OtherTime => b'p',
            Class::PartYear => b'm',
            Class::Cumulative => b'k',
            Class::Until => b'u',
            Class::Comparison => b'c',
            Class::Itself => b's',
            Class::OfItself => b'j',
            Class::Among => b'a',
            Class::None => b'n',
            Class::Application => b'o',
            Class::Modifier => b'w',
            Class::Disclosure => b'W',
            Class::Filler => b'f',
            Class::Besides => b'B',
            Class::Further => b'J',
            Class::And => b'v',
            Class::For => b'D',
            Class::Channel => b'b',
            Class::Cause => b'G',
            Class::Happens => b'g',
            Class::Document => b'd',
            Class::Charge => b'y',
            Class::Other => b'x',
            Class::Intake => b'i',
            Class::Part => b'r',
            Class::Done => b'R',
            Class::Issue => b'e',
            Class::Case => b'q',
            Class::Fee => b'h',
            Class::Plain => b'P',
            Class::Thing => b'z',
            Class::Behalf => b'V',
            Class::Share => b'C',
            Class::Outcome => b'U',
            Class::Standing => b'Y',
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    classes: HashMap<String, Vec<String>>,
    word: Vec<WordDescription>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordDescription {
    key: String,
    class: Class,
    print: Vec<String>,
    names: Vec<String>,
}

/// A word that names a figure.
#[derive(Debug)]
pub(super) struct Word {
    /// Its key: 收到 and 受理 share one.
    pub key: String,
    /// What it may mean: keys of figures that are added up. Any of them will do.
    pub names: Vec<Vec<String>>,
}

/// What a print stands for: its class, and the index of the word for those that name figures.
type Meaning = (Class, Option<u16>);

/// All words, ready to be looked for: a tree of characters. Many begin words, but behind the first few go on with one, so
/// that a list of them does. An automaton over bytes finds words no sooner, and takes several milliseconds to be built, of
/// which one report takes one.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// A bit for each character of the Basic Multilingual Plane that a word or a numeral begins with: most characters
    /// of prose begin none.
    begins: Vec<u64>,
    /// By the number of a character, the node that it leads to from the root; 0 where no word begins with it.
    firsts: Vec<u32>,
    /// The root is 0.
    nodes: Vec<Node>,
    words: Vec<Word>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// The number of the character that leads here.
    c: u32,
    /// What ends here.
    end: Option<Meaning>,
    /// The first of the nodes that the characters behind lead to; 0 where none goes on.
    behind: u32,
    /// The next of those that other characters lead to from the same node.
    beside: u32,
    /// A bit for each character that goes on from here, which it may share with others: most go nowhere.
    goes_on: u64,
}

impl Node {
    fn bit(c: u32) -> u64 {
        1 << (c % 64)
    }
}

/// The number of the character of a text that begins at `at`, and how many bytes it takes.
fn next_char(text: &[u8], at: usize) -> Option<(u32, usize)> {
    let rest = text.get(at..)?;
    match *rest {
        // Nearly all.
        [first @ 0xE0..=0xEF, second, third, ..] => {
            Some((u32::from(first & 15) << 12 | u32::from(second & 63) << 6 | u32::from(third & 63), 3))
        }
        [first @ 0x00..=0x7F, ..] => Some((u32::from(first), 1)),
        [first @ 0xC0..=0xDF, second, ..] => Some((u32::from(first & 31) << 6 | u32::from(second & 63), 2)),
        [first, second, third, fourth, ..] => {
            let high = u32::from(first & 7) << 18 | u32::from(second & 63) << 12;
            Some((high | u32::from(third & 63) << 6 | u32::from(fourth & 63), 4))
        }
        _ => None,
    }
}

/// A word at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes that it takes.
    pub length: usize,
    pub class: Class,
    /// Index of the word, for those that name figures.
    pub word: Option<u16>,
}

static SHARED: LazyLock<Words> = LazyLock::new(|| {
    // A broken file of words is caught by the tests below, never by a user: then no sentence is understood.
    load(WORDS).unwrap_or_default()
});

/// The words that the program carries.
pub(super) fn shared() -> &'static Words {
    &SHARED
}

fn load(text: &str) -> Result<Words, String> {
    let mut file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let (begins, firsts, nodes) = (vec![0; 1024], vec![0; 0x1_0000], vec![Node::default()]);
    let mut all = Words { begins, firsts, nodes, ..Words::default() };
    let mut take = |name: &str| file.classes.remove(name).unwrap_or_default();
    let (names, things) = (take("names_itself"), take("what_it_is"));
    for (name, thing) in names.iter().flat_map(|name| things.iter().map(move |thing| (name, thing))) {
        all.add(&format!("{name}{thing}"), (Class::Itself, None))?;
    }
    for (class, prints) in file.classes {
        let class = Class::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(&class))
            .map_err(|error| error.to_string())?;
        for print in &prints {
            expand(print, &mut |print| all.add(print, (class, None)))?;
        }
    }
    for description in file.word {
        let index = u16::try_from(all.words.len()).map_err(|error| error.to_string())?;
        for print in &description.print {
            expand(print, &mut |print| all.add(print, (description.class, Some(index))))?;
        }
        let sum = |names: &String| names.split('+').map(|name| name.trim().to_owned()).collect();
        all.words.push(Word { key: description.key, names: description.names.iter().map(sum).collect() });
    }
    // Numerals need no word.
    ('\0'..='\u{FFFF}').filter(|&c| numeral::is_numeral(c)).for_each(|c| all.begin(c));
    Ok(all)
}

/// Gives every word that `甲(乙|丙|)` stands for. Brackets may stand in brackets.
fn expand(pattern: &str, give: &mut dyn FnMut(&str) -> Result<(), String>) -> Result<(), String> {
    let innermost = pattern.find(')').and_then(|close| Some((pattern[..close].rfind('(')?, close)));
    let Some((open, close)) = innermost else { return give(pattern) };
    let (before, inside, behind) = (&pattern[..open], &pattern[open + 1..close], &pattern[close + 1..]);
    let mut one = String::with_capacity(pattern.len());
    for part in inside.split('|') {
        one.clear();
        one.extend([before, part, behind]);
        expand(&one, give)?;
    }
    Ok(())
}

impl Words {
    /// Takes `print` in.
    fn add(&mut self, print: &str, meaning: Meaning) -> Result<(), String> {
        let mut node = 0;
        print.chars().take(1).for_each(|c| self.begin(c));
        for c in print.chars() {
            node = self.step(node, c)?;
        }
        match self.nodes[node as usize].end.replace(meaning) {
            _ if node == 0 => Err("a word is empty".to_owned()),
            Some(other) if other != meaning => Err(format!("{print} stands in two lists")),
            _ => Ok(()),
        }
    }

    /// Something begins with `c`.
    fn begin(&mut self, c: char) {
        let (place, bit) = Words::bit(c);
        self.begins.resize(self.begins.len().max(place + 1), 0);
        self.begins[place] |= bit;
    }

    /// Where `c` leads to from `node`, where it may have led nowhere yet.
    fn step(&mut self, node: u32, c: char) -> Result<u32, String> {
        let known = match node {
            0 => self.first(u32::from(c)),
            _ => self.behind(&self.nodes[node as usize], u32::from(c)).map(|(to, _)| to),
        };
        if let Some(to) = known {
            return Ok(to);
        }
        let to = u32::try_from(self.nodes.len()).map_err(|error| error.to_string())?;
        let mut new = Node { c: u32::from(c), ..Node::default() };
        if node == 0 {
            let place = c as usize;
            self.firsts.resize(self.firsts.len().max(place + 1), 0);
            self.firsts[place] = to;
        } else {
            let before = &mut self.nodes[node as usize];
            before.goes_on |= Node::bit(u32::from(c));
            new.beside = std::mem::replace(&mut before.behind, to);
        }
        self.nodes.push(new);
        Ok(to)
    }

    /// Where a character leads to from the root.
    fn first(&self, c: u32) -> Option<u32> {
        self.firsts.get(c as usize).copied().filter(|&to| to > 0)
    }

    /// Where it leads to from `node`, which is not the root.
    fn behind(&self, node: &Node, c: u32) -> Option<(u32, &Node)> {
        if node.goes_on & Node::bit(c) == 0 {
            return None;
        }
        let mut to = node.behind;
        while to > 0 {
            let node = self.nodes.get(to as usize)?;
            if node.c == c {
                return Some((to, node));
            }
            to = node.beside;
        }
        None
    }

    /// Where the bit of a character stands.
    fn bit(c: char) -> (usize, u64) {
        (c as usize / 64, 1 << (c as usize % 64))
    }

    /// A word or a numeral begins with the character that these bytes are.
    pub(super) fn may_begin(&self, &[first, second, third]: &[u8; 3]) -> bool {
        let place = usize::from(first & 15) * 64 + usize::from(second & 63);
        self.begins.get(place).is_some_and(|bits| bits >> (third & 63) & 1 > 0)
    }

    /// The longest word that `text` begins with.
    pub(super) fn longest(&self, text: &[u8]) -> Option<Found> {
        let (first, mut length) = next_char(text, 0)?;
        let mut node = self.nodes.get(self.first(first)? as usize)?;
        let mut found = None;
        loop {
            if let Some(meaning) = &node.end {
                found = Some((length, meaning));
            }
            if node.behind == 0 {
                break;
            }
            let Some((next, takes)) = next_char(text, length) else { break };
            let Some((_, behind)) = self.behind(node, next) else { break };
            (node, length) = (behind, length + takes);
        }
        found.map(|(length, &(class, word))| Found { length, class, word })
    }

    /// The word with this index.
    pub(super) fn word(&self, index: u16) -> Option<&Word> {
        self.words.get(usize::from(index))
    }

    /// Index of the first word with this key.
    pub(super) fn index(&self, key: &str) -> Option<u16> {
        self.words.iter().position(|word| word.key == key).and_then(|index| u16::try_from(index).ok())
    }

    /// Every print of a class.
    #[cfg(test)]
    pub(super) fn prints(&self, class: Class) -> Vec<String> {
        let mut prints = Vec::new();
        let firsts = self.firsts.iter().filter(|&&first| first > 0);
        let mut open: Vec<(u32, String)> = firsts.map(|&first| (first, String::new())).collect();
        while let Some((at, before)) = open.pop() {
            let node = self.nodes[at as usize];
            let print = format!("{before}{}", char::from_u32(node.c).unwrap());
            let mut to = node.behind;
            while to > 0 {
                open.push((to, print.clone()));
                to = self.nodes[to as usize].beside;
            }
            if node.end.is_some_and(|(of, _)| of == class) {
                prints.push(print);
            }
        }
        prints
    }

    /// All words that name figures.
    #[cfg(test)]
    pub(super) fn all(&self) -> &[Word] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_the_program_carries_are_sound() {
        let words = load(WORDS).unwrap();
        assert!(words.nodes.len() > 1000, "{}", words.nodes.len());
    }

    #[test]
    fn patterns_expand() {
        let expand = |pattern: &str| {
            let mut all = Vec::new();
            let mut take = |one: &str| {
                all.push(one.to_owned());
                Ok(())
            };
            expand(pattern, &mut take).unwrap();
            all
        };
        assert_eq!(expand("甲(乙|丙|)丁"), ["甲乙丁", "甲丙丁", "甲丁"]);
        assert_eq!(expand("甲"), ["甲"]);
        let mut nested = expand("(甲(乙|)|丙)");
        nested.sort();
        nested.dedup();
        assert_eq!(nested, ["丙", "甲", "甲乙"]);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let classes = "[classes]\nfiller = [\"共\", \"甲(共|)\"]\n";
        assert!(load(&format!("{classes}word = []")).is_err(), "word must be tables");
        let twice =
            format!("{classes}and = [\"共\"]\n[[word]]\nkey = \"a\"\nclass = \"part\"\nprint = [\"丁\"]\nnames = []\n");
        assert!(load(&twice).unwrap_err().contains("共"));
        let unknown =
            "[classes]\nnothing = [\"共\"]\n[[word]]\nkey = \"a\"\nclass = \"part\"\nprint = [\"丁\"]\nnames = []\n";
        assert!(load(unknown).is_err());
    }

    #[test]
    fn the_longest_word_is_found() {
        let found =
            |text: &str| shared().longest(text.as_bytes()).map(|found| (text[..found.length].to_owned(), found.class));
        assert_eq!(found("上年结转政府信息公开申请"), Some(("上年结转".to_owned(), Class::Part)));
        assert_eq!(found("政府信息公开申请3件"), Some(("政府信息公开申请".to_owned(), Class::Application)));
        assert_eq!(found("3件"), None);
        assert_eq!(found(""), None);
        // 二 begins no word.
        assert_eq!(found("二件"), None);
    }

    #[test]
    fn what_begins_a_word_or_a_number_is_known() {
        let words = shared();
        for c in ('\u{800}'..='\u{FFFF}').filter(|c| c.len_utf8() == 3) {
            let begins = words.first(u32::from(c)).is_some() || numeral::is_numeral(c);
            assert_eq!(c.to_string().as_bytes().first_chunk().map(|c| words.may_begin(c)), Some(begins), "{c}");
        }
    }
}
