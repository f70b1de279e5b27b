//! A label of an annex, or a piece of one, and what its words say: whether a label begins, ends or goes on there.

use crate::grid::value::without_unit;
use crate::outline::ordinal::ordinal;
use crate::span::Span;

/// A label that ends so is a group's.
const GROUPS: [&str; 4] = ["情况", "其中", "方面", "情形"];

/// Words that say no more than that something is counted.
const COUNTS: [&str; 10] = ["数", "数量", "总数", "总量", "件数", "条数", "人数", "次数", "人次", "金额"];

/// What stands below a page of the net, and begins with these words.
const FEET: [&str; 10] =
    ["上一篇", "下一篇", "上一条", "下一条", "责任编辑", "信息来源", "打印", "分享到", "版权所有", "此件公开发布"];

/// The label does not say what is counted: it is the rest of one, most likely.
pub(super) fn is_rest(label: &str) -> bool {
    COUNTS.contains(&label)
}

/// A label, or a piece of one.
pub(super) struct Piece {
    pub printed: String,
    pub span: Span,
    /// The columns that it takes, where blanks part the cells.
    pub columns: Option<(u32, u32)>,
    /// How wide it is drawn, where they do: on the page its room is counted so, whatever the columns of the text are.
    pub width: u32,
    /// A number stands at its end, behind a blank.
    pub numbered: bool,
    /// The serial number of a row stands before it.
    pub serial: bool,
}

impl Piece {
    /// It begins a label: no piece of one that goes on.
    pub fn begins(&self) -> bool {
        let begins = ordinal(&self.printed).is_some() || self.printed.starts_with("其中");
        begins || self.printed.starts_with('“') || self.is_note()
    }

    /// No label goes on behind it.
    pub fn ends(&self) -> bool {
        self.is_group() || self.is_note()
    }

    /// A sentence, a date, or what stands above or below every page: it may stand between two rows, and is part of no label.
    pub fn is_note(&self) -> bool {
        let printed = self.printed.as_str();
        let digit = || printed.contains(|c: char| c.is_ascii_digit());
        let date = || !printed.contains(char::is_alphabetic) && digit();
        let title = || printed.ends_with("报告") && digit();
        printed.contains('。') || printed.starts_with("注：") || title() || date() || self.is_foot()
    }

    /// It stands below a page of the net.
    pub fn is_foot(&self) -> bool {
        let printed = self.printed.trim_start_matches(['【', '[', '（', '(']);
        FEET.iter().any(|word| printed.starts_with(word))
    }

    /// 其中, and nothing else.
    pub fn is_among(&self) -> bool {
        self.printed.trim_end_matches(['：', ':']) == "其中"
    }

    /// It names something that is counted.
    pub fn counts(&self) -> bool {
        self.without_unit().unwrap_or(self.printed.trim_end_matches(['）', ')'])).ends_with(['数', '量', '额', '费'])
    }

    /// What stands before the unit in brackets at its end.
    pub fn without_unit(&self) -> Option<&str> {
        without_unit(&self.printed)
    }

    /// It is the label of a group, by what it says.
    pub fn is_group(&self) -> bool {
        let end = self.printed.trim_end_matches(['：', ':', '）', ')']);
        GROUPS.iter().any(|word| end.ends_with(word)) || self.printed.ends_with(['：', ':'])
    }
}
