//! Files that are no text: known by their first bytes, or by control characters no text has.

use std::fmt;

use crate::lang::Lang;

/// What a file is that is no text. `Display` says so in a sentence, with what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Binary {
    /// PDF.
    Pdf,
    /// A picture, by the name of its format: a scanned report.
    Image(&'static str),
    /// Word since 2007.
    Docx,
    /// Excel since 2007.
    Xlsx,
    /// OpenDocument.
    OpenDocument,
    /// OFD, the Chinese standard for fixed-layout documents.
    Ofd,
    /// Word, Excel or WPS before 2007 (OLE).
    OldOffice,
    /// Rich Text Format.
    Rtf,
    /// A packed file, by the name of its format.
    Archive(&'static str),
    /// A program.
    Program,
    /// A database or data file, by the name of its format.
    Data(&'static str),
    /// UTF-32.
    Utf32,
    /// None of these.
    Unknown,
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (article, name) = match self {
            Binary::Pdf => ("a", "PDF file"),
            Binary::Docx => ("a", "Word document (.docx)"),
            Binary::Xlsx => ("an", "Excel workbook (.xlsx)"),
            Binary::OpenDocument => ("an", "OpenDocument file (.odt, .ods)"),
            Binary::Ofd => ("an", "OFD document"),
            Binary::OldOffice => ("an", "old Office document (.doc, .xls, .wps)"),
            Binary::Rtf => ("an", "RTF document"),
            Binary::Image(name) => ("a", *name),
            Binary::Archive(name) => ("a", *name),
            Binary::Program => ("a", "program"),
            Binary::Data(name) => ("a", *name),
            Binary::Utf32 => ("", "UTF-32"),
            Binary::Unknown => ("", "binary data"),
        };
        let todo = match self {
            Binary::Pdf => "extract its text first (pdftotext -layout FILE.pdf)",
            Binary::Docx | Binary::OldOffice | Binary::Rtf | Binary::OpenDocument => {
                "save it as plain text first (soffice --headless --convert-to txt:Text FILE)"
            }
            Binary::Xlsx => "save its sheet as tab-separated text first",
            Binary::Ofd => "export it as plain text first",
            Binary::Image(_) => "recognise its text first (tesseract -l chi_sim FILE out)",
            Binary::Archive(_) => "unpack it and give the text files inside",
            Binary::Utf32 => "convert it to UTF-8 first (iconv -f UTF-32 -t UTF-8)",
            Binary::Program | Binary::Data(_) | Binary::Unknown => "give a report as plain text",
        };
        match self {
            Binary::Utf32 => write!(f, "this is UTF-32 text, which no report is published in; {todo}"),
            Binary::Unknown => write!(f, "this is {name}, not text; {todo}"),
            Binary::Image(_) => write!(f, "this is {article} {name} image, not text; {todo}"),
            _ => write!(f, "this is {article} {name}, not text; {todo}"),
        }
    }
}

impl Binary {
    /// The sentence in `lang`.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => self.chinese(),
        }
    }

    fn chinese(&self) -> String {
        const CONVERT: &str = "请先另存为纯文本（soffice --headless --convert-to txt:Text FILE）";
        // Of `RAR archive` the format alone.
        let format = |name: &'static str| name.split(' ').next().unwrap_or(name);
        let (what, todo): (String, _) = match self {
            Binary::Pdf => ("PDF 文件".into(), "请先提取文字（pdftotext -layout FILE.pdf）"),
            Binary::Docx => ("Word 文档（.docx）".into(), CONVERT),
            Binary::OpenDocument => ("OpenDocument 文件（.odt、.ods）".into(), CONVERT),
            Binary::OldOffice => ("旧版 Office 文档（.doc、.xls、.wps）".into(), CONVERT),
            Binary::Rtf => ("RTF 文档".into(), CONVERT),
            Binary::Xlsx => ("Excel 工作簿（.xlsx）".into(), "请先把工作表另存为制表符分隔的文本"),
            Binary::Ofd => ("OFD 版式文件".into(), "请先导出为纯文本"),
            Binary::Image(name) => (format!("{name} 图片"), "请先识别文字（tesseract -l chi_sim FILE out）"),
            Binary::Archive(name) => (format!("{} 压缩文件", format(name)), "请解压后给出其中的文本文件"),
            Binary::Program => ("程序".into(), "请给出纯文本的报告"),
            Binary::Data(name) => (format!("{} 数据文件", format(name)), "请给出纯文本的报告"),
            Binary::Utf32 => {
                return "这是 UTF-32 文本，报告不会这样公布；请先转成 UTF-8（iconv -f UTF-32 -t UTF-8）".into();
            }
            Binary::Unknown => ("二进制数据".into(), "请给出纯文本的报告"),
        };
        let blank = if what.starts_with(|first: char| first.is_ascii()) { " " } else { "" };
        format!("这是{blank}{what}，不是文本；{todo}")
    }

    /// By the first bytes.
    pub(super) fn by_magic(bytes: &[u8]) -> Option<Binary> {
        const MAGIC: &[(&[u8], Binary)] = &[
            (b"%PDF-", Binary::Pdf),
            (b"\x89PNG\r\n\x1a\n", Binary::Image("PNG")),
            (b"\xff\xd8\xff", Binary::Image("JPEG")),
            (b"GIF87a", Binary::Image("GIF")),
            (b"GIF89a", Binary::Image("GIF")),
            (b"II*\0", Binary::Image("TIFF")),
            (b"MM\0*", Binary::Image("TIFF")),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Binary::OldOffice),
            (b"{\\rtf", Binary::Rtf),
            (b"\x1f\x8b\x08", Binary::Archive("gzip file")),
            (b"Rar!\x1a\x07", Binary::Archive("RAR archive")),
            (b"7z\xbc\xaf\x27\x1c", Binary::Archive("7z archive")),
            (b"\xfd7zXZ\0", Binary::Archive("xz file")),
            (b"\x28\xb5\x2f\xfd", Binary::Archive("zstd file")),
            (b"\x7fELF", Binary::Program),
            (b"\xca\xfe\xba\xbe", Binary::Program),
            (b"\xcf\xfa\xed\xfe", Binary::Program),
            (b"\0asm", Binary::Program),
            (b"SQLite format 3\0", Binary::Data("SQLite database")),
            (b"PAR1\x15", Binary::Data("Parquet file")),
            (b"\x00\x00\xfe\xff", Binary::Utf32),
        ];
        if let Some(&(_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
            return Some(kind);
        }
        match bytes {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(inside_zip(bytes)),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => Some(Binary::Archive("bzip2 file")),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Binary::Image("WebP")),
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Binary::Image("BMP")),
            [b'M', b'Z', rest @ ..] if rest.iter().take(64).filter(|&&byte| byte == 0).count() > 16 => {
                Some(Binary::Program)
            }
            [0xFF, 0xFE, 0, 0, rest @ ..] if bytes.len().is_multiple_of(4) && utf32(rest) => Some(Binary::Utf32),
            _ => None,
        }
    }

    /// By the control characters in the first 4 KiB. NULs are borne with: a damaged report may hold many.
    pub(super) fn by_controls(bytes: &[u8]) -> Option<Binary> {
        let sample = &bytes[..bytes.len().min(4096)];
        // Most inputs have none of these, and all bytes are asked at once: two more cost less than to tell them apart. Seen from the
        // first byte behind CR, the others are the least; seen from the tab, those before it are the most.
        let (least, most) = sample.iter().fold((u8::MAX, 0), |(least, most), byte| {
            (least.min(byte.wrapping_sub(b'\r' + 1)), most.max(byte.wrapping_sub(b'\t')))
        });
        if least > 0x1F - (b'\r' + 1) && most <= u8::MAX - b'\t' && memchr::memchr(0x7F, sample).is_none() {
            return None;
        }
        let nuls = sample.iter().filter(|&&byte| byte == 0).count();
        let controls = sample.iter().filter(|&&byte| matches!(byte, 1..=8 | 0x0E..=0x19 | 0x1C..=0x1F | 0x7F)).count();
        let binary = (controls >= 8 && controls * 20 > sample.len()) || (nuls >= 8 && nuls * 10 > sample.len() * 3);
        binary.then_some(Binary::Unknown)
    }
}

/// Behind the mark of UTF-32LE, each unit has its high bytes clear; in UTF-16LE that would be NULs in every pair.
fn utf32(rest: &[u8]) -> bool {
    !rest.is_empty() && rest.chunks_exact(4).take(64).all(|unit| unit[2] <= 0x10 && unit[3] == 0)
}

/// Names inside a ZIP stand before each file and again at the end.
fn inside_zip(bytes: &[u8]) -> Binary {
    const ENDS: usize = 16 * 1024;
    let first = &bytes[..bytes.len().min(ENDS)];
    let last = &bytes[bytes.len().saturating_sub(ENDS)..];
    let holds = |name: &[u8]| [first, last].iter().any(|part| part.windows(name.len()).any(|window| window == name));
    if holds(b"word/") {
        Binary::Docx
    } else if holds(b"xl/") {
        Binary::Xlsx
    } else if holds(b"OFD.xml") {
        Binary::Ofd
    } else if holds(b"application/vnd.oasis") {
        Binary::OpenDocument
    } else {
        Binary::Archive("ZIP archive")
    }
}
