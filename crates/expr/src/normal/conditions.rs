//! What must hold for an expression to be defined.
//!
//! `log(x)` needs x > 0, `1/x` needs x nonzero, `inv(A)` needs A nonsingular. Where an expression is not defined
//! it equals nothing, so a rewrite of that expression may take its own needs as granted; and two expressions
//! that need the same may both take it. `x/x = 1` stays unproved: its right side is defined at 0.

use super::atom::{Atom, Body};
use super::normalise::{Goal, Normalizer};
use super::poly::Poly;
use super::{kronecker, sylvester};
use crate::{Expr, Function, Kind, MatrixFunction, Rational};
use num_traits::{One, Signed, Zero};
use std::collections::{BTreeMap, HashSet};

/// What one atom must satisfy, entry by entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) positive: bool,
    pub(crate) nonneg: bool,
    pub(crate) nonzero: bool,
    pub(crate) negative: bool,
    pub(crate) nonsingular: bool,
    pub(crate) positive_det: bool,
}

impl Needs {
    fn closed(mut self) -> Self {
        self.nonneg |= self.positive;
        self.nonzero |= self.positive | self.negative;
        self.positive |= self.nonneg && self.nonzero;
        self.nonsingular |= self.positive_det;
        self
    }

    fn and(self, o: Self) -> Self {
        Self {
            positive: self.positive && o.positive,
            nonneg: self.nonneg && o.nonneg,
            nonzero: self.nonzero && o.nonzero,
            negative: self.negative && o.negative,
            nonsingular: self.nonsingular && o.nonsingular,
            positive_det: self.positive_det && o.positive_det,
        }
    }

    fn or(self, o: Self) -> Self {
        Self {
            positive: self.positive || o.positive,
            nonneg: self.nonneg || o.nonneg,
            nonzero: self.nonzero || o.nonzero,
            negative: self.negative || o.negative,
            nonsingular: self.nonsingular || o.nonsingular,
            positive_det: self.positive_det || o.positive_det,
        }
        .closed()
    }

    /// The strongest need in words.
    fn words(self) -> &'static str {
        if self.positive {
            "> 0"
        } else if self.negative {
            "< 0"
        } else if self.nonzero {
            "!= 0"
        } else if self.nonneg {
            ">= 0"
        } else if self.positive_det {
            "with a positive determinant"
        } else {
            "nonsingular"
        }
    }
}

/// The needs of an expression that are not proved, by atom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions(BTreeMap<u128, (Needs, Expr)>);

impl Conditions {
    /// What is granted of an atom.
    pub(crate) fn of(&self, digest: u128) -> Needs {
        self.0.get(&digest).map(|(n, _)| *n).unwrap_or_default()
    }

    fn need(&mut self, atom: &Atom, n: Needs) {
        let slot = self.0.entry(atom.digest()).or_insert_with(|| (Needs::default(), atom.expr().clone()));
        slot.0 = slot.0.or(n);
    }

