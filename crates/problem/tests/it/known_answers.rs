//! Answers that others computed.

use gradus_optimize::{Objective, Status};
use gradus_problem::{Method, Override, Problem, Report, Settings};

const FLAGSHIP: &str = include_str!("../../../../examples/flagship.gr");

fn read(text: &str) -> Problem {
    Problem::read(text, None, &[]).unwrap()
}

fn solved(text: &str) -> Report {
    read(text).solve(&Settings::default(), &mut ()).unwrap()
}

fn number(report: &Report, name: &str) -> f64 {
    report.values[name].data[0]
}

/// The digits that agree.
fn digits(found: f64, certified: f64) -> f64 {
    -((found - certified).abs() / certified.abs()).max(1e-16).log10()
}

#[test]
fn products_with_the_hessian_are_differences_of_gradients() {
    let mut f = read(FLAGSHIP).evaluator().unwrap().with_hessian().unwrap();
    let (x, v, h) = ([0.3, -0.2, 0.5, 0.1, -0.4], [1.0, 0.5, -0.25, 2.0, -1.5], 1e-5);
    let mut product = [0.0; 5];
    f.hessian_vector(&x, &v, &mut product).unwrap();
    let (mut up, mut down) = ([0.0; 5], [0.0; 5]);
    let at = |s: f64| -> Vec<f64> { x.iter().zip(&v).map(|(x, v)| x + s * v).collect() };
    f.value_gradient(&at(h), &mut up).unwrap();
    f.value_gradient(&at(-h), &mut down).unwrap();
    for k in 0..5 {
        let difference = (up[k] - down[k]) / (2.0 * h);
        assert!((product[k] - difference).abs() < 1e-9, "{k}: {} {difference}", product[k]);
    }
}

#[test]
fn logistic_regression_is_that_of_scikit_learn() {
    // scikit-learn 1.9.1, LogisticRegression(C=1/(0.1*569), tol=1e-14, solver="newton-cholesky"); the value by
    // NumPy 2.4.6.
    let expected = [0.9395720956954883, 0.454048954680891, 0.3594013264308664, 0.7050901773280993];
    let problem = read(FLAGSHIP);
    let choice = problem.choose(None).unwrap();
    assert_eq!(choice.method, Method::TrustRegion);
    assert!(choice.reason.starts_with("smooth and convex in 5 unknowns (proved: "), "{}", choice.reason);
    assert_eq!(problem.gradients()[0].text, "lambda*w - X'*(y .* sigmoid(-(y .* (X*w + b))))/n");
    for method in [Method::TrustRegion, Method::Lbfgs, Method::Lbfgsb] {
        let settings = Settings { method: Some(method), ..Settings::default() };
        let report = problem.solve(&settings, &mut ()).unwrap();
        assert!(report.is_converged(), "{method:?}: {}", report.message);
        assert!(digits(report.value, 0.35487066167700826) > 14.0, "{}", report.value);
        for (w, e) in report.values["w"].data.iter().zip(expected) {
            assert!(digits(*w, e) > 6.0, "{method:?}: {w} {e}");
        }
        assert!(digits(number(&report, "b"), -0.6239476919058783) > 6.0);
    }
}

#[test]
fn norris_has_its_certified_values() {
    let text = "from @nist/Norris\ndata x : [n] = column(x)\ndata y : [n] = column(y)\n\
                var b0, b1 : scalar\nminimize sum((y - b0 - b1*x).^2)";
    let report = solved(text);
    assert_eq!(report.method, Method::LevenbergMarquardt);
    assert_eq!(report.reason, "a sum of 36 squares in 2 unknowns: Levenberg-Marquardt");
    assert!(report.is_converged(), "{}", report.message);
    // NIST StRD, linear regression, Norris.
    assert!(digits(number(&report, "b0"), -0.262323073774029) > 9.0, "{}", number(&report, "b0"));
    assert!(digits(number(&report, "b1"), 1.00211681802045) > 12.0, "{}", number(&report, "b1"));
    assert!(digits(report.value, 26.6173985294224) > 10.0, "{}", report.value);
    let fit = report.fit.unwrap();
    assert_eq!((fit.predictor.as_str(), fit.response.as_str(), fit.x.len()), ("x", "y", 36));
    assert!((fit.fitted[0] - (-0.262323073774029 + 1.00211681802045 * fit.x[0])).abs() < 1e-9);
}

