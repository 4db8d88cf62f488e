//! How a run ended: the vocabulary shared by every solver.

/// How a run ended. Each of these is an answer; a question that could not be asked is an [`Error`](crate::Error).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// The stopping test holds at the returned point.
    Converged,
    /// No point satisfies the constraints.
    Infeasible,
    /// The value falls below every bound.
    Unbounded,
    /// `max_iterations` were made; the best point so far is returned.
    IterationLimit,
    /// The observer ended the run; the best point so far is returned.
    Stopped,
    /// No better point can be computed although the stopping test does not hold; the message says what was
    /// reached.
    NumericalFailure,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Converged => "converged",
            Self::Infeasible => "infeasible",
            Self::Unbounded => "unbounded",
            Self::IterationLimit => "iteration limit",
            Self::Stopped => "stopped",
            Self::NumericalFailure => "numerical failure",
        })
    }
}

/// How often the function was evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evaluations {
    /// Values without a derivative (residual vectors without a Jacobian).
    pub values: usize,
    /// Values with a gradient (residual vectors with a Jacobian).
    pub gradients: usize,
    /// Products with the Hessian.
    pub hessian_vectors: usize,
}

/// The answer of a solver.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Solution {
    /// How the run ended.
    pub status: Status,
    /// The best point found, of shape `(n)`.
    pub x: Vec<f64>,
    /// The value there; for least squares `1/2 |r|^2`.
    pub value: f64,
    /// The gradient there, of shape `(n)`; for least squares `J' r`.
    pub gradient: Vec<f64>,
    /// What the stopping test compares with `tol`: the largest absolute entry of the gradient; under bounds,
    /// of the projected gradient; for least squares, the relative offset `|Q' r| / |r|`, where `Q` spans the
    /// columns of the Jacobian.
    pub gradient_norm: f64,
    /// The residual vector of a least-squares problem, of shape `(m)`.
    pub residuals: Option<Vec<f64>>,
    /// Completed iterations, over all resumptions.
    pub iterations: usize,
    /// How often the function was evaluated, over all resumptions.
    pub evaluations: Evaluations,
    /// The method that was used.
    pub method: &'static str,
    /// Why the run ended, in words.
    pub message: String,
}
