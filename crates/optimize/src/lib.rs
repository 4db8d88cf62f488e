//! Minimisation.
//!
//! A solver minimises an [`Objective`] (or [`Residuals`]) from a start and answers with a [`Solution`]; an
//! [`Observer`] watches it and may stop it. Each solver is a module with a settings struct, `minimize`, and a
//! `State` that can be saved, read back and resumed to the same bits as an uninterrupted run.
//!
//! | problem | solver | needs |
//! |---|---|---|
//! | smooth, many variables | [`lbfgs`] | gradient |
//! | smooth with bounds on the variables | [`lbfgsb`] | gradient |
//! | smooth, ill-conditioned or not convex | [`trust_region`] | gradient, Hessian-vector products |
//! | sum of squares | [`levenberg_marquardt`] | residuals, Jacobian |

use std::ops::ControlFlow;

mod bounded_model;
mod bounds;
mod compact_bfgs;
mod error;
pub mod lbfgs;
pub mod lbfgsb;
mod least_squares_step;
pub mod levenberg_marquardt;
mod line_search;
mod objective;
mod observer;
mod second_order;
mod solution;
mod state_bytes;
pub mod trust_region;
mod vector;

pub use bounds::Bounds;
pub use error::{Error, EvaluationError};
pub use objective::{Curved, Objective, ResidualFunction, Residuals, Smooth};
pub use observer::{Iterate, Observer, Trace, TracePoint};
pub use solution::{Evaluations, Solution, Status};

fn check_start(n: usize, x0: &[f64]) -> Result<(), Error> {
    if x0.len() != n {
        return Err(Error::DimensionMismatch { name: "the start", expected: n, found: x0.len() });
    }
    match x0.iter().position(|v| !v.is_finite()) {
        Some(index) => Err(Error::NonFiniteStart { index, value: x0[index] }),
        None => Ok(()),
    }
}

fn check_state(method: &'static str, n: usize, found: usize) -> Result<(), Error> {
    if found == n {
        return Ok(());
    }
    Err(Error::InvalidState { method, reason: format!("it has {found} variables, the objective {n}") })
}

/// The longest memory that a limited-memory method takes.
const MOST_MEMORY: usize = 1000;

fn check_memory(memory: usize) -> Result<(), Error> {
    check_setting("memory", memory as f64, memory <= MOST_MEMORY, "at most 1000")
}

fn check_setting(name: &'static str, value: f64, holds: bool, expected: &'static str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::InvalidSetting { name, value, expected }) }
}

/// Checks the start and evaluates the objective there.
fn evaluate_start(
    f: &mut dyn Objective,
    x0: &[f64],
    evaluations: &mut Evaluations,
) -> Result<(f64, Vec<f64>), Error> {
    check_start(f.dimension(), x0)?;
    let mut gradient = vec![0.0; x0.len()];
    evaluations.gradients += 1;
    let value = f.value_gradient(x0, &mut gradient)?;
    if !value.is_finite() {
        return Err(Error::StartOutsideDomain { what: "the value".into(), value });
    }
    match gradient.iter().position(|g| !g.is_finite()) {
        Some(k) => {
            Err(Error::StartOutsideDomain { what: format!("entry {k} of the gradient"), value: gradient[k] })
        }
        None => Ok((value, gradient)),
    }
}

/// The end of a descent that finds no better point: `decrement` is the decrease that the model still promised.
fn precision_reached(value: f64, gradient_norm: f64, tol: f64, decrement: f64) -> (Status, String) {
    if decrement <= 64.0 * f64::EPSILON * value.abs() {
        let message = format!(
            "the value is exact to double precision: the model promises a further decrease of {decrement:.1e} only; \
             the gradient still has an entry of {gradient_norm:.1e}, tol {tol:.1e}"
        );
        return (Status::Converged, message);
    }
    let message = format!(
        "no step decreases the value, though the gradient has an entry of {gradient_norm:.1e} (tol {tol:.1e}): the \
         gradient may not be that of the value, or the function is not smooth here"
    );
    (Status::NumericalFailure, message)
}

/// The ends of an iteration that every method shares, in order of precedence.
fn routine_end(
    gradient_norm: f64,
    tol: f64,
    seen: ControlFlow<()>,
    iterations: usize,
    max_iterations: usize,
) -> Option<(Status, String)> {
    if gradient_norm <= tol {
        return Some((
            Status::Converged,
            format!("no entry of the gradient exceeds {gradient_norm:.1e}, tol {tol:.1e}"),
        ));
    }
    if seen.is_break() {
        return Some((Status::Stopped, "the observer ended the run".into()));
    }
    (iterations >= max_iterations).then(|| {
        let message = format!(
            "{iterations} iterations were made; the gradient still has an entry of {gradient_norm:.1e}, tol {tol:.1e}"
        );
        (Status::IterationLimit, message)
    })
}
