//! A report on its way to the files: bytes that a worker makes and that wait in a stream until all reports are read.
//!
//! A record is its length and, behind that, values one after another, each by the [`Kind`] of its column. Nothing in it says
//! which value is whose: writer and reader keep to the same order.

use std::io::{self, BufRead};

use rust_decimal::Decimal;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of few texts.
    Key,
    /// Any text.
    Text,
    /// A count or a year.
    Integer,
    /// A day.
    Date,
    /// An exact number.
    Decimal,
}

/// A value of a column; none is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Text(&'a [u8]),
    /// An integer, or days since 1970.
    Integer(i32),
    /// The number times ten to the power of [`SCALE`].
    Decimal(i128),
}

/// Decimals that a column of numbers has.
pub(super) const SCALE: u32 = 10;
/// Digits that it has, those included.
pub(super) const PRECISION: u32 = 38;

/// Puts values into a record.
#[derive(Debug)]
pub(super) struct Put<'a>(pub &'a mut Vec<u8>);

impl Put<'_> {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub(super) fn text(&mut self, text: Option<&str>) {
        match text.filter(|text| !text.is_empty()) {
            None => self.0.push(0),
            Some(text) => {
                self.varint(text.len() as u64 + 1);
                self.0.extend_from_slice(text.as_bytes());
            }
        }
    }

    /// A number that no file can hold, were there one, is null.
    pub(super) fn integer(&mut self, number: Option<impl TryInto<i32>>) {
        match number.and_then(|number| number.try_into().ok()) {
            None => self.0.push(0),
            Some(number) => {
                let number = i64::from(number);
                self.varint((number << 1 ^ number >> 63) as u64 + 1);
            }
        }
    }

    /// `2023-12-31`.
    pub(super) fn date(&mut self, date: Option<&str>) {
        self.integer(date.and_then(days));
    }

    pub(super) fn decimal(&mut self, number: Option<Decimal>) {
        match number.map(scaled) {
            None => self.0.push(0),
            Some(None) => self.0.push(2),
            Some(Some(number)) => {
                self.0.push(1);
                self.0.extend_from_slice(&number.to_le_bytes());
            }
        }
    }

    pub(super) fn key(&mut self, key: u64) {
        self.0.extend_from_slice(&key.to_le_bytes());
    }

    /// A row follows, or none does.
    pub(super) fn row(&mut self, follows: bool) {
        self.0.push(u8::from(follows));
    }

    pub(super) fn count(&mut self, count: usize) {
        self.varint(count as u64);
    }
}

/// `number` as an integer of the smallest decimal; `None` where the column has no room for all its digits.
fn scaled(number: Decimal) -> Option<i128> {
    let number = if number.scale() > SCALE { number.normalize() } else { number };
    let more = SCALE.checked_sub(number.scale())?;
    let scaled = number.mantissa().checked_mul(10_i128.pow(more))?;
    (scaled.unsigned_abs() < 10_u128.pow(PRECISION)).then_some(scaled)
}

/// Days from the first of 1970 to `date`, which is written as `2023-12-31`; `None` where there is no such day.
fn days(date: &str) -> Option<i32> {
    let mut parts = date.split('-').map(|part| part.parse::<i32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, 28 + i32::from(leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month - 1).ok().filter(|&month| month < 12)?;
    if parts.next().is_some() || !(1..=9999).contains(&year) || !(1..=lengths[before]).contains(&day) {
        return None;
    }
    let years = year - 1;
    let of_years = years * 365 + years / 4 - years / 100 + years / 400;
    // The first of 1970 is day 719,162 since the first of the year 1.
    Some(of_years + lengths[..before].iter().sum::<i32>() + day - 1 - 719_162)
}

/// Takes the values of a record.
#[derive(Debug)]
pub(super) struct Take<'a> {
    pub(super) rest: &'a [u8],
    /// Numbers that the columns have no room for.
    pub(super) unheld: u64,
}

