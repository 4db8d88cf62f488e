//! The figures that lessons show: pure functions from parameters to a picture.
//!
//! Each file holds one figure. Its mathematics is the engine's own: formulas are read as text, differentiated, and
//! compiled; nothing is differentiated by hand.

mod backward;
mod descent;
mod directional;
mod field;
mod gradient;
mod jacobian;
mod panels;
mod tangent_plane;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use gradus_plot::live::Live;

pub use field::Field;

/// A formula that could not be read, or not be compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The formula is not one, or has other names than `x` and `y`.
    #[error("the formula `{formula}` cannot be read: {words}")]
    Formula {
        /// As it was written.
        formula: String,
        /// What is wrong with it.
        words: String,
    },
    /// The formula cannot be compiled.
    #[error("the formula `{formula}` cannot be compiled: {source}")]
    Program {
        /// As it was written.
        formula: String,
        /// What was wrong.
        source: gradus_program::Error,
    },
    /// The formula has no values where it is to be drawn.
    #[error("the formula `{formula}` cannot be drawn: {source}")]
    Grid {
        /// As it was written.
        formula: String,
        /// What was wrong.
        source: gradus_plot::Error,
    },
}

/// All figures, in the order in which lessons use them.
///
/// # Errors
/// [`Error`] if a formula cannot be compiled, which a test excludes.
///
/// ```
/// let figures = gradus_lesson::figures::all()?;
/// let view = figures[0].view(&Default::default());
/// assert!(view.description.contains("gradient"));
/// # Ok::<(), gradus_lesson::figures::Error>(())
/// ```
pub fn all() -> Result<Vec<Arc<dyn Live>>, Error> {
    Ok(vec![
        Arc::new(gradient::Gradient::new()?),
        Arc::new(directional::Directional::new()?),
        Arc::new(tangent_plane::TangentPlane::new()?),
        Arc::new(jacobian::JacobianMap::new()?),
        Arc::new(descent::Descent::new()?),
        Arc::new(backward::Backward::new()?),
    ])
}
