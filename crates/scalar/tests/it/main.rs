//! Tests of the public functions against tables that other programs computed.
// Helpers of tests may unwrap and print as tests do.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod published_cases;
mod special_functions;
mod sums;
mod table;
