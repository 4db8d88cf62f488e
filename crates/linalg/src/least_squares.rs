//! Least squares: the x that minimises |A x - b|_2, and the shortest one when there are many.
//!
//! With full column rank, by Householder QR; when the rank is deficient to working accuracy or m < n, by
//! the singular value decomposition, which finds the solution of minimum norm. Whether it is deficient is read off A
//! with its columns scaled to like size: the powers of a variable, or a change of units, make no difference.
//!
//! Cost: n^2 (m - n/3) multiply-adds, or about 6 m n^2 through singular values. Never forms A'A, which
//! squares the condition number.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, sections 5.3 and 5.5.

use crate::scaling::{exponent, times_power_of_two};
use crate::triangular::check_rhs;
use crate::{LinalgError, Matrix, Qr, Svd};

/// A least squares solution and how far to trust it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LeastSquares {
    /// The solution, (n).
    pub x: Vec<f64>,
    /// The rank of A, as counted by the method used.
    pub rank: usize,
    /// An estimate of the reciprocal condition number of A; with full rank, of A with columns of like size.
    pub rcond: f64,
}

/// The least squares solution of `A x ≈ b`, A (m, n), b (m); the one of minimum norm when several are.
///
/// # Errors
/// [`LinalgError::Shape`] when b has another length, [`LinalgError::NonFinite`] in A,
/// [`LinalgError::NoConvergence`] of the singular values.
///
/// ```
/// use gradus_linalg::{Matrix, least_squares};
/// // x + y = 2 alone: the shortest solution is (1, 1).
/// let fit = least_squares(&Matrix::from_rows(&[[1.0, 1.0]]), &[2.0])?;
/// assert!((fit.x[0] - 1.0).abs() < 1e-15 && fit.rank == 1);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn least_squares(a: &Matrix, b: &[f64]) -> Result<LeastSquares, LinalgError> {
    let (m, n) = (a.rows(), a.cols());
    check_rhs("least_squares", m, b.len())?;
    if m >= n {
        let (scaled, exponents) = columns_of_like_size(a)?;
        let qr = Qr::factor(&scaled)?;
        let rcond = qr.rcond().unwrap_or(0.0);
        if rcond > m as f64 * f64::EPSILON {
            let x = qr.solve(b)?.iter().zip(&exponents).map(|(x, e)| times_power_of_two(*x, -e)).collect();
            return Ok(LeastSquares { x, rank: n, rcond });
        }
    }
    let svd = Svd::factor(a)?;
    let tol = svd.default_tol();
    let b = Matrix::from_vec(m, 1, b.to_vec())?;
    let x = svd.solve_matrix(&b, tol)?.into_vec();
    Ok(LeastSquares { x, rank: svd.rank(tol), rcond: 1.0 / svd.condition() })
}

/// A with every column divided by the power of two that is its largest entry's, and these powers' exponents.
pub(crate) fn columns_of_like_size(a: &Matrix) -> Result<(Matrix, Vec<i32>), LinalgError> {
    a.finite_norm_max("least_squares")?;
    let mut largest = vec![0.0_f64; a.cols()];
    for i in 0..a.rows() {
        largest.iter_mut().zip(a.row(i)).for_each(|(l, v)| *l = v.abs().max(*l));
    }
    let exponents: Vec<i32> = largest.into_iter().map(exponent).collect();
    Ok((scale_columns(a, &exponents), exponents))
}

/// A with the columns divided by powers of two.
pub(crate) fn scale_columns(a: &Matrix, exponents: &[i32]) -> Matrix {
    Matrix::from_fn(a.rows(), a.cols(), |i, j| times_power_of_two(a[(i, j)], -exponents[j]))
}
