//! Labelled values: `电话：0595-85681242`, `发布机构：…`, and what may count as the value of each label.
//!
//! Labels are found first, wherever they stand: in lines of their own, in brackets inside a sentence, run together
//! by a lost line end. A value ends where the next label begins, and is then cut to what its kind allows, so that
//! it swallows neither the next field nor the rest of the sentence.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::{self, Label};
use super::phone::phones;
use super::text::{Flat, Patterns, Traits, flat, is_plain, leftmost, squeeze_known};
use crate::record::Contact;

/// The labels of a text and the text itself, white space folded.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields<'a> {
    /// `None` where a look at the text as printed says that it has no fields.
    flat: Option<Flat<'a>>,
    marks: Vec<Mark>,
}

/// A label in [`Fields`]: where it and its value begin.
#[derive(Debug, Clone, Copy)]
struct Mark {
    start: usize,
    value: usize,
    label: Label,
    colon: bool,
}

/// A label and the text up to the next one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    pub label: Label,
    /// As printed, white space folded.
    pub printed: &'a str,
    /// The same with full-width letters and digits folded to half width.
    pub folded: &'a str,
    /// A colon stands between label and value.
    colon: bool,
}

impl Label {
    /// The label, in view of what is printed right before it: a 监督电话 is no 电话, a 填报日期 no 日期.
    fn after(self, before: &str) -> Label {
        let foreign: &[&str] = match self {
            Label::Phone | Label::Fax | Label::PhoneAndFax => OTHER_PHONES,
            Label::Address => &["查阅", "查询", "场所", "受理点", "查阅点", "信访", "服务"],
            Label::Website | Label::Email | Label::Postcode | Label::Other => &[],
            _ if before.ends_with(is_han) => return Label::Other,
            _ => &[],
        };
        if foreign.iter().any(|prefix| before.ends_with(prefix)) { Label::Other } else { self }
    }
}

/// What stands before the phone of a service or of another organ.
#[rustfmt::skip]
const OTHER_PHONES: &[&str] = &[
    "监督", "投诉", "举报", "热线", "报警", "急救", "维权", "信访", "客服", "技术支持", "查阅", "查询", "纪检", "监察", "复议",
    "应急", "救援", "援助", "抢修", "预约",
];

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '〇')
}

/// `cell` is a label and nothing else.
pub(super) fn is_label(cell: &str) -> bool {
    // Most cells begin with a Chinese character that begins no label, and which no folding changes.
    if labels::begins_otherwise(cell) {
        return false;
    }
    let flat = flat(cell, Traits::of(cell));
    let cell = flat.folded();
    labels::label_at(cell, 0).is_some_and(|found| found.end == cell.trim_end().len())
}

/// Labels that need no colon before a number. Each case of a letter is a pattern of its own: such a set is sought many bytes at a time.
static NUMBERED: LazyLock<Patterns> = LazyLock::new(|| {
    let words = ["电话", "传真", "邮政编码", "邮编", "邮码", "联系方式", "tel", "fax"];
    leftmost(words.into_iter().flat_map(cases_of))
});

/// A word in all cases of its first characters.
fn cases_of(word: &str) -> Vec<String> {
    let mut cases = vec![String::new()];
    for c in word.chars() {
        let upper = c.to_ascii_uppercase();
        let other = cases.iter().filter(|_| upper != c).map(|case| format!("{case}{upper}"));
        cases = other.chain(cases.iter().map(|case| format!("{case}{c}"))).collect();
    }
    cases
}

