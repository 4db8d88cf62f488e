//! Python code of a value: how tightly it binds, and numbers.

use crate::Rational;
use num_traits::{One, Signed, ToPrimitive};

/// How tightly Python's operators bind.
pub(in crate::print::python) mod level {
    pub(in crate::print::python) const SUM: u8 = 1;
    pub(in crate::print::python) const PRODUCT: u8 = 2;
    pub(in crate::print::python) const UNARY: u8 = 3;
    pub(in crate::print::python) const POWER: u8 = 4;
    pub(in crate::print::python) const ATOM: u8 = 5;
}

/// Python code for a value.
#[derive(Clone, Debug)]
pub(in crate::print::python) struct Text {
    pub(in crate::print::python) code: String,
    pub(in crate::print::python) level: u8,
    /// Must it still be broadcast to its node's shape?
    pub(in crate::print::python) loose: bool,
}

impl Text {
    pub(in crate::print::python) fn new(code: String, level: u8) -> Self {
        Text { code, level, loose: false }
    }

    pub(in crate::print::python) fn atom(code: String) -> Self {
        Text::new(code, level::ATOM)
    }

    /// The code, in parentheses when it binds more loosely than `level`.
    pub(in crate::print::python) fn at(&self, level: u8) -> String {
        if self.level >= level { self.code.clone() } else { format!("({})", self.code) }
    }
}

/// A rational number as a Python literal or quotient, exact up to one rounding.
pub(in crate::print::python) fn number(r: &Rational) -> Text {
    let small = |k: &num_bigint::BigInt| k.to_i64().is_some_and(|k| k.abs() < 1 << 53);
    let size = if r.is_integer() && small(r.numer()) {
        r.numer().abs().to_string()
    } else if small(r.numer()) && small(r.denom()) && !ends_as_decimal(r) {
        let quotient = format!("{} / {}", r.numer().abs(), r.denom());
        return if r.is_negative() {
            Text::new(format!("-{quotient}"), level::UNARY)
        } else {
            Text::new(quotient, level::PRODUCT)
        };
    } else {
        match r.abs().to_f64() {
            Some(x) if x.is_finite() => format!("{x:?}"),
            _ => format!("float('{}inf')", if r.is_negative() { "-" } else { "" }),
        }
    };
    if r.is_negative() && !size.starts_with("float") {
        Text::new(format!("-{size}"), level::UNARY)
    } else {
        Text::atom(size)
    }
}

/// Has the number a short decimal expansion?
fn ends_as_decimal(r: &Rational) -> bool {
    (0..7u32).any(|k| (r * Rational::from_integer(10i64.pow(k).into())).is_integer())
}

/// `c*x` for positive c: a division where c is the reciprocal of an integer.
pub(in crate::print::python) fn scaled(c: &Rational, x: &Text) -> Text {
    if c.is_one() {
        return x.clone();
    }
    let code = if c.numer().is_one() {
        format!("{} / {}", x.at(level::PRODUCT), c.denom())
    } else if x.code == "1" {
        return Text { loose: x.loose, ..number(c) };
    } else {
        format!("{} * {}", number(c).at(level::PRODUCT), x.at(level::UNARY))
    };
    Text { code, level: level::PRODUCT, loose: x.loose }
}
