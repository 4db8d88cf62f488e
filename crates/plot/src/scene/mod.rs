//! The scene: what a figure shows, in data coordinates, without pixels and without colours.

mod axes;
mod fields;
mod figure;
mod grid;
mod marks;
mod role;

pub use axes::{Axes, Axis, Legend, Scale, Ticks};
pub use fields::{Colours, Contour, HeatMap, Levels, Quiver, Surface};
pub use figure::Figure;
pub use grid::Grid;
pub use marks::{Band, Bars, ErrorBars, Line, Mark, Path, Points, Rule, Step, Text};
pub use role::{Dash, Role, Shape};
