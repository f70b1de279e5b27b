//! What is alike and what is not, and that the short ways of finding it lose nothing.

use super::*;

#[test]
fn misprints_and_abbreviations_are_alike() {
    for (printed, form) in [
        ("3危及三安全一稳", "3危及三安全一稳定"),
        ("属于国家秘密", "1属于国家秘密"),
        ("1本机关不掌握", "1本机关不掌握相关政府信息"),
        ("四结转下年继续办理", "四结转下年度继续办理"),
        ("行政事业性收赞", "行政事业性收费"),
        ("二部份公开", "二部分公开"),
    ] {
        assert!(likeness(printed, form) >= ALIKE, "{printed} {form} {}", likeness(printed, form));
    }
}

#[test]
fn other_labels_are_not() {
    for (printed, form) in [
        ("行政许可", "行政处罚"),
        ("行政强制", "行政处罚"),
        ("3其他", "3要求提供公开出版物"),
        ("一予以公开", "四无法提供"),
        ("七总计", "六其他处理"),
    ] {
        assert!(likeness(printed, form) < ALIKE, "{printed} {form} {}", likeness(printed, form));
    }
}

#[test]
fn endless_labels_cost_nothing() {
    assert_eq!(likeness(&"政".repeat(1_000_000), "规章"), 0.0);
}

/// Texts over a few characters, so that they have much in common.
fn texts() -> Vec<Vec<char>> {
    let (mut seed, mut texts) = (1u64, Vec::new());
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) % below
    };
    for at in 0..300 {
        let (length, kinds) = (next(if at % 10 == 0 { 100 } else { 20 }), 2 + next(6));
        texts.push((0..length).map(|_| ['一', '1', '二', '2', '申', '请', '公', '开'][next(kinds) as usize]).collect());
    }
    texts
}

#[test]
fn edits_are_those_of_levenshtein() {
    let texts = texts();
    for a in &texts {
        for b in &texts {
            assert_eq!(edits(a, b), strsim::generic_levenshtein(&Letters(a), &Letters(b)), "{a:?} {b:?}");
        }
    }
}

/// The text in two pieces and an empty one.
fn pieces(text: &str) -> [&str; 3] {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
    [&text[..middle], "", &text[middle..]]
}

#[test]
fn all_labels_that_are_alike_are_found() {
    let texts: Vec<String> = texts().into_iter().map(String::from_iter).collect();
    let labels = Labels::new(texts.iter().enumerate().map(|(at, text)| (at / 3, text.as_str())));
    let mut print = Misprint::default();
    for printed in texts.iter().map(String::as_str).chain(["8属于行政查旬事项", "公开二的三", "的"]) {
        for least in [0.5, ALIKE, 0.65, 0.75] {
            let mut found = vec![0.0; texts.len()];
            labels.alike(&mut print, &pieces(printed), least, |row, alike| found[row] = alike.max(found[row]));
            let all = texts.chunks(3).map(|row| row.iter().map(|form| likeness(printed, form)).fold(0.0, f32::max));
            let all = all.map(|alike| if alike < least { 0.0 } else { alike });
            assert!(all.eq(found[..texts.len().div_ceil(3)].iter().copied()), "{printed}");
        }
    }
}
