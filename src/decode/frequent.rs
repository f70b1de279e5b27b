//! How Chinese a text reads: the share of characters that reports are full of.
//!
//! A wrong decoding gives characters at random out of thousands, so that one in twenty is frequent; a right
//! one has every second.

/// Frequent in reports and in Chinese at large, simplified, then traditional where it differs.
const FREQUENT: &str = concat!(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如",
    "水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但",
    "质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见",
    "计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府信息依申请报告度务监督室局市县乡镇街道办复议诉讼收答予开项目网站保障服培训责审查规范策",
    "這為個國時來們產後動會發過說種經進電裡現實點從業應開還與關線內數樣義體機當長問題黨員論農運計別據處報請務監縣鄉鎮辦復議訴訟項網範責審規務訓統無將較總質氣",
);

/// A bit for each of the CJK unified ideographs.
const BITS: [u64; 0x5200 / 64] = bits(FREQUENT.as_bytes());

const fn bits(utf8: &[u8]) -> [u64; 0x5200 / 64] {
    let mut bits = [0; 0x5200 / 64];
    let mut at = 0;
    while at + 2 < utf8.len() {
        // Ideographs of this block take three bytes each.
        let c = (utf8[at] as usize & 0x0F) << 12 | (utf8[at + 1] as usize & 0x3F) << 6 | utf8[at + 2] as usize & 0x3F;
        bits[(c - 0x4E00) / 64] |= 1 << (c % 64);
        at += 3;
    }
    bits
}

/// A character that reports are full of, or the punctuation between them.
pub(super) fn is_frequent(c: char) -> bool {
    match c {
        '\u{4E00}'..='\u{9FFF}' => BITS[(c as usize - 0x4E00) / 64] >> (c as usize % 64) & 1 == 1,
        '，' | '。' | '、' | '：' | '；' | '（' | '）' | '《' | '》' => true,
        _ => false,
    }
}

/// A character that a Chinese report may well print.
pub(super) fn is_readable(c: char) -> bool {
    matches!(c,
        '\t' | '\n' | '\r' | '\u{C}' | '\u{85}' | ' '..='~' | '\u{A0}' | '°' | '±' | '·' | '×'
        | '\u{200B}' | '\u{2010}'..='\u{203B}' | '€' | '℃' | '№' | 'Ⅰ'..='ⅻ' | '←'..='↓'
        | '\u{2460}'..='\u{25FF}' | '\u{3000}'..='\u{303F}' | '\u{3220}'..='\u{33FF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{FEFF}' | '\u{FF01}'..='\u{FF5E}' | '￥' | '\u{20000}'..='\u{323AF}')
}

/// Share of frequent characters among the first 512 that are not ASCII, and their count. Rules of tables and
/// full-width digits say nothing; an undecodable place counts half against the reading.
pub(super) fn share(text: &str) -> (f64, usize) {
    let (mut hits, mut broken, mut all) = (0usize, 0usize, 0usize);
    let telling = |c: &char| !c.is_ascii() && !matches!(c, '\u{2500}'..='\u{257F}' | '\u{3000}' | '０'..='９');
    for c in text.chars().filter(telling).take(512) {
        all += 1;
        hits += usize::from(is_frequent(c));
        broken += usize::from(c == char::REPLACEMENT_CHARACTER);
    }
    ((hits as f64 - 0.5 * broken as f64) / all.max(1) as f64, hits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_ideographs_only() {
        assert!(FREQUENT.chars().all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')));
        assert!(
            is_frequent('政')
                && is_frequent('訊') == FREQUENT.contains('訊')
                && !is_frequent('鑫')
                && !is_frequent('a')
        );
        let set =
            (0..=0xFFFFu32).filter_map(char::from_u32).filter(|&c| is_frequent(c) && ('一'..='\u{9FFF}').contains(&c));
        assert!(set.into_iter().all(|c| FREQUENT.contains(c)));
    }

    #[test]
    fn right_text_scores_high() {
        assert!(share("本机关主动公开政府信息1078条").0 > 0.5);
        assert!(share("鏈満鍏充富鍔ㄥ叕寮€鏀垮簻淇℃伅").0 < 0.25);
        assert_eq!(share("").1, 0);
    }
}
