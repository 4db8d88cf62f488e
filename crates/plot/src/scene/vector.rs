//! Single arrows and areas of the plane, true to scale.

use super::Key;
use super::setters::{keyed, setters};

/// An arrow between two points, as long as it is (a [`Quiver`](super::Quiver) rescales its arrows).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Arrow {
    /// Where it starts.
    pub from: [f64; 2],
    /// Where its tip is.
    pub to: [f64; 2],
    /// Words beyond the tip.
    pub words: String,
    /// Its name and colour.
    pub key: Key,
}

impl Arrow {
    /// The arrow from one point to another.
    #[must_use]
    pub fn new(from: [f64; 2], to: [f64; 2]) -> Self {
        Self { from, to, words: String::new(), key: Key::default() }
    }
}
setters!(Arrow {
    /// Words beyond the tip.
    words: impl Into<String>,
});
keyed!(Arrow);

/// A filled polygon.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Area {
    /// Horizontal coordinates of the corners.
    pub x: Vec<f64>,
    /// Vertical coordinates of the corners.
    pub y: Vec<f64>,
    /// Its name and colour.
    pub key: Key,
}

impl Area {
    /// The polygon with these corners.
    #[must_use]
    pub fn new(corners: &[[f64; 2]]) -> Self {
        let x = corners.iter().map(|p| p[0]).collect();
        let y = corners.iter().map(|p| p[1]).collect();
        Self { x, y, key: Key::default() }
    }
}
keyed!(Area);
