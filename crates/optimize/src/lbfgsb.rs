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
use crate::line_search::{Found, Ray, strong_wolfe};
use crate::state_bytes::{Reader, Writer};
use crate::vector::{dot, norm2};
use crate::{Error, Evaluations, Iterate, Objective, Observer, Solution, Status};

const METHOD: &str = "L-BFGS-B";
const MOST_STALLED: usize = 10;

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
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    memory: usize,
    pairs: usize,
    theta: f64,
    /// The pairs, oldest first, `(pairs, n)` each.
    s: Vec<f64>,
    y: Vec<f64>,
    stalled: usize,
    least_gradient: f64,
    iterations: usize,
    evaluations: Evaluations,
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
        let mut evaluations = Evaluations::default();
        let (value, gradient) = crate::evaluate_start(f, &x, &mut evaluations)?;
        let least_gradient = projected_gradient(&x, &gradient, &lower, &upper);
        Ok(Self {
            x,
            value,
            gradient,
            memory: settings.memory,
            pairs: 0,
            theta: 1.0,
            s: vec![0.0; settings.memory * n],
            y: vec![0.0; settings.memory * n],
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
        w.count(self.memory);
        w.count(self.pairs);
        w.number(self.theta);
        w.vector(&self.s);
        w.vector(&self.y);
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
        let (memory, pairs) = (r.count()?, r.count()?);
        let size = memory.saturating_mul(n);
        let state = Self {
            x,
            value,
            gradient,
            memory,
            pairs,
            theta: r.number()?,
            s: r.vector_of(size)?,
            y: r.vector_of(size)?,
            stalled: r.count()?,
            least_gradient: r.number()?,
            iterations: r.count()?,
            evaluations: r.evaluations()?,
        };
        if pairs > memory || memory > crate::MOST_MEMORY {
            return Err(r.invalid(format!("it has {pairs} pairs in a memory of {memory}")));
        }
        r.finish()?;
        Ok(state)
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
    crate::check_setting("tol", settings.tol, settings.tol >= 0.0, "at least 0")?;
    crate::check_setting("step", settings.step, settings.step > 0.0, "positive")?;
    crate::check_memory(settings.memory)
}

/// The memory of the loop.
struct Workspace {
    lower: Vec<f64>,
    upper: Vec<f64>,
    model: BoundedModel,
    d: Vec<f64>,
    trial: (Vec<f64>, Vec<f64>),
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
    crate::check_state(METHOD, n, state.x.len())?;
    let (lower, upper) = settings.bounds.for_dimension(n)?;
    if let Some(j) = (0..n).find(|&j| !(lower[j]..=upper[j]).contains(&state.x[j])) {
        let reason = format!("its variable {j} is {}, outside [{}, {}]", state.x[j], lower[j], upper[j]);
        return Err(Error::InvalidState { method: METHOD, reason });
    }
    let mut model = BoundedModel::new(n, state.memory);
    model.bfgs.s.copy_from_slice(&state.s);
    model.bfgs.y.copy_from_slice(&state.y);
    model.bfgs.restore(state.pairs, state.theta);
    let mut work = Workspace { lower, upper, model, d: vec![0.0; n], trial: (vec![0.0; n], vec![0.0; n]) };

    let end = iterate(f, state, settings, observer, &mut work);
    state.s.copy_from_slice(&work.model.bfgs.s);
    state.y.copy_from_slice(&work.model.bfgs.y);
    state.pairs = work.model.bfgs.pairs;
    state.theta = work.model.bfgs.theta;
    let (status, message) = end?;
    Ok(Solution {
        status,
        x: state.x.clone(),
        value: state.value,
        gradient: state.gradient.clone(),
        gradient_norm: projected_gradient(&state.x, &state.gradient, &work.lower, &work.upper),
        residuals: None,
        iterations: state.iterations,
        evaluations: state.evaluations,
        method: METHOD,
        message,
    })
}

/// The loop: shows the point, checks for an end, advances.
fn iterate(
    f: &mut dyn Objective,
    state: &mut State,
    settings: &Lbfgsb,
    observer: &mut dyn Observer,
    work: &mut Workspace,
) -> Result<(Status, String), Error> {
    loop {
        let gradient_norm = projected_gradient(&state.x, &state.gradient, &work.lower, &work.upper);
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
            return Ok(end);
        }
        if let Some(end) = advance(f, state, settings, work, gradient_norm)? {
            return Ok(end);
        }
    }
}

