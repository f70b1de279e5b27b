//! Bytes → text.
//!
//! Old reports are GBK or GB18030, some UTF-16, a few Big5; most are UTF-8. The order of trial:
//!
//! 1. a byte order mark;
//! 2. strict UTF-8: a validation and a copy, nothing more;
//! 3. UTF-16 without a mark, by its NULs beside ASCII, or by how Chinese it reads;
//! 4. UTF-8 with broken bytes, before GB18030 is asked, which accepts nearly every UTF-8 text as nonsense;
//! 5. GB18030 or Big5: either passes as the other, so the reading with more frequent characters is taken, and
//!    chardetng is asked only where that does not settle it.
//!
//! What the encoding does not explain becomes one U+FFFD for each undecodable sequence, with its bytes kept in
//! [`Decoded::broken`]; every byte before and after it is still read.

mod binary;
mod frequent;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

pub use binary::Binary;

use crate::lang::Lang;
use crate::span::Span;

/// Undecodable places that are kept; the others are only counted.
const BROKEN_KEPT: usize = 100;

/// Bytes that are looked at where a sample will do.
const SAMPLE: usize = 64 * 1024;

/// Longest input: its text must stay far below the 4 GiB that a [`Span`] can tell.
const MOST_BYTES: usize = 1 << 30;

/// An input, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without its byte order mark.
    pub text: String,
    /// Name of the encoding: `UTF-8`, `gb18030`, `UTF-16LE`, `UTF-16BE`, `Big5`, or that of a forced one.
    pub encoding: &'static str,
    /// It began with a byte order mark.
    pub bom: bool,
    /// The first 100 undecodable places, in the order of the text.
    pub broken: Vec<Broken>,
    /// Count of all undecodable places.
    pub replaced: usize,
}

/// A place that the encoding does not explain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The U+FFFD that stands for it in the text.
    pub span: Span,
    /// The bytes of the input.
    pub bytes: Vec<u8>,
}

/// Why an input cannot be read as text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// It is something else.
    #[error("{kind}")]
    NotText {
        /// What it is.
        kind: Binary,
    },
    /// It is longer than 1 GiB.
    #[error("this file has {bytes} bytes, more than the 1 GiB that one report may have; split it into its reports")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl DecodeError {
    /// The sentence in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        match (lang, self) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, DecodeError::NotText { kind }) => kind.message(lang),
            (Lang::Zh, DecodeError::TooLarge { bytes }) => {
                format!("文件有 {bytes} 字节，超过一份报告的上限 1 GiB；请先拆成单份报告")
            }
        }
    }
}

/// An encoding by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

/// A name that no encoding has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no encoding is called {name:?}; {}", match .nearest {
    Some(nearest) => format!("did you mean {nearest}?"),
    None => format!("known are {} and the other names of the WHATWG Encoding Standard", KNOWN[..7].join(", ")),
})]
pub struct UnknownEncoding {
    /// The name that was asked for.
    pub name: String,
    /// The known name that is most like it.
    pub nearest: Option<&'static str>,
}

/// Names to suggest, the usual ones first.
const KNOWN: &[&str] = &[
    "utf-8",
    "gb18030",
    "gbk",
    "gb2312",
    "utf-16le",
    "utf-16be",
    "big5",
    "utf-16",
    "utf8",
    "cp936",
    "big5-hkscs",
    "cp950",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "euc-kr",
    "windows-1252",
    "iso-8859-1",
    "latin1",
    "ascii",
];

impl UnknownEncoding {
    /// The sentence in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        match (lang, self.nearest) {
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Some(nearest)) => format!("没有名为 {:?} 的编码；是否指 {nearest}？", self.name),
            (Lang::Zh, None) => {
                format!(
                    "没有名为 {:?} 的编码；可用 {}，以及 WHATWG 编码标准中的其他名称",
                    self.name,
                    KNOWN[..7].join("、")
                )
            }
        }
    }
}

