//! Where the numbers of a row stand that lost a tab or its label.

mod prints;

use crate::finding::{Fact, Finding, Rule, Shift};
use crate::record::Status;
use crate::{Reader, Report};

const CLEAN: &str = include_str!("../../../fixtures/reports/valid/clean-rectangle/report.txt");
const ANNEX: &str = include_str!("../../../fixtures/reports/valid/2014-clean-annex/report.txt");
const OLD: &str = include_str!("../../../fixtures/reports/valid/2019-clean-rectangle/report.txt");

fn raws(report: &Report, row: &str) -> Vec<String> {
    report.cells().filter(|cell| cell.row == row).map(|cell| cell.raw.unwrap_or("-").to_owned()).collect()
}

/// The tab between the label and its first number was lost: the number is still there, and still the row's first.
#[test]
fn a_number_that_is_stuck_to_its_label_is_read_where_it_stands() {
    let row = "1.属于国家秘密\t0\t0\t0\t0\t0\t0\t0";
    assert_eq!(CLEAN.matches(row).count(), 1);
    let text = CLEAN.replace(row, "1.属于国家秘密17\t0\t0\t0\t0\t0\t17");
    let report = Reader::default().read(text.as_bytes(), None).unwrap();
    assert_eq!(raws(&report, "refused.state_secret"), ["17", "0", "0", "0", "0", "0", "17"]);
    let glued = report.cells().find(|cell| cell.row == "refused.state_secret").unwrap().place.unwrap();
    let line = text.lines().nth(glued.line as usize - 1).unwrap();
    assert_eq!(line.chars().skip(glued.col as usize - 1).collect::<String>(), "17\t0\t0\t0\t0\t0\t17");
    // It may be the number of a note instead.
    let told = |report: &Report| {
        let findings = report.findings.iter().filter(|finding| finding.fact == Fact::RowShifted(Shift::Glued));
        findings.filter_map(|finding| finding.row.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&report), ["refused.state_secret"]);
    let parted = CLEAN.replace(row, "1.属于国家秘密 17\t0\t0\t0\t0\t0\t17");
    assert!(told(&Reader::default().read(parted.as_bytes(), None).unwrap()).is_empty());
}

/// `2.没有现成信息需要另行制作  法提供  0 …`: the rest of （四）无法提供 stands beside the label of a row.
#[test]
fn the_rest_of_the_label_of_a_group_is_no_value() {
    let row = "2.没有现成信息需要另行制作\t";
    assert_eq!(CLEAN.matches(row).count(), 1);
    let clean = Reader::default().read(CLEAN.as_bytes(), None).unwrap();
    let read = |beside: &str| {
        let text = CLEAN.replace(row, &format!("{row}{beside}\t"));
        let report = Reader::default().read(text.as_bytes(), None).unwrap();
        let told = report.findings.iter().any(|finding| finding.fact == Fact::RowShifted(Shift::Rest));
        (raws(&report, "unavailable.must_be_created"), told)
    };
    assert_eq!(read("法提供"), (raws(&clean, "unavailable.must_be_created"), true));
    // Texts of their own may stand in place of a number.
    assert!(["详见附表", "其他"].into_iter().all(|text| read(text).0[0] == text && !read(text).1));
}

/// All labels first, then the numbers of each column: no row is blank for certain.
#[test]
fn rows_without_cells_above_numbers_of_none_are_not_blank() {
    let labels = ["1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”"];
    let (start, rest) = CLEAN.split_once(labels[0]).unwrap();
    let (_, rest) = rest.split_once(labels[2]).unwrap();
    let rest = rest.split_once('\n').unwrap().1;
    let read = |numbers: usize| {
        let numbers = "3\n".repeat(numbers);
        let text = format!("{start}{}\n{numbers}{rest}", labels.join("\n"));
        Reader::default().read(text.as_bytes(), None).unwrap()
    };
    let of = |report: &Report, row: &str| {
        let cells = report.cells().filter(|cell| cell.row == row);
        let statuses: Vec<Status> = cells.map(|cell| cell.status).collect();
        let bare = |finding: &&Finding| matches!(finding.fact, Fact::RowBare { .. });
        let told = report.findings.iter().filter(bare).any(|finding| finding.row.as_deref() == Some(row));
        (statuses, told)
    };
    // Of the three rows the first two have no numbers beside them; too few to be theirs stand below.
    for row in ["refused.state_secret", "refused.prohibited_by_law"] {
        assert_eq!(of(&read(21), row), (vec![Status::Unreadable; 7], true), "{row}");
        assert_eq!(of(&read(7), row), (vec![Status::Blank; 7], false), "{row}");
    }
}

