//! Symbols: named tensors with what has been declared about them.

use crate::{Dim, Rational, Shape};
use num_traits::{Signed, Zero};
use std::sync::Arc;

/// What a symbol is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Known when the program runs and fixed for the whole solution: observations, features.
    Data,
    /// Known when the program runs, often changed between solutions: a regularisation weight.
    Param,
    /// Unknown: what is minimised over, or differentiated by.
    Var,
}

/// Properties of a symbol that may be declared after its shape, as in `X : [n, n] symmetric`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// `A' = A`.
    Symmetric,
    /// Positive semidefinite, and so symmetric: `x'*A*x >= 0` for every x.
    Psd,
    /// Positive definite: psd and nonsingular.
    Pd,
    /// Zero off the diagonal.
    Diagonal,
    /// Zero above the diagonal.
    LowerTriangular,
    /// Zero below the diagonal.
    UpperTriangular,
    /// `Q'*Q = Q*Q' = I`.
    Orthogonal,
    /// Square with an inverse.
    Nonsingular,
    /// Of the largest rank that its shape allows.
    FullRank,
    /// Every entry above 0.
    Positive,
    /// Every entry at least 0.
    Nonneg,
    /// No entry is 0.
    Nonzero,
    /// Entries at least 0 that sum to 1.
    Simplex,
    /// Every entry an integer.
    Integer,
}

impl Property {
    /// All properties with the word that declares each.
    pub const ALL: [(Property, &'static str); 14] = [
        (Property::Symmetric, "symmetric"),
        (Property::Psd, "psd"),
        (Property::Pd, "pd"),
        (Property::Diagonal, "diagonal"),
        (Property::LowerTriangular, "lower_triangular"),
        (Property::UpperTriangular, "upper_triangular"),
        (Property::Orthogonal, "orthogonal"),
        (Property::Nonsingular, "nonsingular"),
        (Property::FullRank, "full_rank"),
        (Property::Positive, "positive"),
        (Property::Nonneg, "nonneg"),
        (Property::Nonzero, "nonzero"),
        (Property::Simplex, "simplex"),
        (Property::Integer, "integer"),
    ];

    /// The word that declares the property.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(p, _)| *p == self).map_or("", |(_, w)| w)
    }

    /// The property that a word declares; `triangular` is read as lower triangular.
    pub fn from_word(word: &str) -> Option<Property> {
        match word {
            "triangular" => Some(Property::LowerTriangular),
            "nonnegative" => Some(Property::Nonneg),
            "invertible" => Some(Property::Nonsingular),
            _ => Self::ALL.iter().find(|(_, w)| *w == word).map(|(p, _)| *p),
        }
    }
}

/// A set of properties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Properties(u16);

impl Properties {
    /// The set with `p`, and what `p` implies, added.
    #[must_use]
    pub fn with(self, p: Property) -> Self {
        let implied: &[Property] = match p {
            Property::Pd => &[Property::Psd, Property::Symmetric, Property::Nonsingular, Property::FullRank],
            Property::Psd | Property::Diagonal => &[Property::Symmetric],
            Property::Orthogonal => &[Property::Nonsingular, Property::FullRank],
            Property::Nonsingular => &[Property::FullRank],
            Property::Positive => &[Property::Nonneg, Property::Nonzero],
            Property::Simplex => &[Property::Nonneg],
            Property::Symmetric
            | Property::LowerTriangular
            | Property::UpperTriangular
            | Property::FullRank
            | Property::Nonneg
            | Property::Nonzero
            | Property::Integer => &[],
        };
        implied.iter().fold(Self(self.0 | 1 << p as u16), |s, q| Self(s.0 | 1 << *q as u16))
    }

    /// Is `p` declared or implied?
    pub fn has(self, p: Property) -> bool {
        self.0 & (1 << p as u16) != 0
    }

    /// The properties in the set, in the order of [`Property::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Property> {
        Property::ALL.into_iter().map(|(p, _)| p).filter(move |p| self.has(*p))
    }
}

/// One end of a declared interval.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The end point.
    pub at: Rational,
    /// Is the end point itself excluded?
    pub strict: bool,
}

/// The values that every entry of a symbol may take, declared as `>= 0`, `in [0, 1]` or `in {-1, 1}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Domain {
    /// The least value.
    pub lower: Option<Bound>,
    /// The greatest value.
    pub upper: Option<Bound>,
    /// The only values, in increasing order, when they are listed.
    pub values: Option<Vec<Rational>>,
}

/// A named tensor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// The name, in its ASCII spelling.
    pub name: Arc<str>,
    /// The shape; `[]` for a scalar.
    pub shape: Shape,
    /// What the symbol is for.
    pub role: Role,
    /// The declared and implied properties.
    pub properties: Properties,
    /// The declared range of every entry.
    pub domain: Domain,
}

impl Symbol {
    /// A variable without assumptions.
    pub fn new(name: &str, shape: Shape) -> Self {
        Self {
            name: Arc::from(name),
            shape,
            role: Role::Var,
            properties: Properties::default(),
            domain: Domain::default(),
        }
    }

    /// The symbol with a property added.
    #[must_use]
    pub fn with(mut self, p: Property) -> Self {
        self.properties = self.properties.with(p);
        self
    }

    /// The symbol with another role.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// Is `p` declared, implied by another property, or implied by the domain?
    pub fn has(&self, p: Property) -> bool {
        let above = |strict: bool| {
            let by_bound = self
                .domain
                .lower
                .as_ref()
                .is_some_and(|b| b.at.is_positive() || (b.at.is_zero() && (b.strict || !strict)));
            let by_values = self.domain.values.as_ref().is_some_and(|v| {
                !v.is_empty() && v.iter().all(|x| x.is_positive() || (x.is_zero() && !strict))
            });
            by_bound || by_values
        };
        let below_zero =
            self.domain.upper.as_ref().is_some_and(|b| b.at.is_negative() || (b.at.is_zero() && b.strict));
        let never_zero = self.domain.values.as_ref().is_some_and(|v| v.iter().all(|x| !x.is_zero()));
        self.properties.has(p)
            || match p {
                Property::Positive => above(true),
                Property::Nonneg => above(false),
                Property::Nonzero => above(true) || below_zero || never_zero,
                Property::Integer => {
                    self.domain.values.as_ref().is_some_and(|v| v.iter().all(Rational::is_integer))
                }
                Property::Symmetric
                | Property::Psd
                | Property::Pd
                | Property::Diagonal
                | Property::LowerTriangular
                | Property::UpperTriangular
                | Property::Orthogonal
                | Property::Nonsingular
                | Property::FullRank
                | Property::Simplex => false,
            }
    }

    /// Are both axes of this symbol interchangeable?
    pub fn is_symmetric(&self) -> bool {
        self.shape.len() == 2 && self.has(Property::Symmetric)
    }

    /// The named sizes in the shape.
    pub fn dim_names(&self) -> impl Iterator<Item = &str> {
        self.shape.iter().flat_map(Dim::names)
    }
}
