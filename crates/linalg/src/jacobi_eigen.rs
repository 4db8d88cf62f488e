//! Symmetric eigenproblems by cyclic Jacobi rotations.
//!
//! Each rotation annihilates one pair of off-diagonal elements; sweeps over all pairs converge
//! quadratically. Slow but unconditionally accurate, and often more accurate for small eigenvalues than
//! tridiagonalisation: the guard behind `SymmetricEigen`.
//!
//! Cost: about 3 n^3 multiply-adds a sweep, 5 to 12 sweeps.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, section 8.5, with the threshold of
//! Demmel and Veselic (1992), SIAM J. Matrix Anal. Appl. 13, algorithm 3.1.

use crate::{LinalgError, Matrix};

const MAX_SWEEPS: usize = 60;

/// Eigenvalues, ascending, and eigenvectors as columns, of a symmetric matrix, by Jacobi's method.
///
/// Only the lower triangle is read. The elements should be of moderate size: `SymmetricEigen` scales them.
///
/// # Errors
/// [`LinalgError::NotSquare`], [`LinalgError::NonFinite`], [`LinalgError::NoConvergence`].
///
/// ```
/// use gradus_linalg::{Matrix, jacobi_eigen};
/// let (values, _) = jacobi_eigen(&Matrix::from_rows(&[[2.0, 1.0], [1.0, 2.0]]))?;
/// assert!((values[0] - 1.0).abs() < 1e-15 && (values[1] - 3.0).abs() < 1e-15);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn jacobi_eigen(a: &Matrix) -> Result<(Vec<f64>, Matrix), LinalgError> {
    let n = a.square("jacobi_eigen")?;
    a.finite_norm_max("jacobi_eigen")?;
    let mut a = Matrix::from_fn(n, n, |i, j| a[(i.max(j), i.min(j))]);
    // Rows of `vectors` are the eigenvectors, so that a rotation mixes two slices.
    let mut vectors = Matrix::identity(n);
    let mut sweeps = 0;
    while sweep(&mut a, &mut vectors) {
        sweeps += 1;
        if sweeps == MAX_SWEEPS {
            return Err(LinalgError::NoConvergence { method: "jacobi_eigen", sweeps });
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| a[(i, i)].total_cmp(&a[(j, j)]));
    let values = order.iter().map(|&i| a[(i, i)]).collect();
    let columns = Matrix::from_fn(n, n, |i, j| vectors[(order[j], i)]);
    Ok((values, columns))
}

/// Rotates every pair that is not yet negligible; whether there was one.
fn sweep(a: &mut Matrix, vectors: &mut Matrix) -> bool {
    let n = a.rows();
    let mut rotated = false;
    let negligible = f64::EPSILON * 0.1 * a.norm_max();
    for p in 0..n {
        for q in p + 1..n {
            let off = a[(q, p)];
            let diagonal = (a[(p, p)].abs() * a[(q, q)].abs()).sqrt();
            if off.abs() <= f64::EPSILON * 0.5 * diagonal || off.abs() <= negligible * f64::EPSILON {
                continue;
            }
            // An element far below the rounding of the whole matrix does not move the residual.
            if off.abs() > negligible {
                rotated = true;
            }
            rotate(a, vectors, p, q);
        }
    }
    rotated
}

/// The rotation in the plane (p, q) that makes a_pq vanish.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    let off = a[(q, p)];
    let theta = (a[(q, q)] - a[(p, p)]) / (2.0 * off);
    let t = if theta.is_finite() { 1f64.copysign(theta) / (theta.abs() + theta.hypot(1.0)) } else { 0.0 };
    let c = 1.0 / t.hypot(1.0);
    let s = t * c;
    a[(p, p)] -= t * off;
    a[(q, q)] += t * off;
    a[(p, q)] = 0.0;
    a[(q, p)] = 0.0;
    for k in 0..a.rows() {
        if k != p && k != q {
            let (x, y) = (a[(p, k)], a[(q, k)]);
            let (x, y) = (c * x - s * y, s * x + c * y);
            a[(p, k)] = x;
            a[(q, k)] = y;
            a[(k, p)] = x;
            a[(k, q)] = y;
        }
    }
    for k in 0..vectors.cols() {
        let (x, y) = (vectors[(p, k)], vectors[(q, k)]);
        vectors[(p, k)] = c * x - s * y;
        vectors[(q, k)] = s * x + c * y;
    }
}
