use super::*;
use crate::{MatrixFunction, Reduction, Structure, Symbol};

fn dim(name: &str) -> Dim {
    Dim::symbol(name)
}

fn symbol(name: &str, shape: Vec<Dim>) -> Expr {
    Expr::symbol(Symbol::new(name, shape))
}

fn tensor(shape: &[usize], data: &[f64]) -> Tensor<f64> {
    Tensor::new(shape.to_vec(), data.to_vec()).unwrap()
}

/// `s` contracted with the vector x (1, 2, 3, ...) over its axis `axis`.
fn with_vector(s: Structure, axis: usize, n: usize) -> Vec<f64> {
    let shape = s.shape();
    let x = symbol("x", vec![shape[axis].clone()]);
    let labels: Vec<u32> = (0..shape.len() as u32).collect();
    let out: Vec<u32> = labels.iter().copied().filter(|l| *l as usize != axis).collect();
    let e = Expr::contract(&[(Expr::structure(s), &labels), (x, &[axis as u32])], &out, &[]).unwrap();
    let data = (1..=n).map(|k| k as f64).collect();
    evaluate(&e, &Bindings::new().with("x", Tensor::vector(data))).unwrap().data
}

#[test]
fn matrix_products_by_hand() {
    let a = symbol("A", vec![dim("m"), dim("n")]);
    let x = symbol("x", vec![dim("n")]);
    let bindings = Bindings::new()
        .with("A", tensor(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))
        .with("x", tensor(&[3], &[1.0, -1.0, 2.0]));
    let ax = Expr::contract(&[(a.clone(), &[0, 1]), (x, &[1])], &[0], &[]).unwrap();
    assert_eq!(evaluate(&ax, &bindings).unwrap(), tensor(&[2], &[5.0, 11.0]));
    let gram = Expr::contract(&[(a.clone(), &[0, 1]), (a.clone(), &[2, 1])], &[0, 2], &[]).unwrap();
    assert_eq!(evaluate(&gram, &bindings).unwrap(), tensor(&[2, 2], &[14.0, 32.0, 32.0, 77.0]));
    let total = Expr::contract(&[(a, &[0, 1])], &[], &[]).unwrap();
    assert_eq!(evaluate(&total, &bindings).unwrap().data, [21.0]);
}

