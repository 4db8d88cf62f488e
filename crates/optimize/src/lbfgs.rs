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

use crate::descent::{End, Method, Point, Stall, Trial, descend, solution};
use crate::line_search::{Found, Ray, strong_wolfe};
use crate::state_bytes::{Reader, Writer};
use crate::vector::{axpy, dot, norm_inf, norm2};
use crate::{Error, Iterate, Objective, Observer, Solution};

const METHOD: &str = "L-BFGS";

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
    at: Point,
    stall: Stall,
    /// Pairs `s`, `y` in a ring of `memory` rows of `n`, and `1 / s'y`.
    s: Vec<f64>,
    y: Vec<f64>,
    rho: Vec<f64>,
    /// Pairs in the ring, and the place of the next one.
    pairs: usize,
    next: usize,
}

impl State {
    /// The state before the first iteration from `x0`: evaluates the objective there.
    ///
    /// # Errors
    /// If `x0` does not fit the objective or lies outside its domain, or the objective cannot be evaluated.
    pub fn new(f: &mut dyn Objective, x0: &[f64], settings: &Lbfgs) -> Result<Self, Error> {
        check(settings)?;
        let at = Point::start(f, x0)?;
        let (n, memory) = (x0.len(), settings.memory);
        Ok(Self {
            stall: Stall::new(norm_inf(&at.gradient)),
            at,
            s: vec![0.0; memory * n],
            y: vec![0.0; memory * n],
            rho: vec![0.0; memory],
            pairs: 0,
            next: 0,
        })
    }

    /// The present point, of shape `(n)`.
    pub fn x(&self) -> &[f64] {
        &self.at.x
    }

    /// The value there.
    pub fn value(&self) -> f64 {
        self.at.value
    }

    /// Completed iterations.
    pub fn iterations(&self) -> usize {
        self.at.iterations
    }

    /// The state as bytes, for [`from_bytes`](Self::from_bytes).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new(METHOD, 2);
        self.at.write(&mut w);
        self.stall.write(&mut w);
        w.vector(&self.rho);
        w.vector(&self.s);
        w.vector(&self.y);
        w.count(self.pairs);
        w.count(self.next);
        w.finish()
    }

    /// Reads a saved state.
    ///
    /// # Errors
    /// If the bytes are not a state of this solver in this format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes, METHOD, 2)?;
        let at = Point::read(&mut r)?;
        let stall = Stall::read(&mut r)?;
        let rho = r.vector()?;
        let size = rho.len().saturating_mul(at.x.len());
        let (s, y) = (r.vector_of(size)?, r.vector_of(size)?);
        let state = Self { at, stall, s, y, pairs: r.count()?, next: r.count()?, rho };
        if state.pairs > state.rho.len() || state.next >= state.rho.len().max(1) {
            return Err(r.invalid("its counts of pairs contradict each other".into()));
        }
        r.finish()?;
        Ok(state)
    }

    /// `d = -H g` by the two-loop recursion.
    fn direction(&self, d: &mut [f64], alpha: &mut [f64]) {
        let n = d.len();
        let memory = self.rho.len();
        for (d, g) in d.iter_mut().zip(&self.at.gradient) {
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

    /// Moves to the trial point and keeps the pair if its curvature is good.
    fn advance(&mut self, trial: &mut Trial, value: f64) {
        let (n, (x, gradient)) = (self.at.x.len(), &*trial);
        if !self.rho.is_empty() {
            let k = self.next;
            let (s, y) = (&mut self.s[k * n..(k + 1) * n], &mut self.y[k * n..(k + 1) * n]);
            for j in 0..n {
                s[j] = x[j] - self.at.x[j];
                y[j] = gradient[j] - self.at.gradient[j];
            }
            let (sy, yy) = (dot(s, y), dot(y, y));
            if sy > f64::EPSILON * yy && (1.0 / sy).is_finite() {
                self.rho[k] = 1.0 / sy;
                self.next = (k + 1) % self.rho.len();
                self.pairs = (self.pairs + 1).min(self.rho.len());
            }
        }
        self.stall.see(self.at.value, value, norm_inf(gradient));
        self.at.exchange(trial, value);
        self.at.iterations += 1;
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
    crate::check_settings(settings.tol, settings.step)?;
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
    crate::check_state(METHOD, n, state.at.x.len())?;
    let (d, alpha, trial) = (vec![0.0; n], vec![0.0; state.rho.len()], (vec![0.0; n], vec![0.0; n]));
    let mut run = Run { f, state, settings, d, alpha, trial };
    let end = descend(&mut run, settings.tol, settings.max_iterations, observer)?;
    Ok(solution(&run, end))
}

/// One resumption: the objective, the state, and the memory of the loop.
struct Run<'a> {
    f: &'a mut dyn Objective,
    state: &'a mut State,
    settings: &'a Lbfgs,
    d: Vec<f64>,
    alpha: Vec<f64>,
    trial: Trial,
}

impl Method for Run<'_> {
    const NAME: &'static str = METHOD;

    fn present(&self) -> Iterate<'_> {
        self.state.at.iterate(norm_inf(&self.state.at.gradient))
    }

    fn step(&mut self) -> Result<Option<End>, Error> {
        self.state.direction(&mut self.d, &mut self.alpha);
        let mut promised = -dot(&self.state.at.gradient, &self.d);
        let mut found = Found::Nothing;
        if !self.state.stall.is_final() {
            if promised > 0.0 && promised.is_finite() {
                found = self.search()?;
            } else {
                promised = f64::INFINITY;
            }
            if found == Found::Nothing && self.state.pairs > 0 {
                // The approximation misleads: forget it, and look along the steepest descent.
                self.state.pairs = 0;
                self.state.direction(&mut self.d, &mut self.alpha);
                found = self.search()?;
            }
        }
        Ok(match found {
            Found::Step(value) => {
                self.state.advance(&mut self.trial, value);
                None
            }
            Found::Bottomless(value) => Some(self.state.at.bottomless(&mut self.trial, value)),
            Found::Nothing => {
                let gradient_norm = norm_inf(&self.state.at.gradient);
                Some(self.state.at.precision_reached(gradient_norm, self.settings.tol, promised))
            }
        })
    }
}

impl Run<'_> {
    /// One line search from the present point.
    fn search(&mut self) -> Result<Found, Error> {
        let (at, d) = (&mut self.state.at, &self.d[..]);
        let first = if self.state.pairs > 0 { 1.0 } else { (self.settings.step / norm2(d)).min(1.0) };
        let slope = dot(&at.gradient, d);
        let ray = Ray { x: &at.x, d, value: at.value, slope, longest: f64::INFINITY, bounds: None };
        let (x, gradient) = &mut self.trial;
        strong_wolfe(self.f, &ray, first, (x, gradient), &mut at.evaluations)
    }
}
