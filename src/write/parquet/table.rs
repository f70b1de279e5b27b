//! A table on its way to one Parquet file: rows wait until they are a row group.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};
use rustc_hash::FxHashMap;

use super::record::{Kind, PRECISION, SCALE, Value};

/// Rows of a row group: what DuckDB writes, and what others read well.
const ROWS: usize = 122_880;

/// Values are handed over in such portions.
const PORTION: usize = 4096;

/// A column of the row group that is being collected. Nulls take no room: an annex may bring thousands of columns that no
/// other report has.
#[derive(Debug)]
struct Column {
    kind: Kind,
    /// The rows that have a value.
    rows: Vec<u32>,
    /// Their values, as places in one of the lists of distinct values, or themselves where they are integers.
    values: Vec<i32>,
    texts: Vec<ByteArray>,
    decimals: Vec<FixedLenByteArray>,
    known_texts: FxHashMap<Vec<u8>, i32>,
    known_decimals: FxHashMap<i128, i32>,
    /// The value before: neighbouring rows have the same report.
    last: Option<i32>,
}

impl Column {
    fn new(kind: Kind) -> Column {
        Column {
            kind,
            rows: Vec::new(),
            values: Vec::new(),
            texts: Vec::new(),
            decimals: Vec::new(),
            known_texts: FxHashMap::default(),
            known_decimals: FxHashMap::default(),
            last: None,
        }
    }

    /// Adds a value; bytes of memory that it takes.
    fn push(&mut self, row: u32, value: Value<'_>) -> usize {
        let (place, more) = match value {
            Value::Integer(number) => (number, 0),
            Value::Text(text) => self.text(text),
            Value::Decimal(number) => {
                let next = self.decimals.len() as i32;
                let place = *self.known_decimals.entry(number).or_insert(next);
                if place == next {
                    self.decimals.push(number.to_be_bytes().to_vec().into());
                }
                (place, if place == next { 96 } else { 0 })
            }
        };
        self.rows.push(row);
        self.values.push(place);
        8 + more
    }

    fn text(&mut self, text: &[u8]) -> (i32, usize) {
        if let Some(last) = self.last
            && self.texts.get(last as usize).is_some_and(|known| known.data() == text)
        {
            return (last, 0);
        }
        let next = self.texts.len() as i32;
        // A text that hardly comes twice is not looked up.
        let known = if self.kind == Kind::Key { self.known_texts.get(text).copied() } else { None };
        let place = known.unwrap_or(next);
        self.last = Some(place);
        if known.is_some() {
            return (place, 0);
        }
        self.texts.push(text.to_vec().into());
        if self.kind == Kind::Key {
            self.known_texts.insert(text.to_vec(), place);
        }
        (place, if self.kind == Kind::Key { 2 * text.len() + 120 } else { text.len() + 64 })
    }

    /// Writes it as a column of a group of `rows` rows, and empties it.
    fn write<W: io::Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
        rows: usize,
    ) -> Result<(), ParquetError> {
        let Some(mut writer) = group.next_column()? else {
            return Err(ParquetError::General("a table has more columns than its schema".to_owned()));
        };
        let mut given = self.rows.iter().zip(&self.values).peekable();
        let (mut levels, mut texts, mut decimals, mut integers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for first in (0..rows).step_by(PORTION) {
            let end = rows.min(first + PORTION);
            levels.clear();
            levels.resize(end - first, 0_i16);
            texts.clear();
            decimals.clear();
            integers.clear();
            while let Some((&row, &value)) = given.next_if(|(row, _)| (**row as usize) < end) {
                levels[row as usize - first] = 1;
                match self.kind {
                    Kind::Key | Kind::Text => texts.push(self.texts[value as usize].clone()),
                    Kind::Decimal => decimals.push(self.decimals[value as usize].clone()),
                    Kind::Integer | Kind::Date => integers.push(value),
                }
            }
            match self.kind {
                Kind::Key | Kind::Text => {
                    writer.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
                }
                Kind::Decimal => {
                    writer.typed::<FixedLenByteArrayType>().write_batch(&decimals, Some(&levels), None)?;
                }
                Kind::Integer | Kind::Date => {
                    writer.typed::<Int32Type>().write_batch(&integers, Some(&levels), None)?;
                }
            }
        }
        writer.close()?;
        *self = Column::new(self.kind);
        Ok(())
    }
}

/// A file that is being written.
pub(super) struct Table {
    file: SerializedFileWriter<BufWriter<File>>,
    columns: Vec<Column>,
    rows: usize,
    /// Memory that the rows take, about.
    pub(super) bytes: usize,
}

impl Table {
    /// Starts the file at `path`, in a folder that is made where there is none.
    pub(super) fn create(path: &Path, columns: &[(&str, Kind)]) -> io::Result<Table> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let out = BufWriter::with_capacity(1 << 16, File::create(path)?);
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("nianbao version ", env!("CARGO_PKG_VERSION")).to_owned());
        for (name, kind) in columns {
            if *kind == Kind::Text {
                let path = parquet::schema::types::ColumnPath::new(vec![(*name).to_owned()]);
                properties = properties.set_column_dictionary_enabled(path, false);
            }
        }
        let schema = schema(columns).map_err(failed)?;
        let file = SerializedFileWriter::new(out, schema, Arc::new(properties.build())).map_err(failed)?;
        let columns = columns.iter().map(|(_, kind)| Column::new(*kind)).collect();
        Ok(Table { file, columns, rows: 0, bytes: 0 })
    }

    /// Adds the value of a column to the row that is being made.
    pub(super) fn put(&mut self, column: usize, value: Option<Value<'_>>) {
        if let (Some(value), Some(column)) = (value, self.columns.get_mut(column)) {
            // Never more than a row group.
            self.bytes += column.push(self.rows as u32, value);
        }
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.rows += 1;
        if self.rows == ROWS { self.flush() } else { Ok(()) }
    }

    /// Writes the rows that wait as a row group.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if self.rows > 0 {
            self.group().map_err(failed)?;
        }
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        self.columns.iter_mut().try_for_each(|column| column.write(&mut group, self.rows))?;
        group.close().map(|_| ())
    }

    /// Ends the file.
    pub(super) fn close(mut self) -> io::Result<()> {
        self.flush()?;
        let out = self.file.into_inner().map_err(failed)?;
        out.into_inner().map_err(|err| err.into_error()).map(|_| ())
    }
}

fn schema(columns: &[(&str, Kind)]) -> Result<TypePtr, ParquetError> {
    let mut fields = Vec::new();
    for (name, kind) in columns {
        let (physical, logical) = match kind {
            Kind::Key | Kind::Text => (Physical::BYTE_ARRAY, LogicalType::String),
            Kind::Integer => (Physical::INT32, LogicalType::integer(32, true)),
            Kind::Date => (Physical::INT32, LogicalType::Date),
            Kind::Decimal => (Physical::FIXED_LEN_BYTE_ARRAY, LogicalType::decimal(SCALE as i32, PRECISION as i32)),
        };
        let mut field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(logical));
        if *kind == Kind::Decimal {
            field = field.with_length(16).with_precision(PRECISION as i32).with_scale(SCALE as i32);
        }
        fields.push(Arc::new(field.build()?));
    }
    Ok(Arc::new(Type::group_type_builder("schema").with_fields(fields).build()?))
}

/// The I/O error inside a Parquet error, so that its kind is not lost.
fn failed(err: ParquetError) -> io::Error {
    match err {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(err) => *err,
            Err(inner) => io::Error::other(inner),
        },
        other => io::Error::other(other),
    }
}
