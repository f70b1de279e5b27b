//! Whole inputs; the tables of titles, periods and contacts stand in `fixtures/lines/`.

use super::*;
use crate::finding::YearSource;

/// The rows of a table in `fixtures/lines/`, each with `columns` cells; ⏎ is a line end, ⇥ a tab.
pub(super) fn cases(file: &str, columns: usize) -> Vec<Vec<String>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lines").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows = text.lines().filter(|line| !line.is_empty() && !line.starts_with("//"));
    rows.map(|row| {
        let mut cells: Vec<String> = row.split('\t').map(|cell| cell.replace('⏎', "\n").replace('⇥', "\t")).collect();
        assert!(cells.len() <= columns, "{row}");
        cells.resize(columns, String::new());
        cells
    })
    .collect()
}

/// Reads a text whose first section begins at the line 一、…; its preface is `preface`.
pub(super) fn read_text(text: &str, preface: &[Paragraph]) -> (Metadata, Vec<Finding>) {
    let lines = lines::split(text);
    let printed = |index: usize| lines[index].text.of(text);
    let first_heading = (0..lines.len()).find(|&i| printed(i).trim_start().starts_with("一、")).unwrap_or(lines.len());
    let kinds: Vec<LineKind> = (0..lines.len())
        .map(|i| match printed(i) {
            line if fold::is_blank(line) => LineKind::Blank,
            line if line.contains(['\t', '|']) => LineKind::Row,
            _ if i == first_heading => LineKind::Heading,
            _ => LineKind::Prose,
        })
        .collect();
    let overview = (first_heading + 1..lines.len()).map(printed).find(|line| !fold::is_blank(line));
    let input = Input {
        text,
        lines: &lines,
        kinds: &kinds,
        first_heading,
        overview,
        preface,
        titles: &Titles::new(["政府信息公开工作年度报告"]),
        file_name: None,
    };
    read(&input)
}

/// Reads a text, every line before the first section a paragraph.
fn read_lines(text: &str) -> (Metadata, Vec<Finding>) {
    let preface: Vec<Paragraph> = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("一、"))
        .filter(|(_, line)| !fold::is_blank(line))
        .map(|(i, line)| Paragraph { text: line.trim().to_owned(), line: i as u32 + 1, rejoined: false })
        .collect();
    read_text(text, &preface)
}

fn rules(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.id()).collect()
}

const SOUND: &str = "云州市水利局文件\n云水〔2024〕3号\n\n云州市水利局2023年政府信息公开工作年度报告\n\n\
    本报告由云州市水利局办公室根据《条例》编制，统计期限自2023年1月1日起至12月31日止。根据国办发〔2014〕32号要求公布。\n\
    地址：云州市东山路1号\n电话（传真）：0523-86839755\n一、总体情况\n2023年，我局推进公开。\n六、其他\n无\n云州市水利局\n2024年1月15日\n";

#[test]
fn a_sound_report() {
    let (metadata, findings) = read_lines(SOUND);
    assert_eq!(rules(&findings), [""; 0]);
    assert_eq!(metadata.title.as_deref(), Some("云州市水利局2023年政府信息公开工作年度报告"));
    assert_eq!(metadata.agency.as_deref(), Some("云州市水利局"));
    assert_eq!((metadata.year, metadata.edition), (Some(2023), None));
    assert_eq!(metadata.doc_number.as_deref(), Some("云水〔2024〕3号"));
    assert_eq!(metadata.published.as_deref(), Some("2024-01-15"));
    let period = metadata.period.unwrap();
    assert_eq!((period.from.as_str(), period.to.as_str()), ("2023-01-01", "2023-12-31"));
    assert_eq!(metadata.contact.address.as_deref(), Some("云州市东山路1号"));
    assert_eq!(metadata.contact.phone, metadata.contact.fax);
}

#[test]
fn a_year_that_disagrees() {
    for (from, to, what) in [
        ("2023年1月1日起", "2022年1月1日起", (YearSource::Period, 2022)),
        ("公布。", "公布。现编制本机关2022年度报告。", (YearSource::Preface, 2022)),
        ("2023年，我局", "2022年，我局", (YearSource::Overview, 2022)),
        ("水利局2023年", "水利局2022年", (YearSource::Period, 2023)),
    ] {
        let text = SOUND.replacen(from, to, 1);
        let (metadata, findings) = read_lines(&text);
        assert_eq!(rules(&findings), ["metadata.year"], "{to}");
        let Fact::MetadataYear { readings } = &findings[0].fact else { panic!("{to}") };
        assert!(readings.contains(&what), "{to}: {readings:?}");
        assert_eq!(findings[0].expected.as_deref(), metadata.year.map(|year| year.to_string()).as_deref());
        assert_eq!(findings[0].actual.as_deref(), Some(what.1.to_string().as_str()));
        assert!(findings[0].span.is_some_and(|span| span.of(&text).contains(&what.1.to_string())), "{to}");
    }
}

