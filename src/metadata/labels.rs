//! Where a text has a label, such as 电话：, and what it announces.
//!
//! ```text
//! label   = name [[" "] "（" 1 to 20 characters "）"] [[" "] colon]
//! name    = [before] core [after]                    as in the list of names
//!         | phone [" "] link{0,2} [" "] [兼 | 含 | 同] fax ["）"]
//!         | fax [" "] link{1,2} [" "] [兼 | 含 | 同] phone ["）"]
//! link    = "（" | "(" | "/" | "、" | 及 | 和 | 与 | 兼
//! unknown = (start | mark) Han{2,10} [" "] colon
//! ```
//!
//! At each place the first name that fits is taken, with all that may stand before and behind its core; names never overlap.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use memchr::memmem::Finder;
use rustc_hash::FxBuildHasher;

use super::text::{Traits, narrow};
use crate::fold;

/// What a label announces. The number after a name is its rank: 1 is believed before 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Address,
    Phone,
    Fax,
    PhoneAndFax,
    Postcode,
    Email,
    Website,
    DocNumber,
    Published(u8),
    Agency(u8),
    Title,
    /// A label of no use here; it ends the value before it.
    Other,
}

/// A label in a text: byte ranges of the name and, behind bracket and colon, where the value begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub label: Label,
    pub start: usize,
    /// One past it, its bracket and its colon.
    pub end: usize,
    /// A colon stands between label and value.
    pub colon: bool,
}

/// A name of a label: one of `core`, with one of `before` and one of `after` or without. Latin letters may be of either case.
struct Name {
    label: Label,
    before: &'static [&'static str],
    /// Several of `before` may follow each other.
    repeated: bool,
    core: &'static [&'static str],
    after: &'static [&'static str],
}

const fn name(
    label: Label,
    before: &'static [&'static str],
    core: &'static [&'static str],
    after: &'static [&'static str],
) -> Name {
    Name { label, before, repeated: false, core, after }
}

const PHONE: Name = name(
    Label::Phone,
    &["联系", "办公室", "办公", "咨询", "公开", "值班", "服务", "受理", "固定", "工作", "业务"],
    &["电话"],
    &["号码"],
);
const FAX: Name = name(Label::Fax, &[], &["传真"], &["号码"]);

/// In this order; [`both`] comes before all.
const NAMES: &[Name] = &[
    Name {
        repeated: true,
        ..name(Label::Website, &["门户", "官方", "政府", "单位"], &["网站", "网页"], &["地址", "网址", "域名"])
    },
    name(Label::Website, &[], &["网址", "域名", "主页", "website", "web site"], &[]),
    name(Label::Email, &["电子"], &["邮箱", "邮件", "信箱"], &["地址"]),
    name(Label::Email, &[], &["电邮", "e-mail", "e- mail", "e mail", "email"], &["地址"]),
    name(Label::Address, &["通讯", "通信", "联系", "办公", "单位", "详细", "邮寄", "机关"], &["地址"], &[]),
    PHONE,
    name(Label::Phone, &[], &["联系方式"], &[]),
    name(Label::Phone, &[], &["tel"], &["ephone"]),
    name(Label::Fax, &[], &["传真"], &["号码", "电话"]),
    name(Label::Fax, &[], &["fax"], &[]),
    name(Label::Postcode, &[], &["邮政编码", "邮编", "邮码"], &[]),
    name(Label::DocNumber, &["发文", "公文", "文件"], &["字号", "文号"], &[]),
    name(Label::DocNumber, &[], &["文件编号"], &[]),
    name(
        Label::Published(1),
        &["信息"],
        &["发布日期", "发布时间", "公开日期", "公开时间", "公布日期", "公布时间", "上网日期", "上网时间"],
        &[],
    ),
    name(
        Label::Published(2),
        &[],
        &[
            "发文日期",
            "发文时间",
            "成文日期",
            "成文时间",
            "印发日期",
            "印发时间",
            "生成日期",
            "生成时间",
            "形成日期",
            "形成时间",
            "制发日期",
            "制发时间",
        ],
        &[],
    ),
    name(Label::Published(3), &[], &["日期", "时间"], &[]),
    name(
        Label::Agency(1),
        &["信息"],
        &[
            "发布机构",
            "发布单位",
            "发布部门",
            "发布机关",
            "发布主体",
            "发布责任部门",
            "公开机构",
            "公开单位",
            "公开部门",
            "公开机关",
            "公开主体",
            "公开责任部门",
        ],
        &[],
    ),
    name(
        Label::Agency(2),
        &[],
        &[
            "发文机关",
            "发文机构",
            "发文单位",
            "发文部门",
            "制发机关",
            "制发机构",
            "制发单位",
            "制发部门",
            "印发机关",
            "印发机构",
            "印发单位",
            "印发部门",
        ],
        &[],
    ),
    name(Label::Agency(3), &["信息", "文章", "稿件"], &["来源"], &[]),
    name(Label::Agency(3), &[], &["稿源"], &[]),
    name(Label::Title, &["信息", "文件", "公文"], &["名称", "标题"], &[]),
    name(Label::Other, &["信息"], &["索引号"], &[]),
    name(
        Label::Other,
        &[],
        &[
            "字体",
            "浏览次数",
            "浏览量",
            "点击数",
            "点击量",
            "点击率",
            "阅读次数",
            "访问次数",
            "作者",
            "责任编辑",
            "编辑",
            "有效性",
            "时效性",
            "关键词",
            "主题词",
            "主题分类",
            "信息分类",
            "组配分类",
            "体裁",
            "公开方式",
            "公开形式",
            "公开时限",
            "公开范围",
            "签发人",
            "填报人",
            "审核人",
            "单位负责人",
            "联系人",
            "联系部门",
            "联系单位",
        ],
        &[],
    ),
];

