//! Products of linear algebra as contractions.

use super::{differ, ein, wrong_rank};
use crate::{Error, Expr, Function, Structure};

/// The largest exponent of a matrix power.
const LARGEST_POWER: i64 = 1024;

impl Expr {
    /// `A*B` or `A*x`: contracts the last axis of the left with the first of the right, each a matrix or a
    /// vector; two vectors give their inner product.
    ///
    /// ```
    /// use gradus_expr::{Dim, Expr, Symbol};
    /// let (m, n) = (Dim::symbol("m"), Dim::symbol("n"));
    /// let a = Expr::symbol(Symbol::new("A", vec![m.clone(), n.clone()]));
    /// let x = Expr::symbol(Symbol::new("x", vec![n]));
    /// assert_eq!(a.matmul(&x).unwrap().shape(), [m]);
    /// assert!(x.matmul(&a).is_err());
    /// ```
    ///
    /// # Errors
    /// [`Error::WrongRank`] for an operand that is neither, [`Error::ShapesDiffer`] when the inner sizes differ.
    pub fn matmul(&self, other: &Expr) -> Result<Expr, Error> {
        for e in [self, other] {
            if !(1..=2).contains(&e.rank()) {
                return Err(wrong_rank("*", "a matrix or a vector", e));
            }
        }
        if self.shape().last() != other.shape().first() {
            return Err(differ("*", self.shape(), other.shape()));
        }
        let left: &[u32] = if self.rank() == 2 { &[0, 1] } else { &[1] };
        let right: &[u32] = if other.rank() == 2 { &[1, 2] } else { &[1] };
        let output: Vec<u32> = left.iter().chain(right).copied().filter(|l| *l != 1).collect();
        Ok(ein(&[(self, left), (other, right)], &output, &[]))
    }

    /// `sum(x .* y)` over all entries of two tensors of one shape: `x'*y` of vectors, `trace(A'*B)` of matrices.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`].
    pub fn dot(&self, other: &Expr) -> Result<Expr, Error> {
        if self.shape() != other.shape() {
            return Err(differ("dot", self.shape(), other.shape()));
        }
        let l = super::labels(self.rank());
        Ok(ein(&[(self, &l), (other, &l)], &[], &[]))
    }

    /// The outer product, of shape `self.shape() + other.shape()`: `x*y'` of two vectors.
    #[must_use]
    pub fn outer(&self, other: &Expr) -> Expr {
        let all = super::labels(self.rank() + other.rank());
        let (l, r) = all.split_at(self.rank());
        ein(&[(self, l), (other, r)], &all, &[])
    }

    /// The transpose of a matrix; a scalar is its own.
    ///
    /// # Errors
    /// [`Error::WrongRank`] for a vector (its transpose is a row, which only the surface notation has) and for
    /// more than two axes.
    pub fn transpose(&self) -> Result<Expr, Error> {
        match self.rank() {
            0 => Ok(self.clone()),
            2 => Ok(ein(&[(self, &[1, 0])], &[0, 1], &[])),
            _ => Err(wrong_rank("transpose", "a matrix", self)),
        }
    }

    /// The sum of the diagonal of a square matrix.
    ///
    /// # Errors
    /// [`Error::NotSquare`].
    pub fn trace(&self) -> Result<Expr, Error> {
        self.square_size("trace")?;
        Ok(ein(&[(self, &[0, 0])], &[], &[]))
    }

    /// A diagonal matrix with the entries of a vector, or the vector of a square matrix's diagonal.
    ///
    /// # Errors
    /// [`Error::NotSquare`] for another matrix, [`Error::WrongRank`] for anything else.
    pub fn diag(&self) -> Result<Expr, Error> {
        match self.shape() {
            [n] => Ok(ein(&[(self, &[0]), (&Expr::eye(n.clone()), &[0, 1])], &[0, 1], &[])),
            [_, _] => {
                self.square_size("diag")?;
                Ok(ein(&[(self, &[0, 0])], &[0], &[]))
            }
            _ => Err(wrong_rank("diag", "a vector or a square matrix", self)),
        }
    }

    fn square_size(&self, name: &'static str) -> Result<crate::Dim, Error> {
        match self.shape() {
            [n, m] if n == m => Ok(n.clone()),
            shape => Err(Error::NotSquare { name, shape: crate::show_shape(shape) }),
        }
    }

