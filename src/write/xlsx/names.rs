//! What the sheets and columns of a workbook are called, in Chinese and in English. Keys are the same in both.

use crate::lang::Lang;

/// What a column of a sheet holds, and so how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// A text, digits too: set to the left, its leading zeros kept.
    Text,
    /// A whole number that is counted or names a year or a line.
    Whole,
    /// A number with as many decimals as printed.
    Number,
}

/// A column of a sheet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its key, as in the CSV table.
    pub key: &'static str,
    pub en: &'static str,
    pub zh: &'static str,
    pub holds: Holds,
    /// Columns of text that it has at most.
    pub most: usize,
}

const fn text(key: &'static str, en: &'static str, zh: &'static str, most: usize) -> Column {
    Column { key, en, zh, holds: Holds::Text, most }
}

const fn whole(key: &'static str, en: &'static str, zh: &'static str) -> Column {
    Column { key, en, zh, holds: Holds::Whole, most: 14 }
}

const REPORT: Column = text("report", "Report", "报告", 44);
const AGENCY: Column = text("agency", "Organ", "机关", 40);
const YEAR: Column = whole("year", "Year", "年度");
const EDITION: Column = text("edition", "Form", "格式版本", 12);

pub(super) const REPORTS: [Column; 23] = [
    REPORT,
    text("source", "Source file", "来源文件", 44),
    AGENCY,
    YEAR,
    EDITION,
    text("title", "Title", "标题", 60),
    text("period_from", "From", "起始日期", 12),
    text("period_to", "To", "截止日期", 12),
    text("encoding", "Encoding", "文件编码", 12),
    text("address", "Address", "地址", 44),
    text("phone", "Phone", "电话", 30),
    text("fax", "Fax", "传真", 24),
    text("postcode", "Postcode", "邮编", 12),
    text("email", "Email", "电子邮箱", 30),
    text("website", "Website", "网址", 36),
    whole("cells_ok", "Cells read", "读出格数"),
    whole("cells_blank", "Cells blank", "空白格数"),
    whole("cells_unreadable", "Cells unreadable", "无法识别格数"),
    whole("cells_missing", "Cells missing", "缺失格数"),
    whole("errors", "Errors", "错误"),
    whole("warnings", "Warnings", "警告"),
    whole("notes", "Notes", "提示"),
    text("sha256", "SHA-256 of the file", "文件 SHA-256", 24),
];

pub(super) const CELLS: [Column; 13] = [
    REPORT,
    AGENCY,
    YEAR,
    EDITION,
    text("row", "Row key", "项目键", 32),
    text("row_label", "Row", "项目", 56),
    text("column", "Column key", "栏目键", 20),
    text("column_label", "Column", "栏目", 36),
    Column { key: "value", en: "Value", zh: "数值", holds: Holds::Number, most: 20 },
    text("unit", "Unit", "单位", 10),
    text("status", "Status", "状态", 12),
    text("raw", "As printed", "原文", 24),
    whole("line", "Line", "原文行号"),
];

pub(super) const SECTIONS: [Column; 11] = [
    REPORT,
    AGENCY,
    YEAR,
    text("path", "Path", "层级路径", 12),
    whole("level", "Level", "层级"),
    text("key", "Key", "章节键", 22),
    text("number", "Number", "序号", 10),
    text("title", "Title", "章节标题", 48),
    whole("line", "Line", "原文行号"),
    whole("part", "Part", "分段"),
    text("text", "Text", "正文", 90),
];

pub(super) const FINDINGS: [Column; 13] = [
    REPORT,
    AGENCY,
    YEAR,
    text("rule", "Rule", "规则", 20),
    text("severity", "Severity", "级别", 10),
    text("link", "Go to", "转到", 20),
    text("message", "Message", "说明", 90),
    text("expected", "Expected", "应为", 16),
    text("actual", "Printed", "实为", 16),
    text("table", "Table", "表", 20),
    text("row", "Row key", "项目键", 32),
    text("column", "Column key", "栏目键", 20),
    whole("line", "Line", "原文行号"),
];

pub(super) const FAILED: [Column; 2] =
    [text("source", "Source file", "来源文件", 70), text("error", "Reason", "原因", 90)];

/// The columns that come before those of the cells in the wide table.
pub(super) const WIDE: [Column; 4] = [REPORT, AGENCY, YEAR, EDITION];

