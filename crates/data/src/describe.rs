//! Summaries of columns: counts, moments, quartiles, levels.
//!
//! The mean and the standard deviation come from two passes in double-double arithmetic: the mean, then the sum of
//! squared deviations with the correction for the mean's own rounding, `sum d^2 - (sum d)^2 / n` where `d = x - mean`.
//! Both are so exact to the last place but one for the doubles given; what the reading of decimals has rounded is lost
//! (data such as 10000000.1, 10000000.3 keep 8 digits of their deviation). Quantiles interpolate between order
//! statistics at `(n - 1) p` (type 7), as R and NumPy do.
//!
//! Cost: O(n log n) for each column, for the sort.
//!
//! Source: Chan, Golub and LeVeque (1983), The American Statistician 37(3); Hyndman and Fan (1996), The American
//! Statistician 50(4).

use gradus_scalar::DoubleDouble;

use crate::column::{Column, Kind, Missing};
use crate::table::Table;

/// What a column holds, in numbers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// Name of the column.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// Values present.
    pub count: usize,
    /// Values missing.
    pub missing: usize,
    /// For numbers, integers and booleans (as 0 and 1), if any value is present.
    pub moments: Option<Moments>,
    /// For categories and booleans: each level and how often it occurs.
    pub levels: Vec<(String, usize)>,
}

/// Location and spread of the present values.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Moments {
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation with the divisor n - 1; none for a single value, or with an infinite one.
    pub sd: Option<f64>,
    /// Smallest value.
    pub min: f64,
    /// First quartile.
    pub q1: f64,
    /// Median.
    pub median: f64,
    /// Third quartile.
    pub q3: f64,
    /// Largest value.
    pub max: f64,
}

impl Table {
    /// A summary of each column.
    ///
    /// ```
    /// let nile = gradus_data::bundled::table("nile")?;
    /// let volume = nile.describe()[1].moments.unwrap();
    /// assert_eq!((volume.mean, volume.median), (919.35, 893.5));
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    pub fn describe(&self) -> Vec<Summary> {
        self.iter().map(|(name, column, missing)| summary(name, column, missing)).collect()
    }
}

fn summary(name: &str, column: &Column, missing: &Missing) -> Summary {
    let present = || (0..column.len()).filter(|&i| !missing.at(i));
    let numbers: Option<Vec<f64>> = match column {
        Column::Number(v) => Some(present().map(|i| v[i]).collect()),
        Column::Integer(v) => Some(present().map(|i| v[i] as f64).collect()),
        Column::Boolean(v) => Some(present().map(|i| f64::from(u8::from(v[i]))).collect()),
        Column::Category { .. } | Column::Text(_) => None,
    };
    let levels = match column {
        Column::Category { levels, codes } => {
            let mut counts = vec![0; levels.len()];
            present().for_each(|i| counts[codes[i] as usize] += 1);
            levels.iter().cloned().zip(counts).collect()
        }
        Column::Boolean(v) => {
            let count = |truth: bool| (truth.to_string(), present().filter(|&i| v[i] == truth).count());
            vec![count(false), count(true)]
        }
        Column::Number(_) | Column::Integer(_) | Column::Text(_) => Vec::new(),
    };
    Summary {
        name: name.to_owned(),
        kind: column.kind(),
        count: column.len() - missing.count(),
        missing: missing.count(),
        moments: numbers.and_then(Moments::of),
        levels,
    }
}

impl Moments {
    /// Of these values, or `None` if there are none; NaN among them makes every moment NaN.
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let (&min, &max) = (values.first()?, values.last()?);
        let (mean, sd) = mean_and_sd(&values);
        let at = |p| quantile(&values, p);
        Some(Self { mean, sd, min, q1: at(0.25), median: at(0.5), q3: at(0.75), max })
    }
}

/// The quantile of sorted, nonempty values at the probability `p`.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = (sorted.len() - 1) as f64 * p;
    let (low, weight) = (place.floor() as usize, place.fract());
    let (a, b) = (sorted[low], sorted[(low + 1).min(sorted.len() - 1)]);
    // An exact place needs no interpolation, which would make inf - inf.
    if weight == 0.0 || a == b { a } else { a + weight * (b - a) }
}

/// The mean, and the standard deviation if it is defined (two finite values or more).
fn mean_and_sd(values: &[f64]) -> (f64, Option<f64>) {
    let n = values.len() as f64;
    let largest = values.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    if largest == 0.0 || !largest.is_finite() || values.iter().any(|x| x.is_nan()) {
        let mean = values.iter().sum::<f64>() / n;
        return (mean, (mean == 0.0 && n > 1.0).then_some(0.0));
    }
    // A power of two near the largest value keeps the squares from overflow and underflow, and costs no digit.
    let scale = 2f64.powi(largest.log2().clamp(-1000.0, 1000.0) as i32);
    let scaled = || values.iter().map(|x| DoubleDouble::from(x / scale));
    let mut total = DoubleDouble::from(0.0);
    scaled().for_each(|x| total += x);
    let mean = total / n;
    let (mut squares, mut rest) = (DoubleDouble::from(0.0), DoubleDouble::from(0.0));
    for d in scaled().map(|x| x - mean) {
        squares += d * d;
        rest += d;
    }
    let variance = (squares - rest * rest / n) / (n - 1.0);
    let sd = if variance.to_f64() > 0.0 { variance.sqrt().to_f64() } else { 0.0 };
    (mean.to_f64() * scale, (n > 1.0).then_some(sd * scale))
}
