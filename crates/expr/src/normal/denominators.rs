//! Equality over denominators: a difference is multiplied by what stands below it, be it a number or a matrix.

use super::atom::{Atom, Body};
use super::draft::Draft;
use super::inverses;
use super::normalise::Normalizer;
use super::poly::{Factor, Poly, Power};
use crate::Rational;
use num_traits::{One, Signed};
use std::collections::BTreeMap;

/// Do sums occur to negative powers?
pub(crate) fn occur(p: &Poly) -> bool {
    p.terms
        .keys()
        .flat_map(|t| &t.factors)
        .any(|f| matches!(f.atom.body(), Body::Sum(_)) && f.power.is_negative())
}

/// Is the difference of the normal forms zero?
pub(crate) fn equal(nz: &mut Normalizer, p: &Poly, q: &Poly) -> bool {
    let mut difference = p.clone();
    difference.add_scaled(q, &-Rational::one());
    vanishes(nz, difference)
}

/// Is the difference zero, if need be after multiplying by denominators that are not?
fn vanishes(nz: &mut Normalizer, mut difference: Poly) -> bool {
    for _ in 0..8 {
        if difference.is_zero() {
            return true;
        }
        let Some(denominator) = denominator(nz, &difference) else { break };
        // Term by term: multiplied out first, it would no longer meet its own power.
        let drafts = difference
            .terms
            .iter()
            .map(|(t, c)| {
                let mut d = Draft::from_term(&difference.dims, t, c);
                d.factors.push(denominator.clone());
                d
            })
            .collect();
        difference = nz.settle(&difference.dims.clone(), drafts);
    }
    difference.is_zero() || inverses::vanishes(nz, &difference)
}

/// A factor by which all denominators of one base disappear, if the base is known not to be 0.
fn denominator(nz: &mut Normalizer, p: &Poly) -> Option<Factor> {
    let rank = p.rank() as u32;
    let mut least: BTreeMap<(Atom, Vec<u32>), Power> = BTreeMap::new();
    for f in p.terms.keys().flat_map(|t| &t.factors) {
        let is_sum = matches!(f.atom.body(), Body::Sum(_));
        if is_sum && f.power.is_negative() && f.labels.iter().all(|l| *l < rank) {
            let slot = least.entry((f.atom.clone(), f.labels.clone())).or_insert(f.power);
            *slot = (*slot).min(f.power);
        }
    }
    least.into_iter().find(|((atom, _), _)| nz.is_nonzero(atom)).map(|((atom, labels), power)| Factor {
        atom,
        labels,
        power: -power,
    })
}
