//! The curvature that CVXPY's documentation (cvxpy.org, "Atomic functions", version 1.5) gives to its atoms, and
//! that Boyd and Vandenberghe, Convex Optimization, chapter 3, prove.

use super::*;
use crate::Property as P;
use crate::facts::Curvature::{self, Affine, Concave, Constant, Convex, Unknown};
use crate::facts::Facts;
use crate::{Function as F, Reduction};

fn curvature(e: &Expr) -> Curvature {
    Facts::of(e).curvature(e)
}

fn check(table: Vec<(&str, Expr, Curvature)>) {
    for (name, e, expected) in table {
        assert_eq!(curvature(&e), expected, "{name}");
    }
}

fn half() -> Expr {
    Expr::rational(Rational::new(1.into(), 2.into()))
}

#[test]
fn elementwise_atoms() {
    let (x, p, y) = (var("x", &[]), var("p", &[P::Positive]), var("y", &[]));
    let b = declare("b", vec![n()], Role::Data, &[]);
    let affine = data().matmul(&x).unwrap().subtract(&b).unwrap();
    check(vec![
        ("A*x - b", affine.clone(), Affine),
        ("abs", affine.apply(F::Abs), Convex),
        ("exp", affine.apply(F::Exp), Convex),
        ("log", affine.apply(F::Log), Concave),
        ("log1p", affine.apply(F::Log1p), Concave),
        ("logistic", affine.apply(F::Softplus), Convex),
        ("square", affine.square(), Convex),
        ("sqrt", affine.sqrt(), Concave),
        ("x^3 of unknown sign", x.power(3, 1), Unknown),
        ("x^3 of positive", p.power(3, 1), Convex),
        ("x^4", x.power(4, 1), Convex),
        ("x^(3/2)", x.power(3, 2), Convex),
        ("x^(-1/2)", x.power(-1, 2), Convex),
        ("1/x of unknown sign", x.reciprocal(), Unknown),
        ("inv_pos", p.reciprocal(), Convex),
        ("pos", affine.apply(F::Relu), Convex),
        ("neg", affine.negate().apply(F::Relu), Convex),
        ("maximum", x.apply_with(F::Max, &y).unwrap(), Convex),
        ("minimum", x.apply_with(F::Min, &y).unwrap(), Concave),
        ("entr", p.hadamard(&p.apply(F::Log)).unwrap().negate(), Concave),
        (
            "kl part x*log(x/y)",
            {
                let q = var("q", &[P::Positive]);
                p.hadamard(&p.divide(&q).unwrap().apply(F::Log)).unwrap()
            },
            Convex,
        ),
        ("loggamma", p.apply(F::Lgamma), Convex),
        ("loggamma of unknown sign", x.apply(F::Lgamma), Unknown),
        ("sin", x.apply(F::Sin), Unknown),
        ("sigmoid", x.apply(F::Sigmoid), Unknown),
        ("log of sigmoid", x.apply(F::Sigmoid).apply(F::Log), Concave),
        ("log(1 + exp(u))", affine.apply(F::Exp).add(&Expr::integer(1)).unwrap().apply(F::Log), Convex),
        ("log1p(exp(u))", affine.apply(F::Exp).apply(F::Log1p), Convex),
        ("exp of concave", p.sqrt().apply(F::Exp), Unknown),
        ("exp of convex", x.square().apply(F::Exp), Convex),
        (
            "square of a convex function that may be negative",
            x.apply(F::Exp).subtract(&Expr::integer(1)).unwrap().square(),
            Unknown,
        ),
        ("log of concave", p.sqrt().apply(F::Log), Concave),
        ("log of convex", x.square().apply(F::Log), Unknown),
        ("x .* y", x.hadamard(&y).unwrap(), Unknown),
        ("x .* x", x.hadamard(&x).unwrap(), Convex),
        ("huber by where is not seen", x.apply_with(F::Less, &y).unwrap(), Unknown),
        ("data", data().apply(F::Sin), Constant),
        (
            "2^x",
            {
                let two = half().broadcast_to(vec![d()]);
                Expr::map(F::Pow, vec![two, x.clone()]).unwrap()
            },
            Convex,
        ),
    ]);
}

