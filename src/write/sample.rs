//! A small report made by hand, for the tests of the writers: four cells of a form of its own.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::finding::{Entered, Fact, Finding, Rule, Within};
use crate::form::{BlankCell, Form, FormSection, FormTable, Kind, Slot};
use crate::grid::Layout;
use crate::lines::LineKind;
use crate::record::*;
use crate::span::{LineIndex, Span};

/// Line 4 holds the table: tabs, a Chinese label and three values.
pub(crate) const TEXT: &str =
    "某市2021年政府信息公开工作年度报告\n一、总体情况\n=全年无事。\n行政事业性收费\t59237.2449\t0.00\t/\n（一）其他\n";

fn span(text: &str) -> Span {
    let start = TEXT.find(text).unwrap();
    Span::new(start, start + text.len())
}

fn slot(row: &str, column: &str, unit: Option<&str>) -> Slot {
    Slot {
        table: "money".into(),
        row: row.into(),
        column: column.into(),
        row_label: "行政事业性收费".into(),
        column_label: column.into(),
        unit: unit.map(Into::into),
        other_units: Vec::new(),
        kind: Kind::Amount,
    }
}

/// A form of one table with four slots.
pub(crate) fn form(key: &str, columns: &[&str]) -> Arc<Form> {
    let slots: Vec<Slot> = columns.iter().map(|column| slot("fees", column, Some("万元"))).collect();
    Arc::new(Form {
        key: key.into(),
        title: "政府信息公开工作年度报告".into(),
        titles: Vec::new(),
        document: "某办〔2021〕1号".into(),
        from: 2021,
        to: None,
        sections: vec![FormSection {
            key: "overview".into(),
            number: 1,
            title: "总体情况".into(),
            keys: Vec::new(),
            content: true,
        }],
        tables: vec![FormTable {
            key: "money".into(),
            edition: key.into(),
            title: "总体情况".into(),
            section: Some(0),
            columns: crate::form::Columns::Form,
            code: false,
            remarks: false,
            region: None,
            blank: vec![(0..slots.len()).map(BlankCell::Slot).collect()],
            rows: Vec::new(),
            slots: 0..slots.len(),
            has_units: slots.iter().any(|slot| slot.unit.is_some()),
            header: Default::default(),
            groups: Default::default(),
            exact: Default::default(),
            roles: Default::default(),
        }],
        slots,
        identities: Vec::new(),
        rates: Vec::new(),
        clauses: Vec::new(),
        figures: Vec::new(),
        series: Vec::new(),
        by_name: Vec::new(),
        entered: Default::default(),
        unnumbered: Default::default(),
    })
}

/// The report; one error, one warning.
pub(crate) fn report() -> Report {
    let cell = |slot, value: Option<&str>, status, printed: Option<&str>| Cell {
        slot,
        value: value.map(|value| value.parse().unwrap()),
        unit: Some(Unit::Form),
        status,
        span: printed.map(span),
    };
    let mut sum = Finding::new(
        Rule::SumRow,
        Fact::Sum {
            within: Within::Table,
            totals: vec!["amount".into()],
            stated: Decimal::new(592372449, 4),
            computed: Decimal::new(0, 2),
            addends: Vec::new(),
            blank: 1,
        },
    )
    .at(span("59237.2449"))
    .table("money")
    .row("fees")
    .column("amount")
    .expected("0.00", "59237.2449");
    let entered = |cell: &str, value: Option<&str>, printed: &str, stated| Entered {
        cell: cell.into(),
        value: value.map(|value| value.parse().unwrap()),
        span: Some(span(printed)),
        stated,
    };
    sum.entered = vec![
        entered("money.fees.amount", Some("59237.2449"), "59237.2449", true),
        entered("money.fees.refunded", Some("0.00"), "0.00", false),
        entered("money.fees.waived", None, "/", false),
    ];
    let index = LineIndex::new(TEXT);
    let kinds = [LineKind::Prose, LineKind::Heading, LineKind::Prose, LineKind::Row, LineKind::Heading];
    let line = |(i, kind)| TextLine { span: index.line(TEXT, i), kind };
    let lines: Vec<TextLine> = kinds.into_iter().enumerate().map(line).collect();
    Report {
        source: Source {
            path: Some("甲/2021.txt".into()),
            bytes: TEXT.len(),
            encoding: "UTF-8",
            bom: false,
            replaced: 0,
            lines: lines.len(),
            sha256: "00".into(),
        },
        metadata: Metadata {
            title: Some("某市2021年政府信息公开工作年度报告".into()),
            agency: Some("某市".into()),
            year: Some(2021),
            edition: Some("t1".into()),
            period: Some(Period { from: "2021-01-01".into(), to: "2021-12-31".into() }),
            contact: Contact { phone: Some("+86 523".into()), ..Contact::default() },
            ..Metadata::default()
        },
        preface: Vec::new(),
        sections: vec![Section {
            key: Some("overview".into()),
            number: "一".into(),
            level: 1,
            title: "总体情况".into(),
            line: 2,
            paragraphs: vec![Paragraph { text: "=全年无事。".into(), line: 3, rejoined: false }],
            tables: vec![0],
            sections: vec![Section {
                key: None,
                number: "（一）".into(),
                level: 2,
                title: "其他".into(),
                line: 5,
                paragraphs: Vec::new(),
                tables: Vec::new(),
                sections: Vec::new(),
                ordinal: 1,
                span: span("（一）其他"),
            }],
            ordinal: 1,
            span: span("一、总体情况"),
        }],
        tables: vec![Table {
            section: Some("1".into()),
            caption: None,
            form: Some("t1/money".into()),
            layout: Layout::Tab,
            line: 4,
            rows: vec![TableRow {
                line: 4,
                cells: ["行政事业性收费", "59237.2449", "0.00", "/"]
                    .map(|text| crate::grid::Cell::new(span(text)))
                    .to_vec(),
            }],
        }],
        form: Some(form("t1", &["amount", "refunded", "waived", "written_off"])),
        cells: vec![
            cell(0, Some("59237.2449"), Status::Ok, Some("59237.2449")),
            cell(1, Some("0.00"), Status::Ok, Some("0.00")),
            cell(2, None, Status::Blank, Some("/")),
            Cell { unit: None, ..cell(3, None, Status::Missing, None) },
        ],
        findings: vec![
            sum,
            Finding::new(Rule::SectionMissing, Fact::SectionMissing { number: "二".into(), title: "主动公开".into() }),
        ],
        text: TEXT.into(),
        index,
        lines,
    }
}
