//! From the normal form back to an expression, factor by factor and without rearranging.

use super::poly::{Factor, Label, Poly, Term};
use crate::{Dim, Expr, Function};
use num_traits::One;
use std::collections::HashMap;

/// The polynomial as a sum of contractions. Equal polynomials give equal expressions.
pub(crate) fn plain(p: &Poly) -> Expr {
    let terms = p.terms.iter().map(|(t, c)| (c.clone(), plain_term(&p.dims, t))).collect::<Vec<_>>();
    if p.dims.is_empty()
        && let [(c, e)] = terms.as_slice()
    {
        // A scalar number is itself, not a multiple of 1.
        return e.scale(c.clone());
    }
    Expr::sum_unchecked(p.dims.clone(), terms)
}

/// A term, without its coefficient, as a contraction.
pub(crate) fn plain_term(axes: &[Dim], term: &Term) -> Expr {
    let dims = label_dims(axes, term);
    let operands = term.factors.iter().map(|f| (powered(f), f.labels.clone())).collect();
    let output: Vec<Label> = (0..axes.len() as Label).collect();
    if term.factors.is_empty() {
        return Expr::ones(axes.to_vec());
    }
    Expr::contract_unchecked(operands, &output, &dims)
}

/// The dimension of every label of a term.
pub(crate) fn label_dims(axes: &[Dim], term: &Term) -> HashMap<Label, Dim> {
    axes.iter().chain(&term.bound).cloned().enumerate().map(|(k, d)| (k as Label, d)).collect()
}

/// The factor's atom to its power.
pub(crate) fn powered(f: &Factor) -> Expr {
    if f.power.is_one() { f.atom.expr().clone() } else { f.atom.expr().apply(Function::Power(f.power)) }
}

/// How many transposes it takes to write a matrix polynomial as products from axis 0 to axis 1.
pub(crate) fn transposes(p: &Poly) -> usize {
    p.terms.keys().map(marks).sum()
}

fn marks(term: &Term) -> usize {
    let mut used = vec![false; term.factors.len()];
    let (mut at, mut total): (Label, usize) = (0, 0);
    while let Some(k) = (0..term.factors.len()).find(|k| !used[*k] && term.factors[*k].labels.contains(&at)) {
        used[k] = true;
        let f = &term.factors[k];
        if let [a, b] = f.labels[..] {
            let symmetric = f.atom.symmetries().len() > 1;
            total += usize::from(b == at && !symmetric);
            at = if a == at { b } else { a };
        }
    }
    total
}
