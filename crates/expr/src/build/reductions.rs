//! Sums, means, norms and other reductions, over all axes or along one (counted from 0).

use super::{ein, labels, without, wrong_rank};
use crate::{Error, Expr, Function, Reduction, Structure};

impl Expr {
    fn checked_axis(&self, axis: usize) -> Result<usize, Error> {
        if axis < self.rank() {
            Ok(axis)
        } else {
            Err(Error::NoSuchAxis { axis: axis + 1, rank: self.rank() })
        }
    }

    /// The sum of all entries.
    #[must_use]
    pub fn sum_all(&self) -> Expr {
        ein(&[(self, &labels(self.rank()))], &[], &[])
    }

    /// The sum along an axis, which disappears.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn sum_axis(&self, axis: usize) -> Result<Expr, Error> {
        self.checked_axis(axis)?;
        Ok(ein(&[(self, &labels(self.rank()))], &without(axis, self.rank()), &[]))
    }

    /// The mean of all entries.
    #[must_use]
    pub fn mean_all(&self) -> Expr {
        let counts: Vec<Expr> = self.shape().iter().map(|d| Expr::size(d.clone()).reciprocal()).collect();
        let sum = self.sum_all();
        counts.iter().fold(sum, |product, c| ein(&[(&product, &[]), (&fold_reciprocal(c), &[])], &[], &[]))
    }

    /// The mean along an axis, which disappears.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn mean_axis(&self, axis: usize) -> Result<Expr, Error> {
        let count = Expr::size(self.shape()[self.checked_axis(axis)?].clone());
        self.sum_axis(axis)?.divide(&count)
    }

    /// A reduction over all axes, the last axis first.
    ///
    /// # Errors
    /// [`Error::WrongRank`] for a position ([`Reduction::ArgMax`], [`Reduction::ArgMin`]) in what is no vector.
    pub fn reduce_all(&self, r: Reduction) -> Result<Expr, Error> {
        let position = matches!(r, Reduction::ArgMax | Reduction::ArgMin);
        if position && self.rank() != 1 {
            return Err(wrong_rank(r.name(), "a vector, or an axis", self));
        }
        (0..self.rank()).rev().try_fold(self.clone(), |e, axis| e.reduce(r, axis))
    }

    /// `log(sum(exp(x)))` over all entries.
    ///
    /// # Errors
    /// None at present; the signature is that of the other reductions.
    pub fn logsumexp(&self) -> Result<Expr, Error> {
        self.reduce_all(Reduction::LogSumExp)
    }

    /// `exp(x)/sum(exp(x))` along an axis, as `exp(x - logsumexp(x))`.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn softmax(&self, axis: usize) -> Result<Expr, Error> {
        let total = self.reduce(Reduction::LogSumExp, axis)?;
        let kept: Vec<usize> = (0..self.rank()).filter(|a| *a != axis).collect();
        let total = total.broadcast(&kept, self.shape())?;
        Ok(self.subtract(&total)?.apply(Function::Exp))
    }

    /// The sum of absolute values of all entries.
    #[must_use]
    pub fn norm1(&self) -> Expr {
        self.apply(Function::Abs).sum_all()
    }

    /// The square root of the sum of squares of all entries: the Euclidean or the Frobenius norm.
    #[must_use]
    pub fn norm2(&self) -> Expr {
        let l = labels(self.rank());
        ein(&[(self, &l), (self, &l)], &[], &[]).sqrt()
    }

    /// The largest absolute value of all entries.
    ///
    /// # Errors
    /// None at present; the signature is that of the other reductions.
    pub fn norminf(&self) -> Result<Expr, Error> {
        self.apply(Function::Abs).reduce_all(Reduction::Max)
    }

    /// The sums of absolute values along an axis.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn norm1_axis(&self, axis: usize) -> Result<Expr, Error> {
        self.apply(Function::Abs).sum_axis(axis)
    }

    /// The Euclidean norms along an axis.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn norm2_axis(&self, axis: usize) -> Result<Expr, Error> {
        self.checked_axis(axis)?;
        let l = labels(self.rank());
        Ok(ein(&[(self, &l), (self, &l)], &without(axis, self.rank()), &[]).sqrt())
    }

    /// The largest absolute values along an axis.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn norminf_axis(&self, axis: usize) -> Result<Expr, Error> {
        self.apply(Function::Abs).reduce(Reduction::Max, axis)
    }

    /// The running sum along an axis.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn cumsum(&self, axis: usize) -> Result<Expr, Error> {
        let n = self.shape()[self.checked_axis(axis)?].clone();
        let (output, summed) = (labels(self.rank()), self.rank() as u32);
        let mut inner = output.clone();
        inner[axis] = summed;
        let ones = Expr::structure(Structure::LowerOnes(n));
        Ok(ein(&[(&ones, &[axis as u32, summed]), (self, &inner)], &output, &[]))
    }
}

/// `1/c` of a size, a constant when the size is.
fn fold_reciprocal(reciprocal: &Expr) -> Expr {
    let operand = reciprocal.children().first().and_then(|e| e.as_rational()).cloned();
    match operand {
        Some(r) if !num_traits::Zero::is_zero(&r) => Expr::rational(r.recip()),
        _ => reciprocal.clone(),
    }
}
