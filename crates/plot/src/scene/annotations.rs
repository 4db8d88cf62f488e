//! Words and reference lines.

use super::setters::{keyed, setters};
use super::{Dash, Key, Role};

/// Words at a point, a little above and to the right of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Text {
    /// Horizontal coordinate.
    pub x: f64,
    /// Vertical coordinate.
    pub y: f64,
    /// The words.
    pub words: String,
    /// Meaning of the colour.
    pub role: Role,
}

impl Text {
    /// `words` at `(x, y)`.
    #[must_use]
    pub fn new(x: f64, y: f64, words: impl Into<String>) -> Self {
        Self { x, y, words: words.into(), role: Role::Text }
    }
}
setters!(Text {
    /// Meaning of the colour.
    role: Role,
});

/// A line across the whole panel at one value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// The value on its axis.
    pub at: f64,
    /// Vertical (at an x) or horizontal (at a y).
    pub vertical: bool,
    /// Its name and colour.
    pub key: Key,
    /// Pattern.
    pub dash: Dash,
}

impl Rule {
    /// A horizontal line at `y`.
    #[must_use]
    pub fn horizontal(y: f64) -> Self {
        Self { at: y, vertical: false, key: Key::default(), dash: Dash::Dashed }
    }

    /// A vertical line at `x`.
    #[must_use]
    pub fn vertical(x: f64) -> Self {
        Self { vertical: true, ..Self::horizontal(x) }
    }
}
setters!(Rule {
    /// Pattern.
    dash: Dash,
});
keyed!(Rule);
