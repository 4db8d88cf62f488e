//! Derivatives and simplified forms, as Petersen and Pedersen (2012), The Matrix Cookbook, and Magnus and Neudecker
//! (2019) state them.

use crate::{check, gradus, with_input};

#[test]
fn derivatives_are_what_a_mathematician_would_write() {
    check(&[
        (&["derive", "norm2(A*x - b)^2", "--wrt", "x"], 0, "2*A'*(A*x - b)"),
        (&["derive", "sum(log(1 + exp(-y .* (X*w))))", "--wrt", "w"], 0, "-X'*(y .* sigmoid(-(y .* (X*w))))"),
        (&["derive", "logdet(X)", "--wrt", "X"], 0, "inv(X)'"),
        (&["derive", "x'*A*x", "--wrt", "x"], 0, "(A + A')*x"),
        (&["derive", "x'*A*x", "--wrt", "x", "-d", "A : [n, n] symmetric"], 0, "2*A*x"),
        (&["derive", "x'*A*x", "--wrt", "x", "--order", "2"], 0, "A + A'"),
        (&["derive", "x^3", "--wrt", "x", "-k", "3"], 0, "6"),
        (&["derive", "-x^2"], 0, "-2*x"),
        (&["derive", "e^(2*x)"], 0, "2*exp(2*x)"),
        (&["derive", "ln(x)"], 0, "1/x"),
        (&["derive", "||A*x - b||^2", "--wrt", "x"], 0, "2*A'*(A*x - b)"),
        (&["derive", "--wrt", "x", "-x^2"], 0, "-2*x"),
        (&["derive", "λ*norm2(w)^2", "--wrt", "λ"], 0, "norm2(w)^2"),
        (&["derive", "λ*norm2(w)^2", "--wrt", "w"], 0, "2*lambda*w"),
        (&["derive", "a*x^2", "--data", "a=3"], 0, "2*a*x"),
        (&["simplify", "A'*A*x - A'*b"], 0, "A'*(A*x - b)"),
        (&["simplify", "sqrt(x^2)"], 0, "abs(x)"),
        (&["simplify", "sqrt(x^2)", "-d", "x : [] >= 0"], 0, "x"),
    ]);
}

#[test]
fn several_variables_give_a_line_each_in_their_order() {
    let run = gradus(&["derive", "x*y^2", "--wrt", "x,y", "--order", "2", "-d", "x, y : []"]);
    assert_eq!(run.out, "0\n2*y\n2*x\n");
    let run = gradus(&["derive", "sum(A*B)", "--wrt", "B", "--wrt", "A"]);
    assert_eq!((run.status, run.out.lines().count()), (0, 2), "{}", run.err);
}

#[test]
fn what_is_not_the_formula_comes_after_it_and_only_when_asked_for() {
    let run = gradus(&["derive", "norm1(A*x)", "--wrt", "x"]);
    assert_eq!(run.out, "A'*sign(A*x)\n");
    let run = gradus(&["derive", "norm1(A*x)", "--wrt", "x", "--explain"]);
    assert_eq!(
        run.out,
        "A'*sign(A*x)\n# where A : [m, n];  x : [n]\n# by x: shape [n]\n# the slope of abs at 0 is taken as 0\n"
    );
}

#[test]
fn formulas_are_written_in_every_format() {
    let write = |format: &str| gradus(&["derive", "norm2(A*x - b)^2", "--wrt", "x", "-f", format]).out;
    assert_eq!(write("latex"), "2 A^{\\top} \\left( A x - b \\right)\n");
    for (format, part) in [
        ("numpy", "def gradient(A, x, b):"),
        ("jax", "import jax.numpy as jnp"),
        ("rust", "pub fn gradient(A: &[f64], "),
    ] {
        let text = write(format);
        assert!(text.contains(part), "{format}: {text}");
    }
    let json = gradus(&["derive", "norm2(A*x - b)^2", "--wrt", "x", "--format", "json"]).json();
    assert_eq!(json["derivatives"][0]["text"], "2*A'*(A*x - b)");
    assert_eq!(json["derivatives"][0]["wrt"], serde_json::json!(["x"]));
    assert_eq!(json["derivatives"][0]["shape"], serde_json::json!(["n"]));
    assert_eq!(json["symbols"][0]["shape"], serde_json::json!(["m", "n"]));
}

#[test]
fn a_formula_may_come_on_standard_input() {
    let run = with_input(&["derive", "-", "--wrt", "x"], b"norm2(A*x - b)^2\n");
    assert_eq!((run.status, run.out.as_str()), (0, "2*A'*(A*x - b)\n"));
}
