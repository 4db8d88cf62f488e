//! Against exact or 50-digit arithmetic: Hilbert matrices, and integer matrices by mpmath 1.4.1 (reference.py).

use crate::random::distance;
use gradus_linalg::{
    Cholesky, Lu, Matrix, Qr, Svd, SymmetricEigen, jacobi_eigen, jacobi_svd, least_squares,
    refined_least_squares,
};

fn general(m: usize, n: usize) -> Matrix {
    Matrix::from_fn(m, n, |i, j| ((7 * i + 11 * j + 3 * i * j + i * i) % 13) as f64 - 6.0)
}

fn reference(kind: &str) -> Vec<(usize, usize, Vec<f64>)> {
    let rows = include_str!("reference.tsv").lines().map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|f| f[0] == kind)
        .map(|f| {
            let values = f[3..].iter().map(|v| v.parse().unwrap()).collect();
            (f[1].parse().unwrap(), f[2].parse().unwrap(), values)
        })
        .collect()
}

#[test]
fn determinants_of_integer_matrices() {
    for (n, _, exact) in reference("det") {
        let lu = Lu::factor(&general(n, n)).unwrap();
        let (sign, log) = lu.log_det();
        let size = (0..n).map(|i| lu.upper()[(i, i)].abs()).filter(|p| *p > 1e-9).product::<f64>();
        assert!((lu.det() - exact[0]).abs() <= 1e-13 * size.max(exact[0].abs()), "n = {n}: {}", lu.det());
        if exact[0] != 0.0 {
            assert_eq!(sign, exact[0].signum());
            assert!((log - exact[0].abs().ln()).abs() < 1e-12);
        }
    }
}

#[test]
fn eigenvalues_of_integer_matrices() {
    for (n, _, exact) in reference("eigen") {
        let a = general(n, n);
        let a = Matrix::from_fn(n, n, |i, j| a[(i, j)] + a[(j, i)]);
        let scale = exact.iter().fold(0.0f64, |m, x| m.max(x.abs()));
        let found = SymmetricEigen::factor(&a).unwrap();
        let (jacobi, _) = jacobi_eigen(&a).unwrap();
        for (k, e) in exact.iter().enumerate() {
            assert!((found.values()[k] - e).abs() <= 3e-15 * n as f64 * scale, "n = {n}, {k}");
            assert!((jacobi[k] - e).abs() <= 3e-15 * n as f64 * scale, "jacobi n = {n}, {k}");
        }
    }
}

#[test]
fn singular_values_of_integer_matrices() {
    for (m, n, exact) in reference("singular") {
        let a = if m >= n { general(m, n) } else { general(m, n).transpose() };
        let (found, (_, jacobi, _)) = (Svd::factor(&a).unwrap(), jacobi_svd(&a).unwrap());
        assert_eq!(found.values().len(), exact.len());
        for (k, e) in exact.iter().enumerate() {
            assert!((found.values()[k] - e).abs() <= 3e-14 * exact[0], "{m} x {n}, {k}");
            assert!((jacobi[k] - e).abs() <= 3e-14 * exact[0], "jacobi {m} x {n}, {k}");
        }
    }
}

/// The inverse of the Hilbert matrix has the integer elements
/// (-1)^(i+j) (i+j-1) C(n+i-1, n-j) C(n+j-1, n-i) C(i+j-2, i-1)^2 (Higham 2002, section 28.1).
fn hilbert_inverse(n: usize) -> Matrix {
    let binomial = |n: usize, k: usize| (0..k).fold(1.0, |b, i| b * (n - i) as f64 / (i + 1) as f64);
    Matrix::from_fn(n, n, |i, j| {
        let (i, j) = (i + 1, j + 1);
        let sign = if (i + j) % 2 == 0 { 1.0 } else { -1.0 };
        let last = binomial(i + j - 2, i - 1);
        sign * (i + j - 1) as f64 * binomial(n + i - 1, n - j) * binomial(n + j - 1, n - i) * last * last
    })
}

