//! Labelled values: `电话：0595-85681242`, `发布机构：…`, and what may count as the value of each label.
//!
//! Labels are found first, wherever they stand: in lines of their own, in brackets inside a sentence, run together
//! by a lost line end. A value ends where the next label begins, and is then cut to what its kind allows, so that
//! it swallows neither the next field nor the rest of the sentence.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Flat, flat};
use crate::record::Contact;

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

/// A label and the text up to the next one.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub label: Label,
    /// As printed, white space folded.
    pub printed: String,
    /// The same with full-width letters and digits folded to half width.
    pub folded: String,
    /// A colon stands between label and value.
    colon: bool,
}

const COLON: &str = "[：:︰∶]";

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let phone = "(?:联系|办公室|办公|咨询|公开|值班|服务|受理|固定|工作|业务)?电话(?:号码)?";
    let fax = "传真(?:号码|电话)?";
    Regex::new(&format!(
        "(?i)(?:\
         (?P<both>{phone} ?[（(/、及和与兼]{{0,2}} ?[兼含同]?传真(?:号码)?[）)]?|传真(?:号码)? ?[（(/、及和与兼]{{1,2}} ?[兼含同]?{phone}[）)]?)\
         |(?P<website>(?:门户|官方|政府|单位)*(?:网站|网页)(?:地址|网址|域名)?|网址|域名|主页|web ?site)\
         |(?P<email>(?:电子)?(?:邮箱|邮件|信箱)(?:地址)?|电邮(?:地址)?|e-? ?mail(?:地址)?)\
         |(?P<address>(?:通讯|通信|联系|办公|单位|详细|邮寄|机关)?地址)\
         |(?P<phone>{phone}|联系方式|tel(?:ephone)?)\
         |(?P<fax>{fax}|fax)\
         |(?P<postcode>邮政编码|邮编|邮码)\
         |(?P<number>(?:发文|公文|文件)?(?:字号|文号)|文件编号)\
         |(?P<published1>(?:信息)?(?:发布|公开|公布|上网)(?:日期|时间))\
         |(?P<published2>(?:发文|成文|印发|生成|形成|制发)(?:日期|时间))\
         |(?P<published3>日期|时间)\
         |(?P<agency1>(?:信息)?(?:发布|公开)(?:机构|单位|部门|机关|主体|责任部门))\
         |(?P<agency2>(?:发文|制发|印发)(?:机关|机构|单位|部门))\
         |(?P<agency3>(?:信息|文章|稿件)?来源|稿源)\
         |(?P<title>(?:信息|文件|公文)?(?:名称|标题))\
         |(?P<other>(?:信息)?索引号|字体|浏览次数|浏览量|点击数|点击量|点击率|阅读次数|访问次数|作者|责任编辑|编辑|有效性|时效性\
         |关键词|主题词|主题分类|信息分类|组配分类|体裁|公开方式|公开形式|公开时限|公开范围|签发人|填报人|审核人|单位负责人|联系人|联系部门|联系单位)\
         )(?: ?[（(][^（()）：:]{{1,20}}[）)])?(?P<colon> ?{COLON})?"
    ))
    .expect("constant pattern")
});

/// Any other label: Chinese characters between a boundary and a colon.
static UNKNOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?:^|[ ，。；;,、（(）)])(\p{{Han}}{{2,10}}) ?{COLON}")).expect("constant pattern")
});

impl Label {
    fn of(found: &Captures<'_>) -> Label {
        let names = [
            ("both", Label::PhoneAndFax),
            ("website", Label::Website),
            ("email", Label::Email),
            ("address", Label::Address),
            ("phone", Label::Phone),
            ("fax", Label::Fax),
            ("postcode", Label::Postcode),
            ("number", Label::DocNumber),
            ("published1", Label::Published(1)),
            ("published2", Label::Published(2)),
            ("published3", Label::Published(3)),
            ("agency1", Label::Agency(1)),
            ("agency2", Label::Agency(2)),
            ("agency3", Label::Agency(3)),
            ("title", Label::Title),
        ];
        names.into_iter().find(|(name, _)| found.name(name).is_some()).map_or(Label::Other, |(_, label)| label)
    }

    /// The label, in view of what is printed right before it: a 监督电话 is no 电话, a 填报日期 no 日期.
    fn after(self, before: &str) -> Label {
        let foreign: &[&str] = match self {
            Label::Phone | Label::Fax | Label::PhoneAndFax => {
                &["监督", "投诉", "举报", "热线", "报警", "急救", "维权", "信访", "客服", "技术支持"]
            }
            Label::Address => &["查阅", "查询", "场所", "受理点", "查阅点", "信访", "服务"],
            Label::Website | Label::Email | Label::Postcode | Label::Other => &[],
            _ if before.ends_with(is_han) => return Label::Other,
            _ => &[],
        };
        if foreign.iter().any(|prefix| before.ends_with(prefix)) { Label::Other } else { self }
    }
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '〇')
}

