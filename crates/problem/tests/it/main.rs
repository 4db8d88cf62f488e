//! What is public: problems read, bound, solved.
#![allow(clippy::unwrap_used, reason = "also in the functions that the tests share")]

mod bad_input;
mod errors;
mod known_answers;
mod saved;
