//! Are two expressions equal?
//!
//! "Equal" is proved: the normal form of their difference is zero, and both are defined at the same points.
//! "Different" comes with a point at which their values differ by more than rounding explains. Anything else is
//! "Unknown", with what stood in the way. Random points alone never answer Equal.

use crate::evaluate::{Bindings, Tensor, evaluate_all};
use crate::normal::{Atom, Body, Conditions, Draft, Factor, Goal, Normalizer, Poly, Power};
use crate::{Dim, Domain, Error, Expr, Property, Symbol, recognise, show_shape, syntax};
use num_traits::{One, Signed, ToPrimitive};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// Points where a matrix to be inverted is conditioned worse than this are passed over.
const MAX_CONDITION: f64 = 1e6;
/// No symbol larger than this is given random values.
const MAX_ENTRIES: usize = 100_000;
/// How many random points are tried.
const POINTS: u64 = 6;
/// A refutation needs values this far apart, relative to the largest entry or 1.
const CLEAR: f64 = 1e-7;

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
    if let Some(point) = refute(left, right) {
        return Ok(Equality::Different(point));
    }
    Ok(prove(left, right))
}

/// Equal by normal form, or Unknown.
fn prove(left: &Expr, right: &Expr) -> Equality {
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
    Equality::Unknown(format!("their normal forms differ, though they agree at {POINTS} random points"))
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

// ---- refutation

/// A splitmix64 generator: the points are the same in every run.
struct Points(u64);

impl Points {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n.saturating_sub(1))
    }
}

/// A point where both are defined and clearly differ.
fn refute(left: &Expr, right: &Expr) -> Option<Counterexample> {
    let both = [left.clone(), right.clone()];
    let symbols: BTreeMap<String, Arc<Symbol>> =
        both.iter().flat_map(Expr::symbols).map(|s| (s.name.to_string(), s)).collect();
    (0..POINTS).find_map(|k| {
        let mut random = Points(k.wrapping_mul(0x1234_5678_9abc_def1) + 1);
        let sizes = sizes(&both, &symbols, &mut random);
        let values = symbols
            .iter()
            .map(|(name, s)| Some((name.clone(), value(s, &sizes, &mut random)?)))
            .collect::<Option<BTreeMap<_, _>>>()?;
        let (a, b) = pair(&both, &sizes, &values)?;
        // How much the values move when the point moves by some thousand roundings.
        let moved: BTreeMap<String, Tensor<f64>> =
            values.iter().map(|(n, t)| (n.clone(), nudged(t, &mut random))).collect();
        let (c, d) = pair(&both, &sizes, &moved)?;
        // Entries that cancel to 0 carry the rounding of the largest.
        let scale = a.data.iter().chain(&b.data).fold(0.0f64, |m, x| m.max(x.abs()));
        let at = (0..a.data.len()).find(|i| {
            let (x, y) = (a.data[*i], b.data[*i]);
            let noise = (x - c.data[*i]).abs() + (y - d.data[*i]).abs();
            x.is_finite() && y.is_finite() && (x - y).abs() > CLEAR * (1.0 + scale) + 100.0 * noise
        })?;
        let entry = position(at, &a.shape);
        Some(Counterexample { sizes, values, entry, left: a.data[at], right: b.data[at] })
    })
}

fn pair(
    both: &[Expr; 2],
    sizes: &BTreeMap<String, usize>,
    values: &BTreeMap<String, Tensor<f64>>,
) -> Option<(Tensor<f64>, Tensor<f64>)> {
    let mut bindings: Bindings<f64> = Bindings::new();
    for (name, n) in sizes {
        bindings = bindings.with_size(name, *n);
    }
    for (name, t) in values {
        bindings.set(name, t.clone());
    }
    bindings.fuel = 3_000_000;
    let inverses: Vec<Expr> = crate::postorder(both)
        .into_iter()
        .filter(|e| matches!(e.kind(), crate::Kind::Matrix(f, _) if *f == crate::MatrixFunction::Inverse))
        .collect();
    let operands = inverses.iter().filter_map(|e| e.children().first().map(|x| (*x).clone()));
    let all: Vec<Expr> = both.iter().cloned().chain(inverses.iter().cloned()).chain(operands).collect();
    let mut found = evaluate_all(&all, &bindings).ok()?;
    let (inverted, straight) = found[2..].split_at(inverses.len());
    let largest = |t: &Tensor<f64>| t.data.iter().fold(0.0f64, |m, x| m.max(x.abs()));
    // Near a singular matrix the values are rounding, and refute nothing.
    let well_conditioned = |(x, y): (&Tensor<f64>, &Tensor<f64>)| largest(x) * largest(y) < MAX_CONDITION;
    if !inverted.iter().zip(straight).all(well_conditioned) {
        return None;
    }
    found.truncate(2);
    let b = found.pop()?;
    Some((found.pop()?, b))
}

