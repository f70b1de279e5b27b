//! Which reports are of one organ: names compared after folding, with and without the place in front.
//!
//! 科学技术局 and 市科学技术局 may be 晋江市科学技术局 with its place left out. They are taken for it if nothing in the run speaks against it: no other
//! place has such an organ, or only one in the same folder, and no year would be there twice. What is not sure stays apart.

use std::collections::{BTreeMap, BTreeSet};

use super::Agencies;
use crate::fold::key;

/// The ends of names of places.
const PLACES: &str = "省市县区州盟旗镇乡";
/// The longest name of a place, in characters.
const LONGEST_PLACE: usize = 12;
/// What begins so is not known without its place.
const OF_A_PLACE: [&str; 9] =
    ["人民政府", "政府", "办事处", "街道", "管委会", "管理委员会", "党政", "人民法院", "委办"];

/// The folded name of an organ: 洪泽区 for 洪泽区人民政府.
fn folded(agency: &str) -> String {
    let name = key(agency);
    match name.strip_suffix("人民政府") {
        Some(place) if place.ends_with(|c| PLACES.contains(c)) => place.to_owned(),
        _ => name,
    }
}

/// The name that two names of one organ share, however much of its place they print. Names that differ in it are of two organs.
///
/// ```
/// use nianbao::check::series::organ::shared;
/// assert_eq!(shared("晋江市科学技术局"), shared("科学技术局"));
/// assert_eq!(shared("淮安市洪泽区人民政府"), shared("洪泽区人民政府"));
/// assert_ne!(shared("洪泽区人民政府"), shared("盱眙县人民政府"));
/// ```
pub fn shared(agency: &str) -> String {
    shared_of(&folded(agency)).to_owned()
}

fn shared_of(name: &str) -> &str {
    let starts: Vec<usize> = parts(name);
    let bare = |at: usize| &name[at..];
    let last = starts.last().copied().unwrap_or(0);
    let rest = bare(last);
    if !rest.is_empty() && !OF_A_PLACE.iter().any(|word| rest.starts_with(word)) {
        return rest;
    }
    // The place is the name: its last part stays, and more where that is 市 alone.
    let kept = starts.iter().rev().skip(1).copied().find(|&at| name[at..last].chars().count() > 1);
    bare(kept.unwrap_or(0))
}

/// Where the parts of a name begin that are places, from the first on, and where the rest does.
fn parts(name: &str) -> Vec<usize> {
    let mut starts = vec![0];
    loop {
        let at = starts.last().copied().unwrap_or(0);
        let end = name[at..].char_indices().take(LONGEST_PLACE).find(|(_, c)| PLACES.contains(*c));
        match end {
            Some((end, c)) => starts.push(at + end + c.len_utf8()),
            None => return starts,
        }
    }
}

/// `short` may be `long` with its place left out.
fn may_be(short: &str, long: &str) -> bool {
    let Some(place) = long.strip_suffix(short).filter(|place| !place.is_empty()) else { return false };
    let is_place = |c: char| PLACES.contains(c);
    place.ends_with(is_place) || short.starts_with(is_place)
}

/// What is left of `name` where more or less of its place is left out, down to 市科学技术局.
fn shorter(name: &str) -> impl Iterator<Item = &str> {
    let ends = parts(name).into_iter().skip(1).flat_map(|end| {
        let place = name[..end].chars().next_back().map_or(0, char::len_utf8);
        [end - place, end]
    });
    ends.filter(|&end| end > 0).map(|end| &name[end..]).filter(|short| !short.is_empty())
}

/// A report, as far as it decides which reports are of one organ and what they have to do with each other.
pub trait Member {
    /// Number of the report in the run, from 0.
    fn index(&self) -> u64;
    /// The year that it is about.
    fn year(&self) -> i32;
    /// The organ that it names.
    fn agency(&self) -> &str;
    /// The folder that it is in.
    fn folder(&self) -> &str;
    /// Both carry the same numbers to other years.
    fn carries_as(&self, other: &Self) -> bool;
}

