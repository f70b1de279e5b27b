//! `nianbao forms`: the forms known, and one of them as a blank table with the keys of its cells.

use std::io::{self, Write};

use super::args::{Forms as Args, Global};
use super::{Out, Stop, Verdict};
use crate::Reader;
use crate::form::{BlankCell, Form, FormTable, Forms};
use crate::lang::Lang;
use crate::write::grid::{self, Cell};

pub(super) fn run(reader: &Reader, global: &Global, args: &Args, out: &mut Out) -> Result<Verdict, Stop> {
    let (forms, lang) = (reader.forms(), global.lang());
    match &args.edition {
        None => list(forms, lang, out)?,
        Some(edition) => match forms.get(edition) {
            Some(form) => blank(form, lang, out)?,
            None => return Err(Stop::error(unknown(forms, edition, lang))),
        },
    }
    Ok(Verdict::Well)
}

fn list(forms: &Forms, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let mut rows = vec![vec![
        Cell::left(lang.pick("form", "格式")),
        Cell::left(lang.pick("years", "适用年度")),
        Cell::right(lang.pick("tables", "表")),
        Cell::right(lang.pick("cells", "单元格")),
        Cell::left(lang.pick("laid down by", "依据")),
    ]];
    for form in forms.iter() {
        rows.push(vec![
            Cell::left(&*form.key),
            Cell::left(years(form, lang)),
            Cell::right(form.tables.len().to_string()),
            Cell::right(cells(form, lang)),
            Cell::left(&*form.document),
        ]);
    }
    grid::write(out, "", &rows)
}

/// How many cells a report of the form has.
fn cells(form: &Form, lang: Lang) -> String {
    match form.slots.len() {
        0 => lang.pick("as printed", "按报告所印").to_owned(),
        count => count.to_string(),
    }
}

fn years(form: &Form, lang: Lang) -> String {
    match (form.to, lang) {
        (Some(to), Lang::En) if to == form.from => to.to_string(),
        (Some(to), Lang::En) => format!("{} to {to}", form.from),
        (None, Lang::En) => format!("{} onward", form.from),
        (Some(to), Lang::Zh) if to == form.from => format!("{to} 年"),
        (Some(to), Lang::Zh) => format!("{} 至 {to} 年", form.from),
        (None, Lang::Zh) => format!("{} 年起", form.from),
    }
}

fn blank(form: &Form, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let comma = lang.pick(", ", "，");
    writeln!(out, "# {} {}{comma}{}{comma}{}", form.key, form.title, years(form, lang), form.document)?;
    for table in &form.tables {
        write!(out, "\n# {} {}{comma}", lang.pick("table", "表"), table.key)?;
        match (table.slots.len(), lang) {
            (0, Lang::En) => write!(out, "rows and columns as the report prints them")?,
            (0, Lang::Zh) => write!(out, "行和列按报告所印")?,
            (slots, Lang::En) => write!(out, "{slots} cells")?,
            (slots, Lang::Zh) => write!(out, "{slots} 个单元格")?,
        }
        match (table.section.and_then(|section| form.sections.get(section)), lang) {
            (Some(section), Lang::En) => {
                write!(out, ", in section {} {} ({})", section.number, section.title, section.key)?;
            }
            (Some(section), Lang::Zh) => {
                write!(out, "，第 {} 部分 {}（{}）", section.number, section.title, section.key)?;
            }
            (None, _) => write!(out, "{comma}{}", table.title)?,
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
fn unknown(forms: &Forms, asked: &str, lang: Lang) -> String {
    let year = asked.parse::<i32>().ok().filter(|year| (1900..2100).contains(year));
    if let Some(form) = year.and_then(|year| forms.iter().find(|form| form.covers(year))) {
        let key = &form.key;
        return match lang {
            Lang::En => format!("no form is called {asked}; reports about the year {asked} use the form {key}"),
            Lang::Zh => format!("没有名为 {asked} 的格式；{asked} 年度的报告用 {key}"),
        };
    }
    // One year is always like another: only words are compared.
    let near = forms
        .iter()
        .filter(|_| year.is_none())
        .map(|form| (strsim::normalized_damerau_levenshtein(&form.key, asked), &form.key))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let known = |open: &str, close: &str, between: &str| {
        let known = forms.iter().map(|form| format!("{}{open}{}{close}", form.key, years(form, lang)));
        known.collect::<Vec<_>>().join(between)
    };
    match (near, lang) {
        (Some((_, key)), Lang::En) => format!("no form is called {asked}; did you mean {key}?"),
        (Some((_, key)), Lang::Zh) => format!("没有名为 {asked} 的格式；是否指 {key}？"),
        (None, Lang::En) => format!("no form is called {asked}; known are {}", known(" (", ")", ", ")),
        (None, Lang::Zh) => format!("没有名为 {asked} 的格式；现有 {}", known("（", "）", "、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::sample;

    #[test]
    fn an_unknown_form_is_answered_with_a_known_one() {
        let forms = Forms::embedded();
        assert_eq!(
            unknown(&forms, "2023", Lang::En),
            "no form is called 2023; reports about the year 2023 use the form 2021"
        );
        assert_eq!(unknown(&forms, "2021年", Lang::En), "no form is called 2021年; did you mean 2021?");
        assert!(unknown(&forms, "1999", Lang::En).contains("; known are "));
    }

    #[test]
    fn a_blank_form_shows_labels_and_slots() {
        let mut form = (*sample::form("t1", &["a", "b"])).clone();
        form.tables[0].blank[0].insert(0, BlankCell::Label("行政事业性收费".into()));
        form.tables[0].blank[0].insert(1, BlankCell::Empty);
        let mut out = Vec::new();
        blank(&form, Lang::En, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "# t1 政府信息公开工作年度报告, 2021 onward, 某办〔2021〕1号\n\
             \n# table money, 2 cells, in section 1 总体情况 (overview)\n\
             行政事业性收费\t\t{fees.a}\t{fees.b}\n"
        );
    }
}
