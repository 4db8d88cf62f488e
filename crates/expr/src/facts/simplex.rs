//! Tensors whose entries are at least 0 and sum to 1 along an axis: declared, or the two forms of softmax,
//! `exp(x - logsumexp(x))` and `p / sum(p)`.

use super::Record;
use crate::{Contraction, Expr, Function, Kind, Property, Reduction};
use num_traits::One;

/// The axis along which the entries are proved to be at least 0 and sum to 1.
pub(super) fn simplex_along<'a>(e: &Expr, of: &dyn Fn(&Expr) -> &'a Record) -> Option<usize> {
    match e.kind() {
        Kind::Symbol(s) => (s.shape.len() == 1 && s.has(Property::Simplex)).then_some(0),
        Kind::Map(Function::Exp, args) => exponential(&args[0]),
        Kind::Contract(c) => quotient(c, of),
        Kind::OneHot { index, .. } => Some(index.rank()),
        Kind::Constant(_)
        | Kind::Size(_)
        | Kind::Structure(_)
        | Kind::Sum(_)
        | Kind::Map(..)
        | Kind::Reduce(..)
        | Kind::Matrix(..) => None,
    }
}

/// `x - logsumexp(x)`, the logarithm of a softmax.
fn exponential(x: &Expr) -> Option<usize> {
    let Kind::Sum(terms) = x.kind() else { return None };
    let (x, total) = match terms.as_slice() {
        [(a, x), (b, t)] if a.is_one() && *b == -a => (x, t),
        [(b, t), (a, x)] if a.is_one() && *b == -a => (x, t),
        _ => return None,
    };
    let (inner, kept) = broadcast(total);
    let Kind::Reduce(Reduction::LogSumExp, reduced, axis) = inner.kind() else { return None };
    (reduced == x && is_all_but(&kept, *axis, x.rank())).then_some(*axis)
}

/// A factor and its sum along an axis, inverted.
fn quotient<'a>(c: &Contraction, of: &dyn Fn(&Expr) -> &'a Record) -> Option<usize> {
    let [a, b] = c.operands.as_slice() else { return None };
    if c.bound().next().is_some() {
        return None;
    }
    let is_power = |e: &Expr| matches!(e.kind(), Kind::Map(Function::Power(p), _) if *p == (-1).into());
    let ((p, l), (inverse, kept)) = if is_power(&b.0) { (a, b) } else { (b, a) };
    let Kind::Map(Function::Power(q), args) = inverse.kind() else { return None };
    if *q != (-1).into() || *l != c.output().collect::<Vec<_>>() || !of(p).interval.is_nonneg() {
        return None;
    }
    let Kind::Contract(sum) = args[0].kind() else { return None };
    let [(summed, labels)] = sum.operands.as_slice() else { return None };
    if summed != p || sum.bound().count() != 1 {
        return None;
    }
    let axis = labels.iter().position(|i| usize::from(*i) >= sum.rank)?;
    let order: Vec<usize> = labels.iter().map(|i| usize::from(*i)).filter(|i| *i < sum.rank).collect();
    let in_order = order.iter().enumerate().all(|(k, i)| k == *i);
    let kept: Vec<usize> = kept.iter().map(|i| usize::from(*i)).collect();
    (in_order && is_all_but(&kept, axis, p.rank())).then_some(axis)
}

/// What a repeated tensor repeats, and the output axis of each of its axes.
fn broadcast(e: &Expr) -> (&Expr, Vec<usize>) {
    match e.kind() {
        Kind::Contract(c) => match c.operands.as_slice() {
            [(x, l)] if c.bound().next().is_none() => (x, l.iter().map(|i| usize::from(*i)).collect()),
            _ => (e, (0..e.rank()).collect()),
        },
        _ => (e, (0..e.rank()).collect()),
    }
}

fn is_all_but(kept: &[usize], axis: usize, rank: usize) -> bool {
    kept.iter().copied().eq((0..rank).filter(|k| *k != axis))
}
