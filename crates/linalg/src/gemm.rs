//! The general matrix product C <- alpha A B + beta C on windows with any strides.
//!
//! Large products go to faer's blocked kernel; a window that is contiguous neither by rows nor by columns
//! is first copied, which costs less than the product. Tiny products are plain loops, products with a
//! vector go to `gemv`, and products with a small result and a long inner dimension (Gram matrices) are
//! split along it into pieces that are summed in order.
//!
//! Cost: m n k multiply-adds. beta = 0 overwrites C, NaN and all; NaN and infinities in A and B propagate.

use crate::{LinalgError, Matrix, View, ViewMut, gemv::gemv_unchecked, threads};
use faer::linalg::matmul::matmul as faer_matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

/// Multiply-adds up to which plain loops win.
const TINY: usize = 512;
/// Elements of a result that counts as small against its inner dimension.
const SMALL_RESULT: usize = 1 << 16;
/// Multiply-adds in a piece along the inner dimension.
const PIECE: usize = 1 << 23;

/// `C <- alpha A B + beta C` with A (m, k), B (k, n), C (m, n).
///
/// # Errors
/// [`LinalgError::Shape`] when the shapes do not chain.
///
/// ```
/// use gradus_linalg::{Matrix, gemm};
/// let a = Matrix::from_rows(&[[1.0, 2.0], [3.0, 4.0]]);
/// let mut c = Matrix::identity(2);
/// gemm(2.0, a.view(), a.view().transpose(), 1.0, &mut c.view_mut())?; // 2 A A' + I
/// assert_eq!(c.data(), &[11.0, 22.0, 22.0, 51.0]);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn gemm(alpha: f64, a: View<'_>, b: View<'_>, beta: f64, c: &mut ViewMut<'_>) -> Result<(), LinalgError> {
    if a.cols() != b.rows() || c.rows() != a.rows() || c.cols() != b.cols() {
        return Err(LinalgError::shape(
            "gemm",
            "shapes (m, k), (k, n), (m, n)",
            format!(
                "({}, {}), ({}, {}), ({}, {})",
                a.rows(),
                a.cols(),
                b.rows(),
                b.cols(),
                c.rows(),
                c.cols()
            ),
        ));
    }
    gemm_unchecked(alpha, a, b, beta, c.reborrow());
    Ok(())
}

/// The product A B as a new matrix.
///
/// # Errors
/// [`LinalgError::Shape`] when A's columns are not B's rows.
///
/// ```
/// use gradus_linalg::{Matrix, matmul};
/// let a = Matrix::from_rows(&[[0.0, 1.0], [1.0, 1.0]]);
/// assert_eq!(matmul(a.view(), a.view())?.data(), &[1.0, 1.0, 1.0, 2.0]);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn matmul(a: View<'_>, b: View<'_>) -> Result<Matrix, LinalgError> {
    let mut c = Matrix::try_zeros(a.rows(), b.cols())?;
    gemm(1.0, a, b, 0.0, &mut c.view_mut())?;
    Ok(c)
}

pub(crate) fn gemm_unchecked(alpha: f64, a: View<'_>, b: View<'_>, beta: f64, mut c: ViewMut<'_>) {
    let (m, k, n) = (a.rows(), a.cols(), b.cols());
    if m == 0 || n == 0 {
        return;
    }
    if k == 0 || alpha == 0.0 {
        return c.scale(beta);
    }
    if m.saturating_mul(n).saturating_mul(k) <= TINY {
        return tiny(alpha, a, b, beta, c);
    }
    if n == 1 {
        let x = b.transpose().to_row_major();
        return with_row_major_vector(c, |y| gemv_unchecked(alpha, a, &x, beta, y));
    }
    if m == 1 {
        let x = a.to_row_major();
        return with_row_major_vector(c, |y| gemv_unchecked(alpha, b.transpose(), &x, beta, y));
    }
    let each = (PIECE / (m * n).max(1)).max(4 * m.max(n)).max(256);
    if m * n <= SMALL_RESULT && k >= 2 * each {
        return long(alpha, a, b, beta, c, each);
    }
    let par = threads::for_work(m as f64 * n as f64 * k as f64);
    large(alpha, a, b, beta, c, par);
}

