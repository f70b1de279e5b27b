use super::*;

#[test]
fn every_byte_belongs_to_one_line() {
    let text = "甲\r\n乙\r丙\u{85}丁\u{2028}戊\u{c}己\n\n\t\n庚";
    let lines = split(text);
    let mut end = 0;
    for line in &lines {
        assert_eq!(line.whole.start, end);
        end = line.whole.end;
    }
    assert_eq!(end as usize, text.len());
    let texts: Vec<&str> = lines.iter().map(|line| line.text.of(text)).collect();
    assert_eq!(texts, ["甲", "乙", "丙", "丁", "戊", "己", "", "\t", "庚"]);
    assert!(split("").is_empty());
    for text in [text, "", "\n", "甲", "甲\r\n\r乙\u{c}\n\u{2029}", "\r\r\n", "\u{c}甲\r"] {
        let (lines, notes) = split_noted(text);
        let found = LineIndex::new(text);
        for counted in [index(text, &lines), notes.index(text, &lines)] {
            assert_eq!(counted.len(), found.len(), "{text:?}");
            assert!((0..found.len()).all(|at| counted.line(text, at) == found.line(text, at)), "{text:?}");
        }
    }
}

#[test]
fn white_space_of_several_bytes_is_seen() {
    for c in ('\u{80}'..='\u{FFFF}').chain('\u{1F100}'..='\u{1F1FF}') {
        let marks = matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
        for text in [format!("{c}"), format!("“甲─{c}"), format!(" {c}”é甲")] {
            let drawn = text.contains(|c| matches!(c, '\u{2500}'..='\u{257F}'));
            let blanks = text.contains(|c: char| c != ' ' && c.is_whitespace());
            let expected = Wide { blanks, marks, drawn, signs: false };
            assert_eq!(Wide::of(text.as_bytes()), expected, "{text:?}");
        }
    }
    assert!(["甲|", "# 甲", "**甲**"].iter().all(|text| Wide::of(text.as_bytes()).signs));
    // 怀 ends in the same bytes as U+3000.
    assert!(!Wide::of("怀、。怀".as_bytes()).blanks && Wide::of("怀、。怀\u{3000}".as_bytes()).blanks);
}

#[test]
fn marks_are_found_wherever_they_stand() {
    let pieces =
        ["\r", "\n", "\r\n", "\t", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}", "“", "\u{89}", "甲", "0"];
    let mut state = 1usize;
    for count in 0..3000 {
        let wide = count % 2 > 0;
        let mut text = String::new();
        for _ in 0..count % 40 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let piece = pieces[(state >> 33) % pieces.len()];
            if wide || !matches!(piece, "\u{85}" | "\u{2028}" | "\u{2029}") {
                text.push_str(piece);
            }
        }
        // Byte by byte.
        let (mut at, mut start, mut expected) = (0, 0, Vec::new());
        while at < text.len() {
            let mark = end_mark(&text.as_bytes()[at..]);
            at += mark.max(1);
            if mark > 0 || at == text.len() {
                expected.push((start, at, at - mark));
                start = at;
            }
        }
        let (lines, notes) = split_noted(&text);
        let mut noted = notes.fields();
        // Not all lines are asked for.
        for line in lines.iter().filter(|line| line.look != Look::Blank && line.text.len() % 5 > 0) {
            let tabs = line.text.of(&text).match_indices('\t').map(|(at, _)| line.text.start + at as u32);
            assert_eq!(noted.ends(line), tabs.chain([line.text.end]).collect::<Vec<_>>(), "{text:?}");
        }
        let found =
            lines.iter().map(|line| (line.whole.start as usize, line.whole.end as usize, line.text.end as usize));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{text:?}");
        for line in lines {
            let fields = line.text.of(&text).split('\t');
            let (tabs, filled) =
                (fields.clone().count() as u32 - 1, fields.filter(|field| !is_blank(field)).count() as u32);
            let tabbed = Look::Tabbed { tabs, filled };
            assert_eq!(line.look == tabbed, tabs > 0 && filled > 0, "{text:?}");
        }
    }
}

