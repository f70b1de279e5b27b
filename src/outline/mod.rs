//! Lines → the tree of sections with their paragraphs.
//!
//! What opens a section is decided line by line, by the [`mod@ordinal`] at its start and the text behind it; rows of tables were taken
//! out before. Then the lines between two headings become paragraphs, and those that a page break cut are joined.

pub mod ordinal;
mod paragraph;
mod wrap;

use crate::fold::may_hold_blank;
use crate::grid::{Grid, Vocabulary};
use crate::lines::{Line, LineKind, Look, Notes};
use crate::record::{Paragraph, Section};
use crate::span::{LineIndex, Span};
use ordinal::{Style, ordinal};
use paragraph::Prose;
use wrap::Wrap;

/// The sections of a report, and what each line was taken for.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Paragraphs before the first section.
    pub preface: Vec<Paragraph>,
    /// The sections of the first level, holding the others.
    pub sections: Vec<Section>,
    /// What each line was taken for.
    pub kinds: Vec<LineKind>,
    /// Index of the line of the first heading; the number of lines where there is none.
    pub first_heading: usize,
}

/// A heading, before the tree is built.
struct Heading {
    style: Option<Style>,
    value: u32,
    number: Span,
    title: Span,
    /// Text on the same line that belongs to the first paragraph.
    rest: Span,
    line: usize,
}

/// The longest title, in characters.
const LONGEST_TITLE: usize = 40;
/// The longest line that may be all title, in characters.
const LONGEST_HEADING: usize = 60;

/// Builds the outline of the lines that are no rows of `grids`.
pub fn outline(text: &str, lines: &[Line], index: &LineIndex, grids: &[Grid], vocabulary: &Vocabulary) -> Outline {
    outline_noted(text, lines, &Notes::of(text), index, grids, vocabulary)
}

/// As [`outline`], with the notes of the text.
pub(crate) fn outline_noted(
    text: &str,
    lines: &[Line],
    notes: &Notes,
    index: &LineIndex,
    grids: &[Grid],
    vocabulary: &Vocabulary,
) -> Outline {
    let mut kinds: Vec<LineKind> = lines
        .iter()
        .map(|line| match line.look {
            Look::Blank => LineKind::Blank,
            Look::Furniture => LineKind::Furniture,
            Look::Tabbed { .. } | Look::Text => LineKind::Prose,
        })
        .collect();
    for &line in grids.iter().flat_map(|grid| &grid.lines) {
        kinds[line] = LineKind::Row;
    }
    let wrap = Wrap::of(text, lines, &kinds);
    if wrap.is_some() {
        wrap::mark_page_furniture(text, lines, &mut kinds);
    }
    let mut headings: Vec<Heading> = Vec::with_capacity(16);
    let mut last_first_level = 0;
    for (at, line) in lines.iter().enumerate() {
        if kinds[at] != LineKind::Prose {
            continue;
        }
        let printed = line.text.trim(text);
        if is_contents_entry(printed.of(text)) {
            kinds[at] = LineKind::Furniture;
            continue;
        }
        let Some(heading) = heading(text, printed, at, last_first_level, vocabulary) else { continue };
        if wrap.is_some_and(|wrap| paragraph::is_inside(text, lines, &kinds, at, wrap))
            && !vocabulary.is_title(heading.title.of(text))
        {
            continue;
        }
        if let Some(open) = headings.last_mut()
            && heading.style.is_none()
            && open.title.is_empty()
            && open.rest.is_empty()
        {
            // The ordinal stands on a line of its own, the title on the next.
            open.title = heading.title;
            kinds[at] = LineKind::Heading;
            continue;
        }
        if heading.style.is_none_or(|style| style == Style::Chinese) {
            last_first_level = heading.value;
        }
        kinds[at] = LineKind::Heading;
        headings.push(heading);
    }
    drop_contents(text, &mut headings, &mut kinds);
    let first_heading = headings.first().map_or(lines.len(), |heading| heading.line);
    let prose = Prose { text, lines, index, kinds: &kinds, wrap, blanks: notes.wide.blanks };
    let preface = prose.paragraphs(0..first_heading, Span::default());
    let mut tree = Tree { open: Vec::with_capacity(4), done: Vec::with_capacity(8) };
    for (at, heading) in headings.iter().enumerate() {
        let next = headings.get(at + 1).map_or(lines.len(), |next| next.line);
        tree.push(
            rank_of(heading.style),
            Section {
                key: None,
                number: heading.number.of(text).to_owned(),
                level: heading.style.map_or(1, Style::level),
                title: title(heading.title.of(text)),
                line: index.number_in(lines[heading.line].text.start, (heading.line, lines.len())),
                paragraphs: prose.paragraphs(heading.line + 1..next, heading.rest),
                tables: Vec::new(),
                sections: Vec::new(),
                ordinal: heading.value,
                span: lines[heading.line].text.trim(text),
            },
        );
    }
    Outline { preface, sections: tree.finish(), kinds, first_heading }
}

