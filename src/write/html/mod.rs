//! The validation summary as one HTML page: opens from disk, asks no network, works in both languages.
//!
//! The page is a fixed shell (`page.html`, `style.css` and the scripts beside this file) around data in JSON; the
//! script builds everything that depends on a report out of text nodes. So a template engine has nothing to do here, and
//! a report can put no markup into the page: its JSON holds no `<` (`embed`), and the policy of the page lets
//! nothing run but its own script, by hash.
//!
//! A run may have millions of reports; the page stays under [`MOST_BYTES`] and so does what is kept for it. Counts are
//! exact for all. Lines of the list and details of reports are kept as long as there is room, and the graver push
//! out the lighter: see `Shelf`.

mod detail;
mod embed;
mod layout;
mod series;
mod strings;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::series::Line;
use super::summary::{Failure, Run};
use crate::finding::Rule;
use crate::form::Form;
use crate::lang::Lang;
use crate::record::{Report, Summary};

/// The page is never larger.
pub const MOST_BYTES: usize = 5_000_000;
/// Bytes that the list of reports may take.
const LIST: usize = 1_300_000;
/// Bytes that the details may take.
const DETAILS: usize = 2_600_000;
/// Bytes that the forms may take that the details are laid out by.
const FORMS: usize = 500_000;
/// Details that take more than this are shown without the text.
const MOST_DETAIL: usize = 1_200_000;
/// Bytes by which findings about series may lengthen the list and the details.
const SERIES: usize = 150_000;
/// Bytes that the inputs that could not be read may take.
const FAILURES: usize = 200_000;
/// Reports with details.
const MOST_DETAILS: usize = 300;
/// So many reports with a finding of each rule are shown with details before any other.
const EXAMPLES: usize = 3;

const SHELL: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
/// One module: the parts see each other's names.
const SCRIPT: &str = concat!(
    include_str!("base.js"),
    include_str!("overview.js"),
    include_str!("reports.js"),
    include_str!("report.js"),
    include_str!("start.js"),
);

/// How grave the gravest finding of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Error,
    Warning,
    Note,
    Clean,
}

impl Verdict {
    fn of(summary: &Summary) -> Verdict {
        match (summary.errors, summary.warnings, summary.notes) {
            (1.., ..) => Verdict::Error,
            (_, 1.., _) => Verdict::Warning,
            (.., 1..) => Verdict::Note,
            _ => Verdict::Clean,
        }
    }
}

/// Collects a run and writes its page.
#[derive(Debug)]
pub struct Page {
    lang: Lang,
    /// Reports so far.
    count: usize,
    /// Reports by year and verdict.
    years: BTreeMap<Option<i32>, [usize; 4]>,
    /// That of each report: a byte.
    verdicts: Vec<Verdict>,
    rows: Shelf<4>,
    /// Examples of rules come first, then the verdicts.
    details: Shelf<5>,
    forms: Vec<KnownForm>,
    /// The inputs that could not be read, as far as there is room.
    failures: Vec<Vec<u8>>,
    /// Bytes left for them.
    room: usize,
    wants: Arc<Wants>,
}

/// A form that reports with details are laid out by.
#[derive(Debug)]
struct KnownForm {
    /// As long as it is kept its address means this form.
    form: Arc<Form>,
    json: Vec<u8>,
}

/// What a page still has room for. Any thread may make leaves by it: what it asks for only becomes less, so that one who
/// looked a while ago made too much at the worst, and the page is the same.
#[derive(Debug)]
pub struct Wants {
    lang: Lang,
    /// Ranks of rows and of details from which on none is wanted.
    rows: AtomicUsize,
    details: AtomicUsize,
    /// Reports with details for each rule, up to [`EXAMPLES`].
    examples: Vec<AtomicUsize>,
}

/// What a page takes of one report.
#[derive(Debug)]
pub struct Leaf {
    year: Option<i32>,
    verdict: Verdict,
    row: Vec<u8>,
    detail: Option<Detail>,
}

#[derive(Debug)]
struct Detail {
    json: Vec<u8>,
    form: Option<Arc<Form>>,
    rules: Vec<usize>,
}

impl Leaf {
    /// Of a report of which a page keeps nothing, by its year and its counts.
    pub fn counted(year: Option<i32>, summary: &Summary) -> Leaf {
        Leaf { year, verdict: Verdict::of(summary), row: Vec::new(), detail: None }
    }

    /// Bytes that it takes.
    pub fn weight(&self) -> usize {
        self.row.len() + self.detail.as_ref().map_or(0, |detail| detail.json.len())
    }
}

