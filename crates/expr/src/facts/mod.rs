//! What can be proved about an expression: interval, sign, structure and curvature.
//!
//! [`Facts::of`] visits every distinct node once, operands first, and asks one exhaustive function per fact:
//! `range` for the interval, `sign` for what is never 0, `matrix` for symmetric, psd, triangular and the like,
//! `curvature` for affine, convex and concave. A rewrite asks and does not fire on "unknown": all answers are
//! proofs, none is a guess.
//!
//! Facts are about real numbers: they hold for every entry wherever the expression is defined, for every value
//! of the symbols that agrees with their declarations, and every size of at least 1. That floating-point
//! numbers overflow and underflow is not their concern.
//!
//! Cost: linear in the number of distinct nodes (a constant amount of matching for each product).

mod contraction_curvature;
mod curvature;
mod explain;
mod flat;
mod image;
mod interval;
mod matrix;
mod mirror;
mod range;
mod selection;
mod sign;
mod simplex;
#[cfg(test)]
mod tests;
mod tiling;

pub use curvature::Curvature;
pub use interval::Interval;
pub use sign::Sign;

use crate::{Expr, Kind, Properties, Property, Role};
use curvature::Bend;
use std::collections::{HashMap, HashSet};

/// Something that can be asked about a node and explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// A property, declared or derived.
    Is(Property),
    /// The sign of every entry.
    Sign,
    /// The interval of every entry.
    Interval,
    /// The curvature of every entry.
    Curvature,
}

/// A set of properties, with the reason for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    properties: Properties,
    why: Vec<(Property, &'static str)>,
}

impl Known {
    fn is(&self, p: Property) -> bool {
        self.properties.has(p)
    }

    fn add(&mut self, p: Property, why: &'static str) {
        if !self.is(p) {
            self.properties = self.properties.with(p);
            self.why.push((p, why));
        }
    }
}

/// All facts about one node.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    interval: Interval,
    maybe_undefined: bool,
    known: Known,
    /// The axis along which entries of at least 0 sum to 1.
    simplex_along: Option<usize>,
    bend: Bend,
}

impl Record {
    fn is(&self, p: Property) -> bool {
        self.known.is(p)
    }

    /// Nothing is known.
    fn unknown() -> Self {
        Record {
            interval: Interval::ALL,
            maybe_undefined: true,
            known: Known::default(),
            simplex_along: None,
            bend: Bend::UNKNOWN,
        }
    }
}

/// What is known about the nodes of some expressions.
///
/// ```
/// use gradus_expr::{Dim, Expr, Function, Property, Symbol, facts::{Curvature, Facts}};
/// let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]));
/// let squares = Expr::contract(&[(x.clone(), &[0]), (x, &[0])], &[], &[]).unwrap();
/// let norm = squares.power(1, 2);
/// let facts = Facts::of(&norm);
/// assert!(facts.is_nonneg(&squares));
/// assert_eq!(facts.curvature(&norm), Curvature::Convex);
/// ```
#[derive(Clone, Debug)]
pub struct Facts {
    table: HashMap<u128, Record>,
    /// The names that curvature is with respect to; all of the role var when `None`.
    variables: Option<HashSet<String>>,
    unknown: Record,
}

impl Default for Facts {
    fn default() -> Self {
        Facts::new()
    }
}

impl Facts {
    /// An empty table, with curvature in the symbols whose role is var.
    pub fn new() -> Self {
        Facts { table: HashMap::new(), variables: None, unknown: Record::unknown() }
    }

    /// The facts of an expression and all its parts, with curvature in the symbols whose role is var.
    pub fn of(e: &Expr) -> Self {
        let mut facts = Facts::new();
        facts.learn(e);
        facts
    }

    /// The facts of an expression and all its parts, with curvature jointly in the symbols named.
    pub fn with_respect_to(e: &Expr, names: &[&str]) -> Self {
        let variables = Some(names.iter().map(|s| (*s).to_owned()).collect());
        let mut facts = Facts { variables, ..Facts::new() };
        facts.learn(e);
        facts
    }

    /// Adds the facts of an expression; parts that are known already cost nothing.
    pub fn learn(&mut self, e: &Expr) {
        let mut stack = vec![(e.clone(), false)];
        while let Some((e, entered)) = stack.pop() {
            if self.table.contains_key(&e.digest()) {
                continue;
            }
            if entered {
                let record = self.record(&e);
                self.table.insert(e.digest(), record);
            } else {
                let children: Vec<Expr> = e.children().into_iter().cloned().collect();
                stack.push((e, true));
                stack.extend(children.into_iter().map(|c| (c, false)));
            }
        }
    }

