//! Every problem in `examples/`, solved and compared with what independent tools answer.
//!
//! The answers are in `tables/examples`, each with its tolerance, the reason for it and the tool; they are written by
//! `generators/examples.py`. An example without an answer fails.

use gradus::expr::evaluate::Tensor;
use gradus::problem::{Problem, Report, Settings};
use std::path::{Path, PathBuf};

/// One published number.
struct Answer {
    example: String,
    /// `objective`, a variable's name, or an entry as `w[3]` or `W[20,1]`.
    quantity: String,
    /// `=`, `>=` or `<=`.
    relation: String,
    value: f64,
    tolerance: f64,
    place: String,
}

fn answers() -> Vec<Answer> {
    let folder = gradus_conform::table("examples").expect("the table ships with the tests");
    let mut all = Vec::new();
    for file in gradus_conform::files(&folder, "tsv").expect("the folder can be read") {
        let text = std::fs::read_to_string(&file).expect("the table can be read");
        for (line, cells) in gradus_conform::rows(&text) {
            let place = format!("{}:{line}", file.display());
            let [example, quantity, relation, value, tolerance, _, _] = cells[..] else {
                panic!("{place}: a row needs 7 cells");
            };
            all.push(Answer {
                example: example.into(),
                quantity: quantity.into(),
                relation: relation.into(),
                value: value.parse().expect("a number"),
                tolerance: tolerance.parse().expect("a number"),
                place,
            });
        }
    }
    all
}

/// The number in a report that a quantity names.
fn found(report: &Report, quantity: &str) -> Option<f64> {
    if quantity == "objective" {
        return Some(report.value);
    }
    let (name, at) = match quantity.split_once('[') {
        Some((name, at)) => (name, at.trim_end_matches(']').split(',').collect()),
        None => (quantity, Vec::new()),
    };
    let Tensor { shape, data } = report.values.get(name)?;
    if shape.len() != at.len() {
        return None;
    }
    let mut offset = 0;
    for (k, n) in at.iter().zip(shape) {
        let k: usize = k.parse().ok()?;
        offset = offset * n + k.checked_sub(1).filter(|k| k < n)?;
    }
    data.get(offset).copied()
}

/// How far a report is from an answer, in tolerances.
fn distance(report: &Report, answer: &Answer) -> Result<f64, String> {
    let Answer { example, quantity, relation, value, tolerance, place } = answer;
    let x = found(report, quantity).ok_or_else(|| format!("{place}: {example} has no {quantity}"))?;
    let apart = match relation.as_str() {
        "=" => (x - value).abs(),
        ">=" if x >= *value => 0.0,
        "<=" if x <= *value => 0.0,
        ">=" | "<=" => (x - value).abs(),
        other => return Err(format!("{place}: there is no relation `{other}`")),
    };
    // Not `>`, so that NaN fails.
    if apart <= *tolerance {
        Ok(apart / tolerance)
    } else {
        Err(format!("{place}: {example}: {quantity} is {x}, not {relation} {value} up to {tolerance:.1e}"))
    }
}

fn solve(file: &Path) -> Result<Report, String> {
    let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
    let name = file.display().to_string();
    let problem = Problem::read(&text, file.parent(), &[]).map_err(|e| e.drawn(&text, &name))?;
    problem.solve(&Settings::default(), &mut ()).map_err(|e| e.drawn(&text, &name))
}

#[test]
fn every_example_agrees_with_an_independent_tool() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let files = gradus_conform::files(&folder, "gr").expect("the folder can be read");
    let answers = answers();
    let (mut failed, mut worst) = (Vec::new(), (0.0, String::new()));
    for file in &files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let own: Vec<&Answer> = answers.iter().filter(|a| a.example == name).collect();
        if own.is_empty() {
            failed.push(format!("{name} has no answer in tables/examples: add it to generators/examples.py"));
        }
        let report = match solve(file) {
            Ok(report) => report,
            Err(e) => {
                failed.push(format!("{name}: {e}"));
                continue;
            }
        };
        println!(
            "{name:26} {:22} {:4} iterations {:7.3} + {:7.3} s  {} {}",
            report.method.name(),
            report.iterations,
            report.seconds.0,
            report.seconds.1,
            report.value,
            report.status
        );
        if !report.is_converged() {
            failed.push(format!("{name}: {}: {}", report.status, report.message));
        }
        for answer in own {
            match distance(&report, answer) {
                Ok(apart) if apart > worst.0 => worst = (apart, format!("{} of {name}", answer.quantity)),
                Ok(_) => {}
                Err(e) => failed.push(e),
            }
        }
    }
    for answer in &answers {
        if !files.iter().any(|f| f.file_stem().is_some_and(|s| *s == *answer.example)) {
            failed.push(format!("{}: there is no example {}", answer.place, answer.example));
        }
    }
    println!(
        "examples: {} problems, {} numbers, worst {:.2} of its tolerance ({})",
        files.len(),
        answers.len(),
        worst.0,
        worst.1
    );
    assert!(files.len() >= 14, "there are only {} examples", files.len());
    assert!(failed.is_empty(), "{} failed\n{}", failed.len(), failed.join("\n"));
}
