//! Conformance: what others have published, reproduced.

mod matrix_calculus;
