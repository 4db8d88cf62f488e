//! Windows on dense matrices: a slice, a shape and two strides.
//!
//! Element (i, j) is `data[i * row_stride + j * col_stride]`. A transpose swaps the strides and moves no
//! number. A mutable window may not name one element twice, which is checked when it is made.

use crate::LinalgError;

/// A read-only window of shape (rows, cols).
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    data: &'a [f64],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

/// A writable window of shape (rows, cols).
#[derive(Debug)]
pub struct ViewMut<'a> {
    data: &'a mut [f64],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

/// One more than the largest offset that the window names; `None` if it overflows.
fn extent(rows: usize, cols: usize, row_stride: usize, col_stride: usize) -> Option<usize> {
    if rows == 0 || cols == 0 {
        return Some(0);
    }
    let last_row = (rows - 1).checked_mul(row_stride)?;
    let last_col = (cols - 1).checked_mul(col_stride)?;
    last_row.checked_add(last_col)?.checked_add(1)
}

fn check_extent(
    length: usize,
    (rows, cols): (usize, usize),
    (row_stride, col_stride): (usize, usize),
) -> Result<usize, LinalgError> {
    let need = extent(rows, cols, row_stride, col_stride);
    need.filter(|&need| need <= length).ok_or_else(|| {
        LinalgError::shape(
            "view",
            format!("room for {rows} x {cols} with strides {row_stride}, {col_stride}"),
            format!("{length} numbers"),
        )
    })
}

impl<'a> View<'a> {
    /// The window on row-major data whose length is known to be rows * cols.
    pub(crate) const fn whole(data: &'a [f64], rows: usize, cols: usize) -> Self {
        Self { data, rows, cols, row_stride: cols, col_stride: 1 }
    }

    /// A row-major window over exactly rows * cols numbers.
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when the slice has another length.
    ///
    /// ```
    /// let view = gradus_linalg::View::row_major(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3)?;
    /// assert_eq!(view.get(1, 0), Some(4.0));
    /// # Ok::<(), gradus_linalg::LinalgError>(())
    /// ```
    pub fn row_major(data: &'a [f64], rows: usize, cols: usize) -> Result<Self, LinalgError> {
        if rows.checked_mul(cols) != Some(data.len()) {
            return Err(LinalgError::shape(
                "view",
                format!("{rows} x {cols}"),
                format!("{} numbers", data.len()),
            ));
        }
        Self::strided(data, (rows, cols), (cols, 1))
    }

    /// A window of the given (rows, cols) and (row stride, column stride). A stride of 0 repeats.
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when the window reaches beyond the slice.
    pub fn strided(
        data: &'a [f64],
        shape: (usize, usize),
        strides: (usize, usize),
    ) -> Result<Self, LinalgError> {
        let need = check_extent(data.len(), shape, strides)?;
        let data = &data[..need];
        Ok(Self { data, rows: shape.0, cols: shape.1, row_stride: strides.0, col_stride: strides.1 })
    }

    /// Number of rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub const fn cols(&self) -> usize {
        self.cols
    }

    /// The transpose, (cols, rows).
    #[must_use]
    pub const fn transpose(self) -> Self {
        Self {
            data: self.data,
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }

    /// Element (i, j), counted from 0; `None` outside.
    pub fn get(&self, i: usize, j: usize) -> Option<f64> {
        (i < self.rows && j < self.cols).then(|| self.at(i, j))
    }

    #[inline]
    pub(crate) fn at(&self, i: usize, j: usize) -> f64 {
        self.data[i * self.row_stride + j * self.col_stride]
    }

    /// Row i as a slice, when its elements are adjacent.
    #[inline]
    pub(crate) fn row(&self, i: usize) -> &'a [f64] {
        &self.data[i * self.row_stride..][..self.cols]
    }

    /// The window on some of the rows.
    pub(crate) fn row_range(self, which: std::ops::Range<usize>) -> Self {
        let rows = which.len();
        let start = (which.start * self.row_stride).min(self.data.len());
        let need = extent(rows, self.cols, self.row_stride, self.col_stride).unwrap_or(0);
        Self { data: &self.data[start..][..need], rows, ..self }
    }

    /// Whether the elements of a row are adjacent, and rows do not overlap.
    pub(crate) const fn rows_are_slices(&self) -> bool {
        (self.col_stride == 1 || self.cols <= 1) && (self.row_stride >= self.cols || self.rows <= 1)
    }

    pub(crate) const fn row_stride(&self) -> usize {
        self.row_stride
    }

    /// The numbers from the first to the last of the window.
    pub(crate) const fn data(&self) -> &'a [f64] {
        self.data
    }

    /// The same numbers as an owned row-major vector.
    pub(crate) fn to_row_major(self) -> Vec<f64> {
        let mut out = vec![0.0; self.rows * self.cols];
        copy(self, &mut out);
        out
    }
}

