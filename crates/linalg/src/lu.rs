//! Gaussian elimination with partial pivoting, P A = L U.
//!
//! In every column the largest element below the diagonal becomes the pivot, so |l_ij| <= 1. A matrix of
//! extreme size is first scaled by a power of two. A singular matrix is an answer, not an error: it has
//! determinant 0, and solving names the pivot that vanished.
//!
//! Cost: n^3/3 multiply-adds. Backward stable but for contrived growth of 2^n; rcond tells how many digits
//! of a solution to trust. Use `Cholesky` for positive definite matrices, `least_squares` near singular ones.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, section 3.4.

use crate::condition::{inverse_norm_1, reciprocal};
use crate::scaling::{exponent, extreme_exponent, scale, times_power_of_two};
use crate::triangular::{check_rhs, substitute};
use crate::{LinalgError, Matrix, Triangle, threads};
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::lu::partial_pivoting::factor as faer_lu;
use faer::{MatMut, MatRef};

/// Order up to which plain loops win.
const SMALL: usize = 12;

/// The factorisation `P A = L U` of a square matrix.
///
/// ```
/// use gradus_linalg::{Lu, Matrix};
/// let lu = Lu::factor(&Matrix::from_rows(&[[1.0, 2.0], [3.0, 4.0]]))?;
/// assert_eq!(lu.solve(&[5.0, 11.0])?, vec![1.0, 2.0]);
/// assert!((lu.det() + 2.0).abs() < 1e-15);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Lu {
    n: usize,
    /// L below the diagonal and U on and above it, column-major, of A times 2^-exponent.
    factors: Vec<f64>,
    exponent: i32,
    /// Row i of P A is row `permutation[i]` of A.
    permutation: Vec<usize>,
    /// Whether the permutation is odd.
    odd: bool,
    /// The 1-norm of the scaled matrix.
    norm_1: f64,
    singular: Option<usize>,
}

impl Lu {
    /// Factors a square, finite matrix; a singular one too.
    ///
    /// # Errors
    /// [`LinalgError::NotSquare`], [`LinalgError::NonFinite`].
    pub fn factor(a: &Matrix) -> Result<Self, LinalgError> {
        let n = a.square("lu")?;
        let exponent = extreme_exponent(a.finite_norm_max("lu")?);
        let mut factors = a.to_column_major();
        scale(&mut factors, -exponent);
        let norm_1 = norm_1(n, &factors);
        let (permutation, odd) = eliminate(n, &mut factors);
        let singular = (0..n).find(|&k| factors[k * n + k] == 0.0 || factors[k * n + k].is_nan());
        Ok(Self { n, factors, exponent, permutation, odd, norm_1, singular })
    }

    /// The order n of the matrix.
    pub const fn order(&self) -> usize {
        self.n
    }

    /// The first pivot that vanished, counted from 0, if the matrix is singular.
    pub const fn singular_pivot(&self) -> Option<usize> {
        self.singular
    }

