//! The directions in which a symbol may move from a value and keep what is declared about it.

use crate::evaluate::Tensor;
use crate::{Property, Symbol};

/// The directions in which a symbol may move from a value and keep what is declared about it to first order:
/// single entries in general, pairs of them for symmetric matrices, rotations for orthogonal ones.
pub(super) fn directions(s: &Symbol, at: &Tensor<f64>) -> Vec<Vec<f64>> {
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
    use crate::Dim;

    /// A symbol of two axes of size `n`, and the value with entries 1, 2, ....
    fn square(property: Property, n: usize) -> (Symbol, Tensor<f64>) {
        let s = Symbol::new("A", vec![Dim::symbol("n"), Dim::symbol("n")]).with(property);
        let data = (1..=n * n).map(|k| k as f64).collect();
        (s, Tensor::new(vec![n, n], data).unwrap())
    }

    #[test]
    fn there_are_as_many_as_the_set_has_dimensions() {
        for (property, dimensions) in [
            (Property::Symmetric, 6),
            (Property::Pd, 6),
            (Property::Diagonal, 3),
            (Property::LowerTriangular, 6),
            (Property::Orthogonal, 3),
            (Property::Nonsingular, 9),
        ] {
            let (s, at) = square(property, 3);
            assert_eq!(directions(&s, &at).len(), dimensions, "{property:?}");
        }
        let p = Symbol::new("p", vec![Dim::symbol("n")]).with(Property::Simplex);
        let all = directions(&p, &Tensor::vector(vec![0.25; 4]));
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|v| v.iter().sum::<f64>() == 0.0));
    }
}
