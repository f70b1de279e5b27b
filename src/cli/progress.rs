//! How a run goes, on standard error: a bar on a terminal, else a line every few seconds where it is asked for.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::Global;
use super::note;
use crate::batch::Watch;
use crate::lang::Lang;
use crate::span::width;
use crate::write::counted;
use crate::write::summary::{Failure, Run};

/// So many failed inputs are told one by one.
const TOLD: usize = 20;

/// Lines come so often.
const LINES: Duration = Duration::from_secs(5);

/// Shows how a run goes.
pub(super) struct Progress {
    lang: Lang,
    quiet: bool,
    shown: Shown,
    /// Inputs that there are, that are done, and that were done before this run.
    inputs: u64,
    done: u64,
    before: u64,
    bytes: u64,
    began: Instant,
    failed: usize,
    /// So many failures are told.
    told: usize,
}

enum Shown {
    Nothing,
    Bar(ProgressBar),
    /// When the last line was printed.
    Lines(Instant),
}

impl Progress {
    /// Shows what `global` asks for; nothing but failures where standard output is on the `same_terminal`.
    pub(super) fn new(global: &Global, same_terminal: bool) -> Progress {
        let shown = if global.quiet || same_terminal {
            Shown::Nothing
        } else if io::stderr().is_terminal() {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
            bar.set_style(style("{spinner} {msg}"));
            Shown::Bar(bar)
        } else if global.verbose {
            Shown::Lines(Instant::now())
        } else {
            Shown::Nothing
        };
        let (lang, began) = (global.lang(), Instant::now());
        Progress {
            lang,
            quiet: global.quiet,
            shown,
            inputs: 0,
            done: 0,
            before: 0,
            bytes: 0,
            began,
            failed: 0,
            told: TOLD,
        }
    }

    /// Tells every failure, not only the first ones.
    pub(super) fn telling_all(mut self) -> Progress {
        self.told = usize::MAX;
        self
    }

    /// Prints a line above the bar.
    fn say(&self, line: &str) {
        match &self.shown {
            Shown::Bar(bar) => bar.suspend(|| note(line)),
            _ => note(line),
        }
    }

    /// Failures that were told.
    pub(super) fn told(&self) -> usize {
        self.failed.min(self.told)
    }

    /// Removes the bar.
    pub(super) fn end(&self) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }

    /// How far it is, in a line of at most `room` columns: where they are few, less is said.
    fn line(&self, run: &Run, room: usize) -> String {
        let Progress { lang, inputs, done, before, bytes, .. } = *self;
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let rate = bytes as f64 / 1e6 / seconds;
        let left = match done.saturating_sub(before) {
            0 => None,
            now => Some(clock((seconds * inputs.saturating_sub(done) as f64 / now as f64).round() as u64)),
        };
        let (errors, warnings) = (run.total.errors, run.total.warnings);
        // Each with how soon it is left out.
        let parts = match lang {
            Lang::En => [
                (0, Some(format!("{done} of {inputs} files"))),
                (4, Some(format!("{rate:.0} MB/s"))),
                (2, Some(counted(errors, "error"))),
                (3, Some(counted(warnings, "warning"))),
                (1, left.map(|left| format!("{left} left"))),
            ],
            Lang::Zh => [
                (0, Some(format!("{done}/{inputs} 个文件"))),
                (4, Some(format!("{rate:.0} MB/s"))),
                (2, Some(format!("错误 {errors}"))),
                (3, Some(format!("警告 {warnings}"))),
                (1, left.map(|left| format!("剩余 {left}"))),
            ],
        };
        let line = |most: usize| {
            let kept = parts.iter().filter(|(soon, _)| *soon <= most).filter_map(|(_, part)| part.as_deref());
            kept.collect::<Vec<_>>().join(lang.pick(", ", "，"))
        };
        (0..parts.len()).rev().map(line).find(|line| width(line) <= room).unwrap_or_else(|| line(0))
    }
}

impl Watch for Progress {
    fn found(&mut self, inputs: u64) {
        if let Shown::Bar(bar) = &self.shown {
            bar.set_message(match self.lang {
                Lang::En => format!("{inputs} files found"),
                Lang::Zh => format!("已找到 {inputs} 个文件"),
            });
            bar.tick();
        }
    }

    fn discarded(&mut self) {
        self.say(self.lang.pick(
            "nianbao: an unfinished run in this folder was thrown away; with --resume it would have gone on",
            "nianbao: 这个目录里有一次未完成的运行，已丢弃；加 --resume 可继续",
        ));
    }

    fn anew(&mut self) {
        if !self.quiet {
            self.say(self.lang.pick(
                "nianbao: nothing of an unfinished run in this folder can be gone on with: beginning with the first file",
                "nianbao: 这个目录里没有可以接着做的运行：从第一个文件开始",
            ));
        }
    }

