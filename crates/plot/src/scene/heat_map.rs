//! A function of two variables as colour.

use super::Grid;
use super::setters::setters;

/// How values become colours; see [`colour`](crate::colour).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Colours {
    /// Perceptually uniform from dark blue to yellow (viridis), for magnitudes.
    #[default]
    Sequential,
    /// Blue, white, red around zero, for signed values; zero is always white.
    Diverging,
}

/// Values as the colours of cells centred on the grid's points, with a colour bar.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HeatMap {
    /// The values.
    pub grid: Grid,
    /// Which colours.
    pub colours: Colours,
    /// Caption of the colour bar.
    pub label: String,
}

impl HeatMap {
    /// The grid's values in sequential colours.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        Self { grid, colours: Colours::Sequential, label: String::new() }
    }
}
setters!(HeatMap {
    /// Which colours.
    colours: Colours,
    /// Caption of the colour bar.
    label: impl Into<String>,
});
