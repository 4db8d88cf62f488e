//! Every factorisation multiplied back together, over random shapes on both sides of every threshold.

use crate::random::{distance, matrix, product};
use gradus_linalg::{
    Cholesky, Lu, Matrix, Qr, Svd, SymmetricEigen, Triangle, jacobi_eigen, jacobi_svd, solve_triangular,
};
use proptest::prelude::*;

fn permuted_rows(a: &Matrix, order: &[usize]) -> Matrix {
    Matrix::from_fn(a.rows(), a.cols(), |i, j| a[(order[i], j)])
}

fn spd(n: usize, seed: u64) -> Matrix {
    let b = matrix(n, n, seed);
    let mut a = product(&b, &b.transpose());
    (0..n).for_each(|i| a[(i, i)] += 0.1);
    a
}

fn check_lu(n: usize, seed: u64) {
    let a = matrix(n, n, seed);
    let lu = Lu::factor(&a).unwrap();
    let tol = 1e-14 * n as f64;
    let rebuilt = product(&lu.lower(), &lu.upper());
    assert!(distance(&permuted_rows(&a, lu.permutation()), &rebuilt) <= tol, "P A = L U, n = {n}");
    assert!(lu.lower().norm_max() <= 1.0);
    let b = matrix(n, 3, seed + 1);
    let x = lu.solve_matrix(&b).unwrap();
    assert!(distance(&product(&a, &x), &b) <= tol * x.norm_max().max(1.0), "A X = B, n = {n}");
    let single = lu.solve(&b.column(1)).unwrap();
    let difference = single.iter().zip(x.column(1)).fold(0.0f64, |m, (p, q)| m.max((p - q).abs()));
    assert!(difference * lu.rcond() <= tol * x.norm_max().max(1.0));
    let y = Matrix::from_vec(n, 1, lu.solve_transpose(&b.column(0)).unwrap()).unwrap();
    let b0 = Matrix::from_vec(n, 1, b.column(0)).unwrap();
    assert!(distance(&product(&a.transpose(), &y), &b0) <= tol * y.norm_max().max(1.0), "A'y = b, n = {n}");
    let (sign, log) = lu.log_det();
    assert!((lu.det() - sign * log.exp()).abs() <= 1e-12 * lu.det().abs());
}

fn check_cholesky(n: usize, seed: u64) {
    let a = spd(n, seed);
    let c = Cholesky::factor(&a).unwrap();
    let l = c.lower();
    let tol = 1e-14 * n as f64;
    assert!(distance(&product(&l, &l.transpose()), &a) <= tol * a.norm_max(), "L L' = A, n = {n}");
    let b = matrix(n, 2, seed + 1);
    let x = c.solve_matrix(&b).unwrap();
    assert!(distance(&product(&a, &x), &b) <= tol * a.norm_max() * x.norm_max().max(1.0));
    let z = c.solve_lower(&b).unwrap();
    assert!(distance(&product(&l, &z), &b) <= tol * l.norm_max() * z.norm_max().max(1.0));
    let (sign, log) = Lu::factor(&a).unwrap().log_det();
    assert!(sign == 1.0 && (log - c.log_det()).abs() <= 1e-10 * n as f64);
}

fn check_qr(m: usize, n: usize, seed: u64) {
    let a = matrix(m, n, seed);
    let qr = Qr::factor(&a).unwrap();
    let tol = 1e-14 * m.max(n) as f64;
    let (q, r) = (qr.q(), qr.r());
    assert!(distance(&product(&q, &r), &a) <= tol, "Q R = A, {m} x {n}");
    assert!(distance(&product(&q.transpose(), &q), &Matrix::identity(m.min(n))) <= tol);
    if m >= n && n > 0 {
        // The residual of least squares is orthogonal to the columns.
        let b = matrix(m, 1, seed + 1);
        let x = Matrix::from_vec(n, 1, qr.solve(b.data()).unwrap()).unwrap();
        let fitted = product(&a, &x);
        let left = Matrix::from_fn(m, 1, |i, _| b[(i, 0)] - fitted[(i, 0)]);
        let slope = product(&a.transpose(), &left);
        assert!(slope.norm_max() <= 10.0 * tol * x.norm_max().max(1.0), "A'(b - A x) = 0, {m} x {n}");
    }
}

type Triple = (Matrix, Vec<f64>, Matrix);

fn check_svd(a: &Matrix, (u, s, v): Triple) {
    let tol = 1e-14 * a.rows().max(a.cols()) as f64;
    let k = s.len();
    let scaled = Matrix::from_fn(u.rows(), k, |i, j| u[(i, j)] * s[j]);
    assert!(distance(&product(&scaled, &v.transpose()), a) <= tol);
    assert!(distance(&product(&u.transpose(), &u), &Matrix::identity(k)) <= tol);
    assert!(distance(&product(&v.transpose(), &v), &Matrix::identity(k)) <= tol);
    assert!(s.is_sorted_by(|a, b| a >= b) && s.iter().all(|s| *s >= 0.0));
}

fn check_eigen(a: &Matrix, values: &[f64], v: &Matrix) {
    let n = a.rows();
    let tol = 2e-14 * n as f64;
    let scaled = Matrix::from_fn(n, n, |i, j| v[(i, j)] * values[j]);
    assert!(distance(&product(a, v), &scaled) <= tol, "A V = V L, n = {n}");
    assert!(distance(&product(&v.transpose(), v), &Matrix::identity(n)) <= tol);
    assert!(values.is_sorted());
}

