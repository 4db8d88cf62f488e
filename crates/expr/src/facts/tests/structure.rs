use super::*;
use crate::Property::{self as P};
use crate::facts::{Fact, Facts, Sign};
use crate::{Function, Structure};

fn square(name: &str, properties: &[P]) -> Expr {
    declare(name, vec![d(), d()], Role::Data, properties)
}

fn holds(e: &Expr, p: P) -> bool {
    Facts::of(e).has(e, p)
}

/// Horn and Johnson, Matrix Analysis, sections 0.9, 2.5, 7.1 and 7.5.
#[test]
fn products_and_sums_of_matrices() {
    let (a, b) = (square("A", &[]), square("B", &[P::Nonsingular]));
    let (s, l) = (square("S", &[P::Symmetric]), square("L", &[P::LowerTriangular]));
    let (k, p, q) = (square("K", &[P::Psd]), square("P", &[P::Pd]), square("Q", &[P::Orthogonal]));
    let (w, v) = (var("w", &[P::Nonneg]), var("v", &[P::Positive]));
    let t = |e: &Expr| e.transpose().unwrap();
    let mul = |x: &Expr, y: &Expr| x.matmul(y).unwrap();
    let x = data();
    let eye = Expr::eye(d());
    let lambda = at_least("lambda", 0, true);
    let gram = mul(&t(&x), &x);
    let ridge = gram.add(&eye.hadamard(&lambda).unwrap()).unwrap();
    let weighted = mul(&mul(&t(&x), &declare("w", vec![n()], Role::Param, &[P::Nonneg]).diag().unwrap()), &x);
    let table: Vec<(&str, Expr, P, bool)> = vec![
        ("X'*X is psd", gram.clone(), P::Psd, true),
        ("X'*X may be singular", gram.clone(), P::Pd, false),
        ("X'*X + lambda*I is pd", ridge.clone(), P::Pd, true),
        ("its inverse is pd", ridge.inverse().unwrap(), P::Pd, true),
        ("X'*diag(w)*X is psd", weighted, P::Psd, true),
        ("A + A' is symmetric", a.add(&t(&a)).unwrap(), P::Symmetric, true),
        ("A - A' is not", a.subtract(&t(&a)).unwrap(), P::Symmetric, false),
        ("A*B + B'*A' is symmetric", mul(&a, &b).add(&mul(&t(&b), &t(&a))).unwrap(), P::Symmetric, true),
        ("A*B + A'*B' is not", mul(&a, &b).add(&mul(&t(&a), &t(&b))).unwrap(), P::Symmetric, false),
        ("A*S*A' is symmetric", mul(&mul(&a, &s), &t(&a)), P::Symmetric, true),
        ("A*S*A' is not psd", mul(&mul(&a, &s), &t(&a)), P::Psd, false),
        ("A*K*A' is psd", mul(&mul(&a, &k), &t(&a)), P::Psd, true),
        ("B*P*B' is pd for nonsingular B", mul(&mul(&b, &p), &t(&b)), P::Pd, true),
        ("S*K*S is psd", mul(&mul(&s, &k), &s), P::Psd, true),
        ("S*K is not symmetric", mul(&s, &k), P::Symmetric, false),
        ("S*S is psd", mul(&s, &s), P::Psd, true),
        ("S*S*S is symmetric", mul(&mul(&s, &s), &s), P::Symmetric, true),
        ("S*S*S is not psd", mul(&mul(&s, &s), &s), P::Psd, false),
        ("A*A is not symmetric", mul(&a, &a), P::Symmetric, false),
        ("K .* P is psd (Schur)", k.hadamard(&p).unwrap(), P::Psd, true),
        ("L*L is lower triangular", mul(&l, &l), P::LowerTriangular, true),
        ("L' is upper triangular", t(&l), P::UpperTriangular, true),
        ("L*L' is not triangular", mul(&l, &t(&l)), P::LowerTriangular, false),
        ("L*L' is psd", mul(&l, &t(&l)), P::Psd, true),
        ("L .* A is lower triangular", l.hadamard(&a).unwrap(), P::LowerTriangular, true),
        ("L .* L' is diagonal", l.hadamard(&t(&l)).unwrap(), P::Diagonal, true),
        ("inv(L) is lower triangular", l.inverse().unwrap(), P::LowerTriangular, true),
        ("diag(v) is pd for positive v", v.diag().unwrap(), P::Pd, true),
        ("diag(w) is psd for nonneg w", w.diag().unwrap(), P::Psd, true),
        ("diag(w) may be singular", w.diag().unwrap(), P::Nonsingular, false),
        ("diag(x) is diagonal", var("x", &[]).diag().unwrap(), P::Diagonal, true),
        (
            "diag(v)*S*diag(v) is symmetric",
            mul(&mul(&v.diag().unwrap(), &s), &v.diag().unwrap()),
            P::Symmetric,
            true,
        ),
        ("diag(v)*P is nonsingular", mul(&v.diag().unwrap(), &p), P::Nonsingular, true),
        ("diag(v)*P is not symmetric", mul(&v.diag().unwrap(), &p), P::Symmetric, false),
        ("B*Q is nonsingular", mul(&b, &q), P::Nonsingular, true),
        ("A*B may be singular", mul(&a, &b), P::Nonsingular, false),
        ("Q*Q' is orthogonal", mul(&q, &t(&q)), P::Orthogonal, true),
        ("2*Q is not orthogonal", q.scale(Rational::from_integer(2.into())), P::Orthogonal, false),
        ("x*x' is psd", w.outer(&w), P::Psd, true),
        ("w*v' is not symmetric", w.outer(&v), P::Symmetric, false),
        ("the ones are psd", Expr::ones(vec![d(), d()]), P::Psd, true),
        ("the Cholesky factor of P is nonsingular", p.cholesky().unwrap(), P::Nonsingular, true),
        ("exp of a symmetric matrix's entries", s.apply(Function::Exp), P::Symmetric, true),
        ("the triangle of ones", Expr::structure(Structure::LowerOnes(d())), P::LowerTriangular, true),
    ];
    for (name, e, p, expected) in &table {
        assert_eq!(holds(e, *p), *expected, "{name}: {}", Facts::of(e).explain(e, Fact::Is(*p)));
    }
}