/// The last bracket of a label stands on a line of its own, before numbers of which one is missing.
#[test]
fn the_bracket_that_ends_a_label_is_no_value() {
    let row = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）\t";
    assert_eq!(CLEAN.matches(row).count(), 1);
    let text = CLEAN.replace(row, "（二）部分公开（区分处理的，只计这一情形，不计其他情形\n）\t");
    let report = Reader::default().read(text.as_bytes(), None).unwrap();
    let clean = Reader::default().read(CLEAN.as_bytes(), None).unwrap();
    assert_eq!(raws(&report, "partly_granted"), raws(&clean, "partly_granted"));
    assert!(report.cells().all(|cell| cell.status != Status::Unreadable));
}

/// A label was lost, and the row beside it is blank: its numbers may be those of either row, and that is said.
#[test]
fn numbers_beside_a_blank_row_whose_neighbour_lost_its_label_are_doubted() {
    let apart = |text: &str| {
        let report = Reader::default().read(text.as_bytes(), None).unwrap();
        let findings = report.findings.iter().filter(|finding| finding.fact == Fact::RowShifted(Shift::Apart));
        let rows: Vec<_> = findings.map(|finding| finding.row.clone().unwrap_or_default()).collect();
        (rows, raws(&report, "penalties"), raws(&report, "coercion"))
    };
    let rows = "行政处罚\t12\t\t\n行政强制\t2\t\t\n";
    assert_eq!(CLEAN.matches(rows).count(), 1);
    let above = CLEAN.replace(rows, "\t12\t\t\n行政强制\t\t\t\n");
    assert_eq!(apart(&above), (vec!["coercion".to_owned()], vec!["-".to_owned()], vec!["12".to_owned()]));
    let below = CLEAN.replace(rows, "行政处罚\t\t\t\n\t2\t\t\n");
    assert_eq!(apart(&below), (vec!["penalties".to_owned()], vec!["2".to_owned()], vec!["-".to_owned()]));
    // A number on a line of its own may be that of a page.
    let page = CLEAN.replace(rows, "行政处罚\t12\t\t\n行政强制\t\t\t\n68\n");
    assert_eq!(apart(&page), (vec!["coercion".to_owned()], vec!["12".to_owned()], vec!["68".to_owned()]));
    let stripped = CLEAN.replace(rows, "行政处罚\t12\t\t\n行政强制\n3\n");
    assert_eq!(apart(&stripped), (vec!["coercion".to_owned()], vec!["12".to_owned()], vec!["3".to_owned()]));
    // A label that is broken off its numbers, with all rows there, is no doubt.
    let broken = CLEAN.replace(rows, "行政处罚\n\t12\t\t\n行政强制\t2\t\t\n");
    assert_eq!(apart(&broken), (vec![], vec!["12".to_owned()], vec!["2".to_owned()]));
}

/// A report with the annex of edition 2014, each row as `row` prints it: its label, its unit, its number; a group has neither.
fn annex(head: &str, row: impl Fn(&str, &str, &str) -> String) -> Report {
    let blank = include_str!("../data/2014/statistics.txt").lines().skip(1);
    let cells = blank.map(|line| line.split('\t').collect::<Vec<_>>());
    let mut text = format!("青石县档案馆2016年政府信息公开工作年度报告\n\n附表：\n政府信息公开情况统计表\n\n{head}\n");
    for (at, cells) in cells.enumerate() {
        let number = (at * at % 53).to_string();
        text.push_str(&match cells[..] {
            [label, unit, "{}"] => row(label, unit, "——"),
            [label, unit, _] => row(label, unit, &number),
            _ => String::new(),
        });
        text.push('\n');
    }
    Reader::default().read(text.as_bytes(), None).unwrap()
}

