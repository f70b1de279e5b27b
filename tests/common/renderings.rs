//! The same report as other bytes: encodings and line ends.

use std::collections::BTreeSet;

use nianbao::Report;
use nianbao::grid::Layout;
use nianbao::grid::value;
use nianbao::record::Section;

use super::cells;

/// All that must not change, as text.
pub fn essence(report: &Report) -> String {
    let mut sections = String::new();
    Section::walk(&report.sections, &mut |path, section| {
        let paragraphs: Vec<&str> = section.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        sections += &format!(
            "{path} {:?} {} {} {} {:?} {paragraphs:?}\n",
            section.key, section.number, section.title, section.line, section.tables
        );
    });
    let findings: Vec<String> = report
        .findings
        .iter()
        .map(|finding| {
            format!(
                "{} {:?} {}",
                finding.rule,
                finding.span.map(|span| report.place(span)),
                finding.message(nianbao::lang::Lang::En)
            )
        })
        .collect();
    let tables: Vec<_> = report.tables.iter().flat_map(|table| report.rows(table)).collect();
    format!("{:?}\n{sections}{:?}\n{tables:?}\n{findings:#?}", report.metadata, cells(report))
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

/// The renderings of a text that an office or a download makes of it.
pub fn renderings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    let (gb18030, _, lossy) = encoding_rs::GB18030.encode(&plain);
    assert!(!lossy, "GB18030 holds every character");
    let with = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    vec![
        ("UTF-8", plain.clone().into_bytes()),
        ("UTF-8 with BOM", with(b"\xEF\xBB\xBF", plain.clone().into_bytes())),
        ("GB18030", gb18030.into_owned()),
        ("UTF-16LE", utf16(&plain, u16::to_le_bytes)),
        ("UTF-16BE", utf16(&plain, u16::to_be_bytes)),
        ("UTF-16LE with BOM", with(b"\xFF\xFE", utf16(&plain, u16::to_le_bytes))),
        ("UTF-16BE with BOM", with(b"\xFE\xFF", utf16(&plain, u16::to_be_bytes))),
        ("CRLF", plain.replace('\n', "\r\n").into_bytes()),
        ("CR", plain.replace('\n', "\r").into_bytes()),
        ("GB18030 with CRLF", encoding_rs::GB18030.encode(&plain.replace('\n', "\r\n")).0.into_owned()),
        ("no last line end", plain.trim_end_matches('\n').as_bytes().to_vec()),
    ]
}

/// The text with one blank between the cells of its rows, those without anything in them left out: rows parted by tabs are the only ones that
/// it knows.
pub fn one_blank_between_cells(text: &str) -> String {
    let row = |line: &str| {
        let cells = line.split('\t').map(str::trim).filter(|cell| !cell.is_empty());
        if line.contains('\t') { cells.collect::<Vec<_>>().join(" ") } else { line.to_owned() }
    };
    text.split('\n').map(row).collect::<Vec<_>>().join("\n")
}

/// The text as a spreadsheet saves it among such marks (RFC 4180): the rows of its tables, or the whole sheet, each of whose lines has as many
/// cells then.
pub fn as_saved_sheet(text: &str, mark: char, whole: bool) -> String {
    let quoted = |cell: &str| match cell.contains([mark, '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    };
    let width = text.lines().map(|line| line.matches('\t').count()).max().unwrap_or(0);
    let row = |line: &str| {
        if !whole && !line.contains('\t') {
            return line.to_owned();
        }
        let cells: Vec<String> = line.split('\t').map(quoted).collect();
        let marks = if whole { width + 1 - cells.len() } else { 0 };
        cells.join(&mark.to_string()) + &mark.to_string().repeat(marks)
    };
    text.lines().map(row).collect::<Vec<_>>().join("\r\n")
}

/// The text without its line ends: its cells and paragraphs parted by `mark`, those without anything in them left out. The rows of its tables
/// are parted by tabs.
pub fn on_one_line(text: &str, mark: &str) -> String {
    let texts = text.split(['\t', '\n', '\r']).map(str::trim).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(mark)
}

/// The text with each of its tables on one line.
pub fn tables_on_one_line(text: &str, mark: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut in_table = false;
    for line in text.lines() {
        let row = on_one_line(line, mark);
        match lines.last_mut() {
            Some(above) if in_table && line.contains('\t') => *above = [above.as_str(), &row].join(mark),
            _ if line.contains('\t') => lines.push(row),
            _ => lines.push(line.to_owned()),
        }
        in_table = line.contains('\t');
    }
    lines.join("\n")
}

/// The text that a browser gives of a page (`innerText` of the HTML standard) in which each line of the report is a block, and each row of
/// its tabbed tables a row whose cells hold one block each. `breaks` line ends part two blocks: two where these are paragraphs, else one.
pub fn as_page_text(report: &Report, breaks: usize) -> String {
    let tables = report.tables.iter().filter(|table| table.layout == Layout::Tab);
    let rows: BTreeSet<u32> = tables.flat_map(|table| &table.rows).map(|row| row.line).collect();
    let mut page = PageText::default();
    let mut above = false;
    for (line, text) in (1..).zip(report.text.lines()) {
        let in_table = rows.contains(&line);
        // Nothing of a page stands there.
        if text.trim().is_empty() {
            continue;
        }
        // Tables that follow each other are one.
        if in_table && above {
            page.push("\n");
        }
        let cells: Vec<&str> = if in_table { text.split('\t').collect() } else { vec![text] };
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                page.push("\t");
            }
            page.block(cell, breaks);
        }
        above = in_table;
    }
    page.text
}

