//! `encoding.private`: characters that only the font of their author knew.

use super::Subject;
use crate::finding::{Fact, Finding, Rule};
use crate::span::Span;

/// One finding for all of them, at the first.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let text = subject.text;
    let bytes = text.as_bytes();
    if !may_hold_any(bytes) {
        return;
    }
    let begins =
        bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, 0xEE | 0xEF | 0xF3 | 0xF4)).map(|(at, _)| at);
    let character = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).filter(|&c| is_private(c));
    let mut count: usize = 0;
    let mut first: Option<(usize, char)> = None;
    for found in begins.filter_map(|at| Some((at, character(at)?))) {
        count += 1;
        first = first.or(Some(found));
    }
    let Some((at, c)) = first else { return };
    let run: usize = text.get(at..).unwrap_or("").chars().take_while(|&c| is_private(c)).map(char::len_utf8).sum();
    let fact = Fact::PrivateUse { first: format!("U+{:04X}", u32::from(c)), count };
    findings.push(Finding::new(Rule::EncodingPrivate, fact).at(Span::new(at, at + run)));
}

/// Nearly no text holds any, and they begin with EE, F3 or F4, or with EF and a byte up to A3; alone, that begins
/// full-width punctuation too, which is everywhere. Without a branch for each byte, many are asked at once.
fn may_hold_any(bytes: &[u8]) -> bool {
    let behind = bytes.get(1..).unwrap_or_default();
    let (mut least, mut most) = (u8::MAX, 0);
    for (&byte, &next) in bytes.iter().zip(behind) {
        // Nothing is left of what is looked for.
        least = least.min(byte ^ 0xEE).min((byte ^ 0xEF) | next.saturating_sub(0xA3));
        most = most.max(byte);
    }
    least == 0 || most >= 0xF3
}

/// Unicode gives the character no meaning and never will.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

#[cfg(test)]
mod tests {
    use super::{is_private, may_hold_any};
    use crate::Reader;
    use crate::finding::{Fact, Rule};

    fn private(text: &str) -> Option<(Fact, String)> {
        let report = Reader::default().read(text.as_bytes(), None).unwrap();
        let finding = report.findings.iter().find(|finding| finding.rule == Rule::EncodingPrivate)?;
        Some((finding.fact.clone(), finding.span.unwrap().of(&report.text).to_owned()))
    }

    #[test]
    fn all_are_counted_and_the_first_is_named() {
        for (text, first, count, run) in [
            ("甲\u{E5E5}\u{F8FF}，乙\u{E000}", "U+E5E5", 3, "\u{E5E5}\u{F8FF}"),
            ("\u{F0B7}一是公开", "U+F0B7", 1, "\u{F0B7}"),
            ("甲\u{F0000}\u{10FFFD}", "U+F0000", 2, "\u{F0000}\u{10FFFD}"),
            ("甲\u{F0B7}乙\u{E000}", "U+F0B7", 2, "\u{F0B7}"),
        ] {
            assert_eq!(private(text), Some((Fact::PrivateUse { first: first.into(), count }, run.into())), "{text:?}");
        }
    }

    #[test]
    fn none_is_passed_over() {
        for c in ('\u{E000}'..=char::MAX).filter(|&c| is_private(c)) {
            assert!(may_hold_any(format!("甲，{c}").as_bytes()), "{c:?}");
        }
        assert!(!may_hold_any("甲，乙（丙）：０～９。".as_bytes()) && !may_hold_any(b""));
    }

    #[test]
    fn neighbours_of_the_private_areas_are_text() {
        for text in ["甲，乙！（丙）：０～９", "\u{D7FF}\u{F900}\u{FFFD}", "\u{20000}\u{2FA1D}\u{E0001}\u{EFFFF}", "🏛"]
        {
            assert_eq!(private(text), None, "{text:?}");
        }
    }
}
