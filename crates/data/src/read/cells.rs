//! From cells of text to typed columns.
//!
//! A column is the first of these that all of its present cells fit: integer (64 bits), number (correctly rounded
//! decimal), boolean (`true`/`false` in any case), text. Blanks around a cell do not count. A column without a present
//! cell is one of missing numbers.

use crate::column::{Column, Missing};

/// The number that a text stands for, correctly rounded; `None` if it is none, if it overflows, or if it is NaN.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let value = text.parse::<f64>().ok()?;
    let spelt_infinite = text.trim_start_matches(['+', '-']).starts_with(['i', 'I']);
    (value.is_finite() || (value.is_infinite() && spelt_infinite)).then_some(value)
}

/// Truth values as they are written in files.
pub(crate) fn truth(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Reads a column of numbers cell by cell, for as long as every present cell is one.
pub(crate) enum Numbers {
    /// Every present cell so far is a whole number; no cell may have been present yet.
    Integers(Vec<i64>, Vec<bool>),
    /// Every present cell so far is a number; a missing one is NaN.
    Doubles(Vec<f64>),
    /// Some cell is no number.
    Words,
}

impl Numbers {
    pub(crate) fn new() -> Self {
        Self::Integers(Vec::new(), Vec::new())
    }

    /// Adds a cell; `None` is a missing one.
    pub(crate) fn push(&mut self, cell: Option<&str>) {
        match (&mut *self, cell) {
            (Self::Words, _) => {}
            (Self::Doubles(values), None) => values.push(f64::NAN),
            (Self::Doubles(values), Some(text)) => match number(text) {
                Some(value) => values.push(value),
                None => *self = Self::Words,
            },
            (Self::Integers(values, missing), cell) => {
                match cell.map_or(Ok(0), str::parse::<i64>) {
                    Ok(value) => {
                        values.push(value);
                        missing.push(cell.is_none());
                    }
                    Err(_) => {
                        // An integer rounds to the same double as its decimals do.
                        let double = |(&v, &gone): (&i64, &bool)| if gone { f64::NAN } else { v as f64 };
                        let doubles = values.iter().zip(missing.iter()).map(double);
                        *self = Self::Doubles(doubles.collect());
                        self.push(cell);
                    }
                }
            }
        }
    }

    /// The column and its missing cells, if every present cell is a number.
    pub(crate) fn finish(self) -> Option<(Column, Missing)> {
        match self {
            Self::Integers(values, missing) if missing.iter().all(|&gone| gone) => {
                Some((Column::Number(vec![f64::NAN; values.len()]), Missing::from_flags(missing)))
            }
            Self::Integers(values, missing) => Some((Column::Integer(values), Missing::from_flags(missing))),
            Self::Doubles(values) => {
                let missing = Missing::from_flags(values.iter().map(|v| v.is_nan()));
                Some((Column::Number(values), missing))
            }
            Self::Words => None,
        }
    }
}

/// The column of these cells, of which some are no numbers, and which of them are missing (`None`).
pub(crate) fn words(cells: &[Option<&str>]) -> (Column, Missing) {
    let missing = Missing::from_flags(cells.iter().map(Option::is_none));
    let truths: Option<Vec<bool>> = cells.iter().map(|c| c.map_or(Some(false), truth)).collect();
    (truths.map_or_else(|| Column::from_text(cells), Column::Boolean), missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Kind;

    #[test]
    fn the_narrowest_kind_is_taken() {
        let kind = |cells: &[&str]| {
            let cells: Vec<Option<&str>> = cells.iter().map(|&c| (!c.is_empty()).then_some(c)).collect();
            let mut numbers = Numbers::new();
            cells.iter().for_each(|c| numbers.push(*c));
            numbers.finish().unwrap_or_else(|| words(&cells)).0.kind()
        };
        assert_eq!(kind(&["1", "-2", "+3"]), Kind::Integer);
        assert_eq!(kind(&["", "1", ""]), Kind::Integer);
        assert_eq!(kind(&["1", "", "2.5"]), Kind::Number);
        assert_eq!(kind(&["", ""]), Kind::Number);
        assert_eq!(kind(&["9223372036854775808"]), Kind::Number);
        assert_eq!(kind(&["inf", "-1e-400"]), Kind::Number);
        assert_eq!(kind(&["True", "false"]), Kind::Boolean);
        assert_eq!(kind(&["1e999"]), Kind::Text);
        assert_eq!(kind(&["1", "x", "x"]), Kind::Category);
    }

    #[test]
    fn decimals_are_correctly_rounded() {
        // Half-way cases and a subnormal: Gay (1990); expected bits from the exact decimal expansions.
        assert_eq!(number("9007199254740993"), Some(9007199254740992.0));
        assert_eq!(number("9007199254740993.00000000000000000001"), Some(9007199254740994.0));
        assert_eq!(number("2.2250738585072011e-308").map(f64::to_bits), Some(0x000f_ffff_ffff_ffff));
        assert_eq!(number("NaN"), None);
    }
}
