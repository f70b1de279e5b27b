//! Inputs that are no reports: a clear answer, no panic, and time in proportion to the input.
#![allow(clippy::unwrap_used)] // A test may panic.

mod common;

use std::io::sink;
use std::time::Duration;

use common::cost::Clock;
use common::{assert_invariants, read_bytes};
use nianbao::Reader;
use nianbao::finding::Rule;
use nianbao::lang::Lang;
use nianbao::write::csv::{Csv, Table};
use nianbao::write::dialect::Dialect;
use nianbao::write::text::{self, Style};
use nianbao::write::{json, sarif, show};

#[test]
fn an_empty_input_is_a_report_of_nothing() {
    for empty in ["", "\u{feff}", "\n", "\r\n\r\n", " \t\u{3000}\n"] {
        let report = read_bytes(empty.as_bytes());
        assert!(report.cells.is_empty() && report.sections.is_empty() && report.tables.is_empty());
        let rules: Vec<Rule> = report.findings.iter().map(|finding| finding.rule).collect();
        assert!(rules.contains(&Rule::MetadataMissing) && rules.contains(&Rule::FormUnknown), "{rules:?}");
        assert_invariants(&report, "empty");
    }
}

#[test]
fn what_is_no_text_is_refused_with_a_sentence() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde";
    let error = Reader::default().read(png, None).unwrap_err().to_string();
    assert!(error.contains("PNG") && error.contains("text"), "{error}");
    let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n";
    let error = Reader::default().read(pdf, None).unwrap_err().to_string();
    assert!(error.contains("PDF") && error.contains("pdftotext"), "{error}");
}

/// Inputs by which a fuzz target once found a fault.
#[test]
fn what_the_fuzzer_found_keeps_the_invariants() {
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/kept/report");
    let mut inputs: Vec<_> = std::fs::read_dir(&kept).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.sort();
    assert!(!inputs.is_empty());
    for input in inputs {
        assert_invariants(&read_bytes(&std::fs::read(&input).unwrap()), &input.display().to_string());
    }
}