/// All numbers of the annex were read from the lines of their rows, and nothing is said but of its sums.
fn is_whole(report: &Report) {
    let read: Vec<_> = report.cells().filter_map(|cell| Some((cell.row, cell.value?.to_string()))).collect();
    let usual = annex("统计指标\t单位\t统计数", |label, unit, number| format!("{label}\t{unit}\t{number}"));
    let wanted: Vec<_> = usual.cells().filter_map(|cell| Some((cell.row, cell.value?.to_string()))).collect();
    assert_eq!((read.len(), &read), (58, &wanted));
    let strange = report.findings.iter().filter(|finding| finding.rule != Rule::SumStatistics);
    assert_eq!(strange.collect::<Vec<_>>(), Vec::<&Finding>::new());
}

#[test]
fn a_unit_may_stand_in_brackets_behind_its_label() {
    let with_unit = |label: &str, unit: &str, number: &str| match number {
        "——" => format!("{label}\t{number}"),
        _ => format!("{label}（{unit}）\t{number}"),
    };
    let report = annex("统计指标\t统计数", with_unit);
    is_whole(&report);
    assert_eq!(report.cells().find(|cell| cell.row == "requests.received").unwrap().unit, Some("件"));
    let report =
        annex("统计指标\t统计数", |label, unit, number| with_unit(label, &unit.replace("万元", "元"), number));
    let cell = report.cells().find(|cell| cell.row == "fees.amount").unwrap();
    assert_eq!(cell.unit, Some("元"));
    assert_eq!(report.findings.iter().filter(|finding| finding.rule == Rule::CellUnit).count(), 2);
}

#[test]
fn one_blank_parts_known_labels_from_their_numbers() {
    is_whole(&annex("统计指标 统计数", |label, _, number| format!("{label} {number}")));
}

#[test]
fn a_unit_may_stand_behind_the_number() {
    is_whole(&annex("统计指标\t统计数\t单位", |label, unit, number| format!("{label}\t{number}\t{unit}")));
}

#[test]
fn numbers_before_the_labels_are_told() {
    let report = annex("统计数\t统计指标\t单位", |label, unit, number| format!("{number}\t{label}\t{unit}"));
    let unplaced = report.findings.iter().filter(|finding| matches!(finding.fact, Fact::NumberUnplaced { .. }));
    assert_eq!(unplaced.count(), report.cells().filter(|cell| cell.value.is_none()).count());
    let blank = report.cells().filter(|cell| cell.status == Status::Blank);
    assert_eq!(blank.count(), 0, "above or below each of them numbers are left");
}

#[test]
fn serial_numbers_before_the_labels_are_none() {
    let serial = std::cell::Cell::new(0);
    is_whole(&annex("序号\t统计指标\t单位\t统计数", |label, unit, number| {
        serial.set(serial.get() + 1);
        format!("{}\t{label}\t{unit}\t{number}", serial.get())
    }));
}

#[test]
fn the_label_of_a_group_may_be_broken_in_a_box() {
    let rule = format!("├{}┼{}┼{}┤", "─".repeat(80), "─".repeat(6), "─".repeat(8));
    is_whole(&annex(&format!("{rule}\n│统计指标│单位│统计数│"), |label, unit, number| {
        let (first, rest) = label.split_at(label.char_indices().nth_back(1).map_or(0, |(at, _)| at));
        format!("{rule}\n│{first}│{unit}│{number}│\n│{rest}│      │        │")
    }));
}

#[test]
fn commas_and_semicolons_part_the_cells_of_an_annex() {
    for mark in [",", ";"] {
        let row = |label: &str, unit: &str, number: &str| [label, unit, number].join(mark);
        is_whole(&annex(&row("统计指标", "单位", "统计数"), row));
        is_whole(&annex("", |label, unit, number| format!("\"{label}\"{mark}\"{unit}\"{mark}{number}{mark}")));
    }
}

#[test]
fn an_annex_that_is_no_table_is_missed() {
    for (mark, unit) in [("：", true), ("，", false), ("", true)] {
        let report = annex("", |label, of, number| {
            if unit { format!("{label}{mark}{number}{of}") } else { format!("{label}{mark}{of}{mark}{number}") }
        });
        assert_eq!(report.form.as_ref().map(|form| form.key.as_str()), Some("2014"), "{mark}");
        assert!(report.findings.iter().any(|finding| finding.rule == Rule::TableMissing), "{mark}");
    }
}

