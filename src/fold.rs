//! Folding printed text into keys that compare equal when a reader would call the texts the same.
//!
//! Keys are for comparing only: what is stored is always what was printed.

use unicode_normalization::UnicodeNormalization;

/// The key of a label: width, bracketed and circled numerals, Kangxi radicals folded (NFKC), lower
/// case, and everything that is neither letter nor digit left out (blanks, brackets, quotes, dots, zero-width marks).
///
/// ```
/// use nianbao::fold::key;
/// assert_eq!(key("三、本\u{3000}年度办 理结果"), key("三、本年度办理结果"));
/// assert_eq!(key("㈠ 予以公开"), key("（一）予以公开"));
/// assert_eq!(key("１．属于国家秘密"), key("①属于国家秘密"));
/// ```
pub fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_key(text, &mut out);
    out
}

/// Appends the [`key`] of `text` to `out`.
pub fn push_key(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\u{4E00}'..='\u{9FFF}' => out.push(c),
            '0'..='9' | 'a'..='z' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            '〇' | '○' | '◯' => out.push('〇'),
            '\u{0}'..='\u{7F}' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3020}' => {}
            _ => {
                for folded in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
                    if folded.is_alphanumeric() {
                        out.push(folded);
                    }
                }
            }
        }
    }
}

/// One character with full width and other presentation forms folded to the plain one; a character
/// that folds to several stays as it is.
pub fn plain(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' | '\u{A0}' => ' ',
        '〔' | '【' => '[',
        '〕' | '】' => ']',
        _ => c,
    }
}

/// Marks that take no room and mean nothing: zero-width space and joiners, BOM, soft hyphen, bidi controls.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Nothing that can be seen: white space of any width, or [`is_invisible`].
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_fold_what_extractors_change() {
        for (a, b) in [
            ("总\u{a0}计", "总计"),
            ("结果 维持", "结果维持"),
            ("（单位:万元）", "(单位：万元)"),
            ("危及“三安全一稳定”", "危及\"三安全一稳定\""),
            ("\u{feff}规章\u{200b}", "规章"),
            ("２０２３年", "2023年"),
            ("⑴", "（1）"),
            ("⽅", "方"),
        ] {
            assert_eq!(key(a), key(b), "{a} / {b}");
        }
        assert_ne!(key("1.其他"), key("2.其他"));
    }

    #[test]
    fn blanks() {
        assert!(is_blank(" \u{3000}\u{200b}\t"));
        assert!(!is_blank("0"));
    }
}