/// Copies a window into a row-major slice, in tiles so that a transpose stays in cache.
fn copy(from: View<'_>, out: &mut [f64]) {
    const TILE: usize = 16;
    if out.is_empty() {
        return;
    }
    if from.rows_are_slices() {
        for i in 0..from.rows {
            out[i * from.cols..][..from.cols].copy_from_slice(from.row(i));
        }
        return;
    }
    for i0 in (0..from.rows).step_by(TILE) {
        for j0 in (0..from.cols).step_by(TILE) {
            for i in i0..(i0 + TILE).min(from.rows) {
                for j in j0..(j0 + TILE).min(from.cols) {
                    out[i * from.cols + j] = from.at(i, j);
                }
            }
        }
    }
}

impl<'a> ViewMut<'a> {
    /// The window on row-major data whose length is known to be rows * cols.
    pub(crate) fn whole(data: &'a mut [f64], rows: usize, cols: usize) -> Self {
        Self { data, rows, cols, row_stride: cols, col_stride: 1 }
    }

    /// A row-major window over exactly rows * cols numbers.
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when the slice has another length.
    pub fn row_major(data: &'a mut [f64], rows: usize, cols: usize) -> Result<Self, LinalgError> {
        if rows.checked_mul(cols) != Some(data.len()) {
            return Err(LinalgError::shape(
                "view",
                format!("{rows} x {cols}"),
                format!("{} numbers", data.len()),
            ));
        }
        Self::strided(data, (rows, cols), (cols, 1))
    }

    /// A window of the given (rows, cols) and (row stride, column stride).
    ///
    /// # Errors
    /// [`LinalgError::Shape`] when the window reaches beyond the slice, or could name an element twice.
    pub fn strided(
        data: &'a mut [f64],
        (rows, cols): (usize, usize),
        (row_stride, col_stride): (usize, usize),
    ) -> Result<Self, LinalgError> {
        let need = check_extent(data.len(), (rows, cols), (row_stride, col_stride))?;
        let row_span = cols.saturating_sub(1) * col_stride;
        let col_span = rows.saturating_sub(1) * row_stride;
        let distinct = |count: usize, stride: usize| count <= 1 || stride > 0;
        let nested = (rows <= 1 || row_stride > row_span) || (cols <= 1 || col_stride > col_span);
        if need > 0 && !(nested && distinct(rows, row_stride) && distinct(cols, col_stride)) {
            return Err(LinalgError::shape(
                "mutable view",
                "strides that name each element once",
                format!("strides {row_stride}, {col_stride} for {rows} x {cols}"),
            ));
        }
        Ok(Self { data: &mut data[..need], rows, cols, row_stride, col_stride })
    }

    /// Number of rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub const fn cols(&self) -> usize {
        self.cols
    }

    /// The transpose, (cols, rows).
    #[must_use]
    pub fn transpose(self) -> Self {
        Self {
            data: self.data,
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }

    /// The same window, read-only.
    pub fn as_view(&self) -> View<'_> {
        View {
            data: self.data,
            rows: self.rows,
            cols: self.cols,
            row_stride: self.row_stride,
            col_stride: self.col_stride,
        }
    }

    /// The same window for a shorter time.
    pub fn reborrow(&mut self) -> ViewMut<'_> {
        ViewMut {
            data: self.data,
            rows: self.rows,
            cols: self.cols,
            row_stride: self.row_stride,
            col_stride: self.col_stride,
        }
    }

    #[inline]
    pub(crate) fn at_mut(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self.data[i * self.row_stride + j * self.col_stride]
    }

    /// Row i as a slice, when its elements are adjacent.
    #[inline]
    pub(crate) fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.data[i * self.row_stride..][..self.cols]
    }

    pub(crate) fn rows_are_slices(&self) -> bool {
        self.as_view().rows_are_slices()
    }

    /// Multiplies every element by beta; 0 writes zeros whatever was there.
    pub(crate) fn scale(&mut self, beta: f64) {
        if beta == 1.0 || self.data.is_empty() {
            return;
        }
        if self.rows_are_slices() {
            for i in 0..self.rows {
                let row = self.row_mut(i);
                if beta == 0.0 { row.fill(0.0) } else { row.iter_mut().for_each(|x| *x *= beta) }
            }
            return;
        }
        for i in 0..self.rows {
            for j in 0..self.cols {
                let x = self.at_mut(i, j);
                *x = if beta == 0.0 { 0.0 } else { *x * beta };
            }
        }
    }

    pub(crate) fn into_parts(self) -> (&'a mut [f64], usize) {
        (self.data, self.row_stride)
    }
}