/// The status of the cells of a row, each with what it prints.
fn cells(report: &Report, row: &str) -> Vec<(Status, String)> {
    let cells = report.cells().filter(|cell| cell.row == row);
    cells.map(|cell| (cell.status, cell.raw.unwrap_or("-").to_owned())).collect()
}

fn read(text: &str) -> Report {
    Reader::default().read(text.as_bytes(), None).unwrap()
}

/// `text` with one row in the place of another.
fn with(text: &str, row: &str, other: &str) -> String {
    assert_eq!(text.matches(row).count(), 1, "{row}");
    text.replace(row, other)
}

/// What stands before the digits belongs to the value, whether a tab parts the two from the label or not.
#[test]
fn a_sign_or_a_point_before_the_digits_is_not_lost() {
    for printed in ["- 85", "—85", "≥85", "·85", ".85", "约85", "（85"] {
        for tab in ["\t", ""] {
            let report = read(&with(CLEAN, "行政许可\t46\t\t", &["行政许可", tab, printed].concat()));
            let found = report.cell("proactive", "licensing", "decisions").unwrap();
            assert_eq!(found.value, None, "{tab}{printed}");
            let told = || report.findings.iter().any(|finding| finding.row.as_deref() == Some("licensing"));
            assert!(told() || report.findings.iter().any(|finding| finding.rule == Rule::RowMissing), "{tab}{printed}");
        }
        let report = read(&with(CLEAN, "行政许可\t46\t\t", &["行政许可\t", printed, "\t\t"].concat()));
        assert_eq!(cells(&report, "licensing"), [(Status::Unreadable, printed.to_owned())]);
    }
    for (printed, raw) in
        [("行政许可-85", "-85"), ("行政许可：85", "85"), ("行政许可 85", "85"), ("行政许可\u{200b}85", "85")]
    {
        let report = read(&with(CLEAN, "行政许可\t46\t\t", printed));
        assert_eq!(cells(&report, "licensing"), [(Status::Ok, raw.to_owned())], "{printed}");
    }
    // A cell a line.
    let lines = CLEAN.replace('\t', "\n");
    let report = read(&with(&lines, "行政许可\n46\n", "行政许可\n- 46\n"));
    assert_eq!(cells(&report, "licensing"), [(Status::Unreadable, "- 46".to_owned())]);
    assert!(report.findings.iter().any(|finding| finding.row.as_deref() == Some("licensing")), "it is told");
    let label = "3.危及“三安全一稳定”\t0\t";
    let report = read(&with(CLEAN, label, &label.replace("\t0", "17")));
    assert_eq!(raws(&report, "refused.security_stability")[0], "17", "a quotation mark closes a label");
}

/// The row of section four, from the first of its cells, in a table drawn with bars.
fn review(row: &str) -> Report {
    let from = CLEAN.find("行政复议\t").unwrap();
    let to = from + CLEAN[from..].find("\n\n").unwrap();
    let (header, _) = CLEAN[from..to].rsplit_once('\n').unwrap();
    let drawn = [header, row].join("\n").replace('\t', " | ").replace('\n', " |\n| ");
    read(&[&CLEAN[..from], "| ", &drawn, " |", &CLEAN[to..]].concat())
}

/// A row of as many fields as columns is read where it stands, whatever its sums say; that they are wrong is the report's
/// mistake.
#[test]
fn a_row_without_a_label_that_has_every_field_stands_in_its_place() {
    let report = review("\t\t\t\t\t\t\t\t\t\t1\t\t\t\t11");
    assert_eq!(cells(&report, "litigation_after_review")[4], (Status::Ok, "11".to_owned()));
    assert!(cells(&report, "review").iter().all(|(status, _)| *status == Status::Blank));
    let rules = |rule: Rule| report.findings.iter().filter(|finding| finding.rule == rule).count();
    assert_eq!((rules(Rule::SumReview), rules(Rule::SumUnchecked), rules(Rule::NumberUnplaced)), (1, 0, 0));
    assert_eq!(rules(Rule::RowShifted), 1, "that it was read so is told");
    // One wrong group takes no other with it.
    let report = review("\t\t\t2\t1\t\t\t1\t\t1\t\t\t\t\t");
    assert_eq!(cells(&report, "review")[4], (Status::Ok, "1".to_owned()));
    assert_eq!(cells(&report, "litigation_direct")[4], (Status::Ok, "1".to_owned()));
    // A field less: nobody knows which, and none of them is blank for certain.
    let report = review("\t\t\t\t\t\t\t\t\t1\t\t\t\t11");
    assert!(report.findings.iter().any(|finding| matches!(finding.fact, Fact::RowAmbiguous { .. })));
    let of_table = || report.cells().filter(|cell| cell.table == "review_litigation");
    assert!(of_table().all(|cell| cell.status == Status::Unreadable));
    assert!(report.findings.iter().all(|finding| finding.rule != Rule::SumUnchecked));
}

