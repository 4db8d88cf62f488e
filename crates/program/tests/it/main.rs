//! Compiled programs against the reference evaluator and against numbers from elsewhere.
#![allow(clippy::unwrap_used, reason = "also in the functions that the tests share")]

mod agree;
mod allocation;
mod logistic;
mod matrices;
mod shapes;