/// How deep a style of ordinals stands: what has the greater rank belongs to what has the smaller.
fn rank_of(style: Option<Style>) -> u32 {
    match style {
        Some(Style::Part) => 0,
        None | Some(Style::Chinese) => 1,
        Some(Style::Article) => 1,
        Some(Style::ChineseBracketed) => 2,
        Some(Style::Arabic) => 3,
        Some(Style::ArabicBracketed) => 4,
        Some(Style::Circled) => 5,
    }
}

/// Puts each section into the nearest one before it that has a smaller rank.
struct Tree {
    /// Ranks are few, so the open sections are few, however long the text is.
    open: Vec<(u32, Section)>,
    done: Vec<Section>,
}

impl Tree {
    fn push(&mut self, rank: u32, section: Section) {
        self.end(rank);
        self.open.push((rank, section));
    }

    /// Ends the open sections of this rank or a greater one.
    fn end(&mut self, rank: u32) {
        while let Some((_, section)) = self.open.pop_if(|(other, _)| *other >= rank) {
            match self.open.last_mut() {
                Some((_, parent)) => parent.sections.push(section),
                None => self.done.push(section),
            }
        }
    }

    /// The sections that belong to no other.
    fn finish(mut self) -> Vec<Section> {
        self.end(0);
        self.done
    }
}

/// The heading that a line is, or begins with; `line` is what is printed on it, without the blanks at its ends.
fn heading(text: &str, line: Span, at: usize, last_first_level: u32, vocabulary: &Vocabulary) -> Option<Heading> {
    let printed = line.of(text);
    let Some(ordinal) = ordinal(printed) else {
        let known = printed.len() <= LONGEST_HEADING * 4 && vocabulary.is_title(printed);
        return known.then(|| Heading {
            style: None,
            value: last_first_level + 1,
            number: Span { start: line.start, end: line.start },
            title: line,
            rest: Span { start: line.end, end: line.end },
            line: at,
        });
    };
    let rest = Span::new(line.end as usize - ordinal.rest.len(), line.end as usize);
    let number_at = if printed.starts_with(ordinal.printed) { 0 } else { printed.find(ordinal.printed).unwrap_or(0) };
    let number = Span::new(line.start as usize + number_at, line.start as usize + number_at + ordinal.printed.len());
    let first_level = matches!(ordinal.style, Style::Chinese | Style::Part | Style::Article);
    let known = vocabulary.is_title(ordinal.rest);
    let (title, rest) = if known { (rest, Span { start: rest.end, end: rest.end }) } else { split_title(text, rest) };
    // A hard-wrapped line may begin with 三、 by chance: then it does not go on where the headings left off.
    let follows = ordinal.value == last_first_level + 1 || ordinal.value == 1;
    if ordinal.style == Style::Chinese && !known && !follows && !rest.is_empty() {
        return None;
    }
    let deep = !first_level && ordinal.style != Style::ChineseBracketed;
    if deep && title.is_empty() {
        return None;
    }
    Some(Heading { style: Some(ordinal.style), value: ordinal.value, number, title, rest, line: at })
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
    let printed = printed.trim();
    if !may_hold_blank(printed) || !printed.contains(char::is_whitespace) {
        return printed.trim_end_matches(['：', ':']).to_owned();
    }
    let folded = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    folded.trim_end_matches(['：', ':']).to_owned()
}

/// An entry of a table of contents: a title, dots, a page number. No blanks stand at the ends of `printed`.
fn is_contents_entry(printed: &str) -> bool {
    let is_page = |c: char| c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | '（' | '）');
    if !printed.ends_with(is_page) || printed.len() > LONGEST_HEADING * 6 || ordinal(printed).is_none() {
        return false;
    }
    let without_page = printed.trim_end_matches(|c: char| is_page(c) || c.is_whitespace());
    let without_dots = without_page.trim_end_matches(['.', '…', '·', '．', '-', '—', ' ']);
    without_page[without_dots.len()..]
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| if c == '…' { 3 } else { 1 })
        .sum::<usize>()
        >= 3
}

