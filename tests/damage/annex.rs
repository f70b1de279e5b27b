//! Annexes with columns, or rows too, of their own: what the provinces laid down before 2014, and the national annex with several number
//! columns. Given the form, the form as one report prints it; given a document, what a right reading of such a table is.
//!
//! The labels are those of many provinces, put together anew for each report. Rows are told by their place, columns by their header, so the
//! truth is worked out from what is printed in the end, whatever was done to it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use nianbao::fold::{is_invisible, key};
use nianbao::form::{BlankCell, Columns, Form, FormTable, Forms, Kind, Slot};
use nianbao::record::Status;

use super::document::{Cell, Document, Table};
use super::rng::Rng;

/// A label and the unit of its number; no unit is a group.
type Line = (&'static str, &'static str);

/// What the annexes ask, block by block.
const BLOCKS: &[&[Line]] = &[
    &[
        ("主动公开信息数", "条"),
        ("其中：1.政府网站", "条"),
        ("2.政府公报", "条"),
        ("3.其他形式", "条"),
        ("新增的行政规范性文件数", "件"),
    ],
    &[
        ("一、主动公开情况", ""),
        ("主动公开政府信息总数", "条"),
        ("其中：网站公开数", "条"),
        ("公开栏公开数", "条"),
        ("新闻媒体公开数", "条"),
        ("召开新闻发布会次数", "次"),
    ],
    &[
        ("主动公开文件数", "条"),
        ("其中：全文电子化的主动公开文件数", "条"),
        ("提供服务类信息数", "条"),
        ("公开网站（页）数", "个"),
        ("网站专栏页面访问量", "人次"),
        ("现场接待人数", "人次"),
    ],
    &[
        ("受理依申请公开信息总数", "件"),
        ("其中：1.当面申请数", "件"),
        ("2.传真申请数", "件"),
        ("3.电子邮件申请数", "件"),
        ("4.网上申请数", "件"),
        ("5.信函申请数", "件"),
        ("6.其它形式申请数", "件"),
    ],
    &[("二、依申请公开情况", ""), ("（一）收到申请数", "件"), ("其中：公民申请", "件"), ("法人及其他组织申请", "件")],
    &[
        ("对申请的答复总数", "件"),
        ("其中：1.同意公开答复数", "件"),
        ("2.同意部分公开答复数", "件"),
        ("3.否决公开答复总数", "件"),
        ("“非政府信息”数", "件"),
        ("“信息不存在”数", "件"),
        ("“非本部门掌握”数", "件"),
        ("“申请内容不明确”数", "件"),
    ],
    &[
        ("按时答复数", "件"),
        ("延期答复数", "件"),
        ("同意公开数", "件"),
        ("不予公开数", "件"),
        ("因涉及国家秘密、商业秘密或者个人隐私等原因不予公开的政府信息数", "件"),
    ],
    &[("行政复议数", "件"), ("行政诉讼数", "件"), ("行政申诉数", "件")],
    &[("四、行政复议数量", "件"), ("其中：被依法纠错数", "件"), ("五、行政诉讼数量", "件"), ("举报投诉数量", "件")],
    &[
        ("三、经费和人员情况", ""),
        ("收取费用总额", "元"),
        ("政府信息公开指定专职人员总数", "人"),
        ("1.专职人员数", "人"),
        ("2.兼职人员数", "人"),
        ("信息公开专项经费投入", "万元"),
        ("举办各类培训班数", "次"),
        ("接受培训人员数", "人次"),
    ],
];

const LABEL_HEADS: &[&str] = &["指标名称", "统计指标", "指标", "项目", "统计项目"];
const UNIT_HEADS: &[&str] = &["单位", "计量单位"];
const CODE_HEADS: &[&str] = &["代码", "指标代码"];
const SINGLE: &[&str] = &["统计数", "数量", "数值", "本年度", "统计数量"];
const SEVERAL: &[&[&str]] =
    &[&["本年度", "历年累计"], &["本年数", "累计数"], &["上年度", "本年度"], &["市本级", "县（区）", "合计"]];
/// Number columns of the national annex, besides the single one.
const NATIONAL: &[&[&str]] =
    &[&["区政府统计数", "区直单位统计数", "乡镇街道统计数"], &["本级", "汇总"], &["本单位", "下属单位", "合计"]];
const TITLES: &[&str] = &["主动公开情况统计", "依申请公开情况统计", "复议、诉讼情况统计", "机构和经费情况统计"];

/// The edition whose labels keep their keys.
static NATIONAL_FORM: LazyLock<Arc<Form>> =
    LazyLock::new(|| Forms::embedded().get("2014").expect("edition 2014").clone());

/// The form as one report prints it; the form itself where it lays its columns down.
pub fn printed(form: &Arc<Form>, rng: &mut Rng) -> Arc<Form> {
    match form.tables.first().map(|table| table.columns.clone()) {
        Some(Columns::AllPrinted { .. }) => Arc::new(provincial(form, rng)),
        Some(Columns::Printed) if rng.chance(35) => Arc::new(national(form, rng)),
        _ => form.clone(),
    }
}

