//! `Expr`, the value that everything else works on.
//!
//! An expression is an immutable, shared graph of nodes. Inside, it is index notation: products,
//! transposes, traces, outer and Hadamard products, sums, broadcasts, slices, reshapes and Kronecker products
//! are all one node, the [`Contraction`] (an indexed sum of products), over operands of which some are
//! structural tensors of zeros and ones ([`Structure`]). Matrix notation is parsed into it and recognised
//! out of it.
//!
//! Every node carries a 128-bit digest of its structure; equality and hashing use the digest, in O(1) whatever
//! the size of the graph. (Two different expressions share a digest with probability 2^-128.) Building,
//! dropping and walking never recurse, so that a chain of a million operations is safe.

mod contract;
mod node;
mod walk;

pub use contract::{Contraction, Index};
pub use walk::postorder;

use crate::{Dim, Error, Function, MatrixFunction, Rational, Reduction, Shape, Symbol, show_shape};
use node::digest;
use num_traits::{One, Zero};
use std::hash::Hash;
use std::sync::Arc;

/// A symbolic tensor expression: cheap to clone, immutable, `Send + Sync`.
#[derive(Clone)]
pub struct Expr(Arc<Node>);

struct Node {
    kind: Kind,
    shape: Shape,
    digest: u128,
}

/// What an expression is made of.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are named in each variant's sentence")]
pub enum Kind {
    /// A named tensor.
    Symbol(Arc<Symbol>),
    /// An exact scalar.
    Constant(Constant),
    /// A dimension used as a number.
    Size(Dim),
    /// A structural tensor of zeros and ones.
    Structure(Structure),
    /// `index` of shape s holds integers from 1 to `classes`; the result, of shape `s + [classes]`, is 1 where
    /// the last axis is at that integer. Contracting with it gathers; contracting its other axes scatters.
    OneHot { index: Expr, classes: Dim },
    /// A sum of terms of one shape, each with an exact coefficient; no terms is a zero.
    Sum(Vec<(Rational, Expr)>),
    /// An indexed sum of products.
    Contract(Contraction),
    /// A function applied entry by entry to operands of one shape.
    Map(Function, Vec<Expr>),
    /// A reduction along one axis (from 0), which disappears.
    Reduce(Reduction, Expr, usize),
    /// A function of a square matrix.
    Matrix(MatrixFunction, Expr),
}

/// An exact scalar constant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Constant {
    /// A rational number; a decimal literal such as `0.1` is exactly 1/10.
    Rational(Rational),
    /// The ratio of a circle's circumference to its diameter.
    Pi,
    /// Euler's number.
    E,
}

/// A tensor of zeros and ones known from its indices (here counted from 0). It is never stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the fields are named in each variant's formula")]
pub enum Structure {
    /// `[i = j]`, shape `[n, n]`: the identity matrix.
    Delta(Dim),
    /// `[j <= i]`, shape `[n, n]`: ones on and below the diagonal; contracting with it is a cumulative sum.
    LowerOnes(Dim),
    /// `[j = offset + stride*i]`, shape `[rows, cols]`: contracting takes a slice; transposed, it places one.
    Slice { rows: Dim, cols: Dim, offset: Dim, stride: i64 },
    /// `[i = at]`, shape `[n]`: a unit vector; contracting with it takes one entry.
    Unit { n: Dim, at: Dim },
    /// `[k = i*inner + j]`, shape `[outer*inner, outer, inner]`: joins two axes into one, or splits one
    /// axis into two. Reshapes, `vec` and Kronecker products are contractions with it.
    Merge { outer: Dim, inner: Dim },
}

impl Structure {
    /// The shape of the tensor.
    pub fn shape(&self) -> Shape {
        match self {
            Structure::Delta(n) | Structure::LowerOnes(n) => vec![n.clone(), n.clone()],
            Structure::Slice { rows, cols, .. } => vec![rows.clone(), cols.clone()],
            Structure::Unit { n, .. } => vec![n.clone()],
            Structure::Merge { outer, inner } => {
                vec![outer.clone() * inner.clone(), outer.clone(), inner.clone()]
            }
        }
    }
}

