//! Marks at points: markers and intervals.

use super::setters::{keyed, setters};
use super::{Key, Shape};

/// Markers at points.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Points {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Vertical coordinates.
    pub y: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
    /// Shape of the markers; by default the panel's next shape.
    pub shape: Option<Shape>,
    /// Diameter in CSS pixels.
    pub size: f64,
    /// 0 invisible, 1 opaque.
    pub opacity: f64,
}

impl Points {
    /// Markers at `(x[i], y[i])`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), key: Key::default(), shape: None, size: 7.0, opacity: 0.9 }
    }
}
setters!(Points {
    /// Shape of the markers.
    shape: Shape,
    /// Diameter in CSS pixels.
    size: f64,
    /// 0 invisible, 1 opaque.
    opacity: f64,
});
keyed!(Points);

/// Vertical intervals `[low[i], high[i]]` around points.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ErrorBars {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// The points.
    pub y: Vec<f64>,
    /// Lower ends.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
}

impl ErrorBars {
    /// Intervals `y[i] ± error[i]` at `x[i]`.
    #[must_use]
    pub fn symmetric(x: &[f64], y: &[f64], error: &[f64]) -> Self {
        let low: Vec<f64> = y.iter().zip(error).map(|(y, e)| y - e).collect();
        let high: Vec<f64> = y.iter().zip(error).map(|(y, e)| y + e).collect();
        Self::new(x, y, &low, &high)
    }

    /// Intervals `[low[i], high[i]]` around `y[i]` at `x[i]`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64], low: &[f64], high: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), low: low.to_vec(), high: high.to_vec(), key: Key::default() }
    }
}
keyed!(ErrorBars);
