//! Functions when an expression is to be written: the forms that people write, which are also those that
//! evaluate without overflow or cancellation.
//!
//! `log(1 + exp(t))` is softplus, `1/(1 + exp(-t))` sigmoid, `log(sum(exp(t)))` logsumexp, and
//! `exp(t)/sum(exp(t))` is written `exp(t - logsumexp(t))`, which is recognised as softmax.

use super::atom::Body;
use super::draft::Draft;
use super::normalise::Normalizer;
use super::poly::{Factor, Label, Poly, Power, Term, content};
use crate::{Constant, Dim, Function, Kind, MatrixFunction, Rational, Reduction};
use num_traits::{One, Signed};

fn minus_one() -> Rational {
    -Rational::one()
}

/// The operand of `exp` when a factor is `exp(t)` to the power p: t times p.
fn exponent(nz: &mut Normalizer, f: &Factor, dims: &[Dim]) -> Option<Poly> {
    let Body::Map(Function::Exp, args) = f.atom.body() else { return None };
    let p = Rational::new((*f.power.numer()).into(), (*f.power.denom()).into());
    let t = args[0].scaled(&p);
    Some(nz.multiply(dims, &[], vec![(t.into(), f.labels.clone())]))
}

/// `t` when the polynomial is `1 + exp(t)`.
fn one_plus_exp(nz: &mut Normalizer, x: &Poly) -> Option<Poly> {
    if x.terms.len() != 2 || x.terms.values().any(|c| !c.is_one()) {
        return None;
    }
    let mut terms = x.terms.keys();
    let (a, b) = (terms.next()?, terms.next()?);
    let other = if *a == Term::one() {
        b
    } else if *b == Term::one() {
        a
    } else {
        return None;
    };
    match other.factors.as_slice() {
        [f] if other.bound.is_empty() => exponent(nz, &f.clone(), &x.dims),
        _ => None,
    }
}

/// `t`, with the summed axis last, when a term is exactly the sum of `exp(t)` over one label.
fn sum_of_exp(nz: &mut Normalizer, dims: &[Dim], term: &Term) -> Option<Poly> {
    let [f] = term.factors.as_slice() else { return None };
    let [n] = term.bound.as_slice() else { return None };
    let wide: Vec<Dim> = dims.iter().cloned().chain([n.clone()]).collect();
    exponent(nz, &f.clone(), &wide)
}

/// `logsumexp` of t over its last axis.
fn log_sum_exp(nz: &mut Normalizer, t: &Poly) -> Poly {
    let last = t.rank() - 1;
    let e = super::express::plain(t).reduce(Reduction::LogSumExp, last);
    match e {
        Ok(e) => (*nz.normalise(&e)).clone(),
        Err(_) => t.clone(),
    }
}

