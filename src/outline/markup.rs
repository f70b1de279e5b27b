//! Text with the marks of Markdown and of its like: `## 一、总体情况`, `== 一、总体情况 ==`, `**（一）主动公开**`, `__（一）主动公开__`, `- 一是…`.
//! They are marks of print, no text.

use std::borrow::Cow;

use memchr::{memchr, memchr2_iter, memmem};

use crate::lines::{Line, Look};
use crate::span::Span;

/// What stands around bold print.
const BOLD: &str = "**";
/// The same, where it takes the whole line.
const WHOLE: [&str; 4] = ["__", BOLD, "*", "_"];
/// The deepest heading.
const DEEPEST: usize = 6;

/// The text has headings or bold print of Markdown. `signs`: it has `#` or `*` at all.
pub(super) fn is_used(text: &str, lines: &[Line], signs: bool) -> bool {
    let bytes = text.as_bytes();
    let is_sign = |at: usize| match bytes[at] {
        b'*' => bytes.get(at + 1) == Some(&b'*'),
        _ => (at == 0 || matches!(bytes[at - 1], b'\n' | b'\r')) && heading(&text[at..]).is_some(),
    };
    let is_line = |line: &Line| {
        let begins = matches!(bytes.get(line.text.start as usize), Some(b'_' | b'=' | b'*'));
        let printed = || line.text.of(text).trim_end();
        begins && line.look == Look::Text && (heading(printed()).is_some() || inside(printed()).is_some())
    };
    // The headings of Org mode, and lists: one line of them may be a footnote.
    let is_starred = |line: &&Line| line.look == Look::Text && stars(line.text.of(text)).is_some();
    signs
        && (memchr2_iter(b'#', b'*', bytes).any(is_sign)
            || lines.iter().filter(is_starred).nth(FEWEST_STARRED - 1).is_some())
        || lines.iter().any(is_line)
}

/// As many lines behind stars are marked so.
const FEWEST_STARRED: usize = 3;

/// What stands behind the stars of a heading of Org mode, or of an item.
fn stars(printed: &str) -> Option<&str> {
    let behind = printed.trim_start_matches('*');
    (1..=DEEPEST).contains(&(printed.len() - behind.len())).then(|| behind.strip_prefix(' ')).flatten()
}

/// What stands behind the `#` or `=` of a heading, and the mark.
fn heading(printed: &str) -> Option<(&str, char)> {
    let mark = printed.chars().next().filter(|c| matches!(c, '#' | '='))?;
    let behind = printed.trim_start_matches(mark);
    let parted = behind.starts_with(|c: char| c.is_whitespace() || !c.is_ascii());
    ((1..=DEEPEST).contains(&(printed.len() - behind.len())) && parted).then_some((behind, mark))
}

/// What stands between the marks of bold print or of italics, if that is all.
fn inside(printed: &str) -> Option<&str> {
    let inside = WHOLE.iter().find_map(|mark| printed.strip_prefix(mark)?.strip_suffix(mark));
    inside.filter(|inside| !inside.trim().is_empty() && !inside.contains(['*', '_']))
}

/// What stands behind the mark of an item of a list. A number may follow a minus.
fn item(printed: &str) -> Option<&str> {
    let behind = printed.strip_prefix(['-', '*', '+'])?.strip_prefix(' ')?.trim_start();
    let other = behind.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '*' | '+'));
    (!other || behind.starts_with(BOLD)).then_some(behind)
}

/// A line without the marks of a heading around it, or of bold print that takes all of it.
pub(crate) fn unmarked(printed: &str) -> &str {
    if !printed.starts_with(['#', '=', '*', '_']) {
        return printed;
    }
    let behind = heading(printed).map_or(printed, |(behind, mark)| behind.trim_end().trim_end_matches(mark)).trim();
    inside(behind).map_or(behind, str::trim)
}

