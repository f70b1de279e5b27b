//! Text → lines → grids and the values of their cells, before any form is asked.
#![no_main]

#[path = "../../common/mod.rs"]
mod common;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use nianbao::form::Forms;

static FORMS: LazyLock<Forms> = LazyLock::new(Forms::embedded);

fuzz_target!(|text: &str| {
    LazyLock::force(&FORMS);
    common::cost::bounded(text.len(), "grids", || {
        common::lexed::assert_grids(text, FORMS.vocabulary(), "fuzzed");
        text.lines().for_each(|line| common::lexed::assert_value(line, "fuzzed"));
    });
});
