//! The course: lessons in Markdown, the map of topics, search, and the figures that lessons show.
//!
//! | module | holds |
//! |---|---|
//! | [`map`] | units, topics, what needs what, resources: `lessons/map.toml` |
//! | [`render`](mod@render) | a lesson's Markdown as HTML, with numbered definitions and theorems, cells and figures |
//! | [`figures`] | the live figures, by name |
//! | [`mathematics`] | LaTeX as MathML |
//! | [`search`] | topics, headings, definitions, theorems and formulas by words |
//!
//! Everything is a function from values to values: nothing here reads a file, opens a connection or prints.

pub mod figures;
pub mod map;
pub mod mathematics;
mod problem;
pub mod render;
pub mod search;

pub use map::Map;
pub use problem::{Fault, Problem};
pub use render::{Lesson, render};
