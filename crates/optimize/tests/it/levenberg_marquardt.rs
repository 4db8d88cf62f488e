//! Levenberg-Marquardt on functions with known minima, on bad input, and stopped and resumed.

use gradus_optimize::levenberg_marquardt::{self, LevenbergMarquardt};
use gradus_optimize::{ResidualFunction, Residuals, Status, Trace};

use crate::published;

#[test]
fn published_minima() {
    for mut f in published::all().into_iter().filter(|f| f.start.len() < 100) {
        let start = f.start.clone();
        let settings = LevenbergMarquardt::default();
        let s = levenberg_marquardt::minimize(&mut f, &start, &settings, &mut ()).expect("a good question");
        println!(
            "{:22} {:9.2e} offset {:7.1e} {:4} iterations {:4}+{:4} evaluations {}: {}",
            f.name,
            2.0 * s.value,
            s.gradient_norm,
            s.iterations,
            s.evaluations.values,
            s.evaluations.gradients,
            s.status,
            s.message
        );
        assert_eq!(s.status, Status::Converged, "{}", f.name);
        assert!(f.is_minimum(2.0 * s.value), "{}: {}", f.name, 2.0 * s.value);
    }
}

/// `y = exp(b t)` at `t = 1, 2` with `y = e, e^2`, so `b = 1` exactly.
fn exponential() -> impl Residuals {
    ResidualFunction::new(1, 2, |b: &[f64], r: &mut [f64], jacobian: Option<&mut [f64]>| {
        let e = std::f64::consts::E;
        r.copy_from_slice(&[b[0].exp() - e, (2.0 * b[0]).exp() - e * e]);
        if let Some(j) = jacobian {
            j.copy_from_slice(&[b[0].exp(), 2.0 * (2.0 * b[0]).exp()]);
        }
    })
}

#[test]
fn an_overflowing_trial_shortens_the_step() {
    // The Gauss-Newton step from -8 is about 5e7 long.
    let settings = LevenbergMarquardt { step: 1e9, ..LevenbergMarquardt::default() };
    let s = levenberg_marquardt::minimize(&mut exponential(), &[-8.0], &settings, &mut ())
        .expect("a good question");
    assert_eq!(s.status, Status::Converged, "{}", s.message);
    assert!((s.x[0] - 1.0).abs() < 1e-15);
}

#[test]
fn a_start_outside_the_domain_is_a_bad_question() {
    let mut f = ResidualFunction::new(1, 1, |x: &[f64], r: &mut [f64], jacobian: Option<&mut [f64]>| {
        r[0] = x[0].ln();
        if let Some(j) = jacobian {
            j[0] = if x[0] == 2.0 { f64::NAN } else { 1.0 / x[0] };
        }
    });
    let settings = LevenbergMarquardt::default();
    let e = levenberg_marquardt::minimize(&mut f, &[-1.0], &settings, &mut ()).expect_err("outside");
    assert_eq!(e.to_string(), "the start lies outside the domain: the sum of squares there is NaN");
    let e = levenberg_marquardt::minimize(&mut f, &[2.0], &settings, &mut ()).expect_err("NaN slope");
    assert_eq!(
        e.to_string(),
        "the start lies outside the domain: the derivative of residual 0 by variable 0 there is NaN"
    );
    let s = levenberg_marquardt::minimize(&mut f, &[30.0], &settings, &mut ()).expect("a good question");
    assert_eq!(s.status, Status::Converged);
    assert!((s.x[0] - 1.0).abs() < 1e-15);
}

