//! Inverses, determinants and Cholesky factors.

use gradus_expr::evaluate::{Bindings, Tensor};
use gradus_expr::{Dim, Expr, MatrixFunction, Symbol};
use gradus_program::{Program, Warning};

fn dim(name: &str) -> Dim {
    Dim::symbol(name)
}

fn square() -> Expr {
    Expr::symbol(Symbol::new("A", vec![dim("n"), dim("n")]))
}

fn bind(outputs: &[(&str, Expr)], n: usize) -> gradus_program::Workspace {
    Program::compile(outputs).unwrap().bind(&Bindings::new().with_size("n", n)).unwrap()
}

fn close(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (g, e) in got.iter().zip(expected) {
        assert!((g - e).abs() < 1e-14 * (1.0 + e.abs()), "{got:?} for {expected:?}");
    }
}

#[test]
fn one_factorisation_serves_solve_and_determinants() {
    let b = Expr::symbol(Symbol::new("b", vec![dim("n")]));
    let inverse = square().matrix(MatrixFunction::Inverse).unwrap();
    let solve = Expr::contract(&[(inverse.clone(), &[0, 1]), (b.clone(), &[1])], &[0], &[]).unwrap();
    let transposed = Expr::contract(&[(inverse.clone(), &[1, 0]), (b, &[1])], &[0], &[]).unwrap();
    let outputs = [
        ("solve", solve),
        ("transposed", transposed),
        ("inverse", inverse),
        ("det", square().matrix(MatrixFunction::Det).unwrap()),
        ("logdet", square().matrix(MatrixFunction::LogDet).unwrap()),
    ];
    let mut ws = bind(&outputs, 2);
    assert_eq!(ws.explain().matches("factor #").count() + ws.explain().matches("factor A").count(), 2);
    // A = [[0, 2], [3, 4]]: det -6, inverse [[-2/3, 1/3], [1/2, 0]].
    ws.set("A", &[0.0, 2.0, 3.0, 4.0]).unwrap();
    ws.set("b", &[3.0, 6.0]).unwrap();
    ws.run().unwrap();
    close(ws.output("solve").unwrap(), &[0.0, 1.5]);
    close(ws.output("transposed").unwrap(), &[1.0, 1.0]);
    close(ws.output("inverse").unwrap(), &[-2.0 / 3.0, 1.0 / 3.0, 0.5, 0.0]);
    close(ws.output("det").unwrap(), &[-6.0]);
    assert!(ws.output("logdet").unwrap()[0].is_nan());
    // [[4, 2], [2, 10]] is positive definite with determinant 36.
    ws.set("A", &[4.0, 2.0, 2.0, 10.0]).unwrap();
    ws.run().unwrap();
    close(ws.output("det").unwrap(), &[36.0]);
    close(ws.output("logdet").unwrap(), &[36f64.ln()]);
    close(ws.output("solve").unwrap(), &[0.5, 0.5]);
    assert_eq!(ws.warnings().count(), 0);
}

#[test]
fn a_singular_matrix_gives_nan_and_says_so() {
    let inverse = square().matrix(MatrixFunction::Inverse).unwrap();
    let cholesky = square().matrix(MatrixFunction::Cholesky).unwrap();
    let mut ws = bind(&[("inverse", inverse), ("cholesky", cholesky)], 2);
    ws.set("A", &[1.0, 2.0, 2.0, 4.0]).unwrap();
    ws.run().unwrap();
    assert!(ws.output("inverse").unwrap().iter().all(|x| x.is_nan()));
    assert!(ws.output("cholesky").unwrap().iter().all(|x| x.is_nan()));
    let warnings: Vec<&Warning> = ws.warnings().collect();
    assert!(warnings.contains(&&Warning::Singular { operation: "inv", order: 2, pivot: 2 }), "{warnings:?}");
    assert!(warnings.contains(&&Warning::NotPositiveDefinite { order: 2, pivot: 2 }), "{warnings:?}");
    ws.set("A", &[4.0, 2.0, 2.0, 10.0]).unwrap();
    ws.run().unwrap();
    close(ws.output("cholesky").unwrap(), &[2.0, 0.0, 1.0, 3.0]);
    assert_eq!(ws.warnings().count(), 0);
    ws.set("A", &[f64::NAN, 2.0, 2.0, 10.0]).unwrap();
    ws.run().unwrap();
    assert!(ws.warnings().any(|w| *w == Warning::NonFinite { operation: "inv", order: 2 }));
}

#[test]
fn a_quadratic_form_of_an_inverse_never_makes_the_inverse() {
    let b = Expr::symbol(Symbol::new("b", vec![dim("n")]));
    let inverse = square().matrix(MatrixFunction::Inverse).unwrap();
    let form = Expr::contract(&[(b.clone(), &[0]), (inverse, &[0, 1]), (b, &[1])], &[], &[]).unwrap();
    let mut ws = bind(&[("form", form)], 2);
    assert!(ws.explain().contains("Solve") && !ws.explain().contains("Inverse"), "{}", ws.explain());
    ws.set("A", &[4.0, 2.0, 2.0, 10.0]).unwrap();
    ws.set("b", &[3.0, 6.0]).unwrap();
    ws.run().unwrap();
    close(ws.output("form").unwrap(), &[4.5]);
}

#[test]
fn large_products_go_to_the_blocked_kernel() {
    let e = Expr::contract(&[(square(), &[0, 1]), (square(), &[2, 1])], &[0, 2], &[]).unwrap();
    let n = 150;
    let mut ws = bind(&[("gram", e.clone())], n);
    let a: Vec<f64> = (0..n * n).map(|k| (k as f64).sin()).collect();
    ws.set("A", &a).unwrap();
    ws.run().unwrap();
    let bindings = Bindings::new().with("A", Tensor::new(vec![n, n], a).unwrap());
    let expected = gradus_expr::evaluate::evaluate(&e, &bindings).unwrap();
    let got = ws.output("gram").unwrap();
    assert!(got.iter().zip(&expected.data).all(|(x, y)| (x - y).abs() < 1e-11));
    assert!(ws.explain().contains("product"));
}