/// One iteration, or how the run ends.
fn advance(
    f: &mut dyn Objective,
    state: &mut State,
    settings: &Lbfgsb,
    work: &mut Workspace,
    gradient_norm: f64,
) -> Result<Option<(Status, String)>, Error> {
    let mut promised = f64::INFINITY;
    loop {
        work.model.step(&state.x, &state.gradient, (&work.lower, &work.upper), &mut work.d);
        let slope = dot(&state.gradient, &work.d);
        if promised.is_infinite() && slope < 0.0 {
            promised = -slope;
        }
        if state.stalled >= MOST_STALLED {
            return Ok(Some(crate::precision_reached(state.value, gradient_norm, settings.tol, promised)));
        }
        let found = if slope < 0.0 && slope.is_finite() {
            search(f, state, settings, work, slope)?
        } else {
            Found::Nothing
        };
        match found {
            Found::Step(value) => {
                accept(state, work, value);
                return Ok(None);
            }
            Found::Bottomless(value) => {
                state.value = value;
                std::mem::swap(&mut state.x, &mut work.trial.0);
                std::mem::swap(&mut state.gradient, &mut work.trial.1);
                return Ok(Some((
                    Status::Unbounded,
                    format!("the value falls below {value:.1e} along a ray"),
                )));
            }
            // The approximation misleads: forget it, and look along the projected gradient.
            Found::Nothing if work.model.bfgs.pairs > 0 => work.model.bfgs.clear(),
            Found::Nothing => {
                return Ok(Some(crate::precision_reached(
                    state.value,
                    gradient_norm,
                    settings.tol,
                    promised,
                )));
            }
        }
    }
}

/// One line search from the present point along `d`, within the bounds.
fn search(
    f: &mut dyn Objective,
    state: &mut State,
    settings: &Lbfgsb,
    work: &mut Workspace,
    slope: f64,
) -> Result<Found, Error> {
    let mut longest = f64::INFINITY;
    for j in 0..work.d.len() {
        let (d, bound) = (work.d[j], if work.d[j] < 0.0 { work.lower[j] } else { work.upper[j] });
        if d != 0.0 && bound.is_finite() {
            longest = longest.min((bound - state.x[j]) / d);
        }
    }
    let first = if work.model.bfgs.pairs > 0 { 1.0 } else { (settings.step / norm2(&work.d)).min(1.0) };
    let bounds = Some((&work.lower[..], &work.upper[..]));
    let ray = Ray { x: &state.x, d: &work.d, value: state.value, slope, longest, bounds };
    strong_wolfe(f, &ray, first, (&mut work.trial.0, &mut work.trial.1), &mut state.evaluations)
}

/// Moves to the trial point and keeps the pair.
fn accept(state: &mut State, work: &mut Workspace, value: f64) {
    let (x, gradient) = &mut work.trial;
    let gradient_norm = projected_gradient(x, gradient, &work.lower, &work.upper);
    let falls = state.value - value > f64::EPSILON * value.abs();
    state.stalled = if falls || gradient_norm < 0.5 * state.least_gradient { 0 } else { state.stalled + 1 };
    state.least_gradient = state.least_gradient.min(gradient_norm);
    std::mem::swap(&mut state.x, x);
    std::mem::swap(&mut state.gradient, gradient);
    // The trial buffers now hold the point that was left.
    for j in 0..x.len() {
        x[j] = state.x[j] - x[j];
        gradient[j] = state.gradient[j] - gradient[j];
    }
    work.model.bfgs.push(x, gradient);
    state.value = value;
    state.iterations += 1;
}