#[test]
fn signs_that_interval_arithmetic_cannot_see() {
    let (x, a, k) = (var("x", &[]), data(), square("K", &[P::Psd]));
    let sign = |e: &Expr| Facts::of(e).sign(e);
    let ax = a.matmul(&x).unwrap();
    assert_eq!(sign(&x.dot(&x).unwrap()), Sign::Nonneg);
    assert_eq!(sign(&ax.dot(&ax).unwrap()), Sign::Nonneg);
    assert_eq!(sign(&x.matmul(&a.transpose().unwrap()).unwrap().matmul(&ax).unwrap()), Sign::Nonneg);
    assert_eq!(sign(&x.quadratic_form(&k).unwrap()), Sign::Nonneg);
    assert_eq!(sign(&x.quadratic_form(&square("S", &[P::Symmetric])).unwrap()), Sign::Unknown);
    assert_eq!(sign(&x.quadratic_form(&k).unwrap().negate()), Sign::Nonpos);
    assert_eq!(sign(&k.trace().unwrap()), Sign::Nonneg);
    assert_eq!(sign(&square("P", &[P::Pd]).trace().unwrap()), Sign::Positive);
    assert_eq!(sign(&square("P", &[P::Pd]).det().unwrap()), Sign::Positive);
    assert_eq!(sign(&a.matmul(&a.transpose().unwrap()).unwrap().trace().unwrap()), Sign::Nonneg);
    // Differences of exponentials have no sign, sums do.
    let (e, f) = (x.apply(Function::Exp), ax.sum_all().apply(Function::Exp));
    assert_eq!(sign(&e.add(&f).unwrap()), Sign::Positive);
    assert_eq!(sign(&e.subtract(&f).unwrap()), Sign::Unknown);
    assert_eq!(sign(&e.sum_all().reciprocal()), Sign::Positive);
}

