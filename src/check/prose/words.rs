//! The words that prose is made of, as far as it speaks of figures: `src/form/data/words.toml`, and how to find them in a text.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use serde::Deserialize;

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

/// All words, ready to be looked for.
#[derive(Debug)]
pub(super) struct Words {
    finder: AhoCorasick,
    /// For each pattern, its class and the word it belongs to.
    patterns: Vec<(Class, Option<u16>)>,
    words: Vec<Word>,
}

/// A word found in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub class: Class,
    /// Index of the word, for those that name figures.
    pub word: Option<u16>,
}

static SHARED: LazyLock<Words> = LazyLock::new(|| {
    // A broken file of words is caught by the tests below, never by a user: then no sentence is understood.
    load(WORDS).unwrap_or_else(|_| Words { finder: empty(), patterns: Vec::new(), words: Vec::new() })
});

/// A finder of nothing. No pattern can only be built.
fn empty() -> AhoCorasick {
    AhoCorasick::new::<[&str; 0], &str>([]).expect("no pattern")
}

/// The words that the program carries.
pub(super) fn shared() -> &'static Words {
    &SHARED
}

fn load(text: &str) -> Result<Words, String> {
    let mut file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut known: HashMap<String, (Class, Option<u16>)> = HashMap::new();
    let mut add = |print: String, class: Class, word: Option<u16>| match known.insert(print.clone(), (class, word)) {
        Some(other) if other != (class, word) => Err(format!("{print} stands in two lists")),
        _ if print.is_empty() => Err("a word is empty".to_owned()),
        _ => Ok(()),
    };
    let mut take = |name: &str| file.classes.remove(name).unwrap_or_default();
    let (names, things) = (take("names_itself"), take("what_it_is"));
    for (name, thing) in names.iter().flat_map(|name| things.iter().map(move |thing| (name, thing))) {
        add(format!("{name}{thing}"), Class::Itself, None)?;
    }
    for (class, prints) in file.classes {
        let class = Class::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(&class))
            .map_err(|error| error.to_string())?;
        for print in prints.iter().flat_map(|print| expand(print)) {
            add(print, class, None)?;
        }
    }
    let mut words: Vec<Word> = Vec::new();
    for description in file.word {
        let index = u16::try_from(words.len()).map_err(|error| error.to_string())?;
        for print in description.print.iter().flat_map(|print| expand(print)) {
            add(print, description.class, Some(index))?;
        }
        let sum = |names: &String| names.split('+').map(|name| name.trim().to_owned()).collect();
        words.push(Word { key: description.key, names: description.names.iter().map(sum).collect() });
    }
    let (prints, patterns): (Vec<String>, Vec<(Class, Option<u16>)>) = known.into_iter().unzip();
    let finder = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(&prints)
        .map_err(|error| error.to_string())?;
    Ok(Words { finder, patterns, words })
}

/// Every word that `甲(乙|丙|)` stands for. Brackets may stand in brackets.
fn expand(pattern: &str) -> Vec<String> {
    let Some(close) = pattern.find(')') else { return vec![pattern.to_owned()] };
    let Some(open) = pattern[..close].rfind('(') else { return vec![pattern.to_owned()] };
    let (before, inside, behind) = (&pattern[..open], &pattern[open + 1..close], &pattern[close + 1..]);
    inside.split('|').flat_map(|part| expand(&format!("{before}{part}{behind}"))).collect()
}

impl Words {
    /// The words of `text` from left to right, the longest first where several begin.
    pub(super) fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Found> + 'a {
        self.finder.find_iter(text).filter_map(|found| {
            let &(class, word) = self.patterns.get(found.pattern().as_usize())?;
            Some(Found { start: found.start(), end: found.end(), class, word })
        })
    }

    /// The word with this index.
    pub(super) fn word(&self, index: u16) -> Option<&Word> {
        self.words.get(usize::from(index))
    }

    /// Index of the first word with this key.
    pub(super) fn index(&self, key: &str) -> Option<u16> {
        self.words.iter().position(|word| word.key == key).and_then(|index| u16::try_from(index).ok())
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
        assert!(words.patterns.len() > 1000, "{}", words.patterns.len());
    }

    #[test]
    fn patterns_expand() {
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
        let found: Vec<(&str, Class)> = {
            let text = "上年结转政府信息公开申请";
            shared().find(text).map(|found| (&text[found.start..found.end], found.class)).collect()
        };
        assert_eq!(found, [("上年结转", Class::Part), ("政府信息公开申请", Class::Application)]);
    }
}
