//! What a file holds: a table, or arrays by name.

use crate::array::Array;
use crate::bind::{Codes, OneHot};
use crate::column::Column;
use crate::error::{Cell, Error, Result};
use crate::table::{Provenance, Table, unknown_column};

/// Arrays by name, as in an NPZ archive or a JSON object; a scalar is an array of shape `[]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Arrays {
    entries: Vec<(String, Array)>,
    /// Entries of the file that are no arrays of numbers: format, name, and what is there instead.
    unfit: Vec<(&'static str, String, String)>,
    provenance: Provenance,
}

impl Arrays {
    /// Arrays under these names.
    ///
    /// # Errors
    /// [`Error::DuplicateColumn`] if two have one name.
    pub fn new(entries: Vec<(String, Array)>) -> Result<Self> {
        let mut seen = std::collections::HashMap::new();
        for (place, (name, _)) in entries.iter().enumerate() {
            if let Some(first) = seen.insert(name.as_str(), place + 1) {
                return Err(Error::DuplicateColumn { name: name.clone(), first, second: place + 1 });
            }
        }
        Ok(Self { entries, ..Self::default() })
    }

    /// The same arrays, beside entries that are none; who asks for one of those is told what is there.
    pub(crate) fn with_unfit(mut self, unfit: Vec<(&'static str, String, String)>) -> Self {
        self.unfit = unfit;
        self
    }

    /// The names, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    /// The array of this name.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] with the nearest name, [`Error::Malformed`] for an entry that is no array of numbers.
    pub fn get(&self, name: &str) -> Result<&Array> {
        if let Some((_, array)) = self.entries.iter().find(|(n, _)| n == name) {
            return Ok(array);
        }
        match self.unfit.iter().find(|(_, n, _)| n == name) {
            Some((format, _, problem)) => Err(Error::Malformed { format, problem: problem.clone() }),
            None => Err(unknown_column(name, self.names())),
        }
    }

    /// Names and arrays, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Array)> {
        self.entries.iter().map(|(name, array)| (name.as_str(), array))
    }

