//! `parse --ndjson`: the filter for engines. A line of JSON in, a line of JSON out, in order.
//!
//! A line in is an object with one of `text`, `bytes` (base64, for texts that are not UTF-8) and `path`, and any `id`. The
//! line out is the document of the report with that `id` before it, or an [`ErrorLine`]. Whatever is wrong with one line
//! is said in its answer, and the next is read.
//!
//! A feeder may wait for the answer to each line: no line waits for another to be read, and what is answered is
//! flushed as soon as nothing else is ready.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use schemars::JsonSchema;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
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
    /// There is nothing in it.
    Empty,
    /// It is no JSON from this byte on, counted from 1.
    NotJson {
        at: usize,
    },
    /// It ends before its JSON does.
    Torn,
    /// It is JSON, but no object.
    NotObject,
    /// The key holds something else than a string.
    NotString(&'static str),
    /// The string of the key has an escape that stands for no character.
    NotUnicode(&'static str),
    /// The key is there twice.
    Twice(&'static str),
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
            (LineError::Empty, Lang::En) => format!("it is empty; {RIGHT_EN}"),
            (LineError::Empty, Lang::Zh) => format!("是空行；{RIGHT_ZH}"),
            (LineError::NotJson { at }, Lang::En) => format!("it is not JSON from byte {at} on; {RIGHT_EN}"),
            (LineError::NotJson { at }, Lang::Zh) => format!("自第 {at} 字节起不是 JSON；{RIGHT_ZH}"),
            (LineError::Torn, Lang::En) => format!("it ends before its JSON does; {RIGHT_EN}"),
            (LineError::Torn, Lang::Zh) => format!("JSON 不完整；{RIGHT_ZH}"),
            (LineError::NotObject, Lang::En) => format!("it is JSON, but no object; {RIGHT_EN}"),
            (LineError::NotObject, Lang::Zh) => format!("是 JSON，但不是对象；{RIGHT_ZH}"),
            (LineError::NotString(key), Lang::En) => format!("its {key} is not a string"),
            (LineError::NotString(key), Lang::Zh) => format!("{key} 不是字符串"),
            (LineError::NotUnicode(key), Lang::En) => {
                format!("its {key} has an escape that stands for no character, such as half of a surrogate pair")
            }
            (LineError::NotUnicode(key), Lang::Zh) => format!("{key} 中有不代表任何字符的转义，如不成对的代理项"),
            (LineError::Twice(key), Lang::En) => format!("it has {key} twice"),
            (LineError::Twice(key), Lang::Zh) => format!("{key} 出现了两次"),
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

/// What a line should be.
const RIGHT_EN: &str = r#"a line is one JSON object, such as {"id": 7, "text": "…"}"#;
const RIGHT_ZH: &str = r#"每行应是一个 JSON 对象，如 {"id": 7, "text": "…"}"#;

/// Lines that were read together.
struct Chunk {
    /// The number of the first, from 1.
    first: u64,
    lines: Vec<Result<Vec<u8>, LineError>>,
}

/// At most so many lines go to one thread, if they are there already.
const CHUNK: usize = 8;

/// A byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

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
                Ok(Some(mut line)) => {
                    // Some programs begin UTF-8 with a mark.
                    if let (1, true, Ok(line)) = (first, lines.is_empty(), &mut line)
                        && line.starts_with(MARK)
                    {
                        line.drain(..MARK.len());
                    }
                    lines.push(line);
                }
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

/// What stands in a line; where it cannot be used, why, and its id as far as it can be read.
fn parsed(line: &[u8]) -> Result<Line<'_>, (Option<&RawValue>, LineError)> {
    let text = match std::str::from_utf8(line) {
        Ok(text) => text,
        Err(err) => {
            let id = serde_json::from_slice(line).map_or(None, |Id { id }| id);
            return Err((id, LineError::NotUtf8 { at: err.valid_up_to() }));
        }
    };
    let object = text.trim_ascii_start().starts_with('{');
    match serde_json::from_str(text) {
        // A list would be taken for the values of the keys.
        Ok(line) if object => Ok(line),
        Ok(_) => Err((None, LineError::NotObject)),
        Err(err) => Err(fault(text, &err)),
    }
}

/// The id of a line, whatever else is in it.
#[derive(Deserialize)]
struct Id<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

/// Why `line` cannot be used, of which the parser says `err`; and its id. The parser's words are about its own names.
fn fault<'a>(line: &'a str, err: &serde_json::Error) -> (Option<&'a RawValue>, LineError) {
    let mut keys = Vec::new();
    let mut json = serde_json::Deserializer::from_str(line);
    let whole = Keys(&mut keys).deserialize(&mut json).and_then(|()| json.end());
    // Where the id itself is there twice, none is right.
    let mut ids = keys.iter().filter(|(key, _)| key == "id").map(|(_, value)| *value);
    let id = ids.next().filter(|_| ids.next().is_none());
    let why = match whole {
        _ if line.trim_ascii().is_empty() => LineError::Empty,
        Err(err) if err.is_eof() => LineError::Torn,
        Err(err) if err.is_data() => LineError::NotObject,
        Err(err) => LineError::NotJson { at: err.column() },
        Ok(()) => ["id", "text", "bytes", "path"]
            .into_iter()
            .find_map(|name| of_key(name, &keys))
            // What else the parser may find wrong, it says where.
            .unwrap_or(LineError::NotJson { at: err.column() }),
    };
    (id, why)
}

/// What is wrong with the key of this name.
fn of_key(name: &'static str, keys: &[(String, &RawValue)]) -> Option<LineError> {
    let mut values = keys.iter().filter(|(key, _)| key == name).map(|(_, value)| value.get());
    let value = values.next()?;
    if values.next().is_some() {
        Some(LineError::Twice(name))
    } else if name == "id" || value == "null" {
        None
    } else if !value.starts_with('"') {
        Some(LineError::NotString(name))
    } else {
        serde_json::from_str::<String>(value).is_err().then_some(LineError::NotUnicode(name))
    }
}

/// Collects the keys of an object and what they hold, as far as it can be read.
struct Keys<'c, 'a>(&'c mut Vec<(String, &'a RawValue)>);