/// A function in the form in which it is written.
pub(crate) fn map(nz: &mut Normalizer, f: Function, args: &[Poly], dims: &[Dim]) -> Poly {
    let x = &args[0];
    match f {
        Function::Power(p) => return super::powers::power(nz, x, p),
        Function::Log => {
            if let Some(t) = one_plus_exp(nz, x) {
                return nz.map_atom(Function::Softplus, &[t], dims);
            }
            if let Some((term, c)) = x.single()
                && c.is_one()
            {
                let term = term.clone();
                if let Some(t) = sum_of_exp(nz, dims, &term) {
                    return log_sum_exp(nz, &t);
                }
                if let ([g], true) = (term.factors.as_slice(), term.bound.is_empty()) {
                    if let Some(t) = exponent(nz, g, dims) {
                        return t;
                    }
                    if matches!(g.atom.expr().kind(), Kind::Constant(Constant::E)) {
                        let p = Rational::new((*g.power.numer()).into(), (*g.power.denom()).into());
                        return Poly::constant(dims.to_vec(), p);
                    }
                    if let (Body::Matrix(MatrixFunction::Det, p), true) = (g.atom.body(), g.power.is_one()) {
                        let l = super::matrices::function(nz, MatrixFunction::LogDet, &p.clone());
                        return nz.multiply(dims, &[], vec![(l.into(), vec![])]);
                    }
                }
            }
        }
        Function::Log1p => {
            let mut y = x.clone();
            y.add_term(Term::one(), Rational::one());
            if let Some(t) = one_plus_exp(nz, &y) {
                return nz.map_atom(Function::Softplus, &[t], dims);
            }
        }
        Function::Exp => {
            // exp(log(u)) = u where log(u) is defined, which it must be for the expression to be.
            if let Some(g) = x.as_factor()
                && let Body::Map(Function::Log, inner) = g.atom.body()
            {
                let operands = vec![(inner[0].clone(), g.labels.clone())];
                return nz.multiply(dims, &[], operands);
            }
        }
        Function::Abs => {
            if let Some((t, c)) = x.single()
                && t.bound.is_empty()
                && nz.is_positive_or_nonneg(&t.clone())
            {
                return x.scaled(&c.signum());
            }
            if content(x).is_negative() {
                return nz.map_atom(f, &[x.scaled(&minus_one())], dims);
            }
        }
        // Odd functions of a negated operand.
        Function::Sin
        | Function::Tan
        | Function::Asin
        | Function::Atan
        | Function::Sinh
        | Function::Tanh
        | Function::Erf
        | Function::Sign
            if negated_term(x) =>
        {
            return nz.map_atom(f, &[x.scaled(&minus_one())], dims).scaled(&minus_one());
        }
        Function::Cos | Function::Cosh if negated_term(x) => {
            return nz.map_atom(f, &[x.scaled(&minus_one())], dims);
        }
        _ => {}
    }
    nz.map_atom(f, args, dims)
}

/// Is the polynomial one term with a negative coefficient?
fn negated_term(x: &Poly) -> bool {
    x.single().is_some_and(|(_, c)| c.is_negative())
}

/// `(1 + exp(t))^-k = sigmoid(-t)^k`.
pub(crate) fn power(nz: &mut Normalizer, base: &Poly, p: Power) -> Option<Poly> {
    if !p.is_negative() || !p.is_integer() {
        return None;
    }
    let t = one_plus_exp(nz, base)?;
    let s = nz.map_atom(Function::Sigmoid, &[t.scaled(&minus_one())], &base.dims);
    Some(super::powers::power(nz, &s, -p))
}

/// Pairs in a sum: `T - T*sigmoid(t) = T*sigmoid(-t)`.
pub(crate) fn sum(nz: &mut Normalizer, p: Poly) -> Poly {
    if p.terms.len() < 2 || p.terms.len() > 64 {
        return p;
    }
    for (term, c) in &p.terms {
        for (k, f) in term.factors.iter().enumerate() {
            let Body::Map(Function::Sigmoid, args) = f.atom.body() else { continue };
            if !f.power.is_one() {
                continue;
            }
            let mut without = Draft::from_term(&p.dims, term, c);
            without.factors.remove(k);
            let rest = nz.settle(&p.dims, vec![without]);
            let Some((partner, d)) = rest.single() else { continue };
            if p.terms.get(partner) != Some(&-d.clone()) {
                continue;
            }
            let flipped = nz.map_atom(Function::Sigmoid, &[args[0].scaled(&minus_one())], f.atom.dims());
            let mut base = Draft::from_term(&p.dims, term, &-c.clone());
            base.factors.remove(k);
            let replaced = base.times(&flipped, &f.labels);
            let mut smaller = p.clone();
            smaller.terms.remove(term);
            smaller.terms.remove(partner);
            let merged = nz.settle(&p.dims, replaced);
            smaller.add_scaled(&merged, &Rational::one());
            return sum(nz, smaller);
        }
    }
    p
}

