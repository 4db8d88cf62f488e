//! `exp` of sums and `log` of products, split into those of their parts.

use super::atom::{Atom, Body};
use super::functions::{constant, integer, times};
use super::normalise::{Normalizer, product};
use super::poly::{Factor, Label, Poly, Term, small};
use super::powers::{power, primes, split_sum};
use crate::{Constant, Dim, Expr, Function, MatrixFunction, Rational};
use num_traits::{One, Signed};

/// The product over the terms `c*t` of `exp(t)^c`.
pub(super) fn exponential(nz: &mut Normalizer, x: &Poly) -> Poly {
    let mut result = constant(&x.dims, 1);
    for (t, c) in &x.terms {
        let factor = exp_of_term(nz, x, t, c);
        result = times(nz, &result, &factor);
    }
    result
}

fn exp_of_term(nz: &mut Normalizer, x: &Poly, t: &Term, c: &Rational) -> Poly {
    let mut alone = Poly::zero(x.dims.clone());
    alone.add_term(t.clone(), Rational::one());
    let Some(p) = small(c) else { return nz.map_atom(Function::Exp, &[alone.scaled(c)], &x.dims) };
    if t.factors.is_empty() {
        let e = Factor { atom: Atom::leaf(Expr::constant(Constant::E)), labels: vec![], power: p };
        return nz.settle(&x.dims, vec![product(&x.dims, vec![e])]);
    }
    // exp(c*log(u)) = u^c where u > 0
    if let [f] = t.factors.as_slice()
        && t.bound.is_empty()
        && f.power.is_one()
        && let Body::Map(Function::Log, args) = f.atom.body()
    {
        let inner = (*args[0]).clone();
        let positive = match inner.as_factor() {
            Some(g) => nz.is_positive(&g.atom.clone()),
            None => nz.sum_factor(&inner).is_some_and(|(c, g)| c.is_positive() && nz.is_positive(&g.atom)),
        };
        if positive {
            let raised = power(nz, &inner, p);
            return nz.multiply(&x.dims.clone(), &[], vec![(raised.into(), f.labels.clone())]);
        }
    }
    let e = nz.map_atom(Function::Exp, &[alone], &x.dims);
    power(nz, &e, p)
}

/// `log`: of powers of exp their exponents, of positive factors and of numbers apart, the rest together.
pub(super) fn logarithm(nz: &mut Normalizer, x: &Poly) -> Poly {
    let mut result = Poly::zero(x.dims.clone());
    let parts: Option<(Vec<Factor>, Rational)> = match x.single() {
        Some((t, c)) if t.bound.is_empty() => Some((t.factors.clone(), c.clone())),
        Some(_) | None => split_sum(nz, x, false),
    };
    let Some((factors, c)) = parts else {
        return nz.map_atom(Function::Log, std::slice::from_ref(x), &x.dims);
    };
    let mut inside: Vec<Factor> = Vec::new();
    for f in factors {
        let exponent = Rational::new((*f.power.numer()).into(), (*f.power.denom()).into());
        match f.atom.body() {
            Body::Map(Function::Exp, args) => {
                let t = nz.multiply(&x.dims.clone(), &[], vec![(args[0].clone(), f.labels.clone())]);
                result.add_scaled(&t, &exponent);
            }
            Body::Leaf if *f.atom.expr() == Expr::constant(Constant::E) => {
                result.add_term(Term::one(), exponent);
            }
            Body::Matrix(MatrixFunction::Det, p) if f.power.is_one() => {
                // Defined exactly where log(det(A)) is.
                let p = p.clone();
                let l = super::matrices::function(nz, MatrixFunction::LogDet, &p);
                let spread = nz.multiply(&x.dims.clone(), &[], vec![(l.into(), vec![])]);
                result.add_scaled(&spread, &Rational::one());
            }
            _ if nz.is_positive(&f.atom) => {
                let l = log_atom(nz, &f, &x.dims);
                result.add_scaled(&l, &exponent);
            }
            _ => inside.push(f),
        }
    }
    let sign_inside = c.is_negative();
    if sign_inside && inside.is_empty() {
        return nz.map_atom(Function::Log, std::slice::from_ref(x), &x.dims);
    }
    for (n, sign) in [(c.numer().abs(), 1), (c.denom().abs(), -1)] {
        for (prime, count) in primes(&n).unwrap_or_default() {
            let atom = Expr::rational(Rational::from_integer(prime)).apply(Function::Log);
            let leaf = Factor::new(Atom::leaf(atom), vec![]);
            let p = nz.settle(&x.dims, vec![product(&x.dims, vec![leaf])]);
            result.add_scaled(&p, &integer(i64::from(count) * sign));
        }
    }
    if !inside.is_empty() {
        let mut draft = product(&x.dims, inside);
        if sign_inside {
            draft.coefficient = integer(-1);
        }
        let p = nz.settle(&x.dims, vec![draft]);
        let l = nz.map_atom(Function::Log, &[p], &x.dims);
        result.add_scaled(&l, &Rational::one());
    }
    result
}

/// `log` of one factor's atom, at its labels.
fn log_atom(nz: &mut Normalizer, f: &Factor, dims: &[Dim]) -> Poly {
    let own = match f.atom.body() {
        Body::Sum(p) => (**p).clone(),
        _ => {
            let axes = f.atom.dims().to_vec();
            let labels = (0..axes.len() as Label).collect();
            nz.settle(&axes, vec![product(&axes, vec![Factor::new(f.atom.clone(), labels)])])
        }
    };
    let log = nz.map_atom(Function::Log, std::slice::from_ref(&own), &own.dims);
    nz.multiply(dims, &[], vec![(log.into(), f.labels.clone())])
}
