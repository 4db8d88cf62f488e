//! The course: lessons in Markdown, the map of topics, search, and the figures that lessons show.

pub mod figures;
