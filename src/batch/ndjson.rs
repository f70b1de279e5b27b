//! `parse --ndjson`: the filter for engines. A line of JSON in, a line of JSON out, in order.
//!
//! A line in is an object with one of `text`, `bytes` (base64, for texts that are not UTF-8) and `path`, and any `id`. The
//! line out is the document of the report with that `id` before it, or an [`ErrorLine`]. Whatever is wrong with one line
//! is said in its answer, and the next is read.
//!
//! A feeder may wait for the answer to each line: no line waits for another to be read, and what is answered is
//! flushed as soon as nothing else is ready.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::ordered::{Event, Outlet, Weigh, ordered};
use super::read::{self, InputError};
use super::reports::Reading;
use crate::Reader;
use crate::decode::Encoding;
use crate::lang::Lang;
use crate::record::Report;
use crate::write::json;

/// A line in. Keys that are not known are passed over.
#[derive(Debug, Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    bytes: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    path: Option<Cow<'a, str>>,
}

/// Name and version of an [`ErrorLine`], its `schema`.
pub const ERROR_SCHEMA: &str = "nianbao-error/1";

/// The answer to a line that holds no report.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "nianbao-error/1")]
pub struct ErrorLine<'a> {
    /// The `id` of the line; null where it has none, or is no JSON object.
    #[schemars(with = "serde_json::Value")]
    pub id: Option<&'a RawValue>,
    /// Name and version of this document.
    #[schemars(extend("const" = ERROR_SCHEMA))]
    pub schema: &'static str,
    /// Why there is no report, as a sentence.
    pub error: String,
}

/// The JSON Schema (draft 2020-12) of an answer: a document with the `id` of its line, or an [`ErrorLine`].
pub fn schema() -> serde_json::Value {
    let mut document = json::schema();
    let id = serde_json::json!({"description": "The `id` of the line, as it was; null where it had none."});
    if let Some(properties) = document.get_mut("properties").and_then(|properties| properties.as_object_mut()) {
        properties.insert("id".to_owned(), id);
    }
    if let Some(required) = document.get_mut("required").and_then(|required| required.as_array_mut()) {
        required.insert(0, "id".into());
    }
    let defs = document.as_object_mut().and_then(|document| document.remove("$defs"));
    let dialect = document.as_object_mut().and_then(|document| document.remove("$schema"));
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    let mut error: serde_json::Value = settings.into_generator().into_root_schema_for::<ErrorLine<'static>>().into();
    if let Some(error) = error.as_object_mut() {
        error.remove("$schema");
    }
    serde_json::json!({"$schema": dialect, "title": "a line of nianbao parse --ndjson", "anyOf": [document, error], "$defs": defs})
}

/// Why a line holds no report.
#[derive(Debug)]
enum LineError {
    TooLong {
        most: u64,
    },
    Json(serde_json::Error),
    /// It is no UTF-8, as JSON is; the parser looks at the strings alone that it is asked for. `at`: bytes before, from 0.
    NotUtf8 {
        at: usize,
    },
    Nothing,
    Base64(base64::DecodeError),
    Input(InputError),
}

impl LineError {
    fn message(&self, number: u64, lang: Lang) -> String {
        let why = match (self, lang) {
            (LineError::Input(err), _) => return err.message(lang),
            (LineError::TooLong { most }, Lang::En) => format!("it is longer than {most} bytes"),
            (LineError::TooLong { most }, Lang::Zh) => format!("超过 {most} 字节"),
            (LineError::Json(err), Lang::En) => format!("it is not the JSON that is asked for: {err}"),
            (LineError::Json(err), Lang::Zh) => format!("不是所要求的 JSON：{err}"),
            (LineError::NotUtf8 { at }, Lang::En) => {
                format!(
                    "it is not UTF-8, as JSON has to be, from byte {} on: text of another encoding goes into bytes, as base64",
                    at + 1
                )
            }
            (LineError::NotUtf8 { at }, Lang::Zh) => {
                format!("自第 {} 字节起不是 UTF-8，而 JSON 必须是 UTF-8：其他编码的文本应以 base64 写入 bytes", at + 1)
            }
            (LineError::Nothing, Lang::En) => "it has neither text nor bytes nor path".to_owned(),
            (LineError::Nothing, Lang::Zh) => "没有 text、bytes 或 path".to_owned(),
            (LineError::Base64(err), Lang::En) => format!("its bytes are not base64: {err}"),
            (LineError::Base64(err), Lang::Zh) => format!("bytes 不是 base64：{err}"),
        };
        match lang {
            Lang::En => format!("line {number}: {why}"),
            Lang::Zh => format!("第 {number} 行：{why}"),
        }
    }
}

/// Lines that were read together.
struct Chunk {
    /// The number of the first, from 1.
    first: u64,
    lines: Vec<Result<Vec<u8>, LineError>>,
}

