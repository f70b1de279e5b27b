//! The heading that a line is, or begins with.

use super::markup;
use super::ordinal::{Ordinal, Style, ordinal};
use super::paragraph::is_stop;
use super::wrap::{LONGEST_LINE, SHORTEST_FULL, SLACK, end, indent};
use crate::fold::{is_invisible, may_hold_blank};
use crate::grid::Vocabulary;
use crate::lines::Line;
use crate::numeral;
use crate::span::Span;

/// A heading, before the tree is built.
pub(super) struct Heading {
    pub style: Option<Style>,
    pub value: u32,
    pub number: Span,
    pub title: Span,
    /// The end of the title, where a line end cut it.
    pub more: Span,
    /// Text on the same line that belongs to the first paragraph.
    pub rest: Span,
    pub line: usize,
    /// Some form prints its title.
    pub known: bool,
}

/// What the headings before a line tell of its own.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    /// The number of the last heading of the first level.
    pub last: u32,
    /// One of them was 第一部分 or the like.
    parts: bool,
    /// An item 1. or 1、 has come since.
    items: bool,
    /// Headings of the first level have numbers.
    numbered: bool,
}

impl Before {
    pub(super) fn push(&mut self, heading: &Heading) {
        self.numbered |= heading.style == Some(Style::Chinese);
        match heading.style {
            None | Some(Style::Chinese) => (self.last, self.items) = (heading.value, false),
            Some(Style::Part) => self.parts = true,
            Some(Style::Arabic) => self.items = true,
            _ => {}
        }
    }

    /// The number of a heading of the first level, printed as others are not: `5、` or 第五部分 behind 四、.
    fn goes_on_with(&self, style: Style, value: u32) -> bool {
        match style {
            Style::Part => !self.parts && self.last > 0 && value == self.last + 1,
            Style::Arabic => !self.items && value == self.last + 1,
            _ => false,
        }
    }
}

/// The longest title, in characters.
const LONGEST_TITLE: usize = 40;
/// A shorter title without a number opens no section where others have one, in characters.
const SHORTEST_ALONE: usize = 8;
/// The longest line that may be all title, in characters.
pub(super) const LONGEST_HEADING: usize = 60;

/// The heading that a line is, or begins with; `line` is what is printed on it, without the blanks at its ends.
pub(super) fn heading(text: &str, line: Span, at: usize, before: &Before, vocabulary: &Vocabulary) -> Option<Heading> {
    let printed = line.of(text);
    let nothing = Span { start: line.end, end: line.end };
    let Some(ordinal) = ordinal(printed).or_else(|| spaced(printed, before, vocabulary)) else {
        let known = printed.len() <= LONGEST_HEADING * 4 && vocabulary.is_title(printed);
        // Among sections with numbers, 依申请公开情况 is the title of a part of one.
        let known = known && !(before.numbered && printed.chars().count() < SHORTEST_ALONE);
        return known.then(|| Heading {
            style: None,
            value: before.last + 1,
            number: Span { start: line.start, end: line.start },
            title: line,
            more: nothing,
            rest: nothing,
            line: at,
            known,
        });
    };
    let rest = Span::new(line.end as usize - ordinal.rest.len(), line.end as usize);
    let number_at = if printed.starts_with(ordinal.printed) { 0 } else { printed.find(ordinal.printed).unwrap_or(0) };
    let number = Span::new(line.start as usize + number_at, line.start as usize + number_at + ordinal.printed.len());
    let known = vocabulary.is_title(ordinal.rest);
    let style = if known && before.goes_on_with(ordinal.style, ordinal.value) { Style::Chinese } else { ordinal.style };
    let first_level = matches!(style, Style::Chinese | Style::Part | Style::Article);
    let deep = !first_level && style != Style::ChineseBracketed;
    let whole = rest;
    let (title, rest) = if known {
        (rest, nothing)
    } else if is_spoken(ordinal.rest, deep) {
        (Span { start: rest.start, end: rest.start }, rest)
    } else {
        split_title(text, rest)
    };
    // A hard-wrapped line may begin with 三、 by chance: then it does not go on where the headings left off.
    let follows = ordinal.value == before.last + 1 || ordinal.value == 1;
    if style == Style::Chinese && !known && !follows && !rest.is_empty() {
        return None;
    }
    if deep && title.is_empty() {
        return None;
    }
    // A part of the text may be one where all of it is none.
    let known = known || title != whole && vocabulary.is_title(title.of(text));
    Some(Heading { style: Some(style), value: ordinal.value, number, title, more: nothing, rest, line: at, known })
}

