//! The scene: what a figure shows, in data coordinates, without pixels and without colours.

mod annotations;
mod axes;
mod bars;
mod contour;
mod curves;
mod figure;
mod graph;
mod grid;
mod heat_map;
mod key;
mod mark;
mod points;
mod quiver;
mod role;
mod setters;
mod space;
mod surface;
mod vector;

pub use annotations::{Rule, Text};
pub use axes::{Axes, Axis, Legend, Scale, Ticks};
pub use bars::Bars;
pub use contour::{Contour, Levels};
pub use curves::{Band, Line, Path, Step};
pub use figure::Figure;
pub use graph::Graph;
pub use grid::Grid;
pub use heat_map::{Colours, HeatMap};
pub use key::Key;
pub use mark::Mark;
pub use points::{ErrorBars, Points};
pub use quiver::Quiver;
pub use role::{Dash, Role, Shape};
pub use space::{Arrow3, Curve3, Plane, Points3};
pub use surface::Surface;
pub use vector::{Area, Arrow};
