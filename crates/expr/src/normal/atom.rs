//! Atoms: what the normal form does not look into while it multiplies and adds.
//!
//! An atom is a symbol, a structural tensor, or a function outside +, * and sum whose operands are themselves
//! normal forms. Its slots are its axes in a canonical order, with unused (broadcast) axes dropped; the
//! permutations of slots that leave it unchanged are its symmetries.

use super::poly::{Label, Poly};
use crate::{Constant, Dim, Expr, Function, Kind, MatrixFunction, Reduction};
use std::cmp::Ordering;
use std::sync::Arc;

/// A shared atom.
#[derive(Clone)]
pub(crate) struct Atom(Arc<Data>);

struct Data {
    /// The atom as an expression whose axes are the slots; it identifies the atom.
    expr: Expr,
    body: Body,
    symmetries: Vec<Vec<u8>>,
    order: (u8, String),
}

/// What the atom is made of.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A symbol, an entry of one, a structural tensor, a size, pi, or a prime number under a root.
    Leaf,
    /// Indicators of integer positions; the last slot is the class.
    OneHot(Arc<Poly>),
    /// An elementwise function; every operand has the atom's slots.
    Map(Function, Vec<Arc<Poly>>),
    /// A reduction; the operand's last axis is the reduced one.
    Reduce(Reduction, Arc<Poly>),
    /// A function of a square matrix.
    Matrix(MatrixFunction, Arc<Poly>),
    /// A sum in parentheses, with leading coefficient 1.
    Sum(Arc<Poly>),
}

impl Atom {
    pub(crate) fn new(expr: Expr, body: Body, symmetries: Vec<Vec<u8>>) -> Self {
        let order = sort_key(&expr, &body);
        Self(Arc::new(Data { expr, body, symmetries, order }))
    }

    /// A leaf; a symmetric symbol or a delta has interchangeable slots.
    pub(crate) fn leaf(expr: Expr) -> Self {
        let symmetric = match expr.kind() {
            Kind::Symbol(s) => s.is_symmetric(),
            Kind::Structure(crate::Structure::Delta(_)) => true,
            _ => false,
        };
        let identity: Vec<u8> = (0..expr.rank() as u8).collect();
        let mut symmetries = vec![identity];
        if symmetric {
            symmetries.push(vec![1, 0]);
        }
        Self::new(expr, Body::Leaf, symmetries)
    }

    pub(crate) fn expr(&self) -> &Expr {
        &self.0.expr
    }

    pub(crate) fn body(&self) -> &Body {
        &self.0.body
    }

    pub(crate) fn digest(&self) -> u128 {
        self.0.expr.digest()
    }

    pub(crate) fn dims(&self) -> &[Dim] {
        self.0.expr.shape()
    }

    /// The permutations of the slots under which the atom does not change, the identity among them.
    pub(crate) fn symmetries(&self) -> &[Vec<u8>] {
        &self.0.symmetries
    }

    /// The least arrangement of labels that means the same.
    pub(crate) fn least(&self, labels: &[Label]) -> Vec<Label> {
        let arranged = |p: &Vec<u8>| p.iter().map(|s| labels[*s as usize]).collect::<Vec<Label>>();
        self.symmetries().iter().map(arranged).min().unwrap_or_else(|| labels.to_vec())
    }
}

/// Factors stand in the order in which they are usually written: sizes, scalars, symbols by name, functions,
/// sums.
fn sort_key(expr: &Expr, body: &Body) -> (u8, String) {
    match body {
        Body::Leaf => match expr.kind() {
            Kind::Size(d) => (0, d.to_string()),
            Kind::Constant(Constant::Rational(r)) => (1, r.to_string()),
            Kind::Constant(_) => (2, String::new()),
            Kind::Symbol(s) => (3 + u8::from(!s.shape.is_empty()), s.name.to_string()),
            // An entry of a symbol.
            Kind::Contract(c) => {
                let parts = c.operands.iter().map(|(x, _)| match x.kind() {
                    Kind::Symbol(s) => s.name.to_string(),
                    Kind::Structure(crate::Structure::Unit { at, .. }) => format!("{:>9}", at.to_string()),
                    _ => String::new(),
                });
                (3, parts.collect())
            }
            _ => (9, String::new()),
        },
        Body::OneHot(_) => (8, String::new()),
        Body::Map(f, _) => (5, f.name().to_owned()),
        Body::Reduce(r, _) => (5, r.name().to_owned()),
        Body::Matrix(f, _) => (6, f.name().to_owned()),
        Body::Sum(_) => (7, String::new()),
    }
}

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest()
    }
}

impl Eq for Atom {}

impl PartialOrd for Atom {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Atom {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.digest() == other.digest() {
            return Ordering::Equal;
        }
        self.0.order.cmp(&other.0.order).then_with(|| self.digest().cmp(&other.digest()))
    }
}

impl std::fmt::Debug for Atom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.body() {
            Body::Leaf => match self.expr().kind() {
                Kind::Symbol(s) => write!(f, "{}", s.name),
                other => write!(f, "{other:?}"),
            },
            Body::Map(g, p) => write!(f, "{g:?}{p:?}"),
            Body::Reduce(g, p) => write!(f, "{g:?}({p:?})"),
            Body::Matrix(g, p) => write!(f, "{g:?}({p:?})"),
            Body::OneHot(p) => write!(f, "OneHot({p:?})"),
            Body::Sum(p) => write!(f, "Sum({p:?})"),
        }
    }
}

impl Drop for Data {
    /// Takes deep nests of atoms apart without recursion.
    fn drop(&mut self) {
        fn take(body: &mut Body, into: &mut Vec<Arc<Poly>>) {
            match std::mem::replace(body, Body::Leaf) {
                Body::Leaf => {}
                Body::OneHot(p) | Body::Reduce(_, p) | Body::Matrix(_, p) | Body::Sum(p) => into.push(p),
                Body::Map(_, args) => into.extend(args),
            }
        }
        let mut pending = Vec::new();
        take(&mut self.body, &mut pending);
        while let Some(p) = pending.pop() {
            let Some(p) = Arc::into_inner(p) else { continue };
            for f in p.terms.into_keys().flat_map(|t| t.factors) {
                if let Some(mut data) = Arc::into_inner(f.atom.0) {
                    take(&mut data.body, &mut pending);
                }
            }
        }
    }
}
