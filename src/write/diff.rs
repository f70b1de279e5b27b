//! A [`Diff`] for a person at a terminal, in 80 columns.

use std::borrow::Cow;
use std::io::{self, Write};

use super::grid::{self, Cell, cut};
use super::snippet::clean;
use super::text::Style;
use crate::diff::{CellChange, CellState, Diff, FieldChange, Kept, Prose, SectionChange, Side, Which};
use crate::lang::Lang;
use crate::record::Status;

/// Columns of the terminal that a line may take.
const COLUMNS: usize = 80;
/// Columns that a label may take; its key stands beside it.
const LABEL: usize = 28;

/// Writes what changed.
pub fn write(out: &mut impl Write, diff: &Diff<'_>, style: Style, lang: Lang) -> io::Result<()> {
    writeln!(out, "{} {}", style.bold("A"), side(&diff.a, lang))?;
    writeln!(out, "{} {}", style.bold("B"), side(&diff.b, lang))?;
    if diff.is_same() {
        return writeln!(out, "\n{}", lang.pick("Nothing differs.", "没有差异。"));
    }
    if !diff.metadata.is_empty() {
        writeln!(out, "\n{}", style.bold(lang.pick("Metadata", "基本信息")))?;
        for change in &diff.metadata {
            field(out, change, lang)?;
        }
    }
    cells(out, diff, style, lang)?;
    sections(out, diff, style, lang)?;
    prose(out, diff, style, lang)
}

fn side(side: &Side<'_>, lang: Lang) -> String {
    let path = side.path.map_or(Cow::Borrowed("<stdin>"), clean);
    let unknown = || Cow::Borrowed(lang.pick("?", "不详"));
    let agency = side.agency.map_or_else(unknown, clean);
    let year = side.year.map_or_else(unknown, |year| year.to_string().into());
    let edition = side.edition.map_or_else(unknown, clean);
    match lang {
        Lang::En => format!("{path}: {agency}, {year}, form {edition}"),
        Lang::Zh => format!("{path}：{agency}，{year}年，{edition}版格式"),
    }
}

fn field(out: &mut impl Write, change: &FieldChange<'_>, lang: Lang) -> io::Result<()> {
    let shown = |text: &Option<Cow<'_, str>>| match text {
        Some(text) => clean(text).into_owned(),
        None => lang.pick("(none)", "（无）").to_owned(),
    };
    let name = match lang {
        Lang::En => change.field,
        Lang::Zh => chinese(change.field),
    };
    let line = format!("  {name}  {} → {}", shown(&change.a), shown(&change.b));
    if crate::span::width(&line) <= COLUMNS {
        return writeln!(out, "{line}");
    }
    writeln!(out, "  {name}\n    {}\n  → {}", shown(&change.a), shown(&change.b))
}

/// What a field of the metadata is called.
fn chinese(field: &'static str) -> &'static str {
    match field {
        "title" => "标题",
        "agency" => "机关",
        "year" => "年度",
        "edition" => "格式",
        "period.from" => "起始日期",
        "period.to" => "截止日期",
        "doc_number" => "文号",
        "published" => "发布日期",
        "contact.address" => "地址",
        "contact.phone" => "电话",
        "contact.fax" => "传真",
        "contact.postcode" => "邮编",
        "contact.email" => "电子邮箱",
        "contact.website" => "网址",
        other => other,
    }
}

fn cells(out: &mut impl Write, diff: &Diff<'_>, style: Style, lang: Lang) -> io::Result<()> {
    let changed = diff.cells.iter().filter(|cell| cell.a.is_some() && cell.b.is_some()).count();
    let (only_a, only_b) = (count(diff, |cell| cell.b.is_none()), count(diff, |cell| cell.a.is_none()));
    let head = match lang {
        Lang::En => format!("Cells: {changed} of {} differ", changed + diff.cells_same),
        Lang::Zh => format!("数据：{}格中有{changed}格不同", changed + diff.cells_same),
    };
    writeln!(out, "\n{}", style.bold(head))?;
    for (count, which) in [(only_a, "A"), (only_b, "B")].into_iter().filter(|(count, _)| *count > 0) {
        match lang {
            Lang::En => writeln!(out, "  {count} cells stand in the form of {which} alone (--format json lists them)")?,
            Lang::Zh => writeln!(out, "  有{count}格只见于{which}的格式（--format json 逐格列出）")?,
        }
    }
    let both: Vec<&CellChange<'_>> = diff.cells.iter().filter(|cell| cell.a.is_some() && cell.b.is_some()).collect();
    for table in both.chunk_by(|a, b| a.table == b.table) {
        writeln!(out, "  {}", style.bold(table[0].table))?;
        // Where a table has several columns, that of a cell is named even if no other has changed.
        let single = diff.of_one_column.contains(table[0].table);
        let named = |cell: &CellChange<'_>| {
            let (label, key) = if single { (cell.row_label, cell.row) } else { (cell.column_label, cell.column) };
            [cut(&clean(last(label)), LABEL).into_owned(), key.to_owned()]
        };
        let mut rows = table.iter().map(|cell| cell_row(cell, named(cell), lang));
        if single {
            grid::write(out, "    ", &rows.collect::<Vec<_>>())?;
            continue;
        }
        // One grid for the table, so that its columns align; the rows of the form stand between its lines.
        let lines = grid::lines(&rows.by_ref().collect::<Vec<_>>());
        let mut lines = lines.iter();
        for row in table.chunk_by(|a, b| a.row == b.row) {
            let (label, key) = (clean(row[0].row_label), format!(" ({})", row[0].row));
            let room = COLUMNS.saturating_sub(4 + crate::span::width(&key));
            // Where there is little room, the groups are left out, not the row.
            let label = if crate::span::width(&label) <= room { &label } else { last(&label) };
            writeln!(out, "    {}{key}", cut(label, room))?;
            lines.by_ref().take(row.len()).try_for_each(|line| writeln!(out, "      {line}"))?;
        }
    }
    Ok(())
}

