//! Inverse, determinant and Cholesky factor over any numbers, by the textbook.
//!
//! A = P'LU by Gaussian elimination with partial pivoting by the size of the real part. Where a function is
//! not defined (a singular inverse, an indefinite Cholesky factor) every entry is NaN.
//!
//! Cost: O(n^3). Source: Golub and Van Loan (2013), Matrix Computations, sections 3.4 and 4.2.

use super::Number;
use crate::{Function, MatrixFunction};

/// The value of `f` at the n x n matrix `a`, row by row; a scalar is one entry.
pub(super) fn matrix_function<T: Number>(f: MatrixFunction, a: &[T], n: usize) -> Vec<T> {
    match f {
        MatrixFunction::Inverse => inverse(a.to_vec(), n),
        MatrixFunction::Det => {
            let (pivots, odd) = eliminate(&mut a.to_vec(), n, &mut [], 0);
            let product = pivots.into_iter().fold(T::from_f64(1.0), |p, x| p * x);
            vec![if odd { -product } else { product }]
        }
        MatrixFunction::LogDet => {
            let (pivots, mut odd) = eliminate(&mut a.to_vec(), n, &mut [], 0);
            if pivots.iter().any(|p| p.re() == 0.0) {
                // The logarithm of 0, whatever the sign of the other pivots.
                return vec![T::from_f64(f64::NEG_INFINITY)];
            }
            let mut total = T::from_f64(0.0);
            for p in pivots {
                odd ^= p.re() < 0.0;
                let size = if p.re() < 0.0 { -p } else { p };
                total = total + T::apply(Function::Log, &[size]);
            }
            vec![if odd { T::from_f64(f64::NAN) } else { total }]
        }
        MatrixFunction::Cholesky => cholesky(a, n),
    }
}

/// Reduces `a` to upper triangular form, doing the same to the rows of `b` (of `width` columns). Answers the
/// pivots and whether the row exchanges were odd in number. A zero column leaves a zero pivot.
fn eliminate<T: Number>(a: &mut [T], n: usize, b: &mut [T], width: usize) -> (Vec<T>, bool) {
    let (mut pivots, mut odd) = (Vec::with_capacity(n), false);
    for k in 0..n {
        let mut best = k;
        for i in k + 1..n {
            if a[i * n + k].re().abs() > a[best * n + k].re().abs() {
                best = i;
            }
        }
        if best != k {
            odd = !odd;
            (0..n).for_each(|j| a.swap(k * n + j, best * n + j));
            (0..width).for_each(|j| b.swap(k * width + j, best * width + j));
        }
        let pivot = a[k * n + k];
        pivots.push(pivot);
        if pivot.re() == 0.0 {
            continue;
        }
        for i in k + 1..n {
            let factor = a[i * n + k] / pivot;
            for j in k..n {
                a[i * n + j] = a[i * n + j] - factor * a[k * n + j];
            }
            for j in 0..width {
                b[i * width + j] = b[i * width + j] - factor * b[k * width + j];
            }
        }
    }
    (pivots, odd)
}

fn inverse<T: Number>(mut a: Vec<T>, n: usize) -> Vec<T> {
    let mut x = vec![T::from_f64(0.0); n * n];
    (0..n).for_each(|i| x[i * n + i] = T::from_f64(1.0));
    let (pivots, _) = eliminate(&mut a, n, &mut x, n);
    if pivots.iter().any(|p| p.re() == 0.0) {
        return vec![T::from_f64(f64::NAN); n * n];
    }
    for i in (0..n).rev() {
        for j in 0..n {
            let mut s = x[i * n + j];
            for k in i + 1..n {
                s = s - a[i * n + k] * x[k * n + j];
            }
            x[i * n + j] = s / a[i * n + i];
        }
    }
    x
}

fn cholesky<T: Number>(a: &[T], n: usize) -> Vec<T> {
    let mut l = vec![T::from_f64(0.0); n * n];
    for i in 0..n {
        for j in 0..=i {
            let mut s = a[i * n + j];
            for k in 0..j {
                s = s - l[i * n + k] * l[j * n + k];
            }
            if i != j {
                l[i * n + j] = s / l[j * n + j];
            } else if s.re() > 0.0 {
                l[i * n + i] = T::apply(Function::power(1, 2), &[s]);
            } else {
                return vec![T::from_f64(f64::NAN); n * n];
            }
        }
    }
    l
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_matrices_by_hand() {
        // det [[0, 2], [3, 4]] = -6, inverse [[-2/3, 1/3], [1/2, 0]].
        let a = [0.0, 2.0, 3.0, 4.0];
        assert_eq!(matrix_function(MatrixFunction::Det, &a, 2), [-6.0]);
        let inv = matrix_function(MatrixFunction::Inverse, &a, 2);
        let expected = [-2.0 / 3.0, 1.0 / 3.0, 0.5, 0.0];
        assert!(inv.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-15));
        assert!(matrix_function(MatrixFunction::LogDet, &a, 2)[0].is_nan());
        // [[4, 2], [2, 10]] = L L' with L = [[2, 0], [1, 3]]; its determinant is 36.
        let s = [4.0, 2.0, 2.0, 10.0];
        assert_eq!(matrix_function(MatrixFunction::Cholesky, &s, 2), [2.0, 0.0, 1.0, 3.0]);
        assert!((matrix_function(MatrixFunction::LogDet, &s, 2)[0] - 36f64.ln()).abs() < 1e-15);
    }

    #[test]
    fn what_is_not_defined_is_nan_and_empty_is_one() {
        let singular = [1.0, 2.0, 2.0, 4.0];
        assert!(matrix_function(MatrixFunction::Inverse, &singular, 2).iter().all(|x| x.is_nan()));
        assert_eq!(matrix_function(MatrixFunction::Det, &singular, 2), [0.0]);
        assert_eq!(matrix_function(MatrixFunction::LogDet, &singular, 2), [f64::NEG_INFINITY]);
        assert!(matrix_function(MatrixFunction::Cholesky, &[-1.0], 1)[0].is_nan());
        assert_eq!(matrix_function::<f64>(MatrixFunction::Det, &[], 0), [1.0]);
        assert!(matrix_function::<f64>(MatrixFunction::Inverse, &[], 0).is_empty());
    }
}
