//! Text whose lines were cut at a fixed width, as a PDF's are: which lines go on, and what the pages put between them.

use std::collections::HashMap;

use super::ordinal::ordinal;
use super::paragraph::{is_open, is_stop};
use crate::fold::push_key;
use crate::lines::{Line, LineKind, Look};
use crate::span::{Span, is_wider, width};

/// How a text is wrapped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wrap {
    /// Display columns of a full line.
    width: usize,
    /// Blank columns before the first character of a line that begins no paragraph.
    margin: usize,
    /// Only the lines that stop in a sentence tell of the width: most paragraphs are shorter than a line, or are not wrapped. Then
    /// a line that ends with a full stop ends its paragraph.
    by_cuts: bool,
}

/// Lines are wrapped between these widths; shorter ones are verse, longer ones are paragraphs.
pub(super) const WIDTHS: std::ops::RangeInclusive<usize> = 40..=140;
/// A full line may lack this much: no punctuation mark begins a line, and justification is never exact.
pub(super) const SLACK: usize = 8;
/// The least width of a full line.
pub(super) const SHORTEST_FULL: usize = *WIDTHS.start();
/// Fewer pairs of lines prove nothing, unless the first line of each is cut in a sentence.
const FEWEST_PAIRS: usize = 5;
/// Fewer prove nothing at all.
const FEW_PAIRS: usize = 2;
/// Fewer lines that stop in a sentence prove nothing.
const FEWEST_CUTS: usize = 3;
/// A longer line is a paragraph, in bytes.
pub(super) const LONGEST_LINE: usize = 600;

impl Wrap {
    /// Finds out whether the prose of a text is wrapped.
    pub(super) fn of(text: &str, lines: &[Line], kinds: &[LineKind]) -> Option<Wrap> {
        // A blank line stands below each paragraph of most texts: no line goes on with the one above it.
        let mut pairs = kinds.windows(2).filter(|pair| matches!(pair, [LineKind::Prose, LineKind::Prose]));
        pairs.nth(FEW_PAIRS - 1)?;
        Wrap::of_lines(text, lines, kinds).or_else(|| Wrap::of_cuts(text, lines, kinds))
    }

    /// Of the few lines before the first heading: from the first that stops in a sentence on, two at least are as wide.
    pub(super) fn of_preface(text: &str, lines: &[Line], kinds: &[LineKind]) -> Option<Wrap> {
        let is_prose = |&at: &usize| kinds[at] == LineKind::Prose && lines[at].look == Look::Text;
        let cut = |at: &usize| {
            let printed = lines[*at].text.of(text).trim();
            printed.len() <= LONGEST_LINE && is_open(printed) && WIDTHS.contains(&end(text, &lines[*at]))
        };
        let first = (0..kinds.len()).filter(is_prose).find(cut)?;
        let width = end(text, &lines[first]);
        let mut full =
            (first..kinds.len()).filter(is_prose).take_while(|&at| end(text, &lines[at]).abs_diff(width) <= SLACK);
        // The first of them may begin a paragraph.
        let margin = indent(text, &lines[full.nth(FEW_PAIRS - 1)?]);
        Some(Wrap { width, margin, by_cuts: true })
    }

    /// Of a text in which the lines that stop in a sentence, and are followed by another, are all as wide.
    fn of_cuts(text: &str, lines: &[Line], kinds: &[LineKind]) -> Option<Wrap> {
        let is_prose = |at: usize| kinds[at] == LineKind::Prose && lines[at].look == Look::Text;
        let mut widths = Vec::new();
        for at in (1..lines.len()).filter(|&at| is_prose(at) && is_prose(at - 1)) {
            let printed = lines[at - 1].text.of(text).trim();
            // Cheap: most lines that another follows end with a full stop.
            if printed.ends_with(is_stop) || printed.len() > LONGEST_LINE || !is_open(printed) {
                continue;
            }
            if ordinal(lines[at].text.of(text)).is_none() {
                widths.push(end(text, &lines[at - 1]));
            }
        }
        if widths.len() < FEWEST_CUTS {
            return None;
        }
        let middle = widths.len() / 2;
        let (_, &mut width, _) = widths.select_nth_unstable(middle);
        let odd = widths.iter().filter(|found| found.abs_diff(width) > SLACK).count();
        let margin = (0..lines.len()).filter(|&at| is_prose(at)).map(|at| indent(text, &lines[at])).min()?;
        (WIDTHS.contains(&width) && odd * 10 <= widths.len()).then_some(Wrap { width, margin, by_cuts: true })
    }

