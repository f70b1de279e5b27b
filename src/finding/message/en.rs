//! The sentences in English.

use std::fmt::{Result, Write};

use super::{MOST_NAMED, list};
use crate::finding::{Elsewhere, Fact, MetadataField, Obstacle, Shift, Within, YearSource};

pub(super) fn write(f: &mut impl Write, fact: &Fact) -> Result {
    match fact {
        Fact::Replaced { bytes, encoding, unlisted } => {
            write!(f, "the bytes {bytes} are not {encoding}; they were read as U+FFFD")?;
            match unlisted {
                0 => Ok(()),
                1 => f.write_str(", and so was one later place that is not listed"),
                _ => write!(f, ", and so were {unlisted} later places that are not listed"),
            }
        }
        Fact::PrivateUse { first, count } => write!(
            f,
            "{first}{} of a private use area: only the font of the original says what {} (an old font's mojibake)",
            match count {
                1 => " is a character".to_owned(),
                _ => format!(" is the first of {count} characters"),
            },
            if *count == 1 { "it is" } else { "they are" }
        ),
        Fact::SectionMissing { number, title } => write!(f, "the section {number}、{title} is missing"),
        Fact::SectionDuplicate { title, first_line } => {
            write!(f, "the section {title} is printed again; it first stands on line {first_line}")
        }
        Fact::SectionOrder { title, after } => {
            write!(f, "the section {title} stands after {after}, which follows it in the form")
        }
        Fact::SectionEmpty { title, text } if text.is_empty() => write!(f, "the section {title} has no content"),
        Fact::SectionEmpty { title, text } => write!(f, "the section {title} holds nothing but {text}"),
        Fact::LabelsUnread { lines } => write!(
            f,
            "{lines} lines from here on are labels of the annex or units, but stand in no table that could be read; the report may print rows that are not among the cells"
        ),
        Fact::CommasUnread => f.write_str(
            "rows among commas were not read: here a comma may part two cells, or the thousands of one number; put cells with a comma in quotes, or part the cells by tabs or semicolons",
        ),
        Fact::SourceOfPage => f.write_str(
            "this is the source of a web page (HTML), which is not taken apart; give its text, as a browser copies or saves it",
        ),
        Fact::FormUnknown { tables: 0 } => {
            f.write_str("no known form matches this report: it has no table and none of the form's sections")
        }
        Fact::FormUnknown { tables } => {
            write!(f, "no known form matches ({tables} table{}); the cells are given as a raw grid", plural(*tables))
        }
        Fact::FormMixed { title, edition, form } => write!(
            f,
            "the table {title} is printed as edition {edition} of the form has it, the others as edition {form}; it was read as printed"
        ),
        Fact::MetadataMissing { what: field, empty } => {
            let what = match field {
                MetadataField::Title => "title",
                MetadataField::Agency => "agency",
                MetadataField::Year => "year",
                MetadataField::Period => "period",
            };
            write!(f, "no {what} was found")?;
            match field {
                MetadataField::Period => {
                    f.write_str(": a day that is printed for it does not exist, or it ends before it begins")
                }
                _ if *empty => f.write_str(": the input has no text"),
                _ => Ok(()),
            }
        }
        Fact::MetadataYear { readings } => {
            f.write_str("the report names different years: ")?;
            list(f, readings, ", ", |f, (source, year)| {
                let source = match source {
                    YearSource::Title => "title",
                    YearSource::Period => "period",
                    YearSource::Preface => "preface",
                    YearSource::Overview => "overview",
                };
                write!(f, "{source} {year}")
            })
        }
        Fact::TableMissing { title } => write!(f, "the table of the section {title} is missing, or is not text"),
        Fact::TableElsewhere { title, heading } => write!(
            f,
            "the section {title} (line {heading}) has no table, and this one stands outside of it: its figures may be of another \
             year, or another organ"
        ),
        Fact::ColumnLeftOut { label } => {
            write!(
                f,
                "the header has no column {label}, and no row a number for it; the numbers were read under the others"
            )
        }
        Fact::ColumnsMoved { printed, label } => write!(
            f,
            "the header has the columns of {printed} where the form has those of {label}: they were read by the \
             labels that it prints"
        ),
        Fact::TableContested { title } => write!(
            f,
            "the table of the section {title} is printed more than once with different numbers, and nothing says which is this \
             report's: the one that begins here was read, and it may be that of another year, or another organ"
        ),
        Fact::TableCaption { title, raw, year } => {
            write!(
                f,
                "the table of the section {title} was read although {raw} above it speaks of another year or of other organs: it \
                 is the only one; the report should have its own"
            )?;
            year.map_or(Ok(()), |year| write!(f, ", of {year}"))
        }
        Fact::TableEmpty { title } => {
            write!(f, "the table of the section {title} has its header, but no row of cells below it was found")
        }
        Fact::RowMissing { label } => write!(f, "the row {label} is missing"),
        Fact::RowUnknown { printed } => write!(f, "the row {printed} is not in the form"),
        Fact::RowLabel { printed, label } => write!(f, "the label {printed} was read as {label}"),
        Fact::RowLabelRest { printed } => {
            write!(f, "the label {printed} does not say what is counted; it may be the rest of one that stands above")
        }
        Fact::ColumnLabel { printed, label } => {
            write!(f, "the header prints {printed} where the form has {label}; the column was taken by its place")
        }
        Fact::RowShifted(shift) => f.write_str(self::shift(*shift)),
        Fact::CellBlank { blank: 1, of: 1 } => f.write_str("the cell is blank; blank is not zero"),
        Fact::CellBlank { blank, of } if blank == of => {
            write!(f, "all {of} cells of the row are blank; blank is not zero")
        }
        Fact::CellBlank { blank, of } => write!(f, "{blank} of {of} cells of the row are blank; blank is not zero"),
        Fact::CellUnreadable { raw } => write!(f, "{raw} is not a number"),
        Fact::CellNegative { raw, amount } => {
            write!(f, "{raw} is negative; {} is zero or more", if *amount { "an amount" } else { "a count" })
        }
        Fact::CellFraction { raw } => write!(f, "{raw} has decimals; a count is a whole number"),
        Fact::CellUnit { raw, printed, form } => {
            write!(f, "{raw} is printed in {printed}; the form asks for {form}. The number was not converted")
        }
        Fact::CellUnitUnknown { raw, units } => {
            write!(f, "nothing says in which unit {raw} is printed; it should be ")?;
            list(f, units, " or ", |f, unit| f.write_str(unit))
        }
        Fact::NumberUnplaced { raw, more } => {
            let (stand, belong) = some_numbers(f, raw, *more)?;
            write!(f, " {stand} in a table, but {belong} to no cell of the form")
        }
        Fact::NumberAlone { raw, more } => {
            let (stand, belong) = some_numbers(f, raw, *more)?;
            write!(
                f,
                " {stand} between the rows of the tables, but {belong} to no row; a cell beside may have lost its value"
            )
        }
        Fact::TableRepeated { title, rows, numbers } => write!(
            f,
            "{rows} row{} of the table {title} stand{} here again with {numbers} number{} that no cell took; the form has each row once",
            plural(*rows),
            if *rows == 1 { "s" } else { "" },
            plural(*numbers)
        ),
        Fact::RowBare { numbers } => write!(
            f,
            "the row prints no cell behind its label, and {numbers} number{} below or above it belong{} to no row; {} may be its own, so that none of its cells was taken for blank",
            plural(*numbers),
            if *numbers == 1 { "s" } else { "" },
            if *numbers == 1 { "it" } else { "they" }
        ),
        Fact::RowAmbiguous { raw, columns } => {
            f.write_str("the row prints ")?;
            match raw.len() {
                1 => f.write_str("one number (")?,
                count => write!(f, "{count} numbers (")?,
            }
            list(f, raw, ", ", |f, raw| f.write_str(raw))?;
            write!(
                f,
                ") for {columns} column{} and can be read in more than one way; no number was taken",
                plural(*columns)
            )
        }
        Fact::Sum { within, totals, stated, computed, addends, blank } => {
            self::within(f, within)?;
            labels(f, totals)?;
            write!(f, " ({stated}) does not equal {computed}, the sum of ")?;
            match addends.len() {
                0 => f.write_str("zeros")?,
                1..=MOST_NAMED => list(f, addends, " + ", |f, addend| write!(f, "{} {}", addend.label, addend.value))?,
                count => write!(f, "{count} parts that are not zero")?,
            }
            match blank {
                0 => Ok(()),
                _ => write!(f, " ({blank} blank cell{} counted as 0)", plural(*blank)),
            }
        }
        Fact::SumUnchecked { within, totals, parts, cell, obstacle } => {
            self::within(f, within)?;
            labels(f, totals)?;
            f.write_str(" = ")?;
            labels(f, parts)?;
            write!(f, " cannot be checked: {cell} is {}", self::obstacle(*obstacle))
        }
        Fact::ProseTable { quote, said, figured } => {
            write!(f, "\"{quote}\" says {said}, but in the tables ")?;
            list(f, figured, ", and ", |f, figured| {
                labels(f, &figured.labels)?;
                if !figured.without.is_empty() {
                    f.write_str(" without ")?;
                    list(f, &figured.without, " and ", |f, label| f.write_str(label))?;
                }
                write!(f, " is {}", figured.value)?;
                if let Some(line) = figured.line {
                    write!(f, " (line {line})")?;
                }
                match (figured.blank, figured.summed) {
                    (0, false) => Ok(()),
                    (0, true) => f.write_str(", the sum of its row, whose total is blank"),
                    (blank, _) => write!(f, " with {blank} blank cell{} counted as 0", plural(blank)),
                }
            })
        }
        Fact::Series { label, printed, computed, earlier, of, plus, minus, blank } => {
            write!(f, "{label} ({printed}) does not equal {computed}: {} {} in ", earlier.label, earlier.value)?;
            elsewhere(f, of)?;
            plus.iter().try_for_each(|addend| write!(f, " + {} {}", addend.label, addend.value))?;
            minus.iter().try_for_each(|addend| write!(f, " - {} {}", addend.label, addend.value))?;
            match blank {
                0 => Ok(()),
                _ => write!(f, " ({blank} blank cell{} counted as 0)", plural(*blank)),
            }
        }
        Fact::SeriesUnchecked { equations, row, column, obstacle, here, of } => {
            write!(f, "{equations} equation{} with ", plural(*equations))?;
            elsewhere(f, &Elsewhere { line: None, ..of.clone() })?;
            write!(
                f,
                " cannot be checked: {row} / {column} is {} {}",
                self::obstacle(*obstacle),
                if *here { "here" } else { "there" }
            )
        }
        Fact::SeriesGap { from, to, of } => {
            match from == to {
                true => write!(f, "the run has no report for {from}")?,
                false => write!(f, "the run has no report for {from} to {to}")?,
            }
            f.write_str("; the nearest before is ")?;
            elsewhere(f, of)
        }
        Fact::SeriesDuplicate { of, alike } => {
            write!(f, "the year {} of this organ was given before, in {}; ", of.year, of.file)?;
            f.write_str(match alike {
                true => "what they carry to other years is the same, and the first was compared",
                false => "what they carry to other years differs, and neither was compared",
            })
        }
        Fact::ProseProse { quote, said, other, line } => {
            write!(f, "\"{quote}\" says {said} yuan, but line {line} says {other} yuan")
        }
    }
}