/// Texts that grow: a part, repeated.
const PARTS: &[(&str, &str)] = &[
    ("one line", "政府信息公开"),
    ("blank lines", "\n"),
    ("one row", "0\t"),
    ("rows", "规章\t0\t0\t0\n"),
    ("unknown rows", "某某事项\t1\t2\t3\n"),
    ("headings", "一、总体情况\n"),
    ("nested headings", "一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\n"),
    ("lone cells", "规章\t0\t0\t0\n短行\n-3-\n"),
    ("padded rows", "行政许可      550\n规章     1    2    3\n"),
    ("pipes", "| 规章 | 0 | 0 | 0 |\n"),
    ("one cell a line", "规章\n0\n0\n0\n"),
    ("boxes", "│规章│0│0│0│\n├──┼──┼──┼──┤\n"),
    ("wrapped prose", "一是全面落实政务公开标准化规范化制度，依法依规扩大公众参与，积极\n"),
    ("misprinted rows", "2.其他法律行政止\t0\t0\t0\t0\t0\t0\t0\n一、本年新收政府信息公开申请数\t0\n"),
    ("nothing but marks", "　\u{200b}\u{feff}、（。\n"),
    ("line ends", "甲\r乙\u{85}丙\u{2028}丁\u{c}"),
    ("headings one in the other", "一、（一）1.（1）①"),
    ("parts and chapters", "第一部分 甲\n第一章 乙\n一、丙\n"),
    ("cells between bars", "0|"),
    ("cells between drawn lines", "│0"),
    ("cells between blanks", "0   "),
    ("rules of a box", "├──┼──┼──┤\n"),
    ("corners", "+--+--+\n|甲|1|\n"),
    ("tables by themselves", "甲项\t1\t2\n乙项\t3\t4\n\n本年度工作有序推进。\n\n"),
    ("titles", "甲县2023年政府信息公开工作年度报告\n"),
    ("periods", "自2023年1月1日起至2023年12月31日止，"),
    ("contacts", "地址：甲路1号 电话：0571-1234567 邮箱：a@b.cn "),
    ("at signs", "a@a.a@"),
    ("digits", "1"),
    ("thousands", "1,000,"),
    ("Chinese numerals", "一千零一十"),
    ("brackets that open", "（(【《“"),
    ("combining marks", "e\u{301}\u{302}\u{20dd}"),
    ("marks of direction", "甲\u{202e}\u{2066}乙\u{202c}"),
    ("private characters", "\u{e5e5}甲\u{f0b7}\u{f0000}\n"),
    ("old glyphs in cells", "规章\t\u{e5e5}\t0\t\u{f8ff}\n"),
    ("joined emoji", "👩\u{200d}👩\u{200d}👧\u{fe0f}"),
    ("NULs", "甲乙丙丁戊己庚辛\0壬癸子丑寅卯辰巳午未"),
    ("sentences with figures", "2023年，新收政府信息公开申请12件，上年结转3件，全年办结15件。"),
    ("page numbers", "- 3 -\n第 3 页 共 9 页\n\u{c}"),
    ("rows of the form", "行政规范性文件\t2\t1\t1095\n"),
    ("headers", "信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n"),
    ("headers of an annex", "序号\t指标名称\t单位\t代码\t统计数\n"),
    ("rows of an annex", "1\t主动公开政府信息数\t条\t01\t5\n"),
    ("U+FFFD", "\u{fffd}"),
    ("a table on one line", "规章 0 0 0 "),
    ("pages on one line", "规章 0 0 0 - 3 - 行政许可 5 "),
    ("units on one line", "条 "),
    ("rows among commas", "规章,0,120,345\n信息内容,本年制发件数\n"),
    ("commas alone", ",,,,\n"),
    ("labels among semicolons", ";规章;;\n;行政许可;\n行政处罚\n"),
    ("quotes among commas", "\"规章,1\n"),
    ("lines in quotes among commas", "\"规\n章\",1,\"2\n\"\n"),
    ("commas on one line of rows", "\"\",规章,"),
    ("brackets on one line", "（甲 "),
    (
        "tables on one line each",
        "规章 1 2 3 行政规范性文件 1 2 3 行政许可 1 行政处罚 2 行政强制 3 规章 1 2 3 规章 1 2 3\n",
    ),
];

/// Makes a text of about so many bytes.
type Whole = fn(usize) -> String;

