//! The signature at the end of a report.

use super::line::{Line, Tail};
use super::text::Traits;
use super::{agency, dates};
use crate::lines::LineKind;

/// As much of a line as an organ and the year behind it take: a year further on belongs to no signature.
fn head(line: &str) -> &str {
    const YEAR: usize = "（二〇二三年".len();
    let ends = agency::LONGEST + YEAR..line.len();
    let end = ends.into_iter().find(|&end| line.is_char_boundary(end)).unwrap_or(line.len());
    &line[..end]
}

/// The signature at the end: the organ, and the date alone on a line.
pub(super) fn sign(tail: &Tail) -> (Option<String>, Option<String>) {
    let (mut organ, mut date) = (None, None);
    // A sentence without a year is neither an organ nor a date.
    let spoken = |line: &Line| line.traits.any(Traits::SENTENCE) && !line.traits.any(Traits::TWO | Traits::CELLS);
    let prose =
        |line: &&Line| matches!(line.kind, LineKind::Prose | LineKind::Furniture) && line.cells == 1 && !spoken(line);
    for (at, line) in tail.all().iter().enumerate().filter(|(_, line)| prose(line)) {
        let text = line.squeezed();
        let day = line.only_date();
        let years = line.traits.any(Traits::TWO).then(|| dates::years(head(text)));
        let year = years.and_then(|mut years| years.next()).filter(|_| day.is_none());
        let (signing, dated) = match year {
            // Organ and date on one line.
            Some(named) => {
                let (before, after) = text.split_at(named.start);
                let signed = agency::signature(before).and_then(|name| Some((name, dates::only_date(after)?)));
                signed.map_or((None, None), |(name, day)| (Some(name), Some(day)))
            }
            None => (agency::signature(text), day),
        };
        if signing.is_none() && dated.is_none() {
            continue;
        }
        let Some(behind) = tail.own().get(at + 1..) else { break };
        let alone = |_: &&str| {
            let next_day = || behind.iter().take(2).any(|next| next.only_date().is_some());
            let is_aside =
                |later: &Line| later.kind == LineKind::Furniture || later.squeezed().starts_with(['（', '(']);
            year.is_some() || behind.iter().all(is_aside) || next_day()
        };
        organ = signing.filter(alone).map(str::to_owned).or(organ);
        date = dated.or(date);
    }
    (organ, date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::tests::mixtures;

    #[test]
    fn a_year_behind_an_organ_stands_in_the_head_of_its_line() {
        let mut count = 0;
        for text in
            mixtures("晋江市科学技术局和某某县水利局的通知 一二三 a 2023年 二〇二三 12023 2 〇 20231 （ 月1日 𠀀𠀀𠀀")
        {
            let text = ["某局", &text, &text, &text].concat();
            let first = |text: &str| dates::years(text).map(|year| (year.start, year.end)).next();
            let behind_organ = |&(start, _): &(usize, usize)| start <= agency::LONGEST;
            let wanted = first(&text).filter(behind_organ);
            count += usize::from(head(&text).len() < text.len() && wanted.is_some());
            assert_eq!(first(head(&text)).filter(behind_organ), wanted, "{text}");
        }
        assert!(count > 1000, "{count}");
    }
}