    fn of_lines(text: &str, lines: &[Line], kinds: &[LineKind]) -> Option<Wrap> {
        let is_prose = |&at: &usize| kinds[at] == LineKind::Prose && lines[at].look == Look::Text;
        let mut prose: Vec<usize> = Vec::with_capacity(lines.len());
        prose.extend((0..lines.len()).filter(is_prose));
        // The widest tenth may be lines that stand out.
        let most = prose.len().checked_sub(1)? * 9 / 10;
        let others = prose.len() - most;
        let are_others = |is: fn(&str, &Line) -> bool| {
            prose.iter().filter(|&&at| is(text, &lines[at])).take(others).count() == others
        };
        // Cheap, and true of most texts: so many are paragraphs, or too few have the bytes that a full line takes at the
        // least. Then nothing is wrapped.
        if !are_others(|_, line| line.text.len() >= *WIDTHS.start()) || are_others(is_paragraph) {
            return None;
        }
        let widths: Vec<usize> = prose.iter().map(|&at| end(text, &lines[at])).collect();
        let (_, &mut width, _) = widths.clone().select_nth_unstable(most);
        if !WIDTHS.contains(&width) {
            return None;
        }
        // The lines that another follows, with their widths.
        let followed = || {
            prose.windows(2).zip(&widths).filter(|(pair, _)| pair[1] == pair[0] + 1).map(|(pair, end)| (pair[0], end))
        };
        let (full, pairs) =
            followed().fold((0, 0), |(full, pairs), (_, end)| (full + usize::from(end + SLACK >= width), pairs + 1));
        // Of a short report, every line that another follows must be full, and leave its sentence open.
        let open = |at: usize| !lines[at].text.of(text).trim_end().ends_with(is_stop);
        let all_go_on = || full == pairs && followed().all(|(at, _)| open(at));
        if pairs < FEW_PAIRS || full * 2 < pairs || (pairs < FEWEST_PAIRS && !all_go_on()) {
            return None;
        }
        let margin = prose.iter().map(|&at| indent(text, &lines[at])).min()?;
        Some(Wrap { width, margin, by_cuts: false })
    }

    /// The line reaches the right margin.
    pub(super) fn is_full(&self, text: &str, line: &Line) -> bool {
        let end = end(text, line);
        // What is far wider is no wrapped line.
        end + SLACK >= self.width && !(self.by_cuts && end > self.width + SLACK)
    }

    /// A line that ends with a full stop ends its paragraph, though it is full.
    pub(super) fn parts_sentences(&self) -> bool {
        self.by_cuts
    }

    /// The line begins to the right of the margin, as the first line of a paragraph does.
    pub(super) fn is_indented(&self, text: &str, line: &Line) -> bool {
        indent(text, line) >= self.margin + 2
    }
}

/// The display column at which the text of a line begins.
pub(super) fn indent(text: &str, line: &Line) -> usize {
    let printed = line.text.of(text);
    if printed.len() > LONGEST_LINE { 0 } else { width(&printed[..printed.len() - printed.trim_start().len()]) }
}

/// The display column at which it ends.
pub(super) fn end(text: &str, line: &Line) -> usize {
    let printed = line.text.of(text);
    if printed.len() > LONGEST_LINE { usize::MAX / 2 } else { width(printed.trim_end()) }
}

/// The line is too wide for a wrapped one.
fn is_paragraph(text: &str, line: &Line) -> bool {
    line.text.len() > LONGEST_LINE
        || (line.text.len() > *WIDTHS.end() && is_wider(line.text.of(text).trim_end(), *WIDTHS.end()))
}

/// Marks what the pages put into wrapped text: bare page numbers, and lines that stand at the edge of several pages.
pub(super) fn mark_page_furniture(text: &str, lines: &[Line], kinds: &mut [LineKind]) {
    for at in edges(text, lines, kinds) {
        let printed = lines[at].text.of(text).trim();
        if printed.len() <= 3 && printed.bytes().all(|byte| byte.is_ascii_digit()) {
            kinds[at] = LineKind::Furniture;
        }
    }
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for at in edges(text, lines, kinds) {
        let printed = lines[at].text.of(text);
        if printed.len() <= LONGEST_HEAD {
            let mut key = String::new();
            push_key(printed, &mut key);
            seen.entry(key).or_default().push(at);
        }
    }
    for at in seen.into_values().filter(|lines| lines.len() > 1).flatten() {
        kinds[at] = LineKind::Furniture;
    }
}

/// The longest running head, in bytes.
const LONGEST_HEAD: usize = 120;

/// The prose lines that stand first or last on a page: next to a page number or a form feed, blank lines passed over.
fn edges(text: &str, lines: &[Line], kinds: &[LineKind]) -> Vec<usize> {
    let mut edges = Vec::new();
    let mut last: Option<usize> = None;
    let mut at_edge = false;
    for at in 0..lines.len() {
        match kinds[at] {
            LineKind::Prose => {
                if at_edge {
                    edges.push(at);
                }
                at_edge = false;
                last = Some(at);
            }
            LineKind::Furniture => {
                edges.extend(last.take().filter(|&line| Some(line) != edges.last().copied()));
                at_edge = true;
            }
            LineKind::Row | LineKind::Heading => (last, at_edge) = (None, false),
            LineKind::Blank => {}
        }
        let whole: Span = lines[at].whole;
        if whole.of(text).ends_with('\u{c}') {
            edges.extend(last.take().filter(|&line| Some(line) != edges.last().copied()));
            at_edge = true;
        }
    }
    edges
}
