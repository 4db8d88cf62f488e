//! Products of matrices as words: the letters, and the way from a term to its word and back.
//!
//! A letter is a matrix or its transpose, a vector v as `diag(v)`, or a vector as the column or the row at which a
//! product ends: `A*diag(w)*u*v'` is a word of four letters. What is connected to neither axis is a scalar.

use super::atom::Atom;
use super::canonical::canonical_term;
use super::draft::Draft;
use super::express::label_dims;
use super::normalise::Normalizer;
use super::poly::{Factor, Label, Power, Term};
use super::words::{Monomial, Scalar, Symbol};
use crate::{Dim, Kind, Rational, Structure};
use num_traits::{One, Signed};
use std::collections::HashMap;

/// The most letters.
pub(super) const MAX_LETTERS: usize = 60;

/// How a factor stands in a product of matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A matrix from its first slot to its second.
    Along,
    /// A matrix from its second slot to its first: transposed.
    Against,
    /// A vector v as `diag(v)`.
    Diagonal,
    /// A vector as a column: the product goes no further.
    Column,
    /// A vector as a row: the product begins here.
    Row,
}

impl Way {
    pub(super) fn transposed(self) -> Self {
        match self {
            Way::Along => Way::Against,
            Way::Against => Way::Along,
            Way::Diagonal => Way::Diagonal,
            Way::Column => Way::Row,
            Way::Row => Way::Column,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) atom: Atom,
    pub(super) power: Power,
    pub(super) way: Way,
}

impl Letter {
    pub(super) fn new(f: &Factor, way: Way) -> Self {
        Self { atom: f.atom.clone(), power: f.power, way }
    }

    pub(super) fn transposed(&self) -> Self {
        Self { way: self.way.transposed(), ..self.clone() }
    }
}

/// By what words are compared first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Their length.
    Length,
    /// The letters found last, so that these disappear where they can.
    LastLetters,
}

/// The letters and scalars of words.
#[derive(Clone, Debug)]
pub(super) struct Alphabet {
    pub(super) order: Order,
    /// Letter 2k is the k-th, letter 2k + 1 its transpose; of a symmetric one only the first is used.
    pub(super) letters: Vec<Letter>,
    /// Products without axes; whether each is known not to be 0.
    pub(super) scalars: Vec<(Term, bool)>,
}

impl Alphabet {
    pub(super) fn symbol(&mut self, l: Letter) -> Symbol {
        let symmetric = l.way == Way::Diagonal || l.atom.symmetries().len() > 1 && l.atom.dims().len() == 2;
        let turned = matches!(l.way, Way::Against | Way::Row);
        let l = if turned { l.transposed() } else { l };
        let at = self.letters.iter().position(|m| *m == l).unwrap_or_else(|| {
            self.letters.push(l);
            self.letters.len() - 1
        });
        self.numbered(2 * at + usize::from(turned && !symmetric))
    }

    /// A letter and its transpose weigh the same, any others do not.
    pub(super) fn numbered(&self, letter: usize) -> Symbol {
        let class = (letter / 2).min(MAX_LETTERS);
        let weight = match self.order {
            Order::Length => (1 << 100) + (1 << class),
            Order::LastLetters => 1 << (2 * class),
        };
        Symbol { weight, letter: letter as u16 }
    }

    pub(super) fn transposed(&self, s: Symbol) -> Symbol {
        let l = self.letter(s);
        let symmetric = l.way == Way::Diagonal || l.atom.symmetries().len() > 1 && l.atom.dims().len() == 2;
        if symmetric { s } else { Symbol { letter: s.letter ^ 1, ..s } }
    }

    pub(super) fn letter(&self, s: Symbol) -> Letter {
        let l = &self.letters[usize::from(s.letter) / 2];
        if s.letter.is_multiple_of(2) { l.clone() } else { l.transposed() }
    }

    pub(super) fn scalar(&mut self, t: Term, nonzero: bool) -> Scalar {
        let at = self.scalars.iter().position(|(s, _)| *s == t).unwrap_or_else(|| {
            self.scalars.push((t, nonzero));
            self.scalars.len() - 1
        });
        at as Scalar
    }
}

