//! Scaling by powers of two, which changes exponents and no digit.

/// e with 2^e <= |x| < 2^(e+1), for finite x; 0 for 0.
pub(crate) fn exponent(x: f64) -> i32 {
    let biased = ((x.to_bits() >> 52) & 0x7ff) as i32;
    match (biased, x == 0.0) {
        (_, true) => 0,
        (0, false) => exponent(x * 2f64.powi(64)) - 64,
        _ => biased - 1023,
    }
}

/// x 2^e, for every e that a difference of exponents of doubles can take.
pub(crate) fn times_power_of_two(x: f64, e: i32) -> f64 {
    let half = e / 2;
    let e = e - half;
    // Powers beyond 2^1023 do not occur: |e| <= 2100, so each half is at most 1050 and is split again.
    let step = |x: f64, e: i32| x * 2f64.powi(e / 2) * 2f64.powi(e - e / 2);
    step(step(x, half), e)
}

/// Multiplies every number by 2^e.
pub(crate) fn scale(x: &mut [f64], e: i32) {
    if e == 0 {
        return;
    }
    if e.abs() <= 1000 {
        let factor = 2f64.powi(e);
        x.iter_mut().for_each(|v| *v *= factor);
    } else {
        x.iter_mut().for_each(|v| *v = times_power_of_two(*v, e));
    }
}

/// The exponent to take out of a matrix with this largest element, even so that square roots stay exact;
/// 0 while the size is moderate, so that ordinary matrices are left alone.
pub(crate) fn extreme_exponent(norm_max: f64) -> i32 {
    let e = exponent(norm_max);
    if e.abs() <= 300 { 0 } else { e & !1 }
}
