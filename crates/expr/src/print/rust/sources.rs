//! The Rust functions that printed code may need, as source text, each standing alone.

/// `sign(x)`, with 0 and NaN kept.
pub(super) const SIGN: &str = "\
fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x
    }
}";

/// `1/(1 + e^-x)` without overflow.
pub(super) const SIGMOID: &str = "\
fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        x.exp() / (1.0 + x.exp())
    }
}";

/// `log(1 + e^x)` without overflow.
pub(super) const SOFTPLUS: &str = "\
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}";

/// Gaussian elimination with partial pivoting: the triangular factors in one matrix, the row that stands in each
/// place, and the determinant's sign.
pub(super) const LU: &str = "\
fn lu(a: &[f64], n: usize) -> (Vec<f64>, Vec<usize>, f64) {
    let (mut m, mut rows, mut sign) = (a.to_vec(), (0..n).collect::<Vec<usize>>(), 1.0);
    for k in 0..n {
        let pivot = (k..n).fold(k, |p, i| if m[i * n + k].abs() > m[p * n + k].abs() { i } else { p });
        if pivot != k {
            for j in 0..n {
                m.swap(k * n + j, pivot * n + j);
            }
            rows.swap(k, pivot);
            sign = -sign;
        }
        for i in k + 1..n {
            m[i * n + k] /= m[k * n + k];
            for j in k + 1..n {
                m[i * n + j] -= m[i * n + k] * m[k * n + j];
            }
        }
    }
    (m, rows, sign)
}";

/// The determinant.
pub(super) const DET: &str = "\
fn det(a: &[f64], n: usize) -> f64 {
    let (m, _, sign) = lu(a, n);
    (0..n).fold(sign, |d, k| if d == 0.0 { 0.0 } else { d * m[k * n + k] })
}";

/// The logarithm of a positive determinant.
pub(super) const LOGDET: &str = "\
fn logdet(a: &[f64], n: usize) -> f64 {
    let (m, _, sign) = lu(a, n);
    let negative = (0..n).filter(|k| m[k * n + k] < 0.0).count() % 2 == 1;
    if negative == (sign > 0.0) { f64::NAN } else { (0..n).map(|k| m[k * n + k].abs().ln()).sum() }
}";

/// The inverse, column by column.
pub(super) const INVERSE: &str = "\
fn inverse(a: &[f64], n: usize) -> Vec<f64> {
    let (m, rows, _) = lu(a, n);
    let mut out = vec![0.0; n * n];
    for c in 0..n {
        for i in 0..n {
            let s: f64 = (0..i).map(|j| m[i * n + j] * out[j * n + c]).sum();
            out[i * n + c] = f64::from(rows[i] == c) - s;
        }
        for i in (0..n).rev() {
            let s: f64 = (i + 1..n).map(|j| m[i * n + j] * out[j * n + c]).sum();
            out[i * n + c] = (out[i * n + c] - s) / m[i * n + i];
        }
    }
    out
}";

/// The Cholesky factor; NaN where the matrix is not positive definite.
pub(super) const CHOLESKY: &str = "\
fn cholesky(a: &[f64], n: usize) -> Vec<f64> {
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let s: f64 = (0..j).map(|k| l[i * n + k] * l[j * n + k]).sum();
            l[i * n + j] =
                if i == j { (a[i * n + i] - s).sqrt() } else { (a[i * n + j] - s) / l[j * n + j] };
        }
    }
    l
}";
