//! The singular value decomposition A = U diag(s) V'.
//!
//! The matrix is scaled to largest element 1 by a power of two, solved by faer (bidiagonalisation, then
//! divide and conquer), and the answer is verified: |A - U S V'|, |U'U - I| and |V'V - I| within
//! 1e-13 max(m, n). An answer that fails is computed anew by one-sided Jacobi rotations.
//!
//! Cost: about 6 m n^2 multiply-adds for m >= n, the check included.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, section 8.6.

use crate::gemm::gemm_unchecked;
use crate::scaling::{exponent, scale};
use crate::symmetric_eigen::{departure_from_orthonormal, worst};
use crate::triangular::check_rhs;
use crate::{LinalgError, Matrix, jacobi_svd};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd as faer_svd;
use faer::{MatMut, MatRef, Par, diag::DiagMut};

/// Smaller dimension up to which Jacobi's method is used at once.
const SMALL: usize = 4;
/// Largest accepted residual, over max(m, n), of the scaled problem.
const RESIDUAL: f64 = 1e-13;

/// The thin decomposition: U (m, k), s descending, V (n, k), k = min(m, n).
///
/// ```
/// use gradus_linalg::{Matrix, Svd};
/// let svd = Svd::factor(&Matrix::from_rows(&[[3.0, 0.0], [4.0, 5.0]]))?;
/// assert!((svd.values()[0] - 45f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Svd {
    u: Matrix,
    values: Vec<f64>,
    v: Matrix,
}

impl Svd {
    /// Decomposes a finite matrix of any shape.
    ///
    /// # Errors
    /// [`LinalgError::NonFinite`], [`LinalgError::NoConvergence`].
    pub fn factor(a: &Matrix) -> Result<Self, LinalgError> {
        let (m, n) = (a.rows(), a.cols());
        let e = exponent(a.finite_norm_max("svd")?);
        let mut scaled = a.clone();
        scale(scaled.data_mut(), -e);
        let bound = RESIDUAL * m.max(n) as f64;
        let found = if m.min(n) <= SMALL { None } else { by_faer(&scaled) };
        let accepted = found.filter(|(u, s, v)| residual(&scaled, u, s, v) <= bound);
        let (u, mut values, v) = accepted.map_or_else(|| jacobi_svd(&scaled), Ok)?;
        scale(&mut values, e);
        Ok(Self { u, values, v })
    }

    /// The left singular vectors as columns, (m, k).
    pub const fn u(&self) -> &Matrix {
        &self.u
    }

    /// The singular values, descending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The right singular vectors as columns, (n, k).
    pub const fn v(&self) -> &Matrix {
        &self.v
    }

    /// The number of singular values above `tol` times the largest.
    pub fn rank(&self, tol: f64) -> usize {
        let largest = self.values.first().copied().unwrap_or(0.0);
        self.values.iter().filter(|&&s| s > tol * largest).count()
    }

    /// The tolerance below which a singular value is rounding error, `max(m, n) eps`.
    pub fn default_tol(&self) -> f64 {
        self.u.rows().max(self.v.rows()) as f64 * f64::EPSILON
    }

    /// The 2-norm condition number, largest over smallest singular value; +∞ when singular, 1 when empty.
    pub fn condition(&self) -> f64 {
        match (self.values.first(), self.values.last()) {
            (Some(&largest), Some(&smallest)) => {
                if smallest == 0.0 {
                    f64::INFINITY
                } else {
                    largest / smallest
                }
            }
            _ => 1.0,
        }
    }

    /// The shortest of the least squares solutions of `A X ≈ B`, B (m, k): `V diag(1/s) U' B` over the
    /// singular values above `tol` times the largest.
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when B has another number of rows.
    pub fn solve_matrix(&self, b: &Matrix, tol: f64) -> Result<Matrix, LinalgError> {
        check_rhs("svd solve", self.u.rows(), b.rows())?;
        let rank = self.rank(tol);
        let mut coordinates = Matrix::zeros(self.values.len(), b.cols());
        gemm_unchecked(1.0, self.u.view().transpose(), b.view(), 0.0, coordinates.view_mut());
        for (k, &s) in self.values.iter().enumerate() {
            coordinates.row_mut(k).iter_mut().for_each(|c| *c = if k < rank { *c / s } else { 0.0 });
        }
        let mut x = Matrix::zeros(self.v.rows(), b.cols());
        gemm_unchecked(1.0, self.v.view(), coordinates.view(), 0.0, x.view_mut());
        Ok(x)
    }

    /// The Moore-Penrose inverse, (n, m), of the matrix cut at `tol` times the largest singular value.
    ///
    /// # Errors
    /// None today; a `Result` as for the other inverses.
    pub fn pseudoinverse(&self, tol: f64) -> Result<Matrix, LinalgError> {
        self.solve_matrix(&Matrix::identity(self.u.rows()), tol)
    }
}

fn by_faer(a: &Matrix) -> Option<(Matrix, Vec<f64>, Matrix)> {
    let (m, n) = (a.rows(), a.cols());
    let k = m.min(n);
    let column_major = a.to_column_major();
    let (mut u, mut s, mut v) = (vec![0.0; m * k], vec![0.0; k], vec![0.0; n * k]);
    let par = Par::Seq; // see `threads`
    let thin = faer_svd::ComputeSvdVectors::Thin;
    let scratch = faer_svd::svd_scratch::<f64>(m, n, thin, thin, par, Default::default());
    faer_svd::svd(
        MatRef::from_column_major_slice(&column_major, m, n),
        DiagMut::from_slice_mut(&mut s),
        Some(MatMut::from_column_major_slice_mut(&mut u, m, k)),
        Some(MatMut::from_column_major_slice_mut(&mut v, n, k)),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .ok()?;
    Some((Matrix::from_column_major(m, k, &u), s, Matrix::from_column_major(n, k, &v)))
}

/// The largest of max |A - U S V'|, max |U'U - I| and max |V'V - I|; infinite when the singular values
/// are not in descending order or negative.
fn residual(a: &Matrix, u: &Matrix, s: &[f64], v: &Matrix) -> f64 {
    let descending = s.is_sorted_by(|a, b| a >= b) && s.last().is_none_or(|s| *s >= 0.0);
    if !descending {
        return f64::INFINITY;
    }
    let scaled = Matrix::from_fn(u.rows(), s.len(), |i, j| u[(i, j)] * s[j]);
    let mut left = a.clone();
    gemm_unchecked(-1.0, scaled.view(), v.view().transpose(), 1.0, left.view_mut());
    worst(&left).max(departure_from_orthonormal(u)).max(departure_from_orthonormal(v))
}
