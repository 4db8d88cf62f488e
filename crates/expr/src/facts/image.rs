//! The image of an interval under each function and reduction, and where they are defined.
//!
//! For monotone functions the image of the ends, widened by the error of the floating-point function and cut to
//! the function's range; for the rest a bound that always holds.

use super::Interval;
use super::interval::End;
use crate::{Function, Reduction};
use num_rational::Ratio;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::f64::consts::{FRAC_PI_2, PI};

/// The values that `f` takes over `x` (one interval an operand), and whether it may be undefined there.
pub(super) fn function(f: Function, x: &[Interval]) -> (Interval, bool) {
    let a = &x[0];
    match f {
        Function::Power(p) => power(a, p),
        Function::Abs => (a.abs(), false),
        Function::Sign => (sign(a), false),
        Function::Exp => (increasing(a, f64::exp, &Interval::POSITIVE), false),
        Function::Log => {
            let shifted = a.intersect(&Interval::NONNEG);
            (increasing(&shifted, f64::ln, &Interval::ALL), !a.is_positive())
        }
        Function::Log1p => {
            let domain = Interval::open(-1.0, f64::INFINITY);
            (increasing(&a.intersect(&domain), f64::ln_1p, &Interval::ALL), !a.is_within(&domain))
        }
        Function::Expm1 => (increasing(a, f64::exp_m1, &Interval::open(-1.0, f64::INFINITY)), false),
        Function::Sin | Function::Cos => (Interval::closed(-1.0, 1.0), false),
        Function::Tan => {
            let branch = Interval::closed(-1.57, 1.57);
            if a.is_within(&branch) {
                (increasing(a, f64::tan, &Interval::ALL), false)
            } else {
                (Interval::ALL, true)
            }
        }
        Function::Asin => {
            let domain = Interval::closed(-1.0, 1.0);
            let range = Interval::closed(-FRAC_PI_2.next_up(), FRAC_PI_2.next_up());
            (increasing(&a.intersect(&domain), f64::asin, &range), !a.is_within(&domain))
        }
        Function::Acos => {
            let domain = Interval::closed(-1.0, 1.0);
            let range = Interval::closed(0.0, PI.next_up());
            let x = a.intersect(&domain);
            (increasing(&x.neg(), |t| (-t).acos(), &range), !a.is_within(&domain))
        }
        Function::Atan => {
            (increasing(a, f64::atan, &Interval::open(-FRAC_PI_2.next_up(), FRAC_PI_2.next_up())), false)
        }
        Function::Sinh => (increasing(a, f64::sinh, &Interval::ALL), false),
        Function::Cosh => (increasing(&a.abs(), f64::cosh, &Interval::closed(1.0, f64::INFINITY)), false),
        Function::Tanh => (increasing(a, f64::tanh, &Interval::open(-1.0, 1.0)), false),
        Function::Sigmoid => (increasing(a, gradus_scalar::sigmoid, &Interval::open(0.0, 1.0)), false),
        Function::Softplus => (increasing(a, gradus_scalar::softplus, &Interval::POSITIVE), false),
        Function::Relu => (a.max(&Interval::point(0.0)), false),
        Function::Step => (step(a), false),
        Function::Erf => (increasing(a, gradus_scalar::erf, &Interval::open(-1.0, 1.0)), false),
        Function::Erfc => {
            (increasing(&a.neg(), |t| gradus_scalar::erfc(-t), &Interval::open(0.0, 2.0)), false)
        }
        Function::Lgamma => (lgamma(a), !a.is_positive()),
        Function::Polygamma(k) => (polygamma(k, a), !a.is_positive()),
        Function::Pow => pow(a, &x[1]),
        Function::Max => (a.max(&x[1]), false),
        Function::Min => (a.min(&x[1]), false),
        Function::Less => (truth(a.hi < x[1].lo, a.lo >= x[1].hi), false),
        Function::LessEqual => (truth(a.hi <= x[1].lo, a.lo > x[1].hi), false),
        Function::Equal => (truth(same_point(a, &x[1]), apart(a, &x[1])), false),
        Function::NotEqual => (truth(apart(a, &x[1]), same_point(a, &x[1])), false),
        Function::Where => (chosen(a, &x[1], &x[2]), false),
        // Where the bounds cross, either may win.
        Function::Clamp => (a.min(&x[2]).max(&x[1]).hull(&a.max(&x[1]).min(&x[2])), false),
    }
}

