//! Linear algebra on expressions: what `A*x`, `norm2(r)` or `[A, B]` mean in index notation.
//!
//! Each operation is a few lines that name its contraction, map or reduction. Nothing is simplified here beyond
//! what the constructors of [`Expr`] do, so the value is the formula as it was written. A scalar stretches to
//! any shape in `add`, `subtract`, `hadamard`, `divide` and the two-operand functions; nothing else does.

pub(crate) mod einsum;
mod products;
mod reductions;
mod shaping;

use crate::{Dim, Error, Expr, Function, MatrixFunction, Rational, Shape, show_shape};
use num_traits::One;
use std::collections::HashMap;

/// A contraction whose shapes are known to agree.
fn ein(operands: &[(&Expr, &[u32])], output: &[u32], broadcast: &[(u32, Dim)]) -> Expr {
    let mut dims: HashMap<u32, Dim> = broadcast.iter().cloned().collect();
    for (e, labels) in operands {
        debug_assert_eq!(e.rank(), labels.len());
        for (l, d) in labels.iter().zip(e.shape()) {
            dims.entry(*l).or_insert_with(|| d.clone());
        }
    }
    let operands = operands.iter().map(|(e, l)| ((*e).clone(), l.to_vec())).collect();
    Expr::contract_unchecked(operands, output, &dims)
}

/// The labels `0..rank`.
fn labels(rank: usize) -> Vec<u32> {
    (0..rank as u32).collect()
}

/// `e` with its labels less the one of an axis.
fn without(axis: usize, rank: usize) -> Vec<u32> {
    labels(rank).into_iter().filter(|l| *l != axis as u32).collect()
}

fn differ(operation: &str, a: &[Dim], b: &[Dim]) -> Error {
    Error::ShapesDiffer { operation: operation.into(), left: show_shape(a), right: show_shape(b) }
}

fn wrong_rank(operation: &str, expected: &'static str, e: &Expr) -> Error {
    Error::WrongRank { operation: operation.into(), expected, shape: show_shape(e.shape()) }
}

/// Both operands at the shape they share; a scalar stretches.
fn stretched(operation: &str, a: &Expr, b: &Expr) -> Result<(Expr, Expr), Error> {
    match (a.is_scalar(), b.is_scalar()) {
        (true, false) => Ok((a.broadcast_to(b.shape().to_vec()), b.clone())),
        (false, true) => Ok((a.clone(), b.broadcast_to(a.shape().to_vec()))),
        _ if a.shape() == b.shape() => Ok((a.clone(), b.clone())),
        _ => Err(differ(operation, a.shape(), b.shape())),
    }
}

