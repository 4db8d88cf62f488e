//! Complex numbers, for derivatives by a complex step.
//!
//! For an analytic f that is real on the real axis, `f'(x) = Im f(x + ih)/h + O(h^2)`, and nothing is subtracted:
//! with h = 1e-200 the derivative has the accuracy of f itself. So this type only promises values *near the real
//! axis*: sums, products, quotients, powers, exponentials and logarithms are exact continuations; every other
//! function is `f(a) + i b f'(a)`, of first order in b, and NaN for |b| > 1e-8. Functions with a kink (`abs`,
//! `max`, `where`) follow the branch of the real part.
//!
//! Source: Squire and Trapp (1998), SIAM Review 40(1).

use super::Number;
use crate::Function;
use std::f64::consts::PI;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A complex number `re + i im`.
///
/// ```
/// use gradus_expr::{Function, evaluate::{Complex, Number}};
/// // d/dx x^3 at x = 2 is 12.
/// let y = Complex::apply(Function::power(3, 1), &[Complex { re: 2.0, im: 1e-200 }]);
/// assert_eq!((y.re, y.im / 1e-200), (8.0, 12.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

const fn complex(re: f64, im: f64) -> Complex {
    Complex { re, im }
}

impl Add for Complex {
    type Output = Complex;
    fn add(self, o: Complex) -> Complex {
        complex(self.re + o.re, self.im + o.im)
    }
}

impl Sub for Complex {
    type Output = Complex;
    fn sub(self, o: Complex) -> Complex {
        complex(self.re - o.re, self.im - o.im)
    }
}

impl Neg for Complex {
    type Output = Complex;
    fn neg(self) -> Complex {
        complex(-self.re, -self.im)
    }
}

impl Mul for Complex {
    type Output = Complex;
    fn mul(self, o: Complex) -> Complex {
        complex(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)
    }
}

impl Div for Complex {
    type Output = Complex;
    /// Smith's division, which does not square the divisor.
    fn div(self, o: Complex) -> Complex {
        if o.re.abs() >= o.im.abs() {
            let r = o.im / o.re;
            let r = if o.re == 0.0 { 0.0 } else { r };
            let d = o.re + o.im * r;
            complex((self.re + self.im * r) / d, (self.im - self.re * r) / d)
        } else {
            let r = o.re / o.im;
            let d = o.re * r + o.im;
            complex((self.re * r + self.im) / d, (self.im * r - self.re) / d)
        }
    }
}

impl Complex {
    fn exp(self) -> Complex {
        let r = self.re.exp();
        complex(r * self.im.cos(), r * self.im.sin())
    }

    fn log(self) -> Complex {
        if self.re < 0.0 {
            return complex(f64::NAN, f64::NAN); // where the real logarithm is not defined
        }
        complex(self.re.hypot(self.im).ln(), self.im.atan2(self.re))
    }

    /// By repeated squaring.
    fn integer_power(self, n: i64) -> Complex {
        let mut result = complex(1.0, 0.0);
        let (mut square, mut left) = (self, n.unsigned_abs());
        while left > 0 {
            if left & 1 == 1 {
                result = result * square;
            }
            square = square * square;
            left >>= 1;
        }
        if n < 0 { complex(1.0, 0.0) / result } else { result }
    }

    /// `x^(p/q)` in polar form; as in the reals NaN for negative x and q > 1.
    fn power(self, p: i64, q: i64) -> Complex {
        if q == 1 {
            return self.integer_power(p);
        }
        if self.re < 0.0 {
            return complex(f64::NAN, f64::NAN);
        }
        let t = p as f64 / q as f64;
        let r = f64::apply(Function::power(p, q), &[self.re.hypot(self.im)]);
        let angle = self.im.atan2(self.re) * t;
        complex(r * angle.cos(), r * angle.sin())
    }

    /// `x^y`.
    fn pow(self, y: Complex) -> Complex {
        if y.im == 0.0 && y.re.fract() == 0.0 && y.re.abs() < 1e9 {
            return self.integer_power(y.re as i64);
        }
        if self.re == 0.0 && self.im == 0.0 {
            return complex(0f64.powf(y.re), 0.0);
        }
        (y * self.log()).exp()
    }

    /// `f(a) + i b slope`, valid for small b.
    fn first_order(self, f: Function, slope: f64) -> Complex {
        if self.im.abs() > 1e-8 {
            return complex(f64::NAN, f64::NAN);
        }
        complex(f64::apply(f, &[self.re]), self.im * slope)
    }
}

impl Number for Complex {
    fn from_f64(x: f64) -> Complex {
        complex(x, 0.0)
    }

    fn re(self) -> f64 {
        self.re
    }