/// `一　概述`, `五 存在的主要问题`: a blank stands for the 、. Only the title of a form, or one that goes on where the headings left
/// off and ends as titles do, is told from other text by that.
fn spaced<'a>(printed: &'a str, before: &Before, vocabulary: &Vocabulary) -> Option<Ordinal<'a>> {
    const ENDS: [&str; 7] = ["情况", "事项", "问题", "措施", "打算", "计划", "概述"];
    let first = printed.chars().next().filter(|&c| numeral::is_numeral(c))?;
    let (number, behind) = printed.split_at(first.len_utf8());
    let rest = behind.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if rest.len() == behind.len() || rest.len() > LONGEST_TITLE * 4 {
        return None;
    }
    let value = u32::try_from(numeral::chinese(number)?).ok().filter(|&value| value > 0)?;
    let follows = before.last > 0 && value == before.last + 1;
    let titled = || ENDS.iter().any(|end| rest.ends_with(end)) && !rest.contains(['，', '。', '；', '：']);
    let fits = vocabulary.is_title(rest) || follows && titled();
    fits.then_some(Ordinal { style: Style::Chinese, value, printed: number, rest })
}

/// What stands behind an ordinal is a sentence with figures, or an item that ends as items do, and no title: `公开信息12条，其中…；`.
fn is_spoken(printed: &str, deep: bool) -> bool {
    let ended = printed.ends_with(['。', '；', ';']);
    if !ended && !deep {
        return false;
    }
    if deep && printed.ends_with(['；', ';']) {
        return true;
    }
    // Only the head of a long line is looked at.
    let head = printed.char_indices().nth(LONGEST_HEADING).map_or(printed, |(end, _)| &printed[..end]);
    let title = head.split(['。', '！', '？']).next().unwrap_or("");
    title.contains(['，', '；']) && has_figure(title)
}

/// A number is counted in the text: `123条`.
fn has_figure(text: &str) -> bool {
    let is_digit = |c: char| crate::fold::plain(c).is_ascii_digit();
    let mut counted = false;
    text.chars().any(|c| {
        let was = counted;
        counted = is_digit(c) || was && c.is_whitespace();
        was && matches!(
            c,
            '条' | '件'
                | '次'
                | '份'
                | '篇'
                | '个'
                | '人'
                | '期'
                | '场'
                | '项'
                | '起'
                | '批'
                | '万'
                | '余'
                | '宗'
                | '%'
                | '％'
        )
    })
}

/// Parts the title from a paragraph that goes on behind it. A numbered paragraph without a title has an empty one.
fn split_title(text: &str, rest: Span) -> (Span, Span) {
    let printed = rest.of(text);
    let nothing = Span { start: rest.start, end: rest.start };
    let at_end = Span { start: rest.end, end: rest.end };
    let fits = || printed.len() <= LONGEST_HEADING || printed.chars().nth(LONGEST_HEADING).is_none();
    // Only the head of a long line is looked at.
    let mut head = printed.char_indices().take(LONGEST_HEADING + 1).enumerate();
    match head.find(|(_, (_, c))| matches!(c, '。' | '！' | '？')) {
        None if fits() => (rest, at_end),
        None => (nothing, rest),
        Some((count, (stop, mark))) => {
            let title = Span::new(rest.start as usize, rest.start as usize + stop);
            let body = Span::new(title.end as usize + mark.len_utf8(), rest.end as usize).trim(text);
            if count <= LONGEST_TITLE { (title, body) } else { (nothing, rest) }
        }
    }
}

