//! What cells answer: values, never marked-up text.

use gradus_expr::Counterexample;
use gradus_expr::evaluate::Tensor;
use gradus_expr::syntax::Diagnostic;
use gradus_plot::Figure;
use gradus_problem::Report;
use std::collections::HashSet;
use std::sync::Arc;

/// What there is to show below a cell.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Output {
    /// The cell has nothing to show: prose, declarations, an empty cell.
    Nothing,
    /// The cell waits to be run.
    Pending,
    /// The answers of a code cell, in the order of its lines.
    Results(Vec<Shown>),
    /// The judged steps of a derivation.
    Derivation(Vec<Line>),
    /// The cell has no meaning, or what it uses has none; places are in the cell's own source.
    Error(Vec<Diagnostic>),
    /// The cell was stopped before its end, and why.
    Stopped(String),
    /// What the cell said before something that it depends on changed.
    Stale(Box<Output>),
}

impl Output {
    /// Does it say something that was true before a change?
    pub fn is_stale(&self) -> bool {
        matches!(self, Output::Stale(_))
    }

    /// The output without the mark of a stale one.
    pub fn inner(&self) -> &Output {
        match self {
            Output::Stale(inner) => inner.inner(),
            other => other,
        }
    }

    /// The output marked as one from before a change; what says nothing waits.
    pub(crate) fn stale(self) -> Output {
        match self {
            Output::Nothing | Output::Pending | Output::Stopped(_) => Output::Pending,
            Output::Stale(inner) => Output::Stale(inner),
            other => Output::Stale(Box::new(other)),
        }
    }
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shown {
    /// A formula.
    Formula(Formula),
    /// Numbers.
    Values(Values),
    /// A picture.
    Figure(Box<Figure>),
    /// Whether two expressions are equal.
    Verdict(Verdict),
    /// A derivative compared with numbers.
    Check(Check),
    /// What is proved of an expression: its shape, interval, sign, curvature, each with the reason.
    Facts(Vec<(String, String)>),
    /// A solved problem.
    Solved(Solved),
    /// This line could not be answered; the others could.
    Failed(Vec<Diagnostic>),
}

/// A formula, as text of the language and in LaTeX.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formula {
    /// What it is the formula of: `f`, `f by x`; empty for an expression alone.
    pub name: String,
    /// The same in LaTeX: `\nabla_{x} f`.
    pub name_latex: String,
    /// The language's notation; it reads back to the same expression.
    pub text: String,
    /// LaTeX.
    pub latex: String,
    /// What is worth knowing beside it: the shapes of names that nothing declares.
    pub notes: Vec<String>,
}

/// Numbers with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// What they are the values of.
    pub name: String,
    /// The numbers.
    pub tensor: Tensor<f64>,
    /// What is worth knowing beside them, as why an entry is no number.
    pub notes: Vec<String>,
}

/// A point at which two expressions differ, and a picture of the difference where one can be drawn.
#[derive(Clone, Debug)]
pub struct Refutation {
    /// The point.
    pub point: Counterexample,
    /// Both sides along one variable of the point.
    pub figure: Option<Box<Figure>>,
}

impl PartialEq for Refutation {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.point, &other.point);
        a.sizes == b.sizes && a.values == b.values && a.entry == b.entry && self.figure == other.figure
    }
}

/// How the question whether two expressions are equal was answered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// Their normal forms are equal.
    Proved,
    /// They agree at this many random points. That is no proof.
    Tested {
        /// How many points.
        points: usize,
        /// Why there is no proof.
        reason: String,
    },
    /// They differ at a point.
    Refuted(Refutation),
    /// Neither proved, tested nor refuted.
    Open(String),
    /// The question has no meaning.
    Error(Vec<Diagnostic>),
}

impl Verdict {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Proved => "proved",
            Verdict::Tested { .. } => "tested",
            Verdict::Refuted(_) => "refuted",
            Verdict::Open(_) => "open",
            Verdict::Error(_) => "error",
        }
    }
}

/// A line of a derivation: its formula, the reason given for it, and how the step to it was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The line.
    pub formula: Formula,
    /// The reason given.
    pub reason: String,
    /// Is it equal to the line before? `None` for the first.
    pub verdict: Option<Verdict>,
}

/// A derivative compared with complex steps in random directions.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The variable.
    pub by: String,
    /// The derivative.
    pub formula: Formula,
    /// How many directions at how many points were compared; 0 when the function is nowhere defined that was tried.
    pub compared: usize,
    /// The largest relative discrepancy.
    pub discrepancy: f64,
    /// Is it at most 1e-8?
    pub agrees: bool,
}

/// A solved problem, and pictures of it.
#[derive(Clone, Debug)]
pub struct Solved {
    /// What is told about it.
    pub report: Arc<Report>,
    /// The fit, or the path, or the course of the run.
    pub figures: Vec<Figure>,
}

impl PartialEq for Solved {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.report, &other.report) && self.figures == other.figures
    }
}

/// The same without the notes that an earlier answer of the cell had.
pub(crate) fn said_once(mut all: Vec<Shown>) -> Vec<Shown> {
    let mut said: HashSet<String> = HashSet::new();
    for shown in &mut all {
        let notes = match shown {
            Shown::Formula(f) => &mut f.notes,
            Shown::Values(v) => &mut v.notes,
            Shown::Check(c) => &mut c.formula.notes,
            Shown::Figure(_) | Shown::Verdict(_) | Shown::Facts(_) | Shown::Solved(_) | Shown::Failed(_) => {
                continue;
            }
        };
        notes.retain(|note| said.insert(note.clone()));
    }
    all
}