/// The first two characters of everything that a name or [`both`] may begin with, Latin letters in lower case: for each pair, a bit
/// for each of [`NAMES`] that may begin so. Nearly every place of a text is passed over by a look at its first character.
struct Beginnings {
    /// A bit for each character of the Basic Multilingual Plane.
    firsts: Vec<u64>,
    pairs: HashMap<[char; 2], Pair, FxBuildHasher>,
    /// The same of the first three characters of a core, for those that have as many.
    threes: HashMap<[char; 3], u32, FxBuildHasher>,
    /// The names that [`both`] begins with.
    both: u32,
}

/// What two characters may be the beginning of: a bit for each of [`NAMES`].
#[derive(Clone, Copy, Default)]
struct Pair {
    core: u32,
    /// A core of three characters or more.
    long_core: u32,
    /// What stands before the core, and takes no more than these two.
    before: u32,
    /// What stands before it, and is longer.
    long: u32,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let mut beginnings =
        Beginnings { firsts: vec![0; 1024], pairs: HashMap::default(), threes: HashMap::default(), both: 0 };
    for (at, name) in NAMES.iter().enumerate() {
        beginnings.both |= u32::from(matches!(name.label, Label::Phone | Label::Fax)) << at;
        let before = name.before.iter().map(|printed| (printed, true));
        for (printed, before) in before.chain(name.core.iter().map(|printed| (printed, false))) {
            let mut chars = printed.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                let pair = beginnings.pairs.entry([first, second]).or_default();
                let which = match (before, chars.next()) {
                    (false, None) => &mut pair.core,
                    (false, Some(third)) => {
                        *beginnings.threes.entry([first, second, third]).or_default() |= 1 << at;
                        &mut pair.long_core
                    }
                    (true, None) => &mut pair.before,
                    (true, Some(_)) => &mut pair.long,
                };
                *which |= 1 << at;
                for first in [first, first.to_ascii_uppercase()] {
                    beginnings.firsts[(first as usize / 64) & 1023] |= 1 << (first as usize % 64);
                }
            }
        }
    }
    beginnings
});

impl Beginnings {
    /// Some name may begin with this character.
    fn first(&self, c: char) -> bool {
        self.firsts.get(c as usize / 64).is_some_and(|bits| bits >> (c as usize % 64) & 1 > 0)
    }

    /// The length of what begins no name at the start of a text: Chinese characters, U+4000 to U+9FFF, and ASCII.
    fn others(&self, text: &[u8]) -> usize {
        let mut rest = text;
        loop {
            rest = match rest {
                [first @ 0xE4..=0xE9, second, third, behind @ ..]
                    if !self.first_of_three(&[*first, *second, *third]) =>
                {
                    behind
                }
                [byte @ 0x00..=0x7F, behind @ ..] if !self.first(char::from(*byte)) => behind,
                _ => return text.len() - rest.len(),
            };
        }
    }

