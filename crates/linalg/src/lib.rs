//! Dense linear algebra on row-major `f64` matrices.
//!
//! The one crate that names faer. Every call to it is guarded: input is checked to be finite, scaled by a
//! power of two where the method needs it, and the results that faer gets wrong in silence on some
//! matrices (symmetric eigenvectors, singular vectors) are checked by their residual and recomputed by
//! Jacobi rotations when they fail.
//!
//! | file | holds |
//! |---|---|
//! | `matrix`, `view` | owned matrices and strided windows |
//! | `gemm`, `gemv` | products |
//! | `lu`, `cholesky`, `qr`, `svd`, `symmetric_eigen` | factorisations |
//! | `least_squares` | over- and underdetermined systems |
//! | `refined_least_squares` | overdetermined systems to the last digit |
//! | `condition` | reciprocal condition numbers from a factorisation |
//! | `jacobi_eigen`, `jacobi_svd` | the slow and accurate routines behind the guards |
//!
//! All results are the same bits for every number of threads.

mod cholesky;
mod condition;
mod error;
mod gemm;
mod gemv;
mod jacobi_eigen;
mod jacobi_svd;
mod least_squares;
mod lu;
mod matrix;
mod qr;
mod refined_least_squares;
mod scaling;
mod svd;
mod symmetric_eigen;
mod threads;
mod triangular;
mod view;

pub use cholesky::Cholesky;
pub use error::LinalgError;
pub use gemm::{gemm, matmul};
pub use gemv::{dot, gemv};
pub use jacobi_eigen::jacobi_eigen;
pub use jacobi_svd::jacobi_svd;
pub use least_squares::{LeastSquares, least_squares};
pub use lu::Lu;
pub use matrix::Matrix;
pub use qr::Qr;
pub use refined_least_squares::refined_least_squares;
pub use svd::Svd;
pub use symmetric_eigen::SymmetricEigen;
pub use triangular::{Triangle, solve_triangular};
pub use view::{View, ViewMut};
