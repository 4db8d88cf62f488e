//! Random points: values for symbols that satisfy what is declared about them.
//!
//! Equality is refuted and derivatives are checked at such points. Entries are of moderate size and, where nothing
//! forbids it, of both signs and away from 0: there most functions are defined and rounding is small. Declared ranges
//! and values, integrality, the simplex and the structure of a matrix (diagonal, triangular, symmetric, psd,
//! orthogonal) hold exactly or to rounding. Matrices are not made nonsingular on purpose: at random they are.
//!
//! Source of the numbers: Steele, Lea and Flood (2014), Fast Splittable Pseudorandom Number Generators (SplitMix64).

use crate::evaluate::Tensor;
use crate::{Dim, Domain, Expr, Kind, Property, Symbol, postorder};
use num_traits::ToPrimitive;
use std::collections::BTreeSet;

/// No symbol with more entries than this is given values.
pub const MAX_ENTRIES: usize = 1 << 20;

/// Which signs entries have where nothing is declared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signs {
    /// Both, two of five negative.
    #[default]
    Both,
    /// Positive, for expressions that are not defined elsewhere.
    Positive,
}

/// A stream of random sizes and values from a seed: the same seed gives the same points, on every machine.
///
/// ```
/// use gradus_expr::sample::{Sampler, Signs};
/// use gradus_expr::{Dim, Property, Symbol};
/// let mut sampler = Sampler::new(7);
/// let p = Symbol::new("p", vec![Dim::symbol("n")]).with(Property::Simplex);
/// let value = sampler.value(&p, &[4], Signs::Both).unwrap();
/// assert!(value.data.iter().all(|x| *x > 0.0));
/// assert!((value.data.iter().sum::<f64>() - 1.0).abs() < 1e-15);
/// // The first output of SplitMix64 from the state 0 is e220a8397b1dcdaf.
/// assert_eq!(Sampler::new(0).uniform(), (0xe220_a839_7b1d_cdaf_u64 >> 11) as f64 / (1u64 << 53) as f64);
/// ```
#[derive(Clone, Debug)]
pub struct Sampler(u64);

impl Sampler {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Sampler(seed)
    }

    /// A number in [0, 1).
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of 0, ..., n - 1; 0 for n = 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// A small size for a named dimension: `least` or one of the two above it.
    pub fn size(&mut self, least: usize) -> usize {
        least + self.below(3)
    }

    /// A value of the symbol in the given shape, with everything that is declared about it; `None` for more than
    /// [`MAX_ENTRIES`] entries.
    pub fn value(&mut self, symbol: &Symbol, shape: &[usize], signs: Signs) -> Option<Tensor<f64>> {
        let count = shape.iter().try_fold(1usize, |c, n| c.checked_mul(*n)).filter(|c| *c <= MAX_ENTRIES)?;
        let data: Vec<f64> = (0..count).map(|_| self.entry(symbol, signs)).collect();
        let mut t = Tensor::new(shape.to_vec(), data)?;
        if symbol.has(Property::Simplex) {
            let total: f64 = t.data.iter().sum();
            t.data.iter_mut().for_each(|x| *x /= total);
        }
        if let [n, m] = *shape
            && n == m
        {
            give_structure(symbol, n, &mut t.data);
        }
        Some(t)
    }

    fn entry(&mut self, s: &Symbol, signs: Signs) -> f64 {
        let u = self.uniform();
        let Domain { lower, upper, values } = &s.domain;
        if let Some(values) = values {
            return values.get(self.below(values.len())).and_then(ToPrimitive::to_f64).unwrap_or(0.0);
        }
        let low = lower.as_ref().and_then(|b| b.at.to_f64());
        let high = upper.as_ref().and_then(|b| b.at.to_f64());
        if s.has(Property::Integer) {
            let first = match (low, high) {
                (Some(a), _) => a.ceil(),
                (None, Some(b)) => (b.floor() - 2.0).min(1.0),
                (None, None) => 1.0,
            };
            return (first + (3.0 * u).floor()).min(high.map_or(f64::INFINITY, f64::floor));
        }
        match (low, high) {
            (Some(a), Some(b)) => a + (b - a) * (0.05 + 0.9 * u),
            (Some(a), None) => a + 0.1 + 1.7 * u,
            (None, Some(b)) => b - 0.1 - 1.7 * u,
            (None, None) if signs == Signs::Positive || s.has(Property::Nonneg) => 0.1 + 1.7 * u,
            (None, None) => (0.15 + 1.4 * u) * if self.uniform() < 0.4 { -1.0 } else { 1.0 },
        }
    }
}

