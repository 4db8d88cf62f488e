//! Vectors in the plane.

use super::Key;
use super::setters::keyed;

/// Arrows: a vector `(u[i], v[i])` at each `(x[i], y[i])`.
///
/// The longest arrow is scaled to about the spacing of the points, the others in proportion.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Quiver {
    /// Tails, horizontal.
    pub x: Vec<f64>,
    /// Tails, vertical.
    pub y: Vec<f64>,
    /// Horizontal components.
    pub u: Vec<f64>,
    /// Vertical components.
    pub v: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
}

impl Quiver {
    /// Vectors `(u[i], v[i])` at `(x[i], y[i])`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64], u: &[f64], v: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), u: u.to_vec(), v: v.to_vec(), key: Key::default() }
    }

    /// Samples a vector field at `n` points a side.
    #[must_use]
    pub fn of(x: (f64, f64), y: (f64, f64), n: usize, f: impl Fn(f64, f64) -> [f64; 2]) -> Self {
        let last = n.saturating_sub(1).max(1) as f64;
        let mut field = Self::new(&[], &[], &[], &[]);
        for j in 0..n {
            for i in 0..n {
                let px = x.0 + (x.1 - x.0) * (i as f64 / last);
                let py = y.0 + (y.1 - y.0) * (j as f64 / last);
                let [u, v] = f(px, py);
                field.x.push(px);
                field.y.push(py);
                field.u.push(u);
                field.v.push(v);
            }
        }
        field
    }
}
keyed!(Quiver);
