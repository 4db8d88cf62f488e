//! L-BFGS-B on bounded problems with known solutions, on bad input, and stopped and resumed.
//!
//! The problems named HS are those of Hock and Schittkowski (1981), Test Examples for Nonlinear Programming
//! Codes, with its numbers, starts and solutions.

use gradus_optimize::lbfgsb::{self, Lbfgsb};
use gradus_optimize::{Bounds, Objective, Smooth, Solution, Status, Trace};

use crate::published;

const OPEN: f64 = f64::INFINITY;

fn solve(f: &mut dyn Objective, start: &[f64], lower: &[f64], upper: &[f64]) -> Solution {
    let bounds = Bounds { lower: lower.to_vec(), upper: upper.to_vec() };
    let s = lbfgsb::minimize(f, start, &Lbfgsb { bounds, ..Lbfgsb::default() }, &mut ())
        .expect("a good question");
    println!(
        "{:4} iterations {:4} gradients {}: {}",
        s.iterations, s.evaluations.gradients, s.status, s.message
    );
    assert_eq!(s.status, Status::Converged, "{}", s.message);
    s
}

fn close(found: &[f64], expected: &[f64], tol: f64) {
    assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() <= tol), "{found:?} is not {expected:?}");
}

fn rosenbrock() -> impl Objective {
    Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        let (u, v) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        g.copy_from_slice(&[-400.0 * x[0] * u - 2.0 * v, 200.0 * u]);
        100.0 * u * u + v * v
    })
}

#[test]
fn without_bounds_the_published_minima() {
    for mut f in published::all() {
        let start = f.start.clone();
        println!("{}", f.name);
        let s = solve(&mut f, &start, &[], &[]);
        assert!(f.is_minimum(s.value), "{}: {}", f.name, s.value);
    }
}

#[test]
fn hs1_and_hs2() {
    let s = solve(&mut rosenbrock(), &[-2.0, 1.0], &[-OPEN, -1.5], &[]);
    close(&s.x, &[1.0, 1.0], 1e-6);
    let s = solve(&mut rosenbrock(), &[-2.0, 1.0], &[-OPEN, 1.5], &[]);
    assert_eq!(s.x[1], 1.5);
    // Two local minima; the book gives 0.0504261879 for the better one.
    let a = (598.0f64 / 1200.0).sqrt();
    let right = 2.0 * a * ((1.0 / (400.0 * a.powi(3))).acos() / 3.0).cos();
    if s.x[0] > 0.0 {
        close(&s.x, &[right, 1.5], 1e-7);
        close(&[s.value], &[0.0504261879], 1e-9);
    } else {
        close(&[s.value], &[4.9412293], 1e-6);
    }
}

#[test]
fn hs3_hs4_hs5() {
    let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        let u = x[1] - x[0];
        g.copy_from_slice(&[-2e-5 * u, 1.0 + 2e-5 * u]);
        x[1] + 1e-5 * u * u
    });
    let s = solve(&mut f, &[10.0, 1.0], &[-OPEN, 0.0], &[]);
    close(&s.x, &[0.0, 0.0], 1e-3);
    assert_eq!(s.x[1], 0.0);

    let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[(x[0] + 1.0).powi(2), 1.0]);
        (x[0] + 1.0).powi(3) / 3.0 + x[1]
    });
    let s = solve(&mut f, &[1.125, 0.125], &[1.0, 0.0], &[]);
    assert_eq!(s.x, [1.0, 0.0]);
    close(&[s.value], &[8.0 / 3.0], 1e-15);

    let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        let (c, u) = ((x[0] + x[1]).cos(), x[0] - x[1]);
        g.copy_from_slice(&[c + 2.0 * u - 1.5, c - 2.0 * u + 2.5]);
        (x[0] + x[1]).sin() + u * u - 1.5 * x[0] + 2.5 * x[1] + 1.0
    });
    let s = solve(&mut f, &[0.0, 0.0], &[-1.5, -3.0], &[4.0, 3.0]);
    let third = std::f64::consts::FRAC_PI_3;
    close(&s.x, &[0.5 - third, -0.5 - third], 1e-8);
    close(&[s.value], &[-(3f64.sqrt()) / 2.0 - third], 1e-14);
}

