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

mod bounded_model;
mod bounds;
mod compact_bfgs;
mod descent;
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

/// The settings that every method has.
fn check_settings(tol: f64, step: f64) -> Result<(), Error> {
    check_setting("tol", tol, tol >= 0.0, "at least 0")?;
    check_setting("step", step, step > 0.0, "positive")
}

fn check_setting(name: &'static str, value: f64, holds: bool, expected: &'static str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(Error::InvalidSetting { name, value, expected }) }
}
