//! Lines → the tree of sections with their paragraphs.
//!
//! What opens a section is decided line by line, by the [`mod@ordinal`] at its start and the text behind it; rows of tables were taken
//! out before. Then the lines between two headings become paragraphs, and those that a page break or the width of a page cut are joined.
//! The marks of Markdown are left out of both.

mod heading;
pub(crate) mod markup;
pub mod ordinal;
mod paragraph;
mod wrap;

use crate::grid::{Grid, Vocabulary};
use crate::lines::{Line, LineKind, Look, Notes};
use crate::record::{Paragraph, Section};
use crate::span::{LineIndex, Span};
use heading::{Before, Heading, LONGEST_HEADING};
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
    let mut kinds = kinds_of(lines, grids);
    let wrap = Wrap::of(text, lines, &kinds);
    if wrap.is_some() {
        wrap::mark_page_furniture(text, lines, &mut kinds);
    }
    let marked = markup::is_used(text, lines, notes.wide.signs);
    let mut finder = Finder { text, lines, vocabulary, wrap, marked, kinds, headings: Vec::with_capacity(16) };
    finder.find();
    let Finder { mut kinds, mut headings, .. } = finder;
    drop_contents(text, &mut headings, &mut kinds);
    let first_heading = headings.first().map_or(lines.len(), |heading| heading.line);
    let prose = Prose { text, lines, index, kinds: &kinds, wrap, marked, blanks: notes.wide.blanks };
    let preface = prose.paragraphs(0..first_heading, Span::default());
    let sections = tree(&headings, &prose);
    Outline { preface, sections, kinds, first_heading }
}

/// What each line is before any heading is known.
fn kinds_of(lines: &[Line], grids: &[Grid]) -> Vec<LineKind> {
    let kind = |line: &Line| match line.look {
        Look::Blank => LineKind::Blank,
        Look::Furniture => LineKind::Furniture,
        Look::Tabbed { .. } | Look::Text => LineKind::Prose,
    };
    let mut kinds: Vec<LineKind> = lines.iter().map(kind).collect();
    for &line in grids.iter().flat_map(|grid| &grid.lines) {
        kinds[line] = LineKind::Row;
    }
    kinds
}

/// Finds the headings among the lines of prose.
struct Finder<'a> {
    text: &'a str,
    lines: &'a [Line],
    vocabulary: &'a Vocabulary,
    wrap: Option<Wrap>,
    /// The text is in Markdown.
    marked: bool,
    kinds: Vec<LineKind>,
    headings: Vec<Heading>,
}

impl Finder<'_> {
    fn find(&mut self) {
        let mut before = Before::default();
        for at in 0..self.lines.len() {
            if self.kinds[at] != LineKind::Prose {
                continue;
            }
            let line = self.printed(at);
            if is_contents_entry(line.of(self.text)) {
                self.kinds[at] = LineKind::Furniture;
                continue;
            }
            let Some(heading) = heading::heading(self.text, line, at, &before, self.vocabulary) else { continue };
            if self.is_prose(&heading, at) {
                continue;
            }
            self.kinds[at] = LineKind::Heading;
            match self.headings.last_mut() {
                // The ordinal stands on a line of its own, the title on the next.
                Some(open) if heading.style.is_none() && open.title.is_empty() && open.rest.is_empty() => {
                    open.title = heading.title;
                }
                _ => {
                    before.push(&heading);
                    let heading = if heading.known { heading } else { self.with_next(heading, at) };
                    self.headings.push(heading);
                }
            }
        }
    }

    /// What a line prints, without the marks of Markdown.
    fn printed(&self, at: usize) -> Span {
        let printed = self.lines[at].text.trim(self.text);
        if self.marked { markup::bare(self.text, printed) } else { printed }
    }

    /// What looks like a heading stands inside a paragraph, or is its end.
    fn is_prose(&self, heading: &Heading, at: usize) -> bool {
        let (text, lines, kinds) = (self.text, self.lines, &self.kinds);
        !heading.known && self.wrap.is_some_and(|wrap| paragraph::is_inside(text, lines, kinds, at, wrap))
            || heading.style.is_none() && paragraph::ends_sentence(text, lines, kinds, at)
    }

    /// With the end of its title, where that stands on the next line.
    fn with_next(&mut self, mut heading: Heading, at: usize) -> Heading {
        let mut below = at + 1..self.lines.len();
        let below = below.find(|&at| self.kinds[at] != LineKind::Blank);
        if heading.rest.is_empty()
            && let Some(below) = below.filter(|&below| self.kinds[below] == LineKind::Prose)
            && heading.take_next(self.text, self.lines, (below, self.printed(below)), self.vocabulary)
        {
            self.kinds[below] = LineKind::Heading;
        }
        heading
    }
}

