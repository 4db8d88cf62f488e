//! The Householder factorisation A = Q R.
//!
//! Q is a product of reflections, kept as such and applied to vectors without being formed. A matrix of
//! extreme size is scaled by a power of two. No pivoting: see `least_squares` for deficient rank.
//!
//! Cost: n^2 (m - n/3) multiply-adds for m >= n. Backward stable.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, section 5.2.

use crate::condition::{inverse_norm_1, reciprocal};
use crate::lu::norm_1;
use crate::scaling::{extreme_exponent, scale};
use crate::triangular::{check_rhs, substitute};
use crate::{LinalgError, Matrix, Triangle};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::householder as faer_householder;
use faer::linalg::qr::no_pivoting::factor as faer_qr;
use faer::{Conj, MatMut, MatRef, Par};

/// The factorisation `A = Q R`, A (m, n), with k = min(m, n) reflections.
///
/// ```
/// use gradus_linalg::{Matrix, Qr};
/// // The line through (0, 1), (1, 3), (2, 5) is 1 + 2 t.
/// let a = Matrix::from_rows(&[[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]);
/// let x = Qr::factor(&a)?.solve(&[1.0, 3.0, 5.0])?;
/// assert!((x[0] - 1.0).abs() < 1e-14 && (x[1] - 2.0).abs() < 1e-14);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Qr {
    m: usize,
    n: usize,
    /// R on and above the diagonal, the reflections below, column-major, of A times 2^-exponent.
    factors: Vec<f64>,
    /// The blocks' triangular factors, (block, k) column-major.
    coefficients: Vec<f64>,
    block: usize,
    exponent: i32,
}

impl Qr {
    /// Factors a finite matrix of any shape.
    ///
    /// # Errors
    /// [`LinalgError::NonFinite`].
    pub fn factor(a: &Matrix) -> Result<Self, LinalgError> {
        let (m, n) = (a.rows(), a.cols());
        let exponent = extreme_exponent(a.finite_norm_max("qr")?);
        let mut factors = a.to_column_major();
        scale(&mut factors, -exponent);
        let k = m.min(n);
        let block = faer_qr::recommended_block_size::<f64>(m, n);
        let mut coefficients = vec![0.0; block * k];
        if k > 0 {
            let par = Par::Seq; // see `threads`
            let scratch = faer_qr::qr_in_place_scratch::<f64>(m, n, block, par, Default::default());
            faer_qr::qr_in_place(
                MatMut::from_column_major_slice_mut(&mut factors, m, n),
                MatMut::from_column_major_slice_mut(&mut coefficients, block, k),
                par,
                MemStack::new(&mut MemBuffer::new(scratch)),
                Default::default(),
            );
        }
        Ok(Self { m, n, factors, coefficients, block, exponent })
    }

    /// The upper trapezoidal factor R, (min(m, n), n). Signs of its rows are the method's choice.
    pub fn r(&self) -> Matrix {
        let mut r = Matrix::from_fn(self.m.min(self.n), self.n, |i, j| {
            if i > j { 0.0 } else { self.factors[j * self.m + i] }
        });
        scale(r.data_mut(), self.exponent);
        r
    }

    /// The orthonormal columns Q, (m, min(m, n)).
    pub fn q(&self) -> Matrix {
        let k = self.m.min(self.n);
        let mut q = vec![0.0; self.m * k];
        (0..k).for_each(|j| q[j * self.m + j] = 1.0);
        self.reflect(&mut q, false);
        Matrix::from_column_major(self.m, k, &q)
    }

    /// `Q' B` with the full (m, m) Q, B (m, k).
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when B has another number of rows.
    pub fn q_transpose_times(&self, b: &Matrix) -> Result<Matrix, LinalgError> {
        check_rhs("qr", self.m, b.rows())?;
        let mut x = b.to_column_major();
        self.reflect(&mut x, true);
        Ok(Matrix::from_column_major(self.m, b.cols(), &x))
    }

    /// The least squares solution of `A x ≈ b` for m >= n and full column rank.
    ///
    /// # Errors
    /// [`LinalgError::Singular`] at the first zero on R's diagonal; [`LinalgError::Shape`] when m < n or b
    /// has another length.
    pub fn solve(&self, b: &[f64]) -> Result<Vec<f64>, LinalgError> {
        let b = Matrix::from_vec(b.len(), 1, b.to_vec())?;
        Ok(self.solve_matrix(&b)?.into_vec())
    }

