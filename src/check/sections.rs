//! `section.*`: presence, order and content of the sections that the form demands.

use super::Subject;
use crate::finding::{Fact, Finding, Rule};
use crate::fold::push_key;
use crate::form::sections::first_level;
use crate::record::Section;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(form) = subject.fitted.map(|fitted| &fitted.form) else { return };
    let number_of = |section: &Section| {
        let key = section.key.as_deref()?;
        form.sections.iter().find(|wanted| wanted.key == key)
    };
    let mut seen: Vec<(&Section, u32)> = Vec::with_capacity(form.sections.len());
    for section in first_level(subject.sections) {
        let Some(wanted) = number_of(section) else { continue };
        if let Some((first, _)) = seen.iter().find(|(_, number)| *number == wanted.number) {
            let fact = Fact::SectionDuplicate { title: section.title.clone(), first_line: first.line };
            findings.push(Finding::new(Rule::SectionDuplicate, fact).at(section.span));
            continue;
        }
        if let Some((after, _)) = seen.iter().find(|(_, number)| *number > wanted.number) {
            let fact = Fact::SectionOrder { title: section.title.clone(), after: after.title.clone() };
            findings.push(Finding::new(Rule::SectionOrder, fact).at(section.span));
        }
        if wanted.content {
            empty(section, findings);
        }
        seen.push((section, wanted.number));
    }
    for wanted in &form.sections {
        if !seen.iter().any(|(_, number)| *number == wanted.number) {
            let fact = Fact::SectionMissing { number: chinese(wanted.number), title: wanted.title.clone() };
            findings.push(Finding::new(Rule::SectionMissing, fact));
        }
    }
}

/// Its key is longer than 无内容, as the first words mostly tell: it keeps Chinese characters from U+5000 on, and only they
/// begin with such a byte.
fn plainly_says_something(text: &str) -> bool {
    const FIRST_WORDS: usize = 48;
    let first = text.as_bytes().iter().take(FIRST_WORDS);
    first.filter(|byte| matches!(byte, 0xE5..=0xE9)).count() * '无'.len_utf8() > "无内容".len()
}

/// A section that must say something, but does not.
fn empty(section: &Section, findings: &mut Vec<Finding>) {
    if !section.sections.is_empty() || !section.tables.is_empty() {
        return;
    }
    let mut key = String::new();
    for paragraph in &section.paragraphs {
        if plainly_says_something(&paragraph.text) {
            return;
        }
        // A paragraph may be long, and its first words tell.
        for part in paragraph.text.split_inclusive(['，', '。']) {
            push_key(part, &mut key);
            if key.len() > "无内容".len() {
                return;
            }
        }
    }
    if matches!(key.as_str(), "" | "无" | "略" | "暂无" | "没有" | "无内容") {
        let text: String = section.paragraphs.iter().map(|paragraph| paragraph.text.as_str()).collect();
        let fact = Fact::SectionEmpty { title: section.title.clone(), text };
        findings.push(Finding::new(Rule::SectionEmpty, fact).at(section.span));
    }
}

/// 1 to 20 in Chinese, as headings are numbered.
fn chinese(number: u32) -> String {
    const DIGITS: [&str; 11] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let digit = |n: u32| DIGITS.get(n as usize).copied().unwrap_or("");
    match number {
        0..=10 => digit(number).to_owned(),
        11..=19 => format!("十{}", digit(number - 10)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::key;

    #[test]
    fn what_plainly_says_something_has_a_long_key() {
        let pieces: Vec<&str> =
            "无 内容 略 暂 没有 一 丁 㐀 、 ， 。 <br> &nbsp; （ ） 2023年 a  晋江市 \u{e000}".split(' ').collect();
        let (mut seed, mut count) = (3u64, 0);
        for _ in 0..20_000 {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) as usize
            };
            let text: String = (0..1 + next() % 8).map(|_| pieces[next() % pieces.len()]).collect();
            let says = plainly_says_something(&text);
            count += usize::from(says);
            assert!(!says || key(&text).len() > "无内容".len(), "{text}");
        }
        assert!(count > 1000, "{count}");
    }

    #[test]
    fn headings_are_numbered_in_chinese() {
        let numbers = [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (19, "十九"), (20, "20")];
        for (number, printed) in numbers {
            assert_eq!(chinese(number), printed);
        }
    }
}
