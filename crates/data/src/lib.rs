//! Tables and arrays, readers, and bundled data sets.
//!
//! [`read`] opens CSV, TSV, JSON, NDJSON, NPY, NPZ and Parquet files; [`bundled`] holds data sets by name, with source
//! and licence; [`nist`] the NIST reference problems with certified values. All give a [`Table`] of typed columns or
//! [`Arrays`] by name, whose columns are bound to the names of a formula by [`Table::column`], [`Table::columns`],
//! [`Table::codes`] and [`Table::one_hot`].
//!
//! Invariants: no bytes lead to a panic; nothing is allocated on a header's word; decimals are correctly rounded; a
//! value that is missing or not a number is never guessed, and the error names its row, line and column.
//!
//! ```
//! let iris = gradus_data::bundled::table("iris")?;
//! let x = iris.columns(&["petal_length", "petal_width"])?;
//! assert_eq!(x.shape(), [150, 2]);
//! assert_eq!(iris.codes("species")?.levels.len(), 3);
//! # Ok::<(), gradus_data::Error>(())
//! ```

mod array;
mod bind;
pub mod bundled;
mod column;
mod dataset;
mod describe;
mod error;
pub mod nist;
mod read;
mod spelling;
mod table;

pub use array::Array;
pub use bind::{Codes, OneHot};
pub use column::{Column, Kind, Missing};
pub use dataset::{Arrays, Dataset};
pub use describe::{Moments, Summary};
pub use error::{Cell, Error, Result};
pub use read::{CsvSettings, Format, read, read_bytes, read_str};
pub use table::{Provenance, Table};
