//! Bad questions get a clear error, never a panic and never a guess.

use gradus_optimize::Status;
use gradus_problem::{Error, Method, Override, Problem, Settings};

/// What is said about a problem that cannot be read or solved.
fn error(text: &str) -> Error {
    match Problem::read(text, None, &[]) {
        Err(e) => e,
        Ok(p) => p.solve(&Settings::default(), &mut ()).unwrap_err(),
    }
}

fn drawn(text: &str) -> String {
    error(text).drawn(text, "p.gr")
}

/// A file in the folder of temporary files, removed at the end.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str, contents: &str) -> Scratch {
        let path = std::env::temp_dir().join(format!("gradus-{}-{name}", std::process::id()));
        std::fs::write(&path, contents).unwrap();
        Scratch(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn unknown_name() {
    let said = drawn("var x : [2]\nminimize sum(y)");
    assert!(said.contains("p.gr:2:14") && said.contains("`y`"), "{said}");
}

#[test]
fn unknown_column_with_the_nearest() {
    let said = error(
        "from @penguins\ndata x : [n] = column(bil_length_mm)\nvar m : scalar\nminimize sum((x - m).^2)",
    );
    assert!(said.to_string().contains("did you mean `bill_length_mm`?"), "{said}");
}

#[test]
fn unknown_table() {
    let said = error("from @pengiuns\ndata x : [n] = column(a)\nvar m : scalar\nminimize sum((x - m).^2)");
    assert!(said.to_string().contains("did you mean `penguins`?"), "{said}");
}

#[test]
fn shapes_that_clash_in_the_text() {
    let said = drawn("data A : [m, n] = [1, 2; 3, 4; 5, 6]\nvar x : [m]\nminimize sum(A*x)");
    assert!(said.contains("[m, n]") && said.contains("p.gr:3"), "{said}");
}

#[test]
fn shapes_that_clash_in_the_data_name_what_fixed_the_size() {
    let said =
        error("data x : [n] = [1, 2, 3]\ndata y : [n] = [1, 2]\nvar b : scalar\nminimize sum((y - b*x).^2)");
    assert_eq!(said.to_string(), "y must be [n] with n = 3 from x, but was given [2]");
}

#[test]
fn a_value_of_another_shape_than_declared() {
    let said = error("var x : [2] = [1, 2, 3]\nminimize norm2(x - 1)^2");
    assert_eq!(said.to_string(), "`x` must be [2], but its value has the shape [3]");
}

#[test]
fn a_size_that_nothing_fixes() {
    let text = "data A : [2, 2] = [3, 0; 4, 5]\nvar U : [2, k]\nvar V : [2, k]\nminimize normfro(A - U*V')^2";
    assert!(error(text).to_string().contains("the size k of `U` is not fixed"), "{}", error(text));
    let k = [Override::parse("k=1").unwrap()];
    assert_eq!(Problem::read(text, None, &k).unwrap().packing().len, 4);
}

#[test]
fn a_logarithm_of_a_negative_constant() {
    let said = drawn("var x : scalar = 1\nminimize x^2 + log(-1)*x");
    assert!(said.contains("p.gr:2:") && said.contains("the logarithm needs a positive number"), "{said}");
    // Where only the data tell.
    let said = error("param c = -1\nvar x : scalar = 1\nminimize x^2 + log(c)*x");
    assert!(said.to_string().contains("outside the domain"), "{said}");
}

#[test]
fn a_start_outside_the_domain() {
    let said = error("var x : scalar = -1\nminimize x - log(x)");
    assert_eq!(
        said.to_string(),
        "the start lies outside the domain: the value there is NaN; give another with `start x = ...`"
    );
}

#[test]
fn a_start_outside_its_declared_range() {
    let said = error("var x : scalar = -1 positive\nminimize x - log(x)");
    assert_eq!(said.to_string(), "the value of `x` is -1, which is not positive");
}

#[test]
fn a_value_outside_its_declared_set() {
    let said = error("data y : [n] in {-1, 1} = [1, -1, 2]\nvar b : scalar\nminimize sum((y - b).^2)");
    assert_eq!(said.to_string(), "entry 3 of `y` is 2, which is not in {-1, 1}");
}

#[test]
fn a_matrix_that_is_not_symmetric() {
    let said = error("data A : [2, 2] symmetric = [1, 2; 3, 4]\nvar x : [2]\nminimize x'*A*x");
    assert!(said.to_string().contains("row 1, column 2 of `A` is 2"), "{said}");
}

#[test]
fn a_missing_value_in_a_file_with_its_row() {
    for (cell, words) in [("NaN", "row 2 (line 3), column `x`"), ("", "row 2 (line 3), column `x`")] {
        let file = Scratch::new(&format!("missing{}.csv", cell.len()), &format!("x,y\n1,2\n{cell},3\n4,5\n"));
        let text = format!(
            "from \"{}\"\ndata x : [n] = column(x)\nvar m : scalar\nminimize sum((x - m).^2)",
            file.0.display()
        );
        assert!(error(&text).to_string().contains(words), "{}", error(&text));
    }
}

#[test]
fn a_file_that_is_missing_or_empty() {
    let said = error(
        "from \"/no/such/file.csv\"\ndata x : [n] = column(x)\nvar m : scalar\nminimize sum((x - m).^2)",
    );
    assert!(said.to_string().contains("/no/such/file.csv"), "{said}");
    let file = Scratch::new("empty.csv", "");
    let text = format!(
        "from \"{}\"\ndata x : [n] = column(x)\nvar m : scalar\nminimize sum((x - m).^2)",
        file.0.display()
    );
    assert!(error(&text).to_string().contains("empty"), "{}", error(&text));
}

#[test]
fn an_empty_problem() {
    assert!(matches!(error(""), Error::NoObjective));
    assert!(matches!(error("# nothing\n"), Error::NoObjective));
}

#[test]
fn no_variable() {
    assert!(matches!(error("data x : [2] = [1, 2]\nminimize sum(x)"), Error::NoVariable));
    // One that is declared and not used is none.
    assert!(matches!(error("data x : [2] = [1, 2]\nvar w : [2]\nminimize sum(x)"), Error::NoVariable));
}

#[test]
fn no_value() {
    let said = error("data y : [3]\nvar b : scalar\nminimize sum((y - b).^2)");
    assert!(said.to_string().starts_with("`y` has no value: write `data y = ...`"), "{said}");
}

#[test]
fn ten_thousand_parentheses() {
    let text = format!("var x : scalar\nminimize {}x{}", "(".repeat(10_000), ")".repeat(10_000));
    let _ = Problem::read(&text, None, &[]);
    let text =
        format!("data a = {}1{}\nvar x : scalar\nminimize a*x^2", "(".repeat(10_000), ")".repeat(10_000));
    let _ = Problem::read(&text, None, &[]);
}

#[test]
fn five_mistakes_in_three_lines() {
    let text = "data A : [n, n = 3\nvar x [n]\nminimize norm2(A*z - b)^2 + lgo(x) +";
    let Error::Language(all) = error(text) else { panic!("other than mistakes in the text") };
    assert!(all.len() >= 5, "{all:?}");
}

#[test]
fn a_singular_matrix() {
    let said = error("data A : [2, 2] = [1, 2; 2, 4]\nvar x : [2] = [1, 1]\nminimize sum((inv(A)*x).^2)");
    assert!(said.to_string().contains("outside the domain"), "{said}");
}

#[test]
fn an_unbounded_objective_is_a_status() {
    let report = Problem::read("var x : [2]\nminimize x[1] + x[2]^2", None, &[])
        .unwrap()
        .solve(&Settings::default(), &mut ())
        .unwrap();
    assert_eq!(report.status, Status::Unbounded);
}

#[test]
fn general_constraints_are_refused_in_words() {
    for constraint in ["sum(w) == 1", "w[1] >= 0", "norm2(w) <= 1", "w == 0"] {
        let said = error(&format!("var w : [2]\nminimize norm2(w - 1)^2\nsubject to {constraint}"));
        let words = format!("the constraint `{constraint}` is not a bound on a variable");
        assert!(said.to_string().starts_with(&words), "{said}");
    }
}

#[test]
fn properties_that_no_solver_keeps() {
    let said = error("var w : [2] simplex\nminimize norm2(w - 1)^2");
    assert!(said.to_string().contains("declared simplex"), "{said}");
}

#[test]
fn bounds_that_leave_nothing() {
    let said = error("var w : [2]\nminimize norm2(w)^2\nsubject to w >= 1, w <= 0");
    assert!(said.to_string().contains("leave no value for entry 1"), "{said}");
}

#[test]
fn a_method_that_does_not_fit_or_exist() {
    let problem = Problem::read("var x : scalar\nminimize exp(x) - x", None, &[]).unwrap();
    let said = problem.choose(Some(Method::LevenbergMarquardt)).unwrap_err();
    assert!(said.to_string().contains("no sum of squares"), "{said}");
    assert!(Method::from_name("adam").unwrap_err().to_string().contains("lbfgs, lbfgsb, newton, lm"));
}

#[test]
fn a_bad_tolerance() {
    let problem = Problem::read("var x : scalar\nminimize exp(x) - x", None, &[]).unwrap();
    let settings = Settings { tol: Some(f64::NAN), ..Settings::default() };
    assert!(problem.solve(&settings, &mut ()).is_err());
}

#[test]
fn sources_that_say_nothing() {
    let text = "data y : [n]\nvar b : scalar\nminimize sum((y - b).^2)";
    let read = |source: &str| {
        let o = Override::parse(source).unwrap();
        Problem::read(text, None, &[o]).unwrap_err().to_string()
    };
    assert!(read("z=3").contains("declared are y, b"), "{}", read("z=3"));
    assert!(read("y=@nile").contains("year"), "{}", read("y=@nile"));
    assert!(read("y=/no/such.csv:a").contains("/no/such.csv"), "{}", read("y=/no/such.csv:a"));
}

#[test]
fn initial_values_that_need_each_other() {
    let said = error("data a : [2] = b\ndata b : [2] = a\nvar x : [2]\nminimize sum((x - a - b).^2)");
    assert!(said.to_string().contains("it needs"), "{said}");
}
