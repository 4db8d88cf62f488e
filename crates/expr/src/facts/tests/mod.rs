//! Verdicts of textbooks, soundness against evaluation, and size.

mod scale;
mod soundness;
mod structure;
mod verdicts;

use crate::{Bound, Dim, Domain, Expr, Property, Rational, Role, Symbol};

fn n() -> Dim {
    Dim::symbol("n")
}

fn d() -> Dim {
    Dim::symbol("d")
}

fn declare(name: &str, shape: Vec<Dim>, role: Role, properties: &[Property]) -> Expr {
    let symbol = Symbol::new(name, shape).role(role);
    Expr::symbol(properties.iter().fold(symbol, |s, p| s.with(*p)))
}

/// A variable vector of size d.
fn var(name: &str, properties: &[Property]) -> Expr {
    declare(name, vec![d()], Role::Var, properties)
}

/// A data matrix of n rows and d columns.
fn data() -> Expr {
    declare("A", vec![n(), d()], Role::Data, &[])
}

fn at_least(name: &str, least: i64, strict: bool) -> Expr {
    let mut s = Symbol::new(name, vec![]);
    let at = Rational::from_integer(least.into());
    s.domain = Domain { lower: Some(Bound { at, strict }), ..Domain::default() };
    Expr::symbol(s)
}
