//! Dimensions: the sizes of axes, as polynomials with integer coefficients in named sizes.
//!
//! A shape such as `[n, d]` holds for every `n` and `d`; concatenation makes `n + m`, a Kronecker product
//! `n*p`, a slice `n - 1`. Two dimensions are equal exactly when their polynomials are. Every named size
//! stands for an integer of at least 1.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Add;
use std::sync::Arc;

/// A monomial: the named sizes that are multiplied, in order, with repetition.
type Powers = Vec<Arc<str>>;

/// The size of an axis: a polynomial in named sizes.
///
/// ```
/// use gradus_expr::Dim;
/// let n = Dim::symbol("n");
/// assert_eq!((n.clone() * Dim::constant(2) + Dim::constant(1)).to_string(), "2*n + 1");
/// assert_eq!(n.clone() + n.clone(), n * Dim::constant(2));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dim(Arc<[(Powers, i64)]>);

impl Dim {
    /// The constant size `k`.
    pub fn constant(k: usize) -> Self {
        let k = i64::try_from(k).unwrap_or(i64::MAX);
        Self::from_terms([(Vec::new(), k)].into_iter().collect())
    }

    /// The named size `name`.
    pub fn symbol(name: &str) -> Self {
        Self(Arc::from([(vec![Arc::from(name)], 1)]))
    }

    fn from_terms(terms: BTreeMap<Powers, i64>) -> Self {
        // Highest degree first, so that `2*n + 1` prints as it is written.
        let mut terms: Vec<_> = terms.into_iter().filter(|(_, c)| *c != 0).collect();
        terms.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Self(terms.into())
    }

    /// The terms of the polynomial: the named sizes multiplied together, and their integer coefficient.
    pub fn terms(&self) -> &[(Vec<Arc<str>>, i64)] {
        &self.0
    }

    /// The value, when no named size occurs.
    pub fn as_constant(&self) -> Option<i64> {
        match &*self.0 {
            [] => Some(0),
            [(powers, c)] if powers.is_empty() => Some(*c),
            _ => None,
        }
    }

    /// The name, when the dimension is exactly one named size.
    pub fn as_symbol(&self) -> Option<&str> {
        match &*self.0 {
            [(powers, 1)] if powers.len() == 1 => Some(&powers[0]),
            _ => None,
        }
    }

    /// Is this the constant 1?
    pub fn is_one(&self) -> bool {
        self.as_constant() == Some(1)
    }

    /// The names that occur.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|(p, _)| p.iter().map(|s| &**s))
    }

    /// The size for given values of the names; `None` when a name is missing, the result is negative or
    /// it overflows.
    pub fn value(&self, size_of: &dyn Fn(&str) -> Option<usize>) -> Option<usize> {
        let mut total = 0i64;
        for (powers, c) in self.0.iter() {
            let mut product = *c;
            for name in powers {
                product = product.checked_mul(i64::try_from(size_of(name)?).ok()?)?;
            }
            total = total.checked_add(product)?;
        }
        usize::try_from(total).ok()
    }

    /// The dimension with every name replaced by the dimension that `of` gives for it.
    pub fn substitute(&self, of: &dyn Fn(&str) -> Option<Dim>) -> Dim {
        let mut total = Dim::constant(0);
        for (powers, c) in self.0.iter() {
            let mut product = Self::from_terms([(Vec::new(), *c)].into_iter().collect());
            for name in powers {
                product = product * of(name).unwrap_or_else(|| Dim::symbol(name));
            }
            total = total + product;
        }
        total
    }

    /// Is the size at least 1 for every value (at least 1) of the names? `false` means "not known".
    pub fn is_surely_positive(&self) -> bool {
        // With every name at least 1, a positive coefficient contributes at least itself; a negative
        // constant may be outweighed by one positive term.
        let constant: i64 = self.0.iter().filter(|t| t.0.is_empty()).map(|t| t.1).sum();
        let others = self.0.iter().filter(|t| !t.0.is_empty());
        others.clone().all(|t| t.1 > 0) && others.map(|t| t.1).fold(constant, i64::saturating_add) >= 1
    }
}

impl Add for Dim {
    type Output = Dim;
    fn add(self, other: Dim) -> Dim {
        let mut terms = BTreeMap::new();
        for (p, c) in self.0.iter().chain(other.0.iter()) {
            let slot = terms.entry(p.clone()).or_insert(0i64);
            *slot = slot.saturating_add(*c);
        }
        Dim::from_terms(terms)
    }
}

impl std::ops::Sub for Dim {
    type Output = Dim;
    fn sub(self, other: Dim) -> Dim {
        let minus_one = Dim::from_terms([(Vec::new(), -1)].into_iter().collect());
        Add::add(self, minus_one * other)
    }
}

impl std::ops::Mul for Dim {
    type Output = Dim;
    fn mul(self, other: Dim) -> Dim {
        let mut terms = BTreeMap::new();
        for (p, c) in self.0.iter() {
            for (q, d) in other.0.iter() {
                let mut powers: Powers = p.iter().chain(q).cloned().collect();
                powers.sort();
                let slot = terms.entry(powers).or_insert(0i64);
                *slot = slot.saturating_add(c.saturating_mul(*d));
            }
        }
        Dim::from_terms(terms)
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return write!(f, "0");
        }
        for (k, (powers, c)) in self.0.iter().enumerate() {
            match (k, *c < 0) {
                (0, true) => write!(f, "-")?,
                (0, false) => {}
                (_, true) => write!(f, " - ")?,
                (_, false) => write!(f, " + ")?,
            }
            let size = c.unsigned_abs();
            match (powers.is_empty(), size) {
                (true, _) => write!(f, "{size}")?,
                (false, 1) => write!(f, "{}", powers.join("*"))?,
                (false, _) => write!(f, "{size}*{}", powers.join("*"))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The sizes of the axes of a tensor, outermost first: `[]` a scalar, `[n]` a column vector, `[n, d]` a
/// matrix with n rows.
pub type Shape = Vec<Dim>;

/// A shape as it is written: `[n, d]`.
pub fn show_shape(shape: &[Dim]) -> String {
    format!("[{}]", shape.iter().map(Dim::to_string).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_canonical() {
        let (n, m) = (Dim::symbol("n"), Dim::symbol("m"));
        assert_eq!((n.clone() + m.clone()) * (n.clone() - m.clone()), n.clone() * n.clone() - m.clone() * m);
        assert_eq!((n.clone() - n.clone()).as_constant(), Some(0));
        assert_eq!((n.clone() * n).to_string(), "n*n");
    }

    #[test]
    fn sizes_beyond_the_machine_are_refused_not_wrapped() {
        let n = Dim::symbol("n");
        assert_eq!((n.clone() * n.clone()).value(&|_| Some(usize::MAX)), None);
        assert_eq!((n - Dim::constant(5)).value(&|_| Some(2)), None);
    }

    #[test]
    fn positivity_is_only_claimed_when_certain() {
        let n = Dim::symbol("n");
        assert!(n.is_surely_positive());
        assert!(!(n.clone() - Dim::constant(1)).is_surely_positive());
        assert!((n.clone() * Dim::constant(3) - Dim::constant(2)).is_surely_positive());
        assert!(!Dim::constant(0).is_surely_positive());
    }
}