    fn begin(&mut self, inputs: u64, done: u64, _: &Run) {
        (self.inputs, self.done, self.before, self.began) = (inputs, done, done, Instant::now());
        if done > 0 {
            self.say(&match self.lang {
                Lang::En => format!("nianbao: going on after {done} of {inputs} files"),
                Lang::Zh => format!("nianbao: 从第 {done} 个文件之后继续，共 {inputs} 个"),
            });
        }
        if let Shown::Bar(bar) = &self.shown {
            bar.set_length(inputs);
            bar.set_position(done);
            bar.set_style(style(&format!("{{bar:{BAR}}} {{wide_msg}}")));
        }
    }

    fn failed(&mut self, failure: &Failure) {
        self.failed += 1;
        if self.failed <= self.told {
            self.say(&format!("nianbao: {}: {}", failure.source, failure.error));
        }
    }

    fn unread(&mut self, nth: u64, failure: &Failure) {
        // The first ones were told, unless a run before has told them.
        if self.before > 0 || nth >= self.told() as u64 {
            self.say(&format!("nianbao: {}: {}", failure.source, failure.error));
        }
    }

    fn notice(&mut self, notice: &str) {
        self.say(&format!("nianbao: {notice}"));
    }

    fn done(&mut self, inputs: u64, bytes: u64, run: &Run) {
        self.done += inputs;
        self.bytes += bytes;
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_position(self.done);
                bar.set_message(self.line(run, room()));
            }
            Shown::Lines(last) if last.elapsed() >= LINES => {
                note(format_args!("nianbao: {}", self.line(run, usize::MAX)));
                self.shown = Shown::Lines(Instant::now());
            }
            Shown::Lines(_) => {}
        }
    }

    fn finish(&mut self) {
        self.writing(self.lang.pick("writing the tables of all reports", "正在写汇总表"));
    }

    fn workbook(&mut self) {
        self.writing(self.lang.pick("writing the workbook", "正在写工作簿"));
    }
}

impl Progress {
    /// Says what is written.
    fn writing(&self, says: &'static str) {
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                bar.set_message(says);
                bar.tick();
            }
            Shown::Lines(_) => note(format_args!("nianbao: {says}")),
        }
    }
}

/// Columns of the bar.
const BAR: usize = 10;

/// Columns that a terminal leaves for the line beside the bar. One is left free: a full line breaks in some terminals.
fn room() -> usize {
    let columns = terminal_size::terminal_size_of(io::stderr()).map_or(80, |(columns, _)| usize::from(columns.0));
    columns.saturating_sub(BAR + 2)
}

fn style(template: &str) -> ProgressStyle {
    // The templates are those above; were one wrong, the bar would look otherwise.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ").tick_chars("|/-\\ ")
}

/// Minutes and seconds: `12:05`; with hours before an hour or more.
fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is() {
        let mut progress = Progress {
            lang: Lang::En,
            quiet: false,
            shown: Shown::Nothing,
            inputs: 0,
            done: 0,
            before: 0,
            bytes: 0,
            began: Instant::now(),
            failed: 0,
            told: TOLD,
        };
        progress.began = Instant::now() - Duration::from_secs(10);
        (progress.inputs, progress.done, progress.before, progress.bytes) = (1000, 600, 200, 500_000_000);
        let mut run = Run::default();
        run.total.errors = 1;
        let all = "600 of 1000 files, 50 MB/s, 1 error, 0 warnings, 0:10 left";
        assert_eq!(progress.line(&run, usize::MAX), all);
        // The less important is left out first, and nothing is cut.
        for (room, line) in [
            (58, all),
            (57, "600 of 1000 files, 1 error, 0 warnings, 0:10 left"),
            (48, "600 of 1000 files, 1 error, 0:10 left"),
            (36, "600 of 1000 files, 0:10 left"),
            (20, "600 of 1000 files"),
            (5, "600 of 1000 files"),
        ] {
            assert_eq!(progress.line(&run, room), line, "{room}");
        }
        progress.lang = Lang::Zh;
        assert_eq!(progress.line(&run, usize::MAX), "600/1000 个文件，50 MB/s，错误 1，警告 0，剩余 0:10");
        assert_eq!(progress.line(&run, 40), "600/1000 个文件，错误 1，剩余 0:10");
        progress.before = 600;
        assert_eq!(progress.line(&run, usize::MAX), "600/1000 个文件，50 MB/s，错误 1，警告 0");
        assert_eq!([clock(59), clock(3599), clock(36_061)], ["0:59", "59:59", "10:01:01"]);
    }
}
