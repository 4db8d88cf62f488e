//! Entries: a factor whose every axis stands at a known position is a scalar.
//!
//! `sum_j x_j e_j` with the unit vector e at position k is the entry x_k, whatever else j meets. So `x[1]^2`
//! and `exp(x)[1]` have one form each, and matrices written entry by entry have determinants and inverses by
//! formula.

use super::atom::{Atom, Body};
use super::draft::Draft;
use super::normalise::{Goal, Normalizer, product};
use super::poly::{Factor, Label, Poly, Power};
use super::powers;
use crate::{Dim, Expr, Kind, Rational, Structure};
use num_traits::One;
use std::collections::HashMap;
use std::sync::Arc;

/// Determinants up to this size are written out, and inverses when equality is decided.
const MAX_WRITTEN_OUT: usize = 3;
/// Inverses up to this size are written out for readers.
const MAX_ADJUGATE: usize = 2;

/// The unit vectors of a draft by the label that they fix.
fn positions(draft: &Draft) -> HashMap<Label, Expr> {
    let mut fixed = HashMap::new();
    for f in &draft.factors {
        if matches!(f.atom.expr().kind(), Kind::Structure(Structure::Unit { .. })) {
            fixed.insert(f.labels[0], f.atom.expr().clone());
        }
    }
    fixed
}

/// Is the label at the position of a unit vector?
pub(crate) fn is_fixed(draft: &Draft, l: Label) -> bool {
    let unit = |f: &Factor| matches!(f.atom.expr().kind(), Kind::Structure(Structure::Unit { .. }));
    draft.factors.iter().any(|f| f.labels == [l] && unit(f))
}

/// Replaces the first factor whose every axis stands at a known position by its entry there.
pub(crate) fn take(nz: &mut Normalizer, draft: &Draft) -> Option<Vec<Draft>> {
    let fixed = positions(draft);
    if fixed.is_empty() {
        return None;
    }
    for (k, f) in draft.factors.iter().enumerate() {
        if f.labels.is_empty() {
            continue;
        }
        let Some(units) = f.labels.iter().map(|l| fixed.get(l).cloned()).collect::<Option<Vec<Expr>>>()
        else {
            continue;
        };
        let Some(entry) = entry(nz, f, units) else { continue };
        let mut rest = draft.clone();
        rest.factors.remove(k);
        return Some(rest.times(&entry, &[]));
    }
    None
}

/// A factor's entry at the positions of the unit vectors, one for each of its axes.
fn entry(nz: &mut Normalizer, f: &Factor, units: Vec<Expr>) -> Option<Poly> {
    let base = match f.atom.body() {
        Body::Leaf if f.atom.expr().as_symbol().is_some() => {
            let atom = Atom::leaf(of_symbol(f.atom.expr(), units));
            let factor = Factor { power: f.power, ..Factor::new(atom, Vec::new()) };
            return Some(nz.settle(&[], vec![product(&[], vec![factor])]));
        }
        Body::Map(g, args) => {
            let (g, args) = (*g, args.clone());
            let args = args.iter().map(|p| Arc::new(at(nz, p, &units))).collect();
            nz.map(g, args, &[])
        }
        Body::Sum(p) => {
            let p = p.clone();
            at(nz, &p, &units)
        }
        Body::Leaf | Body::OneHot(_) | Body::Reduce(..) | Body::Matrix(..) => return None,
    };
    Some(powers::power(nz, &base, f.power))
}

/// `X[i, j]` as an expression; of a symmetric matrix the entry and its mirror image are one.
fn of_symbol(x: &Expr, mut units: Vec<Expr>) -> Expr {
    let place = |u: &Expr| match u.kind() {
        Kind::Structure(Structure::Unit { at, .. }) => Some(at.clone()),
        _ => None,
    };
    if x.as_symbol().is_some_and(|s| s.is_symmetric()) {
        units.sort_by_key(place);
    }
    let labels: Vec<Label> = (0..x.rank() as Label).collect();
    let dims = labels.iter().copied().zip(x.shape().iter().cloned()).collect();
    let mut operands = vec![(x.clone(), labels.clone())];
    operands.extend(units.into_iter().zip(labels).map(|(u, l)| (u, vec![l])));
    Expr::contract_unchecked(operands, &[], &dims)
}

/// The polynomial's entry at the positions of the unit vectors.
pub(crate) fn at(nz: &mut Normalizer, p: &Poly, units: &[Expr]) -> Poly {
    let summed: Vec<(Label, Dim)> =
        p.dims.iter().cloned().enumerate().map(|(k, d)| (k as Label, d)).collect();
    let mut draft = Draft::new(&[], &summed);
    for (u, (l, _)) in units.iter().zip(&summed) {
        draft.factors.push(Factor::new(Atom::leaf(u.clone()), vec![*l]));
    }
    let labels: Vec<Label> = summed.iter().map(|(l, _)| *l).collect();
    nz.settle(&[], draft.times(p, &labels))
}

