//! The trigamma function psi'(x) = d^2/dx^2 ln Gamma(x) = sum_{k>=0} 1/(x + k)^2.
//!
//! Below 12 the recurrence psi'(x) = psi'(x + 1) + 1/x^2; above, the asymptotic series; negative x by
//! reflection, psi'(x) = pi^2 / sin(pi x)^2 - psi'(1 - x).
//!
//! Accuracy: 4 ulp. All terms are positive for x > 0, and below 0 the first term is at least six times
//! the second.
//!
//! Source: Abramowitz and Stegun 6.4.6, 6.4.7, 6.4.12.

use crate::polynomial;
use std::f64::consts::PI;

/// The Bernoulli numbers `B_2, B_4, ...`: the coefficients of 1/x³, 1/x⁵, ...
const BERNOULLI: [f64; 9] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
    -3617.0 / 510.0,
    43867.0 / 798.0,
];

/// The trigamma function, `ψ'(x) = Σ_{k≥0} 1/(x+k)²`.
///
/// +∞ at 0 and at the negative integers, NaN at -∞. Source: Abramowitz and Stegun, section 6.4.
///
/// ```
/// // ψ'(1) = π²/6
/// let pi = std::f64::consts::PI;
/// assert!((gradus_scalar::trigamma(1.0) - pi * pi / 6.0).abs() < 1e-15);
/// ```
pub fn trigamma(x: f64) -> f64 {
    if x.is_nan() || x == f64::NEG_INFINITY {
        return f64::NAN;
    }
    if x <= 0.0 {
        let r = x - x.round();
        if r == 0.0 {
            return f64::INFINITY;
        }
        let c = PI / (PI * r).sin();
        return c * c - trigamma(1.0 - x);
    }
    let (mut y, mut steps) = (x, 0);
    while y < 12.0 {
        y += 1.0;
        steps += 1;
    }
    let t = 1.0 / y;
    let asymptotic = t + t * t * (0.5 + t * polynomial(&BERNOULLI, t * t));
    // Smallest terms first.
    (0..steps).rev().fold(asymptotic, |sum, k| {
        let z = x + f64::from(k);
        sum + 1.0 / (z * z)
    })
}
