//! The list that says which names are of one organ: a CSV file with the columns `name` and `organ`.

use std::collections::HashMap;
use std::fmt;

use crate::fold::key;
use crate::lang::Lang;

/// Which names are of one organ.
#[derive(Debug, Clone, Default)]
pub struct Agencies {
    /// Folded name → the organ, as the list writes it.
    organs: HashMap<String, String>,
}

/// What is wrong with a list, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgenciesError {
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong.
    pub fault: AgenciesFault,
}

/// What is wrong with a list of agencies.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // The sentence that is made of a fault says what its fields are.
pub enum AgenciesFault {
    /// It is not UTF-8.
    Encoding,
    /// The header lacks a column, or has it twice.
    Header { column: &'static str, twice: bool },
    /// A line has more or fewer fields than the header.
    Fields { fields: u64, header: u64 },
    /// A field is empty.
    Empty { column: &'static str },
    /// A name is given to two organs.
    Contradiction { name: String, organ: String, other: String, other_line: u64 },
    /// An organ is itself a name of another.
    Chain { organ: String, other: String, other_line: u64 },
}

impl AgenciesError {
    /// The sentence, in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        let line = self.line;
        let what = match (&self.fault, lang) {
            (AgenciesFault::Encoding, Lang::En) => "it is not UTF-8".to_owned(),
            (AgenciesFault::Encoding, Lang::Zh) => "不是 UTF-8 编码".to_owned(),
            (AgenciesFault::Header { column, twice: false }, Lang::En) => {
                format!("the header has no column {column}; it must name name and organ")
            }
            (AgenciesFault::Header { column, twice: false }, Lang::Zh) => {
                format!("表头缺少 {column} 列；表头应有 name 和 organ 两列")
            }
            (AgenciesFault::Header { column, twice: true }, Lang::En) => format!("the header has two columns {column}"),
            (AgenciesFault::Header { column, twice: true }, Lang::Zh) => format!("表头有两个 {column} 列"),
            (AgenciesFault::Fields { fields, header }, Lang::En) => {
                format!("it has {fields} field{}, the header {header}", if *fields == 1 { "" } else { "s" })
            }
            (AgenciesFault::Fields { fields, header }, Lang::Zh) => format!("有 {fields} 个字段，表头有 {header} 个"),
            (AgenciesFault::Empty { column }, Lang::En) => format!("{column} is empty"),
            (AgenciesFault::Empty { column }, Lang::Zh) => format!("{column} 列为空"),
            (AgenciesFault::Contradiction { name, organ, other, other_line }, Lang::En) => {
                format!("{name} is {organ} here and {other} on line {other_line}")
            }
            (AgenciesFault::Contradiction { name, organ, other, other_line }, Lang::Zh) => {
                format!("“{name}”在此为“{organ}”，在第 {other_line} 行为“{other}”")
            }
            (AgenciesFault::Chain { organ, other, other_line }, Lang::En) => {
                format!("{organ} is an organ here, and a name of {other} on line {other_line}; give the last one")
            }
            (AgenciesFault::Chain { organ, other, other_line }, Lang::Zh) => {
                format!("“{organ}”在此为机关，在第 {other_line} 行又是“{other}”的名称；请直接写明最终的机关")
            }
        };
        match lang {
            Lang::En => format!("line {line}: {what}"),
            Lang::Zh => format!("第 {line} 行：{what}"),
        }
    }
}

impl fmt::Display for AgenciesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for AgenciesError {}

impl Agencies {
    /// Reads a list: UTF-8, a header with `name` and `organ`, other columns left alone.
    pub fn parse(bytes: &[u8]) -> Result<Agencies, AgenciesError> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.strip_prefix('\u{FEFF}').unwrap_or(text),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count() as u64 + 1;
                return Err(AgenciesError { line, fault: AgenciesFault::Encoding });
            }
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        let mut rows = reader.records();
        let fail = |line: u64, fault: AgenciesFault| Err(AgenciesError { line, fault });
        let header = match rows.next() {
            Some(Ok(header)) => header,
            _ => return fail(1, AgenciesFault::Header { column: "name", twice: false }),
        };
        let mut columns = [0; 2];
        for (at, column) in ["name", "organ"].into_iter().enumerate() {
            let mut found = header.iter().enumerate().filter(|(_, head)| head.trim().eq_ignore_ascii_case(column));
            match (found.next(), found.next()) {
                (Some((place, _)), None) => columns[at] = place,
                (found, _) => return fail(1, AgenciesFault::Header { column, twice: found.is_some() }),
            }
        }
        // Folded name → the organ, its folded name, and the line.
        let mut known: HashMap<String, (String, String, u64)> = HashMap::new();
        let mut order: Vec<(String, u64)> = Vec::new();
        let (mut line, mut counted) = (1, 0);
        for row in rows {
            // The text is UTF-8 and rows may be of any length: nothing else can be wrong with one.
            let Ok(row) = row else { continue };
            // A row begins behind the blank lines before it.
            let start = row.position().map_or(0, |position| position.byte() as usize);
            let bytes = |from: usize, to: usize| text.as_bytes().get(from..to).unwrap_or_default();
            let blank = bytes(start, text.len()).iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            line += bytes(counted, start + blank).iter().filter(|&&byte| byte == b'\n').count() as u64;
            counted = start + blank;
            if row.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            if row.len() != header.len() {
                return fail(line, AgenciesFault::Fields { fields: row.len() as u64, header: header.len() as u64 });
            }
            let [name, organ] = columns.map(|at| row.get(at).unwrap_or("").trim());
            let (name_key, organ_key) = (key(name), key(organ));
            for (column, folded) in [("name", &name_key), ("organ", &organ_key)] {
                if folded.is_empty() {
                    return fail(line, AgenciesFault::Empty { column });
                }
            }
            if let Some((other, other_key, other_line)) = known.get(&name_key) {
                if *other_key != organ_key {
                    let (name, organ, other) = (name.to_owned(), organ.to_owned(), other.clone());
                    return fail(line, AgenciesFault::Contradiction { name, organ, other, other_line: *other_line });
                }
                continue;
            }
            known.insert(name_key.clone(), (organ.to_owned(), organ_key, line));
            order.push((name_key, line));
        }
        for (name, line) in &order {
            let Some((organ, organ_key, _)) = known.get(name) else { continue };
            if let Some((other, _, other_line)) = known.get(organ_key).filter(|(_, other, _)| other != organ_key) {
                let (organ, other) = (organ.clone(), other.clone());
                return fail(*line, AgenciesFault::Chain { organ, other, other_line: *other_line });
            }
        }
        Ok(Agencies { organs: known.into_iter().map(|(name, (organ, ..))| (name, organ)).collect() })
    }

    /// The organ that goes by `name`, and whether the list says so.
    pub fn organ<'a>(&'a self, name: &'a str) -> (&'a str, bool) {
        if self.organs.is_empty() {
            return (name, false);
        }
        match self.organs.get(&key(name)) {
            Some(organ) => (organ, true),
            None => (name, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(list: &[u8]) -> String {
        let error = Agencies::parse(list).unwrap_err();
        assert!(!error.message(Lang::Zh).is_empty());
        error.to_string()
    }

    #[test]
    fn names_are_folded() {
        let list = "\u{FEFF}note, NAME ,organ\r\n,晋江市科技局,晋江市科学技术局\r\n\r\nx,\" 晋江市 科技局 \",晋江市科学技术局\r\n";
        let agencies = Agencies::parse(list.as_bytes()).unwrap();
        assert_eq!(agencies.organ("晋江市\u{3000}科技局"), ("晋江市科学技术局", true));
        assert_eq!(agencies.organ("晋江市科学技术局"), ("晋江市科学技术局", false));
        assert_eq!(Agencies::default().organ("甲"), ("甲", false));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert_eq!(error(b""), "line 1: the header has no column name; it must name name and organ");
        assert_eq!(error("甲,乙\n".as_bytes()), "line 1: the header has no column name; it must name name and organ");
        assert_eq!(error(b"name,Name,organ\n"), "line 1: the header has two columns name");
        assert_eq!(error("name,organ\n甲\n".as_bytes()), "line 2: it has 1 field, the header 2");
        assert_eq!(error("name,organ\n甲,乙,丙\n".as_bytes()), "line 2: it has 3 fields, the header 2");
        assert_eq!(error("name,organ\n甲,乙\n丙, （）\n".as_bytes()), "line 3: organ is empty");
        assert_eq!(error("name,organ\n,乙\n".as_bytes()), "line 2: name is empty");
        assert_eq!(error("name,organ\n甲,乙\n\n甲,丙\n".as_bytes()), "line 4: 甲 is 丙 here and 乙 on line 2");
        assert_eq!(
            error("name,organ\n甲,乙\n乙,丙\n".as_bytes()),
            "line 2: 乙 is an organ here, and a name of 丙 on line 3; give the last one"
        );
        assert_eq!(error(b"name,organ\n\xB5\xD8,\xBF\xC6\n"), "line 2: it is not UTF-8");
        assert_eq!(error("name,organ\n\"甲,乙\n丙,丁\n".as_bytes()), "line 2: it has 1 field, the header 2");
    }

    #[test]
    fn an_organ_may_be_named_by_itself() {
        let agencies = Agencies::parse("name,organ\n甲,乙\n乙,乙\n".as_bytes()).unwrap();
        assert_eq!(agencies.organ("乙"), ("乙", true));
    }

    #[test]
    fn any_bytes_are_read_or_refused() {
        let mut state = 3u64;
        for _ in 0..500 {
            let mut list = b"name,organ\n".to_vec();
            for _ in 0..40 {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                list.push(b"\",\n\r\0a\xE7\x94\xB2 "[(state >> 33) as usize % 10]);
            }
            let _ = Agencies::parse(&list);
        }
    }
}
