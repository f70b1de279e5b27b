//! What was found, as data: the sentences are made from it in [`message`](super::message).

use rust_decimal::Decimal;

use crate::span::Span;

/// Numbers without a cell that a message names one by one.
const MOST_NAMED: usize = 20;

/// The facts of a finding; [`Display`](std::fmt::Display) makes the English sentence, [`Fact::message`] that of any language.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)] // The sentence that is made of a fact says what its fields are.
pub enum Fact {
    /// Undecodable bytes, in hexadecimal, and how many places follow that are not listed one by one.
    Replaced { bytes: String, encoding: &'static str, unlisted: usize },
    /// Characters of a private use area: the code of the first, and how many there are.
    PrivateUse { first: String, count: usize },
    /// A section of the form that is not there.
    SectionMissing { number: String, title: String },
    /// A section printed again.
    SectionDuplicate { title: String, first_line: u32 },
    /// A section printed before one that should precede it.
    SectionOrder { title: String, after: String },
    /// A section with nothing in it but this.
    SectionEmpty { title: String, text: String },
    /// No form knows the tables (of the report, or of the place given).
    FormUnknown { tables: usize },
    /// The source of a web page, of which no text was made.
    SourceOfPage,
    /// So many labels of an annex and units, each on a line of its own, that stand in no table.
    LabelsUnread { lines: usize },
    /// Rows among commas, which may part the thousands of numbers as well as cells.
    CommasUnread,
    /// A table of another edition.
    FormMixed { title: String, edition: String, form: String },
    /// Metadata not found; `empty` where the input has no text at all.
    MetadataMissing { what: MetadataField, empty: bool },
    /// The years that the report names, and where.
    MetadataYear { readings: Vec<(YearSource, i32)> },
    /// A table of the form that is not there.
    TableMissing { title: String },
    /// A table of the form that stands outside of its section, whose heading stands there.
    TableElsewhere { title: String, heading: u32 },
    /// A table of the form of which only the header is there.
    TableEmpty { title: String },
    /// A row of the form that is not there.
    RowMissing { label: String },
    /// A printed row that the form does not have.
    RowUnknown { printed: String },
    /// A label that differs from the form's.
    RowLabel { printed: String, label: String },
    /// A label that does not say what is counted: most likely the rest of one.
    RowLabelRest { printed: String },
    /// A header that differs from the form's.
    ColumnLabel { printed: String, label: String },
    /// How the cells of a row were placed.
    RowShifted(Shift),
    /// Blank cells of a row.
    CellBlank { blank: usize, of: usize },
    /// Not a number.
    CellUnreadable { raw: String },
    /// A negative count, or amount of money.
    CellNegative { raw: String, amount: bool },
    /// A count with decimals.
    CellFraction { raw: String },
    /// Another unit than the form's.
    CellUnit { raw: String, printed: String, form: String },
    /// No unit, neither beside the number nor in a header: those that the form allows.
    CellUnitUnknown { raw: String, units: Vec<String> },
    /// Numbers without a cell.
    NumberUnplaced { raw: Vec<String>, more: usize },
    /// Numbers on lines of their own between the rows of tables, which no table took in.
    NumberAlone { raw: Vec<String>, more: usize },
    /// A column that stands in no header of the table, and has no value in any row.
    ColumnLeftOut { label: String },
    /// A group of columns that stands in the place of another; its numbers are read by its label.
    ColumnsMoved { printed: String, label: String },
    /// A table is printed more than once with other numbers, and nothing tells which print is the report's own.
    TableContested { title: String },
    /// The caption above the only print of a table says that it is another year's, or of other organs; the year of the
    /// report.
    TableCaption { title: String, raw: String, year: Option<i32> },
    /// Rows of a table that is printed a second time.
    TableRepeated { title: String, rows: usize, numbers: usize },
    /// Numbers of a row that fit its columns in more than one way, so that none was taken.
    RowAmbiguous { raw: Vec<String>, columns: usize },
    /// A row without a cell behind its label, and how many numbers below it belong to no row.
    RowBare { numbers: usize },
    /// An identity that does not hold: the labels of its totals, what they state together, what its parts add up to, and
    /// those parts that are not zero. `blank` of its cells are blank and counted as 0.
    Sum { within: Within, totals: Vec<String>, stated: Decimal, computed: Decimal, addends: Vec<Addend>, blank: usize },
    /// An identity that cannot be checked, by its labels; the label of the cell that stands in the way, and how.
    SumUnchecked { within: Within, totals: Vec<String>, parts: Vec<String>, cell: String, obstacle: Obstacle },
    /// A sentence that says another number than the tables, and all that it could mean there.
    ProseTable { quote: String, said: Decimal, figured: Vec<Figured> },
    /// A number that does not follow from the report of the year before: what it should be, the number it comes from there, what is added and taken
    /// away here. `blank` of these cells are blank and counted as 0.
    Series {
        label: String,
        printed: Decimal,
        computed: Decimal,
        earlier: Addend,
        of: Elsewhere,
        plus: Vec<Addend>,
        minus: Vec<Addend>,
        blank: usize,
    },
    /// So many equations with the year before cannot be checked: a cell of one of them, and how it stands in the way, here or there.
    SeriesUnchecked { equations: usize, row: String, column: String, obstacle: Obstacle, here: bool, of: Elsewhere },
    /// No report for the years between this one's and that of the nearest one before.
    SeriesGap { from: i32, to: i32, of: Elsewhere },
    /// Another report of the same organ and year was given before. Are they alike in what is carried on?
    SeriesDuplicate { of: Elsewhere, alike: bool },
    /// A sentence that says another amount than an earlier one, and the line of that.
    ProseProse { quote: String, said: Decimal, other: Decimal, line: u32 },
}

impl Fact {
    /// The first of some numbers, as printed, and how many more there are.
    pub(crate) fn some_of(text: &str, numbers: &[Span]) -> (Vec<String>, usize) {
        let raw: Vec<String> = numbers.iter().take(MOST_NAMED).map(|span| span.of(text).to_owned()).collect();
        let more = numbers.len() - raw.len();
        (raw, more)
    }
}

/// Another report of the run, and a place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The year that it is about.
    pub year: i32,
    /// Its file.
    pub file: String,
    /// A line of it.
    pub line: Option<u32>,
}

