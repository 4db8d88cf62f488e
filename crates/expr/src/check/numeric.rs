//! Directional derivatives from values alone.
//!
//! Source: Squire and Trapp (1998), SIAM Review 40(1), 110-112; Ridders (1982), Advances in Engineering Software 4(2),
//! 75-76.

use super::Point;
use crate::evaluate::{Complex, EvaluateError, Tensor, evaluate};
use crate::{Expr, Symbol};

/// The step in the imaginary direction: so small that its square vanishes beside 1.
const STEP: f64 = 1e-40;
/// The first real step, what divides each to give the next, and how many there are.
const FIRST: f64 = 0.05;
const SHRINK: f64 = 1.4;
const LEVELS: usize = 12;

/// A function of one symbol at a point, and a direction to move in.
pub(super) struct Along<'a> {
    pub(super) f: &'a Expr,
    pub(super) x: &'a Symbol,
    pub(super) at: &'a Tensor<f64>,
    pub(super) point: &'a Point,
    pub(super) direction: &'a [f64],
    pub(super) fuel: u64,
}

impl Along<'_> {
    /// `Im f(x + ihv)/h`, which has no cancellation; nothing where it is no number.
    pub(super) fn complex_step(&self) -> Result<Option<Vec<f64>>, EvaluateError> {
        let mut b = self.point.bindings(self.fuel, |re| Complex { re, im: 0.0 });
        let moved = |(re, v): (&f64, &f64)| Complex { re: *re, im: STEP * v };
        let data = self.at.data.iter().zip(self.direction).map(moved).collect();
        b.set(&self.x.name, Tensor { shape: self.at.shape.clone(), data });
        let y = evaluate(self.f, &b)?;
        let slopes: Vec<f64> = y.data.iter().map(|z| z.im / STEP).collect();
        Ok(slopes.iter().all(|s| s.is_finite()).then_some(slopes))
    }

    /// Central differences over steps that shrink, extrapolated to step 0; entry by entry the column whose neighbours
    /// agree best.
    pub(super) fn difference(&self) -> Result<Vec<f64>, EvaluateError> {
        let mut b = self.point.bindings(self.fuel, |v| v);
        let mut quotient = |h: f64| -> Result<Vec<f64>, EvaluateError> {
            let mut side = |h: f64| {
                let data = self.at.data.iter().zip(self.direction).map(|(a, v)| a + h * v).collect();
                b.set(&self.x.name, Tensor { shape: self.at.shape.clone(), data });
                evaluate(self.f, &b)
            };
            let (right, left) = (side(h)?, side(-h)?);
            Ok(right.data.iter().zip(&left.data).map(|(r, l)| (r - l) / (2.0 * h)).collect())
        };
        let mut h = FIRST;
        let mut previous: Vec<Vec<f64>> = vec![quotient(h)?];
        let mut best = previous[0].clone();
        let mut error = vec![f64::INFINITY; best.len()];
        for _ in 1..LEVELS {
            h /= SHRINK;
            let mut row = vec![quotient(h)?];
            let mut factor = SHRINK * SHRINK;
            for j in 1..=previous.len() {
                let next: Vec<f64> = (0..best.len())
                    .map(|i| (row[j - 1][i] * factor - previous[j - 1][i]) / (factor - 1.0))
                    .collect();
                factor *= SHRINK * SHRINK;
                for i in 0..best.len() {
                    let e = (next[i] - row[j - 1][i]).abs().max((next[i] - previous[j - 1][i]).abs());
                    if e <= error[i] {
                        (error[i], best[i]) = (e, next[i]);
                    }
                }
                row.push(next);
            }
            previous = row;
        }
        Ok(best)
    }
}
