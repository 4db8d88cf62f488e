//! Every question of a cell, against answers from elsewhere.

use crate::{answers, mistakes, session, shown};
use gradus_notebook::{Shown, Verdict};

fn formulas(source: &str) -> Vec<(String, String)> {
    answers(source)
        .into_iter()
        .filter_map(|s| match s {
            Shown::Formula(f) => Some((f.name, f.text)),
            _ => None,
        })
        .collect()
}

fn values(source: &str) -> Vec<f64> {
    answers(source)
        .into_iter()
        .filter_map(|s| match s {
            Shown::Values(v) => Some(v.tensor.data),
            _ => None,
        })
        .flatten()
        .collect()
}

#[test]
fn definitions_are_shown_as_they_are_written() {
    let found = formulas("A : [m, n]; x : [n]\nf = norm2(A*x)^2\ng(t) = t^2 + 1");
    let text = |s: &str| s.to_owned();
    assert_eq!(found, [(text("f"), text("norm2(A*x)^2")), (text("g(t)"), text("t^2 + 1"))]);
}

#[test]
fn derivatives_are_those_of_the_textbook() {
    // Petersen and Pedersen, The Matrix Cookbook (2012), equations 84 and 81.
    let found = formulas("derive norm2(A*x - b)^2 wrt x\nB : [n, n]\nderive y'*B*y wrt y");
    assert_eq!(found[0], ("by x".to_owned(), "2*A'*(A*x - b)".to_owned()));
    assert!(["(B + B')*y", "B*y + B'*y"].contains(&found[1].1.as_str()), "{}", found[1].1);
    assert_eq!(formulas("derive sin(t)*t wrt t order 2")[0].1, "2*cos(t) - t*sin(t)");
}

#[test]
fn a_derivative_without_a_name_takes_the_only_variable() {
    assert_eq!(formulas("param a = 2\nf = a*x^2\nderive f").last().unwrap().1, "2*a*x");
    let found = mistakes(&mut session(&["derive x*y"]), "a");
    assert_eq!(found, ["which variable shall it be differentiated by?"]);
    let found = mistakes(&mut session(&["f = x^2\nderive f wrt f"]), "a");
    assert_eq!(found, ["`f` is defined by a formula, so it is no variable"]);
}

#[test]
fn values_are_computed_with_data_and_with_what_is_given() {
    assert_eq!(values("eval 2^10"), [1024.0]);
    // The first value is the parameter's own.
    assert_eq!(values("param a = 3\nf = a*x\neval f at x = 5"), [3.0, 15.0]);
    assert_eq!(values("eval norm2(x)^2 at x = [3, 4]"), [25.0]);
    assert_eq!(values("x : [n]\neval sum(ones(n)) at n = 7"), [7.0]);
    // R, datasets::Nile: mean(Nile) is 919.35.
    let found = values("from @nile\ndata flow = column(volume)\neval mean(flow)");
    assert_eq!(*found.last().unwrap(), 919.35);
    assert_eq!(mistakes(&mut session(&["eval a + b at a = 1"]), "a"), ["`b` has no value"]);
}

