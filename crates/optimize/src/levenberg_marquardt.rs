//! Nonlinear least squares by Levenberg-Marquardt.
//!
//! Minimises `f(x) = 1/2 |r(x)|^2`. Each iteration minimises the linear model `|J p + r|` over the ellipsoid
//! `|D p| <= radius`, whose axes `D` are the largest column norms of `J` seen so far, so that the path does not
//! depend on the units of the variables; the radius follows the agreement of model and function. A damped step is
//! bent by its geodesic acceleration, which follows narrow curved valleys in a tenth of the steps. Once the value
//! cannot be compared in double precision any more, full Gauss-Newton steps go on for as long as they shrink, which
//! brings the variables to the digits that the data carry; where they do not shrink, because residuals are large
//! and curved, Newton steps do the same.
//!
//! A run that ends where some variable no longer acts on the residuals (an exponential that has died out, a peak
//! far from the data) has not fitted the model. It is then repeated from the start with other axes and shorter
//! first steps, and the best end is returned; the message says so.
//!
//! Cost: one Jacobian, one or two residual vectors and `O(m n^2)` per iteration; a Newton step costs `n` Jacobians.
//! Finds a local minimum only. With very many variables use `lbfgs`.
//!
//! Source: More (1978), Lecture Notes in Mathematics 630; Marquardt (1963), SIAM J. 11; Transtrum and Sethna
//! (2012), arXiv:1201.5885, for the acceleration; the stopping measure is the relative offset of Bates and Watts
//! (1981), Technometrics 23.

mod state;

pub use state::State;
use state::{Axes, Phase, path};

use crate::descent::{End, Method, descend, solution};
use crate::least_squares_step::LeastSquaresStep;
use crate::second_order::SecondOrder;
use crate::vector::{dot, is_finite, norm2};
use crate::{Error, Iterate, Observer, Residuals, Solution, Status};

const METHOD: &str = "Levenberg-Marquardt";
/// The acceleration is used if it is at most this times half the step.
const SMALL_BEND: f64 = 0.75;
/// What counts as little: a relative decrease of the sum of squares below this.
const LITTLE: f64 = 1e-2;

/// Settings of the method.
#[derive(Debug, Clone, PartialEq)]
pub struct LevenbergMarquardt {
    /// Converged when the relative offset `|Q' r| / |r|` or the relative Gauss-Newton step is at most this, or,
    /// where neither can be made so small, the largest cosine between `r` and a column of `J`. Default 1e-8.
    pub tol: f64,
    /// Iterations over all attempts. Default 5000.
    pub max_iterations: usize,
    /// Iterations after which an attempt is given up for the next. Default 1000.
    pub iterations_per_attempt: usize,
    /// First radius, as a multiple of `|D x|`. Default 1.
    pub step: f64,
    /// How many different paths to try when one ends in a degenerate place. Default 4; 1 never repeats.
    pub attempts: usize,
}

impl Default for LevenbergMarquardt {
    fn default() -> Self {
        Self { tol: 1e-8, max_iterations: 5000, iterations_per_attempt: 1000, step: 1.0, attempts: 4 }
    }
}

/// Minimises `1/2 |r(x)|^2` from `x0`.
///
/// # Errors
/// If `x0` does not fit the problem or lies outside its domain, a setting is out of range, or the residuals
/// cannot be evaluated.
///
/// ```
/// use gradus_optimize::{ResidualFunction, Status, levenberg_marquardt::{self, LevenbergMarquardt}};
///
/// // Rosenbrock's function as a sum of squares; its minimum is at (1, 1).
/// let mut r = ResidualFunction::new(2, 2, |x: &[f64], r: &mut [f64], jacobian: Option<&mut [f64]>| {
///     r.copy_from_slice(&[10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]]);
///     if let Some(j) = jacobian {
///         j.copy_from_slice(&[-20.0 * x[0], 10.0, -1.0, 0.0]);
///     }
/// });
/// let settings = LevenbergMarquardt::default();
/// let solution = levenberg_marquardt::minimize(&mut r, &[-1.2, 1.0], &settings, &mut ())?;
/// assert_eq!(solution.status, Status::Converged);
/// assert!((solution.x[0] - 1.0).abs() < 1e-12 && (solution.x[1] - 1.0).abs() < 1e-12);
/// # Ok::<(), gradus_optimize::Error>(())
/// ```
pub fn minimize(
    f: &mut dyn Residuals,
    x0: &[f64],
    settings: &LevenbergMarquardt,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    let mut state = State::new(f, x0)?;
    resume(f, &mut state, settings, observer)
}