#[test]
fn selections_keep_signs() {
    let b = var("b", &[P::Positive]);
    let group = declare("group", vec![n()], Role::Data, &[P::Integer]);
    let sign = |e: &Expr| Facts::of(e).sign(e);
    assert_eq!(sign(&b.gather(0, &group).unwrap()), Sign::Positive);
    assert_eq!(sign(&b.entry(0, Dim::constant(0)).unwrap()), Sign::Positive);
    let long = declare("b", vec![Dim::constant(9)], Role::Var, &[P::Positive]);
    assert_eq!(sign(&long.slice(0, Dim::constant(1), 2, Dim::constant(3)).unwrap()), Sign::Positive);
    assert_eq!(sign(&b.cumsum(0).unwrap()), Sign::Positive);
    let m = declare("M", vec![n(), d()], Role::Var, &[P::Positive]);
    assert_eq!(sign(&m.vec()), Sign::Positive);
    assert_eq!(sign(&m.reshape(vec![d(), n()]).unwrap()), Sign::Positive);
    let c = var("c", &[P::Positive]);
    assert_eq!(sign(&Expr::concat(&[b.clone(), c.clone(), b.clone()], 0).unwrap()), Sign::Positive);
    assert_eq!(sign(&Expr::concat(&[b.clone(), c.negate()], 0).unwrap()), Sign::Unknown);
    assert!(holds(&Expr::concat(&[b.clone(), c.negate()], 0).unwrap(), P::Nonzero));
    let entries = [at_least("s", 1, false), Expr::integer(2)];
    assert_eq!(
        Facts::of(&Expr::vector_of(&entries).unwrap()).interval(&Expr::vector_of(&entries).unwrap()).lo,
        1.0
    );
    // Placed among zeros they are nonneg only.
    assert_eq!(sign(&b.diag().unwrap()), Sign::Nonneg);
}

#[test]
fn softmax_lies_on_the_simplex() {
    let x = var("x", &[]);
    let facts = |e: &Expr| Facts::of(e);
    let by_log = x.softmax(0).unwrap();
    assert_eq!(facts(&by_log).simplex_along(&by_log), Some(0));
    let e = x.apply(Function::Exp);
    let quotient = e.divide(&e.sum_all()).unwrap();
    assert!(facts(&quotient).has(&quotient, P::Simplex));
    let rows = data().add(&Expr::ones(vec![n(), d()])).unwrap().softmax(1).unwrap();
    assert_eq!(facts(&rows).simplex_along(&rows), Some(1));
    assert!(facts(&rows).interval(&rows).hi <= 1.0);
}

#[test]
fn what_may_be_undefined_is_said() {
    let (x, p) = (var("x", &[]), var("p", &[P::Positive]));
    let undefined = |e: Expr| Facts::of(&e).maybe_undefined(&e);
    assert!(undefined(x.apply(Function::Log)));
    assert!(!undefined(p.apply(Function::Log)));
    assert!(undefined(x.reciprocal()));
    assert!(!undefined(x.apply(Function::Exp).reciprocal()));
    assert!(undefined(x.sqrt()));
    assert!(!undefined(x.square().sqrt()));
}

#[test]
fn facts_explain_themselves() {
    let p = square("P", &[P::Pd]);
    let facts = Facts::of(&p);
    assert_eq!(facts.explain(&p, Fact::Is(P::Pd)), "pd because it is declared so");
    let gram = data().transpose().unwrap().matmul(&data()).unwrap();
    let facts = Facts::of(&gram);
    assert_eq!(facts.explain(&gram, Fact::Is(P::Psd)), "psd because it is M'*K*M with K psd");
    assert_eq!(facts.explain(&gram, Fact::Is(P::Diagonal)), "not known to be diagonal");
    let norm = var("x", &[]).norm2();
    assert_eq!(Facts::of(&norm).explain(&norm, Fact::Sign), "nonneg because every entry lies in [0, inf)");
    assert_eq!(
        Facts::of(&norm).explain(&norm, Fact::Curvature),
        "convex because it is pow of what is convex and nonneg"
    );
}