/// Gives a square matrix its declared structure.
fn give_structure(s: &Symbol, n: usize, a: &mut [f64]) {
    let old = a.to_vec();
    let at = |i: usize, j: usize| old[i * n + j];
    let is_zero = |i: usize, j: usize| {
        s.has(Property::Diagonal) && i != j
            || s.has(Property::LowerTriangular) && i < j
            || s.has(Property::UpperTriangular) && i > j
    };
    for i in 0..n {
        for j in 0..n {
            a[i * n + j] = if is_zero(i, j) {
                0.0
            } else if s.has(Property::Diagonal) {
                if s.has(Property::Psd) { at(i, i).abs() + 0.1 } else { at(i, i) }
            } else if s.has(Property::Psd) {
                (0..n).map(|k| at(i, k) * at(j, k)).sum::<f64>() + if i == j { 0.3 } else { 0.0 }
            } else if s.has(Property::Symmetric) {
                at(i.min(j), i.max(j))
            } else {
                at(i, j)
            };
        }
    }
    if s.has(Property::Orthogonal) {
        orthonormalise(n, a);
    }
}

/// Gram and Schmidt on the rows.
fn orthonormalise(n: usize, a: &mut [f64]) {
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

/// The named sizes that expressions mention, in shapes or as numbers: a point needs a value for each.
///
/// ```
/// use gradus_expr::sample::size_names;
/// use gradus_expr::syntax::Scope;
/// let e = Scope::new().expression("norm2(A*x - b)^2").unwrap();
/// assert_eq!(size_names(&[e]).into_iter().collect::<Vec<_>>(), ["m", "n"]);
/// ```
pub fn size_names(roots: &[Expr]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for node in postorder(roots) {
        names.extend(node.shape().iter().flat_map(Dim::names).map(str::to_owned));
        if let Kind::Size(d) = node.kind() {
            names.extend(d.names().map(str::to_owned));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::Scope;

    fn value(declaration: &str, shape: &[usize], seed: u64) -> Vec<f64> {
        let mut scope = Scope::new();
        scope.declare(declaration).unwrap();
        Sampler::new(seed).value(&scope.symbols()[0], shape, Signs::Both).unwrap().data
    }

    #[test]
    fn ranges_hold() {
        for seed in 0..200 {
            for (declaration, holds) in [
                ("x : [n] in {-1, 1}", (|x| x == -1.0 || x == 1.0) as fn(f64) -> bool),
                ("x : [n] in (0, 1)", |x| x > 0.0 && x < 1.0),
                ("x : [n] >= 2", |x| x >= 2.0),
                ("x : [n] < -3", |x| x < -3.0),
                ("x : [n] integer", |x| x.fract() == 0.0 && x >= 1.0),
                ("x : [n] integer >= 4", |x| x.fract() == 0.0 && x >= 4.0),
                ("x : [n] integer in [1, 2]", |x| x == 1.0 || x == 2.0),
                ("x : [n] integer <= -7", |x| x.fract() == 0.0 && x <= -7.0),
                ("x : [n] positive", |x| x > 0.0),
                ("x : [n] simplex", |x| x > 0.0 && x < 1.0),
            ] {
                let found = value(declaration, &[5], seed);
                assert!(found.iter().all(|x| holds(*x)), "{declaration}: {found:?}");
            }
        }
    }

    #[test]
    fn matrices_have_their_structure() {
        let n = 3;
        let square = |declaration: &str| value(declaration, &[n, n], 7);
        let pairs = || (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let s = square("S : [n, n] symmetric");
        assert!(pairs().all(|(i, j)| s[i * n + j] == s[j * n + i]));
        let d = square("D : [n, n] diagonal psd");
        assert!(pairs().all(|(i, j)| if i == j { d[i * n + j] > 0.0 } else { d[i * n + j] == 0.0 }));
        let l = square("L : [n, n] lower_triangular");
        assert!(pairs().all(|(i, j)| (l[i * n + j] == 0.0) == (i < j)));
        let p = square("P : [n, n] pd");
        let minor = p[0] * p[n + 1] - p[1] * p[n];
        assert!(
            p[0] > 0.0 && minor > 0.0 && pairs().all(|(i, j)| (p[i * n + j] - p[j * n + i]).abs() < 1e-15)
        );
        let q = square("Q : [n, n] orthogonal");
        for (i, j) in pairs() {
            let dot: f64 = (0..n).map(|k| q[n * i + k] * q[n * j + k]).sum();
            assert!((dot - f64::from(i == j)).abs() < 1e-12);
        }
    }

    #[test]
    fn what_is_too_large_gets_no_value() {
        let x = Symbol::new("x", vec![Dim::symbol("n")]);
        let mut sampler = Sampler::new(1);
        assert!(sampler.value(&x, &[1_000_000_000_000], Signs::Both).is_none());
        assert!(sampler.value(&x, &[usize::MAX, 2], Signs::Both).is_none());
        assert!(sampler.value(&x, &[0], Signs::Both).is_some_and(|t| t.data.is_empty()));
        assert_eq!(sampler.below(0), 0);
    }
}
