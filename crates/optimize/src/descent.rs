//! The frame of every descent: where it stands, the loop of its iterations, and its end.
//!
//! A method says where it stands and how it makes one iteration. [`descend`] repeats
//!
//! 1. show the present point to the observer;
//! 2. end if the stopping test holds, the observer wants it, or the iterations are used up, in this order;
//! 3. make one iteration, which may end the run itself.
//!
//! A run is resumed by entering the loop again with a saved [`Point`] and what else the method remembers, so that
//! nothing here may depend on how often the loop was entered.

use crate::state_bytes::{Reader, Writer};
use crate::{Error, Evaluations, Iterate, Objective, Observer, Solution, Status};

/// How a run ends, and why in words.
pub(crate) type End = (Status, String);

/// A method of descent at work.
pub(crate) trait Method {
    /// The name in answers and saved states.
    const NAME: &'static str;

    /// The present point.
    fn present(&self) -> Iterate<'_>;

    /// One iteration, or how the run ends.
    fn step(&mut self) -> Result<Option<End>, Error>;

    /// Whether the stopping test holds at a point, in words.
    fn converged(at: &Iterate<'_>, tol: f64) -> Option<String> {
        let norm = at.gradient_norm;
        (norm <= tol).then(|| format!("no entry of the gradient exceeds {norm:.1e}, tol {tol:.1e}"))
    }

    /// What has been reached where the iterations are used up, in words.
    fn reached(&mut self, tol: f64) -> String {
        let norm = self.present().gradient_norm;
        format!("the gradient still has an entry of {norm:.1e}, tol {tol:.1e}")
    }
}

/// Iterates until the run ends.
pub(crate) fn descend<M: Method>(
    method: &mut M,
    tol: f64,
    max_iterations: usize,
    observer: &mut dyn Observer,
) -> Result<End, Error> {
    loop {
        let at = method.present();
        let (iterations, seen) = (at.iteration, observer.observe(&at));
        if let Some(message) = M::converged(&at, tol) {
            return Ok((Status::Converged, message));
        }
        if seen.is_break() {
            return Ok((Status::Stopped, "the observer ended the run".into()));
        }
        if iterations >= max_iterations {
            let message = format!("{iterations} iterations were made; {}", method.reached(tol));
            return Ok((Status::IterationLimit, message));
        }
        if let Some(end) = method.step()? {
            return Ok(end);
        }
    }
}

/// The answer of a run that ended at the present point.
pub(crate) fn solution<M: Method>(method: &M, (status, message): End) -> Solution {
    let at = method.present();
    Solution {
        status,
        x: at.x.to_vec(),
        value: at.value,
        gradient: at.gradient.to_vec(),
        gradient_norm: at.gradient_norm,
        residuals: None,
        iterations: at.iteration,
        evaluations: at.evaluations,
        method: M::NAME,
        message,
    }
}

/// A trial point and the gradient there.
pub(crate) type Trial = (Vec<f64>, Vec<f64>);

/// Where a descent on an objective stands: the part of its state that every method has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: Vec<f64>,
    pub(crate) value: f64,
    pub(crate) gradient: Vec<f64>,
    pub(crate) iterations: usize,
    pub(crate) evaluations: Evaluations,
}

impl Point {
    /// Checks the start and evaluates the objective there.
    pub(crate) fn start(f: &mut dyn Objective, x0: &[f64]) -> Result<Self, Error> {
        crate::check_start(f.dimension(), x0)?;
        let mut gradient = vec![0.0; x0.len()];
        let value = f.value_gradient(x0, &mut gradient)?;
        let outside = |what: String, value| Err(Error::StartOutsideDomain { what, value });
        if !value.is_finite() {
            return outside("the value".into(), value);
        }
        if let Some(k) = gradient.iter().position(|g| !g.is_finite()) {
            return outside(format!("entry {k} of the gradient"), gradient[k]);
        }
        let evaluations = Evaluations { gradients: 1, ..Evaluations::default() };
        Ok(Self { x: x0.to_vec(), value, gradient, iterations: 0, evaluations })
    }

    /// The point as observers see it.
    pub(crate) fn iterate(&self, gradient_norm: f64) -> Iterate<'_> {
        Iterate {
            iteration: self.iterations,
            x: &self.x,
            value: self.value,
            gradient: &self.gradient,
            gradient_norm,
            evaluations: self.evaluations,
        }
    }

    /// Exchanges the present point and the trial.
    pub(crate) fn exchange(&mut self, trial: &mut Trial, value: f64) {
        std::mem::swap(&mut self.x, &mut trial.0);
        std::mem::swap(&mut self.gradient, &mut trial.1);
        self.value = value;
    }

    /// The end of a descent that found a value below every bound.
    pub(crate) fn bottomless(&mut self, trial: &mut Trial, value: f64) -> End {
        self.exchange(trial, value);
        (Status::Unbounded, format!("the value falls below {value:.1e}"))
    }

    /// The end of a descent that finds no better point, though the model promised the decrease `promised`.
    pub(crate) fn precision_reached(&self, gradient_norm: f64, tol: f64, promised: f64) -> End {
        if promised <= 64.0 * f64::EPSILON * self.value.abs() {
            let message = format!(
                "the value is exact to double precision: the model promises a further decrease of {promised:.1e} \
                 only; the gradient still has an entry of {gradient_norm:.1e}, tol {tol:.1e}"
            );
            return (Status::Converged, message);
        }
        let message = format!(
            "no step decreases the value, though the gradient has an entry of {gradient_norm:.1e} (tol {tol:.1e}): \
             the gradient may not be that of the value, or the function is not smooth here"
        );
        (Status::NumericalFailure, message)
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.vector(&self.x);
        w.number(self.value);
        w.vector(&self.gradient);
        w.count(self.iterations);
        w.evaluations(&self.evaluations);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let x = r.vector()?;
        let n = x.len();
        Ok(Self {
            x,
            value: r.number()?,
            gradient: r.vector_of(n)?,
            iterations: r.count()?,
            evaluations: r.evaluations()?,
        })
    }
}

/// Watches for iterations that lower neither value nor gradient: rounding error is then all that is left.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stall {
    iterations: usize,
    least_gradient: f64,
}

impl Stall {
    const MOST: usize = 10;

    pub(crate) fn new(gradient_norm: f64) -> Self {
        Self { iterations: 0, least_gradient: gradient_norm }
    }

    /// Sees an iteration from `before` to `value`, where the gradient has the norm `gradient_norm`.
    pub(crate) fn see(&mut self, before: f64, value: f64, gradient_norm: f64) {
        let falls = before - value > f64::EPSILON * value.abs();
        let progress = falls || gradient_norm < 0.5 * self.least_gradient;
        self.iterations = if progress { 0 } else { self.iterations + 1 };
        self.least_gradient = self.least_gradient.min(gradient_norm);
    }

    pub(crate) fn is_final(&self) -> bool {
        self.iterations >= Self::MOST
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.count(self.iterations);
        w.number(self.least_gradient);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { iterations: r.count()?, least_gradient: r.number()? })
    }
}
