//! Rows whose cells commas or semicolons part, as spreadsheets and data tools write them (RFC 4180): their fields are found here, and
//! [`tab`](super::tab) makes tables of them as it does of those that tabs part.
//!
//! A comma stands in prose, too, and between the thousands of a number. So lines are rows only where all lines are, or beside others in which
//! labels stand that some form prints; and where a comma may part thousands, all lines are left as they are.

use std::ops::Range;

use super::tab;
use super::value::{self, Reading, has_unit, is_unit};
use super::{LONE_CELL, Vocabulary};
use crate::fold::is_blank;
use crate::lines::{Line, Look, Notes, look};
use crate::span::Span;

/// What may part the cells.
const MARKS: [u8; 2] = *b",;";
/// No cell of a sheet goes on for more lines.
const MOST_LINES: usize = 64;
/// No row of a form has more cells.
const MOST_FIELDS: usize = 64;
/// Rows side by side that may be a table.
const FEWEST_ROWS: usize = 2;
/// Known labels and values that make a table of them.
const FEWEST_TELLING: usize = 4;
/// Lines without a mark that may stand between two rows: labels of groups.
const MOST_LONE: usize = 2;
/// Rows with a unit that make a table of labels that no form prints.
const FEWEST_UNITS: usize = 6;
/// Rows and columns of a whole sheet.
const FEWEST_OF_SHEET: usize = 10;
const FEWEST_COLUMNS: usize = 3;
/// Digits behind a comma that parts thousands.
const THOUSANDS: usize = 3;
/// Of so many rows of one length, fewer than one is longer or shorter.
const USUAL: usize = 8;
/// Numbers of a row of which the last is the sum of the others.
const FEWEST_PARTS: usize = 3;

/// Finds the fields of all rows that commas or semicolons part, and what stands alone in such a line. Gives the first row in which a comma may
/// part thousands, where all are left as they are for its sake.
pub(crate) fn find(text: &str, lines: &mut [Line], notes: &mut Notes, vocabulary: &Vocabulary) -> Option<Span> {
    let mut doubtful = None;
    for mark in MARKS {
        if memchr::memchr(mark, text.as_bytes()).is_none() {
            continue;
        }
        let rows = rows(text, lines, mark);
        let runs = runs(lines, &rows);
        let is_sheet = is_sheet(text, lines, &rows);
        let is_table = |run: &Range<usize>| is_sheet || is_table(text, &rows[run.clone()], vocabulary);
        if !runs.iter().any(is_table) {
            continue;
        }
        // Where one is, others are: a page may end in a table.
        let is_rest = |run: &Range<usize>| rows[run.clone()].iter().filter(|row| row.is_data(text)).nth(1).is_some();
        let tables: Vec<Range<usize>> = runs.into_iter().filter(|run| is_table(run) || is_rest(run)).collect();
        if mark == b',' {
            doubtful = with_thousands(text, &rows, &tables).map(|row| lines[row.first].text.trim(text));
            if doubtful.is_some() {
                continue;
            }
        }
        let fields = settle(text, lines, &rows, &tables, vocabulary);
        notes.add_fields(mark, fields);
        return None;
    }
    doubtful
}

/// Makes the lines of tables rows, and takes the marks away that fill up other lines; gives where the fields of the rows end, and how many
/// lines may be rows in which nothing stands.
fn settle(
    text: &str,
    lines: &mut [Line],
    rows: &[Parted],
    tables: &[Range<usize>],
    vocabulary: &Vocabulary,
) -> (Vec<u32>, usize) {
    let mut in_table = vec![false; rows.len()];
    let mut widths = [false; MOST_FIELDS + 1];
    for at in tables.iter().cloned().flatten() {
        in_table[at] = true;
        widths[rows[at].ends.len()] = true;
    }
    let (mut ends, mut alone) = (Vec::new(), 0);
    for (at, row) in rows.iter().enumerate() {
        let is_beside = |other: Option<&Parted>| {
            let beside = other.filter(|other| other.last + 1 == row.first || row.last + 1 == other.first);
            in_table[at] && beside.is_some_and(|other| other.filled.len() > 1 || other.is_cell(text, vocabulary))
        };
        let (above, below) = (at.checked_sub(1).and_then(|at| rows.get(at)), rows.get(at + 1));
        // Who fills up the rows of tables fills up all lines.
        let filled_up = widths[row.ends.len()];
        match row.filled.as_slice() {
            // The only row of a table may be blank.
            [] if filled_up && row.first == row.last && is_beside(above) => {
                lines[row.first].look = Look::Blank;
                alone += 1;
            }
            [] if filled_up => row.keep(text, lines, Span { start: 0, end: 0 }),
            // Beside others, a label whose cells are blank, or a number among blank cells.
            [lone] if filled_up && !(row.is_cell(text, vocabulary) && (is_beside(above) || is_beside(below))) => {
                row.keep(text, lines, *lone);
            }
            // What goes on in quotes is found by them.
            filled if in_table[at] && row.first == row.last && row.is_row(text) => {
                let (tabs, filled) = (row.ends.len() as u32 - 1, filled.len() as u32);
                lines[row.first].look = Look::Tabbed { tabs, filled };
                ends.extend_from_slice(&row.ends);
            }
            _ => {}
        }
    }
    (ends, alone)
}

