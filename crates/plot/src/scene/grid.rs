//! Values on a rectangular grid, `z[j, i] = f(x[i], y[j])`.

use crate::Error;

/// Values of a function of two variables on a rectangular grid.
///
/// Row-major with y as the rows: `values[j * nx + i]` belongs to `(x[i], y[j])`. Values may be NaN (a hole);
/// coordinates are finite and strictly increasing.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    x: Vec<f64>,
    y: Vec<f64>,
    values: Vec<f64>,
}

impl Grid {
    /// A grid from its coordinates, `x : (nx)` and `y : (ny)`, and `values : (ny, nx)` row by row.
    ///
    /// # Errors
    /// [`Error::GridShape`] if the sizes disagree or a side has fewer than 2 points; [`Error::GridCoordinate`] if
    /// coordinates are not finite and strictly increasing.
    ///
    /// ```
    /// use gradus_plot::Grid;
    /// let g = Grid::new(&[0.0, 1.0], &[0.0, 2.0], &[0.0, 1.0, 2.0, 3.0])?;
    /// assert_eq!(g.value(1, 0), 1.0);
    /// # Ok::<(), gradus_plot::Error>(())
    /// ```
    pub fn new(x: &[f64], y: &[f64], values: &[f64]) -> Result<Self, Error> {
        let (nx, ny) = (x.len(), y.len());
        if nx < 2 || ny < 2 || nx.checked_mul(ny) != Some(values.len()) {
            return Err(Error::GridShape { nx, ny, found: values.len() });
        }
        for (axis, c) in [("x", x), ("y", y)] {
            let bad = (0..c.len()).find(|&i| !c[i].is_finite() || (i > 0 && c[i] <= c[i - 1]));
            if let Some(index) = bad {
                return Err(Error::GridCoordinate { axis, index, value: c[index] });
            }
        }
        Ok(Self { x: x.to_vec(), y: y.to_vec(), values: values.to_vec() })
    }

    /// Samples `f` at `n` equally spaced points a side, ends included.
    ///
    /// # Errors
    /// As [`Grid::new`]: a side of fewer than 2 points, or a range that is not finite and increasing.
    ///
    /// ```
    /// use gradus_plot::Grid;
    /// let g = Grid::sample((-1.0, 1.0), (0.0, 1.0), 3, |x, y| x + y)?;
    /// assert_eq!(g.value(2, 1), 1.5);
    /// # Ok::<(), gradus_plot::Error>(())
    /// ```
    pub fn sample(
        x: (f64, f64),
        y: (f64, f64),
        n: usize,
        mut f: impl FnMut(f64, f64) -> f64,
    ) -> Result<Self, Error> {
        let line = |(a, b): (f64, f64)| -> Vec<f64> {
            let last = n.saturating_sub(1).max(1) as f64;
            (0..n).map(|i| a + (b - a) * (i as f64 / last)).collect()
        };
        let (xs, ys) = (line(x), line(y));
        let values: Vec<f64> =
            ys.iter().flat_map(|&y| xs.iter().map(move |&x| (x, y))).map(|(x, y)| f(x, y)).collect();
        Self::new(&xs, &ys, &values)
    }

    /// The x coordinates, increasing.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The y coordinates, increasing.
    #[must_use]
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// All values, row by row from the smallest y.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The value at `(x[i], y[j])`, or NaN outside of the grid.
    #[must_use]
    pub fn value(&self, i: usize, j: usize) -> f64 {
        if i >= self.x.len() {
            return f64::NAN;
        }
        self.values.get(j * self.x.len() + i).copied().unwrap_or(f64::NAN)
    }

    /// Smallest and largest finite value, if there is one.
    #[must_use]
    pub fn value_range(&self) -> Option<(f64, f64)> {
        let mut range: Option<(f64, f64)> = None;
        for &v in self.values.iter().filter(|v| v.is_finite()) {
            let (lo, hi) = range.unwrap_or((v, v));
            range = Some((lo.min(v), hi.max(v)));
        }
        range
    }
}
