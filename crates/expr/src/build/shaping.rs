//! Entries, slices, gathers, concatenations and reshapes as contractions with structural tensors.

use super::{differ, ein, labels, without};
use crate::{Dim, Error, Expr, Rational, Shape, Structure};
use num_traits::One;

impl Expr {
    fn axis_size(&self, axis: usize) -> Result<Dim, Error> {
        let missing = Error::NoSuchAxis { axis: axis + 1, rank: self.rank() };
        self.shape().get(axis).cloned().ok_or(missing)
    }

    /// The part at position `at` (from 0) of an axis, which disappears.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`]; [`Error::LimitExceeded`] when the size and the position are known and disagree.
    pub fn entry(&self, axis: usize, at: Dim) -> Result<Expr, Error> {
        let n = self.axis_size(axis)?;
        let room = (n.clone() - at.clone()).as_constant();
        if room.is_some_and(|r| r <= 0) || at.as_constant().is_some_and(|k| k < 0) {
            return Err(outside((at + Dim::constant(1)).to_string(), &n));
        }
        let unit = Expr::structure(Structure::Unit { n, at });
        Ok(ein(&[(self, &labels(self.rank())), (&unit, &[axis as u32])], &without(axis, self.rank()), &[]))
    }

    /// `count` entries of an axis, from `offset` (from 0) in steps of `stride`.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`]; [`Error::LimitExceeded`] when all sizes are known and the slice leaves the axis.
    pub fn slice(&self, axis: usize, offset: Dim, stride: i64, count: Dim) -> Result<Expr, Error> {
        let n = self.axis_size(axis)?;
        if offset.as_constant().is_some_and(|o| o < 0) || count.as_constant().is_some_and(|c| c < 0) {
            return Err(outside((offset + Dim::constant(1)).to_string(), &n));
        }
        if let (Some(o), Some(c)) = (offset.as_constant(), count.as_constant())
            && c > 0
        {
            let last = stride.checked_mul(c - 1).and_then(|s| s.checked_add(o));
            let beyond = last.is_none_or(|l| l < 0 || n.as_constant().is_some_and(|n| l >= n || o >= n));
            if beyond {
                let last = last.unwrap_or(i64::MAX);
                return Err(outside(last.saturating_add(1).to_string(), &n));
            }
        }
        if stride == 1 && offset.as_constant() == Some(0) && count == n {
            return Ok(self.clone());
        }
        let taken = Expr::structure(Structure::Slice { rows: count, cols: n, offset, stride });
        let output = labels(self.rank());
        let mut inner = output.clone();
        inner[axis] = self.rank() as u32;
        Ok(ein(&[(&taken, &[axis as u32, self.rank() as u32]), (self, &inner)], &output, &[]))
    }

    /// The parts of an axis at integer positions (from 1) held by `index`, whose axes replace that axis.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`].
    pub fn gather(&self, axis: usize, index: &Expr) -> Result<Expr, Error> {
        let n = self.axis_size(axis)?;
        let chosen = Expr::one_hot(index.clone(), n);
        let (rank, summed) = (self.rank() as u32, axis as u32);
        let new: Vec<u32> = (rank..rank + index.rank() as u32).collect();
        let mut chosen_labels = new.clone();
        chosen_labels.push(summed);
        let own = labels(self.rank());
        let output: Vec<u32> = own[..axis].iter().chain(&new).chain(&own[axis + 1..]).copied().collect();
        Ok(ein(&[(&chosen, &chosen_labels), (self, &own)], &output, &[]))
    }

    /// Tensors of one rank joined along an axis; their other axes agree.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`], [`Error::NoSuchAxis`]; [`Error::OperandCount`] for no parts.
    pub fn concat(parts: &[Expr], axis: usize) -> Result<Expr, Error> {
        let Some(first) = parts.first() else {
            return Err(Error::OperandCount { name: "a concatenation", expected: 1, given: 0 });
        };
        first.axis_size(axis)?;
        let mut total = Dim::constant(0);
        for part in parts {
            let mut expected = first.shape().to_vec();
            if part.rank() == first.rank() {
                expected[axis] = part.shape()[axis].clone();
            }
            if part.shape() != expected {
                return Err(differ("a concatenation", first.shape(), part.shape()));
            }
            total = total + part.shape()[axis].clone();
        }
        if parts.len() == 1 {
            return Ok(first.clone());
        }
        let mut shape = first.shape().to_vec();
        shape[axis] = total.clone();
        let mut offset = Dim::constant(0);
        let mut terms = Vec::with_capacity(parts.len());
        for part in parts {
            terms.push((Rational::one(), part.placed(axis, &offset, &total)));
            offset = offset + part.shape()[axis].clone();
        }
        Expr::sum(shape, terms)
    }