    /// As [`Beginnings::first`], of the bytes of a character that takes three.
    fn first_of_three(&self, &[first, second, third]: &[u8; 3]) -> bool {
        let place = usize::from(first & 15) * 64 + usize::from(second & 63);
        self.firsts.get(place).is_some_and(|bits| bits >> (third & 63) & 1 > 0)
    }

    /// The names that may begin as `text` does, a bit each, and whether any may with what stands before its core.
    fn names(&self, text: &str) -> (u32, bool) {
        let mut chars = text.chars().map(|c| c.to_ascii_lowercase());
        let mut next = || chars.next().unwrap_or('\0');
        let first = [next(), next()];
        let Some(pair) = self.pairs.get(&first) else { return (0, false) };
        let before = pair.before | pair.long > 0;
        let mut names = pair.core | pair.long;
        let third = if (pair.long_core | pair.before) & !names > 0 { next() } else { return (names, before) };
        if pair.long_core & !names > 0 {
            names |= self.threes.get(&[first[0], first[1], third]).copied().unwrap_or(0);
        }
        if pair.before & !names > 0 {
            // Another such word stands behind it, or the core.
            let second = self.pairs.get(&[third, next()]).copied().unwrap_or_default();
            names |= pair.before & (second.core | second.long_core | second.before | second.long);
        }
        (names, before)
    }
}

impl Name {
    /// Its length where it stands at the start of `text`. `before`: something that stands before the core may stand
    /// there.
    fn at(&self, text: &str, before: bool) -> Option<usize> {
        let mut skipped = 0;
        let words = if before { self.before } else { &[] };
        while let Some(before) = words.iter().find(|before| text[skipped..].starts_with(**before)) {
            skipped += before.len();
            if !self.repeated {
                break;
            }
        }
        // What may stand before the core may be missing, and be the beginning of a core.
        let core = |from: usize| self.core.iter().find_map(|core| Some(from + prefix(&text[from..], core)?));
        let end = core(skipped).or_else(|| if skipped > 0 { self.shorter(text, &core) } else { None })?;
        Some(end + self.after.iter().find_map(|after| prefix(&text[end..], after)).unwrap_or(0))
    }

    /// The same with another of `before`, or without.
    fn shorter(&self, text: &str, core: &dyn Fn(usize) -> Option<usize>) -> Option<usize> {
        let others =
            self.before.iter().filter(|before| text.starts_with(**before)).find_map(|before| core(before.len()));
        others.or_else(|| core(0))
    }
}

/// The length of `printed` where `text` begins with it, Latin letters in either case.
fn prefix(text: &str, printed: &str) -> Option<usize> {
    let head = text.as_bytes().get(..printed.len())?;
    head.eq_ignore_ascii_case(printed.as_bytes()).then_some(printed.len())
}

/// The length of a phone and a fax in one at the start of `text`. `before` as of [`Name::at`].
fn both(text: &str, before: bool) -> Option<usize> {
    let (first, second, fewest) = match text.chars().next()? {
        '传' => (FAX.at(text, before)?, &PHONE, 1),
        _ => (PHONE.at(text, before)?, &FAX, 0),
    };
    let mut end = first;
    end += usize::from(text[end..].starts_with(' '));
    let is_link = |c: &char| matches!(c, '（' | '(' | '/' | '、' | '及' | '和' | '与' | '兼');
    let links: Vec<usize> = text[end..].chars().take(2).take_while(is_link).map(char::len_utf8).collect();
    if links.len() < fewest {
        return None;
    }
    end += links.iter().sum::<usize>();
    end += usize::from(text[end..].starts_with(' '));
    end += ["兼", "含", "同"].iter().find_map(|word| prefix(&text[end..], word)).unwrap_or(0);
    end += second.at(&text[end..], true)?;
    Some(end + ["）", ")"].iter().find_map(|close| prefix(&text[end..], close)).unwrap_or(0))
}

/// The labels of a text, one behind the other.
pub(super) fn labels(text: &str) -> Vec<Found> {
    let beginnings = &*BEGINNINGS;
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        at += beginnings.others(&text.as_bytes()[at..]);
        let Some(c) = text[at..].chars().next() else { return found };
        let label = if beginnings.first(c) { label_at(text, at) } else { None };
        at = label.map_or(at + c.len_utf8(), |label| label.end);
        found.extend(label);
    }
}

