//! What the reference evaluator asks of a number, and that for `f64`.

use crate::{Function, Rational};
use gradus_scalar::{digamma, erf, erfc, ln_gamma, polygamma, sigmoid, softplus};
use num_traits::ToPrimitive;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that expressions can be evaluated over.
///
/// Comparisons (`max`, `<`, pivoting) look at [`Number::re`] alone, so that a complex number follows the branch
/// of its real part.
pub trait Number:
    Copy
    + std::fmt::Debug
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The number that a float stands for.
    fn from_f64(x: f64) -> Self;

    /// The number nearest to a rational.
    fn from_rational(r: &Rational) -> Self {
        Self::from_f64(r.to_f64().unwrap_or(f64::NAN))
    }

    /// The real part, by which numbers are compared.
    fn re(self) -> f64;

    /// The value of a function. Where `f` is not defined the answer is NaN; missing operands count as NaN.
    fn apply(f: Function, x: &[Self]) -> Self;
}

impl Number for f64 {
    fn from_f64(x: f64) -> f64 {
        x
    }

    fn re(self) -> f64 {
        self
    }

    fn apply(f: Function, operands: &[f64]) -> f64 {
        let at = |k: usize| operands.get(k).copied().unwrap_or(f64::NAN);
        let (x, y) = (at(0), at(1));
        match f {
            Function::Power(p) => power(x, *p.numer(), *p.denom()),
            Function::Abs => x.abs(),
            Function::Sign if x > 0.0 => 1.0,
            Function::Sign if x < 0.0 => -1.0,
            Function::Sign => x * 0.0,
            Function::Exp => x.exp(),
            Function::Log => x.ln(),
            Function::Log1p => x.ln_1p(),
            Function::Expm1 => x.exp_m1(),
            Function::Sin => x.sin(),
            Function::Cos => x.cos(),
            Function::Tan => x.tan(),
            Function::Asin => x.asin(),
            Function::Acos => x.acos(),
            Function::Atan => x.atan(),
            Function::Sinh => x.sinh(),
            Function::Cosh => x.cosh(),
            Function::Tanh => x.tanh(),
            Function::Sigmoid => sigmoid(x),
            Function::Softplus => softplus(x),
            Function::Relu => greater(x, 0.0),
            Function::Step => f64::from(x > 0.0),
            Function::Erf => erf(x),
            Function::Erfc => erfc(x),
            Function::Lgamma => ln_gamma(x),
            Function::Polygamma(0) => digamma(x),
            Function::Polygamma(k) => polygamma(k, x),
            Function::Pow => x.powf(y),
            Function::Max => greater(x, y),
            Function::Min => -greater(-x, -y),
            Function::Less => f64::from(x < y),
            Function::LessEqual => f64::from(x <= y),
            Function::Equal => f64::from(x == y),
            Function::NotEqual => f64::from(x != y),
            Function::Where => where_nonzero(x, y, at(2)),
            Function::Clamp => -greater(-greater(x, y), -at(2)),
        }
    }
}

/// The larger of two, the first on a tie; NaN when either is NaN.
fn greater(x: f64, y: f64) -> f64 {
    if x >= y || x.is_nan() { x } else { y }
}

fn where_nonzero(c: f64, a: f64, b: f64) -> f64 {
    if c != 0.0 { a } else { b }
}

/// `x^(p/q)`: the powers that have an own, more accurate operation by that one; NaN for negative x and q > 1.
fn power(x: f64, p: i64, q: i64) -> f64 {
    match (p, q) {
        (1, 1) => x,
        (2, 1) => x * x,
        (3, 1) => x * x * x,
        (-1, 1) => 1.0 / x,
        (-2, 1) => 1.0 / (x * x),
        (1, 2) => x.sqrt(),
        (-1, 2) => 1.0 / x.sqrt(),
        (p, q) => x.powf(p as f64 / q as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_never_hidden_by_a_comparison_of_two() {
        for f in [Function::Max, Function::Min] {
            assert!(f64::apply(f, &[f64::NAN, 1.0]).is_nan());
            assert!(f64::apply(f, &[1.0, f64::NAN]).is_nan());
        }
        assert!(f64::apply(Function::Relu, &[f64::NAN]).is_nan());
        assert!(f64::apply(Function::Sign, &[f64::NAN]).is_nan());
        assert!(f64::apply(Function::Clamp, &[f64::NAN, 0.0, 1.0]).is_nan());
    }

    #[test]
    fn what_where_does_not_select_does_not_matter() {
        assert_eq!(f64::apply(Function::Where, &[1.0, 2.0, f64::NAN]), 2.0);
        assert_eq!(f64::apply(Function::Where, &[0.0, f64::NAN, 3.0]), 3.0);
    }

    #[test]
    fn clamp_moves_into_the_interval() {
        let clamp = |x| f64::apply(Function::Clamp, &[x, -1.0, 2.0]);
        assert_eq!([clamp(-3.0), clamp(0.5), clamp(9.0)], [-1.0, 0.5, 2.0]);
    }

    #[test]
    fn powers_of_negative_numbers_are_real_or_nan() {
        assert_eq!(f64::apply(Function::power(5, 1), &[-2.0]), -32.0);
        assert_eq!(f64::apply(Function::power(-3, 1), &[-2.0]), -0.125);
        assert!(f64::apply(Function::power(1, 3), &[-8.0]).is_nan());
    }
}
