use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::Reader;

const REPORT: &str = "青石县档案馆2023年政府信息公开工作年度报告\n一、总体情况\n全年无事。\n";

#[derive(Default)]
struct Heard {
    failures: Vec<String>,
    done: u64,
    before: u64,
    discarded: bool,
    anew: bool,
    notices: Vec<String>,
    unread: Vec<String>,
}

/// The files in `dir`, without the folder of a run.
fn files(dir: &Path) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap()))
        .collect();
    files.sort();
    files
}

fn tree(count: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for i in 0..count {
        fs::write(dir.path().join(format!("{i:03}.txt")), REPORT.repeat(1 + i % 3)).unwrap();
    }
    dir
}

/// How a test runs.
#[derive(Clone, Copy)]
struct How {
    formats: Option<Formats>,
    jobs: usize,
    /// Ends the run after so many inputs.
    stop: Option<u64>,
    resume: bool,
    options: &'static str,
    /// Ends the run while the outputs are made.
    stop_late: bool,
}

const HOW: How = How { formats: None, jobs: 2, stop: None, resume: false, options: "a", stop_late: false };

fn try_run(input: &Path, out: &Path, how: How) -> (Result<Ended, ConvertError>, Heard) {
    struct Stopping<'a>(Heard, Option<u64>, &'a AtomicBool, bool);
    impl Stopping<'_> {
        fn stop(&self) {
            if self.1.is_some_and(|stop| self.0.done >= stop) {
                self.2.store(true, Ordering::Relaxed);
            }
        }
    }
    impl Watch for Stopping<'_> {
        fn begin(&mut self, _: u64, done: u64, _: &Run) {
            self.0.before = done;
            self.stop();
        }

        fn discarded(&mut self) {
            self.0.discarded = true;
        }

        fn anew(&mut self) {
            self.0.anew = true;
        }

        fn notice(&mut self, notice: &str) {
            self.0.notices.push(notice.to_owned());
        }

        fn unread(&mut self, nth: u64, failure: &Failure) {
            assert_eq!(nth, self.0.unread.len() as u64);
            self.0.unread.push(failure.error.clone());
        }

        fn finish(&mut self) {
            self.2.fetch_or(self.3, Ordering::Relaxed);
        }

        fn failed(&mut self, failure: &Failure) {
            self.0.failures.push(failure.error.clone());
        }

        fn done(&mut self, inputs: u64, _: u64, _: &Run) {
            self.0.done += inputs;
            self.stop();
        }
    }
    let reader = Reader::default();
    let stop = AtomicBool::new(false);
    let jobs = NonZero::new(how.jobs).unwrap();
    let reading = Reading { reader: &reader, max: 1 << 20, jobs, lang: Lang::En, stop: &stop };
    let mut watch = Stopping(Heard::default(), how.stop, &stop, how.stop_late);
    let named = [Ok(Named { path: PathBuf::from(input), listed: false })];
    let output =
        Output { dir: out, formats: how.formats.unwrap_or_default(), options: how.options, resume: how.resume };
    let ended = convert(&reading, named, &Pick::default(), output, &mut watch);
    (ended, watch.0)
}

fn run(input: &Path, out: &Path, how: How) -> (Ended, Heard) {
    let (ended, heard) = try_run(input, out, how);
    (ended.unwrap(), heard)
}

/// The outputs of a run that nothing disturbs.
fn whole(input: &Path) -> Vec<(String, String)> {
    let out = tempfile::tempdir().unwrap();
    run(input, out.path(), HOW);
    files(out.path())
}

#[test]
fn files_appear_when_whole_and_nothing_else_is_left() {
    let dir = tree(40);
    let out = tempfile::tempdir().unwrap();
    let (ended, heard) = run(dir.path(), out.path(), How { jobs: 3, ..HOW });
    assert!(matches!(ended, Ended::Whole(run) if run.reports == 40));
    assert_eq!((heard.done, heard.failures.len()), (40, 0));
    let files = files(out.path());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "cells.csv",
            "codebook.csv",
            "failed.csv",
            "findings.csv",
            "reports.csv",
            "reports.jsonl",
            "sections.csv",
            "summary.html",
            "summary.json",
            "tables.csv",
            "wide.csv",
        ]
    );
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), files.len());
    assert_eq!(files[5].1.lines().count(), 40);
    assert_eq!(files[2].1, "source,error\n");
    assert!(files[10].1.starts_with("report,agency,year,edition\n000,青石县档案馆,2023,\n001,"), "{}", files[10].1);
}

#[test]
fn any_number_of_jobs_gives_the_same_bytes() {
    let dir = tree(100);
    let expected = whole(dir.path());
    for jobs in [1, 7] {
        let out = tempfile::tempdir().unwrap();
        run(dir.path(), out.path(), How { jobs, ..HOW });
        assert!(files(out.path()) == expected, "{jobs} jobs");
    }
}

