//! Scalars: special functions of one real variable, and sums that keep their digits.
//!
//! Every function takes and returns `f64`, accepts every `f64` (NaN in, NaN out) and never panics. The
//! stated accuracy is in ulp (units in the last place of the result) and is what the tests assert.
//!
//! | file | holds |
//! |---|---|
//! | `erf` | error function and its complement |
//! | `gamma`, `ln_gamma` | the gamma function, its logarithm, factorials |
//! | `digamma`, `trigamma`, `polygamma` | the derivatives of `ln_gamma` |
//! | `logistic` | sigmoid, softplus and their logarithms |
//! | `log_sum_exp` | sums of exponentials in the log domain |
//! | `sum` | Neumaier's compensated sum |
//! | `double_double` | 106-bit arithmetic and dot products |

mod digamma;
mod double_double;
mod erf;
mod gamma;
mod ln_gamma;
mod log_sum_exp;
mod logistic;
mod polygamma;
mod sum;
mod trigamma;

pub use digamma::digamma;
pub use double_double::DoubleDouble;
pub use erf::{erf, erfc};
pub use gamma::{factorial, gamma};
pub use ln_gamma::ln_gamma;
pub use log_sum_exp::{log_add_exp, log_sum_exp};
pub use logistic::{log_sigmoid, sigmoid, softplus};
pub use polygamma::polygamma;
pub use sum::NeumaierSum;
pub use trigamma::trigamma;

/// Horner's rule: `c[0] + c[1] x + c[2] x^2 + ...`.
#[inline]
fn polynomial<const N: usize>(c: &[f64; N], x: f64) -> f64 {
    c.iter().rev().fold(0.0, |acc, &a| acc * x + a)
}