#[test]
fn nothing_to_do() {
    let settings = LevenbergMarquardt::default();
    let mut none = ResidualFunction::new(0, 1, |_: &[f64], r: &mut [f64], _: Option<&mut [f64]>| r[0] = 3.0);
    let s = levenberg_marquardt::minimize(&mut none, &[], &settings, &mut ()).expect("a good question");
    assert_eq!((s.status, s.value, s.iterations), (Status::Converged, 4.5, 0));
    let mut empty = ResidualFunction::new(1, 0, |_: &[f64], _: &mut [f64], _: Option<&mut [f64]>| ());
    let s = levenberg_marquardt::minimize(&mut empty, &[2.0], &settings, &mut ()).expect("a good question");
    assert_eq!((s.status, s.value, s.x), (Status::Converged, 0.0, vec![2.0]));
    let mut constant = ResidualFunction::new(1, 2, |_: &[f64], r: &mut [f64], j: Option<&mut [f64]>| {
        r.copy_from_slice(&[1.0, 2.0]);
        if let Some(j) = j {
            j.fill(0.0);
        }
    });
    let s =
        levenberg_marquardt::minimize(&mut constant, &[2.0], &settings, &mut ()).expect("a good question");
    assert_eq!((s.status, s.value, s.x), (Status::Converged, 2.5, vec![2.0]));
}

#[test]
fn fewer_residuals_than_variables() {
    // x y = 6 has a curve of solutions.
    let mut f = ResidualFunction::new(2, 1, |x: &[f64], r: &mut [f64], j: Option<&mut [f64]>| {
        r[0] = x[0] * x[1] - 6.0;
        if let Some(j) = j {
            j.copy_from_slice(&[x[1], x[0]]);
        }
    });
    let s = levenberg_marquardt::minimize(&mut f, &[1.0, 1.0], &LevenbergMarquardt::default(), &mut ());
    let s = s.expect("a good question");
    assert_eq!(s.status, Status::Converged, "{}", s.message);
    assert!((s.x[0] * s.x[1] - 6.0).abs() < 1e-12, "{s:?}");
}

/// `r = A x - b`: the words about the Gauss-Newton step at the end.
fn words_of_linear<const M: usize>(a: [[f64; 2]; M], b: [f64; M]) -> String {
    let mut f = ResidualFunction::new(2, M, |x: &[f64], r: &mut [f64], mut jacobian: Option<&mut [f64]>| {
        for i in 0..M {
            r[i] = a[i][0] * x[0] + a[i][1] * x[1] - b[i];
            if let Some(j) = &mut jacobian {
                j[2 * i..2 * i + 2].copy_from_slice(&a[i]);
            }
        }
    });
    let s = levenberg_marquardt::minimize(&mut f, &[0.5, 0.25], &LevenbergMarquardt::default(), &mut ());
    let s = s.expect("a good question");
    assert_eq!(s.status, Status::Converged, "{}", s.message);
    s.message
}

