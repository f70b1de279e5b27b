//! How fast a report is read and written: `cargo bench`. With `NIANBAO_REPORTS` the published tab-separated report is measured, else the
//! fixture that has its shape.
#![allow(clippy::unwrap_used)] // A bench may panic.

use std::hint::black_box;
use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use nianbao::grid::{self, Grid};
use nianbao::lang::Lang;
use nianbao::lines::{self, Line};
use nianbao::span::LineIndex;
use nianbao::write::csv::{Csv, Table};
use nianbao::write::dialect::Dialect;
use nianbao::write::json;
use nianbao::{Reader, Report, decode, outline};
use sha2::{Digest, Sha256};

/// That of the program.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// The report that is measured.
fn sample() -> Vec<u8> {
    let published = std::env::var_os("NIANBAO_REPORTS").map(|folder| Path::new(&folder).join("jinjiang-kjj-2023.txt"));
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports/valid/ragged-rows/report.txt");
    std::fs::read(published.unwrap_or(fixture)).unwrap()
}

fn report() -> Report {
    Reader::default().read(&sample(), None).unwrap()
}

/// Bytes to a report with its findings; of longer texts, the sample again and again. Long enough that the first readings, which build what
/// later ones use (automata, pages of memory), do not make the median.
#[divan::bench(args = [1, 10, 100, 1_000], min_time = 2)]
fn read(bencher: Bencher, times: usize) {
    let (reader, bytes) = (Reader::default(), sample().repeat(times));
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| reader.read(black_box(&bytes), None).unwrap());
}

/// The same for every fixture and published report, whatever its layout.
#[divan::bench]
fn read_all(bencher: Bencher) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/reports/valid");
    let mut paths: Vec<_> =
        std::fs::read_dir(fixtures).unwrap().map(|case| case.unwrap().path().join("report.txt")).collect();
    if let Some(folder) = std::env::var_os("NIANBAO_REPORTS") {
        paths.extend(std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    }
    let texts: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let reader = Reader::default();
    bencher
        .counter(ItemsCount::new(texts.len()))
        .counter(BytesCount::new(texts.iter().map(Vec::len).sum::<usize>()))
        .bench(|| texts.iter().map(|text| reader.read(black_box(text), None).unwrap().cells.len()).sum::<usize>());
}

/// The first stages of the pipeline, each with what it takes ready.
mod stages {
    use super::*;

    #[divan::bench]
    fn a_sha256(bencher: Bencher) {
        let bytes = sample();
        bencher.counter(BytesCount::of_slice(&bytes)).bench(|| Sha256::digest(black_box(&bytes)));
    }

    #[divan::bench]
    fn b_decode(bencher: Bencher) {
        let bytes = sample();
        bencher.counter(BytesCount::of_slice(&bytes)).bench(|| decode::decode(black_box(&bytes), None).unwrap());
    }

    #[divan::bench]
    fn c_lines(bencher: Bencher) {
        let text = report().text;
        bencher.counter(BytesCount::of_str(&text)).bench(|| (lines::split(black_box(&text)), LineIndex::new(&text)));
    }

    #[divan::bench]
    fn d_grids(bencher: Bencher) {
        let (reader, text) = (Reader::default(), report().text);
        let lines = lines::split(&text);
        bencher
            .counter(BytesCount::of_str(&text))
            .bench(|| grid::find(black_box(&text), &lines, reader.forms().vocabulary()));
    }

    #[divan::bench]
    fn e_outline(bencher: Bencher) {
        let (reader, text) = (Reader::default(), report().text);
        let (lines, index): (Vec<Line>, LineIndex) = (lines::split(&text), LineIndex::new(&text));
        let grids: Vec<Grid> = grid::find(&text, &lines, reader.forms().vocabulary());
        bencher
            .counter(BytesCount::of_str(&text))
            .bench(|| outline::outline(black_box(&text), &lines, &index, &grids, reader.forms().vocabulary()));
    }
}

/// A report to the tables and documents of a batch.
mod write {
    use super::*;

    #[divan::bench]
    fn json(bencher: Bencher) {
        let report = report();
        let (mut lines, mut out) = (json::Lines::new(Lang::En), Vec::with_capacity(1 << 20));
        bencher.bench_local(|| {
            out.clear();
            lines.write(black_box(&report), &mut out).unwrap();
        });
    }

    #[divan::bench(args = Table::OF_REPORTS)]
    fn csv(bencher: Bencher, table: &Table) {
        let report = report();
        let mut csv = Csv::new(*table, Lang::En, Dialect::default(), std::io::sink()).unwrap();
        bencher.bench_local(|| csv.report("a/2023", black_box(&report)).unwrap());
    }
}