#[test]
fn misra1a_has_its_certified_values_from_the_first_start() {
    let text = "from @nist/Misra1a\ndata x : [n] = column(x)\ndata y : [n] = column(y)\n\
                var b1 : scalar = 500\nvar b2 : scalar = 0.0001\nminimize norm2(y - b1*(1 - exp(-b2*x)))^2";
    let report = solved(text);
    assert_eq!(report.reason, "a sum of 14 squares in 2 unknowns: Levenberg-Marquardt");
    // NIST StRD, nonlinear regression, Misra1a.
    assert!(digits(number(&report, "b1"), 2.3894212918E+02) > 9.0);
    assert!(digits(number(&report, "b2"), 5.5015643181E-04) > 9.0);
    assert!(digits(report.value, 1.2455138894E-01) > 9.0);
}

#[test]
fn every_spelling_of_least_squares_is_found() {
    let head = "from @longley\ndata x : [n] = column(gnp)\ndata y : [n] = column(totemp)\n\
                param s = 3\nvar a, b : scalar\n";
    for goal in [
        "minimize sum((y - a - b*x).^2)/n",
        "minimize s/2*norm2(y - a - b*x)^2 + s",
        "minimize mean(square(a + b*x - y))",
        "minimize (y - a - b*x)'*(y - a - b*x)",
        "maximize -sum(square(y - a - b*x))",
        "minimize sum(s * (y - a - b*x).^2)",
    ] {
        let report = solved(&format!("{head}{goal}"));
        assert_eq!(report.method, Method::LevenbergMarquardt, "{goal}: {}", report.reason);
        // NumPy 2.4.6: polyfit(gnp, totemp, 1)
        assert!(digits(number(&report, "b"), 0.03475229434762901) > 9.0, "{goal}");
        assert!(digits(number(&report, "a"), 51843.58978188412) > 9.0, "{goal}");
    }
    let ridge = solved(&format!("{head}minimize sum((y - a - b*x).^2) + s*(a^2 + b^2)"));
    assert_eq!(ridge.reason, "a sum of 18 squares in 2 unknowns: Levenberg-Marquardt");
}

#[test]
fn bounds_are_kept() {
    let head = "from @diabetes\ndata X : [n, 4] = standardize(columns(age, sex, bmi, bp))\n\
                data y : [n] = column(progression)\nvar w : [4]";
    let goal = "let r = y - mean(y) - X*w\nminimize sum(r.^2)/n\n";
    let in_declaration = solved(&format!("{head} in [0, 30]\n{goal}"));
    let as_constraints = solved(&format!("{head}\n{goal}subject to w >= 0, w <= 30"));
    for report in [in_declaration, as_constraints] {
        assert_eq!(report.method, Method::Lbfgsb);
        assert!(report.is_converged(), "{}", report.message);
        // SciPy 1.17.1: lsq_linear(A, y - mean(y), bounds=(0, 30), method="bvls")
        for (w, e) in report.values["w"].data.iter().zip([1.680604445557066, 0.0, 30.0, 21.57058405034864]) {
            assert!((w - e).abs() < 1e-6, "{w} {e}");
        }
    }
}

#[test]
fn a_likelihood_is_maximised_from_a_random_start_inside_its_domain() {
    let text = "from @nile\ndata y : [n] = column(volume)\nvar mu : scalar\nvar sigma : scalar\n\
                maximize -n*log(sigma) - sum((y - mu).^2)/(2*sigma^2)";
    let report = solved(text);
    assert!(report.is_converged(), "{}", report.message);
    assert_eq!(report.seed, Some(0));
    // The mean and the standard deviation (NumPy 2.4.6).
    assert!(digits(number(&report, "mu"), 919.35) > 7.0, "{}", number(&report, "mu"));
    assert!(digits(number(&report, "sigma"), 168.3792371404503) > 7.0, "{}", number(&report, "sigma"));
    let trace = &report.trace;
    assert!(trace[0].value < report.value && trace[trace.len() - 1].value == report.value);
}

