//! The shape of the normal form: polynomials whose monomials are indexed products of atoms.
//!
//! A [`Poly`] with r axes is a sum of [`Term`]s, each with a rational coefficient. In a term the labels
//! `0..r` are the axes and the labels from r on are summed over. Terms are canonical: equal up to the names of
//! summed labels means equal as values.

use super::atom::Atom;
use crate::{Dim, Rational};
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::Ratio;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;

/// The name of an axis within one term.
pub(crate) type Label = u32;

/// An exponent.
pub(crate) type Power = Ratio<i64>;

/// An atom at certain labels, to a power.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Factor {
    pub(crate) atom: Atom,
    pub(crate) labels: Vec<Label>,
    pub(crate) power: Power,
}

/// A product of factors, summed over the labels beyond the axes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term {
    pub(crate) factors: Vec<Factor>,
    /// The dimensions of the summed labels, in order.
    pub(crate) bound: Vec<Dim>,
}

/// A sum of terms over common axes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Poly {
    pub(crate) dims: Vec<Dim>,
    pub(crate) terms: BTreeMap<Term, Rational>,
}

impl Factor {
    pub(crate) fn new(atom: Atom, labels: Vec<Label>) -> Self {
        Self { atom, labels, power: Power::one() }
    }
}

impl Term {
    pub(crate) fn one() -> Self {
        Self { factors: Vec::new(), bound: Vec::new() }
    }
}

impl Poly {
    pub(crate) fn zero(dims: Vec<Dim>) -> Self {
        Self { dims, terms: BTreeMap::new() }
    }

    /// The same number in every entry.
    pub(crate) fn constant(dims: Vec<Dim>, c: Rational) -> Self {
        let mut p = Self::zero(dims);
        p.add_term(Term::one(), c);
        p
    }

    pub(crate) fn rank(&self) -> usize {
        self.dims.len()
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.terms.is_empty()
    }

    /// The number in every entry, when it is the same rational.
    pub(crate) fn as_constant(&self) -> Option<Rational> {
        match self.terms.len() {
            0 => Some(Rational::zero()),
            1 => self.terms.iter().next().filter(|(t, _)| **t == Term::one()).map(|(_, c)| c.clone()),
            _ => None,
        }
    }

    /// The only term with its coefficient.
    pub(crate) fn single(&self) -> Option<(&Term, &Rational)> {
        if self.terms.len() == 1 { self.terms.iter().next() } else { None }
    }

    /// The only factor, when the polynomial is exactly one atom to the power 1.
    pub(crate) fn as_factor(&self) -> Option<&Factor> {
        match self.single() {
            Some((t, c)) if c.is_one() && t.bound.is_empty() && t.factors.len() == 1 => {
                Some(&t.factors[0]).filter(|f| f.power.is_one())
            }
            _ => None,
        }
    }

    pub(crate) fn add_term(&mut self, term: Term, c: Rational) {
        if c.is_zero() {
            return;
        }
        match self.terms.entry(term) {
            std::collections::btree_map::Entry::Vacant(slot) => {
                slot.insert(c);
            }
            std::collections::btree_map::Entry::Occupied(mut slot) => {
                *slot.get_mut() += c;
                if slot.get().is_zero() {
                    slot.remove();
                }
            }
        }
    }

    pub(crate) fn add_scaled(&mut self, other: &Poly, c: &Rational) {
        for (t, d) in &other.terms {
            self.add_term(t.clone(), d * c);
        }
    }

    pub(crate) fn scaled(&self, c: &Rational) -> Poly {
        let mut p = Poly::zero(self.dims.clone());
        p.add_scaled(self, c);
        p
    }

    /// Does any term carry the axis?
    pub(crate) fn carries(&self, axis: usize) -> bool {
        self.terms.keys().any(|t| t.factors.iter().any(|f| f.labels.contains(&(axis as Label))))
    }
}

/// The rational that divides every coefficient so that they become integers without a common factor, with the
/// squares, or else the first term, positive.
pub(crate) fn content(p: &Poly) -> Rational {
    let mut numerator = BigInt::zero();
    let mut denominator = BigInt::one();
    for c in p.terms.values() {
        numerator = numerator.gcd(c.numer());
        denominator = denominator.lcm(c.denom());
    }
    if numerator.is_zero() {
        return Rational::one();
    }
    let is_square = |t: &Term| t.factors.iter().all(|f| f.power.is_integer() && f.power.numer() % 2 == 0);
    let squares: Rational = p.terms.iter().filter(|(t, _)| is_square(t)).map(|(_, c)| c).sum();
    let leading =
        if squares.is_zero() { p.terms.values().next().cloned().unwrap_or_default() } else { squares };
    let sign = if leading.is_negative() { -1 } else { 1 };
    Rational::new(numerator * sign, denominator)
}

/// A power with a small exact exponent, when the rational has one.
pub(crate) fn small(r: &Rational) -> Option<Power> {
    Some(Power::new(r.numer().to_i64()?, r.denom().to_i64()?))
}
