//! Nonlinear regression problems with certified parameters, from every published start.
//!
//! Each file of the table states its model as text. The text becomes a problem of the language, which is solved with
//! the method that is chosen for it and default settings; nothing here knows a model or a derivative.
//!
//! Source: NIST Statistical Reference Datasets, <https://www.itl.nist.gov/div898/strd/>; the measure is McCullough's
//! log relative error (1998), The American Statistician 52(4).

use gradus::data::nist::{NistProblem, Procedure};
use gradus::problem::{Problem, Settings};
use std::fmt::Write;

/// A model in the notation of the files in that of the language: `b1*(1-exp[-b2*x])` is `b1 .* (1-exp(-b2 .* x))`.
/// Every operator is elementwise, because names of data are vectors.
fn translate(model: &str) -> String {
    let plain = model.replace(['[', '{'], "(").replace([']', '}'], ")").replace("**", "^");
    let mut out = String::new();
    for c in plain.chars() {
        match c {
            '*' | '/' | '^' => write!(out, " .{c} ").expect("a string grows"),
            _ => out.push(c),
        }
    }
    out.replace("arctan", "atan")
}

/// The problem as a `.gr` text.
fn problem_text(p: &NistProblem, start: &[f64]) -> Result<String, String> {
    let mut text = String::new();
    let told = |e: std::fmt::Error| e.to_string();
    for name in p.data.names() {
        let column = p.data.column(name).map_err(|e| e.to_string())?;
        let entries: Vec<String> = column.iter().map(f64::to_string).collect();
        writeln!(text, "data {name} : [n] = [{}]", entries.join("; ")).map_err(told)?;
    }
    for (parameter, value) in p.certified.iter().zip(start) {
        writeln!(text, "var {} : scalar = {value}", parameter.name).map_err(told)?;
    }
    writeln!(text, "minimize sum(({} - ({})).^2)", translate(&p.response), translate(&p.model))
        .map_err(told)?;
    Ok(text)
}

/// The log relative error of the worst parameter: how many digits agree, at most 11, as many as are certified.
fn digits(found: f64, certified: f64) -> f64 {
    let error = if certified == 0.0 { found.abs() } else { ((found - certified) / certified).abs() };
    if error.is_nan() { 0.0 } else { (-error.max(1e-11).log10()).clamp(0.0, 11.0) }
}

/// The digits of the worst parameter, and what is to be told about the run.
fn run(p: &NistProblem, start: &[f64]) -> Result<(f64, String), String> {
    let text = problem_text(p, start)?;
    let problem = Problem::read(&text, None, &[]).map_err(|e| e.drawn(&text, &p.name))?;
    let report = problem.solve(&Settings::default(), &mut ()).map_err(|e| e.drawn(&text, &p.name))?;
    let mut worst = 11.0_f64;
    for c in &p.certified {
        let t = report.values.get(&c.name).ok_or_else(|| format!("{} is not used by the model", c.name))?;
        worst = worst.min(digits(t.data[0], c.value));
    }
    let told = format!("{} {} iterations, {}", report.method.name(), report.iterations, report.status);
    Ok((worst, told))
}

#[test]
fn certified_parameters_from_every_published_start() {
    let folder = match gradus_conform::table("nist_strd") {
        Ok(folder) => folder,
        Err(tried) => {
            println!(
                "SKIPPED: there is no folder nist_strd; tried {tried:?}, set {}",
                gradus_conform::DATA_VARIABLE
            );
            return;
        }
    };
    let (mut all, mut failed, mut problems) = (Vec::new(), Vec::new(), 0);
    for file in gradus_conform::files(&folder, "dat").expect("the folder can be read") {
        let text = std::fs::read_to_string(&file).expect("the file can be read");
        let p = match NistProblem::parse(&text) {
            Ok(p) if p.procedure == Procedure::NonlinearRegression => p,
            Ok(_) => continue,
            // Other kinds of analysis are not read; a nonlinear problem that cannot be read is a failure.
            Err(e) => {
                if text.contains("Nonlinear") {
                    failed.push(format!("{}: {e}", file.display()));
                }
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
    assert!(cases > 0, "no nonlinear problem in {}", folder.display());
    assert_eq!(six, cases, "every parameter has 6 digits in only {six} of {cases}");
    assert!(eight * 54 >= cases * 50, "every parameter has 8 digits in only {eight} of {cases}");
}
