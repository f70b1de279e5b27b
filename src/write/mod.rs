//! The writers: a [`Report`](crate::record::Report) as JSON, as CSV, as lines on a terminal, as counts of a run.
//!
//! Nothing is decided here. What a writer prints was found before; names and columns are the contract of
//! `nianbao schema` and of the manual, and are only added to. Every writer takes an [`io::Write`](std::io::Write)
//! and holds one report at a time, so that a batch of any size needs the memory of its largest report.

mod cells;
pub mod codebook;
pub mod columns;
pub mod csv;
pub mod dialect;
pub mod diff;
pub mod excel;
mod fields;
pub mod grid;
pub mod html;
pub mod json;
#[cfg(feature = "parquet")]
pub mod parquet;
mod per_form;
mod room;
#[cfg(test)]
pub(crate) mod sample;
pub mod sarif;
pub mod series;
pub mod show;
pub mod snippet;
pub mod summary;
pub mod text;
pub mod wide;
#[cfg(feature = "xlsx")]
pub mod xlsx;

/// `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
