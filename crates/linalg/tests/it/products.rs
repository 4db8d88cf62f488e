//! gemm and gemv against the definition, over shapes, strides and thread counts.

use crate::random::{distance, matrix, numbers, product};
use gradus_linalg::{Matrix, View, ViewMut, dot, gemm, gemv, matmul};
use proptest::prelude::*;

#[test]
fn every_shape_up_to_tiny_and_beyond() {
    for (m, k, n) in [
        (0, 3, 2),
        (3, 0, 2),
        (1, 1, 1),
        (2, 3, 4),
        (8, 8, 8),
        (9, 8, 8),
        (1, 700, 3),
        (700, 3, 1),
        (3, 700, 1),
        (1, 3, 700),
        (17, 33, 29),
        (130, 7, 65),
        (65, 257, 3),
    ] {
        let (a, b) = (matrix(m, k, 1), matrix(k, n, 2));
        let got = matmul(a.view(), b.view()).unwrap();
        assert!(distance(&got, &product(&a, &b)) <= 1e-15 * (k as f64 + 1.0), "{m} x {k} x {n}");
    }
}

#[test]
fn a_zero_beta_overwrites_nan_and_nan_in_a_spreads() {
    for n in [2, 40] {
        let a = Matrix::identity(n);
        let mut c = Matrix::from_fn(n, n, |_, _| f64::NAN);
        gemm(1.0, a.view(), a.view(), 0.0, &mut c.view_mut()).unwrap();
        assert_eq!(c, a);
        let mut bad = Matrix::identity(n);
        bad[(0, 1)] = f64::NAN;
        assert!(matmul(bad.view(), a.view()).unwrap()[(0, 0)].is_nan());
    }
}

#[test]
fn large_products_are_the_same_bits_on_any_number_of_threads() {
    let (a, b) = (matrix(260, 300, 3), matrix(300, 280, 4));
    let (tall, x, r) = (matrix(30_000, 50, 5), matrix(50, 1, 6), matrix(30_000, 1, 7));
    let run = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
            let mut y = vec![0.0; 30_000];
            let mut z = vec![0.0; 50];
            gemv(1.0, tall.view(), x.data(), 0.0, &mut y).unwrap();
            gemv(1.0, tall.view().transpose(), r.data(), 0.0, &mut z).unwrap();
            let wide = matmul(tall.view().transpose(), tall.view()).unwrap();
            (matmul(a.view(), b.view()).unwrap(), y, z, wide)
        })
    };
    let one = run(1);
    assert!(distance(&one.0, &product(&a, &b)) < 1e-12);
    for threads in [2, 3, 7] {
        assert!(run(threads) == one, "{threads} threads");
    }
}

#[test]
fn gram_matrices_of_long_matrices() {
    for (m, k, n) in [(3, 40_000, 5), (60, 9_001, 40), (2, 500_000, 2), (200, 5_000, 200)] {
        let (a, b) = (matrix(k, m, 11), matrix(k, n, 12));
        let mut c = matrix(m, n, 13);
        let expected = product(&a.transpose(), &b);
        let expected = Matrix::from_fn(m, n, |i, j| 2.0 * expected[(i, j)] - 0.5 * c[(i, j)]);
        gemm(2.0, a.view().transpose(), b.view(), -0.5, &mut c.view_mut()).unwrap();
        assert!(distance(&c, &expected) <= 1e-13 * (k as f64).sqrt() * 10.0, "{m} x {k} x {n}");
    }
}