/// A table of contents without page numbers: headings of the first level, three or more with nothing between them, that all come again.
fn drop_contents(text: &str, headings: &mut Vec<Heading>, kinds: &mut [LineKind]) {
    let empty = |pair: &[Heading]| {
        (pair[0].line + 1..pair[1].line).all(|line| matches!(kinds[line], LineKind::Blank | LineKind::Furniture))
            && pair[0].rest.is_empty()
    };
    let run = headings.windows(2).take_while(|pair| empty(pair)).count();
    if run < 3 {
        return;
    }
    // Bounded: no table of contents is longer, and each entry is looked for in what follows it.
    let entries = run.min(100);
    let comes_again = |at: usize| {
        let title = crate::fold::key(headings[at].title.of(text));
        headings[at + 1..].iter().take(400).any(|later| crate::fold::key(later.title.of(text)) == title)
    };
    let count = (0..entries).take_while(|&at| comes_again(at)).count();
    if count >= 3 {
        for heading in headings.drain(..count) {
            kinds[heading.line] = LineKind::Furniture;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split;

    fn read(text: &str) -> Outline {
        let mut vocabulary = Vocabulary::default();
        for title in ["总体情况", "主动公开政府信息情况", "存在的主要问题及改进情况"] {
            vocabulary.add_title(title);
        }
        let lines = split(text);
        let grids = crate::grid::find(text, &lines, &vocabulary);
        outline(text, &lines, &LineIndex::new(text), &grids, &vocabulary)
    }

    fn paths(outline: &Outline) -> Vec<String> {
        let mut paths = Vec::new();
        Section::walk(&outline.sections, &mut |path, section| {
            paths.push(format!("{path} {} {} @{}", section.number, section.title, section.line));
        });
        paths
    }

    #[test]
    fn the_tree_follows_the_ordinals() {
        let outline = read(
            "某局年报\n一、总体情况\n正文。\n（一）主动公开\n1.网站\n甲。\n2. 公报\n（二）依申请公开。全年3件。\n二、主动公开政府信息情况\n三、其他\n无",
        );
        assert_eq!(
            paths(&outline),
            [
                "1 一 总体情况 @2",
                "1.1 （一） 主动公开 @4",
                "1.1.1 1 网站 @5",
                "1.1.2 2 公报 @7",
                "1.2 （二） 依申请公开 @8",
                "2 二 主动公开政府信息情况 @9",
                "3 三 其他 @10"
            ]
        );
        assert_eq!(outline.preface[0].text, "某局年报");
        assert_eq!(outline.sections[0].sections[1].paragraphs[0].text, "全年3件。");
        assert_eq!(outline.first_heading, 1);
    }

    #[test]
    fn a_row_is_never_a_section() {
        let outline = read("三、收到申请情况\n一、\t本年新收\t0\t0\n二、\t上年结转\t0\t0\n四、结转下年度\t\t\t0\n");
        assert_eq!(paths(&outline), ["1 三 收到申请情况 @1"]);
        assert_eq!(outline.kinds[1..4], [LineKind::Row; 3]);
    }

    #[test]
    fn tables_of_contents_are_not_sections() {
        let dotted = read("目录\n一、总体情况……1\n二、主动公开政府信息情况......2\n一、总体情况\n正文。");
        assert_eq!(paths(&dotted), ["1 一 总体情况 @4"]);
        let plain = read(
            "一、总体情况\n二、主动公开政府信息情况\n三、其他\n一、总体情况\n正文。\n二、主动公开政府信息情况\n正文。\n三、其他\n无",
        );
        assert_eq!(paths(&plain).len(), 3);
        assert_eq!(plain.sections[0].line, 4);
    }

    #[test]
    fn titles_without_or_apart_from_their_ordinal() {
        assert_eq!(paths(&read("总体情况\n正文。"))[0], "1  总体情况 @1");
        assert_eq!(paths(&read("一、\n总体情况\n正文。")), ["1 一 总体情况 @1"]);
        assert_eq!(paths(&read("一、\t总体情况\n正文。")), ["1 一 总体情况 @1"]);
    }

    #[test]
    fn a_long_numbered_item_is_a_paragraph() {
        let item = format!("1.{}。", "加强政府信息公开工作的组织领导".repeat(5));
        let outline = read(&format!("一、总体情况\n{item}"));
        assert_eq!(paths(&outline).len(), 1);
        assert_eq!(outline.sections[0].paragraphs[0].text, item);
    }
}
