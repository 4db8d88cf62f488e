//! What the crate does for others.

mod course;
mod map;
mod render;
mod search;
