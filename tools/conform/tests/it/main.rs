//! Conformance: what others have published, reproduced.
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod examples;
mod matrix_calculus;
mod nist;
mod nist_linear;
mod nist_nonlinear;
mod operations;
