//! Tables that are printed more than once, and columns that a print leaves out or adds.

use super::*;

/// The table of section two, twice in the place of once: another with what it prints otherwise, and its own.
fn printed_twice(prints: impl Fn(&str, &str) -> String) -> Report {
    let from = CLEAN.find("第二十条第（一）项").unwrap();
    let own = &CLEAN[from..from + CLEAN[from..].find("\n\n").unwrap()];
    let other = own.replace("\t46\t", "\t99\t").replace("\t12\t", "\t77\t").replace("31.6", "5.5");
    read(&with(CLEAN, own, &prints(&other, own)))
}

#[test]
fn of_several_prints_the_one_of_the_year_is_read() {
    let captions = [
        ("2021年度：", "2022年度："),
        ("（二〇二一年）\n", "（二〇二二年）\n"),
        ("表1 2021年情况", "表2 2022年情况"),
        ("上年数据", "本年数据"),
        ("其中：下属单位", ""),
        ("", "2022年度："),
        ("2021年度\t\t\t", "2022年度\t\t\t"),
    ];
    let prints: [fn(&str) -> String; 2] = [str::to_owned, |print| print.replace('\t', "\n")];
    for (above, below) in captions {
        for (at, print) in prints.iter().enumerate() {
            for turned in [false, true] {
                let report = printed_twice(|other, own| {
                    let (first, second) = (print(&format!("{above}\n{other}")), print(&format!("{below}\n{own}")));
                    if turned { [second, first].join("\n\n") } else { [first, second].join("\n\n") }
                });
                assert_eq!(raws(&report, "licensing"), ["46"], "{above} {at} {turned}");
                assert_eq!(raws(&report, "penalties"), ["12"], "{above} {at} {turned}");
                assert!(report.findings.iter().all(|finding| finding.rule != Rule::TableRepeated), "{above} {at}");
            }
        }
    }
}

#[test]
fn of_prints_that_nothing_tells_apart_one_is_read_and_doubted() {
    let doubted = |report: &Report| {
        let of_table = |finding: &&Finding| finding.rule == Rule::TableRepeated && finding.row.is_none();
        report.findings.iter().filter(of_table).count()
    };
    let report = printed_twice(|other, own| [other, own].join("\n\n"));
    assert_eq!((raws(&report, "licensing"), doubted(&report)), (vec!["99".to_owned()], 1));
    // Both are named, but not as the report's.
    let report = printed_twice(|other, own| format!("2020年\n{other}\n\n2021年\n{own}"));
    assert_eq!(doubted(&report), 1);
    // The same once more is no other.
    let report = printed_twice(|_, own| [own, own].join("\n\n"));
    assert_eq!((raws(&report, "licensing"), doubted(&report)), (vec!["46".to_owned()], 0));
    // In a section of its own, or an annex, it is another's.
    let report = printed_twice(|other, own| format!("{own}\n\n六、其他需要报告的事项\n\n{other}"));
    assert_eq!((raws(&report, "licensing"), doubted(&report)), (vec!["46".to_owned()], 0));
    // A few rows in it may be an excerpt.
    let report = printed_twice(|_, own| {
        let few = own.lines().take(4).collect::<Vec<_>>().join("\n").replace("\t3\t", "\t5\t");
        format!("{few}\n\n六、其他需要报告的事项\n\n{own}")
    });
    assert_eq!((raws(&report, "licensing"), doubted(&report)), (vec!["46".to_owned()], 1));
    // Or all that is the report's own.
    let report = printed_twice(|other, own| {
        let few = own.lines().take(4).collect::<Vec<_>>().join("\n").replace("\t3\t", "\t5\t");
        format!("{few}\n\n{other}")
    });
    assert_eq!(doubted(&report), 1);
    let report =
        printed_twice(|other, own| format!("无。\n\n一、总体情况\n\n{other}\n\n二、主动公开政府信息情况\n\n{own}"));
    assert_eq!((raws(&report, "licensing"), doubted(&report)), (vec!["46".to_owned()], 0));
}

#[test]
fn of_two_annexes_the_one_of_the_year_is_read() {
    let from = ANNEX.find("统计指标\t").unwrap();
    let own = &ANNEX[from..from + ANNEX[from..].find("\n\n").unwrap_or(ANNEX.len() - from)];
    let year = read(ANNEX).metadata.year.unwrap();
    let other = own.replace('1', "7");
    for above in [[year - 1, year], [year, year - 1]] {
        let prints = if above[0] == year { [own, &other] } else { [&other, own] };
        let print = |at: usize| format!("{}年\n{}", above[at], prints[at]);
        let report = read(&with(ANNEX, own, &[print(0), print(1)].join("\n\n")));
        let numbers = |report: &Report| report.cells().map(|cell| cell.value).collect::<Vec<_>>();
        assert_eq!(numbers(&report), numbers(&read(ANNEX)), "{above:?}");
        assert!(report.findings.iter().all(|finding| finding.rule != Rule::TableRepeated));
    }
}

