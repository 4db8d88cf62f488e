//! Exact numbers as Rust code.

use crate::Rational;
use num_traits::{Signed, ToPrimitive};

/// A rational number as Rust code, exact up to one rounding.
pub(super) fn number(r: &Rational) -> String {
    let float = |r: &num_bigint::BigInt| r.to_i64().filter(|k| k.abs() < 1 << 53).map(|k| format!("{k}.0"));
    match (float(r.numer()), float(r.denom())) {
        (Some(n), Some(_)) if r.is_integer() => {
            if r.is_negative() {
                format!("({n})")
            } else {
                format!("{n}_f64")
            }
        }
        (Some(n), Some(d)) => format!("({n}_f64 / {d})"),
        _ => match r.to_f64() {
            Some(x) if x.is_finite() => format!("({x:?}_f64)"),
            _ if r.is_negative() => "f64::NEG_INFINITY".into(),
            _ => "f64::INFINITY".into(),
        },
    }
}