/// Parts reports whose names share one name ([`shared`]) into those of each organ, whatever their order.
pub fn organs<R: Member>(records: Vec<R>, agencies: &Agencies) -> Vec<Vec<R>> {
    // Name → its reports, and whether the list of agencies says whose they are.
    let mut named: BTreeMap<(String, bool), Vec<R>> = BTreeMap::new();
    for record in records {
        let (name, told) = agencies.organ(record.agency());
        named.entry((folded(name), told)).or_default().push(record);
    }
    // What the list says and what is printed so are one.
    let mut groups: BTreeMap<String, Vec<R>> = BTreeMap::new();
    let mut told: BTreeSet<String> = BTreeSet::new();
    for ((name, is_told), records) in named {
        if is_told {
            told.insert(name.clone());
        }
        groups.entry(name).or_default().extend(records);
    }
    // Shorter name → the names that it may stand for.
    let mut longer: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in groups.keys() {
        for short in shorter(name).filter(|short| groups.contains_key(*short)) {
            longer.entry(short.to_owned()).or_default().push(name.clone());
        }
    }
    let mut names: Vec<(String, Vec<String>)> = longer.into_iter().filter(|(name, _)| !told.contains(name)).collect();
    // The shortest first, so that what it joins may join a longer one in turn.
    names.sort_by_key(|(name, _)| name.len());
    for (name, longer) in names {
        if let Some(long) = one(&longer) {
            join(&mut groups, &name, long, None);
            continue;
        }
        // Several places have such an organ: the folder may tell.
        let mut near: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for long in &longer {
            for record in groups.get(long).into_iter().flatten() {
                let near = near.entry(record.folder().to_owned()).or_default();
                if near.last() != Some(long) {
                    near.push(long.clone());
                }
            }
        }
        let own: BTreeSet<String> =
            groups.get(&name).into_iter().flatten().map(|record| record.folder().to_owned()).collect();
        for own in own {
            if let Some(long) = near.get(&own).and_then(|near| one(near)) {
                join(&mut groups, &name, long, Some(&own));
            }
        }
    }
    let mut organs = Vec::new();
    for (name, records) in groups {
        if shared_of(&name) == name && has_a_year_twice_elsewhere(&records) {
            // A name without its place: in two folders it is two organs.
            let mut folders: BTreeMap<String, Vec<R>> = BTreeMap::new();
            for record in records {
                folders.entry(record.folder().to_owned()).or_default().push(record);
            }
            organs.extend(folders.into_values());
        } else if !records.is_empty() {
            organs.push(records);
        }
    }
    organs
}

/// The one name that all are, the longest of a chain: 教育局 is 泗阳县教育局 where that is 宿迁市泗阳县教育局.
fn one(names: &[String]) -> Option<&str> {
    let longest = names.iter().max_by_key(|name| (name.len(), name.as_str()))?;
    names.iter().all(|name| name == longest || may_be(name, longest)).then_some(longest.as_str())
}

/// Puts the reports of `name`, those in `only` if a folder is given, to those of `long`, unless a year would be there twice.
fn join<R: Member>(groups: &mut BTreeMap<String, Vec<R>>, name: &str, long: &str, only: Option<&str>) {
    let (Some(own), Some(others)) = (groups.get(name), groups.get(long)) else { return };
    let moves = |record: &R| only.is_none_or(|only| record.folder() == only);
    let years: BTreeSet<i32> = others.iter().map(|record| record.year()).collect();
    if own.iter().filter(|record| moves(record)).any(|record| years.contains(&record.year())) {
        return;
    }
    let Some(records) = groups.remove(name) else { return };
    let (moved, kept): (Vec<R>, Vec<R>) = records.into_iter().partition(moves);
    if !kept.is_empty() {
        groups.insert(name.to_owned(), kept);
    }
    groups.entry(long.to_owned()).or_default().extend(moved);
}

/// Two reports about one year stand in two folders.
fn has_a_year_twice_elsewhere<R: Member>(records: &[R]) -> bool {
    let mut years: BTreeMap<i32, &str> = BTreeMap::new();
    records.iter().any(|record| *years.entry(record.year()).or_insert(record.folder()) != record.folder())
}

#[cfg(test)]
mod tests {
    use super::super::Record;
    use super::*;

    #[test]
    fn names_share_what_is_not_their_place() {
        for (a, b) in [
            ("晋江市科学技术局", "科学技术局"),
            ("晋江市科学技术局", "市科学技术局"),
            ("江苏省宿迁市泗阳县教育局", "泗阳县教育局"),
            ("无锡市市场监督管理局", "市场监督管理局"),
            ("无锡市住房和城乡建设局", "住房和城乡建设局"),
            ("广州市城市管理和综合执法局", "城市管理和综合执法局"),
            ("淮安市洪泽区人民政府", "洪泽区人民政府"),
            ("洪泽区", "洪泽区人民政府"),
            ("宿迁市", "宿迁市人民政府"),
            ("上海市人民政府办公厅", "上海市人民政府办公厅"),
            ("新疆维吾尔自治区财政厅", "财政厅"),
            ("晋江市科学技术局（知识产权局）", "科学技术局(知识产权局)"),
        ] {
            assert_eq!(shared(a), shared(b), "{a} / {b}");
        }
        for (a, b) in [
            ("洪泽区人民政府", "盱眙县人民政府"),
            ("广州市人民政府", "郑州市人民政府"),
            ("北京市东城区人民政府办公室", "北京市西城区人民政府办公室"),
            ("青石镇人民政府", "白渡镇人民政府"),
            ("教育局", "财政局"),
        ] {
            assert_ne!(shared(a), shared(b), "{a} / {b}");
        }
        assert_eq!(shared(""), "");
        assert_eq!(shared("市"), "市");
    }