impl Wants {
    /// Makes the leaf of `report`, which the batch calls `id`.
    pub fn leaf(&self, id: &str, report: &Report) -> io::Result<Leaf> {
        let summary = report.summary();
        let verdict = Verdict::of(&summary);
        let mut leaf = Leaf { year: report.metadata.year, verdict, row: Vec::new(), detail: None };
        let (rows, details) = (self.rows.load(Ordering::Relaxed), self.details.load(Ordering::Relaxed));
        let rules = || detail::rules(report);
        let shown = details > 0 && (details > verdict.rank() || self.examples(&rules()));
        if shown || rows > verdict as usize {
            leaf.row = embed::json(&detail::Row::of(id, report, &summary))?;
        }
        if shown {
            let mut json = embed::json(&detail::detail(report, self.lang, true))?;
            if json.len() > MOST_DETAIL {
                json = embed::json(&detail::detail(report, self.lang, false))?;
            }
            leaf.detail = Some(Detail { json, form: report.form.clone(), rules: rules() });
        }
        Ok(leaf)
    }

    /// Examples of one of these rules are wanted.
    fn examples(&self, rules: &[usize]) -> bool {
        rules.iter().any(|&rule| self.examples[rule].load(Ordering::Relaxed) < EXAMPLES)
    }
}

impl Verdict {
    /// Where reports with this verdict stand among the details.
    fn rank(self) -> usize {
        self as usize + 1
    }
}

impl Page {
    /// An empty page with messages in `lang`.
    pub fn new(lang: Lang) -> Page {
        let wants = Wants {
            lang,
            rows: AtomicUsize::new(usize::MAX),
            details: AtomicUsize::new(usize::MAX),
            examples: Rule::ALL.iter().map(|_| AtomicUsize::new(0)).collect(),
        };
        Page {
            lang,
            count: 0,
            years: BTreeMap::new(),
            verdicts: Vec::new(),
            rows: Shelf::new(LIST, usize::MAX),
            details: Shelf::new(DETAILS, MOST_DETAILS),
            forms: Vec::new(),
            failures: Vec::new(),
            room: FAILURES,
            wants: Arc::new(wants),
        }
    }

    /// What it still has room for.
    pub fn wants(&self) -> Arc<Wants> {
        self.wants.clone()
    }

    /// Adds an input that could not be read.
    pub fn failure(&mut self, failure: &Failure) -> io::Result<()> {
        let json = embed::json(&(&failure.source, &failure.error))?;
        match self.room.checked_sub(json.len() + 2) {
            Some(left) => {
                self.room = left;
                self.failures.push(json);
            }
            // Those behind it are not listed either: a list with holes would look whole.
            None => self.room = 0,
        }
        Ok(())
    }