#[test]
fn a_period_that_is_none_or_too_long() {
    let period = "自2023年1月1日起至12月31日";
    for (to, rule, read) in [
        ("自2022年1月1日起至2023年12月31日", "metadata.year", true),
        ("自2021年11月1日起至2022年10月31日", "metadata.year", true),
        ("自2023年1月1日起至2022年12月31日", "metadata.year", false),
        ("自2023年1月1日起至12月32日", "metadata.missing", false),
        ("自2023年12月31日起至1月1日", "metadata.missing", false),
    ] {
        let text = SOUND.replacen(period, to, 1);
        let (metadata, findings) = read_lines(&text);
        assert_eq!(rules(&findings), [rule], "{to}");
        assert_eq!(metadata.period.is_some(), read, "{to}");
        assert!(findings[0].span.is_some_and(|span| span.of(&text).contains(to)), "{to}");
    }
    // What the figures do not cover is no period of theirs.
    let (_, findings) =
        read_lines(&SOUND.replacen("统计期限自2023年1月1日起至12月31日止", "公示自2023年1月1日起至12月32日止", 1));
    assert_eq!(rules(&findings), [""; 0]);
    // A report that says itself that it is about several years.
    let text = SOUND.replace("水利局2023年政", "水利局2022-2023年政");
    let (_, findings) = read_lines(&text.replacen(period, "自2022年1月1日起至2023年12月31日", 1));
    assert_eq!(rules(&findings), [""; 0]);
}

#[test]
fn what_the_report_calls_itself_elsewhere_tells_of_its_title() {
    let read = |title: &str, preface: &str, signed: &str| {
        let (metadata, _) =
            read_lines(&format!("{title}\n{preface}\n一、总体情况\n无\n六、其他\n无\n{signed}\n2017年1月5日\n"));
        (metadata.title.unwrap_or_default(), metadata.agency.unwrap_or_default())
    };
    let title = "东山区政府信息公开年度报告（2016年）";
    assert_eq!(read(title, "", "东山区人民政府").1, "东山区人民政府");
    assert_eq!(read(title, "根据《条例》，由东山区政府编制本报告。", "").1, "东山区政府");
    assert_eq!(read(title, "", "东山区人民政府办公室").1, "东山区");
    assert_eq!(read("东山区2016年政府信息公开年度报告", "", "东山区人民政府").1, "东山区");
    let broken = "青河县第一人民\n医院2016年政府信息公开工作年度报告";
    let whole = "青河县第一人民医院2016年政府信息公开工作年度报告";
    for (preface, signed) in [("根据《条例》，由青河县第一人民医院编制本报告。", ""), ("", "青河县第一人民医院")]
    {
        assert_eq!(read(broken, preface, signed), (whole.to_owned(), "青河县第一人民医院".to_owned()));
    }
}

#[test]
fn years_that_only_look_as_if() {
    for (from, to) in [
        ("公布。", "公布。与2022年政府信息公开工作年度报告相比，公开增加。"),
        ("公布。", "公布。按照关于做好2022年政府信息公开工作年度报告编制工作的通知要求。"),
        ("公布。", "公布。根据《关于编制2022年政府信息公开工作年度报告的通知》。"),
        ("2023年，我局", "2022年，我局获表彰；2023年，我局"),
        ("2023年，我局", "2008年，条例施行。我局"),
        ("2023年，我局", "2024年是开局之年，我局"),
        ("自2023年1月1日起至12月31日", "自2022年11月1日起至2023年10月31日"),
        ("水利局2023年政", "水利局2023年度政"),
    ] {
        let (_, findings) = read_lines(&SOUND.replacen(from, to, 1));
        assert_eq!(rules(&findings), [""; 0], "{to}");
    }
}

