//! Least squares to the accuracy of the data, by iterative refinement in double-double arithmetic.
//!
//! The minimiser x of |b - A x|_2 and its residual r solve  [I A; A' 0] [r; x] = [b; 0].  One QR factorisation
//! in `f64`, of A with its columns scaled by powers of two, solves this system for corrections; what is left of it
//! is computed in double-double arithmetic, in which x and r are kept as well.
//!
//! A backward stable QR alone loses about log10(k + k^2 |r| / (|A| |x|)) of 16 digits, k being the condition number of
//! the scaled A. Refinement gives all of them back as long as k stays under about 10^14. It answers for the A that it
//! is given: where the rounding of A's entries is itself too much (powers of a measured number), pass what they miss
//! as `low`.
//!
//! Cost: one factorisation, then about 8 m n multiply-adds in double-double for each of some 3 to 10 steps. Use
//! `least_squares` where a few digits suffice, or the rank may be deficient.
//!
//! Source: Bjorck (1967), BIT 7, 257-278; Golub and Van Loan (2013), Matrix Computations, section 5.3.8.

use crate::least_squares::{columns_of_like_size, scale_columns};
use crate::scaling::times_power_of_two;
use crate::triangular::check_rhs;
use crate::{LeastSquares, LinalgError, Matrix, Qr, least_squares};
use gradus_scalar::DoubleDouble;

/// More steps are never needed where steps converge.
const STEPS: usize = 30;
/// A step so small beside x says that all entries are right, also those much smaller than the largest.
const SMALL: f64 = 1e-28;

/// The least squares solution of `(A + L) x ≈ b`, every entry nearly correctly rounded; A, L (m, n), b (m).
///
/// `low` is L, what the entries of A miss of those meant (`DoubleDouble::lo`), of the order of their rounding.
/// Where the rank is deficient to working accuracy, or m < n, the answer is that of
/// [`least_squares`](crate::least_squares()).
///
/// # Errors
/// As [`least_squares`](crate::least_squares()); [`LinalgError::Shape`] when `low` has another shape than A.
///
/// ```
/// use gradus_linalg::{Matrix, least_squares, refined_least_squares};
/// // Lauchli's matrix, of condition number 1.4e7; x = (1, 2) leaves the residual (t, -1, -1), which A' sends to 0.
/// let t = (-23f64).exp2();
/// let a = Matrix::from_rows(&[[1.0, 1.0], [t, 0.0], [0.0, t]]);
/// let b = [3.0 + t, t - 1.0, 2.0 * t - 1.0];
/// assert!((least_squares(&a, &b)?.x[0] - 1.0).abs() > 1e-12);
/// assert_eq!(refined_least_squares(&a, None, &b)?.x, [1.0, 2.0]);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn refined_least_squares(
    a: &Matrix,
    low: Option<&Matrix>,
    b: &[f64],
) -> Result<LeastSquares, LinalgError> {
    let (m, n) = (a.rows(), a.cols());
    check_rhs("refined_least_squares", m, b.len())?;
    if let Some(low) = low.filter(|l| (l.rows(), l.cols()) != (m, n)) {
        let found = format!("{} x {}", low.rows(), low.cols());
        return Err(LinalgError::shape("refined_least_squares", format!("a low part of {m} x {n}"), found));
    }
    let (high, exponents) = columns_of_like_size(a)?;
    let low = low.map(|low| scale_columns(low, &exponents));
    let qr = Qr::factor(&high)?;
    let rcond = qr.rcond().unwrap_or(0.0);
    if n == 0 || rcond <= m as f64 * f64::EPSILON {
        return least_squares(a, b);
    }
    let entry =
        |i: usize, j: usize| DoubleDouble::from(high[(i, j)]) + low.as_ref().map_or(0.0, |low| low[(i, j)]);
    let mut x = vec![DoubleDouble::ZERO; n];
    let mut r = vec![DoubleDouble::ZERO; m];
    let mut last = f64::INFINITY;
    for _ in 0..STEPS {
        // What is missing in r + A x = b and in A' r = 0.
        let row = |i: usize| (0..n).fold(r[i], |s, j| s + entry(i, j) * x[j]);
        let column = |j: usize| (0..m).fold(DoubleDouble::ZERO, |s, i| s + entry(i, j) * r[i]);
        let f: Vec<f64> = (0..m).map(|i| (-row(i) + b[i]).to_f64()).collect();
        let g: Vec<f64> = (0..n).map(|j| -column(j).to_f64()).collect();
        let (dr, dx) = qr.solve_augmented(&f, &g)?;
        let length: f64 = dx.iter().map(|d| d.abs()).sum();
        if !length.is_finite() {
            return least_squares(a, b);
        }
        // Steps that no longer shrink have reached the arithmetic's limit.
        if length > last / 2.0 {
            break;
        }
        x.iter_mut().zip(&dx).for_each(|(x, d)| *x += *d);
        r.iter_mut().zip(&dr).for_each(|(r, d)| *r += *d);
        last = length;
        if length <= SMALL * x.iter().map(|x| x.hi().abs()).sum::<f64>() {
            break;
        }
    }
    let x = x.iter().zip(&exponents).map(|(x, e)| times_power_of_two(x.to_f64(), -e)).collect();
    Ok(LeastSquares { x, rank: n, rcond })
}
