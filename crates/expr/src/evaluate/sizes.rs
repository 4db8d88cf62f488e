//! The values of named sizes, found from the shapes of what is bound.
//!
//! A symbol of shape `[n, d]` bound to a 5 x 3 tensor says n = 5 and d = 3; `[2*n + 1]` bound to 11 entries says
//! n = 5 as well. Every further shape must agree.

use super::EvaluateError;
use crate::Dim;
use std::collections::BTreeMap;

/// The values of named sizes, and which symbol each came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    known: BTreeMap<String, (usize, String)>,
}

impl Sizes {
    /// The value of a named size.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.known.get(name).map(|(v, _)| *v)
    }

    /// The symbol that a named size was found from.
    pub fn source(&self, name: &str) -> Option<&str> {
        self.known.get(name).map(|(_, s)| s.as_str())
    }

    /// Sets a size; `source` says where the value is from.
    pub fn set(&mut self, name: &str, value: usize, source: &str) {
        self.known.insert(name.to_owned(), (value, source.to_owned()));
    }

    /// The value of a dimension; `None` when a name in it is unknown or the value is no size.
    pub fn value(&self, d: &Dim) -> Option<usize> {
        d.value(&|name| self.get(name))
    }

    /// The value of a dimension.
    ///
    /// # Errors
    /// [`EvaluateError::UnknownSize`] when a name in it is unknown or the value is no size.
    pub fn resolve(&self, d: &Dim) -> Result<usize, EvaluateError> {
        self.value(d).ok_or_else(|| {
            let missing: Vec<&str> = self.missing(d).collect();
            let because = match missing.as_slice() {
                [] => self.evidence(d.names()),
                names => format!("no value for {}", names.join(", ")),
            };
            EvaluateError::UnknownSize { dim: d.to_string(), because }
        })
    }

    /// The names in `d` that have no value yet.
    pub fn missing<'a>(&'a self, d: &'a Dim) -> impl Iterator<Item = &'a str> {
        d.names().filter(|n| self.get(n).is_none())
    }

    /// The known sizes as they are cited in messages: `n = 5 from y, d = 2 from w`.
    pub fn evidence<'a>(&self, names: impl Iterator<Item = &'a str>) -> String {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        let parts: Vec<String> = names
            .into_iter()
            .filter_map(|n| self.known.get(n).map(|(v, s)| format!("{n} = {v} from {s}")))
            .collect();
        parts.join(", ")
    }

    /// Learns from the fact that `d`, an axis of `source`, is `value`. Answers whether something was learnt.
    pub fn learn(&mut self, d: &Dim, value: usize, source: &str) -> bool {
        // a * unknown + rest = value, with everything else known.
        let mut unknown: Option<&str> = None;
        for name in self.missing(d) {
            match unknown {
                Some(u) if u != name => return false,
                _ => unknown = Some(name),
            }
        }
        let Some(name) = unknown.map(str::to_owned) else { return false };
        let (mut factor, mut rest) = (0i128, 0i128);
        for (powers, c) in d.terms() {
            let times = powers.iter().filter(|p| &***p == name.as_str()).count();
            let product = powers
                .iter()
                .filter(|p| &***p != name.as_str())
                .try_fold(i128::from(*c), |a, p| a.checked_mul(self.get(p)? as i128));
            match (times, product) {
                (0, Some(p)) => rest += p,
                (1, Some(p)) => factor += p,
                _ => return false,
            }
        }
        let difference = value as i128 - rest;
        if factor == 0 || difference % factor != 0 {
            return false;
        }
        match usize::try_from(difference / factor) {
            Ok(v) => {
                self.set(&name, v, source);
                true
            }
            Err(_) => false,
        }
    }

    /// Learns from all shapes at once, however they depend on one another.
    pub fn learn_all<'a>(&mut self, shapes: impl Iterator<Item = (&'a str, &'a [Dim], &'a [usize])> + Clone) {
        loop {
            let mut learnt = false;
            for (name, shape, given) in shapes.clone() {
                for (d, v) in shape.iter().zip(given) {
                    learnt |= self.learn(d, *v, name);
                }
            }
            if !learnt {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_solved_from_linear_dimensions_in_any_order() {
        let (n, m) = (Dim::symbol("n"), Dim::symbol("m"));
        let joined = [n.clone() + m.clone()];
        let odd = [n.clone() * Dim::constant(2) + Dim::constant(1)];
        let mut sizes = Sizes::default();
        sizes.learn_all([("j", &joined[..], &[9][..]), ("o", &odd[..], &[11][..])].into_iter());
        assert_eq!((sizes.get("n"), sizes.get("m")), (Some(5), Some(4)));
        assert_eq!(sizes.evidence(["n", "m"].into_iter()), "m = 4 from j, n = 5 from o");
    }

    #[test]
    fn an_impossible_size_is_not_learnt() {
        let mut sizes = Sizes::default();
        assert!(!sizes.learn(&(Dim::symbol("n") * Dim::constant(2)), 5, "x"));
        assert!(!sizes.learn(&(Dim::symbol("n") + Dim::constant(7)), 5, "x"));
    }
}
