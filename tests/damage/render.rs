//! A document → lines → bytes: the same report in each layout, in the varieties that published texts show.
//!
//! Lines keep their cells until the last step, so that operators can lose a tab as an extractor does.

use unicode_width::UnicodeWidthStr;

use super::document::{Cell, Document, Encoding, Layout, Measure, Row, Table};
use super::rng::Rng;
use super::space;

/// A line before its cells are joined.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its cells; a single one outside of tables, and in layouts that are not parted by a mark.
    pub cells: Vec<String>,
    pub role: Role,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Prose, headings, furniture.
    Prose,
    /// Between two paragraphs.
    Blank,
    /// A row of a table without values, or the start of one in a layout with a line a cell.
    Labels,
    /// A row with values, the first at this cell.
    Values(usize),
    /// More of a row.
    Continued,
    /// Something that stands between two rows.
    Between,
}

impl Line {
    pub fn new(text: impl Into<String>, role: Role) -> Line {
        Line { cells: vec![text.into()], role }
    }

    /// It belongs to a table.
    pub fn in_table(&self) -> bool {
        matches!(self.role, Role::Labels | Role::Values(_) | Role::Continued)
    }
}

/// The lines of a document.
pub fn lines(document: &Document) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut rng = Rng::of(document.style, "style");
    // A blank line could be a blank cell.
    let part = document.blank_lines && !(document.layout == Layout::Line && document.has_blank());
    let width = rng.range(27, 32) * 2;
    let prose = |lines: &mut Vec<Line>, text: &str| {
        if document.layout == Layout::Space {
            lines.extend(space::wrap(text, width).into_iter().map(|line| Line::new(line, Role::Prose)));
        } else {
            lines.push(Line::new(text, Role::Prose));
        }
        if part {
            lines.push(Line::new("", Role::Blank));
        }
    };
    for text in &document.before {
        prose(&mut lines, text);
    }
    for text in &document.title {
        let indent = if document.layout == Layout::Space { width.saturating_sub(text.width()) / 2 } else { 0 };
        lines.push(Line::new(format!("{}{text}", " ".repeat(indent)), Role::Prose));
    }
    if part {
        lines.push(Line::new("", Role::Blank));
    }
    for text in &document.preface {
        prose(&mut lines, text);
    }
    let style = Style::new(document, &mut rng);
    for section in &document.sections {
        prose(&mut lines, &section.heading);
        for text in &section.prose {
            prose(&mut lines, text);
        }
        for table in &section.tables {
            let mut rng = Rng::of(document.style, &table.key);
            style.table(table, &mut lines, &mut rng);
            if part {
                lines.push(Line::new("", Role::Blank));
            }
        }
        for text in &section.notes {
            prose(&mut lines, text);
        }
    }
    for text in &document.after {
        prose(&mut lines, text);
    }
    lines
}

/// The bytes of lines.
pub fn bytes(document: &Document, lines: &[Line]) -> Vec<u8> {
    let mut rng = Rng::of(document.style, "style");
    let _ = rng.range(27, 32); // The width of the prose, drawn first above.
    let style = Style::new(document, &mut rng);
    let mut text = String::new();
    for line in lines {
        // A form feed ends no line of its own.
        let joined = style.join(line);
        text.push_str(&joined);
        if joined != "\u{c}" {
            text.push('\n');
        }
    }
    let text = text.replace('\n', document.line_end);
    match document.encoding {
        Encoding::Utf8 => text.into_bytes(),
        Encoding::Utf8Bom => format!("\u{feff}{text}").into_bytes(),
        Encoding::Gb18030 => encoding_rs::GB18030.encode(&text).0.into_owned(),
        Encoding::Utf16Be => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        Encoding::Utf16Le => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
    }
}

/// What the layouts leave open, the same in a whole report.
#[derive(Debug, Clone, Copy)]
struct Style {
    layout: Layout,
    mark: char,
    merged: Merged,
    /// Markdown's `---` under the first row.
    rule: bool,
    /// Pipes before and behind the row.
    outer: bool,
    /// A line a cell, each with a pipe before or behind it.
    piped: Option<bool>,
    heavy: usize,
    /// A rule between any two rows of a box.
    ruled: bool,
    align: Align,
    /// What columns are counted in, where blanks part the cells.
    measure: Measure,
}

