//! Labels that a line end has broken, or a number has grown onto.

use crate::grid::{MAX_LABEL_BYTES, Vocabulary};
use crate::span::Span;

/// 三、本年 and 度办理结: two pieces of one label that is broken over lines.
pub(super) fn are_one(text: &str, first: Span, second: Span, vocabulary: &Vocabulary) -> bool {
    let (first, second) = (first.of(text), second.of(text));
    first.len() + second.len() < MAX_LABEL_BYTES && vocabulary.is_piece(&[first, second].concat())
}

/// A label, and its number right behind it, or behind a blank.
pub(super) fn is_glued(printed: &str, vocabulary: &Vocabulary) -> bool {
    let label = printed.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    printed.ends_with(|c: char| c.is_ascii_digit()) && vocabulary.is_label(label)
}