/// The sections that the headings open, with the paragraphs below them.
fn tree(headings: &[Heading], prose: &Prose) -> Vec<Section> {
    let Prose { text, lines, index, marked, .. } = *prose;
    let mut tree = Tree { open: Vec::with_capacity(4), done: Vec::with_capacity(8) };
    for (at, heading) in headings.iter().enumerate() {
        let next = headings.get(at + 1).map_or(lines.len(), |next| next.line);
        tree.push(
            rank_of(heading.style),
            Section {
                key: None,
                number: heading.number.of(text).to_owned(),
                level: heading.style.map_or(1, Style::level),
                title: heading.title(text, marked),
                line: index.number_in(lines[heading.line].text.start, (heading.line, lines.len())),
                paragraphs: prose.paragraphs(heading.line + 1..next, heading.rest),
                tables: Vec::new(),
                sections: Vec::new(),
                ordinal: heading.value,
                span: lines[heading.line].text.trim(text),
            },
        );
    }
    tree.finish()
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

/// An entry of a table of contents: a title, dots, a page number. No blanks stand at the ends of `printed`.
fn is_contents_entry(printed: &str) -> bool {
    // The last byte of one of these: most lines end otherwise.
    if !matches!(printed.as_bytes().last(), Some(b'0'..=b'9' | b'-' | b'(' | b')' | 0x88 | 0x89)) {
        return false;
    }
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

    fn texts(paragraphs: &[Paragraph]) -> Vec<&str> {
        paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect()
    }

    #[test]
    fn marks_of_markdown_are_no_text() {
        let marked = "# 某局年报\n\n## 一、总体情况\n\n2023年，**我局**推进公开。\n\n**（一）主动公开。**全年公开。\n\n### （二）依申请公开\n\n- 一是办理。\n\n**二、主动公开政府信息情况**\n";
        let plain = "某局年报\n\n一、总体情况\n\n2023年，我局推进公开。\n\n（一）主动公开。全年公开。\n\n（二）依申请公开\n\n一是办理。\n\n二、主动公开政府信息情况\n";
        let (marked, plain) = (read(marked), read(plain));
        assert_eq!(paths(&marked), paths(&plain));
        assert_eq!(paths(&marked).len(), 4);
        assert_eq!(texts(&marked.preface), texts(&plain.preface));
        assert_eq!(texts(&marked.sections[0].paragraphs), texts(&plain.sections[0].paragraphs));
        for (marked, plain) in marked.sections[0].sections.iter().zip(&plain.sections[0].sections) {
            assert_eq!(texts(&marked.paragraphs), texts(&plain.paragraphs));
        }
    }

    #[test]
    fn a_title_that_a_line_end_cut_is_joined() {
        let wrapped = read(
            "　　一、总体情况\n　　无。\n　　二、主动公开政府信息情\n况\n　　（一）进一步加强对政府信息公开工作重要性和必要性的认\n识，增强责任感\n　　下一步加强学习。\n　　三、其他\n无\n",
        );
        assert_eq!(
            paths(&wrapped),
            [
                "1 一 总体情况 @1",
                "2 二 主动公开政府信息情况 @3",
                "2.1 （一） 进一步加强对政府信息公开工作重要性和必要性的认识，增强责任感 @5",
                "3 三 其他 @8"
            ]
        );
        assert_eq!(texts(&wrapped.sections[1].sections[0].paragraphs), ["下一步加强学习。"]);
        assert_eq!(texts(&wrapped.sections[2].paragraphs), ["无"]);
    }

    #[test]
    fn the_ordinal_of_a_section_may_be_printed_otherwise() {
        let all = ["1 一 总体情况 @1", "2 二 主动公开政府信息情况 @3", "3 三 收费情况 @4"];
        let spaced =
            read("一　总体情况\n正文。\n二　主动公开政府信息情况\n三 收费情况\n三 收费，情况\n五 收费情况\n无。");
        assert_eq!(paths(&spaced), all);
        let short = read("一、总体情况\n无。\n二、\n\n\n总体情况\n无。");
        assert_eq!(paths(&short)[1], "2 二 总体情况 @3");
        let split = read("一、\n总体情况\n正文。\n二、\n收费及减免情况\n无。\n三、\n没有。\n");
        assert_eq!(paths(&split), ["1 一 总体情况 @1", "2 二 收费及减免情况 @4", "3 三  @7"]);
        let other = read("一、总体情况\n1.网站\n2.主动公开政府信息情况\n2、主动公开政府信息情况\n无。");
        assert_eq!(paths(&other).iter().filter(|path| path.starts_with("2 ")).count(), 0);
        for second in ["2、", "第二部分 "] {
            let mixed = read(&format!("一、总体情况\n正文。\n{second}主动公开政府信息情况\n无。"));
            assert_eq!(paths(&mixed)[1], format!("2 {} 主动公开政府信息情况 @3", second.trim_end_matches([' ', '、'])));
        }
    }

    #[test]
    fn sentences_are_no_headings() {
        let outline = read(
            "一、总体情况\n（一）公开数量\n1.全年公开信息123条，其中网站100条；\n2.编发公报4期，发放到各镇。\n均可查阅。\n（二）收到申请12件，已答复12件。\n七、八两个月公开较少。\n无\n总体情况。\n",
        );
        assert_eq!(paths(&outline).len(), 3, "{:?}", paths(&outline));
        let parts = &outline.sections[0].sections;
        assert_eq!(parts[0].paragraphs.len(), 3);
        assert_eq!((parts[1].title.as_str(), parts[1].paragraphs[0].text.as_str()), ("", "收到申请12件，已答复12件。"));
        let ended = read("一、总体情况\n点情况：共81项任务，已完成55项，其余在推进之中。无\n主动公开政府信息情况。\n");
        assert_eq!(paths(&ended).len(), 1);
    }

    #[test]
    fn hanging_lines_go_on_with_their_paragraph() {
        let body = "　　我局高度重视政府信息公开工作，把政府信息公开作为加强\n自身建设转变作风的重要抓手切实加强组织领导健全工作机制\n建设，取得了成效。\n　　无。";
        let outline = read(&format!(
            "某局年报\n　　一、总体情况\n{body}\n　　（一）公开。全年公开政府信息，收到政府信息公开申请\n99件。\n　　其他事项，如下\n　　无\n　　（二）其他。全年公开政府信息收到政府信息公开申请\n99件。\n"
        ));
        assert_eq!(
            texts(&outline.sections[0].paragraphs),
            [
                "我局高度重视政府信息公开工作，把政府信息公开作为加强自身建设转变作风的重要抓手切实加强组织领导健全工作机制建设，取得了成效。",
                "无。"
            ]
        );
        assert_eq!(
            texts(&outline.sections[0].sections[0].paragraphs),
            ["全年公开政府信息，收到政府信息公开申请99件。", "其他事项，如下", "无"]
        );
        assert_eq!(texts(&outline.sections[0].sections[1].paragraphs), ["全年公开政府信息收到政府信息公开申请99件。"]);
        // A short line without a full stop is the first of a list.
        let list = read(
            "一、总体情况\n　　我局高度重视政府信息公开工作，全年公开的信息有以下各类\n机构职能12条\n政策法规3条\n",
        );
        assert_eq!(list.sections[0].paragraphs.len(), 3);
        // The paragraph is known for a wrapped one: a full stop at the margin does not end it, nor does a colon make a label.
        let long = "　　我局高度重视政府信息公开工作，把政府信息公开作为加强\n自身建设转变作风的重要抓手，群众期盼得到了回应。还存在\n一些不足：公开内容不够全面，信息更新不够及时，有待提高。\n下一步改进。\n　　无。\n电话：8683\n";
        let long = read(&format!("一、总体情况\n{long}"));
        let pieces = texts(&long.sections[0].paragraphs);
        assert_eq!((pieces.len(), pieces[1], pieces[2]), (3, "无。", "电话：8683"));
        assert!(pieces[0].ends_with("还存在一些不足：公开内容不够全面，信息更新不够及时，有待提高。下一步改进。"));
    }

    #[test]
    fn lines_cut_at_one_width_go_on_though_paragraphs_are_short() {
        let cut = "我局高度重视政府信息公开工作，把政府信息公开作为加强\n自身建设的重要抓手。\n";
        let whole = "我局高度重视政府信息公开工作，把政府信息公开作为加强自身建设的重要抓手。";
        let short = "工作有序，公开及时。\n没有。\n完成任务。\n";
        let outline = read(&format!("一、总体情况\n{}{short}{short}", cut.repeat(3)));
        assert_eq!(texts(&outline.sections[0].paragraphs)[..4], [whole, whole, whole, "工作有序，公开及时。"]);
        // Two prove nothing, nor do lines of all widths.
        let two = read(&format!("一、总体情况\n{}{short}{short}", cut.repeat(2)));
        assert_eq!(two.sections[0].paragraphs.len(), 10);
        let ragged = "一是公开信息，二是办理\n我局高度重视政府信息公开工作，把政府信息公开作为加强自身建设的重要\n";
        let ragged = read(&format!("一、总体情况\n{}{}{short}", cut.repeat(2), ragged.repeat(2)));
        assert_eq!(ragged.sections[0].paragraphs.len(), 11);
    }

    #[test]
    fn a_sentence_that_is_cut_before_the_first_heading_goes_on() {
        let cut = "根据条例的要求编制本报告。所列数据的统计期限自2024年1月\n1日起至2024年12月31日止。如有疑问，请与本局联系（地\n址：云溪路8号；电话：0517-83920311）。\n";
        let outline = read(&format!("某局年报\n{cut}一、总体情况\n{cut}"));
        assert_eq!(outline.preface.len(), 2);
        assert!(
            outline.preface[1].text.contains("1月1日起至2024年12月31日止")
                && outline.preface[1].text.contains("（地址：云溪路")
        );
        // A blank line between each two.
        let spaced = read(&format!("某局年报\n\n{}一、总体情况\n", cut.replace('\n', "\n\n")));
        assert_eq!(texts(&spaced.preface), texts(&outline.preface));
        // Two lines are as wide: a label may stand before what is cut, and digits that go on are no ordinal.
        let labelled = "碧泉市公安局办公室编制了本报告，统计期限：20\n23年1月1日至2023年12月31日。如有疑问，请致函\n碧泉市公安局办公室（地址：碧泉市长安北路11\n0号；邮编：473099；电话：0377-61110110、0377-6111\n0112）。\n";
        let labelled = read(&format!("某局年报\n{labelled}一、总体情况\n"));
        assert!(
            texts(&labelled.preface)
                .last()
                .is_some_and(|text| text.ends_with("电话：0377-61110110、0377-61110112）。"))
        );
        assert_eq!(labelled.preface.len(), 2);
        // Lines of an address are not cut.
        let lines = read(
            "某局年报\n根据条例，制定本报告。\n联系地址：云溪县云溪街道云溪路8号云溪县行政中心\n电话：0517-83920311。\n一、总体情况\n",
        );
        assert_eq!(lines.preface.len(), 4);
    }

    #[test]
    fn a_long_numbered_item_is_a_paragraph() {
        let item = format!("1.{}。", "加强政府信息公开工作的组织领导".repeat(5));
        let outline = read(&format!("一、总体情况\n{item}"));
        assert_eq!(paths(&outline).len(), 1);
        assert_eq!(outline.sections[0].paragraphs[0].text, item);
    }
}