/// The form without its tables.
fn emptied(form: &Form) -> Form {
    let mut form = form.clone();
    form.tables.clear();
    form.slots.clear();
    form.identities.clear();
    form
}

/// An annex of a province: one table, or several with a title each.
fn provincial(form: &Form, rng: &mut Rng) -> Form {
    let mut made = emptied(form);
    let blocks = rng.some(BLOCKS.len(), BLOCKS.len());
    let blocks = if blocks.len() < 3 { (0..BLOCKS.len()).step_by(2).collect() } else { blocks };
    let parts: Vec<&[usize]> = if rng.chance(20) { blocks.chunks(3).collect() } else { vec![&blocks] };
    let heads: Vec<&str> = if rng.chance(60) { vec![rng.pick(SINGLE)] } else { rng.pick(SEVERAL).to_vec() };
    let style = Style {
        label: rng.pick(LABEL_HEADS),
        unit: if rng.chance(80) { Some(rng.pick(UNIT_HEADS)) } else { None },
        code: if rng.chance(25) { Some((rng.pick(CODE_HEADS), rng.chance(50))) } else { None },
        // 统计数 over 本年度 and 历年累计.
        over: if heads.len() > 1 && rng.chance(30) { Some("统计数") } else { None },
        numbered: rng.chance(15),
        heads,
    };
    let several = parts.len() > 1;
    for (at, blocks) in parts.into_iter().enumerate() {
        let title = if several {
            format!("附表{}：{}", at + 1, TITLES[at % TITLES.len()])
        } else {
            form.tables[0].title.clone()
        };
        let lines = blocks.iter().flat_map(|&block| BLOCKS[block]);
        let lines: Vec<(&str, &str)> = lines.copied().collect();
        let table = FormTable { title, ..form.tables[0].clone() };
        style.table(&mut made, table, &lines, rng.chance(50));
    }
    made
}

/// The national annex with several number columns, or with codes.
fn national(form: &Form, rng: &mut Rng) -> Form {
    let heads = rng.pick(NATIONAL);
    let mut made = emptied(form);
    let table = &form.tables[0];
    let mut blank = Vec::new();
    let width = heads.len();
    for row in &table.blank {
        let mut cells: Vec<BlankCell> = row.clone();
        let last = cells.pop();
        match last {
            Some(BlankCell::Slot(slot)) => cells.extend(heads.iter().enumerate().map(|(at, head)| {
                made.slots.push(Slot {
                    column: format!("c{at}"),
                    column_label: (*head).to_owned(),
                    ..form.slots[slot].clone()
                });
                BlankCell::Slot(made.slots.len() - 1)
            })),
            Some(BlankCell::Label(_)) => cells.extend(heads.iter().map(|head| BlankCell::Label((*head).to_owned()))),
            other => cells.extend(std::iter::repeat_n(other.unwrap_or(BlankCell::Closed), width)),
        }
        blank.push(cells);
    }
    for identity in &form.identities {
        for at in 0..width {
            let moved = |slots: &[usize]| slots.iter().map(|slot| slot * width + at).collect();
            let (total, parts) = (moved(&identity.total), moved(&identity.parts));
            made.identities.push(nianbao::form::Identity { total, parts, ..identity.clone() });
        }
    }
    made.tables.push(FormTable { blank, slots: 0..made.slots.len(), ..table.clone() });
    made
}

/// The columns of an annex.
struct Style {
    label: &'static str,
    unit: Option<&'static str>,
    /// The head of a column of codes, and whether it stands behind the units.
    code: Option<(&'static str, bool)>,
    over: Option<&'static str>,
    /// A row 甲 乙 1 2 under the header.
    numbered: bool,
    heads: Vec<&'static str>,
}

impl Style {
    /// The cells of a row, from its label, unit and code.
    fn row(&self, label: BlankCell, unit: BlankCell, code: BlankCell, values: Vec<BlankCell>) -> Vec<BlankCell> {
        let mut cells = vec![label];
        let behind = self.code.is_some_and(|(_, behind)| behind);
        if self.code.is_some() && !behind {
            cells.push(code.clone());
        }
        if self.unit.is_some() {
            cells.push(unit);
        }
        if self.code.is_some() && behind {
            cells.push(code);
        }
        cells.extend(values);
        cells
    }