/// A line with marks, or several where a field goes on in quotes.
struct Parted {
    /// Its first line, and its last.
    first: usize,
    last: usize,
    /// Where its fields end: at each mark, and at the end of the last line.
    ends: Vec<u32>,
    /// The fields in which something stands, without blanks and quotes around it.
    filled: Vec<Span>,
    /// One of its fields stands in quotes, as a program writes those with a mark in them.
    quoted: bool,
}

/// All lines with marks.
fn rows(text: &str, lines: &[Line], mark: u8) -> Vec<Parted> {
    let mut rows: Vec<Parted> = Vec::new();
    for (first, line) in lines.iter().enumerate() {
        let in_above = rows.last().is_some_and(|above| above.last >= first);
        if in_above || line.look != Look::Text || memchr::memchr2(mark, b'"', line.text.bytes_of(text)).is_none() {
            continue;
        }
        rows.extend(Parted::of(text, lines, first, mark));
    }
    rows
}

impl Parted {
    /// The fields of a line, or of several; nothing where it holds no mark, or quotes that no such program writes.
    fn of(text: &str, lines: &[Line], first: usize, mark: u8) -> Option<Parted> {
        let (mut ends, mut filled, mut quoted) = (Vec::new(), Vec::new(), false);
        let (mut start, mut last) = (lines[first].text.start, first);
        loop {
            let open = &lines[last..lines.len().min(first + MOST_LINES)];
            let end = field_end(text, open, start, mark)?;
            last += open.iter().position(|line| line.text.end >= end)?;
            let whole = Span { start, end }.trim(text);
            let inner = unquoted(whole, text);
            quoted |= inner != whole;
            if !is_blank(inner.of(text)) {
                filled.push(inner);
            }
            ends.push(end);
            if end == lines[last].text.end {
                break;
            }
            start = end + 1;
            if ends.len() > MOST_FIELDS - 1 {
                return None;
            }
        }
        (ends.len() > 1).then_some(Parted { first, last, ends, filled, quoted })
    }

    /// Leaves nothing of its lines but what stands there.
    fn keep(&self, text: &str, lines: &mut [Line], alone: Span) {
        for line in &mut lines[self.first..=self.last] {
            let start = line.text.start.max(alone.start.min(line.text.end));
            line.text = Span { start, end: line.text.end.min(alone.end).max(start) };
            line.look = look(line.text.of(text));
        }
    }

    /// It is a label that some form prints, or a value, and no more.
    fn is_cell(&self, text: &str, vocabulary: &Vocabulary) -> bool {
        let [alone] = self.filled.as_slice() else { return false };
        vocabulary.is_label(alone.of(text)) || self.values(text).next().is_some()
    }

