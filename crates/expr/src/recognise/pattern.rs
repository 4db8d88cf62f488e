//! Contractions with a name of their own.

use crate::{Contraction, Expr, Function, Kind};
use num_traits::{One, Signed, Zero};

/// Has the contraction no scalar among its operands, so that it prints as a product that may be continued?
pub(super) fn is_chain(c: &Contraction) -> bool {
    let joined = c.bound().all(|l| c.operands.iter().filter(|(_, m)| m.contains(&l)).count() == 2);
    let carried = c.output().all(|l| c.operands.iter().filter(|(_, m)| m.contains(&l)).count() == 1);
    joined && carried && c.operands.iter().all(|(_, l)| (1..=2).contains(&l.len())) && is_connected(c)
}

/// Do summed indices lead from the first operand to every other?
pub(super) fn is_connected(c: &Contraction) -> bool {
    let mut reached: Vec<usize> = vec![0];
    let mut next = 0;
    while next < reached.len() {
        let (_, labels) = &c.operands[reached[next]];
        for (k, (_, other)) in c.operands.iter().enumerate() {
            let shares = other.iter().any(|l| *l as usize >= c.rank && labels.contains(l));
            if shares && !reached.contains(&k) {
                reached.push(k);
            }
        }
        next += 1;
    }
    reached.len() == c.operands.len()
}

/// The scalar that a tensor repeats (`None` inside for a plain number), when it is one.
pub(super) fn scalar_broadcast(e: &Expr) -> Option<Option<&Expr>> {
    if e.is_scalar() {
        return None;
    }
    match e.kind() {
        Kind::Contract(c) if c.operands.is_empty() => Some(None),
        Kind::Contract(c) if c.operands.len() == 1 && c.operands[0].1.is_empty() => {
            Some(Some(&c.operands[0].0))
        }
        Kind::Sum(terms) if terms.is_empty() => Some(None),
        Kind::Sum(terms) if terms.len() == 1 => match scalar_broadcast(&terms[0].1) {
            Some(None) => Some(None),
            _ => None,
        },
        _ => None,
    }
}

/// v, when the contraction is the sum of the squares of its entries.
pub(super) fn squared_operand(c: &Contraction) -> Option<&Expr> {
    if c.rank != 0 || c.operands.is_empty() {
        return None;
    }
    let distinct = |l: &[u16]| l.iter().enumerate().all(|(k, i)| !l[..k].contains(i));
    match c.operands.as_slice() {
        [(e, l)] if distinct(l) => match e.kind() {
            Kind::Map(Function::Power(p), args) if *p.numer() == 2 && *p.denom() == 1 => {
                Some(&args[0]).filter(|v| (1..=2).contains(&v.rank()))
            }
            _ => None,
        },
        [(a, l), (b, m)] if a == b && l == m && distinct(l) && (1..=2).contains(&a.rank()) => Some(a),
        _ => None,
    }
}

/// X and Y, when the contraction is `sum_k (X_ik - Y_jk)^2`.
pub(super) fn squared_distances(c: &Contraction) -> Option<(&Expr, &Expr)> {
    let [(e, labels)] = c.operands.as_slice() else { return None };
    let Kind::Map(Function::Power(p), args) = e.kind() else { return None };
    let Kind::Sum(terms) = args[0].kind() else { return None };
    let ([(a, x), (b, y)], 2, 3) = (terms.as_slice(), c.rank, labels.len()) else { return None };
    if *p != num_rational::Ratio::from_integer(2) || !(a + b).is_zero() || !a.abs().is_one() {
        return None;
    }
    let (px, py) = (placed(x, labels)?, placed(y, labels)?);
    let summed = c.bound().next()?;
    match (px.1.as_slice(), py.1.as_slice()) {
        ([0, k], [1, m]) if *k == summed && *m == summed => Some((px.0, py.0)),
        ([1, k], [0, m]) if *k == summed && *m == summed => Some((py.0, px.0)),
        _ => None,
    }
}

/// The only operand of a broadcast, and where its axes stand.
pub(super) fn placed<'a>(t: &'a Expr, labels: &[u16]) -> Option<(&'a Expr, Vec<u16>)> {
    match t.kind() {
        Kind::Contract(k) if k.operands.len() == 1 && k.bound().is_empty() => {
            let (m, l) = &k.operands[0];
            Some((m, l.iter().map(|i| labels[*i as usize]).collect()))
        }
        _ => None,
    }
}
