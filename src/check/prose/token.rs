//! A squeezed sentence as words, numbers and marks.

use rust_decimal::Decimal;

use super::number::{self, Unit};
use super::sentence;
use super::words::{Class, Found, Words};
use crate::fold;
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

impl Token {
    /// It parts clauses.
    pub(super) fn is_mark(&self) -> bool {
        matches!(self.letter, b',' | b';' | b':' | b'(' | b')')
    }

    /// A number, or a word for none: without one, a clause says nothing and decides nothing about those behind it.
    pub(super) fn says(&self) -> bool {
        matches!(self.letter, b'N' | b'M' | b'n')
    }

    fn new(letter: u8, start: usize, length: usize) -> Token {
        Token { letter, start, end: start + length, word: None, value: Decimal::ZERO }
    }
}

/// What is no word.
pub(super) const UNKNOWN: u8 = b'x';

/// The tokens of the part of `text` that ends with it and begins at `from`. Behind the last sign that something is
/// said, and the mark behind it, nothing but brackets is of use: of what stands there, they alone are told.
pub(super) fn tokens(text: &str, from: usize, words: &Words) -> Vec<Token> {
    let sentence = &text[from..];
    let end = sentence::last_sign(sentence).unwrap_or(0);
    let (mut tokens, end) = tokens_to(sentence, end, words);
    let behind = &sentence.as_bytes()[end..];
    if memchr::memchr3(b'(', b'[', b')', behind).or_else(|| memchr::memchr(b']', behind)).is_some() {
        let brackets = behind.iter().zip(end..).filter(|(byte, _)| matches!(byte, b'(' | b')' | b'[' | b']'));
        tokens.extend(brackets.filter_map(|(&byte, at)| Some(Token::new(mark(char::from(byte))?, at, 1))));
    }
    if from > 0 {
        for token in &mut tokens {
            token.start += from;
            token.end += from;
        }
    }
    tokens
}

/// The tokens of `sentence` up to the first mark behind `last` that parts clauses, and where it ends.
fn tokens_to(sentence: &str, last: usize, words: &Words) -> (Vec<Token>, usize) {
    let mut tokens: Vec<Token> = Vec::with_capacity(48);
    let mut at = 0;
    loop {
        let rest = &sentence.as_bytes()[at..];
        // Most Chinese characters, U+4000 to U+9FFF, begin neither a word nor a number.
        let unknown = fold::chinese_run_while(rest, |c| !words.may_begin(c));
        if unknown > 0 {
            push_unknown(&mut tokens, at, at + unknown);
            at += unknown;
        }
        let rest = &rest[unknown..];
        // Most of the others begin a word, and are no numerals, which no mark is.
        if let Some(c @ [0xE4..=0xE9, _, _]) = rest.first_chunk()
            && !numeral::is_numeral_of_three(c)
        {
            let found = words.longest(rest);
            match found {
                Some(found) => tokens.push(word(found, at)),
                None => push_unknown(&mut tokens, at, at + c.len()),
            }
            at += found.map_or(c.len(), |found| found.length);
            continue;
        }
        let Some(c) = sentence[at..].chars().next() else { break };
        let next = token_at(sentence, at, c, &tokens, words);
        at = next.end;
        if next.letter == UNKNOWN {
            push_unknown(&mut tokens, next.start, next.end);
            continue;
        }
        tokens.push(next);
        if next.start > last && next.is_mark() {
            break;
        }
    }
    (tokens, at)
}

/// What stands at `start..end` is no word; it goes on what stands before it, where that is none.
fn push_unknown(tokens: &mut Vec<Token>, start: usize, end: usize) {
    match tokens.last_mut() {
        Some(last) if last.letter == UNKNOWN => last.end = end,
        _ => tokens.push(Token::new(UNKNOWN, start, end - start)),
    }
}

/// The token of a word at `at`.
fn word(word: Found, at: usize) -> Token {
    Token { word: word.word, ..Token::new(word.class.letter(), at, word.length) }
}