#[test]
fn a_factorisation_starts_at_random_and_reaches_the_singular_values() {
    let text = "data A : [2, 2] = [3, 0; 4, 5]\nvar u : [2]\nvar v : [2]\nminimize normfro(A - u*v')^2";
    let report = solved(text);
    assert!(report.is_converged(), "{}", report.message);
    assert_eq!(report.seed, Some(0));
    // Eckart and Young: the smaller singular value of A is sqrt(5).
    assert!(digits(report.value, 5.0) > 9.0, "{}", report.value);
    let again = solved(text);
    assert_eq!(again.values, report.values);
}

#[test]
fn kinks_are_named_and_the_end_is_honest() {
    let text = "data b : [3] = [1, -2, 0.1]\nvar x : [3] = [2, 2, 2]\nminimize norm2(x - b)^2 + norm1(x)";
    let problem = read(text);
    let choice = problem.choose(None).unwrap();
    assert_eq!(choice.method, Method::Lbfgs);
    assert!(choice.reason.starts_with("convex but not smooth in 3 unknowns (abs)"), "{}", choice.reason);
    let report = problem.solve(&Settings::default(), &mut ()).unwrap();
    assert!(matches!(report.status, Status::Converged | Status::NumericalFailure), "{}", report.message);
    // Soft thresholding: (0.5, -1.5, 0), of value 0.25 + 0.25 + 0.01 + 2.
    assert!((report.value - 2.51).abs() < 1e-2, "{}", report.value);
}

/// What is said of an objective in `x` with data `k`, `y` and `w`.
fn shape_of(objective: &str) -> String {
    let text = format!(
        "data y : [3] = [1, -2, 0.1]\ndata w : [3] = [1, 2, 3]\nparam k = 0.5\nparam c = 0\nvar x : [3]\n\
         def h(r) = where(abs(r) <= k, r.^2/2, k*abs(r) - k^2/2)\nminimize {objective}"
    );
    let reason = read(&text).choose(None).unwrap().reason;
    reason.split(" in 3 unknowns").next().unwrap_or_default().trim_start_matches("convex ").to_owned()
}

#[test]
fn pieces_joined_with_equal_slopes_are_no_kinks() {
    for objective in [
        "sum(h(y - x))",
        "sum(w .* h(y - x)) + norm2(x)^2",
        "sum(where(x < k, k*(x - k), x.^2 - k*x - k*x + k*x))",
        "sum(where(k < abs(x - y), k*abs(x - y) - k^2/2, (x - y).^2/2))",
        "sum(max(0, 1 - y.*x).^2)",
        "norm2(max(0, x - 1))^2",
        "sum(min(abs(x - y), k).^2/2 + k*(abs(x - y) - min(abs(x - y), k)))",
        "sum(exp(h(x)))",
    ] {
        let said = shape_of(objective);
        assert!(said.trim_start_matches("and ") == "continuously differentiable", "{objective}: {said}");
    }
}

#[test]
fn pieces_that_meet_at_an_angle_are_kinks() {
    for (objective, said) in [
        // The slopes at |x| = k are k and 2 k.
        ("sum(where(abs(x) <= k, x.^2/2, 2*k*abs(x) - 3*k^2/2))", "not proved smooth"),
        // A jump.
        ("sum(where(abs(x) <= k, x.^2/2, k*abs(x)))", "not proved smooth"),
        // At k = 0 this is 0 and |x|: the kink of abs lies on the boundary.
        ("sum(where(abs(x) <= c, x.^2/2, abs(x)))", "not proved smooth"),
        ("sum(where(x > 0, x.*x.^(-1), 0))", "not proved smooth"),
        ("sum(max(0, 1 - y.*x))", "not smooth"),
        ("sum(h(abs(x) - 1))", "not proved smooth"),
        ("norm2(x - y)^2 + norm1(x)", "not smooth"),
    ] {
        let found = shape_of(objective);
        assert_eq!(found.trim_start_matches("but "), said, "{objective}");
    }
    // The condition is fixed by the data.
    assert!(!shape_of("sum(where(y > 0, x.^2, exp(x)))").contains("where"));
}

#[test]
fn an_unbounded_objective_is_an_answer() {
    let report = solved("var x : [2]\nminimize sum(x)");
    assert_eq!(report.status, Status::Unbounded, "{}", report.message);
}