    fn values<'t>(&self, text: &'t str) -> impl Iterator<Item = Reading<'t>> {
        let readings = self.filled.iter().map(|field| value::read(field.of(text)));
        readings.filter(|reading| !matches!(reading, Reading::Text | Reading::Blank))
    }

    /// A unit stands behind its label, or ends it.
    fn has_unit(&self, text: &str) -> bool {
        let mut fields = self.filled.iter().map(|field| field.of(text));
        fields.next().is_some_and(has_unit) || fields.any(|field| is_unit(field) || has_unit(field))
    }

    /// A label stands before its values.
    fn is_data(&self, text: &str) -> bool {
        tab::is_data(self.filled.iter().map(|field| field.of(text)))
    }

    /// It is no sentence.
    fn is_row(&self, text: &str) -> bool {
        let is_sentence = |field: &str| field.contains('。') || field.len() > LONE_CELL * 4;
        self.values(text).next().is_some() || !self.filled.iter().any(|field| is_sentence(field.of(text)))
    }

    /// Numbers of one to three digits, each with one of three right behind its comma, as in `1,095`.
    fn thousands<'t>(&self, text: &'t str) -> impl Iterator<Item = (&'t str, &'t str)> {
        let is_pair = move |pair: &&[Span]| {
            (1..=THOUSANDS).contains(&digits(text, pair[0]))
                && digits(text, pair[1]) == THOUSANDS
                && pair[0].end + 1 == pair[1].start
        };
        self.filled.windows(2).filter(is_pair).map(move |pair| (pair[0].of(text), pair[1].of(text)))
    }

    /// A comma may stand inside of one of its numbers.
    fn may_part_thousands(&self, text: &str) -> bool {
        self.thousands(text).any(|(above, _)| !above.starts_with('0'))
    }

    /// It surely does: no number begins with a zero, as in `1,095`.
    fn parts_thousands(&self, text: &str) -> bool {
        self.thousands(text).any(|(above, below)| !above.starts_with('0') && below.starts_with('0'))
    }

    /// The last of its numbers is the sum of the others, as they stand.
    fn adds_up(&self, text: &str) -> bool {
        let numbers = self.filled.iter().filter(|field| digits(text, **field) > 0);
        let numbers: Option<Vec<u64>> = numbers.map(|field| field.of(text).parse().ok()).collect();
        let Some((last, parts)) = numbers.as_deref().and_then(<[u64]>::split_last) else { return false };
        let sum = parts.iter().try_fold(0u64, |sum, part| sum.checked_add(*part));
        parts.len() + 1 >= FEWEST_PARTS && sum == Some(*last)
    }
}

/// How many digits stand there, if nothing else.
fn digits(text: &str, field: Span) -> usize {
    let bytes = field.bytes_of(text);
    if bytes.iter().all(u8::is_ascii_digit) { bytes.len() } else { 0 }
}

/// Where the field ends that begins there, on the first of these lines: before a mark, or at the end of a line. None where something stands behind
/// its quotes, or they do not close.
fn field_end(text: &str, lines: &[Line], start: u32, mark: u8) -> Option<u32> {
    let line = Span { start, end: lines.first()?.text.end };
    if let Some(end) = field(line.bytes_of(text), mark) {
        return Some(start + end as u32);
    }
    let whole = Span { start, end: lines.last()?.text.end };
    let end = start + closed(whole.bytes_of(text))? as u32;
    // Its last line.
    let line = lines.iter().map(|line| line.text.end).find(|line_end| *line_end >= end)?;
    let behind = Span { start: end, end: line }.bytes_of(text);
    let blanks = blanks(behind);
    behind.get(blanks).is_none_or(|byte| *byte == mark).then_some(end + blanks as u32)
}

/// Where the first field of a line ends. None where something stands behind its quotes, or they do not close.
fn field(bytes: &[u8], mark: u8) -> Option<usize> {
    if bytes.get(blanks(bytes)) != Some(&b'"') {
        return Some(memchr::memchr(mark, bytes).unwrap_or(bytes.len()));
    }
    let end = closed(bytes)?;
    let end = end + blanks(&bytes[end..]);
    bytes.get(end).is_none_or(|byte| *byte == mark).then_some(end)
}

/// Where the quotes close that a field begins with. Doubled, they stand for one that stands inside.
fn closed(bytes: &[u8]) -> Option<usize> {
    let mut at = blanks(bytes) + 1;
    loop {
        at += memchr::memchr(b'"', bytes.get(at..)?)? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// How many blanks stand before the rest.
fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == b' ').count()
}

/// The fields of a line of a row, of which the last may be open: it has a quote before it, and none behind it.
pub(super) fn fields(line: &str, mark: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let fields = rest?;
        let bytes = fields.as_bytes();
        let end = match mark {
            // A quote between tabs may be one that stands in a text.
            b'\t' => memchr::memchr(mark, bytes),
            _ => field(bytes, mark),
        };
        let (field, behind) = fields.split_at(end.unwrap_or(fields.len()));
        rest = behind.get(1..);
        Some(field)
    })
}

/// What stands between the quotes of a field, if nothing but doubled ones stands between them.
pub(super) fn unquoted(field: Span, text: &str) -> Span {
    let inner = Span { start: field.start + 1, end: field.end.saturating_sub(1) };
    match field.bytes_of(text) {
        [b'"', .., b'"'] if !inner.of(text).replace("\"\"", "").contains('"') => inner.trim(text),
        _ => field,
    }
}