    /// Adds a report; whether anything of it is kept. They come in the order of the run. Of one that is not kept, the same
    /// page would have come of a leaf that only [counts](Leaf::counted).
    pub fn add(&mut self, leaf: Leaf) -> io::Result<bool> {
        let Leaf { year, verdict, row, detail } = leaf;
        let seq = self.count;
        self.count += 1;
        self.years.entry(year).or_default()[verdict as usize] += 1;
        self.verdicts.push(verdict);
        let mut kept = false;
        if let Some(Detail { json, form, rules }) = detail {
            let rank = if self.wants.examples(&rules) { 0 } else { verdict.rank() };
            if self.details.wants(rank) {
                kept = true;
                let form = match form {
                    Some(form) => self.form(&form)?.map(Some),
                    None => Some(None),
                };
                if let Some(form) = form
                    && self.details.put(rank, Kept { seq, row: row.clone(), detail: json, form })
                {
                    for rule in rules {
                        self.wants.examples[rule].fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
        }
        if self.rows.wants(verdict as usize) && !row.is_empty() {
            kept = true;
            self.rows.put(verdict as usize, Kept { seq, row, detail: Vec::new(), form: None });
        }
        self.wants.rows.store(self.rows.closed, Ordering::Relaxed);
        self.wants.details.store(self.details.closed, Ordering::Relaxed);
        Ok(kept)
    }

    /// Adds the findings about series, a line each, once all reports were added.
    pub fn series(&mut self, mut lines: impl BufRead) -> io::Result<()> {
        let mut room = SERIES;
        let mut next = Line::read(&mut lines)?;
        while let Some(first) = next.take() {
            let mut of_report = vec![first];
            while let Some(line) = Line::read(&mut lines)? {
                if line.index != of_report[0].index {
                    next = Some(line);
                    break;
                }
                of_report.push(line);
            }
            let seq = usize::try_from(of_report[0].index).unwrap_or(usize::MAX);
            let mut counts = Summary::default();
            of_report.iter().for_each(|line| line.count(&mut counts));
            if let Some(verdict) = self.verdicts.get_mut(seq)
                && let Some(year) = self.years.get_mut(&Some(of_report[0].year))
            {
                year[*verdict as usize] -= 1;
                *verdict = Verdict::of(&counts).min(*verdict);
                year[*verdict as usize] += 1;
            }
            for kept in self.rows.find(seq).into_iter().chain(self.details.find(seq)) {
                let row = series::row(&kept.row, &of_report)?;
                let slot = |path: &str| {
                    let form = &self.forms.get(kept.form?)?.form;
                    form.slots.iter().position(|slot| slot.path() == path)
                };
                let detail = match kept.detail.is_empty() {
                    true => Vec::new(),
                    false => series::details(&kept.detail, &of_report, slot)?,
                };
                let more = (row.len() + detail.len()).saturating_sub(kept.row.len() + kept.detail.len());
                if more <= room {
                    room -= more;
                    (kept.row, kept.detail) = (row, detail);
                }
            }
        }
        Ok(())
    }

    /// The number of `form` among the forms of the page; none where there is no room for it.
    fn form(&mut self, form: &Arc<Form>) -> io::Result<Option<usize>> {
        if let Some(at) = self.forms.iter().position(|known| Arc::ptr_eq(&known.form, form)) {
            return Ok(Some(at));
        }
        let json = embed::json(&layout::layout(form))?;
        // A form that was made for one report may be the same as that of another.
        if let Some(at) = self.forms.iter().position(|known| known.json == json) {
            return Ok(Some(at));
        }
        if self.forms.iter().map(|known| known.json.len()).sum::<usize>() + json.len() > FORMS {
            return Ok(None);
        }
        self.forms.push(KnownForm { form: form.clone(), json });
        Ok(Some(self.forms.len() - 1))
    }

    /// Writes the page, with the counts of `run`, the run that all reports came from.
    pub fn finish(self, run: &Run, out: &mut impl Write) -> io::Result<()> {
        let (listed, detailed) = (self.rows.all(), self.details.all());
        // Every report with details stands in the list, whether or not there was room for its line.
        let rows: BTreeMap<usize, &[u8]> =
            listed.iter().chain(&detailed).map(|kept| (kept.seq, kept.row.as_slice())).collect();
        let head = Head {
            lang: self.lang.code(),
            version: env!("CARGO_PKG_VERSION"),
            text: strings::texts(self.lang),
            reports: run.reports,
            failed: run.failed,
            cells: [run.total.ok, run.total.blank, run.total.unreadable, run.total.missing],
            findings: [run.total.errors, run.total.warnings, run.total.notes],
            rules: run
                .rules
                .iter()
                .map(|(&(rule, severity), &(count, reports))| {
                    (detail::number(rule), rule.id(), 2 - severity as u8, count, reports, &*rule.doc(self.lang).title)
                })
                .collect(),
            years: self.years.iter().map(|(&year, counts)| (year, *counts)).collect(),
            editions: run.editions.iter().map(|(edition, &count)| (edition.as_deref(), count)).collect(),
            listed: rows.len(),
            detailed: detailed.len(),
        };

        let mut shell = Shell::new(out, self.lang);
        shell.head()?;
        shell.block("run", "", &embed::json(&head)?)?;
        shell.array("failures", self.failures.iter().map(Vec::as_slice))?;
        shell.array("reports", rows.values().copied())?;
        let used = |at: &usize| detailed.iter().any(|kept| kept.form == Some(*at));
        for at in (0..self.forms.len()).filter(used) {
            shell.block(&format!("form-{at}"), "", &self.forms[at].json)?;
        }
        let places: BTreeMap<usize, usize> = rows.keys().enumerate().map(|(at, &seq)| (seq, at)).collect();
        for kept in &detailed {
            let form = kept.form.map(|form| format!(" data-form=\"form-{form}\"")).unwrap_or_default();
            shell.block(&format!("report-{}", places[&kept.seq]), &form, &kept.detail)?;
        }
        shell.end()
    }
}

/// What the page shows of the whole run.
#[derive(Serialize)]
struct Head<'a> {
    lang: &'static str,
    version: &'static str,
    text: BTreeMap<&'static str, &'static str>,
    reports: usize,
    failed: usize,
    cells: [usize; 4],
    findings: [usize; 3],
    /// Index in [`Rule::ALL`], id, 0 error 1 warning 2 note, findings, reports, what it says.
    rules: Vec<(usize, &'static str, u8, usize, usize, &'static str)>,
    years: Vec<(Option<i32>, [usize; 4])>,
    editions: Vec<(Option<&'a str>, usize)>,
    listed: usize,
    detailed: usize,
}

/// Something of a report that is kept for the page.
#[derive(Debug)]
struct Kept {
    /// Place of the report in the run.
    seq: usize,
    row: Vec<u8>,
    detail: Vec<u8>,
    form: Option<usize>,
}

impl Kept {
    fn bytes(&self) -> usize {
        // The element around the details, or the comma and line end behind the row.
        self.row.len() + self.detail.len() + 80
    }
}

/// Room for so many bytes and things, the first rank being the most wanted. When it is full a thing pushes out the last
/// ones of lower rank; what finds no such place is not even made, so that a long run costs no more than a short one.
#[derive(Debug)]
struct Shelf<const RANKS: usize> {
    ranks: [Vec<Kept>; RANKS],
    bytes: usize,
    count: usize,
    room: usize,
    most: usize,
    /// From this rank on nothing is taken any more.
    closed: usize,
}

impl<const RANKS: usize> Shelf<RANKS> {
    fn new(room: usize, most: usize) -> Shelf<RANKS> {
        Shelf { ranks: std::array::from_fn(|_| Vec::new()), bytes: 0, count: 0, room, most, closed: RANKS }
    }

    /// Whether it is worth while to make a thing of this rank.
    fn wants(&self, rank: usize) -> bool {
        rank < self.closed
    }

    /// Takes `kept`; whether it stayed. One thing may not take the room of all others.
    fn put(&mut self, rank: usize, kept: Kept) -> bool {
        if kept.bytes() > self.room / 2 {
            return false;
        }
        self.bytes += kept.bytes();
        self.count += 1;
        self.ranks[rank].push(kept);
        let mut stays = true;
        while self.bytes > self.room || self.count > self.most {
            let Some(lowest) = (0..RANKS).rev().find(|&rank| !self.ranks[rank].is_empty()) else { break };
            if let Some(gone) = self.ranks[lowest].pop() {
                self.bytes -= gone.bytes();
                self.count -= 1;
            }
            self.closed = self.closed.min(lowest);
            stays &= lowest != rank;
        }
        stays
    }

    /// What stayed of the report at this place of the run.
    fn find(&mut self, seq: usize) -> Option<&mut Kept> {
        // Those of a rank were put in the order of the run.
        self.ranks.iter_mut().find_map(|kept| {
            let at = kept.binary_search_by_key(&seq, |kept| kept.seq).ok()?;
            kept.get_mut(at)
        })
    }

    /// Everything that stayed, in the order of the run.
    fn all(&self) -> Vec<&Kept> {
        let mut all: Vec<&Kept> = self.ranks.iter().flatten().collect();
        all.sort_by_key(|kept| kept.seq);
        all
    }
}

/// Writes the shell and the blocks of data in it.
struct Shell<'a, W> {
    out: &'a mut W,
    lang: Lang,
}

/// Stands in `page.html` where the data goes.
const DATA: &str = "{{data}}";

impl<'a, W: Write> Shell<'a, W> {
    fn new(out: &'a mut W, lang: Lang) -> Shell<'a, W> {
        Shell { out, lang }
    }

    /// The page up to its data.
    fn head(&mut self) -> io::Result<()> {
        let (head, _) = SHELL.split_once(DATA).unwrap_or((SHELL, ""));
        self.filled(head)
    }

    /// An element with data, and with these attributes.
    fn block(&mut self, id: &str, attributes: &str, json: &[u8]) -> io::Result<()> {
        write!(self.out, "<script type=\"application/json\" id=\"{id}\"{attributes}>")?;
        self.out.write_all(json)?;
        self.out.write_all(b"</script>\n")
    }

    /// An element with a list.
    fn array<'b>(&mut self, id: &str, items: impl Iterator<Item = &'b [u8]>) -> io::Result<()> {
        write!(self.out, "<script type=\"application/json\" id=\"{id}\">[")?;
        for (i, item) in items.enumerate() {
            self.out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
            self.out.write_all(item)?;
        }
        self.out.write_all(b"]</script>\n")
    }

    /// The page behind its data.
    fn end(&mut self) -> io::Result<()> {
        let (_, end) = SHELL.split_once(DATA).unwrap_or(("", ""));
        self.filled(end)
    }

    /// Writes a part of the shell, each `{{name}}` replaced.
    fn filled(&mut self, part: &str) -> io::Result<()> {
        let mut rest = part;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (name, behind) = behind.split_once("}}").unwrap_or((behind, ""));
            self.out.write_all(before.as_bytes())?;
            match name {
                "lang" => self.out.write_all(self.lang.pick("en", "zh-CN").as_bytes())?,
                "policy" => write!(
                    self.out,
                    "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
                    embed::source(STYLE),
                    embed::source(SCRIPT)
                )?,
                "style" => self.out.write_all(STYLE.as_bytes())?,
                "script" => self.out.write_all(SCRIPT.as_bytes())?,
                text => self.out.write_all(embed::escape(strings::text(text, self.lang)).as_bytes())?,
            }
            rest = behind;
        }
        self.out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests;