/// Most cells are filled, and one placement alone agrees with all sums: a cell was lost, and a blank one gained.
#[test]
fn a_full_row_without_a_label_that_was_moved_is_read_by_its_sums() {
    let shift = |report: &Report| {
        let shifts = report.findings.iter().filter_map(|finding| match finding.fact {
            Fact::RowShifted(shift) => Some(shift),
            _ => None,
        });
        shifts.collect::<Vec<_>>()
    };
    // The last cell was lost.
    let report = review("\t1\t0\t1\t0\t2\t0\t0\t0\t1\t1\t2\t0\t0\t1");
    assert_eq!(
        (raws(&report, "review"), shift(&report)),
        (["1", "0", "1", "0", "2"].map(str::to_owned).to_vec(), vec![Shift::Arithmetic])
    );
    assert_eq!(cells(&report, "litigation_after_review")[4].0, Status::Blank);
    // The first.
    let report = review("0\t1\t0\t1\t0\t0\t0\t1\t1\t2\t0\t0\t1\t3\t");
    assert_eq!(shift(&report), [Shift::Plain], "a zero at the end of one group, or a blank before it");
    // One between, beside others like it: nobody knows which.
    let report = review("1\t0\t1\t0\t2\t0\t0\t1\t1\t2\t0\t0\t1\t3\t");
    assert_eq!(shift(&report), [Shift::Plain]);
    // The report's own mistake, and blanks for zeros.
    let report = review("1\t\t1\t\t3\t0\t0\t0\t1\t1\t2\t\t0\t1\t3");
    assert_eq!(
        (cells(&report, "review")[4].clone(), shift(&report)),
        ((Status::Ok, "3".to_owned()), vec![Shift::Plain])
    );
    // A total that was left blank.
    let report = review("1\t0\t1\t0\t2\t0\t0\t0\t1\t1\t2\t0\t0\t1\t");
    assert_eq!(shift(&report), []);
}

/// A line of tabs below the header is its row; a header without any is told as what it is.
#[test]
fn a_header_may_have_a_blank_row_or_none() {
    let row = "1\t0\t1\t0\t2\t0\t0\t0\t1\t1\t2\t0\t0\t1\t3\n";
    let report = read(&with(CLEAN, row, &["\t".repeat(14).as_str(), "\n"].concat()));
    assert!(cells(&report, "review").iter().all(|(status, _)| *status == Status::Blank));
    let blank = report.findings.iter().filter(|finding| finding.rule == Rule::CellBlank).count();
    assert_eq!((blank, report.findings.len()), (3, 3));
    let report = read(&with(CLEAN, row, ""));
    assert!(cells(&report, "review").iter().all(|(status, _)| *status == Status::Missing));
    let rules: Vec<Rule> = report.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [Rule::RowMissing]);
}

/// The value and the unit of a cell, and whether there is a finding about its unit.
fn unit(report: &Report, row: &str) -> (Option<String>, Option<String>, bool) {
    let found = report.cells().find(|cell| cell.row == row && cell.column != "items").unwrap();
    let told = |finding: &Finding| finding.rule == Rule::CellUnit && finding.row.as_deref() == Some(row);
    let value = found.value.map(|value| value.to_string());
    (value, found.unit.map(str::to_owned), report.findings.iter().any(told))
}