    fn get(&self, e: &Expr) -> &Record {
        self.table.get(&e.digest()).unwrap_or(&self.unknown)
    }

    /// All facts of a node whose operands' are known.
    fn record(&self, e: &Expr) -> Record {
        let of = |x: &Expr| self.get(x);
        let mut known = Known::default();
        if let Kind::Symbol(s) = e.kind() {
            for p in Property::ALL.map(|(p, _)| p).into_iter().filter(|p| s.has(*p)) {
                known.add(p, "it is declared so");
            }
        }
        let (mut interval, maybe_undefined) = range::range(e, &of);
        let simplex_along = simplex::simplex_along(e, &of);
        if simplex_along.is_some() {
            interval = interval.intersect(&Interval::UNIT);
            if e.rank() == 1 {
                known.add(Property::Simplex, "it is a softmax");
            }
        }
        if matrix::integer(e, &of) {
            known.add(Property::Integer, "it is made of integers by operations that keep them");
        }
        matrix::matrix(e, &interval, &mut known, &of);
        if known.is(Property::Orthogonal) {
            interval = interval.intersect(&Interval::closed(-1.0, 1.0));
        }
        if interval.is_positive() {
            known.add(Property::Positive, "its interval is above 0");
        } else if interval.is_nonneg() {
            known.add(Property::Nonneg, "its interval starts at 0 or above");
        }
        if sign::nonzero(e, &interval, &of) {
            known.add(Property::Nonzero, "none of its factors can be 0");
        }
        let mut record = Record { interval, maybe_undefined, known, simplex_along, bend: Bend::UNKNOWN };
        record.bend = curvature::bend(e, &record, &|name, role| self.varies(name, role), &of);
        record
    }

    fn varies(&self, name: &str, role: Role) -> bool {
        match &self.variables {
            Some(names) => names.contains(name),
            None => role == Role::Var,
        }
    }

    // ---- questions

    /// Has the node been learned?
    pub fn knows(&self, e: &Expr) -> bool {
        self.table.contains_key(&e.digest())
    }

    /// An interval around every entry.
    pub fn interval(&self, e: &Expr) -> Interval {
        self.get(e).interval
    }

    /// Can some entry be undefined (the logarithm of a negative number, a division by 0), or is that not
    /// known?
    pub fn maybe_undefined(&self, e: &Expr) -> bool {
        self.get(e).maybe_undefined
    }

    /// The sign that every entry has.
    pub fn sign(&self, e: &Expr) -> Sign {
        Sign::of(&self.get(e).interval)
    }

    /// Is the property declared or proved? `false` means "not known".
    pub fn has(&self, e: &Expr, p: Property) -> bool {
        self.get(e).is(p)
    }

    /// Everything declared and proved.
    pub fn properties(&self, e: &Expr) -> Properties {
        self.get(e).known.properties
    }

    /// Is every entry above 0?
    pub fn is_positive(&self, e: &Expr) -> bool {
        self.get(e).interval.is_positive()
    }

    /// Is every entry at least 0?
    pub fn is_nonneg(&self, e: &Expr) -> bool {
        self.get(e).interval.is_nonneg()
    }

    /// Is every entry at most 0?
    pub fn is_nonpos(&self, e: &Expr) -> bool {
        self.get(e).interval.is_nonpos()
    }

    /// Is no entry 0?
    pub fn is_nonzero(&self, e: &Expr) -> bool {
        self.has(e, Property::Nonzero)
    }

    /// Is every entry an integer?
    pub fn is_integer(&self, e: &Expr) -> bool {
        self.has(e, Property::Integer)
    }

    /// Is it a square matrix with an inverse?
    pub fn is_nonsingular(&self, e: &Expr) -> bool {
        self.has(e, Property::Nonsingular)
    }

    /// Is it a symmetric matrix?
    pub fn is_symmetric(&self, e: &Expr) -> bool {
        e.rank() == 2 && self.has(e, Property::Symmetric)
    }

    /// Is it a positive semidefinite matrix?
    pub fn is_psd(&self, e: &Expr) -> bool {
        self.has(e, Property::Psd)
    }

    /// Is it a positive definite matrix?
    pub fn is_pd(&self, e: &Expr) -> bool {
        self.has(e, Property::Pd)
    }

    /// The axis (from 0) along which the entries are at least 0 and sum to 1, as softmax makes them.
    pub fn simplex_along(&self, e: &Expr) -> Option<usize> {
        self.get(e).simplex_along
    }

    /// The curvature of every entry in the variables.
    pub fn curvature(&self, e: &Expr) -> Curvature {
        self.get(e).bend.curvature
    }
}