/// The fields of a text, in order; none where none of its labels announces anything of use here. `squeezed` gives the
/// text squeezed.
pub(super) fn fields<'a, S: AsRef<str>>(text: &'a str, traits: Traits, squeezed: impl FnOnce() -> S) -> Fields<'a> {
    let mut made = None;
    if traits.any(Traits::COLON) && labels::begins_one(text) {
        // 电话：0595-85681242, as most lines with a label are.
        let flat = flat(text, traits);
        if let Some(found) = labels::only(flat.folded()) {
            let mark = Mark { start: 0, value: found.end, label: found.label, colon: true };
            return Fields { flat: Some(flat), marks: vec![mark] };
        }
        made = Some(flat);
    }
    // Most texts have no such label before a colon. Without a colon a label wants a number, and the value of such a
    // label is nothing but numbers. Where both are wanting, no field says anything of use.
    let announced = traits.any(Traits::COLON) && labels::announced(text, traits);
    if !announced && begins_with_address(text) {
        return fields_of(made.unwrap_or_else(|| flat(text, traits)));
    }
    if !announced && !may_hold_number(text, traits) {
        return Fields::default();
    }
    // The squeezed text is the folded one without its blanks, and the labels have none: whatever stands in this stands
    // in that.
    if !announced && !NUMBERED.is_match(squeezed().as_ref()) {
        return Fields::default();
    }
    let flat = made.unwrap_or_else(|| flat(text, traits));
    if !announced && !NUMBERED.is_match(flat.folded()) {
        return Fields { flat: Some(flat), marks: Vec::new() };
    }
    fields_of(flat)
}

/// The fewest digits of a number whose label has no colon: those of a postcode. [`phones`] wants one more.
const FEWEST_DIGITS: usize = 6;

/// The text has as many digits as such a number; where some are of full width, they are not counted.
fn may_hold_number(text: &str, traits: Traits) -> bool {
    // So many bytes at a time as a byte can count.
    let count = |part: &[u8]| part.iter().fold(0u8, |sum, byte| sum.wrapping_add(u8::from(byte.is_ascii_digit())));
    let digits = || text.as_bytes().chunks(240).map(|part| usize::from(count(part))).sum::<usize>();
    traits.any(Traits::DIGIT) && (traits.any(Traits::WIDE) || digits() >= FEWEST_DIGITS)
}

/// All fields, also those whose labels announce nothing of use.
fn fields_of(flat: Flat<'_>) -> Fields<'_> {
    let folded = flat.folded();
    let mut marks: Vec<Mark> = Vec::new();
    for found in labels::labels(folded) {
        let label = found.label.after(&folded[..found.start]);
        let bare = || found.start == 0 && addressed(label, &folded[found.end..]);
        if found.colon || numbered(label, &folded[found.end..]) || bare() {
            marks.push(Mark { start: found.start, value: found.end, label, colon: found.colon });
        }
    }
    let named = marks.len();
    for (start, value) in labels::unknown(folded) {
        if !marks[..named].iter().any(|mark| mark.start < value && start < mark.value) {
            marks.push(Mark { start, value, label: Label::Other, colon: true });
        }
    }
    marks.sort_unstable_by_key(|mark| mark.start);
    Fields { flat: Some(flat), marks }
}

impl Fields<'_> {
    /// There are none.
    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The fields, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Field<'_>> {
        let (printed, folded) = self.flat.as_ref().map_or(("", ""), |flat| (&*flat.printed, flat.folded()));
        let same = printed.len() == folded.len() && self.flat.as_ref().is_none_or(|flat| flat.narrowed.is_none());
        // Folding keeps the number of characters, so one offset in characters serves both texts.
        let mut chars = printed.char_indices().map(|(at, _)| at).chain([printed.len()]);
        let (mut done, mut at) = (0, chars.next().unwrap_or(0));
        let mut printed_at = move |to: usize| {
            for _ in folded.get(done..to).unwrap_or("").chars() {
                at = chars.next().unwrap_or(printed.len());
            }
            done = done.max(to);
            at
        };
        self.marks.iter().enumerate().map(move |(i, &Mark { value, label, colon, .. })| {
            let end = self.marks.get(i + 1).map_or(folded.len(), |next| next.start).max(value);
            let folded = folded[value..end].trim();
            if same {
                return Field { label, printed: folded, folded, colon };
            }
            let (from, to) = (printed_at(value), printed_at(end));
            Field { label, printed: printed[from..to].trim(), folded, colon }
        })
    }
}

/// A number follows a label that has no colon: `联系电话0517-87222589`.
fn numbered(label: Label, after: &str) -> bool {
    let after = after.trim_start_matches([' ', '为', '是']);
    matches!(label, Label::Phone | Label::Fax | Label::PhoneAndFax | Label::Postcode)
        && after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '（' | '(' | '+'))
}

