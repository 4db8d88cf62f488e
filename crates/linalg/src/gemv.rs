//! The matrix-vector product y <- alpha A x + beta y, and the inner product.
//!
//! Bound by memory, so A is read once, in the order in which it lies: by inner products when its rows are
//! slices, four long rows at a time; by adding multiples of columns, four at a time, when its columns are.
//! Large products are split into pieces of a size that depends on the shape alone and summed in order:
//! the bits do not depend on the number of threads. The loops add in lanes of eight on every machine and
//! are compiled for AVX2 and for the baseline, so they do not depend on the machine either.

use crate::{LinalgError, View};
use rayon::prelude::*;

/// Lanes of an inner product: partial sums that do not wait for each other.
const LANES: usize = 8;
/// Length of a row from which rows are taken four at a time.
const LONG_ROW: usize = 512;
/// Elements of A in a piece of work.
const PIECE: usize = 1 << 16;
/// Elements of A from which pieces go to threads.
const PARALLEL: usize = 1 << 18;
/// Most pieces that hold a partial result of their own.
const MOST_PARTIAL: usize = 64;

/// The inner product `x'y = Σ xᵢ yᵢ`.
///
/// # Errors
/// [`LinalgError::Shape`] when the lengths differ.
///
/// ```
/// assert_eq!(gradus_linalg::dot(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0])?, 32.0);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn dot(x: &[f64], y: &[f64]) -> Result<f64, LinalgError> {
    if x.len() != y.len() {
        return Err(LinalgError::shape("dot", format!("{} numbers", x.len()), y.len().to_string()));
    }
    Ok(vectorised(|| dot_rows([x], y)[0]))
}

/// `y <- alpha A x + beta y` with A (m, n), x (n), y (m); beta = 0 overwrites y.
///
/// # Errors
/// [`LinalgError::Shape`] when the lengths do not fit A.
///
/// ```
/// use gradus_linalg::{Matrix, gemv};
/// let a = Matrix::from_rows(&[[1.0, 2.0], [3.0, 4.0]]);
/// let mut y = [10.0, 10.0];
/// gemv(1.0, a.view(), &[1.0, 1.0], -1.0, &mut y)?;
/// assert_eq!(y, [-7.0, -3.0]);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn gemv(alpha: f64, a: View<'_>, x: &[f64], beta: f64, y: &mut [f64]) -> Result<(), LinalgError> {
    if x.len() != a.cols() || y.len() != a.rows() {
        return Err(LinalgError::shape(
            "gemv",
            format!("({0}, {1}), ({1}), ({0})", a.rows(), a.cols()),
            format!("x of {}, y of {}", x.len(), y.len()),
        ));
    }
    gemv_unchecked(alpha, a, x, beta, y);
    Ok(())
}

pub(crate) fn gemv_unchecked(alpha: f64, a: View<'_>, x: &[f64], beta: f64, y: &mut [f64]) {
    if y.is_empty() {
    } else if x.is_empty() || alpha == 0.0 {
        scale(beta, y);
    } else if a.rows_are_slices() {
        by_rows(alpha, a, x, beta, y);
    } else if a.transpose().rows_are_slices() {
        scale(beta, y);
        by_columns(alpha, a.transpose(), x, y);
    } else {
        let copy = a.to_row_major();
        by_rows(alpha, View::whole(&copy, a.rows(), a.cols()), x, beta, y);
    }
}

fn scale(beta: f64, y: &mut [f64]) {
    if beta == 0.0 { y.fill(0.0) } else { y.iter_mut().for_each(|v| *v *= beta) }
}

/// Runs a loop as compiled for the best vector instructions that this machine has.
#[inline(always)]
fn vectorised<R>(f: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(f)
}