/// The entries of a small square matrix whose every term stands at one position.
fn written_out(nz: &mut Normalizer, p: &Poly) -> Option<Vec<Vec<Poly>>> {
    let n =
        p.dims[0].as_constant().and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= MAX_WRITTEN_OUT)?;
    let placed = p.terms.keys().all(|t| {
        let fixed = |axis: Label| {
            t.factors.iter().any(|f| {
                f.labels == [axis] && matches!(f.atom.expr().kind(), Kind::Structure(Structure::Unit { .. }))
            })
        };
        fixed(0) && fixed(1)
    });
    if !placed || p.is_zero() {
        return None;
    }
    let unit = |k: usize| Expr::structure(Structure::Unit { n: p.dims[0].clone(), at: Dim::constant(k) });
    Some((0..n).map(|i| (0..n).map(|j| at(nz, p, &[unit(i), unit(j)])).collect()).collect())
}

/// Does a term only place the other factors of its product along axes `0..rank`?
pub(crate) fn places(p: &Poly, labels: &[Label], rank: usize) -> bool {
    let along = |l: Label| labels.get(l as usize).is_some_and(|m| (*m as usize) < rank);
    let Some((term, _)) = p.single() else { return false };
    !term.factors.is_empty()
        && term.factors.iter().all(|f| match f.atom.expr().kind() {
            Kind::Structure(Structure::Unit { .. }) => along(f.labels[0]),
            Kind::Structure(Structure::Slice { .. }) => along(f.labels[1]),
            _ => false,
        })
}

/// Does factor k, a sum of blocks placed along one of its axes, meet a selection along that axis?
pub(crate) fn selected(draft: &Draft, k: usize, sum: &Poly) -> bool {
    let takes = |f: &Factor, l: Label| match f.atom.expr().kind() {
        Kind::Structure(Structure::Unit { .. }) => f.labels[0] == l,
        Kind::Structure(Structure::Slice { .. }) => f.labels[1] == l,
        _ => false,
    };
    draft.factors[k].labels.iter().enumerate().any(|(axis, l)| {
        draft.factors.iter().any(|f| takes(f, *l))
            && sum.terms.keys().all(|t| t.factors.iter().any(|f| takes(f, axis as Label)))
    })
}

/// The determinant of entries, by expansion along the first row.
fn expansion(nz: &mut Normalizer, entries: &[Vec<Poly>]) -> Poly {
    let mut total = Poly::zero(Vec::new());
    let Some((first, below)) = entries.split_first() else {
        return Poly::constant(Vec::new(), Rational::one());
    };
    for (j, e) in first.iter().enumerate() {
        let minor: Vec<Vec<Poly>> = below.iter().map(|row| without(row, j)).collect();
        let minor = expansion(nz, &minor);
        let product = nz.multiply(&[], &[], vec![(Arc::new(e.clone()), vec![]), (Arc::new(minor), vec![])]);
        total.add_scaled(&product, &sign(j));
    }
    total
}

fn without(row: &[Poly], j: usize) -> Vec<Poly> {
    row.iter().enumerate().filter(|(k, _)| *k != j).map(|(_, p)| p.clone()).collect()
}

fn sign(k: usize) -> Rational {
    if k.is_multiple_of(2) { Rational::one() } else { -Rational::one() }
}

/// The determinant of a small matrix that is written out, as a polynomial in its entries.
pub(crate) fn determinant(nz: &mut Normalizer, p: &Poly) -> Option<Poly> {
    let entries = written_out(nz, p)?;
    Some(expansion(nz, &entries))
}

/// The inverse of a small matrix that is written out: its adjugate over its determinant. `None` where the
/// determinant is 0.
pub(crate) fn inverse(nz: &mut Normalizer, p: &Poly) -> Option<Poly> {
    let entries = written_out(nz, p)?;
    let numbers = entries.iter().flatten().all(|e| e.as_constant().is_some());
    if nz.goal == Goal::Write && entries.len() > MAX_ADJUGATE && !numbers {
        return None;
    }
    let det = expansion(nz, &entries);
    if det.is_zero() {
        return None;
    }
    let reciprocal = Arc::new(powers::power(nz, &det, -Power::one()));
    let unit = |k: usize| Expr::structure(Structure::Unit { n: p.dims[0].clone(), at: Dim::constant(k) });
    let mut total = Poly::zero(p.dims.clone());
    for i in 0..entries.len() {
        for j in 0..entries.len() {
            let rows = entries.iter().enumerate().filter(|(k, _)| *k != j);
            let minor: Vec<Vec<Poly>> = rows.map(|(_, row)| without(row, i)).collect();
            let cofactor = Arc::new(expansion(nz, &minor));
            let (row, column) = (nz.normalise(&unit(i)), nz.normalise(&unit(j)));
            let operands =
                vec![(cofactor, vec![]), (reciprocal.clone(), vec![]), (row, vec![0]), (column, vec![1])];
            total.add_scaled(&nz.multiply(&p.dims, &[], operands), &sign(i + j));
        }
    }
    Some(total)
}
