//! The first sheet: what the workbook holds, what the shades mean, and what a reader should know of it.

use rust_xlsxwriter::{Format, FormatAlign, Url, Worksheet, XlsxError};

use super::names::Fixed;
use super::sheet::A4;
use super::style::{Styles, severity, shade};
use crate::finding::Severity;
use crate::lang::Lang;
use crate::record::Status;
use crate::span::width;

/// A line of the contents: name of the sheet, what it holds, how many rows; none where that says nothing.
pub(super) struct Entry {
    pub sheet: String,
    pub about: String,
    pub rows: Option<u64>,
}

/// What the first sheet says.
pub(super) struct Cover<'a> {
    pub title: String,
    /// Lines below the title.
    pub lines: Vec<String>,
    pub contents: Vec<Entry>,
    pub notices: &'a [String],
    pub lang: Lang,
}

/// Makes the sheet.
pub(super) fn make(cover: &Cover<'_>, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let lang = cover.lang;
    let mut sheet = Worksheet::new();
    sheet.set_name(Fixed::Cover.name(lang))?;
    let longest = cover.contents.iter().map(|entry| width(&entry.sheet)).max().unwrap_or(0);
    sheet.set_column_width(0, 2)?.set_column_width(1, (longest + 4).clamp(14, 34) as f64)?;
    sheet.set_column_width(2, 62)?.set_column_width(3, 12)?;
    sheet.set_row_height(1, 30)?;
    sheet.write_string_with_format(1, 1, &cover.title, &styles.title)?;
    let middle = |format: &Format| format.clone().set_align(FormatAlign::VerticalCenter);
    let indented = middle(&styles.text).set_indent(1);
    let mut row = 2;
    for line in &cover.lines {
        sheet.write_string_with_format(row, 1, line, &styles.subtitle)?;
        row += 1;
    }

    row = heading(&mut sheet, row + 1, lang.pick("Sheets", "工作表"), styles)?;
    let heads = lang.pick(["Sheet", "Holds", "Rows"], ["工作表", "内容", "行数"]);
    for (column, head) in (1u16..).zip(heads) {
        let format = if column == 3 { &styles.head_number } else { &styles.head };
        sheet.write_string_with_format(row, column, head, format)?;
    }
    for entry in &cover.contents {
        row += 1;
        sheet.set_row_height(row, 18)?;
        let link = Url::new(format!("internal:'{}'!A1", entry.sheet)).set_text(&entry.sheet);
        sheet.write_url_with_format(row, 1, link, &middle(&styles.link))?;
        sheet.write_string_with_format(row, 2, &entry.about, &indented)?;
        if let Some(rows) = entry.rows {
            let thousands = middle(&styles.whole).set_num_format("#,##0");
            sheet.write_number_with_format(row, 3, u32::try_from(rows).unwrap_or(u32::MAX), &thousands)?;
        }
    }

    row = heading(&mut sheet, row + 2, lang.pick("How to read it", "图例"), styles)?;
    let centre = Format::new().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    let legend: [(&str, Format, &str); 6] = [
        (
            "blank",
            shade(centre.clone(), Status::Blank),
            lang.pick(
                "printed, but empty or a placeholder such as /: not zero",
                "空白：原文有此格，但为空或是“/”等占位符；空白不是零",
            ),
        ),
        (
            "unreadable",
            shade(centre.clone(), Status::Unreadable),
            lang.pick("printed, but no number", "无法识别：原文有此格，但不是数字"),
        ),
        (
            "missing",
            shade(centre.clone(), Status::Missing),
            lang.pick("the report prints no such cell", "缺失：原文没有这一格"),
        ),
        (
            "error",
            severity(centre.clone(), Some(Severity::Error)),
            lang.pick("the report contradicts itself or the form", "错误：报告自相矛盾，或与格式不符"),
        ),
        (
            "warning",
            severity(centre.clone(), Some(Severity::Warning)),
            lang.pick("a person should look", "警告：请人工核对"),
        ),
        ("note", severity(centre, Some(Severity::Note)), lang.pick("worth knowing", "提示：供了解")),
    ];
    for (name, format, text) in &legend {
        sheet.set_row_height(row, 18)?;
        sheet.write_string_with_format(row, 1, *name, format)?;
        sheet.write_string_with_format(row, 2, *text, &indented)?;
        row += 1;
    }

    let headers = lang.pick(
        "Tables have two rows of headers: words, then keys, which are the same in every language and in the CSV files.",
        "各表有两行表头：名称和键。键在各语言和 CSV 文件中都相同。",
    );
    let numbers = lang.pick(
        "Numbers have the decimals that the report prints. No value was repaired.",
        "数字按原文保留小数位；任何数值都未经更正。",
    );
    row = heading(&mut sheet, row + 1, lang.pick("Worth knowing", "须知"), styles)?;
    for line in [headers, numbers].into_iter().chain(cover.notices.iter().map(String::as_str)) {
        sheet.merge_range(row, 1, row, 3, line, &styles.wrapped)?;
        sheet.set_row_height(row, (width(line).div_ceil(92) * 16 + 2) as f64)?;
        row += 1;
    }
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3);
    sheet.set_screen_gridlines(false);
    Ok(sheet)
}

fn heading(sheet: &mut Worksheet, row: u32, text: &str, styles: &Styles) -> Result<u32, XlsxError> {
    sheet.set_row_height(row, 22)?;
    sheet.write_string_with_format(row, 1, text, &styles.heading)?;
    Ok(row + 1)
}
