//! Reading tables of (arguments, value, what the double misses) and measuring errors in ulp.

/// One row: the arguments, the nearest double, and the rest of the exact value.
pub(crate) struct Row {
    pub(crate) arguments: Vec<f64>,
    pub(crate) value: f64,
    pub(crate) rest: f64,
}

/// Rows of tab-separated decimal numbers.
pub(crate) fn parse(text: &str) -> Vec<Row> {
    text.lines()
        .map(|line| {
            let mut numbers: Vec<f64> = line.split('\t').map(|t| t.parse().unwrap()).collect();
            let rest = numbers.pop().unwrap();
            let value = numbers.pop().unwrap();
            Row { arguments: numbers, value, rest }
        })
        .collect()
}

/// The gap between |x| and the next larger double.
pub(crate) fn ulp(x: f64) -> f64 {
    if x == 0.0 { f64::from_bits(1) } else { f64::from_bits(x.abs().to_bits() + 1) - x.abs() }
}

/// |got - exact| in ulp of the exact value.
pub(crate) fn error_in_ulp(got: f64, row: &Row) -> f64 {
    ((got - row.value) - row.rest).abs() / ulp(row.value)
}

/// The worst error over a table; fails with the worst row when it exceeds `bound` ulp.
pub(crate) fn check(name: &str, rows: &[Row], bound: f64, f: impl Fn(&[f64]) -> f64) {
    let (mut worst, mut at) = (0.0, None);
    for row in rows {
        let error = error_in_ulp(f(&row.arguments), row);
        assert!(!error.is_nan(), "{name}{:?} is NaN", row.arguments);
        if error >= worst {
            (worst, at) = (error, Some(row));
        }
    }
    let at = at.unwrap();
    println!("{name}: {} cases, worst {worst:.2} ulp at {:?}", rows.len(), at.arguments);
    assert!(worst <= bound, "{name}{:?}: {worst:.2} ulp, bound {bound}", at.arguments);
}