/// An address follows a label that has no colon, at the start of a text: `联系地址 青石县东山路1号`.
fn addressed(label: Label, after: &str) -> bool {
    let ends = |c: char| matches!(c, '号' | '楼' | '室' | '层' | '座' | '幢' | '栋' | '院' | '厦');
    let (word, behind) = after.trim_start().split_once(' ').unwrap_or((after.trim_start(), ""));
    // What else stands behind it announces itself.
    let alone = || behind.is_empty() || labels::label_at(behind, 0).is_some();
    let is_address = || address(word).is_some_and(|address| address.contains('号') && address.ends_with(ends));
    label == Label::Address
        && after.starts_with(' ')
        && !word.starts_with(['位', '在', '为'])
        && is_address()
        && alone()
}

/// The text begins with the label of an address, and one may follow.
fn begins_with_address(text: &str) -> bool {
    labels::begins_one(text) && text.contains('号') && {
        let flat = flat(text, Traits::of(text));
        let folded = flat.folded();
        labels::label_at(folded, 0).is_some_and(|found| addressed(found.label, &folded[found.end..]))
    }
}

static POSTCODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^[为是]? ?((?:[0-9] ?){5}[0-9])(?:[^0-9-]|$)").expect("constant pattern"));

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9][A-Za-z0-9._%+-]* ?@ ?[A-Za-z0-9][A-Za-z0-9-]*(?: ?\. ?[A-Za-z0-9][A-Za-z0-9-]*)+")
        .expect("constant pattern")
});

static HOST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[“”‘’<《〈（( ]*((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,10}(?:/[A-Za-z0-9./?#&=%~_-]*)?)")
        .expect("constant pattern")
});

/// Up to the end of the clause, or to a bracket that closes what was opened before the value.
fn address(value: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut end = value.len();
    for (at, c) in value.char_indices() {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' if depth == 0 => {
                end = at;
                break;
            }
            '）' | ')' => depth -= 1,
            '。' | '；' | ';' | '！' | '？' => {
                end = at;
                break;
            }
            '，' | ',' if depth == 0 && !goes_on(&value[at + c.len_utf8()..]) => {
                end = at;
                break;
            }
            _ => {}
        }
    }
    let kept = value[..end].trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '，' | ',' | '、' | '（' | '(' | '：' | ':' | '【' | '[' | '.' | '“' | '”')
    });
    let length = kept.chars().count();
    ((4..=100).contains(&length) && kept.contains(is_han)).then(|| kept.to_owned())
}

/// The clause behind a comma is still part of an address: `崇德路283号，行政中心3号楼`.
fn goes_on(rest: &str) -> bool {
    let clause = rest.split(['，', ',', '。', '；', ';', '）', ')']).next().unwrap_or("").trim();
    let verb = ["请", "可", "欢迎", "联系", "如", "本", "或者", "向", "前往", "工作时间", "查"];
    clause.chars().count() <= 20
        && clause.ends_with(['号', '楼', '室', '层', '座', '幢', '栋', '院', '厦', '内', '旁'])
        && !verb.iter().any(|verb| clause.contains(verb))
}

fn email(value: &str) -> Option<String> {
    if !value.contains('@') {
        return None;
    }
    let found: Vec<String> = EMAIL.find_iter(value).map(|found| found.as_str().replace(' ', "")).take(4).collect();
    (!found.is_empty()).then(|| found.join("、"))
}

/// The length of a web address at the start of `text`.
///
/// ```text
/// address = (http [s] colon "//" | "www.") sign (sign | mark)*      letters of either case
/// sign    = A-Z | a-z | 0-9 | ſ | K                                 the long s and the sign of the kelvin are s and k in another case
/// ```
fn url_at(text: &str) -> Option<usize> {
    let starts = |word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let rest = if starts("http") {
        let rest = &text["http".len()..];
        let rest = rest.strip_prefix(['s', 'S', 'ſ']).unwrap_or(rest);
        rest.strip_prefix([':', '：'])?.strip_prefix("//")?
    } else if starts("www.") {
        &text["www.".len()..]
    } else {
        return None;
    };
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, 'ſ' | '\u{212A}');
    let behind = rest.trim_start_matches(|c: char| {
        sign(c)
            || matches!(
                c,
                '.' | ':' | '/' | '?' | '#' | '@' | '!' | '$' | '&' | '*' | '+' | '=' | '%' | '~' | '_' | '-'
            )
    });
    rest.starts_with(sign).then(|| text.len() - behind.len())
}

