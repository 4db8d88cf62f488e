//! Ready-made figures for the answers of solvers and regressions.

mod contour_path;
mod convergence;
mod fit;
mod pairs;
mod residuals;

pub use contour_path::contour_with_path;
pub use convergence::convergence;
pub use fit::fit;
pub use pairs::pairs;
pub use residuals::residuals;
