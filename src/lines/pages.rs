//! Numbers of pages that no line tells alone: `3 / 7`, which might be a cell, on page after page.

use super::{Line, Look};

/// Lines from one of them to the next: cells of one row stand closer.
const FEWEST_BETWEEN: usize = 8;
/// The longest such line, in bytes.
const LONGEST: usize = 16;

/// The number of a page on a line of its own, how many pages there are, and the index of the line.
#[derive(Clone, Copy, PartialEq)]
struct Page {
    number: u16,
    of: u16,
    line: usize,
}

/// Makes furniture of these lines: each tells of as many pages, and the next page than the one above it.
pub(super) fn mark(text: &str, lines: &mut [Line]) {
    let mut above: Option<Page> = None;
    for at in memchr::memchr_iter(b'/', text.as_bytes()) {
        // Of the other strokes, nearly all stand beside no digit.
        let Some(number) = number_before(&text.as_bytes()[..at]) else { continue };
        let line = lines.partition_point(|line| line.whole.end as usize <= at);
        let Some(of) = lines.get(line).filter(|line| line.look == Look::Text).and_then(|line| total(text, line)) else {
            continue;
        };
        if number > of {
            continue;
        }
        let page = Page { number, of, line };
        if let Some(above) = above
            && (above.of, above.number + 1) == (page.of, page.number)
            && above.line + FEWEST_BETWEEN <= page.line
        {
            lines[above.line].look = Look::Furniture;
            lines[page.line].look = Look::Furniture;
        }
        above = Some(page);
    }
}

/// The number that these bytes end with, a blank behind it perhaps.
fn number_before(bytes: &[u8]) -> Option<u16> {
    let bytes = bytes.strip_suffix(b" ").unwrap_or(bytes);
    let digits = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = bytes.get(bytes.len() - digits..).filter(|digits| (1..=3).contains(&digits.len()))?;
    Some(digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
}

/// How many pages a line tells of that holds nothing but two numbers and the stroke.
fn total(text: &str, line: &Line) -> Option<u16> {
    let printed = line.text.of(text).trim();
    let (number, of) = printed.split_once('/').filter(|_| printed.len() <= LONGEST)?;
    let alone = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !alone(number.trim_end()) || !alone(of.trim_start()) {
        return None;
    }
    number_before(of.as_bytes()).filter(|of| *of > 1)
}