    /// The unit lower triangular factor L.
    pub fn lower(&self) -> Matrix {
        Matrix::from_fn(self.n, self.n, |i, j| match i.cmp(&j) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => 1.0,
            std::cmp::Ordering::Greater => self.factors[j * self.n + i],
        })
    }

    /// The upper triangular factor U.
    pub fn upper(&self) -> Matrix {
        Matrix::from_fn(self.n, self.n, |i, j| {
            if i > j { 0.0 } else { times_power_of_two(self.factors[j * self.n + i], self.exponent) }
        })
    }

    /// The row order: row i of P A is row `permutation()[i]` of A.
    pub fn permutation(&self) -> &[usize] {
        &self.permutation
    }

    /// The solution x of `A x = b`.
    ///
    /// # Errors
    /// [`LinalgError::Singular`] with the pivot; [`LinalgError::Shape`] when b has another length.
    pub fn solve(&self, b: &[f64]) -> Result<Vec<f64>, LinalgError> {
        self.check(b.len())?;
        let mut x = b.to_vec();
        self.solve_columns(&mut x);
        scale(&mut x, -self.exponent);
        Ok(x)
    }

    /// The solution x of `A' x = b`.
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn solve_transpose(&self, b: &[f64]) -> Result<Vec<f64>, LinalgError> {
        self.check(b.len())?;
        let mut x = b.to_vec();
        self.solve_transpose_vector(&mut x);
        scale(&mut x, -self.exponent);
        Ok(x)
    }

    /// The solution X of `A X = B`, B (n, k).
    ///
    /// # Errors
    /// As [`Self::solve`].
    pub fn solve_matrix(&self, b: &Matrix) -> Result<Matrix, LinalgError> {
        self.check(b.rows())?;
        let mut x = b.to_column_major();
        self.solve_columns(&mut x);
        scale(&mut x, -self.exponent);
        Ok(Matrix::from_column_major(self.n, b.cols(), &x))
    }

    /// The inverse. To solve equations, [`Self::solve`] is faster and more accurate.
    ///
    /// # Errors
    /// [`LinalgError::Singular`] with the pivot.
    pub fn inverse(&self) -> Result<Matrix, LinalgError> {
        self.solve_matrix(&Matrix::identity(self.n))
    }

    /// The determinant; ±∞ or 0 when it leaves the range of `f64`, see [`Self::log_det`]; 1 for n = 0.
    pub fn det(&self) -> f64 {
        if self.singular.is_some() {
            return 0.0;
        }
        // The mantissas' product and the sum of the exponents, so that nothing overflows on the way.
        let (mut mantissa, mut power) = (if self.odd { -1.0 } else { 1.0 }, 0i64);
        for pivot in self.pivots() {
            mantissa *= pivot;
            let e = exponent(mantissa);
            mantissa = times_power_of_two(mantissa, -e);
            power += i64::from(e) + i64::from(self.exponent);
        }
        times_power_of_two(mantissa, power.clamp(-2100, 2100) as i32)
    }

    /// `(sign, ln |det A|)`; (0, -∞) for a singular matrix.
    ///
    /// ```
    /// use gradus_linalg::{Lu, Matrix};
    /// let (sign, log) = Lu::factor(&Matrix::diagonal(&[-1e200, 1e200]))?.log_det();
    /// assert_eq!(sign, -1.0);
    /// assert!((log / (400.0 * 10f64.ln()) - 1.0).abs() < 1e-15);
    /// # Ok::<(), gradus_linalg::LinalgError>(())
    /// ```
    pub fn log_det(&self) -> (f64, f64) {
        if self.singular.is_some() {
            return (0.0, f64::NEG_INFINITY);
        }
        let negative = self.pivots().filter(|p| *p < 0.0).count() % 2 == 1;
        let log: f64 = self.pivots().map(|p| p.abs().ln()).sum();
        let scaled = self.n as f64 * f64::from(self.exponent) * std::f64::consts::LN_2;
        (if negative != self.odd { -1.0 } else { 1.0 }, log + scaled)
    }

    /// An estimate of `1 / (|A|₁ |A⁻¹|₁)`: about this many eps a solution may lose; 0 when singular.
    pub fn rcond(&self) -> f64 {
        if self.singular.is_some() {
            return 0.0;
        }
        if self.n == 0 {
            return 1.0;
        }
        let inverse = inverse_norm_1(self.n, |x| self.solve_columns(x), |x| self.solve_transpose_vector(x));
        reciprocal(self.n, self.norm_1, inverse)
    }

    fn pivots(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.n).map(|k| self.factors[k * self.n + k])
    }

    fn check(&self, rows: usize) -> Result<(), LinalgError> {
        check_rhs("lu solve", self.n, rows)?;
        self.singular.map_or(Ok(()), |pivot| Err(LinalgError::Singular { pivot }))
    }

    fn view(&self) -> MatRef<'_, f64> {
        MatRef::from_column_major_slice(&self.factors, self.n, self.n)
    }

    /// `x <- U⁻¹ L⁻¹ P x` for every column of the column-major x.
    fn solve_columns(&self, x: &mut [f64]) {
        let n = self.n;
        if n == 0 {
            return;
        }
        let mut permuted = vec![0.0; n];
        for column in x.chunks_exact_mut(n) {
            permuted.iter_mut().zip(&self.permutation).for_each(|(p, &i)| *p = column[i]);
            column.copy_from_slice(&permuted);
            if n <= SMALL {
                small_solve(n, &self.factors, column);
            }
        }
        if n > SMALL {
            substitute(self.view(), Triangle::UnitLower, x);
            substitute(self.view(), Triangle::Upper, x);
        }
    }

    /// `x <- P' L'⁻¹ U'⁻¹ x`.
    fn solve_transpose_vector(&self, x: &mut [f64]) {
        substitute(self.view().transpose(), Triangle::Lower, x);
        substitute(self.view().transpose(), Triangle::UnitUpper, x);
        let permuted = x.to_vec();
        for (&i, v) in self.permutation.iter().zip(permuted) {
            x[i] = v;
        }
    }
}

/// The largest sum of |a_ij| over a column.
pub(crate) fn norm_1(n: usize, column_major: &[f64]) -> f64 {
    column_major.chunks_exact(n.max(1)).map(|c| c.iter().map(|x| x.abs()).sum()).fold(0.0, f64::max)
}

/// Factors in place; returns the permutation and whether it is odd.
fn eliminate(n: usize, a: &mut [f64]) -> (Vec<usize>, bool) {
    if n <= SMALL {
        return small_eliminate(n, a);
    }
    let (mut permutation, mut inverse) = (vec![0usize; n], vec![0usize; n]);
    let par = threads::for_factorisation(n);
    let scratch = faer_lu::lu_in_place_scratch::<usize, f64>(n, n, par, Default::default());
    let (info, _) = faer_lu::lu_in_place(
        MatMut::from_column_major_slice_mut(a, n, n),
        &mut permutation,
        &mut inverse,
        par,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Default::default(),
    );
    (permutation, info.transposition_count % 2 == 1)
}

/// Elimination column by column.
fn small_eliminate(n: usize, a: &mut [f64]) -> (Vec<usize>, bool) {
    let mut permutation: Vec<usize> = (0..n).collect();
    let mut odd = false;
    for k in 0..n {
        let p = (k..n).fold(k, |p, i| if a[k * n + i].abs() > a[k * n + p].abs() { i } else { p });
        if p != k {
            (0..n).for_each(|j| a.swap(j * n + k, j * n + p));
            permutation.swap(k, p);
            odd = !odd;
        }
        let pivot = a[k * n + k];
        if pivot == 0.0 {
            continue;
        }
        for i in k + 1..n {
            a[k * n + i] /= pivot;
        }
        for j in k + 1..n {
            let t = a[j * n + k];
            for i in k + 1..n {
                a[j * n + i] -= a[k * n + i] * t;
            }
        }
    }
    (permutation, odd)
}

fn small_solve(n: usize, lu: &[f64], x: &mut [f64]) {
    for k in 0..n {
        for i in k + 1..n {
            x[i] -= lu[k * n + i] * x[k];
        }
    }
    for k in (0..n).rev() {
        x[k] /= lu[k * n + k];
        for i in 0..k {
            x[i] -= lu[k * n + i] * x[k];
        }
    }
}