impl Encoding {
    /// The encoding with this name: a label of the WHATWG Encoding Standard, or a usual other name (`cp936`,
    /// `utf_16_le`). GBK and GB2312 are read as GB18030, which contains them.
    pub fn named(name: &str) -> Result<Encoding, UnknownEncoding> {
        let plain = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let alias = match plain.as_str() {
            "cp936" | "ms936" | "windows-936" | "936" | "gb-18030" | "gb-2312" | "gb-k" | "euc-cn" | "cp54936" => {
                "gb18030"
            }
            "utf16" => "utf-16",
            "utf16le" | "utf-16-le" | "cp1200" => "utf-16le",
            "utf16be" | "utf-16-be" | "cp1201" => "utf-16be",
            "utf-8-sig" | "utf8-sig" | "utf-8-bom" | "utf8-bom" | "cp65001" | "65001" => "utf-8",
            "cp950" | "ms950" | "windows-950" | "950" | "big-5" => "big5",
            "cp932" | "ms932" | "932" | "shiftjis" => "shift_jis",
            other => other,
        };
        let found = encoding_rs::Encoding::for_label_no_replacement(alias.as_bytes())
            .or_else(|| encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()));
        match found {
            Some(encoding) if encoding == GBK => Ok(Encoding(GB18030)),
            Some(encoding) => Ok(Encoding(encoding)),
            None => {
                let likeness = |known: &&'static str| strsim::jaro_winkler(&plain, known);
                let nearest = KNOWN.iter().copied().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
                let nearest = nearest.filter(|known| likeness(known) > 0.7);
                Err(UnknownEncoding { name: name.to_owned(), nearest })
            }
        }
    }

    /// Its name, as in [`Decoded::encoding`].
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

/// Decodes `bytes`, by `forced` whatever they look like, or by the encoding that explains them best.
///
/// # Errors
///
/// [`DecodeError::NotText`] for a file that is a picture, an archive, an office document or other binary data.
///
/// ```
/// let decoded = nianbao::decode::decode(b"\xc4\xea\xb1\xa8", None).unwrap();
/// assert_eq!((decoded.text.as_str(), decoded.encoding), ("年报", "gb18030"));
/// ```
pub fn decode(bytes: &[u8], forced: Option<Encoding>) -> Result<Decoded, DecodeError> {
    if bytes.len() > MOST_BYTES {
        return Err(DecodeError::TooLarge { bytes: bytes.len() });
    }
    if let Some(kind) = Binary::by_magic(bytes) {
        return Err(DecodeError::NotText { kind });
    }
    let marked = mark(bytes);
    if let Some(Encoding(forced)) = forced {
        return Ok(match marked {
            Some((encoding, length)) if belongs(encoding, forced) => read(encoding, &bytes[length..], true),
            _ => read(forced, bytes, false),
        });
    }
    if let Some((encoding, length)) = marked {
        return Ok(read(encoding, &bytes[length..], true));
    }
    let valid = simdutf8::basic::from_utf8(bytes).ok();
    if let Some(encoding) = utf16(bytes, valid.is_some()) {
        return Ok(read(encoding, bytes, false));
    }
    if let Some(kind) = Binary::by_controls(bytes) {
        return Err(DecodeError::NotText { kind });
    }
    Ok(match valid {
        Some(text) => whole(text.to_owned(), UTF_8, false),
        None => broken_utf8_or_other(bytes),
    })
}

/// The byte order mark and its length.
fn mark(bytes: &[u8]) -> Option<(&'static encoding_rs::Encoding, usize)> {
    match bytes {
        // U+FEFF in GB18030, which some editors write.
        [0x84, 0x31, 0x95, 0x33, ..] => Some((GB18030, 4)),
        _ => encoding_rs::Encoding::for_bom(bytes),
    }
}

