//! What can go wrong when a figure is checked, drawn or saved.

use std::path::PathBuf;

/// An error with the evidence for it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A grid's coordinates must be finite and strictly increasing.
    #[error("grid coordinate {axis}[{index}] = {value} must be finite and larger than the one before it")]
    GridCoordinate {
        /// `"x"` or `"y"`.
        axis: &'static str,
        /// Position of the offending coordinate.
        index: usize,
        /// Its value.
        value: f64,
    },
    /// A grid needs `nx * ny` values and at least 2 x 2 points.
    #[error("a grid of {nx} x {ny} points needs {} values and at least 2 points a side, but {found} values were given", nx * ny)]
    GridShape {
        /// Number of x coordinates.
        nx: usize,
        /// Number of y coordinates.
        ny: usize,
        /// Number of values given.
        found: usize,
    },
    /// The width or height in pixels is zero, not finite, or above the limit.
    #[error("cannot draw {width} x {height} pixels: each side must lie between 1 and {limit}")]
    Size {
        /// Requested width in pixels.
        width: f64,
        /// Requested height in pixels.
        height: f64,
        /// Largest side allowed.
        limit: u32,
    },
    /// The file name has no extension that names a format.
    #[error("cannot tell the format of `{}`: its name must end in .svg or .png", path.display())]
    Format {
        /// The path given.
        path: PathBuf,
    },
    /// The PNG encoder failed.
    #[error("PNG encoding failed: {0}")]
    Encode(String),
    /// The file could not be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
}