/// `cell` is a label and nothing else.
pub(super) fn is_label(cell: &str) -> bool {
    let cell = flat(cell).folded;
    LABEL.find(&cell).is_some_and(|found| found.start() == 0 && found.end() == cell.trim_end().len())
}

/// The fields of a text, in order.
pub(super) fn fields(text: &str) -> Vec<Field> {
    let Flat { printed, folded } = flat(text);
    // Start of the label, start of the value, what it is, and whether a colon parts the two.
    let mut marks: Vec<(usize, usize, Label, bool)> = Vec::new();
    for found in LABEL.captures_iter(&folded) {
        let Some(whole) = found.get(0) else { continue };
        let label = Label::of(&found).after(&folded[..whole.start()]);
        let colon = found.name("colon").is_some();
        if colon || numbered(label, &folded[whole.end()..]) {
            marks.push((whole.start(), whole.end(), label, colon));
        }
    }
    for found in UNKNOWN.captures_iter(&folded) {
        let (Some(whole), Some(label)) = (found.get(0), found.get(1)) else { continue };
        if !marks.iter().any(|mark| mark.0 < whole.end() && label.start() < mark.1) {
            marks.push((label.start(), whole.end(), Label::Other, true));
        }
    }
    marks.sort_unstable_by_key(|mark| mark.0);
    // Folding keeps the number of characters, so one offset in characters serves both texts.
    let mut out = Vec::with_capacity(marks.len());
    let mut chars = printed.char_indices().map(|(at, _)| at).chain([printed.len()]);
    let (mut done, mut at) = (0, chars.next().unwrap_or(0));
    let mut printed_at = |to: usize| {
        for _ in folded.get(done..to).unwrap_or("").chars() {
            at = chars.next().unwrap_or(printed.len());
        }
        done = done.max(to);
        at
    };
    for (i, &(_, start, label, colon)) in marks.iter().enumerate() {
        let end = marks.get(i + 1).map_or(folded.len(), |next| next.0).max(start);
        let (from, to) = (printed_at(start), printed_at(end));
        let value = |text: &str| text.trim().to_owned();
        out.push(Field { label, printed: value(&printed[from..to]), folded: value(&folded[start..end]), colon });
    }
    out
}

/// A number follows a label that has no colon: `联系电话0517-87222589`.
fn numbered(label: Label, after: &str) -> bool {
    let after = after.trim_start_matches([' ', '为', '是']);
    matches!(label, Label::Phone | Label::Fax | Label::PhoneAndFax | Label::Postcode)
        && after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '（' | '(' | '+'))
}

static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<area>(?:[（(]?\+?86[）)]? ?-? ?)?(?:[（(]0[0-9]{2,3}[）)]|0[0-9]{2,3}))?(?P<gap> ?[-—–―]{0,2} ?)(?P<number>1[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}|[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}|[0-9]{7,8}|[0-9]{3,4}[ -][0-9]{4}|[0-9]{5,6})(?P<ext> ?(?:转|-|—) ?[0-9]{1,5})?",
    )
    .expect("constant pattern")
});

/// What may stand before a number, such as the name of an office.
static BEFORE_PHONE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[（(]\p{Han}{1,8}[）)]|\p{Han}{0,8}) ?[：:]? ?").expect("constant pattern"));

static POSTCODE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^[为是]? ?((?:[0-9] ?){5}[0-9])(?:[^0-9-]|$)").expect("constant pattern"));

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9][A-Za-z0-9._%+-]* ?@ ?[A-Za-z0-9][A-Za-z0-9-]*(?: ?\. ?[A-Za-z0-9][A-Za-z0-9-]*)+")
        .expect("constant pattern")
});

static URL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:https?[:：]//|www\.)[A-Za-z0-9][A-Za-z0-9.:/?#@!$&*+=%~_-]*").expect("constant pattern")
});

static HOST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[“”‘’<《〈（( ]*((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,10}(?:/[A-Za-z0-9./?#&=%~_-]*)?)")
        .expect("constant pattern")
});

/// One number in print: no blanks but the one that parts an area code, dashes and brackets in half width.
fn print_phone(found: &Captures<'_>) -> String {
    let part = |name: &str| found.name(name).map_or("", |part| part.as_str());
    let mut out: String = part("area").chars().filter(|c| *c != ' ').collect();
    if part("gap").contains(['-', '—', '–', '―']) {
        out.push('-');
    } else if part("gap").contains(' ') && out.ends_with(|c: char| c.is_ascii_digit()) {
        out.push(' ');
    }
    out.extend(part("number").chars().filter(|c| *c != ' '));
    out.extend(part("ext").chars().filter(|c| *c != ' '));
    out.chars()
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            '—' => '-',
            _ => c,
        })
        .collect()
}

