//! Integration tests of the solvers.
// Test code outside of #[test] functions: it reports its counts and fails by panicking.
#![allow(clippy::panic, clippy::print_stdout)]

mod allocation;
mod lbfgs;
mod lbfgsb;
mod levenberg_marquardt;
mod nist;
mod published;
mod trust_region;