/// A title as it is kept: one space for any run of blanks, no colon at its end.
fn title(printed: &str) -> String {
    // Most titles end otherwise.
    let without_colon = |title: &str| match title.as_bytes() {
        [.., b':'] | [.., 0xEF, 0xBC, 0x9A] => title.trim_end_matches(['：', ':']).to_owned(),
        _ => title.to_owned(),
    };
    if !may_hold_blank(printed) || !printed.contains(char::is_whitespace) {
        return without_colon(printed);
    }
    without_colon(&printed.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl Heading {
    /// The title as it is kept. `marked`: the marks of Markdown are left out.
    pub(super) fn title(&self, text: &str, marked: bool) -> String {
        let kept = |span: Span| {
            if !marked {
                return title(span.trim(text).of(text));
            }
            title(markup::plain(span.of(text)).trim_matches(['*', ' ']).trim())
        };
        let mut whole = kept(self.title);
        if !self.more.is_empty() {
            whole.push_str(&kept(self.more));
        }
        whole
    }

    /// Takes the line `below`, the next that holds anything, into the title, if it is its end, or all of it. True where it was taken.
    pub(super) fn take_next(
        &mut self,
        text: &str,
        lines: &[Line],
        (below, printed): (usize, Span),
        vocabulary: &Vocabulary,
    ) -> bool {
        let next = printed.of(text);
        if next.len() > LONGEST_HEADING * 4 || ordinal(next).is_some() {
            return false;
        }
        let gap = below - self.line;
        if self.title.is_empty() {
            // The ordinal stands on a line of its own.
            let alone =
                (3..=LONGEST_TITLE).contains(&next.chars().count()) && !next.contains(['，', '。', '；', '：', ':']);
            let taken = vocabulary.is_title(next) || gap <= 2 && self.style == Some(Style::Chinese) && alone;
            if taken {
                self.title = printed;
            }
            return taken;
        }
        let title = self.title.of(text);
        let ended = lines[self.line].text.of(text).trim_end().ends_with(is_stop);
        if gap > 1 || self.style.is_none() || ended || title.len() > LONGEST_HEADING * 4 {
            return false;
        }
        let taken = vocabulary.is_title(&[title, next].concat()) || self.is_cut(text, lines, (below, next));
        if taken {
            self.more = printed;
        }
        taken
    }

    /// The line `below` stands to the left of the heading, which fills its line: it goes on with it, and ends it.
    fn is_cut(&self, text: &str, lines: &[Line], (below, next): (usize, &str)) -> bool {
        let (first, second) = (&lines[self.line], &lines[below]);
        if first.text.len() > LONGEST_LINE || second.text.len() > LONGEST_LINE {
            return false;
        }
        let full = end(text, first);
        let ends = lines.get(below + 1).is_none_or(|line| {
            let printed = line.text.of(text);
            printed.trim().is_empty() || indent(text, line) >= indent(text, second) + 2 || ordinal(printed).is_some()
        });
        let length = self.title.of(text).chars().count() + next.chars().count();
        ends && full >= SHORTEST_FULL
            && end(text, second) <= full + SLACK
            && indent(text, first) >= indent(text, second) + 2
            && length <= LONGEST_HEADING
            && !next.contains(['。', '！', '？', '；', '：', ':'])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_with_figures_are_no_titles() {
        for (printed, deep, expected) in [
            ("全年公开123条，其中网站100条；", true, true),
            ("编发公报4期，发放到各镇。", true, true),
            ("编发公报4期，发放到各镇", true, true),
            ("信息发布；", true, true),
            ("信息发布", true, false),
            ("健全机制，完善制度。", true, false),
            ("落实2023年要点，推进公开。", true, false),
            ("全年公开123条，其中网站100条。", false, true),
            ("全年公开123条。其中，网站100条。", false, false),
            ("公开123条，居首位", false, false),
        ] {
            assert_eq!(is_spoken(printed, deep), expected, "{printed}");
        }
    }
}
