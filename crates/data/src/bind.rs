//! From columns to the vectors and matrices of a formula.
//!
//! A column of numbers becomes a vector, several become a matrix with a row for each observation, and a category
//! becomes integers 1..k or a one-hot matrix. Nothing is guessed: a missing value, a word among numbers or an integer
//! that no double equals is an error that names the first row at fault.

use crate::array::Array;
use crate::column::{Column, Missing};
use crate::error::{Error, Result};
use crate::read::cells::number;
use crate::table::{Table, unknown_column};

/// A category as integers.
#[derive(Debug, Clone, PartialEq)]
pub struct Codes {
    /// For each row, the place of its level, from 1.
    pub codes: Vec<usize>,
    /// The distinct values in their order: numbers by size, text by its bytes.
    pub levels: Vec<String>,
}

/// A category as a matrix of zeros and ones.
#[derive(Debug, Clone, PartialEq)]
pub struct OneHot {
    /// The `(n, k)` matrix: a row for each observation, with a single 1 in the column of its level.
    pub matrix: Array,
    /// The level of each column.
    pub levels: Vec<String>,
}

impl Table {
    /// A column as a vector of length `n`; true is 1 and false 0.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] with the nearest name, [`Error::Missing`] at the first missing value,
    /// [`Error::NotNumeric`] at the first word, [`Error::Inexact`] at an integer beyond the doubles.
    ///
    /// ```
    /// let nile = gradus_data::bundled::table("nile")?;
    /// assert_eq!(nile.column("volume")?[..3], [1120.0, 1160.0, 963.0]);
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    pub fn column(&self, name: &str) -> Result<Vec<f64>> {
        let (column, missing) = self.find(name)?;
        match column {
            Column::Number(values) => self.complete(name, missing).map(|()| values.clone()),
            Column::Boolean(values) => {
                self.complete(name, missing)?;
                Ok(values.iter().map(|&v| f64::from(u8::from(v))).collect())
            }
            Column::Integer(values) => {
                self.complete(name, missing)?;
                values.iter().enumerate().map(|(i, &v)| self.exact(name, i, v)).collect()
            }
            Column::Category { .. } | Column::Text(_) => Err(self.word(name, column, missing)),
        }
    }

    /// Several columns as the matrix `(n, k)`, a column of it for each name, in the order of the names.
    ///
    /// A name that ends in `*` stands for all columns that begin so, in the table's order.
    ///
    /// # Errors
    /// Those of [`Table::column`].
    ///
    /// ```
    /// let digits = gradus_data::bundled::table("digits")?;
    /// assert_eq!(digits.columns(&["pixel_*"])?.shape(), [1797, 64]);
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    pub fn columns(&self, names: &[&str]) -> Result<Array> {
        let columns = self.expand(names)?.iter().map(|n| self.column(n)).collect::<Result<Vec<_>>>()?;
        Ok(Array::from_columns(self.n_rows(), &columns))
    }

