//! Folding printed text into keys that compare equal when a reader would call the texts the same.
//!
//! Keys are for comparing only: what is stored is always what was printed.

use std::cell::Cell;

use unicode_normalization::UnicodeNormalization;

/// The key of a label: width, bracketed and circled numerals, Kangxi radicals folded (NFKC) and those of CJK Radicals Supplement, lower
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
    push_key_up_to(usize::MAX, text, out);
}

/// As [`push_key`], until `out` is longer than `most`.
fn push_key_up_to(most: usize, text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut rest = bytes;
    while !rest.is_empty() && out.len() <= most {
        // What stays as it is, mostly Chinese characters, is taken over in runs.
        let start = bytes.len() - rest.len();
        rest = behind_kept(rest);
        let end = bytes.len() - rest.len();
        if start < end {
            out.push_str(&text[start..end]);
        }
        rest = match rest {
            [b'<' | b'&' | b'\\', ..] => &rest[escape(rest).max(1)..],
            // What is left out: blanks, brackets, dots, quotes; full width too.
            [b' '..=b'/' | b':'..=b'@', rest @ ..]
            | [0xE2, 0x80, _, rest @ ..]
            | [0xE3, 0x80, 0x80..=0x86 | 0x88..=0x9F, rest @ ..]
            | [0xEF, 0xBC, 0x81..=0x8F | 0x9A..=0xA0, rest @ ..] => rest,
            _ => {
                let Some(c) = text[end..].chars().next() else { return };
                push_folded(c, out);
                &rest[c.len_utf8()..]
            }
        };
    }
}

/// The length of what a program writes for the end of a line or a blank inside a cell: `<br>`, `<br/>`, `\n` in two
/// characters, `&nbsp;`. 0 where none begins there.
fn escape(bytes: &[u8]) -> usize {
    let to = |end: u8| bytes.iter().take(LONGEST_ESCAPE).position(|byte| *byte == end);
    match bytes {
        [b'\\', b'n' | b'r' | b't', ..] => 2,
        [b'<', rest @ ..] => to(b'>').map_or(0, |end| {
            let name = rest[..end - 1].trim_ascii();
            let name = name.strip_prefix(b"/").or(name.strip_suffix(b"/")).unwrap_or(name).trim_ascii();
            let tags: [&[u8]; 5] = [b"br", b"p", b"div", b"span", b"sup"];
            if tags.iter().any(|tag| name.eq_ignore_ascii_case(tag)) { end + 1 } else { 0 }
        }),
        [b'&', rest @ ..] => to(b';').map_or(0, |end| {
            let blanks: [&[u8]; 7] = [b"nbsp", b"ensp", b"emsp", b"#160", b"#10", b"#13", b"#xa0"];
            if blanks.contains(&&rest[..end - 1]) { end + 1 } else { 0 }
        }),
        _ => 0,
    }
}

/// No such mark is longer, in bytes.
const LONGEST_ESCAPE: usize = 8;

/// The text without [marks](escape) of programs, and blanks, at its ends, and without those of bold print: `**3**`, `__3__`.
pub(crate) fn trim_escaped(text: &str) -> &str {
    let mut seen = text.trim();
    let bold = ["**", "__"].iter().find_map(|mark| {
        let inside = seen.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inside.contains(&mark[..1]) && !is_blank(inside)).then(|| inside.trim())
    });
    seen = bold.unwrap_or(seen);
    while let length @ 1.. = escape(seen.as_bytes()) {
        seen = seen[length..].trim_start();
    }
    while let Some(at) = seen.rfind(['<', '&', '\\']) {
        if at + escape(&seen.as_bytes()[at..]).max(1) < seen.len() || escape(&seen.as_bytes()[at..]) == 0 {
            break;
        }
        seen = seen[..at].trim_end();
    }
    seen
}

/// Nothing but such marks stands there.
pub(crate) fn is_escaped_blank(text: &str) -> bool {
    matches!(text.as_bytes(), [b'<' | b'&' | b'\\', ..]) && trim_escaped(text).is_empty()
}

/// What stands behind the characters that a key keeps as they are: U+5000 to U+9FFF, and from U+4E00; digits and small letters.
fn behind_kept(mut bytes: &[u8]) -> &[u8] {
    // Chinese characters seldom stand alone.
    while let [0xE5..=0xE9, _, _, 0xE5..=0xE9, _, _, rest @ ..]
    | [0xE5..=0xE9, _, _, rest @ ..]
    | [b'0'..=b'9' | b'a'..=b'z', rest @ ..]
    | [0xE4, 0xB8..=0xBF, _, rest @ ..] = bytes
    {
        bytes = rest;
    }
    bytes
}

