//! Nonlinear regression problems with certified parameters, from every published start.
//!
//! Each file of the table states its model as text. The text becomes a problem of the language, which is solved with
//! the method that is chosen for it and default settings; nothing here knows a model or a derivative.
//!
//! Source: NIST Statistical Reference Datasets, <https://www.itl.nist.gov/div898/strd/>; the measure is McCullough's
//! log relative error (1998), The American Statistician 52(4).

use crate::nist;
use gradus::data::nist::{NistProblem, Procedure};
use gradus::problem::{Problem, Settings};

/// The digits of the worst parameter, and what is to be told about the run.
fn run(p: &NistProblem, start: &[f64]) -> Result<(f64, String), String> {
    let text = nist::problem_text(p, start)?;
    let problem = Problem::read(&text, None, &[]).map_err(|e| e.drawn(&text, &p.name))?;
    let report = problem.solve(&Settings::default(), &mut ()).map_err(|e| e.drawn(&text, &p.name))?;
    let mut worst = 11.0_f64;
    for c in &p.certified {
        let t = report.values.get(&c.name).ok_or_else(|| format!("{} is not used by the model", c.name))?;
        worst = worst.min(nist::digits(t.data[0], c.value, 11.0));
    }
    let told = format!("{} {} iterations, {}", report.method.name(), report.iterations, report.status);
    Ok((worst, told))
}

#[test]
fn certified_parameters_from_every_published_start() {
    let files = match nist::problems(Procedure::NonlinearRegression) {
        Ok(files) => files,
        Err(why) => {
            println!("{why}");
            return;
        }
    };
    let (mut all, mut failed, mut problems) = (Vec::new(), Vec::new(), 0);
    for p in files {
        let p = match p {
            Ok(p) => p,
            Err(e) => {
                failed.push(e);
                continue;
            }
        };
        problems += 1;
        for (k, start) in p.starts.iter().enumerate() {
            let name = format!("{} from start {}", p.name, k + 1);
            let (digits, told) = match run(&p, start) {
                Ok(answer) => answer,
                Err(e) => (0.0, e),
            };
            println!("{name:26} {digits:5.2} digits  {told}");
            all.push((digits, name));
        }
    }
    let cases = all.len();
    let reach = |bar: f64| all.iter().filter(|(d, _)| *d >= bar).count();
    let worst = all.iter().min_by(|a, b| a.0.total_cmp(&b.0));
    let (six, eight) = (reach(6.0), reach(8.0));
    println!(
        "nist_nonlinear: {cases} cases of {problems} problems, {six} with 6 digits, {eight} with 8, worst {worst:?}"
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(cases > 0, "no nonlinear problem in the folder");
    assert_eq!(six, cases, "every parameter has 6 digits in only {six} of {cases}");
    assert!(eight * 54 >= cases * 50, "every parameter has 8 digits in only {eight} of {cases}");
}