/// `line` without the marks at its ends: of a heading, of bold print, of a list.
pub(super) fn bare(text: &str, line: Span) -> Span {
    let printed = line.of(text);
    let heading = heading(printed);
    let behind = heading.map(|(behind, _)| behind);
    let behind = behind.or_else(|| stars(printed)).or_else(|| item(printed)).unwrap_or(printed);
    if let Some(inside) = inside(behind.trim()) {
        let inside = inside.trim();
        let start = line.start as usize + (inside.as_ptr() as usize - printed.as_ptr() as usize);
        return Span::new(start, start + inside.len());
    }
    let inside = behind.trim_start().trim_start_matches('*');
    // A footnote has one star, or stars without an end.
    let inside =
        if behind.trim_start().starts_with(BOLD) && inside.contains(BOLD) { inside } else { behind.trim_start() };
    let end = inside.trim_end();
    let end = heading.map_or(end, |(_, mark)| end.trim_end_matches(mark).trim_end());
    let end = end.strip_suffix(BOLD).map_or(end, |end| end.trim_end_matches('*').trim_end());
    let start = line.end as usize - inside.len();
    Span::new(start, start + end.len())
}

/// A title or a paragraph without the marks of bold print inside it, and without the backslashes before other marks: 0517\-8392. Stars at its
/// start alone are those of a footnote.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let inside = text.strip_prefix(BOLD).unwrap_or(text);
    let plain = match memmem::find(inside.as_bytes(), BOLD.as_bytes()) {
        Some(_) => Cow::Owned(text.replace(BOLD, "")),
        None => Cow::Borrowed(text),
    };
    if memchr(b'\\', plain.as_bytes()).is_none() {
        return plain;
    }
    let mut rest = &*plain;
    let mut out = String::with_capacity(rest.len());
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        // One that stands before anything else is printed, and so is the second of two.
        let escaped = behind.chars().next().filter(char::is_ascii_punctuation);
        out.push(escaped.unwrap_or('\\'));
        rest = &behind[escaped.map_or(0, char::len_utf8)..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split;

    #[test]
    fn marks_are_no_text() {
        for (printed, expected) in [
            ("## 一、总体情况", "一、总体情况"),
            ("##一、总体情况 ##", "一、总体情况"),
            ("电话：0517\\-8392\\_1", "电话：0517-8392_1"),
            ("甲\\\\乙\\丙\\", "甲\\乙\\丙\\"),
            ("**一、总体情况**", "一、总体情况"),
            ("### **（一）主动公开**", "（一）主动公开"),
            ("**（一）主动公开。**全年公开。", "（一）主动公开。全年公开。"),
            ("***一、总体情况***", "一、总体情况"),
            ("*一、总体情况*", "一、总体情况"),
            ("__一、总体情况__ ", "一、总体情况"),
            ("_一、总体情况_", "一、总体情况"),
            ("== 一、总体情况", "一、总体情况"),
            ("==一、总体情况==", "一、总体情况"),
            ("## __一、总体情况__", "一、总体情况"),
            ("** 一、总体情况", "一、总体情况"),
            ("=1", "=1"),
            ("______", "______"),
            ("_甲_乙_", "_甲_乙_"),
            ("- 一是公开。", "一是公开。"),
            ("- **一是**公开。", "一是公开。"),
            ("- 5", "- 5"),
            ("-5件", "-5件"),
            ("**注：不含乡镇", "**注：不含乡镇"),
            ("*注：不含乡镇", "*注：不含乡镇"),
            ("#号", "号"),
            ("#1", "#1"),
            ("全年公开。", "全年公开。"),
        ] {
            assert_eq!(plain(bare(printed, Span::new(0, printed.len())).of(printed)), expected, "{printed}");
        }
        let is_used = |text: &str| super::is_used(text, &split(text), text.contains(['#', '*']));
        assert!(["甲\n# 乙", "**甲**", "#甲", "甲\n__乙__\n", "*甲*", "= 甲"].into_iter().all(is_used));
        for marked in ["# 一、甲", "__一、甲__", "**一、甲**", "== 一、甲 ==", "*一、甲*"] {
            assert_eq!(unmarked(marked), "一、甲");
        }
        assert!(is_used("* 甲\n乙\n** 丙\n* 丁\n") && !is_used("* 注：甲\n乙\n"));
        assert!(!["甲#1\n*注\n#1\n_1", "甲 # 乙", "=1\n____\n====\n"].into_iter().any(is_used));
    }
}
