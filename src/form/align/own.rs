//! Which print of a table is the report's own, where it is printed more than once: the year of another print or another
//! organ may be named above it, and the own one stands in its section.

use std::borrow::Cow;

use super::{Match, Table};
use crate::fold::may_hold_blank;
use crate::form::rows::{Field, Holds, LabelName, Printed};
use crate::form::sections;
use crate::lines::{Line, LineKind};
use crate::metadata;
use crate::record::Section;
use crate::span::Span;

/// What stands around the tables, and whose report it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// The lines of the text.
    pub lines: &'a [Line],
    /// What each was taken for.
    pub kinds: &'a [LineKind],
    /// The sections of the report.
    pub sections: &'a [Section],
    /// The year that it is about.
    pub year: Option<i32>,
    /// The organ that reports.
    pub agency: Option<&'a str>,
}

/// The print of a table that is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned {
    /// The rows of the form that it has.
    pub matches: Vec<Match>,
    /// Why it may not be the report's own.
    pub doubt: Option<Doubt>,
}

/// Why the print of a table that is read may not be the report's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Another print has other numbers, and nothing tells which is the report's own.
    Contested,
    /// No other print is there, and this caption says that it is another year's or another organ's.
    Caption(Span),
}

impl Aligned {
    fn undoubted(matches: Vec<Match>) -> Aligned {
        Aligned { matches, doubt: None }
    }
}

/// What stands above a print, and what it says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caption {
    pub(super) says: Says,
    span: Span,
}

/// What stands above a print says whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Another year's, or another organ's.
    Other,
    Nothing,
    Own,
}

/// What speaks for a print, the least first. Inside is in the section of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    OtherOutside,
    Outside,
    OtherInside,
    OwnOutside,
    Inside,
    OwnInside,
}

impl Rank {
    fn new(says: Says, inside: bool) -> Rank {
        match (says, inside) {
            (Says::Other, false) => Rank::OtherOutside,
            (Says::Nothing, false) => Rank::Outside,
            (Says::Other, true) => Rank::OtherInside,
            (Says::Own, false) => Rank::OwnOutside,
            (Says::Nothing, true) => Rank::Inside,
            (Says::Own, true) => Rank::OwnInside,
        }
    }

    /// A print of this rank may be the own one although another, of the rank `read`, was read.
    fn contends(self, read: Rank) -> bool {
        match read {
            Rank::OtherOutside | Rank::OtherInside => true,
            Rank::OwnOutside => matches!(self, Rank::OwnOutside | Rank::OtherInside),
            Rank::Outside | Rank::Inside | Rank::OwnInside => self == read,
        }
    }
}

/// Rows above the first row of a print in which its header and its caption may stand, a cell a line.
const HEADER_ROWS: usize = 24;
/// Lines above it in which a caption may stand.
const CAPTIONS: usize = 3;
/// The longest caption, in characters.
const LONGEST_CAPTION: usize = 40;

