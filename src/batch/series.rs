//! The series of a run: what [`check::series`](crate::check::series) needs of each report waits in files until all are read.
//!
//! Records are sorted by the name that organs share, so that those of one organ lie together; of what is found there, the two records are sorted
//! by the later report. So the findings come in the order of the reports, and memory holds some words of each report of one name at a time.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::output::stopped;
use super::sort::{self, Scratch, Sorted, Sorter};
use crate::Reader;
use crate::check::series::{Agencies, Found, Head, Kind, Link, Member, Record, links, organ};
use crate::finding::{Rule, Severity};
use crate::form::Forms;
use crate::lang::Lang;
use crate::record::Report;
use crate::write::series::Line;
use crate::write::summary::Run;

/// Writes to a stream what the series of a run need of `report`, which the run calls `id`: something for every report, so that they are counted.
/// It is the digest of what the report carries to other years, and its record, whose number is not known yet.
pub fn note(id: &str, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
    let mut bytes = Vec::new();
    if let Some(record) = Record::of(report, id, 0) {
        bytes.extend(carried(&record));
        record.write(&mut bytes);
    }
    sort::put(out, &bytes)
}

/// Digest of what a report carries to other years.
type Carried = [u8; 16];

fn carried(record: &Record) -> Carried {
    let digest = Sha256::digest(record.carried());
    let mut carried = Carried::default();
    carried.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    carried
}

/// Collects the reports of a run, in their order.
#[derive(Debug)]
pub struct Collector<'a> {
    forms: &'a Forms,
    agencies: &'a Agencies,
    scratch: Scratch,
    sorter: Sorter,
    reports: u64,
    stop: Option<&'a AtomicBool>,
}

impl<'a> Collector<'a> {
    /// Collects in files of `scratch`, once there is much.
    pub fn new(forms: &'a Forms, agencies: &'a Agencies, scratch: &Scratch) -> Collector<'a> {
        Collector { forms, agencies, scratch: scratch.clone(), sorter: Sorter::new(scratch), reports: 0, stop: None }
    }

    /// Ends with an error once `stop` is set.
    pub fn until(mut self, stop: &'a AtomicBool) -> Collector<'a> {
        self.stop = Some(stop);
        self
    }

    /// Adds what [`note`] wrote of some reports.
    pub fn add(&mut self, mut notes: impl BufRead) -> io::Result<()> {
        let mut bytes = Vec::new();
        while sort::get(&mut notes, &mut bytes)? {
            let index = self.reports;
            self.reports += 1;
            if bytes.is_empty() {
                continue;
            }
            let record = bytes.get_mut(size_of::<Carried>()..).ok_or_else(damaged)?;
            Head::renumber(record, index).map_err(|_| damaged())?;
            let head = Head::read(record).map_err(|_| damaged())?;
            let mut key = organ::shared(self.agencies.organ(head.agency).0).into_bytes();
            key.push(0);
            key.extend(index.to_be_bytes());
            key.extend(&bytes);
            self.sorter.push(&key)?;
        }
        Ok(())
    }

    /// What there is to say.
    pub fn finish(self) -> io::Result<Series<'a>> {
        let mut sorted = self.sorter.sorted()?;
        let mut sharing = Sharing::new(&self.scratch);
        let mut found = Sorter::new(&self.scratch);
        while let Some(bytes) = sorted.pull()? {
            let end = bytes.iter().position(|&byte| byte == 0).ok_or_else(damaged)?;
            let (name, noted) = (&bytes[..end], bytes.get(end + 9..).ok_or_else(damaged)?);
            if sharing.name != name {
                if self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                    return Err(stopped());
                }
                sharing.links(self.agencies, self.forms, &mut found)?;
                sharing.begin(name)?;
            }
            sharing.add(noted)?;
        }
        sharing.links(self.agencies, self.forms, &mut found)?;
        Ok(Series { forms: self.forms, links: found.sorted()?, next: None, ready: VecDeque::new() })
    }
}

/// The reports of a run whose organs share a name: 财政局 of every county. Their records are put aside; memory holds what parts them.
#[derive(Debug)]
struct Sharing {
    name: Vec<u8>,
    reports: Vec<Brief>,
    /// Texts that many of them have.
    texts: HashSet<Rc<str>>,
    records: Aside,
}