impl<'a> Take<'a> {
    fn bytes(&mut self, count: usize) -> io::Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bytes(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    pub(super) fn count(&mut self) -> io::Result<usize> {
        usize::try_from(self.varint()?).map_err(|_| damaged())
    }

    pub(super) fn row(&mut self) -> io::Result<bool> {
        Ok(self.bytes(1)?[0] != 0)
    }

    pub(super) fn key(&mut self) -> io::Result<u64> {
        let bytes = self.bytes(8)?.try_into().map_err(|_| damaged())?;
        Ok(u64::from_le_bytes(bytes))
    }

    pub(super) fn value(&mut self, kind: Kind) -> io::Result<Option<Value<'a>>> {
        Ok(match kind {
            Kind::Key | Kind::Text => match self.count()?.checked_sub(1) {
                None => None,
                Some(length) => Some(Value::Text(self.bytes(length)?)),
            },
            Kind::Integer | Kind::Date => match self.varint()?.checked_sub(1) {
                None => None,
                Some(number) => {
                    let number = (number >> 1) as i64 ^ -((number & 1) as i64);
                    Some(Value::Integer(i32::try_from(number).map_err(|_| damaged())?))
                }
            },
            Kind::Decimal => match self.bytes(1)?[0] {
                0 => None,
                1 => {
                    let bytes = self.bytes(16)?.try_into().map_err(|_| damaged())?;
                    Some(Value::Decimal(i128::from_le_bytes(bytes)))
                }
                _ => {
                    self.unheld += 1;
                    None
                }
            },
        })
    }
}

/// Puts the next record of a stream into `record`; `false` at the end.
pub(super) fn next(records: &mut impl BufRead, record: &mut Vec<u8>) -> io::Result<bool> {
    if records.fill_buf()?.is_empty() {
        return Ok(false);
    }
    let mut length = [0; 4];
    records.read_exact(&mut length)?;
    record.resize(u32::from_le_bytes(length) as usize, 0);
    records.read_exact(record)?;
    Ok(true)
}

pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a file of the run was damaged: the records for Parquet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let mut bytes = Vec::new();
        let mut put = Put(&mut bytes);
        let long = "长".repeat(100);
        put.text(Some(&long));
        put.text(None);
        put.integer(Some(-2));
        put.integer(Some(u64::MAX));
        put.integer(Some(i32::MAX));
        put.date(Some("2024-02-29"));
        put.date(Some("2023-02-29"));
        let decimals = ["59237.2449", "-0.50", "1.00000000000000", "0.00000000001"].map(|text| text.parse().unwrap());
        decimals.into_iter().for_each(|number| put.decimal(Some(number)));
        let mut take = Take { rest: &bytes, unheld: 0 };
        assert_eq!(take.value(Kind::Key).unwrap(), Some(Value::Text(long.as_bytes())));
        assert_eq!(take.value(Kind::Text).unwrap(), None);
        assert_eq!(take.value(Kind::Integer).unwrap(), Some(Value::Integer(-2)));
        assert_eq!(take.value(Kind::Integer).unwrap(), None);
        assert_eq!(take.value(Kind::Integer).unwrap(), Some(Value::Integer(i32::MAX)));
        assert_eq!(take.value(Kind::Date).unwrap(), Some(Value::Integer(19_782)));
        assert_eq!(take.value(Kind::Date).unwrap(), None);
        for expected in [Some(592_372_449_000_000), Some(-5_000_000_000), Some(10_000_000_000), None] {
            assert_eq!(take.value(Kind::Decimal).unwrap(), expected.map(Value::Decimal));
        }
        assert_eq!((take.unheld, take.rest.len()), (1, 0));
        assert!(take.value(Kind::Key).is_err());
    }

    #[test]
    fn days_are_counted_from_1970() {
        let known = [("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11_017), ("2023-12-31", 19_722)];
        for (date, count) in known {
            assert_eq!(days(date), Some(count), "{date}");
        }
        for none in ["", "2023", "2023-13-01", "2023-00-01", "2023-04-31", "2023-1-1-1", "0000-01-01"] {
            assert_eq!(days(none), None, "{none}");
        }
    }
}