/// The length in bytes of the Chinese characters that `bytes`, a text, begin with, up to the first that `goes_on`
/// refuses: U+4000 to U+9FFF, which no folding changes.
#[inline]
pub(crate) fn chinese_run_while(bytes: &[u8], goes_on: impl Fn(&[u8; 3]) -> bool) -> usize {
    let mut rest = bytes;
    while let Some((c @ [0xE4..=0xE9, _, _], behind)) = rest.split_first_chunk()
        && goes_on(c)
    {
        rest = behind;
    }
    bytes.len() - rest.len()
}

/// Appends the key of a character that is no Chinese one.
fn push_folded(c: char, out: &mut String) {
    match plain(c) {
        c @ ('0'..='9' | 'a'..='z') => out.push(c),
        c @ 'A'..='Z' => out.push(c.to_ascii_lowercase()),
        '〇' | '○' | '◯' => out.push('〇'),
        '\u{0}'..='\u{7F}' | '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3020}' => {}
        _ => {
            for folded in std::iter::once(radical(c)).nfkc().flat_map(char::to_lowercase) {
                if folded.is_alphanumeric() {
                    out.push(folded);
                }
            }
        }
    }
}

/// Calls `with` with the [`key`] of `text`, which is made in a buffer that is kept for the next time.
pub fn with_key<R>(text: &str, with: impl FnOnce(&str) -> R) -> R {
    with_key_up_to(usize::MAX, text, with)
}

/// As [`with_key`], for the key or a head of it that is longer than `most`.
pub(crate) fn with_key_up_to<R>(most: usize, text: &str, with: impl FnOnce(&str) -> R) -> R {
    thread_local! {
        static BUFFER: Cell<String> = const { Cell::new(String::new()) };
    }
    let mut key = BUFFER.take();
    key.clear();
    push_key_up_to(most, text, &mut key);
    let result = with(&key);
    BUFFER.set(key);
    result
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

/// A radical that a program gives for the character that is drawn alike, as this.
pub(crate) fn behind_radical(c: char) -> char {
    if is_radical(c) { std::iter::once(radical(c)).nfkc().next().unwrap_or(c) } else { c }
}

/// Of the blocks CJK Radicals Supplement and Kangxi Radicals.
pub(crate) fn is_radical(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}')
}

/// A character of the block CJK Radicals Supplement as the character that is drawn alike: Unicode's
/// `EquivalentUnifiedIdeograph`, for the radicals that are words. NFKC knows the Kangxi radicals, but not these.
fn radical(c: char) -> char {
    if !matches!(c, '\u{2E80}'..='\u{2EF3}') {
        return c;
    }
    RADICALS.binary_search_by_key(&c, |&(radical, _)| radical).map_or(c, |at| RADICALS[at].1)
}

#[rustfmt::skip]
const RADICALS: [(char, char); 56] = [
    ('⺁', '厂'), ('⺄', '乙'), ('⺈', '刀'), ('⺊', '卜'), ('⺌', '小'), ('⺎', '兀'), ('⺒', '巳'), ('⺓', '幺'),
    ('⺜', '日'), ('⺝', '月'), ('⺟', '母'), ('⺠', '民'), ('⺧', '牛'), ('⺩', '王'), ('⺫', '目'), ('⺬', '示'),
    ('⺶', '羊'), ('⺻', '聿'), ('⺼', '肉'), ('⺽', '臼'), ('⻁', '虎'), ('⻄', '西'), ('⻅', '见'), ('⻆', '角'),
    ('⻇', '角'), ('⻉', '贝'), ('⻊', '足'), ('⻋', '车'), ('⻑', '長'), ('⻓', '长'), ('⻔', '门'), ('⻗', '雨'),
    ('⻘', '青'), ('⻙', '韦'), ('⻚', '页'), ('⻛', '风'), ('⻜', '飞'), ('⻝', '食'), ('⻢', '马'), ('⻣', '骨'),
    ('⻤', '鬼'), ('⻥', '鱼'), ('⻦', '鸟'), ('⻧', '卤'), ('⻨', '麦'), ('⻩', '黄'), ('⻪', '黾'), ('⻫', '斉'),
    ('⻬', '齐'), ('⻭', '歯'), ('⻮', '齿'), ('⻯', '竜'), ('⻰', '龙'), ('⻱', '龜'), ('⻲', '亀'), ('⻳', '龟'),
];