    /// The Kronecker product of two matrices, `[m*p, n*q]`, or of two vectors, `[m*p]`.
    ///
    /// `K_(i*p+k, j*q+l) = A_ij * B_kl`, counting from 0.
    ///
    /// # Errors
    /// [`Error::WrongRank`] unless both are matrices or both are vectors.
    pub fn kron(&self, other: &Expr) -> Result<Expr, Error> {
        let join = |axis: usize| {
            let (outer, inner) = (self.shape()[axis].clone(), other.shape()[axis].clone());
            Expr::structure(Structure::Merge { outer, inner })
        };
        match (self.rank(), other.rank()) {
            (1, 1) => Ok(ein(&[(&join(0), &[0, 1, 2]), (self, &[1]), (other, &[2])], &[0], &[])),
            (2, 2) => Ok(ein(
                &[(&join(0), &[0, 2, 4]), (&join(1), &[1, 3, 5]), (self, &[2, 3]), (other, &[4, 5])],
                &[0, 1],
                &[],
            )),
            (1 | 2, _) => Err(wrong_rank("kron", "two matrices or two vectors", other)),
            _ => Err(wrong_rank("kron", "two matrices or two vectors", self)),
        }
    }

    /// `self'*A*self` of a vector and a square matrix.
    ///
    /// # Errors
    /// [`Error::WrongRank`] when this is not a vector, [`Error::NotSquare`], [`Error::ShapesDiffer`].
    pub fn quadratic_form(&self, a: &Expr) -> Result<Expr, Error> {
        let [n] = self.shape() else { return Err(wrong_rank("a quadratic form", "a vector", self)) };
        if a.square_size("a quadratic form")? != *n {
            return Err(differ("a quadratic form", self.shape(), a.shape()));
        }
        Ok(ein(&[(self, &[0]), (a, &[0, 1]), (self, &[1])], &[], &[]))
    }

    /// The matrix of squared distances between the rows of two matrices, `D_ij = sum_k (X_ik - Y_jk)^2`; of
    /// two vectors, `D_ij = (x_i - y_j)^2`.
    ///
    /// # Errors
    /// [`Error::WrongRank`] unless both are matrices or both are vectors, [`Error::ShapesDiffer`] when the rows
    /// have different lengths.
    pub fn sqdist(&self, other: &Expr) -> Result<Expr, Error> {
        if self.rank() != other.rank() || !(1..=2).contains(&self.rank()) {
            return Err(wrong_rank("sqdist", "two matrices or two vectors", other));
        }
        if self.rank() == 2 && self.shape()[1] != other.shape()[1] {
            return Err(differ("sqdist", self.shape(), other.shape()));
        }
        let mut shape = vec![self.shape()[0].clone(), other.shape()[0].clone()];
        shape.extend(self.shape().get(1).cloned());
        let (left, right): (&[usize], &[usize]) =
            if self.rank() == 2 { (&[0, 2], &[1, 2]) } else { (&[0], &[1]) };
        let squares = self
            .broadcast(left, &shape)?
            .subtract(&other.broadcast(right, &shape)?)?
            .apply(Function::power(2, 1));
        if self.rank() == 2 { squares.sum_axis(2) } else { Ok(squares) }
    }

    /// `A^k` of a square matrix by repeated squaring; a negative k powers the inverse, 0 is the identity.
    ///
    /// # Errors
    /// [`Error::NotSquare`], [`Error::LimitExceeded`] for an exponent beyond 1024.
    pub fn matrix_power(&self, k: i64) -> Result<Expr, Error> {
        let n = self.square_size("^")?;
        if k.abs() > LARGEST_POWER {
            let limit = LARGEST_POWER as usize;
            return Err(Error::LimitExceeded { what: "the exponent of a matrix power".into(), limit });
        }
        let mut square = if k < 0 { self.inverse()? } else { self.clone() };
        let mut left = k.abs();
        let mut product: Option<Expr> = None;
        while left > 0 {
            if left & 1 == 1 {
                product = Some(match product {
                    None => square.clone(),
                    Some(p) => p.matmul(&square)?,
                });
            }
            left >>= 1;
            if left > 0 {
                square = square.matmul(&square)?;
            }
        }
        Ok(product.unwrap_or_else(|| Expr::eye(n)))
    }

    /// `inv(self)*b`, the solution of `self*x = b`.
    ///
    /// # Errors
    /// [`Error::NotSquare`], and those of [`Expr::matmul`].
    pub fn solve(&self, b: &Expr) -> Result<Expr, Error> {
        self.inverse()?.matmul(b)
    }
}
