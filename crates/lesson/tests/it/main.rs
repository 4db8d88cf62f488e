//! What the crate does for others.
#![allow(clippy::unwrap_used, clippy::panic)]

mod course;
mod map;
mod render;
mod search;
