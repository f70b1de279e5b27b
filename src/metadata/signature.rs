//! The signature at the end of a report.

use super::line::{Line, Tail};
use super::text::Traits;
use super::{agency, dates};
use crate::lines::LineKind;

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
        let years = line.traits.any(Traits::TWO).then(|| dates::years(text));
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