#[test]
fn sizes_beyond_the_blocking() {
    for n in [100, 257] {
        check_lu(n, 1);
        check_cholesky(n, 2);
    }
    check_qr(300, 120, 3);
    check_qr(120, 300, 4);
    let a = matrix(150, 90, 5);
    let svd = Svd::factor(&a).unwrap();
    check_svd(&a, (svd.u().clone(), svd.values().to_vec(), svd.v().clone()));
    let b = matrix(150, 150, 6);
    let s = Matrix::from_fn(150, 150, |i, j| b[(i, j)] + b[(j, i)]);
    let e = SymmetricEigen::factor(&s).unwrap();
    assert!(!e.by_jacobi());
    check_eigen(&s, e.values(), e.vectors());
}

#[test]
fn factorisations_are_the_same_bits_on_any_number_of_threads() {
    let n = 300;
    let (a, s) = (matrix(n, n, 7), spd(n, 8));
    let run = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
            let qr = Qr::factor(&a).unwrap();
            let inverse = Lu::factor(&a).unwrap().inverse().unwrap();
            let least = qr.solve_matrix(&s).unwrap();
            let eigen = SymmetricEigen::factor(&s).unwrap();
            let svd = Svd::factor(&a).unwrap();
            [inverse, qr.r(), qr.q(), least, eigen.vectors().clone(), svd.u().clone()]
        })
    };
    let one = run(1);
    for threads in [2, 3] {
        for (k, (other, one)) in run(threads).iter().zip(&one).enumerate() {
            assert!(other == one, "result {k} on {threads} threads");
        }
    }
}

/// At an order from which these two are shared between threads.
#[test]
fn large_lu_and_cholesky_are_the_same_bits_on_any_number_of_threads() {
    let n = 2000;
    let a = matrix(n, n, 9);
    let s = Matrix::from_fn(n, n, |i, j| {
        (-((i as f64 - j as f64) / 3.0).powi(2)).exp() + f64::from(u8::from(i == j))
    });
    let run = |threads: usize| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| (Lu::factor(&a).unwrap().upper(), Cholesky::factor(&s).unwrap().lower()))
    };
    let (one, three) = (run(1), run(3));
    assert!(one.0 == three.0, "lu");
    assert!(one.1 == three.1, "cholesky");
}

#[test]
fn rank_deficient_matrices_have_orthonormal_vectors() {
    for (m, n) in [(1, 1), (6, 3), (3, 6), (12, 9), (9, 12), (40, 40)] {
        let zero = Matrix::zeros(m, n);
        check_svd(&zero, jacobi_svd(&zero).unwrap());
        let ones = Matrix::from_fn(m, n, |_, _| 1.0);
        check_svd(&ones, jacobi_svd(&ones).unwrap());
        for a in [zero, ones] {
            let svd = Svd::factor(&a).unwrap();
            check_svd(&a, (svd.u().clone(), svd.values().to_vec(), svd.v().clone()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lu_multiplies_back(n in 0usize..40, seed in 0u64..1000) { check_lu(n, seed) }

    #[test]
    fn cholesky_multiplies_back(n in 0usize..40, seed in 0u64..1000) { check_cholesky(n, seed) }

    #[test]
    fn qr_multiplies_back(m in 0usize..40, n in 0usize..40, seed in 0u64..1000) { check_qr(m, n, seed) }

    #[test]
    fn svd_multiplies_back(m in 0usize..30, n in 0usize..30, seed in 0u64..1000) {
        let a = matrix(m, n, seed);
        check_svd(&a, jacobi_svd(&a).unwrap());
        let svd = Svd::factor(&a).unwrap();
        check_svd(&a, (svd.u().clone(), svd.values().to_vec(), svd.v().clone()));
        // A pinv(A) A = A
        let pinv = svd.pseudoinverse(svd.default_tol()).unwrap();
        prop_assert!(distance(&product(&product(&a, &pinv), &a), &a) <= 1e-12);
    }

    #[test]
    fn eigen_multiplies_back(n in 0usize..40, seed in 0u64..1000) {
        let b = matrix(n, n, seed);
        let a = Matrix::from_fn(n, n, |i, j| b[(i, j)] + b[(j, i)]);
        let (values, vectors) = jacobi_eigen(&a).unwrap();
        check_eigen(&a, &values, &vectors);
        let e = SymmetricEigen::factor(&a).unwrap();
        check_eigen(&a, e.values(), e.vectors());
        prop_assert!(distance(&e.map(|x| x), &a) <= 2e-14 * n as f64);
    }

    #[test]
    fn triangles(n in 1usize..40, seed in 0u64..1000) {
        let mut t = matrix(n, n, seed);
        (0..n).for_each(|i| t[(i, i)] += 3.0f64.copysign(t[(i, i)]));
        let b = matrix(n, 2, seed + 1);
        for triangle in [Triangle::Lower, Triangle::UnitLower, Triangle::Upper, Triangle::UnitUpper] {
            let part = Matrix::from_fn(n, n, |i, j| {
                let unit = matches!(triangle, Triangle::UnitLower | Triangle::UnitUpper);
                let lower = matches!(triangle, Triangle::Lower | Triangle::UnitLower);
                if i == j && unit { 1.0 } else if i == j || (i > j) == lower { t[(i, j)] } else { 0.0 }
            });
            let x = solve_triangular(t.view(), triangle, &b).unwrap();
            let scale = part.norm_max() * x.norm_max().max(1.0);
            prop_assert!(distance(&product(&part, &x), &b) <= 1e-14 * n as f64 * scale);
        }
    }
}
