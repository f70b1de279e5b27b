//! Rows of CSV, straight into a buffer.
//!
//! A run of a thousand reports writes millions of fields; most are short keys and numbers that need no thought. What several
//! rows begin with is made once and copied.

use rust_decimal::Decimal;

use super::dialect::Dialect;

/// Adds fields to a buffer.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    dialect: Dialect,
    out: &'a mut Vec<u8>,
    /// The next field is the first of its row.
    first: bool,
}

/// Fields that several rows begin with.
#[derive(Debug)]
pub(super) struct Head(Vec<u8>);

impl<'a> Fields<'a> {
    /// Adds to `out`, where a row begins.
    pub(super) fn new(dialect: Dialect, out: &'a mut Vec<u8>) -> Fields<'a> {
        Fields { dialect, out, first: true }
    }

    /// The fields that `make` makes, for [`Fields::again`].
    pub(super) fn once(&self, make: impl FnOnce(&mut Fields<'_>)) -> Head {
        let mut bytes = Vec::new();
        make(&mut Fields::new(self.dialect, &mut bytes));
        Head(bytes)
    }

    /// Begins a row with fields that were made.
    pub(super) fn again(&mut self, head: &Head) {
        self.next();
        self.out.extend_from_slice(&head.0);
    }

    /// Any text: guarded, and quoted where it must be.
    pub(super) fn text(&mut self, text: &str) {
        self.next();
        if is_plain(text, self.dialect) {
            self.out.extend_from_slice(text.as_bytes());
        } else {
            self.guarded(text);
        }
    }

    /// A text that may need a guard or quotes.
    #[cold]
    fn guarded(&mut self, text: &str) {
        let text = self.dialect.text(text);
        if must_quote(text.as_bytes(), self.dialect.between()) {
            self.out.push(b'"');
            self.quoted(text.as_bytes());
            self.out.push(b'"');
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// Any text, or an empty field.
    pub(super) fn maybe(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.next(),
        }
    }

    /// Texts with a line end between them, as one text.
    pub(super) fn lines<'t>(&mut self, mut lines: impl Iterator<Item = &'t str>) {
        let (first, second) = (lines.next().unwrap_or(""), lines.next());
        let Some(second) = second else { return self.text(first) };
        self.next();
        self.out.push(b'"');
        // With a line end in it, it is no number, and its beginning decides.
        if first.starts_with(FORMULA) {
            self.out.push(b'\'');
        }
        self.quoted(first.as_bytes());
        for line in std::iter::once(second).chain(lines) {
            self.out.push(b'\n');
            self.quoted(line.as_bytes());
        }
        self.out.push(b'"');
    }

    /// A number that was written as a text, or any other text. A number gets no guard for the zeros that it ends with.
    pub(super) fn figure(&mut self, text: Option<&str>) {
        match text {
            Some(text) if is_figure(text) => self.key(text),
            text => self.maybe(text),
        }
    }

    /// A text of this program that needs neither guard nor quotes.
    pub(super) fn key(&mut self, key: &str) {
        self.next();
        self.out.extend_from_slice(key.as_bytes());
    }

    /// A number, or an empty field.
    pub(super) fn count(&mut self, count: Option<impl TryInto<u64>>) {
        self.next();
        if let Some(Ok(count)) = count.map(TryInto::try_into) {
            whole(count, self.out);
        }
    }

    /// An integer.
    pub(super) fn integer(&mut self, number: i32) {
        self.next();
        if number < 0 {
            self.out.push(b'-');
        }
        whole(u64::from(number.unsigned_abs()), self.out);
    }

    /// Ends the row.
    pub(super) fn end(&mut self) {
        self.out.extend_from_slice(self.dialect.end());
        self.first = true;
    }

    fn next(&mut self) {
        if !std::mem::replace(&mut self.first, false) {
            self.out.push(self.dialect.between());
        }
    }

    /// `text` with its quotes doubled.
    fn quoted(&mut self, mut text: &[u8]) {
        while let Some(at) = memchr::memchr(b'"', text) {
            let (before, rest) = text.split_at(at + 1);
            self.out.extend_from_slice(before);
            self.out.push(b'"');
            text = rest;
        }
        self.out.extend_from_slice(text);
    }
}

/// Whether `text` is a number with decimals. A spreadsheet shows it without the zeros at its end, and adds it up: a guard would keep it
/// out of a sum.
pub(super) fn is_figure(text: &str) -> bool {
    text.len() < 16 && text.contains('.') && text.parse::<Decimal>().is_ok()
}

/// A text is written as it is, as most are: nothing in it matters. Those for Excel are looked at more closely.
#[inline]
pub(super) fn is_plain(text: &str, dialect: Dialect) -> bool {
    let begins = matches!(text.as_bytes().first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'));
    !begins && !dialect.is_for_excel() && !must_quote(text.as_bytes(), dialect.between())
}

#[inline]
fn must_quote(text: &[u8], between: u8) -> bool {
    if text.len() < SHORT {
        // Without a branch for each byte.
        text.iter()
            .fold(false, |must, &byte| must | (byte == b'"') | (byte == b'\n') | (byte == b'\r') | (byte == between))
    } else {
        memchr::memchr3(b'"', b'\n', between, text).is_some() || memchr::memchr(b'\r', text).is_some()
    }
}

/// Adds `number` to `out`, with the decimals that it has.
pub(super) fn decimal(number: Decimal, out: &mut Vec<u8>) {
    match u64::try_from(number.mantissa().unsigned_abs()) {
        Ok(count) if number.scale() < 19 => {
            if number.is_sign_negative() {
                out.push(b'-');
            }
            match number.scale() as usize {
                0 => whole(count, out),
                decimals => digits(count, decimals, out),
            }
        }
        // More digits than one takes from a table.
        _ => out.extend_from_slice(number.to_string().as_bytes()),
    }
}

/// The digits of `number`.
fn whole(number: u64, out: &mut Vec<u8>) {
    match u8::try_from(number) {
        // Most cells hold such a number.
        Ok(digit @ 0..=9) => out.push(b'0' + digit),
        _ => out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
    }
}

/// The digits of `number`, the last `decimals` of them behind a point.
fn digits(mut number: u64, decimals: usize, out: &mut Vec<u8>) {
    // 20 digits, a point, and a zero before it.
    let mut digits = [0; 22];
    let mut at = digits.len();
    let mut count = 0;
    while number > 0 || count <= decimals {
        if count == decimals && decimals > 0 {
            at -= 1;
            digits[at] = b'.';
        }
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        count += 1;
    }
    out.extend_from_slice(&digits[at..]);
}

/// What a spreadsheet takes for the beginning of a formula.
pub(super) const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Shorter texts are looked through byte by byte.
const SHORT: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn made(dialect: Dialect, make: impl FnOnce(&mut Fields<'_>)) -> String {
        let mut out = Vec::new();
        make(&mut Fields::new(dialect, &mut out));
        String::from_utf8(out).unwrap()
    }

    /// What the `csv` crate makes of the same.
    fn expected(texts: &[String]) -> String {
        let dialect = Dialect::default();
        let mut out = dialect.writer(Vec::new()).unwrap();
        texts.iter().for_each(|text| out.write_field(&*dialect.text(text)).unwrap());
        out.write_record(None::<&[u8]>).unwrap();
        String::from_utf8(out.into_inner().unwrap().into_inner()).unwrap()
    }

    #[test]
    fn texts_are_written_as_the_csv_crate_writes_them() {
        let short = ["", "年", "a,b", "a\"b", "\"", "a\nb", "a\rb", "=1", "-12", "'", " ", "\u{feff}", "\t"];
        let mut texts: Vec<String> = short.iter().map(|text| (*text).to_owned()).collect();
        texts.extend(short.iter().map(|text| format!("{}{text}{}", "长".repeat(20), "x".repeat(9))));
        texts.push("\"\"\"".repeat(20));
        let row = made(Dialect::default(), |out| {
            texts.iter().for_each(|text| out.text(text));
            out.end();
        });
        assert_eq!(row, expected(&texts));
        for lines in [&["=a", "b\"", ""][..], &["", "-1"], &["+1"], &[], &["一", "二"]] {
            let row = made(Dialect::default(), |out| {
                out.lines(lines.iter().copied());
                out.count(Some(1_u32));
                out.end();
            });
            assert_eq!(row, expected(&[lines.join("\n"), "1".to_owned()]));
        }
    }

    #[test]
    fn numbers_are_written_as_they_print() {
        for text in [
            "0",
            "7",
            "-7",
            "0.0",
            "0.00",
            "-0.50",
            "59237.2449",
            "18446744073709551615",
            "1844674407370955161.5",
            "0.000000000000000001",
            "0.0000000000000000001",
            "79228162514264337593543950335",
            "10",
            "100.010",
        ] {
            let number: Decimal = text.parse().unwrap();
            let mut out = Vec::new();
            decimal(number, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
        let row = made(Dialect::default().delimiter(b'\t'), |out| {
            let head = out.once(|out| {
                out.text("a\tb");
                out.integer(-2023);
            });
            for count in [Some(0_usize), Some(usize::MAX), None] {
                out.again(&head);
                out.count(count);
                out.end();
            }
        });
        assert_eq!(row, format!("\"a\tb\"\t-2023\t0\n\"a\tb\"\t-2023\t{}\n\"a\tb\"\t-2023\t\n", usize::MAX));
    }
}