/// A text, and how many line ends must part what comes next from it.
#[derive(Default)]
struct PageText {
    text: String,
    breaks: usize,
}

impl PageText {
    fn push(&mut self, text: &str) {
        let breaks = std::mem::take(&mut self.breaks);
        if !self.text.is_empty() {
            self.text.push_str(&"\n".repeat(breaks));
        }
        self.text.push_str(text);
    }

    /// Text in a block of its own, without the blanks at its ends.
    fn block(&mut self, text: &str, breaks: usize) {
        self.breaks = self.breaks.max(breaks);
        let text = text.trim();
        if !text.is_empty() {
            self.push(text);
            self.breaks = breaks;
        }
    }
}

/// The text as programs print tables whose merged cells they take apart: the label of a merged cell in each of the cells that it takes, in the
/// rows with numbers, and `None` in all others that are empty. It knows rectangles of tabs whose merged cells leave empty ones.
pub fn merged_cells_printed_again(text: &str) -> String {
    let mut above: Vec<String> = Vec::new();
    let row = |line: &str| {
        if !line.contains('\t') {
            above.clear();
            return line.to_owned();
        }
        let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let is_number = |cell: &String| cell.starts_with(|c: char| c.is_ascii_digit()) && !cell.contains('.');
        if let Some(values) = cells.iter().position(is_number) {
            for at in 0..values {
                let left = at.checked_sub(1).map_or(String::new(), |left| cells[left].clone());
                let known = above.get(at).filter(|_| at + 1 < values);
                if cells[at].is_empty() {
                    // A label reaches down where what stands left of it does, and to the right elsewhere.
                    cells[at] = match known {
                        Some(label) if at == 0 || above.get(at - 1) == Some(&left) => label.clone(),
                        _ => left,
                    };
                }
            }
            above.clone_from(&cells);
        }
        cells.iter_mut().filter(|cell| cell.is_empty()).for_each(|cell| cell.push_str("None"));
        cells.join("\t")
    };
    text.lines().map(row).collect::<Vec<_>>().join("\n")
}

/// The text as a spreadsheet or a data tool saves tables whose cells have line ends, among tabs: those cells in quotes. Each long label is cut
/// in the middle, and behind every third other cell the line ends once more.
pub fn line_ends_in_quotes(text: &str) -> String {
    let mut nth = 0;
    let mut cell = |cell: &str| {
        let count = cell.chars().count();
        nth += 1;
        if cell.contains('"') {
            cell.to_owned()
        } else if count >= SHORTEST_CUT && value::read(cell) == value::Reading::Text {
            let (above, below): (Vec<_>, Vec<_>) = cell.char_indices().partition(|(at, _)| *at < cell.len() / 2);
            let said = |chars: Vec<(usize, char)>| chars.into_iter().map(|(_, c)| c).collect::<String>();
            format!("\"{}\n{}\"", said(above), said(below))
        } else if count > 0 && nth % 3 == 0 {
            format!("\"{cell}\n\"")
        } else {
            cell.to_owned()
        }
    };
    let mut row = |line: &str| match line.contains('\t') {
        true => line.split('\t').map(&mut cell).collect::<Vec<_>>().join("\t"),
        false => line.to_owned(),
    };
    text.lines().map(&mut row).collect::<Vec<_>>().join("\n")
}

/// Characters of a label that is cut; shorter ones may be units.
const SHORTEST_CUT: usize = 8;