    fn table(&self, form: &mut Form, table: FormTable, lines: &[(&str, &str)], dashes: bool) {
        let label = |text: &str| BlankCell::Label(text.to_owned());
        let first = form.slots.len();
        let mut blank = Vec::new();
        let (unit, code) = (self.unit.unwrap_or_default(), self.code.map_or("", |(head, _)| head));
        let heads: Vec<BlankCell> = self.heads.iter().map(|head| label(head)).collect();
        match self.over {
            Some(over) => {
                let mut above = vec![label(over)];
                above.resize(heads.len(), BlankCell::Empty);
                blank.push(self.row(label(self.label), label(unit), label(code), above));
                blank.push(self.row(BlankCell::Empty, BlankCell::Empty, BlankCell::Empty, heads));
            }
            None => blank.push(self.row(label(self.label), label(unit), label(code), heads)),
        }
        if self.numbered {
            let numbers = (1..=self.heads.len()).map(|number| label(&number.to_string())).collect();
            blank.push(self.row(label("甲"), label("乙"), label("丙"), numbers));
        }
        for (at, (name, unit)) in lines.iter().enumerate() {
            if unit.is_empty() {
                let mark = if dashes { label("——") } else { BlankCell::Empty };
                let values = vec![BlankCell::Closed; self.heads.len()];
                blank.push(self.row(label(name), mark, BlankCell::Empty, values));
                continue;
            }
            let own = if self.unit.is_some() { (*name).to_owned() } else { format!("{name}（{unit}）") };
            let values: Vec<usize> = (form.slots.len()..form.slots.len() + self.heads.len()).collect();
            for (column, head) in self.heads.iter().enumerate() {
                form.slots.push(Slot {
                    table: table.key.clone(),
                    row: format!("line.{}", form.slots.len()),
                    column: format!("c{column}"),
                    row_label: own.clone(),
                    column_label: (*head).to_owned(),
                    unit: self.unit.map(|_| (*unit).to_owned()),
                    other_units: Vec::new(),
                    kind: if unit.ends_with('元') { Kind::Amount } else { Kind::Count },
                });
            }
            let values = values.into_iter().map(BlankCell::Slot).collect();
            blank.push(self.row(label(&own), label(unit), label(&format!("{:02}", at + 1)), values));
        }
        let slots: Range<usize> = first..form.slots.len();
        form.tables.push(FormTable { blank, slots, ..table });
    }
}

/// The columns of a table whose header names them: index of the cell, printed head.
fn heads(table: &Table) -> Vec<String> {
    let Some(first) = table.rows.iter().position(|row| row.is_data()) else { return Vec::new() };
    let columns = table.values.clone();
    let head = |column: usize| {
        let above = table.rows[..first].iter().rev();
        let mut labels = above.filter_map(|row| match row.cells.get(column) {
            Some(Cell::Label(label)) if !label.bytes().all(|byte| byte.is_ascii_digit()) => Some(label),
            _ => None,
        });
        labels.next().map(|label| clean(label)).unwrap_or_default()
    };
    columns.map(head).collect()
}

fn clean(label: &str) -> String {
    label.chars().filter(|&c| !c.is_whitespace() && !is_invisible(c)).collect()
}

/// The truth of the tables whose columns, or rows too, are those that the report prints.
pub fn truth(document: &Document) -> BTreeMap<String, (String, Status)> {
    let mut truth = BTreeMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut number = 0;
    for table in document.tables() {
        let heads = heads(table);
        for row in table.rows.iter().filter(|row| row.is_data()) {
            let label = match row.cells.get(table.label) {
                Some(Cell::Label(label)) => key(label),
                _ => String::new(),
            };
            let row_key = if document.own_rows {
                // Without anything behind it, it is a group's label like any other.
                let unit = table.unit.and_then(|unit| row.cells.get(unit));
                let blank = row.values().all(|value| value.text.is_empty());
                if blank && unit.is_none() && !table.code {
                    continue;
                }
                number += 1;
                known(&label).filter(|key| taken.insert(key.clone())).unwrap_or_else(|| format!("row.{number}"))
            } else {
                row.values().next().and_then(|value| row_of(&value.path)).unwrap_or_default().to_owned()
            };
            for value in row.values() {
                let column: usize =
                    value.path.rsplit_once(".c").and_then(|(_, column)| column.parse().ok()).unwrap_or_default();
                let column = if heads.len() == 1 { "value" } else { heads[column].as_str() };
                let path = cell(&table.key, &row_key, column);
                let read = if document.own_rows { labelled(&value.value, &label) } else { value.value.clone() };
                truth.insert(path, (read, value.status));
            }
        }
    }
    truth
}

/// The name of a cell under a printed head: brackets may be printed in one way here and in another there.
pub fn cell(table: &str, row: &str, column: &str) -> String {
    format!("{table}.{row}.{}", column.replace('（', "(").replace('）', ")"))
}

/// Where the form has no rows, a reading is the number with its label.
pub fn labelled(value: &str, label: &str) -> String {
    format!("{value} {label}")
}

fn row_of(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once('.')?;
    rest.rsplit_once('.').map(|(row, _)| row)
}

/// The key of a label that the national annex prints too, if it prints it once.
fn known(label: &str) -> Option<String> {
    let form = &NATIONAL_FORM;
    let table = form.tables.first()?;
    match table.exact.get(label)?.as_slice() {
        [row] => Some(form.slots[*table.rows[*row].slots.first()?].row.clone()),
        _ => None,
    }
}
