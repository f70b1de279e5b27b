//! The characters that tables are drawn with: which of them part cells, which are pieces of rules, and how wide a line of them is.

use std::sync::LazyLock;

use unicode_width::UnicodeWidthChar;

use crate::span::spaces;

/// What a table is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Drawn {
    /// U+2500 to U+257F.
    Box,
    /// `+`, `-`, `=`, `|`.
    Ascii,
}

impl Drawn {
    /// It is a piece of a rule, with or without a bar through it.
    pub(super) fn is_horizontal(self, c: char) -> bool {
        match self {
            Drawn::Box => is_box(c) && !is_upright(c) && !matches!(c, '╱' | '╲' | '╳'),
            Drawn::Ascii => matches!(c, '-' | '=' | '+' | ':'),
        }
    }

    /// It parts two cells, with these bytes beside it. `+3` is a number: in ASCII a plus parts only pieces of rules.
    pub(super) fn parts(self, before: Option<&u8>, c: char, after: Option<&u8>) -> bool {
        match self {
            Drawn::Box => is_upright(c) || (self.is_horizontal(c) && !is_stroke(c)),
            Drawn::Ascii => {
                let stroke = |byte: Option<&u8>| matches!(byte, Some(b'-' | b'='));
                c == '|' || (c == '+' && (stroke(before) || stroke(after)))
            }
        }
    }

    /// Nothing but pieces of a rule stands between two bars. A rule goes from bar to bar; a dash with blanks beside it is a placeholder.
    pub(super) fn is_rule(self, printed: &str) -> bool {
        // Most cells are no rules.
        let begins = match self {
            Drawn::Box => printed.as_bytes().first() == Some(&0xE2),
            Drawn::Ascii => printed.starts_with(|c| self.is_horizontal(c)),
        };
        if !begins {
            return false;
        }
        // Nearly every rule is a run of one stroke.
        if self == Drawn::Box && stroke_run(printed.as_bytes()).is_some_and(|(_, count)| count * 3 == printed.len()) {
            return true;
        }
        let long = self == Drawn::Box || printed.len() > 1;
        long && !printed.is_empty() && printed.chars().all(|c| self.is_horizontal(c))
    }
}

pub(super) fn is_box(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257F}')
}

pub(super) fn is_upright(c: char) -> bool {
    is_box(c) && KINDS[(c as u32 - FIRST) as usize & 127] == UPRIGHT
}

/// A rule that no bar meets.
pub(super) fn is_stroke(c: char) -> bool {
    is_box(c) && KINDS[(c as u32 - FIRST) as usize & 127] == STROKE
}

/// The first of the 128 [drawn](is_box) characters.
const FIRST: u32 = 0x2500;

const UPRIGHT: u8 = 1;
const STROKE: u8 = 2;

/// Which drawn characters are nothing but a bar, or nothing but a piece of a rule.
const KINDS: [u8; 128] = {
    let upright = ['│', '┃', '║', '┆', '┇', '┊', '┋', '╎', '╏', '╵', '╷', '╹', '╻', '╽', '╿'];
    let strokes = ['─', '━', '═', '┄', '┅', '┈', '┉', '╌', '╍', '╴', '╶', '╸', '╺', '╼', '╾'];
    let mut kinds = [0; 128];
    let mut at = 0;
    while at < upright.len() {
        kinds[(upright[at] as u32 - FIRST) as usize] = UPRIGHT;
        kinds[(strokes[at] as u32 - FIRST) as usize] = STROKE;
        at += 1;
    }
    kinds
};

/// Some character of it is [drawn](is_box): U+2500 to U+257F are `E2 94` and `E2 95` with any third byte.
pub(super) fn holds_drawn(printed: &[u8]) -> bool {
    memchr::memchr_iter(0xE2, printed).any(|at| matches!(printed.get(at + 1), Some(0x94 | 0x95)))
}

/// How wide a character is, in each of the ways of [`advance`].
pub(super) fn widths(c: char) -> [u32; 3] {
    let wide = c.width_cjk().unwrap_or(0) as u32;
    [c.width().unwrap_or(0) as u32, wide, if is_box(c) { 1 } else { wide }]
}

/// The [widths] of a drawn character.
fn drawn_widths(c: char) -> [u32; 3] {
    static DRAWN: LazyLock<[[u32; 3]; 128]> =
        LazyLock::new(|| std::array::from_fn(|at| widths(char::from_u32(FIRST + at as u32).unwrap_or(' '))));
    DRAWN[(c as u32 - FIRST) as usize & 127]
}

/// The display column behind `c`: everything ambiguous narrow, all of it wide, or all but drawn lines wide.
pub(super) fn advance(column: &mut [u32; 3], c: char) {
    let widths = match c {
        // Nearly all.
        ' '..='~' => [1; 3],
        '\u{4E00}'..='\u{9FFF}' => [2; 3],
        _ if is_box(c) => drawn_widths(c),
        _ => widths(c),
    };
    column.iter_mut().zip(widths).for_each(|(column, width)| *column += width);
}

/// Length in bytes of the head of `bytes` that parts no cells, whatever a table is drawn with; `column` goes behind it. Nearly all of a
/// line is blanks, Chinese characters and strokes, of each of which the [width](widths) is known.
pub(super) fn pass_plain(bytes: &[u8], column: &mut [u32; 3]) -> usize {
    let mut rest = bytes;
    loop {
        let mut columns = 0;
        while let [first, behind @ ..] = rest {
            rest = match first {
                // Columns are filled up with them.
                b' ' => {
                    let blanks = spaces(behind);
                    columns += 1 + blanks as u32;
                    &behind[blanks..]
                }
                b'!'..=b'*' | b','..=b'{' | b'}' | b'~' => {
                    columns += 1;
                    behind
                }
                // From U+4E00 to U+9FFF.
                0xE5..=0xE9 if behind.len() > 1 => {
                    columns += 2;
                    &behind[2..]
                }
                0xE4 if behind.len() > 1 && behind[0] >= 0xB8 => {
                    columns += 2;
                    &behind[2..]
                }
                _ => break,
            };
        }
        column.iter_mut().for_each(|column| *column += columns);
        let Some((stroke, count)) = stroke_run(rest) else { break };
        let widths = drawn_widths(stroke);
        column.iter_mut().zip(widths).for_each(|(column, width)| *column += width * count as u32);
        rest = &rest[count * 3..];
    }
    bytes.len() - rest.len()
}

/// The stroke that `bytes` begin with, and how often it stands there in succession.
pub(super) fn stroke_run(bytes: &[u8]) -> Option<(char, usize)> {
    let (stroke, behind) = bytes.split_first_chunk::<3>()?;
    let c = drawn_char(stroke).filter(|&c| is_stroke(c))?;
    // Eight at once: a run is the same as what stands one stroke further on.
    let blocks = bytes.as_chunks::<24>().0.iter().zip(behind.as_chunks::<24>().0);
    let whole = blocks.take_while(|(block, next)| block == next).count() * 8;
    let (others, _) = behind[whole * 3..].as_chunks::<3>();
    Some((c, 1 + whole + others.iter().take_while(|next| *next == stroke).count()))
}

/// The [drawn](is_box) character that these bytes are.
fn drawn_char(bytes: &[u8; 3]) -> Option<char> {
    match *bytes {
        [0xE2, second @ (0x94 | 0x95), third] => {
            char::from_u32(FIRST + (u32::from(second) - 0x94) * 64 + (u32::from(third) & 0x3F))
        }
        _ => None,
    }
}
