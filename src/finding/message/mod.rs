//! The sentences: each fact in each language, one file for each of them.
//!
//! A sentence says what is wrong, and what would be right where that is known. It takes what was printed as it was printed,
//! and it has no full stop at its end, because writers put it into lines of their own.

mod en;
mod zh;

use std::fmt::{self, Write};

use super::Fact;
use crate::lang::Lang;

/// More parts of an identity than this are counted, not named.
const MOST_NAMED: usize = 6;

impl Fact {
    /// The sentence in this language.
    pub fn message(&self, lang: Lang) -> String {
        let mut text = String::new();
        // Formatting into a `String` cannot fail.
        let _ = match lang {
            Lang::En => en::write(&mut text, self),
            Lang::Zh => zh::write(&mut text, self),
        };
        text
    }
}

/// The sentence in English.
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        en::write(f, self)
    }
}

/// Writes `items`, each by `each`, with `between` between them.
fn list<W: Write, T>(f: &mut W, items: &[T], between: &str, each: impl Fn(&mut W, &T) -> fmt::Result) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        each(f, item)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