#[test]
fn a_unit_is_kept_as_it_is_printed_beside_the_label() {
    let fees = |unit: &str| with(ANNEX, "的费用\t万元\t0.36", &["的费用\t", unit, "\t350"].concat());
    for (printed, kept) in
        [("元", "元"), ("（元）", "元"), ("百元", "百元"), ("千元", "千元"), ("亿元", "亿元"), ("万", "万")]
    {
        let found = unit(&read(&fees(printed)), "fees.amount");
        assert_eq!(found, (Some("350".to_owned()), Some(kept.to_owned()), true), "{printed}");
    }
    // Whatever the mark of the column means, it is no unit.
    assert_eq!(unit(&read(&fees("——")), "fees.amount"), (Some("350".to_owned()), None, true));
    assert_eq!(unit(&read(&fees("万 元")), "fees.amount"), (Some("350".to_owned()), Some("万元".to_owned()), false));
    // One word of counting is as good as another, but it is kept.
    for printed in ["条", "家"] {
        let report = read(&with(ANNEX, "总数\t件\t14", &["总数\t", printed, "\t14"].concat()));
        let found = unit(&report, "proactive.normative_documents_issued");
        assert_eq!(found, (Some("14".to_owned()), Some(printed.to_owned()), false));
    }
    let report = read(&with(ANNEX, "总数\t件\t14", "总数\t万元\t14"));
    assert!(unit(&report, "proactive.normative_documents_issued").2, "money is no count");
}

#[test]
fn a_unit_that_nothing_prints_is_unknown() {
    let amount = |header: &str, value: &str| {
        let text = with(OLD, "采购项目数量\t采购总金额\t", &["采购项目数量\t", header, "\t"].concat());
        unit(&read(&with(&text, "政府集中采购\t5\t1386400", &["政府集中采购\t5\t", value].concat())), "procurement")
    };
    let (some, none) = (|text: &str| Some(text.to_owned()), None::<String>);
    assert_eq!(amount("采购总金额", "1386400"), (some("1386400"), none.clone(), true));
    assert_eq!(amount("采购总金额", "0"), (some("0"), none.clone(), false));
    assert_eq!(amount("采购总金额", ""), (None, none, false));
    assert_eq!(amount("采购总金额", "35万元"), (some("35"), some("万元"), false));
    assert_eq!(amount("采购总金额（单位：万 元）", "35"), (some("35"), some("万 元"), false));
    assert_eq!(amount("采购总金额（千元）", "35"), (some("35"), some("千元"), true));
}

#[test]
fn a_header_may_print_any_unit_of_money() {
    let fees = |header: &str| read(&with(CLEAN, "本年收费金额（单位：万元）", header));
    for (header, kept) in [("本年收费金额（元）", "元"), ("本年收费金额（单位：千元）", "千元")]
    {
        let report = fees(header);
        assert_eq!(unit(&report, "fees"), (Some("31.6".to_owned()), Some(kept.to_owned()), true));
        assert_eq!(report.findings.len(), 1, "{header}: {:?}", report.findings);
    }
    let report = fees("本年收费金额（单位：万 元）");
    assert_eq!(unit(&report, "fees"), (Some("31.6".to_owned()), Some("万元".to_owned()), false));
    assert!(report.findings.is_empty());
}

/// The cells of all tables, each on a line of its own.
fn in_lines(text: &str) -> String {
    let cells = text.split(['\t', '\n']).filter(|cell| !cell.is_empty());
    cells.collect::<Vec<_>>().join("\n")
}

/// Such a cell is as unreadable as it is between tabs, and takes no other with it.
#[test]
fn an_odd_number_on_a_line_of_its_own_is_an_unreadable_cell() {
    let odd = ["25.1万", "3*", "4（注）", "- 3", "约5", "3、4", "1.095，", "3。", "O"];
    for (text, row, rest) in [
        (CLEAN, "行政处罚\t", "12\t\t\n"),
        (CLEAN, "1.属于国家秘密\t0\t0\t", "0\t0\t0\t0\t0\n"),
        (CLEAN, "总计\n", "1\t0\t1\t0\t2\t"),
        (CLEAN, "总计\n1\t0\t", "1\t0\t2\t"),
        (CLEAN, "四、结转下年度继续办理\t\t\t1\t0\t0\t0\t0\t0\t", "1\n"),
        (OLD, "行政处罚\t64\t", "-2\t153\n"),
        (ANNEX, "举报投诉数量\t件\t", "1\n"),
    ] {
        assert_eq!(text.matches(&[row, rest].concat()).count(), 1, "{row}");
        let at = text.find(&[row, rest].concat()).unwrap() + row.len();
        let end = at + text[at..].find(['\t', '\n']).unwrap();
        let sound = read(&in_lines(text));
        for odd in odd {
            let report = read(&in_lines(&[&text[..at], odd, &text[end..]].concat()));
            let is_odd: Vec<bool> = report.cells().map(|cell| cell.raw == Some(odd)).collect();
            assert_eq!(is_odd.iter().filter(|odd| **odd).count(), 1, "{row}{odd}");
            for ((cell, other), is_odd) in report.cells().zip(sound.cells()).zip(is_odd) {
                if is_odd {
                    assert_eq!((cell.value, cell.status), (None, Status::Unreadable), "{row}{odd}");
                } else {
                    assert_eq!((cell.value, cell.status), (other.value, other.status), "{row}{odd}: {}", cell.row);
                }
            }
        }
    }
}

