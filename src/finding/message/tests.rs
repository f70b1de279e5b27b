use super::*;
use crate::finding::{Addend, Elsewhere, Figured, MetadataField, Obstacle, Shift, Within, YearSource};

/// Declares the samples of an enum, a line a variant; a variant without a line does not compile.
macro_rules! samples {
    ($function:ident: $enum:ident, $($variant:ident => [$($sample:expr),+ $(,)?];)+) => {
        fn $function() -> Vec<$enum> {
            let named = |sample: &$enum| match sample {
                $($enum::$variant { .. } => stringify!($variant),)+
            };
            let mut samples = Vec::new();
            $($(
                assert_eq!(named(&$sample), stringify!($variant));
                samples.push($sample);
            )+)+
            samples
        }
    };
}

samples! { shifts: Shift,
    BlanksBetween => [Shift::BlanksBetween];
    Arithmetic => [Shift::Arithmetic];
    Split => [Shift::Split];
    Neighbours => [Shift::Neighbours];
    NoCells => [Shift::NoCells];
    Rest => [Shift::Rest];
    Plain => [Shift::Plain];
    Columns => [Shift::Columns];
    Apart => [Shift::Apart];
    Glued => [Shift::Glued];
    Spaced => [Shift::Spaced];
    Rows => [Shift::Rows];
    Labelled => [Shift::Labelled];
}

samples! { fields: MetadataField,
    Title => [MetadataField::Title];
    Agency => [MetadataField::Agency];
    Year => [MetadataField::Year];
    Period => [MetadataField::Period];
}

samples! { year_sources: YearSource,
    Title => [YearSource::Title];
    Period => [YearSource::Period];
    Preface => [YearSource::Preface];
    Overview => [YearSource::Overview];
}

samples! { withins: Within,
    Row => [Within::Row(s("丙行"))];
    Column => [Within::Column(s("丁列"))];
    Table => [Within::Table];
}

samples! { obstacles: Obstacle,
    Missing => [Obstacle::Missing];
    Unreadable => [Obstacle::Unreadable];
    Blank => [Obstacle::Blank];
    BlankTotal => [Obstacle::BlankTotal];
}

fn s(text: &str) -> String {
    text.to_owned()
}

fn labels(count: usize) -> Vec<String> {
    (0..count).map(|_| s("甲项")).collect()
}

fn sum(within: Within, totals: usize, addends: usize, blank: usize) -> Fact {
    let addends = labels(addends).into_iter().map(|label| Addend { label, value: 5.into() }).collect();
    Fact::Sum { within, totals: labels(totals), stated: 4.into(), computed: 5.into(), addends, blank }
}

fn unchecked(within: Within, parts: usize, obstacle: Obstacle) -> Fact {
    Fact::SumUnchecked { within, totals: labels(1), parts: labels(parts), cell: s("乙项"), obstacle }
}

fn elsewhere(line: Option<u32>) -> Elsewhere {
    Elsewhere { year: 2020, file: s("甲"), line }
}

fn series(line: Option<u32>, more: usize, blank: usize) -> Fact {
    let addend = || Addend { label: s("甲项"), value: 5.into() };
    let more = || (0..more).map(|_| addend()).collect();
    let (plus, minus) = (more(), more());
    let (printed, computed, earlier) = (5.into(), 6.into(), addend());
    Fact::Series { label: s("甲项"), printed, computed, earlier, of: elsewhere(line), plus, minus, blank }
}

fn series_unchecked(equations: usize, here: bool) -> Fact {
    let obstacle = Obstacle::Missing;
    Fact::SeriesUnchecked { equations, row: s("甲行"), column: s("乙列"), obstacle, here, of: elsewhere(None) }
}

fn prose(count: usize, blank: usize, line: Option<u32>) -> Fact {
    let figured = (1..=count)
        .map(|at| Figured {
            labels: labels(at),
            without: labels(at - 1),
            value: 5.into(),
            blank,
            summed: line.is_none(),
            line,
        })
        .collect();
    Fact::ProseTable { quote: s("甲句"), said: 4.into(), figured }
}

