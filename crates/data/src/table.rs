//! Tables: named columns of one length, with the places of missing values and the origin of it all.

use std::collections::HashMap;

use crate::column::{Column, Kind, Missing};
use crate::error::{Cell, Error, Result};
use crate::spelling::nearest;

/// Where data come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The file read, or the name of the bundled set; empty for data made in memory.
    pub origin: String,
    /// Who published the data and how they were obtained, where that is known.
    pub source: Option<String>,
    /// The terms of use, where they are known.
    pub licence: Option<String>,
}

/// On which line of its text file each row begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Lines {
    /// Not from a text file of lines.
    #[default]
    None,
    /// Row i, from 0, begins on line `first + i`.
    From(u64),
    /// Row i begins on line `lines[i]`.
    Each(Vec<u64>),
}

impl Lines {
    /// The shortest form of these lines.
    pub(crate) fn new(lines: Vec<u64>) -> Self {
        match lines.first() {
            Some(&first) if lines.iter().zip(first..).all(|(&line, place)| line == place) => {
                Self::From(first)
            }
            Some(_) => Self::Each(lines),
            None => Self::None,
        }
    }

    fn at(&self, row: usize) -> Option<u64> {
        match self {
            Self::None => None,
            Self::From(first) => Some(first + row as u64),
            Self::Each(lines) => lines.get(row).copied(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Named {
    name: String,
    column: Column,
    missing: Missing,
}

/// Named columns of one length.
///
/// ```
/// use gradus_data::{Column, Table};
/// let table = Table::new([("x", Column::Number(vec![1.0, 2.0])), ("y", Column::Integer(vec![3, 4]))])?;
/// assert_eq!(table.n_rows(), 2);
/// assert_eq!(table.columns(&["y", "x"])?.values(), [3.0, 1.0, 4.0, 2.0]);
/// # Ok::<(), gradus_data::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    columns: Vec<Named>,
    places: HashMap<String, usize>,
    rows: usize,
    lines: Lines,
    provenance: Provenance,
}

impl Table {
    /// A table of these columns; NaN in a number column is a missing value.
    ///
    /// # Errors
    /// [`Error::Length`] if columns differ in length, [`Error::DuplicateColumn`] if two have one name.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = (N, Column)>) -> Result<Self> {
        let mut table = Self::default();
        for (name, column) in columns {
            table.push(name.into(), column, Missing::default())?;
        }
        Ok(table)
    }

    /// Adds a column whose missing rows are those given, and those of NaN.
    ///
    /// # Errors
    /// [`Error::Length`] if it has not as many rows as the table, [`Error::DuplicateColumn`] if its name is taken.
    pub fn push(&mut self, name: String, mut column: Column, missing: Missing) -> Result<()> {
        if !self.columns.is_empty() && column.len() != self.rows {
            return Err(Error::Length { name, expected: self.rows, found: column.len() });
        }
        if let Some(&first) = self.places.get(&name) {
            return Err(Error::DuplicateColumn { name, first: first + 1, second: self.columns.len() + 1 });
        }
        let mut missing = missing;
        if let Column::Number(values) = &mut column {
            for (i, v) in values.iter_mut().enumerate() {
                if missing.at(i) {
                    *v = f64::NAN;
                }
            }
            missing = Missing::from_flags(values.iter().map(|v| v.is_nan()));
        }
        self.rows = column.len();
        self.places.insert(name.clone(), self.columns.len());
        self.columns.push(Named { name, column, missing });
        Ok(())
    }

    /// The same table with its origin.
    #[must_use]
    pub fn with_provenance(mut self, provenance: Provenance) -> Self {
        self.provenance = provenance;
        self
    }

    pub(crate) fn with_lines(mut self, lines: Lines) -> Self {
        self.lines = lines;
        self
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// Where the data come from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Names of the columns, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.columns.iter().map(|c| c.name.as_str())
    }

    /// The values of a column and its missing rows, or `None` if there is no such column.
    pub fn get(&self, name: &str) -> Option<(&Column, &Missing)> {
        self.places.get(name).and_then(|&j| self.columns.get(j)).map(|c| (&c.column, &c.missing))
    }

    /// Every column: name, values, missing rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Column, &Missing)> {
        self.columns.iter().map(|c| (c.name.as_str(), &c.column, &c.missing))
    }

    /// What the values of a column are.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.get(name).map(|(column, _)| column.kind())
    }

    /// The values of a column and its missing rows.
    pub(crate) fn find(&self, name: &str) -> Result<(&Column, &Missing)> {
        self.get(name).ok_or_else(|| self.located(unknown_column(name, self.names())))
    }

    /// The place of a cell, the row given from 0.
    pub(crate) fn cell(&self, column: &str, row: usize) -> Cell {
        Cell { column: column.to_owned(), row: row + 1, line: self.lines.at(row) }
    }

    /// An error with the table's origin before it, if it has one.
    pub(crate) fn located(&self, error: Error) -> Error {
        if self.provenance.origin.is_empty() { error } else { error.within(&self.provenance.origin) }
    }

    /// The rows in which none of the named columns is missing (of any column, if none is named), and how many
    /// rows were left out.
    ///
    /// ```
    /// use gradus_data::bundled;
    /// let (table, dropped) = bundled::table("penguins")?.drop_missing(&["sex", "body_mass_g"])?;
    /// assert_eq!((table.n_rows(), dropped), (333, 11));
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownColumn`].
    pub fn drop_missing(&self, names: &[&str]) -> Result<(Self, usize)> {
        let missing = if names.is_empty() {
            self.columns.iter().map(|c| &c.missing).collect::<Vec<_>>()
        } else {
            names.iter().map(|n| Ok(self.find(n)?.1)).collect::<Result<_>>()?
        };
        let kept: Vec<usize> = (0..self.rows).filter(|&i| !missing.iter().any(|m| m.at(i))).collect();
        Ok((self.take(&kept), self.rows - kept.len()))
    }

    fn take(&self, rows: &[usize]) -> Self {
        let columns = self.columns.iter().map(|c| Named {
            name: c.name.clone(),
            column: c.column.take(rows),
            missing: Missing::from_flags(rows.iter().map(|&i| c.missing.at(i))),
        });
        let lines = match self.lines {
            Lines::None => Lines::None,
            Lines::From(_) | Lines::Each(_) => {
                Lines::new(rows.iter().filter_map(|&i| self.lines.at(i)).collect())
            }
        };
        Self {
            columns: columns.collect(),
            places: self.places.clone(),
            rows: rows.len(),
            lines,
            provenance: self.provenance.clone(),
        }
    }
}

/// The error for a name that is not among those known.
pub(crate) fn unknown_column<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Error {
    Error::UnknownColumn {
        name: name.to_owned(),
        suggestion: nearest(name, known.clone()),
        known: known.map(str::to_owned).collect(),
    }
}
