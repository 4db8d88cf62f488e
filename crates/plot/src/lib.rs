//! Figures as scenes: one immutable value says what is shown, and drawing is a pure function of it.
//!
//! A [`Figure`] holds panels of [`Axes`]; axes hold [`Mark`]s in data coordinates, coloured by [`Role`] and never by
//! a concrete colour. Layout (ticks, margins, legends) turns a figure into a list of shapes, and a backend writes
//! those as SVG ([`to_svg`]) or PNG ([`to_png`]). The same figure and theme give the same bytes on every machine: text
//! is measured and rastered with the fonts shipped in `fonts/`.
//!
//! Words may hold mathematics: `\(f(x, y)\)` in a label, title or legend is set with slanted letters, `_` and `^`.
//!
//! Data that cannot be drawn (NaN, infinities, values at or below zero on a logarithmic axis) is left out and counted
//! in the figure's description, which readers of screen text get as the alternative to the picture.
//!
//! ```
//! use gradus_plot::{Axes, Axis, Figure, Line, Theme, to_svg};
//!
//! let k: Vec<f64> = (0..20).map(f64::from).collect();
//! let gap: Vec<f64> = k.iter().map(|k| 0.5_f64.powf(*k)).collect();
//! let figure = Figure::new("Linear convergence").panel(
//!     Axes::new()
//!         .x(Axis::linear("iteration k"))
//!         .y(Axis::log("f(xₖ) − f*"))
//!         .with(Line::new(&k, &gap).label("gradient descent")),
//! );
//! assert!(to_svg(&figure, Theme::Auto).starts_with("<svg"));
//! ```

mod contour;
mod describe;
mod display;
mod draw;
mod error;
pub mod figures;
mod font;
pub mod live;
mod number;
mod png;
mod save;
mod scene;
mod svg;
mod theme;
mod ticks;
mod words;

pub mod colour;

pub use contour::{contour_levels, contour_lines, contour_region};
pub use error::Error;
pub use number::format_number;
pub use png::to_png;
pub use save::{Format, save};
pub use scene::{
    Area, Arrow, Arrow3, Axes, Axis, Band, Bars, Colours, Contour, Curve3, Dash, ErrorBars, Figure, Graph,
    Grid, HeatMap, Key, Legend, Levels, Line, Mark, Path, Plane, Points, Points3, Quiver, Role, Rule, Scale,
    Shape, Step, Surface, Text, Ticks,
};
pub use svg::{style_sheet, to_still_svg, to_svg};
pub use theme::Theme;
pub use ticks::{linear_ticks, log_ticks};
