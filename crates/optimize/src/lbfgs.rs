//! Smooth minimisation by L-BFGS.
//!
//! Minimises `f(x)` over all of `R^n`. The direction is `d = -H g`, where `H` is the BFGS approximation of the
//! inverse Hessian that the last `memory` pairs `s = x+ - x`, `y = g+ - g` make of a multiple of the identity;
//! the two-loop recursion applies it without forming it. A line search for the strong Wolfe conditions keeps
//! `s'y` positive; a pair that rounding has spoiled is left out.
//!
//! Cost: `4 memory n` multiplications and about one gradient per iteration. Converges linearly; slowly when the
//! Hessian is ill-conditioned: `trust_region` is then better if Hessian-vector products are to be had. Finds a
//! local minimum only.
//!
//! Source: Nocedal (1980), Math. Comp. 35; Liu and Nocedal (1989), Math. Programming 45; Nocedal and Wright
//! (2006), Numerical Optimization, algorithms 7.4 and 7.5.

use crate::line_search::{Found, Ray, strong_wolfe};
use crate::state_bytes::{Reader, Writer};
use crate::vector::{axpy, dot, norm_inf, norm2};
use crate::{Error, Evaluations, Iterate, Objective, Observer, Solution, Status};

const METHOD: &str = "L-BFGS";
/// Iterations without progress in value or gradient after which rounding error is all that is left.
const MOST_STALLED: usize = 10;

/// Settings of the method.
#[derive(Debug, Clone, PartialEq)]
pub struct Lbfgs {
    /// Pairs kept. Default 10.
    pub memory: usize,
    /// Converged when no entry of the gradient exceeds this. Default 1e-8.
    pub tol: f64,
    /// Default 10,000.
    pub max_iterations: usize,
    /// Length of the first step, at most. Default 1.
    pub step: f64,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self { memory: 10, tol: 1e-8, max_iterations: 10_000, step: 1.0 }
    }
}

/// Where a run stands; enough to go on to the same bits.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    /// Pairs `s`, `y` in a ring of `memory` rows of `n`, and `1 / s'y`.
    s: Vec<f64>,
    y: Vec<f64>,
    rho: Vec<f64>,
    /// Pairs in the ring, and the place of the next one.
    pairs: usize,
    next: usize,
    stalled: usize,
    least_gradient: f64,
    iterations: usize,
    evaluations: Evaluations,
}

impl State {
    /// The state before the first iteration from `x0`: evaluates the objective there.
    ///
    /// # Errors
    /// If `x0` does not fit the objective or lies outside its domain, or the objective cannot be evaluated.
    pub fn new(f: &mut dyn Objective, x0: &[f64], settings: &Lbfgs) -> Result<Self, Error> {
        check(settings)?;
        let n = f.dimension();
        let mut evaluations = Evaluations::default();
        let (value, gradient) = crate::evaluate_start(f, x0, &mut evaluations)?;
        let memory = settings.memory;
        let least_gradient = norm_inf(&gradient);
        Ok(Self {
            x: x0.to_vec(),
            value,
            gradient,
            s: vec![0.0; memory * n],
            y: vec![0.0; memory * n],
            rho: vec![0.0; memory],
            pairs: 0,
            next: 0,
            stalled: 0,
            least_gradient,
            iterations: 0,
            evaluations,
        })
    }