#[test]
fn the_preface_names_organ_and_year() {
    let (metadata, findings) =
        read_lines("现将青河县教育局2022年政府信息公开工作年度报告公布如下。\n一、总体情况\n无\n");
    assert_eq!((metadata.agency.as_deref(), metadata.year), (Some("青河县教育局"), Some(2022)));
    assert_eq!(rules(&findings), ["metadata.missing"]);
    let (metadata, _) =
        read_lines("根据《条例》要求，现公布《青河县教育局2021年政府信息公开工作年度报告》。\n一、总体情况\n");
    assert_eq!((metadata.agency.as_deref(), metadata.year), (Some("青河县教育局"), Some(2021)));
    let (metadata, _) = read_lines("现将青河县住房和城乡建设局2020年度政府信息公开年度报告公布如下。\n一、总体情况\n");
    assert_eq!((metadata.agency.as_deref(), metadata.year), (Some("青河县住房和城乡建设局"), Some(2020)));
    let (metadata, _) = read_lines("一、总体情况\n二〇二〇年，我局推进公开。\n");
    assert_eq!((metadata.agency, metadata.year), (None, Some(2020)));
}

#[test]
fn the_head_of_a_web_page() {
    for head in [
        "索引号：\tXX-1\t发布机构：\t青河县教育局\n发文日期：\t2023-01-20\t文号：\t青教〔2023〕2号",
        "索引号\tXX-1\t发布机构\t青河县教育局\n发文日期\t2023-01-20\t文号\t青教〔2023〕2号",
        "| 索引号 | XX-1 | 发布机构 | 青河县教育局 |\n| 发文日期 | 2023-01-20 | 文号 | 青教[2023]2号 |",
        "索引号：XX-1 发布机构：青河县教育局 发文日期：2023-01-20 文号：青教（2023）2号",
        "来源：青河县教育局 字号：大 中 小 打印 关闭\n发布时间：2023年1月20日 10:20\n青教〔2023〕2号",
        "发布机构：青河县教育局\n成文日期：2023-01-10\n发布日期：2023-01-20\n有效性：有效\n文 号：青教〔2023〕2号",
    ] {
        let text = format!("{head}\n2022年政府信息公开工作年度报告\n一、总体情况\n无\n");
        let (metadata, findings) = read_lines(&text);
        assert_eq!(metadata.agency.as_deref(), Some("青河县教育局"), "{head}");
        assert_eq!(metadata.published.as_deref(), Some("2023-01-20"), "{head}");
        assert!(
            metadata.doc_number.is_some_and(|number| number.starts_with("青教") && number.ends_with("2号")),
            "{head}"
        );
        assert_eq!(metadata.year, Some(2022), "{head}");
        assert_eq!(rules(&findings), [""; 0], "{head}");
    }
}

#[test]
fn the_signature_is_the_last_resort() {
    let report = "2022年政府信息公开工作年度报告\n一、总体情况\n无\n六、其他\n没有。\n";
    let (metadata, _) = read_lines(&format!("{report}青河县教育局\n2023年1月15日\n"));
    assert_eq!(metadata.agency.as_deref(), Some("青河县教育局"));
    assert_eq!(metadata.published.as_deref(), Some("2023-01-15"));
    let (metadata, _) = read_lines(&format!("{report}青河县教育局 二〇二三年一月十五日\n（此件公开发布）\n"));
    assert_eq!(metadata.agency.as_deref(), Some("青河县教育局"));
    assert_eq!(metadata.published.as_deref(), Some("2023-01-15"));
    let (metadata, _) =
        read_lines(&format!("{report}版权所有：青河县人民政府\n地址：青河县东大街1号\n青河县人民政府\n"));
    assert_eq!((metadata.agency, metadata.contact.address), (None, None));
}

#[test]
fn what_stands_at_the_end() {
    let report = "青河县教育局2013年政府信息公开工作年度报告\n一、总体情况\n无\n六、其他\n没有。\n";
    let foot = "联系方式：\n地址：\n青河县东大街9号\n邮编：\n\n214400\n电 话：\n0510-86839755\n传真：\n电子邮箱：\nxxgk@example.gov.cn\n";
    let contact = read_lines(&format!("{report}{foot}")).0.contact;
    assert_eq!(contact.address.as_deref(), Some("青河县东大街9号"));
    assert_eq!(contact.postcode.as_deref(), Some("214400"));
    assert_eq!((contact.phone.as_deref(), contact.fax.as_deref()), (Some("0510-86839755"), None));
    assert_eq!(contact.email.as_deref(), Some("xxgk@example.gov.cn"));
    let contact = read_lines(&format!("{report}欢迎来信，电子邮箱xxgk@example.gov.cn。\n")).0.contact;
    assert_eq!(contact.email.as_deref(), Some("xxgk@example.gov.cn"));
    let (metadata, _) = read_lines(&format!("{report}青河县教育局办公室　2014年4月13日印发\n"));
    assert_eq!(metadata.published.as_deref(), Some("2014-04-13"));
    let (metadata, _) = read_lines(&format!("{report}根据2014年4月13日的通知印发\n"));
    assert_eq!(metadata.published, None);
}

