//! Smooth minimisation by Newton's method in a trust region.
//!
//! Minimises `f(x)` over all of `R^n`. Each iteration minimises the quadratic model `g'p + 1/2 p'H p` over
//! `|p| <= radius` with conjugate gradients, which touch the Hessian only through products `H v`: they stop when
//! the residual is small, at the edge of the region, or along a direction of negative curvature, which they follow
//! to the edge. The radius grows and shrinks with the agreement of model and function.
//!
//! Cost: some Hessian-vector products per iteration, at most about `2 n`. Converges superlinearly, also when the
//! Hessian is indefinite on the way. Without Hessian-vector products use `lbfgs`. Ends at a stationary point; a
//! start exactly on a saddle stays there.
//!
//! Source: Steihaug (1983), SIAM J. Numer. Anal. 20; Toint (1981); Nocedal and Wright (2006), Numerical
//! Optimization, algorithms 4.1 and 7.2.

use crate::descent::{End, Method, Point, Trial, descend, solution};
use crate::line_search::BOTTOM;
use crate::state_bytes::{Reader, Writer};
use crate::vector::{axpy, dot, is_finite, norm_inf, norm2};
use crate::{Error, Iterate, Objective, Observer, Solution, Status};

const METHOD: &str = "Newton trust region";

/// Settings of the method.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustRegion {
    /// Converged when no entry of the gradient exceeds this. Default 1e-8.
    pub tol: f64,
    /// Default 1,000.
    pub max_iterations: usize,
    /// First radius, as a multiple of `max(1, |x|)`. Default 1.
    pub step: f64,
}

impl Default for TrustRegion {
    fn default() -> Self {
        Self { tol: 1e-8, max_iterations: 1000, step: 1.0 }
    }
}

/// Where a run stands; enough to go on to the same bits.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    at: Point,
    radius: f64,
    /// Norm of the first gradient, the yardstick of the inner accuracy.
    first_gradient: f64,
    /// Successive steps that went to the edge and agreed with the model.
    strides: usize,
}

impl State {
    /// The state before the first iteration from `x0`: evaluates the objective there.
    ///
    /// # Errors
    /// If `x0` does not fit the objective or lies outside its domain, or the objective cannot be evaluated.
    pub fn new(f: &mut dyn Objective, x0: &[f64], settings: &TrustRegion) -> Result<Self, Error> {
        let at = Point::start(f, x0)?;
        let radius = settings.step * norm2(x0).max(1.0);
        Ok(Self { first_gradient: norm2(&at.gradient), at, radius, strides: 0 })
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
        w.number(self.radius);
        w.number(self.first_gradient);
        w.count(self.strides);
        w.finish()
    }

    /// Reads a saved state.
    ///
    /// # Errors
    /// If the bytes are not a state of this solver in this format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut r = Reader::new(bytes, METHOD, 2)?;
        let at = Point::read(&mut r)?;
        let state = Self { at, radius: r.number()?, first_gradient: r.number()?, strides: r.count()? };
        r.finish()?;
        Ok(state)
    }
}

/// The memory of the inner iteration: the step `p`, its residual `H p + g`, a direction and `H` times it.
struct Inner {
    p: Vec<f64>,
    residual: Vec<f64>,
    direction: Vec<f64>,
    curved: Vec<f64>,
}

/// A minimiser of the model within the region: the decrease it promises, and whether it lies on the edge.
struct ModelStep {
    promised: f64,
    on_edge: bool,
}

/// Minimises `f` from `x0`.
///
/// # Errors
/// If `x0` does not fit the objective or lies outside its domain, the objective has no Hessian-vector products or
/// cannot be evaluated, or a setting is out of range.
///
/// ```
/// use gradus_optimize::{Smooth, Status, trust_region::{self, TrustRegion}};
///
/// // x^4 / 4 - x, least at 1, where the value is -3/4.
/// let mut f = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
///     g[0] = x[0].powi(3) - 1.0;
///     x[0].powi(4) / 4.0 - x[0]
/// })
/// .with_hessian_vector(|x: &[f64], v: &[f64], out: &mut [f64]| out[0] = 3.0 * x[0] * x[0] * v[0]);
/// let solution = trust_region::minimize(&mut f, &[5.0], &TrustRegion::default(), &mut ())?;
/// assert_eq!(solution.status, Status::Converged);
/// assert!((solution.x[0] - 1.0).abs() < 1e-8 && (solution.value + 0.75).abs() < 1e-15);
/// # Ok::<(), gradus_optimize::Error>(())
/// ```
pub fn minimize(
    f: &mut dyn Objective,
    x0: &[f64],
    settings: &TrustRegion,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    check(f, settings)?;
    let mut state = State::new(f, x0, settings)?;
    resume(f, &mut state, settings, observer)
}

fn check(f: &dyn Objective, settings: &TrustRegion) -> Result<(), Error> {
    crate::check_settings(settings.tol, settings.step)?;
    if f.has_hessian_vector() { Ok(()) } else { Err(Error::NoHessianVector { method: METHOD }) }
}

