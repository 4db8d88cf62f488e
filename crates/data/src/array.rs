//! Dense arrays of numbers: what NPY files hold and what columns become when they are bound to a name.

use crate::error::{Error, Result};

/// A dense array of doubles of any number of dimensions, in row-major order (the last index runs fastest).
///
/// A scalar has the shape `[]` and one value; a vector has the shape `[n]`, a matrix `[n, d]`.
///
/// ```
/// use gradus_data::Array;
/// let a = Array::new(vec![2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!(a.get(&[1, 0]), Some(4.0));
/// # Ok::<(), gradus_data::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    shape: Vec<usize>,
    values: Vec<f64>,
}

impl Array {
    /// An array of this shape over these values, `values.len() = shape[0] * shape[1] * ...`.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ.
    pub fn new(shape: Vec<usize>, values: Vec<f64>) -> Result<Self> {
        match elements(&shape) {
            Some(n) if n == values.len() => Ok(Self { shape, values }),
            _ => Err(Error::Shape {
                name: "values".to_owned(),
                expected: format!("a shape of {} elements", values.len()),
                found: shape,
            }),
        }
    }

    /// The vector of these values, of shape `[n]`.
    pub fn vector(values: Vec<f64>) -> Self {
        Self { shape: vec![values.len()], values }
    }

    /// The scalar of this value, of shape `[]`.
    pub fn scalar(value: f64) -> Self {
        Self { shape: Vec::new(), values: vec![value] }
    }

    /// The matrix `(n, k)` of `k` columns of length `n`.
    pub(crate) fn from_columns(rows: usize, columns: &[Vec<f64>]) -> Self {
        let values = (0..rows).flat_map(|i| columns.iter().map(move |c| c[i])).collect();
        Self { shape: vec![rows, columns.len()], values }
    }

    /// Length along each dimension.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The values in row-major order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The shape and the values in row-major order.
    pub fn into_parts(self) -> (Vec<usize>, Vec<f64>) {
        (self.shape, self.values)
    }

    /// The element at an index counted from 0, or `None` outside the array.
    pub fn get(&self, index: &[usize]) -> Option<f64> {
        if index.len() != self.shape.len() || index.iter().zip(&self.shape).any(|(i, n)| i >= n) {
            return None;
        }
        let place = index.iter().zip(&self.shape).fold(0, |place, (i, n)| place * n + i);
        self.values.get(place).copied()
    }

    /// Values stored in column-major (Fortran) order, put into row-major order.
    pub(crate) fn from_column_major(shape: Vec<usize>, values: Vec<f64>) -> Result<Self> {
        if shape.len() < 2 || values.len() < 2 {
            return Self::new(shape, values);
        }
        // In column-major order, index k along dimension j moves by the product of the lengths before j.
        let mut strides = vec![1usize; shape.len()];
        for j in 1..shape.len() {
            strides[j] = strides[j - 1] * shape[j - 1];
        }
        let mut index = vec![0usize; shape.len()];
        let mut ordered = Vec::with_capacity(values.len());
        for _ in 0..values.len() {
            let place: usize = index.iter().zip(&strides).map(|(i, s)| i * s).sum();
            ordered.push(values[place]);
            for j in (0..shape.len()).rev() {
                index[j] += 1;
                if index[j] < shape[j] {
                    break;
                }
                index[j] = 0;
            }
        }
        Self::new(shape, ordered)
    }
}

/// The number of elements of a shape, or `None` if it is beyond `usize`.
pub(crate) fn elements(shape: &[usize]) -> Option<usize> {
    // A zero anywhere makes the array empty, however long the other dimensions are.
    if shape.contains(&0) {
        return Some(0);
    }
    shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_major_order_is_transposed() {
        let a = Array::from_column_major(vec![2, 3], vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0]).unwrap();
        assert_eq!(a.values(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let mut values = vec![0.0; 24];
        for i in 0..2 {
            for j in 0..3 {
                for k in 0..4 {
                    values[i + 2 * j + 6 * k] = (100 * i + 10 * j + k) as f64;
                }
            }
        }
        let a = Array::from_column_major(vec![2, 3, 4], values).unwrap();
        assert_eq!(a.get(&[1, 2, 3]), Some(123.0));
        assert_eq!(a.get(&[0, 1, 2]), Some(12.0));
        assert_eq!(a.get(&[2, 0, 0]), None);
    }

    #[test]
    fn a_shape_beyond_usize_is_an_error() {
        assert!(Array::new(vec![usize::MAX, 2], vec![]).is_err());
        assert!(Array::new(vec![usize::MAX, 0, 2], vec![]).is_ok());
    }
}
