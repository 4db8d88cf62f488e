//! Side conditions: what is proved, or granted, of the sign and the rank of atoms and terms.

use super::Normalizer;
use crate::normal::atom::Atom;
use crate::normal::conditions::Conditions;
use crate::normal::poly::{Factor, Poly, Term};
use crate::{Expr, Rational};
use num_traits::Signed;

/// The deepest nest of inverses whose operands are proved to be nonsingular.
const MAX_NESTED: usize = 8;

impl Normalizer {
    /// Keeps what is proved of an operand's sign: multiplied out, `norm2(x - a)^2` no longer shows it.
    pub(crate) fn note_sign(&mut self, e: &Expr) {
        self.facts.learn(e);
        let (nonneg, positive) = (self.facts.is_nonneg(e), self.facts.is_positive(e));
        let p = self.known(e);
        let is_sum = p.terms.len() > 1 || p.single().is_some_and(|(t, _)| !t.bound.is_empty());
        if (nonneg || positive)
            && is_sum
            && let Some((c, f)) = self.sum_factor(&p)
            && c.is_positive()
        {
            let slot = self.noted.entry(f.atom.digest()).or_default();
            slot.0 |= nonneg || positive;
            slot.1 |= positive;
        }
    }

    fn noted(&self, atom: &Atom) -> (bool, bool) {
        self.noted.get(&atom.digest()).copied().unwrap_or_default()
    }

    /// Is every entry proved, or granted, to be above 0?
    pub(crate) fn is_positive(&mut self, atom: &Atom) -> bool {
        self.facts.learn(atom.expr());
        let granted = self.granted.of(atom.digest());
        granted.positive
            || self.noted(atom).1
            || self.facts.is_positive(atom.expr())
            || (self.is_nonneg(atom) && self.is_nonzero(atom))
    }

    /// Is every entry proved, or granted, to be at least 0?
    pub(crate) fn is_nonneg(&mut self, atom: &Atom) -> bool {
        self.facts.learn(atom.expr());
        self.granted.of(atom.digest()).nonneg || self.noted(atom).0 || self.facts.is_nonneg(atom.expr())
    }

    /// Is every entry proved, or granted, not to be 0?
    pub(crate) fn is_nonzero(&mut self, atom: &Atom) -> bool {
        self.facts.learn(atom.expr());
        self.granted.of(atom.digest()).nonzero || self.noted(atom).1 || self.facts.is_nonzero(atom.expr())
    }

    /// Is the matrix proved, or granted, to have an inverse?
    pub(crate) fn is_nonsingular(&mut self, atom: &Atom) -> bool {
        self.facts.learn(atom.expr());
        self.granted.of(atom.digest()).nonsingular
            || (atom.expr().rank() == 2 && self.facts.is_nonsingular(atom.expr()))
    }

    /// Is what stands under an inverse proved, or granted, to be nonsingular?
    pub(crate) fn is_invertible(&mut self, inverse: &Atom, operand: &Poly) -> bool {
        if let Some(known) = self.invertible.get(&inverse.digest()) {
            return *known;
        }
        if self.depth == MAX_NESTED {
            return false;
        }
        self.depth += 1;
        let proved = Conditions::nonsingular(self, operand);
        self.depth -= 1;
        self.invertible.insert(inverse.digest(), proved);
        proved
    }

    /// Takes other conditions as true; returns those until now.
    pub(crate) fn grant(&mut self, conditions: Conditions) -> Conditions {
        self.invertible.clear();
        std::mem::replace(&mut self.granted, conditions)
    }

    /// Is the matrix proved to be positive definite?
    pub(crate) fn is_pd(&mut self, atom: &Atom) -> bool {
        self.facts.learn(atom.expr());
        atom.expr().rank() == 2 && self.facts.is_pd(atom.expr())
    }

    /// Is a product of factors, none summed, at least 0 apart from its coefficient?
    pub(crate) fn is_positive_or_nonneg(&mut self, term: &Term) -> bool {
        let even = |f: &Factor| f.power.is_integer() && f.power.numer() % 2 == 0;
        term.factors.iter().all(|f| even(f) || self.is_nonneg(&f.atom))
    }

    /// Is a product of factors, none summed, above 0?
    pub(crate) fn is_positive_term(&mut self, term: &Term, c: &Rational) -> bool {
        c.is_positive() && term.factors.iter().all(|f| self.is_positive(&f.atom))
    }
}