/// A sum of cells that prose may name.
#[derive(Debug, Clone, PartialEq)]
pub struct Figured {
    /// Labels of what is added up.
    pub labels: Vec<String>,
    /// Labels of what these take in, but the sum does not.
    pub without: Vec<String>,
    /// Its number.
    pub value: Decimal,
    /// So many of its cells are blank, and counted as 0.
    pub blank: usize,
    /// A total among its cells is blank; its parts were added up instead.
    pub summed: bool,
    /// Line of its first cell.
    pub line: Option<u32>,
}

/// Where the cells of an identity stand, so that their other label tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// In the row with this label.
    Row(String),
    /// In the column with this label.
    Column(String),
    /// In the only column of numbers that the table has.
    Table,
}

/// A part of a sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Addend {
    /// Its label, as in the form.
    pub label: String,
    /// Its number.
    pub value: Decimal,
}

/// What a report says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetadataField {
    /// The title of the report.
    Title,
    /// The organ that reports.
    Agency,
    /// The year that is reported about.
    Year,
    /// The period that the figures cover: one is printed, but it is none.
    Period,
}

/// Where a report names the year that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearSource {
    /// In its title.
    Title,
    /// In the period that its figures cover.
    Period,
    /// In the paragraphs before the first section.
    Preface,
    /// At the beginning of the first section.
    Overview,
}

/// Why a cell keeps an identity from being checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The report prints no such cell.
    Missing,
    /// It holds no number.
    Unreadable,
    /// It is the stated total, and blank.
    Blank,
    /// It is blank, but a total itself of parts that are not zero: no zero was meant.
    BlankTotal,
}

/// How cells came to their columns when not by plain position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// As many numbers as columns, with blank cells between them that belong to no column.
    BlanksBetween,
    /// Only one placement agrees with the arithmetic of the form.
    Arithmetic,
    /// Two or more numbers stood in one cell.
    Split,
    /// Blank cells at an end of the row were lost, and the columns of the other rows tell where it begins.
    Neighbours,
    /// Nothing stands behind the label.
    NoCells,
    /// What stands before the numbers may be the rest of a group's label; it was taken for no value.
    Rest,
    /// By plain position, against the sums of the form.
    Plain,
    /// Blank cells stand where the columns of the other rows leave room.
    Columns,
    /// The numbers stand in a row without a label, above or below that of the label, and may be another's or none's.
    Apart,
    /// A number stands right behind the label, where a note of the label may stand as well.
    Glued,
    /// A number with a blank among its digits may be two; others of the report have none.
    Spaced,
    /// The numbers of a row stand in several rows, one below the other.
    Rows,
    /// A label stands before the numbers of a row for which the form has none.
    Labelled,
}
