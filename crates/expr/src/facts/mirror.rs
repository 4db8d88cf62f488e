//! Products that are their own mirror image: symmetric matrices, sums of squares, quadratic forms.
//!
//! A product of factors with indices is mirrored by an exchange of indices in pairs under which the list of
//! factors stays the same. If the exchange swaps the two output indices, the matrix is symmetric. If, beside
//! that, the factors fall into two halves that the exchange swaps, joined only by psd matrices (each with one
//! index in either half) and by indices that stay in place, the product is
//!
//! `sum over f of w(f) * sum over p, q of u(f, p) K(p, q) u(f, q)` with K psd (Schur's product theorem),
//!
//! so a scalar is nonneg where w is, and a matrix psd. `x'*A'*A*x`, `X'*diag(w)*X`, `x'*Q*x`, `norm2(r)^2` and
//! `A .* B` for psd A and B are all found so.

use super::Record;
use super::flat::Flat;
use crate::{Expr, Property};

/// A search gives up after so many attempted pairings.
const ATTEMPTS: usize = 600;

/// Judges where each index and each factor goes.
type Accept<'f> = &'f mut dyn FnMut(&[Option<usize>], &[Option<usize>]) -> bool;

/// The parts of a product that is a psd form of one half.
pub(super) struct Form {
    /// Factors that both halves share: a nonneg one leaves the sign.
    pub(super) weights: Vec<usize>,
    /// Matrices with one index in either half.
    pub(super) bridges: Vec<usize>,
    /// The factors of one half.
    pub(super) half: Vec<usize>,
}

/// The state of a search for a correspondence of the factors of two products.
struct Search<'s, 'a> {
    from: &'s Flat,
    to: &'s Flat,
    /// Is this a product's correspondence with itself, whose double is nothing?
    involution: bool,
    of: &'s dyn Fn(&Expr) -> &'a Record,
    image: Vec<Option<usize>>,
    preimage: Vec<Option<usize>>,
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
    attempts: usize,
}

impl Search<'_, '_> {
    /// Records that index i goes to j; false when that contradicts something.
    fn send(&mut self, i: usize, j: usize, undo: &mut Vec<(usize, usize)>) -> bool {
        match (self.image[i], self.preimage[j]) {
            (Some(x), _) => x == j,
            (None, Some(_)) => false,
            (None, None) => {
                // An output index goes where the caller sent it, and only there.
                if self.from.is_bound(i) != self.to.is_bound(j) || self.from.dims[i] != self.to.dims[j] {
                    return false;
                }
                self.image[i] = Some(j);
                self.preimage[j] = Some(i);
                undo.push((i, j));
                true
            }
        }
    }

    fn send_both(&mut self, i: usize, j: usize, undo: &mut Vec<(usize, usize)>) -> bool {
        self.send(i, j, undo) && (!self.involution || self.send(j, i, undo))
    }

    fn run(&mut self, accept: Accept<'_>) -> bool {
        let Some(k) = self.partner.iter().position(Option::is_none) else {
            return accept(&self.image, &self.partner);
        };
        let (e, labels) = self.from.operands[k].clone();
        let symmetric = (self.of)(&e).is(Property::Symmetric);
        for l in 0..self.to.operands.len() {
            if self.taken[l] || self.to.operands[l].0 != e {
                continue;
            }
            for swap in [false, true] {
                if swap && !symmetric {
                    continue;
                }
                self.attempts += 1;
                if self.attempts > ATTEMPTS {
                    return false;
                }
                let mut goal = self.to.operands[l].1.clone();
                if swap {
                    goal.reverse();
                }
                let mut undo = Vec::new();
                if labels.iter().zip(&goal).all(|(i, j)| self.send_both(*i, *j, &mut undo)) {
                    self.partner[k] = Some(l);
                    self.taken[l] = true;
                    if self.involution && l != k {
                        self.partner[l] = Some(k);
                        self.taken[k] = true;
                    }
                    if self.run(accept) {
                        return true;
                    }
                    self.partner[k] = None;
                    self.taken[l] = false;
                    if self.involution && l != k {
                        self.partner[l] = None;
                        self.taken[k] = false;
                    }
                }
                for (i, j) in undo {
                    self.image[i] = None;
                    self.preimage[j] = None;
                }
            }
        }
        false
    }
}