#[test]
fn a_change_may_be_printed_in_words() {
    let change = |printed: &str| {
        let text = with(OLD, "行政处罚\t64\t-2\t153", &["行政处罚\t64\t", printed, "\t153"].concat());
        let report = read(&text);
        let cell = report.cells().find(|cell| (cell.row, cell.column) == ("penalties", "change")).unwrap();
        assert_eq!(cell.status == Status::Unreadable, cell.value.is_none(), "{printed}");
        let told = report.findings.iter().any(|finding| finding.rule == Rule::CellUnreadable);
        assert_eq!(told, cell.value.is_none(), "{printed}");
        cell.value.map(|value| value.to_string())
    };
    for (printed, value) in [("增加3", "3"), ("减少2", "-2"), ("增 3项", "3"), ("减：1,095件", "-1095"), ("减少0", "0")]
    {
        assert_eq!(change(printed).as_deref(), Some(value), "{printed}");
    }
    for printed in ["减少", "减少-2", "增3/减1", "增加3%", "增加三", "减少2，增加1", "不变"] {
        assert_eq!(change(printed), None, "{printed}");
    }
    // A count is none.
    let report = read(&with(OLD, "行政处罚\t64\t-2\t153", "行政处罚\t64\t-2\t增加3"));
    let cell = report.cells().find(|cell| (cell.row, cell.column) == ("penalties", "decisions")).unwrap();
    assert_eq!((cell.value, cell.status), (None, Status::Unreadable));
    // Digits that are cut in two may be two numbers.
    let broken = "| 行政处罚 | 64 | 减少1 | 153 |\n|  |  | 2 |  |";
    let text = OLD.replace('\t', " | ");
    let report = read(&with(&text, "行政处罚 | 64 | -2 | 153", broken));
    let cell = report.cells().find(|cell| (cell.row, cell.column) == ("penalties", "change")).unwrap();
    assert!(cell.value.is_none() || report.findings.iter().any(|finding| finding.rule == Rule::NumberUnplaced));
}

#[test]
fn a_label_with_a_remark_is_told_as_another_label_of_its_row() {
    let remarks = ["（申请人主动撤回）", "（含备案）", " (含上年，见附件（二）)", "【注1】"];
    for (label, row) in [
        ("行政许可", "licensing"),
        ("规章", "regulations"),
        ("3.其他", "other.other"),
        ("（七）总计", "outcomes_total"),
        ("8.属于行政查询事项", "refused.administrative_query"),
    ] {
        for (remark, lines) in remarks.into_iter().flat_map(|remark| [(remark, false), (remark, true)]) {
            let text = with(CLEAN, &[label, "\t"].concat(), &[label, remark, "\t"].concat());
            let layout = |text: &str| read(&if lines { in_lines(text) } else { text.to_owned() });
            let report = layout(&text);
            let values = |report: &Report| report.cells().map(|cell| cell.value).collect::<Vec<_>>();
            assert_eq!(values(&report), values(&layout(CLEAN)), "{label}{remark}");
            let told = report.findings.iter().filter(|finding| finding.severity != crate::finding::Severity::Note);
            let told: Vec<_> = told.map(|finding| (finding.rule, finding.row.as_deref())).collect();
            assert_eq!(told, [(Rule::RowLabel, Some(row))], "{label}{remark}");
        }
    }
    // The remark goes on below, or stands there.
    for (label, cut) in [
        ("行政许可", "（含\n备案）"),
        ("行政许可", "\n（含备案）"),
        ("3.其他", "（申请人\n主动撤回）"),
        ("（七）总计", "\n(含上年)"),
    ] {
        let text = with(CLEAN, &[label, "\t"].concat(), &[label, cut, "\t"].concat());
        let report = read(&text);
        let values = |report: &Report| report.cells().map(|cell| cell.value).collect::<Vec<_>>();
        assert_eq!(values(&report), values(&read(CLEAN)), "{label}{cut}");
        assert!(report.findings.iter().any(|finding| finding.rule == Rule::RowLabel), "{label}{cut}");
    }
    // Of two such rows only one is taken, and that is told.
    let rows = "行政许可（上年）\t41\t\t\n行政许可（本年）\t46\t\t";
    let report = read(&with(CLEAN, "行政许可\t46\t\t", rows));
    assert!(report.findings.iter().any(|finding| finding.rule == Rule::NumberUnplaced));
}