/// The label that a text begins with, where it is of use and announces all that stands behind it: no other label
/// begins there, known or not.
pub(super) fn only(text: &str) -> Option<Found> {
    let found = exact(text).or_else(|| label_at(text, 0));
    let found = found.filter(|found| found.colon && found.label != Label::Other)?;
    let beginnings = &*BEGINNINGS;
    let mut rest = text.get(found.end..)?;
    if memchr::memchr(b':', rest.as_bytes()).is_some() {
        return None;
    }
    loop {
        rest = &rest[beginnings.others(rest.as_bytes())..];
        let Some(c) = rest.chars().next() else { return Some(found) };
        if beginnings.first(c) || is_colon(c) {
            return None;
        }
        rest = &rest[c.len_utf8()..];
    }
}

/// What [`label_at`] makes of each name as printed, with no more than one of what may stand before its core, and a colon.
static EXACT: LazyLock<HashMap<String, Label, FxBuildHasher>> = LazyLock::new(|| {
    let parts = |parts: &'static [&'static str]| std::iter::once("").chain(parts.iter().copied());
    let prints = NAMES.iter().flat_map(|name| {
        let heads = parts(name.before).flat_map(|before| name.core.iter().map(move |core| [before, core].concat()));
        heads.flat_map(|head| parts(name.after).map(move |after| [&head, after].concat()))
    });
    let known = prints.filter_map(|printed| {
        let found = label_at(&format!("{printed}："), 0)?;
        (found.end == printed.len() + COLON.len()).then_some((printed, found.label))
    });
    known.collect()
});

/// [`label_at`] the start of a text that begins with a name and a colon, as most with a label do. A name ends at a colon
/// whatever stands behind it, and any colon is as good.
fn exact(text: &str) -> Option<Found> {
    let bytes = text.as_bytes();
    let at = memchr::memchr2(b':', COLON[0], &bytes[..bytes.len().min(LONGEST_EXACT)])?;
    let colon = if bytes[at] == b':' { 1 } else { COLON.len() };
    let (printed, behind) = text.split_at_checked(at)?;
    let label = *EXACT.get(printed).filter(|_| behind.starts_with(is_colon))?;
    Some(Found { label, start: 0, end: at + colon, colon: true })
}

/// Names are looked up up to this length in bytes.
const LONGEST_EXACT: usize = 32;

/// The text begins with a Chinese character, U+4000 to U+9FFF, that a label begins with.
pub(super) fn begins_one(text: &str) -> bool {
    let first = text.as_bytes().first_chunk();
    first.is_some_and(|c| matches!(c[0], 0xE4..=0xE9) && BEGINNINGS.first_of_three(c))
}

/// The text begins with a Chinese character, U+4000 to U+9FFF, that no label begins with.
pub(super) fn begins_otherwise(text: &str) -> bool {
    let first = text.as_bytes().first_chunk();
    first.is_some_and(|c| matches!(c[0], 0xE4..=0xE9) && !BEGINNINGS.first_of_three(c))
}

/// The label at byte `at`.
pub(super) fn label_at(text: &str, at: usize) -> Option<Found> {
    let rest = &text[at..];
    let beginnings = &*BEGINNINGS;
    let (names, before) = beginnings.names(rest);
    let mut open = names;
    let mut named = None;
    while let Some(name) = NAMES.get(open.trailing_zeros() as usize)
        && named.is_none()
    {
        named = name.at(rest, before).map(|end| (name.label, end));
        open &= open - 1;
    }
    // A phone and a fax in one go on behind the name of one, and not with the colon that mostly stands there.
    let ends = named.is_some_and(|(_, end)| rest[end..].starts_with(is_colon));
    let both = if names & beginnings.both > 0 && !ends { both(rest, before) } else { None };
    let (label, length) = both.map(|end| (Label::PhoneAndFax, end)).or(named)?;
    let behind = at + length + bracket(&rest[length..]);
    let colon = colon(&text[behind..]);
    Some(Found { label, start: at, end: behind + colon, colon: colon > 0 })
}

/// The last two characters of all names of labels that are of use, Latin letters in lower case.
static ENDINGS: LazyLock<HashSet<[char; 2], FxBuildHasher>> = LazyLock::new(|| {
    let useful = NAMES.iter().filter(|name| name.label != Label::Other);
    let printed = useful.flat_map(|name| name.core.iter().chain(name.after));
    printed.filter_map(|printed| last_two(printed.chars().rev())).collect()
});