fn count(diff: &Diff<'_>, which: impl Fn(&CellChange<'_>) -> bool) -> usize {
    diff.cells.iter().filter(|cell| which(cell)).count()
}

fn cell_row<'a>(cell: &CellChange<'a>, [label, key]: [String; 2], lang: Lang) -> Vec<Cell<'a>> {
    let state = |state: &Option<CellState<'a>>| match state {
        None => Cow::Borrowed(""),
        Some(CellState { value: Some(value), unit, .. }) => {
            format!("{}{}", value.0, unit.map(clean).unwrap_or_default()).into()
        }
        Some(CellState { status, .. }) => Cow::Borrowed(status_name(*status, lang)),
    };
    let change = match cell.change {
        Some(change) if change.0.is_sign_positive() && !change.0.is_zero() => format!("+{}", change.0),
        Some(change) if !change.0.is_zero() => format!("−{}", change.0.abs()),
        _ => String::new(),
    };
    vec![
        Cell::right(state(&cell.a)),
        Cell::left("→"),
        Cell::right(state(&cell.b)),
        Cell::right(change),
        Cell::left(label),
        Cell::left(key),
    ]
}

/// The last part of a label, without those of its groups.
fn last(label: &str) -> &str {
    label.rsplit(' ').next().unwrap_or(label)
}

fn status_name(status: Status, lang: Lang) -> &'static str {
    let zh = match status {
        Status::Ok => "数值",
        Status::Blank => "空白",
        Status::Unreadable => "无法读取",
        Status::Missing => "缺失",
    };
    lang.pick(status.name(), zh)
}

fn sections(out: &mut impl Write, diff: &Diff<'_>, style: Style, lang: Lang) -> io::Result<()> {
    if diff.sections.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", style.bold(lang.pick("Sections", "章节")))?;
    for SectionChange { change, number, title, line, .. } in &diff.sections {
        let (sign, which) = match change {
            Which::Dropped => ("-", "A"),
            Which::Added => ("+", "B"),
        };
        let place = match lang {
            Lang::En => format!("({which}, line {line})"),
            Lang::Zh => format!("（{which}第{line}行）"),
        };
        let head = clean(number);
        let head = if head.ends_with(['）', ')', '.']) { head } else { format!("{head}、").into() };
        let room = COLUMNS.saturating_sub(crate::span::width(&head) + crate::span::width(&place) + 6);
        writeln!(out, "  {sign} {head}{} {place}", cut(&clean(title), room))?;
    }
    Ok(())
}

fn prose(out: &mut impl Write, diff: &Diff<'_>, style: Style, lang: Lang) -> io::Result<()> {
    let shares_of_b = |prose: &Prose| shares((prose.share, prose.share_but_figures), lang);
    if let Some(total) = shares_of_b(&diff.prose) {
        let head = match lang {
            Lang::En => format!("Prose of B that stands in A: {total}"),
            Lang::Zh => format!("B的文字与A相同的部分：{total}"),
        };
        writeln!(out, "\n{}", style.bold(head))?;
        let sections = diff.prose_of_sections.iter();
        let rows =
            sections.filter_map(|section| Some(row(section.number, section.title, shares_of_b(&section.prose)?)));
        grid::write(out, "  ", &rows.collect::<Vec<_>>())?;
    }
    // What was left out of A does not show in B.
    let shares_of_a = |kept: &Kept| shares((kept.share, kept.share_but_figures), lang);
    let (kept, prose) = (&diff.kept, &diff.prose);
    if kept.share >= prose.share && kept.share_but_figures >= prose.share_but_figures && prose.share.is_some() {
        return Ok(());
    }
    let Some(total) = shares_of_a(kept) else { return Ok(()) };
    let head = match lang {
        Lang::En => format!("Prose of A that stands in B: {total}"),
        Lang::Zh => format!("A的文字在B中仍有的部分：{total}"),
    };
    writeln!(out, "\n{}", style.bold(head))?;
    let sections = diff.kept_of_sections.iter().filter(|section| section.kept.share != Some(1.0));
    let rows = sections.filter_map(|section| Some(row(section.number, section.title, shares_of_a(&section.kept)?)));
    grid::write(out, "  ", &rows.collect::<Vec<_>>())
}

/// A section with what is said of its prose.
fn row(number: &str, title: &str, shares: String) -> Vec<Cell<'static>> {
    let title = format!("{}、{}", clean(number), clean(title));
    vec![Cell::left(cut(&title, 44).into_owned()), Cell::left(shares)]
}

/// `91% word for word, 95% but for figures`.
fn shares((exact, but_figures): (Option<f64>, Option<f64>), lang: Lang) -> Option<String> {
    // All is all: nearly all is not called so.
    let percent = |share: f64| format!("{:.0}%", if share < 1.0 { (share * 100.0).min(99.0) } else { 100.0 });
    let (exact, but_figures) = (percent(exact?), percent(but_figures?));
    Some(match lang {
        Lang::En if exact == but_figures => format!("{exact} word for word"),
        Lang::En => format!("{exact} word for word, {but_figures} but for figures"),
        Lang::Zh if exact == but_figures => format!("逐句相同{exact}"),
        Lang::Zh => format!("逐句相同{exact}，不计数字则为{but_figures}"),
    })
}