/// The first web address; never the host of an e-mail address.
fn url(value: &str) -> Option<String> {
    let mut from = 0;
    loop {
        from += first_of_address(&value.as_bytes()[from..])?;
        match url_at(&value[from..]) {
            Some(length) if !value[..from].ends_with('@') => return Some(print_url(&value[from..from + length])),
            Some(length) => from += length,
            None => from += 1,
        }
    }
}

/// The first h or w, of either case.
fn first_of_address(bytes: &[u8]) -> Option<usize> {
    let first = memchr::memchr3(b'h', b'H', b'w', bytes);
    let before = &bytes[..first.unwrap_or(bytes.len())];
    memchr::memchr(b'W', before).or(first)
}

fn print_url(printed: &str) -> String {
    let kept = printed.trim_end_matches(['.', ':', '：', '?', '!', '&', '#', '-', '*']);
    if kept.is_ascii() { kept.to_owned() } else { kept.replace('：', ":") }
}

fn website(value: &str) -> Option<String> {
    if let Some(url) = url(value) {
        return Some(url);
    }
    let host = HOST.captures(value)?.get(1)?;
    (!value[host.end()..].trim_start().starts_with('@')).then(|| print_url(host.as_str()))
}

fn postcode(value: &str) -> Option<String> {
    if value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.to_owned());
    }
    let code = POSTCODE.captures(value)?.get(1)?;
    Some(code.as_str().replace(' ', ""))
}

/// Takes what is not known yet.
fn set(slot: &mut Option<String>, value: impl FnOnce() -> Option<String>) {
    if slot.is_none() {
        *slot = value();
    }
}

/// Takes what `fields` say about the contact; what is known already stays.
pub(super) fn take(fields: &Fields, contact: &mut Contact) {
    if fields.is_empty() {
        return;
    }
    for Field { label, printed, folded, colon } in fields.iter() {
        match label {
            Label::Address => set(&mut contact.address, || address(printed)),
            Label::Phone => set(&mut contact.phone, || phones(folded, colon)),
            Label::Fax => set(&mut contact.fax, || phones(folded, colon)),
            Label::PhoneAndFax => {
                set(&mut contact.phone, || phones(folded, colon));
                set(&mut contact.fax, || phones(folded, colon));
            }
            Label::Postcode => set(&mut contact.postcode, || postcode(folded)),
            Label::Email => set(&mut contact.email, || email(folded)),
            Label::Website => set(&mut contact.website, || website(folded)),
            _ => {}
        }
    }
}

/// Takes what a sentence of the overview says of whom to ask about the report, where nothing was said before:
/// `如对本报告有疑问，请与…联系（电话：…）`. Any other number there is that of a service.
pub(super) fn take_from_overview(overview: &str, contact: &mut Contact) {
    if *contact != Contact::default() || !overview.contains("疑问") {
        return;
    }
    let asks = |sentence: &&str| sentence.contains("疑问") && sentence.contains("联系") && sentence.contains("报告");
    for sentence in overview.split('。').filter(asks) {
        let traits = Traits::of(sentence);
        take(&fields(sentence, traits, || squeeze_known(sentence, traits)), contact);
    }
}

/// Takes e-mail and web addresses that a text of the preface names without a label. `fields` are those of the text.
pub(super) fn take_unlabelled(text: &str, traits: Traits, fields: &Fields, contact: &mut Contact) {
    // Cheap to tell apart: most paragraphs hold neither.
    if !traits.any(Traits::AT | Traits::NET) {
        return;
    }
    let made = fields.flat.is_none().then(|| {
        let part = from_address(text, traits);
        // Most addresses have neither blanks around them nor anything of full width.
        flat(part, if is_plain(part) { Traits::default() } else { traits })
    });
    let folded = fields.flat.as_ref().or(made.as_ref()).map_or("", Flat::folded);
    set(&mut contact.email, || email(folded));
    set(&mut contact.website, || url(folded));
}

