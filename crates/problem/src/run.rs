//! A solver run: settings in, a solution and the solver's state out.

use crate::objective::SquaresEvaluator;
use crate::{Error, Evaluator, Method, Saved};
use gradus_optimize::{
    Bounds, Iterate, Objective, Observer, Solution, lbfgs, lbfgsb, levenberg_marquardt, trust_region,
};
use std::ops::ControlFlow;

/// How a problem is to be solved.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The method; chosen by the problem when `None`.
    pub method: Option<Method>,
    /// The tolerance of the stopping test, the method's own when `None`.
    pub tol: Option<f64>,
    /// The most iterations, the method's own number when `None`.
    pub max_iterations: Option<usize>,
    /// The seed of a random start, used only where one is needed.
    pub seed: u64,
    /// Keep the points of the trace, for a picture of the path.
    pub keep_points: bool,
    /// Go on from here; the start is then not used, and without a method that of the saved run is.
    pub resume: Option<Saved>,
}

/// An observer that tells another one of every point as well.
pub(crate) struct Both<'a> {
    pub(crate) trace: Vec<(Vec<f64>, f64, f64)>,
    pub(crate) keep_points: bool,
    pub(crate) other: &'a mut dyn Observer,
}

impl Observer for Both<'_> {
    fn observe(&mut self, it: &Iterate<'_>) -> ControlFlow<()> {
        let x = if self.keep_points { it.x.to_vec() } else { Vec::new() };
        self.trace.push((x, it.value, it.gradient_norm));
        self.other.observe(it)
    }
}

/// One of the methods on an objective.
pub(crate) fn smooth(
    method: Method,
    f: &mut Evaluator,
    bounds: Option<Bounds>,
    x0: &[f64],
    settings: &Settings,
    saved: Option<&[u8]>,
    observer: &mut dyn Observer,
) -> Result<(Solution, Vec<u8>), Error> {
    macro_rules! run {
        ($module:ident, $settings:expr) => {{
            let settings = $settings;
            let mut state = match saved {
                Some(bytes) => $module::State::from_bytes(bytes)?,
                None => $module::State::new(f as &mut dyn Objective, x0, &settings)?,
            };
            let solution = $module::resume(f, &mut state, &settings, observer)?;
            Ok((solution, state.to_bytes()))
        }};
    }
    match method {
        Method::Lbfgs | Method::LevenbergMarquardt => {
            let d = lbfgs::Lbfgs::default();
            run!(
                lbfgs,
                lbfgs::Lbfgs {
                    tol: settings.tol.unwrap_or(d.tol),
                    max_iterations: settings.max_iterations.unwrap_or(d.max_iterations),
                    ..d
                }
            )
        }
        Method::Lbfgsb => {
            let d = lbfgsb::Lbfgsb::default();
            run!(
                lbfgsb,
                lbfgsb::Lbfgsb {
                    bounds: bounds.unwrap_or_default(),
                    tol: settings.tol.unwrap_or(d.tol),
                    max_iterations: settings.max_iterations.unwrap_or(d.max_iterations),
                    ..d
                }
            )
        }
        Method::TrustRegion => {
            let d = trust_region::TrustRegion::default();
            run!(
                trust_region,
                trust_region::TrustRegion {
                    tol: settings.tol.unwrap_or(d.tol),
                    max_iterations: settings.max_iterations.unwrap_or(d.max_iterations),
                    ..d
                }
            )
        }
    }
}

/// Levenberg-Marquardt on residuals.
pub(crate) fn squares(
    f: &mut SquaresEvaluator,
    x0: &[f64],
    settings: &Settings,
    saved: Option<&[u8]>,
    observer: &mut dyn Observer,
) -> Result<(Solution, Vec<u8>), Error> {
    let d = levenberg_marquardt::LevenbergMarquardt::default();
    let lm = levenberg_marquardt::LevenbergMarquardt {
        tol: settings.tol.unwrap_or(d.tol),
        max_iterations: settings.max_iterations.unwrap_or(d.max_iterations),
        ..d
    };
    let mut state = match saved {
        Some(bytes) => levenberg_marquardt::State::from_bytes(bytes)?,
        None => levenberg_marquardt::State::new(f, x0)?,
    };
    let solution = levenberg_marquardt::resume(f, &mut state, &lm, observer)?;
    Ok((solution, state.to_bytes()))
}
