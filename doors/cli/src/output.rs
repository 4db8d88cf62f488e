//! The forms in which formulas are written.

use crate::formula;
use clap::ValueEnum;
use gradus::expr::{Expr, Symbol, print, recognise, show_shape};
use serde_json::{Value, json};
use std::sync::Arc;

/// How formulas are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormulaFormat {
    /// The notation that gradus reads.
    #[default]
    Text,
    /// LaTeX, without dollar signs.
    Latex,
    /// A Python function with NumPy.
    Numpy,
    /// A Python function with JAX.
    Jax,
    /// A Rust function.
    Rust,
    /// JSON with shapes, text and LaTeX.
    Json,
}

/// How answers other than formulas are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// A formula in one of the forms; functions get this name and the arguments of `original`, from which the formula was
/// made. JSON is the caller's, who knows more to say.
pub(crate) fn formula(e: &Expr, original: &Expr, format: FormulaFormat, name: &str) -> String {
    let function = |print: fn(&Expr, &str, &[Arc<Symbol>]) -> String| {
        print(e, name, &print::arguments(original)).trim_end().to_owned()
    };
    match format {
        FormulaFormat::Text => formula::show(e),
        FormulaFormat::Latex => print::latex(&recognise(e)),
        FormulaFormat::Numpy => function(print::numpy),
        FormulaFormat::Jax => function(print::jax),
        FormulaFormat::Rust => function(print::rust),
        FormulaFormat::Json => json_formula(e).to_string(),
    }
}

/// A formula with its shape.
pub(crate) fn json_formula(e: &Expr) -> Value {
    let ast = recognise(e);
    json!({
        "shape": e.shape().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "text": gradus::expr::syntax::print(&ast),
        "latex": print::latex(&ast),
    })
}

/// The names in a formula with what is declared or inferred about them.
pub(crate) fn json_symbols(e: &Expr) -> Value {
    let one = |s: &gradus::expr::Symbol| {
        json!({
            "name": &*s.name,
            "shape": s.shape.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "role": formula::role_word(s.role),
            "properties": formula::property_words(s),
        })
    };
    Value::Array(e.symbols().iter().map(|s| one(s)).collect())
}

/// The names of a formula and its shape, as comments.
pub(crate) fn comments(e: &Expr, of: &Expr) -> String {
    let mut out = String::new();
    let names: Vec<String> = of.symbols().iter().map(|s| formula::declaration(s)).collect();
    if !names.is_empty() {
        out.push_str(&format!("# where {}\n", names.join(";  ")));
    }
    out.push_str(&format!("# shape {}\n", show_shape(e.shape())));
    out
}

/// JSON as it is printed: indented, with a line end.
pub(crate) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
