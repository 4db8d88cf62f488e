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

use super::atom::{Atom, Body};
use super::canonical::canonical_term;
use super::draft::Draft;
use super::express::label_dims;
use super::matrices::is_orthogonal;
use super::normalise::Normalizer;
use super::poly::{Factor, Label, Poly, Power, Term};
use super::words::{Monomial, Rule, Scalar, Sum, Symbol, complete};
use crate::{Dim, Kind, MatrixFunction, Rational, Structure};
use num_traits::{One, Signed};
use std::collections::{BTreeMap, HashMap};

/// The most inverses whose equations are completed.
const MAX_INVERSES: usize = 10;
/// The most letters.
const MAX_LETTERS: usize = 60;
/// How often a difference is multiplied by a matrix.
const MAX_MULTIPLIED: usize = 6;
/// The most terms of a difference that is multiplied.
const MAX_DIFFERENCE: usize = 200;
/// How often rules are applied for one question.
const MAX_APPLIED: usize = 4000;

/// How a factor stands in a product of matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
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
    fn transposed(self) -> Self {
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
struct Letter {
    atom: Atom,
    power: Power,
    way: Way,
}

impl Letter {
    fn new(f: &Factor, way: Way) -> Self {
        Self { atom: f.atom.clone(), power: f.power, way }
    }

    fn transposed(&self) -> Self {
        Self { way: self.way.transposed(), ..self.clone() }
    }
}

/// By what words are compared first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Their length.
    Length,
    /// The letters found last, so that these disappear where they can.
    LastLetters,
}

/// The letters and scalars of words.
#[derive(Clone, Debug)]
struct Alphabet {
    order: Order,
    /// Letter 2k is the k-th, letter 2k + 1 its transpose; of a symmetric one only the first is used.
    letters: Vec<Letter>,
    /// Products without axes; whether each is known not to be 0.
    scalars: Vec<(Term, bool)>,
}

