//! Whether a name that leads a clause is the organ that reports: 市科技局 in the report of 晋江市科学技术局.

use crate::fold::{key, with_key};

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
            (false, false, true) => Who::Government,
            _ => Who::Itself,
        }
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
}
