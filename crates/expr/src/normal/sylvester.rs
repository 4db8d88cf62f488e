//! Determinants of sums: the least of the matrices that share one, up to factors that are known.
//!
//! - `det(c*eye(n) + B*A) = c^(n - m) * det(c*eye(m) + A*B)` for c != 0 (Sylvester); with a column u and a row v'
//!   that is `c^(n - 1) * (c + v'*u)`,
//! - `det(A + R) = det(A) * det(eye(n) + inv(A)*R)` for nonsingular A (the determinant lemma).
//!
//! So `inv(A + U*C*V)` and `inv(inv(C) + V*inv(A)*U)` turn out to be defined at the same points.
//!
//! Source: Horn and Johnson (2013), Matrix Analysis, sections 0.8.5 and 1.3.

use super::atom::{Atom, Body};
use super::draft::Draft;
use super::matrices;
use super::normalise::{Normalizer, product};
use super::poly::{Factor, Label, Poly, Term};
use super::powers;
use crate::{Expr, Function, Kind, MatrixFunction, Rational, Structure};
use num_traits::{One, Signed};

/// A determinant as a product: `base^exponent * det(leading) * det(inside)`, the first two optional.
pub(crate) struct Core {
    /// A nonzero scalar, and the number to whose power it is raised.
    pub(crate) scale: Option<(Poly, Poly)>,
    /// A nonsingular matrix.
    pub(crate) leading: Option<Poly>,
    /// What remains: a matrix, or a scalar that is its own determinant.
    pub(crate) inside: Poly,
    /// Are the scalar and the nonsingular matrix's determinant above 0?
    pub(crate) positive: bool,
}

/// The determinant's least form, when it is another one than the determinant itself.
pub(crate) fn core(nz: &mut Normalizer, p: &Poly) -> Option<Core> {
    let [(s, a), (t, b)] = two_terms(p)?;
    if let Some(c) = identity(s, a) {
        return plus_inverse(nz, p, &c, t, b).or_else(|| rotate(nz, p, &c, t, b));
    }
    if let Some(c) = identity(t, b) {
        return plus_inverse(nz, p, &c, s, a).or_else(|| rotate(nz, p, &c, s, a));
    }
    // The later of two nonsingular terms leads.
    let (lead, rest) = if is_nonsingular(nz, p, t) {
        ((t, b), (s, a))
    } else if is_nonsingular(nz, p, s) {
        ((s, a), (t, b))
    } else {
        return None;
    };
    let (leading, rest) = (alone(p, lead.0, lead.1), alone(p, rest.0, rest.1));
    let inverse = matrices::function(nz, MatrixFunction::Inverse, &leading);
    let summed = [(2, p.dims[0].clone())];
    let mut inside =
        nz.multiply(&p.dims, &summed, vec![(inverse.into(), vec![0, 2]), (rest.into(), vec![2, 1])]);
    let eye = product(&p.dims, vec![Factor::new(Atom::leaf(Expr::eye(p.dims[0].clone())), vec![0, 1])]);
    inside.add_scaled(&nz.settle(&p.dims, vec![eye]), &Rational::one());
    let positive = lead.1.is_positive() && is_pd(nz, &leading);
    match core(nz, &inside) {
        Some(further) if further.leading.is_none() => {
            let positive = positive && further.positive;
            Some(Core { leading: Some(leading), positive, ..further })
        }
        Some(_) | None => Some(Core { scale: None, leading: Some(leading), inside, positive }),
    }
}

fn two_terms(p: &Poly) -> Option<[(&Term, &Rational); 2]> {
    let mut terms = p.terms.iter();
    match (terms.next(), terms.next(), terms.next()) {
        (Some(s), Some(t), None) if p.rank() == 2 => Some([s, t]),
        _ => None,
    }
}

fn alone(p: &Poly, t: &Term, c: &Rational) -> Poly {
    let mut q = Poly::zero(p.dims.clone());
    q.add_term(t.clone(), c.clone());
    q
}

fn is_delta(f: &Factor) -> bool {
    matches!(f.atom.expr().kind(), Kind::Structure(Structure::Delta(_)))
}

/// The scalar c of a term `c*eye(n)`.
fn identity(t: &Term, c: &Rational) -> Option<Poly> {
    let deltas = t.factors.iter().filter(|f| is_delta(f)).count();
    let rest: Vec<Factor> = t.factors.iter().filter(|f| !is_delta(f)).cloned().collect();
    if deltas != 1 || !t.bound.is_empty() || rest.iter().any(|f| !f.labels.is_empty()) {
        return None;
    }
    let mut scalar = Poly::zero(Vec::new());
    scalar.add_term(Term { factors: rest, bound: Vec::new() }, c.clone());
    Some(scalar)
}

