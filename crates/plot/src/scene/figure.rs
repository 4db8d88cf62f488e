//! A figure: a title, a description, and a grid of panels.

use super::Axes;
use super::setters::setters;

/// A whole picture: panels of axes in a grid, read row by row.
///
/// The default size is 720 x 450 CSS pixels. The title is shown above all panels and is also the accessible name; the
/// description is the alternative text, to which a generated summary of the data is added.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Figure {
    /// Shown on top, and the accessible name.
    pub title: String,
    /// One line below the title.
    pub subtitle: String,
    /// Alternative text by the author.
    pub description: String,
    /// The panels, row by row.
    pub panels: Vec<Axes>,
    /// Number of columns of the grid of panels.
    pub columns: usize,
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
}

impl Figure {
    /// An empty figure with this title.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            subtitle: String::new(),
            description: String::new(),
            panels: Vec::new(),
            columns: 0,
            width: 720.0,
            height: 450.0,
        }
    }

    /// Adds a panel.
    #[must_use]
    pub fn panel(mut self, axes: Axes) -> Self {
        self.panels.push(axes);
        self
    }

    /// Width and height in CSS pixels.
    #[must_use]
    pub fn size(mut self, width: f64, height: f64) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// The alternative text: the author's description, then a summary of every panel, then a note on data that
    /// could not be drawn.
    ///
    /// ```
    /// use gradus_plot::{Axes, Figure, Line};
    /// let y = [1.0, f64::NAN, 3.0];
    /// let figure = Figure::new("").panel(Axes::new().with(Line::new(&[0.0, 1.0, 2.0], &y).label("loss")));
    /// assert!(figure.summary().contains("1 of 3 points of \"loss\" could not be drawn"));
    /// ```
    #[must_use]
    pub fn summary(&self) -> String {
        crate::describe::describe(self)
    }
}
setters!(Figure {
    /// A line below the title.
    subtitle: impl Into<String>,
    /// Alternative text: what a reader who cannot see the picture should know.
    description: impl Into<String>,
    /// Puts the panels in a grid with this many columns (by default, all in one row).
    columns: usize,
});
