//! Numbers, vectors and matrices as people read them, and as JSON.

use serde_json::{Number, Value};

/// Rows and columns shown before the rest is left out.
const ROWS: usize = 20;
const COLUMNS: usize = 12;

/// The shortest decimal that reads back to the same number; very large and small ones with an exponent.
pub(crate) fn exact(x: f64) -> String {
    if x.is_nan() {
        return "NaN".to_owned();
    }
    if x == 0.0 || !x.is_finite() || (1e-5..1e16).contains(&x.abs()) {
        format!("{x}")
    } else {
        format!("{x:e}")
    }
}

/// With a number of significant digits, without zeros at the end.
pub(crate) fn rounded(x: f64, digits: usize) -> String {
    if !x.is_finite() || x == 0.0 {
        return exact(x);
    }
    let scientific = format!("{x:.*e}", digits.max(1) - 1);
    let rounded: f64 = scientific.parse().unwrap_or(x);
    exact(rounded)
}

/// `x` with four digits, or with as many as tell it from `other`.
pub(crate) fn apart(x: f64, other: f64) -> String {
    (4..=17)
        .map(|d| (rounded(x, d), rounded(other, d)))
        .find(|(a, b)| a != b)
        .map_or_else(|| exact(x), |(a, _)| a)
}

/// A tensor as text: scalars exactly, others with `digits` digits in aligned columns.
pub(crate) fn show(shape: &[usize], data: &[f64], digits: usize) -> String {
    match *shape {
        [] => data.first().map_or_else(String::new, |x| exact(*x)),
        [n] if n <= COLUMNS => {
            let all: Vec<String> = data.iter().map(|x| rounded(*x, digits)).collect();
            format!("[{}]", all.join(", "))
        }
        [n] => {
            let mut all: Vec<String> = data.iter().take(COLUMNS - 1).map(|x| rounded(*x, digits)).collect();
            all.push("...".to_owned());
            all.extend(data.last().map(|x| rounded(*x, digits)));
            format!("[{}]  ({n} entries)", all.join(", "))
        }
        [n, m] => matrix(n, m, data, digits),
        [ref lead @ .., n, m] => {
            let blocks: usize = lead.iter().product();
            let mut out = String::new();
            for k in 0..blocks.min(ROWS) {
                let block = data.get(k * n * m..(k + 1) * n * m).unwrap_or_default();
                out.push_str(&format!("{:?}\n{}\n", position(k, lead), matrix(n, m, block, digits)));
            }
            if blocks > ROWS {
                out.push_str(&format!("... ({blocks} matrices)\n"));
            }
            out.trim_end().to_owned()
        }
    }
}

/// The index of a block, counted from 1.
pub(crate) fn position(mut k: usize, shape: &[usize]) -> Vec<usize> {
    let mut index: Vec<usize> = Vec::with_capacity(shape.len());
    for n in shape.iter().rev() {
        index.push(k % n.max(&1) + 1);
        k /= n.max(&1);
    }
    index.reverse();
    index
}

fn matrix(n: usize, m: usize, data: &[f64], digits: usize) -> String {
    if n == 0 || m == 0 {
        return format!("(empty, {n} x {m})");
    }
    let shown_columns: Vec<Option<usize>> = elided(m, COLUMNS);
    let shown_rows: Vec<Option<usize>> = elided(n, ROWS);
    let cell = |i: Option<usize>, j: Option<usize>| match (i, j) {
        (Some(i), Some(j)) => data.get(i * m + j).map_or_else(String::new, |x| rounded(*x, digits)),
        _ => "...".to_owned(),
    };
    let rows: Vec<Vec<String>> =
        shown_rows.iter().map(|i| shown_columns.iter().map(|j| cell(*i, *j)).collect()).collect();
    let widths: Vec<usize> = (0..shown_columns.len())
        .map(|j| rows.iter().map(|r| r[j].chars().count()).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(c, w)| format!("{c:>w$}")).collect();
        out.push_str(&cells.join("  "));
        out.push('\n');
    }
    if shown_rows.len() < n || shown_columns.len() < m {
        out.push_str(&format!("({n} x {m})\n"));
    }
    out.trim_end().to_owned()
}

/// All positions of a short axis; of a long one the first, a gap, and the last.
fn elided(n: usize, most: usize) -> Vec<Option<usize>> {
    if n <= most {
        return (0..n).map(Some).collect();
    }
    (0..most - 2).map(Some).chain([None, Some(n - 1)]).collect()
}

/// `  x = [1, 2]`, or a matrix below its name.
pub(crate) fn named(name: &str, shape: &[usize], data: &[f64], digits: usize) -> String {
    let shown = if shape.is_empty() {
        data.first().map_or_else(String::new, |x| rounded(*x, digits))
    } else {
        show(shape, data, digits)
    };
    if shape.len() < 2 {
        return format!("  {name} = {shown}\n");
    }
    let mut out = format!("  {name} =\n");
    for line in shown.lines() {
        out.push_str(&format!("    {line}\n"));
    }
    out
}

/// Nested arrays; what JSON has no number for is null.
pub(crate) fn nested(shape: &[usize], data: &[f64]) -> Value {
    match shape {
        [] => data.first().map_or(Value::Null, |x| number(*x)),
        [_] => data.iter().map(|x| number(*x)).collect(),
        [n, rest @ ..] => {
            let step: usize = rest.iter().product();
            (0..*n).map(|i| nested(rest, data.get(i * step..(i + 1) * step).unwrap_or_default())).collect()
        }
    }
}

fn number(x: f64) -> Value {
    Number::from_f64(x).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_read_back() {
        for (x, text) in [(0.1, "0.1"), (1e300, "1e300"), (-2.5e-9, "-2.5e-9"), (1e15, "1000000000000000")] {
            assert_eq!(exact(x), text);
            assert_eq!(text.parse(), Ok(x));
        }
        assert_eq!(rounded(2.0 / 3.0, 4), "0.6667");
        assert_eq!(rounded(123456.0, 3), "123000");
        assert_eq!(apart(1.000001, 1.000002), "1.000001");
    }

    #[test]
    fn tensors_are_aligned_and_elided() {
        assert_eq!(show(&[2, 2], &[1.0, -20.5, 3.0, 4.0], 6), "1  -20.5\n3      4");
        assert_eq!(show(&[0], &[], 6), "[]");
        assert!(show(&[1000], &vec![1.0; 1000], 6).ends_with("..., 1]  (1000 entries)"));
        assert!(show(&[100, 100], &vec![1.0; 10000], 6).ends_with("(100 x 100)"));
        assert_eq!(show(&[2, 1, 1], &[1.0, 2.0], 6), "[1]\n1\n[2]\n2");
    }

    #[test]
    fn json_nests_by_shape_and_has_no_nan() {
        assert_eq!(nested(&[2, 2], &[1.0, 2.0, 3.0, f64::NAN]).to_string(), "[[1.0,2.0],[3.0,null]]");
    }
}