/// Is the term a product of nonsingular matrices and nonzero scalars?
fn is_nonsingular(nz: &mut Normalizer, p: &Poly, t: &Term) -> bool {
    let Some(links) = matrices::chain(&alone(p, t, &Rational::one())) else { return false };
    links.iter().all(|link| {
        let atom = &link.factor.atom;
        matches!(atom.body(), Body::Matrix(MatrixFunction::Inverse, _)) || nz.is_nonsingular(atom)
    }) && t.factors.iter().all(|f| !f.labels.is_empty() || nz.is_nonzero(&f.atom))
}

/// Is the single term a product of positive definite matrices and positive scalars?
fn is_pd(nz: &mut Normalizer, p: &Poly) -> bool {
    let (Some(links), Some((t, c))) = (matrices::chain(p), p.single()) else { return false };
    links.iter().all(|link| nz.is_pd(&link.factor.atom))
        && c.is_positive()
        && t.factors.iter().all(|f| !f.labels.is_empty() || nz.is_positive(&f.atom))
}

/// `c*eye(n) + inv(A) = inv(A)*(c*A + eye(n))`
fn plus_inverse(nz: &mut Normalizer, p: &Poly, c: &Poly, t: &Term, b: &Rational) -> Option<Core> {
    let [f] = &t.factors[..] else { return None };
    let Body::Matrix(MatrixFunction::Inverse, _) = f.atom.body() else { return None };
    let leading = alone(p, t, b);
    let inverse = matrices::function(nz, MatrixFunction::Inverse, &leading);
    let mut inside =
        nz.multiply(&p.dims, &[], vec![(inverse.into(), vec![0, 1]), (c.clone().into(), vec![])]);
    let eye = product(&p.dims, vec![Factor::new(Atom::leaf(Expr::eye(p.dims[0].clone())), vec![0, 1])]);
    inside.add_scaled(&nz.settle(&p.dims, vec![eye]), &Rational::one());
    let positive = is_pd(nz, &leading);
    Some(Core { scale: None, leading: Some(leading), inside, positive })
}

/// `c*eye(n) + T` with the least of T's rotations.
fn rotate(nz: &mut Normalizer, p: &Poly, c: &Poly, t: &Term, b: &Rational) -> Option<Core> {
    let (scalar, k) = c.single()?;
    if !scalar.factors.iter().all(|f| nz.is_nonzero(&f.atom)) {
        return None;
    }
    let positive = nz.is_positive_term(scalar, k);
    let cuts = cuts(t)?;
    let mut best: Option<(bool, Atom, Poly)> = None;
    let mut candidates = vec![p.clone()];
    for cut in cuts {
        candidates.push(rotated(nz, p, c, t, b, cut));
    }
    for q in candidates {
        let (_, f) = nz.sum_factor(&q)?;
        let key = (q.rank() == 2, f.atom, q);
        if best.as_ref().is_none_or(|b| (key.0, &key.1) < (b.0, &b.1)) {
            best = Some(key);
        }
    }
    let inside = best.map(|(_, _, q)| q).filter(|q| q != p)?;
    let mut exponent = nz.size(&p.dims[0].clone());
    let less = match inside.dims.first() {
        Some(m) => nz.size(&m.clone()),
        None => Poly::constant(Vec::new(), Rational::one()),
    };
    exponent.add_scaled(&less, &-Rational::one());
    let trivial = exponent.is_zero() || c.as_constant().is_some_and(|c| c.is_one());
    Some(Core { scale: (!trivial).then(|| (c.clone(), exponent)), leading: None, inside, positive })
}

/// A place where a chain is cut: between two factors, or at its gap between a column and a row.
#[derive(Clone, Copy)]
enum Cut {
    At(Label, usize),
    Gap,
}

