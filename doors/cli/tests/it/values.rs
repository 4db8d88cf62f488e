//! `eval`: values on literals, files and bundled data.

use crate::{check, file, folder, gradus};

#[test]
fn values_of_literals() {
    check(&[
        (&["eval", "2*pi"], 0, "6.283185307179586"),
        (&["eval", "x'*A*x", "--data", "A=[2,1;1,3]", "--data", "x=[1,2]"], 0, "18"),
        (&["eval", "A*x", "-D", "A=[[2,1],[1,3]]", "-D", "x=[1;2]"], 0, "[4, 7]"),
        (&["eval", "x*y", "-D", "x=-0.5", "-D", "y=2*3"], 0, "-3"),
        (&["eval", "λ + 1", "-D", "λ=2"], 0, "3"),
        (&["eval", "sum(ones(n))", "-D", "n=3"], 0, "3"),
        (&["eval", "A", "-D", "A=[1,2]", "-d", "A : [m, n]"], 0, "1  2"),
    ]);
    let json = gradus(&["eval", "A'", "-D", "A=[1,2;3,4]", "--format", "json"]).json();
    assert_eq!(json, serde_json::json!({ "shape": [2, 2], "value": [[1.0, 3.0], [2.0, 4.0]] }));
}

#[test]
fn values_on_data() {
    // The mean of the Nile's volume is 919.35 in R's `datasets::Nile`.
    check(&[(&["eval", "mean(x)", "--data", "x=@nile:volume"], 0, "919.35")]);
    let path = file("table.csv", "a,b,kind\n1,2,u\n3,5,v\n");
    check(&[
        (&["eval", "sum(X, 1)", "-D", &format!("X={path}:a,b")], 0, "[4, 7]"),
        (&["eval", "sum(x)", "-D", &format!("x={path}:b")], 0, "7"),
        (&["eval", "k", "-D", &format!("k={path}:codes(kind)")], 0, "[1, 2]"),
        (&["eval", "k", "-D", &format!("k={path}:signs(kind)")], 0, "[-1, 1]"),
        (&["eval", "K", "-D", &format!("K={path}:one_hot(kind)")], 0, "1  0"),
    ]);
}

#[test]
fn least_squares_on_longley_as_certified() {
    // NIST/ITL StRD, Longley: the constant and the coefficient of the deflator, to the digits that normal equations
    // on these data keep in doubles.
    let columns = "gnpdefl,gnp,unemp,armed,pop,year";
    let args = [
        "eval",
        "inv(X'*X)*X'*y where X = [ones(16), Z]",
        "-D",
        &format!("Z=@longley:{columns}"),
        "-D",
        "y=@longley:totemp",
        "--format",
        "json",
    ];
    let run = gradus(&args);
    let value = run.json()["value"].clone();
    let certified = [-3482258.63459582, 15.0618722713733];
    for (k, c) in certified.iter().enumerate() {
        let found = value[k].as_f64().unwrap();
        assert!((found / c - 1.0).abs() < 1e-2, "{k}: {found} but certified {c}");
    }
}

#[test]
fn what_is_not_finite_is_shown_and_explained() {
    let run = gradus(&["eval", "9^999999"]);
    assert_eq!((run.status, run.err.as_str()), (1, "note: `9^999999` is inf\n"));
    for (args, first, note) in [
        (&["log(x)", "-D", "x=-1"][..], "NaN", "`log(x)` is not defined, where `x` is -1"),
        (&["log(x)", "-D", "x=[1,-1]"], "[0, NaN]", "is not defined at [2], where `x` is -1"),
        (&["exp(x)", "-D", "x=1000"], "inf", "`exp(x)` is inf, where `x` is 1000"),
        (&["det(A)*inv(A)", "-D", "A=[1,2;2,4]"], "NaN  NaN", "inv: the 2 x 2 matrix is singular"),
        (&["cholesky(A)", "-D", "A=[1,2;2,1]"], "NaN  NaN", "not positive definite"),
    ] {
        let run = gradus(&[&["eval"], args].concat());
        assert_eq!((run.status, run.first()), (1, first), "{args:?} {}", run.err);
        assert!(run.err.contains(note), "{args:?}: {}", run.err);
    }
}

#[test]
fn curves_and_contours_are_drawn() {
    let path = folder().join("curve.svg");
    let to = path.to_str().unwrap();
    let run = gradus(&["derive", "sin(x)/x", "--plot", to, "--from", "-12", "--to", "12"]);
    assert_eq!((run.status, run.first()), (0, "cos(x)/x - sin(x)/x^2"), "{}", run.err);
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("cos(x)/x"));
    let run = gradus(&["derive", "sin(a*x)/x", "--data", "a=2", "--plot", to, "--from", "1", "--to", "9"]);
    assert_eq!(run.status, 0, "{}", run.err);
    let path = folder().join("contours.png");
    let to = path.to_str().unwrap();
    let run =
        gradus(&["eval", "(1 - x)^2 + 100*(y - x^2)^2", "--plot", to, "--from", "-2,-1", "--to", "2,3"]);
    assert_eq!(run.status, 0, "{}", run.err);
    assert!(std::fs::read(&path).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn a_figure_that_cannot_be_drawn_leaves_nothing() {
    for (args, message) in [
        (&["exp(x)", "--plot", "f.gif"][..], "must end in .svg or .png"),
        (&["exp(x)", "--plot", "no/such/folder/f.svg"], "cannot write"),
        (&["exp(x)*y*z", "--plot", "f.svg"], "one variable or two"),
        (&["A*x", "-d", "A : [m, n]", "--plot", "f.svg"], "only a scalar can be drawn"),
        (&["log(-1 - x^2)", "--plot", "f.svg"], "nowhere defined"),
        (&["exp(x)", "--plot", "f.svg", "--from", "3", "--to", "1"], "must increase"),
    ] {
        let run = gradus(&[&["eval"], args].concat());
        assert!(run.status == 3 && run.out.is_empty() && run.err.contains(message), "{args:?}: {}", run.err);
        assert!(!folder().join("f.svg").exists() && !folder().join("f.gif").exists());
    }
}
