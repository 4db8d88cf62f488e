//! Apache Parquet files with flat columns, without Arrow.
//!
//! Numbers and decimals become numbers or integers, strings text, booleans booleans; dates, times and timestamps are
//! the integers that the file stores (days, or its unit, since 1970). Members of structs are named `outer.inner`.
//! Lists, and bytes that are no text, are errors. Pages may be uncompressed, Snappy or gzip (and Zstandard with the
//! feature `zstd`).
//!
//! Source: Apache Parquet format, `parquet.thrift` and LogicalTypes.md.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::basic::{Compression, ConvertedType, LogicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::column::{Column, Missing};
use crate::error::{Error, Result};
use crate::read::cells::number;
use crate::read::npy::half;
use crate::table::Table;

const FORMAT: &str = "Parquet";

/// The table in a Parquet file.
pub(crate) fn read(bytes: &[u8]) -> Result<Table> {
    let bytes = Bytes::copy_from_slice(bytes);
    // The reader is not ours, and some damaged files break its own assertions.
    catch_unwind(AssertUnwindSafe(|| table(bytes)))
        .unwrap_or_else(|_| Err(malformed("the file breaks the reader's assumptions")))
}

fn malformed(problem: impl ToString) -> Error {
    Error::Malformed { format: FORMAT, problem: problem.to_string() }
}

fn unsupported(what: String) -> Error {
    Error::Unsupported { format: FORMAT, what }
}

/// The reader's own error as one of ours.
fn fault(error: ParquetError) -> Error {
    match error {
        ParquetError::NYI(what) => unsupported(what),
        other => malformed(other),
    }
}

/// Refuses a small file that promises a table far larger than itself: runs of one value take no room in it.
fn check_size(groups: impl Iterator<Item = i64>, columns: usize, bytes: usize) -> Result<()> {
    const ALWAYS: u128 = 1 << 26;
    let rows: u128 = groups.map(|rows| u128::try_from(rows).unwrap_or(0)).sum();
    if rows * columns as u128 > ALWAYS.max(256 * bytes as u128) {
        return Err(unsupported(format!("{rows} rows of {columns} columns in {bytes} bytes")));
    }
    Ok(())
}

fn table(bytes: Bytes) -> Result<Table> {
    let size = bytes.len();
    let file = SerializedFileReader::new(bytes).map_err(fault)?;
    let metadata = file.metadata();
    let schema = metadata.file_metadata().schema_descr();
    if schema.num_columns() == 0 {
        return Err(Error::Empty { what: "the file has no columns".to_owned() });
    }
    check_size(metadata.row_groups().iter().map(|g| g.num_rows()), schema.num_columns(), size)?;
    let mut table = Table::default();
    for j in 0..schema.num_columns() {
        let description = schema.column(j);
        let name = description.path().parts().join(".");
        if description.max_rep_level() > 0 {
            return Err(unsupported(format!("the repeated column `{name}`")));
        }
        let mut cells: Option<Cells> = None;
        for g in 0..metadata.num_row_groups() {
            let group = file.get_row_group(g).map_err(fault)?;
            let rows = usize::try_from(group.metadata().num_rows()).map_err(malformed)?;
            check_chunk(group.metadata().column(j), &name)?;
            let read = Cells::read(group.get_column_reader(j).map_err(fault)?, &description, rows)?;
            if read.len() != rows {
                let problem = format!("column `{name}` has {} rows of {rows} in group {}", read.len(), g + 1);
                return Err(malformed(problem));
            }
            match &mut cells {
                None => cells = Some(read),
                Some(cells) => cells.append(read),
            }
        }
        let (column, missing) = cells.unwrap_or(Cells::Number(Vec::new())).column(&name, &description)?;
        table.push(name, column, missing)?;
    }
    Ok(table)
}

/// Refuses a stretch of pages that the reader would panic on or cannot unpack.
fn check_chunk(chunk: &ColumnChunkMetaData, name: &str) -> Result<()> {
    let start = chunk.dictionary_page_offset().unwrap_or(chunk.data_page_offset());
    if start < 0 || chunk.compressed_size() < 0 {
        return Err(malformed(format!("column `{name}` begins at byte {start}")));
    }
    let codec = match chunk.compression() {
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) => return Ok(()),
        Compression::ZSTD(_) if cfg!(feature = "zstd") => return Ok(()),
        Compression::ZSTD(_) => "Zstandard (the feature `zstd` of this crate reads it)",
        Compression::LZO => "LZO",
        Compression::BROTLI(_) => "Brotli",
        Compression::LZ4 | Compression::LZ4_RAW => "LZ4",
    };
    Err(unsupported(format!("pages compressed by {codec}")))
}

