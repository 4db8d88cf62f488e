//! Compiled expressions: many outputs together, sizes resolved, common parts shared, loops fused.
//!
//! [`Program::compile`] takes named expressions; [`Program::bind`] takes data, finds every size, lowers the
//! expressions to fused kernels and whole-tensor steps, and computes once what no variable reaches; the
//! [`Workspace`] that it answers is run again and again with new values of the variables.
//!
//! | file | holds |
//! |---|---|
//! | `program`, `workspace` | what a caller sees |
//! | `lower/` | expressions to a graph: `structure` follows indices, `contraction` orders products |
//! | `graph`, `view` | elementwise nodes, sums and steps over strided windows |
//! | `schedule` | which nodes are fused, with which registers |
//! | `kernel`, `math`, `elementary` | the fused loops, their vector code, the exponential family |
//! | `step` | products, reductions, gathers, scatters, factorisations |
//!
//! Kernels allocate nothing when they run; products with large matrices and factorisations do. Results are the
//! same bits for every number of threads.

mod elementary;
mod error;
mod graph;
mod kernel;
mod lower;
mod math;
mod program;
mod schedule;
mod step;
mod view;
mod workspace;

pub use error::{Error, Warning};
pub use program::{Program, Statistics};
pub use workspace::Workspace;
