//! What can be wrong with a question put to a solver.
//!
//! An [`Error`] means that the question could not be asked: lengths disagree, a setting is out of range, the
//! start is outside the domain, or the function itself reported that it cannot be evaluated at all. How a run
//! *ended* is never an error; that is a [`Status`](crate::Status).

/// The function cannot be evaluated, now or at any other point, and the run must stop.
///
/// A point outside the domain is *not* this: there a function returns a value that is not finite, and the
/// solver tries a shorter step.
///
/// ```
/// let broken = gradus_optimize::EvaluationError::new("row 7 of the data is missing");
/// assert_eq!(broken.to_string(), "row 7 of the data is missing");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct EvaluationError {
    /// Why, in words.
    pub reason: String,
}

impl EvaluationError {
    /// An evaluation error with the given reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// A bad question: what was wrong, where, and what was expected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A vector has another length than the objective's dimension.
    #[error("{name} has {found} entries, but the objective has {expected} variables")]
    DimensionMismatch {
        /// Which vector: the start, the lower bounds, ...
        name: &'static str,
        /// The objective's dimension.
        expected: usize,
        /// The vector's length.
        found: usize,
    },
    /// The start has an entry that is not a finite number.
    #[error("entry {index} of the start is {value}, which is not a finite number")]
    NonFiniteStart {
        /// Zero-based position.
        index: usize,
        /// The offending entry.
        value: f64,
    },
    /// The function has no finite value at the start.
    #[error("the start lies outside the domain: {what} there is {value}")]
    StartOutsideDomain {
        /// What was evaluated: "the value", "entry 3 of the gradient", ...
        what: String,
        /// What came out.
        value: f64,
    },
    /// A lower bound exceeds its upper bound, or a bound is NaN.
    #[error("the bounds of variable {index} are [{lower}, {upper}], which is not an interval")]
    EmptyInterval {
        /// Zero-based position of the variable.
        index: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A field of the settings is outside its range.
    #[error("the setting {name} is {value}, but must be {expected}")]
    InvalidSetting {
        /// The field's name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// The admissible range, in words.
        expected: &'static str,
    },
    /// The method needs products with the Hessian and the objective offers none.
    #[error("{method} needs Hessian-vector products, which this objective does not provide")]
    NoHessianVector {
        /// The method that was asked for.
        method: &'static str,
    },
    /// Saved bytes are not a state of this solver.
    #[error("this is not a saved state of {method}: {reason}")]
    InvalidState {
        /// The solver that was asked to read it.
        method: &'static str,
        /// What does not fit.
        reason: String,
    },
    /// The function reported that it cannot be evaluated.
    #[error("the objective could not be evaluated: {0}")]
    Evaluation(#[from] EvaluationError),
}
