//! Saved runs: gone on from to the same bits, refused elsewhere.

use gradus_optimize::Iterate;
use gradus_problem::{Error, Method, Override, Problem, Report, Saved, Settings};
use std::ops::ControlFlow;

const ROSENBROCK: &str = "param c = 100 > 0\nvar a : scalar = -1.2\nvar b : scalar = 1\n\
                          minimize c*(b - a^2)^2 + (1 - a)^2";

fn read(text: &str) -> Problem {
    Problem::read(text, None, &[]).unwrap()
}

fn stopped_after(problem: &Problem, k: usize, settings: &Settings) -> Saved {
    let mut stop = |it: &Iterate<'_>| {
        if it.iteration == k { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let saved = problem.solve(settings, &mut stop).unwrap().saved;
    Saved::from_bytes(&saved.to_bytes()).unwrap()
}

fn bits(report: &Report) -> Vec<u64> {
    let values = report.values.values().flat_map(|t| &t.data);
    values.chain([&report.value, &report.gradient_norm]).map(|v| v.to_bits()).collect()
}

#[test]
fn a_run_that_is_stopped_anywhere_goes_on_to_the_same_bits() {
    let problem = read(ROSENBROCK);
    for method in Method::ALL {
        let settings = Settings { method: Some(method), ..Settings::default() };
        let whole = problem.solve(&settings, &mut ()).unwrap();
        // Rosenbrock's function is least at (1, 1).
        assert!(whole.values.values().all(|x| (x.data[0] - 1.0).abs() < 1e-6), "{method:?}");
        for k in 0..whole.iterations {
            let saved = stopped_after(&problem, k, &settings);
            // The method is that of the saved run.
            let rest = Settings { resume: Some(saved), ..Settings::default() };
            assert_eq!(problem.choice(&rest).unwrap().method, method);
            let rest = problem.solve(&rest, &mut ()).unwrap();
            assert_eq!(bits(&rest), bits(&whole), "{method:?} stopped after {k}");
            assert_eq!(rest.iterations, whole.iterations);
            let values = |r: &Report| r.trace.iter().map(|t| t.value.to_bits()).collect::<Vec<_>>();
            assert_eq!(values(&rest), values(&whole)[k..]);
        }
    }
}

#[test]
fn a_saved_run_of_another_problem_is_refused() {
    let settings = Settings { method: Some(Method::Lbfgsb), ..Settings::default() };
    let saved = stopped_after(&read(ROSENBROCK), 3, &settings);
    let refused = |problem: Problem, settings: Settings| {
        let said = problem.solve(&settings, &mut ()).unwrap_err();
        assert!(matches!(said, Error::Saved { .. }), "{said}");
        said.to_string()
    };
    let resumed = || Settings { resume: Some(saved.clone()), ..settings.clone() };
    let prefix = "the saved run does not fit this problem: ";
    let quartic = ROSENBROCK.replace("(1 - a)^2", "(1 - a)^4");
    assert_eq!(
        refused(read(&quartic), resumed()),
        format!("{prefix}the objective of its problem is not the same")
    );
    let steeper = Problem::read(ROSENBROCK, None, &[Override::parse("c=10").unwrap()]).unwrap();
    assert_eq!(refused(steeper, resumed()), format!("{prefix}the data of its problem are not the same"));
    let bounded = format!("{ROSENBROCK}\nsubject to a <= 2");
    assert_eq!(
        refused(read(&bounded), resumed()),
        format!("{prefix}the bounds of its problem are not the same")
    );
    let third = ROSENBROCK.replace("minimize", "var d : scalar\nminimize d^2 +");
    assert_eq!(refused(read(&third), resumed()), format!("{prefix}it has 2 unknowns, this problem has 3"));
    assert_eq!(
        refused(read(ROSENBROCK), Settings { method: Some(Method::Lbfgs), ..resumed() }),
        format!("{prefix}it was made by L-BFGS-B, this run uses L-BFGS")
    );
    // Another start, layout or comment makes no other problem.
    let elsewhere = ROSENBROCK.replace("-1.2", "5").replace("minimize ", "# the valley\nminimize  ");
    assert!(read(&elsewhere).solve(&resumed(), &mut ()).is_ok());
}

#[test]
fn bytes_that_are_no_saved_run_are_refused() {
    let bytes = stopped_after(&read(ROSENBROCK), 1, &Settings::default()).to_bytes();
    let refused = |bytes: &[u8]| match Saved::from_bytes(bytes).unwrap_err() {
        Error::Saved { reason } => reason,
        other => other.to_string(),
    };
    assert_eq!(refused(b""), "these bytes are no saved run");
    assert_eq!(refused(b"PK\x03\x04\n\xff"), "these bytes are no saved run");
    assert_eq!(refused(b"gradus run 1\n"), "it has the format 1, this program reads 2");
    assert_eq!(refused(b"gradus run 2\n"), "its line `method` is missing");
    assert_eq!(refused(b"gradus run 2\nmethod lm\nunknowns x\n"), "its line `unknowns` is spoiled");
    assert!(refused(b"gradus run 2\nmethod adam\n").starts_with("there is no method `adam`"));
    let mut spoiled = bytes.clone();
    *spoiled.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&spoiled), "its state was changed: the digest is another");
    assert!(refused(&bytes[..bytes.len() - 8]).starts_with("its state has "), "{}", refused(&bytes[..90]));
}

#[test]
fn a_file_is_whole_or_an_error() {
    let saved = stopped_after(&read(ROSENBROCK), 1, &Settings::default());
    let path = std::env::temp_dir().join(format!("gradus-saved-{}.run", std::process::id()));
    saved.save(&path).unwrap();
    saved.save(&path).unwrap();
    assert_eq!(Saved::open(&path).unwrap(), saved);
    std::fs::remove_file(&path).unwrap();
    let said = Saved::open(&path).unwrap_err();
    assert!(matches!(said, Error::File { .. }));
    assert!(said.to_string().starts_with(&format!("`{}`: ", path.display())), "{said}");
    assert!(matches!(saved.save(path.join("below")), Err(Error::File { .. })));
}
