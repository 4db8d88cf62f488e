//! ln sum_i exp(x_i), without overflow.
//!
//! The largest element m is taken out, m + ln_1p(sum of exp(x_i - m) over the others), so that a result
//! near m keeps its digits.
//!
//! Cost: two passes. Accuracy: n/2 + 2 ulp of max(|m|, |result|).
//!
//! Source: Blanchard, Higham and Higham (2021), IMA Journal of Numerical Analysis 41, algorithm 3.2.

/// `ln Σᵢ exp(xᵢ)`; -∞ for an empty slice, +∞ if any element is, NaN if any element is NaN.
///
/// ```
/// let x = [1000.0, 1000.0];
/// assert!((gradus_scalar::log_sum_exp(&x) - (1000.0 + 2f64.ln())).abs() < 1e-12);
/// ```
pub fn log_sum_exp(values: &[f64]) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    let mut at = 0;
    for (i, &x) in values.iter().enumerate() {
        if x.is_nan() {
            return f64::NAN;
        }
        if x > largest {
            (largest, at) = (x, i);
        }
    }
    if largest.is_infinite() {
        return largest;
    }
    let (before, rest) = values.split_at(at);
    let others: f64 = before.iter().chain(rest.iter().skip(1)).map(|x| (x - largest).exp()).sum();
    largest + others.ln_1p()
}

/// `ln(exp(a) + exp(b))`.
///
/// ```
/// assert!((gradus_scalar::log_add_exp(0.0, 0.0) - 2f64.ln()).abs() < 1e-16);
/// ```
pub fn log_add_exp(a: f64, b: f64) -> f64 {
    log_sum_exp(&[a, b])
}