fn search<'a>(
    (from, to): (&Flat, &Flat),
    outputs: &[usize],
    involution: bool,
    of: &dyn Fn(&Expr) -> &'a Record,
    accept: Accept<'_>,
) -> bool {
    if from.operands.len() != to.operands.len() || from.operands.len() > super::flat::LIMIT {
        return false;
    }
    let mut s = Search {
        from,
        to,
        involution,
        of,
        image: vec![None; from.dims.len()],
        preimage: vec![None; to.dims.len()],
        partner: vec![None; from.operands.len()],
        taken: vec![false; to.operands.len()],
        attempts: 0,
    };
    let mut undo = Vec::new();
    outputs.iter().enumerate().all(|(i, j)| s.send(i, *j, &mut undo)) && s.run(accept)
}

/// Is the second product the transpose of the first?
pub(super) fn are_transposes<'a>(a: &Flat, b: &Flat, of: &dyn Fn(&Expr) -> &'a Record) -> bool {
    a.coefficient == b.coefficient && search((a, b), &[1, 0], false, of, &mut |_, _| true)
}

/// Is the product of two output indices symmetric in them?
pub(super) fn is_symmetric<'a>(a: &Flat, of: &dyn Fn(&Expr) -> &'a Record) -> bool {
    search((a, a), &[1, 0], true, of, &mut |_, _| true)
}

/// Calls `accept` with ways to read the product as a psd form (of the two output indices of a matrix, or entry
/// by entry), until it says yes.
pub(super) fn find_form<'a>(
    a: &Flat,
    matrix: bool,
    of: &dyn Fn(&Expr) -> &'a Record,
    accept: &mut dyn FnMut(&Form) -> bool,
) -> bool {
    let outputs: Vec<usize> = if matrix { vec![1, 0] } else { (0..a.rank).collect() };
    search((a, a), &outputs, true, of, &mut |image, partner| {
        form(a, image, partner).is_some_and(|f| accept(&f))
    })
}

/// The two halves that an exchange of indices leaves, when there are two.
fn form(a: &Flat, image: &[Option<usize>], partner: &[Option<usize>]) -> Option<Form> {
    let goes = |i: usize| image[i].unwrap_or(i);
    let moved = |i: usize| goes(i) != i;
    let mut side: Vec<usize> = (0..a.dims.len()).collect();
    fn find(side: &mut [usize], mut i: usize) -> usize {
        while side[i] != i {
            side[i] = side[side[i]];
            i = side[i];
        }
        i
    }
    let mut f = Form { weights: Vec::new(), bridges: Vec::new(), half: Vec::new() };
    for (k, (_, l)) in a.operands.iter().enumerate() {
        if partner[k] == Some(k) {
            match l.as_slice() {
                l if l.iter().all(|i| !moved(*i)) => f.weights.push(k),
                [p, q] if goes(*p) == *q => f.bridges.push(k),
                _ => return None,
            }
        } else {
            let mut own = l.iter().filter(|i| moved(**i));
            if let Some(first) = own.next() {
                for i in own {
                    let (p, q) = (find(&mut side, *first), find(&mut side, *i));
                    side[p] = q;
                }
            }
        }
    }
    // A component that meets its own image is not a half.
    for i in a.indices() {
        if moved(i) && find(&mut side, i) == find(&mut side, goes(i)) {
            return None;
        }
    }
    // Which components belong to the first half: of every two, the one met first.
    let mut first: Vec<Option<bool>> = vec![None; a.dims.len()];
    for i in a.indices().into_iter().filter(|i| moved(*i)) {
        let (p, q) = (find(&mut side, i), find(&mut side, goes(i)));
        if first[p].is_none() {
            first[p] = Some(true);
            first[q] = Some(false);
        }
    }
    for (k, (_, l)) in a.operands.iter().enumerate() {
        match partner[k] {
            Some(j) if j != k => {
                let mine = match l.iter().find(|i| moved(**i)) {
                    Some(i) => first[find(&mut side, *i)] == Some(true),
                    None => k < j,
                };
                if mine {
                    f.half.push(k);
                }
            }
            _ => {}
        }
    }
    Some(f)
}