impl<'a> DeserializeSeed<'a> for Keys<'_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Keys<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(entry) = map.next_entry()? {
            self.0.push(entry);
        }
        Ok(())
    }
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
        let line = match parsed(&line) {
            Ok(line) => line,
            Err((id, err)) => return error(id, err.message(number, lang)),
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
            format!("null {error}: line 4: it is empty; {RIGHT_EN}"),
            format!("\"x\" {error}: line 5: it has neither text nor bytes nor path"),
            format!("8 {error}: nothing.txt: there is no such file or directory"),
            format!("9 {error}: line 7: its bytes are not base64: Invalid symbol 63, offset 0."),
            format!("null {error}: line 8: it is not JSON from byte 2 on; {RIGHT_EN}"),
            format!("10 {error}: it is larger than 1000 bytes, the limit that --max-bytes sets"),
            format!("11 {error}: line 10: it has neither text nor bytes nor path"),
        ];
        assert_eq!(answers.iter().map(short).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_line_that_cannot_be_used_is_told_with_its_id() {
        let told = |line: &str, lang| {
            let (id, err) = parsed(line.as_bytes()).unwrap_err();
            let said = err.message(1, lang);
            let why = said.strip_prefix(lang.pick("line 1: ", "第 1 行：")).unwrap();
            format!("{} {}", id.map_or("null", RawValue::get), why.split(['；', ';']).next().unwrap())
        };
        for (line, said) in [
            (r#"{"id":"b","text":5}"#, "\"b\" its text is not a string"),
            (r#"{"path":["a"],"id":[1]}"#, "[1] its path is not a string"),
            (
                r#"{"id":"m","text":"\udcff"}"#,
                "\"m\" its text has an escape that stands for no character, such as half of a surrogate pair",
            ),
            (r#"{"text":"x","id":7,"text":"y"}"#, "7 it has text twice"),
            (r#"{"id":1,"text":"x","id":2}"#, "null it has id twice"),
            (r#"{"id":8,"text":"x"} {}"#, "8 it is not JSON from byte 21 on"),
            (r#"{"id":9,"text":"x"#, "9 it ends before its JSON does"),
            (r#"{"id":3,text:"x"}"#, "3 it is not JSON from byte 9 on"),
            (r#"["a","b"]"#, "null it is JSON, but no object"),
            ("5", "null it is JSON, but no object"),
            ("not JSON", "null it is not JSON from byte 2 on"),
            (" \r", "null it is empty"),
        ] {
            assert_eq!(told(line, Lang::En), said, "{line}");
        }
        assert_eq!(told(r#"{"id":"b","text":5}"#, Lang::Zh), "\"b\" text 不是字符串");
        assert_eq!(told("[]", Lang::Zh), "null 是 JSON，但不是对象");
        // Null is as good as nothing.
        assert!(parsed(br#" {"id":null,"text":"x","path":null}"#).is_ok());
        let (id, _) = parsed(b"{\"text\":\"\xb9\xab\",\"id\":4}").unwrap_err();
        assert_eq!(id.map(RawValue::get), Some("4"));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_line() {
        let answers =
            answers("\u{feff}{\"id\":1,\"text\":\"a\"}\n\u{feff}{\"id\":2,\"text\":\"a\"}\n".as_bytes(), 1000);
        assert_eq!((&answers[0]["id"], &answers[0]["schema"]), (&1.into(), &"nianbao/1".into()));
        assert_eq!(answers[1]["schema"], ERROR_SCHEMA);
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