/// A record, without what is read again once its links are known.
#[derive(Debug)]
struct Brief {
    index: u64,
    year: i32,
    agency: Rc<str>,
    folder: Rc<str>,
    carried: Carried,
    /// Where its record is put aside.
    at: u64,
}

impl Member for Brief {
    fn index(&self) -> u64 {
        self.index
    }

    fn year(&self) -> i32 {
        self.year
    }

    fn agency(&self) -> &str {
        &self.agency
    }

    fn folder(&self) -> &str {
        &self.folder
    }

    fn carries_as(&self, other: &Brief) -> bool {
        self.carried == other.carried
    }
}

impl Sharing {
    fn new(scratch: &Scratch) -> Sharing {
        Sharing { name: Vec::new(), reports: Vec::new(), texts: HashSet::new(), records: Aside::new(scratch) }
    }

    /// Forgets those that it has, for those of `name`.
    fn begin(&mut self, name: &[u8]) -> io::Result<()> {
        self.name.clear();
        self.name.extend_from_slice(name);
        self.reports = Vec::new();
        self.texts = HashSet::new();
        self.records.clear()
    }

    /// Adds what was noted of a report.
    fn add(&mut self, noted: &[u8]) -> io::Result<()> {
        let (&carried, record) = noted.split_first_chunk().ok_or_else(damaged)?;
        let head = Head::read(record).map_err(|_| damaged())?;
        let [agency, folder] = [head.agency, head.folder()].map(|text| match self.texts.get(text) {
            Some(text) => text.clone(),
            None => {
                let text: Rc<str> = text.into();
                self.texts.insert(text.clone());
                text
            }
        });
        let at = self.records.push(record)?;
        self.reports.push(Brief { index: head.index, year: head.year, agency, folder, carried, at });
        Ok(())
    }

    /// Keeps the links among them that there is something to say of.
    fn links(&mut self, agencies: &Agencies, forms: &Forms, found: &mut Sorter) -> io::Result<()> {
        for organ in organ::organs(std::mem::take(&mut self.reports), agencies) {
            // Copies of a report all have the same earlier one.
            let mut known: Option<(u64, Record)> = None;
            for link in links(&organ) {
                let earlier = match known.take() {
                    Some((at, record)) if at == link.earlier.at => record,
                    _ => self.records.record(link.earlier.at)?,
                };
                let later = self.records.record(link.later.at)?;
                let link_of = Link { kind: link.kind, later: &later, earlier: &earlier };
                if !link_of.found(forms).is_empty() {
                    let mut bytes = later.index.to_be_bytes().to_vec();
                    bytes.push(link.kind.number());
                    later.write(&mut bytes);
                    earlier.write(&mut bytes);
                    found.push(&bytes)?;
                }
                known = Some((link.earlier.at, earlier));
            }
        }
        Ok(())
    }
}

/// Records that were put aside: in memory while they are few, then in a file.
#[derive(Debug)]
struct Aside {
    scratch: Scratch,
    file: Option<File>,
    /// So many bytes are in the file.
    filed: u64,
    /// What comes behind them.
    held: Vec<u8>,
    read: Vec<u8>,
}

impl Aside {
    /// So many bytes stay in memory.
    const HELD: usize = 1 << 20;

    fn new(scratch: &Scratch) -> Aside {
        Aside { scratch: scratch.clone(), file: None, filed: 0, held: Vec::new(), read: Vec::new() }
    }

    fn clear(&mut self) -> io::Result<()> {
        self.held.clear();
        self.filed = 0;
        match &mut self.file {
            Some(file) => file.rewind(),
            None => Ok(()),
        }
    }