impl Alphabet {
    fn symbol(&mut self, l: Letter) -> Symbol {
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
    fn numbered(&self, letter: usize) -> Symbol {
        let class = (letter / 2).min(MAX_LETTERS);
        let weight = match self.order {
            Order::Length => (1 << 100) + (1 << class),
            Order::LastLetters => 1 << (2 * class),
        };
        Symbol { weight, letter: letter as u16 }
    }

    fn transposed(&self, s: Symbol) -> Symbol {
        let l = self.letter(s);
        let symmetric = l.way == Way::Diagonal || l.atom.symmetries().len() > 1 && l.atom.dims().len() == 2;
        if symmetric { s } else { Symbol { letter: s.letter ^ 1, ..s } }
    }

    fn letter(&self, s: Symbol) -> Letter {
        let l = &self.letters[usize::from(s.letter) / 2];
        if s.letter.is_multiple_of(2) { l.clone() } else { l.transposed() }
    }

    fn scalar(&mut self, t: Term, nonzero: bool) -> Scalar {
        let at = self.scalars.iter().position(|(s, _)| *s == t).unwrap_or_else(|| {
            self.scalars.push((t, nonzero));
            self.scalars.len() - 1
        });
        at as Scalar
    }
}

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
    let diagonals: Vec<Letter> = alphabet.letters.iter().filter(|l| l.way == Way::Diagonal).cloned().collect();
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

/// A term from axis 0 to axis 1 as a word with scalars.
fn read(nz: &mut Normalizer, alphabet: &mut Alphabet, axes: &[Dim], term: &Term) -> Option<Monomial> {
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
            if !whole && !(nonzero && first.power.is_integer()) && !nz.is_positive(&first.atom) {
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

/// Multiplies a draft by a word between two labels, and by its scalars.
fn put(draft: &mut Draft, alphabet: &Alphabet, m: &Monomial, ends: (Option<Label>, Option<Label>)) {
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
                draft.factors.push(Factor { atom: letter.atom.clone(), labels: vec![to], power: letter.power });
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

/// A word found in a draft: its factors, and the labels before, between and behind its letters.
struct Path {
    factors: Vec<usize>,
    nodes: Vec<Option<Label>>,
    /// May the product that the path is part of be read from either end?
    either: bool,
}

impl Path {
    fn find(draft: &Draft, letters: &[Letter], either: bool) -> Option<Self> {
        let mut path = Self { factors: Vec::new(), nodes: Vec::new(), either };
        path.extend(draft, letters).then_some(path)
    }

    /// Goes on from the last node, back where there is no way.
    fn extend(&mut self, draft: &Draft, letters: &[Letter]) -> bool {
        let Some(letter) = letters.get(self.factors.len()) else { return self.is_whole(draft) && (self.either || self.is_forward(draft)) };
        for (k, f) in draft.factors.iter().enumerate() {
            if f.atom != letter.atom || f.power != letter.power || self.factors.contains(&k) {
                continue;
            }
            for (from, to) in steps(f, letter.way) {
                if self.nodes.last().is_some_and(|at| *at != from) {
                    continue;
                }
                let begins = self.nodes.is_empty();
                if begins {
                    self.nodes.push(from);
                }
                self.factors.push(k);
                self.nodes.push(to);
                if self.extend(draft, letters) {
                    return true;
                }
                self.factors.pop();
                self.nodes.pop();
                if begins {
                    self.nodes.pop();
                }
            }
        }
        false
    }

    /// The labels strictly between the ends.
    fn inner(&self) -> Vec<Label> {
        let ends = [self.nodes.first().copied().flatten(), self.nodes.last().copied().flatten()];
        self.nodes.iter().flatten().copied().filter(|l| !ends.contains(&Some(*l))).collect()
    }

    /// Does the path lead from the lesser end of its product to the greater?
    fn is_forward(&self, draft: &Draft) -> bool {
        let end = |node: Option<Label>, from: Option<&usize>| {
            let (Some(mut at), Some(mut from)) = (node, from.copied()) else { return End::Open };
            for _ in 0..draft.factors.len() {
                if !draft.is_bound(at) {
                    return End::Axis(at);
                }
                let next: Vec<usize> = draft.carriers(at).into_iter().filter(|k| *k != from).collect();
                let [next] = next[..] else { return End::Open };
                match draft.factors[next].labels[..] {
                    [_] => return End::Vector(draft.factors[next].atom.clone()),
                    [i, j] if i != j => (at, from) = (if i == at { j } else { i }, next),
                    _ => return End::Open,
                }
            }
            End::Open
        };
        let own = |k: usize| draft.factors[k].atom.clone();
        let (first, last) = (self.factors.first(), self.factors.last());
        let start = match (self.nodes.first().copied().flatten(), first) {
            (None, Some(k)) => End::Vector(own(*k)),
            (node, from) => end(node, from),
        };
        let goal = match (self.nodes.last().copied().flatten(), last) {
            (None, Some(k)) => End::Vector(own(*k)),
            (node, from) => end(node, from),
        };
        start < goal
    }

    /// Are the inner labels summed, and carried by the path alone, as a product of matrices does?
    fn is_whole(&self, draft: &Draft) -> bool {
        let ends = self.nodes.len() - 1;
        let start = self.nodes[0];
        // The stretch of letters that stay at a label belongs to one node of the product.
        for (k, node) in self.nodes.iter().enumerate() {
            let Some(l) = *node else { continue };
            let outer = |range: &[Option<Label>]| range.iter().all(|n| *n == Some(l));
            if outer(&self.nodes[..=k]) || outer(&self.nodes[k..]) {
                continue;
            }
            if k > 0 && self.nodes[k - 1] == Some(l) {
                continue; // the node was looked at where the path came to it
            }
            let stays = self.nodes[k..].iter().take_while(|n| **n == Some(l)).count();
            let count = draft.factors.iter().flat_map(|f| &f.labels).filter(|m| **m == l).count();
            // One slot on either side, and one for each diagonal between.
            let slots = usize::from(k > 0) + stays - 1 + usize::from(k + stays <= ends);
            if !draft.is_bound(l) || count != slots || start == Some(l) || self.nodes[ends] == Some(l) {
                return false;
            }
        }
        true
    }
}

/// Where a product of matrices ends.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Axis(Label),
    Vector(Atom),
    /// Elsewhere.
    Open,
}

/// From which label to which a factor leads.
fn steps(f: &Factor, way: Way) -> Vec<(Option<Label>, Option<Label>)> {
    match (way, &f.labels[..]) {
        (Way::Along | Way::Against, [i, j]) => {
            let (from, to) = if way == Way::Along { (*i, *j) } else { (*j, *i) };
            let mut found = vec![(Some(from), Some(to))];
            if f.atom.symmetries().len() > 1 {
                found.push((Some(to), Some(from)));
            }
            found
        }
        (Way::Diagonal, [i]) => vec![(Some(*i), Some(*i))],
        (Way::Column, [i]) => vec![(Some(*i), None)],
        (Way::Row, [i]) => vec![(None, Some(*i))],
        _ => Vec::new(),
    }
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

