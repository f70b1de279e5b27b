//! The organs that a clause names, and whether a name that leads it is the organ that reports: 市科技局 in the report of 晋江市科学技术局.

use std::borrow::Cow;

use crate::fold::{key, with_key};

/// Marks of an organ in text that is not known. 格局, 布局, 全局 and 局面 are none.
const ORGANS: [&str; 15] = [
    "局",
    "委员会",
    "办公室",
    "街道",
    "办事处",
    "省政府",
    "市政府",
    "县政府",
    "区政府",
    "镇政府",
    "人民政府",
    "学校",
    "医院",
    "大队",
    "管委会",
];
/// Words with the mark of an organ that name none.
const NO_ORGANS: [&str; 7] = ["格局", "布局", "全局", "局面", "大局", "开局", "结局"];

/// The organ that a report is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Organ {
    name: Vec<char>,
}

/// Who is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// The organ that reports.
    Itself,
    /// A government by its name. Its tables may count all that is under it, and the clause its office alone.
    Government,
    /// All of the place that the organ belongs to: 全市 in the report of a bureau.
    Wider,
}

/// The ends of names of places.
const PLACES: [char; 9] = ['省', '市', '县', '区', '州', '盟', '旗', '镇', '乡'];

/// How deep a place with this end stands.
fn depth(place: char) -> u8 {
    match place {
        '省' => 0,
        '市' | '州' | '盟' => 1,
        '县' | '区' | '旗' => 2,
        _ => 3,
    }
}

/// The longest name that is compared, in characters.
const LONGEST: usize = 40;

impl Organ {
    pub(super) fn new(agency: Option<&str>) -> Organ {
        Organ { name: key(agency.unwrap_or("")).chars().collect() }
    }

    /// It governs a place.
    fn is_government(&self) -> bool {
        self.name.last().is_some_and(|c| PLACES.contains(c)) || self.name.ends_with(&['政', '府'])
    }

    /// What `words` such as 我市 or 本机关 take in, against what the organ reports about.
    pub(super) fn scope(&self, words: &str) -> Who {
        let place = words.chars().nth(1).is_some_and(|c| PLACES.contains(&c)) || words.starts_with("各级");
        match (self.name.is_empty(), place, self.is_government()) {
            (false, true, false) => Who::Wider,
            (false, true, true) if words.chars().nth(1).is_some_and(|c| self.lies_in(c)) => Who::Wider,
            (false, false, true) => Who::Government,
            _ => Who::Itself,
        }
    }

    /// The place that it governs is part of one whose name ends so: 全市 in the report of a county.
    fn lies_in(&self, place: char) -> bool {
        let own = self.name.iter().rev().find(|c| PLACES.contains(c));
        PLACES.contains(&place) && own.is_some_and(|&own| depth(place) < depth(own))
    }

    /// It is a government, or the office of one: what it does 代表县政府 is in its own tables.
    pub(super) fn acts_for_government(&self) -> bool {
        self.is_government() || self.name.windows(3).any(|part| part == ['政', '府', '办'])
    }

    /// Who the printed `name` is, if it can be the organ: the same name, or one that leaves out some of its characters but not the last.
    pub(super) fn is(&self, name: &str) -> Option<Who> {
        if name.len() > LONGEST * 4 {
            return None;
        }
        // Cheap: a Chinese character is its own key, and the last one tells nearly all other names apart.
        let may_be_last = |c: char| self.name.last() == Some(&c) || c == '府' || PLACES.contains(&c);
        if self.name.is_empty() || name.ends_with(|c| matches!(c, '\u{4E00}'..='\u{9FFF}') && !may_be_last(c)) {
            return None;
        }
        with_key(name, |name| self.is_of_key(name))
    }

    /// The same of the [key] of the name.
    fn is_of_key(&self, name: &str) -> Option<Who> {
        let (last, own_last) = (name.chars().next_back()?, *self.name.last()?);
        name.chars().nth(1)?;
        let place = |c: char| PLACES.contains(&c);
        let government = self.is_government();
        let mut own = self.name.iter();
        if government && place(last) && name.chars().all(|c| own.next() == Some(&c)) {
            // 宿迁市 for all that 宿迁市人民政府 reports about.
            return Some(Who::Itself);
        }
        let mut own = self.name.iter();
        let left_out = last == own_last && name.chars().all(|c| own.any(|other| *other == c));
        let of_place = place(own_last) && name.ends_with("政府") && {
            let rest = name.trim_start_matches(|c| self.name.contains(&c));
            rest.len() < name.len() && matches!(rest, "政府" | "人民政府")
        };
        match (left_out || of_place, government) {
            (true, true) => Some(Who::Government),
            (true, false) => Some(Who::Itself),
            (false, _) => None,
        }
    }
}

