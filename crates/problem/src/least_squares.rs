//! A sum of squares found in an objective.
//!
//! Every term that variables reach must be a sum of products of even powers and of factors that no variable
//! reaches: `norm2(r)^2`, `sum(w .* r.^2)/n`, `lambda*norm2(x)^2`. Then `f = sum_k c_k |r_k|^2 + constant`, where the
//! factors `c_k`, numbers once data are bound, must be positive; `sqrt(2 c_k) r_k` are the residuals of
//! Levenberg-Marquardt, which minimises half the sum of their squares.

use crate::constraints::varies;
use gradus_expr::{Contraction, Dim, Expr, Function, Kind};
use num_traits::Signed;

/// `factor * sum(residual.^2)`.
#[derive(Clone, Debug)]
pub(crate) struct Square {
    /// A scalar that no variable reaches.
    pub(crate) factor: Expr,
    /// A tensor of any shape.
    pub(crate) residual: Expr,
    /// What must be nonnegative, entry by entry, for its root in the residual to be real.
    pub(crate) weights: Option<Expr>,
}

/// The squares that a scalar is the sum of, but for a constant; `None` if it is not seen to be one.
pub(crate) fn squares(e: &Expr) -> Option<Vec<Square>> {
    let mut out = Vec::new();
    collect(e, &Expr::integer(1), &mut out)?;
    (!out.is_empty()).then_some(out)
}

fn collect(e: &Expr, factor: &Expr, out: &mut Vec<Square>) -> Option<()> {
    if !varies(e) {
        return Some(());
    }
    match e.kind() {
        Kind::Sum(terms) => {
            for (c, term) in terms {
                if varies(term) && !c.is_positive() {
                    return None;
                }
                collect(term, &factor.scale(c.clone()), out)?;
            }
            Some(())
        }
        Kind::Map(Function::Power(p), arguments)
            if p.is_integer() && p.numer() % 2 == 0 && p.is_positive() =>
        {
            let x = &arguments[0];
            // The square of a norm is the sum of squares under its root.
            if p.numer() == &2
                && let Kind::Map(Function::Power(q), inner) = x.kind()
                && (*q.numer(), *q.denom()) == (1, 2)
                && collect(&inner[0], factor, out).is_some()
            {
                return Some(());
            }
            let residual = x.power(p.numer() / 2, 1);
            out.push(Square { factor: factor.clone(), residual, weights: None });
            Some(())
        }
        Kind::Contract(c) => contraction(c, factor, out),
        Kind::Symbol(_)
        | Kind::Constant(_)
        | Kind::Size(_)
        | Kind::Structure(_)
        | Kind::OneHot { .. }
        | Kind::Map(..)
        | Kind::Reduce(..)
        | Kind::Matrix(..) => None,
    }
}

type Labelled = (Expr, Vec<u32>);

fn contraction(c: &Contraction, factor: &Expr, out: &mut Vec<Square>) -> Option<()> {
    let mut operands: Vec<Labelled> =
        c.operands.iter().map(|(e, l)| (e.clone(), l.iter().map(|i| u32::from(*i)).collect())).collect();
    let (mut known, mut moving): (Vec<Labelled>, Vec<Labelled>) =
        operands.drain(..).partition(|(e, _)| !varies(e));
    // A scalar sum of squares times what is known.
    if let [(inner, labels)] = moving.as_slice()
        && labels.is_empty()
        && !known.iter().any(|(_, l)| !l.is_empty())
    {
        let factor = times(factor, &known)?;
        return collect(inner, &factor, out);
    }
    let mut roots: Vec<Labelled> = Vec::new();
    let mut dims: Vec<(u32, Dim)> = c.dims.iter().enumerate().map(|(k, d)| (k as u32, d.clone())).collect();
    while let Some((e, labels)) = moving.pop() {
        if let Some(k) = moving.iter().position(|(x, l)| *x == e && *l == labels) {
            moving.remove(k);
            roots.push((e, labels));
            continue;
        }
        match e.kind() {
            Kind::Map(Function::Power(p), arguments)
                if p.is_integer() && p.numer() % 2 == 0 && p.is_positive() =>
            {
                roots.push((arguments[0].power(p.numer() / 2, 1), labels));
            }
            // A product inside a product is one product.
            Kind::Contract(inner) => {
                for (x, l) in inlined(inner, &labels, &mut dims) {
                    if varies(&x) { &mut moving } else { &mut known }.push((x, l));
                }
            }
            Kind::Sum(terms) if terms.len() == 1 => {
                known.push((Expr::rational(terms[0].0.clone()), Vec::new()));
                moving.push((terms[0].1.clone(), labels));
            }
            _ => return None,
        }
    }
    let scalars: Vec<Labelled> = known.iter().filter(|(_, l)| l.is_empty()).cloned().collect();
    known.retain(|(_, l)| !l.is_empty());
    let factor = times(factor, &scalars)?;
    // The product stays a tensor over every index.
    let all: Vec<u32> = dims.iter().map(|(k, _)| *k).collect();
    // An index that only structure carries would make residuals that are known to be 0; indices of known factors
    // become weights.
    let weights = if known.is_empty() {
        None
    } else {
        let mut labels: Vec<u32> = known.iter().flat_map(|(_, l)| l.iter().copied()).collect();
        labels.sort_unstable();
        labels.dedup();
        Some((product(&known, &labels, &dims)?, labels))
    };
    if let Some((w, labels)) = &weights {
        roots.push((w.power(1, 2), labels.clone()));
    }
    let residual = product(&roots, &all, &dims)?;
    out.push(Square { factor, residual, weights: weights.map(|(w, _)| w) });
    Some(())
}

/// The operands of a contraction that is itself an operand over `labels`; its bound indices get new labels.
fn inlined(c: &Contraction, labels: &[u32], dims: &mut Vec<(u32, Dim)>) -> Vec<Labelled> {
    let mut at = labels.to_vec();
    for d in &c.dims[c.rank..] {
        let fresh = dims.len() as u32;
        dims.push((fresh, d.clone()));
        at.push(fresh);
    }
    c.operands.iter().map(|(e, l)| (e.clone(), l.iter().map(|i| at[usize::from(*i)]).collect())).collect()
}

fn product(operands: &[Labelled], output: &[u32], dims: &[(u32, Dim)]) -> Option<Expr> {
    let operands: Vec<(Expr, &[u32])> = operands.iter().map(|(e, l)| (e.clone(), l.as_slice())).collect();
    Expr::contract(&operands, output, dims).ok()
}

/// The product of scalars.
fn times(factor: &Expr, scalars: &[Labelled]) -> Option<Expr> {
    let mut all = vec![(factor.clone(), Vec::new())];
    all.extend(scalars.iter().cloned());
    product(&all, &[], &[])
}
