//! What can be wrong with a program's inputs, with the evidence.

use gradus_expr::evaluate::EvaluateError;

/// A mistake in compiling, binding or running a program.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message names every field")]
pub enum Error {
    /// An output name that stands twice.
    #[error("the output name {name} stands twice")]
    RepeatedOutput { name: String },
    /// Two symbols of one name that were declared differently.
    #[error("{name} occurs with two different declarations")]
    ConflictingSymbols { name: String },
    /// A missing value, a shape that does not fit, an unknown size, or an index that is no class.
    #[error(transparent)]
    Input(#[from] EvaluateError),
    /// A name that the program does not have.
    #[error("there is no {what} named {name}; there are: {known}")]
    UnknownName { what: &'static str, name: String, known: String },
    /// Another number of entries than the symbol has.
    #[error("{name} has {expected} entries (shape {shape:?}), but {given} were given")]
    EntryCount { name: String, expected: usize, shape: Vec<usize>, given: usize },
    /// NaN or an infinity, where only finite numbers were asked for. The position counts from 1.
    #[error("entry {position} of {name} is {value}")]
    NonFinite { name: String, position: usize, value: f64 },
    /// More memory than the limit.
    #[error("the program needs {needed} numbers of memory, more than the limit of {limit}")]
    TooLarge { needed: u128, limit: usize },
}

/// Something that a run met and that left NaN in its results.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A matrix to be inverted or solved with has no inverse.
    Singular {
        /// What was to be computed.
        operation: &'static str,
        /// The order of the matrix.
        order: usize,
        /// The step of the elimination, from 1, that found no pivot.
        pivot: usize,
    },
    /// A matrix whose Cholesky factor was asked for is not positive definite.
    NotPositiveDefinite {
        /// The order of the matrix.
        order: usize,
        /// The step, from 1, whose pivot is not positive.
        pivot: usize,
    },
    /// A matrix holds NaN or an infinity.
    NonFinite {
        /// What was to be computed.
        operation: &'static str,
        /// The order of the matrix.
        order: usize,
    },
}
