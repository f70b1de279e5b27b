//! Bytes → a report: no panic, time in proportion, and every invariant of the crate's first page.
#![no_main]

#[path = "../../common/mod.rs"]
mod common;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nianbao::Reader;

static READER: LazyLock<Reader> = LazyLock::new(Reader::default);

fuzz_target!(|bytes: &[u8]| {
    LazyLock::force(&READER);
    let read = common::cost::bounded(bytes.len(), "reading", || READER.read(bytes, Some("甲/乙.txt")));
    match read {
        Ok(report) => common::assert_invariants(&report, "fuzzed"),
        // What is no text is refused in words.
        Err(err) => assert!(!err.to_string().is_empty()),
    }
});