    /// Puts the bytes of a record aside, and says where.
    fn push(&mut self, bytes: &[u8]) -> io::Result<u64> {
        if self.held.len() + bytes.len() > Aside::HELD {
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(self.scratch.file()?),
            };
            file.seek(SeekFrom::Start(self.filed))?;
            file.write_all(&self.held)?;
            self.filed += self.held.len() as u64;
            self.held.clear();
        }
        let at = self.filed + self.held.len() as u64;
        sort::put(&mut self.held, bytes)?;
        Ok(at)
    }

    /// The record that was put aside at `at`.
    fn record(&mut self, at: u64) -> io::Result<Record> {
        let Aside { file, filed, held, read, .. } = self;
        let there = match (at.checked_sub(*filed), file) {
            (Some(at), _) => {
                let mut held = usize::try_from(at).ok().and_then(|at| held.get(at..)).unwrap_or_default();
                sort::get(&mut held, read)?
            }
            (None, Some(file)) => {
                file.seek(SeekFrom::Start(at))?;
                // Most records are shorter.
                sort::get(&mut BufReader::with_capacity(1 << 10, file), read)?
            }
            (None, None) => false,
        };
        let record = Record::read(read).map_err(|_| damaged())?.0;
        if there { Ok(record) } else { Err(damaged()) }
    }
}

/// The findings about the series of a run, in the order of the reports and of their text.
#[derive(Debug)]
pub struct Series<'a> {
    forms: &'a Forms,
    links: Sorted,
    /// The first finding of the next report.
    next: Option<Vec<Found>>,
    ready: VecDeque<Found>,
}

impl Series<'_> {
    /// The findings of the next link.
    fn link(&mut self) -> io::Result<Option<Vec<Found>>> {
        let Some(bytes) = self.links.pull()? else { return Ok(None) };
        let kind = bytes.get(8).and_then(|&number| Kind::from_number(number)).ok_or_else(damaged)?;
        let (later, rest) = Record::read(&bytes[9..]).map_err(|_| damaged())?;
        let (earlier, _) = Record::read(rest).map_err(|_| damaged())?;
        Ok(Some(Link { kind, later: &later, earlier: &earlier }.found(self.forms)))
    }

    /// The next finding.
    pub fn pull(&mut self) -> io::Result<Option<Found>> {
        if self.ready.is_empty() {
            let mut found = match self.next.take() {
                Some(found) => found,
                None => self.link()?.unwrap_or_default(),
            };
            // A report may have several links: all that is said of it is put in the order of its text.
            let index = found.first().map(|found| found.index);
            while let Some(more) = self.link()? {
                if more.first().map(|found| found.index) != index {
                    self.next = Some(more);
                    break;
                }
                found.extend(more);
            }
            found.sort_by_key(|found| (found.place, found.finding.rule));
            self.ready = found.into();
        }
        Ok(self.ready.pop_front())
    }
}

/// The findings about the series of a run as [lines](Line), for the writers.
#[derive(Debug)]
pub struct Lines(File);

impl Lines {
    /// Finds them in what was collected, as `reader` wants them, and counts them in `run`.
    pub fn of(
        collector: Collector<'_>,
        reader: &Reader,
        lang: Lang,
        scratch: &Scratch,
        run: &mut Run,
    ) -> io::Result<Lines> {
        let mut series = collector.finish()?;
        let mut out = BufWriter::with_capacity(1 << 16, scratch.file()?);
        // The rules that the last report met.
        let mut met: (u64, BTreeSet<(Rule, Severity)>) = (u64::MAX, BTreeSet::new());
        while let Some(mut found) = series.pull()? {
            let Some(severity) = reader.findings_policy().severity(found.finding.rule) else { continue };
            found.finding.severity = severity;
            if met.0 != found.index {
                met = (found.index, BTreeSet::new());
            }
            let line = Line::of(found, lang);
            run.series(&line, met.1.insert((line.rule(), line.severity())));
            line.write(&mut out)?;
        }
        Ok(Lines(out.into_inner().map_err(|err| err.into_error())?))
    }

