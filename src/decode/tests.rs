use super::*;

const SIMPLIFIED: &str = "某某县人民政府2023年政府信息公开工作年度报告\r\n\
一、总体情况\r\n\
本报告根据《中华人民共和国政府信息公开条例》要求编制，由总体情况、主动公开等六部分组成。\r\n\
（一）主动公开。全年主动公开政府信息1,078条，其中政务动态432条。\r\n\
（二）依申请公开。共收到申请15件，均按期答复，未收取费用。\r\n\
二、主动公开政府信息情况\r\n\
规章\t0\t0\t0\r\n\
行政规范性文件\t2\t1\t12\r\n\
行政事业性收费\t59237.2449\r\n\
六、其他需要报告的事项：无。\r\n";

const TRADITIONAL: &str = "某某縣人民政府2009年政府信息公開工作年度報告\r\n\
一、總體情況\r\n\
本報告根據《中華人民共和國政府信息公開條例》要求編製，由總體情況、主動公開等六部分組成。\r\n\
（一）主動公開。全年主動公開政府信息1,078條，其中政務動態432條。\r\n\
（二）依申請公開。共收到申請15件，均按期答復，未收取費用。\r\n\
二、主動公開政府信息情況\r\n\
規章\t0\t0\t0\r\n\
行政規範性文件\t2\t1\t12\r\n\
行政事業性收費\t59237.2449\r\n\
六、其他需要報告的事項：無。\r\n";

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn gb18030(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

fn big5(text: &str) -> Vec<u8> {
    BIG5.encode(text).0.into_owned()
}

/// Every encoding: its name, a text, its bytes.
fn encoded() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    vec![
        ("UTF-8", SIMPLIFIED, SIMPLIFIED.into()),
        ("UTF-8", TRADITIONAL, TRADITIONAL.into()),
        ("gb18030", SIMPLIFIED, gb18030(SIMPLIFIED)),
        ("gb18030", TRADITIONAL, gb18030(TRADITIONAL)),
        ("UTF-16LE", SIMPLIFIED, utf16(SIMPLIFIED, u16::to_le_bytes)),
        ("UTF-16BE", SIMPLIFIED, utf16(SIMPLIFIED, u16::to_be_bytes)),
        ("UTF-16LE", TRADITIONAL, utf16(TRADITIONAL, u16::to_le_bytes)),
        ("Big5", TRADITIONAL, big5(TRADITIONAL)),
    ]
}

fn plain(bytes: &[u8]) -> Decoded {
    decode(bytes, None).unwrap_or_else(|error| panic!("{error}: {bytes:x?}"))
}

#[test]
fn each_encoding_without_a_mark() {
    for (name, text, bytes) in encoded() {
        let decoded = plain(&bytes);
        assert_eq!((decoded.encoding, decoded.bom, decoded.replaced), (name, false, 0));
        assert_eq!(decoded.text, text, "{name}");
    }
}

#[test]
fn each_line_of_each_encoding() {
    for text in [SIMPLIFIED, TRADITIONAL] {
        for line in text.lines().filter(|line| line.chars().filter(|c| !c.is_ascii()).count() > 5) {
            for (name, bytes) in [
                ("UTF-8", line.as_bytes().to_vec()),
                ("gb18030", gb18030(line)),
                ("UTF-16LE", utf16(line, u16::to_le_bytes)),
                ("UTF-16BE", utf16(line, u16::to_be_bytes)),
            ] {
                let decoded = plain(&bytes);
                assert_eq!((decoded.encoding, decoded.text.as_str()), (name, line));
            }
        }
    }
}

#[test]
fn marks_are_removed_and_reported() {
    let marks: [(&str, &[u8]); 4] = [
        ("UTF-8", b"\xef\xbb\xbf"),
        ("UTF-16LE", b"\xff\xfe"),
        ("UTF-16BE", b"\xfe\xff"),
        ("gb18030", b"\x84\x31\x95\x33"),
    ];
    for (name, text, bytes) in encoded() {
        let Some((_, mark)) = marks.iter().find(|(of, _)| *of == name) else { continue };
        let decoded = plain(&[mark, bytes.as_slice()].concat());
        assert_eq!((decoded.encoding, decoded.bom, decoded.replaced), (name, true, 0));
        assert_eq!(decoded.text, text);
        let alone = plain(mark);
        assert_eq!((alone.text.as_str(), alone.bom), ("", true), "{name}");
    }
}

