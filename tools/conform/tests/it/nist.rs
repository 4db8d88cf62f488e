//! The files of the NIST Statistical Reference Datasets, and their models in the language.

use gradus::data::nist::{NistProblem, Procedure};
use std::fmt::Write;

/// The problems of one kind in the folder `nist_strd`, each or why it cannot be read.
///
/// # Errors
/// That there is no such folder, in words.
pub(crate) fn problems(procedure: Procedure) -> Result<Vec<Result<NistProblem, String>>, String> {
    let folder = gradus_conform::table("nist_strd").map_err(|tried| {
        let variable = gradus_conform::DATA_VARIABLE;
        format!("SKIPPED: there is no folder nist_strd; tried {tried:?}, set {variable}")
    })?;
    // What a file of that kind says of itself, also when it cannot be read.
    let title = match procedure {
        Procedure::NonlinearRegression => "Nonlinear",
        Procedure::LinearRegression => "Linear Least Squares Regression",
        Procedure::Univariate => "Univariate",
    };
    let mut found = Vec::new();
    for file in gradus_conform::files(&folder, "dat").expect("the folder can be read") {
        let text = std::fs::read_to_string(&file).expect("the file can be read");
        match NistProblem::parse(&text) {
            Ok(p) if p.procedure == procedure => found.push(Ok(p)),
            Err(e) if text.contains(title) => found.push(Err(format!("{}: {e}", file.display()))),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(found)
}

/// A model in the notation of the files in that of the language: `b1*(1-exp[-b2*x])` is `b1 .* (1-exp(-b2 .* x))`.
/// Every operator is elementwise, because names of data are vectors.
pub(crate) fn translate(model: &str) -> String {
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
pub(crate) fn problem_text(p: &NistProblem, start: &[f64]) -> Result<String, String> {
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

/// The log relative error: how many digits agree, at most as many as are certified.
pub(crate) fn digits(found: f64, certified: f64, most: f64) -> f64 {
    let error = if certified == 0.0 { found.abs() } else { ((found - certified) / certified).abs() };
    if error.is_nan() { 0.0 } else { (-error.log10()).clamp(0.0, most) }
}