#[test]
fn structures_are_loops_that_skip_zeros() {
    let (n, at) = (Dim::constant(4), Dim::constant(1));
    let lower = Structure::LowerOnes(n.clone());
    assert_eq!(with_vector(lower.clone(), 1, 4), [1.0, 3.0, 6.0, 10.0]);
    assert_eq!(with_vector(lower, 0, 4), [10.0, 9.0, 7.0, 4.0]);
    let slice = Structure::Slice { rows: Dim::constant(2), cols: n.clone(), offset: at.clone(), stride: 2 };
    assert_eq!(with_vector(slice.clone(), 1, 4), [2.0, 4.0]);
    assert_eq!(with_vector(slice, 0, 2), [0.0, 1.0, 0.0, 2.0]);
    assert_eq!(with_vector(Structure::Unit { n: n.clone(), at }, 0, 4), [2.0]);
    let merge = Structure::Merge { outer: Dim::constant(2), inner: Dim::constant(2) };
    assert_eq!(with_vector(merge.clone(), 0, 4), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(with_vector(Structure::Delta(n), 0, 4), [1.0, 2.0, 3.0, 4.0]);
    let eye = evaluate(&Expr::eye(Dim::constant(2)), &Bindings::<f64>::new()).unwrap();
    assert_eq!(eye, tensor(&[2, 2], &[1.0, 0.0, 0.0, 1.0]));
}

#[test]
fn one_hot_gathers_and_scatters() {
    let c = symbol("c", vec![dim("n")]);
    let hot = Expr::one_hot(c, dim("k"));
    let bindings = Bindings::new()
        .with("c", tensor(&[3], &[2.0, 1.0, 2.0]))
        .with("x", tensor(&[2], &[10.0, 20.0]))
        .with("y", tensor(&[3], &[1.0, 2.0, 4.0]));
    let (x, y) = (symbol("x", vec![dim("k")]), symbol("y", vec![dim("n")]));
    let gather = Expr::contract(&[(hot.clone(), &[0, 1]), (x, &[1])], &[0], &[]).unwrap();
    assert_eq!(evaluate(&gather, &bindings).unwrap().data, [20.0, 10.0, 20.0]);
    let scatter = Expr::contract(&[(hot, &[0, 1]), (y, &[0])], &[1], &[]).unwrap();
    let with_k = bindings.clone().with_size("k", 2);
    assert_eq!(evaluate(&scatter, &with_k).unwrap().data, [2.0, 5.0]);
    let small = bindings.with_size("k", 1);
    let error = evaluate(&scatter, &small).unwrap_err();
    assert_eq!(error.to_string(), "index entry 1 is 2, not an integer from 1 to 1");
}

#[test]
fn mistakes_are_named_with_their_evidence() {
    let (x, y) = (symbol("X", vec![dim("n"), dim("d")]), symbol("y", vec![dim("n")]));
    let e = Expr::contract(&[(y, &[0]), (x, &[0, 1])], &[1], &[]).unwrap();
    let mut bindings = Bindings::new().with("y", Tensor::vector(vec![0.0; 5]));
    assert_eq!(evaluate(&e, &bindings).unwrap_err().to_string(), "X has no value");
    bindings.set("X", tensor(&[4, 2], &[0.0; 8]));
    let error = evaluate(&e, &bindings).unwrap_err();
    let expected = "X must be [n, d] with d = 2 from X, n = 5 from y, but was given [4, 2]";
    assert_eq!(error.to_string(), expected);
    let lone = evaluate(&Expr::zeros(vec![dim("q")]), &Bindings::<f64>::new()).unwrap_err();
    assert_eq!(lone.to_string(), "the size q is not known or not possible: no value for q");
}

#[test]
fn absurd_sizes_are_refused_before_memory_is_taken() {
    let huge = Expr::ones(vec![dim("n"), dim("n"), dim("n")]);
    let bindings = Bindings::<f64>::new().with_size("n", 1 << 40);
    let error = evaluate(&huge, &bindings).unwrap_err();
    assert_eq!(error.to_string(), "the evaluation needs more than the 100000000 steps allowed");
}

#[test]
fn sixty_doublings_and_ten_thousand_sines() {
    let x = symbol("x", vec![]);
    let bindings = Bindings::new().with("x", Tensor::scalar(1.0));
    let one = || num_traits::One::one();
    let mut e = x.clone();
    for _ in 0..60 {
        e = Expr::sum(vec![], vec![(one(), e.clone()), (one(), e)]).unwrap();
    }
    assert_eq!(evaluate(&e, &bindings).unwrap().data, [2f64.powi(60)]);
    let mut s = x;
    for _ in 0..10_000 {
        s = s.apply(Function::Sin);
    }
    // Iterated sines fall as sqrt(3/k): mpmath 1.4.1 gives 0.017313621122353 after 10,000.
    assert!((evaluate(&s, &bindings).unwrap().data[0] - 0.017_313_621_122_353).abs() < 1e-12);
}

#[test]
fn the_complex_step_differentiates_a_log_determinant() {
    // d logdet(A)[E] = trace(inv(A) E): for A = [[4, 1], [1, 3]] and E = e1 e2' that is inv(A)[2, 1] = -1/11.
    let a = symbol("A", vec![dim("n"), dim("n")]);
    let e = a.matrix(MatrixFunction::LogDet).unwrap();
    let entry = |re, im| Complex { re, im };
    let data = vec![entry(4.0, 0.0), entry(1.0, 1e-200), entry(1.0, 0.0), entry(3.0, 0.0)];
    let bindings = Bindings::new().with("A", Tensor::new(vec![2, 2], data).unwrap());
    let value = evaluate(&e, &bindings).unwrap().data[0];
    assert!((value.re - 11f64.ln()).abs() < 1e-15);
    assert!((value.im / 1e-200 + 1.0 / 11.0).abs() < 1e-15);
}

#[test]
fn empty_axes_give_empty_sums() {
    let x = symbol("X", vec![dim("n"), dim("d")]);
    let bindings = Bindings::new().with("X", tensor(&[0, 3], &[]));
    let total = Expr::contract(&[(x.clone(), &[0, 1])], &[1], &[]).unwrap();
    assert_eq!(evaluate(&total, &bindings).unwrap().data, [0.0; 3]);
    let largest = x.reduce(Reduction::Max, 1).unwrap();
    assert!(evaluate(&largest, &bindings).unwrap().data.is_empty());
}