/// At most so many lines go to one thread, if they are there already.
const CHUNK: usize = 8;

/// At most about so many bytes of answers wait for those before them.
const WAITING: usize = 8 << 20;

impl Weigh for Vec<u8> {
    fn weight(&self) -> usize {
        self.len()
    }
}

/// Answers every line of `input` on `out`.
///
/// # Errors
///
/// That `input` cannot be read on. `failed` is told that `out` cannot be written, and decides what becomes of it. `input` may be a pipe on which a thread
/// waits for a line that never comes: a caller that cannot go on without `out` should end the program there.
pub fn answer(
    reading: &Reading<'_>,
    input: &mut BufReader<impl Read + Send>,
    out: &mut impl Write,
    failed: impl Fn(io::Error) -> io::Error,
) -> io::Result<()> {
    // A JSON text escapes a byte by six.
    let most = reading.max.saturating_mul(6).saturating_add(1 << 16);
    let mut number = 0;
    let mut trouble = None;
    let mut next = || {
        let first = number + 1;
        let mut lines = Vec::new();
        // The first line may have to be waited for, others not.
        while trouble.is_none() && (lines.is_empty() || lines.len() < CHUNK && input.buffer().contains(&b'\n')) {
            match line(input, most) {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => break,
                Err(err) => trouble = Some(err),
            }
        }
        number += lines.len() as u64;
        (!lines.is_empty()).then_some(Chunk { first, lines })
    };
    // A text of JSON is Unicode, whatever the encoding of files is said to be.
    let texts = reading.reader.clone();
    let texts = match Encoding::named("utf-8") {
        Ok(encoding) => texts.encoding(encoding),
        Err(_) => texts,
    };
    let answering = Answering { reading, texts };
    let worker = || {
        let answering = &answering;
        let mut documents = json::Lines::new(reading.lang);
        move |chunk: Chunk, outlet: &Outlet<'_, Vec<u8>>| {
            for (number, line) in (chunk.first..).zip(chunk.lines) {
                if !outlet.put(answering.line(number, line, &mut documents)) {
                    return;
                }
            }
        }
    };
    ordered(reading.jobs, WAITING, &mut next, worker, |event| {
        match event {
            Event::Result(answer) => out.write_all(&answer),
            Event::Idle => out.flush(),
        }
        .map_err(&failed)
    })?;
    out.flush().map_err(failed)?;
    trouble.map_or(Ok(()), Err)
}

/// The next line without its end.
fn line(input: &mut impl BufRead, most: u64) -> io::Result<Option<Result<Vec<u8>, LineError>>> {
    let mut line = Vec::new();
    if input.by_ref().take(most.saturating_add(1)).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() as u64 > most {
        input.skip_until(b'\n')?;
        return Ok(Some(Err(LineError::TooLong { most })));
    }
    Ok(Some(Ok(line)))
}

/// Makes answers.
struct Answering<'a> {
    reading: &'a Reading<'a>,
    /// Reads texts.
    texts: Reader,
}

impl Answering<'_> {
    fn line(&self, number: u64, line: Result<Vec<u8>, LineError>, documents: &mut json::Lines) -> Vec<u8> {
        let lang = self.reading.lang;
        let line = match line {
            Ok(line) => line,
            Err(err) => return error(None, err.message(number, lang)),
        };
        let parsed = std::str::from_utf8(&line)
            .map_err(|err| LineError::NotUtf8 { at: err.valid_up_to() })
            .and_then(|line| serde_json::from_str(line).map_err(LineError::Json));
        let line: Line<'_> = match parsed {
            Ok(line) => line,
            Err(err) => return error(None, err.message(number, lang)),
        };
        match self.report(&line) {
            Ok(report) => {
                let mut out = Vec::new();
                match documents.write(&report, &mut out) {
                    Ok(()) => {
                        let id = line.id.map_or("null", RawValue::get);
                        out.splice(..1, format!("{{\"id\":{id},").into_bytes());
                        out
                    }
                    Err(err) => error(line.id, err.to_string()),
                }
            }
            Err(LineError::Input(err)) if line.path.is_some() => {
                error(line.id, format!("{}: {}", line.path.unwrap_or_default(), err.message(lang)))
            }
            Err(err) => error(line.id, err.message(number, lang)),
        }
    }

    fn report(&self, line: &Line<'_>) -> Result<Report, LineError> {
        let Reading { reader, max, .. } = *self.reading;
        let path = line.path.as_deref();
        let bounded = |bytes: &[u8]| match bytes.len() as u64 > max {
            true => Err(LineError::Input(InputError::TooLarge { max })),
            false => Ok(()),
        };
        if let Some(text) = &line.text {
            bounded(text.as_bytes())?;
            return read::parse(&self.texts, text.as_bytes(), path).map_err(LineError::Input);
        }
        if let Some(base64) = &line.bytes {
            let bytes = BASE64_STANDARD.decode(base64.as_bytes()).map_err(LineError::Base64)?;
            bounded(&bytes)?;
            return read::parse(reader, &bytes, path).map_err(LineError::Input);
        }
        // Standard input is the lines themselves.
        let path = path.filter(|path| *path != "-").ok_or(LineError::Nothing)?;
        read::report(reader, Path::new(path), max).map_err(LineError::Input)
    }
}

