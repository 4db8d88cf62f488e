use gradus_data::Error;
use gradus_data::nist::{self, NistProblem, Procedure};

#[test]
fn every_bundled_file_is_parsed_whole() {
    let problems: Vec<NistProblem> =
        nist::names().map(|n| nist::problem(n).unwrap_or_else(|e| panic!("{e}"))).collect();
    let count = |p| problems.iter().filter(|q| q.procedure == p).count();
    assert_eq!(count(Procedure::NonlinearRegression), 27);
    assert_eq!(count(Procedure::LinearRegression), 11);
    assert_eq!(count(Procedure::Univariate), 8);
    for (name, p) in nist::names().zip(&problems) {
        assert_eq!(p.name, name);
        assert!(!p.level.is_empty() || name == "Michelso", "{name}");
        match p.procedure {
            Procedure::NonlinearRegression => {
                assert_eq!(p.starts.len(), 2, "{name}");
                assert!(p.starts.iter().all(|s| s.len() == p.certified.len()), "{name}");
                assert!(p.certified.iter().zip(1..).all(|(c, i)| c.name == format!("b{i}")), "{name}");
                let (ss, sd, df) = (p.residual_sum_of_squares, p.residual_sd, p.degrees_of_freedom);
                let (ss, sd, df) = (ss.unwrap(), sd.unwrap(), df.unwrap());
                // The file of Rat43 states 9 degrees of freedom; its own residual deviation has 15 - 4 = 11.
                let free = p.data.n_rows() - p.certified.len();
                assert!(df == free || name == "Rat43", "{name}");
                // Certified values are consistent to their 11 digits: sd^2 = ss / df.
                assert!((sd * sd * free as f64 / ss - 1.0).abs() < 1e-9, "{name}");
                assert!(!p.model.ends_with('e') && !p.model.contains('='), "{name}: {}", p.model);
                assert!(
                    p.class.ends_with("Class") || p.class.contains("Rational Class"),
                    "{name}: {}",
                    p.class
                );
            }
            Procedure::LinearRegression => {
                assert_eq!(p.degrees_of_freedom, Some(p.data.n_rows() - p.certified.len()), "{name}");
                assert!(p.r_squared.is_some() && p.residual_sd.is_some(), "{name}");
                assert!(p.residual_sum_of_squares.is_some(), "{name}");
            }
            Procedure::Univariate => {
                let names: Vec<&str> = p.certified.iter().map(|c| c.name.as_str()).collect();
                assert_eq!(names, ["mean", "sd", "autocorrelation"]);
            }
        }
    }
}

#[test]
fn fields_are_those_of_the_file() {
    let p = nist::problem("Nelson").unwrap();
    assert_eq!((p.response.as_str(), p.model.as_str()), ("log[y]", "b1 - b2*x1 * exp[-b3*x2]"));
    assert_eq!((p.predictors(), p.data.n_rows()), (vec!["x1", "x2"], 128));
    assert_eq!(p.level, "Average");
    let p = nist::problem("hahn1").unwrap();
    assert_eq!(p.model, "(b1+b2*x+b3*x**2+b4*x**3) / (1+b5*x+b6*x**2+b7*x**3)");
    assert_eq!(p.class, "Rational Class (cubic/cubic)");
    let p = nist::problem("Roszman1").unwrap();
    assert_eq!((p.response.as_str(), p.model.as_str()), ("y", "b1 - b2*x - arctan[b3/(x-b4)]/pi"));
    let p = nist::problem("Longley").unwrap();
    assert_eq!(p.value("B2"), Some(-0.358191792925910E-01));
    assert_eq!(p.residual_sum_of_squares, Some(836424.055505915));
    assert_eq!(p.residual_sd, Some(304.854073561965));
    assert_eq!(p.data.column("x6").unwrap()[0], 1947.0);
    let p = nist::problem("Filip").unwrap();
    assert_eq!(p.certified.len(), 11);
    assert_eq!(p.certified[10].sd, Some(0.896632837373868E-05));
    let p = nist::problem("Michelso").unwrap();
    assert_eq!((p.value("mean"), p.value("sd")), (Some(299.852400000000), Some(0.0790105478190518)));
}

#[test]
fn damage_is_placed() {
    let message = |text: &str| NistProblem::parse(text).unwrap_err().to_string();
    assert_eq!(message(""), "empty: the text has no lines");
    assert_eq!(message("hello\n"), "malformed NIST data set: no `Data:` line");
    let text = "Dataset Name:  T\nProcedure: Nonlinear\nModel: Exponential Class\n  y = b1*x + e\n\
                Starting values   Certified Values\n b1 = 1 2 3.0 0.5\n b2 = 1 4.0 0.25\nData: y x\n 1 2\n 2 4\n";
    assert_eq!(message(text), "malformed NIST data set: line 7: 1 starts where 2 are expected");
    let good = text.replace(" b2 = 1 4.0 0.25\n", "");
    let p = NistProblem::parse(&good).unwrap();
    assert_eq!((p.model.as_str(), p.starts), ("b1*x", vec![vec![1.0], vec![2.0]]));
    assert_eq!(message(&good.replace(" 2 4\n", " 2\n")), "line 9 has 1 cells where 2 are expected");
    assert_eq!(
        message(&good.replace(" 2 4\n", " 2 x\n")),
        "malformed NIST data set: line 9: `2 x` is no row of numbers"
    );
    let short = good.replace("Data:", "Number of Observations: 3\nData:");
    assert_eq!(message(&short), "malformed NIST data set: 2 rows of data where 3 are stated");
    let anova = good.replace("Nonlinear", "Analysis of Variance").replace("y x\n", "\n Treatment\n");
    assert_eq!(message(&anova), "NIST data set with the procedure `Analysis of Variance` is not supported");
    assert!(
        matches!(nist::problem("Misra1x"), Err(Error::UnknownDataset { suggestion: Some(s), .. }) if s == "Misra1a")
    );
}