/// Texts that are no part repeated.
const WHOLES: &[(&str, Whole)] = &[
    ("a row of cells", |size| form(&format!("规章{}", "\t0".repeat(size / 2)))),
    ("a row of different cells", |size| form(&format!("规章\t{}", list(size, |at| format!("{at}\t"))))),
    ("a label", |size| form(&format!("{}\t1\t2\t3", "规章".repeat(size / 6)))),
    ("a label of misprints", |size| form(&format!("行政规范性{}\t1\t2\t3", "文化".repeat(size / 6)))),
    ("a number", |size| form(&format!("规章\t{}\t1\t1", "9".repeat(size)))),
    ("a cell of marks", |size| form(&format!("规章\t1{}\t1\t1", "\u{301}".repeat(size / 2)))),
    ("a header", |size| form(&format!("信息内容\t{}\t本年废止件数\t现行有效件数", "本年".repeat(size / 6)))),
    ("different rows", |size| form(&list(size, |at| format!("第{at}项\t{at}\t1\t2\n")))),
    ("different headings", |size| list(size, |at| format!("{}、第{at}章\n", at % 90))),
    ("different subheadings", |size| list(size, |at| format!("（{}）第{at}节\n", at % 90))),
    ("different titles", |size| list(size, |at| format!("第{at}县2023年政府信息公开工作年度报告\n"))),
    ("wider and wider rows", |size| list(size, |at| format!("甲{}\n", "\t0".repeat(at / 8 % 90)))),
    ("a table after a table", |size| list(size, |at| format!("{}\n第{at}段。\n", form("规章\t0\t0\t0")))),
    ("an annex of many columns", |size| {
        let heads = list(size / 2, |at| format!("\t第{at}个统计数"));
        let row = list(size / 2, |at| format!("\t{at}"));
        format!("政府信息公开情况统计表\n指标名称{heads}\n主动公开政府信息数{row}\n")
    }),
    ("an annex of many rows", |size| {
        let rows = list(size, |at| format!("第{at}项指标\t条\t{at}\n"));
        format!("甲局2011年政府信息公开工作年度报告\n政府信息公开情况统计表\n指标名称\t单位\t统计数\n{rows}")
    }),
    ("an annex, and its header again and again", |size| {
        let header = "指标名称\t代码\t计量单位\t统计数\n";
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports/valid/2008-code-column");
        let report = std::fs::read_to_string(folder.join("report.txt")).unwrap();
        assert!(report.contains(header));
        format!("{report}\n{}", header.repeat(size / header.len()))
    }),
    ("two tables of the form, row by row", |size| {
        let rows = "规章\t0\t0\t0\n一、本年新收政府信息公开申请数量\t0\t0\t0\t0\t0\t0\t0\n";
        form(&rows.repeat(size / rows.len()))
    }),
    ("captions below a table", |size| {
        let caption = "第二十条第（五）项\t\t\t\n";
        form(&caption.repeat(size / caption.len()))
    }),
    ("numbers below a table", |size| {
        let row = "2\t1\t0\t1\t4\t1\t0\t0\t0\t1\t0\t0\t0\t2\t2\n";
        form(&row.repeat(size / row.len()))
    }),
];

/// A table of the form with this in the place of its rows.
fn form(rows: &str) -> String {
    format!(
        "二、主动公开政府信息情况\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n{rows}\n行政规范性文件\t2\t1\t1\n"
    )
}

/// Different parts, until there are so many bytes.
fn list(size: usize, part: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(size + 64);
    let mut at = 0;
    while text.len() < size {
        text += &part(at);
        at += 1;
    }
    text
}

/// Bytes of a small text, and how many times as long a large one is.
const SMALL: usize = 24_000;
const TIMES: usize = 8;

/// Every text that grows, small and large.
fn growing() -> impl Iterator<Item = (&'static str, String, String)> {
    let parts = PARTS.iter().map(|(name, part)| {
        let small = part.repeat(SMALL / part.len());
        let large = small.repeat(TIMES);
        (*name, small, large)
    });
    parts.chain(WHOLES.iter().map(|(name, whole)| (*name, whole(SMALL), whole(SMALL * TIMES))))
}

/// Asserts that `work` on the large text took as much longer as it is larger, with room for all but a square.
fn assert_growth(name: &str, what: &str, (small, large): (&str, &str), work: impl Fn(&str)) {
    let once = |text: &str| {
        let clock = Clock::start();
        work(text);
        clock.took()
    };
    // The better of two: caches are cold at first.
    let least = |text: &str| once(text).min(once(text));
    let (short, long) = (least(small), least(large));
    assert!(
        long < short * 5 * TIMES as u32 + Duration::from_millis(200),
        "{what} {name}: {short:?} for {} bytes, {long:?} for {}",
        small.len(),
        large.len()
    );
}

#[test]
fn time_grows_with_the_input_and_no_faster() {
    for (name, small, large) in growing() {
        assert_growth(name, "reading", (&small, &large), |text| {
            let report = read_bytes(text.as_bytes());
            assert_eq!(report.lines.last().map_or(0, |line| line.span.end as usize), report.text.len());
        });
    }
}

