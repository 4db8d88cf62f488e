//! Curves: lines, staircases, the area between two curves, the way of an iteration.

use super::setters::{keyed, setters};
use super::{Dash, Key};

/// Points joined by straight segments, broken where a value cannot be drawn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Vertical coordinates; surplus values of the longer list are left out and counted.
    pub y: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
    /// Width in CSS pixels.
    pub width: f64,
    /// Pattern.
    pub dash: Dash,
}

impl Line {
    /// The line through `(x[i], y[i])`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), key: Key::default(), width: 2.0, dash: Dash::Solid }
    }

    /// The line through `(0, y[0]), (1, y[1]), ...`, as for a quantity per iteration.
    #[must_use]
    pub fn by_index(y: &[f64]) -> Self {
        let x: Vec<f64> = (0..y.len()).map(|i| i as f64).collect();
        Self::new(&x, y)
    }

    /// The graph of `f` at 400 points of `range`.
    #[must_use]
    pub fn of(range: (f64, f64), f: impl Fn(f64) -> f64) -> Self {
        let x: Vec<f64> = (0..400).map(|i| range.0 + (range.1 - range.0) * (f64::from(i) / 399.0)).collect();
        let y: Vec<f64> = x.iter().map(|&x| f(x)).collect();
        Self::new(&x, &y)
    }
}
setters!(Line {
    /// Width in CSS pixels.
    width: f64,
    /// Pattern.
    dash: Dash,
});
keyed!(Line);

/// A staircase: the value `y[i]` holds from `x[i]` to `x[i + 1]`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Where the steps start.
    pub x: Vec<f64>,
    /// Their heights.
    pub y: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
}

impl Step {
    /// The staircase that jumps to `y[i]` at `x[i]`.
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), key: Key::default() }
    }
}
keyed!(Step);

/// The area between two curves over the same x.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Band {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Lower edge.
    pub low: Vec<f64>,
    /// Upper edge.
    pub high: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
}

impl Band {
    /// The area between `(x[i], low[i])` and `(x[i], high[i])`.
    #[must_use]
    pub fn new(x: &[f64], low: &[f64], high: &[f64]) -> Self {
        Self { x: x.to_vec(), low: low.to_vec(), high: high.to_vec(), key: Key::default() }
    }

    /// The area between zero and `(x[i], y[i])`.
    #[must_use]
    pub fn under(x: &[f64], y: &[f64]) -> Self {
        Self::new(x, &vec![0.0; y.len()], y)
    }
}
keyed!(Band);

/// The way of an iteration through the plane: a line with dots and arrow heads, its start and its end marked.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Path {
    /// Horizontal coordinates.
    pub x: Vec<f64>,
    /// Vertical coordinates.
    pub y: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
}

impl Path {
    /// The path through `(x[0], y[0]), (x[1], y[1]), ...`
    #[must_use]
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), key: Key::default() }
    }

    /// The path through these points.
    #[must_use]
    pub fn through(points: &[[f64; 2]]) -> Self {
        let x: Vec<f64> = points.iter().map(|p| p[0]).collect();
        let y: Vec<f64> = points.iter().map(|p| p[1]).collect();
        Self::new(&x, &y)
    }
}
keyed!(Path);
