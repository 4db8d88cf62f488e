//! Compiled programs against the reference evaluator.

mod agree;
