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

/// The column of these cells, and which of them are missing (`None`).
pub(crate) fn column(cells: &[Option<&str>]) -> (Column, Missing) {
    let missing = Missing::from_flags(cells.iter().map(Option::is_none));
    let column = if missing.count() == cells.len() {
        Column::Number(vec![f64::NAN; cells.len()])
    } else {
        every(cells, 0, |c| c.parse::<i64>().ok())
            .map(Column::Integer)
            .or_else(|| every(cells, f64::NAN, number).map(Column::Number))
            .or_else(|| every(cells, false, truth).map(Column::Boolean))
            .unwrap_or_else(|| Column::from_text(cells))
    };
    (column, missing)
}

fn every<T: Copy>(cells: &[Option<&str>], filler: T, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    cells.iter().map(|c| c.map_or(Some(filler), &read)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Kind;

    #[test]
    fn the_narrowest_kind_is_taken() {
        let kind = |cells: &[&str]| column(&cells.iter().map(|&c| Some(c)).collect::<Vec<_>>()).0.kind();
        assert_eq!(kind(&["1", "-2", "+3"]), Kind::Integer);
        assert_eq!(kind(&["1", "2.5"]), Kind::Number);
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