/// The last two characters of what is read from its end, the last one first.
fn last_two(mut back: impl Iterator<Item = char>) -> Option<[char; 2]> {
    let last = back.next()?.to_ascii_lowercase();
    Some([back.next()?.to_ascii_lowercase(), last])
}

/// Before some colon of a text, as printed, may stand a label that is of use.
///
/// In the folded text such a label, or its bracket, ends right before the colon or before the blank there. Folding takes out blanks and makes
/// letters narrow, one by one, and no colon comes or goes. So the last two characters that can be seen before the colon, made narrow,
/// are the last two of the label's name: none has less, and what may stand behind a name has two as well.
pub(super) fn announced(text: &str, traits: Traits) -> bool {
    if traits.any(Traits::ODD_COLON) {
        return true;
    }
    static WIDE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(&COLON));
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).chain(WIDE.find_iter(bytes)).any(|at| {
        let before = text.get(..at).unwrap_or("");
        let mut back = before.chars().rev().filter(|c| !c.is_whitespace() && !fold::is_invisible(*c)).map(narrow);
        let Some(last) = back.next() else { return false };
        matches!(last, '）' | ')') || last_two([last].into_iter().chain(back)).is_some_and(|two| ENDINGS.contains(&two))
    })
}

/// The bytes of ：.
const COLON: [u8; 3] = [0xEF, 0xBC, 0x9A];

/// The length of a remark in brackets at the start of `text`; 0 where there is none.
fn bracket(text: &str) -> usize {
    let blank = usize::from(text.starts_with(' '));
    let Some(inside) = text[blank..].strip_prefix(['（', '(']) else { return 0 };
    let ends = |c: char| matches!(c, '（' | '(' | '）' | ')' | '：' | ':');
    let (count, end) = inside
        .char_indices()
        .take(21)
        .find(|(_, c)| ends(*c))
        .map_or((0, 0), |(end, _)| (inside[..end].chars().count(), end));
    if !(1..=20).contains(&count) {
        return 0;
    }
    let Some(behind) = inside[end..].strip_prefix(['）', ')']) else { return 0 };
    text.len() - behind.len()
}

/// The length of a colon at the start of `text`, with a blank before it; 0 where there is none.
fn colon(text: &str) -> usize {
    let blank = usize::from(text.starts_with(' '));
    text[blank..].strip_prefix(is_colon).map_or(0, |behind| text.len() - behind.len())
}

fn is_colon(c: char) -> bool {
    matches!(c, '：' | ':' | '︰' | '∶')
}

/// Any other label: Chinese characters between a boundary and a colon. Where it begins, and one past its colon.
pub(super) fn unknown(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    text.match_indices(is_colon).filter_map(|(at, colon)| {
        let before = &text[..at];
        let before = before.strip_suffix(' ').unwrap_or(before);
        let start = before.trim_end_matches(is_script_han).len();
        let count = before[start..].chars().take(11).count();
        let bounded =
            start == 0 || before[..start].ends_with([' ', '，', '。', '；', ';', ',', '、', '（', '(', '）', ')']);
        (bounded && (2..=10).contains(&count)).then_some((start, at + colon.len()))
    })
}

/// A character of the Chinese script.
pub(super) fn is_script_han(c: char) -> bool {
    match c {
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' => true,
        '\0'..='\u{2E7F}' => false,
        '\u{2E80}'..='\u{2E99}' | '\u{2E9B}'..='\u{2EF3}' | '\u{2F00}'..='\u{2FD5}' => true,
        '々' | '〇' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303B}' => true,
        '\u{F900}'..='\u{FA6D}' | '\u{FA70}'..='\u{FAD9}' => true,
        '\u{16FE2}'..='\u{16FE3}' | '\u{16FF0}'..='\u{16FF1}' => true,
        '\u{20000}'..='\u{2A6DF}' | '\u{2A700}'..='\u{2B739}' | '\u{2B740}'..='\u{2B81D}' => true,
        '\u{2B820}'..='\u{2CEA1}' | '\u{2CEB0}'..='\u{2EBE0}' | '\u{2EBF0}'..='\u{2EE5D}' => true,
        '\u{2F800}'..='\u{2FA1D}' | '\u{30000}'..='\u{3134A}' | '\u{31350}'..='\u{323AF}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