/// The values that a reduction takes along an axis of `x`, whose size lies in `count`.
pub(super) fn reduction(r: Reduction, x: &Interval, count: &Interval) -> (Interval, bool) {
    let empty = count.lo < 1.0;
    match r {
        Reduction::Max | Reduction::Min => (*x, empty),
        Reduction::Prod if x.is_within(&Interval::UNIT) => {
            (Interval::from_ends((0.0, x.is_positive()), (1.0, x.hi_open && !empty)), false)
        }
        Reduction::Prod if x.is_positive() => (Interval::POSITIVE, false),
        Reduction::Prod if x.is_nonneg() => (Interval::NONNEG, false),
        Reduction::Prod if x.is_within(&Interval::closed(-1.0, 1.0)) => (Interval::closed(-1.0, 1.0), false),
        Reduction::Prod => (Interval::ALL, false),
        // log(n) above the largest at most, and never below it.
        Reduction::LogSumExp => {
            let spread =
                if count.hi.is_finite() { count.hi.max(1.0).ln().next_up().next_up() } else { f64::INFINITY };
            (x.add(&Interval::closed(0.0, spread)), empty)
        }
        Reduction::ArgMax | Reduction::ArgMin => (Interval::closed(1.0, count.hi.max(1.0)), empty),
    }
}

/// Both ends through an increasing `f`, widened by a few units in the last place unless at a point where
/// floating point is exact, and cut to `range`.
fn increasing(x: &Interval, f: impl Fn(f64) -> f64, range: &Interval) -> Interval {
    let exact = |at: f64, value: f64| at.is_infinite() || value == 0.0 || (at == 0.0 && value.fract() == 0.0);
    let lo = |(at, open): End| {
        let v = f(at);
        let v = if v.is_nan() {
            f64::NEG_INFINITY
        } else if exact(at, v) {
            v
        } else {
            v - slack(v)
        };
        (v.min(f64::MAX), open)
    };
    let hi = |(at, open): End| {
        let v = f(at);
        let v = if v.is_nan() {
            f64::INFINITY
        } else if exact(at, v) {
            v
        } else {
            v + slack(v)
        };
        (v.max(f64::MIN), open)
    };
    Interval::from_ends(lo(x.lower()), hi(x.upper())).intersect(range)
}

/// A bound of the error of the functions used here: 2^-46 of the value, 64 units in its last place.
fn slack(v: f64) -> f64 {
    if v.is_finite() { v.abs() * 1.5e-14 + f64::MIN_POSITIVE } else { 0.0 }
}

fn sign(x: &Interval) -> Interval {
    Interval::closed(
        if x.is_positive() {
            1.0
        } else if x.is_nonneg() {
            0.0
        } else {
            -1.0
        },
        if x.is_negative() {
            -1.0
        } else if x.is_nonpos() {
            0.0
        } else {
            1.0
        },
    )
}

fn step(x: &Interval) -> Interval {
    truth(x.is_positive(), x.is_nonpos())
}

/// 1 when surely true, 0 when surely false, else between.
fn truth(yes: bool, no: bool) -> Interval {
    match (yes, no) {
        (true, _) => Interval::point(1.0),
        (_, true) => Interval::point(0.0),
        _ => Interval::UNIT,
    }
}

fn same_point(a: &Interval, b: &Interval) -> bool {
    a.lo == a.hi && a == b
}

