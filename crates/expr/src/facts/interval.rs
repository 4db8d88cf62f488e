//! Intervals of real numbers with outward rounding.
//!
//! An interval encloses every value that a quantity can take over the reals. Every end is rounded away from
//! the inside unless the floating-point operation was exact, and an end may be open: `exp(x)` lies in
//! `(0, inf)`, and that 0 is excluded is what a division by it needs. An infinite end is always open.
//!
//! The product of an end 0 with an infinite end is 0: a real number however large, times 0, is 0.
//!
//! Source: IEEE Std 1788-2015, Interval Arithmetic, section 10.

use crate::Rational;
use num_traits::{Signed, ToPrimitive};

/// A set of real numbers between two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end; minus infinity when there is none.
    pub lo: f64,
    /// The upper end; infinity when there is none.
    pub hi: f64,
    /// Is the lower end itself excluded?
    pub lo_open: bool,
    /// Is the upper end itself excluded?
    pub hi_open: bool,
}

/// One end: its place, and whether it is excluded.
pub(super) type End = (f64, bool);

impl Interval {
    /// All real numbers.
    pub const ALL: Interval =
        Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY, lo_open: true, hi_open: true };
    /// At least 0.
    pub const NONNEG: Interval = Interval { lo: 0.0, hi: f64::INFINITY, lo_open: false, hi_open: true };
    /// Above 0.
    pub const POSITIVE: Interval = Interval { lo: 0.0, hi: f64::INFINITY, lo_open: true, hi_open: true };
    /// Below 0.
    pub const NEGATIVE: Interval = Interval { lo: f64::NEG_INFINITY, hi: 0.0, lo_open: true, hi_open: true };
    /// From 0 to 1, both included.
    pub const UNIT: Interval = Interval { lo: 0.0, hi: 1.0, lo_open: false, hi_open: false };

    pub(super) fn from_ends(lo: End, hi: End) -> Self {
        Self {
            lo: lo.0,
            hi: hi.0,
            lo_open: lo.1 || lo.0 == f64::NEG_INFINITY,
            hi_open: hi.1 || hi.0 == f64::INFINITY,
        }
    }

    /// `[lo, hi]`.
    pub fn closed(lo: f64, hi: f64) -> Self {
        Self::from_ends((lo, false), (hi, false))
    }

    /// `(lo, hi)`.
    pub fn open(lo: f64, hi: f64) -> Self {
        Self::from_ends((lo, true), (hi, true))
    }

    /// The one value `x`.
    pub fn point(x: f64) -> Self {
        Self::closed(x, x)
    }

    /// The narrowest enclosure of a rational number.
    pub fn of_rational(r: &Rational) -> Self {
        let x = r.to_f64().unwrap_or(f64::NAN);
        if x.is_nan() {
            return Self::ALL;
        }
        if x.is_infinite() {
            return if r.is_positive() {
                Self::closed(f64::MAX, f64::INFINITY)
            } else {
                Self::closed(f64::NEG_INFINITY, f64::MIN)
            };
        }
        match Rational::from_float(x) {
            Some(back) if back == *r => Self::point(x),
            Some(back) if back < *r => Self::open(x, x.next_up()),
            Some(_) => Self::open(x.next_down(), x),
            None => Self::ALL,
        }
    }

    pub(super) fn lower(&self) -> End {
        (self.lo, self.lo_open)
    }

    pub(super) fn upper(&self) -> End {
        (self.hi, self.hi_open)
    }

    /// Is `x` inside?
    pub fn contains(&self, x: f64) -> bool {
        (self.lo < x || (self.lo == x && !self.lo_open)) && (x < self.hi || (x == self.hi && !self.hi_open))
    }

    /// Is every value inside above 0?
    pub fn is_positive(&self) -> bool {
        self.lo > 0.0 || (self.lo == 0.0 && self.lo_open)
    }

    /// Is every value inside at least 0?
    pub fn is_nonneg(&self) -> bool {
        self.lo >= 0.0
    }

    /// Is every value inside below 0?
    pub fn is_negative(&self) -> bool {
        self.hi < 0.0 || (self.hi == 0.0 && self.hi_open)
    }

    /// Is every value inside at most 0?
    pub fn is_nonpos(&self) -> bool {
        self.hi <= 0.0
    }

    /// Does the interval lie inside `other`?
    pub fn is_within(&self, other: &Interval) -> bool {
        (self.lo > other.lo || (self.lo == other.lo && (self.lo_open || !other.lo_open)))
            && (self.hi < other.hi || (self.hi == other.hi && (self.hi_open || !other.hi_open)))
    }

    /// The values that are in both; when there are none (a contradiction), `self`.
    #[must_use]
    pub fn intersect(&self, other: &Interval) -> Self {
        let lo = larger(self.lower(), other.lower(), true);
        let hi = smaller(self.upper(), other.upper(), true);
        if lo.0 > hi.0 || (lo.0 == hi.0 && (lo.1 || hi.1)) { *self } else { Self::from_ends(lo, hi) }
    }

    /// The smallest interval around both.
    #[must_use]
    pub fn hull(&self, other: &Interval) -> Self {
        Self::from_ends(
            smaller(self.lower(), other.lower(), false),
            larger(self.upper(), other.upper(), false),
        )
    }

    /// The maxima of a value from each.
    #[must_use]
    pub fn max(&self, other: &Interval) -> Self {
        Self::from_ends(larger(self.lower(), other.lower(), true), larger(self.upper(), other.upper(), false))
    }

    /// The minima of a value from each.
    #[must_use]
    pub fn min(&self, other: &Interval) -> Self {
        Self::from_ends(
            smaller(self.lower(), other.lower(), false),
            smaller(self.upper(), other.upper(), true),
        )
    }

    /// The negatives.
    #[must_use]
    pub fn neg(&self) -> Self {
        Self { lo: -self.hi, hi: -self.lo, lo_open: self.hi_open, hi_open: self.lo_open }
    }

    /// The sums of a value from each.
    #[must_use]
    pub fn add(&self, other: &Interval) -> Self {
        let lo = (add_down(self.lo, other.lo), self.lo_open || other.lo_open);
        let hi = (-add_down(-self.hi, -other.hi), self.hi_open || other.hi_open);
        Self::from_ends(lo, hi)
    }

    /// The products of a value from each.
    #[must_use]
    pub fn mul(&self, other: &Interval) -> Self {
        let mut lo = (f64::INFINITY, true);
        let mut hi = (f64::NEG_INFINITY, true);
        for a in [self.lower(), self.upper()] {
            for b in [other.lower(), other.upper()] {
                lo = smaller(lo, product_down(a, b), false);
                hi = larger(hi, product_up(a, b), false);
            }
        }
        Self::from_ends(lo, hi)
    }

    /// The reciprocals.
    #[must_use]
    pub fn recip(&self) -> Self {
        if self.is_positive() || (self.is_nonneg() && self.hi > 0.0) {
            let lo = if self.hi.is_infinite() {
                (0.0, true)
            } else {
                let q = 1.0 / self.hi;
                (if q.mul_add(self.hi, -1.0) == 0.0 { q } else { q.next_down().max(0.0) }, self.hi_open)
            };
            let hi = if self.lo == 0.0 {
                (f64::INFINITY, true)
            } else {
                let q = 1.0 / self.lo;
                (if q.mul_add(self.lo, -1.0) == 0.0 { q } else { q.next_up() }, self.lo_open)
            };
            Self::from_ends(lo, hi)
        } else if self.is_nonpos() && self.lo < 0.0 {
            self.neg().recip().neg()
        } else {
            Self::ALL
        }
    }

    /// The k-th powers, of one value each.
    #[must_use]
    pub fn power(&self, k: u32) -> Self {
        match k {
            0 => Self::point(1.0),
            1 => *self,
            _ if k % 2 == 1 => {
                let end = |e: End, up: bool| {
                    let x = if up == (e.0 > 0.0) { power_up(e.0.abs(), k) } else { power_down(e.0.abs(), k) };
                    (x.copysign(e.0), e.1)
                };
                Self::from_ends(end(self.lower(), false), end(self.upper(), true))
            }
            _ => {
                let size = self.abs();
                Self::from_ends((power_down(size.lo, k), size.lo_open), (power_up(size.hi, k), size.hi_open))
            }
        }
    }

    /// The absolute values.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_nonneg() {
            *self
        } else if self.is_nonpos() {
            self.neg()
        } else {
            let hi = larger((-self.lo, self.lo_open), self.upper(), false);
            Self::from_ends((0.0, false), hi)
        }
    }
}

impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let open = if self.lo_open { '(' } else { '[' };
        let close = if self.hi_open { ')' } else { ']' };
        write!(f, "{open}{}, {}{close}", self.lo, self.hi)
    }
}

/// The end further right; of two at one place, the excluded one if `strict`.
fn larger(a: End, b: End, strict: bool) -> End {
    if a.0 == b.0 {
        (a.0, if strict { a.1 || b.1 } else { a.1 && b.1 })
    } else if a.0 > b.0 {
        a
    } else {
        b
    }
}

/// The end further left; of two at one place, the excluded one if `strict`.
fn smaller(a: End, b: End, strict: bool) -> End {
    let (x, open) = larger((-a.0, a.1), (-b.0, b.1), strict);
    (-x, open)
}

/// `a + b` rounded towards minus infinity.
fn add_down(a: f64, b: f64) -> f64 {
    let s = a + b;
    if a.is_infinite() || b.is_infinite() {
        return if s.is_nan() { f64::NEG_INFINITY } else { s };
    }
    let t = s - a;
    let error = (a - (s - t)) + (b - t);
    if error == 0.0 { s } else { s.next_down() }
}

/// The product of two ends, rounded towards minus infinity; never across 0.
fn product_down(a: End, b: End) -> End {
    if a.0 == 0.0 || b.0 == 0.0 {
        let closed = (a.0 == 0.0 && !a.1) || (b.0 == 0.0 && !b.1);
        return (0.0, !closed);
    }
    let p = a.0 * b.0;
    let open = a.1 || b.1;
    if a.0.is_infinite() || b.0.is_infinite() {
        return (p, true);
    }
    if p.is_finite() && p.abs() > 1e-280 && a.0.mul_add(b.0, -p) == 0.0 {
        return (p, open);
    }
    let below = p.next_down();
    let positive = (a.0 > 0.0) == (b.0 > 0.0);
    if positive && below <= 0.0 { (0.0, true) } else { (below, open) }
}

