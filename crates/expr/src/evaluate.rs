//! The reference evaluator: slow, plain, over any kind of number.
