use super::*;
use crate::Function;
use crate::facts::{Curvature, Facts, Sign};
use num_traits::One;

#[test]
fn ten_thousand_nested_operations_are_known_in_linear_time() {
    let mut e = var("x", &[]);
    for _ in 0..10_000 {
        e = e.apply(Function::Relu).add(&Expr::rational(Rational::one())).unwrap();
    }
    let facts = Facts::of(&e);
    assert_eq!(facts.sign(&e), Sign::Positive);
    assert_eq!(facts.curvature(&e), Curvature::Convex);
}

#[test]
fn sixty_squarings_and_products_stay_linear() {
    let mut e = var("x", &[Property::Positive]);
    let mut m = declare("M", vec![d(), d()], Role::Var, &[Property::Symmetric]);
    for _ in 0..60 {
        e = e.hadamard(&e).unwrap();
        m = m.matmul(&m).unwrap();
    }
    let facts = Facts::of(&e.matmul(&m).unwrap());
    assert_eq!(facts.sign(&e), Sign::Positive);
    assert!(facts.is_symmetric(&m));
}

#[test]
fn a_sum_of_a_hundred_thousand_terms_is_one_node() {
    let x = at_least("x", 0, true);
    let terms = (0..100_000).map(|k| (Rational::one(), x.power(k + 2, 1))).collect();
    let e = Expr::sum(vec![], terms).unwrap();
    assert_eq!(Facts::of(&e).sign(&e), Sign::Positive);
}

#[test]
fn learning_twice_costs_nothing_and_changes_nothing() {
    let x = var("x", &[]);
    let mut facts = Facts::of(&x.norm2());
    facts.learn(&x.norm2().apply(Function::Exp));
    assert_eq!(facts.curvature(&x.norm2().apply(Function::Exp)), Curvature::Convex);
    assert!(!facts.knows(&x.norm1()));
}