#[test]
fn vector_and_matrix_atoms() {
    let (x, y) = (var("x", &[]), var("y", &[]));
    let a = data();
    let b = declare("b", vec![n()], Role::Data, &[]);
    let residual = a.matmul(&x).unwrap().subtract(&b).unwrap();
    let k = declare("K", vec![d(), d()], Role::Param, &[P::Psd]);
    let s = declare("S", vec![d(), d()], Role::Param, &[P::Symmetric]);
    let pd = declare("P", vec![d(), d()], Role::Var, &[P::Pd]);
    let z = declare("X", vec![n(), d()], Role::Var, &[]);
    let t = at_least("t", 0, true);
    check(vec![
        ("sum", x.sum_all(), Affine),
        ("cumsum", x.cumsum(0).unwrap(), Affine),
        ("trace", pd.trace().unwrap(), Affine),
        ("vec", z.vec(), Affine),
        ("transpose", z.transpose().unwrap(), Affine),
        ("kron with data", z.kron(&a).unwrap(), Affine),
        ("sum_squares", residual.dot(&residual).unwrap(), Convex),
        ("norm2", residual.norm2(), Convex),
        ("norm2 squared", residual.norm2().square(), Convex),
        ("norm2 cubed", residual.norm2().power(3, 1), Convex),
        ("norm1", residual.norm1(), Convex),
        ("norm_inf", residual.norminf().unwrap(), Convex),
        ("p-norm, p = 4", residual.power(4, 1).sum_all().power(1, 4), Convex),
        ("p-norm, p = 3", residual.apply(F::Abs).power(3, 1).sum_all().power(1, 3), Convex),
        ("sqrt(1 + x'x)", x.dot(&x).unwrap().add(&Expr::integer(1)).unwrap().sqrt(), Convex),
        ("square root of a sum of square roots", x.sqrt().sum_all().sqrt(), Concave),
        ("Frobenius norm", z.norm2(), Convex),
        ("mixed norm", z.norm2_axis(1).unwrap().sum_all(), Convex),
        ("quad_form psd", x.quadratic_form(&k).unwrap(), Convex),
        ("its root", x.quadratic_form(&k).unwrap().sqrt(), Convex),
        ("minus quad_form psd", x.quadratic_form(&k).unwrap().negate(), Concave),
        ("quad_form of a symmetric matrix", x.quadratic_form(&s).unwrap(), Unknown),
        (
            "x'*A'*A*x",
            x.matmul(&a.transpose().unwrap()).unwrap().matmul(&a).unwrap().matmul(&x).unwrap(),
            Convex,
        ),
        ("quad_over_lin", x.dot(&x).unwrap().divide(&t).unwrap(), Convex),
        ("matrix_frac", x.quadratic_form(&pd.inverse().unwrap()).unwrap(), Convex),
        ("tr_inv", pd.inverse().unwrap().trace().unwrap(), Convex),
        ("an entry of the inverse", pd.inverse().unwrap(), Unknown),
        ("log_det", pd.logdet().unwrap(), Concave),
        ("log_det of nothing known", declare("Y", vec![d(), d()], Role::Var, &[]).logdet().unwrap(), Unknown),
        ("log of det", pd.det().unwrap().apply(F::Log), Concave),
        ("max", x.reduce_all(Reduction::Max).unwrap(), Convex),
        ("min", x.reduce_all(Reduction::Min).unwrap(), Concave),
        ("log_sum_exp", residual.logsumexp().unwrap(), Convex),
        ("log(sum(exp(A*x - b)))", residual.apply(F::Exp).sum_all().apply(F::Log), Convex),
        (
            "inv_prod",
            {
                let (u, v) = (at_least("u", 0, true), at_least("v", 0, true));
                u.hadamard(&v).unwrap().reciprocal()
            },
            Convex,
        ),
        ("x'*y", x.dot(&y).unwrap(), Unknown),
        ("sqdist to data", declare("Z", vec![n(), d()], Role::Var, &[]).sqdist(&a).unwrap(), Convex),
        ("softmax", x.softmax(0).unwrap(), Unknown),
    ]);
}

#[test]
fn losses_of_machine_learning() {
    let w = var("w", &[]);
    let y = declare("y", vec![n()], Role::Data, &[]);
    let x = data();
    let xw = x.matmul(&w).unwrap();
    let margin = y.hadamard(&xw).unwrap();
    let one = Expr::integer(1);
    let lambda = declare("lambda", vec![], Role::Param, &[P::Nonneg]);
    let logistic = margin.negate().apply(F::Exp).add(&one).unwrap().apply(F::Log).sum_all();
    let ridge = w.dot(&w).unwrap().hadamard(&lambda).unwrap();
    let hinge = one.subtract(&margin).unwrap().apply(F::Relu).sum_all();
    let counts = declare("c", vec![n()], Role::Data, &[P::Nonneg]);
    let poisson = xw.apply(F::Exp).subtract(&counts.hadamard(&xw).unwrap()).unwrap().sum_all();
    let scores = x.matmul(&declare("W", vec![d(), Dim::symbol("k")], Role::Var, &[])).unwrap();
    let label = declare("label", vec![n()], Role::Data, &[P::Integer]);
    let chosen = Expr::contract(
        &[(Expr::one_hot(label, Dim::symbol("k")), &[0, 1]), (scores.clone(), &[0, 1])],
        &[0],
        &[],
    )
    .unwrap();
    let softmax = scores.reduce(Reduction::LogSumExp, 1).unwrap().subtract(&chosen).unwrap().sum_all();
    let u = declare("U", vec![n(), d()], Role::Var, &[]);
    let v = declare("V", vec![d(), n()], Role::Var, &[]);
    let factorised = u.matmul(&v).unwrap().norm2().square();
    check(vec![
        ("logistic + ridge", logistic.add(&ridge).unwrap(), Convex),
        ("hinge", hinge, Convex),
        ("lasso penalty", w.norm1().hadamard(&lambda).unwrap(), Convex),
        ("Poisson", poisson, Convex),
        ("softmax cross-entropy", softmax, Convex),
        ("matrix factorisation", factorised.clone(), Unknown),
    ]);
    assert_eq!(Facts::with_respect_to(&factorised, &["U"]).curvature(&factorised), Convex);
    assert_eq!(Facts::with_respect_to(&factorised, &["X"]).curvature(&factorised), Constant);
}
