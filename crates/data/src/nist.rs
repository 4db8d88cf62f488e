//! The NIST Statistical Reference Datasets: data with certified answers, for tests of numerical software.
//!
//! The files of nonlinear regression, linear regression and univariate statistics are bundled (27, 11 and 8 of them)
//! and parsed on demand; [`NistProblem::parse`] reads any other file of the same form. A file states its model as
//! text, lists starting values and certified values with their standard deviations, and ends with the data.
//!
//! Source: NIST/ITL StRD, <https://www.itl.nist.gov/div898/strd/>.

mod parse;

use crate::error::{Error, Result};
use crate::spelling::nearest;
use crate::table::{Provenance, Table};

/// What a problem asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Procedure {
    /// Nonlinear least squares from two published starts.
    NonlinearRegression,
    /// Linear least squares.
    LinearRegression,
    /// Mean, standard deviation and lag-1 autocorrelation of one variable.
    Univariate,
}

/// A certified number.
#[derive(Debug, Clone, PartialEq)]
pub struct Certified {
    /// Name of the parameter (`b1`, `B0`), or of the statistic (`mean`, `sd`, `autocorrelation`).
    pub name: String,
    /// The certified value.
    pub value: f64,
    /// Its certified standard deviation, for parameters.
    pub sd: Option<f64>,
}

/// A problem of the collection with its answers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NistProblem {
    /// Name of the data set.
    pub name: String,
    /// What the problem asks for.
    pub procedure: Procedure,
    /// Difficulty: `Lower`, `Average` or `Higher`; empty if not stated.
    pub level: String,
    /// The description, on one line.
    pub description: String,
    /// Where the problem was published, on one line.
    pub reference: String,
    /// Class of the model, such as `Exponential Class`; empty if not stated.
    pub class: String,
    /// Left side of the model as the file writes it: `y`, or `log[y]`.
    pub response: String,
    /// Right side of the model as the file writes it, without the error term `+ e`: `b1*(1-exp[-b2*x])`.
    pub model: String,
    /// The published starting points, each with a value for every parameter.
    pub starts: Vec<Vec<f64>>,
    /// The certified values, in the file's order.
    pub certified: Vec<Certified>,
    /// Certified residual sum of squares.
    pub residual_sum_of_squares: Option<f64>,
    /// Certified residual standard deviation.
    pub residual_sd: Option<f64>,
    /// Certified degrees of freedom of the residual.
    pub degrees_of_freedom: Option<usize>,
    /// Certified R-squared, for linear regression.
    pub r_squared: Option<f64>,
    /// The data: `y` first, then the predictors.
    pub data: Table,
}

impl NistProblem {
    /// The problem that the text of a `.dat` file states.
    ///
    /// ```
    /// let problem = gradus_data::nist::problem("Misra1a")?;
    /// assert_eq!(problem.model, "b1*(1-exp[-b2*x])");
    /// assert_eq!(problem.starts, [[500.0, 0.0001], [250.0, 0.0005]]);
    /// assert_eq!(problem.certified[0].value, 2.3894212918E+02);
    /// assert_eq!(problem.data.n_rows(), 14);
    /// # Ok::<(), gradus_data::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Malformed`] with the line at fault, [`Error::Unsupported`] for analyses of variance.
    pub fn parse(text: &str) -> Result<Self> {
        parse::problem(text)
    }

    /// The certified value of this name.
    pub fn value(&self, name: &str) -> Option<f64> {
        self.certified.iter().find(|c| c.name == name).map(|c| c.value)
    }

    /// The predictors' names, in the order of the data.
    pub fn predictors(&self) -> Vec<&str> {
        self.data.names().skip(1).collect()
    }
}

macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../datasets/nist/", $name, ".dat")))),*]
    };
}

static FILES: &[(&str, &str)] = files![
    "Misra1a" "Chwirut2" "Chwirut1" "Lanczos3" "Gauss1" "Gauss2" "DanWood" "Misra1b"
    "Kirby2" "Hahn1" "Nelson" "MGH17" "Lanczos1" "Lanczos2" "Gauss3" "Misra1c" "Misra1d" "Roszman1" "ENSO"
    "MGH09" "Thurber" "BoxBOD" "Rat42" "MGH10" "Eckerle4" "Rat43" "Bennett5"
    "Norris" "Pontius" "NoInt1" "NoInt2" "Filip" "Longley" "Wampler1" "Wampler2" "Wampler3" "Wampler4" "Wampler5"
    "Lew" "Lottery" "Mavro" "Michelso" "NumAcc1" "NumAcc2" "NumAcc3" "NumAcc4"
];

/// The names of the bundled problems: nonlinear by difficulty as NIST lists them, then linear, then univariate.
pub fn names() -> impl ExactSizeIterator<Item = &'static str> + Clone {
    FILES.iter().map(|(name, _)| *name)
}

/// A bundled problem, by its name in any case.
///
/// # Errors
/// [`Error::UnknownDataset`] with the nearest name.
pub fn problem(name: &str) -> Result<NistProblem> {
    let Some((name, text)) = FILES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) else {
        return Err(Error::UnknownDataset { name: name.to_owned(), suggestion: nearest(name, names()) });
    };
    let origin = format!("nist/{name}");
    let mut problem = NistProblem::parse(text).map_err(|e| e.within(&origin))?;
    let provenance = Provenance {
        origin,
        source: Some(format!("NIST/ITL Statistical Reference Datasets. {}", problem.reference)),
        licence: Some("public domain (work of the United States government)".to_owned()),
    };
    problem.data = std::mem::take(&mut problem.data).with_provenance(provenance);
    Ok(problem)
}