    /// What both need.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let both = self.0.iter().filter_map(|(k, (n, e))| {
            let shared = n.and(other.of(*k));
            (shared != Needs::default()).then(|| (*k, (shared, e.clone())))
        });
        Self(both.collect())
    }

    /// What either needs.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for (k, (n, e)) in &other.0 {
            let slot = all.0.entry(*k).or_insert_with(|| (Needs::default(), e.clone()));
            slot.0 = slot.0.or(*n);
        }
        all
    }

    /// The needs of `self` that `other` does not have, each with the expression it is about, the simplest first.
    pub(crate) fn beyond(&self, other: &Self) -> Vec<(Expr, &'static str)> {
        let more = self.0.iter().filter(|(k, (n, _))| n.and(other.of(**k)) != *n);
        let mut found: Vec<_> = more.map(|(_, (n, e))| (e.clone(), n.words())).collect();
        found.sort_by_key(|(e, _)| e.postorder().len());
        found
    }

    /// The unproved needs of an expression. Branches of `where` are left out: they need not be defined.
    pub(crate) fn of_expr(e: &Expr, normalizer: &mut Normalizer) -> Self {
        let mut found = Self::default();
        let mut sums = Vec::new();
        for node in strict_nodes(e) {
            match node.kind() {
                Kind::Map(f, args) => {
                    let Some((x, n)) = needs(*f, &args[0]) else { continue };
                    let p = normalizer.normalise(&x);
                    normalizer.note_sign(&x);
                    found.entry(normalizer, &p, n);
                }
                Kind::Matrix(f, a) => {
                    let p = normalizer.normalise(a);
                    let positive_det = matches!(f, MatrixFunction::LogDet | MatrixFunction::Cholesky);
                    if *f == MatrixFunction::Det {
                        continue;
                    }
                    let n = Needs { nonsingular: true, positive_det, ..Needs::default() };
                    if p.terms.len() > 1 {
                        sums.push((p, n));
                    } else {
                        found.matrix(normalizer, &p, n);
                    }
                }
                Kind::Symbol(_)
                | Kind::Constant(_)
                | Kind::Size(_)
                | Kind::Structure(_)
                | Kind::OneHot { .. }
                | Kind::Sum(_)
                | Kind::Contract(_)
                | Kind::Reduce(..) => {}
            }
        }
        // What a sum of matrices needs may rest on what its terms need already.
        let granted = normalizer.grant(found.clone());
        for (p, n) in sums {
            found.matrix(normalizer, &p, n);
        }
        normalizer.grant(granted);
        found
    }

    /// Is the matrix proved, or granted, to have an inverse?
    pub(crate) fn nonsingular(normalizer: &mut Normalizer, p: &Poly) -> bool {
        let mut found = Self::default();
        found.matrix(normalizer, p, Needs { nonsingular: true, ..Needs::default() });
        found.0.is_empty()
    }

    /// Every entry of `p` must satisfy `n`.
    fn entry(&mut self, nz: &mut Normalizer, p: &Poly, n: Needs) {
        if p.as_constant().is_some() {
            return;
        }
        if let Some((t, c)) = p.single()
            && t.bound.is_empty()
        {
            let odd = |f: &super::poly::Factor| f.power.is_integer() && f.power.numer() % 2 != 0;
            let all_odd = t.factors.len() == 1 && odd(&t.factors[0]);
            for f in &t.factors {
                if n.nonzero {
                    self.prove_or_need(nz, &f.atom, Needs { nonzero: true, ..Needs::default() });
                }
            }
            if all_odd && (n.positive || n.nonneg) {
                let sided = if c.is_positive() { n } else { Needs { negative: true, ..Needs::default() } };
                self.prove_or_need(nz, &t.factors[0].atom, sided);
                return;
            }
            if !(n.positive || n.nonneg) {
                return;
            }
            let unknown = t.factors.iter().filter(|f| !nz.is_nonneg(&f.atom)).count();
            if unknown == 0 && c.is_positive() {
                return;
            }
        }
        if let Some((c, f)) = nz.sum_factor(p) {
            let n = if c.is_negative() && (n.positive || n.nonneg) {
                Needs { negative: true, ..Needs::default() }
            } else {
                n
            };
            self.prove_or_need(nz, &f.atom, n);
        }
    }

    fn prove_or_need(&mut self, nz: &mut Normalizer, atom: &Atom, n: Needs) {
        let proved = (!n.positive || nz.is_positive(atom))
            && (!n.nonneg || nz.is_nonneg(atom))
            && (!n.nonzero || nz.is_nonzero(atom))
            && !n.negative;
        if !proved {
            // What is proved already completes what is needed: nonzero and known to be at least 0 is above 0.
            let known =
                Needs { nonneg: nz.is_nonneg(atom), nonzero: nz.is_nonzero(atom), ..Needs::default() };
            self.need(atom, n.or(known));
        }
    }

    fn matrix(&mut self, nz: &mut Normalizer, p: &Poly, n: Needs) {
        if let Some(det) = super::entries::determinant(nz, p) {
            let n = Needs { nonzero: true, positive: n.positive_det, ..Needs::default() };
            self.entry(nz, &det, n.closed());
            return;
        }
        if nz.goal == Goal::Decide && self.decomposed(nz, p, n) {
            return;
        }
        let product = super::matrices::chain(p);
        if let Some(links) = &product
            && links.iter().all(|link| nz.is_pd(&link.factor.atom))
            && p.single().is_some_and(|(t, c)| c.is_positive() && t.factors.len() == links.len())
        {
            return; // a product of matrices with positive determinants
        }
        if let Some(links) = product
            && !n.positive_det
        {
            for link in links {
                self.matrix_atom(nz, &link.factor.atom, n);
            }
            for f in p.terms.keys().flat_map(|t| &t.factors).filter(|f| f.labels.is_empty()) {
                self.prove_or_need(nz, &f.atom, Needs { nonzero: true, ..Needs::default() });
            }
        } else if let Some(f) = p.as_factor() {
            let atom = f.atom.clone();
            self.matrix_atom(nz, &atom, n);
        } else if let Some((_, f)) = nz.sum_factor(p) {
            self.matrix_atom(nz, &f.atom, n);
        }
    }

    /// The needs of a Kronecker product's factors, or of the least matrix with the same determinant.
    fn decomposed(&mut self, nz: &mut Normalizer, p: &Poly, n: Needs) -> bool {
        let proved = |nz: &mut Normalizer, p: &Poly| {
            nz.sum_factor(p).is_some_and(|(c, f)| {
                c.is_positive() && nz.is_pd(&f.atom) || !n.positive_det && nz.is_nonsingular(&f.atom)
            })
        };
        if let Some(k) = kronecker::split(nz, p) {
            if !n.positive_det {
                self.matrix(nz, &k.left, n);
                self.matrix(nz, &k.right, n);
                return true;
            }
            if proved(nz, &k.left) && proved(nz, &k.right) {
                return true;
            }
        }
        if proved(nz, p) {
            return true;
        }
        match sylvester::core(nz, p) {
            Some(core) if core.positive || !n.positive_det => {
                if core.inside.rank() == 0 {
                    let n = Needs { nonzero: true, positive: n.positive_det, ..Needs::default() };
                    self.entry(nz, &core.inside, n.closed());
                } else if let Some((_, f)) = nz.sum_factor(&core.inside) {
                    self.matrix_atom(nz, &f.atom, n);
                }
                true
            }
            Some(_) | None => false,
        }
    }

    fn matrix_atom(&mut self, nz: &mut Normalizer, atom: &Atom, n: Needs) {
        // An inverse is nonsingular where it is defined; what it needs is another node's need.
        let is_inverse = matches!(atom.body(), Body::Matrix(MatrixFunction::Inverse, _));
        if is_inverse && !n.positive_det {
            return;
        }
        if !nz.is_pd(atom) && (n.positive_det || !nz.is_nonsingular(atom)) {
            self.need(atom, n.closed());
        }
    }
}

