//! Tests of the public functions: against exact arithmetic, against matrices known to be hard, and algebra.
// Helpers of tests may unwrap and print as tests do.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic)]

mod algebra;
mod bad_input;
mod exact;
mod hard_matrices;
mod products;
mod random;