/// Goes on from `state` until the run ends, and leaves in `state` where it ended.
///
/// # Errors
/// As [`minimize`], and if `state` belongs to a problem of another size.
pub fn resume(
    f: &mut dyn Residuals,
    state: &mut State,
    settings: &LevenbergMarquardt,
    observer: &mut dyn Observer,
) -> Result<Solution, Error> {
    crate::check_state(METHOD, f.dimension(), state.x.len())?;
    crate::check_settings(settings.tol, settings.step)?;
    let mut run = Run::new(f, state, settings);
    run.enter()?;
    run.linearise();
    let end = descend(&mut run, settings.tol, settings.max_iterations, observer)?;
    run.finish(end)
}

/// One resumption: the problem, the state, and the memory of the loop.
struct Run<'a> {
    f: &'a mut dyn Residuals,
    state: &'a mut State,
    settings: &'a LevenbergMarquardt,
    model: LeastSquaresStep,
    second_order: SecondOrder,
    residuals: Vec<f64>,
    jacobian: Vec<f64>,
    trial: Vec<f64>,
    trial_residuals: Vec<f64>,
    q: Vec<f64>,
    probe: Vec<f64>,
    acceleration: Vec<f64>,
    gradient: Vec<f64>,
    offset: f64,
    /// The largest cosine between the residual and a column of the Jacobian.
    cosine: f64,
}

/// How one iteration ended.
enum Progress {
    Moved,
    Flat,
    Stuck,
}

impl<'a> Run<'a> {
    fn new(f: &'a mut dyn Residuals, state: &'a mut State, settings: &'a LevenbergMarquardt) -> Self {
        let (n, m) = (f.dimension(), f.residual_count());
        Self {
            f,
            state,
            settings,
            model: LeastSquaresStep::new(m, n),
            second_order: SecondOrder::new(m, n),
            residuals: vec![0.0; m],
            jacobian: vec![0.0; m * n],
            trial: vec![0.0; n],
            trial_residuals: vec![0.0; m],
            q: vec![0.0; n],
            probe: vec![0.0; n],
            acceleration: vec![0.0; n],
            gradient: vec![0.0; n],
            offset: f64::INFINITY,
            cosine: f64::INFINITY,
        }
    }

