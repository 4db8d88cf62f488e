//! A solver run: settings in, a solution in the problem's terms out; saved and resumed.

use crate::objective::SquaresEvaluator;
use crate::{Error, Evaluator, Method};
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
    /// Go on from here; the start is then not used.
    pub resume: Option<Saved>,
}

/// Where a run ended, so that it can go on to the same bits as one that was not interrupted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The method.
    pub method: Method,
    /// Its state.
    pub bytes: Vec<u8>,
}

const MARK: &[u8] = b"gradus run 1 ";

impl Saved {
    /// The saved run as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MARK.to_vec();
        out.extend_from_slice(self.method.name().as_bytes());
        out.push(b'\n');
        out.extend_from_slice(&self.bytes);
        out
    }

    /// A saved run from its bytes.
    ///
    /// # Errors
    /// [`Error::Saved`] for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Saved, Error> {
        let bad = || Error::Saved { reason: "these bytes are no saved run".into() };
        let rest = bytes.strip_prefix(MARK).ok_or_else(bad)?;
        let end = rest.iter().position(|b| *b == b'\n').ok_or_else(bad)?;
        let name = std::str::from_utf8(&rest[..end]).map_err(|_| bad())?;
        Ok(Saved { method: Method::from_name(name)?, bytes: rest[end + 1..].to_vec() })
    }
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
    observer: &mut dyn Observer,
) -> Result<(Solution, Vec<u8>), Error> {
    let saved = saved_for(method, settings)?;
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
    observer: &mut dyn Observer,
) -> Result<(Solution, Vec<u8>), Error> {
    let d = levenberg_marquardt::LevenbergMarquardt::default();
    let lm = levenberg_marquardt::LevenbergMarquardt {
        tol: settings.tol.unwrap_or(d.tol),
        max_iterations: settings.max_iterations.unwrap_or(d.max_iterations),
        ..d
    };
    let mut state = match saved_for(Method::LevenbergMarquardt, settings)? {
        Some(bytes) => levenberg_marquardt::State::from_bytes(bytes)?,
        None => levenberg_marquardt::State::new(f, x0)?,
    };
    let solution = levenberg_marquardt::resume(f, &mut state, &lm, observer)?;
    Ok((solution, state.to_bytes()))
}

fn saved_for(method: Method, settings: &Settings) -> Result<Option<&[u8]>, Error> {
    match &settings.resume {
        Some(saved) if saved.method == method => Ok(Some(&saved.bytes)),
        Some(saved) => Err(Error::Saved {
            reason: format!("it was made by {}, this run uses {}", saved.method.title(), method.title()),
        }),
        None => Ok(None),
    }
}
