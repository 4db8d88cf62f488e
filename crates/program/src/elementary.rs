//! The exponential family without branches, so that loops over it become vector instructions.
//!
//! `exp` by Cody and Waite's reduction `x = k log 2 + r`, |r| <= log(2)/2, and the Taylor polynomial of degree 13,
//! whose remainder is below 4e-18; `log` by `x = 2^k m`, sqrt(1/2) <= m < sqrt(2), and the minimax polynomial in
//! `s = (m - 1)/(m + 1)` that Sun's fdlibm published. Errors are below 1 ulp for `exp` and `log`, 2 ulp for
//! `expm1`, `log1p`, `sigmoid` and `softplus`, and 3 ulp for `tanh` (tested against the system's functions).
//!
//! Source: Muller (2016), Elementary Functions, chapters 11 and 12; fdlibm 5.3, e_log.c (the coefficients).

/// `a*b + c`, rounded once where `F` says that this is one instruction.
#[inline(always)]
pub(crate) fn fma<const F: bool>(a: f64, b: f64, c: f64) -> f64 {
    if F { a.mul_add(b, c) } else { a * b + c }
}

/// Inner products of R rows with one vector, in eight lanes.
#[inline(always)]
pub(crate) fn dots<const F: bool, const R: usize>(rows: [&[f64]; R], x: &[f64]) -> [f64; R] {
    let d = x.len();
    let whole = d - d % 8;
    let mut lanes = [[0.0; 8]; R];
    for at in (0..whole).step_by(8) {
        let x = &x[at..at + 8];
        for r in 0..R {
            let row = &rows[r][at..at + 8];
            for l in 0..8 {
                lanes[r][l] = fma::<F>(row[l], x[l], lanes[r][l]);
            }
        }
    }
    std::array::from_fn(|r| {
        let s = &lanes[r];
        let body = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
        (whole..d).fold(body, |t, j| fma::<F>(rows[r][j], x[j], t))
    })
}

/// The larger of two, the first on a tie; NaN when either is.
#[inline(always)]
pub(crate) fn max(x: f64, y: f64) -> f64 {
    if x >= y || x.is_nan() { x } else { y }
}

/// The smaller of two, the first on a tie; NaN when either is.
#[inline(always)]
pub(crate) fn min(x: f64, y: f64) -> f64 {
    if x <= y || x.is_nan() { x } else { y }
}

const LN2_HIGH: f64 = 6.931_471_803_691_238_164_90e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_700_02e-10;
/// Adding and subtracting 1.5 * 2^52 rounds to an integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// k and `exp(r) - 1` for `x = k log 2 + r`.
#[inline(always)]
fn reduced<const F: bool>(x: f64) -> (f64, f64) {
    let k = fma::<F>(x, std::f64::consts::LOG2_E, ROUND) - ROUND;
    let r = fma::<F>(-k, LN2_LOW, fma::<F>(-k, LN2_HIGH, x));
    let mut q = 1.0 / 6_227_020_800.0;
    for c in [
        1.0 / 479_001_600.0,
        1.0 / 39_916_800.0,
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
    ] {
        q = fma::<F>(q, r, c);
    }
    (k, fma::<F>(r * r, q, r))
}

/// `2^k` for an integer |k| <= 1000.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    // k + ROUND has k in its low bits; the shift leaves the exponent only.
    f64::from_bits(((k + ROUND).to_bits().wrapping_add(1023)) << 52)
}

/// `e^x`.
#[inline(always)]
pub(crate) fn exp<const F: bool>(x: f64) -> f64 {
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let (k, p) = reduced::<F>(x);
    // In two factors, so that neither overflows before the result does.
    let half = (0.5 * k + ROUND) - ROUND;
    (1.0 + p) * power_of_two(half) * power_of_two(k - half)
}

/// `e^x - 1`.
#[inline(always)]
pub(crate) fn expm1<const F: bool>(x: f64) -> f64 {
    let near = if x > 710.0 { 710.0 } else { x };
    let near = if near < -60.0 { -60.0 } else { near };
    let (k, p) = reduced::<F>(near);
    // 2^k = s t in two factors, so that neither overflows before the result does.
    let half = (0.5 * k + ROUND) - ROUND;
    let (s, t, one_over_t) = (power_of_two(half), power_of_two(k - half), power_of_two(half - k));
    let y = fma::<F>(s, p, s - one_over_t) * t;
    // Keeps the sign of zero.
    if x == 0.0 { x } else { y }
}

/// `log(x) + correction`, for the rounded x and a small correction.
#[inline(always)]
fn log_with<const F: bool>(x: f64, correction: f64) -> f64 {
    const SQRT_HALF: u64 = 0x3fe6_a09e_0000_0000;
    let tiny = x < f64::MIN_POSITIVE;
    let scaled = if tiny { x * 18_014_398_509_481_984.0 } else { x };
    let bits = scaled.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - SQRT_HALF);
    // The exponent as a number: put into the low bits of 2^52.
    let exponent = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - (4_503_599_627_370_496.0 + 1023.0);
    let k = if tiny { exponent - 54.0 } else { exponent };
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff).wrapping_add(SQRT_HALF));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * fma::<F>(
        w,
        fma::<F>(w, 1.531_383_769_920_937_332e-1, 2.222_219_843_214_978_396e-1),
        3.999_999_999_940_941_908e-1,
    );
    let odd = z * fma::<F>(
        w,
        fma::<F>(
            w,
            fma::<F>(w, 1.479_819_860_511_658_591e-1, 1.818_357_216_161_805_012e-1),
            2.857_142_874_366_239_149e-1,
        ),
        6.666_666_666_666_735_130e-1,
    );
    let half_square = 0.5 * f * f;
    let tail = fma::<F>(s, half_square + (even + odd), fma::<F>(k, LN2_LOW, correction));
    k * LN2_HIGH - ((half_square - tail) - f)
}

