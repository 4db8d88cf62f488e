//! What is told about a solved problem.

use crate::json::Json;
use crate::problem::Formula;
use crate::{Error, Method, Saved};
use gradus_expr::evaluate::Tensor;
use gradus_expr::syntax::Sense;
use gradus_optimize::{Evaluations, Status};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// One accepted point of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct TracePoint {
    /// The value of the objective as it was stated.
    pub value: f64,
    /// The measure of the stopping test.
    pub gradient_norm: f64,
    /// All unknowns in one vector; empty unless points are kept.
    pub x: Vec<f64>,
}

/// A response and its fit, where the problem fits one vector by one other.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// The name of what is predicted from.
    pub predictor: String,
    /// The name of what is predicted.
    pub response: String,
    /// The values of the predictor.
    pub x: Vec<f64>,
    /// The values of the response.
    pub y: Vec<f64>,
    /// The fitted values, at `x`.
    pub fitted: Vec<f64>,
}

/// The answer to a problem, in its own names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// Which way the objective went.
    pub sense: Sense,
    /// The objective as it was written, and in LaTeX.
    pub objective: Formula,
    /// Every symbol with its role, shape and sizes, in words.
    pub symbols: Vec<(String, String)>,
    /// The gradient by each variable.
    pub gradients: Vec<Formula>,
    /// The blocks of the Hessian, where there are one or two variables of moderate form.
    pub hessian: Vec<Formula>,
    /// What is proved of the curvature, and why.
    pub curvature: String,
    /// The method.
    pub method: Method,
    /// Why it was chosen.
    pub reason: String,
    /// How the run ended.
    pub status: Status,
    /// Why it ended, in words.
    pub message: String,
    /// The value of the objective as it was stated.
    pub value: f64,
    /// The largest absolute entry of its gradient; under bounds, of the projected gradient.
    pub gradient_norm: f64,
    /// Completed iterations.
    pub iterations: usize,
    /// How often the objective was evaluated.
    pub evaluations: Evaluations,
    /// The time for deriving and compiling, and for the run.
    pub seconds: (f64, f64),
    /// The variables.
    pub values: BTreeMap<String, Tensor<f64>>,
    /// The course of the run.
    pub trace: Vec<TracePoint>,
    /// How many rows with a missing value were left out of each table.
    pub dropped_rows: Vec<(String, usize)>,
    /// The seed, if the start was random.
    pub seed: Option<u64>,
    /// The fit of one vector by one other, where that is what the problem does.
    pub fit: Option<Fit>,
    /// Where the run ended, to go on from.
    pub saved: Saved,
}

impl Report {
    /// Did the run converge?
    pub fn is_converged(&self) -> bool {
        self.status == Status::Converged
    }

    /// The report as JSON; what is not finite is null.
    pub fn to_json(&self) -> String {
        let formula = |f: &Formula| {
            Json::Object(vec![
                ("name", Json::text(&f.name)),
                ("text", Json::text(&f.text)),
                ("latex", Json::text(&f.latex)),
            ])
        };
        let (values, norms) =
            self.trace.iter().map(|t| (Json::Number(t.value), Json::Number(t.gradient_norm))).unzip();
        let mut fields = vec![
            ("sense", Json::text(if self.sense == Sense::Minimize { "minimize" } else { "maximize" })),
            ("objective", formula(&self.objective)),
            ("symbols", Json::Map(self.symbols.iter().map(|(n, s)| (n.clone(), Json::text(s))).collect())),
            ("gradients", Json::List(self.gradients.iter().map(formula).collect())),
            ("hessian", Json::List(self.hessian.iter().map(formula).collect())),
            ("curvature", Json::text(&self.curvature)),
            ("method", Json::text(self.method.name())),
            ("reason", Json::text(&self.reason)),
            ("converged", Json::Bool(self.is_converged())),
            ("status", Json::text(self.status.to_string())),
            ("message", Json::text(&self.message)),
            ("value", Json::Number(self.value)),
            ("gradient_norm", Json::Number(self.gradient_norm)),
            ("iterations", Json::count(self.iterations)),
        ];
        let counts = vec![
            ("values", Json::count(self.evaluations.values)),
            ("gradients", Json::count(self.evaluations.gradients)),
            ("hessian_vectors", Json::count(self.evaluations.hessian_vectors)),
        ];
        let dropped = self.dropped_rows.iter().map(|(t, n)| (t.clone(), Json::count(*n))).collect();
        let variables = self.values.iter().map(|(n, t)| (n.clone(), Json::tensor(t))).collect();
        fields.extend([
            ("evaluations", Json::Object(counts)),
            ("seconds_to_compile", Json::Number(self.seconds.0)),
            ("seconds_to_solve", Json::Number(self.seconds.1)),
            ("values", Json::Map(variables)),
            ("dropped_rows", Json::Map(dropped)),
            ("seed", self.seed.map_or(Json::Null, |s| Json::text(s.to_string()))),
            ("trace_values", Json::List(values)),
            ("trace_gradient_norms", Json::List(norms)),
        ]);
        Json::Object(fields).write()
    }

    /// Saves the report as JSON: the file is the old one or the whole new one.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        write_whole(path.as_ref(), self.to_json().as_bytes())
    }
}

/// Writes beside the place and renames.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)
    };
    write().map_err(|error| {
        let _ = std::fs::remove_file(&part);
        Error::File { path: path.display().to_string(), error }
    })
}