    /// The least squares solutions for every column of B (m, k).
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn solve_matrix(&self, b: &Matrix) -> Result<Matrix, LinalgError> {
        let (m, n) = (self.m, self.n);
        check_rhs("qr solve", m, b.rows())?;
        if m < n {
            let found = format!("{m} x {n}");
            return Err(LinalgError::shape("qr solve", "at least as many rows as columns", found));
        }
        if let Some(pivot) = (0..n).find(|&k| self.factors[k * m + k] == 0.0) {
            return Err(LinalgError::Singular { pivot });
        }
        if n == 0 {
            return Ok(Matrix::zeros(0, b.cols()));
        }
        let mut x = b.to_column_major();
        self.reflect(&mut x, true);
        let mut top: Vec<f64> = x.chunks_exact(m).flat_map(|column| &column[..n]).copied().collect();
        substitute(self.triangle(), Triangle::Upper, &mut top);
        scale(&mut top, -self.exponent);
        Ok(Matrix::from_column_major(n, b.cols(), &top))
    }

    /// The r and x of `r + A x = f`, `A' r = g`, for m >= n and full column rank.
    pub(crate) fn solve_augmented(&self, f: &[f64], g: &[f64]) -> Result<(Vec<f64>, Vec<f64>), LinalgError> {
        let (m, n) = (self.m, self.n);
        check_rhs("qr solve", m, f.len())?;
        check_rhs("qr solve", n, g.len())?;
        // With A = Q1 R: R' (Q1' r) = g and R x = Q1' (f - r); the rest of r is that of f.
        let mut h = g.to_vec();
        substitute(self.triangle().transpose(), Triangle::Lower, &mut h);
        scale(&mut h, -self.exponent);
        let mut r = f.to_vec();
        self.reflect(&mut r, true);
        let mut x: Vec<f64> = r.iter().zip(&h).map(|(d, h)| d - h).collect();
        substitute(self.triangle(), Triangle::Upper, &mut x);
        scale(&mut x, -self.exponent);
        r[..n].copy_from_slice(&h);
        self.reflect(&mut r, false);
        Ok((r, x))
    }

    /// An estimate of R's `1 / (|R|₁ |R⁻¹|₁)` for m >= n; `None` for m < n.
    pub fn rcond(&self) -> Option<f64> {
        let (m, n) = (self.m, self.n);
        if m < n {
            return None;
        }
        if n == 0 {
            return Some(1.0);
        }
        if (0..n).any(|k| self.factors[k * m + k] == 0.0) {
            return Some(0.0);
        }
        let r: Vec<f64> = (0..n * n)
            .map(|at| if at % n > at / n { 0.0 } else { self.factors[at / n * m + at % n] })
            .collect();
        let inverse = inverse_norm_1(
            n,
            |x| substitute(self.triangle(), Triangle::Upper, x),
            |x| substitute(self.triangle().transpose(), Triangle::Lower, x),
        );
        Some(reciprocal(n, norm_1(n, &r), inverse))
    }

    /// The leading (n, n) block, whose upper triangle is R.
    fn triangle(&self) -> MatRef<'_, f64> {
        MatRef::from_column_major_slice_with_stride(&self.factors, self.n, self.n, self.m)
    }

    /// Applies Q, or Q', to the column-major (m, ..) x.
    fn reflect(&self, x: &mut [f64], transpose: bool) {
        let k = self.m.min(self.n);
        if k == 0 || x.is_empty() {
            return;
        }
        let columns = x.len() / self.m;
        let basis = MatRef::from_column_major_slice(&self.factors[..self.m * k], self.m, k);
        let coefficients = MatRef::from_column_major_slice(&self.coefficients, self.block, k);
        let x = MatMut::from_column_major_slice_mut(x, self.m, columns);
        let par = Par::Seq; // see `threads`
        let mut buffer = MemBuffer::new(
            faer_householder::apply_block_householder_sequence_on_the_left_in_place_scratch::<f64>(
                self.m, self.block, columns,
            ),
        );
        let stack = MemStack::new(&mut buffer);
        if transpose {
            faer_householder::apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj(
                basis,
                coefficients,
                Conj::No,
                x,
                par,
                stack,
            );
        } else {
            faer_householder::apply_block_householder_sequence_on_the_left_in_place_with_conj(
                basis,
                coefficients,
                Conj::No,
                x,
                par,
                stack,
            );
        }
    }
}
