//! A stated problem: bound to data, analysed, solved, reported.
//!
//! [`Problem::read`] reads a `.gr` text and binds its names to tables, files and numbers; [`Problem::solve`] derives
//! what a solver needs, chooses one, says why, runs it, and answers with a [`Report`] in the problem's own names.
//!
//! | file | holds |
//! |---|---|
//! | `source` | where values come from: bundled tables, files, columns, numbers |
//! | `initial`, `bind` | the values of declarations, sizes, declared ranges |
//! | `least_squares` | a sum of squares found in an objective |
//! | `smooth`, `piecewise` | kinks found in an objective, and pieces that are joined without one |
//! | `pack`, `objective` | named tensors as one vector; programs as solvers see them |
//! | `constraints` | which conditions are bounds |
//! | `choose`, `start` | the method and why; where to start |
//! | `run`, `saved` | the run; where it ended, to go on from |
//! | `report`, `json` | what is told about it |
//!
//! Invariants: names in, names out; a question that cannot be asked is an [`Error`] with its evidence, how a run
//! ended is a status; no random number without its seed in the report.
//!
//! ```
//! use gradus_problem::{Problem, Settings};
//! let text = "from @longley\ndata x : [n] = column(gnp)\ndata y : [n] = column(totemp)\n\
//!             var a, b : scalar\nminimize sum((y - a - b*x).^2)";
//! let problem = Problem::read(text, None, &[])?;
//! let report = problem.solve(&Settings::default(), &mut ())?;
//! // NumPy 2.4.6: numpy.polyfit(GNP, TOTEMP, 1)
//! assert!((report.values["b"].data[0] - 0.034_752_294_347_629_01).abs() < 1e-12);
//! # Ok::<(), gradus_problem::Error>(())
//! ```

mod bind;
mod choose;
mod constraints;
mod error;
mod initial;
mod json;
mod least_squares;
mod objective;
mod pack;
mod piecewise;
mod problem;
mod report;
mod run;
mod saved;
mod smooth;
mod source;
mod start;

pub use bind::Bound;
pub use choose::{Choice, Method};
pub use error::Error;
pub use objective::Evaluator;
pub use pack::{Packing, Variable};
pub use problem::{Formula, Problem};
pub use report::{Fit, Report, TracePoint};
pub use run::Settings;
pub use saved::Saved;
pub use source::Override;