#[test]
fn inverse_of_the_hilbert_matrix_loses_as_many_digits_as_rcond_says() {
    for n in [2, 4, 6, 8] {
        let hilbert = Matrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64);
        let exact = hilbert_inverse(n);
        let lu = Lu::factor(&hilbert).unwrap();
        let cholesky = Cholesky::factor(&hilbert).unwrap();
        // |H|_1 |inv(H)|_1 exactly, and the estimate within a factor of 3 of it.
        let norm_1 =
            |a: &Matrix| (0..n).map(|j| a.column(j).iter().map(|x| x.abs()).sum()).fold(0.0, f64::max);
        let condition: f64 = norm_1(&hilbert) * norm_1(&exact);
        for (inverse, rcond) in
            [(lu.inverse().unwrap(), lu.rcond()), (cholesky.inverse().unwrap(), cholesky.rcond())]
        {
            assert!(rcond * condition > 0.9 && rcond * condition < 3.0, "n = {n}: {}", rcond * condition);
            assert!(distance(&inverse, &exact) <= 1e-15 * condition * exact.norm_max(), "n = {n}");
        }
    }
}

#[test]
fn least_squares_through_known_residual() {
    // b = A 1 + r with A'r = 0 exactly: A's columns are (1, t) and r = (1, -2, 1, 0, ...).
    let a = Matrix::from_fn(6, 2, |i, j| if j == 0 { 1.0 } else { i as f64 });
    let b = [1.0 + 1.0, 2.0 - 2.0, 3.0 + 1.0, 4.0, 5.0, 6.0];
    let fit = least_squares(&a, &b).unwrap();
    assert!(fit.rank == 2 && fit.x.iter().all(|x| (x - 1.0).abs() < 1e-14), "{fit:?}");
}

#[test]
fn minimum_norm_when_columns_repeat() {
    // Two equal columns share the coefficient 3 equally.
    let a = Matrix::from_fn(5, 3, |i, j| if j == 2 { 1.0 } else { i as f64 });
    let b: Vec<f64> = (0..5).map(|i| 3.0 * i as f64 - 2.0).collect();
    let fit = least_squares(&a, &b).unwrap();
    assert_eq!(fit.rank, 2);
    for (x, e) in fit.x.iter().zip([1.5, 1.5, -2.0]) {
        assert!((x - e).abs() < 1e-13, "{fit:?}");
    }
    let wide = least_squares(&a.transpose(), &[0.0, 0.0, 5.0]).unwrap();
    assert_eq!((wide.x.len(), wide.rank), (5, 2));
}

#[test]
fn a_singular_matrix_is_named_by_its_pivot() {
    for n in [3, 40] {
        // The last column is the sum of the others, in integers, so that elimination is exact.
        let mut a = Matrix::identity(n);
        a[(n - 1, n - 1)] = 0.0;
        let lu = Lu::factor(&a).unwrap();
        assert_eq!((lu.singular_pivot(), lu.det(), lu.rcond()), (Some(n - 1), 0.0, 0.0));
        assert_eq!(lu.log_det(), (0.0, f64::NEG_INFINITY));
        let message = lu.solve(&vec![1.0; n]).unwrap_err().to_string();
        assert_eq!(message, format!("the matrix is singular: pivot {} (counted from 0) is zero", n - 1));
        let zero = Lu::factor(&Matrix::zeros(n, n)).unwrap();
        assert_eq!((zero.singular_pivot(), zero.det()), (Some(0), 0.0));
    }
}

#[test]
fn an_indefinite_matrix_is_named_by_its_pivot() {
    for n in [4, 50] {
        let mut a = Matrix::identity(n);
        a[(n / 2, n / 2)] = -3.0;
        let message = Cholesky::factor(&a).unwrap_err().to_string();
        let expected =
            format!("the matrix is not positive definite: pivot {} (counted from 0) is -3e0", n / 2);
        assert_eq!(message, expected);
        // Semidefinite: the all-ones matrix leaves a zero pivot at 1.
        let ones = Matrix::from_fn(n, n, |_, _| 1.0);
        assert!(Cholesky::factor(&ones).unwrap_err().to_string().contains("pivot 1 "));
    }
}