impl Expr {
    /// `self + other`, equal shapes or one a scalar.
    ///
    /// ```
    /// use gradus_expr::{Dim, Expr, Symbol};
    /// let x = Expr::symbol(Symbol::new("x", vec![Dim::symbol("n")]));
    /// assert_eq!(x.add(&Expr::integer(1)).unwrap().shape(), x.shape());
    /// assert_eq!(Expr::integer(2).add(&Expr::integer(3)).unwrap(), Expr::integer(5));
    /// ```
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] for two different shapes of which none is a scalar.
    pub fn add(&self, other: &Expr) -> Result<Expr, Error> {
        let (a, b) = stretched("+", self, other)?;
        Expr::sum(a.shape().to_vec(), vec![(Rational::one(), a), (Rational::one(), b)])
    }

    /// `self - other`, equal shapes or one a scalar.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] for two different shapes of which none is a scalar.
    pub fn subtract(&self, other: &Expr) -> Result<Expr, Error> {
        let (a, b) = stretched("-", self, other)?;
        Expr::sum(a.shape().to_vec(), vec![(Rational::one(), a), (-Rational::one(), b)])
    }

    /// `-self`.
    #[must_use]
    pub fn negate(&self) -> Expr {
        self.scale(-Rational::one())
    }

    /// The entrywise product `self .* other`, equal shapes or one a scalar.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] for two different shapes of which none is a scalar.
    pub fn hadamard(&self, other: &Expr) -> Result<Expr, Error> {
        if self.is_scalar() || other.is_scalar() {
            let l = labels(self.rank().max(other.rank()));
            let of = |e: &Expr| if e.is_scalar() { Vec::new() } else { l.clone() };
            return Ok(ein(&[(self, &of(self)), (other, &of(other))], &l, &[]));
        }
        if self.shape() != other.shape() {
            return Err(differ(".*", self.shape(), other.shape()));
        }
        let l = labels(self.rank());
        Ok(ein(&[(self, &l), (other, &l)], &l, &[]))
    }

    /// The entrywise quotient `self ./ other`: the product with `other^(-1)`.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] for two different shapes of which none is a scalar.
    pub fn divide(&self, other: &Expr) -> Result<Expr, Error> {
        match other.as_rational() {
            Some(r) if !num_traits::Zero::is_zero(r) => Ok(self.scale(r.recip())),
            _ => self.hadamard(&other.reciprocal()).map_err(|e| match e {
                Error::ShapesDiffer { left, right, .. } => {
                    Error::ShapesDiffer { operation: "./".into(), left, right }
                }
                other => other,
            }),
        }
    }

    /// An elementwise function of two operands, of which a scalar stretches.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] for two different shapes of which none is a scalar, [`Error::OperandCount`] for
    /// a function that does not take two operands.
    pub fn apply_with(&self, f: Function, other: &Expr) -> Result<Expr, Error> {
        let (a, b) = stretched(f.name(), self, other)?;
        Expr::map(f, vec![a, b])
    }

    /// `x^2` entry by entry.
    #[must_use]
    pub fn square(&self) -> Expr {
        self.power(2, 1)
    }

    /// `x^(1/2)` entry by entry.
    #[must_use]
    pub fn sqrt(&self) -> Expr {
        self.power(1, 2)
    }

    /// `1/x` entry by entry.
    #[must_use]
    pub fn reciprocal(&self) -> Expr {
        self.power(-1, 1)
    }

    /// The tensor of a larger shape whose axis `axes[k]` is this one's axis k, constant along the others.
    ///
    /// ```
    /// use gradus_expr::{Dim, Expr, Symbol};
    /// let (n, d) = (Dim::symbol("n"), Dim::symbol("d"));
    /// let m = Expr::symbol(Symbol::new("m", vec![d.clone()]));
    /// // B_ij = m_j
    /// assert_eq!(m.broadcast(&[1], &[n.clone(), d.clone()]).unwrap().shape(), [n, d]);
    /// ```
    ///
    /// # Errors
    /// [`Error::IndexCount`] without one target axis for each axis, [`Error::NoSuchAxis`] for a target beyond
    /// the shape, [`Error::ShapesDiffer`] when sizes disagree or two axes have one target.
    pub fn broadcast(&self, axes: &[usize], shape: &[Dim]) -> Result<Expr, Error> {
        if axes.len() != self.rank() {
            return Err(Error::IndexCount { rank: self.rank(), given: axes.len() });
        }
        if let Some(a) = axes.iter().find(|a| **a >= shape.len()) {
            return Err(Error::NoSuchAxis { axis: a + 1, rank: shape.len() });
        }
        let at: Shape = axes.iter().map(|a| shape[*a].clone()).collect();
        let twice = axes.iter().enumerate().any(|(k, a)| axes[..k].contains(a));
        if at != self.shape() || twice {
            return Err(differ("a broadcast", self.shape(), &at));
        }
        let targets: Vec<u32> = axes.iter().map(|a| *a as u32).collect();
        let dims: Vec<(u32, Dim)> = shape.iter().enumerate().map(|(k, d)| (k as u32, d.clone())).collect();
        if self.is_scalar() {
            return Ok(self.broadcast_to(shape.to_vec()));
        }
        Ok(ein(&[(self, &targets)], &labels(shape.len()), &dims))
    }

    /// The inverse of a square matrix.
    ///
    /// # Errors
    /// [`Error::NotSquare`].
    pub fn inverse(&self) -> Result<Expr, Error> {
        self.matrix(MatrixFunction::Inverse)
    }

    /// The determinant of a square matrix.
    ///
    /// # Errors
    /// [`Error::NotSquare`].
    pub fn det(&self) -> Result<Expr, Error> {
        self.matrix(MatrixFunction::Det)
    }

    /// The logarithm of the determinant of a square matrix.
    ///
    /// # Errors
    /// [`Error::NotSquare`].
    pub fn logdet(&self) -> Result<Expr, Error> {
        self.matrix(MatrixFunction::LogDet)
    }

    /// The lower triangular Cholesky factor of a positive definite matrix.
    ///
    /// # Errors
    /// [`Error::NotSquare`].
    pub fn cholesky(&self) -> Result<Expr, Error> {
        self.matrix(MatrixFunction::Cholesky)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Reduction, Symbol};

    fn tensor(name: &str, dims: &[&str]) -> Expr {
        Expr::symbol(Symbol::new(name, dims.iter().map(|d| Dim::symbol(d)).collect()))
    }

    fn shape(e: &Expr) -> String {
        show_shape(e.shape())
    }

    #[test]
    fn shapes_of_every_operation() {
        let (a, b, x) = (tensor("A", &["m", "n"]), tensor("B", &["n", "p"]), tensor("x", &["n"]));
        let s = tensor("S", &["n", "n"]);
        assert_eq!(shape(&a.matmul(&b).unwrap()), "[m, p]");
        assert_eq!(shape(&a.matmul(&x).unwrap()), "[m]");
        assert_eq!(shape(&x.matmul(&b).unwrap()), "[p]");
        assert_eq!(shape(&x.matmul(&x).unwrap()), "[]");
        assert_eq!(shape(&x.outer(&x)), "[n, n]");
        assert_eq!(shape(&a.transpose().unwrap()), "[n, m]");
        assert_eq!(shape(&x.diag().unwrap()), "[n, n]");
        assert_eq!(shape(&s.diag().unwrap()), "[n]");
        assert_eq!(shape(&a.kron(&b).unwrap()), "[m*n, n*p]");
        assert_eq!(shape(&a.vec()), "[m*n]");
        assert_eq!(shape(&a.sum_axis(0).unwrap()), "[n]");
        assert_eq!(shape(&a.mean_axis(1).unwrap()), "[m]");
        assert_eq!(shape(&a.reduce_all(Reduction::Max).unwrap()), "[]");
        assert_eq!(shape(&a.softmax(1).unwrap()), "[m, n]");
        assert_eq!(shape(&a.cumsum(0).unwrap()), "[m, n]");
        assert_eq!(shape(&a.sqdist(&tensor("C", &["q", "n"])).unwrap()), "[m, q]");
        assert_eq!(shape(&x.quadratic_form(&s).unwrap()), "[]");
        assert_eq!(shape(&Expr::concat(&[x.clone(), tensor("y", &["m"])], 0).unwrap()), "[m + n]");
        let group = tensor("g", &["k"]);
        assert_eq!(shape(&a.gather(0, &group).unwrap()), "[k, n]");
        assert_eq!(shape(&a.entry(1, Dim::constant(0)).unwrap()), "[m]");
        assert_eq!(shape(&s.solve(&x).unwrap()), "[n]");
        assert_eq!(shape(&a.reshape(vec![Dim::symbol("n"), Dim::symbol("m")]).unwrap()), "[n, m]");
    }

    #[test]
    fn clashes_are_errors_not_values() {
        let (a, x) = (tensor("A", &["m", "n"]), tensor("x", &["m"]));
        assert!(matches!(a.matmul(&x), Err(Error::ShapesDiffer { .. })));
        assert!(matches!(a.add(&x), Err(Error::ShapesDiffer { .. })));
        assert!(matches!(a.trace(), Err(Error::NotSquare { .. })));
        assert!(matches!(a.inverse(), Err(Error::NotSquare { .. })));
        assert!(matches!(a.sum_axis(2), Err(Error::NoSuchAxis { .. })));
        assert!(matches!(a.reshape(vec![Dim::symbol("n")]), Err(Error::ShapesDiffer { .. })));
        assert!(matches!(a.reduce_all(Reduction::ArgMax), Err(Error::WrongRank { .. })));
        let three = Expr::ones(vec![Dim::constant(3)]);
        assert!(matches!(three.entry(0, Dim::constant(3)), Err(Error::LimitExceeded { .. })));
        assert!(three.entry(0, Dim::constant(2)).is_ok());
        assert!(matches!(
            three.slice(0, Dim::constant(1), 1, Dim::constant(3)),
            Err(Error::LimitExceeded { .. })
        ));
        assert!(matches!(Expr::einsum("i1->", std::slice::from_ref(&x)), Err(Error::WrongRank { .. })));
        assert!(matches!(Expr::einsum("i,j->", &[x]), Err(Error::OperandCount { .. })));
    }

    #[test]
    fn one_contraction_has_one_form() {
        let (a, x) = (tensor("A", &["n", "n"]), tensor("x", &["n"]));
        assert_eq!(Expr::einsum("ij,j->i", &[a.clone(), x.clone()]).unwrap(), a.matmul(&x).unwrap());
        assert_eq!(Expr::eye(Dim::symbol("n")).matmul(&x).unwrap(), x);
        assert_eq!(a.matrix_power(1).unwrap(), a);
        assert_eq!(a.matrix_power(0).unwrap(), Expr::eye(Dim::symbol("n")));
        assert_eq!(a.matrix_power(10).unwrap().postorder().len(), 5);
    }
}
