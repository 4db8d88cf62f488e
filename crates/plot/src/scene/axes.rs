//! Axes: a coordinate system with its marks.

use super::Mark;
use super::setters::setters;

/// How values become positions along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Scale {
    /// Position proportional to the value.
    #[default]
    Linear,
    /// Position proportional to log10 of the value; values at or below zero are left out and counted.
    Log10,
}

/// Where an axis has ticks.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Ticks {
    /// Chosen from the range and the room.
    #[default]
    Auto,
    /// At these values, with these labels.
    At(Vec<(f64, String)>),
    /// No ticks and no grid lines.
    None,
}

/// One axis: its scale, label and range.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Axis {
    /// Linear or logarithmic.
    pub scale: Scale,
    /// The quantity, as in `"learning rate"`.
    pub label: String,
    /// The unit, shown in parentheses after the label.
    pub unit: String,
    /// Fixed range; by default the range of the data with a little room.
    pub range: Option<(f64, f64)>,
    /// Tick placement.
    pub ticks: Ticks,
}

impl Axis {
    /// A linear axis with this label.
    #[must_use]
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A logarithmic axis (base 10) with this label.
    #[must_use]
    pub fn log(label: impl Into<String>) -> Self {
        Self { label: label.into(), scale: Scale::Log10, ..Self::default() }
    }

    /// Fixes the range. Ignored while drawing unless both ends are finite and differ (and are positive on a log axis).
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low.min(high), low.max(high)));
        self
    }

    /// Label and unit as shown.
    pub(crate) fn caption(&self) -> String {
        match (self.label.is_empty(), self.unit.is_empty()) {
            (_, true) => self.label.clone(),
            (true, false) => format!("({})", self.unit),
            (false, false) => format!("{} ({})", self.label, self.unit),
        }
    }
}
setters!(Axis {
    /// The unit, shown in parentheses after the label.
    unit: impl Into<String>,
    /// Sets where the ticks are.
    ticks: Ticks,
});

/// Where the legend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Legend {
    /// A row above the plot when there are labelled marks, so that it never covers data.
    #[default]
    Above,
    /// None.
    Hidden,
}

/// A panel: two axes (three when it holds a surface), a title, and marks drawn in order.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Axes {
    /// Shown above the panel.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Height axis of a surface.
    pub z: Axis,
    /// Placement of the legend.
    pub legend: Legend,
    /// One unit of x is as long as one unit of y.
    pub equal_aspect: bool,
    /// No axes are drawn, only what is in them.
    pub bare: bool,
    /// What is drawn, first mark at the back.
    pub marks: Vec<Mark>,
}

impl Axes {
    /// Empty linear axes.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a unit of x as long as a unit of y (linear axes only).
    #[must_use]
    pub fn equal_aspect(mut self) -> Self {
        self.equal_aspect = true;
        self
    }

    /// Draws no axes, ticks or grid lines.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Adds a mark in front of the earlier ones.
    #[must_use]
    pub fn with(mut self, mark: impl Into<Mark>) -> Self {
        self.marks.push(mark.into());
        self
    }
}
setters!(Axes {
    /// Title of the panel.
    title: impl Into<String>,
    /// The horizontal axis.
    x: Axis,
    /// The vertical axis.
    y: Axis,
    /// The height axis, used when the panel holds a [`Surface`](super::Surface).
    z: Axis,
    /// Where the legend is.
    legend: Legend,
});
