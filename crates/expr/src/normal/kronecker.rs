//! Kronecker products of square matrices, found again in the normal form.
//!
//! With `M[k, i, j] = [k = i*inner + j]`, `kron(P, Q)[k, l] = M[k, i, j] P[i, r] Q[j, s] M[l, r, s]`. Then, for P
//! of size p and Q of size q,
//!
//! - `inv(kron(P, Q)) = kron(inv(P), inv(Q))`, and it is nonsingular exactly where both are,
//! - `det(kron(P, Q)) = det(P)^q * det(Q)^p`,
//! - `logdet(kron(P, Q)) = q*logdet(P) + p*logdet(Q)` for positive definite P and Q.
//!
//! Source: Horn and Johnson (1991), Topics in Matrix Analysis, section 4.2.

use super::atom::Atom;
use super::draft::Draft;
use super::express::label_dims;
use super::normalise::{Normalizer, product};
use super::poly::{Factor, Label, Poly, Term};
use crate::{Dim, Expr, Kind, Rational, Structure};
use num_traits::{One, Zero};
use std::collections::{BTreeMap, HashMap};

/// The most terms that are split.
const MAX_SPLIT: usize = 64;

/// The two factors of a Kronecker product, both square.
pub(crate) struct Kronecker {
    pub(crate) left: Poly,
    pub(crate) right: Poly,
}

/// A matrix as a Kronecker product of square matrices, when every term joins both axes in one way and the
/// coefficients are those of a product.
pub(crate) fn split(nz: &mut Normalizer, p: &Poly) -> Option<Kronecker> {
    if p.rank() != 2 || p.terms.is_empty() || p.terms.len() > MAX_SPLIT {
        return None;
    }
    let mut sizes: Option<(Dim, Dim)> = None;
    let mut table: BTreeMap<(Term, Term), Rational> = BTreeMap::new();
    for (term, c) in &p.terms {
        let (row, column) = (joined(term, 0)?, joined(term, 1)?);
        let size = (row.outer.clone(), row.inner.clone());
        if (&column.outer, &column.inner) != (&size.0, &size.1) || sizes.as_ref().is_some_and(|s| *s != size)
        {
            return None;
        }
        let [left, right] = parts(term, &p.dims, &row, &column)?;
        sizes = Some(size);
        let (left, right) = (nz.settle(&left.0, vec![left.1]), nz.settle(&right.0, vec![right.1]));
        let ((s, a), (t, b)) = (left.single()?, right.single()?);
        *table.entry((s.clone(), t.clone())).or_default() += c * a * b;
    }
    let (outer, inner) = sizes?;
    let ((first_left, first_right), corner) = table.iter().next().filter(|(_, c)| !c.is_zero())?;
    let (mut left, mut right) =
        (Poly::zero(vec![outer.clone(), outer]), Poly::zero(vec![inner.clone(), inner]));
    for ((s, t), c) in &table {
        if t == first_right {
            left.add_term(s.clone(), c.clone());
        }
        if s == first_left {
            right.add_term(t.clone(), c / corner);
        }
    }
    let fits = left.terms.len() * right.terms.len() == table.len()
        && left.terms.iter().all(|(s, a)| {
            right.terms.iter().all(|(t, b)| table.get(&(s.clone(), t.clone())) == Some(&(a * b)))
        });
    fits.then_some(Kronecker { left, right })
}

/// `kron(P, Q)` as a polynomial.
pub(crate) fn kron(nz: &mut Normalizer, k: &Kronecker) -> Poly {
    let (outer, inner) = (k.left.dims[0].clone(), k.right.dims[0].clone());
    let n = outer.clone() * inner.clone();
    let merge = Atom::leaf(Expr::structure(Structure::Merge { outer: outer.clone(), inner: inner.clone() }));
    let dims = [outer.clone() * inner.clone(), outer, inner];
    let joins = nz.settle(&dims, vec![product(&dims, vec![Factor::new(merge, vec![0, 1, 2])])]);
    let summed: Vec<(Label, Dim)> =
        vec![(2, dims[1].clone()), (3, dims[2].clone()), (4, dims[1].clone()), (5, dims[2].clone())];
    let operands = vec![
        (joins.clone().into(), vec![0, 2, 3]),
        (k.left.clone().into(), vec![2, 4]),
        (k.right.clone().into(), vec![3, 5]),
        (joins.into(), vec![1, 4, 5]),
    ];
    nz.multiply(&[n.clone(), n], &summed, operands)
}

/// How an axis is joined of two labels.
struct Join {
    factor: usize,
    outer: Dim,
    inner: Dim,
    labels: [Label; 2],
}

/// The joining factor on an axis, when nothing else stands there.
fn joined(term: &Term, axis: Label) -> Option<Join> {
    let mut here = (0..term.factors.len()).filter(|k| term.factors[*k].labels.contains(&axis));
    let (factor, None) = (here.next()?, here.next()) else { return None };
    let labels = &term.factors[factor].labels;
    match term.factors[factor].atom.expr().kind() {
        Kind::Structure(Structure::Merge { outer, inner })
            if labels[0] == axis && labels[1] >= 2 && labels[2] >= 2 =>
        {
            Some(Join { factor, outer: outer.clone(), inner: inner.clone(), labels: [labels[1], labels[2]] })
        }
        _ => None,
    }
}

/// What stands between the outer labels, with all that is connected to neither, and between the inner ones.
fn parts(term: &Term, axes: &[Dim], row: &Join, column: &Join) -> Option<[(Vec<Dim>, Draft); 2]> {
    let mut rest: Vec<Factor> = term.factors.clone();
    for k in [row.factor.max(column.factor), row.factor.min(column.factor)] {
        rest.remove(k);
    }
    let reach = |from: [Label; 2]| {
        let mut seen: Vec<Label> = from.to_vec();
        loop {
            let more: Vec<Label> = rest
                .iter()
                .filter(|f| f.labels.iter().any(|l| seen.contains(l)))
                .flat_map(|f| &f.labels)
                .copied()
                .filter(|l| !seen.contains(l))
                .collect();
            if more.is_empty() {
                return seen;
            }
            seen.extend(more);
        }
    };
    let inner = reach([row.labels[1], column.labels[1]]);
    if inner.contains(&row.labels[0]) || inner.contains(&column.labels[0]) {
        return None;
    }
    let (right, left): (Vec<Factor>, Vec<Factor>) =
        rest.into_iter().partition(|f| f.labels.iter().any(|l| inner.contains(l)));
    let dims = label_dims(axes, term);
    let part = |factors: Vec<Factor>, n: &Dim, ends: [Label; 2]| {
        let own = vec![n.clone(), n.clone()];
        let mut draft = Draft::new(&own, &[]);
        let mut place: HashMap<Label, Label> = [(ends[1], 1), (ends[0], 0)].into_iter().collect();
        for mut f in factors {
            for l in &mut f.labels {
                *l = *place.entry(*l).or_insert_with(|| {
                    let d = dims.get(l).cloned().unwrap_or_else(|| Dim::constant(1));
                    draft.fresh_bound(d)
                });
            }
            draft.factors.push(f);
        }
        if ends[0] == ends[1] {
            draft.push_delta(0, 1);
        }
        draft.coefficient = Rational::one();
        (own, draft)
    };
    Some([
        part(left, &row.outer, [row.labels[0], column.labels[0]]),
        part(right, &row.inner, [row.labels[1], column.labels[1]]),
    ])
}
