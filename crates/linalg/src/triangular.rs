//! Solves T X = B for a triangular T by substitution.
//!
//! Cost: n^2/2 multiply-adds a right-hand side. Backward stable row by row, whatever the condition of T.
//!
//! Source: Higham (2002), Accuracy and Stability of Numerical Algorithms, section 8.1.

use crate::gemm::faer_view;
use crate::{LinalgError, Matrix, View, threads};
use faer::linalg::triangular_solve as faer_triangular;
use faer::{MatMut, MatRef};

/// Which part of the matrix is read, and whether its diagonal is taken as ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Triangle {
    /// The lower triangle with its diagonal.
    Lower,
    /// The lower triangle with ones on the diagonal.
    UnitLower,
    /// The upper triangle with its diagonal.
    Upper,
    /// The upper triangle with ones on the diagonal.
    UnitUpper,
}

/// The solution X of `T X = B`, T (n, n) triangular, B (n, k); the other triangle of T is not read.
///
/// # Errors
/// [`LinalgError::NotSquare`], [`LinalgError::Shape`], and [`LinalgError::Singular`] at the first zero on
/// the diagonal.
///
/// ```
/// use gradus_linalg::{Matrix, Triangle, solve_triangular};
/// let t = Matrix::from_rows(&[[2.0, 0.0], [1.0, 4.0]]);
/// let b = Matrix::from_rows(&[[2.0], [9.0]]);
/// assert_eq!(solve_triangular(t.view(), Triangle::Lower, &b)?.data(), &[1.0, 2.0]);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn solve_triangular(t: View<'_>, triangle: Triangle, b: &Matrix) -> Result<Matrix, LinalgError> {
    let (n, cols) = (t.rows(), t.cols());
    if n != cols {
        return Err(LinalgError::NotSquare { operation: "solve_triangular", rows: n, cols });
    }
    check_rhs("solve_triangular", n, b.rows())?;
    let divides = matches!(triangle, Triangle::Lower | Triangle::Upper);
    if let Some(pivot) = (0..n).find(|&i| divides && t.at(i, i) == 0.0) {
        return Err(LinalgError::Singular { pivot });
    }
    let mut x = b.to_column_major();
    let mut copy = Vec::new();
    substitute(faer_view(t, &mut copy), triangle, &mut x);
    Ok(Matrix::from_column_major(n, b.cols(), &x))
}

/// A right-hand side has as many rows as the matrix.
pub(crate) fn check_rhs(operation: &'static str, n: usize, rows: usize) -> Result<(), LinalgError> {
    if n == rows {
        return Ok(());
    }
    Err(LinalgError::shape(operation, format!("a right-hand side of {n} rows"), format!("{rows} rows")))
}

/// Overwrites the column-major right-hand sides in `x` by the solutions.
pub(crate) fn substitute(t: MatRef<'_, f64>, triangle: Triangle, x: &mut [f64]) {
    let n = t.nrows();
    if n == 0 || x.is_empty() {
        return;
    }
    let k = x.len() / n;
    let par = threads::for_work(0.5 * n as f64 * n as f64 * k as f64);
    let x = MatMut::from_column_major_slice_mut(x, n, k);
    match triangle {
        Triangle::Lower => faer_triangular::solve_lower_triangular_in_place(t, x, par),
        Triangle::UnitLower => faer_triangular::solve_unit_lower_triangular_in_place(t, x, par),
        Triangle::Upper => faer_triangular::solve_upper_triangular_in_place(t, x, par),
        Triangle::UnitUpper => faer_triangular::solve_unit_upper_triangular_in_place(t, x, par),
    }
}
