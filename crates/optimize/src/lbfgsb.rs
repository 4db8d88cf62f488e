//! Smooth minimisation under bounds on the variables by L-BFGS-B.
//!
//! Minimises `f(x)` over `l <= x <= u`. Each iteration follows the projected steepest descent path to the first
//! minimiser of the BFGS model along it (the generalised Cauchy point), which settles the variables that sit
//! on their bounds; minimises the model over the others; and searches the segment to the result for the strong
//! Wolfe conditions. No point outside the bounds is ever evaluated.
//!
//! Cost: about `(2 memory)^2` multiplications per free variable and iteration while bounds are active, else
//! `4 memory` per variable, and one gradient. Without bounds use `lbfgs`. Finds a local minimum only.
//!
//! Source: Byrd, Lu, Nocedal and Zhu (1995), SIAM J. Sci. Comput. 16; Morales and Nocedal (2011), ACM TOMS 38, for
//! the projection of the subspace minimiser.

use crate::bounded_model::BoundedModel;
use crate::bounds::Bounds;
use crate::descent::{End, Method, Point, Stall, Trial, descend, solution};
use crate::line_search::{Found, Ray, strong_wolfe};
use crate::state_bytes::{Reader, Writer};
use crate::vector::{dot, norm2};
use crate::{Error, Iterate, Objective, Observer, Solution};

const METHOD: &str = "L-BFGS-B";

/// Settings of the method.
#[derive(Debug, Clone, PartialEq)]
pub struct Lbfgsb {
    /// The bounds. Default: none.
    pub bounds: Bounds,
    /// Pairs kept. Default 10.
    pub memory: usize,
    /// Converged when no entry of the projected gradient `x - P(x - g)` exceeds this. Default 1e-8.
    pub tol: f64,
    /// Default 10,000.
    pub max_iterations: usize,
    /// Length of the first step, at most. Default 1.
    pub step: f64,
}

impl Default for Lbfgsb {
    fn default() -> Self {
        Self { bounds: Bounds::default(), memory: 10, tol: 1e-8, max_iterations: 10_000, step: 1.0 }
    }
}

/// Where a run stands; enough to go on to the same bits.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    at: Point,
    stall: Stall,
    memory: usize,
    pairs: usize,
    theta: f64,
    /// The pairs, oldest first, `(pairs, n)` each.
    s: Vec<f64>,
    y: Vec<f64>,
}

impl State {
    /// The state before the first iteration from the point within the bounds that is nearest to `x0`.
    ///
    /// # Errors
    /// If `x0` or the bounds do not fit the objective, the start lies outside its domain, or it cannot be
    /// evaluated.
    pub fn new(f: &mut dyn Objective, x0: &[f64], settings: &Lbfgsb) -> Result<Self, Error> {
        check(settings)?;
        let n = f.dimension();
        crate::check_start(n, x0)?;
        let (lower, upper) = settings.bounds.for_dimension(n)?;
        let mut x = x0.to_vec();
        project(&mut x, &lower, &upper);
        let at = Point::start(f, &x)?;
        Ok(Self {
            stall: Stall::new(projected_gradient(&at.x, &at.gradient, &lower, &upper)),
            at,
            memory: settings.memory,
            pairs: 0,
            theta: 1.0,
            s: vec![0.0; settings.memory * n],
            y: vec![0.0; settings.memory * n],
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
        w.count(self.memory);
        w.count(self.pairs);
        w.number(self.theta);
        w.vector(&self.s);
        w.vector(&self.y);
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
        let (memory, pairs, theta) = (r.count()?, r.count()?, r.number()?);
        let size = memory.saturating_mul(at.x.len());
        let (s, y) = (r.vector_of(size)?, r.vector_of(size)?);
        if pairs > memory || memory > crate::MOST_MEMORY {
            return Err(r.invalid(format!("it has {pairs} pairs in a memory of {memory}")));
        }
        r.finish()?;
        Ok(Self { at, stall, memory, pairs, theta, s, y })
    }
}

fn project(x: &mut [f64], lower: &[f64], upper: &[f64]) {
    for ((x, l), u) in x.iter_mut().zip(lower).zip(upper) {
        *x = x.clamp(*l, *u);
    }
}

/// `|x - P(x - g)|_inf`.
fn projected_gradient(x: &[f64], g: &[f64], lower: &[f64], upper: &[f64]) -> f64 {
    (0..x.len()).map(|j| (x[j] - (x[j] - g[j]).clamp(lower[j], upper[j])).abs()).fold(0.0, f64::max)
}

/// Minimises `f` within the bounds from `x0`.
///
/// # Errors
/// If `x0` or the bounds do not fit the objective, the start lies outside its domain, a setting is out of range,
/// or the objective cannot be evaluated.
///
/// ```
/// use gradus_optimize::{Bounds, Smooth, Status, lbfgsb::{self, Lbfgsb}};
///
/// // (a - 3)^2 + (b + 1)^2 with 0 <= a, b <= 2 is least at (2, 0), where it is 2.
/// let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
///     let (u, v) = (x[0] - 3.0, x[1] + 1.0);
///     g.copy_from_slice(&[2.0 * u, 2.0 * v]);
///     u * u + v * v
/// });
/// let bounds = Bounds { lower: vec![0.0, 0.0], upper: vec![2.0, 2.0] };
/// let solution = lbfgsb::minimize(&mut f, &[1.0, 1.0], &Lbfgsb { bounds, ..Lbfgsb::default() }, &mut ())?;
/// assert_eq!((solution.status, solution.x, solution.value), (Status::Converged, vec![2.0, 0.0], 2.0));
/// # Ok::<(), gradus_optimize::Error>(())
/// ```
pub fn minimize(
    f: &mut dyn Objective,
    x0: &[f64],
    settings: &Lbfgsb,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    check(settings)?;
    let mut state = State::new(f, x0, settings)?;
    resume(f, &mut state, settings, observer)
}

fn check(settings: &Lbfgsb) -> Result<(), Error> {
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
    settings: &Lbfgsb,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    check(settings)?;
    let n = f.dimension();
    crate::check_state(METHOD, n, state.at.x.len())?;
    let (lower, upper) = settings.bounds.for_dimension(n)?;
    if let Some(j) = (0..n).find(|&j| !(lower[j]..=upper[j]).contains(&state.at.x[j])) {
        let reason = format!("its variable {j} is {}, outside [{}, {}]", state.at.x[j], lower[j], upper[j]);
        return Err(Error::InvalidState { method: METHOD, reason });
    }
    let mut model = BoundedModel::new(n, state.memory);
    model.bfgs.s.copy_from_slice(&state.s);
    model.bfgs.y.copy_from_slice(&state.y);
    model.bfgs.restore(state.pairs, state.theta);
    let trial = (vec![0.0; n], vec![0.0; n]);
    let mut run = Run { f, state, settings, lower, upper, model, d: vec![0.0; n], trial };
    let end = descend(&mut run, settings.tol, settings.max_iterations, observer);
    run.state.s.copy_from_slice(&run.model.bfgs.s);
    run.state.y.copy_from_slice(&run.model.bfgs.y);
    run.state.pairs = run.model.bfgs.pairs;
    run.state.theta = run.model.bfgs.theta;
    Ok(solution(&run, end?))
}

/// One resumption: the objective, the state, and the memory of the loop. The pairs are the model's.
struct Run<'a> {
    f: &'a mut dyn Objective,
    state: &'a mut State,
    settings: &'a Lbfgsb,
    lower: Vec<f64>,
    upper: Vec<f64>,
    model: BoundedModel,
    d: Vec<f64>,
    trial: Trial,
}

impl Method for Run<'_> {
    const NAME: &'static str = METHOD;

