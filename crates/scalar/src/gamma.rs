//! The gamma function Gamma(x) = int_0^inf t^(x-1) e^-t dt, and factorials.
//!
//! On [1.5, 2.5) a polynomial; up to 13 the recurrence Gamma(x + 1) = x Gamma(x), its product carried in
//! double-double; above, exp of Stirling's series times x^(x - 1/2) e^-x, the power halved where it would
//! overflow before the result. Negative x down to -13 by the recurrence, below by reflection.
//!
//! Accuracy: 3 ulp for |x| <= 13, 5 ulp elsewhere; factorials are correctly rounded, since the double-double
//! product stays within 1e-29 of the exact one.
//!
//! Source: Abramowitz and Stegun 6.1.15, 6.1.17, 6.1.37; the polynomial is ours (tests/it/coefficients.py).

use crate::ln_gamma::STIRLING;
use crate::{DoubleDouble, polynomial};
use std::f64::consts::PI;

/// `Γ(2 + d)` in powers of d, |d| <= 1/2. Relative error of the exact polynomial 1.8e-18.
const GAMMA_NEAR_2: [f64; 20] = [
    0.99999999999999999881,
    0.42278433509846713999,
    0.41184033042644064999,
    0.081576919247085788752,
    0.074249010753388011147,
    -0.00026698206868206767175,
    0.011154045724557167284,
    -0.0028526458243686084183,
    0.0021039331744051569002,
    -0.00091957375567517347447,
    0.00049039091653624331595,
    -0.00024094266875000242194,
    0.00012165162946720078191,
    -0.00006078180215145502317,
    0.000030576257282864497501,
    -0.000015296289519910946313,
    7.216424561413336038e-6,
    -3.609421076900371837e-6,
    2.6259112907777464219e-6,
    -1.3131191509664216693e-6,
];

/// `√(2π)`.
const SQRT_2PI: f64 = 2.506628274631000502415765284811045253;

/// The gamma function, `Γ(x) = ∫₀^∞ t^(x-1) e^-t dt`, continued to negative x.
///
/// `±∞` at ±0, NaN at the negative integers (the sign differs on the two sides) and at -∞; +∞ above
/// 171.62; 0 below -184. Source: Abramowitz and Stegun, section 6.1.
///
/// ```
/// assert_eq!(gradus_scalar::gamma(5.0), 24.0);
/// assert!((gradus_scalar::gamma(-0.5) + 2.0 * std::f64::consts::PI.sqrt()).abs() < 1e-15);
/// ```
pub fn gamma(x: f64) -> f64 {
    if x.is_nan() || x == f64::NEG_INFINITY || (x < 0.0 && x == x.floor()) {
        f64::NAN
    } else if x == 0.0 {
        1.0 / x
    } else if x > 171.7 {
        f64::INFINITY
    } else if x >= 1.0 && x == x.floor() {
        factorial(x as u32 - 1)
    } else if x >= 13.0 {
        stirling(x)
    } else if x >= 1.5 {
        let (y, product) = rising_product(x);
        (product * DoubleDouble::from(polynomial(&GAMMA_NEAR_2, y - 2.0))).to_f64()
    } else if x > -13.0 {
        let (y, product) = falling_product(x);
        (DoubleDouble::from(polynomial(&GAMMA_NEAR_2, y - 2.0)) / product).to_f64()
    } else {
        reflected(x)
    }
}

/// `n! = 1·2·…·n`, correctly rounded; +∞ from 171 on.
///
/// ```
/// assert_eq!(gradus_scalar::factorial(20), 2_432_902_008_176_640_000.0);
/// ```
pub fn factorial(n: u32) -> f64 {
    if n > 170 {
        return f64::INFINITY;
    }
    (2..=n).fold(DoubleDouble::from(1.0), |product, k| product * f64::from(k)).to_f64()
}

/// For x >= 1.5: y in [1.5, 2.5) and the product p with Γ(x) = p Γ(y).
fn rising_product(x: f64) -> (f64, DoubleDouble) {
    let (mut y, mut product) = (x, DoubleDouble::from(1.0));
    while y >= 2.5 {
        y -= 1.0;
        product = product * y;
    }
    (y, product)
}

/// For x < 1.5: y in [1.5, 2.5) and the product p with Γ(x) = Γ(y) / p.
fn falling_product(x: f64) -> (f64, DoubleDouble) {
    let (mut k, mut product) = (0.0, DoubleDouble::from(1.0));
    while x + k < 1.5 {
        product = product * DoubleDouble::two_sum(x, k);
        k += 1.0;
    }
    (x + k, product)
}

/// `√(2π) x^(x-1/2) e^-x exp(1/(12x) - ...)` for x >= 13; the power is split so that it cannot overflow.
fn stirling(x: f64) -> f64 {
    let t = 1.0 / x;
    let series = (t * polynomial(&STIRLING, t * t)).exp();
    let root = x.powf(0.5 * (x - 0.5));
    SQRT_2PI * series * root * (-x).exp() * root
}

/// `Γ(x) = -π / (x sin(πx) Γ(-x))` for x <= -13.
fn reflected(x: f64) -> f64 {
    if x < -190.0 {
        return 0.0_f64.copysign(if x.floor() % 2.0 == 0.0 { 1.0 } else { -1.0 });
    }
    let nearest = x.round();
    let sign = if nearest % 2.0 == 0.0 { 1.0 } else { -1.0 };
    let sine = sign * (PI * (x - nearest)).sin();
    // 1 / Γ(-x) in two factors, since Γ(-x) overflows before the result underflows.
    let a = -x;
    let t = 1.0 / a;
    let series = (t * polynomial(&STIRLING, t * t)).exp();
    let root = a.powf(-0.5 * (a - 0.5));
    -PI / (x * sine * SQRT_2PI * series) * root * a.exp() * root
}
