//! Tests of what the crate promises, with numbers from outside of it.

#![allow(clippy::panic)] // a panic is how a test fails

mod contours;
mod graphs;
mod live;
mod output;
mod ticks;
