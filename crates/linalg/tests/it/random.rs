//! Reproducible matrices for tests.

use gradus_linalg::Matrix;

/// Uniform numbers on (-1, 1) from Knuth's MMIX generator.
pub(crate) fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(88_172_645_463_325_252);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

pub(crate) fn matrix(rows: usize, cols: usize, seed: u64) -> Matrix {
    let mut next = numbers(seed);
    Matrix::from_fn(rows, cols, |_, _| next())
}

/// A B by the definition.
pub(crate) fn product(a: &Matrix, b: &Matrix) -> Matrix {
    Matrix::from_fn(a.rows(), b.cols(), |i, j| (0..a.cols()).map(|k| a[(i, k)] * b[(k, j)]).sum())
}

/// max |a_ij - b_ij|; infinite when a number is NaN or the shapes differ.
pub(crate) fn distance(a: &Matrix, b: &Matrix) -> f64 {
    if (a.rows(), a.cols()) != (b.rows(), b.cols()) {
        return f64::INFINITY;
    }
    a.data().iter().zip(b.data()).fold(0.0, |m, (x, y)| {
        let d = (x - y).abs();
        if d.is_nan() { f64::INFINITY } else { d.max(m) }
    })
}
