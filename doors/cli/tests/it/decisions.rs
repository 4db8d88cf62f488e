//! `equal`, `check` and `facts`: answers with a status for scripts.

use crate::{check, gradus};

#[test]
fn equality_is_proved_refuted_or_unknown() {
    check(&[
        (&["equal", "(A*B)'", "B'*A'"], 0, "Equal"),
        (&["equal", "trace(A*B)", "trace(B*A)"], 0, "Equal"),
        (&["equal", "x", "x"], 0, "Equal"),
        (&["equal", "det(A*B)", "det(A)*det(B)", "-d", "A, B : [n, n]"], 0, "Equal"),
        (&["equal", "log(a*b)", "log(a) + log(b)", "-d", "a, b : [] positive"], 0, "Equal"),
        (
            &["equal", "A*x", "B", "-d", "A, B : [m, n]; x : [n]"],
            1,
            "Different shapes: the first is [m], the second [m, n]",
        ),
    ]);
    let run = gradus(&["equal", "sqrt(x^2)", "x"]);
    assert!(run.status == 1 && run.first().starts_with("Different: "), "{}", run.out);
    assert!(run.out.lines().nth(1).is_some_and(|l| l.starts_with("  x = -")), "{}", run.out);
    // Names that nothing else decides take one shape from both sides.
    let run = gradus(&["equal", "x", "y"]);
    assert!(run.status == 1 && run.first().starts_with("Different: "), "{}", run.out);
}

#[test]
fn equality_is_asked_at_values_too() {
    let column = crate::file("halves.csv", "x\n1.5\n2.5\n");
    let halves = format!("x={column}:x");
    let data = |a, b, value| vec!["equal", a, b, "--data", value];
    check(&[
        // Numbers and literals are put into both, exactly: 0.1 is a tenth.
        (&data("x^k", "x*x*x", "k=3"), 0, "Equal"),
        (&data("a*x", "x/10", "a=0.1"), 0, "Equal"),
        (&data("abs(x) + y", "x + y", "x=1.5"), 0, "Equal"),
        (&data("abs(x)*2", "x*2", "x=-1.5"), 1, "Different: 3 and -3"),
        (&data("A*x", "[x[1] + 2*x[2]; 3*x[1] + 4*x[2]]", "A=[1,2;3,4]"), 0, "Equal"),
        // Columns give shapes and a point; that they agree there proves nothing.
        (&data("abs(x)", "-x", &halves), 1, "Different: 1.5 and -1.5 in entry [1], at the point"),
        (
            &data("abs(x)", "x", &halves),
            2,
            "Unknown: their normal forms differ, though they agree at this point",
        ),
        (&data("sum(x)/2", "mean(x)", &halves), 0, "Equal"),
    ]);
    let run = gradus(&data("x", "x", "y=2"));
    assert!(run.status == 3 && run.err.contains("there is no `y` in this expression"), "{}", run.err);
    // A value that does not fit its declaration.
    let run = gradus(&[
        "equal",
        "A*x",
        "A*x + 0*x",
        "-d",
        "A : [n,n]; x : [n]",
        "-D",
        "A=[1,2;3,4]",
        "-D",
        "x=[1,2,3]",
    ]);
    assert!(run.status == 3 && run.err.contains("x must be [n] with n = 2 from A"), "{}{}", run.out, run.err);
}

#[test]
fn both_sides_are_drawn() {
    let path = crate::file("sides.svg", "");
    let run = gradus(&["equal", "sqrt(x^2)", "x", "--plot", &path]);
    let svg = std::fs::read_to_string(&path).unwrap();
    assert!(run.status == 1 && svg.contains("<svg"), "{}", run.err);
    assert!([">sqrt(x^2)<", ">x<"].iter().all(|label| svg.contains(label)), "both curves have their names");
    let run = gradus(&["equal", "A*x", "b", "--plot", &path]);
    assert!(run.status == 3 && run.err.contains("only a scalar can be drawn"), "{}", run.err);
}

