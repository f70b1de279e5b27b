//! Many documents, a line each. Half of a document are its cells, and most of what stands in a cell is the same in every report of a form: it is
//! made once, and a cell is put together from such pieces.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::{Cell, Cells, Number, Origin, document};
use crate::form;
use crate::lang::Lang;
use crate::record::{self, Report, Status};
use crate::write::per_form::PerForm;
use crate::write::room::Room;

/// Writes documents as [`write`](super::write) does, all on one line.
#[derive(Debug)]
pub struct Lines {
    lang: Lang,
    /// The pieces of the slots of forms.
    forms: PerForm<Option<Vec<Slot>>>,
    /// The cells of the report at hand.
    cells: Vec<u8>,
}

impl Lines {
    /// Documents with messages in `lang`.
    pub fn new(lang: Lang) -> Lines {
        Lines { lang, forms: PerForm::new(), cells: Vec::new() }
    }

    /// Writes the document of `report` and a line end.
    pub fn write(&mut self, report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
        let Lines { lang, forms, cells } = self;
        let mut document = document(report, *lang);
        cells.clear();
        if let Some(form) = &report.form
            && let Some(Some(slots)) =
                forms.get(form, |form| form.slots.iter().map(Slot::new).collect::<Result<_, _>>().ok())
        {
            write_cells(report, slots, cells)?;
            document.cells = Cells(Origin::Ready(cells));
        }
        document.serialize(&mut Serializer::with_formatter(&mut *out, Compact))?;
        out.push(b'\n');
        Ok(())
    }
}

/// JSON without blanks. Bytes are JSON that is ready: nothing else in a document is given as bytes.
struct Compact;

impl Formatter for Compact {
    fn write_byte_array<W: ?Sized + Write>(&mut self, writer: &mut W, json: &[u8]) -> io::Result<()> {
        writer.write_all(json)
    }
}

/// The pieces of a slot.
#[derive(Debug)]
struct Slot {
    /// A cell up to its number.
    keys: Box<[u8]>,
    /// The unit of the form.
    unit: Box<[u8]>,
}

/// Behind this in a cell without a number stands what differs from report to report.
const NO_NUMBER: &str = "null,\"unit\":";

impl Slot {
    fn new(slot: &form::Slot) -> serde_json::Result<Slot> {
        let cell = Cell {
            table: &slot.table,
            row: &slot.row,
            column: &slot.column,
            row_label: &slot.row_label,
            column_label: &slot.column_label,
            value: None,
            unit: None,
            raw: None,
            status: Status::Missing,
            line: None,
            col: None,
        };
        let mut keys = serde_json::to_string(&cell)?;
        // No text before it can hold it: a quote in a text has a stroke before it.
        keys.truncate(keys.find(NO_NUMBER).unwrap_or(0));
        Ok(Slot { keys: keys.into_bytes().into(), unit: serde_json::to_vec(&slot.unit)?.into() })
    }
}

/// The array of the cells of `report`, in `cells`.
fn write_cells(report: &Report, slots: &[Slot], cells: &mut Vec<u8>) -> io::Result<()> {
    let mut odd = Vec::new();
    let mut room = Room::new(cells);
    room.byte(b'[');
    let slotted = report.cells.iter().filter_map(|cell| Some((cell, slots.get(cell.slot)?)));
    for (at, ((cell, slot), view)) in slotted.zip(report.cells()).enumerate() {
        room.reserve(slot.keys.len() + slot.unit.len() + ROOM);
        if at > 0 {
            room.byte(b',');
        }
        room.put(&slot.keys);
        match view.value.map(|value| (u64::try_from(value.mantissa()), value)) {
            None => room.put(b"null"),
            Some((Ok(count), value)) if value.scale() == 0 && !value.is_sign_negative() => room.count(count),
            Some((_, value)) => room.put(json(&Number(value), &mut odd)?),
        }
        room.put(b",\"unit\":");
        match cell.unit {
            Some(record::Unit::Form) => room.put(&slot.unit),
            Some(record::Unit::Printed(_)) => room.put(json(&view.unit, &mut odd)?),
            None => room.put(b"null"),
        }
        room.put(b",\"raw\":");
        match view.raw {
            None => room.put(b"null"),
            Some(raw) if is_plain(raw) => {
                room.byte(b'"');
                room.put(raw.as_bytes());
                room.byte(b'"');
            }
            raw => room.put(json(&raw, &mut odd)?),
        }
        room.put(b",\"status\":\"");
        room.put(view.status.name().as_bytes());
        match view.place {
            None => room.put(b"\",\"line\":null,\"col\":null}"),
            Some(place) => {
                room.put(b"\",\"line\":");
                room.count(place.line.into());
                room.put(b",\"col\":");
                room.count(place.col.into());
                room.byte(b'}');
            }
        }
    }
    room.byte(b']');
    Ok(())
}

/// More than a cell needs beside its keys, its unit and what is printed.
const ROOM: usize = 160;

/// What is not made of pieces, by way of `buffer`.
fn json<'a>(value: &impl Serialize, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
    buffer.clear();
    serde_json::to_writer(&mut *buffer, value)?;
    Ok(buffer)
}

/// A text that stands in JSON as it is.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::write::json;
    use crate::write::per_form::REMEMBERED;
    use crate::write::sample;

    fn expected(report: &Report, lang: Lang) -> String {
        let mut out = Vec::new();
        json::write(report, lang, &mut out, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// A report whose cells hold what is escaped, decimals, signs and units.
    fn odd() -> Report {
        let text = "某县财政局2023年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n\
             \t自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计\n\
             一、本年新收政府信息公开申请数量\t\"1\\\"\t-2\t0.50\t1,234\t012\t\u{1}\t99件\n\
             二、上年结转政府信息公开申请数量\t1.50\t\\\t甲\u{7f}\t12345678901234567890123\t+7\t\t100份\n";
        crate::Reader::default().read(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn a_line_is_that_of_serde_when_a_form_is_met_again_and_among_many_others() {
        let nothing = crate::Reader::default().read(b"", None).unwrap();
        for lang in [Lang::En, Lang::Zh] {
            let mut lines = Lines::new(lang);
            for met in 0..4 {
                for report in [&sample::report(), &odd(), &nothing] {
                    for _ in 0..3 {
                        let mut out = b"before".to_vec();
                        lines.write(report, &mut out).unwrap();
                        let line = String::from_utf8(out).unwrap();
                        assert_eq!(line.strip_prefix("before"), Some(&*expected(report, lang)), "{met}");
                    }
                }
                // Forms that are met once.
                for _ in 0..met * REMEMBERED / 2 {
                    let mut other = sample::report();
                    other.form = other.form.map(|form| Arc::new((*form).clone()));
                    let mut out = Vec::new();
                    lines.write(&other, &mut out).unwrap();
                    assert_eq!(String::from_utf8(out).unwrap(), expected(&other, lang));
                }
            }
        }
    }

    #[test]
    fn plain_texts_are_those_that_serde_only_quotes() {
        for c in (0..0x3000).filter_map(char::from_u32) {
            let text = format!("甲{c}");
            assert_eq!(is_plain(&text), serde_json::to_string(&text).unwrap() == format!("\"{text}\""), "{c:?}");
        }
    }
}
