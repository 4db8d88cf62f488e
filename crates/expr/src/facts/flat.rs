//! A contraction with its nested contractions opened, as far as they are few.
//!
//! `x'*A'*A*x` is built as contractions inside contractions; that it is a sum of squares shows only when all
//! factors lie in one list. Opening stops at [`LIMIT`] operands, so the cost per node is bounded however often
//! operands are shared.

use crate::{Dim, Expr, Kind, Rational, Structure};
use num_traits::One;

/// The most operands that opening may lead to.
pub(super) const LIMIT: usize = 14;

/// `coefficient * sum over the indices from rank on of the product of operand[indices]`.
#[derive(Clone)]
pub(super) struct Flat {
    pub(super) coefficient: Rational,
    pub(super) operands: Vec<(Expr, Vec<usize>)>,
    pub(super) rank: usize,
    pub(super) dims: Vec<Dim>,
}

impl Flat {
    /// The expression as one product: as it stands, and with its nested products opened where there are some.
    /// Opening can stop in the middle of a pattern that the closed form still shows.
    pub(super) fn readings(e: &Expr) -> Vec<Flat> {
        let rank = e.rank();
        let mut flat = Flat {
            coefficient: Rational::one(),
            operands: vec![(e.clone(), (0..rank).collect())],
            rank,
            dims: e.shape().to_vec(),
        };
        while matches!(flat.operands[0].0.kind(), Kind::Sum(t) if t.len() == 1) && flat.open(0) {}
        flat.open(0);
        let closed = flat.clone();
        let (mut next, mut opened) = (0, false);
        while next < flat.operands.len() {
            if flat.open(next) {
                opened = true;
            } else {
                next += 1;
            }
        }
        if !opened {
            return vec![closed];
        }
        flat.drop_deltas();
        vec![closed, flat]
    }

    /// Replaces one operand by its own factors, if it is a product of few.
    fn open(&mut self, at: usize) -> bool {
        let (e, labels) = self.operands[at].clone();
        match e.kind() {
            Kind::Sum(terms) if terms.len() == 1 => {
                self.coefficient *= &terms[0].0;
                self.operands[at].0 = terms[0].1.clone();
                true
            }
            Kind::Contract(c) if c.operands.len() + self.operands.len() <= LIMIT + 1 => {
                let mut place: Vec<usize> = labels;
                for d in &c.dims[c.rank..] {
                    place.push(self.dims.len());
                    self.dims.push(d.clone());
                }
                let inner = c
                    .operands
                    .iter()
                    .map(|(x, l)| (x.clone(), l.iter().map(|i| place[usize::from(*i)]).collect()));
                self.operands.splice(at..=at, inner);
                true
            }
            _ => false,
        }
    }

    /// Joins the two indices of every delta of which one is summed over; a delta that alone carries its indices
    /// counts their size, and stays.
    fn drop_deltas(&mut self) {
        let rank = self.rank;
        let joins = |operands: &[(Expr, Vec<usize>)], k: usize| {
            let (e, l) = &operands[k];
            let elsewhere = || operands.iter().enumerate().filter(|(j, _)| *j != k).flat_map(|(_, (_, l))| l);
            matches!(e.kind(), Kind::Structure(Structure::Delta(_)))
                && l[0] != l[1]
                && l[0].max(l[1]) >= rank
                && (l[0].min(l[1]) < rank || elsewhere().any(|i| l.contains(i)))
        };
        while let Some(k) = (0..self.operands.len()).find(|k| joins(&self.operands, *k)) {
            let (_, l) = self.operands.remove(k);
            let (kept, gone) = (l[0].min(l[1]), l[0].max(l[1]));
            for label in self.operands.iter_mut().flat_map(|(_, l)| l.iter_mut()).filter(|l| **l == gone) {
                *label = kept;
            }
        }
    }

    /// Is the index summed over?
    pub(super) fn is_bound(&self, index: usize) -> bool {
        index >= self.rank
    }

    /// The indices that some operand carries, and the output's.
    pub(super) fn indices(&self) -> Vec<usize> {
        let mut all: Vec<usize> =
            (0..self.rank).chain(self.operands.iter().flat_map(|(_, l)| l.iter().copied())).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