#[test]
fn short_inputs() {
    let empty = plain(b"");
    assert_eq!((empty.text.as_str(), empty.encoding, empty.bom), ("", "UTF-8", false));
    for byte in 0..=255u8 {
        let decoded = plain(&[byte]);
        assert_eq!(decoded.replaced, usize::from(byte >= 0x80), "{byte:x}");
        assert_eq!(decoded.text.chars().count(), 1);
        for other in 0..=255u8 {
            let decoded = plain(&[byte, other]);
            assert!(decoded.replaced <= 2 && decoded.broken.len() == decoded.replaced);
        }
    }
    assert_eq!(plain(b"\xc4\xea").text, "年");
    assert_eq!(plain(&utf16("年报", u16::to_le_bytes)).text, "年报");
}

#[test]
fn broken_bytes_in_utf8() {
    let mut bytes = SIMPLIFIED.as_bytes().to_vec();
    // A letter's second byte, a lone lead byte, a letter cut short.
    bytes[1] = b'?';
    bytes.insert(200, 0xFF);
    let at = SIMPLIFIED.find("均").unwrap() + 1;
    bytes.remove(at + 2);
    let decoded = plain(&bytes);
    assert_eq!(decoded.encoding, "UTF-8");
    assert!((3..=5).contains(&decoded.replaced), "{}", decoded.replaced);
    assert!(decoded.text.ends_with("六、其他需要报告的事项：无。\r\n"));
    assert_restored(&decoded, &bytes);
}

#[test]
fn broken_bytes_anywhere_in_utf8_stay_utf8() {
    for at in 0..SIMPLIFIED.len() {
        for byte in [0x80, 0xFF, 0xC4, b'x'] {
            let mut bytes = SIMPLIFIED.as_bytes().to_vec();
            bytes[at] = byte;
            let decoded = plain(&bytes);
            assert_eq!(decoded.encoding, "UTF-8");
            assert!(decoded.replaced <= 3);
            assert_restored(&decoded, &bytes);
        }
    }
}

/// The text with the broken bytes put back is the input again.
fn assert_restored(decoded: &Decoded, bytes: &[u8]) {
    let encode = |text: &str| match decoded.encoding {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-16LE" => utf16(text, u16::to_le_bytes),
        "UTF-16BE" => utf16(text, u16::to_be_bytes),
        "Big5" => big5(text),
        _ => gb18030(text),
    };
    let (mut restored, mut start) = (Vec::new(), 0);
    for Broken { span, bytes } in &decoded.broken {
        assert_eq!(span.of(&decoded.text), "\u{FFFD}");
        restored.extend(encode(&decoded.text[start..span.start as usize]));
        restored.extend(bytes);
        start = span.end as usize;
    }
    restored.extend(encode(&decoded.text[start..]));
    assert!(restored == bytes, "{} {:?}", decoded.encoding, decoded.broken);
}

#[test]
fn badly_broken_utf8_stays_utf8() {
    for every in [10, 20, 30] {
        let mut bytes = SIMPLIFIED.as_bytes().to_vec();
        for at in (0..bytes.len()).step_by(every) {
            bytes[at] = 0xFF;
        }
        let decoded = plain(&bytes);
        assert_eq!(decoded.encoding, "UTF-8");
        assert!(decoded.replaced >= bytes.len() / every);
        assert!(decoded.broken.first().is_some_and(|broken| broken.bytes == [0xFF]));
    }
}

#[test]
fn broken_bytes_in_gb18030() {
    for (broken, replaced) in [(&b"\xff"[..], 1), (b"\x80", 1), (b"\x80\x80", 2), (b"\xc4\x20", 1), (b"\x81\x30", 1)] {
        let mut bytes = gb18030(SIMPLIFIED);
        let at = gb18030(&SIMPLIFIED[..SIMPLIFIED.find("（二）").unwrap()]).len();
        bytes.splice(at..at, broken.iter().copied());
        let decoded = plain(&bytes);
        assert_eq!((decoded.encoding, decoded.replaced), ("gb18030", replaced), "{broken:x?}");
        assert!(decoded.text.ends_with("六、其他需要报告的事项：无。\r\n"));
        assert_restored(&decoded, &bytes);
    }
    let euro = plain(&gb18030(&format!("{SIMPLIFIED}价格€5")));
    assert_eq!(euro.replaced, 0);
    assert!(euro.text.ends_with("€5"));
}