#[test]
fn a_run_that_is_stopped_changes_nothing_and_another_goes_on() {
    let dir = tree(300);
    fs::write(dir.path().join("100.txt"), [0u8; 64]).unwrap();
    fs::write(dir.path().join("250.txt"), [0u8; 64]).unwrap();
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("cells.csv"), "old").unwrap();
    let (ended, before) = run(dir.path(), out.path(), How { stop: Some(150), ..HOW });
    let Ended::Stopped { done, inputs: 300, kept: true } = ended else { panic!("{ended:?}") };
    // Threads may have read on meanwhile, to the end even.
    assert!((150..=300).contains(&done), "{done}");
    assert_eq!(files(out.path()), [("cells.csv".to_owned(), "old".to_owned())]);

    let (ended, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
    assert!(matches!(ended, Ended::Whole(run) if (run.reports, run.failed) == (298, 2)));
    assert_eq!((heard.before, heard.done), (done, 300 - done));
    assert_eq!(before.failures.len() + heard.failures.len(), 2);
    assert!(files(out.path()) == whole(dir.path()));
    assert!(!out.path().join(crate::batch::output::FOLDER).exists());
}

#[test]
fn inputs_that_changed_meanwhile_are_read_again() {
    let dir = tree(300);
    let out = tempfile::tempdir().unwrap();
    run(dir.path(), out.path(), How { stop: Some(150), ..HOW });
    fs::write(dir.path().join("140.txt"), REPORT.repeat(5)).unwrap();
    fs::write(dir.path().join("200a.txt"), REPORT).unwrap();
    let (ended, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
    assert!(matches!(ended, Ended::Whole(run) if run.reports == 301));
    assert!(heard.before <= 140, "{}", heard.before);
    assert!(files(out.path()) == whole(dir.path()));
}

#[test]
fn a_run_goes_on_with_its_own_options_alone() {
    let dir = tree(300);
    let out = tempfile::tempdir().unwrap();
    run(dir.path(), out.path(), How { stop: Some(100), ..HOW });
    let (other, _) = try_run(dir.path(), out.path(), How { options: "b", resume: true, ..HOW });
    let err = other.unwrap_err().to_string();
    assert!(err.contains("the unfinished run there had other options"), "{err}");
    // It is still there; to begin anew throws it away.
    let (_, heard) = run(dir.path(), out.path(), How { stop: Some(0), resume: true, ..HOW });
    assert!(heard.before >= 100 && !heard.discarded);
    let (ended, heard) = run(dir.path(), out.path(), HOW);
    assert!(heard.discarded && heard.before == 0 && matches!(ended, Ended::Whole(_)));
    // With nothing left there is nothing to throw away, nor to go on with.
    let (_, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
    assert!(!heard.discarded && heard.before == 0);
}

#[test]
fn outputs_that_were_whole_are_only_moved() {
    let dir = tree(20);
    let out = tempfile::tempdir().unwrap();
    run(dir.path(), out.path(), HOW);
    let expected = files(out.path());
    // As after a kill between the last output and its place.
    let folder = Folder::open(out.path()).unwrap();
    for name in ["cells.csv", "summary.json"] {
        fs::rename(out.path().join(name), folder.file(name)).unwrap();
    }
    fs::write(out.path().join("cells.csv"), "old").unwrap();
    let counts = crate::write::summary::Counts::from(&Run { reports: 20, ..Run::default() });
    let outputs = expected.iter().map(|(name, _)| name.clone()).collect();
    Journal::begin(&folder, "a", None).unwrap().whole(Whole { outputs, counts }).unwrap();
    drop(folder);
    let (ended, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
    assert!(matches!(ended, Ended::Whole(run) if run.reports == 20) && heard.done == 0);
    assert_eq!(files(out.path()), expected);
}

#[test]
fn an_output_that_cannot_be_written_is_told_and_changes_nothing() {
    let dir = tree(3);
    let out = tempfile::tempdir().unwrap();
    // A directory where a file should go.
    fs::create_dir_all(out.path().join("wide.csv/x")).unwrap();
    let (ended, _) = try_run(dir.path(), out.path(), HOW);
    let err = ended.unwrap_err().to_string();
    assert!(
        err.ends_with("wide.csv: the output cannot be written: there is a directory where a file is needed"),
        "{err}"
    );
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
}

#[test]
fn failures_are_rows_and_the_choice_of_formats_holds() {
    let dir = tree(1);
    fs::write(dir.path().join("=a.txt"), [0u8; 64]).unwrap();
    let out = tempfile::tempdir().unwrap();
    let formats = Some(Formats { csv: false, html: false, ..Formats::default() });
    let (ended, heard) = run(dir.path(), out.path(), How { formats, ..HOW });
    assert!(matches!(ended, Ended::Whole(run) if (run.reports, run.failed) == (1, 1)));
    let files = files(out.path());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["failed.csv", "reports.jsonl", "summary.json"]);
    assert_eq!(files[0].1, format!("source,error\n{}/=a.txt,\"{}\"\n", dir.path().display(), heard.failures[0]));
}

#[test]
fn a_run_that_is_stopped_while_the_outputs_are_made_changes_nothing_and_another_goes_on() {
    let dir = tree(60);
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("cells.csv"), "old").unwrap();
    let all = Formats { xlsx: cfg!(feature = "xlsx"), parquet: cfg!(feature = "parquet"), ..Formats::default() };
    for formats in [Formats::default(), all, Formats { by_year: true, ..all }] {
        let how = How { formats: Some(formats), ..HOW };
        let (ended, _) = run(dir.path(), out.path(), How { stop_late: true, ..how });
        assert!(matches!(ended, Ended::Stopped { done: 60, inputs: 60, kept: true }), "{ended:?}");
        assert_eq!(files(out.path()), [("cells.csv".to_owned(), "old".to_owned())]);
    }
    let how = How { stop_late: true, ..HOW };
    run(dir.path(), out.path(), how);
    // Nothing is read again.
    let (ended, heard) = run(dir.path(), out.path(), How { resume: true, ..HOW });
    assert!(matches!(ended, Ended::Whole(run) if run.reports == 60));
    assert_eq!((heard.before, heard.done, heard.anew), (60, 0, false));
    assert!(files(out.path()) == whole(dir.path()));
}

#[test]
fn an_input_is_not_replaced_by_an_output() {
    let dir = tree(2);
    fs::write(dir.path().join("cells.csv"), REPORT).unwrap();
    // Where it is no input, it is the output of an earlier run.
    let (ended, _) = run(dir.path(), dir.path(), HOW);
    assert!(matches!(ended, Ended::Whole(run) if run.reports == 2));
    let before = files(dir.path());
    let (ended, _) = try_run(&dir.path().join("cells.csv"), dir.path(), HOW);
    let err = ended.unwrap_err().to_string();
    let said = "cells.csv: an output of this name would replace this input; name another folder with -o";
    assert!(err.ends_with(said), "{err}");
    assert_eq!(files(dir.path()), before);
    assert!(!dir.path().join(crate::batch::output::FOLDER).exists());
    // In a folder of its own there is no harm.
    let out = tempfile::tempdir().unwrap();
    let (ended, _) = run(&dir.path().join("cells.csv"), out.path(), HOW);
    assert!(matches!(ended, Ended::Whole(run) if run.reports == 1));
}

#[test]
fn where_no_input_can_be_read_nothing_is_replaced_and_each_is_told() {
    let dir = tempfile::tempdir().unwrap();
    for i in 0..30 {
        fs::write(dir.path().join(format!("{i:02}.txt")), [0u8; 64]).unwrap();
    }
    let out = tempfile::tempdir().unwrap();
    fs::write(out.path().join("cells.csv"), "old").unwrap();
    let (ended, heard) = run(dir.path(), out.path(), HOW);
    assert!(matches!(ended, Ended::Unread(30)), "{ended:?}");
    assert_eq!(heard.unread, heard.failures);
    assert_eq!(files(out.path()), [("cells.csv".to_owned(), "old".to_owned())]);
    assert!(!out.path().join(crate::batch::output::FOLDER).exists());
    // An empty folder is an input that holds nothing.
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(run(empty.path(), out.path(), HOW).0, Ended::Unread(1)));
    // One report is something.
    fs::write(dir.path().join("good.txt"), REPORT).unwrap();
    let (ended, heard) = run(dir.path(), out.path(), HOW);
    assert!(matches!(ended, Ended::Whole(run) if (run.reports, run.failed) == (1, 30)) && heard.unread.is_empty());
}

#[test]
fn what_an_earlier_run_has_left_is_told() {
    let dir = tree(2);
    let out = tempfile::tempdir().unwrap();
    let (_, heard) = run(dir.path(), out.path(), HOW);
    assert!(heard.notices.is_empty() && !heard.anew);
    let formats = Some(Formats { html: false, jsonl: false, ..Formats::default() });
    // There is nothing to go on with, and that is told too.
    let (_, heard) = run(dir.path(), out.path(), How { formats, resume: true, ..HOW });
    let said = format!(
        "{} also holds outputs that this run has not written: reports.jsonl, summary.html",
        out.path().display()
    );
    assert!(heard.anew);
    assert_eq!(heard.notices, [said]);
}