#[test]
fn hs38_hs45_hs110() {
    let mut wood = published::all().into_iter().find(|f| f.name == "Wood").expect("is there");
    let s = solve(&mut wood, &[-3.0, -1.0, -3.0, -1.0], &[-10.0; 4], &[10.0; 4]);
    close(&s.x, &[1.0; 4], 1e-7);

    let mut f = Smooth::new(5, |x: &[f64], g: &mut [f64]| {
        let product: f64 = x.iter().product();
        for k in 0..5 {
            g[k] = -(0..5).filter(|&j| j != k).map(|j| x[j]).product::<f64>() / 120.0;
        }
        2.0 - product / 120.0
    });
    let s = solve(&mut f, &[2.0; 5], &[0.0; 5], &[1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(s.x, [1.0, 2.0, 3.0, 4.0, 5.0]);
    close(&[s.value], &[1.0], 1e-15);

    let mut f = Smooth::new(10, |x: &[f64], g: &mut [f64]| {
        let root = x.iter().product::<f64>().powf(0.2);
        let mut value = -root;
        for k in 0..10 {
            let (a, b) = ((x[k] - 2.0).ln(), (10.0 - x[k]).ln());
            value += a * a + b * b;
            g[k] = 2.0 * a / (x[k] - 2.0) - 2.0 * b / (10.0 - x[k]) - 0.2 * root / x[k];
        }
        value
    });
    let s = solve(&mut f, &[9.0; 10], &[2.001; 10], &[9.999; 10]);
    // The book prints 9.35025655; the root of the derivative along the diagonal (SciPy, brentq) is this:
    close(&s.x, &[9.350265833059442; 10], 1e-8);
    close(&[s.value], &[-45.77846971], 1e-8);
}

/// The sample driver of the authors' code: a chained Rosenbrock function of 25 variables, minimum 0 at ones.
#[test]
fn chained_rosenbrock_with_active_bounds() {
    let lower: Vec<f64> = (0..25).map(|i| if i % 2 == 0 { 1.0 } else { -100.0 }).collect();
    let mut f = Smooth::new(25, |x: &[f64], g: &mut [f64]| {
        // 1/4 (x_1 - 1)^2 + sum (x_i - x_{i-1}^2)^2, times 4.
        let mut value = (x[0] - 1.0).powi(2);
        g.fill(0.0);
        g[0] = 2.0 * (x[0] - 1.0);
        for i in 1..25 {
            let u = x[i] - x[i - 1] * x[i - 1];
            value += 4.0 * u * u;
            g[i] += 8.0 * u;
            g[i - 1] -= 16.0 * x[i - 1] * u;
        }
        value
    });
    let s = solve(&mut f, &[3.0; 25], &lower, &[100.0; 25]);
    close(&[s.value], &[0.0], 1e-12);
}

/// A separable quadratic: the solution is the unconstrained one, clamped.
#[test]
fn separable_quadratic_clamps() {
    let centre = |j: usize| (j as f64 * 0.7).sin() * 3.0;
    let weight = |j: usize| 1.0 + (j % 7) as f64;
    let mut f = Smooth::new(100, move |x: &[f64], g: &mut [f64]| {
        let mut value = 0.0;
        for j in 0..100 {
            let u = x[j] - centre(j);
            value += weight(j) * u * u;
            g[j] = 2.0 * weight(j) * u;
        }
        value
    });
    let s = solve(&mut f, &[0.0; 100], &[-1.0; 100], &[2.0; 100]);
    let expected: Vec<f64> = (0..100).map(|j| centre(j).clamp(-1.0, 2.0)).collect();
    close(&s.x, &expected, 1e-8);
}

#[test]
fn no_point_outside_the_bounds_is_evaluated() {
    let mut f = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        assert!(x.iter().all(|x| (0.1..=0.7).contains(x)), "{x:?}");
        g.copy_from_slice(&[x[0].ln() + 1.0 - x[1], -x[0] - 1.0 / x[1]]);
        x[0] * x[0].ln() - x[0] * x[1] - x[1].ln()
    });
    let s = solve(&mut f, &[5.0, -5.0], &[0.1; 2], &[0.7; 2]);
    assert_eq!(s.x[1], 0.7);
    close(&s.x[..1], &[(-0.3f64).exp().min(0.7)], 1e-8);
}

