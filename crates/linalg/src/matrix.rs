//! Dense matrices that own their numbers, row after row.

use crate::{LinalgError, View, ViewMut};
use std::ops::{Index, IndexMut};

/// A dense row-major matrix of shape (rows, cols).
///
/// ```
/// use gradus_linalg::Matrix;
/// let a = Matrix::from_rows(&[[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(a[(1, 0)], 3.0);
/// assert_eq!(a.transpose().row(0), &[1.0, 3.0]);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    rows: usize,
    cols: usize,
    data: Vec<f64>,
}

impl Matrix {
    /// The matrix with these rows.
    pub fn from_rows<const N: usize>(rows: &[[f64; N]]) -> Self {
        Self { rows: rows.len(), cols: N, data: rows.as_flattened().to_vec() }
    }

    /// The (rows, cols) matrix with these numbers in row-major order.
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when their count is not rows * cols.
    pub fn from_vec(rows: usize, cols: usize, data: Vec<f64>) -> Result<Self, LinalgError> {
        if rows.checked_mul(cols) != Some(data.len()) {
            return Err(LinalgError::shape(
                "matrix",
                format!("{rows} x {cols}"),
                format!("{} numbers", data.len()),
            ));
        }
        Ok(Self { rows, cols, data })
    }

    /// The matrix with element `f(i, j)` at row i, column j, counted from 0.
    ///
    /// ```
    /// let hilbert = gradus_linalg::Matrix::from_fn(3, 3, |i, j| 1.0 / (i + j + 1) as f64);
    /// assert_eq!(hilbert[(2, 2)], 0.2);
    /// ```
    pub fn from_fn(rows: usize, cols: usize, mut f: impl FnMut(usize, usize) -> f64) -> Self {
        let mut a = Self::zeros(rows, cols);
        for i in 0..rows {
            for (j, x) in a.row_mut(i).iter_mut().enumerate() {
                *x = f(i, j);
            }
        }
        a
    }

    /// The zero matrix. Like a `Vec`, it ends the program when memory does; see [`Self::try_zeros`].
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self { rows, cols, data: vec![0.0; rows * cols] }
    }

    /// The zero matrix, or an error when there is no memory for it.
    ///
    /// # Errors
    /// [`LinalgError::TooLarge`].
    ///
    /// ```
    /// assert!(gradus_linalg::Matrix::try_zeros(usize::MAX, 2).is_err());
    /// ```
    pub fn try_zeros(rows: usize, cols: usize) -> Result<Self, LinalgError> {
        let too_large = LinalgError::TooLarge { rows, cols };
        let count = rows.checked_mul(cols).ok_or(too_large.clone())?;
        let mut data = Vec::new();
        data.try_reserve_exact(count).map_err(|_| too_large)?;
        data.resize(count, 0.0);
        Ok(Self { rows, cols, data })
    }

    /// The n x n identity.
    pub fn identity(n: usize) -> Self {
        Self::diagonal(&vec![1.0; n])
    }

    /// The square matrix with this diagonal.
    pub fn diagonal(d: &[f64]) -> Self {
        let mut a = Self::zeros(d.len(), d.len());
        for (i, &x) in d.iter().enumerate() {
            a[(i, i)] = x;
        }
        a
    }

    /// Number of rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub const fn cols(&self) -> usize {
        self.cols
    }

    /// The numbers in row-major order.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// The numbers in row-major order, to be changed.
    pub fn data_mut(&mut self) -> &mut [f64] {
        &mut self.data
    }

    /// The numbers in row-major order, without the shape.
    pub fn into_vec(self) -> Vec<f64> {
        self.data
    }

    /// Row i, counted from 0. Like indexing a slice, it panics outside.
    pub fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.cols..(i + 1) * self.cols]
    }

    /// Row i, to be changed.
    pub fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.data[i * self.cols..(i + 1) * self.cols]
    }

    /// Column j, copied.
    pub fn column(&self, j: usize) -> Vec<f64> {
        (0..self.rows).map(|i| self[(i, j)]).collect()
    }

    /// The transpose, a new matrix of shape (cols, rows).
    #[must_use]
    pub fn transpose(&self) -> Self {
        Self { rows: self.cols, cols: self.rows, data: self.view().transpose().to_row_major() }
    }

    /// A window on the whole matrix.
    pub fn view(&self) -> View<'_> {
        View::whole(&self.data, self.rows, self.cols)
    }

    /// A writable window on the whole matrix.
    pub fn view_mut(&mut self) -> ViewMut<'_> {
        ViewMut::whole(&mut self.data, self.rows, self.cols)
    }

    /// The largest |a_ij|; 0 for an empty matrix.
    pub fn norm_max(&self) -> f64 {
        self.data.iter().fold(0.0, |m, x| m.max(x.abs()))
    }

    /// The Frobenius norm, the square root of the sum of squares, without overflow.
    pub fn norm_frobenius(&self) -> f64 {
        let scale = self.norm_max();
        if scale == 0.0 || !scale.is_finite() {
            return scale;
        }
        scale * self.data.iter().map(|x| (x / scale).powi(2)).sum::<f64>().sqrt()
    }

    /// A matrix from column-major numbers.
    pub(crate) fn from_column_major(rows: usize, cols: usize, data: &[f64]) -> Self {
        Self { rows: cols, cols: rows, data: data.to_vec() }.transpose()
    }

    /// The numbers column after column.
    pub(crate) fn to_column_major(&self) -> Vec<f64> {
        self.view().transpose().to_row_major()
    }

    /// The order of a square matrix.
    pub(crate) fn square(&self, operation: &'static str) -> Result<usize, LinalgError> {
        if self.rows == self.cols {
            Ok(self.rows)
        } else {
            Err(LinalgError::NotSquare { operation, rows: self.rows, cols: self.cols })
        }
    }

    /// The largest |a_ij| of a matrix that must be finite.
    pub(crate) fn finite_norm_max(&self, operation: &'static str) -> Result<f64, LinalgError> {
        match self.data.iter().position(|x| !x.is_finite()) {
            None => Ok(self.norm_max()),
            Some(at) => Err(LinalgError::NonFinite {
                operation,
                row: at / self.cols,
                col: at % self.cols,
                value: self.data[at],
            }),
        }
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    #[inline]
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.row(i)[j]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    #[inline]
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.row_mut(i)[j]
    }
}