impl Table<'_> {
    /// Which of the prints is read: of those that most speaks for, the first that has cells for half as many rows as
    /// any other.
    pub(super) fn own_print(&self, printed: &[Printed], mut prints: Vec<Vec<Match>>, around: &Around) -> Aligned {
        if let [matches] = prints.as_mut_slice() {
            return self.only_print(printed, std::mem::take(matches), 0, around);
        }
        let has_cells = |step: &&Match| printed[step.valued].cells.len() > step.values_from;
        let cells: Vec<usize> = prints.iter().map(|matches| matches.iter().filter(has_cells).count()).collect();
        let mut filled = (0..prints.len()).filter(|&at| cells[at] > 0);
        let (first, second) = (filled.next(), filled.next());
        if second.is_none() {
            let Some(only) = first else {
                // Without a cell anywhere, the most labels.
                return Aligned::undoubted(prints.into_iter().rev().max_by_key(Vec::len).unwrap_or_default());
            };
            let above = prints[..only].iter().rev().find_map(|above| end_of(above)).unwrap_or(0);
            return self.only_print(printed, prints.swap_remove(only), above, around);
        }
        let ranks = self.ranks(printed, &prints, &cells, around);
        let best = ranks.iter().flatten().map(|(read, _)| *read).max();
        let of_best = || (0..prints.len()).filter(|&at| ranks[at].map(|(read, _)| read) == best);
        let most = of_best().map(|at| cells[at]).max().unwrap_or(0);
        let own = of_best().find(|&at| cells[at] * 2 >= most).unwrap_or(0);
        let contends = |at: usize| {
            let ranks = ranks[at].zip(best).filter(|_| at != own);
            ranks.is_some_and(|((read, is), best)| read.contends(best) || is.contends(best))
        };
        let is_other = matches!(best, Some(Rank::OtherInside | Rank::OtherOutside));
        let doubts = |at: usize| contends(at) && (is_other || !self.is_copy(printed, &prints[own], &prints[at]));
        let doubt = (0..prints.len()).any(doubts).then_some(Doubt::Contested);
        Aligned { matches: prints.swap_remove(own), doubt }
    }

    /// The only print that has cells, from the row with the index `above`.
    fn only_print(&self, printed: &[Printed], matches: Vec<Match>, above: usize, around: &Around) -> Aligned {
        let Some(first) = matches.first() else { return Aligned::undoubted(matches) };
        let caption = self.says(printed, above, place_of_label(first), around);
        let doubt = caption.filter(|caption| caption.says == Says::Other).map(|caption| Doubt::Caption(caption.span));
        Aligned { matches, doubt }
    }

    /// What each print that has cells, for so many rows, is to the choice, and what it is: a few rows inside may be an
    /// excerpt of a table that stands in an annex.
    fn ranks(
        &self,
        printed: &[Printed],
        prints: &[Vec<Match>],
        cells: &[usize],
        around: &Around,
    ) -> Vec<Option<(Rank, Rank)>> {
        let sections = self.table.section.map(|section| sections::starts(around.sections, self.form, section));
        let sections = sections.unwrap_or_default();
        let is_inside = |row: &Printed| {
            let place = around.lines.get(row.line).map_or(0, |line| line.text.start);
            let behind = sections.partition_point(|(start, _)| *start <= place);
            behind.checked_sub(1).is_some_and(|at| sections[at].1)
        };
        let mut below = 0;
        let place = |(matches, &cells): (&Vec<Match>, &usize)| {
            let above = below;
            below = end_of(matches).unwrap_or(below);
            let first = matches.first().filter(|_| cells > 0)?;
            let says = self.says(printed, above, place_of_label(first), around).map_or(Says::Nothing, |said| said.says);
            Some((says, is_inside(&printed[first.first]), cells))
        };
        let places: Vec<Option<(Says, bool, usize)>> = prints.iter().zip(cells).map(place).collect();
        let outside = places.iter().flatten().filter(|(says, inside, _)| !inside && *says != Says::Other);
        let outside = outside.map(|(.., cells)| *cells).max().unwrap_or(0);
        let rank = |(says, inside, cells)| (Rank::new(says, inside && cells * 2 >= outside), Rank::new(says, inside));
        places.into_iter().map(|place| place.map(rank)).collect()
    }

    /// Both prints have the same numbers in the rows that both have.
    fn is_copy(&self, printed: &[Printed], a: &[Match], b: &[Match]) -> bool {
        let same = |a: &Match| {
            let twin = b.iter().find(|b| b.row == a.row);
            twin.is_none_or(|b| self.says_the_same(&printed[a.valued], &printed[b.valued]))
        };
        a.iter().all(same)
    }

    /// What stands above a print says of it, from the row with the index `above` to its `first` one and so many cells
    /// of that: the nearest that says anything.
    pub(super) fn says(
        &self,
        printed: &[Printed],
        above: usize,
        (first, cells): (usize, usize),
        around: &Around,
    ) -> Option<Caption> {
        let caption = |cell: &Field| {
            let says = around.caption(cell.span.of(self.text), true).filter(|says| *says != Says::Nothing)?;
            Some(Caption { says, span: cell.span })
        };
        let texts = |row: &Printed, end: usize| {
            let strange = |cell: &&Field| cell.name.is_none() && cell.holds != Holds::Nothing;
            row.cells[..end.min(row.cells.len())].iter().filter(strange).find_map(caption)
        };
        if let Some(said) = texts(&printed[first], cells) {
            return Some(said);
        }
        let grid = printed[first].at.0;
        // A row of numbers is that of another table. The number of a row may stand before its label.
        let is_number = |cell: &Field| cell.holds == Holds::Number;
        let has_numbers = |row: &Printed, label: LabelName| row.cells[label.at..].iter().any(is_number);
        let is_foreign = |row: &Printed| {
            let mut labels = row.label_names().filter(|label| label.own.is_some());
            row.at.0 != grid || labels.any(|label| has_numbers(row, label))
        };
        let mut top = first;
        for (at, row) in printed.iter().enumerate().take(first).skip(above).rev().take(HEADER_ROWS) {
            if is_foreign(row) {
                break;
            }
            if let Some(said) = texts(row, row.cells.len()) {
                return Some(said);
            }
            top = at;
        }
        let end = above.checked_sub(1).map_or(0, |last| printed[last].line + 1);
        self.lines_say(end, printed[top].line, around)
    }

    /// What the lines right above the line `below` say.
    fn lines_say(&self, above: usize, below: usize, around: &Around) -> Option<Caption> {
        let seen =
            |line: &usize| !matches!(around.kinds.get(*line), None | Some(LineKind::Blank | LineKind::Furniture));
        for at in (above..below).rev().filter(seen).take(CAPTIONS) {
            let line = around.lines.get(at)?;
            // A row may be the caption of the next grid, or the last of the print above.
            let is_row = around.kinds[at] == LineKind::Row;
            match around.caption(line.text.of(self.text), is_row) {
                None => break,
                Some(Says::Nothing) if is_row || around.kinds[at] == LineKind::Heading => break,
                Some(Says::Nothing) => {}
                Some(says) => return Some(Caption { says, span: line.text }),
            }
        }
        None
    }
}