/// What a function needs: the expression, made of its first operand, and the need.
fn needs(f: Function, x: &Expr) -> Option<(Expr, Needs)> {
    let none = Needs::default();
    let positive = Needs { positive: true, ..none }.closed();
    match f {
        Function::Log => Some((x.clone(), positive)),
        Function::Log1p => {
            let shape = x.shape().to_vec();
            let terms = vec![(Rational::one(), Expr::ones(shape.clone())), (Rational::one(), x.clone())];
            Some((Expr::sum_unchecked(shape, terms), positive))
        }
        Function::Power(p) => {
            let n = Needs { nonneg: !p.is_integer(), nonzero: p < num_rational::Ratio::zero(), ..none };
            (n != none).then(|| (x.clone(), n.closed()))
        }
        Function::Tan => Some((x.apply(Function::Cos), Needs { nonzero: true, ..none })),
        // Their domains are bounded by more than a sign; equal functions of equal operands need the same.
        Function::Asin | Function::Acos | Function::Lgamma | Function::Polygamma(_) | Function::Pow => None,
        // Defined everywhere.
        Function::Abs
        | Function::Sign
        | Function::Exp
        | Function::Expm1
        | Function::Sin
        | Function::Cos
        | Function::Atan
        | Function::Sinh
        | Function::Cosh
        | Function::Tanh
        | Function::Sigmoid
        | Function::Softplus
        | Function::Relu
        | Function::Step
        | Function::Erf
        | Function::Erfc
        | Function::Max
        | Function::Min
        | Function::Less
        | Function::LessEqual
        | Function::Equal
        | Function::NotEqual
        | Function::Where
        | Function::Clamp => None,
    }
}

/// The nodes that are evaluated whatever the data: not those reached only through a branch of `where`.
fn strict_nodes(e: &Expr) -> Vec<Expr> {
    let mut seen = HashSet::new();
    let mut stack = vec![e.clone()];
    let mut nodes = Vec::new();
    while let Some(node) = stack.pop() {
        if !seen.insert(node.digest()) {
            continue;
        }
        match node.kind() {
            Kind::Map(Function::Where, args) => stack.push(args[0].clone()),
            _ => stack.extend(node.children().into_iter().cloned()),
        }
        nodes.push(node);
    }
    nodes
}
