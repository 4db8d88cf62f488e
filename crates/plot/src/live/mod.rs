//! Live figures: pure functions from parameters to a scene, with handles that a reader drags.
//!
//! A [`Live`] figure names its [`Parameter`]s and draws a [`View`] at any values of them; it keeps no state. [`drawing`]
//! lays a figure out exactly as [`to_svg`](crate::to_svg) does and answers shapes in pixels coloured by role, together
//! with the map between pixels and data of every panel; [`Drawing::to_bytes`] is what a browser reads. The format is
//! documented in [`bytes`].

pub mod bytes;
mod json;
mod panel_map;

use std::collections::BTreeMap;

pub use panel_map::{PanelMap, Relief, Span};

use crate::display::{self, Item};
use crate::{Figure, draw};

/// A quantity that the reader moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name in the values given to [`Live::view`].
    pub name: String,
    /// Value at the start.
    pub value: f64,
    /// Smallest value.
    pub low: f64,
    /// Largest value.
    pub high: f64,
    /// What an arrow key adds.
    pub step: f64,
    /// What the reader sees beside its slider.
    pub label: String,
    /// Seconds from its smallest to its largest value when the reader lets it run; without them it does not run by itself.
    pub plays: Option<f64>,
}

impl Parameter {
    /// A parameter between `low` and `high` that starts at `value`.
    ///
    /// ```
    /// use gradus_plot::live::Parameter;
    /// let x = Parameter::new("x", "x", 1.0, (-2.0, 2.0)).step(0.05);
    /// assert_eq!(x.of(&[("x".to_string(), 7.0)].into()), 2.0); // kept in its range
    /// assert_eq!(x.of(&[("x".to_string(), f64::NAN)].into()), 1.0);
    /// ```
    #[must_use]
    pub fn new(name: &str, label: &str, value: f64, (low, high): (f64, f64)) -> Self {
        Self {
            name: name.into(),
            value,
            low,
            high,
            step: (high - low) / 100.0,
            label: label.into(),
            plays: None,
        }
    }

    /// What an arrow key adds.
    #[must_use]
    pub fn step(mut self, step: f64) -> Self {
        self.step = step;
        self
    }

    /// Gives the reader a button that lets it run from its smallest to its largest value in so many seconds.
    ///
    /// ```
    /// use gradus_plot::live::Parameter;
    /// assert_eq!(Parameter::new("k", "steps", 0.0, (0.0, 40.0)).step(1.0).plays(5.0).plays, Some(5.0));
    /// ```
    #[must_use]
    pub fn plays(mut self, seconds: f64) -> Self {
        self.plays = Some(seconds);
        self
    }

    /// Its value among these, kept in its range; its first value if it is missing or not a number.
    #[must_use]
    pub fn of(&self, values: &BTreeMap<String, f64>) -> f64 {
        values
            .get(&self.name)
            .copied()
            .filter(|v| !v.is_nan())
            .unwrap_or(self.value)
            .clamp(self.low, self.high)
    }
}

/// A point of the picture that moves parameters when it is dragged.
#[derive(Debug, Clone, PartialEq)]
pub struct Handle {
    /// The panel it is in, counted from 0.
    pub panel: usize,
    /// Where it is, in the panel's data coordinates; in the panel of a surface it stands on the surface.
    pub x: f64,
    /// See `x`.
    pub y: f64,
    /// The parameter that takes its horizontal coordinate.
    pub x_parameter: Option<String>,
    /// The parameter that takes its vertical coordinate.
    pub y_parameter: Option<String>,
    /// With a point here, the handle turns about it, and `x_parameter` takes the angle from the x axis, in degrees
    /// between 0 and 360.
    pub around: Option<[f64; 2]>,
    /// What it moves, for readers who cannot see it.
    pub label: String,
}

impl Handle {
    /// A handle at a point that moves two parameters.
    #[must_use]
    pub fn at(panel: usize, [x, y]: [f64; 2], x_parameter: &str, y_parameter: &str, label: &str) -> Self {
        let (x_parameter, y_parameter) = (Some(x_parameter.into()), Some(y_parameter.into()));
        Self { panel, x, y, x_parameter, y_parameter, around: None, label: label.into() }
    }

