//! The digamma function psi(x) = d/dx ln Gamma(x).
//!
//! On [1, 2] the distance to the positive root 1.4616..., held to 106 bits, times a polynomial; elsewhere
//! below 10 the recurrence psi(x + 1) = psi(x) + 1/x; above, the asymptotic series. Negative x by
//! reflection, psi(x) = psi(1 - x) - pi / tan(pi x).
//!
//! Accuracy: 4 ulp for x > 0, also at the root; for x < 0 absolute error 1e-15 times the larger of the two
//! reflected terms, so digits are lost near the negative roots.
//!
//! Source: Abramowitz and Stegun 6.3.5, 6.3.7, 6.3.18; the polynomial is ours (tests/it/coefficients.py).

use crate::polynomial;
use std::f64::consts::PI;

/// The positive root of ψ, as the nearest double and what it misses.
const ROOT: (f64, f64) = (1.461632144968362342, 9.5499954299656977152e-17);

/// `ψ(x) / (x - root)` in powers of x - 3/2 on [1, 2]. Relative error of the exact polynomial 2.7e-18.
const DIGAMMA_OVER_ROOT: [f64; 23] = [
    0.95105587603183287971,
    -0.42362742128146059979,
    0.24054248424078698304,
    -0.14840492305388091493,
    0.094988724452890381645,
    -0.061922133275488312017,
    0.040760833940846082799,
    -0.026975796659787055062,
    0.017907248317313295827,
    -0.011908220105959716185,
    0.0079270217968681539808,
    -0.0052799372555327082537,
    0.0035181065638024723413,
    -0.0023454947397380835176,
    0.0015633696313653505125,
    -0.001036458481731283792,
    0.00069092557612829863631,
    -0.00048595039220036256214,
    0.0003239594540134519833,
    -0.00014480643368061613052,
    0.000096536462614100616785,
    -0.00017821885488559231885,
    0.00011881232908510335,
];

/// `B_{2k} / (2k)`, k = 1..: the coefficients of 1/x², 1/x⁴, ...
const ASYMPTOTIC: [f64; 8] = [
    1.0 / 12.0,
    -1.0 / 120.0,
    1.0 / 252.0,
    -1.0 / 240.0,
    1.0 / 132.0,
    -691.0 / 32_760.0,
    1.0 / 12.0,
    -3617.0 / 8160.0,
];

/// The digamma function, `ψ(x) = Γ'(x) / Γ(x)`.
///
/// `∓∞` at ±0, NaN at the negative integers and at -∞. Source: Abramowitz and Stegun, section 6.3.
///
/// ```
/// // ψ(1) = -γ, Euler's constant
/// assert!((gradus_scalar::digamma(1.0) + 0.5772156649015329).abs() < 1e-15);
/// ```
pub fn digamma(x: f64) -> f64 {
    if x.is_nan() || x == f64::NEG_INFINITY {
        f64::NAN
    } else if x == 0.0 {
        -1.0 / x
    } else if x < 0.0 {
        let r = x - x.round();
        if r == 0.0 { f64::NAN } else { digamma(1.0 - x) - PI / (PI * r).tan() }
    } else if x < 1.0 {
        on_1_to_2(x + 1.0) - 1.0 / x
    } else if x < 10.0 {
        let (mut y, mut sum) = (x, 0.0);
        while y > 2.0 {
            y -= 1.0;
            sum += 1.0 / y;
        }
        sum + on_1_to_2(y)
    } else {
        let t = 1.0 / x;
        x.ln() - t * (0.5 + t * polynomial(&ASYMPTOTIC, t * t))
    }
}

/// ψ on [1, 2], relatively accurate at its root.
fn on_1_to_2(x: f64) -> f64 {
    ((x - ROOT.0) - ROOT.1) * polynomial(&DIGAMMA_OVER_ROOT, x - 1.5)
}