/// The mark is the forced encoding's own. Forced UTF-16 of the other byte order counts: read the wrong way, the
/// mark is no character at all.
fn belongs(marked: &encoding_rs::Encoding, forced: &encoding_rs::Encoding) -> bool {
    let is_utf16 = |encoding| encoding == UTF_16LE || encoding == UTF_16BE;
    marked == forced || (is_utf16(marked) && is_utf16(forced))
}

fn whole(text: String, encoding: &'static encoding_rs::Encoding, bom: bool) -> Decoded {
    Decoded { text, encoding: encoding.name(), bom, broken: Vec::new(), replaced: 0 }
}

/// Reads all of `bytes` by `encoding`.
fn read(encoding: &'static encoding_rs::Encoding, bytes: &[u8], bom: bool) -> Decoded {
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        // A lone 0x80 is € to encoding_rs, but nothing to GB18030.
        if encoding != GB18030 || !text.contains('€') || lone_0x80(bytes).is_empty() {
            return whole(Cow::into_owned(text), encoding, bom);
        }
    }
    let mut decoded = whole(String::with_capacity(bytes.len() + bytes.len() / 2), encoding, bom);
    let cuts = if encoding == GB18030 { lone_0x80(bytes) } else { Vec::new() };
    let mut start = 0;
    for cut in cuts {
        decoded.push(encoding, &bytes[start..cut]);
        decoded.push_broken(&bytes[cut..=cut]);
        start = cut + 1;
    }
    decoded.push(encoding, &bytes[start..]);
    decoded
}

impl Decoded {
    /// Appends what `bytes` say, with a U+FFFD for each malformed sequence.
    fn push(&mut self, encoding: &'static encoding_rs::Encoding, bytes: &[u8]) {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut at = 0;
        loop {
            let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut self.text, true);
            at += read;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {
                    let most = decoder.max_utf8_buffer_length_without_replacement(bytes.len() - at);
                    self.text.reserve(most.unwrap_or(0).max(16));
                }
                DecoderResult::Malformed(length, behind) => {
                    let end = at.saturating_sub(usize::from(behind));
                    let start = end.saturating_sub(usize::from(length));
                    self.push_broken(&bytes[start..end]);
                }
            }
        }
    }

    fn push_broken(&mut self, bytes: &[u8]) {
        let start = self.text.len();
        self.text.push(char::REPLACEMENT_CHARACTER);
        self.replaced += 1;
        if self.broken.len() < BROKEN_KEPT {
            self.broken.push(Broken { span: Span::new(start, self.text.len()), bytes: bytes.to_vec() });
        }
    }
}

/// Where GB18030 has the byte 0x80 that no lead byte claims.
fn lone_0x80(bytes: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&lead) = bytes.get(at) {
        let next = |i: usize| bytes.get(at + i).copied().unwrap_or(0);
        at += match lead {
            0x80 => {
                found.push(at);
                1
            }
            0x81..=0xFE => match (next(1), next(2), next(3)) {
                (0x30..=0x39, 0x81..=0xFE, 0x30..=0x39) => 4,
                (0x80..=0xFF, _, _) => 2,
                // An ASCII byte can lead nothing: whether it is taken as second half or not, what follows is the same.
                _ => 1,
            },
            _ => 1,
        };
    }
    found
}

/// The encoding of a text that is not quite UTF-8, or something else.
fn broken_utf8_or_other(bytes: &[u8]) -> Decoded {
    let explained = utf8_part(bytes);
    if explained >= 0.9 {
        return read(UTF_8, bytes, false);
    }
    let other = gb18030_or_big5(bytes);
    if explained >= 0.3 {
        let utf8 = read(UTF_8, bytes, false);
        if frequent::share(&utf8.text).0 >= frequent::share(&other.text).0 {
            return utf8;
        }
    }
    other
}