#[test]
fn equality_is_proved_tested_or_refuted() {
    let verdict = |source: &str| match &answers(source)[..] {
        [.., Shown::Verdict(v)] => v.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(verdict("equal (A*B)' == B'*A'"), Verdict::Proved);
    assert_eq!(verdict("sin(t)^2 + cos(t)^2 == 1"), Verdict::Proved);
    let Verdict::Refuted(r) = verdict("equal sqrt(t^2) == t") else { panic!() };
    // The two differ where t is negative, and there by twice its size.
    assert!(r.point.values["t"].data[0] < 0.0);
    assert!((r.point.left - r.point.right + 2.0 * r.point.values["t"].data[0]).abs() < 1e-12);
    assert!(r.figure.is_some());
    // True, by the duplication formula of the gamma function, and no rule here proves it.
    let text = "lgamma(t) + lgamma(t + 1/2) == (1 - 2*t)*log(2) + log(pi)/2 + lgamma(2*t)";
    let found = verdict(&format!("t : [] positive\n{text}"));
    assert!(matches!(found, Verdict::Tested { points: 10.., .. }), "{found:?}");
}

#[test]
fn derivatives_are_checked_against_complex_steps() {
    let check = |source: &str| match &answers(source)[..] {
        [.., Shown::Check(c)] => c.clone(),
        other => panic!("{other:?}"),
    };
    for source in [
        "check norm2(A*x - b)^2 wrt x",
        "X : [n, n] pd\ncheck logdet(X) wrt X",
        "p : [n] simplex\ncheck sum(p .* log(p)) wrt p",
        "check exp(A*x) wrt x",
        // In the directions that keep Q orthogonal.
        "Q : [n, n] orthogonal\ncheck trace(Q'*A*Q) wrt Q",
    ] {
        let c = check(source);
        assert!(c.agrees && c.compared >= 10, "{source}: {c:?}");
    }
    // Defined nowhere.
    let c = check("y : []\ncheck log(-1 - y^2) wrt y");
    assert!(!c.agrees && c.compared == 0);
}

#[test]
fn figures_are_curves_and_contours() {
    let figure = |source: &str| match answers(source).pop() {
        Some(Shown::Figure(f)) => f,
        other => panic!("{other:?}"),
    };
    let f = figure("param a = 2\nplot sin(a*x), cos(x) for x in -pi..pi");
    let (axes, [gradus_plot::Mark::Line(line), ..]) = (&f.panels[0], &f.panels[0].marks[..]) else {
        panic!()
    };
    assert_eq!((axes.x.label.as_str(), line.x[0]), ("x", -std::f64::consts::PI));
    let at = line.x.len() / 4;
    assert!((line.y[at] - (2.0 * line.x[at]).sin()).abs() < 1e-14);
    let f = figure("plot u^2 - v for v in 0..1, u in -2..2");
    let [gradus_plot::Mark::Contour(c)] = &f.panels[0].marks[..] else { panic!() };
    let corner = (c.grid.x()[0], c.grid.y()[0]);
    assert_eq!((corner, c.grid.value(0, 0)), ((0.0, -2.0), 4.0));
    assert_eq!(mistakes(&mut session(&["x : [n]\nplot sum(x) for x in 0..1"]), "a").len(), 1);
    assert_eq!(
        mistakes(&mut session(&["plot x for x in 3..1"]), "a"),
        ["the range of `x` must increase, but it goes from 3 to 1"]
    );
}

#[test]
fn problems_are_solved_over_cells() {
    let mut s = session(&[
        "from @longley\ndata x : [n] = column(gnp)\ndata y : [n] = column(totemp)",
        "var a, b : scalar",
        "solve minimize sum((y - a - b*x).^2)",
        "minimize (1 - u)^2 + 100*(v - u^2)^2\nstart u = -1.2",
    ]);
    let Shown::Solved(solved) = &shown(&mut s, "c")[0] else { panic!() };
    // NumPy 2.4.6: numpy.polyfit(GNP, TOTEMP, 1)
    assert!((solved.report.values["b"].data[0] - 0.034_752_294_347_629_01).abs() < 1e-12);
    assert_eq!(solved.figures.len(), 1);
    // What is minimised over must be declared.
    assert!(!mistakes(&mut s, "d").is_empty());
    s.set_source(
        &crate::id("d"),
        "var u, v : scalar\nminimize (1 - u)^2 + 100*(v - u^2)^2\nstart u = -1.2\nstart v = 1",
    );
    let Shown::Solved(solved) = &shown(&mut s, "d")[0] else { panic!() };
    // Rosenbrock (1960): the minimum is at (1, 1).
    assert!((solved.report.values["u"].data[0] - 1.0).abs() < 1e-6);
}

#[test]
fn undeclared_names_are_told_and_slips_are_mistakes() {
    let Shown::Formula(f) = &answers("simplify A'*A*x - A'*b")[0] else { panic!() };
    assert_eq!(f.text, "A'*(A*x - b)");
    assert_eq!(f.notes, ["read as A : [m, n], b : [m], x : [n]"]);
    let mut s = session(&["param lambda = 1", "f = lamda*t^2"]);
    assert_eq!(mistakes(&mut s, "b"), ["there is no `lamda` here"]);
    assert_eq!(mistakes(&mut session(&["x1 : []", "f = x1*x2"]), "b"), [""; 0]);
}

#[test]
fn one_line_that_fails_leaves_the_others() {
    let found = answers("f = t^2\neval f\nderive f wrt t");
    assert!(matches!(found[..], [Shown::Formula(_), Shown::Failed(_), Shown::Formula(_)]), "{found:?}");
}

#[test]
fn what_is_proved_of_an_expression_is_explained() {
    let Shown::Facts(all) = &answers("A : [m, n]; x : [n]; b : [m]\nexplain norm2(A*x - b)^2 wrt x")[0]
    else {
        panic!()
    };
    let of = |name: &str| all.iter().find(|(n, _)| n == name).map(|(_, why)| why.as_str()).unwrap();
    // Boyd and Vandenberghe (2004), section 3.1.4: a quadratic function with a positive semidefinite matrix.
    assert!(of("curvature").contains("convex"), "{all:?}");
    assert_eq!(of("shape"), "a number");
}

#[test]
fn curvature_is_in_all_names_that_are_no_data() {
    let curvature = |source: &str| match answers(source).pop() {
        Some(Shown::Facts(all)) => all.into_iter().find(|(name, _)| name == "curvature").unwrap().1,
        other => panic!("{other:?}"),
    };
    assert!(curvature("explain exp(t)").starts_with("convex"));
    assert!(curvature("data c = 3\nexplain exp(c)").starts_with("constant"));
    assert!(curvature("A : [m, n]\nexplain norm2(A*x)^2 wrt x").starts_with("convex"));
}
