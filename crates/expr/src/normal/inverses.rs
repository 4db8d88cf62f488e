//! Identities between inverses of sums: push-through, Woodbury, Searle.
//!
//! An inverse W of M satisfies `M*W = I` and `W*M = I`, wherever the expression is defined. Completed (see
//! [`super::words`]), these equations give rules for products of matrices, such as
//!
//! - `A*inv(I + B*A) = inv(I + A*B)*A` (push-through),
//! - `inv(A + U*C*V) = inv(A) - inv(A)*U*inv(inv(C) + V*inv(A)*U)*V*inv(A)` (Woodbury),
//! - `inv(A)*inv(inv(A) + inv(B)) = inv(A + B)*B` (Searle),
//!
//! which are applied to a difference that should vanish. Where that is not enough the difference is multiplied by M:
//! `D = 0` if and only if `M*D = 0`. Everything that is used follows from M being nonsingular, and this is proved or
//! granted for each.
//!
//! Source: Henderson and Searle (1981), On deriving the inverse of a sum of matrices, SIAM Review 23.

use super::alphabet::{Alphabet, Letter, MAX_LETTERS, Order, Way, put, read};
use super::atom::{Atom, Body};
use super::draft::Draft;
use super::matrices::is_orthogonal;
use super::normalise::Normalizer;
use super::path::Path;
use super::poly::{Factor, Label, Poly};
use super::words::{Monomial, Rule, Scalar, Sum, Symbol, complete};
use crate::{MatrixFunction, Rational};
use num_traits::One;
use std::collections::BTreeMap;

/// The most inverses whose equations are completed.
const MAX_INVERSES: usize = 10;
/// How often a difference is multiplied by a matrix.
const MAX_MULTIPLIED: usize = 6;
/// The most terms of a difference that is multiplied.
const MAX_DIFFERENCE: usize = 200;
/// How often rules are applied for one question.
const MAX_APPLIED: usize = 4000;

/// Completed rules for products of matrices.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    alphabet: Alphabet,
    rules: Vec<Rule>,
    fuel: usize,
}

/// Is the difference zero by identities between the inverses in it?
pub(crate) fn vanishes(nz: &mut Normalizer, difference: &Poly) -> bool {
    if nz.rules.is_some() || nz.completions == 0 || difference.terms.len() > MAX_DIFFERENCE {
        return false;
    }
    nz.completions -= 1;
    let inverses = inverses(nz, difference);
    if inverses.is_empty() {
        return false;
    }
    [Order::Length, Order::LastLetters].into_iter().any(|order| {
        nz.rules = Some(rules(nz, difference, &inverses, order));
        let zero = multiplied(nz, difference, &inverses);
        nz.rules = None;
        zero
    })
}

/// The inverses in a polynomial, and those in their operands, of matrices known to be nonsingular; the largest first.
fn inverses(nz: &mut Normalizer, p: &Poly) -> Vec<(Atom, Poly)> {
    let mut found: BTreeMap<Atom, Poly> = BTreeMap::new();
    let mut pending = vec![p.clone()];
    while let Some(p) = pending.pop() {
        for f in p.terms.keys().flat_map(|t| &t.factors) {
            if let Body::Matrix(MatrixFunction::Inverse, inner) = f.atom.body()
                && found.len() < MAX_INVERSES
                && !found.contains_key(&f.atom)
            {
                found.insert(f.atom.clone(), (**inner).clone());
                pending.push((**inner).clone());
            }
        }
    }
    let mut known: Vec<(Atom, Poly)> = found.into_iter().collect();
    known.retain(|(atom, inner)| nz.is_invertible(atom, inner));
    // The largest first: multiplied by it, most disappears.
    known.sort_by_key(|(atom, _)| std::cmp::Reverse(atom.expr().postorder().len()));
    known
}