/// The rows, by their indices, that stand below one another, with no more than blank lines and labels of groups between them.
fn runs(lines: &[Line], rows: &[Parted]) -> Vec<Range<usize>> {
    let near = |above: &Parted, row: &Parted| {
        let between = lines[above.last + 1..row.first].iter();
        let mut others = between.filter(|line| !matches!(line.look, Look::Blank | Look::Furniture));
        others.by_ref().take(MOST_LONE).all(|line| line.text.len() <= LONE_CELL * 4) && others.next().is_none()
    };
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        match runs.last_mut() {
            Some(run) if near(&rows[at - 1], row) => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// All lines are rows of a sheet, of which each has as many cells as the others.
fn is_sheet(text: &str, lines: &[Line], rows: &[Parted]) -> bool {
    let [first, ..] = rows else { return false };
    let others = lines.iter().filter(|line| !line.text.trim(text).is_empty()).count();
    let in_rows: usize = rows.iter().map(|row| row.last + 1 - row.first).sum();
    rows.len() >= FEWEST_OF_SHEET
        && in_rows >= others
        && first.ends.len() >= FEWEST_COLUMNS
        && rows.iter().all(|row| row.ends.len() == first.ends.len())
}

/// Labels that some form prints stand in these lines, and values; or a unit stands in most of them.
fn is_table(text: &str, rows: &[Parted], vocabulary: &Vocabulary) -> bool {
    let labels = |row: &Parted| row.filled.iter().filter(|field| vocabulary.is_label(field.of(text))).count();
    let telling: Vec<(usize, usize)> =
        rows.iter().map(|row| (labels(row), row.values(text).count())).filter(|(labels, _)| *labels > 0).collect();
    let all: usize = telling.iter().map(|(labels, values)| labels + values).sum();
    telling.len() >= FEWEST_ROWS && all >= FEWEST_TELLING
        || rows.iter().filter(|row| row.has_unit(text)).nth(FEWEST_UNITS - 1).is_some()
}

/// The first row of these tables in which a comma may part the thousands of a number. Where rows have the same number of cells, it does not, nor
/// where a comma stands in quotes, or a number without the comma that it would have, or numbers add up as they stand.
fn with_thousands<'r>(text: &str, rows: &'r [Parted], tables: &[Range<usize>]) -> Option<&'r Parted> {
    let all = || tables.iter().flat_map(|run| &rows[run.clone()]);
    if all().any(|row| row.quoted) {
        return None;
    }
    let is_open = |row: &&Parted| row.may_part_thousands(text);
    let is_known = |row: &Parted| {
        let is_unparted = |field: &Span| digits(text, *field) > THOUSANDS;
        row.filled.iter().any(is_unparted) || row.may_part_thousands(text) && row.adds_up(text)
    };
    let known = all().any(is_known);
    let doubtful = |run: &Range<usize>| {
        let (open, others): (Vec<&Parted>, Vec<&Parted>) =
            rows[run.clone()].iter().filter(|row| row.is_data(text)).partition(is_open);
        let mut lengths = [0; MOST_FIELDS + 1];
        others.iter().for_each(|row| lengths[row.ends.len()] += 1);
        let usual = lengths.iter().copied().max().unwrap_or(0);
        // Longer than the rows in which no comma can part thousands, where nearly all of these are as long.
        let is_odd = |row: &&&Parted| lengths[row.ends.len()] == 0 && usual * USUAL > others.len() * (USUAL - 1);
        let first = rows[run.start].ends.len();
        let is_even = || rows[run.clone()].iter().all(|row| row.ends.len() == first);
        let odd = open.iter().find(is_odd).copied();
        odd.or_else(|| open.first().copied().filter(|_| !known && !is_even()))
    };
    all().find(|row| row.parts_thousands(text)).or_else(|| tables.iter().find_map(doubtful))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::split_noted;

    /// What the lines of a text are: the fields of rows, each in `⟨⟩`, and the text of others.
    fn found(text: &str) -> Vec<String> {
        let mut vocabulary = Vocabulary::default();
        for label in
            ["信息内容", "本年制发件数", "本年废止件数", "规章", "行政规范性文件", "行政许可", "（一）予以公开"]
        {
            vocabulary.add_label(label);
        }
        let (mut lines, mut notes) = split_noted(text);
        find(text, &mut lines, &mut notes, &vocabulary);
        let shown = |line: &Line| match line.look {
            Look::Tabbed { .. } => notes.fields_of(text, line).map(|field| format!("⟨{field}⟩")).collect(),
            _ => line.text.of(text).to_owned(),
        };
        lines.iter().map(shown).collect()
    }

    const TABLE: &str = "信息内容,本年制发件数,本年废止件数\n规章,1,0\n行政规范性文件,,12\n";
    const ROWS: [&str; 3] = ["⟨信息内容⟩⟨本年制发件数⟩⟨本年废止件数⟩", "⟨规章⟩⟨1⟩⟨0⟩", "⟨行政规范性文件⟩⟨⟩⟨12⟩"];

    #[test]
    fn commas_and_semicolons_part_the_cells_of_rows() {
        assert_eq!(found(TABLE), ROWS);
        assert_eq!(found(&TABLE.replace(',', ";")), ROWS);
        let prose = "全年公开信息12条,其中规章1件,行政许可0件。";
        assert_eq!(
            found(&format!("{prose}\n\n{TABLE}\n\n{prose}")),
            [&[prose, ""], &ROWS[..], &["", "", prose]].concat()
        );
        // A number among blank cells keeps its place.
        assert_eq!(found(&format!("{TABLE},12,\n"))[3], "⟨⟩⟨12⟩⟨⟩");
        // Between two rows stands the label of a group.
        let text = TABLE.replace("规章", "（一）予以公开\n规章");
        assert_eq!(found(&text)[1..3], ["（一）予以公开", ROWS[1]]);
    }

    #[test]
    fn without_labels_commas_part_nothing() {
        for text in ["甲,乙,丙\n丁,1,2\n戊,3,4\n", "规章,行政许可\n", "1,095\n2,103\n", "a,b\n规章\n行政许可\n1,2\n"]
        {
            assert_eq!(found(text), text.lines().collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn marks_that_fill_up_a_line_are_left_out() {
        let sheet = format!(
            "二、主动公开,,\n,,\n\"见附件，\n及说明\",,\n{TABLE}行政许可,,\n\"全年\"\"零\"\"申请, 见上。\",,\n"
        );
        let before = ["二、主动公开", "", "见附件，", "及说明"];
        let behind = ["⟨行政许可⟩⟨⟩⟨⟩", "全年\"\"零\"\"申请, 见上。"];
        assert_eq!(found(&sheet), [&before[..], &ROWS, &behind].concat());
    }

    #[test]
    fn a_comma_that_may_part_thousands_parts_no_cells() {
        let read = |rows: &str| found(&format!("{TABLE}{rows}\n")).first().is_some_and(|line| line == ROWS[0]);
        // A number begins with no zero, and this row alone is longer than the others.
        assert!(!read("行政许可,1,095") && !read("行政许可,1,095,3"));
        assert!(!read("行政许可,,1,195") && !read("行政许可,1,195,3"));
        // Codes are no numbers.
        assert!(found(&format!("{TABLE}行政许可,条,001,3\n行政许可,条,012,3\n"))[0] == ROWS[0]);
        // As long as all others; quotes stand where they must; numbers add up as they stand; or have no comma that they would have.
        assert!(read("行政许可,1,195"));
        assert!(read("行政许可,\"1,195\",3"));
        assert!(read("行政许可\n行政许可,1,195\n规章,5,120,3,128\n规章,5,2,3,1\n规章,5,7,3,128"));
        assert!(read("规章,1195,3,4\n行政许可,5,195\n行政许可,5,195,1"));
        // Not so among semicolons.
        let text = TABLE.replace(',', ";") + "行政许可;1;195;3\n";
        assert_eq!(found(&text)[3], "⟨行政许可⟩⟨1⟩⟨195⟩⟨3⟩");
    }

    #[test]
    fn quotes_are_those_of_rfc_4180() {
        let all = |line: &str, mark: u8| fields(line, mark).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(all("\"甲,乙\", \"1,095\" ,3,", b','), ["\"甲,乙\"", " \"1,095\" ", "3", ""]);
        assert_eq!(all("甲\"乙,\"丙\"\"丁\",\"戊,1", b','), ["甲\"乙", "\"丙\"\"丁\"", "\"戊,1"]);
        assert_eq!(all("\"甲\t1", b'\t'), ["\"甲", "1"]);
        assert_eq!((field(b"\"a\"b,c", b','), field(b"\"a", b','), field(b"\"", b',')), (None, None, None));
        let text = " \"甲\" \"乙\" \"丙\"\"丁\"";
        let inner = |start: usize, end: usize| unquoted(Span::new(start, end), text).of(text);
        assert_eq!(
            [inner(1, 6), inner(1, 12), inner(13, text.len()), inner(1, 2)],
            ["甲", "\"甲\" \"乙\"", "丙\"\"丁", "\""]
        );
    }
}
