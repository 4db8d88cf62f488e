//! The eigendecomposition A = V diag(lambda) V' of a symmetric matrix.
//!
//! The matrix is scaled to largest element 1 by a power of two, solved by faer (tridiagonalisation, then
//! divide and conquer), and the answer is verified: |A V - V L| and |V'V - I| within 1e-13 n. Where faer's
//! vectors fail, which happens in silence on some matrices, cyclic Jacobi rotations compute it anew.
//!
//! Cost: about 3 n^3 multiply-adds, the check included; 30 n^3 when Jacobi must step in. Absolute error of
//! the eigenvalues a small multiple of eps |A|.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, chapter 8.

use crate::gemm::gemm_unchecked;
use crate::scaling::{exponent, scale};
use crate::{LinalgError, Matrix, jacobi_eigen};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd as faer_evd;
use faer::{MatMut, MatRef, Par, diag::DiagMut};

/// Order up to which Jacobi's method is used at once.
const SMALL: usize = 8;
/// Largest accepted residual, over n, of the scaled problem.
const RESIDUAL: f64 = 1e-13;

/// Eigenvalues in ascending order and orthonormal eigenvectors.
///
/// ```
/// use gradus_linalg::{Matrix, SymmetricEigen};
/// let eigen = SymmetricEigen::factor(&Matrix::from_rows(&[[2.0, 1.0], [1.0, 2.0]]))?;
/// assert!((eigen.values()[0] - 1.0).abs() < 1e-15 && (eigen.values()[1] - 3.0).abs() < 1e-15);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SymmetricEigen {
    values: Vec<f64>,
    vectors: Matrix,
    by_jacobi: bool,
}

impl SymmetricEigen {
    /// Decomposes a finite symmetric matrix; what stands above the diagonal does not count.
    ///
    /// # Errors
    /// [`LinalgError::NotSquare`], [`LinalgError::NonFinite`], [`LinalgError::NoConvergence`].
    pub fn factor(a: &Matrix) -> Result<Self, LinalgError> {
        let n = a.square("symmetric_eigen")?;
        let e = exponent(a.finite_norm_max("symmetric_eigen")?);
        let mut scaled = Matrix::from_fn(n, n, |i, j| a[(i.max(j), i.min(j))]);
        scale(scaled.data_mut(), -e);
        let found = if n <= SMALL { None } else { by_faer(&scaled) };
        let accepted = found.filter(|(values, vectors)| residual(&scaled, values, vectors) <= bound(n));
        let by_jacobi = accepted.is_none();
        let (mut values, vectors) = accepted.map_or_else(|| jacobi_eigen(&scaled), Ok)?;
        scale(&mut values, e);
        Ok(Self { values, vectors, by_jacobi })
    }

    /// The eigenvalues, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The eigenvectors: column j belongs to eigenvalue j.
    pub const fn vectors(&self) -> &Matrix {
        &self.vectors
    }

    /// Whether Jacobi's method gave this answer, because the matrix is small or the fast one failed.
    pub const fn by_jacobi(&self) -> bool {
        self.by_jacobi
    }

    /// `f(A) = V diag(f(λ)) V'`, such as a square root or an exponential.
    ///
    /// ```
    /// use gradus_linalg::{Matrix, SymmetricEigen};
    /// let a = Matrix::from_rows(&[[5.0, 4.0], [4.0, 5.0]]); // eigenvalues 1 and 9
    /// let root = SymmetricEigen::factor(&a)?.map(f64::sqrt);
    /// assert!((root[(0, 0)] - 2.0).abs() < 1e-14 && (root[(0, 1)] - 1.0).abs() < 1e-14);
    /// # Ok::<(), gradus_linalg::LinalgError>(())
    /// ```
    #[must_use]
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Matrix {
        let n = self.values.len();
        let image: Vec<f64> = self.values.iter().map(|&x| f(x)).collect();
        let scaled = Matrix::from_fn(n, n, |i, j| self.vectors[(i, j)] * image[j]);
        let mut out = Matrix::zeros(n, n);
        gemm_unchecked(1.0, scaled.view(), self.vectors.view().transpose(), 0.0, out.view_mut());
        out
    }
}

fn bound(n: usize) -> f64 {
    RESIDUAL * n as f64
}

fn by_faer(a: &Matrix) -> Option<(Vec<f64>, Matrix)> {
    let n = a.rows();
    let (mut values, mut vectors) = (vec![0.0; n], vec![0.0; n * n]);
    let par = Par::Seq; // see `threads`
    let yes = faer_evd::ComputeEigenvectors::Yes;
    let scratch = faer_evd::self_adjoint_evd_scratch::<f64>(n, yes, par, Default::default());
    faer_evd::self_adjoint_evd(
        MatRef::from_column_major_slice(a.data(), n, n),
        DiagMut::from_slice_mut(&mut values),
        Some(MatMut::from_column_major_slice_mut(&mut vectors, n, n)),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    )
    .ok()?;
    Some((values, Matrix::from_column_major(n, n, &vectors)))
}

/// The larger of max |A V - V L| and max |V'V - I|; NaN counts as infinite.
fn residual(a: &Matrix, values: &[f64], vectors: &Matrix) -> f64 {
    let n = a.rows();
    let mut product = Matrix::from_fn(n, n, |i, j| vectors[(i, j)] * values[j]);
    gemm_unchecked(1.0, a.view(), vectors.view(), -1.0, product.view_mut());
    worst(&product).max(departure_from_orthonormal(vectors))
}

/// max |V'V - I| over the columns of V.
pub(crate) fn departure_from_orthonormal(v: &Matrix) -> f64 {
    let mut gram = Matrix::identity(v.cols());
    gemm_unchecked(1.0, v.view().transpose(), v.view(), -1.0, gram.view_mut());
    worst(&gram)
}

/// max |a_ij|; infinite if an element is NaN, which `f64::max` would pass over.
pub(crate) fn worst(a: &Matrix) -> f64 {
    if a.data().iter().any(|x| x.is_nan()) { f64::INFINITY } else { a.norm_max() }
}