// What a report prints is given in Chinese, so that any other word is one of ours.
samples! { facts: Fact,
    Replaced => [
        Fact::Replaced { bytes: s("81"), encoding: "GB18030", unlisted: 0 },
        Fact::Replaced { bytes: s("81"), encoding: "GB18030", unlisted: 1 },
        Fact::Replaced { bytes: s("81"), encoding: "GB18030", unlisted: 3 },
    ];
    PrivateUse => [
        Fact::PrivateUse { first: s("U+E5E5"), count: 1 }, Fact::PrivateUse { first: s("U+E5E5"), count: 12 },
    ];
    SectionMissing => [Fact::SectionMissing { number: s("一"), title: s("总体情况") }];
    SectionDuplicate => [Fact::SectionDuplicate { title: s("总体情况"), first_line: 3 }];
    SectionOrder => [Fact::SectionOrder { title: s("总体情况"), after: s("其他") }];
    SectionEmpty => [
        Fact::SectionEmpty { title: s("总体情况"), text: s("") },
        Fact::SectionEmpty { title: s("总体情况"), text: s("无") },
    ];
    LabelsUnread => [Fact::LabelsUnread { lines: 12 }];
    CommasUnread => [Fact::CommasUnread];
    SourceOfPage => [Fact::SourceOfPage];
    FormUnknown => [
        Fact::FormUnknown { tables: 0 }, Fact::FormUnknown { tables: 1 }, Fact::FormUnknown { tables: 3 },
    ];
    FormMixed => [Fact::FormMixed { title: s("总体情况"), edition: s("2019"), form: s("2021") }];
    MetadataMissing => [
        Fact::MetadataMissing { what: MetadataField::Title, empty: false },
        Fact::MetadataMissing { what: MetadataField::Year, empty: true },
    ];
    MetadataYear => [Fact::MetadataYear { readings: year_sources().into_iter().zip(2020..).collect() }];
    TableMissing => [Fact::TableMissing { title: s("总体情况") }];
    TableElsewhere => [Fact::TableElsewhere { title: s("总体情况"), heading: 12 }];
    ColumnLeftOut => [Fact::ColumnLeftOut { label: s("其他") }];
    ColumnsMoved => [Fact::ColumnsMoved { printed: s("复议后起诉"), label: s("未经复议直接起诉") }];
    TableContested => [Fact::TableContested { title: s("总体情况") }];
    TableCaption => [
        Fact::TableCaption { title: s("总体情况"), raw: s("2021年度"), year: None },
        Fact::TableCaption { title: s("总体情况"), raw: s("2021年度"), year: Some(2022) },
    ];
    TableEmpty => [Fact::TableEmpty { title: s("总体情况") }];
    RowMissing => [Fact::RowMissing { label: s("规章") }];
    RowUnknown => [Fact::RowUnknown { printed: s("规章") }];
    RowLabel => [Fact::RowLabel { printed: s("规张"), label: s("规章") }];
    RowLabelRest => [Fact::RowLabelRest { printed: s("数量") }];
    ColumnLabel => [Fact::ColumnLabel { printed: s("总数"), label: s("总计") }];
    RowShifted => [Fact::RowShifted(Shift::Plain)];
    CellBlank => [
        Fact::CellBlank { blank: 1, of: 1 },
        Fact::CellBlank { blank: 1, of: 3 },
        Fact::CellBlank { blank: 3, of: 3 },
    ];
    CellUnreadable => [Fact::CellUnreadable { raw: s("详见附表") }];
    CellNegative => [
        Fact::CellNegative { raw: s("-3"), amount: false },
        Fact::CellNegative { raw: s("-3"), amount: true },
    ];
    CellFraction => [Fact::CellFraction { raw: s("0.5") }];
    CellUnit => [Fact::CellUnit { raw: s("12元"), printed: s("元"), form: s("万元") }];
    CellUnitUnknown => [
        Fact::CellUnitUnknown { raw: s("12"), units: vec![s("元")] },
        Fact::CellUnitUnknown { raw: s("12"), units: vec![s("元"), s("万元")] },
    ];
    NumberUnplaced => [
        Fact::NumberUnplaced { raw: vec![s("7")], more: 0 },
        Fact::NumberUnplaced { raw: vec![s("7"), s("8")], more: 0 },
        Fact::NumberUnplaced { raw: vec![s("7"), s("8")], more: 1 },
        Fact::NumberUnplaced { raw: vec![s("7"), s("8")], more: 3 },
    ];
    NumberAlone => [
        Fact::NumberAlone { raw: vec![s("7")], more: 0 },
        Fact::NumberAlone { raw: vec![s("7"), s("8")], more: 3 },
    ];
    TableRepeated => [
        Fact::TableRepeated { title: s("总体情况"), rows: 1, numbers: 1 },
        Fact::TableRepeated { title: s("总体情况"), rows: 2, numbers: 3 },
    ];
    RowBare => [
        Fact::RowBare { numbers: 7 },
    ];
    RowAmbiguous => [
        Fact::RowAmbiguous { raw: vec![s("7")], columns: 3 },
        Fact::RowAmbiguous { raw: vec![s("7"), s("8")], columns: 1 },
        Fact::RowAmbiguous { raw: vec![s("7"), s("8")], columns: 3 },
    ];
    Sum => [
        sum(Within::Table, 1, 0, 0),
        sum(Within::Table, 1, 2, 1),
        sum(Within::Table, 2, 2, 2),
        sum(Within::Table, 7, 8, 0),
    ];
    SumUnchecked => [
        unchecked(Within::Table, 3, Obstacle::Blank),
        unchecked(Within::Table, 22, Obstacle::Missing),
    ];
    ProseTable => [prose(1, 0, None), prose(1, 1, Some(7)), prose(2, 2, Some(7)), prose(2, 1, None)];
    Series => [series(Some(9), 0, 0), series(None, 1, 2), series(Some(9), 1, 1)];
    SeriesUnchecked => [series_unchecked(1, true), series_unchecked(7, false)];
    SeriesGap => [
        Fact::SeriesGap { from: 2021, to: 2021, of: elsewhere(None) },
        Fact::SeriesGap { from: 2021, to: 2022, of: elsewhere(None) },
    ];
    SeriesDuplicate => [
        Fact::SeriesDuplicate { of: elsewhere(None), alike: true },
        Fact::SeriesDuplicate { of: elsewhere(None), alike: false },
    ];
    ProseProse => [Fact::ProseProse { quote: s("甲句"), said: 5.into(), other: 6.into(), line: 7 }];
}