#[test]
fn bad_bounds_are_bad_questions() {
    let ask = |lower: &[f64], upper: &[f64]| {
        let bounds = Bounds { lower: lower.to_vec(), upper: upper.to_vec() };
        let settings = Lbfgsb { bounds, ..Lbfgsb::default() };
        lbfgsb::minimize(&mut rosenbrock(), &[0.0, 0.0], &settings, &mut ())
            .expect_err("bad bounds")
            .to_string()
    };
    assert_eq!(
        ask(&[0.0, 2.0], &[1.0, 1.0]),
        "the bounds of variable 1 are [2, 1], which is not an interval"
    );
    assert_eq!(
        ask(&[0.0], &[]),
        "the vector of lower bounds has 1 entries, but the objective has 2 variables"
    );
    assert_eq!(
        ask(&[f64::NAN, 0.0], &[]),
        "the bounds of variable 0 are [NaN, inf], which is not an interval"
    );
}

#[test]
fn fixed_variables_and_an_unbounded_side() {
    let s = solve(&mut rosenbrock(), &[0.0, 0.0], &[0.5, -OPEN], &[0.5, OPEN]);
    assert_eq!(s.x[0], 0.5);
    close(&s.x, &[0.5, 0.25], 1e-8);
    let mut line = Smooth::new(2, |x: &[f64], g: &mut [f64]| {
        g.copy_from_slice(&[1.0, -1.0]);
        x[0] - x[1]
    });
    let bounds = Bounds { lower: vec![0.0, 0.0], upper: vec![] };
    let settings = Lbfgsb { bounds, ..Lbfgsb::default() };
    let s = lbfgsb::minimize(&mut line, &[1.0, 1.0], &settings, &mut ()).expect("a good question");
    assert_eq!(s.status, Status::Unbounded, "{}", s.message);
}

#[test]
fn stopped_and_resumed_gives_the_same_bits() {
    let bounds = Bounds { lower: vec![-OPEN, -1.5], upper: vec![0.9, OPEN] };
    let settings = Lbfgsb { bounds, memory: 4, ..Lbfgsb::default() };
    let mut f = rosenbrock();
    let mut whole = Trace { keep_points: true, ..Trace::default() };
    let straight = lbfgsb::minimize(&mut f, &[-2.0, 1.0], &settings, &mut whole).expect("a good question");
    assert_eq!(straight.x[0], 0.9);
    for stop in [0, 1, 7, 12] {
        let mut state = lbfgsb::State::new(&mut f, &[-2.0, 1.0], &settings).expect("a good question");
        let short = Lbfgsb { max_iterations: stop, ..settings.clone() };
        let s = lbfgsb::resume(&mut f, &mut state, &short, &mut ()).expect("a good question");
        assert_eq!((s.status, s.iterations), (Status::IterationLimit, stop));
        let mut read = lbfgsb::State::from_bytes(&state.to_bytes()).expect("written above");
        let mut rest = Trace { keep_points: true, ..Trace::default() };
        let resumed = lbfgsb::resume(&mut f, &mut read, &settings, &mut rest).expect("a good question");
        assert_eq!(resumed, straight);
        assert_eq!(rest.points, whole.points[stop..]);
    }
}