    fn present(&self) -> Iterate<'_> {
        let at = &self.state.at;
        at.iterate(projected_gradient(&at.x, &at.gradient, &self.lower, &self.upper))
    }

    fn step(&mut self) -> Result<Option<End>, Error> {
        let mut promised = f64::INFINITY;
        loop {
            let at = &self.state.at;
            self.model.step(&at.x, &at.gradient, (&self.lower, &self.upper), &mut self.d);
            let slope = dot(&at.gradient, &self.d);
            if promised.is_infinite() && slope < 0.0 {
                promised = -slope;
            }
            let is_final = self.state.stall.is_final();
            let found = if !is_final && slope < 0.0 && slope.is_finite() {
                self.search(slope)?
            } else {
                Found::Nothing
            };
            match found {
                Found::Step(value) => {
                    self.advance(value);
                    return Ok(None);
                }
                Found::Bottomless(value) => {
                    return Ok(Some(self.state.at.bottomless(&mut self.trial, value)));
                }
                // The approximation misleads: forget it, and look along the projected gradient.
                Found::Nothing if !is_final && self.model.bfgs.pairs > 0 => self.model.bfgs.clear(),
                Found::Nothing => {
                    let gradient_norm = self.present().gradient_norm;
                    let end = self.state.at.precision_reached(gradient_norm, self.settings.tol, promised);
                    return Ok(Some(end));
                }
            }
        }
    }
}

impl Run<'_> {
    /// One line search from the present point along `d`, within the bounds.
    fn search(&mut self, slope: f64) -> Result<Found, Error> {
        let (at, d) = (&mut self.state.at, &self.d[..]);
        let mut longest = f64::INFINITY;
        for j in 0..d.len() {
            let bound = if d[j] < 0.0 { self.lower[j] } else { self.upper[j] };
            if d[j] != 0.0 && bound.is_finite() {
                longest = longest.min((bound - at.x[j]) / d[j]);
            }
        }
        let first = if self.model.bfgs.pairs > 0 { 1.0 } else { (self.settings.step / norm2(d)).min(1.0) };
        let bounds = Some((&self.lower[..], &self.upper[..]));
        let ray = Ray { x: &at.x, d, value: at.value, slope, longest, bounds };
        let (x, gradient) = &mut self.trial;
        strong_wolfe(self.f, &ray, first, (x, gradient), &mut at.evaluations)
    }

    /// Moves to the trial point and keeps the pair.
    fn advance(&mut self, value: f64) {
        let before = self.state.at.value;
        self.state.at.exchange(&mut self.trial, value);
        self.state.at.iterations += 1;
        let gradient_norm = self.present().gradient_norm;
        self.state.stall.see(before, value, gradient_norm);
        // The trial now holds the point that was left.
        let (s, y) = &mut self.trial;
        for j in 0..s.len() {
            s[j] = self.state.at.x[j] - s[j];
            y[j] = self.state.at.gradient[j] - y[j];
        }
        self.model.bfgs.push(s, y);
    }
}