#[test]
fn broken_bytes_anywhere_in_gb18030_stay_gb18030() {
    let good = gb18030(SIMPLIFIED);
    for at in 0..good.len() {
        for byte in [0x80, 0xFF, b'\n'] {
            let mut bytes = good.clone();
            bytes[at] = byte;
            let decoded = plain(&bytes);
            assert_eq!(decoded.encoding, "gb18030");
            assert!(decoded.replaced <= 2, "{at} {byte:x} {:?}", decoded.broken);
            assert_restored(&decoded, &bytes);
        }
    }
}

#[test]
fn broken_bytes_in_big5_and_utf16() {
    let mut bytes = big5(TRADITIONAL);
    bytes.splice(30..30, [0xFF, 0xFF]);
    let decoded = plain(&bytes);
    assert_eq!(decoded.encoding, "Big5");
    assert!((1..=3).contains(&decoded.replaced), "{:?}", decoded.broken);
    for (name, unit) in [("UTF-16LE", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("UTF-16BE", u16::to_be_bytes)] {
        let mut bytes = utf16(SIMPLIFIED, unit);
        bytes.splice(40..40, unit(0xD800));
        bytes.splice(80..80, unit(0xDC00));
        bytes.push(b'x');
        let decoded = plain(&bytes);
        assert_eq!((decoded.encoding, decoded.replaced), (name, 3));
        assert_restored(&decoded, &bytes);
    }
}

#[test]
fn cut_anywhere() {
    for (name, text, bytes) in encoded() {
        for end in 0..bytes.len() {
            let decoded = plain(&bytes[..end]);
            assert!(decoded.replaced <= 2, "{name} {end} {}", decoded.encoding);
            if end > 24 {
                assert_eq!(decoded.encoding, name, "{end}");
                let read = decoded.text.trim_end_matches('\u{FFFD}');
                assert!(text.starts_with(read), "{name} {end}");
            }
        }
    }
}

#[test]
fn only_the_first_hundred_places_are_kept() {
    let mut bytes = Vec::new();
    for _ in 0..150 {
        bytes.extend("政府信息公开".as_bytes());
        bytes.push(0xFF);
    }
    let decoded = plain(&bytes);
    assert_eq!((decoded.encoding, decoded.replaced, decoded.broken.len()), ("UTF-8", 150, 100));
    assert!(decoded.broken.iter().all(|broken| broken.bytes == [0xFF]));
}

#[test]
fn nuls_inside_a_text_stay() {
    for (name, text, _) in encoded().into_iter().filter(|(name, ..)| !name.starts_with("UTF-16")) {
        for nuls in [1, 2, 3, 40] {
            let text = text.replacen("一、", &format!("一、{}", "\0".repeat(nuls)), 1);
            let bytes = match name {
                "UTF-8" => text.clone().into_bytes(),
                "Big5" => big5(&text),
                _ => gb18030(&text),
            };
            let decoded = plain(&bytes);
            assert_eq!((decoded.encoding, decoded.text), (name, text));
        }
    }
    assert_eq!(plain(b"total\t0\0\t12\r\n").encoding, "UTF-8");
    assert_eq!(plain(b"a\0b\0\r\0\n\0").text, "ab\r\n");
    assert_eq!(plain(b"\0a\0b\0\r\0\n").text, "ab\r\n");
}

#[test]
fn gb18030_is_never_utf16() {
    let english = "<html><head><title>Annual Report</title></head><body class=\"content\">".repeat(40);
    for text in [
        format!("{english}年报"),
        format!("年{english}"),
        "鑫淼焱垚".to_owned(),
        "电话：0595-85681242".to_owned(),
        "規章\t0\t0".to_owned(),
    ] {
        let decoded = plain(&gb18030(&text));
        assert_eq!((decoded.encoding, decoded.text), ("gb18030", text));
    }
}

#[test]
fn private_use_and_far_planes() {
    let text = format!("{SIMPLIFIED}\u{E5E5}\u{E000}\u{20087}\u{9FB4}");
    assert_eq!(plain(text.as_bytes()).text, text);
    let decoded = plain(&[gb18030(SIMPLIFIED).as_slice(), b"\xaa\xa1\xfe\x50\x95\x32\x90\x31"].concat());
    assert_eq!((decoded.encoding, decoded.replaced), ("gb18030", 0));
}

#[test]
fn what_is_no_text() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let cases: [(&[u8], &str); 12] = [
        (png, "this is a PNG image, not text; recognise its text first (tesseract -l chi_sim FILE out)"),
        (b"%PDF-1.7\n%\xe2\xe3", "this is a PDF file, not text; extract its text first (pdftotext -layout FILE.pdf)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "this is a JPEG image"),
        (b"GIF89a\x01\0", "this is a GIF image"),
        (b"PK\x03\x04\x14\0\0\0\x08\0....word/document.xml", "this is a Word document (.docx)"),
        (b"PK\x03\x04\x14\0\0\0\x08\0....xl/workbook.xml", "this is an Excel workbook (.xlsx)"),
        (b"PK\x03\x04\x14\0\0\0\x08\0....a.txt", "this is a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "this is an old Office document (.doc, .xls, .wps)"),
        (b"\x1f\x8b\x08\0", "this is a gzip file"),
        (b"Rar!\x1a\x07\x01", "this is a RAR archive"),
        (b"\x7fELF\x02\x01", "this is a program"),
        (b"\xff\xfe\0\0\x74\x5e\0\0", "this is UTF-32 text"),
    ];
    for (bytes, says) in cases {
        let error = decode(bytes, None).unwrap_err().to_string();
        assert!(error.starts_with(says), "{error}");
        assert!(!error.contains('\n') && error.contains("; "), "{error}");
    }
    // A generator of bytes at random, and a file of zeros.
    let mut state = 1u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let noise: Vec<u8> = (0..5000).map(|_| random()).collect();
    for bytes in [noise, vec![0; 5000]] {
        assert_eq!(decode(&bytes, None), Err(DecodeError::NotText { kind: Binary::Unknown }));
    }
}

#[test]
fn a_forced_encoding_wins() {
    let gbk = Encoding::named("GBK").unwrap();
    let decoded = decode(SIMPLIFIED.as_bytes(), Some(gbk)).unwrap();
    assert_eq!(decoded.encoding, "gb18030");
    assert_ne!(decoded.text, SIMPLIFIED);
    let bytes = utf16(SIMPLIFIED, u16::to_be_bytes);
    let decoded = decode(&[b"\xfe\xff", bytes.as_slice()].concat(), Encoding::named("utf-16").ok()).unwrap();
    assert_eq!((decoded.text.as_str(), decoded.encoding, decoded.bom), (SIMPLIFIED, "UTF-16BE", true));
    let latin = decode(b"\xef\xbb\xbfa", Encoding::named("latin1").ok()).unwrap();
    assert_eq!((latin.text.as_str(), latin.bom), ("ï»¿a", false));
    let utf8 = decode(b"\xef\xbb\xbfa", Encoding::named("utf8").ok()).unwrap();
    assert_eq!((utf8.text.as_str(), utf8.bom), ("a", true));
    for (_, _, bytes) in encoded() {
        for name in ["utf-8", "gbk", "big5", "utf-16le", "utf-16be", "shift_jis", "euc-kr", "iso-2022-jp"] {
            let decoded = decode(&bytes, Encoding::named(name).ok()).unwrap();
            assert!(decoded.broken.iter().all(|broken| broken.span.of(&decoded.text) == "\u{FFFD}"));
            assert!(decoded.broken.iter().all(|broken| !broken.bytes.is_empty()), "{name}");
        }
    }
}

#[test]
fn names_of_encodings() {
    for (name, expected) in [
        ("gb2312", "gb18030"),
        ("CP936", "gb18030"),
        ("GB18030", "gb18030"),
        ("utf8", "UTF-8"),
        ("UTF_16_LE", "UTF-16LE"),
        ("utf-16", "UTF-16LE"),
        ("utf-16be", "UTF-16BE"),
        ("Big5", "Big5"),
        ("big5-hkscs", "Big5"),
        ("shift_jis", "Shift_JIS"),
        ("sjis", "Shift_JIS"),
        (" euc_jp ", "EUC-JP"),
    ] {
        assert_eq!(Encoding::named(name).map(Encoding::name), Ok(expected), "{name}");
    }
    let said = |name| Encoding::named(name).unwrap_err().to_string();
    assert_eq!(said("gb18003"), "no encoding is called \"gb18003\"; did you mean gb18030?");
    assert_eq!(said("uft-8"), "no encoding is called \"uft-8\"; did you mean utf-8?");
    assert!(said("中文").contains("known are utf-8, gb18030, "));
    assert!(said("").contains("known are"));
}

#[test]
fn no_control_character_is_passed_over() {
    for byte in 0..=u8::MAX {
        // Among text of all kinds, as many as make it none.
        let mut bytes = "年报\t1,095件\r\n~ !".repeat(8).into_bytes();
        bytes.extend([byte; 200]);
        let is_control = matches!(byte, 0..=8 | 0x0E..=0x19 | 0x1C..=0x1F | 0x7F);
        assert_eq!(Binary::by_controls(&bytes).is_some(), is_control, "{byte:#04X}");
    }
}