#[test]
fn results_do_not_depend_on_the_magnitude() {
    for n in [4, 30] {
        let base = Matrix::from_fn(n, n, |i, j| 1.0 / (i + j + 1) as f64 + if i == j { 1.0 } else { 0.0 });
        let (eigen, svd, r) = (
            SymmetricEigen::factor(&base).unwrap(),
            Svd::factor(&base).unwrap(),
            Qr::factor(&base).unwrap().r(),
        );
        for e in [-1040, -700, 700, 1020] {
            let s = |x: f64| x * 2f64.powi(e / 2) * 2f64.powi(e - e / 2);
            // Bits are lost below 2^-1022 only.
            let tol = if e < -1022 { 1e-4 } else { 1e-14 * n as f64 };
            let a = Matrix::from_fn(n, n, |i, j| s(base[(i, j)]));
            let close = |x: f64, y: f64| (x - s(y)).abs() <= tol * s(1.0);
            let values = SymmetricEigen::factor(&a).unwrap();
            assert!(values.values().iter().zip(eigen.values()).all(|(x, y)| close(*x, *y)), "eigen 2^{e}");
            let values = Svd::factor(&a).unwrap();
            assert!(values.values().iter().zip(svd.values()).all(|(x, y)| close(*x, *y)), "svd 2^{e}");
            let scaled = Qr::factor(&a).unwrap().r();
            assert!(scaled.data().iter().zip(r.data()).all(|(x, y)| close(*x, *y)), "qr 2^{e}");
            let b: Vec<f64> = (0..n).map(|i| a.row(i).iter().map(|x| x / n as f64).sum()).collect();
            let tol = tol * 100.0;
            let one = |x: &Vec<f64>| x.iter().all(|v| (v * n as f64 - 1.0).abs() <= tol);
            assert!(one(&Lu::factor(&a).unwrap().solve(&b).unwrap()), "lu 2^{e}");
            assert!(one(&Cholesky::factor(&a).unwrap().solve(&b).unwrap()), "cholesky 2^{e}");
            assert!(one(&Qr::factor(&a).unwrap().solve(&b).unwrap()), "qr solve 2^{e}");
        }
    }
}

/// Powers of 1 to 10 with an orthogonal residual: x is all ones, whatever multiple of the residual is added.
#[test]
fn refinement_finds_integers_behind_a_large_residual() {
    let (m, n) = (10, 5);
    let a = Matrix::from_fn(m, n, |i, j| ((i + 1) as f64).powi(j as i32));
    // The fifth differences of any polynomial of degree 4 are 0.
    let mut b: Vec<f64> = (0..m).map(|i| a.row(i).iter().sum()).collect();
    for (k, c) in [1.0, -5.0, 10.0, -10.0, 5.0, -1.0].into_iter().enumerate() {
        b[k + 2] += 1e8 * c;
    }
    let plain = least_squares(&a, &b).unwrap().x;
    let error = |x: &[f64]| x.iter().map(|v| (v - 1.0).abs()).fold(0.0, f64::max);
    assert!(error(&plain) > 1e-9, "{plain:?}");
    assert_eq!(refined_least_squares(&a, None, &b).unwrap().x, vec![1.0; n]);
}

#[test]
fn rank_does_not_depend_on_units() {
    // Columns of like direction but of sizes 1 and 1e-17: full rank, x = (1, 1e17).
    let a = Matrix::from_rows(&[[1.0, 1e-17], [1.0, -1e-17], [1.0, 2e-17]]);
    let fit = least_squares(&a, &[2.0, 0.0, 3.0]).unwrap();
    assert_eq!(fit.rank, 2);
    assert!((fit.x[0] - 1.0).abs() < 1e-15 && (fit.x[1] * 1e-17 - 1.0).abs() < 1e-15);
}
