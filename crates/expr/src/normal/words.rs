//! Products that do not commute: words over letters, and the completion of equations between them.
//!
//! An equation between sums of words becomes a rule from its greatest word to the rest; two rules whose words
//! overlap give a word with two results, hence a new equation. Completing `(I + B*A)*W = I` and
//! `V*(I + A*B) = I` in this way finds `A*W = V*A`. Every rule is a consequence of the equations. In general there
//! are infinitely many; the search stops at the limits below, and then equal sums may keep different forms.
//!
//! Words are compared by weight, the sum of their letters', then letter by letter. Scalars commute: they are kept
//! beside the word, as powers.
//!
//! Source: Mora (1994), An introduction to commutative and noncommutative Groebner bases; for matrix identities
//! Helton, Stankus and Wavrik (1998), Computer simplification of formulas in linear systems theory.

use super::poly::Power;
use crate::Rational;
use num_traits::{One, Zero};
use std::collections::{BTreeMap, BTreeSet};

/// The longest word that is looked at.
const MAX_LENGTH: usize = 12;
/// The most terms of an equation.
const MAX_TERMS: usize = 48;
/// The most rules that are kept.
const MAX_RULES: usize = 96;
/// The most equations that are looked at.
const MAX_EQUATIONS: usize = 500;
/// The most rule applications.
const MAX_REWRITES: usize = 20_000;

/// A letter, with its weight above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Symbol {
    pub(crate) weight: u128,
    pub(crate) letter: u16,
}

/// The number of a scalar.
pub(crate) type Scalar = u16;

/// A word times powers of scalars.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Monomial {
    weight: u128,
    pub(crate) word: Vec<Symbol>,
    pub(crate) scalars: Vec<(Scalar, Power)>,
}

impl Monomial {
    pub(crate) fn new(word: Vec<Symbol>, scalars: Vec<(Scalar, Power)>) -> Self {
        let mut m = Self { weight: weight(&word), word, scalars: Vec::new() };
        m.scale(&scalars);
        m
    }

    /// Multiplies by powers of scalars.
    fn scale(&mut self, scalars: &[(Scalar, Power)]) {
        let mut powers: BTreeMap<Scalar, Power> = BTreeMap::new();
        for (s, p) in self.scalars.iter().chain(scalars) {
            *powers.entry(*s).or_insert_with(Power::zero) += p;
        }
        self.scalars = powers.into_iter().filter(|(_, p)| !p.is_zero()).collect();
    }

    /// `before * self * after`
    fn between(&self, before: &[Symbol], after: &[Symbol]) -> Self {
        let word: Vec<Symbol> = [before, &self.word, after].concat();
        Self { weight: weight(&word), word, scalars: self.scalars.clone() }
    }
}

fn weight(word: &[Symbol]) -> u128 {
    word.iter().map(|l| l.weight).fold(0, u128::saturating_add)
}

/// A sum of words with coefficients.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sum(pub(crate) BTreeMap<Monomial, Rational>);

impl Sum {
    pub(crate) fn add(&mut self, m: Monomial, c: Rational) {
        let slot = self.0.entry(m.clone()).or_default();
        *slot += c;
        if slot.is_zero() {
            self.0.remove(&m);
        }
    }

    /// Adds `c * scalars * before * other * after`.
    fn add_between(
        &mut self,
        other: &Sum,
        c: &Rational,
        scalars: &[(Scalar, Power)],
        before: &[Symbol],
        after: &[Symbol],
    ) {
        for (m, d) in &other.0 {
            let mut m = m.between(before, after);
            m.scale(scalars);
            self.add(m, c * d);
        }
    }

    /// Every word read backwards, its letters replaced.
    pub(crate) fn reversed(&self, letter: &dyn Fn(Symbol) -> Symbol) -> Self {
        let mut sum = Sum::default();
        for (m, c) in &self.0 {
            let word = m.word.iter().rev().map(|l| letter(*l)).collect();
            sum.add(Monomial::new(word, m.scalars.clone()), c.clone());
        }
        sum
    }
}

/// `word = rest`, where every word of `rest` is less.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rule {
    pub(crate) word: Vec<Symbol>,
    pub(crate) rest: Sum,
}