fn all() -> Vec<Fact> {
    let mut all = facts();
    all.extend(shifts().into_iter().map(Fact::RowShifted));
    all.extend(fields().into_iter().map(|what| Fact::MetadataMissing { what, empty: false }));
    all.extend(obstacles().into_iter().map(|obstacle| unchecked(Within::Table, 2, obstacle)));
    all.extend(withins().into_iter().map(|within| sum(within, 3, 1, 0)));
    all.extend(withins().into_iter().map(|within| unchecked(within, 4, Obstacle::Blank)));
    all
}

#[test]
fn every_fact_speaks_both_languages() {
    // Names that are the same in every language.
    let names = ["GB18030", "U+FFFD", "U+E5E5"];
    for fact in all() {
        let (en, zh) = (fact.message(Lang::En), fact.message(Lang::Zh));
        assert_eq!(fact.to_string(), en);
        let bare = |text: &str| names.iter().fold(text.to_owned(), |text, name| text.replace(name, ""));
        assert!(bare(&en).chars().any(|char| char.is_ascii_lowercase()), "{en}");
        assert!(!en.contains(['，', '；', '：', '（', '）', '“', '”']), "{en}");
        assert!(!bare(&zh).chars().any(|char| char.is_ascii_alphabetic()), "{zh}");
        assert!(!zh.contains([',', ';', ':', '(', ')', '"', '?', '!']), "half-width punctuation: {zh}");
        assert!(zh.chars().any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char)), "{zh}");
        for text in [en, zh] {
            assert_eq!(text.trim(), text);
            assert!(!text.contains("  ") && !text.ends_with(['.', '。']), "{text}");
        }
    }
}

/// Two facts that differ are told apart in each language.
#[test]
fn no_two_facts_share_a_sentence() {
    let mut seen: Vec<(Fact, String, String)> = Vec::new();
    for fact in all() {
        let (en, zh) = (fact.message(Lang::En), fact.message(Lang::Zh));
        for (other, other_en, other_zh) in &seen {
            assert_eq!(*other == fact, *other_en == en, "{en}");
            assert_eq!(*other == fact, *other_zh == zh, "{zh}");
        }
        seen.push((fact, en, zh));
    }
}

#[test]
fn a_sum_is_told_as_an_auditor_would() {
    let part = |label: &str, value: i64| Addend { label: s(label), value: value.into() };
    let fact = Fact::Sum {
        within: Within::Column(s("自然人")),
        totals: vec![s("（七）总计"), s("四、结转下年度继续办理")],
        stated: 13.into(),
        computed: 12.into(),
        addends: vec![part("一、本年新收", 10), part("二、上年结转", 2)],
        blank: 1,
    };
    assert_eq!(
        fact.message(Lang::Zh),
        "“自然人”列，（七）总计 + 四、结转下年度继续办理之和应为 12，实为 13，勾稽关系不符：一、本年新收 10 + 二、上年结转 2 = 12（1 个空白单元格按 0 计）"
    );
    assert_eq!(
        fact.message(Lang::En),
        "in the column 自然人, （七）总计 + 四、结转下年度继续办理 (13) does not equal 12, the sum of 一、本年新收 10 + 二、上年结转 2 (1 blank cell counted as 0)"
    );
}