    fn record(agency: &str, year: i32, path: &str) -> Record {
        Record {
            index: 0,
            year,
            agency: agency.into(),
            report: path.into(),
            source: Some(path.into()),
            edition: None,
            entries: [].into(),
        }
    }

    /// `path path; path`: the organs that these reports are parted into.
    fn parted(reports: &[(&str, i32, &str)], agencies: &Agencies) -> String {
        let records = |reports: &[(&str, i32, &str)]| {
            reports.iter().map(|(agency, year, path)| record(agency, *year, path)).collect::<Vec<_>>()
        };
        let shown = |organs: Vec<Vec<Record>>| {
            let mut organs: Vec<String> = organs
                .into_iter()
                .map(|organ| {
                    let mut paths: Vec<String> = organ.into_iter().map(|record| record.report).collect();
                    paths.sort();
                    paths.join(" ")
                })
                .collect();
            organs.sort();
            organs.join("; ")
        };
        let forth = shown(organs(records(reports), agencies));
        let mut back = records(reports);
        back.reverse();
        assert_eq!(shown(organs(back, agencies)), forth, "the order matters");
        forth
    }

    #[test]
    fn a_name_without_its_place_joins_the_only_one() {
        let none = Agencies::default();
        assert_eq!(parted(&[("晋江市科学技术局", 2022, "a"), ("科学技术局", 2023, "b")], &none), "a b");
        assert_eq!(parted(&[("晋江市科学技术局", 2022, "a"), ("市科学技术局", 2023, "b")], &none), "a b");
        assert_eq!(
            parted(&[("教育局", 2021, "a"), ("泗阳县教育局", 2022, "b"), ("宿迁市泗阳县教育局", 2023, "c")], &none),
            "a b c"
        );
        // The same year twice: it may be another organ.
        assert_eq!(parted(&[("晋江市科学技术局", 2022, "a"), ("科学技术局", 2022, "b")], &none), "a; b");
    }

    #[test]
    fn where_several_could_be_meant_the_folder_decides_or_nothing() {
        let none = Agencies::default();
        let two = [("晋江市财政局", 2022, "晋江/a"), ("石狮市财政局", 2022, "石狮/b")];
        assert_eq!(parted(&[two[0], two[1], ("财政局", 2023, "晋江/c")], &none), "晋江/a 晋江/c; 石狮/b");
        assert_eq!(parted(&[two[0], two[1], ("财政局", 2023, "别处/c")], &none), "别处/c; 晋江/a; 石狮/b");
        let both = [("财政局", 2023, "晋江/c"), ("财政局", 2023, "石狮/d")];
        assert_eq!(parted(&[two[0], two[1], both[0], both[1]], &none), "晋江/a 晋江/c; 石狮/b 石狮/d");
    }

    #[test]
    fn a_bare_name_twice_in_one_year_is_an_organ_a_folder() {
        let none = Agencies::default();
        let reports =
            [("财政局", 2022, "x/a"), ("财政局", 2023, "x/b"), ("财政局", 2022, "y/c"), ("财政局", 2023, "y/d")];
        assert_eq!(parted(&reports, &none), "x/a x/b; y/c y/d");
        // A folder a year is no second organ.
        assert_eq!(parted(&[("财政局", 2022, "2022/a"), ("财政局", 2023, "2023/a")], &none), "2022/a 2023/a");
    }

    #[test]
    fn the_list_of_agencies_decides() {
        let agencies =
            Agencies::parse("name,organ\n科技局,晋江市科学技术局\n科学技术局,泉州市科学技术局\n".as_bytes()).unwrap();
        let reports = [("晋江市科学技术局", 2021, "a"), ("科学技术局", 2023, "b")];
        assert_eq!(parted(&reports, &agencies), "a; b");
        assert_eq!(shared(agencies.organ("科技局").0), shared("晋江市科学技术局"));
    }
}