    /// The tensor with its axis placed at `offset` in a longer axis of zeros.
    fn placed(&self, axis: usize, offset: &Dim, total: &Dim) -> Expr {
        let rows = self.shape()[axis].clone();
        let output = labels(self.rank());
        let mut inner = output.clone();
        inner[axis] = self.rank() as u32;
        let (offset, cols) = (offset.clone(), total.clone());
        let place = Expr::structure(Structure::Slice { rows, cols, offset, stride: 1 });
        ein(&[(&place, &[self.rank() as u32, axis as u32]), (self, &inner)], &output, &[])
    }

    /// Scalars as the entries of a vector.
    ///
    /// # Errors
    /// [`Error::NotScalar`].
    pub fn vector_of(entries: &[Expr]) -> Result<Expr, Error> {
        let n = Dim::constant(entries.len());
        let mut terms = Vec::with_capacity(entries.len());
        for (k, e) in entries.iter().enumerate() {
            if !e.is_scalar() {
                let shape = crate::show_shape(e.shape());
                return Err(Error::NotScalar { operation: "an entry".into(), shape });
            }
            let unit = Expr::structure(Structure::Unit { n: n.clone(), at: Dim::constant(k) });
            terms.push((Rational::one(), ein(&[(e, &[]), (&unit, &[0])], &[0], &[])));
        }
        Expr::sum(vec![n], terms)
    }

    /// All entries as one vector, the first axis fastest: the columns of a matrix, stacked.
    #[must_use]
    pub fn vec(&self) -> Expr {
        if self.is_scalar() {
            return self.broadcast_to(vec![Dim::constant(1)]);
        }
        let mut e = self.clone();
        while e.rank() > 1 {
            // Joins the first two axes: k = j*inner + i.
            let (inner, outer) = (e.shape()[0].clone(), e.shape()[1].clone());
            let merge = Expr::structure(Structure::Merge { outer, inner });
            let own = labels(e.rank());
            let joined = e.rank() as u32;
            let output: Vec<u32> = std::iter::once(joined).chain(own[2..].iter().copied()).collect();
            e = ein(&[(&merge, &[joined, 1, 0]), (&e, &own)], &output, &[]);
        }
        e
    }

    /// The entries in another shape of as many, the first axis fastest in both.
    ///
    /// # Errors
    /// [`Error::ShapesDiffer`] when the numbers of entries are not the same polynomial.
    pub fn reshape(&self, shape: Shape) -> Result<Expr, Error> {
        if self.shape() == shape {
            return Ok(self.clone());
        }
        let count = |s: &[Dim]| s.iter().fold(Dim::constant(1), |p, d| p * d.clone());
        if count(self.shape()) != count(&shape) {
            return Err(differ("a reshape", self.shape(), &shape));
        }
        let mut e = self.vec();
        if shape.is_empty() {
            return Ok(e.sum_all());
        }
        // Splits the first axis until all are there: the last axis is the outermost.
        for axis in (1..shape.len()).rev() {
            let (inner, outer) = (count(&shape[..axis]), shape[axis].clone());
            let merge = Expr::structure(Structure::Merge { outer, inner });
            let own: Vec<u32> = std::iter::once(0).chain(3..2 + e.rank() as u32).collect();
            let output: Vec<u32> = [2, 1].into_iter().chain(own[1..].iter().copied()).collect();
            e = ein(&[(&merge, &[0, 1, 2]), (&e, &own)], &output, &[]);
        }
        Ok(e)
    }
}

/// A position (from 1) that is not on its axis.
fn outside(position: String, size: &Dim) -> Error {
    let limit = size.as_constant().and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    Error::LimitExceeded { what: format!("position {position} of an axis of size {size}"), limit }
}
