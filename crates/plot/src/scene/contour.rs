//! Level lines of a function of two variables.

use super::setters::setters;
use super::{Grid, Role};

/// Which levels a contour plot shows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Levels {
    /// About this many round levels: equally spaced, or 1-2-5 steps when most values lie close to the smallest.
    About(usize),
    /// Exactly these.
    At(Vec<f64>),
}

/// Level lines, with labels on the lines, and optionally tinted regions between them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Contour {
    /// The function's values.
    pub grid: Grid,
    /// Which levels.
    pub levels: Levels,
    /// Tints the regions between levels.
    pub filled: bool,
    /// Writes the level on its line.
    pub labels: bool,
    /// Meaning of the lines' colour.
    pub role: Role,
}

impl Contour {
    /// About ten round levels of the grid, as labelled lines.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self { grid, levels: Levels::About(10), filled: false, labels: true, role: Role::Contour }
    }

    /// Tints the regions between levels, deeper for larger values.
    #[must_use]
    pub fn filled(mut self) -> Self {
        self.filled = true;
        self
    }

    /// Leaves out the labels on the lines.
    #[must_use]
    pub fn unlabelled(mut self) -> Self {
        self.labels = false;
        self
    }
}
setters!(Contour {
    /// Which levels.
    levels: Levels,
});