/// `Σ A_p B_p` over pieces of the inner dimension, whose size depends on the shape alone.
fn long(alpha: f64, a: View<'_>, b: View<'_>, beta: f64, mut c: ViewMut<'_>, each: usize) {
    let (m, k, n) = (a.rows(), a.cols(), b.cols());
    let partial: Vec<Vec<f64>> = (0..k.div_ceil(each))
        .into_par_iter()
        .map(|p| {
            let piece = p * each..((p + 1) * each).min(k);
            let mut product = vec![0.0; m * n];
            let (a, b) = (a.transpose().row_range(piece.clone()).transpose(), b.row_range(piece));
            large(alpha, a, b, 0.0, ViewMut::whole(&mut product, m, n), Par::Seq);
            product
        })
        .collect();
    c.scale(beta);
    for product in &partial {
        for i in 0..m {
            for j in 0..n {
                *c.at_mut(i, j) += product[i * n + j];
            }
        }
    }
}

/// i-k-j loops when rows of B and C are slices, dot products otherwise.
fn tiny(alpha: f64, a: View<'_>, b: View<'_>, beta: f64, mut c: ViewMut<'_>) {
    c.scale(beta);
    if b.rows_are_slices() && c.rows_are_slices() {
        for i in 0..a.rows() {
            let row = c.row_mut(i);
            for k in 0..a.cols() {
                let t = alpha * a.at(i, k);
                row.iter_mut().zip(b.row(k)).for_each(|(c, b)| *c += t * b);
            }
        }
        return;
    }
    for i in 0..a.rows() {
        for j in 0..b.cols() {
            let sum: f64 = (0..a.cols()).map(|k| a.at(i, k) * b.at(k, j)).sum();
            *c.at_mut(i, j) += alpha * sum;
        }
    }
}

/// Runs `f` on the elements of a one-row or one-column window as a slice.
fn with_row_major_vector(mut c: ViewMut<'_>, f: impl FnOnce(&mut [f64])) {
    if c.rows() == 1 && c.rows_are_slices() {
        return f(c.row_mut(0));
    }
    if c.cols() == 1 {
        c = c.transpose();
        if c.rows_are_slices() {
            return f(c.row_mut(0));
        }
    }
    let mut y = c.as_view().to_row_major();
    f(&mut y);
    for (j, v) in y.into_iter().enumerate() {
        *c.at_mut(0, j) = v;
    }
}

fn large(alpha: f64, a: View<'_>, b: View<'_>, beta: f64, mut c: ViewMut<'_>, par: Par) {
    let (m, n) = (a.rows(), b.cols());
    let (mut a_copy, mut b_copy) = (Vec::new(), Vec::new());
    let a = faer_view(a, &mut a_copy);
    let b = faer_view(b, &mut b_copy);
    c.scale(beta);
    let accumulate = if beta == 0.0 { Accum::Replace } else { Accum::Add };
    if c.rows_are_slices() {
        faer_matmul(faer_rows(c), accumulate, a, b, alpha, par);
    } else if c.as_view().transpose().rows_are_slices() {
        faer_matmul(faer_rows(c.transpose()), accumulate, b.transpose(), a.transpose(), alpha, par);
    } else {
        let mut product = vec![0.0; m * n];
        let target = MatMut::from_row_major_slice_mut(&mut product, m, n);
        faer_matmul(target, Accum::Replace, a, b, alpha, par);
        for i in 0..m {
            for j in 0..n {
                *c.at_mut(i, j) += product[i * n + j];
            }
        }
    }
}

/// faer's view of a window, through a copy when neither its rows nor its columns are slices.
pub(crate) fn faer_view<'a>(view: View<'a>, copy: &'a mut Vec<f64>) -> MatRef<'a, f64> {
    if view.rows_are_slices() {
        rows_as_faer(view)
    } else if view.transpose().rows_are_slices() {
        rows_as_faer(view.transpose()).transpose()
    } else {
        *copy = view.to_row_major();
        MatRef::from_row_major_slice(copy, view.rows(), view.cols())
    }
}

/// The stride that faer is given: a single row has none of its own.
fn stride(row_stride: usize, rows: usize, cols: usize) -> usize {
    if rows <= 1 { cols } else { row_stride }
}

fn rows_as_faer(view: View<'_>) -> MatRef<'_, f64> {
    let stride = stride(view.row_stride(), view.rows(), view.cols());
    MatRef::from_column_major_slice_with_stride(view.data(), view.cols(), view.rows(), stride).transpose()
}

/// As a transposed column-major view: faer 0.24.4's row-major strided constructor for mutable views swaps
/// the two strides.
fn faer_rows(c: ViewMut<'_>) -> MatMut<'_, f64> {
    let (m, n) = (c.rows(), c.cols());
    let (data, row_stride) = c.into_parts();
    MatMut::from_column_major_slice_with_stride_mut(data, n, m, stride(row_stride, m, n)).transpose_mut()
}
