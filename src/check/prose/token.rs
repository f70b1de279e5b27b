//! A squeezed sentence as words, numbers and marks.

use rust_decimal::Decimal;

use super::number::{self, Unit};
use super::words::{Class, Words};
use crate::numeral;

/// A word, number or mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    /// That of its class; `N` and `M` for numbers, `l` for 、, the mark itself for other marks, `x` for what is unknown.
    pub letter: u8,
    /// Where it stands in the squeezed text.
    pub start: usize,
    pub end: usize,
    /// Index of the word, for those that name figures.
    pub word: Option<u16>,
    pub value: Decimal,
}

/// What is no word.
pub(super) const UNKNOWN: u8 = b'x';

/// The tokens of the part of `text` that ends with it and begins at `from`.
pub(super) fn tokens(text: &str, from: usize, words: &Words) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::with_capacity(32);
    let sentence = &text[from..];
    let mut at = 0;
    while let Some(c) = sentence[at..].chars().next() {
        // Most Chinese characters, U+4000 to U+9FFF, begin neither a word nor a number.
        let (threes, _) = sentence.as_bytes()[at..].as_chunks::<3>();
        let unknown = threes.iter().take_while(|c| matches!(c[0], 0xE4..=0xE9) && !words.may_begin(c)).count() * 3;
        if unknown > 0 {
            let (start, end) = (from + at, from + at + unknown);
            match tokens.last_mut() {
                Some(last) if last.letter == UNKNOWN => last.end = end,
                _ => tokens.push(Token { letter: UNKNOWN, start, end, word: None, value: Decimal::ZERO }),
            }
            at += unknown;
            continue;
        }
        let token = |letter: u8, length: usize| Token {
            letter,
            start: from + at,
            end: from + at + length,
            word: None,
            value: Decimal::ZERO,
        };
        let next = if let Some(mark) = mark(c) {
            token(mark, c.len_utf8())
        } else if let Some((value, unit, length)) = number_at(sentence, at, c) {
            let letter =
                if unit == Unit::Yuan || unit == Unit::Nothing && bare_is_money(&tokens) { b'M' } else { b'N' };
            Token { value, ..token(letter, length) }
        } else if let Some(word) = words.longest(&sentence[at..]) {
            Token { word: word.word, ..token(word.class.letter(), word.length) }
        } else {
            let digits = number::digits_run(&sentence[at..]);
            let begins = tokens.last().is_none_or(|last| !last.letter.is_ascii_alphabetic());
            if begins && digits > 0 && sentence[..at + digits].ends_with('.') {
                // 1.予以公开5件: the number of an item.
                token(b',', digits)
            } else {
                token(UNKNOWN, if digits > 0 { digits } else { c.len_utf8() })
            }
        };
        at = next.end - from;
        match tokens.last_mut() {
            Some(last) if last.letter == UNKNOWN && next.letter == UNKNOWN => last.end = next.end,
            _ => tokens.push(next),
        }
    }
    tokens
}

fn mark(c: char) -> Option<u8> {
    match c {
        ',' | ';' | ':' | '(' | ')' => u8::try_from(c).ok(),
        '。' | '!' | '?' => Some(b','),
        '、' => Some(b'l'),
        '[' => Some(b'('),
        ']' => Some(b')'),
        '\u{2460}'..='\u{249B}' => Some(b','),
        _ => None,
    }
}

/// The number at `at`, unless it goes on a number or a word before it.
fn number_at(sentence: &str, at: usize, c: char) -> Option<(Decimal, Unit, usize)> {
    if !c.is_ascii_digit() && !numeral::is_numeral(c) {
        return None;
    }
    let before = sentence[..at].chars().next_back();
    let goes_on = before.is_some_and(|c| {
        c.is_ascii_digit() || numeral::is_numeral(c) || matches!(c, '.' | '-' | '—' | '~' | '第' | '/' | '%')
    });
    if goes_on || !c.is_ascii_digit() && !is_counted(&sentence[at..]) { None } else { number::number(&sentence[at..]) }
}

/// A count stands behind the Chinese numeral at the start of `text`, or it may be a bare zero: any other is no number, as most are not.
fn is_counted(text: &str) -> bool {
    text.starts_with(['零', '〇']) || text.chars().find(|&c| !numeral::is_numeral(c)).is_some_and(number::is_count)
}

/// A bare zero is money where fees are spoken of.
fn bare_is_money(before: &[Token]) -> bool {
    let clause =
        before.iter().rev().take_while(|token| !matches!(token.letter, b',' | b';' | b':' | b'(' | b')' | b'l'));
    clause.into_iter().any(|token| token.letter == Class::Fee.letter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::prose::words;

    fn letters(text: &str) -> String {
        tokens(text, 0, words::shared()).iter().map(|token| char::from(token.letter)).collect()
    }

    #[test]
    fn sentences_become_letters() {
        for (text, wanted) in [
            ("全市本年共收办政府信息公开申请案件3607件(市政府349件),同比增长70.3%", "stfiowN(xjN),ccx"),
            ("本年,没有收到公民、法人和其他组织申请公开政府信息", "t,niwo"),
            ("收到3-5件", "ix"),
            ("信息处理费收取金额为零", "hyffM"),
            ("予以公开5件、部分公开3件", "rNlrN"),
            ("第3件", "x"),
            ("1.予以公开5件;2.部分公开3件。", ",rN;,rN,"),
        ] {
            let read = letters(text);
            assert_eq!(read, wanted, "{text}");
        }
    }
}
