//! The Rust functions that printed code may need, as source text.

/// The larger of two; NaN when either is, which `f64::max` hides.
pub(super) const MAXIMUM: &str = "\
fn maximum(x: f64, y: f64) -> f64 {
    if x >= y || x.is_nan() { x } else { y }
}";

/// The smaller of two; NaN when either is.
pub(super) const MINIMUM: &str = "\
fn minimum(x: f64, y: f64) -> f64 {
    if x <= y || x.is_nan() { x } else { y }
}";

/// The position, from 1, of the first largest of n entries or of the first NaN; NaN when there are no entries.
pub(super) const ARGMAX: &str = "\
fn argmax(n: usize, x: impl Fn(usize) -> f64) -> f64 {
    let better = |old: f64, new: f64| !old.is_nan() && (new > old || new.is_nan());
    let best = (0..n).reduce(|best, k| if better(x(best), x(k)) { k } else { best });
    best.map_or(f64::NAN, |k| (k + 1) as f64)
}";

/// `log(sum_k e^(x_k))` of n entries without overflow; needs `maximum`.
pub(super) const LOGSUMEXP: &str = "\
fn logsumexp(n: usize, x: impl Fn(usize) -> f64) -> f64 {
    let top = (0..n).map(&x).fold(f64::NEG_INFINITY, maximum);
    if top.is_finite() { top + (0..n).map(|k| (x(k) - top).exp()).sum::<f64>().ln() } else { top }
}";

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

/// The logarithm of the determinant: minus infinity when that is 0, NaN when it is negative.
pub(super) const LOGDET: &str = "\
fn logdet(a: &[f64], n: usize) -> f64 {
    let (m, _, sign) = lu(a, n);
    if (0..n).any(|k| m[k * n + k] == 0.0) {
        return f64::NEG_INFINITY;
    }
    let negative = (0..n).filter(|k| m[k * n + k] < 0.0).count() % 2 == 1;
    if negative == (sign > 0.0) { f64::NAN } else { (0..n).map(|k| m[k * n + k].abs().ln()).sum() }
}";

/// The inverse, column by column; NaN where the matrix is singular.
pub(super) const INVERSE: &str = "\
fn inverse(a: &[f64], n: usize) -> Vec<f64> {
    let (m, rows, _) = lu(a, n);
    if (0..n).any(|k| m[k * n + k] == 0.0) {
        return vec![f64::NAN; n * n];
    }
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
        if !(l[i * n + i] > 0.0) {
            return vec![f64::NAN; n * n];
        }
    }
    l
}";
