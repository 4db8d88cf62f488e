//! Double-double arithmetic: a number held as the unevaluated sum hi + lo, |lo| <= ulp(hi)/2.
//!
//! Built on the error-free transformations two_sum (Knuth) and two_product (fused multiply-add). Sums and
//! products have a relative error of a few 2^-104, about 31 decimal digits; the range is that of `f64`.
//!
//! Infinite intermediate results give NaN in `lo`; `to_f64` then returns `hi`. A product whose error term
//! falls below 2^-1074 is no longer exact.
//!
//! Source: Dekker (1971), Numerische Mathematik 18; Joldes, Muller and Popescu (2017), ACM TOMS 44,
//! algorithms 6 (AccurateDWPlusDW), 9 and 12 (DWTimesDW3), 15 and 17 (DWDivDW2).

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

/// An unevaluated sum of two doubles, about 31 decimal digits.
///
/// ```
/// use gradus_scalar::DoubleDouble;
/// let third = DoubleDouble::from(1.0) / DoubleDouble::from(3.0);
/// let left = DoubleDouble::from(1.0) - third * 3.0;
/// assert!(left.to_f64().abs() < 1e-31);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DoubleDouble {
    hi: f64,
    lo: f64,
}

impl DoubleDouble {
    /// Zero.
    pub const ZERO: Self = Self { hi: 0.0, lo: 0.0 };

    /// `a + b` exactly.
    #[inline]
    pub fn two_sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let b_part = hi - a;
        let a_part = hi - b_part;
        Self { hi, lo: (a - a_part) + (b - b_part) }
    }

    /// `a * b` exactly, unless it overflows or its error underflows.
    #[inline]
    pub fn two_product(a: f64, b: f64) -> Self {
        let hi = a * b;
        Self { hi, lo: a.mul_add(b, -hi) }
    }

    /// `a + b` exactly, given |a| >= |b| or a = 0.
    #[inline]
    fn fast_two_sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        Self { hi, lo: b - (hi - a) }
    }

    /// The leading double, the nearest to the value.
    pub const fn hi(&self) -> f64 {
        self.hi
    }

    /// What `hi` misses.
    pub const fn lo(&self) -> f64 {
        self.lo
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        if self.hi.is_finite() { self.hi + self.lo } else { self.hi }
    }

    /// The sum of a slice.
    ///
    /// ```
    /// use gradus_scalar::DoubleDouble;
    /// assert_eq!(DoubleDouble::sum(&[1e30, 1.0, -1e30]).to_f64(), 1.0);
    /// ```
    pub fn sum(x: &[f64]) -> Self {
        x.iter().fold(Self::ZERO, |sum, &v| sum + v)
    }

    /// The inner product `Σ xᵢ yᵢ`, every product exact, over the shorter length of the two.
    ///
    /// ```
    /// use gradus_scalar::DoubleDouble;
    /// let (x, y) = ([1e20, 1.0, -1e20], [1e10, 1.0, 1e10]);
    /// assert_eq!(DoubleDouble::dot(&x, &y).to_f64(), 1.0);
    /// ```
    pub fn dot(x: &[f64], y: &[f64]) -> Self {
        x.iter().zip(y).fold(Self::ZERO, |sum, (&a, &b)| sum + Self::two_product(a, b))
    }

    /// `√self`; NaN for a negative value. Source: Karp and Markstein (1997), ACM TOMS 23, section 3.
    pub fn sqrt(self) -> Self {
        if self.hi <= 0.0 || !self.hi.is_finite() {
            return Self { hi: self.hi.sqrt(), lo: 0.0 };
        }
        let root = self.hi.sqrt();
        let miss = self - Self::two_product(root, root);
        Self::fast_two_sum(root, miss.hi / (2.0 * root))
    }

    /// The absolute value.
    pub fn abs(self) -> Self {
        if self.hi < 0.0 { -self } else { self }
    }
}

impl From<f64> for DoubleDouble {
    fn from(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }
}

impl Neg for DoubleDouble {
    type Output = Self;
    fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo }
    }
}

impl Add for DoubleDouble {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        let high = Self::two_sum(self.hi, other.hi);
        let low = Self::two_sum(self.lo, other.lo);
        let middle = Self::fast_two_sum(high.hi, high.lo + low.hi);
        Self::fast_two_sum(middle.hi, low.lo + middle.lo)
    }
}

impl Add<f64> for DoubleDouble {
    type Output = Self;
    #[inline]
    fn add(self, other: f64) -> Self {
        let high = Self::two_sum(self.hi, other);
        Self::fast_two_sum(high.hi, self.lo + high.lo)
    }
}

impl AddAssign for DoubleDouble {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl AddAssign<f64> for DoubleDouble {
    fn add_assign(&mut self, other: f64) {
        *self = *self + other;
    }
}

impl Sub for DoubleDouble {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Sub<f64> for DoubleDouble {
    type Output = Self;
    #[inline]
    fn sub(self, other: f64) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        let high = Self::two_product(self.hi, other.hi);
        let low = self.hi.mul_add(other.lo, self.lo.mul_add(other.hi, self.lo * other.lo));
        Self::fast_two_sum(high.hi, high.lo + low)
    }
}

impl Mul<f64> for DoubleDouble {
    type Output = Self;
    #[inline]
    fn mul(self, other: f64) -> Self {
        let high = Self::two_product(self.hi, other);
        Self::fast_two_sum(high.hi, self.lo.mul_add(other, high.lo))
    }
}

impl Div for DoubleDouble {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        let quotient = self.hi / other.hi;
        let left = self - other * quotient;
        let second = left.hi / other.hi;
        let third = (left - other * second).hi / other.hi;
        Self::fast_two_sum(quotient, second) + third
    }
}

impl Div<f64> for DoubleDouble {
    type Output = Self;
    #[inline]
    fn div(self, other: f64) -> Self {
        self / Self::from(other)
    }
}
