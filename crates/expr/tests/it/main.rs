//! What the public interface promises.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod calculus;
mod printed_code;
mod random;
mod syntax;
mod traps;
