//! Printers: LaTeX, and programs in NumPy, JAX and Rust.
//!
//! The programs are complete functions, written from the graph: what is used more than once, or is long, gets a
//! name, so that their length is linear in the number of distinct nodes. LaTeX is written from notation
//! ([`Ast`](crate::syntax::Ast)), which recognition makes. Text is `syntax::print`.

mod functions;
mod jax;
mod latex;
mod numpy;
mod product;
mod python;
mod rust;
mod rust_linalg;

pub use jax::jax;
pub use latex::latex;
pub use numpy::numpy;
pub use rust::rust;
