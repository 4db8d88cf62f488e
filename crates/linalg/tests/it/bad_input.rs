//! Empty, single, not finite, mismatched: a typed error with its evidence, and no panic.

use gradus_linalg::{
    Cholesky, LinalgError, Lu, Matrix, Qr, Svd, SymmetricEigen, Triangle, gemm, gemv, jacobi_eigen,
    jacobi_svd, least_squares, matmul, refined_least_squares, solve_triangular,
};

#[test]
fn empty_matrices_factor() {
    let empty = Matrix::zeros(0, 0);
    let lu = Lu::factor(&empty).unwrap();
    assert_eq!((lu.det(), lu.log_det(), lu.rcond()), (1.0, (1.0, 0.0), 1.0));
    assert_eq!(lu.solve(&[]).unwrap(), Vec::<f64>::new());
    assert_eq!(lu.inverse().unwrap(), empty);
    let cholesky = Cholesky::factor(&empty).unwrap();
    assert_eq!((cholesky.log_det(), cholesky.rcond()), (0.0, 1.0));
    assert!(SymmetricEigen::factor(&empty).unwrap().values().is_empty());
    for (m, n) in [(0, 0), (0, 3), (3, 0)] {
        let a = Matrix::zeros(m, n);
        assert_eq!(Svd::factor(&a).unwrap().rank(0.0), 0);
        assert_eq!((Qr::factor(&a).unwrap().r().rows(), jacobi_svd(&a).unwrap().1.len()), (0, 0));
        assert_eq!(least_squares(&a, &vec![1.0; m]).unwrap().x, vec![0.0; n]);
        assert_eq!(refined_least_squares(&a, None, &vec![1.0; m]).unwrap().x, vec![0.0; n]);
        assert_eq!(a.transpose().rows(), n);
        assert_eq!(matmul(a.view(), a.view().transpose()).unwrap(), Matrix::zeros(m, m));
    }
}

#[test]
fn one_by_one() {
    let a = Matrix::from_rows(&[[-4.0]]);
    let lu = Lu::factor(&a).unwrap();
    assert_eq!((lu.det(), lu.solve(&[8.0]).unwrap(), lu.rcond()), (-4.0, vec![-2.0], 1.0));
    assert_eq!(Svd::factor(&a).unwrap().values(), &[4.0]);
    assert_eq!(SymmetricEigen::factor(&a).unwrap().values(), &[-4.0]);
    assert_eq!(Qr::factor(&a).unwrap().solve(&[8.0]).unwrap(), vec![-2.0]);
    assert_eq!(Cholesky::factor(&a).unwrap_err(), LinalgError::NotPositiveDefinite { pivot: 0, value: -4.0 });
}

#[test]
fn the_first_element_that_is_not_finite_is_named() {
    for n in [3, 30] {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let mut a = Matrix::identity(n);
            a[(2, 1)] = bad;
            a[(2, 2)] = f64::NAN;
            let errors = [
                Lu::factor(&a).unwrap_err(),
                Cholesky::factor(&a).unwrap_err(),
                Qr::factor(&a).unwrap_err(),
                Svd::factor(&a).unwrap_err(),
                SymmetricEigen::factor(&a).unwrap_err(),
                jacobi_eigen(&a).unwrap_err(),
                jacobi_svd(&a).unwrap_err(),
                least_squares(&a, &vec![0.0; n]).unwrap_err(),
                refined_least_squares(&a, None, &vec![0.0; n]).unwrap_err(),
            ];
            for e in errors {
                let text = e.to_string();
                assert!(text.contains(&format!("row 2, column 1 (counted from 0) is {bad}")), "{text}");
            }
        }
    }
}

#[test]
fn shapes_that_do_not_fit_are_named() {
    let wide = Matrix::zeros(2, 3);
    let text = Lu::factor(&wide).unwrap_err().to_string();
    assert_eq!(text, "lu needs a square matrix, found 2 x 3");
    assert!(Cholesky::factor(&wide).is_err() && SymmetricEigen::factor(&wide).is_err());
    assert!(jacobi_eigen(&wide).is_err());
    let text = matmul(wide.view(), wide.view()).unwrap_err().to_string();
    assert_eq!(text, "gemm: expected shapes (m, k), (k, n), (m, n), found (2, 3), (2, 3), (2, 3)");
    let mut c = Matrix::zeros(2, 2);
    assert!(gemm(1.0, wide.view(), wide.view(), 0.0, &mut c.view_mut()).is_err());
    assert!(gemv(1.0, wide.view(), &[1.0, 2.0], 0.0, &mut [0.0, 0.0]).is_err());
    let lu = Lu::factor(&Matrix::identity(2)).unwrap();
    let text = lu.solve(&[1.0]).unwrap_err().to_string();
    assert_eq!(text, "lu solve: expected a right-hand side of 2 rows, found 1 rows");
    assert!(lu.solve_transpose(&[1.0]).is_err() && lu.solve_matrix(&wide.transpose()).is_err());
    assert!(Cholesky::factor(&Matrix::identity(2)).unwrap().solve(&[1.0]).is_err());
    assert!(Qr::factor(&wide).unwrap().solve(&[1.0, 2.0]).is_err());
    assert!(Qr::factor(&wide).unwrap().q_transpose_times(&wide.transpose()).is_err());
    assert!(least_squares(&wide, &[1.0]).is_err());
    assert!(refined_least_squares(&wide, None, &[1.0]).is_err());
    let message = refined_least_squares(&wide.transpose(), Some(&wide), &vec![1.0; wide.cols()]).unwrap_err();
    assert!(message.to_string().contains("low part"), "{message}");
    assert!(Matrix::from_vec(2, 2, vec![0.0; 3]).is_err());
    assert!(Matrix::from_vec(usize::MAX, 2, vec![]).is_err());
    let singular = solve_triangular(Matrix::zeros(2, 2).view(), Triangle::Upper, &Matrix::zeros(2, 1));
    assert_eq!(singular.unwrap_err(), LinalgError::Singular { pivot: 0 });
    assert!(matches!(Matrix::try_zeros(1 << 40, 1 << 20), Err(LinalgError::TooLarge { .. })));
}

#[test]
fn the_largest_and_smallest_numbers() {
    for n in [2, 30] {
        for size in [f64::MAX, 5e-324] {
            let a = Matrix::from_fn(n, n, |i, j| if i == j { size } else { 0.0 });
            let lu = Lu::factor(&a).unwrap();
            assert_eq!(lu.solve(&vec![size; n]).unwrap(), vec![1.0; n]);
            let (sign, log) = lu.log_det();
            assert!(sign == 1.0 && (log / (n as f64 * size.ln()) - 1.0).abs() < 1e-14);
            let c = Cholesky::factor(&a).unwrap();
            assert!((c.log_det() / (n as f64 * size.ln()) - 1.0).abs() < 1e-14);
            assert_eq!(Svd::factor(&a).unwrap().values(), &vec![size; n][..]);
            assert_eq!(SymmetricEigen::factor(&a).unwrap().values(), &vec![size; n][..]);
        }
    }
}