#[test]
fn a_counterexample_is_readable_by_programs() {
    let run = gradus(&["equal", "A*B", "B*A", "-d", "A, B : [n, n]", "--format", "json"]);
    let json = run.json();
    assert_eq!((run.status, json["answer"].as_str()), (1, Some("Different")));
    let n = json["sizes"]["n"].as_u64().unwrap() as usize;
    assert_eq!(json["values"]["A"].as_array().map(Vec::len), Some(n));
    // The claim is checked by hand: entry (i, j) of A*B and of B*A.
    let at = |name: &str, i: usize, j: usize| json["values"][name][i][j].as_f64().unwrap();
    let [i, j] = [0, 1].map(|k| json["entry"][k].as_u64().unwrap() as usize - 1);
    let product = |a: &str, b: &str| (0..n).map(|k| at(a, i, k) * at(b, k, j)).sum::<f64>();
    assert!((product("A", "B") - json["left"].as_f64().unwrap()).abs() < 1e-12);
    assert!((product("B", "A") - json["right"].as_f64().unwrap()).abs() < 1e-12);
}

#[test]
fn derivatives_agree_with_numbers_that_know_nothing_of_them() {
    for args in [
        &["norm2(A*x - b)^2", "--wrt", "x"][..],
        &["sum(log(1 + exp(-y .* (X*w))))", "--wrt", "w", "-d", "y : [n] in {-1, 1}", "-k", "2"],
        &["logdet(X)", "--wrt", "X", "-d", "X : [n, n] pd"],
        &["trace(X*A)", "--wrt", "X", "-d", "X : [n, n] symmetric"],
        &["trace(inv(D)*A)", "--wrt", "D", "-d", "D : [n, n] diagonal; A : [n, n]"],
        &["trace(Q'*A*Q)", "--wrt", "Q", "-d", "Q : [n, n] orthogonal"],
        &["sum(p .* log(p))", "--wrt", "p", "-d", "p : [n] simplex"],
        &["x[5]", "--wrt", "x", "-d", "x : [n]"],
        &["abs(x)*lgamma(x)", "--method", "difference"],
        &["sum(log(x))", "--wrt", "x", "--data", "x=[1,2,3]"],
        // Zero but for rounding, and so is its derivative.
        &["(y'*y - norm2(y)^2)*softmax(x)", "--wrt", "x", "-d", "x : [n]"],
        &["sum(a*log(x))", "--data", "a=2", "-d", "x : [n] positive"],
    ] {
        let run = gradus(&[&["check"], args].concat());
        assert!(run.status == 0 && run.first().starts_with("Agrees: "), "{args:?}: {}{}", run.out, run.err);
    }
}

#[test]
fn a_check_that_cannot_pass_says_so() {
    // A tolerance below rounding.
    let run = gradus(&["check", "sum(exp(A*x))*lgamma(x'*x)", "--wrt", "x", "--tol", "1e-300"]);
    assert!(run.status == 1 && run.first().starts_with("Differs: "), "{}{}", run.out, run.err);
    // Nowhere defined: no point, no verdict.
    let run = gradus(&["check", "log(-1 - y^2)", "--wrt", "y"]);
    assert!(run.status == 2 && run.first().starts_with("Unknown: "), "{}{}", run.out, run.err);
}

#[test]
fn facts_come_with_reasons() {
    let run = gradus(&["facts", "log(sum(exp(A*x)))", "--wrt", "x"]);
    assert!(run.out.contains("curvature  convex because "), "{}", run.out);
    let json = gradus(&["facts", "X'*X", "--format", "json"]).json();
    let words: Vec<&str> =
        json["properties"].as_array().unwrap().iter().filter_map(|p| p["property"].as_str()).collect();
    assert!(words.contains(&"psd"), "{words:?}");
}