    /// The same arrays as a table, if every one is a vector and all have one length.
    fn as_table(&self) -> Result<Table> {
        let mut table = Table::default().with_provenance(self.provenance.clone());
        for (name, array) in &self.entries {
            if array.shape().len() == 1 && (table.n_columns() == 0 || array.values().len() == table.n_rows())
            {
                table.push(name.clone(), Column::Number(array.values().to_vec()), Default::default())?;
            }
        }
        Ok(table)
    }
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Dataset {
    /// Columns of one length.
    Table(Table),
    /// Arrays by name, of any shapes.
    Arrays(Arrays),
}

impl Dataset {
    /// The names of columns or arrays, in their order.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Table(table) => table.names().collect(),
            Self::Arrays(arrays) => arrays.names().collect(),
        }
    }

    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::Arrays(_) => None,
        }
    }

    /// Where the data come from.
    pub fn provenance(&self) -> &Provenance {
        match self {
            Self::Table(table) => table.provenance(),
            Self::Arrays(arrays) => &arrays.provenance,
        }
    }

    /// The same data with their origin.
    #[must_use]
    pub fn with_provenance(self, provenance: Provenance) -> Self {
        match self {
            Self::Table(table) => Self::Table(table.with_provenance(provenance)),
            Self::Arrays(arrays) => Self::Arrays(Arrays { provenance, ..arrays }),
        }
    }

    /// An array by its name, in its own shape; a column of a table is a vector.
    ///
    /// # Errors
    /// Those of [`Table::column`]; NaN in an array is a missing value ([`Arrays::get`] lets it pass).
    pub fn array(&self, name: &str) -> Result<Array> {
        match self {
            Self::Table(table) => table.column(name).map(Array::vector),
            Self::Arrays(arrays) => {
                let array = arrays.get(name).and_then(|array| present(name, array));
                array.cloned().map_err(|e| self.located(e))
            }
        }
    }

    /// The only array of the data: that of an NPY file, or the single entry of an archive; a table of one column.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] that lists the names, if there is not just one.
    pub fn only(&self) -> Result<Array> {
        match self.names()[..] {
            [name] => self.array(name),
            _ => Err(self.located(unknown_column("", self.names().into_iter()))),
        }
    }

    /// A column as a vector: see [`Table::column`]; of arrays, one that is a vector, or a matrix of one column.
    ///
    /// # Errors
    /// Those of [`Table::column`], and [`Error::Shape`] for an array that is no vector.
    pub fn column(&self, name: &str) -> Result<Vec<f64>> {
        match self {
            Self::Table(table) => table.column(name),
            Self::Arrays(arrays) => {
                let array = arrays.get(name).map_err(|e| self.located(e))?;
                if !matches!(array.shape(), [_] | [_, 1]) {
                    return Err(self.located(Error::Shape {
                        name: name.to_owned(),
                        expected: "a vector".to_owned(),
                        found: array.shape().to_vec(),
                    }));
                }
                let array = present(name, array).map_err(|e| self.located(e))?;
                Ok(array.values().to_vec())
            }
        }
    }

    /// Several columns as a matrix `(n, k)`: see [`Table::columns`].
    ///
    /// # Errors
    /// Those of [`Dataset::column`], and [`Error::Length`] for vectors of different lengths.
    pub fn columns(&self, names: &[&str]) -> Result<Array> {
        let Self::Arrays(_) = self else {
            return self.as_table()?.columns(names);
        };
        let mut table = Table::default().with_provenance(self.provenance().clone());
        for &name in names {
            let values = Column::Number(self.column(name)?);
            // The same vector twice is the same column twice.
            if table.get(name).is_none() {
                table.push(name.to_owned(), values, Default::default()).map_err(|e| self.located(e))?;
            }
        }
        table.columns(names)
    }

    /// A category as integers from 1: see [`Table::codes`].
    ///
    /// # Errors
    /// Those of [`Table::codes`].
    pub fn codes(&self, name: &str) -> Result<Codes> {
        self.vector_table(name)?.codes(name)
    }

    /// A category as a matrix of zeros and ones: see [`Table::one_hot`].
    ///
    /// # Errors
    /// Those of [`Table::one_hot`].
    pub fn one_hot(&self, name: &str) -> Result<OneHot> {
        self.vector_table(name)?.one_hot(name)
    }

    /// A column of two levels as -1 and 1: see [`Table::signs`].
    ///
    /// # Errors
    /// Those of [`Table::signs`].
    pub fn signs(&self, name: &str) -> Result<Vec<f64>> {
        self.vector_table(name)?.signs(name)
    }

    /// The table itself, or the table of those arrays that are vectors as long as the first of them.
    ///
    /// # Errors
    /// None for a table or for arrays with distinct names.
    pub fn as_table(&self) -> Result<std::borrow::Cow<'_, Table>> {
        match self {
            Self::Table(table) => Ok(std::borrow::Cow::Borrowed(table)),
            Self::Arrays(arrays) => arrays.as_table().map(std::borrow::Cow::Owned),
        }
    }

    fn vector_table(&self, name: &str) -> Result<std::borrow::Cow<'_, Table>> {
        if let Self::Table(table) = self {
            return Ok(std::borrow::Cow::Borrowed(table));
        }
        let table = Table::new([(name, Column::Number(self.column(name)?))])?;
        Ok(std::borrow::Cow::Owned(table.with_provenance(self.provenance().clone())))
    }

    fn located(&self, error: Error) -> Error {
        let origin = &self.provenance().origin;
        if origin.is_empty() { error } else { error.within(origin) }
    }
}

/// The array itself, unless NaN is in it.
fn present<'a>(name: &str, array: &'a Array) -> Result<&'a Array> {
    let Some(place) = array.values().iter().position(|v| v.is_nan()) else {
        return Ok(array);
    };
    let (row, column) = match array.shape() {
        [] | [_] => (place, name.to_owned()),
        [_, rest @ ..] => {
            let width = rest.iter().product::<usize>();
            let mut within = place % width;
            let mut index: Vec<String> = rest
                .iter()
                .rev()
                .map(|n| {
                    let i = within % n;
                    within /= n;
                    (i + 1).to_string()
                })
                .collect();
            index.reverse();
            (place / width, format!("{name}[:, {}]", index.join(", ")))
        }
    };
    let count = array.values().iter().filter(|v| v.is_nan()).count();
    Err(Error::Missing { cell: Cell { column, row: row + 1, line: None }, count })
}
