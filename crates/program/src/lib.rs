//! Compiled expressions.
