//! Cells as printed, and the quick ways against the slow ones.

use super::*;

/// The text that a case file writes with `\t`, `\n` and `\u{200b}`.
fn unescape(text: &str) -> String {
    let text = text.replace("\\t", "\t").replace("\\n", "\n");
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("a closed escape");
        out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
        out.push_str(rest);
    }
    out
}

fn shown(reading: Reading<'_>) -> String {
    match reading {
        Reading::Number { value, unit: None } => value.to_string(),
        Reading::Number { value, unit: Some(unit) } => format!("{value} {unit}"),
        Reading::Blank => "blank".to_owned(),
        Reading::Placeholder => "placeholder".to_owned(),
        Reading::Text => "text".to_owned(),
    }
}

#[test]
fn the_usual_placeholders_are_told_as_all_are() {
    for printed in ["/", "-", "—", "——", "无"] {
        assert!(all_consuming(cell).parse(printed).is_err() && usual(printed).is_none(), "{printed}");
        assert!(printed.chars().next().is_some_and(|first| is_placeholder(printed, first)), "{printed}");
    }
}

#[test]
fn signs_begin_numbers() {
    for c in '\u{0}'..='\u{FFFF}' {
        assert_eq!(begins_sign(c), [NEGATIVE, DOWN, UP].iter().any(|signs| signs.contains(c)), "{c}");
    }
}

#[test]
fn cases() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cells/values.tsv");
    let table = std::fs::read_to_string(path).expect(path);
    let (mut count, mut wrong) = (0, String::new());
    for (i, line) in table.lines().enumerate() {
        if line.is_empty() || line.starts_with("# ") {
            continue;
        }
        count += 1;
        let (input, expected) = line.rsplit_once('\t').unwrap_or((line, "no tab"));
        let actual = shown(read(&unescape(input)));
        if actual != expected {
            wrong += &format!("{}: {input} is {actual}, expected {expected}\n", i + 1);
        }
    }
    assert!(count >= 120, "{count} cases in {path}");
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_ends_of_units_are_known() {
    for unit in UNITS {
        assert!(unit.ends_with(ends_unit), "{unit}");
    }
}

/// [`read`] without its short cuts.
fn slow(raw: &str) -> Reading<'_> {
    let seen = raw.trim_matches(is_blank);
    let Some(first) = seen.chars().next() else { return Reading::Blank };
    match trim_escaped(seen) {
        "" => return Reading::Placeholder,
        inside if inside != seen => return slow(inside),
        _ => {}
    }
    if let Ok((_, (value, unit))) = all_consuming(cell).parse(seen) {
        return Reading::Number { value, unit };
    }
    if is_placeholder(seen, first) { Reading::Placeholder } else { Reading::Text }
}

#[test]
fn short_cuts_change_no_reading() {
    let pieces = [
        "0", "1", "23", "456", "１", "二", "十", "百", ",", "，", ".", "．", "-", "－", "—", "+", "↓", " ", "\u{3000}",
        "\u{200b}", "（", "）", "(", ")", "无", "無", "数据", "不", "适用", "空", "n", "/", "A", "／", "…", "件",
        "万元", "人次", "年", "<br>", "&nbsp;", "规章", "总计", "。", "：", "；", "_", "＿", "\\", "null", "ＮＡ",
        "、",
    ];
    let mut state = 1usize;
    for count in 0..200_000 {
        let mut text = String::new();
        for _ in 0..count % 6 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) % pieces.len()]);
        }
        assert_eq!(read(&text), slow(&text), "{text:?}");
    }
    for c in ('\u{0}'..='\u{FFFF}').chain('\u{1F100}'..='\u{1F1FF}') {
        for text in ["{}", "1{}", "{}1", "无{}", "{}件", "{}、件"].map(|text| text.replace("{}", &c.to_string())) {
            assert_eq!(read(&text), slow(&text), "{text:?}");
        }
    }
}

#[test]
fn the_usual_number_is_read_as_any_other() {
    let pieces = ["0", "1", "23", "456", "7890", ",", ".", "件", "万元", "人"];
    for nth in 0..pieces.len().pow(5) {
        let text: String = (0..5).map(|place| pieces[nth / pieces.len().pow(place) % pieces.len()]).collect();
        for text in [text.as_str(), text.trim_start_matches('0')] {
            assert_eq!(read(text), slow(text), "{text:?}");
        }
    }
}

#[test]
fn digits_beyond_decimal_are_text() {
    let most = "9".repeat(MOST_DIGITS);
    assert_eq!(shown(read(&most)), most);
    assert_eq!(read(&"9".repeat(MOST_DIGITS + 1)), Reading::Text);
    assert_eq!(read(&format!("0.{}", "1".repeat(28))), Reading::Text);
    assert_eq!(read(&"1".repeat(100_000)), Reading::Text);
}

#[test]
fn the_unit_is_a_slice_of_the_cell() {
    let raw = " 12\u{200b} 万元 ";
    let Reading::Number { unit: Some(unit), .. } = read(raw) else { panic!("no unit") };
    assert_eq!(unit.as_ptr() as usize - raw.as_ptr() as usize, raw.find('万').unwrap());
}

#[test]
fn numbers_of_a_text() {
    for (text, expected) in [
        ("", vec![]),
        ("没有", vec![]),
        ("0", vec!["0"]),
        ("共1,808,595条，３．５万元。", vec!["1,808,595", "３．５"]),
        ("2023-01-01", vec!["2023", "01", "01"]),
        ("12.", vec!["12"]),
        ("1..2", vec!["1", "2"]),
        ("1,,2,", vec!["1", "2"]),
        ("1\u{200b}2", vec!["1\u{200b}2"]),
        ("1 808 595", vec!["1", "808", "595"]),
        ("A1、B2", vec!["1", "2"]),
    ] {
        let found: Vec<&str> = numbers(text).map(|at| &text[at]).collect();
        assert_eq!(found, expected, "{text}");
    }
}