#[test]
fn values_can_be_given_beside_the_text() {
    let text = "data y : [n]\nparam c = 2\nvar m : scalar\nminimize c*sum((y - m).^2)";
    let overrides = [Override::parse("y=@nile:volume").unwrap(), Override::parse("c = 5").unwrap()];
    let problem = Problem::read(text, None, &overrides).unwrap();
    assert_eq!(problem.bound().values["c"].data, [5.0]);
    let report = problem.solve(&Settings::default(), &mut ()).unwrap();
    assert!(digits(number(&report, "m"), 919.35) > 12.0);
    let coded = [Override::parse("y=@penguins:codes(species)").unwrap()];
    assert_eq!(Problem::read(text, None, &coded).unwrap().bound().values["y"].data[0], 1.0);
}

#[test]
fn rows_with_missing_values_are_left_out_and_counted() {
    let text = "from @penguins drop missing\ndata x : [n] = column(body_mass_g)\nvar m : scalar\n\
                minimize sum((x - m).^2)";
    let report = solved(text);
    assert_eq!(report.dropped_rows, [("@penguins".to_owned(), 2)]);
    // statsmodels 0.15 / pandas: penguins.body_mass_g.mean()
    assert!(digits(number(&report, "m"), 4201.754385964912) > 12.0, "{}", number(&report, "m"));
}

#[test]
fn a_report_is_json_and_saved_whole() {
    let report = solved("var x : scalar = 3\nminimize (x - 1)^2");
    let json = report.to_json();
    assert!(json.contains("\"converged\": true") && json.contains("\"x\": 1"), "{json}");
    let path = std::env::temp_dir().join(format!("gradus-problem-{}.json", std::process::id()));
    report.save(&path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), json);
    std::fs::remove_file(&path).unwrap();
    assert!(report.save("/nowhere/at/all.json").is_err());
}

#[test]
fn the_hessian_is_shown_block_by_block() {
    let blocks = read(FLAGSHIP).hessian();
    let names: Vec<&str> = blocks.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["w", "w and b", "b"]);
    let start = "X'*diag(";
    assert!(
        blocks[0].text.starts_with(start) && blocks[0].text.contains("lambda*eye(d)"),
        "{}",
        blocks[0].text
    );
    let quadratic = read("data A : [2, 2] symmetric = [2, 1; 1, 3]\nvar x : [2]\nminimize x'*A*x/2 - sum(x)");
    assert_eq!((quadratic.hessian()[0].text.as_str(), quadratic.hessian().len()), ("A", 1));
}

#[test]
fn a_variable_that_is_not_used_is_said_to_be() {
    let problem = read("var x : scalar = 1\nvar w : [3]\nminimize (x - 2)^2");
    assert_eq!(problem.symbols()[1].1, "variable that the objective does not use [3], 3");
    assert_eq!(problem.packing().len, 1);
}

#[test]
fn large_margins_neither_overflow_nor_lose_digits() {
    // log(1 + exp(m)) for m = 1000 is 1000: the sum is least where the margins cancel, at 0.
    let problem = read("data a : [2] = [1000, -1000]\nvar w : scalar = 1\nminimize sum(log(1 + exp(a*w)))");
    let mut f = problem.evaluator().unwrap();
    let mut slope = [0.0];
    assert_eq!(f.value_gradient(&[1.0], &mut slope).unwrap(), 1000.0);
    assert_eq!(slope, [1000.0]);
}

#[test]
fn a_large_linear_fit_is_not_factorised() {
    let text = "from @digits\ndata X : [n, d] = columns(\"pixel_*\")\ndata y : [n] = column(digit)\nvar w : [d]\n\
                minimize (norm2(y - X*w)^2 + norm2(w)^2)/n";
    let choice = read(text).choose(None).unwrap();
    assert_eq!(choice.method, Method::LevenbergMarquardt, "{}", choice.reason);
    let wide = text
        .replace("var w : [d]", "var w : [d, 10]")
        .replace("norm2(y - X*w)", "normfro(y*ones(10)' - X*w)");
    let choice = read(&wide.replace("norm2(w)", "normfro(w)")).choose(None).unwrap();
    assert_eq!(choice.method, Method::TrustRegion, "{}", choice.reason);
}
