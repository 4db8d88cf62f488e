//! How many threads an operation is worth.
//!
//! Below about 200^3 multiply-adds the cost of waking threads exceeds what they save. Factorisations wait
//! for their threads at every block and gain only beyond order 1500 or so. The choice depends on the size
//! alone, and faer's blocking does not depend on the number of threads, so results do not.

use faer::Par;

/// Multiply-adds from which a product is shared between threads.
const PRODUCT: f64 = 8e6;

/// Multiply-adds from which a factorisation is.
const FACTORISATION: f64 = 3e9;

/// Sequential for small work, rayon's threads for large; the work is counted in multiply-adds.
pub(crate) fn for_work(multiply_adds: f64) -> Par {
    if multiply_adds < PRODUCT { Par::Seq } else { Par::rayon(0) }
}

/// For a factorisation of an (m, n) matrix, about m n min(m, n) multiply-adds.
pub(crate) fn for_factorisation(m: usize, n: usize) -> Par {
    let multiply_adds = m as f64 * n as f64 * m.min(n) as f64;
    if multiply_adds < FACTORISATION { Par::Seq } else { Par::rayon(0) }
}