/// Marks that take no room and mean nothing: zero-width space and joiners, BOM, soft hyphen, bidi controls.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// False only of a text in which no white space stands. Most titles hold no byte that any [begins](begins_blank) with.
pub(crate) fn may_hold_blank(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| found | begins_blank(byte))
}

/// White space may begin with this byte: in ASCII, U+0085 and U+00A0, U+1680, U+2000 to U+205F, U+3000.
#[inline]
pub(crate) fn begins_blank(byte: u8) -> bool {
    byte <= b' ' || byte == 0xC2 || matches!(byte, 0xE1..=0xE3)
}

/// Nothing that can be seen: white space of any width, or [`is_invisible`].
#[inline]
pub fn is_blank(text: &str) -> bool {
    // Most texts begin with visible ASCII or a Chinese character, U+4000 to U+9FFF.
    if let Some(b'!'..=b'~' | 0xE4..=0xE9) = text.as_bytes().first() {
        return false;
    }
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
    fn what_programs_write_for_the_end_of_a_line_is_a_blank() {
        for printed in
            ["其他<br>处理", "其他<BR />处理", "其他\\r\\n处理", "其他&nbsp;处理", "<p>其他处理</p>", "其他处理\\n"]
        {
            assert_eq!(key(printed), "其他处理", "{printed}");
        }
        for (printed, kept) in
            [("<b r>", "br"), ("a<brx>b", "abrxb"), ("&amp;", "amp"), ("\\x", "x"), ("<br", "br"), ("<", "")]
        {
            assert_eq!(key(printed), kept, "{printed}");
        }
        for blank in ["<br>", "<br/> \\n", "&nbsp;&nbsp;", "&emsp;"] {
            assert!(is_escaped_blank(blank), "{blank}");
        }
        for (printed, kept) in [
            ("46<br>", "46"),
            ("<p>4<br>6 </p>\\n", "4<br>6"),
            ("<br><br>", ""),
            ("4\\", "4\\"),
            ("n", "n"),
            ("**3**", "3"),
            ("****", "****"),
            ("***", "***"),
            ("3**", "3**"),
        ] {
            assert_eq!(trim_escaped(printed), kept, "{printed}");
        }
        for other in ["", "<br>0", "\\", "/", "&", "<0>"] {
            assert!(!is_escaped_blank(other), "{other}");
        }
    }

    #[test]
    fn runs_are_folded_as_their_characters_are() {
        let one = |c: char| match c {
            '〇' | '○' | '◯' => "〇".to_owned(),
            '\u{2000}'..='\u{206F}' | '\u{3000}'..='\u{3020}' => String::new(),
            c => std::iter::once(radical(c))
                .nfkc()
                .flat_map(char::to_lowercase)
                .filter(|c| c.is_alphanumeric())
                .collect(),
        };
        let chars = || (0..=0xFFFFu32).filter_map(char::from_u32);
        for c in chars() {
            assert_eq!(key(&format!("申{c}请")), format!("申{}请", one(c)), "{c:?}");
        }
        let all = chars().map(one).collect::<String>();
        assert_eq!(key(&chars().collect::<String>()), all);
        // What is a key is its own key.
        assert_eq!(key(&all), all);
    }

    #[test]
    fn radicals_are_the_characters_that_they_stand_for() {
        assert!(RADICALS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(key("⼈⺠政府⻔口、市⻓"), "人民政府门口市长");
        assert_eq!(['⼈', '⻔', '⺀', '人'].map(behind_radical), ['人', '门', '⺀', '人']);
        // One that is part of a character only stays out.
        assert_eq!(key("⺀"), "");
    }

    #[test]
    fn blanks() {
        for c in (0..=0x10FFFFu32).filter_map(char::from_u32) {
            let text = format!("一{c}");
            assert!(may_hold_blank(&text) || !c.is_whitespace(), "{c:?}");
        }
        assert!(!may_hold_blank("总体情况（1）：2023"));
        assert!(is_blank(" \u{3000}\u{200b}\t"));
        assert!(!is_blank("0"));
    }
}