/// The cells of a column by their physical type; a missing one is `None`.
enum Cells {
    Boolean(Vec<Option<bool>>),
    Integer(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    Bytes(Vec<Option<Bytes>>),
}

impl Cells {
    fn read(reader: ColumnReader, column: &ColumnDescriptor, rows: usize) -> Result<Self> {
        let level = column.max_def_level();
        Ok(match reader {
            ColumnReader::BoolColumnReader(r) => Self::Boolean(drain(r, level, rows, |v| v)?),
            ColumnReader::Int32ColumnReader(r) if is_unsigned(column) => {
                Self::Integer(drain(r, level, rows, |v| i64::from(v as u32))?)
            }
            ColumnReader::Int32ColumnReader(r) => Self::Integer(drain(r, level, rows, i64::from)?),
            ColumnReader::Int64ColumnReader(r) => Self::Integer(drain(r, level, rows, |v| v)?),
            ColumnReader::Int96ColumnReader(r) => Self::Integer(drain(r, level, rows, |v| v.to_nanos())?),
            ColumnReader::FloatColumnReader(r) => Self::Number(drain(r, level, rows, f64::from)?),
            ColumnReader::DoubleColumnReader(r) => Self::Number(drain(r, level, rows, |v| v)?),
            ColumnReader::ByteArrayColumnReader(r) => {
                Self::Bytes(drain(r, level, rows, |v| Bytes::copy_from_slice(v.data()))?)
            }
            ColumnReader::FixedLenByteArrayColumnReader(r) => {
                Self::Bytes(drain(r, level, rows, |v| Bytes::copy_from_slice(v.data()))?)
            }
        })
    }

    fn len(&self) -> usize {
        match self {
            Self::Boolean(v) => v.len(),
            Self::Integer(v) => v.len(),
            Self::Number(v) => v.len(),
            Self::Bytes(v) => v.len(),
        }
    }

    /// Adds the cells of the next row group, which are of the same type.
    fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::Boolean(a), Self::Boolean(b)) => a.extend(b),
            (Self::Integer(a), Self::Integer(b)) => a.extend(b),
            (Self::Number(a), Self::Number(b)) => a.extend(b),
            (Self::Bytes(a), Self::Bytes(b)) => a.extend(b),
            // The type is the column's; another one leaves the column short, which `Table::push` reports.
            (Self::Boolean(_) | Self::Integer(_) | Self::Number(_) | Self::Bytes(_), _) => {}
        }
    }

    fn column(self, name: &str, description: &ColumnDescriptor) -> Result<(Column, Missing)> {
        fn split<T: Clone>(cells: Vec<Option<T>>, filler: T) -> (Vec<T>, Missing) {
            let missing = Missing::from_flags(cells.iter().map(Option::is_none));
            (cells.into_iter().map(|c| c.unwrap_or(filler.clone())).collect(), missing)
        }
        Ok(match self {
            Self::Boolean(cells) => {
                let (values, missing) = split(cells, false);
                (Column::Boolean(values), missing)
            }
            Self::Number(cells) => {
                let (values, missing) = split(cells, f64::NAN);
                (Column::Number(values), missing)
            }
            Self::Integer(cells) => {
                let (values, missing) = split(cells, 0);
                if let Some(scale) = decimal_scale(description) {
                    let numbers = values.iter().map(|v| decimal(i128::from(*v), scale));
                    (Column::Number(numbers.collect()), missing)
                } else if is_unsigned(description) && values.iter().any(|v| *v < 0) {
                    // Beyond i64: the nearest doubles.
                    (Column::Number(values.iter().map(|v| *v as u64 as f64).collect()), missing)
                } else {
                    (Column::Integer(values), missing)
                }
            }
            Self::Bytes(cells) => bytes_column(&cells, name, description)?,
        })
    }
}

