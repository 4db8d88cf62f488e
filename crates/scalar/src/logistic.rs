//! The logistic sigmoid 1/(1 + e^-x), its integral softplus ln(1 + e^x), and its logarithm.
//!
//! Each is written in e^-|x|, which cannot overflow, and with ln_1p, which keeps small results.
//!
//! Accuracy: 2 ulp; no overflow, and the tails decay to subnormals as they should.
//!
//! Source: Maechler (2012), "Accurately computing log(1 - exp(-|a|))", vignette of the R package Rmpfr.

/// The logistic function, `σ(x) = 1 / (1 + exp(-x))`.
///
/// ```
/// // σ(ln 3) = 3/4
/// assert!((gradus_scalar::sigmoid(3f64.ln()) - 0.75).abs() < 1e-15);
/// ```
#[inline]
pub fn sigmoid(x: f64) -> f64 {
    let e = (-x.abs()).exp();
    if x >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}

/// `ln(1 + exp(x))`, a smooth maximum of x and 0; also known as log1pexp.
///
/// ```
/// // ln(1 + e^0) = ln 2, and for large x it is x
/// assert_eq!(gradus_scalar::softplus(0.0), std::f64::consts::LN_2);
/// assert_eq!(gradus_scalar::softplus(1000.0), 1000.0);
/// ```
#[inline]
pub fn softplus(x: f64) -> f64 {
    // Not x.max(0.0), which would turn NaN into 0.
    let positive_part = if x < 0.0 { 0.0 } else { x };
    positive_part + (-x.abs()).exp().ln_1p()
}

/// `ln σ(x) = -softplus(-x)`.
///
/// ```
/// assert_eq!(gradus_scalar::log_sigmoid(-1000.0), -1000.0);
/// ```
#[inline]
pub fn log_sigmoid(x: f64) -> f64 {
    -softplus(-x)
}