/// A term from axis 0 to axis 1 as a word with scalars.
pub(super) fn read(
    nz: &mut Normalizer,
    alphabet: &mut Alphabet,
    axes: &[Dim],
    term: &Term,
) -> Option<Monomial> {
    let mut used = vec![false; term.factors.len()];
    let mut walk = |start: Label, goal: Label| -> Option<(Vec<Letter>, bool)> {
        let (mut letters, mut at) = (Vec::new(), start);
        loop {
            let here: Vec<usize> = (0..term.factors.len())
                .filter(|k| !used[*k] && term.factors[*k].labels.contains(&at))
                .collect();
            let mut vectors: Vec<usize> = Vec::new();
            let mut matrices: Vec<usize> = Vec::new();
            for k in here {
                used[k] = true;
                let f = &term.factors[k];
                match f.labels[..] {
                    [_] => vectors.push(k),
                    [i, j] if i != j && f.power.is_one() => matrices.push(k),
                    _ => return None,
                }
            }
            let column = match (&matrices[..], at == goal) {
                ([], false) => Some(vectors.pop()?),
                ([], true) | ([_], false) => None,
                _ => return None,
            };
            letters.extend(vectors.iter().map(|k| Letter::new(&term.factors[*k], Way::Diagonal)));
            if let Some(k) = column {
                letters.push(Letter::new(&term.factors[k], Way::Column));
                return Some((letters, false));
            }
            let Some(k) = matrices.first() else { return Some((letters, true)) };
            let f = &term.factors[*k];
            let along = f.labels[0] == at;
            at = f.labels[usize::from(along)];
            if !matches!(f.atom.expr().kind(), Kind::Structure(Structure::Delta(_))) {
                letters.push(Letter::new(f, if along { Way::Along } else { Way::Against }));
            }
        }
    };
    let (mut letters, whole) = walk(0, 1)?;
    if !whole {
        let (back, _) = walk(1, 0)?;
        letters.extend(back.iter().rev().map(Letter::transposed));
    }
    let rest: Vec<Factor> =
        term.factors.iter().zip(&used).filter(|(_, used)| !**used).map(|(f, _)| f.clone()).collect();
    let word = letters.into_iter().map(|l| alphabet.symbol(l)).collect();
    let scalars = scalars(nz, alphabet, rest, &label_dims(axes, term))?;
    Some(Monomial::new(word, scalars))
}

/// Factors without axes as powers of scalars, each connected part one scalar.
fn scalars(
    nz: &mut Normalizer,
    alphabet: &mut Alphabet,
    mut rest: Vec<Factor>,
    dims: &HashMap<Label, Dim>,
) -> Option<Vec<(Scalar, Power)>> {
    let mut found = Vec::new();
    while let Some(first) = rest.pop() {
        if first.labels.is_empty() {
            let nonzero = nz.is_nonzero(&first.atom);
            let whole = first.power.is_integer() && first.power.is_positive();
            let divides = nonzero && first.power.is_integer() || nz.is_positive(&first.atom);
            if !whole && !divides {
                return None;
            }
            let base = Factor { power: Power::one(), ..first.clone() };
            let term = Term { factors: vec![base], bound: Vec::new() };
            found.push((alphabet.scalar(term, nonzero), first.power));
            continue;
        }
        let mut part = vec![first];
        while let Some(k) =
            rest.iter().position(|f| part.iter().any(|g| g.labels.iter().any(|l| f.labels.contains(l))))
        {
            part.push(rest.remove(k));
        }
        if part.iter().flat_map(|f| &f.labels).any(|l| *l < 2) {
            return None;
        }
        found.push((alphabet.scalar(canonical_term(0, part, dims), false), Power::one()));
    }
    Some(found)
}

/// Multiplies a draft by a word between two labels, and by its scalars.
pub(super) fn put(
    draft: &mut Draft,
    alphabet: &Alphabet,
    m: &Monomial,
    ends: (Option<Label>, Option<Label>),
) {
    let mut at = ends.0;
    let first = draft.factors.len();
    for l in &m.word {
        let letter = alphabet.letter(*l);
        let dims = letter.atom.dims();
        let mut push = |labels: Vec<Label>| {
            let power = letter.power;
            draft.factors.push(Factor { atom: letter.atom.clone(), labels, power });
        };
        match (letter.way, at) {
            (Way::Along, Some(from)) => {
                let to = draft.fresh_bound(dims[1].clone());
                draft.factors.push(Factor::new(letter.atom.clone(), vec![from, to]));
                at = Some(to);
            }
            (Way::Against, Some(from)) => {
                let to = draft.fresh_bound(dims[0].clone());
                draft.factors.push(Factor::new(letter.atom.clone(), vec![to, from]));
                at = Some(to);
            }
            (Way::Diagonal, Some(from)) => push(vec![from]),
            (Way::Column, Some(from)) => {
                push(vec![from]);
                at = None;
            }
            (Way::Row, _) => {
                let to = draft.fresh_bound(dims[0].clone());
                draft.factors.push(Factor {
                    atom: letter.atom.clone(),
                    labels: vec![to],
                    power: letter.power,
                });
                at = Some(to);
            }
            (Way::Along | Way::Against | Way::Diagonal | Way::Column, None) => {}
        }
    }
    match (at, ends.1) {
        (Some(last), Some(end)) if Some(last) == ends.0 => draft.push_delta(last, end),
        (Some(last), Some(end)) => {
            draft.bound.retain(|l| *l != last);
            for l in draft.factors[first..].iter_mut().flat_map(|f| f.labels.iter_mut()) {
                if *l == last {
                    *l = end;
                }
            }
        }
        _ => {}
    }
    for (s, power) in &m.scalars {
        let (term, _) = &alphabet.scalars[usize::from(*s)];
        match &term.factors[..] {
            [f] if f.labels.is_empty() => draft.factors.push(Factor { power: *power, ..f.clone() }),
            // A product that is summed occurs to positive integer powers only.
            _ => (0..power.to_integer()).for_each(|_| draft.multiply(term, &Rational::one(), &[])),
        }
    }
}
