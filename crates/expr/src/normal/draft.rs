//! A term while it is being worked on: labels not yet canonical, rules not yet applied.

use super::atom::Atom;
use super::poly::{Factor, Label, Poly, Term};
use crate::{Dim, Expr, Rational, Structure};
use num_traits::One;
use std::collections::HashMap;

/// A product of factors under construction.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) coefficient: Rational,
    pub(crate) factors: Vec<Factor>,
    /// The labels that are summed over.
    pub(crate) bound: Vec<Label>,
    /// The dimension of every label.
    pub(crate) dims: HashMap<Label, Dim>,
    /// How many labels, from 0, are axes of the result.
    pub(crate) rank: usize,
    next: Label,
}

impl Draft {
    /// The empty product over axes with the given dimensions, with further summed labels.
    pub(crate) fn new(axes: &[Dim], summed: &[(Label, Dim)]) -> Self {
        let mut dims: HashMap<Label, Dim> =
            axes.iter().cloned().enumerate().map(|(k, d)| (k as Label, d)).collect();
        dims.extend(summed.iter().cloned());
        let next = dims.keys().copied().max().map_or(0, |m| m + 1);
        let bound = summed.iter().map(|(l, _)| *l).collect();
        Self { coefficient: Rational::one(), factors: Vec::new(), bound, dims, rank: axes.len(), next }
    }

    /// The term of a finished polynomial, to be worked on again.
    pub(crate) fn from_term(axes: &[Dim], term: &Term, c: &Rational) -> Self {
        let r = axes.len() as Label;
        let summed: Vec<(Label, Dim)> =
            term.bound.iter().cloned().enumerate().map(|(k, d)| (r + k as Label, d)).collect();
        let mut draft = Self::new(axes, &summed);
        draft.coefficient = c.clone();
        draft.factors = term.factors.clone();
        draft
    }

    pub(crate) fn fresh(&mut self, d: Dim) -> Label {
        let l = self.next;
        self.next += 1;
        self.dims.insert(l, d);
        l
    }

    pub(crate) fn fresh_bound(&mut self, d: Dim) -> Label {
        let l = self.fresh(d);
        self.bound.push(l);
        l
    }

    pub(crate) fn is_bound(&self, l: Label) -> bool {
        l as usize >= self.rank
    }

    /// Multiplies by a term whose axes stand at `labels`.
    pub(crate) fn multiply(&mut self, term: &Term, c: &Rational, labels: &[Label]) {
        self.coefficient *= c;
        let r = labels.len() as Label;
        let inner: Vec<Label> = term.bound.iter().map(|d| self.fresh_bound(d.clone())).collect();
        for f in &term.factors {
            let place = |l: &Label| if *l < r { labels[*l as usize] } else { inner[(*l - r) as usize] };
            self.factors.push(Factor {
                atom: f.atom.clone(),
                labels: f.labels.iter().map(place).collect(),
                power: f.power,
            });
        }
    }

    /// The product with every term of a polynomial whose axes stand at `labels`.
    pub(crate) fn times(&self, p: &Poly, labels: &[Label]) -> Vec<Draft> {
        p.terms
            .iter()
            .map(|(t, c)| {
                let mut d = self.clone();
                d.multiply(t, c, labels);
                d
            })
            .collect()
    }

    /// Replaces a label everywhere; it is no longer summed over.
    pub(crate) fn replace_label(&mut self, gone: Label, kept: Label) {
        self.bound.retain(|l| *l != gone);
        for l in self.factors.iter_mut().flat_map(|f| f.labels.iter_mut()).filter(|l| **l == gone) {
            *l = kept;
        }
    }

    /// The factors that carry a label, by position.
    pub(crate) fn carriers(&self, l: Label) -> Vec<usize> {
        (0..self.factors.len()).filter(|k| self.factors[*k].labels.contains(&l)).collect()
    }

    /// Is the label summed over and carried, once each, by exactly these two factors?
    pub(crate) fn joins_only(&self, l: Label, a: usize, b: usize) -> bool {
        let once = |k: usize| self.factors[k].labels.iter().filter(|m| **m == l).count() == 1;
        self.is_bound(l) && self.carriers(l).iter().all(|k| *k == a || *k == b) && once(a) && once(b)
    }

    /// Removes factors by position.
    pub(crate) fn remove(&mut self, mut positions: Vec<usize>) {
        positions.sort_unstable();
        positions.dedup();
        for k in positions.into_iter().rev() {
            self.factors.remove(k);
        }
    }

    /// Multiplies by the unit vector at a position, on an axis of size n.
    pub(crate) fn push_unit(&mut self, n: Dim, at: Dim, l: Label) {
        self.factors.push(Factor::new(Atom::leaf(Expr::structure(Structure::Unit { n, at })), vec![l]));
    }

    pub(crate) fn push_delta(&mut self, a: Label, b: Label) {
        let n = self.dims.get(&a).cloned().unwrap_or_else(|| Dim::constant(1));
        self.factors.push(Factor::new(Atom::leaf(Expr::eye(n)), vec![a, b]));
    }
}
