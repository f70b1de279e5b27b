//! The sentences of `fixtures/lines/prose.tsv`.

use super::*;
use crate::numeral;

/// What a sentence is read as: `intake 12; refused 3`, nothing where it names no figure.
fn readings(paragraph: &str, agency: &str, year: Option<i32>, topic: bool) -> String {
    let about = About { year, organ: Organ::new(Some(agency)) };
    let words = words::shared();
    let said = read::read(paragraph, sentence::sentences(paragraph), &about, topic, words);
    let one = |reading: &Reading| {
        let keys: Vec<&str> = reading.words.iter().map(|&word| words.word(word).unwrap().key.as_str()).collect();
        let who = match reading.who {
            Who::Itself => "",
            Who::Government => " office",
            Who::Wider => " wider",
        };
        format!("{} {}{who}", keys.join("+"), reading.value)
    };
    said.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn sentences_are_read_as_a_person_reads_them() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/lines/prose.tsv");
    let file = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (number, line) in file.lines().enumerate() {
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let (sentence, wanted) = line.split_once('\t').unwrap_or_else(|| panic!("line {}: no tab", number + 1));
        // [某局] before a sentence names the organ of the report; ※ says that its heading is about applications.
        let (agency, sentence) = match sentence.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((agency, sentence)) => (agency, sentence),
            None => ("云州市水利局", sentence),
        };
        let (topic, sentence) = match sentence.strip_prefix('※') {
            Some(sentence) => (true, sentence),
            None => (false, sentence),
        };
        count += 1;
        let read = readings(sentence, agency, Some(2023), topic);
        if read != wanted {
            wrong.push(format!("line {}: {sentence}\n  read   {read}\n  wanted {wanted}", number + 1));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 120, "{count}");
}

/// Width, blanks, quotes and the way a number is written change nothing.
#[test]
fn print_does_not_matter() {
    let plain = "2023年，全市新收政府信息公开申请1095件，办结1088件，其中予以公开12件。";
    let wanted = readings(plain, "云州市", Some(2023), false);
    assert_eq!(wanted, "new 1095; completed 1088; granted 12");
    let wide: String = plain
        .chars()
        .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 - 0x30 + 0xFF10).unwrap() } else { c })
        .collect();
    let spaced: String = plain.chars().flat_map(|c| [c, ' ']).collect();
    let commas = plain.replace("1095", "1,095").replace("1088", "1，088");
    let quoted = plain.replace("予以公开", "“予以公开”");
    let chinese = plain.replace("12件", "十二件").replace("2023", "二〇二三");
    for text in [wide, spaced, commas, quoted, chinese] {
        assert_eq!(readings(&text, "云州市", Some(2023), false), wanted, "{text}");
    }
    assert_eq!(numeral::chinese("十二"), Some(12));
}

/// Any text is read without a panic, and places stay inside it.
#[test]
fn no_text_panics() {
    let pieces = [
        "收到",
        "申请",
        "2023年",
        "１２",
        "件",
        "。",
        "，",
        "（",
        "）",
        "、",
        "一百",
        "零",
        "\u{3000}",
        "😀",
        "“",
        "1,0",
        "9.",
        "至",
        "月",
        "信息处理费",
        "元",
        "其中",
        "公开",
        "e\u{301}",
    ];
    let mut state = 7u64;
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        let about = About { year: Some(2023), organ: Organ::new(None) };
        for reading in read::read(&text, sentence::sentences(&text), &about, true, words::shared()) {
            assert!(
                text.get(reading.number.clone()).is_some() && text.get(reading.sentence.clone()).is_some(),
                "{text}"
            );
            assert!(!quote(&text, &reading).is_empty());
        }
    }
}

#[test]
fn every_word_names_a_figure_of_a_form() {
    let forms = crate::form::Forms::embedded();
    let known: Vec<&str> = forms.iter().flat_map(|form| &form.figures).map(|figure| figure.key.as_str()).collect();
    for word in words::shared().all() {
        for name in word.names.iter().flatten() {
            assert!(known.contains(&name.as_str()), "{}: no form has the figure {name}", word.key);
        }
    }
}