fn product_up(a: End, b: End) -> End {
    let (x, open) = product_down((-a.0, a.1), b);
    (-x, open)
}

/// `x^k` for `x >= 0` rounded down.
fn power_down(x: f64, k: u32) -> f64 {
    if k > 64 {
        return if x == 0.0 || x == 1.0 || x.is_infinite() {
            x
        } else {
            (x.powf(f64::from(k)) * (1.0 - 1e-12)).max(0.0)
        };
    }
    (1..k).fold((x, false), |p, _| product_down(p, (x, false))).0
}

/// `x^k` for `x >= 0` rounded up.
fn power_up(x: f64, k: u32) -> f64 {
    if k > 64 {
        return if x == 0.0 || x == 1.0 {
            x
        } else {
            x.powf(f64::from(k)) * (1.0 + 1e-12) + f64::MIN_POSITIVE
        };
    }
    (1..k).fold((x, false), |p, _| product_up(p, (x, false))).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_operations_stay_exact() {
        let a = Interval::closed(-1.0, 2.0);
        assert_eq!(a.mul(&a), Interval::closed(-2.0, 4.0));
        assert_eq!(a.power(2), Interval::closed(0.0, 4.0));
        assert_eq!(a.add(&Interval::point(0.5)), Interval::closed(-0.5, 2.5));
        assert_eq!(Interval::POSITIVE.recip(), Interval::POSITIVE);
        assert_eq!(Interval::NEGATIVE.recip(), Interval::NEGATIVE);
        assert_eq!(Interval::UNIT.mul(&Interval::ALL), Interval::ALL);
        assert_eq!(Interval::point(0.0).mul(&Interval::ALL), Interval::point(0.0));
    }

    #[test]
    fn a_tenth_is_strictly_inside_its_enclosure() {
        let tenth = Interval::of_rational(&Rational::new(1.into(), 10.into()));
        assert!(tenth.lo < tenth.hi && tenth.lo_open && tenth.hi_open);
        assert_eq!(tenth.hi, tenth.lo.next_up());
    }

    #[test]
    fn a_product_of_tiny_positives_stays_positive() {
        let tiny = Interval::closed(1e-200, 1.0);
        assert!(tiny.mul(&tiny).is_positive());
    }
}
