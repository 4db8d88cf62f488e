//! Marks in the box of a surface: curves, points, arrows, planes. A panel without a surface does not draw them.
//!
//! What lies behind the surface stays visible as a faint trace, so that nothing is lost when a hill hides it.

use super::setters::{keyed, setters};
use super::{Dash, Key};

/// Points of space joined by segments.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Curve3 {
    /// The points `(x, y, z)`; the curve is broken at one that is not finite.
    pub points: Vec<[f64; 3]>,
    /// Its name and colour.
    pub key: Key,
    /// Width in CSS pixels.
    pub width: f64,
    /// Pattern.
    pub dash: Dash,
    /// Whether the parts behind the surface are shown as a faint trace.
    pub traced: bool,
}

impl Curve3 {
    /// The curve through these points.
    #[must_use]
    pub fn new(points: &[[f64; 3]]) -> Self {
        let points = points.to_vec();
        Self { points, key: Key::default(), width: 2.0, dash: Dash::Solid, traced: true }
    }

    /// Leaves out the parts behind the surface.
    #[must_use]
    pub fn untraced(mut self) -> Self {
        self.traced = false;
        self
    }
}
setters!(Curve3 {
    /// Width in CSS pixels.
    width: f64,
    /// Pattern.
    dash: Dash,
});
keyed!(Curve3);

/// Markers at points of space.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Points3 {
    /// The points `(x, y, z)`.
    pub points: Vec<[f64; 3]>,
    /// Their name and colour.
    pub key: Key,
    /// Diameter in CSS pixels.
    pub size: f64,
}

impl Points3 {
    /// Discs at these points.
    #[must_use]
    pub fn new(points: &[[f64; 3]]) -> Self {
        Self { points: points.to_vec(), key: Key::default(), size: 8.0 }
    }
}
setters!(Points3 {
    /// Diameter in CSS pixels.
    size: f64,
});
keyed!(Points3);

/// An arrow between two points of space.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Arrow3 {
    /// Where it starts.
    pub from: [f64; 3],
    /// Where its tip is.
    pub to: [f64; 3],
    /// Words beyond the tip.
    pub words: String,
    /// Its name and colour.
    pub key: Key,
}

impl Arrow3 {
    /// The arrow from one point to another.
    #[must_use]
    pub fn new(from: [f64; 3], to: [f64; 3]) -> Self {
        Self { from, to, words: String::new(), key: Key::default() }
    }
}
setters!(Arrow3 {
    /// Words beyond the tip.
    words: impl Into<String>,
});
keyed!(Arrow3);

/// A square piece of the plane `z = z₀ + a (x − x₀) + b (y − y₀)`, see-through.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plane {
    /// The point `(x₀, y₀, z₀)` in the middle of the piece.
    pub through: [f64; 3],
    /// The slopes `(a, b)`.
    pub slope: [f64; 2],
    /// The piece covers `|x − x₀| ≤ half` and `|y − y₀| ≤ half`, as far as the box reaches.
    pub half: f64,
    /// Its name and colour.
    pub key: Key,
}

impl Plane {
    /// The plane through a point with these slopes, over a square with sides `2 half`.
    #[must_use]
    pub fn new(through: [f64; 3], slope: [f64; 2], half: f64) -> Self {
        Self { through, slope, half, key: Key::default() }
    }

    /// The height over `(x, y)`.
    ///
    /// ```
    /// let plane = gradus_plot::Plane::new([1.0, 2.0, 5.0], [3.0, -1.0], 1.0);
    /// assert_eq!(plane.height(2.0, 2.0), 8.0);
    /// ```
    #[must_use]
    pub fn height(&self, x: f64, y: f64) -> f64 {
        self.through[2] + self.slope[0] * (x - self.through[0]) + self.slope[1] * (y - self.through[1])
    }
}
keyed!(Plane);
