//! One named column of a table: values of one kind, some of which may be missing.

use std::collections::BTreeMap;
use std::fmt;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Doubles.
    Number,
    /// Whole numbers of 64 bits.
    Integer,
    /// Text with few distinct values.
    Category,
    /// Text without repetitions.
    Text,
    /// True or false.
    Boolean,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Category => "category",
            Self::Text => "text",
            Self::Boolean => "boolean",
        })
    }
}

/// The values of a column. Where a value is missing, the entry is a filler: NaN, 0, the empty text, false.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Doubles; a missing value is NaN, and NaN is a missing value.
    Number(Vec<f64>),
    /// Whole numbers.
    Integer(Vec<i64>),
    /// `codes[i]` is the place of row i's text in `levels`, from 0; levels are distinct and sorted.
    Category {
        /// The distinct texts, in the order of their bytes.
        levels: Vec<String>,
        /// A place in `levels` for each row.
        codes: Vec<u32>,
    },
    /// Text as it stands.
    Text(Vec<String>),
    /// Truth values.
    Boolean(Vec<bool>),
}

impl Column {
    /// A column of text, stored as [`Column::Category`] if some value repeats, else as [`Column::Text`].
    ///
    /// `None` is a missing value.
    pub(crate) fn from_text(cells: &[Option<&str>]) -> Self {
        let mut levels: BTreeMap<&str, u32> = cells.iter().flatten().map(|&c| (c, 0)).collect();
        let present = cells.iter().flatten().count();
        if levels.len() == present || u32::try_from(levels.len()).is_err() {
            return Self::Text(cells.iter().map(|c| c.unwrap_or_default().to_owned()).collect());
        }
        for (code, place) in levels.values_mut().zip(0u32..) {
            *code = place;
        }
        let codes = cells.iter().map(|c| c.and_then(|c| levels.get(c)).copied().unwrap_or(0)).collect();
        Self::Category { levels: levels.into_keys().map(str::to_owned).collect(), codes }
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Number(v) => v.len(),
            Self::Integer(v) => v.len(),
            Self::Category { codes, .. } => codes.len(),
            Self::Text(v) => v.len(),
            Self::Boolean(v) => v.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the values are.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Number(_) => Kind::Number,
            Self::Integer(_) => Kind::Integer,
            Self::Category { .. } => Kind::Category,
            Self::Text(_) => Kind::Text,
            Self::Boolean(_) => Kind::Boolean,
        }
    }

    /// Row `i` as text: numbers as the shortest decimal that reads back to the same double. Empty outside the column.
    pub fn text(&self, i: usize) -> String {
        let found = match self {
            Self::Number(v) => v.get(i).map(f64::to_string),
            Self::Integer(v) => v.get(i).map(i64::to_string),
            Self::Category { levels, codes } => codes.get(i).and_then(|&c| levels.get(c as usize)).cloned(),
            Self::Text(v) => v.get(i).cloned(),
            Self::Boolean(v) => v.get(i).map(bool::to_string),
        };
        found.unwrap_or_default()
    }

    /// The rows at these places, in this order; places outside the column are left out.
    pub(crate) fn take(&self, rows: &[usize]) -> Self {
        fn pick<T: Clone>(v: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|&i| v.get(i).cloned()).collect()
        }
        match self {
            Self::Number(v) => Self::Number(pick(v, rows)),
            Self::Integer(v) => Self::Integer(pick(v, rows)),
            Self::Category { levels, codes } => {
                Self::Category { levels: levels.clone(), codes: pick(codes, rows) }
            }
            Self::Text(v) => Self::Text(pick(v, rows)),
            Self::Boolean(v) => Self::Boolean(pick(v, rows)),
        }
    }
}

/// Which rows of a column are missing: one bit for each row, and none at all if nothing is missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing {
    bits: Vec<u64>,
    count: usize,
}

impl Missing {
    /// The missing rows are those where `flags` is true.
    pub fn from_flags(flags: impl IntoIterator<Item = bool>) -> Self {
        let mut missing = Self::default();
        for (i, flag) in flags.into_iter().enumerate() {
            if flag {
                missing.bits.resize(missing.bits.len().max(i / 64 + 1), 0);
                missing.bits[i / 64] |= 1 << (i % 64);
                missing.count += 1;
            }
        }
        missing
    }

    /// Whether row `i`, from 0, is missing.
    pub fn at(&self, i: usize) -> bool {
        self.bits.get(i / 64).is_some_and(|word| word >> (i % 64) & 1 == 1)
    }

    /// How many rows are missing.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The first missing row, from 0.
    pub fn first(&self) -> Option<usize> {
        let (word, bits) = self.bits.iter().enumerate().find(|(_, bits)| **bits != 0)?;
        Some(64 * word + bits.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_rows_are_found_across_words() {
        let missing = Missing::from_flags((0..200).map(|i| i == 70 || i == 199));
        assert_eq!((missing.count(), missing.first()), (2, Some(70)));
        assert!(missing.at(70) && missing.at(199) && !missing.at(0) && !missing.at(1000));
        assert_eq!(Missing::from_flags([false; 9]), Missing::default());
    }

    #[test]
    fn text_that_repeats_is_a_category_with_sorted_levels() {
        let column = Column::from_text(&[Some("b"), None, Some("a"), Some("b")]);
        let levels = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(column, Column::Category { levels, codes: vec![1, 0, 0, 1] });
        assert_eq!(Column::from_text(&[Some("b"), Some("a")]).kind(), Kind::Text);
    }
}
