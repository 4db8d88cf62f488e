//! Random points that respect what is declared, and the directions in which a symbol may move from there.

use gradus::expr::evaluate::Tensor;
use gradus::expr::{Dim, Expr, Kind, Property, Rational, Symbol};
use std::collections::BTreeSet;

/// A stream of pseudo-random numbers from a seed.
///
/// Source: Steele, Lea, Flood (2014), Fast Splittable Pseudorandom Number Generators (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// In [0, 1).
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of 0, ..., n - 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.uniform() * n as f64) as usize).min(n.saturating_sub(1))
    }
}

/// The named sizes that an expression mentions.
pub(crate) fn size_names(e: &Expr) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for node in e.postorder() {
        names.extend(node.shape().iter().flat_map(Dim::names).map(str::to_owned));
        if let Kind::Size(d) = node.kind() {
            names.extend(d.names().map(str::to_owned));
        }
    }
    names
}

/// A value of a symbol at the sizes given by `shape`. With `positive`, undeclared entries are above 0.
pub(crate) fn value(
    s: &Symbol,
    shape: Vec<usize>,
    positive: bool,
    random: &mut Random,
) -> Option<Tensor<f64>> {
    let count = shape.iter().try_fold(1usize, |c, n| c.checked_mul(*n)).filter(|c| *c <= 1 << 20)?;
    let data: Vec<f64> = (0..count).map(|_| entry(s, positive, random)).collect();
    let mut t = Tensor::new(shape, data)?;
    if s.has(Property::Simplex) {
        let total: f64 = t.data.iter().sum();
        t.data.iter_mut().for_each(|x| *x /= total);
    }
    if let [n, m] = t.shape[..]
        && n == m
    {
        give_structure(s, n, &mut t.data);
    }
    Some(t)
}

fn number(r: &Rational) -> f64 {
    // The decimal form of a quotient of integers is always readable as two floats.
    let read = |k: String| k.parse::<f64>().unwrap_or(f64::NAN);
    read(r.numer().to_string()) / read(r.denom().to_string())
}

fn entry(s: &Symbol, positive: bool, random: &mut Random) -> f64 {
    let u = random.uniform();
    if let Some(values) = &s.domain.values {
        return values.get(random.below(values.len())).map_or(0.0, number);
    }
    let low = s.domain.lower.as_ref().map(|b| number(&b.at));
    let high = s.domain.upper.as_ref().map(|b| number(&b.at));
    if s.has(Property::Integer) {
        let first = low.map_or(1.0, f64::ceil);
        return (first + (3.0 * u).floor()).min(high.map_or(f64::INFINITY, f64::floor));
    }
    match (low, high) {
        (Some(a), Some(b)) => a + (b - a) * (0.05 + 0.9 * u),
        (Some(a), None) => a + 0.1 + 1.7 * u,
        (None, Some(b)) => b - 0.1 - 1.7 * u,
        (None, None) if positive || s.has(Property::Nonneg) => 0.1 + 1.7 * u,
        // Both signs, away from 0.
        (None, None) => (0.15 + 1.4 * u) * if random.uniform() < 0.4 { -1.0 } else { 1.0 },
    }
}

/// Gives a square matrix its declared structure.
fn give_structure(s: &Symbol, n: usize, a: &mut [f64]) {
    let old = a.to_vec();
    let at = |i: usize, j: usize| old[i * n + j];
    for i in 0..n {
        for j in 0..n {
            let x = &mut a[i * n + j];
            if s.has(Property::Diagonal) && i != j
                || s.has(Property::LowerTriangular) && i < j
                || s.has(Property::UpperTriangular) && i > j
            {
                *x = 0.0;
            } else if s.has(Property::Diagonal) {
                *x = if s.has(Property::Psd) { x.abs() + 0.1 } else { *x };
            } else if s.has(Property::Psd) {
                *x = (0..n).map(|k| at(i, k) * at(j, k)).sum::<f64>() + if i == j { 0.3 } else { 0.0 };
            } else if s.has(Property::Symmetric) {
                *x = at(i.min(j), i.max(j));
            }
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

/// The directions in which a symbol may move from a value and keep what is declared about it to first order:
/// single entries in general, pairs of them for symmetric matrices, rotations for orthogonal ones.
pub(crate) fn directions(s: &Symbol, at: &Tensor<f64>) -> Vec<Vec<f64>> {
    let count = at.data.len();
    let unit = |k: usize| {
        let mut v = vec![0.0; count];
        v[k] = 1.0;
        v
    };
    if s.has(Property::Simplex) && count > 1 {
        return (1..count)
            .map(|k| {
                let mut v = unit(k);
                v[0] = -1.0;
                v
            })
            .collect();
    }
    let [n, m] = at.shape[..] else { return (0..count).map(unit).collect() };
    if n != m {
        return (0..count).map(unit).collect();
    }
    let pairs = || (0..n).flat_map(move |i| (0..n).map(move |j| (i, j)));
    if s.has(Property::Orthogonal) {
        // Q*(E_ij - E_ji): column j of Q becomes column i, column i minus column j.
        return pairs()
            .filter(|(i, j)| i < j)
            .map(|(i, j)| {
                let mut v = vec![0.0; count];
                for r in 0..n {
                    v[r * n + j] = at.data[r * n + i];
                    v[r * n + i] = -at.data[r * n + j];
                }
                v
            })
            .collect();
    }
    if s.has(Property::Symmetric) && !s.has(Property::Diagonal) {
        return pairs()
            .filter(|(i, j)| i <= j)
            .map(|(i, j)| {
                let mut v = unit(i * n + j);
                v[j * n + i] = 1.0;
                v
            })
            .collect();
    }
    let kept = |i: usize, j: usize| {
        !(s.has(Property::Diagonal) && i != j
            || s.has(Property::LowerTriangular) && i < j
            || s.has(Property::UpperTriangular) && i > j)
    };
    pairs().filter(|(i, j)| kept(*i, *j)).map(|(i, j)| unit(i * n + j)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_what_is_declared() {
        let n = Dim::symbol("n");
        let square = || vec![n.clone(), n.clone()];
        let mut random = Random::new(7);
        let q = value(&Symbol::new("Q", square()).with(Property::Orthogonal), vec![3, 3], false, &mut random);
        let q = q.unwrap().data;
        for i in 0..3 {
            for j in 0..3 {
                let dot: f64 = (0..3).map(|k| q[3 * i + k] * q[3 * j + k]).sum();
                assert!((dot - f64::from(i == j)).abs() < 1e-12);
            }
        }
        let s = Symbol::new("p", vec![n]).with(Property::Simplex);
        let p = value(&s, vec![4], false, &mut random).unwrap();
        assert!((p.data.iter().sum::<f64>() - 1.0).abs() < 1e-15 && p.data.iter().all(|x| *x > 0.0));
        assert_eq!(directions(&s, &p).len(), 3);
    }
}
