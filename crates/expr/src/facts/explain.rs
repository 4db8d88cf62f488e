//! Facts in words: "psd because it is M'*K*M with K psd".

use super::{Curvature, Fact, Facts, Sign};
use crate::{Expr, Kind, Property};

impl Facts {
    /// Why a fact holds, or that it is not known, in one sentence.
    ///
    /// ```
    /// use gradus_expr::{Dim, Expr, Property, Symbol, facts::{Fact, Facts}};
    /// let x = Expr::symbol(Symbol::new("X", vec![Dim::symbol("n"), Dim::symbol("d")]));
    /// let gram = Expr::contract(&[(x.clone(), &[2, 0]), (x, &[2, 1])], &[0, 1], &[]).unwrap();
    /// let why = Facts::of(&gram).explain(&gram, Fact::Is(Property::Psd));
    /// assert_eq!(why, "psd because it is M'*K*M with K psd");
    /// ```
    pub fn explain(&self, e: &Expr, fact: Fact) -> String {
        if !self.knows(e) {
            return "nothing is known: the expression has not been looked at".to_owned();
        }
        match fact {
            Fact::Is(p) => self.explain_property(e, p),
            Fact::Sign => {
                let word = match self.sign(e) {
                    Sign::Positive => "positive",
                    Sign::Nonneg => "nonneg",
                    Sign::Zero => "zero",
                    Sign::Nonpos => "nonpos",
                    Sign::Negative => "negative",
                    Sign::Unknown => "of unknown sign",
                };
                format!("{word} because every entry lies in {}", self.interval(e))
            }
            Fact::Interval => {
                let defined = if self.maybe_undefined(e) { ", where it is defined" } else { "" };
                format!("every entry lies in {}{defined}", self.interval(e))
            }
            Fact::Curvature => self.explain_curvature(e),
        }
    }

    fn explain_property(&self, e: &Expr, p: Property) -> String {
        let known = &self.get(e).known;
        if !known.is(p) {
            return format!("not known to be {}", p.word());
        }
        match known.why.iter().find(|(q, _)| *q == p) {
            Some((_, why)) => format!("{} because {why}", p.word()),
            // Implied by another property: the one whose implications hold it.
            None => {
                let implies = |q: Property| crate::Properties::default().with(q).has(p);
                match known.why.iter().find(|(q, _)| implies(*q)) {
                    Some((q, why)) => format!("{} because it is {}, because {why}", p.word(), q.word()),
                    None => p.word().to_owned(),
                }
            }
        }
    }

    fn explain_curvature(&self, e: &Expr) -> String {
        let word = |c: Curvature| match c {
            Curvature::Constant => "constant",
            Curvature::Affine => "affine",
            Curvature::Convex => "convex",
            Curvature::Concave => "concave",
            Curvature::Unknown => "of unknown curvature",
        };
        let c = self.curvature(e);
        let operand = |x: &Expr| {
            let sign = match self.sign(x) {
                Sign::Unknown => "",
                Sign::Positive => " and positive",
                Sign::Nonneg => " and nonneg",
                Sign::Zero => " and zero",
                Sign::Nonpos => " and nonpos",
                Sign::Negative => " and negative",
            };
            format!("{}{sign}", word(self.curvature(x)))
        };
        let listed = |children: &[&Expr]| {
            let mut all: Vec<String> = children.iter().map(|x| operand(x)).collect();
            all.dedup();
            all.join(", ")
        };
        let why = match e.kind() {
            Kind::Symbol(s) => {
                let role = format!("{:?}", s.role).to_lowercase();
                return format!("{} because {} is a {role}", word(c), s.name);
            }
            Kind::Constant(_) | Kind::Size(_) | Kind::Structure(_) | Kind::OneHot { .. } => {
                return word(c).to_owned();
            }
            Kind::Sum(_) => "it is a sum of terms that are",
            Kind::Contract(_) => "it is a product of factors that are",
            Kind::Map(f, _) => {
                return format!(
                    "{} because it is {} of what is {}",
                    word(c),
                    f.name(),
                    listed(&e.children())
                );
            }
            Kind::Reduce(r, _, _) => {
                return format!(
                    "{} because it is {} of what is {}",
                    word(c),
                    r.name(),
                    listed(&e.children())
                );
            }
            Kind::Matrix(f, _) => {
                return format!(
                    "{} because it is {} of what is {}",
                    word(c),
                    f.name(),
                    listed(&e.children())
                );
            }
        };
        format!("{} because {why} {}", word(c), listed(&e.children()))
    }
}