    /// The present point, of shape `(n)`.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The value there.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Completed iterations.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// The state as bytes, for [`from_bytes`](Self::from_bytes).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new(METHOD, 1);
        w.vector(&self.x);
        w.number(self.value);
        w.vector(&self.gradient);
        w.vector(&self.rho);
        w.vector(&self.s);
        w.vector(&self.y);
        w.count(self.pairs);
        w.count(self.next);
        w.count(self.stalled);
        w.number(self.least_gradient);
        w.count(self.iterations);
        w.evaluations(&self.evaluations);
        w.finish()
    }

    /// Reads a saved state.
    ///
    /// # Errors
    /// If the bytes are not a state of this solver in this format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes, METHOD, 1)?;
        let x = r.vector()?;
        let n = x.len();
        let value = r.number()?;
        let gradient = r.vector_of(n)?;
        let rho = r.vector()?;
        let size = rho.len().saturating_mul(n);
        let state = Self {
            x,
            value,
            gradient,
            s: r.vector_of(size)?,
            y: r.vector_of(size)?,
            pairs: r.count()?,
            next: r.count()?,
            stalled: r.count()?,
            least_gradient: r.number()?,
            iterations: r.count()?,
            evaluations: r.evaluations()?,
            rho,
        };
        if state.pairs > state.rho.len() || state.next >= state.rho.len().max(1) {
            return Err(r.invalid("its counts of pairs contradict each other".into()));
        }
        r.finish()?;
        Ok(state)
    }

    /// `d = -H g` by the two-loop recursion.
    fn direction(&self, d: &mut [f64], alpha: &mut [f64]) {
        let n = self.x.len();
        let memory = self.rho.len();
        for (d, g) in d.iter_mut().zip(&self.gradient) {
            *d = -g;
        }
        let newest_first = (1..=self.pairs).map(|k| (self.next + memory - k) % memory);
        for k in newest_first.clone() {
            let (s, y) = (&self.s[k * n..(k + 1) * n], &self.y[k * n..(k + 1) * n]);
            alpha[k] = self.rho[k] * dot(s, d);
            axpy(-alpha[k], y, d);
        }
        if let Some(k) = newest_first.clone().next() {
            let y = &self.y[k * n..(k + 1) * n];
            let gamma = 1.0 / (self.rho[k] * dot(y, y));
            d.iter_mut().for_each(|d| *d *= gamma);
        }
        for k in newest_first.rev() {
            let (s, y) = (&self.s[k * n..(k + 1) * n], &self.y[k * n..(k + 1) * n]);
            let beta = self.rho[k] * dot(y, d);
            axpy(alpha[k] - beta, s, d);
        }
    }

    /// Moves to `x`, `gradient` and keeps the pair if its curvature is good.
    fn advance(&mut self, x: &mut Vec<f64>, value: f64, gradient: &mut Vec<f64>) {
        let n = self.x.len();
        if !self.rho.is_empty() {
            let k = self.next;
            let (s, y) = (&mut self.s[k * n..(k + 1) * n], &mut self.y[k * n..(k + 1) * n]);
            for j in 0..n {
                s[j] = x[j] - self.x[j];
                y[j] = gradient[j] - self.gradient[j];
            }
            let (sy, yy) = (dot(s, y), dot(y, y));
            if sy > f64::EPSILON * yy && (1.0 / sy).is_finite() {
                self.rho[k] = 1.0 / sy;
                self.next = (k + 1) % self.rho.len();
                self.pairs = (self.pairs + 1).min(self.rho.len());
            }
        }
        let gradient_norm = norm_inf(gradient);
        let falls = self.value - value > f64::EPSILON * value.abs();
        self.stalled = if falls || gradient_norm < 0.5 * self.least_gradient { 0 } else { self.stalled + 1 };
        self.least_gradient = self.least_gradient.min(gradient_norm);
        std::mem::swap(&mut self.x, x);
        std::mem::swap(&mut self.gradient, gradient);
        self.value = value;
        self.iterations += 1;
    }
}

/// Minimises `f` from `x0`.
///
/// # Errors
/// If `x0` does not fit the objective or lies outside its domain, a setting is out of range, or the objective
/// cannot be evaluated.
///
/// ```
/// use gradus_optimize::{Smooth, Status, lbfgs::{self, Lbfgs}};
///
/// // (a - 3)^2 + 10 (b + 1)^2, least at (3, -1).
/// let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
///     let (u, v) = (x[0] - 3.0, x[1] + 1.0);
///     g.copy_from_slice(&[2.0 * u, 20.0 * v]);
///     u * u + 10.0 * v * v
/// });
/// let solution = lbfgs::minimize(&mut f, &[0.0, 0.0], &Lbfgs::default(), &mut ())?;
/// assert_eq!(solution.status, Status::Converged);
/// assert!((solution.x[0] - 3.0).abs() < 1e-8 && (solution.x[1] + 1.0).abs() < 1e-8);
/// # Ok::<(), gradus_optimize::Error>(())
/// ```
pub fn minimize(
    f: &mut dyn Objective,
    x0: &[f64],
    settings: &Lbfgs,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    check(settings)?;
    let mut state = State::new(f, x0, settings)?;
    resume(f, &mut state, settings, observer)
}