#[test]
fn a_table_of_one_row_may_be_printed_twice_a_cell_a_line() {
    let from = CLEAN.find("行政复议\t").unwrap();
    let own = &CLEAN[from..from + CLEAN[from..].find("\n\n").unwrap()];
    let (header, row) = own.rsplit_once('\n').unwrap();
    let other = [header, &row.replace('1', "7")].join("\n");
    let report = read(&with(CLEAN, own, &format!("2021年度\n{other}\n2022年度\n{own}").replace('\t', "\n")));
    assert_eq!(raws(&report, "review"), ["1", "0", "1", "0", "2"]);
}

/// The report whose table of applications prints its last header row and the numbers of each row as `row` makes them.
fn applications(header: impl Fn(&mut Vec<String>), row: impl Fn(&mut Vec<String>)) -> Report {
    let from = CLEAN.find("（本列数据").unwrap();
    let to = from + CLEAN[from..].find("\n\n").unwrap();
    let line = |line: &str| {
        let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        match cells.len() {
            10 if line.contains("商业企业") || line.contains("自然人") => header(&mut cells),
            10 if line.ends_with(|c: char| c.is_ascii_digit()) => row(&mut cells),
            _ => {}
        }
        cells.join("\t")
    };
    let table = CLEAN[from..to].lines().map(line).collect::<Vec<_>>().join("\n");
    read(&[&CLEAN[..from], table.as_str(), &CLEAN[to..]].concat())
}

/// The numbers of the first row, and what is told of headers.
fn first_row(report: &Report) -> (Vec<String>, Vec<Option<String>>) {
    let headers = report.findings.iter().filter(|finding| finding.rule == Rule::ColumnLabel);
    (raws(report, "received"), headers.map(|finding| finding.column.clone()).collect())
}

#[test]
fn a_column_that_header_and_rows_leave_out_is_told_and_the_others_are_read() {
    let told = || vec![Some("research".to_owned())];
    let wanted = ["14", "1", "-", "0", "1", "0", "16"].map(str::to_owned).to_vec();
    // 科研机构, where every row has a zero.
    let lose = |header: &mut Vec<String>| header.retain(|label| label != "科研机构");
    let blank =
        |header: &mut Vec<String>| header.iter_mut().filter(|label| *label == "科研机构").for_each(String::clear);
    for end in [None, Some(3), Some(9)] {
        let report = applications(lose, |row| {
            row.remove(5);
            end.into_iter().for_each(|at| row.insert(at, String::new()));
        });
        assert_eq!(first_row(&report), (wanted.clone(), told()), "{end:?}");
        assert_eq!(cells(&report, "received")[2].0, Status::Missing);
    }
    // A blank cell in its place.
    for lost in [true, false] {
        let header = |header: &mut Vec<String>| if lost { lose(header) } else { blank(header) };
        let report = applications(header, |row| row[5].clear());
        assert_eq!(first_row(&report).1, told());
        assert_eq!(cells(&report, "received")[2].0, Status::Blank);
    }
    // A number for each column: only the label was lost.
    let report = applications(lose, |_| ());
    assert_eq!(first_row(&report), (raws(&read(CLEAN), "received"), vec![]));
}

#[test]
fn the_numbers_of_a_column_that_the_form_has_not_are_told_and_the_others_are_read() {
    let usual = raws(&read(CLEAN), "granted");
    for (at, label) in [(9, "小计"), (5, "小计"), (10, "占比")] {
        let header = |header: &mut Vec<String>| {
            let label = if header.iter().any(|other| other == "商业企业") { label } else { "" };
            header.insert(at, label.to_owned());
        };
        let report = applications(header, |row| row.insert(at, "77".to_owned()));
        let unplaced = report.findings.iter().filter(|finding| finding.rule == Rule::NumberUnplaced);
        assert_eq!(unplaced.filter(|finding| finding.row.is_some()).count(), 25, "{at}");
        assert_eq!(raws(&report, "granted"), usual, "{at}");
    }
}

#[test]
fn the_only_print_is_doubted_under_the_caption_of_another() {
    let captioned = |caption: &str| {
        let report = read(&with(CLEAN, "第二十条第（一）项", &format!("{caption}\n第二十条第（一）项")));
        assert_eq!(raws(&report, "licensing"), ["46"], "{caption}");
        let of_table = report.findings.iter().filter(|finding| finding.rule == Rule::TableCaption);
        let said: Vec<&str> = of_table.filter_map(|finding| Some(finding.span?.of(&report.text))).collect();
        said.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    for caption in ["2021年度", "（二〇二一年）", "表1 2021年情况", "上年数据", "其中：下属单位", "2021年度\t\t\t"]
    {
        assert_eq!(captioned(caption), [caption.trim()], "{caption}");
    }
    for caption in ["", "2022年度", "表1", "本年数据", "单位：件", "含下属单位", "本机关2022年情况如下："]
    {
        assert_eq!(captioned(caption), [""; 0], "{caption}");
    }
}
