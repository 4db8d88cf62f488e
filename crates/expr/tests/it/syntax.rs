//! The language: notation, shapes, mistakes.

mod errors;
mod inference;
mod notation;
mod problems;
mod random;
mod shapes;