/// Small distinct sizes for every named dimension.
fn sizes(
    both: &[Expr; 2],
    symbols: &BTreeMap<String, Arc<Symbol>>,
    random: &mut Points,
) -> BTreeMap<String, usize> {
    let mut names: BTreeSet<String> =
        symbols.values().flat_map(|s| s.dim_names().map(str::to_owned).collect::<Vec<_>>()).collect();
    for e in both.iter().flat_map(Expr::postorder) {
        names.extend(e.shape().iter().flat_map(Dim::names).map(str::to_owned));
        if let crate::Kind::Size(d) = e.kind() {
            names.extend(d.names().map(str::to_owned));
        }
    }
    names.into_iter().map(|n| (n, 2 + random.below(3))).collect()
}

/// A random value that satisfies what is declared about a symbol; `None` where that is not known how.
fn value(s: &Symbol, sizes: &BTreeMap<String, usize>, random: &mut Points) -> Option<Tensor<f64>> {
    let shape: Vec<usize> =
        s.shape.iter().map(|d| d.value(&|n| sizes.get(n).copied())).collect::<Option<_>>()?;
    let count = shape.iter().try_fold(1usize, |c, n| c.checked_mul(*n)).filter(|c| *c <= MAX_ENTRIES)?;
    let data: Vec<f64> = (0..count).map(|_| entry(s, random)).collect();
    let mut t = Tensor::new(shape, data)?;
    if s.has(Property::Simplex) {
        let total: f64 = t.data.iter().sum();
        t.data.iter_mut().for_each(|x| *x /= total);
    }
    if let [n, m] = t.shape[..]
        && n == m
    {
        shape_square(s, n, &mut t.data);
    }
    Some(t)
}

fn entry(s: &Symbol, random: &mut Points) -> f64 {
    let u = random.uniform();
    let Domain { lower, upper, values } = &s.domain;
    if let Some(values) = values {
        return values[random.below(values.len())].to_f64().unwrap_or(0.0);
    }
    let lo = lower.as_ref().and_then(|b| b.at.to_f64());
    let hi = upper.as_ref().and_then(|b| b.at.to_f64());
    if s.has(Property::Integer) {
        let first = lo.map_or(1.0, f64::ceil);
        return first + (u * 3.0).floor().min(hi.map_or(f64::INFINITY, |h| h.floor() - first));
    }
    match (lo, hi) {
        (Some(a), Some(b)) => a + (b - a) * (0.05 + 0.9 * u),
        (Some(a), None) => a + 0.1 + 1.7 * u,
        (None, Some(b)) => b - 0.1 - 1.7 * u,
        (None, None) if s.has(Property::Nonneg) => 0.1 + 1.7 * u,
        // Both signs, away from 0.
        (None, None) => (0.15 + 1.4 * u) * if random.uniform() < 0.4 { -1.0 } else { 1.0 },
    }
}

/// Gives a square matrix its declared structure.
fn shape_square(s: &Symbol, n: usize, a: &mut [f64]) {
    let old = a.to_vec();
    let at = |i: usize, j: usize| old[i * n + j];
    for i in 0..n {
        for j in 0..n {
            let x = &mut a[i * n + j];
            if s.has(Property::Psd) {
                *x = (0..n).map(|k| at(i, k) * at(j, k)).sum::<f64>() + if i == j { 0.3 } else { 0.0 };
            } else if s.has(Property::Diagonal) && i != j
                || s.has(Property::LowerTriangular) && i < j
                || s.has(Property::UpperTriangular) && i > j
            {
                *x = 0.0;
            } else if s.has(Property::Symmetric) {
                *x = at(i.min(j), i.max(j));
            }
        }
    }
    if s.has(Property::Orthogonal) {
        // Gram and Schmidt on the rows.
        for i in 0..n {
            for k in 0..i {
                let dot: f64 = (0..n).map(|j| a[i * n + j] * a[k * n + j]).sum();
                for j in 0..n {
                    a[i * n + j] -= dot * a[k * n + j];
                }
            }
            let norm = (0..n).map(|j| a[i * n + j].powi(2)).sum::<f64>().sqrt();
            for j in 0..n {
                a[i * n + j] /= norm;
            }
        }
    }
}

fn nudged(t: &Tensor<f64>, random: &mut Points) -> Tensor<f64> {
    let integral = t.data.iter().all(|x| x.fract() == 0.0);
    let mut moved = t.clone();
    if !integral {
        moved.data.iter_mut().for_each(|x| *x *= 1.0 + 1e-12 * (random.uniform() - 0.5));
    }
    moved
}

/// The index of an entry, counted from 1, last axis fastest.
fn position(mut at: usize, shape: &[usize]) -> Vec<usize> {
    let mut entry: Vec<usize> = shape
        .iter()
        .rev()
        .map(|n| {
            let i = at % n;
            at /= n;
            i + 1
        })
        .collect();
    entry.reverse();
    entry
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one() {
        assert_eq!(position(5, &[2, 3]), [2, 3]);
        assert!(position(0, &[]).is_empty());
    }
}
