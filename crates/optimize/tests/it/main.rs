//! Integration tests of the solvers.
// Test code outside of #[test] functions: it reports its counts and fails by panicking.
#![allow(clippy::panic, clippy::print_stdout)]

mod lbfgs;
mod nist;
mod published;
