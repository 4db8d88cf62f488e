//! The order of an atom's axes: of all that there are, the one that makes its operands least.

use super::{Goal, Normalizer};
use crate::Dim;
use crate::normal::canonical::canonical_term;
use crate::normal::express;
use crate::normal::poly::{Factor, Label, Poly, Term};
use std::collections::BTreeMap;

/// The most axes whose every order is tried for an atom's canonical slots.
const MAX_PERMUTED: usize = 5;

impl Normalizer {
    /// The order of axes that makes the polynomials least, and the permutations that leave them so. Axes in
    /// `tail` stay last, in their order.
    pub(crate) fn canonical_order(
        &mut self,
        polys: &[Poly],
        free: &[Label],
        tail: &[Label],
    ) -> (Vec<Label>, Vec<Vec<u8>>) {
        let whole = |head: &[Label]| head.iter().chain(tail).copied().collect::<Vec<Label>>();
        if free.len() > MAX_PERMUTED {
            self.overflowed = true;
        }
        if free.len() <= 1 || free.len() > MAX_PERMUTED {
            let identity = (0..(free.len() + tail.len()) as u8).collect();
            return (whole(free), vec![identity]);
        }
        // The least arrangement, and every order of axes that gives it.
        type Best = ((usize, Vec<Poly>), Vec<Vec<Label>>);
        let mut best: Option<Best> = None;
        for head in permutations(free) {
            let order = whole(&head);
            let seen: Vec<Poly> = polys.iter().map(|p| rearranged(p, &order)).collect();
            // When writing, the direction with fewer transposes comes before any other.
            let marks = match self.goal {
                Goal::Write if free.len() == 2 => seen.iter().map(express::transposes).sum(),
                Goal::Write | Goal::Decide => 0,
            };
            let seen = (marks, seen);
            match &mut best {
                Some((least, orders)) if *least == seen => orders.push(order),
                Some((least, _)) if *least < seen => {}
                _ => best = Some((seen, vec![order])),
            }
        }
        let orders = best.map(|(_, o)| o).unwrap_or_default();
        let first = orders.first().cloned().unwrap_or_else(|| whole(free));
        // Slot s of the first order stands where slot p[s] does in another: labels permuted so mean the same.
        let symmetries = orders
            .iter()
            .map(|o| o.iter().map(|l| first.iter().position(|m| m == l).unwrap_or(0) as u8).collect())
            .collect();
        (first, symmetries)
    }
}

/// The same polynomial with axis `order[k]` as its axis k; axes left out must not be carried.
pub(crate) fn rearranged(p: &Poly, order: &[Label]) -> Poly {
    let dims: Vec<Dim> = order.iter().map(|l| p.dims[*l as usize].clone()).collect();
    if order.len() == p.rank() && order.iter().enumerate().all(|(k, l)| k as Label == *l) {
        return p.clone();
    }
    let mut result = Poly::zero(dims.clone());
    for (term, c) in &p.terms {
        result.add_term(relabelled(term, p.rank(), order), c.clone());
    }
    result
}

fn relabelled(term: &Term, rank: usize, order: &[Label]) -> Term {
    let shift = order.len() as i64 - rank as i64;
    let to: BTreeMap<Label, Label> = order.iter().enumerate().map(|(k, l)| (*l, k as Label)).collect();
    let factors: Vec<Factor> = term
        .factors
        .iter()
        .map(|f| {
            let labels = f
                .labels
                .iter()
                .map(|l| match (*l as usize) < rank {
                    true => to.get(l).copied().unwrap_or(0),
                    false => (i64::from(*l) + shift) as Label,
                })
                .collect();
            Factor { atom: f.atom.clone(), labels, power: f.power }
        })
        .collect();
    let dims = term.bound.iter().cloned().enumerate().map(|(k, d)| ((order.len() + k) as Label, d)).collect();
    canonical_term(order.len(), factors, &dims)
}

fn permutations(items: &[Label]) -> Vec<Vec<Label>> {
    if items.len() <= 1 {
        return vec![items.to_vec()];
    }
    let mut all = Vec::new();
    for (k, first) in items.iter().enumerate() {
        let mut rest = items.to_vec();
        rest.remove(k);
        for mut tail in permutations(&rest) {
            tail.insert(0, *first);
            all.push(tail);
        }
    }
    all
}