    /// A handle that turns about `around`; its parameter is the angle in degrees.
    #[must_use]
    pub fn turning(panel: usize, around: [f64; 2], [x, y]: [f64; 2], parameter: &str, label: &str) -> Self {
        let x_parameter = Some(parameter.into());
        Self { panel, x, y, x_parameter, y_parameter: None, around: Some(around), label: label.into() }
    }
}

/// What a live figure shows at some values of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The picture.
    pub figure: Figure,
    /// What can be dragged.
    pub handles: Vec<Handle>,
    /// The picture in words, with its numbers; read aloud when it changes.
    pub description: String,
}

/// A figure that answers the reader's hand: a pure function from parameters to a view.
pub trait Live: Send + Sync {
    /// Its name in lessons and in addresses.
    fn name(&self) -> &str;
    /// Its caption.
    fn title(&self) -> &str;
    /// What the reader can move.
    fn parameters(&self) -> Vec<Parameter>;
    /// The picture at these values; missing ones are at their start, others are kept in their range.
    fn view(&self, values: &BTreeMap<String, f64>) -> View;
}

/// A laid-out figure: shapes in pixels with roles instead of colours, and where each panel has its data.
#[derive(Debug, Clone)]
pub struct Drawing {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// The map between pixels and data of each panel.
    pub panels: Vec<PanelMap>,
    shapes: Vec<Item>,
}

/// Panels narrower than this are stacked.
const NARROWEST: f64 = 290.0;

/// Lays a figure out for a page column of this width, as [`to_svg`](crate::to_svg) would.
///
/// The panels keep their proportions; where the column is too narrow for panels side by side they stand below each
/// other.
///
/// ```
/// use gradus_plot::{Axes, Figure, Line, live::drawing};
/// let panel = || Axes::new().with(Line::by_index(&[1.0, 4.0, 9.0]));
/// let figure = Figure::new("").panel(panel()).panel(panel()).size(720.0, 360.0);
/// assert_eq!(drawing(&figure, 720.0).height, 360.0);
/// assert_eq!(drawing(&figure, 360.0).height, 720.0); // stacked
/// ```
#[must_use]
pub fn drawing(figure: &Figure, width: f64) -> Drawing {
    let d = draw::drawing(&fitted(figure, width));
    Drawing { width: d.width, height: d.height, panels: d.panels, shapes: d.items }
}

/// The figure at another width.
fn fitted(figure: &Figure, width: f64) -> Figure {
    let n = figure.panels.len().max(1);
    let columns = if figure.columns == 0 { n } else { figure.columns.min(n) };
    let width = if (1.0..=10_000.0).contains(&width) { width } else { figure.width };
    let fit = ((width / NARROWEST) as usize).clamp(1, columns);
    let cell = [figure.width / columns as f64, figure.height / n.div_ceil(columns) as f64];
    let height = n.div_ceil(fit) as f64 * cell[1] * (width / fit as f64 / cell[0]);
    figure.clone().columns(fit).size(width, height)
}

impl Drawing {
    /// All points of all shapes, in pixels.
    ///
    /// ```
    /// use gradus_plot::{Axes, Figure, Points, live::drawing};
    /// let figure = Figure::new("").panel(Axes::new().with(Points::new(&[1.0, 2.0], &[f64::NAN, 5.0])));
    /// assert!(drawing(&figure, 400.0).points().all(|p| p[0].is_finite() && p[1].is_finite()));
    /// ```
    pub fn points(&self) -> impl Iterator<Item = [f64; 2]> {
        let mut points = Vec::new();
        gather(&self.shapes, &mut points);
        points.into_iter()
    }
}

fn gather(items: &[Item], points: &mut Vec<[f64; 2]>) {
    for item in items {
        match item {
            Item::Outline(o) => o.lines.iter().for_each(|line| points.extend(line)),
            Item::Dots(d) => points.extend(&d.at),
            Item::Label(l) => points.push(l.at),
            Item::Picture(p) => points.extend(display::corners(p.place)),
            Item::Mesh(m) => points.extend(&m.points),
            Item::Clip(rect, items) => {
                points.extend(display::corners(*rect));
                gather(items, points);
            }
        }
    }
}