/// The numbers that a value begins with, parted by 、. Without a colon, or behind a name, a short number such as 12345
/// is a hotline that the sentence mentions.
fn phones(value: &str, colon: bool) -> Option<String> {
    let skipped = BEFORE_PHONE.find(value).map_or(0, |found| found.end());
    let mut rest = &value[skipped..];
    if rest.starts_with(['-', '—', '–', '―']) {
        return None;
    }
    let least = if colon && value[..skipped].trim().is_empty() { 5 } else { 7 };
    let mut out = String::new();
    while let Some(found) = PHONE.captures(rest) {
        let end = found.get(0).map_or(0, |whole| whole.end());
        let digits = rest[..end].bytes().filter(u8::is_ascii_digit).count();
        let enough = if out.is_empty() { digits >= least } else { digits >= 7 };
        if !enough || rest[end..].starts_with(|c: char| c.is_ascii_digit()) {
            break;
        }
        if !out.is_empty() {
            out.push('、');
        }
        out.push_str(&print_phone(&found));
        rest = rest[end..].trim_start();
        if let Some(short) = short_number(rest) {
            out.push('、');
            out.push_str(short);
            rest = rest[short.len()..].trim_start_matches(['、', '/']);
        }
        rest = rest.trim_start_matches([' ', '、', '，', ',', '；', ';', '/', '或', '和', '及']);
    }
    (!out.is_empty()).then_some(out)
}

/// The last digits of a second number: the 2590 of `87222589/2590`.
fn short_number(rest: &str) -> Option<&str> {
    let rest = rest.strip_prefix(['、', '/'])?;
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = &rest[digits..];
    if (2..=4).contains(&digits) && !after.starts_with(['-', '—', ' ']) { rest.get(..digits) } else { None }
}

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
    let found: Vec<String> = EMAIL.find_iter(value).map(|found| found.as_str().replace(' ', "")).take(4).collect();
    (!found.is_empty()).then(|| found.join("、"))
}

/// The first web address; never the host of an e-mail address.
fn url(value: &str) -> Option<String> {
    URL.find_iter(value).find(|found| !value[..found.start()].ends_with('@')).map(|found| print_url(found.as_str()))
}

fn print_url(printed: &str) -> String {
    printed.replace('：', ":").trim_end_matches(['.', ':', '?', '!', '&', '#', '-', '*']).to_owned()
}

fn website(value: &str) -> Option<String> {
    if let Some(url) = url(value) {
        return Some(url);
    }
    let host = HOST.captures(value)?.get(1)?;
    (!value[host.end()..].trim_start().starts_with('@')).then(|| print_url(host.as_str()))
}

fn set(slot: &mut Option<String>, value: Option<String>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// Takes what `fields` say about the contact; what is known already stays.
pub(super) fn take(fields: &[Field], contact: &mut Contact) {
    for field in fields {
        let value = field.folded.as_str();
        match field.label {
            Label::Address => set(&mut contact.address, address(&field.printed)),
            Label::Phone => set(&mut contact.phone, phones(value, field.colon)),
            Label::Fax => set(&mut contact.fax, phones(value, field.colon)),
            Label::PhoneAndFax => {
                let numbers = phones(value, field.colon);
                set(&mut contact.phone, numbers.clone());
                set(&mut contact.fax, numbers);
            }
            Label::Postcode => {
                let code = POSTCODE.captures(value).and_then(|found| found.get(1));
                set(&mut contact.postcode, code.map(|code| code.as_str().replace(' ', "")));
            }
            Label::Email => set(&mut contact.email, email(value)),
            Label::Website => set(&mut contact.website, website(value)),
            _ => {}
        }
    }
}

/// Takes e-mail and web addresses that a text of the preface names without a label.
pub(super) fn take_unlabelled(text: &str, contact: &mut Contact) {
    // Cheap to tell apart: most paragraphs hold neither.
    let folded = flat(text).folded;
    if folded.contains('@') {
        set(&mut contact.email, email(&folded));
    }
    if folded.contains("//") || folded.to_ascii_lowercase().contains("www.") {
        set(&mut contact.website, url(&folded));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::cases;

    #[test]
    fn contacts() {
        let cases = cases("metadata-contacts.tsv", 7);
        assert!(cases.len() >= 30, "{}", cases.len());
        for case in &cases {
            let mut found = Contact::default();
            take(&fields(&case[0]), &mut found);
            take_unlabelled(&case[0], &mut found);
            let printed = [&found.address, &found.phone, &found.fax, &found.postcode, &found.email, &found.website]
                .map(|value| value.as_deref().unwrap_or(""));
            let expected: Vec<&str> = case[1..].iter().map(String::as_str).collect();
            assert_eq!(printed.as_slice(), expected.as_slice(), "{}", case[0]);
        }
    }

    #[test]
    fn labels_alone() {
        assert!(is_label("发布机构") && is_label("发布机构：") && is_label("电 话 ："));
        assert!(!is_label("发布机构：晋江市") && !is_label("我的电话") && !is_label(""));
    }
}
