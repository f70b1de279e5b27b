//! Series made by hand; those of whole reports are in `tests/series.rs`.

use rust_decimal::Decimal;

use super::record::{Entry, Noted, State};
use super::*;
use crate::lang::Lang;
use crate::span::Span;

fn cell(value: Option<i64>) -> Noted {
    Noted {
        state: if value.is_some() { State::Ok } else { State::Blank },
        value: value.map(Decimal::from),
        place: Some(Place { line: 7, col: 2 }),
        span: Some(Span { start: 1, end: 2 }),
    }
}

/// The report `index` of 云溪市财政局, with what came in and what was carried out in the column 总计.
fn record(index: u64, year: i32, carried_in: Option<i64>, carried_out: Option<i64>) -> Record {
    let forms = Forms::embedded();
    let form = forms.get("2021").unwrap();
    let number = form.series.iter().position(|series| series.each == "total").unwrap();
    Record {
        index,
        year,
        agency: "云溪市财政局".into(),
        report: format!("{year}"),
        source: Some(format!("云溪/{year}.txt")),
        edition: Some("2021".into()),
        entries: [Entry {
            edition: "2021".into(),
            number: number as u16,
            earlier: Some(cell(carried_out)),
            later: vec![cell(carried_in)],
        }]
        .into(),
    }
}

fn messages(records: &[Record]) -> Vec<String> {
    let found = check(records.to_vec(), &Agencies::default(), &Forms::embedded());
    let mut reversed = records.to_vec();
    reversed.reverse();
    assert_eq!(check(reversed, &Agencies::default(), &Forms::embedded()), found, "the order matters");
    found.iter().map(|found| format!("{} {}", found.report, found.finding.message(Lang::En))).collect()
}

#[test]
fn a_break_names_the_earlier_report() {
    assert!(messages(&[record(0, 2021, Some(0), Some(3)), record(1, 2022, Some(3), Some(0))]).is_empty());
    assert_eq!(
        messages(&[record(0, 2021, Some(0), Some(3)), record(1, 2022, Some(4), Some(0))]),
        [
            "2022 二、上年结转政府信息公开申请数量 / 总计 (4) does not equal 3: 四、结转下年度继续办理 / 总计 3 in the report for 2021 (云溪/2021.txt, line 7)"
        ]
    );
    assert_eq!(
        messages(&[record(0, 2021, None, Some(3)), record(1, 2022, None, None)]),
        [
            "2022 二、上年结转政府信息公开申请数量 / 总计 (0) does not equal 3: 四、结转下年度继续办理 / 总计 3 in the report for 2021 (云溪/2021.txt, line 7) (1 blank cell counted as 0)"
        ]
    );
}

#[test]
fn extreme_years_are_years() {
    let found = messages(&[record(0, i32::MIN, None, None), record(1, i32::MAX, None, None)]);
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_record_of_another_program_is_passed_over() {
    let mut odd = record(1, 2022, Some(4), Some(0));
    odd.entries[0].number = 999;
    assert!(messages(&[record(0, 2021, None, Some(3)), odd.clone()]).is_empty());
    odd.entries[0].number = 6;
    odd.entries[0].later.clear();
    assert!(messages(&[record(0, 2021, None, Some(3)), odd]).is_empty());
}

/// The two reports with the equation of another column beside that of 总计.
fn beside(mut record: Record) -> Record {
    let forms = Forms::embedded();
    let form = forms.get("2021").unwrap();
    let total = &form.series[usize::from(record.entries[0].number)];
    let other = |series: &crate::form::Series| series.rule == total.rule && series.each != total.each;
    let number = form.series.iter().position(other).unwrap() as u16;
    record.entries = [record.entries[0].clone(), Entry { number, ..record.entries[0].clone() }].into();
    record
}

#[test]
fn equations_that_cannot_be_checked_are_counted_by_their_rule() {
    let unreadable = |mut record: Record| {
        for entry in &mut record.entries {
            entry.later[0].state = State::Unreadable;
        }
        record
    };
    let records = [beside(record(0, 2021, Some(0), Some(3))), unreadable(beside(record(1, 2022, Some(3), Some(0))))];
    let found = check(records.to_vec(), &Agencies::default(), &Forms::embedded());
    let counts: Vec<usize> = found
        .iter()
        .filter_map(|found| match found.finding.fact {
            Fact::SeriesUnchecked { equations, .. } => Some(equations),
            _ => None,
        })
        .collect();
    assert_eq!(counts, [2]);
}

#[test]
fn of_the_cells_of_a_break_one_is_the_stated() {
    let records = [record(0, 2021, Some(0), Some(3)), record(1, 2022, Some(4), Some(0))];
    let found = check(records.to_vec(), &Agencies::default(), &Forms::embedded());
    let stated: Vec<(&str, bool)> =
        found[0].finding.entered.iter().map(|entered| (entered.cell.as_str(), entered.stated)).collect();
    assert_eq!(stated, [("applications.carried_in.total", true)]);
}