    fn apply(f: Function, operands: &[Complex]) -> Complex {
        let at = |k: usize| operands.get(k).copied().unwrap_or(complex(f64::NAN, f64::NAN));
        let (x, y, z) = (at(0), at(1), at(2));
        let (a, zero) = (x.re, complex(0.0, 0.0));
        let real = |f: Function| f64::apply(f, &[a]);
        // The real table decides which operand a kink follows.
        let truth = |c: bool| complex(f64::from(c), 0.0);
        match f {
            Function::Power(p) => x.power(*p.numer(), *p.denom()),
            Function::Abs => {
                if a < 0.0 {
                    -x
                } else if a > 0.0 {
                    x
                } else {
                    complex(a.abs(), 0.0)
                }
            }
            Function::Sign | Function::Step => complex(real(f), 0.0),
            Function::Exp => x.exp(),
            Function::Log => x.log(),
            Function::Log1p => x.first_order(f, 1.0 / (1.0 + a)),
            Function::Expm1 => {
                complex(a.exp_m1() * x.im.cos() - 2.0 * (x.im / 2.0).sin().powi(2), a.exp() * x.im.sin())
            }
            Function::Sin => complex(a.sin() * x.im.cosh(), a.cos() * x.im.sinh()),
            Function::Cos => complex(a.cos() * x.im.cosh(), -a.sin() * x.im.sinh()),
            Function::Tan => x.first_order(f, 1.0 + a.tan().powi(2)),
            Function::Asin => x.first_order(f, 1.0 / ((1.0 - a) * (1.0 + a)).sqrt()),
            Function::Acos => x.first_order(f, -1.0 / ((1.0 - a) * (1.0 + a)).sqrt()),
            Function::Atan => x.first_order(f, 1.0 / (1.0 + a * a)),
            Function::Sinh => complex(a.sinh() * x.im.cos(), a.cosh() * x.im.sin()),
            Function::Cosh => complex(a.cosh() * x.im.cos(), a.sinh() * x.im.sin()),
            Function::Tanh => x.first_order(f, a.cosh().powi(2).recip()),
            Function::Sigmoid => {
                x.first_order(f, real(Function::Sigmoid) * f64::apply(Function::Sigmoid, &[-a]))
            }
            Function::Softplus => x.first_order(f, real(Function::Sigmoid)),
            Function::Relu if a > 0.0 => x,
            Function::Relu => complex(real(f), 0.0),
            Function::Erf => x.first_order(f, 2.0 / PI.sqrt() * (-a * a).exp()),
            Function::Erfc => x.first_order(f, -2.0 / PI.sqrt() * (-a * a).exp()),
            Function::Lgamma => x.first_order(f, real(Function::Polygamma(0))),
            Function::Polygamma(k) => x.first_order(f, real(Function::Polygamma(k.saturating_add(1)))),
            Function::Pow => x.pow(y),
            Function::Max if a >= y.re || a.is_nan() => x,
            Function::Max => y,
            Function::Min if a <= y.re || a.is_nan() => x,
            Function::Min => y,
            Function::Less => truth(a < y.re),
            Function::LessEqual => truth(a <= y.re),
            Function::Equal => truth(a == y.re),
            Function::NotEqual => truth(a != y.re),
            Function::Where if x != zero => y,
            Function::Where => z,
            Function::Clamp if a.is_nan() || (a >= y.re && a <= z.re) => x,
            Function::Clamp if a < y.re && y.re <= z.re => y,
            Function::Clamp => z,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of f' at 0.3 from mpmath 1.4.1, `diff(f, mpf('0.3'))` at 30 digits.
    #[test]
    fn the_complex_step_gives_derivatives_from_a_table() {
        let table = [
            (Function::Exp, 1.3498588075760031),
            (Function::Log, 3.3333333333333335),
            (Function::Log1p, 0.7692307692307693),
            (Function::Expm1, 1.3498588075760031),
            (Function::Sin, 0.95533648912560602),
            (Function::Cos, -0.29552020666133958),
            (Function::Tan, 1.0956889153225471),
            (Function::Asin, 1.0482848367219182),
            (Function::Acos, -1.0482848367219182),
            (Function::Atan, 0.9174311926605504),
            (Function::Sinh, 1.0453385141288605),
            (Function::Cosh, 0.30452029344714262),
            (Function::Tanh, 0.9151369618266292),
            (Function::Sigmoid, 0.24445831169074587),
            (Function::Softplus, 0.57444251681165899),
            (Function::Erf, 1.0312609096189631),
            (Function::Erfc, -1.0312609096189631),
            (Function::Lgamma, -3.5025242222001330),
            (Function::Polygamma(0), 12.24536454610773),
            (Function::power(1, 2), 0.91287092917527686),
            (Function::power(-1, 1), -11.11111111111111),
            (Function::power(5, 1), 0.0405),
        ];
        for (f, slope) in table {
            let y = Complex::apply(f, &[complex(0.3, 1e-200)]);
            let d = y.im / 1e-200;
            assert!((d - slope).abs() <= 1e-14 * slope.abs(), "{f:?}: {d} {slope}");
            assert!((y.re - f64::apply(f, &[0.3])).abs() <= 1e-15 * y.re.abs(), "{f:?}");
        }
    }

    #[test]
    fn quotients_and_powers_of_two_variables() {
        // d/dx 2^x at 3 is 8 log 2; d/dx 1/x at 1e200 must not overflow inside.
        let d = Complex::apply(Function::Pow, &[complex(2.0, 0.0), complex(3.0, 1e-200)]).im / 1e-200;
        assert!((d - 8.0 * 2f64.ln()).abs() < 1e-14);
        let q = complex(1.0, 0.0) / complex(1e200, 1e-100);
        assert!((q.re - 1e-200).abs() < 1e-214);
    }
}
