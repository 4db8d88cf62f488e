//! Are two expressions equal?
//!
//! "Equal" is proved: the normal form of their difference is zero, and both are defined at the same points.
//! "Different" comes with a point at which their values differ by more than rounding explains. Anything else is
//! "Unknown", with what stood in the way. Random points alone never answer Equal.

use crate::evaluate::Tensor;
use crate::normal::{Atom, Body, Conditions, Draft, Factor, Goal, Normalizer, Poly, Power};
use crate::refute::{Trial, refute};
use crate::{Error, Expr, recognise, show_shape, syntax};
use num_traits::{One, Signed};
use std::collections::BTreeMap;

/// The answer to "are they equal?".
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Equality {
    /// Proved: the two have the same value wherever they are defined, and are defined at the same points.
    Equal,
    /// Refuted, by a point.
    Different(Counterexample),
    /// Neither proved nor refuted; the reason in words.
    Unknown(String),
}

/// A point at which two expressions differ.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The sizes chosen for named dimensions.
    pub sizes: BTreeMap<String, usize>,
    /// The value of every symbol.
    pub values: BTreeMap<String, Tensor<f64>>,
    /// The entry where they differ, counted from 1; empty for scalars.
    pub entry: Vec<usize>,
    /// The left side's value there.
    pub left: f64,
    /// The right side's value there.
    pub right: f64,
}

/// Decides whether two expressions of one shape are equal.
///
/// ```
/// use gradus_expr::{Equality, Expr, Symbol, equal};
/// let x = Expr::symbol(Symbol::new("x", vec![]));
/// let square = x.power(2, 1);
/// let product = x.hadamard(&x).unwrap();
/// assert!(matches!(equal(&square, &product), Ok(Equality::Equal)));
/// assert!(matches!(equal(&square, &x), Ok(Equality::Different(_))));
/// ```
///
/// # Errors
/// [`Error::ShapesDiffer`] when the shapes differ.
pub fn equal(left: &Expr, right: &Expr) -> Result<Equality, Error> {
    if left.shape() != right.shape() {
        return Err(Error::ShapesDiffer {
            operation: "the question whether two expressions are equal".into(),
            left: show_shape(left.shape()),
            right: show_shape(right.shape()),
        });
    }
    if left == right {
        return Ok(Equality::Equal);
    }
    match refute(left, right) {
        Trial::Differ(point) => Ok(Equality::Different(point)),
        Trial::Open(evidence) => Ok(prove(left, right, &evidence)),
    }
}

/// Equal by normal form, or Unknown.
fn prove(left: &Expr, right: &Expr, evidence: &str) -> Equality {
    let mut plain = Normalizer::new(Goal::Decide);
    let needs_left = Conditions::of_expr(left, &mut plain);
    let needs_right = Conditions::of_expr(right, &mut plain);
    let granted = needs_left.intersection(&needs_right);
    let mut nz = Normalizer::with_granted(Goal::Decide, granted);
    if agree(&mut nz, left, right) {
        let extra: Vec<(Expr, &str)> =
            needs_left.beyond(&needs_right).into_iter().chain(needs_right.beyond(&needs_left)).collect();
        return match extra.first() {
            None => Equality::Equal,
            Some((e, need)) => Equality::Unknown(apart(e, need)),
        };
    }
    if nz.overflowed {
        return Equality::Unknown("a limit was reached while multiplying out".into());
    }
    // Would they be equal where both are defined? Then the reader can declare what is missing.
    let wanted = needs_left.union(&needs_right);
    if let Some((e, need)) = wanted.beyond(&needs_left.intersection(&needs_right)).first()
        && agree(&mut Normalizer::with_granted(Goal::Decide, wanted.clone()), left, right)
    {
        return Equality::Unknown(apart(e, need));
    }
    Equality::Unknown(format!("their normal forms differ, {evidence}"))
}

/// Is the difference of the normal forms zero?
fn agree(nz: &mut Normalizer, left: &Expr, right: &Expr) -> bool {
    let (p, q) = (nz.normalise(left), nz.normalise(right));
    let mut difference = (*p).clone();
    difference.add_scaled(&q, &-crate::Rational::one());
    vanishes(nz, difference)
}

fn apart(e: &Expr, need: &str) -> String {
    format!(
        "they agree wherever both are defined, but only one of them needs {} {need}; declare it to have them \
         equal",
        syntax::print(&recognise(e))
    )
}

/// Is the difference zero, if need be after multiplying by denominators that are not?
fn vanishes(nz: &mut Normalizer, mut difference: Poly) -> bool {
    for _ in 0..8 {
        if difference.is_zero() {
            return true;
        }
        let Some(denominator) = denominator(nz, &difference) else { return false };
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
    difference.is_zero()
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