fn error(id: Option<&RawValue>, error: String) -> Vec<u8> {
    let line = ErrorLine { id, schema: ERROR_SCHEMA, error };
    // Strings, and JSON that was read: it cannot fail.
    let mut out = serde_json::to_vec(&line).unwrap_or_default();
    out.push(b'\n');
    out
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;
    use std::sync::atomic::AtomicBool;

    use super::*;

    fn answers(input: &[u8], max: u64) -> Vec<serde_json::Value> {
        let reader = Reader::default();
        let stop = AtomicBool::new(false);
        let reading = Reading { reader: &reader, max, jobs: NonZero::new(3).unwrap(), lang: Lang::En, stop: &stop };
        let mut out = Vec::new();
        answer(&reading, &mut BufReader::new(input), &mut out, |err| err).unwrap();
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn every_line_has_its_answer() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        std::fs::write(&path, "甲局2021年政府信息公开工作年度报告\n").unwrap();
        let gbk = BASE64_STANDARD.encode(encoding_rs::GBK.encode("乙局2022年政府信息公开工作年度报告").0);
        let input = format!(
            "{{\"id\": {{\"a\": [1, 2]}}, \"text\": \"丙局2023年政府信息公开工作年度报告\\n\", \"more\": 1}}\r\n\
             {{\"id\":7,\"path\":{path:?}}}\n\
             {{\"bytes\":\"{gbk}\",\"path\":\"hdfs://b.txt\"}}\n\
             \n\
             {{\"id\":\"x\"}}\n\
             {{\"id\":8,\"path\":\"nothing.txt\"}}\n\
             {{\"id\":9,\"bytes\":\"?\"}}\n\
             not JSON\n\
             {{\"id\":10,\"text\":\"{}\"}}\n\
             {{\"id\":11,\"path\":\"-\"}}",
            "长".repeat(400),
        );
        let answers = answers(input.as_bytes(), 1000);
        let short = |answer: &serde_json::Value| match answer["error"].as_str() {
            Some(error) => format!("{} {}: {error}", answer["id"], answer["schema"]),
            None => format!("{} {} {}", answer["id"], answer["metadata"]["agency"], answer["source"]["path"]),
        };
        let error = "\"nianbao-error/1\"";
        let expected = [
            r#"{"a":[1,2]} "丙局" null"#.to_owned(),
            format!("7 \"甲局\" {path:?}"),
            r#"null "乙局" "hdfs://b.txt""#.to_owned(),
            format!(
                "null {error}: line 4: it is not the JSON that is asked for: EOF while parsing a value at line 1 column 0"
            ),
            format!("\"x\" {error}: line 5: it has neither text nor bytes nor path"),
            format!("8 {error}: nothing.txt: there is no such file or directory"),
            format!("9 {error}: line 7: its bytes are not base64: Invalid symbol 63, offset 0."),
            format!("null {error}: line 8: it is not the JSON that is asked for: expected ident at line 1 column 2"),
            format!("10 {error}: it is larger than 1000 bytes, which no report is; --max-bytes raises the limit"),
            format!("11 {error}: line 10: it has neither text nor bytes nor path"),
        ];
        assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_refused_wherever_that_is() {
        let answers = answers(b"{\"more\":\"\xb9\xab\",\"text\":\"\"}\n{\"text\":\"\"}\n", 1000);
        let why = "line 1: it is not UTF-8, as JSON has to be, from byte 10 on: text of another encoding goes into bytes, as base64";
        assert_eq!(answers[0]["error"], why);
        assert_eq!(answers[1]["schema"], "nianbao/1");
    }

    #[test]
    fn a_line_without_end_is_bounded() {
        let mut input = vec![b'x'; (1 << 16) + 6 * 10 + 1];
        input.extend(b"xxx\n{\"id\":1}\n");
        let answers = answers(&input, 10);
        assert_eq!(answers[0]["error"], "line 1: it is longer than 65596 bytes");
        assert_eq!((answers.len(), &answers[1]["id"]), (2, &1.into()));
    }

    #[test]
    fn the_schema_holds_both_answers() {
        let schema = schema();
        let answers = schema["anyOf"].as_array().unwrap();
        assert_eq!(answers[0]["required"][0], "id");
        assert!(answers[0]["properties"]["id"]["description"].is_string());
        assert_eq!(answers[1]["properties"]["schema"]["const"], ERROR_SCHEMA);
        assert!(schema["$defs"]["Cell"].is_object() && answers.iter().all(|answer| answer["$defs"].is_null()));
    }
}
