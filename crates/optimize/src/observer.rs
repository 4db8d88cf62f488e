//! Watching a run, and stopping it.
//!
//! A solver shows every accepted point to an [`Observer`], which answers whether to go on. `()` goes on for
//! ever, a closure may decide, and [`Trace`] keeps what it saw.

use std::ops::ControlFlow;

use crate::Evaluations;

/// One accepted point of a run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Iterate<'a> {
    /// How many iterations have been completed; the start is 0.
    pub iteration: usize,
    /// The point, of shape `(n)`.
    pub x: &'a [f64],
    /// The value there.
    pub value: f64,
    /// The gradient there, of shape `(n)`.
    pub gradient: &'a [f64],
    /// The measure that the stopping test compares with `tol`, see [`Solution`](crate::Solution).
    pub gradient_norm: f64,
    /// Evaluations so far.
    pub evaluations: Evaluations,
}

/// Sees every accepted point and decides whether to go on.
pub trait Observer {
    /// `Continue` to go on; `Break` to end the run here with [`Status::Stopped`](crate::Status::Stopped).
    fn observe(&mut self, iterate: &Iterate<'_>) -> ControlFlow<()>;
}

impl Observer for () {
    fn observe(&mut self, _: &Iterate<'_>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

impl<F: FnMut(&Iterate<'_>) -> ControlFlow<()>> Observer for F {
    fn observe(&mut self, iterate: &Iterate<'_>) -> ControlFlow<()> {
        self(iterate)
    }
}

/// One line of a [`Trace`].
#[derive(Debug, Clone, PartialEq)]
pub struct TracePoint {
    /// How many iterations had been completed.
    pub iteration: usize,
    /// The point, of shape `(n)`; empty unless [`Trace::keep_points`] is set.
    pub x: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The stopping measure there.
    pub gradient_norm: f64,
}

/// An observer that never stops the run and remembers the course of it.
///
/// ```
/// use gradus_optimize::{Smooth, Trace, lbfgs};
///
/// let mut f = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
///     g[0] = 2.0 * x[0];
///     x[0] * x[0]
/// });
/// let mut trace = Trace::default();
/// lbfgs::minimize(&mut f, &[3.0], &lbfgs::Lbfgs::default(), &mut trace)?;
/// assert_eq!(trace.points[0].value, 9.0);
/// # Ok::<(), gradus_optimize::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// Whether to keep the points themselves, for plotting a path.
    pub keep_points: bool,
    /// What was seen, in order.
    pub points: Vec<TracePoint>,
}

impl Observer for Trace {
    fn observe(&mut self, iterate: &Iterate<'_>) -> ControlFlow<()> {
        self.points.push(TracePoint {
            iteration: iterate.iteration,
            x: if self.keep_points { iterate.x.to_vec() } else { Vec::new() },
            value: iterate.value,
            gradient_norm: iterate.gradient_norm,
        });
        ControlFlow::Continue(())
    }
}