/// The natural logarithm.
#[inline(always)]
pub(crate) fn log<const F: bool>(x: f64) -> f64 {
    let y = log_with::<F>(x, 0.0);
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == 0.0 { f64::NEG_INFINITY } else { y };
    if x < 0.0 { f64::NAN } else { y }
}

/// `log(1 + x)`.
#[inline(always)]
pub(crate) fn log1p<const F: bool>(x: f64) -> f64 {
    let u = 1.0 + x;
    // What rounding 1 + x lost, relative to it.
    let lost = if x >= 1.0 { 1.0 - (u - x) } else { x - (u - 1.0) };
    let y = log_with::<F>(u, lost / u);
    let y = if x < f64::INFINITY { y } else { x };
    let y = if x == -1.0 { f64::NEG_INFINITY } else { y };
    let y = if x < -1.0 { f64::NAN } else { y };
    if x == 0.0 { x } else { y }
}

/// `1/(1 + e^-x)`.
#[inline(always)]
pub(crate) fn sigmoid<const F: bool>(x: f64) -> f64 {
    let e = exp::<F>(-x.abs());
    (if x < 0.0 { e } else { 1.0 }) / (1.0 + e)
}

/// `log(1 + e^x)`, given `e = e^-|x|`: `log(1 + e)` for 0 <= e <= 1 needs none of log1p's special cases.
#[inline(always)]
pub(crate) fn softplus<const F: bool>(x: f64, e: f64) -> f64 {
    let positive = if x < 0.0 { 0.0 } else { x };
    let u = 1.0 + e;
    positive + log_with::<F>(u, (e - (u - 1.0)) / u)
}

/// The hyperbolic tangent, `t/(t + 2)` with `t = e^(2|x|) - 1`.
#[inline(always)]
pub(crate) fn tanh<const F: bool>(x: f64) -> f64 {
    let a = x.abs();
    let a = if a > 22.0 { 22.0 } else { a };
    let t = expm1::<F>(2.0 * a);
    (t / (t + 2.0)).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ulps(a: f64, b: f64) -> u64 {
        if a == b || (a.is_nan() && b.is_nan()) {
            return 0;
        }
        let key = |x: f64| (x.to_bits() as i64) ^ (((x.to_bits() as i64) >> 63) & i64::MAX);
        key(a).abs_diff(key(b))
    }

    /// The largest error in ulp, over a spread of magnitudes and all special values.
    fn worst(ours: fn(f64) -> f64, system: fn(f64) -> f64, low: f64, high: f64) -> u64 {
        let special =
            [0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324, 1e-310, -1e-310];
        let edge = [709.78, 709.79, -745.1, -745.2, -708.5, 1e300, 700.5, f64::MAX, f64::MIN_POSITIVE, -37.0];
        let n = 200_000;
        let spread = (0..n).map(|k| low + (high - low) * f64::from(k) / f64::from(n));
        let small =
            (0..600).flat_map(|k| [2f64.powf(-f64::from(k) / 10.3), -2f64.powf(-f64::from(k) / 10.3)]);
        spread.chain(small).chain(special).chain(edge).map(|x| ulps(ours(x), system(x))).max().unwrap_or(0)
    }

    #[test]
    fn within_an_ulp_or_two_of_the_systems_functions() {
        assert!(worst(exp::<true>, f64::exp, -745.0, 710.0) <= 1);
        assert!(worst(exp::<false>, f64::exp, -5.0, 5.0) <= 1);
        assert!(worst(log::<true>, f64::ln, 0.0, 10.0) <= 1);
        assert!(worst(log::<false>, f64::ln, 0.0, 1e6) <= 1);
        assert!(worst(log1p::<true>, f64::ln_1p, -1.0, 10.0) <= 2);
        assert!(worst(log1p::<false>, f64::ln_1p, -0.9, 1e4) <= 2);
        assert!(worst(expm1::<true>, f64::exp_m1, -3.0, 3.0) <= 2);
        assert!(worst(expm1::<false>, f64::exp_m1, -50.0, 710.0) <= 2);
        assert!(worst(tanh::<true>, f64::tanh, -3.0, 3.0) <= 3);
        assert!(worst(tanh::<false>, f64::tanh, -25.0, 25.0) <= 3);
        assert!(worst(sigmoid::<true>, gradus_scalar::sigmoid, -40.0, 40.0) <= 3);
        assert!(
            worst(|x| softplus::<true>(x, exp::<true>(-x.abs())), gradus_scalar::softplus, -40.0, 40.0) <= 3
        );
    }
}
