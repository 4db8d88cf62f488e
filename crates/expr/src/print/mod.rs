//! Printers: LaTeX, and programs in NumPy, JAX and Rust.
//!
//! The programs are complete functions, written from the graph: what is used more than once, or is long, gets a
//! name, so that their length is linear in the number of distinct nodes. LaTeX is written from notation
//! ([`Ast`](crate::syntax::Ast)), which recognition makes. Text is `syntax::print`.

mod arguments;
mod latex;
mod names;
mod python;
mod rust;
mod uses;

pub use arguments::arguments;
pub use latex::latex;
pub use python::{jax, numpy};
pub use rust::rust;
