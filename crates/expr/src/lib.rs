//! Symbolic tensor expressions.