/// The part of the bytes beyond ASCII that is well-formed UTF-8 of the three-byte kind that Chinese and its
/// punctuation take. In a GB18030 text, short ones apart, few bytes happen to look so.
fn utf8_part(bytes: &[u8]) -> f64 {
    let (mut explained, mut all) = (0usize, 0usize);
    for chunk in from_first_letter(bytes, SAMPLE).utf8_chunks() {
        for byte in chunk.valid().bytes() {
            all += usize::from(byte >= 0x80);
            explained += if matches!(byte, 0xE2..=0xE9 | 0xEF) { 3 } else { 0 };
        }
        all += chunk.invalid().iter().filter(|&&byte| byte >= 0x80).count();
    }
    explained as f64 / all.max(1) as f64
}

/// At most `length` bytes from the first that is not ASCII: what comes before it says nothing.
fn from_first_letter(bytes: &[u8], length: usize) -> &[u8] {
    let start = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    &bytes[start..bytes.len().min(start + length)]
}

/// UTF-16 without a mark, where that is beyond doubt.
fn utf16(bytes: &[u8], valid_utf8: bool) -> Option<&'static encoding_rs::Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if valid_utf8 && memchr::memchr(0, sample).is_none() {
        return None;
    }
    let little = Units::count(sample, u16::from_le_bytes);
    let big = Units::count(sample, u16::from_be_bytes);
    let (units, encoding) = if big.likeness() > little.likeness() { (big, UTF_16BE) } else { (little, UTF_16LE) };
    if units.all < 2 || units.readable * 10 < units.all * 9 {
        return None;
    }
    if valid_utf8 {
        // Chinese in UTF-16 is never valid UTF-8 for long: this must be ASCII beside NULs.
        return (units.ascii * 5 >= units.all * 4).then_some(encoding);
    }
    if units.ascii * 5 >= units.all {
        return Some(encoding);
    }
    // Few ASCII characters or none: it must read as Chinese, and much better so than by GB18030.
    let chinese = units.frequent as f64 / units.all as f64;
    let certain = units.ascii > 0 || (bytes.len().is_multiple_of(2) && units.readable == units.all);
    let otherwise = || frequent::share(&read(GB18030, &sample[..sample.len().min(4096)], false).text).0;
    (certain && chinese >= 0.2 && otherwise() * 2.0 < chinese).then_some(encoding)
}

/// What a sample says when read as UTF-16.
#[derive(Default)]
struct Units {
    all: usize,
    /// Characters that a Chinese report prints.
    readable: usize,
    /// ASCII: a NUL beside each.
    ascii: usize,
    frequent: usize,
}

impl Units {
    fn count(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Units {
        let pairs = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let mut units = Units::default();
        for decoded in char::decode_utf16(pairs) {
            units.all += 1;
            let Ok(c) = decoded else { continue };
            units.readable += usize::from(frequent::is_readable(c));
            units.ascii += usize::from(c.is_ascii() && c != '\0');
            units.frequent += usize::from(frequent::is_frequent(c));
            // Nothing that begins like this is UTF-16; most inputs end here.
            if units.all == 64 && units.readable < 32 {
                break;
            }
        }
        units
    }

    fn likeness(&self) -> usize {
        self.ascii + 2 * self.frequent
    }
}

fn gb18030_or_big5(bytes: &[u8]) -> Decoded {
    let gb = read(GB18030, bytes, false);
    let (gb_share, _) = frequent::share(&gb.text);
    if gb_share >= 0.25 {
        return gb;
    }
    let big5 = read(BIG5, bytes, false);
    let (big5_share, big5_hits) = frequent::share(&big5.text);
    let clear = big5_hits >= 8 && big5_share > gb_share * 2.0;
    if clear || (big5_share > gb_share && detector_says_big5(bytes)) { big5 } else { gb }
}

/// What chardetng makes of the first 512 bytes from the first that is not ASCII. The whole would cost a hundred times
/// the decoding, and a hint at China would make it call Big5 GBK.
fn detector_says_big5(bytes: &[u8]) -> bool {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(from_first_letter(bytes, 512), false);
    detector.guess(None, Utf8Detection::Deny) == BIG5
}

#[cfg(test)]
mod tests;