#[test]
fn page_numbers() {
    for page in ["-3-", "— 3 —", "－ 12 －", "第3页", "第 3 页 共 5 页", " - 3 - ", "第３页", "—3—", "3/5页"]
    {
        assert!(is_page_number(page), "{page}");
    }
    for page in ["Page 3", "Page 3 of 12", "PAGE 3/12", "page 3 / 12"] {
        assert!(is_page_number(page), "{page}");
    }
    for other in ["Page", "Pages 3", "Page 3 4 5", "Page A", "3 of 5"] {
        assert!(!is_page_number(other), "{other}");
    }
    for other in ["3", "-", "--", "第三页", "0", "-3", "3.要求", "第20条", "页", "— —"] {
        assert!(!is_page_number(other), "{other}");
    }
}

#[test]
fn buttons() {
    assert!(BUTTONS.iter().all(|button| button.starts_with(begins_button)));
    assert!(('\u{0}'..='\u{FFFF}').all(|c| is_letter(c) == c.is_alphanumeric()));
    for button in ["字号：大 中 小", "打印 关闭", "分享到：", "【字体：大 中 小】", "打印本页 | 关闭窗口"]
    {
        assert_eq!(split(button)[0].look, Look::Furniture, "{button}");
    }
    for other in ["大中城市建设", "次", "关闭煤矿", "中"] {
        assert_eq!(split(other)[0].look, Look::Text, "{other}");
    }
}

#[test]
fn what_begins_as_no_furniture_is_none() {
    for c in '\u{4E00}'..='\u{9FFF}' {
        for text in [format!("{c}3页"), format!("（{c}）"), format!("（{c}3/5页"), format!("（{c}印本页）")] {
            assert!(may_be_furniture(&text) || !(is_page_number(&text) || is_button(&text)), "{text}");
        }
    }
    assert_eq!(
        split("（打印本页）\n（此件公开发布）").iter().map(|line| line.look).collect::<Vec<_>>(),
        [Look::Furniture, Look::Text]
    );
}

#[test]
fn tabs_are_counted() {
    assert_eq!(split("规章\t0\t\t")[0].look, Look::Tabbed { tabs: 3, filled: 2 });
    assert_eq!(split("规章\r\t0\t\t1")[1].look, Look::Tabbed { tabs: 3, filled: 2 });
    assert_eq!(split("\t\u{3000}\t")[0].look, Look::Blank);
    assert_eq!(Notes::of("规章\t0\n\t\u{3000}\t\n\n \n\t\n").alone, 2);
}

#[test]
fn strokes_between_numbers_are_pages_where_they_go_on() {
    let looks = |pages: &[&str], between: usize| -> Vec<bool> {
        let text: Vec<String> = pages.iter().map(|page| [page, "\n", &"规章\n".repeat(between)].concat()).collect();
        let lines = split(&text.concat());
        lines.iter().step_by(between + 1).map(|line| line.look == Look::Furniture).collect()
    };
    assert_eq!(looks(&["1 / 3", "2 / 3", "3 / 3"], 9), [true; 3]);
    assert_eq!(looks(&["1/12", "2/12"], 9), [true; 2]);
    // Alone, close together, or not one behind the other, they may be cells.
    assert_eq!(looks(&["1/3"], 9), [false]);
    assert_eq!(looks(&["1/3", "2/3"], 2), [false; 2]);
    for pages in [
        ["1/3", "3/3"],
        ["1/3", "2/4"],
        ["2/3", "1/3"],
        ["3/3", "4/3"],
        ["1/3件", "2/3件"],
        ["/", "2/3"],
        ["1//3", "2//3"],
    ] {
        assert_eq!(looks(&pages, 9), [false; 2], "{pages:?}");
    }
}
