//! How cells look: few colours, the same in every sheet. The cover explains them.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatPattern, FormatUnderline};

use crate::finding::Severity;
use crate::record::Status;

/// Places behind the point that a number may have.
const PLACES: usize = 28;

const INK: u32 = 0x1F2933;
const HEAD: u32 = 0x1F4E79;
const PALE: u32 = 0xDCE6F1;
const LINE: u32 = 0xB7C4D1;
const GREY: u32 = 0x7B8794;
const BLANK: u32 = 0xFFF5CC;
const UNREADABLE: u32 = 0xF8CBAD;
const MISSING: u32 = 0xE1E4E8;
const RED: u32 = 0xC00000;
const AMBER: u32 = 0x9C5700;

/// Every format of a workbook, made once.
#[derive(Debug)]
pub(super) struct Styles {
    /// The header of a table.
    pub head: Format,
    /// The header of a column of numbers.
    pub head_number: Format,
    /// Keys below a header.
    pub key: Format,
    /// A text.
    pub text: Format,
    /// A text that begins like a formula: it stays one when it is edited.
    pub quoted: Format,
    /// A text over several lines.
    pub wrapped: Format,
    pub wrapped_quoted: Format,
    /// A whole number.
    pub whole: Format,
    /// A share.
    pub rate: Format,
    /// A number that is written as text, since Excel has no more than 15 digits.
    pub inexact: Format,
    /// Leads to another place of the workbook.
    pub link: Format,
    numbers: Vec<Format>,
    pub title: Format,
    pub subtitle: Format,
    pub heading: Format,
    /// Cells of a table that is laid out as the form.
    pub form: FormStyles,
}

#[derive(Debug)]
pub(super) struct FormStyles {
    pub head: Format,
    pub label: Format,
    pub key: Format,
    pub row_key: Format,
    pub closed: Format,
    pub text: Format,
    numbers: Vec<[Format; 3]>,
}

fn base() -> Format {
    Format::new().set_align(FormatAlign::Top).set_font_color(Color::RGB(INK))
}

fn boxed() -> Format {
    let format = Format::new().set_align(FormatAlign::VerticalCenter).set_font_color(Color::RGB(INK));
    format.set_border(FormatBorder::Thin).set_border_color(Color::RGB(LINE))
}

/// `0.00` for two places.
fn decimals(places: usize) -> String {
    if places == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(places)) }
}

/// How `status` is shaded.
pub(super) fn shade(format: Format, status: Status) -> Format {
    match status {
        Status::Ok => format,
        Status::Blank => format.set_background_color(Color::RGB(BLANK)),
        Status::Unreadable => format.set_background_color(Color::RGB(UNREADABLE)),
        // Dots too: it must be told from a blank cell in a print without colours.
        Status::Missing => format
            .set_pattern(FormatPattern::Gray125)
            .set_foreground_color(Color::RGB(GREY))
            .set_background_color(Color::RGB(MISSING)),
    }
}

/// The colour of a finding.
pub(super) fn severity(format: Format, severity: Option<Severity>) -> Format {
    match severity {
        Some(Severity::Error) => format.set_font_color(Color::RGB(RED)).set_bold(),
        Some(Severity::Warning) => format.set_font_color(Color::RGB(AMBER)).set_bold(),
        Some(Severity::Note) => format.set_font_color(Color::RGB(GREY)),
        None => format,
    }
}

impl Styles {
    pub(super) fn new() -> Styles {
        let head = Format::new()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(Color::RGB(HEAD))
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap()
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(LINE));
        let key = Format::new()
            .set_font_size(8)
            .set_font_color(Color::RGB(GREY))
            .set_background_color(Color::RGB(PALE))
            .set_align(FormatAlign::VerticalCenter)
            .set_text_wrap()
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(Color::RGB(LINE));
        let number = |places| base().set_num_format(decimals(places)).set_align(FormatAlign::Right).set_indent(1);
        Styles {
            head_number: head.clone().set_align(FormatAlign::Center),
            head,
            key,
            text: base().set_num_format("@"),
            quoted: base().set_num_format("@").set_quote_prefix(),
            wrapped: base().set_num_format("@").set_text_wrap(),
            wrapped_quoted: base().set_num_format("@").set_text_wrap().set_quote_prefix(),
            whole: number(0),
            rate: base().set_num_format("0.00%").set_align(FormatAlign::Right).set_indent(1),
            inexact: base().set_num_format("@").set_align(FormatAlign::Right).set_italic(),
            link: base().set_font_color(Color::RGB(0x0563C1)).set_underline(FormatUnderline::Single),
            numbers: (0..=PLACES).map(number).collect(),
            title: Format::new()
                .set_bold()
                .set_font_size(16)
                .set_font_color(Color::RGB(HEAD))
                .set_align(FormatAlign::VerticalCenter),
            subtitle: Format::new().set_font_color(Color::RGB(GREY)).set_align(FormatAlign::VerticalCenter),
            heading: Format::new()
                .set_bold()
                .set_font_size(12)
                .set_font_color(Color::RGB(HEAD))
                .set_align(FormatAlign::VerticalCenter),
            form: FormStyles::new(),
        }
    }

    /// A number with so many places behind the point.
    pub(super) fn number(&self, places: u32) -> &Format {
        let at = usize::try_from(places).unwrap_or(PLACES).min(PLACES);
        self.numbers.get(at).unwrap_or(&self.whole)
    }
}

impl FormStyles {
    fn new() -> FormStyles {
        let number = |places| {
            let format = boxed().set_num_format(decimals(places)).set_align(FormatAlign::Center);
            [None, Some(Severity::Warning), Some(Severity::Error)].map(|found| severity(format.clone(), found))
        };
        let key =
            Format::new().set_font_size(8).set_font_color(Color::RGB(GREY)).set_align(FormatAlign::VerticalCenter);
        FormStyles {
            head: boxed()
                .set_bold()
                .set_background_color(Color::RGB(PALE))
                .set_align(FormatAlign::Center)
                .set_text_wrap(),
            label: boxed().set_text_wrap().set_indent(1),
            row_key: key.clone().set_indent(1),
            key: key
                .set_align(FormatAlign::Center)
                .set_text_wrap()
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(LINE)),
            closed: boxed().set_align(FormatAlign::Center).set_font_color(Color::RGB(GREY)),
            text: boxed().set_align(FormatAlign::Center).set_num_format("@"),
            numbers: (0..=PLACES).map(number).collect(),
        }
    }

    /// A number with so many places behind the point, and what was found of it.
    pub(super) fn number(&self, places: u32, found: Option<Severity>) -> &Format {
        let at = usize::try_from(places).unwrap_or(PLACES).min(PLACES);
        let [plain, warning, error] = self.numbers.get(at).unwrap_or(&self.numbers[0]);
        match found {
            Some(Severity::Error) => error,
            Some(Severity::Warning) => warning,
            Some(Severity::Note) | None => plain,
        }
    }
}