/// The part of `text` in which its addresses stand: from the last Chinese character on before the first sign of one, an
/// @ or the h or w that a web address begins with. No address has a Chinese character in it or wants one before it, and
/// no blank that was taken out behind one is missed.
fn from_address(text: &str, traits: Traits) -> &str {
    if traits.any(Traits::WIDE) {
        // The signs may be of full width.
        return text;
    }
    let bytes = text.as_bytes();
    let web = first_of_address(bytes).unwrap_or(bytes.len());
    let sign = memchr::memchr(b'@', &bytes[..web]).unwrap_or(web);
    // Within characters, no byte is as the first one of a Chinese character.
    let start = bytes[..sign].iter().rposition(|byte| matches!(byte, 0xE4..=0xE9));
    start.and_then(|at| text.get(at..)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::squeeze;
    use crate::metadata::tests::cases;

    #[test]
    fn contacts() {
        let cases = cases("metadata-contacts.tsv", 7);
        assert!(cases.len() >= 30, "{}", cases.len());
        for case in &cases {
            let mut found = Contact::default();
            let traits = Traits::of(&case[0]);
            let fields = fields(&case[0], traits, || squeeze(&case[0]));
            take(&fields, &mut found);
            take_unlabelled(&case[0], traits, &fields, &mut found);
            let printed = [&found.address, &found.phone, &found.fax, &found.postcode, &found.email, &found.website]
                .map(|value| value.as_deref().unwrap_or(""));
            let expected: Vec<&str> = case[1..].iter().map(String::as_str).collect();
            assert_eq!(printed.as_slice(), expected.as_slice(), "{}", case[0]);
        }
    }

    #[test]
    fn web_addresses_are_found_as_the_grammar_says() {
        let pattern = Regex::new(r"(?i)(?:https?[:：]//|www\.)[A-Za-z0-9][A-Za-z0-9.:/?#@!$&*+=%~_-]*").unwrap();
        let words: Vec<&str> =
            "http HTTP https httpſ HttpS : ： / // :// www WWW. www. Www ww w h H @ . a Z 0 ſ \u{212A} - _ 某 局 。 ， gov.cn ? # ！ ! （ <"
                .split(' ')
                .collect();
        let mut seed = 5u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % below
        };
        let mut count = 0;
        for _ in 0..100_000 {
            let text: String = (0..1 + next(10)).map(|_| words[next(words.len())]).collect();
            let wanted = pattern.find_iter(&text).find(|found| !text[..found.start()].ends_with('@'));
            count += usize::from(wanted.is_some());
            assert_eq!(url(&text), wanted.map(|found| print_url(found.as_str())), "{text}");
        }
        assert!(count > 1000, "{count}");
    }

    /// The fields of a text, whatever its labels are.
    fn all_fields(text: &str, traits: Traits) -> Fields<'_> {
        fields_of(flat(text, traits))
    }

    #[test]
    fn fields_that_are_left_out_say_nothing() {
        let words: Vec<&str> = "电话 电\u{3000}话 传真 邮 编 邮编 邮政编码 联系方式 联系 tel Ｔｅｌ fax FAX 地址 网址 网站 来源 信息来源 发布日期 标题 名称 问题 文号             ： : ︰ ∶ （ ） ( ) 办公室 为 是 0523-86839755 ０５２３ 223800 12345 2023年1月1日 某局 青石县东山路1号 青石县 www.a.gov.cn a@b.cn ， 。 、 \u{200b} 电子邮箱 E-mail e mail"
            .split(' ')
            .chain([" ", " ", "\u{3000}"])
            .collect();
        let mut seed = 9u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % below
        };
        let useful = |fields: &Fields| {
            let mut found = Contact::default();
            take(fields, &mut found);
            let marks = fields.iter().filter(|field| field.colon && field.label != Label::Other);
            let marks: Vec<_> =
                marks.map(|field| (field.label, field.printed.to_owned(), field.folded.to_owned())).collect();
            (found, marks)
        };
        let mut left_out = 0;
        for _ in 0..100_000 {
            let text: String = (0..1 + next(8)).map(|_| words[next(words.len())]).collect();
            let traits = Traits::of(&text);
            let (some, all) = (fields(&text, traits, || squeeze(&text)), all_fields(&text, traits));
            left_out += usize::from(some.marks.len() < all.marks.len());
            assert_eq!(useful(&some), useful(&all), "{text}");
        }
        assert!(left_out > 1000, "{left_out}");
    }

    #[test]
    fn labels_alone() {
        assert!(is_label("发布机构") && is_label("发布机构：") && is_label("电 话 ："));
        assert!(!is_label("发布机构：晋江市") && !is_label("我的电话") && !is_label(""));
    }
}
