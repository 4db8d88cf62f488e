//! The Cholesky factorisation A = L L' of a symmetric positive definite matrix.
//!
//! Reads the lower triangle only. Needs no pivoting; a pivot that is not positive proves that the matrix is
//! not positive definite, to working accuracy. A matrix of extreme size is scaled by an even power of two.
//!
//! Cost: n^3/6 multiply-adds, half of `Lu`. Backward stable.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, section 4.2; Higham (2002), chapter 10.

use crate::condition::{inverse_norm_1, reciprocal};
use crate::scaling::{extreme_exponent, scale, times_power_of_two};
use crate::triangular::{check_rhs, substitute};
use crate::{LinalgError, Matrix, Triangle, threads};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor as faer_llt;
use faer::{MatMut, MatRef};

/// Order up to which plain loops win.
const SMALL: usize = 16;

/// The factorisation `A = L L'`.
///
/// ```
/// use gradus_linalg::{Cholesky, Matrix};
/// let chol = Cholesky::factor(&Matrix::from_rows(&[[4.0, 2.0], [2.0, 5.0]]))?;
/// assert_eq!(chol.lower().data(), &[2.0, 0.0, 1.0, 2.0]);
/// assert!((chol.log_det() - 16f64.ln()).abs() < 1e-15);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cholesky {
    n: usize,
    /// L, column-major, of A times 2^-exponent; what is above the diagonal is not read.
    lower: Vec<f64>,
    exponent: i32,
    norm_1: f64,
}

impl Cholesky {
    /// Factors a finite symmetric matrix; what stands above the diagonal does not count.
    ///
    /// # Errors
    /// [`LinalgError::NotPositiveDefinite`] with the first bad pivot, [`LinalgError::NotSquare`],
    /// [`LinalgError::NonFinite`].
    pub fn factor(a: &Matrix) -> Result<Self, LinalgError> {
        let n = a.square("cholesky")?;
        let exponent = extreme_exponent(a.finite_norm_max("cholesky")?);
        let mut lower = a.to_column_major();
        scale(&mut lower, -exponent);
        let norm_1 = symmetric_norm_1(n, &lower);
        decompose(n, &mut lower).map_err(|(pivot, value)| LinalgError::NotPositiveDefinite {
            pivot,
            value: times_power_of_two(value, exponent),
        })?;
        Ok(Self { n, lower, exponent, norm_1 })
    }

    /// The order n of the matrix.
    pub const fn order(&self) -> usize {
        self.n
    }

    /// The lower triangular factor L.
    pub fn lower(&self) -> Matrix {
        Matrix::from_fn(self.n, self.n, |i, j| {
            if i < j { 0.0 } else { times_power_of_two(self.lower[j * self.n + i], self.exponent / 2) }
        })
    }

    /// The solution x of `A x = b`.
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when b has another length.
    pub fn solve(&self, b: &[f64]) -> Result<Vec<f64>, LinalgError> {
        check_rhs("cholesky solve", self.n, b.len())?;
        let mut x = b.to_vec();
        self.solve_columns(&mut x);
        scale(&mut x, -self.exponent);
        Ok(x)
    }

    /// The solution X of `A X = B`, B (n, k).
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when B has another number of rows.
    pub fn solve_matrix(&self, b: &Matrix) -> Result<Matrix, LinalgError> {
        check_rhs("cholesky solve", self.n, b.rows())?;
        let mut x = b.to_column_major();
        self.solve_columns(&mut x);
        scale(&mut x, -self.exponent);
        Ok(Matrix::from_column_major(self.n, b.cols(), &x))
    }

    /// The solution Z of `L Z = B`, B (n, k): whitening, and half of `b' inv(A) b = |z|²`.
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when B has another number of rows.
    pub fn solve_lower(&self, b: &Matrix) -> Result<Matrix, LinalgError> {
        check_rhs("cholesky solve_lower", self.n, b.rows())?;
        let mut x = b.to_column_major();
        substitute(self.view(), Triangle::Lower, &mut x);
        scale(&mut x, -self.exponent / 2);
        Ok(Matrix::from_column_major(self.n, b.cols(), &x))
    }

