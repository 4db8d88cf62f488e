//! `solve --save-state` and `--resume`: runs that are stopped and go on.

use crate::{Run, file, folder, gradus};

const VALLEY: &str = "param c = 100 > 0\nvar a : scalar = -1.2\nvar b : scalar = 1\n\
                      minimize c*(b - a^2)^2 + (1 - a)^2\n";

fn solve(problem: &str, more: &[&str]) -> Run {
    gradus(&[&["solve", problem, "--format", "json"], more].concat())
}

#[test]
fn a_run_stopped_after_some_iterations_goes_on_to_the_same_bits() {
    let problem = file("valley.gr", VALLEY);
    for method in ["lm", "lbfgs", "newton", "lbfgsb"] {
        let state = folder().join(format!("{method}.run"));
        let state = state.to_str().unwrap();
        let whole = solve(&problem, &["--method", method]).json();
        for k in ["0", "3", "7"] {
            let part = ["--method", method, "--max-iterations", k, "--save-state", state];
            let part = solve(&problem, &part);
            assert_eq!(
                (part.status, part.json()["status"].as_str()),
                (2, Some("iteration limit")),
                "{}",
                part.err
            );
            let rest = solve(&problem, &["--resume", state]);
            assert_eq!(rest.status, 0, "{}", rest.err);
            // Numbers are written with all their digits.
            for field in ["method", "value", "values", "gradient_norm", "iterations", "status"] {
                assert_eq!(rest.json()[field], whole[field], "{method} after {k}: {field}");
            }
        }
    }
}

#[test]
fn a_state_is_refused_where_it_does_not_belong() {
    let problem = file("valley.gr", VALLEY);
    let state = folder().join("refused.run");
    let state = state.to_str().unwrap();
    let part = solve(&problem, &["--method", "lbfgs", "--max-iterations", "2", "--save-state", state]);
    assert_eq!(part.status, 2, "{}", part.err);
    let prefix = "error: the saved run does not fit this problem: ";
    let refused = |problem: &str, more: &[&str], words: &str| {
        let run = solve(problem, &[&["--resume", state], more].concat());
        assert_eq!((run.status, run.err.as_str()), (3, format!("{prefix}{words}\n").as_str()));
    };
    let quartic = file("quartic.gr", &VALLEY.replace("(1 - a)^2", "(1 - a)^4"));
    refused(&quartic, &[], "the objective of its problem is not the same");
    refused(&problem, &["--data", "c=10"], "the data of its problem are not the same");
    refused(&problem, &["--method", "newton"], "it was made by L-BFGS, this run uses Newton trust region");
    let third = file("third.gr", &VALLEY.replace("minimize", "var d : scalar\nminimize d^2 +"));
    refused(&third, &[], "it has 2 unknowns, this problem has 3");
    std::fs::write(state, "no run").unwrap();
    refused(&problem, &[], "these bytes are no saved run");
    let run = solve(&problem, &["--resume", "nowhere.run"]);
    assert!(run.status == 3 && run.err.starts_with("error: `nowhere.run`: "), "{}", run.err);
    let run = solve(&problem, &["--save-state", "nowhere/valley.run"]);
    assert!(run.status == 3 && run.err.starts_with("error: `nowhere/valley.run`: "), "{}", run.err);
}
