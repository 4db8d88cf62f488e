//! What can be wrong with a question to this crate, with the evidence.

/// Why a matrix operation has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinalgError {
    /// Two shapes do not fit.
    #[error("{operation}: expected {expected}, found {found}")]
    Shape {
        /// The operation asked for.
        operation: &'static str,
        /// The shape that it needs, in words.
        expected: String,
        /// The shape that it was given.
        found: String,
    },
    /// A square matrix is needed.
    #[error("{operation} needs a square matrix, found {rows} x {cols}")]
    NotSquare {
        /// The operation asked for.
        operation: &'static str,
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        cols: usize,
    },
    /// An element is NaN or infinite; the first one in row order is named. Indices count from 0.
    #[error("{operation}: the element at row {row}, column {col} (counted from 0) is {value}")]
    NonFinite {
        /// The operation asked for.
        operation: &'static str,
        /// Its row.
        row: usize,
        /// Its column.
        col: usize,
        /// Its value.
        value: f64,
    },
    /// The matrix is singular.
    #[error("the matrix is singular: pivot {pivot} (counted from 0) is zero")]
    Singular {
        /// The first step of the elimination that found no nonzero pivot.
        pivot: usize,
    },
    /// The matrix is not positive definite.
    #[error("the matrix is not positive definite: pivot {pivot} (counted from 0) is {value:e}")]
    NotPositiveDefinite {
        /// The leading minor of this order plus one is not positive.
        pivot: usize,
        /// The pivot found there, at the scale of the matrix.
        value: f64,
    },
    /// The elements would not fit in memory.
    #[error("a {rows} x {cols} matrix is too large to hold")]
    TooLarge {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        cols: usize,
    },
    /// An iteration did not reach its tolerance.
    #[error("{method} did not converge in {sweeps} sweeps")]
    NoConvergence {
        /// The iteration.
        method: &'static str,
        /// How far it went.
        sweeps: usize,
    },
}

impl LinalgError {
    /// A shape error.
    pub(crate) fn shape(
        operation: &'static str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self::Shape { operation, expected: expected.into(), found: found.into() }
    }
}
