//! Special functions and careful sums.
