//! Every step of a derivation is judged by itself.

use crate::id;
use gradus_notebook::{Bundled, Document, Limits, Line, Output, Session, Verdict};
use std::sync::Arc;

fn lines(before: &str, chain: &str) -> Vec<Line> {
    let text = format!("```gr id=a\n{before}\n```\n\n```derivation id=d\n{chain}\n```\n");
    let mut session = Session::new(Document::read(&text), Limits::default(), Arc::new(Bundled));
    session.run(&mut ());
    match session.output(&id("d")) {
        Output::Derivation(lines) => lines.clone(),
        other => panic!("{other:?}"),
    }
}

fn words(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|l| l.verdict.as_ref().map_or("", Verdict::word)).collect()
}

#[test]
fn steps_are_proved_with_the_names_of_the_document() {
    let found = lines(
        "A : [m, n]; x : [n]; b : [m]\nf = norm2(A*x - b)^2",
        "derive f wrt x         # the loss\n= 2*A'*(A*x - b)       # chain rule\n= 2*A'*A*x - 2*A'*b",
    );
    assert_eq!(words(&found), ["", "proved", "proved"]);
    assert_eq!(found[1].reason, "chain rule");
    assert_eq!(found[0].formula.latex.matches("\\partial").count(), 2);
}

#[test]
fn a_wrong_step_is_refuted_and_the_next_is_judged_from_it() {
    let found = lines("", "(s + t)^2\n= s^2 + t^2\n= t^2 + s^2");
    assert_eq!(words(&found), ["", "refuted", "proved"]);
    let Some(Verdict::Refuted(r)) = &found[1].verdict else { panic!() };
    let (s, t) = (r.point.values["s"].data[0], r.point.values["t"].data[0]);
    assert!((r.point.left - r.point.right - 2.0 * s * t).abs() < 1e-9);
    assert!(r.figure.is_some());
}

#[test]
fn declarations_hold_in_the_derivation_alone() {
    assert_eq!(words(&lines("", "t : [] positive\nsqrt(t^2)\n= t")), ["", "proved"]);
    assert_eq!(words(&lines("", "sqrt(t^2)\n= t")), ["", "refuted"]);
}

#[test]
fn shapes_that_do_not_fit_are_a_mistake_of_the_step() {
    let found = lines("A : [m, n]", "A\n= A'\n= A'");
    assert_eq!(words(&found), ["", "error", "error"]);
    let found = lines("", "(A*B)'\n= B'*A'");
    assert_eq!(words(&found), ["", "proved"]);
}
