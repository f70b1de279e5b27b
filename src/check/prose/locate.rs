//! From a place in a paragraph, whose lines were joined, back to the text of the report.

use std::ops::Range;

use crate::check::Subject;
use crate::lines::LineKind;
use crate::record::Paragraph;
use crate::span::Span;

/// The first characters of a paragraph that are looked for on its line.
const HEAD: usize = 30;

/// The spans of `places` (byte ranges of the paragraph, in order) in the text. Where a paragraph is not found again, its first line stands for all.
pub(super) fn locate(subject: &Subject<'_>, paragraph: &Paragraph, places: &[Range<usize>]) -> Vec<Span> {
    let line = subject.index.content(subject.text, paragraph.line.saturating_sub(1) as usize);
    let found = walk(subject, paragraph, line, places);
    found.unwrap_or_else(|| vec![line.trim(subject.text); places.len()])
}

fn walk(subject: &Subject<'_>, paragraph: &Paragraph, line: Span, places: &[Range<usize>]) -> Option<Vec<Span>> {
    let head: String = paragraph.text.chars().filter(|c| !c.is_whitespace()).take(HEAD).collect();
    // The paragraph may begin behind a heading on the same line, and a short line may end before its head does.
    let printed: Vec<(usize, char)> =
        line.of(subject.text).char_indices().filter(|(_, c)| !c.is_whitespace()).collect();
    let squeezed: String = printed.iter().map(|(_, c)| c).collect();
    let cut = || {
        let ends = head.char_indices().rev().map(|(at, _)| at).filter(|&at| at > 0);
        ends.map(|at| &head[..at]).find(|head| squeezed.ends_with(head)).map(|head| squeezed.len() - head.len())
    };
    let begins = squeezed.find(&head).or_else(cut)?;
    let (at, _) = printed.get(squeezed[..begins].chars().count())?;
    let start = line.start as usize + at;
    let mut source = characters(subject, start).filter(|(_, c)| !c.is_whitespace());
    let mut spans = Vec::with_capacity(places.len());
    let mut wanted = places.iter().peekable();
    let mut open: Option<usize> = None;
    for (at, c) in paragraph.text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let (byte, printed) = source.next()?;
        if printed != c {
            return None;
        }
        let Some(place) = wanted.peek() else { break };
        if at >= place.start && open.is_none() {
            open = Some(byte);
        }
        if let Some(from) = open.filter(|_| at + c.len_utf8() >= place.end) {
            spans.push(Span::new(from, byte + c.len_utf8()));
            wanted.next();
            open = None;
        }
    }
    (spans.len() == places.len()).then_some(spans)
}

/// The characters of the prose from `start` on, page furniture left out.
fn characters<'a>(subject: &'a Subject<'_>, start: usize) -> impl Iterator<Item = (usize, char)> + 'a {
    let first = subject.lines.partition_point(|line| line.whole.end as usize <= start);
    let prose = move |at: &usize| *at == first || subject.kinds.get(*at) == Some(&LineKind::Prose);
    (first..subject.lines.len()).filter(prose).flat_map(move |at| {
        let whole = subject.lines[at].whole;
        let from = start.max(whole.start as usize);
        subject.text.get(from..whole.end as usize).unwrap_or("").char_indices().map(move |(byte, c)| (from + byte, c))
    })
}
