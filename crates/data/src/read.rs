//! Reading files and bytes: the format is told by the extension, else by the first bytes.

pub(crate) mod cells;
pub(crate) mod csv;
mod json;
mod npy;
mod npz;
mod parquet;

use std::io::Read;
use std::path::Path;

use crate::dataset::{Arrays, Dataset};
use crate::error::{Error, Result};
use crate::table::Provenance;
pub use csv::CsvSettings;

/// The most bytes that a compressed file may unpack to (1 GiB), so that a small file cannot fill the memory.
const LARGEST_UNPACKED: u64 = 1 << 30;

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Values separated by commas, as text: see [`CsvSettings`]. If the first line has semicolons and no comma, they
    /// separate.
    Csv,
    /// Values separated by tabs, as text.
    Tsv,
    /// JSON: an array of objects is a table, an object of arrays a table or arrays by name.
    Json,
    /// JSON objects, one on each line: a table.
    Ndjson,
    /// One array of NumPy's.
    Npy,
    /// Several arrays of NumPy's in a ZIP archive.
    Npz,
    /// Apache Parquet with flat columns.
    Parquet,
    /// A file of the NIST Statistical Reference Datasets: see [`crate::nist`].
    Nist,
}

impl Format {
    /// The format of this file extension, in any case and without its dot.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Some(match extension.to_ascii_lowercase().as_str() {
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "npy" => Self::Npy,
            "npz" => Self::Npz,
            "parquet" | "pq" => Self::Parquet,
            _ => return None,
        })
    }

    /// The format that these bytes begin like.
    ///
    /// Text counts as TSV or CSV if its first line has a tab or a comma.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(b"\x93NUMPY") {
            return Some(Self::Npy);
        } else if bytes.starts_with(b"PK\x03\x04") {
            return Some(Self::Npz);
        } else if bytes.starts_with(b"PAR1") {
            return Some(Self::Parquet);
        }
        let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
        let line = text.lines().next()?;
        if text.starts_with("NIST/ITL StRD")
            || (text.starts_with("File Name:") && text.contains("\nDataset Name:"))
        {
            Some(Self::Nist)
        } else if text.starts_with('{')
            && line.trim_end().ends_with('}')
            && text.trim_end() != line.trim_end()
        {
            Some(Self::Ndjson)
        } else if text.starts_with(['{', '[']) {
            Some(Self::Json)
        } else if line.contains('\t') {
            Some(Self::Tsv)
        } else if line.contains(',') {
            Some(Self::Csv)
        } else {
            None
        }
    }
}

/// Reads a file; `.gz` after another extension is unpacked first.
///
/// The array of an NPY file is named by the file, without its extension.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read, [`Error::UnknownFormat`], and those of its format, all with the file's
/// name.
///
/// ```no_run
/// let data = gradus_data::read("penguins.csv")?;
/// let x = data.columns(&["bill_length_mm", "bill_depth_mm"])?;
/// # Ok::<(), gradus_data::Error>(())
/// ```
pub fn read(path: impl AsRef<Path>) -> Result<Dataset> {
    let path = path.as_ref();
    let io = |source| Error::Io { path: path.to_path_buf(), source };
    let mut bytes = std::fs::read(path).map_err(io)?;
    let mut name = path.to_path_buf();
    if bytes.starts_with(b"\x1f\x8b") {
        bytes = gunzip(&bytes).map_err(|e| e.within(&path.display().to_string()))?;
        name.set_extension("");
    }
    let format = name
        .extension()
        .and_then(|e| Format::from_extension(&e.to_string_lossy()))
        .or_else(|| Format::detect(&bytes))
        .ok_or_else(|| Error::UnknownFormat { path: path.to_path_buf() });
    let stem = name.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let origin = path.display().to_string();
    let data = match (format, bytes.is_empty()) {
        (_, true) => Err(Error::Empty { what: "the file has no bytes".to_owned() }),
        (Err(unknown), _) => return Err(unknown),
        (Ok(format), _) => read_named(&bytes, format, &stem),
    };
    let provenance = Provenance { origin: origin.clone(), ..Provenance::default() };
    data.map(|d| d.with_provenance(provenance)).map_err(|e| e.within(&origin))
}

/// Reads bytes of a given format; the array of an NPY file is named `data`.
///
/// # Errors
/// Those of the format; no bytes lead to a panic.
pub fn read_bytes(bytes: &[u8], format: Format) -> Result<Dataset> {
    read_named(bytes, format, "data")
}

/// Reads text of a given format.
///
/// # Errors
/// Those of the format; no text leads to a panic.
///
/// ```
/// use gradus_data::{Format, read_str};
/// let data = read_str("x,y\n1,2\n3,4\n", Format::Csv)?;
/// assert_eq!(data.columns(&["x", "y"])?.values(), [1.0, 2.0, 3.0, 4.0]);
/// let error = read_str("x,y\n1,2\n3\n", Format::Csv).unwrap_err();
/// assert_eq!(error.to_string(), "line 3 has 1 cells where 2 are expected");
/// # Ok::<(), gradus_data::Error>(())
/// ```
pub fn read_str(text: &str, format: Format) -> Result<Dataset> {
    read_bytes(text.as_bytes(), format)
}

fn read_named(bytes: &[u8], format: Format, name: &str) -> Result<Dataset> {
    Ok(match format {
        Format::Csv => {
            let text = utf8(bytes)?;
            let first = text.lines().next().unwrap_or_default();
            // A comma may be decimal where semicolons separate: `1,5;2`.
            let is_cell =
                |cell: &str| !cell.contains(',') || cells::number(&cell.replacen(',', ".", 1)).is_some();
            let decimal_comma = first.contains(';') && first.split(';').all(is_cell);
            let delimiter = if decimal_comma { b';' } else { b',' };
            Dataset::Table(CsvSettings { delimiter, decimal_comma, ..CsvSettings::default() }.read(text)?)
        }
        Format::Tsv => {
            Dataset::Table(CsvSettings { delimiter: b'\t', ..CsvSettings::default() }.read(utf8(bytes)?)?)
        }
        Format::Json => json::read(utf8(bytes)?, name)?,
        Format::Ndjson => Dataset::Table(json::read_lines(utf8(bytes)?)?),
        Format::Npy => Dataset::Arrays(Arrays::new(vec![(name.to_owned(), npy::read(bytes)?)])?),
        Format::Npz => Dataset::Arrays(npz::read(bytes)?),
        Format::Parquet => Dataset::Table(parquet::read(bytes)?),
        Format::Nist => Dataset::Table(crate::nist::NistProblem::parse(utf8(bytes)?)?.data),
    })
}

/// The text of these bytes.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|e| {
        let (good, bad) = bytes.split_at(e.valid_up_to());
        let line = 1 + good.iter().filter(|&&b| b == b'\n').count() as u64;
        Error::NotUtf8 { line, byte: bad.first().copied().unwrap_or_default() }
    })
}

/// Unpacks a gzip file.
pub(crate) fn gunzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(LARGEST_UNPACKED + 1);
    reader
        .read_to_end(&mut unpacked)
        .map_err(|e| Error::Malformed { format: "gzip", problem: e.to_string() })?;
    if unpacked.len() as u64 > LARGEST_UNPACKED {
        return Err(Error::Unsupported { format: "gzip", what: "more than 1 GiB of contents".to_owned() });
    }
    Ok(unpacked)
}