/// What becomes of merged cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Merged {
    /// An empty cell for each.
    Empty,
    /// An empty cell for each, and rows of one width.
    Rectangle,
    /// Nothing, but a tab before each row.
    Nothing,
    /// Those behind the label are lost here and there, and rows end with tabs.
    Ragged,
}

/// A cell as a spreadsheet writes it among such marks (RFC 4180).
fn quoted(cell: &str, mark: char) -> String {
    if cell.contains([mark, '"']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// Where a text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

impl Style {
    fn new(document: &Document, rng: &mut Rng) -> Style {
        let layout = document.layout;
        let merged = match layout {
            Layout::Tab => {
                rng.pick(&[Merged::Empty, Merged::Rectangle, Merged::Nothing, Merged::Nothing, Merged::Ragged])
            }
            Layout::Pipe => rng.pick(&[Merged::Empty, Merged::Rectangle, Merged::Rectangle]),
            Layout::Line => rng.pick(&[Merged::Nothing, Merged::Nothing, Merged::Nothing, Merged::Empty]),
            Layout::Box | Layout::Space => Merged::Rectangle,
        };
        // Rows that lose some of their empty cells and print others blank can be read in many ways. Both at once are rare.
        let both = merged == Merged::Ragged && document.has_blank();
        let merged = if both && rng.chance(80) { Merged::Empty } else { merged };
        Style {
            layout,
            mark: document.mark,
            merged,
            rule: rng.chance(40),
            outer: rng.chance(75),
            piped: rng.pick(&[None, None, Some(true), Some(false)]),
            heavy: rng.below(3),
            ruled: rng.chance(70),
            align: rng.pick(&[Align::Left, Align::Centre, Align::Right]),
            measure: document.measure(),
        }
    }

    fn join(&self, line: &Line) -> String {
        if !line.in_table() {
            return line.cells.concat();
        }
        match self.layout {
            Layout::Tab if self.mark == '\t' => line.cells.join("\t"),
            Layout::Tab => {
                let cells: Vec<String> = line.cells.iter().map(|cell| quoted(cell, self.mark)).collect();
                cells.join(&self.mark.to_string())
            }
            Layout::Pipe if self.outer => format!("| {} |", line.cells.join(" | ")),
            Layout::Pipe => line.cells.join(" | "),
            _ => line.cells.concat(),
        }
    }

    fn table(&self, table: &Table, lines: &mut Vec<Line>, rng: &mut Rng) {
        match self.layout {
            Layout::Tab | Layout::Pipe => self.cells(table, lines, rng),
            Layout::Line => self.line_a_cell(table, lines),
            Layout::Box => self.boxes(table, lines, rng),
            Layout::Space => space::table(table, self.measure, lines, rng),
        }
    }

    fn cells(&self, table: &Table, lines: &mut Vec<Line>, rng: &mut Rng) {
        let width = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
        for (at, row) in table.rows.iter().enumerate() {
            between(row, lines);
            let first_value = row.first_value();
            let last_label = row.last_label();
            let mut cells: Vec<String> = Vec::new();
            let mut value_at = 0;
            if self.merged == Merged::Nothing {
                cells.push(String::new());
            }
            for (column, cell) in row.cells.iter().enumerate() {
                if Some(column) == first_value {
                    value_at = cells.len();
                }
                let behind_label = last_label.is_some_and(|last| column > last) && first_value > Some(column);
                match cell {
                    Cell::Merged if self.merged == Merged::Nothing => {}
                    Cell::Merged if self.merged == Merged::Ragged && behind_label && rng.chance(80) => {}
                    cell => cells.push(printed(cell).to_owned()),
                }
            }
            match self.merged {
                _ if row.bare => {}
                Merged::Rectangle => cells.resize(cells.len().max(width), String::new()),
                Merged::Ragged if rng.chance(80) => cells.push(String::new()),
                _ => {}
            }
            let role = if first_value.is_some() { Role::Values(value_at) } else { Role::Labels };
            let count = cells.len();
            lines.push(Line { cells, role });
            if self.layout == Layout::Pipe && self.rule && at == 0 {
                lines.push(Line { cells: vec!["---".to_owned(); count], role: Role::Continued });
            }
        }
    }

    fn line_a_cell(&self, table: &Table, lines: &mut Vec<Line>) {
        for row in &table.rows {
            between(row, lines);
            let start = lines.len();
            for cell in &row.cells {
                if *cell == Cell::Merged && (self.merged == Merged::Nothing) {
                    continue;
                }
                let text = match self.piped {
                    None => printed(cell).to_owned(),
                    Some(true) => format!("| {}", printed(cell)),
                    Some(false) => format!("{} |", printed(cell)),
                };
                let role = match cell {
                    _ if lines.len() == start => Role::Labels,
                    Cell::Value(_) => Role::Values(0),
                    _ => Role::Continued,
                };
                lines.push(Line::new(text, role));
            }
        }
    }

    fn boxes(&self, table: &Table, lines: &mut Vec<Line>, rng: &mut Rng) {
        // Light, heavy, and a heavy frame around light rules; the last of each is the bar between cells.
        let [top, middle, bottom, bars] =
            [["┌─┬┐", "├─┼┤", "└─┴┘", "││"], ["┏━┳┓", "┣━╋┫", "┗━┻┛", "┃┃"], ["┏━┯┓", "┠─┼┨", "┗━┷┛", "┃│"]]
                [self.heavy]
                .map(|marks| marks.chars().collect::<Vec<char>>());
        let most = rng.pick(&[18, 24, 36]);
        let columns = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
        // A cell over several lines can be told from several rows only by the rules between rows.
        let cells: Vec<Vec<Vec<String>>> = table
            .rows
            .iter()
            .map(|row| {
                let text = |column: usize| row.cells.get(column).map(printed).unwrap_or_default();
                (0..columns)
                    .map(|column| if self.ruled { pieces(text(column), most) } else { vec![text(column).to_owned()] })
                    .collect()
            })
            .collect();
        let width = |column: usize| {
            let texts = cells.iter().flat_map(|row| &row[column]);
            texts.map(|text| text.width()).max().unwrap_or_default().max(2)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let rule = |marks: &[char]| {
            let spans: Vec<String> = widths.iter().map(|width| marks[1].to_string().repeat(width + 2)).collect();
            format!("{}{}{}", marks[0], spans.join(&marks[2].to_string()), marks[3])
        };
        // Without a rule between any two rows, one stands between a header, the label of a group, and rows with values.
        let own = table.key == "statistics";
        let kind = |at: usize| (table.rows[at].is_data(), own && table.is_header(at));
        let parts = |at: usize| kind(at - 1) != kind(at) || kind(at).1;
        for (at, row) in table.rows.iter().enumerate() {
            let parted = !row.before.is_empty() || row.feed;
            if parted && at > 0 {
                lines.push(Line::new(rule(&bottom), Role::Continued));
            }
            between(row, lines);
            if at == 0 || parted {
                lines.push(Line::new(rule(&top), Role::Labels));
            } else if self.ruled || parts(at) {
                lines.push(Line::new(rule(&middle), Role::Labels));
            }
            let height = cells[at].iter().map(Vec::len).max().unwrap_or(1);
            for level in 0..height {
                let mut line = bars[0].to_string();
                for (column, width) in widths.iter().enumerate() {
                    if column > 0 {
                        line.push(bars[1]);
                    }
                    let text = cells[at][column].get(level).map(String::as_str).unwrap_or_default();
                    line.push_str(&format!(" {} ", padded(text, *width, self.align)));
                }
                line.push(bars[0]);
                lines.push(Line::new(line, Role::Continued));
            }
        }
        lines.push(Line::new(rule(&bottom), Role::Continued));
    }
}

/// The lines that stand before a row.
pub fn between(row: &Row, lines: &mut Vec<Line>) {
    lines.extend(row.before.iter().map(|text| Line::new(text, Role::Between)));
    if row.feed {
        lines.push(Line::new("\u{c}", Role::Between));
    }
}

/// What a cell prints.
pub fn printed(cell: &Cell) -> &str {
    match cell {
        Cell::Merged => "",
        Cell::Label(label) => label,
        Cell::Value(value) => &value.text,
    }
}

/// A text cut into pieces of at most `width` columns; a number is never cut.
pub fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        if c == '\n' {
            continue;
        }
        let last = pieces.last_mut().expect("there is one");
        let digit = c.is_ascii_digit() && last.ends_with(|c: char| c.is_ascii_digit());
        if !digit && last.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) > width {
            pieces.push(c.to_string());
        } else {
            last.push(c);
        }
    }
    pieces
}

/// A text padded to `width` columns.
pub fn padded(text: &str, width: usize, align: Align) -> String {
    let free = width.saturating_sub(text.width());
    let left = match align {
        Align::Left => 0,
        Align::Centre => free / 2,
        Align::Right => free,
    };
    format!("{}{text}{}", " ".repeat(left), " ".repeat(free - left))
}