/// What a fixed sheet is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    Cover,
    Reports,
    Wide,
    Sections,
    Findings,
    Failed,
}

impl Fixed {
    pub(super) fn name(self, lang: Lang) -> &'static str {
        match self {
            Fixed::Cover => lang.pick("About", "说明"),
            Fixed::Reports => lang.pick("Reports", "报告"),
            Fixed::Wide => lang.pick("Wide", "指标"),
            Fixed::Sections => lang.pick("Sections", "章节"),
            Fixed::Findings => lang.pick("Findings", "校验"),
            Fixed::Failed => lang.pick("Failed", "未读入"),
        }
    }

    pub(super) fn about(self, lang: Lang) -> &'static str {
        match self {
            Fixed::Cover => "",
            Fixed::Reports => lang.pick(
                "a row per report: organ, year, contact, counts",
                "每份报告一行：机关、年度、联系方式、格数与校验数",
            ),
            Fixed::Wide => lang.pick("a row per report, a column per cell", "每份报告一行，每个指标一列"),
            Fixed::Sections => lang.pick("the text, a row per section", "正文，每章节一行"),
            Fixed::Findings => lang.pick("what is wrong or worth knowing, with its cell", "校验结果，附所在单元格"),
            Fixed::Failed => lang.pick("inputs that could not be read", "未能读取的输入"),
        }
    }
}

/// The name of the sheet of a table: 表二 for that of section two, the title for an annex.
pub(super) fn table(key: &str, section: Option<u32>, title: &str, lang: Lang) -> String {
    match (section, lang) {
        (Some(section), Lang::En) => format!("Table {section}"),
        (Some(section), Lang::Zh) => format!("表{}", numeral(section)),
        (None, Lang::En) => {
            let words = key.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        }
        // 政府信息公开情况统计表 is the one annex of its report.
        (None, Lang::Zh) if title.ends_with("统计表") => "统计表".to_owned(),
        (None, Lang::Zh) => title.to_owned(),
    }
}

/// 二 for 2; digits beyond ten.
fn numeral(number: u32) -> String {
    let numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let known = usize::try_from(number).ok().and_then(|number| numerals.get(number.checked_sub(1)?));
    known.map_or_else(|| number.to_string(), |numeral| (*numeral).to_owned())
}

/// Characters that a sheet's name may have.
const LONGEST: usize = 31;

/// `name` as Excel allows it and unlike all of `taken`, with `suffix` behind it.
pub(super) fn unique(name: &str, suffix: &str, taken: &[String]) -> String {
    let clean: String = name.chars().map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c }).collect();
    let clean = if clean.trim().is_empty() { "Table" } else { clean.trim() };
    let named = |suffix: &str| {
        let mut room = LONGEST.saturating_sub(suffix.encode_utf16().count());
        let fits = |c: &char| {
            let fits = room >= c.len_utf16();
            room = room.saturating_sub(c.len_utf16());
            fits
        };
        format!("{}{suffix}", clean.chars().take_while(fits).collect::<String>().trim_end())
    };
    // Excel compares names without regard to case.
    let is_free = |name: &String| !taken.iter().any(|taken| taken.to_lowercase() == name.to_lowercase());
    std::iter::once(named(suffix))
        .chain((2..).map(|n| named(&format!("{suffix} {n}"))))
        .find(is_free)
        .unwrap_or_else(|| named(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_called_as_the_tables_are() {
        assert_eq!(table("proactive", Some(2), "主动公开政府信息情况", Lang::Zh), "表二");
        assert_eq!(table("applications", Some(3), "", Lang::En), "Table 3");
        assert_eq!(table("statistics", None, "政府信息公开情况统计表", Lang::Zh), "统计表");
        assert_eq!(table("statistics", None, "政府信息公开情况统计表", Lang::En), "Statistics");
        assert_eq!(table("annex", Some(11), "", Lang::Zh), "表11");
    }

    #[test]
    fn names_are_as_excel_allows() {
        assert_eq!(unique("表二", "", &[]), "表二");
        assert_eq!(unique("表二", " (2)", &["表二".into()]), "表二 (2)");
        assert_eq!(unique("a/b:c", "", &[]), "a b c");
        assert_eq!(unique("Wide", "", &["wide".into()]), "Wide 2");
        assert_eq!(unique("''", "", &[]), "Table");
        let long = "长".repeat(40);
        assert_eq!(unique(&long, " (2)", &[]), format!("{} (2)", "长".repeat(27)));
    }
}
