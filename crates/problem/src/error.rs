//! What can be wrong with a stated problem: always a question that cannot be asked, never how a run ended.

use gradus_expr::evaluate::EvaluateError;
use gradus_expr::syntax::{Diagnostic, render_all};

/// A problem that cannot be read, bound or posed, with the evidence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the message names every field")]
pub enum Error {
    /// Mistakes in the text; [`Error::drawn`] draws each under its line.
    #[error("{}", mistakes(.0))]
    Language(Vec<Diagnostic>),
    /// A table, a file or a column.
    #[error("{}", of_data(name, error))]
    Data { name: String, error: Box<gradus_data::Error> },
    /// The value of a declaration that cannot be computed.
    #[error("the value of `{name}` cannot be computed: {reason}")]
    Initial { name: String, reason: String },
    /// A data or a parameter without a value.
    #[error(
        "`{name}` has no value: write `{word} {name} = ...` in the problem, or give one with `--data {name}=source`"
    )]
    NoValue { name: String, word: &'static str },
    /// A given value for a name that is not declared.
    #[error("there is no `{name}` to give a value to; declared are {known}")]
    UnknownName { name: String, known: String },
    /// A source that says nothing.
    #[error("`{text}` is no source: write a number, `file.csv:column`, `@set:column` or `array.npy`")]
    BadSource { text: String },
    /// A value outside the declared range of its name.
    #[error("{entry} of `{name}` is {value}, which is not {expected}")]
    OutsideDomain { name: String, entry: String, value: f64, expected: String },
    /// A value without a number.
    #[error("{entry} of `{name}` is {value}; every value must be a finite number")]
    NotFinite { name: String, entry: String, value: f64 },
    /// Shapes that do not fit together, or a size that nothing fixes.
    #[error(transparent)]
    Shape(#[from] EvaluateError),
    /// A value of another shape than was declared in numbers.
    #[error("`{name}` must be {expected}, but its value has the shape {given:?}")]
    WrongShape { name: String, expected: String, given: Vec<usize> },
    /// A size that nothing fixes.
    #[error(
        "the size {dim} of `{name}` is not fixed by any data; write a number in its place, or give one with `--data {dim}=3`"
    )]
    UnknownSize { dim: String, name: String },
    /// Nothing to minimise.
    #[error("there is nothing to solve: write `minimize ...` or `maximize ...`")]
    NoObjective,
    /// Nothing to minimise over.
    #[error("there is no variable in the objective: declare one, as in `var w : [d]`, and use it")]
    NoVariable,
    /// A constraint that is not a bound.
    #[error(
        "the constraint `{text}` is not a bound on a variable, and solvers for general constraints do not exist here yet; bounds such as `x >= 0` or `x <= 1` do"
    )]
    GeneralConstraint { text: String },
    /// A property that no solver keeps.
    #[error(
        "the variable `{name}` is declared {property}, which no solver here can keep yet; bounds and `symmetric` can be kept"
    )]
    UnsupportedProperty { name: String, property: String },
    /// Bounds that leave nothing.
    #[error("the bounds of `{name}` leave no value for {entry}: at least {lower} and at most {upper}")]
    EmptyBounds { name: String, entry: String, lower: f64, upper: f64 },
    /// A method that does not fit the problem.
    #[error("{method} does not fit this problem: {reason}")]
    MethodDoesNotFit { method: &'static str, reason: String },
    /// A method that does not exist.
    #[error("there is no method `{name}`; there are {known}")]
    UnknownMethod { name: String, known: String },
    /// A start, given or tried, where the objective has no value.
    #[error("the start lies outside the domain: {what}; give another with `start {name} = ...`")]
    StartOutsideDomain { what: String, name: String },
    /// Compiling or binding.
    #[error(transparent)]
    Program(#[from] gradus_program::Error),
    /// Settings and starts.
    #[error(transparent)]
    Optimize(#[from] gradus_optimize::Error),
    /// A saved run that does not belong here.
    #[error("the saved run does not fit this problem: {reason}")]
    Saved { reason: String },
    /// A file that cannot be read or written.
    #[error("`{path}`: {error}")]
    File { path: String, error: std::io::Error },
}

impl Error {
    pub(crate) fn data(name: &str, error: gradus_data::Error) -> Error {
        Error::Data { name: name.to_owned(), error: Box::new(error) }
    }

    /// The error in full: mistakes in the text are drawn under their lines.
    pub fn drawn(&self, source: &str, file_name: &str) -> String {
        match self {
            Error::Language(diagnostics) => render_all(diagnostics, source, file_name),
            other => format!("error: {other}\n"),
        }
    }
}

/// A name, and what is wrong with its data; once where the error names it itself, as one of a table's file does.
fn of_data(name: &str, error: &gradus_data::Error) -> String {
    let message = error.to_string();
    if message.contains(name) && name.contains(['.', '/', '@']) {
        message
    } else {
        format!("{name}: {message}")
    }
}

fn mistakes(all: &[Diagnostic]) -> String {
    match all {
        [] => "the text is not a problem".to_owned(),
        [one] => one.message.clone(),
        [first, ..] => format!("{} mistakes; the first: {}", all.len(), first.message),
    }
}
