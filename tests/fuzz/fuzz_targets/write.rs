//! A report → CSV in some dialect, and JSON → read back by other code: every field as it was meant, and no formula.
#![no_main]

#[path = "../../common/mod.rs"]
mod common;

use std::sync::LazyLock;

use common::readback;
use libfuzzer_sys::fuzz_target;
use nianbao::Reader;
use nianbao::lang::Lang;

static READER: LazyLock<Reader> = LazyLock::new(Reader::default);

// The first byte is the dialect and the language, what follows is the report, and its beginning the name too.
fuzz_target!(|input: &[u8]| {
    let Some((&choice, bytes)) = input.split_first() else { return };
    let Ok(report) = READER.read(bytes, None) else { return };
    let lang = if choice & 16 == 0 { Lang::En } else { Lang::Zh };
    let id: String = report.text.chars().take(6).collect();
    readback::assert_csv(&id, &report, lang, readback::spoken(choice));
    readback::assert_json(&report, lang);
});
