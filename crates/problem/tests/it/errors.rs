//! Every way in which a problem cannot be asked, with what is said about it.

use gradus_problem::{Error, Method, Override, Problem, Saved, Settings};

/// The kind of an error, by the name of its variant.
fn kind(e: &Error) -> &'static str {
    match e {
        Error::Language(_) => "Language",
        Error::Data { .. } => "Data",
        Error::Initial { .. } => "Initial",
        Error::NoValue { .. } => "NoValue",
        Error::UnknownName { .. } => "UnknownName",
        Error::BadSource { .. } => "BadSource",
        Error::OutsideDomain { .. } => "OutsideDomain",
        Error::NotFinite { .. } => "NotFinite",
        Error::Shape(_) => "Shape",
        Error::WrongShape { .. } => "WrongShape",
        Error::UnknownSize { .. } => "UnknownSize",
        Error::NoObjective => "NoObjective",
        Error::NoVariable => "NoVariable",
        Error::GeneralConstraint { .. } => "GeneralConstraint",
        Error::UnsupportedProperty { .. } => "UnsupportedProperty",
        Error::EmptyBounds { .. } => "EmptyBounds",
        Error::MethodDoesNotFit { .. } => "MethodDoesNotFit",
        Error::UnknownMethod { .. } => "UnknownMethod",
        Error::StartOutsideDomain { .. } => "StartOutsideDomain",
        Error::Program(_) => "Program",
        Error::Optimize(_) => "Optimize",
        Error::Saved { .. } => "Saved",
        Error::File { .. } => "File",
        _ => "a kind without a test",
    }
}

fn solved(text: &str, given: &[&str], settings: &Settings) -> Error {
    let given: Vec<Override> = given.iter().map(|g| Override::parse(g).unwrap()).collect();
    match Problem::read(text, None, &given) {
        Err(e) => e,
        Ok(p) => p.solve(settings, &mut ()).unwrap_err(),
    }
}

#[test]
fn every_mistake_in_a_problem_has_its_words() {
    let table: &[(&str, &[&str], &str, &str)] = &[
        ("minimize sum(y)", &[], "Language", "there is no `y` here"),
        ("minimize sum(y) +", &[], "Language", "2 mistakes; the first: there is no `y` here"),
        (
            "var m : scalar\nfrom @nothing\nminimize m^2",
            &[],
            "Data",
            "@nothing: no bundled data set `nothing`",
        ),
        (
            "data a = foo\nvar m : scalar\nminimize (m - a)^2",
            &[],
            "Initial",
            "the value of `a` cannot be computed: there is no `foo`",
        ),
        (
            "data y : [3]\nvar b : scalar\nminimize sum((y - b).^2)",
            &[],
            "NoValue",
            "`y` has no value: write `data y = ...` in the problem, or give one with `--data y=source`",
        ),
        (
            "var b : scalar\nminimize b^2",
            &["z=3"],
            "UnknownName",
            "there is no `z` to give a value to; declared are b",
        ),
        (
            "data y : [n]\nvar b : scalar\nminimize sum((y - b).^2)",
            &["y=@nile:log(volume"],
            "BadSource",
            "`@nile:log(volume` is no source: write a number, `file.csv:column`, `@set:column` or `array.npy`",
        ),
        (
            "param c = -1 > 0\nvar b : scalar\nminimize c*b^2",
            &[],
            "OutsideDomain",
            "the value of `c` is -1, which is not > 0",
        ),
        (
            "param c = 1\nvar b : scalar\nminimize c*b^2",
            &["c=inf"],
            "NotFinite",
            "the value of `c` is inf; every value must be a finite number",
        ),
        (
            "data x : [n] = [1, 2, 3]\ndata y : [n] = [1, 2]\nvar b : scalar\nminimize sum((y - b*x).^2)",
            &[],
            "Shape",
            "y must be [n] with n = 3 from x, but was given [2]",
        ),
        (
            "var x : [2] = [1, 2, 3]\nminimize norm2(x - 1)^2",
            &[],
            "WrongShape",
            "`x` must be [2], but its value has the shape [3]",
        ),
        (
            "var x : [k]\nminimize norm2(x)^2",
            &[],
            "UnknownSize",
            "the size k of `x` is not fixed by any data; write a number in its place, or give one with `--data k=3`",
        ),
        (
            "var x : [2]",
            &[],
            "NoObjective",
            "there is nothing to solve: write `minimize ...` or `maximize ...`",
        ),
        (
            "data x : [2] = [1, 2]\nminimize sum(x)",
            &[],
            "NoVariable",
            "there is no variable in the objective: declare one, as in `var w : [d]`, and use it",
        ),
        (
            "var w : [2]\nminimize norm2(w)^2\nsubject to sum(w) == 1",
            &[],
            "GeneralConstraint",
            "the constraint `sum(w) == 1` is not a bound on a variable, and solvers for general constraints do not \
             exist here yet; bounds such as `x >= 0` or `x <= 1` do",
        ),
        (
            "var w : [2] simplex\nminimize norm2(w)^2",
            &[],
            "UnsupportedProperty",
            "the variable `w` is declared simplex, which no solver here can keep yet; bounds and `symmetric` can be \
             kept",
        ),
        (
            "var w : [2]\nminimize norm2(w)^2\nsubject to w >= 1, w <= 0",
            &[],
            "EmptyBounds",
            "the bounds of `w` leave no value for entry 1: at least 1 and at most 0",
        ),
        (
            "var x : scalar = -1\nminimize x - log(x)",
            &[],
            "StartOutsideDomain",
            "the start lies outside the domain: the value there is NaN; give another with `start x = ...`",
        ),
        (
            "var x : [100000, 100000]\nminimize norm2(x)^2",
            &[],
            "Program",
            "the program needs 10000000000 numbers of memory, more than the limit of 268435456",
        ),
    ];
    for (text, given, expected, said) in table {
        let e = solved(text, given, &Settings::default());
        assert_eq!((kind(&e), e.to_string().as_str()), (*expected, *said), "{text}");
    }
}

#[test]
fn every_mistake_in_settings_has_its_words() {
    let problem = "var x : scalar\nminimize exp(x) - x";
    let with = |settings: Settings| solved(problem, &[], &settings);
    let said = |e: Error, expected: &str, words: &str| {
        assert_eq!((kind(&e), e.to_string().as_str()), (expected, words));
    };
    said(
        with(Settings { method: Some(Method::LevenbergMarquardt), ..Settings::default() }),
        "MethodDoesNotFit",
        "Levenberg-Marquardt does not fit this problem: it is no sum of squares, or one of too many or too few terms",
    );
    said(
        with(Settings { tol: Some(f64::NAN), ..Settings::default() }),
        "Optimize",
        "the setting tol is NaN, but must be at least 0",
    );
    said(
        Method::from_name("adam").unwrap_err(),
        "UnknownMethod",
        "there is no method `adam`; there are lbfgs, lbfgsb, newton, lm",
    );
    said(
        Override::parse("y").unwrap_err(),
        "BadSource",
        "`y` is no source: write a number, `file.csv:column`, `@set:column` or `array.npy`",
    );
    said(
        Saved::from_bytes(b"").unwrap_err(),
        "Saved",
        "the saved run does not fit this problem: these bytes are no saved run",
    );
    let report = Problem::read(problem, None, &[]).unwrap().solve(&Settings::default(), &mut ()).unwrap();
    let e = report.save("/no/such/folder/report.json").unwrap_err();
    assert_eq!(kind(&e), "File");
    assert!(e.to_string().starts_with("`/no/such/folder/report.json`: "), "{e}");
}
