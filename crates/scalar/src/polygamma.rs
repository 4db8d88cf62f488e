//! The polygamma functions psi^(n)(x), the n-th derivatives of digamma.
//!
//! For x > 0, psi^(n)(x) = (-1)^(n+1) n! zeta(n + 1, x) with Hurwitz's zeta by Euler-Maclaurin summation:
//! terms are added until x + N >= n + 13 or the tail is negligible, then eleven Bernoulli corrections.
//! For x < 0, with f and g the distances to the integers below and above,
//!     psi^(n)(x) = (-1)^(n+1) n! zeta(n+1, f) + n! zeta(n+1, g) - n! zeta(n+1, 1 - x).
//!
//! Cost: O(n) powers. Accuracy: (4 + n) ulp for x > 0 and n <= 170; above, n! comes from `ln_gamma` and
//! the relative error is about 1e-16 ln(n!). For x < 0 and even n digits are lost near the roots.
//!
//! Source: Abramowitz and Stegun 6.4.1, 6.4.10, 23.1.30; DLMF 25.11.

use crate::{digamma, factorial, ln_gamma, trigamma};

/// `B_{2k} / (2k)!`, k = 1..
const BERNOULLI_OVER_FACTORIAL: [f64; 11] = [
    8.33333333333333333333e-2,
    -1.38888888888888888889e-3,
    3.30687830687830687831e-5,
    -8.26719576719576719577e-7,
    2.08767569878680989792e-8,
    -5.28419013868749318484e-10,
    1.33825365306846788328e-11,
    -3.38968029632258286683e-13,
    8.58606205627784456414e-15,
    -2.17486869855806187304e-16,
    5.50900282836022951520e-18,
];

/// The polygamma function `ψ⁽ⁿ⁾(x) = dⁿ/dxⁿ ψ(x)`; n = 0 is digamma and n = 1 trigamma.
///
/// At 0 and the negative integers: +∞ for odd n, NaN for even n (the two sides differ), except at ±0,
/// where it is ∓∞. Source: Abramowitz and Stegun, section 6.4.
///
/// ```
/// // ψ''(1) = -2 ζ(3)
/// assert!((gradus_scalar::polygamma(2, 1.0) + 2.0 * 1.2020569031595943).abs() < 1e-15);
/// ```
pub fn polygamma(n: u32, x: f64) -> f64 {
    match n {
        0 => return digamma(x),
        1 => return trigamma(x),
        _ => {}
    }
    let odd = n % 2 == 1;
    let sign = if odd { 1.0 } else { -1.0 };
    if x.is_nan() || x == f64::NEG_INFINITY {
        f64::NAN
    } else if x == f64::INFINITY {
        0.0 * sign
    } else if x > 0.0 {
        sign * factorial_times_zeta(n, x)
    } else if x == 0.0 {
        if odd { f64::INFINITY } else { -1.0 / x }
    } else {
        let below = x - x.floor();
        let above = x.ceil() - x;
        if above == 0.0 {
            return if odd { f64::INFINITY } else { f64::NAN };
        }
        // Below -1/2 both are exact; nearer to 0 `below` is 1 - above, rounded.
        let below = if below == 1.0 || x > -0.5 { 1.0 - above } else { below };
        sign * factorial_times_zeta(n, below) + factorial_times_zeta(n, above)
            - factorial_times_zeta(n, 1.0 - x)
    }
}

/// `n! ζ(n+1, a)` for a > 0, n >= 2.
fn factorial_times_zeta(n: u32, a: f64) -> f64 {
    let s = f64::from(n) + 1.0;
    let power = a.powf(s);
    let lead = if n <= 170 && power.is_normal() && factorial(n) / power < f64::MAX {
        factorial(n) / power
    } else {
        (ln_gamma(s) - s * a.ln()).exp()
    };
    if lead == 0.0 || lead.is_infinite() {
        return lead;
    }
    lead * scaled_zeta(s, a)
}

/// `a^s ζ(s, a) = Σ_k (a/(a+k))^s`, by Euler-Maclaurin summation.
fn scaled_zeta(s: f64, a: f64) -> f64 {
    let (mut sum, mut b) = (0.0, a);
    while b < s + 12.0 {
        let term = (a / b).powf(s);
        sum += term;
        b += 1.0;
        // The tail from b on is below term (1 + b/(s-1)).
        if term * (1.0 + b / (s - 1.0)) < 1e-18 * sum {
            return sum;
        }
    }
    let mut corrections = b / (s - 1.0) + 0.5;
    let mut rising = s / b;
    for (k, c) in BERNOULLI_OVER_FACTORIAL.iter().enumerate() {
        corrections += c * rising;
        let j = s + 2.0 * k as f64;
        rising *= ((j + 1.0) / b) * ((j + 2.0) / b);
    }
    sum + (a / b).powf(s) * corrections
}
