//! What can go wrong with data, and where: every error names the row, line, column or byte at fault.

use std::fmt;
use std::path::PathBuf;

/// The place of one cell: the data row from 1, the line of the file from 1 where there is one, and the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Name of the column.
    pub column: String,
    /// Data row, counted from 1; a header is not a row.
    pub row: usize,
    /// Line of the text file on which the row begins, counted from 1.
    pub line: Option<u64>,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.row)?;
        if let Some(line) = self.line {
            write!(f, " (line {line})")?;
        }
        write!(f, ", column `{}`", self.column)
    }
}

/// Why data could not be read or bound.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be opened or read.
    #[error("cannot read `{}`: {source}", path.display())]
    Io {
        /// The file asked for.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// An error of the contents, with the name of what was being read.
    #[error("{origin}: {error}")]
    In {
        /// File or data set.
        origin: String,
        /// What is wrong there.
        error: Box<Error>,
    },
    /// Neither the extension nor the first bytes tell the format.
    #[error("`{}` is in no known format; known are .csv .tsv .json .ndjson .npy .npz .parquet", path.display())]
    UnknownFormat {
        /// The file asked for.
        path: PathBuf,
    },
    /// Nothing to read.
    #[error("empty: {what}")]
    Empty {
        /// What was looked for.
        what: String,
    },
    /// Text that is not UTF-8.
    #[error("line {line} is not UTF-8 text (byte 0x{byte:02x}); save the file as UTF-8")]
    NotUtf8 {
        /// Line of the first bad byte.
        line: u64,
        /// That byte.
        byte: u8,
    },
    /// A row with more or fewer cells than the first.
    #[error("line {line} has {found} cells where {expected} are expected")]
    Ragged {
        /// Line on which the row begins.
        line: u64,
        /// Cells in the first row.
        expected: usize,
        /// Cells in this row.
        found: usize,
    },
    /// Two columns of one name.
    #[error("column name `{name}` appears twice, as columns {first} and {second}")]
    DuplicateColumn {
        /// The name.
        name: String,
        /// Position of the first, from 1.
        first: usize,
        /// Position of the second, from 1.
        second: usize,
    },
    /// Columns of different lengths.
    #[error("column `{name}` has {found} rows where {expected} are expected")]
    Length {
        /// The column.
        name: String,
        /// Rows in the first column.
        expected: usize,
        /// Rows in this one.
        found: usize,
    },
    /// Bytes that break the rules of their format.
    #[error("malformed {format}: {problem}")]
    Malformed {
        /// Name of the format.
        format: &'static str,
        /// The rule broken, and where.
        problem: String,
    },
    /// Well-formed, and outside what is read here.
    #[error("{format} with {what} is not supported")]
    Unsupported {
        /// Name of the format.
        format: &'static str,
        /// The feature.
        what: String,
    },
    /// Fewer bytes than the header promises.
    #[error("truncated {format}: {expected} bytes are promised, {found} are there")]
    Truncated {
        /// Name of the format.
        format: &'static str,
        /// Bytes promised.
        expected: u128,
        /// Bytes present.
        found: u64,
    },
    /// No such column or array.
    #[error("no column `{name}`{}; there are {}", suggest(.suggestion), .known.join(", "))]
    UnknownColumn {
        /// The name asked for.
        name: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// No such bundled data set.
    #[error("no bundled data set `{name}`{}", suggest(.suggestion))]
    UnknownDataset {
        /// The name asked for.
        name: String,
        /// The nearest name, if one is near.
        suggestion: Option<String>,
    },
    /// A value is needed and none is there.
    #[error("{cell}: the value is missing ({count} missing in this column)")]
    Missing {
        /// The first place without a value.
        cell: Cell,
        /// How many the column lacks.
        count: usize,
    },
    /// A number is needed and text is there.
    #[error("{cell}: `{value}` is not a number")]
    NotNumeric {
        /// The first place at fault.
        cell: Cell,
        /// What is there.
        value: String,
    },
    /// An integer that no double equals.
    #[error("{cell}: the integer {value} has no exact double")]
    Inexact {
        /// The first place at fault.
        cell: Cell,
        /// What is there.
        value: String,
    },
    /// A column that should have a given number of levels.
    #[error("column `{column}` has {found} levels ({}) where {expected} are expected", .levels.join(", "))]
    Levels {
        /// The column.
        column: String,
        /// Levels wanted.
        expected: usize,
        /// Levels there.
        found: usize,
        /// The first of them.
        levels: Vec<String>,
    },
    /// An array of another shape than is asked for.
    #[error("array `{name}` has shape {found:?} where {expected} is expected")]
    Shape {
        /// The array.
        name: String,
        /// What was asked for, in words.
        expected: String,
        /// Its shape.
        found: Vec<usize>,
    },
}

impl Error {
    /// The same error with the name of what was being read before it.
    pub(crate) fn within(self, origin: &str) -> Self {
        match self {
            Self::In { .. } | Self::Io { .. } | Self::UnknownFormat { .. } => self,
            error => Self::In { origin: origin.to_owned(), error: Box::new(error) },
        }
    }

    /// The error itself, without the name of the file around it.
    pub fn kind(&self) -> &Self {
        match self {
            Self::In { error, .. } => error.kind(),
            other => other,
        }
    }
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

fn suggest(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map(|s| format!("; did you mean `{s}`?")).unwrap_or_default()
}