    /// The inverse, exactly symmetric.
    ///
    /// # Errors
    /// None today; a `Result` as for the other factorisations.
    pub fn inverse(&self) -> Result<Matrix, LinalgError> {
        let mut x = self.solve_matrix(&Matrix::identity(self.n))?;
        for i in 0..self.n {
            for j in 0..i {
                let mean = 0.5 * x[(i, j)] + 0.5 * x[(j, i)];
                x[(i, j)] = mean;
                x[(j, i)] = mean;
            }
        }
        Ok(x)
    }

    /// `ln det A`, twice the sum of ln of L's diagonal.
    pub fn log_det(&self) -> f64 {
        let log: f64 = (0..self.n).map(|k| self.lower[k * self.n + k].ln()).sum();
        2.0 * log + self.n as f64 * f64::from(self.exponent) * std::f64::consts::LN_2
    }

    /// An estimate of `1 / (|A|₁ |A⁻¹|₁)`.
    pub fn rcond(&self) -> f64 {
        if self.n == 0 {
            return 1.0;
        }
        let inverse = inverse_norm_1(self.n, |x| self.solve_columns(x), |x| self.solve_columns(x));
        reciprocal(self.n, self.norm_1, inverse)
    }

    fn view(&self) -> MatRef<'_, f64> {
        MatRef::from_column_major_slice(&self.lower, self.n, self.n)
    }

    /// `x <- L'⁻¹ L⁻¹ x` for every column of the column-major x.
    fn solve_columns(&self, x: &mut [f64]) {
        substitute(self.view(), Triangle::Lower, x);
        substitute(self.view().transpose(), Triangle::Upper, x);
    }
}

/// The 1-norm of the symmetric matrix whose lower triangle this is.
fn symmetric_norm_1(n: usize, a: &[f64]) -> f64 {
    let mut sums = vec![0.0; n];
    for j in 0..n {
        sums[j] += a[j * n + j].abs();
        for i in j + 1..n {
            let x = a[j * n + i].abs();
            sums[i] += x;
            sums[j] += x;
        }
    }
    sums.into_iter().fold(0.0, f64::max)
}

/// Overwrites the lower triangle by L, or names the first pivot that is not positive, and its value.
fn decompose(n: usize, a: &mut [f64]) -> Result<(), (usize, f64)> {
    if n <= SMALL {
        return small_decompose(n, a);
    }
    let original = a.to_vec();
    let par = threads::for_factorisation(n);
    let scratch = faer_llt::cholesky_in_place_scratch::<f64>(n, par, Default::default());
    let outcome = faer_llt::cholesky_in_place(
        MatMut::from_column_major_slice_mut(a, n, n),
        Default::default(),
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    let positive = (0..n).find(|&k| !(a[k * n + k] > 0.0 && a[k * n + k].is_finite()));
    match (outcome, positive) {
        (Ok(_), None) => Ok(()),
        // faer does not tell the pivot's value: eliminate again in plain loops, which stop there.
        (Err(_), _) | (Ok(_), Some(_)) => {
            a.copy_from_slice(&original);
            small_decompose(n, a)
        }
    }
}

/// Column by column: l_jj from the pivot, then the column below it, then the rest less its outer product.
fn small_decompose(n: usize, a: &mut [f64]) -> Result<(), (usize, f64)> {
    for k in 0..n {
        let (done, rest) = a.split_at_mut((k + 1) * n);
        let column = &mut done[k * n..];
        let pivot = column[k];
        if !(pivot > 0.0 && pivot.is_finite()) {
            return Err((k, pivot));
        }
        let root = pivot.sqrt();
        column[k] = root;
        column[k + 1..].iter_mut().for_each(|x| *x /= root);
        for (j, target) in (k + 1..).zip(rest.chunks_exact_mut(n)) {
            let t = column[j];
            target[j..].iter_mut().zip(&column[j..]).for_each(|(x, l)| *x -= t * l);
        }
    }
    Ok(())
}
