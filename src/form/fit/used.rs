//! Which printed cells are spoken for.

use crate::span::Span;

/// The printed cells that are labels or were taken as values: a bit for each place where one begins. No place belongs
/// to two cells, so that those of whole rows, of which nothing can be left, need none.
#[derive(Default)]
pub(super) struct Used {
    starts: Vec<u64>,
}

impl Used {
    pub(super) fn new(text: &str) -> Used {
        Used { starts: vec![0; text.len() / 64 + 1] }
    }

    pub(super) fn mark(&mut self, span: Span) {
        // An empty cell may stand where the next one begins.
        if let Some(bits) = self.starts.get_mut(span.start as usize / 64).filter(|_| !span.is_empty()) {
            *bits |= 1 << (span.start % 64);
        }
    }

    pub(super) fn holds(&self, span: Span) -> bool {
        self.starts.get(span.start as usize / 64).is_some_and(|bits| bits >> (span.start % 64) & 1 > 0)
    }
}
