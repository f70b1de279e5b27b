use super::*;
use crate::check::prose::words;

/// What [`read`] must give: each sentence of the squeezed paragraph is taken apart.
fn read_all(paragraph: &str, about: &About, topic: bool, words: &Words) -> Vec<Reading> {
    let text = Squeezed::new(paragraph, 0..paragraph.len(), about.year);
    let mut state = State::new(topic);
    let mut readings = Vec::new();
    let mut start = 0;
    for sentence in text.text.split_inclusive(['。', '!', '?']) {
        state.topic = state.topic || sentence.contains("申请");
        state.sentence(&text, start..start + sentence.len(), about, words, &mut readings);
        start += sentence.len();
    }
    readings
}

#[test]
fn sentences_that_say_nothing_are_passed_over() {
    const PIECES: [&str; 48] = [
        "2023年",
        "2022 年",
        "全年",
        "收到",
        "没有",
        "未",
        "无",
        "申请",
        "申 ”请",
        "政府信息公开申请",
        "予以公开",
        "“",
        "”",
        " ",
        "\u{3000}",
        "。",
        "。",
        "！",
        "?",
        "，",
        "，",
        "、",
        "；",
        "（",
        ")",
        "12件",
        "3 件",
        "３０件",
        "0",
        "０",
        "0.0",
        "零",
        "〇",
        "一百零三宗",
        "两 起",
        "5元",
        "万元",
        "答复",
        "行政复议",
        "行政诉讼",
        "信息处理费",
        "制发规范性文件",
        "其中",
        "网上",
        "市财政局",
        "结转至2024年",
        "1.",
        "收取",
    ];
    let about = About { year: Some(2023), organ: Organ::new(Some("晋江市科学技术局")) };
    let (mut seed, mut found) = (7u64, 0);
    for _ in 0..30_000 {
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize
        };
        let length = 1 + next() % 24;
        let text: String = (0..length).map(|_| PIECES[next() % PIECES.len()]).collect();
        let topic = next() % 2 > 0;
        let wanted = read_all(&text, &about, topic, words::shared());
        let sentences = sentence::sentences(&text);
        assert_eq!(read(&text, sentences, &about, topic, words::shared()), wanted, "{text}");
        found += wanted.len();
    }
    assert!(found > 1000, "{found}");
}
