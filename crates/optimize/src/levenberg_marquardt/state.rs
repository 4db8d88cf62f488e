//! Where a Levenberg-Marquardt run stands, and the paths that it may take.

use super::METHOD;
use crate::state_bytes::{Reader, Writer};
use crate::{Error, Evaluations, Residuals};

/// Steps of little decrease before Newton steps are first tried.
pub(super) const PATIENCE: usize = 10;

/// Which ellipsoid the step is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axes {
    /// `D_j` is the largest norm of column `j` so far.
    Largest,
    /// `D_j` is the present norm of column `j`.
    Present,
}

/// The path of attempt `k`: the axes, and a factor on the first radius.
pub(super) fn path(attempt: usize) -> (Axes, f64) {
    match attempt % 4 {
        0 => (Axes::Largest, 1.0),
        1 => (Axes::Present, 0.1),
        2 => (Axes::Largest, 0.01),
        _ => (Axes::Present, 100.0),
    }
}

/// What the run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Levenberg-Marquardt steps.
    Descend,
    /// Newton steps, tried because descent is slow; if they fail, descent goes on.
    Probe,
    /// Gauss-Newton steps for the last digits.
    Polish,
    /// Newton steps for the last digits, where Gauss-Newton steps do not shrink.
    Finish,
}

impl Phase {
    const ALL: [Self; 4] = [Self::Descend, Self::Probe, Self::Polish, Self::Finish];
}

/// Where a run stands; enough to go on to the same bits.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    pub(super) start: Vec<f64>,
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    pub(super) scale: Vec<f64>,
    pub(super) radius: f64,
    pub(super) lambda: f64,
    /// The first step of an attempt tightens the radius.
    pub(super) first: bool,
    pub(super) attempt: usize,
    /// Iterations completed when this attempt began.
    pub(super) began: usize,
    pub(super) phase: Phase,
    /// Successive steps of little decrease, and how many make a probe worth while.
    pub(super) slow: usize,
    pub(super) patience: usize,
    /// The value at the start.
    pub(super) first_value: f64,
    pub(super) best: Vec<f64>,
    pub(super) best_value: f64,
    pub(super) iterations: usize,
    pub(super) evaluations: Evaluations,
}

impl State {
    /// The state before the first iteration from `x0`.
    ///
    /// # Errors
    /// If `x0` has another length than the problem or an entry that is not finite.
    pub fn new(f: &dyn Residuals, x0: &[f64]) -> Result<Self, Error> {
        let n = f.dimension();
        crate::check_start(n, x0)?;
        Ok(Self {
            start: x0.to_vec(),
            x: x0.to_vec(),
            value: f64::INFINITY,
            scale: vec![0.0; n],
            radius: 0.0,
            lambda: 0.0,
            first: true,
            attempt: 0,
            began: 0,
            phase: Phase::Descend,
            slow: 0,
            patience: PATIENCE,
            first_value: f64::INFINITY,
            best: x0.to_vec(),
            best_value: f64::INFINITY,
            iterations: 0,
            evaluations: Evaluations::default(),
        })
    }

    /// The present point, of shape `(n)`.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// Completed iterations.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Begins the next attempt at the start, keeping the best end so far.
    pub(super) fn restart(&mut self) {
        if self.value < self.best_value {
            self.best_value = self.value;
            self.best.copy_from_slice(&self.x);
        }
        self.attempt += 1;
        self.began = self.iterations;
        self.x.copy_from_slice(&self.start);
        self.scale.fill(0.0);
        self.radius = 0.0;
        self.lambda = 0.0;
        self.first = true;
        self.phase = Phase::Descend;
        self.slow = 0;
        self.patience = PATIENCE;
    }

    /// The state as bytes, for [`from_bytes`](Self::from_bytes).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new(METHOD, 1);
        w.vector(&self.start);
        w.vector(&self.x);
        w.number(self.value);
        w.vector(&self.scale);
        w.number(self.radius);
        w.number(self.lambda);
        w.count(usize::from(self.first));
        w.count(self.attempt);
        w.count(self.began);
        w.count(self.phase as usize);
        w.count(self.slow);
        w.count(self.patience);
        w.number(self.first_value);
        w.vector(&self.best);
        w.number(self.best_value);
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
        let start = r.vector()?;
        let n = start.len();
        let state = Self {
            start,
            x: r.vector_of(n)?,
            value: r.number()?,
            scale: r.vector_of(n)?,
            radius: r.number()?,
            lambda: r.number()?,
            first: r.count()? != 0,
            attempt: r.count()?,
            began: r.count()?,
            phase: r
                .count()
                .and_then(|k| Phase::ALL.get(k).copied().ok_or(r.invalid(format!("{k} is no phase"))))?,
            slow: r.count()?,
            patience: r.count()?,
            first_value: r.number()?,
            best: r.vector_of(n)?,
            best_value: r.number()?,
            iterations: r.count()?,
            evaluations: r.evaluations()?,
        };
        r.finish()?;
        Ok(state)
    }
}