#[test]
fn a_deficient_rank_is_told_with_its_evidence() {
    // The second column is twice the first; nothing reaches the last residual.
    let words = words_of_linear([[1.0, 2.0], [2.0, 4.0], [0.0, 0.0]], [1.0, 2.0, 5.0]);
    let rank = "no Gauss-Newton step because the Jacobian has rank 1, not 2";
    let (_, rest) = words.split_once(&format!("{rank} (pivot 2 is ")).expect(&words);
    let (ratio, _) = rest.split_once(" of the first)").expect(&words);
    assert!(ratio.parse::<f64>().expect("a number") < 1e-15, "{words}");
    // Fewer rows than columns.
    let words = words_of_linear([[1.0, 2.0]], [6.0]);
    assert!(words.contains(&format!("{rank} (as many as it has rows)")), "{words}");
    // No slope at all.
    let words = words_of_linear([[0.0; 2]; 2], [1.0, 2.0]);
    assert!(words.contains("the Jacobian has rank 0, not 2 (every entry is 0)"), "{words}");
    assert!(words.contains("; variable 0 hardly acts on the residuals here"), "{words}");
    // Full rank.
    let words = words_of_linear([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [1.0, 2.0, 5.0]);
    assert!(words.contains("relative Gauss-Newton step ") && !words.contains("rank"), "{words}");
}

#[test]
fn a_wrong_jacobian_is_reported() {
    let mut f = ResidualFunction::new(1, 2, |x: &[f64], r: &mut [f64], j: Option<&mut [f64]>| {
        r.copy_from_slice(&[x[0] - 1.0, x[0] + 2.0]);
        if let Some(j) = j {
            j.copy_from_slice(&[-1.0, -1.0]);
        }
    });
    let s = levenberg_marquardt::minimize(&mut f, &[5.0], &LevenbergMarquardt::default(), &mut ());
    let s = s.expect("a good question");
    assert_eq!(s.status, Status::NumericalFailure);
    assert!(s.message.starts_with("no smaller residual can be computed"), "{}", s.message);
}

#[test]
fn stopped_and_resumed_gives_the_same_bits() {
    let mut f = published::all().into_iter().find(|f| f.name == "Bard").expect("is there");
    let settings = LevenbergMarquardt::default();
    let start = f.start.clone();
    let mut whole = Trace { keep_points: true, ..Trace::default() };
    let straight =
        levenberg_marquardt::minimize(&mut f, &start, &settings, &mut whole).expect("a good question");
    for stop in 0..straight.iterations {
        let mut state = levenberg_marquardt::State::new(&f, &start).expect("a good question");
        let short = LevenbergMarquardt { max_iterations: stop, ..settings.clone() };
        let s = levenberg_marquardt::resume(&mut f, &mut state, &short, &mut ()).expect("a good question");
        assert_eq!((s.status, s.iterations), (Status::IterationLimit, stop));
        let mut read = levenberg_marquardt::State::from_bytes(&state.to_bytes()).expect("written above");
        assert_eq!(read, state);
        let mut rest = Trace { keep_points: true, ..Trace::default() };
        let resumed =
            levenberg_marquardt::resume(&mut f, &mut read, &settings, &mut rest).expect("a good question");
        assert_eq!(
            (resumed.status, &resumed.x, resumed.iterations),
            (straight.status, &straight.x, straight.iterations)
        );
        let xs = |t: &Trace| t.points.iter().map(|p| p.x.clone()).collect::<Vec<_>>();
        assert_eq!(xs(&rest), xs(&whole)[stop..]);
    }
}

/// `y = b (1 - exp(-c t))` from a start where the first path runs into the flat part: several paths are taken.
fn saturation() -> impl Residuals {
    // Box, Hunter and Hunter (1978), as in NIST's BoxBOD.
    const T: [f64; 6] = [1.0, 2.0, 3.0, 5.0, 7.0, 10.0];
    const Y: [f64; 6] = [109.0, 149.0, 149.0, 191.0, 213.0, 224.0];
    ResidualFunction::new(2, 6, |b: &[f64], r: &mut [f64], mut jacobian: Option<&mut [f64]>| {
        for i in 0..6 {
            let e = (-b[1] * T[i]).exp();
            r[i] = b[0] * (1.0 - e) - Y[i];
            if let Some(j) = &mut jacobian {
                j[2 * i] = 1.0 - e;
                j[2 * i + 1] = b[0] * T[i] * e;
            }
        }
    })
}

#[test]
fn a_run_of_several_paths_is_resumed_to_the_same_bits() {
    let settings = LevenbergMarquardt::default();
    let start = [1.0, 60.0];
    let straight = levenberg_marquardt::minimize(&mut saturation(), &start, &settings, &mut ());
    let straight = straight.expect("a good question");
    println!("{straight:?}");
    for stop in 0..straight.iterations {
        let mut f = saturation();
        let mut state = levenberg_marquardt::State::new(&f, &start).expect("a good question");
        let short = LevenbergMarquardt { max_iterations: stop, ..settings.clone() };
        levenberg_marquardt::resume(&mut f, &mut state, &short, &mut ()).expect("a good question");
        let resumed =
            levenberg_marquardt::resume(&mut f, &mut state, &settings, &mut ()).expect("a good question");
        assert_eq!(
            (resumed.status, &resumed.x, resumed.value),
            (straight.status, &straight.x, straight.value)
        );
        assert_eq!((resumed.iterations, resumed.message), (straight.iterations, straight.message.clone()));
    }
}