#[test]
fn what_is_written_grows_with_the_input_and_no_faster() {
    let style = Style::default();
    for (name, small, large) in growing() {
        let (short, long) = (read_bytes(small.as_bytes()), read_bytes(large.as_bytes()));
        let of = |text: &str| if text.len() == small.len() { &short } else { &long };
        let both = (small.as_str(), large.as_str());
        assert_growth(name, "JSON of", both, |text| json::write(of(text), Lang::En, &mut sink(), false).unwrap());
        assert_growth(name, "CSV of", both, |text| {
            for table in Table::OF_REPORTS {
                let mut csv = Csv::new(table, Lang::En, Dialect::default(), sink()).unwrap();
                csv.report("a", of(text)).unwrap();
            }
        });
        assert_growth(name, "showing", both, |text| {
            show::write(&mut sink(), of(text), style, Lang::En).unwrap();
            text::report(&mut sink(), of(text), style).unwrap();
            text::cells(&mut sink(), of(text), style).unwrap();
        });
        assert_growth(name, "SARIF of", both, |text| sarif::results(of(text), Lang::En, &mut Vec::new()).unwrap());
    }
}

/// Characters of an old font's own are named as such, wherever they stand, and their cell is not taken for a number.
#[test]
fn mojibake_of_old_fonts_is_named() {
    let report = read_bytes(form("规章\t\u{e5e5}\t0\t0").as_bytes());
    let found = report.findings.iter().find(|finding| finding.rule == Rule::EncodingPrivate).unwrap();
    assert_eq!(found.span.unwrap().of(&report.text), "\u{e5e5}");
    assert_eq!(report.cell("proactive", "regulations", "issued").unwrap().value, None);
}

/// A form that is made of the print has a cell for each of its rows and columns: their number is bounded.
#[test]
fn a_header_makes_no_more_cells_than_a_report_can_have() {
    for columns in [2, 60, 3000] {
        let rows: String = (1..40).map(|at| format!("{at}.主动公开政府信息数第{at}项\t{at:02}\t1\t2\n")).collect();
        let text = format!(
            "甲局2010年政府信息公开工作年度报告\n一、概述\n无。\n政府信息公开情况统计表\n指标名称\t代码{}\n主动公开政府信息数\t00{}\n{rows}",
            "\t统计数".repeat(columns),
            "\t1".repeat(columns)
        );
        let report = read_bytes(text.as_bytes());
        assert!(report.cells.len() < 20_000, "{columns}: {} cells", report.cells.len());
        assert!(columns > 100 || report.cells.len() == 40 * columns, "{columns}: {} cells", report.cells.len());
        assert_invariants(&report, "many columns");
    }
}

/// Rows that no form knows, as many as they are and wherever they stand in a table of the form: each number of theirs is told.
#[test]
fn numbers_of_foreign_rows_are_not_lost() {
    let foreign = |count: usize| (0..count).map(|at| format!("第{at}类事项\t{at}\t1\t2\n")).collect::<String>();
    for count in [1, 5, 59, 60, 61, 300] {
        for text in [
            form(&format!("规章\t0\t0\t0\n{}", foreign(count))),
            form(&format!("{}规章\t0\t0\t0", foreign(count))),
            // Above the rows of a table that is printed a second time.
            format!("{}\n\n结束。\n\n{}行政规范性文件\t2\t1\t1\n", form("规章\t0\t0\t0"), foreign(count)),
        ] {
            let report = read_bytes(text.as_bytes());
            assert!(report.tables.iter().any(|table| table.form.is_some()), "{text}");
            assert_invariants(&report, &format!("{count} foreign rows"));
        }
    }
}

/// A report cut off anywhere, or with a byte changed anywhere, is read without a panic, and what is lost is said.
#[test]
fn a_damaged_report_is_still_read() {
    let bytes = std::fs::read(common::fixtures().join("reports/valid/ragged-rows/report.txt")).unwrap();
    for cut in (0..bytes.len()).step_by(191) {
        assert_invariants(&read_bytes(&bytes[..cut]), "cut");
        let mut changed = bytes.clone();
        changed[cut] = changed[cut].wrapping_add(cut as u8 | 1);
        if let Ok(report) = Reader::default().read(&changed, None) {
            assert_invariants(&report, "changed");
        }
    }
}
