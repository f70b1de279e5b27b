//! Text with the marks of Markdown: `## 一、总体情况`, `**（一）主动公开**`, `- 一是…`. They are marks of print, no text.

use std::borrow::Cow;

use memchr::{memchr2_iter, memmem};

use crate::span::Span;

/// What stands around bold print.
const BOLD: &str = "**";
/// The deepest heading.
const DEEPEST: usize = 6;

/// The text has headings or bold print of Markdown.
pub(super) fn is_used(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr2_iter(b'#', b'*', bytes).any(|at| match bytes[at] {
        b'*' => bytes.get(at + 1) == Some(&b'*'),
        _ => (at == 0 || matches!(bytes[at - 1], b'\n' | b'\r')) && hashes(&text[at..]).is_some(),
    })
}

/// What stands behind the `#` of a heading.
fn hashes(printed: &str) -> Option<&str> {
    let behind = printed.trim_start_matches('#');
    let parted = behind.starts_with(|c: char| c.is_whitespace() || !c.is_ascii());
    ((1..=DEEPEST).contains(&(printed.len() - behind.len())) && parted).then_some(behind)
}

/// What stands behind the mark of an item of a list. A number may follow a minus.
fn item(printed: &str) -> Option<&str> {
    let behind = printed.strip_prefix(['-', '*', '+'])?.strip_prefix(' ')?.trim_start();
    let other = behind.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '*' | '+'));
    (!other || behind.starts_with(BOLD)).then_some(behind)
}

/// `line` without the marks at its ends: of a heading, of bold print, of a list.
pub(super) fn bare(text: &str, line: Span) -> Span {
    let printed = line.of(text);
    let behind = hashes(printed).or_else(|| item(printed)).unwrap_or(printed);
    let inside = behind.trim_start().trim_start_matches('*');
    // A footnote has one star, or stars without an end.
    let inside =
        if behind.trim_start().starts_with(BOLD) && inside.contains(BOLD) { inside } else { behind.trim_start() };
    let end = inside.trim_end();
    let end = if hashes(printed).is_some() { end.trim_end_matches('#').trim_end() } else { end };
    let end = end.strip_suffix(BOLD).map_or(end, |end| end.trim_end_matches('*').trim_end());
    let start = line.end as usize - inside.len();
    Span::new(start, start + end.len())
}

/// A title or a paragraph without the marks of bold print inside it. Stars at its start alone are those of a footnote.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let inside = text.strip_prefix(BOLD).unwrap_or(text);
    match memmem::find(inside.as_bytes(), BOLD.as_bytes()) {
        Some(_) => Cow::Owned(text.replace(BOLD, "")),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_no_text() {
        for (printed, expected) in [
            ("## 一、总体情况", "一、总体情况"),
            ("##一、总体情况 ##", "一、总体情况"),
            ("**一、总体情况**", "一、总体情况"),
            ("### **（一）主动公开**", "（一）主动公开"),
            ("**（一）主动公开。**全年公开。", "（一）主动公开。全年公开。"),
            ("***一、总体情况***", "一、总体情况"),
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
        assert!(is_used("甲\n# 乙") && is_used("**甲**") && is_used("#甲"));
        assert!(!is_used("甲#1\n*注\n#1") && !is_used("甲 # 乙"));
    }
}
