//! Singular values by one-sided Jacobi rotations (Hestenes' method).
//!
//! Rotations from the right make the columns of A orthogonal; their lengths are the singular values. Slow
//! but unconditionally accurate, also for tiny singular values: the guard behind `Svd`.
//!
//! Cost: about 3 m n^2 multiply-adds a sweep, 5 to 12 sweeps.
//!
//! Source: Golub and Van Loan (2013), Matrix Computations, section 8.6.3; Demmel and Veselic (1992).

use crate::{LinalgError, Matrix};

const MAX_SWEEPS: usize = 60;

/// U (m, k), the singular values, descending, and V (n, k), k = min(m, n), with `A = U diag(s) V'`.
///
/// # Errors
/// [`LinalgError::NonFinite`], [`LinalgError::NoConvergence`].
///
/// ```
/// use gradus_linalg::{Matrix, jacobi_svd};
/// let (_, s, _) = jacobi_svd(&Matrix::from_rows(&[[3.0, 0.0], [4.0, 5.0]]))?;
/// assert!((s[0] - 45f64.sqrt()).abs() < 1e-14 && (s[1] - 5f64.sqrt()).abs() < 1e-14);
/// # Ok::<(), gradus_linalg::LinalgError>(())
/// ```
pub fn jacobi_svd(a: &Matrix) -> Result<(Matrix, Vec<f64>, Matrix), LinalgError> {
    if a.rows() < a.cols() {
        let (v, s, u) = jacobi_svd(&a.transpose())?;
        return Ok((u, s, v));
    }
    let (m, n) = (a.rows(), a.cols());
    let norm_max = a.finite_norm_max("jacobi_svd")?;
    // Rows are the columns of A and of V.
    let (mut columns, mut v) = (a.transpose(), Matrix::identity(n));
    let mut sweeps = 0;
    while sweep(&mut columns, &mut v, norm_max) {
        sweeps += 1;
        if sweeps == MAX_SWEEPS {
            return Err(LinalgError::NoConvergence { method: "jacobi_svd", sweeps });
        }
    }
    let lengths: Vec<f64> = (0..n).map(|j| length(columns.row(j))).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| lengths[j].total_cmp(&lengths[i]));
    let s: Vec<f64> = order.iter().map(|&j| lengths[j]).collect();
    let mut u = Matrix::zeros(n, m);
    for (k, &j) in order.iter().enumerate() {
        if s[k] > 0.0 {
            u.row_mut(k).iter_mut().zip(columns.row(j)).for_each(|(u, x)| *u = x / s[k]);
        }
    }
    complete(&mut u, &s);
    Ok((u.transpose(), s, Matrix::from_fn(n, n, |i, j| v[(order[j], i)])))
}

fn length(x: &[f64]) -> f64 {
    let scale = x.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    if scale == 0.0 { 0.0 } else { scale * x.iter().map(|v| (v / scale).powi(2)).sum::<f64>().sqrt() }
}

/// Two rows p < q at once.
fn pair(a: &mut Matrix, p: usize, q: usize) -> (&mut [f64], &mut [f64]) {
    let width = a.cols();
    let (head, tail) = a.data_mut().split_at_mut(q * width);
    (&mut head[p * width..(p + 1) * width], &mut tail[..width])
}

fn sweep(columns: &mut Matrix, v: &mut Matrix, norm_max: f64) -> bool {
    let (n, m) = (columns.rows(), columns.cols());
    let mut rotated = false;
    let tolerance = f64::EPSILON * (m as f64).sqrt();
    // A column of this length is rounding error of the others: its direction means nothing.
    let noise = f64::EPSILON * f64::EPSILON * norm_max;
    for p in 0..n {
        for q in p + 1..n {
            let (x, y) = pair(columns, p, q);
            let (xx, yy) = (length(x), length(y));
            let xy: f64 = x.iter().zip(y.iter()).map(|(a, b)| a * b).sum();
            if xx.min(yy) <= noise || xy.abs() <= tolerance * xx * yy {
                continue;
            }
            rotated = true;
            let theta = (yy - xx) * (yy + xx) / (2.0 * xy);
            let t = 1f64.copysign(theta) / (theta.abs() + theta.hypot(1.0));
            let c = 1.0 / t.hypot(1.0);
            rotate(x, y, c, t * c);
            let (x, y) = pair(v, p, q);
            rotate(x, y, c, t * c);
        }
    }
    rotated
}

fn rotate(x: &mut [f64], y: &mut [f64], c: f64, s: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

/// Replaces the rows of u whose singular value is negligible by unit vectors orthogonal to the others.
fn complete(u: &mut Matrix, s: &[f64]) {
    let (n, m) = (u.rows(), u.cols());
    let negligible = s.first().map_or(0.0, |s| s * f64::EPSILON * f64::EPSILON);
    for k in 0..n {
        if s[k] > negligible {
            continue;
        }
        // Some unit vector keeps a length of at least sqrt((m - k) / m) outside the span of k rows.
        let mut best = (0.0, vec![0.0; m]);
        for e in 0..m {
            let mut x = vec![0.0; m];
            x[e] = 1.0;
            for _ in 0..2 {
                for row in 0..k {
                    let projection: f64 = x.iter().zip(u.row(row)).map(|(a, b)| a * b).sum();
                    x.iter_mut().zip(u.row(row)).for_each(|(x, u)| *x -= projection * u);
                }
            }
            let size = length(&x);
            if size > best.0 {
                best = (size, x);
            }
            if 2.0 * best.0 * best.0 * m as f64 >= (m - k) as f64 {
                break;
            }
        }
        u.row_mut(k).iter_mut().zip(&best.1).for_each(|(u, x)| *u = x / best.0);
    }
}
