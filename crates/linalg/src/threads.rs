//! How many threads an operation is worth.
//!
//! Below about 200^3 multiply-adds the cost of waking threads exceeds what they save. LU and Cholesky wait
//! for their threads at every block and gain only at order 2000 or so. The choice depends on the size
//! alone, and faer's products, substitutions, LU and Cholesky give the same bits on any number of threads;
//! its QR, eigenvalue and singular value routines do not (0.24.4), so those always run on one.

use faer::Par;

/// Multiply-adds from which a product is shared between threads.
const PRODUCT: f64 = 8e6;

/// Multiply-adds from which a factorisation is.
const FACTORISATION: f64 = 8e9;

/// Sequential for small work, rayon's threads for large; the work is counted in multiply-adds.
pub(crate) fn for_work(multiply_adds: f64) -> Par {
    if multiply_adds < PRODUCT { Par::Seq } else { Par::rayon(0) }
}

/// For LU or Cholesky of order n, counted as n^3 multiply-adds.
pub(crate) fn for_factorisation(n: usize) -> Par {
    let multiply_adds = (n as f64).powi(3);
    if multiply_adds < FACTORISATION { Par::Seq } else { Par::rayon(0) }
}