    /// The lines from the first on.
    pub fn read(&mut self) -> io::Result<impl BufRead + '_> {
        self.0.rewind()?;
        Ok(BufReader::with_capacity(1 << 16, &self.0))
    }

    /// Does `each` with every line.
    pub fn each(&mut self, mut each: impl FnMut(&Line) -> io::Result<()>) -> io::Result<()> {
        let mut lines = self.read()?;
        while let Some(line) = Line::read(&mut lines)? {
            each(&line)?;
        }
        Ok(())
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the temporary files of the run are damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reader;

    fn report(agency: &str, year: i32, carried: (i64, i64)) -> String {
        let (carried_in, carried_out) = carried;
        format!(
            "{agency}{year}年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n\
             \t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n\
             一、本年新收政府信息公开申请数量\t9\t0\t0\t0\t0\t0\t9\n\
             二、上年结转政府信息公开申请数量\t{carried_in}\t0\t0\t0\t0\t0\t{carried_in}\n\
             （七）总计\t9\t0\t0\t0\t0\t0\t9\n\
             四、结转下年度继续办理\t{carried_out}\t0\t0\t0\t0\t0\t{carried_out}\n"
        )
    }

    #[test]
    fn a_record_that_was_put_aside_is_read_again_from_memory_and_from_the_file() {
        let reader = Reader::default();
        let record = |at: usize| {
            let text = report("甲县财政局", 2000 + at as i32 % 20, (0, at as i64));
            Record::of(&reader.read(text.as_bytes(), None).unwrap(), &"长".repeat(100 * (at % 9)), at as u64).unwrap()
        };
        let records: Vec<Record> = (0..40).map(record).collect();
        let mut aside = Aside::new(&Scratch::default());
        for _ in 0..2 {
            let mut places = Vec::new();
            for at in 0..4_000 {
                let mut bytes = Vec::new();
                records[at * 7 % 40].write(&mut bytes);
                places.push(aside.push(&bytes).unwrap());
            }
            assert!(aside.filed > 0 && !aside.held.is_empty(), "some are in the file, some in memory");
            for (at, place) in places.into_iter().enumerate().rev() {
                assert_eq!(aside.record(place).unwrap(), records[at * 7 % 40], "{at}");
            }
            aside.clear().unwrap();
        }
        assert!(aside.record(0).is_err(), "nothing is there any more");
    }

    /// In files or in memory, the findings are those of `check::series::check`.
    #[test]
    fn a_run_finds_what_the_library_finds() {
        let reader = Reader::default();
        let agencies = Agencies::parse("name,organ\n乙县财务局,乙县财政局\n".as_bytes()).unwrap();
        let reports = [
            ("甲县财政局", 2021, (0, 3)),
            ("乙县财政局", 2021, (0, 5)),
            ("甲县财政局", 2022, (4, 1)),
            ("甲县教育局", 2022, (0, 0)),
            ("乙县财务局", 2022, (5, 2)),
            ("甲县财政局", 2022, (4, 1)),
            ("乙县财政局", 2023, (1, 0)),
            ("甲县财政局", 2024, (0, 0)),
        ];
        let read = |(agency, year, carried): &(&str, i32, (i64, i64))| {
            reader.read(report(agency, *year, *carried).as_bytes(), None).unwrap()
        };
        let mut notes = Vec::new();
        let mut records = Vec::new();
        // A report that names nothing is counted all the same.
        note("leer", &reader.read(b"", None).unwrap(), &mut notes).unwrap();
        for (at, made) in reports.iter().enumerate() {
            note(&format!("r{at}"), &read(made), &mut notes).unwrap();
            records.extend(Record::of(&read(made), &format!("r{at}"), at as u64 + 1));
        }
        let mut collector = Collector::new(reader.forms(), &agencies, &Scratch::default());
        let half = notes.len() - 9;
        assert!(collector.add(&notes[..half]).is_err(), "a cut stream is no whole one");
        let mut collector = Collector::new(reader.forms(), &agencies, &Scratch::default());
        collector.add(notes.as_slice()).unwrap();
        let mut series = collector.finish().unwrap();
        let mut found = Vec::new();
        while let Some(one) = series.pull().unwrap() {
            found.push(one);
        }
        assert_eq!(found, crate::check::series::check(records, &agencies, reader.forms()));
        let rules: Vec<String> = found.iter().map(|found| format!("{} {}", found.report, found.finding.rule)).collect();
        assert_eq!(
            rules,
            [
                "r2 series.carried",
                "r2 series.carried",
                "r5 series.duplicate",
                "r6 series.carried",
                "r6 series.carried",
                "r7 series.gap",
            ]
        );
    }
}