/// A program prints a merged cell again in each of its fields, and counts rows and columns: each value stands once
/// all the same.
#[test]
fn a_merged_cell_that_is_printed_again_is_one_value() {
    let again = |line: &str, width: usize| {
        let mut cells: Vec<&str> = line.split('\t').collect();
        cells.resize(width, "");
        for at in 1..width {
            if cells[at].is_empty() {
                cells[at] = cells[at - 1];
            }
        }
        cells.join("\t")
    };
    for (text, changed) in [(CLEAN, "46\t46\t46"), (OLD, "1386400\t1386400")] {
        let sound = read(text);
        for (index, count) in [(false, false), (true, false), (false, true), (true, true)] {
            let mut printed = String::new();
            let mut serial = 0;
            for line in text.lines() {
                let table = line.contains('\t');
                let width = text.lines().filter(|line| line.contains('\t')).map(|line| line.matches('\t').count());
                let width = if line.matches('\t').count() < 4 { 4 } else { width.max().unwrap() + 1 };
                let line = if table && width == 4 { again(line, width) } else { line.to_owned() };
                serial = if table { serial + 1 } else { 0 };
                if table && serial == 1 && count {
                    let columns = (0..line.split('\t').count()).map(|at| at.to_string()).collect::<Vec<_>>();
                    printed.push_str(&[if index { "\t" } else { "" }, &columns.join("\t"), "\n"].concat());
                }
                let before = if table && index { format!("{}\t", serial - 1) } else { String::new() };
                printed.push_str(&[&before, line.as_str(), "\n"].concat());
            }
            let report = read(&printed);
            let values = |report: &Report| report.cells().map(|cell| (cell.value, cell.status)).collect::<Vec<_>>();
            assert_eq!(values(&report), values(&sound), "{printed}");
            let told = |report: &Report| report.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>();
            assert_eq!(told(&report), told(&sound), "{printed}");
            // What differs is no merged cell.
            let other = changed.replacen(|c: char| c.is_ascii_digit(), "9", 1);
            let report = read(&with(&printed, changed, &other));
            assert!(report.findings.iter().any(|finding| finding.rule == Rule::NumberUnplaced), "{other}");
        }
    }
}

/// A cell of several lines, as programs print it in one: labels are known, and a cell with nothing else in it is blank.
#[test]
fn marks_for_the_ends_of_lines_are_no_letters() {
    let values = |report: &Report| report.cells().map(|cell| (cell.value, cell.status)).collect::<Vec<_>>();
    for text in [CLEAN, OLD, ANNEX] {
        for mark in ["<br>", "\\n", "<BR/>"] {
            let cell = |cell: &str| match cell.char_indices().nth(2) {
                Some((at, _)) if cell.ends_with(|c: char| !c.is_ascii()) => [&cell[..at], mark, &cell[at..]].concat(),
                _ => [cell, mark].concat(),
            };
            let line = |line: &str| match line.contains('\t') {
                true => line.split('\t').map(cell).collect::<Vec<_>>().join("\t"),
                false => line.to_owned(),
            };
            let printed = text.lines().map(line).collect::<Vec<_>>().join("\n");
            assert_eq!(values(&read(&printed)), values(&read(text)), "{printed}");
        }
    }
}
