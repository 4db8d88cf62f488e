//! ln |Gamma(x)|, the logarithm of the absolute value of the gamma function.
//!
//! On [1.5, 2.5): (x - 1)(x - 2) times a polynomial, so the zero at 2 is exact; on [0.5, 1.5) the recurrence
//! ln Gamma(x) = ln Gamma(x + 1) - ln x, both terms of which vanish at 1 in proportion to x - 1; up to 10 the
//! recurrence downwards; above, Stirling's series. Negative x by reflection,
//! |Gamma(x) Gamma(-x)| = pi / |x sin(pi x)|.
//!
//! Accuracy: 5 ulp for x > 0, also at the zeros 1 and 2; for x < 0 absolute error below
//! 4e-16 max(1, ln Gamma(-x)), so digits are lost near the zeros between the negative integers.
//!
//! Source: Abramowitz and Stegun 6.1.15, 6.1.17, 6.1.41; the polynomial is ours (tests/it/coefficients.py).

use crate::polynomial;
use std::f64::consts::PI;

/// `ln Γ(2+d) / (d (1+d))` in powers of d, |d| <= 1/2. Relative error of the exact polynomial 1.4e-19.
const LN_GAMMA_NEAR_2: [f64; 20] = [
    0.42278433509846713934,
    -0.10031730167435392113,
    0.032965000621155866637,
    -0.012384192193371297619,
    0.0049986411646919397431,
    -0.0021081308339532027551,
    0.00091537692252583517873,
    -0.0004057073976405255723,
    0.00018255263198029055292,
    -0.000083095122881396637205,
    0.000038168994508698081308,
    -0.000017661727092640293699,
    8.2212435478995264431e-6,
    -3.8468686309843957217e-6,
    1.8133409259417140897e-6,
    -8.5547459253023831838e-7,
    3.8638441485422063668e-7,
    -1.8333634733806835808e-7,
    1.2211977636940667556e-7,
    -5.8329301293208938351e-8,
];

/// `B_{2k} / (2k (2k-1))`, k = 1.., the coefficients of Stirling's series in 1/x, 1/x³, ...
pub(crate) const STIRLING: [f64; 9] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
    43867.0 / 244_188.0,
];

/// `ln √(2π)`.
const LN_SQRT_2PI: f64 = 0.918938533204672741780329736405617640;

/// The logarithm of the absolute value of the gamma function, `ln |Γ(x)|`.
///
/// +∞ at 0, at the negative integers and at ±∞. Source: Abramowitz and Stegun, section 6.1.
///
/// ```
/// // Γ(5) = 4! = 24, and Γ(1/2) = √π
/// assert!((gradus_scalar::ln_gamma(5.0) - 24f64.ln()).abs() < 1e-15);
/// assert!((gradus_scalar::ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-15);
/// assert_eq!(gradus_scalar::ln_gamma(1.0), 0.0);
/// ```
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else if x.is_infinite() {
        f64::INFINITY
    } else if x < 0.5 {
        if x > -0.5 { ln_gamma_plus_1(x) - x.abs().ln() } else { reflected(x) }
    } else if x < 1.5 {
        let d = x - 1.0;
        near_2(d) - x.ln()
    } else if x < 2.5 {
        near_2(x - 2.0)
    } else if x < 10.0 {
        let (mut y, mut product) = (x, 1.0);
        while y >= 2.5 {
            y -= 1.0;
            product *= y;
        }
        product.ln() + near_2(y - 2.0)
    } else {
        stirling(x)
    }
}

/// `ln Γ(2 + d)`, |d| <= 1/2.
fn near_2(d: f64) -> f64 {
    d * (1.0 + d) * polynomial(&LN_GAMMA_NEAR_2, d)
}

/// `ln Γ(1 + x)`, |x| < 1/2.
fn ln_gamma_plus_1(x: f64) -> f64 {
    near_2(x) - x.ln_1p()
}

/// Stirling's series, x >= 10: `(x - 1/2) ln x - x + ln √(2π) + 1/(12x) - ...`.
fn stirling(x: f64) -> f64 {
    let t = 1.0 / x;
    let series = LN_SQRT_2PI + t * polynomial(&STIRLING, t * t);
    // (x - 1/2) ln x - x, written so that nothing overflows before the result does.
    (x - 0.5) * (x.ln() - 1.0) + (series - 0.5)
}

/// `ln |Γ(x)|` for x <= -1/2, from `|Γ(x)| = π / |x sin(πx) Γ(-x)|`.
fn reflected(x: f64) -> f64 {
    let r = x - x.round();
    if r == 0.0 {
        return f64::INFINITY;
    }
    (PI / (x * (PI * r).sin())).abs().ln() - ln_gamma(-x)
}
