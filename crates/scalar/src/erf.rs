//! The error function erf(x) = 2/sqrt(pi) int_0^x exp(-t^2) dt and its complement erfc(x) = 1 - erf(x).
//!
//! Rational approximations on |x| < 0.84375 (of erf(x)/x in x^2), on [0.84375, 1.25) (about 1), and of
//! x exp(x^2) erfc(x) in 1/x^2 on [1.25, 1/0.35) and [1/0.35, 28). The exponential is taken as
//! exp(-z^2) exp((z - x)(z + x)) with z = x cut to 32 bits, so that z^2 is exact.
//!
//! Accuracy: 1 ulp for erf, 3 ulp for erfc wherever the result is a normal number.
//!
//! Source: the coefficients are those of FDLIBM's s_erf.c (Sun Microsystems, 1993).

use crate::polynomial;

/// erf(1) rounded to a short double: the centre of the middle interval.
const ERF_ONE: f64 = 8.45062911510467529297e-01;
/// 2/sqrt(pi) - 1.
const SLOPE_AT_ZERO_LESS_ONE: f64 = 1.28379167095512586316e-01;

const NEAR_ZERO_TOP: [f64; 5] = [
    1.28379167095512558561e-01,
    -3.25042107247001499370e-01,
    -2.84817495755985104766e-02,
    -5.77027029648944159157e-03,
    -2.37630166566501626084e-05,
];
const NEAR_ZERO_BOTTOM: [f64; 6] = [
    1.0,
    3.97917223959155352819e-01,
    6.50222499887672944485e-02,
    5.08130628187576562776e-03,
    1.32494738004321644526e-04,
    -3.96022827877536812320e-06,
];
const NEAR_ONE_TOP: [f64; 7] = [
    -2.36211856075265944077e-03,
    4.14856118683748331666e-01,
    -3.72207876035701323847e-01,
    3.18346619901161753674e-01,
    -1.10894694282396677476e-01,
    3.54783043256182359371e-02,
    -2.16637559486879084300e-03,
];
const NEAR_ONE_BOTTOM: [f64; 7] = [
    1.0,
    1.06420880400844228286e-01,
    5.40397917702171048937e-01,
    7.18286544141962662868e-02,
    1.26171219808761642112e-01,
    1.36370839120290507362e-02,
    1.19844998467991074170e-02,
];
const MIDDLE_TOP: [f64; 8] = [
    -9.86494403484714822705e-03,
    -6.93858572707181764372e-01,
    -1.05586262253232909814e+01,
    -6.23753324503260060396e+01,
    -1.62396669462573470355e+02,
    -1.84605092906711035994e+02,
    -8.12874355063065934246e+01,
    -9.81432934416914548592e+00,
];
const MIDDLE_BOTTOM: [f64; 9] = [
    1.0,
    1.96512716674392571292e+01,
    1.37657754143519042600e+02,
    4.34565877475229228821e+02,
    6.45387271733267880336e+02,
    4.29008140027567833386e+02,
    1.08635005541779435134e+02,
    6.57024977031928170135e+00,
    -6.04244152148580987438e-02,
];
const FAR_TOP: [f64; 7] = [
    -9.86494292470009928597e-03,
    -7.99283237680523006574e-01,
    -1.77579549177547519889e+01,
    -1.60636384855821916062e+02,
    -6.37566443368389627722e+02,
    -1.02509513161107724954e+03,
    -4.83519191608651397019e+02,
];
const FAR_BOTTOM: [f64; 8] = [
    1.0,
    3.03380607434824582924e+01,
    3.25792512996573918826e+02,
    1.53672958608443695994e+03,
    3.19985821950859553908e+03,
    2.55305040643316442583e+03,
    4.74528541206955367215e+02,
    -2.24409524465858183362e+01,
];

/// The error function, `erf(x) = 2/√π ∫₀ˣ exp(-t²) dt`.
///
/// Odd, from -1 to 1; exact at 0 and at ±∞. Source: FDLIBM s_erf.c; Abramowitz and Stegun 7.1.1.
///
/// ```
/// // Abramowitz and Stegun, table 7.1: erf(0.5) = 0.52049 98778
/// assert!((gradus_scalar::erf(0.5) - 0.5204998778).abs() < 1e-10);
/// ```
pub fn erf(x: f64) -> f64 {
    let a = x.abs();
    if a.is_nan() {
        x
    } else if a < 0.84375 {
        if a < 1e-8 { x + x * SLOPE_AT_ZERO_LESS_ONE } else { x + x * near_zero(x * x) }
    } else if a < 1.25 {
        (ERF_ONE + near_one(a - 1.0)).copysign(x)
    } else if a < 6.0 {
        (1.0 - tail(a)).copysign(x)
    } else {
        1f64.copysign(x)
    }
}

/// The complementary error function, `erfc(x) = 1 - erf(x)`, with full relative accuracy for large x.
///
/// From 2 at -∞ to 0 at +∞; subnormal beyond 26.5 and 0 beyond 27.3.
/// Source: FDLIBM s_erf.c; Abramowitz and Stegun 7.1.2.
///
/// ```
/// // Abramowitz and Stegun, table 7.3: x e^{x^2} erfc(x) at x = 2 is 0.51079 14
/// let x: f64 = 2.0;
/// assert!((x * (x * x).exp() * gradus_scalar::erfc(x) - 0.5107914).abs() < 1e-7);
/// ```
pub fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        x
    } else if x.abs() < 0.84375 {
        if x < 0.25 { 1.0 - (x + x * near_zero(x * x)) } else { 0.5 - (x - 0.5 + x * near_zero(x * x)) }
    } else if x.abs() < 1.25 {
        let p = near_one(x.abs() - 1.0);
        if x > 0.0 { 1.0 - ERF_ONE - p } else { 1.0 + (ERF_ONE + p) }
    } else if x < -6.0 {
        2.0
    } else if x < 28.0 {
        let t = tail(x.abs());
        if x > 0.0 { t } else { 2.0 - t }
    } else {
        0.0
    }
}

/// `erf(x)/x - 1` as a function of `x²`.
fn near_zero(square: f64) -> f64 {
    polynomial(&NEAR_ZERO_TOP, square) / polynomial(&NEAR_ZERO_BOTTOM, square)
}

/// `erf(1 + s) - ERF_ONE`.
fn near_one(s: f64) -> f64 {
    polynomial(&NEAR_ONE_TOP, s) / polynomial(&NEAR_ONE_BOTTOM, s)
}

/// `erfc(x)` for x >= 1.25.
fn tail(x: f64) -> f64 {
    let s = 1.0 / (x * x);
    let ratio = if x < 1.0 / 0.35 {
        polynomial(&MIDDLE_TOP, s) / polynomial(&MIDDLE_BOTTOM, s)
    } else {
        polynomial(&FAR_TOP, s) / polynomial(&FAR_BOTTOM, s)
    };
    let z = f64::from_bits(x.to_bits() & 0xffff_ffff_0000_0000);
    (-z * z - 0.5625).exp() * ((z - x) * (z + x) + ratio).exp() / x
}