/// The cuts of a chain of matrices from axis 0 to axis 1; `None` when it is something else.
fn cuts(t: &Term) -> Option<Vec<Cut>> {
    let mut found = Vec::new();
    let mut used = vec![false; t.factors.len()];
    let mut open = true;
    for (start, goal) in [(0, 1), (1, 0)] {
        let mut at: Label = start;
        while open && at != goal {
            let mut here = (0..t.factors.len()).filter(|k| !used[*k] && t.factors[*k].labels.contains(&at));
            let (k, None) = (here.next()?, here.next()) else { return None };
            used[k] = true;
            let f = &t.factors[k];
            match f.labels[..] {
                [_] => {
                    found.push(Cut::Gap);
                    break;
                }
                [i, j] if i != j && f.power.is_one() => {
                    at = if i == at { j } else { i };
                    if at >= 2 {
                        found.push(Cut::At(at, k));
                    }
                }
                _ => return None,
            }
        }
        open = at != goal;
    }
    let linked = |l: Label| t.factors.iter().filter(|f| f.labels.contains(&l)).count() == 2;
    let whole = found.iter().all(|c| matches!(c, Cut::At(l, _) if linked(*l)) || matches!(c, Cut::Gap));
    whole.then_some(found)
}

/// `c*eye + T` with T's ends joined and T cut elsewhere.
fn rotated(nz: &mut Normalizer, p: &Poly, c: &Poly, t: &Term, b: &Rational, cut: Cut) -> Poly {
    let chain = Draft::from_term(&p.dims, t, b);
    let of = |l: Label| chain.dims.get(&l).cloned().unwrap_or_else(|| crate::Dim::constant(1));
    let dims = match cut {
        Cut::At(l, _) => vec![of(l), of(l)],
        Cut::Gap => Vec::new(),
    };
    let mut draft = Draft::new(&dims, &[]);
    draft.coefficient = b.clone();
    let ends = draft.fresh_bound(p.dims[0].clone());
    let mut inner: Vec<Label> = vec![ends, ends];
    for d in &t.bound {
        inner.push(draft.fresh_bound(d.clone()));
    }
    for (k, f) in t.factors.iter().enumerate() {
        let mut f = f.clone();
        for l in &mut f.labels {
            *l = match cut {
                // The factor before the cut now ends the chain, the one behind it begins it.
                Cut::At(at, before) if *l == at => Label::from(k == before),
                _ => inner[*l as usize],
            };
        }
        draft.factors.push(f);
    }
    if let Cut::At(at, _) = cut {
        let gone = inner[at as usize];
        draft.bound.retain(|l| *l != gone);
    }
    let mut result = nz.settle(&dims, vec![draft]);
    let identity = if dims.is_empty() {
        c.clone()
    } else {
        let mut eye = product(&dims, vec![Factor::new(Atom::leaf(Expr::eye(dims[0].clone())), vec![0, 1])]);
        eye.coefficient = Rational::one();
        nz.settle(&dims, eye.times(c, &[]))
    };
    result.add_scaled(&identity, &Rational::one());
    result
}

/// `det(p)` by its core.
pub(crate) fn determinant(nz: &mut Normalizer, core: &Core) -> Poly {
    let mut operands = Vec::new();
    if let Some((base, exponent)) = &core.scale {
        operands.push((raised(nz, base, exponent).into(), vec![]));
    }
    if let Some(a) = &core.leading {
        operands.push((matrices::function(nz, MatrixFunction::Det, a).into(), vec![]));
    }
    let inside = match core.inside.rank() {
        0 => core.inside.clone(),
        _ => nz.matrix_atom(MatrixFunction::Det, &core.inside, &[]),
    };
    operands.push((inside.into(), vec![]));
    nz.multiply(&[], &[], operands)
}

/// `logdet(p)` by its core, whose outer factors are positive.
pub(crate) fn log_determinant(nz: &mut Normalizer, core: &Core) -> Poly {
    let mut total = match core.inside.rank() {
        0 => nz.map(Function::Log, vec![core.inside.clone().into()], &[]),
        _ => nz.matrix_atom(MatrixFunction::LogDet, &core.inside, &[]),
    };
    if let Some((base, exponent)) = &core.scale {
        let log = nz.map(Function::Log, vec![base.clone().into()], &[]);
        let scaled = nz.multiply(&[], &[], vec![(log.into(), vec![]), (exponent.clone().into(), vec![])]);
        total.add_scaled(&scaled, &Rational::one());
    }
    if let Some(a) = &core.leading {
        total.add_scaled(&matrices::function(nz, MatrixFunction::LogDet, a), &Rational::one());
    }
    total
}

/// `base^exponent`, the exponent made of sizes.
pub(crate) fn raised(nz: &mut Normalizer, base: &Poly, exponent: &Poly) -> Poly {
    match powers::constant_exponent(exponent) {
        Some(k) => powers::power(nz, base, k),
        None => nz.map(Function::Pow, vec![base.clone().into(), exponent.clone().into()], &[]),
    }
}
