use super::*;
use regex::Regex;

/// The grammar as one pattern.
fn pattern() -> Regex {
    let phone = "(?:联系|办公室|办公|咨询|公开|值班|服务|受理|固定|工作|业务)?电话(?:号码)?";
    let fax = "传真(?:号码|电话)?";
    Regex::new(&format!(
        "(?:\
         (?P<both>{phone} ?[（(/、及和与兼]{{0,2}} ?[兼含同]?传真(?:号码)?[）)]?|传真(?:号码)? ?[（(/、及和与兼]{{1,2}} ?[兼含同]?{phone}[）)]?)\
         |(?P<website>(?:门户|官方|政府|单位)*(?:网站|网页)(?:地址|网址|域名)?|网址|域名|主页|(?i-u:web ?site))\
         |(?P<email>(?:电子)?(?:邮箱|邮件|信箱)(?:地址)?|电邮(?:地址)?|(?i-u:e-? ?mail)(?:地址)?)\
         |(?P<address>(?:通讯|通信|联系|办公|单位|详细|邮寄|机关)?地址)\
         |(?P<phone>{phone}|联系方式|(?i-u:tel(?:ephone)?))\
         |(?P<fax>{fax}|(?i-u:fax))\
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
         )(?: ?[（(][^（()）：:]{{1,20}}[）)])?(?P<colon> ?[：:︰∶])?"
    ))
    .unwrap()
}

fn by_pattern(pattern: &Regex, text: &str) -> Vec<Found> {
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
        ("other", Label::Other),
    ];
    let found = |found: regex::Captures<'_>| {
        let whole = found.get(0).unwrap();
        let label = names.iter().find(|(name, _)| found.name(name).is_some()).unwrap().1;
        Found { label, start: whole.start(), end: whole.end(), colon: found.name("colon").is_some() }
    };
    pattern.captures_iter(text).map(found).collect()
}

/// The pieces that labels are made of, in any order.
fn mixtures() -> Vec<String> {
    let mut words: Vec<&str> = "联系 办公室 办公 公开 工作 电话 号码 传真 （ ( / 、 及 和 兼 含 同 ） ) ： : ∶ 门户 政府 单位 网站 网页 网址 域名 \
        电子 邮箱 邮件 信箱 地址 电邮 E-mail e- mail Email WEB Web site site 通讯 机关 联系方式 TEL ephone Fax 邮政编码 邮编 发文 公文 文件 字号 文号 编号 信息 \
        发布 公布 日期 时间 成文 印发 制发 机构 部门 责任部门 主体 文章 来源 稿源 稿件 名称 标题 索引号 浏览 次数 责任 编辑 主题 分类 词 \
        方式 范围 人 负责人 部门 0523-86839755 23 青石县 ， 。 某 一二三四五六七八九十 一二三四五六七八九"
        .split(' ')
        .collect();
    words.push(" ");
    let mut seed = 7u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as usize % below
    };
    let mut texts = Vec::new();
    for _ in 0..60_000 {
        let count = 1 + next(8);
        texts.push((0..count).map(|_| words[next(words.len())]).collect());
    }
    texts
}

#[test]
fn labels_are_found_as_the_grammar_says() {
    let pattern = pattern();
    for text in mixtures() {
        assert_eq!(labels(&text), by_pattern(&pattern, &text), "{text}");
    }
}

#[test]
fn unknown_labels_are_found_as_the_grammar_says() {
    let pattern = Regex::new(r"(?:^|[ ，。；;,、（(）)])(\p{Han}{2,10}) ?[：:︰∶]").unwrap();
    for text in mixtures() {
        let wanted: Vec<(usize, usize)> = pattern
            .captures_iter(&text)
            .map(|found| (found.get(1).unwrap().start(), found.get(0).unwrap().end()))
            .collect();
        assert_eq!(unknown(&text).collect::<Vec<_>>(), wanted, "{text}");
    }
}

#[test]
fn the_chinese_script_is_that_of_unicode() {
    let pattern = Regex::new(r"^\p{Han}$").unwrap();
    for c in (0..=0x3FFFF).filter_map(char::from_u32) {
        assert_eq!(is_script_han(c), pattern.is_match(c.encode_utf8(&mut [0; 4])), "{:x}", c as u32);
    }
}

#[test]
fn a_label_alone_is_the_only_one() {
    let mut alone = 0;
    for (at, rest) in mixtures().into_iter().enumerate() {
        let text = format!("{}{rest}", ["电话：", "通讯地址（公章）：", "发布机构 :", "传真电话："][at % 4]);
        let Some(found) = only(&text) else { continue };
        assert_eq!(labels(&text), [found], "{text}");
        assert!(unknown(&text).all(|(_, value)| value <= found.end), "{text}");
        assert!(announced(&text, Traits::of(&text)), "{text}");
        alone += 1;
    }
    assert!(alone > 1000, "{alone}");
}