/// Inner products of several rows with one vector of the same length.
#[inline(always)]
fn dot_rows<const R: usize>(rows: [&[f64]; R], x: &[f64]) -> [f64; R] {
    let mut sums = [[0.0; LANES]; R];
    let whole = x.len() - x.len() % LANES;
    for at in (0..whole).step_by(LANES) {
        let x: &[f64] = &x[at..at + LANES];
        for r in 0..R {
            let row = &rows[r][at..at + LANES];
            for l in 0..LANES {
                sums[r][l] += row[l] * x[l];
            }
        }
    }
    std::array::from_fn(|r| {
        let s = &sums[r];
        let body = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
        rows[r][whole..].iter().zip(&x[whole..]).fold(body, |sum, (a, b)| sum + a * b)
    })
}

fn by_rows(alpha: f64, a: View<'_>, x: &[f64], beta: f64, y: &mut [f64]) {
    let store = |y: &mut f64, product: f64| {
        *y = if beta == 0.0 { alpha * product } else { alpha * product + beta * *y };
    };
    let piece = |first: usize, y: &mut [f64]| {
        vectorised(|| {
            // Four streams at once pay for long rows only: short ones come in better as one stream.
            let fours = if x.len() < LONG_ROW { 0 } else { y.len() - y.len() % 4 };
            for i in (0..fours).step_by(4) {
                let products = dot_rows(std::array::from_fn::<_, 4, _>(|r| a.row(first + i + r)), x);
                for r in 0..4 {
                    store(&mut y[i + r], products[r]);
                }
            }
            for i in fours..y.len() {
                store(&mut y[i], dot_rows([a.row(first + i)], x)[0]);
            }
        });
    };
    if a.rows() * a.cols() < PARALLEL || a.rows() < 8 {
        return piece(0, y);
    }
    let rows = (PIECE / a.cols()).max(1).next_multiple_of(4);
    y.par_chunks_mut(rows).enumerate().for_each(|(k, y)| piece(k * rows, y));
}

/// `y += alpha Σⱼ xⱼ columnsⱼ`, where the columns are the rows of the window.
fn by_columns(alpha: f64, columns: View<'_>, x: &[f64], y: &mut [f64]) {
    let (n, m) = (columns.rows(), columns.cols());
    if n * m < PARALLEL {
        return add_columns(alpha, columns, x, 0..n, 0, y);
    }
    if m >= 8192 {
        return y
            .par_chunks_mut(4096)
            .enumerate()
            .for_each(|(k, y)| add_columns(alpha, columns, x, 0..n, k * 4096, y));
    }
    let each = n.div_ceil(MOST_PARTIAL).max(PIECE / m).next_multiple_of(4);
    let partial: Vec<Vec<f64>> = (0..n.div_ceil(each))
        .into_par_iter()
        .map(|k| {
            let mut y = vec![0.0; m];
            add_columns(alpha, columns, x, k * each..((k + 1) * each).min(n), 0, &mut y);
            y
        })
        .collect();
    for part in &partial {
        y.iter_mut().zip(part).for_each(|(y, p)| *y += p);
    }
}

/// Adds elements `from..from + y.len()` of the given columns, four columns to a pass over y.
fn add_columns(
    alpha: f64,
    columns: View<'_>,
    x: &[f64],
    which: std::ops::Range<usize>,
    from: usize,
    y: &mut [f64],
) {
    let until = from + y.len();
    let column = |j: usize| &columns.row(j)[from..until];
    let fours = which.start + (which.len() - which.len() % 4);
    vectorised(
        #[inline(always)]
        || {
            for j in (which.start..fours).step_by(4) {
                let t: [f64; 4] = std::array::from_fn(|r| alpha * x[j + r]);
                let [a, b, c, d] = std::array::from_fn::<_, 4, _>(|r| column(j + r));
                for i in 0..y.len() {
                    y[i] += (t[0] * a[i] + t[1] * b[i]) + (t[2] * c[i] + t[3] * d[i]);
                }
            }
            for j in fours..which.end {
                let (t, a) = (alpha * x[j], column(j));
                y.iter_mut().zip(a).for_each(|(y, a)| *y += t * a);
            }
        },
    );
}
