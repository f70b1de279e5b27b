//! How CSV is written: what parts the fields, how lines end, in which encoding.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

/// What Excel knows UTF-8 by.
const MARK: &[u8] = b"\xEF\xBB\xBF";

use super::csv::guard;
use super::excel::is_spoilt;
use crate::lang::Lang;

/// How CSV is written. The default is RFC 4180 with LF, in UTF-8 without a byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    delimiter: u8,
    excel: bool,
    /// None for UTF-8.
    encoding: Option<&'static encoding_rs::Encoding>,
}

impl Default for Dialect {
    fn default() -> Dialect {
        Dialect { delimiter: b',', excel: false, encoding: None }
    }
}

/// An encoding that CSV cannot be written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodingError {
    name: String,
    known: bool,
}

impl EncodingError {
    /// The whole sentence, in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        let name = &self.name;
        match (lang, self.known) {
            (Lang::En, true) => format!("CSV is not written in {name}; use utf-8, with --excel for Excel, or gb18030"),
            (Lang::Zh, true) => {
                format!("CSV 不能用 {name} 编码输出；请用 utf-8（供 Excel 打开可加 --excel）或 gb18030")
            }
            (Lang::En, false) => {
                format!("no encoding is called {name}; known are utf-8, gb18030, gbk, big5 and others")
            }
            (Lang::Zh, false) => format!("没有名为 {name} 的编码；可用 utf-8、gb18030、gbk、big5 等"),
        }
    }
}

impl fmt::Display for EncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))
    }
}

impl std::error::Error for EncodingError {}

impl Dialect {
    /// With `delimiter` between the fields: an ASCII character.
    pub fn delimiter(mut self, delimiter: u8) -> Dialect {
        self.delimiter = delimiter;
        self
    }

    /// As Excel opens it right at a double click: with a byte order mark where it is UTF-8, and CRLF. Texts that
    /// Excel would take for a number or a day and spoil, such as 012000, 1.10, (1) and 3-5, get a leading `'`.
    pub fn excel(mut self) -> Dialect {
        self.excel = true;
        self
    }

    /// In the encoding that goes by `name`.
    ///
    /// # Errors
    ///
    /// Where there is none, or it is one that is only read: UTF-16.
    pub fn encoding(mut self, name: &str) -> Result<Dialect, EncodingError> {
        let error = |known| EncodingError { name: name.to_owned(), known };
        let encoding = encoding_rs::Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| error(false))?;
        if encoding != encoding.output_encoding() || encoding == encoding_rs::ISO_2022_JP {
            return Err(error(true));
        }
        self.encoding = (encoding != encoding_rs::UTF_8).then_some(encoding);
        Ok(self)
    }

    /// Name of its encoding.
    pub fn encoding_name(&self) -> &'static str {
        self.encoding.map_or("UTF-8", encoding_rs::Encoding::name)
    }

    /// That so many characters could not be written, as a sentence.
    pub fn lost(self, count: u64, lang: Lang) -> String {
        let name = self.encoding_name();
        match lang {
            Lang::En => {
                format!("{count} characters are not in {name} and were written as ?; gb18030 and utf-8 have all")
            }
            Lang::Zh => format!("{count} 个字符不在 {name} 中，已写成“?”；gb18030 和 utf-8 可完整保存"),
        }
    }

    /// What stands between the fields.
    pub(crate) fn between(self) -> u8 {
        self.delimiter
    }

    /// What ends a row.
    pub(super) fn end(self) -> &'static [u8] {
        if self.excel { b"\r\n" } else { b"\n" }
    }

    /// Starts a table in `out`.
    pub fn writer<W: Write>(self, out: W) -> io::Result<::csv::Writer<Encoded<W>>> {
        Ok(self.csv(self.start(out)?))
    }

    /// Starts a text in `out`.
    pub fn start<W: Write>(self, out: W) -> io::Result<Encoded<W>> {
        let mut out = self.encoded(out);
        self.mark(&mut out)?;
        Ok(out)
    }

    /// What stands before the first character.
    pub(super) fn mark<W: Write>(self, out: &mut Encoded<W>) -> io::Result<()> {
        if self.excel && self.encoding.is_none() { out.write_all(MARK) } else { Ok(()) }
    }

    /// Texts may change more than a guard changes them.
    pub(crate) fn is_for_excel(self) -> bool {
        self.excel
    }

    /// Nothing has to be encoded.
    pub(super) fn is_utf8(self) -> bool {
        self.encoding.is_none()
    }

    /// Goes on with a text in `out`.
    pub(super) fn encoded<W: Write>(self, out: W) -> Encoded<W> {
        Encoded { out, encoding: self.encoding, lost: 0, partial: Vec::new(), bytes: Vec::new() }
    }

    fn csv<W: Write>(self, out: Encoded<W>) -> ::csv::Writer<Encoded<W>> {
        self.rows().from_writer(out)
    }

    fn rows(self) -> ::csv::WriterBuilder {
        let end = if self.excel { ::csv::Terminator::CRLF } else { ::csv::Terminator::Any(b'\n') };
        let mut rows = ::csv::WriterBuilder::new();
        rows.delimiter(self.delimiter).terminator(end).flexible(true).buffer_capacity(1 << 16);
        rows
    }

    /// `text` as it is written: with a leading `'` where a spreadsheet would run it as a formula, or spoil it.
    pub fn text(self, text: &str) -> Cow<'_, str> {
        if self.excel && is_spoilt(text) { Cow::Owned(format!("'{text}")) } else { guard(text) }
    }
}