/// `text` up to the end of the first organ that it names, without [`NO_ORGANS`].
pub(super) fn named_organ(text: &str) -> Option<Cow<'_, str>> {
    // Most name none, and what is taken out of a text adds no character to it.
    if !text.chars().any(ends_organ) {
        return None;
    }
    // Each of these has a 局.
    let is_misleading = |(at, organ): (usize, char)| {
        let (before, behind) = (&text[..at], &text[at + organ.len_utf8()..]);
        let mut around = NO_ORGANS.iter().filter_map(|word| word.split_once('局'));
        around.any(|(first, last)| before.ends_with(first) && behind.starts_with(last))
    };
    if text.char_indices().filter(|&(_, c)| c == '局').any(is_misleading) {
        let mut text = text.to_owned();
        NO_ORGANS.iter().for_each(|word| text = text.replace(word, ""));
        let end = first_organ(&text)?;
        text.truncate(end);
        return Some(Cow::Owned(text));
    }
    first_organ(text).map(|end| Cow::Borrowed(&text[..end]))
}

/// The last characters of all [`ORGANS`].
fn ends_organ(c: char) -> bool {
    matches!(c, '局' | '会' | '室' | '道' | '处' | '府' | '校' | '院' | '队')
}

/// Where the first organ ends that `text` names.
fn first_organ(text: &str) -> Option<usize> {
    let mut ends = text.char_indices().filter(|(_, c)| ends_organ(*c)).map(|(at, c)| at + c.len_utf8());
    ends.find(|&end| ORGANS.iter().any(|organ| text[..end].ends_with(organ)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organ_is_known_by_its_shorter_names() {
        let bureau = Organ::new(Some("晋江市科学技术局"));
        for name in ["晋江市科学技术局", "市科学技术局", "市科技局", "科技局", "晋江市科技局"]
        {
            assert_eq!(bureau.is(name), Some(Who::Itself), "{name}");
        }
        for name in ["市财政局", "局", "晋江市", "市政府", "科学技术", "下属科技局"] {
            assert_eq!(bureau.is(name), None, "{name}");
        }
        let district = Organ::new(Some("淮安市洪泽区人民政府"));
        for (name, who) in
            [("洪泽区人民政府", Some(Who::Government)), ("区政府", Some(Who::Government)), ("区政府办公室", None)]
        {
            assert_eq!(district.is(name), who, "{name}");
        }
        let city = Organ::new(Some("宿迁市"));
        assert_eq!(city.is("宿迁市"), Some(Who::Itself));
        assert_eq!(city.is("市政府"), Some(Who::Government));
        assert_eq!(city.is("沭阳县"), None);
        assert_eq!(Organ::new(None).is("市财政局"), None);
    }

    #[test]
    fn a_wider_place_is_not_the_organ() {
        let who = |agency: &str, words: &str| Organ::new(Some(agency)).scope(words);
        for (agency, words) in [
            ("清河县", "全市"),
            ("淮安市洪泽区人民政府", "全市"),
            ("清河县人民政府", "全省"),
            ("白渡镇人民政府", "全县"),
        ] {
            assert_eq!(who(agency, words), Who::Wider, "{agency} {words}");
        }
        for (agency, words) in
            [("清河县", "全县"), ("晋江市人民政府", "全市"), ("云州市", "各级"), ("某某自治区", "全区")]
        {
            assert_eq!(who(agency, words), Who::Itself, "{agency} {words}");
        }
        assert!(Organ::new(Some("上海市人民政府办公厅")).acts_for_government());
        assert!(Organ::new(Some("清河县")).acts_for_government());
        assert!(!Organ::new(Some("清河县水利局")).acts_for_government());
    }

    #[test]
    fn organs_are_found_as_their_list_says() {
        assert!(ORGANS.iter().all(|organ| organ.ends_with(ends_organ)));
        assert!(NO_ORGANS.iter().all(|word| word.contains('局')));
        let pieces: Vec<&str> = "市 财政 局 格 布 全 面 大 开 结 格局 委员 会 办公 室 街 道 街道 办事处 省 政府 县 人民 校 学 医院 大 队 管委 a"
            .split(' ')
            .collect();
        let mut seed = 3u64;
        for _ in 0..30_000 {
            let mut next = || {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 33) as usize
            };
            let text: String = (0..1 + next() % 7).map(|_| pieces[next() % pieces.len()]).collect();
            let mut kept = text.clone();
            NO_ORGANS.iter().for_each(|word| kept = kept.replace(word, ""));
            let end = ORGANS.iter().filter_map(|organ| Some(kept.find(organ)? + organ.len())).min();
            assert_eq!(named_organ(&text).as_deref(), end.map(|end| &kept[..end]), "{text}");
        }
    }
}