/// Goes on from `state` until the run ends, and leaves in `state` where it ended.
///
/// Stopping a run and resuming it gives the same iterates, bit for bit, as not stopping it.
///
/// # Errors
/// As [`minimize`], and if `state` belongs to a problem of another size.
pub fn resume(
    f: &mut dyn Objective,
    state: &mut State,
    settings: &TrustRegion,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    check(f, settings)?;
    let n = f.dimension();
    crate::check_state(METHOD, n, state.at.x.len())?;
    let zeros = || vec![0.0; n];
    let inner = Inner { p: zeros(), residual: zeros(), direction: zeros(), curved: zeros() };
    let mut run = Run { f, state, settings, inner, trial: (zeros(), zeros()) };
    let end = descend(&mut run, settings.tol, settings.max_iterations, observer)?;
    Ok(solution(&run, end))
}

/// One resumption: the objective, the state, and the memory of the loop.
struct Run<'a> {
    f: &'a mut dyn Objective,
    state: &'a mut State,
    settings: &'a TrustRegion,
    inner: Inner,
    trial: Trial,
}

impl Method for Run<'_> {
    const NAME: &'static str = METHOD;

    fn present(&self) -> Iterate<'_> {
        self.state.at.iterate(norm_inf(&self.state.at.gradient))
    }

    /// Shrinks the region until a step is accepted, and takes it.
    fn step(&mut self) -> Result<Option<End>, Error> {
        let State { at, radius, strides, first_gradient } = &mut *self.state;
        let gradient_norm = norm_inf(&at.gradient);
        loop {
            let model = minimise_model(self.f, at, *radius, *first_gradient, &mut self.inner)?;
            let length = norm2(&self.inner.p);
            let (x, gradient) = &mut self.trial;
            x.copy_from_slice(&at.x);
            axpy(1.0, &self.inner.p, x);
            if !is_finite(x) {
                let message = format!("the value falls to {:.1e} on the way to infinity", at.value);
                return Ok(Some((Status::Unbounded, message)));
            }
            at.evaluations.gradients += 1;
            let value = self.f.value_gradient(x, gradient)?;
            if value < BOTTOM {
                return Ok(Some(at.bottomless(&mut self.trial, value)));
            }
            let noise = 64.0 * f64::EPSILON * at.value.abs();
            let decrease = at.value - value;
            let agreement = if !value.is_finite() || !is_finite(gradient) {
                f64::NEG_INFINITY
            } else if model.promised <= noise && decrease.abs() <= noise {
                // Values cannot tell: let the gradient judge.
                if norm_inf(gradient) < gradient_norm { 1.0 } else { 0.0 }
            } else {
                decrease / model.promised
            };
            if agreement < 0.25 {
                *radius = 0.25 * length.min(*radius);
                *strides = 0;
            } else if agreement > 0.75 && model.on_edge {
                *strides += 1;
                *radius *= if *strides > 8 { 100.0 } else { 2.0 };
            } else {
                *strides = 0;
            }
            if agreement > 1e-4 {
                at.exchange(&mut self.trial, value);
                at.iterations += 1;
                return Ok(None);
            }
            let exhausted = length <= 0.1 * f64::EPSILON * norm2(&at.x) || length < f64::MIN_POSITIVE;
            if model.promised <= noise || exhausted {
                return Ok(Some(at.precision_reached(gradient_norm, self.settings.tol, model.promised)));
            }
        }
    }
}

/// Steihaug's conjugate gradients.
fn minimise_model(
    f: &mut dyn Objective,
    at: &mut Point,
    radius: f64,
    first_gradient: f64,
    Inner { p, residual, direction, curved }: &mut Inner,
) -> Result<ModelStep, Error> {
    let g = &at.gradient;
    p.fill(0.0);
    residual.copy_from_slice(g);
    for (d, g) in direction.iter_mut().zip(g) {
        *d = -g;
    }
    let gradient_norm = norm2(g);
    let accuracy = gradient_norm * (gradient_norm / first_gradient).sqrt().min(0.1);
    let mut square = dot(residual, residual);
    let mut on_edge = false;
    for _ in 0..2 * g.len() + 10 {
        at.evaluations.hessian_vectors += 1;
        f.hessian_vector(&at.x, direction, curved)?;
        let curvature = dot(direction, curved);
        if !is_finite(curved) && p.iter().any(|&p| p != 0.0) {
            break;
        }
        let alpha = square / curvature;
        let reach = to_edge(p, direction, radius);
        if !(curvature > 0.0 && alpha < reach) {
            // Negative curvature, or the region ends first (or the Hessian is not finite: steepest descent).
            axpy(reach, direction, p);
            if is_finite(curved) {
                axpy(reach, curved, residual);
            }
            on_edge = true;
            break;
        }
        axpy(alpha, direction, p);
        axpy(alpha, curved, residual);
        let next = dot(residual, residual);
        if next.sqrt() <= accuracy {
            break;
        }
        let beta = next / square;
        square = next;
        for (d, r) in direction.iter_mut().zip(residual.iter()) {
            *d = beta * *d - r;
        }
    }
    // g'p + 1/2 p'H p = 1/2 p'(g + (H p + g)).
    let promised = -0.5 * (dot(p, g) + dot(p, residual));
    Ok(ModelStep { promised, on_edge })
}

/// The `t >= 0` with `|p + t d| = radius`.
fn to_edge(p: &[f64], d: &[f64], radius: f64) -> f64 {
    let (dd, pd, pp) = (dot(d, d), dot(p, d), dot(p, p));
    let room = (radius * radius - pp).max(0.0);
    let root = (pd * pd + dd * room).sqrt();
    if pd > 0.0 { room / (pd + root) } else { (root - pd) / dd }
}