fn obstacle(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Missing => "missing",
        Obstacle::Unreadable => "not readable",
        Obstacle::Blank => "blank",
        Obstacle::BlankTotal => "blank, though its own parts are not",
    }
}

/// Another report of the run.
fn elsewhere(f: &mut impl Write, of: &Elsewhere) -> Result {
    write!(f, "the report for {} ({}", of.year, of.file)?;
    match of.line {
        Some(line) => write!(f, ", line {line})"),
        None => f.write_str(")"),
    }
}

fn shift(shift: Shift) -> &'static str {
    match shift {
        Shift::BlanksBetween => {
            "blank cells between the numbers belong to no column; the numbers were taken in their order"
        }
        Shift::Arithmetic => {
            "blank cells were lost or added; this is the only placement that agrees with the sums of the form"
        }
        Shift::Split => "several numbers stand in one cell; they were taken in their order",
        Shift::Neighbours => {
            "blank cells leave it open where the row begins; it was placed under the columns that its neighbours use"
        }
        Shift::NoCells => "the row prints no cell behind its label; its cells were taken for blank",
        Shift::Rest => {
            "what stands beside the numbers is part of a label of the form; it was taken for no number of the row"
        }
        Shift::Plain => "the row was read by the position of its cells, but the sums of the form speak against it",
        Shift::Columns => "the numbers were placed under the columns that the rows around them use",
        Shift::Glued => "a number stands right behind the label, with nothing between; it may be no number of the row",
        Shift::Spaced => {
            "digits with a blank among them were read as one number, though other large numbers of the report have none; they may be two"
        }
        Shift::Rows => {
            "the numbers of the row stand in several rows, one below the other; they were taken in their order"
        }
        Shift::Labelled => {
            "a label stands before the numbers, where the form has none; they may be others than those of the form"
        }
        Shift::Apart => {
            "the numbers stand in a row of their own above or below the label; they may belong to another row, or to none"
        }
    }
}

/// Names numbers; what follows says that they stand and belong.
fn some_numbers(
    f: &mut impl Write,
    raw: &[String],
    more: usize,
) -> std::result::Result<(&'static str, &'static str), std::fmt::Error> {
    list(f, raw, ", ", |f, raw| f.write_str(raw))?;
    match more {
        0 => {}
        1 => f.write_str(" and one more number")?,
        _ => write!(f, " and {more} more numbers")?,
    }
    Ok(if raw.len() + more == 1 { ("stands", "belongs") } else { ("stand", "belong") })
}

fn within(f: &mut impl Write, within: &Within) -> Result {
    match within {
        Within::Row(label) => write!(f, "in the row {label}, "),
        Within::Column(label) => write!(f, "in the column {label}, "),
        Within::Table => Ok(()),
    }
}

/// The labels of one side of an identity.
fn labels(f: &mut impl Write, labels: &[String]) -> Result {
    match labels.len() {
        0..=MOST_NAMED => list(f, labels, " + ", |f, label| f.write_str(label)),
        count => write!(f, "the sum of its {count} parts"),
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