fn check(settings: &Lbfgs) -> Result<(), Error> {
    crate::check_setting("tol", settings.tol, settings.tol >= 0.0, "at least 0")?;
    crate::check_setting("step", settings.step, settings.step > 0.0, "positive")?;
    crate::check_memory(settings.memory)
}

/// Goes on from `state` until the run ends, and leaves in `state` where it ended.
///
/// The memory is that of the state. Stopping a run and resuming it gives the same iterates, bit for bit, as
/// not stopping it.
///
/// # Errors
/// As [`minimize`], and if `state` belongs to a problem of another size.
pub fn resume(
    f: &mut dyn Objective,
    state: &mut State,
    settings: &Lbfgs,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    check(settings)?;
    let n = f.dimension();
    crate::check_state(METHOD, n, state.x.len())?;
    let mut d = vec![0.0; n];
    let mut alpha = vec![0.0; state.rho.len()];
    let mut trial = (vec![0.0; n], vec![0.0; n]);

    let (status, message) = loop {
        let gradient_norm = norm_inf(&state.gradient);
        let seen = observer.observe(&Iterate {
            iteration: state.iterations,
            x: &state.x,
            value: state.value,
            gradient: &state.gradient,
            gradient_norm,
            evaluations: state.evaluations,
        });
        if let Some(end) =
            crate::routine_end(gradient_norm, settings.tol, seen, state.iterations, settings.max_iterations)
        {
            break end;
        }
        state.direction(&mut d, &mut alpha);
        let decrement = -dot(&state.gradient, &d);
        if state.stalled >= MOST_STALLED {
            break crate::precision_reached(state.value, gradient_norm, settings.tol, decrement);
        }
        let mut found = Found::Nothing;
        let usable = decrement > 0.0 && decrement.is_finite();
        if usable {
            found = search(f, state, &d, settings, &mut trial)?;
        }
        if found == Found::Nothing && state.pairs > 0 {
            // The approximation misleads: forget it, and look along the steepest descent.
            state.pairs = 0;
            state.direction(&mut d, &mut alpha);
            found = search(f, state, &d, settings, &mut trial)?;
        }
        match found {
            Found::Step(value) => state.advance(&mut trial.0, value, &mut trial.1),
            Found::Bottomless(value) => {
                state.value = value;
                std::mem::swap(&mut state.x, &mut trial.0);
                std::mem::swap(&mut state.gradient, &mut trial.1);
                let message = format!("the value falls below {value:.1e} along a ray");
                break (Status::Unbounded, message);
            }
            Found::Nothing => {
                let decrement = if usable { decrement } else { f64::INFINITY };
                break crate::precision_reached(state.value, gradient_norm, settings.tol, decrement);
            }
        }
    };
    Ok(Solution {
        status,
        x: state.x.clone(),
        value: state.value,
        gradient: state.gradient.clone(),
        gradient_norm: norm_inf(&state.gradient),
        residuals: None,
        iterations: state.iterations,
        evaluations: state.evaluations,
        method: METHOD,
        message,
    })
}

/// One line search from the present point.
fn search(
    f: &mut dyn Objective,
    state: &mut State,
    d: &[f64],
    settings: &Lbfgs,
    trial: &mut (Vec<f64>, Vec<f64>),
) -> Result<Found, Error> {
    let slope = dot(&state.gradient, d);
    let first = if state.pairs > 0 { 1.0 } else { (settings.step / norm2(d)).min(1.0) };
    let ray = Ray { x: &state.x, d, value: state.value, slope, longest: f64::INFINITY, bounds: None };
    strong_wolfe(f, &ray, first, (&mut trial.0, &mut trial.1), &mut state.evaluations)
}