/// The completed equations of the inverses and of orthogonal matrices.
fn rules(nz: &mut Normalizer, difference: &Poly, inverses: &[(Atom, Poly)], order: Order) -> Rules {
    let mut alphabet = Alphabet { order, letters: Vec::new(), scalars: Vec::new() };
    let mut equations: Vec<Sum> = Vec::new();
    let one = Monomial::default();
    let operands = inverses.iter().map(|(_, p)| p);
    let atoms = std::iter::once(difference).chain(operands).flat_map(|p| p.terms.keys());
    for f in atoms.flat_map(|t| &t.factors).filter(|f| is_orthogonal(&f.atom)) {
        let (q, t) = (Letter::new(f, Way::Along), Letter::new(f, Way::Against));
        let (q, t) = (alphabet.symbol(q), alphabet.symbol(t));
        for word in [vec![q, t], vec![t, q]] {
            let mut sum = Sum::default();
            sum.add(Monomial::new(word, Vec::new()), Rational::one());
            sum.add(one.clone(), -Rational::one());
            equations.push(sum);
        }
    }
    for (atom, p) in inverses.iter().rev() {
        let words: Option<Vec<(Monomial, Rational)>> =
            p.terms.iter().map(|(t, c)| Some((read(nz, &mut alphabet, &p.dims, t)?, c.clone()))).collect();
        let Some(words) = words else { continue };
        let w = alphabet.symbol(Letter::new(&Factor::new(atom.clone(), vec![0, 1]), Way::Along));
        for inverse_first in [false, true] {
            let mut sum = Sum::default();
            for (m, c) in &words {
                let both = if inverse_first { [&[w], &m.word[..]] } else { [&m.word[..], &[w]] };
                sum.add(Monomial::new(both.concat(), m.scalars.clone()), c.clone());
            }
            sum.add(one.clone(), -Rational::one());
            equations.push(sum);
        }
    }
    let diagonals: Vec<Letter> =
        alphabet.letters.iter().filter(|l| l.way == Way::Diagonal).cloned().collect();
    for l in diagonals {
        let inverse = Letter { power: -l.power, ..l.clone() };
        if alphabet.letters.contains(&inverse) && nz.is_nonzero(&l.atom) {
            let word = vec![alphabet.symbol(l), alphabet.symbol(inverse)];
            let mut sum = Sum::default();
            sum.add(Monomial::new(word, Vec::new()), Rational::one());
            sum.add(one.clone(), -Rational::one());
            equations.push(sum);
        }
    }
    // The transposed equations hold as well.
    let transpose = |l: Symbol| alphabet.transposed(l);
    let mirrored: Vec<Sum> = equations.iter().map(|s| s.reversed(&transpose)).collect();
    equations.extend(mirrored);
    if alphabet.letters.len() >= MAX_LETTERS {
        equations.clear();
    }
    let is_unit = |s: Scalar| alphabet.scalars.get(usize::from(s)).is_some_and(|(_, nonzero)| *nonzero);
    let rules = complete(equations, &is_unit);
    Rules { alphabet, rules, fuel: MAX_APPLIED }
}

/// Applies the first completed rule whose word stands in the draft.
pub(crate) fn apply(nz: &mut Normalizer, draft: &Draft) -> Option<Vec<Draft>> {
    let rules = nz.rules.as_mut()?;
    if rules.fuel == 0 {
        return None;
    }
    for rule in &rules.rules {
        let letters: Vec<Letter> = rule.word.iter().map(|l| rules.alphabet.letter(*l)).collect();
        let Some(path) = Path::find(draft, &letters, rule.is_strict()) else { continue };
        let mut without = draft.clone();
        let gone = path.inner();
        without.bound.retain(|l| !gone.contains(l));
        without.remove(path.factors.clone());
        let ends = (path.nodes.first().copied().flatten(), path.nodes.last().copied().flatten());
        let put = |(m, c): (&Monomial, &Rational)| {
            let mut d = without.clone();
            d.coefficient *= c;
            put(&mut d, &rules.alphabet, m, ends);
            d
        };
        let parts = rule.rest.0.iter().map(put).collect();
        rules.fuel -= 1;
        return Some(parts);
    }
    None
}

/// Is a difference zero by the rules, if need be after multiplying it by matrices whose inverses end its products?
fn multiplied(nz: &mut Normalizer, difference: &Poly, inverses: &[(Atom, Poly)]) -> bool {
    let drafts = difference.terms.iter().map(|(t, c)| Draft::from_term(&difference.dims, t, c)).collect();
    let mut difference = nz.settle(&difference.dims, drafts);
    let mut done: Vec<(Atom, usize)> = Vec::new();
    for _ in 0..MAX_MULTIPLIED {
        if difference.is_zero() {
            return true;
        }
        if difference.terms.len() > MAX_DIFFERENCE {
            return false;
        }
        let Some((k, axis, slot)) = ending(&difference, inverses, &done) else { return false };
        let (atom, matrix) = &inverses[k];
        done.push((atom.clone(), axis));
        let rank = difference.rank() as Label;
        let summed = [(rank, difference.dims[axis].clone())];
        let labels: Vec<Label> = (0..rank).map(|l| if l as usize == axis { rank } else { l }).collect();
        let (own, inner) = (axis as Label, rank);
        let at = if slot == 0 { vec![own, inner] } else { vec![inner, own] };
        let dims = difference.dims.clone();
        let operands = vec![(matrix.clone().into(), at), (difference.into(), labels)];
        difference = nz.multiply(&dims, &summed, operands);
    }
    difference.is_zero()
}

/// An inverse that alone stands at an axis of some term: its position, the axis and its slot there.
fn ending(p: &Poly, inverses: &[(Atom, Poly)], done: &[(Atom, usize)]) -> Option<(usize, usize, usize)> {
    for (k, (atom, _)) in inverses.iter().enumerate() {
        for axis in 0..p.rank() {
            let l = axis as Label;
            if done.contains(&(atom.clone(), axis)) {
                continue;
            }
            for t in p.terms.keys() {
                let mut here = t.factors.iter().filter(|f| f.labels.contains(&l));
                if let (Some(f), None) = (here.next(), here.next())
                    && f.atom == *atom
                    && f.labels.iter().filter(|m| **m == l).count() == 1
                {
                    return Some((k, axis, usize::from(f.labels[1] == l)));
                }
            }
        }
    }
    None
}

/// Does an inverse of a sum, or one inside another, occur?
pub(crate) fn occur(p: &Poly) -> bool {
    p.terms.keys().flat_map(|t| &t.factors).any(|f| match f.atom.body() {
        Body::Matrix(MatrixFunction::Inverse, inner) => inner.terms.len() > 1,
        _ => false,
    })
}