#[test]
fn the_period_of_the_figures_comes_first() {
    let head = "青河县教育局2016年政府信息公开工作年度报告\n活动于2016年3月1日至3月7日举行。";
    let (metadata, findings) =
        read_lines(&format!("{head}本报告统计期限为2016年1月1日至12月31日。\n一、总体情况\n无\n"));
    assert_eq!(metadata.period.map(|period| period.from).as_deref(), Some("2016-01-01"));
    assert_eq!(rules(&findings), [""; 0]);
}

#[test]
fn nothing_is_invented() {
    let (metadata, findings) = read_lines("一、总体情况\n我市推进公开。\n");
    assert_eq!(metadata, Metadata::default());
    assert_eq!(rules(&findings), ["metadata.missing"; 3]);
    let (_, findings) = read_lines(" \n\n");
    assert!(findings.iter().all(|f| matches!(f.fact, Fact::MetadataMissing { empty: true, .. }) && f.span.is_none()));
    assert_eq!(read_text("", &[]).1.len(), 3);
}

#[test]
fn any_text_is_read() {
    let odd = [
        "年",
        "2023",
        "：",
        "（",
        "电话",
        "地址",
        "\u{2028}",
        "\u{c}",
        "|",
        "\t",
        "《",
        "\u{200b}",
        "〔2024〕",
        "号",
        "😀",
        "\r",
        "é",
        "报告",
    ];
    let mut state = 7_u32;
    for _ in 0..400 {
        let mut text = String::new();
        for _ in 0..40 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(odd[(state >> 16) as usize % odd.len()]);
        }
        read_lines(&text);
        read_lines(&text.replace('\r', "\n"));
    }
    // Stale numbers from a caller do no harm.
    let lines = lines::split("甲");
    let input = Input {
        text: "甲",
        lines: &lines,
        kinds: &[],
        first_heading: 9,
        overview: None,
        preface: &[],
        titles: &Titles::new([""]),
        file_name: None,
    };
    read(&input);
}

#[test]
fn a_huge_line_does_not_hurt() {
    let text = format!("{}\n{}", "电话：1".repeat(400_000), "2023年".repeat(400_000));
    let started = std::time::Instant::now();
    read_text(&text, &[Paragraph { text: text.clone(), line: 1, rejoined: false }]);
    assert!(started.elapsed().as_secs() < 10);
}

/// Texts of these pieces, in any order.
pub(super) fn mixtures(words: &str) -> Vec<String> {
    let words: Vec<&str> = words.split(' ').collect();
    let mut seed = 13u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below
    };
    (0..20_000).map(|_| (0..1 + next(12)).map(|_| words[next(words.len())]).collect()).collect()
}

#[test]
fn the_overview_may_say_whom_to_ask_about_the_report() {
    let phone = |overview: &str, preface: &str| {
        let rest = "本年度信息公开。\n".repeat(20);
        let text =
            ["青石县档案馆2023年政府信息公开工作年度报告\n", preface, "一、总体情况\n", overview, "\n", &rest].concat();
        read_lines(&text).0.contact.phone
    };
    let asks = "现公布2023年度报告。如对本报告有疑问，请与青石县档案馆办公室联系（电话：0523-86839755）。";
    assert_eq!(phone(asks, "").as_deref(), Some("0523-86839755"));
    assert_eq!(phone(asks, "电话：0523-86839700\n").as_deref(), Some("0523-86839700"));
    // The phone of a service, and of another organ.
    for other in [
        "开通咨询电话：12345，受理8812件。",
        "如对本报告有疑问，请来信。便民服务中心联系电话：0523-86839755。",
        "如对本报告有疑问，请与办公室联系（举报电话：12345）。",
    ] {
        assert_eq!(phone(other, ""), None, "{other}");
    }
}