    /// The columns that these names stand for: see [`Table::columns`].
    ///
    /// # Errors
    /// [`Error::UnknownColumn`] for a pattern that no column fits.
    pub fn expand<'a>(&'a self, names: &[&'a str]) -> Result<Vec<&'a str>> {
        let mut expanded = Vec::new();
        for &name in names {
            match name.strip_suffix('*') {
                Some(prefix) if self.get(name).is_none() => {
                    let before = expanded.len();
                    expanded.extend(self.names().filter(|n| n.starts_with(prefix)));
                    if expanded.len() == before {
                        return Err(self.located(unknown_column(name, self.names())));
                    }
                }
                _ => expanded.push(name),
            }
        }
        Ok(expanded)
    }

    /// A column as integers from 1 to the number of its distinct values.
    ///
    /// # Errors
    /// [`Error::UnknownColumn`], and [`Error::Missing`] at the first missing value.
    ///
    /// ```
    /// let codes = gradus_data::bundled::table("iris")?.codes("species")?;
    /// assert_eq!(codes.levels, ["setosa", "versicolor", "virginica"]);
    /// assert_eq!((codes.codes[0], codes.codes[149]), (1, 3));
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    pub fn codes(&self, name: &str) -> Result<Codes> {
        let (column, missing) = self.find(name)?;
        self.complete(name, missing)?;
        Ok(match column {
            Column::Category { levels, codes } => {
                Codes { codes: codes.iter().map(|&c| c as usize + 1).collect(), levels: levels.clone() }
            }
            // Adding 0 turns -0 into 0, so that both are one level.
            Column::Number(values) => {
                let values: Vec<f64> = values.iter().map(|v| v + 0.0).collect();
                ranked(&values, f64::total_cmp, f64::to_string)
            }
            Column::Integer(values) => ranked(values, i64::cmp, i64::to_string),
            Column::Text(values) => ranked(values, String::cmp, String::clone),
            Column::Boolean(values) => ranked(values, bool::cmp, bool::to_string),
        })
    }

    /// A column as a matrix `(n, k)` with a column for each of its `k` distinct values.
    ///
    /// # Errors
    /// Those of [`Table::codes`].
    ///
    /// ```
    /// let hot = gradus_data::bundled::table("iris")?.one_hot("species")?;
    /// assert_eq!(hot.matrix.shape(), [150, 3]);
    /// assert_eq!(hot.matrix.values()[..3], [1.0, 0.0, 0.0]);
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    pub fn one_hot(&self, name: &str) -> Result<OneHot> {
        let Codes { codes, levels } = self.codes(name)?;
        let mut values = vec![0.0; codes.len() * levels.len()];
        for (i, &code) in codes.iter().enumerate() {
            values[i * levels.len() + code - 1] = 1.0;
        }
        Ok(OneHot { matrix: Array::new(vec![codes.len(), levels.len()], values)?, levels })
    }

    /// A column of two levels as -1 (the first level) and 1 (the second): the labels of a margin loss.
    ///
    /// # Errors
    /// Those of [`Table::codes`], and [`Error::Levels`] unless there are two.
    ///
    /// ```
    /// let y = gradus_data::bundled::table("breast_cancer")?.signs("diagnosis")?;
    /// assert_eq!(y.iter().filter(|&&v| v == -1.0).count(), 357); // benign
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    pub fn signs(&self, name: &str) -> Result<Vec<f64>> {
        let Codes { codes, mut levels } = self.codes(name)?;
        if levels.len() != 2 {
            let found = levels.len();
            levels.truncate(5);
            let error = Error::Levels { column: name.to_owned(), expected: 2, found, levels };
            return Err(self.located(error));
        }
        Ok(codes.iter().map(|&c| if c == 1 { -1.0 } else { 1.0 }).collect())
    }

    fn complete(&self, name: &str, missing: &Missing) -> Result<()> {
        match missing.first() {
            None => Ok(()),
            Some(row) => {
                let error = Error::Missing { cell: self.cell(name, row), count: missing.count() };
                Err(self.located(error))
            }
        }
    }

    fn exact(&self, name: &str, row: usize, v: i64) -> Result<f64> {
        let double = v as f64;
        if double as i128 == i128::from(v) {
            return Ok(double);
        }
        let error = Error::Inexact { cell: self.cell(name, row), value: v.to_string() };
        Err(self.located(error))
    }

    /// The error for a column of text where numbers are needed, at its first cell that is no number.
    fn word(&self, name: &str, column: &Column, missing: &Missing) -> Error {
        let present = || (0..column.len()).filter(|&i| !missing.at(i));
        let row = present().find(|&i| number(&column.text(i)).is_none()).or(present().next()).unwrap_or(0);
        self.located(Error::NotNumeric { cell: self.cell(name, row), value: column.text(row) })
    }
}

/// Each value's place, from 1, among the distinct values in their order.
fn ranked<T: Clone>(
    values: &[T],
    order: impl Fn(&T, &T) -> std::cmp::Ordering,
    text: impl Fn(&T) -> String,
) -> Codes {
    let mut distinct = values.to_vec();
    distinct.sort_by(&order);
    distinct.dedup_by(|a, b| order(a, b).is_eq());
    let codes = values.iter().map(|v| distinct.partition_point(|d| order(d, v).is_lt()) + 1).collect();
    Codes { codes, levels: distinct.iter().map(text).collect() }
}