/// Writes UTF-8 in another encoding.
#[derive(Debug)]
pub struct Encoded<W: Write> {
    out: W,
    encoding: Option<&'static encoding_rs::Encoding>,
    lost: u64,
    /// The beginning of a character whose end is still to come.
    partial: Vec<u8>,
    bytes: Vec<u8>,
}

impl<W: Write> Encoded<W> {
    /// The writer inside.
    pub fn into_inner(self) -> W {
        self.out
    }

    /// How many characters the encoding did not have; a `?` stands for each.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    fn encode(&mut self, text: &str, encoding: &'static encoding_rs::Encoding) -> io::Result<()> {
        let mut encoder = encoding.new_encoder();
        let mut rest = text;
        loop {
            self.bytes.clear();
            self.bytes.reserve(rest.len() * 2 + 16);
            let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut self.bytes, true);
            if let encoding_rs::EncoderResult::Unmappable(_) = result {
                self.bytes.push(b'?');
                self.lost += 1;
            }
            self.out.write_all(&self.bytes)?;
            rest = rest.get(read..).unwrap_or("");
            if matches!(result, encoding_rs::EncoderResult::InputEmpty) {
                return Ok(());
            }
        }
    }
}

impl<W: Write> Write for Encoded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(encoding) = self.encoding else { return self.out.write(bytes) };
        // A buffer may end inside a character.
        let mut all = std::mem::take(&mut self.partial);
        all.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&all) {
            Ok(_) => all.len(),
            Err(err) if err.error_len().is_none() => err.valid_up_to(),
            Err(err) => return Err(io::Error::new(io::ErrorKind::InvalidData, err)),
        };
        self.partial = all.split_off(whole);
        let text = std::str::from_utf8(&all).map_err(|err| io::Error::new(io::ErrorKind::InvalidData, err))?;
        self.encode(text, encoding)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(dialect: Dialect, record: &[&str]) -> Vec<u8> {
        encoded(dialect, record).into_inner()
    }

    fn encoded(dialect: Dialect, record: &[&str]) -> Encoded<Vec<u8>> {
        let mut out = dialect.writer(Vec::new()).unwrap();
        out.write_record(record).unwrap();
        out.into_inner().unwrap()
    }

    #[test]
    fn dialects() {
        let plain = Dialect::default();
        assert_eq!(written(plain, &["年", "a,b"]), "年,\"a,b\"\n".as_bytes());
        assert_eq!(written(plain.excel(), &["年"]), "\u{feff}年\r\n".as_bytes());
        assert_eq!(written(plain.delimiter(b'\t'), &["a,b", "c\td"]), b"a,b\t\"c\td\"\n");
        let chinese = plain.encoding("GB18030").unwrap().excel();
        assert_eq!(written(chinese, &["年", "𠀀"]), b"\xC4\xEA,\x95\x32\x82\x36\r\n");
        assert_eq!(encoded(chinese, &["年", "𠀀"]).lost(), 0);
    }

    #[test]
    fn a_character_that_the_encoding_lacks_is_counted() {
        let dialect = Dialect::default().encoding("gbk").unwrap();
        let out = encoded(dialect, &["年𠀀报", "😀"]);
        assert_eq!(out.lost(), 2);
        assert_eq!(out.into_inner(), b"\xC4\xEA?\xB1\xA8,?\n");
    }

    #[test]
    fn characters_may_come_in_pieces() {
        let dialect = Dialect::default().encoding("gb18030").unwrap();
        let mut out = dialect.encoded(Vec::new());
        for byte in "年报𠀀a".as_bytes() {
            out.write_all(&[*byte]).unwrap();
        }
        assert_eq!(encoding_rs::GB18030.decode(&out.into_inner()).0, "年报𠀀a");
    }

    #[test]
    fn encodings_that_are_only_read_are_refused() {
        for (name, sentence) in
            [("utf-16le", "CSV is not written in utf-16le"), ("gb2333", "no encoding is called gb2333")]
        {
            let err = Dialect::default().encoding(name).unwrap_err();
            assert!(err.to_string().starts_with(sentence), "{err}");
        }
        assert_eq!(Dialect::default().encoding("utf8").unwrap().encoding_name(), "UTF-8");
    }

    #[test]
    fn texts_that_excel_would_spoil_are_marked_for_excel_alone() {
        let (plain, excel) = (Dialect::default(), Dialect::default().excel());
        for text in ["012000", "1234567890123456", "1.10", "3-5"] {
            assert_eq!((&*plain.text(text), &*excel.text(text)), (text, &*format!("'{text}")));
        }
        for text in ["0", "225300", "0523-86839755", "123456789012345", "0.5", ""] {
            assert_eq!(excel.text(text), text);
        }
        assert_eq!(excel.text("=1+1"), "'=1+1");
    }
}
