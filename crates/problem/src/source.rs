//! Where values come from: `@set`, `@set:column`, `file.csv:a,b`, `array.npy`, a number.
//!
//! Paths in a problem file are relative to the file, paths given beside it to the working directory.

use crate::Error;
use gradus_data::{Array, Dataset, bundled};
use std::path::{Path, PathBuf};

/// A value given beside the problem file: `name=source`.
///
/// ```
/// use gradus_problem::Override;
/// let given = Override::parse("y=@nile:volume").unwrap();
/// assert_eq!((given.name.as_str(), given.source.as_str()), ("y", "@nile:volume"));
/// assert!(Override::parse("y").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The declared name, or the name of a size.
    pub name: String,
    /// The number, file, or column.
    pub source: String,
}

impl Override {
    /// Reads `name=source`.
    ///
    /// # Errors
    /// [`Error::BadSource`] without a name or a source.
    pub fn parse(text: &str) -> Result<Override, Error> {
        match text.split_once('=') {
            Some((name, source)) if !name.trim().is_empty() && !source.trim().is_empty() => {
                Ok(Override { name: name.trim().to_owned(), source: source.trim().to_owned() })
            }
            _ => Err(Error::BadSource { text: text.to_owned() }),
        }
    }
}

/// What a source turned out to be.
pub(crate) enum Found {
    Number(f64),
    Whole(Dataset),
    /// A table and what is asked of it: column names, or an expression of columns.
    Part(Dataset, String),
}

/// Opens what a source names.
pub(crate) fn open(name: &str, source: &str) -> Result<Found, Error> {
    if let Ok(x) = source.parse::<f64>() {
        return Ok(Found::Number(x));
    }
    if let Some(set) = source.strip_prefix('@') {
        let (set, part) = match set.split_once(':') {
            Some((set, part)) => (set, Some(part)),
            None => (set, None),
        };
        let table = Dataset::Table(bundled::table(set).map_err(|e| Error::data(name, e))?);
        return Ok(part.map_or(Found::Whole(table.clone()), |p| Found::Part(table, p.to_owned())));
    }
    if let Some((path, part)) = source.rsplit_once(':')
        && !Path::new(source).exists()
    {
        return Ok(Found::Part(read(name, Path::new(path))?, part.to_owned()));
    }
    read(name, Path::new(source)).map(Found::Whole)
}

/// Reads a file.
pub(crate) fn read(name: &str, path: &Path) -> Result<Dataset, Error> {
    gradus_data::read(path).map_err(|e| Error::data(name, e))
}

/// A path of a problem file.
pub(crate) fn relative(base: Option<&Path>, path: &str) -> PathBuf {
    base.map_or_else(|| PathBuf::from(path), |b| b.join(path))
}

/// The columns of a table by name: one is a vector, several are a matrix.
pub(crate) fn columns(name: &str, data: &Dataset, part: &str) -> Result<Array, Error> {
    let names: Vec<&str> = part.split(',').map(str::trim).collect();
    let found = match names.as_slice() {
        [one] if !one.ends_with('*') => data.array(one),
        several => data.columns(several),
    };
    found.map_err(|e| Error::data(name, e))
}