impl Rule {
    /// Is the word heavier than every other? Then it is so read backwards, too.
    pub(crate) fn is_strict(&self) -> bool {
        let own = weight(&self.word);
        self.rest.0.keys().all(|m| m.weight < own)
    }
}

/// Where a word occurs in another.
fn place(part: &[Symbol], word: &[Symbol]) -> Option<usize> {
    word.windows(part.len()).position(|w| w == part)
}

/// Rules from which no new equation follows within the limits. `is_unit` tells the scalars that are not 0.
pub(crate) fn complete(equations: Vec<Sum>, is_unit: &dyn Fn(Scalar) -> bool) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut pending: BTreeSet<(Option<Monomial>, Sum)> = BTreeSet::new();
    let lead = |s: &Sum| s.0.last_key_value().map(|(m, _)| m.clone());
    pending.extend(equations.into_iter().map(|s| (lead(&s), s)));
    let mut fuel = MAX_REWRITES;
    for _ in 0..MAX_EQUATIONS {
        let Some((_, equation)) = pending.pop_first() else { break };
        let Some(sum) = reduce(equation, &rules, &mut fuel) else { break };
        let Some(rule) = oriented(sum, is_unit) else { continue };
        // Rules that the new one rewrites are equations again.
        let (gone, kept): (Vec<Rule>, Vec<Rule>) =
            rules.into_iter().partition(|r| place(&rule.word, &r.word).is_some());
        rules = kept;
        for r in gone {
            let mut sum = r.rest;
            sum.add(Monomial::new(r.word, Vec::new()), -Rational::one());
            pending.insert((lead(&sum), sum));
        }
        rules.push(rule.clone());
        for other in &rules {
            for sum in overlaps(&rule, other).into_iter().chain(overlaps(other, &rule)) {
                if sum.0.len() <= MAX_TERMS {
                    pending.insert((lead(&sum), sum));
                }
            }
        }
        if rules.len() > MAX_RULES {
            break;
        }
    }
    rules
}

/// The greatest word with the coefficient 1 on the left; `None` for zero and where that word's coefficient is not
/// known to have an inverse.
fn oriented(mut sum: Sum, is_unit: &dyn Fn(Scalar) -> bool) -> Option<Rule> {
    let (m, c) = sum.0.pop_last()?;
    let shared = sum.0.last_key_value().is_some_and(|(next, _)| next.word == m.word);
    if m.word.is_empty() || shared || !m.scalars.iter().all(|(s, _)| is_unit(*s)) {
        return None;
    }
    let scalars: Vec<(Scalar, Power)> = m.scalars.iter().map(|(s, p)| (*s, -p)).collect();
    let mut rest = Sum::default();
    rest.add_between(&sum, &-c.recip(), &scalars, &[], &[]);
    Some(Rule { word: m.word, rest })
}

/// The sum with every rule applied until none fits; `None` when that takes too long.
fn reduce(mut sum: Sum, rules: &[Rule], fuel: &mut usize) -> Option<Sum> {
    let mut done = Sum::default();
    while let Some((m, c)) = sum.0.pop_last() {
        let fitting = rules.iter().find_map(|r| place(&r.word, &m.word).map(|at| (r, at)));
        let Some((rule, at)) = fitting else {
            done.add(m, c);
            continue;
        };
        *fuel = fuel.checked_sub(1)?;
        let (before, after) = (&m.word[..at], &m.word[at + rule.word.len()..]);
        sum.add_between(&rule.rest, &c, &m.scalars, before, after);
        if sum.0.len() + done.0.len() > 4 * MAX_TERMS {
            return Some(Sum::default()); // too large to be of use
        }
    }
    Some(done)
}

/// Where the first rule's word ends as the second's begins, the difference of the two results.
fn overlaps(first: &Rule, second: &Rule) -> Vec<Sum> {
    let (a, b) = (&first.word, &second.word);
    let mut found = Vec::new();
    for k in 1..a.len().min(b.len()) {
        if a[a.len() - k..] != b[..k] || a.len() + b.len() - k > MAX_LENGTH {
            continue;
        }
        let mut sum = Sum::default();
        sum.add_between(&first.rest, &Rational::one(), &[], &[], &b[k..]);
        sum.add_between(&second.rest, &-Rational::one(), &[], &a[..a.len() - k], &[]);
        found.push(sum);
    }
    found
}
