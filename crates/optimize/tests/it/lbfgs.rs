//! L-BFGS on functions with known minima, on bad input, and stopped and resumed.

use std::ops::ControlFlow;

use gradus_optimize::lbfgs::{self, Lbfgs};
use gradus_optimize::lbfgsb::{self, Lbfgsb};
use gradus_optimize::{Error, EvaluationError, Iterate, Objective, Smooth, Status, Trace};

use crate::published;

#[test]
fn published_minima() {
    for mut f in published::all() {
        let start = f.start.clone();
        let s = lbfgs::minimize(&mut f, &start, &Lbfgs::default(), &mut ()).expect("a good question");
        println!(
            "{:22} {:9.2e} |g| {:7.1e} {:4} iterations {:4} gradients {}: {}",
            f.name, s.value, s.gradient_norm, s.iterations, s.evaluations.gradients, s.status, s.message
        );
        assert_eq!(s.status, Status::Converged, "{}", f.name);
        assert!(f.is_minimum(s.value), "{}: {}", f.name, s.value);
    }
}

#[test]
fn an_unbounded_objective_is_an_answer() {
    let mut line = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[1.0, -2.0]);
        x[0] - 2.0 * x[1]
    });
    let s = lbfgs::minimize(&mut line, &[0.0, 0.0], &Lbfgs::default(), &mut ()).expect("a good question");
    assert_eq!(s.status, Status::Unbounded);
    let mut saddle = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[2.0 * x[0], -2.0 * x[1]]);
        x[0] * x[0] - x[1] * x[1]
    });
    let s = lbfgs::minimize(&mut saddle, &[1.0, 1e-3], &Lbfgs::default(), &mut ()).expect("a good question");
    assert_eq!(s.status, Status::Unbounded, "{}", s.message);
    assert!(s.value < -1e100);
}

/// `x - ln x` on the positive numbers, least at 1.
fn barrier() -> impl Objective {
    Smooth::new(1, |x: &[f64], g: &mut [f64]| {
        g[0] = 1.0 - 1.0 / x[0];
        x[0] - x[0].ln()
    })
}

#[test]
fn the_edge_of_the_domain_is_not_crossed() {
    let s = lbfgs::minimize(&mut barrier(), &[1e-3], &Lbfgs::default(), &mut ()).expect("a good question");
    assert_eq!(s.status, Status::Converged);
    assert!((s.x[0] - 1.0).abs() < 1e-7);
    let s = lbfgs::minimize(&mut barrier(), &[50.0], &Lbfgs { step: 1e3, ..Lbfgs::default() }, &mut ());
    assert_eq!(s.expect("a good question").status, Status::Converged);
}

#[test]
fn a_start_outside_the_domain_is_a_bad_question() {
    let e = lbfgs::minimize(&mut barrier(), &[-1.0], &Lbfgs::default(), &mut ()).expect_err("outside");
    assert_eq!(e.to_string(), "the start lies outside the domain: the value there is NaN");
    let e = lbfgs::minimize(&mut barrier(), &[f64::NAN], &Lbfgs::default(), &mut ()).expect_err("NaN");
    assert_eq!(e.to_string(), "entry 0 of the start is NaN, which is not a finite number");
    let e = lbfgs::minimize(&mut barrier(), &[1.0, 2.0], &Lbfgs::default(), &mut ()).expect_err("length");
    assert_eq!(e.to_string(), "the start has 2 entries, but the objective has 1 variables");
    let bad = Lbfgs { tol: f64::NAN, ..Lbfgs::default() };
    let e = lbfgs::minimize(&mut barrier(), &[1.0], &bad, &mut ()).expect_err("tol");
    assert_eq!(e.to_string(), "the setting tol is NaN, but must be at least 0");
}

#[test]
fn a_gradient_that_is_not_a_number() {
    let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[2.0 * x[0], f64::NAN]);
        x[0] * x[0]
    });
    let e = lbfgs::minimize(&mut f, &[1.0, 1.0], &Lbfgs::default(), &mut ()).expect_err("NaN");
    assert_eq!(e.to_string(), "the start lies outside the domain: entry 1 of the gradient there is NaN");
    // Not a number only near the minimum: the run stops in front of it and says so.
    let mut f = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
        g[0] = if x[0].abs() < 0.5 { f64::NAN } else { 2.0 * x[0] };
        x[0] * x[0]
    });
    let s = lbfgs::minimize(&mut f, &[2.0], &Lbfgs::default(), &mut ()).expect("a good question");
    assert_eq!(s.status, Status::NumericalFailure, "{}", s.message);
    assert!((s.x[0].abs() - 0.5).abs() < 1e-3 && s.message.contains("no step decreases"), "{s:?}");
}

#[test]
fn a_wrong_gradient_is_reported() {
    let mut f = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
        g[0] = -2.0 * x[0];
        x[0] * x[0]
    });
    let s = lbfgs::minimize(&mut f, &[2.0], &Lbfgs::default(), &mut ()).expect("a good question");
    assert_eq!(s.status, Status::NumericalFailure);
    assert!(s.message.contains("may not be that of the value"), "{}", s.message);
}