impl Expr {
    fn new(kind: Kind, shape: Shape) -> Expr {
        let digest = digest(|h| {
            std::mem::discriminant(&kind).hash(h);
            match &kind {
                Kind::Symbol(s) => s.hash(h),
                Kind::Constant(c) => c.hash(h),
                Kind::Size(d) => d.hash(h),
                Kind::Structure(s) => s.hash(h),
                Kind::OneHot { index, classes } => (index, classes).hash(h),
                Kind::Sum(terms) => (terms, &shape).hash(h),
                Kind::Contract(c) => (&c.operands, c.rank, &c.dims).hash(h),
                Kind::Map(f, args) => (f, args).hash(h),
                Kind::Reduce(r, x, axis) => (r, x, axis).hash(h),
                Kind::Matrix(f, x) => (f, x).hash(h),
            }
        });
        Expr(Arc::new(Node { kind, shape, digest }))
    }

    /// What the expression is made of at the top.
    pub fn kind(&self) -> &Kind {
        &self.0.kind
    }

    /// The shape.
    pub fn shape(&self) -> &[Dim] {
        &self.0.shape
    }

    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.0.shape.len()
    }

    /// Has the expression no axes?
    pub fn is_scalar(&self) -> bool {
        self.0.shape.is_empty()
    }

    /// The 128-bit digest of the structure: equal for equal expressions.
    pub fn digest(&self) -> u128 {
        self.0.digest
    }

    // ---- leaves

    /// The named tensor as an expression.
    pub fn symbol(symbol: Symbol) -> Expr {
        let shape = symbol.shape.clone();
        Expr::new(Kind::Symbol(Arc::new(symbol)), shape)
    }

    /// An exact constant.
    pub fn constant(c: Constant) -> Expr {
        Expr::new(Kind::Constant(c), Vec::new())
    }

    /// An exact rational constant.
    pub fn rational(r: Rational) -> Expr {
        Expr::constant(Constant::Rational(r))
    }

    /// An integer constant.
    pub fn integer(k: i64) -> Expr {
        Expr::rational(Rational::from_integer(k.into()))
    }

    /// A dimension as a number; a constant when its value is known.
    pub fn size(d: Dim) -> Expr {
        match d.as_constant() {
            Some(k) => Expr::integer(k),
            None => Expr::new(Kind::Size(d), Vec::new()),
        }
    }

    /// A structural tensor.
    pub fn structure(s: Structure) -> Expr {
        let shape = s.shape();
        Expr::new(Kind::Structure(s), shape)
    }

    /// The identity matrix of size n.
    pub fn eye(n: Dim) -> Expr {
        Expr::structure(Structure::Delta(n))
    }

    /// The tensor of zeros.
    pub fn zeros(shape: Shape) -> Expr {
        if shape.is_empty() { Expr::integer(0) } else { Expr::new(Kind::Sum(Vec::new()), shape) }
    }

    /// The tensor of ones.
    pub fn ones(shape: Shape) -> Expr {
        Expr::integer(1).broadcast_to(shape)
    }

    // ---- compound nodes

    /// `index` (integers from 1 to `classes`) as indicator vectors along a new last axis.
    pub fn one_hot(index: Expr, classes: Dim) -> Expr {
        let mut shape = index.shape().to_vec();
        shape.push(classes.clone());
        Expr::new(Kind::OneHot { index, classes }, shape)
    }

    /// The sum of terms of one shape. Zero terms and zero coefficients vanish, a single term with coefficient 1
    /// is that term, nested sums are kept (they may be shared).
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] when a term's shape is not `shape`.
    pub fn sum(shape: Shape, terms: Vec<(Rational, Expr)>) -> Result<Expr, Error> {
        if let Some((_, e)) = terms.iter().find(|(_, e)| e.shape() != shape) {
            let (left, right) = (show_shape(&shape), show_shape(e.shape()));
            return Err(Error::ShapesDiffer { operation: "a sum".into(), left, right });
        }
        Ok(Expr::sum_unchecked(shape, terms))
    }

    pub(crate) fn sum_unchecked(shape: Shape, terms: Vec<(Rational, Expr)>) -> Expr {
        let mut constant = Rational::zero();
        let mut kept: Vec<(Rational, Expr)> = Vec::with_capacity(terms.len());
        for (c, e) in terms {
            debug_assert_eq!(e.shape(), shape, "terms of a sum have its shape");
            match e.as_rational() {
                Some(r) => constant += c * r,
                None if c.is_zero() || e.is_zero() => {}
                None => match e.kind() {
                    // A scaled term inside a scaled term is one scaled term.
                    Kind::Sum(inner) if inner.len() == 1 => kept.push((c * &inner[0].0, inner[0].1.clone())),
                    _ => kept.push((c, e)),
                },
            }
        }
        if !constant.is_zero() {
            if kept.is_empty() {
                return Expr::rational(constant);
            }
            kept.push((constant, Expr::integer(1)));
        }
        match kept.as_slice() {
            [] => Expr::zeros(shape),
            [(c, e)] if c.is_one() => e.clone(),
            _ => Expr::new(Kind::Sum(kept), shape),
        }
    }

    /// `c * self`.
    pub fn scale(&self, c: Rational) -> Expr {
        Expr::sum_unchecked(self.shape().to_vec(), vec![(c, self.clone())])
    }

    /// A function applied entry by entry.
    ///
    /// # Errors
    /// [`Error::OperandCount`] when the number of operands is not the function's, [`Error::ShapesDiffer`] when
    /// their shapes differ.
    pub fn map(f: Function, operands: Vec<Expr>) -> Result<Expr, Error> {
        if operands.len() != f.arity() {
            return Err(Error::OperandCount { name: f.name(), expected: f.arity(), given: operands.len() });
        }
        if let Some(other) = operands.iter().find(|e| e.shape() != operands[0].shape()) {
            return Err(Error::ShapesDiffer {
                operation: f.name().into(),
                left: show_shape(operands[0].shape()),
                right: show_shape(other.shape()),
            });
        }
        Ok(Expr::map_unchecked(f, operands))
    }

    pub(crate) fn map_unchecked(f: Function, operands: Vec<Expr>) -> Expr {
        debug_assert_eq!(operands.len(), f.arity());
        debug_assert!(operands.iter().all(|e| e.shape() == operands[0].shape()));
        if let Function::Power(p) = f {
            if p.is_one() {
                return operands[0].clone();
            }
            if p.is_zero() {
                return Expr::ones(operands[0].shape().to_vec());
            }
        }
        let shape = operands[0].shape().to_vec();
        Expr::new(Kind::Map(f, operands), shape)
    }

    /// A function of one operand, applied entry by entry.
    #[must_use]
    pub fn apply(&self, f: Function) -> Expr {
        debug_assert_eq!(f.arity(), 1);
        Expr::map_unchecked(f, vec![self.clone()])
    }

    /// `x^(p/q)` entry by entry.
    #[must_use]
    pub fn power(&self, p: i64, q: i64) -> Expr {
        self.apply(Function::power(p, q))
    }

    /// A reduction along an axis, counted from 0.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`] when there is no such axis.
    pub fn reduce(&self, r: Reduction, axis: usize) -> Result<Expr, Error> {
        if axis >= self.rank() {
            return Err(Error::NoSuchAxis { axis: axis + 1, rank: self.rank() });
        }
        let mut shape = self.shape().to_vec();
        shape.remove(axis);
        Ok(Expr::new(Kind::Reduce(r, self.clone(), axis), shape))
    }

    /// A function of a square matrix.
    ///
    /// # Errors
    /// [`Error::NotSquare`] when the operand is not a square matrix.
    pub fn matrix(&self, f: MatrixFunction) -> Result<Expr, Error> {
        match self.shape() {
            [n, m] if n == m => Ok(self.matrix_unchecked(f)),
            shape => Err(Error::NotSquare { name: f.name(), shape: show_shape(shape) }),
        }
    }

    pub(crate) fn matrix_unchecked(&self, f: MatrixFunction) -> Expr {
        let shape = match f {
            MatrixFunction::Inverse | MatrixFunction::Cholesky => self.shape().to_vec(),
            MatrixFunction::Det | MatrixFunction::LogDet => Vec::new(),
        };
        Expr::new(Kind::Matrix(f, self.clone()), shape)
    }

    /// A scalar repeated to a shape.
    #[must_use]
    pub fn broadcast_to(&self, shape: Shape) -> Expr {
        debug_assert!(self.is_scalar());
        if shape.is_empty() {
            return self.clone();
        }
        // Even a rational becomes a contraction here: the ones it scales have a shape.
        let labels: Vec<u32> = (0..shape.len() as u32).collect();
        let ones = Expr::new(
            Kind::Contract(Contraction { operands: Vec::new(), rank: shape.len(), dims: shape.clone() }),
            shape.clone(),
        );
        match self.as_rational() {
            Some(r) => ones.scale(r.clone()),
            None => {
                let dims = labels.iter().copied().zip(shape).collect();
                Expr::contract_unchecked(vec![(self.clone(), Vec::new())], &labels, &dims)
            }
        }
    }

    // ---- questions

    /// The value, when the expression is a rational constant.
    pub fn as_rational(&self) -> Option<&Rational> {
        match self.kind() {
            Kind::Constant(Constant::Rational(r)) => Some(r),
            _ => None,
        }
    }

    /// The symbol, when the expression is one.
    pub fn as_symbol(&self) -> Option<&Arc<Symbol>> {
        match self.kind() {
            Kind::Symbol(s) => Some(s),
            _ => None,
        }
    }

    /// Is the expression a zero as it stands?
    pub fn is_zero(&self) -> bool {
        match self.kind() {
            Kind::Constant(Constant::Rational(r)) => r.is_zero(),
            Kind::Sum(terms) => terms.is_empty(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(name: &str) -> Expr {
        Expr::symbol(Symbol::new(name, vec![Dim::symbol("n")]))
    }

    #[test]
    fn a_delta_over_a_bound_index_disappears() {
        let (x, eye) = (vector("x"), Expr::eye(Dim::symbol("n")));
        let same = Expr::contract(&[(eye.clone(), &[0, 1]), (x.clone(), &[1])], &[0], &[]).unwrap();
        assert_eq!(same, x);
        let trace = Expr::contract(&[(eye, &[0, 0])], &[], &[]).unwrap();
        assert_eq!(trace, Expr::size(Dim::symbol("n")));
    }

    #[test]
    fn a_million_nested_operations_build_walk_and_drop() {
        let mut e = vector("x");
        for _ in 0..1_000_000 {
            e = e.apply(Function::Sin);
        }
        assert_eq!(e.postorder().len(), 1_000_001);
        drop(e);
    }

    #[test]
    fn sixty_doublings_stay_sixty_nodes() {
        let mut e = vector("x");
        for _ in 0..60 {
            e = Expr::sum(e.shape().to_vec(), vec![(Rational::one(), e.clone()), (Rational::one(), e)])
                .unwrap();
        }
        assert_eq!(e.postorder().len(), 61);
        assert!(format!("{e:?}").lines().count() == 61);
    }

    #[test]
    fn mistakes_in_a_contraction_are_named() {
        let x = vector("x");
        assert!(matches!(Expr::contract(&[(x.clone(), &[0, 1])], &[], &[]), Err(Error::IndexCount { .. })));
        assert!(matches!(
            Expr::contract(&[(x.clone(), &[0])], &[0, 0], &[]),
            Err(Error::RepeatedOutput { .. })
        ));
        assert!(matches!(Expr::contract(&[(x.clone(), &[0])], &[1], &[]), Err(Error::UnknownOutput { .. })));
        let y = Expr::symbol(Symbol::new("y", vec![Dim::symbol("m")]));
        assert!(matches!(Expr::contract(&[(x, &[0]), (y, &[0])], &[], &[]), Err(Error::ShapesDiffer { .. })));
    }
}