fn apart(a: &Interval, b: &Interval) -> bool {
    let before = |a: &Interval, b: &Interval| a.hi < b.lo || (a.hi == b.lo && (a.hi_open || b.lo_open));
    before(a, b) || before(b, a)
}

fn chosen(condition: &Interval, yes: &Interval, no: &Interval) -> Interval {
    if condition.is_positive() || condition.is_negative() {
        *yes
    } else if *condition == Interval::point(0.0) {
        *no
    } else {
        yes.hull(no)
    }
}

fn power(x: &Interval, p: Ratio<i64>) -> (Interval, bool) {
    if p.is_integer() {
        let k = u32::try_from(p.to_integer().unsigned_abs()).unwrap_or(u32::MAX);
        let image = x.power(k);
        return if p.is_negative() { (image.recip(), x.contains(0.0)) } else { (image, false) };
    }
    let domain = if p.is_positive() { Interval::NONNEG } else { Interval::POSITIVE };
    let inside = x.intersect(&Interval::NONNEG);
    let exponent = p.abs().to_f64().unwrap_or(1.0);
    let root = |t: f64| {
        if p.abs() == Ratio::new(1, 2) { t.sqrt() } else { t.powf(exponent) }
    };
    let image = rooted(&inside, root);
    (if p.is_positive() { image } else { image.recip() }, !x.is_within(&domain))
}

/// An increasing power of at least 0: exact at 0, 1 and infinity.
fn rooted(x: &Interval, f: impl Fn(f64) -> f64) -> Interval {
    let at = |t: f64, s: f64| {
        if t == 0.0 || t == 1.0 || t.is_infinite() { t } else { (f(t) + s * slack(f(t))).max(0.0) }
    };
    if x.is_nonneg() {
        Interval::from_ends((at(x.lo, -1.0), x.lo_open), (at(x.hi, 1.0), x.hi_open))
    } else {
        Interval::NONNEG
    }
}

fn pow(base: &Interval, exponent: &Interval) -> (Interval, bool) {
    if !base.is_nonneg() {
        return (Interval::ALL, true);
    }
    let undefined = !base.is_positive() && !exponent.is_nonneg();
    let image = if base.is_within(&Interval::UNIT) && exponent.is_nonneg() {
        Interval::from_ends((0.0, base.is_positive()), (1.0, false))
    } else if base.lo >= 1.0 && exponent.is_nonneg() {
        Interval::closed(1.0, f64::INFINITY)
    } else if base.is_positive() {
        Interval::POSITIVE
    } else {
        Interval::NONNEG
    };
    (image, undefined)
}

/// `log|Gamma|` has its least value on the positive axis, -0.12148629..., at 1.46163...
fn lgamma(x: &Interval) -> Interval {
    if x.lo >= 2.0 {
        Interval::NONNEG
    } else if x.is_positive() {
        Interval::closed(-0.121_486_290_535_849_7, f64::INFINITY)
    } else {
        Interval::ALL
    }
}

fn polygamma(k: u32, x: &Interval) -> Interval {
    match k {
        // The zero of digamma is 1.46163214496836...
        0 if x.lo >= 1.461_632_144_968_363 => Interval::POSITIVE,
        0 if x.is_positive() && x.hi <= 1.461_632_144_968_362 => Interval::NEGATIVE,
        0 => Interval::ALL,
        // (-1)^(k+1) k! sum_j (x + j)^-(k+1): all terms positive for odd k, whatever x.
        _ if k % 2 == 1 => Interval::POSITIVE,
        _ if x.is_positive() => Interval::NEGATIVE,
        _ => Interval::ALL,
    }
}

/// Is `p` an even integer?
pub(super) fn is_even(p: Ratio<i64>) -> bool {
    p.is_integer() && (p.to_integer() % 2).is_zero()
}

/// Is `p` at least 1?
pub(super) fn at_least_one(p: Ratio<i64>) -> bool {
    p >= Ratio::one()
}