#[test]
fn no_variables_and_nothing_to_do() {
    let mut none = Smooth::new(0, |_: &[f64], _: &mut [f64]| 7.0);
    let s = lbfgs::minimize(&mut none, &[], &Lbfgs::default(), &mut ()).expect("a good question");
    assert_eq!((s.status, s.value, s.iterations), (Status::Converged, 7.0, 0));
    let mut constant = Smooth::new(2, |_: &[f64], g: &mut [f64]| {
        g.fill(0.0);
        7.0
    });
    let s = lbfgs::minimize(&mut constant, &[1.0, 2.0], &Lbfgs::default(), &mut ()).expect("a good question");
    assert_eq!((s.status, s.x, s.iterations), (Status::Converged, vec![1.0, 2.0], 0));
}

#[test]
fn any_memory_finds_the_minimum() {
    for memory in [0, 1, 3, 1000] {
        let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
            g.copy_from_slice(&[2.0 * (x[0] - 1.0), 8.0 * (x[1] + 2.0)]);
            (x[0] - 1.0).powi(2) + 4.0 * (x[1] + 2.0).powi(2)
        });
        let s = lbfgs::minimize(&mut f, &[30.0, 40.0], &Lbfgs { memory, ..Lbfgs::default() }, &mut ());
        let s = s.expect("a good question");
        assert_eq!(s.status, Status::Converged, "memory {memory}: {}", s.message);
        let settings = Lbfgsb { memory, ..Lbfgsb::default() };
        let s = lbfgsb::minimize(&mut f, &[30.0, 40.0], &settings, &mut ()).expect("a good question");
        assert_eq!(s.status, Status::Converged, "memory {memory}: {}", s.message);
    }
    let e =
        lbfgs::minimize(&mut barrier(), &[1.0], &Lbfgs { memory: usize::MAX, ..Lbfgs::default() }, &mut ());
    let message = e.expect_err("absurd").to_string();
    assert!(message.ends_with("but must be at most 1000"), "{message}");
}

#[test]
fn limits_and_observers_end_a_run() {
    let mut f = published::all().remove(0);
    let settings = Lbfgs { max_iterations: 5, ..Lbfgs::default() };
    let s = lbfgs::minimize(&mut f, &[-1.2, 1.0], &settings, &mut ()).expect("a good question");
    assert_eq!((s.status, s.iterations), (Status::IterationLimit, 5));
    let mut at_three = |it: &Iterate<'_>| {
        if it.iteration == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let s = lbfgs::minimize(&mut f, &[-1.2, 1.0], &Lbfgs::default(), &mut at_three).expect("a good question");
    assert_eq!((s.status, s.iterations), (Status::Stopped, 3));
}

#[test]
fn stopped_and_resumed_gives_the_same_bits() {
    let mut f = published::all().remove(0);
    let settings = Lbfgs::default();
    let mut whole = Trace { keep_points: true, ..Trace::default() };
    let straight = lbfgs::minimize(&mut f, &[-1.2, 1.0], &settings, &mut whole).expect("a good question");
    for stop in [0, 1, 7, 20] {
        let mut state = lbfgs::State::new(&mut f, &[-1.2, 1.0], &settings).expect("a good question");
        let short = Lbfgs { max_iterations: stop, ..settings.clone() };
        lbfgs::resume(&mut f, &mut state, &short, &mut ()).expect("a good question");
        let mut read = lbfgs::State::from_bytes(&state.to_bytes()).expect("written above");
        assert_eq!(read, state);
        let mut rest = Trace { keep_points: true, ..Trace::default() };
        let resumed = lbfgs::resume(&mut f, &mut read, &settings, &mut rest).expect("a good question");
        assert_eq!(resumed, straight);
        assert_eq!(rest.points, whole.points[stop..]);
    }
}

#[test]
fn spoiled_bytes_are_refused() {
    let mut f = barrier();
    let bytes = lbfgs::State::new(&mut f, &[2.0], &Lbfgs::default()).expect("a good question").to_bytes();
    for cut in 0..bytes.len() {
        assert!(lbfgs::State::from_bytes(&bytes[..cut]).is_err());
    }
    let mut more = bytes.clone();
    more.push(0);
    let e = lbfgs::State::from_bytes(&more).expect_err("too long");
    assert_eq!(e.to_string(), "this is not a saved state of L-BFGS: 1 bytes are left over");
    let mut other = Smooth::new(2, |_: &[f64], _: &mut [f64]| 0.0);
    let mut state = lbfgs::State::from_bytes(&bytes).expect("whole");
    assert!(lbfgs::resume(&mut other, &mut state, &Lbfgs::default(), &mut ()).is_err());
}

/// Fails at the third evaluation, as a data source might.
struct Failing(usize);

impl Objective for Failing {
    fn dimension(&self) -> usize {
        1
    }
    fn value(&mut self, x: &[f64]) -> Result<f64, EvaluationError> {
        self.value_gradient(x, &mut [0.0])
    }
    fn value_gradient(&mut self, x: &[f64], g: &mut [f64]) -> Result<f64, EvaluationError> {
        self.0 += 1;
        if self.0 == 3 {
            return Err(EvaluationError::new("the third row is gone"));
        }
        g[0] = 4.0 * x[0].powi(3);
        Ok(x[0].powi(4))
    }
}

#[test]
fn a_function_that_cannot_be_evaluated_ends_the_run() {
    let e = lbfgs::minimize(&mut Failing(0), &[3.0], &Lbfgs::default(), &mut ()).expect_err("fails");
    assert_eq!(e, Error::Evaluation(EvaluationError::new("the third row is gone")));
}