/// The row below the last one of a print.
fn end_of(matches: &[Match]) -> Option<usize> {
    matches.last().map(|last| last.first + last.count)
}

/// The printed row of the first match, and how many of its cells are no values: the year may stand in a merged cell
/// before the label.
fn place_of_label(first: &Match) -> (usize, usize) {
    (first.first, if first.valued == first.first { first.values_from } else { 0 })
}

impl Around<'_> {
    /// What a caption says, on a line of its own or in a `cell`; `None` where the text is none.
    fn caption(&self, printed: &str, cell: bool) -> Option<Says> {
        let printed = printed.trim();
        let short = printed.len() <= LONGEST_CAPTION * 4 && printed.chars().count() <= LONGEST_CAPTION;
        if !short || printed.ends_with(['。', '；', '！']) {
            return None;
        }
        let names_self = |text: &str| self.agency.is_some_and(|agency| !agency.is_empty() && text.contains(agency));
        if !printed.chars().any(is_hint) {
            // Most texts do not even hold its first character.
            let may = self.agency.is_some_and(|agency| agency.chars().next().is_some_and(|c| printed.contains(c)));
            return Some(if may && names_self(&tight(printed)) { Says::Own } else { Says::Nothing });
        }
        let text = tight(printed);
        // The title of a report stands at the head of every page.
        if text.contains('报') && (text.contains("年度报告") || text.contains("工作报告")) {
            return Some(Says::Nothing);
        }
        // The labels of a header speak of 本年, too, and may be misprinted.
        let is_this_year =
            || THIS_YEAR.iter().any(|word| if cell { is_word(&text, word) } else { text.contains(word) });
        let head = without_number(&text, self.agency);
        let is_other_year = year_of(head).zip(self.year).is_some_and(|(named, own)| named != own);
        let named = metadata::only_year(&text);
        Some(if is_other_year || is_of_others(&text) || is_of_year_before(head, cell) {
            Says::Other
        } else if named.is_none() && (is_this_year() || names_self(&text)) || named.is_some() && named == self.year {
            Says::Own
        } else {
            Says::Nothing
        })
    }
}

/// A character of a word for a year or for others, or of a year itself: most texts have none.
fn is_hint(c: char) -> bool {
    match c {
        '年' | '度' | '属' | '辖' | '位' | '其' | '报' => true,
        // None of them is a number to Unicode.
        '\u{4E00}'..='\u{9FFF}' => false,
        _ => c.is_numeric(),
    }
}

/// A text without blanks, but for those that part two numbers: 表1 2021年.
fn tight(printed: &str) -> Cow<'_, str> {
    if !may_hold_blank(printed) {
        return Cow::Borrowed(printed);
    }
    let mut text = String::with_capacity(printed.len());
    let mut words = printed.split_whitespace();
    text.push_str(words.next().unwrap_or_default());
    for word in words {
        if text.ends_with(|c: char| c.is_numeric()) && word.starts_with(|c: char| c.is_numeric()) {
            text.push(' ');
        }
        text.push_str(word);
    }
    Cow::Owned(text)
}

const YEAR_BEFORE: [&str; 5] = ["上年", "上一年", "去年", "往年", "前一年"];
const THIS_YEAR: [&str; 3] = ["本年", "今年", "当年"];
/// What those are called that are below the organ.
const OTHERS: [&str; 8] = ["下属", "所属", "下辖", "直属", "二级单位", "基层单位", "其他单位", "各单位"];
/// What stands before these where they are reported together with the organ.
const TOGETHER: [&str; 6] = ["含", "及", "和", "与", "包括", "、"];
/// The organ itself, without those below it.
const ALONE: [&str; 4] = ["本级", "本机关", "本部门", "本单位"];
/// What may stand around a word for a year that is a caption by itself.
const BESIDE: [&str; 9] = ["度", "统计表", "统计", "情况", "数据", "数", "表", "：", ":"];
/// What may stand before the year in a caption.
const BEFORE: [&str; 9] = ["附件", "附表", "附", "表", "统计年度", "年度", "：", ":", "、"];
/// What makes of a year another one's beginning or end, or that of a regulation: 2021年以来, 2019年修订.
const NO_CAPTION: [&str; 10] = ["以来", "起", "前", "后", "底", "末", "版", "修", "之", "至"];

