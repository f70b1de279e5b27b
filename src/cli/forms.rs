//! `nianbao forms`: the forms known, and one of them as a blank table with the keys of its cells.

use std::io::{self, Write};

use super::args::Forms as Args;
use super::{Out, Stop, Verdict};
use crate::Reader;
use crate::form::{BlankCell, Form, FormTable, Forms};
use crate::write::grid::{self, Cell};

pub(super) fn run(reader: &Reader, args: &Args, out: &mut Out) -> Result<Verdict, Stop> {
    let forms = reader.forms();
    match &args.edition {
        None => list(forms, out)?,
        Some(edition) => match forms.get(edition) {
            Some(form) => blank(form, out)?,
            None => return Err(Stop::error(unknown(forms, edition))),
        },
    }
    Ok(Verdict::Well)
}

fn list(forms: &Forms, out: &mut impl Write) -> io::Result<()> {
    let mut rows = vec![vec![
        Cell::left("form"),
        Cell::left("years"),
        Cell::right("tables"),
        Cell::right("cells"),
        Cell::left("laid down by"),
    ]];
    for form in forms.iter() {
        rows.push(vec![
            Cell::left(&*form.key),
            Cell::left(years(form)),
            Cell::right(form.tables.len().to_string()),
            Cell::right(cells(form)),
            Cell::left(&*form.document),
        ]);
    }
    grid::write(out, "", &rows)
}

/// How many cells a report of the form has.
fn cells(form: &Form) -> String {
    match form.slots.len() {
        0 => "as printed".to_owned(),
        count => count.to_string(),
    }
}

fn years(form: &Form) -> String {
    match form.to {
        Some(to) if to == form.from => to.to_string(),
        Some(to) => format!("{} to {to}", form.from),
        None => format!("{} onward", form.from),
    }
}

fn blank(form: &Form, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# {} {}, {}, {}", form.key, form.title, years(form), form.document)?;
    for table in &form.tables {
        write!(out, "\n# table {}", table.key)?;
        match table.slots.len() {
            0 => write!(out, ", rows and columns as the report prints them")?,
            slots => write!(out, ", {slots} cells")?,
        }
        match table.section.and_then(|section| form.sections.get(section)) {
            Some(section) => write!(out, ", in section {} {} ({})", section.number, section.title, section.key)?,
            None => write!(out, ", {}", table.title)?,
        }
        writeln!(out)?;
        rows(form, table, out)?;
    }
    Ok(())
}

fn rows(form: &Form, table: &FormTable, out: &mut impl Write) -> io::Result<()> {
    for row in &table.blank {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                out.write_all(b"\t")?;
            }
            match cell {
                BlankCell::Empty => {}
                BlankCell::Closed => out.write_all(b"{}")?,
                BlankCell::Label(label) => out.write_all(label.as_bytes())?,
                BlankCell::Slot(slot) => {
                    if let Some(slot) = form.slots.get(*slot) {
                        write!(out, "{{{}.{}}}", slot.row, slot.column)?;
                    }
                }
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What to say of a form that is not there: people give the year of a report.
fn unknown(forms: &Forms, asked: &str) -> String {
    let year = asked.parse::<i32>().ok();
    if let Some(form) = year.and_then(|year| forms.iter().find(|form| form.covers(year))) {
        return format!("no form is called {asked}; reports about the year {asked} use the form {}", form.key);
    }
    // One year is always like another: only words are compared.
    let near = forms
        .iter()
        .filter(|_| year.is_none())
        .map(|form| (strsim::normalized_damerau_levenshtein(&form.key, asked), &form.key))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, key)) => format!("no form is called {asked}; did you mean {key}?"),
        None => {
            let known: Vec<String> = forms.iter().map(|form| format!("{} ({})", form.key, years(form))).collect();
            format!("no form is called {asked}; known are {}", known.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    #[test]
    fn an_unknown_form_is_answered_with_a_known_one() {
        let forms = Forms::embedded();
        assert_eq!(unknown(&forms, "2023"), "no form is called 2023; reports about the year 2023 use the form 2021");
        assert_eq!(unknown(&forms, "2021年"), "no form is called 2021年; did you mean 2021?");
        assert!(unknown(&forms, "1999").contains("; known are "));
    }

    #[test]
    fn a_blank_form_shows_labels_and_slots() {
        let mut form = (*sample::form("t1", &["a", "b"])).clone();
        form.tables[0].blank[0].insert(0, BlankCell::Label("行政事业性收费".into()));
        form.tables[0].blank[0].insert(1, BlankCell::Empty);
        let mut out = Vec::new();
        blank(&form, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "# t1 政府信息公开工作年度报告, 2021 onward, 某办〔2021〕1号\n\
             \n# table money, 2 cells, in section 1 总体情况 (overview)\n\
             行政事业性收费\t\t{fees.a}\t{fees.b}\n"
        );
    }
}