/// The token at `at`, which begins with `c`, a numeral or no Chinese character, behind those `before` it.
fn token_at(sentence: &str, at: usize, c: char, before: &[Token], words: &Words) -> Token {
    if let Some(mark) = mark(c) {
        return Token::new(mark, at, c.len_utf8());
    }
    if let Some((value, unit, length)) = number_at(sentence, at, c) {
        let money = unit == Unit::Yuan || unit == Unit::Nothing && bare_is_money(before);
        return Token { value, ..Token::new(if money { b'M' } else { b'N' }, at, length) };
    }
    if let Some(found) = words.longest(&sentence.as_bytes()[at..]) {
        return word(found, at);
    }
    let digits = number::digits_run(&sentence[at..]);
    let begins = before.last().is_none_or(|last| !last.letter.is_ascii_alphabetic());
    if begins && digits > 0 && sentence[..at + digits].ends_with('.') {
        // 1.予以公开5件: the number of an item.
        return Token::new(b',', at, digits);
    }
    if is_bullet(c) || begins && is_dash(c) {
        return Token::new(b',', at, c.len_utf8());
    }
    Token::new(UNKNOWN, at, if digits > 0 { digits } else { c.len_utf8() })
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

/// A sign that lists are made of: ●, ◆, ➢, and those of fonts of signs.
fn is_bullet(c: char) -> bool {
    matches!(c, '\u{25A0}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{F000}'..='\u{F0FF}' | '•' | '‣' | '※')
}

/// A sign that lists are made of too, where nothing stands before it.
fn is_dash(c: char) -> bool {
    matches!(c, '·' | '・' | '‧' | '∙' | '-' | '‐'..='―' | '－' | '−' | '~')
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
    let clause = before.iter().rev().take_while(|token| !token.is_mark() && token.letter != b'l');
    clause.into_iter().any(|token| token.letter == Class::Fee.letter())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::prose::words;

    fn all(text: &str) -> Vec<Token> {
        tokens_to(text, usize::MAX, words::shared()).0
    }

    fn letters(text: &str) -> String {
        all(text).iter().map(|token| char::from(token.letter)).collect()
    }

    #[test]
    fn what_is_left_out_says_nothing() {
        let pieces: Vec<&str> = "收到 公民,法人 申请 12件 3件(次) 1,095件 0 零 没有 未 无 , ; : ( ) [ ] 。 、 1. 5元 一百 予以公开 (次) 市 局 a"
            .split(' ')
            .collect();
        let (mut seed, mut left_out) = (3u64, 0);
        for _ in 0..20_000 {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) as usize
            };
            let text: String = (0..1 + next() % 12).map(|_| pieces[next() % pieces.len()]).collect();
            let all = all(&text);
            let says = all.iter().rposition(|token| matches!(token.letter, b'N' | b'M' | b'n')).unwrap_or(0);
            let mark = all.iter().skip(says + 1).position(Token::is_mark).map_or(all.len(), |at| says + 1 + at + 1);
            let is_bracket = |token: &&Token| matches!(token.letter, b'(' | b')');
            // Either knows the same clauses up to the last that says something, and the same brackets behind them.
            let known = |tokens: &[Token]| {
                let behind = tokens.iter().skip(mark).filter(is_bracket).copied();
                tokens.iter().take(mark).copied().chain(behind).collect::<Vec<_>>()
            };
            let some = tokens(&text, 0, words::shared());
            left_out += usize::from(some.len() < all.len());
            assert_eq!(known(&some), known(&all), "{text}");
        }
        assert!(left_out > 1000, "{left_out}");
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
            ("●收到申请5件;◆办结3件", ",ioN;,RN"),
            ("—收到申请5件", ",ioN"),
            ("·收到申请5件", ",ioN"),
            // A dash that goes on parts nothing.
            ("收到-申请5件", "ixoN"),
            ("-5件", ",x"),
        ] {
            let read = letters(text);
            assert_eq!(read, wanted, "{text}");
        }
    }
}