/// Pairs in a product: `exp(t)*sigmoid(-t) = sigmoid(t)`, and `exp(t)/sum(exp(t))`.
pub(crate) fn product(nz: &mut Normalizer, draft: &Draft) -> Option<Vec<Draft>> {
    for (k, f) in draft.factors.iter().enumerate() {
        if !matches!(f.atom.body(), Body::Map(Function::Exp, _)) {
            continue;
        }
        for (j, g) in draft.factors.iter().enumerate() {
            let replacement = match g.atom.body() {
                Body::Map(Function::Sigmoid, args) if g.power.is_positive() => {
                    sigmoid_pair(nz, f, g, &args[0].clone())
                }
                Body::Sum(p) if g.power == -Power::one() && f.power.is_one() => {
                    softmax_pair(nz, f, g, &p.clone())
                }
                _ => None,
            };
            if let Some((poly, labels)) = replacement {
                let mut rest = draft.clone();
                rest.factors[j].power -= if g.power.is_positive() { Power::one() } else { -Power::one() };
                rest.factors.remove(k);
                return Some(rest.times(&poly, &labels));
            }
        }
    }
    None
}

/// `exp(t) * sigmoid(-t) = sigmoid(t)` over the same labels.
fn sigmoid_pair(nz: &mut Normalizer, f: &Factor, g: &Factor, s: &Poly) -> Option<(Poly, Vec<Label>)> {
    let (axes, places) = joint_axes(f, g)?;
    let t = exponent(nz, &Factor { labels: places.0, ..f.clone() }, &axes)?;
    let u = nz.multiply(&axes, &[], vec![(s.clone().into(), places.1)]);
    (u.scaled(&minus_one()) == t).then(|| (nz.map_atom(Function::Sigmoid, &[t], &axes), places.2))
}

/// `exp(t)/sum(exp(t)) = exp(t - logsumexp(t))`.
fn softmax_pair(nz: &mut Normalizer, f: &Factor, g: &Factor, p: &Poly) -> Option<(Poly, Vec<Label>)> {
    let (term, c) = p.single()?;
    if !c.is_one() {
        return None;
    }
    let t = sum_of_exp(nz, &p.dims, &term.clone())?;
    let lse = log_sum_exp(nz, &t);
    let (axes, places) = joint_axes(f, g)?;
    let exponent = exponent(nz, &Factor { labels: places.0, ..f.clone() }, &axes)?;
    // The exponent is t with its summed axis at the one label of f that g does not have.
    let own: Vec<Label> = (0..axes.len() as Label).filter(|l| !places.1.contains(l)).collect();
    let [summed] = own.as_slice() else { return None };
    let mut at = places.1.clone();
    at.push(*summed);
    let placed = nz.multiply(&axes, &[], vec![(t.into(), at)]);
    if placed != exponent {
        return None;
    }
    let spread = nz.multiply(&axes, &[], vec![(lse.into(), places.1)]);
    let mut shifted = exponent;
    shifted.add_scaled(&spread, &minus_one());
    Some((nz.map_atom(Function::Exp, &[shifted], &axes), places.2))
}

type Places = (Vec<Label>, Vec<Label>, Vec<Label>);

/// The labels of two factors as axes of their own: the dimensions, each factor's labels among them, and the
/// label in the draft of each axis. `None` if a factor repeats a label.
fn joint_axes(f: &Factor, g: &Factor) -> Option<(Vec<Dim>, Places)> {
    let mut at: Vec<Label> = Vec::new();
    let mut dims: Vec<Dim> = Vec::new();
    for (l, d) in f.labels.iter().zip(f.atom.dims()).chain(g.labels.iter().zip(g.atom.dims())) {
        if !at.contains(l) {
            at.push(*l);
            dims.push(d.clone());
        }
    }
    let place = |x: &Factor| {
        x.labels
            .iter()
            .map(|l| at.iter().position(|m| m == l).map(|k| k as Label))
            .collect::<Option<Vec<_>>>()
    };
    let (a, b) = (place(f)?, place(g)?);
    Some((dims, (a, b, at)))
}