#[test]
fn tall_products_with_a_vector() {
    for (m, n) in [(30_000, 50), (50, 30_000), (9000, 40), (40, 9000), (513, 1025)] {
        let a = matrix(m, n, 8);
        let (x, r) = (matrix(n, 1, 9), matrix(m, 1, 10));
        let mut y = r.clone();
        gemv(2.0, a.view(), x.data(), -1.0, y.data_mut()).unwrap();
        let expected = Matrix::from_fn(m, 1, |i, _| 2.0 * product_row(a.row(i), x.data()) - r[(i, 0)]);
        assert!(distance(&y, &expected) < 1e-11, "{m} x {n}");
        let mut z = x.clone();
        gemv(2.0, a.view().transpose(), r.data(), -1.0, z.data_mut()).unwrap();
        let expected = product(&a.transpose(), &r);
        let expected = Matrix::from_fn(n, 1, |i, _| 2.0 * expected[(i, 0)] - x[(i, 0)]);
        assert!(distance(&z, &expected) < 1e-11, "{m} x {n} transposed");
    }
}

fn product_row(a: &[f64], x: &[f64]) -> f64 {
    a.iter().zip(x).map(|(a, x)| a * x).sum()
}

#[test]
fn dot_of_different_lengths_is_an_error() {
    assert_eq!(dot(&[], &[]).unwrap(), 0.0);
    assert!(dot(&[1.0], &[]).unwrap_err().to_string().contains("expected 1 numbers, found 0"));
}

#[test]
fn a_window_that_names_an_element_twice_cannot_be_written() {
    let mut data = [0.0; 10];
    assert!(ViewMut::strided(&mut data, (3, 3), (1, 1)).is_err());
    assert!(ViewMut::strided(&mut data, (3, 3), (0, 1)).is_err());
    assert!(ViewMut::strided(&mut data, (3, 3), (3, 1)).is_ok());
    assert!(ViewMut::strided(&mut data, (3, 3), (1, 3)).is_ok());
    assert!(View::strided(&data, (4, 3), (0, 1)).is_ok());
    assert!(View::strided(&data, (4, 3), (usize::MAX, 1)).is_err());
    assert!(View::row_major(&data, 3, 3).is_err());
}

proptest! {
    #[test]
    fn any_strides(
        (m, k, n) in (1usize..14, 1usize..14, 1usize..14),
        layout in prop::array::uniform3((0usize..3, 1usize..4, 0usize..3)),
        (alpha, beta) in (-2.0..2.0f64, prop::sample::select(vec![0.0, 1.0, -0.5])),
    ) {
        // (row stride, column stride): rows adjacent, columns adjacent, or neither.
        let strides = |(kind, step, pad): (usize, usize, usize), rows: usize, cols: usize| match kind {
            0 => (cols + pad, 1),
            1 => (1, rows + pad),
            _ => (cols * step + pad, step),
        };
        let room = |(r, c): (usize, usize), rows: usize, cols: usize| (rows - 1) * r + (cols - 1) * c + 1;
        let (sa, sb, sc) = (strides(layout[0], m, k), strides(layout[1], k, n), strides(layout[2], m, n));
        let mut next = numbers((m * 100 + k * 10 + n) as u64);
        let a: Vec<f64> = (0..room(sa, m, k)).map(|_| next()).collect();
        let b: Vec<f64> = (0..room(sb, k, n)).map(|_| next()).collect();
        let c: Vec<f64> = (0..room(sc, m, n)).map(|_| next()).collect();
        let mut got = c.clone();
        let (va, vb) = (View::strided(&a, (m, k), sa).unwrap(), View::strided(&b, (k, n), sb).unwrap());
        gemm(alpha, va, vb, beta, &mut ViewMut::strided(&mut got, (m, n), sc).unwrap()).unwrap();
        let mut expected = c;
        for i in 0..m {
            for j in 0..n {
                let sum: f64 = (0..k).map(|l| va.get(i, l).unwrap() * vb.get(l, j).unwrap()).sum();
                let at = &mut expected[i * sc.0 + j * sc.1];
                *at = alpha * sum + beta * *at;
            }
        }
        for (g, e) in got.iter().zip(&expected) {
            prop_assert!((g - e).abs() <= 1e-13, "{g} {e}");
        }
    }
}
