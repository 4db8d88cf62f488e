//! Newton's method in a trust region on functions with known minima, on bad input, and stopped and resumed.

use gradus_optimize::trust_region::{self, TrustRegion};
use gradus_optimize::{Smooth, Status, Trace};

use crate::published;

#[test]
fn published_minima() {
    for mut f in published::all() {
        let start = f.start.clone();
        let s = trust_region::minimize(&mut f, &start, &TrustRegion::default(), &mut ())
            .expect("a good question");
        println!(
            "{:22} {:9.2e} |g| {:7.1e} {:4} iterations {:4} gradients {:5} products {}: {}",
            f.name,
            s.value,
            s.gradient_norm,
            s.iterations,
            s.evaluations.gradients,
            s.evaluations.hessian_vectors,
            s.status,
            s.message
        );
        assert_eq!(s.status, Status::Converged, "{}", f.name);
        assert!(f.is_minimum(s.value), "{}: {}", f.name, s.value);
    }
}

/// `a^4/4 - a^2/2 + b^2/2`: a saddle at 0, minima of -1/4 at `a = +-1`.
fn double_well() -> impl gradus_optimize::Objective {
    Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[x[0].powi(3) - x[0], x[1]]);
        x[0].powi(4) / 4.0 - x[0] * x[0] / 2.0 + x[1] * x[1] / 2.0
    })
    .with_hessian_vector(|x: &[f64], v: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[(3.0 * x[0] * x[0] - 1.0) * v[0], v[1]]);
    })
}

#[test]
fn negative_curvature_leads_away_from_a_saddle() {
    let s = trust_region::minimize(&mut double_well(), &[1e-6, 1.0], &TrustRegion::default(), &mut ());
    let s = s.expect("a good question");
    assert_eq!(s.status, Status::Converged);
    assert!((s.value + 0.25).abs() < 1e-15, "{s:?}");
}

#[test]
fn an_unbounded_objective_is_an_answer() {
    let mut saddle = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[2.0 * x[0], -2.0 * x[1]]);
        x[0] * x[0] - x[1] * x[1]
    })
    .with_hessian_vector(|_: &[f64], v: &[f64], out: &mut [f64]| {
        out.copy_from_slice(&[2.0 * v[0], -2.0 * v[1]])
    });
    let s = trust_region::minimize(&mut saddle, &[1.0, 1e-3], &TrustRegion::default(), &mut ());
    let s = s.expect("a good question");
    assert_eq!(s.status, Status::Unbounded, "{}", s.message);
    let mut line = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
        g[0] = -1.0;
        -x[0]
    })
    .with_hessian_vector(|_: &[f64], _: &[f64], out: &mut [f64]| out[0] = 0.0);
    let s =
        trust_region::minimize(&mut line, &[0.0], &TrustRegion::default(), &mut ()).expect("a good question");
    assert_eq!(s.status, Status::Unbounded, "{}", s.message);
}

#[test]
fn the_edge_of_the_domain_is_not_crossed() {
    let mut barrier = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
        g[0] = 1.0 - 1.0 / x[0];
        x[0] - x[0].ln()
    })
    .with_hessian_vector(|x: &[f64], v: &[f64], out: &mut [f64]| out[0] = v[0] / (x[0] * x[0]));
    for start in [1e-3, 50.0] {
        let s = trust_region::minimize(&mut barrier, &[start], &TrustRegion::default(), &mut ());
        let s = s.expect("a good question");
        assert_eq!(s.status, Status::Converged, "{}", s.message);
        assert!((s.x[0] - 1.0).abs() < 1e-7);
    }
    let e =
        trust_region::minimize(&mut barrier, &[-1.0], &TrustRegion::default(), &mut ()).expect_err("outside");
    assert_eq!(e.to_string(), "the start lies outside the domain: the value there is NaN");
}

#[test]
fn products_with_the_hessian_are_needed() {
    let mut f = Smooth::new(1, |_: &[f64], g: &mut [f64]| {
        g[0] = 0.0;
        0.0
    });
    let e =
        trust_region::minimize(&mut f, &[1.0], &TrustRegion::default(), &mut ()).expect_err("no products");
    assert_eq!(
        e.to_string(),
        "Newton trust region needs Hessian-vector products, which this objective does not provide"
    );
}

#[test]
fn a_hessian_that_is_not_a_number_is_survived() {
    let mut f = Smooth::new(1, |x: &[f64], g: &mut [f64]| {
        g[0] = 2.0 * x[0];
        x[0] * x[0]
    })
    .with_hessian_vector(|_: &[f64], _: &[f64], out: &mut [f64]| out[0] = f64::NAN);
    let s =
        trust_region::minimize(&mut f, &[3.0], &TrustRegion::default(), &mut ()).expect("a good question");
    assert!(s.value <= 9.0 && s.x[0].is_finite(), "{s:?}");
}

#[test]
fn no_variables() {
    let mut f = Smooth::new(0, |_: &[f64], _: &mut [f64]| 7.0).with_hessian_vector(|_, _, _| ());
    let s = trust_region::minimize(&mut f, &[], &TrustRegion::default(), &mut ()).expect("a good question");
    assert_eq!((s.status, s.value, s.iterations), (Status::Converged, 7.0, 0));
}

#[test]
fn stopped_and_resumed_gives_the_same_bits() {
    let mut f = published::all().remove(0);
    let settings = TrustRegion::default();
    let mut whole = Trace { keep_points: true, ..Trace::default() };
    let straight =
        trust_region::minimize(&mut f, &[-1.2, 1.0], &settings, &mut whole).expect("a good question");
    for stop in [0, 1, 7, 15] {
        let mut state = trust_region::State::new(&mut f, &[-1.2, 1.0], &settings).expect("a good question");
        let short = TrustRegion { max_iterations: stop, ..settings.clone() };
        let s = trust_region::resume(&mut f, &mut state, &short, &mut ()).expect("a good question");
        assert_eq!((s.status, s.iterations), (Status::IterationLimit, stop));
        let mut read = trust_region::State::from_bytes(&state.to_bytes()).expect("written above");
        let mut rest = Trace { keep_points: true, ..Trace::default() };
        let resumed = trust_region::resume(&mut f, &mut read, &settings, &mut rest).expect("a good question");
        assert_eq!(resumed, straight);
        assert_eq!(rest.points, whole.points[stop..]);
    }
}