/// What is read of a report: `NIANBAO_PROSE=report.txt cargo test --lib prose::tests::shown -- --ignored --nocapture`.
#[test]
#[ignore = "for a person, not a check"]
fn shown() {
    let path = std::env::var("NIANBAO_PROSE").unwrap();
    let report = crate::Reader::default().read(&std::fs::read(path).unwrap(), None).unwrap();
    let agency = report.metadata.agency.clone().unwrap_or_default();
    Section::walk(&report.sections, &mut |_, section| {
        for paragraph in &section.paragraphs {
            let said = readings(&paragraph.text, &agency, report.metadata.year, section.title.contains("申请"));
            println!("{:?} line {}: {said}", section.key, paragraph.line);
        }
    });
}

/// The figures that are warned of where the paragraph on line 21 of a report is `printed`: each number, its line and what is said of it.
fn warned(printed: &str) -> Vec<(String, u32, String)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/reports/valid/clean-rectangle/report.txt");
    let file = std::fs::read_to_string(path).unwrap();
    let lines: Vec<&str> = file.lines().enumerate().map(|(at, line)| if at == 20 { printed } else { line }).collect();
    let report = crate::Reader::default().read(lines.join("\n").as_bytes(), None).unwrap();
    let wrong = report.findings.iter().filter(|finding| finding.rule == Rule::ProseTable).map(|finding| {
        let span = finding.span.unwrap();
        let line = report.index.number(span.start);
        (span.of(&report.text).to_owned(), line, finding.message(crate::lang::Lang::En).to_string())
    });
    wrong.collect()
}

#[test]
fn an_item_is_read_with_what_goes_on_behind_it() {
    for printed in [
        "1.本年新收政府信息公开申请61件。其中自然人申请41件。",
        "（1）本年新收政府信息公开申请61件\n其中自然人申请16件。\n（2）自然人申请41件",
        "①本年新收政府信息公开申请61 件；\n②其中自然人申请41件。",
        "1、本年新收政府信息公开申请61件；\n2、其中自然人申请41件。",
    ] {
        let numbers: Vec<(String, u32)> = warned(printed).into_iter().map(|(number, line, _)| (number, line)).collect();
        let line = |number: &str| 21 + printed.lines().position(|line| line.contains(number)).unwrap() as u32;
        let first = if printed.contains("61件") { "61件" } else { "61 件" };
        assert_eq!(numbers, [(first.to_owned(), line("61")), ("41件".to_owned(), line("41"))], "{printed}");
    }
    // What an item says of another year, or of a part, holds for those behind it.
    for printed in [
        "1.网上申请情况：收到申请5件\n（1）予以公开3件\n（2）部分公开1件",
        "1.2021年收到申请5件。予以公开3件。",
        "1.收到网民留言12件\n2.答复12件",
        "1.本年新收政府信息公开申请16件\n2.予以公开5件",
    ] {
        assert_eq!(warned(printed), [], "{printed}");
    }
}

#[test]
fn a_message_tells_apart_what_it_names() {
    for (printed, wanted) in [
        ("政府信息公开行政复议99件。", "行政复议 is 2 (line 88)"),
        ("政府信息公开行政诉讼99件。", "行政诉讼 is 4 (line 88), and 行政诉讼 without 尚未审结 is 2 (line 88)"),
        ("本年新收申请16件，其中自然人99件。", "一、本年新收政府信息公开申请数量 / 自然人 is 14 (line 57)"),
        (
            "本年新收申请16件，其中法人或其他组织99件。",
            "一、本年新收政府信息公开申请数量 without 自然人 is 2 (line 57)",
        ),
        ("已答复政府信息公开申请99件。", "三、本年度办理结果 without （六）其他处理 is 17"),
        ("废止规范性文件99件。", "行政规范性文件 / 本年废止件数 is 1"),
        ("没有发生政府信息公开行政复议。", "行政复议 is 2 (line 88)"),
    ] {
        let messages: Vec<String> = warned(printed).into_iter().map(|(_, _, message)| message).collect();
        assert!(matches!(messages.as_slice(), [message] if message.contains(wanted)), "{printed}: {messages:?}");
    }
    // Where nothing else is said, those that are decided may be meant.
    assert_eq!(warned("政府信息公开行政诉讼2件。"), []);
    assert_eq!(warned("因政府信息公开被提起行政诉讼2件。").len(), 1);
}
