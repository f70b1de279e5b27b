//! Lines of JSON → the filter `parse --ndjson`: an answer to each, in order, that is JSON on one line and bears the id.
#![no_main]

#[path = "../../common/mod.rs"]
mod common;

use std::io::BufReader;
use std::num::NonZero;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use libfuzzer_sys::{Corpus, fuzz_target};
use nianbao::Reader;
use nianbao::batch::{Reading, ndjson};
use nianbao::lang::Lang;
use serde::de::IgnoredAny;
use serde_json::Value;

static READER: LazyLock<Reader> = LazyLock::new(Reader::default);

fuzz_target!(|input: &[u8]| -> Corpus {
    let mut lines: Vec<&[u8]> = input.split(|&byte| byte == b'\n').collect();
    if lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    let asked: Vec<Option<Value>> = lines.iter().map(|line| serde_json::from_slice(line).ok()).collect();
    // A path would be read: whatever stands there is no matter of this input.
    let names_a_file = |asked: &Option<Value>| asked.as_ref().is_some_and(|asked| asked.get("path").is_some());
    if asked.iter().any(names_a_file) || lines.len() > 8 {
        return Corpus::Reject;
    }
    let stop = AtomicBool::new(false);
    let jobs = NonZero::<usize>::MIN;
    let reading = Reading { reader: &READER, max: 1 << 20, jobs, lang: Lang::Zh, stop: &stop };
    let mut out = Vec::new();
    ndjson::answer(&reading, &mut BufReader::new(input), &mut out, |err| err).expect("memory can be read and written");
    let mut answers = out.split_inclusive(|&byte| byte == b'\n');
    for (line, asked) in lines.iter().zip(asked) {
        let answer = answers.next().expect("an answer to each line");
        let json = |line: &[u8]| std::str::from_utf8(line).is_ok_and(|line| serde_json::from_str::<IgnoredAny>(line).is_ok());
        assert!(json(answer), "no JSON: {answer:?}");
        // JSON may be more than a `Value` holds: 1e999, half of a surrogate pair. It comes back in the id.
        let Ok(answer) = serde_json::from_slice::<Value>(answer) else {
            assert!(asked.is_none() && json(line), "{line:?}");
            continue;
        };
        match answer["schema"].as_str() {
            Some("nianbao/1") => {
                let Some(asked) = asked else {
                    assert!(json(line), "only JSON holds a report: {line:?}");
                    continue;
                };
                assert!(asked.get("text").or(asked.get("bytes")).is_some_and(Value::is_string), "{asked}");
                assert_eq!(answer["id"], asked.get("id").cloned().unwrap_or_default());
                assert!(answer["cells"].is_array() && answer.get("error").is_none());
            }
            Some("nianbao-error/1") => {
                let error = answer["error"].as_str().expect("a sentence");
                assert!(!error.is_empty() && !error.contains("本程序有缺陷"), "{error}");
            }
            other => panic!("an answer of the schema {other:?}"),
        }
    }
    assert!(answers.next().is_none(), "more answers than lines");
    Corpus::Keep
});