/// All cells of a column in one row group.
fn drain<T: DataType, U>(
    mut reader: ColumnReaderImpl<T>,
    full_level: i16,
    rows: usize,
    convert: impl Fn(T::T) -> U,
) -> Result<Vec<Option<U>>> {
    const BATCH: usize = 8192;
    let mut cells = Vec::new();
    while cells.len() < rows {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let levels_wanted = (full_level > 0).then_some(&mut levels);
        let wanted = BATCH.min(rows - cells.len());
        let (records, ..) = reader.read_records(wanted, levels_wanted, None, &mut values).map_err(fault)?;
        if records == 0 {
            break;
        }
        let mut values = values.into_iter();
        if full_level == 0 {
            cells.extend(values.map(|v| Some(convert(v))));
        } else {
            for level in levels {
                let value = if level == full_level { values.next() } else { None };
                cells.push(value.map(&convert));
            }
        }
    }
    Ok(cells)
}

/// The column of byte strings: decimals, halves, or text.
fn bytes_column(
    cells: &[Option<Bytes>],
    name: &str,
    description: &ColumnDescriptor,
) -> Result<(Column, Missing)> {
    let missing = Missing::from_flags(cells.iter().map(Option::is_none));
    let numbers = |read: &dyn Fn(&Bytes) -> Option<f64>| {
        let values = cells.iter().map(|c| c.as_ref().map_or(Some(f64::NAN), read));
        values.collect::<Option<Vec<f64>>>().map(Column::Number)
    };
    let column = if let Some(scale) = decimal_scale(description) {
        numbers(&|bytes| big_endian(bytes).map(|v| decimal(v, scale)))
    } else if matches!(description.logical_type_ref(), Some(LogicalType::Float16)) {
        numbers(&|bytes| match bytes[..] {
            [low, high] => Some(half(u16::from_le_bytes([low, high]))),
            _ => None,
        })
    } else {
        let texts = cells.iter().map(|c| c.as_ref().map(|b| std::str::from_utf8(b)).transpose());
        let texts = texts.collect::<std::result::Result<Vec<_>, _>>();
        texts.ok().map(|texts| Column::from_text(&texts))
    };
    let column = column.ok_or_else(|| unsupported(format!("the binary column `{name}`")))?;
    Ok((column, missing))
}

fn is_unsigned(column: &ColumnDescriptor) -> bool {
    match column.logical_type_ref() {
        Some(LogicalType::Integer(integer)) => !integer.is_signed,
        _ => matches!(
            column.converted_type(),
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64
        ),
    }
}

/// Digits after the point, if the column is of decimals.
fn decimal_scale(column: &ColumnDescriptor) -> Option<i32> {
    match column.logical_type_ref() {
        Some(LogicalType::Decimal(decimal)) => Some(decimal.scale),
        _ => (column.converted_type() == ConvertedType::DECIMAL).then(|| column.type_scale()),
    }
}

/// `unscaled / 10^scale`, correctly rounded.
fn decimal(unscaled: i128, scale: i32) -> f64 {
    number(&format!("{unscaled}e{}", -i64::from(scale))).unwrap_or(f64::NAN)
}

/// A big-endian two's complement integer of at most 16 bytes.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let sign = if *bytes.first()? >= 0x80 { -1 } else { 0 };
    (bytes.len() <= 16).then(|| bytes.iter().fold(sign, |v, &byte| v << 8 | i128::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_file_of_endless_runs_is_refused() {
        assert!(check_size([1 << 20, 1 << 20].into_iter(), 8, 1000).is_ok());
        let error = check_size([i64::MAX, i64::MAX].into_iter(), 2, 1000).unwrap_err();
        let what = "18446744073709551614 rows of 2 columns in 1000 bytes";
        assert_eq!(error.to_string(), format!("Parquet with {what} is not supported"));
    }

    #[test]
    fn decimals_are_two_s_complement_and_correctly_rounded() {
        assert_eq!(big_endian(&[0xff, 0x85]), Some(-123));
        assert_eq!(big_endian(&[0x00, 0x80]), Some(128));
        assert_eq!(big_endian(&[]), None);
        assert_eq!(decimal(-123, 2), -1.23);
        assert_eq!(decimal(7, -3), 7000.0);
    }
}