    /// Evaluates the first point of this resumption.
    fn enter(&mut self) -> Result<(), Error> {
        self.evaluate()?;
        let value = half_square(&self.residuals);
        if !value.is_finite() {
            return Err(Error::StartOutsideDomain { what: "the sum of squares".into(), value });
        }
        if let Some(k) = self.jacobian.iter().position(|v| !v.is_finite()) {
            let n = self.state.x.len();
            let what = format!("the derivative of residual {} by variable {}", k / n, k % n);
            return Err(Error::StartOutsideDomain { what, value: self.jacobian[k] });
        }
        self.state.value = value;
        if self.state.first_value == f64::INFINITY {
            self.state.first_value = value;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<(), Error> {
        self.state.evaluations.gradients += 1;
        Ok(self.f.jacobian(&self.state.x, &mut self.residuals, &mut self.jacobian)?)
    }

    /// Swaps the present point with the trial point and evaluates there; stays where it is if that fails.
    fn go_to_trial(&mut self) -> Result<(), Error> {
        std::mem::swap(&mut self.state.x, &mut self.trial);
        let evaluated = self.evaluate();
        if evaluated.is_err() {
            std::mem::swap(&mut self.state.x, &mut self.trial);
        }
        evaluated
    }

    /// What the present phase does; moves, goes to another phase or path, or ends the run.
    fn act(&mut self) -> Result<Option<End>, Error> {
        match self.state.phase {
            Phase::Descend => {
                self.state.phase = if self.small() {
                    Phase::Polish
                } else {
                    match self.iterate()? {
                        Progress::Moved if self.state.slow >= self.state.patience => Phase::Probe,
                        Progress::Moved => Phase::Descend,
                        Progress::Flat => Phase::Polish,
                        Progress::Stuck => Phase::Finish,
                    }
                };
            }
            Phase::Probe => {
                if !self.newton()? {
                    self.state.phase = Phase::Descend;
                    self.state.slow = 0;
                    self.state.patience = self.state.patience.saturating_mul(2);
                }
            }
            Phase::Polish => {
                if !self.polish()? {
                    self.state.phase = Phase::Finish;
                }
            }
            Phase::Finish => {
                if self.small() || !self.newton()? {
                    let end = self.verdict();
                    let doubtful = end.0 != Status::Converged || self.degenerate();
                    if !(doubtful && self.try_another_path()?) {
                        return Ok(Some(end));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Whether the relative offset or the relative Gauss-Newton step is within `tol`.
    fn small(&mut self) -> bool {
        self.offset <= self.settings.tol || self.relative_step() <= self.settings.tol
    }

    /// A Newton step, kept if it lowers the value and halves the cosine.
    fn newton(&mut self) -> Result<bool, Error> {
        let s = &mut *self.state;
        s.evaluations.gradients += s.x.len();
        let here = (&s.x[..], &self.residuals[..], &self.jacobian[..], &s.scale[..]);
        if self.cosine == 0.0 || !self.second_order.step(self.f, here, &mut self.q)? {
            return Ok(false);
        }
        for j in 0..s.x.len() {
            self.trial[j] = s.x[j] + self.q[j];
        }
        let (value, cosine) = (s.value, self.cosine);
        self.go_to_trial()?;
        let next = half_square(&self.residuals);
        if next <= value * (1.0 + 8.0 * f64::EPSILON) && is_finite(&self.jacobian) {
            self.differentiate();
            if self.cosine < 0.5 * cosine {
                self.state.value = next;
                self.state.iterations += 1;
                return Ok(true);
            }
        }
        std::mem::swap(&mut self.state.x, &mut self.trial);
        self.evaluate()?;
        self.differentiate();
        Ok(false)
    }

    /// Axes, factorisation, gradient and stopping measure at the present point.
    fn linearise(&mut self) {
        let n = self.state.x.len();
        let (axes, factor) = path(self.state.attempt);
        for j in 0..n {
            let norm = self.column_norm(j);
            if matches!(self.state.phase, Phase::Descend | Phase::Probe) {
                let scale = &mut self.state.scale[j];
                *scale = if axes == Axes::Largest { scale.max(norm) } else { norm };
                if *scale == 0.0 {
                    *scale = 1.0;
                }
            }
        }
        let size = self.differentiate();
        self.model.factor(&self.jacobian, &self.residuals, &self.state.scale);
        self.offset = if size == 0.0 { 0.0 } else { self.model.reachable() / size };
        if self.state.radius == 0.0 {
            let length = self.scaled_length();
            self.state.radius = self.settings.step * factor * if length > 0.0 { length } else { 1.0 };
        }
    }

    /// Gradient and largest cosine at the present point; returns `|r|`.
    fn differentiate(&mut self) -> f64 {
        let n = self.state.x.len();
        let size = norm2(&self.residuals);
        self.cosine = 0.0;
        for j in 0..n {
            self.gradient[j] =
                (0..self.residuals.len()).map(|i| self.jacobian[i * n + j] * self.residuals[i]).sum();
            let norm = self.column_norm(j) * size;
            if norm > 0.0 {
                self.cosine = self.cosine.max(self.gradient[j].abs() / norm);
            }
        }
        size
    }

    fn column_norm(&self, j: usize) -> f64 {
        let n = self.state.x.len();
        (0..self.residuals.len()).map(|i| self.jacobian[i * n + j]).fold(0.0, f64::hypot)
    }

    /// `|D x|`.
    fn scaled_length(&self) -> f64 {
        self.state.x.iter().zip(&self.state.scale).map(|(x, d)| x * d).fold(0.0, f64::hypot)
    }

    /// Shortens the radius until a step is accepted.
    fn iterate(&mut self) -> Result<Progress, Error> {
        let size = norm2(&self.residuals);
        for _ in 0..200 {
            let s = &mut *self.state;
            s.lambda = self.model.within(s.radius, s.lambda, &mut self.q);
            let length = norm2(&self.q);
            if !length.is_finite() {
                return Ok(Progress::Stuck);
            }
            if s.first {
                s.radius = s.radius.min(length);
            }
            for j in 0..s.x.len() {
                self.trial[j] = s.x[j] + self.q[j] / s.scale[j];
            }
            if s.lambda > 0.0 {
                self.bend(length)?;
            }
            let s = &mut *self.state;
            let linear = self.model.linear_change_square(&self.q) / (size * size);
            let damping = s.lambda * (length / size) * (length / size);
            let predicted = linear + 2.0 * damping;
            let negligible = predicted <= 16.0 * f64::EPSILON;

            s.evaluations.values += 1;
            self.f.residuals(&self.trial, &mut self.trial_residuals)?;
            let trial_size = norm2(&self.trial_residuals);
            let ratio_of_sizes = trial_size / size;
            let actual = if !trial_size.is_finite() {
                f64::NEG_INFINITY
            } else {
                (1.0 - ratio_of_sizes) * (1.0 + ratio_of_sizes)
            };
            let agreement = if predicted > 0.0 { actual / predicted } else { 0.0 };
            let s = &mut *self.state;
            if agreement < 0.25 {
                let slope = -(linear + damping);
                let shorter = if actual >= 0.0 {
                    0.5
                } else if actual < -99.0 {
                    0.1
                } else {
                    (0.5 * slope / (slope + 0.5 * actual)).max(0.1)
                };
                s.radius = shorter * s.radius.min(10.0 * length);
                s.lambda /= shorter;
            } else if s.lambda == 0.0 || agreement >= 0.75 {
                s.radius = 2.0 * length;
                s.lambda *= 0.5;
            }
            if agreement >= 1e-4 && self.accept()? {
                self.state.slow = if actual < LITTLE { self.state.slow + 1 } else { 0 };
                return Ok(Progress::Moved);
            }
            if negligible {
                return Ok(Progress::Flat);
            }
            if self.state.radius <= f64::EPSILON * 1e-3 * self.scaled_length() || self.state.radius == 0.0 {
                return Ok(Progress::Stuck);
            }
        }
        Ok(Progress::Stuck)
    }

    /// Geodesic acceleration: adds half the second-order correction to the trial point, if it is small.
    ///
    /// Along `x + t v` the residuals bend by `r_vv`, which one more residual vector shows; the correction `a`
    /// is the damped step for `r_vv`.
    fn bend(&mut self, length: f64) -> Result<(), Error> {
        let s = &mut *self.state;
        let n = s.x.len();
        const H: f64 = 0.1;
        for j in 0..n {
            self.probe[j] = s.x[j] + H * (self.trial[j] - s.x[j]);
        }
        s.evaluations.values += 1;
        self.f.residuals(&self.probe, &mut self.trial_residuals)?;
        for i in 0..self.residuals.len() {
            let slope: f64 = (0..n).map(|j| self.jacobian[i * n + j] * (self.trial[j] - s.x[j])).sum();
            let change = (self.trial_residuals[i] - self.residuals[i]) / H;
            self.trial_residuals[i] = 2.0 / H * (change - slope);
        }
        if !is_finite(&self.trial_residuals) {
            return Ok(());
        }
        self.model.damped_for(&self.trial_residuals, s.lambda, &mut self.acceleration);
        if 2.0 * norm2(&self.acceleration) <= SMALL_BEND * length {
            for j in 0..n {
                self.trial[j] += 0.5 * self.acceleration[j] / s.scale[j];
            }
        }
        Ok(())
    }

    /// Moves to the trial point if the Jacobian is finite there.
    fn accept(&mut self) -> Result<bool, Error> {
        self.go_to_trial()?;
        let value = half_square(&self.residuals);
        if is_finite(&self.jacobian) && value.is_finite() {
            self.state.value = value;
            self.state.first = false;
            self.state.iterations += 1;
            return Ok(true);
        }
        std::mem::swap(&mut self.state.x, &mut self.trial);
        self.evaluate()?;
        self.state.radius *= 0.25;
        Ok(false)
    }

    /// A full Gauss-Newton step, kept if the step after it is shorter.
    fn polish(&mut self) -> Result<bool, Error> {
        if self.model.rank() < self.state.x.len() {
            return Ok(false);
        }
        self.model.gauss_newton(&mut self.q);
        let length = norm2(&self.q);
        if length == 0.0 || !length.is_finite() {
            return Ok(false);
        }
        for j in 0..self.trial.len() {
            self.trial[j] = self.state.x[j] + self.q[j] / self.state.scale[j];
        }
        if self.trial == self.state.x {
            return Ok(false);
        }
        self.go_to_trial()?;
        let value = half_square(&self.residuals);
        if value.is_finite() && is_finite(&self.jacobian) {
            self.model.factor(&self.jacobian, &self.residuals, &self.state.scale);
            if self.model.rank() == self.state.x.len() {
                self.model.gauss_newton(&mut self.q);
                if norm2(&self.q) < 0.9 * length && value <= self.state.value * (1.0 + 1e-6) {
                    self.state.value = value;
                    self.state.iterations += 1;
                    return Ok(true);
                }
            }
        }
        std::mem::swap(&mut self.state.x, &mut self.trial);
        self.evaluate()?;
        self.linearise();
        Ok(false)
    }

    /// The length of the Gauss-Newton step relative to `|D x|`; infinite where it is not determined.
    fn relative_step(&mut self) -> f64 {
        if self.model.rank() < self.state.x.len() {
            return f64::INFINITY;
        }
        self.model.gauss_newton(&mut self.q);
        norm2(&self.q) / self.scaled_length().max(f64::MIN_POSITIVE)
    }

    /// Whether some variable, or some combination, does not act on the residuals here, and they are not all
    /// gone.
    fn degenerate(&self) -> bool {
        let (n, m) = (self.state.x.len(), self.residuals.len());
        self.state.value > 1e-24 * self.state.first_value
            && (self.model.rank() < n.min(m) || self.inert().is_some())
    }

    /// The first variable that hardly acts on the residuals here.
    fn inert(&self) -> Option<usize> {
        let (s, size) = (&*self.state, norm2(&self.residuals));
        (0..s.x.len()).find(|&j| {
            let scale = s.x[j].abs().max(s.start[j].abs());
            self.column_norm(j) * if scale == 0.0 { 1.0 } else { scale } <= 1e-8 * size
        })
    }

    /// Starts again on the next path, keeping the best end so far; false if there is none left.
    fn try_another_path(&mut self) -> Result<bool, Error> {
        let s = &mut *self.state;
        if s.attempt + 1 >= self.settings.attempts {
            return Ok(false);
        }
        s.restart();
        self.enter()?;
        Ok(true)
    }

    /// The Gauss-Newton step, or why there is none, in words.
    fn step_in_words(&mut self) -> String {
        let (rank, n) = (self.model.rank(), self.state.x.len());
        if rank == n {
            return format!("relative Gauss-Newton step {:.1e}", self.relative_step());
        }
        let why = match self.residuals.len() {
            m if rank == m => "as many as it has rows".to_owned(),
            _ if rank == 0 => "every entry is 0".to_owned(),
            _ => format!("pivot {} is {:.1e} of the first", rank + 1, self.model.pivot_ratio(rank)),
        };
        format!("no Gauss-Newton step because the Jacobian has rank {rank}, not {n} ({why})")
    }

    /// What the end of the last path amounts to.
    fn verdict(&mut self) -> End {
        let reached = self.reached(self.settings.tol);
        if self.small() || self.cosine <= self.settings.tol {
            return (Status::Converged, reached);
        }
        (Status::NumericalFailure, format!("no smaller residual can be computed; reached: {reached}"))
    }

    /// The answer: the best end of all paths. The state stays where the run stopped.
    fn finish(mut self, mut end: End) -> Result<Solution, Error> {
        let stopped = self.state.clone();
        if stopped.best_value < stopped.value {
            // An earlier path ended lower.
            self.state.x.copy_from_slice(&stopped.best);
            self.state.value = stopped.best_value;
            self.evaluate()?;
            self.linearise();
            if !matches!(end.0, Status::Stopped | Status::IterationLimit) {
                end = self.verdict();
            }
        }
        let best = solution(&self, end);
        let evaluations = self.state.evaluations;
        *self.state = State { evaluations, ..stopped };
        Ok(Solution { residuals: Some(self.residuals), ..best })
    }
}

impl Method for Run<'_> {
    const NAME: &'static str = METHOD;

    fn present(&self) -> Iterate<'_> {
        Iterate {
            iteration: self.state.iterations,
            x: &self.state.x,
            value: self.state.value,
            gradient: &self.gradient,
            gradient_norm: self.offset,
            evaluations: self.state.evaluations,
        }
    }

    /// Goes through the phases until a step is accepted or another path begins.
    fn step(&mut self) -> Result<Option<End>, Error> {
        let here = (self.state.attempt, self.state.iterations);
        while here == (self.state.attempt, self.state.iterations) {
            let made = self.state.iterations.saturating_sub(self.state.began);
            let is_long = made >= self.settings.iterations_per_attempt;
            if !(is_long && self.try_another_path()?)
                && let Some(end) = self.act()?
            {
                return Ok(Some(end));
            }
            self.linearise();
        }
        Ok(None)
    }

    /// Never at once: a small offset begins the last phases.
    fn converged(_: &Iterate<'_>, _: f64) -> Option<String> {
        None
    }

    fn reached(&mut self, tol: f64) -> String {
        let step = self.step_in_words();
        let inert = match self.inert() {
            Some(j) if self.degenerate() => format!("; variable {j} hardly acts on the residuals here"),
            _ => String::new(),
        };
        let path = match self.state.attempt {
            0 => String::new(),
            k => format!("; path {} of {}", k + 1, self.settings.attempts),
        };
        format!(
            "relative offset {:.1e}, {step}, largest cosine between the residual and a column of the Jacobian \
             {:.1e}, tol {tol:.1e}{inert}{path}",
            self.offset, self.cosine
        )
    }
}

fn half_square(r: &[f64]) -> f64 {
    0.5 * dot(r, r)
}