/// The digits of the numbers of headings.
const ORDINALS: &str = "一二三四五六七八九十";
/// Characters of the longest, 二十一: a year is longer.
const LONGEST_ORDINAL: usize = 3;

/// A caption without its brackets, the number of the table and the organ before it.
fn without_number<'t>(text: &'t str, agency: Option<&str>) -> &'t str {
    let mut head = text;
    loop {
        let agency = agency.filter(|agency| !agency.is_empty()).and_then(|agency| head.strip_prefix(agency));
        let word = || BEFORE.iter().find_map(|word| head.strip_prefix(word));
        // 表1, 三、 and the year behind.
        let number = || {
            let rest = head.trim_start_matches(|c: char| c.is_ascii_digit() || ORDINALS.contains(c));
            let count = head[..head.len() - rest.len()].chars().count();
            let behind = rest.strip_prefix([' ', '.', '．', '、', '：', ':', '）', ')']);
            behind.filter(|_| (1..=LONGEST_ORDINAL).contains(&count))
        };
        match agency.or_else(word).or_else(number).or_else(|| head.strip_prefix(['（', '(', '【', '[', ' '])) {
            Some(rest) => head = rest,
            None => return head,
        }
    }
}

/// The year that a caption is of: one that begins with a year, or names the first and the last day of it.
fn year_of(head: &str) -> Option<i32> {
    match metadata::leading_year(head) {
        Some((year, rest)) => Some(year).filter(|_| !NO_CAPTION.iter().any(|word| rest.starts_with(word))),
        None => metadata::only_year(head).filter(|_| head.contains("1月1日") && head.contains("12月31日")),
    }
}

/// The caption is of the year before; 上年结转 is the label of a row.
fn is_of_year_before(head: &str, cell: bool) -> bool {
    YEAR_BEFORE.iter().any(|word| match head.strip_prefix(word) {
        _ if cell => is_word(head, word),
        Some(rest) => !rest.trim_start_matches('度').starts_with("结转"),
        None => false,
    })
}

/// The caption is of organs below the one that reports, without that itself.
fn is_of_others(text: &str) -> bool {
    let alone = |(at, _): (usize, &str)| !TOGETHER.iter().any(|word| text[..at].ends_with(word));
    // A character of each of them.
    text.contains(['属', '辖', '位', '其'])
        && (text.starts_with("其中") || OTHERS.iter().any(|word| text.match_indices(word).any(alone)))
        && !ALONE.iter().any(|word| text.contains(word))
}

/// The text is this word for a year, in brackets or with what a caption adds to it, and nothing else.
fn is_word(text: &str, word: &str) -> bool {
    let bare = text.trim_matches(['（', '）', '(', ')', '【', '】', '[', ']']);
    let Some(mut rest) = bare.strip_prefix(word) else { return false };
    while let Some(shorter) = BESIDE.iter().find_map(|beside| rest.strip_prefix(beside)) {
        rest = shorter;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_say_whose_a_table_is() {
        let around = Around { year: Some(2022), agency: Some("青棠县水利局"), ..Around::default() };
        let says = |text: &str, cell: bool| around.caption(text, cell).unwrap_or(Says::Nothing);
        for text in
            ["2022年度：", "（二〇二二年度）", "表1 2022 年主动公开情况", "青棠县水利局", "2022年（含下属单位）"]
        {
            assert_eq!(says(text, false), Says::Own, "{text}");
            assert_eq!(says(text, true), Says::Own, "{text}");
        }
        for text in [
            "2021年度：",
            "附：2021 年数据",
            "表2：青棠县水利局2021年度",
            "统计年度：2021",
            "三、2021年收到和处理政府信息公开申请情况",
            "（2021年1月1日至2021年12月31日）",
            "其中下属单位：",
            "2022年所属单位情况",
            "上年度数据",
            "去年",
        ] {
            assert_eq!(says(text, false), Says::Other, "{text}");
            assert_eq!(says(text, true), Says::Other, "{text}");
        }
        for text in [
            "单位：件",
            "2021年与2022年对比",
            "含下属单位",
            "2021年的工作都做完了。",
            "2022年政府信息公开工作年度报告",
            "填报日期：2023年1月15日",
            "（数据截至2023年1月10日）",
            "单位：件 2023年1月",
            "较2021年变化情况见下表",
            "2021年以来主动公开情况",
            "（2019年修订的条例）",
            "（格式自2021年起执行）",
            "截至2021年底",
            "2021年底",
            "国办公开办函〔2021〕30号",
            "结转上年",
            "上年结转情况",
            "其中本级如下",
            "",
        ] {
            assert_eq!(says(text, false), Says::Nothing, "{text}");
        }
        // A label that is misprinted.
        assert_eq!(says("本年制发数量", true), Says::Nothing);
        assert_eq!(says("本年主动公开情况如下：", false), Says::Own);
    }
}
