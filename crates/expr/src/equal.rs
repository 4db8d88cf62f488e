//! Are two expressions equal?
//!
//! "Equal" is proved: the normal form of their difference is zero, and both are defined at the same points.
//! "Different" comes with a point at which their values differ by more than rounding explains. Anything else is
//! "Unknown", with what stood in the way. Random points alone never answer Equal.

use crate::evaluate::{Bindings, Tensor};
use crate::normal::{Conditions, Grain, Normalizer, angle_parts, denominators};
use crate::refute::{FUEL, Trial, refute};
use crate::{Dim, Error, Expr, recognise, show_shape, syntax};
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

/// Parts with at most this many entries are also compared entry by entry.
const MAX_SMALL: i64 = 16;

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
    let mut free = Bindings::new();
    free.fuel = FUEL;
    equal_at(left, right, &free)
}

/// Decides whether two expressions of one shape are equal where some names have the values given.
///
/// A proof holds for all values, so "Equal" is no less than [`equal`]'s. "Different" comes with a point that has the given
/// values. What is equal at these values alone is "Unknown" here: exact values are put into the expressions with
/// [`Expr::substitute`] instead.
///
/// ```
/// use gradus_expr::evaluate::{Bindings, Tensor};
/// use gradus_expr::{Equality, equal, equal_at, syntax::Scope};
/// let both = Scope::new().expressions(&["abs(x) + y", "x + y"]).unwrap();
/// let at = |x: f64| equal_at(&both[0], &both[1], &Bindings::new().with("x", Tensor::scalar(x))).unwrap();
/// assert!(matches!(at(-1.5), Equality::Different(_)));
/// assert!(matches!(at(1.5), Equality::Unknown(_)));
/// assert!(matches!(equal(&both[0], &both[1]), Ok(Equality::Different(_))));
/// ```
///
/// # Errors
/// [`Error::ShapesDiffer`] when the shapes differ.
pub fn equal_at(left: &Expr, right: &Expr, given: &Bindings<f64>) -> Result<Equality, Error> {
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
    match refute(left, right, given) {
        Trial::Differ(point) => Ok(Equality::Different(point)),
        Trial::Open(evidence) => Ok(prove(left, right, &evidence)),
    }
}

/// Equal by normal form, or Unknown; small vectors and matrices also entry by entry.
fn prove(left: &Expr, right: &Expr, evidence: &str) -> Equality {
    let whole = Grain { angle_parts: angle_parts(&[left, right]), by_entries: false };
    let answer = prove_by(left, right, evidence, whole);
    if matches!(answer, Equality::Unknown(_)) && is_small(left) && is_small(right) {
        let by_entries = prove_by(left, right, evidence, Grain { by_entries: true, ..whole });
        if matches!(by_entries, Equality::Equal) {
            return by_entries;
        }
    }
    answer
}

/// Have all parts few entries, their number known?
fn is_small(e: &Expr) -> bool {
    e.postorder().iter().all(|node| {
        let mut sizes = node.shape().iter().map(Dim::as_constant);
        sizes.try_fold(1i64, |n, d| Some(n.saturating_mul(d?))).is_some_and(|n| n <= MAX_SMALL)
    })
}

/// Equal by normal forms of that grain, or Unknown.
fn prove_by(left: &Expr, right: &Expr, evidence: &str, grain: Grain) -> Equality {
    let mut plain = Normalizer::deciding(Conditions::default(), grain);
    let needs_left = Conditions::of_expr(left, &mut plain);
    let needs_right = Conditions::of_expr(right, &mut plain);
    let granted = needs_left.intersection(&needs_right);
    let mut nz = Normalizer::deciding(granted.clone(), grain);
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
    if let Some((e, need)) = wanted.beyond(&granted).first()
        && agree(&mut Normalizer::deciding(wanted.clone(), grain), left, right)
    {
        return Equality::Unknown(apart(e, need));
    }
    Equality::Unknown(format!("their normal forms differ, {evidence}"))
}

/// Is the difference of the normal forms zero?
fn agree(nz: &mut Normalizer, left: &Expr, right: &Expr) -> bool {
    let (p, q) = (nz.normalise(left), nz.normalise(right));
    denominators::equal(nz, &p, &q)
}

fn apart(e: &Expr, need: &str) -> String {
    format!(
        "they agree wherever both are defined, but only one of them needs {} {need}; declare it to have them \
         equal",
        syntax::print(&recognise(e))
    )
}
